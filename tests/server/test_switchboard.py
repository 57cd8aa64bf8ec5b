"""A route is found by the words of its path, and it is the one that trying each would find."""

import re
from collections.abc import Sequence

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import Match

from lakewright.server.routes import ROUTERS
from lakewright.server.switchboard import Switchboard, routes_of

API = [route for router in ROUTERS for route in routes_of(router, "/api/v1")]
BOARD = Switchboard(API)
WORDS = sorted({word for route in API for word in route.path.split("/") if "{" not in word})


def tried_in_turn(routes: Sequence[APIRoute], method: str, path: str) -> tuple[Match, str]:
    """What Starlette's router does: the first whole match, else the first partial one."""
    scope = {"type": "http", "method": method, "path": path, "root_path": ""}
    partial = ""
    for route in routes:
        match, _ = route.matches(scope)
        if match is Match.FULL:
            return match, route.path
        if match is Match.PARTIAL:
            partial = partial or route.path
    return (Match.PARTIAL, partial) if partial else (Match.NONE, "")


def switched(board: Switchboard, method: str, path: str) -> tuple[Match, str]:
    scope = {"type": "http", "method": method, "path": path, "root_path": ""}
    match, found = board.matches(scope)
    return match, found["route"].path if match is not Match.NONE else ""


@pytest.mark.parametrize(
    "route", API, ids=lambda route: f"{sorted(route.methods or ())} {route.path}"
)
def test_every_route_is_found(route: APIRoute) -> None:
    path = re.sub(r"{[^}]*}", "1f0c", route.path)
    for method in route.methods or ():
        assert switched(BOARD, method, path) == tried_in_turn(API, method, path)
        assert switched(BOARD, method, path)[0] is Match.FULL


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    words=st.lists(st.sampled_from([*WORDS, "x", "a.yaml", "", "%2f"]), max_size=8),
    below=st.sampled_from(["/api/v1/", "/api/v1/workspaces/1f0c/", "/", ""]),
)
def test_any_path_is_answered_as_if_each_route_were_tried(
    method: str, words: list[str], below: str
) -> None:
    path = below + "/".join(words)

    assert switched(BOARD, method, path) == tried_in_turn(API, method, path)


@given(
    paths=st.lists(
        st.lists(st.sampled_from(["a", "b", "{x}", "{x}.zip", "a{x}"]), max_size=3).map(
            lambda words: "".join(f"/{w.replace('x', f'x{n}')}" for n, w in enumerate(words))
        ),
        max_size=6,
    ),
    rests=st.lists(st.booleans(), min_size=6, max_size=6),
    asked=st.lists(st.sampled_from(["a", "b", "ab", "c.zip", ""]), max_size=5),
)
def test_any_routes_are_found_as_if_each_were_tried(
    paths: list[str], rests: list[bool], asked: list[str]
) -> None:
    async def endpoint() -> None: ...

    routes = [
        APIRoute((path + "/{rest:path}" if rest else path) or "/", endpoint)
        for path, rest in zip(paths, rests, strict=False)
    ]
    path = "/" + "/".join(asked)

    assert switched(Switchboard(routes), "GET", path) == tried_in_turn(routes, "GET", path)


def test_few_routes_are_tried() -> None:
    path = "/api/v1/workspaces/1f0c/configurations/1f0c"

    assert {route.path for route in BOARD.candidates(path)} == {
        "/api/v1/workspaces/{workspace_id}/configurations/{configuration_id}"
    }


def test_a_route_below_a_prefix_answers_there_and_the_router_is_as_it_was() -> None:
    router = APIRouter()

    @router.get("/things/{name}")
    async def thing(name: str) -> str:
        return name

    app = FastAPI()
    app.router.routes.append(Switchboard(routes_of(router, "/api")))
    client = TestClient(app)

    assert client.get("/api/things/a").json() == "a"
    assert client.get("/things/a").status_code == 404
    assert client.put("/api/things/a").status_code == 405
    assert [route.path for route in router.routes if isinstance(route, APIRoute)] == [
        "/things/{name}"
    ]
