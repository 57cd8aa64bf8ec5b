"""Ask GitHub's REST API, and say in our words what it refuses.

Source of status codes and messages: docs.github.com/rest, "Troubleshooting the REST API", "Rate
limits for the REST API", "Best practices for using the REST API".
"""

import base64
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

from lakewright.diagnostics import shown
from lakewright.errors import LakewrightError, LimitError, NotFoundError

if TYPE_CHECKING:
    from github import Github
    from github.Auth import Auth

PUBLIC_API = "https://api.github.com"
TIMEOUT_SECONDS = 15
# A person waits no longer than this for a limit to pass; then they are told until when it holds.
LONGEST_WAIT_SECONDS = 5
RETRIES = 3
PAGE = 100


class GithubRefusedError(LakewrightError):
    """GitHub does not let this token do it."""

    code = "github-refused"
    http_status = 403


class GithubTokenError(LakewrightError):
    """GitHub does not accept the token any more: revoked, expired or mistyped."""

    code = "github-token"
    http_status = 424


class GithubUnreachableError(LakewrightError):
    """GitHub does not answer, or with an error of its own."""

    code = "github-unreachable"
    http_status = 503


class GithubLimitError(LimitError):
    """GitHub asks for fewer requests for a while."""

    code = "github-limit"
    http_status = 503


class GithubConflictError(LakewrightError):
    """What was asked contradicts what is there: a 409 or 422 that its caller did not expect."""

    code = "github-conflict"
    http_status = 409


@dataclass(frozen=True, slots=True)
class Answer:
    """What GitHub said.

    Attributes:
        value: Parsed JSON; None where there is none (204, 304).
    """

    status: int
    headers: Mapping[str, str]
    value: Any

    @property
    def message(self) -> str:
        """GitHub's own words for a refusal, with those about single fields."""
        if not isinstance(self.value, dict):
            return ""
        told = [str(self.value.get("message", ""))]
        errors = self.value.get("errors")
        for one in errors if isinstance(errors, list) else []:
            text = one.get("message") if isinstance(one, dict) else one
            if isinstance(text, str):
                told.append(text)
        return "; ".join(text for text in told if text)


@contextmanager
def understood() -> Iterator[None]:
    """Take what GitHub said apart: anything of another shape was not said by GitHub."""
    try:
        yield
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise GithubUnreachableError(
            "The answer is not GitHub's; a proxy may have given it.",
            "Look at the address of the API in Settings, Repository, and at the network.",
        ) from error


