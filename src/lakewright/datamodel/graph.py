"""What the lines of a drawing mean: order, containment, lineage.

Everything is linear in nodes and edges and nothing recurses, so that a chain of 100,000 nodes
costs memory only. `index(model)` is made once and handed around.
"""

import graphlib
import heapq
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from typing import ClassVar

from lakewright.datamodel.model import DataModel, Edge, EdgeKind, Node
from lakewright.datamodel.node_types import NODE_TYPES, Emits
from lakewright.datamodel.tables import dataset_of, function_of, split_address
from lakewright.errors import LakewrightError

_NO_EDGES: tuple[Edge, ...] = ()
_COMPUTE_NAMES = ("job_cluster_key", "environment_key", "cluster_name", "lookup_name", "name")
_COMPUTE_PROPERTIES = ("compute", "job_cluster_key", "environment_key")


class CycleError(LakewrightError):
    """Some edges loop, so there is no order."""

    code = "cycle"
    http_status: ClassVar[int] = 422


@dataclass(frozen=True, slots=True)
class Dependency:
    """One task that has to end before another may start.

    Attributes:
        task_id: The task that comes first.
        outcome: `true` or `false` when it is a condition, else empty.
        derived: Nobody drew it; it follows from rows that flow from one task to the other.
    """

    task_id: str
    outcome: str = ""
    derived: bool = False


