"""Packs of templates as folders and archives on this machine, and changes to a folder."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from lakewright.errors import LakewrightError, LimitError, NotFoundError
from lakewright.ports import MAXIMUM_FILE_BYTES


def read_below(folder: Path, path: str) -> bytes:
    """A file of a folder; links are not followed.

    Raises:
        NotFoundError: There is no such file.
        LakewrightError: It is a link, leads out of the folder, or cannot be read.
    """
    whole = _inside(folder, path)
    try:
        if whole.stat().st_size > MAXIMUM_FILE_BYTES:
            raise LimitError(
                f"'{path}' is larger than {MAXIMUM_FILE_BYTES:,} bytes.", "Split it.", path
            )
        return whole.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFoundError(
            f"There is no file '{path}' in '{folder}'.",
            "Give the folder that holds pack.yaml, with everything that it lists.",
            path,
        ) from error
    except (OSError, ValueError) as error:
        raise _failed("read", path, error) from error


def write_changes(folder: Path, changes: Mapping[str, bytes | None]) -> None:
    """Write and remove files of a folder, all or none of them.

    Raises:
        LakewrightError: A path leads out of the folder through a link, or cannot be written;
            what was done is undone.
    """
    before: dict[Path, bytes | None] = {}
    try:
        for path, content in changes.items():
            whole = _inside(folder, path)
            before[whole] = whole.read_bytes() if whole.is_file() else None
            if content is None:
                whole.unlink(missing_ok=True)
                _without_empty_folders(whole.parent, folder)
            else:
                _put(whole, content)
    except (OSError, ValueError) as error:
        for whole, content in before.items():
            with suppress(OSError):
                if content is None:
                    whole.unlink(missing_ok=True)
                else:
                    _put(whole, content)
        raise _failed("written", path, error) from error


def _put(whole: Path, content: bytes) -> None:
    """Nobody ever sees half of a file."""
    whole.parent.mkdir(parents=True, exist_ok=True)
    beside = whole.with_name(f".{whole.name}.new")
    try:
        beside.write_bytes(content)
        beside.replace(whole)
    finally:
        beside.unlink(missing_ok=True)


def _without_empty_folders(folder: Path, top: Path) -> None:
    """Remove folders that have become empty; the one that everything is in stays."""
    while folder != top and top in folder.parents:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


def _inside(folder: Path, path: str) -> Path:
    whole = folder
    for part in path.split("/"):
        whole = whole / part
        if part in ("", ".", "..") or whole.is_symlink():
            raise LakewrightError(
                f"'{path}' leads through a link or out of '{folder}'.",
                "Use plain files and folders.",
                path,
            )
    return whole


def _failed(done: str, path: str, error: Exception) -> LakewrightError:
    why = getattr(error, "strerror", None) or error
    return LakewrightError(
        f"'{path}' cannot be {done}: {why}.", "Check the folder's permissions.", path
    )
