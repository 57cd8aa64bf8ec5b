"""The embedded PostgreSQL server: started, watched, started again after a crash, stopped."""

import contextlib
import hashlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from lakewright.errors import LakewrightError
from lakewright.store.binaries import Binaries, find_binaries, reachable_by
from lakewright.store.cluster import (
    API_ROLE,
    DATABASE,
    MIGRATIONS_ROLE,
    PORT,
    SUPERUSER,
    Cluster,
    Passwords,
)

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

START_SECONDS = 120.0  # a long crash recovery is no failure
STOP_SECONDS = 30.0
_WATCH_SECONDS = 0.2
_RETRY_SECONDS = 2.0
# So many starts that failed within such a time: another one is no help.
_STARTS = 3
_STARTS_SECONDS = 10.0


class EmbeddedServerError(LakewrightError):
    """The embedded server does not run, or not as ours."""

    code = "embedded-database"
    http_status = 503


def server_folder(data: Path) -> Path:
    """Where the embedded server lives in Lakewright's data folder (`LAKEWRIGHT_DATA`)."""
    return data / "postgres"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """How to connect. The strings hold passwords, so none of them is shown.

    Attributes:
        dsn_admin: As the cluster's superuser: bootstrap, restore, tests.
        dsn_migrations: As `postgres`, no superuser, owner of everything in the product's schemas.
        dsn_api: As `app_api`, which may do nothing before it takes a role.
    """

    dsn_admin: str = field(repr=False)
    dsn_migrations: str = field(repr=False)
    dsn_api: str = field(repr=False)

    def on_database(self, name: str) -> "Endpoint":
        """The same server, another database."""
        from psycopg.conninfo import make_conninfo

        return Endpoint(
            *(
                make_conninfo(dsn, dbname=name)
                for dsn in (self.dsn_admin, self.dsn_migrations, self.dsn_api)
            )
        )


