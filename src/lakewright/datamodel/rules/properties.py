"""Rules about single properties: their form, what belongs together, secrets, paths, references."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, get_args

from lakewright.datamodel.model import Node
from lakewright.datamodel.node_types import NODE_TYPES, PROPERTY_ALIASES, Emits
from lakewright.datamodel.rules.mends import moved_value, set_value
from lakewright.datamodel.rules.rule import Drawing, Finding, rule
from lakewright.diagnostics import (
    Fix,
    SetValue,
    Severity,
    Steps,
    UnsetValue,
    did_you_mean,
    nearest,
    shown,
)

if TYPE_CHECKING:
    from lakewright.datamodel.forms.properties import Properties

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


@rule(ERROR)
def property_has_its_form(drawing: Drawing) -> Iterator[Finding]:
    """Each property has a kind of value, and some are required: the node type's form says which."""
    for node_id, reading in drawing.readings.items():
        for fault in reading.faults:
            fixes: tuple[Fix, ...] = ()
            if (mend := fault.mend) is not None:
                title = f"Write {shown(mend.value, 40)}"
                fixes = (set_value(title, node_id, *mend.path, value=mend.value),)
            yield Finding(fault.problem, fault.remedy, node_id, fault.path, fixes=fixes)


@rule(INFO)
def property_is_known(drawing: Drawing) -> Iterator[Finding]:
    """A property that the form does not know is kept for templates of your own, but does nothing
    by itself. When a known name is near, it is probably a slip.
    """
    for node_id, reading in drawing.readings.items():
        node = drawing.index.nodes[node_id]
        row = NODE_TYPES[node.type]
        form = row.properties
        known = _names(form)
        extra = [key for key in node.properties if key not in known]
        found: list[tuple[Steps, str, list[str]]] = [((), key, known) for key in extra]
        if reading.form is not None:
            found += _nested_extras(reading.form)
        for path, key, names in found:
            dotted = ".".join(str(step) for step in (*path, key))
            aliases = PROPERTY_ALIASES[node.type] if not path else {}
            meant = aliases.get(str(key)) or nearest(str(key), names)
            near = f"Did you mean '{meant}'? " if meant else ""
            yield Finding(
                f"'{shown(dotted)}' is no property of {row.label}; it is kept as it is.",
                near + ("Correct it." if near else "Nothing to do if a template of yours uses it."),
                node_id,
                shown(dotted, 200),
                WARNING if near else INFO,
                _respelled(node, path, str(key), meant),
            )


def _respelled(node: Node, path: Steps, key: str, meant: str) -> tuple[Fix, ...]:
    """The property under the name that was meant, unless that one is given too."""
    owner: Any = node.properties
    for step in path:
        try:
            owner = owner[step]
        except (LookupError, TypeError):
            return ()
    if not meant or not isinstance(owner, Mapping) or meant in owner or key not in owner:
        return ()
    start = ("properties", *path)
    return (moved_value(node.id, (*start, key), (*start, meant), owner[key]),)


def _names(form: "type[Properties]") -> list[str]:
    return [field.alias or name for name, field in form.model_fields.items()]


def _nested_extras(form: "Properties") -> list[tuple[Steps, str, list[str]]]:
    """(path, unknown key, known names) below the form's own level."""
    found: list[tuple[Steps, str, list[str]]] = []
    waiting: list[tuple[Steps, Properties]] = [((), form)]
    while waiting:
        path, here = waiting.pop()
        if path and here.model_extra:
            names = _names(type(here))
            found += [(path, key, names) for key in here.model_extra]
        for name, step in _nesting_fields(type(here)):
            value = getattr(here, name)
            if isinstance(value, list):
                waiting += [
                    ((*path, step, at), inner)
                    for at, inner in enumerate(value)
                    if hasattr(inner, "model_extra")
                ]
            elif hasattr(value, "model_extra"):
                waiting.append(((*path, step), value))
    return sorted(found, key=lambda one: (".".join(map(str, one[0])), one[1]))


