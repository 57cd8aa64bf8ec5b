"""Git's objects in a folder, for every thread: trees are listed, read and compared."""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakewright.diagnostics import shown
from lakewright.errors import LakewrightError, LimitError, NotFoundError
from lakewright.git.library import prepare
from lakewright.git.objects import FILE_MODES, entry_at, is_metadata, version_on_side
from lakewright.ports import MAXIMUM_FILE_BYTES, FileChange, RepositoryFile

if TYPE_CHECKING:
    import pygit2

LARGEST_PATCHED_BYTES = 1_000_000
_KEPT_LISTINGS = 8


class RepositoryError(LakewrightError):
    """The repository on disk cannot be read or written."""

    code = "repository"
    http_status = 503


@dataclass(frozen=True, slots=True)
class Listing:
    """The metadata files of one tree, by path and in order."""

    tree: "pygit2.Oid"
    by_path: Mapping[str, RepositoryFile]
    files: tuple[RepositoryFile, ...]


class ObjectStore:
    """The objects of one bare repository, for any number of threads. Methods block."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._opened = threading.local()
        self._listings: OrderedDict[str, Listing] = OrderedDict()
        self._listings_lock = threading.Lock()

    def opened(self) -> "pygit2.Repository":
        """This thread's own: libgit2's repositories may not be shared between threads."""
        import pygit2

        found: pygit2.Repository | None = getattr(self._opened, "repository", None)
        if found is None:
            from pygit2.enums import RepositoryOpenFlag

            prepare()
            found = pygit2.Repository(
                str(self.folder), RepositoryOpenFlag.BARE | RepositoryOpenFlag.NO_SEARCH
            )
            self._opened.repository = found
        return found

    def listing(self, tree_id: "pygit2.Oid") -> Listing:
        """The metadata files of a tree; made from a known tree and what differs from it."""
        key = str(tree_id)
        with self._listings_lock:
            if (known := self._listings.get(key)) is not None:
                self._listings.move_to_end(key)
                return known
            base = next(reversed(self._listings.values()), None)
        with refusing(self.folder):
            repository = self.opened()
            tree: Any = repository[tree_id]
            by_path = dict(base.by_path) if base is not None else {}
            if base is None:
                difference = tree.diff_to_tree(swap=True)
            else:
                old: Any = repository[base.tree]
                difference = old.diff_to_tree(tree)
            deltas = list(difference.deltas)
            for delta in deltas:
                by_path.pop(delta.old_file.path, None)
            for delta in deltas:
                entry = delta.new_file
                if version_on_side(entry) and entry.mode in FILE_MODES and is_metadata(entry.path):
                    size = repository.odb.read_header(entry.id)[1]
                    by_path[entry.path] = RepositoryFile(entry.path, str(entry.id), size)
        files = tuple(by_path[path] for path in sorted(by_path))
        listing = Listing(tree_id, by_path, files)
        with self._listings_lock:
            self._listings[key] = listing
            while len(self._listings) > _KEPT_LISTINGS:
                self._listings.popitem(last=False)
        return listing

    def read(self, tree_id: "pygit2.Oid", path: str) -> bytes:
        """A file of a tree."""
        with refusing(self.folder):
            repository = self.opened()
            # libgit2 keeps no large tree in memory: walking to one file of a folder of 10,000
            # parses the whole folder, so files that are listed are taken from the list.
            listed = self._listings.get(str(tree_id))
            file = listed.by_path.get(path) if listed is not None else None
            entry: Any = (
                repository[file.version]
                if file is not None
                else entry_at(repository[tree_id], path)
            )
            if file is None and (entry is None or int(entry.filemode) not in FILE_MODES):
                raise NotFoundError(
                    f"There is no file '{shown(path)}'.",
                    "List the repository again; it may have been moved.",
                    shown(path),
                )
            size = file.size_bytes if file else repository.odb.read_header(entry.id)[1]
            if size > MAXIMUM_FILE_BYTES:
                raise LimitError(
                    f"'{shown(path)}' has {size:,} bytes; the limit is {MAXIMUM_FILE_BYTES:,}.",
                    "Split it into several files.",
                    shown(path),
                )
            return bytes(entry.data)

    def differences(
        self, before: "pygit2.Oid", after: "pygit2.Oid", path: str = ""
    ) -> tuple[FileChange, ...]:
        """How one tree differs from another, by path; one file when named."""
        with refusing(self.folder):
            repository = self.opened()
            old: Any = repository[before]
            new: Any = repository[after]
            found: dict[str, FileChange] = {}
            difference = old.diff_to_tree(new)
            for number, delta in enumerate(difference.deltas):
                was, now = version_on_side(delta.old_file), version_on_side(delta.new_file)
                name = delta.new_file.path
                if path and name != path:
                    continue
                sizes = [repository.odb.read_header(v)[1] for v in (was, now) if v]
                patch = ""
                if max(sizes) <= LARGEST_PATCHED_BYTES:
                    made = difference[number]
                    if made is not None and not made.delta.is_binary:
                        patch = made.data.decode("utf-8", "replace")
                earlier = found.get(name)
                # A file that became a link is removed and added.
                found[name] = FileChange(
                    name,
                    was or (earlier.before if earlier else None),
                    now or (earlier.after if earlier else None),
                    (earlier.patch if earlier else "") + patch,
                )
            return tuple(found[name] for name in sorted(found))


class Snapshot:
    """`MetadataRepository` on one commit; what it says never changes."""

    def __init__(self, store: ObjectStore, tree: "pygit2.Oid") -> None:
        self._store = store
        self._tree = tree

    def files(self) -> Sequence[RepositoryFile]:
        """Sorted by path; links, hidden folders and other kinds of files are left out."""
        return self._store.listing(self._tree).files

    def read(self, path: str) -> bytes:
        """The file's bytes, whatever they are."""
        return self._store.read(self._tree, path)


@contextmanager
def refusing(folder: Path) -> Iterator[None]:
    """Faults of the disk and of git in words; where the repository lies is no user's business."""
    import pygit2

    try:
        yield
    except KeyError as error:
        # How pygit2 says that an object is missing.
        raise RepositoryError(
            "The repository is damaged: a part of it is missing.", "Restore it from a backup."
        ) from error
    except (pygit2.GitError, OSError) as error:
        # libgit2's messages may hold the path of the data folder.
        said = getattr(error, "strerror", None) or str(error).replace(str(folder), "...")
        raise RepositoryError(
            f"The repository cannot be used: {shown(said, 200)}.",
            "`lakewright doctor` looks at disk space and permissions.",
        ) from error
