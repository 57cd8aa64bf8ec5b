"""What only a repository on disk can go through: killed writers, other git programs, damage."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.errors import LakewrightError, NotFoundError
from lakewright.git.housekeeping import packed_when_many
from lakewright.git.local_repository import LOCK_FILE, LocalRepositories, LocalRepository
from lakewright.git.lock import BusyError, writer_lock
from lakewright.ports import MetadataRepository
from tests.git.conftest import ADA, WORKSPACE

A, B = "metadata/models/a.yaml", "metadata/models/b.yaml"
C = "x/y/z.jinja"
WRITER = """
import sys
from pathlib import Path
from lakewright.git.local_repository import LocalRepository
from lakewright.ports import Author
folder, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
repository = LocalRepository(folder)
for number in range(count):
    content = f"{name}: {number}".encode()
    changes = {f"metadata/models/{name}.yaml": content, f"metadata/recipes/{name}.yaml": content}
    repository.commit(changes, f"{name} {number}", Author(name, name), {})
    print(number, flush=True)
"""
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def make(root: Path, files: Mapping[str, bytes] | None = None) -> LocalRepository:
    return LocalRepositories(root / "with a space").create(WORKSPACE, files or {}, ADA, "Begin")


def folder_of(root: Path) -> Path:
    return root / "with a space" / str(WORKSPACE)


def contents(repository: MetadataRepository) -> dict[str, bytes]:
    return {file.path: repository.read(file.path) for file in repository.files()}


def git(root: Path, *arguments: str) -> str:
    environment = {
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Eve",
        "GIT_AUTHOR_EMAIL": "eve@example.com",
        "GIT_COMMITTER_NAME": "Eve",
        "GIT_COMMITTER_EMAIL": "eve@example.com",
    }
    ran = subprocess.run(
        ["git", "-C", str(folder_of(root)), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout + ran.stderr


def writer(root: Path, name: str, count: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder_of(root)), name, str(count)],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    repository = make(tmp_path)
    writers = [writer(tmp_path, name, 15) for name in ("one", "two", "three")]
    for one in writers:
        assert len(one.communicate()[0].split()) == 15
        assert one.returncode == 0

    messages = [c.message for c in repository.history(limit=100).commits]
    assert len(messages) == 46
    for name in ("one", "two", "three"):
        mine = [m for m in reversed(messages) if m.startswith(name)]
        assert mine == [f"{name} {number}" for number in range(15)]


def test_a_killed_writer_loses_no_acknowledged_commit_and_leaves_no_half_one(
    tmp_path: Path,
) -> None:
    repository = make(tmp_path)
    for number in range(10):
        process = writer(tmp_path, "w", 100_000)
        assert process.stdout is not None
        acknowledged = process.stdout.readline()
        # Another moment of the work each time.
        time.sleep(0.003 * number)
        process.send_signal(signal.SIGKILL)
        rest = process.communicate()[0].split("\n")
        # A last line without its newline was being written when the end came.
        acknowledged = [acknowledged.strip(), *rest[:-1]][-1]

        found = contents(repository)
        assert found["metadata/models/w.yaml"] == found["metadata/recipes/w.yaml"]
        assert int(found["metadata/models/w.yaml"].split()[1]) >= int(acknowledged)
        repository.commit({A: b"%d" % number}, "After the crash", ADA, {})
        assert repository.read(A) == b"%d" % number
    assert not (folder_of(tmp_path) / "refs" / "heads" / "main.lock").exists()
    if shutil.which("git"):
        assert "error" not in git(tmp_path, "fsck", "--full", "--strict")


def test_the_locks_of_a_dead_writer_are_removed(tmp_path: Path) -> None:
    repository = make(tmp_path)
    folder = folder_of(tmp_path)
    (folder / LOCK_FILE).write_text("writing\n")  # as a killed writer leaves it
    (folder / "refs" / "heads" / "main.lock").touch()
    (folder / "objects" / "tmp_object_git2_aBcDeF").write_bytes(b"half")

    repository.commit({A: b"1"}, "Save", ADA, {})

    assert repository.read(A) == b"1"
    assert not (folder / "refs" / "heads" / "main.lock").exists()
    assert not (folder / "objects" / "tmp_object_git2_aBcDeF").exists()
    assert (folder / LOCK_FILE).read_bytes() == b""


def test_an_old_lock_of_another_git_is_removed_and_a_young_one_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = make(tmp_path)
    lock = folder_of(tmp_path) / "refs" / "heads" / "main.lock"
    lock.touch()
    os.utime(lock, (time.time() - 3600,) * 2)
    repository.commit({A: b"1"}, "Save", ADA, {})
    assert repository.read(A) == b"1"

    monkeypatch.setattr("lakewright.git.local_repository._ATTEMPTS", 2)
    lock.touch()
    with pytest.raises(LakewrightError) as refused:
        repository.commit({A: b"2"}, "Save", ADA, {})
    assert refused.value.http_status == 503
    assert lock.exists()
    assert repository.read(A) == b"1"


def test_a_refused_commit_leaves_the_lock_free_and_unmarked(tmp_path: Path) -> None:
    repository = make(tmp_path)
    with pytest.raises(NotFoundError):
        repository.commit({A: None}, "Save", ADA, {})
    with writer_lock(folder_of(tmp_path) / LOCK_FILE) as abandoned:
        assert not abandoned


def test_a_lock_that_others_hold_is_waited_for_and_then_given_up(tmp_path: Path) -> None:
    with (
        writer_lock(tmp_path / "lock"),
        pytest.raises(BusyError),
        writer_lock(tmp_path / "lock", patience_seconds=0.02),
    ):
        pass


@needs_git
def test_git_itself_reads_what_we_write(tmp_path: Path) -> None:
    repository = make(tmp_path, {A: b"a: 1\n"})
    repository.commit({B: b"b\n", A: b"a: 2\n"}, "Change a\n\nAnd add b.", ADA, {})

    assert git(tmp_path, "log", "--format=%an <%ae> %s").splitlines() == [
        "Ada Lovelace <ada@example.com> Change a",
        "Ada Lovelace <ada@example.com> Begin",
    ]
    assert git(tmp_path, "show", f"main:{A}") == "a: 2\n"
    assert "error" not in git(tmp_path, "fsck", "--full", "--strict")
    assert repository.head() == git(tmp_path, "rev-parse", "HEAD").strip()


@needs_git
def test_what_others_push_is_seen_at_once_and_links_are_not_followed(tmp_path: Path) -> None:
    repository = make(tmp_path, {A: b"a: 1\n"})
    assert len(repository.files()) == 1
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", ".", str(clone))
    (clone / B).write_text("b: 1\n")
    (clone / "metadata" / "models" / "link.yaml").symlink_to("/etc/passwd")
    (clone / A).unlink()
    (clone / A).symlink_to(B)
    git(tmp_path, "-C", str(clone), "add", "-A")
    git(tmp_path, "-C", str(clone), "commit", "--quiet", "-m", "By hand")
    git(tmp_path, "-C", str(clone), "push", "--quiet", "origin", "main")

    assert contents(repository) == {B: b"b: 1\n"}
    with pytest.raises(NotFoundError):
        repository.read("metadata/models/link.yaml")
    [made] = repository.history(limit=1).commits
    assert (made.author.name, made.message) == ("Eve", "By hand")
    repository.commit({B: b"b: 2\n"}, "Save", ADA, {})
    assert contents(repository) == {B: b"b: 2\n"}


def test_many_small_commits_are_packed_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lakewright.git.housekeeping._MANY_IN_SAMPLE", 0)
    repository = make(tmp_path)
    for number in range(150):
        repository.commit({A: b"%d" % number}, f"Save {number}", ADA, {})

    objects = folder_of(tmp_path) / "objects"
    assert len(list((objects / "pack").glob("*.pack"))) == 1
    assert len(list(objects.glob("??/*"))) < 450
    again = LocalRepository(folder_of(tmp_path))
    for one in (repository, again):
        assert [c.message for c in one.history(limit=200).commits[:150]] == (
            [f"Save {number}" for number in range(149, -1, -1)]
        )
        assert one.read(A) == b"149"


def test_packing_twice_keeps_the_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pygit2

    monkeypatch.setattr("lakewright.git.housekeeping._MANY_IN_SAMPLE", -1)
    repository = make(tmp_path, {A: b"1"})
    (folder_of(tmp_path) / "objects" / "17").mkdir(exist_ok=True)
    opened = pygit2.Repository(str(folder_of(tmp_path)))
    for _ in range(3):
        assert packed_when_many(opened, folder_of(tmp_path))
        assert contents(repository) == {A: b"1"}


def test_a_repository_is_made_whole_or_not_at_all(tmp_path: Path) -> None:
    repositories = LocalRepositories(tmp_path)
    for files in ({"../x": b""}, {"a.yaml": b"", "A.yaml": b""}, {"a": b"", "a/b": b""}):
        with pytest.raises(LakewrightError):
            repositories.create(WORKSPACE, files, ADA, "Begin")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(NotFoundError):
        repositories.open(WORKSPACE)


def test_a_repository_is_not_made_twice(tmp_path: Path) -> None:
    repositories = LocalRepositories(tmp_path)
    repositories.create(WORKSPACE, {A: b"1"}, ADA, "Begin")
    with pytest.raises(LakewrightError, match="already"):
        repositories.create(WORKSPACE, {A: b"2"}, ADA, "Begin")
    assert LocalRepositories(tmp_path).open(WORKSPACE).read(A) == b"1"
    assert [entry.name for entry in tmp_path.iterdir()] == [str(WORKSPACE)]


def test_half_made_repositories_of_the_past_are_removed(tmp_path: Path) -> None:
    old, young = tmp_path / ".new-old", tmp_path / ".new-young"
    old.mkdir()
    young.mkdir()
    os.utime(old, (time.time() - 7200,) * 2)
    LocalRepositories(tmp_path).create(WORKSPACE, {}, ADA, "Begin")
    assert (old.exists(), young.exists()) == (False, True)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_nobody_else_can_read_the_repositories(tmp_path: Path) -> None:
    root = tmp_path / "repositories"
    LocalRepositories(root).create(WORKSPACE, {A: b"1"}, ADA, "Begin")
    assert root.stat().st_mode & 0o077 == 0
    assert (root / str(WORKSPACE)).stat().st_mode & 0o077 == 0


def test_more_repositories_than_are_kept_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LocalRepositories, "MOST_OPEN", 2)
    repositories = LocalRepositories(tmp_path)
    ids: list[UUID] = [uuid4() for _ in range(4)]
    for one in ids:
        repositories.create(one, {A: str(one).encode()}, ADA, "Begin")
    assert [repositories.open(one).read(A) for one in ids] == [str(one).encode() for one in ids]


def test_a_damaged_repository_is_refused_in_words_that_name_no_folder(tmp_path: Path) -> None:
    repository = make(tmp_path, {A: b"1"})
    shutil.rmtree(folder_of(tmp_path) / "objects")
    for broken in (repository, LocalRepository(folder_of(tmp_path))):
        with pytest.raises(LakewrightError) as refused:
            broken.read(A)
        assert str(tmp_path) not in str(refused.value)


def test_a_missing_object_is_damage_and_no_fault_of_ours(tmp_path: Path) -> None:
    repository = make(tmp_path, {A: b"1", B: b"2"})
    [a, _] = repository.files()
    (folder_of(tmp_path) / "objects" / a.version[:2] / a.version[2:]).unlink()
    for broken in (repository, LocalRepository(folder_of(tmp_path))):
        with pytest.raises(LakewrightError) as refused:
            broken.read(A)
        assert refused.value.http_status == 503
        assert broken.read(B) == b"2"


def test_the_git_settings_of_whoever_runs_the_server_do_not_matter(tmp_path: Path) -> None:
    """In a process of its own, since libgit2 looks for them once."""
    make(tmp_path)
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[broken")
    ran = subprocess.run(
        [sys.executable, "-c", WRITER, str(folder_of(tmp_path)), "w", "1"],
        env={**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.stdout, ran.stderr) == ("0\n", "")


def test_a_commit_bears_the_time_of_the_clock(tmp_path: Path) -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    made = LocalRepositories(tmp_path, clock=lambda: at).create(WORKSPACE, {}, ADA, "Begin")
    assert made.history().commits[0].at == at


FILES = st.dictionaries(
    st.sampled_from([A, B, "metadata/recipes/r.yaml", "c.yaml", C]),
    st.none() | st.binary(max_size=8),
    min_size=1,
)


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(FILES, max_size=4))
def test_a_repository_behaves_like_a_dictionary(
    tmp_path_factory: pytest.TempPathFactory, steps: list[dict[str, bytes | None]]
) -> None:
    repository = make(tmp_path_factory.mktemp("repositories"))
    wanted: dict[str, bytes] = {}
    for step in steps:
        changes = {path: new for path, new in step.items() if new is not None or path in wanted}
        if changes:
            repository.commit(changes, "Save", ADA, {})
        wanted.update({path: new for path, new in changes.items() if new is not None})
        wanted = {path: old for path, old in wanted.items() if changes.get(path, b"") is not None}
        assert contents(repository) == dict(sorted(wanted.items()))
