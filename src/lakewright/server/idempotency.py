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
from pydantic import BaseModel

from lakewright.server.callers import InWorkspace
from lakewright.server.errors import ConflictError, InvalidError
from lakewright.store.database import Connection
from lakewright.store.records.idempotency import claim_key, keep_response

Reply = TypeVar("Reply", bound=BaseModel)
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
        earlier = await claim_key(
            self.connection,
            self.user_id,
            self.key,
            operation=self.operation,
            request_hash=digest,
            workspace_id=self.workspace_id,
        )
        if earlier is not None:
            if earlier.request_hash != digest or earlier.response_json is None:
                raise ConflictError(
                    "This idempotency key was used for another request.",
                    "Use a new key for each thing that you create.",
                    "Idempotency-Key",
                )
            return shape.model_validate(earlier.response_json)
        reply = await make()
        body = kept(reply).model_dump(mode="json")
        await keep_response(self.connection, self.user_id, self.key, status=201, body=body)
        return reply

    def _digest(self) -> str:
        asked = jsonable_encoder(self.asked)
        text = json.dumps([self.operation, str(self.workspace_id), asked], sort_keys=True)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def once(work: InWorkspace, key: str | None, asked: Any) -> Once:
    """A creation in a workspace under an idempotency key."""
    return Once(
        work.connection,
        work.member.user_id,
        work.workspace_id,
        work.member.operation.id,
        key,
        asked,
    )
