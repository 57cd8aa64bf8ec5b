"""Everything that can be wrong with a template before anybody gives it a value."""

import keyword
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import jinja2
from jinja2 import nodes

from lakewright.diagnostics import Diagnostic, Location, Severity, did_you_mean, shown
from lakewright.errors import LakewrightError
from lakewright.templates.environment import (
    DATABRICKS_ROOTS,
    all_filters,
    all_tests,
    fault_of,
    is_macro_name,
    known_names,
    make_environment,
    syntax_words,
)
from lakewright.templates.interpolation import unsafe_interpolations
from lakewright.templates.patterns import PatternError, check_pattern
from lakewright.templates.template import MISSING, Template, Variable
from lakewright.templates.tokens import Printed, Token, printed_expressions
from lakewright.templates.uses import SCOPE_NAMES, Use, known_in, parsed, template_uses
from lakewright.templates.values import Reporter, read_value


@dataclass(frozen=True)
class Reading:
    """A template, read once for all rules.

    Attributes:
        tree, tokens: Of the content; None and empty when it cannot be read.
        fault: Why the content cannot be read.
        undo_fault: Why the undo source cannot be read.
    """

    template: Template
    macros: Mapping[str, str]
    tree: nodes.Template | None
    tokens: tuple[Token, ...]
    fault: Exception | None = None
    undo_fault: Exception | None = None

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """What the content and the undo source read, local names apart."""
        return template_uses(self.template, self.macros)

    @cached_property
    def nodes(self) -> tuple[nodes.Node, ...]:
        """Everything in the content's tree, in its order: several rules look through it."""
        return () if self.tree is None else tuple(self.tree.find_all(nodes.Node))

    @cached_property
    def used_names(self) -> frozenset[str]:
        return frozenset(use.name for use in self.uses)

    @cached_property
    def printed(self) -> tuple[Printed, ...]:
        return tuple(printed_expressions(self.tokens))

    def at(self, line: int, column: int = 0) -> Location:
        """A place in the content, as a place in the template's file."""
        template = self.template
        if template.content_line and line:
            line = template.content_line + line - 1
            column = column + template.content_column if column else 0
        return Location(template.file, line, column, property="template_content")

    def declared_at(self, line: int, property_: str) -> Location:
        return Location(self.template.file, line, property=property_)


def read(template: Template, macros: Mapping[str, str]) -> Reading:
    """Parse the content; a fault in it is part of the reading, not an exception."""
    tree: nodes.Template | None = None
    tokens: tuple[Token, ...] = ()
    fault: Exception | None = None
    undo_fault: Exception | None = None
    try:
        parsed(template.undo)
    except (jinja2.TemplateError, LakewrightError, RecursionError) as error:
        undo_fault = error
    try:
        tree, tokens = parsed(template.content)
    except (jinja2.TemplateError, LakewrightError, RecursionError) as error:
        fault = error
    return Reading(template, macros, tree, tokens, fault, undo_fault)


Rule = Callable[[Reading], Iterator[Diagnostic]]


# --- the source ---


def template_syntax(reading: Reading) -> Iterator[Diagnostic]:
    """The content and the undo source must be Jinja that can be read."""
    source = reading.template.content
    for error, property_ in ((reading.fault, "template_content"), (reading.undo_fault, "undo")):
        if error is None:
            continue
        fault = fault_of(error, name=reading.template.id)
        if property_ == "undo":
            where = reading.declared_at(0, "undo")
        else:
            where = reading.at(fault.line, _syntax_column(source, fault.line, fault.problem))
        yield Diagnostic(fault.rule, Severity.ERROR, fault.problem, fault.remedy, where)


_QUOTED = re.compile(r"'([^']+)'")
_TAG = re.compile(r"\{[{%#]")


def _syntax_column(source: str, line: int, message: str) -> int:
    """Jinja names the line only: look for the words of its message on that line."""
    lines = re.split(r"\r\n|\r|\n", source)
    if not 0 < line <= len(lines):
        return 0
    text = lines[line - 1]
    # "expected token 'x', got 'y'": what stands there is y.
    for word in _QUOTED.findall(message.partition(" got ")[2] or message):
        written = {
            "end of print statement": "}}",
            "end of statement block": "%}",
            "begin of print statement": "{{",
            "begin of statement block": "{%",
        }.get(word, word)
        found = re.search(rf"(?<!\w){re.escape(written)}(?!\w)", text)
        if found is not None:
            return found.start() + 1
    tag = _TAG.search(text)
    return tag.start() + 1 if tag else 1


