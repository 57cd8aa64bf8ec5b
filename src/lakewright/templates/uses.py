"""Which values a template source reads without having made them itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import jinja2
from jinja2 import nodes

from lakewright.errors import LakewrightError
from lakewright.templates.environment import known_names, make_environment
from lakewright.templates.template import Template
from lakewright.templates.tokens import Columns, Token, tokenize

# What every template has beside its own variables.
SCOPE_NAMES = ("model", "node", "upstream", "downstream", "target", "role", "variations")


@dataclass(frozen=True, slots=True)
class Use:
    """One place where a source reads a value that it did not make itself.

    Attributes:
        path: Name and fields: `("node", "properties", "columns")`. Numbers are written as text.
        line, column: 1-based place of the name in the source; column 0 when unknown.
        guarded: Read only by `is defined` or `| default(...)`, so it may be missing.
    """

    path: tuple[str, ...]
    line: int
    column: int
    guarded: bool = False

    @property
    def name(self) -> str:
        return self.path[0]


def uses_of(source: str, macros: Mapping[str, str] | None = None) -> tuple[Use, ...]:
    """Every use in the order of the source, then those of the files it includes.

    Args:
        macros: Sources by name; an included file sees the template's values, so what it reads
            counts too (at the line of the `include`).

    Raises:
        jinja2.TemplateSyntaxError, LakewrightError, RecursionError: It cannot be read.
    """
    uses, includes = _uses_in(source)
    if not includes or not macros:
        return uses
    found = list(uses)
    seen: set[str] = set()
    waiting = list(includes)
    while waiting:
        name, line = waiting.pop(0)
        if name in seen or name not in macros:
            continue
        seen.add(name)
        try:
            inner, more = _uses_in(macros[name])
        except (jinja2.TemplateSyntaxError, LakewrightError, RecursionError):
            continue  # a rule of its own reports broken macro files
        found += [Use(use.path, line, 0, guarded=True) for use in inner]
        waiting += [(next_name, line) for next_name, _ in more]
    return tuple(found)


def files_used(source: str, macros: Mapping[str, str]) -> frozenset[str]:
    """The macro files that a source imports or includes, and those that they need themselves."""
    found: set[str] = set()
    waiting = [source]
    while waiting:
        try:
            tree, _ = parsed(waiting.pop())
        except (jinja2.TemplateSyntaxError, LakewrightError, RecursionError):
            continue
        for tag in tree.find_all((nodes.Import, nodes.FromImport, nodes.Include)):
            for word in tag.find_all(nodes.Const):
                name = word.value
                if name in macros and name not in found:
                    found.add(name)
                    waiting.append(macros[name])
    return frozenset(found)


@lru_cache(maxsize=16)
def parsed(source: str) -> tuple[nodes.Template, tuple[Token, ...]]:
    """Syntax tree and tokens of a source; neither may be changed.

    Raises:
        jinja2.TemplateSyntaxError, LakewrightError, RecursionError: It cannot be read.
    """
    environment = make_environment()
    return environment.parse(source), tuple(tokenize(environment, source))


@lru_cache(maxsize=512)
def _uses_in(source: str) -> tuple[tuple[Use, ...], tuple[tuple[str, int], ...]]:
    tree, tokens = parsed(source)
    reader = _UseReader(known_names(make_environment()), Columns(tokens))
    reader.block(tree.body, set())
    return tuple(reader.uses), tuple(reader.includes)


class _UseReader:
    """Walks a syntax tree in the order of the source, knowing which names are local."""

    def __init__(self, globals_: frozenset[str], columns: Columns) -> None:
        self.uses: list[Use] = []
        self.includes: list[tuple[str, int]] = []
        self._globals = globals_
        self._columns = columns

    def block(self, body: Sequence[nodes.Node], local: set[str]) -> None:
        for node in body:
            self.visit(node, local)

    def visit(self, node: nodes.Node, local: set[str]) -> None:
        match node:
            case nodes.Name(ctx="load"):
                self._use(node, (node.name,), local)
            case nodes.Getattr() | nodes.Getitem():
                self._path(node, local, guarded=False)
            case nodes.Test(name="defined" | "undefined") | nodes.Filter(name="default" | "d"):
                self._guarded(node, local)
            case nodes.Keyword():
                self._columns.of(node.key, node.lineno)
                self.visit(node.value, local)
            case nodes.Stmt():
                self._statement(node, local)
            case _:
                for child in node.iter_child_nodes():
                    self.visit(child, local)

    def _statement(self, node: nodes.Stmt, local: set[str]) -> None:
        """Statements make names; those made inside a body stay inside it."""
        match node:
            case nodes.For():
                # The target stands before the list: places are given out in that order.
                inner = local | {"loop"} | self._stored(node.target)
                self.visit(node.iter, local)
                if node.test is not None:
                    self.visit(node.test, inner)
                self.block(node.body, inner)
                self.block(node.else_, set(local))
            case nodes.Assign():
                stored = self._stored(node.target)
                if isinstance(node.target, nodes.NSRef):
                    self._use(node.target, (node.target.name,), local)
                self.visit(node.node, local)
                local |= stored
            case nodes.AssignBlock():
                stored = self._stored(node.target)
                self.block(node.body, set(local))
                local |= stored
            case nodes.Macro():
                self._columns.of(node.name, node.lineno)
                local.add(node.name)
                self._callable(node, local)
            case nodes.CallBlock():
                self.visit(node.call, local)
                self._callable(node, local)
            case nodes.FilterBlock():
                self.visit(node.filter, local)
                self.block(node.body, set(local))
            case nodes.With():
                inner = set(local)
                for target, value in zip(node.targets, node.values, strict=True):
                    inner |= self._stored(target)
                    self.visit(value, local)
                self.block(node.body, inner)
            case nodes.Block():
                self.block(node.body, set(local))
            case nodes.Import():
                self.visit(node.template, local)
                local.add(node.target)
            case nodes.FromImport():
                self.visit(node.template, local)
                local |= {name if isinstance(name, str) else name[1] for name in node.names}
            case nodes.Include():
                self.visit(node.template, local)
                self._include(node)
            case _:
                for child in node.iter_child_nodes():
                    self.visit(child, local)

    def _stored(self, target: nodes.Node) -> set[str]:
        """The names that a target makes; each takes up its place in the source."""
        names = [target] if isinstance(target, nodes.Name) else list(target.find_all(nodes.Name))
        for name in names:
            self._columns.of(name.name, name.lineno)
        return {name.name for name in names}

    def _callable(self, node: nodes.Macro | nodes.CallBlock, local: set[str]) -> None:
        names: set[str] = set().union(*(self._stored(argument) for argument in node.args))
        for default in node.defaults:
            self.visit(default, local)
        self.block(node.body, local | names | {"caller", "varargs", "kwargs"})

    def _include(self, node: nodes.Include) -> None:
        wanted = node.template
        if not node.with_context or not isinstance(wanted, nodes.Const | nodes.List | nodes.Tuple):
            return
        items = [wanted] if isinstance(wanted, nodes.Const) else wanted.items
        for item in items:
            if isinstance(item, nodes.Const) and isinstance(item.value, str):
                self.includes.append((item.value, node.lineno))

    def _guarded(self, node: nodes.Test | nodes.Filter, local: set[str]) -> None:
        if node.node is not None:
            self._path(node.node, local, guarded=True)
        for child in node.iter_child_nodes(exclude=("node",)):
            self.visit(child, local)

    def _path(self, node: nodes.Node, local: set[str], *, guarded: bool) -> None:
        """A chain of fields down to its name; anything else is walked as usual."""
        fields: list[str] = []
        whole = True
        while isinstance(node, nodes.Getattr | nodes.Getitem):
            if isinstance(node, nodes.Getattr):
                fields.append(node.attr)
            elif isinstance(node.arg, nodes.Const):
                fields.append(str(node.arg.value))
            else:
                # What lies behind a computed key is unknown: the path ends in front of it.
                self.visit(node.arg, local)
                fields.clear()
                whole = False
            node = node.node
        if isinstance(node, nodes.Name):
            self._use(node, (node.name, *reversed(fields)), local, guarded=guarded and whole)
        else:
            self.visit(node, local)

    def _use(
        self,
        node: nodes.Name | nodes.NSRef,
        path: tuple[str, ...],
        local: set[str],
        *,
        guarded: bool = False,
    ) -> None:
        # Asked for even when local, because places are given out in order.
        column = self._columns.of(node.name, node.lineno)
        if node.name not in local and node.name not in self._globals:
            self.uses.append(Use(path, node.lineno, column, guarded))


def template_uses(template: Template, macros: Mapping[str, str] | None = None) -> tuple[Use, ...]:
    """The uses of the content and of the undo source; nothing from a source with syntax errors."""
    found: list[Use] = []
    for source in (template.content, template.undo):
        try:
            found += uses_of(source, macros)
        except (jinja2.TemplateSyntaxError, LakewrightError, RecursionError):
            continue
    return tuple(found)


def known_in(template: Template) -> Iterator[str]:
    """Every top-level name that the content may use, for completion and "did you mean"."""
    yield from (variable.name for variable in template.all_variables())
    yield from SCOPE_NAMES
    yield from sorted(known_names(make_environment()))
