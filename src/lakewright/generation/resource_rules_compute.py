"""What can be wrong with where things run: clusters, serverless, warehouses, pipelines?"""

from collections.abc import Iterator, Mapping
from typing import Any

from lakewright.diagnostics import Severity, shown
from lakewright.generation.resource_faults import Path, ResourceFault, near
from lakewright.generation.resource_view import BundleView, mapping, maps_in, text_in

# Kinds of task that need compute of their own, and kinds that have none to choose.
# Source: Jobs manual, "Configure compute for jobs"; Jobs API, `Task`.
_NEEDS_COMPUTE = ("spark_python_task", "python_wheel_task", "spark_jar_task", "dbt_task")
_NO_COMPUTE = (
    "alert_task",
    "condition_task",
    "dashboard_task",
    "for_each_task",
    "pipeline_task",
    "run_job_task",
    "sql_task",
)
_CLUSTER_FIELDS = ("job_cluster_key", "existing_cluster_id", "new_cluster")
_RETENTION_CHECK = "spark.databricks.delta.retentionDurationCheck.enabled"


def unknown_job_cluster(bundle: BundleView) -> Iterator[ResourceFault]:
    """`job_cluster_key` names one of the job's `job_clusters` (Jobs API, `Task`)."""
    for job in bundle.jobs:
        known = {
            text_in(entry, "job_cluster_key") for _, entry in maps_in(job.body, "job_clusters")
        }
        for task in job.tasks:
            key = text_in(task.body, "job_cluster_key")
            if key and key not in known and "${" not in key:
                yield _error(
                    "unknown-job-cluster",
                    (*task.path, "job_cluster_key"),
                    f"Job '{job.key}' has no job cluster {shown(key)!r}.",
                    f"{near(key, known)}Define it under the job's job_clusters.",
                )


def unknown_environment(bundle: BundleView) -> Iterator[ResourceFault]:
    """`environment_key` names one of the job's `environments` (Jobs API, `Task`)."""
    for job in bundle.jobs:
        known = {
            text_in(entry, "environment_key") for _, entry in maps_in(job.body, "environments")
        }
        for task in job.tasks:
            key = text_in(task.body, "environment_key")
            if key and key not in known and "${" not in key:
                yield _error(
                    "unknown-environment",
                    (*task.path, "environment_key"),
                    f"Job '{job.key}' has no environment {shown(key)!r}.",
                    f"{near(key, known)}Define it under the job's environments.",
                )


def compute_missing(bundle: BundleView) -> Iterator[ResourceFault]:
    """Python files, wheels, JARs and dbt run on named compute; notebooks may go serverless.

    dbt commands run on a cluster or in an environment even when their SQL goes to a warehouse;
    a dbt task with a warehouse is let pass, as the bundle tooling does. Scala does not run on
    serverless compute, so a Scala notebook needs a cluster.
    """
    for job in bundle.jobs:
        for task in job.tasks:
            kind = next((kind for kind in _NEEDS_COMPUTE if kind in task.body), None)
            if kind == "dbt_task" and mapping(task.body, kind).get("warehouse_id"):
                continue
            on_cluster = any(name in task.body for name in _CLUSTER_FIELDS)
            if kind and not on_cluster and "environment_key" not in task.body:
                yield _error(
                    "compute-missing",
                    task.path,
                    f"Task '{shown(task.key)}' ({kind}) does not say where to run.",
                    "Add job_cluster_key, existing_cluster_id or environment_key (serverless).",
                )
            notebook = text_in(mapping(task.body, "notebook_task"), "notebook_path")
            if notebook.endswith(".scala") and not on_cluster:
                yield _error(
                    "compute-missing",
                    task.path,
                    f"Task '{shown(task.key)}' is a Scala notebook on serverless compute.",
                    "Add a job_cluster_key: Scala notebooks run on classic clusters only.",
                )


