"""What the core asks of the world, in the core's words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from lakewright.errors import LakewrightError, StaleFileError

# What a metadata repository holds; a file of any other name is none of ours.
YAML_SUFFIXES = (".yaml", ".yml")
MACRO_SUFFIXES = (".jinja", ".j2")
METADATA_SUFFIXES = YAML_SUFFIXES + MACRO_SUFFIXES
MAXIMUM_FILE_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class RepositoryFile:
    """One entry of a metadata repository. `version` changes whenever the content does."""

    path: str
    version: str
    size_bytes: int


class MetadataRepository(Protocol):
    """A folder of YAML files and macros, wherever it lives."""

    def files(self) -> Sequence[RepositoryFile]:
        """Every metadata file, sorted by path; paths use `/` and are relative."""
        ...

    def read(self, path: str) -> bytes:
        """Raises `NotFoundError` when there is no such file, `LimitError` when it is too large."""
        ...


@dataclass(frozen=True, slots=True)
class Author:
    """Who made a commit."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Commit:
    """One step of a repository's history.

    Attributes:
        id: 40 hexadecimal digits.
        message: Subject line, an empty line and more when there is more to say.
        at: In UTC, whole seconds.
        versions: Path -> the version that the commit gave it; None for a file it removed.
    """

    id: str
    message: str
    author: Author
    at: datetime
    versions: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Commits, newest first. `cursor` leads to older ones; empty when there are none."""

    commits: tuple[Commit, ...]
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class FileChange:
    """How one file differs between two commits.

    Attributes:
        before, after: Versions; None when the file is not there on that side.
        patch: Unified diff; empty when a side is no text or is too large to show.
    """

    path: str
    before: str | None
    after: str | None
    patch: str


@dataclass(frozen=True, slots=True)
class StaleFile:
    """Both sides of a change that came too late. None stands for no file.

    Attributes:
        opened: Version that the writer had seen.
        mine: Content that the writer wanted to save.
        current, theirs: Version and content in the repository now.
    """

    path: str
    opened: str | None
    mine: bytes | None
    current: str | None
    theirs: bytes | None


@dataclass
class StaleSaveError(StaleFileError):
    """A commit was refused because files moved on; nothing of it was written."""

    files: tuple[StaleFile, ...] = ()

    def versions_json(self) -> dict[str, Any] | None:
        """Both sides of the first such file, for a client that lets a person choose."""
        if not self.files:
            return None
        file = self.files[0]
        return {
            "path": file.path,
            "yours": {"version": file.opened, "text": _as_text(file.mine)},
            "current": {"version": file.current, "text": _as_text(file.theirs)},
        }


def _as_text(content: bytes | None) -> str | None:
    return None if content is None else content.decode("utf-8", "replace")


class VersionedRepository(MetadataRepository, Protocol):
    """A metadata repository that remembers: every change is somebody's commit.

    The version of a file is the id of its blob, so equal contents have equal versions.
    """

    def head(self) -> str:
        """Id of the newest commit."""
        ...

    def commit(
        self,
        changes: Mapping[str, bytes | None],
        message: str,
        author: Author,
        expected: Mapping[str, str | None],
        merges: str = "",
    ) -> Commit:
        """Write and remove files, all or none of them.

        Args:
            changes: Path -> new content; None removes the file.
            expected: Path -> version that it has to have; None: it must not exist. Paths that
                are left out are changed whatever they are now.
            merges: Newest commit of a branch that this commit brings in, as its second parent.
                Such a commit is made even when no file differs.

        Returns:
            The new commit, or the newest one, without versions, when nothing would differ.

        Raises:
            StaleSaveError: A file does not have its expected version.
            NotFoundError: A file to remove does not exist.
            LimitError: A file, or all together, are too large.
            LakewrightError: A path that no repository may hold; a repository that is busy.
        """
        ...

    def history(self, path: str = "", limit: int = 50, cursor: str = "") -> HistoryPage:
        """Commits that changed a file or anything below a folder; every commit for no path.

        A page may hold fewer than `limit` and still have a cursor. Renames are not followed.

        Raises:
            LakewrightError: The cursor was not given out for this repository.
        """
        ...

    def read_at(self, commit: str, path: str) -> bytes:
        """A file as it was; raises `NotFoundError` when it, or the commit, does not exist."""
        ...

    def at(self, commit: str) -> MetadataRepository:
        """Everything as it was in a commit, however the repository moves on.

        Raises:
            NotFoundError: There is no such commit in the history.
        """
        ...

    def diff(self, before: str, after: str, path: str = "") -> tuple[FileChange, ...]:
        """How commit `after` differs from commit `before`, by path; one file when named.

        Raises:
            NotFoundError: There is no such commit in the history.
        """
        ...


@dataclass(frozen=True, slots=True)
class Branch:
    """A line of a repository's history.

    Attributes:
        head: Id of its newest commit.
        default: New work begins here unless somebody says otherwise.
        protected: Nobody commits to it directly; changes come by pull request.
    """

    name: str
    head: str
    default: bool = False
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Tag:
    """A name for one commit."""

    name: str
    commit: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a branch has that another has not.

    Attributes:
        start: Newest commit that both are built on; empty when they have nothing in common.
        ahead: How many commits only the second has; `behind`: only the first.
        changes: How the second differs from `start`, by path.
    """

    start: str
    ahead: int
    behind: int
    changes: tuple[FileChange, ...]


