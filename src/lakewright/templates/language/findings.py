"""What is wrong with a text, and which edits mend it?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

import jinja2

from lakewright.diagnostics import Diagnostic, Location, in_reading_order
from lakewright.errors import LakewrightError
from lakewright.templates.checks import check_macros, check_template
from lakewright.templates.environment import all_filters, all_tests
from lakewright.templates.language.document import Document, Entry, Region
from lakewright.templates.language.names import names_of
from lakewright.templates.language.scan import Kind, Tag, TagKind
from lakewright.templates.language.text import Edit, Lines, Range
from lakewright.templates.language.types import inferred_type, made_up_sample
from lakewright.templates.language.view import View
from lakewright.templates.template import Template
from lakewright.templates.uses import known_in, uses_of
from lakewright.templates.yaml_codec import read_templates


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done to the text with one click.

    Attributes:
        title: As on a button.
        kind: `quickfix` (mends a finding) or `refactor`.
        rule: The finding that it mends.
        preferred: The one to offer first.
    """

    title: str
    kind: str
    edits: tuple[Edit, ...]
    rule: str = ""
    preferred: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "kind": self.kind,
            "rule": self.rule,
            "preferred": self.preferred,
            "changes": [edit.as_json() for edit in self.edits],
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """A diagnostic with the characters that it is about and what can be done."""

    diagnostic: Diagnostic
    range: Range
    fixes: tuple[Action, ...] = ()

    def as_json(self) -> dict[str, Any]:
        found = self.diagnostic.as_json()
        found.pop("fixes", None)
        return {
            **found,
            "range": self.range.as_json(),
            "fixes": [action.as_json() for action in self.fixes],
        }


def findings(document: Document, view: View) -> list[Finding]:
    """Everything that is wrong with a text, worst first, each with its fixes."""
    found: list[Finding] = []
    if document.bare:
        found += _of_bare(document, view)
    else:
        read = read_templates(document.text, document.path, placed=False)
        found += [Finding(d, _at_line(document, d.where)) for d in read.diagnostics]
        for entry in document.entries:
            found += _of_entry(document, entry, view)
    by_diagnostic = {id(each.diagnostic): each for each in found}
    order = in_reading_order(each.diagnostic for each in found)
    return [by_diagnostic[id(diagnostic)] for diagnostic in order]


def actions(document: Document, chosen: Range, view: View) -> list[Action]:
    """What can be done at some characters: fixes of the findings there, then changes of form."""
    chosen = document.lines.inside(chosen)
    fixes = [
        fix for found in findings(document, view) if _meet(found.range, chosen)
        for fix in found.fixes
    ]  # fmt: skip
    return [*fixes, *_wrappings(document, chosen)]


def _meet(one: Range, other: Range) -> bool:
    return (one.line, one.column) <= (other.end_line, other.end_column) and (
        (other.line, other.column) <= (one.end_line, one.end_column)
    )


def _at_line(document: Document, where: Location) -> Range:
    line = min(max(where.line, 1), len(document.lines))
    column = max(where.column, 1)
    end = document.lines.position(document.lines.end_of(line)).column
    return Range(line, min(column, end), line, end)


# --- the findings of the rules, at places of the text ---


def _of_bare(document: Document, view: View) -> Iterator[Finding]:
    [region] = document.regions
    if region.template.id:
        template = replace(region.template, content=region.source, file=document.path)
        checked = check_template(replace(template, content_line=0, content_column=0), view.macros)
    else:
        name = document.path.partition("templates/")[2] or document.path or "text"
        checked = [
            found
            for found in check_macros({**view.macros, name: document.text}, "")
            if found.where.file == name
        ]
    for diagnostic in checked:
        if diagnostic.where.property == "template_content":
            yield _in_source(document, region, diagnostic, view)
        else:
            at = Range(1, 1, 1, 1)
            yield Finding(_placed(diagnostic, document, at), at)