@cache
def _nesting_fields(form: "type[Properties]") -> tuple[tuple[str, str], ...]:
    """(name, YAML key) of the fields that may hold other forms."""
    from lakewright.datamodel.forms.properties import Properties

    found = []
    for name, field in form.model_fields.items():
        waiting: list[Any] = [field.annotation]
        while waiting:
            kind = waiting.pop()
            if isinstance(kind, type) and issubclass(kind, Properties):
                found.append((name, field.alias or name))
                break
            waiting += get_args(kind)
    return tuple(found)


_TABLES = ("uc_table", "dest_table")
_CLUSTERED = (*_TABLES, "uc_materialized_view", "uc_streaming_table")
_COMPUTE_CHOICES = ("compute", "job_cluster_key", "existing_cluster_id", "environment_key")
_TASKS = tuple(key for key, row in NODE_TYPES.items() if row.is_task or row.writes)

# (types, properties, how many at least, why). At most one of them may be given.
_CHOICES: tuple[tuple[tuple[str, ...], tuple[str, ...], int, str], ...] = (
    (("source_jdbc", "source_federated"), ("table", "query"), 1, "rows come from one of them"),
    (("source_jdbc", "dest_jdbc"), ("url", "connection", "host"), 1, "they name the database"),
    (("existing_cluster_ref",), ("cluster_id", "cluster_name"), 1, "they name the cluster"),
    (("job_cluster", "all_purpose_cluster"), ("num_workers", "autoscale"), 0, "they size it"),
    (("sql_warehouse",), ("warehouse_id", "lookup_name"), 0, "they name the warehouse"),
    (("notebook",), ("notebook_path", "source_code"), 0, "a notebook exists or is written"),
    (("sql_query",), ("query", "path"), 0, "the SQL is a text or a file"),
    (("python_wheel",), ("parameters", "named_parameters"), 0, "Databricks takes one of them"),
    (_CLUSTERED, ("cluster_by", "partitioned_by"), 0, "a Delta table is laid out in one way"),
    (("dp_table", "dp_materialized_view"), ("cluster_by", "partition_cols"), 0,
     "a Delta table is laid out in one way"),
    (_TASKS, _COMPUTE_CHOICES, 0, "a task runs in one place"),
)  # fmt: skip


@rule(ERROR)
def choice_is_made(drawing: Drawing) -> Iterator[Finding]:
    """Some properties exclude each other, and of some one is needed.

    Sources: Jobs API 2.2; Databricks SQL manual, *CREATE TABLE* (`CLUSTER BY` and `PARTITIONED
    BY` cannot be combined); Spark, *JDBC* (`dbtable` or `query`).
    """
    for types, names, least, why in _CHOICES:
        for node, form in drawing.forms(*types):
            given = [name for name in names if getattr(form, name) not in (None, [], {}, "")]
            if len(given) > 1:
                yield Finding(
                    f"{_listed(given)} are given together, but {why}.",
                    "Keep one of them.",
                    node.id,
                    given[1],
                    fixes=_keep_one(node, given),
                )
            elif len(given) < least and not _faulty(drawing, node.id, names):
                yield Finding(
                    f"None of {_listed(names)} is given, and {why}.",
                    "Give one of them.",
                    node.id,
                    names[0],
                )


def _keep_one(node: Node, given: list[str]) -> tuple[Fix, ...]:
    # A default, or a name that is written as an alias, cannot be taken out.
    if not set(given) <= node.properties.keys():
        return ()
    return tuple(
        Fix(
            f"Keep '{kept}'",
            tuple(UnsetValue(node.id, ("properties", name)) for name in given if name != kept),
        )
        for kept in given
    )


def _faulty(drawing: Drawing, node_id: str, names: tuple[str, ...]) -> bool:
    """Whether one of the properties has a finding already, so that a second would be noise."""
    wrong = {fault.path.split(".")[0] for fault in drawing.readings[node_id].faults}
    return not wrong.isdisjoint(names)


def _listed(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names[:-1]) + f" and '{names[-1]}'"


