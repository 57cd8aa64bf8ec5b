"""A bundle is replaced whole or not at all, whatever happens meanwhile."""

import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from lakewright.context import output_at
from lakewright.errors import LakewrightError
from lakewright.files import output_folder
from lakewright.files.output_folder import OutputFolder, check_output_path
from tests.operations.workshop import folder_content, tables_model

LOCK = "lakewright.lock"
OLD = {LOCK: b"{}", "databricks.yml": b"bundle: {}\n", "src/a.sql": b"SELECT 1\n"}


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def folder(tmp_path: Path) -> OutputFolder:
    """An output folder that holds `OLD`."""
    made = output_at(tmp_path / "out", {"LAKEWRIGHT_CACHE": str(tmp_path / "cache")})
    with made.replacing() as version:
        for path, content in OLD.items():
            version.write(path, content.decode())
    return made


def test_written_files_join_and_removed_files_leave_what_was_there(folder: OutputFolder) -> None:
    with folder.replacing() as version:
        version.write("src/b.sql", "SELECT 2\n")
        version.remove(["src/a.sql"])

    assert folder_content(folder.path) == {
        LOCK: b"{}",
        "databricks.yml": b"bundle: {}\n",
        "src/b.sql": b"SELECT 2\n",
    }


def test_a_failing_block_changes_nothing_and_leaves_nothing_behind(folder: OutputFolder) -> None:
    def fail() -> None:
        with folder.replacing() as version:
            version.write("src/b.sql", "SELECT 2\n")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert folder_content(folder.path) == OLD
    assert names_in(folder.path.parent) == ["out"]


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "../x", "a/../../x", "a\\b", "a\nb", "a\0b", "x" * 256, "é" * 128],
    ids=["empty", "absolute", "up", "hidden up", "backslash", "newline", "NUL", "long", "bytes"],
)
def test_a_path_that_leaves_the_bundle_or_cannot_be_stored_is_refused(
    folder: OutputFolder, path: str
) -> None:
    with pytest.raises(LakewrightError):
        check_output_path(path)
    with pytest.raises(LakewrightError), folder.replacing() as version:
        version.write(path, "x")

    assert folder_content(folder.path) == OLD


def test_links_in_the_bundle_stay_links_and_are_not_followed(
    folder: OutputFolder, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret")
    (folder.path / "link").symlink_to(outside)

    with folder.replacing() as version:
        version.write("src/b.sql", "SELECT 2\n")

    assert (folder.path / "link").is_symlink()
    assert (outside / "secret.txt").read_text() == "secret"


@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_is_no_folder_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "out"
    if kind == "file":
        path.write_text("mine")
    else:
        (tmp_path / "elsewhere").mkdir()
        path.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(LakewrightError), output_at(path, {}).replacing():
        pass


def test_a_place_where_nothing_may_be_written_is_refused() -> None:
    if not Path("/sys/kernel").is_dir():
        pytest.skip("there is no file system here that refuses writers of every rank")

    with (
        pytest.raises(LakewrightError) as refused,
        output_at(Path("/sys/kernel/bundle"), {}).replacing(),
    ):
        pass

    assert refused.value.remedy


def test_a_folder_that_may_not_be_written_is_refused_and_unchanged(folder: OutputFolder) -> None:
    if os.geteuid() == 0:
        pytest.skip("permissions do not stop the superuser")
    folder.path.parent.chmod(0o555)
    try:
        with pytest.raises(LakewrightError), folder.replacing() as version:
            version.write("src/b.sql", "SELECT 2\n")
    finally:
        folder.path.parent.chmod(0o755)

    assert folder_content(folder.path) == OLD


def test_a_second_writer_waits_its_turn(folder: OutputFolder) -> None:
    other = output_at(folder.path, {})
    entered = threading.Event()

    def second() -> None:
        with other.replacing() as version:
            entered.set()
            version.write("src/second.sql", "SELECT 2\n")

    with folder.replacing() as version:
        thread = threading.Thread(target=second)
        thread.start()
        assert not entered.wait(0.2)
        version.write("src/first.sql", "SELECT 1\n")
    thread.join(timeout=10)

    assert {"src/first.sql", "src/second.sql"} <= set(folder_content(folder.path))


def test_a_writer_that_never_ends_is_named_to_the_second(
    folder: OutputFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output_folder, "WAIT_FOR_OTHER_WRITER_SECONDS", 0.1)
    with (
        folder.replacing(),
        pytest.raises(LakewrightError) as refused,
        output_at(folder.path, {}).replacing(),
    ):
        pass

    assert "Another process" in refused.value.problem


# Whole processes, killed


WRITER = """
import sys
from pathlib import Path
from lakewright.context import output_at
folder = output_at(Path(sys.argv[1]), {})
print("ready", flush=True)
with folder.replacing() as version:
    version.write("lakewright.lock", "{}")
    for number in range(400):
        version.write(f"src/{number % 7}/{number}.sql", sys.argv[2] * 2000)
"""


def written(letter: str) -> dict[str, bytes]:
    files = {f"src/{n % 7}/{n}.sql": (letter * 2000).encode() for n in range(400)}
    return {LOCK: b"{}", **files}


def test_a_killed_writer_leaves_the_whole_old_or_the_whole_new_version(tmp_path: Path) -> None:
    out = tmp_path / "out"
    moments = random.Random(20)
    subprocess.run([sys.executable, "-c", WRITER, out, "a"], check=True, capture_output=True)
    versions = [written("a"), written("b")]
    for round_number in range(15):
        letter = "ab"[round_number % 2]
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, out, letter], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(moments.uniform(0, 0.08))
            process.send_signal(signal.SIGKILL)
        assert folder_content(out) in versions

    subprocess.run([sys.executable, "-c", WRITER, out, "b"], check=True, capture_output=True)
    assert folder_content(out) == written("b")
    assert names_in(tmp_path) == ["out"], "leftovers of killed writers"


