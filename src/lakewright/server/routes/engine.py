"""Routes of the engine: check, suggest, draw, look at templates, preview."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from lakewright.diagnostics import Diagnostic, did_you_mean, in_reading_order, shown
from lakewright.errors import NotFoundError
from lakewright.operations.metadata import Metadata
from lakewright.ports import MetadataRepository
from lakewright.server.callers import Member, MemberOf, row
from lakewright.server.errors import FindingReply
from lakewright.server.replies import ModelId, Name, TemplateId

router = APIRouter(prefix="/workspaces/{workspace_id}", tags=["engine"])
_Value = TypeVar("_Value")

MOST_IDS = 500
UNSAVED_CHARACTERS = 512 * 1024


class FindingsReply(BaseModel):
    """Findings, worst first."""

    diagnostics: list[FindingReply]


class SuggestionReply(BaseModel):
    """A template that fits."""

    template: str
    because: str
    conditions: int
    builtin: bool


class NodeSuggestionsReply(BaseModel):
    """What fits one script of a node, closest first."""

    node: str
    node_type: str
    role: str
    suggestions: list[SuggestionReply]


class VariableReply(BaseModel):
    """One input of a template."""

    name: str
    type: str
    required: bool
    description: str
    default: Any = None
    sample: Any = None
    choices: list[Any] = []


class VariationReply(BaseModel):
    """A switch of a template."""

    id: str
    name: str
    description: str
    enabled: bool
    adds_variables: list[VariableReply]


class FitReply(BaseModel):
    """A node type that a template suits."""

    type: str
    when: dict[str, Any]
    because: str


class ChangelogReply(BaseModel):
    """What a version of a template changed."""

    version: str
    about: str


class DeprecationReply(BaseModel):
    """Why a template is not for new work."""

    since: str
    replacement: str
    reason: str


class ExampleReply(BaseModel):
    """Other values than the samples to show a template with."""

    name: str
    values: dict[str, Any]
    variations: dict[str, bool]


class TemplateReply(BaseModel):
    """A template without its source."""

    id: str
    name: str
    category: str
    description: str
    version: str
    output_type: str
    requires: str
    tags: list[str]
    changelog: list[ChangelogReply]
    deprecated: DeprecationReply | None
    examples: list[ExampleReply]
    builtin: bool
    file: str
    variables: list[VariableReply]
    variations: list[VariationReply]
    node_types: list[FitReply]


class TemplateSourceReply(TemplateReply):
    """A template with its Jinja2 source."""

    template_content: str
    undo: str


class TrialReply(BaseModel):
    """One combination of variations, rendered and proved."""

    template: str
    variations: dict[str, bool]
    passed: bool
    diagnostics: list[FindingReply]


class TemplatesRequest(BaseModel):
    """Which templates; none means the repository's own."""

    model_config = ConfigDict(extra="forbid")

    templates: list[Name] = Field(default=[], max_length=MOST_IDS)


class TrialsRequest(TemplatesRequest):
    """Which templates to try, one of them perhaps as it is being typed."""

    unsaved: str | None = Field(
        default=None,
        max_length=UNSAVED_CHARACTERS,
        description="Text of a template file as it is in an editor; it is not saved.",
    )


class PreviewBody(BaseModel):
    """What to print."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "template": "managed_delta_table",
                "values": {"table": "main.sales.orders"},
                "variations": {"comments": True},
            }
        },
    )

    template: Name | None = Field(
        default=None, description="Id of a template. Not needed with `unsaved`."
    )
    values: dict[str, Any] = Field(default={}, max_length=MOST_IDS)
    variations: dict[str, bool] = Field(default={}, max_length=MOST_IDS)
    node: Annotated[str, Field(max_length=800)] = Field(
        default="", description="`model/node`: take values from a node instead of samples."
    )
    traced: bool = Field(default=False, description="Also say which line printed what.")
    unsaved: str | None = Field(
        default=None,
        max_length=UNSAVED_CHARACTERS,
        description="Text of a template file as it is being typed; it is not saved.",
    )


class SourceRangeReply(BaseModel):
    """From a place to a place of a template's content; 1-based, the end excluded."""

    line: int
    column: int
    end_line: int
    end_column: int


