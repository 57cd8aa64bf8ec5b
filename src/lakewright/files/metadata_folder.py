"""A metadata repository that is a plain folder on this machine."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from lakewright.errors import LakewrightError, LimitError, NotFoundError
from lakewright.files.local_state import StampedHashes
from lakewright.ports import MAXIMUM_FILE_BYTES, METADATA_SUFFIXES, RepositoryFile

# Folders that never hold metadata but may hold thousands of files.
SKIPPED_FOLDERS = frozenset({"node_modules", "out", "dist", "build", "__pycache__"})


class MetadataFolder:
    """`MetadataRepository` on a folder; hidden folders and symbolic links are not followed."""

    def __init__(self, root: Path, hashes: StampedHashes) -> None:
        self._root = root
        self._hashes = hashes

    def files(self) -> Sequence[RepositoryFile]:
        """Sorted by path. A link is left out: it could point outside the repository."""
        found: list[RepositoryFile] = []
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            try:
                entries = list(os.scandir(self._root / folder))
            except OSError as error:
                raise LakewrightError(
                    problem=f"Folder '{folder or self._root}' cannot be read: {error.strerror}.",
                    remedy="Check that it exists and that you may read it.",
                    where=folder or str(self._root),
                ) from error
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_symlink():
                    continue
                if entry.is_dir():
                    if not entry.name.startswith(".") and entry.name not in SKIPPED_FOLDERS:
                        waiting.append(path)
                elif entry.name.endswith(METADATA_SUFFIXES):
                    status = entry.stat(follow_symlinks=False)
                    if not stat.S_ISREG(status.st_mode):
                        continue
                    # A file over the limit is listed, so that reading it can say so.
                    version = (
                        self._hashes.of(path, status)
                        if status.st_size <= MAXIMUM_FILE_BYTES
                        else f"oversize-{status.st_size}"
                    )
                    found.append(RepositoryFile(path, version or "unreadable", status.st_size))
        found.sort(key=lambda file: file.path)
        self._hashes.forget_missing({file.path for file in found})
        self._hashes.save()
        return found

    def read(self, path: str) -> bytes:
        """The file's bytes, whatever they are; decoding is the codec's work."""
        absolute = self._root / path
        try:
            size = absolute.stat().st_size
            if size > MAXIMUM_FILE_BYTES:
                raise LimitError(
                    problem=f"'{path}' has {size:,} bytes; the limit is {MAXIMUM_FILE_BYTES:,}.",
                    remedy="Split it into several files.",
                    where=path,
                )
            return absolute.read_bytes()
        except FileNotFoundError as error:
            raise NotFoundError(
                problem=f"There is no file '{path}'.",
                remedy="List the repository again; it may have been moved.",
                where=path,
            ) from error
        except OSError as error:
            raise LakewrightError(
                problem=f"'{path}' cannot be read: {error.strerror}.",
                remedy="Check the file's permissions.",
                where=path,
            ) from error
