"""How people sign in here: our own sign-in API, or a Supabase project's."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from lakewright.errors import LakewrightError
from lakewright.server.state import Verify

if TYPE_CHECKING:
    from fastapi import APIRouter

    from lakewright.hosting import Hosting
    from lakewright.settings import Settings

# Beside the master key: outside the data folder, so that no backup holds both.
SIGNING_KEYS = "signing-keys.json"


def rotate_signing_keys(settings: "Settings", *, drop_old: bool = False) -> list[str]:
    """Sign access tokens with a new key from now on; running servers notice.

    Args:
        drop_old: Tokens of older keys count no more, instead of until they expire.

    Returns:
        Names of the keys that verify, the signing one first.

    Raises:
        LakewrightError: A Supabase project signs, or there is no usable file of keys.
    """
    from lakewright.server.auth.keys import SigningKeys

    if settings.supabase_url is not None:
        raise LakewrightError(
            problem="The Supabase project signs access tokens, not this server.",
            remedy="Rotate its keys in the project's settings, under JWT keys.",
            where="SUPABASE_URL",
        )
    keys = SigningKeys.rotate(settings.key_file.with_name(SIGNING_KEYS), drop_old=drop_old)
    return [key["kid"] for key in keys.public_jwks()["keys"]]


def sign_in(
    settings: "Settings", held: "Hosting", url: str, say: Callable[[str], None]
) -> "tuple[Verify, APIRouter | None]":
    """How tokens are verified, and our own sign-in API unless a Supabase project has one.

    Args:
        say: Prints letters while no mail server is set.
    """
    if settings.supabase_url is not None:
        from lakewright.server.auth.verify import RemoteKeys, Verifier

        issuer = f"{settings.supabase_url}/auth/v1"
        return Verifier(issuer, RemoteKeys(f"{issuer}/.well-known/jwks.json")).verify, None
    from lakewright.server.auth.keys import SigningKeys
    from lakewright.server.auth.router import auth_router, embedded_verifier
    from lakewright.server.auth.settings import AuthSettings, GitHubSettings
    from lakewright.server.mail import make_mail
    from lakewright.store.accounts import Accounts
    from lakewright.store.rate_limits import SharedLimits

    github = None
    if settings.github_client_id and settings.github_client_secret:
        github = GitHubSettings(
            settings.github_client_id, settings.github_client_secret.get_secret_value()
        )
    chosen = AuthSettings(
        public_url=url,
        redirect_origins=settings.cors_origins,
        sign_up_open=settings.sign_up_open,
        autoconfirm=not settings.confirm_email,
        github=github,
        demo=settings.demo and settings.is_loopback,
    )
    accounts = Accounts(held.database)
    keys = SigningKeys.load_or_create(settings.key_file.with_name(SIGNING_KEYS))
    verified = embedded_verifier(accounts, keys, chosen)
    smtp = settings.smtp_url.get_secret_value() if settings.smtp_url else ""
    router = auth_router(
        accounts,
        keys,
        chosen,
        make_mail(smtp, settings.mail_from, say),
        SharedLimits(held.database),
        verified=verified,
    )
    return verified[0].verify, router
