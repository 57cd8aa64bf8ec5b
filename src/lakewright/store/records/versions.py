"""A save that comes too late is told what it would have overwritten."""

from dataclasses import dataclass

from lakewright.errors import LakewrightError, NotFoundError


@dataclass
class StaleRecordError(LakewrightError):
    """Somebody else changed the record since it was read.

    Attributes:
        current: The record as it is now.
    """

    current: object = None

    code = "stale-record"
    http_status = 412


def missing(what: str) -> NotFoundError:
    """The refusal for a record that is not there, or not there for this caller."""
    return NotFoundError(
        problem=f"There is no such {what}.",
        remedy="List what there is; somebody may have deleted it.",
        where=what,
    )


def refusal_of_save(what: str, current: object | None) -> LakewrightError:
    """Why a save touched no row: the record is gone, or has changed since it was read."""
    if current is None:
        return missing(what)
    return StaleRecordError(
        problem=f"Somebody else changed this {what} since you opened it.",
        remedy="Look at the current version, then save again.",
        where=what,
        current=current,
    )
