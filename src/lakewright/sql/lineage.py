"""Which tables a SQL text reads and writes."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from lakewright.sql.matching import Match, load_grammar, match_statement
from lakewright.sql.names import SqlNameError, TableName
from lakewright.sql.statements import Statement, split_statements, strip_comments
from lakewright.sql.tokens import Token, TokenKind


@dataclass(frozen=True, slots=True)
class TableUse:
    """What a SQL text does to tables.

    Attributes:
        reads, writes: Sorted, as the text writes them; common table expressions are left out.
        is_complete: False when a statement could not be understood: there may be more.
    """

    reads: tuple[TableName, ...]
    writes: tuple[TableName, ...]
    is_complete: bool


def tables_read(sql: str) -> tuple[TableName, ...]:
    """The tables and views that `sql` reads, sorted.

    >>> [str(name) for name in tables_read("INSERT INTO a SELECT * FROM b.c JOIN d USING (id)")]
    ['d', 'b.c']
    """
    return table_use(sql).reads


def tables_written(sql: str) -> tuple[TableName, ...]:
    """The tables and views that `sql` creates or changes, sorted. Dropping one is not writing.

    >>> [str(name) for name in tables_written("INSERT INTO a.b.c SELECT 1")]
    ['a.b.c']
    """
    return table_use(sql).writes


@lru_cache(maxsize=1024)
def table_use(sql: str) -> TableUse:
    """Both at once. Never fails: what cannot be understood makes the answer incomplete."""
    reads: set[TableName] = set()
    writes: set[TableName] = set()
    is_complete = True
    for statement in split_statements(strip_comments(sql)):
        found = _statement_use(statement.text) or _use_by_grammar(statement)
        if found is None:
            is_complete = False
            continue
        reads |= found[0]
        writes |= found[1]
    return TableUse(tuple(sorted(reads)), tuple(sorted(writes)), is_complete)


_Use = tuple[set[TableName], set[TableName]]


def _statement_use(statement: str) -> _Use | None:
    """By sqlglot; None when it does not really understand the statement."""
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        tree = quiet_sqlglot().parse_one(statement, dialect="databricks")
    except (SqlglotError, RecursionError, ValueError, AttributeError):
        return None
    # `Command` is sqlglot's way to say that it did not read the statement.
    if tree is None or tree.find(exp.Command) is not None:
        return None
    if isinstance(tree, exp.Alias | exp.Column):
        return None  # two words that are no statement
    written = _written_table(tree)
    common = {part.alias_or_name.lower() for part in tree.find_all(exp.CTE)}
    reads: set[TableName] = set()
    for table in tree.find_all(exp.Table):
        name = _table_name(table)
        if table is written or name is None:
            continue
        if not name.schema and name.table.lower() in common:
            continue
        reads.add(name)
    if isinstance(tree, exp.Drop | exp.Grant | exp.Use | exp.Comment | exp.Alter):
        return set(), set()
    target = _table_name(written) if written is not None else None
    return reads, {target} if target is not None else set()


@cache
def quiet_sqlglot() -> Any:
    """sqlglot, told once not to print a warning for every statement it cannot read."""
    import sqlglot

    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    return sqlglot


def _written_table(tree: Any) -> Any:
    from sqlglot import exp

    match tree:
        case exp.Create() if tree.kind in ("TABLE", "VIEW"):
            target = tree.this
        case exp.Insert() | exp.Merge() | exp.Update() | exp.Delete() | exp.Copy():
            target = tree.this
        case exp.TruncateTable():
            target = tree.expressions[0] if tree.expressions else None
        case _:
            return None
    # With a column list, the table sits inside a Schema.
    return target.find(exp.Table) if target is not None else None


def _table_name(table: Any) -> TableName | None:
    from sqlglot import exp

    named = table.this
    if isinstance(named, exp.Anonymous):
        # STREAM(main.raw.events) reads that table; other table functions read no table.
        inner = (
            named.expressions[0] if named.name.upper() == "STREAM" and named.expressions else None
        )
        if not isinstance(inner, exp.Column | exp.Table | exp.Dot | exp.Identifier):
            return None
        return _parsed(inner.sql(dialect="databricks"))
    if not isinstance(named, exp.Identifier):
        return None
    if "/" in named.name:
        return None  # delta.`/Volumes/...` is a folder
    return TableName(table.catalog, table.db, table.name)


def _parsed(text: str) -> TableName | None:
    try:
        return TableName.parse(text)
    except SqlNameError:
        return None


_WRITING_RULES = frozenset(
    {
        "apply_changes",
        "clone",
        "copy",
        "create_flow",
        "create_like",
        "create_materialized_view",
        "create_streaming_table",
        "create_table",
        "create_view",
        "insert",
        "insert_overwrite",
    }
)


def _use_by_grammar(statement: Statement) -> _Use | None:
    """By our own grammar, for the statements that sqlglot keeps as text."""
    tokens = statement.tokens
    match = match_statement(tokens, load_grammar())
    if match.rule == "merge":
        return _statement_use("MERGE " + _text(statement, 4, len(tokens) - 1))
    if not match.rule:
        return None
    if match.rule not in _WRITING_RULES:
        return set(), set()  # maintenance, privileges, objects that are no tables
    reads: set[TableName] = set()
    for fragment in match.readings[0]:
        if fragment.kind == "query":
            inner = _query_use(_text(statement, fragment.first, fragment.last))
            if inner is None:
                return None
            reads |= inner
    writes = set(_names_after(tokens, {"TABLE", "VIEW", "INTO"})[:1])
    if match.rule == "clone":
        reads |= set(_names_after(tokens, {"CLONE"})[:1])
    reads |= set(_change_feed(tokens, match))
    return reads, writes


def _query_use(query: str) -> set[TableName] | None:
    found = _statement_use(_without_stream_keyword(query))
    return found[0] if found is not None else None


def _without_stream_keyword(query: str) -> str:
    """`FROM STREAM x` reads x, and `STREAM read_files(...)` a function: sqlglot takes STREAM for
    the table and x for its alias."""
    [statement] = split_statements(query)
    pieces: list[str] = []
    position = statement.start
    for token, following in zip(statement.tokens, statement.tokens[1:], strict=False):
        if token.upper == "STREAM" and following.kind in (TokenKind.WORD, TokenKind.QUOTED):
            pieces.append(query[position : token.start])
            position = token.end
    return "".join([*pieces, query[position:]])


def _text(statement: Statement, first: int, last: int) -> str:
    tokens = statement.tokens
    return statement.text[
        tokens[first].start - statement.start : tokens[last].end - statement.start
    ]


def _change_feed(tokens: Sequence[Token], match: Match) -> list[TableName]:
    """What AUTO CDC and APPLY CHANGES read: `FROM [STREAM] table` or `FROM STREAM(table)`."""
    words = [token.upper for token in tokens]
    if "KEYS" not in words or match.rule not in (
        "apply_changes",
        "create_flow",
        "create_streaming_table",
    ):
        return []
    names = _names_after(tokens[: words.index("KEYS")], {"STREAM"})
    return (names or _names_after(tokens[: words.index("KEYS")], {"FROM"}))[:1]


def _names_after(tokens: Sequence[Token], words: set[str]) -> list[TableName]:
    """The dotted names that follow one of `words` and `IF NOT EXISTS`, `ONCE`, `LIVE.` or `(`."""
    found: list[TableName] = []
    for index, token in enumerate(tokens):
        if token.kind is not TokenKind.WORD or token.upper not in words:
            continue
        at = index + 1
        while at < len(tokens) and tokens[at].upper in ("IF", "NOT", "EXISTS", "ONCE", "("):
            at += 1
        parts: list[str] = []
        while at < len(tokens) and tokens[at].kind in (TokenKind.WORD, TokenKind.QUOTED):
            parts.append(tokens[at].text)
            if at + 1 >= len(tokens) or tokens[at + 1].text != ".":
                break
            at += 2
        if len(parts) > 1 and parts[0].upper() == "LIVE":
            parts = parts[1:]  # the pipeline's own schema in the older syntax
        name = _parsed(".".join(parts)) if parts else None
        if name is not None:
            found.append(name)
    return found
