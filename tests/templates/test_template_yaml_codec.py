"""Templates as text: what is read, what is reported, and what writing leaves alone."""

import difflib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lakewright.diagnostics import Severity
from lakewright.errors import LakewrightError
from lakewright.templates.library import builtin_library, read_library
from lakewright.templates.template import (
    MISSING,
    Example,
    Fit,
    Template,
    Variable,
    VariableType,
    Variation,
)
from lakewright.templates.yaml_codec import (
    new_template_text,
    read_templates,
    template_to_value,
    write_template,
)
from lakewright.yaml_text.edit import same
from lakewright.yaml_text.write import dump

BRIEF = (Path(__file__).parent.parent / "fixtures/brief/delta_table_creation.yaml").read_text()


def read_one(text: str) -> Template:
    found = read_templates(text, "t.yaml")
    assert found.diagnostics == ()
    [template] = found.templates
    return template


def findings(text: str | bytes) -> list[tuple[str, str, str, str]]:
    """Rule, line:column, template and property of each finding."""
    found = read_templates(text, "t.yaml").diagnostics
    assert all(d.remedy and d.problem and d.where.file == "t.yaml" for d in found)
    return [
        (d.rule, f"{d.where.line}:{d.where.column}", d.where.node, d.where.property) for d in found
    ]


def test_the_brief_loads_unchanged() -> None:
    template = read_one(BRIEF)
    assert replace(template, content="") == Template(
        id="template_001",
        name="Delta Table Creation",
        category="table_management",
        description="Create a managed Delta table with optimizations",
        variables=(
            Variable("catalog_name", required=True, description="Unity Catalog name", line=8),
            Variable("schema_name", required=True, line=12),
            Variable("table_name", required=True, line=15),
            Variable("partition_columns", VariableType.ARRAY, default=[], line=18),
            Variable("enable_cdf", VariableType.BOOLEAN, default=False, line=22),
        ),
        variations=(
            Variation(
                "with_constraints",
                "Add table constraints",
                adds_variables=(
                    Variable("primary_key", VariableType.ARRAY, line=31),
                    Variable("check_constraints", VariableType.ARRAY, line=33),
                ),
                line=27,
            ),
            Variation(
                "with_tblproperties",
                "Custom table properties",
                adds_variables=(Variable("custom_properties", VariableType.OBJECT, line=39),),
                line=35,
            ),
        ),
        output_type="sql",
        tags=("delta", "ddl", "tables"),
        file="t.yaml",
        content_line=42,
        content_column=6,
    )


def test_the_content_is_where_it_is_said_to_be() -> None:
    template = read_one(BRIEF)
    lines = BRIEF.splitlines()[template.content_line - 1 :]
    content = template.content.splitlines()
    assert [line[template.content_column :] for line in lines[: len(content)]] == content
    assert content[0].startswith("CREATE TABLE")


def test_an_unmodified_template_changes_no_byte() -> None:
    assert write_template(BRIEF, read_one(BRIEF)) == BRIEF


def test_an_edit_changes_its_lines_only() -> None:
    template = read_one(BRIEF)
    changed = replace(
        template,
        variables=(replace(template.variables[0], required=False), *template.variables[1:]),
        content=template.content.replace("USING DELTA", "USING ICEBERG"),
        tags=(*template.tags, "iceberg"),
    )
    lines = difflib.ndiff(BRIEF.splitlines(), write_template(BRIEF, changed).splitlines())
    assert [line for line in lines if line[0] in "+-"] == [
        "-         required: true",
        "-       USING DELTA",
        "+       USING ICEBERG",
        "+       - iceberg",
    ]


FULL = """\
templates:
  - id: full-1.x   # the id
    name: Full
    version: 2.10
    requires: DBR 15.4 LTS or above
    node_types:
      - job
      - {type: uc_table, when: {node.properties.kind: [a, b]}, because: it fits}
    variables:
      - {name: s, default: 1.10, sample: yes, pattern: '[a-z]+', min: 1, max: 255}
      - {name: e, type: enum, enum: [a, b], default: a, from: node.properties.e, extra: kept}
      - {name: c, choices: [1, 2]}
      - {name: n, type: number, default: null}
    variations:
      - {id: v, enabled: true, description: why, adds_variables: [{name: t, type: table_name}]}
    template_content: "SELECT 1"
    undo_content: |
      DROP
    extra: kept
"""


