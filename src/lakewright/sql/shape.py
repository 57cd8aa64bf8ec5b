"""Which statements have the same proof, so that ten thousand similar tables cost one.

The shape of a statement is the statement with everything removed that no parser looks at. Two
statements of equal shape get equal verdicts from the gate, because each step below only forgets
what neither sqlfluff's Databricks dialect nor our grammar can see:

1. Comments and the amount of white space: the gate itself blanks comments before it parses. That
   there *is* white space is kept before `(` and around operators, where lexers do look.
2. Which name: a bare ASCII word that is not in `deciding_words()` is lexed as one word and matched
   only as "a name" by both parsers. Words in that list, words that begin with a digit, and
   anything that is not ASCII are kept as they are. Bare and quoted names stay apart, except where
   a grammar asks for one identifier whichever way it is written (the name and the columns of a
   table, and the lists after `BY` and `KEY`).
3. Which text and which number: a string literal is one token whatever it says. Only plain forms
   are forgotten (`'...'`, `12`, `1.5`); raw, double-quoted and suffixed ones are kept.
4. Operators that also build paths and placeholders in some lexers (`/`, `\\`, `@`, `{`, `$`), when
   they touch a word, make the whole statement keep its exact text.
5. In the column list of a CREATE TABLE each item is parsed without a look at the others, so the
   list is valid exactly when every item is: one piece per different column, and one for the
   frame around them. Primitive types are alternatives of one rule, hence one class.
6. A comma list of equal items is accepted for four items exactly when it is for more: no rule
   counts beyond three.

What does depend on real names and numbers (a column declared twice, a partition column that does
not exist, a precision of 40) is `TableFacts`, computed always and never remembered.

`tests/sql` holds this argument against the gate itself with generated mutations.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

from lakewright.sql.keywords import deciding_words, sqlfluff_version
from lakewright.sql.matching import grammar_text
from lakewright.sql.statements import statement_ends, strip_comments
from lakewright.sql.tokens import TOKEN_PATTERN, WHITE_SPACE, word_set

# Raised whenever the rules of `rules.py`, the steps above or the lexer change what is accepted.
_GATE_REVISION = "1"
PROVERS = ("grammar", "sqlfluff")


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What a CREATE TABLE says by name. Each entry is (name in small letters, token index).

    Attributes:
        columns: Declared columns, in order.
        used: Columns that PARTITIONED BY, CLUSTER BY and PRIMARY KEY refer to, with the clause.
        properties: Keys of TBLPROPERTIES.
        decimals: (precision, scale, token index) of DECIMAL columns.
    """

    columns: tuple[tuple[str, int], ...]
    used: tuple[tuple[str, int, str], ...]
    properties: tuple[tuple[str, int], ...]
    decimals: tuple[tuple[int, int, int], ...]

    @property
    def are_sound(self) -> bool:
        """Whether no name is declared twice or missing, and every precision exists."""
        names = {name for name, _ in self.columns}
        keys = {key for key, _ in self.properties}
        return (
            len(names) == len(self.columns)
            and len(keys) == len(self.properties)
            and all(name in names for name, _, _ in self.used)
            and all(
                1 <= precision <= 38 and scale <= precision for precision, scale, _ in self.decimals
            )
        )


@dataclass(frozen=True, slots=True)
class Shape:
    """One statement without what no parser looks at.

    Attributes:
        pieces: The statement is proved when each piece has been, by one and the same prover.
        facts: What its names say; None when it is not a CREATE TABLE with a column list.
    """

    pieces: tuple[str, ...]
    facts: TableFacts | None = None

    @property
    def names_are_sound(self) -> bool:
        return self.facts is None or self.facts.are_sound


@cache
def gate_version() -> str:
    """Changes whenever a verdict could: sqlfluff's version, our grammar and our rules."""
    grammar = blake2b(grammar_text().encode(), digest_size=8).hexdigest()
    return f"{_GATE_REVISION}-sqlfluff-{sqlfluff_version()}-grammar-{grammar}"


def proof_keys(shape: Shape, prover: str) -> list[str]:
    """What a `ProofMemory` remembers when `prover` accepted a statement of this shape."""
    start = _hash_start(prover)
    keys: list[str] = []
    for piece in shape.pieces:
        digest = start.copy()
        digest.update(piece.encode("utf-8", "surrogatepass"))
        keys.append(digest.hexdigest())
    return keys


