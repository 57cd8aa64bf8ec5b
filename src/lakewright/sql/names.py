"""How a value becomes SQL text that cannot mean anything else."""

import datetime
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from lakewright.diagnostics import shown
from lakewright.errors import LakewrightError
from lakewright.sql.tokens import word_set

LONGEST_NAME = 255

# Spark's ANSI reserved words, sqlfluff's, and those that either parser reads as something else
# than a name in a column list, a SELECT list or a constraint (`tests/sql` tries every keyword).
# Sources: Databricks SQL language manual, *Reserved words and schemas*; Apache Spark, *ANSI
# compliance*, table "SQL keywords".
RESERVED_WORDS = word_set(
    """
    ALL ALTER AND ANTI ANY ARRAY AS ASC AT AUTHORIZATION BETWEEN BOTH BY CASE CAST CHECK COLLATE
    COLLATION COLUMN COMMIT CONSTRAINT CREATE CROSS CUBE CURRENT CURRENT_DATE CURRENT_TIME
    CURRENT_TIMESTAMP CURRENT_USER DEFAULT DELETE DESC DESCRIBE DISTINCT DIV DROP ELSE END ESCAPE
    EXCEPT EXECUTE EXISTS EXTERNAL EXTRACT FALSE FETCH FILTER FOR FOREIGN FROM FULL FUNCTION
    GLOBAL GRANT GROUP GROUPING HAVING IDENTIFIER IN INNER INSERT INTERSECT INTERVAL INTO IS JOIN
    LANGUAGE LATERAL LEADING LEFT LIKE LIMIT LOCAL MAP MATCHED MERGE MINUS NATURAL NO NOT NULL OF
    OFFSET ON ONLY OR ORDER OUT OUTER OVER OVERLAPS OVERLAY PARTITION PERCENTILE_CONT PIVOT
    POSITION PRIMARY QUALIFY RANGE RECURSIVE REFERENCES REVOKE RIGHT ROLLBACK ROLLUP ROW ROWS
    SELECT SEMI SESSION_USER SET SOME START STREAM STRUCT SYSTEM_TIME TABLE TABLESAMPLE THEN TO
    TRAILING TRUE TRUNCATE UNION UNIQUE UNKNOWN UNPIVOT UPDATE USER USING VALUES WHEN WHERE
    WINDOW WITH
    """
)

_BARE = re.compile(r"_*[A-Za-z][A-Za-z0-9_]*")
# Half a surrogate pair cannot be written as UTF-8, and NUL ends the text in half of all readers.
_FORBIDDEN_IN_NAMES = re.compile(r"[\x00\ud800-\udfff]")
_FORBIDDEN_IN_OBJECT_NAMES = re.compile(r"[\x00-\x1f\x7f]")


class SqlNameError(LakewrightError):
    """A value that cannot be a name, a literal or a type in Databricks SQL."""

    code = "sql-value"
    http_status = 422


def quote_identifier(name: str, *, always: bool = False) -> str:
    """`name` as one identifier; bare when that is safe, else in backticks.

    Args:
        always: Backticks even where a bare name would do.

    Raises:
        SqlNameError: The name is empty, longer than 255 characters, or holds NUL. Line ends and
            tabs stay: a column of a table with column mapping may have them.

    Source: Databricks SQL language manual, *Identifiers* (a backtick inside is doubled), and
    Delta Lake, *Rename and drop columns with column mapping*.

    >>> quote_identifier("order id"), quote_identifier("a`; DROP TABLE x"), quote_identifier("t_1")
    ('`order id`', '`a``; DROP TABLE x`', 't_1')
    """
    if not isinstance(name, str):
        raise SqlNameError(
            problem=f"A name must be text, not {shown(name)}.",
            remedy="Put the name in quotes.",
        )
    if not name:
        raise SqlNameError(problem="A name is empty.", remedy="Give it at least one character.")
    if len(name) > LONGEST_NAME:
        raise SqlNameError(
            problem=f"The name '{shown(name, 40)}' has {len(name)} characters.",
            remedy=f"Shorten it to {LONGEST_NAME} characters, Databricks' limit.",
        )
    if (bad := _FORBIDDEN_IN_NAMES.search(name)) is not None:
        raise SqlNameError(
            problem=f"The name '{shown(name)}' holds the character U+{ord(bad.group()):04X}.",
            remedy="Remove it: no Databricks name can hold it.",
        )
    if not always and _BARE.fullmatch(name) and name.upper() not in RESERVED_WORDS:
        return name
    return "`" + name.replace("`", "``") + "`"


