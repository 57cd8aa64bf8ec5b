"""Jobs, pipelines and compute of one model as bundle resources: plain dicts from nodes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from lakewright.datamodel.graph import Dependency, GraphIndex, task_dependencies
from lakewright.datamodel.model import DataModel, Node
from lakewright.datamodel.node_types import NODE_TYPES
from lakewright.datamodel.tables import function_of
from lakewright.diagnostics import Diagnostic, Location, Severity, did_you_mean
from lakewright.generation.bindings import CATALOG_PARAMETER, ModelScope
from lakewright.generation.compute import cluster_spec, environment_spec, warehouse_resource
from lakewright.generation.configurations import Configurations
from lakewright.generation.naming import key_of, unique_keys
from lakewright.generation.plan import RenderStep
from lakewright.generation.platforms import PlatformProfile
from lakewright.generation.shapes import (
    Resource,
    given,
    health,
    notifications,
    positive,
    without_none,
)
from lakewright.generation.tasks import TASKS, Names, Needs, script_task
from lakewright.generation.triggers import TRIGGERS

TASK_KEY = re.compile(r"[A-Za-z0-9_-]{1,100}\Z")
WAREHOUSE_VARIABLE = "warehouse_id"
DEFAULT_CLUSTER = "default_cluster"
DEFAULT_ENVIRONMENT = "default"


@dataclass(frozen=True, slots=True)
class ModelResources:
    """What one model adds to the bundle.

    Attributes:
        groups: `jobs`, `pipelines`, `clusters`, ... -> resource key -> definition.
        nodes: Dotted path of a resource or task (`jobs.nightly`, `jobs.nightly.tasks.2`) -> the
            node it was made from, so that findings lead back to the drawing.
        variables: Bundle variables that the resources refer to.
        external_jobs: Names of jobs of other models that this one starts -> resource key.
    """

    groups: dict[str, dict[str, Resource]] = field(default_factory=dict)
    nodes: dict[str, str] = field(default_factory=dict)
    variables: dict[str, Resource] = field(default_factory=dict)
    external_jobs: dict[str, str] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()


def build_resources(
    scope: ModelScope,
    steps: Sequence[RenderStep],
    setup_needs: Mapping[str, tuple[str, ...]],
    profile: PlatformProfile,
    configurations: Configurations,
    *,
    other_jobs: Mapping[str, str] = MappingProxyType({}),
) -> ModelResources:
    """Everything of a model that is not a script.

    Args:
        steps: The model's scripts; tasks refer to their paths.
        setup_needs: Set-up nodes in running order, each with the set-up nodes it needs first.
        other_jobs: Name of a job of another model -> its resource key.

    Returns:
        Plain dicts in the field order people expect to read; checked elsewhere.
    """
    builder = _Builder(scope, steps, profile, configurations, other_jobs)
    for node in scope.index.nodes.values():
        if node.enabled and (make := _STANDING.get(node.type)):
            make(builder, node)
    for job in scope.index.all_jobs():
        builder.job(job)
    builder.setup_job(setup_needs)
    return ModelResources(
        builder.groups,
        builder.node_of,
        builder.variables,
        builder.names.external_jobs,
        tuple(builder.found),
    )


def setup_job_key(model: DataModel) -> str:
    """Resource key of the job that runs a model's set-up SQL."""
    return f"{key_of(model.id)}_setup"


