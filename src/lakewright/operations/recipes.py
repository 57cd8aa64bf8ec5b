"""Open a recipe that is being made: what it says, which scripts it gives, what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from lakewright.datamodel.graph import index
from lakewright.datamodel.model import DataModel, Node
from lakewright.diagnostics import Diagnostic, Location, Severity, did_you_mean, has_errors
from lakewright.generation.bindings import ModelScope, roles_of
from lakewright.generation.plan import (
    Choices,
    Origin,
    RenderStep,
    given_values,
    given_variations,
    plan_scripts,
    template_named_by,
)
from lakewright.generation.recipe import (
    NO_TEMPLATE,
    SUGGESTED,
    Choice,
    Recipe,
    bundle_node,
    read_recipes,
)
from lakewright.generation.suggest import Suggestion, suggest
from lakewright.operations.check import check
from lakewright.operations.metadata import Metadata, check_recipes
from lakewright.ports import MetadataRepository, RepositoryFile
from lakewright.templates.template import MISSING, Template, Variable
from lakewright.templates.variables import value_at
from lakewright.yaml_text.edit import update
from lakewright.yaml_text.load import load_or_diagnose
from lakewright.yaml_text.locate import Locator
from lakewright.yaml_text.write import dump

_UNSAVED = "metadata/recipes/unsaved.yaml"


class ValueOrigin(StrEnum):
    """Where the value of a variable comes from, the strongest first."""

    SCRIPT = "script"
    NODE_TYPE = "node_type"
    RECIPE = "recipe"
    CONFIGURATION = "configuration"
    NODE = "node"
    TEMPLATE = "template"
    NOTHING = "nothing"


class ChosenBy(StrEnum):
    """Who decided which template prints a script."""

    SUGGESTION = "suggestion"
    SCRIPT = "script"
    NODE_TYPE = "node_type"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class ScriptChange:
    """What is to be different about one script of a recipe.

    Attributes:
        template: Id; `none` prints nothing, `suggested` the closest fit; None leaves it.
        variables: Name -> value; None takes the recipe's value away. Others stay.
        variations: Id -> on or off; None leaves it to the template. Others stay.
    """

    model: str
    node: str
    role: str
    template: str | None = None
    variables: Mapping[str, Any] | None = None
    variations: Mapping[str, bool | None] | None = None


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A recipe as it is being made.

    Attributes:
        text: The file; empty for a new one.
        recipe: Id of the recipe in it.
        models, name, cloud: What they are to be; None leaves them.
    """

    text: str
    recipe: str
    path: str = ""
    name: str | None = None
    models: Sequence[str] | None = None
    cloud: str | None = None
    scripts: Sequence[ScriptChange] = ()


@dataclass(frozen=True, slots=True)
class PlannedVariable:
    """One input of a script.

    Attributes:
        variation: The variation that adds it; empty when the template always has it.
        value: What it will be; None when nothing gives it one.
        source: The path in the model that it is read from; empty when it has none.
    """

    variable: Variable
    variation: str
    value: Any
    origin: ValueOrigin
    source: str


@dataclass(frozen=True, slots=True)
class PlannedVariation:
    """A switch of a script's template. `chosen`: the recipe says so itself."""

    id: str
    name: str
    description: str
    enabled: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class PlannedScript:
    """One script that will be made, or (without a template) will not.

    Attributes:
        path: In the bundle; empty when there is a mistake in its values.
    """

    model: str
    node: str
    node_name: str
    node_type: str
    role: str
    template: str
    template_name: str
    because: str
    chosen_by: ChosenBy
    suggestions: tuple[Suggestion, ...]
    variables: tuple[PlannedVariable, ...] = ()
    variations: tuple[PlannedVariation, ...] = ()
    path: str = ""


@dataclass(frozen=True, slots=True)
class OpenedRecipe:
    """A recipe with what it gives. `recipe` is None when its text cannot be read."""

    text: str
    recipe: Recipe | None
    scripts: tuple[PlannedScript, ...]
    diagnostics: tuple[Diagnostic, ...]

    def as_json(self) -> dict[str, Any]:
        recipe = self.recipe
        return {
            "text": self.text,
            "recipe": None
            if recipe is None
            else {
                "id": recipe.id,
                "name": recipe.name,
                "models": list(recipe.models),
                "cloud": recipe.cloud,
                "targets": [target.name for target in recipe.targets],
            },
            "scripts": [_script_as_json(script) for script in self.scripts],
            "diagnostics": [found.as_json() for found in self.diagnostics],
        }


