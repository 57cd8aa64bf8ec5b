"""Which fields do Databricks resources have, according to databricks-sdk?

Writes `src/lakewright/generation/resource_types.json`. Run it after raising databricks-sdk:

    python scripts/derive_resource_types.py

The SDK (Apache-2.0) is needed here and in one test, never at run time. Its dataclasses and the
signatures of its `create` calls say each field's type; a parameter without a default is required.
"""

import dataclasses
import enum
import importlib
import importlib.metadata
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent.parent / "src/lakewright/generation/resource_types.json"

# Bundle resource group -> what describes one resource of it: a `create` call or a dataclass.
ROOTS = {
    "alerts": "sql.AlertV2",
    "apps": "apps.App",
    "catalogs": "catalog.CatalogsAPI.create",
    "clusters": "compute.ClustersAPI.create",
    "dashboards": "dashboards.Dashboard",
    "database_catalogs": "database.DatabaseCatalog",
    "database_instances": "database.DatabaseInstance",
    "experiments": "ml.ExperimentsAPI.create_experiment",
    "external_locations": "catalog.ExternalLocationsAPI.create",
    "instance_pools": "compute.InstancePoolsAPI.create",
    "jobs": "jobs.JobsAPI.create",
    "model_serving_endpoints": "serving.ServingEndpointsAPI.create",
    "models": "ml.ModelRegistryAPI.create_model",
    "pipelines": "pipelines.PipelinesAPI.create",
    "quality_monitors": "catalog.QualityMonitorsAPI.create",
    "registered_models": "catalog.RegisteredModelsAPI.create",
    "schemas": "catalog.SchemasAPI.create",
    "sql_warehouses": "sql.WarehousesAPI.create",
    "synced_database_tables": "database.SyncedDatabaseTable",
    "vector_search_endpoints": "vectorsearch.VectorSearchEndpointsAPI.create_endpoint",
    "volumes": "catalog.VolumesAPI.create",
}

# Types that only the bundle overlay refers to (`resource_overlay.py`).
EXTRA = (
    "apps.AppPermissionLevel",
    "catalog.PrivilegeAssignment",
    "compute.ClusterPermissionLevel",
    "iam.PermissionLevel",
    "jobs.JobPermissionLevel",
    "ml.ExperimentPermissionLevel",
    "ml.RegisteredModelPermissionLevel",
    "pipelines.PipelinePermissionLevel",
    "serving.ServingEndpointPermissionLevel",
    "sql.WarehousePermissionLevel",
    "workspace.AzureKeyVaultSecretScopeMetadata",
    "workspace.ScopeBackendType",
)

SERVICES = "databricks.sdk.service"
SCALARS = {
    "str": "str",
    "int": "int",
    "float": "float",
    "bool": "bool",
    "Any": "any",
    "dict": "any",
    "Timestamp": "str",
    "Duration": "str",
}
_WORD = re.compile(r"(Optional|List|Dict)\[(.*)\]", re.DOTALL)


def main() -> None:
    """Write the table."""
    TABLE.write_text(as_text(derive()), encoding="utf-8")


def derive() -> dict[str, Any]:
    """The whole table.

    Returns:
        `sdk`: version read. `roots`: group -> type. `enums`: name -> values. `types`: name ->
        field -> type word, ending with `!` when required. A type word is `str`, `int`, `float`,
        `bool`, `any`, the name of a type or enum, `[x]` for a list of x, `{x}` for a map from
        strings to x.
    """
    types: dict[str, dict[str, str]] = {}
    enums: dict[str, list[str]] = {}
    waiting = [*ROOTS.values(), *EXTRA]
    while waiting:
        name = waiting.pop()
        if name in types or name in enums:
            continue
        found = _find(name)
        if isinstance(found, type) and issubclass(found, enum.Enum):
            enums[name] = sorted(str(member.value) for member in found)
            continue
        module = name.split(".", maxsplit=1)[0]
        fields = {
            _wire_name(field): word + ("!" if required else "")
            for field, annotation, required in _fields(found)
            if (word := _word(annotation, module))
        }
        types[name] = dict(sorted(fields.items()))
        waiting += [inner for word in fields.values() if "." in (inner := word.strip("[]{}!"))]
    return {
        "sdk": importlib.metadata.version("databricks-sdk"),
        "roots": ROOTS,
        "enums": dict(sorted(enums.items())),
        "types": dict(sorted(types.items())),
    }


def as_text(table: dict[str, Any]) -> str:
    """JSON with one type a line, so that a new SDK version gives a readable difference."""
    parts = [f'"sdk": {json.dumps(table["sdk"])}']
    for section in ("roots", "enums", "types"):
        rows = [f"  {json.dumps(key)}: {json.dumps(row)}" for key, row in table[section].items()]
        parts.append(f'"{section}": {{\n' + ",\n".join(rows) + "\n}")
    return "{" + ",\n".join(parts) + "}\n"


def _find(name: str) -> Any:
    module, *rest = name.split(".")
    found: Any = importlib.import_module(f"{SERVICES}.{module}")
    for part in rest:
        found = getattr(found, part)
    return found


def _fields(described: Any) -> Iterator[tuple[str, str, bool]]:
    """(field, annotation, required) of a dataclass or of a call's parameters."""
    if dataclasses.is_dataclass(described):
        for field in dataclasses.fields(described):
            required = (
                field.default is dataclasses.MISSING
                and field.default_factory is dataclasses.MISSING
            )
            yield field.name, str(field.type), required
        return
    for parameter in inspect.signature(described).parameters.values():
        if parameter.name != "self":
            yield parameter.name, str(parameter.annotation), parameter.default is parameter.empty


def _wire_name(field: str) -> str:
    # A trailing underscore only keeps clear of a Python keyword.
    return field.removesuffix("_")


def _word(annotation: str, module: str) -> str:
    """The type word of an annotation written in `module`.

    >>> _word("Optional[List[compute.Library]]", "jobs")
    '[compute.Library]'
    """
    annotation = annotation.strip().strip("'\"")
    wrapped = _WORD.fullmatch(annotation)
    if wrapped:
        kind, inside = wrapped[1], wrapped[2]
        if kind == "Optional":
            return _word(inside, module)
        if kind == "List":
            return f"[{_word(inside, module)}]"
        return f"{{{_word(inside.split(',', maxsplit=1)[1], module)}}}"
    if annotation in SCALARS:
        return SCALARS[annotation]
    return annotation if "." in annotation else f"{module}.{annotation}"


if __name__ == "__main__":
    main()
