"""What every part of the sign-in API works with, and who it works for."""

import ipaddress
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from fastapi import Request

from lakewright.server.auth.attempts import AttemptLimits
from lakewright.server.auth.keys import SigningKeys
from lakewright.server.auth.passwords import Passwords
from lakewright.server.auth.settings import AuthSettings
from lakewright.server.auth.verify import LiveSessions, Verifier
from lakewright.server.mail import Letter, Mail, MailError
from lakewright.store.accounts import Accounts

if TYPE_CHECKING:
    import httpx

log = logging.getLogger("lakewright.auth")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever sent the request.

    Attributes:
        address: Network address, behind trusted proxies the one they name.
    """

    address: str
    user_agent: str
    request_id: str

    @classmethod
    def of(cls, request: Request) -> "Visitor":
        """Read the request, and what the server's own layers found out about it."""
        address = request.scope.get("lakewright.client") or (
            request.client.host if request.client else ""
        )
        agent = request.headers.get("user-agent", "")
        return cls(
            address=str(address),
            user_agent="".join(letter for letter in agent if letter.isprintable())[:255],
            request_id=str(request.scope.get("lakewright.request_id", "")),
        )

    @property
    def ip(self) -> str | None:
        """The address when it is one; a unix socket has none."""
        try:
            return str(ipaddress.ip_address(self.address))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that the flows share.

    Attributes:
        web: Makes the HTTP client for GitHub.
    """

    accounts: Accounts
    keys: SigningKeys
    settings: AuthSettings
    mail: Mail
    limits: AttemptLimits
    passwords: Passwords
    sessions: LiveSessions
    verifier: Verifier
    web: "Callable[[], httpx.AsyncClient]"

    async def note(
        self, operation: str, visitor: Visitor, account_id: UUID | None = None, **details: str
    ) -> None:
        """Tell the audit log. Details never hold a password, code or token."""
        async with self.accounts.transaction(visitor.request_id) as records:
            details = {"address": visitor.address, **details}
            await records.audit(f"auth.{operation}", account_id, details)

    async def post(self, letter: Letter) -> None:
        """Send a letter. Nobody waits for it, so a failure goes to the log."""
        try:
            await self.mail.send(letter)
        except MailError as error:
            log.error("A letter was not sent: %s", error)
