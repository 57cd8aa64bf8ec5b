"""How are data models read from YAML text, and written back without disturbing it?"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from lakewright.datamodel.model import (
    DataModel,
    Drawing,
    Edge,
    EdgeKind,
    Group,
    Node,
    Note,
    Position,
)
from lakewright.diagnostics import Diagnostic, Location, Severity, did_you_mean, nearest, shown
from lakewright.errors import LakewrightError, NotFoundError
from lakewright.yaml_text.edit import same, update
from lakewright.yaml_text.listing import ListFile
from lakewright.yaml_text.load import YamlError, load
from lakewright.yaml_text.locate import Locator
from lakewright.yaml_text.matching import match_items
from lakewright.yaml_text.reading import Path, Reading, Spot
from lakewright.yaml_text.write import dump

WRAPPER: Final = "data_models"
SCHEMA_VERSION: Final = 1

# Version 1 is the first; the next format change adds an upgrade from 1 here.
_FILE = ListFile(WRAPPER, "model", "data model", part="nodes", version=SCHEMA_VERSION)
_MODEL_KEYS = frozenset(
    {"id", "name", "description", "nodes", "edges", "tags", "metadata", "drawing"}
)
_NODE_KEYS = frozenset({"id", "type", "name", "description", "enabled", "properties", "position"})
_EDGE_KEYS = frozenset({"source", "target", "type", "outcome"})
_POSITION_KEYS = frozenset({"x", "y"})
_DRAWING_KEYS = frozenset({"notes", "groups"})
_NOTE_KEYS = frozenset({"id", "text", "x", "y", "width", "height", "color"})
_GROUP_KEYS = frozenset({"id", "name", "nodes", "collapsed", "color"})
_FAR = 1e9  # canvas units: nothing that far away can be seen
_EDGE_KINDS: Mapping[str, EdgeKind] = MappingProxyType({kind.value: kind for kind in EdgeKind})
# Metadata that is text, however it looks (`version: 1.0`).
_TEXT_METADATA = frozenset({"version", "created_by", "created_at", "updated_by", "updated_at"})

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Aliases:
    """Names that load as other names.

    Attributes:
        types: Other node types -> keys of `NODE_TYPES`.
        properties: Node type -> other property names -> the form's names.
    """

    types: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


NO_ALIASES: Final = Aliases()


@dataclass(frozen=True, slots=True)
class ReadModels:
    """What a file holds: the models that could be read, and every mistake with its place."""

    models: tuple[DataModel, ...]
    diagnostics: tuple[Diagnostic, ...]


def catalogue_aliases() -> Aliases:
    """The aliases of the rows in `NODE_TYPES`."""
    from lakewright.datamodel.node_types import PROPERTY_ALIASES, TYPE_ALIASES

    return Aliases(TYPE_ALIASES, PROPERTY_ALIASES)


def read_models(text: str | bytes, file: str = "", *, aliases: Aliases | None = None) -> ReadModels:
    """The data models of a YAML file.

    The file is a mapping with the list `data_models`; `schema_version` is optional. Each
    mistake is one finding with line, column, node and property, and everything around it is
    still read: a node without an id or an edge without an end is left out, a value of the
    wrong kind becomes its default.

    Args:
        file: Path in the metadata repository, for messages and `DataModel.file`.
        aliases: What node types and properties load as; those of `NODE_TYPES` when None.
    """
    try:
        value = load(text)
    except YamlError as error:
        return ReadModels((), (error.as_diagnostic(file),))
    reading = Reading(text, file)
    found = _read_file(value, reading, catalogue_aliases() if aliases is None else aliases)
    return ReadModels(tuple(parsed.model for parsed in found), reading.diagnostics())


def write_model(text: str, model: DataModel, *, aliases: Aliases | None = None) -> str:
    """The file's text with that model in it; only the lines of what changed are different.

    The model is found by its id and added at the end when the file has none with that id.
    Unknown keys, aliases as written and items that could not be read are kept.

    Raises:
        YamlError: The text is not valid YAML, or the model holds a value YAML cannot hold.
        LakewrightError: The file is no model file or is from a newer Lakewright.
    """
    names = catalogue_aliases() if aliases is None else aliases
    value = load(text)
    if value is None:
        return update(text, {WRAPPER: [model_to_value(model)]})
    reading = Reading(text, model.file)
    parsed = _read_file(value, reading, names)
    if not isinstance(value, dict) or not isinstance(value.get(WRAPPER, 0), list | None):
        raise _not_writable(reading, model)
    if _FILE.version_of(value) != SCHEMA_VERSION:
        raise _not_writable(reading, model)
    written = list(value.get(WRAPPER) or [])
    mine = next((one for one in parsed if one.model.id == model.id), None)
    if mine is None:
        written.append(model_to_value(model))
    elif same(model_to_value(mine.model), model_to_value(model)):
        return text  # `==` would take 1 and true for one value
    else:
        written[mine.index] = _overlaid_model(mine, model, names)
    return update(text, {**value, WRAPPER: written})


def remove_model(text: str, model_id: str) -> str:
    """The file's text without that model.

    Raises:
        NotFoundError: The file has no such model.
        YamlError: The text is not valid YAML.
    """
    value = load(text)
    for one in _read_file(value, Reading(text), NO_ALIASES):
        if one.model.id == model_id:
            kept = [item for i, item in enumerate(value[WRAPPER]) if i != one.index]
            return update(text, {**value, WRAPPER: kept})
    raise NotFoundError(
        f"The file has no data model '{shown(model_id)}'.", "Check the id, or reload the file."
    )


def new_model_text(model: DataModel) -> str:
    """The text of a new file that holds just this model."""
    return dump({WRAPPER: [model_to_value(model)]})


def model_to_value(model: DataModel) -> dict[str, Any]:
    """The model as plain data, keys in the order people read them; empty parts left out."""
    value: dict[str, Any] = {"id": model.id}
    if model.name:
        value["name"] = model.name
    if model.description:
        value["description"] = model.description
    value["nodes"] = [node_to_value(node) for node in model.nodes]
    value["edges"] = [edge_to_value(edge) for edge in model.edges]
    if model.tags:
        value["tags"] = list(model.tags)
    if model.metadata:
        value["metadata"] = dict(model.metadata)
    if model.drawing:
        value["drawing"] = drawing_to_value(model.drawing)
    return value


def drawing_to_value(drawing: Drawing) -> dict[str, Any]:
    """Notes and groups as plain data; empty parts left out."""
    value: dict[str, Any] = {}
    if drawing.notes:
        value["notes"] = [note_to_value(note) for note in drawing.notes]
    if drawing.groups:
        value["groups"] = [group_to_value(group) for group in drawing.groups]
    return value


def note_to_value(note: Note) -> dict[str, Any]:
    """The note as plain data; a colour that nobody chose is left out."""
    value: dict[str, Any] = {"id": note.id, "text": note.text}
    value |= {key: _number(getattr(note, key)) for key in ("x", "y", "width", "height")}
    if note.color:
        value["color"] = note.color
    return value


def group_to_value(group: Group) -> dict[str, Any]:
    """The group as plain data; what is as usual is left out."""
    value: dict[str, Any] = {"id": group.id}
    if group.name:
        value["name"] = group.name
    value["nodes"] = list(group.nodes)
    if group.collapsed:
        value["collapsed"] = True
    if group.color:
        value["color"] = group.color
    return value


def node_to_value(node: Node) -> dict[str, Any]:
    """The node as plain data; a name equal to the id is left out."""
    value: dict[str, Any] = {"id": node.id, "type": node.type}
    if node.name and node.name != node.id:
        value["name"] = node.name
    if node.description:
        value["description"] = node.description
    if not node.enabled:
        value["enabled"] = False
    if node.properties:
        value["properties"] = dict(node.properties)
    if node.position is not None:
        value["position"] = {"x": _number(node.position.x), "y": _number(node.position.y)}
    return value


def edge_to_value(edge: Edge) -> dict[str, Any]:
    """The edge as plain data."""
    value: dict[str, Any] = {
        "source": edge.source,
        "target": edge.target,
        "type": edge.kind.value,
    }
    if edge.outcome:
        value["outcome"] = edge.outcome
    return value


def place(
    diagnostics: Iterable[Diagnostic],
    text: str | bytes,
    file: str = "",
    *,
    model_id: str = "",
    aliases: Aliases | None = None,
) -> tuple[Diagnostic, ...]:
    """Fill in file, line and column of findings that only name a node or a property.

    Args:
        diagnostics: Findings about the models of `text`. Those that have a line, or name
            another file, are returned unchanged.
        model_id: The model they are about; all models of the file are searched when empty.
        aliases: As given to `read_models`: a finding may name a property that is written
            under another name.

    Returns:
        The same findings in the same order. `property` is looked up in the node's properties,
        then in the node itself; without a node, in the model (`edges.3.target`). When it is
        absent the nearest place that exists is given. The text is parsed only when needed.
    """
    findings = tuple(diagnostics)
    if not any(_is_lost(found, file) for found in findings):
        return findings
    try:
        value = load(text)
    except YamlError:
        return findings
    names = catalogue_aliases() if aliases is None else aliases
    map_ = _PlaceMap(value, Locator(text, accepted=True), model_id, names)
    return tuple(
        found.at(map_.location(found.where, file)) if _is_lost(found, file) else found
        for found in findings
    )


def lines_of_nodes(text: str | bytes, model_id: str) -> dict[str, int]:
    """Node id -> 1-based line where it begins in a text that `read_models` accepts."""
    try:
        value = load(text)
    except YamlError:
        return {}
    locator = Locator(text, accepted=True)
    found = _PlaceMap(value, locator, model_id, NO_ALIASES).nodes
    return {node_id: locator.place(path).line for node_id, path in found.items()}


def _is_lost(found: Diagnostic, file: str) -> bool:
    return found.where.line == 0 and found.where.file in ("", file)


class _PlaceMap:
    """Finds nodes and properties of the models in one loaded file."""

    def __init__(self, value: Any, locator: Locator, model_id: str, aliases: Aliases) -> None:
        self.value = value
        self.locator = locator
        self.aliases = aliases
        self.model_path: Path = ()
        self.nodes: dict[str, Path] = {}
        models = value.get(WRAPPER) if isinstance(value, dict) else None
        for index, model in enumerate(models if isinstance(models, list) else ()):
            if not isinstance(model, dict) or (model_id and str(model.get("id")) != model_id):
                continue
            path: Path = (WRAPPER, index)
            self.model_path = self.model_path or path
            nodes = model.get("nodes")
            for position, node in enumerate(nodes if isinstance(nodes, list) else ()):
                if isinstance(node, dict) and "id" in node:
                    at: Path = (*path, "nodes", position)
                    written = node["id"]
                    if not isinstance(written, str):
                        written = locator.written((*at, "id"))
                    self.nodes.setdefault(str(written), at)

    def location(self, where: Location, file: str) -> Location:
        path = self.nodes.get(where.node, self.model_path) if where.node else self.model_path
        if where.property:
            path = self.property_path(path, where.property, in_node=where.node in self.nodes)
        line, column = self.locator.place(path)
        return replace(where, file=where.file or file, line=line, column=column)

    def property_path(self, start: Path, dotted: str, *, in_node: bool) -> Path:
        owner = _at(self.value, start)
        if in_node and isinstance(owner, dict):
            found = self.below((*start, "properties"), dotted)
            if found is not None:
                return found
            kind = str(owner.get("type"))
            other = self.aliases.properties.get(self.aliases.types.get(kind, kind), _NOTHING)
            first, dot, rest = dotted.partition(".")
            for written, meant in other.items():
                if meant == first:
                    found = self.below((*start, "properties"), written + dot + rest)
                    if found is not None:
                        return found
        found = self.below(start, dotted)
        if found is not None:
            return found
        return (*start, "properties") if in_node else start

    def below(self, start: Path, dotted: str) -> Path | None:
        """The deepest existing path for a dotted name; None when not even its start exists."""
        parts = dotted.split(".")
        path = start
        while parts:
            value = _at(self.value, path)
            step: str | int | None = None
            used = 1
            if isinstance(value, dict):
                # A key may itself hold dots ("delta.appendOnly"): the longest one wins.
                for used in range(len(parts), 0, -1):
                    if ".".join(parts[:used]) in value:
                        step = ".".join(parts[:used])
                        break
            elif isinstance(value, list) and parts[0].isdecimal() and int(parts[0]) < len(value):
                step = int(parts[0])
            if step is None:
                break
            path = (*path, step)
            parts = parts[used:]
        return path if path != start else None


def _at(value: Any, path: Path) -> Any:
    for part in path:
        if isinstance(value, dict):
            value = value.get(str(part))
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


# -- reading ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A model and where its parts stand in the file's value.

    Attributes:
        value: The model as loaded.
        index: Position in `data_models`.
        node_positions, edge_positions, note_positions, group_positions: For each node (edge,
            note, group) of the model its position in the loaded list, which may hold more: what
            could not be read.
    """

    model: DataModel
    value: dict[str, Any]
    index: int
    node_positions: tuple[int, ...]
    edge_positions: tuple[int, ...]
    note_positions: tuple[int, ...] = ()
    group_positions: tuple[int, ...] = ()


