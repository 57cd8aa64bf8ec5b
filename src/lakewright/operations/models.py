"""What a designer asks about the model on its canvas: read, write, list, compare, merge, draw."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from lakewright.datamodel.checks import check_index, garbage_resting
from lakewright.datamodel.compare import Comparison, compare_models
from lakewright.datamodel.drawing import Theme, to_mermaid, to_svg, to_text, waves_of
from lakewright.datamodel.graph import GraphIndex, index, task_dependencies
from lakewright.datamodel.merge import NO_CHOICES, Choice, Conflict, merge_models
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
from lakewright.datamodel.yaml_codec import (
    lines_of_nodes,
    place,
    read_models,
    remove_model,
    write_model,
)
from lakewright.diagnostics import (
    Diagnostic,
    Location,
    Severity,
    did_you_mean,
    has_errors,
    in_reading_order,
    shown,
)
from lakewright.errors import LakewrightError, NotFoundError
from lakewright.operations.change_words import words_of_models
from lakewright.yaml_text.load import load
from lakewright.yaml_text.memory import ParseMemory


class PictureForm(StrEnum):
    """How a model is drawn."""

    SVG = "svg"
    MERMAID = "mermaid"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class DerivedDependency:
    """A task that waits for another although nobody drew a line for it."""

    source: str
    target: str
    because: str


@dataclass(frozen=True, slots=True)
class OpenedModel:
    """A text with one of its models as a value, and everything that is known about it.

    Attributes:
        text: As given, or with the model that was to be written into it.
        model: None when the text holds none that can be read.
        model_ids: Of all models in the text.
        derived: Dependencies that follow from the rows that flow.
        places: Node id -> 1-based line in `text`.
        waves: Node ids in the order of the flow; what is only attached to others is left out.
    """

    text: str
    model: DataModel | None
    model_ids: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    derived: tuple[DerivedDependency, ...] = ()
    places: Mapping[str, int] | None = None
    waves: tuple[tuple[str, ...], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain data, the same at every door."""
        return {
            "text": self.text,
            "model": None if self.model is None else model_as_json(self.model),
            "model_ids": list(self.model_ids),
            "diagnostics": [found.as_json() for found in self.diagnostics],
            "derived": [asdict(found) for found in self.derived],
            "places": dict(self.places or {}),
            "waves": [list(wave) for wave in self.waves],
        }


def open_model(
    text: str,
    path: str = "",
    model_id: str = "",
    model: DataModel | None = None,
    *,
    memory: ParseMemory | None = None,
) -> OpenedModel:
    """Everything a canvas shows about one model of a text; reads nothing else, saves nothing.

    Args:
        path: Where the text is kept, for messages.
        model_id: Which model; the first when empty.
        model: Written into the text first; comments and unknown keys of the text stay.
        memory: Remembers the text for the next question, which is mostly about the same one.
    """
    with (memory or ParseMemory()).used(), garbage_resting():
        return _opened(text, path, model_id, model)


def _opened(text: str, path: str, model_id: str, model: DataModel | None) -> OpenedModel:
    refused: tuple[Diagnostic, ...] = ()
    if model is not None:
        text, refused = _written(text, replace(model, file=path))
        model_id = model.id
    read = read_models(text, path)
    ids = tuple(one.id for one in read.models)
    chosen = next((one for one in read.models if model_id in ("", one.id)), None)
    found = [*refused, *read.diagnostics]
    if refused:
        chosen = None
    elif chosen is None and model_id and not has_errors(read.diagnostics):
        found.append(_no_such_model(model_id, ids, path))
    if chosen is None:
        return OpenedModel(text, None, ids, tuple(in_reading_order(found)))
    lines = index(chosen)
    found += place(check_index(lines), text, path, model_id=chosen.id)
    return OpenedModel(
        text,
        chosen,
        ids,
        tuple(in_reading_order(found)),
        tuple(derived_dependencies(lines)),
        lines_of_nodes(text, chosen.id),
        tuple(tuple(node.id for node in wave) for wave in waves_of(chosen)),
    )


