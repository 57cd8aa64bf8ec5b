"""What can be wrong between the tasks of a job, although every field is sound?"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from lakewright.code.quartz import quartz_faults
from lakewright.diagnostics import Severity, shown
from lakewright.generation.resource_faults import Path, ResourceFault, near
from lakewright.generation.resource_types import object_fields, time_zones
from lakewright.generation.resource_view import BundleView, JobView, mapping, maps_in, text_in

# Jobs manual, "Limitations": a job has at most 1,000 tasks; a dbt task at most 10 commands.
MAX_TASKS = 1000
MAX_DBT_COMMANDS = 10
_TASK_KEY = re.compile(r"[A-Za-z0-9_-]{1,100}")
_JOB_PARAMETER = re.compile(r"\{\{\s*job\.parameters\.([^\s}]+?)\s*\}\}")
_TASK_VALUE = re.compile(r"\{\{\s*tasks\.([^\s}.]+)\.([^\s}]+?)\s*\}\}")
_LOOP_INPUT = re.compile(r"\{\{\s*input(?:\.[^}]*)?\s*\}\}")
_JOB_REFERENCE = re.compile(r"\$\{resources\.jobs\.([^.}]+)\.id\}")


def task_key_form(bundle: BundleView) -> Iterator[ResourceFault]:
    """A task key is 1 to 100 letters, digits, dashes and underscores (Jobs API, `task_key`)."""
    for job in bundle.jobs:
        for task in job.tasks:
            if task.key and "${" not in task.key and not _TASK_KEY.fullmatch(task.key):
                yield _error(
                    "task-key-form",
                    (*task.path, "task_key"),
                    f"The task key {shown(task.key)!r} is not allowed.",
                    "Use 1 to 100 letters, digits, dashes and underscores.",
                )


def duplicate_task_key(bundle: BundleView) -> Iterator[ResourceFault]:
    """Two tasks of one job with one key: `depends_on` could mean either (Jobs API)."""
    for job in bundle.jobs:
        if len(job.by_key) == sum(not task.repeated_by for task in job.tasks):
            continue
        for task in job.tasks:
            if task.key and not task.repeated_by and job.by_key[task.key] is not task:
                yield _error(
                    "duplicate-task-key",
                    (*task.path, "task_key"),
                    f"Another task of job '{job.key}' has the key {shown(task.key)!r} too.",
                    "Give every task of the job a key of its own.",
                )


def duplicate_job_key(bundle: BundleView) -> Iterator[ResourceFault]:
    """Parameters, job clusters and environments of a job are found by name, so each has its own."""
    for job in bundle.jobs:
        for listed, name in (
            ("parameters", "name"),
            ("job_clusters", "job_cluster_key"),
            ("environments", "environment_key"),
        ):
            seen: set[str] = set()
            for number, entry in maps_in(job.body, listed):
                key = text_in(entry, name)
                if key and key in seen:
                    yield _error(
                        "duplicate-job-key",
                        (*job.path, listed, number, name),
                        f"Another of the {listed} of job '{job.key}' is called {shown(key)!r}.",
                        "Give each a name of its own.",
                    )
                seen.add(key)


def one_kind_of_work(bundle: BundleView) -> Iterator[ResourceFault]:
    """A task does exactly one thing: one `..._task` field (Jobs API, `Task`)."""
    known = object_fields("jobs.Task").by_name
    for job in bundle.jobs:
        for task in job.tasks:
            if len(task.kinds) == 1:
                continue
            kinds = [kind for kind in task.kinds if kind in known]
            if len(kinds) > 1:
                yield _error(
                    "one-kind-of-work",
                    task.path,
                    f"Task '{shown(task.key)}' is {' and '.join(sorted(kinds))} at once.",
                    "Keep one of them, and make another task of each of the others.",
                )
            elif not task.kinds:
                yield _error(
                    "one-kind-of-work",
                    task.path,
                    f"Task '{shown(task.key)}' does not say what to run.",
                    "Add notebook_task, sql_task, pipeline_task or another ..._task field.",
                )


def too_many_tasks(bundle: BundleView) -> Iterator[ResourceFault]:
    """A job has at most 1,000 tasks (Jobs manual, "Limitations")."""
    for job in bundle.jobs:
        if len(job.by_key) > MAX_TASKS:
            yield _error(
                "too-many-tasks",
                (*job.path, "tasks"),
                f"Job '{job.key}' has {len(job.by_key):,} tasks; Databricks takes {MAX_TASKS:,}.",
                "Split it into jobs that a main job runs with run_job_task.",
            )


def empty_job(bundle: BundleView) -> Iterator[ResourceFault]:
    """A job without tasks deploys and does nothing when it runs."""
    for job in bundle.jobs:
        if not job.body.get("tasks"):
            yield ResourceFault(
                "empty-job",
                Severity.WARNING,
                job.path,
                f"Job '{job.key}' has no tasks.",
                "Add a task, or take the job out.",
            )


def unknown_dependency(bundle: BundleView) -> Iterator[ResourceFault]:
    """`depends_on` names tasks of the same job (Jobs API, `TaskDependency`)."""
    for job in bundle.jobs:
        for task in job.tasks:
            for dependency in task.depends_on:
                if dependency.key not in job.by_key:
                    hint = near(dependency.key, job.by_key)
                    yield _error(
                        "unknown-dependency",
                        (*task.path, "depends_on", dependency.position, "task_key"),
                        f"There is no task {shown(dependency.key)!r} in job '{job.key}'.",
                        f"{hint}Name a task of this job.",
                    )


def dependency_cycle(bundle: BundleView) -> Iterator[ResourceFault]:
    """Tasks that wait for each other never start (Jobs API refuses the job)."""
    for job in bundle.jobs:
        if len(job.order) < len(job.by_key):
            loop = _a_loop(_rest(job))
            yield _error(
                "dependency-cycle",
                (*job.by_key[loop[0]].path, "depends_on"),
                f"These tasks of job '{job.key}' wait for each other: {_arrows(loop)}.",
                "Take one of these dependencies out; a job has to start somewhere.",
            )


def outcome_needs_condition(bundle: BundleView) -> Iterator[ResourceFault]:
    """`outcome` is `true` or `false`, on a dependency on a condition task (Jobs API)."""
    for job in bundle.jobs:
        for task in job.tasks:
            for dependency in task.depends_on:
                if not dependency.outcome:
                    continue
                path = (*task.path, "depends_on", dependency.position, "outcome")
                upstream = job.by_key.get(dependency.key)
                if dependency.outcome not in ("true", "false"):
                    yield _error(
                        "outcome-needs-condition",
                        path,
                        f"The outcome {shown(dependency.outcome)!r} is not possible.",
                        'Write "true" or "false", in quotes.',
                    )
                elif upstream is not None and "condition_task" not in upstream.body:
                    yield _error(
                        "outcome-needs-condition",
                        path,
                        f"Task '{dependency.key}' is no condition, so it has no outcome.",
                        "Take the outcome out, or depend on a condition_task.",
                    )


def for_each_body(bundle: BundleView) -> Iterator[ResourceFault]:
    """A for-each task repeats one task that is not another for-each, 1 to 100 at a time.

    Source: Jobs manual, "Use a For each task", limitations.
    """
    for job in bundle.jobs:
        for task in job.tasks:
            if "for_each_task" not in task.body:
                continue
            loop = mapping(task.body, "for_each_task")
            concurrency = loop.get("concurrency")
            if task.repeated_by:
                yield _error(
                    "for-each-body",
                    task.path,
                    f"For-each task '{task.repeated_by}' repeats another for-each task.",
                    "Repeat a run_job_task, and put the inner loop into that job.",
                )
            if isinstance(concurrency, int) and not 1 <= concurrency <= 100:
                yield _error(
                    "for-each-body",
                    (*task.path, "for_each_task", "concurrency"),
                    f"{concurrency} runs at a time are not possible.",
                    "Write a number from 1 to 100.",
                )
            inner = mapping(loop, "task")
            if inner.get("depends_on"):
                yield _error(
                    "for-each-body",
                    (*task.path, "for_each_task", "task", "depends_on"),
                    "The repeated task depends on another task.",
                    f"Put depends_on on '{shown(task.key)}', the task that repeats it.",
                )


def loop_input_outside_loop(bundle: BundleView) -> Iterator[ResourceFault]:
    """`{{input}}` has a value only inside the task that a for-each task repeats."""
    for path, text in _job_texts(bundle, "input"):
        if "for_each_task" not in path and _LOOP_INPUT.search(text):
            yield _error(
                "loop-input-outside-loop",
                path,
                f"{shown(text)!r} uses {{{{input}}}} outside of a for-each task.",
                "Use a job parameter or a task value here.",
            )


def undeclared_job_parameter(bundle: BundleView) -> Iterator[ResourceFault]:
    """`{{job.parameters.x}}` names a parameter of the job (Jobs manual, dynamic values)."""
    declared_by = {
        job.path: {text_in(entry, "name") for _, entry in maps_in(job.body, "parameters")}
        for job in bundle.jobs
    }
    for path, text in _job_texts(bundle, "job.parameters"):
        declared = declared_by.get(path[:3])
        if declared is None:
            continue
        for name in _JOB_PARAMETER.findall(text):
            if name.strip("[]'\"") not in declared:
                hint = near(name, declared)
                yield _error(
                    "undeclared-job-parameter",
                    path,
                    f"Job '{path[2]}' has no parameter {shown(name)!r}.",
                    f"{hint}Declare it under the job's parameters, with a default.",
                )


def task_value_not_upstream(bundle: BundleView) -> Iterator[ResourceFault]:
    """`{{tasks.k.values.v}}` is known only to tasks that run after `k` (Jobs manual)."""
    jobs = {job.path: job for job in bundle.jobs}
    keys_by_place = {task.path: task.key for job in bundle.jobs for task in job.tasks}
    for path, text in _job_texts(bundle, "tasks."):
        job = jobs.get(path[:3])
        if job is None or len(path) < 5 or path[3] != "tasks":
            continue
        found = _TASK_VALUE.findall(text)
        if not found:
            continue
        here = keys_by_place.get(path[:5], "")
        for key, _ in found:
            if key not in job.by_key:
                yield _error(
                    "task-value-not-upstream",
                    path,
                    f"There is no task {shown(key)!r} in job '{job.key}'.",
                    f"{near(key, job.by_key)}Name a task that runs before this one.",
                )
            elif here in job.by_key and not job.runs_before(key, here):
                yield _error(
                    "task-value-not-upstream",
                    path,
                    f"Task '{shown(here)}' reads a value of '{key}', which may not have run yet.",
                    f"Add '{key}' to the depends_on of '{shown(here)}'.",
                )


def run_job_cycle(bundle: BundleView) -> Iterator[ResourceFault]:
    """Jobs that run each other never end; Databricks refuses it (Jobs manual, "Run Job task")."""
    runs: dict[str, list[str]] = {}
    first: dict[str, Path] = {}
    for job in bundle.jobs:
        for task in job.tasks:
            if "run_job_task" in task.body:
                target = mapping(task.body, "run_job_task").get("job_id")
                for key in _JOB_REFERENCE.findall(target) if isinstance(target, str) else ():
                    runs.setdefault(job.key, []).append(key)
                    first.setdefault(job.key, (*task.path, "run_job_task", "job_id"))
    while loop := _a_loop(runs):
        yield _error(
            "run-job-cycle",
            first[loop[0]],
            f"These jobs run each other: {_arrows(loop)}.",
            "Take one of these run_job_tasks out.",
        )
        # Every job of the loop is told; other loops may be left.
        runs = {key: after for key, after in runs.items() if key not in loop}


def one_trigger(bundle: BundleView) -> Iterator[ResourceFault]:
    """A job has at most one of schedule, trigger and continuous (Jobs API)."""
    for job in bundle.jobs:
        main = [name for name in ("schedule", "trigger", "continuous") if name in job.body]
        if len(main) > 1:
            yield _error(
                "one-trigger",
                (*job.path, main[1]),
                f"Job '{job.key}' has {' and '.join(main)}.",
                "Keep one of them.",
            )
        if "trigger" in job.body:
            trigger = mapping(job.body, "trigger")
            inner = [name for name in trigger if name != "pause_status"]
            has = " and ".join(map(str, inner)) or "nothing in it"
            if len(inner) != 1:
                yield _error(
                    "one-trigger",
                    (*job.path, "trigger"),
                    f"The trigger of job '{job.key}' has {has}.",
                    "Give it exactly one of periodic, file_arrival and table_update.",
                )


def continuous_runs_alone(bundle: BundleView) -> Iterator[ResourceFault]:
    """A continuous job has one run at a time (Jobs API, `continuous`)."""
    for job in bundle.jobs:
        runs = job.body.get("max_concurrent_runs", 1)
        if "continuous" in job.body and isinstance(runs, int) and runs != 1:
            yield _error(
                "continuous-runs-alone",
                (*job.path, "max_concurrent_runs"),
                f"Continuous job '{job.key}' allows {runs} concurrent runs.",
                "Set max_concurrent_runs to 1.",
            )


def cron_well_formed(bundle: BundleView) -> Iterator[ResourceFault]:
    """A schedule is a Quartz expression of 6 or 7 fields (Jobs API, `quartz_cron_expression`)."""
    for path, schedule in _schedules(bundle):
        expression = text_in(schedule, "quartz_cron_expression")
        if expression and "${" not in expression:
            for fault in quartz_faults(expression):
                yield _error(
                    "cron-well-formed",
                    (*path, "quartz_cron_expression"),
                    f"{shown(expression)!r} is no Quartz schedule. {fault}",
                    "Write seconds, minutes, hours, day of month, month and day of week.",
                )


def time_zone_known(bundle: BundleView) -> Iterator[ResourceFault]:
    """A schedule's zone is a name of the IANA database (Jobs API: a Java time zone id)."""
    for path, schedule in _schedules(bundle):
        zone = text_in(schedule, "timezone_id")
        if zone and "${" not in zone and zone not in time_zones():
            yield _error(
                "time-zone-known",
                (*path, "timezone_id"),
                f"There is no time zone {shown(zone)!r}.",
                f"{near(zone, time_zones())}Use a name such as UTC or Europe/Berlin.",
            )


