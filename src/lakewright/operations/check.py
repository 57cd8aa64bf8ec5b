"""Everything that can be said about a repository without rendering anything."""

from collections.abc import Callable, Sequence

from lakewright.datamodel.checks import check_index
from lakewright.datamodel.graph import index
from lakewright.datamodel.model import DataModel
from lakewright.datamodel.yaml_codec import place
from lakewright.diagnostics import Diagnostic, has_errors, in_reading_order
from lakewright.generation.bindings import ModelScope
from lakewright.generation.dependencies import check_dependencies, interface_of
from lakewright.generation.plan import plan_scripts
from lakewright.generation.platforms import profile
from lakewright.generation.recipe import Recipe, default_recipe
from lakewright.generation.resources import build_resources
from lakewright.operations.metadata import Metadata, macro_name, not_found, read_text
from lakewright.operations.template_pins import check_pins
from lakewright.ports import MetadataRepository
from lakewright.templates.checks import check_macro, check_template
from lakewright.templates.environment import builtin_macros


def check(
    repository: MetadataRepository,
    metadata: Metadata,
    ids: Sequence[str] = (),
    progress: Callable[[int, int, str], None] | None = None,
) -> list[Diagnostic]:
    """Findings about models, templates, macros and recipes, worst first.

    Args:
        ids: Ids of models, templates or recipes to look at; nothing means all.

    Raises:
        NotFoundError: An id that nothing has.
    """
    shared = metadata.shared
    known = {**metadata.models, **shared.recipes, **shared.library.templates}
    for name in ids:
        if name not in known:
            raise not_found("model, recipe or template", name, known)
    wanted = set(ids)
    for name in ids:
        if name in shared.recipes:
            wanted.update(shared.recipes[name].models or metadata.models)
    found: list[Diagnostic] = []
    files = {file.path: file for file in metadata.layout.models}
    interfaces = {}
    models = [m for name, m in metadata.models.items() if not wanted or name in wanted]
    for number, model in enumerate(models):
        if progress is not None:
            progress(number, len(models), model.id)
        graph = index(model)
        about = list(check_index(graph))
        external: set[str] = set()
        if not has_errors(about):
            for recipe in recipes_of(metadata, model):
                scope = ModelScope(graph, recipe, {})
                plan = plan_scripts(scope, metadata.shared.library, "check")
                resources = build_resources(
                    scope,
                    plan.steps,
                    {},
                    profile(recipe.cloud),
                    metadata.shared.configurations.at(model=model.id, recipe=recipe.id),
                )
                about.extend((*plan.diagnostics, *resources.diagnostics))
                external.update(resources.external_jobs)
        interfaces[model.id] = interface_of(graph, sorted(external))
        if about and model.file in files:
            text, _ = read_text(repository, files[model.file])
            if text is not None:
                about = list(place(about, text, model.file, model_id=model.id))
        found.extend(about)
    if not wanted or len(interfaces) == len(metadata.models):
        found.extend(check_dependencies(interfaces))
    for name, template in shared.library.templates.items():
        if name in wanted or (not wanted and name in shared.templates):
            found.extend(check_template(template, shared.library.macros))
    if not wanted:
        for file in metadata.layout.macros:
            name = macro_name(file.path)
            # One that cannot be read, or has the name of a built-in file, has its finding already.
            if name in shared.library.macros and name not in builtin_macros():
                source = shared.library.macros[name]
                found.extend(check_macro(name, source, shared.library.macros, file.path))
    found.extend(
        check_pins(repository, [r for n, r in shared.recipes.items() if not wanted or n in wanted],
                   shared.library.templates)
    )  # fmt: skip
    touched = {metadata.models[name].file for name in wanted if name in metadata.models}
    touched |= {shared.library.templates[n].file for n in wanted if n in shared.library.templates}
    touched |= {shared.recipes[name].file for name in wanted if name in shared.recipes}
    found.extend(d for d in metadata.diagnostics if not wanted or d.where.file in touched)
    return in_reading_order(dict.fromkeys(found))


def recipes_of(metadata: Metadata, model: DataModel) -> list[Recipe]:
    """The recipes that a model is generated with; the default one when nobody wrote any."""
    using = [
        recipe
        for recipe in metadata.shared.recipes.values()
        if not recipe.models or model.id in recipe.models
    ]
    return using or [default_recipe(model.id, [model.id])]
