"""Two people change one drawing: what both did is there, and only what contradicts is asked."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.datamodel.compare import compare_models
from lakewright.datamodel.merge import Conflict, ConflictKind, Given, Merged, Side, merge_models
from lakewright.datamodel.model import (
    DataModel,
    Drawing,
    Edge,
    EdgeKind,
    Group,
    Node,
    Note,
    Position,
)

VALUES = st.one_of(st.integers(0, 2), st.booleans(), st.sampled_from(["x", "y"]))
COLUMNS = st.lists(
    st.builds(lambda name, kind: {"name": name, "type": kind}, st.sampled_from("abc"), VALUES),
    unique_by=lambda column: str(column["name"]),
    max_size=3,
)
PROPERTIES = st.fixed_dictionaries(
    {},
    optional={
        "p": VALUES,
        "columns": COLUMNS,
        "deep": st.dictionaries(st.sampled_from("pq"), VALUES),
    },
)
NODES = st.lists(
    st.builds(
        Node,
        st.sampled_from(["n1", "n2", "n3"]),
        st.sampled_from(["notebook", "dest_table"]),
        st.sampled_from(["One", "Two"]),
        st.sampled_from(["", "words"]),
        st.booleans(),
        PROPERTIES,
        st.none() | st.builds(Position, st.integers(0, 2), st.just(0)),
    ),
    max_size=4,
)
EDGES = st.lists(
    st.builds(
        Edge,
        st.sampled_from(["n1", "n2", "n3"]),
        st.sampled_from(["n1", "n2", "n3"]),
        st.sampled_from([EdgeKind.DATA_FLOW, EdgeKind.DEPENDS_ON]),
    ),
    max_size=4,
)
DRAWINGS = st.builds(
    Drawing,
    st.lists(
        st.builds(Note, st.sampled_from(["a", "b"]), st.sampled_from(["", "hi", "ho"])),
        unique_by=lambda note: note.id,
        max_size=2,
    ).map(tuple),
    st.lists(
        st.builds(
            Group,
            st.just("g"),
            st.sampled_from(["", "G"]),
            st.lists(st.sampled_from(["n1", "n2"]), max_size=2).map(tuple),
        ),
        max_size=1,
    ).map(tuple),
)
MODELS = st.builds(
    DataModel,
    st.just("m"),
    st.sampled_from(["", "Name"]),
    st.just(""),
    NODES.map(tuple),
    EDGES.map(tuple),
    st.lists(st.sampled_from("tu"), max_size=3).map(tuple),
    st.dictionaries(st.sampled_from(["owner", "updated_at"]), st.sampled_from(["1", "2"])),
    st.just("m.yaml"),
    DRAWINGS,
)

# With ids that are unique, as they should be.
SOUND = MODELS.map(
    lambda one: replace(one, nodes=tuple({node.id: node for node in one.nodes}.values()))
)


def model(*nodes: Node, edges: tuple[Edge, ...] = ()) -> DataModel:
    return DataModel("m", nodes=nodes, edges=edges)


def table(node_id: str = "t", **properties: Any) -> Node:
    return Node(node_id, "dest_table", node_id, properties=properties)


def swapped(conflicts: tuple[Conflict, ...]) -> list[tuple[Any, ...]]:
    """The conflicts as the other person would see them."""
    kinds = {
        ConflictKind.OURS_REMOVED: ConflictKind.THEIRS_REMOVED,
        ConflictKind.THEIRS_REMOVED: ConflictKind.OURS_REMOVED,
    }
    return sorted(
        (repr((c.id, c.base, c.theirs, c.ours, kinds.get(c.kind, c.kind))),) for c in conflicts
    )


@settings(max_examples=50, deadline=None)
@given(base=MODELS, changed=MODELS)
def test_a_change_on_one_side_is_the_result(base: DataModel, changed: DataModel) -> None:
    assert merge_models(base, base, changed) == Merged(changed)
    assert merge_models(base, changed, base) == Merged(changed)


@settings(max_examples=50, deadline=None)
@given(base=MODELS, changed=MODELS)
def test_the_same_change_on_both_sides_is_no_conflict(base: DataModel, changed: DataModel) -> None:
    assert merge_models(base, changed, changed) == Merged(changed)


@settings(max_examples=50, deadline=None)
@given(base=MODELS, ours=MODELS, theirs=MODELS)
def test_the_other_person_sees_the_same_conflicts_from_their_side(
    base: DataModel, ours: DataModel, theirs: DataModel
) -> None:
    here = merge_models(base, ours, theirs)
    there = merge_models(base, theirs, ours)

    seen = sorted((repr((c.id, c.base, c.ours, c.theirs, c.kind)),) for c in here.conflicts)
    assert seen == swapped(there.conflicts)


@settings(max_examples=80, deadline=None)
@given(base=SOUND, ours=SOUND, theirs=SOUND)
def test_no_change_is_lost(base: DataModel, ours: DataModel, theirs: DataModel) -> None:
    """What a side changed is in the result, or in a conflict that shows both versions."""
    merged = merge_models(base, ours, theirs)
    assert merged.model is not None
    about = {(conflict.node, conflict.property) for conflict in merged.conflicts}
    whole = {node for node, property_ in about if not property_}
    for side in (ours, theirs):
        after = {node.id: node for node in reversed(merged.model.nodes)}
        now = {node.id: node for node in reversed(side.nodes)}
        change = compare_models(base, side)
        for added in change.added:
            assert added in after
        for one in change.changed:
            if one.id in whole or one.id not in after:
                assert one.id in whole
                continue
            for name in one.properties:
                key = name.removeprefix("properties.")
                if any(n == one.id and p.split(".")[0] == key for n, p in about):
                    continue
                if name.startswith("properties."):
                    mine, result = (at[one.id].properties.get(key) for at in (now, after))
                    if not isinstance(mine, list | dict):
                        assert repr(result) == repr(mine) or isinstance(result, list | dict)
                else:
                    assert getattr(after[one.id], name) == getattr(now[one.id], name)
        for edge in change.added_edges:
            assert edge in merged.model.edges or not {edge.source, edge.target} <= after.keys()


@settings(max_examples=50, deadline=None)
@given(base=MODELS, ours=MODELS, theirs=MODELS, side=st.sampled_from(Side))
def test_choosing_decides_every_conflict(
    base: DataModel, ours: DataModel, theirs: DataModel, side: Side
) -> None:
    found = merge_models(base, ours, theirs).conflicts
    assert merge_models(base, ours, theirs, {c.id: side for c in found}).conflicts == ()


@settings(max_examples=50, deadline=None)
@given(base=MODELS, ours=MODELS, theirs=MODELS)
def test_every_conflict_has_an_id_of_its_own(
    base: DataModel, ours: DataModel, theirs: DataModel
) -> None:
    ids = [conflict.id for conflict in merge_models(base, ours, theirs).conflicts]
    assert len(ids) == len(set(ids))


def test_different_properties_of_one_node_go_together() -> None:
    merged = merge_models(
        model(table(a=1, b=1)), model(table(a=2, b=1)), model(table(a=1, b=2, c=3))
    )

    assert merged == Merged(model(table(a=2, b=2, c=3)))


def test_columns_are_merged_by_name() -> None:
    base = model(table(columns=[{"name": "id", "type": "INT"}, {"name": "x", "type": "INT"}]))
    ours = model(table(columns=[{"name": "id", "type": "BIGINT"}, {"name": "x", "type": "INT"}]))
    theirs = model(table(columns=[{"name": "id", "type": "INT"}, {"name": "y", "type": "DATE"}]))

    assert merge_models(base, ours, theirs) == Merged(
        model(table(columns=[{"name": "id", "type": "BIGINT"}, {"name": "y", "type": "DATE"}]))
    )


def test_one_column_changed_twice_is_a_conflict_about_that_column() -> None:
    [conflict] = merge_models(
        model(table(columns=[{"name": "id", "type": "INT"}])),
        model(table(columns=[{"name": "id", "type": "BIGINT"}])),
        model(table(columns=[{"name": "id", "type": "STRING"}])),
    ).conflicts

    assert conflict == Conflict(
        "m/nodes/t/properties/columns/id/type",
        "t",
        "columns.id.type",
        "INT",
        "BIGINT",
        "STRING",
        ConflictKind.VALUE,
        "You and they both changed 'columns.id.type' of 't'.",
    )


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        pytest.param(None, 2, id="ours stays until somebody decides"),
        pytest.param(Side.OURS, 2, id="ours"),
        pytest.param(Side.THEIRS, 3, id="theirs"),
        pytest.param(Side.BASE, 1, id="as it was"),
        pytest.param(Given(9), 9, id="something else"),
    ],
)
def test_a_choice_decides(choice: Any, kept: int) -> None:
    choices = {} if choice is None else {"m/nodes/t/properties/a": choice}
    merged = merge_models(model(table(a=1)), model(table(a=2)), model(table(a=3)), choices)

    assert merged.model == model(table(a=kept))
    assert len(merged.conflicts) == (choice is None)


def test_what_one_removed_and_the_other_changed_stays_until_somebody_decides() -> None:
    edge = Edge("s", "t")
    base = model(table("s"), table("t", a=1), edges=(edge,))
    ours, theirs = model(table("s")), model(table("s"), table("t", a=2), edges=(edge,))

    merged = merge_models(base, ours, theirs)
    [conflict] = merged.conflicts
    removed = merge_models(base, ours, theirs, {conflict.id: Side.OURS})

    assert (conflict.id, conflict.kind) == ("m/nodes/t", ConflictKind.OURS_REMOVED)
    assert merged.model is not None
    assert [node.id for node in merged.model.nodes] == ["s", "t"]
    assert removed == Merged(ours)


def test_a_new_edge_to_a_node_that_somebody_removed_is_asked_about() -> None:
    base = model(table("s"), table("t"))
    theirs = replace(base, edges=(Edge("s", "t"),))

    [conflict] = merge_models(base, model(table("s")), theirs).conflicts

    assert (conflict.node, conflict.kind) == ("t", ConflictKind.OURS_REMOVED)


def test_moving_a_node_that_somebody_removed_is_no_conflict() -> None:
    moved = replace(table(), position=Position(1, 1))

    assert merge_models(model(table()), model(), model(moved)) == Merged(model())


def test_a_node_that_both_moved_stands_where_we_put_it() -> None:
    ours, theirs = (replace(table(), position=Position(x, 0)) for x in (1, 2))

    assert merge_models(model(table()), model(ours), model(theirs)) == Merged(model(ours))


def test_both_texts_of_a_note_are_kept() -> None:
    base, ours, theirs = (
        DataModel("m", drawing=Drawing((Note("n", text),))) for text in ("a", "b", "c")
    )
    merged = merge_models(base, ours, theirs)

    assert merged.conflicts == ()
    assert merged.model is not None
    assert [note.text for note in merged.model.drawing.notes] == ["b\n\nc"]


def test_a_model_that_one_removed_and_the_other_changed_is_asked_about() -> None:
    base, theirs = model(table(a=1)), model(table(a=2))
    merged = merge_models(base, None, theirs)

    assert (merged.model, merged.conflicts[0].id) == (theirs, "m")
    assert merge_models(base, None, theirs, {"m": Side.OURS}) == Merged(None)
    assert merge_models(base, None, base) == Merged(None)