def trigger_timers(bundle: BundleView) -> Iterator[ResourceFault]:
    """Timers of triggers are at least 60 seconds and intervals at least 1 (Jobs API)."""
    for job in bundle.jobs:
        trigger = mapping(job.body, "trigger")
        for name in ("file_arrival", "table_update"):
            for timer in ("min_time_between_triggers_seconds", "wait_after_last_change_seconds"):
                seconds = mapping(trigger, name).get(timer)
                if isinstance(seconds, int) and 0 < seconds < 60:
                    yield _error(
                        "trigger-timers",
                        (*job.path, "trigger", name, timer),
                        f"{seconds} seconds are too short.",
                        "Write 60 or more.",
                    )
        interval = mapping(trigger, "periodic").get("interval")
        if isinstance(interval, int) and interval < 1:
            yield _error(
                "trigger-timers",
                (*job.path, "trigger", "periodic", "interval"),
                f"An interval of {interval} is not possible.",
                "Write 1 or more.",
            )


def dbt_commands(bundle: BundleView) -> Iterator[ResourceFault]:
    """A dbt task runs 1 to 10 commands, each beginning with `dbt` (Jobs API, `DbtTask`)."""
    for job in bundle.jobs:
        for task in job.tasks:
            commands = mapping(task.body, "dbt_task").get("commands")
            if not isinstance(commands, list | tuple):
                continue
            path = (*task.path, "dbt_task", "commands")
            if not 1 <= len(commands) <= MAX_DBT_COMMANDS:
                yield _error(
                    "dbt-commands",
                    path,
                    f"The task has {len(commands)} dbt commands.",
                    f"Give it 1 to {MAX_DBT_COMMANDS}; put the others into another task.",
                )
            for number, command in enumerate(commands):
                if isinstance(command, str) and command.split()[:1] != ["dbt"]:
                    yield _error(
                        "dbt-commands",
                        (*path, number),
                        f"{shown(command)!r} is no dbt command.",
                        "Begin it with 'dbt', for example 'dbt run'.",
                    )


