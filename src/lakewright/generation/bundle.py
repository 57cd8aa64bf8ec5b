"""A bundle project from its parts: databricks.yml, resource files, README, undo script."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from lakewright.datamodel.graph import GraphIndex
from lakewright.datamodel.model import DataModel
from lakewright.datamodel.tables import dataset_of, function_of
from lakewright.generation.bindings import CATALOG_PARAMETER
from lakewright.generation.naming import key_of
from lakewright.generation.recipe import Recipe
from lakewright.generation.shapes import Resource
from lakewright.sql.names import TableName, quote_identifier

RESOURCE_SUFFIXES: Mapping[str, str] = {
    "jobs": "job",
    "pipelines": "pipeline",
    "clusters": "cluster",
    "sql_warehouses": "sql_warehouse",
    "registered_models": "registered_model",
}
GENERATED = "Made by Lakewright. Edits are noticed and not overwritten without --force."
# Mermaid refuses pictures with more edges than this, and nobody can read them.
MAXIMUM_DRAWN_NODES = 120


@dataclass(frozen=True, slots=True)
class ModelSummary:
    """What the files of the whole bundle say about one model.

    Attributes:
        jobs: Job key -> number of tasks.
        pipelines: Pipeline keys.
        counts: Role (`setup`, `task`, `pipeline`) -> number of scripts.
    """

    id: str
    name: str
    description: str
    jobs: Mapping[str, int]
    pipelines: tuple[str, ...]
    counts: Mapping[str, int]
    nodes: int
    setup_job: str


def resource_path(group: str, key: str) -> str:
    """Where a resource is written: `resources/<key>.<kind>.yml`."""
    return f"resources/{key}.{RESOURCE_SUFFIXES.get(group, group)}.yml"


def resource_text(
    group: str, key: str, spec: Resource, of_targets: Mapping[str, Resource] = MappingProxyType({})
) -> str:
    """One resource as a file that people can read and the bundle includes.

    Args:
        of_targets: Target -> the whole resource as it is there; only what differs is written.
    """
    from lakewright.yaml_text.write import dump

    value: Resource = {"resources": {group: {key: spec}}}
    differing = {
        target: {"resources": {group: {key: changed}}}
        for target, other in of_targets.items()
        if (changed := _difference(spec, other))
    }
    if differing:
        value["targets"] = differing
    return f"# {GENERATED}\n{dump(value)}"


def _difference(spec: Resource, other: Resource) -> Resource:
    """What a target has to say to make the one resource the other.

    Of clusters only those that differ: bundles merge them by their keys.
    """
    changed = {name: value for name, value in other.items() if spec.get(name) != value}
    if "job_clusters" in changed:
        same = spec.get("job_clusters", [])
        changed["job_clusters"] = [one for one in changed["job_clusters"] if one not in same]
    return changed


def databricks_yml(recipe: Recipe, variables: Mapping[str, Resource], *, direct: bool) -> Resource:
    """The root file of the bundle as a value.

    Args:
        variables: Every variable that a resource refers to; the recipe's own entries win.
        direct: Whether a resource needs the direct deployment engine.
    """
    bundle: Resource = {"name": recipe.bundle_name or recipe.id}
    if direct:
        bundle["engine"] = "direct"
    found: Resource = {"bundle": bundle, "include": ["resources/*.yml"]}
    merged: dict[str, Resource] = {}
    for name in sorted({*variables, *recipe.bundle_variables}):
        merged[name] = {**variables.get(name, {}), **recipe.bundle_variables.get(name, {})}
        if "default" in recipe.bundle_variables.get(name, {}):
            merged[name].pop("lookup", None)
    if merged:
        found["variables"] = merged
    targets: Resource = {}
    for target in recipe.targets:
        spec: Resource = {}
        if target.mode:
            spec["mode"] = target.mode
        if target.default:
            spec["default"] = True
        workspace: Resource = {}
        if target.host:
            workspace["host"] = target.host
        if target.root_path:
            workspace["root_path"] = target.root_path
        if workspace:
            spec["workspace"] = workspace
        if target.presets:
            spec["presets"] = dict(target.presets)
        if target.run_as:
            spec["run_as"] = dict(target.run_as)
        if target.permissions:
            spec["permissions"] = [dict(permission) for permission in target.permissions]
        if target.variables:
            spec["variables"] = dict(target.variables)
        targets[target.name] = spec
    found["targets"] = targets
    return found


def databricks_yml_text(value: Resource) -> str:
    """databricks.yml with a word on what it is."""
    from lakewright.yaml_text.write import dump

    return (
        f"# {GENERATED}\n"
        "# Check it with `databricks bundle validate`, deploy it with `databricks bundle deploy`.\n"
        f"{dump(value)}"
    )


def readme_text(recipe: Recipe, models: Sequence[ModelSummary], catalog_used: bool) -> str:
    """README.md of the bundle: what is in it and the commands to run it."""
    name = recipe.name or recipe.bundle_name or recipe.id
    default = next((t.name for t in recipe.targets if t.default), "dev")
    lines = [f"# {name}", ""]
    if recipe.description:
        lines += [recipe.description.strip(), ""]
    lines += [
        "A Databricks bundle made by Lakewright. It is plain YAML, SQL and notebooks: it runs",
        "without Lakewright, and you may edit any file. Edits are noticed when the bundle is",
        "generated again.",
        "",
        "## Run it",
        "",
        "```sh",
        "databricks bundle validate",
        f"databricks bundle deploy --target {default}",
    ]
    lines += [
        f"databricks bundle run {model.setup_job} --target {default}"
        for model in models
        if model.setup_job
    ]
    for model in models:
        lines += [
            f"databricks bundle run {job} --target {default}"
            for job in model.jobs
            if job != model.setup_job
        ]
    lines += ["```", ""]
    if catalog_used:
        lines += [
            f"Tables of the catalog `{recipe.home_catalog}` are written to the catalog that the",
            f"bundle variable `{CATALOG_PARAMETER}` names, so each target can have its own.",
            "",
        ]
    lines += ["## What is in it", "", "| Model | Set-up | Tasks | Pipeline files | Jobs |"]
    lines += ["|---|---:|---:|---:|---|"]
    for model in models:
        jobs = ", ".join(
            f"`{job}` ({count} {'task' if count == 1 else 'tasks'})"
            for job, count in model.jobs.items()
        )
        lines.append(
            f"| [{_cell(model.name)}](docs/{key_of(model.id)}.md) | {model.counts.get('setup', 0)} "
            f"| {model.counts.get('task', 0)} | {model.counts.get('pipeline', 0)} | {jobs} |"
        )
    lines += [
        "",
        "| Folder | Content |",
        "|---|---|",
        "| `resources/` | jobs, pipelines and compute |",
        "| `src/<model>/setup/` | Unity Catalog objects, run by the set-up job; `undo.sql` drops |",
        "| `src/<model>/tasks/` | notebooks and SQL files that the jobs run |",
        "| `src/<model>/pipelines/` | sources of the declarative pipelines |",
        "| `docs/` | a picture and a list of the scripts for each model |",
        "| `lakewright.lock` | where every file came from |",
        "",
    ]
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """One row of a model's page."""

    path: str
    node: str
    template: str
    version: str
    because: str = ""


