"""Keep what a person has typed and not saved, and say when the document has moved on."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lakewright.diagnostics import shown
from lakewright.errors import LimitError, NotFoundError
from lakewright.operations.documents import DocumentError, kind_of, path_like, prefix_of
from lakewright.operations.schemas import FileKind
from lakewright.ports import VersionedRepository

MAXIMUM_DRAFT_BYTES = 10_000_000
LONGEST_PATH = 400
LONGEST_VERSION = 200


class StoredDraft(Protocol):
    """A person's draft as it is kept."""

    @property
    def kind(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def base_version(self) -> str | None: ...
    @property
    def text(self) -> str: ...
    @property
    def updated_at(self) -> datetime: ...


class DraftRecords(Protocol):
    """The drafts of one person in one workspace."""

    async def get(self, kind: FileKind, path: str) -> StoredDraft | None: ...

    async def save(
        self, kind: FileKind, path: str, text: str, base_version: str | None
    ) -> StoredDraft:
        """Keep it in place of the one before."""
        ...

    async def discard(self, kind: FileKind, path: str) -> bool:
        """False when there was none."""
        ...

    async def page(self, cursor: str, limit: int) -> tuple[Sequence[StoredDraft], str]:
        """Drafts in a stable order, and the cursor of the next page; empty at the end."""
        ...


@dataclass(frozen=True, slots=True)
class DraftState:
    """A draft beside the document it is of.

    Attributes:
        base_version: Version of the document that the draft began from; None for a new one.
        current_version: Version in the repository now; None when there is no such document.
        updated_at: When it was last typed in, UTC.
    """

    kind: FileKind
    path: str
    base_version: str | None
    text: str
    updated_at: datetime
    current_version: str | None

    @property
    def moved_on(self) -> bool:
        """Whether saving the draft would be refused, because the document changed meanwhile."""
        return self.base_version != self.current_version


async def save_draft(
    drafts: DraftRecords,
    repository: VersionedRepository,
    kind: FileKind,
    path: str,
    text: str,
    *,
    base_version: str | None,
) -> DraftState:
    """Keep a draft in place of the one before; nothing about the text has to be right.

    Args:
        base_version: Version of the document that the person opened; it is kept as it is, so
            that the draft can be saved, or compared, later.

    Raises:
        DocumentError: The path is not for a document of that kind, or the text cannot be kept.
        LimitError: The text is too large.
    """
    versions = await asyncio.to_thread(_versions, repository)
    if kind_of(path, versions.prefix) is not kind or len(path) > LONGEST_PATH:
        raise DocumentError(
            f"'{shown(path)}' is not a place for a {kind.value}.",
            f"Use a path like {path_like(kind, versions.prefix)}.",
            shown(path),
        )
    _check_storable(path, path)
    _check_storable(text, path)
    if base_version is not None:
        _check_storable(base_version, path)
        if len(base_version) > LONGEST_VERSION:
            raise DocumentError("The version is none of ours.", "Reload the document.", path)
    return versions.beside(await drafts.save(kind, path, text, base_version))


async def get_draft(
    drafts: DraftRecords, repository: VersionedRepository, kind: FileKind, path: str
) -> DraftState:
    """A draft and whether its document has moved on.

    Raises:
        NotFoundError: The person has no such draft.
    """
    found = await drafts.get(kind, path) if _is_storable(path) else None
    if found is None:
        raise NotFoundError(
            f"There is no draft of '{shown(path)}'.", "List your drafts.", shown(path)
        )
    return (await asyncio.to_thread(_versions, repository)).beside(found)


async def list_drafts(
    drafts: DraftRecords, repository: VersionedRepository, cursor: str = "", limit: int = 50
) -> tuple[list[DraftState], str]:
    """A page of the person's drafts and the cursor of the next; empty at the end."""
    found, following = await drafts.page(cursor, limit)
    versions = await asyncio.to_thread(_versions, repository)
    return [versions.beside(one) for one in found], following


async def discard_draft(drafts: DraftRecords, kind: FileKind, path: str) -> bool:
    """Throw a draft away; False when there was none, so that saying it twice does no harm."""
    return _is_storable(path) and await drafts.discard(kind, path)


@dataclass(frozen=True, slots=True)
class _Versions:
    """The versions of all documents at one moment."""

    prefix: str
    by_path: dict[str, str]

    def beside(self, draft: StoredDraft) -> DraftState:
        return DraftState(
            FileKind(draft.kind),
            draft.path,
            draft.base_version,
            draft.text,
            draft.updated_at,
            self.by_path.get(draft.path),
        )


def _versions(repository: VersionedRepository) -> _Versions:
    files = repository.at(repository.head()).files()
    return _Versions(prefix_of(files), {file.path: file.version for file in files})


def _is_storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def _check_storable(text: str, where: str) -> None:
    """What a database's text cannot hold, in words, before it says so in its own."""
    if not _is_storable(text):
        raise DocumentError(
            "The draft holds a NUL character or half a character (a lone surrogate).",
            "Remove it.",
            shown(where),
        )
    if len(text) > MAXIMUM_DRAFT_BYTES or len(text.encode()) > MAXIMUM_DRAFT_BYTES:
        raise LimitError(
            f"The draft is larger than {MAXIMUM_DRAFT_BYTES:,} bytes.",
            "Split the document into several.",
            shown(where),
        )
