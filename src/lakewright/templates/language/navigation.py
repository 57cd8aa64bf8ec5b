"""Where is a name made, where is it used, and what changes when it is called otherwise?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lakewright.diagnostics import shown
from lakewright.errors import LakewrightError
from lakewright.templates.environment import known_names, make_environment
from lakewright.templates.language.document import Declaration, Document, Region
from lakewright.templates.language.names import KEYWORDS, Binding, names_of, same_thing
from lakewright.templates.language.place import Found, found_at, here
from lakewright.templates.language.scan import Token
from lakewright.templates.language.shapes import macros_in
from lakewright.templates.language.text import Edit, Lines, Position, Range
from lakewright.templates.language.view import View
from lakewright.templates.uses import SCOPE_NAMES


class CannotRenameError(LakewrightError):
    """What is at the place cannot get that name."""

    code = "cannot-rename"
    http_status = 409


@dataclass(frozen=True, slots=True)
class Reference:
    """One place where a name stands."""

    range: Range
    makes: bool

    def as_json(self) -> dict[str, Any]:
        return {"range": self.range.as_json(), "makes": self.makes}


@dataclass(frozen=True, slots=True)
class _Thing:
    """What a name at a place means.

    Attributes:
        kind: `variable`, `variation` or `local`.
        binding: Of a local one.
    """

    kind: str
    name: str
    region: Region
    binding: Binding | None = None


def definition(document: Document, position: Position, view: View) -> Range | None:
    """Where the name at a place is made: here, or in a macro file. None when nobody says."""
    place = here(document, position, view)
    found = found_at(place) if place is not None else None
    if place is not None and found is not None:
        if found.role == "file":
            return _in_macro_file(found.token.text.strip("\"'"), "", view)
        if found.role == "macro" and len(found.tag.tokens) > 1:
            return _in_macro_file(found.tag.tokens[1].text.strip("\"'"), found.token.text, view)
        if found.role == "field":
            owner = place.names.seen_at(place.offset).get(
                found.owner[0].text if found.owner else ""
            )
            if owner is not None and owner.kind == "import" and len(found.owner) == 1:
                return _in_macro_file(owner.file, found.token.text, view)
    thing = _thing_at(document, position, view)
    if thing is None:
        return None
    if thing.binding is not None:
        if thing.binding.kind == "imported":
            there = _in_macro_file(thing.binding.file, thing.binding.imported_as, view)
            if there is not None:
                return there
        return document.range_in(thing.region, thing.binding.start, thing.binding.end)
    declared = _declaration(thing)
    return document.range_of(declared.start, declared.end) if declared is not None else None


def references(document: Document, position: Position, view: View) -> list[Reference]:
    """Every place of the text where the name at a place is meant, in the order of the text."""
    thing = _thing_at(document, position, view)
    if thing is None:
        return []
    found = list(_references(document, thing))
    return sorted(found, key=lambda r: (r.range.line, r.range.column))


def rename(document: Document, position: Position, view: View, name: str) -> list[Edit]:
    """The edits that give what is at a place another name; all references change together.

    Raises:
        CannotRenameError: There is nothing to rename, or the name cannot be used here.
    """
    thing = _thing_at(document, position, view)
    if thing is None:
        raise CannotRenameError(
            "There is no name at this place that can be changed.",
            "Go to a variable, a variation, a loop's name, a `set` or a macro of this text.",
        )
    if thing.binding is None and thing.region.entry is None:
        raise CannotRenameError(
            f"'{shown(thing.name)}' is declared in another file.",
            "Rename it in the file of its template.",
        )
    if thing.binding is not None and thing.binding.kind == "imported":
        raise CannotRenameError(
            f"'{shown(thing.name)}' is a macro of {shown(thing.binding.file)}.",
            f"Rename it there, or import it as another name: `{thing.name} as other`.",
        )
    if name == thing.name:
        return []
    _check_name(thing, name)
    return [Edit(r.range, name) for r in references(document, position, view)]


def _check_name(thing: _Thing, name: str) -> None:
    if not name.isidentifier() or not name.isascii() or name in KEYWORDS:
        raise CannotRenameError(
            f"'{shown(name)}' cannot be a name here.",
            "Use letters, digits and _, start with a letter, and take no word of the language.",
        )
    template = thing.region.template
    taken: set[str] = set()
    if thing.kind == "variation":
        taken = {variation.id for variation in template.variations}
    else:
        names = names_of(thing.region.source)
        taken = {variable.name for variable in template.all_variables()}
        taken |= {found.name for found in names.occurrences}
        taken |= {*SCOPE_NAMES, "loop", "caller", *known_names(make_environment())}
    if name in taken:
        raise CannotRenameError(
            f"'{shown(name)}' already means something in this template.",
            "Choose a name that nothing here has.",
        )


def _declaration(thing: _Thing) -> Declaration | None:
    entry = thing.region.entry
    return entry.declared(thing.kind, thing.name) if entry is not None else None


def _references(document: Document, thing: _Thing) -> Iterator[Reference]:
    if thing.binding is not None:
        for found in same_thing(names_of(thing.region.source), thing.binding):
            at = document.range_in(thing.region, found.start, found.end)
            yield Reference(at, found.makes)
        return
    entry = thing.region.entry
    for declared in entry.declarations if entry is not None else ():
        if declared.kind == thing.kind and declared.name == thing.name:
            yield Reference(document.range_of(declared.start, declared.end), makes=True)
    for region in document.regions_of(thing.region):
        for start, end in _uses(region, thing):
            yield Reference(document.range_in(region, start, end), makes=False)


def _uses(region: Region, thing: _Thing) -> Iterator[tuple[int, int]]:
    names = names_of(region.source)
    if thing.kind == "variable":
        for found in names.occurrences:
            if found.name == thing.name and found.binding is None:
                yield found.start, found.end
        return
    for tag in names.scan.tags:
        for index in range(2, len(tag.tokens)):
            if tag.tokens[index].text == thing.name and _is_variation(tag.tokens, index):
                yield tag.tokens[index].start, tag.tokens[index].end


def _is_variation(tokens: tuple[Token, ...], index: int) -> bool:
    before = [token.text for token in tokens[max(0, index - 3) : index]]
    return before[-2:] == ["variations", "."] and before[:-2] != ["."]


def _thing_at(document: Document, position: Position, view: View) -> _Thing | None:
    place = here(document, position, view)
    if place is None:
        return _declared_at(document, position)
    found: Found | None = found_at(place)
    if found is None:
        return None
    template = place.region.template
    if found.role == "field":
        owner = [token.text for token in found.owner]
        known = any(variation.id == found.token.text for variation in template.variations)
        if owner == ["variations"] and known:
            return _Thing("variation", found.token.text, place.region)
        return None
    if found.occurrence is None:
        return None
    if found.occurrence.binding is not None:
        return _Thing("local", found.token.text, place.region, found.occurrence.binding)
    if any(variable.name == found.token.text for variable in template.all_variables()):
        return _Thing("variable", found.token.text, place.region)
    return None


def _declared_at(document: Document, position: Position) -> _Thing | None:
    offset = document.lines.offset(*position)
    for region in document.regions:
        for declared in region.entry.declarations if region.entry is not None else ():
            if declared.start <= offset <= declared.end:
                return _Thing(declared.kind, declared.name, region)
    return None


def _in_macro_file(file: str, macro: str, view: View) -> Range | None:
    source = view.macros.get(file)
    if source is None:
        return None
    path = view.own_macros.get(file, f"builtin/{file}")
    if not macro:
        return Range(1, 1, 1, 1, path)
    found = macros_in(source).get(macro)
    if found is None:
        return None
    lines = Lines(source)
    first, last = lines.position(found.start), lines.position(found.end)
    return Range(first.line, first.column, last.line, last.column, path)