@cache
def _hash_start(prover: str) -> "blake2b":
    return blake2b(f"{gate_version()}\0{prover}\0".encode(), digest_size=16)


def script_shapes(text: str) -> list[Shape]:
    """The shape of each statement of `text`, in order. Never fails, whatever the text is."""
    raws, classes = classified(text)
    if ";" not in classes:
        return [statement_shape(raws, classes)] if raws else []
    if "BEGIN" in classes:
        ends = statement_ends([word.removeprefix("_") for word in classes])
    else:
        # A semicolon between brackets ends a statement here and not in `split_statements`. The
        # brackets of such a piece do not close, so no memory holds its shape.
        ends = [index for index, word in enumerate(classes) if word == ";"]
    shapes: list[Shape] = []
    first = 0
    for end in [*ends, len(raws)]:
        if end > first:
            shapes.append(statement_shape(raws[first:end], classes[first:end]))
        first = end + 1
    return shapes


def classified(text: str) -> tuple[list[str], list[str]]:
    """Tokens with the white space before them, and the class of each; comments left out."""
    if "--" in text or "/*" in text:
        text = strip_comments(text)
    raws = TOKEN_PATTERN.findall(text)
    return raws, [_CLASSES[raw] for raw in raws]


class _ClassMemory(dict[str, str]):
    """Token -> class, remembered for the short tokens that come again; bounded."""

    def __missing__(self, raw: str) -> str:
        found = _class_of(raw)
        if len(raw) <= 48 and len(self) < 30_000:
            self[raw] = found
        return found


_CLASSES = _ClassMemory()
_EXACT = "!"
_PLAIN_WORD = re.compile(r"_*[A-Za-z]\w*", re.ASCII)
_PLAIN_DECIMAL = re.compile(r"\d+\.\d+", re.ASCII)
# Operators that mean the same with and without white space around them.
_LOOSE_OPERATORS = frozenset({"=", "+", "*", "||", "|>", "=>", "->", "<=", ">=", "<>", "!="})
_PATH_CHARACTERS = frozenset("/\\@#{}$")


def _class_of(raw: str) -> str:
    piece = raw.strip(WHITE_SPACE)
    first = piece[0]
    if _PLAIN_WORD.fullmatch(piece):
        upper = piece.upper()
        return upper if upper in deciding_words() else "i"
    if first == "'" and len(piece) > 1:
        # sqlfluff's lexer stops at a backslash before a line end.
        return _EXACT if "\\\n" in piece or "\\\r" in piece else "s"
    if first == "`" and len(piece) > 2:
        return _EXACT if "\n" in piece or "\r" in piece else "q"
    if first in "),;(":
        return "_(" if piece == "(" and raw[0] in WHITE_SPACE else piece
    if first.isdigit():
        if piece.isascii() and piece.isdecimal():
            return "1"
        return "1.1" if _PLAIN_DECIMAL.fullmatch(piece) else piece.lower()
    if first in _OPERATOR_CHARACTERS:
        return _operator_class(raw, piece)
    return _EXACT


_OPERATOR_CHARACTERS = frozenset("=<>!|&^~%:?*/+-.@#{}[]\\")


def _operator_class(raw: str, piece: str) -> str:
    if piece in _LOOSE_OPERATORS:
        return piece
    before, after = raw[0] in WHITE_SPACE, raw[-1] in WHITE_SPACE
    if not _PATH_CHARACTERS.isdisjoint(piece) and not (piece == "/" and before and after):
        return _EXACT
    return f"{'_' if before else ''}{piece}{'_' if after else ''}"


def statement_shape(raws: Sequence[str], classes: Sequence[str]) -> Shape:
    """The shape of one statement, given by its tokens and their classes."""
    if _EXACT in classes:
        return Shape(("exact\0" + "\0".join(raws),), _facts_of(raws, classes))
    opening = _column_list_start(classes)
    if opening:
        return _table_shape(raws, classes, opening)
    return Shape((_folded(" ".join(classes)),))


def _facts_of(raws: Sequence[str], classes: Sequence[str]) -> TableFacts | None:
    opening = _column_list_start(classes)
    return _table_shape(raws, classes, opening).facts if opening else None


