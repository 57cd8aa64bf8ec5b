"""Values with which a template can be tried when nobody has given any."""

import math
from collections.abc import Mapping
from typing import Any

from lakewright.diagnostics import Diagnostic
from lakewright.templates.template import MISSING, Template, Variable, VariableType
from lakewright.templates.uses import template_uses
from lakewright.templates.values import Reporter, read_value


def sample_bindings(
    template: Template, variations: Mapping[str, bool] | None = None
) -> dict[str, Any]:
    """Bindings with which a template can be tried: samples, else defaults, else made-up values.

    Names and fields that the content uses without declaring them get a value too. As in `bind`, a
    variable of a variation that is off has its default, or is null.
    """
    uses = template_uses(template)
    enabled = {variation.id: bool(variation.enabled) for variation in template.variations}
    enabled.update(variations or {})
    active = {variable.name for variable in template.variables}
    for variation in template.variations:
        if enabled[variation.id]:
            active |= {variable.name for variable in variation.adds_variables}

    bindings: dict[str, Any] = sample_scope()
    for use in uses:
        if use.name in bindings:
            _make_path(bindings, use.path)
    bindings["variations"] = {key: {"enabled": on} for key, on in enabled.items()}
    for variable in template.all_variables():
        value = sample_value(variable) if variable.name in active else variable.default
        known = value is not None and value is not MISSING
        bindings[variable.name] = (
            read_value(variable, value, Reporter(variable.name, "", [])) if known else None
        )
    for use in uses:
        if use.name not in bindings:
            guess = VariableType.COLUMNS if use.name == "columns" else VariableType.STRING
            made_up = Variable(use.name, guess)
            bindings[use.name] = read_value(
                made_up, sample_value(made_up), Reporter(use.name, "", [])
            )
    return bindings


def sample_value(variable: Variable) -> Any:
    """The declared sample, else the default, else something plausible for its type and name."""
    if variable.sample is not MISSING:
        return variable.sample
    if variable.default is not MISSING:
        return variable.default
    match variable.type:
        case VariableType.INTEGER | VariableType.NUMBER:
            least = 1 if variable.minimum is None else math.ceil(variable.minimum)
            return least if variable.maximum is None else min(least, math.floor(variable.maximum))
        case VariableType.BOOLEAN:
            return True
        case VariableType.ENUM:
            return variable.choices[0] if variable.choices else ""
        case VariableType.ARRAY:
            length = max(2, math.ceil(variable.minimum or 0))
            if variable.maximum is not None:
                length = min(length, math.floor(variable.maximum))
            names = ["order_id", "customer_id", *(f"column_{n}" for n in range(3, length + 1))]
            return names[:length]
        case VariableType.OBJECT:
            return {"owner": "data-team"}
        case VariableType.COLUMNS:
            return [
                {"name": "order_id", "type": "BIGINT", "nullable": False, "comment": "Key"},
                {"name": "customer_id", "type": "BIGINT", "comment": "The customer's number"},
                {"name": "ordered_at", "type": "TIMESTAMP"},
            ]
        case VariableType.TABLE_NAME:
            return "main.sales.orders"
        case VariableType.CRON:
            return "0 0 6 * * ?"
        case VariableType.SECRET:
            return {"scope": "sales", "key": "token"}
        case VariableType.STRING:
            return _sample_text(variable)


# Part of a name -> what such a text looks like; the first that fits name and pattern is taken.
_SAMPLE_TEXTS = (
    ("catalog", "main"),
    ("schema", "sales"),
    ("table", "orders"),
    ("volume", "landing"),
    ("path", "/Volumes/main/sales/landing/orders"),
    ("location", "s3://example-bucket/sales/orders"),
    ("url", "https://example.com"),
    ("email", "data-team@example.com"),
    ("principal", "data-team"),
    ("group", "data-team"),
    ("comment", "One row per order"),
    ("description", "One row per order"),
    ("query", "SELECT 1 AS order_id"),
    ("condition", "order_id IS NOT NULL"),
    ("expression", "order_id IS NOT NULL"),
    ("format", "json"),
    ("timezone", "UTC"),
    ("column", "order_id"),
    ("key", "order_id"),
    ("date", "2025-01-31"),
    ("", "orders"),
    ("", "a"),
    ("", "A"),
    ("", "1"),
)


def _sample_text(variable: Variable) -> str:
    texts = [text for part, text in _SAMPLE_TEXTS if part in variable.name.lower()]
    for text in texts:
        found: list[Diagnostic] = []
        read_value(variable, text, Reporter(variable.name, "", found))
        if not found:
            return text
    return texts[0]


def sample_scope() -> dict[str, Any]:
    """What a small model would give beside the variables: `model`, `node`, `upstream` and so on."""

    def table(name: str, kind: str, schema: str) -> dict[str, Any]:
        properties = {"catalog": "main", "schema": schema, "table": name}
        return {
            "id": name,
            "type": kind,
            "name": name,
            "description": "",
            "enabled": True,
            "properties": dict(properties),
            "table": dict(properties),
        }

    return {
        "model": {"id": "orders", "name": "Orders", "description": "", "tags": [], "metadata": {}},
        "node": table("orders", "uc_table", "sales"),
        "upstream": [table("orders_raw", "source_table", "raw")],
        "downstream": [table("orders_daily", "dest_table", "gold")],
        "target": {
            "name": "dev",
            "cloud": "aws",
            "bundle": "orders",
            "catalog_parameter": "",
            "home_catalog": "",
        },
        "role": "task",
    }


_METHODS = frozenset({"items", "keys", "values", "get"})


def _make_path(scope: dict[str, Any], path: tuple[str, ...]) -> None:
    """Give a path that a template reads a value, if it leads nowhere yet."""
    here: Any = scope
    for index, part in enumerate(path):
        if part in _METHODS and not (isinstance(here, dict) and part in here):
            return
        last = index == len(path) - 1
        if isinstance(here, list):
            if not part.isdigit():
                return
            while len(here) <= min(int(part), 9):
                here.append(dict(here[0]) if here and isinstance(here[0], dict) else {})
            if int(part) >= len(here):
                return
            here = here[int(part)]
        elif isinstance(here, dict):
            if part not in here:
                guess = VariableType.COLUMNS if part == "columns" else VariableType.STRING
                sample = Variable(part, guess)
                here[part] = (
                    read_value(sample, sample_value(sample), Reporter(part, "", [])) if last else {}
                )
            here = here[part]
        else:
            return