def lakewright(repository: Path, out: Path, cache: Path) -> list[str]:
    return [
        sys.executable, "-m", "lakewright", "-C", str(repository), "generate", "--out", str(out),
    ]  # fmt: skip


def test_a_killed_generation_leaves_the_whole_old_or_the_whole_new_bundle(tmp_path: Path) -> None:
    repository, cache = tmp_path / "repository", tmp_path / "cache"
    model = repository / "metadata" / "models" / "shop.yaml"
    model.parent.mkdir(parents=True)
    (tmp_path / "bundles").mkdir()
    out = tmp_path / "bundles" / "out"
    environ = {**os.environ, "LAKEWRIGHT_CACHE": str(cache)}

    def run(path: Path) -> None:
        subprocess.run(
            lakewright(repository, path, cache), check=True, capture_output=True, env=environ
        )

    texts = [tables_model("shop", {"a": kind, "b": kind, "c": kind}) for kind in ("INT", "DATE")]
    versions = []
    for number, text in enumerate(texts):
        model.write_text(text)
        run(tmp_path / f"whole{number}")
        versions.append(folder_content(tmp_path / f"whole{number}"))
    run(out)
    began = time.monotonic()
    model.write_text(texts[0])
    run(out)
    usual = time.monotonic() - began

    moments = random.Random(21)
    for round_number in range(10):
        model.write_text(texts[(round_number + 1) % 2])
        with subprocess.Popen(
            lakewright(repository, out, cache),
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            time.sleep(moments.uniform(0.3, 1.0) * usual)
            process.send_signal(signal.SIGKILL)
        assert folder_content(out) in versions
        if round_number % 3 == 0:
            run(out)
            assert folder_content(out) == versions[(round_number + 1) % 2]

    run(out)
    assert folder_content(out) == versions[0]
    assert names_in(out.parent) == ["out"], "leftovers of killed generations"


def test_a_full_disk_is_said_and_changes_nothing(folder: OutputFolder, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    model = repository / "metadata" / "models" / "shop.yaml"
    model.parent.mkdir(parents=True)
    model.write_text(tables_model("shop", {"orders": "INT"}))

    ended = subprocess.run(
        lakewright(repository, folder.path, tmp_path / "cache"),
        env={**os.environ, "LAKEWRIGHT_CACHE": str(tmp_path / "cache2")},
        capture_output=True,
        text=True,
        check=False,
        # No file may grow beyond this, as on a disk with so much room left.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)),
    )

    assert ended.returncode == 1
    assert "unchanged" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert folder_content(folder.path) == OLD
    assert not [name for name in names_in(tmp_path) if name.startswith(".out")]
