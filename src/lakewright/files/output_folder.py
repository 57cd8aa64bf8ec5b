"""The folder that a bundle is written to: replaced whole, or not at all."""

import ctypes
import errno
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from lakewright.errors import LakewrightError
from lakewright.files.local_state import StampedHashes

RENAME_EXCHANGE = 2
AT_FDCWD = -100
WAIT_FOR_OTHER_WRITER_SECONDS = 10.0
# Above this, one flush of the file system is cheaper than one for each file.
FLUSH_SINGLY_BELOW = 200


class OutputFolder:
    """A bundle on disk.

    A new version is built beside the old one (unchanged and foreign files are hard links, so
    they keep their time stamps and cost no space) and the two folders change places in one
    system call. Whoever looks sees the whole old or the whole new bundle, also after a crash
    or a full disk.
    """

    def __init__(self, path: Path, hashes: StampedHashes, marker: str) -> None:
        """`marker` names the file by which a folder is known to be ours (the lock file)."""
        self.path = path
        self._hashes = hashes
        self._marker = marker

    def read_text(self, path: str) -> str | None:
        """The file as UTF-8, or None when absent or not text."""
        try:
            return (self.path / path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def content_hash(self, path: str) -> str | None:
        """Hash of the file on disk; None when there is no such plain file."""
        return self._hashes.of(path)

    def exists(self, path: str) -> bool:
        return os.path.lexists(self.path / path)

    def save_stamps(self) -> None:
        """Remember the stamps seen, so that the next run need not read unchanged files."""
        self._hashes.save()

    def check_is_ours(self) -> None:
        """Refuse to touch a folder that holds something else.

        Raises:
            LakewrightError: The path is a file or a link, or a folder with content but
                without our lock file.
        """
        if self.path.is_symlink() or (self.path.exists() and not self.path.is_dir()):
            raise LakewrightError(
                problem=f"'{self.path}' is not a plain folder.",
                remedy="Choose another output folder with --out.",
                where=str(self.path),
            )
        if (
            self.path.is_dir()
            and not (self.path / self._marker).exists()
            and any(self.path.iterdir())
        ):
            raise LakewrightError(
                problem=f"'{self.path}' has content that Lakewright did not make.",
                remedy="Choose an empty or a new folder with --out.",
                where=str(self.path),
            )

    @contextmanager
    def replacing(self) -> Iterator["Staging"]:
        """Build the next version; it takes the old one's place when the block ends well.

        Raises:
            LakewrightError: Another process is writing, the disk is full or read-only. The
                old version is then untouched.
        """
        self.check_is_ours()
        parent = self.path.parent
        try:
            parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _refusal(self.path, error) from error
        with _only_writer(parent, self.path):
            self._clear_leftovers()
            stage = parent / f".{self.path.name}.lakewright-{secrets.token_hex(4)}"
            try:
                stage.mkdir()
                staging = Staging(stage)
                yield staging
                self._link_the_rest(stage, staging)
                staging.flush()
                self._change_places(stage)
            except OSError as error:
                raise _refusal(self.path, error) from error
            finally:
                shutil.rmtree(stage, ignore_errors=True)

    def _clear_leftovers(self) -> None:
        """Remove what a killed process left; put back a version that it had set aside."""
        prefix = f".{self.path.name}.lakewright-"
        aside = self.path.parent / f"{prefix}aside"
        if aside.is_dir() and not self.path.exists():
            aside.rename(self.path)
        for entry in list(os.scandir(self.path.parent)):
            if entry.name.startswith(prefix) and entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)

    def _link_the_rest(self, stage: Path, staging: "Staging") -> None:
        """Everything of the old version that is neither rewritten nor removed."""
        if not self.path.is_dir():
            return
        # Plain strings and system calls: this loop runs once for each of 10,000 files.
        old_root, new_root = str(self.path), str(stage)
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            kept_any = False
            with os.scandir(old_root + folder) as entries:
                for entry in entries:
                    path = f"{folder}/{entry.name}"
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(path)
                        continue
                    relative = path[1:]
                    if relative in staging.written or relative in staging.removed:
                        continue
                    if not kept_any:
                        os.makedirs(new_root + folder, exist_ok=True)  # noqa: PTH103
                        kept_any = True
                    _link(entry.path, new_root + path)

    def _change_places(self, stage: Path) -> None:
        if not self.path.exists():
            stage.rename(self.path)
            return
        if _exchange(stage, self.path):
            return
        # No atomic exchange on this system: the old version is set aside, and
        # `_clear_leftovers` puts it back if we die between the two renames.
        aside = self.path.parent / f".{self.path.name}.lakewright-aside"
        self.path.rename(aside)
        stage.rename(self.path)
        shutil.rmtree(aside, ignore_errors=True)


