"""Is this a Quartz cron expression that the Databricks scheduler takes?"""

import re
from collections.abc import Iterator

from lakewright.diagnostics import shown

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")

# Field -> least and greatest value, and names for them.
_FIELDS: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    ("seconds", 0, 59, ()),
    ("minutes", 0, 59, ()),
    ("hours", 0, 23, ()),
    ("day of month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of week", 1, 7, _DAYS),
    ("year", 1970, 2199, ()),
)
_DAY_OF_MONTH, _DAY_OF_WEEK = 3, 5
_LAST_DAY = re.compile(r"L(-([0-9]{1,2}))?W?|([0-9]{1,2})W|LW")
_NTH_DAY = re.compile(r"(\w+)(?:L|#([1-5]))")


def quartz_faults(expression: str) -> list[str]:
    """What is wrong with a Quartz expression, one sentence for each fault; empty when sound.

    >>> quartz_faults("0 0 6 * * ?")
    []
    >>> quartz_faults("0 6 * * *")
    ["It has 5 fields; Quartz wants 6 or 7, and the first is seconds: '0 0 6 * * ?'."]

    Source: Quartz manual, "Cron trigger"; the Jobs API takes its syntax and no other.
    """
    fields = expression.upper().split()
    if len(fields) not in (6, 7):
        return [
            f"It has {len(fields)} fields; Quartz wants 6 or 7, and the first is seconds: "
            "'0 0 6 * * ?'."
        ]
    found = [fault for index, text in enumerate(fields) for fault in _field_faults(index, text)]
    marks = [fields[_DAY_OF_MONTH] == "?", fields[_DAY_OF_WEEK] == "?"]
    if not found and sum(marks) != 1:
        found.append(
            "Exactly one of day of month (4th field) and day of week (6th field) must be '?'."
        )
    return found


def _field_faults(index: int, text: str) -> Iterator[str]:
    name, least, greatest, names = _FIELDS[index]
    if text == "?" and index in (_DAY_OF_MONTH, _DAY_OF_WEEK):
        return
    if len(text) > 400:
        yield f"The field {name} is longer than any schedule needs."
        return
    for item in text.split(","):
        if _is_day_word(index, item):
            continue
        span, _, step = item.partition("/")
        if "/" in item and not (step.isascii() and step.isdigit() and int(step[:9]) > 0):
            yield f"The step in {shown(item)!r} ({name}) is not a positive whole number."
            continue
        if span == "*" or (span == "" and step):
            continue
        ends = span.split("-")
        if len(ends) > 2:
            yield f"{shown(item)!r} ({name}) is not a range."
            continue
        for end in ends:
            if _number(end, names) is None or not least <= (_number(end, names) or 0) <= greatest:
                yield f"{shown(end)!r} is not a {name} ({_allowed(least, greatest, names)})."


def _is_day_word(index: int, item: str) -> bool:
    """`L`, `LW`, `15W` for a day of month; `L`, `6L`, `FRI#2` for a day of week."""
    if index == _DAY_OF_MONTH:
        found = _LAST_DAY.fullmatch(item)
        if found is None:
            return False
        days = [int(day) for day in (found[2], found[3]) if day]
        return all(day <= 31 for day in days) and found[3] not in ("0", "00")
    if index == _DAY_OF_WEEK:
        nth = _NTH_DAY.fullmatch(item)
        return item == "L" or (nth is not None and 1 <= (_number(nth[1], _DAYS) or 0) <= 7)
    return False


def _number(text: str, names: tuple[str, ...]) -> int | None:
    if text in names:
        return names.index(text) + 1
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None


def _allowed(least: int, greatest: int, names: tuple[str, ...]) -> str:
    return f"{least} to {greatest}" + (f" or {names[0]} to {names[-1]}" if names else "")
