"""Which templates fit which nodes, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lakewright.templates.template import Template
from lakewright.templates.variables import value_at


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A template for one script of a node.

    Attributes:
        conditions: How many conditions held; more means a closer fit.
        because: Finishes "suggested because ...".
        usual: It goes before others that fit equally well.
    """

    node: str
    role: str
    template: Template
    conditions: int
    because: str
    usual: bool = False


def suggest(
    node_id: str, role: str, scope: Mapping[str, Any], library: Iterable[Template]
) -> list[Suggestion]:
    """Every template that fits, closest first.

    A template fits when one of its `node_types` names the node's type and every `when`
    condition holds in `scope`. Closest is the most conditions, then the repository's own
    templates before built-in ones, then the usual ones, then the id, so that the choice never
    depends on order.
    """
    node_type = scope["node"]["type"]
    found: list[Suggestion] = []
    for template in library:
        if template.deprecated is not None:
            continue  # it is used where somebody names it, and never offered
        best: Suggestion | None = None
        for fit in template.fits:
            if fit.node_type != node_type:
                continue
            if not all(holds(scope, path, wanted) for path, wanted in fit.when.items()):
                continue
            if best is None or len(fit.when) > best.conditions:
                because = fit.because or f"it is made for nodes of type {node_type}"
                best = Suggestion(node_id, role, template, len(fit.when), because, fit.usual)
        if best is not None:
            found.append(best)
    found.sort(key=lambda s: (-s.conditions, s.template.builtin, not s.usual, s.template.id))
    return found


def holds(scope: Mapping[str, Any], path: str, wanted: Any) -> bool:
    """Whether the value at a dotted path is the wanted one (or one of a list of them).

    An absent value equals None. The word `any` holds for every value that is there.

    >>> holds({"node": {"tags": ["a"]}}, "node.tags.0", ["a", "b"])
    True
    >>> holds({}, "upstream.0.type", None)
    True
    """
    value = value_at(scope, path)
    if wanted == "any":
        return value is not None and value not in ("", [], {})
    if isinstance(wanted, list | tuple):
        return value in wanted
    return bool(value == wanted)