def open_recipe(
    request: OpenRequest, metadata: Metadata, repository: MetadataRepository
) -> OpenedRecipe:
    """Make the changes in the text, and say what comes out; saves nothing.

    A change touches only its own lines of the text. A text that cannot be read stays as it is, and
    its findings say why.
    """
    path = request.path or _UNSAVED
    text, unreadable = _changed(request, metadata)
    if unreadable:
        return OpenedRecipe(request.text, None, (), unreadable)
    value, mistakes = load_or_diagnose(text, path)
    read = read_recipes(value, path)
    recipe = next((one for one in read.recipes if one.id == request.recipe), None)
    locator = Locator(text)
    found = [*mistakes, *(_placed(one, locator) for one in read.diagnostics)]
    if recipe is None:
        return OpenedRecipe(text, None, (), tuple(found) or (_gone(request, read.recipes),))
    shared = replace(metadata.shared, recipes={recipe.id: recipe})
    elsewhere = [one for one in metadata.diagnostics if one.where.file != path]
    about = [_placed(one, locator) for one in check_recipes(shared, metadata.models)]
    seen = replace(metadata, shared=shared, diagnostics=(*elsewhere, *found, *about))
    findings = check(_WithText(repository, path, text), seen, (recipe.id,))
    scripts: list[PlannedScript] = []
    for name in recipe.models or sorted(metadata.models):
        if name in metadata.models:
            scripts.extend(_planned(metadata.models[name], recipe, metadata))
    return OpenedRecipe(text, recipe, tuple(scripts), tuple(findings))


@dataclass(frozen=True, slots=True)
class _WithText:
    """A repository as if one text were saved in it."""

    repository: MetadataRepository
    path: str
    text: str

    def files(self) -> Sequence[RepositoryFile]:
        return self.repository.files()

    def read(self, path: str) -> bytes:
        if path == self.path:
            return self.text.encode("utf-8", "replace")
        return self.repository.read(path)


# What is written


