"""What a data type is in Databricks, written one way."""

from collections.abc import Sequence
from functools import lru_cache
from types import MappingProxyType

from lakewright.diagnostics import did_you_mean, shown
from lakewright.sql.names import SqlNameError
from lakewright.sql.tokens import Token, TokenKind, tokenize

# Source: Databricks SQL language manual, *Data types*. Left: what people write; right: the name
# that `DESCRIBE TABLE` and the Unity Catalog API use.
_SIMPLE_TYPES = MappingProxyType(
    {
        "BIGINT": "BIGINT",
        "BINARY": "BINARY",
        "BOOLEAN": "BOOLEAN",
        "BYTE": "TINYINT",
        "DATE": "DATE",
        "DOUBLE": "DOUBLE",
        "FLOAT": "FLOAT",
        "INT": "INT",
        "INTEGER": "INT",
        "LONG": "BIGINT",
        "REAL": "FLOAT",
        "SHORT": "SMALLINT",
        "SMALLINT": "SMALLINT",
        "STRING": "STRING",
        "TIMESTAMP": "TIMESTAMP",
        "TIMESTAMP_LTZ": "TIMESTAMP",
        "TIMESTAMP_NTZ": "TIMESTAMP_NTZ",
        "TINYINT": "TINYINT",
        "VARIANT": "VARIANT",
        "VOID": "VOID",
    }
)
_DECIMALS = frozenset({"DECIMAL", "DEC", "NUMERIC"})
_SIZED_TEXTS = frozenset({"VARCHAR", "CHAR", "CHARACTER"})
_GEO_TYPES = frozenset({"GEOGRAPHY", "GEOMETRY"})
_INTERVAL_UNITS = (("YEAR", "MONTH"), ("DAY", "HOUR", "MINUTE", "SECOND"))
_NESTED_TYPES = frozenset({"ARRAY", "MAP", "STRUCT"})
_KNOWN = sorted(
    {*_SIMPLE_TYPES, *_DECIMALS, *_SIZED_TEXTS, *_GEO_TYPES, *_NESTED_TYPES, "INTERVAL", "OBJECT"}
)
# Every word that decides how a type is read.
TYPE_WORDS = frozenset(
    {*_KNOWN, *(unit for family in _INTERVAL_UNITS for unit in family)}
    | {"ANY", "COLLATE", "COMMENT", "NOT", "NULL", "TO"}
)
_DEEPEST = 64


class SqlTypeError(SqlNameError):
    """A text that is not a Databricks data type. `column` is 1-based in that text."""

    code = "sql-type"

    def __init__(self, problem: str, remedy: str, *, column: int = 1) -> None:
        super().__init__(problem, remedy)
        self.column = column


@lru_cache(maxsize=4096)
def normalize_type(text: str) -> str:
    """The type `text` names, in upper case, with aliases resolved and one way of spacing.

    The whole text must be one type: nothing may follow it, so a type can be pasted into a
    statement without a thought about injection.

    Raises:
        SqlTypeError: Not a type; with the column and the nearest type there is.

    >>> normalize_type("decimal( 10,2 )"), normalize_type("array<struct<a:long, `b c` string>>")
    ('DECIMAL(10,2)', 'ARRAY<STRUCT<a: BIGINT, `b c`: STRING>>')
    """
    if not isinstance(text, str) or not text.strip():
        raise SqlTypeError("A data type is empty.", "Write one, for example STRING.")
    tokens = [part for token in tokenize(text) for part in _single_symbols(token)]
    reader = _TypeReader(text, tokens)
    canonical = reader.data_type(0)
    if (extra := reader.peek()) is not None:
        raise reader.fault(
            f"'{shown(extra.text)}' follows the data type {canonical}",
            "Keep the type alone; comments, NOT NULL and defaults are fields of their own.",
        )
    return canonical


def is_type(text: str) -> bool:
    """Whether `text` names a Databricks data type.

    >>> is_type("INT"), is_type("STRING); DROP TABLE k; --")
    (True, False)
    """
    try:
        normalize_type(text)
    except SqlTypeError:
        return False
    return True


def _single_symbols(token: Token) -> Sequence[Token]:
    """`>>` is two closing brackets in a type, `>:` nonsense: take operators apart."""
    if token.kind is not TokenKind.SYMBOL or len(token.text) == 1:
        return (token,)
    return [
        Token(token.kind, character, character, token.start + index, token.start + index + 1)
        for index, character in enumerate(token.text)
        if not character.isspace()
    ]


