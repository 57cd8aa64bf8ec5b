"""Rules about jobs, their tasks, compute and triggers."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

from lakewright.code.quartz import quartz_faults
from lakewright.datamodel.graph import loops, shown_loop
from lakewright.datamodel.model import EdgeKind, Node
from lakewright.datamodel.node_types import NODE_TYPES
from lakewright.datamodel.rules.mends import draw_edge, set_value
from lakewright.datamodel.rules.rule import Drawing, Finding, rule
from lakewright.datamodel.tables import dataset_of, function_of, split_address
from lakewright.diagnostics import Fix, Severity, did_you_mean, nearest, shown

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

_NEED_COMPUTE = tuple(key for key, row in NODE_TYPES.items() if row.needs_compute)
_CLASSIC = ("job_cluster", "all_purpose_cluster", "existing_cluster_ref")


@rule(ERROR)
def task_has_compute(drawing: Drawing) -> Iterator[Finding]:
    """Scripts, wheels, JARs and dbt without a warehouse do not run without compute.

    Source: Databricks CLI, bundle check `job_task_cluster_spec`: only SQL, notebook, pipeline
    and control tasks may leave it out.
    """
    for node, form in drawing.forms(*_NEED_COMPUTE):
        row = NODE_TYPES[node.type]
        if drawing.index.compute_of(node.id) is not None:
            continue
        named = (form.compute, form.job_cluster_key, form.existing_cluster_id)
        if any((*named, form.environment_key, form.warehouse_id)):
            continue
        yield Finding(
            f"{row.label} '{shown(node.id)}' has nothing to run on.",
            "Connect a Serverless environment, a Job cluster or another compute node.",
            node.id,
            fixes=_connected(drawing, node),
        )


def _connected(drawing: Drawing, node: Node) -> tuple[Fix, ...]:
    """An edge from the one compute node that the task can run on."""
    fitting = list(drawing.nodes_of(*NODE_TYPES[node.type].runs_on))
    if len(fitting) != 1:
        return ()
    [compute] = fitting
    title = f"Run on '{shown(compute.id, 40)}'"
    return (draw_edge(title, compute.id, node.id, EdgeKind.USES_COMPUTE),)


@rule(ERROR)
def scala_runs_on_a_cluster(drawing: Drawing) -> Iterator[Finding]:
    """Scala notebooks do not run on serverless compute or SQL warehouses.

    Source: Databricks, *Serverless compute limitations*.
    """
    for node, form in drawing.forms("notebook", "select_transform", "merge_upsert"):
        if getattr(form, "language", None) != "SCALA" or getattr(form, "notebook_path", None):
            continue
        compute = drawing.index.compute_of(node.id)
        if compute is not None:
            fits = compute.type in _CLASSIC
        else:
            fits = bool(form.existing_cluster_id or form.job_cluster_key or form.compute)
        if not fits:
            yield Finding(
                f"The Scala notebook of '{shown(node.id)}' has no cluster to run on.",
                "Connect a Job cluster, or write the notebook in Python or SQL.",
                node.id,
                "language",
            )


@rule(ERROR)
def named_compute_fits(drawing: Drawing) -> Iterator[Finding]:
    """A task named onto compute has to be able to run there, as with an edge."""
    for node, form in drawing.having("compute"):
        wanted = getattr(form, "compute", None)
        found = drawing.index.compute_named(wanted) if wanted else None
        row = NODE_TYPES[node.type]
        if found is not None and found.type not in row.runs_on:
            possible = ", ".join(NODE_TYPES[key].label for key in row.runs_on) or "nothing"
            yield Finding(
                f"{row.label} cannot run on {NODE_TYPES[found.type].label} "
                f"'{shown(found.id)}'; it runs on: {possible}.",
                "Name other compute.",
                node.id,
                "compute",
            )


@rule(WARNING)
def libraries_have_a_cluster(drawing: Drawing) -> Iterator[Finding]:
    """Task libraries are installed on clusters; serverless takes packages from its environment.

    Source: Jobs API 2.2, `libraries`; Databricks, *Configure the serverless environment*.
    """
    for node, form in drawing.having("libraries"):
        if not getattr(form, "libraries", None) or node.type == "jar":
            continue
        compute = drawing.index.compute_of(node.id)
        serverless = compute is None and not (
            form.existing_cluster_id or form.job_cluster_key or form.compute
        )
        if serverless or (compute is not None and compute.type not in _CLASSIC):
            yield Finding(
                "The libraries are ignored on serverless compute.",
                "List them as dependencies of a Serverless environment, or connect a cluster.",
                node.id,
                "libraries",
            )


@rule(ERROR)
def continuous_job_runs_once(drawing: Drawing) -> Iterator[Finding]:
    """A continuous job has one run at a time. Source: Jobs API 2.2, `continuous`."""
    for job, form in drawing.forms("job"):
        for trigger in drawing.index.triggers_of(job.id):
            if trigger.type == "trigger_continuous" and form.max_concurrent_runs != 1:
                yield Finding(
                    f"The job is continuous and allows {form.max_concurrent_runs} runs at once.",
                    "Set max_concurrent_runs to 1.",
                    job.id,
                    "max_concurrent_runs",
                    fixes=(set_value("Allow one run", job.id, "max_concurrent_runs", value=1),),
                )


@rule(ERROR)
def cron_is_quartz(drawing: Drawing) -> Iterator[Finding]:
    """Databricks takes Quartz expressions, which begin with seconds; Unix cron has no seconds.

    Source: Jobs API 2.2, `schedule.quartz_cron_expression`.
    """
    for node, form in drawing.forms(
        "trigger_schedule", "uc_materialized_view", "uc_streaming_table"
    ):
        name = "quartz_cron_expression" if node.type == "trigger_schedule" else "cron"
        text = getattr(form, name)
        faults = quartz_faults(text) if text and "${" not in text else []
        if faults:
            yield Finding(
                f"'{shown(text)}' is no Quartz cron expression. {' '.join(faults)}",
                "Write, for example, 0 30 5 * * ? for every day at 05:30.",
                node.id,
                name,
                fixes=_as_quartz(node, name, text),
            )


def _as_quartz(node: Node, name: str, text: str) -> tuple[Fix, ...]:
    """A Unix expression with five fields as Quartz, where it means the same."""
    fields = text.split()
    if len(fields) != 5 or fields[4] != "*":
        return ()  # days of the week are counted from another day
    quartz = f"0 {' '.join(fields[:4])} ?"
    if quartz_faults(quartz):
        return ()
    return (set_value(f"Write {quartz}", node.id, name, value=quartz),)


@rule(ERROR)
def time_zone_exists(drawing: Drawing) -> Iterator[Finding]:
    """Times need a zone of the IANA database; abbreviations such as CEST are not in it."""
    for node, form in drawing.forms(
        "trigger_schedule", "uc_materialized_view", "uc_streaming_table"
    ):
        zone, zones = form.timezone_id, _time_zones()
        # Without the database (some slim systems have none) nothing can be said.
        if zone and zones and zone not in zones and not zone.startswith("${"):
            near = nearest(zone, zones)
            yield Finding(
                f"There is no time zone '{shown(zone)}'.",
                (f"Did you mean '{near}'? " if near else "")
                + "Write one such as UTC or Europe/Berlin.",
                node.id,
                "timezone_id",
                fixes=(set_value(f"Change to {near}", node.id, "timezone_id", value=near),)
                if near
                else (),
            )


@cache
def _time_zones() -> frozenset[str]:
    import zoneinfo

    return frozenset(zoneinfo.available_timezones())


@rule(ERROR)
def trigger_knows_what_to_watch(drawing: Drawing) -> Iterator[Finding]:
    """An event trigger needs tables or a folder: written down, or drawn to flow into it."""
    for node, form in drawing.forms("trigger_table_update", "trigger_file_arrival"):
        tables = node.type == "trigger_table_update"
        name = "table_names" if tables else "url"
        if getattr(form, name):
            continue
        if any(
            _watchable(drawing, before.id, tables=tables)
            for before in drawing.index.upstream_of(node.id)
        ):
            continue
        what = "tables" if tables else "folder"
        origin = "table" if tables else "volume or a files source"
        yield Finding(
            f"The trigger has no {what} to watch.",
            f"Give '{name}', or draw a data_flow edge from a {origin}.",
            node.id,
            name,
        )  # fmt: skip


def _watchable(drawing: Drawing, node_id: str, *, tables: bool) -> bool:
    node = drawing.index.nodes[node_id]
    if tables:
        return dataset_of(drawing.index, node) is not None
    places = ("source_files", "dest_files", "uc_external_location")
    return node.type in places or function_of(drawing.index, node) is not None


@rule(ERROR)
def watched_tables_have_full_names(drawing: Drawing) -> Iterator[Finding]:
    """A table update trigger names tables as catalog.schema.table, ten at most.

    Source: Databricks, *Trigger jobs when source tables are updated*.
    """
    for node, form in drawing.forms("trigger_table_update"):
        for at, name in enumerate(form.table_names):
            if len([part for part in split_address(name) if part]) != 3:
                yield Finding(
                    f"'{shown(name)}' is no three-level table name.",
                    "Write catalog.schema.table.",
                    node.id,
                    f"table_names.{at}",
                )
        if len(form.table_names) > 10:
            yield Finding(
                f"{len(form.table_names)} tables are watched; Databricks allows 10.",
                "Watch fewer tables, or use a schedule.",
                node.id,
                "table_names",
            )


@rule(ERROR)
def job_does_not_start_itself(drawing: Drawing) -> Iterator[Finding]:
    """A job that starts itself, straight or through others, never ends."""
    names: dict[str, str] = {}
    for job, form in drawing.forms("job"):
        for name in (job.id, form.name, job.name):
            if name:
                names.setdefault(name, job.id)
    starts: dict[str, list[str]] = {}
    for node, form in drawing.forms("run_job"):
        mine = drawing.index.job_of(node.id)
        if mine is not None and form.job in names:
            starts.setdefault(mine.id, []).append(names[form.job])
    for loop in loops(starts):
        yield Finding(
            f"Jobs start each other in a circle: {shown_loop(loop)}.",
            "Remove one of the Run a job tasks.",
            loop[0],
        )


@rule(INFO)
def refreshed_pipeline_is_in_the_model(drawing: Drawing) -> Iterator[Finding]:
    """A pipeline that is no node of the model has to exist when the job runs."""
    for node, form in drawing.forms("pipeline_refresh"):
        if drawing.index.pipeline_of_refresh(node.id) is None and "${" not in form.pipeline:
            yield Finding(
                f"No pipeline node is called '{shown(form.pipeline)}'.",
                did_you_mean(form.pipeline, (p.id for p in drawing.index.pipelines))
                + "Nothing to do if that is the id of a pipeline that exists.",
                node.id,
                "pipeline",
            )


@rule(ERROR)
def names_in_a_list_differ(drawing: Drawing) -> Iterator[Finding]:
    """Parameters, variables, targets, rules and constraints are told apart by name."""
    lists = (
        "parameters",
        "variables",
        "targets",
        "rules",
        "expectations",
        "check_constraints",
        "params",
    )
    for node, form in drawing.having(*lists):
        for name in lists:
            entries = getattr(form, name, None)
            if not isinstance(entries, list):
                continue
            names = [entry.name for entry in entries if hasattr(entry, "name")]
            # SQL names do not care about case; the others are compared the same way because
            # two that differ only in case are never meant.
            for at in _repeated(names):
                yield Finding(
                    f"'{shown(names[at])}' is in '{name}' twice.",
                    "Rename or delete one of them.",
                    node.id,
                    f"{name}.{at}.name",
                )  # fmt: skip


def _repeated(names: Iterable[str]) -> list[int]:
    """Indexes of names that were there before, in any case."""
    seen: set[str] = set()
    found = []
    for at, name in enumerate(names):
        if name.lower() in seen:
            found.append(at)
        seen.add(name.lower())
    return found


@rule(ERROR)
def compute_keys_differ(drawing: Drawing) -> Iterator[Finding]:
    """Clusters and environments of a job are told apart by key."""
    for kind, name in (("job_cluster", "job_cluster_key"), ("environment", "environment_key")):
        first: dict[str, str] = {}
        for node, form in drawing.forms(kind):
            key = getattr(form, name) or node.id
            other = first.setdefault(key, node.id)
            if other != node.id:
                yield Finding(
                    f"'{shown(other)}' and '{shown(node.id)}' have the same key '{shown(key)}'.",
                    f"Give one of them another '{name}'.",
                    node.id,
                    name,
                )


@rule(WARNING)
def job_names_differ(drawing: Drawing) -> Iterator[Finding]:
    """Databricks allows two jobs of one name, and people then start the wrong one."""
    counts = Counter(form.name or job.name or job.id for job, form in drawing.forms("job"))
    for job, form in drawing.forms("job"):
        name = form.name or job.name or job.id
        if counts[name] > 1:
            yield Finding(
                f"{counts[name]} jobs are called '{shown(name)}'.",
                "Give each job a name of its own.",
                job.id,
                "name",
            )


@rule(ERROR)
def bundle_has_one_default_target(drawing: Drawing) -> Iterator[Finding]:
    """Only one target can be the one that counts when none is named.

    Source: Databricks CLI, bundle check `select_default_target`.
    """
    for node, form in drawing.forms("bundle"):
        defaults = [target.name for target in form.targets if target.default]
        if len(defaults) > 1:
            yield Finding(
                f"{len(defaults)} targets are the default: {', '.join(map(shown, defaults))}.",
                "Keep `default: true` on one of them.",
                node.id,
                "targets",
            )


@rule(ERROR)
def dbt_command_is_one(drawing: Drawing) -> Iterator[Finding]:
    """Every command of a dbt task begins with `dbt`. Source: Jobs API 2.2, `dbt_task`."""
    for node, form in drawing.forms("dbt"):
        for at, command in enumerate(form.commands):
            if not re.match(r"\s*dbt\b", command) and not command.startswith("${"):
                yield Finding(
                    f"'{shown(command)}' does not begin with dbt.",
                    f"Write dbt {shown(command.strip(), 30)}, or use a notebook.",
                    node.id,
                    f"commands.{at}",
                )


@rule(ERROR)
def git_task_has_a_repository(drawing: Drawing) -> Iterator[Finding]:
    """Tasks with source GIT take their files from the job's git source.

    Source: Jobs API 2.2, `git_source`.
    """
    sources = {job.id: form.git_source is not None for job, form in drawing.forms("job")}
    for node, form in drawing.forms("notebook", "python_script", "dbt"):
        job = drawing.index.job_of(node.id)
        if form.source == "GIT" and (job is None or not sources.get(job.id, False)):
            yield Finding(
                "The source is GIT, but the job has no git_source.",
                "Give the job a git_source, or set source to WORKSPACE.",
                node.id,
                "source",
            )


@rule(WARNING)
def run_if_has_something_to_ask(drawing: Drawing) -> Iterator[Finding]:
    """`run_if` compares what came before; without anything before, it says nothing."""
    for node, form in drawing.having("run_if"):
        if (
            getattr(form, "run_if", None)
            and drawing.dependencies.get(node.id) == ()
            and node.type != "join"
        ):
            yield Finding(
                f"'run_if' is {form.run_if}, but the task waits for nothing.",
                "Draw a depends_on edge to it, or remove run_if.",
                node.id,
                "run_if",
            )


@rule(WARNING)
def continuous_pipeline_is_no_task(drawing: Drawing) -> Iterator[Finding]:
    """A task that updates a continuous pipeline never ends, so nothing after it runs.

    Source: Databricks, *Triggered vs. continuous pipeline mode*.
    """
    for node, form in drawing.forms("pipeline"):
        if form.continuous and drawing.index.outgoing(node.id, EdgeKind.DEPENDS_ON):
            yield Finding(
                "Tasks wait for a continuous pipeline, which never ends.",
                "Set continuous to false, or remove the depends_on edges.",
                node.id,
                "continuous",
            )


JOB_RULES = (
    task_has_compute,
    scala_runs_on_a_cluster,
    named_compute_fits,
    libraries_have_a_cluster,
    continuous_job_runs_once,
    cron_is_quartz,
    time_zone_exists,
    trigger_knows_what_to_watch,
    watched_tables_have_full_names,
    job_does_not_start_itself,
    refreshed_pipeline_is_in_the_model,
    names_in_a_list_differ,
    compute_keys_differ,
    job_names_differ,
    bundle_has_one_default_target,
    dbt_command_is_one,
    git_task_has_a_repository,
    run_if_has_something_to_ask,
    continuous_pipeline_is_no_task,
)
