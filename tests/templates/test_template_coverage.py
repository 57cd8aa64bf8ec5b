"""Every built-in template in every combination, at the edges of its values."""

import pytest

from lakewright.linters.ruff import RuffLinter
from lakewright.operations.coverage import (
    CoverageReport,
    TemplateCoverage,
    Ways,
    cover_templates,
    report_as_html,
    report_as_text,
)
from lakewright.operations.metadata import Metadata, load_metadata
from lakewright.operations.warm import BoundedProofs, with_unsaved_template
from lakewright.ports import RepositoryFile
from lakewright.sandbox.pool import ConfinedRenderer
from lakewright.templates.coverage import (
    QUOTES,
    boundary_trials,
    free_texts,
)
from lakewright.templates.library import builtin_templates
from lakewright.templates.template import Template, Variable, VariableType


class Empty:
    """A repository without files."""

    def files(self) -> tuple[RepositoryFile, ...]:
        return ()

    def read(self, path: str) -> bytes:
        raise AssertionError(path)


METADATA = load_metadata(Empty())
PROOFS = BoundedProofs()


def covered(*ids: str, metadata: Metadata = METADATA, only_changed: bool = False) -> CoverageReport:
    with ConfinedRenderer(wall_seconds=20.0) as renderer:
        return cover_templates(
            metadata,
            ids,
            renderer=renderer,
            linter=RuffLinter(),
            proofs=PROOFS,
            engine="test",
            only_changed=only_changed,
        )


def own(content: str, head: str = "") -> Metadata:
    """The built-in library with one more template."""
    lines = "".join(f"      {line}\n" for line in content.split("\n"))
    text = f"templates:\n  - id: mine\n{head}    template_content: |\n{lines}"
    metadata, mistakes, _ = with_unsaved_template(METADATA, text)
    assert mistakes == ()
    return metadata


@pytest.mark.parametrize("category", sorted({t.category for t in builtin_templates().values()}))
def test_all_trials_of_the_built_in_templates_pass(category: str) -> None:
    ids = [t.id for t in builtin_templates().values() if t.category == category]

    report = covered(*ids)

    assert report.passed, report_as_text(report)
    assert all(each.trials >= each.combinations for each in report.templates)
    assert report.share >= 0.8, report_as_text(report)


def test_a_branch_that_no_value_reaches_is_named() -> None:
    [mine] = covered(
        "mine", metadata=own("{% if 1 > 2 %}\nSELECT 2;\n{% endif %}\nSELECT 1;")
    ).templates

    assert [(branch.kind, branch.line) for branch in mine.missed] == [("if", 1)]
    assert mine.share == 0.5


def test_a_fault_that_only_an_edge_shows_is_found() -> None:
    head = "    variables:\n      - name: keys\n        type: array\n        sample: [a]\n"
    metadata = own("SELECT {{ keys | idents }} FROM t WHERE ({{ keys | idents }}) IS NULL;", head)

    [mine] = covered("mine", metadata=metadata).templates

    assert {failure.trial for failure in mine.failures} == {"empty lists", "nulls"}


def test_a_quote_that_breaks_out_is_found() -> None:
    head = "    variables:\n      - name: about\n        sample: fine\n        required: true\n"
    safe = own("SELECT {{ about | literal }};", head)
    unsafe = own("SELECT {{ about | code_comment }};", head)

    assert covered("mine", metadata=safe).passed
    assert not covered("mine", metadata=unsafe).passed


def test_what_passed_is_left_out_until_it_changes() -> None:
    first, second = own("SELECT 1;"), own("SELECT 2;")

    assert not covered("mine", metadata=first, only_changed=True).templates[0].remembered
    assert covered("mine", metadata=first, only_changed=True).templates[0].remembered
    assert not covered("mine", metadata=second, only_changed=True).templates[0].remembered


