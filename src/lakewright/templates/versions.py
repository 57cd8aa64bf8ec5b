"""Which version of a template is newer, and how does its source differ from another's?"""

import re
from dataclasses import dataclass
from difflib import unified_diff

from lakewright.templates.template import Template

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")


def version_order(version: str) -> tuple[tuple[int, ...], int, tuple[tuple[int, int, str], ...]]:
    """A key that sorts versions as Semantic Versioning 2.0.0 does; no version comes first.

    >>> sorted(["1.10.0", "1.9.0", "1.10.0-rc.1", "x"], key=version_order)
    ['x', '1.9.0', '1.10.0-rc.1', '1.10.0']
    """
    found = _VERSION.fullmatch(version.strip())
    if found is None:
        return (), 0, ()
    # A number with thousands of digits is no version that anybody counts up to.
    numbers = tuple(int(part[:18]) for part in found.groups()[:3])
    if not found.group(4):
        return numbers, 1, ()
    parts = tuple(
        (0, int(part[:18]), "") if part.isdigit() else (1, 0, part)
        for part in found.group(4).split(".")
    )
    return numbers, 0, parts


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """A template as a commit left it.

    Attributes:
        commit: Empty for what is there now (a built-in template, or an unsaved one).
        at: ISO 8601 in UTC; empty without a commit.
    """

    version: str
    commit: str
    at: str
    author: str
    message: str
    template: Template


def source_difference(before: Template, after: Template) -> str:
    """The content and the undo source as a unified diff; empty when they are equal."""
    return text_difference(
        f"{before.content}\n--- undo ---\n{before.undo}",
        f"{after.content}\n--- undo ---\n{after.undo}",
        before.version,
        after.version,
    )


def text_difference(before: str, after: str, old: str, new: str) -> str:
    """Two texts as a unified diff."""
    lines = unified_diff(
        before.splitlines(), after.splitlines(), f"version {old}", f"version {new}", lineterm=""
    )
    return "\n".join(lines)


def declaration_changes(before: Template, after: Template) -> list[str]:
    """What changed for people who give values, in sentences."""
    old = {variable.name: variable for variable in before.all_variables()}
    new = {variable.name: variable for variable in after.all_variables()}
    found = [f"Variable '{name}' is gone." for name in old if name not in new]
    for name, variable in new.items():
        if name not in old:
            need = "has to be given" if variable.required else "may be given"
            found.append(f"Variable '{name}' is new; it {need}.")
            continue
        if old[name].type is not variable.type:
            found.append(
                f"Variable '{name}' is {variable.type.value} instead of {old[name].type.value}."
            )
        if variable.required and not old[name].required:
            found.append(f"Variable '{name}' has to be given now.")
        if repr(variable.default) != repr(old[name].default):
            found.append(f"Variable '{name}' has another default.")
    switched = {variation.id: variation.enabled for variation in before.variations}
    for variation in after.variations:
        if variation.id not in switched:
            found.append(f"Variation '{variation.id}' is new.")
        elif switched[variation.id] != variation.enabled:
            state = "on" if variation.enabled else "off"
            found.append(f"Variation '{variation.id}' is {state} by default now.")
    now = {variation.id for variation in after.variations}
    found += [f"Variation '{name}' is gone." for name in switched if name not in now]
    return found
