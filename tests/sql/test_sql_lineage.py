"""Which tables a statement reads and writes, whoever understands it."""

import logging

import pytest

from lakewright.sql.lineage import table_use, tables_read, tables_written
from tests.sql.corpus import VALID


@pytest.mark.parametrize(
    ("sql", "reads", "writes"),
    [
        pytest.param("SELECT * FROM a.b.c JOIN d.e USING (id)", "d.e a.b.c", "", id="a join"),
        pytest.param("WITH c AS (SELECT * FROM a.b) SELECT * FROM c", "a.b", "", id="a cte"),
        pytest.param("INSERT INTO x (a) SELECT a FROM y", "y", "x", id="insert"),
        pytest.param(
            "CREATE OR REPLACE TABLE a.b.c AS SELECT * FROM d.e.f", "d.e.f", "a.b.c", id="ctas"
        ),
        pytest.param("CREATE VIEW a.v AS SELECT * FROM a.t", "a.t", "a.v", id="a view"),
        pytest.param(
            "MERGE INTO a.t AS t USING a.s AS s ON t.id = s.id WHEN MATCHED THEN DELETE",
            "a.s",
            "a.t",
            id="merge",
        ),
        pytest.param(
            "MERGE WITH SCHEMA EVOLUTION INTO a.t USING a.s ON t.id = id WHEN MATCHED THEN DELETE",
            "a.s",
            "a.t",
            id="merge with evolution",
        ),
        pytest.param("DELETE FROM a.t WHERE id IN (SELECT id FROM a.s)", "a.s", "a.t", id="delete"),
        pytest.param("UPDATE a.t SET b = 1", "", "a.t", id="update"),
        pytest.param("COPY INTO a.t FROM '/x' FILEFORMAT = CSV", "", "a.t", id="copy"),
        pytest.param("CREATE TABLE a.t DEEP CLONE b.s", "b.s", "a.t", id="clone"),
        pytest.param(
            "CREATE OR REFRESH STREAMING TABLE t SCHEDULE EVERY 1 HOUR AS SELECT * FROM STREAM a.s",
            "a.s",
            "t",
            id="a streaming table",
        ),
        pytest.param(
            "CREATE OR REFRESH STREAMING TABLE t AS SELECT * FROM STREAM read_files('/x')",
            "",
            "t",
            id="a stream of files",
        ),
        pytest.param(
            "CREATE MATERIALIZED VIEW g.m SCHEDULE EVERY 1 HOUR AS SELECT * FROM `a`.`b c`.d",
            "a.`b c`.d",
            "g.m",
            id="a materialized view",
        ),
        pytest.param(
            "CREATE FLOW f AS AUTO CDC INTO t FROM STREAM(a.s) KEYS (id) SEQUENCE BY ts",
            "a.s",
            "t",
            id="auto cdc",
        ),
        pytest.param(
            "APPLY CHANGES INTO LIVE.t FROM STREAM(LIVE.s) KEYS (id) SEQUENCE BY ts",
            "s",
            "t",
            id="apply changes",
        ),
        pytest.param("SELECT * FROM delta.`/a/b`", "", "", id="a folder is no table"),
        pytest.param("DROP TABLE a.t", "", "", id="dropping is not writing"),
        pytest.param("GRANT SELECT ON TABLE a.t TO x", "", "", id="a grant"),
        pytest.param("OPTIMIZE a.t", "", "", id="maintenance"),
    ],
)
def test_reads_and_writes(sql: str, reads: str, writes: str) -> None:
    assert " ".join(map(str, tables_read(sql))) == reads
    assert " ".join(map(str, tables_written(sql))) == writes
    assert table_use(sql).is_complete


@pytest.mark.parametrize("sql", ["NONSENSE here", "SELECT FROM WHERE", "SELECT '"])
def test_what_is_not_understood_is_said(sql: str) -> None:
    assert not table_use(sql).is_complete


def test_valid_statements_are_nearly_all_understood_and_silently(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        unknown = [name for name, sql in VALID.items() if not table_use(sql).is_complete]
    assert caplog.records == []
    assert len(unknown) <= 15, unknown
