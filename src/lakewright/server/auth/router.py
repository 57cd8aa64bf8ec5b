"""The sign-in API at `/auth/v1`: the part of Supabase Auth that its JavaScript client needs.

Not in our OpenAPI document, because it is not ours to design: Supabase documents it.
"""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.routing import APIRoute
from starlette.background import BackgroundTask

from lakewright.access import Identity
from lakewright.errors import LakewrightError
from lakewright.server.auth.asking import ask_again, ask_for_link, ask_for_recovery
from lakewright.server.auth.attempts import AttemptLimits, count
from lakewright.server.auth.bodies import Body, read_challenge
from lakewright.server.auth.demo import NOTICE, demo_sign_in, is_offered
from lakewright.server.auth.errors import AuthError, invalid, refuse
from lakewright.server.auth.github import github_client
from lakewright.server.auth.keys import SigningKeys
from lakewright.server.auth.links import follow_link, redeem_code, redeem_token
from lakewright.server.auth.oauth import error_query, leave_for_github, return_from_github
from lakewright.server.auth.parts import Parts, Visitor
from lakewright.server.auth.passwords import Passwords
from lakewright.server.auth.profile import change_profile, read_profile
from lakewright.server.auth.redirects import safe_redirect, with_fragment, with_query
from lakewright.server.auth.sessions import Session, refresh, sign_out
from lakewright.server.auth.settings import AuthSettings
from lakewright.server.auth.sign_in import exchange_code, sign_in_with_password
from lakewright.server.auth.sign_up import sign_up
from lakewright.server.auth.verify import LiveSessions, TokenError, Verifier
from lakewright.server.mail import Letter, Mail
from lakewright.store.accounts import Accounts

if TYPE_CHECKING:
    import httpx

API_VERSION = "2024-01-01"
_VERSION_HEADER = "x-supabase-api-version"

OTHER_ADDRESS = "Confirmation link accepted. Please proceed to confirm link sent to the other email"


def embedded_verifier(
    accounts: Accounts, keys: SigningKeys, settings: AuthSettings
) -> tuple[Verifier, LiveSessions]:
    """The verifier of our own tokens, and its memory of sessions (share it with the router)."""

    async def ask(session_id: Any) -> bool:
        async with accounts.transaction() as records:
            return await records.is_session_live(session_id)

    sessions = LiveSessions(ask)
    return Verifier(settings.issuer, keys, sessions=sessions), sessions


def auth_router(
    accounts: Accounts,
    keys: SigningKeys,
    settings: AuthSettings,
    mail: Mail,
    limits: AttemptLimits,
    *,
    verified: tuple[Verifier, LiveSessions] | None = None,
    passwords: Passwords | None = None,
    web: "Callable[[], httpx.AsyncClient]" = github_client,
) -> APIRouter:
    """The routes, under the prefix `/auth/v1`.

    Args:
        verified: What `embedded_verifier` made for the rest of the server, so that signing
            out counts there at once.
    """
    verifier, sessions = verified or embedded_verifier(accounts, keys, settings)
    parts = Parts(
        accounts=accounts,
        keys=keys,
        settings=settings,
        mail=mail,
        limits=limits,
        passwords=passwords or Passwords(),
        sessions=sessions,
        verifier=verifier,
        web=web,
    )
    router = APIRouter(prefix="/auth/v1", route_class=AuthRoute, include_in_schema=False)
    _add_public(router, parts)
    _add_signing_in(router, parts)
    _add_letters(router, parts)
    _add_github(router, parts)
    _add_account(router, parts)
    return router


class AuthRoute(APIRoute):
    """A route whose refusals have the shape of Supabase Auth, and that nobody caches."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's handler, with our own ending."""
        handle = super().get_route_handler()

        async def handle_and_refuse(request: Request) -> Response:
            try:
                response = await handle(request)
            except AuthError as error:
                response = refusal(error, request)
            except LakewrightError as error:
                response = refusal(_as_auth_error(error, request), request)
            # Answers and addresses hold tokens: neither stored nor passed on to other pages.
            response.headers.setdefault("cache-control", "no-store")
            response.headers["referrer-policy"] = "no-referrer"
            return response

        return handle_and_refuse


