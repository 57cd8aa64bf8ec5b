"""What does an expression hold, as far as can be told without values?"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lakewright.templates.language.names import Binding
from lakewright.templates.language.scan import Kind, Token
from lakewright.templates.language.view import View
from lakewright.templates.template import MISSING, Template, Variable, VariableType
from lakewright.templates.values import COLUMN_DEFAULTS


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of value.

    Attributes:
        kind: In words: `text`, `number`, `list`, `mapping`, ...; empty when unknown.
        fields: What `.` leads to.
        item: What a loop over it gives.
    """

    kind: str = ""
    about: str = ""
    fields: Mapping[str, Shape] = field(default_factory=dict)
    item: Shape | None = None


UNKNOWN = Shape()
TEXT, NUMBER, BOOLEAN = Shape("text"), Shape("number"), Shape("boolean")


def _fields(kind: str, **about: str) -> Shape:
    return Shape(kind, "", {name: Shape("", text) for name, text in about.items()})


_COLUMN_ABOUT = {
    "name": ("text", "The column's name"),
    "type": ("text", "Its type; print it with `| sql_type`"),
    "nullable": ("boolean", "Whether it may be null"),
    "comment": ("text", "What people read about it"),
    "default": ("text", "SQL of its default; null for none"),
    "generated": ("text", "SQL that it is computed from; null for none"),
    "identity": ("mapping", "`always`, `start` and `step` of a numbering; null for none"),
    "mask": ("mapping", "`function` and `using_columns` of a mask; null for none"),
    "tags": ("mapping", "Unity Catalog tags"),
}
COLUMN = Shape(
    "column",
    "One column",
    {
        name: Shape(*_COLUMN_ABOUT.get(name, ("", "")))
        for name in ("name", "type", *COLUMN_DEFAULTS)
    },
)
TABLE_NAME = _fields(
    "table name",
    catalog="Empty when the bundle's target decides",
    schema="The schema's name",
    table="The table's name",
)
SECRET = _fields("secret", scope="The secret scope", key="The secret's name in it")
LOOP = Shape(
    "loop",
    "The loop around this place",
    {
        name: Shape(kind, about)
        for name, kind, about in (
            ("index", "number", "Which turn this is, from 1"),
            ("index0", "number", "Which turn this is, from 0"),
            ("revindex", "number", "Turns left, this one included"),
            ("revindex0", "number", "Turns left after this one"),
            ("first", "boolean", "Whether this is the first turn"),
            ("last", "boolean", "Whether this is the last turn"),
            ("length", "number", "How many turns there are"),
            ("depth", "number", "Depth of a recursive loop, from 1"),
            ("depth0", "number", "Depth of a recursive loop, from 0"),
            ("previtem", "", "The item before; undefined on the first turn"),
            ("nextitem", "", "The item behind; undefined on the last turn"),
            ("cycle", "function", "One of its arguments in turn"),
            ("changed", "function", "Whether the value is another one than on the last turn"),
        )
    },
)
_MODEL = Shape(
    "mapping",
    "The data model",
    {
        "id": Shape("text", "The model's id"),
        "name": Shape("text", "The model's name"),
        "description": Shape("text", "What it is for"),
        "tags": Shape("list", "Its tags", item=TEXT),
    },
)
_TARGET = Shape(
    "mapping",
    "Where the bundle goes",
    {
        "cloud": Shape("text", "aws, azure or gcp"),
        "bundle": Shape("text", "The bundle's name"),
        "home_catalog": Shape("text", "Catalog that each bundle target replaces; may be empty"),
        "catalog_parameter": Shape("text", "Job parameter that names it; empty without one"),
    },
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the names of a source may stand for.

    Attributes:
        seen: What the source itself has made, at the place in question.
    """

    template: Template
    view: View
    seen: Mapping[str, Binding]

    def shape_of(self, tokens: Sequence[Token], depth: int = 0) -> Shape:
        """What a path such as `node.properties.columns` or `upstream[0]` holds."""
        if depth > 8 or not tokens:
            return UNKNOWN
        head = tokens[0]
        if head.kind is Kind.STRING:
            shape = TEXT
        elif head.kind is Kind.NUMBER:
            shape = NUMBER
        elif head.text == "[":
            shape = Shape("list")
        elif head.text == "{":
            shape = Shape("mapping")
        elif head.kind is Kind.NAME:
            shape = self.named(head.text, depth)
        else:
            return UNKNOWN
        if head.text in ("[", "{"):
            return shape
        return self._along(shape, tokens[1:])

    def _along(self, shape: Shape, tokens: Sequence[Token]) -> Shape:
        index = 0
        while index < len(tokens):
            sign = tokens[index].text
            following = tokens[index + 1] if index + 1 < len(tokens) else None
            if sign == "." and following is not None:
                shape = _step(shape, following.text)
                index += 2
            elif sign == "[":
                close = _closing(tokens, index)
                inner = tokens[index + 1 : close]
                key = inner[0].text.strip("\"'") if len(inner) == 1 else ""
                shape = _step(shape, key) if key and inner[0].kind is not Kind.NAME else UNKNOWN
                index = close + 1
            elif sign == "(":
                shape = UNKNOWN
                index = _closing(tokens, index) + 1
            elif sign == "|" and following is not None:
                shape = _FILTERED.get(following.text, _unknown)(shape)
                index += 2
            else:
                return UNKNOWN if index else shape
        return shape

    def named(self, name: str, depth: int = 0) -> Shape:
        """What a name holds at this place."""
        binding = self.seen.get(name)
        if binding is not None:
            return self._bound(binding, depth + 1)
        for variable in self.template.all_variables():
            if variable.name == name:
                return variable_shape(variable)
        return self.scope().get(name, UNKNOWN)

    def _bound(self, binding: Binding, depth: int) -> Shape:
        match binding.kind:
            case "loop":
                whole = self.without(binding).shape_of(binding.value, depth)
                if binding.index >= 0:
                    return TEXT if binding.index == 0 and whole.kind == "pairs" else UNKNOWN
                return whole.item or UNKNOWN
            case "set" if binding.index < 0 and binding.value:
                return self.without(binding).shape_of(binding.value, depth)
            case "macro" | "imported":
                return Shape("macro", binding.signature)
            case "import":
                macros = macros_in(self.view.macros.get(binding.file, ""))
                return Shape(
                    "macro file",
                    binding.file,
                    {name: Shape("macro", found.signature) for name, found in macros.items()},
                )
            case _:
                return UNKNOWN

    def without(self, binding: Binding) -> Surroundings:
        """Where a name was made, it was not there yet: `{% set x = x + 1 %}`."""
        seen = {
            name: other
            for name, other in self.seen.items()
            if other is not binding and other.start < binding.start
        }
        return Surroundings(self.template, self.view, seen)

    def scope(self) -> Mapping[str, Shape]:
        """What every template has beside its variables."""
        node = self._node([fit.node_type for fit in self.template.fits])
        near = self._node(())
        switches = {
            variation.id: Shape(
                "mapping",
                variation.description or variation.name,
                {"enabled": Shape("boolean", "Whether the variation is switched on")},
            )
            for variation in self.template.variations
        }
        return {
            "model": _MODEL,
            "node": node,
            "upstream": Shape("list", "", item=near),
            "downstream": Shape("list", "", item=near),
            "target": _TARGET,
            "role": Shape("text", "setup, task or pipeline"),
            "variations": Shape("mapping", "", switches),
            "loop": LOOP,
        }

    def _node(self, types: Sequence[str]) -> Shape:
        """A node of one of these types; of any type when none is named."""
        known = self.view.properties
        properties: dict[str, Shape] = {}
        for kind in [name for name in types if name in known] or known:
            for name, found in known[kind].items():
                properties.setdefault(name, _property(name, found.kind, found.about))
        return Shape(
            "node",
            ", ".join(dict.fromkeys(types)),
            {
                "id": Shape("text", "The node's id"),
                "name": Shape("text", "The node's name"),
                "type": Shape("text", "Its node type"),
                "description": Shape("text", "What people wrote about it"),
                "properties": Shape("mapping", "Its property form, defaults filled in", properties),
                "table": Shape("table name", "Its table; null for other nodes", TABLE_NAME.fields),
            },
        )


def _property(name: str, kind: str, about: str) -> Shape:
    if name == "columns":
        return Shape("list", about, item=COLUMN)
    return Shape(kind, about, item=UNKNOWN if kind == "list" else None)


def variable_shape(variable: Variable) -> Shape:
    """What a declared variable holds."""
    about = variable.description
    match variable.type:
        case VariableType.COLUMNS:
            return Shape("columns", about, item=COLUMN)
        case VariableType.TABLE_NAME:
            return Shape("table name", about, TABLE_NAME.fields)
        case VariableType.SECRET:
            return Shape("secret", about, SECRET.fields)
        case VariableType.ARRAY:
            return Shape("list", about, item=_like(_example(variable, list), first=True))
        case VariableType.OBJECT:
            return Shape("mapping", about, _like(_example(variable, dict)).fields)
        case VariableType.INTEGER | VariableType.NUMBER:
            return Shape("number", about)
        case VariableType.BOOLEAN:
            return Shape("boolean", about)
        case _:
            return Shape("text", about)


def _example(variable: Variable, kind: type) -> Any:
    for value in (variable.sample, variable.default):
        if value is not MISSING and isinstance(value, kind):
            return value
    return None


def _like(value: Any, *, first: bool = False) -> Shape:
    """What the sample shows of a value's fields."""
    if first:
        value = value[0] if value else None
    if isinstance(value, Mapping):
        return Shape("mapping", "", {str(key): _like(item) for key, item in value.items()})
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, int | float):
        return NUMBER
    if isinstance(value, list):
        return Shape("list", "", item=_like(value, first=True))
    return TEXT if isinstance(value, str) else UNKNOWN


