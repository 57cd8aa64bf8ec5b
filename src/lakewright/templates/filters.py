"""The filters that make a value safe at the place where a template prints it."""

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from types import MappingProxyType
from typing import Any

import jinja2
from jinja2 import filters as jinja_filters

from lakewright.diagnostics import shown
from lakewright.errors import LakewrightError, LimitError
from lakewright.sql.names import TableName, quote_identifier, quote_literal
from lakewright.sql.names import sql_comment as comment_line

MAX_TEXT = 1024 * 1024  # characters one operation may make
MAX_WIDTH = 200  # columns of padding or indentation
MAX_GROUPS = 10_000  # of `batch` and `slice`
LONGEST_KEY = 100  # characters in a task key, Databricks' limit


class FilterRefusal(LakewrightError):
    """A filter was given a value that it cannot make safe."""

    code = "filter-refusal"
    http_status = 422


@dataclass(frozen=True, slots=True)
class Filter:
    """One row of the filter table.

    Attributes:
        summary: What it prints, in one line for the documentation.
        example: A Jinja source without bindings, and `result`, exactly what it prints.
        sql_safe: What it prints cannot leave its place in SQL outside of quotes.
    """

    name: str
    function: Callable[..., Any]
    summary: str
    example: str
    result: str
    sql_safe: bool = False


# --- SQL ---


def ident(value: Any) -> str:
    """One SQL identifier, in backticks where needed.

    >>> ident("order id"), ident("orders")
    ('`order id`', 'orders')
    """
    return quote_identifier(value)


def idents(value: Any, separator: str = ", ") -> str:
    """Identifiers joined by commas, from names or from mappings that have a `name`.

    >>> idents(["id", {"name": "order"}, "a b"])
    'id, `order`, `a b`'
    """
    return separator.join(quote_identifier(_name_of(item)) for item in _items(value))


def table_name(value: Any) -> str:
    """A table's address from text or `{catalog, schema, table}`, each part quoted where needed.

    >>> table_name("main.raw.`a b`"), table_name({"schema": "raw", "table": "order items"})
    ('main.raw.`a b`', 'raw.`order items`')
    """
    if isinstance(value, Mapping):
        return TableName.from_mapping(value).sql()
    return TableName.parse(value).sql()


def literal(value: Any) -> str:
    """A SQL literal: text, number, true, false, null, ARRAY(...), MAP(...) or NAMED_STRUCT(...).

    A mapping whose values are all of one kind is a MAP, any other a NAMED_STRUCT.

    >>> literal("it's"), literal([1, 2]), literal({"a": "x"})
    ("'it\\\\'s'", 'ARRAY(1, 2)', "MAP('a', 'x')")
    """
    if isinstance(value, Mapping):
        kinds = {_kind(item) for item in value.values()}
        function = "MAP" if len(kinds) <= 1 and kinds <= {"text", "number", "boolean"} else ""
        pairs = ", ".join(
            f"{quote_literal(str(key))}, {literal(item)}" for key, item in value.items()
        )
        return f"{function or 'NAMED_STRUCT'}({pairs})"
    if _is_list(value):
        return f"ARRAY({', '.join(literal(item) for item in value)})"
    if isinstance(value, float) and math.isfinite(value):
        # In a script people read 0.5, not 0.5D; Spark reads it as an exact decimal.
        return repr(value)
    return quote_literal(value)


def literals(value: Any, separator: str = ", ") -> str:
    """Literals joined by commas, for IN lists and arguments.

    >>> literals(["a", 1])
    "'a', 1"
    """
    return separator.join(literal(item) for item in _items(value))


def sql_type(value: Any) -> str:
    """A column type, parsed and written the usual way; anything else is refused."""
    from lakewright.sql.types import normalize_type

    return normalize_type(_text(value))


def sql_comment(value: Any) -> str:
    """Text for the rest of a comment line: no line end in it can start a new line.

    >>> sql_comment("by hand\\nDROP TABLE x")
    'by hand DROP TABLE x'
    """
    return comment_line(_text(value)).removeprefix("--").lstrip()


def sql_expression(value: Any) -> str:
    """SQL that was asked for as SQL, checked to stay in its place: one closed expression.

    Raises:
        FilterRefusal: A quote or bracket is not closed, or it holds a `;` or a comment.

    >>> sql_expression(" amount >= 0 ")
    'amount >= 0'
    """
    text = _text(value).strip()
    _check_closed(text, comments=False)
    return text


