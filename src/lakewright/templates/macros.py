"""Which macros does a macro file offer to templates?"""

from dataclasses import dataclass, field

import jinja2
from jinja2 import nodes

from lakewright.errors import LakewrightError
from lakewright.templates.uses import parsed


@dataclass(frozen=True, slots=True)
class Macro:
    """One macro; equal ones print the same, wherever they stand.

    Attributes:
        line: 1-based line of its tag.
    """

    name: str
    parameters: tuple[str, ...]
    line: int = field(compare=False)
    tree: nodes.Macro = field(repr=False)


def macros_of(source: str) -> tuple[Macro, ...] | None:
    """The macros that can be imported, in the order of the file; None when it cannot be read.

    >>> [macro.name for macro in macros_of("{% macro star(name) %}*{% endmacro %}") or ()]
    ['star']
    """
    try:
        tree, _ = parsed(source)
    except (jinja2.TemplateError, LakewrightError, RecursionError):
        return None
    return tuple(
        Macro(node.name, tuple(argument.name for argument in node.args), node.lineno, node)
        for node in tree.body
        # Jinja does not hand out names that begin with an underscore.
        if isinstance(node, nodes.Macro) and not node.name.startswith("_")
    )


def blank_macro(name: str) -> str:
    """A macro file with one macro in it."""
    return f"{{% macro {name}(value) -%}}\n{{{{ value }}}}\n{{%- endmacro %}}\n"
