"""How is a fault in a Databricks resource said?"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lakewright.diagnostics import SEVERITY_ORDER, Severity, did_you_mean

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class ResourceFault:
    """One finding about a resource.

    Attributes:
        rule: Stable id in kebab case.
        path: Keys and list indexes (0-based) from the top of what was checked.
    """

    rule: str
    severity: Severity
    path: Path
    problem: str
    remedy: str


def in_order(faults: Iterable[ResourceFault]) -> list[ResourceFault]:
    """By place, then worst first; equal inputs give equal lists, and no fault comes twice."""
    return sorted(
        set(faults),
        key=lambda f: (
            [(0, part, "") if isinstance(part, int) else (1, 0, str(part)) for part in f.path],
            SEVERITY_ORDER[f.severity],
            f.rule,
            f.problem,
        ),
    )


def near(wrong: str, known: Collection[object]) -> str:
    """`Did you mean 'x'?` among names that came from a person's file.

    Names of other types than text are passed over. Comparing is slow: nothing is suggested for a
    very long name, or among thousands.
    """
    if len(wrong) > 200 or len(known) > 2000:
        return ""
    return did_you_mean(wrong, sorted(name for name in known if isinstance(name, str)))
