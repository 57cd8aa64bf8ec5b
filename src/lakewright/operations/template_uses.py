"""Say where a template is used: by which scripts of which models, and by which recipes."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from lakewright.datamodel.checks import check_index
from lakewright.datamodel.graph import index
from lakewright.diagnostics import has_errors
from lakewright.generation.bindings import ModelScope
from lakewright.generation.plan import plan_scripts
from lakewright.operations.check import recipes_of
from lakewright.operations.metadata import Metadata

MOST_MODELS = 1000


@dataclass(frozen=True, slots=True)
class UsedBy:
    """A script that the template prints.

    Attributes:
        recipe: Empty when no recipe names the model, so that the template is only suggested.
    """

    model: str
    model_name: str
    node: str
    node_name: str
    recipe: str


@dataclass(frozen=True, slots=True)
class TemplateUses:
    """Where a template is used.

    Attributes:
        recipes: Those that name it, with the version that they pin (often empty).
        complete: False when there are too many models to look at them all.
    """

    scripts: tuple[UsedBy, ...]
    recipes: tuple[tuple[str, str], ...]
    complete: bool

    def as_json(self) -> dict[str, Any]:
        """Plain data, the same at every door."""
        return {
            "scripts": [asdict(each) for each in self.scripts],
            "recipes": [{"id": name, "version": version} for name, version in self.recipes],
            "complete": self.complete,
        }


def uses_of_template(metadata: Metadata, template_id: str) -> TemplateUses:
    """Every script of the repository's models that the template prints now.

    Raises:
        NotFoundError: There is no such template.
    """
    template = metadata.template(template_id)
    return TemplateUses(
        tuple(dict.fromkeys(_scripts(metadata, template.id))),
        tuple(
            dict.fromkeys(
                (recipe.id, choice.version)
                for recipe in metadata.shared.recipes.values()
                for choice in recipe.choices
                if choice.template == template.id
            )
        ),
        len(metadata.models) <= MOST_MODELS,
    )


def _scripts(metadata: Metadata, template_id: str) -> Iterator[UsedBy]:
    for model in list(metadata.models.values())[:MOST_MODELS]:
        graph = index(model)
        if has_errors(check_index(graph)):
            continue
        for recipe in recipes_of(metadata, model):
            scope = ModelScope(graph, recipe, {})
            for step in plan_scripts(scope, metadata.shared.library, "uses").steps:
                if step.template.id == template_id:
                    node = graph.nodes[step.node]
                    yield UsedBy(
                        model.id,
                        model.name or model.id,
                        node.id,
                        node.name or node.id,
                        recipe.id if recipe.file else "",
                    )
