"""Which scripts a model needs, from which templates, with which values, in which files."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from pathlib import PurePosixPath
from typing import Any

from lakewright.datamodel.graph import GraphIndex
from lakewright.datamodel.model import Node
from lakewright.datamodel.node_types import NODE_TYPES, Emits
from lakewright.diagnostics import Diagnostic, Location, Severity, did_you_mean, shown
from lakewright.generation.bindings import ModelScope, roles_of
from lakewright.generation.naming import key_of, unique_keys, why_no_output_path
from lakewright.generation.outputs import OUTPUTS, Output
from lakewright.generation.recipe import NO_TEMPLATE, SUGGESTED, Choice, Recipe
from lakewright.generation.suggest import suggest
from lakewright.ports import RenderRequest
from lakewright.templates.template import Template
from lakewright.templates.variables import bind

ROLE_FOLDERS: Mapping[str, str] = {"setup": "setup", "task": "tasks", "pipeline": "pipelines"}


@dataclass(frozen=True, slots=True)
class Library:
    """The templates that may be used, by id, and the macros they may import.

    Attributes:
        fingerprint: Hash over all macros: part of every script's input hash.
    """

    templates: Mapping[str, Template]
    macros: Mapping[str, str]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class RenderStep:
    """One script to render.

    Attributes:
        bindings: Plain JSON; everything the template will see and nothing else.
        input_hash: Hash of all that decides the script's text and its proof.
        undo: Whether the template's own undo source is to be rendered beside it.
    """

    model: str
    node: str
    role: str
    template: Template
    output: Output
    path: str
    bindings: Mapping[str, Any]
    input_hash: str

    def request(self, library: Library, *, traced: bool = False) -> RenderRequest:
        return RenderRequest(
            self.template.id, self.template.content, self.bindings, library.macros, traced
        )

    def undo_request(self, library: Library) -> RenderRequest:
        return RenderRequest(self.template.id, self.template.undo, self.bindings, library.macros)

    @property
    def origin(self) -> str:
        """The line about its origin that a script begins with."""
        return (
            f"Made by Lakewright from node '{_one_line(self.node)}' of model "
            f"'{_one_line(self.model)}' with template '{self.template.id}'."
        )


@dataclass(frozen=True, slots=True)
class ModelPlan:
    """All scripts of one model in the order of its nodes, and what stands in the way."""

    steps: tuple[RenderStep, ...]
    diagnostics: tuple[Diagnostic, ...]


class Origin(StrEnum):
    """Who says what a variable of a script is, the strongest last."""

    RECIPE = "recipe"
    NODE_TYPE = "node_type"
    SCRIPT = "script"


def template_named_by(chosen: Sequence[Choice]) -> Choice | None:
    """The choice that names the template of a script; None: the closest suggestion prints it.

    Args:
        chosen: As `Choices.of` gives them, from the most general to the most particular.
    """
    return next((choice for choice in reversed(chosen) if choice.template != SUGGESTED), None)


def given_values(
    recipe: Recipe, chosen: Sequence[Choice], template: Template
) -> dict[str, tuple[Any, Origin]]:
    """Variable -> the value that the recipe gives it, and which part of the recipe does."""
    declared = {variable.name for variable in template.all_variables()}
    given = {
        name: (value, Origin.RECIPE) for name, value in recipe.variables.items() if name in declared
    }
    for choice in chosen:
        origin = Origin.NODE_TYPE if choice.node_type else Origin.SCRIPT
        given.update({name: (value, origin) for name, value in choice.variables.items()})
    return given


def given_variations(chosen: Sequence[Choice]) -> dict[str, bool]:
    """Variation -> whether the recipe wants it; the others stay as the template declares them."""
    return {name: on for choice in chosen for name, on in choice.variations.items()}


def plan_scripts(scope: ModelScope, library: Library, engine: str) -> ModelPlan:
    """Choose a template for every script of the model and bind its values.

    Args:
        engine: Version of everything besides template and values that decides a text and its
            proof (Lakewright, gates); part of the input hash.
    """
    index, recipe = scope.index, scope.recipe
    steps: list[RenderStep] = []
    choices = Choices(recipe, index)
    found = choices.dangling()
    keys = unique_keys(index.nodes)
    for node in index.nodes.values():
        for role in roles_of(index, node):
            step = _plan_one(scope, library, choices, found, node=node, role=role)
            if step is not None:
                template, bindings, chosen_path, output = step
                path = chosen_path or _usual_path(index, node, role, output, keys)
                steps.append(
                    RenderStep(
                        index.model.id,
                        node.id,
                        role,
                        template,
                        output,
                        path,
                        bindings,
                        _input_hash(template, bindings, f"{engine}:{library.fingerprint}", path),
                    )
                )
    found.extend(_clashes(steps, index))
    return ModelPlan(tuple(steps), tuple(found))


def _plan_one(
    scope: ModelScope,
    library: Library,
    choices: "Choices",
    found: list[Diagnostic],
    *,
    node: Node,
    role: str,
) -> tuple[Template, dict[str, Any], str, Output] | None:
    """(template, bindings, path or empty, kind of output) of one script; None when it has none."""
    values = scope.scope(node, role)
    chosen = choices.of(node, role)
    named = template_named_by(chosen)
    wanted = named.template if named is not None else SUGGESTED
    if wanted == NO_TEMPLATE:
        return None
    where = Location(scope.index.model.file, node=node.id)
    if wanted == SUGGESTED:
        suggestions = suggest(node.id, role, values, library.templates.values())
        if not suggestions:
            if _must_print(node, role):
                found.append(_no_template(node, where))
            return None
        template = suggestions[0].template
    elif wanted in library.templates:
        template = library.templates[wanted]
    else:
        found.append(
            Diagnostic(
                "unknown-template",
                Severity.ERROR,
                f"There is no template '{wanted}' (wanted for node '{node.id}').",
                f"{did_you_mean(wanted, library.templates)}"
                "See `lakewright templates list` for all of them.",
                Location(scope.recipe.file, node=node.id),
            )
        )
        return None
    output = OUTPUTS.get(template.output_type)
    if output is None:
        return None  # The template's own checks report an unknown output type.
    given = {n: value for n, (value, _) in given_values(scope.recipe, chosen, template).items()}
    bindings, mistakes = bind(template, given, given_variations(chosen), values)
    found.extend(_about(mistake, node, scope) for mistake in mistakes)
    path = next((c.path for c in reversed(chosen) if c.path), "")
    if path and (reason := why_no_output_path(path)):
        found.append(_no_path(path, reason, node, scope.recipe))
        return None
    return template, bindings, path, output


def _must_print(node: Node, role: str) -> bool:
    """Whether a node without a script would leave a hole in the bundle."""
    row = NODE_TYPES[node.type]
    if row.emits is Emits.SETUP_SQL:
        return node.type != "uc_registered_model"  # becomes a resource of the bundle
    return role == "pipeline" or (
        role == "task" and row.task_field in ("notebook_task", "sql_task", "spark_python_task")
    )


def _no_template(node: Node, where: Location) -> Diagnostic:
    return Diagnostic(
        "no-template",
        Severity.ERROR,
        f"No template fits node '{node.id}' of type {node.type}.",
        "Name one for it in a recipe under 'scripts', or 'template: none' to print nothing.",
        where,
    )


def _no_path(path: str, reason: str, node: Node, recipe: Recipe) -> Diagnostic:
    return Diagnostic(
        "output-path",
        Severity.ERROR,
        f"The script of node '{node.id}' cannot be written to '{shown(path)}': {reason}.",
        "Write a path inside the bundle, such as src/own/script.sql.",
        Location(recipe.file, node=node.id),
    )


def _about(mistake: Diagnostic, node: Node, scope: ModelScope) -> Diagnostic:
    """A finding about a value, at the node whose value it is."""
    return mistake.at(
        Location(scope.index.model.file, node=node.id, property=mistake.where.property)
    )


def _usual_path(
    index: GraphIndex, node: Node, role: str, output: Output, keys: Mapping[str, str]
) -> str:
    if node.type == "python_script" and output.key == "python_file":
        return str(PurePosixPath(str(node.properties["python_file"])))
    folder = f"src/{key_of(index.model.id)}/{ROLE_FOLDERS[role]}"
    if role == "pipeline":
        pipeline = index.pipeline_of(node.id)
        folder += f"/{keys[pipeline.id] if pipeline is not None else 'pipeline'}"
    if output.key in ("job_yaml",):
        folder = "resources"
    return f"{folder}/{keys[node.id]}{output.suffix}"


def _input_hash(template: Template, bindings: Mapping[str, Any], engine: str, path: str) -> str:
    text = json.dumps(
        [engine, template.id, template.content, template.undo, path, bindings],
        separators=(",", ":"),
        sort_keys=True,
        ensure_ascii=True,
    )
    return blake2b(text.encode("ascii"), digest_size=16).hexdigest()


def _clashes(steps: Sequence[RenderStep], index: GraphIndex) -> list[Diagnostic]:
    """Two scripts that would be written to one file; letter case does not tell files apart."""
    owners: dict[str, RenderStep] = {}
    found: list[Diagnostic] = []
    for step in steps:
        other = owners.setdefault(step.path.casefold(), step)
        if other is not step:
            found.append(
                Diagnostic(
                    "output-clash",
                    Severity.ERROR,
                    f"Nodes '{other.node}' and '{step.node}' would both write '{step.path}'.",
                    "Give one of them another 'path' in the recipe.",
                    Location(index.model.file, node=step.node),
                )
            )
    return found


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)[:120]


class Choices:
    """A recipe's choices for one model, found by node instead of by list position."""

    def __init__(self, recipe: Recipe, index: GraphIndex) -> None:
        self._recipe = recipe
        self._index = index
        self._by_type: dict[str, list[Choice]] = {}
        self._by_node: dict[str, list[Choice]] = {}
        for choice in recipe.choices:
            if choice.model and choice.model != index.model.id:
                continue
            if choice.node_type:
                self._by_type.setdefault(choice.node_type, []).append(choice)
            else:
                self._by_node.setdefault(choice.node, []).append(choice)

    def of(self, node: Node, role: str) -> list[Choice]:
        """From the most general to the most particular."""
        both = (*self._by_type.get(node.type, ()), *self._by_node.get(node.id, ()))
        return [choice for choice in both if choice.role in ("", role)]

    def dangling(self) -> list[Diagnostic]:
        """Choices for nodes that this model does not have (when it is the only one meant)."""
        recipe = self._recipe
        if len(recipe.models) != 1:
            return []
        return [
            Diagnostic(
                "recipe-unknown-node",
                Severity.ERROR,
                f"Recipe '{recipe.id}' names node '{node}', which model "
                f"'{self._index.model.id}' does not have.",
                f"{did_you_mean(node, self._index.nodes)}Correct or remove the entry.",
                Location(recipe.file, node=node),
            )
            for node in self._by_node
            if node not in self._index.nodes
        ]
