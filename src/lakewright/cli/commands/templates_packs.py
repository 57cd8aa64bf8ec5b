"""Commands about packs of templates: install, update, remove, export and list them."""

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated

import typer

from lakewright.cli import completion
from lakewright.cli.commands.metadata import loaded
from lakewright.cli.console import print_json, print_message, print_result, table
from lakewright.cli.options import JsonOption, RepositoryOption, repository_of, usable
from lakewright.errors import LakewrightError

if TYPE_CHECKING:
    from lakewright.operations.packs import HandEdits, PackPlan
    from lakewright.templates.packs import IndexEntry, Pack

IndexOption = Annotated[
    str,
    typer.Option(
        "--index",
        metavar="PLACE",
        help="A pack index: a YAML file, or git+FOLDER[@REVISION]#FILE.",
    ),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")
]
EditsOption = Annotated[
    str,
    typer.Option(
        "--edits",
        metavar="WHAT",
        help="Files that somebody changed since: refuse, keep or overwrite.",
    ),
]


def add_to(group: typer.Typer) -> None:
    """Add `add`, `update`, `remove`, `export` and `packs` to `templates`."""
    group.command("add")(_add)
    group.command("update")(_update)
    group.command("remove")(_remove)
    group.command("export")(_export)
    group.command("packs")(_packs)


def _add(
    context: typer.Context,
    pack: Annotated[
        str,
        typer.Argument(
            metavar="PACK",
            help="A zip, a folder or git+FOLDER[@REVISION][#FOLDER]; with --index, a name.",
        ),
    ],
    *,
    index: IndexOption = "",
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    repository: RepositoryOption = None,
) -> None:
    """Install a pack of templates. Their ids begin with its name: `acme.orders`.

    \b
    Examples:
      lakewright templates add acme-1.2.0.zip
      lakewright templates add git+../acme-templates@v1.2.0
      lakewright templates add acme --index ../marketplace/index.yaml
    """
    from lakewright.context import repository_at
    from lakewright.operations.packs import plan_add

    place = _indexed(index, pack) if index else pack
    metadata = loaded(context, repository)
    folder = repository_of(context, repository)
    plan = plan_add(repository_at(folder), metadata, _pack(place), place)
    _carry_out(plan, folder, dry_run=dry_run, as_json=as_json)


def _update(
    context: typer.Context,
    pack: Annotated[str, typer.Argument(metavar="PACK", help="Name of an installed pack.")],
    *,
    source: Annotated[
        str,
        typer.Option("--from", metavar="PLACE", help="Default: where it was installed from."),
    ] = "",
    index: IndexOption = "",
    edits: EditsOption = "refuse",
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    repository: RepositoryOption = None,
) -> None:
    """Bring an installed pack to another version, and say what changes.

    Files that somebody changed by hand are never overwritten unless you say so.

    \b
    Examples:
      lakewright templates update acme --dry-run
      lakewright templates update acme --from acme-1.3.0.zip --edits keep
    """
    from lakewright.context import repository_at
    from lakewright.operations.packs import installed_pack, plan_update

    how = _edits(edits)
    metadata = loaded(context, repository)
    folder = repository_of(context, repository)
    reader = repository_at(folder)
    record = installed_pack(reader, pack)
    place = source or (_indexed(index, pack) if index else record.source)
    if not place:
        raise typer.BadParameter(
            "Nobody wrote down where this pack is from; name a place.", param_hint="'--from'"
        )
    found = _pack(place)
    if found.manifest.name != pack:
        raise LakewrightError(
            f"'{place}' holds the pack '{found.manifest.name}', not '{pack}'.",
            "Name the right place with --from.",
            place,
        )
    plan = plan_update(reader, metadata, found, place, how)
    _carry_out(plan, folder, dry_run=dry_run, as_json=as_json)


def _remove(
    context: typer.Context,
    pack: Annotated[str, typer.Argument(metavar="PACK", help="Name of an installed pack.")],
    *,
    edits: EditsOption = "refuse",
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    repository: RepositoryOption = None,
) -> None:
    """Remove a pack: exactly the files that it brought.

    \b
    Examples:
      lakewright templates remove acme
      lakewright templates remove acme --edits keep
    """
    from lakewright.context import repository_at
    from lakewright.operations.packs import plan_remove

    how = _edits(edits)
    metadata = loaded(context, repository)
    folder = repository_of(context, repository)
    plan = plan_remove(repository_at(folder), metadata, pack, how)
    _carry_out(plan, folder, dry_run=dry_run, as_json=as_json)


