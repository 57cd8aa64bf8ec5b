"""The embedded server starts, is shared, survives what kills it, and touches nobody else's."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from lakewright.errors import LakewrightError
from lakewright.store.cluster import Cluster
from lakewright.store.embedded import EmbeddedPostgres, Endpoint

FAST = {"fsync": "off"}
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers as somebody else")

Folder = Callable[[], Path]


@pytest.fixture
def root(server_folder: Folder) -> Iterator[Path]:
    folder = server_folder()
    yield folder
    wait_until(lambda: not Cluster(folder, {}).processes())
    shutil.rmtree(folder, ignore_errors=True)  # now, while nothing of it has reached the disk


@pytest.fixture(scope="module")
def made_once(server_folder: Folder) -> Path:
    """A stopped server's folder; tests copy it rather than wait for `initdb`."""
    folder = server_folder()
    with server(folder) as endpoint:
        run(endpoint, "create table noted (what text)")
        run(endpoint, "insert into noted values ('before')")
    return folder


@pytest.fixture
def stopped(made_once: Path) -> Iterator[Path]:
    """A folder with a database and the row 'before' in the table `noted`, and no server.

    For tests that leave it as they found it.
    """
    yield made_once
    wait_until(lambda: not Cluster(made_once, {}).processes())


@pytest.fixture
def copied(made_once: Path, root: Path) -> Path:
    """The same as `stopped`, to do anything with."""
    subprocess.run(["cp", "-a", str(made_once), str(root)], check=True)
    return root


def server(folder: Path, **settings: str) -> EmbeddedPostgres:
    return EmbeddedPostgres(folder, settings={**FAST, **settings})