def _read_file(value: Any, reading: Reading, aliases: Aliases) -> list[_Parsed]:
    found: list[_Parsed] = []
    seen: set[str] = set()
    for index, item in _FILE.items(value, reading):
        parsed = _read_model(item, index, reading, aliases)
        if parsed is None:
            continue
        if parsed.model.id in seen:
            reading.report(
                "duplicate-model-id",
                Spot((WRAPPER, index, "id"), "", "id"),
                f"Two data models have the id '{shown(parsed.model.id)}'.",
                "Give each model in the repository an id of its own.",
            )
            continue
        seen.add(parsed.model.id)
        found.append(parsed)
    return found


def _read_model(
    value: dict[str, Any], index: int, reading: Reading, aliases: Aliases
) -> _Parsed | None:
    spot = Spot((WRAPPER, index))
    model_id = _read_id(value, spot, reading, "data model")
    if model_id is None:
        return None
    reading.unknown_keys(value, _MODEL_KEYS, spot)

    nodes: list[Node] = []
    node_positions: list[int] = []
    nodes_spot = spot.to("nodes")
    for position, item in reading.mappings(value.get("nodes"), nodes_spot):
        node = _read_node(item, nodes_spot.to(position), reading, aliases)
        if node is not None:
            nodes.append(node)
            node_positions.append(position)

    edges: list[Edge] = []
    edge_positions: list[int] = []
    edges_spot = spot.to("edges")
    for position, item in reading.mappings(value.get("edges"), edges_spot):
        edge = _read_edge(item, edges_spot.to(position), reading)
        if edge is not None:
            edges.append(edge)
            edge_positions.append(position)

    metadata = reading.mapping(value.get("metadata"), spot.to("metadata")) or {}
    texts = {
        key: reading.text(item, spot.to("metadata").to(key))
        for key, item in metadata.items()
        if key in _TEXT_METADATA and not isinstance(item, str) and item is not None
    }
    model = DataModel(
        id=model_id,
        name=_text(value, "name", spot, reading),
        description=_text(value, "description", spot, reading),
        nodes=tuple(nodes),
        edges=tuple(edges),
        tags=reading.texts(value.get("tags"), spot.to("tags")),
        metadata={**metadata, **texts} if texts else metadata,
        file=reading.file,
    )
    parsed = _Parsed(model, value, index, tuple(node_positions), tuple(edge_positions))
    if "drawing" not in value:
        return parsed
    drawing, note_positions, group_positions = _read_drawing(value["drawing"], spot, reading)
    return replace(
        parsed,
        model=replace(model, drawing=drawing),
        note_positions=note_positions,
        group_positions=group_positions,
    )


