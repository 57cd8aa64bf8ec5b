"""What GitHub says about the person who was sent there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from lakewright.server.auth.errors import refuse
from lakewright.server.auth.settings import GitHubSettings

if TYPE_CHECKING:
    import httpx

_MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class GitHubPerson:
    """A GitHub account. `email` is its verified primary address, the only one that counts."""

    id: str
    email: str
    login: str
    name: str
    avatar_url: str

    def as_identity(self) -> dict[str, Any]:
        """The identity data that Supabase Auth keeps."""
        return {
            "sub": self.id,
            "provider_id": self.id,
            "email": self.email,
            "email_verified": True,
            "phone_verified": False,
            "user_name": self.login,
            "preferred_username": self.login,
            "name": self.name,
            "full_name": self.name,
            "avatar_url": self.avatar_url,
        }


def github_client() -> "httpx.AsyncClient":
    """The HTTP client for GitHub: short patience, no redirects to elsewhere."""
    import httpx

    return httpx.AsyncClient(timeout=10, follow_redirects=False)


def authorize_address(settings: GitHubSettings, *, callback: str, state: str) -> str:
    """Where the browser goes to say yes. We ask for the address only, never for repositories."""
    query = urlencode(
        {
            "client_id": settings.client_id,
            "redirect_uri": callback,
            "scope": "user:email",
            "state": state,
            "response_type": "code",
        }
    )
    return f"{settings.web_url}/login/oauth/authorize?{query}"


async def fetch_person(
    web: "Callable[[], httpx.AsyncClient]", settings: GitHubSettings, *, code: str, callback: str
) -> GitHubPerson:
    """Exchange GitHub's code and ask who it stands for. GitHub's token is not kept.

    Raises:
        AuthError: GitHub refuses the code, does not answer sensibly, or the account has no
            verified primary address.
    """
    import httpx

    form = {
        "client_id": settings.client_id,
        "client_secret": settings.client_secret,
        "code": code,
        "redirect_uri": callback,
    }
    try:
        async with web() as client:
            granted = await _json(
                client,
                "POST",
                f"{settings.web_url}/login/oauth/access_token",
                headers={"accept": "application/json"},
                data=form,
            )
            headers = {
                "authorization": f"Bearer {granted['access_token']}",
                "accept": "application/vnd.github+json",
            }
            profile = await _json(client, "GET", f"{settings.api_url}/user", headers=headers)
            emails = await _json(client, "GET", f"{settings.api_url}/user/emails", headers=headers)
            return _person(profile, emails)
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        # GitHub answers a refused code with 200 and `error`, so the token is simply missing.
        raise refuse("bad_oauth_callback") from error


async def _json(
    client: "httpx.AsyncClient",
    method: str,
    url: str,
    *,
    headers: dict[str, str],
    data: dict[str, str] | None = None,
) -> Any:
    import json

    async with client.stream(method, url, headers=headers, data=data) as reply:
        reply.raise_for_status()
        content = b""
        async for chunk in reply.aiter_bytes():
            content += chunk
            if len(content) > _MOST_BYTES:
                raise ValueError("GitHub's answer is too long")
    return json.loads(content)


def _person(profile: Any, emails: Any) -> GitHubPerson:
    primary = [
        entry["email"].lower() for entry in emails if entry["primary"] and entry["verified"] is True
    ]
    if not primary:
        raise refuse("provider_email_needs_verification")
    if not isinstance(profile["id"], int):
        raise TypeError("GitHub's id is a number")
    return GitHubPerson(
        id=str(profile["id"]),
        email=primary[0],
        login=_line(profile.get("login")),
        name=_line(profile.get("name")),
        avatar_url=_line(profile.get("avatar_url")),
    )


def _line(value: object) -> str:
    """One printable line of at most 200 characters; others may write these texts."""
    text = value if isinstance(value, str) else ""
    return "".join(letter for letter in text if letter.isprintable())[:200]
