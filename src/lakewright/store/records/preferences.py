"""Rows of `user_preferences`: how a person likes to work, and where they left off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from lakewright.store.database import Connection
from lakewright.store.records.versions import refusal_of_save


@dataclass(frozen=True, slots=True)
class Preferences:
    """One person's preferences.

    Attributes:
        workspace_id: The workspace that opens after signing in.
        theme: `system`, `light` or `dark`.
        default_template_language: `sql`, `python` or `scala`.
        preferences_json: Whatever else a client wants to keep; an object.
        updated_at: None while nothing has been saved.
    """

    user_id: UUID
    workspace_id: UUID | None
    theme: str
    default_template_language: str
    preferences_json: Mapping[str, Any]
    updated_at: datetime | None


_COLUMNS = "user_id, workspace_id, theme, default_template_language, preferences_json, updated_at"


async def get_preferences(connection: Connection, user_id: UUID) -> Preferences:
    """Saved preferences, or the defaults."""
    async with connection.cursor(row_factory=class_row(Preferences)) as cursor:
        await cursor.execute(
            f"select {_COLUMNS} from public.user_preferences where user_id = %s", (user_id,)
        )
        return await cursor.fetchone() or Preferences(user_id, None, "system", "sql", {}, None)


async def save_preferences(
    connection: Connection,
    user_id: UUID,
    *,
    theme: str,
    default_template_language: str,
    preferences_json: Mapping[str, Any],
    expected: datetime | None = None,
) -> Preferences:
    """Save everything but the default workspace.

    Raises:
        StaleRecordError: `expected` is not the saved version.
    """
    async with connection.cursor(row_factory=class_row(Preferences)) as cursor:
        await cursor.execute(
            "insert into public.user_preferences as p"
            " (user_id, theme, default_template_language, preferences_json)"
            " values (%s, %s, %s, %s) on conflict (user_id) do update set"
            " theme = excluded.theme,"
            " default_template_language = excluded.default_template_language,"
            " preferences_json = excluded.preferences_json"
            f" where %s::timestamptz is null or p.updated_at = %s returning {_COLUMNS}",
            (
                user_id,
                theme,
                default_template_language,
                Jsonb(preferences_json),
                expected,
                expected,
            ),
        )
        saved = await cursor.fetchone()
    if saved is None:
        raise refusal_of_save("preferences", await get_preferences(connection, user_id))
    return saved


async def set_default_workspace(
    connection: Connection, user_id: UUID, workspace_id: UUID | None
) -> None:
    """Say which workspace opens after signing in; one that the person is a member of."""
    await connection.execute(
        "insert into public.user_preferences (user_id, workspace_id) values (%s, %s)"
        " on conflict (user_id) do update set workspace_id = excluded.workspace_id",
        (user_id, workspace_id),
    )
