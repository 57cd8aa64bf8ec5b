"""A metadata repository that is a bare git repository on this machine."""

import re
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from lakewright.diagnostics import shown
from lakewright.errors import LakewrightError, NotFoundError
from lakewright.git.changes import checked_message, next_tree
from lakewright.git.housekeeping import leftovers_removed, packed_when_many
from lakewright.git.library import prepare
from lakewright.git.lock import BusyError, writer_lock
from lakewright.git.object_store import ObjectStore, RepositoryError, Snapshot, refusing
from lakewright.git.objects import (
    as_commit,
    changed_versions,
    first_parents,
    id_at,
    parent_of,
    refuse_clashes,
    signature_of,
    written_tree,
)
from lakewright.git.paths import check_changes, in_each_others_way, possible_branch
from lakewright.ports import (
    Author,
    Branch,
    BranchExistsError,
    Commit,
    Comparison,
    FileChange,
    HistoryPage,
    RepositoryFile,
    StaleBranchError,
    Tag,
)

if TYPE_CHECKING:
    import pygit2

DEFAULT_BRANCH = "main"
LOCK_FILE = "lakewright.lock"
MOST_COMMITS_A_PAGE = 200
# One page of a file's history looks at no more commits than this and then hands out a cursor.
MOST_COMMITS_LOOKED_AT = 5_000

_COMMIT_ID = re.compile(r"[0-9a-f]{40}")
_ATTEMPTS = 40


def utc_now() -> datetime:
    """The clock of this machine."""
    return datetime.now(UTC)


