"""Which ways lead through a template source, and which of them did a render take?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import jinja2
from jinja2 import nodes

from lakewright.errors import LakewrightError
from lakewright.templates.environment import TemplateEnvironment, make_environment
from lakewright.templates.language.names import names_of
from lakewright.templates.language.text import Lines


@dataclass(frozen=True, slots=True)
class Branch:
    """One way through an `if`, a `for` or an inline condition.

    Attributes:
        kind: `if`, `elif`, `else`, `no else` (nothing held), `for`, `no items`, `inline if` or
            `inline else`.
        line: 1-based, in the source.
        source: The tag, or the line of an inline condition.
        over: The value whose items a loop goes through, all of them; empty for anything else.
    """

    number: int
    kind: str
    line: int
    source: str
    over: str = ""


class CoveredEnvironment(TemplateEnvironment):
    """The same language, noting each way that a render takes through its sources.

    The notes are calls in the compiled code, not text, so that ways inside of macros, includes
    and of blocks whose text is a value (`set`, `call`, `filter`) count as well.

    Attributes:
        taken: Source name and number of each way; whoever renders clears it first.
    """

    def __init__(self, macros: Mapping[str, str]) -> None:
        super().__init__(macros)
        self.taken: set[tuple[str, int]] = set()

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for number, way in enumerate(_ways(tree)):
            way.note(name or "", number)
        return tree


@lru_cache(maxsize=128)
def branches_of(source: str) -> tuple[Branch, ...]:
    """Every way through a source; their numbers are those that a `CoveredEnvironment` notes.

    A source that cannot be read has none.
    """
    try:
        tree = make_environment().parse(source)
    except (jinja2.TemplateSyntaxError, LakewrightError, RecursionError):
        return ()
    lines = Lines(source)
    made = {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"}
    blocks = [block for block in names_of(source).blocks if block.word in ("if", "for")]
    # Statements come in the order of their opening tags, in the tree as in the text.
    tags = {
        id(node): [block.opening, *block.middles]
        for node, block in zip(_statements(tree), blocks, strict=False)
    }
    found: list[Branch] = []
    for number, way in enumerate(_ways(tree)):
        line, text = way.line, lines.written(way.line)
        known = tags.get(id(way.statement), ())
        if way.index < len(known):
            tag = known[way.index]
            line, text = lines.position(tag.start).line, source[tag.start : tag.end]
        over = _whole_list(way.statement)
        branch = Branch(number, way.kind, line, " ".join(text.split()), over)
        found.append(branch if over not in made else replace(branch, over=""))
    return tuple(found)


_ALL_ITEMS = frozenset({"dictsort", "items", "list", "reverse", "sort"})


def _whole_list(node: nodes.Node) -> str:
    """The value that a loop goes through without leaving an item out."""
    if not isinstance(node, nodes.For) or node.test is not None:
        return ""
    value: nodes.Node | None = node.iter
    while isinstance(value, nodes.Filter) and value.name in _ALL_ITEMS:
        value = value.node
    return value.name if isinstance(value, nodes.Name) else ""


@dataclass(frozen=True, slots=True)
class _Way:
    """A way before it has a number.

    Attributes:
        statement: The `if` or `for` whose tag begins it; the node itself when it is inline.
        index: Which tag of the statement: 0 the first, then each `elif` and `else`.
        body: Statements that run when it is taken; empty for an inline condition.
        condition: The inline condition.
    """

    kind: str
    line: int
    statement: nodes.Node
    index: int = 0
    body: list[nodes.Node] | None = None
    condition: nodes.CondExpr | None = None

    def note(self, name: str, number: int) -> None:
        """Make the compiled code say that it came here.

        `environment` is a name of the compiled module that no template can reach.
        """
        said = nodes.EnvironmentAttribute(f"taken.add(({name!r}, {number}))")
        if self.body is not None:
            self.body.insert(0, nodes.ExprStmt(said, lineno=self.line))
        elif self.condition is not None:
            # The note's own value is null: the condition holds as before.
            test = self.condition.test
            if self.kind == "inline if":
                self.condition.test = nodes.And(test, nodes.Not(said))
            else:
                self.condition.test = nodes.Or(test, said)


def _ways(tree: nodes.Node) -> list[_Way]:
    """All ways, in the order of the tree; listed before any is noted, which changes the tree."""
    return list(_walk(tree))


def _walk(node: nodes.Node) -> Iterator[_Way]:
    match node:
        case nodes.If():
            yield from _of_if(node)
        case nodes.For():
            yield _Way("for", node.lineno, node, body=node.body)
            kind, index = ("else", 1) if node.else_ else ("no items", 0)
            yield _Way(kind, node.lineno, node, index, body=node.else_)
        case nodes.CondExpr():
            yield _Way("inline if", node.lineno, node, condition=node)
            yield _Way("inline else", node.lineno, node, condition=node)
        case _:
            pass
    for child in _children(node):
        yield from _walk(child)


def _of_if(node: nodes.If) -> Iterator[_Way]:
    yield _Way("if", node.lineno, node, body=node.body)
    for index, other in enumerate(node.elif_, start=1):
        yield _Way("elif", other.lineno, node, index, body=other.body)
    last = 1 + len(node.elif_)
    kind, index = ("else", last) if node.else_ else ("no else", 0)
    yield _Way(kind, node.lineno, node, index, body=node.else_)


def _children(node: nodes.Node) -> Iterator[nodes.Node]:
    """What stands inside of a node; an `elif` is part of its `if`."""
    for child in node.iter_child_nodes():
        if isinstance(node, nodes.If) and any(child is other for other in node.elif_):
            yield from child.iter_child_nodes()
        else:
            yield child


def _statements(node: nodes.Node) -> Iterator[nodes.If | nodes.For]:
    for child in _children(node):
        if isinstance(child, nodes.If | nodes.For):
            yield child
        yield from _statements(child)
