"""Whether a value fits its variable, and the value as templates see it."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from lakewright.code.quartz import quartz_faults
from lakewright.diagnostics import Diagnostic, Location, Severity, did_you_mean, shown
from lakewright.errors import LakewrightError
from lakewright.sql.names import TableName, quote_identifier
from lakewright.templates.patterns import PatternError, matches
from lakewright.templates.template import Variable, VariableType

DEEPEST_VALUE = 40

# What a column may say; a column that leaves one out gets this, so that templates can ask for
# it without a guard.
COLUMN_DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "nullable": True,
        "comment": "",
        "default": None,
        "generated": None,
        "identity": None,
        "mask": None,
        "tags": MappingProxyType({}),
    }
)


class Reporter:
    """Files findings about one variable's value."""

    def __init__(
        self, name: str, node_id: str, findings: list[Diagnostic], file: str = "", line: int = 0
    ) -> None:
        self._name = name
        self._node = node_id
        self._findings = findings
        self._file = file
        self._line = line

    def __call__(
        self,
        rule: str,
        problem: str,
        remedy: str,
        *,
        path: str = "",
        severity: Severity = Severity.ERROR,
        where: Location | None = None,
    ) -> None:
        where = where or Location(
            file=self._file,
            line=self._line,
            node=self._node,
            property=f"variables.{self._name}{path}",
        )
        self._findings.append(Diagnostic(rule, severity, problem, remedy, where))


def read_value(variable: Variable, value: Any, report: Reporter) -> Any:
    """The value as templates see it; each mistake in it is reported once.

    A value that cannot be read comes back unchanged.
    """
    kind = plain_fault(value)
    if kind:
        report(
            "variable-type",
            f"Variable '{variable.name}' holds {kind}.",
            "Give plain data: text, numbers, true, false, null, lists and mappings.",
        )
        return value
    return _READERS[variable.type](variable, value, report)


_PLAIN_TYPES = frozenset({str, bool, int})


def plain_fault(value: Any, depth: int = 0) -> str:
    """What in a value is no plain data, in words; empty when all of it is."""
    # Ten thousand tables bring a million values, nearly all of these exact types.
    if value is None or type(value) in _PLAIN_TYPES:
        return ""
    if isinstance(value, str | bool | int):
        return ""
    if isinstance(value, float):
        return "" if math.isfinite(value) else f"{value}"
    if depth > DEEPEST_VALUE:
        return f"a value nested deeper than {DEEPEST_VALUE} levels"
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                return f"the key {shown(key)}, which is no text"
            if fault := plain_fault(item, depth + 1):
                return fault
        return ""
    if isinstance(value, list | tuple):
        for item in value:
            if fault := plain_fault(item, depth + 1):
                return fault
        return ""
    return f"{shown(value)}, a {type(value).__name__}"


def _wrong_type(variable: Variable, value: Any, report: Reporter, wanted: str, remedy: str) -> Any:
    report(
        "variable-type",
        f"Variable '{variable.name}' is {shown(value)}; it must be {wanted}.",
        remedy,
    )
    return value


def _read_string(variable: Variable, value: Any, report: Reporter) -> Any:
    if not isinstance(value, str):
        return _wrong_type(variable, value, report, "text", "Put the value in quotes.")
    _check_bounds(variable, len(value), f"{len(value)} characters long", report)
    _check_pattern(variable, value, report, "")
    return value


def _read_integer(variable: Variable, value: Any, report: Reporter) -> Any:
    if isinstance(value, bool) or not isinstance(value, int):
        return _wrong_type(
            variable, value, report, "a whole number", "Write a number without quotes."
        )
    _check_bounds(variable, value, shown(value), report)
    return value


def _read_number(variable: Variable, value: Any, report: Reporter) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _wrong_type(variable, value, report, "a number", "Write a number without quotes.")
    _check_bounds(variable, value, shown(value), report)
    return value


def _read_boolean(variable: Variable, value: Any, report: Reporter) -> Any:
    if not isinstance(value, bool):
        return _wrong_type(
            variable, value, report, "true or false", "Write true or false, without quotes."
        )
    return value


def _read_array(variable: Variable, value: Any, report: Reporter) -> Any:
    if not isinstance(value, list | tuple):
        return _wrong_type(
            variable, value, report, "a list", "Write a list, also for one item: [item]."
        )
    _check_bounds(variable, len(value), f"a list of {len(value)}", report)
    for index, item in enumerate(value):
        if isinstance(item, str) and not _check_pattern(variable, item, report, f".{index}"):
            break
    return list(value)


def _read_object(variable: Variable, value: Any, report: Reporter) -> Any:
    if not isinstance(value, Mapping):
        return _wrong_type(variable, value, report, "a mapping", "Write `key: value` pairs.")
    _check_bounds(variable, len(value), f"a mapping of {len(value)}", report)
    return dict(value)


def _read_enum(variable: Variable, value: Any, report: Reporter) -> Any:
    # 1 and true are equal in Python; in a script they are not.
    if not any(value == choice and type(value) is type(choice) for choice in variable.choices):
        choices = [str(choice) for choice in variable.choices]
        report(
            "variable-choice",
            f"Variable '{variable.name}' is {shown(value)}; it must be one of "
            f"{shown(', '.join(choices), 200)}.",
            did_you_mean(str(value), choices) + "Choose one of them.",
        )
    return value


