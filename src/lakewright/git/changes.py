"""What does a commit make of a tree, and why may it not?"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lakewright.diagnostics import shown
from lakewright.errors import LakewrightError, NotFoundError
from lakewright.git.objects import file_id, refuse_clashes, written_tree
from lakewright.ports import StaleFile, StaleSaveError

if TYPE_CHECKING:
    import pygit2

LONGEST_MESSAGE = 10_000


def checked_message(message: str) -> str:
    """The message as it is kept.

    Raises:
        LakewrightError: There is nothing in it.
    """
    text = message.strip().replace("\0", "")[:LONGEST_MESSAGE]
    if not text:
        raise LakewrightError("The commit has no message.", "Say what changed.")
    return text


def next_tree(
    repository: "pygit2.Repository",
    tree: "pygit2.Tree",
    changes: Mapping[str, bytes | None],
    expected: Mapping[str, str | None],
) -> "pygit2.Oid":
    """The tree after the changes, or why they cannot be made."""
    before = {path: file_id(tree, path) for path in (*changes, *expected)}
    _refuse_stale(repository, before, changes, expected)
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
    after = written_tree(repository, tree, blobs, "") or repository.TreeBuilder().write()
    added = [path for path, old in before.items() if old is None and changes.get(path) is not None]
    refuse_clashes(repository[after], added)
    return after


def _refuse_stale(
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
