"""Named settings of a repository (`metadata/configurations/`): clusters, jobs, variables."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lakewright.diagnostics import Diagnostic, Location, Severity, did_you_mean, shown

KINDS = ("cluster", "job", "connection", "variables")
SCOPES = ("workspace", "model", "recipe", "target")
"""Where a configuration applies; each overrides those before it."""
# Key -> what may stand there, for editors; the reader says the same in words.
_KEYS: Mapping[str, Mapping[str, Any]] = {
    "name": {"type": "string", "minLength": 1, "description": "What others call it by."},
    "id": {"type": "string", "minLength": 1, "description": "Another word for `name`."},
    "type": {"enum": list(KINDS), "description": "What it is about."},
    "config": {"type": "object", "description": "The settings, key by key."},
    "is_active": {"type": "boolean", "default": True, "description": "`false`: it has no effect."},
    "scope": {
        "enum": list(SCOPES),
        "default": "workspace",
        "description": "Where it applies. Each overrides those before it, key by key.",
    },
    "scope_ref": {
        "type": "string",
        "description": "Id of the model or recipe, or name of the bundle target.",
    },
    "description": {"type": "string"},
}


@dataclass(frozen=True, slots=True)
class Override:
    """A configuration that applies in one place only."""

    scope: str
    scope_ref: str
    kind: str
    name: str
    config: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Configurations:
    """What the configuration files say.

    Attributes:
        clusters: Name -> properties as in a job cluster node (`cluster_config: name`).
        job: Properties that every job gets unless its node says otherwise.
        variables: Template variable -> value, where no recipe gives one.
        connection: How the workspace of Databricks is reached where no recipe says it.
        overrides: What models, recipes and targets have of their own, in the order of the files.
    """

    clusters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    job: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    connection: Mapping[str, Any] = field(default_factory=dict)

    def targets(self) -> frozenset[str]:
        """Names of the targets that have something of their own."""
        return frozenset(one.scope_ref for one in self.overrides if one.scope == "target")

    def at(self, *, model: str = "", recipe: str = "", target: str = "") -> "Configurations":
        """What holds for a model that is generated with a recipe for a target.

        Values are overridden key by key. Nothing is overridden any more in what comes back.

        >>> small = Override("model", "orders", "cluster", "small", {"num_workers": 8})
        >>> known = Configurations({"small": {"num_workers": 1, "spark": 3}}, overrides=(small,))
        >>> known.at(model="orders").clusters
        {'small': {'num_workers': 8, 'spark': 3}}
        >>> known.at(model="customers").clusters
        {'small': {'num_workers': 1, 'spark': 3}}
        """
        places = {"model": model, "recipe": recipe, "target": target}
        holding = [one for one in self.overrides if one.scope_ref == places[one.scope]]
        if not holding:
            return replace(self, overrides=()) if self.overrides else self
        clusters, job, variables = dict(self.clusters), dict(self.job), dict(self.variables)
        connection = dict(self.connection)
        for one in sorted(holding, key=lambda each: SCOPES.index(each.scope)):
            if one.kind == "cluster":
                clusters[one.name] = {**clusters.get(one.name, {}), **one.config}
            elif one.kind == "job":
                job.update(one.config)
            elif one.kind == "variables":
                variables.update(one.config)
            elif one.kind == "connection":
                connection.update(one.config)
        return Configurations(clusters, job, variables, connection=connection)


def config_schemas() -> dict[str, dict[str, Any]]:
    """Type -> JSON Schema of its settings: those of the node that can be drawn instead."""
    from lakewright.datamodel.node_types import NODE_TYPES

    def settings(node_type: str, own: tuple[str, ...]) -> dict[str, Any]:
        # What makes one job or cluster this one is said where it is drawn.
        schema = NODE_TYPES[node_type].properties.model_json_schema()
        for name in own:
            del schema["properties"][name]
        return schema

    return {
        "cluster": settings("job_cluster", ("job_cluster_key",)),
        "job": settings("job", ("name", "description")),
        "connection": {
            "type": "object",
            "properties": {
                "host": {
                    "type": "string",
                    "title": "Workspace address",
                    "description": "Where a target is deployed to when its recipe does not say.",
                    "examples": ["https://dbc-1234.cloud.databricks.com"],
                }
            },
        },
    }


def configurations_json_schema() -> dict[str, Any]:
    """JSON Schema of a configuration file, for editors; made from the reader's own tables.

    `$defs` holds the settings of each type under its name.
    """
    schemas = config_schemas()
    shapes = [schema.pop("$defs", {}) for schema in schemas.values()]
    entry = {
        "type": "object",
        "additionalProperties": False,
        "required": ["type"],
        "anyOf": [{"required": ["name"]}, {"required": ["id"]}],
        "properties": {key: dict(value) for key, value in _KEYS.items()},
        "allOf": [
            {
                "if": {"properties": {"type": {"const": kind}}},
                "then": {"properties": {"config": {"properties": schema["properties"]}}},
            }
            for kind, schema in schemas.items()
        ],
    }
    return {
        "$defs": {
            **{name: shape for own in shapes for name, shape in own.items()},
            **schemas,
        },
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Lakewright configurations",
        "type": "object",
        "required": ["configurations"],
        "properties": {"configurations": {"type": "array", "items": entry}},
    }


def read_configurations(
    value: Any, file: str, known: Configurations
) -> tuple[Configurations, list[Diagnostic]]:
    """Add one parsed file to what is known; a later one wins over an earlier one, key by key.

    The file is `configurations: [{name, type: cluster | job | connection | variables,
    config: {...}, is_active, scope, scope_ref}]`, the columns of the `configurations` table.
    """
    found: list[Diagnostic] = []

    def problem(place: str, text: str, remedy: str) -> None:
        found.append(
            Diagnostic(
                "configuration-shape",
                Severity.ERROR,
                text,
                remedy,
                Location(file, property=place),
            )
        )

    if value is None:
        return known, found
    entries = value.get("configurations") if isinstance(value, dict) else None
    if not isinstance(entries, list):
        problem("", "The file has no list 'configurations'.", "Start it with 'configurations:'.")
        return known, found
    clusters, job, variables = dict(known.clusters), dict(known.job), dict(known.variables)
    overrides, connection = list(known.overrides), dict(known.connection)
    for number, entry in enumerate(entries):
        place = f"configurations.{number}"
        if not isinstance(entry, dict):
            problem(place, f"{shown(entry)} is not a map.", "Write name, type and config.")
            continue
        for key in entry:
            if key not in _KEYS:
                problem(
                    f"{place}.{key}",
                    f"'{shown(key)}' is not a key of a configuration.",
                    f"{did_you_mean(str(key), _KEYS)}Known keys: {', '.join(_KEYS)}.",
                )
        kind, config = entry.get("type"), entry.get("config", {})
        name = entry.get("name") or entry.get("id")
        scope, scope_ref = entry.get("scope", "workspace"), entry.get("scope_ref") or ""
        if kind not in KINDS:
            problem(
                f"{place}.type",
                f"'{shown(kind)}' is not a type of configuration.",
                f"{did_you_mean(str(kind), KINDS)}Use one of {', '.join(KINDS)}.",
            )
        elif not isinstance(config, dict):
            problem(f"{place}.config", "'config' is not a map.", "Write 'key: value' lines.")
        elif not isinstance(name, str) or not name:
            problem(f"{place}.name", "A configuration has no name.", "Add 'name: some_name'.")
        elif scope not in SCOPES:
            problem(
                f"{place}.scope",
                f"'{shown(scope)}' is no place where a configuration applies.",
                f"{did_you_mean(str(scope), SCOPES)}Use one of {', '.join(SCOPES)}.",
            )
        elif not isinstance(scope_ref, str) or (scope == "workspace") != (scope_ref == ""):
            problem(
                f"{place}.scope_ref",
                "'scope_ref' does not name the place of the configuration.",
                "Give the id of the model or recipe, or the target's name; nothing for a "
                "workspace.",
            )
        elif scope == "target" and kind == "variables":
            problem(
                f"{place}.scope",
                "Scripts are the same for every target, so template variables cannot differ.",
                "Set them for a model or a recipe, or use a bundle variable.",
            )
        elif entry.get("is_active", True) is False:
            continue
        elif scope != "workspace":
            overrides.append(Override(scope, scope_ref, kind, name, config))
        elif kind == "cluster":
            clusters[name] = {**clusters.get(name, {}), **config}
        elif kind == "job":
            job.update(config)
        elif kind == "variables":
            variables.update(config)
        elif kind == "connection":
            connection.update(config)
    return Configurations(clusters, job, variables, tuple(overrides), connection), found
