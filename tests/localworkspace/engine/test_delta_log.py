"""Our reading and writing of Delta logs, seen through the engine that writes the tables."""

from typing import Any

import pytest

from lakewright.localworkspace.engine.delta_log import DeltaLog
from lakewright.localworkspace.engine.errors import EngineError
from tests.localworkspace.engine.conftest import Sail

TWO_ROWS = "SELECT * FROM VALUES (1, 'a'), (2, 'b') AS t(id, name)"


def test_the_state_has_the_columns_and_every_version(sail: Sail) -> None:
    name, folder = sail.table(TWO_ROWS)
    sail.rows(f"INSERT INTO {name} VALUES (3, 'c')")

    log = DeltaLog(folder)

    assert [field["name"] for field in log.state().fields] == ["id", "name"]
    assert log.versions() == [0, 1]
    assert len(log.state(0).files) < len(log.state().files)


def test_the_commit_counts_the_rows_that_changed_where_the_engine_counts_those_rewritten(
    sail: Sail,
) -> None:
    name, folder = sail.table("SELECT id FROM range(10)")

    [(answered,)] = sail.rows(f"UPDATE {name} SET id = 100 WHERE id = 3")

    metrics = DeltaLog(folder).commit_info(1)["operationMetrics"]
    assert (answered, metrics["numUpdatedRows"]) == (10, 1)


def test_restore_brings_rows_and_columns_back_as_a_new_version(sail: Sail) -> None:
    name, folder = sail.table(TWO_ROWS)
    sail.rows(f"DELETE FROM {name} WHERE id = 1")
    log = DeltaLog(folder)

    log.restore(0)

    assert sail.rows(f"SELECT * FROM {name} ORDER BY id") == [(1, "a"), (2, "b")]
    assert log.commit_info(2)["operation"] == "RESTORE"
    assert log.versions() == [0, 1, 2]


def test_restore_is_refused_when_a_file_is_gone(sail: Sail) -> None:
    name, folder = sail.table(TWO_ROWS)
    sail.rows(f"DELETE FROM {name}")
    log = DeltaLog(folder)
    for path in log.state(0).files:
        (folder / path).unlink()

    with pytest.raises(EngineError, match="gone"):
        log.restore(0)

    assert log.versions() == [0, 1]


def test_a_column_that_is_added_in_the_log_reads_as_null_and_can_be_written(sail: Sail) -> None:
    name, folder = sail.table(TWO_ROWS)

    def add(metadata: dict[str, Any], fields: list[dict[str, Any]]) -> None:
        fields.append({"name": "extra", "type": "string", "nullable": True, "metadata": {}})

    DeltaLog(folder).change_metadata("ADD COLUMNS", add)
    again = f"{name}_again"
    sail.rows(f"CREATE TABLE {again} USING DELTA LOCATION '{folder}'")
    sail.rows(f"INSERT INTO {again} VALUES (3, 'c', 'x')")

    assert sail.rows(f"SELECT id, extra FROM {again} ORDER BY id") == [
        (1, None),
        (2, None),
        (3, "x"),
    ]


def test_a_replaced_table_has_other_columns_and_keeps_its_history(sail: Sail) -> None:
    _, folder = sail.table(TWO_ROWS)
    _, staged = sail.table("SELECT 7 AS other, DATE'2024-01-01' AS day")

    DeltaLog(folder).replace_with(DeltaLog(staged), "CREATE OR REPLACE TABLE AS SELECT", "new")

    at = f"delta.`{folder}`"
    assert [column for column, _ in sail.columns(f"SELECT * FROM {at}")] == ["other", "day"]
    assert sail.rows(f"SELECT other FROM {at}") == [(7,)]
    sail.rows(f"CREATE TABLE replaced USING DELTA LOCATION '{folder}'")
    assert sail.rows("SELECT id FROM replaced VERSION AS OF 0 ORDER BY id") == [(1,), (2,)]
    assert DeltaLog(folder).state().metadata["description"] == "new"


def test_replaced_files_change_rows_and_nothing_else(sail: Sail) -> None:
    name, folder = sail.table(TWO_ROWS)
    _, staged = sail.table(f"SELECT * FROM {name} WHERE id = 2")
    log = DeltaLog(folder)
    before = log.state().metadata

    log.replace_files(DeltaLog(staged), "DELETE", after=0, metrics={"numDeletedRows": 1})

    assert sail.rows(f"SELECT * FROM {name}") == [(2, "b")]
    assert log.state().metadata == before


def test_rows_that_were_computed_from_an_older_version_are_not_written(sail: Sail) -> None:
    name, folder = sail.table(TWO_ROWS)
    _, staged = sail.table(f"SELECT * FROM {name} WHERE id = 2")
    sail.rows(f"INSERT INTO {name} VALUES (3, 'c')")

    with pytest.raises(EngineError) as refused:
        DeltaLog(folder).replace_files(DeltaLog(staged), "DELETE", after=0, metrics={})

    assert refused.value.error_class == "DELTA_CONCURRENT_WRITE"
    assert sail.rows(f"SELECT count(*) FROM {name}") == [(3,)]


def test_two_writers_of_one_version_are_not_both_heard(sail: Sail) -> None:
    _, folder = sail.table(TWO_ROWS)
    log = DeltaLog(folder)
    log.commit("FIRST", [], after=0)

    with pytest.raises(FileExistsError):
        log.commit("SECOND", [], after=0)

    assert log.commit_info(1)["operation"] == "FIRST"


def test_a_moment_after_the_last_commit_is_refused(sail: Sail) -> None:
    _, folder = sail.table(TWO_ROWS)
    log = DeltaLog(folder)
    committed = log.timestamp(0)

    assert log.version_at(committed) == 0
    with pytest.raises(EngineError) as late:
        log.version_at(committed + 1)
    with pytest.raises(EngineError) as early:
        log.version_at(committed - 1)

    assert late.value.error_class == "DELTA_TIMESTAMP_GREATER_THAN_COMMIT"
    assert early.value.error_class == "DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION"


def test_a_version_that_never_was_is_refused(sail: Sail) -> None:
    _, folder = sail.table(TWO_ROWS)

    with pytest.raises(EngineError, match=r"Available versions: \[0, 0\]"):
        DeltaLog(folder).state(4)
