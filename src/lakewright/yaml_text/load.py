"""Which plain values does this YAML text hold?

A strict reader over libyaml's events. It never recurses, gives up at the first limit, and
reads scalars the way YAML 1.2 does, so that `NO`, `on`, `017`, `1:30`, dates and `1.0.0` are
text and only `true`, `null` and decimal numbers are anything else.
"""

import math
import re
import sys
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Final, NamedTuple

from lakewright.diagnostics import Diagnostic, Location, Severity, shown
from lakewright.errors import LakewrightError
from lakewright.yaml_text.memory import remembered


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one YAML text may ask of us.

    Attributes:
        size_bytes: Of the whole text (characters, when the text is already decoded).
        depth: Collections inside collections.
        nodes: Scalars and collections, aliases counted with all they stand for.
        aliases: How often `*name` may be written.
        aliased_nodes: Scalars and collections that aliases and merges may add together; this
            is what stops a few lines from standing for a billion values.
    """

    size_bytes: int = 10_000_000
    depth: int = 64
    nodes: int = 1_000_000
    aliases: int = 1_000
    aliased_nodes: int = 20_000


LIMITS: Final = Limits()

# An integer longer than this is a mistake (a key, a digest); Python itself stops at 4,300.
_MOST_DIGITS = 1_000


@dataclass
class YamlError(LakewrightError):
    """The text is not YAML that Lakewright reads, or a value cannot be written as YAML.

    Attributes:
        line, column: 1-based place in the text; 0 when the whole text is meant.
        rule: Id of the finding in kebab case, e.g. `yaml-duplicate-key`.
    """

    line: int = 0
    column: int = 0
    rule: str = "yaml-syntax"

    code: ClassVar[str] = "yaml"

    def as_diagnostic(self, file: str = "") -> Diagnostic:
        """The same refusal as a finding in `file`."""
        return Diagnostic(
            rule=self.rule,
            severity=Severity.ERROR,
            problem=self.problem,
            remedy=self.remedy,
            where=Location(file=file, line=self.line, column=self.column),
        )


def load(text: str | bytes, *, limits: Limits = LIMITS) -> Any:
    """The value of a text that holds one YAML document.

    Args:
        text: UTF-8 when bytes. A byte order mark is skipped; any line ending will do.
        limits: Exceeding one is a `YamlError`, found before much work is done.

    Returns:
        dict (string keys, as written, in order), list, str, int, float, bool or None. An empty
        text is None. An alias is a copy of what it names, so no two parts share a value; the
        merge key `<<` adds the keys that the mapping itself does not have.

    Raises:
        YamlError: Bad syntax, a duplicate key, a tag, a second document, an exceeded limit,
            an infinite or endless number, or bytes that are not UTF-8.

    Source: YAML 1.2.2, section 10.3.2 "Tag Resolution" (core schema), without hexadecimal and
    octal numbers and without leading zeros, which other readers understand differently.
    """
    if limits is LIMITS:
        return remembered("value", text, lambda: _loaded(text, limits))
    return _loaded(text, limits)


def _loaded(text: str | bytes, limits: Limits) -> Any:
    source = decoded(text, limits=limits)
    try:
        return _read(source, limits)
    except YamlError:
        raise
    except Exception as error:
        refusal = _as_refusal(error, source)
        if refusal is None:
            raise
        raise refusal from error


def load_or_diagnose(
    text: str | bytes, file: str = "", *, limits: Limits = LIMITS
) -> tuple[Any, tuple[Diagnostic, ...]]:
    """The value and no finding, or None and the one finding that says why not."""
    try:
        return load(text, limits=limits), ()
    except YamlError as error:
        return None, (error.as_diagnostic(file),)


def decoded(text: str | bytes, *, limits: Limits = LIMITS) -> str:
    """Text without byte order mark; refuses what is too large, not UTF-8 or holds NUL.

    Raises:
        YamlError: With the place of the first byte or character at fault.
    """
    if len(text) > limits.size_bytes:
        raise YamlError(
            f"The file has {len(text):,} bytes; a YAML file may have {limits.size_bytes:,}.",
            "Split it into several files.",
            rule="yaml-limit",
        )
    if isinstance(text, bytes):
        if text.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise YamlError(
                "The file is UTF-16, not UTF-8.",
                "Save it as UTF-8.",
                line=1,
                column=1,
                rule="yaml-encoding",
            )
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            line, column = place_of(error.object[: error.start].decode("utf-8"), error.start)
            raise YamlError(
                f"Byte 0x{error.object[error.start]:02x} is not UTF-8.",
                "Save the file as UTF-8; it may be Latin-1 (ISO 8859-1) or Windows-1252.",
                line=line,
                column=column,
                rule="yaml-encoding",
            ) from error
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        line, column = place_of(text, text.index("\0"))
        raise YamlError(
            "The text holds a NUL character.",
            'Remove it; inside double quotes it can be written "\\0".',
            line=line,
            column=column,
            rule="yaml-character",
        )
    return text


def place_of(text: str, index: int) -> tuple[int, int]:
    """1-based line and column of a character offset; lines end in LF, CRLF or CR.

    >>> place_of("a: 1\\nb: 2\\n", 8)
    (2, 4)
    """
    before = text[:index].replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


_WORDS: Final[dict[str, Any]] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_NUMBER_STARTS = frozenset("-+.0123456789")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(
    r"[-+]?(?:(?:0|[1-9][0-9]*)\.[0-9]*|\.[0-9]+|(?:0|[1-9][0-9]*)(?=[eE]))(?:[eE][-+]?[0-9]+)?"
)
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


def resolve_plain(text: str) -> Any:
    """What an unquoted scalar means.

    >>> [resolve_plain(t) for t in ("true", "NO", "017", "1e3", "1.0.0", "")]
    [True, 'NO', '017', 1000.0, '1.0.0', None]

    Raises:
        ValueError: A number that is infinite, not a number or too long; holds a reason.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    if _INTEGER.fullmatch(text):
        if len(text) > _MOST_DIGITS:
            raise ValueError(f"has more than {_MOST_DIGITS:,} digits")
        return int(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        if math.isinf(number):
            raise ValueError("is too large for a number")
        return number
    if _NOT_FINITE.fullmatch(text):
        raise ValueError("is not a finite number")
    return text


class _Anchored(NamedTuple):
    """What an anchor names: the value and how many nodes it is made of."""

    value: Any
    nodes: int


class _Events(NamedTuple):
    """libyaml's parser and the classes of its events, imported on first use."""

    parser: Any
    scalar: type
    mapping_start: type
    mapping_end: type
    sequence_start: type
    sequence_end: type
    alias: type
    document_start: type
    stream_end: type


@cache
def libyaml() -> _Events:
    """libyaml's parser; the import takes some 15 ms, so it waits until YAML is read."""
    from yaml import events
    from yaml.cyaml import CParser  # type: ignore[attr-defined]

    return _Events(
        CParser,
        events.ScalarEvent,
        events.MappingStartEvent,
        events.MappingEndEvent,
        events.SequenceStartEvent,
        events.SequenceEndEvent,
        events.AliasEvent,
        events.DocumentStartEvent,
        events.StreamEndEvent,
    )


_NO_KEY: Final = object()
MERGE_KEY: Final = "<<"
SHARED_LENGTH: Final = 24
_MERGING: Final = object()  # stands in for the key while the value of `<<` is read


def _read(source: str, limits: Limits) -> Any:  # noqa: PLR0915 - one loop, for speed
    # One loop with its own stack instead of recursion: depth is then only a number. The order
    # of the branches is the order of how often events come.
    (
        parser,
        scalar,
        mapping_start,
        mapping_end,
        sequence_start,
        sequence_end,
        alias,
        document_start,
        stream_end,
    ) = libyaml()
    next_event = parser(source).get_event
    words = _WORDS
    starts = _NUMBER_STARTS
    shared = sys.intern

    root: list[Any] = []
    container: Any = root
    is_map = False
    key: Any = _NO_KEY
    stack: list[tuple[Any, bool, Any, str | None, int]] = []
    anchors: dict[str, _Anchored] = {}
    merges: list[Any] = []  # for each open mapping, what `<<` named in it, or None
    nodes = aliases = aliased = documents = 0

    while True:
        event = next_event()
        kind = event.__class__

        if kind is scalar:
            nodes += 1
            value = event.value
            if len(value) <= SHARED_LENGTH:
                # Keys and short texts come again and again: one copy each saves half the memory.
                value = shared(value)
            if event.tag is not None:
                raise _tag_refused(event, source)
            if is_map and key is _NO_KEY:
                if value in container:
                    raise _duplicate_key(value, event, source)
                if event.anchor is not None:
                    anchors[event.anchor] = _Anchored(value, 1)
                if value == MERGE_KEY and not event.style:
                    if merges[-1] is not None:
                        raise _duplicate_key(value, event, source)
                    key = _MERGING
                else:
                    key = value
                continue
            if not event.style:
                if value in words:
                    value = words[value]
                elif value[0] in starts:
                    try:
                        value = resolve_plain(value)
                    except ValueError as reason:
                        raise _number_refused(value, reason, event, source) from None
            if event.anchor is not None:
                anchors[event.anchor] = _Anchored(value, 1)
        elif kind is mapping_start or kind is sequence_start:
            nodes += 1
            if event.tag is not None:
                raise _tag_refused(event, source)
            if is_map and key is _NO_KEY:
                raise _key_refused(event, source)
            if len(stack) >= limits.depth:
                raise _limit(f"more than {limits.depth} levels of nesting", event, source)
            stack.append((container, is_map, key, event.anchor, nodes))
            key = _NO_KEY
            if kind is mapping_start:
                container = {}
                is_map = True
                merges.append(None)
            else:
                container = []
                is_map = False
            if nodes > limits.nodes:
                raise _limit(f"more than {limits.nodes:,} values", event, source)
            continue
        elif kind is mapping_end or kind is sequence_end:
            value = container
            if is_map:
                merged = merges.pop()
                if merged is not None:
                    added = _merge(value, merged)
                    nodes += added
                    aliased += added
                    if aliased > limits.aliased_nodes:
                        raise _limit(
                            f"merges that add more than {limits.aliased_nodes:,} values",
                            event,
                            source,
                        )
            container, is_map, key, anchor, first = stack.pop()
            if anchor is not None:
                anchors[anchor] = _Anchored(value, nodes - first + 1)
        elif kind is alias:
            name = event.anchor
            if name not in anchors:
                raise _unknown_alias(name, event, source)
            named = anchors[name]
            if is_map and key is _NO_KEY:
                raise _key_refused(event, source)
            aliases += 1
            nodes += named.nodes
            aliased += named.nodes
            if aliases > limits.aliases or aliased > limits.aliased_nodes:
                raise _limit(
                    f"aliases that stand for more than {limits.aliased_nodes:,} values or are "
                    f"used more than {limits.aliases:,} times",
                    event,
                    source,
                )
            value = copied(named.value)
        elif kind is document_start:
            documents += 1
            if documents > 1:
                line, column = place_of(source, event.start_mark.index)
                raise YamlError(
                    "A second document starts here ('---').",
                    "Keep one document in a file; move the rest to files of their own.",
                    line=line,
                    column=column,
                    rule="yaml-several-documents",
                )
            continue
        elif kind is stream_end:
            return root[0] if root else None
        else:
            continue

        # A value is complete: put it where it belongs.
        if is_map:
            if key is _MERGING:
                merges[-1] = _merge_sources(value, event, source)
            else:
                container[key] = value
            key = _NO_KEY
        else:
            container.append(value)
        if nodes > limits.nodes:
            raise _limit(f"more than {limits.nodes:,} values", event, source)


def copied(value: Any) -> Any:
    """A copy that shares no list or mapping with `value` (no deeper than `Limits.depth`)."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [copied(item) for item in value]
    return value


def _merge_sources(value: Any, event: Any, source: str) -> list[dict[str, Any]]:
    sources = value if isinstance(value, list) else [value]
    if all(isinstance(one, dict) for one in sources):
        return sources
    line, column = place_of(source, event.start_mark.index)
    raise YamlError(
        "The merge key '<<' needs a mapping, or a list of mappings.",
        "Name an anchored mapping ('<<: *defaults'), or quote the key if it is meant as text.",
        line=line,
        column=column,
        rule="yaml-merge",
    )


def _merge(into: dict[str, Any], sources: list[dict[str, Any]]) -> int:
    """Add the keys that are not there yet, earlier sources first; how many were added."""
    before = len(into)
    for source in sources:
        for key, value in source.items():
            into.setdefault(key, copied(value))
    return len(into) - before


def _refusal(rule: str, problem: str, remedy: str, event: Any, source: str) -> YamlError:
    line, column = place_of(source, event.start_mark.index)
    return YamlError(problem, remedy, line=line, column=column, rule=rule)


def _limit(what: str, event: Any, source: str) -> YamlError:
    return _refusal(
        "yaml-limit",
        f"The file has {what}.",
        "Simplify it, or split it into several files.",
        event,
        source,
    )


def _tag_refused(event: Any, source: str) -> YamlError:
    return _refusal(
        "yaml-tag",
        f"The tag '{shown(event.tag)}' is not allowed.",
        "Remove the tag; put text in quotes and leave numbers bare.",
        event,
        source,
    )


def _key_refused(event: Any, source: str) -> YamlError:
    return _refusal(
        "yaml-key",
        "A key has to be one word or text, not a list, a mapping or an alias.",
        "Give the key a name; text with '{{ }}' or brackets has to be in quotes.",
        event,
        source,
    )


def _duplicate_key(key: str, event: Any, source: str) -> YamlError:
    return _refusal(
        "yaml-duplicate-key",
        f"The key '{shown(key)}' is written twice in the same mapping.",
        "Delete or rename one of them.",
        event,
        source,
    )


def _unknown_alias(name: str, event: Any, source: str) -> YamlError:
    return _refusal(
        "yaml-alias",
        f"The alias '*{shown(name)}' names no anchor that is complete before it.",
        f"Write '&{shown(name)}' at the value it stands for, above it, or put text that starts "
        "with '*' in quotes.",
        event,
        source,
    )


def _number_refused(text: str, reason: ValueError, event: Any, source: str) -> YamlError:
    return _refusal(
        "yaml-number",
        f"The number {shown(text, 30)} {reason}.",
        "Write a finite number, or put it in quotes if it is text.",
        event,
        source,
    )


# What libyaml says -> what helps. First match wins; the texts are libyaml's (scanner.c,
# parser.c, reader.c), so a change there only costs us the better remedy.
_REMEDIES: tuple[tuple[str, str], ...] = (
    ("tab character", "Indent with spaces; YAML does not allow tabs there."),
    ("cannot start any token", "Put text that starts with a special character in quotes."),
    ("mapping values are not allowed", "Put text that holds ': ' in quotes, or mend the indent."),
    ("could not find expected ':'", "Write ': ' after the key, or mend the indentation."),
    ("did not find expected key", "Mend the indentation, or close the quotes above."),
    ("did not find expected '-'", "Start each item of the list with '- ' in the same column."),
    ("did not find expected ','", "Close the bracket, or put text that holds brackets in quotes."),
    ("unexpected end of stream", "Close the quotes."),
    ("unexpected document indicator", "Close the quotes before '---'."),
    ("escape", 'Write a backslash inside double quotes as "\\\\", or use single quotes.'),
    ("control characters", "Remove the character; in double quotes it can be written \\xNN."),
)


def _as_refusal(error: Exception, source: str) -> YamlError | None:
    """libyaml's complaint in our words; None when the error is not libyaml's."""
    from yaml import YAMLError as LibraryError

    line = column = 0
    if isinstance(error, UnicodeEncodeError):
        line, column = place_of(source, error.start)
        return YamlError(
            "The text holds half of a character (a lone surrogate).",
            "Remove it and save the file as UTF-8.",
            line=line,
            column=column,
            rule="yaml-character",
        )
    if not isinstance(error, LibraryError):
        return None
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        line, column = place_of(source, mark.index)
    elif isinstance(getattr(error, "position", None), int):
        # A reader error counts bytes of the UTF-8 text that libyaml was given.
        before = source.encode("utf-8", "surrogatepass")[: error.position]  # type: ignore[attr-defined]
        line, column = place_of(before.decode("utf-8", "ignore"), len(source))
    said = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    context = str(getattr(error, "context", None) or "")
    if mark is not None and source[mark.index : mark.index + 1] == "\t":
        said = "a tab character: " + said
    remedy = next(
        (help_ for part, help_ in _REMEDIES if part in said),
        "Mend the YAML at this place; check quotes, brackets and indentation.",
    )
    return YamlError(
        f"The text is not YAML: {shown(f'{context}: {said}' if context else said, 160)}.",
        remedy,
        line=line,
        column=column,
        rule="yaml-character" if "control characters" in said else "yaml-syntax",
    )