@dataclass(frozen=True, slots=True)
class Lineage:
    """Everything that feeds a node and everything it feeds, ids in the order of the file."""

    upstream: tuple[str, ...]
    downstream: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GraphIndex:
    """A model with its lines sorted out. Made by `index`; never changed.

    Dangling edges, self loops and repeated edges are left out (the checks report them), so that
    everything built on the index is sound. Of nodes with the same id the first counts.

    Attributes:
        nodes: By id, in the order of the file.
        tasks: The nodes that run as tasks, by id: every task type, a destination that stands
            directly behind a dataset (it loads by itself), and a pipeline that belongs to a job.
        bodies: Task id -> id of the for-each node that repeats it.
        implicit_job: The job of a model that draws tasks and no job; else `None`.
    """

    model: DataModel
    nodes: Mapping[str, Node]
    edges_out: Mapping[EdgeKind, Mapping[str, Sequence[Edge]]]
    edges_in: Mapping[EdgeKind, Mapping[str, Sequence[Edge]]]
    jobs: tuple[Node, ...] = ()
    pipelines: tuple[Node, ...] = ()
    triggers: tuple[Node, ...] = ()
    tasks: Mapping[str, Node] = field(default_factory=dict)
    bodies: Mapping[str, str] = field(default_factory=dict)
    job_ids: Mapping[str, str] = field(default_factory=dict)
    job_tasks: Mapping[str, Sequence[Node]] = field(default_factory=dict)
    implicit_job: Node | None = None
    compute_names: Mapping[str, Node] = field(default_factory=dict)

    def outgoing(self, node_id: str, kind: EdgeKind) -> Sequence[Edge]:
        """Edges of that kind that begin at the node, in the order of the file."""
        return self.edges_out[kind].get(node_id, _NO_EDGES)

    def incoming(self, node_id: str, kind: EdgeKind) -> Sequence[Edge]:
        """Edges of that kind that end at the node, in the order of the file."""
        return self.edges_in[kind].get(node_id, _NO_EDGES)

    def upstream_of(self, node_id: str) -> list[Node]:
        """The nodes whose rows flow straight into this one."""
        return [self.nodes[edge.source] for edge in self.incoming(node_id, EdgeKind.DATA_FLOW)]

    def downstream_of(self, node_id: str) -> list[Node]:
        """The nodes that this one's rows flow straight into."""
        return [self.nodes[edge.target] for edge in self.outgoing(node_id, EdgeKind.DATA_FLOW)]

    def lineage(self, node_id: str) -> Lineage:
        """All that comes before and after along rows, order and loops; the node itself excluded.

        Raises:
            KeyError: There is no such node.
        """
        start = self.nodes[node_id].id
        return Lineage(
            self._reached(start, self.edges_in, forward=False),
            self._reached(start, self.edges_out, forward=True),
        )

    def _reached(
        self,
        start: str,
        edges: Mapping[EdgeKind, Mapping[str, Sequence[Edge]]],
        *,
        forward: bool,
    ) -> tuple[str, ...]:
        kinds = (EdgeKind.DATA_FLOW, EdgeKind.DEPENDS_ON, EdgeKind.LOOP_BODY)
        seen = {start}
        waiting = [start]
        while waiting:
            here = waiting.pop()
            for kind in kinds:
                for edge in edges[kind].get(here, _NO_EDGES):
                    there = edge.target if forward else edge.source
                    if there not in seen:
                        seen.add(there)
                        waiting.append(there)
        seen.discard(start)
        return tuple(node_id for node_id in self.nodes if node_id in seen)

    def container_of(self, node_id: str, *types: str) -> Node | None:
        """The node it lives in, of one of those types (of any when none are given)."""
        for edge in self.incoming(node_id, EdgeKind.CONTAINS):
            holder = self.nodes[edge.source]
            if not types or holder.type in types:
                return holder
        return None

    def contents_of(self, node_id: str) -> list[Node]:
        """The nodes that live directly in it."""
        return [self.nodes[edge.target] for edge in self.outgoing(node_id, EdgeKind.CONTAINS)]

    def is_task(self, node_id: str) -> bool:
        """Whether the node runs as a task of a job."""
        return node_id in self.tasks

    def job_of(self, task_id: str) -> Node | None:
        """The job a task runs in, drawn or implicit; `None` when it is nobody's.

        A task that no job contains belongs to the model's only job; when the model has none, to
        the implicit one. A loop body belongs where its for-each does.
        """
        job_id = self.job_ids.get(task_id)
        if job_id is None:
            return None
        if self.implicit_job is not None and job_id == self.implicit_job.id:
            return self.implicit_job
        return self.nodes[job_id]

    def all_jobs(self) -> tuple[Node, ...]:
        """The enabled jobs, drawn or implicit, in the order of the file."""
        if self.implicit_job is not None:
            return (self.implicit_job,)
        return tuple(job for job in self.jobs if job.enabled)

    def tasks_of(self, job_id: str) -> list[Node]:
        """The enabled tasks of a job, in the order of the file; loop bodies are left out."""
        return list(self.job_tasks.get(job_id, ()))

    def pipeline_of(self, node_id: str) -> Node | None:
        """The declarative pipeline that holds a `dp_*` node.

        One that nothing contains belongs to the model's only pipeline.
        """
        holder = self.container_of(node_id, "pipeline")
        if holder is not None:
            return holder
        row = NODE_TYPES.get(self.nodes[node_id].type)
        if row is None or row.emits is not Emits.PIPELINE_SOURCE:
            return None
        return self.pipelines[0] if len(self.pipelines) == 1 else None

    def compute_of(self, task_id: str) -> Node | None:
        """The enabled compute node a task runs on; `None` for serverless or one named elsewhere.

        An edge counts before a property, a property before the only fitting compute of its job.
        """
        for edge in self.incoming(task_id, EdgeKind.USES_COMPUTE):
            if self.nodes[edge.source].enabled:
                return self.nodes[edge.source]
        task = self.nodes[task_id]
        for name in _COMPUTE_PROPERTIES:
            wanted = task.properties.get(name)
            if isinstance(wanted, str) and wanted:
                return self.compute_named(wanted)
        if any(task.properties.get(k) for k in ("existing_cluster_id", "warehouse_id")):
            return None
        job = self.job_of(task_id)
        row = NODE_TYPES.get(task.type)
        if job is None or row is None:
            return None
        fitting = [
            self.nodes[edge.source]
            for edge in self.incoming(job.id, EdgeKind.USES_COMPUTE)
            if self.nodes[edge.source].enabled and self.nodes[edge.source].type in row.runs_on
        ]
        return fitting[0] if len(fitting) == 1 else None

    def compute_named(self, name: str) -> Node | None:
        """The compute node with that id, key or name; ids count before names."""
        return self.compute_names.get(name)

    def triggers_of(self, job_id: str) -> list[Node]:
        """The enabled triggers of a job, in the order of the file.

        In a model with one job (or an implicit one) a trigger that is connected to nothing
        starts that job.
        """
        found = [
            self.nodes[edge.source]
            for edge in self.incoming(job_id, EdgeKind.TRIGGERS)
            if self.nodes[edge.source].enabled
        ]
        only_job = self.implicit_job is not None or len(self.jobs) == 1
        for node in self.triggers:
            if not node.enabled or self.outgoing(node.id, EdgeKind.TRIGGERS):
                continue
            holder = self.container_of(node.id, "job")
            if holder.id == job_id if holder is not None else only_job:
                found.append(node)
        return found

    def loop_body_of(self, for_each_id: str) -> Node | None:
        """The task that a for-each repeats."""
        for edge in self.outgoing(for_each_id, EdgeKind.LOOP_BODY):
            return self.nodes[edge.target]
        return None

    def pipeline_of_refresh(self, refresh_id: str) -> Node | None:
        """The pipeline node that a `pipeline_refresh` names by id or name."""
        wanted = self.nodes[refresh_id].properties.get("pipeline")
        for node in self.pipelines:
            if wanted in (node.id, node.name or node.id, node.properties.get("name")):
                return node
        return None

    def run_if_of(self, task_id: str) -> str:
        """`run_if` of a task: its own, else that of the join before it, else empty."""
        own = self.nodes[task_id].properties.get("run_if")
        if isinstance(own, str) and own:
            return own
        for edge in self.incoming(task_id, EdgeKind.DEPENDS_ON):
            before = self.nodes[edge.source]
            if before.type == "join" and before.enabled:
                rule = before.properties.get("run_if")
                return rule if isinstance(rule, str) else "ALL_SUCCESS"
        return ""


