"""Named settings of a repository (`metadata/configurations/`): clusters, jobs, variables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lakewright.diagnostics import Diagnostic, Location, Severity, did_you_mean, shown

KINDS = ("cluster", "job", "connection", "variables")
# Key -> what may stand there, for editors; the reader says the same in words.
_KEYS: Mapping[str, Mapping[str, Any]] = {
    "name": {"type": "string", "minLength": 1, "description": "What others call it by."},
    "id": {"type": "string", "minLength": 1, "description": "Another word for `name`."},
    "type": {"enum": list(KINDS), "description": "What it is about."},
    "config": {"type": "object", "description": "The settings, key by key."},
    "is_active": {"type": "boolean", "default": True, "description": "`false`: it has no effect."},
    "description": {"type": "string"},
}


@dataclass(frozen=True, slots=True)
class Configurations:
    """What the configuration files say.

    Attributes:
        clusters: Name -> properties as in a job cluster node (`cluster_config: name`).
        job: Properties that every job gets unless its node says otherwise.
        variables: Template variable -> value, where no recipe gives one.
    """

    clusters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    job: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)


def configurations_json_schema() -> dict[str, Any]:
    """JSON Schema of a configuration file, for editors; made from the reader's own tables."""
    entry = {
        "type": "object",
        "additionalProperties": False,
        "required": ["type"],
        "anyOf": [{"required": ["name"]}, {"required": ["id"]}],
        "properties": {key: dict(value) for key, value in _KEYS.items()},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Lakewright configurations",
        "type": "object",
        "required": ["configurations"],
        "properties": {"configurations": {"type": "array", "items": entry}},
    }


def read_configurations(
    value: Any, file: str, known: Configurations
) -> tuple[Configurations, list[Diagnostic]]:
    """Add one parsed file to what is known; a later file wins over an earlier one.

    The file is `configurations: [{name, type: cluster | job | connection | variables,
    config: {...}, is_active}]`, the columns of the `configurations` table.
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
        elif entry.get("is_active", True) is False:
            continue
        elif kind == "cluster":
            clusters[name] = config
        elif kind == "job":
            job.update(config)
        elif kind == "variables":
            variables.update(config)
    return Configurations(clusters, job, variables), found