def _written(text: str, model: DataModel) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text with the model in it; as it was, with a finding, when that cannot be."""
    if not model.id:
        return text, (
            Diagnostic(
                "missing-id",
                Severity.ERROR,
                "The data model has no id.",
                "Give it an id that no other model of the workspace has.",
                Location(model.file, property="id"),
            ),
        )
    try:
        return write_model(text, _as_it_was_written(text, model)), ()
    except LakewrightError as error:
        where = Location(model.file, getattr(error, "line", 0), getattr(error, "column", 0))
        rule = getattr(error, "rule", "model-not-writable")
        return text, (Diagnostic(rule, Severity.ERROR, error.problem, error.remedy, where),)


def _no_such_model(model_id: str, ids: Sequence[str], path: str) -> Diagnostic:
    return Diagnostic(
        "no-such-model",
        Severity.ERROR,
        f"The text holds no data model '{shown(model_id)}'.",
        f"{did_you_mean(model_id, ids)}Open another one, or save this one again.",
        Location(path),
    )


def derived_dependencies(index: GraphIndex) -> list[DerivedDependency]:
    """Which task waits for which because of the rows between them, without a line from one to
    the other.
    """
    found: list[DerivedDependency] = []
    for task_id, dependencies in task_dependencies(index).items():
        for dependency in dependencies:
            source = dependency.task_id
            if not dependency.derived or any(
                edge.target == task_id for edge in index.outgoing(source, EdgeKind.DATA_FLOW)
            ):
                continue
            found.append(DerivedDependency(source, task_id, _because(index, source, task_id)))
    return found


def _because(index: GraphIndex, source: str, target: str) -> str:
    """The shortest way of the rows, in words."""
    came_from: dict[str, str] = {source: ""}
    waiting = [source]
    for here in waiting:
        if here == target:
            break
        for edge in index.outgoing(here, EdgeKind.DATA_FLOW):
            if edge.target not in came_from:
                came_from[edge.target] = here
                waiting.append(edge.target)
    between: list[str] = []
    step = came_from.get(target, "")
    while step and step != source:
        between.append(f"'{shown(step, 40)}'")
        step = came_from[step]
    through = f" through {', '.join(reversed(between[-3:]))}" if between else ""
    return f"Rows flow from '{shown(source, 40)}'{through} to '{shown(target, 40)}'."


# A model as plain data ---------------------------------------------------------------------------


def model_as_json(model: DataModel) -> dict[str, Any]:
    """The model for a canvas: every key is there, whether or not the file has it."""
    return {
        "id": model.id,
        "name": model.name,
        "description": model.description,
        "nodes": [_node_as_json(node) for node in model.nodes],
        "edges": [_edge_as_json(edge) for edge in model.edges],
        "tags": list(model.tags),
        "metadata": dict(model.metadata),
        "drawing": {
            "notes": [asdict(note) for note in model.drawing.notes],
            "groups": [
                {**asdict(group), "nodes": list(group.nodes)} for group in model.drawing.groups
            ],
        },
    }


def _edge_as_json(edge: Edge) -> dict[str, Any]:
    return {
        "source": edge.source,
        "target": edge.target,
        "type": edge.kind.value,
        "outcome": edge.outcome,
    }


def _node_as_json(node: Node) -> dict[str, Any]:
    position = node.position
    return {
        "id": node.id,
        "type": node.type,
        "name": node.name,
        "description": node.description,
        "enabled": node.enabled,
        "properties": dict(node.properties),
        "position": None if position is None else {"x": position.x, "y": position.y},
    }


def model_from_json(value: Mapping[str, Any]) -> DataModel:
    """The inverse of `model_as_json`, for a value that has its shape."""
    drawing = value["drawing"]
    return DataModel(
        id=value["id"],
        name=value["name"],
        description=value["description"],
        nodes=tuple(_node_from_json(node) for node in value["nodes"]),
        edges=tuple(
            Edge(edge["source"], edge["target"], EdgeKind(edge["type"]), edge["outcome"])
            for edge in value["edges"]
        ),
        tags=tuple(value["tags"]),
        metadata=value["metadata"],
        drawing=Drawing(
            tuple(Note(**note) for note in drawing["notes"]),
            tuple(
                Group(**{**group, "nodes": tuple(group["nodes"])}) for group in drawing["groups"]
            ),
        ),
    )


def _node_from_json(value: Mapping[str, Any]) -> Node:
    position = value["position"]
    return Node(
        value["id"],
        value["type"],
        value["name"],
        value["description"],
        value["enabled"],
        value["properties"],
        None if position is None else Position(position["x"], position["y"]),
    )


def _as_it_was_written(text: str, model: DataModel) -> DataModel:
    """The model with the text's own spelling of numbers that a browser cannot tell apart.

    JavaScript has one kind of number: 1.0 comes back as 1, and of a large identifier only the
    first sixteen digits. Neither is a change that a person made.
    """
    before = next((one for one in read_models(text).models if one.id == model.id), None)
    if before is None:
        return model
    known = {node.id: node for node in before.nodes}
    nodes = tuple(
        replace(node, properties=_respelled(known[node.id].properties, node.properties))
        if node.id in known and node.properties
        else node
        for node in model.nodes
    )
    return replace(model, nodes=nodes, metadata=_respelled(before.metadata, model.metadata))


def _respelled(old: Any, new: Any) -> Any:
    if isinstance(new, dict) and isinstance(old, Mapping):
        return {key: _respelled(old.get(key), item) for key, item in new.items()}
    if isinstance(new, list) and isinstance(old, list):
        rest = [None] * (len(new) - len(old))
        return [_respelled(was, item) for was, item in zip([*old, *rest], new, strict=False)]
    if _is_number(old) and _is_number(new) and _in_a_browser(old) == _in_a_browser(new):
        return old
    return new


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _in_a_browser(number: int | float) -> float | None:
    try:
        return float(number)
    except OverflowError:
        return None


# Two versions ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ComparedModels:
    """Two versions of a model and what differs. A side that does not hold it is None."""

    before: DataModel | None
    after: DataModel | None
    comparison: Comparison
    words: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain data, the same at every door."""
        found = self.comparison
        return {
            "nodes": {
                "added": list(found.added),
                "removed": list(found.removed),
                "changed": [
                    {"id": one.id, "properties": list(one.properties)} for one in found.changed
                ],
                "moved": list(found.moved),
            },
            "edges": {
                "added": [_edge_as_json(edge) for edge in found.added_edges],
                "removed": [_edge_as_json(edge) for edge in found.removed_edges],
            },
            "fields": list(found.fields),
            "words": list(self.words),
            "before": None if self.before is None else model_as_json(self.before),
            "after": None if self.after is None else model_as_json(self.after),
        }