def _read_drawing(
    value: Any, owner: Spot, reading: Reading
) -> tuple[Drawing, tuple[int, ...], tuple[int, ...]]:
    spot = owner.to("drawing")
    found = reading.mapping(value, spot) or {}
    reading.unknown_keys(found, _DRAWING_KEYS, spot)
    notes = _named_items(found.get("notes"), spot.to("notes"), reading, "note")
    groups = _named_items(found.get("groups"), spot.to("groups"), reading, "group")
    drawing = Drawing(
        tuple(_read_note(item, name, at, reading) for _, item, name, at in notes),
        tuple(_read_group(item, name, at, reading) for _, item, name, at in groups),
    )
    return drawing, tuple(p for p, *_ in notes), tuple(p for p, *_ in groups)


def _named_items(
    value: Any, spot: Spot, reading: Reading, what: str
) -> list[tuple[int, dict[str, Any], str, Spot]]:
    """(position, item, id, spot) of the items with an id of their own."""
    found: dict[str, tuple[int, dict[str, Any], str, Spot]] = {}
    for position, item in reading.mappings(value, spot):
        at = spot.to(position)
        name = _read_id(item, at, reading, what)
        if name is not None and name in found:
            reading.report(
                f"duplicate-{what}-id",
                at.to("id"),
                f"Two {what}s have the id '{shown(name)}'; the first one counts.",
                f"Give each {what} an id of its own.",
                severity=Severity.WARNING,
            )
        elif name is not None:
            found[name] = (position, item, name, at)
    return list(found.values())


