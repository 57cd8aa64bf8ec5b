"""A statement read from left to right, word by word."""

from collections.abc import Sequence
from typing import NoReturn

from lakewright.localworkspace.engine.errors import syntax_error
from lakewright.sql.tokens import Token, TokenKind, tokenize

_OPENING = {"(": ")", "[": "]"}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "Z": "\x1a"}


class Words:
    """A cursor over the tokens of one statement.

    >>> words = Words("DROP TABLE IF EXISTS `a b`.t")
    >>> words.take("DROP", "TABLE"), words.take("IF", "EXISTS"), words.name()
    (True, True, ['a b', 't'])
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: Sequence[Token] = tokenize(text)
        self.at = 0

    @property
    def ended(self) -> bool:
        return self.at >= len(self.tokens)

    def upper(self, ahead: int = 0) -> str:
        """The token `ahead` places on, in capitals when it is a word; empty at the end."""
        index = self.at + ahead
        return self.tokens[index].upper if index < len(self.tokens) else ""

    def looks(self, *words: str) -> bool:
        return all(self.upper(index) == word for index, word in enumerate(words))

    def take(self, *words: str) -> bool:
        """Go past `words` when they come next."""
        if not self.looks(*words):
            return False
        self.at += len(words)
        return True

    def need(self, *words: str) -> None:
        if not self.take(*words):
            self.fail(f"expected {' '.join(words)}")

    def fail(self, why: str) -> NoReturn:
        found = self.tokens[self.at].text if not self.ended else "end of input"
        raise syntax_error(f"Syntax error at or near '{found}': {why}.")

    def end(self) -> None:
        if not self.ended:
            self.fail("extra input")

    def name(self) -> list[str]:
        """A dotted name, its parts without backticks, as written otherwise."""
        parts = [self.part()]
        while self.upper() == ".":
            self.at += 1
            parts.append(self.part())
        return parts

    def part(self) -> str:
        if self.ended:
            self.fail("expected a name")
        token = self.tokens[self.at]
        if token.kind not in (TokenKind.WORD, TokenKind.QUOTED, TokenKind.NUMBER):
            self.fail("expected a name")
        self.at += 1
        return unquoted(token.text)

    def string(self) -> str:
        if self.ended or self.tokens[self.at].kind is not TokenKind.STRING:
            self.fail("expected a text in quotes")
        self.at += 1
        return string_value(self.tokens[self.at - 1].text)

    def number(self) -> int:
        if self.ended or not self.tokens[self.at].text.isdigit():
            self.fail("expected a whole number")
        self.at += 1
        return int(self.tokens[self.at - 1].text)

    def brackets(self) -> str:
        """The text between the bracket that comes next and its partner; goes past both."""
        if self.upper() != "(":
            self.fail("expected '('")
        first = self.at
        depth = 0
        while not self.ended:
            depth += {"(": 1, ")": -1}.get(self.upper(), 0)
            self.at += 1
            if depth == 0:
                return self.text[self.tokens[first].end : self.tokens[self.at - 1].start]
        return self.fail("a bracket is not closed")

    def rest(self) -> str:
        """What is left, and go to the end."""
        if self.ended:
            return ""
        start = self.tokens[self.at].start
        self.at = len(self.tokens)
        return self.text[start : self.tokens[-1].end]

    def until(self, *stops: str) -> str:
        """The text up to a word of `stops` outside brackets, or to the end."""
        first, depth = self.at, 0
        while not self.ended:
            word = self.upper()
            if depth == 0 and word in stops:
                break
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(word, 0)
            self.at += 1
        if first == self.at:
            return ""
        return self.text[self.tokens[first].start : self.tokens[self.at - 1].end]


def unquoted(text: str) -> str:
    return text[1:-1].replace("``", "`") if text.startswith("`") else text


def string_value(literal: str) -> str:
    r"""What a literal of Spark SQL stands for.

    >>> string_value(r"'it\'s'"), string_value("r'\\d'")
    ("it's", '\\d')
    """
    raw = literal[0] in "rR"
    body = literal[1:] if raw else literal
    body = body[2:-2] if body.startswith("$$") else body[1:-1]
    if raw or "\\" not in body:
        return body
    found: list[str] = []
    at = 0
    while at < len(body):
        if body[at] == "\\" and at + 1 < len(body):
            at += 1
            # `\%` and `\_` keep their backslash: LIKE reads it.
            found.append("\\" + body[at] if body[at] in "%_" else _ESCAPES.get(body[at], body[at]))
        else:
            found.append(body[at])
        at += 1
    return "".join(found)


def literal(text: str) -> str:
    """`text` as a literal of Spark SQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"


def quoted(parts: Sequence[str]) -> str:
    """A dotted name with every part in backticks."""
    return ".".join("`" + part.replace("`", "``") + "`" for part in parts)


def split_commas(text: str) -> list[str]:
    """`text` at its commas outside brackets (round, square and the angles of types)."""
    pieces: list[str] = []
    depth = start = 0
    for token in tokenize(text):
        for sign in token.text if token.kind is TokenKind.SYMBOL else "":
            depth += {"(": 1, "[": 1, "<": 1, ")": -1, "]": -1, ">": -1}.get(sign, 0)
        if token.text == "," and depth <= 0:
            pieces.append(text[start : token.start].strip())
            start = token.end
    last = text[start:].strip()
    return [*pieces, last] if last else pieces


def properties(text: str) -> dict[str, str]:
    """`'a' = 'b', c.d = 1` as a mapping."""
    found: dict[str, str] = {}
    for piece in split_commas(text):
        words = Words(piece)
        is_text = words.tokens[0].kind is TokenKind.STRING
        key = words.string() if is_text else ".".join(words.name())
        words.take("=")
        value = words.rest()
        found[key] = string_value(value) if value[:1] in ("'", '"') else value
    return found
