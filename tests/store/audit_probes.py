"""What has to hold of the audit log, as findings, so that a broken log can be noticed."""

from collections.abc import Iterator

import psycopg

from tests.store.access_probes import PROBES, Connection, House, act_as

SECRET = "dapi-0123456789abcdef"


def audit_faults(connection: Connection, house: House) -> Iterator[str]:
    """Everything that is wrong with the log; leaves nothing behind."""
    for actor in ("outsider", "viewer", "editor"):
        if _reads(connection, house, actor):
            yield f"{actor} reads the audit log"
    if not _reads(connection, house, "admin"):
        yield "admin does not read the audit log"
    for verb, statement in (
        ("update", "update private.audit_log set operation = 'x'"),
        ("delete from", "delete from private.audit_log"),
        ("truncate", "truncate private.audit_log"),
    ):
        for who in ("owner", "service_role", "authenticated"):
            if _rewrites(connection, house, who, statement):
                yield f"the {who} can {verb} the audit log"
    for table in ("configurations", "databricks_connections", "repositories"):
        with connection.transaction(force_rollback=True):
            probe = PROBES[table]
            connection.execute(
                f"insert into public.{table} ({probe.columns}) values ({probe.values})".encode(),
                {"ws": house.workspace, "tag": "audited"},
            )
            [count] = connection.execute(
                "select count(*) from private.audit_log where operation = %s", (f"{table}.insert",)
            ).fetchone() or (0,)
            if not count:
                yield f"{table}.insert is not in the audit log"
    with connection.transaction(force_rollback=True):
        connection.execute(
            "insert into public.databricks_connections (workspace_id, name, host, token_encrypted)"
            " values (%s, 'x', 'https://x.example.com', %s)",
            (house.workspace, SECRET),
        )
        connection.execute("update public.databricks_connections set token_encrypted = 'b'")
        [held] = connection.execute(
            "select count(*) from private.audit_log l where l::text like %s", (f"%{SECRET}%",)
        ).fetchone() or (0,)
        if held:
            yield "a secret is in the audit log"


def _reads(connection: Connection, house: House, actor: str) -> bool:
    with connection.transaction(force_rollback=True):
        act_as(connection, house.people[actor])
        found = connection.execute(
            "select 1 from private.audit_log where workspace_id = %s", (house.workspace,)
        )
        return found.rowcount > 0


def _rewrites(connection: Connection, house: House, who: str, statement: str) -> bool:
    with connection.transaction(force_rollback=True):
        if who == "owner":
            connection.execute("select set_config('role', 'postgres', true)")
        else:
            act_as(connection, house.people["admin"], who)
        try:
            return connection.execute(statement.encode()).rowcount != 0
        except psycopg.Error as error:
            if error.sqlstate in ("42501", "LW403"):
                return False
            raise
