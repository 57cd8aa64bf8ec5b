"""Columns out of whatever people paste: DDL of any database, lists, pieces of a spreadsheet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakewright.sql.columns import MOST_COLUMNS, Column, read_columns
from lakewright.sql.types import is_type


def test_ddl_of_databricks_is_read_with_comments_and_keys() -> None:
    found = read_columns(
        "CREATE TABLE IF NOT EXISTS main.sales.orders (\n"
        "  id BIGINT NOT NULL COMMENT 'the key',\n"
        "  total DECIMAL(18, 2),\n"
        "  tags ARRAY<STRING>,\n"
        "  CONSTRAINT pk PRIMARY KEY (id)\n"
        ") USING DELTA CLUSTER BY (id)"
    )

    assert (found.table, found.source, found.diagnostics) == ("main.sales.orders", "ddl", ())
    assert found.columns == (
        Column("id", "BIGINT", "the key", nullable=False),
        Column("total", "DECIMAL(18,2)"),
        Column("tags", "ARRAY<STRING>"),
    )


@pytest.mark.parametrize(
    ("ddl", "columns"),
    [
        pytest.param(
            "create table public.t (id serial primary key, name character varying(20) not null,"
            " at timestamp with time zone, data jsonb);"
            " comment on column public.t.name is 'who';",
            [("id", "INT", "", False), ("name", "VARCHAR(20)", "who", False),
             ("at", "TIMESTAMP", "", True)],
            id="Postgres",
        ),
        pytest.param(
            "CREATE TABLE [dbo].[Kunden] ([Id] INT IDENTITY(1,1) NOT NULL,"
            " [Name] NVARCHAR(100) NULL, [Ok] BIT, [At] DATETIME2)",
            [("Id", "INT", "", False), ("Name", "VARCHAR(100)", "", True),
             ("Ok", "BOOLEAN", "", True), ("At", "TIMESTAMP", "", True)],
            id="SQL Server",
        ),
        pytest.param(
            "CREATE TABLE `t` (`id` int(11) NOT NULL AUTO_INCREMENT COMMENT 'key',"
            " `s` text, PRIMARY KEY (`id`)) ENGINE=InnoDB",
            [("id", "INT", "key", False), ("s", "STRING", "", True)],
            id="MySQL",
        ),
        pytest.param(
            "CREATE TABLE T (ID NUMBER(10) NOT NULL, NAME VARCHAR2(20 CHAR), D DATE)",
            [("ID", "DECIMAL(10,0)", "", False), ("NAME", "VARCHAR(20)", "", True),
             ("D", "DATE", "", True)],
            id="Oracle",
        ),
        pytest.param(
            "CREATE OR REPLACE TABLE p.d.t (id INT64 NOT NULL, s STRUCT<a INT64, b STRING>)",
            [("id", "BIGINT", "", False), ("s", "STRUCT<a: BIGINT, b: STRING>", "", True)],
            id="BigQuery",
        ),
    ],
)  # fmt: skip
def test_ddl_of_other_databases_is_read(
    ddl: str, columns: list[tuple[str, str, str, bool]]
) -> None:
    found = read_columns(ddl)

    assert found.source == "ddl"
    got = [(c.name, c.type, c.comment, c.nullable) for c in found.columns]
    assert got[: len(columns)] == columns
    assert all(is_type(column.type) for column in found.columns)


def test_a_list_of_names_and_types_is_enough() -> None:
    found = read_columns("id BIGINT NOT NULL,\nname STRING COMMENT 'who',\n")

    assert (found.table, found.source) == (None, "ddl")
    assert found.columns == (
        Column("id", "BIGINT", nullable=False),
        Column("name", "STRING", "who"),
    )


def test_a_pasted_list_of_columns_is_read_by_its_heads() -> None:
    found = read_columns(
        "Column Name\tData Type\tNullable\tDescription\n"
        "id\tNUMBER(10)\tNo\tThe key\nname\tvarchar2(20)\tYes\t\nodd\tBLOBBY\tYes\t\n"
    )

    assert found.source == "table"
    assert found.columns[0] == Column("id", "DECIMAL(10,0)", "The key", nullable=False)
    assert [column.type for column in found.columns[1:]] == ["VARCHAR(20)", "STRING"]
    assert [one.rule for one in found.diagnostics] == ["column-type-is-unknown"]


@pytest.mark.parametrize(
    ("text", "types"),
    [
        pytest.param("id,total,day\n1,1.5,2026-01-31\n2,3,2026-02-01\n",
                     {"id": "BIGINT", "total": "DOUBLE", "day": "DATE"}, id="CSV"),
        pytest.param('id;name\n1;"a;b"\n2;c\n', {"id": "BIGINT", "name": "STRING"},
                     id="semicolons and quotes"),
        pytest.param("code\tok\tat\n007\ttrue\t2026-01-01 10:00:00\n",
                     {"code": "STRING", "ok": "BOOLEAN", "at": "TIMESTAMP"}, id="codes stay text"),
        pytest.param("a\tb\n\t1\n\t99999999999999999999\n",
                     {"a": "STRING", "b": "DECIMAL(38,0)"}, id="empty and huge"),
        pytest.param("| id | name |\n|----|------|\n| 1 | x |\n",
                     {"id": "BIGINT", "name": "STRING"}, id="Markdown"),
        pytest.param("id\tname\tcreated at\n", {"id": "STRING", "name": "STRING",
                     "created at": "STRING"}, id="only the heads"),
    ],
)  # fmt: skip
def test_types_follow_from_the_values(text: str, types: dict[str, str]) -> None:
    found = read_columns(text)
    assert {column.name: column.type for column in found.columns} == types
    assert found.source == "table"


def test_columns_with_one_name_are_told_apart() -> None:
    found = read_columns("id,ID,\n1,2,3\n")

    assert [column.name for column in found.columns] == ["id", "ID_2", "column_3"]
    assert [one.rule for one in found.diagnostics] == ["column-named-twice"]


def test_of_two_tables_the_first_counts_and_it_is_told() -> None:
    found = read_columns("create table a (x int); create table b (y int)")

    assert (found.table, [column.name for column in found.columns]) == ("a", ["x"])
    assert [one.rule for one in found.diagnostics] == ["columns-of-the-first-table"]


@pytest.mark.parametrize(
    "text", ["", " \n", "hello", "create table", "create table t", "(((", "\x00"]
)
def test_what_holds_no_columns_says_so(text: str) -> None:
    found = read_columns(text)
    assert [one.rule for one in found.diagnostics] == ["columns-not-found"]
    assert found.columns == ()


def test_a_table_that_is_too_wide_is_cut_and_it_is_told() -> None:
    found = read_columns("\t".join(f"c{n}" for n in range(MOST_COLUMNS + 1)))

    assert len(found.columns) == MOST_COLUMNS
    assert [one.rule for one in found.diagnostics] == ["columns-are-too-many"]


@given(st.text(alphabet="ab1 ,;|\t\n\"'()<>:.-createtableCREATE", max_size=80))
def test_whatever_is_pasted_every_column_has_a_name_and_a_type(text: str) -> None:
    for column in read_columns(text).columns:
        assert column.name
        assert is_type(column.type)
