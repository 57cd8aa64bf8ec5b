"""Transactions on Postgres in somebody's name: the only way the server reaches its tables.

Every setting of a request (role, claims, request id) belongs to its transaction alone, so nothing
of one request is left on a connection for the next, behind a transaction pooler either.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID
from weakref import WeakSet

from psycopg import AsyncConnection, AsyncCursor, OperationalError, errors, sql
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from lakewright.access import Identity

Connection = AsyncConnection[DictRow]
_Cursor = AsyncCursor[DictRow]

WAIT_SECONDS = 10.0  # for a free connection, or for a server that is being started again
STATEMENT_SECONDS = 30.0

# One round trip, in the simple protocol: literals, since it has no parameters.
_BEGIN = sql.SQL(
    "begin; select set_config('role', {role}, true),"
    " set_config('request.jwt.claims', {claims}, true),"
    " set_config('app.request_id', {request_id}, true),"
    " set_config('statement_timeout', {milliseconds}, true)"
)
_MEMBERSHIP = (
    "select m.role::text as role, w.archived_at is not null as archived"
    " from public.workspace_members m join public.workspaces w on w.id = m.workspace_id"
    " where m.workspace_id = {workspace} and m.user_id = {user}"
)
_ASK_MEMBERSHIP = sql.SQL("; " + _MEMBERSHIP)
# Named, since the simple protocol would plan it anew each time.
_PREPARE_MEMBERSHIP = sql.SQL(
    "prepare lakewright_membership (uuid, uuid) as " + _MEMBERSHIP.format(workspace="$1", user="$2")
)
_ASK_PREPARED_MEMBERSHIP = sql.SQL("; execute lakewright_membership ({workspace}, {user})")


@dataclass(frozen=True, slots=True)
class Membership:
    """What a person is in a workspace.

    Attributes:
        role: `admin`, `editor` or `viewer`.
        archived: Whether the workspace is.
    """

    role: str
    archived: bool


class Database:
    """A pool of connections of the login role `app_api`, which may do nothing by itself."""

    def __init__(
        self,
        pool: AsyncConnectionPool[Connection],
        wait_seconds: float,
        *,
        transaction_pooler: bool = False,
    ) -> None:
        self._pool = pool
        self._wait_seconds = wait_seconds
        self._prepares = not transaction_pooler
        self._prepared: WeakSet[Connection] = WeakSet()

    @classmethod
    async def open(
        cls,
        dsn: str,
        *,
        transaction_pooler: bool = False,
        min_size: int = 2,
        max_size: int = 20,
        wait_seconds: float = WAIT_SECONDS,
    ) -> Self:
        """Open the pool and wait for its first connections.

        Args:
            dsn: Connection string or URL of `app_api`.
            transaction_pooler: The address is a pooler in transaction mode (Supabase's port
                6543), where a prepared statement may meet another server connection.

        Raises:
            psycopg_pool.PoolTimeout: The database does not answer.
        """
        pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            dsn,
            connection_class=AsyncConnection[DictRow],
            kwargs={
                "row_factory": dict_row,
                "autocommit": True,  # we say `begin` ourselves, together with the settings
                "prepare_threshold": None if transaction_pooler else 5,
                "connect_timeout": 10,
                "application_name": "lakewright",
            },
            min_size=min_size,
            max_size=max_size,
            timeout=wait_seconds,
            max_waiting=max_size * 50,
            open=False,
            name="lakewright",
        )
        try:
            await pool.open(wait=True, timeout=wait_seconds)
        except BaseException:
            await pool.close()
            raise
        return cls(pool, wait_seconds, transaction_pooler=transaction_pooler)

    async def close(self) -> None:
        """Close every connection. Transactions that still run are given a moment to end."""
        await self._pool.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def figures(self) -> dict[str, int]:
        """The pool's own counts: `pool_size`, `pool_available`, `requests_waiting`, ..."""
        return self._pool.get_stats()

    @asynccontextmanager
    async def acting_as(
        self,
        identity: Identity,
        request_id: str = "",
        *,
        statement_seconds: float = STATEMENT_SECONDS,
    ) -> AsyncIterator[Connection]:
        """One transaction with the rights of a person, and with nobody's when not signed in.

        Committed when the block ends well, rolled back when it does not. Inside, errors are
        psycopg's.

        Args:
            request_id: For the audit log.
            statement_seconds: Longest time that one statement may take.

        Raises:
            psycopg_pool.PoolTimeout: No connection became free, or the server is away.
            psycopg.errors.InFailedSqlTransaction: A statement failed, its error was caught
                inside the block, and so nothing of the transaction would have been kept.
        """
        begin = _begin_as(identity, request_id, statement_seconds)
        async with self._transaction(begin) as (connection, _):
            yield connection

    @asynccontextmanager
    async def acting_in(
        self,
        workspace_id: UUID,
        identity: Identity,
        request_id: str = "",
        *,
        statement_seconds: float = STATEMENT_SECONDS,
    ) -> AsyncIterator[tuple[Connection, Membership | None]]:
        """As `acting_as`, and what the person is in a workspace, in the same round trip.

        The membership is None for a workspace that they are no member of, or that is not there.
        """
        asked = _ASK_PREPARED_MEMBERSHIP if self._prepares else _ASK_MEMBERSHIP
        user = str(identity.user_id) if identity.user_id else None
        begin = _begin_as(identity, request_id, statement_seconds) + asked.format(
            workspace=str(workspace_id), user=user
        )
        async with self._transaction(begin, prepare=self._prepares) as (connection, cursor):
            while cursor.nextset():
                pass
            row = await cursor.fetchone()
            yield connection, Membership(row["role"], row["archived"]) if row else None

    @asynccontextmanager
    async def as_service(
        self, request_id: str = "", *, statement_seconds: float = STATEMENT_SECONDS
    ) -> AsyncIterator[Connection]:
        """One transaction as `service_role`, which no policy binds.

        For `store/accounts.py` and `store/work.py` only; a test looks for other callers.
        """
        role = "service_role"
        begin = _begin(role, {"role": role}, request_id, statement_seconds)
        async with self._transaction(begin) as (connection, _):
            yield connection

    @asynccontextmanager
    async def _transaction(
        self, begin: sql.Composed, *, prepare: bool = False
    ) -> AsyncIterator[tuple[Connection, _Cursor]]:
        """A transaction, and the cursor with what its first statements found."""
        connection, cursor = await self._begun(begin, prepare=prepare)
        try:
            yield connection, cursor
            if connection.info.transaction_status == TransactionStatus.INERROR:
                # COMMIT would be answered with a quiet ROLLBACK.
                raise errors.InFailedSqlTransaction("a statement of the transaction failed")
            await connection.commit()
        except BaseException:
            # Also when the task is cancelled: the connection must not stay away.
            await asyncio.shield(self._undo(connection))
            raise
        await self._pool.putconn(connection)

    async def _begun(self, begin: sql.Composed, *, prepare: bool) -> tuple[Connection, _Cursor]:
        """A connection on which the transaction has begun.

        The first statement shows whether a connection still lives: after a restart of the server
        none does, and the pool makes new ones.
        """
        deadline = time.monotonic() + self._wait_seconds
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise PoolTimeout(f"no connection within {self._wait_seconds:.0f} seconds")
            connection = await self._pool.getconn(timeout=left)
            try:
                if prepare and connection not in self._prepared:
                    await connection.execute(_PREPARE_MEMBERSHIP, prepare=False)
                    self._prepared.add(connection)
                cursor = await connection.execute(begin, prepare=False)
            except OperationalError:
                lost = connection.closed
                await self._undo(connection)
                if not lost:
                    raise
            except BaseException:
                await asyncio.shield(self._undo(connection))
                raise
            else:
                return connection, cursor

    async def _undo(self, connection: Connection) -> None:
        """Roll back and give the connection back; the pool replaces it when it is broken."""
        try:
            if not connection.closed:
                await connection.rollback()
                # psycopg forgets what it prepared after a rollback, and then deallocates all.
                if connection in self._prepared:
                    self._prepared.discard(connection)
                    await connection.execute("deallocate all", prepare=False)
        except OperationalError:
            await connection.close()
        finally:
            await self._pool.putconn(connection)


def _begin_as(identity: Identity, request_id: str, statement_seconds: float) -> sql.Composed:
    role = identity.database_role
    claims: dict[str, Any] = {"role": role}
    if identity.user_id is not None:
        claims |= {
            "sub": str(identity.user_id),
            "email": identity.email,
            "session_id": identity.session_id,
        }
    return _begin(role, claims, request_id, statement_seconds)


def _begin(
    role: str, claims: dict[str, Any], request_id: str, statement_seconds: float
) -> sql.Composed:
    return _BEGIN.format(
        role=role,
        claims=json.dumps(claims),
        request_id=request_id.replace("\0", ""),
        milliseconds=str(int(statement_seconds * 1000)),
    )
