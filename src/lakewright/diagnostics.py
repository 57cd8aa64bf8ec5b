"""Findings about what a person wrote: data, the same at every door."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, ClassVar


class Severity(StrEnum):
    """How bad a finding is. Only `ERROR` stops a generation."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


SEVERITY_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


@dataclass(frozen=True, slots=True)
class Location:
    """A place a person can go to.

    Attributes:
        file: Path inside the metadata repository or the bundle, with `/`. Empty when unknown.
        line: 1-based; 0 when unknown.
        column: 1-based, in characters; 0 when unknown.
        node: Id of the node the place belongs to, if any.
        property: Dotted path inside the node's properties or the template
            (`columns.2.type`), if any.
    """

    file: str = ""
    line: int = 0
    column: int = 0
    node: str = ""
    property: str = ""

    def __str__(self) -> str:
        place = self.file
        if self.line:
            place += f":{self.line}"
            if self.column:
                place += f":{self.column}"
        named = ".".join(part for part in (self.node, self.property) if part)
        return " ".join(part for part in (place, f"[{named}]" if named else "") if part)


NOWHERE = Location()


Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class SetValue:
    """Put a value in a node: `("properties", "columns", 0, "type")`; in the model itself when
    no node is named.
    """

    op: ClassVar[str] = "set"
    node: str
    path: Steps
    value: Any = field(hash=False)


@dataclass(frozen=True, slots=True)
class UnsetValue:
    """Take a value out of a node, or out of the model itself when no node is named."""

    op: ClassVar[str] = "unset"
    node: str
    path: Steps


@dataclass(frozen=True, slots=True)
class RemoveEdge:
    """Take away the last edge of a kind between two nodes: of two equal ones the first stays."""

    op: ClassVar[str] = "remove_edge"
    source: str
    target: str
    type: str


@dataclass(frozen=True, slots=True)
class AddEdge:
    """Draw an edge."""

    op: ClassVar[str] = "add_edge"
    source: str
    target: str
    type: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class SetType:
    """Make a node one of another type."""

    op: ClassVar[str] = "set_type"
    node: str
    value: str


@dataclass(frozen=True, slots=True)
class RemoveNode:
    """Take a node and its edges away; of several with the id the last one."""

    op: ClassVar[str] = "remove_node"
    node: str


@dataclass(frozen=True, slots=True)
class RenameNode:
    """Give a node another id, its edges included; of several with the id the last one, and then
    the edges stay with the first.
    """

    op: ClassVar[str] = "rename_node"
    node: str
    value: str


@dataclass(frozen=True, slots=True)
class EditText:
    """Replace a piece of a text. Lines and columns are 1-based, the end is excluded."""

    op: ClassVar[str] = "text"
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


Change = SetValue | UnsetValue | RemoveEdge | AddEdge | SetType | RemoveNode | RenameNode | EditText
CHANGES: tuple[type[Change], ...] = (
    SetValue,
    UnsetValue,
    RemoveEdge,
    AddEdge,
    SetType,
    RemoveNode,
    RenameNode,
    EditText,
)


@dataclass(frozen=True, slots=True)
class Fix:
    """A mend that the reader only has to agree to.

    Attributes:
        title: What it does, as the words on a button.
        changes: Made in this order, all or none.
    """

    title: str
    changes: tuple[Change, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain data; each change says what it is as `op`."""
        return {"title": self.title, "changes": [_change_as_json(one) for one in self.changes]}


def _change_as_json(change: Change) -> dict[str, Any]:
    found = {"op": change.op} | {one.name: getattr(change, one.name) for one in fields(change)}
    return found | {"path": list(found["path"])} if "path" in found else found


def _change_from_json(row: Mapping[str, Any]) -> Change:
    kind = next(one for one in CHANGES if one.op == row["op"])
    given = {name: value for name, value in row.items() if name != "op"}
    return kind(**given | {"path": tuple(given["path"])} if "path" in given else given)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: a problem, a remedy and a place.

    Attributes:
        rule: Stable id in kebab case, e.g. `source-has-no-inputs`.
        where: Where to go to mend it (the model, the template, the recipe).
        seen_at: Where it shows, when that is another place: the generated file and line.
        fixes: Mends on offer, best first. Each makes the finding go away.
    """

    rule: str
    severity: Severity
    problem: str
    remedy: str
    where: Location = field(default=NOWHERE)
    seen_at: Location | None = None
    fixes: tuple[Fix, ...] = ()

    def at(self, where: Location) -> "Diagnostic":
        """The same finding at another place."""
        return replace(self, where=where)

    def as_json(self) -> dict[str, Any]:
        """Plain data for `--json`, HTTP and MCP; empty places are left out."""
        found: dict[str, Any] = {
            "rule": self.rule,
            "severity": self.severity.value,
            "problem": self.problem,
            "remedy": self.remedy,
            "where": location_as_json(self.where),
        }
        if self.seen_at is not None:
            found["seen_at"] = location_as_json(self.seen_at)
        if self.fixes:
            found["fixes"] = [fix.as_json() for fix in self.fixes]
        return found


def from_json(row: Mapping[str, Any]) -> Diagnostic:
    """The inverse of `Diagnostic.as_json`."""
    seen_at = row.get("seen_at")
    return Diagnostic(
        row["rule"],
        Severity(row["severity"]),
        row["problem"],
        row["remedy"],
        Location(**row["where"]),
        None if seen_at is None else Location(**seen_at),
        tuple(
            Fix(fix["title"], tuple(_change_from_json(change) for change in fix["changes"]))
            for fix in row.get("fixes", ())
        ),
    )


def location_as_json(location: Location) -> dict[str, str | int]:
    """Only the parts of a place that are known."""
    parts: dict[str, str | int] = {
        "file": location.file,
        "line": location.line,
        "column": location.column,
        "node": location.node,
        "property": location.property,
    }
    return {key: value for key, value in parts.items() if value}


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any finding stops a generation."""
    return any(found.severity is Severity.ERROR for found in diagnostics)


def in_reading_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Worst first, then by file and line, so that equal inputs print equal reports."""
    return sorted(
        diagnostics,
        key=lambda d: (
            SEVERITY_ORDER[d.severity],
            d.where.file,
            d.where.line,
            d.where.column,
            d.where.node,
            d.where.property,
            d.rule,
            d.problem,
        ),
    )


def nearest(wrong: str, known: Iterable[str]) -> str:
    """The known name that a wrong one was most likely meant to be; empty when none is near.

    >>> nearest("source_tabel", ["source_table", "job"]), nearest("x", ["job"])
    ('source_table', '')
    """
    near = get_close_matches(wrong, list(known), n=1, cutoff=0.6)
    return near[0] if near else ""


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """A remedy's first half: `Did you mean 'x'?`, or nothing when nothing is near.

    >>> did_you_mean("source_tabel", ["source_table", "job"])
    "Did you mean 'source_table'? "
    """
    near = nearest(wrong, known)
    return f"Did you mean '{near}'? " if near else ""


def shown(value: object, limit: int = 60) -> str:
    """A value as it may be quoted in a message: short, on one line, printable.

    >>> shown("a" * 100, 10)
    'aaaaaaaaa…'
    """
    text = value if isinstance(value, str) else repr(value)
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[: limit + 1])
    return text if len(text) <= limit else text[: limit - 1] + "…"
