"""Rows of `drafts`: what a person has typed and not saved yet. Nobody else sees them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from lakewright.store.database import Connection
from lakewright.store.records.pages import DEFAULT_LIMIT, Kind, Listing, Page, fetch_page


class DraftKind(StrEnum):
    """Which kind of document a draft is of."""

    MODEL = "model"
    TEMPLATE = "template"
    RECIPE = "recipe"
    CONFIGURATION = "configuration"
    MACRO = "macro"


@dataclass(frozen=True, slots=True)
class Draft:
    """One unsaved text.

    Attributes:
        base_version: Version of the document it began from; None for a new document.
    """

    workspace_id: UUID
    user_id: UUID
    kind: DraftKind
    path: str
    base_version: str | None
    text: str
    updated_at: datetime


_LISTING = Listing("drafts", {"kind::text": Kind.TEXT, "path": Kind.TEXT})
_COLUMNS = "workspace_id, user_id, kind::text as kind, path, base_version, text, updated_at"


async def list_drafts(
    connection: Connection,
    workspace_id: UUID,
    user_id: UUID,
    *,
    cursor: str = "",
    limit: int = DEFAULT_LIMIT,
) -> Page[Draft]:
    """A person's drafts in a workspace, by kind and path."""
    return await fetch_page(
        connection,
        f"select {_COLUMNS} from public.drafts where workspace_id = %s and user_id = %s",
        (workspace_id, user_id),
        _LISTING,
        _draft,
        cursor=cursor,
        limit=limit,
    )


async def draft_paths(
    connection: Connection, workspace_id: UUID, user_id: UUID, kind: DraftKind
) -> frozenset[str]:
    """Where a person has a draft of that kind."""
    found = await connection.execute(
        "select path from public.drafts where workspace_id = %s and user_id = %s"
        " and kind = %s::public.document_kind",
        (workspace_id, user_id, kind),
    )
    return frozenset([row["path"] for row in await found.fetchall()])


async def get_draft(
    connection: Connection, workspace_id: UUID, user_id: UUID, kind: DraftKind, path: str
) -> Draft | None:
    """One draft."""
    found = await connection.execute(
        f"select {_COLUMNS} from public.drafts where workspace_id = %s and user_id = %s"
        " and kind = %s::public.document_kind and path = %s",
        (workspace_id, user_id, kind, path),
    )
    row = await found.fetchone()
    return _draft(row) if row else None


async def save_draft(
    connection: Connection,
    workspace_id: UUID,
    user_id: UUID,
    *,
    kind: DraftKind,
    path: str,
    text: str,
    base_version: str | None,
) -> Draft:
    """Keep a draft in place of the one before."""
    saved = await connection.execute(
        "insert into public.drafts (workspace_id, user_id, kind, path, base_version, text)"
        " values (%s, %s, %s::public.document_kind, %s, %s, %s)"
        " on conflict (workspace_id, user_id, kind, path)"
        f" do update set base_version = excluded.base_version, text = excluded.text"
        f" returning {_COLUMNS}",
        (workspace_id, user_id, kind, path, base_version, text),
    )
    row = await saved.fetchone()
    assert row is not None
    return _draft(row)


async def discard_draft(
    connection: Connection, workspace_id: UUID, user_id: UUID, kind: DraftKind, path: str
) -> bool:
    """False when there was none."""
    gone = await connection.execute(
        "delete from public.drafts where workspace_id = %s and user_id = %s"
        " and kind = %s::public.document_kind and path = %s",
        (workspace_id, user_id, kind, path),
    )
    return gone.rowcount == 1


def _draft(row: Mapping[str, Any]) -> Draft:
    return Draft(**{**row, "kind": DraftKind(row["kind"])})
