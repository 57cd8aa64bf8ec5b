"""Find models, nodes, templates and recipes by what people remember of their names."""

import heapq
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Any

from lakewright.operations.metadata import Metadata

_WORD = re.compile(r"[^\W_]+")
_NEAR = 0.75  # of difflib: one slip in a word of four letters, two in one of eight


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found.

    Attributes:
        kind: `model`, `node`, `template` or `recipe`.
        id: Of the model, template or recipe; of a node, its model's.
        path: Document that holds it; empty for what is built in.
        node: Empty but for a node.
    """

    kind: str
    id: str
    name: str
    path: str
    node: str
    summary: str

    def as_json(self) -> dict[str, Any]:
        """Plain data, the same at every door."""
        return asdict(self)


_RANK = {"model": 0, "recipe": 1, "template": 2, "node": 3}


def search(metadata: Metadata, query: str, limit: int = 30) -> list[Hit]:
    """The best hits first; every word of the query has to fit somewhere.

    A whole name counts most, then the beginning of a name, of a word, a part of a word, and a
    word with a slip in it; names count more than summaries.
    """
    words = [word.lower() for word in _WORD.findall(query)][:8]
    if not words:
        return []
    exact = list(_scored(metadata, words, near=False))
    # Slips cost ten times as much to look for, and matter only when nothing fits.
    found = exact or list(_scored(metadata, words, near=True))
    best = heapq.nsmallest(limit, found, key=lambda one: one[0])
    return [hit for _, hit in best]


def _scored(
    metadata: Metadata, words: list[str], *, near: bool
) -> Iterator[tuple[tuple[float, int, str, str, str], Hit]]:
    for hit in _everything(metadata):
        score = _score(words, hit, near=near)
        if score:
            yield (-score, _RANK[hit.kind], hit.name.lower(), hit.id, hit.node), hit


def _everything(metadata: Metadata) -> Iterator[Hit]:
    for model in metadata.models.values():
        yield Hit("model", model.id, model.name or model.id, model.file, "", model.description)
        for node in model.nodes:
            about = node.description or node.type.replace("_", " ")
            yield Hit("node", model.id, node.name or node.id, model.file, node.id, about)
    for template in metadata.shared.library.templates.values():
        yield Hit("template", template.id, template.name, template.file, "", template.description)
    for recipe in metadata.shared.recipes.values():
        yield Hit("recipe", recipe.id, recipe.id, recipe.file, "", ", ".join(recipe.models))


def _score(words: list[str], hit: Hit, *, near: bool) -> float:
    """0 when a word fits nowhere."""
    names = f"{hit.name} {hit.node or hit.id}".lower()
    about = hit.summary.lower()
    whole = 50.0 if " ".join(words) == " ".join(_WORD.findall(hit.name.lower())) else 0.0
    total = 0.0
    for word in words:
        score = max(_fits(word, names, near=near) * 4, _fits(word, about, near=near))
        if not score:
            return 0.0
        total += score
    return total / len(words) + whole


def _fits(word: str, text: str, *, near: bool) -> float:
    if word not in text:
        return (
            max((_likeness(word, one) for one in _WORD.findall(text)), default=0.0) if near else 0.0
        )
    if text.startswith(word):
        return 5.0
    return 4.0 if any(one.startswith(word) for one in _WORD.findall(text)) else 2.0


def _likeness(word: str, other: str) -> float:
    """Up to 1 for a word with a slip in it, or the beginning of one."""
    if len(word) < 3 or len(other) < len(word) - 2:
        return 0.0
    matcher = SequenceMatcher(None, word, other[: len(word) + 1], autojunk=False)
    if matcher.real_quick_ratio() < _NEAR or matcher.quick_ratio() < _NEAR:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= _NEAR else 0.0
