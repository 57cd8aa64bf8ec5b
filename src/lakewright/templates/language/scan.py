"""What are the pieces of a Jinja source, also of one that is half typed?

Jinja's own lexer stops at the first mistake. This one never does: a tag that nobody closed ends
with its line, a quote that nobody closed ends with its tag. Sources that Jinja can read give the
same tokens here, which a test compares.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple


class Kind(StrEnum):
    """What a token is."""

    DATA = "data"
    COMMENT = "comment"
    OPEN = "open"
    CLOSE = "close"
    SPACE = "space"
    NAME = "name"
    NUMBER = "number"
    STRING = "string"
    OPERATOR = "operator"


class Token(NamedTuple):
    """One piece of the source; `start` and `end` are character offsets, end excluded."""

    kind: Kind
    text: str
    start: int
    end: int


class TagKind(StrEnum):
    """What braces hold."""

    PRINT = "print"
    STATEMENT = "statement"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Tag:
    """`{{ ... }}`, `{% ... %}` or `{# ... #}`.

    Attributes:
        tokens: What is between the braces, white space left out.
        closed: The closing braces are there.
        inner_start, inner_end: Offsets of what is between the braces.
    """

    kind: TagKind
    start: int
    end: int
    inner_start: int
    inner_end: int
    tokens: tuple[Token, ...]
    closed: bool

    @property
    def word(self) -> str:
        """The statement's first word: `if`, `endfor`, ..."""
        if self.kind is TagKind.STATEMENT and self.tokens and self.tokens[0].kind is Kind.NAME:
            return self.tokens[0].text
        return ""


@dataclass(frozen=True, slots=True)
class Scan:
    """A source in pieces: `tokens` joined are the source."""

    source: str
    tokens: tuple[Token, ...]
    tags: tuple[Tag, ...]

    def tag_at(self, offset: int) -> Tag | None:
        """The tag between whose braces the offset is."""
        index = bisect_right(self.tags, offset, key=lambda tag: tag.inner_start) - 1
        if index < 0:
            return None
        tag = self.tags[index]
        return tag if offset <= tag.inner_end else None

    def token_at(self, offset: int) -> Token | None:
        """The token around an offset; of two that touch there, the name or else the second."""
        index = bisect_right(self.tokens, offset, key=lambda token: token.start) - 1
        if index < 0:
            return None
        here = self.tokens[index]
        before = self.tokens[index - 1] if index and here.start == offset else None
        if before is not None and before.kind is Kind.NAME and here.kind is not Kind.NAME:
            return before
        return here


_OPEN = re.compile(r"\{(?:\{|%|#)[-+]?")
_ENDRAW = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}")
_PIECE = re.compile(
    r"""(?P<space>\s+)
      | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<number>(?:0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+)
          |\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d+(?:_\d+)*)?)
      | (?P<name>[^\W\d]\w*)
      | (?P<operator>//|\*\*|==|!=|>=|<=|.)""",
    re.VERBOSE | re.DOTALL,
)
_KINDS = {kind.value: kind for kind in Kind}
_LINE_END = re.compile(r"\r\n|\n|\r|\Z")
_STATEMENT_CLOSE = re.compile(r"[-+]?%\}")
_PRINT_CLOSE = re.compile(r"-?\}\}")
_ANY_CLOSE = re.compile(r"%\}|\}\}")


@lru_cache(maxsize=64)
def scan(source: str) -> Scan:
    """Take a source apart; any text has an answer."""
    tokens: list[Token] = []
    tags: list[Tag] = []
    offset = 0
    while offset < len(source):
        found = _OPEN.search(source, offset)
        if found is None:
            tokens.append(Token(Kind.DATA, source[offset:], offset, len(source)))
            break
        if found.start() > offset:
            data = source[offset : found.start()]
            tokens.append(Token(Kind.DATA, data, offset, found.start()))
        pieces, tag = (
            _comment(source, found) if source[found.start() + 1] == "#" else _tag(source, found)
        )
        tokens += pieces
        tags.append(tag)
        offset = tag.end
        if tag.word == "raw" and tag.closed:
            end = _ENDRAW.search(source, offset)
            until = end.start() if end is not None else len(source)
            if until > offset:
                tokens.append(Token(Kind.DATA, source[offset:until], offset, until))
            offset = until
    return Scan(source, tuple(tokens), tuple(tags))


