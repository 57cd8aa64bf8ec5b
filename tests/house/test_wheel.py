"""What is installed from the wheel needs no checkout beside it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files, in a folder with a space in its name."""
    folder = tmp_path_factory.mktemp("a wheel")
    building = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder)]
    subprocess.run(building, cwd=ROOT, check=True, capture_output=True)
    [wheel] = folder.glob("lakewright-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(unpacked: Path, *arguments: str) -> str:
    """Standard output of Python that finds the wheel's files before the checkout's."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=unpacked.parent,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize("folder", ["examples", "supabase/migrations"])
def test_what_lies_beside_the_source_is_in_the_wheel(unpacked: Path, folder: str) -> None:
    def files(root: Path) -> dict[str, bytes]:
        found = (path for path in root.rglob("*") if path.is_file())
        return {str(path.relative_to(root)): path.read_bytes() for path in found}

    shipped = files(unpacked / "lakewright" / Path(folder).name)
    assert shipped
    assert shipped == files(ROOT / folder)


def test_every_file_of_the_package_is_in_the_wheel(unpacked: Path) -> None:
    source = ROOT / "src" / "lakewright"
    wanted = {
        str(path.relative_to(source))
        for path in source.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    missing = {name for name in wanted if not (unpacked / "lakewright" / name).is_file()}
    assert missing == set()


def test_the_installed_command_runs(unpacked: Path) -> None:
    from lakewright import __version__

    assert __version__ in run(unpacked, "-m", "lakewright", "version")


def test_the_installed_server_finds_its_own_migrations_and_examples(unpacked: Path) -> None:
    asked = """
from lakewright.operations.init import example_names
from lakewright.store.embedded import bootstrap_text
from lakewright.store.migrations import migrations_folder, read_migrations
print(migrations_folder(), len(read_migrations(migrations_folder())), "retail" in example_names())
assert "app_api" in bootstrap_text()
"""
    count = len(list((ROOT / "supabase" / "migrations").glob("*.sql")))
    packaged = unpacked / "lakewright" / "migrations"
    assert run(unpacked, "-c", asked) == f"{packaged} {count} True"