def _export(
    context: typer.Context,
    templates: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TEMPLATE]...",
            help="Ids. Default: the repository's own.",
            autocompletion=completion.templates,
        ),
    ] = None,
    *,
    name: Annotated[str, typer.Option("--name", help="Name of the pack.")],
    licence: Annotated[str, typer.Option("--licence", help="Such as Apache-2.0.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="PLACE", help="A .zip or a folder.")],
    version: Annotated[str, typer.Option("--version", help="Of the pack.")] = "1.0.0",
    description: Annotated[str, typer.Option("--description", help="What it is for.")] = "",
    as_json: JsonOption = False,
    repository: RepositoryOption = None,
) -> None:
    """Make a pack of templates and the macros that they import.

    A folder is for a git repository that others install from; what else lies in it stays.

    \b
    Examples:
      lakewright templates export --name acme --licence Apache-2.0 --out acme.zip
      lakewright templates export orders --name acme --licence MIT --out ../packs/acme
    """
    from lakewright.context import repository_at, write_changes
    from lakewright.operations.packs import ExportRequest, export_pack
    from lakewright.templates.pack_archive import zipped

    metadata = loaded(context, repository)
    reader = repository_at(repository_of(context, repository))
    request = ExportRequest(name, version, licence, description, tuple(templates or ()))
    files = export_pack(reader, metadata, request)
    usable(out)
    if out.suffix == ".zip":
        write_changes(out.parent, {out.name: zipped(files)})
    else:
        write_changes(out, dict(files))
    if as_json:
        print_json({"pack": name, "version": version, "files": sorted(files)})
    else:
        print_result("".join(f"+ {path}\n" for path in files))
    print_message(f"Wrote {out}")


def _packs(
    context: typer.Context,
    *,
    index: IndexOption = "",
    as_json: JsonOption = False,
    repository: RepositoryOption = None,
) -> None:
    """List the packs that are installed; with an index, also those that it offers.

    \b
    Examples:
      lakewright templates packs
      lakewright templates packs --index ../marketplace/index.yaml
    """
    from lakewright.context import repository_at
    from lakewright.operations.packs import list_packs, newer

    installed = {
        record.name: record
        for record in list_packs(repository_at(repository_of(context, repository)))
    }
    offered = {entry.name: entry for entry in _entries(index)} if index else {}
    if as_json:
        print_json(
            {
                "installed": [record.as_json() for record in installed.values()],
                "offered": [
                    {**entry.as_json(), "newer": newer(entry, installed.get(entry.name))}
                    for entry in offered.values()
                ],
            }
        )
        return
    rows = []
    for name in sorted({*installed, *offered}):
        record, entry = installed.get(name), offered.get(name)
        about = record or entry
        rows.append(
            (
                name,
                record.version if record else "-",
                entry.version if entry else "-",
                about.licence if about else "",
                about.description if about else "",
            )
        )
    print_result(table(rows, ("PACK", "INSTALLED", "OFFERED", "LICENCE", "DESCRIPTION")))


def _pack(place: str) -> "Pack":
    from lakewright.context import pack_files
    from lakewright.templates.packs import read_pack

    usable(Path(place))
    return read_pack(pack_files(place))


def _entries(index: str) -> "tuple[IndexEntry, ...]":
    from lakewright.context import pack_reader
    from lakewright.templates.packs import read_index

    usable(Path(index))
    folder, name = _index_parts(index)
    return read_index(pack_reader(folder)(name), index)


def _indexed(index: str, name: str) -> str:
    """Where an index keeps a pack; a relative place begins at the index's folder."""
    from lakewright.operations.packs import chosen_entry

    where = chosen_entry(_entries(index), name).where
    if where.startswith("git+") or "://" in where or Path(where).is_absolute():
        return where
    folder, _ = _index_parts(index)
    if not folder.startswith("git+"):
        return str(Path(folder) / where)
    repository, _, inside = folder.partition("#")
    parts: list[str] = []
    for part in PurePosixPath(inside, where).parts:
        if part == "..":
            parts = parts[:-1]
        else:
            parts.append(part)
    return f"{repository}#{'/'.join(parts)}"


def _index_parts(index: str) -> tuple[str, str]:
    """The folder of an index and its file name: `index.yaml` when none is given."""
    if index.startswith("git+"):
        repository, _, inside = index.partition("#")
        folder, _, name = (inside or "index.yaml").rpartition("/")
        return f"{repository}#{folder}", name
    path = Path(index)
    return (str(path), "index.yaml") if path.is_dir() else (str(path.parent), path.name)


def _edits(said: str) -> "HandEdits":
    match said:
        case "refuse" | "keep" | "overwrite":
            return said
    raise typer.BadParameter(
        f"'{said}' is none of refuse, keep, overwrite.", param_hint="'--edits'"
    )


def _carry_out(plan: "PackPlan", folder: Path, *, dry_run: bool, as_json: bool) -> None:
    """Write the changes, and say what they are."""
    from lakewright.context import repository_at, write_changes
    from lakewright.operations.packs import check_unchanged

    if not dry_run:
        check_unchanged(repository_at(folder), plan)
        write_changes(folder, plan.files)
    if as_json:
        print_json({**plan.as_json(), "done": not dry_run})
        return
    signs = {"added": "+", "changed": "~", "removed": "-"}
    said = plan.as_json()
    print_result("".join(f"{signs[file['change']]} {file['path']}\n" for file in said["files"]))
    for change in plan.templates:
        if change.before and change.after:
            print_message(f"{change.id}: {change.before} -> {change.after}")
            for sentence in change.declarations:
                print_message(f"  {sentence}")
    for path in plan.edited:
        print_message(f"{path} was changed by hand.")
    if plan.used_by:
        print_message(f"Recipes that use what is gone: {', '.join(plan.used_by)}")
    if not plan.files:
        print_message("Nothing changes.")
    else:
        print_message(plan.message if not dry_run else f"Would: {plan.message}")
