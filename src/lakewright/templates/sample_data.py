"""Which values would a person write down to try a template with?"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, Final, TypeVar

from lakewright.diagnostics import Diagnostic
from lakewright.templates.samples import sample_value
from lakewright.templates.template import MISSING, Template, Variable, VariableType
from lakewright.templates.values import Reporter, read_value

Column = Mapping[str, Any]
_Any = TypeVar("_Any")


@dataclass(frozen=True, slots=True)
class Subject:
    """A table with its surroundings, so that the samples of one template belong together."""

    catalog: str
    schema: str
    table: str
    about: str
    columns: tuple[Column, ...]

    @property
    def full_name(self) -> str:
        return f"{self.catalog}.{self.schema}.{self.table}"


def _column(name: str, kind: str, comment: str, *, key: bool = False) -> Column:
    return {"name": name, "type": kind, **({"nullable": False} if key else {}), "comment": comment}


SUBJECTS: Final = (
    Subject(
        "main",
        "sales",
        "orders",
        "One row for each order",
        (
            _column("order_id", "BIGINT", "Number of the order", key=True),
            _column("customer_id", "BIGINT", "Who ordered", key=True),
            _column("country", "STRING", "ISO 3166 code"),
            _column("amount", "DECIMAL(18,2)", "Total with taxes"),
            _column("ordered_at", "TIMESTAMP", "When it was placed"),
        ),
    ),
    Subject(
        "main",
        "crm",
        "customers",
        "One row for each customer",
        (
            _column("customer_id", "BIGINT", "Number of the customer", key=True),
            _column("email", "STRING", "Address for letters"),
            _column("country", "STRING", "ISO 3166 code"),
            _column("birth_date", "DATE", "Day of birth"),
            _column("updated_at", "TIMESTAMP", "Last change"),
        ),
    ),
    Subject(
        "prod",
        "logistics",
        "shipments",
        "One row for each parcel",
        (
            _column("shipment_id", "STRING", "Number of the parcel", key=True),
            _column("order_id", "BIGINT", "What is in it"),
            _column("carrier", "STRING", "Who delivers"),
            _column("weight_kg", "DOUBLE", "Weight"),
            _column("shipped_at", "TIMESTAMP", "When it left"),
        ),
    ),
    Subject(
        "prod",
        "telemetry",
        "sensor_readings",
        "One row for each measurement",
        (
            _column("device_id", "STRING", "Which device", key=True),
            _column("measured_at", "TIMESTAMP", "When it was measured", key=True),
            _column("temperature", "DOUBLE", "Degrees Celsius"),
            _column("humidity", "DOUBLE", "Percent"),
        ),
    ),
    Subject(
        "finance",
        "ledger",
        "payments",
        "One row for each payment",
        (
            _column("payment_id", "STRING", "Number of the payment", key=True),
            _column("invoice_id", "BIGINT", "What it pays for"),
            _column("currency", "STRING", "ISO 4217 code"),
            _column("amount", "DECIMAL(18,2)", "In that currency"),
            _column("paid_at", "TIMESTAMP", "When it arrived"),
        ),
    ),
)

# Part of a name -> what people write there. The first part that fits counts.
_TEXTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("email", ("data-team@example.com", "on-call@example.com", "owner@example.org")),
    ("country", ("DE", "FR", "PT", "JP", "BR")),
    ("currency", ("EUR", "USD", "GBP", "JPY")),
    ("phone", ("+49 30 5550100", "+1 202 555 0100")),
    ("first_name", ("Ada", "Grace", "Edsger")),
    ("last_name", ("Lovelace", "Hopper", "Dijkstra")),
    ("city", ("Lisbon", "Hamburg", "Osaka")),
    ("language", ("de", "en", "pt")),
    ("region", ("eu-west-1", "us-east-1", "eu-central-1")),
    ("timezone", ("UTC", "Europe/Berlin", "America/New_York")),
    ("time_zone", ("UTC", "Europe/Berlin", "America/New_York")),
    ("timestamp", ("2025-01-31T06:00:00Z", "2025-03-15T12:30:00Z")),
    ("date", ("2025-01-31", "2025-03-15", "2024-12-01")),
    ("webhook", ("https://example.com/hooks/alerts",)),
    ("url", ("https://example.com/orders", "https://api.example.org/v1")),
    ("host", ("db.example.com", "broker1.example.com:9092")),
    ("servers", ("broker1.example.com:9092",)),
    ("topic", ("orders", "shipments.v1", "payments")),
    ("principal", ("data-team", "analysts", "etl-service")),
    ("group", ("data-team", "analysts", "data_engineers")),
    ("owner", ("data-team", "platform")),
    ("user", ("ada@example.com", "grace@example.com")),
    ("warehouse", ("1234567890abcdef",)),
    ("interval", ("1 hour", "15 minutes", "1 day")),
    ("threshold", ("10", "95")),
    ("format", ("json", "csv", "parquet")),
    ("query", ("SELECT 1 AS id",)),
    ("volume", ("landing", "raw_files")),
    ("prefix", ("stg_", "raw_")),
    ("suffix", ("_history", "_v2")),
)
# Part of a name -> least, most and step of the numbers that people write there.
_NUMBERS: tuple[tuple[str, tuple[float, float, float]], ...] = (
    ("amount", (10, 5_000, 0.5)),
    ("price", (1, 200, 0.25)),
    ("percent", (5, 95, 5)),
    ("ratio", (0.1, 0.9, 0.1)),
    ("fraction", (0.1, 0.9, 0.1)),
    ("retention", (7, 90, 1)),
    ("days", (1, 30, 1)),
    ("hours", (1, 48, 1)),
    ("minutes", (5, 120, 5)),
    ("seconds", (30, 3_600, 30)),
    ("retries", (1, 5, 1)),
    ("workers", (1, 8, 1)),
    ("year", (2020, 2026, 1)),
    ("port", (1_024, 49_151, 1)),
    ("age", (18, 90, 1)),
    ("count", (1, 1_000, 1)),
    ("rows", (100, 100_000, 100)),
    ("size", (1, 512, 1)),
    ("", (1, 100, 1)),
)
_CRONS = ("0 0 6 * * ?", "0 30 2 * * ?", "0 0/15 * * * ?", "0 0 7 ? * MON-FRI")
_SECRETS = (("sales", "api-token"), ("landing", "storage-key"), ("warehouse", "password"))


class _Dice:
    """The same choice for the same seed and name, on every machine and in every version."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def number(self, name: str, below: int) -> int:
        said = f"{self._seed}\0{name}".encode()
        return int.from_bytes(blake2b(said, digest_size=8).digest(), "big") % max(1, below)

    def one(self, name: str, among: Sequence[_Any]) -> _Any:
        return among[self.number(name, len(among))]