def _column_list_start(classes: Sequence[str]) -> int:
    """Index of the bracket that opens the column list of a CREATE TABLE; 0 when it is none."""
    if len(classes) < 4 or classes[0] != "CREATE":
        return 0
    at = 3 if classes[1] == "OR" and classes[2] == "REPLACE" else 1
    if classes[at] in ("EXTERNAL", "TEMPORARY", "TEMP"):
        at += 1
    if at >= len(classes) or classes[at] != "TABLE":
        return 0
    at += 4 if "IF" in classes[at + 1 : at + 2] else 1
    while at + 1 < len(classes) and classes[at + 1] == ".":
        at += 2
    following = classes[at + 1] if at + 1 < len(classes) else ""
    return at + 1 if following in _OPENING else 0


_OPENING = frozenset({"(", "_("})
_MARKS = frozenset({"(", "_(", ")", ","})
_SIMPLE_TYPES = word_set(
    """
    BIGINT BINARY BOOLEAN DATE DEC DECIMAL DOUBLE FLOAT INT INTEGER LONG NUMERIC REAL
    SMALLINT STRING TIMESTAMP TIMESTAMP_NTZ TINYINT
    """
)
_DECIMALS = frozenset({"DECIMAL", "DEC", "NUMERIC"})
_SIZED_TYPES = frozenset({"VARCHAR", "CHAR"})
# Words that make an item of a column list something else than a column, or that a parser does
# not take for a name there.
_NOT_COLUMN_NAMES = word_set(
    """
    AND ANTI AS CHECK CONSTRAINT CROSS DIV EXCEPT FOREIGN FULL INNER INTERSECT JOIN LATERAL LIKE
    MINUS NATURAL NOT NULL ON OR PARTITION PRIMARY SEMI UNION UNIQUE USING
    """
)
_CONSTRAINT_STARTS = frozenset({"CONSTRAINT", "PRIMARY", "FOREIGN", "CHECK"})
_AFTER_TYPE = frozenset({"", "NOT", "COMMENT"})


def _table_shape(raws: Sequence[str], classes: Sequence[str], opening: int) -> Shape:
    items, closing = _items(classes, opening)
    columns: list[tuple[str, int]] = []
    decimals: list[tuple[int, int, int]] = []
    used: list[tuple[str, int, str]] = []
    column_shapes: set[str] = set()
    frame: list[str] = []
    for first, end in items:
        if first == end or classes[first] in _CONSTRAINT_STARTS:
            frame.append(_folded(" ".join(classes[first:end])))
            used += _used_names(raws, classes, first, end)
            continue
        columns.append((_plain_name(raws[first]), first))
        column_shapes.add(_column_shape(raws, classes, first, end, decimals))
        if not frame or frame[-1] != "columns":
            frame.append("columns")
    head = " ".join(["n" if word in "iq" else word for word in classes[:opening]])
    tail = classes[closing:]
    used += _used_names(raws, classes, closing, len(classes)) if columns else ()
    pieces = [f"{head} {classes[opening]} {' , '.join(frame)} {_folded(' '.join(tail))}"]
    pieces += [f"{head} item {shape}" for shape in sorted(column_shapes)]
    properties = _property_keys(raws, classes, closing) if "TBLPROPERTIES" in tail else ()
    facts = TableFacts(tuple(columns), tuple(used), tuple(properties), tuple(decimals))
    return Shape(tuple(pieces), facts)


def _items(classes: Sequence[str], opening: int) -> tuple[list[tuple[int, int]], int]:
    """(first, end) of each item of the list, and the index of the bracket that closes it."""
    items: list[tuple[int, int]] = []
    depth, angles, first = 1, 0, opening + 1
    for index in range(opening + 1, len(classes)):
        word = classes[index]
        if word in _MARKS:
            if word == ",":
                # Commas in STRUCT<a: INT, b: INT> separate fields.
                if depth == 1 and angles == 0:
                    items.append((first, index))
                    first = index + 1
            elif word == ")":
                depth -= 1
                if depth == 0:
                    items.append((first, index))
                    return items, index
            else:
                depth += 1
        elif depth == 1 and ("<" in word or ">" in word):
            angles += word.count("<") - word.count(">")
    return [*items, (first, len(classes))], len(classes)


