"""Which columns does a pasted text describe: a CREATE TABLE, a list, a piece of a table?"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from lakewright.diagnostics import Diagnostic, Location, Severity, shown
from lakewright.sql.lineage import quiet_sqlglot
from lakewright.sql.types import SqlTypeError, normalize_type

MOST_COLUMNS = 5_000
_ROWS_LOOKED_AT = 1_000
# The first that understands every type wins; Databricks goes first among equals.
_DIALECTS = (
    "databricks", "postgres", "tsql", "mysql", "oracle", "snowflake", "bigquery", "redshift",
    "sqlite", "duckdb", "trino", "teradata", "clickhouse",
)  # fmt: skip
_CREATES = re.compile(r"(?is)\bcreate\b.{0,100}?\btable\b")
_NAMES = {"name", "column", "column name", "col name", "col", "field", "field name", "attribute"}
_TYPES = {"type", "data type", "datatype", "column type", "field type", "dtype"}
_COMMENTS = {"comment", "comments", "description", "remarks", "note", "notes", "meaning"}
_NULLABLE = {"nullable", "null", "is nullable", "null?", "optional"}
_REQUIRED = {"required", "not null", "mandatory"}
_SERIALS = {"SMALLSERIAL": "SMALLINT", "SERIAL": "INT", "BIGSERIAL": "BIGINT"}
_WIDTH = re.compile(r"(?<=INT)\([0-9]+\)$")
_YES = {"yes", "y", "true", "1", "x", "null"}
_BOOLEANS = {"true", "false", "yes", "no"}
_INTEGER = re.compile(r"[+-]?(0|[1-9][0-9]{0,37})")
_NUMBER = re.compile(r"[+-]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][+-]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `type` is one of Databricks."""

    name: str
    type: str
    comment: str = ""
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class Columns:
    """What a text describes.

    Attributes:
        table: Dotted name; None when the text gives none.
        source: `ddl` or `table` (rows and cells); a text that is neither counts as a table.
    """

    columns: tuple[Column, ...]
    source: str
    table: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


def read_columns(text: str) -> Columns:
    """The columns that a text describes; never raises, says what it did not understand."""
    if not text.strip():
        return Columns((), "table", None, (_nothing(),))
    found = _from_ddl(text) if _CREATES.search(text) else None
    if found is None:
        found = _from_lines(text) or _from_cells(text)
    if found is None or not found.columns:
        return Columns((), "table", None, (_nothing(),))
    return _tidied(found)


def _nothing() -> Diagnostic:
    return _warning(
        "columns-not-found",
        "The text holds no columns.",
        "Paste a CREATE TABLE statement, or rows of a spreadsheet with the names at the top.",
        Severity.ERROR,
    )


def _warning(
    rule: str, problem: str, remedy: str, severity: Severity = Severity.WARNING, at: str = ""
) -> Diagnostic:
    return Diagnostic(rule, severity, problem, remedy, Location(property=at))


def _tidied(found: Columns) -> Columns:
    """Every column with a name and a type of its own."""
    diagnostics = list(found.diagnostics)
    taken: set[str] = set()
    columns: list[Column] = []
    for number, column in enumerate(found.columns[:MOST_COLUMNS], start=1):
        name = " ".join(column.name.split()) or f"column_{number}"
        if name.lower() in taken:
            free = next(n for n in range(2, MOST_COLUMNS + 3) if f"{name}_{n}".lower() not in taken)
            diagnostics.append(
                _warning(
                    "column-named-twice",
                    f"There are two columns '{shown(name, 40)}'; the second is now "
                    f"'{shown(f'{name}_{free}', 40)}'.",
                    "Give it a better name.",
                    at=f"columns.{number - 1}.name",
                )
            )
            name = f"{name}_{free}"
        taken.add(name.lower())
        kind = column.type or "STRING"
        try:
            kind = normalize_type(kind)
        except SqlTypeError:
            diagnostics.append(
                _warning(
                    "column-type-is-unknown",
                    f"'{shown(kind, 40)}' of column '{shown(name, 40)}' is no type of Databricks; "
                    "it is taken as STRING.",
                    "Choose the type that fits.",
                    at=f"columns.{number - 1}.type",
                )
            )
            kind = "STRING"
        columns.append(Column(name, kind, column.comment.strip(), column.nullable))
    if len(found.columns) > MOST_COLUMNS:
        diagnostics.append(
            _warning(
                "columns-are-too-many",
                f"The text has {len(found.columns)} columns; the first {MOST_COLUMNS} are taken.",
                "Split the table.",
            )
        )
    return replace(found, columns=tuple(columns), diagnostics=tuple(diagnostics))