def index(model: DataModel) -> GraphIndex:
    """Sort out a model's lines. Linear in nodes and edges; never fails."""
    nodes: dict[str, Node] = {}
    for node in model.nodes:
        nodes.setdefault(node.id, node)
    out: dict[EdgeKind, dict[str, list[Edge]]] = {kind: {} for kind in EdgeKind}
    into: dict[EdgeKind, dict[str, list[Edge]]] = {kind: {} for kind in EdgeKind}
    seen: set[tuple[str, str, EdgeKind, str]] = set()
    for edge in model.edges:
        source, target, kind = edge.source, edge.target, edge.kind
        key = (source, target, kind, edge.outcome)
        if source == target or source not in nodes or target not in nodes or key in seen:
            continue
        seen.add(key)
        out[kind].setdefault(source, []).append(edge)
        into[kind].setdefault(target, []).append(edge)
    bare = GraphIndex(
        model,
        nodes,
        out,
        into,
        jobs=tuple(node for node in nodes.values() if node.type == "job"),
        pipelines=tuple(node for node in nodes.values() if node.type == "pipeline"),
        triggers=tuple(node for node in nodes.values() if node.type.startswith("trigger_")),
    )
    refreshed = any(node.type == "pipeline_refresh" for node in nodes.values())
    tasks = {
        node_id: node
        for node_id, node in nodes.items()
        if _runs_as_task(bare, node, refreshed=refreshed)
    }
    bodies: dict[str, str] = {}
    for edges in out[EdgeKind.LOOP_BODY].values():
        for edge in edges[:1]:
            if edge.target in tasks and edge.source in tasks:
                bodies.setdefault(edge.target, edge.source)
    implicit = None
    if not bare.jobs and any(task.enabled for task in tasks.values()):
        implicit = Node(_free_id(model.id or "job", nodes), "job", model.name or model.id)
    job_ids = _job_ids(bare, tasks, bodies, implicit)
    job_tasks: dict[str, list[Node]] = {}
    for task_id, job_id in job_ids.items():
        if tasks[task_id].enabled and task_id not in bodies:
            job_tasks.setdefault(job_id, []).append(tasks[task_id])
    return replace(
        bare,
        tasks=tasks,
        bodies=bodies,
        job_ids=job_ids,
        job_tasks=job_tasks,
        implicit_job=implicit,
        compute_names=_compute_names(nodes),
    )


