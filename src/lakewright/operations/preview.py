"""Print one template with values, proved like any script."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lakewright.datamodel.graph import index
from lakewright.diagnostics import Diagnostic, Location, Severity, has_errors, in_reading_order
from lakewright.generation.bindings import ModelScope, roles_of
from lakewright.generation.outputs import OUTPUTS, Gate, Output, with_header
from lakewright.generation.prove import Fault, prove, python_key
from lakewright.generation.recipe import default_recipe
from lakewright.operations.faults import template_location
from lakewright.operations.metadata import Metadata, not_found
from lakewright.ports import (
    ProofMemory,
    PythonLinter,
    RenderFault,
    RenderRequest,
    Span,
    TemplateRenderer,
)
from lakewright.templates.language.printed import origins
from lakewright.templates.samples import sample_bindings, sample_scope, sample_value
from lakewright.templates.template import Template
from lakewright.templates.trace import line_of
from lakewright.templates.variables import bind


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """What to print.

    Attributes:
        values: Variable -> value; a variable without one gets its sample.
        variations: Variation -> enabled; others stay as declared.
        node: `model/node`: take values and surroundings from a real node instead of samples.
        traced: Also say which line and expression printed each piece.
    """

    template: str
    values: Mapping[str, Any]
    variations: Mapping[str, bool]
    node: str = ""
    traced: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What a template prints; `text` is empty when it printed nothing.

    Attributes:
        template: What was printed; None when no template could be read.
    """

    text: str
    bindings: Mapping[str, Any]
    diagnostics: tuple[Diagnostic, ...]
    spans: tuple[Span, ...] = ()
    template: Template | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "bindings": dict(self.bindings),
            "diagnostics": [found.as_json() for found in self.diagnostics],
            "spans": self._spans_as_json(),
            "content_line": self.template.content_line if self.template else 0,
            "content_column": self.template.content_column if self.template else 0,
        }

    def _spans_as_json(self) -> list[dict[str, Any]]:
        if self.template is None:
            return []
        found = origins(self.template.content, self.spans, self.template.id)
        return [
            {
                "start": span.start,
                "end": span.end,
                "template": span.name,
                "line": span.line,
                "expression": span.expression,
                "range": origin.range.as_json() if origin else None,
                "variables": list(origin.variables) if origin else [],
            }
            for span, origin in zip(self.spans, found, strict=True)
        ]


def preview(
    request: PreviewRequest,
    metadata: Metadata,
    *,
    renderer: TemplateRenderer,
    linter: PythonLinter,
    proofs: ProofMemory,
    engine: str,
) -> Preview:
    """Render one template and prove what it prints. Writes nothing.

    Raises:
        NotFoundError: No such template, model or node.
    """
    template = metadata.template(request.template)
    bindings, found = _bindings(request, template, metadata)
    where = Location(template.file)
    # The values come from whoever asks, so the place of a finding is only the variable.
    findings = [d.at(Location(property=d.where.property)) for d in found]
    if has_errors(findings):
        return Preview("", bindings, tuple(in_reading_order(findings)), template=template)
    macros = metadata.shared.library.macros
    asked = RenderRequest(template.id, template.content, bindings, macros, request.traced)
    answer = next(iter(renderer.render([asked])))
    if isinstance(answer, RenderFault):
        place = where
        if answer.name == template.id:
            place = template_location(template, answer.line)
        findings.append(
            Diagnostic(answer.rule, Severity.ERROR, answer.problem, answer.remedy, place)
        )
        return Preview("", bindings, tuple(in_reading_order(findings)), template=template)
    output = OUTPUTS.get(template.output_type)
    if output is not None:
        faults = prove_rendered(output, answer.text, linter=linter, proofs=proofs, engine=engine)
        if faults:
            traced = RenderRequest(template.id, template.content, bindings, macros, True)
            again = next(iter(renderer.render([traced])))
            spans = () if isinstance(again, RenderFault) else again.spans
            findings.extend(_placed(fault, template, spans, answer.text) for fault in faults)
    return Preview(answer.text, bindings, tuple(in_reading_order(findings)), answer.spans, template)


def prove_rendered(
    output: Output, text: str, *, linter: PythonLinter, proofs: ProofMemory, engine: str
) -> list[Fault]:
    """Faults of what a template printed, at lines of the rendered text (no header)."""
    whole, lines = with_header(output, text, "Preview")
    linted: Any = ()
    if output.gate is Gate.PYTHON and not proofs.known(python_key(whole, engine)):
        linted = linter.lint({"preview.py": whole}).get("preview.py", ())
    dropped = len(text) - len(text.lstrip("\n"))
    return [
        Fault(
            fault.rule,
            fault.severity,
            fault.problem,
            fault.remedy,
            max(1, fault.line - lines + dropped),
            fault.column,
        )
        for fault in prove(output, whole, memory=proofs, linted=linted, engine=engine)
    ]


def _placed(fault: Fault, template: Template, spans: tuple[Span, ...], text: str) -> Diagnostic:
    name, line = line_of(spans, text, fault.line, fault.column)
    place = template_location(template, line) if name == template.id else Location(template.file)
    return Diagnostic(
        fault.rule,
        fault.severity,
        fault.problem,
        fault.remedy,
        place,
        Location(f"preview{OUTPUTS[template.output_type].suffix}", fault.line, fault.column),
    )


def _bindings(
    request: PreviewRequest, template: Template, metadata: Metadata
) -> tuple[dict[str, Any], list[Diagnostic]]:
    """What the template will see: of a real node, or samples where no value is given."""
    if request.node:
        return bind(
            template, request.values, request.variations, scope_of_node(request.node, metadata)
        )
    samples = sample_bindings(template, request.variations)
    on = {v.id: request.variations.get(v.id, v.enabled) for v in template.variations}
    active = [*template.variables]
    for variation in template.variations:
        if on[variation.id]:
            active.extend(variation.adds_variables)
    values = {variable.name: sample_value(variable) for variable in active}
    # Names that the content uses without declaring them have a sample too: a finding of
    # `templates lint`, no reason to show nothing.
    guessed = {
        name: value
        for name, value in samples.items()
        if name not in values and all(name != v.name for v in template.all_variables())
    }
    bindings, found = bind(
        template, {**values, **request.values}, request.variations, sample_scope()
    )
    found = [d for d in found if d.rule != "missing-value"]
    return {**guessed, **bindings}, found


def scope_of_node(path: str, metadata: Metadata) -> dict[str, Any]:
    """What a template sees of a node, `model/node`; raises `NotFoundError` for neither."""
    model_id, _, node_id = path.partition("/")
    model = metadata.model(model_id)
    graph = index(model)
    if node_id not in graph.nodes:
        raise not_found("node", node_id, graph.nodes)
    node = graph.nodes[node_id]
    roles = roles_of(graph, node)
    scope = ModelScope(graph, default_recipe(model_id, [model_id]), {})
    return scope.scope(node, roles[0] if roles else "task")