def compute_superfluous(bundle: BundleView) -> Iterator[ResourceFault]:
    """SQL, pipeline, condition and similar tasks run elsewhere; compute on them misleads."""
    for job in bundle.jobs:
        for task in job.tasks:
            kind = next((kind for kind in _NO_COMPUTE if kind in task.body), None)
            for name in (*_CLUSTER_FIELDS, "environment_key") if kind else ():
                if name in task.body:
                    yield ResourceFault(
                        "compute-superfluous",
                        Severity.WARNING,
                        (*task.path, name),
                        f"Task '{shown(task.key)}' ({kind}) takes no {name}.",
                        "Take it out; this kind of task has compute of its own.",
                    )


def one_compute(bundle: BundleView) -> Iterator[ResourceFault]:
    """A task has one place to run (Jobs API: the fields exclude each other)."""
    for job in bundle.jobs:
        for task in job.tasks:
            named = [name for name in _CLUSTER_FIELDS if name in task.body]
            if len(named) > 1:
                yield _error(
                    "one-compute",
                    (*task.path, named[1]),
                    f"Task '{shown(task.key)}' has {' and '.join(named)}.",
                    "Keep one of them.",
                )


def cluster_size(bundle: BundleView) -> Iterator[ResourceFault]:
    """A cluster has `num_workers` or `autoscale`, and its minimum is not above its maximum."""
    for cluster, path in _clusters(bundle, pipelines=True):
        scale = mapping(cluster, "autoscale")
        low, high = scale.get("min_workers"), scale.get("max_workers")
        if "num_workers" in cluster and "autoscale" in cluster:
            yield _error(
                "cluster-size",
                (*path, "autoscale"),
                "The cluster has num_workers and autoscale.",
                "Keep one of them.",
            )
        if isinstance(low, int) and isinstance(high, int) and not 0 <= low <= high:
            yield _error(
                "cluster-size",
                (*path, "autoscale"),
                f"The cluster grows from {low} to {high} workers.",
                "Make min_workers at most max_workers, and neither negative.",
            )


def single_node_cluster(bundle: BundleView) -> Iterator[ResourceFault]:
    """A cluster of no workers needs the settings that make its driver do the work.

    Source: Databricks manual, "Single node compute": `is_single_node`, or the two Spark
    settings and the tag `ResourceClass: SingleNode`.
    """
    for cluster, path in _clusters(bundle, pipelines=False):
        single = cluster.get("is_single_node") is True
        if single and ("autoscale" in cluster or cluster.get("num_workers", 0) != 0):
            yield _error(
                "single-node-cluster",
                path,
                "A single-node cluster has workers.",
                "Set num_workers to 0 and take autoscale out, or take is_single_node out.",
            )
        if single or cluster.get("num_workers") != 0 or "policy_id" in cluster:
            continue
        conf, tags = mapping(cluster, "spark_conf"), mapping(cluster, "custom_tags")
        if (
            conf.get("spark.databricks.cluster.profile") != "singleNode"
            or not str(conf.get("spark.master", "")).startswith("local[*")
            or tags.get("ResourceClass") != "SingleNode"
        ):
            yield ResourceFault(
                "single-node-cluster",
                Severity.WARNING,
                (*path, "num_workers"),
                "The cluster has no workers and is not set up as a single node: jobs will hang.",
                "Set spark.databricks.cluster.profile: singleNode, spark.master: local[*] and the "
                "tag ResourceClass: SingleNode, or give it workers.",
            )


def cluster_needs_machines(bundle: BundleView) -> Iterator[ResourceFault]:
    """A cluster names its runtime and its node type, a pool or a policy (Clusters API)."""
    for cluster, path in _clusters(bundle, pipelines=False):
        if "policy_id" in cluster:
            continue
        if "node_type_id" not in cluster and "instance_pool_id" not in cluster:
            yield _error(
                "cluster-needs-machines",
                path,
                "The cluster does not say on which machines it runs.",
                "Add node_type_id, instance_pool_id or policy_id.",
            )
        if "spark_version" not in cluster:
            yield _error(
                "cluster-needs-machines",
                path,
                "The cluster does not say which Databricks Runtime it runs.",
                "Add spark_version or policy_id.",
            )


