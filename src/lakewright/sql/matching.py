"""How tokens are matched against the grammar file `grammar/databricks.grammar`.

The notation, one rule per line (indented lines continue it):

    statement optimize = OPTIMIZE table [FULL] [WHERE expression] [ZORDER BY '(' name ,.. ')']
    table = name ['.' name ['.' name]]

Capitals are keywords, quoted text is punctuation, small letters are rules, `[x]` is optional,
`{x}` repeats, `x ,..` is a comma list, `(a | b)` chooses. `table_name:` style labels do not exist.
`MATCHERS` and `FRAGMENTS` name the rules that are code: a name, a string, and the pieces that
another parser must prove, such as a query.

Why not a parser generator: nearly every Databricks keyword is also a legal name, so a parser with
a separate lexer needs each of a thousand words listed twice, and a parser without one would read
`USER` as `USE` and `R`. Here a rule gives *every* place where it can end, so nothing is ambiguous
and the furthest place reached is the fault to report.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lakewright.sql.tokens import Token, TokenKind, word_set
from lakewright.sql.types import is_type


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a statement that sqlfluff has to prove: tokens `first` to `last`, both included.

    `kind` is a row of `FRAGMENTS`.
    """

    kind: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Match:
    """How a statement fared.

    Attributes:
        rule: The statement rule that accepted it; empty when none did.
        readings: The ways to read it, each a list of pieces to prove; the statement is valid when
            every piece of one reading is.
        furthest: Index of the token nobody could read; the token count when the end came early.
        expected: What could have stood there, sorted.
    """

    rule: str
    readings: tuple[tuple[Fragment, ...], ...]
    furthest: int
    expected: tuple[str, ...]


# kind -> what makes the piece a statement of its own: text before, text after.
FRAGMENTS: Mapping[str, tuple[str, str]] = {
    "query": ("", ""),
    "expression": ("SELECT * FROM t WHERE (", ")"),
    "select_list": ("SELECT ", " FROM t"),
    "order_list": ("SELECT * FROM t ORDER BY ", ""),
    "group_list": ("SELECT a FROM t GROUP BY ", ""),
    "join_tail": ("SELECT * FROM t JOIN ", ""),
    "merge_tail": ("MERGE ", ""),
    "insert_tail": ("INSERT INTO t ", ""),
    "copy_source": ("SELECT * FROM ", ""),
}
_MOST_READINGS = 6
_QUERY_STARTS = frozenset({"SELECT", "WITH", "FROM", "VALUES", "TABLE", "("})
_NOT_NAMES = word_set(
    """
    ALTER AND AS BY CASE CREATE CROSS DELETE DISTINCT DROP ELSE EXCEPT EXISTS FROM FULL GRANT GROUP
    HAVING IN INNER INSERT INTERSECT INTO IS JOIN LATERAL LEFT LIKE LIMIT MERGE NATURAL NOT NULL ON
    OR ORDER REVOKE RIGHT SELECT SET TABLE THEN TO UNION UPDATE USING VALUES WHEN WHERE WITH
    """
)

Ends = dict[int, tuple[tuple[Fragment, ...], ...]]