# (types, property, value, what it needs, why)
_NEEDS: tuple[tuple[tuple[str, ...], str, str, str, str], ...] = (
    (_TABLES, "table_type", "EXTERNAL", "location", "an external table lives where you say"),
    (("uc_volume",), "volume_type", "EXTERNAL", "storage_location",
     "an external volume lives where you say"),
    (("dest_table",), "write_mode", "merge", "merge_keys", "a merge compares rows by key"),
    (("dest_table",), "write_mode", "replace_where", "replace_where",
     "replacing needs to know which rows"),
    (("maintenance",), "op", "zorder", "zorder_by", "Z-ordering is by columns"),
    (("uc_materialized_view", "uc_streaming_table"), "schedule", "every", "every",
     "the interval is missing"),
    (("uc_materialized_view", "uc_streaming_table"), "schedule", "cron", "cron",
     "the times are missing"),
    (("sql_query",), "mode", "query", "query_id", "a saved query is found by id"),
    (("sql_query",), "mode", "alert", "alert_id", "a saved alert is found by id"),
    (("sql_query",), "mode", "dashboard", "dashboard_id", "a saved dashboard is found by id"),
    (("trigger_model",), "condition", "MODEL_ALIAS_SET", "aliases",
     "Databricks has to know which aliases"),
)  # fmt: skip


@rule(ERROR)
def property_has_what_it_needs(drawing: Drawing) -> Iterator[Finding]:
    """Some values make another property necessary.

    Sources: Databricks SQL manual, *CREATE TABLE*, *CREATE VOLUME*, *MERGE INTO*, *OPTIMIZE*;
    Jobs API 2.2.
    """
    for types, name, value, needed, why in _NEEDS:
        for node, form in drawing.forms(*types):
            if (
                getattr(form, name) == value
                and getattr(form, needed) in (None, [], {}, "")
                and not _faulty(drawing, node.id, (needed,))
            ):
                yield Finding(
                    f"'{name}' is {value}, but '{needed}' is missing: {why}.",
                    f"Give '{needed}', or change '{name}'.",
                    node.id,
                    needed,
                )


@rule(ERROR)
def bounds_are_in_order(drawing: Drawing) -> Iterator[Finding]:
    """The least must not be more than the most."""
    for node, form in drawing.forms("job_cluster", "all_purpose_cluster"):
        size = form.autoscale
        if size is not None and size.min_workers > size.max_workers:
            yield _bounds(node, "autoscale.max_workers", size.min_workers, size.max_workers)
    for node, form in drawing.forms("sql_warehouse"):
        if form.min_num_clusters > form.max_num_clusters:
            yield _bounds(node, "max_num_clusters", form.min_num_clusters, form.max_num_clusters)


def _bounds(node: Node, path: str, least: int, most: int) -> Finding:
    first = ("properties", *path.replace("max_", "min_").split("."))
    swap = (
        SetValue(node.id, first, most),
        SetValue(node.id, ("properties", *path.split(".")), least),
    )
    return Finding(
        f"At least {least} and at most {most} is impossible.",
        "Swap them.",
        node.id,
        path,
        fixes=(Fix("Swap them", swap),),
    )


@rule(ERROR)
def autotermination_is_allowed(drawing: Drawing) -> Iterator[Finding]:
    """A cluster stops after 10 to 10,000 idle minutes, or never (0). Source: Clusters API."""
    for node, form in drawing.forms("all_purpose_cluster"):
        if 0 < form.autotermination_minutes < 10:
            yield Finding(
                f"A cluster cannot stop after {form.autotermination_minutes} idle minutes.",
                "Give 10 to 10000, or 0 for never.",
                node.id,
                "autotermination_minutes",
                fixes=(
                    set_value(
                        "Stop after 10 minutes", node.id, "autotermination_minutes", value=10
                    ),
                ),
            )


@rule(ERROR)
def library_is_of_one_kind(drawing: Drawing) -> Iterator[Finding]:
    """Each entry of `libraries` is one package, wheel, JAR or requirements file."""
    kinds = ("pypi", "whl", "jar", "maven", "requirements")
    for node, form in drawing.having("libraries"):
        for at, library in enumerate(form.libraries):
            count = sum(getattr(library, kind) is not None for kind in kinds)
            if count != 1 and not (count == 0 and library.model_extra):
                yield Finding(
                    f"Library {at + 1} names {count or 'no'} packages.",
                    f"Give exactly one of {_listed(kinds)} in each entry.",
                    node.id,
                    f"libraries.{at}",
                )


