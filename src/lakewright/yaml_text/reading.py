"""What is wrong with the shape of a loaded YAML value, and where?

The codecs walk plain values with a `Reading` at hand: it gives back what is usable, notes one
finding for each mistake, and looks up lines and columns only when there is something to say.
"""

import math
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from lakewright.diagnostics import Diagnostic, EditText, Fix, Location, Severity, nearest, shown
from lakewright.yaml_text.locate import BlockContent, Locator

Path = tuple[str | int, ...]


class Spot(NamedTuple):
    """A value of the document and how people call it.

    Attributes:
        path: Keys and positions from the root.
        node: Id of the model's node, or of the template, it belongs to.
        property: Dotted path inside that.
    """

    path: Path = ()
    node: str = ""
    property: str = ""

    def to(self, part: str | int) -> "Spot":
        """The value below."""
        named = f"{self.property}.{part}" if self.property else str(part)
        return Spot((*self.path, part), self.node, named)

    def of(self, part: str | int) -> "Spot":
        """The value below, which people do not name (the list of nodes)."""
        return Spot((*self.path, part), self.node, self.property)


class Reading:
    """The findings about one text, which `load` has accepted, while it is being read."""

    def __init__(self, text: str | bytes, file: str = "", *, placed: bool = True) -> None:
        """With `placed` off, only findings are looked up; `line_of` answers 0."""
        self.file = file
        self._placed = placed
        self.locator = Locator(text, accepted=True)
        self._found: list[Diagnostic] = []

    def line_of(self, path: Path) -> int:
        """1-based line of a value; 0 when places are not wanted."""
        return self.locator.place(path).line if self._placed else 0

    def block_content(self, path: Path) -> BlockContent | None:
        """Where the text of a scalar starts; None when places are not wanted."""
        return self.locator.block_content(path) if self._placed else None

    def report(
        self,
        rule: str,
        spot: Spot,
        problem: str,
        remedy: str,
        *,
        severity: Severity = Severity.ERROR,
        of_key: bool = False,
        meant: str = "",
    ) -> None:
        """Note a finding at a value, or at its key.

        Args:
            meant: What should be written there instead, as YAML; offered as a mend.
        """
        line, column = self.locator.place(spot.path, of_key=of_key)
        where = Location(self.file, line, column, spot.node, spot.property)
        fixes = self._respelled(spot, meant, of_key=of_key) if meant else ()
        self._found.append(Diagnostic(rule, severity, problem, remedy, where, fixes=fixes))

    def _respelled(self, spot: Spot, meant: str, *, of_key: bool) -> tuple[Fix, ...]:
        """Other characters for a plain scalar on one line; quotes are left alone."""
        line, column = self.locator.place(spot.path, of_key=of_key)
        written = str(spot.path[-1]) if of_key else self.locator.written(spot.path)
        if not written or not self.locator.stands_at(line, column, written):
            return ()
        change = EditText(line, column, line, column + len(written), meant)
        return (Fix(f"Write {shown(meant, 40)}", (change,)),)

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything noted, from the top of the file to its end."""
        order = sorted(self._found, key=lambda d: (d.where.line, d.where.column, d.rule, d.problem))
        return tuple(order)

    def text(self, value: Any, spot: Spot, *, default: str = "") -> str:
        """Text; numbers, true and false are taken as they were written (`1.10`)."""
        if isinstance(value, str):
            return value
        if value is None:
            return default
        if isinstance(value, (bool, int, float)):
            written = self.locator.written(spot.path)
            return str(value) if written is None else written
        self.wrong_type(value, spot, "text")
        return default

    def flag(self, value: Any, spot: Spot, *, default: bool) -> bool:
        """true or false."""
        if isinstance(value, bool):
            return value
        if value is not None:
            self.wrong_type(value, spot, "true or false")
        return default

    def number(self, value: Any, spot: Spot) -> float | None:
        """A finite number, or None after noting why it is none."""
        usable = isinstance(value, (int, float)) and not isinstance(value, bool)
        # An integer of many digits has no float: 10**400 > max float.
        if usable and abs(value) < 1e300 and math.isfinite(value):
            return float(value)
        self.wrong_type(value, spot, "a number")
        return None

    def mapping(self, value: Any, spot: Spot) -> dict[str, Any] | None:
        """A mapping, or None after noting why it is none. Nothing is an empty mapping."""
        if isinstance(value, dict):
            return value
        if value is None:
            return {}
        self.wrong_type(value, spot, "a mapping ('key: value' lines)")
        return None

    def items(self, value: Any, spot: Spot) -> list[Any]:
        """A list; empty after noting why it is none. Nothing is an empty list."""
        if isinstance(value, list):
            return value
        if value is not None:
            self.wrong_type(value, spot, "a list ('- ' lines)")
        return []

    def mappings(self, value: Any, spot: Spot) -> Iterator[tuple[int, dict[str, Any]]]:
        """The mappings of a list with their positions; other items are noted and skipped."""
        for position, item in enumerate(self.items(value, spot)):
            if isinstance(item, dict):
                yield position, item
            else:
                self.wrong_type(item, spot.to(position), "a mapping ('key: value' lines)")

    def texts(self, value: Any, spot: Spot) -> tuple[str, ...]:
        """A list of texts."""
        found = [(i, item) for i, item in enumerate(self.items(value, spot)) if item is not None]
        return tuple(self.text(item, spot.to(position)) for position, item in found)

    def wrong_type(self, value: Any, spot: Spot, wanted: str) -> None:
        """Note that a value is of another kind than wanted."""
        name = spot.property or (str(spot.path[-1]) if spot.path else "The file")
        self.report(
            "wrong-type",
            spot,
            f"{shown(name)} has to be {wanted}, but it is {kind_of(value)}.",
            f"Write {wanted} here.",
        )

    def unknown_keys(self, value: dict[str, Any], known: Collection[str], spot: Spot) -> None:
        """Note the keys we do not read. They are kept; a near miss is worth a warning."""
        for key in value:
            if key in known:
                continue
            meant = nearest(key, known)
            near = f"Did you mean '{meant}'? " if meant else ""
            self.report(
                "unknown-key",
                spot.to(key),
                f"Lakewright does not know the key '{shown(key)}'; it is kept and has no effect.",
                f"{near}Known keys: {', '.join(sorted(known))}.",
                severity=Severity.WARNING if near else Severity.INFO,
                of_key=True,
                meant=meant if meant not in value else "",
            )


def kind_of(value: Any) -> str:
    """A value's kind in words, with the value where it is short.

    >>> kind_of([1]), kind_of("yes"), kind_of(None)
    ('a list', "the text 'yes'", 'empty')
    """
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"the number {shown(value, 30)}"
    if isinstance(value, str):
        return f"the text '{shown(value, 30)}'"
    return "a list" if isinstance(value, list) else "a mapping"