def autotermination(bundle: BundleView) -> Iterator[ResourceFault]:
    """An idle cluster stops after 10 to 10,000 minutes; 0 means never (Clusters API)."""
    for _, body, path in bundle.of_group("clusters"):
        minutes = body.get("autotermination_minutes")
        if isinstance(minutes, int) and minutes != 0 and not 10 <= minutes <= 10_000:
            yield _error(
                "autotermination",
                (*path, "autotermination_minutes"),
                f"{minutes} minutes are not possible.",
                "Write 0 (never) or 10 to 10000.",
            )


def pipeline_compute(bundle: BundleView) -> Iterator[ResourceFault]:
    """A serverless pipeline has no clusters; every pipeline needs sources and a schema.

    Source: Pipelines API, `serverless`, `libraries`, `schema`; `target` is its older name.
    """
    for key, body, path in bundle.of_group("pipelines"):
        if body.get("serverless") is True and body.get("clusters"):
            yield _error(
                "pipeline-compute",
                (*path, "clusters"),
                f"Pipeline '{key}' is serverless and has clusters.",
                "Take the clusters out, or set serverless to false.",
            )
        sources = ("libraries", "ingestion_definition", "gateway_definition")
        if not any(body.get(name) for name in sources):
            yield ResourceFault(
                "pipeline-compute",
                Severity.WARNING,
                path,
                f"Pipeline '{key}' has no source files.",
                "Add libraries with a glob, or an ingestion_definition.",
            )
        elif not any(name in body for name in ("schema", "target", *sources[1:])):
            yield ResourceFault(
                "pipeline-compute",
                Severity.WARNING,
                path,
                f"Pipeline '{key}' does not say into which schema it writes.",
                "Add catalog and schema.",
            )


def retention_check_on(bundle: BundleView) -> Iterator[ResourceFault]:
    """Turning off Delta's retention check lets VACUUM delete files that readers still need.

    Source: Delta manual, "Remove unused data files with VACUUM": 7 days (168 hours) at least.
    """
    settings = [
        (cluster, "spark_conf", path) for cluster, path in _clusters(bundle, pipelines=True)
    ]
    settings += [(body, "configuration", path) for _, body, path in bundle.of_group("pipelines")]
    for body, name, path in settings:
        if str(mapping(body, name).get(_RETENTION_CHECK, "true")).lower() == "false":
            yield ResourceFault(
                "retention-check-on",
                Severity.WARNING,
                (*path, name, _RETENTION_CHECK),
                "The check that VACUUM keeps 168 hours is turned off.",
                "Take the setting out, or be sure that nothing reads or writes meanwhile.",
            )


# ----------------------------------------------------------------------------------------------


def _error(rule: str, path: Path, problem: str, remedy: str) -> ResourceFault:
    return ResourceFault(rule, Severity.ERROR, path, problem, remedy)


def _clusters(bundle: BundleView, *, pipelines: bool) -> Iterator[tuple[Mapping[str, Any], Path]]:
    """Every cluster that is described in the bundle, with its place."""
    for _, body, path in bundle.of_group("clusters"):
        yield body, path
    for job in bundle.jobs:
        for number, entry in maps_in(job.body, "job_clusters"):
            if isinstance(entry.get("new_cluster"), Mapping):
                yield entry["new_cluster"], (*job.path, "job_clusters", number, "new_cluster")
        for task in job.tasks:
            if "new_cluster" in task.body and isinstance(task.body["new_cluster"], Mapping):
                yield task.body["new_cluster"], (*task.path, "new_cluster")
    if pipelines:
        for _, body, path in bundle.of_group("pipelines"):
            for number, entry in maps_in(body, "clusters"):
                yield entry, (*path, "clusters", number)


COMPUTE_RULES = (
    unknown_job_cluster,
    unknown_environment,
    compute_missing,
    compute_superfluous,
    one_compute,
    cluster_size,
    single_node_cluster,
    cluster_needs_machines,
    autotermination,
    pipeline_compute,
    retention_check_on,
)
