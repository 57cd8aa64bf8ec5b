"""Tries every verb on every table as everybody, and compares with `lakewright.access`.

One superuser connection does it all: each probe puts a row there, takes a person's role and
claims, tries one statement, and is rolled back to a savepoint. A test can therefore break a policy
first and roll that back as well.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import errors, sql

from lakewright.access import HIDDEN_COLUMNS, TABLES, Role, TableAccess, reaches

Connection = psycopg.Connection[tuple[Any, ...]]

VERBS = ("select", "insert", "update", "delete")
ACTORS: Mapping[str, Role | None] = MappingProxyType(
    {
        "anonymous": None,
        "outsider": None,
        "viewer": Role.VIEWER,
        "editor": Role.EDITOR,
        "admin": Role.ADMIN,
    }
)


@dataclass(frozen=True, slots=True)
class Probe:
    """How to try one table. Placeholders: ws, user (whose row), tag (unique text), me.

    Attributes:
        columns, values: Of a sound new row.
        where: Finds the row that was put there.
        change: What an update assigns; a column that clients may change at all.
        made: Whether the row exists without being put there.
    """

    columns: str
    values: str
    where: str
    change: str
    made: bool = False


PROBES: Mapping[str, Probe] = MappingProxyType(
    {
        "users": Probe(
            "id, email", "%(user)s, 'x@example.com'", "id = %(user)s", "display_name = 'x'", True
        ),
        "workspaces": Probe(
            "name, slug, owner_id", "'n', %(tag)s, %(me)s", "id = %(ws)s", "name = 'x'", True
        ),
        "workspace_members": Probe(
            "workspace_id, user_id, role",
            "%(ws)s, %(user)s, 'admin'",
            "workspace_id = %(ws)s and user_id = %(user)s",
            "role = 'editor'",
            True,
        ),
        "user_preferences": Probe(
            "user_id, theme", "%(user)s, 'dark'", "user_id = %(user)s", "theme = 'light'"
        ),
        "invitations": Probe(
            "workspace_id, token_hash, role, invited_by, expires_at",
            "%(ws)s, sha256(%(tag)s::bytea), 'viewer', %(me)s, now() + interval '1 day'",
            "workspace_id = %(ws)s",
            "revoked_at = now()",
        ),
        "configurations": Probe(
            "workspace_id, name, type", "%(ws)s, %(tag)s, 'job'", "name = %(tag)s", "name = 'x'"
        ),
        "databricks_connections": Probe(
            "workspace_id, name, host, token_encrypted",
            "%(ws)s, %(tag)s, 'https://x.example.com', 'sealed'",
            "name = %(tag)s",
            "name = 'x'",
        ),
        "script_generations": Probe(
            "workspace_id, user_id",
            "%(ws)s, %(user)s",
            "workspace_id = %(ws)s",
            "status = 'failed'",
        ),
        "drafts": Probe(
            "workspace_id, user_id, kind, path, text",
            "%(ws)s, %(user)s, 'model', %(tag)s, 'x'",
            "path = %(tag)s",
            "text = 'y'",
        ),
        "presence": Probe(
            "workspace_id, user_id, client_id, path",
            "%(ws)s, %(user)s, %(tag)s, 'x'",
            "client_id = %(tag)s",
            "node = 'y'",
        ),
        "repositories": Probe(
            "workspace_id, location", "%(ws)s, %(tag)s", "workspace_id = %(ws)s", "branch = 'x'"
        ),
        "events": Probe(
            "workspace_id, kind", "%(ws)s, 'probe'", "kind = 'probe'", "kind = 'changed'"
        ),
        "idempotency_keys": Probe(
            "user_id, key, operation, request_hash",
            "%(user)s, %(tag)s, 'x', 'x'",
            "key = %(tag)s",
            "response_status = 200",
        ),
        "background_jobs": Probe(
            "workspace_id, user_id, kind",
            "%(ws)s, %(user)s, 'probe'",
            "workspace_id = %(ws)s",
            "cancel_requested = true",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class House:
    """A workspace with somebody of each role, and somebody who is not in it."""

    workspace: UUID
    people: Mapping[str, UUID]


def add_person(connection: Connection, name: str) -> UUID:
    """A new account with a confirmed address; `public.users` follows by itself."""
    made = connection.execute(
        "insert into auth.users (id, email, email_confirmed_at, aud, role)"
        " values (%s, %s, now(), 'authenticated', 'authenticated') returning id",
        (uuid4(), f"{name}-{uuid4().hex[:8]}@example.com"),
    ).fetchone()
    assert made is not None
    return UUID(str(made[0]))


def act_as(connection: Connection, person: UUID | None, role: str = "") -> None:
    """Take a person's role and claims until the transaction or savepoint is rolled back."""
    role = role or ("authenticated" if person else "anon")
    claims = {"role": role} | ({"sub": str(person)} if person else {})
    connection.execute(
        "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true)",
        (role, json.dumps(claims)),
    )


