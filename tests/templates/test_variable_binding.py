"""How a variable gets its value, and what is said when the value does not fit."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.diagnostics import Diagnostic, Location, Severity
from lakewright.templates.environment import load, make_environment, run
from lakewright.templates.patterns import PatternError, check_pattern, matches
from lakewright.templates.samples import sample_bindings, sample_scope, sample_value
from lakewright.templates.template import Template, Variable, VariableType, Variation
from lakewright.templates.uses import Use, uses_of
from lakewright.templates.values import COLUMN_DEFAULTS, Reporter, plain_fault, read_value
from lakewright.templates.variables import bind, value_at

SCOPE: Mapping[str, Any] = {
    "model": {"id": "m"},
    "node": {"id": "n", "properties": {"columns": [{"name": "id", "type": "INT"}]}},
    "upstream": [{"table": {"catalog": "main", "schema": "raw", "table": "orders"}}],
    "downstream": [],
    "target": {"cloud": "aws"},
}


def template(*variables: Variable, content: str = "", **others: Any) -> Template:
    return Template("t", "T", variables=variables, content=content, **others)


def findings(variable: Variable, value: Any) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    read_value(variable, value, Reporter(variable.name, "", found))
    return found


# --- where a value comes from ---


@pytest.mark.parametrize(
    ("variable", "values", "value"),
    [
        (Variable("v", default="d", source="node.id"), {"v": "given"}, "given"),
        (Variable("v", default="d", source="node.id"), {"v": None}, "n"),
        (Variable("v", default="d", source="node.id"), {}, "n"),
        (Variable("v", default="d", source="node.missing"), {}, "d"),
        (Variable("v", default="d"), {}, "d"),
        (Variable("v"), {}, None),
        (Variable("v", default=None), {}, None),
        (Variable("v", required=True, default="d"), {}, "d"),
    ],
    ids=[
        "given",
        "null is not given",
        "drawn",
        "default",
        "no path",
        "nothing",
        "null",
        "required",
    ],
)
def test_a_value_is_given_or_drawn_or_the_default(
    variable: Variable, values: dict[str, Any], value: Any
) -> None:
    bindings, found = bind(template(variable), values, {}, SCOPE)

    assert bindings["v"] == value
    assert found == []


def test_a_required_variable_without_a_value_is_found_at_its_node() -> None:
    wanted = Variable("table", required=True, description="Table to make", source="node.table")

    assert bind(template(wanted), {}, {}, SCOPE)[1] == [
        Diagnostic(
            "missing-value",
            Severity.ERROR,
            "Variable 'table' (Table to make) of template 't' has no value.",
            "Give it under `variables`, or draw it: it is read from node.table.",
            Location(node="n", property="variables.table"),
        )
    ]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("upstream.0.table.schema", "raw"),
        ("upstream.1.table", None),
        ("upstream.x", None),
        ("node.id.x", None),
        ("nothing", None),
        ("node.properties.columns.0.name", "id"),
    ],
)
def test_a_path_leads_into_mappings_and_lists(path: str, value: Any) -> None:
    assert value_at(SCOPE, path) == value


def test_only_the_names_that_the_content_reads_are_bound() -> None:
    bindings, _ = bind(template(content="{{ model.id }}"), {}, {}, SCOPE)

    assert set(bindings) == {"model", "variations"}


def test_variables_of_a_variation_count_only_while_it_is_on() -> None:
    added = (Variable("key", required=True), Variable("mode", default="fast"))
    made = template(variations=(Variation("extra", adds_variables=added),))

    assert bind(made, {}, {}, SCOPE) == (
        {"variations": {"extra": {"enabled": False}}, "key": None, "mode": "fast"},
        [],
    )
    bindings, found = bind(made, {"mode": "slow"}, {"extra": True}, SCOPE)
    assert bindings["variations"] == {"extra": {"enabled": True}}
    assert [finding.rule for finding in found] == ["missing-value"]


def test_a_value_for_a_variation_that_is_off_is_a_warning() -> None:
    made = template(variations=(Variation("extra", adds_variables=(Variable("key"),)),))
    _, [finding] = bind(made, {"key": "x"}, {}, SCOPE)

    assert (finding.rule, finding.severity) == ("value-without-variation", Severity.WARNING)


@pytest.mark.parametrize(
    ("values", "variations", "rule", "words"),
    [
        ({"tabel": 1}, {}, "unknown-variable", "Did you mean 'table'?"),
        ({}, {"exra": True}, "unknown-variation", "Did you mean 'extra'?"),
        ({}, {"extra": "yes"}, "variation-value", "Write true or false."),
    ],
)
def test_an_unknown_name_is_found_with_the_nearest_known_one(
    values: dict[str, Any], variations: dict[str, Any], rule: str, words: str
) -> None:
    made = template(Variable("table"), variations=(Variation("extra"),))
    _, [finding] = bind(made, values, variations, SCOPE)

    assert finding.rule == rule
    assert words in finding.remedy


def test_an_undeclared_name_that_the_content_uses_can_be_given() -> None:
    made = template(content="{{ columns | length }}{{ maybe | default(1) }}")

    assert bind(made, {"columns": [1]}, {}, SCOPE) == ({"variations": {}, "columns": [1]}, [])
    _, [finding] = bind(made, {}, {}, SCOPE)
    assert finding.rule == "missing-value"
    assert "'columns'" in finding.problem


def test_a_default_of_the_wrong_type_is_found_in_the_template() -> None:
    made = template(Variable("n", VariableType.INTEGER, default="x", line=4), file="t.yaml")
    _, [finding] = bind(made, {}, {}, SCOPE)

    assert finding.rule == "default-type"
    assert (finding.where.file, finding.where.line) == ("t.yaml", 4)


# --- types ---

T = VariableType


@pytest.mark.parametrize(
    ("variable", "good", "bad"),
    [
        pytest.param(Variable("v", T.STRING), ["", "a"], [1, True, ["a"], {}, 1.0], id="string"),
        pytest.param(Variable("v", T.INTEGER), [0, -1, 2**70], [True, 1.0, "1", [1]], id="integer"),
        pytest.param(Variable("v", T.NUMBER), [0, 1.5], [True, "1", float("nan")], id="number"),
        pytest.param(Variable("v", T.BOOLEAN), [True, False], [1, 0, "true", "yes"], id="boolean"),
        pytest.param(Variable("v", T.ARRAY), [[], [1, "a"]], ["a", {}, 1], id="array"),
        pytest.param(Variable("v", T.OBJECT), [{}, {"a": 1}], [[], "a", {1: 2}], id="object"),
        pytest.param(
            Variable("v", T.ENUM, choices=("a", 1)), ["a", 1], ["b", True, "1", 1.0], id="enum"
        ),
        pytest.param(
            Variable("v", T.TABLE_NAME),
            ["a.b.c", "a", "`a b`.c", {"schema": "s", "table": "t"}],
            ["a.b.c.d", "", "a b", {"schema": "s"}, 1, ["a"], "a;b"],
            id="table name",
        ),
        pytest.param(
            Variable("v", T.CRON), ["0 0 6 * * ?"], ["0 6 * * *", "x", 6, "0 0 25 * * ?"], id="cron"
        ),
        pytest.param(
            Variable("v", T.SECRET),
            [{"scope": "s", "key": "k"}],
            ["s/k", {"scope": "s"}, {"scope": "s", "key": ""}, {"value": "x"}],
            id="secret",
        ),
        pytest.param(
            Variable("v", T.COLUMNS),
            [[], [{"name": "a b", "type": "decimal(10, 2)", "nullable": False}]],
            [
                "a",
                [1],
                [{"type": "INT"}],
                [{"name": "a"}],
                [{"name": "a", "type": "INT); DROP"}],
                [{"name": "a", "type": "INT", "nullable": "no"}],
                [{"name": "a", "type": "INT", "comment": 1}],
                [{"name": "a", "type": "INT"}, {"name": "A", "type": "INT"}],
            ],
            id="columns",
        ),
        pytest.param(
            Variable("v", T.STRING, pattern="[a-z]+", minimum=2, maximum=3),
            ["ab", "abc"],
            ["a", "abcd", "A1", "ab\n"],
            id="string with a pattern and bounds",
        ),
        pytest.param(Variable("v", T.INTEGER, minimum=1, maximum=3), [1, 3], [0, 4], id="bounds"),
        pytest.param(
            Variable("v", T.ARRAY, pattern="[a-z]+", minimum=1), [["a"]], [[], ["A"]], id="items"
        ),
    ],
)
def test_a_type_takes_and_refuses(variable: Variable, good: list[Any], bad: list[Any]) -> None:
    assert [findings(variable, value) for value in good] == [[] for _ in good]
    for value in bad:
        assert len(findings(variable, value)) == 1, value
        assert all(finding.problem and finding.remedy for finding in findings(variable, value))


def test_each_mistake_in_columns_is_found_at_its_place() -> None:
    columns = [{"name": "", "type": "INT"}, {"name": "b", "type": "NOPE"}, "c"]

    assert [finding.where.property for finding in findings(Variable("v", T.COLUMNS), columns)] == [
        "variables.v.0.name",
        "variables.v.1.type",
        "variables.v.2",
    ]


def test_columns_and_table_names_reach_the_template_whole() -> None:
    made = template(Variable("cs", T.COLUMNS), Variable("t", T.TABLE_NAME))
    given = {"cs": [{"name": "a", "type": "INT", "own": 1}], "t": "s.`my t`"}
    bindings, _ = bind(made, given, {}, SCOPE)

    assert bindings["cs"] == [{**COLUMN_DEFAULTS, "name": "a", "type": "INT", "own": 1}]
    assert bindings["t"] == {"catalog": "", "schema": "s", "table": "my t"}


def test_a_secret_is_never_repeated() -> None:
    [finding] = findings(Variable("v", T.SECRET), "hunter2")

    assert "hunter2" not in finding.problem + finding.remedy


@pytest.mark.parametrize(
    "value",
    [object(), b"x", {1: 2}, [{"a": {None: 1}}], float("inf"), {1, 2}],
    # Not repr: it holds an address, and every test process has to see the same names.
    ids=["object", "bytes", "number as key", "null as key", "infinity", "set"],
)
def test_what_is_no_plain_data_is_named(value: Any) -> None:
    assert plain_fault(value)


def test_a_value_nested_without_end_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)

    assert "nested" in plain_fault(endless)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.binary(max_size=2),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=4) | st.sampled_from(["name", "type", "scope"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(VariableType), ANYTHING)
def test_any_value_for_any_type_is_bound_or_found_never_a_crash(
    kind: VariableType, value: Any
) -> None:
    made = template(Variable("v", kind, choices=("a",), pattern="[a-z]*", default=value))

    for given_value in (value, None):
        bindings, found = bind(made, {"v": given_value}, {}, SCOPE)
        assert "v" in bindings
        assert all(finding.problem and finding.remedy for finding in found)


# --- patterns ---


@pytest.mark.parametrize(
    "pattern",
    [
        "(a|aa)+$",
        "((a{1000}){1000}){1000}",
        "(a{9999999999999999999999})",
        "(",
        "[",
        "a" * 501,
        "(?P<x>a)(?P<x>b",
        "\\",
    ],
)
def test_a_pattern_that_hangs_or_is_none_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        check_pattern(pattern)


@pytest.mark.parametrize(
    "pattern", ["[a-z]{1,255}\\.[a-z]{1,255}", "\\w+", "(a|b)*", "[]{}a]+", "x{2}", "a{,3}", "{"]
)
def test_an_ordinary_pattern_is_fine(pattern: str) -> None:
    check_pattern(pattern)


def test_a_pattern_matches_whole() -> None:
    assert matches("[a-z]+", "abc")
    assert not matches("[a-z]+", "abc1")


def test_a_pattern_that_hangs_on_one_value_is_a_finding() -> None:
    [finding] = findings(Variable("v", T.STRING, pattern="(x+x+)+y"), "x" * 60)

    assert finding.rule in {"bad-pattern", "variable-pattern"}


# --- uses ---


@pytest.mark.parametrize(
    ("source", "uses"),
    [
        ("{{ a }}", [Use(("a",), 1, 4)]),
        ("\n {{ a.b['c'][0] }}", [Use(("a", "b", "c", "0"), 2, 5)]),
        ("{{ a[b].c }}", [Use(("b",), 1, 6), Use(("a",), 1, 4)]),
        ("{% for x in xs if x.y %}{{ x }}{{ loop.index }}{% endfor %}", [Use(("xs",), 1, 13)]),
        ("{% set x = a %}{{ x }}", [Use(("a",), 1, 12)]),
        ("{{ x }}{% set x = 1 %}", [Use(("x",), 1, 4)]),
        ("{% for x in [] %}{% else %}{{ x }}{% endfor %}", [Use(("x",), 1, 31)]),
        (
            "{% macro m(p, q=d) %}{{ p }}{{ g }}{% endmacro %}{{ m() }}",
            [Use(("d",), 1, 17), Use(("g",), 1, 32)],
        ),
        ("{% with w = a %}{{ w }}{% endwith %}{{ w }}", [Use(("a",), 1, 13), Use(("w",), 1, 40)]),
        ("{% import 'x' as x %}{{ x.y }}", []),
        ("{% from 'x' import y as z %}{{ z }}", []),
        (
            "{{ a is defined }}{{ b | default(c) }}",
            [Use(("a",), 1, 4, guarded=True), Use(("b",), 1, 22, guarded=True), Use(("c",), 1, 34)],
        ),
        ("{{ range(n) }}{{ dict(a=b) }}", [Use(("n",), 1, 10), Use(("b",), 1, 25)]),
        ("{{ x.a }} {{ a.x }}", [Use(("x", "a"), 1, 4), Use(("a", "x"), 1, 14)]),
    ],
)
def test_the_values_that_a_source_reads(source: str, uses: list[Use]) -> None:
    assert list(uses_of(source)) == uses


def test_an_included_file_reads_for_its_template() -> None:
    macros = {
        "macros/a.jinja": "{% include 'macros/b.jinja' %}{{ a }}",
        "macros/b.jinja": "{{ b }}",
    }

    assert [use.name for use in uses_of("{% include 'macros/a.jinja' %}", macros)] == ["a", "b"]


# --- samples ---


@pytest.mark.parametrize("kind", VariableType)
def test_a_made_up_sample_fits_its_variable(kind: VariableType) -> None:
    variable = Variable("v", kind, minimum=3, maximum=30, choices=("x",))
    if kind is T.OBJECT:
        variable = Variable("v", kind)

    assert findings(variable, sample_value(variable)) == []


def test_a_made_up_text_fits_its_pattern() -> None:
    assert sample_value(Variable("catalog_name", pattern="[A-Z]+")) == "A"


def test_a_template_can_be_tried_without_any_value() -> None:
    made = template(
        Variable("table", T.TABLE_NAME, required=True),
        content="{{ table | table_name }} {{ node.properties.own.deep }} {{ columns | length }}"
        "{% for n in upstream %}{{ n.name }}{% endfor %}{{ upstream[0].properties.other }}"
        "{{ target.new }}{% for k, v in node.properties.items() %}{% endfor %}{{ bare }}",
        variations=(Variation("on", enabled=True),),
    )
    bindings = sample_bindings(made, {"on": False})

    assert bindings["variations"] == {"on": {"enabled": False}}
    assert run(load(make_environment(), "t", made.content), bindings).startswith(
        "main.sales.orders"
    )


def test_the_sample_scope_is_new_each_time() -> None:
    sample_scope()["node"]["properties"]["x"] = 1

    assert "x" not in sample_scope()["node"]["properties"]