class Staging:
    """The next version of a folder while it is being written."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._made: set[str] = {""}
        self.written: set[str] = set()
        self.removed: set[str] = set()

    def write(self, path: str, text: str) -> None:
        """Write UTF-8 with the text's own line ends. Paths stay inside the folder."""
        check_output_path(path)
        parent = path.rpartition("/")[0]
        if parent not in self._made:
            os.makedirs(f"{self._folder}/{parent}", exist_ok=True)  # noqa: PTH103
            self._made.add(parent)
        with open(f"{self._folder}/{path}", "wb") as file:  # noqa: PTH123
            file.write(text.encode("utf-8", errors="surrogatepass"))
        self.written.add(path)

    def remove(self, paths: Iterable[str]) -> None:
        """Leave these files of the old version behind."""
        self.removed.update(paths)

    def flush(self) -> None:
        """Bring the new files to the disk before they take the old ones' place."""
        if len(self.written) > FLUSH_SINGLY_BELOW:
            os.sync()
            return
        for path in self.written:
            handle = os.open(f"{self._folder}/{path}", os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def check_output_path(path: str) -> None:
    """Refuse a path that leaves the bundle or that some system cannot store.

    Raises:
        LakewrightError: Absolute, `..`, a backslash, a control character, or a part of more
            than 255 bytes.
    """
    parts = PurePosixPath(path).parts
    bad = (
        not path
        or path.startswith("/")
        or ".." in parts
        or "\\" in path
        or any(ord(c) < 32 for c in path)
        or any(len(part.encode("utf-8", errors="replace")) > 255 for part in parts)
    )
    if bad:
        raise LakewrightError(
            problem=f"'{path!r}' cannot be a file of a bundle.",
            remedy="Use a relative path with '/', without '..' and control characters.",
            where=path,
        )


def _link(source: str, target: str) -> None:
    """Hard link where the file system can, else a copy; a link stays a link."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        shutil.copy2(source, target, follow_symlinks=False)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two names atomically (Linux `renameat2`); False where that does not exist."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    done = renameat2(
        AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), ctypes.c_uint(RENAME_EXCHANGE)
    )
    return bool(done == 0)


@contextmanager
def _only_writer(parent: Path, path: Path) -> Iterator[None]:
    """One writer below `parent` at a time, by a lock on the folder itself (no lock file)."""
    import fcntl

    handle = os.open(parent, os.O_RDONLY)
    try:
        deadline = time.monotonic() + WAIT_FOR_OTHER_WRITER_SECONDS
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if time.monotonic() > deadline:
                    raise LakewrightError(
                        problem=f"Another process is writing to '{path}'.",
                        remedy="Wait until it has ended, then try again.",
                        where=str(path),
                    ) from error
                time.sleep(0.05)
        yield
    finally:
        os.close(handle)


def _refusal(path: Path, error: OSError) -> LakewrightError:
    reasons = {
        errno.ENOSPC: "The disk is full",
        errno.EDQUOT: "The disk quota is used up",
        errno.EROFS: "The file system is read-only",
        errno.EACCES: "You may not write there",
        errno.EPERM: "You may not write there",
    }
    reason = reasons.get(error.errno or 0, error.strerror or str(error))
    return LakewrightError(
        problem=f"'{path}' could not be written: {reason}. What was there is unchanged.",
        remedy="Make room or choose another output folder with --out, then generate again.",
        where=str(path),
    )
