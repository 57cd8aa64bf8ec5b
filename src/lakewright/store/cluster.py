"""A PostgreSQL data folder of ours: its files, its passwords and the processes that work in it."""

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lakewright.errors import LakewrightError
from lakewright.store.binaries import Binaries

SUPERUSER = "supabase_admin"  # as on Supabase, where `postgres` is none either
MIGRATIONS_ROLE = "postgres"
API_ROLE = "app_api"
DATABASE = "postgres"
PORT = 5432  # part of the socket's name only: no TCP port is opened

# Linux takes 107 bytes in a socket's path, macOS 103; the name of the socket's file is ours.
_LONGEST_SOCKET_PATH = 100
_SOCKET_NAME = f".s.PGSQL.{PORT}"
_LAUNCHER = Path(__file__).with_name("launcher.py")

# A workstation's share of memory, short queries, and a log without anybody's data: no statement
# texts (they hold literals) and no DETAIL lines (they hold rows).
_SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "80",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "max_parallel_workers_per_gather": "0",  # /dev/shm is small in containers
    "autovacuum_max_workers": "2",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "password_encryption": "scram-sha-256",
}


class DataFolderError(LakewrightError):
    """The data folder cannot be used by us, or not now."""

    code = "database-folder"
    http_status = 503


@dataclass(frozen=True, slots=True)
class ServerUser:
    """Whom the server runs as, when we are root: PostgreSQL refuses to run as root."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Passwords:
    """One random password for each role that signs in."""

    superuser: str = field(repr=False)
    migrations: str = field(repr=False)
    api: str = field(repr=False)


class Cluster:
    """The folder `root` and everything in it.

    `data/` is PostgreSQL's own; `run/` holds the socket, `secret.json` the passwords,
    `postgres.log` what the server says, `owner.lock` is held by the process that runs the server.
    """

    def __init__(self, root: Path, settings: Mapping[str, str]) -> None:
        self.root = root.resolve()
        self.data = self.root / "data"
        self.log = self.root / "postgres.log"
        self._settings = settings
        self.user = _server_user(self.data)

    # -- the folder

    def make_root(self) -> None:
        """The folder, entered by nobody but us (and by the server's user, who may not list it).

        Raises:
            DataFolderError: It cannot be made, or the server's user cannot get there.
        """
        try:
            self._make_folders_above()
            self.root.mkdir(exist_ok=True, mode=0o700)
            if self.root.stat().st_uid != os.geteuid():
                raise PermissionError(1, "it belongs to another user")
            self.root.chmod(0o711 if self.user else 0o700)
        except OSError as error:
            raise DataFolderError(
                problem=f"The data folder '{self.root}' cannot be used: {error.strerror}.",
                remedy="Choose a folder of your own with LAKEWRIGHT_DATA.",
                where=str(self.root),
            ) from error
        if self.user and not self._reachable():
            raise DataFolderError(
                problem=f"As root, the database runs as the user '{self.user.name}', who cannot "
                f"enter '{self.root}': a folder above it is private.",
                remedy="Choose a folder that other users may pass through with LAKEWRIGHT_DATA "
                "(/var/lib/lakewright is usual), or start Lakewright as an ordinary user.",
                where=str(self.root),
            )

    def _make_folders_above(self) -> None:
        """Those that are missing; the server's user may pass through, whatever the umask says."""
        for folder in [each for each in self.root.parents if not each.exists()][::-1]:
            folder.mkdir(exist_ok=True)
            folder.chmod(0o711 if self.user else 0o700)

    def _reachable(self) -> bool:
        script = "import os, sys; os.stat(sys.argv[1])"
        asked = [*self.run_as(), sys.executable, "-I", "-S", "-c", script, f"{self.root}/."]
        with contextlib.suppress(OSError):
            if subprocess.run(asked, capture_output=True, check=False, cwd="/").returncode == 0:
                return True
        # The interpreter itself may be out of that user's reach; then the modes decide.
        return all(
            folder.stat().st_mode & stat.S_IXOTH or folder.stat().st_uid == self._uid
            for folder in self.root.parents
        )

    @property
    def _uid(self) -> int:
        return self.user.uid if self.user else os.geteuid()

    @property
    def initialised(self) -> bool:
        return (self.data / "PG_VERSION").is_file()

    @property
    def major(self) -> int | None:
        """The major version that wrote the data; None before there is any."""
        try:
            return int((self.data / "PG_VERSION").read_text().strip())
        except (OSError, ValueError):
            return None

    def socket_folder(self) -> Path:
        """Where the socket is: in the folder, or in a short one when that path will not do."""
        inside = self.root / "run"
        # libpq takes `host` for a list parted by commas, and has no way to quote one.
        if len(os.fsencode(inside / _SOCKET_NAME)) <= _LONGEST_SOCKET_PATH and "," not in str(
            inside
        ):
            return inside
        # Not $TMPDIR: two processes of one user must arrive at the same folder.
        name = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]
        return Path("/tmp") / f"lakewright-{self._uid}-{name}"

    def make_socket_folder(self) -> None:
        """The socket's folder with nothing left over in it. Only while no server runs.

        Raises:
            DataFolderError: Somebody else has put something there (possible below /tmp).
        """
        folder = self.socket_folder()
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            self._give_to_server(folder)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != self._uid:
            raise DataFolderError(
                problem=f"'{folder}' is needed for the database's socket but is not ours.",
                remedy="Remove it, or choose a shorter data folder with LAKEWRIGHT_DATA.",
                where=str(folder),
            )
        folder.chmod(0o700)
        for left in folder.glob(f"{_SOCKET_NAME}*"):
            left.unlink(missing_ok=True)

    def tidy_socket_folder(self) -> None:
        """Leave no empty folder outside of ours. Only by the owner, once nothing runs."""
        folder = self.socket_folder()
        if folder.parent != self.root:
            with contextlib.suppress(OSError):
                folder.rmdir()

    def _give_to_server(self, path: Path) -> None:
        if self.user:
            os.chown(path, self.user.uid, self.user.gid)

    # -- passwords

    def passwords(self) -> Passwords | None:
        """None while there are none yet."""
        path = self.root / "secret.json"
        try:
            return Passwords(**json.loads(path.read_text()))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            raise DataFolderError(
                problem=f"The database's passwords in '{path}' cannot be read.",
                remedy="Restore that file from a backup of the folder, or move the folder away to "
                "begin with an empty database.",
                where=str(path),
            ) from error

    def make_passwords(self) -> Passwords:
        """The passwords, made when there are none. Only by the owner."""
        if found := self.passwords():
            return found
        if self.initialised:
            raise DataFolderError(
                problem=f"'{self.root}' holds a database, but its passwords (secret.json) are "
                "gone.",
                remedy="Restore secret.json from a backup of the folder, or move the folder away "
                "to begin with an empty database.",
                where=str(self.root),
            )
        made = {name: secrets.token_urlsafe(24) for name in ("superuser", "migrations", "api")}
        unfinished = self.root / "secret.json.new"
        unfinished.unlink(missing_ok=True)
        _write_private(unfinished, json.dumps(made))
        unfinished.rename(self.root / "secret.json")
        return Passwords(**made)

    # -- PostgreSQL's programs

    def run_as(self, *, when_orphaned: int = 0) -> list[str]:
        """Command that runs what follows it as the server's user."""
        uid, gid = (self.user.uid, self.user.gid) if self.user else (-1, -1)
        numbers = map(str, (uid, gid, when_orphaned, os.getpid()))
        return [sys.executable, "-I", "-S", str(_LAUNCHER), *numbers]

    def initialise(self, binaries: Binaries, password: str) -> None:
        """Make the data folder, whole or not at all.

        Raises:
            DataFolderError: `initdb` failed; the problem quotes it.
        """
        for left in self.root.glob("data.new-*"):
            shutil.rmtree(left, ignore_errors=True)  # of a start that was killed
        made = self.root / f"data.new-{secrets.token_hex(4)}"
        made.mkdir(mode=0o700)
        self._give_to_server(made)
        password_file = self.root / f"{made.name}.password"
        _write_private(password_file, password)
        self._give_to_server(password_file)
        # The builtin provider: collations that no upgrade of the C library can damage.
        locale = ["--locale=C"]
        if binaries.major >= 17:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        try:
            said = subprocess.run(
                [
                    *self.run_as(),
                    binaries.program("initdb"),
                    f"--pgdata={made}",
                    f"--username={SUPERUSER}",
                    f"--pwfile={password_file}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--data-checksums",
                    *locale,
                    *(["--no-sync"] if self._settings.get("fsync") == "off" else []),
                ],
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                cwd="/",
                env=_environment(),
                start_new_session=True,
            )
        finally:
            password_file.unlink(missing_ok=True)
        if said.returncode:
            shutil.rmtree(made, ignore_errors=True)
            raise DataFolderError(
                problem=f"The database could not be made: {_last_lines(said.stderr)}",
                remedy="Make room on the disk, or choose another folder with LAKEWRIGHT_DATA.",
                where=str(self.root),
            )
        made.rename(self.data)
        folder = os.open(self.root, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def spawn(self, binaries: Binaries, when_orphaned: int) -> subprocess.Popen[bytes]:
        """Start the server; it is not ready yet. Only by the owner, while nothing runs."""
        self._clear_stale_pid_file()
        self.make_socket_folder()
        self._keep_log_short()
        folder = str(self.socket_folder()).replace('"', '""')  # a list of quoted names
        settings = {**_SETTINGS, "unix_socket_directories": f'"{folder}"', **self._settings}
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [
                    *self.run_as(when_orphaned=when_orphaned),
                    binaries.program("postgres"),
                    "-D",
                    str(self.data),
                    *(part for name in settings for part in ("-c", f"{name}={settings[name]}")),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_environment(),
                start_new_session=True,  # Ctrl-C in the terminal is for us, not for the server
            )

    def _keep_log_short(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            if self.log.stat().st_size > 5 * 1024 * 1024:
                self.log.rename(self.log.with_suffix(".log.1"))

    def last_words(self) -> str:
        """The end of the server's log, in one line."""
        try:
            return _last_lines(self.log.read_bytes()[-4000:].decode(errors="replace"))
        except OSError:
            return "it left no log."

    # -- processes

    def processes(self) -> list[Any]:
        """Every living PostgreSQL process (`psutil.Process`) that works in the data folder.

        Never a pid file's word alone: after an unclean restart of the machine the pid in it
        belongs to a stranger.
        """
        import psutil

        found = []
        for process in psutil.process_iter(["name", "status"]):
            if "postgres" not in (process.info["name"] or ""):
                continue
            if process.info["status"] == psutil.STATUS_ZOMBIE:
                continue
            with contextlib.suppress(psutil.Error, OSError):
                if Path(process.cwd()) == self.data:
                    found.append(process)
        return found

    def postmaster(self) -> Any | None:
        """The living process that leads the server, if there is one."""
        working = self.processes()
        pids = {process.pid for process in working}
        for process in working:
            if process.pid == self._pid_in_file() or process.ppid() not in pids:
                return process
        return None

    def _pid_in_file(self) -> int:
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n")[0])
        except (OSError, ValueError):
            return 0

    def _clear_stale_pid_file(self) -> None:
        """Remove a pid file that PostgreSQL itself would take for a running server's.

        PostgreSQL clears the file when its pid is gone, after making sure that no backend still
        holds the shared memory. Only a pid that lives on as somebody else (or as a zombie)
        confuses it; and then only when nothing works in the folder is the file removed.
        """
        import psutil

        pid = self._pid_in_file()
        if pid and psutil.pid_exists(pid) and not self.processes():
            (self.data / "postmaster.pid").unlink(missing_ok=True)


def _server_user(data: Path) -> ServerUser | None:
    """Whom to run the server as; None when it can be run as we are.

    Whoever owns the data already, else `postgres`, else `nobody`.
    """
    if os.geteuid() != 0:
        return None
    import pwd

    def candidates() -> Iterator[pwd.struct_passwd]:
        with contextlib.suppress(FileNotFoundError, KeyError):
            yield pwd.getpwuid(data.stat().st_uid)
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                yield pwd.getpwnam(name)

    for found in candidates():
        if found.pw_uid != 0:
            return ServerUser(found.pw_name, found.pw_uid, found.pw_gid)
    raise DataFolderError(
        problem="PostgreSQL refuses to run as root, and there is neither a user 'postgres' nor a "
        "user 'nobody'.",
        remedy="Make a user 'postgres', or start Lakewright as an ordinary user.",
    )


def _environment() -> dict[str, str]:
    """Nothing of ours: PGDATA, PGPORT and the like of the user must not reach the server."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _write_private(path: Path, text: str) -> None:
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _last_lines(text: str, number: int = 3) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " ".join(lines[-number:])[-600:] or "no reason was given."
