"""Which characters of a source, and which values, did a printed piece come from?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import jinja2

from lakewright.errors import LakewrightError
from lakewright.ports import Span
from lakewright.templates.language.names import Names, Occurrence, names_of
from lakewright.templates.language.text import Lines, Range
from lakewright.templates.tokens import Printed, printed_expressions
from lakewright.templates.uses import parsed


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a piece of output came from.

    Attributes:
        range: The expression with its braces, or the whole line of a literal text; in the source.
        variables: The values that the expression reads, by name: what a loop or a `set` made is
            followed back to what it was made of.
    """

    range: Range
    variables: tuple[str, ...] = ()


def origins(source: str, spans: Sequence[Span], name: str) -> list[Origin | None]:
    """The origin of each span; None for one that another source than `name` printed."""
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    lines = Lines(text)
    printed = _by_place(source)
    known: dict[tuple[int, int, str], Origin] = {}
    found: list[Origin | None] = []
    for span in spans:
        if span.name != name:
            found.append(None)
            continue
        key = (span.line, span.column, span.expression)
        if key not in known:
            known[key] = _origin(span, printed, lines)
        found.append(known[key])
    return found


def _by_place(source: str) -> list[Printed]:
    try:
        return list(printed_expressions(parsed(source)[1]))
    except (jinja2.TemplateSyntaxError, LakewrightError, RecursionError):
        return []


def _origin(span: Span, printed: Iterable[Printed], lines: Lines) -> Origin:
    for tag in printed:
        if (tag.expression, tag.column) != (span.expression, span.column):
            continue
        end = lines.position(tag.end)
        if tag.line <= span.line <= end.line:
            at = Range(tag.line, tag.column, end.line, end.column)
            return Origin(at, values_read(names_of(lines.text), tag.start, tag.end))
    end_column = lines.position(lines.end_of(span.line)).column
    return Origin(Range(span.line, 1, span.line, end_column))


def values_read(names: Names, start: int, end: int) -> tuple[str, ...]:
    """The values that some characters of a source read, in the order of their first use.

    >>> source = "{% for column in columns %}{{ column.name ~ table }}{% endfor %}"
    >>> values_read(names_of(source), 27, 51)
    ('columns', 'table')
    """
    found: dict[str, None] = {}
    waiting = _between(names, start, end)
    seen: set[int] = set()
    while waiting:
        occurrence = waiting.pop(0)
        if occurrence.makes or occurrence.start in seen:
            continue
        seen.add(occurrence.start)
        binding = occurrence.binding
        if binding is None:
            found.setdefault(occurrence.name)
        elif binding.value:
            made_of = _between(names, binding.value[0].start, binding.value[-1].end)
            waiting = made_of + waiting
    return tuple(found)


def _between(names: Names, start: int, end: int) -> list[Occurrence]:
    return [each for each in names.occurrences if start <= each.start and each.end <= end]
