"""What git's own objects hold, and how a tree with some other files is written."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lakewright.diagnostics import shown
from lakewright.git.paths import PathError, folded_name
from lakewright.ports import METADATA_SUFFIXES, Author, Commit

if TYPE_CHECKING:
    import pygit2

FILE_MODES = frozenset({0o100644, 0o100664, 0o100755})
_FILE_MODE = 0o100644
_FOLDER_MODE = 0o040000
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f<>\u2028\u2029\ud800-\udfff]+")


def written_tree(
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
        rest = (
            written_tree(repository, folder, inner, f"{where}{name}/") if inner or folder else None
        )
        if isinstance(written, pygit2.Oid):
            if rest is not None:
                raise _in_the_way(where + name, "a folder")
            mode = int(entry.filemode) if entry is not None else _FILE_MODE
            builder.insert(name, written, mode if mode in FILE_MODES else _FILE_MODE)
        elif rest is not None:
            builder.insert(name, rest, _FOLDER_MODE)
        elif entry is not None:
            builder.remove(name)
    return builder.write() if len(builder) else None


def _in_the_way(path: str, what: str) -> PathError:
    return PathError(
        f"'{shown(path)}' is {what} already.", "Choose another name.", where=shown(path)
    )


def refuse_clashes(tree: Any, added: Sequence[str]) -> None:
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


def entry_at(tree: Any, path: str) -> Any:
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


def id_at(root: Any, path: str) -> str | None:
    """Id of the file or folder at a path of a commit or tree."""
    if root is None:
        return None
    entry = entry_at(getattr(root, "tree", root), path.strip("/"))
    return None if entry is None else str(entry.id)


def file_id(tree: Any, path: str) -> str | None:
    """Version of the file at a path; None for a folder too."""
    import pygit2

    entry = entry_at(tree, path)
    return str(entry.id) if isinstance(entry, pygit2.Blob) else None


def version_on_side(file: "pygit2.DiffFile") -> str | None:
    """Version on one side of a difference; None when the file is not there."""
    return None if file.mode == 0 else str(file.id)


def is_metadata(path: str) -> bool:
    """Whether a repository lists the file: a suffix of ours, and in no hidden folder."""
    hidden = any(name.startswith(".") for name in path.split("/"))
    return path.endswith(METADATA_SUFFIXES) and not hidden


def parent_of(commit: "pygit2.Commit") -> "pygit2.Commit | None":
    """The commit it was made on; None for the first."""
    return commit.parents[0] if commit.parent_ids else None


def first_parents(start: "pygit2.Commit", *, itself: bool) -> Iterator["pygit2.Commit"]:
    """The branch's own line: what was merged into it stays one step."""
    commit = start if itself else parent_of(start)
    while commit is not None:
        yield commit
        commit = parent_of(commit)


def changed_versions(commit: "pygit2.Commit") -> dict[str, str | None]:
    """Path -> version after the commit, for what it changed."""
    parent = parent_of(commit)
    difference = (
        commit.tree.diff_to_tree(swap=True)
        if parent is None
        else parent.tree.diff_to_tree(commit.tree)
    )
    found: dict[str, str | None] = {}
    for delta in difference.deltas:
        found[delta.new_file.path] = version_on_side(delta.new_file) or found.get(
            delta.new_file.path
        )
    return dict(sorted(found.items()))


def as_commit(commit: "pygit2.Commit", versions: Mapping[str, str | None]) -> Commit:
    """The same in the words of the port."""
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


def clean_author(author: Author) -> Author:
    """Without what would end git's line for the author early, or leave nothing of the name."""
    # Git also drops these at the ends, and refuses a name of which nothing is left.
    name = _UNPRINTABLE.sub(" ", author.name)[:200].strip(" .,:;\"'\\")
    email = _UNPRINTABLE.sub("", author.email)[:320].strip(" .,:;\"'\\")
    return Author(name or "Somebody", email or "unknown")


def signature_of(author: Author, at: datetime) -> "pygit2.Signature":
    """Git's own line for who and when."""
    import pygit2

    clean = clean_author(author)
    return pygit2.Signature(clean.name, clean.email, int(at.timestamp()), 0)
