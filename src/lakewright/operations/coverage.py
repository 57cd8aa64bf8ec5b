"""Try templates in every combination, at the edges of their values, and say what was reached."""

import html
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from lakewright.templates.branches import Branch, branches_of
from lakewright.templates.coverage import Trial, boundary_trials, trials_with, variation_sets
from lakewright.templates.samples import sample_bindings, sample_scope, sample_value
from lakewright.templates.template import Template
from lakewright.templates.trace import span_of
from lakewright.templates.uses import files_used
from lakewright.templates.variables import bind


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that went wrong; equal outputs of several trials are reported once.

    Attributes:
        trial: The first trial that showed it, with `variations`.
        rule: The rule of the proof, or of the render; of coverage itself `not-repeatable` and
            `prints-nothing`.
        line: 1-based, in the source that printed it; 0 when unknown.
        macro: The macro file that `line` is about; empty for the template's content.
        output_line: 1-based, in what was printed; 0 when nothing was.
        cells: Positions of all combinations of variations in which it shows.
    """

    trial: str
    variations: Mapping[str, bool]
    problem: str
    line: int = 0
    remedy: str = ""
    rule: str = ""
    macro: str = ""
    output_line: int = 0
    cells: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "trial": self.trial,
            "variations": dict(self.variations),
            "problem": self.problem,
            "line": self.line,
            "remedy": self.remedy,
            "rule": self.rule,
            "macro": self.macro,
            "output_line": self.output_line,
            "cells": list(self.cells),
        }


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination of variations.

    Attributes:
        trials: How many sets of values were rendered with it.
        refused: How many its declarations refused.
    """

    variations: Mapping[str, bool]
    trials: int
    refused: int
    passed: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "variations": dict(self.variations),
            "trials": self.trials,
            "refused": self.refused,
            "passed": self.passed,
        }


@dataclass(frozen=True, slots=True)
class Ways:
    """The branches of one source, and the numbers of those that a trial took."""

    branches: tuple[Branch, ...] = ()
    taken: frozenset[int] = frozenset()

    @property
    def missed(self) -> tuple[Branch, ...]:
        return tuple(branch for branch in self.branches if branch.number not in self.taken)

    def as_json(self) -> list[dict[str, Any]]:
        return [_branch_json(b) | {"taken": b.number in self.taken} for b in self.branches]


def _branch_json(branch: Branch) -> dict[str, Any]:
    return {"kind": branch.kind, "line": branch.line, "source": branch.source}


@dataclass(frozen=True, slots=True)
class TemplateCoverage:
    """What trying one template showed.

    Attributes:
        matrix: Each combination of variations that was tried.
        trials: Sets of values and variations, each rendered twice and compared.
        outputs: Different texts among them, all proved.
        refused: Trials whose values the template's own declarations refuse.
        ways: The branches of its content.
        remembered: Nothing was tried: the same template passed before.
        content_line, content_column: Where the content begins in the template's file, the line
            1-based and the column as characters in front of it; 0 when unknown.
    """

    template: str
    matrix: tuple[Cell, ...]
    trials: int
    outputs: int
    refused: int
    ways: Ways
    failures: tuple[Failure, ...]
    remembered: bool = False
    content_line: int = 0
    content_column: int = 0

    @property
    def passed(self) -> bool:
        return not self.failures

    @property
    def missed(self) -> tuple[Branch, ...]:
        return self.ways.missed

    @property
    def branches(self) -> int:
        return len(self.ways.branches)

    @property
    def combinations(self) -> int:
        return len(self.matrix)

    @property
    def share(self) -> float:
        """Part of the branches that were taken; 1 when there are none."""
        return share_of([self.ways])

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
            "missed": [_branch_json(branch) for branch in self.missed],
            "failures": [failure.as_json() for failure in self.failures],
            "matrix": [cell.as_json() for cell in self.matrix],
            "ways": self.ways.as_json(),
            "content_line": self.content_line,
            "content_column": self.content_column,
        }


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """What trying several templates showed.

    Attributes:
        macros: The macro files that they use, with the branches that any of them took; nothing
            when a template was remembered, because what it takes is not known then.
    """

    templates: tuple[TemplateCoverage, ...]
    macros: Mapping[str, Ways] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return all(each.passed for each in self.templates)

    @property
    def share(self) -> float:
        """Part of all branches of the templates that were taken."""
        return share_of([each.ways for each in self.templates])

    @property
    def macro_share(self) -> float:
        """Part of all branches of the macro files that were taken."""
        return share_of(self.macros.values())

    def as_json(self) -> dict[str, Any]:
        return {
            "passed": self.passed,
            "branch_coverage": round(self.share, 4),
            "macro_coverage": round(self.macro_share, 4),
            "templates": [each.as_json() for each in self.templates],
            "macros": [
                {"name": name, "branches": len(ways.branches), "ways": ways.as_json()}
                for name, ways in self.macros.items()
            ],
        }