def test_a_text_is_only_hostile_where_every_use_quotes_it() -> None:
    variables = (Variable("a", sample="x"), Variable("b", sample="x"), Variable("c", sample="x"))
    template = Template(
        "t", "T", variables=variables, content="{{ a | literal }}{{ b | literal }}{{ b }}"
    )

    assert free_texts(template) == {"a"}
    quotes = [trial.values for trial in boundary_trials(template) if trial.name == "quotes"]
    assert quotes == [{"a": QUOTES}]


def test_a_value_that_its_variable_refuses_is_no_trial() -> None:
    variable = Variable("a", VariableType.ARRAY, sample=["x", "y"], minimum=2)

    names = {trial.name for trial in boundary_trials(Template("t", "T", variables=(variable,)))}

    assert "one item" not in names
    assert "empty lists" not in names


def test_ways_inside_of_values_macros_and_inline_conditions_count() -> None:
    head = "    variations: [{id: loud}]\n"
    content = """{% macro word(x) %}{% if x %}1{% endif %}{% endmacro %}
{% set text %}{% for n in [] %}{{ n }}{% endfor %}{% endset %}
SELECT {{ word(true) }}, {{ 2 if variations.loud.enabled else 3 }}{{ text }};"""

    [mine] = covered("mine", metadata=own(content, head)).templates

    taken = {(b.kind, b.line): b.number in mine.ways.taken for b in mine.ways.branches}
    assert taken == {
        ("if", 1): True,
        ("no else", 1): False,
        ("for", 2): False,
        ("no items", 2): True,
        ("inline if", 3): True,
        ("inline else", 3): True,
    }


def test_the_matrix_says_which_combinations_fail_and_where() -> None:
    head = "    variations: [{id: a}, {id: b}]\n"
    content = "SELECT 1\n{% if variations.a.enabled %}\nFROMM t WHERE WHERE\n{% endif %}\n;"

    [mine] = covered("mine", metadata=own(content, head)).templates

    assert [(dict(cell.variations), cell.passed) for cell in mine.matrix] == [
        ({"a": False, "b": False}, True),
        ({"a": False, "b": True}, True),
        ({"a": True, "b": False}, False),
        ({"a": True, "b": True}, False),
    ]
    failure = mine.failures[0]
    assert (failure.line, failure.output_line, failure.cells) == (3, 2, (2, 3))


def test_a_report_shows_hostile_names_as_text() -> None:
    report = CoverageReport((TemplateCoverage("<b>", (), 1, 1, 0, Ways(), ()),))

    assert "&lt;b&gt;" in report_as_html(report)
    assert "<b>" not in report_as_html(report)


def test_an_example_shows_what_no_edge_reaches() -> None:
    head = (
        "    variables: [{name: mode, sample: plain}]\n"
        "    examples: [{name: fancy, values: {mode: fancy}}]\n"
    )
    content = "SELECT {% if mode == 'fancy' %}2{% else %}1{% endif %};"

    [mine] = covered("mine", metadata=own(content, head)).templates

    assert mine.missed == ()


def test_a_list_with_a_least_length_has_no_way_without_items() -> None:
    content = (
        "SELECT {% for key in keys %}{{ key | ident }}{{ ', ' if not loop.last }}{% endfor %};"
    )
    head = "    variables: [{name: keys, type: array, sample: [a, b]%s}]\n"

    [needed] = covered("mine", metadata=own(content, head % ", required: true, min: 1")).templates
    [free] = covered("mine", metadata=own(content, head % ", required: true")).templates

    assert [branch.kind for branch in needed.missed] == []
    assert [branch.kind for branch in free.missed] == ["no items"]


def test_macro_files_are_counted_over_all_templates_that_use_them() -> None:
    one = covered("schema_setup")
    both = covered("schema_setup", "catalog_setup")

    shared = one.macros.keys() & both.macros.keys()
    assert shared
    assert all(one.macros[name].taken <= both.macros[name].taken for name in shared)