class LocalRepository:
    """`BranchedRepository` on a bare repository, seen on one of its branches.

    Any number of threads and processes may read and write at once: a commit moves the branch
    from the commit it was built on or not at all. Methods block; call them from a thread where
    an event loop runs.
    """

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], datetime] = utc_now,
        branch: str = DEFAULT_BRANCH,
    ) -> None:
        self._store = ObjectStore(folder)
        self._clock = clock
        self._branch = branch

    @property
    def branch(self) -> str:
        """The line of history that is read and written here."""
        return self._branch

    def on(self, branch: str) -> "LocalRepository":
        """The same repository on another branch."""
        if branch == self._branch:
            return self
        other = copy(self)
        other._branch = branch
        return other

    def head(self) -> str:
        """Id of the branch's newest commit; read from disk each time."""
        with refusing(self._store.folder):
            return str(self._head(self._store.opened()).id)

    def files(self) -> Sequence[RepositoryFile]:
        """Every metadata file of the newest commit."""
        return self.at(self.head()).files()

    def read(self, path: str) -> bytes:
        """A file of the newest commit."""
        return self.at(self.head()).read(path)

    def read_at(self, commit: str, path: str) -> bytes:
        """A file as it was in a commit."""
        return self.at(commit).read(path)

    def at(self, commit: str) -> "Snapshot":
        """Everything as it was in a commit."""
        with refusing(self._store.folder):
            return Snapshot(self._store, self._commit(self._store.opened(), commit).tree_id)

    def commit(
        self,
        changes: Mapping[str, bytes | None],
        message: str,
        author: Author,
        expected: Mapping[str, str | None],
        merges: str = "",
    ) -> Commit:
        """Write and remove files, all or none of them."""
        check_changes(changes)
        text = checked_message(message)
        with refusing(self._store.folder):
            import pygit2

            signature = signature_of(author, self._clock())
            with self._writing() as repository:
                brought = [self._commit(repository, merges).id] if merges else []
                for attempt in range(_ATTEMPTS):
                    head = self._head(repository)
                    tree = next_tree(repository, head.tree, changes, expected)
                    if tree == head.tree_id and not brought:
                        return as_commit(head, {})
                    try:
                        made = repository.create_commit(
                            self._reference,
                            signature,
                            signature,
                            text.encode("utf-8", "replace"),
                            tree,
                            [head.id, *brought],
                        )
                    except (pygit2.GitError, OSError):
                        # Somebody moved the branch, or is about to, with git itself. Anything
                        # else that stands in the way is still there at the last attempt.
                        if attempt == _ATTEMPTS - 1:
                            raise
                        leftovers_removed(self._store.folder, older_than_seconds=60)
                        time.sleep(0.05)
                        continue
                    commit = self._commit(repository, str(made))
                    packed_when_many(repository, self._store.folder)
                    return as_commit(commit, changed_versions(commit))
        raise BusyError("The repository is busy.", "Save again in a moment.")

    def history(self, path: str = "", limit: int = 50, cursor: str = "") -> HistoryPage:
        """Commits of the branch, newest first; the cursor is the last commit looked at."""
        limit = max(1, min(limit, MOST_COMMITS_A_PAGE))
        with refusing(self._store.folder):
            repository = self._store.opened()
            start = self._commit(repository, cursor) if cursor else self._head(repository)
            found: list[Commit] = []
            last = ""
            for number, commit in enumerate(first_parents(start, itself=not cursor)):
                if len(found) == limit or number == MOST_COMMITS_LOOKED_AT:
                    return HistoryPage(tuple(found), last)
                last = str(commit.id)
                if not path or id_at(commit, path) != id_at(parent_of(commit), path):
                    found.append(as_commit(commit, changed_versions(commit)))
            return HistoryPage(tuple(found))

    def diff(self, before: str, after: str, path: str = "") -> tuple[FileChange, ...]:
        """How two commits differ, by path."""
        with refusing(self._store.folder):
            repository = self._store.opened()
            old, new = (self._commit(repository, one).tree_id for one in (before, after))
            return self._store.differences(old, new, path)

    def branches(self) -> Sequence[Branch]:
        """The default branch first, the others by name."""
        with refusing(self._store.folder):
            repository = self._store.opened()
            found = []
            for name in repository.branches.local:
                head = repository.branches.local[name].target
                found.append(Branch(name, str(head), default=name == DEFAULT_BRANCH))
        return sorted(found, key=lambda branch: (not branch.default, branch.name))

    def create_branch(self, name: str, commit: str) -> Branch:
        """A new branch that begins with a commit."""
        import pygit2

        if not possible_branch(name):
            raise LakewrightError(
                f"'{shown(name, 100)}' cannot be the name of a branch.",
                "Use letters, digits, '-', '_', '.' and '/', such as team/retail.",
                "branch",
            )
        with refusing(self._store.folder), self._writing() as repository:
            start = self._commit(repository, commit)
            alike = [one for one in repository.branches.local if in_each_others_way(one, name)]
            if alike:
                raise BranchExistsError(
                    f"There is a branch '{shown(alike[0])}' already.",
                    "Choose another name." if alike[0] != name else "Switch to it.",
                    shown(name),
                )
            try:
                repository.create_reference(f"refs/heads/{name}", start.id)
            except pygit2.AlreadyExistsError as error:  # made with git itself
                raise BranchExistsError(
                    f"There is a branch '{shown(name)}' already.", "Switch to it.", shown(name)
                ) from error
        return Branch(name, commit)

    def delete_branch(self, name: str, expected: str) -> None:
        """Remove a branch whose newest commit is `expected`."""
        if name == DEFAULT_BRANCH:
            raise LakewrightError(
                f"'{DEFAULT_BRANCH}' is the default branch; it cannot be deleted.",
                "Delete another.",
                DEFAULT_BRANCH,
            )
        with refusing(self._store.folder), self._writing() as repository:
            of = self.on(name)
            of._refuse_moved(of._head(repository), expected)
            repository.references.delete(f"refs/heads/{name}")

    def squash(self, since: str, message: str, author: Author, expected: str) -> Commit:
        """One commit of everything that the branch has after `since`."""
        text = checked_message(message)
        with refusing(self._store.folder), self._writing() as repository:
            head, start = self._head(repository), self._commit(repository, since)
            self._refuse_moved(head, expected)
            if head.id == start.id:
                return as_commit(head, {})
            if not repository.descendant_of(head.id, start.id):
                raise NotFoundError(
                    f"The branch '{shown(self._branch)}' is not built on {since[:12]}.",
                    "Take a commit from its history.",
                    shown(self._branch),
                )
            signature = signature_of(author, self._clock())
            made = repository.create_commit(
                None,
                signature,
                signature,
                text.encode("utf-8", "replace"),
                head.tree_id,
                [start.id],
            )
            repository.references[self._reference].set_target(made)
            commit = self._commit(repository, str(made))
            return as_commit(commit, changed_versions(commit))

    def compare(self, before: str, after: str) -> Comparison:
        """What commit `after` has that `before` has not."""
        with refusing(self._store.folder):
            repository = self._store.opened()
            first, second = (self._commit(repository, one).id for one in (before, after))
            behind, ahead = repository.ahead_behind(first, second)
            base = repository.merge_base(first, second)
        if base is None:
            return Comparison("", ahead, behind, self.diff(before, after))
        return Comparison(str(base), ahead, behind, self.diff(str(base), after))

    def tags(self) -> Sequence[Tag]:
        """By name; those of anything but a commit are left out."""
        import pygit2

        with refusing(self._store.folder):
            repository = self._store.opened()
            found = []
            for reference in repository.references.iterator():
                if reference.name.startswith("refs/tags/"):
                    commit = reference.peel()
                    if isinstance(commit, pygit2.Commit):
                        found.append(Tag(reference.shorthand, str(commit.id)))
        return sorted(found, key=lambda tag: tag.name)

    @property
    def _reference(self) -> str:
        return f"refs/heads/{self._branch}"

    @contextmanager
    def _writing(self) -> Iterator["pygit2.Repository"]:
        """The repository, with nobody else of this house writing to it."""
        with writer_lock(self._store.folder / LOCK_FILE) as abandoned:
            if abandoned:
                leftovers_removed(self._store.folder)
            yield self._store.opened()

    def _refuse_moved(self, head: "pygit2.Commit", expected: str) -> None:
        if str(head.id) != expected:
            raise StaleBranchError(
                f"The branch '{shown(self._branch)}' moved on since you looked at it.",
                "Look at what is new and try again; nothing was changed.",
                shown(self._branch),
            )

    def _head(self, repository: "pygit2.Repository") -> "pygit2.Commit":
        try:
            if not possible_branch(self._branch):  # libgit2 reads no further than a NUL
                raise ValueError(self._branch)
            target = repository.lookup_reference(self._reference).target
        except (KeyError, ValueError) as error:  # the second: no name for a branch
            if self._branch == DEFAULT_BRANCH:
                raise RepositoryError(
                    f"The repository '{self._store.folder.name}' has no branch '{DEFAULT_BRANCH}'.",
                    "Restore it from a backup.",
                ) from error
            raise NotFoundError(
                f"There is no branch '{shown(self._branch)}'.",
                "List the branches; somebody may have deleted or renamed it.",
                shown(self._branch),
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
        with refusing(self._root):
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
    repository = pygit2.init_repository(
        str(folder), bare=True, initial_head=DEFAULT_BRANCH, mode=0o700
    )
    blobs = {tuple(p.split("/")): repository.create_blob(content) for p, content in files.items()}
    tree = written_tree(repository, None, blobs, "") or repository.TreeBuilder().write()
    refuse_clashes(repository[tree], list(files))
    signature = signature_of(author, now)
    repository.create_commit(
        f"refs/heads/{DEFAULT_BRANCH}", signature, signature, message, tree, []
    )
    repository.free()