def model_page(model: DataModel, scripts: Sequence[ScriptLine]) -> str:
    """docs/<model>.md: the drawing as Mermaid and the scripts with where they came from."""
    from lakewright.datamodel.drawing import to_mermaid

    lines = [f"# {_cell(model.name or model.id)}", ""]
    if model.description:
        lines += [model.description.strip(), ""]
    if len(model.nodes) <= MAXIMUM_DRAWN_NODES:
        lines += ["```mermaid", to_mermaid(model).rstrip("\n"), "```", ""]
    else:
        lines += [f"{len(model.nodes)} nodes: too many to draw here.", ""]
    if scripts:
        lines += ["| Script | Node | Template |", "|---|---|---|"]
        lines += [
            f"| [{row.path}](../{row.path}) | {_cell(row.node)} | {row.template} {row.version} |"
            for row in scripts
        ]
        lines.append("")
    return "\n".join(lines)


def undo_text(
    index: GraphIndex, setup_nodes: Sequence[str], home_catalog: str, own: Mapping[str, str]
) -> str:
    """Statements that take the set-up back, last made first.

    Args:
        setup_nodes: Set-up nodes in running order.
        home_catalog: Catalog left out of names; the script then begins with USE CATALOG.
        own: Node -> what its template prints to take it back; others are dropped by name.

    Dropping a schema or catalog that still holds something fails on purpose (no CASCADE).
    """
    use = f"USE CATALOG IDENTIFIER(:{CATALOG_PARAMETER});" if home_catalog else ""
    statements: list[str] = []
    for node_id in reversed(setup_nodes):
        if node_id in own:
            # The script as a whole switches once.
            statements.append(own[node_id].strip().removeprefix(use).strip())
        elif drop := _drop(index, node_id, home_catalog):
            statements.append(drop)
    if not statements:
        return ""
    head = [
        f"-- {GENERATED}",
        "-- Takes the set-up back. Tables lose their data: read it before you run it.",
        "",
    ]
    if use:
        head += [use, ""]
    return "\n".join([*head, *filter(None, statements)]) + "\n"