def _changed(request: OpenRequest, metadata: Metadata) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text with the changes in it; findings instead when it cannot be changed."""
    if not request.text.strip():
        fresh = {"recipes": [_edited(_new_recipe(request, metadata), request, metadata)]}
        return dump(fresh), ()
    value, mistakes = load_or_diagnose(request.text, request.path or _UNSAVED)
    if has_errors(mistakes):
        return request.text, tuple(mistakes)
    items = value.get("recipes") if isinstance(value, dict) else None
    if not isinstance(items, list):
        return request.text, ()
    wanted = [
        _edited(item, request, metadata)
        if isinstance(item, dict) and str(item.get("id", "")) == request.recipe
        else item
        for item in items
    ]
    return update(request.text, {**value, "recipes": wanted}), ()


def _new_recipe(request: OpenRequest, metadata: Metadata) -> dict[str, Any]:
    """A recipe with what the bundle node of its models draws, which it would hide otherwise."""
    fresh: dict[str, Any] = {"id": request.recipe}
    models = [metadata.models[name] for name in request.models or () if name in metadata.models]
    drawn = [found for model in models if (found := bundle_node(model))]
    if len(drawn) != 1:
        return fresh
    bundle: dict[str, Any] = {}
    if drawn[0].get("name"):
        bundle["name"] = drawn[0]["name"]
    for key in ("variables", "targets"):
        named = {
            entry["name"]: {name: each for name, each in entry.items() if name != "name"}
            for entry in drawn[0].get(key) or ()
            if isinstance(entry, dict) and isinstance(entry.get("name"), str)
        }
        if named:
            bundle[key] = named
    if drawn[0].get("cloud"):
        fresh["cloud"] = drawn[0]["cloud"]
    return {**fresh, **({"bundle": bundle} if bundle else {})}


def _edited(item: Mapping[str, Any], request: OpenRequest, metadata: Metadata) -> dict[str, Any]:
    """One recipe of the file, as plain data, with the changes."""
    changed = dict(item)
    if request.name is not None:
        changed["name"] = request.name
        if not request.name:
            del changed["name"]
    if request.models is not None:
        changed["models"] = list(request.models)
        changed.pop("model", None)
    if request.cloud is not None:
        changed["cloud"] = request.cloud
    if request.scripts:
        scripts = changed.get("scripts")
        entries = list(scripts) if isinstance(scripts, list) else []
        for change in request.scripts:
            _change_script(entries, change, changed, metadata)
        changed["scripts"] = entries
        if not entries:
            del changed["scripts"]
    return changed


def _change_script(
    entries: list[Any], change: ScriptChange, recipe: Mapping[str, Any], metadata: Metadata
) -> None:
    """Write a change into the entry that is about this script alone, or into a new one."""
    models = recipe.get("models")
    several_models = len(models if isinstance(models, list) and models else metadata.models) > 1
    model = metadata.models.get(change.model)
    graph = index(model) if model is not None else None
    node = graph.nodes.get(change.node) if graph is not None else None
    several_roles = graph is not None and node is not None and len(roles_of(graph, node)) > 1
    own: dict[str, Any] = {"node": change.node}
    mine: dict[str, tuple[str | None, ...]] = {"node": (change.node,)}
    for key, value, needed in (
        ("model", change.model, several_models),
        ("role", change.role, several_roles),
    ):
        # Without a word about it, an entry that is shared would be changed for the others too.
        mine[key] = (value,) if needed else ("", None, value)
        if needed:
            own[key] = value
    at = next(
        (
            place
            for place in range(len(entries) - 1, -1, -1)
            if isinstance(entries[place], dict)
            and all(entries[place].get(key) in values for key, values in mine.items())
        ),
        len(entries),
    )
    entry = dict(entries[at]) if at < len(entries) else own
    if change.template is not None:
        entry["template"] = change.template
        if change.template == SUGGESTED:
            del entry["template"]
        # What was looked at was the other template.
        entry.pop("version", None)
    if change.variables is not None:
        before = entry.get("variables")
        given = {**(before if isinstance(before, dict) else {}), **change.variables}
        _put(entry, "variables", {n: value for n, value in given.items() if value is not None})
    if change.variations is not None:
        known = entry.get("variations")
        if isinstance(known, list):
            known = {str(name): True for name in known}
        switched = {**(known if isinstance(known, dict) else {}), **change.variations}
        _put(entry, "variations", {n: on for n, on in switched.items() if on is not None})
    says_something = bool(set(entry) - {"node", "model", "role"})
    entries[at : at + 1] = [entry] if says_something else []


def _put(entry: dict[str, Any], key: str, value: Mapping[str, Any]) -> None:
    if value:
        entry[key] = dict(value)
    else:
        entry.pop(key, None)


# What comes out


def _planned(model: DataModel, recipe: Recipe, metadata: Metadata) -> list[PlannedScript]:
    library = metadata.shared.library
    graph = index(model)
    configured = metadata.shared.configurations.at(model=model.id, recipe=recipe.id).variables
    whole = replace(recipe, variables={**configured, **recipe.variables})
    scope = ModelScope(graph, whole, {})
    choices = Choices(whole, graph)
    steps = {(step.node, step.role): step for step in plan_scripts(scope, library, "recipe").steps}
    return [
        _script(
            node,
            role,
            choices.of(node, role),
            steps.get((node.id, role)),
            scope=scope,
            recipe=recipe,
            metadata=metadata,
        )
        for node in graph.nodes.values()
        for role in roles_of(graph, node)
    ]


def _script(
    node: Node,
    role: str,
    chosen: Sequence[Choice],
    step: RenderStep | None,
    *,
    scope: ModelScope,
    recipe: Recipe,
    metadata: Metadata,
) -> PlannedScript:
    templates = metadata.shared.library.templates
    values = scope.scope(node, role)
    suggestions = tuple(suggest(node.id, role, values, templates.values()))
    named = template_named_by(chosen)
    if named is not None:
        template_id = named.template
        by = ChosenBy.NODE_TYPE if named.node_type else ChosenBy.SCRIPT
    else:
        template_id = suggestions[0].template.id if suggestions else ""
        by = ChosenBy.SUGGESTION if suggestions else ChosenBy.NOBODY
    template = templates.get(template_id)
    script = PlannedScript(
        model=scope.index.model.id,
        node=node.id,
        node_name=node.name or node.id,
        node_type=node.type,
        role=role,
        template=template_id,
        template_name=template.name if template is not None else "",
        because=next((one.because for one in suggestions if one.template is template), ""),
        chosen_by=by,
        suggestions=suggestions,
    )
    if template is None or template_id == NO_TEMPLATE:
        return script
    wanted = given_variations(chosen)
    return replace(
        script,
        variables=tuple(
            _variables(template, chosen, step, values=values, whole=scope.recipe, recipe=recipe)
        ),
        variations=tuple(
            PlannedVariation(
                one.id,
                one.name or one.id,
                one.description,
                wanted.get(one.id, bool(one.enabled)),
                one.id in wanted,
            )
            for one in template.variations
        ),
        path=step.path if step is not None else "",
    )


def _variables(
    template: Template,
    chosen: Sequence[Choice],
    step: RenderStep | None,
    *,
    values: Mapping[str, Any],
    whole: Recipe,
    recipe: Recipe,
) -> list[PlannedVariable]:
    """The inputs that count: the template's own, and those of variations that are on."""
    given = given_values(whole, chosen, template)
    wanted = given_variations(chosen)
    active = [("", variable) for variable in template.variables]
    for variation in template.variations:
        if wanted.get(variation.id, bool(variation.enabled)):
            active += [(variation.id, variable) for variable in variation.adds_variables]
    found: list[PlannedVariable] = []
    for variation_id, variable in active:
        value, by = given.get(variable.name, (None, None))
        origin = ValueOrigin.NOTHING
        if value is not None and by is not None:
            origin = ValueOrigin(by.value)
            if by is Origin.RECIPE and variable.name not in recipe.variables:
                origin = ValueOrigin.CONFIGURATION
        elif variable.source and value_at(values, variable.source) is not None:
            value, origin = value_at(values, variable.source), ValueOrigin.NODE
        elif variable.default is not MISSING and variable.default is not None:
            value, origin = variable.default, ValueOrigin.TEMPLATE
        if step is not None and origin is not ValueOrigin.SCRIPT:
            # As the template sees it; what somebody typed stays as they typed it.
            value = step.bindings.get(variable.name, value)
        found.append(PlannedVariable(variable, variation_id, value, origin, variable.source or ""))
    return found


