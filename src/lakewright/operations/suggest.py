"""Which template each node of a model would get, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from lakewright.datamodel.graph import index
from lakewright.generation.bindings import ModelScope, roles_of
from lakewright.generation.recipe import default_recipe
from lakewright.generation.suggest import Suggestion, suggest
from lakewright.operations.metadata import Metadata


@dataclass(frozen=True, slots=True)
class NodeSuggestions:
    """The templates for one script of a node, closest first; empty when none fits."""

    node: str
    node_type: str
    role: str
    suggestions: tuple[Suggestion, ...]


def suggest_templates(metadata: Metadata, model_id: str) -> Sequence[NodeSuggestions]:
    """Suggestions for every script that a model can have.

    Raises:
        NotFoundError: No such model.
    """
    model = metadata.model(model_id)
    graph = index(model)
    scope = ModelScope(graph, default_recipe(model_id, [model_id]), {})
    library = list(metadata.shared.library.templates.values())
    return [
        NodeSuggestions(
            node.id,
            node.type,
            role,
            tuple(suggest(node.id, role, scope.scope(node, role), library)),
        )
        for node in graph.nodes.values()
        for role in roles_of(graph, node)
    ]
