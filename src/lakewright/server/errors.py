"""What a client is told when a request is refused: one shape for every status."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from lakewright.access import ForbiddenError
from lakewright.diagnostics import Diagnostic, Location, Severity, shown
from lakewright.errors import LakewrightError, StaleFileError

if TYPE_CHECKING:
    import psycopg
    from fastapi import FastAPI, Request

MOST_FINDINGS = 50  # of one refused request; a list of 10,000 wrong items needs no 10,000 lines


class NotSignedInError(LakewrightError):
    """The request carries no token, or one that counts for nothing."""

    code = "not-signed-in"
    http_status = 401


class MalformedError(LakewrightError):
    """The request is no HTTP that Lakewright understands: broken JSON, a bad header."""

    code = "malformed"
    http_status = 400


class SlowBodyError(LakewrightError):
    """The body did not arrive in time."""

    code = "slow-body"
    http_status = 408


class ConflictError(LakewrightError):
    """The request contradicts what is stored already."""

    code = "conflict"
    http_status = 409


class MediaTypeError(LakewrightError):
    """The body is not of a type that the route reads."""

    code = "media-type"
    http_status = 415


class InvalidError(LakewrightError):
    """A value is of the right type, but cannot be."""

    code = "invalid"
    http_status = 422


class PreconditionRequiredError(LakewrightError):
    """A change without `If-Match` could overwrite what nobody has seen."""

    code = "precondition-required"
    http_status = 428


class RateLimitedError(LakewrightError):
    """Too many requests. `retry_after` says in how many seconds to come back."""

    code = "rate-limited"
    http_status = 429
    retry_after: int = 1


class UnavailableError(LakewrightError):
    """Something that Lakewright needs does not answer now."""

    code = "unavailable"
    http_status = 503


class PlaceReply(BaseModel):
    """A place a person can go to; what is unknown is left out."""

    file: str = ""
    line: int = 0
    column: int = 0
    node: str = ""
    property: str = ""


class SetChange(BaseModel):
    """Put a value in a node; in the model itself when `node` is empty."""

    op: Literal["set"]
    node: str
    path: list[str | int] = Field(description='From the node: `["properties", "table"]`.')
    value: Any


class UnsetChange(BaseModel):
    """Take a value out of a node; out of the model itself when `node` is empty."""

    op: Literal["unset"]
    node: str
    path: list[str | int]


class RemoveEdgeChange(BaseModel):
    """Take away the last such edge."""

    op: Literal["remove_edge"]
    source: str
    target: str
    type: str


class AddEdgeChange(BaseModel):
    """Draw an edge."""

    op: Literal["add_edge"]
    source: str
    target: str
    type: str
    outcome: str


class SetTypeChange(BaseModel):
    """Make a node one of another type."""

    op: Literal["set_type"]
    node: str
    value: str


class RemoveNodeChange(BaseModel):
    """Take a node and its edges away; of several with the id the last one."""

    op: Literal["remove_node"]
    node: str


class RenameNodeChange(BaseModel):
    """Give a node another id; of several with the id the last one, whose edges stay."""

    op: Literal["rename_node"]
    node: str
    value: str


class TextChange(BaseModel):
    """Replace a piece of a text; 1-based, the end excluded."""

    op: Literal["text"]
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class FixReply(BaseModel):
    """A mend that the reader only has to agree to: its changes are made in order, all or none."""

    title: str
    changes: list[
        Annotated[
            SetChange
            | UnsetChange
            | RemoveEdgeChange
            | AddEdgeChange
            | SetTypeChange
            | RemoveNodeChange
            | RenameNodeChange
            | TextChange,
            Field(discriminator="op"),
        ]
    ]


class FindingReply(BaseModel):
    """One finding: a problem, a remedy and a place."""

    rule: str
    severity: Severity
    problem: str
    remedy: str
    where: PlaceReply = Field(default_factory=PlaceReply)
    seen_at: PlaceReply | None = None
    fixes: list[FixReply] = Field(default=[], description="Mends on offer, best first.")


class VersionReply(BaseModel):
    """One side of two versions of a document; `text` is null when the document is gone."""

    version: str | None
    text: str | None


class VersionsReply(BaseModel):
    """Both sides when a save came too late, so that nothing is lost."""

    path: str
    yours: VersionReply
    current: VersionReply


class ProblemReply(BaseModel):
    """Why a request was refused, and what to do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "code": "not-found",
                "problem": "There is no template 'helo'.",
                "remedy": "Did you mean 'hello'? Known: hello.",
                "where": "",
                "diagnostics": [],
            }
        }
    )

    code: str = Field(description="Stable name of the kind of refusal, for programs.")
    problem: str = Field(description="What is wrong.")
    remedy: str = Field(description="What to do next.")
    where: str = Field(default="", description="File, field or node to go to.")
    diagnostics: list[FindingReply] = Field(default_factory=list)
    request_id: str = Field(default="", description="What to name when you ask for help.")
    versions: VersionsReply | None = Field(
        default=None, description="Only of a document that was saved too late (412)."
    )
    current: dict[str, Any] | None = Field(
        default=None, description="Only of a record that was saved too late (412): as it is now."
    )