def _of_entry(document: Document, entry: Entry, view: View) -> Iterator[Finding]:
    mine = {region.key: region for region in document.regions if region.entry is entry}
    content, undo = mine.get("template_content"), mine.get("undo_content")
    first = content or undo
    if first is None:
        return
    template = replace(
        first.template,
        content=content.source if content is not None else "",
        undo=undo.source if undo is not None else "",
        file=document.path,
        content_line=0,
        content_column=0,
    )
    in_content = _use_places(template.content)
    for diagnostic in check_template(template, view.macros):
        where = diagnostic.where
        region = content
        if where.property == "undo":
            region = undo
        elif where.property == "template_content":
            from_a_use = diagnostic.rule in _USE_RULES and where.column > 0
            if from_a_use and (where.line, where.column) not in in_content:
                region = undo
        else:
            yield _in_declaration(document, entry, diagnostic)
            continue
        if region is None:
            region = first
        yield _in_source(document, region, diagnostic, view)


_USE_RULES = ("undeclared-variable", "databricks-braces", "unknown-variation")


def _use_places(source: str) -> set[tuple[int, int]]:
    try:
        return {(use.line, use.column) for use in uses_of(source)}
    except (jinja2.TemplateSyntaxError, LakewrightError, RecursionError):
        return set()


def _placed(diagnostic: Diagnostic, document: Document, at: Range) -> Diagnostic:
    where = replace(diagnostic.where, file=document.path, line=at.line, column=at.column)
    return replace(diagnostic, where=where)


def _in_source(document: Document, region: Region, diagnostic: Diagnostic, view: View) -> Finding:
    lines = Lines(region.source)
    where = diagnostic.where
    start = lines.offset(where.line or 1, where.column or 1)
    end = lines.end_of(max(where.line, 1))
    if where.column:
        tag = next((t for t in names_of(region.source).scan.tags if t.start == start), None)
        token = names_of(region.source).scan.token_at(start)
        if tag is not None:
            end = tag.end
        elif token is not None and token.kind is not Kind.DATA and token.start <= start:
            end = token.end
    at = document.range_in(region, start, max(start, end))
    fixes = tuple(_fixes(document, region, diagnostic, start, view))
    return Finding(_placed(diagnostic, document, at), at, fixes)


def _in_declaration(document: Document, entry: Entry, diagnostic: Diagnostic) -> Finding:
    kind, _, name = diagnostic.where.property.partition(".")
    declared = entry.declared(kind.removesuffix("s"), name.partition(".")[0])
    if declared is None:
        at = _at_line(document, Location(line=entry.first_line))
        return Finding(_placed(diagnostic, document, at), at)
    at = document.range_of(declared.start, declared.end)
    fixes: list[Action] = []
    if diagnostic.rule in ("unused-variable", "dead-variation"):
        what = "variable" if diagnostic.rule == "unused-variable" else "variation"
        edit = _without_lines(document, entry, declared.first_line, declared.last_line)
        fixes.append(
            Action(f"Remove the {what} '{declared.name}'", "quickfix", (edit,), diagnostic.rule,
                   preferred=True)
        )  # fmt: skip
    if diagnostic.rule == "required-with-default":
        fixes += _without_required(document, declared.first_line, declared.last_line)
    return Finding(_placed(diagnostic, document, at), at, tuple(fixes))


def _without_lines(document: Document, entry: Entry, first: int, last: int) -> Edit:
    """Takes a list item away; with the last item of a list also its key."""
    for section in entry.sections.values():
        whole = section.first_line < first and last <= section.last_line
        mine = [
            d for d in entry.declarations
            if section.first_line < d.first_line <= section.last_line and not d.variation
        ]  # fmt: skip
        if whole and section.key in ("variables", "variations") and len(mine) == 1:
            first = section.first_line
    lines = document.lines
    start = lines.starts[first - 1]
    end = lines.starts[last] if last < len(lines) else len(document.text)
    return Edit(document.range_of(start, end), "")


def _without_required(document: Document, first: int, last: int) -> Iterator[Action]:
    for number in range(first, last + 1):
        if re.fullmatch(r"\s+required:\s*true\s*", document.lines.written(number)):
            start = document.lines.starts[number - 1]
            end = document.lines.end_of(number) + 1
            edit = Edit(document.range_of(start, end), "")
            yield Action("Remove `required`", "quickfix", (edit,), "required-with-default",
                         preferred=True)  # fmt: skip


# --- fixes ---


