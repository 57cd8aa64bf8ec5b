"""Values of Spark as the texts that Statement Execution writes, and types as SQL names them."""

import base64
import datetime
import decimal
import json
import math
from collections.abc import Mapping
from typing import Any


def type_text(kind: Any) -> str:
    """A Spark type in capitals, the names of its fields as they are.

    Source: Statement Execution API, `ColumnInfo.type_text`.
    """
    name = type(kind).__name__
    match name:
        case "ArrayType":
            return f"ARRAY<{type_text(kind.elementType)}>"
        case "MapType":
            return f"MAP<{type_text(kind.keyType)}, {type_text(kind.valueType)}>"
        case "StructType":
            inner = ", ".join(f"{field.name}: {type_text(field.dataType)}" for field in kind.fields)
            return f"STRUCT<{inner}>"
        case "NullType":
            return "VOID"
        case _:
            return str(kind.simpleString()).upper()


def value_text(value: Any) -> str | None:
    """One value as the JSON_ARRAY format writes it; None for NULL."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case float():
            return _float_text(value)
        case datetime.datetime():
            return _moment_text(value)
        case datetime.date() | decimal.Decimal() | int():
            return str(value)
        case bytes() | bytearray():
            return base64.b64encode(bytes(value)).decode()
        case list() | tuple() | Mapping():
            return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))
        case _:
            # A VARIANT prints as the JSON that it holds.
            as_json = getattr(value, "toJson", None)
            return str(as_json()) if as_json is not None else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(value_text(key)): _plain(item) for key, item in value.items()}
    if hasattr(value, "asDict"):  # a Row: a struct
        return {key: _plain(item) for key, item in value.asDict().items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value_text(value)


def _float_text(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    text = repr(value)
    if "e" not in text:
        return text
    # Java writes 1.0E20 where Python writes 1e+20.
    digits, _, power = text.partition("e")
    return f"{digits if '.' in digits else digits + '.0'}E{int(power)}"


def _moment_text(value: datetime.datetime) -> str:
    zone = "Z" if value.tzinfo is not None else ""
    return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}" + zone
