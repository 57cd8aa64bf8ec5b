"""Is this a Quartz cron expression that the Databricks scheduler takes, and when does it fire?"""

import calendar
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

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


# When it fires -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Runs:
    """When a schedule fires.

    Attributes:
        times: Rising, with the offset that holds then.
        skipped: Local times between them that do not exist: the clocks go forward over them.
        doubled: Those of `times` that come twice because the clocks go back.
    """

    times: tuple[datetime, ...]
    skipped: tuple[datetime, ...] = ()
    doubled: tuple[datetime, ...] = ()


def next_runs(expression: str, zone: tzinfo, after: datetime, count: int = 5) -> Runs:
    """The next times of a sound expression, at most `count`.

    Args:
        zone: Whose clock the expression is about.
        after: With an offset; excluded.

    Source: Quartz manual, "Cron trigger": fields, `L`, `W` and `#`; and its note that a change of
    the clocks may skip a run or repeat it.
    """
    fields = [*expression.upper().split(), "*"][:7]
    seconds, minutes, hours = (_numbers(index, fields[index]) for index in (0, 1, 2))
    months, years = _numbers(4, fields[4]), _numbers(6, fields[6])
    start = after.astimezone(zone)
    times: list[datetime] = []
    skipped: list[datetime] = []
    doubled: list[datetime] = []
    for year in (y for y in years if y >= start.year):
        for month in months:
            if (year, month) < (start.year, start.month):
                continue
            for day in sorted(_days(year, month, fields)):
                if (year, month, day) < (start.year, start.month, start.day):
                    continue
                today = (year, month, day) == (start.year, start.month, start.day)
                # No change of the clocks is longer than three hours.
                left = [hour for hour in hours if not today or hour >= start.hour - 3]
                for hour, minute, second in itertools.product(left, minutes, seconds):
                    if len(times) == count:
                        return Runs(tuple(times), tuple(skipped), tuple(doubled))
                    local = datetime(year, month, day, hour, minute, second, tzinfo=zone)
                    if local.astimezone(UTC) <= after:
                        continue
                    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != (
                        local.replace(tzinfo=None)
                    ):
                        skipped.append(local)
                        continue
                    if local.utcoffset() != local.replace(fold=1).utcoffset():
                        doubled.append(local)
                    times.append(local)
    return Runs(tuple(times), tuple(skipped), tuple(doubled))


def _numbers(index: int, text: str) -> list[int]:
    """The values that a field names, rising."""
    _, least, greatest, names = _FIELDS[index]
    found: set[int] = set()
    for item in text.split(","):
        span, _, step = item.partition("/")
        if span in ("", "*", "?"):
            first, last = least, greatest
        else:
            ends = [_number(end, names) or 0 for end in span.split("-")]
            # `5/10` begins at 5 and goes on to the end.
            first, last = ends[0], ends[-1] if len(ends) == 2 or not step else greatest
        if last < first:  # FRI-MON
            last += greatest - least + 1
        values = range(first, last + 1, int(step) if step else 1)
        found |= {(value - least) % (greatest - least + 1) + least for value in values}
    return sorted(found)


def _days(year: int, month: int, fields: Sequence[str]) -> set[int]:
    """The days of a month that match day of month and day of week."""
    length = calendar.monthrange(year, month)[1]
    of_month, of_week = fields[_DAY_OF_MONTH], fields[_DAY_OF_WEEK]
    if of_month != "?":
        found: set[int] = set()
        for item in of_month.split(","):
            if _is_day_word(_DAY_OF_MONTH, item):
                found |= _day_of_month(item, year, month, length)
            else:
                found |= {day for day in _numbers(_DAY_OF_MONTH, item) if day <= length}
        return found
    found = set()
    for item in of_week.split(","):
        # Quartz counts from Sunday as 1, Python from Monday as 0.
        match = _NTH_DAY.fullmatch(item)
        nth = match[2] if match else None
        if item == "L" or (match is not None and nth is None and item.endswith("L")):
            wanted = 7 if item == "L" else (_number(match[1], _DAYS) or 0) if match else 0
            days = _weekdays(year, month, length, {wanted})
            found |= set(days) if item == "L" else set(days[-1:])
        elif match is not None and nth is not None:
            days = _weekdays(year, month, length, {_number(match[1], _DAYS) or 0})
            found |= set(days[int(nth) - 1 : int(nth)])
        else:
            found |= set(_weekdays(year, month, length, set(_numbers(_DAY_OF_WEEK, item))))
    return found


def _weekdays(year: int, month: int, length: int, wanted: set[int]) -> list[int]:
    return [
        day
        for day in range(1, length + 1)
        if (calendar.weekday(year, month, day) + 1) % 7 + 1 in wanted
    ]


