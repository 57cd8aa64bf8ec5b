"""Options of `templates search` and `templates test`."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Lakewright


def test_a_search_forgives_slips_and_keeps_to_its_filters(lakewright: Lakewright) -> None:
    said = lakewright("templates", "search", "kafak", "--category", "ingestion", "--json")

    items = json.loads(said.stdout)["items"]
    assert items[0]["id"] == "kafka_ingest"
    assert {item["category"] for item in items} == {"ingestion"}


def test_a_search_says_how_many_more_there_are(lakewright: Lakewright) -> None:
    said = lakewright("templates", "search", "table", "--limit", "1")

    assert len(said.stdout.strip().splitlines()) == 2
    assert "more; show them with --limit" in said.stderr


@pytest.mark.parametrize(
    ("format_", "begins"), [("json", "{"), ("text", "TEMPLATE"), ("html", "<!doctype html>")]
)
def test_a_report_is_written_where_it_was_asked_for(
    lakewright: Lakewright, tmp_path: Path, format_: str, begins: str
) -> None:
    out = tmp_path / "report"

    said = lakewright("templates", "test", "cost_guard", "--report", format_, "--out", out)

    assert said.exit_code == 0, said.stderr
    assert out.read_text().casefold().startswith(begins.casefold())


def test_what_passed_before_is_left_out_when_only_changes_count(lakewright: Lakewright) -> None:
    first = lakewright("templates", "test", "cost_guard", "--changed", "--json")
    second = lakewright("templates", "test", "cost_guard", "--changed", "--json")

    assert [one["remembered"] for one in json.loads(first.stdout)["templates"]] == [False]
    assert [one["remembered"] for one in json.loads(second.stdout)["templates"]] == [True]


def test_an_unknown_report_is_a_usage_error(lakewright: Lakewright) -> None:
    assert lakewright("templates", "test", "cost_guard", "--report", "pdf").exit_code == 2