def test_everything_that_can_be_declared_is_read() -> None:
    found = read_templates(FULL, "t.yaml", builtin=True)
    assert [d.severity for d in found.diagnostics] == [Severity.INFO, Severity.INFO]
    [template] = found.templates
    assert template == Template(
        id="full-1.x",
        name="Full",
        version="2.10",
        requires="DBR 15.4 LTS or above",
        fits=(Fit("job"), Fit("uc_table", {"node.properties.kind": ["a", "b"]}, "it fits")),
        variables=(
            Variable(
                "s", default="1.10", sample="yes", pattern="[a-z]+", minimum=1, maximum=255, line=10
            ),
            Variable(
                "e", VariableType.ENUM, default="a", choices=("a", "b"),
                source="node.properties.e", line=11,
            ),
            Variable("c", VariableType.ENUM, choices=(1, 2), line=12),
            Variable("n", VariableType.NUMBER, default=None, line=13),
        ),
        variations=(
            Variation(
                "v", "v", "why", enabled=True,
                adds_variables=(Variable("t", VariableType.TABLE_NAME, line=15),), line=15,
            ),
        ),
        content="SELECT 1",
        content_line=16,
        undo="DROP\n",
        file="t.yaml",
        builtin=True,
    )  # fmt: skip


def test_what_is_not_read_and_how_it_is_spelled_survive() -> None:
    template = read_templates(FULL, "t.yaml").templates[0]
    first, enum, *others = template.variables
    changed = replace(
        template, name="New", variables=(first, replace(enum, choices=("a", "b", "c")), *others)
    )
    lines = difflib.ndiff(FULL.splitlines(), write_template(FULL, changed).splitlines())
    old = "{name: e, type: enum, enum: [a, b], default: a, from: node.properties.e, extra: kept}"
    assert [line for line in lines if line[0] in "+-"] == [
        "-     name: Full",
        "+     name: New",
        f"-       - {old}",
        f"+       - {old.replace('[a, b]', '[a, b, c]')}",
    ]


def test_no_default_and_a_default_of_nothing_differ() -> None:
    text = "templates: [{id: a, template_content: x, variables: [{name: v}, {name: w, default: }]}]"
    without, nothing = read_one(text).variables
    assert without.default is MISSING
    assert nothing.default is None