def _read_note(value: dict[str, Any], name: str, spot: Spot, reading: Reading) -> Note:
    reading.unknown_keys(value, _NOTE_KEYS, spot)
    usual = Note(name)
    sizes = {
        key: _length(value.get(key), getattr(usual, key), spot.to(key), reading)
        for key in ("x", "y", "width", "height")
    }
    text = _text(value, "text", spot, reading)
    return Note(name, text, **sizes, color=_text(value, "color", spot, reading))


def _length(value: Any, usual: float, spot: Spot, reading: Reading) -> float:
    if value is None:
        return usual
    found = reading.number(value, spot)
    if found is None:
        return usual
    if abs(found) < _FAR:
        return found
    reading.report(
        "bad-position",
        spot,
        f"{shown(found)} is off any canvas.",
        "Write a smaller number.",
        severity=Severity.WARNING,
    )
    return usual


def _read_group(value: dict[str, Any], name: str, spot: Spot, reading: Reading) -> Group:
    reading.unknown_keys(value, _GROUP_KEYS, spot)
    collapsed = value.get("collapsed")
    return Group(
        name,
        _text(value, "name", spot, reading),
        reading.texts(value.get("nodes"), spot.to("nodes")),
        collapsed is not None and reading.flag(collapsed, spot.to("collapsed"), default=False),
        _text(value, "color", spot, reading),
    )


