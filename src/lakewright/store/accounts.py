"""People, their sessions and their one-time tokens: all SQL on the schema `auth`.

Runs as `service_role`, because whoever signs in is nobody yet. Secrets arrive here as hashes
only. Supabase mode never uses this module: there, Supabase Auth owns these tables.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

if TYPE_CHECKING:
    from psycopg import AsyncConnection

    from lakewright.store.database import Database

TokenType = Literal[
    "confirmation_token",
    "recovery_token",
    "email_change_token_new",
    "email_change_token_current",
]
Letter = Literal["confirmation", "recovery"]


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may sign in: one row of `auth.users`.

    Attributes:
        new_email: The address they want to change to; empty when they do not.
        new_email_state: Which side has agreed to that: 0 none, 1 the new address, 2 the old.
    """

    id: UUID
    email: str
    password_hash: str = field(repr=False)
    confirmed_at: datetime | None
    confirmation_sent_at: datetime | None
    recovery_sent_at: datetime | None
    email_change_sent_at: datetime | None
    new_email: str
    new_email_state: int
    last_sign_in_at: datetime | None
    app_metadata: Mapping[str, Any]
    user_metadata: Mapping[str, Any]
    banned: bool
    banned_until: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class LinkedIdentity:
    """One way in which a person proves who they are: `email` or `github`."""

    id: UUID
    provider: str
    provider_id: str
    data: Mapping[str, Any]
    last_sign_in_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @property
    def proves_mailbox(self) -> bool:
        """Whether the person has shown that they read this address's mail."""
        return self.data.get("email_verified") is True


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A stored refresh token.

    Attributes:
        digest: SHA-256 of the token, in hex.
        revoked_seconds: Seconds since it was used or revoked; None while it is good.
        is_session_over: The session has passed its `not_after`.
    """

    id: int
    digest: str = field(repr=False)
    account_id: UUID
    session_id: UUID
    revoked_seconds: float | None
    is_session_over: bool


@dataclass(frozen=True, slots=True)
class OneTimeToken:
    """What a link or a code in a letter stands for."""

    id: UUID
    account_id: UUID
    type: str
    digest: str = field(repr=False)
    relates_to: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A sign-in that left the application and has to come back to the same browser (PKCE).

    Attributes:
        account_id: Known once somebody has proved who they are.
        invitation: SHA-256 of the invitation that the person brought, in hex; else empty.
        is_late: Older than the age that was asked for.
    """

    id: UUID
    account_id: UUID | None
    method: str
    code_challenge: str = field(repr=False)
    code_challenge_method: str
    redirect_to: str
    invitation: str
    is_late: bool


_ACCOUNT = """
    id, coalesce(email, '') as email, coalesce(encrypted_password, '') as password_hash,
    email_confirmed_at as confirmed_at, confirmation_sent_at, recovery_sent_at,
    email_change_sent_at, coalesce(email_change, '') as new_email,
    coalesce(email_change_confirm_status, 0) as new_email_state, last_sign_in_at,
    coalesce(raw_app_meta_data, '{}') as app_metadata,
    coalesce(raw_user_meta_data, '{}') as user_metadata,
    coalesce(banned_until > now(), false) as banned, banned_until,
    coalesce(created_at, now()) as created_at, coalesce(updated_at, now()) as updated_at
"""

_IDENTITY = """
    id, provider, provider_id, identity_data as data, last_sign_in_at,
    coalesce(created_at, now()) as created_at, coalesce(updated_at, now()) as updated_at
"""

_FLOW = """
    id, user_id as account_id, authentication_method as method,
    coalesce(code_challenge, '') as code_challenge,
    coalesce(code_challenge_method::text, 's256') as code_challenge_method,
    coalesce(referrer, '') as redirect_to, coalesce(invite_token, '') as invitation,
    created_at < now() - make_interval(secs => %(seconds)s) as is_late
"""


class Accounts:
    """Transactions on the schema `auth`."""

    def __init__(self, database: "Database") -> None:
        self._database = database

    @asynccontextmanager
    async def transaction(self, request_id: str = "") -> AsyncIterator["AccountRecords"]:
        """One transaction; an exception inside undoes it. Hash and send mail outside of it."""
        async with self._database.as_service(request_id) as connection:
            yield AccountRecords(connection)


