"""What browsers are told to refuse on our behalf: headers, and pages of other origins."""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lakewright.errors import LakewrightError
from lakewright.server.errors import MalformedError, reply_of

# The web app is served from the same origin. Monaco and the layout run in workers made of blobs;
# React Flow and Base UI set style attributes.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "connect-src 'self'{connect}",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=()"),
)
# An answer of the API is data: even opened as a page, it can load and run nothing.
_API_POLICY = b"default-src 'none'; frame-ancestors 'none'"
# Not all of `/auth/`: the app has pages there that letters lead to.
_API_PATHS = ("/api/", "/auth/v1/", "/healthz", "/readyz", "/metrics")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
REQUEST_HEADERS = (
    "Authorization",
    "Content-Type",
    "If-Match",
    "If-None-Match",
    "Idempotency-Key",
    "Last-Event-ID",
    "X-Request-ID",
    "apikey",
    "x-client-info",
    "x-supabase-api-version",
)
REPLY_HEADERS = ("ETag", "Location", "Retry-After", "X-Request-ID", "Content-Disposition")


class SecurityHeaders:
    """Adds the usual headers to every answer.

    Args:
        connect: Other origins that the web app talks to (the Supabase project).
        https: Also tell browsers to come back by HTTPS only.
    """

    def __init__(self, app: ASGIApp, *, connect: Sequence[str] = (), https: bool = False) -> None:
        self._app = app
        extra = "".join(f" {origin}" for origin in connect)
        self._page_policy = CONTENT_SECURITY_POLICY.format(connect=extra).encode("ascii")
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_api = scope["path"].startswith(_API_PATHS)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                present = {name.lower() for name, _ in headers}
                wanted = [*_HEADERS]
                wanted.append(
                    (b"content-security-policy", _API_POLICY if is_api else self._page_policy)
                )
                if is_api:
                    wanted.append((b"cache-control", b"no-store"))
                if self._https:
                    wanted.append((b"strict-transport-security", b"max-age=31536000"))
                headers += [row for row in wanted if row[0] not in present]
                message["headers"] = headers
            await send(message)

        await self._app(scope, receive, sending)


class StrictCors(CORSMiddleware):
    """CORS for named origins only, without cookies; a refusal has the shape of every refusal."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        super().__init__(
            app,
            allow_origins=list(origins),
            allow_methods=METHODS,
            allow_headers=REQUEST_HEADERS,
            expose_headers=REPLY_HEADERS,
            allow_credentials=False,
            max_age=600,
        )

    def preflight_response(self, request_headers: Headers) -> Response:
        reply = super().preflight_response(request_headers)
        if reply.status_code == 200:
            return reply
        refused = reply_of(
            MalformedError(
                "A page of another origin may not do this.",
                "Name its origin in LAKEWRIGHT_CORS_ORIGINS, or serve it from here.",
            )
        )
        refused.headers["Vary"] = "Origin"
        return refused


class KnownHosts:
    """Refuses requests meant for another host: a foreign name that was pointed at us.

    Without it a page of any site could reach a server on loopback through a name of its own
    (DNS rebinding).

    Args:
        hosts: Names without port; `*` for every name (behind a proxy that checks).
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and "*" not in self._hosts:
            host = Headers(scope=scope).get("host", "").lower()
            name = host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
            if name not in self._hosts:
                error: LakewrightError = MalformedError(
                    "This server does not answer to that host name.",
                    "Use the address that `lakewright serve` prints, or set "
                    "LAKEWRIGHT_PUBLIC_URL to the name that people use.",
                    "Host",
                )
                reply = reply_of(error, str(scope.get("lakewright.request_id", "")))
                await reply(scope, receive, send)
                return
        await self._app(scope, receive, send)
