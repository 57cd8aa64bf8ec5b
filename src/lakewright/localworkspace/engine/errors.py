"""How the engine refuses, in the words of the real service."""

from dataclasses import dataclass


@dataclass
class EngineError(Exception):
    """A statement was refused or failed.

    Attributes:
        error_class: As Databricks names it, for example `TABLE_OR_VIEW_NOT_FOUND`.
        sqlstate: Five characters; empty when Databricks gives none.
        problem: What is wrong, without the error class.
        remedy: What to do next; empty when the problem says it.
        where: The object or clause that is meant; empty when global.
    """

    error_class: str
    sqlstate: str
    problem: str
    remedy: str = ""
    where: str = ""

    @property
    def message(self) -> str:
        """As the real service words it: `[CLASS] problem SQLSTATE: 42P01`."""
        text = f"[{self.error_class}] {self.problem}"
        if self.remedy:
            text += f" {self.remedy}"
        return f"{text} SQLSTATE: {self.sqlstate}" if self.sqlstate else text

    def __str__(self) -> str:
        return self.message

    def as_json(self) -> dict[str, str]:
        """For the wire between the confined tree and its supervisor."""
        return {
            "error_class": self.error_class,
            "sqlstate": self.sqlstate,
            "problem": self.problem,
            "remedy": self.remedy,
            "where": self.where,
        }


class EngineUnavailableError(EngineError):
    """The engine itself cannot go on: not installed, not confinable, crashed, or killed."""


def syntax_error(problem: str, remedy: str = "") -> EngineError:
    return EngineError("PARSE_SYNTAX_ERROR", "42601", problem, remedy)


def unsupported(what: str, remedy: str = "") -> EngineError:
    """The statement is sound on Databricks; the local engine has no way to run it."""
    return EngineError(
        "UNSUPPORTED_FEATURE",
        "0A000",
        f"The local workspace does not run {what}.",
        remedy or "Run it on a Databricks workspace.",
    )


def no_such(kind: str, name: str) -> EngineError:
    """The refusal for an object that is not there. `kind` is table, schema, catalog ..."""
    error_class, sqlstate = _MISSING.get(kind, (f"{kind.upper()}_NOT_FOUND", "42704"))
    noun = "table or view" if kind in ("table", "view") else kind
    return EngineError(
        error_class,
        sqlstate,
        f"The {noun} {name} cannot be found.",
        "Verify the spelling and correctness of the catalog, schema and object name.",
        where=name,
    )


def already_there(kind: str, name: str) -> EngineError:
    error_class, sqlstate = _EXISTS.get(kind, (f"{kind.upper()}_ALREADY_EXISTS", "42710"))
    return EngineError(
        error_class,
        sqlstate,
        f"Cannot create {kind} {name} because it already exists.",
        "Choose a different name, drop the existing object, or add IF NOT EXISTS.",
        where=name,
    )


_MISSING = {
    "table": ("TABLE_OR_VIEW_NOT_FOUND", "42P01"),
    "view": ("TABLE_OR_VIEW_NOT_FOUND", "42P01"),
    "schema": ("SCHEMA_NOT_FOUND", "42704"),
    "catalog": ("NO_SUCH_CATALOG_EXCEPTION", "42704"),
    "function": ("ROUTINE_NOT_FOUND", "42883"),
    "volume": ("VOLUME_DOES_NOT_EXIST", "42704"),
    "path": ("PATH_NOT_FOUND", "42K03"),
}
_EXISTS = {
    "table": ("TABLE_OR_VIEW_ALREADY_EXISTS", "42P07"),
    "view": ("TABLE_OR_VIEW_ALREADY_EXISTS", "42P07"),
    "schema": ("SCHEMA_ALREADY_EXISTS", "42P06"),
    "catalog": ("CATALOG_ALREADY_EXISTS", "42710"),
    "function": ("ROUTINE_ALREADY_EXISTS", "42723"),
    "volume": ("VOLUME_ALREADY_EXISTS", "42710"),
}
