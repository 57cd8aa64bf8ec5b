"""What is surely wrong in a statement, although a parser may let it pass."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from lakewright.diagnostics import did_you_mean, shown
from lakewright.sql.shape import TableFacts
from lakewright.sql.tokens import Token, TokenKind, word_set
from lakewright.sql.types import TYPE_WORDS

DEEPEST = 64
LONGEST = 60_000
LONGEST_OPERATOR = 80  # the brackets that close a deeply nested type are one run
MOST_SLIPS = 20  # of one rule in one statement: enough to start mending


@dataclass(frozen=True, slots=True)
class Slip:
    """One mistake. `offset` counts characters in the text that was tokenized."""

    rule: str
    problem: str
    remedy: str
    offset: int


Rule = Callable[[Sequence[Token]], Iterator[Slip]]


def statement_title(tokens: Sequence[Token]) -> str:
    """What kind of statement this is, in the words of the manual: `CREATE TABLE`, `MERGE INTO`."""
    words = [token.upper for token in tokens[:8] if token.kind is TokenKind.WORD]
    if not words:
        return "statement"
    if words[0] not in _VERBS:
        return words[0] if words[0] in _LONE_VERBS else "statement"
    title = [words[0]]
    for word in words[1:]:
        if (
            word in ("OR", "REPLACE", "REFRESH", "TEMPORARY", "TEMP", "PRIVATE")
            and words[0] == "CREATE"
        ):
            continue
        if word not in _OBJECTS:
            break
        title.append(word)
    return " ".join(title)


_VERBS = frozenset(
    {"CREATE", "ALTER", "DROP", "COPY", "INSERT", "MERGE", "SHOW", "COMMENT", "APPLY"}
)
_LONE_VERBS = word_set(
    """
    ANALYZE BEGIN CACHE CALL CONVERT DECLARE DELETE DENY DESC DESCRIBE EXECUTE EXPLAIN FROM FSCK
    GRANT OPTIMIZE REFRESH REORG REPAIR RESTORE REVOKE SELECT SET SYNC TABLE TRUNCATE UNDROP
    UPDATE USE VACUUM
    VALUES WITH
    """
)
_OBJECTS = word_set(
    """
    CATALOG CHANGES COLUMN CONNECTION CREDENTIAL DATABASE EXTERNAL FLOW FUNCTION GRANTS INTO
    LOCATION MATERIALIZED ON OVERWRITE POLICY PROCEDURE RECIPIENT SCHEMA SHARE STORAGE STREAMING
    TABLE VIEW VOLUME
    """
)


def stray_characters(tokens: Sequence[Token]) -> Iterator[Slip]:
    """Every quote and comment closes, and no character is one that SQL does not have."""
    for token in tokens:
        if token.kind is TokenKind.SYMBOL and len(token.text) > LONGEST_OPERATOR:
            yield Slip(
                "sql-character",
                f"'{shown(token.text, 20)}' is not an operator.",
                "Remove it, or put it in quotes.",
                token.start,
            )
        if token.kind is not TokenKind.STRAY:
            continue
        closing = {"'": "'", '"': '"', "`": "`", "/": "*/"}.get(token.text)
        if closing:
            what = {"`": "A name", "/": "A comment"}.get(token.text, "A text")
            yield Slip(
                "sql-unclosed",
                f"{what} begins here and never ends.",
                f"Close it with {closing}"
                + (", and write a quote inside it as \\'." if closing == "'" else "."),
                token.start,
            )
            return  # everything after it is read as the wrong thing
        name = unicodedata.name(token.text[0], "unknown character").lower()
        yield Slip(
            "sql-character",
            f"'{shown(token.text)}' (U+{ord(token.text[0]):04X}, {name}) is not part of SQL.",
            "Remove it; if it belongs to a name, put the name in backticks.",
            token.start,
        )


def template_marks_left(tokens: Sequence[Token]) -> Iterator[Slip]:
    """No `{{`, `{%` or `{#` of a template is left in the statement."""
    for token in tokens:
        if token.kind is TokenKind.SYMBOL and any(mark in token.text for mark in _TEMPLATE_MARKS):
            yield Slip(
                "sql-template-left",
                f"'{shown(token.text)}' of a template was left in the SQL.",
                "Render the template first; for a value that comes at run time write :name.",
                token.start,
            )
            return


_TEMPLATE_MARKS = ("{{", "}}", "{%", "%}", "{#")


def brackets_close(tokens: Sequence[Token]) -> Iterator[Slip]:
    """Every bracket closes, and none closes that did not open."""
    opened: list[Token] = []
    for token in tokens:
        if token.text == "(":
            opened.append(token)
        elif token.text == ")":
            if not opened:
                yield Slip(
                    "sql-bracket",
                    f"This ')' closes nothing (in {statement_title(tokens)}).",
                    "Remove it, or add the '(' it belongs to.",
                    token.start,
                )
                return
            opened.pop()
        if len(opened) > DEEPEST:
            yield Slip(
                "sql-too-deep",
                f"Brackets are nested more than {DEEPEST} levels deep.",
                "Split the statement, for example with WITH ... AS.",
                token.start,
            )
            return
    if opened:
        yield Slip(
            "sql-bracket",
            f"This '(' never closes (in {statement_title(tokens)}).",
            "Add the ')' that is missing.",
            opened[-1].start,
        )


def commas_separate(tokens: Sequence[Token]) -> Iterator[Slip]:
    """A comma stands between two things."""
    for index, token in enumerate(tokens):
        if token.text != "," or token.kind is not TokenKind.SYMBOL:
            continue
        before = tokens[index - 1] if index else None
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        is_privilege = tokens[0].upper in ("GRANT", "REVOKE", "DENY")
        if before is not None and before.upper in _STARTS_A_LIST and not is_privilege:
            yield Slip(
                "sql-comma",
                f"A comma follows {before.upper} (in {statement_title(tokens)}).",
                f"Remove the comma, or add what is missing after {before.upper}.",
                token.start,
            )
        elif before is None or before.text == "(":
            yield Slip(
                "sql-comma",
                "A comma stands before the first item of a list.",
                "Remove the comma.",
                token.start,
            )
        elif after is None or after.text in (",", ")") or after.upper in _ENDS_A_LIST:
            what = f"'{shown(after.text)}'" if after is not None else "the end of the statement"
            yield Slip(
                "sql-comma",
                f"Nothing stands between this comma and {what} (in {statement_title(tokens)}).",
                "Remove the comma, or add what is missing after it.",
                token.start,
            )


_STARTS_A_LIST = frozenset(
    {"AS", "BY", "SELECT", "FROM", "WHERE", "AND", "OR", "GROUP", "ORDER", "HAVING", "JOIN"}
)
_ENDS_A_LIST = frozenset({"FROM", "WHERE", "HAVING"})


def lists_are_not_empty(tokens: Sequence[Token]) -> Iterator[Slip]:
    """Columns, keys and properties are lists of at least one."""
    for index in range(1, len(tokens) - 1):
        if tokens[index].text != "(" or tokens[index + 1].text != ")":
            continue
        before = tokens[index - 1].upper
        if before in ("BY", "KEY", "TBLPROPERTIES", "VALUES", "OPTIONS"):
            clause = f"{tokens[index - 2].upper} {before}" if before in ("BY", "KEY") else before
            yield Slip(
                "sql-empty-list",
                f"{clause} has an empty list.",
                "Leave the clause out, or name at least one item.",
                tokens[index].start,
            )
        elif _is_table_name_end(tokens, index):
            yield Slip(
                "sql-empty-list",
                f"{statement_title(tokens)} has an empty column list.",
                "Name at least one column, or leave out the brackets.",
                tokens[index].start,
            )


def _is_table_name_end(tokens: Sequence[Token], index: int) -> bool:
    return tokens[0].upper in ("CREATE", "INSERT") and (
        index == _end_of_name(tokens, "TABLE") or index == _end_of_name(tokens, "INTO")
    )


def _end_of_name(tokens: Sequence[Token], after: str) -> int:
    """Index of the first token after the dotted name that follows the word `after`; 0 if none."""
    for index, token in enumerate(tokens[:10]):
        if token.upper != after or token.kind is not TokenKind.WORD:
            continue
        at = index + 1
        if [part.upper for part in tokens[at : at + 3]] == ["IF", "NOT", "EXISTS"]:
            at += 3
        while at + 1 < len(tokens) and tokens[at + 1].text == ".":
            at += 2
        return at + 1
    return 0


def clauses_fit_together(tokens: Sequence[Token]) -> Iterator[Slip]:
    """Clauses of a new table come once, and constraints stand inside the column list.

    Source: Databricks SQL language manual, *CREATE TABLE [USING]*.
    """
    if tokens[0].upper != "CREATE" or not statement_title(tokens).endswith("TABLE"):
        return
    seen: dict[str, Token] = {}
    for index, token in _top_level_words(tokens, _end_of_name(tokens, "TABLE")):
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        clause = _clause_at(token, following)
        if clause == "AS":
            return
        if clause == "CONSTRAINT":
            after = f" after {list(seen)[-1]}" if seen else ""
            yield Slip(
                "sql-constraint-outside",
                f"A {token.upper} clause stands outside the column list{after}.",
                "Move it inside the brackets, after the last column.",
                token.start,
            )
            return
        if not clause:
            continue
        if clause in seen:
            remedy = (
                "Write all properties in one list." if clause == "TBLPROPERTIES" else "Keep one."
            )
            yield Slip("sql-clause-twice", f"{clause} is written twice.", remedy, token.start)
        elif {clause, *seen} >= {"PARTITIONED BY", "CLUSTER BY"}:
            yield Slip(
                "sql-partition-and-cluster",
                "A table cannot have both PARTITIONED BY and CLUSTER BY.",
                "Keep CLUSTER BY (liquid clustering), Databricks' advice for new tables.",
                token.start,
            )
        seen.setdefault(clause, token)


def _top_level_words(tokens: Sequence[Token], first: int) -> Iterator[tuple[int, Token]]:
    depth = 0
    for index in range(first, len(tokens)):
        token = tokens[index]
        if token.text == "(":
            depth += 1
        elif token.text == ")":
            depth -= 1
        elif depth == 0 and token.kind is TokenKind.WORD:
            yield index, token


def _clause_at(token: Token, following: Token | None) -> str:
    word, after = token.upper, following.upper if following is not None else ""
    if word in ("PARTITIONED", "CLUSTER") and after == "BY":
        return f"{word} BY"
    if (word, after) in (("PRIMARY", "KEY"), ("FOREIGN", "KEY")) or word == "CONSTRAINT":
        return "CONSTRAINT"
    if word == "COMMENT" and following is not None and following.kind is TokenKind.STRING:
        return word
    if word in ("TBLPROPERTIES", "OPTIONS") and after == "(":
        return word
    if word == "LOCATION" and following is not None and following.kind is TokenKind.STRING:
        return word
    if word == "USING" and following is not None and following.kind is TokenKind.WORD:
        return word
    return "AS" if word == "AS" and after in ("SELECT", "WITH", "(", "FROM", "VALUES") else ""


def merge_says_what_to_do(tokens: Sequence[Token]) -> Iterator[Slip]:
    """A MERGE has a condition and at least one WHEN.

    Source: Databricks SQL language manual, *MERGE INTO*.
    """
    if tokens[0].upper != "MERGE":
        return
    words = [token.upper for _, token in _top_level_words(tokens, 0)]
    for needed, example in (
        ("USING", "USING source ON target.id = source.id"),
        ("ON", "ON target.id = source.id"),
        ("WHEN", "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"),
    ):
        if needed not in words:
            yield Slip(
                "sql-merge-incomplete",
                f"This MERGE has no {needed}.",
                f"Add {example}.",
                tokens[0].start,
            )
            return
    yield from _merge_branches(tokens)


def _merge_branches(tokens: Sequence[Token]) -> Iterator[Slip]:
    branch: Token | None = None
    for index, token in _top_level_words(tokens, 1):
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.upper == "THEN":
            branch = None
        elif token.upper == "WHEN":
            if branch is not None:
                yield _branch_without_then(branch)
            branch = token
        elif token.upper == "EVOLUTION" and index != 3:
            yield Slip(
                "sql-merge-evolution",
                "WITH SCHEMA EVOLUTION stands in the wrong place.",
                "Write MERGE WITH SCHEMA EVOLUTION INTO ...",
                token.start,
            )
        elif token.upper == "INSERT" and (after is None or after.text not in ("*", "(")):
            yield Slip(
                "sql-merge-incomplete",
                "INSERT says not what to insert (in MERGE).",
                "Write INSERT *, or INSERT (columns) VALUES (values).",
                token.start,
            )
    if branch is not None:
        yield _branch_without_then(branch)


def _branch_without_then(branch: Token) -> Slip:
    return Slip(
        "sql-merge-incomplete",
        "This WHEN has no THEN (in MERGE).",
        "Add THEN and UPDATE, INSERT or DELETE.",
        branch.start,
    )


def operators_have_two_sides(tokens: Sequence[Token]) -> Iterator[Slip]:
    """Something follows every `=`, `+`, `AND` and their like."""
    for index, token in enumerate(tokens):
        if token.upper not in _BINARY or (token.upper in ("AND", "OR") and index == 0):
            continue
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        beyond = tokens[index + 2].upper if index + 2 < len(tokens) else ""
        if after is None:
            place = "the end of the statement"
        elif (
            after.text in (")", ",")
            or after.text in _COMPARISONS
            or after.upper in _CANNOT_BE_OPERAND
            or (beyond == "BY" and after.upper in ("GROUP", "ORDER", "ZORDER", "SEQUENCE"))
        ):
            place = f"'{after.text}'"
        else:
            continue
        yield Slip(
            "sql-operand-missing",
            f"Nothing stands between '{token.text}' and {place} (in {statement_title(tokens)}).",
            f"Add a value after '{token.text}', or remove it.",
            token.start,
        )


_BINARY = frozenset({"=", "==", "<>", "!=", "<=", ">=", "<=>", "+", "||", "=>", "AND", "OR"})
_COMPARISONS = frozenset({"=", "==", "<>", "!=", "<=", ">=", "<=>", "||", "=>"})
_CANNOT_BE_OPERAND = frozenset(
    {"FROM", "WHERE", "HAVING", "JOIN", "UNION", "WHEN", "THEN", "ELSE", "AND", "OR"}
)


def dots_join_names(tokens: Sequence[Token]) -> Iterator[Slip]:
    """`catalog.schema.table`: one dot, with a name right before and right after it."""
    for index, token in enumerate(tokens):
        if token.kind is not TokenKind.SYMBOL or token.text not in (".", ".."):
            continue
        before = tokens[index - 1] if index else None
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        is_joined = (
            token.text == "."
            and before is not None
            and after is not None
            and before.end == token.start
            and token.end == after.start
            and (before.kind in _NAME_KINDS or before.text in (")", "]"))
            and (after.kind in _NAME_KINDS or after.kind is TokenKind.NUMBER)
        )
        if not is_joined:
            yield Slip(
                "sql-dot",
                f"A dot does not join two names here (in {statement_title(tokens)}).",
                "Write catalog.schema.table without gaps, and fill in the part that is missing.",
                token.start,
            )
            return


_NAME_KINDS = frozenset({TokenKind.WORD, TokenKind.QUOTED})


def keywords_come_once(tokens: Sequence[Token]) -> Iterator[Slip]:
    """No `SELECT SELECT`, and nothing but a name after AS."""
    for token, after in pairwise(tokens):
        if token.kind is not TokenKind.WORD or after.kind is not TokenKind.WORD:
            continue
        if token.upper == after.upper and token.upper in _NEVER_TWICE:
            yield Slip(
                "sql-word-twice",
                f"{token.upper} is written twice (in {statement_title(tokens)}).",
                "Remove one.",
                after.start,
            )
        elif token.upper == "AS" and after.upper in _NEVER_A_NAME:
            yield Slip(
                "sql-name-missing",
                f"A name is missing between AS and {after.upper} (in {statement_title(tokens)}).",
                "Add the name, or remove AS.",
                token.start,
            )


_NEVER_TWICE = word_set(
    "ALTER AND AS BY CREATE DROP FROM GROUP HAVING INTO JOIN ON OR ORDER SELECT SET TABLE THEN "
    "USING VALUES WHEN WHERE"
)
_NEVER_A_NAME = frozenset({"ON", "WHERE", "WHEN", "USING", "GROUP", "ORDER", "JOIN"})


def named_arguments_are_separate(tokens: Sequence[Token]) -> Iterator[Slip]:
    """`f('x', format => 'json')`: a comma before every name."""
    for index in range(2, len(tokens)):
        if tokens[index].text == "=>" and tokens[index - 2].text not in ("(", ","):
            yield Slip(
                "sql-comma",
                f"A comma is missing before '{shown(tokens[index - 1].text)} =>'.",
                "Separate the arguments with commas.",
                tokens[index - 1].start,
            )


def refreshed_things_have_a_kind(tokens: Sequence[Token]) -> Iterator[Slip]:
    """CREATE OR REFRESH makes streaming tables and materialized views only."""
    words = [token.upper for token in tokens[:4]]
    if words[:3] == ["CREATE", "OR", "REFRESH"] and words[3:] in (["TABLE"], ["VIEW"]):
        kind = "STREAMING TABLE" if words[3] == "TABLE" else "MATERIALIZED VIEW"
        yield Slip(
            "sql-refresh-kind",
            f"CREATE OR REFRESH {words[3]} does not exist.",
            f"Write CREATE OR REFRESH {kind}, or CREATE OR REPLACE {words[3]}.",
            tokens[3].start,
        )


def casts_name_a_type(tokens: Sequence[Token]) -> Iterator[Slip]:
    """`CAST(value AS type)`, with a type that exists; sqlfluff lets any word pass."""
    for index, token in enumerate(tokens[:-1]):
        if token.upper not in ("CAST", "TRY_CAST") or tokens[index + 1].text != "(":
            continue
        remedy = f"Write {token.upper}(value AS STRING), with the type you need."
        separator = _top_level_as(tokens, index + 2)
        if separator is None:
            problem = f"This {token.upper} has no AS."
            yield Slip("sql-cast", problem, remedy, token.start)
            continue
        named = tokens[separator + 1]
        if named.kind is not TokenKind.WORD or named.upper not in TYPE_WORDS:
            yield Slip(
                "sql-cast",
                f"'{shown(named.text)}' is not a Databricks data type (in {token.upper}).",
                did_you_mean(named.upper, sorted(TYPE_WORDS)) + remedy,
                named.start,
            )


def _top_level_as(tokens: Sequence[Token], first: int) -> int | None:
    depth = 0
    for index in range(first, len(tokens) - 1):
        text = tokens[index].text
        depth += (text == "(") - (text == ")")
        if depth < 0:
            return None
        if depth == 0 and tokens[index].upper == "AS":
            return index
    return None


def types_have_their_sizes(tokens: Sequence[Token]) -> Iterator[Slip]:
    """DECIMAL takes a precision and a scale, VARCHAR a length: no more."""
    for index, token in enumerate(tokens[:-1]):
        most = _MOST_SIZES.get(token.upper)
        if most is None or tokens[index + 1].text != "(" or token.kind is not TokenKind.WORD:
            continue
        sizes = 0
        at = index + 2
        while at + 1 < len(tokens) and tokens[at].kind is TokenKind.NUMBER:
            sizes += 1
            if tokens[at + 1].text != ",":
                break
            at += 2
        if sizes > most:
            yield Slip(
                "sql-type-size",
                f"{token.upper} has {sizes} sizes.",
                f"It takes {'a precision and a scale' if most == 2 else 'one length'}.",
                token.start,
            )


_MOST_SIZES = {"DECIMAL": 2, "DEC": 2, "NUMERIC": 2, "VARCHAR": 1}


def catalogs_have_one_name(tokens: Sequence[Token]) -> Iterator[Slip]:
    """A catalog is named by one word, and USE names what it uses."""
    words = [token.upper for token in tokens[:7]]
    if words[0] == "USE" and len(tokens) == 2 and words[1] in ("CATALOG", "SCHEMA", "DATABASE"):
        problem = f"USE {words[1]} names nothing."
        yield Slip("sql-name-missing", problem, "Add the name.", tokens[1].start)
    if words[0] not in ("CREATE", "DROP", "USE", "ALTER") or "CATALOG" not in words[:3]:
        return
    at = words.index("CATALOG") + 1
    while at < len(words) and words[at] in ("IF", "NOT", "EXISTS"):
        at += 1
    if at + 1 < len(tokens) and tokens[at + 1].text == ".":
        yield Slip(
            "sql-catalog-name",
            "A catalog has one name, without dots.",
            "Name the catalog alone; schemas are made with CREATE SCHEMA catalog.schema.",
            tokens[at].start,
        )


def vacuum_counts_hours(tokens: Sequence[Token]) -> Iterator[Slip]:
    """VACUUM keeps files for a number of hours; no other unit is taken."""
    if tokens[0].upper != "VACUUM":
        return
    for index, token in enumerate(tokens[:-2]):
        unit = tokens[index + 2]
        if token.upper == "RETAIN" and unit.upper not in ("HOURS", "HOUR"):
            yield Slip(
                "sql-vacuum-unit",
                f"VACUUM retains hours, not {shown(unit.text)}.",
                "Write RETAIN 168 HOURS for seven days.",
                unit.start,
            )


def scripts_end(tokens: Sequence[Token]) -> Iterator[Slip]:
    """A BEGIN block has its END."""
    if tokens[0].upper != "BEGIN" or len(tokens) < 3 or tokens[1].upper == "TRANSACTION":
        return
    if "END" not in (tokens[-1].upper, tokens[-2].upper):
        yield Slip(
            "sql-script-open",
            "This BEGIN never ends.",
            "Close the script with END, and end every statement in it with a semicolon.",
            tokens[0].start,
        )


def statement_is_not_too_long(tokens: Sequence[Token]) -> Iterator[Slip]:
    """A statement of more than 60,000 tokens would take minutes to prove."""
    if len(tokens) > LONGEST:
        yield Slip(
            "sql-too-long",
            f"The statement has {len(tokens):,} words and symbols.",
            "Split it; load many rows from a file with COPY INTO instead of VALUES.",
            tokens[0].start,
        )


RULES: tuple[Rule, ...] = (
    stray_characters,
    template_marks_left,
    statement_is_not_too_long,
    brackets_close,
    commas_separate,
    lists_are_not_empty,
    operators_have_two_sides,
    dots_join_names,
    keywords_come_once,
    named_arguments_are_separate,
    refreshed_things_have_a_kind,
    casts_name_a_type,
    types_have_their_sizes,
    catalogs_have_one_name,
    vacuum_counts_hours,
    scripts_end,
    clauses_fit_together,
    merge_says_what_to_do,
)


def structural_slips(tokens: Sequence[Token]) -> list[Slip]:
    """Every slip in one statement that does not depend on real names; the first kind found only.

    A stray quote makes nonsense of the brackets after it, so the first rule that finds something
    has the word.
    """
    for rule in RULES:
        if slips := list(islice(rule(tokens), MOST_SLIPS)):
            return slips
    return []


def name_slips(tokens: Sequence[Token], facts: TableFacts | None) -> list[Slip]:
    """Columns declared twice or missing, properties set twice, decimals that do not exist."""
    if facts is None or facts.are_sound:
        return []
    slips: list[Slip] = []
    declared: set[str] = set()
    for name, at in facts.columns:
        if name in declared:
            slips.append(
                Slip(
                    "sql-duplicate-column",
                    f"The column '{shown(name)}' is declared twice.",
                    "Rename or remove one; capitals do not make names different.",
                    tokens[at].start,
                )
            )
        declared.add(name)
    for name, at, clause in facts.used:
        if name not in declared:
            slips.append(
                Slip(
                    "sql-unknown-column",
                    f"{clause} names the column '{shown(name)}', which the table does not have.",
                    did_you_mean(name, declared) + "Name a column of the column list.",
                    tokens[at].start,
                )
            )
    keys: set[str] = set()
    for key, at in facts.properties:
        if key in keys:
            slips.append(
                Slip(
                    "sql-duplicate-property",
                    f"The property '{shown(key)}' is set twice.",
                    "Keep one.",
                    tokens[at].start,
                )
            )
        keys.add(key)
    for precision, scale, at in facts.decimals:
        if not (1 <= precision <= 38 and scale <= precision):
            slips.append(
                Slip(
                    "sql-decimal",
                    f"DECIMAL({precision},{scale}) does not exist.",
                    "The precision goes from 1 to 38 and the scale from 0 to the precision.",
                    tokens[at].start,
                )
            )
    return slips
