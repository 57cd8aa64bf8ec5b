"""A request that creates something may be sent twice: the second gets the first one's answer."""

import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Header
from fastapi.encoders import jsonable_encoder
from psycopg.types.json import Jsonb
from pydantic import BaseModel

from lakewright.server.errors import ConflictError, InvalidError
from lakewright.store.database import Connection

Reply = TypeVar("Reply", bound=BaseModel)
KEPT_HOURS = 24
_KEY = re.compile(r"[\x21-\x7e]{1,200}")

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="Any text that names this creation; sending it again changes nothing more.",
    ),
]


@dataclass(frozen=True, slots=True)
class Once:
    """One creation under a key.

    Everything happens in the transaction that creates: two requests with one key wait for each
    other on the key's row, and a creation that fails leaves no key behind.
    """

    connection: Connection
    user_id: UUID
    workspace_id: UUID | None
    operation: str
    key: str | None
    asked: Any

    async def reply(
        self,
        shape: type[Reply],
        make: Callable[[], Awaitable[Reply]],
        kept: Callable[[Reply], Reply] = lambda reply: reply,
    ) -> Reply:
        """What `make` gives, or what it gave when the key was used first.

        Args:
            kept: The reply as it may be stored: without a token that is told only once.

        Raises:
            ConflictError: The key was used for something else.
        """
        if self.key is None:
            return await make()
        if not _KEY.fullmatch(self.key):
            raise InvalidError(
                "The idempotency key is empty, or holds spaces or special characters.",
                "Send a UUID.",
                "Idempotency-Key",
            )
        digest = self._digest()
        await self.connection.execute(
            "delete from public.idempotency_keys where user_id = %s and key = %s"
            " and created_at < now() - make_interval(hours => %s)",
            (self.user_id, self.key, KEPT_HOURS),
        )
        taken = await self.connection.execute(
            "insert into public.idempotency_keys (user_id, key, workspace_id, operation,"
            " request_hash) values (%s, %s, %s, %s, %s) on conflict (user_id, key) do nothing",
            (self.user_id, self.key, self.workspace_id, self.operation, digest),
        )
        if taken.rowcount == 0:
            return shape.model_validate(await self._answered(digest))
        reply = await make()
        await self.connection.execute(
            "update public.idempotency_keys set response_status = 201, response_json = %s"
            " where user_id = %s and key = %s",
            (Jsonb(kept(reply).model_dump(mode="json")), self.user_id, self.key),
        )
        return reply

    async def _answered(self, digest: str) -> Any:
        found = await self.connection.execute(
            "select request_hash, response_json from public.idempotency_keys"
            " where user_id = %s and key = %s",
            (self.user_id, self.key),
        )
        row = await found.fetchone()
        if row is None or row["request_hash"] != digest or row["response_json"] is None:
            raise ConflictError(
                "This idempotency key was used for another request.",
                "Use a new key for each thing that you create.",
                "Idempotency-Key",
            )
        return row["response_json"]

    def _digest(self) -> str:
        asked = jsonable_encoder(self.asked)
        text = json.dumps([self.operation, str(self.workspace_id), asked], sort_keys=True)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
