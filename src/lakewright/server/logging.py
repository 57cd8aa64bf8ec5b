"""What the server says about each request: one line, with a request id and without secrets."""

import json
import logging
import re
import sys
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lakewright.server.errors import expected, fault, reply_of

REQUEST_ID: ContextVar[str] = ContextVar("lakewright_request_id", default="")
LOGGER = logging.getLogger("lakewright.server")

# A client may name its request, but its name goes into logs, SQL and headers.
_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# What a secret looks like wherever it turns up: a message of a library, an exception's text.
_SECRETS = (
    (re.compile(r"eyJ[\w-]+\.[\w-]+\.?[\w-]*"), "[token]"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+"), r"\1 [redacted]"),
    (re.compile(r"\b(dapi|dose|dkea|ghp_|gho_|ghs_|ghu_|github_pat_|sk-ant-)[\w-]{8,}"), r"\1…"),
    (re.compile(r"(\w+://[^\s:/@]*):[^\s@/]+@"), r"\1:[redacted]@"),
    (
        re.compile(r"(?i)(password|passwd|secret|token|api[_-]?key)(\"?\s*[=:]\s*\"?)[^\s\",;&]+"),
        r"\1\2[redacted]",
    ),
)


def redacted(text: str) -> str:
    """The text with whatever looks like a secret taken out.

    >>> redacted("Authorization: Bearer abc.def")
    'Authorization: Bearer [redacted]'
    >>> redacted("postgresql://app:hunter2@localhost/db")
    'postgresql://app:[redacted]@localhost/db'
    """
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


class JsonLines(logging.Formatter):
    """A log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        row: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redacted(record.getMessage()),
        }
        if request_id := REQUEST_ID.get():
            row["request_id"] = request_id
        row.update(getattr(record, "facts", {}))
        if record.exc_info:
            row["exception"] = redacted(self.formatException(record.exc_info))
        return json.dumps(row, ensure_ascii=True, default=str)


class TextLines(logging.Formatter):
    """A log record as a line for people."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        facts = " ".join(f"{key}={value}" for key, value in getattr(record, "facts", {}).items())
        # A line break in a message would forge a second line.
        message = redacted(record.getMessage()).replace("\r", "\\r").replace("\n", "\\n")
        text = f"{at} {record.levelname.lower():<7} {message} {facts}".rstrip()
        if record.exc_info:
            text += "\n" + redacted(self.formatException(record.exc_info))
        return text


def configure(form: str, *, level: str = "info", stream: TextIO | None = None) -> None:
    """Log to a stream (standard error), as `json` or `text`, from a level on."""
    lines = logging.StreamHandler(stream or sys.stderr)
    lines.setFormatter(JsonLines() if form == "json" else TextLines())
    root = logging.getLogger("lakewright")
    root.handlers[:] = [lines]
    root.setLevel(level.upper())
    root.propagate = False
    for name in ("uvicorn", "uvicorn.error", "procrastinate", "psycopg.pool"):
        other = logging.getLogger(name)
        other.handlers[:] = [lines]
        other.setLevel(logging.WARNING)
        other.propagate = False
    # Requests are logged here, with ids; uvicorn's own lines would hold query strings.
    logging.getLogger("uvicorn.access").handlers[:] = []
    logging.getLogger("uvicorn.access").propagate = False


class Observed:
    """Gives each request an id, an answer whatever happens, a log line and its figures.

    Args:
        measure: Called with (method, route, status, seconds) when a request ends.
    """

    def __init__(self, app: ASGIApp, measure: Callable[[str, str, int, float], None]) -> None:
        self._app = app
        self._measure = measure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope["lakewright.request_id"] = request_id
        REQUEST_ID.set(request_id)
        began = time.perf_counter()
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                message["headers"] = [
                    *message.get("headers", ()),
                    (b"x-request-id", request_id.encode("ascii")),
                ]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            refused = expected(error)
            if refused is None:
                LOGGER.exception("request failed")
                refused = fault()
            if status:
                # The answer has begun: only a broken connection can say that it is not whole.
                raise
            await reply_of(refused, request_id)(scope, receive, sending)
        finally:
            seconds = time.perf_counter() - began
            route = _route(scope)
            self._measure(scope["method"], route, status or 499, seconds)
            LOGGER.log(
                logging.ERROR if status >= 500 else logging.INFO,
                "request",
                extra={
                    "facts": {
                        "method": scope["method"],
                        "route": route,
                        "status": status or 499,
                        "ms": round(seconds * 1000, 1),
                        "user": str(scope.get("lakewright.user_id", "")),
                        "client": scope.get("lakewright.client", ""),
                    }
                },
            )


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text: str = value.decode("latin-1")
            if _ACCEPTABLE_ID.fullmatch(text):
                return text
    return uuid.uuid4().hex


def _route(scope: Scope) -> str:
    """The route's pattern, not the path: ids and names of people do not belong in figures."""
    return str(getattr(scope.get("route"), "path", "") or "unknown")
