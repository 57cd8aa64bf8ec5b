"""What is wrong with the database, and what to do about it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakewright.errors import LakewrightError
from lakewright.store.binaries import OLDEST_MAJOR
from lakewright.store.migrations import MigrationState, status

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

_MEGABYTE = 1024 * 1024
LOW_DISK_BYTES = 1024 * _MEGABYTE
FULL_DISK_BYTES = 200 * _MEGABYTE
CLOCK_SECONDS = 5.0  # tokens name the second from which they count
CLIENT_ROLES = ("anon", "authenticated")
# Columns that no client role may read, by table.
SECRET_COLUMNS = (("databricks_connections", "token_encrypted"), ("invitations", "token_hash"))


class Health(StrEnum):
    """How a check ended. Only `FAILED` makes a database unusable or unsafe."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check.

    Attributes:
        check: What was looked at, in a word or two.
        says: What was found, in one sentence.
        remedy: What to do; empty when all is well.
    """

    check: str
    health: Health
    says: str
    remedy: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Patient:
    """A database to look at.

    Attributes:
        dsn_migrations: As the owner of the schemas.
        dsn_api: As the login role of the API; None leaves out what needs it.
        folder: The migrations.
        data: Folder of the embedded server; None for any other.
        now: Seconds since 1970 by this machine's clock.
    """

    dsn_migrations: str
    dsn_api: str | None
    folder: Path
    data: Path | None
    now: Callable[[], float]


def examine(patient: Patient) -> list[Finding]:
    """Every check, in a fixed order. Changes nothing; never raises for what it finds."""
    import psycopg

    found = list(_disk(patient))
    try:
        with psycopg.connect(
            patient.dsn_migrations, autocommit=True, connect_timeout=10, prepare_threshold=None
        ) as connection:
            found.append(Finding("reachable", Health.OK, "The database answers."))
            for check in _CHECKS:
                found += check(connection, patient)
    except psycopg.Error as error:
        found.append(
            Finding(
                "reachable",
                Health.FAILED,
                f"The database does not answer: {_first_line(error)}",
                "Check LAKEWRIGHT_MIGRATIONS_URL (or LAKEWRIGHT_DATABASE_URL), and that the server "
                "runs.",
            )
        )
    return found


def _disk(patient: Patient) -> Iterator[Finding]:
    if patient.data is None:
        return
    folder = patient.data
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    says = f"{free // _MEGABYTE:,} MB are free below {patient.data}."
    if free >= LOW_DISK_BYTES:
        yield Finding("disk", Health.OK, says)
        return
    health = Health.FAILED if free < FULL_DISK_BYTES else Health.WARNING
    yield Finding("disk", health, says, "Make room: a full disk stops every write.")


def _version(connection: "Connection[TupleRow]", patient: Patient) -> Iterator[Finding]:
    major = connection.info.server_version // 10000
    says = f"PostgreSQL {connection.info.parameter_status('server_version')}."
    if major >= OLDEST_MAJOR:
        yield Finding("version", Health.OK, says)
    else:
        remedy = f"Use PostgreSQL {OLDEST_MAJOR} or later."
        yield Finding("version", Health.FAILED, says, remedy)


def _clock(connection: "Connection[TupleRow]", patient: Patient) -> Iterator[Finding]:
    before = patient.now()
    [[there]] = connection.execute("select extract(epoch from clock_timestamp())").fetchall()
    after = patient.now()
    # Between the two is no difference that we could know of.
    apart = max(float(there) - after, before - float(there), 0.0)
    says = f"This machine's clock and the database's are {apart:.1f} seconds apart."
    if apart <= CLOCK_SECONDS:
        yield Finding("clock", Health.OK, "This machine's clock and the database's agree.")
    else:
        yield Finding(
            "clock", Health.FAILED, says, "Let both machines keep time (NTP): tokens expire."
        )


def _roles(connection: "Connection[TupleRow]", patient: Patient) -> Iterator[Finding]:
    rows = connection.execute(
        "select rolname, rolsuper, rolbypassrls, rolinherit, rolcanlogin from pg_roles"
        " where rolname in ('anon', 'authenticated', 'service_role', 'app_api')"
    )
    roles = {row[0]: row[1:] for row in rows}
    missing = sorted({"anon", "authenticated", "service_role", "app_api"} - set(roles))
    wrong = []
    if missing:
        wrong.append(f"There is no role {' and no role '.join(missing)}.")
    for name in (*CLIENT_ROLES, "app_api"):
        is_super, bypasses, *_ = roles.get(name, (False, False))
        if is_super or bypasses:
            wrong.append(f"{name} is not bound by row-level security.")
    if "app_api" in roles:
        _, _, inherits, signs_in = roles["app_api"]
        if inherits:
            wrong.append("app_api inherits the rights of the roles it may take.")
        if not signs_in:
            wrong.append("app_api may not sign in.")
    if wrong:
        yield Finding(
            "roles",
            Health.FAILED,
            " ".join(wrong),
            "On Supabase, run `lakewright db migrate`; elsewhere, first run "
            "store/bootstrap.sql as the server's superuser. For app_api: `alter role app_api login "
            "noinherit nobypassrls nosuperuser`.",
        )
    else:
        yield Finding("roles", Health.OK, "Every role is there and bound as it should be.")
    [[superuser]] = connection.execute(
        "select rolsuper from pg_roles where rolname = current_user"
    ).fetchall()
    if superuser:
        yield Finding(
            "migrations role",
            Health.WARNING,
            "LAKEWRIGHT_MIGRATIONS_URL signs in as a superuser.",
            "Use the role that owns the schemas, `postgres` on Supabase.",
        )


def _api_login(connection: "Connection[TupleRow]", patient: Patient) -> Iterator[Finding]:
    import psycopg

    if patient.dsn_api is None:
        return
    try:
        with psycopg.connect(patient.dsn_api, connect_timeout=10, prepare_threshold=None) as api:
            [[login]] = api.execute("select session_user::text").fetchall()
            for role in ("anon", "authenticated", "service_role"):
                api.execute("select set_config('role', %s, true)", (role,))
    except psycopg.Error as error:
        yield Finding(
            "server's login",
            Health.FAILED,
            f"The server cannot sign in as it should: {_first_line(error)}",
            "Give app_api a password (`alter role app_api password '...'`), put it into "
            "LAKEWRIGHT_DATABASE_URL, and `grant anon, authenticated, service_role to app_api`.",
        )
        return
    # A pooler shows the role in front of its project: app_api.<project>; the server sees app_api.
    if login != "app_api":
        yield Finding(
            "server's login",
            Health.FAILED,
            f"The server signs in as '{login}', which may do more than it should.",
            "Use the role app_api in LAKEWRIGHT_DATABASE_URL.",
        )
    else:
        yield Finding("server's login", Health.OK, "The server signs in as app_api.")


def _migrations(connection: "Connection[TupleRow]", patient: Patient) -> Iterator[Finding]:
    try:
        known = status(patient.dsn_migrations, patient.folder)
    except LakewrightError as error:
        yield Finding("migrations", Health.FAILED, error.problem, error.remedy)
        return
    open_ones = [each for each in known if each.state is not MigrationState.APPLIED]
    if not open_ones:
        yield Finding("migrations", Health.OK, f"All {len(known)} migrations are applied.")
        return
    names = ", ".join(f"{each.version}_{each.name} ({each.state.value})" for each in open_ones)
    pending = all(each.state is MigrationState.PENDING for each in open_ones)
    yield Finding(
        "migrations",
        Health.FAILED,
        f"Not as they should be: {names}.",
        "Run `lakewright db migrate`." if pending else "Run `lakewright db status`: it says why.",
    )


def _row_level_security(connection: "Connection[TupleRow]", patient: Patient) -> Iterator[Finding]:
    rows = connection.execute(
        "select c.oid::regclass::text from pg_class c"
        " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')"
        " and not (c.relrowsecurity and c.relforcerowsecurity) order by 1"
    ).fetchall()
    views = connection.execute(
        "select c.oid::regclass::text from pg_class c"
        " where c.relnamespace = 'public'::regnamespace and (c.relkind = 'm' or (c.relkind = 'v'"
        " and not coalesce(c.reloptions, '{}') && array['security_invoker=true',"
        " 'security_invoker=on', 'security_invoker=1'])) order by 1"
    ).fetchall()
    open_ones = [str(row[0]) for row in (*rows, *views)]
    if open_ones:
        yield Finding(
            "row-level security",
            Health.FAILED,
            f"Anybody's rows can be read through {', '.join(open_ones)}.",
            "For a table: `alter table ... enable row level security` and `... force row level "
            "security`; for a view: `alter view ... set (security_invoker = true)`.",
        )
    else:
        yield Finding("row-level security", Health.OK, "On and forced for every table.")


def _grants(connection: "Connection[TupleRow]", patient: Patient) -> Iterator[Finding]:
    """Rights that nobody meant to give: old Supabase projects give them to every new table."""
    too_much = [
        str(row[0])
        for row in connection.execute(
            "select coalesce(nullif(a.grantee, 0)::regrole::text, 'everybody') || ' may '"
            " || lower(a.privilege_type) || ' ' || c.oid::regclass::text"
            " from pg_class c, aclexplode(c.relacl) a"
            " where c.relnamespace in (select oid from pg_namespace"
            "   where nspname in ('public', 'private', 'jobs'))"
            " and c.relkind in ('r', 'p', 'v', 'm', 'S')"
            " and (a.grantee = 0 or a.grantee = to_regrole('anon')"
            "   or a.grantee = to_regrole('authenticated')"
            "     and a.privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN'))"
            " order by 1"
        )
    ]
    too_much += [
        f"{role} may read {table}.{column}"
        for role in CLIENT_ROLES
        for table, column in SECRET_COLUMNS
        if _may_read(connection, role, table, column)
    ]
    too_much += [
        f"{row[0]} may create things in public"
        for row in connection.execute(
            "select r.rolname from pg_roles r where r.rolname in ('anon', 'authenticated')"
            " and has_schema_privilege(r.oid, 'public', 'create') order by 1"
        )
    ]
    if too_much:
        listed = "; ".join(too_much[:8]) + ("; ..." if len(too_much) > 8 else "")
        yield Finding(
            "grants",
            Health.FAILED,
            f"Rights that nobody should have: {listed}.",
            "Revoke them: `revoke ... on ... from ...`.",
        )
    else:
        yield Finding("grants", Health.OK, "Nobody has rights that they should not have.")


def _may_read(connection: "Connection[TupleRow]", role: str, table: str, column: str) -> bool:
    row = connection.execute(
        "select has_column_privilege(r.oid, a.attrelid, a.attnum, 'select') from pg_roles r,"
        " pg_attribute a where r.rolname = %s and a.attrelid = to_regclass(%s) and a.attname = %s",
        (role, f"public.{table}", column),
    ).fetchone()
    return row is not None and bool(row[0])


def _damage(connection: "Connection[TupleRow]", patient: Patient) -> Iterator[Finding]:
    row = connection.execute(
        "select current_setting('data_checksums'), coalesce(checksum_failures, 0),"
        " pg_database_size(current_database()) from pg_stat_database"
        " where datname = current_database()"
    ).fetchone()
    assert row is not None
    checksums, failures, size = row
    if failures:
        yield Finding(
            "damage",
            Health.FAILED,
            f"{failures} page(s) on the disk do not hold what was written.",
            "Stop Lakewright, look after the disk, and restore the last dump: lakewright db "
            "restore.",
        )
        return
    says = f"{size // _MEGABYTE:,} MB" + (", no damaged page." if checksums == "on" else ".")
    yield Finding("damage", Health.OK, says)


def _connections(connection: "Connection[TupleRow]", patient: Patient) -> Iterator[Finding]:
    row = connection.execute(
        "select count(*), current_setting('max_connections')::int from pg_stat_activity"
        " where backend_type = 'client backend'"
    ).fetchone()
    assert row is not None
    used, most = row
    says = f"{used} of {most} connections are in use."
    if used < most * 0.8:
        yield Finding("connections", Health.OK, says)
    else:
        yield Finding(
            "connections",
            Health.WARNING,
            says,
            "Lower LAKEWRIGHT_DATABASE_CONNECTIONS, or use a pooler.",
        )


_CHECKS = (
    _version,
    _clock,
    _roles,
    _api_login,
    _migrations,
    _row_level_security,
    _grants,
    _damage,
    _connections,
)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