def unknown_filter(reading: Reading) -> Iterator[Diagnostic]:
    """Every filter must exist."""
    yield from _unknown(reading, "filter", nodes.Filter, all_filters())


def unknown_test(reading: Reading) -> Iterator[Diagnostic]:
    """Every test (`is ...`) must exist."""
    yield from _unknown(reading, "test", nodes.Test, all_tests())


def _unknown(
    reading: Reading, word: str, kind: type[nodes.Filter | nodes.Test], known: frozenset[str]
) -> Iterator[Diagnostic]:
    if reading.tree is None:
        return
    for node in reading.nodes:
        if isinstance(node, kind) and node.name not in known:
            problem, remedy = syntax_words(f"No {word} named '{node.name}'.")
            column = _column_of(reading, node.name, node.lineno)
            where = reading.at(node.lineno, column)
            yield Diagnostic(f"unknown-{word}", Severity.ERROR, problem, remedy, where)


def _column_of(reading: Reading, text: str, line: int) -> int:
    for token in reading.tokens:
        if token.line == line and token.kind == "name" and token.text == text:
            return token.column
    return 0


def macro_not_found(reading: Reading) -> Iterator[Diagnostic]:
    """Files named in `import`, `include` and `extends` must be macro files that exist."""
    if reading.tree is None:
        return
    kinds = (nodes.Import, nodes.FromImport, nodes.Include, nodes.Extends)
    for node in reading.nodes:
        if not isinstance(node, kinds):
            continue
        wanted = node.template
        if not isinstance(wanted, nodes.Const) or not isinstance(wanted.value, str):
            continue
        name = wanted.value
        if name in reading.macros or (isinstance(node, nodes.Include) and node.ignore_missing):
            continue
        if is_macro_name(name):
            remedy = did_you_mean(name, reading.macros) + "Name a file below templates/macros/."
        else:
            remedy = "Only macro files can be named, e.g. 'macros/naming.jinja'."
        yield Diagnostic(
            "macro-not-found",
            Severity.ERROR,
            f"There is no macro file '{shown(name)}'.",
            remedy,
            reading.at(node.lineno),
        )


# --- variables ---


def databricks_braces(reading: Reading) -> Iterator[Diagnostic]:
    """`{{job.run_id}}` is meant for Databricks, but Jinja reads the braces first."""
    for use in _undeclared(reading):
        if use.name in DATABRICKS_ROOTS:
            reference = ".".join(use.path)
            yield Diagnostic(
                "databricks-braces",
                Severity.ERROR,
                f"{{{{{reference}}}}} is read as a template variable, and there is none.",
                f'Write {{{{ "{reference}" | dynamic_value }}}}, which prints the braces for '
                "Databricks.",
                reading.at(use.line, use.column),
            )


def undeclared_variable(reading: Reading) -> Iterator[Diagnostic]:
    """A name that the content reads must be declared, or nobody knows to give it a value.

    One finding for each name, at its first use. A warning: a recipe can still give the value.
    """
    reported: set[str] = set()
    for use in _undeclared(reading):
        if use.name in reported or use.name in DATABRICKS_ROOTS:
            continue
        reported.add(use.name)
        yield Diagnostic(
            "undeclared-variable",
            Severity.WARNING,
            f"The content uses '{use.name}', which is not declared.",
            did_you_mean(use.name, known_in(reading.template))
            + f"Declare '{use.name}' under `variables`.",
            reading.at(use.line, use.column),
        )


def _undeclared(reading: Reading) -> Iterator[Use]:
    declared = {variable.name for variable in reading.template.all_variables()}
    for use in reading.uses:
        if use.name not in declared and use.name not in SCOPE_NAMES:
            yield use


def unused_variable(reading: Reading) -> Iterator[Diagnostic]:
    """A declared variable that nothing reads makes people fill in a form for nothing."""
    if reading.tree is None:
        return
    for variable in reading.template.all_variables():
        if variable.name not in reading.used_names:
            yield Diagnostic(
                "unused-variable",
                Severity.WARNING,
                f"Variable '{variable.name}' is declared but never used.",
                "Use it in the content, or remove it.",
                reading.declared_at(variable.line, f"variables.{variable.name}"),
            )


