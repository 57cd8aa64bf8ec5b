"""The kinds of files that people write, and the JSON Schema of each that is YAML."""

from enum import StrEnum
from typing import Any

from lakewright.errors import NotFoundError


class FileKind(StrEnum):
    """The files that people write."""

    MODEL = "model"
    TEMPLATE = "template"
    RECIPE = "recipe"
    CONFIGURATION = "configuration"
    MACRO = "macro"


YAML_KINDS = tuple(kind for kind in FileKind if kind is not FileKind.MACRO)


def json_schema_of(kind: FileKind) -> dict[str, Any]:
    """The schema, made from the tables that the readers themselves use.

    Raises:
        NotFoundError: Files of that kind are no YAML.
    """
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
        case FileKind.CONFIGURATION:
            from lakewright.generation.configurations import configurations_json_schema

            return configurations_json_schema()
        case FileKind.MACRO:
            raise NotFoundError(
                "A macro file is Jinja2 text, which has no JSON Schema.",
                f"Ask for one of {', '.join(YAML_KINDS)}.",
                kind.value,
            )