def share_of(several: Iterable[Ways]) -> float:
    """Part of all branches that were taken; 1 when there are none."""
    ways = list(several)
    branches = sum(len(each.branches) for each in ways)
    missed = sum(len(each.missed) for each in ways)
    return 1 - missed / branches if branches else 1.0


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
    macros = metadata.shared.library.macros
    reached: set[tuple[str, int]] = set()
    found: list[TemplateCoverage] = []
    for number, template in enumerate(chosen):
        if progress is not None:
            progress(number, len(chosen), template.id)
        key = _key(template, metadata.shared.library.fingerprint, engine)
        if only_changed and proofs.known(key):
            found.append(TemplateCoverage(template.id, (), 0, 0, 0, Ways(), (), remembered=True))
            continue
        one = _cover(
            template,
            metadata,
            renderer=renderer,
            linter=linter,
            proofs=proofs,
            engine=engine,
            reached=reached,
        )
        if one.passed:
            proofs.remember(key)
        found.append(one)
    if any(one.remembered for one in found):
        return CoverageReport(tuple(found))
    used = {name for template in chosen for name in files_used(template.content, macros)}
    return CoverageReport(
        tuple(found), {name: _ways(name, macros[name], reached) for name in sorted(used)}
    )


def _ways(name: str, source: str, reached: Iterable[tuple[str, int]]) -> Ways:
    return Ways(branches_of(source), frozenset(number for at, number in reached if at == name))


def _key(template: Template, macros: str, engine: str) -> str:
    """Changes whenever something changes that decides what the trials print."""
    said = repr((template, macros, engine))
    return "covered-" + blake2b(said.encode("utf-8", "replace"), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class _Run:
    cell: int
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
    reached: set[tuple[str, int]],
) -> TemplateCoverage:
    """Try one template; what its renders reach is added to `reached`."""
    selections = variation_sets(template)
    trials = boundary_trials(template)
    runs: list[_Run] = []
    refused = [0] * len(selections)
    for number, usual in enumerate(selections):
        for trial in trials_with(trials, number, len(selections)):
            selection = {**usual, **(trial.variations or {})}
            cell = selections.index(selection) if selection in selections else number
            bindings = _bindings(template, trial, selection)
            if bindings is None:
                refused[cell] += 1
            else:
                runs.append(_Run(cell, trial, selection, bindings))
    macros = metadata.shared.library.macros
    failures: list[Failure] = []
    outputs: dict[str, list[_Run]] = {}
    here: set[tuple[str, int]] = set()
    plain = RenderRequest(template.id, template.content, {}, macros)
    first = list(renderer.render([replace(plain, bindings=run.bindings) for run in runs]))
    second = list(
        renderer.render([replace(plain, bindings=run.bindings, covered=True) for run in runs])
    )
    for run, one, again in zip(runs, first, second, strict=True):
        if isinstance(one, RenderFault):
            failures.append(_stopped(run, one, macros))
            continue
        if isinstance(again, RenderFault) or one.text != again.text:
            problem = "Two renders of the same values differ."
            failures.append(_failed(run, problem, rule="not-repeatable"))
        else:
            here.update(again.reached)
        if not one.text.strip() and not template.variations:
            failures.append(_failed(run, "It printed nothing.", rule="prints-nothing"))
        outputs.setdefault(one.text, []).append(run)
    failures += _faults(
        template,
        outputs,
        lambda run: next(
            iter(renderer.render([replace(plain, bindings=run.bindings, traced=True)]))
        ),
        linter=linter,
        proofs=proofs,
        engine=engine,
    )
    reached |= here
    bad = {cell for failure in failures for cell in failure.cells}
    tried = Counter(run.cell for run in runs)
    return TemplateCoverage(
        template.id,
        tuple(
            Cell(selection, tried[number], refused[number], number not in bad)
            for number, selection in enumerate(selections)
        ),
        len(runs),
        len(outputs),
        sum(refused),
        _possible(template, _ways(template.id, template.content, here)),
        tuple(failures),
        content_line=template.content_line,
        content_column=template.content_column,
    )


def _possible(template: Template, ways: Ways) -> Ways:
    """Without those that the declarations rule out: a list with a least length has items."""
    never_empty = {v.name for v in template.variables if (v.minimum or 0) >= 1}
    return Ways(
        tuple(
            branch
            for branch in ways.branches
            if not (branch.kind == "no items" and branch.over in never_empty)
        ),
        ways.taken,
    )


def _failed(run: _Run, problem: str, *, rule: str) -> Failure:
    return Failure(run.trial.name, run.variations, problem, rule=rule, cells=(run.cell,))