def sql_query(value: Any) -> str:
    """A query that was asked for as SQL: one closed statement, without its last semicolon.

    Raises:
        FilterRefusal: A quote, comment or bracket is not closed, or there is a second statement.

    >>> sql_query("SELECT 1 -- one\\n;\\n")
    'SELECT 1 -- one\\n'
    """
    text = _text(value).strip().rstrip("; \t\r\n")
    _check_closed(text, comments=True)
    # A comment on the last line would swallow whatever the template prints behind it.
    return text + "\n" if "--" in text.rsplit("\n", 1)[-1] else text


_SQL_PIECE = re.compile(
    r"""(?P<comment>--[^\r\n]*|/\*.*?\*/)
      | (?P<quoted>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`]|``)*`)
      | (?P<bracket>[()\[\]])
      | (?P<bad>['"`;]|/\*|\*/)""",
    re.VERBOSE | re.DOTALL,
)
_OPENER = {")": "(", "]": "["}


def _check_closed(text: str, *, comments: bool) -> None:
    if not text:
        raise FilterRefusal(problem="The SQL is empty.", remedy="Give an expression or a query.")
    open_brackets: list[str] = []
    for piece in _SQL_PIECE.finditer(text):
        found = piece.group()
        if piece.lastgroup == "bad" or (piece.lastgroup == "comment" and not comments):
            raise FilterRefusal(
                problem=f"The SQL '{shown(text)}' holds a loose {found[:2]} .",
                remedy="Close quotes and comments, and give one statement only.",
            )
        if piece.lastgroup == "bracket":
            if found in "([":
                open_brackets.append(found)
            elif not open_brackets or open_brackets.pop() != _OPENER[found]:
                raise _unbalanced(text)
    if open_brackets:
        raise _unbalanced(text)


def _unbalanced(text: str) -> FilterRefusal:
    return FilterRefusal(
        problem=f"The brackets in the SQL '{shown(text)}' do not match.",
        remedy="Close every bracket that it opens.",
    )


# --- Databricks references ---

_KEY = r"[\w-]+"
# Source: Databricks jobs documentation, *Dynamic value references*.
_REFERENCE = re.compile(
    rf"""
    job\.(?:id|name|run_id|repair_count
        |start_time\.(?:{_KEY})|parameters\.{_KEY}|trigger\.[\w.]+)
    | task\.(?:name|run_id|execution_count|notebook_path)
    | tasks\.{_KEY}\.(?:run_id|result_state|error_code|execution_count|notebook_path
        |values\.{_KEY}|output\.[\w.]+)
    | workspace\.(?:id|url)
    | input(?:\.{_KEY})?
    | backfill\.[\w.]+
    """,
    re.VERBOSE | re.ASCII,
)
_FAMILIES = (
    "job.id, job.name, job.run_id, job.repair_count, job.start_time.*, job.parameters.*, "
    "job.trigger.*, task.*, tasks.<key>.values.*, tasks.<key>.output.*, tasks.<key>.run_id, "
    "workspace.id, workspace.url, input, input.*, backfill.*"
)


def dynamic_value(reference: Any) -> str:
    """A reference that Databricks fills in when the job runs, with its double braces.

    >>> dynamic_value("job.run_id"), dynamic_value("tasks.load.values.count")
    ('{{job.run_id}}', '{{tasks.load.values.count}}')
    """
    text = _text(reference).strip().removeprefix("{{").removesuffix("}}").strip()
    if not _REFERENCE.fullmatch(text):
        raise FilterRefusal(
            problem=f"'{shown(text)}' is not a dynamic value reference of Databricks jobs.",
            remedy=f"Use one of: {_FAMILIES}.",
        )
    return "{{" + text + "}}"


# --- other languages ---


