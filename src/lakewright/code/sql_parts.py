"""Which SQL does a notebook or a program hold, and where?"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lakewright.code.notebook import Cell, notebook_language, read_notebook
from lakewright.code.python_checks import parse_cell
from lakewright.code.scala_lexer import Kind, Lexeme, lexemes

# Stands in for `{name}` where SQL wants an identifier.
DUMMY = "lakewright_name"


@dataclass(frozen=True, slots=True)
class SqlPart:
    """A piece of SQL inside a file.

    Attributes:
        line: 1-based line in the file of the first line of `text`.
        text: The SQL, LF between lines.
        exact: Lines of `text` are lines of the file. False when escapes such as `\\n` in a
            string made lines of their own; then every line is placed at `line`.
        indent: Characters before each line of `text` in the file, 0 when it differs by line.
        first_indent: The same for the first line.
    """

    line: int
    text: str
    exact: bool = True
    indent: int = 0
    first_indent: int = 0

    def place(self, line: int, column: int) -> tuple[int, int]:
        """Where line and column of `text` (both 1-based) stand in the file."""
        if not self.exact:
            return self.line, 1
        return self.line + line - 1, column + (self.first_indent if line == 1 else self.indent)


@dataclass(frozen=True, slots=True)
class UncheckedSql:
    """SQL that is only known when the program runs; `because` finishes "not checked: ..."."""

    line: int
    because: str


@dataclass(frozen=True, slots=True)
class SqlParts:
    """What was found, by line."""

    parts: tuple[SqlPart, ...] = ()
    unchecked: tuple[UncheckedSql, ...] = ()


def sql_parts(text: str, language: str) -> SqlParts:
    """Every piece of SQL in a file: SQL cells, and literals given to `spark.sql`.

    Args:
        text: A notebook in source format, or a plain file in `language`.
        language: `python`, `sql` or `scala`; a notebook's own header wins.

    Returns:
        Cells and literals in the order of the file. A text that cannot be parsed gives what
        its other cells hold: the fault is `check_python`'s to report. An f-string whose
        placeholders all stand where SQL wants an identifier is given with `DUMMY` names;
        other computed texts are listed as unchecked.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    cells = (
        read_notebook(text).cells
        if notebook_language(text) is not None
        else (Cell(language, text, line=1),)
    )
    found: list[SqlPart | UncheckedSql] = []
    for cell in cells:
        if cell.language == "sql" and cell.text.strip():
            found.append(
                SqlPart(cell.line, cell.text, indent=cell.indent, first_indent=cell.first_indent)
            )
        elif cell.language == "python":
            found += [_in_file(part, cell) for part in _python_literals(cell.text)]
        elif cell.language == "scala":
            found += [_in_file(part, cell) for part in _scala_literals(cell.text)]
    found.sort(key=lambda part: part.line)
    return SqlParts(
        tuple(part for part in found if isinstance(part, SqlPart)),
        tuple(part for part in found if isinstance(part, UncheckedSql)),
    )


def _in_file(part: SqlPart | UncheckedSql, cell: Cell) -> SqlPart | UncheckedSql:
    line, _ = cell.place(part.line, 1)
    if isinstance(part, UncheckedSql):
        return replace(part, line=line)
    return replace(
        part,
        line=line,
        indent=part.indent + cell.indent,
        first_indent=part.first_indent + (cell.first_indent if part.line == 1 else cell.indent),
    )


# Python ---------------------------------------------------------------------------------------


def _python_literals(text: str) -> Iterator[SqlPart | UncheckedSql]:
    if ".sql" not in text:
        return
    try:
        tree = parse_cell(text)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _is_spark_sql(node.func):
            if node.args:
                yield _python_literal(node.args[0])
            else:
                given = [keyword.value for keyword in node.keywords if keyword.arg == "sqlQuery"]
                yield from map(_python_literal, given)


def _is_spark_sql(called: ast.expr) -> bool:
    """`spark.sql`, `sqlContext.sql`, and the same as an attribute: `self.spark.sql`."""
    if not (isinstance(called, ast.Attribute) and called.attr == "sql"):
        return False
    owner = called.value
    name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
    return name in {"spark", "sqlContext", "_spark", "spark_session"}


def _python_literal(argument: ast.expr) -> SqlPart | UncheckedSql:
    line = argument.lineno
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return _placed(argument, argument.value)
    if isinstance(argument, ast.JoinedStr):
        text = _with_dummies(argument)
        if text is not None:
            return _placed(argument, text)
        return UncheckedSql(line, "the f-string prints more than identifiers into the statement")
    return UncheckedSql(line, "the statement is computed when the program runs")


def _placed(argument: ast.expr, text: str) -> SqlPart:
    """Lines of a string are lines of the file when their numbers agree."""
    rows = (argument.end_lineno or argument.lineno) - argument.lineno
    return SqlPart(argument.lineno, text, exact=text.count("\n") == rows)


def _with_dummies(joined: ast.JoinedStr) -> str | None:
    pieces: list[str | None] = []
    for value in joined.values:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            pieces.append(value.value)
        elif (
            isinstance(value, ast.FormattedValue)
            and value.conversion == -1
            and value.format_spec is None
        ):
            pieces.append(None)
        else:
            return None
    return _filled(pieces)


