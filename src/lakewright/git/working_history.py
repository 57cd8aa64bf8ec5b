"""What did the files of a folder look like before, when the folder is in a git repository?"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lakewright.diagnostics import shown
from lakewright.errors import NotFoundError
from lakewright.git.library import prepare
from lakewright.ports import Author, Commit, HistoryPage

MOST_COMMITS_LOOKED_AT = 5_000


class WorkingHistory:
    """The past of a folder that somebody works in, from the commits that HEAD is built on.

    A folder in no repository has no past; nothing is ever written.
    """

    def __init__(self, folder: Path) -> None:
        import pygit2

        prepare()
        self._repository: Any = None
        self._prefix = ""
        found = pygit2.discover_repository(str(folder.resolve()))
        if found is None:
            return
        self._repository = pygit2.Repository(found)
        top = self._repository.workdir
        if top is not None:
            inside = folder.resolve().relative_to(Path(top).resolve()).as_posix()
            self._prefix = "" if inside == "." else f"{inside}/"

    def history(self, path: str = "", limit: int = 50, cursor: str = "") -> HistoryPage:
        """Commits that changed a file, newest first; all that are looked at on one page."""
        del cursor
        commits: list[Commit] = []
        for number, commit in enumerate(self._commits()):
            if number == MOST_COMMITS_LOOKED_AT or len(commits) == limit:
                break
            parent = commit.parents[0] if commit.parents else None
            if self._blob(commit, path) == (self._blob(parent, path) if parent else None):
                continue
            author = Author(commit.author.name, commit.author.email)
            at = datetime.fromtimestamp(commit.author.time, UTC)
            commits.append(Commit(str(commit.id), commit.message.strip(), author, at))
        return HistoryPage(tuple(commits))

    def read_at(self, commit: str, path: str) -> bytes:
        """A file as it was in a commit."""
        entry = self._blob(self._repository[commit], path) if self._repository else None
        if entry is None:
            raise NotFoundError(
                f"There is no file '{shown(path)}' in commit {commit[:12]}.",
                "Name another commit.",
                shown(path),
            )
        found: bytes = self._repository[entry].data
        return found

    def _commits(self) -> Iterator[Any]:
        if self._repository is None or self._repository.head_is_unborn:
            return
        commit = self._repository[self._repository.head.target]
        while commit is not None:
            yield commit
            commit = commit.parents[0] if commit.parents else None

    def _blob(self, commit: Any, path: str) -> Any:
        """Id of the file's content; None when it is not there."""
        import pygit2

        try:
            entry = commit.tree[self._prefix + path]
        except KeyError:
            return None
        return entry.id if isinstance(entry, pygit2.Blob) else None
