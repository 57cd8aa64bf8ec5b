"""Commands about versions of templates: list, compare, and what a recipe would gain."""

from typing import TYPE_CHECKING, Annotated

import typer

from lakewright.cli import completion
from lakewright.cli.commands.metadata import loaded
from lakewright.cli.console import print_json, print_message, print_result, table
from lakewright.cli.options import JsonOption, RepositoryOption, repository_of

if TYPE_CHECKING:
    from lakewright.operations.template_pins import Upgrade

TemplateArgument = Annotated[
    str,
    typer.Argument(
        metavar="TEMPLATE", help="Id of a template.", autocompletion=completion.templates
    ),
]


def add_to(group: typer.Typer) -> None:
    """Add `versions`, `compare` and `upgrades` to `templates`."""
    group.command("versions")(_versions)
    group.command("compare")(_compare)
    group.command("upgrades")(_upgrades)


def _versions(
    context: typer.Context,
    template: TemplateArgument,
    *,
    as_json: JsonOption = False,
    repository: RepositoryOption = None,
) -> None:
    """List the versions of a template in the git history of the repository, newest first.

    \b
    Examples:
      lakewright templates versions merge_upsert
      lakewright -C shop templates versions my_template --json
    """
    from lakewright.context import history_of
    from lakewright.operations.template_versions import template_versions, version_as_json

    metadata = loaded(context, repository)
    chosen = metadata.template(template)
    found = template_versions(metadata, history_of(repository_of(context, repository)), template)
    if as_json:
        print_json([version_as_json(version) for version in found])
        return
    rows = [(v.version, v.commit[:12], v.at[:10], v.author, v.message) for v in found]
    print_result(table(rows, ("VERSION", "COMMIT", "DATE", "AUTHOR", "MESSAGE")))
    for change in chosen.changelog:
        print_message(f"{change.version}: {change.about}")


def _compare(
    context: typer.Context,
    template: TemplateArgument,
    before: Annotated[str, typer.Argument(metavar="BEFORE", help="A version or a commit.")],
    after: Annotated[
        str, typer.Argument(metavar="[AFTER]", help="Default: as it was committed last.")
    ] = "",
    *,
    as_json: JsonOption = False,
    repository: RepositoryOption = None,
) -> None:
    """Show how two versions of a template differ, in source and in what samples print.

    \b
    Examples:
      lakewright templates compare my_template 1.0.0
      lakewright templates compare my_template 1.0.0 1.2.0 --json
    """
    from lakewright import context as wiring
    from lakewright.operations.template_versions import compare_versions

    metadata = loaded(context, repository)
    with wiring.renderer() as renderer:
        found = compare_versions(
            metadata,
            wiring.history_of(repository_of(context, repository)),
            template,
            before,
            after,
            renderer=renderer,
        )
    if as_json:
        print_json(found.as_json())
        return
    for sentence in found.declarations:
        print_message(sentence)
    print_result(found.source + "\n" if found.source else "")
    for output in found.outputs:
        on = [name for name, enabled in output.variations.items() if enabled]
        print_result(f"With {', '.join(on) or 'no variation'}:\n{output.diff}\n")
    print_message(
        f"{len(found.outputs)} of {found.compared} selections of variations print something else."
    )


def _upgrades(
    context: typer.Context,
    recipe: Annotated[str, typer.Argument(metavar="RECIPE", help="Id of a recipe.")],
    *,
    as_json: JsonOption = False,
    repository: RepositoryOption = None,
) -> None:
    """Show what newer versions of a recipe's templates change in its scripts.

    \b
    Examples:
      lakewright templates upgrades nightly
      lakewright templates upgrades nightly --json
    """
    from lakewright import context as wiring
    from lakewright.operations.template_pins import recipe_upgrades

    metadata = loaded(context, repository)
    history = wiring.history_of(repository_of(context, repository))
    with wiring.renderer() as renderer:
        found = recipe_upgrades(metadata, history, recipe, renderer=renderer)
    if as_json:
        print_json([upgrade.as_json() for upgrade in found])
        return
    for upgrade in found:
        _print(upgrade)
    if not found:
        print_message("Every template has the version that the recipe names, or any will do.")


def _print(upgrade: "Upgrade") -> None:
    print_result(f"{upgrade.template}: {upgrade.pinned} -> {upgrade.current}\n")
    for version, about in upgrade.changelog:
        print_message(f"  {version}: {about}")
    for sentence in upgrade.declarations:
        print_message(f"  {sentence}")
    if not upgrade.found:
        print_message(f"  Version {upgrade.pinned} is not in the history: nothing to compare.")
        return
    for output in upgrade.outputs:
        print_result(f"{output.path}\n{output.diff}\n")
    print_message(f"  {len(upgrade.outputs)} of {upgrade.compared} scripts change.")
