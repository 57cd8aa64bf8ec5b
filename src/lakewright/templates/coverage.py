"""Which combinations of variations are enough to try a template."""

from itertools import combinations, islice, product
from math import comb

from lakewright.templates.template import Template

MOST_EXHAUSTIVE = 64


def variation_sets(template: Template) -> list[dict[str, bool]]:
    """Selections of variations that together show how the variations meet.

    Returns:
        All combinations when there are at most 64, else so few that for every two variations all
        four combinations of on and off occur. The template's own selection comes first; equal
        templates always give equal lists.
    """
    names = list(dict.fromkeys(variation.id for variation in template.variations))
    own = {variation.id: bool(variation.enabled) for variation in template.variations}
    if 2 ** len(names) <= MOST_EXHAUSTIVE:
        rows = [
            dict(zip(names, row, strict=True)) for row in product((False, True), repeat=len(names))
        ]
    else:
        rows = pairwise(names)
    return [own, *(row for row in rows if row != own)]


def pairwise(names: list[str]) -> list[dict[str, bool]]:
    """The fewest selections in which every pair of switches takes all four values.

    Each switch is on in a set of rows of its own, all sets of one size that is more than half of
    the rows: two different such sets overlap (both on) and neither holds the other (one on); one
    more row with everything off gives the last of the four. Ten rows serve 126 switches, 14
    serve 1,716.

    Source: Kleitman and Spencer (1973), "Families of k-independent sets"; Katona (1973).
    """
    rows = 1
    while comb(rows, rows // 2 + 1) < len(names):
        rows += 1
    chosen = islice(combinations(range(rows), rows // 2 + 1), len(names))
    on = dict(zip(names, map(frozenset, chosen), strict=True))
    found = [dict.fromkeys(names, False)]
    found += [{name: row in on[name] for name in names} for row in range(rows)]
    return found