def _step(shape: Shape, key: str) -> Shape:
    if key in shape.fields:
        return shape.fields[key]
    if key.isdigit() and shape.item is not None:
        return shape.item
    return UNKNOWN


def _closing(tokens: Sequence[Token], opening: int) -> int:
    depth = 0
    for index in range(opening, len(tokens)):
        depth += (tokens[index].text in ("[", "(", "{")) - (tokens[index].text in ("]", ")", "}"))
        if depth == 0:
            return index
    return len(tokens)


def _same(shape: Shape) -> Shape:
    return shape


def _unknown(shape: Shape) -> Shape:
    del shape
    return UNKNOWN


_FILTERED: Mapping[str, Callable[[Shape], Shape]] = {
    **dict.fromkeys(
        "list sort unique select reject selectattr rejectattr reverse default d".split(),  # noqa: SIM905
        _same,
    ),
    "first": lambda shape: shape.item or UNKNOWN,
    "last": lambda shape: shape.item or UNKNOWN,
    "dictsort": lambda shape: Shape("pairs"),
    "items": lambda shape: Shape("pairs"),
}


@dataclass(frozen=True, slots=True)
class MacroIn:
    """A macro of a file: its head, the comment above it, and its offsets."""

    name: str
    signature: str
    about: str
    start: int
    end: int


def macros_in(source: str) -> dict[str, MacroIn]:
    """The macros that a file offers, by name."""
    from lakewright.templates.language.names import names_of

    names = names_of(source)
    tags = names.scan.tags
    comments: dict[int, str] = {}
    for before, tag in itertools.pairwise(tags):
        if tag.word == "macro" and before.kind.value == "comment":
            between = source[before.end : tag.start]
            if not between.strip():
                inner = source[before.inner_start : before.inner_end].rstrip("-+")
                comments[tag.start] = " ".join(inner.split())
    return {
        binding.name: MacroIn(
            binding.name,
            binding.signature,
            comments.get(binding.since, ""),
            binding.start,
            binding.end,
        )
        for binding in names.bindings
        if binding.kind == "macro" and not binding.name.startswith("_")
    }
