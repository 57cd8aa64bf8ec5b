"""What the embedded sign-in API may do: fixed when the server starts."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

ACCESS_SECONDS = 3600
LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class GitHubSettings:
    """An OAuth app on GitHub. The addresses differ for GitHub Enterprise and in tests."""

    client_id: str
    client_secret: str = field(repr=False)
    web_url: str = "https://github.com"
    api_url: str = "https://api.github.com"


@dataclass(frozen=True, slots=True)
class AuthSettings:
    """Settings of the sign-in API.

    Attributes:
        public_url: Address of the application as people type it, without a path.
            Links in letters begin with it; the Host header of a request never decides.
        redirect_origins: Further origins (`http://localhost:5173`) that a person may be
            sent back to.
        sign_up_open: False: only the first person and people with an invitation.
        autoconfirm: True: an address counts as confirmed without a letter.
        github: None: signing in with GitHub is off.
        demo: True: anyone on this machine may sign in as the demo user.
        access_seconds: Life of an access token.
        reuse_seconds: How long a used refresh token still gives the same successor, for a
            client that lost the answer or has two tabs.
        code_seconds: Life of a link or code in a letter.
        flow_seconds: Life of a sign-in that left for GitHub or for a letter's link.
    """

    public_url: str
    redirect_origins: tuple[str, ...] = ()
    sign_up_open: bool = True
    autoconfirm: bool = True
    github: GitHubSettings | None = None
    demo: bool = False
    access_seconds: int = ACCESS_SECONDS
    reuse_seconds: int = 10
    code_seconds: int = 3600
    flow_seconds: int = 600

    @property
    def issuer(self) -> str:
        """The `iss` of every token, and the address of this API."""
        return f"{self.public_url.rstrip('/')}/auth/v1"

    @property
    def on_loopback(self) -> bool:
        """Whether people reach the application on this machine only."""
        return (urlsplit(self.public_url).hostname or "") in LOOPBACK_NAMES
