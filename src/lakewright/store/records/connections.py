"""Rows of `databricks_connections`. A sealed token goes in here and never comes out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from lakewright.store.database import Connection
from lakewright.store.records.pages import DEFAULT_LIMIT, Kind, Listing, Page, fetch_page
from lakewright.store.records.versions import missing, refusal_of_save


@dataclass(frozen=True, slots=True)
class DatabricksConnection:
    """How to reach a Databricks workspace.

    Attributes:
        workspace_id_databricks: Its number at Databricks, once known.
        has_token: Whether a token is kept; `store.work` is where it can be read.
        updated_at: The record's version.
    """

    id: UUID
    workspace_id: UUID
    name: str
    host: str
    workspace_id_databricks: str | None
    is_default: bool
    auth_type: str
    cloud: str
    created_at: datetime
    updated_at: datetime
    has_token: bool


_LISTING = Listing("connections", {"name": Kind.TEXT, "id": Kind.UUID})
_COLUMNS = (
    "id, workspace_id, name, host, workspace_id_databricks, is_default, auth_type, cloud,"
    " created_at, updated_at, has_token"
)


async def list_connections(
    connection: Connection, workspace_id: UUID, *, cursor: str = "", limit: int = DEFAULT_LIMIT
) -> Page[DatabricksConnection]:
    """Connections by name."""
    return await fetch_page(
        connection,
        f"select {_COLUMNS} from public.databricks_connections where workspace_id = %s",
        (workspace_id,),
        _LISTING,
        lambda row: DatabricksConnection(**row),
        cursor=cursor,
        limit=limit,
    )


async def get_connection(
    connection: Connection, workspace_id: UUID, connection_id: UUID
) -> DatabricksConnection | None:
    """One connection."""
    async with connection.cursor(row_factory=class_row(DatabricksConnection)) as cursor:
        await cursor.execute(
            f"select {_COLUMNS} from public.databricks_connections"
            " where workspace_id = %s and id = %s",
            (workspace_id, connection_id),
        )
        return await cursor.fetchone()


async def create_connection(
    connection: Connection,
    workspace_id: UUID,
    connection_id: UUID,
    *,
    name: str,
    host: str,
    token_encrypted: str | None = None,
    auth_type: str = "token",
    cloud: str = "",
    is_default: bool = False,
) -> DatabricksConnection:
    """Keep a new one.

    Args:
        connection_id: Made by the caller, since a token is sealed for the row it will be in.
        token_encrypted: As `store.secrets` sealed it.
    """
    if is_default:
        await _clear_default(connection, workspace_id, connection_id)
    async with connection.cursor(row_factory=class_row(DatabricksConnection)) as cursor:
        await cursor.execute(
            "insert into public.databricks_connections (id, workspace_id, name, host,"
            " token_encrypted, auth_type, cloud, is_default)"
            f" values (%s, %s, %s, %s, %s, %s, %s, %s) returning {_COLUMNS}",
            (
                connection_id,
                workspace_id,
                name,
                host,
                token_encrypted,
                auth_type,
                cloud,
                is_default,
            ),
        )
        made = await cursor.fetchone()
    assert made is not None
    return made


async def save_connection(
    connection: Connection,
    workspace_id: UUID,
    connection_id: UUID,
    *,
    name: str,
    host: str,
    auth_type: str,
    cloud: str,
    is_default: bool,
    token_encrypted: str | None = None,
    clear_token: bool = False,
    expected: datetime | None = None,
) -> DatabricksConnection:
    """Replace what is kept.

    A token that was given for one host is never sent to another: the database drops it when the
    host changes and no new token comes with it.

    Args:
        token_encrypted: A new sealed token; None keeps the one that is there.
        clear_token: Forget the token.
        expected: The `updated_at` that was read; None does not compare.

    Raises:
        NotFoundError: No such connection, or none the caller may change.
        StaleRecordError: Somebody else saved meanwhile; carries their version.
    """
    if is_default:
        await _clear_default(connection, workspace_id, connection_id)
    # The sealed token may be assigned but not read, not even in an expression: to keep it is not
    # to name it.
    new_token = token_encrypted is not None or clear_token
    async with connection.cursor(row_factory=class_row(DatabricksConnection)) as cursor:
        await cursor.execute(
            "update public.databricks_connections set name = %s, host = %s, auth_type = %s,"
            f" cloud = %s, is_default = %s{', token_encrypted = %s' if new_token else ''}"
            " where workspace_id = %s and id = %s"
            f" and (%s::timestamptz is null or updated_at = %s) returning {_COLUMNS}",
            (
                *(name, host, auth_type, cloud, is_default),
                *((token_encrypted,) if new_token else ()),
                *(workspace_id, connection_id, expected, expected),
            ),
        )
        saved = await cursor.fetchone()
    if saved is None:
        current = await get_connection(connection, workspace_id, connection_id)
        if current and expected in (None, current.updated_at):
            raise missing("connection")  # readable, but not to be changed by this caller
        raise refusal_of_save("connection", current)
    return saved


async def delete_connection(
    connection: Connection, workspace_id: UUID, connection_id: UUID
) -> bool:
    """False when there is none that the caller may delete."""
    gone = await connection.execute(
        "delete from public.databricks_connections where workspace_id = %s and id = %s",
        (workspace_id, connection_id),
    )
    return gone.rowcount == 1


async def _clear_default(connection: Connection, workspace_id: UUID, but: UUID) -> None:
    """A workspace has one default connection at most."""
    await connection.execute(
        "update public.databricks_connections set is_default = false"
        " where workspace_id = %s and is_default and id <> %s",
        (workspace_id, but),
    )
