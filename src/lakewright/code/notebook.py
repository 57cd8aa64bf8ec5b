"""What are the cells of a Databricks notebook in source format, and how is one written?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import MappingProxyType

from lakewright.diagnostics import shown
from lakewright.errors import LakewrightError

# Databricks manual, "Export and import Databricks notebooks", source format: the marker lines
# are comments of the notebook's own language.
COMMENT_OF = MappingProxyType({"python": "#", "sql": "--", "scala": "//"})

HEADER = "Databricks notebook source"
SEPARATOR = "COMMAND ----------"

# These magics are written on the line of their argument; languages get a line of their own.
_LINE_MAGICS = frozenset({"run", "pip", "conda", "fs"})
_TITLE = re.compile(r"(#|--|//) DBTITLE \d,(.*)")
_MAGIC_WORD = re.compile(r"%([A-Za-z][\w-]*)[ \t]?(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes:
        language: `python`, `sql`, `scala`, `r`, or the name of another magic: `md`, `run`,
            `pip`, `sh`, `fs`, ...
        text: What the cell holds, without `MAGIC` prefixes and without the magic word; lines
            end with LF and there is none at the end.
        title: What a `DBTITLE` line shows; empty when the cell has none.
        line: 1-based line in the file of the first line of `text`; 0 when never in a file.
        inline: The text begins on the line of its magic word (`%pip install x`).
        indent: Characters before each line of `text` in the file (the `MAGIC` prefix).
        first_indent: The same for the first line, where an inline magic word stands.
    """

    language: str
    text: str
    title: str = ""
    line: int = field(default=0, compare=False)
    inline: bool = field(default=False, compare=False)
    indent: int = field(default=0, compare=False)
    first_indent: int = field(default=0, compare=False)

    def place(self, line: int, column: int) -> tuple[int, int]:
        """Where line and column of `text` (both 1-based) stand in the file."""
        shift = self.first_indent if line == 1 else self.indent
        return max(self.line, 1) + line - 1, column + shift


@dataclass(frozen=True, slots=True)
class Notebook:
    """Cells in order, and the language of the cells that name none."""

    language: str
    cells: tuple[Cell, ...] = ()


def notebook_language(text: str) -> str | None:
    """The language of a notebook in source format; None when `text` is not one.

    >>> notebook_language("-- Databricks notebook source\\nSELECT 1")
    'sql'
    """
    first = text.removeprefix("\ufeff").split("\n", 1)[0].rstrip()
    for language, comment in COMMENT_OF.items():
        if first == f"{comment} {HEADER}":
            return language
    return None


