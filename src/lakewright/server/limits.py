"""How much one client may send, how slowly and how often."""

import asyncio
import ipaddress
import json
import re
import time
from collections.abc import Sequence
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lakewright.errors import LakewrightError, LimitError
from lakewright.server.errors import (
    MalformedError,
    MediaTypeError,
    RateLimitedError,
    SlowBodyError,
    reply_of,
)

BODY_SECONDS = 20.0
MOST_HEADERS = 100
HEADER_BYTES = 32 * 1024
NESTING = 100
_WITH_BODY = {"POST", "PUT", "PATCH", "DELETE"}
# A NUL that Postgres cannot store, or half of a surrogate pair. Whole pairs are taken out first.
_PAIRS = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_BAD_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})")


class BodyLimits:
    """Reads a body whole before anything else sees it, and refuses what is no sound JSON.

    A body is at most `most_bytes` long and has `seconds` to arrive, so a client that sends a byte
    now and then holds nothing but its own connection.

    Args:
        json_below: Paths below which a body has to be JSON.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        most_bytes: int,
        seconds: float = BODY_SECONDS,
        json_below: Sequence[str] = ("/api/",),
    ) -> None:
        self._app = app
        self._most = most_bytes
        self._seconds = seconds
        self._json_below = tuple(json_below)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            _check_headers(scope)
            body = b""
            if scope["method"] in _WITH_BODY:
                body = await self._whole(scope, receive)
                if body and scope["path"].startswith(self._json_below):
                    _check_json(scope, body)
        except LakewrightError as error:
            reply = reply_of(error, str(scope.get("lakewright.request_id", "")))
            # The rest of a body that nobody reads would be taken for the next request.
            reply.headers["Connection"] = "close"
            await reply(scope, receive, send)
            return
        if scope["method"] not in _WITH_BODY:
            await self._app(scope, receive, send)
            return
        sent = False

        async def replayed() -> Message:
            nonlocal sent
            if not sent:
                sent = True
                return {"type": "http.request", "body": body, "more_body": False}
            return await receive()

        await self._app(scope, replayed, send)

    async def _whole(self, scope: Scope, receive: Receive) -> bytes:
        said = _header(scope, b"content-length")
        if said and (not said.isdecimal() or int(said) > self._most):
            raise self._too_large()
        parts: list[bytes] = []
        size = 0
        until = time.monotonic() + self._seconds
        while True:
            try:
                message = await asyncio.wait_for(receive(), until - time.monotonic())
            except TimeoutError as error:
                raise SlowBodyError(
                    f"The body did not arrive within {self._seconds:g} s.",
                    "Send it at once, on a better line.",
                ) from error
            if message["type"] == "http.disconnect":
                raise MalformedError("The connection ended within the body.", "Send it again.")
            part = message.get("body", b"")
            size += len(part)
            if size > self._most:
                raise self._too_large()
            parts.append(part)
            if not message.get("more_body", False):
                return b"".join(parts)

    def _too_large(self) -> LimitError:
        return LimitError(
            f"The body is longer than {self._most:,} bytes.",
            "Send less at once, or raise LAKEWRIGHT_BODY_LIMIT.",
        )


def _check_headers(scope: Scope) -> None:
    headers = scope["headers"]
    if len(headers) > MOST_HEADERS or sum(len(n) + len(v) for n, v in headers) > HEADER_BYTES:
        raise MalformedError("The request has too many or too long headers.", "Send fewer.")


def _check_json(scope: Scope, body: bytes) -> None:
    """Refuse what would only fail later: wrong type, broken JSON, NaN, NUL, half characters."""
    media = _header(scope, b"content-type").partition(";")[0].strip().lower()
    if media != "application/json" and not (
        media.startswith("application/") and media.endswith("+json")
    ):
        raise MediaTypeError(
            "The body has to be JSON.", "Send it with the header Content-Type: application/json."
        )
    try:
        value = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        about = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise MalformedError(
            f"The body is no sound JSON{about}.", "Send JSON as RFC 8259 defines it, in UTF-8."
        ) from error
    if b"\\u" in body and _BAD_ESCAPE.search(_PAIRS.sub(b"", body)):
        raise MalformedError(
            "A text in the body holds a NUL or half a character (a lone surrogate).", "Remove it."
        )
    if body.count(b"[") + body.count(b"{") > NESTING and _depth(value) > NESTING:
        raise MalformedError(f"The body nests deeper than {NESTING}.", "Flatten it.")


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _depth(value: Any) -> int:
    """How deep lists and maps nest, without recursion."""
    deepest = 0
    waiting = [(value, 0)]
    while waiting:
        entry, depth = waiting.pop()
        deepest = max(deepest, depth)
        if isinstance(entry, dict):
            waiting.extend((inner, depth + 1) for inner in entry.values())
        elif isinstance(entry, list):
            waiting.extend((inner, depth + 1) for inner in entry)
    return deepest


def _header(scope: Scope, wanted: bytes) -> str:
    for name, value in scope["headers"]:
        if name == wanted:
            return str(value.decode("latin-1"))
    return ""


Networks = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]


def networks(text: str) -> Networks:
    """Addresses and networks, separated by commas.

    Raises:
        LakewrightError: One that is neither.
    """
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        try:
            found.append(ipaddress.ip_network(part, strict=False))
        except ValueError as error:
            raise LakewrightError(
                f"'{part}' is no address and no network.",
                "Write addresses like 10.0.0.1 or 10.0.0.0/8, separated by commas.",
                "LAKEWRIGHT_TRUSTED_PROXIES",
            ) from error
    return tuple(found)


class ClientAddress:
    """Finds out who is calling, believing `X-Forwarded-For` of trusted proxies only."""

    def __init__(self, app: ASGIApp, trusted: Networks) -> None:
        self._app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            peer = (scope.get("client") or ("", 0))[0]
            scope["lakewright.peer"] = peer
            scope["lakewright.client"] = client_address(
                peer, _header(scope, b"x-forwarded-for"), self._trusted
            )
        await self._app(scope, receive, send)


def client_address(peer: str, forwarded: str, trusted: Networks) -> str:
    """The last address in the chain that is no trusted proxy.

    >>> client_address("10.0.0.1", "6.6.6.6, 203.0.113.9", networks("10.0.0.0/8"))
    '203.0.113.9'
    >>> client_address("203.0.113.9", "127.0.0.1", networks("10.0.0.0/8"))
    '203.0.113.9'
    """
    chain = [part.strip() for part in forwarded.split(",") if part.strip()][-20:]
    address = peer
    while chain and _is_in(address, trusted):
        nearer = chain.pop()
        try:
            ipaddress.ip_address(nearer)
        except ValueError:
            break
        address = nearer
    return address


def _is_in(address: str, trusted: Networks) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found.version == network.version and found in network for network in trusted)


class RateLimits:
    """General limits for each user and each address, counted in this process.

    Shared counters, for what is costly or dangerous, are in the database (`store.rate_limits`).
    """

    def __init__(self, *, per_minute: int, anonymous_per_minute: int) -> None:
        from limits import RateLimitItemPerMinute
        from limits.aio.storage import MemoryStorage
        from limits.aio.strategies import SlidingWindowCounterRateLimiter

        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._user = RateLimitItemPerMinute(per_minute)
        self._address = RateLimitItemPerMinute(anonymous_per_minute)

    async def of_user(self, user_id: str, address: str) -> None:
        """Raises `RateLimitedError` when somebody asks too often from one address."""
        await self._hit(self._user, "user", user_id, address)

    async def of_address(self, address: str) -> None:
        """Raises `RateLimitedError` when an address asks too often without being signed in."""
        await self._hit(self._address, "address", address)

    async def _hit(self, item: Any, *key: str) -> None:
        if await self._limiter.hit(item, *key):
            return
        stats = await self._limiter.get_window_stats(item, *key)
        refused = RateLimitedError("Too many requests.", "Wait as long as `Retry-After` says.")
        refused.retry_after = max(1, round(stats.reset_time - time.time()))
        raise refused
