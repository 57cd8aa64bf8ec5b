"""A metadata repository that is a bare git repository on this machine."""

import re
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from lakewright.diagnostics import shown
from lakewright.errors import LakewrightError, LimitError, NotFoundError
from lakewright.git.housekeeping import leftovers_removed, packed_when_many
from lakewright.git.library import prepare
from lakewright.git.lock import BusyError, writer_lock
from lakewright.git.paths import (
    PathError,
    check_changes,
    folded_name,
)
from lakewright.ports import (
    MAXIMUM_FILE_BYTES,
    METADATA_SUFFIXES,
    Author,
    Commit,
    FileChange,
    HistoryPage,
    RepositoryFile,
    StaleFile,
    StaleSaveError,
)

if TYPE_CHECKING:
    import pygit2

BRANCH = "main"
LOCK_FILE = "lakewright.lock"
LONGEST_MESSAGE = 10_000
MOST_COMMITS_A_PAGE = 200
# One page of a file's history looks at no more commits than this and then hands out a cursor.
MOST_COMMITS_LOOKED_AT = 5_000
LARGEST_PATCHED_BYTES = 1_000_000

_COMMIT_ID = re.compile(r"[0-9a-f]{40}")
_KEPT_LISTINGS = 8
_FILE_MODE = 0o100644
_FILE_MODES = frozenset({0o100644, 0o100664, 0o100755})
_FOLDER_MODE = 0o040000
_ATTEMPTS = 40
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f<>\u2028\u2029\ud800-\udfff]+")


class RepositoryError(LakewrightError):
    """The repository on disk cannot be read or written."""

    code = "repository"
    http_status = 503


@dataclass(frozen=True, slots=True)
class _Listing:
    """The metadata files of one tree, by path and in order."""

    tree: "pygit2.Oid"
    by_path: Mapping[str, RepositoryFile]
    files: tuple[RepositoryFile, ...]


def utc_now() -> datetime:
    """The clock of this machine."""
    return datetime.now(UTC)