def _day_of_month(item: str, year: int, month: int, length: int) -> set[int]:
    """`L`, `L-3`, `LW`, `15W`: the last day, so many before it, the weekday nearest to it."""
    match = _LAST_DAY.fullmatch(item)
    before, nearest = (match[2], match[3]) if match else (None, None)
    day = int(nearest) if nearest else length - int(before or 0)
    if day < 1 or day > length:
        return set()
    if not item.endswith("W"):
        return {day}
    weekday = calendar.weekday(year, month, day)
    # The nearest weekday never leaves the month.
    if weekday == 5:
        return {day - 1 if day > 1 else day + 2}
    if weekday == 6:
        return {day + 1 if day < length else day - 2}
    return {day}


def quartz_words(expression: str) -> str:
    """A sound expression as a sentence, without a time zone.

    >>> quartz_words("0 0 6 ? * MON-FRI")
    'At 06:00, on Monday to Friday.'
    >>> quartz_words("0 0/15 * * * ?")
    'Every 15 minutes.'
    """
    fields = [*expression.upper().split(), "*"][:7]
    parts = [_time_words(fields[:3])]
    if fields[_DAY_OF_MONTH] not in ("?", "*", "1/1", "*/1"):
        parts.append(f"on {_listed(fields[_DAY_OF_MONTH], _day_words)} of the month")
    if fields[_DAY_OF_WEEK] not in ("?", "*"):
        parts.append(f"on {_listed(fields[_DAY_OF_WEEK], _weekday_words)}")
    if fields[4] != "*":
        parts.append(f"in {_listed(fields[4], lambda one: _name_of(one, _MONTH_WORDS, 'month'))}")
    if fields[6] != "*":
        parts.append(f"in {_listed(fields[6], lambda one: _name_of(one, (), 'year'))}")
    if len(parts) == 1 and parts[0].startswith("at "):
        parts[0] = f"every day {parts[0]}"
    text = ", ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


_DAY_WORDS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_MONTH_WORDS = tuple(calendar.month_name[1:])


def _time_words(fields: Sequence[str]) -> str:
    second, minute, hour = fields
    if second.isdigit() and minute.isdigit() and all(one.isdigit() for one in hour.split(",")):
        clock = [
            f"{int(one):02}:{int(minute):02}" + (f":{int(second):02}" if int(second) else "")
            for one in hour.split(",")
        ]
        return f"at {_and(clock)}"
    for number, (text, unit) in enumerate(((second, "second"), (minute, "minute"), (hour, "hour"))):
        first, _, step = text.partition("/")
        below = fields[:number]
        if (step or text == "*") and first in ("*", "0", "") and all(b == "0" for b in below):
            wide = all(one == "*" for one in fields[number + 1 :])
            if wide:
                return f"every {step} {unit}s" if step not in ("", "1") else f"every {unit}"
    told = (("second", second), ("minute", minute), ("hour", hour))
    return "at " + ", ".join(
        _unit_words(unit, text) for unit, text in told if not (unit == "second" and text == "0")
    )


def _unit_words(unit: str, text: str) -> str:
    if text == "*":
        return f"every {unit}"
    return f"{unit} {_listed(text, lambda one: _name_of(one, (), unit))}"


def _day_words(item: str) -> str:
    match item:
        case "L":
            return "the last day"
        case "LW" | "WL":
            return "the last weekday"
    if item.startswith("L-"):
        return f"{item[2:].rstrip('W')} days before the last" + (
            " (the nearest weekday)" if item.endswith("W") else ""
        )
    if item.endswith("W"):
        return f"the weekday nearest to day {item[:-1]}"
    return f"day {_name_of(item, (), 'day')}"


def _weekday_words(item: str) -> str:
    match = _NTH_DAY.fullmatch(item)
    if item == "L":
        return _DAY_WORDS[6]
    if match is not None and match[2]:
        order = ("first", "second", "third", "fourth", "fifth")[int(match[2]) - 1]
        return f"the {order} {_name_of(match[1], _DAY_WORDS, 'day')} of the month"
    if match is not None and item.endswith("L"):
        return f"the last {_name_of(match[1], _DAY_WORDS, 'day')} of the month"
    return _name_of(item, _DAY_WORDS, "day")


def _name_of(item: str, words: Sequence[str], unit: str) -> str:
    span, _, step = item.partition("/")
    known = _MONTHS if unit == "month" else _DAYS

    def one(text: str) -> str:
        number = _number(text, known if words else ())
        return words[number - 1] if words and number else text

    if span in ("", "*"):
        named = f"every {unit}"
    else:
        named = " to ".join(one(end) for end in span.split("-"))
    return named if not step else f"every {step} {unit}s from {named}"


def _listed(text: str, say: Callable[[str], str]) -> str:
    return _and([say(item) for item in text.split(",")])


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
