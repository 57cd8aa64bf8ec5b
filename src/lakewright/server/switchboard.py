"""Which route is a path for: found by its words, where a router would try each route in turn."""

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from typing import NoReturn

from fastapi.routing import APIRoute, APIRouter
from starlette.convertors import PathConvertor
from starlette.routing import BaseRoute, Match, NoMatchFound, compile_path
from starlette.types import Receive, Scope, Send


def routes_of(router: APIRouter, prefix: str = "") -> list[APIRoute]:
    """The routes of a router as they are below a prefix."""
    found = []
    for route in router.routes:
        if not isinstance(route, APIRoute):
            raise TypeError(f"{route!r} is no route of the API")
        moved = copy(route)
        moved.path = prefix + route.path
        moved.path_regex, moved.path_format, moved.param_convertors = compile_path(moved.path)
        found.append(moved)
    return found


@dataclass(slots=True)
class _Node:
    """A place in the tree of paths.

    Attributes:
        below: Next word -> place; "" is any word.
        here: Routes that end here.
        onwards: Routes whose last part, from here on, may hold slashes.
    """

    below: dict[str, "_Node"] = field(default_factory=dict)
    here: list[tuple[int, APIRoute]] = field(default_factory=list)
    onwards: list[tuple[int, APIRoute]] = field(default_factory=list)


class Switchboard(BaseRoute):
    """All routes of the API as one.

    It answers as a router with the same routes in the same order would: the words only leave out
    routes that cannot match.
    """

    def __init__(self, routes: Iterable[APIRoute]) -> None:
        self.routes = tuple(routes)
        self._root = _Node()
        for number, route in enumerate(self.routes):
            self._add(number, route)

    def _add(self, number: int, route: APIRoute) -> None:
        node = self._root
        for word in route.path_format.split("/"):
            name = word.partition("{")[2].partition("}")[0]
            if name and isinstance(route.param_convertors[name], PathConvertor):
                node.onwards.append((number, route))
                return
            node = node.below.setdefault("" if name else word, _Node())
        node.here.append((number, route))

    def candidates(self, path: str) -> list[APIRoute]:
        """Routes that may match the path, in their order."""
        words = path.split("/")
        # Two routes have different numbers, so routes are never compared.
        return [route for _, route in sorted(_found(self._root, words, 0))]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """The first route that matches whole, or else the first with another method."""
        partial: Scope | None = None
        if scope["type"] == "http":
            path = scope["path"].removeprefix(scope.get("root_path", ""))
            for route in self.candidates(path):
                match, child_scope = route.matches(scope)
                if match is Match.FULL:
                    return match, child_scope
                if match is Match.PARTIAL and partial is None:
                    partial = child_scope
        return (Match.NONE, {}) if partial is None else (Match.PARTIAL, partial)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the route that matched answer."""
        route: APIRoute = scope["route"]
        await route.handle(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: object) -> NoReturn:
        """Nothing here asks for the path of a name."""
        raise NoMatchFound(name, path_params)


def _found(node: _Node, words: list[str], at: int) -> Iterator[tuple[int, APIRoute]]:
    yield from node.onwards
    if at == len(words):
        yield from node.here
        return
    word = words[at]
    if word and (named := node.below.get(word)):
        yield from _found(named, words, at + 1)
    if anything := node.below.get(""):
        yield from _found(anything, words, at + 1)
