"""Rows of `repositories`: where a workspace keeps its metadata."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from lakewright.store.database import Connection
from lakewright.store.records.versions import missing, refusal_of_save


class RepositoryKind(StrEnum):
    """Which adapter a repository needs."""

    LOCAL = "local"
    GITHUB = "github"


@dataclass(frozen=True, slots=True)
class Repository:
    """A workspace's repository.

    Attributes:
        location: `owner/name` on GitHub; the folder's name below the data folder for a local one.
        updated_at: The record's version.
    """

    workspace_id: UUID
    kind: RepositoryKind
    location: str
    branch: str
    updated_at: datetime


_COLUMNS = "workspace_id, kind::text as kind, location, branch, updated_at"


async def get_repository(connection: Connection, workspace_id: UUID) -> Repository | None:
    """None for a workspace that is not bound to a repository yet."""
    found = await connection.execute(
        f"select {_COLUMNS} from public.repositories where workspace_id = %s", (workspace_id,)
    )
    row = await found.fetchone()
    return _repository(row) if row else None


async def bind_repository(
    connection: Connection,
    workspace_id: UUID,
    *,
    kind: RepositoryKind,
    location: str,
    branch: str = "main",
    expected: datetime | None = None,
) -> Repository:
    """Bind a workspace to a repository and a branch, in place of the one before.

    Raises:
        StaleRecordError: `expected` is not the version that is kept.
    """
    bound = await connection.execute(
        "insert into public.repositories as r (workspace_id, kind, location, branch)"
        " values (%s, %s::public.repository_kind, %s, %s) on conflict (workspace_id) do update"
        " set kind = excluded.kind, location = excluded.location, branch = excluded.branch"
        f" where %s::timestamptz is null or r.updated_at = %s returning {_COLUMNS}",
        (workspace_id, kind, location, branch, expected, expected),
    )
    row = await bound.fetchone()
    if row is None:
        current = await get_repository(connection, workspace_id)
        raise refusal_of_save("repository", current) if current else missing("repository")
    return _repository(row)


def _repository(row: Mapping[str, Any]) -> Repository:
    return Repository(**{**row, "kind": RepositoryKind(row["kind"])})
