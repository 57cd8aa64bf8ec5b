"""Signing in with GitHub: out, back, and which account it opens."""

import base64
import secrets
from uuid import UUID

from lakewright.server.auth.attempts import count
from lakewright.server.auth.bodies import Challenge
from lakewright.server.auth.errors import AuthError, invalid, refuse
from lakewright.server.auth.github import GitHubPerson, authorize_address, fetch_person
from lakewright.server.auth.keys import SigningKeys
from lakewright.server.auth.links import trust_mailbox
from lakewright.server.auth.parts import Parts, Visitor
from lakewright.server.auth.redirects import with_query
from lakewright.server.auth.sessions import check_may_sign_in, digest_of
from lakewright.server.auth.settings import GitHubSettings
from lakewright.server.auth.sign_up import check_open, invitation_of
from lakewright.store.accounts import Account, AccountRecords, Flow


async def leave_for_github(
    parts: Parts,
    visitor: Visitor,
    *,
    provider: str,
    challenge: Challenge,
    redirect_to: str,
    invitation: str,
) -> str:
    """Where to send the browser.

    PKCE is demanded: without it, a page could sign a visitor in to an account of its choice.

    Raises:
        AuthError: GitHub is not set up, another provider, or no challenge.
    """
    github = _github(parts)
    if provider != "github":
        raise refuse("provider_disabled")
    if not challenge.value:
        raise invalid(
            "PKCE flow requires code_challenge_method and code_challenge",
            "Create the client with `flowType: 'pkce'`.",
        )
    await count(parts.limits, "oauth", address=visitor.address)
    async with parts.accounts.transaction(visitor.request_id) as records:
        flow_id = await records.start_flow(
            provider="github",
            method="oauth",
            code_challenge=challenge.value,
            code_challenge_method=challenge.method,
            redirect_to=redirect_to,
            invitation=invitation_of(invitation),
        )
    return authorize_address(github, callback=_callback(parts), state=_state(parts.keys, flow_id))


async def return_from_github(
    parts: Parts, visitor: Visitor, *, state: str, code: str, error: str
) -> str:
    """Where to send the browser: back with a code for its verifier, or with what went wrong.

    Raises:
        AuthError: The state is not ours; then there is no place to go back to.
    """
    github = _github(parts)
    await count(parts.limits, "oauth", address=visitor.address)
    flow_id = _flow_id(parts.keys, state)
    async with parts.accounts.transaction(visitor.request_id) as records:
        flow = await records.flow(flow_id, seconds=parts.settings.flow_seconds)
    if flow is None:
        raise refuse("flow_state_not_found")
    try:
        if flow.is_late:
            raise refuse("flow_state_expired")
        if error or not code:
            raise refuse("bad_oauth_callback")
        person = await fetch_person(parts.web, github, code=code, callback=_callback(parts))
        answer = await _finish(parts, visitor, flow, person)
    except AuthError as refused:
        async with parts.accounts.transaction(visitor.request_id) as records:
            await records.drop_flow(flow_id)
        return with_query(flow.redirect_to, error_query(refused))
    return with_query(flow.redirect_to, {"code": answer})


async def _finish(parts: Parts, visitor: Visitor, flow: Flow, person: GitHubPerson) -> str:
    code = secrets.token_urlsafe(32)
    async with parts.accounts.transaction(visitor.request_id) as records:
        # Locked: the same answer of GitHub, delivered twice at once, counts once.
        if await records.flow(flow.id, seconds=parts.settings.flow_seconds) is None:
            raise refuse("flow_state_not_found")
        account = await _account(records, parts, flow, person)
        check_may_sign_in(account)
        await records.give_code(flow.id, account.id, digest_of(code))
    return code


async def _account(
    records: AccountRecords, parts: Parts, flow: Flow, person: GitHubPerson
) -> Account:
    """The account of this GitHub person: theirs already, linked by address, or new."""
    await records.hold_email(person.email)
    account = await records.account_of_identity("github", person.id)
    if account is None:
        account = await records.by_email(person.email)
        if account is None:
            await check_open(records, parts, person.email, flow.invitation)
            account = await records.create(
                person.email,
                password_hash="",
                provider="github",
                confirmed=True,
                user_metadata=person.as_identity(),
            )
        else:
            # GitHub has verified the address, whoever signed up with it here may not have.
            account = await trust_mailbox(records, parts, account)
    await records.put_identity(account.id, "github", person.id, person.as_identity())
    return await records.list_providers(account.id)


def error_query(refused: AuthError) -> dict[str, str]:
    """What the clients look for in the address after a failed sign-in."""
    return {
        "error": "server_error" if refused.status >= 500 else "access_denied",
        "error_code": refused.error_code,
        "error_description": refused.problem,
    }


def _github(parts: Parts) -> GitHubSettings:
    if parts.settings.github is None:
        raise refuse("provider_disabled")
    return parts.settings.github


def _callback(parts: Parts) -> str:
    return f"{parts.settings.issuer}/callback"


def _state(keys: SigningKeys, flow_id: UUID) -> str:
    seal = base64.urlsafe_b64encode(keys.derive("oauth-state", flow_id.hex)).rstrip(b"=")
    return f"{flow_id.hex}.{seal.decode()}"


def _flow_id(keys: SigningKeys, state: str) -> UUID:
    try:
        flow_id = UUID(hex=state.partition(".")[0])
    except ValueError:
        raise refuse("bad_oauth_state") from None
    if not secrets.compare_digest(_state(keys, flow_id).encode(), state.encode()):
        raise refuse("bad_oauth_state")
    return flow_id
