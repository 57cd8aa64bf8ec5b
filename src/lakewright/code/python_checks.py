"""Is this text Python that Databricks can read, cell by cell?"""

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lakewright.code.notebook import Cell, notebook_language, read_notebook
from lakewright.diagnostics import shown
from lakewright.ports import CodeFinding

# Databricks gives every Python notebook and pipeline source these names without an import.
DATABRICKS_BUILTINS = (
    "dbutils",
    "display",
    "displayHTML",
    "getArgument",
    "sc",
    "spark",
    "sql",
    "sqlContext",
    "table",
)

# `ast` needs some 100 bytes a character at worst; no cell a person writes is near this.
MAX_CHARACTERS = 2_000_000

_MAGIC_LINE = re.compile(r"[ \t]*(?:\w[\w, \t]*=[ \t]*)?[%!]")

# Strings and comments, so that what is inside them is not read as code. An unclosed
# triple-quoted string runs to the end; another unclosed string to the end of its line.
_LEXEME = re.compile(
    r'''"""(?:[^\\]|\\.)*?(?:"""|\Z)|\'\'\'(?:[^\\]|\\.)*?(?:\'\'\'|\Z)'''
    r"""|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|\#[^\n]*|[()\[\]{}]|\\\n|\n""",
    re.DOTALL,
)


def check_python(
    text: str, *, notebook: bool, linted: Sequence[CodeFinding] = ()
) -> list[CodeFinding]:
    """Every fault in a Python file or in the Python cells of a notebook; never raises.

    Args:
        text: The whole file. A notebook may be in another language with `%python` cells.
        notebook: The file must be a notebook in Databricks source format.
        linted: What a `PythonLinter` found in the same file: it sees the file whole, so it
            knows undefined names, and we see each cell alone, so we know a bracket that is
            opened in one cell and closed in another.

    Returns:
        Findings by place; lines and columns are those of the file. At most one syntax fault
        for each cell. Rule ids are keys of `PYTHON_RULES`.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_CHARACTERS:
        problem = f"The file has {len(text):,} characters; at most {MAX_CHARACTERS:,} are checked."
        return [CodeFinding("python-too-large", problem, 1, 1)]

    found: list[CodeFinding] = []
    cells: Sequence[Cell] = (Cell("python", text, line=1),)
    if notebook_language(text) is not None:
        cells = read_notebook(text).cells
    elif notebook:
        problem = f"The first line {shown(text.split(chr(10), 1)[0])!r} is not a notebook header."
        found.append(CodeFinding("notebook-header", problem, 1, 1))

    python_cells = [cell for cell in cells if cell.language == "python"]
    found += [fault for cell in python_cells if (fault := _syntax_fault(cell)) is not None]
    runs_another = any(cell.language == "run" for cell in cells)
    found += _merged(linted, found, runs_another=runs_another)
    return sorted(set(found), key=lambda f: (f.line, f.column, f.rule, f.problem))


def python_view(text: str) -> str:
    """A notebook as a plain Python file with as many lines, for tools that read files.

    Cells of other languages become blank lines and IPython's `%` and `!` lines become `pass`,
    so a line number in the view is a line number in the file. Other files come back as they are.

    >>> python_view("-- Databricks notebook source\\n-- MAGIC %python\\n-- MAGIC x = 1\\n")
    '\\n\\nx = 1\\n'
    """
    if notebook_language(text) is None:
        return text
    total = text.replace("\r\n", "\n").count("\n")
    lines = [""] * (total + 1)
    for cell in read_notebook(text).cells:
        if cell.language == "python":
            written = without_magics(cell.text).split("\n")
            lines[cell.line - 1 : cell.line - 1 + len(written)] = written
    return "\n".join(lines)


def parse_cell(text: str) -> ast.Module:
    """The syntax tree of one cell, IPython's `%` and `!` lines read as `pass`.

    Raises:
        SyntaxError: Also for what Python answers otherwise: NUL bytes, text that is not
            Unicode, nesting that is too deep.
    """
    try:
        return _parse(text)
    except SyntaxError:
        plain = without_magics(text)
        if plain == text:
            raise
        return _parse(plain)


def without_magics(text: str) -> str:
    """`text` with each `%magic`, `!command` and `x = !command` line replaced by `pass`.

    Only where a statement can begin: `% b` inside brackets or in a string is left alone.

    >>> without_magics("if x:\\n    %pip install a\\ny = (a\\n% b)")
    'if x:\\n    pass\\ny = (a\\n% b)'
    """
    if "%" not in text and "!" not in text:
        return text
    starts = _statement_lines(text)
    return "\n".join(
        line[: len(line) - len(line.lstrip())] + "pass"
        if number in starts and _MAGIC_LINE.match(line)
        else line
        for number, line in enumerate(text.split("\n"))
    )


def _statement_lines(text: str) -> set[int]:
    """0-based numbers of lines that begin outside brackets, strings and continuations."""
    starts = {0}
    depth = line = 0
    for lexeme in _LEXEME.finditer(text):
        token = lexeme[0]
        if token == "\n":
            line += 1
            if depth == 0:
                starts.add(line)
        elif token in "([{":
            depth += 1
        elif token in ")]}":
            depth = max(0, depth - 1)
        else:
            line += token.count("\n")
    return starts


def _parse(text: str) -> ast.Module:
    if "\0" in text:  # Python versions answer this in different ways
        raise SyntaxError(
            "the text holds a NUL character", ("<cell>", _line_of_unreadable(text), 1, None)
        )
    try:
        with warnings.catch_warnings():
            # An invalid escape such as "\d" is a warning of Python's, not a fault.
            warnings.simplefilter("ignore")
            return ast.parse(text.replace("\r\n", "\n"))
    except SyntaxError:
        raise
    except (RecursionError, MemoryError) as error:
        raise SyntaxError("the code is nested too deeply for Python to read") from error
    except ValueError as error:
        line = _line_of_unreadable(text)
        message = "the text holds half of a character (a lone surrogate)"
        raise SyntaxError(message, ("<cell>", line, 1, None)) from error


def _line_of_unreadable(text: str) -> int:
    for number, line in enumerate(text.split("\n"), start=1):
        if any(c == "\0" or "\ud800" <= c <= "\udfff" for c in line):
            return number
    return 1


def _syntax_fault(cell: Cell) -> CodeFinding | None:
    try:
        parse_cell(cell.text)
    except SyntaxError as error:
        last = cell.text.count("\n") + 1
        line, column = cell.place(min(max(error.lineno or 1, 1), last), max(error.offset or 1, 1))
        return CodeFinding("python-syntax", _in_words(error.msg), line, column)
    return None


def _in_words(message: str) -> str:
    # Python's advice on huge integers is for its own developers; the limit is what matters.
    return f"Python cannot read this: {shown(message.split(';', maxsplit=1)[0].rstrip('.?'), 200)}."


def _merged(
    linted: Sequence[CodeFinding], ours: Sequence[CodeFinding], *, runs_another: bool
) -> Iterator[CodeFinding]:
    faulty = any(finding.rule == "python-syntax" for finding in ours)
    for finding in linted:
        if finding.rule == "python-syntax" and faulty:
            continue  # the same fault in other words
        if finding.rule == "python-undefined-name" and runs_another:
            # A notebook called by %run shares its names with the caller.
            yield replace(finding, rule="python-undefined-after-run")
        else:
            yield finding
