"""Samples look like what people write, fit their variables, and are the same for one seed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakewright.diagnostics import Diagnostic
from lakewright.templates.library import builtin_templates
from lakewright.templates.sample_data import SUBJECTS, accepted, made_samples, with_samples
from lakewright.templates.template import Template, Variable, Variation
from lakewright.templates.template import VariableType as T
from lakewright.templates.values import Reporter, read_value


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
@pytest.mark.parametrize("template", builtin_templates().values(), ids=lambda one: one.id)
def test_every_variable_of_the_library_takes_its_sample(template: Template, seed: int) -> None:
    values = made_samples(template.all_variables(), seed)

    for variable in template.all_variables():
        found: list[Diagnostic] = []
        read_value(variable, values[variable.name], Reporter(variable.name, "", found))
        assert found == []


@given(st.integers(0, 2**31))
def test_equal_seeds_give_equal_samples(seed: int) -> None:
    variables = [Variable("email"), Variable("amount", T.NUMBER), Variable("c", T.COLUMNS)]

    assert made_samples(variables, seed) == made_samples(variables, seed)


def test_other_seeds_give_other_samples() -> None:
    variables = [Variable("country"), Variable("amount", T.NUMBER), Variable("t", T.TABLE_NAME)]

    assert len({str(made_samples(variables, seed)) for seed in range(20)}) > 10


@pytest.mark.parametrize(
    ("variable", "fits"),
    [
        pytest.param(Variable("contact_email"), lambda v: "@example." in v, id="an address"),
        pytest.param(Variable("country"), lambda v: len(v) == 2 and v.isupper(), id="a country"),
        pytest.param(Variable("amount", T.NUMBER), lambda v: 10 <= v <= 5_000, id="an amount"),
        pytest.param(Variable("timestamp"), lambda v: v.endswith("Z"), id="a point in time"),
        pytest.param(
            Variable("retention_days", T.INTEGER, minimum=20, maximum=25),
            lambda v: 20 <= v <= 25,
            id="a number within its bounds",
        ),
        pytest.param(
            Variable("mode", T.ENUM, choices=("a", "b")), lambda v: v in "ab", id="a choice"
        ),
        pytest.param(Variable("token", T.SECRET), lambda v: {*v} == {"scope", "key"}, id="secret"),
        pytest.param(
            Variable("catalog", pattern="[A-Z]+"), str.isupper, id="what the pattern wants"
        ),
    ],
)
@pytest.mark.parametrize("seed", range(5))
def test_a_sample_looks_like_its_name(variable: Variable, fits: object, seed: int) -> None:
    [value] = made_samples([variable], seed).values()

    assert callable(fits)
    assert fits(value)


@pytest.mark.parametrize("seed", range(8))
def test_all_samples_of_a_template_are_about_one_table(seed: int) -> None:
    variables = [
        Variable("catalog"),
        Variable("schema_name"),
        Variable("table", T.TABLE_NAME),
        Variable("columns", T.COLUMNS),
        Variable("key_columns", T.ARRAY),
    ]

    found = made_samples(variables, seed)

    [subject] = [one for one in SUBJECTS if one.full_name == found["table"]]
    assert (found["catalog"], found["schema_name"]) == (subject.catalog, subject.schema)
    assert [column["name"] for column in found["columns"]] == [c["name"] for c in subject.columns]
    assert found["key_columns"] == [subject.columns[0]["name"]]


def test_columns_of_a_real_table_take_the_place_of_made_up_ones() -> None:
    variables = [Variable("columns", T.COLUMNS), Variable("key", T.ARRAY), Variable("schema")]

    found = made_samples(
        variables, columns=[{"name": "id", "type": "BIGINT"}], table="crm.contacts"
    )

    assert found == {
        "columns": [{"name": "id", "type": "BIGINT"}],
        "key": ["id"],
        "schema": "crm",
    }


def test_samples_go_into_the_declarations_of_variations_too() -> None:
    template = Template(
        "t",
        "T",
        variables=(Variable("a"),),
        variations=(Variation("v", adds_variables=(Variable("b"),)),),
    )

    found = with_samples(template, {"a": "1", "b": "2"})

    assert [variable.sample for variable in found.all_variables()] == ["1", "2"]


@pytest.mark.parametrize("value", ["x", None, [1], {"a": 1}])
def test_what_a_variable_refuses_is_known(value: object) -> None:
    assert not accepted(Variable("n", T.INTEGER), value)