def quote_literal(
    value: str | bool | float | Decimal | datetime.date | None,
) -> str:
    """`value` as one SQL literal; nothing in a text can end it.

    Backslash, quotes and every character that a reader cannot see are written as escapes, so the
    literal stays on one line.

    Raises:
        SqlNameError: The value is NaN or infinite, or of a type that has no literal, or a text
            holds half of a surrogate pair.

    Source: Databricks SQL language manual, *STRING type* (escapes), *DATE* and *TIMESTAMP type*.

    >>> quote_literal("it's"), quote_literal(True), quote_literal(None), quote_literal(2)
    ("'it\\\\'s'", 'TRUE', 'NULL', '2')
    """
    match value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if value else "FALSE"
        case str():
            return "'" + _ESCAPABLE.sub(_escaped, value) + "'"
        case int():
            return str(value)
        case float():
            if not math.isfinite(value):
                raise _no_literal(value, "Use double('NaN') or double('Infinity') in the SQL.")
            return repr(value) if "e" in repr(value) else repr(value) + "D"
        case Decimal():
            if not value.is_finite():
                raise _no_literal(value, "A decimal in SQL is always finite.")
            return f"{value:f}" if "." in f"{value:f}" else f"{value:f}BD"
        case datetime.datetime():
            return f"TIMESTAMP'{value.isoformat(sep=' ')}'"
        case datetime.date():
            return f"DATE'{value.isoformat()}'"
        case _:
            raise _no_literal(value, "Give a text, a number, true, false, null, or a date.")


_ESCAPABLE = re.compile(r"[\\'\"\x00-\x1f\x7f-\x9f\u0085\u2028\u2029\ufeff\ud800-\udfff]")
_SHORT_ESCAPES = {"\\": "\\\\", "'": "\\'", '"': '"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _escaped(match: re.Match[str]) -> str:
    character = match.group()
    if "\ud800" <= character <= "\udfff":
        raise _no_literal(character, "Remove the half of a surrogate pair from the text.")
    return _SHORT_ESCAPES.get(character) or f"\\u{ord(character):04x}"


def _no_literal(value: object, remedy: str) -> SqlNameError:
    return SqlNameError(problem=f"{shown(value)} cannot be written in SQL.", remedy=remedy)


def sql_comment(text: str) -> str:
    """`text` as one `--` comment line; no line end in it can let the rest run as SQL.

    >>> sql_comment("made by hand\\nDROP TABLE x")
    '-- made by hand DROP TABLE x'
    """
    return ("-- " + _LINE_ENDS.sub(" ", text).strip()).rstrip()


_LINE_ENDS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


@dataclass(frozen=True, slots=True, order=True)
class TableName:
    """The address of a Unity Catalog object: `catalog.schema.table`.

    Attributes:
        catalog, schema: Empty when the address leaves them to the session.
    """

    catalog: str
    schema: str
    table: str

    @classmethod
    def parse(cls, text: str) -> "TableName":
        """Read `main.raw.orders`, with backticks where a part needs them.

        Raises:
            SqlNameError: Not one to three names with dots between them.

        >>> TableName.parse("a.b.`c.d`").parts
        ('a', 'b', 'c.d')
        """
        written = text.strip() if isinstance(text, str) else ""
        if not _DOTTED.fullmatch(written):
            raise SqlNameError(
                problem=f"'{shown(text)}' is not a table name.",
                remedy="Write catalog.schema.table; put a part with other characters than "
                "letters, digits and _ between backticks.",
            )
        parts = [_unquoted(part) for part in _PART.findall(written)]
        if len(parts) > 3:
            raise SqlNameError(
                problem=f"'{shown(text)}' has {len(parts)} parts.",
                remedy="Write catalog.schema.table; put a part that holds a dot in backticks.",
            )
        return cls._checked(*([""] * (3 - len(parts)) + parts))

    @classmethod
    def from_mapping(cls, properties: Mapping[str, object]) -> "TableName":
        """From `{catalog, schema, table}` as node properties have them; `name` serves as `table`.

        Raises:
            SqlNameError: There is no table, or a catalog without a schema, or a part is no name.
        """
        table = properties.get("table") or properties.get("name") or ""
        catalog, schema = properties.get("catalog") or "", properties.get("schema") or ""
        for part in (catalog, schema, table):
            if not isinstance(part, str):
                raise SqlNameError(
                    problem=f"{shown(part)} is not a name.", remedy="Put the name in quotes."
                )
        return cls._checked(str(catalog), str(schema), str(table))

    @classmethod
    def _checked(cls, catalog: str, schema: str, table: str) -> "TableName":
        if catalog and not schema:
            raise SqlNameError(
                problem=f"The table '{shown(table)}' has the catalog '{shown(catalog)}' "
                "but no schema.",
                remedy="Name the schema too.",
            )
        named = cls(catalog, schema, table)
        for part in named.parts or ("",):
            quote_identifier(part)
            if (bad := _FORBIDDEN_IN_OBJECT_NAMES.search(part)) is not None:
                raise SqlNameError(
                    problem=f"The name '{shown(part)}' holds U+{ord(bad.group()):04X}.",
                    remedy="Remove it: names of Unity Catalog objects cannot hold control "
                    "characters.",
                )
        return named

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that are known, catalog first."""
        return tuple(part for part in (self.catalog, self.schema, self.table) if part)

    @property
    def is_complete(self) -> bool:
        """Whether all three levels are known."""
        return bool(self.catalog and self.schema and self.table)

    def sql(self) -> str:
        """The address as SQL, each part quoted where it must be."""
        return ".".join(quote_identifier(part) for part in self.parts)

    def __str__(self) -> str:
        return self.sql()


_ONE_PART = r"(?:`(?:[^`]|``)+`|\w+)"
_PART = re.compile(_ONE_PART)
_DOTTED = re.compile(rf"{_ONE_PART}(?:\.{_ONE_PART})*")


def _unquoted(part: str) -> str:
    return part[1:-1].replace("``", "`") if part.startswith("`") else part