class LocalRepository:
    """`VersionedRepository` on one branch of a bare repository.

    Any number of threads and processes may read and write at once: a commit moves the branch
    from the commit it was built on or not at all. Methods block; call them from a thread where
    an event loop runs.
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime] = utc_now) -> None:
        self._folder = folder
        self._clock = clock
        self._opened = threading.local()
        self._listings: OrderedDict[str, _Listing] = OrderedDict()
        self._listings_lock = threading.Lock()

    def head(self) -> str:
        """Id of the branch's newest commit; read from disk each time."""
        with _refusing(self._folder):
            return str(self._head(self._repository()).id)

    def files(self) -> Sequence[RepositoryFile]:
        """Every metadata file of the newest commit."""
        return self.at(self.head()).files()

    def read(self, path: str) -> bytes:
        """A file of the newest commit."""
        return self.at(self.head()).read(path)

    def read_at(self, commit: str, path: str) -> bytes:
        """A file as it was in a commit."""
        return self.at(commit).read(path)

    def at(self, commit: str) -> "LocalSnapshot":
        """Everything as it was in a commit."""
        with _refusing(self._folder):
            return LocalSnapshot(self, self._commit(self._repository(), commit).tree_id)

    def commit(
        self,
        changes: Mapping[str, bytes | None],
        message: str,
        author: Author,
        expected: Mapping[str, str | None],
    ) -> Commit:
        """Write and remove files, all or none of them."""
        check_changes(changes)
        text = message.strip().replace("\0", "")[:LONGEST_MESSAGE]
        if not text:
            raise LakewrightError("The commit has no message.", "Say what changed.")
        with _refusing(self._folder):
            import pygit2

            signature = _signature(author, self._clock())
            with writer_lock(self._folder / LOCK_FILE) as abandoned:
                if abandoned:
                    leftovers_removed(self._folder, BRANCH)
                repository = self._repository()
                for attempt in range(_ATTEMPTS):
                    head = self._head(repository)
                    tree = self._next_tree(repository, head.tree, changes, expected)
                    if tree == head.tree_id:
                        return _as_commit(head, {})
                    try:
                        made = repository.create_commit(
                            f"refs/heads/{BRANCH}",
                            signature,
                            signature,
                            text.encode("utf-8", "replace"),
                            tree,
                            [head.id],
                        )
                    except (pygit2.GitError, OSError):
                        # Somebody moved the branch, or is about to, with git itself. Anything
                        # else that stands in the way is still there at the last attempt.
                        if attempt == _ATTEMPTS - 1:
                            raise
                        leftovers_removed(self._folder, BRANCH, older_than_seconds=60)
                        time.sleep(0.05)
                        continue
                    commit = self._commit(repository, str(made))
                    packed_when_many(repository, self._folder)
                    return _as_commit(commit, _versions(commit))
        raise BusyError("The repository is busy.", "Save again in a moment.")

    def history(self, path: str = "", limit: int = 50, cursor: str = "") -> HistoryPage:
        """Commits of the branch, newest first; the cursor is the last commit looked at."""
        limit = max(1, min(limit, MOST_COMMITS_A_PAGE))
        with _refusing(self._folder):
            repository = self._repository()
            start = self._commit(repository, cursor) if cursor else self._head(repository)
            found: list[Commit] = []
            last = ""
            for number, commit in enumerate(_first_parents(start, itself=not cursor)):
                if len(found) == limit or number == MOST_COMMITS_LOOKED_AT:
                    return HistoryPage(tuple(found), last)
                last = str(commit.id)
                if not path or _id_at(commit, path) != _id_at(_parent(commit), path):
                    found.append(_as_commit(commit, _versions(commit)))
            return HistoryPage(tuple(found))

    def diff(self, before: str, after: str, path: str = "") -> tuple[FileChange, ...]:
        """How two commits differ, by path."""
        with _refusing(self._folder):
            repository = self._repository()
            old, new = (self._commit(repository, one).tree for one in (before, after))
            found: dict[str, FileChange] = {}
            difference = old.diff_to_tree(new)
            for number, delta in enumerate(difference.deltas):
                was, now = _side(delta.old_file), _side(delta.new_file)
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

    def listing(self, tree_id: "pygit2.Oid") -> _Listing:
        """The metadata files of a tree; made from a known tree and what differs from it."""
        key = str(tree_id)
        with self._listings_lock:
            if (known := self._listings.get(key)) is not None:
                self._listings.move_to_end(key)
                return known
            base = next(reversed(self._listings.values()), None)
        with _refusing(self._folder):
            repository = self._repository()
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
                if _side(entry) and entry.mode in _FILE_MODES and _is_metadata(entry.path):
                    size = repository.odb.read_header(entry.id)[1]
                    by_path[entry.path] = RepositoryFile(entry.path, str(entry.id), size)
        files = tuple(by_path[path] for path in sorted(by_path))
        listing = _Listing(tree_id, by_path, files)
        with self._listings_lock:
            self._listings[key] = listing
            while len(self._listings) > _KEPT_LISTINGS:
                self._listings.popitem(last=False)
        return listing

    def read_from(self, tree_id: "pygit2.Oid", path: str) -> bytes:
        """A file of a tree."""
        with _refusing(self._folder):
            repository = self._repository()
            # libgit2 keeps no large tree in memory: walking to one file of a folder of 10,000
            # parses the whole folder, so files that are listed are taken from the list.
            listed = self._listings.get(str(tree_id))
            file = listed.by_path.get(path) if listed is not None else None
            entry: Any = (
                repository[file.version] if file is not None else _entry(repository[tree_id], path)
            )
            if file is None and (entry is None or int(entry.filemode) not in _FILE_MODES):
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

    def _repository(self) -> "pygit2.Repository":
        """This thread's own: libgit2's repositories may not be shared between threads."""
        import pygit2

        found: pygit2.Repository | None = getattr(self._opened, "repository", None)
        if found is None:
            from pygit2.enums import RepositoryOpenFlag

            prepare()
            found = pygit2.Repository(
                str(self._folder), RepositoryOpenFlag.BARE | RepositoryOpenFlag.NO_SEARCH
            )
            self._opened.repository = found
        return found

    def _head(self, repository: "pygit2.Repository") -> "pygit2.Commit":
        try:
            target = repository.lookup_reference(f"refs/heads/{BRANCH}").target
        except KeyError as error:
            raise RepositoryError(
                f"The repository '{self._folder.name}' has no branch '{BRANCH}'.",
                "Restore it from a backup.",
            ) from error
        return self._commit(repository, str(target))

    def _commit(self, repository: "pygit2.Repository", commit: str) -> "pygit2.Commit":
        import pygit2

        found = repository.get(commit) if _COMMIT_ID.fullmatch(commit) else None
        if not isinstance(found, pygit2.Commit):
            raise NotFoundError(
                f"There is no commit '{shown(commit)}'.", "Take an id from the history."
            )
        return found

    def _next_tree(
        self,
        repository: "pygit2.Repository",
        tree: "pygit2.Tree",
        changes: Mapping[str, bytes | None],
        expected: Mapping[str, str | None],
    ) -> "pygit2.Oid":
        """The tree after the changes, or why they cannot be made."""
        before = {path: _file_id(tree, path) for path in (*changes, *expected)}
        self._refuse_stale(repository, before, changes, expected)
        for path, content in changes.items():
            if content is None and before[path] is None:
                raise NotFoundError(
                    f"There is no file '{shown(path)}' to remove.",
                    "List the repository again; somebody may have removed it.",
                    shown(path),
                )
        blobs = {
            tuple(path.split("/")): None if content is None else repository.create_blob(content)
            for path, content in changes.items()
        }
        after = _tree_with(repository, tree, blobs, "") or repository.TreeBuilder().write()
        added = [
            path for path, old in before.items() if old is None and changes.get(path) is not None
        ]
        _refuse_clashes(repository[after], added)
        return after

    def _refuse_stale(
        self,
        repository: "pygit2.Repository",
        before: Mapping[str, str | None],
        changes: Mapping[str, bytes | None],
        expected: Mapping[str, str | None],
    ) -> None:
        stale: list[StaleFile] = []
        for path, opened in expected.items():
            current, mine = before[path], changes.get(path)
            if current == opened:
                continue
            theirs = None if current is None else getattr(repository[current], "data", None)
            if opened is not None and mine is not None and theirs == mine:
                continue  # saved by this very request before, whose answer got lost
            stale.append(StaleFile(path, opened, mine, current, theirs))
        if stale:
            first = stale[0]
            what = (
                "exists already"
                if first.opened is None
                else "was removed by somebody"
                if first.current is None
                else "was changed by somebody"
            )
            raise StaleSaveError(
                f"'{shown(first.path)}' {what} since you opened it."
                if first.opened is not None
                else f"'{shown(first.path)}' {what}.",
                "Compare both versions and save again; nothing is lost."
                if first.opened is not None
                else "Choose another name, or open that file.",
                shown(first.path),
                files=tuple(stale),
            )