class BranchExistsError(LakewrightError):
    """There is a branch of that name already."""

    code = "branch-exists"
    http_status = 409


class StaleBranchError(LakewrightError):
    """The branch moved on, or was rewritten, since it was looked at; nothing was done."""

    code = "branch-moved"
    http_status = 412


class ProtectedBranchError(LakewrightError):
    """The branch takes changes by pull request only; nothing was written."""

    code = "branch-protected"
    http_status = 403


class BranchedRepository(VersionedRepository, Protocol):
    """A versioned repository with several lines of history, seen on one of them.

    Commits and trees are those of the whole repository; `head`, `files`, `read`, `commit` and
    `history` are about `branch`.
    """

    @property
    def branch(self) -> str: ...

    def on(self, branch: str) -> "BranchedRepository":
        """The same repository on another branch; whether that exists shows when it is used."""
        ...

    def branches(self) -> Sequence[Branch]:
        """The default branch first, the others by name."""
        ...

    def create_branch(self, name: str, commit: str) -> Branch:
        """A new branch that begins with a commit.

        Raises:
            BranchExistsError: There is one of that name.
            NotFoundError: There is no such commit.
            LakewrightError: Git cannot have a branch of that name.
        """
        ...

    def delete_branch(self, name: str, expected: str) -> None:
        """Remove a branch whose newest commit is `expected`.

        Raises:
            NotFoundError: There is no such branch.
            StaleBranchError: It has another newest commit.
            LakewrightError: It is the default branch.
        """
        ...

    def squash(self, since: str, message: str, author: Author, expected: str) -> Commit:
        """Make one commit on top of `since` of everything that the branch has after it.

        Args:
            since: A commit that the branch is built on.
            expected: The branch's newest commit, as the caller saw it.

        Raises:
            NotFoundError: The branch is not built on `since`.
            StaleBranchError: The branch has another newest commit.
        """
        ...

    def compare(self, before: str, after: str) -> Comparison:
        """What commit `after` has that commit `before` has not.

        Raises:
            NotFoundError: There is no such commit.
        """
        ...

    def tags(self) -> Sequence[Tag]:
        """By name."""
        ...


