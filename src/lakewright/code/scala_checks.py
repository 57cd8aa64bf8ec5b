"""Is this text Scala that Databricks can read, cell by cell?"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from lakewright.code.notebook import Cell, notebook_language, read_notebook
from lakewright.code.scala_lexer import Kind, lexemes
from lakewright.diagnostics import Severity, shown
from lakewright.ports import CodeFinding

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

MAX_CHARACTERS = 2_000_000
# tree-sitter reads hostile text in quadratic time; no cell a person writes is this long.
MAX_CELL_CHARACTERS = 50_000

# The first faults of a cell tell the story; the ones behind them are mostly echoes.
FAULTS_PER_CELL = 5

# Below this size even hopeless text is read in well under a second (see `_guarded_parse`).
WHOLE_CELL_BYTES = 10_000
STEPS_AFTER_FAULT = 3
MAX_LONE_QUOTES = 50

_QUOTE = re.compile(r"'(?:\\[^\n]|[^\\'\n])'|`[^`\n]+`|(['`])")

# A file with one cannot be written as UTF-8.
_HALF_CHARACTER = re.compile(r"[\ud800-\udfff]")

# Rule id -> severity and remedy.
SCALA_RULES: Mapping[str, tuple[Severity, str]] = MappingProxyType(
    {
        "scala-syntax": (
            Severity.ERROR,
            "Mend the Scala at this line; Databricks cannot compile the cell as it stands.",
        ),
        "scala-unclosed-comment": (Severity.ERROR, "Close the comment with */."),
        "scala-unclosed-string": (
            Severity.ERROR,
            "Close the string with the quotes it opens with.",
        ),
        "scala-too-large": (
            Severity.ERROR,
            "Split it: a cell may have 50,000 characters here, and a file 2 million.",
        ),
        "notebook-header": (
            Severity.ERROR,
            "Make the first line '// Databricks notebook source'.",
        ),
    }
)


def check_scala(text: str, *, notebook: bool) -> list[CodeFinding]:
    """Every fault in a Scala file or in the Scala cells of a notebook; never raises.

    Syntax only: names and types are the compiler's business. The grammar of tree-sitter
    forgives an unclosed comment, so strings and comments are read once more by our own lexer.

    Returns:
        Findings by place; lines and columns (in characters) are those of the file.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_CHARACTERS:
        problem = f"The file has {len(text):,} characters; at most {MAX_CHARACTERS:,} are checked."
        return [CodeFinding("scala-too-large", problem, 1, 1)]

    found: list[CodeFinding] = []
    cells: Sequence[Cell] = (Cell("scala", text, line=1),)
    if notebook_language(text) is not None:
        cells = read_notebook(text).cells
    elif notebook:
        problem = f"The first line {shown(text.split(chr(10), 1)[0])!r} is not a notebook header."
        found.append(CodeFinding("notebook-header", problem, 1, 1))

    for cell in cells:
        if cell.language != "scala":
            continue
        if len(cell.text) > MAX_CELL_CHARACTERS:
            problem = (
                f"The cell has {len(cell.text):,} characters; {MAX_CELL_CHARACTERS:,} are read."
            )
            found.append(CodeFinding("scala-too-large", problem, *cell.place(1, 1)))
        else:
            # An unclosed comment swallows the rest: one cause, one finding.
            found += _unreadable(cell)
            found += list(_unclosed(cell)) or list(islice(_faults(cell), FAULTS_PER_CELL))
    return sorted(set(found), key=lambda f: (f.line, f.column, f.rule, f.problem))


def _unclosed(cell: Cell) -> Iterator[CodeFinding]:
    for lexeme in lexemes(cell.text):
        if not lexeme.closed:
            rule = "scala-unclosed-" + ("comment" if lexeme.kind is Kind.COMMENT else "string")
            before = cell.text[: lexeme.start]
            line, column = cell.place(before.count("\n") + 1, len(before) - before.rfind("\n"))
            what = shown(cell.text[lexeme.start :].split("\n", 1)[0], 30)
            yield CodeFinding(rule, f"This {lexeme.kind} is never closed: {what}", line, column)
            return