class SpanReply(BaseModel):
    """A piece of the text and where it came from."""

    start: int
    end: int
    template: str
    line: int
    expression: str
    range: SourceRangeReply | None = Field(
        description="Of the expression, or of the line of a literal text, in the content; null "
        "when another source printed it."
    )
    variables: list[str] = Field(description="Names of the values that the expression reads.")


class PreviewReply(BaseModel):
    """What a template prints; `text` is empty when it printed nothing."""

    text: str
    bindings: dict[str, Any]
    diagnostics: list[FindingReply]
    spans: list[SpanReply]
    content_line: int = Field(description="First line of the content in its file; 0: unknown.")
    content_column: int = Field(description="Characters in front of each of its lines there.")


async def with_metadata(
    member: Member,
    work: Callable[[Metadata, MetadataRepository], _Value],
    limiter: CapacityLimiter | None = None,
) -> _Value:
    """Do something with the workspace's repository as values, in a thread.

    Args:
        limiter: How many such threads there may be; by default those of all work share one.
    """
    state = member.state

    def run() -> _Value:
        repository = state.repository_of(member.workspace_id)
        return work(state.engine.metadata.of(str(member.workspace_id), repository), repository)

    return await to_thread.run_sync(run, limiter=limiter)


@router.get("/check", response_model=FindingsReply, **row("check"))
async def check(
    member: MemberOf,
    ids: Annotated[
        list[Name] | None, Query(max_length=MOST_IDS, description="Default: everything.")
    ] = None,
) -> Response:
    """Findings about models, templates and recipes, worst first."""
    from lakewright.operations import check as operation

    found = await with_metadata(
        member,
        lambda metadata, repository: operation.check(repository, metadata, tuple(ids or ())),
    )
    return JSONResponse({"diagnostics": [finding.as_json() for finding in found]})


@router.get(
    "/models/{model_id}/suggestions", response_model=list[NodeSuggestionsReply], **row("suggest")
)
async def suggest(member: MemberOf, model_id: ModelId) -> Response:
    """Which template fits each script of a model, and why."""
    from lakewright.operations.plain import suggestions_as_json
    from lakewright.operations.suggest import suggest_templates

    found = await with_metadata(
        member, lambda metadata, _: suggestions_as_json(suggest_templates(metadata, model_id))
    )
    return JSONResponse(found)


_PICTURES = {
    "json": "application/json",
    "text": "text/plain; charset=utf-8",
    "mermaid": "text/plain; charset=utf-8",
    "svg": "image/svg+xml",
}


@router.get(
    "/models/{model_id}/picture",
    **row(
        "graph",
        responses={
            200: {
                "description": "The picture.",
                "content": {"text/plain": {}, "image/svg+xml": {}, "application/json": {}},
            }
        },
    ),
    response_class=Response,
)
async def picture(
    member: MemberOf,
    model_id: ModelId,
    drawing: Annotated[
        str, Query(alias="format", pattern="^(json|text|mermaid|svg)$", description="How.")
    ] = "svg",
) -> Response:
    """A model as a tree of waves, as Mermaid, as an SVG picture, or as boxes and lines."""
    from lakewright.datamodel.drawing import to_mermaid, to_svg, to_text
    from lakewright.operations.plain import graph_as_json

    def draw(metadata: Metadata, _: MetadataRepository) -> Response:
        model = metadata.model(model_id)
        if drawing == "json":
            return JSONResponse(graph_as_json(model))
        text = {"text": to_text, "mermaid": to_mermaid, "svg": to_svg}[drawing](model)
        # An SVG that is opened as a page must not run anything that a name might hold.
        return Response(
            text,
            media_type=_PICTURES[drawing],
            headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
        )

    return await with_metadata(member, draw)