class _Builder:
    """The resources of one model while they are gathered."""

    def __init__(
        self,
        scope: ModelScope,
        steps: Sequence[RenderStep],
        profile: PlatformProfile,
        configurations: Configurations,
        other_jobs: Mapping[str, str],
    ) -> None:
        self.index: GraphIndex = scope.index
        self.recipe = scope.recipe
        self.profile = profile
        self.configurations = configurations
        self.scripts = {(step.node, step.role): step for step in steps}
        self.names = Names(scope.index, unique_keys(scope.index.nodes), other_jobs)
        self.dependencies = task_dependencies(scope.index)
        self.groups: dict[str, dict[str, Resource]] = {}
        self.node_of: dict[str, str] = {}
        self.variables: dict[str, Resource] = {}
        self.found: list[Diagnostic] = []

    def add(self, group: str, key: str, spec: Resource, node_id: str = "") -> None:
        self.groups.setdefault(group, {})[key] = spec
        if node_id:
            self.node_of[f"{group}.{key}"] = node_id

    def job(self, job: Node) -> None:
        """A job with its tasks; `job` may be the one that a model without job nodes implies."""
        implied = job.id not in self.index.nodes
        key = key_of(self.index.model.id) if implied else self.names.keys[job.id]
        written = {**self.configurations.job, **job.properties}
        compute = _JobCompute()
        tasks: list[Resource] = []
        for node in self.index.tasks_of(job.id):
            self.node_of[f"jobs.{key}.tasks.{len(tasks)}"] = node.id
            tasks.append(self._task(node, compute, self.dependencies.get(node.id, ())))
        model = self.index.model
        about = written.get("description") or job.description or model.description
        spec: Resource = {
            "name": written.get("name") or job.name or model.name or model.id,
            **({"description": about} if about else {}),
        }
        for trigger in self.index.triggers_of(job.id):
            spec.update(TRIGGERS[trigger.type](self.index, trigger))
        spec["max_concurrent_runs"] = written.get("max_concurrent_runs", 1)
        spec.update(positive(written, "timeout_seconds"))
        spec["queue"] = {"enabled": written.get("queue_enabled", True)}
        spec.update(given(written, "performance_target", "run_as", "git_source"))
        spec.update(health(written))
        spec.update(notifications(written))
        spec.update(given(written, "tags"))
        parameters = self._parameters(job, written)
        if parameters:
            spec["parameters"] = parameters
        if compute.clusters:
            spec["job_clusters"] = list(compute.clusters.values())
        if compute.environments:
            spec["environments"] = list(compute.environments.values())
        spec["tasks"] = tasks
        spec.update(given(written, "permissions"))
        self.add("jobs", key, spec, "" if implied else job.id)

    def _parameters(self, job: Node, written: Mapping[str, Any]) -> list[Resource]:
        """Job parameters; notebooks get the catalog through one of them."""
        parameters = [dict(entry) for entry in written.get("parameters") or []]
        runs_scripts = any(
            (node.id, "task") in self.scripts for node in self.index.tasks_of(job.id)
        )
        if (
            self.recipe.home_catalog
            and runs_scripts
            and all(entry.get("name") != CATALOG_PARAMETER for entry in parameters)
        ):
            parameters.insert(0, {"name": CATALOG_PARAMETER, "default": self._catalog_variable()})
        return parameters

    def _task(
        self, node: Node, compute: "_JobCompute", dependencies: Sequence[Dependency]
    ) -> Resource:
        properties = node.properties
        task: Resource = {"task_key": self._task_key(node.id)}
        if node.description:
            task["description"] = node.description
        depends_on = self._depends_on(dependencies)
        if depends_on:
            task["depends_on"] = depends_on
        run_if = self.index.run_if_of(node.id)
        if run_if and run_if != "ALL_SUCCESS":
            task["run_if"] = run_if
        step = self.scripts.get((node.id, "task"))
        needs = Needs.NOTHING
        if step is not None:
            fields, needs = script_task(step.output, f"../{step.path}", node)
            task.update(fields)
            self._pass_catalog(task, step)
        elif make := TASKS.get(node.type):
            fields, needs = make(self.names, node)
            task.update(fields)
        body = self.index.loop_body_of(node.id) if node.type == "for_each" else None
        if body is not None:
            inner = self._task(body, compute, ())
            task["for_each_task"]["task"] = {
                **inner,
                "task_key": f"{inner['task_key'][:90]}_iteration",
            }
        self._run_on(task, node, needs, compute)
        task.update(positive(properties, "max_retries", "min_retry_interval_millis"))
        task.update(given(properties, "retry_on_timeout"))
        task.update(positive(properties, "timeout_seconds"))
        task.update(given(properties, "disabled", "libraries"))
        task.update(health(properties))
        task.update(notifications(properties))
        return task

    def _depends_on(self, dependencies: Sequence[Dependency]) -> list[Resource]:
        """Sorted by task key, so that equal drawings give equal files."""
        found: dict[tuple[str, str], Resource] = {}
        for dependency in dependencies:
            key = self._task_key(dependency.task_id)
            entry: Resource = {"task_key": key}
            if dependency.outcome:
                entry["outcome"] = dependency.outcome
            found[key, dependency.outcome] = entry
        return [found[key] for key in sorted(found)]

    def _pass_catalog(self, task: Resource, step: RenderStep) -> None:
        """SQL files get the home catalog as a parameter of the task itself."""
        if self.recipe.home_catalog and "sql_task" in task and uses_catalog(step):
            inner = task["sql_task"]
            given_here = inner.get("parameters", {})
            inner["parameters"] = {CATALOG_PARAMETER: self._catalog_variable(), **given_here}

    def _run_on(self, task: Resource, node: Node, needs: Needs, compute: "_JobCompute") -> None:
        """Fill in where a task runs; what is drawn counts before what is written."""
        if needs is Needs.NOTHING:
            return
        properties = node.properties
        drawn = self.index.compute_of(node.id)
        kind = drawn.type if drawn is not None else ""
        if needs is Needs.WAREHOUSE:
            inner = next(task[name] for name in _WAREHOUSE_TASKS if name in task)
            if drawn is not None and kind == "sql_warehouse":
                inner["warehouse_id"] = self._warehouse(drawn)
            else:
                inner["warehouse_id"] = properties.get("warehouse_id") or self._default_warehouse()
                if drawn is not None:
                    self.found.append(_warehouse_instead(self.index.model, node, drawn))
            return
        if drawn is not None and kind == "sql_warehouse":
            inner = next((task[n] for n in ("notebook_task", "dbt_task") if n in task), None)
            if inner is not None:
                inner["warehouse_id"] = self._warehouse(drawn)
        elif drawn is not None and kind == "job_cluster":
            key = str(drawn.properties.get("job_cluster_key") or drawn.id)
            self._job_cluster(task, key, drawn.properties, compute)
        elif drawn is not None and kind == "all_purpose_cluster":
            key = self.names.keys[drawn.id]
            task["existing_cluster_id"] = f"${{resources.clusters.{key}.id}}"
        elif drawn is not None and kind == "existing_cluster_ref":
            task["existing_cluster_id"] = self._existing_cluster(drawn)
        elif drawn is not None and kind == "environment":
            key = str(drawn.properties.get("environment_key") or drawn.id)
            self._environment(task, key, drawn.properties, compute)
        elif properties.get("existing_cluster_id"):
            task["existing_cluster_id"] = properties["existing_cluster_id"]
        elif properties.get("warehouse_id") and "notebook_task" in task:
            task["notebook_task"]["warehouse_id"] = properties["warehouse_id"]
        elif name := properties.get("job_cluster_key") or properties.get("compute"):
            self._job_cluster(task, str(name), self._named_cluster(str(name), node), compute)
        elif properties.get("environment_key"):
            self._environment(task, str(properties["environment_key"]), {}, compute)
        elif needs is Needs.CLASSIC:
            self._job_cluster(task, DEFAULT_CLUSTER, self._named_cluster(DEFAULT_CLUSTER), compute)
        elif needs is Needs.ENVIRONMENT:
            self._environment(task, DEFAULT_ENVIRONMENT, {}, compute)

    def _job_cluster(
        self, task: Resource, key: str, properties: Mapping[str, Any], compute: "_JobCompute"
    ) -> None:
        task["job_cluster_key"] = key
        compute.clusters[key] = {
            "job_cluster_key": key,
            "new_cluster": cluster_spec(properties, self.profile),
        }

    def _named_cluster(self, name: str, node: Node | None = None) -> Mapping[str, Any]:
        """A cluster that only a configuration describes, or nobody."""
        known = self.configurations.clusters.get(name)
        if known is None and node is not None:
            self.found.append(
                Diagnostic(
                    "cluster-from-profile",
                    Severity.INFO,
                    f"Nothing describes the cluster '{name}', so it gets the usual size for "
                    f"{self.profile.cloud}.",
                    f"{did_you_mean(name, self.configurations.clusters)}Draw a job cluster node, "
                    "or add a configuration of type 'cluster' with that name.",
                    Location(self.index.model.file, node=node.id, property="compute"),
                )
            )
        return known or {}

    def _environment(
        self, task: Resource, key: str, properties: Mapping[str, Any], compute: "_JobCompute"
    ) -> None:
        task["environment_key"] = key
        compute.environments[key] = environment_spec(key, properties, self.profile)

    def _existing_cluster(self, node: Node) -> str:
        if cluster_id := node.properties.get("cluster_id"):
            return str(cluster_id)
        name = str(node.properties.get("cluster_name") or node.name or node.id)
        return self._looked_up(node, "cluster", name)

    def _warehouse(self, node: Node) -> str:
        if warehouse_id := node.properties.get("warehouse_id"):
            return str(warehouse_id)
        if name := node.properties.get("lookup_name"):
            return self._looked_up(node, "warehouse", str(name))
        return f"${{resources.sql_warehouses.{self.names.keys[node.id]}.id}}"

    def _looked_up(self, node: Node, kind: str, name: str) -> str:
        """A bundle variable whose value is found by name when the bundle is deployed."""
        variable = f"{self.names.keys[node.id]}_id"
        self.variables[variable] = {
            "description": f"Id of the {kind} '{name}', found by its name",
            "lookup": {kind: name},
        }
        return f"${{var.{variable}}}"

    def _default_warehouse(self) -> str:
        self.variables[WAREHOUSE_VARIABLE] = {
            "description": "SQL warehouse that runs SQL files, found by its name",
            "lookup": {"warehouse": self.recipe.warehouse},
        }
        return f"${{var.{WAREHOUSE_VARIABLE}}}"

    def _catalog_variable(self) -> str:
        self.variables[CATALOG_PARAMETER] = {
            "description": f"Catalog that stands in for '{self.recipe.home_catalog}'",
            "default": self.recipe.home_catalog,
        }
        return f"${{var.{CATALOG_PARAMETER}}}"

    def catalog_reference(self, catalog: str) -> str:
        """The catalog as written, or the bundle variable when it is the home catalog."""
        home = self.recipe.home_catalog
        return self._catalog_variable() if home and catalog in ("", home) else catalog

    def setup_job(self, needs: Mapping[str, tuple[str, ...]]) -> None:
        """The job that makes the Unity Catalog objects, one task for each script."""
        steps = [
            (step, first)
            for node_id, first in needs.items()
            if (step := self.scripts.get((node_id, "setup"))) is not None and step.output.task_field
        ]
        if not steps:
            return
        key = setup_job_key(self.index.model)
        present = {step.node for step, _ in steps}
        tasks: list[Resource] = []
        for step, first in steps:
            self.node_of[f"jobs.{key}.tasks.{len(tasks)}"] = step.node
            task: Resource = {"task_key": self._task_key(step.node)}
            depends_on = sorted(self._task_key(other) for other in first if other in present)
            if depends_on:
                task["depends_on"] = [{"task_key": other} for other in depends_on]
            bare = Node(step.node, "")
            fields, _ = script_task(step.output, f"../{step.path}", bare)
            task.update(fields)
            self._pass_catalog(task, step)
            if "sql_task" in task:
                task["sql_task"]["warehouse_id"] = self._default_warehouse()
            elif self.recipe.home_catalog:
                task["notebook_task"]["base_parameters"] = {
                    CATALOG_PARAMETER: self._catalog_variable()
                }
            tasks.append(task)
        model = self.index.model
        spec: Resource = {
            "name": f"{model.name or model.id} (set-up)",
            "description": "Makes the Unity Catalog objects of the model. Safe to run again.",
            "max_concurrent_runs": 1,
            "queue": {"enabled": True},
            "tasks": tasks,
        }
        self.add("jobs", key, spec)

    def _task_key(self, node_id: str) -> str:
        return node_id if TASK_KEY.match(node_id) else self.names.keys[node_id]