class LocalSnapshot:
    """`MetadataRepository` on one commit; what it says never changes."""

    def __init__(self, repository: LocalRepository, tree: "pygit2.Oid") -> None:
        self._repository = repository
        self._tree = tree

    def files(self) -> Sequence[RepositoryFile]:
        """Sorted by path; links, hidden folders and other kinds of files are left out."""
        return self._repository.listing(self._tree).files

    def read(self, path: str) -> bytes:
        """The file's bytes, whatever they are."""
        return self._repository.read_from(self._tree, path)


class LocalRepositories:
    """The repositories of all workspaces, a folder each."""

    MOST_OPEN = 256

    def __init__(self, root: Path, clock: Callable[[], datetime] = utc_now) -> None:
        self._root = root
        self._clock = clock
        self._open: OrderedDict[UUID, LocalRepository] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, workspace: UUID) -> LocalRepository:
        """Raises `NotFoundError` when the workspace has no repository here."""
        with self._lock:
            found = self._open.get(workspace)
            if found is None:
                folder = self._root / str(workspace)
                if not (folder / "HEAD").is_file():
                    raise NotFoundError(
                        "The workspace has no repository on this server.",
                        "Restore the folder `repositories` of the data folder from a backup.",
                    )
                found = self._open[workspace] = LocalRepository(folder, self._clock)
                while len(self._open) > self.MOST_OPEN:
                    self._open.popitem(last=False)
            self._open.move_to_end(workspace)
            return found

    def create(
        self, workspace: UUID, files: Mapping[str, bytes], author: Author, message: str
    ) -> LocalRepository:
        """A new repository that begins with these files; it is there whole or not at all.

        Raises:
            LakewrightError: The workspace has one already; a path or a size is refused.
        """
        check_changes(files)
        with _refusing(self._root):
            self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._forget_halves()
            half = self._root / f".new-{uuid4().hex}"
            try:
                _initialise(half, files, author, message, self._clock())
                half.rename(self._root / str(workspace))
            except OSError as error:
                if (self._root / str(workspace)).exists():
                    raise LakewrightError(
                        "The workspace has a repository already.", "Open that one."
                    ) from error
                raise
            finally:
                shutil.rmtree(half, ignore_errors=True)
        return self.open(workspace)

    def _forget_halves(self) -> None:
        """What a process was making when it was killed, an hour ago or more."""
        for half in self._root.glob(".new-*"):
            if half.stat().st_mtime < time.time() - 3600:
                shutil.rmtree(half, ignore_errors=True)


