"""Where do the strings and comments of a Scala text begin and end?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a piece of Scala is."""

    STRING = "string"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A string or a comment.

    Attributes:
        start, end: Character offsets, end excluded, quotes included.
        prefix: `s`, `f`, `raw` or another interpolator before the quotes; empty for none.
        quotes: `"` or three of them; empty for a comment.
        closed: Whether it ends before its line (or the text) does.
        placeholders: Whether an interpolated string has a `$` in it.
    """

    kind: Kind
    start: int
    end: int
    prefix: str = ""
    quotes: str = ""
    closed: bool = True
    placeholders: bool = False


# What changes the meaning of what follows, in plain code. A character literal may hold a quote.
_NEXT = re.compile(r"""'(?:\\.[^'\n]*|[^\\'\n])'|(\w*)(\"\"\"|")|/\*|//|[{}]|`[^`\n]*`""")
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")


def lexemes(text: str) -> list[Lexeme]:
    """Strings and comments in the order in which they end; nothing recurses.

    Source: Scala 2.13 language specification, "Lexical syntax": comments nest; an interpolated
    string holds code between `${` and `}`, which may hold strings again.
    """
    return list(_Scanner(text).scan())


@dataclass(slots=True)
class _Open:
    """An interpolated string that waits for the `}` of its code. `depth` counts braces."""

    start: int
    prefix: str
    quotes: str
    depth: int = 0


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.waiting: list[_Open] = []

    def scan(self) -> Iterator[Lexeme]:
        at = 0
        while found := _NEXT.search(self.text, at):
            token = found[0]
            at = found.end()
            if found[2]:
                opened = _Open(found.start(), found[1], found[2])
                at, lexeme = self._in_string(opened, at)
                if lexeme is not None:
                    yield lexeme
            elif token == "//":
                at = self._end_of_line(at)
                yield Lexeme(Kind.COMMENT, found.start(), at)
            elif token == "/*":
                at, closed = self._end_of_comment(at)
                yield Lexeme(Kind.COMMENT, found.start(), at, closed=closed)
            elif token == "{" and self.waiting:
                self.waiting[-1].depth += 1
            elif token == "}" and self.waiting:
                if self.waiting[-1].depth:
                    self.waiting[-1].depth -= 1
                    continue
                at, lexeme = self._in_string(self.waiting.pop(), at, resumed=True)
                if lexeme is not None:
                    yield lexeme
        for opened in reversed(self.waiting):
            yield Lexeme(
                Kind.STRING,
                opened.start,
                len(self.text),
                opened.prefix,
                opened.quotes,
                closed=False,
                placeholders=True,
            )

    def _in_string(
        self, opened: _Open, at: int, *, resumed: bool = False
    ) -> tuple[int, Lexeme | None]:
        """Read from inside a string to its end, or to the code it holds (then no lexeme)."""
        text = self.text
        placeholders = resumed
        while at < len(text):
            if text.startswith(opened.quotes, at):
                at += len(opened.quotes)
                # """a"""" ends with the last three quotes.
                while len(opened.quotes) == 3 and text.startswith('"', at):
                    at += 1
                return at, self._string(opened, at, placeholders=placeholders)
            character = text[at]
            if character == "\n" and len(opened.quotes) == 1:
                return at, self._string(opened, at, placeholders=placeholders, closed=False)
            if character == "\\" and len(opened.quotes) == 1:
                at += 2
            elif character == "$" and opened.prefix:
                if text.startswith("${", at):
                    opened.depth = 0
                    self.waiting.append(opened)
                    return at + 2, None
                placeholders = placeholders or bool(_IDENTIFIER.match(text, at + 1))
                at += 2 if text.startswith("$$", at) else 1
            else:
                at += 1
        return len(text), self._string(opened, len(text), placeholders=placeholders, closed=False)

    @staticmethod
    def _string(opened: _Open, end: int, *, placeholders: bool, closed: bool = True) -> Lexeme:
        return Lexeme(
            Kind.STRING, opened.start, end, opened.prefix, opened.quotes, closed, placeholders
        )

    def _end_of_line(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    def _end_of_comment(self, at: int) -> tuple[int, bool]:
        depth = 1
        for edge in _COMMENT_EDGE.finditer(self.text, at):
            depth += 1 if edge[0] == "/*" else -1
            if depth == 0:
                return edge.end(), True
        return len(self.text), False
