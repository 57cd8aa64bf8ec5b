"""The one strict, sandboxed Jinja environment in which people's templates are read and run."""

import math
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError, TemplateRuntimeError
from jinja2.runtime import LoopContext, Macro, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace, missing

from lakewright.diagnostics import did_you_mean, shown
from lakewright.errors import LakewrightError, LimitError
from lakewright.templates.filters import (
    FILTERS,
    LIMITED_JINJA_FILTERS,
    MAX_TEXT,
    FilterRefusal,
    dynamic_value,
    percent_format,
)

MAX_SOURCE_BYTES = 64 * 1024
MAX_OUTPUT_BYTES = 1024 * 1024
MAX_RANGE = 100_000
MAX_INTEGER_BITS = 4096

# Taken over from Jinja because they only rearrange plain data. Left out on purpose: `attr`
# (a second way to attributes), `random` (equal inputs must give equal bytes), `pprint`, and the
# HTML family (`escape`, `safe`, `urlize`, `xmlattr`, `striptags`), which means nothing in a
# script and brings a second string type with it.
_JINJA_FILTERS = """
    abs batch capitalize count d default dictsort first float groupby int items join last
    length list lower map max min reject rejectattr replace reverse round select selectattr
    slice sort string sum title trim truncate unique upper urlencode wordcount wordwrap
""".split()  # noqa: SIM905
_WITHOUT_TESTS = ("callable", "escaped")

_STRING_METHODS = frozenset(
    """
    capitalize casefold count endswith find index isalnum isalpha isascii isdecimal isdigit
    isidentifier islower isnumeric isspace istitle isupper join lower lstrip partition
    removeprefix removesuffix replace rfind rindex rpartition rsplit rstrip split splitlines
    startswith strip swapcase title upper
    """.split()  # noqa: SIM905
)
_SEQUENCE_METHODS = frozenset({"count", "index"})

# Only JSON values enter and only what Jinja itself makes appears beside them, so the readable
# attributes can be listed instead of guessing which of all attributes are dangerous.
_ATTRIBUTES: Mapping[type, frozenset[str]] = MappingProxyType(
    {
        str: _STRING_METHODS,
        dict: frozenset({"get", "items", "keys", "values"}),
        list: _SEQUENCE_METHODS,
        tuple: _SEQUENCE_METHODS,
        range: _SEQUENCE_METHODS,
        LoopContext: frozenset(
            """
            index index0 revindex revindex0 first last length depth depth0 previtem nextitem
            cycle changed
            """.split()  # noqa: SIM905
        ),
    }
)
_INSTEAD = {
    "format": 'Use `"%s" | format(value)` or `~` to join texts.',
    "format_map": 'Use `"%s" | format(value)` or `~` to join texts.',
    "zfill": 'Use `"%05d" | format(number)`.',
    "append": "Values cannot be changed; build a new list with `[...] + [...]` or a filter.",
    "update": "Values cannot be changed; build a new mapping with `dict(old, key=value)`.",
}

# First words of Databricks' own `{{ ... }}` references (jobs, for-each loops, backfills).
DATABRICKS_ROOTS = frozenset({"job", "task", "tasks", "input", "backfill", "workspace"})


class UndefinedValueError(jinja2.UndefinedError):
    """A name or a field that is not there.

    Attributes:
        name: The missing name.
        known: The names beside which it was sought; None for a top-level name.
    """

    def __init__(self, message: str, *, name: str, known: tuple[str, ...] | None) -> None:
        super().__init__(message)
        self.name = name
        self.known = known


class Strict(jinja2.StrictUndefined):
    """A missing value: any use but `is defined` and `default` stops the render, by name."""

    __slots__ = ()

    def _fail_with_undefined_error(self, *args: Any, **kwargs: Any) -> NoReturn:
        name = str(self._undefined_name)
        owner = self._undefined_obj
        if self._undefined_hint:
            raise UndefinedValueError(self._undefined_hint, name=name, known=None)
        if owner is missing:
            raise UndefinedValueError(f"There is no value named '{name}'.", name=name, known=None)
        if isinstance(owner, dict):
            known = tuple(str(key) for key in owner)
            has = f"it has {shown(', '.join(known), 120)}" if known else "it is empty"
            raise UndefinedValueError(
                f"There is no field '{name}' in this mapping ({has}).", name=name, known=known
            )
        if isinstance(owner, (list, tuple, str)) and not isinstance(self._undefined_name, str):
            raise UndefinedValueError(
                f"There is no item {name} in a {_kind(owner)} of {len(owner)}.", name=name, known=()
            )
        raise UndefinedValueError(f"A {_kind(owner)} has no field '{name}'.", name=name, known=())

    # StrictUndefined binds the base class's function under each of these names.
    __add__ = __radd__ = __sub__ = __rsub__ = _fail_with_undefined_error
    __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _fail_with_undefined_error
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _fail_with_undefined_error
    __pos__ = __neg__ = __call__ = __getitem__ = _fail_with_undefined_error
    __lt__ = __le__ = __gt__ = __ge__ = _fail_with_undefined_error
    __int__ = __float__ = __complex__ = __pow__ = __rpow__ = _fail_with_undefined_error
    __iter__ = __str__ = __len__ = _fail_with_undefined_error
    __eq__ = __ne__ = __bool__ = __hash__ = __contains__ = _fail_with_undefined_error