def _initialise(
    folder: Path, files: Mapping[str, bytes], author: Author, message: str, now: datetime
) -> None:
    import pygit2

    prepare()
    repository = pygit2.init_repository(str(folder), bare=True, initial_head=BRANCH, mode=0o700)
    blobs = {tuple(p.split("/")): repository.create_blob(content) for p, content in files.items()}
    tree = _tree_with(repository, None, blobs, "") or repository.TreeBuilder().write()
    _refuse_clashes(repository[tree], list(files))
    signature = _signature(author, now)
    repository.create_commit(f"refs/heads/{BRANCH}", signature, signature, message, tree, [])
    repository.free()


@contextmanager
def _refusing(folder: Path) -> Iterator[None]:
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


def _tree_with(
    repository: "pygit2.Repository",
    old: "pygit2.Tree | None",
    changes: Mapping[tuple[str, ...], "pygit2.Oid | None"],
    where: str,
) -> "pygit2.Oid | None":
    """Write the tree that `old` becomes; None when nothing is left in it.

    Args:
        changes: Names below this tree -> blob; None removes the file.
        where: Path of this tree with a slash at the end, for messages.
    """
    import pygit2

    builder = repository.TreeBuilder(old) if old is not None else repository.TreeBuilder()
    below: dict[str, dict[tuple[str, ...], pygit2.Oid | None]] = {}
    for names, blob in changes.items():
        below.setdefault(names[0], {})[names[1:]] = blob
    for name, inner in below.items():
        entry = old[name] if old is not None and name in old else None
        folder = entry if isinstance(entry, pygit2.Tree) else None
        written = inner.pop((), None) if () in inner else ...
        adds = any(blob is not None for blob in inner.values())
        if folder is None and entry is not None and written is ... and adds:
            raise _in_the_way(where + name, "a file")
        rest = _tree_with(repository, folder, inner, f"{where}{name}/") if inner or folder else None
        if isinstance(written, pygit2.Oid):
            if rest is not None:
                raise _in_the_way(where + name, "a folder")
            mode = int(entry.filemode) if entry is not None else _FILE_MODE
            builder.insert(name, written, mode if mode in _FILE_MODES else _FILE_MODE)
        elif rest is not None:
            builder.insert(name, rest, _FOLDER_MODE)
        elif entry is not None:
            builder.remove(name)
    return builder.write() if len(builder) else None


def _in_the_way(path: str, what: str) -> PathError:
    return PathError(
        f"'{shown(path)}' is {what} already.", "Choose another name.", where=shown(path)
    )