# Keywords after which SQL can hold nothing but the name of an object. `EXISTS` only after `IF`:
# elsewhere it takes a query.
_BEFORE_A_NAME = re.compile(
    r"""(?:\b(?:FROM|JOIN|INTO|TABLE|VIEW|SCHEMA|DATABASE|CATALOG|VOLUME|UPDATE|USE|OPTIMIZE
        |VACUUM|DESCRIBE|HISTORY|DETAIL|CLONE|IF\s+EXISTS|IF\s+NOT\s+EXISTS)\s+
    )(?:(?:\w+|`[^`]*`)\.){0,2}\w*\Z""",
    re.IGNORECASE | re.VERBOSE,
)
_AFTER_A_NAME = re.compile(r"[\s.;,()\w]|\Z")
# Long statements are judged by what stands just before the placeholder.
_LOOK_BEHIND = 500
# Every placeholder reads the text before it once; a list this long is data, not names.
_MOST_PLACEHOLDERS = 100


def _filled(pieces: list[str | None]) -> str | None:
    """The text with `DUMMY` for every None; None when one is not surely an identifier.

    >>> _filled(["SELECT * FROM ", None, ".", None, " WHERE x = 1"])
    'SELECT * FROM lakewright_name.lakewright_name WHERE x = 1'
    >>> _filled(["SELECT * FROM t WHERE ", None]) is None
    True
    """
    if pieces.count(None) > _MOST_PLACEHOLDERS:
        return None
    text = ""
    for number, piece in enumerate(pieces):
        if piece is not None:
            text += piece
            continue
        following = pieces[number + 1] if number + 1 < len(pieces) else ""
        if following is None or not _wants_a_name(text, following):
            return None
        text += DUMMY
    return text


_QUOTED = re.compile(
    r"'(?:[^'\\]|\\.|'')*'?|\"(?:[^\"\\]|\\.)*\"?|`[^`]*`?|--[^\n]*|/\*.*?\*/", re.S
)


def _open_quote(text: str) -> str:
    """The quote that is still open at the end of `text`; empty when none is."""
    for found in _QUOTED.finditer(text):
        token = found[0]
        quote = token[0]
        if quote in "'\"`" and found.end() == len(text) and (len(token) == 1 or token[-1] != quote):
            return quote
    return ""


def _wants_a_name(before: str, after: str) -> bool:
    """Whether SQL can hold nothing but an identifier between these two texts."""
    quote = _open_quote(before)
    if quote:
        return quote == "`"
    named = _BEFORE_A_NAME.search(before[-_LOOK_BEHIND:])
    return named is not None and _AFTER_A_NAME.match(after) is not None


# Scala ----------------------------------------------------------------------------------------

_SCALA_ANY_CALL = re.compile(r"\b(?:spark|sqlContext|sparkSession)\s*\.\s*sql\s*\(\s*")
_SCALA_END = re.compile(r"\s*(\.\s*stripMargin)?\s*\)")
_SCALA_MARGIN = re.compile(r"(?m)^([ \t]*)\|")
_SCALA_HOLE = re.compile(r"\$(\w+|\{[^{}\"]*\})")
_SCALA_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\", "b": "\b"}


def _scala_literals(text: str) -> Iterator[SqlPart | UncheckedSql]:
    if "sql" not in text:
        return
    found = lexemes(text)
    hidden = [(lexeme.start, lexeme.end) for lexeme in found]
    strings = {lexeme.start: lexeme for lexeme in found if lexeme.kind is Kind.STRING}
    covered = 0
    spans = iter(sorted(hidden))
    span = next(spans, None)
    for call in _SCALA_ANY_CALL.finditer(text):
        while span is not None and span[0] <= call.start():
            covered = max(covered, span[1])
            span = next(spans, None)
        if call.start() < covered:
            continue  # written in a comment or in a string
        line = text.count("\n", 0, call.end()) + 1
        literal = strings.get(call.end())
        end = _SCALA_END.match(text, literal.end) if literal else None
        if literal is None or end is None or not literal.closed:
            yield UncheckedSql(line, "the statement is computed when the program runs")
            continue
        yield _scala_literal(text, literal, line, margin=bool(end[1]))


def _scala_literal(
    text: str, literal: Lexeme, line: int, *, margin: bool
) -> SqlPart | UncheckedSql:
    width = len(literal.quotes)
    body = text[literal.start + len(literal.prefix) + width : literal.end - width]
    rows = body.count("\n")
    if width == 1 and literal.prefix != "raw":
        body = re.sub(r"\\(.)", lambda found: _SCALA_ESCAPES.get(found[1], found[0]), body)
    if margin:
        # Blanks instead of the margin keep the columns of the file.
        body = _SCALA_MARGIN.sub(r"\1 ", body)
    if literal.prefix:
        filled = _filled_scala(body)
        if filled is None:
            return UncheckedSql(line, "the string prints more than identifiers into the statement")
        body = filled
    return SqlPart(line, body, exact=body.count("\n") == rows)


def _filled_scala(body: str) -> str | None:
    pieces: list[str | None] = []
    at = 0
    for hole in _SCALA_HOLE.finditer(body.replace("$$", "  ")):
        if hole.start() > at:
            pieces.append(body[at : hole.start()].replace("$$", "$"))
        pieces.append(None)
        at = hole.end()
    if at < len(body):
        pieces.append(body[at:].replace("$$", "$"))
    if any(piece is not None and "${" in piece for piece in pieces):
        return None
    return _filled(pieces)