def _read_columns(variable: Variable, value: Any, report: Reporter) -> Any:
    if not isinstance(value, list | tuple):
        return _wrong_type(
            variable,
            value,
            report,
            "a list of columns",
            "Write `- {name: id, type: BIGINT}` items.",
        )
    _check_bounds(variable, len(value), f"a list of {len(value)}", report)
    seen: set[str] = set()
    columns = []
    for index, item in enumerate(value):
        column = _read_column(variable, item, report, f".{index}")
        if column is not None:
            key = str(column.get("name", "")).casefold()
            if key and key in seen:
                report(
                    "variable-columns",
                    f"Variable '{variable.name}' has two columns named '{column['name']}'.",
                    "Rename one; Databricks does not tell upper from lower case.",
                    path=f".{index}.name",
                )
            seen.add(key)
            columns.append(column)
    return columns


def _read_column(
    variable: Variable, item: Any, report: Reporter, path: str
) -> dict[str, Any] | None:
    if type(item) is not dict and not isinstance(item, Mapping):
        report(
            "variable-columns",
            f"Column {path[1:]} of variable '{variable.name}' is {shown(item)}, not a mapping.",
            "Write {name: ..., type: ...}.",
            path=path,
        )
        return None
    column = {**COLUMN_DEFAULTS, "tags": {}, **item}
    name = column.get("name")

    def wrong(field: str, problem: str, remedy: str) -> None:
        who = f"'{shown(name)}'" if name else path[1:]
        report(
            "variable-columns",
            f"Column {who} of variable '{variable.name}': {problem}",
            remedy,
            path=f"{path}.{field}",
        )

    try:
        quote_identifier(name)  # type: ignore[arg-type]  # it says what is wrong with any value
    except LakewrightError as error:
        wrong("name", error.problem, error.remedy)
    if not isinstance(column.get("type"), str):
        wrong("type", "it has no type.", "Give a SQL type such as STRING or DECIMAL(18,2).")
    else:
        from lakewright.sql.types import normalize_type

        try:
            normalize_type(column["type"])
        except LakewrightError as error:
            wrong("type", error.problem, error.remedy)
    if not isinstance(column["nullable"], bool):
        wrong("nullable", f"nullable is {shown(column['nullable'])}.", "Write true or false.")
    if column["comment"] is None:
        column["comment"] = ""
    elif not isinstance(column["comment"], str):
        wrong("comment", f"the comment is {shown(column['comment'])}.", "Put it in quotes.")
    return column


def _read_table_name(variable: Variable, value: Any, report: Reporter) -> Any:
    try:
        if isinstance(value, Mapping):
            name = TableName.from_mapping(value)
        else:
            name = TableName.parse(value)
    except LakewrightError as error:
        report("variable-type", f"Variable '{variable.name}': {error.problem}", error.remedy)
        return value
    if not name.table:
        return _wrong_type(
            variable, value, report, "the name of a table", "Name the table too: schema.table."
        )
    return {"catalog": name.catalog, "schema": name.schema, "table": name.table}


def _read_cron(variable: Variable, value: Any, report: Reporter) -> Any:
    if not isinstance(value, str):
        return _wrong_type(
            variable, value, report, "a cron expression", 'Write it in quotes: "0 0 6 * * ?".'
        )
    for fault in quartz_faults(value):
        report(
            "variable-type",
            f"Variable '{variable.name}' is '{shown(value)}'. {fault}",
            'Write a Quartz expression, for example "0 0 6 * * ?" for every day at six.',
        )
    return value


def _read_secret(variable: Variable, value: Any, report: Reporter) -> Any:
    parts = {"scope", "key"}
    if (
        not isinstance(value, Mapping)
        or set(value) != parts
        or not all(isinstance(value[part], str) and value[part] for part in parts)
    ):
        # The value is not repeated: somebody may have written the secret itself.
        report(
            "variable-type",
            f"Variable '{variable.name}' must refer to a secret by scope and key.",
            "Write {scope: ..., key: ...} and keep the secret itself in Databricks.",
        )
        return value
    return {"scope": value["scope"], "key": value["key"]}


_READERS: Mapping[VariableType, Callable[[Variable, Any, Reporter], Any]] = MappingProxyType(
    {
        VariableType.STRING: _read_string,
        VariableType.INTEGER: _read_integer,
        VariableType.NUMBER: _read_number,
        VariableType.BOOLEAN: _read_boolean,
        VariableType.ARRAY: _read_array,
        VariableType.OBJECT: _read_object,
        VariableType.ENUM: _read_enum,
        VariableType.COLUMNS: _read_columns,
        VariableType.TABLE_NAME: _read_table_name,
        VariableType.CRON: _read_cron,
        VariableType.SECRET: _read_secret,
    }
)


def _check_bounds(variable: Variable, size: float, described: str, report: Reporter) -> None:
    if variable.minimum is not None and size < variable.minimum:
        report(
            "variable-range",
            f"Variable '{variable.name}' is {described}; at least {variable.minimum:g} is wanted.",
            "Give a larger value.",
        )
    elif variable.maximum is not None and size > variable.maximum:
        report(
            "variable-range",
            f"Variable '{variable.name}' is {described}; at most {variable.maximum:g} is allowed.",
            "Give a smaller value.",
        )


def _check_pattern(variable: Variable, text: str, report: Reporter, path: str) -> bool:
    """Whether the pattern could be tried at all; one that cannot is reported once, not per item."""
    if not variable.pattern:
        return True
    try:
        fits = matches(variable.pattern, text)
    except PatternError as error:
        report("bad-pattern", f"Variable '{variable.name}': {error.problem}", error.remedy)
        return False
    if not fits:
        report(
            "variable-pattern",
            f"Variable '{variable.name}' is '{shown(text)}', which does not match "
            f"{shown(variable.pattern, 100)}.",
            "Change the value so that the whole of it matches.",
            path=path,
        )
    return True
