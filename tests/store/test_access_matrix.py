"""`lakewright.access` and the policies of the database say the same, for everybody."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors

from lakewright.access import ROLES, TABLES, Role, demand, may, reaches, who_may
from lakewright.access import ForbiddenError as Forbidden
from lakewright.store.embedded import Endpoint
from tests.store.access_probes import (
    PROBES,
    VERBS,
    Connection,
    House,
    act_as,
    add_person,
    build_house,
    catalog_faults,
    disagreements,
    is_allowed,
)


@pytest.fixture(params=["ours", "as hosted"], scope="module")
def database(request: pytest.FixtureRequest) -> Iterator[tuple[Connection, House]]:
    """A house on either baseline: without, and with, Supabase's old automatic grants."""
    name = "migrated_database" if request.param == "ours" else "hosted_database"
    endpoint: Endpoint = request.getfixturevalue(name)
    with psycopg.connect(endpoint.dsn_admin) as connection:
        yield connection, build_house(connection)
        connection.rollback()


@pytest.mark.parametrize("table", TABLES)
def test_the_database_does_what_the_table_says(
    database: tuple[Connection, House], table: str
) -> None:
    connection, house = database
    assert disagreements(connection, house, [table]) == []


def test_nothing_in_the_catalogue_is_left_open(database: tuple[Connection, House]) -> None:
    connection, _ = database
    assert list(catalog_faults(connection)) == []


def test_every_table_is_probed() -> None:
    assert PROBES.keys() | {"effective_configurations"} == TABLES.keys()


# What remains possible while a workspace is archived: to look, leave, restore, tidy up one's own.
STILL = {
    ("workspaces", "update", False),
    ("users", "update", True),
    ("workspace_members", "delete", True),
    ("drafts", "delete", True),
    ("presence", "delete", True),
    *(("user_preferences", verb, True) for verb in VERBS),
    *(("idempotency_keys", verb, True) for verb in VERBS),
}


@pytest.mark.parametrize("table", TABLES)
def test_an_archived_workspace_is_read_only_even_for_admins(
    database: tuple[Connection, House], table: str
) -> None:
    connection, house = database
    with connection.transaction(force_rollback=True):
        connection.execute("update public.workspaces set archived_at = now()")
        for verb in ("insert", "update", "delete"):
            for own in (False, True) if TABLES[table].own else (False,):
                allowed = is_allowed(connection, house, table, verb, "admin", own=own)
                assert allowed == ((table, verb, own) in STILL), (verb, own)
        assert is_allowed(connection, house, table, "select", "admin", own=TABLES[table].own)


@pytest.mark.parametrize(
    ("table", "column"),
    [("databricks_connections", "token_encrypted"), ("invitations", "token_hash")],
)
@pytest.mark.parametrize("actor", ["admin", "owner", "viewer"])
def test_nobody_reads_a_secret(
    database: tuple[Connection, House], table: str, column: str, actor: str
) -> None:
    connection, house = database
    for query in (
        f"select {column} from public.{table}",
        f"select * from public.{table}",
        f"select count(*) from public.{table} where {column} is not null",
        f"select t::text from public.{table} t",
        f"update public.{table} t set {'name' if 'name' in PROBES[table].columns else 'email'}"
        f" = encode({column}::text::bytea, 'hex')",
        f"delete from public.{table} returning {column}",
    ):
        with connection.transaction(force_rollback=True):
            act_as(connection, house.people[actor])
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(query.encode())


def test_a_role_in_the_claims_gives_nothing(database: tuple[Connection, House]) -> None:
    connection, house = database
    with connection.transaction(force_rollback=True):
        connection.execute(
            "select set_config('role', 'anon', true), set_config('request.jwt.claims', %s, true)",
            (f'{{"role": "service_role", "sub": "{house.people["admin"]}"}}',),
        )
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("select 1 from public.workspaces")


def test_without_claims_a_signed_in_role_sees_nothing(database: tuple[Connection, House]) -> None:
    connection, _ = database
    with connection.transaction(force_rollback=True):
        connection.execute("select set_config('role', 'authenticated', true)")
        for table in TABLES:
            [count] = connection.execute(
                f"select count(*) from public.{table}".encode()
            ).fetchone() or (None,)
            assert count == 0, table