@cache
def _parser() -> "Parser":
    import tree_sitter_scala
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_scala.language()))


def _unreadable(cell: Cell) -> Iterator[CodeFinding]:
    found = _HALF_CHARACTER.search(cell.text)
    if found:
        before = cell.text[: found.start()]
        line, column = cell.place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        problem = "The text holds half of a character (a lone surrogate)."
        yield CodeFinding("scala-syntax", problem, line, column)


def _faults(cell: Cell) -> Iterator[CodeFinding]:
    source = cell.text.encode("utf-8", errors="replace")
    if len(source) <= WHOLE_CELL_BYTES:
        for node in _error_nodes(_parser().parse(source).root_node):
            yield _fault(cell, source, node.start_byte, node.type if node.is_missing else "")
        return

    quotes = [at for at, _ in zip(_lone_quotes(cell.text), range(MAX_LONE_QUOTES), strict=False)]
    if len(quotes) == MAX_LONE_QUOTES:
        yield _fault(cell, source, len(cell.text[: quotes[0]].encode("utf-8", errors="replace")))
        return
    root, stopped_at = _guarded_parse(source)
    if root is None:
        yield _fault(cell, source, stopped_at)
        return
    for node in _error_nodes(root):
        yield _fault(cell, source, node.start_byte, node.type if node.is_missing else "")


def _guarded_parse(source: bytes) -> "tuple[Node | None, int]":
    """The tree, or None and the byte near the first fault when mending it takes too long.

    tree-sitter mends faulty text in quadratic time: 2 s for 20 kB of `)`, a minute for 100 kB.
    Sound text is linear. So a large text is given up soon after its first fault.
    """
    parser = _parser()
    faulty: list[int] = []

    def read(offset: int, _: object) -> bytes:
        return source[offset : offset + 65_536]

    def is_hopeless(offset: int, has_error: bool) -> bool:
        if has_error:
            faulty.append(offset)
        return len(faulty) > STEPS_AFTER_FAULT

    try:
        return parser.parse(read, progress_callback=is_hopeless).root_node, 0
    except ValueError:
        parser.reset()
        return None, min(faulty[0], len(source))


def _lone_quotes(text: str) -> Iterator[int]:
    """Offsets of `'` and `` ` `` outside strings and comments that close nothing nearby.

    tree-sitter reads the rest of the text again for each of them.
    """
    at = 0
    for lexeme in sorted(lexemes(text), key=lambda lexeme: lexeme.start):
        if lexeme.start >= at:
            yield from (at + q.start() for q in _QUOTE.finditer(text[at : lexeme.start]) if q[1])
            at = lexeme.end
    yield from (at + q.start() for q in _QUOTE.finditer(text[at:]) if q[1])


def _fault(cell: Cell, source: bytes, start: int, missing: str = "") -> CodeFinding:
    before = source[:start]
    row_start = before.rfind(b"\n") + 1
    # tree-sitter counts bytes; people count characters.
    characters = len(before[row_start:].decode("utf-8", errors="replace"))
    line, column = cell.place(before.count(b"\n") + 1, characters + 1)
    if missing:
        return CodeFinding("scala-syntax", f"Scala needs {shown(missing)!r} here.", line, column)
    piece = source[start : start + 120].decode("utf-8", errors="replace")
    first = piece.split("\n", 1)[0].strip()
    problem = f"Scala cannot read this: {shown(first, 40)}"
    if not first:
        problem = "Scala cannot read the end of this line."
    return CodeFinding("scala-syntax", problem, line, column)


def _error_nodes(root: "Node") -> Iterator["Node"]:
    """ERROR and MISSING nodes in reading order, without recursion: code may nest deeply."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_missing or node.is_error:
            yield node
        elif node.has_error:
            waiting.extend(reversed(node.children))
