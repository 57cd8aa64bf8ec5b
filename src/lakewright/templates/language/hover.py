"""What does a person want to know about the word under the pointer?"""

from dataclasses import dataclass
from typing import Any

from lakewright.diagnostics import shown
from lakewright.templates.language.document import Document
from lakewright.templates.language.names import Binding
from lakewright.templates.language.place import Found, Here, found_at, here
from lakewright.templates.language.shapes import Shape, macros_in
from lakewright.templates.language.text import Position, Range
from lakewright.templates.language.view import View
from lakewright.templates.language.words import (
    GLOBALS,
    SCOPE,
    TAGS,
    Word,
    filter_word,
    test_word,
)
from lakewright.templates.template import MISSING, Template, Variable


@dataclass(frozen=True, slots=True)
class Hover:
    """A few lines about a word.

    Attributes:
        title: What it is, in a line of code: `columns: columns`.
        about: Sentences, one a line; plain text.
        example: A Jinja source, and `result`, what it prints.
    """

    title: str
    about: str
    range: Range
    example: str = ""
    result: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "about": self.about,
            "range": self.range.as_json(),
            "example": self.example,
            "result": self.result,
        }


def hover(document: Document, position: Position, view: View) -> Hover | None:
    """About the word at a place; None when there is nothing to say."""
    place = here(document, position, view)
    if place is None:
        return _of_declaration(document, position)
    found = found_at(place)
    if found is None:
        return None
    at = document.range_in(place.region, found.token.start, found.token.end)
    match found.role:
        case "filter":
            return _of_word("filter", filter_word(found.token.text), at)
        case "test":
            return _of_word("test", test_word(found.token.text), at)
        case "tag":
            return _of_word("tag", TAGS.get(found.token.text), at)
        case "file":
            return _of_file(found.token.text.strip("\"'"), place, at)
        case "macro":
            file = found.tag.tokens[1].text.strip("\"'") if len(found.tag.tokens) > 1 else ""
            return _of_macro(file, found.token.text, place, at)
        case "field":
            return _of_field(found, place, at)
        case _:
            return _of_name(found, place, at)


def _of_word(kind: str, word: Word | None, at: Range) -> Hover | None:
    if word is None:
        return None
    return Hover(f"{kind} {word.name}", word.about, at, word.example, word.result)


def _of_file(name: str, place: Here, at: Range) -> Hover | None:
    if name not in place.view.macros:
        return None
    offered = [macro.signature for macro in macros_in(place.view.macros[name]).values()]
    return Hover(name, "\n".join(offered), at)


def _of_macro(file: str, name: str, place: Here, at: Range) -> Hover | None:
    macro = macros_in(place.view.macros.get(file, "")).get(name)
    if macro is None:
        return None
    return Hover(f"macro {macro.signature}", f"{macro.about}\nFrom {file}".strip(), at)


def _of_field(found: Found, place: Here, at: Range) -> Hover | None:
    owner: Shape = place.surroundings().shape_of(found.owner)
    field = owner.fields.get(found.token.text)
    if field is None:
        return None
    name = "".join(token.text for token in (*found.owner,)) + f".{found.token.text}"
    return Hover(f"{name}: {field.kind}" if field.kind else name, field.about, at)


def _of_name(found: Found, place: Here, at: Range) -> Hover | None:
    name = found.token.text
    binding = found.occurrence.binding if found.occurrence is not None else None
    if binding is not None:
        return _of_binding(binding, place, at)
    for variable in place.region.template.all_variables():
        if variable.name == name:
            return _of_variable(variable, place.region.template, at)
    if name in SCOPE:
        return Hover(name, SCOPE[name], at)
    if name == "loop":
        return Hover("loop", "The loop around this place", at)
    return _of_word("function", GLOBALS.get(name), at)


def _of_binding(binding: Binding, place: Here, at: Range) -> Hover:
    if binding.kind == "imported":
        known = _of_macro(binding.file, binding.imported_as, place, at)
        if known is not None:
            return known
    if binding.kind == "macro":
        return Hover(f"macro {binding.signature}", "", at)
    if binding.kind == "import":
        return Hover(binding.name, f"The macro file {binding.file}", at)
    source = place.region.source
    made = source[binding.value[0].start : binding.value[-1].end] if binding.value else ""
    word = {"loop": "in", "set": "="}.get(binding.kind, "")
    shape = place.surroundings().named(binding.name)
    title = f"{binding.name}: {shape.kind}" if shape.kind else binding.name
    told = f"{binding.name} {word} {shown(' '.join(made.split()), 200)}" if made else binding.kind
    return Hover(title, f"{told}\n{shape.about}".strip(), at)


def _of_variable(variable: Variable, template: Template, at: Range) -> Hover:
    lines = [variable.description] if variable.description else []
    if variable.required:
        lines.append("Required.")
    if variable.default is not MISSING:
        lines.append(f"Default: {shown(variable.default, 200)}")
    if variable.sample is not MISSING:
        lines.append(f"Sample: {shown(variable.sample, 200)}")
    if variable.choices:
        lines.append(f"One of: {', '.join(shown(choice) for choice in variable.choices)}")
    if variable.source:
        lines.append(f"Comes from {variable.source}")
    lines += [
        f"Only with the variation {variation.id}"
        for variation in template.variations
        if variable in variation.adds_variables
    ]
    return Hover(f"{variable.name}: {variable.type.value}", "\n".join(lines), at)


def _of_declaration(document: Document, position: Position) -> Hover | None:
    offset = document.lines.offset(*position)
    for region in document.regions:
        for declared in region.entry.declarations if region.entry is not None else ():
            if not declared.start <= offset <= declared.end:
                continue
            at = document.range_of(declared.start, declared.end)
            for variable in region.template.all_variables():
                if declared.kind == "variable" and variable.name == declared.name:
                    return _of_variable(variable, region.template, at)
            for variation in region.template.variations:
                if declared.kind == "variation" and variation.id == declared.name:
                    about = variation.description or variation.name
                    return Hover(f"variations.{variation.id}.enabled", about, at)
    return None