def _placed(found: Diagnostic, locator: Locator) -> Diagnostic:
    where = found.where
    if where.line or not where.property:
        return found
    names = [int(part) if part.isdigit() else part for part in where.property.split(".") if part]
    line, column = locator.place(names)
    return found.at(replace(where, line=line, column=column))


def _gone(request: OpenRequest, recipes: Sequence[Recipe]) -> Diagnostic:
    ids = [one.id for one in recipes]
    return Diagnostic(
        "recipe-gone",
        Severity.ERROR,
        f"The text holds no recipe '{request.recipe}'.",
        f"{did_you_mean(request.recipe, ids)}Somebody may have renamed it; open the recipe again.",
        Location(request.path),
    )


def _script_as_json(script: PlannedScript) -> dict[str, Any]:
    return {
        "model": script.model,
        "node": script.node,
        "node_name": script.node_name,
        "node_type": script.node_type,
        "role": script.role,
        "template": script.template,
        "template_name": script.template_name,
        "because": script.because,
        "chosen_by": script.chosen_by.value,
        "suggestions": [
            {
                "template": one.template.id,
                "name": one.template.name,
                "because": one.because,
                "builtin": one.template.builtin,
            }
            for one in script.suggestions
        ],
        "variables": [
            {
                "name": one.variable.name,
                "type": one.variable.type.value,
                "required": one.variable.required,
                "description": one.variable.description,
                "choices": list(one.variable.choices or ()),
                "variation": one.variation,
                "value": one.value,
                "origin": one.origin.value,
                "source": one.source,
            }
            for one in script.variables
        ],
        "variations": [
            {
                "id": one.id,
                "name": one.name,
                "description": one.description,
                "enabled": one.enabled,
                "chosen": one.chosen,
            }
            for one in script.variations
        ],
        "path": script.path,
    }
