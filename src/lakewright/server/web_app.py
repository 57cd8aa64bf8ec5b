"""The web app's files: what a browser gets for every address that is not the API's."""

import stat
from email.utils import parsedate_to_datetime
from mimetypes import guess_type
from pathlib import Path

from starlette.convertors import Convertor, register_url_convertor
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from lakewright.errors import NotFoundError
from lakewright.server.errors import refusal_of_status

# Vite writes it; the wheel ships it.
FOLDER = Path(__file__).parent / "static"
PAGE = "index.html"
# Their names change with their content, so a browser need never ask again.
_HASHED = "assets/"
_ALWAYS = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


class _PagePath(Convertor[str]):
    """Any path but the API's: there an unknown address must stay an error."""

    regex = r"(?!(?:api|auth/v1|healthz|readyz|metrics)(?:/|$)).*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


def web_app_route(folder: Path = FOLDER) -> Route:
    """A route that answers with the file at a path, or with the page that makes sense of it.

    Args:
        folder: Holds `index.html` and `assets/`; files may have a `.gz` beside them.
    """
    register_url_convertor("web_page", _PagePath())
    root = folder.resolve()

    async def answer(request: Request) -> Response:
        path = str(request.path_params["path"])
        found = _file(root, path)
        if found is None:
            # A person who opens a link gets the app, which knows its own addresses; a script
            # that asks for a file that is not there gets told so.
            if path.startswith(_HASHED) or not _wants_page(request.headers):
                raise refusal_of_status(404, request.url.path)
            path, found = PAGE, _file(root, PAGE)
        if found is None:
            raise NotFoundError(
                "The web app is not built here.",
                "Run `make build-web` (or `make start`, which does it), then load this again.",
                "/",
            )
        return _reply(request.headers, path, found)

    return Route(
        "/{path:web_page}", answer, methods=["GET", "HEAD"], include_in_schema=False, name="web-app"
    )


def _file(root: Path, path: str) -> Path | None:
    """The file at a path below the folder; None for everything else."""
    if not path or "\0" in path:
        return None
    try:
        found = (root / path).resolve()
        if found.is_relative_to(root) and stat.S_ISREG(found.stat().st_mode):
            return found
    except (OSError, ValueError):
        return None
    return None


def _wants_page(headers: Headers) -> bool:
    return "text/html" in headers.get("accept", "")


def _reply(headers: Headers, path: str, found: Path) -> Response:
    media_type = guess_type(path)[0] or "application/octet-stream"
    fixed = path.startswith(_HASHED)
    sent = {"Cache-Control": _ALWAYS if fixed else _ASK_AGAIN, "Vary": "Accept-Encoding"}
    packed = found.with_name(f"{found.name}.gz")
    if "gzip" in headers.get("accept-encoding", "") and packed.is_file():
        found, sent["Content-Encoding"] = packed, "gzip"
    reply = FileResponse(found, headers=sent, media_type=media_type, stat_result=found.stat())
    if _has_it(headers, reply):
        kept = {"ETag": reply.headers["etag"], "Cache-Control": sent["Cache-Control"]}
        return Response(status_code=304, headers=kept)
    return reply


def _has_it(headers: Headers, reply: FileResponse) -> bool:
    tag = headers.get("if-none-match")
    if tag is not None:
        return reply.headers["etag"] in (one.strip().removeprefix("W/") for one in tag.split(","))
    since = headers.get("if-modified-since")
    if since is None:
        return False
    try:
        return parsedate_to_datetime(since) >= parsedate_to_datetime(reply.headers["last-modified"])
    except (TypeError, ValueError):
        return False