def _drop(index: GraphIndex, node_id: str, home_catalog: str) -> str:
    node = index.nodes[node_id]
    kind = DROPS.get(node.type)
    if kind is None:
        return ""
    address = dataset_of(index, node) or function_of(index, node)
    if address is not None:
        if home_catalog and address.catalog == home_catalog:
            address = TableName("", address.schema, address.table)
        return f"DROP {kind} IF EXISTS {address.sql()};"
    return f"DROP {kind} IF EXISTS {_plain_name(index, node_id, home_catalog)};"


DROPS: Mapping[str, str] = {
    "uc_table": "TABLE",
    "dest_table": "TABLE",
    "uc_view": "VIEW",
    "uc_materialized_view": "MATERIALIZED VIEW",
    "uc_streaming_table": "TABLE",
    "uc_function": "FUNCTION",
    "uc_volume": "VOLUME",
    "uc_schema": "SCHEMA",
    "uc_catalog": "CATALOG",
    "uc_external_location": "EXTERNAL LOCATION",
    "uc_connection": "CONNECTION",
}


def _plain_name(index: GraphIndex, node_id: str, home_catalog: str) -> str:
    node = index.nodes[node_id]
    name = quote_identifier(str(node.properties.get("name") or node.name or node.id))
    if node.type == "uc_catalog" and home_catalog and node.properties.get("name") == home_catalog:
        return f"IDENTIFIER(:{CATALOG_PARAMETER})"
    if node.type != "uc_schema":
        return name
    catalog = node.properties.get("catalog")
    if not catalog and (container := index.container_of(node_id, "uc_catalog")):
        catalog = container.properties.get("name")
    if not catalog or catalog == home_catalog:
        return name
    return f"{quote_identifier(str(catalog))}.{name}"


def jobs_api_body(spec: Resource, recipe: Recipe, variables: Mapping[str, Resource]) -> Resource:
    """A `POST /api/2.2/jobs/create` body: paths absolute, bundle variables filled in.

    References to other resources of the bundle stay as they are (`${resources...}`): only a
    deployment knows those ids.
    """
    root = next((t.root_path for t in recipe.targets if t.root_path), "")
    if not root or "${" in root:
        root = f"/Workspace/Shared/.bundle/{recipe.bundle_name or recipe.id}/prod"
    defaults = {
        f"${{var.{name}}}": str(entry["default"])
        for name, entry in variables.items()
        if isinstance(entry.get("default"), str)
    }

    def absolute(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: absolute(item) for key, item in value.items()}
        if isinstance(value, list):
            return [absolute(item) for item in value]
        if isinstance(value, str):
            for reference, default in defaults.items():
                value = value.replace(reference, default)
            if value.startswith("../"):
                return f"{root}/files/{value[3:]}"
        return value

    body: Resource = absolute(copy.deepcopy(spec))
    for name in ("permissions", "lifecycle"):
        body.pop(name, None)
    for task in body.get("tasks", []):
        # A notebook in the workspace has no suffix; a bundle file does.
        for inner in (task, task.get("for_each_task", {}).get("task", {})):
            notebook = inner.get("notebook_task")
            if notebook and notebook["notebook_path"].startswith(root):
                notebook["notebook_path"] = notebook["notebook_path"].rpartition(".")[0]
            sql_file = inner.get("sql_task", {}).get("file")
            if sql_file:
                sql_file["source"] = "WORKSPACE"
    return body


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
