"""What a caller is told when Lakewright cannot go on."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass
class LakewrightError(Exception):
    """Base of all expected failures.

    Attributes:
        problem: What is wrong, naming the offending value.
        remedy: The next thing the reader should do, as an instruction.
        where: File, node or field the reader can go to. Empty when global.
    """

    problem: str
    remedy: str
    where: str = ""

    code: ClassVar[str] = "lakewright-error"
    http_status: ClassVar[int] = 400

    def as_json(self) -> dict[str, str]:
        """What every door tells of it."""
        return {
            "code": self.code,
            "problem": self.problem,
            "remedy": self.remedy,
            "where": self.where,
        }

    def __str__(self) -> str:
        return f"{self.problem} {self.remedy}".strip()


class NotFoundError(LakewrightError):
    """The thing asked for by id or path does not exist."""

    code = "not-found"
    http_status = 404


class StaleFileError(LakewrightError):
    """Someone else changed the file since we read it."""

    code = "stale-file"
    http_status = 409


class LimitError(LakewrightError):
    """An input or a result is larger, deeper or slower than Lakewright allows."""

    code = "limit"
    http_status = 413
