"""Pages go on where the last one ended, and a cursor is worth nothing anywhere else."""

import base64
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakewright.store.records.pages import (
    BadCursorError,
    Kind,
    Listing,
    read_cursor,
    write_cursor,
)

LISTING = Listing(
    "things",
    {"name": Kind.TEXT, "at": Kind.TIME, "number": Kind.NUMBER, "t.id": Kind.UUID},
)
KEYS = ["Sales", datetime(2026, 11, 23, 12, 30, 0, 5, UTC), 7, UUID(int=3)]


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200),
    st.datetimes(timezones=st.just(UTC)),
    st.integers(0, 2**63 - 1),
    st.uuids(),
)
def test_keys_come_back_as_they_were(name: str, at: datetime, number: int, thing: UUID) -> None:
    keys = [name, at, number, thing]
    assert read_cursor(LISTING, write_cursor(LISTING, keys)) == keys


@given(st.text(max_size=300))
def test_any_other_text_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadCursorError) as refused:
        read_cursor(LISTING, text)
    assert refused.value.where == "cursor"


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        pytest.param("x" * 100_000, id="endless"),
        pytest.param("é" * 8, id="not ASCII"),
        pytest.param(encoded({"a": 1}), id="an object"),
        pytest.param(encoded(["things"]), id="no keys"),
        pytest.param(
            encoded(["others", "a", KEYS[1].isoformat(), 7, str(UUID(int=3))]),  # type: ignore[attr-defined]
            id="of another list",
        ),
        pytest.param(
            encoded(["things", "a", "2026-11-23T12:30:00", 7, str(UUID(int=3))]),
            id="a time without a zone",
        ),
        pytest.param(
            encoded(["things", "a", "2026-11-23T12:30:00+00:00", "7", str(UUID(int=3))]),
            id="a number as text",
        ),
        pytest.param(
            encoded(["things", "a", "2026-11-23T12:30:00+00:00", True, str(UUID(int=3))]),
            id="a flag as a number",
        ),
        pytest.param(
            encoded(["things", "a", "2026-11-23T12:30:00+00:00", 2**63, str(UUID(int=3))]),
            id="a number that no column holds",
        ),
        pytest.param(
            encoded(["things", "a\0", "2026-11-23T12:30:00+00:00", 7, str(UUID(int=3))]),
            id="a NUL",
        ),
        pytest.param(
            encoded(["things", "\ud800", "2026-11-23T12:30:00+00:00", 7, str(UUID(int=3))]),
            id="half a surrogate pair",
        ),
        pytest.param(
            encoded(["things", "a", "2026-11-23T12:30:00+00:00", 7, "1' or '1'='1"]),
            id="SQL for an id",
        ),
        pytest.param(base64.urlsafe_b64encode(b"[" * 1200).decode(), id="deep"),
    ],
)
def test_a_made_up_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursorError):
        read_cursor(LISTING, cursor)
