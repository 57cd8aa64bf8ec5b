"""Small shapes that every resource is made of."""

import json
from collections.abc import Mapping
from typing import Any

Resource = dict[str, Any]


def given(properties: Mapping[str, Any], *names: str) -> Resource:
    """The named properties that say something."""
    return {
        name: without_none(properties[name])
        for name in names
        if properties.get(name) not in (None, "", [], {}, False)
    }


def positive(properties: Mapping[str, Any], *names: str) -> Resource:
    """The named numbers that are not the platform's default of 0."""
    return {name: properties[name] for name in names if properties.get(name)}


def without_none(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: without_none(v) for k, v in value.items() if v is not None}
    if isinstance(value, list | tuple):
        return [without_none(item) for item in value]
    return value


def texts(values: Any) -> Resource:
    """Parameters are text in the Jobs API, whatever they were in YAML."""
    return {str(name): text(value) for name, value in dict(values).items()}


def text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def health(properties: Mapping[str, Any]) -> Resource:
    rules = properties.get("health_rules") or []
    if not rules:
        return {}
    return {"health": {"rules": [{"op": "GREATER_THAN", **without_none(rule)} for rule in rules]}}


def notifications(properties: Mapping[str, Any]) -> Resource:
    found: Resource = {}
    for name in ("email_notifications", "webhook_notifications"):
        spec = {k: v for k, v in (properties.get(name) or {}).items() if v}
        if spec:
            found[name] = spec
    return found
