"""The moulds of scripts, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final


class VariableType(StrEnum):
    """What a template's input may be."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    ARRAY = "array"
    OBJECT = "object"
    ENUM = "enum"
    COLUMNS = "columns"  # list of {name, type, nullable, comment, ...}
    TABLE_NAME = "table_name"  # "catalog.schema.table" or {catalog, schema, table}
    CRON = "cron"  # Quartz, 6 or 7 fields
    SECRET = "secret"  # {scope, key}: a reference, never the value


class Missing:
    """The type of `MISSING`: a default that was not given (None is a value)."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()


@dataclass(frozen=True, slots=True)
class Variable:
    """One declared input of a template.

    Attributes:
        default: `MISSING` when none is declared.
        pattern: Regular expression that a string (or each item of an array) must match whole.
        minimum, maximum: Bounds of a number, of a length for strings and lists.
        choices: The allowed values of an enum.
        sample: Value for previews and coverage; `MISSING` when none is declared.
        source: Dotted path inside the bindings that gives the value when nobody sets one,
            e.g. `node.properties.columns` or `upstream.0.table` (YAML key `from`).
        line: 1-based line of the declaration in the template's file; 0 when unknown.
    """

    name: str
    type: VariableType = VariableType.STRING
    required: bool = False
    default: Any = MISSING
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Any, ...] = ()
    description: str = ""
    sample: Any = MISSING
    source: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Variation:
    """A named switch of a template; in scope as `variations.<id>.enabled`."""

    id: str
    name: str = ""
    description: str = ""
    enabled: bool = False
    adds_variables: tuple[Variable, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Fit:
    """A statement that a template suits a node type.

    Attributes:
        node_type: Key in `NODE_TYPES`.
        when: Dotted path in the bindings -> wanted value (or list of wanted values); all must
            hold. `{upstream.0.type: source_files, node.properties.ingest: auto_loader}`
        because: Why, in words that finish "suggested because ...".
        usual: Whether it is what most people want, of several that fit equally well.
    """

    node_type: str
    when: Mapping[str, Any] = field(default_factory=dict)
    because: str = ""
    usual: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What a version of a template changed, in words for people who use it."""

    version: str
    about: str


@dataclass(frozen=True, slots=True)
class Deprecation:
    """Why a template is not for new work.

    Attributes:
        since: Its version from which on that holds.
        replacement: Id of the template to use instead; empty when there is none.
    """

    since: str = ""
    replacement: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """Other values than the samples to show and try a template with.

    Attributes:
        values: Variable -> value; what is not named has its sample.
        variations: Variation -> enabled; others stay as declared.
    """

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    variations: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Template:
    """A Jinja2 source with its declared inputs.

    Attributes:
        output_type: Key in `OUTPUTS` (`sql`, `python`, `sql_notebook`, `pipeline_python`, ...).
        requires: Runtime or plan that the output needs, in words ("DBR 15.4 LTS or above").
        content: The Jinja2 source (`template_content`).
        content_line: 1-based line in `file` of the content's first line; 0 when unknown.
        content_column: Characters of indentation that YAML stripped from each content line.
        builtin: Ships with Lakewright (its file is below `templates/builtin/`).
        undo: Jinja2 source of the statement(s) that reverse the output; empty when none do.
        changelog: Newest first, as it is written.
        deprecated: None for a template that may be used.
        examples: Tried by coverage beside the samples.
    """

    id: str
    name: str
    category: str = ""
    description: str = ""
    language: str = "jinja2"
    variables: tuple[Variable, ...] = ()
    variations: tuple[Variation, ...] = ()
    content: str = ""
    output_type: str = "sql"
    tags: tuple[str, ...] = ()
    version: str = "1.0.0"
    fits: tuple[Fit, ...] = ()
    requires: str = ""
    undo: str = ""
    changelog: tuple[Change, ...] = ()
    deprecated: Deprecation | None = None
    examples: tuple[Example, ...] = ()
    file: str = ""
    content_line: int = 0
    content_column: int = 0
    builtin: bool = False

    def all_variables(self) -> tuple[Variable, ...]:
        """Own variables, then those each variation adds, first declaration of a name wins."""
        seen: dict[str, Variable] = {}
        for variable in self.variables:
            seen.setdefault(variable.name, variable)
        for variation in self.variations:
            for variable in variation.adds_variables:
                seen.setdefault(variable.name, variable)
        return tuple(seen.values())
