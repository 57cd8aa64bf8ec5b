"""How often somebody may knock: the limits of the sign-in API as one table."""

import hashlib
import ipaddress
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Protocol

from lakewright.server.auth.errors import refuse

Action = Literal["sign-in", "sign-up", "letter", "code", "refresh", "oauth"]


class AttemptLimits(Protocol):
    """Counters that every server process shares."""

    async def hit(self, key: str, *, most: int, seconds: int) -> int:
        """Count one. Returns 0, or after how many seconds to come back."""
        ...


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` in `seconds`; `code` is what a client is told."""

    most: int
    seconds: int
    code: str = "over_request_rate_limit"


@dataclass(frozen=True, slots=True)
class ActionLimits:
    """The limits of one action.

    Attributes:
        by_address: For one network address. A team may share one, so it is generous.
        by_email_here: For one e-mail address from one network address.
        by_email: For one e-mail address from anywhere. Where it could lock a person out, it
            is more than one network address can use up.
    """

    by_address: Limit
    by_email_here: Limit | None = None
    by_email: Limit | None = None


# A code has six digits: ten guesses an hour find it once in 100,000 hours.
_LETTERS = "over_email_send_rate_limit"
LIMITS: Mapping[Action, ActionLimits] = MappingProxyType(
    {
        "sign-in": ActionLimits(Limit(100, 300), Limit(10, 300), Limit(300, 3600)),
        "sign-up": ActionLimits(Limit(60, 3600), by_email=Limit(5, 3600)),
        "letter": ActionLimits(Limit(60, 3600), by_email=Limit(5, 3600, _LETTERS)),
        "code": ActionLimits(Limit(60, 300), by_email=Limit(10, 3600)),
        "refresh": ActionLimits(Limit(1800, 3600)),
        "oauth": ActionLimits(Limit(120, 300)),
    }
)


async def count(limits: AttemptLimits, action: Action, *, address: str, email: str = "") -> None:
    """Count an attempt.

    Raises:
        AuthError: Too many (429), with the seconds to wait.
    """
    rows = LIMITS[action]
    place = network_of(address)
    # E-mail addresses are hashed: a table of counters is no place for personal data.
    person = hashlib.sha256(email.encode()).hexdigest()[:32]
    wanted = [(f"auth:{action}:from:{place}", rows.by_address)]
    if email and rows.by_email_here:
        wanted.append((f"auth:{action}:pair:{place}:{person}", rows.by_email_here))
    if email and rows.by_email:
        wanted.append((f"auth:{action}:to:{person}", rows.by_email))
    for key, limit in wanted:
        wait = await limits.hit(key, most=limit.most, seconds=limit.seconds)
        if wait > 0:
            raise refuse(limit.code, retry_after=max(1, math.ceil(wait)))


def network_of(address: str) -> str:
    """The part of an address that one customer holds: all of IPv4, the first half of IPv6.

    >>> network_of("2001:db8:1:2:3::4")
    '2001:db8:1:2::/64'
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