def build_house(connection: Connection) -> House:
    """Somebody owns the workspace; a mate is there for others to act upon."""
    people = {
        name: add_person(connection, name)
        for name in ("owner", "mate", "outsider", "viewer", "editor", "admin")
    }
    with connection.transaction():
        act_as(connection, people["owner"])
        made = connection.execute("select private.create_workspace('House')").fetchone()
        connection.execute("select set_config('role', 'none', true)")
        connection.execute("select set_config('request.jwt.claims', '', true)")
    assert made is not None
    roles = {"mate": "viewer", "viewer": "viewer", "editor": "editor", "admin": "admin"}
    for name, role in roles.items():
        connection.execute(
            "insert into public.workspace_members (workspace_id, user_id, role)"
            " values (%s, %s, %s::public.workspace_role)",
            (made[0], people[name], role),
        )
    return House(UUID(str(made[0])), MappingProxyType(people))


def disagreements(
    connection: Connection, house: House, tables: Iterable[str] = TABLES
) -> list[str]:
    """Every case in which the database does something else than `access.TABLES` says."""
    found = []
    for table in tables:
        access = TABLES[table]
        for actor, role in ACTORS.items():
            for verb in VERBS:
                for own in (False, True) if access.own else (False,):
                    if own and actor == "anonymous":
                        continue
                    weakest = _weakest(access, verb, own=own)
                    expected = reaches(weakest, role, signed_in=actor != "anonymous")
                    if is_allowed(connection, house, table, verb, actor, own=own) != expected:
                        whose = " of their own" if own else ""
                        may = "must not" if not expected else "should"
                        found.append(f"{actor} {may} {verb} {table}{whose}")
    return found


def is_allowed(
    connection: Connection, house: House, table: str, verb: str, actor: str, *, own: bool = False
) -> bool:
    """Whether a statement reaches a row. Leaves nothing behind."""
    me = house.people.get(actor)
    other = "mate" if table == "workspace_members" else "owner"
    if table == "workspace_members" and verb == "insert" and not own:
        other = "outsider" if actor != "outsider" else "mate"
    values = {
        "ws": house.workspace,
        "me": me or house.people["owner"],
        "user": me if own else house.people[other],
        "tag": uuid4().hex,
    }
    allowed = False
    with connection.transaction(force_rollback=True):
        if table == "effective_configurations":
            probe = PROBES["configurations"]
            _put(connection, "configurations", probe, values | {"tag": "probe"})
            connection.execute("update public.configurations set config_json = '{\"a\": 1}'")
            where, statement = "name = 'probe'", "name = 'x'"
        else:
            probe = PROBES[table]
            where, statement = probe.where, probe.change
            if verb != "insert" and not probe.made:
                _put(connection, table, probe, values)
        act_as(connection, me)
        name = sql.Identifier("public", table)
        match verb:
            case "select":
                query = sql.SQL("select 1 from {} where " + where)
            case "insert":
                query = sql.SQL(f"insert into {{}} ({probe.columns}) values ({probe.values})")
            case "update":
                query = sql.SQL(f"update {{}} set {statement} where {where}")
            case _:
                query = sql.SQL("delete from {} where " + where)
        try:
            allowed = connection.execute(query.format(name), values).rowcount > 0
        except (errors.InsufficientPrivilege, errors.ObjectNotInPrerequisiteState):
            allowed = False  # the second: a view that nobody can write to
        except errors.IntegrityError:
            allowed = True  # only the data stood in the way, not the rules
    return allowed


