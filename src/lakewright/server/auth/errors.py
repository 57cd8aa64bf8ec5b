"""What the sign-in API refuses, in the codes and words that the Supabase clients know."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from lakewright.errors import LakewrightError


@dataclass
class AuthError(LakewrightError):
    """A refusal of the sign-in API.

    Attributes:
        error_code: Code of Supabase Auth, such as `invalid_credentials`.
        status: HTTP status that Supabase Auth sends with it.
        reasons: Why a password is weak (`length`, `pwned`); empty otherwise.
        retry_after: Seconds to wait; 0 when waiting does not help.
    """

    error_code: str = "validation_failed"
    status: int = 400
    reasons: tuple[str, ...] = ()
    retry_after: int = 0

    code: ClassVar[str] = "auth"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row: everything that a client may learn from a refusal."""

    error_code: str
    status: int
    problem: str
    remedy: str


# Codes, status and wording: Supabase documentation, "Auth error codes", and the
# behaviour of Supabase Auth 2.x. The clients compare the codes, people read the words.
_ROWS = (
    Refusal(
        "anonymous_provider_disabled",
        422,
        "Anonymous sign-ins are disabled",
        "Sign up with an e-mail address.",
    ),
    Refusal(
        "bad_code_verifier",
        400,
        "code challenge does not match previously saved code verifier",
        "Start signing in again in this browser.",
    ),
    Refusal(
        "bad_json",
        400,
        "Could not parse request body as JSON",
        "Send one JSON object.",
    ),
    Refusal(
        "bad_jwt",
        403,
        "invalid JWT: unable to parse or verify signature",
        "Sign in again.",
    ),
    Refusal(
        "bad_oauth_callback",
        400,
        "OAuth callback with missing or refused code",
        "Start signing in again.",
    ),
    Refusal(
        "bad_oauth_state",
        400,
        "OAuth callback with invalid state",
        "Start signing in again.",
    ),
    Refusal(
        "email_not_confirmed",
        400,
        "Email not confirmed",
        "Open the link in the letter that was sent when you signed up.",
    ),
    Refusal(
        "flow_state_expired",
        403,
        "invalid flow state, flow state has expired",
        "Start signing in again.",
    ),
    Refusal(
        "flow_state_not_found",
        404,
        "invalid flow state, no valid flow state found",
        "Start signing in again.",
    ),
    Refusal(
        "invalid_credentials",
        400,
        "Invalid login credentials",
        "Check the e-mail address and the password, or reset the password.",
    ),
    Refusal(
        "no_authorization",
        401,
        "This endpoint requires a valid Bearer token",
        "Sign in first.",
    ),
    Refusal(
        "not_admin",
        403,
        "Updating app_metadata requires admin privileges",
        "Leave app_metadata out.",
    ),
    Refusal(
        "otp_expired",
        403,
        "Token has expired or is invalid",
        "Ask for a new letter.",
    ),
    Refusal(
        "over_email_send_rate_limit",
        429,
        "Too many letters were asked for",
        "Wait before asking for another letter.",
    ),
    Refusal(
        "over_request_rate_limit",
        429,
        "Request rate limit reached",
        "Wait before trying again.",
    ),
    Refusal(
        "phone_provider_disabled",
        400,
        "Unsupported phone provider",
        "Use an e-mail address.",
    ),
    Refusal(
        "provider_disabled",
        400,
        "Unsupported provider: provider is not enabled",
        "Sign in with an e-mail address, or ask the administrator to set up GitHub.",
    ),
    Refusal(
        "provider_email_needs_verification",
        403,
        "The GitHub account has no verified primary e-mail address",
        "Verify the address on GitHub, then sign in again.",
    ),
    Refusal(
        "refresh_token_already_used",
        400,
        "Invalid Refresh Token: Already Used",
        "Sign in again; the session was ended because its token was used twice.",
    ),
    Refusal(
        "refresh_token_not_found",
        400,
        "Invalid Refresh Token: Refresh Token Not Found",
        "Sign in again.",
    ),
    Refusal(
        "same_password",
        422,
        "New password should be different from the old password.",
        "Choose another password.",
    ),
    Refusal(
        "session_not_found",
        403,
        "Session from session_id claim in JWT does not exist",
        "Sign in again.",
    ),
    Refusal(
        "signup_disabled",
        422,
        "Signups not allowed for this instance",
        "Ask an administrator for an invitation.",
    ),
    Refusal(
        "user_already_exists",
        422,
        "User already registered",
        "Sign in instead, or reset the password.",
    ),
    Refusal(
        "user_banned",
        400,
        "User is banned",
        "Ask an administrator.",
    ),
    Refusal(
        "user_not_found",
        403,
        "User from sub claim in JWT does not exist",
        "Sign in again.",
    ),
)

REFUSALS: Mapping[str, Refusal] = MappingProxyType({row.error_code: row for row in _ROWS})


def refuse(error_code: str, *, problem: str = "", retry_after: int = 0) -> AuthError:
    """The error of one row of `REFUSALS`; `problem` replaces its wording."""
    row = REFUSALS[error_code]
    return AuthError(
        problem=problem or row.problem,
        remedy=row.remedy,
        error_code=row.error_code,
        status=row.status,
        retry_after=retry_after,
    )


def invalid(problem: str, remedy: str, *, status: int = 400, where: str = "") -> AuthError:
    """A value of the request that cannot be used (`validation_failed`)."""
    return AuthError(problem=problem, remedy=remedy, where=where, status=status)


def weak_password(problem: str, *reasons: str) -> AuthError:
    """A password that is refused; `reasons` are those the clients know."""
    return AuthError(
        problem=problem,
        remedy="Choose a longer password that is not in common use.",
        error_code="weak_password",
        status=422,
        reasons=reasons,
    )
