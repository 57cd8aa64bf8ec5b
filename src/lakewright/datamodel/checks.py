"""Everything that can be wrong with a drawing: the table of rules, and running them."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from lakewright.datamodel.graph import GraphIndex, index
from lakewright.datamodel.model import DataModel
from lakewright.datamodel.rules.jobs import JOB_RULES
from lakewright.datamodel.rules.properties import PROPERTY_RULES
from lakewright.datamodel.rules.rule import Rule, draw
from lakewright.datamodel.rules.structure import STRUCTURE_RULES
from lakewright.datamodel.rules.tables import TABLE_RULES
from lakewright.diagnostics import Diagnostic, in_reading_order

RULES: tuple[Rule, ...] = (*STRUCTURE_RULES, *PROPERTY_RULES, *JOB_RULES, *TABLE_RULES)


def check_model(model: DataModel) -> list[Diagnostic]:
    """Every finding about `model`, worst first. Empty means sound. Never raises.

    Places have file, node and property; lines are the YAML codec's to add.
    """
    return check_index(index(model))


def check_index(index: GraphIndex) -> list[Diagnostic]:
    """`check_model` for a model whose lines are sorted out already."""
    with garbage_resting():
        drawing = draw(index, with_properties=True)
        return in_reading_order(found for rule in RULES for found in rule(drawing))


def check_structure(model: DataModel) -> list[Diagnostic]:
    """Only what nodes and lines tell, for feedback while somebody draws; loads no pydantic."""
    with garbage_resting():
        drawing = draw(index(model), with_properties=False)
        return in_reading_order(found for rule in STRUCTURE_RULES for found in rule(drawing))


@contextmanager
def garbage_resting() -> Iterator[None]:
    """Let the collector rest: forms hold no reference cycles, and it takes three quarters of the
    time when it looks through 60,000 columns again and again.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