def dead_variation(reading: Reading) -> Iterator[Diagnostic]:
    """Switching a variation must be able to change the output."""
    if reading.tree is None:
        return
    live: set[str] = set()
    for use in reading.uses:
        if use.name == "variations":
            if len(use.path) == 1:
                return  # read as a whole, or by a computed name: all may matter
            live.add(use.path[1])
    for variation in reading.template.variations:
        added = [variable.name for variable in variation.adds_variables]
        if variation.id in live or any(name in reading.used_names for name in added):
            continue
        also = f", nor any variable that it adds ({', '.join(added)})" if added else ""
        yield Diagnostic(
            "dead-variation",
            Severity.WARNING,
            f"Variation '{variation.id}' changes nothing: the content never reads "
            f"variations.{variation.id}.enabled{also}.",
            f"Guard a part with {{% if variations.{variation.id}.enabled %}}, or remove the "
            "variation.",
            reading.declared_at(variation.line, f"variations.{variation.id}"),
        )


def unknown_variation(reading: Reading) -> Iterator[Diagnostic]:
    """`variations.<id>` in the content must name a variation of the template."""
    known = [variation.id for variation in reading.template.variations]
    for use in reading.uses:
        if use.name == "variations" and len(use.path) > 1 and use.path[1] not in known:
            yield Diagnostic(
                "unknown-variation",
                Severity.ERROR,
                f"The template has no variation '{shown(use.path[1])}'.",
                did_you_mean(use.path[1], known) + "Declare it under `variations`.",
                reading.at(use.line, use.column),
            )


def duplicate_name(reading: Reading) -> Iterator[Diagnostic]:
    """Each name is declared once: in the variables, and among the variations."""
    template = reading.template
    own = Counter(variable.name for variable in template.variables)
    for name, times in own.items():
        if times > 1:
            yield _duplicate(reading, "Variable", name, template.variables[-1].line, "variables")
    for variation in template.variations:
        # Two variations may add the same variable; one may not add it twice.
        added = Counter(variable.name for variable in variation.adds_variables)
        for name, times in added.items():
            if times > 1 or name in own:
                yield _duplicate(
                    reading, "Variable", name, variation.line, f"variations.{variation.id}"
                )
    ids = Counter(variation.id for variation in template.variations)
    for name, times in ids.items():
        if times > 1:
            line = [v.line for v in template.variations if v.id == name][-1]
            yield _duplicate(reading, "Variation", name, line, "variations")


def _duplicate(reading: Reading, what: str, name: str, line: int, path: str) -> Diagnostic:
    return Diagnostic(
        "duplicate-name",
        Severity.ERROR,
        f"{what} '{shown(name)}' is declared more than once.",
        "Remove one of the declarations, or rename it.",
        reading.declared_at(line, f"{path}.{name}"),
    )


_INSIDE = frozenset({"loop", "caller", "varargs", "kwargs"})
_NEVER = frozenset(
    {"self", "super", "variations"}
    | {"true", "false", "none", "True", "False", "None", "and", "or", "not", "in", "is", "if"}
    | {"else", "for", "set", "import", "include", "block", "macro"}
)


def shadowed_name(reading: Reading) -> Iterator[Diagnostic]:
    """A variable should not take the name of something that every template already has."""
    taken = frozenset(SCOPE_NAMES) | known_names(make_environment())
    for variable in reading.template.all_variables():
        if variable.name in _NEVER:
            severity = Severity.ERROR
            problem = f"Variable '{variable.name}' cannot be read: the name is Jinja's own."
        elif variable.name in _INSIDE:
            severity = Severity.WARNING
            problem = f"Variable '{variable.name}' cannot be read inside loops or macros."
        elif variable.name in taken:
            severity = Severity.WARNING
            problem = f"Variable '{variable.name}' hides the built-in '{variable.name}'."
        else:
            continue
        where = reading.declared_at(variable.line, f"variables.{variable.name}")
        yield Diagnostic(
            "shadowed-name", severity, problem, f"Rename it, e.g. '{variable.name}_value'.", where
        )
    if reading.tree is None:
        return
    declared = {variable.name for variable in reading.template.all_variables()}
    for loop in (node for node in reading.nodes if isinstance(node, nodes.For)):
        targets = [loop.target, *loop.target.find_all(nodes.Name)]
        for name in {n.name for n in targets if isinstance(n, nodes.Name)} & declared:
            yield Diagnostic(
                "shadowed-name",
                Severity.WARNING,
                f"The loop hides the variable '{name}' behind its own '{name}'.",
                "Rename the loop's name.",
                reading.at(loop.lineno, _column_of(reading, name, loop.lineno)),
            )


