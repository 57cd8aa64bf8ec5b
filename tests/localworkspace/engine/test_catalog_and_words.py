"""The catalog file, the reading of statements, and how values and refusals are written."""

import datetime
import decimal
from pathlib import Path
from typing import Any

import pytest

from lakewright.localworkspace.engine.errors import EngineError, no_such
from lakewright.localworkspace.engine.objects import Objects
from lakewright.localworkspace.engine.outcome import Outcome
from lakewright.localworkspace.engine.port import Fidelity, Level
from lakewright.localworkspace.engine.values import value_text
from lakewright.localworkspace.engine.words import (
    Words,
    literal,
    properties,
    split_commas,
    string_value,
)


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    made = Objects(tmp_path / "catalog.sqlite")
    made.put("catalog", ["main"])
    made.put("schema", ["main", "sales"])
    return made


def test_names_are_found_in_any_case(objects: Objects) -> None:
    objects.put("table", ["Main", "Sales", "Orders"], location="/x")

    assert objects.need(["MAIN", "sales", "oRDERS"]).location == "/x"


def test_a_second_opening_sees_what_the_first_wrote(objects: Objects, tmp_path: Path) -> None:
    objects.put("table", ["main", "sales", "orders"])

    assert Objects(tmp_path / "catalog.sqlite").find(["main", "sales", "orders"]) is not None


def test_an_object_needs_its_parent(objects: Objects) -> None:
    with pytest.raises(EngineError) as refused:
        objects.put("table", ["main", "nope", "orders"])

    assert refused.value.error_class == "SCHEMA_NOT_FOUND"


def test_a_name_is_given_once(objects: Objects) -> None:
    objects.put("table", ["main", "sales", "orders"])

    with pytest.raises(EngineError) as refused:
        objects.put("view", ["main", "sales", "orders"])

    assert refused.value.sqlstate == "42P07"


def test_a_function_and_a_table_may_have_one_name(objects: Objects) -> None:
    objects.put("table", ["main", "sales", "x"])
    objects.put("function", ["main", "sales", "x"])

    assert objects.need(["main", "sales", "x"], "function").kind == "function"


def test_a_schema_takes_everything_below_it_away(objects: Objects) -> None:
    objects.put("schema", ["main", "sales2"])
    objects.put("table", ["main", "sales", "orders"])
    objects.put("volume", ["main", "sales", "landing"])

    objects.remove(objects.need(["main", "sales"]))

    assert [found.name for found in objects.all()] == [("main",), ("main", "sales2")]


def test_every_change_gives_a_newer_generation(objects: Objects) -> None:
    first = objects.put("table", ["main", "sales", "orders"])
    objects.change(first, comment="new")

    assert objects.need(first.name).generation > first.generation
    assert objects.need(first.name).details == {"comment": "new"}


def test_a_recorded_statement_can_be_read_again(objects: Objects) -> None:
    objects.record(["main"], "GRANT SELECT ON CATALOG main TO analysts")

    assert objects.recorded() == [("`main`", "GRANT SELECT ON CATALOG main TO analysts")]


def test_files_that_were_loaded_are_remembered(objects: Objects) -> None:
    objects.mark_loaded("/t", ["a.csv", "b.csv"])
    objects.mark_loaded("/t", ["b.csv"])

    assert objects.loaded_files("/t") == {"a.csv", "b.csv"}
    assert objects.loaded_files("/u") == set()


@pytest.mark.parametrize("text", ["it's", "a\\b", "two\nlines", 'say "x"', "naïve 数 🧱", ""])
def test_a_literal_stands_for_the_text_that_it_was_made_from(text: str) -> None:
    assert string_value(literal(text)) == text


def test_commas_inside_brackets_and_types_do_not_split() -> None:
    assert split_commas("a DECIMAL(10, 2), b STRUCT<x: INT, y: MAP<STRING, INT>>, c 'x,y'") == [
        "a DECIMAL(10, 2)",
        "b STRUCT<x: INT, y: MAP<STRING, INT>>",
        "c 'x,y'",
    ]


def test_properties_may_be_quoted_or_dotted() -> None:
    assert properties("'a' = 'b', delta.x.y = true, c = 1") == {
        "a": "b",
        "delta.x.y": "true",
        "c": "1",
    }


def test_what_does_not_belong_is_named() -> None:
    words = Words("DROP TABLE t nonsense")
    words.need("DROP", "TABLE")
    words.name()

    with pytest.raises(EngineError) as refused:
        words.end()

    assert refused.value.message == (
        "[PARSE_SYNTAX_ERROR] Syntax error at or near 'nonsense': extra input. SQLSTATE: 42601"
    )


def test_a_bracket_that_never_closes_is_refused() -> None:
    with pytest.raises(EngineError, match="not closed"):
        Words("(a, (b)").brackets()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        (True, "true"),
        (7, "7"),
        (1.0, "1.0"),
        (1e20, "1.0E20"),
        (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
        (decimal.Decimal("1.50"), "1.50"),
        (datetime.date(2024, 1, 2), "2024-01-02"),
        (datetime.datetime(2024, 1, 2, 3, 4, 5, 6000), "2024-01-02T03:04:05.006"),
        (b"\x00\x01", "AAE="),
        ([1, None, "é"], '["1",null,"é"]'),
        ({"k": [True]}, '{"k":["true"]}'),
    ],
)
def test_values_are_written_as_statement_execution_writes_them(
    value: Any, text: str | None
) -> None:
    assert value_text(value) == text


def test_the_weakest_step_labels_a_result() -> None:
    outcome = Outcome()
    outcome.shimmed("change data feed")
    outcome.rewritten("rule qualify")

    assert outcome.fidelity is Fidelity.SHIMMED
    assert outcome.reasons == ["change data feed", "rule qualify"]


def test_what_was_only_recorded_was_not_executed() -> None:
    outcome = Outcome()
    outcome.not_run("GRANT is recorded")

    assert (outcome.fidelity, outcome.level) == (Fidelity.NOT_RUN, Level.PARSED)


def test_a_missing_table_is_refused_in_the_words_of_the_service() -> None:
    assert no_such("table", "`a`.`b`").message == (
        "[TABLE_OR_VIEW_NOT_FOUND] The table or view `a`.`b` cannot be found. Verify the spelling "
        "and correctness of the catalog, schema and object name. SQLSTATE: 42P01"
    )
