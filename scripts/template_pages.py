"""What do the pages about the built-in templates say: one page each, and a list of them?"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from lakewright.templates.library import builtin_templates
from lakewright.templates.template import MISSING, Template, Variable, Variation

GOLDEN = Path(__file__).parent.parent / "tests" / "golden" / "templates"

_FENCES: Mapping[str, str] = {
    "sql": "sql",
    "sql_notebook": "sql",
    "pipeline_sql": "sql",
    "python": "python",
    "python_file": "python",
    "pipeline_python": "python",
    "scala": "scala",
    "job_yaml": "yaml",
    "job_json": "json",
}
"""Output type -> language of its code block."""

_OUTPUT_WORDS: Mapping[str, str] = {
    "sql": "SQL",
    "sql_notebook": "SQL notebook",
    "pipeline_sql": "pipeline source in SQL",
    "python": "Python notebook",
    "python_file": "Python file",
    "pipeline_python": "pipeline source in Python",
    "scala": "Scala notebook",
    "job_yaml": "bundle resources",
    "job_json": "Jobs API body",
}


def template_pages() -> dict[str, str]:
    """`templates/<id>.md` -> content, for every built-in template."""
    return {f"templates/{name}.md": _page(found) for name, found in builtin_templates().items()}


def list_page() -> str:
    """Every built-in template in one line, by category."""
    library = sorted(builtin_templates().values(), key=lambda t: (t.category, t.id))
    lines = ["# Built-in templates", "", f"{len(library)} templates. Each name leads to its page."]
    category = ""
    for found in library:
        if found.category != category:
            category = found.category
            lines += [
                "",
                f"## {_category_words(found)}",
                "",
                "| Template | Prints | What it is for |",
            ]
            lines.append("|---|---|---|")
        lines.append(
            f"| [`{found.id}`](templates/{found.id}.md) | {_OUTPUT_WORDS[found.output_type]} | "
            f"{cell(found.description)} |"
        )
    return "\n".join(lines) + "\n"


def _page(template: Template) -> str:
    """Purpose, needs, fits, variables, variations and the golden example of a template."""
    lines = [
        f"# {template.name}",
        "",
        f"{template.description}.",
        "",
        "| | |",
        "|---|---|",
        f"| Id | `{template.id}` |",
        f"| Category | {_category_words(template)} |",
        f"| Prints | {_OUTPUT_WORDS[template.output_type]} |",
        f"| Needs | {cell(template.requires)} |",
        f"| Tags | {', '.join(template.tags)} |",
        f"| Version | {template.version} |",
        f"| Can be undone | {'yes' if template.undo else 'no'} |",
    ]
    if template.fits:
        lines += ["", "## Suggested for", ""]
        lines += [f"- {line}" for line in dict.fromkeys(_fits(template))]
    lines += ["", "## Variables", "", *_variable_table(template.variables)]
    if template.variations:
        lines += ["", "## Variations", "", "Switches; any combination is valid.", ""]
        for variation in template.variations:
            lines.append(_variation_line(variation))
        for variation in template.variations:
            if variation.adds_variables:
                lines += ["", f"`{variation.id}` adds:", ""]
                lines += _variable_table(variation.adds_variables)
    lines += ["", "## Example", "", "With the samples and the variations that are on:", ""]
    lines += [_fenced(template, "expected")]
    if any(_golden(template, "all_variations")):
        lines += ["", "With all variations:", "", _fenced(template, "all_variations")]
    return "\n".join(lines) + "\n"


def _category_words(template: Template) -> str:
    words = {"ml": "Machine learning"}
    return words.get(template.category, template.category.replace("_", " ").capitalize())


def _fits(template: Template) -> Iterator[str]:
    for fit in template.fits:
        because = f": {fit.because}" if fit.because else ""
        yield f"`{fit.node_type}`{because}"


def _variable_table(variables: tuple[Variable, ...]) -> list[str]:
    lines = ["| Variable | Type | Default | Sample | Meaning |", "|---|---|---|---|---|"]
    for variable in variables:
        default = "" if variable.default is MISSING else _shown(variable.default)
        kind = variable.type.value
        if variable.choices:
            kind += f": {', '.join(str(choice) for choice in variable.choices)}"
        lines.append(
            f"| `{variable.name}` | {cell(kind)} | "
            f"{'**required**' if variable.required else code(default)} | "
            f"{code(_shown(variable.sample))} | {cell(variable.description)} |"
        )
    return lines


def _shown(value: object) -> str:
    if value is None or value is MISSING or value == "":
        return ""
    text = yaml.safe_dump(value, default_flow_style=True, width=10_000, allow_unicode=True)
    return text.removesuffix("...\n").strip()


def _variation_line(variation: Variation) -> str:
    on = " (on)" if variation.enabled else ""
    return f"- `{variation.id}`{on}, {variation.name}: {variation.description or variation.name}"


def _golden(template: Template, name: str) -> Iterator[str]:
    """Text of the golden file of that name; nothing when there is none."""
    for path in sorted((GOLDEN / template.id).glob(f"{name}.*")):
        yield path.read_text(encoding="utf-8")


def _fenced(template: Template, name: str) -> str:
    [text] = _golden(template, name)
    fence = "`" * 4 if "```" in text else "`" * 3
    return f"{fence}{_FENCES[template.output_type]}\n{text.rstrip()}\n{fence}"


def cell(text: str) -> str:
    """Text inside a table cell."""
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())


def code(text: str) -> str:
    """A code span inside a table cell, also when the text holds backticks."""
    text = text.replace("\n", "⏎")
    fence = "``" if "`" in text else "`"
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{text.replace('|', chr(92) + '|')}{pad}{fence}" if text else ""
