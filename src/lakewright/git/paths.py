"""Which paths and contents may a metadata repository hold?"""

import unicodedata
from collections.abc import Mapping

from lakewright.diagnostics import shown
from lakewright.errors import LakewrightError, LimitError
from lakewright.ports import MAXIMUM_FILE_BYTES

MAXIMUM_COMMIT_BYTES = 100_000_000
MAXIMUM_COMMIT_FILES = 10_000
_LONGEST_PATH = 400  # as the database takes for a draft
_LONGEST_NAME = 255
_DEEPEST = 20

# Everything else that begins like this steers git itself on somebody's machine.
_GIT_FILES = frozenset({".gitignore", ".gitkeep", ".gitattributes"})
# Controls, formats (which turn the reading direction), lone surrogates, odd line ends.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Microsoft, "Naming Files, Paths, and Namespaces": a clone on Windows could not hold them.
_NOT_ON_WINDOWS = frozenset('<>:"|?*\\')
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10)}
)


class PathError(LakewrightError):
    """No repository may hold a file of that name."""

    code = "bad-path"
    http_status = 422


def check_path(path: str) -> str:
    """The path, when it names a file inside a repository on every platform.

    Raises:
        PathError: It is absolute, climbs, hides characters, belongs to git, or is too long.
    """
    if not path or path.startswith("/") or path.endswith("/"):
        raise _refused(path, "is not the path of a file inside the repository")
    names = path.split("/")
    if any(unicodedata.category(c) in _HIDDEN for c in path):
        raise _refused(path, "holds a character that cannot be seen")
    if len(path.encode()) > _LONGEST_PATH or len(names) > _DEEPEST:
        raise _refused(path, f"is longer than {_LONGEST_PATH} bytes or deeper than {_DEEPEST}")
    for name in names:
        if name in ("", ".", ".."):
            raise _refused(path, "is not the path of a file inside the repository")
        if len(name.encode()) > _LONGEST_NAME:
            raise _refused(path, f"holds a name of more than {_LONGEST_NAME} bytes")
        if (
            _NOT_ON_WINDOWS & set(name)
            or name[-1] in " ."
            or name.split(".")[0].casefold() in _DEVICES
        ):
            raise _refused(path, "cannot be used on Windows")
        folded = folded_name(name)
        # git~1 is what Windows calls .git where short names are on.
        if folded == "git~1" or (folded.startswith(".git") and folded not in _GIT_FILES):
            raise _refused(path, "belongs to git")
    return path


def folded_name(name: str) -> str:
    """What a file system without case, or with composed characters, takes a name for."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def check_changes(changes: Mapping[str, bytes | None]) -> None:
    """Refuse what is too large, and paths that no repository may hold.

    A path that is only removed is let through: it may be there from before.

    Raises:
        PathError: See `check_path`.
        LimitError: A file, or all together, are too large.
    """
    if len(changes) > MAXIMUM_COMMIT_FILES:
        raise LimitError(
            f"The change touches {len(changes):,} files; the limit is {MAXIMUM_COMMIT_FILES:,}.",
            "Save it in several steps.",
        )
    for path, content in changes.items():
        if content is None:
            continue
        check_path(path)
        if len(content) > MAXIMUM_FILE_BYTES:
            raise LimitError(
                f"'{path}' has {len(content):,} bytes; the limit is {MAXIMUM_FILE_BYTES:,}.",
                "Split it into several files.",
                path,
            )
    total = sum(len(content) for content in changes.values() if content is not None)
    if total > MAXIMUM_COMMIT_BYTES:
        raise LimitError(
            f"The change has {total:,} bytes; the limit is {MAXIMUM_COMMIT_BYTES:,}.",
            "Save it in several steps.",
        )


def _refused(path: str, why: str) -> PathError:
    return PathError(
        f"'{shown(path)}' {why}.",
        "Use a relative path of letters, digits, '.', '_' and '-', with '/' between folders.",
        shown(path),
    )


def possible_branch(name: str) -> bool:
    """Whether git can have a branch of that name."""
    import pygit2

    return name.isprintable() and pygit2.reference_is_valid_name(f"refs/heads/{name}")


def in_each_others_way(one: str, other: str) -> bool:
    """Git keeps a branch as a file, so `team` and `team/retail` cannot both be there."""
    first, second = folded_name(one), folded_name(other)
    return first == second or first.startswith(f"{second}/") or second.startswith(f"{first}/")
