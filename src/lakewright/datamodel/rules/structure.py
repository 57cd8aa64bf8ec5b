"""Rules about nodes and lines, whatever the properties say."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from lakewright.datamodel.graph import GraphIndex, loops, shown_loop
from lakewright.datamodel.model import EdgeKind
from lakewright.datamodel.node_types import (
    NODE_TYPES,
    TYPE_ALIASES,
    Emits,
    Family,
    why_not,
)
from lakewright.datamodel.rules.mends import (
    MOST_CHOICES,
    allowed_instead,
    as_key,
    delete_edge,
    draw_edge,
    free_name,
    keep_one,
    replace_edge,
)
from lakewright.datamodel.rules.rule import Drawing, Finding, rule
from lakewright.datamodel.tables import TABLE_TYPES
from lakewright.diagnostics import (
    Fix,
    RemoveNode,
    RenameNode,
    SetType,
    SetValue,
    Severity,
    UnsetValue,
    did_you_mean,
    nearest,
    shown,
)

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

_KEY = re.compile(r"[A-Za-z0-9_-]{1,100}")
# Characters that change the direction of the text around them can hide what a name says.
_UNREADABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
LONGEST_NAME = 255


@rule(INFO)
def model_has_nodes(drawing: Drawing) -> Iterator[Finding]:
    """An empty model is sound and generates nothing, which is rarely what somebody wants."""
    if not drawing.index.nodes:
        yield Finding("The model has no nodes.", "Add a source, a task and a destination.")


@rule(ERROR)
def node_id_is_unique(drawing: Drawing) -> Iterator[Finding]:
    """Lines name nodes by id, so two nodes with one id cannot be told apart."""
    counts = Counter(node.id for node in drawing.index.model.nodes)
    for node_id, count in counts.items():
        if count > 1:
            yield Finding(
                f"{count} nodes have the id '{shown(node_id)}'.",
                "Give each node an id of its own.",
                node_id,
                fixes=_told_apart(node_id, count - 1, set(counts)),
            )


def _told_apart(node_id: str, copies: int, taken: set[str]) -> tuple[Fix, ...]:
    names: list[str] = []
    for _ in range(copies):
        names.append(free_name(node_id, {*taken, *names}))
    if not node_id or copies > MOST_CHOICES:
        return ()
    title = f"Rename the {'second' if copies == 1 else 'others'} to '{shown(names[0], 40)}'"
    return (Fix(title, tuple(RenameNode(node_id, name) for name in names)),)


@rule(ERROR)
def node_id_is_a_key(drawing: Drawing) -> Iterator[Finding]:
    """A node's id becomes a task key and a file name.

    Source: Jobs API, `task_key`: 1 to 100 letters, digits, `-` and `_`.
    """
    for node_id in drawing.index.nodes:
        if not _KEY.fullmatch(node_id):
            what = f"has {len(node_id)} characters" if len(node_id) > 100 else "is no key"
            yield Finding(
                f"The id '{shown(node_id)}' {what}.",
                "Use 1 to 100 letters, digits, - and _; put the words into the node's name.",
                node_id,
                fixes=_renamed(node_id, as_key(node_id), drawing),
            )


def _renamed(node_id: str, wanted: str, drawing: Drawing) -> tuple[Fix, ...]:
    name = free_name(wanted, drawing.index.nodes)
    return (Fix(f"Rename to '{shown(name, 40)}'", (RenameNode(node_id, name),)),) if node_id else ()


@rule(WARNING)
def node_ids_differ_in_more_than_case(drawing: Drawing) -> Iterator[Finding]:
    """Ids become file names, and some file systems do not tell `Load` from `load`."""
    first: dict[str, str] = {}
    for node_id in drawing.index.nodes:
        other = first.setdefault(node_id.lower(), node_id)
        if other != node_id:
            yield Finding(
                f"The ids '{shown(other)}' and '{shown(node_id)}' differ only in case.",
                "Rename one of them.",
                node_id,
                fixes=_renamed(node_id, node_id, drawing),
            )


@rule(WARNING)
def node_name_is_readable(drawing: Drawing) -> Iterator[Finding]:
    """Names are shown in lists, comments and job pages: one line, no hidden characters."""
    for node in drawing.index.nodes.values():
        if len(node.name) > LONGEST_NAME:
            yield Finding(
                f"The name '{shown(node.name, 30)}' has {len(node.name)} characters.",
                f"Shorten it to {LONGEST_NAME}; the description may be longer.",
                node.id,
                fixes=(
                    Fix("Cut it off", (SetValue(node.id, ("name",), node.name[:LONGEST_NAME]),)),
                ),
            )
        elif (bad := _UNREADABLE.search(node.name)) is not None:
            yield Finding(
                f"The name '{shown(node.name)}' holds the hidden character "
                f"U+{ord(bad.group()):04X}.",
                "Remove it.",
                node.id,
                fixes=(
                    Fix(
                        "Remove hidden characters",
                        (SetValue(node.id, ("name",), _UNREADABLE.sub("", node.name) or node.id),),
                    ),
                ),
            )


@rule(WARNING)
def position_is_a_place(drawing: Drawing) -> Iterator[Finding]:
    """A node at NaN or infinity cannot be seen on the canvas."""
    for node in drawing.index.nodes.values():
        place = node.position
        if place is not None and not (math.isfinite(place.x) and math.isfinite(place.y)):
            yield Finding(
                "The position is not a place on the canvas.",
                "Give x and y as ordinary numbers, or delete the position.",
                node.id,
                fixes=(Fix("Place it automatically", (UnsetValue(node.id, ("position",)),)),),
            )


@rule(ERROR)
def node_type_is_known(drawing: Drawing) -> Iterator[Finding]:
    """The type decides the form, the lines and what is generated."""
    for node in drawing.index.nodes.values():
        if node.type not in NODE_TYPES:
            near = nearest(node.type, [*NODE_TYPES, *TYPE_ALIASES])
            meant = TYPE_ALIASES.get(near, near)
            yield Finding(
                f"There is no node type '{shown(node.type)}'.",
                (f"Did you mean '{near}'? " if near else "")
                + "`lakewright nodes` lists all types.",
                node.id,
                fixes=(Fix(f"Change to '{meant}'", (SetType(node.id, meant),)),) if near else (),
            )


@rule(ERROR)
def edge_ends_exist(drawing: Drawing) -> Iterator[Finding]:
    """A line needs a node at both ends."""
    nodes = drawing.index.nodes
    for edge in drawing.index.model.edges:
        for end, other in ((edge.source, edge.target), (edge.target, edge.source)):
            if end not in nodes:
                near = nearest(end, (one for one in nodes if one != other))
                meant = replace(
                    edge,
                    source=near if edge.source == end else edge.source,
                    target=near if edge.target == end else edge.target,
                )
                mend = replace_edge(f"Connect to '{shown(near, 40)}'", edge, meant)
                yield Finding(
                    f"A {edge.kind} edge joins '{shown(other)}' to '{shown(end)}', "
                    "which is no node.",
                    did_you_mean(end, nodes) + "Connect it to a node, or delete the edge.",
                    other if other in nodes else "",
                    fixes=(*((mend,) if near else ()), delete_edge(edge)),
                )


@rule(ERROR)
def edge_joins_two_nodes(drawing: Drawing) -> Iterator[Finding]:
    """A node cannot feed, start, hold or wait for itself."""
    for edge in drawing.index.model.edges:
        if edge.source == edge.target and edge.source in drawing.index.nodes:
            yield Finding(
                f"A {edge.kind} edge leads from '{shown(edge.source)}' to itself.",
                "Delete the edge.",
                edge.source,
                fixes=(delete_edge(edge),),
            )


@rule(WARNING)
def edge_is_drawn_once(drawing: Drawing) -> Iterator[Finding]:
    """The second of two equal lines means nothing; one of them was meant to go elsewhere."""
    seen = set()
    for edge in drawing.index.model.edges:
        key = (edge.source, edge.target, edge.kind, edge.outcome)
        if key in seen:
            yield Finding(
                f"The {edge.kind} edge from '{shown(edge.source)}' to "
                f"'{shown(edge.target)}' is drawn twice.",
                "Delete one of them.",
                edge.target if edge.target in drawing.index.nodes else "",
                # Of a condition's edges the last one may be the other exit's.
                fixes=() if edge.outcome else (delete_edge(edge),),
            )
        seen.add(key)


@rule(ERROR)
def edge_is_allowed(drawing: Drawing) -> Iterator[Finding]:
    """Only some types can be joined by a line of a kind; the problem says why."""
    reasons: dict[tuple[str, str, EdgeKind], str] = {}
    for edge in drawing.index.model.edges:
        source = drawing.index.nodes.get(edge.source)
        target = drawing.index.nodes.get(edge.target)
        if source is None or target is None or source is target:
            continue
        key = (source.type, target.type, edge.kind)
        if key not in reasons:
            known = source.type in NODE_TYPES and target.type in NODE_TYPES
            reasons[key] = (
                why_not(NODE_TYPES[source.type], NODE_TYPES[target.type], edge.kind)
                if known
                else ""
            )
        if reasons[key]:
            yield Finding(
                f"'{shown(source.id)}' cannot have a {edge.kind} edge to '{shown(target.id)}': "
                + reasons[key],
                "Delete the edge, or change its kind or one of the nodes.",
                target.id,
                fixes=allowed_instead(edge, source, target),
            )


@rule(ERROR)
def outcome_belongs_to_a_condition(drawing: Drawing) -> Iterator[Finding]:
    """Only an If / else has a true and a false exit.

    Source: Jobs API, `depends_on.outcome`.
    """
    for edge in drawing.index.model.edges:
        source = drawing.index.nodes.get(edge.source)
        if not edge.outcome or source is None:
            continue
        if edge.outcome not in ("true", "false"):
            yield Finding(
                f"The edge from '{shown(edge.source)}' has the outcome '{shown(edge.outcome)}'.",
                "Write true or false.",
                edge.source,
            )
        elif source.type != "condition" or edge.kind is not EdgeKind.DEPENDS_ON:
            yield Finding(
                f"The {edge.kind} edge from '{shown(edge.source)}' to '{shown(edge.target)}' has "
                "an outcome, but does not begin at an If / else.",
                "Delete the outcome, or put an If / else in between.",
                edge.source,
                fixes=(replace_edge("Delete the outcome", edge, replace(edge, outcome="")),),
            )


@rule(WARNING)
def condition_has_a_branch(drawing: Drawing) -> Iterator[Finding]:
    """An If / else decides nothing unless a task waits for its true or its false exit."""
    for node in drawing.nodes_of("condition"):
        if not any(edge.outcome for edge in drawing.index.outgoing(node.id, EdgeKind.DEPENDS_ON)):
            yield Finding(
                "Nothing follows the true or the false exit of this If / else.",
                "Connect a task to one of its exits, or delete the node.",
                node.id,
            )


@rule(ERROR)
def tasks_do_not_wait_in_a_circle(drawing: Drawing) -> Iterator[Finding]:
    """Tasks that wait for each other never start."""
    after: dict[str, list[str]] = {}
    for source, edges in drawing.index.edges_out[EdgeKind.DEPENDS_ON].items():
        after[source] = [edge.target for edge in edges]
    drawn = loops(after)
    yield from _circles(drawn, "wait for each other", "Delete one of those depends_on edges.")
    if drawn or not drawing.dependencies or _rows_loop(drawing.index):
        return  # what follows from rows is only worth saying when the rest is in order
    waits: dict[str, list[str]] = {}
    for task_id, found in drawing.dependencies.items():
        waits.setdefault(task_id, [])
        for dependency in found:
            waits.setdefault(dependency.task_id, []).append(task_id)
    yield from _circles(
        loops(waits),
        "wait for each other because of the rows that flow between them",
        "Delete an edge, or list the task in `ignores_upstream` of the one that need not wait.",
    )


@rule(ERROR)
def rows_do_not_flow_in_a_circle(drawing: Drawing) -> Iterator[Finding]:
    """Rows that come back to where they started have no beginning."""
    yield from _circles(
        _rows_loop(drawing.index),
        "feed each other",
        "Delete one of those data_flow edges. A task that reads the table it writes needs two "
        "nodes: Table (read) before it, Table (write) after it.",
    )


def _rows_loop(index: GraphIndex) -> list[list[str]]:
    return loops(
        {
            source: [edge.target for edge in edges]
            for source, edges in index.edges_out[EdgeKind.DATA_FLOW].items()
        }
    )


def _circles(found: list[list[str]], do: str, remedy: str) -> Iterator[Finding]:
    for loop in found:
        yield Finding(
            f"{len(loop) - 1} nodes {do} in a circle: "
            f"{shown_loop([shown(node_id, 40) for node_id in loop])}.",
            remedy,
            loop[0],
        )


@rule(ERROR)
def task_has_one_compute(drawing: Drawing) -> Iterator[Finding]:
    """A task runs in one place. Source: Jobs API, task compute fields exclude each other."""
    for target, edges in drawing.index.edges_in[EdgeKind.USES_COMPUTE].items():
        if len(edges) > 1 and drawing.index.nodes[target].type != "job":
            names = ", ".join(f"'{shown(edge.source)}'" for edge in edges)
            yield Finding(
                f"{len(edges)} compute nodes are connected: {names}.",
                "Keep the one that the task is meant to run on.",
                target,
                fixes=keep_one(edges),
            )


@rule(ERROR)
def node_lives_in_one_place(drawing: Drawing) -> Iterator[Finding]:
    """A task is in one job, a table in one schema."""
    for target, edges in drawing.index.edges_in[EdgeKind.CONTAINS].items():
        if len(edges) < 2:
            continue
        by_type: dict[str, list[str]] = {}
        for edge in edges:
            by_type.setdefault(drawing.index.nodes[edge.source].type, []).append(edge.source)
        for holders in by_type.values():
            if len(holders) > 1:
                names = " and ".join(f"'{shown(holder)}'" for holder in holders)
                yield Finding(
                    f"The node is in {names} at once.",
                    "Keep one of the contains edges.",
                    target,
                    fixes=keep_one(edge for edge in edges if edge.source in holders),
                )


@rule(ERROR)
def for_each_has_one_body(drawing: Drawing) -> Iterator[Finding]:
    """A for-each repeats exactly one task. Source: Jobs API, `for_each_task.task`."""
    for node in drawing.nodes_of("for_each"):
        bodies = drawing.index.outgoing(node.id, EdgeKind.LOOP_BODY)
        if len(bodies) != 1:
            yield Finding(
                f"The loop has {len(bodies) or 'no'} bodies; it needs one.",
                "Connect exactly one task with a loop_body edge; put several into a job of their "
                "own and repeat Run a job.",
                node.id,
            )


@rule(ERROR)
def loop_body_stands_alone(drawing: Drawing) -> Iterator[Finding]:
    """The task in a loop is no task of the job: others wait for the loop, not for the body."""
    index = drawing.index
    for edges in index.edges_out[EdgeKind.LOOP_BODY].values():
        for edge in edges:
            if len(index.incoming(edge.target, EdgeKind.LOOP_BODY)) > 1:
                yield Finding(
                    "Two loops repeat this task.", "Give each loop a task of its own.", edge.target
                )
            if index.incoming(edge.target, EdgeKind.DEPENDS_ON) or index.outgoing(
                edge.target, EdgeKind.DEPENDS_ON
            ):
                yield Finding(
                    f"The task is repeated by '{shown(edge.source)}' and has depends_on edges "
                    "of its own.",
                    "Connect those edges to the loop instead.",
                    edge.target,
                )


@rule(INFO)
def node_is_connected(drawing: Drawing) -> Iterator[Finding]:
    """A node without a line may have been forgotten."""
    if len(drawing.index.nodes) < 2:
        return
    touched = {
        end
        for kind in EdgeKind
        for edges in (drawing.index.edges_in[kind], drawing.index.edges_out[kind])
        for end in edges
    }
    for node, row in drawing.known():
        if node.id not in touched and row.family in (
            Family.SOURCE,
            Family.TRANSFORMATION,
            Family.DESTINATION,
        ):
            yield Finding(
                f"{row.label} '{shown(node.id)}' is connected to nothing.",
                "Connect it, or delete it when it is no longer needed.",
                node.id,
            )


@rule(WARNING)
def destination_receives_rows(drawing: Drawing) -> Iterator[Finding]:
    """A destination that nothing flows into stays empty."""
    for node, row in drawing.known():
        if row.family is Family.DESTINATION and not drawing.index.incoming(
            node.id, EdgeKind.DATA_FLOW
        ):
            yield Finding(
                f"Nothing flows into {row.label} '{shown(node.id)}'.",
                "Connect a source or a task to it.",
                node.id,
            )


@rule(WARNING)
def rows_have_a_carrier(drawing: Drawing) -> Iterator[Finding]:
    """A table node only declares a table: something has to run for rows to get there."""
    for target, edges in drawing.index.edges_in[EdgeKind.DATA_FLOW].items():
        node = drawing.index.nodes[target]
        if node.type != "uc_table" or not node.enabled:
            continue
        for edge in edges:
            row = NODE_TYPES.get(drawing.index.nodes[edge.source].type)
            if row is None or drawing.index.is_task(edge.source):
                continue
            if row.family is Family.SOURCE or row.key in TABLE_TYPES or row.key == "uc_volume":
                yield Finding(
                    f"Rows of '{shown(edge.source)}' are drawn to flow into this table, but no "
                    "task carries them.",
                    "Change this node to Table (write), or put a task in between.",
                    target,
                )


@rule(WARNING)
def nothing_waits_for_a_disabled_node(drawing: Drawing) -> Iterator[Finding]:
    """A disabled node generates nothing, so what it would have made is missing."""
    for kind in (EdgeKind.DEPENDS_ON, EdgeKind.DATA_FLOW, EdgeKind.USES_COMPUTE):
        for source, edges in drawing.index.edges_out[kind].items():
            if drawing.index.nodes[source].enabled:
                continue
            for edge in edges:
                if drawing.index.nodes[edge.target].enabled:
                    yield Finding(
                        f"'{shown(edge.target)}' relies on '{shown(source)}', which is disabled.",
                        f"Enable '{shown(source)}', or disable this node too.",
                        edge.target,
                        fixes=(
                            Fix(
                                f"Enable '{shown(source, 40)}'",
                                (SetValue(source, ("enabled",), value=True),),
                            ),
                            Fix(
                                "Disable this node",
                                (SetValue(edge.target, ("enabled",), value=False),),
                            ),
                        ),
                    )


@rule(WARNING)
def join_brings_branches_together(drawing: Drawing) -> Iterator[Finding]:
    """A join matters only between two tasks before it and one after it."""
    for node in drawing.nodes_of("join"):
        before = len(drawing.index.incoming(node.id, EdgeKind.DEPENDS_ON))
        after = len(drawing.index.outgoing(node.id, EdgeKind.DEPENDS_ON))
        if before < 2 or after < 1:
            yield Finding(
                f"The join has {before} before it and {after} after it.",
                "Connect two or more tasks before it and one after it, or delete it.",
                node.id,
            )


@rule(ERROR)
def pipeline_code_is_in_a_pipeline(drawing: Drawing) -> Iterator[Finding]:
    """Streaming tables, views and flows of a pipeline exist only inside one."""
    for node, row in drawing.known():
        if row.emits is Emits.PIPELINE_SOURCE and drawing.index.pipeline_of(node.id) is None:
            many = len(drawing.index.pipelines) > 1
            yield Finding(
                f"{row.label} '{shown(node.id)}' is in no pipeline.",
                "Draw a contains edge from its pipeline."
                if many
                else "Add a Declarative pipeline node that contains it.",
                node.id,
            )


@rule(WARNING)
def pipeline_is_not_empty(drawing: Drawing) -> Iterator[Finding]:
    """A pipeline without tables updates nothing."""
    if not drawing.index.pipelines:
        return
    filled = {
        pipeline.id
        for node, row in drawing.known()
        if row.emits is Emits.PIPELINE_SOURCE
        and (pipeline := drawing.index.pipeline_of(node.id)) is not None
    }
    for pipeline in drawing.index.pipelines:
        if (
            pipeline.enabled
            and pipeline.id not in filled
            and not pipeline.properties.get("root_path")
        ):
            yield Finding(
                "The pipeline holds no tables, views or flows.",
                "Add some, or set root_path to the folder of code that exists already.",
                pipeline.id,
            )


@rule(ERROR)
def task_belongs_to_a_job(drawing: Drawing) -> Iterator[Finding]:
    """With several jobs in a model, nobody can guess which one a task belongs to."""
    if len(drawing.index.jobs) < 2:
        return
    for task_id, task in drawing.index.tasks.items():
        if task.enabled and drawing.index.job_of(task_id) is None:
            yield Finding(
                f"'{shown(task_id)}' is in no job, and the model has "
                f"{len(drawing.index.jobs)} of them.",
                "Draw a contains edge from the job it belongs to.",
                task_id,
                fixes=tuple(
                    draw_edge(
                        f"Put it in '{shown(job.id, 40)}'", job.id, task_id, EdgeKind.CONTAINS
                    )
                    for job in drawing.index.jobs[: MOST_CHOICES + 1]
                    if len(drawing.index.jobs) <= MOST_CHOICES
                ),
            )


@rule(ERROR)
def dependency_stays_in_one_job(drawing: Drawing) -> Iterator[Finding]:
    """A task can wait only for tasks of its own job."""
    index = drawing.index
    if len(index.jobs) < 2:
        return
    for edges in index.edges_out[EdgeKind.DEPENDS_ON].values():
        for edge in edges:
            first, second = index.job_of(edge.source), index.job_of(edge.target)
            if first is not None and second is not None and first.id != second.id:
                yield Finding(
                    f"'{shown(edge.target)}' in job '{shown(second.id)}' cannot wait for "
                    f"'{shown(edge.source)}' in job '{shown(first.id)}'.",
                    "Use Run a job, a table update trigger, or put both tasks into one job.",
                    edge.target,
                )


@rule(ERROR)
def job_has_one_trigger(drawing: Drawing) -> Iterator[Finding]:
    """`schedule`, `trigger` and `continuous` of a job exclude each other.

    Source: Jobs API 2.2, job settings.
    """
    for job in drawing.index.all_jobs():
        triggers = drawing.index.triggers_of(job.id)
        if len(triggers) > 1:
            names = ", ".join(f"'{shown(trigger.id)}'" for trigger in triggers)
            yield Finding(
                f"{len(triggers)} triggers start the job '{shown(job.id)}': {names}.",
                "Keep one; disable or delete the others.",
                job.id if job.id in drawing.index.nodes else triggers[1].id,
            )


@rule(WARNING)
def trigger_starts_a_job(drawing: Drawing) -> Iterator[Finding]:
    """A trigger that is connected to no job starts nothing."""
    started = {
        trigger.id
        for job in drawing.index.all_jobs()
        for trigger in drawing.index.triggers_of(job.id)
    }
    for trigger in drawing.index.triggers:
        aimed = drawing.index.outgoing(trigger.id, EdgeKind.TRIGGERS)
        if trigger.enabled and trigger.id not in started and not aimed:
            yield Finding(
                "The trigger starts no job.",
                "Draw a triggers edge to a job.",
                trigger.id,
                fixes=tuple(
                    draw_edge(f"Start '{shown(job.id, 40)}'", trigger.id, job.id, EdgeKind.TRIGGERS)
                    for job in drawing.index.jobs
                    if len(drawing.index.jobs) <= MOST_CHOICES and job.enabled
                ),
            )


@rule(WARNING)
def job_has_tasks(drawing: Drawing) -> Iterator[Finding]:
    """Databricks accepts a job without tasks, and it does nothing."""
    for job in drawing.index.jobs:
        if job.enabled and not drawing.index.tasks_of(job.id):
            yield Finding(
                "The job has no tasks.", "Draw a contains edge to each of its tasks.", job.id
            )


@rule(WARNING)
def job_has_at_most_a_thousand_tasks(drawing: Drawing) -> Iterator[Finding]:
    """Databricks limits a job to 1,000 tasks. Source: Lakeflow Jobs, *Limitations*."""
    for job in drawing.index.all_jobs():
        count = len(drawing.index.tasks_of(job.id))
        if count > 1000:
            yield Finding(
                f"The job '{shown(job.id)}' has {count} tasks; Databricks allows 1,000.",
                "Split it into several jobs and start them with Run a job.",
                job.id if job.id in drawing.index.nodes else "",
            )


@rule(ERROR)
def model_has_one_bundle(drawing: Drawing) -> Iterator[Finding]:
    """A model is generated into one bundle project."""
    bundles = list(drawing.nodes_of("bundle"))
    for extra in bundles[1:]:
        yield Finding(
            f"The model has {len(bundles)} Bundle nodes.",
            f"Keep '{shown(bundles[0].id)}' and delete the others.",
            extra.id,
            fixes=(
                Fix(
                    f"Keep '{shown(bundles[0].id, 40)}' only",
                    tuple(RemoveNode(other.id) for other in bundles[1:]),
                ),
            ),
        )


@rule(WARNING)
def grants_are_on_something(drawing: Drawing) -> Iterator[Finding]:
    """Privileges need an object."""
    for node in drawing.nodes_of("uc_grants"):
        if not drawing.index.outgoing(node.id, EdgeKind.GRANTS_ON):
            yield Finding(
                "The privileges are on nothing.",
                "Draw a grants_on edge to each object of Unity Catalog they are for.",
                node.id,
            )


@rule(WARNING)
def group_holds_nodes(drawing: Drawing) -> Iterator[Finding]:
    """A group is a frame around nodes; it names them by id."""
    for at, group in enumerate(drawing.index.model.drawing.groups):
        for place, node_id in enumerate(group.nodes):
            if node_id not in drawing.index.nodes:
                yield Finding(
                    f"The group '{shown(group.name or group.id)}' names '{shown(node_id)}', "
                    "which is no node.",
                    did_you_mean(node_id, drawing.index.nodes)
                    + "Take it out of the group, or name another node.",
                    property=f"drawing.groups.{at}.nodes.{place}",
                    fixes=(
                        Fix(
                            "Take it out of the group",
                            (
                                SetValue(
                                    "",
                                    ("drawing", "groups", at, "nodes"),
                                    [one for one in group.nodes if one != node_id],
                                ),
                            ),
                        ),
                    ),
                )


STRUCTURE_RULES = (
    model_has_nodes,
    node_id_is_unique,
    node_id_is_a_key,
    node_ids_differ_in_more_than_case,
    node_name_is_readable,
    position_is_a_place,
    node_type_is_known,
    edge_ends_exist,
    edge_joins_two_nodes,
    edge_is_drawn_once,
    edge_is_allowed,
    outcome_belongs_to_a_condition,
    condition_has_a_branch,
    tasks_do_not_wait_in_a_circle,
    rows_do_not_flow_in_a_circle,
    task_has_one_compute,
    node_lives_in_one_place,
    for_each_has_one_body,
    loop_body_stands_alone,
    node_is_connected,
    destination_receives_rows,
    rows_have_a_carrier,
    nothing_waits_for_a_disabled_node,
    join_brings_branches_together,
    pipeline_code_is_in_a_pipeline,
    pipeline_is_not_empty,
    task_belongs_to_a_job,
    dependency_stays_in_one_job,
    job_has_one_trigger,
    trigger_starts_a_job,
    job_has_tasks,
    job_has_at_most_a_thousand_tasks,
    model_has_one_bundle,
    grants_are_on_something,
    group_holds_nodes,
)
