"""Where one SQL statement ends and the next begins, and which parameters they take."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lakewright.sql.tokens import (
    TOKEN_PATTERN,
    WHITE_SPACE,
    Token,
    TokenKind,
    blank,
    is_comment,
    nested_comment_spans,
    tokenize,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a script.

    Attributes:
        text: From its first token to its last, without the semicolon; comments inside stay.
        start: Character offset of the first token in the script.
        line, column: 1-based place of the first token in the script.
        tokens: Its tokens, with offsets in the script.
    """

    text: str
    start: int
    line: int
    column: int
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class ParameterMarker:
    """A value that arrives when the statement runs.

    Attributes:
        name: Without its marks; empty for `?`.
        style: `named` (`:name`), `braces` (`{{name}}`), `positional` (`?`) or `widget`
            (`${name}`).
        start: Character offset of the first mark.
    """

    name: str
    style: str
    start: int


def split_statements(text: str) -> list[Statement]:
    """The statements of `text` in order; empty ones are left out.

    A semicolon inside quotes, backticks, comments, `$$...$$`, brackets, or between the `BEGIN`
    and `END` of a SQL script does not end a statement.

    >>> [found.text for found in split_statements("SELECT ';'; BEGIN SELECT 1; END; -- bye")]
    ["SELECT ';'", 'BEGIN SELECT 1; END']
    """
    tokens = tokenize(text)
    statements: list[Statement] = []
    first = counted = 0
    line = 1
    for end in [*statement_ends([token.upper for token in tokens]), len(tokens)]:
        part = tuple(tokens[first:end])
        first = end + 1
        if part:
            start = part[0].start
            # Counted on from the statement before, so that long scripts stay linear.
            line += text.count("\n", counted, start)
            counted = start
            column = start - text.rfind("\n", 0, start)
            statements.append(Statement(text[start : part[-1].end], start, line, column, part))
    return statements


def statement_ends(words: Sequence[str]) -> list[int]:
    """Indexes of the semicolons that end a statement, given tokens in upper case.

    Source of the block rules: Databricks SQL language manual, *SQL scripting*.
    """
    ends: list[int] = []
    brackets = blocks = first = 0
    for index, word in enumerate(words):
        if word == ";":
            if blocks <= 0 and brackets <= 0:
                ends.append(index)
                first, brackets, blocks = index + 1, 0, 0
            elif blocks > 0:
                brackets = 0
        elif word == "(":
            brackets += 1
        elif word == ")":
            brackets -= 1
        elif word == "BEGIN":
            if blocks or _opens_script(words, first, index):
                blocks += 1
        elif blocks and word in _BLOCK_WORDS and _opens_block(words, index):
            blocks += 1
        elif blocks and word == "END":
            blocks -= 1
    return ends


_BLOCK_WORDS = frozenset({"CASE", "IF", "LOOP", "REPEAT", "DO"})
_STATEMENT_STARTS = frozenset({";", "BEGIN", "THEN", "ELSE", "DO", "LOOP", "REPEAT", ":"})


def _opens_script(words: Sequence[str], first: int, index: int) -> bool:
    following = words[index + 1] if index + 1 < len(words) else ""
    if index == first:
        return following not in ("TRANSACTION", "WORK", ";", "")
    if words[index - 1] == ":" and index - first == 2:  # a label
        return True
    return words[first] in ("CREATE", "EXECUTE") and words[index - 1] in ("AS", "IMMEDIATE", "SQL")


def _opens_block(words: Sequence[str], index: int) -> bool:
    before = words[index - 1]
    if before == "END":
        return False
    # CASE is an expression as well as a statement and always has its END; the others are also
    # names of functions, so they open a block only where a statement may begin.
    return words[index] in ("CASE", "DO") or before in _STATEMENT_STARTS


def strip_comments(text: str) -> str:
    """`text` with its comments turned into spaces: every other character keeps its place.

    Optimizer hints (`/*+ ... */`) stay.

    >>> strip_comments("SELECT 1 -- one")
    'SELECT 1       '
    """
    text = blank(text, nested_comment_spans(text))
    if "--" not in text and "/*" not in text:
        return text
    spans = [
        match.span()
        for match in TOKEN_PATTERN.finditer(text)
        if is_comment(match.group().strip(WHITE_SPACE))
    ]
    return blank(text, spans)


def parameter_markers(text: str) -> list[ParameterMarker]:
    """Every parameter of `text`, by place. Comments and quoted texts hold none.

    `{{name}}` is the exception: Databricks replaces it before it reads the SQL, so it counts
    inside quotes too.

    >>> [(found.name, found.style) for found in parameter_markers("SELECT :a, b:c, '{{d}}'")]
    [('a', 'named'), ('d', 'braces')]
    """
    tokens = tokenize(text)
    found = [
        ParameterMarker(match.group(1), "braces", match.start())
        for match in _BRACES.finditer(strip_comments(text))
    ]
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else None
        if token.kind is TokenKind.WORD and token.text.startswith("${"):
            found.append(ParameterMarker(token.text[2:-1], "widget", token.start))
        elif token.kind is not TokenKind.SYMBOL:
            continue
        elif token.text == "?":
            found.append(ParameterMarker("", "positional", token.start))
        elif token.text.endswith(":") and not token.text.endswith("::"):
            name = tokens[index + 1] if index + 1 < len(tokens) else None
            glued = name is not None and name.kind is TokenKind.WORD and name.start == token.end
            if glued and name is not None and not _is_path(token, before):
                found.append(ParameterMarker(name.text, "named", token.end - 1))
    return sorted(found, key=lambda marker: marker.start)


_BRACES = re.compile(r"\{\{\s*([A-Za-z_][\w.\-]*)\s*\}\}")


def _is_path(colon: Token, before: Token | None) -> bool:
    """`payload:field` reads a field of a VARIANT, and `STRUCT<a:INT>` names one."""
    if before is None or colon.text != ":" or before.end != colon.start:
        return False
    return before.kind in (TokenKind.WORD, TokenKind.QUOTED) or before.text in (")", "]")