ONE = "templates:\n- id: t\n  template_content: x\n"
VARIABLES = ONE + "  variables:\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [("empty-file", "1:1", "", "")], id="an empty file"),
        pytest.param("[]", [("wrong-type", "1:1", "", "")], id="a list"),
        pytest.param("a: 1", [("not-a-template-file", "1:1", "", "")], id="something else"),
        pytest.param("schema_version: 2\ntemplates: []",
                     [("future-schema-version", "1:17", "", "schema_version")], id="the future"),
        pytest.param("templates:\n- x", [("wrong-type", "2:3", "", "templates.0")], id="a word"),
        pytest.param("templates:\n- {name: x}", [("missing-id", "2:3", "", "id")], id="no id"),
        *[
            pytest.param(f"templates:\n- {{id: {bad!r}}}", [("bad-template-id", "2:8", "", "id")],
                         id=f"the id {bad[:12]}")
            for bad in ("../x", "a b", "a/b", "a..b", ".a", "a.", "-a", "é", "a\\b", "x" * 129)
        ],
        pytest.param(ONE + "- {id: t, template_content: y}",
                     [("duplicate-template-id", "4:8", "t", "id")], id="an id twice"),
        pytest.param("templates:\n- id: t", [("missing-content", "2:3", "t", "template_content")],
                     id="no content"),
        pytest.param("templates:\n- id: t\n  template_content: [a]",
                     [("wrong-type", "3:21", "t", "template_content")], id="a list of content"),
        pytest.param(ONE + "  language: nunjucks", [("unknown-language", "4:13", "t", "language")],
                     id="another language"),
        pytest.param(ONE + "  tag: [x]", [("unknown-key", "4:3", "t", "tag")], id="an unknown key"),
        pytest.param(ONE + "  variables: {a: {}}", [("wrong-type", "4:14", "t", "variables")],
                     id="a mapping of variables"),
        pytest.param(VARIABLES + "  - {type: string}",
                     [("missing-name", "5:5", "t", "variables.0.name")], id="no name"),
        pytest.param(VARIABLES + "  - {name: a-b}",
                     [("bad-variable-name", "5:12", "t", "variables.0.name")], id="a bad name"),
        pytest.param(VARIABLES + "  - {name: a}\n  - {name: a}",
                     [("duplicate-variable", "6:12", "t", "variables.1.name")], id="a name twice"),
        pytest.param(VARIABLES + "  - {name: a, type: int}",
                     [("unknown-variable-type", "5:21", "t", "variables.0.type")], id="a bad type"),
        pytest.param(VARIABLES + "  - {name: a, type: enum}",
                     [("enum-without-choices", "5:21", "t", "variables.0.type")], id="no choices"),
        pytest.param(VARIABLES + "  - {name: a, min: 5, max: 1}",
                     [("bad-bounds", "5:20", "t", "variables.0.min")], id="bounds the wrong way"),
        pytest.param(VARIABLES + "  - {name: a, min: few}",
                     [("wrong-type", "5:20", "t", "variables.0.min")], id="a bound in words"),
        pytest.param(VARIABLES + "  - {name: a, required: maybe}",
                     [("wrong-type", "5:25", "t", "variables.0.required")], id="maybe required"),
        pytest.param(VARIABLES + "  - {name: a, pattern: '(['}",
                     [("bad-pattern", "5:24", "t", "variables.0.pattern")], id="a bad pattern"),
        pytest.param(VARIABLES + "  - {name: a, pattern: '" + "(" * 600 + "'}",
                     [("bad-pattern", "5:24", "t", "variables.0.pattern")], id="a huge pattern"),
        pytest.param(VARIABLES + "  - {name: a, pattern: 'a{99999999999999}'}",
                     [("bad-pattern", "5:24", "t", "variables.0.pattern")], id="a huge repeat"),
        pytest.param(ONE + "  variations:\n  - {id: a b}\n  - {}\n  - {id: v}\n  - {id: v}",
                     [("bad-variation-id", "5:10", "t", "variations.0.id"),
                      ("missing-id", "6:5", "t", "variations.1.id"),
                      ("duplicate-variation", "8:10", "t", "variations.3.id")], id="variations"),
        pytest.param(
            VARIABLES + "  - {name: a}\n  variations:\n  - {id: v, adds_variables: [{name: a}]}",
            [("duplicate-variable", "7:29", "t", "variations.0.adds_variables")],
            id="a variable that is added again"),
        pytest.param(ONE + "  node_types: [a, 1, {because: x}, {type: b, when: c}]",
                     [("wrong-type", "4:19", "t", "node_types.1"),
                      ("missing-type", "4:22", "t", "node_types.2.type"),
                      ("wrong-type", "4:52", "t", "node_types.3.when")], id="node types"),
        pytest.param("templates:\n\t- a", [("yaml-syntax", "2:1", "", "")], id="a tab"),
        pytest.param(b"templates: [\xe9]", [("yaml-encoding", "1:13", "", "")], id="Latin-1"),
    ],
)  # fmt: skip
def test_one_finding_for_each_mistake(
    text: str | bytes, expected: list[tuple[str, str, str, str]]
) -> None:
    assert findings(text) == expected