def _read_id(value: dict[str, Any], spot: Spot, reading: Reading, what: str) -> str | None:
    """The id, or None after noting that there is none."""
    written = value.get("id")
    if isinstance(written, str) and written:
        return written
    if written is None or written == "":
        reading.report(
            "missing-id",
            spot.to("id"),
            f"A {what} has no id.",
            "Give it an id: letters, digits and '_', unique here.",
        )
        return None
    if isinstance(written, (list, dict)):
        reading.wrong_type(written, spot.to("id"), "text")
        return None
    found = reading.text(written, spot.to("id"))
    reading.report(
        "id-not-text",
        spot.to("id"),
        f"The id {shown(found)} of a {what} is not text; it is read as '{shown(found)}'.",
        f'Put it in quotes: "{shown(found)}".',
        severity=Severity.WARNING,
        meant=f'"{found}"',
    )
    return found


def _text(owner: dict[str, Any], key: str, spot: Spot, reading: Reading) -> str:
    """The text under a key; makes no spot where all is well, which is nearly always."""
    value = owner.get(key)
    if isinstance(value, str):
        return value
    return "" if value is None else reading.text(value, spot.to(key))


def _read_node(
    value: dict[str, Any], spot: Spot, reading: Reading, aliases: Aliases
) -> Node | None:
    node_id = _read_id(value, spot, reading, "node")
    if node_id is None:
        return None
    at = Spot(spot.path, node_id)
    if not value.keys() <= _NODE_KEYS:
        reading.unknown_keys(value, _NODE_KEYS, at)
    written = value.get("type")
    kind = _text(value, "type", at, reading)
    if not kind and not isinstance(written, (list, dict)):
        reading.report(
            "missing-type",
            at.to("type"),
            f"The node '{shown(node_id)}' has no type.",
            "Give it one of the node types (lakewright nodes lists them).",
        )
    kind = aliases.types.get(kind, kind)
    properties = value.get("properties")
    if not isinstance(properties, dict):
        properties = reading.mapping(properties, at.to("properties")) or {}
    others = aliases.properties.get(kind)
    if others and not others.keys().isdisjoint(properties):
        properties = _meant_properties(properties, others, at, reading)
    enabled = value.get("enabled")
    position = value.get("position")
    return Node(
        id=node_id,
        type=kind,
        name=_text(value, "name", at, reading) or node_id,
        description=_text(value, "description", at, reading),
        enabled=enabled is None or reading.flag(enabled, at.to("enabled"), default=True),
        properties=properties,
        position=None if position is None else _read_position(position, at, reading),
    )


