"""Templates, suggestions and models as plain data, the same at every door."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from lakewright.datamodel.model import DataModel
from lakewright.operations.suggest import NodeSuggestions
from lakewright.templates.template import MISSING, Template, Variable


def template_as_json(template: Template, *, content: bool) -> dict[str, Any]:
    """A template for lists; with `content` also its Jinja2 source."""
    found: dict[str, Any] = {
        "id": template.id,
        "name": template.name,
        "category": template.category,
        "description": template.description,
        "version": template.version,
        "output_type": template.output_type,
        "requires": template.requires,
        "tags": list(template.tags),
        "changelog": [{"version": one.version, "about": one.about} for one in template.changelog],
        "deprecated": asdict(template.deprecated) if template.deprecated is not None else None,
        "examples": [asdict(example) for example in template.examples],
        "builtin": template.builtin,
        "file": template.file,
        "variables": [_variable(variable) for variable in template.variables],
        "variations": [
            {
                "id": variation.id,
                "name": variation.name,
                "description": variation.description,
                "enabled": variation.enabled,
                "adds_variables": [_variable(variable) for variable in variation.adds_variables],
            }
            for variation in template.variations
        ],
        "node_types": [
            {"type": fit.node_type, "when": dict(fit.when), "because": fit.because}
            for fit in template.fits
        ],
    }
    if content:
        found["template_content"] = template.content
        found["undo"] = template.undo
    return found


def _variable(variable: Variable) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": variable.name,
        "type": variable.type.value,
        "required": variable.required,
        "description": variable.description,
    }
    if variable.default is not MISSING:
        found["default"] = variable.default
    if variable.sample is not MISSING:
        found["sample"] = variable.sample
    if variable.choices:
        found["choices"] = list(variable.choices)
    return found


def suggestions_as_json(suggestions: Iterable[NodeSuggestions]) -> list[dict[str, Any]]:
    """What fits each script of a model, closest first."""
    return [
        {
            "node": each.node,
            "node_type": each.node_type,
            "role": each.role,
            "suggestions": [
                {
                    "template": suggestion.template.id,
                    "because": suggestion.because,
                    "conditions": suggestion.conditions,
                    "builtin": suggestion.template.builtin,
                }
                for suggestion in each.suggestions
            ],
        }
        for each in suggestions
    ]


def graph_as_json(model: DataModel) -> dict[str, Any]:
    """The boxes and lines of a model, without properties and positions."""
    return {
        "id": model.id,
        "name": model.name,
        "nodes": [
            {"id": node.id, "type": node.type, "name": node.name, "enabled": node.enabled}
            for node in model.nodes
        ],
        "edges": [
            {"source": edge.source, "target": edge.target, "type": edge.kind.value}
            | ({"outcome": edge.outcome} if edge.outcome else {})
            for edge in model.edges
        ],
    }