def _column_shape(
    raws: Sequence[str],
    classes: Sequence[str],
    first: int,
    end: int,
    decimals: list[tuple[int, int, int]],
) -> str:
    name = classes[first]
    if first + 1 >= end:
        return name
    base = classes[first + 1]
    after = first + 2
    known = base in _SIMPLE_TYPES
    if after < end and classes[after] in _OPENING:
        numbers = [
            raws[index].strip(WHITE_SPACE)
            for index in range(after + 1, min(after + 4, end), 2)
            if classes[index] == "1"
        ]
        size = len(numbers) * 2
        closed = size and after + size < end and classes[after + size] == ")"
        known = bool(
            closed
            and (base in _DECIMALS or (base in _SIZED_TYPES and size == 2))
            and (size == 2 or classes[after + 2] == ",")
        )
        if known and base in _DECIMALS:
            scale = int(numbers[1]) if size == 4 else 0
            decimals.append((int(numbers[0]), scale, first + 1))
        after += size + 1
    following = classes[after] if after < end else ""
    if not known or following not in _AFTER_TYPE:
        return _folded(" ".join(["n" if name in ("i", "q") else name, *classes[first + 1 : end]]))
    name = name if name in _NOT_COLUMN_NAMES else "n"
    return f"{name} t {' '.join(classes[after:end])}"


def _plain_name(raw: str) -> str:
    name = raw.strip(WHITE_SPACE)
    return (name[1:-1].replace("``", "`") if name[0] == "`" else name).lower()


def _used_names(
    raws: Sequence[str], classes: Sequence[str], first: int, end: int
) -> list[tuple[str, int, str]]:
    """Names in `PARTITIONED BY (...)`, `CLUSTER BY (...)` and `PRIMARY KEY (...)`."""
    used: list[tuple[str, int, str]] = []
    for index in range(first, end - 2):
        clause = classes[index]
        if clause == "AS":
            break
        if clause not in _CLAUSES_WITH_COLUMNS or classes[index + 1] not in ("BY", "KEY"):
            continue
        if classes[index + 2] not in _OPENING:
            continue
        at = index + 3
        while at < end and classes[at] != ")":
            following = classes[at + 1] if at + 1 < end else ""
            # `PARTITIONED BY (day DATE)` declares the column it names.
            if clause != "PARTITIONED" or following in (",", ")"):
                title = f"{clause} {classes[index + 1]}"
                used.append((_plain_name(raws[at]), at, title))
            while at < end and classes[at] not in (",", ")"):
                at += 1
            if at < end and classes[at] == ",":
                at += 1
    return used


_CLAUSES_WITH_COLUMNS = frozenset({"PARTITIONED", "CLUSTER", "PRIMARY"})


def _property_keys(
    raws: Sequence[str], classes: Sequence[str], first: int
) -> list[tuple[str, int]]:
    at = classes.index("TBLPROPERTIES", first) + 1
    keys: list[tuple[str, int]] = []
    if at >= len(classes) or classes[at] not in _OPENING:
        return keys
    while at + 1 < len(classes) and classes[at] != ")":
        if classes[at] in _OPENING or classes[at] == ",":
            start = at + 1
            while at + 1 < len(classes) and classes[at + 1] not in ("=", ",", ")"):
                at += 1
            key = "".join(raws[start : at + 1]).strip(WHITE_SPACE)
            keys.append((key[1:-1] if key[:1] in ("'", '"') else key, start))
        at += 1
    return keys


def _folded(shape: str) -> str:
    """`shape` with lists shortened: equal items beyond what any rule counts."""
    if " , " not in shape:
        return _ONE_NAME.sub(r"\1 n )", shape) if "BY" in shape or "KEY" in shape else shape
    shape = _NAME_LIST.sub(r"\1 n )", shape)
    if "TBLPROPERTIES" in shape:
        shape = _PROPERTY_LIST.sub(_property_shape, shape)
    shape = _LONG_RUN.sub(r"\1 , \1 , \1 , \1", shape)
    return _LONG_ROWS.sub(r"\1 , \1 , \1 , \1", shape)


_NAME_LIST = re.compile(r"((?:PARTITIONED BY|CLUSTER BY|PRIMARY KEY) _?\() [iq](?: , [iq])* \)")
_ONE_NAME = re.compile(r"((?:PARTITIONED BY|CLUSTER BY|PRIMARY KEY) _?\() [iq] \)")
_PROPERTY_LIST = re.compile(r"(TBLPROPERTIES _?\() ((?:[is1] = [s1])(?: , [is1] = [s1])*) \)")
_LONG_RUN = re.compile(r"(?<=[(,] )([iqs1])(?: , \1){4,}(?= [,)])")
_LONG_ROWS = re.compile(r"(?<=[(,S] )(_?\( [^()]* \))(?: , \1){4,}(?![^ ])")


def _property_shape(match: re.Match[str]) -> str:
    return f"{match.group(1)} {' , '.join(sorted(set(match.group(2).split(' , '))))} )"
