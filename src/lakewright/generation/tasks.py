"""Tasks of a job from nodes: which Jobs API fields a node fills, and what it needs to run."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from lakewright.datamodel.graph import GraphIndex
from lakewright.datamodel.model import Node
from lakewright.generation.naming import is_in_bundle, key_of
from lakewright.generation.outputs import Output
from lakewright.generation.shapes import Resource, given, text, texts


class Needs(StrEnum):
    """What a task has to run on."""

    NOTHING = "nothing"  # conditions, loops, other jobs, pipelines
    WAREHOUSE = "warehouse"
    CLASSIC = "classic"  # a cluster; serverless does not run it
    ENVIRONMENT = "environment"  # a cluster, or serverless with a named environment
    ANY = "any"  # a cluster, a warehouse for SQL, or serverless as it is


@dataclass(frozen=True, slots=True)
class Names:
    """How nodes of a model refer to each other inside a bundle.

    Attributes:
        keys: Node id -> resource key.
        other_jobs: Name of a job of another model -> its resource key.
        external_jobs: The jobs of other models that were referred to -> resource key; grows.
    """

    index: GraphIndex
    keys: Mapping[str, str]
    other_jobs: Mapping[str, str] = field(default_factory=dict)
    external_jobs: dict[str, str] = field(default_factory=dict)

    def job(self, name: str) -> str | int:
        """`${resources.jobs.<key>.id}` of a job, of this model or another; ids stay ids."""
        if name.isascii() and name.isdigit():
            return int(name)
        if name.startswith("${"):
            return name
        for node in self.index.jobs:
            if name in (node.id, node.name, node.properties.get("name")):
                return f"${{resources.jobs.{self.keys[node.id]}.id}}"
        # A name that nobody has is reported when the models are looked at together.
        key = self.external_jobs[name] = self.other_jobs.get(name) or key_of(name)
        return f"${{resources.jobs.{key}.id}}"

    def pipeline(self, refresh: Node) -> str:
        """Id of the pipeline that a refresh names."""
        found = self.index.pipeline_of_refresh(refresh.id)
        if found is not None:
            return f"${{resources.pipelines.{self.keys[found.id]}.id}}"
        return str(refresh.properties.get("pipeline") or "")


def from_resources(path: Any) -> str:
    """A path as people write it (from the bundle's root) as seen from `resources/`."""
    written = str(path)
    return f"../{written}" if is_in_bundle(written) else written


def script_task(output: Output, path: str, node: Node) -> tuple[Resource, Needs]:
    """A task that runs a generated file; what it needs follows from the kind of file."""
    parameters = node.properties.get("base_parameters") or node.properties.get("parameters") or {}
    spec: Resource
    if output.task_field == "sql_task":
        spec = {"file": {"path": path}}
        if isinstance(parameters, Mapping) and parameters:
            spec["parameters"] = texts(parameters)
        return {"sql_task": spec}, Needs.WAREHOUSE
    if output.task_field == "spark_python_task":
        spec = {"python_file": path}
        if isinstance(parameters, list) and parameters:
            spec["parameters"] = [text(value) for value in parameters]
        return {"spark_python_task": spec}, Needs.ENVIRONMENT
    spec = {"notebook_path": path}
    if isinstance(parameters, Mapping) and parameters:
        spec["base_parameters"] = texts(parameters)
    # Scala notebooks do not run on serverless compute.
    return {"notebook_task": spec}, Needs.CLASSIC if output.key == "scala" else Needs.ANY


def _notebook(names: Names, node: Node) -> tuple[Resource, Needs]:
    properties = node.properties
    spec: Resource = {"notebook_path": properties.get("notebook_path", "")}
    if properties.get("source") == "GIT":
        spec["source"] = "GIT"
    if properties.get("base_parameters"):
        spec["base_parameters"] = texts(properties["base_parameters"])
    return {"notebook_task": spec}, Needs.ANY


def _sql(names: Names, node: Node) -> tuple[Resource, Needs]:
    properties = node.properties
    spec: Resource
    match properties.get("mode", "file"):
        case "query":
            spec = {"query": {"query_id": properties.get("query_id", "")}}
        case "alert":
            spec = {"alert": {"alert_id": properties.get("alert_id", "")}}
        case "dashboard":
            spec = {"dashboard": {"dashboard_id": properties.get("dashboard_id", "")}}
        case _:
            spec = {"file": {"path": from_resources(properties.get("path", ""))}}
    if properties.get("parameters"):
        spec["parameters"] = texts(properties["parameters"])
    return {"sql_task": spec}, Needs.WAREHOUSE


def _python_script(names: Names, node: Node) -> tuple[Resource, Needs]:
    properties = node.properties
    spec: Resource = {"python_file": from_resources(properties.get("python_file", ""))}
    spec.update(given(properties, "parameters"))
    if properties.get("source") == "GIT":
        spec["source"] = "GIT"
    return {"spark_python_task": spec}, Needs.ENVIRONMENT


def _python_wheel(names: Names, node: Node) -> tuple[Resource, Needs]:
    properties = node.properties
    spec: Resource = {
        "package_name": properties.get("package_name", ""),
        "entry_point": properties.get("entry_point", ""),
        **given(properties, "parameters"),
    }
    if properties.get("named_parameters"):
        spec["named_parameters"] = texts(properties["named_parameters"])
    return {"python_wheel_task": spec}, Needs.ENVIRONMENT


def _jar(names: Names, node: Node) -> tuple[Resource, Needs]:
    properties = node.properties
    spec: Resource = {
        "main_class_name": properties.get("main_class_name", ""),
        **given(properties, "parameters"),
    }
    return {"spark_jar_task": spec}, Needs.CLASSIC


def _dbt(names: Names, node: Node) -> tuple[Resource, Needs]:
    properties = node.properties
    spec: Resource = {
        "commands": list(properties.get("commands") or []),
        **given(properties, "catalog", "schema"),
    }
    for name in ("project_directory", "profiles_directory"):
        if properties.get(name):
            spec[name] = from_resources(properties[name])
    return {"dbt_task": spec}, Needs.ENVIRONMENT


def _pipeline_refresh(names: Names, node: Node) -> tuple[Resource, Needs]:
    properties = node.properties
    spec: Resource = {
        "pipeline_id": names.pipeline(node),
        **given(properties, "full_refresh"),
    }
    return {"pipeline_task": spec}, Needs.NOTHING


def _pipeline(names: Names, node: Node) -> tuple[Resource, Needs]:
    return {
        "pipeline_task": {"pipeline_id": f"${{resources.pipelines.{names.keys[node.id]}.id}}"}
    }, Needs.NOTHING


def _dashboard(names: Names, node: Node) -> tuple[Resource, Needs]:
    properties = node.properties
    spec: Resource = {"dashboard_id": properties.get("dashboard_id", "")}
    if properties.get("subscribers"):
        spec["subscription"] = {
            "subscribers": [{"user_name": name} for name in properties["subscribers"]]
        }
    return {"dashboard_task": spec}, Needs.WAREHOUSE


def _alert(names: Names, node: Node) -> tuple[Resource, Needs]:
    properties = node.properties
    spec: Resource = {"alert_id": properties.get("alert_id", "")}
    if properties.get("subscribers"):
        spec["subscribers"] = [{"user_name": name} for name in properties["subscribers"]]
    return {"alert_task": spec}, Needs.WAREHOUSE


def _condition(names: Names, node: Node) -> tuple[Resource, Needs]:
    properties = node.properties
    return {
        "condition_task": {
            "op": properties.get("op", "EQUAL_TO"),
            "left": text(properties.get("left", "")),
            "right": text(properties.get("right", "")),
        }
    }, Needs.NOTHING


def _for_each(names: Names, node: Node) -> tuple[Resource, Needs]:
    inputs = node.properties.get("inputs", "[]")
    spec: Resource = {
        "inputs": inputs if isinstance(inputs, str) else json.dumps(inputs, ensure_ascii=False),
    }
    if node.properties.get("concurrency", 1) != 1:
        spec["concurrency"] = node.properties["concurrency"]
    return {"for_each_task": spec}, Needs.NOTHING


def _run_job(names: Names, node: Node) -> tuple[Resource, Needs]:
    properties = node.properties
    spec: Resource = {"job_id": names.job(str(properties.get("job", "")))}
    if properties.get("job_parameters"):
        spec["job_parameters"] = texts(properties["job_parameters"])
    return {"run_job_task": spec}, Needs.NOTHING


# Nodes whose task runs no generated file.
TASKS: Mapping[str, Callable[[Names, Node], tuple[Resource, Needs]]] = {
    "notebook": _notebook,
    "sql_query": _sql,
    "python_script": _python_script,
    "python_wheel": _python_wheel,
    "jar": _jar,
    "dbt": _dbt,
    "pipeline": _pipeline,
    "pipeline_refresh": _pipeline_refresh,
    "dashboard_refresh": _dashboard,
    "alert_check": _alert,
    "condition": _condition,
    "for_each": _for_each,
    "run_job": _run_job,
}