@rule(ERROR)
def principal_is_one(drawing: Drawing) -> Iterator[Finding]:
    """A permission is for one user, group or service principal, and a job runs as one."""
    for node, form in drawing.having("permissions", "run_as"):
        for at, permission in enumerate(getattr(form, "permissions", ())):
            names = (
                permission.user_name,
                permission.group_name,
                permission.service_principal_name,
            )
            if sum(name is not None for name in names) != 1:
                yield Finding(
                    f"Permission {at + 1} is for {_count(names)} principals.",
                    "Give one of user_name, group_name and service_principal_name.",
                    node.id,
                    f"permissions.{at}",
                )
        run_as = getattr(form, "run_as", None)
        if run_as is not None:
            who = (run_as.user_name, run_as.service_principal_name)
            if sum(name is not None for name in who) != 1:
                yield Finding(
                    f"'run_as' names {_count(who)} principals.",
                    "Give one of user_name and service_principal_name.",
                    node.id,
                    "run_as",
                )


def _count(names: tuple[str | None, ...]) -> str:
    return str(sum(name is not None for name in names) or "no")


# What a credential looks like, wherever it stands. The first group, if any, is not shown.
_SECRET_SHAPES = (
    (re.compile(r"\bdapi[0-9a-f]{32}\b"), "a Databricks token"),
    (re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"), "an AWS access key"),
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"), "a private key"),
    (re.compile(r"\b(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{20,}"), "an Azure storage key"),
    (re.compile(r"[?&]sig=[A-Za-z0-9%+/]{20,}"), "an Azure access signature"),
    (re.compile(r"\bgh[pousr]_[A-Za-z0-9]{30,}"), "a GitHub token"),
    (
        re.compile(
            r"(?i)\b(?:password|passwd|pwd|secret|token)\s*[=:]\s*[\"']?"
            r"(?!\s*[\"']?(?:\$\{|\{\{|secret\(|dbutils))[^\s\"';&,)]{4,}"
        ),
        "a password",
    ),
    (re.compile(r"(?i)://[^/\s:@{}$]+:(?!\$\{|\{\{)[^/\s@]{3,}@"), "credentials in a URL"),
)  # fmt: skip
_SECRET_NAME = re.compile(
    r"(?i)(?:^|[_.\-])(?:password|passwd|pwd|secret|token|api_?key|access_?key|sas)$"
)
_REFERENCE = re.compile(r"\$\{|\{\{|^\s*secret\s*\(|dbutils\.secrets", re.IGNORECASE)
_CODE = frozenset({"source_code", "body", "query", "expr"})


@rule(ERROR)
def no_secret_is_written_down(drawing: Drawing) -> Iterator[Finding]:
    """Models live in git, and what is in git once is known for ever.

    Source: Databricks, *Secret management*: refer to a secret by scope and key.
    """
    for node, _ in drawing.known():
        for path, value in texts(node.properties, _may_be_secret):
            what = next((name for shape, name in _SECRET_SHAPES if shape.search(value)), "")
            last = path.rsplit(".", 1)[-1]
            if not what and _SECRET_NAME.search(last) and value and not _REFERENCE.search(value):
                what = "a secret"
            # In code `token = next(it)` is no password; the unmistakable shapes still count.
            if what and not (what == "a password" and last in _CODE and "dbutils" in value):
                yield Finding(
                    f"'{shown(path)}' looks like {what}.",
                    "Put it into a secret scope and write {{secrets/<scope>/<key>}}, or give "
                    "scope and key where the form asks for them. Then replace the secret: git "
                    "remembers it.",
                    node.id,
                    shown(path, 200),
                )


# Cheap, and true of every text that one of the shapes could match.
_SUSPECT = re.compile(
    r"dapi|AKIA|ASIA|PRIVATE KEY|AccountKey=|SharedAccessKey=|sig=|gh[pousr]_|://"
    r"|(?i:passw|pwd|secret|token)"
)


def _may_be_secret(key: str, value: str) -> bool:
    return (len(value) >= 8 and _SUSPECT.search(value) is not None) or _is_secret_name(key)


@lru_cache(maxsize=4096)
def _is_secret_name(key: str) -> bool:
    return _SECRET_NAME.search(key) is not None


def texts(
    properties: Mapping[str, Any], wanted: Callable[[str, str], bool]
) -> Iterator[tuple[str, str]]:
    """The texts in nested properties that are `wanted` (key, value), with their dotted path.

    Without recursion, and a path is put together only for what is wanted: models have hundreds
    of thousands of texts. The key of a text in a list is the key of the list.
    """
    # A step is (step above, key); the innermost key of a map is carried along.
    waiting: list[tuple[Any, str, Any]] = [
        ((None, key), str(key), value) for key, value in reversed(list(properties.items()))
    ]
    while waiting:
        step, key, value = waiting.pop()
        if isinstance(value, str):
            if wanted(key, value):
                yield _dotted(step), value
        elif isinstance(value, dict):
            waiting += [
                ((step, inner), str(inner), found) for inner, found in reversed(value.items())
            ]
        elif isinstance(value, list):
            at = len(value)
            for found in reversed(value):
                at -= 1
                waiting.append(((step, at), key, found))


def _dotted(step: Any) -> str:
    parts = []
    while step is not None:
        step, key = step
        parts.append(str(key))
    return ".".join(reversed(parts))


_PATHS = frozenset(
    {
        "path", "notebook_path", "python_file", "project_directory", "profiles_directory",
        "location", "storage_location", "storage_root", "url", "checkpoint_location",
        "schema_location", "root_path", "whl", "jar", "requirements",
    }
)  # fmt: skip


def _is_path(key: str, _: str) -> bool:
    return key in _PATHS


@rule(ERROR)
def path_stays_where_it_is(drawing: Drawing) -> Iterator[Finding]:
    """A path with `..` can leave the bundle or the volume; one with a backslash or a control
    character is no path on Databricks.
    """
    for node, _ in drawing.known():
        for path, value in texts(node.properties, _is_path):
            if ".." in re.split(r"[/\\]", value):
                yield Finding(
                    f"The path '{shown(value)}' climbs up with '..'.",
                    "Write the path without it.",
                    node.id,
                    path,
                )
            elif "\\" in value or any(not c.isprintable() for c in value):
                yield Finding(
                    f"The path '{shown(value)}' holds a backslash or a hidden character.",
                    "Separate folders with / and remove hidden characters.",
                    node.id,
                    path,
                )


@rule(ERROR)
def notebook_path_is_absolute(drawing: Drawing) -> Iterator[Finding]:
    """An existing notebook is named by its workspace path; only git paths are relative.

    Source: Jobs API, `notebook_task.notebook_path`.
    """
    for node, form in drawing.forms("notebook"):
        path = form.notebook_path
        if path and form.source == "WORKSPACE" and not path.startswith(("/", "${", "{{")):
            yield Finding(
                f"'{shown(path)}' is no absolute workspace path.",
                "Begin it with /, for example /Workspace/Shared/clean. For a notebook that "
                "Lakewright should write, leave it empty.",
                node.id,
                "notebook_path",
            )


@rule(ERROR)
def file_of_the_bundle_is_relative(drawing: Drawing) -> Iterator[Finding]:
    """SQL files and dbt projects are looked up in the bundle or the workspace."""
    for node, form in drawing.forms("sql_query", "dbt", "pipeline"):
        for name in ("path", "project_directory", "profiles_directory", "root_path"):
            value = getattr(form, name, None)
            if (
                value
                and value.startswith("/")
                and not value.startswith(
                    ("/Workspace/", "/Repos/", "/Volumes/", "/Users/", "/Shared/")
                )
            ):
                yield Finding(
                    f"'{shown(value)}' lies neither in the bundle nor in the workspace.",
                    "Write a path inside the bundle, such as src/report.sql, or one that begins "
                    "with /Workspace/.",
                    node.id,
                    name,
                )  # fmt: skip


_CLOUD = ("s3://", "abfss://", "gs://", "r2://")
_LEFT_BEHIND = ("dbfs:/", "/dbfs/", "/mnt/", "wasbs://", "wasb://", "s3a://", "s3n://", "adl://")
# (types, property, whether a volume will do)
_STORAGE: tuple[tuple[tuple[str, ...], str, bool], ...] = (
    (("source_files", "dest_files"), "path", True),
    (("source_files",), "schema_location", True),
    (("source_files", "dest_table", "dest_kafka"), "checkpoint_location", True),
    (("trigger_file_arrival",), "url", True),
    (_TABLES, "location", False),
    (("uc_volume", "uc_registered_model"), "storage_location", False),
    (("uc_catalog", "uc_schema"), "storage_root", False),
    (("uc_external_location",), "url", False),
)


@rule(ERROR)
def storage_path_is_one(drawing: Drawing) -> Iterator[Finding]:
    """Files are in a volume or in cloud storage.

    Sources: Databricks, *Work with files in Unity Catalog volumes* (`/Volumes/<catalog>/<schema>/
    <volume>/...`); *Connect to cloud object storage* (`s3://`, `abfss://`, `gs://`).
    """
    for node, name, value, volume in _storage_paths(drawing):
        if value.startswith("/Volumes/"):
            if not volume:
                yield Finding(
                    f"'{shown(value)}' is a volume; Unity Catalog keeps it elsewhere.",
                    "Write a path in cloud storage, such as s3://bucket/folder.",
                    node.id,
                    name,
                )
            elif len([part for part in value.split("/")[2:5] if part]) < 3:
                yield Finding(
                    f"'{shown(value)}' names no volume.",
                    "Write /Volumes/<catalog>/<schema>/<volume>/ and then the folder.",
                    node.id,
                    name,
                )
        elif not value.startswith((*_CLOUD, *_LEFT_BEHIND)):
            yield Finding(
                f"'{shown(value)}' is no path in "
                + ("a volume or cloud storage." if volume else "cloud storage."),
                f"Begin it with {'/Volumes/, ' if volume else ''}s3://, abfss:// or gs://.",
                node.id,
                name,
            )


@rule(WARNING)
def storage_is_governed(drawing: Drawing) -> Iterator[Finding]:
    """Mounts and DBFS are outside Unity Catalog, deprecated, and missing on serverless compute.

    Source: Databricks, *Recommendations for DBFS and mounts*.
    """
    for node, name, value, _ in _storage_paths(drawing):
        if value.startswith(_LEFT_BEHIND):
            yield Finding(
                f"'{shown(value)}' is outside Unity Catalog.",
                "Use a volume (/Volumes/...) or an external location (s3://, abfss://, gs://).",
                node.id,
                name,
            )


def _storage_paths(drawing: Drawing) -> Iterator[tuple[Node, str, str, bool]]:
    for types, name, volume in _STORAGE:
        for node, form in drawing.forms(*types):
            value = getattr(form, name)
            if value and not value.startswith(("${", "{{")):
                yield node, name, value, volume


_DYNAMIC = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)
_OLD_REFERENCES = frozenset(
    {"job_id", "run_id", "parent_run_id", "start_date", "start_time", "task_retry_count",
     "task_key", "run_type", "cloud_provider", "input"}
)  # fmt: skip
_ROOTS = ("job.", "task.", "tasks.", "workspace.", "input.", "backfill.", "secrets/")


