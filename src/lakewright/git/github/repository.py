"""A metadata repository that lives on GitHub."""

import base64
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lakewright.diagnostics import shown
from lakewright.errors import LakewrightError, NotFoundError
from lakewright.git.changes import checked_message, next_tree
from lakewright.git.github.client import (
    Answer,
    GithubClient,
    GithubConflictError,
    GithubUnreachableError,
    escaped,
    next_page,
    understood,
)
from lakewright.git.github.mirror import AT_ONCE, Mirror
from lakewright.git.lock import BusyError
from lakewright.git.object_store import Snapshot, refusing
from lakewright.git.objects import clean_author, entry_at, file_id
from lakewright.git.paths import check_changes, in_each_others_way, possible_branch
from lakewright.ports import (
    Author,
    Branch,
    BranchExistsError,
    Commit,
    Comparison,
    FileChange,
    HistoryPage,
    ProtectedBranchError,
    RepositoryFile,
    StaleBranchError,
    Tag,
)

if TYPE_CHECKING:
    import pygit2

MOST_COMMITS_A_PAGE = 100  # GitHub's own limit
# A request reads the head several times; a webhook or a commit of ours ends this earlier.
FRESH_SECONDS = 2.0
_Value = TypeVar("_Value")
_ATTEMPTS = 8
_KEPT = 20_000
_COMMIT_ID = re.compile(r"[0-9a-f]{40}")
_CURSOR = re.compile(r"([0-9a-f]{40})\.([1-9][0-9]{0,6})")
_PROTECTED = re.compile(r"protected branch|rule violations|pull request", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Made:
    """What git keeps of a commit besides its id."""

    tree: str
    parents: tuple[str, ...]


@dataclass(slots=True)
class _Head:
    """The newest commit of a branch as GitHub last said it."""

    commit: str
    etag: str
    looked_at: float


class GithubRepository:
    """`BranchedRepository` on GitHub, seen on one of its branches.

    Everything is read from copies of git's objects; GitHub is asked which commit a branch has,
    and for objects that are not here yet. A commit is made of blobs, one tree and one commit
    object, and then the branch is moved from the commit it was built on or not at all.
    """

    def __init__(
        self,
        client: GithubClient,
        name: str,
        branch: str,
        folder: Path,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        Args:
            name: `owner/name`.
            folder: Of copies of its objects; may be deleted at any time while nobody uses it.
        """
        self._client = client
        self._name = name
        self._at = f"/repos/{name}"
        self._branch = branch
        self._mirror = Mirror(folder, client, name)
        self._mirror.prepare()
        self._clock = clock
        self._lock = threading.Lock()
        self._heads: dict[str, _Head] = {}
        self._made: dict[str, _Made] = {}
        self._told: dict[str, Commit] = {}

    @property
    def branch(self) -> str:
        """The line of history that is read and written here."""
        return self._branch

    def on(self, branch: str) -> "GithubRepository":
        """The same repository on another branch."""
        if branch == self._branch:
            return self
        other = copy(self)
        other._branch = branch
        return other

    def forget_heads(self) -> None:
        """Ask GitHub again at the next look: somebody pushed."""
        with self._lock:
            for head in self._heads.values():
                head.looked_at = float("-inf")

    # Reading

    def head(self) -> str:
        """Id of the branch's newest commit, no older than `FRESH_SECONDS`."""
        with self._lock:
            known = self._heads.get(self._branch)
            if known is not None and self._clock() - known.looked_at < FRESH_SECONDS:
                return known.commit
        return self._asked_head()

    def files(self) -> Sequence[RepositoryFile]:
        """Every metadata file of the newest commit."""
        return self.at(self.head()).files()

    def read(self, path: str) -> bytes:
        """A file of the newest commit."""
        return self.read_at(self.head(), path)

    def read_at(self, commit: str, path: str) -> bytes:
        """A file as it was in a commit."""
        return self.at(commit).read(path)

    def at(self, commit: str) -> "GithubSnapshot":
        """Everything as it was in a commit."""
        return GithubSnapshot(self._mirror, self._tree_of(commit))

    def history(self, path: str = "", limit: int = 50, cursor: str = "") -> HistoryPage:
        """Commits of the branch, newest first; the cursor is the commit that page 1 began with."""
        limit = max(1, min(limit, MOST_COMMITS_A_PAGE))
        start, number = self.head(), 1
        if cursor:
            parts = _CURSOR.fullmatch(cursor)
            if parts is None:
                raise _no_commit(cursor)
            start, number = parts[1], int(parts[2])
            self._made_of(start)
        parameters: dict[str, str | int] = {"sha": start, "per_page": limit, "page": number}
        if path.strip("/"):
            parameters["path"] = path.strip("/")
        answer = self._client.get(f"{self._at}/commits", parameters)
        listed = answer.value if isinstance(answer.value, list) else []
        with ThreadPoolExecutor(AT_ONCE) as threads:
            with understood():
                ids = [str(one["sha"]) for one in listed]
            commits = tuple(threads.map(self._commit, ids))
        more = next_page(answer)
        return HistoryPage(commits, f"{start}.{more}" if more else "")

    def diff(self, before: str, after: str, path: str = "") -> tuple[FileChange, ...]:
        """How two commits differ, by path."""
        old, new = (self._tree_of(one) for one in (before, after))
        with refusing(self._mirror.store.folder):
            repository = self._mirror.store.opened()
            first: Any = repository[old]
            deltas = list(first.diff_to_tree(repository[new]).deltas)
        sides = [
            (side.path, str(side.id))
            for delta in deltas
            for side in (delta.old_file, delta.new_file)
            if side.mode
        ]
        self._mirror.blobs(blob for name, blob in sides if path in ("", name))
        return self._mirror.store.differences(old, new, path)

    # Writing

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
        if merges:
            self._made_of(merges)
        for attempt in range(_ATTEMPTS):
            head = self._asked_head()
            old = self._tree_of(head)
            self._fetch_sides(old, [*changes, *expected])
            with refusing(self._mirror.store.folder):
                repository = self._mirror.store.opened()
                tree: Any = repository[old]
                after = next_tree(repository, tree, changes, expected)
            if after == old and not merges:
                return replace(self._commit(head), versions={})
            if after != old:
                self._send_tree(old, changes, str(after))
            parents = [head, merges] if merges else [head]
            made = self._send_commit(str(after), parents, text, author)
            if self._moved(head, made):
                return self._commit(made)
            time.sleep(0.05 * attempt)
        raise BusyError("The branch moves on all the time.", "Save again in a moment.")

    # Branches

    def branches(self) -> Sequence[Branch]:
        """The default branch first, the others by name."""
        default = self.default_branch()
        listed = list(self._client.pages(f"{self._at}/branches"))
        with understood():
            found = [
                Branch(one["name"], one["commit"]["sha"], one["name"] == default, one["protected"])
                for one in listed
            ]
        return sorted(found, key=lambda one: (not one.default, one.name))

    def default_branch(self) -> str:
        """Where new work begins unless somebody says otherwise."""
        answer = self._client.get(self._at)
        with understood():
            return str(answer.value["default_branch"])

    def create_branch(self, name: str, commit: str) -> Branch:
        """A new branch that begins with a commit."""
        if not possible_branch(name):
            raise LakewrightError(
                f"'{shown(name, 100)}' cannot be the name of a branch.",
                "Use letters, digits, '-', '_', '.' and '/', such as team/retail.",
                "branch",
            )
        self._made_of(commit)
        alike = [one.name for one in self.branches() if in_each_others_way(one.name, name)]
        if alike:
            raise _branch_exists(alike[0], name)
        body = {"ref": f"refs/heads/{name}", "sha": commit}
        answer = self._client.send("POST", f"{self._at}/git/refs", body, allow=(422,))
        if answer.status == 422:  # somebody else was first, or a rule forbids the name
            if "exist" not in answer.message.lower():
                raise GithubConflictError(
                    f"GitHub makes no such branch: {shown(answer.message, 200)}.",
                    "Choose another name.",
                    shown(name),
                )
            raise _branch_exists(name, name)
        return Branch(name, commit)

    def delete_branch(self, name: str, expected: str) -> None:
        """Remove a branch whose newest commit is `expected`."""
        if name == self.default_branch():
            raise LakewrightError(
                f"'{shown(name)}' is the default branch; it cannot be deleted.",
                "Delete another.",
                shown(name),
            )
        of = self.on(name)
        of._refuse_moved(of._asked_head(), expected)
        path = f"{self._at}/git/refs/heads/{escaped(name)}"
        answer = self._client.send("DELETE", path, None, allow=(422,))
        if answer.status == 422 and "not exist" not in answer.message.lower():
            raise self._refused_move(answer, name)
        self._forget(name)

    def squash(self, since: str, message: str, author: Author, expected: str) -> Commit:
        """One commit of everything that the branch has after `since`."""
        text = checked_message(message)
        head = self._asked_head()
        self._made_of(since)
        self._refuse_moved(head, expected)
        if head == since:
            return self._commit(head)
        if self._compared(since, head)["status"] != "ahead":
            raise NotFoundError(
                f"The branch '{shown(self._branch)}' is not built on {since[:12]}.",
                "Take a commit from its history.",
                shown(self._branch),
            )
        made = self._send_commit(str(self._tree_of(head)), [since], text, author)
        # GitHub moves a branch by force or forward, never "from here": look once more, just before.
        self._refuse_moved(self._asked_head(), expected)
        if not self._moved(head, made, force=True):
            self._refuse_moved("", expected)
        return self._commit(made)

    def compare(self, before: str, after: str) -> Comparison:
        """What commit `after` has that `before` has not."""
        for one in (before, after):
            self._made_of(one)
        got = self._compared(before, after)
        with understood():
            start = str(got["merge_base_commit"]["sha"])
            ahead, behind = int(got["ahead_by"]), int(got["behind_by"])
        return Comparison(start, ahead, behind, self.diff(start, after))

    def tags(self) -> Sequence[Tag]:
        """By name."""
        found = list(self._client.pages(f"{self._at}/tags"))
        with understood():
            return sorted((Tag(t["name"], t["commit"]["sha"]) for t in found), key=lambda t: t.name)

    # What GitHub is asked

    def _asked_head(self) -> str:
        if not possible_branch(self._branch):
            raise self._no_branch()
        with self._lock:
            known = self._heads.get(self._branch)
        path = f"{self._at}/git/ref/heads/{escaped(self._branch)}"
        etag = known.etag if known is not None else ""
        answer = self._client.get(path, etag=etag, allow=(404, 409))
        if answer.status == 409:
            raise EmptyRepositoryError(
                f"The repository {self._name} is empty.",
                "Begin it: Lakewright makes the first commit.",
                self._name,
            )
        if answer.status == 404:
            self._forget(self._branch)
            self._client.get(self._at)  # says better when the repository itself is not there
            raise self._no_branch()
        with understood():
            same = answer.status == 304 and known is not None
            commit = known.commit if same and known else str(answer.value["object"]["sha"])
        etag = answer.headers.get("etag", etag)
        with self._lock:
            self._heads[self._branch] = _Head(commit, etag, self._clock())
        return str(commit)

    def _made_of(self, commit: str) -> _Made:
        if not _COMMIT_ID.fullmatch(commit):
            raise _no_commit(commit)
        known = self._made.get(commit)
        if known is None:
            answer = self._client.get(f"{self._at}/git/commits/{commit}", allow=(404, 409, 422))
            if answer.status != 200:
                raise _no_commit(commit)
            with understood():
                parents = tuple(str(parent["sha"]) for parent in answer.value["parents"])
                made = _Made(str(answer.value["tree"]["sha"]), parents)
            known = _kept(self._made, commit, made)
        return known

    def _tree_of(self, commit: str) -> "pygit2.Oid":
        return self._mirror.tree(self._made_of(commit).tree, commit)

    def _commit(self, commit: str) -> Commit:
        """A commit with what it changed; kept, since it never becomes another."""
        known = self._told.get(commit)
        if known is None:
            path = f"{self._at}/commits/{commit}"
            value = self._client.get(path, {"per_page": 100}).value
            files = self._files(path, value)
            with understood():
                told = value["commit"]
                parents = tuple(str(parent["sha"]) for parent in value["parents"])
                _kept(self._made, commit, _Made(str(told["tree"]["sha"]), parents))
                known = Commit(
                    id=commit,
                    message=told["message"].strip(),
                    author=Author(told["author"]["name"], told["author"]["email"]),
                    at=datetime.fromisoformat(told["author"]["date"]).astimezone(UTC),
                    versions=dict(sorted(_versions(files))),
                )
            _kept(self._told, commit, known)
        return known

    def _files(self, path: str, value: Any) -> list[Any]:
        """Each file that a commit changed; GitHub tells them page by page."""
        number = 1
        with understood():
            files = list(value.get("files") or ())
        while len(files) == 100 * number:
            number += 1
            more = self._client.get(path, {"per_page": 100, "page": number})
            with understood():
                files += more.value["files"]
        return files

    def _compared(self, before: str, after: str) -> Mapping[str, Any]:
        path = f"{self._at}/compare/{before}...{after}"
        answer = self._client.get(path, {"per_page": 1}, allow=(404,))
        if answer.status == 404:
            raise GithubConflictError(
                f"{before[:12]} and {after[:12]} have no commit in common.",
                "Compare commits of one history.",
            )
        value: Mapping[str, Any] = answer.value
        return value

    def _fetch_sides(self, tree: "pygit2.Oid", paths: Sequence[str]) -> None:
        """The content that a refusal would show. Files that are no metadata are not here yet."""
        root = self._mirror.store.opened()[tree]
        found = [file_id(root, path) for path in paths]
        self._mirror.blobs(blob for blob in found if blob is not None)

    def _send_tree(
        self, old: "pygit2.Oid", changes: Mapping[str, bytes | None], expected: str
    ) -> None:
        """Have GitHub make the tree that was made here."""
        root: Any = self._mirror.store.opened()[old]
        entries: list[dict[str, Any]] = []
        for path, content in changes.items():
            entry = entry_at(root, path)
            executable = entry is not None and int(entry.filemode) == 0o100755
            told: dict[str, Any] = {
                "path": path,
                "mode": "100755" if executable else "100644",
                "type": "blob",
            }
            if content is None:
                told["sha"] = None
            elif (text := _as_text(content)) is not None:
                told["content"] = text
            else:
                told["sha"] = self._send_blob(content)
            entries.append(told)
        # A folder that takes the place of a file is one only when the file goes first.
        entries.sort(key=lambda one: one.get("sha", "") is not None)
        body = {"base_tree": str(old), "tree": entries}
        made = self._sent("git/trees", body)
        if made != expected:
            raise GithubUnreachableError(
                "GitHub made another tree of the change than git does; the branch was not moved.",
                "Save again.",
            )

    def _send_blob(self, content: bytes) -> str:
        body = {"content": base64.b64encode(content).decode(), "encoding": "base64"}
        return self._sent("git/blobs", body)

    def _sent(self, kind: str, body: Mapping[str, Any]) -> str:
        """Id of an object that GitHub made."""
        answer = self._client.send("POST", f"{self._at}/{kind}", body)
        with understood():
            return str(answer.value["sha"])

    def _send_commit(self, tree: str, parents: Sequence[str], message: str, author: Author) -> str:
        now = datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
        clean = clean_author(author)
        body = {
            "message": message.encode("utf-8", "replace").decode(),
            "tree": tree,
            "parents": list(parents),
            "author": {"name": clean.name, "email": clean.email, "date": now},
        }
        made = self._sent("git/commits", body)
        _kept(self._made, made, _Made(tree, tuple(parents)))
        return made

    def _moved(self, head: str, made: str, *, force: bool = False) -> bool:
        """Whether the branch was moved to what was made; False when it had moved on before."""
        path = f"{self._at}/git/refs/heads/{escaped(self._branch)}"
        body = {"sha": made, "force": force}
        try:
            answer = self._client.send("PATCH", path, body, allow=(403, 404, 409, 422))
        except GithubUnreachableError:
            # Its answer may have got lost on the way.
            if self._asked_head() != made:
                raise
            return True
        if answer.status < 400:
            with self._lock:
                self._heads[self._branch] = _Head(made, "", self._clock())
            return True
        if self._asked_head() != head or "fast forward" in answer.message.lower():
            return False
        raise self._refused_move(answer, self._branch)

    def _refused_move(self, answer: Answer, branch: str) -> LakewrightError:
        if _PROTECTED.search(answer.message):
            return ProtectedBranchError(
                f"The branch '{shown(branch)}' takes changes by pull request only.",
                "Save to a branch of your own and open a pull request.",
                shown(branch),
            )
        return GithubConflictError(
            f"GitHub does not move the branch '{shown(branch)}': {shown(answer.message, 200)}.",
            "Look at the rules of the repository and the rights of the token.",
            shown(branch),
        )

    def _refuse_moved(self, head: str, expected: str) -> None:
        if head != expected:
            raise StaleBranchError(
                f"The branch '{shown(self._branch)}' moved on since you looked at it.",
                "Look at what is new and try again; nothing was changed.",
                shown(self._branch),
            )

    def _no_branch(self) -> NotFoundError:
        return NotFoundError(
            f"There is no branch '{shown(self._branch)}'.",
            "List the branches; somebody may have deleted or renamed it.",
            shown(self._branch),
        )

    def _forget(self, branch: str) -> None:
        with self._lock:
            self._heads.pop(branch, None)


class GithubSnapshot(Snapshot):
    """`MetadataRepository` on one commit; what it says never changes."""

    def __init__(self, mirror: Mirror, tree: "pygit2.Oid") -> None:
        super().__init__(mirror.store, tree)
        self._mirror = mirror

    def read(self, path: str) -> bytes:
        """The file's bytes, whatever they are."""
        blob = file_id(self._store.opened()[self._tree], path)
        if blob is not None:
            self._mirror.blobs([blob])
        return super().read(path)


class EmptyRepositoryError(LakewrightError):
    """The repository has no commit yet."""

    code = "repository-empty"
    http_status = 409


def begin_repository(
    client: GithubClient, name: str, files: Mapping[str, bytes], author: Author, message: str
) -> None:
    """Make the first commit of an empty repository.

    Git's own objects cannot be written to one (409), so one file comes by the contents API, which
    makes the branch; the others follow in one commit by whoever calls.

    Raises:
        GithubConflictError: It is not empty any more.
    """
    check_changes(files)
    path, content = next(iter(sorted(files.items())))
    clean = clean_author(author)
    who = {"name": clean.name, "email": clean.email}
    body = {
        "message": checked_message(message),
        "content": base64.b64encode(content).decode(),
        "author": who,
        "committer": who,
    }
    client.send("PUT", f"/repos/{name}/contents/{escaped(path)}", body)


def _versions(files: Sequence[Any]) -> Iterator[tuple[str, str | None]]:
    """Path -> version after the commit, for each file that it changed."""
    for file in files:
        if file["status"] == "renamed":
            yield file["previous_filename"], None
        yield file["filename"], None if file["status"] == "removed" else file["sha"]


def _branch_exists(there: str, wanted: str) -> BranchExistsError:
    return BranchExistsError(
        f"There is a branch '{shown(there)}' already.",
        "Switch to it." if there == wanted else "Choose another name.",
        shown(wanted),
    )


def _no_commit(commit: str) -> NotFoundError:
    return NotFoundError(f"There is no commit '{shown(commit)}'.", "Take an id from the history.")


def _as_text(content: bytes) -> str | None:
    """The content as JSON can carry it unchanged; None for anything that is not UTF-8."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def _kept(known: dict[str, _Value], key: str, value: _Value) -> _Value:
    if len(known) >= _KEPT:
        known.clear()
    known[key] = value
    return value
