"""Where each piece of a template source stands, which Jinja's syntax tree does not say."""

import re
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import jinja2


@dataclass(frozen=True, slots=True)
class Token:
    """One token of Jinja's own lexer, white space inside tags included.

    Attributes:
        kind: Jinja's word for it: `data`, `name`, `operator`, `variable_begin`, ...
        line, column: 1-based.
        start, end: Character offsets in the source with its line ends made `\\n`; end excluded.
    """

    kind: str
    text: str
    line: int
    column: int
    start: int
    end: int


_LINE_END = re.compile(r"\r\n|\r|\n")


def tokenize(environment: jinja2.Environment, source: str) -> list[Token]:
    """Every token in order, empty ones left out.

    Raises:
        jinja2.TemplateSyntaxError: The source cannot be read.
    """
    text = _LINE_END.sub("\n", source)
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    tokens: list[Token] = []
    position = 0
    for _, kind, value in environment.lexer.tokeniter(text, None):
        if not value:
            continue
        # Jinja drops white space around tags that ask for it; nothing else goes missing.
        start = text.find(value, position)
        if start < 0:
            continue
        line = bisect_right(starts, start)
        position = start + len(value)
        tokens.append(Token(kind, value, line, start - starts[line - 1] + 1, start, position))
    return tokens


@dataclass(frozen=True, slots=True)
class Printed:
    """One `{{ ... }}`: the expression between the braces.

    Attributes:
        line, column: Where the braces open, 1-based.
        start, end: Offsets of the braces in the source with its line ends made `\\n`.
    """

    expression: str
    line: int
    column: int
    start: int = 0
    end: int = 0


def printed_expressions(tokens: Sequence[Token]) -> Iterator[Printed]:
    """Every `{{ ... }}` in the order of the source."""
    opened: Token | None = None
    parts: list[str] = []
    for token in tokens:
        if token.kind == "variable_begin":
            opened, parts = token, []
        elif token.kind == "variable_end" and opened is not None:
            yield Printed(
                "".join(parts).strip(), opened.line, opened.column, opened.start, token.end
            )
            opened = None
        elif opened is not None:
            parts.append(token.text)


class Columns:
    """Gives each use of a name its column, in the order in which the uses are asked for."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._places: dict[tuple[str, int], deque[int]] = defaultdict(deque)
        written = [token for token in tokens if token.kind != "whitespace"]
        before = ""
        for token in written:
            if token.kind == "name" and before not in (".", "|", "is"):
                self._places[token.text, token.line].append(token.column)
            before = token.text

    def of(self, name: str, line: int) -> int:
        """1-based; 0 when the line has no such name left."""
        places = self._places.get((name, line))
        if not places:
            return 0
        return places.popleft() if len(places) > 1 else places[0]