def made_samples(
    variables: Iterable[Variable],
    seed: int = 0,
    *,
    columns: Sequence[Column] = (),
    table: str = "",
) -> dict[str, Any]:
    """A value for each variable; equal seeds give equal values.

    Every value is one that its variable accepts, and all of them are about one table.

    Args:
        columns: Of a real table; else those of a made-up one.
        table: Its dotted name, when it has one.
    """
    dice = _Dice(seed)
    subject = dice.one("subject", SUBJECTS)
    parts = table.split(".") if table else []
    if parts:
        known = [subject.catalog, subject.schema]
        catalog, schema, name = [*known[: max(0, 3 - len(parts))], *parts[-3:]]
        subject = Subject(catalog, schema, name, "", subject.columns)
    if columns:
        subject = replace(subject, columns=tuple(columns))
    return {variable.name: _value(variable, dice, subject) for variable in variables}


def with_samples(template: Template, values: Mapping[str, Any]) -> Template:
    """The template with these samples in its declarations."""

    def sampled(variables: tuple[Variable, ...]) -> tuple[Variable, ...]:
        return tuple(
            replace(variable, sample=values[variable.name]) if variable.name in values else variable
            for variable in variables
        )

    return replace(
        template,
        variables=sampled(template.variables),
        variations=tuple(
            replace(variation, adds_variables=sampled(variation.adds_variables))
            for variation in template.variations
        ),
    )


def accepted(variable: Variable, value: Any) -> bool:
    """Whether the variable's declaration takes the value."""
    found: list[Diagnostic] = []
    read_value(variable, value, Reporter(variable.name, "", found))
    return not found


def _value(variable: Variable, dice: _Dice, subject: Subject) -> Any:
    for value in _BY_TYPE[variable.type](variable, dice, subject):
        if accepted(variable, value):
            return value
    return sample_value(variable)