def _as_auth_error(error: LakewrightError, request: Request) -> AuthError:
    if isinstance(error, TokenError):
        if error.reason == "session":
            return refuse("session_not_found")
        if not request.headers.get("authorization"):
            return refuse("no_authorization")
        return refuse("bad_jwt", problem=f"invalid JWT: {error.problem}")
    return AuthError(
        problem=error.problem,
        remedy=error.remedy,
        error_code="unexpected_failure",
        status=error.http_status,
    )


def refusal(error: AuthError, request: Request) -> JSONResponse:
    """The error in the shape that this client reads.

    Since API version 2024-01-01 `code` is the error code; before, it was the HTTP status.
    """
    weak = {"weak_password": {"reasons": list(error.reasons)}} if error.reasons else {}
    headers = {"x-sb-error-code": error.error_code}
    if error.retry_after:
        headers["retry-after"] = str(error.retry_after)
    if request.headers.get(_VERSION_HEADER, "") >= API_VERSION:
        headers[_VERSION_HEADER] = API_VERSION
        content: dict[str, Any] = {"code": error.error_code, "message": error.problem}
    else:
        content = {"code": error.status, "error_code": error.error_code, "msg": error.problem}
    return JSONResponse(
        {**content, "remedy": error.remedy, **weak}, status_code=error.status, headers=headers
    )


def _redirect_to(request: Request, parts: Parts) -> str:
    return safe_redirect(request.query_params.get("redirect_to", ""), parts.settings)


def _posting(parts: Parts, letters: list[Letter]) -> BackgroundTask:
    """Send the letters after the answer: a mail server's pace says nothing about anybody."""

    async def post_all() -> None:
        for letter in letters:
            await parts.post(letter)

    return BackgroundTask(post_all)


async def _signed_in(request: Request, parts: Parts) -> Identity:
    identity = await parts.verifier.identity(request.headers.get("authorization"))
    if identity.user_id is None:
        raise refuse("no_authorization")
    return identity


def _add_public(router: APIRouter, parts: Parts) -> None:
    @router.get("/health")
    async def health() -> dict[str, str]:
        return {
            "version": "embedded",
            "name": "Lakewright",
            "description": "The part of the Supabase Auth API that Lakewright needs",
        }

    @router.get("/settings")
    async def settings() -> dict[str, Any]:
        return {
            "external": {
                "anonymous_users": False,
                "email": True,
                "github": parts.settings.github is not None,
                "phone": False,
            },
            "disable_signup": not parts.settings.sign_up_open,
            "mailer_autoconfirm": parts.settings.autoconfirm,
            "phone_autoconfirm": False,
            "sms_provider": "",
            "saml_enabled": False,
            "demo": is_offered(parts.settings),
        }

    @router.get("/.well-known/jwks.json")
    async def jwks() -> JSONResponse:
        return JSONResponse(
            parts.keys.public_jwks(), headers={"cache-control": "public, max-age=600"}
        )


def _add_signing_in(router: APIRouter, parts: Parts) -> None:
    @router.post("/signup")
    async def post_signup(request: Request) -> JSONResponse:
        body = await Body.of(request)
        result = await sign_up(parts, Visitor.of(request), body, _redirect_to(request, parts))
        content = result.session.as_json() if result.session else dict(result.user)
        afterwards = BackgroundTask(result.afterwards) if result.afterwards else None
        return JSONResponse(content, background=afterwards)

    @router.post("/token")
    async def post_token(request: Request) -> JSONResponse:
        visitor, body = Visitor.of(request), await Body.of(request)
        session: Session
        match request.query_params.get("grant_type"):
            case "password":
                session = await sign_in_with_password(parts, visitor, body)
            case "refresh_token":
                await count(parts.limits, "refresh", address=visitor.address)
                session = await refresh(parts, visitor, body.text("refresh_token"))
            case "pkce":
                session = await exchange_code(parts, visitor, body)
            case _:
                raise invalid("unsupported_grant_type", "Use password, refresh_token or pkce.")
        return JSONResponse(session.as_json())

    @router.post("/demo")
    async def post_demo(request: Request) -> JSONResponse:
        session = await demo_sign_in(parts, Visitor.of(request), request)
        return JSONResponse({**session.as_json(), "notice": NOTICE})