class GithubClient:
    """Requests to one host with one person's, or one installation's, right.

    Any number of threads may ask at once. A request that fails for reasons of the moment is
    tried again, within a budget.
    """

    def __init__(self, auth: "Callable[[], Auth]", api: str = PUBLIC_API) -> None:
        """
        Args:
            auth: Makes what signs the requests; called once in each thread.
            api: Address of the REST API; on GitHub Enterprise `https://host/api/v3`.
        """
        self._auth = auth
        self.api = api.rstrip("/")
        self._opened = threading.local()

    def get(
        self,
        path: str,
        parameters: Mapping[str, str | int] | None = None,
        *,
        etag: str = "",
        allow: tuple[int, ...] = (),
    ) -> Answer:
        """Read something. With `etag`, an answer of 304 says that it is still the same."""
        headers = {"If-None-Match": etag} if etag else {}
        answers = (*allow, 304) if etag else allow
        return self._ask("GET", path, answers, parameters=parameters, headers=headers)

    def send(
        self, method: str, path: str, body: Mapping[str, Any] | None, allow: tuple[int, ...] = ()
    ) -> Answer:
        """Change something. Statuses in `allow` are answers, not errors."""
        return self._ask(method, path, allow, body=body)

    def pages(self, path: str, parameters: Mapping[str, str | int] | None = None) -> Iterator[Any]:
        """Every entry of a list, page by page as they are asked for."""
        wanted: dict[str, str | int] = {"per_page": PAGE, **(parameters or {})}
        while True:
            answer = self.get(path, wanted)
            value = answer.value
            yield from value if isinstance(value, list) else ()
            number = next_page(answer)
            if not number:
                return
            wanted["page"] = number

    def blob(self, path: str) -> bytes:
        """The bytes of a blob; GitHub gives up to 100 MB."""
        answer = self.get(path)
        with understood():
            return base64.b64decode(answer.value["content"])

    def archive(self, path: str) -> bytes:
        """A compressed archive. The host that it comes from is not told who asks."""
        answer = self._ask("GET", path, (302,))
        where = answer.headers.get("location", "")
        if answer.status != 302 or not where:
            raise GithubUnreachableError(
                "GitHub offers no archive of the repository.", "Try again in a moment."
            )
        import requests

        try:
            # The address holds a short-lived signature of its own.
            got = requests.get(where, timeout=TIMEOUT_SECONDS * 4)
        except requests.RequestException as error:
            raise _unreachable(self.api) from error
        if got.status_code != 200:
            raise GithubUnreachableError(
                f"GitHub's archive of the repository answers with {got.status_code}.",
                "Try again in a moment.",
            )
        return got.content

    def _ask(
        self,
        method: str,
        path: str,
        allow: tuple[int, ...],
        *,
        parameters: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        with self._words():
            status, got, text = self._github().requester.requestJson(
                method,
                path,
                dict(parameters or {}),
                dict(headers or {}),
                None if body is None else dict(body),
            )
        answer = Answer(status, got, _json(text))
        if status >= 400 and status not in allow:
            raise _refusal(answer, path)
        return answer

    def _github(self) -> "Github":
        """This thread's own: the library's connections may not be shared between threads."""
        found: Github | None = getattr(self._opened, "github", None)
        if found is None:
            import github

            from lakewright.git.github.retry import PatientRetry

            found = self._opened.github = github.Github(
                auth=self._auth(),
                base_url=self.api,
                timeout=TIMEOUT_SECONDS,
                user_agent="lakewright",
                retry=PatientRetry.budget(RETRIES, LONGEST_WAIT_SECONDS),
                seconds_between_requests=None,
                seconds_between_writes=None,
                api_version="2022-11-28",
            )
        return found

    def _words(self) -> "_Words":
        return _Words(self.api)


class _Words:
    """What the library raises, in our words."""

    def __init__(self, api: str) -> None:
        self._api = api

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            return
        import requests
        from github import GithubException

        if isinstance(error, GithubException):
            headers = {key.lower(): value for key, value in (error.headers or {}).items()}
            value = error.data if isinstance(error.data, dict) else {"message": str(error.data)}
            raise _refusal(Answer(error.status, headers, value), "") from error
        if isinstance(error, requests.RequestException | OSError):
            raise _unreachable(self._api) from error


def escaped(part: str) -> str:
    """A branch, path or name as a part of an address; slashes stay."""
    return quote(part.encode("utf-8", "replace"), safe="/")


def next_page(answer: Answer) -> int:
    """Number of the page after this one, from its `Link` header; 0 when there is none."""
    for link in answer.headers.get("link", "").split(","):
        address, _, relation = link.partition(";")
        if 'rel="next"' in relation:
            found = parse_qs(urlsplit(address.strip(" <>")).query).get("page", ["0"])[0]
            return int(found) if found.isdigit() else 0
    return 0


def _json(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return {"message": "The answer is no JSON."}


def _unreachable(api: str) -> GithubUnreachableError:
    host = urlsplit(api).hostname or api
    return GithubUnreachableError(
        f"{shown(host)} does not answer.",
        "Look at the network of the server, and at the status page of GitHub; nothing was changed.",
    )


def _refusal(answer: Answer, path: str) -> LakewrightError:
    """GitHub's refusal as one of ours."""
    said, status = answer.message, answer.status
    lower = said.lower()
    if status == 401:
        return GithubTokenError(
            "GitHub does not accept the token: it was revoked, has expired, or is mistyped.",
            "Connect to GitHub again in Settings, Repository.",
            "token",
        )
    limited = "rate limit" in lower or answer.headers.get("x-ratelimit-remaining") == "0"
    if status == 429 or (status == 403 and (limited or "retry-after" in answer.headers)):
        return GithubLimitError(
            "GitHub asks for fewer requests for a while.", f"Try again {_when(answer.headers)}."
        )
    if status == 403 and "x-github-sso" in answer.headers:
        return GithubRefusedError(
            "The organisation wants the token to be authorised for single sign-on.",
            "On GitHub, open the token's settings and choose 'Configure SSO'.",
            "token",
        )
    if status == 403:
        needs = answer.headers.get("x-accepted-github-permissions", "")
        return GithubRefusedError(
            f"GitHub does not let this token do that{_quoted(said)}.",
            f"Give the token the permission {shown(needs, 100)}."
            if needs
            else "Give the token read and write access to the contents of the repository.",
            "token",
        )
    if status == 404:
        return NotFoundError(
            "GitHub has no such thing, or does not show it to this token.",
            "Look at the name of the repository, and at what the token may see.",
            shown(path, 200),
        )
    if status in (409, 422):
        return GithubConflictError(f"GitHub refuses that{_quoted(said)}.", "Look at it on GitHub.")
    return GithubUnreachableError(
        f"GitHub answers with an error of its own ({status}).",
        "Try again in a moment; nothing was changed.",
    )


def _quoted(said: str) -> str:
    return f": {shown(said.rstrip('.'), 200)}" if said else ""


def _when(headers: Mapping[str, str]) -> str:
    after, reset = headers.get("retry-after", ""), headers.get("x-ratelimit-reset", "")
    if after.isdigit():
        return f"in {after} seconds"
    if reset.isdigit():
        return f"after {datetime.fromtimestamp(int(reset), UTC):%H:%M} UTC"
    return "in a minute"
