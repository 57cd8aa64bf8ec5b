"""A fault in a generated text is shown where a person can mend it."""

import pytest

from lakewright.diagnostics import Diagnostic, Severity
from tests.operations.workshop import Workshop, rules, tables_model

TEMPLATE = """\
templates:
  - id: own_query
    name: Own query
    output_type: sql
    node_types:
      - {{type: sql_query, because: ours}}
    variables:
      - {{name: query, type: string, from: node.properties.query, sample: "SELECT 1"}}
    template_content: |
{content}
"""
MODEL = """\
data_models:
  - id: shop
    nodes:
      - id: report
        type: sql_query
        properties:
          query: {query}
      - id: other
        type: sql_query
        properties:
          query: SELECT 2 AS two
"""


def write(workshop: Workshop, content: str, query: str = "SELECT 1 AS one") -> None:
    body = "\n".join(f"      {line}" for line in content.splitlines())
    workshop.write("templates/own.yaml", TEMPLATE.format(content=body))
    workshop.model("shop", MODEL.format(query=query))


def only(found: tuple[Diagnostic, ...], node: str) -> Diagnostic:
    [one] = [d for d in found if d.where.node == node and d.severity is Severity.ERROR]
    return one


def test_broken_sql_of_an_own_template_is_shown_at_the_templates_line(workshop: Workshop) -> None:
    write(workshop, "-- first\n-- second\nSELECT FROM WHERE {{ 1 }};")

    report = workshop.generate()

    assert report.refused
    found = only(report.diagnostics, "report")
    assert found.where.file == "metadata/templates/own.yaml"
    assert found.where.line == 12
    assert found.seen_at is not None
    assert found.seen_at.file == "src/shop/tasks/report.sql"


def test_a_value_that_breaks_sql_is_shown_at_its_property(workshop: Workshop) -> None:
    write(workshop, "{{ query }};", query="SELECT one FROM")

    report = workshop.generate()

    found = only(report.diagnostics, "report")
    assert found.where.file == "metadata/models/shop.yaml"
    assert found.where.line == 7
    assert found.where.property == "query"


def test_a_value_that_breaks_a_built_in_template_is_shown_at_its_property(
    workshop: Workshop,
) -> None:
    workshop.model("shop", MODEL.format(query="SELECT one FROM"))

    report = workshop.generate()

    found = only(report.diagnostics, "report")
    assert (found.where.file, found.where.line) == ("metadata/models/shop.yaml", 7)
    assert found.where.property == "query"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        pytest.param("{% for i in range(10 ** 9) %}x{% endfor %}", "template-limit", id="runaway"),
        pytest.param("{{ ''.__class__.__mro__ }}", "template-forbidden", id="escape"),
        pytest.param("{{ query.nowhere.deep }}", "template-undefined", id="undefined"),
        pytest.param("{{ 1 // 0 }}", "template-error", id="division by zero"),
    ],
)
def test_a_template_that_fails_is_a_finding_at_its_line_and_others_are_still_judged(
    workshop: Workshop, content: str, rule: str
) -> None:
    write(workshop, f"-- first\n{content}")
    workshop.model(
        "broken",
        "data_models:\n  - id: broken\n    nodes:\n"
        "      - {id: bad, type: uc_view,"
        " properties: {catalog: main, schema: a, name: bad, query: SELECT FROM}}\n",
    )

    report = workshop.generate()

    assert report.refused
    found = only(report.diagnostics, "report")
    assert found.rule == rule or "template" in found.rule
    assert (found.where.file, found.where.line) == ("metadata/templates/own.yaml", 11)
    assert only(report.diagnostics, "bad")


def test_a_syntax_error_of_a_template_is_shown_at_its_line(workshop: Workshop) -> None:
    write(workshop, "-- first\n{% if query %}\nSELECT 1;")

    report = workshop.generate()

    assert report.refused
    places = {(d.where.file, d.where.line) for d in report.diagnostics}
    assert places & {("metadata/templates/own.yaml", line) for line in (10, 11, 12)}


def test_a_template_that_prints_nothing_is_said(workshop: Workshop) -> None:
    write(workshop, "{% if query == 'never' %}SELECT 1;{% endif %}")

    assert "empty-script" in rules(workshop.generate().diagnostics)


def test_a_hostile_value_stays_one_value(workshop: Workshop) -> None:
    hostile = "a`; DROP SCHEMA main.silver CASCADE; --"
    model = tables_model("shop", {"orders": "INT"}).replace("name: amount", f'name: "{hostile}"')
    workshop.model(
        "shop", model.replace('type: "INT"', 'type: INT, comment: "\'); DROP TABLE x; --"')
    )

    report = workshop.generate()

    if not report.refused:
        script = workshop.files()["src/shop/setup/orders.sql"].decode()
        assert "`a``; DROP SCHEMA main.silver CASCADE; --`" in script
        assert r"COMMENT '\'); DROP TABLE x; --'" in script


def test_findings_are_not_forgotten_by_the_next_run(workshop: Workshop) -> None:
    write(workshop, "SELECT FROM WHERE;")
    first = workshop.generate()

    second = workshop.generate()

    assert second.refused
    assert second.diagnostics == first.diagnostics


def test_a_mended_template_generates(workshop: Workshop) -> None:
    write(workshop, "SELECT FROM WHERE;")
    assert workshop.generate().refused
    write(workshop, "{{ query }};")

    assert not workshop.generate().refused