def _fixes(
    document: Document, region: Region, diagnostic: Diagnostic, start: int, view: View
) -> Iterator[Action]:
    rule = diagnostic.rule
    names = names_of(region.source)
    token = names.scan.token_at(start)
    match rule:
        case "undeclared-variable" if token is not None and token.kind is Kind.NAME:
            near = get_close_matches(token.text, list(known_in(region.template)), n=1, cutoff=0.75)
            for name in near:
                edit = Edit(document.range_in(region, token.start, token.end), name)
                yield Action(f"Change to '{name}'", "quickfix", (edit,), rule)
            declared = declaration_edit(document, region, token.text)
            if declared is not None:
                kind, edit = declared
                title = f"Declare '{token.text}' as {kind}"
                yield Action(title, "quickfix", (edit,), rule, preferred=not near)
        case "unknown-filter" | "unknown-test":
            wrong = _named_in(diagnostic)
            known = all_filters() if rule == "unknown-filter" else all_tests()
            for found in names.scan.tokens:
                if found.text == wrong and found.start >= start:
                    for name in get_close_matches(wrong, list(known), n=2, cutoff=0.6):
                        edit = Edit(document.range_in(region, found.start, found.end), name)
                        yield Action(f"Change to '{name}'", "quickfix", (edit,), rule)
                    break
        case "unknown-variation":
            yield from _variation_fixes(document, region, _named_in(diagnostic), start, rule)
        case "databricks-braces":
            tag = names.scan.tag_at(start)
            if tag is not None and tag.kind is TagKind.PRINT and tag.closed:
                inner = region.source[tag.inner_start : tag.inner_end].strip()
                if re.fullmatch(r"[\w.\[\]'\"-]+", inner) and '"' not in inner:
                    edit = Edit(
                        document.range_in(region, tag.inner_start, tag.inner_end),
                        f' "{inner}" | dynamic_value ',
                    )
                    title = "Print the braces for Databricks"
                    yield Action(title, "quickfix", (edit,), rule, preferred=True)
        case "unsafe-interpolation":
            tag = next((t for t in names.scan.tags if t.start == start), None)
            if tag is not None and tag.closed:
                yield from _filter_fixes(document, region, diagnostic, tag)
        case "macro-not-found":
            wrong = _named_in(diagnostic)
            line = names.scan.tokens
            for found in line:
                if found.kind is Kind.STRING and found.text.strip("\"'") == wrong:
                    for name in get_close_matches(wrong, list(view.macros), n=1, cutoff=0.5):
                        edit = Edit(document.range_in(region, found.start + 1, found.end - 1), name)
                        yield Action(f"Change to '{name}'", "quickfix", (edit,), rule)
                    break


def _named_in(diagnostic: Diagnostic) -> str:
    found = re.search(r"'([^']+)'", diagnostic.problem)
    return found.group(1) if found else ""


def _variation_fixes(
    document: Document, region: Region, wrong: str, start: int, rule: str
) -> Iterator[Action]:
    known = [variation.id for variation in region.template.variations]
    for found in names_of(region.source).scan.tokens:
        if found.text == wrong and found.start >= start:
            for name in get_close_matches(wrong, known, n=1, cutoff=0.6):
                edit = Edit(document.range_in(region, found.start, found.end), name)
                yield Action(f"Change to '{name}'", "quickfix", (edit,), rule)
            break
    if region.entry is not None and wrong.isidentifier():
        pad = " " * (region.entry.indent + 4)
        item = f"{pad}- id: {wrong}\n{pad}  enabled: false\n"
        added = _added(document, region.entry, "variations", item)
        if added is not None:
            yield Action(f"Declare the variation '{wrong}'", "quickfix", (added,), rule)


_FILTER = re.compile(r"`\| (\w+)`")


def _filter_fixes(
    document: Document, region: Region, diagnostic: Diagnostic, tag: Tag
) -> Iterator[Action]:
    """The filters that the remedy names, and the quotes around the tag taken away."""
    source = region.source
    names = _FILTER.findall(diagnostic.remedy)
    inner = source[tag.inner_start : tag.inner_end].strip()
    whole = inner if len(tag.tokens) == 1 or _is_path(tag) else f"({inner})"
    before, after = source[tag.start - 1 : tag.start], source[tag.end : tag.end + 1]
    quoted = "Remove the" in diagnostic.remedy
    if quoted and not (before == after and before in ("'", '"', "`")):
        return  # something else stands between the quotes too
    for number, name in enumerate(names):
        written = f"{{{{ {whole} | {name} }}}}"
        edit = Edit(
            document.range_in(region, tag.start - quoted, tag.end + quoted),
            written,
        )
        title = f"Print it with `| {name}`" + (" instead of quotes" if quoted else "")
        yield Action(title, "quickfix", (edit,), diagnostic.rule, preferred=number == 0)
    if not names and "Make one name of it" in diagnostic.remedy:
        return


