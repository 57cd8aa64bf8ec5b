"""Lint templates, and try them in every combination of their variations."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lakewright.diagnostics import Diagnostic, Severity, has_errors
from lakewright.operations.metadata import Metadata
from lakewright.operations.preview import Preview, PreviewRequest, preview
from lakewright.ports import ProofMemory, PythonLinter, TemplateRenderer
from lakewright.templates.checks import check_template
from lakewright.templates.coverage import variation_sets
from lakewright.templates.template import Template


def lint_templates(metadata: Metadata, ids: Sequence[str] = ()) -> list[Diagnostic]:
    """Findings about templates: those named, else all of the repository.

    Raises:
        NotFoundError: No template has an id.
    """
    chosen = [metadata.template(name) for name in ids] or list(metadata.shared.templates.values())
    macros = metadata.shared.library.macros
    return [found for template in chosen for found in check_template(template, macros)]


@dataclass(frozen=True, slots=True)
class TrialResult:
    """One combination of variations of one template, rendered and proved."""

    template: str
    variations: Mapping[str, bool]
    passed: bool
    diagnostics: tuple[Diagnostic, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "template": self.template,
            "variations": dict(self.variations),
            "passed": self.passed,
            "diagnostics": [found.as_json() for found in self.diagnostics],
        }


def try_templates(
    metadata: Metadata,
    ids: Sequence[str],
    *,
    renderer: TemplateRenderer,
    linter: PythonLinter,
    proofs: ProofMemory,
    engine: str,
    progress: Callable[[int, int, str], None] | None = None,
) -> list[TrialResult]:
    """Render every combination (pairwise above 64) with samples and prove what is printed.

    Args:
        ids: Template ids; nothing means the repository's own, or all built-in ones when it has
            none.

    Raises:
        NotFoundError: No template has an id.
    """
    chosen: list[Template] = [metadata.template(name) for name in ids]
    if not chosen:
        chosen = list((metadata.shared.templates or metadata.shared.library.templates).values())
    trials = [
        (template, chosen_set) for template in chosen for chosen_set in variation_sets(template)
    ]
    results: list[TrialResult] = []
    for number, (template, variations) in enumerate(trials):
        if progress is not None:
            progress(number, len(trials), template.id)
        shown: Preview = preview(
            PreviewRequest(template.id, {}, variations),
            metadata,
            renderer=renderer,
            linter=linter,
            proofs=proofs,
            engine=engine,
        )
        found = tuple(d for d in shown.diagnostics if d.severity is not Severity.INFO)
        passed = not has_errors(found) and bool(shown.text.strip())
        results.append(TrialResult(template.id, variations, passed, found))
    return results