def _comment(source: str, opened: re.Match[str]) -> tuple[list[Token], Tag]:
    start = opened.start()
    end = source.find("#}", start + 2)
    closed = end >= 0
    line_end = _LINE_END.search(source, start)
    until = end + 2 if closed else line_end.start() if line_end else len(source)
    inner_end = end if closed else until
    token = Token(Kind.COMMENT, source[start:until], start, until)
    inner = min(opened.end(), inner_end)
    return [token], Tag(TagKind.COMMENT, start, until, inner, inner_end, (), closed)


def _tag(source: str, opened: re.Match[str]) -> tuple[list[Token], Tag]:
    kind = TagKind.PRINT if source[opened.start() + 1] == "{" else TagKind.STATEMENT
    tokens = [Token(Kind.OPEN, opened.group(), opened.start(), opened.end())]
    closed = False
    inner_end = opened.end()
    for piece in _pieces(source, opened.end(), kind):
        closed = piece.kind is Kind.CLOSE
        if not closed:
            inner_end = piece.end
        tokens.append(piece)
    if not closed:
        # Nobody closed it: the rest of the line is still meant, the lines below are not.
        line_end = _LINE_END.search(source, opened.end())
        until = line_end.start() if line_end is not None else len(source)
        tokens = [
            token._replace(text=token.text[: until - token.start], end=min(token.end, until))
            for token in tokens
            if token.start < until and (token.end <= until or token.kind is Kind.SPACE)
        ]
        inner_end = max(tokens[-1].end, opened.end())
    significant = tuple(token for token in tokens[1:] if token.kind not in (Kind.SPACE, Kind.CLOSE))
    tag = Tag(kind, opened.start(), tokens[-1].end, opened.end(), inner_end, significant, closed)
    return tokens, tag


def _pieces(source: str, offset: int, kind: TagKind) -> Iterator[Token]:
    """Tokens up to the closing braces; without a `CLOSE` at the end when there are none."""
    brackets: list[str] = []
    close = _STATEMENT_CLOSE if kind is TagKind.STATEMENT else _PRINT_CLOSE
    while offset < len(source):
        ended = close.match(source, offset)
        if ended is not None and (kind is TagKind.STATEMENT or _closes(source, ended, brackets)):
            yield Token(Kind.CLOSE, ended.group(), offset, ended.end())
            return
        # Braces that open here mean that this tag was never closed.
        if _OPEN.match(source, offset):
            return
        piece = _PIECE.match(source, offset)
        if piece is None:
            return
        text, group = piece.group(), piece.lastgroup or "operator"
        if group == "string" and "\n" in text and _ANY_CLOSE.search(text):
            group = "operator"  # the quote belongs to a later tag
        if group == "operator" and text[0] in "\"'":
            yield _open_quote(source, offset)
            offset = _open_quote(source, offset).end
            continue
        if group == "operator":
            if text in "([{":
                brackets.append(text)
            elif text in ")]}" and brackets:
                brackets.pop()
        yield Token(_KINDS[group], text, offset, piece.end())
        offset = piece.end()


def _closes(source: str, ended: re.Match[str], brackets: list[str]) -> bool:
    """Whether `}}` ends the tag, or closes mappings inside of it."""
    if not brackets or brackets[-1] != "{":
        return True
    run = len(source[ended.end() - 2 :]) - len(source[ended.end() - 2 :].lstrip("}"))
    return brackets.count("{") == 1 and run == 2


def _open_quote(source: str, offset: int) -> Token:
    """A text whose quote is not closed: it ends with its tag or its line."""
    line_end = _LINE_END.search(source, offset)
    until = line_end.start() if line_end is not None else len(source)
    close = _ANY_CLOSE.search(source, offset, until)
    end = close.start() if close is not None else until
    return Token(Kind.STRING, source[offset:end], offset, end)