def run(endpoint: Endpoint, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(endpoint.dsn_admin) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def noted(endpoint: Endpoint) -> list[tuple[object, ...]]:
    return run(endpoint, "select what from noted")


def wait_until(fact: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


OTHER = """
import sys
from pathlib import Path
from lakewright.store.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), settings={"fsync": "off"})
endpoint = server.start()
print("adopted" if server.adopted else "owner", server.pid, flush=True)
sys.stdin.readline()
server.stop()
"""


@contextmanager
def another_process(folder: Path) -> Iterator[tuple["subprocess.Popen[str]", str, int | None]]:
    """A process that has the server started: the process, what it is to the server, and the pid."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(OTHER), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        role, pid = process.stdout.readline().split()
        yield process, role, None if pid == "None" else int(pid)
    finally:
        with suppress(BrokenPipeError):
            process.communicate("stop\n", timeout=60)


# -- starting


def test_it_starts_in_a_path_that_needs_quoting(server_folder: Folder) -> None:
    folder = server_folder().parent / """a 'b" ü, $HOME"""
    with server(folder) as endpoint:
        assert run(endpoint, "select 1") == [(1,)]


def test_only_its_user_may_look_at_its_files(made_once: Path) -> None:
    modes = {
        name: stat.S_IMODE((made_once / name).stat().st_mode)
        for name in ("data", "run", "secret.json", "owner.lock", "postgres.log")
    }
    assert modes["data"] == modes["run"] == 0o700
    assert modes["secret.json"] == modes["owner.lock"] == 0o600
    assert not list(made_once.glob("*.password"))


def test_no_password_is_shown(stopped: Path) -> None:
    with server(stopped) as endpoint:
        password = str(psycopg.conninfo.conninfo_to_dict(endpoint.dsn_api)["password"])
        assert password not in repr(endpoint)
        running = Cluster(stopped, {}).processes()
        assert not [each for each in running if password in " ".join(each.cmdline())]
    assert password not in (stopped / "postgres.log").read_text()


def test_nobody_signs_in_without_a_password_and_no_port_is_open(stopped: Path) -> None:
    with server(stopped) as endpoint:
        without = psycopg.conninfo.conninfo_to_dict(endpoint.dsn_admin) | {"password": "guess"}
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(**without)  # type: ignore[arg-type]
        assert run(endpoint, "show listen_addresses") == [("",)]


def test_the_database_is_made_with_checksums_and_builtin_collations(stopped: Path) -> None:
    with server(stopped) as endpoint:
        assert run(endpoint, "show data_checksums") == [("on",)]
        [(version,)] = run(endpoint, "show server_version_num")
        if int(str(version)) >= 170000:
            assert run(
                endpoint,
                "select datlocprovider, datlocale from pg_database where datname = 'postgres'",
            ) == [("b", "C.UTF-8")]


def test_no_statement_and_no_row_gets_into_its_log(copied: Path) -> None:
    with server(copied) as endpoint:
        run(endpoint, "create unique index on noted (what)")
        run(endpoint, "insert into noted values ('s3cret')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            run(endpoint, "insert into noted values ('s3cret')")
    log = (copied / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "s3cret" not in log


def test_a_long_path_gets_its_socket_elsewhere(server_folder: Folder) -> None:
    folder = server_folder() / ("x" * 100)
    with server(folder) as endpoint:
        assert run(endpoint, "select 1") == [(1,)]
        host = psycopg.conninfo.conninfo_to_dict(endpoint.dsn_admin)["host"]
    assert not Path(str(host)).exists()


def test_somebody_elses_folder_is_not_taken_for_the_socket(server_folder: Folder) -> None:
    folder = server_folder() / ("y" * 100)
    sockets = Cluster(folder, {}).socket_folder()
    sockets.symlink_to("/tmp")
    try:
        with pytest.raises(LakewrightError, match="is not ours"):
            server(folder).start()
    finally:
        sockets.unlink()


def test_an_initdb_that_was_killed_leaves_nothing_behind(root: Path) -> None:
    (root / "data.new-dead").mkdir(parents=True)
    (root / "data.new-dead" / "PG_VERSION").write_text("18\n")
    with server(root) as endpoint:
        assert run(endpoint, "select 1") == [(1,)]
    assert not list(root.glob("data.new-*"))


@pytest.mark.parametrize(
    ("break_it", "problem"),
    [
        pytest.param(
            lambda root: (root / "data" / "PG_VERSION").write_text("14\n"),
            "written by PostgreSQL 14",
            id="data of another version",
        ),
        pytest.param(
            lambda root: (root / "secret.json").unlink(), "are gone", id="passwords that are lost"
        ),
        pytest.param(
            lambda root: (root / "secret.json").write_text("{"), "cannot be read", id="no JSON"
        ),
        pytest.param(
            lambda root: (root / "secret.json").write_text(
                '{"superuser": "a", "migrations": "b", "api": "c"}'
            ),
            "does not know the password",
            id="passwords of another server",
        ),
    ],
)
def test_a_folder_it_cannot_use_is_refused_and_left_alone(
    copied: Path, break_it: Callable[[Path], object], problem: str
) -> None:
    break_it(copied)
    with pytest.raises(LakewrightError, match=problem):
        server(copied).start()
    assert (copied / "data" / "base").is_dir()


def test_a_setting_that_cannot_be_is_an_error_and_no_endless_loop(stopped: Path) -> None:
    with pytest.raises(LakewrightError, match="nonsense"):
        server(stopped, nonsense="1").start()


def test_programs_that_are_not_there_are_asked_for(stopped: Path, tmp_path: Path) -> None:
    with pytest.raises(LakewrightError, match="There is no PostgreSQL in"):
        EmbeddedPostgres(stopped, binaries=tmp_path).start()


def test_a_folder_of_somebody_else_is_refused(server_folder: Folder) -> None:
    folder = Path("/proc") if os.geteuid() else server_folder()
    if os.geteuid() == 0:
        folder.mkdir()
        os.chown(folder, 65534, 65534)
    with pytest.raises(LakewrightError, match="cannot be used: it belongs to another user"):
        server(folder).start()


def test_a_file_in_the_way_is_said_so(copied: Path) -> None:
    (copied / "owner.lock").unlink()
    (copied / "owner.lock").mkdir()
    with pytest.raises(LakewrightError, match="Is a directory"):
        server(copied).start()


def test_a_child_that_was_forked_does_not_keep_the_server_owned(stopped: Path) -> None:
    first = server(stopped)
    with first:
        child = os.fork()
        if child == 0:
            time.sleep(600)
            os._exit(0)
    try:
        with server(stopped) as endpoint:
            assert noted(endpoint) == [("before",)]
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


# -- as root


@as_root
def test_as_root_it_runs_as_somebody_else(stopped: Path) -> None:
    with server(stopped):
        owners = set()
        for each in Cluster(stopped, {}).processes():
            # The server starts and ends helpers of its own at any time.
            with suppress(psutil.NoSuchProcess):
                owners.add(each.uids().real)
        assert owners
        assert owners != {0}


@as_root
def test_a_folder_below_a_private_one_is_refused_and_the_private_one_stays_private(
    server_folder: Folder,
) -> None:
    private = server_folder()
    private.mkdir(mode=0o700)
    with pytest.raises(LakewrightError, match="a folder above it is private"):
        server(private / "data").start()
    assert stat.S_IMODE(private.stat().st_mode) == 0o700


@as_root
def test_programs_below_a_private_folder_are_copied(copied: Path, server_folder: Folder) -> None:
    from lakewright.store.binaries import find_binaries

    private = server_folder()
    private.mkdir(mode=0o700)
    (private / "postgresql").symlink_to(find_binaries().folder.parent)
    for _ in range(2):
        with EmbeddedPostgres(copied, binaries=private / "postgresql" / "bin") as endpoint:
            assert noted(endpoint) == [("before",)]
    [copy] = copied.glob("postgresql-*")
    assert (copy / "bin" / "postgres").is_file()
    assert stat.S_IMODE(private.stat().st_mode) == 0o700


# -- sharing


def test_a_second_start_uses_the_server_that_runs_and_leaves_it_running(stopped: Path) -> None:
    first = server(stopped)
    with first as endpoint:
        second = server(stopped)
        with second as same:
            assert (first.adopted, second.adopted) == (False, True)
            assert same == endpoint
        assert noted(endpoint) == [("before",)]
    assert Cluster(stopped, {}).processes() == []


def test_whoever_shares_a_server_takes_it_over_when_its_owner_stops(stopped: Path) -> None:
    second = server(stopped)
    with another_process(stopped) as (_, role, _pid):
        assert role == "owner"
        endpoint = second.start()
    wait_until(lambda: not second.adopted and second.pid and answers(endpoint))
    assert noted(endpoint) == [("before",)]
    second.stop()
    assert Cluster(stopped, {}).processes() == []


def answers(endpoint: Endpoint) -> bool:
    try:
        return run(endpoint, "select 1") == [(1,)]
    except psycopg.OperationalError:
        return False


def test_processes_that_start_at_once_from_nothing_share_one_server(root: Path) -> None:
    with (
        another_process(root) as (_, one, _p1),
        another_process(root) as (_, two, _p2),
        server(root) as endpoint,
    ):
        assert sorted([one, two]) == ["adopted", "owner"]
        assert run(endpoint, "select 1") == [(1,)]
        leaders = {each.ppid() for each in Cluster(root, {}).processes()}
        assert len(leaders & {each.pid for each in Cluster(root, {}).processes()}) == 1


def test_four_cold_starts_at_once_end_with_one_owner(root: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(OTHER), str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    said = [process.stdout.readline().split()[0] for process in processes if process.stdout]
    assert sorted(said) == ["adopted", "adopted", "adopted", "owner"]
    # The owner last, so that no other takes over in between.
    for _, process in sorted(zip(said, processes, strict=True), key=lambda pair: pair[0]):
        process.communicate("stop\n", timeout=60)
        assert process.returncode == 0
    assert Cluster(root, {}).processes() == []


# -- dying


def test_a_killed_server_is_started_again(copied: Path) -> None:
    running = server(copied)
    with running as endpoint:
        run(endpoint, "insert into noted values ('committed')")
        killed = running.pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: running.pid not in (None, killed) and answers(endpoint))
        assert noted(endpoint) == [("before",), ("committed",)]
        assert running.failure is None


def test_what_keeps_it_from_starting_again_may_be_mended(copied: Path) -> None:
    running = server(copied)
    with running as endpoint:
        secret = (copied / "secret.json").read_text()
        (copied / "secret.json").write_text("{")
        assert running.pid is not None
        os.kill(running.pid, signal.SIGKILL)
        wait_until(lambda: running.failure is not None)
        assert "cannot be read" in str(running.failure)
        (copied / "secret.json").write_text(secret)
        wait_until(lambda: running.failure is None and answers(endpoint))


@pytest.mark.skipif(sys.platform != "linux", reason="needs PR_SET_PDEATHSIG")
def test_a_killed_owner_takes_the_server_with_it(stopped: Path) -> None:
    with another_process(stopped) as (process, _, _pid):
        process.kill()
        process.wait()
        wait_until(lambda: not Cluster(stopped, {}).processes())


def test_it_starts_at_once_after_its_owner_was_killed(stopped: Path) -> None:
    with another_process(stopped) as (process, _, _pid):
        process.kill()
        process.wait()
        with server(stopped) as endpoint:
            assert noted(endpoint) == [("before",)]


def test_it_starts_at_once_after_owner_and_server_were_killed(stopped: Path) -> None:
    with another_process(stopped) as (process, _, pid):
        assert pid is not None
        process.kill()
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        process.wait()
        with server(stopped) as endpoint:
            assert noted(endpoint) == [("before",)]


def test_a_server_without_an_owner_is_stopped_and_started_anew(stopped: Path) -> None:
    # As on systems where a server outlives the process that started it.
    cluster = Cluster(stopped, FAST)
    cluster.make_root()
    orphan = cluster.spawn(server(stopped).binaries(), when_orphaned=0)
    owner = server(stopped)
    with owner as endpoint:
        assert noted(endpoint) == [("before",)]
        assert owner.pid != orphan.pid
        assert orphan.wait(30) == 0


# -- strangers


def pid_file_naming(root: Path, pid: int) -> None:
    text = f"{pid}\n{root / 'data'}\n1700000000\n5432\n{root / 'run'}\n\n  1234567  0\nready\n"
    (root / "data" / "postmaster.pid").write_text(text)


def test_a_stranger_with_the_pid_of_the_former_server_is_left_alone(stopped: Path) -> None:
    # Of the server's own user: PostgreSQL itself would take it for a running server.
    user = Cluster(stopped, {}).user
    stranger = subprocess.Popen(["sleep", "600"], user=user.uid if user else None)
    try:
        pid_file_naming(stopped, stranger.pid)
        with server(stopped) as endpoint:
            assert noted(endpoint) == [("before",)]
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_zombie_with_the_pid_of_the_former_server_is_no_server(stopped: Path) -> None:
    zombie = subprocess.Popen(["true"])
    wait_until(lambda: psutil.Process(zombie.pid).status() == psutil.STATUS_ZOMBIE)
    pid_file_naming(stopped, zombie.pid)
    with server(stopped) as endpoint:
        assert noted(endpoint) == [("before",)]
    zombie.wait()


def test_a_former_servers_process_that_will_not_end_stops_the_start(stopped: Path) -> None:
    # Something of PostgreSQL still works in the folder: a second server would ruin the data.
    owner = EmbeddedPostgres(stopped, settings=FAST, start_seconds=1.0)
    cluster = Cluster(stopped, FAST)
    cluster.make_root()
    stuck = cluster.spawn(owner.binaries(), when_orphaned=0)
    wait_until((stopped / "run" / ".s.PGSQL.5432").exists)
    stuck.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(LakewrightError, match="former database server still works"):
            owner.start()
        assert (stopped / "data" / "postmaster.pid").exists()
    finally:
        stuck.send_signal(signal.SIGCONT)
        stuck.wait(30)