def read_notebook(text: str) -> Notebook:
    """The notebook that `text` is.

    A byte order mark and CRLF are forgiven; blank lines around a cell are not part of it;
    cells with nothing in them are left out.

    Raises:
        LakewrightError: The first line is not a notebook header.

    Source: Databricks manual, "Export and import Databricks notebooks"; 346 of 350 public
    notebooks separate cells with the separator line and one blank line on each side.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    language = notebook_language(text)
    if language is None:
        raise LakewrightError(
            problem=f"This is not a notebook: it begins with {shown(text.split(chr(10), 1)[0])!r}.",
            remedy=f"Make the first line '# {HEADER}'; SQL writes '--' and Scala '//' for '#'.",
        )
    comment = COMMENT_OF[language]
    lines = text.split("\n")
    cells = [
        cell
        for first, last in _cell_bounds(lines, f"{comment} {SEPARATOR}")
        if (cell := _read_cell(lines, first, last, language, comment)) is not None
    ]
    return Notebook(language, tuple(cells))


def write_notebook(notebook: Notebook) -> str:
    """The source format of `notebook`, ending with one LF.

    `read_notebook` gives the same notebook back, byte for byte in every cell. Empty cells and
    blank lines around a cell are dropped, as Databricks drops them.

    Raises:
        LakewrightError: The language has no source format, or a cell holds a line that
            Databricks would read as a marker.
    """
    comment = COMMENT_OF.get(notebook.language)
    if comment is None:
        raise LakewrightError(
            problem=f"There is no notebook source format for {shown(notebook.language)!r}.",
            remedy="Use python, sql or scala.",
        )
    cells = [
        _write_cell(cell, notebook.language, comment)
        for cell in notebook.cells
        if cell.title.strip() or cell.text.strip() or cell.language != notebook.language
    ]
    body = f"\n\n{comment} {SEPARATOR}\n\n".join(cells)
    return f"{comment} {HEADER}\n{body}\n" if cells else f"{comment} {HEADER}\n"


def _cell_bounds(lines: list[str], separator: str) -> Iterator[tuple[int, int]]:
    first = 1
    for number in range(1, len(lines)):
        if lines[number].rstrip() == separator:
            yield first, number
            first = number + 1
    yield first, len(lines)


def _read_cell(lines: list[str], first: int, last: int, language: str, comment: str) -> Cell | None:
    """The cell in `lines[first:last]`; None when these lines are blank."""
    first, last = _without_blank_ends(lines, first, last)
    title = ""
    if first < last and (found := _TITLE.match(lines[first])) and found[1] == comment:
        title = found[2].strip()
        first, last = _without_blank_ends(lines, first + 1, last)
    if first == last:
        return Cell(language, "", title, line=first + 1) if title else None

    prefix = f"{comment} MAGIC"
    magic = _MAGIC_WORD.match(_unprefixed(lines[first], prefix) or "")
    if magic is None:
        return Cell(language, "\n".join(lines[first:last]), title, line=first + 1)

    rest = [_unprefixed(line, prefix) for line in lines[first + 1 : last]]
    # A line that lost its prefix is shown by Databricks as it stands.
    body = [lines[first + 1 + i] if line is None else line for i, line in enumerate(rest)]
    word = magic[1]
    inline = bool(magic[2].strip())
    indent = len(prefix) + 1
    if inline or word in _LINE_MAGICS:
        head = indent + len(magic[0]) - len(magic[2])
        text = "\n".join([magic[2], *body])
        return Cell(word, text, title, first + 1, inline=True, indent=indent, first_indent=head)
    return Cell(word, "\n".join(body), title, first + 2, indent=indent, first_indent=indent)


def _without_blank_ends(lines: list[str], first: int, last: int) -> tuple[int, int]:
    while first < last and not lines[first].strip():
        first += 1
    while first < last and not lines[last - 1].strip():
        last -= 1
    return first, last


def _unprefixed(line: str, prefix: str) -> str | None:
    if line == prefix:
        return ""
    return line[len(prefix) + 1 :] if line.startswith(prefix + " ") else None


def _write_cell(cell: Cell, language: str, comment: str) -> str:
    title = " ".join(cell.title.split())
    head = [f"{comment} DBTITLE 1,{title}"] if title else []
    if cell.language != language:
        return "\n".join([*head, *_magic_lines(cell, f"{comment} MAGIC")])

    lines = cell.text.split("\n")
    first, last = _without_blank_ends(lines, 0, len(lines))
    for number, line in enumerate(lines[first:last]):
        is_separator = line.rstrip() == f"{comment} {SEPARATOR}"
        starts_magic = number == 0 and line.startswith((f"{comment} MAGIC", f"{comment} DBTITLE"))
        if is_separator or starts_magic:
            raise LakewrightError(
                problem=f"A {language} cell holds the marker line {shown(line)!r}.",
                remedy="Take the line out: Databricks would start another cell there.",
            )
    return "\n".join([*head, *lines[first:last]])


def _magic_lines(cell: Cell, prefix: str) -> Iterator[str]:
    lines = cell.text.split("\n") if cell.text else []
    if lines and (cell.language in _LINE_MAGICS or (cell.inline and lines[0].strip())):
        yield f"{prefix} %{cell.language} {lines[0]}" if lines[0] else f"{prefix} %{cell.language}"
        lines = lines[1:]
    else:
        yield f"{prefix} %{cell.language}"
    for line in lines:
        yield f"{prefix} {line}" if line else prefix
