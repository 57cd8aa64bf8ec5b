"""What did somebody change in a document, in the words of a commit message?"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from lakewright.datamodel.model import DataModel, Edge, Node
from lakewright.datamodel.yaml_codec import read_models
from lakewright.diagnostics import shown
from lakewright.generation.recipe import Choice, Recipe, read_recipes
from lakewright.operations.schemas import FileKind
from lakewright.templates.macros import Macro, macros_of
from lakewright.templates.template import Template
from lakewright.templates.yaml_codec import read_templates
from lakewright.yaml_text.load import load_or_diagnose

LONGEST_SUBJECT = 72  # what git's own tools and GitHub show of a message in one line
MOST_LINES = 100

Items = Mapping[str, Any]


def words_of_change(kind: FileKind, path: str, before: str | None, after: str | None) -> str:
    """A subject line, and a line for each change when the subject cannot hold them all.

    Args:
        before, after: The document's text; None when it did not, or does not, exist.

    Returns:
        For example `Add node clean_orders; connect raw_orders to clean_orders`.
    """
    name = shown(path.rpartition("/")[2], 40)
    old, new = _items(kind, before), _items(kind, after)
    if before is None:
        return _message([f"add {_listed(kind, new)}" if new else f"add {name}"])
    if after is None:
        return _message([f"remove {_listed(kind, old)}" if old else f"remove {name}"])
    if new is None:
        return _message([f"save {name}, which cannot be read yet"])
    if old is None:
        return _message([f"mend {name}"])
    phrases = [f"remove {kind.value} {_said(one)}" for one in old if one not in new]
    phrases += [f"add {kind.value} {_said(one)}" for one in new if one not in old]
    for item_id in old.keys() & new.keys() if len(old) > 1 else old:
        if item_id in new:
            phrases += _CHANGES[kind](old[item_id], new[item_id])
    return _message(phrases or [f"edit notes and layout of {name}"])


def words_of_models(before: DataModel | None, after: DataModel | None) -> tuple[str, ...]:
    """The changes between two versions of a model, one phrase for each; None: it is not there."""
    if before is None or after is None:
        one = after or before
        if one is None:
            return ()
        return (f"{'add' if before is None else 'remove'} model {_said(one.id)}",)
    return tuple(_model_changes(before, after))


def _items(kind: FileKind, text: str | None) -> Items | None:
    """What a document holds, by id in the order of the file; None when it cannot be read."""
    if text is None:
        return {}
    if kind is FileKind.MACRO:
        macros = macros_of(text)
        return None if macros is None else {macro.name: macro for macro in macros}
    value, mistakes = load_or_diagnose(text)
    if mistakes:
        return None
    match kind:
        case FileKind.MODEL:
            return {model.id: model for model in read_models(text).models}
        case FileKind.TEMPLATE:
            return {template.id: template for template in read_templates(text).templates}
        case FileKind.RECIPE:
            return {recipe.id: recipe for recipe in read_recipes(value, "").recipes}
        case FileKind.CONFIGURATION:
            return _settings(value)


def _settings(value: Any) -> Items:
    """The items of a configuration file by name, as they were written."""
    items = value.get("configurations") if isinstance(value, dict) else None
    return {
        str(one.get("name") or one.get("id")): one
        for one in (items if isinstance(items, list) else [])
        if isinstance(one, dict)
    }


def _model_changes(old: DataModel, new: DataModel) -> Iterator[str]:
    nodes, now = ({node.id: node for node in model.nodes} for model in (old, new))
    yield from (f"add node {_said(one)}" for one in now if one not in nodes)
    yield from (f"remove node {_said(one)}" for one in nodes if one not in now)
    moved = []
    for node_id, node in now.items():
        if node_id in nodes:
            yield from _node_changes(nodes[node_id], node)
            if nodes[node_id].position != node.position:
                moved.append(node_id)
    yield from _edge_changes(old.edges, new.edges, now)
    if old.name != new.name:
        yield f"rename model {_said(old.id)} to '{_said(new.name)}'"
    if rest := _differing(old, new, ("description", "tags", "metadata")):
        yield f"change {rest} of model {_said(new.id)}"
    if rest := _differing(old.drawing, new.drawing, ("notes", "groups")):
        yield f"edit {rest}"
    if [one for one in nodes if one in now] != [one for one in now if one in nodes]:
        yield "reorder nodes"
    if moved:
        yield f"move node {_said(moved[0])}" if len(moved) == 1 else f"move {len(moved)} nodes"


def _node_changes(old: Node, new: Node) -> Iterator[str]:
    if old.type != new.type:
        yield f"make node {_said(new.id)} a {_said(new.type)}"
    if old.name != new.name:
        yield f"rename node {_said(new.id)} to '{_said(new.name)}'"
    if old.enabled != new.enabled:
        yield f"{'enable' if new.enabled else 'disable'} node {_said(new.id)}"
    keys = dict.fromkeys((*old.properties, *new.properties))
    changed = [_said(key) for key in keys if old.properties.get(key) != new.properties.get(key)]
    if old.description != new.description:
        changed.append("description")
    if changed:
        yield f"change {_joined(changed)} of {_said(new.id)}"


def _edge_changes(
    old: Sequence[Edge], new: Sequence[Edge], nodes: Mapping[str, Node]
) -> Iterator[str]:
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    ends_gone = {(edge.source, edge.target) for edge in gone}
    ends_come = {(edge.source, edge.target) for edge in come}
    for edge in come:
        ends = f"{_said(edge.source)} to {_said(edge.target)}"
        if (edge.source, edge.target) in ends_gone:
            yield f"change the connection from {ends}"
        else:
            yield f"connect {ends}"
    for edge in gone:
        # The edges of a removed node go with it, which goes without saying.
        if (edge.source, edge.target) not in ends_come and {edge.source, edge.target} <= set(nodes):
            yield f"disconnect {_said(edge.source)} from {_said(edge.target)}"


def _template_changes(old: Template, new: Template) -> Iterator[str]:
    yield from _named_changes("variable", _by("name", old.variables), _by("name", new.variables))
    yield from _named_changes("variation", _by("id", old.variations), _by("id", new.variations))
    told = ("id", "variables", "variations", "file", "content_line", "content_column", "line")
    rest = [field.name for field in fields(Template) if field.name not in told]
    if changed := _differing(old, new, rest):
        yield f"change {changed} of template {_said(new.id)}"


def _recipe_changes(old: Recipe, new: Recipe) -> Iterator[str]:
    yield from (
        f"add model {_said(m)} to {_said(new.id)}" for m in new.models if m not in old.models
    )
    yield from (
        f"take model {_said(m)} out of {_said(new.id)}" for m in old.models if m not in new.models
    )
    before, after = ({_spot(c): c for c in recipe.choices} for recipe in (old, new))
    for spot, choice in after.items():
        was = before.get(spot)
        if was is None or was.template != choice.template:
            yield f"choose {_said(choice.template)} for {spot}"
        elif _differing(was, choice, ("variables", "variations", "path")):
            yield f"change values for {spot}"
    yield from (f"leave the choice for {spot} open" for spot in before if spot not in after)
    told = ("id", "models", "choices", "file")
    rest = [field.name for field in fields(Recipe) if field.name not in told]
    if changed := _differing(old, new, rest):
        yield f"change {changed} of recipe {_said(new.id)}"


def _settings_changes(old: Items, new: Items) -> Iterator[str]:
    name = _said(str(new.get("name") or new.get("id")))
    before, after = (
        config if isinstance(config := entry.get("config"), dict) else {} for entry in (old, new)
    )
    changed = [key for key in dict.fromkeys((*before, *after)) if before.get(key) != after.get(key)]
    changed += [
        key
        for key in dict.fromkeys((*old, *new))
        if key not in ("name", "id", "config") and old.get(key) != new.get(key)
    ]
    if changed:
        yield f"change {_joined([_said(str(key)) for key in changed])} of {name}"


def _macro_changes(old: Macro, new: Macro) -> Iterator[str]:
    if old != new:
        yield f"change macro {_said(new.name)}"


_CHANGES: Mapping[FileKind, Callable[[Any, Any], Iterator[str]]] = {
    FileKind.MODEL: _model_changes,
    FileKind.TEMPLATE: _template_changes,
    FileKind.RECIPE: _recipe_changes,
    FileKind.CONFIGURATION: _settings_changes,
    FileKind.MACRO: _macro_changes,
}


def _named_changes(what: str, old: Items, new: Items) -> Iterator[str]:
    yield from (f"add {what} {_said(name)}" for name in new if name not in old)
    yield from (f"remove {what} {_said(name)}" for name in old if name not in new)
    for name, value in new.items():
        if name in old and _differing(
            old[name], value, [f.name for f in fields(value) if f.name != "line"]
        ):
            yield f"change {what} {_said(name)}"


def _by(key: str, values: Sequence[Any]) -> dict[str, Any]:
    return {getattr(value, key): value for value in values}


def _spot(choice: Choice) -> str:
    where = f"node {_said(choice.node)}" if choice.node else f"every {_said(choice.node_type)}"
    parts = [where, f"of {_said(choice.model)}" if choice.model else "", choice.role]
    return " ".join(part for part in parts if part)


def _differing(old: Any, new: Any, names: Sequence[str]) -> str:
    """The fields that differ, in words; empty when none does."""
    return _joined(
        [name.replace("_", " ") for name in names if getattr(old, name) != getattr(new, name)]
    )


def _listed(kind: FileKind, items: Items) -> str:
    return f"{kind.value}{'s' if len(items) > 1 else ''} {_joined([_said(one) for one in items])}"


def _joined(words: Sequence[str]) -> str:
    """
    >>> _joined(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    if len(words) > 4:
        return f"{', '.join(words[:3])} and {len(words) - 3} more"
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _said(text: str) -> str:
    return shown(text, 40)


def _message(phrases: Sequence[str]) -> str:
    """As many phrases as a subject line holds; a list below it when there are more."""
    subject = phrases[0][:1].upper() + phrases[0][1:]
    if len(subject) > LONGEST_SUBJECT:
        subject = subject[: LONGEST_SUBJECT - 1] + "…"
    told = 1
    for number, phrase in enumerate(phrases[1:], start=2):
        more = "" if number == len(phrases) else f"; {len(phrases) - number} more"
        if len(subject) + 2 + len(phrase) + len(more) > LONGEST_SUBJECT:
            break
        subject, told = f"{subject}; {phrase}", number
    if told == len(phrases) and "…" not in subject:
        return subject
    if told < len(phrases):
        subject += f"; {len(phrases) - told} more"
    lines = [f"- {phrase}" for phrase in phrases[:MOST_LINES]]
    if len(phrases) > MOST_LINES:
        lines.append(f"- and {len(phrases) - MOST_LINES} more")
    return "\n".join([subject, "", *lines])
