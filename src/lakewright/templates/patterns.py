"""Whether a text matches a pattern that somebody else wrote, without ever hanging."""

import re
from functools import lru_cache
from typing import Any

from lakewright.errors import LakewrightError

LONGEST_PATTERN = 500  # characters
MOST_STATES = 20_000  # what the counted repeats of a pattern may multiply to
MATCH_SECONDS = 0.1


class PatternError(LakewrightError):
    """The pattern is no regular expression, or takes too long to try."""

    code = "pattern"


def matches(pattern: str, text: str) -> bool:
    """Whether the whole of `text` matches.

    Raises:
        PatternError: The pattern cannot be used, or is still trying after a tenth of a second.
    """
    try:
        return _compiled(pattern).fullmatch(text, timeout=MATCH_SECONDS) is not None
    except TimeoutError as error:
        raise PatternError(
            problem=f"The pattern '{pattern}' takes too long to try.",
            remedy="Avoid a repeat inside a repeat, such as (a+)+.",
        ) from error


def check_pattern(pattern: str) -> None:
    """Raises `PatternError` when the pattern cannot be used at all, or hangs on a plain text."""
    for probe in ("a" * 64 + "!", "0" * 64 + "!", "a_" * 32 + " "):
        matches(pattern, probe)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    # The standard library's `re` cannot be interrupted; this one takes a time limit.
    import regex  # type: ignore[import-untyped]

    if len(pattern) > LONGEST_PATTERN:
        raise PatternError(
            problem=f"The pattern has {len(pattern)} characters; {LONGEST_PATTERN} is the most.",
            remedy="Shorten it, or check less.",
        )
    # Counted repeats are written out when a pattern is compiled: a{1000} inside {1000} inside
    # {1000} takes all memory before any time limit can act.
    if _states(pattern) > MOST_STATES:
        raise PatternError(
            problem=f"The counted repeats of the pattern '{pattern}' multiply to too much.",
            remedy="Use smaller counts, or `*` and `+`.",
        )
    try:
        return regex.compile(pattern)
    except (regex.error, ValueError, OverflowError, RecursionError) as error:
        raise PatternError(
            problem=f"The pattern '{pattern}' is not a regular expression: {error}.",
            remedy="Correct it; a backslash goes before a character that is meant literally.",
        ) from error


_PIECE = re.compile(
    r"(?P<count>\{(\d*),?(\d*)\})|(?P<open>\()|(?P<close>\))|\[\^?\]?(?:\\.|[^\]\\])*\]|\\.|.",
    re.DOTALL,
)


def _states(pattern: str) -> int:
    """Roughly how many states the pattern has once its counted repeats are written out."""
    totals = [0]
    last = 0
    for piece in _PIECE.finditer(pattern):
        if piece["open"]:
            totals.append(0)
        elif piece["close"]:
            last = totals.pop() + 1 if len(totals) > 1 else 1
            totals[-1] += last
        elif piece["count"]:
            # Python refuses to read numbers of thousands of digits; seven are enough to refuse.
            times = max(int(number[:7] or 1) for number in piece.group(2, 3))
            totals[-1] += last * (times - 1)
            last *= times
        else:
            last = 1
            totals[-1] += 1
        if totals[-1] > MOST_STATES:
            return totals[-1]
    return sum(totals)