@rule(ERROR)
def job_parameter_is_declared(drawing: Drawing) -> Iterator[Finding]:
    """`{{job.parameters.x}}` of a parameter that the job does not have stays a text at run time.

    Source: Databricks, *Dynamic value references*.
    """
    declared: dict[str, list[str]] = {}
    for job, form in drawing.forms("job"):
        declared[job.id] = [parameter.name for parameter in form.parameters]
    for node, path, reference in _dynamic(drawing):
        if not reference.startswith("job.parameters."):
            continue
        job_node = drawing.index.job_of(node.id)
        name = reference.removeprefix("job.parameters.")
        if job_node is None or (job_node.id in drawing.index.nodes and job_node.id not in declared):
            continue
        names = declared.get(job_node.id, [])
        if name not in names:
            yield Finding(
                f"The job '{shown(job_node.id)}' has no parameter '{shown(name)}'.",
                did_you_mean(name, names) + "Add it to the job's parameters."
                if job_node.id in drawing.index.nodes
                else "Draw a Job node that declares it.",
                node.id,
                path,
            )


@rule(ERROR)
def task_value_comes_from_a_task_before(drawing: Drawing) -> Iterator[Finding]:
    """`{{tasks.k.values.v}}` can be read only after task `k` has run.

    Source: Databricks, *Dynamic value references*; *Use task values to pass information*.
    """
    for node, path, reference in _dynamic(drawing):
        if not reference.startswith("tasks."):
            continue
        key = reference.split(".")[1].strip("`")
        if key not in drawing.index.tasks:
            yield Finding(
                f"'{{{{{shown(reference)}}}}}' refers to '{shown(key)}', which is no task.",
                did_you_mean(key, drawing.index.tasks) + "Name a task by its id.",
                node.id,
                path,
            )
        elif not _comes_before(drawing, key, drawing.index.bodies.get(node.id, node.id)):
            yield Finding(
                f"'{shown(node.id)}' reads a value of '{shown(key)}' without waiting for it.",
                f"Draw a depends_on edge from '{shown(key)}' to '{shown(node.id)}'.",
                node.id,
                path,
            )


