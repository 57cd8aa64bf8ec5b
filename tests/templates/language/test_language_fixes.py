"""Findings of a text that is being typed, and the edits that mend them."""

import pytest

from lakewright.templates.language.document import read_document
from lakewright.templates.language.findings import Finding, actions, findings
from lakewright.templates.language.text import Range, applied
from tests.templates.language.marked import HEAD, VIEW, in_file

USES_ALL = "-- {{ table | table_name }}{{ columns | idents }}{{ options | literal }}" + (
    "{% if variations.comments.enabled %}{{ prefix | literal }}{% endif %}"
)


def found_in(text: str, rule: str) -> Finding:
    document = read_document(text, "templates/orders.yaml", view=VIEW)
    [found] = [each for each in findings(document, VIEW) if each.diagnostic.rule == rule]
    return found


def mended(text: str, rule: str, number: int = 0) -> str:
    """The text after the fix; the finding must be gone and no other kind have come."""
    fixed = applied(text, found_in(text, rule).fixes[number].edits)
    document = read_document(fixed, "templates/orders.yaml", view=VIEW)
    before = read_document(text, "templates/orders.yaml", view=VIEW)
    rules = [each.diagnostic.rule for each in findings(before, VIEW)]
    rules.remove(rule)
    left = [each.diagnostic.rule for each in findings(document, VIEW)]
    assert rule not in left
    assert set(left) <= {*rules, "missing-description"}
    return fixed


@pytest.mark.parametrize(
    ("use", "kind"),
    [
        pytest.param("{{ goal | table_name }}", "table_name", id="printed as a table name"),
        pytest.param("{{ goal | ident }}", "string", id="printed as a name"),
        pytest.param("{% if goal %}x{% endif %}", "boolean", id="only a condition"),
        pytest.param("{% for g in goal %}{{ g | ident }}{% endfor %}", "array", id="looped over"),
        pytest.param(
            "{% for g in goal %}{{ g.name | ident }} {{ g.type | sql_type }}{% endfor %}",
            "columns", id="looped over as columns",
        ),
        pytest.param("{{ goal.scope | literal }}", "secret", id="asked for its scope"),
        pytest.param(
            "{% for k, v in goal | dictsort %}{{ k | literal }}{% endfor %}", "object",
            id="looped over by key",
        ),
        pytest.param("{% if goal > 3 %}x{% endif %}", "integer", id="compared with a number"),
    ],
)  # fmt: skip
def test_an_undeclared_variable_is_declared_with_the_type_of_its_uses(use: str, kind: str) -> None:
    found = mended(in_file(f"{USES_ALL}\n{use}"), "undeclared-variable")

    assert f"      - name: goal\n        type: {kind}\n        required: true\n" in found
    assert found.index("name: goal") < found.index("variations:")


def test_a_template_without_variables_gets_the_list_too() -> None:
    text = "templates:\n  - id: a\n    template_content: |\n      {{ goal | ident }}\n"

    found = mended(text, "undeclared-variable")

    assert "    variables:\n      - name: goal\n        type: string\n" in found


def test_a_slip_of_the_pen_is_corrected() -> None:
    text = in_file(USES_ALL.replace("table |", "tabel |"))

    fixed = applied(text, found_in(text, "undeclared-variable").fixes[0].edits)

    assert fixed == in_file(USES_ALL)


def test_an_unused_variable_is_removed_with_all_its_lines() -> None:
    text = in_file(USES_ALL.replace("{{ options | literal }}", ""))

    found = mended(text, "unused-variable")

    assert found == text.replace(
        "      - name: options\n        type: object\n"
        '        sample: {header: "true", nested: {deep: 1}}\n',
        "",
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("{{ prefix }}", "{{ prefix | ident }}", id="a name"),
        pytest.param("'{{ prefix }}'", "{{ prefix | literal }}", id="between quotes"),
        pytest.param("`{{ prefix }}`", "{{ prefix | ident }}", id="between backticks"),
        pytest.param("-- {{ prefix }}", "-- {{ prefix | sql_comment }}", id="in a comment"),
        pytest.param("{{ prefix ~ 'x' }}", "{{ (prefix ~ 'x') | ident }}", id="an expression"),
    ],
)
def test_the_right_filter_is_added(before: str, after: str) -> None:
    found = mended(in_file(f"{USES_ALL}\nSELECT\n{before}"), "unsafe-interpolation")

    assert found == in_file(f"{USES_ALL}\nSELECT\n{after}")


