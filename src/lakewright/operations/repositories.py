"""Say which metadata repository a workspace is bound to, and whether that can be."""

import re
from urllib.parse import urlsplit

from lakewright.diagnostics import shown
from lakewright.errors import LakewrightError

LOCAL_BRANCH = "main"
LONGEST_BRANCH = 250
# GitHub, "Username considerations" and "Repository name": what either may hold.
_OWNER = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")
# git-check-ref-format(1)
_NOT_IN_A_BRANCH = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(?:/|$)")


class BindingError(LakewrightError):
    """A workspace cannot be bound to that repository or branch."""

    code = "repository-binding"
    http_status = 422


def checked_github(location: str) -> str:
    """`owner/name`, however the repository was named.

    >>> checked_github("https://github.com/acme/pipelines.git")
    'acme/pipelines'
    >>> checked_github("git@github.com:acme/pipelines")
    'acme/pipelines'

    Raises:
        BindingError: It is no repository of github.com.
    """
    text = location.strip()
    if text.startswith("git@github.com:"):
        text = text.removeprefix("git@github.com:")
    elif "://" in text:
        text = _path_on_github(text)
    owner, _, name = text.strip("/").removesuffix(".git").partition("/")
    if not _OWNER.fullmatch(owner) or not _NAME.fullmatch(name) or name in (".", ".."):
        raise _no_repository(location)
    return f"{owner}/{name}"


def _path_on_github(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise _no_repository(url) from error
    plain = parts.scheme in ("https", "ssh") and port is None
    if not plain or host not in ("github.com", "www.github.com"):
        raise _no_repository(url)
    if parts.password or parts.query or parts.fragment:
        # Not quoted: what stands there may be a token.
        raise BindingError(
            "The address holds more than the name of a repository.",
            "Write owner/name; tokens do not belong into it.",
            "location",
        )
    return parts.path


def _no_repository(location: str) -> BindingError:
    quoted = "" if "@" in location else f" '{shown(location, 100)}'"
    return BindingError(
        f"The address{quoted} names no repository on GitHub.",
        "Write owner/name, or https://github.com/owner/name.",
        "location",
    )


def checked_branch(branch: str) -> str:
    """The branch, when git can have one of that name.

    Raises:
        BindingError: It cannot.

    Source: git-check-ref-format(1).
    """
    wrong = (
        not 1 <= len(branch) <= LONGEST_BRANCH
        or not branch.isprintable()
        or branch[0] in "-./"
        or branch[-1] in "./"
        or branch == "@"
        or _NOT_IN_A_BRANCH.search(branch)
    )
    if wrong:
        raise BindingError(
            f"'{shown(branch, 100)}' cannot be the name of a branch.",
            "Use letters, digits, '-', '_', '.' and '/', such as main or team/retail.",
            "branch",
        )
    return branch


def checked_local_branch(branch: str) -> str:
    """The one branch that the server's own repositories have.

    Raises:
        BindingError: It is another.
    """
    if branch != LOCAL_BRANCH:
        raise BindingError(
            f"A repository on this server has the branch '{LOCAL_BRANCH}' only.",
            f"Use '{LOCAL_BRANCH}', or bind the workspace to a repository on GitHub.",
            "branch",
        )
    return branch
