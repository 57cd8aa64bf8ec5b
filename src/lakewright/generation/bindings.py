"""What a template can see: the model, its node and the node's neighbours as plain JSON."""

from dataclasses import dataclass
from typing import Any

from lakewright.datamodel.graph import GraphIndex
from lakewright.datamodel.model import EdgeKind, Node
from lakewright.datamodel.node_types import NODE_TYPES, Emits
from lakewright.generation.naming import is_in_bundle
from lakewright.generation.node_values import address_of, property_values
from lakewright.generation.recipe import Recipe

CATALOG_PARAMETER = "catalog"


@dataclass(frozen=True, slots=True)
class ModelScope:
    """One model with what the recipe adds, ready to make bindings from; nodes are made once."""

    index: GraphIndex
    recipe: Recipe
    nodes: dict[str, dict[str, Any]]

    def node_value(self, node_id: str) -> dict[str, Any]:
        """One node as templates see it: id, name, type, description, properties, table.

        Properties hold the form's defaults where nothing was written, so a template need not
        test for absence. `table` is {catalog, schema, table} or None; the catalog is empty
        when it is the recipe's home catalog, which each bundle target replaces by its own.
        """
        known = self.nodes.get(node_id)
        if known is None:
            known = self.nodes[node_id] = self._make(self.index.nodes[node_id])
        return known

    def scope(self, node: Node, role: str) -> dict[str, Any]:
        """All that `from:` paths, `when:` conditions and templates can name."""
        model = self.index.model
        return {
            "model": {
                "id": model.id,
                "name": model.name or model.id,
                "description": model.description,
                "tags": list(model.tags),
            },
            "node": self.node_value(node.id),
            "upstream": [self.node_value(n) for n in self._neighbours(node.id, upstream=True)],
            "downstream": [self.node_value(n) for n in self._neighbours(node.id, upstream=False)],
            "target": {
                "cloud": self.recipe.cloud,
                "bundle": self.recipe.bundle_name or self.recipe.id,
                "home_catalog": self.recipe.home_catalog,
                "catalog_parameter": CATALOG_PARAMETER if self.recipe.home_catalog else "",
            },
            "role": role,
        }

    def _neighbours(self, node_id: str, *, upstream: bool) -> list[str]:
        """Neighbours along rows; for grants also the objects they are about."""
        index = self.index
        near = index.upstream_of(node_id) if upstream else index.downstream_of(node_id)
        found = [node.id for node in near]
        if not upstream:
            found += [edge.target for edge in index.outgoing(node_id, EdgeKind.GRANTS_ON)]
        return list(dict.fromkeys(found))

    def _make(self, node: Node) -> dict[str, Any]:
        home = self.recipe.home_catalog
        return {
            "id": node.id,
            "name": node.name or node.id,
            "type": node.type,
            "description": node.description,
            "properties": property_values(self.index, node, home),
            "table": address_of(self.index, node, home),
        }


def roles_of(index: GraphIndex, node: Node) -> tuple[str, ...]:
    """Which scripts a node prints: `setup`, `task`, `pipeline`, none or two of them.

    A table to write is described by set-up SQL when it has columns, and is a load task of its
    own when rows reach it straight from a dataset instead of from a task. A task whose notebook
    or file exists already prints nothing.
    """
    row = NODE_TYPES.get(node.type)
    if row is None or not node.enabled:
        return ()
    if row.emits is Emits.SETUP_SQL:
        return ("setup",)
    if row.emits is Emits.PIPELINE_SOURCE or index.container_of(node.id, "pipeline") is not None:
        return ("pipeline",)
    setup = ("setup",) if row.writes and node.properties.get("columns") else ()
    task = ("task",) if index.is_task(node.id) and not _exists_already(node) else ()
    return setup + task


def _exists_already(node: Node) -> bool:
    """A task whose code lives elsewhere: its notebook, file or query is named, not made."""
    properties = node.properties
    if node.type == "notebook":
        return bool(properties.get("notebook_path"))
    if node.type == "python_script":
        return not is_in_bundle(str(properties.get("python_file") or ""))
    if node.type == "sql_query":
        return bool(properties.get("path")) or properties.get("mode", "file") != "file"
    return False