# DDL ---------------------------------------------------------------------------------------------


def _from_ddl(text: str) -> Columns | None:
    """The first table that some dialect finds; of several the one with the most known types."""
    best: tuple[int, Columns] | None = None
    for dialect in _DIALECTS:
        found = _parsed(text, dialect)
        if found is None:
            continue
        unknown = sum(not _is_known(column.type) for column in found.columns)
        if best is None or unknown < best[0]:
            best = (unknown, found)
        if unknown == 0:
            break
    return best[1] if best else None


def _from_lines(text: str) -> Columns | None:
    """Lines of `name type`, as they stand between the brackets of a CREATE TABLE."""
    if any(mark in text for mark in "\t;|"):
        return None
    lines = text.strip().rstrip(",")
    found = _from_ddl(f"CREATE TABLE t (\n{lines}\n)")
    if found is None or not all(one.type and _is_known(one.type) for one in found.columns):
        return None
    return replace(found, table=None)


def _is_known(kind: str) -> bool:
    try:
        normalize_type(kind)
    except SqlTypeError:
        return False
    return True


def _parsed(text: str, dialect: str) -> Columns | None:
    sqlglot = quiet_sqlglot()
    exp = sqlglot.exp
    try:
        statements = [one for one in sqlglot.parse(text, dialect=dialect) if one is not None]
    except (sqlglot.errors.SqlglotError, RecursionError):
        return None
    tables = [
        one
        for one in statements
        if isinstance(one, exp.Create)
        and one.kind == "TABLE"
        and isinstance(one.this, exp.Schema)
        and any(isinstance(each, exp.ColumnDef) for each in one.this.expressions)
    ]
    if not tables:
        return None
    schema = tables[0].this
    keys = _key_columns(schema, exp)
    told = _told_later(statements, exp)
    columns = tuple(
        _column(each, keys, told, exp)
        for each in schema.expressions
        if isinstance(each, exp.ColumnDef)
    )
    table = ".".join(part.name for part in schema.this.parts) if schema.this else None
    more: tuple[Diagnostic, ...] = ()
    if len(tables) > 1:
        more = (
            _warning(
                "columns-of-the-first-table",
                f"The text creates {len(tables)} tables; these are the columns of the first.",
                "Paste the others one by one.",
                Severity.INFO,
            ),
        )
    return Columns(columns, "ddl", table or None, more)


def _ours(kind: str) -> str:
    """What sqlglot leaves of types that number themselves, or that have a width to show."""
    upper = kind.upper()
    return _SERIALS.get(upper, _WIDTH.sub("", upper) if _WIDTH.search(upper) else kind)


def _key_columns(schema: Any, exp: Any) -> set[str]:
    """Columns of a primary key that is written as an item of its own."""
    return {
        name.name.lower()
        for key in schema.find_all(exp.PrimaryKey)
        for name in key.find_all(exp.Identifier)
    }


def _told_later(statements: Iterable[Any], exp: Any) -> Mapping[str, str]:
    """Comments of `COMMENT ON COLUMN` statements, by column."""
    return {
        one.this.name.lower(): one.expression.name
        for one in statements
        if isinstance(one, exp.Comment) and str(one.args.get("kind")).upper() == "COLUMN"
        and one.this is not None and one.expression is not None
    }  # fmt: skip


def _column(definition: Any, keys: set[str], told: Mapping[str, str], exp: Any) -> Column:
    name = definition.name
    kinds = [constraint.kind for constraint in definition.constraints]
    required = any(
        (isinstance(kind, exp.NotNullColumnConstraint) and not kind.args.get("allow_null"))
        or isinstance(kind, exp.PrimaryKeyColumnConstraint)
        for kind in kinds
    )
    comment = next(
        (kind.this.name for kind in kinds if isinstance(kind, exp.CommentColumnConstraint)),
        told.get(name.lower(), ""),
    )
    kind = _ours(definition.kind.sql(dialect="databricks")) if definition.kind else ""
    return Column(name, kind, comment, not required and name.lower() not in keys)


# Cells -------------------------------------------------------------------------------------------


