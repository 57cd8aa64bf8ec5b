"""Whether Databricks would accept a SQL text, and if not, where and why.

A statement is valid when no rule of `rules.py` objects and either our grammar accepts it, every
query and expression in it proved by sqlfluff, or sqlfluff's Databricks dialect parses all of it.
Our grammar is asked first: it answers in a millisecond, sqlfluff in twenty after a slow start.

sqlglot is not asked for a verdict: what it cannot read it keeps as a `Command` and says nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from lakewright.diagnostics import did_you_mean, shown
from lakewright.ports import ProofMemory
from lakewright.sql.keywords import deciding_words
from lakewright.sql.lineage import quiet_sqlglot
from lakewright.sql.matching import FRAGMENTS, Fragment, Match, load_grammar, match_statement
from lakewright.sql.names import RESERVED_WORDS
from lakewright.sql.rules import Slip, name_slips, statement_title, structural_slips
from lakewright.sql.shape import (
    PROVERS,
    Shape,
    classified,
    gate_version,
    proof_keys,
    script_shapes,
    statement_shape,
)
from lakewright.sql.statements import split_statements, strip_comments
from lakewright.sql.tokens import Token, TokenKind, line_and_column, word_set
from lakewright.sql.types import TYPE_WORDS

__all__ = ["SqlFault", "gate_version", "prove_sql"]


@dataclass(frozen=True, slots=True)
class SqlFault:
    """Why a statement would be refused.

    Attributes:
        rule: Stable id in kebab case; `sql-syntax` when no rule of ours knows better.
        line, column: 1-based, in the text that was given.
    """

    rule: str
    problem: str
    remedy: str
    line: int
    column: int


def prove_sql(text: str, *, memory: ProofMemory | None = None) -> list[SqlFault]:
    """Every fault of a SQL text of any number of statements; empty means proved.

    Args:
        memory: What was proved before. Only valid statements are remembered, by shape (see
            `shape.py`); when all of them are known, nothing heavy is imported.

    >>> [(found.rule, found.line, found.column) for found in prove_sql("VACUUM t RETAN 10 HOURS")]
    [('sql-syntax', 1, 10)]
    """
    if memory is not None and all(
        shape.names_are_sound and _is_known(shape, memory) for shape in script_shapes(text)
    ):
        return []
    faults: list[SqlFault] = []
    # Comments can carry directives to sqlfluff (`-- noqa`), so no parser ever sees them.
    clean = strip_comments(text)
    for statement in split_statements(clean):
        shape = statement_shape(*classified(clean[statement.start : statement.tokens[-1].end]))
        if memory is not None and shape.names_are_sound and _is_known(shape, memory):
            continue
        slips, prover = _judge(clean, statement.tokens, shape)
        if slips:
            faults += [_fault(clean, slip) for slip in slips]
        elif memory is not None:
            for key in proof_keys(shape, prover):
                memory.remember(key)
    return faults


def _is_known(shape: Shape, memory: ProofMemory) -> bool:
    return any(all(map(memory.known, proof_keys(shape, prover))) for prover in PROVERS)


def _fault(text: str, slip: Slip) -> SqlFault:
    line, column = line_and_column(text, slip.offset)
    return SqlFault(slip.rule, slip.problem, slip.remedy, line, column)


def _judge(text: str, tokens: Sequence[Token], shape: Shape) -> tuple[list[Slip], str]:
    """Slips, or none and the prover that accepted the statement."""
    if slips := structural_slips(tokens):
        return slips, ""
    if slips := name_slips(tokens, shape.facts):
        return slips, ""
    match = match_statement(tokens, load_grammar())
    in_fragment: _Trouble | None = None
    if match.rule:
        in_fragment = _fragments_trouble(text, tokens, match)
        if in_fragment is None:
            return [], PROVERS[0]
    start = tokens[0].start
    whole = _sqlfluff_trouble(text[start : tokens[-1].end])
    if whole is None:
        return [], PROVERS[1]
    if whole.limit:
        return [_limit_slip(whole.limit, start)], ""
    offset = whole.offset + start
    if in_fragment is not None:
        return [_syntax_slip(tokens, max(offset, in_fragment.offset), None)], ""
    ours = tokens[match.furthest].start if match.furthest < len(tokens) else tokens[-1].end
    if match.expected == ("|>",) or (match.furthest <= 1 and len(match.expected) <= 2):
        # Our grammar swallowed the rest as the first step of a pipe, or has only a special form
        # of this statement: it does not know better.
        ours = 0
    if ours > offset:
        return [_syntax_slip(tokens, ours, match)], ""
    if offset <= start:
        # sqlfluff found nothing of it good; sqlglot often knows the place all the same.
        offset = max(offset, _sqlglot_trouble(text[start : tokens[-1].end]) + start)
    return [_syntax_slip(tokens, offset, match if ours == offset else None)], ""


@dataclass(frozen=True, slots=True)
class _Trouble:
    """Where a parser stopped. `limit` is set when it gave up for size rather than for syntax."""

    offset: int
    limit: str = ""


def _fragments_trouble(text: str, tokens: Sequence[Token], match: Match) -> _Trouble | None:
    """None when one reading of the match has only good pieces; else the furthest bad place."""
    furthest = _Trouble(-1)
    for reading in match.readings:
        troubles = (_fragment_trouble(text, tokens, fragment) for fragment in reading)
        first = next((trouble for trouble in troubles if trouble is not None), None)
        if first is None:
            return None
        if first.offset > furthest.offset:
            furthest = first
    return furthest


def _fragment_trouble(text: str, tokens: Sequence[Token], fragment: Fragment) -> _Trouble | None:
    start, end = tokens[fragment.first].start, tokens[fragment.last].end
    before, after = FRAGMENTS[fragment.kind]
    trouble = _sqlfluff_trouble(before + text[start:end] + after)
    if trouble is None:
        return None
    return _Trouble(start + min(max(trouble.offset - len(before), 0), end - start), trouble.limit)


@lru_cache(maxsize=2048)
def _sqlfluff_trouble(statement: str) -> _Trouble | None:
    """The first thing that sqlfluff cannot parse in one statement; None when all is well.

    `parse_string` raises on input it never expected (unclosed brackets, deep nesting): such a
    statement is refused at its beginning.
    """
    try:
        parsed = _linter().parse_string(statement)
        messages = " ".join(str(found.desc()) for found in parsed.violations)
        if "Maximum parse depth" in messages:
            return _Trouble(0, "depth")
        if "Maximum parse node" in messages:
            return _Trouble(0, "length")
        unparsable = [part.pos_marker.source_slice.start for part in parsed.tree.iter_unparsables()]
    except RecursionError:
        return _Trouble(0, "depth")
    except Exception:
        return _Trouble(0)
    if unparsable:
        return _Trouble(int(min(unparsable)))
    return _Trouble(0) if parsed.violations else None


def _limit_slip(limit: str, offset: int) -> Slip:
    if limit == "depth":
        return Slip(
            "sql-too-deep",
            "Brackets or function calls are nested too deep to be proved.",
            "Name the inner parts with WITH ... AS (about 20 levels can be proved).",
            offset,
        )
    return Slip(
        "sql-too-long",
        "The statement is too long to be proved.",
        "Split it; load many rows from a file with COPY INTO instead of VALUES.",
        offset,
    )


@lru_cache(maxsize=1)
def _linter() -> Any:
    from sqlfluff.core import FluffConfig, Linter

    # The raw templater: the text is SQL already, and `{{` in a string must stay what it is.
    return Linter(config=FluffConfig(overrides={"dialect": "databricks", "templater": "raw"}))


def _sqlglot_trouble(statement: str) -> int:
    """Offset where sqlglot stops, 0 when it does not. A hint for the reader, never a verdict."""
    from sqlglot.errors import ParseError, TokenError

    try:
        quiet_sqlglot().parse_one(statement, dialect="databricks")
    except ParseError as error:
        place = error.errors[0] if error.errors else {}
        line, column = place.get("line") or 1, place.get("col") or 1
        starts = [0, *(match.end() for match in re.finditer("\n", statement))]
        word = place.get("highlight") or ""
        return max(0, int(starts[min(line, len(starts)) - 1] + column - len(word)))
    except (TokenError, RecursionError, ValueError, AttributeError):
        return 0
    return 0


def _syntax_slip(tokens: Sequence[Token], offset: int, match: Match | None) -> Slip:
    """A message about the token at `offset`. `match` tells what could have stood there."""
    title = statement_title(tokens)
    index = next((i for i, token in enumerate(tokens) if token.end > offset), len(tokens))
    expected = match.expected if match is not None else ()
    last = tokens[-1]
    if title == "statement":
        problem = f"'{shown(tokens[0].text)}' does not begin a Databricks SQL statement."
        near = get_close_matches(tokens[0].upper, _FIRST_WORDS, n=1, cutoff=0.74)
        remedy = f"Did you mean '{near[0]}'?" if near else ""
        return Slip(
            "sql-syntax",
            problem,
            (remedy or "Begin with a keyword such as SELECT, CREATE or MERGE.").strip(),
            tokens[0].start,
        )
    dangles = last.text != ")" and (last.kind is TokenKind.SYMBOL or last.upper in RESERVED_WORDS)
    if index == len(tokens) or (index == len(tokens) - 1 and index and dangles):
        problem = f"The {title} ends too early, after '{shown(last.text)}'."
        return Slip("sql-syntax", problem, _expected(expected) or _COMPLETE, last.start)
    token = tokens[index]
    if index == 0:
        problem = f"This {title} cannot be read as Databricks SQL."
        return Slip("sql-syntax", problem, _COMPARE.format(title=title), token.start)
    problem = f"'{shown(token.text)}' does not belong here"
    problem += f" after '{shown(tokens[index - 1].text)}' (in {title})."
    return Slip("sql-syntax", problem, _remedy(tokens, index, expected), token.start)


_COMPLETE = "Complete the statement."
_COMPARE = "Compare it with the page '{title}' of the Databricks SQL manual."
_FIRST_WORDS = sorted(
    word_set(
        """
        ALTER ANALYZE CALL COMMENT COPY CREATE DELETE DESCRIBE DROP EXECUTE EXPLAIN GRANT INSERT
        MERGE OPTIMIZE REFRESH RESTORE REVOKE SELECT SET SHOW TRUNCATE UPDATE USE VACUUM WITH
        """
    )
)
_COMMON_KEYWORDS = sorted(
    word_set(
        """
        AS BETWEEN BY CATALOG CLUSTER COMMENT CONSTRAINT DELETE DISTINCT EXISTS FOREIGN FROM GROUP
        HAVING INNER INSERT INTO JOIN KEY LEFT LIMIT LOCATION MATCHED MATERIALIZED ORDER PARTITIONED
        PRIMARY QUALIFY REFERENCES RIGHT SCHEMA SELECT SET STREAMING TABLE TBLPROPERTIES THEN UNION
        UPDATE USING VALUES VIEW VOLUME WHEN WHERE
        """
    )
)


def _remedy(tokens: Sequence[Token], index: int, expected: Sequence[str]) -> str:
    token = tokens[index]
    if "<type>" in expected:
        if token.upper in TYPE_WORDS:
            return f"Complete the data type {token.upper}, for example ARRAY<STRING>."
        return did_you_mean(token.upper, sorted(TYPE_WORDS)) + "Write a Databricks data type."
    words = [word for word in expected if word.isupper()]
    for suspect in (token, tokens[index - 1]):
        # A misspelt keyword is often swallowed as an alias, so look one word back as well.
        if suspect.kind is not TokenKind.WORD or suspect.upper in deciding_words():
            continue
        near = get_close_matches(suspect.upper, [*words, *_COMMON_KEYWORDS], n=1, cutoff=0.74)
        if near:
            hint = f"Did you mean '{near[0]}'?"
            return f"{hint} Otherwise look for a missing comma or keyword before it."
    if listed := _expected(expected):
        return listed
    if token.kind is TokenKind.STRING:
        return "Check the quotes around it; a quote inside a text is written \\'."
    if token.kind is TokenKind.WORD and token.upper in RESERVED_WORDS:
        return f"Check what stands before and after '{token.text}'; as a name it needs backticks."
    return "Look for something missing before it: a comma, an operator, a keyword or a bracket."


def _expected(expected: Sequence[str]) -> str:
    # A name may always go on with a dot: true, and of no help.
    expected = [word for word in expected if word != "."] or expected
    if not expected or len(expected) > 12:
        return ""
    wanted = [word if word.startswith("<") or word.isupper() else f"'{word}'" for word in expected]
    wanted = [_described(word) if word[0] == "<" else word for word in wanted]
    listed = wanted[0] if len(wanted) == 1 else f"{', '.join(wanted[:-1])} or {wanted[-1]}"
    return f"Expected {listed}."


def _described(rule: str) -> str:
    noun = rule[1:-1].replace("_", " ")
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