class StatelessTemplate(jinja2.Template):
    """A compiled template whose imported modules do not live on to the next render.

    Jinja keeps the module of an imported file, with every `namespace` it holds; a macro that
    counts would then print something else the second time.
    """

    def _get_default_module(
        self, ctx: jinja2.runtime.Context | None = None
    ) -> jinja2.environment.TemplateModule:
        extra = ctx.globals_keys - self.globals.keys() if ctx is not None else set()
        return self.make_module({key: ctx.parent[key] for key in extra} if ctx and extra else None)


class MacroLoader(jinja2.BaseLoader):
    """Includes and imports come from this mapping and from nowhere else."""

    def __init__(self, macros: Mapping[str, str]) -> None:
        self.macros = macros

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        if not is_macro_name(template):
            raise SecurityError(f"'{shown(template)}' is not the name of a macro file.")
        if template not in self.macros:
            raise jinja2.TemplateNotFound(template)
        return self.macros[template], None, lambda: True


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """A sandbox for templates that other people wrote.

    A missing value is an error, never an empty string; only plain data can be looked into; a
    value that is no text or number (null, a list, a mapping, a macro) cannot be printed; and
    nothing here reads a file, a clock or a random number.
    """

    intercepted_binops = frozenset({"*", "**", "%"})
    template_class = StatelessTemplate

    def __init__(self, macros: Mapping[str, str]) -> None:
        super().__init__(
            loader=MacroLoader(macros),
            undefined=Strict,
            finalize=_printable,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,
            auto_reload=False,
            cache_size=256,
        )
        jinja_filters = self.filters
        self.filters = (
            {name: jinja_filters[name] for name in _JINJA_FILTERS}
            | dict(LIMITED_JINJA_FILTERS)
            | {name: row.function for name, row in FILTERS.items()}
        )
        for name in _WITHOUT_TESTS:
            self.tests.pop(name, None)
        self.globals.clear()
        self.globals.update(
            range=_limited_range, dict=_new_dict, namespace=Namespace, dbx_ref=dynamic_value
        )

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        size = len(source.encode("utf-8", "surrogatepass"))
        if size > MAX_SOURCE_BYTES:
            raise LimitError(
                problem=f"The template is {size} bytes long; {MAX_SOURCE_BYTES} is the most.",
                remedy="Move parts of it into macro files and import them.",
            )
        try:
            tree = super()._parse(source, name, filename)
        except ValueError as error:
            # Python refuses to read numbers of more than 4,300 digits.
            raise LimitError(
                problem="A number in the template has too many digits.",
                remedy="Write a shorter number, or put it in quotes.",
            ) from error
        for escape in tree.find_all(nodes.ScopedEvalContextModifier):
            raise jinja2.TemplateSyntaxError(
                "`autoescape` is for HTML and is not available here.", escape.lineno, name
            )
        return tree

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`obj.attribute`: a mapping's own key first, then the few listed methods."""
        if isinstance(obj, dict):
            # The key wins over the method, so that a field called `items` can be read.
            try:
                return obj[attribute]
            except KeyError:
                pass
        kind = type(obj)
        if attribute in _ATTRIBUTES.get(kind, ()):
            return getattr(obj, attribute)
        return self._other_attribute(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """`obj[argument]`: an item, or what `obj.argument` gives."""
        if isinstance(obj, (dict, list, tuple, str, range)):
            try:
                return obj[argument]
            except (TypeError, LookupError):
                pass
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        return self.undefined(obj=obj, name=argument)

    def _other_attribute(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, jinja2.Undefined):
            return getattr(obj, attribute)  # raises, naming what was missing first
        public = not attribute.startswith("_")
        if public and isinstance(obj, Namespace):
            try:
                return getattr(obj, attribute)
            except AttributeError:
                return self.undefined(obj=obj, name=attribute)
        if public and isinstance(obj, jinja2.environment.TemplateModule):
            exported = vars(obj)
            if attribute in exported:
                return exported[attribute]
            return self.undefined(
                f"The imported file has no macro or variable '{attribute}'.", name=attribute
            )
        if public and isinstance(obj, TemplateReference):
            try:
                return obj[attribute]
            except LookupError:
                return self.undefined(obj=obj, name=attribute)
        if public and isinstance(obj, tuple) and attribute in getattr(obj, "_fields", ()):
            return getattr(obj, attribute)  # the pairs that `groupby` makes
        if attribute.startswith("_") or hasattr(obj, attribute):
            raise SecurityError(
                f"'{shown(attribute)}' of a {_kind(obj)} may not be used in a template."
            )
        return self.undefined(obj=obj, name=attribute)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """`*`, `**` and `%`, refused where the result would be huge."""
        if operator == "%" and isinstance(left, str):
            return percent_format(left, right)
        if operator == "*":
            _check_product(left, right)
        if operator == "**":
            _check_power(left, right)
        return super().call_binop(context, operator, left, right)


def make_environment(macros: Mapping[str, str] | None = None) -> TemplateEnvironment:
    """An environment whose includes and imports come from `macros`.

    Args:
        macros: Jinja2 source by name, names as in `{% import "macros/naming.jinja" as n %}`.
    """
    return TemplateEnvironment({} if macros is None else macros)


def is_macro_name(name: str) -> bool:
    """Whether a name can be included: relative, with `/`, and never leaving its folder."""
    parts = name.split("/")
    return (
        name.isprintable()
        and "\\" not in name
        and ":" not in name
        and all(part not in ("", ".", "..") for part in parts)
    )


@cache
def builtin_macros() -> Mapping[str, str]:
    """The macro files that ship with Lakewright: `macros/<file>.jinja` -> source."""
    from importlib import resources

    folder = resources.files("lakewright.templates") / "builtin" / "macros"
    if not folder.is_dir():
        return MappingProxyType({})
    return MappingProxyType(
        {
            f"macros/{entry.name}": entry.read_text(encoding="utf-8")
            for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
            if entry.name.endswith(".jinja")
        }
    )


def with_builtin_macros(macros: Mapping[str, str]) -> Mapping[str, str]:
    """A repository's macros beside the built-in ones; its own file wins under the same name."""
    return MappingProxyType({**builtin_macros(), **macros})


def known_names(environment: TemplateEnvironment) -> frozenset[str]:
    """Names that every template has without declaring them: `range`, `dict`, `dbx_ref`, ..."""
    return frozenset(environment.globals)


def load(environment: TemplateEnvironment, name: str, source: str) -> jinja2.Template:
    """Compile one source under its own name; raises what Jinja raises (see `fault_of`)."""
    code = environment.compile(source, name)
    return StatelessTemplate.from_code(environment, code, environment.make_globals(None))


def run(template: jinja2.Template, bindings: Mapping[str, Any]) -> str:
    """Print a template; raises what Jinja raises, and `LimitError` when the text grows too long.

    The generated function is driven here because `Template.render` rewrites tracebacks, which
    costs more than a short render and hides the line from `fault_of`.
    """
    pieces: list[str] = []
    size = 0
    for piece in template.root_render_func(template.new_context(dict(bindings))):
        size += len(piece)
        if size > MAX_OUTPUT_BYTES:
            raise output_too_long()
        pieces.append(piece)
    text = "".join(pieces)
    if not text.isascii() and len(text.encode("utf-8", "surrogatepass")) > MAX_OUTPUT_BYTES:
        raise output_too_long()
    return text


def output_too_long() -> LimitError:
    return LimitError(
        problem=f"The output is longer than {MAX_OUTPUT_BYTES} bytes.",
        remedy="Split the template, or look for a loop that prints too often.",
    )


# --- what the operators and the printer refuse ---


def _printable(value: Any) -> Any:
    """Only text and numbers are printed: a null or a Python list in a script is a mistake."""
    kind = type(value)
    if kind is str or kind is int or kind is bool:
        return value
    if kind is float:
        if not math.isfinite(value):
            raise FilterRefusal(problem=f"{value} has no literal.", remedy="Give a finite number.")
        return value
    if kind is jinja2.Undefined or isinstance(value, Strict):
        return value  # an inline `if` without `else` prints nothing; a missing name raises
    if value is None:
        raise FilterRefusal(
            problem="The value to print is null.",
            remedy="Guard it with `{% if %}`, give it a value, or use `| default(..., true)`; "
            "`| literal` prints NULL.",
        )
    raise FilterRefusal(
        problem=f"A {_kind(value)} cannot be printed as it is.",
        remedy="Loop over it, or say how: `| literal`, `| idents`, `| join(', ')`, `| to_json`.",
    )


def _kind(value: Any) -> str:
    """What a template author calls a value of this type."""
    if isinstance(value, bool):
        return "boolean"
    for types, word in _KINDS:
        if isinstance(value, types):
            return word
    return "value of this kind"


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (str, "string"),
    (int, "number"),
    (float, "number"),
    (dict, "mapping"),
    ((list, tuple, range), "list"),
    (type(None), "null"),
    (Macro, "macro"),
    (LoopContext, "loop"),
    (Namespace, "namespace"),
)


