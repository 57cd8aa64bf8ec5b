"""Try templates in every combination, at the edges of their values, and say what was reached."""

import html
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from lakewright.diagnostics import has_errors, shown
from lakewright.generation.outputs import OUTPUTS, Gate, with_header
from lakewright.generation.prove import prove
from lakewright.operations.metadata import Metadata
from lakewright.ports import (
    ProofMemory,
    PythonLinter,
    Rendered,
    RenderFault,
    RenderRequest,
    TemplateRenderer,
)
from lakewright.templates.coverage import (
    Branch,
    Trial,
    boundary_trials,
    taken,
    trials_with,
    variation_sets,
    with_marks,
)
from lakewright.templates.samples import sample_bindings, sample_scope, sample_value
from lakewright.templates.template import Template
from lakewright.templates.variables import bind


@dataclass(frozen=True, slots=True)
class Failure:
    """One trial that went wrong.

    Attributes:
        line: 1-based, in what was printed (a fault of the proof) or in the content.
    """

    trial: str
    variations: Mapping[str, bool]
    problem: str
    line: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "trial": self.trial,
            "variations": dict(self.variations),
            "problem": self.problem,
            "line": self.line,
        }


@dataclass(frozen=True, slots=True)
class TemplateCoverage:
    """What trying one template showed.

    Attributes:
        trials: Renders, each of them made twice and compared.
        outputs: Different texts among them, all proved.
        refused: Trials whose values the template's own declarations refuse.
        missed: Branches that no trial took.
        remembered: Nothing was tried: the same template passed before.
    """

    template: str
    combinations: int
    trials: int
    outputs: int
    refused: int
    branches: int
    missed: tuple[Branch, ...]
    failures: tuple[Failure, ...]
    remembered: bool = False

    @property
    def passed(self) -> bool:
        return not self.failures

    @property
    def share(self) -> float:
        """Part of the branches that were taken; 1 when there are none."""
        return 1 - len(self.missed) / self.branches if self.branches else 1.0

    def as_json(self) -> dict[str, Any]:
        return {
            "template": self.template,
            "passed": self.passed,
            "remembered": self.remembered,
            "combinations": self.combinations,
            "trials": self.trials,
            "outputs": self.outputs,
            "refused": self.refused,
            "branches": self.branches,
            "branches_taken": self.branches - len(self.missed),
            "missed": [{"kind": b.kind, "line": b.line, "source": b.source} for b in self.missed],
            "failures": [failure.as_json() for failure in self.failures],
        }


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """What trying several templates showed."""

    templates: tuple[TemplateCoverage, ...]

    @property
    def passed(self) -> bool:
        return all(each.passed for each in self.templates)

    @property
    def share(self) -> float:
        """Part of all branches that were taken."""
        branches = sum(each.branches for each in self.templates)
        missed = sum(len(each.missed) for each in self.templates)
        return 1 - missed / branches if branches else 1.0

    def as_json(self) -> dict[str, Any]:
        return {
            "passed": self.passed,
            "branch_coverage": round(self.share, 4),
            "templates": [each.as_json() for each in self.templates],
        }


def cover_templates(
    metadata: Metadata,
    ids: Sequence[str],
    *,
    renderer: TemplateRenderer,
    linter: PythonLinter,
    proofs: ProofMemory,
    engine: str,
    only_changed: bool = False,
    progress: Callable[[int, int, str], None] | None = None,
) -> CoverageReport:
    """Try every combination of variations with every edge of the values.

    Args:
        ids: Template ids; nothing means the repository's own, or all built-in ones when it has
            none.
        only_changed: Leave out what passed before and is the same since, macros included.

    Raises:
        NotFoundError: No template has an id.
    """
    chosen = [metadata.template(name) for name in ids]
    if not chosen:
        chosen = list((metadata.shared.templates or metadata.shared.library.templates).values())
    found: list[TemplateCoverage] = []
    for number, template in enumerate(chosen):
        if progress is not None:
            progress(number, len(chosen), template.id)
        key = _key(template, metadata.shared.library.fingerprint, engine)
        if only_changed and proofs.known(key):
            found.append(TemplateCoverage(template.id, 0, 0, 0, 0, 0, (), (), remembered=True))
            continue
        one = _cover(
            template,
            metadata,
            renderer=renderer,
            linter=linter,
            proofs=proofs,
            engine=engine,
        )
        if one.passed:
            proofs.remember(key)
        found.append(one)
    return CoverageReport(tuple(found))