class _TypeReader:
    """Reads one type from left to right; one token of look-ahead is enough."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._next = 0

    def peek(self) -> Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def fault(self, problem: str, remedy: str) -> SqlTypeError:
        token = self.peek()
        column = (token.start if token is not None else len(self._text.rstrip())) + 1
        return SqlTypeError(
            f"{problem} (in '{shown(self._text)}', column {column}).", remedy, column=column
        )

    def data_type(self, depth: int) -> str:
        token = self.peek()
        if depth > _DEEPEST:
            raise self.fault("The data type is nested too deep", f"Stay within {_DEEPEST} levels.")
        if token is None:
            raise self.fault("A data type is missing at the end", "Write one, such as STRING.")
        word = token.upper
        if token.kind is not TokenKind.WORD or word not in _KNOWN:
            raise self.fault(
                f"'{shown(token.text)}' is not a Databricks data type",
                did_you_mean(word, _KNOWN).strip()
                or "See 'Data types' in the Databricks SQL manual; common ones are STRING, "
                "BIGINT, DECIMAL(p,s), DATE and TIMESTAMP.",
            )
        self._next += 1
        if word in _DECIMALS:
            return self._decimal()
        if word in _SIZED_TEXTS:
            length = self._numbers(1, 1, "a length, as in VARCHAR(50)")
            return f"{'VARCHAR' if word == 'VARCHAR' else 'CHAR'}({length[0]})"
        if word in _GEO_TYPES:
            return self._geo(word)
        if word == "INTERVAL":
            return self._interval()
        if word == "ARRAY":
            self._expect("<", "ARRAY<element>")
            element = self.data_type(depth + 1)
            self._expect(">", "ARRAY<element>")
            return f"ARRAY<{element}>"
        if word == "MAP":
            self._expect("<", "MAP<key, value>")
            key = self.data_type(depth + 1)
            self._expect(",", "MAP<key, value>")
            value = self.data_type(depth + 1)
            self._expect(">", "MAP<key, value>")
            return f"MAP<{key}, {value}>"
        if word == "STRUCT":
            return self._struct(depth)
        if word == "OBJECT":
            raise SqlTypeError(
                "OBJECT is not a type of a column.", "Use VARIANT or STRUCT<...>.", column=1
            )
        if word == "STRING" and self._word("COLLATE"):
            return f"STRING COLLATE {self._name('a collation, such as UTF8_LCASE')}"
        return _SIMPLE_TYPES[word]

    def _decimal(self) -> str:
        if not self._symbol_is_next("("):
            return "DECIMAL(10,0)"
        numbers = self._numbers(1, 2, "DECIMAL(precision, scale)")
        precision, scale = numbers[0], numbers[1] if len(numbers) == 2 else 0
        if not 1 <= precision <= 38 or scale > precision:
            raise SqlTypeError(
                f"DECIMAL({precision},{scale}) does not exist.",
                "The precision goes from 1 to 38 and the scale from 0 to the precision.",
            )
        return f"DECIMAL({precision},{scale})"

    def _geo(self, word: str) -> str:
        self._expect("(", f"{word}(4326)")
        token = self.peek()
        if token is None or not (token.kind is TokenKind.NUMBER or token.upper == "ANY"):
            raise self.fault(f"{word} needs a spatial reference", f"Write {word}(4326).")
        self._next += 1
        self._expect(")", f"{word}(4326)")
        return f"{word}({token.upper})"

    def _interval(self) -> str:
        units = {unit: family for family in _INTERVAL_UNITS for unit in family}
        first = self.peek()
        if first is None or first.upper not in units:
            raise self.fault(
                "INTERVAL needs its fields", "Write INTERVAL YEAR TO MONTH or INTERVAL DAY."
            )
        self._next += 1
        if not self._word("TO"):
            return f"INTERVAL {first.upper}"
        last, family = self.peek(), units[first.upper]
        if (
            last is None
            or last.upper not in family
            or family.index(last.upper) <= family.index(first.upper)
        ):
            raise self.fault(
                f"INTERVAL {first.upper} TO must end in a finer field",
                f"Choose among {', '.join(family)}.",
            )
        self._next += 1
        return f"INTERVAL {first.upper} TO {last.upper}"

    def _struct(self, depth: int) -> str:
        self._expect("<", "STRUCT<name: type, ...>")
        fields: list[str] = []
        # `<>` is how an empty struct is written; a struct with no field is legal.
        while not self._symbol_is_next(">"):
            if fields:
                self._expect(",", "STRUCT<name: type, ...>")
            name = self._name("a field name")
            if self._symbol_is_next(":"):
                self._next += 1
            field = f"{name}: {self.data_type(depth + 1)}"
            if self._word("NOT"):
                self._expect("NULL", "NOT NULL")
                field += " NOT NULL"
            if self._word("COMMENT"):
                field += f" COMMENT {self._string()}"
            fields.append(field)
        self._next += 1
        return f"STRUCT<{', '.join(fields)}>"

    def _name(self, what: str) -> str:
        token = self.peek()
        named = token is not None and token.kind in (TokenKind.WORD, TokenKind.QUOTED)
        if token is None or not named or token.text.startswith("$"):
            raise self.fault(f"Expected {what}", "Put a name with other characters in backticks.")
        self._next += 1
        return token.text

    def _string(self) -> str:
        token = self.peek()
        if token is None or token.kind is not TokenKind.STRING or token.text[0] != "'":
            raise self.fault("COMMENT needs a text", "Write COMMENT 'text'.")
        self._next += 1
        return token.text

    def _numbers(self, least: int, most: int, form: str) -> list[int]:
        self._expect("(", form)
        numbers: list[int] = []
        while len(numbers) < most:
            token = self.peek()
            if token is None or not token.text.isdecimal() or len(token.text) > 10:
                raise self.fault("Expected a whole number", f"Write {form}.")
            self._next += 1
            numbers.append(int(token.text))
            if len(numbers) >= least and not self._symbol_is_next(","):
                break
            if len(numbers) < most:
                self._expect(",", form)
        self._expect(")", form)
        return numbers

    def _symbol_is_next(self, symbol: str) -> bool:
        token = self.peek()
        return token is not None and token.text == symbol

    def _word(self, word: str) -> bool:
        token = self.peek()
        if token is None or token.kind is not TokenKind.WORD or token.upper != word:
            return False
        self._next += 1
        return True

    def _expect(self, symbol: str, form: str) -> None:
        token = self.peek()
        if token is None or token.upper != symbol:
            found = f"'{shown(token.text)}'" if token is not None else "the end"
            raise self.fault(f"Expected '{symbol}' but found {found}", f"Write {form}.")
        self._next += 1