def to_json(value: Any, indent: int | None = None) -> str:
    """JSON, in the order of the value's own keys.

    >>> to_json({"b": [1, None], "a": "ü"})
    '{"b": [1, null], "a": "ü"}'
    """
    if indent is not None:
        _check_width(indent)
    try:
        text = json.dumps(_plain(value), indent=indent, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise FilterRefusal(
            problem=f"{shown(value)} has no JSON form.",
            remedy="Give text, numbers, true, false, null, lists and mappings.",
        ) from error
    return _UNSEEN.sub(_u_escape, text)


def to_yaml(value: Any) -> str:
    """A YAML value on one line: plain where that is safe, else in double quotes; flow style.

    >>> to_yaml("no"), to_yaml("main"), to_yaml({"a": [1, "x: y"]})
    ('"no"', 'main', '{a: [1, "x: y"]}')
    """
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{to_yaml(str(key))}: {to_yaml(item)}" for key, item in value.items())
        return "{" + pairs + "}"
    if _is_list(value):
        return "[" + ", ".join(to_yaml(item) for item in value) + "]"
    if isinstance(value, str) and _PLAIN_YAML.fullmatch(value):
        return value if value.lower() not in _YAML_WORDS else f'"{value}"'
    return to_json(value)


_PLAIN_YAML = re.compile(r"[A-Za-z_/](?:[A-Za-z0-9_./@ -]*[A-Za-z0-9_./-])?")
_YAML_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def python(value: Any) -> str:
    """A Python literal, texts in double quotes.

    >>> python('a"b'), python({"a": [True, None]})
    ('"a\\\\"b"', '{"a": [True, None]}')
    """
    match value:
        case None | bool():
            return str(value)
        case str():
            return _code_text(value)
        case int():
            return str(value)
        case float() if math.isfinite(value):
            return repr(value)
        case Mapping():
            pairs = ", ".join(f"{python(key)}: {python(item)}" for key, item in value.items())
            return "{" + pairs + "}"
        case _ if _is_list(value):
            return "[" + ", ".join(python(item) for item in value) + "]"
    raise _no_form(value, "Python")


def scala(value: Any) -> str:
    """A Scala literal: texts in double quotes, lists as Seq(...), mappings as Map(...).

    >>> scala(["a", 3000000000]), scala({"k": True})
    ('Seq("a", 3000000000L)', 'Map("k" -> true)')
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return _code_text(value)
        case int() if -(2**63) <= value < 2**63:
            return str(value) if -(2**31) <= value < 2**31 else f"{value}L"
        case float() if math.isfinite(value):
            return repr(value)
        case Mapping():
            pairs = ", ".join(f"{scala(key)} -> {scala(item)}" for key, item in value.items())
            return f"Map({pairs})"
        case _ if _is_list(value):
            return f"Seq({', '.join(scala(item) for item in value)})"
    raise _no_form(value, "Scala")


def code_comment(value: Any) -> str:
    """Text for the rest of a `#` or `//` comment line, on one line.

    >>> code_comment("by hand\\nimport os")
    'by hand import os'
    """
    return sql_comment(value)


# Line ends, and characters that hide or turn the text around them.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _code_text(text: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise FilterRefusal(
            problem=f"The text '{shown(text)}' holds half of a surrogate pair.",
            remedy="Remove that character.",
        )
    escaped = "".join(_SHORT.get(character, character) for character in text)
    return '"' + _UNSEEN.sub(_u_escape, escaped) + '"'


def _u_escape(match: re.Match[str]) -> str:
    # JSON's own layout may hold line ends; texts inside it are escaped already.
    character = match.group()
    return character if character in "\n\t" else f"\\u{ord(character):04x}"


# --- names and layout ---


def slug(value: Any) -> str:
    """A task or resource key: letters, digits, `_` and `-`, at most 100 characters.

    >>> slug("Load: raw orders!")
    'load_raw_orders'
    """
    key = re.sub(r"[^a-z0-9_-]+", "_", _text(value).lower())
    # Two dashes would begin a comment where a key is printed into SQL.
    key = re.sub(r"-{2,}", "-", key).strip("_-")[:LONGEST_KEY]
    if not key:
        raise FilterRefusal(
            problem=f"No key can be made of '{shown(value)}'.",
            remedy="Give a name with letters or digits (a to z, 0 to 9).",
        )
    return key


def snake(value: Any) -> str:
    """lower_snake_case.

    >>> snake("CustomerOrders 2024")
    'customer_orders_2024'
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", _text(value))
    return re.sub(r"[^A-Za-z0-9]+", "_", words).strip("_").lower()


def indent(value: Any, width: int | str = 4, first: bool = False, blank: bool = False) -> str:
    """Every line but the first moved right, as Jinja's own; empty lines stay empty.

    >>> indent("a\\n\\nb", 2)
    'a\\n\\n  b'
    """
    if isinstance(width, str):
        _check_width(len(width))
        margin = width
    else:
        _check_width(width)
        margin = " " * width
    lines = _text(value).split("\n")
    moved = [margin + line if line or blank else line for line in lines[1:]]
    return "\n".join([(margin if first else "") + lines[0], *moved])


def center(value: Any, width: int = 80) -> str:
    """Text in the middle of a line of at most 200 characters.

    >>> center("a", 5)
    '  a  '
    """
    _check_width(width)
    return _text(value).center(width)


def percent_format(template: str, values: Any) -> str:
    """`"%05d" % 7` with padding limited to 200 characters.

    >>> percent_format("%05d", 7)
    '00007'
    """
    for piece in _DIRECTIVE.finditer(template):
        numbers = piece.group(1)
        if "*" in numbers or any(int(n[:6]) > MAX_WIDTH for n in re.findall(r"\d+", numbers)):
            raise LimitError(
                problem=f"The format '{shown(template)}' pads with more than {MAX_WIDTH}.",
                remedy="Use a smaller width.",
            )
    return str(template % values)


_DIRECTIVE = re.compile(r"%(?:\([^)]*\))?([-+ #0-9.*]*)")


def format_text(value: Any, *arguments: Any, **fields: Any) -> str:
    """The text with its `%s` and `%05d` filled in."""
    return percent_format(_text(value), fields or arguments)


def _batch(value: Iterable[Any], size: int, fill: Any = None) -> Iterator[list[Any]]:
    """Rows of `size` items."""
    _check_groups(size)
    return jinja_filters.do_batch(value, size, fill)


def _slice(value: Any, groups: int, fill: Any = None) -> Iterator[list[Any]]:
    """The items dealt into so many columns."""
    _check_groups(groups)
    return jinja_filters.sync_do_slice(list(value), groups, fill)


def _check_groups(count: int) -> None:
    if not 0 < count <= MAX_GROUPS:
        raise LimitError(
            problem=f"{count} is not a number of groups from 1 to {MAX_GROUPS}.",
            remedy="Use a smaller number.",
        )


def _check_width(width: int) -> None:
    if not 0 <= width <= MAX_WIDTH:
        raise LimitError(
            problem=f"A width of {width} is not between 0 and {MAX_WIDTH}.",
            remedy="Use a smaller width.",
        )


# --- looking at values ---


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise FilterRefusal(
        problem=f"{shown(value)} is not text.",
        remedy="Give a text, or turn the value into one with `| string`.",
    )


def _items(value: Any) -> list[Any]:
    if _is_list(value):
        return list(value)
    raise FilterRefusal(
        problem=f"{shown(value)} is not a list.",
        remedy="Give a list; for one value use `ident` or `literal`.",
    )


def _name_of(item: Any) -> Any:
    return item.get("name") if isinstance(item, Mapping) else item


def _is_list(value: Any) -> bool:
    return isinstance(value, (Sequence, Iterator, range)) and not isinstance(value, (str, bytes))


def _plain(value: Any) -> Any:
    """Lists instead of the iterators that `map` and `select` give."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if _is_list(value):
        return [_plain(item) for item in value]
    return value


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "text"
    if isinstance(value, (int, float)):
        return "number"
    return "other"


def _no_form(value: Any, language: str) -> FilterRefusal:
    return FilterRefusal(
        problem=f"{shown(value)} has no {language} literal.",
        remedy="Give text, finite numbers, true, false, null, lists and mappings.",
    )


# --- the table ---


def _guarded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, with its name in every refusal; a missing value is named before it runs."""

    @wraps(function)
    def filtered(value: Any, *arguments: Any, **options: Any) -> Any:
        if isinstance(value, jinja2.Undefined):
            value = str(value)  # raises for a missing name; "" for an inline `if` without else
        try:
            return function(value, *arguments, **options)
        except LimitError:
            raise
        except LakewrightError as error:
            raise FilterRefusal(
                problem=f"The filter `{name}` refused a value: {error.problem}",
                remedy=error.remedy,
            ) from error

    return filtered


def _row(
    name: str,
    function: Callable[..., Any],
    summary: str,
    example: str,
    result: str,
    *,
    sql_safe: bool = False,
) -> tuple[str, Filter]:
    guarded = _guarded(name, function)
    return name, Filter(name, guarded, summary, example, result, sql_safe)


FILTERS: Mapping[str, Filter] = MappingProxyType(
    dict(
        (
            _row(
                "ident",
                ident,
                "One SQL identifier, in backticks where needed",
                '{{ "order id" | ident }}',
                "`order id`",
                sql_safe=True,
            ),
            _row(
                "idents",
                idents,
                "Identifiers joined by commas",
                '{{ ["id", "order id"] | idents }}',
                "id, `order id`",
                sql_safe=True,
            ),
            _row(
                "comma_list",
                idents,
                "The same as `idents`",
                '{{ ["id", "order id"] | comma_list }}',
                "id, `order id`",
                sql_safe=True,
            ),
            _row(
                "table_name",
                table_name,
                "A table's address, each part quoted where needed",
                '{{ {"catalog": "main", "schema": "raw", "table": "my orders"} | table_name }}',
                "main.raw.`my orders`",
                sql_safe=True,
            ),
            _row(
                "literal",
                literal,
                "A SQL literal of any value",
                '{{ "it\'s" | literal }}, {{ [1, true] | literal }}',
                "'it\\'s', ARRAY(1, TRUE)",
                sql_safe=True,
            ),
            _row(
                "literals",
                literals,
                "SQL literals joined by commas",
                'IN ({{ ["a", 1] | literals }})',
                "IN ('a', 1)",
                sql_safe=True,
            ),
            _row(
                "sql_type",
                sql_type,
                "A column type, checked and written the usual way",
                '{{ "decimal(10, 2)" | sql_type }}',
                "DECIMAL(10,2)",
                sql_safe=True,
            ),
            _row(
                "sql_comment",
                sql_comment,
                "Text for the rest of a comment line",
                '-- {{ "two\nlines" | sql_comment }}',
                "-- two lines",
                sql_safe=True,
            ),
            _row(
                "sql_expression",
                sql_expression,
                "SQL given as SQL: one closed expression",
                'CHECK ({{ "amount >= 0" | sql_expression }})',
                "CHECK (amount >= 0)",
                sql_safe=True,
            ),
            _row(
                "sql_query",
                sql_query,
                "SQL given as SQL: one closed query, without its semicolon",
                '{{ "SELECT 1;" | sql_query }}',
                "SELECT 1",
                sql_safe=True,
            ),
            _row(
                "dynamic_value",
                dynamic_value,
                "A reference that Databricks fills in when the job runs",
                '{{ "job.run_id" | dynamic_value }}',
                "{{job.run_id}}",
                sql_safe=True,
            ),
            _row(
                "to_json",
                to_json,
                "JSON; `indent=2` for several lines",
                '{{ {"a": [1, none]} | to_json }}',
                '{"a": [1, null]}',
            ),
            _row(
                "tojson",
                to_json,
                "The same as `to_json`",
                '{{ "a" | tojson }}',
                '"a"',
            ),
            _row(
                "to_yaml",
                to_yaml,
                "A YAML value on one line",
                '{{ {"a": "no"} | to_yaml }}',
                '{a: "no"}',
            ),
            _row(
                "yaml",
                to_yaml,
                "The same as `to_yaml`",
                '{{ "x: y" | yaml }}',
                '"x: y"',
            ),
            _row(
                "python",
                python,
                "A Python literal",
                '{{ ["a", none, true] | python }}',
                '["a", None, True]',
            ),
            _row(
                "scala",
                scala,
                "A Scala literal",
                '{{ ["a", 1] | scala }}',
                'Seq("a", 1)',
            ),
            _row(
                "code_comment",
                code_comment,
                "Text for the rest of a # or // comment line",
                '# {{ "two\nlines" | code_comment }}',
                "# two lines",
            ),
            _row(
                "slug",
                slug,
                "A task or resource key",
                '{{ "Load: raw orders!" | slug }}',
                "load_raw_orders",
            ),
            _row(
                "snake",
                snake,
                "lower_snake_case",
                '{{ "CustomerOrders" | snake }}',
                "customer_orders",
                sql_safe=True,
            ),
            _row(
                "indent",
                indent,
                "Every line but the first moved right",
                '{{ "a\nb" | indent(2) }}',
                "a\n  b",
            ),
            _row(
                "center",
                center,
                "Text in the middle of a line",
                '[{{ "a" | center(5) }}]',
                "[  a  ]",
            ),
            _row(
                "format",
                format_text,
                "Text with its %s and %05d filled in",
                '{{ "%s_%03d" | format("part", 7) }}',
                "part_007",
            ),
        )
    )
)

# Jinja's own, with a limit: not in the table of documentation because Jinja's manual has them.
LIMITED_JINJA_FILTERS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"batch": _batch, "slice": _slice}
)