def variable_name(reading: Reading) -> Iterator[Diagnostic]:
    """A variable's name must be readable in an expression: letters, digits and `_`."""
    for variable in reading.template.all_variables():
        if not variable.name.isidentifier() or keyword.iskeyword(variable.name):
            fixed = re.sub(r"\W+", "_", variable.name).strip("_") or "value"
            yield Diagnostic(
                "variable-name",
                Severity.ERROR,
                f"'{shown(variable.name)}' cannot be the name of a variable.",
                f"Use letters, digits and _, e.g. '{shown(fixed)}'.",
                reading.declared_at(variable.line, f"variables.{variable.name}"),
            )


def bad_pattern(reading: Reading) -> Iterator[Diagnostic]:
    """A pattern must be a regular expression that cannot hang."""
    for variable in reading.template.all_variables():
        if not variable.pattern:
            continue
        try:
            check_pattern(variable.pattern)
        except PatternError as error:
            yield Diagnostic(
                "bad-pattern",
                Severity.ERROR,
                f"Variable '{variable.name}': {error.problem}",
                error.remedy,
                reading.declared_at(variable.line, f"variables.{variable.name}.pattern"),
            )


def default_type(reading: Reading) -> Iterator[Diagnostic]:
    """A default must be a value that the variable itself would accept."""
    yield from _unfit(reading, "default", Severity.ERROR)


def sample_type(reading: Reading) -> Iterator[Diagnostic]:
    """A sample must be a value that the variable itself would accept."""
    yield from _unfit(reading, "sample", Severity.WARNING)


def example_fits(reading: Reading) -> Iterator[Diagnostic]:
    """An example must name variables and variations of its template, with values that they take."""
    template = reading.template
    variables = {variable.name: variable for variable in template.all_variables()}
    switches = {variation.id for variation in template.variations}
    for number, example in enumerate(template.examples):
        said: list[tuple[str, str]] = [
            (
                f"Example '{shown(example.name)}' gives '{shown(name)}', which the template lacks.",
                did_you_mean(name, known) + "Remove it, or correct the name.",
            )
            for known, names in ((variables, example.values), (switches, example.variations))
            for name in names
            if name not in known
        ]
        for name, value in example.values.items():
            found: list[Diagnostic] = []
            if name in variables and value is not None:
                read_value(variables[name], value, Reporter(name, "", found))
            said += [(f"Example '{shown(example.name)}': {d.problem}", d.remedy) for d in found]
        for problem, remedy in said:
            where = reading.declared_at(0, f"examples.{number}")
            yield Diagnostic("example-fits", Severity.WARNING, problem, remedy, where)


def _unfit(reading: Reading, which: str, severity: Severity) -> Iterator[Diagnostic]:
    for variable in reading.template.all_variables():
        value = variable.default if which == "default" else variable.sample
        if value is MISSING or value is None:
            continue
        found: list[Diagnostic] = []
        read_value(variable, value, Reporter(variable.name, "", found))
        for finding in found[:1]:
            if finding.rule == "bad-pattern":
                continue  # reported once, as that
            yield Diagnostic(
                f"{which}-type",
                severity,
                f"The {which} does not fit. {finding.problem}",
                finding.remedy,
                reading.declared_at(variable.line, f"variables.{variable.name}.{which}"),
            )


def enum_without_choices(reading: Reading) -> Iterator[Diagnostic]:
    """An enum needs at least one choice."""
    for variable in reading.template.all_variables():
        if variable.type == "enum" and not variable.choices:
            yield Diagnostic(
                "enum-without-choices",
                Severity.ERROR,
                f"Variable '{variable.name}' is an enum without choices.",
                "List its values under `choices`.",
                reading.declared_at(variable.line, f"variables.{variable.name}"),
            )


def required_with_default(reading: Reading) -> Iterator[Diagnostic]:
    """A required variable with a default is never missed, so `required` says nothing."""
    for variable in reading.template.all_variables():
        if variable.required and variable.default is not MISSING:
            yield Diagnostic(
                "required-with-default",
                Severity.WARNING,
                f"Variable '{variable.name}' is required and has a default.",
                "Remove `required`, or the default.",
                reading.declared_at(variable.line, f"variables.{variable.name}"),
            )