@router.get("/templates", response_model=list[TemplateReply], **row("templates.list"))
async def templates(
    member: MemberOf,
    category: Annotated[str, Query(max_length=200)] = "",
    tag: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The library: built-in templates and the workspace's own, by category and id."""
    from lakewright.operations.plain import template_as_json

    def found(metadata: Metadata, _: MetadataRepository) -> list[dict[str, Any]]:
        library = metadata.shared.library.templates.values()
        categories = sorted({template.category for template in library})
        if category and category not in categories:
            raise NotFoundError(
                f"There is no category '{shown(category)}'.",
                f"{did_you_mean(category, categories)}Categories: {', '.join(categories)}.",
                "category",
            )
        return [
            template_as_json(template, content=False)
            for template in sorted(library, key=lambda t: (t.category, t.id))
            if category in ("", template.category) and (not tag or tag in template.tags)
        ]

    return JSONResponse(await with_metadata(member, found))


@router.get("/templates/{template_id}", response_model=TemplateSourceReply, **row("templates.get"))
async def template(member: MemberOf, template_id: TemplateId) -> Response:
    """One template with its variables, variations and source."""
    from lakewright.operations.plain import template_as_json

    found = await with_metadata(
        member,
        lambda metadata, _: template_as_json(metadata.template(template_id), content=True),
    )
    return JSONResponse(found)


@router.post("/templates-lint", response_model=FindingsReply, **row("templates.lint"))
async def lint(member: MemberOf, body: TemplatesRequest) -> Response:
    """Findings about templates, without rendering them."""
    from lakewright.operations.templates import lint_templates

    def findings(metadata: Metadata, _: MetadataRepository) -> list[Any]:
        found = lint_templates(metadata, tuple(body.templates))
        if not body.templates:
            mine = {file.path for file in (*metadata.layout.templates, *metadata.layout.macros)}
            found = [*(d for d in metadata.diagnostics if d.where.file in mine), *found]
        return found

    found = await with_metadata(member, findings)
    return JSONResponse({"diagnostics": [finding.as_json() for finding in found]})


@router.post("/templates-test", response_model=list[TrialReply], **row("templates.test"))
async def try_out(member: MemberOf, body: TrialsRequest) -> Response:
    """Render templates in every combination of their variations and prove the output."""
    from lakewright.operations.templates import try_templates
    from lakewright.operations.warm import as_if_saved

    engine = member.state.engine
    found = await with_metadata(
        member,
        lambda metadata, _: try_templates(
            as_if_saved(metadata, body.unsaved),
            tuple(body.templates),
            renderer=engine.renderer.for_caller(str(member.user_id)),
            linter=engine.linter,
            proofs=engine.proofs,
            engine=engine.version,
        ),
        engine.rendering,
    )
    return JSONResponse([result.as_json() for result in found])


@router.post("/preview", response_model=PreviewReply, **row("preview"))
async def preview(member: MemberOf, body: PreviewBody) -> Response:
    """Print one template with values, samples where none are given, and prove what it prints."""
    from lakewright.operations.preview import Preview, PreviewRequest
    from lakewright.operations.preview import preview as operation
    from lakewright.operations.warm import with_unsaved_template

    engine = member.state.engine

    def printed(metadata: Metadata, _: MetadataRepository) -> dict[str, Any]:
        template_id = body.template or ""
        mistakes: tuple[Diagnostic, ...] = ()
        if body.unsaved is not None:
            metadata, mistakes, first = with_unsaved_template(metadata, body.unsaved)
            template_id = template_id or first
            if not first:
                found = in_reading_order(mistakes)
                return Preview("", {}, tuple(found)).as_json()
        chosen = metadata.template(template_id)
        _known(body.values, [v.name for v in chosen.all_variables()], "variable", chosen.id)
        _known(body.variations, [v.id for v in chosen.variations], "variation", chosen.id)
        result = operation(
            PreviewRequest(template_id, body.values, body.variations, body.node, body.traced),
            metadata,
            renderer=engine.renderer.for_caller(str(member.user_id)),
            linter=engine.linter,
            proofs=engine.proofs,
            engine=engine.version,
        ).as_json()
        result["diagnostics"] = [*(m.as_json() for m in mistakes), *result["diagnostics"]]
        return result

    return JSONResponse(await with_metadata(member, printed, engine.rendering))


def _known(given: dict[str, Any], known: list[str], kind: str, template: str) -> None:
    for name in given:
        if name not in known:
            listed = f"It has: {', '.join(known)}." if known else "It has none."
            raise NotFoundError(
                f"Template '{template}' has no {kind} '{shown(name)}'.",
                f"{did_you_mean(name, known)}{listed}",
            )
