"""Where a template prints a value into SQL that could end the place it is printed in."""

import re
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from jinja2 import nodes

from lakewright.templates.environment import DATABRICKS_ROOTS
from lakewright.templates.filters import FILTERS
from lakewright.templates.patterns import PatternError, matches
from lakewright.templates.template import Template, Variable, VariableType
from lakewright.templates.tokens import Printed


class Trust(IntEnum):
    """How far a printed value can reach; a text made of several has the worst of them."""

    FIXED = 0  # a number, or words that the template's author wrote: harmless anywhere
    CLOSED = 1  # made whole by a filter: harmless outside of quotes
    OPEN = 2  # may hold anything


@dataclass(frozen=True, slots=True)
class Unsafe:
    """One `{{ ... }}` that prints an open value.

    Attributes:
        culprit: The value that is open: `column.comment`.
        place: What it is printed into: "quotes", "backticks", "comment" or "code".
        before: The word that the value continues: `pk_` in `pk_{{ table }}`.
    """

    printed: Printed
    culprit: str
    place: str
    before: str = ""


def unsafe_interpolations(
    template: Template, tree: nodes.Template, printed: Sequence[Printed]
) -> Iterator[Unsafe]:
    """Every open value that the content prints, in the order of the source."""
    walker = _Walker(template, iter(printed))
    walker.block(tree.body, walker.declared)
    yield from walker.found


# --- where in the SQL we are ---

_EDGE = re.compile(r"--|/\*|\*/|\\.|['\"`\n]", re.DOTALL)


def place_after(place: str, text: str) -> str:
    """The state of a SQL reader behind `text`: `""` in code, else what it waits for.

    >>> place_after("", "SELECT 'it"), place_after("'", "s' -- x"), place_after("--", " y\\n")
    ("'", '--', '')
    """
    for edge in _EDGE.finditer(text):
        found = edge.group()
        if place == "":
            place = found if found in ("'", '"', "`", "--", "/*") else ""
        elif place == "--":
            place = "" if found.endswith("\n") else place
        elif place == "/*":
            place = "" if found == "*/" else place
        elif found == place:
            place = ""
    return place


def _last_word(text: str) -> str:
    """The word that a text ends in the middle of; names are no longer than a few dozen letters."""
    tail = text[-64:]
    return tail[len(tail.rstrip(_WORD)) :]


_WORD = string.ascii_letters + string.digits + "_"
_PLACE_WORDS = {"'": "quotes", '"': "quotes", "`": "backticks", "--": "comment", "/*": "comment"}

# --- how far a value can reach ---

_COUNTING = frozenset({"int", "float", "length", "count", "round", "wordcount", "slug", "snake"})
_FIXED_TYPES = frozenset(
    {
        VariableType.INTEGER,
        VariableType.NUMBER,
        VariableType.BOOLEAN,
        VariableType.ENUM,
        VariableType.CRON,
    }
)
# Texts that could leave their place; a pattern that refuses all of them lets words through only.
_ESCAPES = tuple(
    text
    for sign in ("'", '"', "`", ";", "\n", "--", "/*", "(", ")", "\\", "=")
    for text in (sign, f"a{sign}b")
)


def _trust_of(variable: Variable) -> Trust:
    if variable.type in _FIXED_TYPES:
        return Trust.FIXED
    if variable.pattern and variable.type in (VariableType.STRING, VariableType.ARRAY):
        try:
            harmless = not any(matches(variable.pattern, text) for text in _ESCAPES)
        except PatternError:
            return Trust.OPEN
        return Trust.FIXED if harmless else Trust.OPEN
    return Trust.OPEN


@dataclass(frozen=True, slots=True)
class _Reach:
    trust: Trust
    culprit: str = ""


_FIXED = _Reach(Trust.FIXED)
_CLOSED = _Reach(Trust.CLOSED)
_Scope = dict[str, _Reach]


def _worst(reaches: Sequence[_Reach]) -> _Reach:
    return max(reaches, key=lambda reach: reach.trust, default=_FIXED)


def _reach(node: nodes.Node | None, scope: Mapping[str, _Reach]) -> _Reach:
    match node:
        case None | nodes.Const() | nodes.TemplateData() | nodes.Compare() | nodes.Not():
            return _FIXED
        case nodes.Test():
            return _FIXED
        case nodes.Name():
            return scope.get(node.name, _Reach(Trust.OPEN, node.name))
        case nodes.Getattr() | nodes.Getitem():
            return _reach_of_path(node, scope)
        case nodes.Filter():
            return _reach_of_filter(node, scope)
        case nodes.CondExpr():
            return _worst([_reach(node.expr1, scope), _reach(node.expr2, scope)])
        case nodes.Call():
            return _reach_of_call(node, scope)
        case _:
            return _worst([_reach(child, scope) for child in node.iter_child_nodes()])


def _reach_of_path(node: nodes.Getattr | nodes.Getitem, scope: Mapping[str, _Reach]) -> _Reach:
    fields = []
    root: nodes.Node = node
    while isinstance(root, nodes.Getattr | nodes.Getitem):
        if isinstance(root, nodes.Getattr):
            fields.append(root.attr)
        elif isinstance(root.arg, nodes.Const):
            fields.append(str(root.arg.value))
        root = root.node
    if isinstance(root, nodes.Name) and root.name == "loop":
        return scope.get("loop", _FIXED) if fields[-1] in ("previtem", "nextitem") else _FIXED
    reach = _reach(root, scope)
    if reach.trust is Trust.OPEN and isinstance(root, nodes.Name):
        return _Reach(Trust.OPEN, ".".join([root.name, *reversed(fields)]))
    return reach


