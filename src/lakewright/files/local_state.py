"""What this machine remembers between runs: content hashes by file stamp, proofs, last reports.

Everything here can be deleted at any time; the next run is slower, never different.
"""

import json
import os
import tempfile
import time
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

# A file changed within this time of our last look may change again without its stamp
# moving (file systems keep time in ticks), so its hash is not trusted. Git calls such
# entries "racily clean".
RACY_NS = 50_000_000


def cache_folder(environ: Mapping[str, str]) -> Path:
    """`$LAKEWRIGHT_CACHE`, else `$XDG_CACHE_HOME/lakewright`, else `~/.cache/lakewright`."""
    if chosen := environ.get("LAKEWRIGHT_CACHE"):
        return Path(chosen)
    if xdg := environ.get("XDG_CACHE_HOME"):
        return Path(xdg) / "lakewright"
    return Path(environ.get("HOME") or tempfile.gettempdir()) / ".cache" / "lakewright"


def content_hash(content: bytes) -> str:
    """BLAKE2b, 128 bits, in hexadecimal: the version of a text everywhere in Lakewright."""
    return blake2b(content, digest_size=16).hexdigest()


def read_json(path: Path) -> Any:
    """The parsed file, or None when it is absent or damaged (state is only ever a memory)."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


def write_json(path: Path, value: object) -> None:
    """Write whole or not at all. A cache folder that cannot be written is not an error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            # One dumps call: the C encoder is only used for a whole string.
            file.write(json.dumps(value, separators=(",", ":")))
        Path(name).replace(path)
    except OSError:
        return


class StampedHashes:
    """Content hashes of files below one folder, recomputed only when a file's stamp moved.

    The stamp is (modification time, size, inode), as in git's index.
    """

    def __init__(self, root: Path, memory_file: Path) -> None:
        self._root = str(root)
        self._memory_file = memory_file
        self._taken_at = 0
        self._known: dict[str, list[Any]] | None = None
        self._changed = False

    def of(self, path: str, stat: os.stat_result | None = None) -> str | None:
        """Hash of the file at the relative `path`; None when there is no readable file."""
        absolute = f"{self._root}/{path}"
        if stat is None:
            try:
                stat = os.stat(absolute, follow_symlinks=False)  # noqa: PTH116  (hot: no Path objects)
            except OSError:
                return None
        stamp = [stat.st_mtime_ns, stat.st_size, stat.st_ino]
        known = self._load()
        entry = known.get(path)
        if entry is not None and entry[:3] == stamp and stat.st_mtime_ns < self._taken_at - RACY_NS:
            return str(entry[3])
        try:
            with open(absolute, "rb") as file:  # noqa: PTH123
                found = content_hash(file.read())
        except OSError:
            return None
        known[path] = [*stamp, found]
        self._changed = True
        return found

    def save(self) -> None:
        """Remember for the next process."""
        if self._changed and self._known is not None:
            write_json(self._memory_file, {"taken_at": time.time_ns(), "files": self._known})
            self._changed = False

    def forget_missing(self, present: set[str]) -> None:
        """Drop entries of files that are gone, so that the memory does not grow for ever."""
        known = self._load()
        for path in known.keys() - present:
            del known[path]
            self._changed = True

    def _load(self) -> dict[str, list[Any]]:
        if self._known is None:
            memory = read_json(self._memory_file)
            if isinstance(memory, dict) and isinstance(memory.get("files"), dict):
                self._known = memory["files"]
                self._taken_at = int(memory.get("taken_at", 0))
            else:
                self._known = {}
        return self._known


class ProofFile:
    """`ProofMemory` in one append-only text file, a key a line."""

    MAXIMUM_KEYS = 100_000

    def __init__(self, path: Path) -> None:
        self._path = path
        self._keys: set[str] | None = None
        self._new: list[str] = []

    def known(self, key: str) -> bool:
        return key in self._load()

    def remember(self, key: str) -> None:
        keys = self._load()
        if key not in keys:
            keys.add(key)
            self._new.append(key)

    def save(self) -> None:
        """Append what is new. Short appends from two processes interleave by whole lines."""
        if not self._new:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            too_many = len(self._load()) > self.MAXIMUM_KEYS
            kept = self._new
            with self._path.open("w" if too_many else "a", encoding="ascii") as file:
                file.write("".join(f"{key}\n" for key in kept))
            self._new = []
        except OSError:
            return

    def _load(self) -> set[str]:
        if self._keys is None:
            try:
                self._keys = set(self._path.read_text(encoding="ascii").split())
            except (OSError, ValueError):
                self._keys = set()
        return self._keys