def _is_path(tag: Tag) -> bool:
    return all(
        token.kind in (Kind.NAME, Kind.NUMBER, Kind.STRING) or token.text in (".", "[", "]", "|")
        for token in tag.tokens
    )


def declaration_edit(document: Document, region: Region, name: str) -> tuple[str, Edit] | None:
    """Declares a variable with the type that its uses suggest; None for a bare source."""
    if region.entry is None:
        return None
    kind = inferred_type([r.source for r in document.regions_of(region)], name)
    pad = " " * (region.entry.indent + 4)
    item = f"{pad}- name: {name}\n{pad}  type: {kind.value}\n{pad}  required: true\n"
    sample = made_up_sample(name, kind)
    if sample:
        item += f"{pad}  sample: {sample}\n"
    edit = _added(document, region.entry, "variables", item)
    return (kind.value, edit) if edit is not None else None


def _added(document: Document, entry: Entry, key: str, item: str) -> Edit | None:
    """Puts an item at the end of a list, with its key when the template has none yet."""
    lines = document.lines
    section = entry.sections.get(key)
    if section is not None:
        head = lines.written(section.first_line).partition("#")[0].rstrip()
        if head.endswith("[]"):
            start = lines.starts[section.first_line - 1] + head.rindex("[]")
            at = document.range_of(start, lines.end_of(section.first_line))
            return Edit(at, "\n" + item.removesuffix("\n"))
        if not head.endswith(":"):
            return None  # a list in one line: `variables: [{...}]`
        mine = [
            d for d in entry.declarations
            if section.first_line < d.first_line <= section.last_line
        ]  # fmt: skip
        dash = lines.written(mine[0].first_line) if mine else ""
        depth = len(dash) - len(dash.lstrip(" ")) if mine else entry.indent + 4
        own = entry.indent + 4
        if mine and depth != own:
            item = "".join(" " * depth + line[own:] for line in item.splitlines(keepends=True))
        last = max((d.last_line for d in mine), default=section.first_line)
    else:
        before = entry.sections.get("template_content")
        last = (before.first_line if before is not None else entry.last_line + 1) - 1
        item = f"{' ' * (entry.indent + 2)}{key}:\n{item}"
    end = lines.end_of(last)
    at = document.range_of(end, end)
    return Edit(at, "\n" + item.removesuffix("\n"))


# --- changes of form ---


def _wrappings(document: Document, chosen: Range) -> Iterator[Action]:
    """Whole lines put inside of `{% if variations.x.enabled %}`."""
    lines = document.lines
    last = chosen.end_line
    if last > chosen.line and chosen.end_column == 1:
        last -= 1
    for region in document.regions:
        first = lines.offset(chosen.line, 10**6)
        if region.to_source(first) < 0 or region.to_source(lines.offset(last, 10**6)) < 0:
            continue
        if (chosen.line, chosen.column) == (chosen.end_line, chosen.end_column):
            return
        template: Template = region.template
        pad = " " * (len(lines.written(chosen.line)) - len(lines.written(chosen.line).lstrip(" ")))
        # The source's own indentation, not the one of the printed text.
        source_lines = Lines(region.source)
        source_line = source_lines.written(source_lines.position(region.to_source(first)).line)
        pad = pad[: max(0, len(pad) - (len(source_line) - len(source_line.lstrip(" "))))]
        begin = document.range_of(lines.starts[chosen.line - 1], lines.starts[chosen.line - 1])
        after = document.range_of(lines.end_of(last), lines.end_of(last))
        for variation in template.variations:
            head = f"{pad}{{% if variations.{variation.id}.enabled %}}\n"
            yield Action(
                f"Only with the variation '{variation.id}'",
                "refactor",
                (Edit(begin, head), Edit(after, f"\n{pad}{{% endif %}}")),
            )
        return
