"""Routes about connections to Databricks: their tokens go in and never come out."""

from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, field_validator

from lakewright.server.callers import InWorkspace, row
from lakewright.server.idempotency import IdempotencyKey, once
from lakewright.server.replies import (
    Cursor,
    IfMatch,
    Limit,
    Name,
    PageReply,
    tagged,
    time_of,
)
from lakewright.store.records import connections as records
from lakewright.store.records.versions import missing
from lakewright.store.secrets import Place

router = APIRouter(prefix="/workspaces/{workspace_id}/connections", tags=["connections"])
TABLE = "databricks_connections"

Token = Annotated[SecretStr, Field(min_length=1, max_length=8000)]


class ConnectionBody(BaseModel):
    """How to reach a Databricks workspace."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "name": "production",
                "host": "https://adb-1234567890123456.7.azuredatabricks.net",
                "token": "dapi...",
                "cloud": "azure",
                "is_default": True,
            }
        },
    )

    name: Name
    host: Annotated[str, StringConstraints(min_length=1, max_length=400)] = Field(
        description="Address of the Databricks workspace: `https://`, a name, nothing more."
    )
    token: Token | None = Field(
        default=None, description="Write-only. When changing: null keeps the present one."
    )
    auth_type: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,49}$")] = "token"
    cloud: Literal["", "aws", "azure", "gcp"] = ""
    is_default: bool = False

    @field_validator("host")
    @classmethod
    def _only_an_address(cls, host: str) -> str:
        """No credentials, no path, no other protocol; who is called is checked when calling."""
        try:
            parts = urlsplit(host.strip())
            port = parts.port
        except ValueError as error:
            raise ValueError("the host is no address") from error
        if parts.scheme != "https" and not (
            parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
        ):
            raise ValueError("the host has to begin with https://")
        if not parts.hostname or parts.username or parts.password:
            raise ValueError("the host has to be a name, without user and password")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("the host has to end after the name")
        name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        if not name.isascii() or not name.isprintable() or " " in name:
            raise ValueError("the host holds characters that no name has")
        return f"{parts.scheme}://{name}" + (f":{port}" if port else "")


class ConnectionChange(ConnectionBody):
    """The same, to replace what is kept."""

    clear_token: bool = Field(default=False, description="Forget the token.")


class ConnectionReply(BaseModel):
    """A connection without its token."""

    id: UUID
    name: str
    host: str
    workspace_id_databricks: str | None
    is_default: bool
    auth_type: str
    cloud: str
    has_token: bool
    created_at: datetime
    updated_at: datetime


@router.get("", **row("connections.list"))
async def list_all(
    work: InWorkspace, limit: Limit = 50, cursor: Cursor = None
) -> PageReply[ConnectionReply]:
    """Connections by name."""
    page = await records.list_connections(
        work.connection, work.workspace_id, cursor=cursor or "", limit=limit
    )
    return PageReply(items=[_reply(each) for each in page.items], next_cursor=page.next_cursor)


@router.post("", status_code=201, **row("connections.create"))
async def create(
    work: InWorkspace,
    body: ConnectionBody,
    reply: Response,
    idempotency_key: IdempotencyKey = None,
) -> ConnectionReply:
    """Create a connection."""

    async def make() -> ConnectionReply:
        connection_id = uuid4()
        return _reply(
            await records.create_connection(
                work.connection,
                work.workspace_id,
                connection_id,
                name=body.name,
                host=body.host,
                token_encrypted=_sealed(work, connection_id, body.token),
                auth_type=body.auth_type,
                cloud=body.cloud,
                is_default=body.is_default,
            )
        )

    # Two requests that differ by their token only are different ones; the digest does not tell.
    asked = [body, body.token.get_secret_value() if body.token else None]
    return tagged(reply, await once(work, idempotency_key, asked).reply(ConnectionReply, make))


@router.get("/{connection_id}", **row("connections.get"))
async def get(work: InWorkspace, connection_id: UUID, reply: Response) -> ConnectionReply:
    """One connection, with its version as `ETag`."""
    found = await records.get_connection(work.connection, work.workspace_id, connection_id)
    if found is None:
        raise missing("connection")
    return tagged(reply, _reply(found))


@router.put("/{connection_id}", **row("connections.update"))
async def save(
    work: InWorkspace,
    connection_id: UUID,
    body: ConnectionChange,
    reply: Response,
    if_match: IfMatch = None,
) -> ConnectionReply:
    """Replace what is kept. Another host without a new token drops the token."""
    saved = await records.save_connection(
        work.connection,
        work.workspace_id,
        connection_id,
        name=body.name,
        host=body.host,
        auth_type=body.auth_type,
        cloud=body.cloud,
        is_default=body.is_default,
        token_encrypted=_sealed(work, connection_id, body.token),
        clear_token=body.clear_token,
        expected=time_of(if_match),
    )
    return tagged(reply, _reply(saved))


@router.delete("/{connection_id}", status_code=204, **row("connections.delete"))
async def delete(work: InWorkspace, connection_id: UUID) -> None:
    """Delete a connection and its token."""
    if not await records.delete_connection(work.connection, work.workspace_id, connection_id):
        raise missing("connection")


def _sealed(work: InWorkspace, connection_id: UUID, token: SecretStr | None) -> str | None:
    if token is None:
        return None
    return work.state.vault.seal(token, Place(TABLE, work.workspace_id, connection_id))


def _reply(found: records.DatabricksConnection) -> ConnectionReply:
    return ConnectionReply.model_validate(found, from_attributes=True)