class EmbeddedPostgres:
    """One server for one data folder, however many processes ask for it.

    The process that starts the server owns it: it holds a lock that the system takes away when
    the process ends, in whatever way. Others that ask for the same folder use the server as it
    runs, and become its owner when the former owner is gone. A server without an owner is
    stopped before a new one is started; nothing that is not provably a PostgreSQL process in our
    folder is ever touched.

    Args:
        data_root: Folder for the data; made when absent.
        binaries: Folder of PostgreSQL's programs (`LAKEWRIGHT_PG_BIN`); None to look for them.
        settings: Server settings that differ from Lakewright's, by name.
    """

    def __init__(
        self,
        data_root: Path,
        *,
        binaries: Path | None = None,
        settings: Mapping[str, str] | None = None,
        start_seconds: float = START_SECONDS,
    ) -> None:
        if os.name != "posix":
            raise EmbeddedServerError(
                problem="The embedded database runs on Linux and macOS only.",
                remedy="Install PostgreSQL 15 or later and name it in LAKEWRIGHT_DATABASE_URL, or "
                "run Lakewright in the Windows Subsystem for Linux.",
            )
        self._cluster = Cluster(data_root, settings or {})
        self._chosen_binaries = binaries
        self._start_seconds = start_seconds
        self._owner = _OwnerLock(self._cluster.root / "owner.lock")
        self._process: subprocess.Popen[bytes] | None = None
        self._starts: list[float] = []
        self._refused = ""  # what the server last said instead of an answer
        self._supervisor: threading.Thread | None = None
        self._settled = threading.Event()  # the first start has succeeded or failed
        self._stopping = threading.Event()
        self._failure: Exception | None = None
        self._endpoint: Endpoint | None = None

    # -- for callers

    @property
    def has_database(self) -> bool:
        """Whether there is a database in the folder, running or not."""
        return self._cluster.initialised

    @property
    def adopted(self) -> bool:
        """Whether another living process runs the server."""
        return not self._owner.held

    @property
    def failure(self) -> Exception | None:
        """Why the server could not be brought up again; None while it runs."""
        return self._failure

    @property
    def pid(self) -> int | None:
        """The server's process, when it is ours."""
        return self._process.pid if self._process else None

    @property
    def log(self) -> Path:
        """What the server says."""
        return self._cluster.log

    def binaries(self) -> Binaries:
        """PostgreSQL's programs that fit the data.

        Raises:
            NoBinariesError: There are none.
        """
        return find_binaries(self._chosen_binaries, major=self._cluster.major)

    def start(self) -> Endpoint:
        """Bring the server up, or find it running; returns when it answers.

        Raises:
            LakewrightError: It cannot run; the problem says why.
        """
        if self._supervisor is not None:
            raise RuntimeError("start() was called already")
        # A thread of its own, for as long as the server runs: Linux ends the server with the
        # *thread* that started it, and a caller's thread may be one of a pool.
        self._supervisor = threading.Thread(
            target=self._supervise, name="embedded-postgres", daemon=True
        )
        self._supervisor.start()
        try:
            self._settled.wait()
        except BaseException:  # Ctrl-C in the middle of a start
            self.stop()
            raise
        if self._failure is not None:
            self._supervisor.join()
            self._supervisor = None
            raise self._failure
        assert self._endpoint is not None
        return self._endpoint

    def stop(self) -> None:
        """Stop the server if it is ours, after finishing what it writes. May be repeated."""
        self._stopping.set()
        if self._supervisor is not None:
            self._supervisor.join()
            self._supervisor = None

    def __enter__(self) -> Endpoint:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # -- the supervisor's thread

    def _supervise(self) -> None:
        try:
            self._cluster.make_root()
            self._bring_up()
            self._settled.set()
            self._watch()
        except Exception as error:
            self._failure = self._in_words(error)
        finally:
            self._stop_own()
            if self._owner.held:
                self._cluster.tidy_socket_folder()
            self._owner.release()
            self._settled.set()

    def _watch(self) -> None:
        """Bring the server up again whenever it is gone, until we are to stop."""
        pause = _WATCH_SECONDS
        while not self._stopping.wait(pause):
            # Our server ended, or another process's server lost its owner.
            lost = self._owner.take() if self._process is None else _ended(self._process)
            if not lost and self._failure is None:
                continue
            try:
                self._bring_up()
                self._failure, pause = None, _WATCH_SECONDS
            except (LakewrightError, OSError) as error:
                # A full disk, say: somebody may make room, so never stop trying.
                self._failure, pause = self._in_words(error), _RETRY_SECONDS

    def _in_words(self, error: Exception) -> Exception:
        if not isinstance(error, OSError):
            return error
        told = EmbeddedServerError(
            problem=f"The embedded database cannot be run: {error.strerror or error} "
            f"({error.filename or self._cluster.root}).",
            remedy="Mend that, or choose another folder with LAKEWRIGHT_DATA.",
            where=str(self._cluster.root),
        )
        told.__cause__ = error
        return told

    def _bring_up(self) -> None:
        """Return when a server with a living owner answers: ours, or another process's."""
        deadline = time.monotonic() + self._start_seconds
        while not self._stopping.is_set():
            if self._owner.held or self._owner.take():
                while not self._run_own(deadline):
                    self._refuse_quick_deaths()
                return
            if self._is_ready():
                return
            self._give_up_after(deadline)
            time.sleep(0.05)

    def _run_own(self, deadline: float) -> bool:
        """Start the server. False when it ended before it was ready."""
        passwords = self._cluster.make_passwords()
        self._stop_orphans(deadline)
        binaries = self._reachable_binaries()
        if not self._cluster.initialised:
            self._cluster.initialise(binaries, passwords.superuser)
        # On Linux the server ends (fast shutdown) in the instant we do. Elsewhere it goes on,
        # and the next start finds it without an owner.
        self._process = self._cluster.spawn(binaries, when_orphaned=signal.SIGINT)
        self._starts.append(time.monotonic())
        while not self._answers(passwords, bootstrap=True):
            if _ended(self._process):
                return False
            if self._stopping.is_set():
                return True
            self._give_up_after(deadline)
            time.sleep(0.02)
        return True

    def _refuse_quick_deaths(self) -> None:
        """Start a server again that was killed, but not one that cannot live."""
        recent = self._starts[-_STARTS:]
        if len(recent) == _STARTS and time.monotonic() - recent[0] < _STARTS_SECONDS:
            raise self._died()

    def _reachable_binaries(self) -> Binaries:
        found = self.binaries()
        if self._cluster.user is None:
            return found
        return reachable_by(found, self._cluster.run_as(), self._cluster.root)

    def _is_ready(self) -> bool:
        """Whether the server of another owner is up and has been bootstrapped."""
        passwords = self._cluster.passwords()
        return passwords is not None and self._answers(passwords, bootstrap=False)

    def _answers(self, passwords: Passwords, *, bootstrap: bool) -> bool:
        """Whether the server in our folder answers and has been bootstrapped.

        Args:
            bootstrap: Do it when it has not been done.

        Raises:
            EmbeddedServerError: It answers that our password is wrong.
        """
        import psycopg

        endpoint = self._endpoint_with(passwords)
        try:
            with psycopg.connect(endpoint.dsn_admin, connect_timeout=5) as connection:
                row = connection.execute("show data_directory").fetchone()
                if row is None or Path(row[0]) != self._cluster.data:
                    return False
            if bootstrap:
                apply_bootstrap(endpoint.dsn_admin, passwords)
            elif not bootstrap_applied(endpoint.dsn_admin):
                return False
        except psycopg.OperationalError as error:  # not up yet, or killed meanwhile
            if "password authentication failed" in str(error):
                raise EmbeddedServerError(
                    problem="The embedded database does not know the password in "
                    f"'{self._cluster.root / 'secret.json'}'.",
                    remedy="Restore that file from a backup of the folder.",
                    where=str(self._cluster.root),
                ) from error
            self._refused = str(error).strip()
            return False
        self._endpoint = endpoint
        return True

    def _endpoint_with(self, passwords: Passwords) -> Endpoint:
        from psycopg.conninfo import make_conninfo

        host = str(self._cluster.socket_folder())
        return Endpoint(
            *(
                make_conninfo(host=host, port=PORT, dbname=DATABASE, user=user, password=password)
                for user, password in (
                    (SUPERUSER, passwords.superuser),
                    (MIGRATIONS_ROLE, passwords.migrations),
                    (API_ROLE, passwords.api),
                )
            )
        )

    def _stop_orphans(self, deadline: float) -> None:
        """Wait until no process works in the folder, and ask a leaderless server to end.

        Removing its pid file instead would let two servers write the same files.
        """
        asked_at: float | None = None
        while working := self._cluster.processes():
            leader = self._cluster.postmaster()
            if leader is not None and asked_at is None:
                asked_at = time.monotonic()
                _send(leader, signal.SIGINT)
            elif leader is not None and asked_at and time.monotonic() - asked_at > STOP_SECONDS:
                asked_at = time.monotonic()
                _send(leader, signal.SIGQUIT)
            if time.monotonic() > deadline:
                pids = ", ".join(str(process.pid) for process in working)
                raise EmbeddedServerError(
                    problem=f"A former database server still works in '{self._cluster.data}' "
                    f"(processes {pids}).",
                    remedy="Wait until it has ended, then start again.",
                    where=str(self._cluster.root),
                )
            time.sleep(0.02)

    def _stop_own(self) -> None:
        """Fast shutdown; immediate shutdown when that takes too long. Loses nothing either way."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            process.send_signal(how)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            return

    def _give_up_after(self, deadline: float) -> None:
        if time.monotonic() > deadline:
            raise EmbeddedServerError(
                problem=f"The embedded database did not answer within {self._start_seconds:.0f} "
                f"seconds: {self._refused or self._cluster.last_words()}",
                remedy=f"Read {self._cluster.log}, then start again.",
                where=str(self._cluster.root),
            )

    def _died(self) -> EmbeddedServerError:
        return EmbeddedServerError(
            problem=f"The embedded database ended: {self._cluster.last_words()}",
            remedy=f"Read {self._cluster.log}; a full disk is the usual cause.",
            where=str(self._cluster.root),
        )


class _OwnerLock:
    """A lock on a file, which the system gives back when the process that holds it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        # A child that was forked shares the lock, and would hold it when we are gone.
        os.register_at_fork(after_in_child=self.release)

    @property
    def held(self) -> bool:
        return self._file is not None

    def take(self) -> bool:
        """Whether the lock is ours now. Does not wait.

        Raises:
            OSError: The file cannot be made, or the file system knows no locks.
        """
        import fcntl

        opened = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(opened)
            return False
        except OSError:
            os.close(opened)
            raise
        self._file = opened
        return True

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def apply_bootstrap(dsn_admin: str, passwords: Passwords | None = None) -> None:
    """Make a database what a new Supabase project is (`bootstrap.sql`), once for each text of it.

    Args:
        passwords: To set for the roles that sign in; None leaves the roles as they are.
    """
    import psycopg
    from psycopg import sql

    text = bootstrap_text()
    mark = _BOOTSTRAP_MARK + hashlib.sha256(text.encode()).hexdigest()[:16]
    with psycopg.connect(dsn_admin) as connection:
        if _bootstrap_mark(connection) == mark:
            return
        # Roles belong to the whole server: two databases may not make them at once.
        connection.execute("select pg_advisory_xact_lock(hashtext('lakewright bootstrap'))")
        connection.execute(text.encode())
        if passwords is not None:
            for role, password in (
                (MIGRATIONS_ROLE, passwords.migrations),
                (API_ROLE, passwords.api),
            ):
                # Hashed here, so that the server never sees the password itself.
                hashed = connection.pgconn.encrypt_password(
                    password.encode(), role.encode(), b"scram-sha-256"
                ).decode()
                connection.execute(
                    sql.SQL("alter role {} password {}").format(
                        sql.Identifier(role), sql.Literal(hashed)
                    )
                )
        connection.execute(
            sql.SQL("comment on schema auth is {}").format(sql.Literal(mark)),
        )


_BOOTSTRAP_MARK = "Lakewright bootstrap "


def bootstrap_text() -> str:
    """The SQL that makes a plain database one like Supabase's; for a superuser."""
    return (files("lakewright.store") / "bootstrap.sql").read_text(encoding="utf-8")


def bootstrap_applied(dsn_admin: str) -> bool:
    """Whether the database has been bootstrapped, by this Lakewright or by another."""
    import psycopg

    with psycopg.connect(dsn_admin) as connection:
        return _bootstrap_mark(connection).startswith(_BOOTSTRAP_MARK)


def _bootstrap_mark(connection: "Connection[TupleRow]") -> str:
    row = connection.execute(
        "select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = 'auth'"
    ).fetchone()
    return str(row[0] or "") if row else ""


def _ended(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is not None


def _send(process: object, how: int) -> None:
    import psutil

    assert isinstance(process, psutil.Process)
    with contextlib.suppress(psutil.Error):  # it ended by itself; psutil refuses a reused pid
        process.send_signal(how)
