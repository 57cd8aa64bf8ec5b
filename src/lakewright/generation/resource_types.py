"""Which fields does a Databricks resource have, and what may stand in each?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from lakewright.generation.resource_overlay import ENUMS, GROUPS, LOOSENED, REQUIRED, TYPES


class Kind(StrEnum):
    """The shape of a value."""

    STR = "str"
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    ANY = "any"
    ENUM = "enum"
    OBJECT = "object"
    LIST = "list"
    MAP = "map"


@dataclass(frozen=True, slots=True)
class FieldType:
    """What may stand in a field.

    Attributes:
        values: Of an enum, sorted.
        of: What a list or a map holds.
        ref: Name of an object's type, for `object_fields`.
        required: The API refuses the object without it.
    """

    kind: Kind
    values: frozenset[str] = frozenset()
    of: "FieldType | None" = None
    ref: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Fields:
    """What a map may hold: fields by name, sorted, and the names of those it must hold."""

    by_name: Mapping[str, FieldType]
    required: tuple[str, ...] = ()


def resource_groups() -> tuple[str, ...]:
    """Every key that may stand below `resources` in a bundle, sorted."""
    return tuple(GROUPS)


@cache
def group_fields(group: str) -> Fields:
    """The fields of a bundle resource of this group; empty when none are known.

    Raises:
        KeyError: No such group.
    """
    row = GROUPS[group]
    if not row.typed:
        return Fields(MappingProxyType({}))
    root = _table()["roots"].get(group)
    words = dict(_table()["types"][root]) if root else {}
    kept = {
        name: word.rstrip("!") if name in row.optional else word
        for name, word in words.items()
        if name not in row.drops
    }
    kept["lifecycle"] = "bundle.Lifecycle"
    if row.level:
        kept["permissions"] = f"[permission:{row.level}]"
    if row.grants:
        kept["grants"] = "[bundle.Grant]"
    return _fields({**kept, **row.adds})


@cache
def object_fields(name: str) -> Fields:
    """The fields of a type that a `FieldType.ref` names."""
    if name.startswith("permission:"):
        level = name.removeprefix("permission:")
        return _fields({**TYPES["bundle.Permission"], "level": level + "!"})
    words = TYPES.get(name) or _table()["types"][name]
    needed = REQUIRED.get(name, frozenset())
    loose = LOOSENED.get(name, frozenset())
    return _fields(
        {
            field: word.rstrip("!")
            + "!" * (field in needed or (field not in loose and "!" in word))
            for field, word in words.items()
        }
    )


def api_fields(group: str) -> Fields:
    """The fields of the API's own create call, as the SDK has it: nothing of bundles."""
    return object_fields(_table()["roots"][group])


def sdk_version() -> str:
    """The edition of databricks-sdk that the table was derived from."""
    return str(_table()["sdk"])


@cache
def time_zones() -> frozenset[str]:
    """Names of time zones, from the IANA time zone database; Java knows the same ones."""
    return frozenset(json.loads(_data("time_zones.json")))


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(_data("resource_types.json"))
    return table


def _data(name: str) -> str:
    return files("lakewright.generation").joinpath(name).read_text(encoding="utf-8")


def _fields(words: Mapping[str, str]) -> Fields:
    by_name = {name: _field_type(word) for name, word in sorted(words.items())}
    return Fields(
        MappingProxyType(by_name), tuple(name for name, of in by_name.items() if of.required)
    )


@cache
def _field_type(word: str) -> FieldType:
    if word.endswith("!"):
        inner = _field_type(word[:-1])
        return FieldType(inner.kind, inner.values, inner.of, inner.ref, required=True)
    if word.startswith("["):
        return FieldType(Kind.LIST, of=_field_type(word[1:-1]))
    if word.startswith("{"):
        return FieldType(Kind.MAP, of=_field_type(word[1:-1]))
    if "." not in word:
        return FieldType(Kind(word))
    values = ENUMS.get(word) or _table()["enums"].get(word)
    if values is not None:
        return FieldType(Kind.ENUM, values=frozenset(values))
    return FieldType(Kind.OBJECT, ref=word)