def _from_cells(text: str) -> Columns | None:
    rows = _rows(text)
    if not rows or len(rows[0]) < 2:
        return None
    heads = [cell.strip().lower().replace("_", " ") for cell in rows[0]]
    place = partial(_place, heads)
    if place(_NAMES) is not None and place(_TYPES) is not None:
        return _from_list(rows[1:], place)
    if all(len(row) > 1 and _is_known(row[1]) and _is_word(row[0]) for row in rows):
        # No heads, but every second cell is a type.
        return _from_list(
            rows, lambda names: {id(_NAMES): 0, id(_TYPES): 1, id(_COMMENTS): 2}.get(id(names))
        )
    if len(rows) < 2 and not all(_is_word(head) for head in heads):
        return None
    body = rows[1 : _ROWS_LOOKED_AT + 1]
    return Columns(
        tuple(
            Column(name.strip(), _type_of([row[at].strip() for row in body if at < len(row)]))
            for at, name in enumerate(rows[0])
        ),
        "table",
    )


def _rows(text: str) -> list[list[str]]:
    """The rows that are not empty, by the delimiter that occurs most evenly."""
    lines = [line for line in text.splitlines() if line.strip()][:20]
    best = max("\t;|,", key=lambda mark: (_evenly(lines, mark), mark == "\t"))
    if not _evenly(lines, best):
        return []
    try:
        found = list(csv.reader(io.StringIO(text), delimiter=best, skipinitialspace=True))
    except csv.Error:
        return []
    rows = [row for row in found if any(cell.strip() for cell in row)]
    if best == "|":  # Markdown and psql: bars at both ends, a line of dashes
        rows = [row for row in rows if not all(set(cell.strip()) <= set("-:+ ") for cell in row)]
        rows = [row[1:-1] if not row[0].strip() and not row[-1].strip() else row for row in rows]
    return rows


def _evenly(lines: Sequence[str], mark: str) -> int:
    """How many times a mark occurs in each line; 0 when it is not in all of them."""
    return min((line.count(mark) for line in lines), default=0)


def _is_word(cell: str) -> bool:
    return re.fullmatch(r"[^\W\d][\w .\-/]*", cell.strip()) is not None


def _place(heads: Sequence[str], names: set[str]) -> int | None:
    return next((at for at, head in enumerate(heads) if head in names), None)


def _from_list(rows: Sequence[Sequence[str]], place: Any) -> Columns:
    """Rows that each describe one column."""

    def cell(row: Sequence[str], names: set[str]) -> str:
        at = place(names)
        return row[at].strip() if at is not None and at < len(row) else ""

    columns = []
    for row in rows:
        nullable, required = cell(row, _NULLABLE).lower(), cell(row, _REQUIRED).lower()
        columns.append(
            Column(
                cell(row, _NAMES),
                _databricks_type(cell(row, _TYPES)),
                cell(row, _COMMENTS),
                (not nullable or nullable in _YES) and required not in _YES,
            )
        )
    return Columns(tuple(columns), "table")


def _databricks_type(text: str) -> str:
    """A type that somebody wrote for another database, as one of ours when there is one."""
    if not text or _is_known(text):
        return text or "STRING"
    sqlglot = quiet_sqlglot()
    for dialect in _DIALECTS:
        try:
            kind = sqlglot.exp.DataType.build(text, dialect=dialect)
            found = _ours(kind.sql(dialect="databricks"))
        except (sqlglot.errors.SqlglotError, ValueError, RecursionError):
            continue
        if _is_known(found):
            return found
    return text


def _type_of(values: Sequence[str]) -> str:
    """The narrowest type that holds all values; STRING when nothing is there."""
    given = [value for value in values if value and value.lower() not in ("null", "none", "nan")]
    if not given:
        return "STRING"
    if all(value.lower() in _BOOLEANS for value in given):
        return "BOOLEAN"
    if all(_INTEGER.fullmatch(value) for value in given):
        wide = any(not -(2**63) <= int(value) < 2**63 for value in given)
        return "DECIMAL(38,0)" if wide else "BIGINT"
    # 007 is a code, not a number.
    if all(_NUMBER.fullmatch(v) and not re.match(r"[+-]?0[0-9]", v) for v in given):
        return "DOUBLE"
    if all(_is_time(value, date.fromisoformat) for value in given):
        return "DATE"
    if all(_is_time(value, datetime.fromisoformat) for value in given):
        return "TIMESTAMP"
    return "STRING"


def _is_time(value: str, read: Any) -> bool:
    if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        read(value)
    except ValueError:
        return False
    return True