def _add_letters(router: APIRouter, parts: Parts) -> None:
    def add(path: str, ask: Callable[..., Coroutine[Any, Any, Any]]) -> None:
        async def post(request: Request) -> JSONResponse:
            body = await Body.of(request)
            afterwards = await ask(parts, Visitor.of(request), body, _redirect_to(request, parts))
            return JSONResponse({}, background=BackgroundTask(afterwards))

        router.add_api_route(path, post, methods=["POST"], name=ask.__name__)

    add("/recover", ask_for_recovery)
    add("/otp", ask_for_link)
    add("/magiclink", ask_for_link)
    add("/resend", ask_again)

    @router.post("/verify")
    async def post_verify(request: Request) -> JSONResponse:
        visitor, body = Visitor.of(request), await Body.of(request)
        kind, token = body.text("type"), body.text("token_hash")
        session: Session | None
        if token:
            await count(parts.limits, "code", address=visitor.address)
            session = await redeem_token(parts, visitor, kind, token)
        else:
            email = body.email()
            await count(parts.limits, "code", address=visitor.address, email=email)
            session = await redeem_code(parts, visitor, kind, email=email, code=body.text("token"))
        if session is None:
            return JSONResponse({"code": "200", "msg": OTHER_ADDRESS})
        return JSONResponse(session.as_json())

    @router.get("/verify")
    async def get_verify(request: Request, token: str = "", type: str = "") -> RedirectResponse:
        visitor, target = Visitor.of(request), _redirect_to(request, parts)
        try:
            await count(parts.limits, "code", address=visitor.address)
            opened = await follow_link(parts, visitor, type, token)
        except AuthError as error:
            # Both places: which one a client reads depends on its flow.
            values = error_query(error)
            return RedirectResponse(with_fragment(with_query(target, values), values), 303)
        if opened is None:
            values = {"message": OTHER_ADDRESS}
            return RedirectResponse(with_fragment(with_query(target, values), values), 303)
        if isinstance(opened, str):
            return RedirectResponse(with_query(target, {"code": opened}), 303)
        return RedirectResponse(with_fragment(target, opened.as_fragment(type)), 303)


def _add_github(router: APIRouter, parts: Parts) -> None:
    @router.get("/authorize")
    async def get_authorize(request: Request) -> RedirectResponse:
        query = request.query_params
        address = await leave_for_github(
            parts,
            Visitor.of(request),
            provider=query.get("provider", ""),
            challenge=read_challenge(
                query.get("code_challenge", ""), query.get("code_challenge_method", "")
            ),
            redirect_to=_redirect_to(request, parts),
            invitation=query.get("invite_token", ""),
        )
        return RedirectResponse(address, 302)

    @router.get("/callback")
    async def get_callback(
        request: Request, code: str = "", state: str = "", error: str = ""
    ) -> RedirectResponse:
        try:
            address = await return_from_github(
                parts, Visitor.of(request), state=state, code=code, error=error
            )
        except AuthError as refused:
            address = with_query(safe_redirect("", parts.settings), error_query(refused))
        return RedirectResponse(address, 303)


def _add_account(router: APIRouter, parts: Parts) -> None:
    @router.get("/user")
    async def get_user(request: Request) -> JSONResponse:
        identity = await _signed_in(request, parts)
        return JSONResponse(await read_profile(parts, Visitor.of(request), identity))

    @router.put("/user")
    async def put_user(request: Request) -> JSONResponse:
        identity, body = await _signed_in(request, parts), await Body.of(request)
        answer, letters = await change_profile(
            parts, Visitor.of(request), identity, body, _redirect_to(request, parts)
        )
        return JSONResponse(answer, background=_posting(parts, letters))

    @router.post("/logout")
    async def post_logout(request: Request, scope: str = "global") -> Response:
        identity = await _signed_in(request, parts)
        if scope not in ("global", "local", "others"):
            raise invalid("Unsupported logout scope", "Use global, local or others.")
        await sign_out(parts, Visitor.of(request), identity, scope)
        return Response(status_code=204)
