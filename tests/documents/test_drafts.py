"""Drafts are kept as typed, and say when the document has moved on."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import anyio
import pytest

from lakewright.errors import LakewrightError, LimitError, NotFoundError
from lakewright.git.local_repository import LocalRepositories
from lakewright.operations.documents import DocumentError, read_document, save_document
from lakewright.operations.drafts import (
    DraftState,
    discard_draft,
    get_draft,
    list_drafts,
    save_draft,
)
from lakewright.operations.schemas import FileKind
from lakewright.ports import Author, VersionedRepository

ADA = Author("Ada", "ada@example.com")
PATH = "metadata/models/orders.yaml"
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Row:
    """What a database keeps of a draft."""

    kind: str
    path: str
    base_version: str | None
    text: str
    updated_at: datetime


class Drafts:
    """One person's drafts in memory."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Row] = {}

    async def get(self, kind: FileKind, path: str) -> Row | None:
        return self.rows.get((kind, path))

    async def save(self, kind: FileKind, path: str, text: str, base_version: str | None) -> Row:
        row = Row(kind.value, path, base_version, text, datetime.now(UTC))
        self.rows[kind, path] = row
        return row

    async def discard(self, kind: FileKind, path: str) -> bool:
        return self.rows.pop((kind, path), None) is not None

    async def page(self, cursor: str, limit: int) -> tuple[Sequence[Row], str]:
        begin = int(cursor or 0)
        rows = [self.rows[key] for key in sorted(self.rows)][begin : begin + limit]
        return rows, str(begin + limit) if begin + limit < len(self.rows) else ""


@pytest.fixture
def repository(tmp_path: Path) -> VersionedRepository:
    files = {PATH: b"data_models: []\n"}
    return LocalRepositories(tmp_path).create(UUID(int=1), files, ADA, "Begin")


def run(call: Callable[[], Awaitable[_Result]]) -> _Result:
    return anyio.run(call)


def keep(
    drafts: Drafts,
    repository: VersionedRepository,
    text: str = "typed",
    base: str | None = None,
    *,
    path: str = PATH,
    kind: FileKind = FileKind.MODEL,
) -> DraftState:
    return run(lambda: save_draft(drafts, repository, kind, path, text, base_version=base))


def test_a_draft_is_kept_as_typed_with_the_version_it_began_from(
    repository: VersionedRepository,
) -> None:
    drafts = Drafts()
    base = read_document(repository, PATH).version

    keep(drafts, repository, "data_models: [half", base)

    found = run(lambda: get_draft(drafts, repository, FileKind.MODEL, PATH))
    assert (found.text, found.base_version, found.moved_on) == ("data_models: [half", base, False)


def test_a_draft_says_when_the_document_has_moved_on(repository: VersionedRepository) -> None:
    drafts = Drafts()
    base = read_document(repository, PATH).version
    keep(drafts, repository, "mine", base)
    theirs = save_document(repository, PATH, "theirs: 1\n", base=base, author=ADA)

    found = run(lambda: get_draft(drafts, repository, FileKind.MODEL, PATH))
    again = keep(drafts, repository, "mine, longer", base)

    for draft in (found, again):
        assert draft.moved_on
        assert (draft.base_version, draft.current_version) == (base, theirs.document.version)
    assert again.text == "mine, longer"


def test_a_new_document_has_a_draft_until_somebody_takes_its_path(
    repository: VersionedRepository,
) -> None:
    drafts, path = Drafts(), "metadata/recipes/new.yaml"
    assert not keep(drafts, repository, path=path, kind=FileKind.RECIPE).moved_on
    save_document(repository, path, "recipes: []", base=None, author=ADA)
    assert run(lambda: get_draft(drafts, repository, FileKind.RECIPE, path)).moved_on


def test_a_draft_of_a_document_that_was_removed_has_moved_on(
    repository: VersionedRepository,
) -> None:
    drafts = Drafts()
    keep(drafts, repository, base=read_document(repository, PATH).version)
    repository.commit({PATH: None}, "Remove", ADA, {})
    found = run(lambda: get_draft(drafts, repository, FileKind.MODEL, PATH))
    assert (found.moved_on, found.current_version) == (True, None)


def test_drafts_are_listed_page_by_page(repository: VersionedRepository) -> None:
    drafts = Drafts()
    for name in "abc":
        keep(drafts, repository, path=f"metadata/models/{name}.yaml")
    first, cursor = run(lambda: list_drafts(drafts, repository, "", 2))
    second, end = run(lambda: list_drafts(drafts, repository, cursor, 2))
    assert [draft.path[-6] for draft in (*first, *second)] == ["a", "b", "c"]
    assert end == ""


def test_a_discarded_draft_is_gone_and_may_be_discarded_again(
    repository: VersionedRepository,
) -> None:
    drafts = Drafts()
    keep(drafts, repository)
    assert run(lambda: discard_draft(drafts, FileKind.MODEL, PATH))
    assert not run(lambda: discard_draft(drafts, FileKind.MODEL, PATH))
    with pytest.raises(NotFoundError):
        run(lambda: get_draft(drafts, repository, FileKind.MODEL, PATH))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("", FileKind.MODEL),
        (PATH, FileKind.RECIPE),
        ("x.yaml", FileKind.MODEL),
        ("metadata/models/\0.yaml", FileKind.MODEL),
        ("metadata/models/\ud800.yaml", FileKind.MODEL),
        (f"metadata/models/{'x' * 400}.yaml", FileKind.MODEL),
    ],
)
def test_a_draft_has_a_place_a_document_could_have(
    repository: VersionedRepository, path: str, kind: FileKind
) -> None:
    drafts = Drafts()
    with pytest.raises(DocumentError):
        keep(drafts, repository, path=path, kind=kind)
    with pytest.raises(NotFoundError):
        run(lambda: get_draft(drafts, repository, kind, path))
    assert not run(lambda: discard_draft(drafts, kind, path))
    assert drafts.rows == {}


@pytest.mark.parametrize(
    ("text", "base", "refusal"),
    [
        ("a\0b", None, DocumentError),
        ("\udfff", None, DocumentError),
        ("ok", "\0", DocumentError),
        ("ok", "v" * 201, DocumentError),
        ("x" * 10_000_001, None, LimitError),
        ("é" * 5_000_001, None, LimitError),
    ],
    ids=range(6),
)
def test_what_a_database_cannot_hold_is_refused_in_words(
    repository: VersionedRepository, text: str, base: str | None, refusal: type[LakewrightError]
) -> None:
    drafts = Drafts()
    with pytest.raises(refusal):
        keep(drafts, repository, text, base)
    assert drafts.rows == {}