@pytest.mark.parametrize(
    ("wrong", "right"), [("int", "integer"), ("Bool", "boolean"), ("strng", "string")]
)
def test_an_unknown_type_gets_a_suggestion_and_is_text(wrong: str, right: str) -> None:
    found = read_templates(VARIABLES + f"  - {{name: a, type: {wrong}}}")
    assert found.diagnostics[0].remedy.startswith(f"Did you mean '{right}'?")
    assert found.templates[0].variables[0].type is VariableType.STRING


def test_what_is_around_a_mistake_is_still_read() -> None:
    found = read_templates(
        "templates:\n- {}\n- {id: t, template_content: x, variables: [1, {name: a}, {name: a}]}\n"
    )
    [template] = found.templates
    assert [variable.name for variable in template.variables] == ["a"]


def test_a_template_is_added_to_a_file() -> None:
    text = write_template(BRIEF, Template("other", "Other", content="SELECT 1\nFROM t\n"))
    assert text.startswith(BRIEF)
    assert [t.id for t in read_templates(text).templates] == ["template_001", "other"]


@pytest.mark.parametrize("text", ["[]", "a: 1\n", "templates: 5\n", "{", "schema_version: 7\n"])
def test_a_file_that_is_no_template_file_is_not_written(text: str) -> None:
    with pytest.raises(LakewrightError) as refused:
        write_template(text, Template("t", "T", content="x"))
    assert refused.value.remedy


def test_the_text_of_a_new_file() -> None:
    template = Template(
        "t",
        "Table",
        category="table_management",
        variables=(
            Variable("name", required=True),
            Variable("size", VariableType.INTEGER, default=1),
        ),
        variations=(Variation("v"),),
        content="CREATE TABLE {{ name | ident }} (\n  id BIGINT\n)\n",
        tags=("delta",),
        fits=(Fit("uc_table"),),
    )
    assert new_template_text(template) == (
        "templates:\n"
        "  - id: t\n"
        "    name: Table\n"
        "    category: table_management\n"
        "    language: jinja2\n"
        "    node_types: [uc_table]\n"
        "    variables:\n"
        "      - name: name\n"
        "        type: string\n"
        "        required: true\n"
        "      - name: size\n"
        "        type: integer\n"
        "        default: 1\n"
        "    variations:\n"
        "      - id: v\n"
        "        enabled: false\n"
        "    template_content: |\n"
        "      CREATE TABLE {{ name | ident }} (\n"
        "        id BIGINT\n"
        "      )\n"
        "    output_type: sql\n"
        "    tags: [delta]\n"
    )


# -- properties ---------------------------------------------------------------------------------

WORDS = st.sampled_from(["a", "no", "1.0", "two words", "k: v", "l1\nl2\n", "#c", "{{ x }}", "é"])
PLAIN = st.none() | st.booleans() | st.integers(-9, 9) | st.lists(WORDS, max_size=2)
IDS = st.sampled_from(["a", "b", "c", "d"])


@st.composite
def variables(draw: st.DrawFn) -> Variable:
    kind = draw(st.sampled_from([t for t in VariableType if t is not VariableType.STRING]))
    return Variable(
        name=draw(IDS),
        type=kind,
        required=draw(st.booleans()),
        default=draw(st.just(MISSING) | PLAIN),
        minimum=draw(st.none() | st.integers(0, 3)),
        maximum=draw(st.none() | st.sampled_from([3, 4.5])),
        choices=tuple(draw(st.lists(WORDS, min_size=1, max_size=2))),
        description=draw(st.just("") | WORDS),
        sample=draw(st.just(MISSING) | PLAIN),
        source=draw(st.sampled_from(["", "node.id"])),
    )