def _meant_properties(
    properties: dict[str, Any], others: Mapping[str, str], at: Spot, reading: Reading
) -> dict[str, Any]:
    """The properties under the form's names, in the order written."""
    meant: dict[str, Any] = {}
    for key, item in properties.items():
        name = others.get(key, key)
        if _is_shadowed(key, properties, others):
            reading.report(
                "property-given-twice",
                at.of("properties").to(key),
                f"'{shown(key)}' means '{name}', which is given as well; '{name}' wins.",
                f"Delete '{shown(key)}'.",
                severity=Severity.WARNING,
                of_key=True,
            )
            continue
        meant[name] = item
    return meant


def _is_shadowed(key: str, properties: Mapping[str, Any], others: Mapping[str, str]) -> bool:
    """Whether another key written there gives the same property and goes first."""
    name = others.get(key)
    if name is None or name == key:
        return False
    for rival in properties:
        if rival == name and others.get(name, name) == name:
            return True
        if rival == key:
            # Of two aliases the first one written wins, unless the real name follows.
            return name in properties and others.get(name, name) == name
        if others.get(rival) == name:
            return True
    return False


def _read_position(value: Any, at: Spot, reading: Reading) -> Position | None:
    spot = at.to("position")
    if not isinstance(value, dict):
        _bad_position(spot, reading, "it is no mapping")
        return None
    if not value.keys() <= _POSITION_KEYS:
        reading.unknown_keys(value, _POSITION_KEYS, spot)
    found: list[float] = []
    for axis in ("x", "y"):
        number = value.get(axis)
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            _bad_position(spot.to(axis), reading, f"{axis} is {_quoted(number)}")
        elif not abs(number) < _FAR:  # also refuses NaN
            _bad_position(spot.to(axis), reading, f"{axis} is {_quoted(number)}, off any canvas")
        else:
            found.append(float(number))
    return Position(*found) if len(found) == 2 else None


def _quoted(value: Any) -> str:
    return "missing" if value is None else f"{shown(repr(value), 30)}"


def _bad_position(spot: Spot, reading: Reading, what: str) -> None:
    reading.report(
        "bad-position",
        spot,
        f"The node's position is not usable: {what}. The node is placed automatically.",
        "Write 'position: {x: 100, y: 100}' with two numbers, or delete the position.",
        severity=Severity.WARNING,
    )


def _read_edge(value: dict[str, Any], spot: Spot, reading: Reading) -> Edge | None:
    if not value.keys() <= _EDGE_KEYS:
        reading.unknown_keys(value, _EDGE_KEYS, spot)
    ends: list[str] = []
    for end in ("source", "target"):
        written = value.get(end)
        found = _text(value, end, spot, reading)
        if found:
            ends.append(found)
        elif not isinstance(written, (list, dict)):
            reading.report(
                "edge-without-end",
                spot.to(end),
                f"The edge has no {end}.",
                f"Write the id of a node: '{end}: node_001', or delete the edge.",
            )
    written = value.get("type", EdgeKind.DATA_FLOW.value)
    named = written if isinstance(written, str) else reading.text(written, spot.to("type"))
    kind = _EDGE_KINDS.get(named)
    if kind is None and not isinstance(written, (list, dict)):
        reading.report(
            "unknown-edge-type",
            spot.to("type"),
            f"There is no edge type '{shown(named)}'.",
            f"{did_you_mean(named, _EDGE_KINDS)}Edge types: {', '.join(sorted(_EDGE_KINDS))}.",
            meant=nearest(named, _EDGE_KINDS),
        )
    outcome = _text(value, "outcome", spot, reading).lower()
    if outcome not in ("", "true", "false"):
        reading.report(
            "bad-outcome",
            spot.to("outcome"),
            f"The outcome '{shown(outcome)}' is neither true nor false.",
            "Write 'true' or 'false': which way of the condition the edge takes.",
        )
        outcome = ""
    if kind is None or len(ends) < 2:
        return None
    return Edge(ends[0], ends[1], kind, outcome)