def _texts(variable: Variable, dice: _Dice, subject: Subject) -> Iterable[Any]:
    name = variable.name.lower()
    # What the table itself says goes first: names that belong together are worth more.
    own = (
        ("catalog", subject.catalog),
        ("schema", subject.schema),
        ("table", subject.table),
        ("comment", subject.about),
        ("description", subject.about),
        ("path", f"/Volumes/{subject.catalog}/{subject.schema}/landing/{subject.table}"),
        ("location", f"s3://example-bucket/{subject.schema}/{subject.table}"),
        ("timestamp_column", _of_type(subject, "TIMESTAMP", "DATE")),
        ("column", _of_type(subject, "")),
        ("key", _of_type(subject, "")),
        ("condition", f"{_of_type(subject, '')} IS NOT NULL"),
        ("expression", f"{_of_type(subject, '')} IS NOT NULL"),
    )
    yield from (text for part, text in own if part in name and text)
    for part, texts in _TEXTS:
        if part in name:
            yield dice.one(variable.name, texts)
            yield from texts
    # A sample somebody wrote by hand, or a default, is better than a word without a meaning.
    if variable.sample is not MISSING:
        yield variable.sample
    if variable.default is not MISSING and variable.default:
        yield variable.default
    yield subject.table


def _of_type(subject: Subject, *types: str) -> str:
    """The first column of one of the types; any column for an empty type."""
    names = [
        str(column["name"])
        for column in subject.columns
        if any(str(column.get("type", "")).upper().startswith(kind) for kind in types)
    ]
    return names[0] if names else ""


def _numbers(variable: Variable, dice: _Dice, subject: Subject) -> Iterable[Any]:
    del subject
    name = variable.name.lower()
    least, most, step = next(row for part, row in _NUMBERS if part in name)
    least = max(least, variable.minimum) if variable.minimum is not None else least
    most = min(most, variable.maximum) if variable.maximum is not None else most
    steps = max(0, math.floor((most - least) / step))
    value = round(least + step * dice.number(variable.name, steps + 1), 4)
    if variable.type is VariableType.INTEGER:
        yield math.ceil(value)
    yield int(value) if float(value).is_integer() else value


def _booleans(variable: Variable, dice: _Dice, subject: Subject) -> Iterable[Any]:
    del subject
    yield bool(dice.number(variable.name, 2))


def _choices(variable: Variable, dice: _Dice, subject: Subject) -> Iterable[Any]:
    del subject
    if variable.choices:
        yield dice.one(variable.name, variable.choices)


def _lists(variable: Variable, dice: _Dice, subject: Subject) -> Iterable[Any]:
    name = variable.name.lower()
    names = [str(column["name"]) for column in subject.columns]
    least = max(1, math.ceil(variable.minimum or 0))
    if any(part in name for part in ("column", "key", "field", "partition", "cluster", "by")):
        wanted = 1 if "key" in name else 2
        yield names[: max(wanted, least)]
        yield names[:least]
    for part, texts in _TEXTS:
        if part in name.removesuffix("s"):
            start = dice.number(variable.name, len(texts))
            turned = [*texts[start:], *texts[:start]]
            yield turned[: max(2, least)]
            yield turned[:least]
    if variable.sample is not MISSING:
        yield variable.sample
    yield names[: max(2, least)]
    yield names[:least]


def _objects(variable: Variable, dice: _Dice, subject: Subject) -> Iterable[Any]:
    if variable.sample is not MISSING:
        yield variable.sample
    name = variable.name.lower()
    if any(part in name for part in ("tag", "label", "propert")):
        team = dice.one(variable.name, ("data-team", "platform", "analytics"))
        yield {"owner": team, "domain": subject.schema}
    if "option" in name:
        yield {"header": "true"}


def _columns(variable: Variable, dice: _Dice, subject: Subject) -> Iterable[Any]:
    del variable, dice
    yield [dict(column) for column in subject.columns]


def _tables(variable: Variable, dice: _Dice, subject: Subject) -> Iterable[Any]:
    del dice
    name = variable.name.lower()
    for part, ending in (("source", "_raw"), ("quarantine", "_quarantine"), ("log", "_log")):
        if part in name:
            yield subject.full_name + ending
    yield subject.full_name


def _schedules(variable: Variable, dice: _Dice, subject: Subject) -> Iterable[Any]:
    del subject
    yield dice.one(variable.name, _CRONS)


def _secret_references(variable: Variable, dice: _Dice, subject: Subject) -> Iterable[Any]:
    del subject
    scope, key = dice.one(variable.name, _SECRETS)
    yield {"scope": scope, "key": key}


_BY_TYPE: Mapping[VariableType, Callable[[Variable, _Dice, Subject], Iterable[Any]]] = {
    VariableType.STRING: _texts,
    VariableType.INTEGER: _numbers,
    VariableType.NUMBER: _numbers,
    VariableType.BOOLEAN: _booleans,
    VariableType.ENUM: _choices,
    VariableType.ARRAY: _lists,
    VariableType.OBJECT: _objects,
    VariableType.COLUMNS: _columns,
    VariableType.TABLE_NAME: _tables,
    VariableType.CRON: _schedules,
    VariableType.SECRET: _secret_references,
}
