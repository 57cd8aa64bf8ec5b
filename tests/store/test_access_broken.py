"""The access tests have power: policies and grants that are broken on purpose are each noticed."""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest

from lakewright.store.embedded import Endpoint
from tests.store.access_probes import (
    Connection,
    House,
    build_house,
    catalog_faults,
    disagreements,
    is_allowed,
)
from tests.store.audit_probes import audit_faults


@dataclass(frozen=True, slots=True)
class Break:
    """One mistake that somebody could make in a migration.

    Attributes:
        tables: Those whose probes must notice it; empty when the catalogue shows it.
        said: Part of the finding.
    """

    name: str
    statement: str
    said: str
    tables: tuple[str, ...] = ()


ALL = "using (true) with check (true)"
BREAKS = (
    Break(
        "row-level security switched off",
        "alter table public.configurations disable row level security",
        "outsider must not select configurations",
        ("configurations",),
    ),
    Break(
        "row-level security not forced",
        "alter table public.events no force row level security",
        "public.events has no forced row-level security",
    ),
    Break(
        "a policy that shows everything",
        "create policy oops on public.drafts for select to authenticated using (true)",
        "admin must not select drafts",
        ("drafts",),
    ),
    Break(
        "viewers may write",
        "alter policy configurations_insert on public.configurations"
        " with check (workspace_id = any (array(select private.my_open_workspaces('viewer'))))",
        "viewer must not insert configurations",
        ("configurations",),
    ),
    Break(
        "editors may not write any more",
        "alter policy configurations_update on public.configurations"
        " using (workspace_id = any (array(select private.my_open_workspaces('admin'))))",
        "editor should update configurations",
        ("configurations",),
    ),
    Break(
        "a viewer may promote themselves",
        "alter policy workspace_members_update on public.workspace_members"
        " using (user_id = (select auth.uid())) with check (true)",
        "viewer must not update workspace_members of their own",
        ("workspace_members",),
    ),
    Break(
        "anybody may join",
        "grant insert on public.workspace_members to authenticated;"
        "create policy oops on public.workspace_members for insert to authenticated"
        " with check (user_id = (select auth.uid()))",
        "outsider must not insert workspace_members of their own",
        ("workspace_members",),
    ),
    Break(
        "an insert in somebody else's name",
        "alter policy script_generations_insert on public.script_generations"
        " with check (workspace_id = any (array(select private.my_open_workspaces('editor'))))",
        "editor must not insert script_generations",
        ("script_generations",),
    ),
    Break(
        "members of any workspace are members of all",
        "create or replace function private.my_workspaces(min_role public.workspace_role"
        " default 'viewer') returns setof uuid language sql stable security definer"
        " set search_path = '' as $$ select m.workspace_id from public.workspace_members m $$",
        "outsider must not select workspaces",
        ("workspaces",),
    ),
    Break(
        "the helper forgets the role",
        "create or replace function private.my_open_workspaces(min_role public.workspace_role)"
        " returns setof uuid language sql stable security definer set search_path = '' as $$"
        " select m.workspace_id from public.workspace_members m"
        " where m.user_id = (select auth.uid()) $$",
        "viewer must not insert databricks_connections",
        ("databricks_connections",),
    ),
    Break(
        "the view runs as its owner",
        "alter view public.effective_configurations set (security_invoker = false)",
        "outsider must not select effective_configurations",
        ("effective_configurations",),
    ),
    Break(
        "preferences are shared",
        f"alter policy user_preferences_own on public.user_preferences {ALL}",
        "viewer must not update user_preferences",
        ("user_preferences",),
    ),
    Break(
        "the token's column is granted",
        "grant select (token_encrypted) on public.databricks_connections to authenticated",
        "clients can read databricks_connections.token_encrypted",
    ),
    Break(
        "the whole table is granted, and so the token",
        "grant select on public.databricks_connections to authenticated",
        "clients can read databricks_connections.token_encrypted",
    ),
    Break(
        "the owner can be changed by an update",
        "grant update (owner_id) on public.workspaces to authenticated",
        "clients can change workspaces.owner_id",
    ),
    Break(
        "a row can be moved",
        "grant update on public.configurations to authenticated",
        "clients can change configurations.workspace_id",
    ),
    Break(
        "anonymous callers are granted a table",
        "grant select on public.workspaces to anon",
        "anon is granted select on public.workspaces",
    ),
    Break(
        "clients may truncate, which no policy sees",
        "grant truncate on public.drafts to authenticated",
        "authenticated is granted truncate on public.drafts",
    ),
    Break(
        "clients may look into the queue",
        "grant usage on schema jobs to authenticated;"
        "grant select on jobs.procrastinate_jobs to authenticated",
        "authenticated is granted select on jobs.procrastinate_jobs",
    ),
    Break(
        "a new table without row-level security",
        "create table public.fresh (workspace_id uuid)",
        "public.fresh has no forced row-level security",
    ),
    Break(
        "a new table that access.py does not know",
        "create table public.fresh (id uuid); alter table public.fresh enable row level security;"
        "alter table public.fresh force row level security",
        "public.fresh has no row in access.TABLES",
    ),
    Break(
        "a helper that everybody may call",
        "grant execute on function private.insert_workspace(text, uuid) to public",
        "everybody may execute private.insert_workspace(text,uuid)",
    ),
    Break(
        "a helper that trusts the caller's search path",
        "alter function private.my_workspaces(public.workspace_role) reset search_path",
        "does not fix its search_path",
    ),
    Break(
        "a policy for everybody",
        "create policy oops on public.events for select using (true)",
        "the policy oops on events is for public",
    ),
    Break(
        "a policy that asks once for each row",
        "create policy oops on public.events for select to authenticated"
        " using (workspace_id in (select private.my_workspaces()))",
        "calls a function for each row",
    ),
    Break(
        "editors may read the audit log",
        "alter policy audit_log_select on private.audit_log"
        " using (workspace_id = any (array(select private.my_workspaces('editor'))))",
        "editor reads the audit log",
    ),
    Break(
        "the service may rewrite the audit log",
        "grant update, delete on private.audit_log to service_role",
        "service_role is granted",
    ),
    Break(
        "the owner may rewrite the audit log",
        "alter table private.audit_log disable trigger append_only",
        "the owner can delete from the audit log",
    ),
    Break(
        "a table is not audited any more",
        "drop trigger audit_change on public.configurations",
        "configurations.insert is not in the audit log",
    ),
    Break(
        "the audit log holds a token",
        "create or replace function private.redacted(given jsonb, depth integer default 0)"
        " returns jsonb language sql immutable set search_path = '' as $$ select given $$;"
        "revoke all on function private.redacted(jsonb, integer) from public",
        "a secret is in the audit log",
    ),
)