# -- writing ------------------------------------------------------------------------------------


def _overlaid_model(parsed: _Parsed, model: DataModel, aliases: Aliases) -> dict[str, Any]:
    """The model as loaded, changed where `model` says something else than was read."""
    old, value = parsed.model, dict(parsed.value)
    _overlay_text(value, "name", old.name, model.name)
    _overlay_text(value, "description", old.description, model.description)
    nodes = _overlaid_items(
        value.get("nodes"),
        parsed.node_positions,
        [node_to_value(node) for node in old.nodes],
        [node_to_value(node) for node in model.nodes],
        lambda item, i, j: _overlaid_node(item, old.nodes[i], model.nodes[j], aliases),
    )
    if nodes or "nodes" in value:
        value["nodes"] = nodes if nodes or value.get("nodes") else value["nodes"]
    edges = _overlaid_items(
        value.get("edges"),
        parsed.edge_positions,
        [edge_to_value(edge) for edge in old.edges],
        [edge_to_value(edge) for edge in model.edges],
        lambda item, i, j: _overlaid_edge(item, old.edges[i], model.edges[j]),
    )
    if edges or "edges" in value:
        value["edges"] = edges if edges or value.get("edges") else value["edges"]
    if old.tags != model.tags:
        _set_or_drop(value, "tags", list(model.tags))
    written = value.get("metadata")
    if isinstance(written, dict) or model.metadata:
        metadata = _overlaid_mapping(
            written if isinstance(written, dict) else {}, old.metadata, model.metadata
        )
        if not same(metadata, written):
            _set_or_drop(value, "metadata", metadata)
    if old.drawing != model.drawing:
        _overlay_drawing(value, parsed, model.drawing)
    return value


def _overlay_drawing(value: dict[str, Any], parsed: _Parsed, new: Drawing) -> None:
    """Change the key `drawing`; it goes when nothing is left in it."""
    old = parsed.model.drawing
    written = value.get("drawing")
    changed = dict(written) if isinstance(written, dict) else {}
    _overlay_entries(
        changed,
        "notes",
        parsed.note_positions,
        [note_to_value(note) for note in old.notes],
        [note_to_value(note) for note in new.notes],
    )
    _overlay_entries(
        changed,
        "groups",
        parsed.group_positions,
        [group_to_value(group) for group in old.groups],
        [group_to_value(group) for group in new.groups],
    )
    if changed:
        value["drawing"] = changed
    else:
        value.pop("drawing", None)


def _overlay_entries(
    value: dict[str, Any],
    key: str,
    positions: Sequence[int],
    old: list[dict[str, Any]],
    new: list[dict[str, Any]],
) -> None:
    def overlaid(written: dict[str, Any], i: int, j: int) -> dict[str, Any]:
        before, after = old[i], new[j]
        entry = dict(written)
        for name in dict.fromkeys((*before, *after)):
            if name not in after:
                entry.pop(name, None)
            elif name not in before or not same(before[name], after[name]):
                entry[name] = after[name]
        return entry

    items = _overlaid_items(value.get(key), positions, old, new, overlaid)
    if items:
        value[key] = items
    else:
        value.pop(key, None)


def _overlaid_items(
    written: Any,
    positions: Sequence[int],
    old: list[dict[str, Any]],
    new: list[dict[str, Any]],
    overlay: Callable[[dict[str, Any], int, int], dict[str, Any]],
) -> list[Any]:
    """The list as loaded with the new items in their order.

    What could not be read stays behind the item it stood behind.
    """
    raw = written if isinstance(written, list) else []
    result: list[tuple[int, Any]] = []
    for j, i in enumerate(match_items(old, new)):
        if i is None:
            result.append((-1, new[j]))
        else:
            result.append((positions[i], overlay(raw[positions[i]], i, j)))
    readable = set(positions)
    for position in range(len(raw)):
        if position in readable:
            continue
        above = max((at for at, _ in result if 0 <= at < position), default=-1)
        behind = next((k + 1 for k, (at, _) in enumerate(result) if at == above >= 0), 0)
        result.insert(behind, (position, raw[position]))
    return [item for _, item in result]


