"""Where is a model kept, and what does its canvas begin with?"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from lakewright.datamodel.model import DataModel
from lakewright.diagnostics import did_you_mean, shown
from lakewright.errors import NotFoundError
from lakewright.operations.documents import (
    DocumentEntry,
    KnownTitles,
    list_documents,
    usual_path,
)
from lakewright.operations.models import OpenedModel, open_model
from lakewright.operations.schemas import FileKind
from lakewright.ports import VersionedRepository
from lakewright.yaml_text.memory import ParseMemory

_ID_LINE = re.compile(r"""^([ -]*)id:[ ]*(["']?)(.+?)\2[ ]*(?:#.*)?$""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class KeptModel:
    """The document that holds a model, as the repository has it now."""

    path: str
    version: str
    text: str


def find_model(repository: VersionedRepository, model_id: str, known: KnownTitles) -> KeptModel:
    """The first document, by path, that holds a model.

    A document that cannot be read holds what it seems to: somebody has to open it to mend it.

    Raises:
        NotFoundError: None does.
    """
    entries = list_documents(repository, FileKind.MODEL, known)
    found = next((one for one in entries if any(t.id == model_id for t in one.titles)), None)
    if found is not None:
        return _kept(repository, found)
    usual = PurePosixPath(usual_path(repository, FileKind.MODEL, model_id)).stem
    for entry in entries:
        if entry.titles:
            continue
        kept = _kept(repository, entry)
        if PurePosixPath(entry.path).stem == usual or model_id in _ids_in(kept.text):
            return kept
    names = [title.id for entry in entries for title in entry.titles]
    raise NotFoundError(
        f"There is no data model '{shown(model_id)}'.",
        f"{did_you_mean(model_id, names[:1000])}List the models; somebody may have renamed it.",
        "model_id",
    )


def _kept(repository: VersionedRepository, entry: DocumentEntry) -> KeptModel:
    content = repository.at(repository.head()).read(entry.path)
    return KeptModel(entry.path, entry.version, content.decode("utf-8", "replace"))


def _ids_in(text: str) -> Iterator[str]:
    """Ids of the models of a text that is no YAML: those in the column of the first."""
    first = _ID_LINE.search(text)
    for found in _ID_LINE.finditer(text) if first else ():
        if first is not None and len(found[1]) == len(first[1]):
            yield found[3]


@dataclass(frozen=True, slots=True)
class Answer:
    """An `OpenedModel` as it is sent: its JSON, and whether it holds a model to draw."""

    json: bytes
    is_drawn: bool


class OpenedAnswers:
    """What was said of the texts that were opened last.

    A text is mostly opened as it was left: then nothing has to be read or checked again. Losing
    an answer costs time only.

    Args:
        most_characters: Of the texts; an answer takes some three bytes for each.

    Attributes:
        parses: The texts themselves, for whoever reads one that is open somewhere.
    """

    def __init__(self, most_characters: int = 8_000_000) -> None:
        self.parses = ParseMemory()
        self._answers = ParseMemory(most_characters)

    def of(
        self, text: str, path: str = "", model_id: str = "", model: DataModel | None = None
    ) -> Answer:
        """`open_model` for a server: see there."""
        if model is not None:
            opened = open_model(text, path, model_id, model, memory=self.parses)
            if opened.model is None:
                return _answer(opened)
            # The next question is about the text that the drawing was just written into.
            return self._remembered(opened.text, path, opened.model.id, opened)
        return self._remembered(text, path, model_id)

    def _remembered(
        self, text: str, path: str, model_id: str, opened: OpenedModel | None = None
    ) -> Answer:
        def answer() -> Answer:
            return _answer(opened or open_model(text, path, model_id, memory=self.parses))

        found: Answer = self._answers.of(json.dumps([path, model_id]), text, answer)
        return found


def _answer(opened: OpenedModel) -> Answer:
    return Answer(_encoded(opened.as_json()), opened.model is not None)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a canvas begins with.

    Attributes:
        kept: The document.
        draft: What the person typed and did not save, if anything.
        opened: Of the draft when it can be drawn, or when nothing can; else of the document.
        of_draft: Which of the two.
    """

    kept: KeptModel
    draft: str | None
    opened: Answer
    of_draft: bool

    def as_json(self, draft: Mapping[str, Any] | None) -> bytes:
        """The answer with what is known of the draft beside its text; no text twice."""
        head = {
            "path": self.kept.path,
            "version": self.kept.version,
            "text": self.kept.text if self.of_draft else None,
            "draft": draft and {**draft, "text": None if self.of_draft else self.draft},
        }
        return b"%s,%s%s}" % (_encoded(head)[:-1], b'"opened":', self.opened.json)


def begin(kept: KeptModel, draft: str | None, model_id: str, answers: OpenedAnswers) -> Beginning:
    """Open a person's draft of a model, or the document as far as the draft cannot be drawn."""
    if draft is None:
        return Beginning(kept, None, answers.of(kept.text, kept.path, model_id), of_draft=False)
    typed = answers.of(draft, kept.path, model_id)
    if typed.is_drawn:
        return Beginning(kept, draft, typed, of_draft=True)
    saved = answers.of(kept.text, kept.path, model_id)
    if saved.is_drawn:
        return Beginning(kept, draft, saved, of_draft=False)
    return Beginning(kept, draft, typed, of_draft=True)


def _encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
