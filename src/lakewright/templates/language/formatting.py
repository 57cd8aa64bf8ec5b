"""How is a source written the usual way, printing exactly what it printed before?

Only white space between the braces changes: what stands outside is output. Lines inside of a tag
stay lines.
"""

import itertools
from collections.abc import Iterator

from lakewright.templates.language.document import Document, Region
from lakewright.templates.language.scan import Kind, Scan, Token, scan
from lakewright.templates.language.text import Edit

_SPACED = frozenset(
    "| ~ == != <= >= < > + * / // % **".split()  # noqa: SIM905
)
_WORDS = frozenset("and or not in is if else elif for set as import with recursive".split())  # noqa: SIM905


def formatted(document: Document) -> list[Edit]:
    """The edits that bring every source of the text into the usual form."""
    found: list[Edit] = []
    for region in document.regions:
        found += _of_region(document, region)
    return found


def _of_region(document: Document, region: Region) -> Iterator[Edit]:
    for start, end, wanted in _changes(scan(region.source)):
        yield Edit(document.range_in(region, start, end), wanted)


def _changes(scanned: Scan) -> Iterator[tuple[int, int, str]]:
    """Stretches of white space that should be other ones: start, end, wanted."""
    tokens = scanned.tokens
    closed = {tag.start for tag in scanned.tags if tag.closed}
    index = 0
    while index < len(tokens):
        if tokens[index].kind is not Kind.OPEN:
            index += 1
            continue
        last = index + 1
        while last < len(tokens) and tokens[last].kind not in (Kind.CLOSE, Kind.DATA, Kind.OPEN):
            last += 1
        if tokens[index].start in closed and last < len(tokens):
            yield from _in_tag(tokens[index : last + 1])
        index = last


def _in_tag(tokens: tuple[Token, ...]) -> Iterator[tuple[int, int, str]]:
    brackets: list[str] = []
    words = [token for token in tokens if token.kind is not Kind.SPACE]
    for position, (left, right) in enumerate(itertools.pairwise(words)):
        if left.kind is Kind.OPERATOR and left.text in "([{":
            # `[` after a value looks something up, and may hold a slice.
            before = words[position - 1] if position else left
            lookup = left.text == "[" and (
                before.kind in (Kind.NAME, Kind.STRING) or before.text in ("]", ")")
            )
            brackets.append("lookup" if lookup and before.text not in _WORDS else left.text)
        elif left.kind is Kind.OPERATOR and left.text in ")]}" and brackets:
            brackets.pop()
        between = right.start - left.end
        gap = [t for t in tokens if t.kind is Kind.SPACE and left.end <= t.start < right.start]
        if any("\n" in space.text or "\r" in space.text for space in gap):
            continue
        wanted = _between(left, right, words[position - 1] if position else None, brackets)
        if wanted is None:
            continue
        if between != len(wanted) or (gap and gap[0].text != wanted):
            yield left.end, right.start, wanted


def _between(left: Token, right: Token, before: Token | None, brackets: list[str]) -> str | None:
    """White space between two tokens of a tag; None: leave it as it is."""
    if left.kind is Kind.OPEN or right.kind is Kind.CLOSE:
        return " "
    if left.text in (".",) or right.text in (".", ","):
        return "" if right.text != "." or left.kind is not Kind.NUMBER else None
    if left.kind is Kind.OPERATOR and left.text in "([{":
        return ""
    if right.kind is Kind.OPERATOR and right.text in ")]}":
        return "" if left.text != "," else None
    if left.text == ",":
        return " "
    if ":" in (left.text, right.text):
        if "lookup" in brackets[-1:]:
            return None  # a slice
        return " " if left.text == ":" else ""
    if "=" in (left.text, right.text):
        return "" if brackets else " "
    if left.text in _SPACED or right.text in _SPACED:
        sign = left if left.text in _SPACED else right
        if sign is left and _is_sign(left, before):
            return None
        return " "
    if "-" in (left.text, right.text):
        if right.text == "-":
            return " " if _ends_value(left) else None
        return " " if before is not None and _ends_value(before) else None
    if right.kind is Kind.OPERATOR and right.text in "([":
        if left.kind is Kind.NAME and left.text not in _WORDS:
            return ""
        return None
    if left.kind in _VALUES and right.kind in _VALUES:
        return " "
    return None


_VALUES = (Kind.NAME, Kind.NUMBER, Kind.STRING)


def _ends_value(token: Token) -> bool:
    if token.kind in _VALUES:
        return token.text not in _WORDS
    return token.text in (")", "]", "}")


def _is_sign(token: Token, before: Token | None) -> bool:
    """`+` and `*` in front of a value instead of between two."""
    return token.text in ("+", "*", "**") and (before is None or not _ends_value(before))
