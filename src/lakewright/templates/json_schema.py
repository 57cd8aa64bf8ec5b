"""The JSON Schema of a template file, for editors."""

from collections.abc import Iterable
from typing import Any

from lakewright.templates.template import VariableType

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def templates_json_schema(output_types: Iterable[str], node_types: Iterable[str]) -> dict[str, Any]:
    """Schema of a file with `templates:`.

    Args:
        output_types: What a template may print; templates do not know the outputs.
        node_types: What a template may fit, aliases included.
    """
    variable = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": _text("How the content names it.", pattern="^[A-Za-z_][A-Za-z0-9_]*$"),
            "type": {
                "enum": [kind.value for kind in VariableType],
                "default": VariableType.STRING.value,
                "description": "What it may be.",
            },
            "required": {"type": "boolean", "default": False},
            "default": {"description": "Value when nobody gives one."},
            "pattern": _text("Regular expression that the whole text must match."),
            "min": {"type": "number", "description": "Least value, or least length."},
            "max": {"type": "number", "description": "Greatest value, or greatest length."},
            "choices": {"type": "array", "minItems": 1, "description": "Values of an enum."},
            "description": _text("What it is for."),
            "sample": {"description": "Value for previews and for proving the template."},
            "from": _text("Path in the bindings that gives the value, like node.properties.path."),
        },
    }
    variation = {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": _text("In scope as variations.<id>.enabled."),
            "name": _text("What a person calls it."),
            "description": _text("What it changes."),
            "enabled": {"type": "boolean", "default": False},
            "adds_variables": {"type": "array", "items": {"$ref": "#/$defs/variable"}},
        },
    }
    fit = {
        "type": "object",
        "required": ["type"],
        "properties": {
            "type": {"enum": sorted(node_types), "description": "Node type that it suits."},
            "when": {
                "type": "object",
                "description": "Path in the bindings -> wanted value, or list of values.",
            },
            "because": _text("Finishes the sentence: suggested because ..."),
            "usual": {
                "type": "boolean",
                "description": "What most people want, of several that fit equally well.",
            },
        },
    }
    template = {
        "type": "object",
        "required": ["id", "template_content"],
        "properties": {
            "id": _text("Unique in the library.", minLength=1),
            "name": _text("What a person calls it."),
            "category": _text("Shelf of the library."),
            "description": _text("What it makes."),
            "language": {"enum": ["jinja2"], "default": "jinja2"},
            "version": _text("Its own version; part of what the lock file records."),
            "requires": _text("Runtime or plan that the output needs."),
            "variables": {"type": "array", "items": {"$ref": "#/$defs/variable"}},
            "variations": {"type": "array", "items": {"$ref": "#/$defs/variation"}},
            "template_content": _text("The Jinja2 source."),
            "undo_content": _text("Jinja2 source of what reverses the output."),
            "output_type": {
                "enum": sorted(output_types),
                "default": "sql",
                "description": "What it prints; decides the gate.",
            },
            "tags": {"type": "array", "items": {"type": "string"}},
            "changelog": {
                "type": "array",
                "description": "What each version changed, newest first.",
                "items": {
                    "type": "object",
                    "required": ["version", "about"],
                    "properties": {
                        "version": _text("Version that brought it."),
                        "about": _text("What changed for people who use the template."),
                    },
                },
            },
            "deprecated": {
                "type": "object",
                "description": "Says that the template is not for new work.",
                "properties": {
                    "since": _text("Its version from which on that holds."),
                    "replacement": _text("Id of the template to use instead."),
                    "reason": _text("Why, in a sentence."),
                },
            },
            "examples": {
                "type": "array",
                "description": "Other values than the samples to show and try it with.",
                "items": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {
                        "name": _text("What it shows."),
                        "values": {"type": "object", "description": "Variable -> value."},
                        "variations": {
                            "type": "object",
                            "additionalProperties": {"type": "boolean"},
                            "description": "Variation -> switched on.",
                        },
                    },
                },
            },
            "node_types": {"type": "array", "items": {"$ref": "#/$defs/fit"}},
        },
    }
    return {
        "$schema": DRAFT,
        "title": "Lakewright templates",
        "type": "object",
        "required": ["templates"],
        "properties": {"templates": {"type": "array", "items": template}},
        "$defs": {"fit": fit, "variable": variable, "variation": variation},
    }


def _text(about: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": about, **more}