class PullRequestState(StrEnum):
    """What became of a pull request."""

    OPEN = "open"
    MERGED = "merged"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A proposal to take the changes of one branch into another.

    Attributes:
        head, base: Branches: the changes are in `head`, and are wanted in `base`.
        commit: Newest commit of `head`.
        mergeable: None while the host still finds out.
        url: Where people see it.
    """

    number: int
    title: str
    body: str
    state: PullRequestState
    draft: bool
    head: str
    base: str
    commit: str
    author: str
    url: str
    created_at: datetime
    updated_at: datetime
    mergeable: bool | None = None


@dataclass(frozen=True, slots=True)
class PullRequestPage:
    """Pull requests, newest first. `cursor` leads to older ones; empty when there are none."""

    pull_requests: tuple[PullRequest, ...]
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """What a person said of a pull request.

    Attributes:
        verdict: `approved`, `changes_requested`, `commented`, `dismissed` or `pending`.
    """

    author: str
    verdict: str
    body: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class StatusCheck:
    """What a machine said of a commit.

    Attributes:
        outcome: `success`, `failure`, `neutral`, `cancelled`, `skipped`, `timed_out`,
            `action_required`, `stale`, or `pending` while it runs.
        url: Its details; may be empty.
    """

    name: str
    outcome: str
    url: str = ""


class PullRequests(Protocol):
    """The proposals of a repository's host."""

    def listed(
        self, state: PullRequestState | None = None, limit: int = 30, cursor: str = ""
    ) -> PullRequestPage:
        """Raises `LakewrightError` when the cursor was not given out here."""
        ...

    def one(self, number: int) -> PullRequest:
        """Raises `NotFoundError`."""
        ...

    def open(
        self, *, head: str, base: str, title: str, body: str, draft: bool = False
    ) -> PullRequest:
        """A new one; the present one when there is an open one for the two branches.

        Raises:
            NotFoundError: There is no such branch.
            LakewrightError: `head` has nothing that `base` has not.
        """
        ...

    def change(
        self, number: int, *, title: str | None = None, body: str | None = None
    ) -> PullRequest:
        """Raises `NotFoundError`."""
        ...

    def close(self, number: int) -> PullRequest:
        """Raises `NotFoundError`."""
        ...

    def reviews(self, number: int) -> Sequence[Review]:
        """Oldest first."""
        ...

    def checks(self, commit: str) -> Sequence[StatusCheck]:
        """The newest of each name, by name."""
        ...


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """One render.

    Attributes:
        name: Template id, for messages.
        source: Jinja2 text.
        bindings: Plain JSON values only; every render gets a copy of its own.
        macros: Importable sources by name (`macros/naming.jinja` -> text).
        traced: Also say which template line printed each piece (slower).
        covered: Also say which ways through its branches it took (slower).
    """

    name: str
    source: str
    bindings: Mapping[str, Any]
    macros: Mapping[str, str]
    traced: bool = False
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of output and where it came from.

    Attributes:
        start, end: Character offsets in the output, end excluded.
        line: 1-based line in the template source named `name`.
        expression: The Jinja expression that printed it; empty for literal text.
        column: 1-based column of the expression's opening braces; 0 for literal text.
    """

    start: int
    end: int
    name: str
    line: int
    expression: str = ""
    column: int = 0


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a template printed.

    Attributes:
        spans: Empty unless the request was traced.
        reached: Name of a source and number of a way through it (`templates.branches`), sorted;
            empty unless the request was covered.
    """

    text: str
    spans: tuple[Span, ...] = ()
    reached: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class RenderFault:
    """Why a template printed nothing.

    Attributes:
        rule: `template-syntax`, `template-undefined`, `template-error`, `template-forbidden`
            (sandbox) or `template-limit` (time, memory, output size).
        name: Source in which it happened: the template's id or a macro file.
        line: 1-based; 0 when unknown.
    """

    rule: str
    problem: str
    remedy: str
    name: str
    line: int = 0


class TemplateRenderer(Protocol):
    """Renders people's templates where they can do no harm."""

    def render(self, requests: Iterable[RenderRequest]) -> Iterator[Rendered | RenderFault]:
        """One answer for each request, in order; consumes the requests lazily."""
        ...


class SharedRenderer(TemplateRenderer, Protocol):
    """A renderer that many people share."""

    def for_caller(self, caller: str) -> TemplateRenderer:
        """The same for one person, whose templates cannot keep others from theirs."""
        ...


@dataclass(frozen=True, slots=True)
class CodeFinding:
    """A fault in one Python text. `line` and `column` are 1-based."""

    rule: str
    problem: str
    line: int
    column: int


class PythonLinter(Protocol):
    """Finds undefined names and syntax faults in Python notebooks and files."""

    def lint(self, sources: Mapping[str, str]) -> Mapping[str, Sequence[CodeFinding]]:
        """Path -> findings, for every path given (an empty list when clean)."""
        ...


class ProofMemory(Protocol):
    """Remembers what has been proved, across processes. Losing it costs time only."""

    def known(self, key: str) -> bool: ...

    def remember(self, key: str) -> None: ...


class NextVersion(Protocol):
    """The next version of a bundle while it is being written."""

    def write(self, path: str, text: str) -> None: ...

    def remove(self, paths: Iterable[str]) -> None: ...


class BundleFolder(Protocol):
    """Where a bundle is kept; replaced whole or not at all."""

    def read_text(self, path: str) -> str | None:
        """The file, or None when it is absent or no text."""
        ...

    def content_hash(self, path: str) -> str | None:
        """BLAKE2b-128 of the file in hexadecimal; None when it is absent."""
        ...

    def replacing(self) -> AbstractContextManager[NextVersion]:
        """Build the next version; it takes the old one's place when the block ends well."""
        ...


class GenerationMemory(Protocol):
    """What the last generation of a bundle learned. Losing it costs time only."""

    def load(self) -> Any:
        """The value last saved, or None."""
        ...

    def save(self, value: Any) -> None: ...