@pytest.fixture(params=["ours", "as hosted"], scope="module")
def database(request: pytest.FixtureRequest) -> Iterator[tuple[Connection, House]]:
    name = "migrated_database" if request.param == "ours" else "hosted_database"
    endpoint: Endpoint = request.getfixturevalue(name)
    with psycopg.connect(endpoint.dsn_admin) as connection:
        yield connection, build_house(connection)
        connection.rollback()


@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: broken.name)
def test_a_break_is_noticed(database: tuple[Connection, House], broken: Break) -> None:
    connection, house = database
    with connection.transaction(force_rollback=True):
        connection.execute(broken.statement.encode())
        found = [
            *catalog_faults(connection),
            *audit_faults(connection, house),
            *disagreements(connection, house, broken.tables),
        ]
    assert any(broken.said in each for each in found), found


def test_forgetting_that_archived_means_read_only_is_noticed(
    database: tuple[Connection, House],
) -> None:
    connection, house = database
    with connection.transaction(force_rollback=True):
        connection.execute("update public.workspaces set archived_at = now()")
        assert not is_allowed(connection, house, "configurations", "insert", "admin")
        connection.execute(
            "create or replace function private.my_open_workspaces(min_role public.workspace_role)"
            " returns setof uuid language sql stable security definer set search_path = '' as"
            " $$ select private.my_workspaces(min_role) $$"
        )
        assert is_allowed(connection, house, "configurations", "insert", "admin")
