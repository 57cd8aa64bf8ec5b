"""A workspace with real people in it, for tests that act through `Database`."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID, uuid4

import psycopg

from lakewright.access import Identity, Role
from lakewright.store.embedded import Endpoint


@dataclass(frozen=True, slots=True)
class Team:
    """One workspace and who is in it; `outsider` is not."""

    workspace_id: UUID
    people: Mapping[str, Identity]

    def __getattr__(self, name: str) -> Identity:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None


def add_account(endpoint: Endpoint, name: str, *, confirmed: bool = True) -> Identity:
    """Somebody who has signed up."""
    identity = Identity(uuid4(), f"{name}-{uuid4().hex[:8]}@example.com")
    with psycopg.connect(endpoint.dsn_admin) as connection:
        connection.execute(
            "insert into auth.users (id, email, email_confirmed_at, raw_user_meta_data)"
            " values (%s, %s, case when %s then now() end, jsonb_build_object('name', %s::text))",
            (identity.user_id, identity.email, confirmed, name.title()),
        )
    return identity


def add_member(endpoint: Endpoint, workspace_id: UUID, identity: Identity, role: Role) -> None:
    """Somebody who has joined."""
    with psycopg.connect(endpoint.dsn_admin) as connection:
        connection.execute(
            "insert into public.workspace_members (workspace_id, user_id, role)"
            " values (%s, %s, %s::public.workspace_role)",
            (workspace_id, identity.user_id, role.value),
        )


def remove_account(endpoint: Endpoint, identity: Identity) -> None:
    """Somebody whose account was deleted."""
    with psycopg.connect(endpoint.dsn_admin) as connection:
        connection.execute("delete from auth.users where id = %s", (identity.user_id,))


def new_team(endpoint: Endpoint) -> Team:
    """Owner, admin, editor and viewer of a new workspace, and an outsider."""
    people = {
        name: add_account(endpoint, name)
        for name in ("owner", "admin", "editor", "viewer", "outsider")
    }
    with psycopg.connect(endpoint.dsn_admin) as connection:
        made = connection.execute(
            "select private.insert_workspace('Team', %s)", (people["owner"].user_id,)
        ).fetchone()
    assert made is not None
    for role in Role:
        add_member(endpoint, made[0], people[role.value], role)
    return Team(made[0], MappingProxyType(people))
