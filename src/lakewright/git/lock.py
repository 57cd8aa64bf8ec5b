"""How does one process at a time, and one thread in it, write to a repository?"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lakewright.errors import LakewrightError

PATIENCE_SECONDS = 10.0
_WRITING = b"writing\n"


class BusyError(LakewrightError):
    """Others keep writing to the repository."""

    code = "busy"
    http_status = 503


@contextmanager
def writer_lock(path: Path, patience_seconds: float = PATIENCE_SECONDS) -> Iterator[bool]:
    """Hold the lock file for the block; yields whether the last holder died inside of one.

    The kernel lets go of the lock when its holder ends, however it ends. What stays is the
    mark in the file, and that says which leftovers are nobody's: git's own `.lock` files, which
    the kernel knows nothing about.

    Raises:
        BusyError: Others held it for longer than `patience_seconds`.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        _acquire(handle, patience_seconds)
        try:
            abandoned = os.fstat(handle).st_size > 0
            os.lseek(handle, 0, os.SEEK_SET)
            os.write(handle, _WRITING)
            yield abandoned
        finally:
            os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _acquire(handle: int, patience_seconds: float) -> None:
    pause, deadline = 0.001, time.monotonic() + patience_seconds
    while not _try_lock(handle):
        if time.monotonic() > deadline:
            raise BusyError(
                "The repository is busy: others have been saving to it all the time.",
                "Save again in a moment.",
            )
        time.sleep(pause)
        pause = min(pause * 2, 0.05)


if sys.platform == "win32":

    def _try_lock(handle: int) -> bool:
        import msvcrt

        try:
            # A byte far behind the mark: Windows' locks also keep others from reading.
            os.lseek(handle, 1_000, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def _try_lock(handle: int) -> bool:
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
