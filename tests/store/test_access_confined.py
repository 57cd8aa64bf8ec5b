"""What only a few places may do is done there only, and taken-over SQL is what it says it is."""

import re
from importlib.metadata import version
from pathlib import Path

import procrastinate
import pytest

from lakewright.access import ROLES
from lakewright.operations.catalog import OPERATIONS
from lakewright.store.migrations import migrations_folder

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src" / "lakewright").rglob("*.py"))
MIGRATIONS = sorted(migrations_folder().glob("*.sql"))
SERVICE = {"store/accounts.py", "store/work.py", "store/database.py"}


def named(path: Path) -> str:
    return path.relative_to(ROOT / "src" / "lakewright").as_posix()


def test_only_accounts_and_work_act_as_the_service() -> None:
    users = {
        named(path)
        for path in SOURCES
        if re.search(r"\bas_service\(|set role service_role", path.read_text())
    }
    assert users <= SERVICE


@pytest.mark.parametrize("path", [*SOURCES, *MIGRATIONS], ids=lambda path: path.name)
def test_no_setting_outlives_its_transaction(path: Path) -> None:
    """Behind a transaction pooler it would reach the next client of the connection."""
    text = path.read_text()
    assert not re.search(r"set_config\([^)]*,\s*false\s*\)", text, re.IGNORECASE)
    bare = (
        r"(?im)^set\s+(?!local\b).*"
        if path.suffix == ".sql"
        else r"execute\(\s*f?\W*set\s+(?!local\b).*"
    )
    assert re.findall(bare, text) == []


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: path.name)
def test_migrations_need_no_extension_and_no_newer_postgres(path: Path) -> None:
    text = re.sub(r"--.*", "", path.read_text())
    for word in ("create extension", "uuid_generate", "pgp_sym", "crypt(", "uuidv7", "any_value("):
        assert word not in text.lower(), word


def test_the_queue_is_that_of_the_installed_procrastinate() -> None:
    """A new version of it brings migrations of its own; without them this test turns red."""
    [path] = [path for path in MIGRATIONS if path.name.endswith("_jobs.sql")]
    assert f"procrastinate {version('procrastinate')}" in path.read_text()
    assert procrastinate.__file__ is not None
    theirs = (Path(procrastinate.__file__).parent / "sql" / "schema.sql").read_text()
    assert theirs[theirs.index("-- Enums") :].strip() in path.read_text()


def test_every_operation_has_a_role_and_every_role_an_operation() -> None:
    assert OPERATIONS.keys() == ROLES.keys()
