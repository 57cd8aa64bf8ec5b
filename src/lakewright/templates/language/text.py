"""Where is a character of a text, and what does a text become by an edit?"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

_LINE_END = re.compile(r"\r\n|\n|\r")


class Position(NamedTuple):
    """A place between two characters; both 1-based, columns in characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Range:
    """From a place to a place, the second one excluded; `file` is empty for the asked text."""

    line: int
    column: int
    end_line: int
    end_column: int
    file: str = ""

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "line": self.line,
            "column": self.column,
            "end_line": self.end_line,
            "end_column": self.end_column,
        }
        return found | ({"file": self.file} if self.file else {})


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters to put in the place of others."""

    range: Range
    text: str

    def as_json(self) -> dict[str, Any]:
        return {"op": "text", **self.range.as_json(), "text": self.text}


class Lines:
    """The lines of one text: offsets to places and back. Every place has an answer."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(found.end() for found in _LINE_END.finditer(text))]

    def __len__(self) -> int:
        return len(self.starts)

    def end_of(self, line: int) -> int:
        """Offset behind the last character of a line (1-based), in front of its line end."""
        if line >= len(self.starts):
            return len(self.text)
        end = self.starts[line]
        while end > self.starts[line - 1] and self.text[end - 1] in "\r\n":
            end -= 1
        return end

    def written(self, line: int) -> str:
        """A line (1-based) without its line end; one outside of the text is empty."""
        if not 1 <= line <= len(self.starts):
            return ""
        return self.text[self.starts[line - 1] : self.end_of(line)]

    def offset(self, line: int, column: int) -> int:
        """Offset of a place; a place outside of the text is moved to the nearest one inside.

        >>> Lines("ab\\ncd").offset(2, 2), Lines("ab\\ncd").offset(1, 99)
        (4, 2)
        """
        line = min(max(line, 1), len(self.starts))
        start = self.starts[line - 1]
        return min(start + max(column, 1) - 1, self.end_of(line))

    def inside(self, chosen: Range) -> Range:
        """A range with both ends inside of the text, the first one first.

        >>> Lines("ab").inside(Range(9, 9, 1, 2))
        Range(line=1, column=2, end_line=1, end_column=3, file='')
        """
        ends = (
            self.offset(chosen.line, chosen.column),
            self.offset(chosen.end_line, chosen.end_column),
        )
        start, end = (self.position(offset) for offset in sorted(ends))
        return Range(*start, *end, chosen.file)

    def position(self, offset: int) -> Position:
        """Place of an offset.

        >>> Lines("ab\\ncd").position(4)
        Position(line=2, column=2)
        """
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self.starts, offset)
        return Position(line, offset - self.starts[line - 1] + 1)


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text after all edits, which are about the text as it is and do not overlap.

    >>> applied("a b", [Edit(Range(1, 1, 1, 2), "x"), Edit(Range(1, 4, 1, 4), "!")])
    'x b!'
    """
    lines = Lines(text)
    for edit in sorted(edits, key=lambda e: (e.range.line, e.range.column), reverse=True):
        start = lines.offset(edit.range.line, edit.range.column)
        end = lines.offset(edit.range.end_line, edit.range.end_column)
        text = text[:start] + edit.text + text[end:]
    return text