def _refuse_clashes(tree: Any, added: Sequence[str]) -> None:
    """Names that differ only by case would overwrite each other on most people's machines."""
    import pygit2

    names: dict[str, dict[str, list[str]]] = {}
    for path in added:
        folder, node = "", tree
        for name in path.split("/"):
            if not isinstance(node, pygit2.Tree) or name not in node:
                break
            if folder not in names:
                names[folder] = {}
                for entry in node:
                    names[folder].setdefault(folded_name(entry.name or ""), []).append(
                        entry.name or ""
                    )
            alike = [other for other in names[folder][folded_name(name)] if other != name]
            if alike:
                raise PathError(
                    f"'{shown(path)}' differs from '{shown(folder + alike[0])}' "
                    "only by upper and lower case.",
                    "Choose another name; many machines cannot hold both.",
                    where=shown(path),
                )
            folder, node = f"{folder}{name}/", node[name]


def _entry(tree: Any, path: str) -> Any:
    """The object at a path of a tree; None when there is none."""
    import pygit2

    node = tree
    for name in path.split("/"):
        if not name or not isinstance(node, pygit2.Tree):
            return None
        try:
            node = node[name]
        except (KeyError, ValueError, TypeError):  # the last two: NUL, half a character
            return None
    return node


def _id_at(root: Any, path: str) -> str | None:
    """Id of the file or folder at a path of a commit or tree."""
    if root is None:
        return None
    entry = _entry(getattr(root, "tree", root), path.strip("/"))
    return None if entry is None else str(entry.id)


def _file_id(tree: Any, path: str) -> str | None:
    """Version of the file at a path; None for a folder too."""
    import pygit2

    entry = _entry(tree, path)
    return str(entry.id) if isinstance(entry, pygit2.Blob) else None


def _side(file: "pygit2.DiffFile") -> str | None:
    """Version on one side of a difference; None when the file is not there."""
    return None if file.mode == 0 else str(file.id)


def _is_metadata(path: str) -> bool:
    hidden = any(name.startswith(".") for name in path.split("/"))
    return path.endswith(METADATA_SUFFIXES) and not hidden


def _parent(commit: "pygit2.Commit") -> "pygit2.Commit | None":
    return commit.parents[0] if commit.parent_ids else None


def _first_parents(start: "pygit2.Commit", *, itself: bool) -> Iterator["pygit2.Commit"]:
    """The branch's own line: what was merged into it stays one step."""
    commit = start if itself else _parent(start)
    while commit is not None:
        yield commit
        commit = _parent(commit)


def _versions(commit: "pygit2.Commit") -> dict[str, str | None]:
    """Path -> version after the commit, for what it changed."""
    parent = _parent(commit)
    difference = (
        commit.tree.diff_to_tree(swap=True)
        if parent is None
        else parent.tree.diff_to_tree(commit.tree)
    )
    found: dict[str, str | None] = {}
    for delta in difference.deltas:
        found[delta.new_file.path] = _side(delta.new_file) or found.get(delta.new_file.path)
    return dict(sorted(found.items()))


def _as_commit(commit: "pygit2.Commit", versions: Mapping[str, str | None]) -> Commit:
    return Commit(
        id=str(commit.id),
        message=commit.raw_message.decode("utf-8", "replace").strip(),
        author=Author(
            commit.author.raw_name.decode("utf-8", "replace"),
            commit.author.raw_email.decode("utf-8", "replace"),
        ),
        at=datetime.fromtimestamp(commit.author.time, UTC),
        versions=versions,
    )


def _signature(author: Author, at: datetime) -> "pygit2.Signature":
    """Git's own line for who and when; what would end the line early is left out."""
    import pygit2

    # Git also drops these at the ends, and refuses a name of which nothing is left.
    name = _UNPRINTABLE.sub(" ", author.name)[:200].strip(" .,:;\"'\\")
    email = _UNPRINTABLE.sub("", author.email)[:320].strip(" .,:;\"'\\")
    return pygit2.Signature(name or "Somebody", email or "unknown", int(at.timestamp()), 0)