def compare_texts(before: str, after: str, model_id: str = "") -> ComparedModels:
    """How a model differs between two texts; a text without it counts as an empty model.

    Args:
        model_id: Which model; the first of either text when empty.
    """
    first, second = _model_of(before, model_id), _model_of(after, model_id)
    if not model_id and first is not None and second is not None and first.id != second.id:
        first = _model_of(before, second.id)
    empty = DataModel(model_id)
    one, two = first or empty, second or empty
    return ComparedModels(first, second, compare_models(one, two), words_of_models(first, second))


def _model_of(text: str, model_id: str) -> DataModel | None:
    models = read_models(text).models
    return next((model for model in models if model_id in ("", model.id)), None)


# Pictures ----------------------------------------------------------------------------------------


def picture_of(text: str, model_id: str, form: PictureForm, theme: Theme = Theme.BOTH) -> str:
    """A model of a text that need not be saved, drawn.

    Raises:
        YamlError: The text is no YAML.
        NotFoundError: It holds no such model.
    """
    load(text)
    model = _model_of(text, model_id)
    if model is None:
        ids = [one.id for one in read_models(text).models]
        raise NotFoundError(
            f"The text holds no data model '{shown(model_id)}'.",
            f"{did_you_mean(model_id, ids)}It holds: {', '.join(ids[:8]) or 'none'}.",
            "model_id",
        )
    match form:
        case PictureForm.TEXT:
            return to_text(model)
        case PictureForm.MERMAID:
            return to_mermaid(model)
        case PictureForm.SVG:
            return to_svg(model, theme)


# Merging -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MergedText:
    """Their text with our changes in it.

    Attributes:
        model: The one that was asked for; None when it is removed, or nothing could be merged.
        conflicts: Of every model in the text.
    """

    text: str
    model: DataModel | None
    conflicts: tuple[Conflict, ...]
    diagnostics: tuple[Diagnostic, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain data, the same at every door."""
        return {
            "text": self.text,
            "model": None if self.model is None else model_as_json(self.model),
            "conflicts": [asdict(conflict) for conflict in self.conflicts],
            "diagnostics": [found.as_json() for found in self.diagnostics],
        }


def merge_texts(
    base: str,
    ours: str,
    theirs: str,
    path: str = "",
    *,
    model_id: str = "",
    choices: Mapping[str, Choice] = NO_CHOICES,
) -> MergedText:
    """Both sides' changes to the models of a document, written into their text.

    Comments of their text stay. A text that cannot be read as a whole is not merged: what is
    unreadable in it would be lost.
    """
    reads = {name: read_models(text) for name, text in _named_texts(base, ours, theirs)}
    broken = [
        replace(found, problem=f"In {name} version: {found.problem}")
        for name, read in reads.items()
        for found in read.diagnostics
        if found.severity is Severity.ERROR
    ]
    if broken:
        return MergedText(theirs, None, (), tuple(broken))
    before, mine, yours = ({one.id: one for one in read.models} for read in reads.values())
    text = theirs
    conflicts: list[Conflict] = []
    for name in dict.fromkeys((*yours, *mine, *before)):
        merged = merge_models(before.get(name), mine.get(name), yours.get(name), choices)
        conflicts += merged.conflicts
        if merged.model is not None:
            text = write_model(text, merged.model)
        elif name in yours:
            text = remove_model(text, name)
    opened = open_model(text, path, model_id) if read_models(text).models else None
    known = {(found.rule, found.problem) for found in reads["your"].diagnostics} - {
        (found.rule, found.problem)
        for name in ("the first", "their")
        for found in reads[name].diagnostics
    }
    left_out = [
        replace(
            found,
            problem=f"{found.problem} It is not taken over from your version.",
            severity=Severity.WARNING,
            where=replace(found.where, file=path, line=0, column=0),
        )
        for found in reads["your"].diagnostics
        if found.rule == "unknown-key" and (found.rule, found.problem) in known
    ]
    return MergedText(
        text,
        opened.model if opened else None,
        tuple(conflicts),
        (*left_out, *(opened.diagnostics if opened else ())),
    )


def _named_texts(base: str, ours: str, theirs: str) -> tuple[tuple[str, str], ...]:
    return ("the first", base), ("your", ours), ("their", theirs)
