"""How a Databricks SQL text falls apart into tokens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

# One alternative per kind of token, the commonest first. White space before a token belongs to the
# match (it is read once, and tells `f (` from `f(`); around operators it decides meaning: `a.b` is
# a name, `a . b` is not, and `> =` is not `>=`. A quote that never closes falls through to the
# last alternative as a lone character.
TOKEN_PATTERN = re.compile(
    r"""
    \s*
    (?:
      (?:\d+\.?\d*|(?<![\w`)\]])\.\d+)(?:[eE][+-]?\d+)?\w*
    | [rRxXbB]?'(?:[^'\\]|\\.|'')*'
    | [rRxXbB]?"(?:[^"\\]|\\.|"")*"
    | \w+
    | [(),;]
    | `(?:[^`]|``)*`
    | --[^\r\n]*
    | /\*(?!\+)(?:[^*]|\*(?!/))*\*/
    | /\*\+
    | \*/
    | \$\$.*?\$\$
    | \$\{[A-Za-z_]\w*\}
    | (?:(?!--|/\*)[=<>!|&^~%:?*/+\-.@#{}\[\]\\])+\s*
    | \S
    )
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
# `str.strip` alone would also take a no-break space, which is not white space in SQL.
WHITE_SPACE = " \t\n\r\f\v"


def word_set(text: str) -> frozenset[str]:
    """The words of `text`: how this package writes its lists of keywords."""
    return frozenset(text.split())


class TokenKind(StrEnum):
    """What a token is, before any grammar looks at it."""

    WORD = "word"  # a keyword or a bare name: SELECT, customers
    QUOTED = "quoted"  # a name in backticks
    STRING = "string"  # '...' or "..." or $$...$$
    NUMBER = "number"
    SYMBOL = "symbol"  # punctuation and operators
    STRAY = "stray"  # a character that no token may begin with, or a quote never closed


@dataclass(frozen=True, slots=True)
class Token:
    """One token.

    Attributes:
        text: As written, white space around operators removed.
        upper: `text` in upper case when it is a word, so that keywords compare; else `text`.
        start, end: Character offsets in the text that was read; end excluded.
    """

    kind: TokenKind
    text: str
    upper: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """Every token of `text` in order; comments are left out.

    Never fails: what cannot begin a token comes back as `TokenKind.STRAY`, and
    `lexical_faults` in the gate says what that means.

    >>> [token.text for token in tokenize("SELECT `a b` -- why\\n, 1")]
    ['SELECT', '`a b`', ',', '1']
    """
    return list(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    nested = nested_comment_spans(text)
    if nested:
        text = blank(text, nested)
    for match in TOKEN_PATTERN.finditer(text):
        raw = match.group()
        piece = raw.strip(WHITE_SPACE)
        if is_comment(piece):
            continue
        start = match.start() + raw.index(piece)
        kind = _kind(piece)
        if piece == "/" and text.startswith("/*", start):
            kind = TokenKind.STRAY  # a comment that never closes
        yield Token(
            kind,
            piece,
            piece.upper() if kind is TokenKind.WORD else piece,
            start,
            start + len(piece),
        )


def is_comment(piece: str) -> bool:
    """Whether a match of `TOKEN_PATTERN`, stripped, is a comment; hints (`/*+`) are not."""
    return piece.startswith("--") or (piece.startswith("/*") and piece != "/*+")


def _kind(piece: str) -> TokenKind:
    first, last = piece[0], piece[-1]
    if last in "'\"" and len(piece) > 1:
        return TokenKind.STRING
    if first == "`" and len(piece) > 1:
        return TokenKind.QUOTED
    if first == "$" and len(piece) > 2:
        return TokenKind.WORD if piece.startswith("${") else TokenKind.STRING
    if first.isdigit() or (first == "." and len(piece) > 1 and piece[1].isdigit()):
        # Spark lets a bare name begin with a digit; a number with letters in it is one of those.
        return TokenKind.NUMBER if _NUMBER.fullmatch(piece) else TokenKind.WORD
    if first in "'\"`$":
        return TokenKind.STRAY
    if first == "_" or (first.isascii() and first.isalpha()):
        return TokenKind.WORD
    return TokenKind.SYMBOL if first in _SYMBOLS else TokenKind.STRAY


_NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?:[dDfFlLsSyY]|BD|bd)?", re.ASCII)
_SYMBOLS = frozenset("(),;=<>!|&^~%:?*/+-.@#{}[]\\")


def nested_comment_spans(text: str) -> list[tuple[int, int]]:
    """Spans of block comments that hold another block comment, or that never close.

    Databricks nests `/* */`; a regular expression cannot count, so these are found by hand.
    Source: Databricks SQL language manual, *Comments*.
    """
    if text.count("/*") < 2:
        return []
    spans: list[tuple[int, int]] = []
    position = 0
    while (found := _COMMENT_OR_QUOTE.search(text, position)) is not None:
        if not found.group().startswith("/*"):
            position = found.end()
            continue
        depth, deepest, position = 1, 1, found.end()
        while depth and (edge := _COMMENT_EDGE.search(text, position)) is not None:
            depth += 1 if edge.group() == "/*" else -1
            deepest = max(deepest, depth)
            position = edge.end()
        if depth:
            # It never closes: all the rest is comment. Blanked, or every later `/*` would be
            # searched to the end of the text again; the opening mark stays, to be reported.
            spans.append((found.end(), len(text)))
            break
        if deepest > 1:
            spans.append((found.start(), position))
    return spans


_COMMENT_OR_QUOTE = re.compile(
    r"--[^\r\n]*|/\*(?!\+)|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`", re.DOTALL
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")


def blank(text: str, spans: list[tuple[int, int]]) -> str:
    """`text` with each span turned into spaces; line ends stay, so places stay."""
    pieces: list[str] = []
    position = 0
    for start, end in spans:
        pieces.append(text[position:start])
        pieces.append(_NOT_LINE_END.sub(" ", text[start:end]))
        position = end
    pieces.append(text[position:])
    return "".join(pieces)


_NOT_LINE_END = re.compile(r"[^\r\n]")


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    r"""1-based line and column of a character offset.

    >>> line_and_column("a\nbc", 3)
    (2, 2)
    """
    before = text[:offset]
    return before.count("\n") + 1, offset - before.rfind("\n")
