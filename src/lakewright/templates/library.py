"""The templates and macros that ship with Lakewright."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from lakewright.templates.template import Template

BUILTIN_PREFIX = "builtin/"


@cache
def builtin_templates() -> Mapping[str, Template]:
    """Every built-in template by id; files are named `builtin/<category>/<id>.yaml`.

    A mistake in one of them is ours, so it raises.
    """
    from lakewright.templates.yaml_codec import read_templates

    found: dict[str, Template] = {}
    root = files("lakewright.templates") / "builtin"
    for category in sorted(root.iterdir(), key=lambda entry: entry.name):
        if not category.is_dir() or category.name == "macros":
            continue
        for entry in sorted(category.iterdir(), key=lambda entry: entry.name):
            if not entry.name.endswith(".yaml"):
                continue
            file = f"{BUILTIN_PREFIX}{category.name}/{entry.name}"
            text = entry.read_text(encoding="utf-8")
            read = read_templates(text, file, builtin=True, placed=False)
            if read.diagnostics:
                raise ValueError(f"{file}: {read.diagnostics[0].problem}")
            for template in read.templates:
                found[template.id] = template
    return MappingProxyType(found)
