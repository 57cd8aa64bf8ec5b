"""Nothing a person can write into a model makes the checks fail."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lakewright.datamodel.checks import check_model
from lakewright.datamodel.graph import index, setup_order, task_dependencies
from lakewright.datamodel.model import DataModel, Edge, EdgeKind, Node
from lakewright.datamodel.node_types import NODE_TYPES
from lakewright.datamodel.tables import tables_declared, tables_read, tables_written
from lakewright.diagnostics import has_errors

HOSTILE = st.sampled_from(
    ["", "a`b", "');DROP TABLE x;--", "a\nb", "🚀", "\u202eabc", "x" * 256, "../x", "${var.x}",
     "{{job.parameters.x}}", "{{tasks.}}", "{{", "${", "\x00", "\ud800", "0 0 * * * ?", "a.b.c",
     "....", "`", "{{input}}", "9" * 5000]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | HOSTILE | st.text(max_size=8)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(HOSTILE, inner, max_size=3),
    max_leaves=6,
)
FIELDS = {
    key: [field.alias or name for name, field in row.properties.model_fields.items()]
    for key, row in NODE_TYPES.items()
}


@st.composite
def a_list_of_maps(draw: st.DrawFn) -> list[dict[str, Any]]:
    keys = st.sampled_from(["name", "type", "expr", "references", "columns", "identity", "mask_fn"])
    return draw(st.lists(st.dictionaries(keys, JSON, max_size=4), max_size=3))


@st.composite
def a_model(draw: st.DrawFn, node_type: str) -> DataModel:
    names = st.sampled_from(FIELDS[node_type])
    properties = draw(st.dictionaries(names | HOSTILE, JSON | a_list_of_maps(), max_size=8))
    other = draw(st.sampled_from(sorted(NODE_TYPES)))
    ends = st.sampled_from(["a", "b", "gone"])
    edges = st.builds(
        Edge, ends, ends, st.sampled_from(EdgeKind), st.sampled_from(["", "true", "maybe"])
    )
    return DataModel(
        draw(HOSTILE),
        nodes=(
            Node("a", node_type, draw(HOSTILE), properties=properties),
            Node("b", other, properties=draw(st.dictionaries(HOSTILE, JSON, max_size=3))),
        ),
        edges=tuple(draw(st.lists(edges, max_size=4))),
    )


@pytest.mark.parametrize("node_type", sorted(NODE_TYPES))
@given(data=st.data())
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_any_json_in_the_properties_gives_findings_and_no_failure(
    node_type: str, data: st.DataObject
) -> None:
    model = data.draw(a_model(node_type))
    for found in check_model(model):
        assert found.problem
        assert found.remedy
        assert len(found.problem) < 2_000
    found_index = index(model)
    task_dependencies(found_index)
    setup_order(found_index)
    tables_read(found_index)
    tables_written(found_index)
    tables_declared(found_index)


def test_deep_nesting_is_no_recursion() -> None:
    deep: Any = "password=geheim123"
    for _ in range(20_000):
        deep = [deep]
    model = DataModel("m", nodes=(Node("a", "notebook", properties={"extra": deep}),))
    assert has_errors(check_model(model))


def test_one_mistake_a_thousand_times_is_told_a_limited_number_of_times() -> None:
    columns = [{"name": 1, "type": 2}] * 1_000
    model = DataModel(
        "m",
        nodes=(Node("a", "uc_table", properties={"name": "a.b.c", "columns": columns}),),
    )
    assert len(check_model(model)) < 100


@pytest.mark.parametrize("reference", ["${var.x}", "{{job.run_id}}", "${resources.jobs.x.id}"])
@pytest.mark.parametrize("node_type", sorted(NODE_TYPES))
def test_references_may_stand_in_every_text(node_type: str, reference: str) -> None:
    form = NODE_TYPES[node_type].properties
    texts = {
        field.alias or name: reference
        for name, field in form.model_fields.items()
        if field.annotation in (str, str | None)
    }
    model = DataModel("m", nodes=(Node("a", node_type, properties=texts),))
    check_model(model)