def missing_description(reading: Reading) -> Iterator[Diagnostic]:
    """People who fill in the form read the descriptions."""
    for variable in reading.template.all_variables():
        if not variable.description.strip():
            yield Diagnostic(
                "missing-description",
                Severity.INFO,
                f"Variable '{variable.name}' has no description.",
                "Say in a few words what it is.",
                reading.declared_at(variable.line, f"variables.{variable.name}"),
            )


# --- SQL ---


def unsafe_interpolation(reading: Reading) -> Iterator[Diagnostic]:
    """In SQL, a value must be printed through a filter that keeps it in its place.

    A text between quotes can close them, a name can hold a blank or a semicolon, and a comment
    can hold a line end. Numbers, choices, and texts whose pattern allows letters only are fine.
    """
    template = reading.template
    if reading.tree is None or "sql" not in template.output_type:
        return
    variables = {variable.name: variable for variable in template.all_variables()}
    for unsafe in unsafe_interpolations(template, reading.tree, reading.printed):
        printed = unsafe.printed
        what = f"'{unsafe.culprit}'" if unsafe.culprit else f"`{shown(printed.expression)}`"
        into, remedy = _unsafe_words(unsafe.place, unsafe.culprit, variables)
        if unsafe.place == "code" and unsafe.before:
            whole = f'("{unsafe.before}" ~ {printed.expression}) | ident'
            remedy = f"Make one name of it: {{{{ {whole} }}}}."
        yield Diagnostic(
            "unsafe-interpolation",
            Severity.WARNING,
            f"{what} is printed {into} as it is.",
            remedy,
            reading.at(printed.line, printed.column),
        )


def _unsafe_words(place: str, culprit: str, variables: Mapping[str, Variable]) -> tuple[str, str]:
    if place == "quotes":
        return "between quotes", "Remove the quotes and print it with `| literal`."
    if place == "backticks":
        return "between backticks", "Remove the backticks and print it with `| ident`."
    if place == "comment":
        return "into a comment", "Print it with `| sql_comment`."
    if culprit.rpartition(".")[2] in ("type", "data_type"):
        return "into SQL", "Print it with `| sql_type`."
    if culprit in variables and variables[culprit].type == "table_name":
        return "into SQL", "Print it with `| table_name`."
    return (
        "into SQL",
        "Print it with `| ident` (a name), `| literal` (a value) or `| sql_expression` (SQL).",
    )


RULES: tuple[Rule, ...] = (
    template_syntax,
    unknown_filter,
    unknown_test,
    macro_not_found,
    databricks_braces,
    undeclared_variable,
    unused_variable,
    dead_variation,
    unknown_variation,
    duplicate_name,
    shadowed_name,
    variable_name,
    bad_pattern,
    default_type,
    sample_type,
    example_fits,
    enum_without_choices,
    required_with_default,
    missing_description,
    unsafe_interpolation,
)


def check_template(template: Template, macros: Mapping[str, str]) -> list[Diagnostic]:
    """Every finding about a template, in rule order. Empty means sound.

    Args:
        macros: Importable sources by name, built-in ones included.
    """
    reading = read(template, macros)
    return [found for rule in RULES for found in _guarded(rule, reading)]


def _guarded(rule: Rule, reading: Reading) -> list[Diagnostic]:
    try:
        return list(rule(reading))
    except RecursionError:
        # A tree that could just be parsed may be too deep to walk.
        return [
            Diagnostic(
                "template-limit",
                Severity.ERROR,
                "The content nests too deeply to be checked.",
                "Flatten the nesting.",
                reading.at(0),
            )
        ]


SOURCE_RULES: tuple[Rule, ...] = (template_syntax, unknown_filter, unknown_test, macro_not_found)


def check_macros(macros: Mapping[str, str], folder: str = "templates") -> list[Diagnostic]:
    """Every finding about macro files, by file.

    Args:
        macros: The repository's own sources by name (`macros/naming.jinja`); importable names
            of built-in files may be among them.
        folder: Where the names start, for the places.
    """
    found: list[Diagnostic] = []
    for name in sorted(macros):
        file = f"{folder}/{name}" if folder else name
        found += check_macro(name, macros[name], macros, file)
    return found


def check_macro(
    name: str, source: str, macros: Mapping[str, str], file: str
) -> Iterator[Diagnostic]:
    """Every finding about one macro file.

    Args:
        macros: What it may import, by name.
    """
    reading = read(Template(name, name, content=source, file=file, content_line=1), macros)
    for rule in SOURCE_RULES:
        yield from _guarded(rule, reading)