class AccountRecords:
    """The statements of one transaction."""

    def __init__(self, connection: "AsyncConnection[Any]") -> None:
        self.connection = connection

    async def _all(self, sql: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        # Every statement is text of this module; values only ever travel as parameters.
        cursor = await self.connection.execute(sql.encode(), values)
        rows: list[dict[str, Any]] = (
            await cursor.fetchall() if cursor.description is not None else []
        )
        return rows

    async def _one(self, sql: str, **values: Any) -> dict[str, Any] | None:
        rows = await self._all(sql, values)
        return rows[0] if rows else None

    async def _run(self, sql: str, **values: Any) -> None:
        await self._all(sql, values)

    async def _changed(self, assignments: str, **values: Any) -> Account:
        row = await self._one(
            f"update auth.users set {assignments}, updated_at = now()"
            f" where id = %(id)s returning {_ACCOUNT}",
            **values,
        )
        if row is None:
            raise LookupError(values["id"])
        return Account(**row)

    # People -------------------------------------------------------------------------------

    async def by_email(self, email: str) -> Account | None:
        """The person with this address (in lower case)."""
        row = await self._one(
            f"select {_ACCOUNT} from auth.users"
            " where email = %(email)s and not is_sso_user and deleted_at is null",
            email=email,
        )
        return Account(**row) if row else None

    async def by_id(self, account_id: UUID, *, locked: bool = False) -> Account | None:
        """The person with this id; `locked`: nobody else changes them until we commit."""
        row = await self._one(
            f"select {_ACCOUNT} from auth.users where id = %(id)s and deleted_at is null"
            f"{' for update' if locked else ''}",
            id=account_id,
        )
        return Account(**row) if row else None

    async def hold_email(self, email: str) -> None:
        """Wait for everybody else who is signing up or linking the same address."""
        await self._run(
            "select pg_advisory_xact_lock(hashtextextended('auth.email:' || %(email)s, 0))",
            email=email,
        )

    async def is_empty(self) -> bool:
        """Whether nobody has an account yet. Others who ask wait until we commit."""
        await self._run("select pg_advisory_xact_lock(hashtextextended('auth.first', 0))")
        return await self._one("select 1 as there from auth.users limit 1") is None

    async def create(
        self,
        email: str,
        *,
        password_hash: str,
        provider: str,
        confirmed: bool,
        user_metadata: Mapping[str, Any],
    ) -> Account:
        """A new person. Add their first identity in the same transaction."""
        from psycopg.types.json import Jsonb

        row = await self._one(
            "insert into auth.users"
            " (email, encrypted_password, email_confirmed_at, raw_app_meta_data,"
            " raw_user_meta_data) values (%(email)s, %(password_hash)s,"
            " case when %(confirmed)s then now() end, %(app)s, %(user)s)"
            f" returning {_ACCOUNT}",
            email=email,
            password_hash=password_hash,
            confirmed=confirmed,
            app=Jsonb({"provider": provider, "providers": [provider]}),
            user=Jsonb(dict(user_metadata)),
        )
        assert row is not None  # an insert without a conflict clause returns its row
        return Account(**row)

    async def identities_of(self, account_id: UUID) -> list[LinkedIdentity]:
        """The person's identities, oldest first."""
        rows = await self._all(
            f"select {_IDENTITY} from auth.identities where user_id = %(id)s"
            " order by created_at, id",
            {"id": account_id},
        )
        return [LinkedIdentity(**row) for row in rows]

    async def account_of_identity(self, provider: str, provider_id: str) -> Account | None:
        """The person who signs in with this identity of another provider."""
        row = await self._one(
            "select user_id from auth.identities"
            " where provider = %(provider)s and provider_id = %(provider_id)s",
            provider=provider,
            provider_id=provider_id,
        )
        return await self.by_id(row["user_id"], locked=True) if row else None

    async def put_identity(
        self, account_id: UUID, provider: str, provider_id: str, data: Mapping[str, Any]
    ) -> None:
        """Add an identity, or renew what its provider says about the person."""
        from psycopg.types.json import Jsonb

        await self._run(
            "insert into auth.identities"
            " (user_id, provider, provider_id, identity_data, last_sign_in_at)"
            " values (%(id)s, %(provider)s, %(provider_id)s, %(data)s, now())"
            " on conflict (provider_id, provider) do update set"
            " identity_data = excluded.identity_data, last_sign_in_at = now(), updated_at = now()",
            id=account_id,
            provider=provider,
            provider_id=provider_id,
            data=Jsonb(dict(data)),
        )

    async def list_providers(self, account_id: UUID) -> Account:
        """Write the person's providers into their app metadata, as tokens carry them."""
        return await self._changed(
            "raw_app_meta_data = coalesce(raw_app_meta_data, '{}') || jsonb_build_object("
            "'providers', (select jsonb_agg(distinct i.provider) from auth.identities i"
            " where i.user_id = users.id))",
            id=account_id,
        )

    async def prove_mailbox(self, account_id: UUID) -> Account:
        """The person read a letter to their address: it is confirmed and verified."""
        await self._run(
            "update auth.identities set updated_at = now(),"
            """ identity_data = identity_data || '{"email_verified": true}'"""
            " where user_id = %(id)s and provider = 'email'",
            id=account_id,
        )
        return await self._changed(
            "email_confirmed_at = coalesce(email_confirmed_at, now())", id=account_id
        )

    async def set_password(self, account_id: UUID, password_hash: str) -> Account:
        """Store another hash; empty: the person has no password."""
        return await self._changed(
            "encrypted_password = %(password_hash)s", id=account_id, password_hash=password_hash
        )

    async def renew_hash(self, account_id: UUID, old: str, new: str) -> None:
        """Store the same password hashed anew, unless it was changed in the meantime."""
        await self._run(
            "update auth.users set encrypted_password = %(new)s"
            " where id = %(id)s and encrypted_password = %(old)s",
            id=account_id,
            old=old,
            new=new,
        )

    async def set_user_metadata(self, account_id: UUID, metadata: Mapping[str, Any]) -> Account:
        """Replace what the person says about themselves."""
        from psycopg.types.json import Jsonb

        return await self._changed(
            "raw_user_meta_data = %(metadata)s", id=account_id, metadata=Jsonb(dict(metadata))
        )

    async def want_email(self, account_id: UUID, new_email: str) -> Account:
        """Remember the address that the person wants to change to."""
        return await self._changed(
            "email_change = %(new)s, email_change_sent_at = now(), email_change_confirm_status = 0",
            id=account_id,
            new=new_email,
        )

    async def agree_to_email(self, account_id: UUID, state: int) -> Account:
        """One side has agreed to the change: 1 the new address, 2 the old one."""
        return await self._changed(
            "email_change_confirm_status = %(state)s", id=account_id, state=state
        )

    async def change_email(self, account_id: UUID, email: str) -> Account:
        """Both sides have agreed: the address changes."""
        await self._run(
            "update auth.identities set updated_at = now(), identity_data = identity_data"
            """ || jsonb_build_object('email', %(email)s::text, 'email_verified', true)"""
            " where user_id = %(id)s and provider = 'email'",
            id=account_id,
            email=email,
        )
        return await self._changed(
            "email = %(email)s, email_change = '', email_change_confirm_status = 0,"
            " email_confirmed_at = coalesce(email_confirmed_at, now())",
            id=account_id,
            email=email,
        )

    async def mark_sent(self, account_id: UUID, letter: Letter) -> Account:
        """Remember when a letter of this kind was sent."""
        column = {"confirmation": "confirmation_sent_at", "recovery": "recovery_sent_at"}[letter]
        return await self._changed(f"{column} = now()", id=account_id)

    # Invitations and the audit log ----------------------------------------------------------

    async def is_invited(self, invitation: str, email: str) -> bool:
        """Whether an open invitation (SHA-256 of its token, in hex) is for this address."""
        row = await self._one(
            "select 1 as open from private.open_invitation(decode(%(digest)s, 'hex')) as found"
            " where found.email is null or lower(found.email) = %(email)s",
            digest=invitation,
            email=email,
        )
        return row is not None

    async def audit(self, operation: str, actor: UUID | None, details: Mapping[str, str]) -> None:
        """Write down what no trigger sees. Details never hold a password, code or token."""
        from psycopg.types.json import Jsonb

        await self._run(
            "select private.audit_event(%(operation)s, null, %(record)s, %(details)s, %(actor)s)",
            operation=operation,
            record=str(actor or ""),
            details=Jsonb(dict(details)),
            actor=actor,
        )

    # Sessions -----------------------------------------------------------------------------

    async def open_session(
        self, account_id: UUID, *, user_agent: str, address: str | None
    ) -> tuple[UUID, Account]:
        """A new session, and the person with their new `last_sign_in_at`."""
        row = await self._one(
            "insert into auth.sessions (user_id, user_agent, ip)"
            " values (%(id)s, %(user_agent)s, %(address)s) returning id",
            id=account_id,
            user_agent=user_agent,
            address=address,
        )
        assert row is not None  # an insert without a conflict clause returns its row
        return row["id"], await self._changed("last_sign_in_at = now()", id=account_id)

    async def is_session_live(self, session_id: UUID) -> bool:
        """Whether tokens of the session still count."""
        row = await self._one(
            "select 1 as live from auth.sessions s join auth.users u on u.id = s.user_id"
            " where s.id = %(id)s and coalesce(s.not_after > now(), true)"
            " and u.deleted_at is null and coalesce(u.banned_until <= now(), true)",
            id=session_id,
        )
        return row is not None

    async def end_sessions(
        self, account_id: UUID, *, only: UUID | None = None, spare: UUID | None = None
    ) -> list[UUID]:
        """End the person's sessions (only one, or all but one) with their refresh tokens.

        Returns:
            The sessions that ended.
        """
        rows = await self._all(
            "delete from auth.sessions where user_id = %(id)s"
            " and (%(only)s::uuid is null or id = %(only)s)"
            " and (%(spare)s::uuid is null or id <> %(spare)s) returning id",
            {"id": account_id, "only": only, "spare": spare},
        )
        return [row["id"] for row in rows]

    async def add_refresh_token(
        self, digest: str, *, account_id: UUID, session_id: UUID, parent: str | None = None
    ) -> None:
        """Store the hash of a refresh token; `parent` is the hash of the one it replaces."""
        await self._run(
            "insert into auth.refresh_tokens (token, user_id, session_id, parent)"
            " values (%(digest)s, %(account)s, %(session)s, %(parent)s)",
            digest=digest,
            account=str(account_id),
            session=session_id,
            parent=parent,
        )

    async def refresh_token(self, digest: str) -> RefreshToken | None:
        """The token with this hash, locked, so that two uses at once follow each other."""
        row = await self._one(
            "select t.id, t.token as digest, s.user_id as account_id, s.id as session_id,"
            " case when t.revoked then extract(epoch from clock_timestamp() - t.updated_at)::float8"
            " end as revoked_seconds, coalesce(s.not_after <= now(), false) as is_session_over"
            " from auth.refresh_tokens t join auth.sessions s on s.id = t.session_id"
            " where t.token = %(digest)s for update of t",
            digest=digest,
        )
        return RefreshToken(**row) if row else None

    async def use_refresh_token(self, token: RefreshToken) -> None:
        """Mark the token as used."""
        await self._run(
            "update auth.refresh_tokens set revoked = true, updated_at = clock_timestamp()"
            " where id = %(id)s",
            id=token.id,
        )
        await self._run(
            "update auth.sessions set refreshed_at = now() at time zone 'utc', updated_at = now()"
            " where id = %(session)s",
            session=token.session_id,
        )

    # One-time tokens ----------------------------------------------------------------------

    async def put_one_time_token(
        self, account_id: UUID, token_type: TokenType, digest: str, relates_to: str
    ) -> None:
        """Store the hash of a link; it replaces the person's earlier one of that type."""
        await self._run(
            "delete from auth.one_time_tokens"
            " where user_id = %(id)s and token_type = %(type)s::auth.one_time_token_type",
            id=account_id,
            type=token_type,
        )
        await self._run(
            "insert into auth.one_time_tokens (user_id, token_type, token_hash, relates_to)"
            " values (%(id)s, %(type)s::auth.one_time_token_type, %(digest)s, %(relates_to)s)",
            id=account_id,
            type=token_type,
            digest=digest,
            relates_to=relates_to,
        )

    async def one_time_tokens(
        self, types: Sequence[str], *, seconds: int, digest: str = "", relates_to: str = ""
    ) -> list[OneTimeToken]:
        """Tokens younger than `seconds` with this hash, or, without one, for this address."""
        rows = await self._all(
            "select id, user_id as account_id, token_type::text as type, token_hash as digest,"
            " relates_to from auth.one_time_tokens"
            " where token_type::text = any(%(types)s)"
            " and created_at > (now() at time zone 'utc') - make_interval(secs => %(seconds)s)"
            " and case when %(digest)s <> '' then token_hash = %(digest)s"
            " else relates_to = %(relates_to)s end",
            {
                "types": list(types),
                "seconds": seconds,
                "digest": digest,
                "relates_to": relates_to,
            },
        )
        return [OneTimeToken(**row) for row in rows]

    async def take_one_time_token(self, token: OneTimeToken) -> bool:
        """Use the token up. False: somebody else just did."""
        row = await self._one(
            "delete from auth.one_time_tokens where id = %(id)s returning id", id=token.id
        )
        return row is not None

    # Flows (PKCE) -------------------------------------------------------------------------

    async def start_flow(
        self,
        *,
        method: str,
        code_challenge: str,
        code_challenge_method: str,
        provider: str = "email",
        redirect_to: str = "",
        invitation: str = "",
        account_id: UUID | None = None,
    ) -> UUID:
        """Remember who left, and sweep away flows that nobody came back from."""
        await self._run("delete from auth.flow_state where created_at < now() - interval '1 day'")
        row = await self._one(
            "insert into auth.flow_state (provider_type, authentication_method, code_challenge,"
            " code_challenge_method, referrer, invite_token, user_id) values (%(provider)s,"
            " %(method)s, %(challenge)s, %(challenge_method)s::auth.code_challenge_method,"
            " %(redirect_to)s, %(invited)s, %(account)s) returning id",
            provider=provider,
            method=method,
            challenge=code_challenge,
            challenge_method=code_challenge_method,
            redirect_to=redirect_to,
            invited=invitation,
            account=account_id,
        )
        assert row is not None  # an insert without a conflict clause returns its row
        flow_id: UUID = row["id"]
        return flow_id

    async def flow(self, flow_id: UUID, *, seconds: int) -> Flow | None:
        """The flow, locked, unless its code was given out already."""
        row = await self._one(
            f"select {_FLOW} from auth.flow_state"
            " where id = %(id)s and auth_code is null for update",
            id=flow_id,
            seconds=seconds,
        )
        return Flow(**row) if row else None

    async def give_code(self, flow_id: UUID, account_id: UUID, digest: str) -> None:
        """The person came back: the code with this hash will open their session."""
        await self._run(
            "update auth.flow_state set user_id = %(account)s, auth_code = %(digest)s,"
            " auth_code_issued_at = now(), updated_at = now() where id = %(id)s",
            id=flow_id,
            account=account_id,
            digest=digest,
        )

    async def take_flow(self, digest: str, *, seconds: int) -> Flow | None:
        """The flow whose code has this hash; it is used up, whatever comes of it."""
        row = await self._one(
            "delete from auth.flow_state where auth_code = %(digest)s returning "
            + _FLOW.replace("created_at <", "auth_code_issued_at <"),
            digest=digest,
            seconds=seconds,
        )
        return Flow(**row) if row else None

    async def drop_flow(self, flow_id: UUID) -> None:
        """Forget a flow that failed."""
        await self._run("delete from auth.flow_state where id = %(id)s", id=flow_id)
