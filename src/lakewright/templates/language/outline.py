"""What is in a text, and what can be folded?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lakewright.templates.language.document import Document, Region
from lakewright.templates.language.names import names_of
from lakewright.templates.language.text import Range


@dataclass(frozen=True, slots=True)
class Symbol:
    """A named part of a text with the parts inside of it.

    Attributes:
        kind: `template`, `variable`, `variation`, `content`, `macro`, `set`, `import`, `block`.
        range: All of it; `name_range` only its name.
    """

    name: str
    kind: str
    detail: str
    range: Range
    name_range: Range
    children: tuple["Symbol", ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "kind": self.kind,
            "detail": self.detail,
            "range": self.range.as_json(),
            "name_range": self.name_range.as_json(),
            "children": [child.as_json() for child in self.children],
        }


@dataclass(frozen=True, slots=True)
class Fold:
    """Lines that can be shown as one; `kind` is `region` or `comment`."""

    first_line: int
    last_line: int
    kind: str = "region"

    def as_json(self) -> dict[str, Any]:
        return {"first_line": self.first_line, "last_line": self.last_line, "kind": self.kind}


def symbols(document: Document) -> list[Symbol]:
    """The text's parts as a tree, in its order."""
    if document.bare:
        return list(_of_source(document, document.regions[0]))
    found: list[Symbol] = []
    for entry in document.entries:
        children: list[Symbol] = []
        types: dict[str, str] = {}
        for region in document.regions:
            if region.entry is entry:
                types = {v.name: v.type.value for v in region.template.all_variables()}
        for declared in entry.declarations:
            name_range = document.range_of(declared.start, declared.end)
            detail = types.get(declared.name, "") if declared.kind == "variable" else ""
            whole = _lines(document, declared.first_line, declared.last_line)
            children.append(Symbol(declared.name, declared.kind, detail, whole, name_range))
        for region in document.regions:
            if region.entry is entry:
                section = entry.sections[region.key]
                whole = _lines(document, section.first_line, section.last_line)
                inner = tuple(_of_source(document, region))
                children.append(Symbol(region.key, "content", "", whole, whole, inner))
        children.sort(key=lambda s: (s.range.line, s.range.column))
        whole = _lines(document, entry.first_line, entry.last_line)
        name_range = document.range_of(entry.id_start, entry.id_start + len(entry.id))
        name_range = name_range if entry.id else whole
        found.append(
            Symbol(entry.id or "(no id)", "template", "", whole, name_range, tuple(children))
        )
    return found


def _lines(document: Document, first: int, last: int) -> Range:
    return document.range_of(document.lines.starts[first - 1], document.lines.end_of(last))


def _of_source(document: Document, region: Region) -> Iterator[Symbol]:
    names = names_of(region.source)
    ends = {block.opening.start: block.end for block in names.blocks if block.word == "macro"}
    for binding in names.bindings:
        if binding.kind not in ("macro", "set", "import"):
            continue
        name_range = document.range_in(region, binding.start, binding.end)
        whole = name_range
        if binding.kind == "macro":
            end = min(ends.get(binding.since, binding.end), len(region.source))
            whole = document.range_in(region, binding.since, end)
        yield Symbol(
            binding.name, binding.kind, binding.signature or binding.file, whole, name_range
        )
    for block in names.blocks:
        tokens = block.opening.tokens
        if block.word == "block" and len(tokens) > 1:
            yield Symbol(
                tokens[1].text,
                "block",
                "",
                document.range_in(region, block.start, block.end),
                document.range_in(region, tokens[1].start, tokens[1].end),
            )


def folds(document: Document) -> list[Fold]:
    """Everything of more than one line that belongs together."""
    found: set[tuple[int, int, str]] = set()
    for entry in document.entries:
        found.add((entry.first_line, _last(document, entry.first_line, entry.last_line), "region"))
        for section in entry.sections.values():
            last = _last(document, section.first_line, section.last_line)
            found.add((section.first_line, last, "region"))
        for declared in entry.declarations:
            found.add((declared.first_line, declared.last_line, "region"))
    for region in document.regions:
        names = names_of(region.source)

        def line(offset: int, region: Region = region) -> int:
            return document.lines.position(region.to_text(offset)).line

        for block in names.blocks:
            # A fold keeps the end (or the next branch) in sight.
            cuts = [block.opening, *block.middles]
            ends = [tag.start for tag in block.middles]
            ends.append(block.closing.start if block.closing is not None else block.end)
            for opening, end in zip(cuts, ends, strict=True):
                found.add((line(opening.start), line(max(end, opening.end)) - 1, "region"))
        for tag in names.scan.tags:
            kind = "comment" if tag.kind.value == "comment" else "region"
            found.add((line(tag.start), line(max(tag.start, tag.end - 1)), kind))
    return [Fold(*each) for each in sorted(found) if each[1] > each[0]]


def _last(document: Document, first: int, last: int) -> int:
    while last > first and not document.lines.written(last).strip():
        last -= 1
    return last