def _overlaid_node(
    written: dict[str, Any], old: Node, new: Node, aliases: Aliases
) -> dict[str, Any]:
    value = dict(written)
    if old.id != new.id:
        value["id"] = new.id
    if old.type != new.type:
        value["type"] = new.type
    # A node without a name is called by its id; renaming the id alone keeps it so.
    if old.name != new.name and not ("name" not in value and new.name in ("", new.id)):
        value["name"] = new.name
    _overlay_text(value, "description", old.description, new.description)
    if old.enabled != new.enabled:
        value["enabled"] = new.enabled
    properties = value.get("properties")
    if isinstance(properties, dict) or new.properties:
        changed = _overlaid_properties(
            properties if isinstance(properties, dict) else {}, old, new, aliases
        )
        if not same(changed, properties):
            _set_or_drop(value, "properties", changed)
    if old.position != new.position:
        if new.position is None:
            value.pop("position", None)
        else:
            before = value.get("position")
            value["position"] = _overlaid_position(
                before if isinstance(before, dict) else {}, new.position
            )
    return value


def _overlaid_position(written: dict[str, Any], new: Position) -> dict[str, Any]:
    value = dict(written)
    for axis, number in (("x", new.x), ("y", new.y)):
        # 100 and 100.0 are one place: whoever wrote it keeps their spelling.
        if isinstance(value.get(axis), bool) or value.get(axis) != number:
            value[axis] = _number(number)
    return value


def _overlaid_properties(
    written: dict[str, Any], old: Node, new: Node, aliases: Aliases
) -> dict[str, Any]:
    others = aliases.properties.get(old.type, _NOTHING)
    others_now = aliases.properties.get(new.type, _NOTHING)
    value: dict[str, Any] = {}
    done: set[str] = set()
    for key, item in written.items():
        name = others.get(key, key)
        if others and _is_shadowed(key, written, others):
            value[key] = item  # never read, never lost
            continue
        done.add(name)
        if name not in new.properties:
            continue
        # After a change of type the written name may mean nothing: use the form's.
        kept = key if others_now.get(key, key) == name else name
        wanted = new.properties[name]
        unchanged = name in old.properties and same(old.properties[name], wanted)
        value[kept] = item if unchanged else wanted
    value.update({k: v for k, v in new.properties.items() if k not in done})
    return value


def _overlaid_edge(written: dict[str, Any], old: Edge, new: Edge) -> dict[str, Any]:
    value = dict(written)
    if old.source != new.source:
        value["source"] = new.source
    if old.target != new.target:
        value["target"] = new.target
    if old.kind is not new.kind:
        value["type"] = new.kind.value
    _overlay_text(value, "outcome", old.outcome, new.outcome)
    return value


def _overlaid_mapping(
    written: dict[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]
) -> dict[str, Any]:
    value = {
        key: item if key in old and same(old[key], new[key]) else new[key]
        for key, item in written.items()
        if key in new
    }
    value.update({key: item for key, item in new.items() if key not in written})
    return value


def _overlay_text(value: dict[str, Any], key: str, old: str, new: str) -> None:
    if old == new:
        return
    if new:
        value[key] = new
    else:
        value.pop(key, None)


def _set_or_drop(value: dict[str, Any], key: str, item: Any) -> None:
    if item or key in value:
        value[key] = item


def _number(number: float) -> int | float:
    """Canvas units are mostly whole: 100, not 100.0."""
    return int(number) if float(number).is_integer() else float(number)


def _not_writable(reading: Reading, model: DataModel) -> LakewrightError:
    found = reading.diagnostics()
    why = found[0].problem if found else f"The file has no list '{WRAPPER}'."
    remedy = found[0].remedy if found else f"Write a list of models under '{WRAPPER}:'."
    return LakewrightError(
        f"The model '{shown(model.id)}' cannot be written into this file. {why}", remedy, model.file
    )
