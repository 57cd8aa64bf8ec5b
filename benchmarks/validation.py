"""B6: all rules over one model of 10,000 nodes and 20,000 edges, and a chain of 100,000."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.measure import Figure, figure

NODES = 10_000
STRUCTURE_MS = 60.0
RULES_SECONDS = 1.0
CHAIN_NODES = 100_000


def measure(repeats: int) -> Iterator[Figure]:
    """Structure is sorting out the lines; the rules include reading every property form."""
    from lakewright.datamodel.checks import check_index
    from lakewright.datamodel.graph import index, setup_order, task_dependencies
    from lakewright.datamodel.model import DataModel, Edge, Node

    def table(number: int) -> Node:
        address = {"catalog": "main", "schema": "raw", "table": f"t{number}"}
        return Node(f"n{number}", "source_table", properties=address)

    def task(number: int) -> Node:
        return Node(f"n{number}", "notebook", properties={"notebook_path": f"/Workspace/n{number}"})

    # Every task reads four tables, and order runs along the tasks in jobs of 500.
    tasks = NODES // 5
    jobs = [Node(f"job{number}", "job", f"Job {number}") for number in range(tasks // 500)]
    nodes = [task(n) for n in range(tasks)] + [table(n) for n in range(tasks, NODES)]
    edges = [Edge(f"n{tasks + (n * 7 + k) % (NODES - tasks)}", f"n{n}") for n in range(tasks)
             for k in range(8)]  # fmt: skip
    from lakewright.datamodel.model import EdgeKind

    edges += [
        Edge(f"n{n}", f"n{n + 1}", EdgeKind.DEPENDS_ON) for n in range(tasks - 1) if n % 500 != 499
    ]
    edges += [Edge(jobs[n // 500].id, f"n{n}", EdgeKind.CONTAINS) for n in range(tasks)]
    model = DataModel("big", "Big", nodes=(*jobs, *nodes), edges=tuple(edges))

    def structure() -> Any:
        graph = index(model)
        return task_dependencies(graph), setup_order(graph)

    name = f"B6 {len(model.nodes):,} nodes, {len(model.edges):,} edges"
    check_index(index(model))  # loads the forms
    lines = [1000 * _seconds(structure) for _ in range(repeats)]
    rules = [_seconds(lambda: check_index(index(model))) for _ in range(repeats)]
    yield figure(name, "structure, CPU", lines, "ms", STRUCTURE_MS)
    yield figure(name, "all rules, CPU", rules, "s", RULES_SECONDS)
    chain = DataModel(
        "chain",
        "Chain",
        nodes=tuple(task(n) for n in range(CHAIN_NODES)),
        edges=tuple(
            Edge(f"n{n}", f"n{n + 1}", EdgeKind.DEPENDS_ON) for n in range(CHAIN_NODES - 1)
        ),
    )
    yield figure(
        f"B6 chain of {CHAIN_NODES:,}", "structure, CPU", [_seconds(lambda: index(chain))], "s"
    )


def _seconds(once: Callable[[], Any]) -> float:
    began = time.process_time()
    once()
    return time.process_time() - began