@dataclass(slots=True)
class _JobCompute:
    """The compute that the tasks of one job turned out to need, by key."""

    clusters: dict[str, Resource] = field(default_factory=dict)
    environments: dict[str, Resource] = field(default_factory=dict)


_WAREHOUSE_TASKS = ("sql_task", "dbt_task", "dashboard_task", "alert_task")


def uses_catalog(step: RenderStep) -> bool:
    """Whether a script switches to the home catalog, so that it takes the parameter."""
    return "use_catalog" in step.template.content


def _warehouse_instead(model: DataModel, node: Node, drawn: Node) -> Diagnostic:
    label = NODE_TYPES[drawn.type].label
    return Diagnostic(
        "warehouse-instead",
        Severity.INFO,
        f"'{node.id}' is a SQL file, which runs on a SQL warehouse and not on "
        f"'{drawn.id}' ({label}).",
        "Attach a SQL warehouse, or choose a template that prints a notebook.",
        Location(model.file, node=node.id),
    )


# Resources that stand by themselves: node type -> what it adds.


def _pipeline(builder: _Builder, node: Node) -> None:
    properties = node.properties
    key = builder.names.keys[node.id]
    folder = f"../src/{key_of(builder.index.model.id)}/pipelines/{key}"
    serverless = properties.get("serverless", True)
    spec: Resource = {"name": properties.get("name") or node.name or node.id}
    catalog = builder.catalog_reference(str(properties.get("catalog") or ""))
    if catalog:
        spec["catalog"] = catalog
    spec.update(given(properties, "schema"))
    spec["root_path"] = properties.get("root_path") or folder
    spec["serverless"] = serverless
    spec["continuous"] = properties.get("continuous", False)
    spec["channel"] = properties.get("channel", "CURRENT")
    spec.update(given(properties, "development", "photon", "edition", "configuration"))
    spec.update(given(properties, "notifications"))
    if not serverless:
        spec["clusters"] = without_none(properties.get("clusters")) or [
            {
                "label": "default",
                "node_type_id": builder.profile.node_type("medium"),
                "autoscale": {"min_workers": 1, "max_workers": 4, "mode": "ENHANCED"},
            }
        ]
    spec["libraries"] = [{"glob": {"include": f"{folder}/**"}}]
    spec.update(given(properties, "permissions"))
    builder.add("pipelines", key, spec, node.id)