def _limited_range(*bounds: int) -> range:
    numbers = range(*bounds)
    if not -MAX_RANGE <= (numbers.stop - numbers.start) // numbers.step <= MAX_RANGE:
        raise LimitError(
            problem=f"This range counts to more than {MAX_RANGE}.",
            remedy="Loop over the data itself, or over a smaller range.",
        )
    return numbers


def _new_dict(*args: Any, **fields: Any) -> dict[Any, Any]:
    return dict(*args, **fields)


def _check_product(left: Any, right: Any) -> None:
    for many, times in ((left, right), (right, left)):
        if isinstance(many, (str, list, tuple)) and isinstance(times, int):
            if len(many) * times > MAX_TEXT:
                raise _too_large(f"Repeating a {_kind(many)} {times} times")
            return
    if isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() + right.bit_length()
        if bits > MAX_INTEGER_BITS:
            raise _too_large("This product")


def _check_power(left: Any, right: Any) -> None:
    if not (isinstance(left, int) and isinstance(right, int)):
        return
    if left.bit_length() * abs(right) > MAX_INTEGER_BITS:
        raise _too_large("This power")


def _too_large(what: str) -> LimitError:
    return LimitError(
        problem=f"{what} would be too large.", remedy="Use smaller numbers; this is no script text."
    )