def _key(template: Template, macros: str, engine: str) -> str:
    """Changes whenever something changes that decides what the trials print."""
    said = repr((template, macros, engine))
    return "covered-" + blake2b(said.encode("utf-8", "replace"), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class _Run:
    trial: Trial
    variations: Mapping[str, bool]
    bindings: Mapping[str, Any]


def _cover(
    template: Template,
    metadata: Metadata,
    *,
    renderer: TemplateRenderer,
    linter: PythonLinter,
    proofs: ProofMemory,
    engine: str,
) -> TemplateCoverage:
    selections = variation_sets(template)
    trials = boundary_trials(template)
    runs: list[_Run] = []
    refused = 0
    for number, selection in enumerate(selections):
        for trial in trials_with(trials, number, len(selections)):
            bindings = _bindings(template, trial, selection)
            if bindings is None:
                refused += 1
            else:
                runs.append(_Run(trial, selection, bindings))
    macros = metadata.shared.library.macros
    marked = with_marks(template.content)
    reached: set[int] = set()
    failures: list[Failure] = []
    outputs: dict[str, _Run] = {}

    def requests(source: str) -> list[RenderRequest]:
        return [RenderRequest(template.id, source, run.bindings, macros) for run in runs]

    first = list(renderer.render(requests(template.content)))
    second = list(renderer.render(requests(template.content)))
    marks = list(renderer.render(requests(marked.content)))
    for run, one, again, shown_marks in zip(runs, first, second, marks, strict=True):
        if isinstance(one, RenderFault):
            failures.append(Failure(run.trial.name, run.variations, one.problem, one.line))
            continue
        if one != again:
            problem = "Two renders of the same values differ."
            failures.append(Failure(run.trial.name, run.variations, problem))
        if not one.text.strip() and not template.variations:
            failures.append(Failure(run.trial.name, run.variations, "It printed nothing."))
        outputs.setdefault(one.text, run)
        if isinstance(shown_marks, Rendered):
            reached |= taken(shown_marks.text)
    failures += _faults(template, outputs, linter, proofs, engine)
    return TemplateCoverage(
        template.id,
        len(selections),
        len(runs),
        len(outputs),
        refused,
        len(marked.branches),
        tuple(branch for branch in marked.branches if branch.number not in reached),
        tuple(failures),
    )


def _bindings(
    template: Template, trial: Trial, selection: Mapping[str, bool]
) -> Mapping[str, Any] | None:
    """What the template will see; None when its declarations refuse the values."""
    active = [*template.variables]
    for variation in template.variations:
        if selection[variation.id]:
            active.extend(variation.adds_variables)
    names = {variable.name for variable in active}
    values = {variable.name: sample_value(variable) for variable in active}
    values.update({name: value for name, value in trial.values.items() if name in names})
    bindings, found = bind(template, values, selection, sample_scope())
    if has_errors(d for d in found if d.rule != "missing-value"):
        return None
    return {**sample_bindings(template, selection), **bindings}


def _faults(
    template: Template,
    outputs: Mapping[str, _Run],
    linter: PythonLinter,
    proofs: ProofMemory,
    engine: str,
) -> list[Failure]:
    """What the gate says about every different text."""
    output = OUTPUTS.get(template.output_type)
    if output is None:
        return []
    whole = {
        f"trial_{number}.py": (with_header(output, text, "Trial")[0], run)
        for number, (text, run) in enumerate(outputs.items())
        if text.strip()
    }
    linted: Mapping[str, Any] = {}
    if output.gate is Gate.PYTHON:
        linted = linter.lint({path: text for path, (text, _) in whole.items()})
    found: list[Failure] = []
    for path, (text, run) in whole.items():
        for fault in prove(output, text, memory=proofs, linted=linted.get(path, ()), engine=engine):
            problem = f"{fault.problem} ({fault.rule})"
            found.append(Failure(run.trial.name, run.variations, problem, fault.line))
    return found


# --- reports ---


def report_as_text(report: CoverageReport) -> str:
    """A table, then what failed and which branches nobody took."""
    width = max([len(each.template) for each in report.templates] + [8])
    lines = [f"{'TEMPLATE':<{width}}  SETS  TRIALS  OUTPUTS  BRANCHES  RESULT"]
    for each in report.templates:
        if each.remembered:
            lines.append(f"{each.template:<{width}}  passed before, unchanged")
            continue
        branches = f"{each.branches - len(each.missed)}/{each.branches}"
        result = "passed" if each.passed else f"{len(each.failures)} failed"
        lines.append(
            f"{each.template:<{width}}  {each.combinations:>4}  {each.trials:>6}  "
            f"{each.outputs:>7}  {branches:>8}  {result}"
        )
    for each in report.templates:
        lines += [f"\n{each.template}: {_trial_words(f)}\n  {_place(f)}" for f in each.failures]
    missed = [(each.template, branch) for each in report.templates for branch in each.missed]
    if missed:
        lines.append("\nBranches that no trial took:")
        lines += [f"  {name}:{b.line} {b.kind}: {shown(b.source, 90)}" for name, b in missed]
    lines.append(f"\nBranch coverage: {report.share:.1%}")
    return "\n".join(lines) + "\n"


def _trial_words(failure: Failure) -> str:
    on = [name for name, enabled in failure.variations.items() if enabled]
    return f"with {failure.trial}, {', '.join(on) or 'no variation'}"


def _place(failure: Failure) -> str:
    return f"line {failure.line}: {failure.problem}" if failure.line else failure.problem


def report_as_json(report: CoverageReport) -> str:
    """The report as one JSON document."""
    return json.dumps(report.as_json(), indent=2, ensure_ascii=False) + "\n"


_STYLE = (
    "body{font:15px system-ui,sans-serif;margin:2rem;max-width:70rem;color-scheme:light dark}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .7rem;"
    "border-bottom:1px solid #8884}td.n{text-align:right}.bad{color:#c62828;font-weight:600}"
    "code{font:13px ui-monospace,monospace}details{margin:.2rem 0}"
)


def report_as_html(report: CoverageReport) -> str:
    """The report as one page that needs nothing else."""
    rows = "\n".join(_html_row(each) for each in report.templates)
    result = "passed" if report.passed else "failed"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>Template coverage</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>Template coverage</h1>\n<p>{len(report.templates)} templates {result}; "
        f"{report.share:.1%} of the branches were taken.</p>\n"
        "<table>\n<thead><tr><th>Template</th><th>Sets</th><th>Trials</th><th>Outputs</th>"
        "<th>Branches</th><th>Result</th></tr></thead>\n<tbody>\n"
        f"{rows}\n</tbody>\n</table>\n</body>\n</html>\n"
    )


def _html_row(each: TemplateCoverage) -> str:
    name = html.escape(each.template)
    if each.remembered:
        return f'<tr><td>{name}</td><td colspan="5">passed before, unchanged</td></tr>'
    parts = [
        f"<li>{html.escape(_trial_words(f))}: {html.escape(_place(f))}</li>" for f in each.failures
    ]
    parts += [
        f"<li>line {b.line}, {b.kind}: <code>{html.escape(b.source)}</code></li>"
        for b in each.missed
    ]
    result = "passed" if each.passed else f'<span class="bad">{len(each.failures)} failed</span>'
    if parts:
        result = f"<details><summary>{result}</summary><ul>{''.join(parts)}</ul></details>"
    numbers = (
        each.combinations,
        each.trials,
        each.outputs,
        f"{each.branches - len(each.missed)}/{each.branches}",
    )
    cells = "".join(f'<td class="n">{number}</td>' for number in numbers)
    return f"<tr><td>{name}</td>{cells}<td>{result}</td></tr>"


REPORTS: Mapping[str, Callable[[CoverageReport], str]] = {
    "text": report_as_text,
    "json": report_as_json,
    "html": report_as_html,
}
