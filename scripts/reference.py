"""Which pages of docs/reference follow from the code? Run as a program, this writes them."""

import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.metrics import metrics_page
from scripts.template_pages import cell, code, list_page, template_pages

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "reference"
MADE = "<!-- Made from the code by `make docs`; a test compares them. Do not edit. -->\n\n"


def pages() -> dict[str, str]:
    """File name -> content of every generated page."""
    return {
        "cli.md": MADE + cli_page(),
        "node-types.md": MADE + node_types_page(),
        "rules.md": MADE + rules_page(),
        "filters.md": MADE + filters_page(),
        "templates.md": MADE + list_page(),
        **{name: MADE + text for name, text in template_pages().items()},
        "settings.md": MADE + settings_page(),
        "operations.md": MADE + operations_page(),
        "metrics.md": MADE + metrics_page(),
        "retail-sales.svg": retail_picture(),
    }


# Picture


def retail_picture() -> str:
    """The picture of the README: a model of the retail example."""
    from lakewright.datamodel.drawing import to_svg
    from lakewright.datamodel.yaml_codec import read_models

    file = ROOT / "examples" / "retail" / "metadata" / "models" / "retail_sales.yaml"
    [model] = read_models(file.read_text(encoding="utf-8"), file.name).models
    return to_svg(model)


# Command line


def cli_page() -> str:
    """The help of every command, as a terminal of 80 columns shows it."""
    from typer.main import get_command

    from lakewright.cli.app import create_cli

    parts = ["# The command line\n"]
    for path, text in _helps(get_command(create_cli()), ("lakewright",), None):
        parts.append(f"{'#' * min(len(path) + 1, 3)} {' '.join(path)}\n\n```\n{text}\n```\n")
    return "\n".join(parts)


def _helps(
    command: Any, path: tuple[str, ...], parent: Any
) -> Iterator[tuple[tuple[str, ...], str]]:
    from typer import Context

    context = Context(
        command,
        parent=parent,
        info_name=path[-1],
        terminal_width=80,
        max_content_width=80,
        help_option_names=["-h", "--help"],
    )
    text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    yield path, text.strip("\n")
    for name in command.list_commands(context) if hasattr(command, "list_commands") else ():
        yield from _helps(command.commands[name], (*path, name), context)


# Node types


def node_types_page() -> str:
    """Every node type with its properties, by family."""
    from lakewright.cli.commands.catalogue import default_of, kind_of
    from lakewright.datamodel.drawing import FAMILY_LABELS
    from lakewright.datamodel.node_types import NODE_TYPES

    lines = [
        "# Node types",
        "",
        f"{len(NODE_TYPES)} types in {len(FAMILY_LABELS)} families. "
        "A property that is not listed is kept and reported.",
    ]
    for family, label in FAMILY_LABELS.items():
        lines += ["", f"## {label}"]
        for row in NODE_TYPES.values():
            if row.family is not family:
                continue
            lines += ["", f"### `{row.key}`: {row.label}", "", row.summary]
            facts = [
                f"{name} {', '.join(f'`{value}`' for value in values)}."
                for name, values in (
                    ("Also written", row.aliases),
                    ("Lives in", row.parents),
                    ("Runs on", row.runs_on),
                )
                if values
            ]
            if facts:
                lines += ["", " ".join(facts)]
            schema = row.properties.model_json_schema()
            required = schema.get("required", [])
            fields = schema.get("properties", {})
            if fields:
                lines += ["", "| Property | Holds | Default | Meaning |", "|---|---|---|---|"]
            for name, field in fields.items():
                told = "**required**" if name in required else default_of(field)
                told = "" if told == "optional" else told.removeprefix("default ")
                about = field.get("description", "")
                lines.append(
                    f"| `{name}` | {cell(kind_of(field))} | {cell(told)} | {cell(about)} |"
                )
    return "\n".join(lines) + "\n"


# Rules

RULE_TABLES = (
    ("Models", "datamodel.checks", "What may be wrong with a drawing."),
    ("Templates", "templates.checks", "What `templates lint` and `check` look for."),
    ("SQL", "sql.rules", "What the SQL gate adds to its grammar."),
    ("Bundle resources", "generation.resource_checks", "What the schema of a bundle cannot say."),
)