VARIABLE_LISTS = st.lists(variables(), max_size=3, unique_by=lambda v: v.name).map(tuple)
TEMPLATES = st.builds(
    Template,
    id=st.just("t"),
    name=WORDS,
    description=st.just("") | WORDS,
    variables=VARIABLE_LISTS,
    variations=st.lists(
        st.builds(Variation, id=IDS, name=WORDS, enabled=st.booleans()),
        max_size=2,
        unique_by=lambda v: v.id,
    ).map(tuple),
    content=WORDS,
    tags=st.lists(WORDS, max_size=2).map(tuple),
    version=st.sampled_from(["1.0.0", "2.0", "2"]),
    fits=st.lists(st.builds(Fit, IDS, because=st.just("") | WORDS), max_size=2).map(tuple),
    undo=st.just("") | WORDS,
)
SLOW = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(TEMPLATES, TEMPLATES)
def test_any_template_can_be_written_over_any_other(before: Template, after: Template) -> None:
    text = "# ours\n" + new_template_text(before)
    written = write_template(text, after)
    found = read_templates(written)
    assert [d for d in found.diagnostics if d.severity is Severity.ERROR] == []
    [again] = found.templates
    assert same(template_to_value(again), template_to_value(after))
    assert written.startswith("# ours\n")
    assert write_template(written, again) == written


KEYS = ["id", "name", "variables", "variations", "adds_variables", "type", "choices", "default",
        "min", "max", "pattern", "node_types", "when", "tags", "template_content",
        "enabled"]  # fmt: skip
SHAPES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["t", "enum", "(", "1.0"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=20,
)


@SLOW
@given(SHAPES)
def test_no_shape_gives_a_traceback(shape: Any) -> None:
    text = dump({"templates": [shape, {"id": "t", "variables": shape, "variations": [shape]}]})
    found = read_templates(text, "t.yaml")
    assert all(d.remedy and d.where.line for d in found.diagnostics)
    for template in found.templates:
        assert write_template(text, template) == text


@SLOW
@given(st.binary(max_size=30) | st.text(max_size=30))
def test_no_bytes_give_a_traceback(text: str | bytes) -> None:
    found = read_templates(text, "t.yaml")
    assert found.templates or found.diagnostics


def test_the_past_and_the_end_of_a_template_are_read_and_written() -> None:
    text = (
        "templates:\n  - id: a\n    name: A\n    template_content: x\n    output_type: sql\n"
        "    changelog:\n      - {version: 1.1.0, about: Faster.}\n"
        "    deprecated: {since: 1.1.0, replacement: b, reason: Old.}\n"
    )

    read = read_templates(text)
    [template] = read.templates

    assert read.diagnostics == ()
    assert [(one.version, one.about) for one in template.changelog] == [("1.1.0", "Faster.")]
    assert template.deprecated is not None
    assert template.deprecated.replacement == "b"
    assert write_template(text, template) == text
    assert read_templates(new_template_text(template)).templates[0].changelog == template.changelog


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("changelog: [{version: 1.0.0}]", id="a change without words"),
        pytest.param("changelog: yes", id="no list"),
        pytest.param("deprecated: true", id="no mapping"),
        pytest.param("deprecated: {instead: b}", id="an unknown key"),
    ],
)
def test_a_mistake_in_the_past_of_a_template_is_a_finding(line: str) -> None:
    read = read_templates(f"templates:\n  - id: a\n    template_content: x\n    {line}\n")

    assert [found.where.line for found in read.diagnostics] == [4]
    assert len(read.templates) == 1


def test_examples_are_read_and_written() -> None:
    text = (
        "templates:\n  - id: t\n    template_content: x\n    variations: [{id: loud}]\n"
        "    examples:\n      - {name: shout, values: {a: 1}, variations: {loud: true}}\n"
    )

    [template] = read_templates(text).templates

    assert template.examples == (Example("shout", {"a": 1}, {"loud": True}),)
    assert read_templates(new_template_text(template)).templates[0].examples == template.examples


def test_a_mistake_in_a_file_that_ships_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "cost").mkdir()
    (tmp_path / "cost" / "good.yaml").write_text("templates:\n  - {id: a, template_content: x}\n")
    (tmp_path / "cost" / "half.yaml").write_text("templates:\n  - [")

    found = read_library(tmp_path)

    assert list(found.templates) == ["a"]
    assert [one.where.file for one in found.diagnostics] == ["builtin/cost/half.yaml"]


def test_nothing_is_wrong_with_what_ships() -> None:
    assert builtin_library().diagnostics == ()
