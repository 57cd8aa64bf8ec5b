"""Routes for those who run the server: does it live, can it serve, what are its figures."""

import ipaddress
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, PlainTextResponse, Response

from lakewright import __version__
from lakewright.server.callers import row, state_of
from lakewright.server.doctor import POOLED_ONLY, POOLED_ONLY_REMEDY
from lakewright.server.errors import refusal_of_status

router = APIRouter(tags=["server"])
about_router = APIRouter(tags=["server"])


class AliveReply(BaseModel):
    """The process runs."""

    status: str


class ReadyReply(BaseModel):
    """Whether requests can be served, and what is in the way."""

    ready: bool
    checks: dict[str, str]
    notes: list[str] = Field(
        description="What works, but worse than it could, and what to do about it."
    )


class AboutReply(BaseModel):
    """What a browser needs to begin. Nothing here is secret."""

    version: str
    auth_url: str
    auth_key: str
    sign_up_open: bool
    github_sign_in: bool
    demo: bool


@router.get("/healthz", **row("server.alive"))
async def alive() -> AliveReply:
    """Answers as long as the process can answer at all; looks at nothing else."""
    return AliveReply(status="alive")


@router.get("/readyz", **row("server.ready", responses={503: {"model": ReadyReply}}))
async def ready(request: Request) -> ReadyReply:
    """Looks at the database, so that a load balancer sends no requests that must fail."""
    state = state_of(request)
    found = await state.readiness()
    notes = [] if state.events.listens else [f"{POOLED_ONLY} {POOLED_ONLY_REMEDY}"]
    reply: Any = ReadyReply(
        ready=all(text == "ok" for text in found.values()), checks=found, notes=notes
    )
    if not reply.ready:
        reply = JSONResponse(reply.model_dump(), 503)
    return reply  # type: ignore[no-any-return]


@router.get(
    "/metrics",
    **row("server.metrics", responses={200: {"content": {"text/plain": {}}}}),
    response_class=PlainTextResponse,
)
async def metrics(request: Request) -> Response:
    """Prometheus text, for this machine and private networks only."""
    if not _is_near(str(request.scope.get("lakewright.client", ""))):
        from lakewright.server.errors import reply_of

        return reply_of(refusal_of_status(404, ""), request.scope["lakewright.request_id"])
    state = state_of(request)
    state.metrics.pool(state.database.figures())
    return Response(state.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


@about_router.get("/about", **row("server.about"))
async def about(request: Request) -> AboutReply:
    """How to sign in here, and which version this is."""
    options = state_of(request).options
    return AboutReply(
        version=__version__,
        auth_url=options.auth_url,
        auth_key=options.auth_key,
        sign_up_open=options.sign_up_open,
        github_sign_in=options.github_sign_in,
        demo=options.demo,
    )


def _is_near(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return found.is_loopback or found.is_private
