"""A tiny server around the sign-in API, a fake GitHub, and an outbox instead of a mail server."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import psycopg
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.testclient import TestClient
from psycopg.rows import dict_row

from lakewright.server.auth.keys import SigningKeys
from lakewright.server.auth.passwords import Passwords
from lakewright.server.auth.router import auth_router, embedded_verifier
from lakewright.server.auth.settings import AuthSettings, GitHubSettings
from lakewright.server.auth.verify import TokenError, Verifier
from lakewright.server.mail import Letter
from lakewright.store.accounts import Accounts
from lakewright.store.database import Database
from lakewright.store.embedded import Endpoint

PUBLIC_URL = "http://127.0.0.1:8765"
SETTINGS = AuthSettings(PUBLIC_URL, redirect_origins=("http://localhost:5173",))
PASSWORD = "correct horse 7"


class Outbox:
    """Keeps letters instead of sending them."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.notice: Callable[[], None] = lambda: None  # called for each letter; may raise

    async def send(self, letter: Letter) -> None:
        self.notice()
        self.letters.append(letter)

    def last(self, to: str) -> Letter:
        return [letter for letter in self.letters if letter.to == to][-1]

    def link(self, to: str, server: str = PUBLIC_URL) -> str:
        """The path and query of the link in the last letter."""
        [address] = re.findall(r"^http\S+/verify\S+$", self.last(to).text, re.MULTILINE)
        return str(address).removeprefix(server)

    def code(self, to: str) -> str:
        [code] = re.findall(r"code: (\d{6})$", self.last(to).text, re.MULTILINE)
        return str(code)


class CountingLimits:
    """Counts for ever: a window that never moves on."""

    def __init__(self) -> None:
        self.hits: Counter[str] = Counter()

    async def hit(self, key: str, *, most: int, seconds: int) -> int:
        self.hits[key] += 1
        return seconds if self.hits[key] > most else 0


class NoLimits:
    """Lets everybody through."""

    async def hit(self, key: str, *, most: int, seconds: int) -> int:
        return 0


@dataclass
class FakeGitHub:
    """GitHub as far as signing in needs it; its answers can be changed."""

    person: dict[str, Any] = field(
        default_factory=lambda: {
            "id": 4242,
            "login": "octo",
            "name": "Octo Cat",
            "avatar_url": "https://avatars.example/4242",
        }
    )
    emails: list[dict[str, Any]] = field(
        default_factory=lambda: [{"email": "Octo@Cat.io", "primary": True, "verified": True}]
    )
    says_no: bool = False
    broken: bool = False
    forms: list[dict[str, str]] = field(default_factory=list)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/login/oauth/authorize")
        async def authorize(redirect_uri: str, state: str) -> RedirectResponse:
            said = "error=access_denied" if self.says_no else "code=github-code"
            return RedirectResponse(f"{redirect_uri}?{said}&state={state}", 302)

        @app.post("/login/oauth/access_token")
        async def token(request: Request) -> Response:
            form = {name: values[0] for name, values in parse_qs(await _body(request)).items()}
            self.forms.append(form)
            if self.broken:
                return Response("<html>Unicorn!</html>")
            if form.get("code") != "github-code":
                return JSONResponse({"error": "bad_verification_code"})
            return JSONResponse({"access_token": "gho_secret", "token_type": "bearer"})

        @app.get("/user")
        async def user() -> Response:
            return JSONResponse(self.person)

        @app.get("/user/emails")
        async def emails() -> Response:
            return JSONResponse(self.emails)

        return app

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app()), base_url="http://github"
        )


async def _body(request: Request) -> str:
    return (await request.body()).decode()


GITHUB = GitHubSettings("client-id", "client-secret", "http://github", "http://github")


@dataclass
class World:
    """One server's settings and what happens outside of it."""

    endpoint: Endpoint
    settings: AuthSettings = SETTINGS
    outbox: Outbox = field(default_factory=Outbox)
    limits: Any = field(default_factory=NoLimits)
    github: FakeGitHub = field(default_factory=FakeGitHub)
    keys: SigningKeys = field(default_factory=SigningKeys.generate)
    passwords: Passwords = field(
        default_factory=lambda: Passwords(time_cost=1, memory_kib=256, lanes=1)
    )
    verifier: Verifier | None = None
    web: Any = None

    def with_settings(self, **changes: Any) -> "World":
        self.settings = replace(self.settings, **changes)
        return self

    def app(self) -> FastAPI:
        @asynccontextmanager
        async def lifespan(app: FastAPI) -> AsyncIterator[None]:
            async with await Database.open(
                self.endpoint.dsn_api, min_size=1, max_size=4
            ) as database:
                accounts = Accounts(database)
                verified = embedded_verifier(accounts, self.keys, self.settings)
                self.verifier = verified[0]
                app.include_router(
                    auth_router(
                        accounts,
                        self.keys,
                        self.settings,
                        self.outbox,
                        self.limits,
                        verified=verified,
                        passwords=self.passwords,
                        web=self.web or self.github.client,
                    )
                )
                yield

        app = FastAPI(lifespan=lifespan)

        @app.get("/api/whoami")
        async def whoami(request: Request) -> JSONResponse:
            """Stands for the rest of the server: it asks the same verifier."""
            assert self.verifier is not None
            try:
                identity = await self.verifier.identity(request.headers.get("authorization"))
            except TokenError as error:
                return JSONResponse({"code": error.code, "reason": error.reason}, 401)
            return JSONResponse({"email": identity.email})

        return app

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """What the database holds, seen by its superuser."""
        with psycopg.connect(self.endpoint.dsn_admin, row_factory=dict_row) as connection:
            cursor = connection.execute(sql.encode(), values)
            return cursor.fetchall() if cursor.description else []


def query_of(address: str) -> dict[str, str]:
    """The query of an address, each value once."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def fragment_of(address: str) -> dict[str, str]:
    """The fragment of an address, read like a query."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).fragment).items()}


Serve = Callable[..., TestClient]


def sign_up(client: TestClient, email: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/auth/v1/signup", json={"email": email, "password": password, **more})


def sign_in(client: TestClient, email: str, password: str = PASSWORD) -> Any:
    return client.post(
        "/auth/v1/token?grant_type=password", json={"email": email, "password": password}
    )


def refresh(client: TestClient, token: str) -> Any:
    return client.post("/auth/v1/token?grant_type=refresh_token", json={"refresh_token": token})


def bearer(session: dict[str, Any]) -> dict[str, str]:
    return {"authorization": f"Bearer {session['access_token']}"}
