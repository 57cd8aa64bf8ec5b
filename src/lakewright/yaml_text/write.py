"""How is a plain value written as YAML in the house's style?"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lakewright.diagnostics import shown
from lakewright.yaml_text.load import LIMITS, YamlError
from lakewright.yaml_text.tree import Kind, SpanNode


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a file puts its indents.

    Attributes:
        indent: Columns from a key to the keys below it.
        dash: Columns from a key to the dashes of the list below it (0 or more).
        width: A flow collection is used only when its line stays this short.
        line_break: LF or CRLF.
        literals: Text with line breaks becomes a `|` block; otherwise it is quoted.
    """

    indent: int = 2
    dash: int = 2
    width: int = 80
    line_break: str = "\n"
    literals: bool = True


HOUSE_LAYOUT: Final = Layout()

# Small mappings that read best on one line wherever they stand.
_FLOW_KEYS = frozenset({"position"})

# A key on one line may have 1,024 characters (YAML 1.2.2, section 7.4.2); quotes, escapes
# and bytes are allowed for.
LONGEST_KEY: Final = 250


def dump(value: Any, *, layout: Layout = HOUSE_LAYOUT) -> str:
    """A whole new document, ending in a line break.

    Block style with keys in the order given; short lists of scalars and `position` in flow
    style; text with line breaks as `|` blocks; quotes only where YAML 1.1 or 1.2 would read
    the bare text as something else.

    >>> print(dump({"id": "a", "tags": ["x", "no"], "position": {"x": 1, "y": 2}}), end="")
    id: a
    tags: [x, "no"]
    position: {x: 1, y: 2}

    Raises:
        YamlError: A value that is not plain JSON-like data: see `check_writable`.
    """
    check_writable(value)
    return "".join(line + layout.line_break for line in block_lines(value, layout))


def check_writable(value: Any) -> None:
    """Refuse what YAML text cannot hold and bring back unchanged.

    Raises:
        YamlError: Another type than dict, list, str, int, float, bool or None; a key that is
            no string or is too long; NaN or infinity; a lone surrogate; too deep.
    """
    # A stack instead of recursion: the value may be as deep as its maker liked.
    pending: list[tuple[Any, int]] = [(value, 0)]
    while pending:
        found, depth = pending.pop()
        if depth > LIMITS.depth:
            raise _unwritable(f"The value has more than {LIMITS.depth} levels of nesting")
        if isinstance(found, Mapping):
            for key, item in found.items():
                if not isinstance(key, str):
                    raise _unwritable(f"The key {shown(repr(key))} is not text")
                if len(key) > LONGEST_KEY:
                    raise _unwritable(f"The key '{shown(key)}' is longer than {LONGEST_KEY}")
                _check_text(key)
                pending.append((item, depth + 1))
        elif isinstance(found, str):
            _check_text(found)
        elif isinstance(found, (list, tuple)):
            pending.extend((item, depth + 1) for item in found)
        elif isinstance(found, float):
            if not math.isfinite(found):
                raise _unwritable(f"The number {found} is not finite")
        elif isinstance(found, int):
            if abs(found) >= 10**900:
                raise _unwritable("A number has more than 900 digits")
        elif found is not None:
            raise _unwritable(f"A value of type {type(found).__name__} is not plain data")


def _check_text(text: str) -> None:
    if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
        raise _unwritable("A text holds half of a character (a lone surrogate)")


def _unwritable(what: str) -> YamlError:
    return YamlError(f"{what}; YAML cannot hold it.", "Change that value.", rule="yaml-unwritable")


def block_lines(value: Any, layout: Layout, like: SpanNode | None = None) -> list[str]:
    """The lines of a value, not indented, without line breaks.

    Args:
        like: A value of the same kind that stands nearby. Its quotes and its choice of flow or
            block style are copied where both have the same key.
    """
    like = _meant(like)
    if isinstance(value, Mapping) and value:
        return [line for key in value for line in entry_lines(key, value[key], layout, like)]
    if isinstance(value, (list, tuple)) and value:
        pattern = _first_item(like)
        return [line for item in value for line in item_lines(item, layout, pattern)]
    if layout.literals and fits_literal(value):
        header, lines = literal(value, layout.indent)
        return [header, *lines]
    return [inline(value, like=like)]


