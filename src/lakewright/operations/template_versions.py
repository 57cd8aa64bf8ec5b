"""List the versions of a template in a repository's history, and compare two of them."""

from dataclasses import dataclass
from typing import Any, Protocol

from lakewright.errors import LakewrightError, NotFoundError
from lakewright.operations.metadata import Metadata
from lakewright.ports import HistoryPage, RenderFault, RenderRequest, TemplateRenderer
from lakewright.templates.coverage import variation_sets
from lakewright.templates.samples import sample_bindings
from lakewright.templates.template import Template
from lakewright.templates.versions import (
    TemplateVersion,
    declaration_changes,
    source_difference,
    text_difference,
)
from lakewright.templates.yaml_codec import read_templates

MOST_COMMITS = 200
MOST_COMPARED = 16


class History(Protocol):
    """The part of a `VersionedRepository` that looks back."""

    def history(self, path: str = "", limit: int = 50, cursor: str = "") -> HistoryPage: ...

    def read_at(self, commit: str, path: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class RenderedDifference:
    """What one selection of variations prints otherwise."""

    variations: dict[str, bool]
    diff: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two versions of a template differ.

    Attributes:
        declarations: What changed for people who give values, in sentences.
        source: Unified diff of the sources; empty when they are equal.
        outputs: Only the selections that print something else with the samples.
        compared: How many selections were rendered.
    """

    before: TemplateVersion
    after: TemplateVersion
    declarations: tuple[str, ...]
    source: str
    outputs: tuple[RenderedDifference, ...]
    compared: int

    def as_json(self) -> dict[str, Any]:
        return {
            "before": version_as_json(self.before),
            "after": version_as_json(self.after),
            "declarations": list(self.declarations),
            "source": self.source,
            "outputs": [
                {"variations": each.variations, "diff": each.diff} for each in self.outputs
            ],
            "compared": self.compared,
        }


def version_as_json(version: TemplateVersion) -> dict[str, Any]:
    return {
        "version": version.version,
        "commit": version.commit,
        "at": version.at,
        "author": version.author,
        "message": version.message,
    }


def template_versions(
    metadata: Metadata, repository: History, template_id: str
) -> list[TemplateVersion]:
    """Every commit that changed the template, newest first; a built-in one has just the shipped.

    Raises:
        NotFoundError: There is no such template.
    """
    template = metadata.template(template_id)
    if template.builtin:
        return [TemplateVersion(template.version, "", "", "", "Shipped with Lakewright", template)]
    found: list[TemplateVersion] = []
    cursor = ""
    seen = 0
    while seen < MOST_COMMITS:
        page = repository.history(template.file, 50, cursor)
        for commit in page.commits:
            seen += 1
            before = _as_in(repository, commit.id, template)
            if before is None:
                continue
            one = TemplateVersion(
                before.version,
                commit.id,
                commit.at.isoformat(),
                commit.author.name,
                commit.message.split("\n", 1)[0],
                before,
            )
            # The file holds other templates too: a commit that left this one alone is no version.
            if found and found[-1].template == before:
                found[-1] = one
            else:
                found.append(one)
        cursor = page.cursor
        if not cursor:
            break
    return found


def compare_versions(
    metadata: Metadata,
    repository: History,
    template_id: str,
    before: str,
    after: str = "",
    *,
    renderer: TemplateRenderer,
) -> Comparison:
    """How a template differs between two commits, in its source and in what samples print.

    Args:
        before, after: Commit ids, or versions such as `1.2.0` (the newest commit that has it);
            no `after` means as it is now.

    Raises:
        NotFoundError: There is no such template, commit or version.
    """
    versions = template_versions(metadata, repository, template_id)
    old = _chosen(versions, before, template_id)
    new = _chosen(versions, after, template_id) if after else versions[0]
    macros = metadata.shared.library.macros
    # Variations that only one of the two has count for that one only.
    selections = variation_sets(new.template)[:MOST_COMPARED]

    def printed(template: Template) -> list[str]:
        known = {variation.id for variation in template.variations}
        requests = (
            RenderRequest(
                template.id,
                template.content,
                sample_bindings(template, {k: v for k, v in each.items() if k in known}),
                macros,
            )
            for each in selections
        )
        return [
            f"(stops: {answer.problem})" if isinstance(answer, RenderFault) else answer.text
            for answer in renderer.render(requests)
        ]

    outputs = tuple(
        RenderedDifference(selection, text_difference(one, other, old.version, new.version))
        for selection, one, other in zip(
            selections, printed(old.template), printed(new.template), strict=True
        )
        if one != other
    )
    return Comparison(
        old,
        new,
        tuple(declaration_changes(old.template, new.template)),
        source_difference(old.template, new.template),
        outputs,
        len(selections),
    )


def _as_in(repository: History, commit: str, template: Template) -> Template | None:
    try:
        text = repository.read_at(commit, template.file)
    except LakewrightError:
        return None  # the commit removed the file, or it was too large then
    found = read_templates(text, template.file, placed=False).templates
    return next((each for each in found if each.id == template.id), None)


def _chosen(versions: list[TemplateVersion], wanted: str, template_id: str) -> TemplateVersion:
    for version in versions:
        if wanted in (version.commit, version.version):
            return version
    known = ", ".join(dict.fromkeys(version.version for version in versions[:8])) or "none"
    raise NotFoundError(
        f"Template '{template_id}' has no version '{wanted}'.",
        f"Give a commit of its history or one of: {known}.",
        "version",
    )
