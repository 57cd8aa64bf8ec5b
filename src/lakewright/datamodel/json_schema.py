"""The JSON Schema of a data model file, for editors: made from the rows and forms themselves."""

from typing import Any

from lakewright.datamodel.model import EdgeKind
from lakewright.datamodel.node_types import NODE_TYPES, NodeType

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def data_models_json_schema() -> dict[str, Any]:
    """Schema of a file with `data_models:`; loads pydantic.

    Aliases of types and properties are accepted, unknown keys too: the file keeps them and the
    checks report them, with a place and a remedy that an editor cannot give.
    """
    definitions: dict[str, Any] = {}
    forms = [_form(row, definitions) for row in NODE_TYPES.values()]
    definitions["node"] = {
        "type": "object",
        "required": ["id", "type"],
        "properties": {
            "id": {
                "type": "string",
                "minLength": 1,
                "description": "Unique in its model; also the task key of a task.",
            },
            "type": {
                "description": "What the node is.",
                "anyOf": [
                    {
                        "enum": list(NODE_TYPES),
                        "enumDescriptions": [row.summary for row in NODE_TYPES.values()],
                    },
                    {
                        "enum": [a for row in NODE_TYPES.values() for a in row.aliases],
                        "description": "Other names that load as one of the types.",
                    },
                ],
            },
            "name": _text("What a person calls it; the id when none is given."),
            "description": _text("What it is for."),
            "enabled": {
                "type": "boolean",
                "default": True,
                "description": "A disabled node stays on the drawing and generates nothing.",
            },
            "properties": {"type": ["object", "null"]},
            "position": {
                "type": "object",
                "required": ["x", "y"],
                "properties": {"x": {"type": "number"}, "y": {"type": "number"}},
                "description": "Where it is drawn. Never changes what is generated.",
            },
        },
        "allOf": forms,
    }
    definitions["edge"] = {
        "type": "object",
        "required": ["source", "target"],
        "properties": {
            "source": _text("Node that the edge begins at."),
            "target": _text("Node that the edge ends at."),
            "type": {
                "enum": [kind.value for kind in EdgeKind],
                "default": EdgeKind.DATA_FLOW.value,
                "description": "What the connection means.",
            },
            "outcome": {
                "enum": ["true", "false", True, False],
                "description": "Which way out of a condition.",
            },
        },
    }
    definitions["drawing"] = _drawing()
    model = {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"type": "string", "minLength": 1, "description": "Unique in the repository."},
            "name": _text("What a person calls it."),
            "description": _text("What it is for."),
            "nodes": {"type": "array", "items": {"$ref": "#/$defs/node"}},
            "edges": {"type": "array", "items": {"$ref": "#/$defs/edge"}},
            "tags": {"type": "array", "items": {"type": "string"}},
            "metadata": {"type": "object", "description": "Who made it, when, which version."},
            "drawing": {"$ref": "#/$defs/drawing"},
        },
    }
    return {
        "$schema": DRAFT,
        "title": "Lakewright data models",
        "type": "object",
        "required": ["data_models"],
        "properties": {"data_models": {"type": "array", "items": model}},
        "$defs": dict(sorted(definitions.items())),
    }


def _drawing() -> dict[str, Any]:
    number = {"type": "number"}
    colour = _text("Name of a colour; the usual one when none is given.")
    note = {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": _text("Unique among the notes of its model."),
            "text": _text("What it says."),
            **dict.fromkeys(("x", "y", "width", "height"), number),
            "color": colour,
        },
    }
    group = {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": _text("Unique among the groups of its model."),
            "name": _text("What stands on the frame."),
            "nodes": {"type": "array", "items": {"type": "string"}},
            "collapsed": {"type": "boolean", "default": False},
            "color": colour,
        },
    }
    return {
        "type": ["object", "null"],
        "description": "Notes and frames around nodes. Never change what is generated.",
        "properties": {
            "notes": {"type": "array", "items": note},
            "groups": {"type": "array", "items": group},
        },
    }


def _text(about: str) -> dict[str, Any]:
    return {"type": "string", "description": about}


def _form(row: NodeType, definitions: dict[str, Any]) -> dict[str, Any]:
    """The rule "a node of this type has such properties"; puts the form among `definitions`."""
    form = row.properties.model_json_schema()
    # Forms share parts (libraries, notifications); a part is named after its class.
    definitions.update(form.pop("$defs", {}))
    _accept_other_names(form, row)
    definitions[f"{row.key}_properties"] = form
    then: dict[str, Any] = {"properties": {"properties": {"$ref": f"#/$defs/{row.key}_properties"}}}
    if form.get("required") or form.get("allOf"):
        then["required"] = ["properties"]
    return {
        "if": {"properties": {"type": {"enum": [row.key, *row.aliases]}}, "required": ["type"]},
        "then": then,
    }


def _accept_other_names(form: dict[str, Any], row: NodeType) -> None:
    """A property may be written under any of its names; a required one under at least one."""
    fields = form.setdefault("properties", {})
    names: dict[str, list[str]] = {}
    for alias, name in row.property_aliases.items():
        if name in fields and alias not in fields:
            names.setdefault(name, []).append(alias)
            fields[alias] = {"description": f"Another name of '{name}'."}
    required = [name for name in form.get("required", []) if name not in names]
    either = [
        {"anyOf": [{"required": [spelling]} for spelling in (name, *names[name])]}
        for name in form.get("required", [])
        if name in names
    ]
    form.pop("required", None)
    if required:
        form["required"] = required
    if either:
        form["allOf"] = either
