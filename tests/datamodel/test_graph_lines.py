"""What the lines of a drawing mean."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.datamodel.graph import (
    CycleError,
    Dependency,
    SetupPart,
    execution_waves,
    index,
    loops,
    setup_order,
    task_dependencies,
)
from lakewright.datamodel.model import DataModel, Edge, EdgeKind, Node
from tests.datamodel.drawings import drawn


def waits(model: DataModel) -> dict[str, list[str]]:
    return {
        task: [d.task_id + (f"={d.outcome}" if d.outcome else "") + ("*" if d.derived else "")
               for d in found]
        for task, found in task_dependencies(index(model)).items()
    }  # fmt: skip


@pytest.mark.parametrize(
    ("nodes", "edges", "waves"),
    [
        pytest.param("", [], [], id="an empty model runs nothing"),
        pytest.param("ba", [], [["a", "b"]], id="unconnected nodes run together"),
        pytest.param("ab", ["ab"], [["a"], ["b"]], id="a node waits for its upstream"),
        pytest.param("abcd", ["ab", "ac", "bd", "cd"], [["a"], ["b", "c"], ["d"]], id="a diamond"),
    ],
)
def test_execution_waves(nodes: str, edges: list[str], waves: list[list[str]]) -> None:
    assert execution_waves(nodes, [(edge[0], edge[1]) for edge in edges]) == waves


def test_a_loop_is_refused_and_named() -> None:
    with pytest.raises(CycleError) as refused:
        execution_waves("ab", [("a", "b"), ("b", "a")])
    assert "a -> b -> a" in refused.value.problem or "b -> a -> b" in refused.value.problem


def test_a_chain_of_a_hundred_thousand_nodes_needs_no_recursion() -> None:
    names = [f"n{at}" for at in range(100_000)]
    assert len(execution_waves(names, pairwise(names))) == 100_000
    assert loops({a: [b] for a, b in pairwise(names)}) == []


@pytest.mark.parametrize("size", [1, 2, 500])
def test_a_loop_of_any_size_is_found(size: int) -> None:
    names = [f"n{at:03}" for at in range(size)]
    edges = {name: [names[(at + 1) % size]] for at, name in enumerate(names)}
    assert loops(edges | {"before": [names[0]]}) == [[*names, names[0]]]


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=25))
@settings(max_examples=60, deadline=None)
def test_there_is_a_loop_exactly_when_there_are_no_waves(pairs: list[tuple[int, int]]) -> None:
    edges: dict[str, list[str]] = {}
    for a, b in pairs:
        edges.setdefault(str(a), []).append(str(b))
    found = loops(edges)
    for loop in found:
        assert loop[0] == loop[-1]
        assert all(b in edges[a] for a, b in pairwise(loop))
    try:
        execution_waves(map(str, range(8)), [(str(a), str(b)) for a, b in pairs])
    except CycleError:
        assert found
    else:
        assert not found


def test_rows_between_tasks_make_one_wait_for_the_other() -> None:
    model = drawn(
        {"a": "notebook", "t": "uc_table", "v": "uc_view", "b": "notebook", "c": "notebook"},
        "a data_flow t", "t data_flow v", "v data_flow b", "b data_flow c",
    )  # fmt: skip
    assert waits(model) == {"a": [], "b": ["a*"], "c": ["b*"]}


def test_what_is_drawn_counts_before_what_follows_from_rows() -> None:
    model = drawn(
        {"a": "notebook", "b": "notebook", "c": "notebook"},
        "a data_flow b", "a depends_on b", "b data_flow c", "c depends_on b",
    )  # fmt: skip
    assert waits(model) == {"a": [], "b": ["a", "c"], "c": []}


def test_a_task_may_ignore_what_is_upstream() -> None:
    model = drawn(
        {"a": "notebook", "b": ("notebook", {"ignores_upstream": ["a"]})}, "a data_flow b"
    )
    assert waits(model) == {"a": [], "b": []}


def test_outcomes_and_joins() -> None:
    model = drawn(
        {"c": "condition", "y": "notebook", "n": "notebook", "j": ("join", {"run_if": "ALL_DONE"}),
         "end": "notebook"},
        "c depends_on y true", "c depends_on n false", "y depends_on j", "n depends_on j",
        "j depends_on end",
    )  # fmt: skip
    assert waits(model) == {"c": [], "y": ["c=true"], "n": ["c=false"], "end": ["n", "y"]}
    assert index(model).run_if_of("end") == "ALL_DONE"


def test_a_table_behind_a_source_is_a_load_task_and_behind_a_task_it_is_not() -> None:
    model = drawn(
        {"files": "source_files", "bronze": "dest_table", "clean": "select_transform",
         "silver": "dest_table", "tidy": "maintenance"},
        "files data_flow bronze", "bronze data_flow clean", "clean data_flow silver",
        "silver data_flow tidy",
    )  # fmt: skip
    assert list(index(model).tasks) == ["bronze", "clean", "tidy"]
    assert waits(model) == {"bronze": [], "clean": ["bronze*"], "tidy": ["clean*"]}


def test_others_wait_for_the_loop_not_for_its_body() -> None:
    model = drawn(
        {"a": "notebook", "loop": "for_each", "body": "notebook", "b": "notebook"},
        "a data_flow body", "loop loop_body body", "body data_flow b",
    )  # fmt: skip
    found = index(model)
    assert waits(model) == {"a": [], "loop": ["a*"], "b": ["loop*"]}
    body = found.loop_body_of("loop")
    assert body is not None
    assert body.id == "body"
    assert [task.id for task in found.tasks_of("m")] == ["a", "loop", "b"]


def test_a_pipeline_stands_for_the_tables_in_it() -> None:
    model = drawn(
        {"j": "job", "a": "notebook", "raw": "uc_table", "p": "pipeline", "d": "dp_table",
         "report": "notebook"},
        "a data_flow raw", "raw data_flow d", "p contains d", "d data_flow report",
    )  # fmt: skip
    assert waits(model) == {"a": [], "p": ["a*"], "report": ["p*"]}


def test_a_refresh_task_stands_for_its_pipeline() -> None:
    model = drawn(
        {"p": "pipeline", "d": "dp_table", "r": ("pipeline_refresh", {"pipeline": "p"}),
         "b": "notebook"},
        "p contains d", "d data_flow b",
    )  # fmt: skip
    assert waits(model) == {"r": [], "b": ["r*"]}


def test_tasks_of_different_jobs_do_not_wait_for_each_other() -> None:
    model = drawn(
        {"j1": "job", "j2": "job", "a": "notebook", "b": "notebook"},
        "j1 contains a", "j2 contains b", "a data_flow b",
    )  # fmt: skip
    assert waits(model) == {"a": [], "b": []}


@pytest.mark.parametrize(
    ("nodes", "edges", "job"),
    [
        pytest.param({"a": "notebook"}, [], "m", id="no job: an implicit one"),
        pytest.param({"a": "notebook", "j": "job"}, [], "j", id="one job: that one"),
        pytest.param(
            {"a": "notebook", "j": "job", "k": "job"}, ["k contains a"], "k", id="as drawn"
        ),
        pytest.param({"a": "notebook", "j": "job", "k": "job"}, [], None, id="nobody can tell"),
    ],
)
def test_the_job_of_a_task(nodes: dict[str, str], edges: list[str], job: str | None) -> None:
    found = index(drawn(nodes, *edges)).job_of("a")
    assert (found.id if found else None) == job


def test_the_implicit_job_takes_no_node_s_id() -> None:
    implicit = index(drawn({"m": "notebook"})).implicit_job
    assert implicit is not None
    assert implicit.id == "m_job"


def test_disabled_nodes_generate_nothing() -> None:
    model = drawn({"a": Node("a", "notebook", enabled=False), "b": "notebook"}, "a depends_on b")
    assert waits(model) == {"b": []}


@pytest.mark.parametrize(
    ("task", "edges", "compute"),
    [
        ({}, ["c uses_compute t"], "c"),
        ({"compute": "c"}, [], "c"),
        ({"compute": "Main"}, [], "c"),
        ({"job_cluster_key": "main_key"}, [], "c"),
        ({"compute": "elsewhere"}, [], None),
        ({}, ["c uses_compute j"], "c"),
        ({"existing_cluster_id": "1"}, ["c uses_compute j"], None),
        ({}, [], None),
    ],
)
def test_the_compute_of_a_task(task: dict[str, str], edges: list[str], compute: str | None) -> None:
    cluster = Node("c", "job_cluster", "Main", properties={"job_cluster_key": "main_key"})
    model = drawn({"j": "job", "t": ("notebook", task), "c": cluster}, *edges)
    found = index(model).compute_of("t")
    assert (found.id if found else None) == compute


def test_a_trigger_that_is_connected_to_nothing_starts_the_only_job() -> None:
    model = drawn({"t": "notebook", "at": "trigger_schedule"})
    found = index(model)
    assert [trigger.id for trigger in found.triggers_of("m")] == ["at"]


def test_lineage_is_everything_before_and_after() -> None:
    model = drawn(
        {"s": "source_table", "a": "notebook", "b": "notebook", "x": "notebook"},
        "s data_flow a", "a depends_on b",
    )  # fmt: skip
    lineage = index(model).lineage("a")
    assert (lineage.upstream, lineage.downstream) == (("s",), ("b",))


def test_broken_edges_and_second_nodes_are_left_out() -> None:
    model = DataModel(
        "m",
        nodes=(Node("a", "notebook"), Node("a", "jar"), Node("b", "notebook")),
        edges=(Edge("a", "a"), Edge("a", "gone"), Edge("a", "b"), Edge("a", "b")),
    )
    found = index(model)
    assert found.nodes["a"].type == "notebook"
    assert found.outgoing("a", EdgeKind.DATA_FLOW) == [Edge("a", "b")]


def test_unity_catalog_is_set_up_in_an_order_that_works() -> None:
    at = {"catalog": "c", "schema": "s"}
    model = drawn(
        {
            "grants": "uc_grants",
            "view2": ("uc_view", {**at, "name": "v2"}),
            "view1": ("uc_view", {**at, "name": "v1"}),
            "orders": ("uc_table", {**at, "name": "orders", "foreign_keys": [
                {"columns": ["c"], "references": "c.s.customers"}]}),
            "customers": ("uc_table", {**at, "name": "customers", "columns": [
                {"name": "m", "type": "STRING", "mask_fn": "c.s.hide"}], "foreign_keys": [
                {"columns": ["o"], "references": "orders"}]}),
            "hide": ("uc_function", {**at, "name": "hide"}),
            "files": ("uc_volume", {**at, "name": "files"}),
            "schema": ("uc_schema", {"name": "s"}),
            "catalog": ("uc_catalog", {"name": "c"}),
        },
        "catalog contains schema", "orders data_flow view1", "view1 data_flow view2",
        "grants grants_on schema",
    )  # fmt: skip
    made = [(step.node.id, step.part) for step in setup_order(index(model))]
    assert made == [
        ("catalog", SetupPart.OBJECT),
        ("schema", SetupPart.OBJECT),
        ("files", SetupPart.OBJECT),
        ("hide", SetupPart.OBJECT),
        ("orders", SetupPart.OBJECT),
        ("customers", SetupPart.OBJECT),
        ("orders", SetupPart.FOREIGN_KEYS),
        ("customers", SetupPart.FOREIGN_KEYS),
        ("view1", SetupPart.OBJECT),
        ("view2", SetupPart.OBJECT),
        ("grants", SetupPart.GRANTS),
    ]


def test_set_up_lists_every_object_even_when_they_loop() -> None:
    model = drawn({"a": "uc_view", "b": "uc_view"}, "a data_flow b", "b data_flow a")
    assert [step.node.id for step in setup_order(index(model))] == ["a", "b"]


def test_a_dependency_is_a_plain_value() -> None:
    assert Dependency("a", "true") == Dependency("a", "true", derived=False)
