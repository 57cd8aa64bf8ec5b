"""Whether a text is a Quartz cron expression.

Source: Quartz, *CronExpression*: seconds, minutes, hours, day of month, month, day of week and
an optional year; `?` in exactly one of the two day fields.
"""

import re

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
# (name, least, most, names of the values from the least on)
_FIELDS: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    ("seconds", 0, 59, ()),
    ("minutes", 0, 59, ()),
    ("hours", 0, 23, ()),
    ("day of month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of week", 1, 7, _DAYS),
    ("year", 1970, 2199, ()),
)
_LAST_DAYS = re.compile(r"L|LW|L-(?:[1-9]|[12][0-9]|30)|(?:[1-9]|[12][0-9]|3[01])W")
_LAST_WEEKDAYS = re.compile(rf"L|(?:[1-7]|{'|'.join(_DAYS)})(?:L|#[1-5])")


def why_not_quartz(text: str) -> str:
    """What is wrong with a Quartz expression, as a sentence; empty when it is one.

    >>> why_not_quartz("0 30 5 * * ?")
    ''
    >>> why_not_quartz("30 5 * * *")
    'It has 5 fields; Quartz takes 6 or 7, beginning with seconds.'
    """
    fields = text.upper().split()
    if len(fields) not in (6, 7):
        return f"It has {len(fields)} fields; Quartz takes 6 or 7, beginning with seconds."
    if (fields[3] == "?") == (fields[5] == "?"):
        return "Exactly one of day of month and day of week must be ?."
    for (name, least, most, names), field in zip(_FIELDS, fields, strict=False):
        if field == "?" and name in ("day of month", "day of week"):
            continue
        for part in field.split(","):
            if not _is_part(part, name, least, most, names):
                return f"'{part[:20]}' is no {name}; {least} to {most} are possible."
    return ""


def _is_part(part: str, name: str, least: int, most: int, names: tuple[str, ...]) -> bool:
    if name == "day of month" and _LAST_DAYS.fullmatch(part):
        return True
    if name == "day of week" and _LAST_WEEKDAYS.fullmatch(part):
        return True
    span, slash, step = part.partition("/")
    if slash and not (step.isascii() and step.isdigit() and 1 <= len(step) <= 4 and int(step) > 0):
        return False
    if span == "*":
        return True
    ends = [_number(end, least, names) for end in span.split("-")]
    # Quartz lets a range run over the end: FRI-MON.
    return len(ends) <= 2 and all(end is not None and least <= end <= most for end in ends)


def _number(text: str, least: int, names: tuple[str, ...]) -> int | None:
    if text in names:
        return names.index(text) + least
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None
