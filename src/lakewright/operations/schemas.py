"""The JSON Schema of each kind of YAML file."""

from enum import StrEnum
from typing import Any


class FileKind(StrEnum):
    """The YAML files that people write."""

    MODEL = "model"
    TEMPLATE = "template"
    RECIPE = "recipe"


def json_schema_of(kind: FileKind) -> dict[str, Any]:
    """The schema, made from the tables that the readers themselves use."""
    match kind:
        case FileKind.MODEL:
            from lakewright.datamodel.json_schema import data_models_json_schema

            return data_models_json_schema()
        case FileKind.TEMPLATE:
            from lakewright.datamodel.node_types import NODE_TYPES, TYPE_ALIASES
            from lakewright.generation.outputs import OUTPUTS
            from lakewright.templates.json_schema import templates_json_schema

            return templates_json_schema(OUTPUTS, [*NODE_TYPES, *TYPE_ALIASES])
        case FileKind.RECIPE:
            from lakewright.generation.recipe import recipe_json_schema

            return recipe_json_schema()
