"""Which templates does a person mean by some words, typed with or without care?"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import nsmallest
from math import log

from lakewright.templates.template import Template

# How much a word tells by where it stands.
WEIGHTS: Mapping[str, float] = {
    "id": 6.0,
    "name": 8.0,
    "tags": 5.0,
    "category": 4.0,
    "node_types": 3.0,
    "description": 2.0,
    "output": 2.0,
    "variables": 1.0,
    "because": 1.0,
}
EXACT, PREFIX, TYPO, TWO_TYPOS = 1.0, 0.75, 0.5, 0.3
_WORD = re.compile(r"[^\W_]+")
_LONGEST_WORD = 40
MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Query:
    """What is sought.

    Attributes:
        text: Words; a template has to match all of them. Empty finds everything.
        category, output, tag, node_type: Only templates that have it; empty for all.
        builtin: Only ours (True), only the repository's own (False), or both.
    """

    text: str = ""
    category: str = ""
    output: str = ""
    tag: str = ""
    node_type: str = ""
    builtin: bool | None = None

    def admits(self, template: Template) -> bool:
        """Whether a template passes the filters, whatever the words say."""
        return (
            self.category in ("", template.category)
            and self.output in ("", template.output_type)
            and (not self.tag or self.tag in template.tags)
            and (not self.node_type or any(f.node_type == self.node_type for f in template.fits))
            and self.builtin in (None, template.builtin)
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """A template that matches; a higher score matches better."""

    template: Template
    score: float


@dataclass(frozen=True, slots=True)
class Hits:
    """A part of what was found.

    Attributes:
        total: How many match in all.
        facets: `category`, `output`, `tag`, `node_type` -> value -> how many of all that match.
    """

    items: tuple[Hit, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: small letters, parts of names apart.

    >>> words_of("Auto-Loader: JSON_files (SCD2)")
    ['auto', 'loader', 'json', 'files', 'scd2']
    """
    return [word[:_LONGEST_WORD] for word in _WORD.findall(text.casefold())]


def weighted_words(template: Template) -> dict[str, float]:
    """Every word of a template with the best weight among the places where it stands."""
    texts: tuple[tuple[str, Iterable[str]], ...] = (
        ("name", (template.name,)),
        ("id", (template.id,)),
        ("tags", template.tags),
        ("category", (template.category,)),
        ("node_types", (fit.node_type for fit in template.fits)),
        ("description", (template.description,)),
        ("output", (template.output_type, template.requires)),
        ("variables", (variable.name for variable in template.all_variables())),
        ("because", (fit.because for fit in template.fits)),
    )
    found: dict[str, float] = {}
    for place, written in texts:
        for word in (word for text in written for word in words_of(text)):
            if WEIGHTS[place] > found.get(word, 0.0):
                found[word] = WEIGHTS[place]
    return found