# Statuses that any operation may answer with besides its own.
_ANYWHERE = {
    400: "The request is malformed.",
    401: "Nobody is signed in.",
    403: "The caller's role does not allow it.",
    404: "It does not exist, or is not the caller's to see.",
    405: "The path knows other methods only.",
    408: "The body came too slowly.",
    409: "It contradicts what is stored.",
    412: "Somebody else changed it since; both versions are in the answer.",
    413: "Larger than allowed.",
    415: "The body is no JSON.",
    422: "A value is wrong; `diagnostics` names each.",
    428: "`If-Match` is missing.",
    429: "Too many requests; `Retry-After` says when to come back.",
    500: "A fault of Lakewright.",
    503: "Something that Lakewright needs does not answer.",
}
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": ProblemReply, "description": text} for status, text in _ANYWHERE.items()
}


def reply_of(error: LakewrightError, request_id: str = "") -> Response:
    """The refusal as a response."""
    body: dict[str, Any] = {
        **error.as_json(),
        "diagnostics": [found.as_json() for found in getattr(error, "diagnostics", ())],
        "request_id": request_id,
    }
    status = error.http_status
    headers: dict[str, str] = {}
    if isinstance(error, StaleFileError):
        status = 412
        if (versions := versions_of(error)) is not None:
            body["versions"] = versions
            if versions["yours"]["version"] is None:
                status = 409  # something new, where there is something already
    if (current := getattr(error, "current", None)) is not None:
        from fastapi.encoders import jsonable_encoder

        body["current"] = jsonable_encoder(current)
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if (wait := getattr(error, "retry_after", None)) is not None:
        headers["Retry-After"] = str(max(1, math.ceil(wait)))
    return JSONResponse(body, status, headers)


def versions_of(error: StaleFileError) -> dict[str, Any] | None:
    """Both sides of a save that came too late, as far as the repository told them."""
    sides = getattr(error, "versions_json", None)
    return sides() if callable(sides) else None


def invalid(mistakes: Sequence[Mapping[str, Any]]) -> InvalidError:
    """Pydantic's list of mistakes as findings.

    The values themselves are not repeated: one of them may be a secret.
    """
    findings = tuple(
        Diagnostic(
            f"request-{str(mistake['type']).replace('_', '-')}",
            Severity.ERROR,
            shown(str(mistake["msg"]), 300),
            "Correct it as the API's description says.",
            Location(property=shown(".".join(str(part) for part in mistake["loc"]), 200)),
        )
        for mistake in mistakes[:MOST_FINDINGS]
    )
    first = findings[0]
    more = f" There are {len(mistakes) - 1} more mistakes." if len(mistakes) > 1 else ""
    error = InvalidError(
        problem=f"{first.where.property}: {first.problem}.{more}",
        remedy="Correct what `diagnostics` names; /api/v1/openapi.json says what is expected.",
        where=first.where.property,
    )
    error.diagnostics = findings  # type: ignore[attr-defined]
    return error


