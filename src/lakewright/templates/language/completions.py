"""What can be written at a place?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lakewright.templates.environment import all_filters, all_tests
from lakewright.templates.language.document import Document
from lakewright.templates.language.names import ENDS, Binding
from lakewright.templates.language.place import Here, here, path_before
from lakewright.templates.language.scan import Kind, Tag, TagKind, Token
from lakewright.templates.language.shapes import Shape, macros_in
from lakewright.templates.language.text import Position, Range
from lakewright.templates.language.view import View
from lakewright.templates.language.words import GLOBALS, SCOPE, TAGS, filter_word, test_word


@dataclass(frozen=True, slots=True)
class Completion:
    """One thing to write.

    Attributes:
        kind: `variable`, `field`, `filter`, `test`, `macro`, `file`, `tag`, `keyword`,
            `variation` or `function`.
        range: What it replaces.
        rank: Smaller is offered first.
    """

    label: str
    kind: str
    detail: str
    about: str
    text: str
    range: Range
    rank: int = 5

    def as_json(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "kind": self.kind,
            "detail": self.detail,
            "about": self.about,
            "text": self.text,
            "range": self.range.as_json(),
            "rank": self.rank,
        }


def completions(document: Document, position: Position, view: View) -> list[Completion]:
    """Everything that may be written at a place, the likely first; nothing outside of tags."""
    place = here(document, position, view)
    if place is None:
        return []
    tag = place.names.scan.tag_at(place.offset)
    if tag is None or tag.kind is TagKind.COMMENT:
        return []
    before = tuple(token for token in tag.tokens if token.start < place.offset)
    prefix: Token | None = None
    if before and before[-1].end >= place.offset:
        last = before[-1]
        if last.kind is Kind.STRING:
            closed = len(last.text) > 1 and last.text[-1] == last.text[0]
            if last.end == place.offset and closed:
                return []
            return _sorted(_files(document, place, tag, before))
        if last.kind is Kind.NAME:
            prefix, before = last, before[:-1]
        elif last.kind is Kind.NUMBER:
            return []
    start = prefix.start if prefix is not None else place.offset
    replaced = document.range_in(place.region, start, prefix.end if prefix else place.offset)
    return _sorted(_offers(place, tag, before, replaced))


def _sorted(found: Iterable[Completion]) -> list[Completion]:
    by_label: dict[str, Completion] = {}
    for each in found:
        by_label.setdefault(each.label, each)
    return sorted(by_label.values(), key=lambda c: (c.rank, c.label))


def _offers(
    place: Here, tag: Tag, before: tuple[Token, ...], replaced: Range
) -> Iterator[Completion]:
    if tag.kind is TagKind.STATEMENT and not before:
        yield from _tags(place, tag, replaced)
        return
    last = before[-1].text if before else ""
    if last == "|" or (tag.word == "filter" and len(before) == 1):
        yield from _words(sorted(all_filters()), "filter", filter_word, replaced)
    elif last == "is" or (last == "not" and len(before) > 1 and before[-2].text == "is"):
        names = [name for name in sorted(all_tests()) if name.isidentifier()]
        yield from _words(names, "test", test_word, replaced)
        if last == "is":
            yield Completion("not", "keyword", "", "Turns the test round", "not", replaced, 1)
    elif last == ".":
        shape = place.surroundings().shape_of(path_before(before, len(before) - 1))
        yield from _fields(shape, replaced)
    elif tag.word == "from":
        yield from _of_file(place, before, replaced)
    elif _makes_a_name(tag, before):
        return
    elif last in (")", "]", "}") or (before and before[-1].kind in _ENDS_A_VALUE):
        yield from _keywords(tag, before, replaced)
    else:
        yield from _names(place, replaced)


_ENDS_A_VALUE = (Kind.NAME, Kind.NUMBER, Kind.STRING)
_OPERATORS = ("and", "or", "not", "in", "is", "if", "else")


def _makes_a_name(tag: Tag, before: tuple[Token, ...]) -> bool:
    """Places where a new name is written: nothing that exists can be meant."""
    last = before[-1].text if before else ""
    match tag.word:
        case "for":
            return not any(token.text == "in" for token in before) and last in ("for", ",")
        case "set":
            return not any(token.text == "=" for token in before) and last in ("set", ",")
        case "macro" | "block" | "endblock":
            return len(before) < 3 or last == ","
        case "import":
            return len(before) < 2 or last == "as"
        case _:
            return False


def _tags(place: Here, tag: Tag, replaced: Range) -> Iterator[Completion]:
    around = [
        block
        for block in place.names.blocks
        if block.opening.end <= tag.start < block.end
        or (block.closing is not None and block.closing is tag)
    ]
    innermost = max(around, key=lambda block: block.start, default=None)
    wanted = ENDS[innermost.word] if innermost is not None else ""
    for name, word in TAGS.items():
        if name.startswith("end") and name != wanted:
            continue
        if name in ("elif", "else") and (innermost is None or innermost.word not in ("if", "for")):
            continue
        rank = 0 if name == wanted else 2
        yield Completion(name, "tag", "", word.about, name, replaced, rank)


def _words(names: Iterable[str], kind: str, word_of: Any, replaced: Range) -> Iterator[Completion]:
    for name in names:
        word = word_of(name)
        if word is None:
            continue
        about = f"{word.about}\n{word.example}\n{word.result}" if word.result else word.about
        yield Completion(name, kind, "", about, name, replaced, 1 if word.result else 3)


def _fields(shape: Shape, replaced: Range) -> Iterator[Completion]:
    for name, found in shape.fields.items():
        kind = "macro" if found.kind == "macro" else "field"
        yield Completion(name, kind, found.kind, found.about, name, replaced, 1)
    if not shape.fields and shape.kind in ("mapping", "object", "pairs"):
        for name in ("items", "keys", "values", "get"):
            yield Completion(f"{name}()", "field", "", "", f"{name}()", replaced, 3)


def _of_file(place: Here, before: tuple[Token, ...], replaced: Range) -> Iterator[Completion]:
    words = [token.text for token in before]
    if "import" not in words:
        if len(before) == 2:
            yield Completion("import", "keyword", "", "", "import", replaced, 1)
        return
    file = before[1].text.strip("\"'") if len(before) > 1 else ""
    taken = set(words)
    for name, macro in macros_in(place.view.macros.get(file, "")).items():
        if name not in taken:
            yield Completion(name, "macro", macro.signature, macro.about, name, replaced, 1)


def _files(
    document: Document, place: Here, tag: Tag, before: tuple[Token, ...]
) -> Iterator[Completion]:
    if tag.word not in ("from", "import", "include", "extends") or len(before) != 2:
        return
    token = before[1]
    closed = len(token.text) > 1 and token.text[-1] == token.text[0]
    end = token.end - 1 if closed else token.end
    replaced = document.range_in(place.region, token.start + 1, end)
    for name, source in sorted(place.view.macros.items()):
        offered = ", ".join(macros_in(source))
        yield Completion(name, "file", "", offered, name, replaced, 1)


def _keywords(tag: Tag, before: tuple[Token, ...], replaced: Range) -> Iterator[Completion]:
    if before and before[-1].text in _OPERATORS:
        return
    words: tuple[str, ...] = _OPERATORS
    if tag.word == "for" and not any(token.text == "in" for token in before):
        words = ("in",)
    if tag.word == "include":
        words = ("ignore missing",)
    if tag.word == "import":
        words = ("as",)
    for name in words:
        yield Completion(name, "keyword", "", "", name, replaced, 4)


def _names(place: Here, replaced: Range) -> Iterator[Completion]:
    surroundings = place.surroundings()
    for name, binding in surroundings.seen.items():
        yield Completion(name, *_made(binding, place), name, replaced, 0)
    template = place.region.template
    added = {
        variable.name: variation.id
        for variation in template.variations
        for variable in variation.adds_variables
    }
    for variable in template.all_variables():
        detail = variable.type.value
        if variable.name in added:
            detail += f", with {added[variable.name]}"
        yield Completion(
            variable.name, "variable", detail, variable.description, variable.name, replaced, 1
        )
    for variation in template.variations:
        text = f"variations.{variation.id}.enabled"
        about = variation.description or variation.name
        yield Completion(text, "variation", "boolean", about, text, replaced, 2)
    for name, about in SCOPE.items():
        yield Completion(name, "variable", "", about, name, replaced, 3)
    around = [b for b in place.names.blocks if b.opening.end <= place.offset <= b.end]
    if any(block.word == "for" for block in around):
        yield Completion("loop", "variable", "", "The loop around this place", "loop", replaced, 1)
    if any(block.word == "macro" for block in around):
        about = "What the caller hands over"
        yield Completion("caller", "function", "", about, "caller", replaced, 4)
    for name, word in GLOBALS.items():
        yield Completion(name, "function", "", word.about, name, replaced, 4)
    for name in ("not", "true", "false", "none"):
        yield Completion(name, "keyword", "", "", name, replaced, 6)


def _made(binding: Binding, place: Here) -> tuple[str, str, str]:
    """Kind, detail and sentence of a name that the source has made."""
    match binding.kind:
        case "macro":
            return "macro", binding.signature, ""
        case "imported":
            macro = macros_in(place.view.macros.get(binding.file, "")).get(binding.imported_as)
            return "macro", macro.signature if macro else "", macro.about if macro else ""
        case "import":
            return "file", binding.file, ""
        case _:
            shape = place.surroundings().named(binding.name)
            return "variable", shape.kind or binding.kind, shape.about
