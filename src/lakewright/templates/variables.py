"""How each variable of a template gets its value."""

from collections.abc import Mapping, Sequence
from typing import Any

from lakewright.diagnostics import Diagnostic, Location, Severity, did_you_mean, shown
from lakewright.templates.template import MISSING, Template, Variable
from lakewright.templates.uses import template_uses
from lakewright.templates.values import Reporter, read_value


def bind(
    template: Template,
    values: Mapping[str, Any],
    variations: Mapping[str, bool],
    scope: Mapping[str, Any],
) -> tuple[dict[str, Any], list[Diagnostic]]:
    """Give every variable its value, and say what is wrong with the values.

    A value comes from `values`, else from the variable's `source` path in `scope`, else from its
    default. Null counts as not given. A variable that ends up without a value is null, whether its
    variation is switched on or not: `{% if %}` sees it as false, and printing it stops the render.
    Table names become `{catalog, schema, table}` and columns get every field of `COLUMN_DEFAULTS`.

    Args:
        values: Plain JSON values by variable name. A name that the content uses without declaring
            it is bound as it is.
        variations: What is switched on or off; the others stay as the template declares them.
        scope: `model`, `node`, `upstream`, `downstream`, `target`, as plain data.

    Returns:
        The bindings of the render (of `scope` only the names that it reads), and one finding for
        each mistake. The places in the findings name the node of `scope` and `variables.<name>`;
        only a bad default points into the template's file.
    """
    findings: list[Diagnostic] = []
    node = scope.get("node")
    node_id = str(node.get("id", "")) if isinstance(node, Mapping) else ""
    enabled = _selection(template, variations, node_id, findings)
    active = {variable.name for variable in template.variables}
    for variation in template.variations:
        if enabled[variation.id]:
            active |= {variable.name for variable in variation.adds_variables}

    declared = {variable.name: variable for variable in template.all_variables()}
    uses = template_uses(template)
    # Only what the template reads, so that a change elsewhere in the model does not look like a
    # change of this script. What an included file reads is not known here.
    read = {use.name for use in uses}
    includes = "include" in template.content or "include" in template.undo
    bindings: dict[str, Any] = {
        name: value for name, value in scope.items() if includes or name in read
    }
    bindings["variations"] = {key: {"enabled": on} for key, on in enabled.items()}
    for name, variable in declared.items():
        given = values.get(name)
        report = Reporter(name, node_id, findings)
        if name not in active:
            if given is not None:
                report(
                    "value-without-variation",
                    f"Variable '{name}' belongs to a variation that is switched off.",
                    "Switch the variation on, or remove the value.",
                    severity=Severity.WARNING,
                )
            bindings[name] = _default(variable)
            continue
        bindings[name] = _bound(template, variable, given, scope, report)

    undeclared: dict[str, bool] = {}
    for use in uses:
        if use.name not in declared and use.name not in bindings:
            undeclared[use.name] = undeclared.get(use.name, True) and use.guarded
    for name, value in values.items():
        if name in undeclared:
            bindings[name] = value
        elif name not in declared:
            Reporter(name, node_id, findings)(
                "unknown-variable",
                f"Template '{template.id}' has no variable '{shown(name)}'.",
                did_you_mean(name, declared) + "Remove the value, or correct its name.",
            )
    for name, guarded in undeclared.items():
        if values.get(name) is None and not guarded and not name.startswith("_"):
            Reporter(name, node_id, findings)(
                "missing-value",
                f"Template '{template.id}' uses '{name}', which it does not declare, and no value "
                "is given.",
                did_you_mean(name, declared) + "Declare it in the template, or give it a value.",
            )
    return bindings, findings


def _selection(
    template: Template, given: Mapping[str, bool], node_id: str, findings: list[Diagnostic]
) -> dict[str, bool]:
    enabled = {variation.id: bool(variation.enabled) for variation in template.variations}
    for name, on in given.items():
        where = Location(node=node_id, property=f"variations.{name}")
        if name not in enabled:
            findings.append(
                Diagnostic(
                    "unknown-variation",
                    Severity.ERROR,
                    f"Template '{template.id}' has no variation '{shown(name)}'.",
                    did_you_mean(name, enabled) + "Remove it, or correct its name.",
                    where,
                )
            )
        elif not isinstance(on, bool):
            findings.append(
                Diagnostic(
                    "variation-value",
                    Severity.ERROR,
                    f"Variation '{name}' is set to {shown(on)}.",
                    "Write true or false.",
                    where,
                )
            )
        else:
            enabled[name] = on
    return enabled


def _bound(
    template: Template,
    variable: Variable,
    given: Any,
    scope: Mapping[str, Any],
    report: Reporter,
) -> Any:
    value = given
    if value is None and variable.source:
        value = value_at(scope, variable.source)
    if value is not None:
        return read_value(variable, value, report)
    if variable.default is not MISSING and variable.default is not None:
        found: list[Diagnostic] = []
        value = read_value(
            variable,
            variable.default,
            Reporter(variable.name, "", found, template.file, variable.line),
        )
        for finding in found[:1]:
            report(
                "default-type",
                f"The default of '{variable.name}' in template '{template.id}' is wrong: "
                f"{finding.problem}",
                finding.remedy,
                where=finding.where,
            )
        return value
    if variable.required and variable.default is MISSING:
        drawn = f", or draw it: it is read from {variable.source}" if variable.source else ""
        meaning = f" ({variable.description})" if variable.description else ""
        report(
            "missing-value",
            f"Variable '{variable.name}'{meaning} of template '{template.id}' has no value.",
            f"Give it under `variables`{drawn}.",
        )
    return None


def _default(variable: Variable) -> Any:
    """The default of a variable that is switched off, read as far as it can be."""
    if variable.default is MISSING or variable.default is None:
        return None
    return read_value(variable, variable.default, Reporter(variable.name, "", []))


def value_at(scope: Mapping[str, Any], path: str) -> Any:
    """What a dotted path leads to, `upstream.0.table`; None when it leads nowhere."""
    value: Any = scope
    for part in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, Sequence) and not isinstance(value, str) and part.isdigit():
            value = value[int(part)] if int(part) < len(value) else None
        else:
            return None
    return value
