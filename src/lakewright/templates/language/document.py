"""Where in a text are Jinja sources, and what is declared for them?

A text is a template file (YAML) or a bare source (a macro file, or what somebody typed into a
field). YAML is read by its indentation, line by line, so that a half-typed file still has
variables; their types come from the real reader as long as it can read what stands around.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from lakewright.templates.language.text import Lines, Position, Range
from lakewright.templates.language.view import View
from lakewright.templates.template import Template, Variable, Variation
from lakewright.templates.yaml_codec import read_templates


@dataclass(frozen=True, slots=True)
class Declaration:
    """A name in YAML: a variable's or a variation's.

    Attributes:
        kind: `variable` or `variation`.
        start, end: Offsets of the name in the text.
        first_line, last_line: The whole declaration, 1-based.
        variation: Id of the variation that adds the variable.
    """

    kind: str
    name: str
    start: int
    end: int
    first_line: int
    last_line: int
    variation: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A key of a template and the lines of its value."""

    key: str
    first_line: int
    last_line: int
    indent: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A template of the file with its places."""

    id: str
    first_line: int
    last_line: int
    indent: int
    sections: Mapping[str, Section]
    declarations: tuple[Declaration, ...]
    id_start: int = 0

    def declared(self, kind: str, name: str) -> Declaration | None:
        """Where a variable or a variation is declared first."""
        for found in self.declarations:
            if found.kind == kind and found.name == name:
                return found
        return None


@dataclass(frozen=True, slots=True)
class Region:
    """A Jinja source inside the text.

    Attributes:
        key: `template_content` or `undo_content`; empty for a bare source.
        template: What is declared; its `content` is not filled in.
        starts: Offset in the source of each line; `places` the same in the text.
        entry: None for a bare source.
    """

    key: str
    source: str
    template: Template
    starts: tuple[int, ...]
    places: tuple[int, ...]
    entry: Entry | None = None

    def to_text(self, offset: int) -> int:
        """Offset in the text of an offset in the source."""
        index = max(0, bisect_right(self.starts, offset) - 1)
        return self.places[index] + offset - self.starts[index]

    def to_source(self, offset: int) -> int:
        """Offset in the source of an offset in the text; -1 when it is not inside."""
        index = bisect_right(self.places, offset) - 1
        if index < 0:
            return -1
        found = self.starts[index] + offset - self.places[index]
        last = index + 1 == len(self.starts)
        # The line end belongs to the line.
        limit = len(self.source) if last else self.starts[index + 1] - 1
        return found if found <= limit else -1


@dataclass(frozen=True, slots=True)
class Document:
    """A text, taken apart."""

    text: str
    path: str
    lines: Lines
    entries: tuple[Entry, ...]
    regions: tuple[Region, ...]
    bare: bool = field(default=False)

    def region_at(self, position: Position) -> tuple[Region, int] | None:
        """The source around a place, and the offset in it."""
        offset = self.lines.offset(*position)
        for region in self.regions:
            found = region.to_source(offset)
            if found >= 0:
                return region, found
        return None

    def entry_at(self, position: Position) -> Entry | None:
        """The template around a line."""
        for entry in self.entries:
            if entry.first_line <= position.line <= entry.last_line:
                return entry
        return None

    def range_of(self, start: int, end: int) -> Range:
        """Offsets of the text as places."""
        first, last = self.lines.position(start), self.lines.position(end)
        return Range(first.line, first.column, last.line, last.column)

    def range_in(self, region: Region, start: int, end: int) -> Range:
        """Offsets of a source as places in the text."""
        # The end belongs to the line of the character in front of it.
        last = region.to_text(end - 1) + 1 if end > start else region.to_text(end)
        return self.range_of(region.to_text(start), last)

    def regions_of(self, region: Region) -> list[Region]:
        """The sources of the same template."""
        if region.entry is None:
            return [region]
        return [other for other in self.regions if other.entry is region.entry]


SOURCE_KEYS = ("template_content", "undo_content")
_IS_FILE = re.compile(r"^(?:templates:|\s*-?\s*(?:template_content|undo_content):)", re.MULTILINE)
_ITEM = re.compile(r"^( *)- ")
_TEMPLATES = re.compile(r"^templates:\s*(?:#.*)?$", re.MULTILINE)
_KEY = re.compile(r"""^(\s*)(?:- )?(["']?)([A-Za-z_]\w*)\2\s*:(?:\s|$)""")
_NAME = re.compile(r"""(?:^\s*(?:- )?|^\s*- \{\s*|[{,]\s*)(name|id)\s*:\s*["']?([^\s"',}#]+)""")
_BLOCK = re.compile(r":\s*(?:[&!]\S+\s+)*([|>])([-+]?)([1-9]?)[-+]?\s*(?:#.*)?$")
_PLAIN = re.compile(r""":\s+(?:"([^"\\]*)"|'([^']*)'|([^\s"'|>&*!{\[#@`%][^#]*?))\s*$""")


def read_document(
    text: str, path: str = "", template_id: str = "", view: View | None = None
) -> Document:
    """Take a text apart.

    Args:
        path: A name that ends with `.jinja` or `.j2` is a bare source, whatever it looks like.
        template_id: A bare source is the content of this template of the view.
    """
    bare = path.endswith((".jinja", ".j2")) or not _IS_FILE.search(text)
    lines = Lines(text)
    if bare:
        template = (view.templates.get(template_id) if view is not None else None) or Template(
            template_id, template_id
        )
        region = Region("", text, template, (0,), (0,))
        return Document(text, path, lines, (), (region,), bare=True)
    entries = tuple(_entries(lines))
    blocks = [(e, s, _source_of(lines, s)) for e in entries for s in _sources(e)]
    covered = {
        line
        for _, section, found in blocks
        if found is not None and len(found[1]) and section.last_line > section.first_line
        for line in range(section.first_line + 1, section.last_line + 1)
    }
    header = "\n".join(
        "" if line in covered else lines.written(line) for line in range(1, len(lines) + 1)
    )
    declared = _declared(header, tuple(entry.id for entry in entries))
    regions = tuple(
        Region(
            section.key,
            found[0],
            replace(
                declared.get(entry.id) or _rescued(lines, entry),
                file=path,
                content_line=lines.position(found[2][0]).line if found[2] else section.first_line,
            ),
            found[1],
            found[2],
            entry,
        )
        for entry, section, found in blocks
        if found is not None
    )
    return Document(text, path, lines, entries, regions)


def _sources(entry: Entry) -> Iterator[Section]:
    for key in SOURCE_KEYS:
        if key in entry.sections:
            yield entry.sections[key]


# --- the lines of a template file ---


def _entries(lines: Lines) -> Iterator[Entry]:
    """The items of `templates:`, by indentation."""
    begun = _TEMPLATES.search(lines.text)
    first = lines.position(begun.start()).line + 1 if begun else 1
    indent = -1
    starts: list[int] = []
    last = len(lines)
    for number in range(first, len(lines) + 1):
        written = lines.written(number)
        item = _ITEM.match(written)
        if indent < 0 and item is not None:
            indent = len(item.group(1))
        if indent < 0:
            continue
        if item is not None and len(item.group(1)) == indent:
            starts.append(number)
        elif written.strip() and not written.startswith((" ", "#")):
            last = number - 1
            break
    for index, number in enumerate(starts):
        until = starts[index + 1] - 1 if index + 1 < len(starts) else last
        yield _entry(lines, number, until, indent)


def _entry(lines: Lines, first: int, last: int, indent: int) -> Entry:
    keys = _keys(lines, first, last, indent + 2)
    sections = {key: Section(key, start, end, indent + 2) for key, start, end in keys}
    name, name_start = "", 0
    if "id" in sections:
        line = sections["id"].first_line
        found = _NAME.search(lines.written(line))
        if found is not None:
            name, name_start = found.group(2), lines.starts[line - 1] + found.start(2)
    declarations: list[Declaration] = []
    if "variables" in sections:
        section = sections["variables"]
        declarations += _variables(lines, section.first_line + 1, section.last_line)
    if "variations" in sections:
        section = sections["variations"]
        for start, end, depth in _items(lines, section.first_line + 1, section.last_line):
            found_name = _named(lines, start, end, depth, "id")
            if found_name is None:
                continue
            declarations.append(Declaration("variation", *found_name, start, end))
            for key, first_added, last_added in _keys(lines, start, end, depth + 2):
                if key == "adds_variables":
                    added = _variables(lines, first_added + 1, last_added)
                    declarations += [replace(a, variation=found_name[0]) for a in added]
    return Entry(name, first, last, indent, sections, tuple(declarations), name_start)


def _keys(lines: Lines, first: int, last: int, indent: int) -> list[tuple[str, int, int]]:
    """Keys at one indentation with their first and last line; the first may follow a `- `."""
    found: list[tuple[str, int]] = []
    for number in range(first, last + 1):
        written = lines.written(number)
        key = _KEY.match(written)
        if key is None:
            continue
        at = key.start(3) - (1 if key.group(2) else 0)
        if at == indent and (number == first or "- " not in written[:at]):
            found.append((key.group(3), number))
    ends = [*(number - 1 for _, number in found[1:]), last][: len(found)]
    return [(key, number, end) for (key, number), end in zip(found, ends, strict=True)]


def _items(lines: Lines, first: int, last: int) -> list[tuple[int, int, int]]:
    """Items of a list: first line, last line, indentation of the dash."""
    indent = -1
    starts: list[int] = []
    for number in range(first, last + 1):
        item = _ITEM.match(lines.written(number))
        if item is None:
            continue
        if indent < 0:
            indent = len(item.group(1))
        if len(item.group(1)) == indent:
            starts.append(number)
    ends = [*(number - 1 for number in starts[1:]), last][: len(starts)]
    return [
        (start, _without_blank(lines, start, end), indent)
        for start, end in zip(starts, ends, strict=True)
    ]


def _without_blank(lines: Lines, first: int, last: int) -> int:
    while last > first and not lines.written(last).strip():
        last -= 1
    return last


def _variables(lines: Lines, first: int, last: int) -> Iterator[Declaration]:
    for start, end, depth in _items(lines, first, last):
        found = _named(lines, start, end, depth, "name")
        if found is not None:
            yield Declaration("variable", *found, start, end)


def _named(
    lines: Lines, first: int, last: int, depth: int, key: str
) -> tuple[str, int, int] | None:
    """The value of `name` or `id` among an item's own keys, with its offsets."""
    for number in range(first, last + 1):
        written = lines.written(number)
        flow = number == first and written[depth + 2 :].startswith("{")
        own = _KEY.match(written)
        if not flow and (own is None or own.start(3) != depth + 2):
            continue
        for found in _NAME.finditer(written):
            if found.group(1) == key:
                start = lines.starts[number - 1] + found.start(2)
                return found.group(2), start, start + len(found.group(2))
            if not flow:
                break
    return None


def _source_of(
    lines: Lines, section: Section
) -> tuple[str, tuple[int, ...], tuple[int, ...]] | None:
    """The source of a section, the offsets of its lines in itself and in the text."""
    head = lines.written(section.first_line)
    block = _BLOCK.search(head)
    if block is None:
        plain = _PLAIN.search(head)
        if plain is None or plain.lastindex is None or section.last_line > section.first_line + 1:
            return None
        place = lines.starts[section.first_line - 1] + plain.start(plain.lastindex)
        return plain.group(plain.lastindex), (0,), (place,)
    if block.group(1) == ">":
        return None  # folded: its lines are not the source's lines
    numbers = range(section.first_line + 1, section.last_line + 1)
    if block.group(3):
        indent = section.indent + int(block.group(3))
    else:
        written = [lines.written(number) for number in numbers]
        indent = next((len(w) - len(w.lstrip(" ")) for w in written if w.strip()), 0)
        indent = max(indent, section.indent + 1)
    parts: list[str] = []
    starts: list[int] = []
    places: list[int] = []
    size = 0
    for number in numbers:
        line = lines.written(number)
        cut = min(indent, len(line) - len(line.lstrip(" ")))
        part = line[cut:]
        starts.append(size)
        places.append(lines.starts[number - 1] + cut)
        parts.append(part)
        size += len(part) + 1
    source = "\n".join(parts)
    if lines.text.endswith("\n") or section.last_line < len(lines):
        source += "\n" if parts and parts[-1] else ""
    return source, tuple(starts) or (0,), tuple(places) or (lines.end_of(section.first_line),)


# --- what is declared ---


@lru_cache(maxsize=32)
def _declared(header: str, ids: tuple[str, ...]) -> Mapping[str, Template]:
    """The templates of a file whose sources were taken out, by id; empty when YAML is broken."""
    del ids
    return {found.id: found for found in read_templates(header, placed=False).templates}


def _rescued(lines: Lines, entry: Entry) -> Template:
    """What can be read of a template whose file cannot: each declaration for itself."""
    variables: list[Variable] = []
    variations: list[Variation] = []
    for declared in entry.declarations:
        if declared.kind == "variation":
            variations.append(Variation(declared.name))
            continue
        written = [
            lines.written(number) for number in range(declared.first_line, declared.last_line + 1)
        ]
        variables.append(_variable(declared.name, "\n".join(written)))
    return Template(
        entry.id or "template",
        entry.id,
        variables=tuple(variables),
        variations=tuple(variations),
        output_type=_value_of(lines, entry, "output_type") or "sql",
    )


@lru_cache(maxsize=256)
def _variable(name: str, written: str) -> Variable:
    head = "templates:\n- id: x\n  template_content: x\n  variables:\n"
    indent = len(written) - len(written.lstrip(" "))
    body = "\n".join("  " + line[min(indent, len(line)) :] for line in written.split("\n"))
    read = read_templates(f"{head}{body}\n", placed=False).templates
    declared: Sequence[Variable] = read[0].variables if read else ()
    return declared[0] if declared and declared[0].name == name else Variable(name)


def _value_of(lines: Lines, entry: Entry, key: str) -> str:
    section = entry.sections.get(key)
    if section is None:
        return ""
    return lines.written(section.first_line).partition(":")[2].strip().strip("\"'")
