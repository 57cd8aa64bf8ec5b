"""What a node's properties say, and every mistake in them in plain words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from lakewright.datamodel.node_types import NodeType
from lakewright.diagnostics import nearest, shown

if TYPE_CHECKING:
    from lakewright.datamodel.forms.properties import Properties

# The bundle resolves `${var.x}` when it is deployed, so it may stand for any kind of value.
_BUNDLE_REFERENCE = re.compile(r"\$\{[^{}]+\}")
_QUOTED = re.compile(r"'([^']*)'")
_MOST_FAULTS = 50
_TRUE, _FALSE = frozenset({"true", "yes", "on"}), frozenset({"false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Mend:
    """The value that was meant, and the keys and positions that lead to it."""

    path: tuple[str | int, ...]
    value: Any


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake. `path` is dotted and in the words of the YAML: `columns.2.type`."""

    path: str
    problem: str
    remedy: str
    mend: Mend | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Properties as their form understands them.

    Attributes:
        form: What could be read; properties with a mistake are left at their default. `None`
            when a required one is missing or wrong.
        faults: Every mistake, in the order of the form.
    """

    form: "Properties | None"
    faults: tuple[Fault, ...] = ()


def read_properties(row: NodeType, properties: Mapping[str, Any]) -> Reading:
    """Read properties with the row's form. Never raises; an empty (null) value counts as absent."""
    form = row.properties
    given = {str(key): value for key, value in properties.items() if value is not None}
    try:
        return Reading(form.model_validate(given))
    except ValidationError as error:
        errors = error.errors(include_url=False)
    wrong = {str(found["loc"][0]) for found in errors if found["loc"]}
    kept = {key: value for key, value in given.items() if key not in wrong}
    faults = _faults(form, given, errors)
    try:
        return Reading(form.model_validate(kept), faults)
    except ValidationError:
        return Reading(None, faults)


def _faults(
    form: "type[Properties]", given: Mapping[str, Any], errors: Sequence[Any]
) -> tuple[Fault, ...]:
    # A union reports each of its branches, with the branch's name in the path: bring the errors
    # of one place together and say what would be accepted.
    places: dict[tuple[str | int, ...], list[Any]] = {}
    in_union: dict[tuple[str | int, ...], bool] = {}
    for found in errors:
        value = found["input"]
        if (
            isinstance(value, str)
            and found["type"] != "missing"
            and _BUNDLE_REFERENCE.fullmatch(value.strip())
        ):
            continue
        path = _real_path(given, found["loc"], missing=found["type"] == "missing")
        places.setdefault(path, []).append(found)
        in_union[path] = in_union.get(path, False) or len(path) < len(found["loc"])
    deeper = {path[:end] for path in places for end in range(1, len(path))}
    return tuple(
        _fault(form, path, found)
        for path, found in list(places.items())[:_MOST_FAULTS]
        if not (in_union[path] and path in deeper)
    )


def _real_path(
    given: Any, location: Sequence[str | int], *, missing: bool
) -> tuple[str | int, ...]:
    """The parts of pydantic's path that exist in the value: branch names of unions fall away."""
    path: list[str | int] = []
    here: Any = given
    for at, step in enumerate(location):
        exists, inner = _inside(here, step)
        if exists:
            here = inner
        elif not (missing and at == len(location) - 1):
            continue
        path.append(step)
    return tuple(path)


def _inside(value: Any, step: str | int) -> tuple[bool, Any]:
    if isinstance(value, dict):
        return step in value, value.get(step)
    if isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
        return True, value[step]
    return False, None


