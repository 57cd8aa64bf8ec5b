"""Commands about templates: the library, one template's output, linting, trying."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lakewright.cli import completion
from lakewright.cli.commands import templates_packs, templates_samples, templates_versions
from lakewright.cli.commands.metadata import loaded
from lakewright.cli.console import (
    counted,
    print_diagnostics,
    print_json,
    print_message,
    print_result,
    table,
)
from lakewright.cli.options import JsonOption, RepositoryOption, usable
from lakewright.cli.progress import progress
from lakewright.diagnostics import did_you_mean, has_errors, shown
from lakewright.errors import LakewrightError, NotFoundError

if TYPE_CHECKING:
    from lakewright.operations.metadata import Metadata
    from lakewright.templates.template import Template, Variable

TemplateArgument = Annotated[
    str,
    typer.Argument(
        metavar="TEMPLATE", help="Id of a template.", autocompletion=completion.templates
    ),
]
SomeTemplates = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[TEMPLATE]...",
        help="Ids. Default: the repository's own.",
        autocompletion=completion.templates,
    ),
]


def add_to(cli: typer.Typer) -> None:
    """Add `preview` and `templates`."""
    cli.command("preview")(_preview)
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.callback()(_templates)
    group.command("list")(_list)
    group.command("search")(_search)
    group.command("show")(_show)
    group.command("lint")(_lint)
    group.command("test")(_test)
    templates_versions.add_to(group)
    templates_samples.add_to(group)
    templates_packs.add_to(group)
    cli.add_typer(group, name="templates")


def _templates() -> None:
    """List, show, lint and try templates."""


def _preview(
    context: typer.Context,
    template: TemplateArgument,
    *,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", "-s", metavar="NAME=VALUE", help="A value, written as in YAML."),
    ] = None,
    values_file: Annotated[
        Path | None,
        typer.Option("--values", metavar="FILE", help="YAML file with a map of values."),
    ] = None,
    with_: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="VARIATION", help="Switch a variation on."),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="VARIATION", help="Switch a variation off."),
    ] = None,
    node: Annotated[
        str,
        typer.Option("--node", metavar="MODEL/NODE", help="Take values from a node of a model."),
    ] = "",
    as_json: JsonOption = False,
    repository: RepositoryOption = None,
) -> None:
    """Print what one template gives, with sample values or yours.

    \b
    Examples:
      lakewright preview managed_delta_table
      lakewright preview managed_delta_table --set table=main.sales.orders --with comments
      lakewright preview merge_upsert --node shop/orders
    """
    from lakewright import context as wiring
    from lakewright.operations.preview import PreviewRequest, preview
    from lakewright.templates.uses import template_uses

    metadata = loaded(context, repository, optional=not node)
    chosen = metadata.template(template)
    given = {**_from_file(values_file), **_from_options(values or [])}
    # A name that the content uses without declaring it (a lint finding) may be given too.
    names = [variable.name for variable in chosen.all_variables()]
    names += [use.name for use in template_uses(chosen) if use.name not in names]
    _known(given, names, "variable", chosen.id)
    switches = dict.fromkeys(with_ or [], True) | dict.fromkeys(without or [], False)
    _known(switches, [variation.id for variation in chosen.variations], "variation", chosen.id)

    with wiring.renderer() as renderer, wiring.proof_memory() as proofs:
        result = preview(
            PreviewRequest(template, given, switches, node),
            metadata,
            renderer=renderer,
            linter=wiring.LazyLinter(),
            proofs=proofs,
            engine=wiring.engine_version(),
        )
    if as_json:
        print_json(result.as_json())
    elif result.text:
        print_result(result.text)
    print_diagnostics(result.diagnostics)
    if has_errors(result.diagnostics):
        raise typer.Exit(1)


def _known(given: Mapping[str, Any], known: list[str], kind: str, template: str) -> None:
    for name in given:
        if name not in known:
            listed = f"It has: {', '.join(dict.fromkeys(known))}." if known else "It has none."
            raise NotFoundError(
                problem=f"Template '{template}' has no {kind} '{shown(name)}'.",
                remedy=f"{did_you_mean(name, known)}{listed}",
            )


def _from_options(pairs: list[str]) -> dict[str, Any]:
    """`name=value` pairs; a value reads as YAML would: 3, true, [a, b], {x: 1}, text."""
    from lakewright.yaml_text.load import YamlError, load

    found: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or not name:
            raise typer.BadParameter(
                f"'{shown(pair)}' is not NAME=VALUE.", param_hint="'--set' / '-s'"
            )
        try:
            found[name] = load(text) if text.strip() else ""
        except YamlError:
            # "a: b" or "@x" is no YAML value, but it is a text that somebody wants printed.
            found[name] = text
    return found


def _from_file(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    from lakewright.yaml_text.load import YamlError, load

    try:
        value = load(usable(path).read_bytes())
    except (OSError, ValueError) as error:
        raise NotFoundError(
            problem=f"'{path}' cannot be read: {getattr(error, 'strerror', None) or error}.",
            remedy="Give a YAML file with a map of values.",
        ) from error
    except YamlError as error:
        error.where = f"{path}:{error.line}" if error.line else str(path)
        raise
    if not isinstance(value, dict):
        raise LakewrightError(
            problem=f"'{path}' holds no map of values.",
            remedy="Write lines of the form 'name: value'.",
        )
    return {str(name): entry for name, entry in value.items()}


def _list(
    context: typer.Context,
    *,
    category: Annotated[str, typer.Option("--category", "-c", help="Only one category.")] = "",
    tag: Annotated[str, typer.Option("--tag", "-t", help="Only with this tag.")] = "",
    as_json: JsonOption = False,
    repository: RepositoryOption = None,
) -> None:
    """List the templates: built-in ones and the repository's own.

    \b
    Examples:
      lakewright templates list
      lakewright templates list --category ingestion
    """
    library = loaded(context, repository, optional=True).shared.library.templates.values()
    categories = sorted({template.category for template in library})
    if category and category not in categories:
        raise NotFoundError(
            problem=f"There is no category '{shown(category)}'.",
            remedy=f"{did_you_mean(category, categories)}Categories: {', '.join(categories)}.",
        )
    chosen = [
        template
        for template in sorted(library, key=lambda t: (t.category, t.id))
        if category in ("", template.category) and (not tag or tag in template.tags)
    ]
    if as_json:
        from lakewright.operations.plain import template_as_json

        print_json([template_as_json(template, content=False) for template in chosen])
        return
    rows = [
        (t.id, t.category, t.output_type, "built-in" if t.builtin else "own", t.name)
        for t in chosen
    ]
    print_result(table(rows, ("TEMPLATE", "CATEGORY", "PRINTS", "FROM", "NAME")))


def _search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="WORD...", help="What to look for.")],
    *,
    category: Annotated[str, typer.Option("--category", "-c", help="Only one category.")] = "",
    output: Annotated[str, typer.Option("--prints", "-p", help="Only one kind of output.")] = "",
    tag: Annotated[str, typer.Option("--tag", "-t", help="Only with this tag.")] = "",
    node: Annotated[str, typer.Option("--node", "-n", help="Only for this node type.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=200, help="Most to show.")] = 20,
    as_json: JsonOption = False,
    repository: RepositoryOption = None,
) -> None:
    """Find templates by words, the best matches first; a slip of the pen does no harm.

    \b
    Examples:
      lakewright templates search merge
      lakewright templates search kafak stream --prints python
    """
    from lakewright.operations.template_search import hits_as_json, search_templates
    from lakewright.templates.search import Query

    metadata = loaded(context, repository, optional=True)
    query = Query(" ".join(words), category, output, tag, node)
    found = search_templates(metadata, query, limit=limit)
    if as_json:
        print_json(hits_as_json(found))
        return
    rows = [
        (hit.template.id, hit.template.category, hit.template.output_type, hit.template.name)
        for hit in found.items
    ]
    print_result(table(rows, ("TEMPLATE", "CATEGORY", "PRINTS", "NAME")))
    if found.total > len(rows):
        print_message(f"{found.total - len(rows)} more; show them with --limit.")


def _show(
    context: typer.Context,
    template: TemplateArgument,
    *,
    content: Annotated[bool, typer.Option("--content", help="Also its Jinja2 source.")] = False,
    as_json: JsonOption = False,
    repository: RepositoryOption = None,
) -> None:
    """Show the variables, variations and uses of one template.

    \b
    Examples:
      lakewright templates show auto_loader_ingest
      lakewright templates show auto_loader_ingest --content
    """
    chosen = loaded(context, repository, optional=True).template(template)
    if as_json:
        from lakewright.operations.plain import template_as_json

        print_json(template_as_json(chosen, content=True))
        return
    print_result(_described(chosen) + (f"\nContent\n{chosen.content}" if content else ""))


def _described(template: "Template") -> str:
    lines = [f"{template.name} ({template.id} {template.version})", template.description, ""]
    if (said := template.deprecated) is not None:
        instead = f" Use {said.replacement} instead." if said.replacement else ""
        lines.insert(1, f"Deprecated. {said.reason}{instead}")
    for label, value in (
        ("Category", template.category),
        ("Prints", template.output_type),
        ("Requires", template.requires),
        ("Tags", ", ".join(template.tags)),
        ("File", "" if template.builtin else template.file),
    ):
        if value:
            lines.append(f"{label}: {value}")
    lines += ["", "Variables", *_variables(template.variables)]
    for variation in template.variations:
        state = "on" if variation.enabled else "off"
        about = variation.description or variation.name
        lines += ["", f"Variation {variation.id} ({state}): {about}"]
        lines += _variables(variation.adds_variables)
    if template.fits:
        lines += ["", "Fits"]
        for fit in template.fits:
            when = ", ".join(f"{path} is {value}" for path, value in fit.when.items())
            why = f": {fit.because}" if fit.because else ""
            lines.append(f"  {fit.node_type}{f' when {when}' if when else ''}{why}")
    return "\n".join(lines) + "\n"


def _variables(variables: "tuple[Variable, ...]") -> list[str]:
    from lakewright.templates.template import MISSING

    width = max((len(variable.name) for variable in variables), default=0)
    lines = []
    for variable in variables:
        if variable.required:
            told = "required"
        else:
            told = "optional" if variable.default is MISSING else f"default {variable.default!r}"
        head = f"  {variable.name:<{width}}  {variable.type.value}, {told}."
        lines.append(f"{head} {variable.description}".rstrip())
    return lines


def _lint(
    context: typer.Context,
    templates: SomeTemplates = None,
    *,
    as_json: JsonOption = False,
    repository: RepositoryOption = None,
) -> None:
    """Find what is wrong with templates, without rendering them.

    \b
    Examples:
      lakewright templates lint
      lakewright templates lint delta_table_creation --json
    """
    from lakewright.operations.templates import lint_templates

    metadata = loaded(context, repository, optional=bool(templates))
    found = lint_templates(metadata, tuple(templates or ()))
    # A file that could not be read holds templates that cannot be linted: that is a finding too.
    mine = {file.path for file in (*metadata.layout.templates, *metadata.layout.macros)}
    if not templates:
        found = [*(d for d in metadata.diagnostics if d.where.file in mine), *found]
    if as_json:
        print_json({"diagnostics": [finding.as_json() for finding in found]})
    else:
        print_diagnostics(found, summary=False)
        number = len(templates or metadata.shared.templates)
        noun = "template" if number == 1 else "templates"
        print_result(f"{number} {noun}: {counted(found)}")
    if has_errors(found):
        raise typer.Exit(1)


def _test(
    context: typer.Context,
    templates: SomeTemplates = None,
    *,
    report: Annotated[
        str,
        typer.Option(
            "--report",
            metavar="FORMAT",
            help="Also try the edges of the values, measure branches, and print a report: "
            "text, json or html.",
        ),
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the report there.")
    ] = None,
    changed: Annotated[
        bool, typer.Option("--changed", help="Leave out what passed before and is the same since.")
    ] = False,
    as_json: JsonOption = False,
    repository: RepositoryOption = None,
) -> None:
    """Render templates in every combination of their variations and prove the output.

    Samples stand in for values. Without ids: the repository's own templates, or all built-in ones
    when it has none.

    \b
    Examples:
      lakewright templates test
      lakewright templates test managed_delta_table
      lakewright templates test --changed --report html --out coverage.html
    """
    from lakewright import context as wiring
    from lakewright.operations.templates import try_templates

    metadata = loaded(context, repository, optional=True)
    if report or out is not None or changed:
        _cover(metadata, templates, report or ("json" if as_json else "text"), out, changed)
        return
    with (
        wiring.renderer() as renderer,
        wiring.proof_memory() as proofs,
        progress("Trying") as report_progress,
    ):
        results = try_templates(
            metadata,
            tuple(templates or ()),
            renderer=renderer,
            linter=wiring.LazyLinter(),
            proofs=proofs,
            engine=wiring.engine_version(),
            progress=report_progress,
        )
    failed = [result for result in results if not result.passed]
    if as_json:
        print_json([result.as_json() for result in results])
    else:
        tried = Counter(result.template for result in results)
        broken = Counter(result.template for result in failed)
        rows = [
            (name, str(number), "passed" if not broken[name] else f"{broken[name]} failed")
            for name, number in sorted(tried.items())
        ]
        print_result(table(rows, ("TEMPLATE", "COMBINATIONS", "RESULT")))
    for result in failed:
        on = [name for name, enabled in result.variations.items() if enabled]
        print_message(f"{result.template} with {', '.join(on) or 'no variation'}:")
        print_diagnostics(result.diagnostics, summary=False)
        if not result.diagnostics:
            print_message("  it printed nothing")
    if failed:
        raise typer.Exit(1)


def _cover(
    metadata: "Metadata", templates: list[str] | None, report: str, out: Path | None, changed: bool
) -> None:
    """Try combinations and edges, and print or write what was reached."""
    from lakewright import context as wiring
    from lakewright.operations.coverage import REPORTS, cover_templates

    if report not in REPORTS:
        raise typer.BadParameter(
            f"'{shown(report)}' is none of {', '.join(REPORTS)}.", param_hint="'--report'"
        )
    with (
        wiring.renderer() as renderer,
        wiring.proof_memory() as proofs,
        progress("Trying") as report_progress,
    ):
        found = cover_templates(
            metadata,
            tuple(templates or ()),
            renderer=renderer,
            linter=wiring.LazyLinter(),
            proofs=proofs,
            engine=wiring.engine_version(),
            only_changed=changed,
            progress=report_progress,
        )
    text = REPORTS[report](found)
    if out is None:
        print_result(text)
    else:
        try:
            usable(out).write_text(text, encoding="utf-8")
        except OSError as error:
            raise LakewrightError(
                problem=f"'{out}' cannot be written: {error.strerror or error}.",
                remedy="Name a file in a folder that exists and may be written.",
            ) from error
        print_message(f"Wrote {out}")
    if not found.passed:
        raise typer.Exit(1)