@dataclass(frozen=True, slots=True)
class _Node:
    """One piece of the notation: a word, symbol, rule, seq, alt, opt, many or list."""

    kind: str
    text: str = ""
    parts: tuple["_Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Grammar:
    """The grammar file, compiled.

    Attributes:
        statements: Names of the rules that are whole statements, in the order of the file.
        words: Every keyword it uses: a word that is not among them never decides a match.
    """

    rules: Mapping[str, _Node]
    statements: tuple[str, ...]
    words: frozenset[str]


def grammar_text() -> str:
    """The grammar file as it ships."""
    source = files("lakewright.sql.grammar").joinpath("databricks.grammar")
    return source.read_text(encoding="utf-8")


@cache
def load_grammar() -> Grammar:
    """The compiled grammar; read once."""
    return compile_grammar(grammar_text())


def compile_grammar(text: str) -> Grammar:
    """Compile the notation. Raises `ValueError` on a slip in it: the file is ours."""
    rules: dict[str, _Node] = {}
    statements: list[str] = []
    for head, body in _rule_texts(text):
        name = head.removeprefix("statement ").strip()
        if head.startswith("statement "):
            statements.append(name)
        if name in rules:
            raise ValueError(f"rule {name} is written twice")
        rules[name] = _Notation(body).alternatives_to_end()
    words = {
        node.text for rule in rules.values() for node in _all_nodes(rule) if node.kind == "word"
    }
    used = {
        node.text for rule in rules.values() for node in _all_nodes(rule) if node.kind == "rule"
    }
    if unknown := used - set(rules) - set(MATCHERS) - set(FRAGMENTS):
        raise ValueError(f"unknown rules: {sorted(unknown)}")
    return Grammar(rules, tuple(statements), frozenset(words))


def _rule_texts(text: str) -> list[tuple[str, str]]:
    logical: list[str] = []
    for written in text.splitlines():
        line = re.sub(r"#.*", "", written).rstrip()
        if not line:
            continue
        if line[0].isspace():
            logical[-1] += line
        else:
            logical.append(line)
    return [(head.strip(), body) for head, _, body in (line.partition(" = ") for line in logical)]


def _all_nodes(node: _Node) -> list[_Node]:
    return [node, *(found for part in node.parts for found in _all_nodes(part))]


class _Notation:
    """Reads one rule body."""

    def __init__(self, body: str) -> None:
        self._items = re.findall(r"'[^']+'|,\.\.|\w+|[\[\](){}|]", body)
        self._next = 0
        if "".join(self._items) != re.sub(r"\s", "", body):
            raise ValueError(f"cannot read: {body}")

    def alternatives_to_end(self) -> _Node:
        node = self._alternatives()
        if self._next != len(self._items):
            raise ValueError(f"unbalanced: {' '.join(self._items)}")
        return node

    def _alternatives(self) -> _Node:
        choices = [self._sequence()]
        while self._next < len(self._items) and self._items[self._next] == "|":
            self._next += 1
            choices.append(self._sequence())
        return choices[0] if len(choices) == 1 else _Node("alt", parts=tuple(choices))

    def _sequence(self) -> _Node:
        parts: list[_Node] = []
        while self._next < len(self._items) and self._items[self._next] not in "|)]}":
            item = self._items[self._next]
            self._next += 1
            if item == ",..":
                parts.append(_Node("list", parts=(parts.pop(),)))
            elif item in "([{":
                inner = self._alternatives()
                self._next += 1
                kind = {"[": "opt", "{": "many"}.get(item)
                parts.append(_Node(kind, parts=(inner,)) if kind else inner)
            elif item[0] == "'":
                parts.append(_Node("symbol", item[1:-1]))
            else:
                parts.append(_Node("word" if item.isupper() else "rule", item))
        return parts[0] if len(parts) == 1 else _Node("seq", parts=tuple(parts))


def match_statement(tokens: Sequence[Token], grammar: Grammar) -> Match:
    """Match a whole statement against every statement rule; the first that fits wins."""
    matcher = _Matcher(tokens, grammar)
    for name in grammar.statements:
        readings = matcher.ends(_Node("rule", name), 0).get(len(tokens))
        if readings is not None:
            return Match(name, readings, len(tokens), ())
    return Match("", (), matcher.furthest, tuple(sorted(matcher.expected)))


class _Matcher:
    def __init__(self, tokens: Sequence[Token], grammar: Grammar) -> None:
        self.tokens = tokens
        self.furthest = 0
        self.expected: set[str] = set()
        self._rules = grammar.rules
        self._known: dict[tuple[int, int], Ends] = {}
        self._kept: list[_Node] = []  # keeps ids of throw-away nodes from being reused

    def ends(self, node: _Node, at: int) -> Ends:
        """Every index where `node` can end when it begins at `at`, with the pieces to prove."""
        key = (id(node), at)
        found = self._known.get(key)
        if found is None:
            self._kept.append(node)
            found = self._known[key] = self._ends(node, at)
        return found

    def _ends(self, node: _Node, at: int) -> Ends:
        match node.kind:
            case "word" | "symbol":
                token = self.tokens[at] if at < len(self.tokens) else None
                kind = TokenKind.WORD if node.kind == "word" else TokenKind.SYMBOL
                if token is not None and token.kind is kind and token.upper == node.text:
                    return {at + 1: ((),)}
                return self._failed(at, node.text)
            case "rule" if node.text in self._rules:
                return self.ends(self._rules[node.text], at)
            case "rule" if node.text in FRAGMENTS:
                last = self._fragment_ends(node.text, at)
                if not last:
                    return self._failed(at, f"<{node.text}>")
                return {end: ((Fragment(node.text, at, end - 1),),) for end in last}
            case "rule":
                last = MATCHERS[node.text](self.tokens, at)
                return dict.fromkeys(last, ((),)) or self._failed(at, f"<{node.text}>")
            case "seq":
                ends: Ends = {at: ((),)}
                for part in node.parts:
                    ends = self._then(ends, part)
                return ends
            case "alt":
                ends = {}
                for part in node.parts:
                    _merge(ends, self.ends(part, at))
                return ends
            case "opt":
                ends = {at: ((),)}
                _merge(ends, self.ends(node.parts[0], at))
                return ends
            case "many":
                return self._repeated(node.parts[0], {at: ((),)}, separator=None)
            case _:
                first = self.ends(node.parts[0], at)
                return self._repeated(node.parts[0], dict(first), separator=_COMMA)

    def _then(self, starts: Ends, part: _Node) -> Ends:
        ends: Ends = {}
        for start, before in sorted(starts.items()):
            for end, after in self.ends(part, start).items():
                joined = tuple(a + b for a in before for b in after)[:_MOST_READINGS]
                _merge(ends, {end: joined})
        return ends

    def _repeated(self, part: _Node, starts: Ends, separator: "_Node | None") -> Ends:
        ends, fresh = dict(starts), dict(starts)
        while fresh:
            following = self._then(fresh, separator) if separator else fresh
            grown = self._then(following, part)
            fresh = {end: how for end, how in grown.items() if end not in ends}
            _merge(ends, fresh)
        return ends

    def _failed(self, at: int, wanted: str) -> Ends:
        if at > self.furthest:
            self.furthest, self.expected = at, set()
        if at == self.furthest:
            self.expected.add(wanted)
        return {}

    def _fragment_ends(self, kind: str, at: int) -> list[int]:
        """Where an embedded piece can end: never inside brackets, at a comma only in lists."""
        if at >= len(self.tokens):
            return []
        first = self.tokens[at].upper
        if kind == "query" and first not in _QUERY_STARTS:
            return []
        if kind == "expression" and first in ("SELECT", "WITH", "FROM", "WHERE"):
            return []
        found: list[int] = []
        depth = 0
        for index in range(at, len(self.tokens)):
            text = self.tokens[index].text
            if text in ("(", "["):
                depth += 1
            elif text in (")", "]"):
                depth -= 1
                if depth < 0:
                    break
            elif depth == 0 and (text == "|>" or (text == "," and kind == "expression")):
                break
            if depth == 0:
                found.append(index + 1)
        if kind in ("query", "merge_tail", "insert_tail"):
            return found[-1:]  # nothing follows a query but the end or a closing bracket
        return found


_COMMA = _Node("symbol", ",")


def _merge(into: Ends, more: Ends) -> None:
    for end, readings in more.items():
        kept = into.get(end, ())
        into[end] = (kept + tuple(r for r in readings if r not in kept))[:_MOST_READINGS]


def _name(tokens: Sequence[Token], at: int) -> list[int]:
    if at >= len(tokens):
        return []
    token = tokens[at]
    if token.kind is TokenKind.QUOTED:
        return [at + 1]
    return [at + 1] if token.kind is TokenKind.WORD and token.upper not in _NOT_NAMES else []


def _word(tokens: Sequence[Token], at: int) -> list[int]:
    return [at + 1] if at < len(tokens) and tokens[at].kind is TokenKind.WORD else []


def _string(tokens: Sequence[Token], at: int) -> list[int]:
    return [at + 1] if at < len(tokens) and tokens[at].kind is TokenKind.STRING else []


def _integer(tokens: Sequence[Token], at: int) -> list[int]:
    return [at + 1] if at < len(tokens) and tokens[at].text.isdecimal() else []


def _number(tokens: Sequence[Token], at: int) -> list[int]:
    if at < len(tokens) and tokens[at].text in ("-", "+"):
        at += 1
    return [at + 1] if at < len(tokens) and tokens[at].kind is TokenKind.NUMBER else []


def _parameter(tokens: Sequence[Token], at: int) -> list[int]:
    """`:name`, with no space between."""
    if at + 1 >= len(tokens) or tokens[at].text != ":":
        return []
    glued = tokens[at].end == tokens[at + 1].start and tokens[at + 1].kind is TokenKind.WORD
    return [at + 2] if glued else []


def _type(tokens: Sequence[Token], at: int) -> list[int]:
    """A data type, which may go on in brackets; `<` and `>>` are operators to the lexer."""
    found: list[int] = []
    angles = rounds = 0
    for index in range(at, min(at + 400, len(tokens))):
        token = tokens[index]
        if token.kind is TokenKind.SYMBOL:
            angles += token.text.count("<") - token.text.count(">")
            rounds += (token.text == "(") - (token.text == ")")
        if angles < 0 or rounds < 0:
            break
        if angles == 0 and rounds == 0:
            if is_type(" ".join(_any_size(part) for part in tokens[at : index + 1])):
                found.append(index + 1)
            elif index - at > 4 and not found:
                break
            if index - at > 4 and found and found[-1] < index:
                break
    return found


def _any_size(token: Token) -> str:
    """Sizes do not decide the syntax; `DECIMAL(40,2)` is the business of `rules.py`."""
    return "1" if token.text.isdecimal() else token.text


MATCHERS: Mapping[str, Callable[[Sequence[Token], int], list[int]]] = {
    "name": _name,
    "word": _word,
    "string": _string,
    "integer": _integer,
    "number": _number,
    "parameter": _parameter,
    "type": _type,
}