class DatabaseRefusals:
    """SQLSTATE -> refusal (PostgreSQL manual, appendix A). A prefix of two is a whole class."""

    ROWS: ClassVar[Mapping[str, LakewrightError]] = {
        "42501": ForbiddenError(
            "You may not change this.",
            "Ask an admin of the workspace to do it, or to change your role.",
        ),
        "23505": ConflictError("There is one with that name already.", "Choose another name."),
        "23503": ConflictError(
            "It refers to something that does not exist, or others refer to it.",
            "Load the list again and choose from what is there.",
        ),
        "23514": InvalidError("A value is outside of what is allowed.", "Correct it."),
        "23502": InvalidError("A value is missing.", "Give it."),
        "22": InvalidError(
            "A value cannot be stored: it is too large, or holds characters that no text may hold.",
            "Correct it.",
        ),
        "40": ConflictError(
            "Somebody else changed the same thing at the same moment.",
            "Send the request again.",
        ),
        "57014": UnavailableError("The database took too long to answer.", "Ask for less at once."),
        "54": InvalidError("The request is too large for the database.", "Send less."),
    }

    @classmethod
    def of(cls, error: BaseException) -> LakewrightError | None:
        """The refusal, or None when the database failed for a reason that is ours."""
        import psycopg
        from psycopg_pool import PoolTimeout, TooManyRequests

        if isinstance(error, PoolTimeout | TooManyRequests):
            return UnavailableError(
                "The server is busy: no database connection became free.", "Try again in a moment."
            )
        if not isinstance(error, psycopg.Error):
            return None
        state = error.sqlstate or ""
        if state.startswith("LW"):
            return refusal_of_database(int(state[2:]), error)
        row = cls.ROWS.get(state) or cls.ROWS.get(state[:2])
        if row is not None:
            return replace(row)  # each raise has a traceback of its own
        if isinstance(error, psycopg.DataError):
            return replace(cls.ROWS["22"])
        if isinstance(error, psycopg.OperationalError):
            return UnavailableError(
                "The database does not answer.", "Try again; `lakewright doctor` says more."
            )
        return None


_CODES = {401: "not-signed-in", 403: "forbidden", 404: "not-found", 409: "conflict", 410: "gone"}


def refusal_of_database(status: int, error: "psycopg.Error") -> LakewrightError:
    """A rule of ours in the database: its SQLSTATE is `LW` and the status."""

    return _refusal(
        _CODES.get(status, "refused"),
        status,
        error.diag.message_primary or "The database refused it.",
        error.diag.message_hint or "Change the request.",
    )


def expected(error: BaseException) -> LakewrightError | None:
    """An exception as a refusal; None for a fault of ours."""
    if isinstance(error, LakewrightError):
        return error
    if isinstance(error, UnicodeEncodeError):
        return InvalidError("A text holds half a character (a lone surrogate).", "Remove it.")
    if isinstance(error, RecursionError):
        return InvalidError("The input is nested too deeply.", "Flatten it, or split it.")
    return DatabaseRefusals.of(error)


def fault() -> LakewrightError:
    """What a client is told about a fault of ours: that it happened, and how to report it."""

    return _refusal(
        "bug",
        500,
        "Lakewright failed in a way it should not.",
        "Try again; if it stays, report it with the request id.",
    )


def refusal_of_status(status: int, detail: str, allowed: str = "") -> LakewrightError:
    """A refusal of the router itself: no such path, another method."""

    match status:
        case 404:
            return _refusal(
                "no-such-path",
                status,
                "There is nothing at this path.",
                "See /api/v1/openapi.json for what there is.",
            )
        case 405:
            return _refusal(
                "method-not-allowed",
                status,
                "The path does not take this method.",
                f"Use {allowed or 'another'}.",
            )
        case _:
            return _refusal("refused", status, shown(detail, 200), "Correct the request.")


def _refusal(name: str, status: int, problem: str, remedy: str) -> LakewrightError:
    """A refusal that nobody catches by its type."""

    class _Refusal(LakewrightError):
        code = name
        http_status = status

    return _Refusal(problem, remedy)


def install(app: "FastAPI") -> None:
    """Every way in which a request can fail ends in a `ProblemReply`."""
    import psycopg
    from fastapi.exceptions import RequestValidationError
    from psycopg_pool import PoolTimeout, TooManyRequests
    from starlette.exceptions import HTTPException

    def request_id(request: "Request") -> str:
        return str(request.scope.get("lakewright.request_id", ""))

    async def on_expected(request: "Request", error: Exception) -> Response:
        found = expected(error)
        if found is None:
            raise error
        return reply_of(found, request_id(request))

    async def on_invalid(request: "Request", error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return reply_of(invalid(error.errors()), request_id(request))

    async def on_status(request: "Request", error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        headers = dict(error.headers or {})
        refused = refusal_of_status(error.status_code, str(error.detail), headers.get("Allow", ""))
        reply = reply_of(refused, request_id(request))
        reply.headers.update(headers)
        return reply

    for kind in (
        LakewrightError,
        psycopg.Error,
        PoolTimeout,
        TooManyRequests,
        UnicodeEncodeError,
        RecursionError,
    ):
        app.add_exception_handler(kind, on_expected)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_status)
