"""The templates and macros that ship with Lakewright."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType

from lakewright.diagnostics import Diagnostic
from lakewright.templates.template import Template

BUILTIN_PREFIX = "builtin/"


@dataclass(frozen=True, slots=True)
class Builtin:
    """What ships with Lakewright, and what is wrong with it: nothing, as a test makes sure."""

    templates: Mapping[str, Template]
    diagnostics: tuple[Diagnostic, ...] = ()


def builtin_templates() -> Mapping[str, Template]:
    """Every built-in template by id; files are named `builtin/<category>/<id>.yaml`."""
    return builtin_library().templates


@cache
def builtin_library() -> Builtin:
    """The built-in templates that can be read, and a finding for each mistake in their files."""
    return read_library(files("lakewright.templates") / "builtin")


def read_library(root: Traversable) -> Builtin:
    """The templates of a folder of categories."""
    from lakewright.templates.yaml_codec import read_templates

    found: dict[str, Template] = {}
    mistakes: list[Diagnostic] = []
    for category in sorted(root.iterdir(), key=lambda entry: entry.name):
        if not category.is_dir() or category.name == "macros":
            continue
        for entry in sorted(category.iterdir(), key=lambda entry: entry.name):
            if not entry.name.endswith(".yaml"):
                continue
            file = f"{BUILTIN_PREFIX}{category.name}/{entry.name}"
            read = read_templates(entry.read_bytes(), file, builtin=True, placed=False)
            mistakes += read.diagnostics
            for template in read.templates:
                found[template.id] = template
    return Builtin(MappingProxyType(found), tuple(mistakes))
