"""Lead a fault in a generated text back to what a person can change."""

import re
from collections.abc import Sequence

from lakewright.datamodel.model import DataModel
from lakewright.diagnostics import Diagnostic, Location, Severity
from lakewright.generation.plan import Library, RenderStep
from lakewright.generation.prove import Fault
from lakewright.ports import Rendered, RenderFault, Span, TemplateRenderer
from lakewright.templates.template import Template
from lakewright.templates.trace import span_of

# A name in a Jinja expression that is no attribute, such as `query` in `script(query)`.
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")


def template_location(template: Template, line: int, column: int = 0) -> Location:
    """A line of a template's source as a place in the file that holds it."""
    if not template.content_line or not line:
        return Location(template.file, property=template.id)
    return Location(
        template.file,
        template.content_line + line - 1,
        template.content_column + column if column else 0,
    )


def faults_of_render(
    fault: RenderFault, step: RenderStep, model: DataModel, library: Library
) -> Diagnostic:
    """A template that printed nothing, at its line; a built-in one at the node that uses it."""
    if fault.name in library.macros:
        where = Location(_macro_file(fault.name), fault.line, node=step.node)
    elif step.template.builtin:
        where = Location(model.file, node=step.node)
    else:
        place = template_location(step.template, fault.line)
        where = Location(place.file, place.line, place.column, step.node)
    return Diagnostic(
        fault.rule,
        Severity.ERROR,
        f"Template '{step.template.id}', line {fault.line}: {fault.problem}"
        if step.template.builtin and fault.line
        else fault.problem,
        fault.remedy,
        where,
        Location(step.path),
    )


def locate_faults(
    faults: Sequence[Fault],
    step: RenderStep,
    model: DataModel,
    *,
    header_lines: int,
    library: Library,
    renderer: TemplateRenderer,
) -> list[Diagnostic]:
    """Faults of one script as findings at the property, template or node that printed them.

    The script is rendered once more with a trace: faults are rare, and the trace is what makes
    rendering slow.
    """
    answer = next(iter(renderer.render([step.request(library, traced=True)])))
    spans = answer.spans if isinstance(answer, Rendered) else ()
    text = answer.text if isinstance(answer, Rendered) else ""
    # `with_header` drops blank lines at the start of what was rendered.
    dropped = len(text) - len(text.lstrip("\n"))
    return [
        Diagnostic(
            fault.rule,
            fault.severity,
            fault.problem,
            fault.remedy,
            _origin(
                span_of(spans, text, max(1, fault.line - header_lines + dropped), fault.column),
                step,
                model,
            ),
            Location(step.path, fault.line, fault.column, step.node),
        )
        for fault in faults
    ]


def _origin(span: Span | None, step: RenderStep, model: DataModel) -> Location:
    """The place to mend: the property whose value was printed, the template's line, the node."""
    if span is None:
        return Location(model.file, node=step.node)
    if span.name == step.template.id:
        names = _NAME.findall(span.expression)
        printed = [
            variable.source.removeprefix("node.properties.")
            for variable in step.template.all_variables()
            if variable.name in names and variable.source.startswith("node.properties.")
        ]
        if len(printed) == 1:
            return Location(model.file, node=step.node, property=printed[0])
    if step.template.builtin or span.name != step.template.id:
        return Location(model.file, node=step.node)
    place = template_location(step.template, span.line)
    return Location(place.file, place.line, place.column, step.node)


def _macro_file(name: str) -> str:
    return f"templates/{name}"
