"""Read a metadata repository: models, templates, macros, recipes and configurations."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from lakewright.datamodel.model import DataModel
from lakewright.datamodel.yaml_codec import read_models
from lakewright.diagnostics import Diagnostic, Location, Severity, did_you_mean
from lakewright.errors import LakewrightError, NotFoundError
from lakewright.generation.configurations import Configurations, read_configurations
from lakewright.generation.plan import Library
from lakewright.generation.recipe import (
    Recipe,
    default_recipe,
    read_recipes,
    with_bundle_node,
)
from lakewright.ports import MACRO_SUFFIXES, YAML_SUFFIXES, MetadataRepository, RepositoryFile
from lakewright.templates.environment import builtin_macros
from lakewright.templates.library import builtin_library
from lakewright.templates.template import Template
from lakewright.templates.yaml_codec import read_templates
from lakewright.yaml_text.load import LIMITS, decoded, load_or_diagnose

if TYPE_CHECKING:
    from lakewright.yaml_text.locate import Locator

FOLDERS = ("models", "templates", "recipes", "configurations")


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of a repository by what they hold, each sorted by path."""

    models: tuple[RepositoryFile, ...] = ()
    templates: tuple[RepositoryFile, ...] = ()
    macros: tuple[RepositoryFile, ...] = ()
    recipes: tuple[RepositoryFile, ...] = ()
    configurations: tuple[RepositoryFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Shared:
    """What every model of a repository is generated with.

    Attributes:
        templates: The repository's own templates by id (the library holds these and ours).
        fingerprint: Hash over everything in here.
    """

    library: Library
    templates: Mapping[str, Template]
    recipes: Mapping[str, Recipe]
    configurations: Configurations
    fingerprint: str
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Metadata:
    """A whole repository as values.

    Attributes:
        models: By id; of two models with one id the first counts (and it is a finding).
        model_files: Paths of the files that hold models.
    """

    layout: Layout
    shared: Shared
    models: Mapping[str, DataModel]
    diagnostics: tuple[Diagnostic, ...] = field(default=())

    def model(self, model_id: str) -> DataModel:
        """Raises `NotFoundError` with the nearest id when there is no such model."""
        if model_id in self.models:
            return self.models[model_id]
        raise not_found("model", model_id, self.models)

    def template(self, template_id: str) -> Template:
        """Own or built-in; raises `NotFoundError` with the nearest id."""
        if template_id in self.shared.library.templates:
            return self.shared.library.templates[template_id]
        raise not_found("template", template_id, self.shared.library.templates)


def not_found(kind: str, wanted: str, known: Mapping[str, object]) -> NotFoundError:
    """The refusal for an id that nothing has."""
    listed = ", ".join(sorted(known)[:8]) or "none"
    return NotFoundError(
        problem=f"There is no {kind} '{wanted}'.",
        remedy=f"{did_you_mean(wanted, known)}Known: {listed}"
        + (f" and {len(known) - 8} more." if len(known) > 8 else "."),
    )


def layout_of(files: Sequence[RepositoryFile]) -> Layout:
    """Sort files by the folder they are in.

    A repository keeps its folders (`models`, `templates`, `recipes`, `configurations`) below
    `metadata/`, or at the top when there is no `metadata/`.
    """
    nested = any(file.path.startswith("metadata/") for file in files)
    prefix = "metadata/" if nested else ""
    found: dict[str, list[RepositoryFile]] = {name: [] for name in (*FOLDERS, "macros")}
    for file in files:
        if not file.path.startswith(prefix):
            continue
        folder, _, rest = file.path[len(prefix) :].partition("/")
        if folder not in FOLDERS or not rest:
            continue
        if folder == "templates" and file.path.endswith(MACRO_SUFFIXES):
            found["macros"].append(file)
        elif file.path.endswith(YAML_SUFFIXES):
            found[folder].append(file)
    return Layout(**{name: tuple(entries) for name, entries in found.items()})


def load_metadata(repository: MetadataRepository) -> Metadata:
    """Read everything. What is wrong with the files is in `diagnostics`, never raised."""
    layout = layout_of(repository.files())
    shared = load_shared(repository, layout)
    models: dict[str, DataModel] = {}
    found: list[Diagnostic] = list(shared.diagnostics)
    for file in layout.models:
        read, mistakes = load_models(repository, file)
        found.extend(mistakes)
        for model in read:
            if model.id in models:
                found.append(twice("model", model.id, file.path, models[model.id].file))
            else:
                models[model.id] = model
    found.extend(check_recipes(shared, models))
    return Metadata(layout, shared, models, tuple(found))


def load_models(
    repository: MetadataRepository, file: RepositoryFile
) -> tuple[tuple[DataModel, ...], tuple[Diagnostic, ...]]:
    """The models of one file."""
    text, mistakes = read_text(repository, file)
    if text is None:
        return (), mistakes
    read = read_models(text, file.path)
    return read.models, read.diagnostics


def load_shared(repository: MetadataRepository, layout: Layout) -> Shared:
    """Templates, macros, recipes and configurations; built-in ones included."""
    found: list[Diagnostic] = [*builtin_library().diagnostics]
    macros: dict[str, str] = dict(builtin_macros())
    for file in layout.macros:
        name = macro_name(file.path)
        text, mistakes = read_text(repository, file)
        found.extend(mistakes)
        if name in macros:
            found.append(name_taken(name, file.path))
        elif text is not None:
            macros[name] = text
    own: dict[str, Template] = {}
    builtin = builtin_library().templates
    for file in layout.templates:
        text, mistakes = read_text(repository, file)
        found.extend(mistakes)
        if text is None:
            continue
        read = read_templates(text, file.path)
        found.extend(read.diagnostics)
        for template in read.templates:
            if template.id in own:
                found.append(twice("template", template.id, file.path, own[template.id].file))
            elif template.id in builtin:
                found.append(
                    _clash(f"'{template.id}' is the id of a built-in template.", file.path)
                )
            else:
                own[template.id] = template
    recipes: dict[str, Recipe] = {}
    for file in layout.recipes:
        value, mistakes = _load_value(repository, file)
        found.extend(mistakes)
        if mistakes:
            continue
        read_file = read_recipes(value, file.path)
        found.extend(placed(read_file.diagnostics, repository, file))
        for recipe in read_file.recipes:
            if recipe.id in recipes:
                found.append(twice("recipe", recipe.id, file.path, recipes[recipe.id].file))
            else:
                recipes[recipe.id] = recipe
    configurations = Configurations()
    for file in layout.configurations:
        value, mistakes = _load_value(repository, file)
        found.extend(mistakes)
        if mistakes:
            continue
        configurations, mistaken = read_configurations(value, file.path, configurations)
        found.extend(placed(mistaken, repository, file))
    macro_hash = _hash(sorted(macros.items()))
    shared_files = (*layout.templates, *layout.macros, *layout.recipes, *layout.configurations)
    return Shared(
        library=Library({**builtin, **own}, macros, macro_hash),
        templates=own,
        recipes=recipes,
        configurations=configurations,
        fingerprint=_hash(
            [
                macro_hash,
                [(file.path, file.version) for file in shared_files],
                [(t.id, t.version, t.content) for t in builtin.values()],
            ]
        ),
        diagnostics=tuple(found),
    )


def choose_recipes(
    wanted: Sequence[str],
    recipes: Mapping[str, Recipe],
    models: Mapping[str, object],
    fallback: str,
) -> list[Recipe]:
    """What to generate for ids that people typed.

    Args:
        wanted: Recipe or model ids. A model without a recipe of its own gets a default one.
            Nothing means every recipe, or one default recipe over all models.
        fallback: Id of that default recipe.

    Raises:
        NotFoundError: An id that is neither.
    """
    if not wanted:
        if recipes:
            return list(recipes.values())
        return [default_recipe(fallback, sorted(models))]
    chosen: list[Recipe] = []
    for name in wanted:
        if name in recipes:
            chosen.append(recipes[name])
        elif name in models:
            mine = [recipe for recipe in recipes.values() if recipe.models == (name,)]
            chosen.append(mine[0] if len(mine) == 1 else default_recipe(name, [name]))
        else:
            raise not_found("recipe or model", name, {**models, **recipes})
    return chosen


def recipe_of(
    wanted: str,
    fallback: str,
    shared: Shared,
    models: Mapping[str, object],
    bundles: Mapping[str, Mapping[str, Any]],
) -> Recipe:
    """The recipe that one bundle is made by.

    Args:
        wanted: A recipe or model id; empty for the only recipe, or all models.
        bundles: Model -> properties of its bundle node, for models that have one.

    Raises:
        NotFoundError: No recipe or model has the wanted id.
    """
    recipe = choose_recipes([wanted] if wanted else [], shared.recipes, models, fallback)[0]
    if recipe.file:
        return recipe
    drawn = [found for name, found in bundles.items() if name in recipe.models]
    return with_bundle_node(recipe, drawn[0]) if len(drawn) == 1 else recipe


def check_recipes(shared: Shared, models: Mapping[str, object]) -> list[Diagnostic]:
    """Recipes that name models or templates which nobody has."""
    found: list[Diagnostic] = []
    for recipe in shared.recipes.values():
        found.extend(
            Diagnostic(
                "recipe-unknown-model",
                Severity.ERROR,
                f"Recipe '{recipe.id}' names the model '{name}', which does not exist.",
                f"{did_you_mean(name, models)}Correct or remove it.",
                Location(recipe.file, property="models"),
            )
            for name in recipe.models
            if name not in models
        )
    return found


def read_text(
    repository: MetadataRepository, file: RepositoryFile
) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """A file as text; None with a finding when it cannot be read."""
    try:
        return text_or_findings(repository.read(file.path), file.path)
    except LakewrightError as error:
        return None, (_unreadable(error, file.path),)


def text_or_findings(content: str | bytes, path: str) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """A content as text; None with a finding when it is no text."""
    try:
        return decoded(content, limits=LIMITS), ()
    except LakewrightError as error:
        return None, (_unreadable(error, path),)


def _unreadable(error: LakewrightError, path: str) -> Diagnostic:
    return Diagnostic(
        getattr(error, "rule", error.code),
        Severity.ERROR,
        error.problem,
        error.remedy,
        Location(path, getattr(error, "line", 0), getattr(error, "column", 0)),
    )


def macro_name(path: str) -> str:
    """How templates name the macro file at a path.

    >>> macro_name("metadata/templates/macros/naming.jinja")
    'macros/naming.jinja'
    """
    return f"macros/{path.rpartition('/')[2]}"


def name_taken(name: str, file: str) -> Diagnostic:
    """The finding about a macro file whose name templates know as another one's."""
    return _clash(f"The name of macro file '{name}' is taken (built-in, or another folder).", file)


def placed(
    diagnostics: Sequence[Diagnostic], repository: MetadataRepository, file: RepositoryFile
) -> list[Diagnostic]:
    """Findings that know only a dotted path, with the line and column of that path."""
    if not diagnostics:
        return []
    from lakewright.yaml_text.locate import Locator

    text, _ = read_text(repository, file)
    if text is None:
        return list(diagnostics)
    locator = Locator(text)
    return [
        replace(found, where=_filled(found.where, locator))
        if found.where.property and not found.where.line
        else found
        for found in diagnostics
    ]


def _filled(where: Location, locator: "Locator") -> Location:
    line, column = locator.place(_path_of(where.property))
    return replace(where, line=line, column=column)


def _path_of(dotted: str) -> list[str | int]:
    return [int(part) if part.isdigit() else part for part in dotted.split(".") if part]


def _load_value(
    repository: MetadataRepository, file: RepositoryFile
) -> tuple[object, tuple[Diagnostic, ...]]:
    text, mistakes = read_text(repository, file)
    if text is None:
        return None, mistakes
    return load_or_diagnose(text, file.path)


def twice(kind: str, name: str, file: str, other: str) -> Diagnostic:
    """The finding about an id that two files of a repository use."""
    return Diagnostic(
        f"duplicate-{kind}-id",
        Severity.ERROR,
        f"There is a {kind} '{name}' in '{other}' already.",
        "Give one of them another id.",
        Location(file),
    )


def _clash(problem: str, file: str) -> Diagnostic:
    return Diagnostic(
        "name-taken", Severity.ERROR, problem, "Choose another name for yours.", Location(file)
    )


def _hash(value: object) -> str:
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=True)
    return blake2b(text.encode("ascii"), digest_size=16).hexdigest()
