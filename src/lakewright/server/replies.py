"""Shapes that several routes share: names in paths, pages of lists, entity tags."""

from datetime import UTC, datetime
from typing import Annotated, Generic, Protocol, TypeVar

from fastapi import Header, Path, Query, Response
from pydantic import BaseModel, Field, StringConstraints

from lakewright.errors import LakewrightError
from lakewright.server.errors import InvalidError, PreconditionRequiredError

Row = TypeVar("Row")

# What a person may call something: one line without control characters, as the tables say.
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
]
ModelId = Annotated[str, Path(min_length=1, max_length=400, description="Id of a model.")]
TemplateId = Annotated[str, Path(min_length=1, max_length=400, description="Id of a template.")]
Limit = Annotated[int, Query(ge=1, le=200, description="Most rows of one page.")]
Cursor = Annotated[
    str | None,
    Query(max_length=500, description="`next_cursor` of the page before; nothing to begin."),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=300,
        description="The `ETag` of the version that you changed; `*` for any.",
    ),
]


class PageReply(BaseModel, Generic[Row]):
    """A part of a list."""

    items: list[Row]
    next_cursor: str | None = Field(description="Pass it as `cursor`; null on the last page.")


def etag(version: str) -> str:
    """A version as an entity tag (RFC 9110, 8.8.3).

    >>> etag("abc")
    '"abc"'
    """
    return f'"{version}"'


def version_of(if_match: str | None) -> str | None:
    """The version that a change was made from; None for `*`.

    Raises:
        PreconditionRequiredError: There is none: the change could overwrite what nobody has seen.
        InvalidError: It is no entity tag.
    """
    if if_match is None:
        raise PreconditionRequiredError(
            "The change does not say which version it was made from.",
            "Send the `ETag` that you got as `If-Match`.",
            "If-Match",
        )
    text = if_match.strip()
    if text == "*":
        return None
    text = text.removeprefix("W/")
    if len(text) < 2 or text[0] != '"' or text[-1] != '"' or '"' in text[1:-1]:
        error: LakewrightError = InvalidError(
            "`If-Match` is no entity tag.", 'Send one in quotes: "abc".', "If-Match"
        )
        raise error
    return text[1:-1]


def set_etag(reply: Response, tag: str) -> None:
    """Tell which version this is."""
    reply.headers["ETag"] = tag


def etag_of_time(updated_at: datetime | None) -> str:
    """The entity tag of a row, whose version is when it last changed."""
    return etag(updated_at.isoformat() if updated_at else "none")


class Versioned(Protocol):
    """A reply about a row, whose version is when it last changed."""

    updated_at: datetime


_Versioned = TypeVar("_Versioned", bound=Versioned)


def tagged(reply: Response, found: _Versioned) -> _Versioned:
    """The same, with its version as the answer's `ETag`."""
    set_etag(reply, etag_of_time(found.updated_at))
    return found


def time_of(if_match: str | None) -> datetime | None:
    """As `version_of`, for a row.

    A tag of no version that a row ever had gives a time that no row has.
    """
    version = version_of(if_match)
    if version is None:
        return None
    try:
        found = datetime.fromisoformat(version)
    except ValueError:
        found = _NEVER
    return found if found.tzinfo else found.replace(tzinfo=UTC)


_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
