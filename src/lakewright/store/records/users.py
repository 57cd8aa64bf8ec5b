"""Rows of `users`: what people who share a workspace know of each other."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from lakewright.store.database import Connection


@dataclass(frozen=True, slots=True)
class User:
    """A person. `last_login` is None before the first one."""

    id: UUID
    email: str
    display_name: str
    created_at: datetime
    last_login: datetime | None


async def get_user(connection: Connection, user_id: UUID) -> User | None:
    """A person that the caller is, or shares a workspace with."""
    async with connection.cursor(row_factory=class_row(User)) as cursor:
        await cursor.execute(
            "select id, email, display_name, created_at, last_login from public.users"
            " where id = %s",
            (user_id,),
        )
        return await cursor.fetchone()


async def rename_user(connection: Connection, user_id: UUID, display_name: str) -> bool:
    """Change the name that others see; people may do so for themselves only."""
    changed = await connection.execute(
        "update public.users set display_name = %s where id = %s", (display_name, user_id)
    )
    return changed.rowcount == 1