def test_braces_for_databricks_are_printed() -> None:
    found = mended(in_file(f"{USES_ALL}\nSELECT '{{{{job.run_id}}}}'"), "databricks-braces")

    assert found == in_file(f"{USES_ALL}\nSELECT '{{{{ \"job.run_id\" | dynamic_value }}}}'")


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        pytest.param("{{ table | table_nam }}", "{{ table | table_name }}", "unknown-filter",
                     id="a filter"),
        pytest.param("{% if table is mappin %}{% endif %}",
                     "{% if table is mapping %}{% endif %}", "unknown-test", id="a test"),
        pytest.param("{{ variations.coments.enabled }}", "{{ variations.comments.enabled }}",
                     "unknown-variation", id="a variation"),
        pytest.param('{% from "macros/owm.jinja" import hello %}',
                     '{% from "macros/own.jinja" import hello %}', "macro-not-found",
                     id="a macro file"),
    ],
)  # fmt: skip
def test_a_wrong_name_is_replaced_by_the_nearest(before: str, after: str, rule: str) -> None:
    assert mended(in_file(f"{USES_ALL}\n{before}"), rule) == in_file(f"{USES_ALL}\n{after}")


def test_a_variation_that_is_read_can_be_declared() -> None:
    found = mended(
        in_file(f"{USES_ALL}\n{{% if variations.fast.enabled %}}x{{% endif %}}"),
        "unknown-variation",
    )

    assert "      - id: fast\n        enabled: false\n" in found


def test_lines_are_put_into_a_variation() -> None:
    text = in_file("SELECT 1\n  + 2\nFROM x")
    document = read_document(text, view=VIEW)
    first = HEAD.count("\n") + 1

    [only] = actions(document, Range(first, 7, first + 1, 9), VIEW)[-1:]

    assert only.title == "Only with the variation 'comments'"
    assert applied(text, only.edits) == in_file(
        "{% if variations.comments.enabled %}\nSELECT 1\n  + 2\n{% endif %}\nFROM x"
    )


def test_a_finding_says_which_characters_it_is_about() -> None:
    found = found_in(in_file(f"{USES_ALL}\nSELECT {{{{ goal | ident }}}}"), "undeclared-variable")

    line = HEAD.count("\n") + 2
    assert found.range == Range(line, 17, line, 21)
    assert found.diagnostic.where.line == line
    assert found.diagnostic.where.file == "templates/orders.yaml"


def test_a_finding_in_the_undo_source_is_placed_there() -> None:
    undo = "    undo_content: |\n      DROP TABLE {{ goal | table_name }}\n"
    text = in_file(USES_ALL, undo)

    found = found_in(text, "undeclared-variable")

    assert text.split("\n")[found.range.line - 1].strip() == "DROP TABLE {{ goal | table_name }}"
    assert found.range.column == 21


def test_broken_yaml_does_not_hide_what_is_wrong_with_the_template() -> None:
    text = in_file("{{ table | nonsense }}").replace("name: Orders", "name: [Orders")

    rules = {each.diagnostic.rule for each in findings(read_document(text), VIEW)}

    assert "unknown-filter" in rules
    assert any(rule.startswith("yaml") for rule in rules)


def test_a_macro_file_is_checked_as_one() -> None:
    document = read_document("{% macro a(b) %}{{ b | nope }}{% endmacro %}",
                             "templates/macros/x.jinja")  # fmt: skip

    [found] = findings(document, VIEW)

    assert found.diagnostic.rule == "unknown-filter"
    assert found.range == Range(1, 24, 1, 28)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("a\u2028b {{ x }}", id="an odd line end"),
        pytest.param("templates:\n- id: a\n  template_content: |\n    {{ x }}\n", id="a file"),
        pytest.param("templates:\n- id: a\n  template_content: |", id="a file without a source"),
    ],
)
@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param(Range(9, 1, 12, 3), id="below"),
        pytest.param(Range(1, 900, 1, 950), id="behind"),
        pytest.param(Range(10**6, 10**6, 1, 1), id="backwards from far away"),
        pytest.param(Range(1, 1, 10**6, 10**6), id="everything and more"),
    ],
)
def test_what_can_be_done_outside_of_the_text_is_what_can_be_done_at_its_edge(
    text: str, chosen: Range
) -> None:
    document = read_document(text)
    edge = document.lines.inside(chosen)

    assert actions(document, chosen, VIEW) == actions(document, edge, VIEW)