def catalog_faults(connection: Connection) -> Iterator[str]:
    """What the catalogue shows to be wrong, whatever rows there are."""
    tables = _rows(
        connection,
        "select c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity,"
        " coalesce(array_to_string(c.reloptions, ','), '') from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm', 'f') order by 1",
    )
    for name, kind, secured, forced, options in tables:
        if name not in TABLES:
            yield f"public.{name} has no row in access.TABLES"
        if kind in ("r", "p") and not (secured and forced):
            yield f"public.{name} has no forced row-level security"
        if kind == "v" and "security_invoker=true" not in options:
            yield f"the view public.{name} is not a security_invoker"
    for name in TABLES.keys() - {row[0] for row in tables}:
        yield f"access.TABLES has {name}, the database has not"

    for name, role, verb in _rows(
        connection,
        "select c.oid::regclass::text, r.role, v.verb from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace,"
        " unnest(array['anon', 'authenticated', 'service_role', 'app_api']) as r(role),"
        " unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references',"
        " 'trigger']) as v(verb) where n.nspname in ('public', 'private', 'jobs')"
        " and c.relkind in ('r', 'p', 'v') and has_table_privilege(r.role, c.oid, v.verb)",
    ):
        schema, _, bare = name.rpartition(".")
        schema = schema or "public"
        allowed = (
            (schema == "public" and role == "authenticated" and verb in VERBS)
            or (schema == "public" and role == "service_role" and verb in VERBS)
            or (schema == "jobs" and role == "app_api" and verb in VERBS)
            or (bare == "audit_log" and role in _AUDITORS and verb == "select")
        )
        # A table-level grant is for everybody's rows: what nobody may do needs none.
        if schema == "public" and role == "authenticated" and bare in TABLES:
            access = TABLES[bare]
            may = (_weakest(access, verb, own=False), _weakest(access, verb, own=True))
            allowed = allowed and any(weakest is not None for weakest in may)
        if not allowed:
            yield f"{role} is granted {verb} on {schema}.{bare}"

    for table, column, verb in _rows(
        connection,
        "select c.relname, a.attname, v.verb from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'"
        " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped,"
        " unnest(array['select', 'update']) as v(verb) where c.relkind in ('r', 'p', 'v')"
        " and has_column_privilege('authenticated', c.oid, a.attnum, v.verb)",
    ):
        if verb == "select" and (table, column) in HIDDEN_COLUMNS:
            yield f"clients can read {table}.{column}"
        if verb == "update" and column in _FIXED - _CHANGEABLE.get(table, frozenset()):
            yield f"clients can change {table}.{column}"

    for name, definer, config, by_public in _rows(
        connection,
        "select p.oid::regprocedure::text, p.prosecdef,"
        " coalesce(array_to_string(p.proconfig, ','), ''), exists (select from"
        " aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x where x.grantee = 0)"
        " from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        " where n.nspname = 'private'",
    ):
        if 'search_path=""' not in config:
            yield f"{name} does not fix its search_path"
        if by_public:
            yield f"everybody may execute {name} ({'definer' if definer else 'invoker'})"
    for (name,) in _rows(
        connection,
        "select p.oid::regprocedure::text from pg_proc p join pg_namespace n"
        " on n.oid = p.pronamespace where n.nspname = 'public'",
    ):
        yield f"{name} is in a schema that the Data API exposes"

    for table, policy, roles, text in _rows(
        connection,
        "select tablename, policyname, array_to_string(roles, ','),"
        " concat_ws(' ', qual, with_check) from pg_policies where schemaname in"
        " ('public', 'private')",
    ):
        if roles != "authenticated":
            yield f"the policy {policy} on {table} is for {roles}"
        slow = text.replace("SELECT auth.uid()", "").count("auth.uid()")
        if slow or " IN (" in text or "has_role(" in text:
            yield f"the policy {policy} on {table} calls a function for each row"


_AUDITORS = ("authenticated", "service_role")
# Names of columns that say whose a row is, or what the database itself keeps.
_FIXED = {"id", "workspace_id", "user_id", "owner_id", "invited_by", "accepted_by", "email", "slug"}
_FIXED |= {"created_at", "updated_at", "joined_at", "accepted_at", "expires_at", "last_login"}
_FIXED |= {"github_repo", "github_branch", "operation", "request_hash", "request_json"}
_FIXED |= {"result_json", "error_json", "started_at", "finished_at", "progress_done", "has_token"}
_CHANGEABLE: Mapping[str, frozenset[str]] = MappingProxyType(
    {"user_preferences": frozenset({"workspace_id"})}  # here it is the one that opens first
)


def _weakest(access: TableAccess, verb: str, *, own: bool) -> Any:
    return getattr(access, f"own_{verb}" if own else verb, None)


def _put(connection: Connection, table: str, probe: Probe, values: Mapping[str, object]) -> None:
    query = f"insert into public.{table} ({probe.columns}) values ({probe.values})"
    connection.execute(query.encode(), values)


def _rows(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query.encode()).fetchall()