def _comes_before(drawing: Drawing, first: str, then: str) -> bool:
    seen = {then}
    waiting = [then]
    while waiting:
        for dependency in drawing.dependencies.get(waiting.pop(), ()):
            if dependency.task_id == first:
                return True
            if dependency.task_id not in seen:
                seen.add(dependency.task_id)
                waiting.append(dependency.task_id)
    return False


@rule(WARNING)
def dynamic_reference_is_known(drawing: Drawing) -> Iterator[Finding]:
    """Double braces in a task are Databricks' own; it leaves a name that it does not know as text.

    Source: Databricks, *Dynamic value references*, table of supported references.
    """
    for node, path, reference in _dynamic(drawing):
        if reference.startswith(_ROOTS) or reference in _OLD_REFERENCES:
            continue
        yield Finding(
            f"Databricks knows no reference '{{{{{shown(reference, 40)}}}}}'.",
            "Write one such as {{job.run_id}}, {{tasks.<task>.values.<key>}} or {{input}}; "
            "template variables belong into templates.",
            node.id,
            path,
        )


@rule(ERROR)
def input_is_read_in_a_loop(drawing: Drawing) -> Iterator[Finding]:
    """`{{input}}` is the item of a for-each, known only in its body."""
    for node, path, reference in _dynamic(drawing):
        inside = node.id in drawing.index.bodies
        if (reference == "input" or reference.startswith("input.")) and not inside:
            yield Finding(
                "'{{input}}' is read outside of a loop.",
                "Connect the task to a For each with a loop_body edge, or remove the reference.",
                node.id,
                path,
            )


def _dynamic(drawing: Drawing) -> Iterator[tuple[Node, str, str]]:
    """Dynamic references in the properties of tasks (code and SQL text excepted)."""
    for node, row in drawing.known():
        if row.emits is not Emits.TASK:
            continue
        for path, value in texts(node.properties, _has_reference):
            for reference in _DYNAMIC.findall(value):
                yield node, path, reference


def _has_reference(key: str, value: str) -> bool:
    return "{{" in value and key not in _CODE


PROPERTY_RULES = (
    property_has_its_form,
    property_is_known,
    choice_is_made,
    property_has_what_it_needs,
    bounds_are_in_order,
    autotermination_is_allowed,
    library_is_of_one_kind,
    principal_is_one,
    no_secret_is_written_down,
    path_stays_where_it_is,
    notebook_path_is_absolute,
    file_of_the_bundle_is_relative,
    storage_path_is_one,
    storage_is_governed,
    job_parameter_is_declared,
    task_value_comes_from_a_task_before,
    dynamic_reference_is_known,
    input_is_read_in_a_loop,
)
