"""Make sample values for a template, and write them into its file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lakewright.diagnostics import Diagnostic, shown
from lakewright.errors import LakewrightError, NotFoundError
from lakewright.operations.metadata import Metadata, not_found
from lakewright.operations.preview import scope_of_node
from lakewright.ports import MetadataRepository
from lakewright.sql.columns import read_columns
from lakewright.templates.sample_data import accepted, made_samples, with_samples
from lakewright.templates.template import MISSING, Template
from lakewright.templates.variables import bind
from lakewright.templates.yaml_codec import read_templates, write_template


class ReadOnlyTemplateError(LakewrightError):
    """A template that ships with Lakewright has no file in the repository."""

    code = "built-in-template"
    http_status = 409


@dataclass(frozen=True, slots=True)
class SampleRequest:
    """Which samples to make.

    Attributes:
        seed: Another one gives other values.
        ddl: DDL, or a piece of a spreadsheet: its columns and table are used.
        node: `model/node` whose values are used.
        anew: Also replace the samples that are written down.
        values: Values that a person has chosen; they count before all others.
        text: The template's file as it is in an editor; None takes the saved one.
    """

    template: str
    seed: int = 0
    ddl: str = ""
    node: str = ""
    anew: bool = False
    values: Mapping[str, Any] | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Samples:
    """Values for the variables of a template.

    Attributes:
        changed: Names whose sample differs from the one that is written down.
        file, text: The template's file with the samples; empty for a built-in one.
        diagnostics: What was not understood of the DDL.
    """

    values: Mapping[str, Any]
    changed: tuple[str, ...]
    file: str
    text: str
    diagnostics: tuple[Diagnostic, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "values": dict(self.values),
            "changed": list(self.changed),
            "file": self.file,
            "text": self.text,
            "diagnostics": [found.as_json() for found in self.diagnostics],
        }


def make_samples(
    repository: MetadataRepository, metadata: Metadata, request: SampleRequest
) -> Samples:
    """Samples for every variable of a template; nothing is saved.

    Raises:
        NotFoundError: There is no such template, variable, model or node.
        LakewrightError: A chosen value is none that its variable takes; the file cannot be read.
    """
    template, text = _template(repository, metadata, request)
    read = read_columns(request.ddl) if request.ddl else None
    columns: list[dict[str, Any]] = []
    table = ""
    values: dict[str, Any] = {}
    if read is not None:
        columns = [
            {"name": one.name, "type": one.type}
            | ({} if one.nullable else {"nullable": False})
            | ({"comment": one.comment} if one.comment else {})
            for one in read.columns
        ]
        table = read.table or ""
    if request.node:
        scope = scope_of_node(request.node, metadata)
        bindings, _ = bind(template, {}, {}, scope)
        values = {
            variable.name: bindings[variable.name]
            for variable in template.all_variables()
            if variable.source and bindings.get(variable.name) is not None
        }
        found = scope["node"]["properties"].get("columns")
        if isinstance(found, list) and not columns:
            columns = [dict(one) for one in found if isinstance(one, Mapping) and "name" in one]
        place = scope["node"].get("table") or {}
        parts = [str(place.get(key) or "") for key in ("catalog", "schema", "table")]
        table = table or ".".join(filter(None, parts))
    variables = template.all_variables()
    made = made_samples(variables, request.seed, columns=columns, table=table)
    about_columns = bool(columns)
    for variable in variables:
        kept = variable.sample is not MISSING and not request.anew
        if kept and not (about_columns and variable.type.value in ("columns", "table_name")):
            made[variable.name] = variable.sample
    made.update(
        {name: value for name, value in values.items() if accepted(_of(template, name), value)}
    )
    for name, value in (request.values or {}).items():
        if not accepted(_of(template, name), value):
            raise LakewrightError(
                f"The variable '{name}' does not take {shown(value)}.",
                "Give a value of its type, within its bounds.",
                f"values.{name}",
            )
        made[name] = value
    changed = tuple(
        variable.name
        for variable in variables
        if variable.sample is MISSING or variable.sample != made[variable.name]
    )
    written = write_template(text, with_samples(template, made)) if text is not None else ""
    return Samples(
        made,
        changed,
        template.file if text is not None else "",
        written,
        read.diagnostics if read is not None else (),
    )


def _of(template: Template, name: str) -> Any:
    known = {variable.name: variable for variable in template.all_variables()}
    if name not in known:
        raise not_found("variable", name, known)
    return known[name]


def _template(
    repository: MetadataRepository, metadata: Metadata, request: SampleRequest
) -> tuple[Template, str | None]:
    """The template, and the text of its file; None for a built-in one."""
    if request.text is not None:
        found = read_templates(request.text, placed=False).templates
        for template in found:
            if template.id == request.template:
                return template, request.text
        raise NotFoundError(
            f"The text holds no template '{shown(request.template)}'.",
            "Correct the text first, or name a template that is in it.",
            "text",
        )
    template = metadata.template(request.template)
    if template.builtin:
        return template, None
    return template, repository.read(template.file).decode("utf-8-sig", "replace")


def sampled_file(samples: Samples, template: str) -> tuple[str, bytes]:
    """Path and content of the file to write.

    Raises:
        ReadOnlyTemplateError: The template ships with Lakewright.
    """
    if not samples.file:
        raise ReadOnlyTemplateError(
            f"'{template}' ships with Lakewright and cannot be changed.",
            "Copy it into the repository first.",
            template,
        )
    return samples.file, samples.text.encode()
