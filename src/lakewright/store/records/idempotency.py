"""Rows of `idempotency_keys`: a request that is sent twice is done once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from lakewright.store.database import Connection

KEPT_HOURS = 24


@dataclass(frozen=True, slots=True)
class EarlierRequest:
    """What a key was used for before.

    Attributes:
        response_status: None while the first request is still being answered.
    """

    operation: str
    request_hash: str
    response_status: int | None
    response_json: Mapping[str, Any] | None


async def claim_key(
    connection: Connection,
    user_id: UUID,
    key: str,
    *,
    operation: str,
    request_hash: str,
    workspace_id: UUID | None = None,
) -> EarlierRequest | None:
    """Take a key for a request; None when it is ours now.

    Of two requests at once the second waits here until the first one's transaction ends: with
    its answer when that was committed, as the new owner when it was rolled back.
    """
    await connection.execute(
        "delete from public.idempotency_keys where user_id = %s and key = %s"
        " and created_at < now() - make_interval(hours => %s)",
        (user_id, key, KEPT_HOURS),
    )
    taken = await connection.execute(
        "insert into public.idempotency_keys (user_id, key, workspace_id, operation, request_hash)"
        " values (%s, %s, %s, %s, %s) on conflict (user_id, key) do nothing returning key",
        (user_id, key, workspace_id, operation, request_hash),
    )
    if await taken.fetchone():
        return None
    found = await connection.execute(
        "select operation, request_hash, response_status, response_json"
        " from public.idempotency_keys where user_id = %s and key = %s",
        (user_id, key),
    )
    row = await found.fetchone()
    return EarlierRequest(**row) if row else None


async def keep_response(
    connection: Connection, user_id: UUID, key: str, *, status: int, body: Mapping[str, Any]
) -> None:
    """Remember the answer, in the transaction that did the work."""
    await connection.execute(
        "update public.idempotency_keys set response_status = %s, response_json = %s"
        " where user_id = %s and key = %s",
        (status, Jsonb(body), user_id, key),
    )