def _fault(form: "type[Properties]", path: tuple[str | int, ...], errors: Sequence[Any]) -> Fault:
    dotted = ".".join(str(step) for step in path)
    named = shown(dotted, 120)
    first = errors[0]
    if first["type"] == "missing":
        return Fault(dotted, f"'{named}' is missing.", f"Add it: {_about(form, path)}")
    allowed = [
        name
        for found in errors
        if found["type"] == "literal_error"
        for name in _QUOTED.findall(str(found["ctx"].get("expected", "")))
    ]
    wanted = " or ".join(dict.fromkeys(_wanted(found) for found in errors))
    value = first["input"]
    near = ""
    if allowed and isinstance(value, str):
        same = [name for name in allowed if name.lower() == value.lower()]
        near = same[0] if same else nearest(value, allowed)
    return Fault(
        dotted,
        f"'{named}' should be {wanted}, not {_described(value)}.",
        (f"Did you mean '{near}'? " if near else "") + _how(errors),
        Mend(path, near) if near else _meant(path, errors),
    )


def _meant(path: tuple[str | int, ...], errors: Sequence[Any]) -> Mend | None:
    """The value of the right kind that somebody wrote as one of another kind."""
    found = _of_the_right_kind(errors)
    return None if found is None else Mend(path, found)


def _of_the_right_kind(errors: Sequence[Any]) -> Any:
    kinds = {error["type"] for error in errors}
    value = errors[0]["input"]
    if isinstance(value, str):
        word = value.strip().lower()
        if "bool_type" in kinds and word in _TRUE | _FALSE:
            return word in _TRUE
        if "int_type" in kinds and re.fullmatch(r"-?[0-9]{1,15}", word):
            return int(word)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    # Printing a number of thousands of digits may be refused by Python itself.
    if number and kinds == {"string_type"} and abs(value) < 10**15:
        return str(value)
    if kinds == {"list_type"} and isinstance(value, str):
        return [value]
    return None


def _about(form: "type[Properties]", path: tuple[str | int, ...]) -> str:
    for name, field in form.model_fields.items():
        if (field.alias or name) == path[0] and len(path) == 1 and field.description:
            example = f" For example: {shown(field.examples[0])}." if field.examples else ""
            text = field.description
            return text[0].lower() + text[1:] + example
    return "it is required there."


def _wanted(error: Any) -> str:
    ctx = error.get("ctx") or {}
    match error["type"]:
        case "string_type":
            return "text"
        case "int_type" | "int_parsing" | "int_from_float":
            return "a whole number"
        case "float_type" | "float_parsing":
            return "a number"
        case "bool_type" | "bool_parsing":
            return "true or false"
        case "list_type":
            return "a list"
        case "dict_type" | "model_type" | "model_attributes_type":
            return "a group of `name: value` lines"
        case "literal_error":
            return f"one of {ctx.get('expected', 'the known values')}"
        case "greater_than_equal":
            return f"at least {ctx.get('ge')}"
        case "less_than_equal":
            return f"at most {ctx.get('le')}"
        case "string_too_short":
            return "a text that is not empty"
        case "string_too_long":
            return f"at most {ctx.get('max_length')} characters long"
        case "too_short":
            return f"a list of at least {ctx.get('min_length')}"
        case "too_long":
            return f"a list of at most {ctx.get('max_length')}"
        case "string_pattern_mismatch":
            return f"a text of the form {ctx.get('pattern')}"
        case _:
            return f"something else ({shown(str(error['msg']))})"


def _how(errors: Sequence[Any]) -> str:
    kinds = {error["type"] for error in errors}
    value = errors[0]["input"]
    if "bool_type" in kinds:
        return "Write true or false, without quotes."
    if "int_type" in kinds and isinstance(value, str):
        return "Write the number without quotes."
    if "string_type" in kinds and isinstance(value, int | float):
        return "Put the value in quotes."
    if "list_type" in kinds and not isinstance(value, dict | list):
        return f"Write it as a list: [{shown(value, 30)}]."
    return "Change the value."


def _described(value: object) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return "true" if value else "false"
        case str():
            return f"'{shown(value)}'"
        case int() if value.bit_length() > 256:
            return "such a large number"  # printing it may be refused by Python itself
        case int() | float():
            return shown(value)
        case list():
            return f"a list of {len(value)}"
        case dict():
            return "a group of `name: value` lines"
        case _:
            return f"a {type(value).__name__}"
