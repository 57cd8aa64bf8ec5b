"""Commands that tell what Lakewright knows: node types and the shapes of its files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lakewright.cli import completion
from lakewright.cli.console import plain, print_json, print_message, print_result, table
from lakewright.cli.options import JsonOption, usable
from lakewright.diagnostics import did_you_mean, shown
from lakewright.errors import LakewrightError, NotFoundError
from lakewright.operations.schemas import YAML_KINDS, FileKind, json_schema_of

if TYPE_CHECKING:
    from lakewright.datamodel.node_types import NodeType


def add_to(cli: typer.Typer) -> None:
    """Add `nodes` and `schema`."""
    nodes = typer.Typer(invoke_without_command=True, rich_markup_mode=None)
    nodes.callback()(_nodes)
    nodes.command("show")(_show)
    cli.add_typer(nodes, name="nodes")
    cli.command("schema")(_schema)


def _nodes(
    context: typer.Context,
    family: Annotated[
        str, typer.Option("--family", "-f", help="Only one family: source, control, ...")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """List everything that can be drawn.

    \b
    Examples:
      lakewright nodes
      lakewright nodes --family source
      lakewright nodes show merge_upsert
    """
    if context.invoked_subcommand:
        return
    from lakewright.datamodel.node_types import NODE_TYPES, Family, catalogue

    families = [known.value for known in Family]
    if family and family not in families:
        raise NotFoundError(
            problem=f"There is no family '{shown(family)}'.",
            remedy=f"{did_you_mean(family, families)}Families: {', '.join(families)}.",
        )
    if as_json:
        print_json([row for row in catalogue() if family in ("", row["family"])])
        return
    rows = [
        (row.key, row.family.value, row.label, row.summary)
        for row in NODE_TYPES.values()
        if family in ("", row.family.value)
    ]
    print_result(table(rows, ("TYPE", "FAMILY", "LABEL", "WHAT IT IS")))


def _show(
    node_type: Annotated[
        str,
        typer.Argument(
            metavar="TYPE",
            help="Key or other name of a type.",
            autocompletion=completion.node_types,
        ),
    ],
    as_json: JsonOption = False,
) -> None:
    """Show the properties and edges of one node type, and what it becomes.

    \b
    Examples:
      lakewright nodes show uc_table
      lakewright nodes show merge --json
    """
    from lakewright.datamodel.node_types import NODE_TYPES, TYPE_ALIASES, catalogue

    key = TYPE_ALIASES.get(node_type, node_type)
    if key not in NODE_TYPES:
        raise NotFoundError(
            problem=f"There is no node type '{shown(node_type)}'.",
            remedy=f"{did_you_mean(node_type, [*NODE_TYPES, *TYPE_ALIASES])}"
            "List them all: lakewright nodes",
        )
    if as_json:
        [found] = [row for row in catalogue() if row["key"] == key]
        print_json(found)
        return
    print_result(_described(NODE_TYPES[key]))


def _described(row: "NodeType") -> str:
    """One row of the catalogue as a page of text."""
    from lakewright.datamodel.model import EdgeKind
    from lakewright.datamodel.node_types import NODE_TYPES, why_not

    schema = row.properties.model_json_schema()
    required = schema.get("required", [])
    lines = [f"{row.label} ({row.key}), {row.family.value}", row.summary, ""]
    for label, names in (
        ("Other names", row.aliases),
        ("Lives in", row.parents),
        ("Runs on", row.runs_on),
    ):
        if names:
            lines.append(f"{label}: {', '.join(names)}")
    lines.append(f"Becomes: {row.emits.value.replace('_', ' ')}")
    lines += ["", "Properties"]
    fields = schema.get("properties", {})
    width = max((len(name) for name in fields), default=0)
    for name, field in fields.items():
        told = "required" if name in required else default_of(field)
        about = field.get("description", "")
        lines.append(f"  {name:<{width}}  {kind_of(field)}, {told}. {about}".rstrip())
    edges = {
        kind.value: [key for key, target in NODE_TYPES.items() if not why_not(row, target, kind)]
        for kind in EdgeKind
    }
    if any(edges.values()):
        lines += ["", "Edges that may begin here"]
        lines += [f"  {kind}: {', '.join(keys)}" for kind, keys in edges.items() if keys]
    return "\n".join(lines) + "\n"


def kind_of(field: dict[str, Any]) -> str:
    """What a field of a JSON Schema holds, in a word or two."""
    if "enum" in field:
        return " | ".join(str(value) for value in field["enum"])
    if "const" in field:
        return str(field["const"])
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if choices := field.get("anyOf") or field.get("oneOf"):
        kinds = [kind_of(choice) for choice in choices if choice.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if field.get("type") == "array":
        return f"list of {kind_of(field.get('items', {}))}"
    if field.get("type") == "object":
        return "map"
    return str(field.get("type", "any"))


def default_of(field: dict[str, Any]) -> str:
    """`default 3`, or `optional` when there is nothing to say."""
    value = field.get("default")
    return "optional" if value in (None, "", [], {}) else f"default {value}"


def _schema(
    kind: Annotated[
        FileKind | None, typer.Argument(help="Which file; all of them when none is named.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", help="Write KIND.schema.json files here."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Accepted for symmetry: a schema is JSON.")
    ] = False,
) -> None:
    """Print JSON Schemas of the YAML files, for editors.

    \b
    Examples:
      lakewright schema model > model.schema.json
      lakewright schema --out .schemas
    \b
    With the YAML extension of your editor, begin a file with:
      # yaml-language-server: $schema=../.schemas/model.schema.json
    """
    del as_json
    kinds = (kind,) if kind else YAML_KINDS
    if out is None:
        found = {each.value: json_schema_of(each) for each in kinds}
        print_json(found[kind.value] if kind else found)
        return
    import json

    try:
        usable(out).mkdir(parents=True, exist_ok=True)
        for each in kinds:
            path = out / f"{each.value}.schema.json"
            path.write_text(json.dumps(json_schema_of(each), indent=2) + "\n", encoding="utf-8")
            print_message(f"wrote {plain(str(path))}")
    except (OSError, ValueError) as error:
        raise LakewrightError(
            problem=f"'{out}' cannot be written: {error}.",
            remedy="Choose another folder with --out.",
        ) from error
