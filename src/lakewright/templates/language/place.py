"""What stands at a place of a source: a variable, a filter, a field, a macro file, a word?"""

from dataclasses import dataclass

from lakewright.templates.language.document import Document, Region
from lakewright.templates.language.names import Names, Occurrence, names_of
from lakewright.templates.language.scan import Kind, Tag, Token
from lakewright.templates.language.shapes import Surroundings
from lakewright.templates.language.text import Position
from lakewright.templates.language.view import View


@dataclass(frozen=True, slots=True)
class Found:
    """What is at a place.

    Attributes:
        role: `name`, `field`, `filter`, `test`, `tag`, `file` or `macro` (in a `from` tag).
        owner: Tokens in front of a field's dot.
    """

    role: str
    token: Token
    tag: Tag
    occurrence: Occurrence | None = None
    owner: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True)
class Here:
    """A place inside a source, with what is around it."""

    region: Region
    offset: int
    names: Names
    view: View

    def surroundings(self) -> Surroundings:
        return Surroundings(self.region.template, self.view, self.names.seen_at(self.offset))


def here(document: Document, position: Position, view: View) -> Here | None:
    """The source around a place; None outside of sources."""
    at = document.region_at(position)
    if at is None:
        return None
    region, offset = at
    return Here(region, offset, names_of(region.source), view)


def path_before(tokens: tuple[Token, ...], index: int) -> tuple[Token, ...]:
    """The tokens of the path that ends in front of a dot: of `a.b[0].` those of `a.b[0]`."""
    start = index
    while start > 0:
        before = tokens[start - 1]
        if before.text in ("]", ")"):
            depth = 0
            while start > 0:
                start -= 1
                depth += (tokens[start].text in ("]", ")")) - (tokens[start].text in ("[", "("))
                if depth == 0:
                    break
            continue
        if before.kind in (Kind.NAME, Kind.NUMBER, Kind.STRING):
            start -= 1
            if start > 0 and tokens[start - 1].text in (".", "|"):
                start -= 1
                continue
        break
    return tokens[start:index]


def found_at(place: Here) -> Found | None:
    """What is at the place."""
    tag = place.names.scan.tag_at(place.offset)
    if tag is None:
        return None
    around = [
        index
        for index, token in enumerate(tag.tokens)
        if token.start <= place.offset <= token.end and token.kind in (Kind.NAME, Kind.STRING)
    ]
    if not around:
        return None
    index = around[-1]
    token = tag.tokens[index]
    if token.kind is Kind.STRING:
        words = ("from", "import", "include", "extends")
        return Found("file", token, tag) if tag.word in words and index == 1 else None
    if index == 0 and tag.word:
        return Found("tag", token, tag)
    before = tag.tokens[index - 1].text if index else ""
    if before == ".":
        return Found("field", token, tag, owner=path_before(tag.tokens, index - 1))
    if before == "|" or (tag.word == "filter" and index == 1):
        return Found("filter", token, tag)
    if before == "is" or (before == "not" and index > 1 and tag.tokens[index - 2].text == "is"):
        return Found("test", token, tag)
    occurrence = next(
        (o for o in place.names.occurrences if o.start == token.start and o.end == token.end), None
    )
    if occurrence is not None:
        return Found("name", token, tag, occurrence)
    if tag.word == "from":
        return Found("macro", token, tag)
    return None
