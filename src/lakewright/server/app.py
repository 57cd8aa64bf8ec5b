"""The web server as a whole: which routes there are, and what stands before them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.middleware import Middleware

from lakewright import __version__
from lakewright.operations.catalog import OPERATIONS
from lakewright.server import errors
from lakewright.server.limits import BodyLimits, ClientAddress
from lakewright.server.logging import Observed
from lakewright.server.security_headers import KnownHosts, SecurityHeaders, StrictCors
from lakewright.server.state import ServerState
from lakewright.server.switchboard import Switchboard, routes_of
from lakewright.server.web_app import web_app_route

API = "/api/v1"
_TITLE = "Lakewright"
_SUMMARY = "Drawn data models and templates become proved Databricks bundles."
_DESCRIPTION = """
Draw a Databricks pipeline, pick templates, get proved scripts that you can keep.

Every refusal has one shape (`ProblemReply`): what is wrong, what to do, where. Everything that can
be edited has an `ETag`; send it back as `If-Match`, and a save that came too late answers 412 with
both versions. What creates something takes an `Idempotency-Key`. Lists come in pages: pass
`next_cursor` as `cursor`.
"""


def create_app(state: ServerState) -> FastAPI:
    """The app over adapters that are open already; it closes none of them."""
    options = state.options
    app = FastAPI(
        title=_TITLE,
        version=__version__,
        summary=_SUMMARY,
        description=_DESCRIPTION,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        middleware=[
            Middleware(ClientAddress, trusted=options.trusted_proxies),
            Middleware(Observed, measure=state.metrics.request),
            Middleware(
                SecurityHeaders,
                connect=[options.auth_url] if not options.embedded else [],
                https=options.public_url.startswith("https://"),
            ),
            Middleware(KnownHosts, hosts=options.hosts),
            Middleware(StrictCors, origins=options.cors_origins),
            Middleware(BodyLimits, most_bytes=options.body_limit),
        ],
        # A slash too many is another path; a redirect would lose the body and the token.
        redirect_slashes=False,
    )
    app.state.lakewright = state
    errors.install(app)
    _include_routes(app)
    if state.auth is not None:
        app.include_router(state.auth, include_in_schema=False)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    # The last route: every address that nothing above answers.
    app.router.routes.append(web_app_route())
    return app


def openapi_document() -> dict[str, Any]:
    """The OpenAPI document of this version, without a server."""
    app = FastAPI(title=_TITLE, version=__version__, summary=_SUMMARY, description=_DESCRIPTION)
    _include_routes(app)
    return _openapi(app)


def _include_routes(app: FastAPI) -> None:
    from lakewright.server.routes import ROUTERS
    from lakewright.server.routes.health import router as health

    moved = [route for router in ROUTERS for route in routes_of(router, API)]
    app.router.routes.append(Switchboard([*routes_of(health), *moved]))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state: ServerState = app.state.lakewright
    await state.events.start()
    await state.jobs.start()
    try:
        yield
    finally:
        state.events.stop()
        await state.jobs.stop()
        await state.events.close()


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The document, with who may call what, and the shape of every refusal."""
    from fastapi.openapi.utils import get_openapi

    if app.openapi_schema:
        return app.openapi_schema
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=[
            route
            for each in app.routes
            for route in (each.routes if isinstance(each, Switchboard) else (each,))
        ],
    )
    document.setdefault("components", {})["securitySchemes"] = {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "Access token of the sign-in service (`GET /api/v1/about`).",
        }
    }
    for path in document["paths"].values():
        for method, operation in path.items():
            row = OPERATIONS.get(operation.get("operationId", ""))
            if row is None:
                continue
            operation["security"] = [] if row.who_may() == "anyone" else [{"token": []}]
            operation["x-who-may"] = row.who_may()
            operation["x-changes"] = row.changes
            if method == "get":
                operation["responses"].pop("412", None)
            # FastAPI's own 422 has another shape than ours.
    schemas = document["components"].get("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    app.openapi_schema = document
    return document