def _runs_as_task(bare: GraphIndex, node: Node, *, refreshed: bool) -> bool:
    row = NODE_TYPES.get(node.type)
    if row is None:
        return False
    if row.is_task:
        # Rules inside a declarative pipeline are part of its code, not a task.
        return bare.container_of(node.id, "pipeline") is None
    if row.writes:
        return _loads_by_itself(bare, node)
    if row.emits is Emits.PIPELINE:
        ordered = bare.incoming(node.id, EdgeKind.DEPENDS_ON) or bare.outgoing(
            node.id, EdgeKind.DEPENDS_ON
        )
        if ordered or bare.container_of(node.id, "job"):
            return True
        return len(bare.jobs) == 1 and not node.properties.get("continuous") and not refreshed
    return False


def _loads_by_itself(bare: GraphIndex, node: Node) -> bool:
    """Rows come straight from datasets, so nobody else can write them."""
    feeders = bare.upstream_of(node.id)
    return bool(feeders) and all(
        (row := NODE_TYPES.get(feeder.type)) is not None
        and not row.is_task
        and row.emits is not Emits.PIPELINE
        for feeder in feeders
    )


def _free_id(wanted: str, nodes: Mapping[str, Node]) -> str:
    while wanted in nodes:
        wanted += "_job"
    return wanted


def _job_ids(
    bare: GraphIndex,
    tasks: Mapping[str, Node],
    bodies: Mapping[str, str],
    implicit: Node | None,
) -> dict[str, str]:
    only = bare.jobs[0].id if len(bare.jobs) == 1 else implicit.id if implicit else None
    found: dict[str, str] = {}
    for task_id in tasks:
        # A body that no job contains is where its loop is. Loops do not nest, but people draw
        # them nested; one step is enough for what is allowed.
        holder = bare.container_of(task_id, "job")
        if holder is None and task_id in bodies:
            holder = bare.container_of(bodies[task_id], "job")
        if holder is not None:
            found[task_id] = holder.id
        elif only is not None:
            found[task_id] = only
    return found


def _compute_names(nodes: Mapping[str, Node]) -> dict[str, Node]:
    computes = [
        node
        for node in nodes.values()
        if (row := NODE_TYPES.get(node.type)) is not None and row.emits is Emits.COMPUTE
    ]
    names = {node.id: node for node in computes}
    for node in computes:
        for name in (node.name, *(node.properties.get(key) for key in _COMPUTE_NAMES)):
            if isinstance(name, str) and name:
                names.setdefault(name, node)
    return names


