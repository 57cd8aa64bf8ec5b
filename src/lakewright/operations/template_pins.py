"""Do recipes use templates in the versions that somebody has looked at, and what would change?"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lakewright.datamodel.graph import index
from lakewright.diagnostics import Diagnostic, EditText, Fix, Location, Severity
from lakewright.generation.bindings import ModelScope
from lakewright.generation.plan import Library, plan_scripts
from lakewright.generation.recipe import Choice, Recipe
from lakewright.operations.metadata import Metadata, not_found
from lakewright.operations.template_versions import History, template_versions
from lakewright.ports import MetadataRepository, RenderFault, TemplateRenderer
from lakewright.templates.template import Template
from lakewright.templates.versions import (
    declaration_changes,
    text_difference,
    version_order,
)
from lakewright.yaml_text.load import decoded
from lakewright.yaml_text.locate import Locator


def check_pins(
    repository: MetadataRepository, recipes: Iterable[Recipe], library: Mapping[str, Template]
) -> Iterator[Diagnostic]:
    """Deprecated templates in recipes, and templates that have moved on since they were pinned."""
    locators: dict[str, Locator] = {}
    for recipe in recipes:
        for choice in recipe.choices:
            template = library.get(choice.template)
            if template is None:
                continue
            for finding, key, meant in _findings(recipe, choice, template, library):
                if recipe.file not in locators:
                    text = decoded(repository.read(recipe.file))
                    locators[recipe.file] = Locator(text, accepted=True)
                yield _placed(finding, locators[recipe.file], f"{choice.place}.{key}", meant)


def _findings(
    recipe: Recipe, choice: Choice, template: Template, library: Mapping[str, Template]
) -> Iterator[tuple[Diagnostic, str, str]]:
    """Each with the key that it is about and what should be written there; empty: nobody knows."""
    where = Location(recipe.file)
    said = template.deprecated
    if said is not None:
        instead = said.replacement if said.replacement in library else ""
        since = f" since version {said.since}" if said.since else ""
        yield (
            Diagnostic(
                "deprecated-template",
                Severity.WARNING,
                f"The template '{template.id}' is deprecated{since}. {said.reason}".strip(),
                f"Use '{instead}' instead." if instead else "Choose another template.",
                where,
            ),
            "template",
            instead,
        )
    if not choice.version or choice.version == template.version:
        return
    if version_order(choice.version) < version_order(template.version):
        yield (
            Diagnostic(
                "newer-template",
                Severity.WARNING,
                f"The template '{template.id}' is version {template.version} now; the recipe was "
                f"made with {choice.version}.",
                f"See what changes in its outputs, then write 'version: {template.version}'.",
                where,
            ),
            "version",
            template.version,
        )
    else:
        yield (
            Diagnostic(
                "template-version-missing",
                Severity.ERROR,
                f"The recipe wants version {choice.version} of the template '{template.id}'; there "
                f"is {template.version}.",
                "Update the template (or its pack), or correct the version.",
                where,
            ),
            "version",
            "",
        )


def _placed(finding: Diagnostic, locator: Locator, dotted: str, meant: str) -> Diagnostic:
    path = [int(part) if part.isdigit() else part for part in dotted.split(".")]
    line, column = locator.place(path)
    written = locator.written(path)
    fixes: tuple[Fix, ...] = ()
    if meant and written and locator.stands_at(line, column, written):
        edit = EditText(line, column, line, column + len(written), meant)
        fixes = (Fix(f"Write {meant}", (edit,)),)
    where = replace(finding.where, line=line, column=column, property=dotted)
    return replace(finding, where=where, fixes=fixes)


# -- what would change ----------------------------------------------------------------------------

MOST_CHANGED = 200


@dataclass(frozen=True, slots=True)
class ChangedOutput:
    """A script of a recipe that another version of a template prints otherwise.

    Attributes:
        diff: Unified.
    """

    model: str
    node: str
    path: str
    diff: str


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A template of a recipe that has moved on since it was pinned.

    Attributes:
        found: Whether the pinned version is in the history; without it nothing can be compared.
        declarations: What changed for people who give values, in sentences.
        changelog: What its author says about the versions since.
        compared: Scripts that were rendered with both versions.
    """

    template: str
    pinned: str
    current: str
    found: bool
    declarations: tuple[str, ...] = ()
    changelog: tuple[tuple[str, str], ...] = ()
    outputs: tuple[ChangedOutput, ...] = ()
    compared: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "template": self.template,
            "pinned": self.pinned,
            "current": self.current,
            "found": self.found,
            "declarations": list(self.declarations),
            "changelog": [{"version": v, "about": about} for v, about in self.changelog],
            "outputs": [
                {"model": one.model, "node": one.node, "path": one.path, "diff": one.diff}
                for one in self.outputs
            ],
            "compared": self.compared,
        }


def recipe_upgrades(
    metadata: Metadata, history: History, recipe_id: str, *, renderer: TemplateRenderer
) -> list[Upgrade]:
    """What newer versions of pinned templates change in the scripts of a recipe.

    Raises:
        NotFoundError: There is no such recipe.
    """
    recipes = metadata.shared.recipes
    if recipe_id not in recipes:
        raise not_found("recipe", recipe_id, recipes)
    recipe = recipes[recipe_id]
    library = metadata.shared.library
    found: list[Upgrade] = []
    pins = dict.fromkeys((c.template, c.version) for c in recipe.choices if c.version)
    for name, pinned in pins:
        now = library.templates.get(name)
        if now is None or now.version == pinned:
            continue
        versions = [] if now.builtin else template_versions(metadata, history, name)
        old = next((one.template for one in versions if one.version == pinned), None)
        log = tuple(
            (change.version, change.about)
            for change in now.changelog
            if version_order(change.version) > version_order(pinned)
        )
        if old is None:
            found.append(Upgrade(name, pinned, now.version, found=False, changelog=log))
            continue
        before = replace(library, templates={**library.templates, name: old})
        was = _printed(metadata, recipe, before, name, renderer)
        will = _printed(metadata, recipe, library, name, renderer)
        keys = sorted({*was, *will})
        outputs = [
            ChangedOutput(*key, text_difference(was.get(key, ""), will.get(key, ""), pinned,
                                                now.version))
            for key in keys
            if was.get(key) != will.get(key)
        ]  # fmt: skip
        found.append(
            Upgrade(
                name,
                pinned,
                now.version,
                found=True,
                declarations=tuple(declaration_changes(old, now)),
                changelog=log,
                outputs=tuple(outputs[:MOST_CHANGED]),
                compared=len(keys),
            )
        )
    return found


def _printed(
    metadata: Metadata, recipe: Recipe, library: Library, template: str, renderer: TemplateRenderer
) -> dict[tuple[str, str, str], str]:
    """(model, node, path) -> what the template prints there."""
    steps = [
        step
        for name in recipe.models or sorted(metadata.models)
        if name in metadata.models
        for step in plan_scripts(
            ModelScope(index(metadata.models[name]), recipe, {}), library, "upgrade"
        ).steps
        if step.template.id == template
    ]
    answers = renderer.render([step.request(library) for step in steps])
    return {
        (step.model, step.node, step.path): (
            f"(stops: {answer.problem})" if isinstance(answer, RenderFault) else answer.text
        )
        for step, answer in zip(steps, answers, strict=True)
    }
