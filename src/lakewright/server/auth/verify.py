"""Is this access token good, and whose is it? One path for both sign-in modes."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol
from uuid import UUID

from lakewright.access import ANONYMOUS, Identity
from lakewright.errors import LakewrightError

if TYPE_CHECKING:
    import httpx
    from jwt import PyJWK

# Asymmetric only: with an HMAC algorithm in this list, a public key could pass as a secret
# (RFC 8725, 2.1). The algorithm is the key's own, never the one that the token names.
ALGORITHMS = frozenset({"ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "EdDSA"})

LONGEST_TOKEN = 16_384
LEEWAY_SECONDS = 10  # clocks differ; RFC 7519, 4.1.4 allows for it
REMEMBERED_TOKENS = 10_000

Reason = Literal["malformed", "signature", "expired", "claims", "session"]


@dataclass
class TokenError(LakewrightError):
    """The token proves nothing. `reason` is for tests and counters, not for the caller."""

    reason: Reason = "malformed"

    code: ClassVar[str] = "token-refused"
    http_status: ClassVar[int] = 401


class KeysUnreachableError(LakewrightError):
    """The sign-in service does not hand out its public keys."""

    code = "sign-in-service-unreachable"
    http_status = 503


class KeySource(Protocol):
    """Where public keys come from."""

    async def key(self, kid: str) -> "PyJWK | None":
        """The key named `kid`, or None."""
        ...


class SessionSource(Protocol):
    """Who knows which sessions have ended."""

    async def is_live(self, session_id: str) -> bool:
        """Whether tokens of the session still count."""
        ...


class LiveSessions:
    """Asks the database whether a session is live, and believes the answer for a moment.

    A session that ends in this process ends at once; one that ends in another process ends
    here after `believed_seconds`.
    """

    def __init__(
        self,
        ask: Callable[[UUID], Awaitable[bool]],
        *,
        believed_seconds: float = 5,
        most: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask = ask
        self._believed_seconds = believed_seconds
        self._most = most
        self._clock = clock
        self._live_until: OrderedDict[str, float] = OrderedDict()

    async def is_live(self, session_id: str) -> bool:
        """Whether tokens of the session still count."""
        if self._live_until.get(session_id, 0) > self._clock():
            return True
        try:
            live = await self._ask(UUID(session_id))
        except ValueError:
            return False
        if not live:
            self._live_until.pop(session_id, None)
            return False
        self._live_until[session_id] = self._clock() + self._believed_seconds
        self._live_until.move_to_end(session_id)
        if len(self._live_until) > self._most:
            self._live_until.popitem(last=False)
        return True

    def forget(self, session_ids: list[UUID]) -> None:
        """These sessions have just ended."""
        for session_id in session_ids:
            self._live_until.pop(str(session_id), None)


class RemoteKeys:
    """The public keys of a Supabase project, fetched when needed and kept for a while.

    Args:
        url: `https://<project>.supabase.co/auth/v1/.well-known/jwks.json`.
        kept_seconds: Supabase documents that its edge keeps the set for ten minutes; so do we.
        pause_seconds: An unknown key id asks again, but never more often than this, so that
            forged tokens cannot make us call the project all the time.
    """

    def __init__(
        self,
        url: str,
        *,
        kept_seconds: float = 600,
        pause_seconds: float = 10,
        client: "Callable[[], httpx.AsyncClient] | None" = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._kept_seconds = kept_seconds
        self._pause_seconds = pause_seconds
        self._client = client or _client
        self._clock = clock
        self._keys: Mapping[str, PyJWK] = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._lock = asyncio.Lock()

    async def key(self, kid: str) -> "PyJWK | None":
        """The key named `kid`, asking the project again when it is not known.

        Raises:
            KeysUnreachableError: There never was an answer.
        """
        if kid not in self._keys or self._is_older(self._fetched_at, self._kept_seconds):
            async with self._lock:
                if kid not in self._keys or self._is_older(self._fetched_at, self._kept_seconds):
                    await self._refetch()
        return self._keys.get(kid)

    def _is_older(self, moment: float | None, seconds: float) -> bool:
        return moment is None or self._clock() - moment >= seconds

    async def _refetch(self) -> None:
        if not self._is_older(self._tried_at, self._pause_seconds):
            if self._fetched_at is None:
                raise self._unreachable()
            return
        self._tried_at = self._clock()
        try:
            self._keys = await self._fetch()
        except Exception as error:
            import httpx

            if not isinstance(error, httpx.HTTPError | ValueError):
                raise
            # Keys that were good a moment ago beat locking everybody out.
            if self._fetched_at is None:
                raise self._unreachable() from error
            return
        self._fetched_at = self._clock()

    async def _fetch(self) -> dict[str, "PyJWK"]:
        async with self._client() as client, client.stream("GET", self._url) as reply:
            reply.raise_for_status()
            content = b""
            async for chunk in reply.aiter_bytes():
                content += chunk
                if len(content) > 65_536:
                    raise ValueError("the key set is too large")
        return _usable_keys(content)

    def _unreachable(self) -> KeysUnreachableError:
        return KeysUnreachableError(
            problem="The public keys of the sign-in service cannot be read.",
            remedy="Check SUPABASE_URL and the network; `lakewright doctor` says more.",
            where=self._url,
        )


def _client() -> "httpx.AsyncClient":
    import httpx

    # No redirects: the keys decide who anybody is, so they come from the configured address.
    return httpx.AsyncClient(timeout=5, follow_redirects=False)


def _usable_keys(content: bytes) -> dict[str, "PyJWK"]:
    """The keys of a JSON Web Key Set that can check signatures; others are left out."""
    import json

    from jwt import PyJWK
    from jwt.exceptions import PyJWTError

    document = json.loads(content)
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise ValueError("not a key set")
    keys = {}
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("kid"), str):
            continue
        if entry.get("kty") == "oct" or entry.get("use", "sig") != "sig":
            continue
        try:
            key = PyJWK(entry)
        except PyJWTError:
            continue
        if key.algorithm_name in ALGORITHMS:
            keys[entry["kid"]] = key
    return keys


@dataclass(frozen=True, slots=True)
class _Proved:
    """What a token proved when its signature and claims were checked, and with which key."""

    identity: Identity
    kid: str
    key: "PyJWK"
    expires_at: int


class Verifier:
    """Turns an access token into the identity behind it.

    A client sends one token many times, and checking a signature costs more than the rest, so
    what a token proved is remembered by its hash until it expires. What can change meanwhile is
    looked at each time: the clock, the session, and whether its key still is one.

    Args:
        issuer: The one `iss` that counts: `<address>/auth/v1`.
        keys: The embedded server's own, or a project's.
        sessions: None in Supabase mode, where a token counts until it expires.
        remembered: How many tokens; the one that rested longest goes first.
    """

    def __init__(
        self,
        issuer: str,
        keys: KeySource,
        *,
        audience: str = "authenticated",
        sessions: SessionSource | None = None,
        remembered: int = REMEMBERED_TOKENS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys
        self._sessions = sessions
        self._most = remembered
        self._clock = clock
        self._proved: OrderedDict[bytes, _Proved] = OrderedDict()

    async def identity(self, authorization: str | None) -> Identity:
        """Who sent a request with this `Authorization` header; nobody without one.

        Raises:
            TokenError: There is a header, and it proves nothing.
        """
        if not authorization:
            return ANONYMOUS
        return await self.verify(bearer_token(authorization))

    async def verify(self, token: str) -> Identity:
        """The identity that the token proves.

        Raises:
            TokenError: It is damaged, forged, expired, meant for others, or its session ended.
            KeysUnreachableError: The keys of the Supabase project cannot be read.
        """
        if len(token) > LONGEST_TOKEN:
            raise _refused("malformed", "The access token is too long.")
        # The hash, so that no token that still counts lies in our memory.
        name = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        proved = self._proved.get(name)
        if proved is None or not await self._still_counts(proved):
            self._proved.pop(name, None)
            proved = self._proved[name] = await self._prove(token)
            if len(self._proved) > self._most:
                self._proved.popitem(last=False)
        else:
            self._proved.move_to_end(name)
        identity = proved.identity
        if self._sessions and not await self._sessions.is_live(identity.session_id):
            raise _refused("session", "The session of this token has ended.")
        return identity

    async def _still_counts(self, proved: _Proved) -> bool:
        if proved.expires_at <= self._clock() - LEEWAY_SECONDS:
            return False
        # Asked for by name, so that keys are fetched again as ever. A set that was fetched again
        # holds other objects: every token is checked once more with what it says now.
        return await self._keys.key(proved.kid) is proved.key

    async def _prove(self, token: str) -> _Proved:
        import jwt
        from jwt.exceptions import InvalidSubjectError

        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise _refused("malformed", "The access token is damaged.") from error
        kid = header.get("kid")
        key = await self._keys.key(kid) if isinstance(kid, str) and len(kid) <= 256 else None
        if key is None or key.algorithm_name not in ALGORITHMS:
            raise _refused("signature", "The access token is not signed by a known key.")
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "sub", "aud", "iss", "role"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise _refused("expired", "The access token has expired.") from error
        except (
            jwt.InvalidAudienceError,
            jwt.InvalidIssuerError,
            jwt.MissingRequiredClaimError,
            jwt.ImmatureSignatureError,
            jwt.InvalidIssuedAtError,
            InvalidSubjectError,
        ) as error:
            raise _refused("claims", "The access token is meant for another service.") from error
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError, OverflowError) as error:
            raise _refused("signature", "The access token is not signed by a known key.") from error
        return _Proved(_identity(claims), str(kid), key, int(claims["exp"]))


def bearer_token(authorization: str | None) -> str:
    """The token in an `Authorization: Bearer ...` header.

    Raises:
        TokenError: The header is missing or of another kind.
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _refused("malformed", "The Authorization header is not `Bearer <token>`.")
    return token.strip()


def _identity(claims: Mapping[str, Any]) -> Identity:
    email, session_id = claims.get("email", ""), claims.get("session_id", "")
    if claims["role"] != "authenticated" or claims.get("is_anonymous"):
        raise _refused("claims", "The access token does not belong to a person.")
    if not isinstance(email, str) or not isinstance(session_id, str):
        raise _refused("claims", "The access token is damaged.")
    try:
        user_id = UUID(claims["sub"])
    except (ValueError, AttributeError, TypeError) as error:
        raise _refused("claims", "The access token does not belong to a person.") from error
    return Identity(user_id=user_id, email=email, session_id=session_id)


def _refused(reason: Reason, problem: str) -> TokenError:
    return TokenError(
        problem=problem, remedy="Sign in again.", where="Authorization", reason=reason
    )
