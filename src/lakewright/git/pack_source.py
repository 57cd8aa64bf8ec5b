"""Read the files of a commit out of any git repository on this machine, changing nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from lakewright.diagnostics import shown
from lakewright.errors import LimitError, NotFoundError
from lakewright.git.library import prepare
from lakewright.ports import MAXIMUM_FILE_BYTES

_PLAIN = frozenset({0o100644, 0o100664, 0o100755})


def reader_at(repository: Path, revision: str = "HEAD") -> Callable[[str], bytes]:
    """A function that reads files of a branch, tag or commit by path.

    Links and submodules are no files.

    Raises:
        NotFoundError: There is no repository, or nothing of that name in it.
    """
    import pygit2

    prepare()
    try:
        opened = pygit2.Repository(str(repository))
    except (pygit2.GitError, KeyError, OSError, ValueError) as error:
        raise NotFoundError(
            f"'{repository}' is no git repository on this machine.",
            "Clone it first, and give the folder of the clone.",
            str(repository),
        ) from error
    try:
        commit: Any = opened.revparse_single(revision or "HEAD").peel(pygit2.Commit)
    except (pygit2.GitError, KeyError, ValueError, TypeError) as error:
        raise NotFoundError(
            f"'{repository}' has no branch, tag or commit '{shown(revision)}'.",
            "Fetch it first, or name another.",
            shown(revision),
        ) from error
    tree = commit.tree

    def read(path: str) -> bytes:
        try:
            entry = tree[path]
        except (KeyError, ValueError) as error:
            raise _no_file(path, repository) from error
        if int(entry.filemode) not in _PLAIN:
            raise _no_file(path, repository)
        if opened.odb.read_header(entry.id)[1] > MAXIMUM_FILE_BYTES:
            raise LimitError(
                f"'{shown(path)}' is larger than {MAXIMUM_FILE_BYTES:,} bytes.", "Split it."
            )
        found: bytes = entry.data
        return found

    return read


def _no_file(path: str, repository: Path) -> NotFoundError:
    return NotFoundError(
        f"There is no file '{shown(path)}' in that commit of '{repository}'.",
        "Give the folder that holds pack.yaml after '#'.",
        shown(path),
    )
