"""Lists in pages: where the next page begins is written in an opaque cursor."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Generic, LiteralString, TypeVar
from uuid import UUID

from psycopg import sql

from lakewright.errors import LakewrightError
from lakewright.store.database import Connection

DEFAULT_LIMIT = 50
MOST_ROWS = 200
_LONGEST_CURSOR = 2000
_LARGEST = 2**63 - 1

Row = TypeVar("Row")


class BadCursorError(LakewrightError):
    """The cursor is not one that this list gave out."""

    code = "bad-cursor"
    http_status = 422


class Kind(Enum):
    """Type of a column that a list is ordered by."""

    UUID = "uuid"
    TIME = "timestamptz"
    TEXT = "text"
    NUMBER = "bigint"


@dataclass(frozen=True, slots=True)
class Listing:
    """How a list is ordered; together the columns identify a row.

    Attributes:
        name: Stands in the cursor, so that a cursor of one list is refused by another.
        columns: Column -> kind. The result has `m.role::text` as `role`.
    """

    name: str
    columns: Mapping[LiteralString, Kind]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list. `next_cursor` is None on the last page."""

    items: Sequence[Row]
    next_cursor: str | None


async def fetch_page(
    connection: Connection,
    query: LiteralString,
    values: Sequence[object],
    listing: Listing,
    to_row: Callable[[Mapping[str, Any]], Row],
    *,
    cursor: str = "",
    limit: int = DEFAULT_LIMIT,
) -> Page[Row]:
    """One page of a list, found by its keys and so as fast at the end as at the beginning.

    Args:
        query: A select with a `where`, without `order by`; `values` are its parameters.
        cursor: `next_cursor` of the page before; empty for the first page.
        limit: Rows; brought into 1 to 200.

    Raises:
        BadCursorError: The cursor is from another list, or from nowhere.
    """
    limit = max(1, min(limit, MOST_ROWS))
    parts: list[sql.Composable] = [sql.SQL(query)]
    given = list(values)
    if cursor:
        given += read_cursor(listing, cursor)
        places = (sql.SQL("%s::" + kind.value) for kind in listing.columns.values())
        parts.append(
            sql.SQL(" and ({}) {} ({})").format(
                sql.SQL(", ").join(map(sql.SQL, listing.columns)),
                sql.SQL("<" if listing.descending else ">"),
                sql.SQL(", ").join(places),
            )
        )
    direction = sql.SQL(" desc" if listing.descending else "")
    order = sql.SQL(", ").join(sql.SQL(column) + direction for column in listing.columns)
    parts.append(sql.SQL(" order by {} limit %s").format(order))
    # One more than asked for tells whether there is a next page.
    found = await connection.execute(sql.Composed(parts), [*given, limit + 1])
    rows = await found.fetchall()
    more = len(rows) > limit
    rows = rows[:limit]
    names = [column.rpartition(".")[2].partition("::")[0] for column in listing.columns]
    after = write_cursor(listing, [rows[-1][name] for name in names]) if more else None
    return Page([to_row(row) for row in rows], after)


def write_cursor(listing: Listing, keys: Sequence[object]) -> str:
    """The cursor after the row with these keys."""
    shown = [key.isoformat() if isinstance(key, datetime) else key for key in keys]
    text = json.dumps([listing.name, *shown], default=str, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(listing: Listing, cursor: str) -> list[UUID | datetime | str | int]:
    """The keys in a cursor, each of the type that the list is ordered by.

    A cursor is not signed: it only says where to go on, and grants nothing.
    """
    try:
        if len(cursor) > _LONGEST_CURSOR or not cursor.isascii():
            raise ValueError("length")
        padded = cursor + "=" * (-len(cursor) % 4)
        given = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(given, list) or len(given) != 1 + len(listing.columns):
            raise ValueError("shape")
        name, *keys = given
        if name != listing.name:
            raise ValueError("name")
        return [_key(kind, key) for kind, key in zip(listing.columns.values(), keys, strict=True)]
    except (ValueError, binascii.Error, RecursionError) as error:
        raise BadCursorError(
            problem="The cursor is not one that this list gave out.",
            remedy="Use 'next_cursor' of the page before, or leave the cursor out.",
            where="cursor",
        ) from error


def _key(kind: Kind, value: object) -> UUID | datetime | str | int:
    """Raises ValueError for anything that the list would not have written itself."""
    if kind is Kind.NUMBER:
        if type(value) is int and 0 <= value <= _LARGEST:
            return value
        raise ValueError("number")
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("text")
    value.encode()  # half a surrogate pair cannot be sent to the database
    match kind:
        case Kind.UUID:
            return UUID(value)
        case Kind.TIME:
            time = datetime.fromisoformat(value)
            if time.tzinfo is None:
                raise ValueError("time zone")
            return time
        case Kind.TEXT:
            return value