def rules_page() -> str:
    """Every rule that a `RULES` table names, with the first paragraph of its docstring."""
    lines = [
        "# Rules",
        "",
        "What the checks look for. A finding names its rule; errors stop a generation, warnings",
        "and infos do not. Findings about reading a file (`yaml-...`) and about rendering",
        "(`template-...`) explain themselves and are not listed.",
    ]
    for title, module, about in RULE_TABLES:
        lines += ["", f"## {title}", "", about, "", "| Rule | What it says |", "|---|---|"]
        found = {
            name: text
            for rule in importlib.import_module(f"lakewright.{module}").RULES
            for name, text in _documented(rule)
        }
        lines += [f"| `{name}` | {cell(text)} |" for name, text in sorted(found.items())]
    return "\n".join(lines) + "\n"


def _documented(rule: Any) -> Iterator[tuple[str, str]]:
    """(id, first paragraph) of a rule: a row with an id, or a function that is named like it.

    A function of the SQL gate finds several slips; their ids stand in its source.
    """
    about = (inspect.getdoc(getattr(rule, "find", rule)) or "").split("\n\n")[0]
    if hasattr(rule, "id"):
        yield rule.id, f"{about} ({rule.severity.value})"
        return
    slips = re.findall(r'"(sql-[a-z-]+)"', inspect.getsource(rule))
    for name in dict.fromkeys(slips) or (rule.__name__.strip("_").replace("_", "-"),):
        yield name, about


# Filters


def filters_page() -> str:
    """Every filter with an example that is run as a test."""
    from lakewright.templates.filters import FILTERS

    lines = [
        "# Template filters",
        "",
        "Besides Jinja's own. *Safe in SQL* means: what it prints cannot leave its place.",
        "",
        "| Filter | Prints | Example | Gives | Safe in SQL |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| `{row.name}` | {cell(row.summary)} | {code(row.example)} | {code(row.result)} | "
        f"{'yes' if row.sql_safe else ''} |"
        for row in FILTERS.values()
    ]
    return "\n".join(lines) + "\n"


# Settings


def settings_page() -> str:
    """Every environment variable that Lakewright reads."""
    from lakewright.settings import SETTINGS

    lines = [
        "# Settings",
        "",
        "Environment variables, read once when a command starts; an empty one counts as unset.",
        "Nothing needs to be set on one's own machine. A *secret* is never logged or shown.",
        "",
        "| Variable | Default | Meaning |",
        "|---|---|---|",
    ]
    lines += [
        f"| `{row.name}` | {code(row.default or '')} | {cell(row.summary)}"
        f"{' *Secret.*' if row.secret else ''} |"
        for row in SETTINGS
    ]
    return "\n".join(lines) + "\n"


# Operations


def operations_page() -> str:
    """Everything that can be asked for over HTTP, by whom and where."""
    from lakewright.operations.catalog import OPERATIONS
    from lakewright.server.app import API

    routes = dict(_routes())
    lines = [
        "# Operations",
        "",
        "What the server can be asked for. *Who may* is the weakest caller: a role counts in the",
        "workspace that the path names, and the database refuses the rest by itself. Bodies,",
        f"replies and examples are in the OpenAPI document, `{API}/openapi.json`.",
        "",
        "| Operation | What it does | Who may | Route |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{row.id}` | {cell(row.summary)} | {row.who_may()} | {code(routes.get(row.id, ''))} |"
        for row in OPERATIONS.values()
    ]
    return "\n".join(lines) + "\n"


def _routes() -> Iterator[tuple[str, str]]:
    """(operation id, method and path) of every route."""
    from lakewright.server.app import API
    from lakewright.server.routes import ROUTERS
    from lakewright.server.routes.health import router as health

    for prefix, router in (("", health), *((API, each) for each in ROUTERS)):
        for route in router.routes:
            operation = getattr(route, "operation_id", None)
            if operation:
                methods = "/".join(sorted(getattr(route, "methods", ())))
                yield operation, f"{methods} {prefix}{getattr(route, 'path', '')}"


def main() -> None:
    """Write every page that differs and name it."""
    REFERENCE.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for name, text in wanted.items():
        path = REFERENCE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stderr.write(f"wrote docs/reference/{name}\n")
    for path in sorted((REFERENCE / "templates").iterdir()):
        if f"templates/{path.name}" not in wanted:
            path.unlink()
            sys.stderr.write(f"removed docs/reference/templates/{path.name}\n")


if __name__ == "__main__":
    main()