# ----------------------------------------------------------------------------------------------


def _error(rule: str, path: Path, problem: str, remedy: str) -> ResourceFault:
    return ResourceFault(rule, Severity.ERROR, path, problem, remedy)


def _job_texts(bundle: BundleView, word: str) -> Iterator[tuple[Path, str]]:
    """Texts of jobs that hold a dynamic value with `word` in it."""
    for mark in bundle.marked_texts:
        if "{{" in mark.text and word in mark.text:
            path = mark.path
            if path[:2] == ("resources", "jobs") and len(path) > 3:
                yield path, mark.text


def _schedules(bundle: BundleView) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for group in ("jobs", "quality_monitors", "alerts"):
        for _, body, path in bundle.of_group(group):
            yield (*path, "schedule"), mapping(body, "schedule")


def _rest(job: JobView) -> dict[str, list[str]]:
    done = set(job.order)
    return {
        key: [d.key for d in task.depends_on if d.key in job.by_key and d.key not in done]
        for key, task in job.by_key.items()
        if key not in done
    }


def _a_loop(after: Mapping[str, list[str]]) -> list[str]:
    """One loop as `[a, b, a]`, from its least name; empty when there is none. No recursion."""
    done: set[str] = set()
    for start in sorted(after):
        path: list[str] = []
        on_path: Counter[str] = Counter()
        waiting = [(start, iter(sorted(set(after.get(start, ())))))]
        if start in done:
            continue
        path.append(start)
        on_path[start] = 1
        while waiting:
            here, others = waiting[-1]
            other = next(others, None)
            if other is None:
                waiting.pop()
                path.pop()
                on_path[here] = 0
                done.add(here)
            elif on_path[other]:
                loop = path[path.index(other) :]
                least = loop.index(min(loop))
                turned = loop[least:] + loop[:least]
                return [*turned, turned[0]]
            elif other not in done:
                path.append(other)
                on_path[other] = 1
                waiting.append((other, iter(sorted(set(after.get(other, ()))))))
    return []


def _arrows(loop: list[str]) -> str:
    names = [shown(key, 40) for key in loop]
    if len(names) > 12:
        names = [*names[:6], f"... {len(names) - 11} more ...", *names[-5:]]
    return " -> ".join(names)


JOB_RULES = (
    task_key_form,
    duplicate_task_key,
    duplicate_job_key,
    one_kind_of_work,
    too_many_tasks,
    empty_job,
    unknown_dependency,
    dependency_cycle,
    outcome_needs_condition,
    for_each_body,
    loop_input_outside_loop,
    undeclared_job_parameter,
    task_value_not_upstream,
    run_job_cycle,
    one_trigger,
    continuous_runs_alone,
    cron_well_formed,
    time_zone_known,
    trigger_timers,
    dbt_commands,
)