def test_the_login_role_by_itself_may_do_nothing(migrated_database: Endpoint) -> None:
    with psycopg.connect(migrated_database.dsn_api, autocommit=True) as connection:
        for table in TABLES:
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(f"select 1 from public.{table}".encode())
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("select 1 from private.audit_log")


def test_ending_a_membership_ends_access_at_once(database: tuple[Connection, House]) -> None:
    connection, house = database
    with connection.transaction(force_rollback=True):
        connection.execute(
            "delete from public.workspace_members where user_id = %s", (house.people["editor"],)
        )
        for table, access in TABLES.items():
            if access.select is not None:
                assert not is_allowed(connection, house, table, "select", "editor"), table


def test_co_members_and_nobody_else_know_of_a_person(database: tuple[Connection, House]) -> None:
    connection, house = database
    with connection.transaction(force_rollback=True):
        stranger = add_person(connection, "stranger")
        act_as(connection, house.people["viewer"])
        seen = {row[0] for row in connection.execute("select id from public.users").fetchall()}
        assert stranger not in seen
        assert seen == set(house.people.values()) - {house.people["outsider"]}


# ---- the table itself


@pytest.mark.parametrize("operation", ROLES)
def test_a_stronger_role_may_do_what_a_weaker_may(operation: str) -> None:
    rights = [may(role, operation) for role in (None, *Role)]
    assert rights == sorted(rights)


def test_a_refusal_says_who_may() -> None:
    with pytest.raises(Forbidden) as refused:
        demand(Role.EDITOR, "members.remove")
    assert "Only admins may do it" in refused.value.remedy
    demand(Role.ADMIN, "members.remove")


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        ("server.alive", "anyone"),
        ("workspaces.create", "anyone who is signed in"),
        ("preview", "viewers, editors and admins"),
        ("audit.search", "admins"),
    ],
)
def test_who_may(operation: str, words: str) -> None:
    assert who_may(operation) == words


# An operation's role must not promise more than the table it writes to allows.
WRITES = {
    "workspaces.update": ("workspaces", "update"),
    "workspaces.archive": ("workspaces", "update"),
    "workspaces.restore": ("workspaces", "update"),
    "workspaces.leave": ("workspace_members", "own_delete"),
    "members.list": ("workspace_members", "select"),
    "members.change": ("workspace_members", "update"),
    "members.remove": ("workspace_members", "delete"),
    "invitations.list": ("invitations", "select"),
    "invitations.create": ("invitations", "insert"),
    "invitations.revoke": ("invitations", "update"),
    "configurations.list": ("configurations", "select"),
    "configurations.effective": ("effective_configurations", "select"),
    "configurations.create": ("configurations", "insert"),
    "configurations.update": ("configurations", "update"),
    "configurations.delete": ("configurations", "delete"),
    "connections.list": ("databricks_connections", "select"),
    "connections.create": ("databricks_connections", "insert"),
    "connections.update": ("databricks_connections", "update"),
    "connections.delete": ("databricks_connections", "delete"),
    "drafts.list": ("drafts", "own_select"),
    "drafts.save": ("drafts", "own_insert"),
    "drafts.discard": ("drafts", "own_delete"),
    "presence.keep": ("presence", "own_update"),
    "presence.end": ("presence", "own_delete"),
    "repositories.get": ("repositories", "select"),
    "generate": ("background_jobs", "own_insert"),
    "generations.list": ("script_generations", "select"),
    "jobs.list": ("background_jobs", "select"),
    "jobs.cancel": ("background_jobs", "update"),
    "events.follow": ("events", "select"),
    "preferences.save": ("user_preferences", "own_update"),
    "me.update": ("users", "own_update"),
}


@pytest.mark.parametrize("operation", WRITES)
def test_operations_and_tables_agree(operation: str) -> None:
    table, verb = WRITES[operation]
    for role in Role:
        assert reaches(getattr(TABLES[table], verb), role) == may(role, operation), role