def _reach_of_filter(node: nodes.Filter, scope: Mapping[str, _Reach]) -> _Reach:
    if node.name in _COUNTING:
        return _FIXED
    if node.name in FILTERS and FILTERS[node.name].sql_safe:
        return _CLOSED
    if node.name in ("map", "select", "reject") and node.args:
        first = node.args[0]
        if node.name == "map" and isinstance(first, nodes.Const) and first.value in FILTERS:
            row = FILTERS[first.value]
            if row.sql_safe or row.name in _COUNTING:
                return _CLOSED
        return _reach(node.node, scope)
    return _worst([_reach(child, scope) for child in node.iter_child_nodes()])


def _reach_of_call(node: nodes.Call, scope: Mapping[str, _Reach]) -> _Reach:
    called = node.node
    arguments = [_reach(child, scope) for child in node.iter_child_nodes(exclude=("node",))]
    if isinstance(called, nodes.Getattr):
        # A method of a value, a macro of an imported file, or `loop.cycle`.
        return _worst([_reach(called, scope), *arguments])
    # A macro prints text of its own, which is looked at where it is written; so do the rest.
    return _CLOSED if isinstance(called, nodes.Name) else _worst(arguments)


class _Walker:
    """Follows the source with two things in hand: the place in the SQL and what is in scope."""

    def __init__(self, template: Template, printed: Iterator[Printed]) -> None:
        self.found: list[Unsafe] = []
        self.declared: _Scope = {"variations": _FIXED, "range": _FIXED}
        for variable in template.all_variables():
            self.declared[variable.name] = _Reach(_trust_of(variable), variable.name)
        self._printed = printed
        self._place = ""
        self._before = ""

    def block(self, body: Sequence[nodes.Node], scope: _Scope) -> None:
        for node in body:
            self._visit(node, scope)

    def _visit(self, node: nodes.Node, scope: _Scope) -> None:
        match node:
            case nodes.Output():
                for child in node.nodes:
                    if isinstance(child, nodes.TemplateData):
                        self._place = place_after(self._place, child.data)
                        self._before = _last_word(child.data)
                    else:
                        self._print(child, scope)
                        self._before = ""
            case nodes.If():
                self._branches(node, scope)
            case nodes.For():
                reach = _reach(node.iter, scope)
                inner = {**scope, **_each(node.target, reach), "loop": reach}
                self.block(node.body, inner)
                self.block(node.else_, dict(scope))
            case nodes.Assign():
                scope.update(_each(node.target, _reach(node.node, scope)))
            case nodes.AssignBlock():
                self._apart(node.body, scope)
                scope.update(_each(node.target, _CLOSED))
            case nodes.Macro() | nodes.CallBlock():
                arguments = {a.name: _Reach(Trust.OPEN, a.name) for a in node.args}
                self._apart(node.body, {**scope, **arguments, "caller": _CLOSED})
                if isinstance(node, nodes.Macro):
                    scope[node.name] = _CLOSED
            case nodes.With():
                inner = dict(scope)
                for target, value in zip(node.targets, node.values, strict=True):
                    inner.update(_each(target, _reach(value, scope)))
                self.block(node.body, inner)
            case nodes.Import():
                scope[node.target] = _CLOSED
            case nodes.FromImport():
                for name in node.names:
                    scope[name if isinstance(name, str) else name[1]] = _CLOSED
            case nodes.FilterBlock() | nodes.Block():
                self.block(node.body, dict(scope))

    def _branches(self, node: nodes.If, scope: _Scope) -> None:
        before = self._place
        self.block(node.body, scope)
        after = self._place
        for branch in node.elif_:
            self._place = before
            self.block(branch.body, scope)
        self._place = before
        self.block(node.else_, scope)
        # Branches that close the same quotes end in the same place; the first speaks for them.
        self._place = after

    def _apart(self, body: Sequence[nodes.Node], scope: _Scope) -> None:
        """A body whose text is printed elsewhere: it starts in code."""
        before, self._place = self._place, ""
        self.block(body, dict(scope))
        self._place = before

    def _print(self, expression: nodes.Node, scope: _Scope) -> None:
        printed = next(self._printed, Printed("", expression.lineno, 0))
        reach = _reach(expression, scope)
        place = _PLACE_WORDS.get(self._place, "code")
        allowed = Trust.FIXED if place in ("quotes", "backticks") else Trust.CLOSED
        if reach.trust <= allowed or reach.culprit.split(".")[0] in DATABRICKS_ROOTS:
            return
        self.found.append(Unsafe(printed, reach.culprit, place, self._before))


def _each(target: nodes.Node, reach: _Reach) -> _Scope:
    """The names that a `for` or `set` makes: as far-reaching as what they are taken from."""
    names = [target] if isinstance(target, nodes.Name) else target.find_all(nodes.Name)
    return {
        name.name: reach if reach.trust is not Trust.OPEN else _Reach(Trust.OPEN, name.name)
        for name in names
    }