def entry_lines(key: str, value: Any, layout: Layout, like: SpanNode | None = None) -> list[str]:
    """`key: value` as lines; `like` is the mapping whose style is copied."""
    like = _meant(like)
    pattern = None
    written = key_text(key)
    if like is not None and like.kind is Kind.MAPPING:
        index = like.child(key)
        if index >= 0:
            pattern = _meant(like.items[index])
    if layout.literals and fits_literal(value):
        header, lines = literal(value, layout.indent)
        return [f"{written}: {header}", *lines]
    text = one_line(value, layout, room=layout.width - len(written) - 2, key=key, like=pattern)
    if text is not None:
        return [f"{written}: {text}"]
    below = layout.indent if isinstance(value, Mapping) else layout.dash
    return [f"{written}:", *indented(block_lines(value, layout, pattern), below)]


def item_lines(value: Any, layout: Layout, like: SpanNode | None = None) -> list[str]:
    """`- value` as lines; `like` is the neighbouring item whose style is copied."""
    like = _meant(like)
    if layout.literals and fits_literal(value):
        header, lines = literal(value, 2)
        return [f"- {header}", *lines]
    text = one_line(value, layout, room=layout.width - 2, key="", like=like)
    if text is not None:
        return [f"- {text}"]
    first, *rest = block_lines(value, layout, like)
    return [f"- {first}", *indented(rest, 2)]


def one_line(
    value: Any, layout: Layout, *, room: int, key: str, like: SpanNode | None = None
) -> str | None:
    """The value on one line, or None when it is better written as a block."""
    like = _meant(like)
    if not isinstance(value, (Mapping, list, tuple)) or not value:
        return inline(value, like=like)
    same_kind = like is not None and like.items and like.kind is _kind(value)
    if same_kind and like is not None:
        return inline(value, like=like) if like.flow else None
    items = value.values() if isinstance(value, Mapping) else value
    if any(isinstance(item, (Mapping, list, tuple)) for item in items):
        return None
    if isinstance(value, Mapping) and key not in _FLOW_KEYS:
        return None
    if any(isinstance(item, str) and "\n" in item for item in items):
        return None
    text = inline(value)
    return text if len(text) <= room else None


def _kind(value: Any) -> Kind:
    return Kind.MAPPING if isinstance(value, Mapping) else Kind.SEQUENCE


def _meant(node: SpanNode | None) -> SpanNode | None:
    while node is not None and node.kind is Kind.ALIAS:
        node = node.target
    return node


def _first_item(like: SpanNode | None) -> SpanNode | None:
    if like is not None and like.kind is Kind.SEQUENCE and like.items:
        return like.items[-1]
    return None


def indented(lines: Sequence[str], columns: int) -> list[str]:
    """The lines moved to the right; empty ones stay empty."""
    margin = " " * columns
    return [margin + line if line else line for line in lines]


def inline(value: Any, *, in_flow: bool = False, like: SpanNode | None = None) -> str:
    """A value on one line: a scalar, or a collection in flow style.

    Args:
        in_flow: The text will stand inside brackets, where `,[]{}` mean something.
        like: Neighbour whose quotes are copied when it is text too.
    """
    like = _meant(like)
    if isinstance(value, Mapping):
        entries = []
        for key, item in value.items():
            pattern = None
            if like is not None and like.kind is Kind.MAPPING and like.child(key) >= 0:
                pattern = like.items[like.child(key)]
            written = key_text(key, in_flow=True)
            entries.append(f"{written}: {inline(item, in_flow=True, like=pattern)}")
        return "{" + ", ".join(entries) + "}"
    if isinstance(value, (list, tuple)):
        pattern = _first_item(like)
        return "[" + ", ".join(inline(v, in_flow=True, like=pattern) for v in value) + "]"
    if isinstance(value, str):
        style = like.style if like is not None and isinstance(like.value, str) else ""
        return text_scalar(value, in_flow=in_flow, style=style)
    return bare_scalar(value)