class TemplateIndex:
    """Templates made ready for searching; finding among 10,000 takes some milliseconds.

    A word of the query matches the words that it begins. Only when there is none does it match
    words that differ by a slip: one letter from four letters on, two from eight on.
    """

    def __init__(self, templates: Iterable[Template]) -> None:
        self._templates = sorted(templates, key=lambda t: (t.category, t.id))
        self._places: dict[str, dict[int, float]] = {}
        for number, template in enumerate(self._templates):
            for word, weight in weighted_words(template).items():
                self._places.setdefault(word, {})[number] = weight
        self._sorted = sorted(self._places)
        self._letters = [(word, len(word), _letters(word)) for word in self._sorted]
        self._known: dict[str, dict[int, float]] = {}

    def __len__(self) -> int:
        return len(self._templates)

    def search(self, query: Query, *, limit: int = 20, offset: int = 0) -> Hits:
        """The best matches first; equal ones by category and id."""
        wanted = list(dict.fromkeys(words_of(query.text)))[:MOST_WORDS]
        if wanted:
            scores = self._scores(wanted)
        else:
            scores = {} if query.text.strip() else dict.fromkeys(range(len(self)), 0.0)
        filtered = query != Query(query.text)
        found = [
            (-round(score, 6), number)
            for number, score in scores.items()
            if not filtered or query.admits(self._templates[number])
        ]
        best = nsmallest(offset + limit, found)[offset:]
        return Hits(
            tuple(Hit(self._templates[number], -score) for score, number in best),
            len(found),
            self._facets(number for _, number in found),
        )

    def _scores(self, wanted: list[str]) -> dict[int, float]:
        """Template -> score, for those in which every word is found."""
        each = sorted((self._matches(word) for word in wanted), key=len)
        scores = dict(each[0])
        for more in each[1:]:
            scores = {
                number: score + more[number] for number, score in scores.items() if number in more
            }
        return scores

    def _matches(self, wanted: str) -> dict[int, float]:
        """Template -> what one word of the query adds to its score."""
        known = self._known.get(wanted)
        if known is None:
            known = {}
            for word, quality in self._words_for(wanted):
                places = self._places[word]
                rarity = log(1 + len(self) / len(places))
                for number, weight in places.items():
                    score = quality * weight * rarity
                    if score > known.get(number, 0.0):
                        known[number] = score
            if len(self._known) > 2_000:
                self._known = {}
            self._known[wanted] = known
        return known

    def _words_for(self, wanted: str) -> list[tuple[str, float]]:
        begun: list[tuple[str, float]] = []
        for index in range(bisect_left(self._sorted, wanted), len(self._sorted)):
            word = self._sorted[index]
            if not word.startswith(wanted):
                break
            begun.append((word, EXACT if word == wanted else PREFIX))
        return begun or self._slips(wanted)

    def _slips(self, wanted: str) -> list[tuple[str, float]]:
        most = slips_allowed(wanted)
        if not most:
            return []
        letters, size = _letters(wanted), len(wanted)
        found: list[tuple[str, float]] = []
        for word, length, other in self._letters:
            # One slip changes which letters occur by two at most: no word is lost here.
            if abs(length - size) > most or (letters ^ other).bit_count() > 2 * most:
                continue
            slips = distance(wanted, word, most)
            if slips <= most:
                found.append((word, TYPO if slips == 1 else TWO_TYPOS))
        return found

    def _facets(self, numbers: Iterable[int]) -> dict[str, dict[str, int]]:
        counted: dict[str, Counter[str]] = {
            name: Counter() for name in ("category", "output", "tag", "node_type")
        }
        category, output = counted["category"], counted["output"]
        tag, node_type = counted["tag"], counted["node_type"]
        for number in numbers:
            template = self._templates[number]
            category[template.category] += 1
            output[template.output_type] += 1
            tag.update(template.tags)
            node_type.update({fit.node_type for fit in template.fits})
        return {name: dict(sorted(counter.items())) for name, counter in counted.items()}


def slips_allowed(word: str) -> int:
    """How many letters may be wrong: short words mean too many others.

    >>> slips_allowed("cdc"), slips_allowed("merge"), slips_allowed("partition")
    (0, 1, 2)
    """
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def distance(one: str, other: str, most: int) -> int:
    """Insertions, deletions, changes and swaps of neighbours between two words.

    Stops counting above `most`.

    Source: optimal string alignment, a restriction of Damerau (1964).

    >>> distance("merge", "megre", 2), distance("merge", "mrge", 2), distance("merge", "order", 1)
    (1, 1, 2)
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, start=1):
        last, row = row, [i, *([0] * len(other))]
        for j, right in enumerate(other, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, before[j - 2] + 1)
            row[j] = cost
        if min(row) > most:
            return most + 1
        before = last
    return row[-1]


def _letters(word: str) -> int:
    """Which letters occur, as bits."""
    found = 0
    for letter in word:
        found |= 1 << (ord(letter) % 61)
    return found