def _all_purpose_cluster(builder: _Builder, node: Node) -> None:
    properties = node.properties
    spec = {
        "cluster_name": properties.get("cluster_name") or node.name or node.id,
        **cluster_spec(properties, builder.profile),
        "autotermination_minutes": properties.get("autotermination_minutes", 30),
        **given(properties, "permissions"),
    }
    builder.add("clusters", builder.names.keys[node.id], spec, node.id)


def _sql_warehouse(builder: _Builder, node: Node) -> None:
    if node.properties.get("warehouse_id") or node.properties.get("lookup_name"):
        return
    name = str(node.properties.get("name") or node.name or node.id)
    spec = warehouse_resource(name, node.properties)
    builder.add("sql_warehouses", builder.names.keys[node.id], spec, node.id)


def _registered_model(builder: _Builder, node: Node) -> None:
    address = function_of(builder.index, node)
    if address is None:
        return
    comment = node.properties.get("comment") or node.description
    spec: Resource = {
        "name": address.table,
        "catalog_name": builder.catalog_reference(address.catalog),
        "schema_name": address.schema,
        **({"comment": comment} if comment else {}),
    }
    builder.add("registered_models", builder.names.keys[node.id], spec, node.id)


_STANDING = {
    "pipeline": _pipeline,
    "all_purpose_cluster": _all_purpose_cluster,
    "sql_warehouse": _sql_warehouse,
    "uc_registered_model": _registered_model,
}
