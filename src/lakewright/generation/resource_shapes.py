"""Does a value have the fields and the types that its resource type asks for?"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from lakewright.diagnostics import Severity, did_you_mean, shown
from lakewright.generation.resource_faults import Path, ResourceFault
from lakewright.generation.resource_types import Fields, FieldType, Kind, object_fields

# A value that is a reference from end to end; its type is known only when it is deployed.
_REFERENCE = re.compile(r"\$\{[^{}]+\}")
_PYTHON_TYPES = {Kind.STR: str, Kind.INT: int, Kind.FLOAT: float, Kind.BOOL: bool}
_WORDS = {
    Kind.STR: "a text",
    Kind.INT: "a whole number",
    Kind.FLOAT: "a number",
    Kind.BOOL: "true or false",
    Kind.ENUM: "one of a few words",
    Kind.OBJECT: "a map",
    Kind.LIST: "a list",
    Kind.MAP: "a map",
}
# The deepest type (a for-each task's task's cluster) is 8 below its job.
MAX_DEPTH = 40


def shape_faults(
    value: object, fields: Fields, path: Path, *, partial: bool = False, references: bool = True
) -> Iterator[ResourceFault]:
    """Every field that is unknown, missing, null, or of the wrong type.

    Args:
        fields: What the map at `path` may hold.
        partial: Missing fields are no fault (a target overrides a few fields of a resource).
        references: `${...}` may stand for any value.
    """
    if not isinstance(value, Mapping):
        yield _wrong_type(value, FieldType(Kind.OBJECT), path)
        return
    yield from _object_faults(value, fields, path, _Rules(partial, references))


@dataclass(frozen=True, slots=True)
class _Rules:
    partial: bool
    references: bool


def _object_faults(
    value: Mapping[Any, Any], fields: Fields, path: Path, rules: _Rules
) -> Iterator[ResourceFault]:
    by_name = fields.by_name
    for name, held in value.items():
        wanted = by_name.get(name)
        if wanted is None:
            yield _unknown_field(name, fields, path)
        # Nearly every value is a scalar of the right type: no call for those.
        elif type(held) is not _PYTHON_TYPES.get(wanted.kind):
            yield from _value_faults(held, wanted, (*path, name), rules)
    if not rules.partial:
        for name in fields.required:
            if name not in value:
                wanted = by_name[name]
                yield ResourceFault(
                    "missing-field",
                    Severity.ERROR,
                    path,
                    f"The field '{name}' is missing.",
                    f"Add '{name}', {_WORDS[wanted.kind]}{_some(wanted)}.",
                )


def _value_faults(
    value: Any, wanted: FieldType, path: Path, rules: _Rules
) -> Iterator[ResourceFault]:
    kind = wanted.kind
    if kind is Kind.ANY:
        return
    if value is None:
        yield ResourceFault(
            "null-value",
            Severity.ERROR,
            path,
            "The field has no value.",
            "Give it a value, or leave the field out.",
        )
        return
    if isinstance(value, str) and rules.references and _REFERENCE.fullmatch(value):
        return
    if len(path) > MAX_DEPTH:
        yield ResourceFault(
            "nested-too-deeply",
            Severity.ERROR,
            path[:6],
            f"The value is nested more than {MAX_DEPTH} deep.",
            "Flatten it: no Databricks resource is nested that deeply.",
        )
        return
    match kind:
        case Kind.OBJECT if isinstance(value, Mapping):
            yield from _object_faults(value, object_fields(wanted.ref), path, rules)
        case Kind.LIST if isinstance(value, list | tuple) and wanted.of:
            expected = _PYTHON_TYPES.get(wanted.of.kind)
            for index, item in enumerate(value):
                if type(item) is not expected:
                    yield from _value_faults(item, wanted.of, (*path, index), rules)
        case Kind.MAP if isinstance(value, Mapping) and wanted.of:
            yield from _map_faults(value, wanted.of, path, rules)
        case Kind.ENUM if isinstance(value, str):
            if value not in wanted.values and not (rules.references and "${" in value):
                yield _unknown_word(value, wanted, path)
        case Kind.INT if isinstance(value, int) and not isinstance(value, bool):
            return
        case Kind.FLOAT if isinstance(value, int | float) and not isinstance(value, bool):
            return
        case Kind.STR if isinstance(value, str):
            return
        case _:
            yield _wrong_type(value, wanted, path)


def _map_faults(
    value: Mapping[Any, Any], of: FieldType, path: Path, rules: _Rules
) -> Iterator[ResourceFault]:
    for key, held in value.items():
        if not isinstance(key, str):
            yield ResourceFault(
                "map-key-is-text",
                Severity.ERROR,
                path,
                f"The key {shown(key)} is not a text.",
                f'Put it in quotes: "{shown(key)}".',
            )
        elif of.kind is Kind.STR and not isinstance(held, str) and held is not None:
            yield ResourceFault(
                "map-values-are-text",
                Severity.ERROR,
                (*path, key),
                f"The value {shown(_as_yaml(held))} is not a text; this map holds texts only.",
                f'Put it in quotes: "{shown(_as_yaml(held))}".',
            )
        elif not (isinstance(held, str) and of.kind is Kind.STR):
            yield from _value_faults(held, of, (*path, key), rules)


def _unknown_field(name: object, fields: Fields, path: Path) -> ResourceFault:
    known = ", ".join(fields.by_name) if len(fields.by_name) <= 12 else ""
    near = did_you_mean(str(name), fields.by_name)
    remedy = near + ("Correct the name." if near else "Take it out.")
    return ResourceFault(
        "unknown-field",
        Severity.ERROR,
        (*path, name if isinstance(name, str | int) else str(name)),
        f"There is no field {shown(name)!r} here.",
        remedy + (f" The fields are {known}." if known else ""),
    )


def _unknown_word(value: str, wanted: FieldType, path: Path) -> ResourceFault:
    same = [word for word in sorted(wanted.values) if word.casefold() == value.casefold()]
    near = same or get_close_matches(value.upper(), sorted(wanted.values), n=1, cutoff=0.6)
    meant = f"Did you mean '{near[0]}'? " if near else ""
    words = ", ".join(sorted(wanted.values)[:15]) + (", ..." if len(wanted.values) > 15 else "")
    return ResourceFault(
        "unknown-word",
        Severity.ERROR,
        path,
        f"{shown(value)!r} is not allowed here.",
        f"{meant}Use one of {words}.",
    )


def _wrong_type(value: Any, wanted: FieldType, path: Path) -> ResourceFault:
    remedy = f"Write {_WORDS[wanted.kind]}{_some(wanted)}."
    if wanted.kind is Kind.STR and isinstance(value, bool | int | float):
        remedy = f'Put it in quotes: "{shown(_as_yaml(value))}".'
    elif wanted.kind in (Kind.INT, Kind.FLOAT, Kind.BOOL) and isinstance(value, str):
        remedy = f"Write {_WORDS[wanted.kind]} without quotes."
    return ResourceFault(
        "wrong-type",
        Severity.ERROR,
        path,
        f"This must be {_WORDS[wanted.kind]}, not {_described(value)}.",
        remedy,
    )


def _described(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a map"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, str):
        return f"the text {shown(value)!r}"
    return shown(_as_yaml(value))


def _as_yaml(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _some(wanted: FieldType) -> str:
    if wanted.kind is not Kind.ENUM:
        return ""
    return f" ({', '.join(sorted(wanted.values)[:6])}{', ...' if len(wanted.values) > 6 else ''})"
