"""What is said about a template before anybody gives it values."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.diagnostics import Diagnostic, Location, Severity
from lakewright.templates.checks import RULES, check_macros, check_template
from lakewright.templates.interpolation import place_after
from lakewright.templates.template import Template, Variable, VariableType, Variation

BRIEF_VARIABLES = (
    Variable("catalog_name", required=True, description="Unity Catalog name", line=8),
    Variable("schema_name", required=True, line=12),
    Variable("table_name", required=True, line=15),
    Variable("partition_columns", VariableType.ARRAY, default=[], line=18),
    Variable("enable_cdf", VariableType.BOOLEAN, default=False, line=22),
)
BRIEF_VARIATIONS = (
    Variation(
        "with_constraints",
        line=27,
        adds_variables=(
            Variable("primary_key", VariableType.ARRAY, line=31),
            Variable("check_constraints", VariableType.ARRAY, line=33),
        ),
    ),
    Variation(
        "with_tblproperties",
        line=35,
        adds_variables=(Variable("custom_properties", VariableType.OBJECT, line=39),),
    ),
)
BRIEF_CONTENT = """\
CREATE TABLE IF NOT EXISTS {{ catalog_name }}.{{ schema_name }}.{{ table_name }}
(
  {% for column in columns %}
  {{ column.name }} {{ column.type }}{% if column.comment %} COMMENT '{{ column.comment }}'{% endif %}{% if not loop.last %},{% endif %}
  {% endfor %}
)
USING DELTA
{% if partition_columns|length > 0 %}
PARTITIONED BY ({% for col in partition_columns %}{{ col }}{% if not loop.last %}, {% endif %}{% endfor %})
{% endif %}
{% if enable_cdf %}
TBLPROPERTIES (
  'delta.enableChangeDataFeed' = 'true'
)
{% endif %}
{% if variations.with_constraints.enabled %}
{% if primary_key %}
CONSTRAINT pk_{{ table_name }} PRIMARY KEY ({% for col in primary_key %}{{ col }}{% if not loop.last %}, {% endif %}{% endfor %})
{% endif %}
{% endif %}
"""  # noqa: E501


def template(content: str = "", *variables: Variable, **others: Any) -> Template:
    described = [variable if variable.description else replaced(variable) for variable in variables]
    return Template("t", "T", variables=tuple(described), content=content, **others)


def replaced(variable: Variable) -> Variable:
    from dataclasses import replace

    return replace(variable, description="Something")


def rules_of(made: Template, macros: dict[str, str] | None = None) -> list[tuple[str, int, int]]:
    found = check_template(made, macros or {})
    return [(finding.rule, finding.where.line, finding.where.column) for finding in found]


def test_the_sample_of_the_brief() -> None:
    made = Template(
        "template_001",
        "Delta Table Creation",
        variables=BRIEF_VARIABLES,
        variations=BRIEF_VARIATIONS,
        content=BRIEF_CONTENT,
        file="templates/delta.yaml",
        content_line=42,
        content_column=6,
    )
    found = [d for d in check_template(made, {}) if d.severity is not Severity.INFO]

    assert [(d.rule, d.where.line, d.where.column, d.problem) for d in found] == [
        ("undeclared-variable", 44, 26, "The content uses 'columns', which is not declared."),
        ("unused-variable", 33, 0, "Variable 'check_constraints' is declared but never used."),
        ("unused-variable", 39, 0, "Variable 'custom_properties' is declared but never used."),
        (
            "dead-variation",
            35,
            0,
            "Variation 'with_tblproperties' changes nothing: the content never reads "
            "variations.with_tblproperties.enabled, nor any variable that it adds "
            "(custom_properties).",
        ),
        ("unsafe-interpolation", 42, 34, "'catalog_name' is printed into SQL as it is."),
        ("unsafe-interpolation", 42, 53, "'schema_name' is printed into SQL as it is."),
        ("unsafe-interpolation", 42, 71, "'table_name' is printed into SQL as it is."),
        ("unsafe-interpolation", 45, 9, "'column.name' is printed into SQL as it is."),
        ("unsafe-interpolation", 45, 27, "'column.type' is printed into SQL as it is."),
        ("unsafe-interpolation", 45, 77, "'column.comment' is printed between quotes as it is."),
        ("unsafe-interpolation", 50, 57, "'col' is printed into SQL as it is."),
        ("unsafe-interpolation", 59, 21, "'table_name' is printed into SQL as it is."),
        ("unsafe-interpolation", 59, 79, "'col' is printed into SQL as it is."),
    ]
    assert {d.where.file for d in found} == {"templates/delta.yaml"}


def test_a_sound_template_has_no_finding() -> None:
    made = template(
        "{% from 'macros/m.jinja' import m %}\n"
        "CREATE TABLE {{ table | table_name }} ({{ m(columns) }})\n"
        "{% if variations.note.enabled %}COMMENT {{ note | literal }}{% endif %}\n"
        "-- {{ node.name | sql_comment }} {{ rows }}\n",
        Variable("table", VariableType.TABLE_NAME, required=True),
        Variable("columns", VariableType.COLUMNS, required=True),
        Variable("rows", VariableType.INTEGER, default=1),
        variations=(Variation("note", adds_variables=(replaced(Variable("note")),)),),
    )

    assert check_template(made, {"macros/m.jinja": "{% macro m(x) %}{% endmacro %}"}) == []


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        ("{% if x %}", 1, 4),
        ("a\n  {{ x }", 2, 0),
        ("a\n  {{ }}", 2, 6),
        ("\n\n {% wrong %}", 3, 5),
        ("{% for %}", 1, 8),
        ("{{ 'a }}", 1, 0),
        ("{{ a b }}", 1, 6),
        ("{% endif %}", 1, 4),
    ],
)
def test_a_syntax_error_has_line_and_column(content: str, line: int, column: int) -> None:
    [finding] = check_template(template(content), {})

    assert finding.rule == "template-syntax"
    assert finding.severity is Severity.ERROR
    assert finding.where.line == line
    if column:
        assert finding.where.column == column


def test_places_are_those_of_the_file() -> None:
    made = template("\n{{ x }", file="t.yaml", content_line=10, content_column=4)

    [finding] = check_template(made, {})

    assert finding.where.file == "t.yaml"
    assert finding.where.line == 11


@pytest.mark.parametrize(
    ("made", "rules"),
    [
        pytest.param(template("{{ 1 | idnt }}"), [("unknown-filter", 1, 8)], id="unknown filter"),
        pytest.param(template("{{ 1 is eevn }}"), [("unknown-test", 1, 9)], id="unknown test"),
        pytest.param(
            template("\n{% include 'macros/x.jinja' %}"), [("macro-not-found", 2, 0)], id="no macro"
        ),
        pytest.param(
            template("{% import '../x' as x %}"), [("macro-not-found", 1, 0)], id="outside"
        ),
        pytest.param(
            template("{{job.run_id}} {{ tasks.a.values.b }} {{input}} {{ backfill.iso_date }}"),
            [
                ("databricks-braces", 1, 3),
                ("databricks-braces", 1, 19),
                ("databricks-braces", 1, 41),
                ("databricks-braces", 1, 52),
            ],
            id="Databricks' own braces",
        ),
        pytest.param(
            template("{{ variations.x.enabled }}"), [("unknown-variation", 1, 4)], id="variation"
        ),
        pytest.param(
            template("", variations=(Variation("a"), Variation("a"))),
            [("dead-variation", 0, 0), ("dead-variation", 0, 0), ("duplicate-name", 0, 0)],
            id="a variation twice",
        ),
        pytest.param(
            template("{{ a | ident }}", Variable("a"), Variable("a")),
            [("duplicate-name", 0, 0)],
            id="a variable twice",
        ),
        pytest.param(
            template("{{ loop | ident }}", Variable("loop")),
            [("shadowed-name", 0, 0)],
            id="a variable named loop",
        ),
        pytest.param(
            template("{{ range | ident }}", Variable("range")),
            [("unused-variable", 0, 0), ("shadowed-name", 0, 0)],
            id="a variable named like a function",
        ),
        pytest.param(
            template("{{ node | ident }}", Variable("node")),
            [("shadowed-name", 0, 0)],
            id="a variable named node",
        ),
        pytest.param(
            template(
                "{% for t in ts %}{{ t | ident }}{% endfor %}{{ t | ident }}",
                Variable("t"),
                Variable("ts", VariableType.ARRAY),
            ),
            [("shadowed-name", 1, 8)],
            id="a loop named like a variable",
        ),
        pytest.param(
            template("{{ a | ident }}", Variable("a", pattern="(a|aa)+$")),
            [("bad-pattern", 0, 0)],
            id="a pattern that hangs",
        ),
        pytest.param(
            template("{{ a }}", Variable("a", VariableType.INTEGER, default="x")),
            [("default-type", 0, 0)],
            id="a default of the wrong type",
        ),
        pytest.param(
            template("{{ a }}", Variable("a", VariableType.INTEGER, sample=True)),
            [("sample-type", 0, 0)],
            id="a sample of the wrong type",
        ),
        pytest.param(
            template("{{ a }}", Variable("a", VariableType.ENUM)),
            [("enum-without-choices", 0, 0)],
            id="an enum without choices",
        ),
        pytest.param(
            template("{{ a }}", Variable("a", VariableType.INTEGER, required=True, default=1)),
            [("required-with-default", 0, 0)],
            id="required with a default",
        ),
        pytest.param(
            template("", Variable("my-name")),
            [("unused-variable", 0, 0), ("variable-name", 0, 0)],
            id="a name that is none",
        ),
        pytest.param(
            template("x", undo="{% if %}"), [("template-syntax", 0, 0)], id="a broken undo source"
        ),
        pytest.param(
            template("x", Variable("a"), undo="DROP TABLE {{ a | ident }}"), [], id="used in undo"
        ),
        pytest.param(
            template(
                "{% for k in variations %}{{ k | ident }}{% endfor %}", variations=(Variation("a"),)
            ),
            [],
            id="variations read as a whole",
        ),
    ],
)
def test_a_rule_finds(made: Template, rules: list[tuple[str, int, int]]) -> None:
    assert rules_of(made) == rules


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("'{{ s }}'", "'s' is printed between quotes as it is."),
        ("'{{ s | ident }}'", "`s | ident` is printed between quotes as it is."),
        ('"a {{ s }}"', "'s' is printed between quotes as it is."),
        ("`{{ s }}`", "'s' is printed between backticks as it is."),
        ("-- {{ s }}\n", "'s' is printed into a comment as it is."),
        ("/* {{ s }} */", "'s' is printed into a comment as it is."),
        ("x {{ s ~ n }}", "'s' is printed into SQL as it is."),
        ("{{ s.upper() }}", "'s.upper' is printed into SQL as it is."),
        ("{{ a | join(', ') }}", "'a' is printed into SQL as it is."),
        ("{% for i in a %}{{ i }}{% endfor %}", "'i' is printed into SQL as it is."),
        ("{% set y = s %}{{ y }}", "'y' is printed into SQL as it is."),
        ("{{ node.properties.path }}", "'node.properties.path' is printed into SQL as it is."),
        ("{% macro m(p) %}{{ p }}{% endmacro %}", "'p' is printed into SQL as it is."),
        ("{{ s if n else '' }}", "'s' is printed into SQL as it is."),
    ],
)
def test_an_open_value_in_sql_is_found(content: str, problem: str) -> None:
    made = template(
        content,
        Variable("s"),
        Variable("n", VariableType.INTEGER),
        Variable("a", VariableType.ARRAY),
    )
    found = [d for d in check_template(made, {}) if d.rule == "unsafe-interpolation"]

    assert [finding.problem for finding in found] == [problem]
    assert found[0].remedy


@pytest.mark.parametrize(
    "content",
    [
        "{{ s | ident }} {{ s | literal }} {{ s | table_name }} {{ s | sql_type }}",
        "{{ a | map('ident') | join(', ') }} {{ a | idents }}",
        "'{{ n }}' {{ n + 1 }} '{{ a | length }}'",
        "{{ ',' if not loop else ('x' ~ n) }}",
        "{% for i in a | map('ident') %}{{ i }}{{ ',' if not loop.last }}{% endfor %}",
        "{% for i in a %}{{ loop.index }}{% endfor %}",
        "-- {{ s | sql_comment }}\n",
        "{% set y = s | ident %}{{ y }}",
        "{{ ('pk_' ~ s) | ident }}",
        "{{ 'job.id' | dynamic_value }} {{ dbx_ref('job.id') }}",
        "{{ e }} '{{ e }}' '{{ w }}' {{ w }}",
        "{% macro m(p) %}{{ p | ident }}{% endmacro %}{{ m(s) }}",
        "it''s '' -- don't\n{{ n }}",
        "{{ 'x' if variations.v.enabled }}{{ s in a }}",
    ],
)
def test_a_value_that_is_kept_in_its_place_is_fine(content: str) -> None:
    made = template(
        content,
        Variable("s"),
        Variable("n", VariableType.INTEGER),
        Variable("a", VariableType.ARRAY),
        Variable("e", VariableType.ENUM, choices=("x y",)),
        Variable("w", pattern="[a-z_]+"),
        variations=(Variation("v"),),
    )

    assert [d for d in check_template(made, {}) if d.rule == "unsafe-interpolation"] == []


def test_only_sql_is_looked_at_for_unsafe_values() -> None:
    made = template("{{ s }}", Variable("s"), output_type="python")

    assert check_template(made, {}) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("SELECT 'a", "'"),
        ("SELECT 'a\\'b", "'"),
        ("SELECT 'a''b'", ""),
        ("-- it's\n", ""),
        ("-- it's", "--"),
        ("/* ' */ x", ""),
        ("/* -- \n", "/*"),
        ("`a'b`", ""),
        ('"a', '"'),
        ("-- a\\\nb", ""),
    ],
)
def test_the_place_behind_a_sql_text(text: str, place: str) -> None:
    assert place_after("", text) == place


def test_a_thousand_variations_are_checked() -> None:
    made = template("x", variations=tuple(Variation(f"v{n}") for n in range(1000)))

    assert len(check_template(made, {})) == 1000


@pytest.mark.parametrize(
    "content",
    [
        "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
        "{{ 1" + "+1" * 15000 + " }}",
        "{{ " + "not " * 10000 + "1 }}",
        "x" * 70_000,
        "{{ a" + ".b" * 15000 + " }}",
    ],
    ids=["brackets", "sum", "not", "too long", "fields"],
)
def test_a_content_that_is_too_deep_or_long_is_a_finding(content: str) -> None:
    found = check_template(template(content, output_type="python"), {})

    assert "template-limit" in {finding.rule for finding in found} or not any(
        finding.severity is Severity.ERROR for finding in found
    )


FRAGMENTS = """
    {{ }} {% %} {# #} if for in end endif x y.z ' " | ident ( ) [ ] , = ~ set macro - include
    import as block call is 1 raw endraw \u2028
""".split(" ")  # noqa: SIM905


@settings(max_examples=120, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=14).map("".join))
def test_any_content_is_checked_without_a_crash(content: str) -> None:
    for finding in check_template(template(content, Variable("x")), {}):
        assert isinstance(finding, Diagnostic)
        assert finding.problem
        assert finding.remedy


def test_every_rule_says_what_it_is_for() -> None:
    assert all((rule.__doc__ or "").strip() for rule in RULES)
    assert len({rule.__name__ for rule in RULES}) == len(RULES)


def test_a_finding_points_at_the_declaration() -> None:
    made = template("x", Variable("a", line=7), file="t.yaml")
    [finding] = check_template(made, {})

    assert finding.where == Location("t.yaml", 7, property="variables.a")


@pytest.mark.parametrize("digits", ["1" * 5000, "1_" * 5000 + "1"], ids=["plain", "grouped"])
def test_a_number_without_end_is_a_finding(digits: str) -> None:
    [finding] = check_template(template(f"{{{{ {digits} }}}}"), {})

    assert finding.rule == "template-limit"


def test_macro_files_are_checked_too() -> None:
    macros = {
        "macros/good.jinja": "{% macro m(x) %}{{ x | ident }}{% endmacro %}",
        "macros/bad.jinja": "\n{% macro m(x) %}",
        "macros/filter.jinja": "{{ 1 | idnt }}{% import 'macros/no.jinja' as n %}",
    }

    assert [(d.rule, str(d.where)) for d in check_macros(macros)] == [
        ("template-syntax", "templates/macros/bad.jinja:2:4 [template_content]"),
        ("unknown-filter", "templates/macros/filter.jinja:1:8 [template_content]"),
        ("macro-not-found", "templates/macros/filter.jinja:1 [template_content]"),
    ]


def test_a_name_in_two_parts_is_to_be_made_one() -> None:
    [finding] = check_template(template("CONSTRAINT pk_{{ s }} PRIMARY", Variable("s")), {})

    assert finding.remedy == 'Make one name of it: {{ ("pk_" ~ s) | ident }}.'