def _stopped(run: _Run, fault: RenderFault, macros: Mapping[str, str]) -> Failure:
    return replace(
        _failed(run, fault.problem, rule=fault.rule),
        remedy=fault.remedy,
        line=fault.line,
        macro=fault.name if fault.name in macros else "",
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
    scope = sample_scope()
    if trial.at_home:
        scope["target"] |= {"home_catalog": HOME, "catalog_parameter": "catalog"}
    bindings, found = bind(template, values, selection, scope)
    if has_errors(d for d in found if d.rule != "missing-value"):
        return None
    whole = {**sample_bindings(template, selection), **bindings}
    return {name: _at_home(value) for name, value in whole.items()} if trial.at_home else whole


HOME = "main"  # the catalog of the samples


def _at_home(value: Any) -> Any:
    """Table names of the home catalog have no catalog: the bundle's target decides."""
    if isinstance(value, Mapping):
        if value.keys() == {"catalog", "schema", "table"} and value["catalog"] == HOME:
            return {**value, "catalog": ""}
        return {key: _at_home(item) for key, item in value.items()}
    return [_at_home(item) for item in value] if isinstance(value, list) else value


def _faults(
    template: Template,
    outputs: Mapping[str, Sequence[_Run]],
    trace: Callable[[_Run], Rendered | RenderFault],
    *,
    linter: PythonLinter,
    proofs: ProofMemory,
    engine: str,
) -> list[Failure]:
    """What the gate says about every different text, at the lines that printed it."""
    output = OUTPUTS.get(template.output_type)
    if output is None:
        return []
    whole = {
        f"trial_{number}.py": (*with_header(output, text, "Trial"), text, runs)
        for number, (text, runs) in enumerate(outputs.items())
        if text.strip()
    }
    linted: Mapping[str, Any] = {}
    if output.gate is Gate.PYTHON:
        linted = linter.lint({path: each[0] for path, each in whole.items()})
    found: list[Failure] = []
    for path, (script, header, text, runs) in whole.items():
        faults = prove(output, script, memory=proofs, linted=linted.get(path, ()), engine=engine)
        if not faults:
            continue
        traced = trace(runs[0])
        spans = traced.spans if isinstance(traced, Rendered) else ()
        cells = tuple(sorted({run.cell for run in runs}))
        dropped = len(text) - len(text.lstrip("\n"))
        for fault in faults:
            line = max(1, fault.line - header + dropped)
            span = span_of(spans, text, line, fault.column)
            found.append(
                Failure(
                    runs[0].trial.name,
                    runs[0].variations,
                    fault.problem,
                    0 if span is None else span.line,
                    fault.remedy,
                    fault.rule,
                    "" if span is None or span.name == template.id else span.name,
                    line,
                    cells,
                )
            )
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
    missed += [(name, branch) for name, ways in report.macros.items() for branch in ways.missed]
    if missed:
        lines.append("\nBranches that no trial took:")
        lines += [f"  {name}:{b.line} {b.kind}: {shown(b.source, 90)}" for name, b in missed]
    lines.append(f"\nBranch coverage: {report.share:.1%}")
    if report.macros:
        lines.append(f"Branch coverage of the macro files: {report.macro_share:.1%}")
    return "\n".join(lines) + "\n"


def _trial_words(failure: Failure) -> str:
    on = [name for name, enabled in failure.variations.items() if enabled]
    return f"with {failure.trial}, {', '.join(on) or 'no variation'}"


def _place(failure: Failure) -> str:
    said = f"{failure.problem} ({failure.rule})" if failure.rule else failure.problem
    if not failure.line:
        return said
    return f"{failure.macro + ' ' if failure.macro else ''}line {failure.line}: {said}"


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
    rows += "".join(f"\n{_html_macro(name, ways)}" for name, ways in report.macros.items())
    result = "passed" if report.passed else "failed"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>Template coverage</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>Template coverage</h1>\n<p>{len(report.templates)} templates {result}; "
        f"{report.share:.1%} of the branches were taken{_of_macros(report)}.</p>\n"
        "<table>\n<thead><tr><th>Template</th><th>Sets</th><th>Trials</th><th>Outputs</th>"
        "<th>Branches</th><th>Result</th></tr></thead>\n<tbody>\n"
        f"{rows}\n</tbody>\n</table>\n</body>\n</html>\n"
    )


def _of_macros(report: CoverageReport) -> str:
    return f"; {report.macro_share:.1%} of those of the macro files" if report.macros else ""


def _html_row(each: TemplateCoverage) -> str:
    name = html.escape(each.template)
    if each.remembered:
        return f'<tr><td>{name}</td><td colspan="5">passed before, unchanged</td></tr>'
    parts = [
        f"<li>{html.escape(_trial_words(f))}: {html.escape(_place(f))}</li>" for f in each.failures
    ]
    parts += _html_missed(each.ways)
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


def _html_missed(ways: Ways) -> list[str]:
    return [
        f"<li>line {b.line}, {b.kind}: <code>{html.escape(b.source)}</code></li>"
        for b in ways.missed
    ]


def _html_macro(name: str, ways: Ways) -> str:
    said = "macro file"
    if ways.missed:
        said = f"<details><summary>{said}</summary><ul>{''.join(_html_missed(ways))}</ul></details>"
    taken = f"{len(ways.branches) - len(ways.missed)}/{len(ways.branches)}"
    return (
        f'<tr><td>{html.escape(name)}</td><td colspan="3"></td>'
        f'<td class="n">{taken}</td><td>{said}</td></tr>'
    )


REPORTS: Mapping[str, Callable[[CoverageReport], str]] = {
    "text": report_as_text,
    "json": report_as_json,
    "html": report_as_html,
}