# --- exceptions to words ---


class Fault(LakewrightError):
    """A template stopped.

    Attributes:
        rule: One of the rules of `ports.RenderFault`.
        name: The source it stopped in: a template id or a macro file.
        line: 1-based; 0 when unknown.
    """

    def __init__(self, rule: str, problem: str, remedy: str, *, name: str, line: int) -> None:
        super().__init__(problem, remedy, f"{name}:{line}" if line else name)
        self.rule = rule
        self.name = name
        self.line = line


def fault_of(error: BaseException, *, name: str, names: Iterable[str] = ()) -> Fault:
    """Any exception that reading or running a template raised, in words a person can use.

    Args:
        name: The template's id, said when the place is unknown.
        names: The top-level names it was given, for "did you mean".
    """
    if isinstance(error, Fault):
        return error
    place, line = _place(error, name)

    def fault(rule: str, problem: str, remedy: str) -> Fault:
        return Fault(rule, problem, remedy, name=place, line=line)

    match error:
        case LimitError():
            return fault("template-limit", error.problem, error.remedy)
        case LakewrightError():
            return fault("template-error", error.problem, error.remedy)
        case UndefinedValueError():
            return fault("template-undefined", *_undefined_words(error, names))
        case jinja2.UndefinedError():
            return fault("template-undefined", _sentence(error), "Declare it, or guard its use.")
        case SecurityError():
            return fault("template-forbidden", _sentence(error), _forbidden_remedy(error))
        case jinja2.TemplateNotFound():
            return fault(
                "template-error",
                f"There is no macro file '{shown(str(error.name))}'.",
                "Put it below templates/macros/, or correct the name.",
            )
        case jinja2.TemplateSyntaxError():
            return fault("template-syntax", *syntax_words(error.message or "Invalid syntax."))
        case RecursionError():
            return fault(
                "template-limit",
                "The template goes too deep: it includes or calls itself, or nests too far.",
                "Stop the recursion, or flatten the nesting.",
            )
        case SyntaxError():
            # Python's own words about the code that Jinja made of the template.
            return fault(
                "template-limit",
                "The template nests too deeply, or one of its expressions is too long.",
                "Flatten the nesting; split the expression with `{% set %}`.",
            )
        case MemoryError():
            return fault(
                "template-limit",
                "The template used more memory than it may.",
                "Build less text at once; look for a loop that doubles a value.",
            )
        case TemplateRuntimeError():
            return fault("template-error", *syntax_words(_sentence(error)))
        case OverflowError():
            return fault("template-limit", _sentence(error), "Use smaller numbers.")
        case TypeError() if "NoneType" in str(error):
            return fault(
                "template-error",
                "A null is used where a value is needed.",
                "Guard the line with `{% if %}`, give the variable a value, or use "
                "`| default([], true)`.",
            )
        case _:
            return fault(
                "template-error",
                f"This line stopped the template: {_sentence(error)}",
                "Check the kinds of the values that the line works on.",
            )


