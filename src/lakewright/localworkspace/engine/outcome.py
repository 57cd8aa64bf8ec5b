"""What running one statement in a session gave, while it is put together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from lakewright.localworkspace.engine.port import Fidelity, Level

_ORDER = (Fidelity.EXACT, Fidelity.REWRITTEN, Fidelity.SHIMMED, Fidelity.NOT_RUN)


@dataclass
class Outcome:
    """The result under construction.

    A later, better step never lifts the fidelity again: `weaken` only goes down.
    """

    family: str = "query"
    columns: list[tuple[str, str]] = field(default_factory=list)
    rows: list[Sequence[Any]] = field(default_factory=list)
    truncated: bool = False
    fidelity: Fidelity = Fidelity.EXACT
    reasons: list[str] = field(default_factory=list)
    level: Level = Level.EXECUTED
    keeps_state: bool = False
    ran: list[str] = field(default_factory=list)
    plan: str = ""

    def weaken(self, fidelity: Fidelity, *reasons: str) -> None:
        if _ORDER.index(fidelity) > _ORDER.index(self.fidelity):
            self.fidelity = fidelity
        self.reasons += [reason for reason in reasons if reason not in self.reasons]

    def rewritten(self, *reasons: str) -> None:
        self.weaken(Fidelity.REWRITTEN, *reasons)

    def shimmed(self, *reasons: str) -> None:
        self.weaken(Fidelity.SHIMMED, *reasons)

    def not_run(self, *reasons: str) -> None:
        self.weaken(Fidelity.NOT_RUN, *reasons)
        self.level = Level.PARSED

    def table(self, columns: Iterable[str], rows: Iterable[Sequence[Any]]) -> None:
        """Answer with rows of ours; a column is STRING unless written `name TYPE`."""
        split = [column.partition(" ") for column in columns]
        self.columns = [(name, kind or "STRING") for name, _, kind in split]
        self.rows = list(rows)