def execution_waves(nodes: Iterable[str], edges: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Group nodes into waves; a node runs only after everything upstream of it.

    Args:
        nodes: Every node id, in any order.
        edges: (before, after). Both ends are in `nodes`.

    Returns:
        Waves in running order. Ids inside a wave do not depend on each other and are sorted,
        so equal models always give byte-equal scripts.

    Raises:
        CycleError: Some edges loop. The message names the loop.

    Source: Kahn (1962), "Topological sorting of large networks", through `graphlib`.
    """
    sorter: graphlib.TopologicalSorter[str] = graphlib.TopologicalSorter()
    for node in nodes:
        sorter.add(node)
    for before, after in edges:
        sorter.add(after, before)
    try:
        sorter.prepare()
    except graphlib.CycleError as error:
        # graphlib lists each node as the predecessor of the next, first == last.
        raise CycleError(
            problem=f"These nodes wait for each other in a loop: {shown_loop(error.args[1])}.",
            remedy="Delete one of those edges; a job has to start somewhere.",
            where="edges",
        ) from error
    waves: list[list[str]] = []
    while sorter.is_active():
        wave = sorted(sorter.get_ready())
        waves.append(wave)
        sorter.done(*wave)
    return waves


def shown_loop(loop: Sequence[str], limit: int = 12) -> str:
    """A loop as it may be quoted: `a -> b -> a`, long ones shortened in the middle.

    >>> shown_loop(["a", "b", "a"])
    'a -> b -> a'
    """
    if len(loop) > limit:
        half = limit // 2
        hidden = len(loop) - 2 * half
        return " -> ".join([*loop[:half], f"({hidden} more)", *loop[-half:]])
    return " -> ".join(loop)


def loops(edges: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """One loop for each knot of nodes that reach each other, first id repeated at the end.

    Args:
        edges: Node -> the nodes after it.

    Returns:
        Loops sorted by their smallest id, which also begins them; each is a shortest one
        through that id. Self loops are included.

    Source: Tarjan (1972), "Depth-first search and linear graph algorithms", without recursion.
    """
    found = []
    for knot in _knots(_without_ends(edges)):
        start = min(knot)
        members = set(knot)
        came_from: dict[str, str] = {}
        waiting = deque([start])
        while waiting:
            here = waiting.popleft()
            if start in edges.get(here, ()):
                path = [here]
                while path[-1] != start:
                    path.append(came_from[path[-1]])
                found.append([*reversed(path), start])
                break
            for there in edges.get(here, ()):
                if there in members and there not in came_from and there != start:
                    came_from[there] = here
                    waiting.append(there)
    return sorted(found)


def _without_ends(edges: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """Drop, again and again, every node that nothing leads to: what loops is left, often nothing.

    Much cheaper than looking for knots in a graph that has none.
    """
    waits: dict[str, int] = {}
    for targets in edges.values():
        for target in targets:
            waits[target] = waits.get(target, 0) + 1
    left = dict(edges)
    ready = [node for node in edges if node not in waits]
    while ready:
        for target in left.pop(ready.pop(), ()):
            waits[target] -= 1
            if waits[target] == 0:
                ready.append(target)
    return {node: targets for node, targets in left.items() if waits.get(node)}


def _knots(edges: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Strongly connected groups of more than one node, and single nodes with a self loop."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    open_: list[str] = []
    is_open: set[str] = set()
    for root in edges:
        if root in number:
            continue
        work: list[tuple[str, Iterator[str]]] = []
        entering: str | None = root
        while entering is not None or work:
            if entering is not None:
                number[entering] = lowest[entering] = len(number)
                open_.append(entering)
                is_open.add(entering)
                work.append((entering, iter(edges.get(entering, ()))))
                entering = None
            here, rest = work[-1]
            for there in rest:
                if there not in number:
                    entering = there
                    break
                if there in is_open:
                    lowest[here] = min(lowest[here], number[there])
            if entering is not None:
                continue
            work.pop()
            if work:
                above = work[-1][0]
                lowest[above] = min(lowest[above], lowest[here])
            if lowest[here] == number[here]:
                knot = []
                while True:
                    member = open_.pop()
                    is_open.discard(member)
                    knot.append(member)
                    if member == here:
                        break
                if len(knot) > 1 or here in edges.get(here, ()):
                    yield knot


def task_dependencies(index: GraphIndex) -> dict[str, tuple[Dependency, ...]]:
    """What each enabled task waits for, drawn and derived.

    - A drawn `depends_on` counts; a join in between is looked through.
    - Rows that flow from task A, straight or through datasets, into task B of the same job mean
      that B waits for A (`derived`), unless an edge says it already, B's `ignores_upstream`
      names A, or the opposite is drawn.
    - A loop body is no task of the job: what it reads its for-each waits for, and who reads its
      rows waits for the for-each.
    - Disabled tasks are left out.

    Returns:
        Task id -> dependencies sorted by task id and outcome. Every enabled task that is not a
        loop body has an entry.
    """
    drawn: dict[str, dict[tuple[str, str], Dependency]] = {}
    for task_id in index.tasks:
        if _counts(index, task_id):
            drawn[task_id] = {
                (before, outcome): Dependency(before, outcome)
                for before, outcome in _drawn_before(index, task_id)
                if before in index.tasks and index.nodes[before].enabled
            }
    for before, after in _derived(index):
        mine = drawn.get(after)
        if mine is None or before not in drawn:
            continue
        if any(first == before for first, _ in mine):
            continue
        if any(d.task_id == after and not d.derived for d in drawn[before].values()):
            continue
        mine[before, ""] = Dependency(before, "", derived=True)
    return {task_id: tuple(found[key] for key in sorted(found)) for task_id, found in drawn.items()}


def _counts(index: GraphIndex, task_id: str) -> bool:
    return index.nodes[task_id].enabled and task_id not in index.bodies


def _drawn_before(index: GraphIndex, task_id: str) -> Iterator[tuple[str, str]]:
    waiting = list(index.incoming(task_id, EdgeKind.DEPENDS_ON))
    seen: set[str] = set()
    while waiting:
        edge = waiting.pop()
        before = index.nodes[edge.source]
        if before.type != "join":
            yield index.bodies.get(before.id, before.id), edge.outcome
        elif before.id not in seen:
            seen.add(before.id)
            waiting.extend(index.incoming(before.id, EdgeKind.DEPENDS_ON))


def _derived(index: GraphIndex) -> Iterator[tuple[str, str]]:
    """Pairs (task, task it feeds) inside one job, loop bodies replaced by their loops."""
    flow_in = index.edges_in[EdgeKind.DATA_FLOW]
    agents = _agents(index)
    writers: dict[str, frozenset[str]] = {}
    for node_id in _in_flow_order(index):
        before: frozenset[str] = frozenset()
        for edge in flow_in.get(node_id, _NO_EDGES):
            agent = agents.get(edge.source)
            more = frozenset((agent,)) if agent else writers.get(edge.source, frozenset())
            # Long chains share one set instead of copying it at every step.
            before = more if not before else before if more <= before else before | more
        writers[node_id] = before
        after = agents.get(node_id)
        if after is None:
            continue
        ignored = index.nodes[node_id].properties.get("ignores_upstream")
        ignored = ignored if isinstance(ignored, list) else []
        for first in sorted(before):
            if (
                first != after
                and first not in ignored
                and index.job_ids.get(first) == index.job_ids.get(after)
            ):
                yield first, after


def _agents(index: GraphIndex) -> dict[str, str]:
    """Node -> the task of a job that produces its rows when it runs.

    A task is its own agent, a loop body's is its for-each, and a node of a pipeline's is the
    task that updates the pipeline.
    """
    agents = {
        task_id: index.bodies.get(task_id, task_id)
        for task_id, task in index.tasks.items()
        if task.enabled
    }
    updates: dict[str, str] = {}
    for task_id, task in index.tasks.items():
        if task.type == "pipeline":
            updates[task_id] = task_id
        elif task.type == "pipeline_refresh":
            pipeline = index.pipeline_of_refresh(task_id)
            if pipeline is not None:
                updates.setdefault(pipeline.id, task_id)
    if updates:
        for node_id in index.nodes:
            if node_id in agents:
                continue
            pipeline = (
                index.nodes[node_id]
                if index.nodes[node_id].type == "pipeline"
                else index.pipeline_of(node_id)
            )
            if pipeline is not None and pipeline.id in updates:
                agents[node_id] = updates[pipeline.id]
    return agents


def _in_flow_order(index: GraphIndex) -> Iterator[str]:
    """Nodes that rows flow into, each after all that feed it; those in a loop are left out."""
    waits = {node_id: len(edges) for node_id, edges in index.edges_in[EdgeKind.DATA_FLOW].items()}
    ready = deque(
        node_id for node_id in index.edges_out[EdgeKind.DATA_FLOW] if node_id not in waits
    )
    while ready:
        here = ready.popleft()
        if here in waits:
            yield here
        for edge in index.outgoing(here, EdgeKind.DATA_FLOW):
            waits[edge.target] -= 1
            if waits[edge.target] == 0:
                ready.append(edge.target)


class SetupPart(StrEnum):
    """Which part of a node a set-up step makes."""

    OBJECT = "object"
    FOREIGN_KEYS = "foreign_keys"
    GRANTS = "grants"


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One thing to set up in Unity Catalog.

    Attributes:
        part: Foreign keys come apart from their table, after every table they refer to, so that
            tables may refer to each other.
    """

    node: Node
    part: SetupPart = SetupPart.OBJECT


class _Rank(IntEnum):
    CATALOG = 0
    CONNECTION = 1
    EXTERNAL_LOCATION = 2
    SCHEMA = 3
    VOLUME = 4
    FUNCTION = 5
    TABLE = 6
    MODEL = 7
    FOREIGN_KEYS = 8
    VIEW = 9
    GRANTS = 10


_RANKS: Mapping[str, _Rank] = {
    "uc_connection": _Rank.CONNECTION,
    "uc_external_location": _Rank.EXTERNAL_LOCATION,
    "uc_catalog": _Rank.CATALOG,
    "uc_schema": _Rank.SCHEMA,
    "uc_volume": _Rank.VOLUME,
    "uc_function": _Rank.FUNCTION,
    "uc_table": _Rank.TABLE,
    "dest_table": _Rank.TABLE,
    "uc_streaming_table": _Rank.VIEW,
    "uc_registered_model": _Rank.MODEL,
    "uc_view": _Rank.VIEW,
    "uc_materialized_view": _Rank.VIEW,
    "uc_grants": _Rank.GRANTS,
}


def setup_order(index: GraphIndex) -> tuple[SetupStep, ...]:
    """The enabled objects of Unity Catalog in an order in which they can be made.

    Catalog, schema, volume and external location, functions before the tables that mask or
    filter with them, tables, foreign keys, views along their rows, grants; what a line or a name
    says counts before that general order. A `dest_table` is included when it lists columns.
    Nodes that wait for each other in a loop (the checks report them) come in general order.
    Undo is the reverse.
    """
    steps: dict[tuple[str, SetupPart], SetupStep] = {}
    ranks: dict[tuple[str, SetupPart], int] = {}
    place = {node_id: at for at, node_id in enumerate(index.nodes)}
    for node in index.nodes.values():
        rank = _RANKS.get(node.type)
        if rank is None or not node.enabled:
            continue
        if node.type == "dest_table" and not node.properties.get("columns"):
            continue
        part = SetupPart.GRANTS if rank is _Rank.GRANTS else SetupPart.OBJECT
        steps[node.id, part] = SetupStep(node, part)
        ranks[node.id, part] = rank
        if rank is _Rank.TABLE and node.properties.get("foreign_keys"):
            steps[node.id, SetupPart.FOREIGN_KEYS] = SetupStep(node, SetupPart.FOREIGN_KEYS)
            ranks[node.id, SetupPart.FOREIGN_KEYS] = _Rank.FOREIGN_KEYS

    after: dict[tuple[str, SetupPart], list[tuple[str, SetupPart]]] = {}
    waits = dict.fromkeys(steps, 0)
    for first, then in set(_setup_pairs(index, steps)):
        if first in steps and then in steps and first != then:
            after.setdefault(first, []).append(then)
            waits[then] += 1

    def turn(key: tuple[str, SetupPart]) -> tuple[int, int, str]:
        return (ranks[key], place[key[0]], key[1])

    ready = [(turn(key), key) for key, count in waits.items() if count == 0]
    heapq.heapify(ready)
    ordered: list[SetupStep] = []
    left = dict.fromkeys(steps)
    while ready:
        _, key = heapq.heappop(ready)
        ordered.append(steps[key])
        left.pop(key)
        for then in after.get(key, ()):
            waits[then] -= 1
            if waits[then] == 0:
                heapq.heappush(ready, (turn(then), then))
    ordered.extend(steps[key] for key in sorted(left, key=turn))
    return tuple(ordered)


def setup_needs(index: GraphIndex) -> dict[str, tuple[str, ...]]:
    """Set-up nodes in running order -> the set-up nodes that have to be made before each.

    For whoever runs one script a node: foreign keys count as part of their table. A need that
    points forward in the order (tables that refer to each other) is left out, so that the
    result never loops.
    """
    steps = {(step.node.id, step.part): step for step in setup_order(index)}
    ordered = list(dict.fromkeys(node_id for node_id, _ in steps))
    place = {node_id: at for at, node_id in enumerate(ordered)}
    needs: dict[str, set[str]] = {node_id: set() for node_id in ordered}
    for (first, _), (then, _) in _setup_pairs(index, steps):
        if first in place and then in place and place[first] < place[then]:
            needs[then].add(first)
    return {node_id: tuple(sorted(needs[node_id], key=place.__getitem__)) for node_id in ordered}


def _setup_pairs(
    index: GraphIndex, steps: Mapping[tuple[str, SetupPart], SetupStep]
) -> Iterator[tuple[tuple[str, SetupPart], tuple[str, SetupPart]]]:
    """(what is made first, what is made after it); ends that are no step are skipped later."""
    whole = SetupPart.OBJECT
    named = _names_of_steps(index, steps)
    yield from _storage_pairs(steps, whole)
    for kind in (EdgeKind.CONTAINS, EdgeKind.DATA_FLOW):
        for edges in index.edges_out[kind].values():
            for edge in edges:
                yield (edge.source, whole), (edge.target, whole)
    for edges in index.edges_out[EdgeKind.GRANTS_ON].values():
        for edge in edges:
            yield (edge.target, whole), (edge.source, SetupPart.GRANTS)
    for node_id, part in steps:
        node = index.nodes[node_id]
        if part is SetupPart.FOREIGN_KEYS:
            yield (node_id, whole), (node_id, part)
            for wanted in _listed(node, "foreign_keys", "references"):
                target = referenced(index, wanted, named)
                if target is not None:
                    yield (target, whole), (node_id, part)
            continue
        for wanted in _functions_used(node):
            used = named.get(tuple(split_address(wanted)))
            if used is not None:
                yield (used, whole), (node_id, whole)
        address = dataset_of(index, node) or function_of(index, node)
        if address is not None:
            # Objects of a schema that is a node of its own, without a line to it.
            holder = named.get((address.catalog, address.schema)) if address.schema else None
            if holder is not None:
                yield (holder, whole), (node_id, whole)
        if node.type == "uc_schema":
            catalog = node.properties.get("catalog")
            if isinstance(catalog, str) and (catalog,) in named:
                yield (named[catalog,], whole), (node_id, whole)
        connection = node.properties.get("connection_name")
        if isinstance(connection, str) and ("connection", connection) in named:
            yield (named["connection", connection], whole), (node_id, whole)


def _storage_pairs(
    steps: Mapping[tuple[str, SetupPart], SetupStep], whole: SetupPart
) -> Iterator[tuple[tuple[str, SetupPart], tuple[str, SetupPart]]]:
    """An external location is made before everything that is stored below its URL."""
    urls = [
        (url.rstrip("/") + "/", step.node.id)
        for step in steps.values()
        if step.node.type == "uc_external_location"
        and isinstance(url := step.node.properties.get("url"), str)
    ]
    for step in steps.values() if urls else ():
        for name in ("location", "storage_location", "storage_root"):
            path = step.node.properties.get(name)
            for url, location in urls:
                if isinstance(path, str) and f"{path}/".startswith(url):
                    yield (location, whole), (step.node.id, whole)


def _names_of_steps(
    index: GraphIndex, steps: Mapping[tuple[str, SetupPart], SetupStep]
) -> dict[tuple[str, ...], str]:
    """Address (one, two or three names) -> id of the node that makes the object."""
    names: dict[tuple[str, ...], str] = {}
    for node_id, part in steps:
        node = index.nodes[node_id]
        if part is not SetupPart.OBJECT:
            continue
        own = node.properties.get("name")
        address = dataset_of(index, node) or function_of(index, node)
        if address is not None:
            names.setdefault((address.catalog, address.schema, address.table), node_id)
        elif not isinstance(own, str):
            continue
        elif node.type == "uc_catalog":
            names.setdefault((own,), node_id)
        elif node.type == "uc_connection":
            names.setdefault(("connection", own), node_id)
        elif node.type == "uc_schema":
            catalog = node.properties.get("catalog")
            if not isinstance(catalog, str):
                holder = index.container_of(node_id, "uc_catalog")
                catalog = holder.properties.get("name") if holder else None
            if isinstance(catalog, str):
                names.setdefault((catalog, own), node_id)
    return names


def referenced(index: GraphIndex, wanted: str, named: Mapping[tuple[str, ...], str]) -> str | None:
    """Id of the table node that a foreign key names: by id, or by address in `named`."""
    if wanted in index.nodes:
        return wanted
    return named.get(tuple(split_address(wanted)))


def _listed(node: Node, property_: str, key: str) -> Iterator[str]:
    entries = node.properties.get(property_)
    for entry in entries if isinstance(entries, list) else ():
        wanted = entry.get(key) if isinstance(entry, dict) else None
        if isinstance(wanted, str):
            yield wanted


def _functions_used(node: Node) -> Iterator[str]:
    columns = node.properties.get("columns")
    for column in columns if isinstance(columns, list) else ():
        mask = column.get("mask_fn") if isinstance(column, dict) else None
        wanted = mask.get("function") if isinstance(mask, dict) else mask
        if isinstance(wanted, str):
            yield wanted
    row_filter = node.properties.get("row_filter")
    wanted = row_filter.get("fn") if isinstance(row_filter, dict) else None
    if isinstance(wanted, str):
        yield wanted