def syntax_words(message: str) -> tuple[str, str]:
    """Problem and remedy for one of Jinja's syntax messages."""
    problem = shown(message, 300)
    if not problem.endswith((".", "?")):
        problem += "."
    for kind, names in (("filter", all_filters()), ("test", all_tests())):
        if message.startswith(f"No {kind} named "):
            wrong = message.split("'")[1] if "'" in message else ""
            instead = _FILTER_INSTEAD.get(wrong, "")
            remedy = did_you_mean(wrong, names) + instead
            return f"There is no {kind} '{shown(wrong)}'.", remedy.strip() or (
                f"`lakewright` has these: {', '.join(sorted(names))}."
                if kind == "test"
                else "See the list of filters in the documentation of templates."
            )
    if "nclosed" in message or "end of template" in message or "looking for" in message:
        return problem, "Close every `{% if %}`, `{% for %}` and `{% macro %}` with its own end."
    return problem, "Correct the tag at this place."


_FILTER_INSTEAD = {
    "attr": "Write `value.name` or `value['name']`.",
    "tojson": "Use `to_json`.",
    "random": "Templates must print the same every time.",
    "e": "Use `literal` for SQL text or `ident` for a name.",
    "escape": "Use `literal` for SQL text or `ident` for a name.",
    "quote": "Use `literal` for SQL text or `ident` for a name.",
    "safe": "Nothing is escaped here, so `safe` has no meaning.",
    "regex_replace": "Regular expressions cannot be used in filters; use `replace`.",
}


@cache
def all_filters() -> frozenset[str]:
    """Every filter name a template may use."""
    return frozenset(_JINJA_FILTERS) | frozenset(FILTERS)


@cache
def all_tests() -> frozenset[str]:
    """Every test (`is ...`) a template may use."""
    return frozenset(jinja2.tests.TESTS) - frozenset(_WITHOUT_TESTS)


def _undefined_words(error: UndefinedValueError, names: Iterable[str]) -> tuple[str, str]:
    problem = str(error.message)
    if error.known is None and error.name in DATABRICKS_ROOTS:
        return problem, (
            f'If you mean a Databricks reference, write {{{{ "{error.name}..." | dynamic_value }}}}'
            ", which prints the braces; otherwise declare the variable."
        )
    near = did_you_mean(error.name, names if error.known is None else error.known)
    if error.known is None:
        return problem, f"{near}Declare it under `variables`, or give it a value."
    return problem, f"{near}Correct the name, or guard it with `is defined` or `| default(...)`."


def _forbidden_remedy(error: SecurityError) -> str:
    message = str(error)
    for attribute, remedy in _INSTEAD.items():
        if message.startswith(f"'{attribute}' "):
            return remedy
    if "macro file" in message:
        return 'Name a file of templates/macros/, e.g. `{% import "macros/naming.jinja" as n %}`.'
    return "Templates see plain data only; use a filter instead."


def _sentence(error: BaseException) -> str:
    text = shown(str(error) or type(error).__name__, 300)
    return text if text.endswith((".", "?", "!")) else text + "."


def _place(error: BaseException, name: str) -> tuple[str, int]:
    """The innermost template line on the traceback; Jinja marks its modules' globals."""
    if isinstance(error, jinja2.TemplateSyntaxError):
        return error.name or name, error.lineno or 0
    place, line = name, 0
    trace = error.__traceback__
    steps = 0
    # A recursion has a thousand frames; the first few hundred say where it is.
    while trace is not None and steps < 400:
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(template, jinja2.Template):
            found = template.get_corresponding_lineno(trace.tb_lineno)
            place, line = template.name or name, found
        trace = trace.tb_next
        steps += 1
    return place, line
