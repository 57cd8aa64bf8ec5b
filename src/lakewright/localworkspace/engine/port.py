"""What an engine of the local workspace can be asked, and what it answers.

`execute` blocks and may be called from many threads; `cancel` ends a statement from another one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any, Protocol


class Fidelity(StrEnum):
    """How near a result is to what Databricks would have done."""

    EXACT = "exact"
    REWRITTEN = "rewritten"  # other SQL, or a commit of ours to the Delta log; the same effect
    SHIMMED = "shimmed"  # part of the effect is missing or imitated; `reasons` say which
    NOT_RUN = "not_run"  # recorded only: never a pass


class Level(IntEnum):
    """The highest step that really happened."""

    PARSED = 1
    ANALYSED = 2
    EXECUTED = 3


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value for `:name` (or the next `?` when the name is empty); None is NULL."""

    name: str
    value: str | None
    type: str = "STRING"


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement, without a final semicolon or with one.

    Attributes:
        id: To cancel it by; unique among the statements that run.
    """

    sql: str
    parameters: tuple[Parameter, ...] = ()
    id: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a statement is ended. The result says `truncated` when rows were left out."""

    wall_seconds: float = 300.0
    rows: int = 100_000
    result_bytes: int = 25 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """What a session begins with.

    Attributes:
        settings: `SET` parameters, for example `timezone`.
        owner: May write the catalog `system`, as the service itself does.
    """

    catalog: str = "main"
    schema: str = "default"
    user: str = "user@example.com"
    settings: Mapping[str, str] = field(default_factory=dict)
    owner: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a result.

    Attributes:
        type: As SQL writes it in capitals: `DECIMAL(10,2)`, `ARRAY<STRING>`.
    """

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a statement gave.

    Attributes:
        rows: Values as text, as the JSON_ARRAY format of Statement Execution writes them.
        row_count: Rows that are given; the whole result has more when `truncated`.
        fidelity, reasons: The weakest step, and every reason for it.
        engine: Which engine ran it, with its version.
        ran: The statements that were sent to the engine in place of this one.
        plan: Filled by `explain`.
        timings: Milliseconds by step.
        keeps_state: It changed the session (temporary view, variable, setting, current schema).
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str | None, ...], ...]
    row_count: int
    truncated: bool
    fidelity: Fidelity
    reasons: tuple[str, ...]
    engine: str
    level: Level
    family: str
    ran: tuple[str, ...] = ()
    plan: str = ""
    timings: Mapping[str, float] = field(default_factory=dict)
    keeps_state: bool = False

    @property
    def passed(self) -> bool:
        """Whether it may be counted as having worked: recorded only is not enough."""
        return self.level is Level.EXECUTED and self.fidelity is not Fidelity.NOT_RUN


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """One object of the catalog.

    Attributes:
        kind: catalog, schema, table, view, materialized_view, streaming_table, function, volume.
        name: Its parts, catalog first, in lower case.
        location: Folder of the data; empty when it has none.
        details: What else is known: comment, properties, columns, definition.
    """

    kind: str
    name: tuple[str, ...]
    location: str
    details: Mapping[str, Any]


class Engine(Protocol):
    """A data plane. Its methods may be called from several threads."""

    name: str

    @property
    def confinement(self) -> str:
        """What keeps generated code in: `bubblewrap`, `landlock` or `none`."""
        ...

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def open_session(self, settings: SessionSettings) -> str: ...

    def close_session(self, session: str) -> None: ...

    def execute(self, session: str, statement: Statement, limits: Limits = Limits()) -> Result:
        """Run a statement to its end.

        Raises:
            EngineError: The statement is refused, failed, was cancelled or broke a limit.
            EngineUnavailableError: The engine cannot be started or ended on the way.
        """
        ...

    def explain(self, session: str, statement: Statement, limits: Limits = Limits()) -> Result:
        """The plan of a statement; changes nothing. Level ANALYSED."""
        ...

    def cancel(self, statement_id: str) -> bool:
        """End a running statement; False when none of that id runs. `execute` then raises."""
        ...

    def objects(self) -> list[ObjectInfo]:
        """Everything in the catalog, by name."""
        ...
