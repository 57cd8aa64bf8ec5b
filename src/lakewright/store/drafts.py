"""The drafts of one person in one workspace, as the operations on drafts ask for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from lakewright.store.database import Connection
from lakewright.store.records import drafts as records


@dataclass(frozen=True, slots=True)
class DraftsOfPerson:
    """`DraftRecords` on a connection that acts as the person."""

    connection: Connection
    workspace_id: UUID
    user_id: UUID

    async def get(self, kind: str, path: str) -> records.Draft | None:
        """The draft, if there is one."""
        return await records.get_draft(
            self.connection, self.workspace_id, self.user_id, records.DraftKind(kind), path
        )

    async def save(
        self, kind: str, path: str, text: str, base_version: str | None
    ) -> records.Draft:
        """Keep it in place of the one before."""
        return await records.save_draft(
            self.connection,
            self.workspace_id,
            self.user_id,
            kind=records.DraftKind(kind),
            path=path,
            text=text,
            base_version=base_version,
        )

    async def discard(self, kind: str, path: str) -> bool:
        """False when there was none."""
        return await records.discard_draft(
            self.connection, self.workspace_id, self.user_id, records.DraftKind(kind), path
        )

    async def page(self, cursor: str, limit: int) -> tuple[Sequence[records.Draft], str]:
        """By kind and path; an empty cursor at the end."""
        page = await records.list_drafts(
            self.connection, self.workspace_id, self.user_id, cursor=cursor, limit=limit
        )
        return page.items, page.next_cursor or ""