def bare_scalar(value: bool | int | float | None) -> str:
    """A scalar that is not text.

    >>> [bare_scalar(v) for v in (None, True, 3, 1e16)]
    ['null', 'true', '3', '1.0e+16']
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    text = repr(float(value))
    # Without the dot YAML 1.1 reads `1e+16` as text.
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


def key_text(key: str, *, in_flow: bool = False) -> str:
    """A key, quoted only when it has to be. `x` and `y` stay bare: they are coordinates."""
    if key in ("y", "n", "Y", "N"):
        return key
    return text_scalar(key, in_flow=in_flow)


def text_scalar(text: str, *, in_flow: bool = False, style: str = "") -> str:
    """Text on one line in the wanted quotes, or in double quotes where those do not work.

    >>> [text_scalar(t) for t in ("main.raw", "no", "1.0", "a: b", "it's")]
    ['main.raw', '"no"', '"1.0"', '"a: b"', "it's"]
    """
    if style == "'" and is_printable(text):
        return "'" + text.replace("'", "''") + "'"
    if style != '"' and is_plain_safe(text, in_flow=in_flow):
        return text
    return double_quoted(text)


_ESCAPES = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\t": "\\t",
    "\r": "\\r",
    "\0": "\\0",
    "\a": "\\a",
    "\b": "\\b",
    "\x1b": "\\e",
}


def double_quoted(text: str) -> str:
    """Text in double quotes; whatever is invisible or changes direction is escaped.

    Source: YAML 1.2.2, section 5.7 "Escaped Characters".
    """
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if is_printable(character):
        return character
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def is_printable(text: str) -> bool:
    """Whether every character shows and is allowed bare in YAML (no line break, no tab)."""
    return text.isprintable()


# What some YAML reader takes for something else than text.
# Sources: YAML 1.1 type repository (bool, float, int, merge, null, timestamp, value) and
# YAML 1.2.2 core schema.
_NOT_TEXT = re.compile(
    r"""
      y|yes|n|no|true|false|on|off|null|~|<<|=
    | [-+]?0b[01_]+ | [-+]?0o?[0-7_]+ | [-+]?0x[0-9a-f_]+
    | [-+]?[0-9][0-9_]*(?::[0-5]?[0-9])*(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?
    | [-+]?\.[0-9][0-9_]*(?:e[-+]?[0-9]+)?
    | [-+]?\.inf | \.nan
    | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt\ \t].*)?
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Starts with a letter, a digit or a harmless sign, and holds no white space but single blanks.
_PLAIN = re.compile(r"[\w/.$(+^;][^\t\n\r]*")
# `?` is harmless in YAML 1.2 but ends a bare scalar for some readers of 1.1.
_FLOW_SIGNS = frozenset(",[]{}?")


def is_plain_safe(text: str, *, in_flow: bool = False) -> bool:
    """Whether text may stand without quotes and is read as the same text by any reader."""
    return (
        _PLAIN.fullmatch(text) is not None
        and text[-1] not in " :"
        and ": " not in text
        and " #" not in text
        and text.isprintable()
        and not (in_flow and not _FLOW_SIGNS.isdisjoint(text))
        and _NOT_TEXT.fullmatch(text) is None
        and not text.startswith("...")
    )


def fits_literal(text: Any) -> bool:
    """Whether a value is text with lines that a `|` block brings back unchanged."""
    if not isinstance(text, str) or "\n" not in text or not text.strip("\n"):
        return False
    return all(line.replace("\t", " ").isprintable() for line in text.split("\n"))


def literal(text: str, indent: int) -> tuple[str, list[str]]:
    r"""The header and the content lines of a `|` block.

    Args:
        indent: Columns from the parent to the content; at most 9.

    >>> literal("a\n  b\n", 2)
    ('|', ['  a', '    b'])
    """
    body = text.rstrip("\n")
    breaks = len(text) - len(body)
    header = "|"
    # Leading white space would be taken for the indentation, unless that is stated.
    if text[0] in " \t\n":
        header += str(indent)
    header += "-" if breaks == 0 else "+" if breaks > 1 else ""
    lines = indented(body.split("\n"), indent)
    return header, lines + [""] * (breaks - 1 if breaks > 1 else 0)
