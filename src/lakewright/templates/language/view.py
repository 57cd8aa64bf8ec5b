"""What does the language service know of the repository around a source?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lakewright.templates.template import Template


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a node type's property form.

    Attributes:
        kind: `text`, `number`, `boolean`, `list` or `mapping`, in words.
    """

    kind: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """The repository as the language service sees it.

    Attributes:
        templates: By id, built-in ones included.
        macros: Importable sources by name (`macros/naming.jinja` -> text).
        own_macros: Path in the repository of those that are not built in.
        properties: Node type -> property -> what it holds.
    """

    templates: Mapping[str, Template] = field(default_factory=dict)
    macros: Mapping[str, str] = field(default_factory=dict)
    own_macros: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, Mapping[str, Field]] = field(default_factory=dict)


EMPTY_VIEW = View()
