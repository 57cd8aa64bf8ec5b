"""Routes about templates: the language service of the editor, and search."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from anyio import to_thread
from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from lakewright.operations.metadata import Metadata
from lakewright.ports import MetadataRepository
from lakewright.server.callers import Member, MemberOf, row
from lakewright.server.errors import FindingReply
from lakewright.server.replies import Name, TemplateId
from lakewright.server.routes.engine import UNSAVED_CHARACTERS, ChangelogReply, with_metadata

router = APIRouter(prefix="/workspaces/{workspace_id}", tags=["templates"])

MOST_LINES = 1_000_000
MOST_TRIED = 20


class TextRequest(BaseModel):
    """A template text as it is in an editor."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"text": "{{ table | ", "path": "", "template_id": "managed_delta_table"}
        },
    )

    text: str = Field(max_length=UNSAVED_CHARACTERS, description="A template file or a source.")
    path: Annotated[str, Field(max_length=400)] = Field(
        default="", description="Where it is kept; `.jinja` makes it a macro file."
    )
    template_id: Annotated[str, Field(max_length=400)] = Field(
        default="", description="A bare source is the content of this template."
    )


class PositionModel(BaseModel):
    """A place between two characters; both 1-based, columns in characters."""

    model_config = ConfigDict(extra="forbid")

    line: int = Field(ge=1, le=MOST_LINES)
    column: int = Field(ge=1, le=MOST_LINES)


class PlaceRequest(TextRequest):
    """A text and a place in it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "text": "{{ table | ",
                "template_id": "managed_delta_table",
                "position": {"line": 1, "column": 12},
            }
        },
    )

    position: PositionModel


class RenameRequest(PlaceRequest):
    """A text, a place in it, and the name that what is there shall have."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "text": "{% set a = 1 %}{{ a }}",
                "position": {"line": 1, "column": 19},
                "name": "b",
            }
        },
    )

    name: str = Field(max_length=200)


class RangeModel(BaseModel):
    """From a place to a place, the second one excluded."""

    model_config = ConfigDict(extra="forbid")

    line: int = Field(ge=1, le=MOST_LINES)
    column: int = Field(ge=1, le=MOST_LINES)
    end_line: int = Field(ge=1, le=MOST_LINES)
    end_column: int = Field(ge=1, le=MOST_LINES)


class RangeRequest(TextRequest):
    """A text and what is chosen in it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "text": "{{ job.run_id }}",
                "range": {"line": 1, "column": 4, "end_line": 1, "end_column": 4},
            }
        },
    )

    range: RangeModel


class PlacedRangeReply(BaseModel):
    """From a place to a place; `file` is there when it is another file."""

    line: int
    column: int
    end_line: int
    end_column: int
    file: str = ""


class EditReply(BaseModel):
    """Characters to put in the place of others."""

    op: Literal["text"]
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class CompletionReply(BaseModel):
    """One thing to write at a place."""

    label: str
    kind: str
    detail: str
    about: str
    text: str
    range: PlacedRangeReply
    rank: int = Field(description="Smaller is offered first.")


class HoverReply(BaseModel):
    """A few lines about a word."""

    title: str
    about: str
    range: PlacedRangeReply
    example: str
    result: str


class ReferenceReply(BaseModel):
    """One place where a name stands."""

    range: PlacedRangeReply
    makes: bool


class SymbolReply(BaseModel):
    """A named part of a text with the parts inside of it."""

    name: str
    kind: str
    detail: str
    range: PlacedRangeReply
    name_range: PlacedRangeReply
    children: list["SymbolReply"]


class FoldReply(BaseModel):
    """Lines that can be shown as one."""

    first_line: int
    last_line: int
    kind: str


class ActionReply(BaseModel):
    """Something that can be done to the text with one click."""

    title: str
    kind: str
    rule: str
    preferred: bool
    changes: list[EditReply]


class TextFindingReply(FindingReply):
    """A finding with the characters that it is about and what mends it."""

    range: PlacedRangeReply
    fixes: list[ActionReply]  # type: ignore[assignment]


class TokensReply(BaseModel):
    """The kind of each word."""

    legend: list[str]
    data: list[int] = Field(description="Four numbers a word: line, column, length, kind.")


class HitReply(BaseModel):
    """A template that matches."""

    id: str
    name: str
    category: str
    description: str
    version: str
    output_type: str
    requires: str
    tags: list[str]
    node_types: list[str]
    builtin: bool
    score: float


class HitsReply(BaseModel):
    """The best matches first."""

    items: list[HitReply]
    total: int
    facets: dict[str, dict[str, int]] = Field(
        description="category, output, tag, node_type -> value -> how many of all that match."
    )


class BranchReply(BaseModel):
    """A way through a template that no trial took."""

    kind: str
    line: int
    source: str


class WayReply(BranchReply):
    """A way through a template, and whether a trial took it."""

    taken: bool


class CellReply(BaseModel):
    """One combination of variations."""

    variations: dict[str, bool]
    trials: int = Field(description="Sets of values that were rendered with it.")
    refused: int = Field(description="Sets of values that the declarations refuse.")
    passed: bool


class FailureReply(BaseModel):
    """One thing that went wrong; equal outputs of several trials are reported once."""

    trial: str
    variations: dict[str, bool]
    problem: str
    line: int = Field(description="1-based, in the source that printed it; 0: unknown.")
    remedy: str
    rule: str
    macro: str = Field(description="The macro file that `line` is about; empty: the content.")
    output_line: int = Field(description="1-based, in what was printed; 0 when nothing was.")
    cells: list[int] = Field(description="Positions in `matrix` where it shows.")


class TemplateCoverageReply(BaseModel):
    """What trying one template showed."""

    template: str
    passed: bool
    remembered: bool
    combinations: int
    trials: int
    outputs: int
    refused: int
    branches: int
    branches_taken: int
    missed: list[BranchReply]
    failures: list[FailureReply]
    matrix: list[CellReply]
    ways: list[WayReply] = Field(description="Every branch of the content, in its order.")
    content_line: int = Field(description="First line of the content in its file; 0: unknown.")
    content_column: int = Field(description="Characters in front of each of its lines there.")


class MacroCoverageReply(BaseModel):
    """What the tried templates took of a macro file that they use."""

    name: str
    branches: int
    ways: list[WayReply]


class CoverageReply(BaseModel):
    """What trying several templates showed."""

    passed: bool
    branch_coverage: float
    macro_coverage: float
    templates: list[TemplateCoverageReply]
    macros: list[MacroCoverageReply]


class CoverageRequest(BaseModel):
    """Which templates to try; none means the repository's own."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"templates": ["managed_delta_table"]}}
    )

    templates: list[Name] = Field(default=[], max_length=MOST_TRIED)
    only_changed: bool = Field(
        default=False, description="Leave out what passed before and is the same since."
    )
    unsaved: str | None = Field(
        default=None,
        max_length=UNSAVED_CHARACTERS,
        description="Text of a template file as it is in an editor; it is not saved.",
    )


class TemplateVersionReply(BaseModel):
    """A template as a commit left it; a built-in one has no commit."""

    version: str
    commit: str
    at: str
    author: str
    message: str


class UsingScriptReply(BaseModel):
    """A script that a template prints."""

    model: str
    model_name: str
    node: str
    node_name: str
    recipe: str = Field(description="Empty: no recipe names the model; it is only suggested.")


class UsingRecipeReply(BaseModel):
    """A recipe that names a template."""

    id: str
    version: str = Field(description="The one it is pinned to, or empty.")


class TemplateUsesReply(BaseModel):
    """Where a template is used."""

    scripts: list[UsingScriptReply]
    recipes: list[UsingRecipeReply]
    complete: bool = Field(description="False: there are too many models to look at them all.")


class OutputDifferenceReply(BaseModel):
    """What one selection of variations prints otherwise."""

    variations: dict[str, bool]
    diff: str


class ComparisonReply(BaseModel):
    """How two versions of a template differ."""

    before: TemplateVersionReply
    after: TemplateVersionReply
    declarations: list[str]
    source: str
    outputs: list[OutputDifferenceReply]
    compared: int


class ChangedOutputReply(BaseModel):
    """A script that another version of a template prints otherwise."""

    model: str
    node: str
    path: str
    diff: str


class UpgradeReply(BaseModel):
    """A template of a recipe that has moved on since it was pinned."""

    template: str
    pinned: str
    current: str
    found: bool = Field(description="Whether the pinned version is in the history.")
    declarations: list[str]
    changelog: list[ChangelogReply]
    outputs: list[ChangedOutputReply]
    compared: int


class SampleBody(BaseModel):
    """Which samples to make."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"seed": 1, "ddl": "CREATE TABLE main.sales.orders (id BIGINT)"}
        },
    )

    seed: int = Field(default=0, ge=0, le=2**31, description="Another one gives other values.")
    ddl: str = Field(default="", max_length=UNSAVED_CHARACTERS, description="Its columns are used.")
    node: Annotated[str, Field(max_length=800)] = Field(
        default="", description="`model/node` whose values are used."
    )
    anew: bool = Field(default=False, description="Also replace samples that are written down.")
    values: dict[str, Any] = Field(default={}, description="Values that a person has chosen.")
    text: str | None = Field(
        default=None,
        max_length=UNSAVED_CHARACTERS,
        description="The template's file as it is in an editor; null: as it is saved.",
    )


class SamplesReply(BaseModel):
    """Values for the variables of a template."""

    values: dict[str, Any]
    changed: list[str] = Field(description="Variables whose written sample is another one.")
    file: str = Field(description="Empty for a built-in template.")
    text: str = Field(description="The file with the samples in it, to save as a document.")
    diagnostics: list[FindingReply]


class ScriptBody(BaseModel):
    """A script to make a template of."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "script": "SELECT * FROM main.sales.orders LIMIT 10;",
                "output_type": "sql",
                "id": "newest_orders",
            }
        },
    )

    script: str = Field(min_length=1, max_length=UNSAVED_CHARACTERS)
    output_type: Name = Field(default="sql", description="What it is: `sql`, `python`, ...")
    id: Name = Field(description="Of the template.")
    name: Annotated[str, Field(max_length=200)] = ""
    category: Annotated[str, Field(max_length=200)] = ""
    chosen: dict[int, Name] | None = Field(
        default=None,
        max_length=500,
        description="Number of a proposal -> name of its variable; null: the usual ones.",
    )


class ProposalReply(BaseModel):
    """A variable that the script could have."""

    number: int
    name: str
    type: str
    value: Any
    usual: bool = Field(description="Whether most people would make it a variable.")
    count: int = Field(description="How often it stands in the script.")
    line: int
    source: str = Field(description="The line of the first place.")


class ScriptTemplateReply(BaseModel):
    """What could be variables, and a template file with the chosen ones; nothing is saved."""

    proposals: list[ProposalReply]
    text: str


async def _answer(
    member: Member, body: TextRequest, ask: Callable[[Metadata, Any], Any]
) -> Response:
    from lakewright.operations.language import Asked

    asked = Asked(body.text, body.path, body.template_id)
    return JSONResponse(await with_metadata(member, lambda metadata, _: ask(metadata, asked)))


def _position(body: PlaceRequest) -> Any:
    from lakewright.templates.language.text import Position

    return Position(body.position.line, body.position.column)


@router.post(
    "/language/completions",
    response_model=list[CompletionReply],
    **row("language.completions"),
)
async def complete(member: MemberOf, body: PlaceRequest) -> Response:
    """What can be written at a place, the likely first."""
    from lakewright.operations import language

    place = _position(body)
    return await _answer(member, body, lambda m, asked: language.complete(m, asked, place))


@router.post("/language/hover", response_model=HoverReply | None, **row("language.hover"))
async def explain(member: MemberOf, body: PlaceRequest) -> Response:
    """A few lines about the word at a place; null when there is nothing to say."""
    from lakewright.operations import language

    place = _position(body)
    return await _answer(member, body, lambda m, asked: language.explain(m, asked, place))


@router.post(
    "/language/definition", response_model=PlacedRangeReply | None, **row("language.definition")
)
async def define(member: MemberOf, body: PlaceRequest) -> Response:
    """Where the name at a place is made; null when nobody says."""
    from lakewright.operations import language

    place = _position(body)
    return await _answer(member, body, lambda m, asked: language.define(m, asked, place))


@router.post(
    "/language/references", response_model=list[ReferenceReply], **row("language.references")
)
async def refer(member: MemberOf, body: PlaceRequest) -> Response:
    """Where the name at a place stands."""
    from lakewright.operations import language

    place = _position(body)
    return await _answer(member, body, lambda m, asked: language.refer(m, asked, place))


@router.post("/language/rename", response_model=list[EditReply], **row("language.rename"))
async def rename(member: MemberOf, body: RenameRequest) -> Response:
    """The edits that give what is at a place another name."""
    from lakewright.operations import language

    place = _position(body)
    return await _answer(
        member, body, lambda m, asked: language.rename_at(m, asked, place, body.name)
    )


@router.post("/language/symbols", response_model=list[SymbolReply], **row("language.symbols"))
async def outline(member: MemberOf, body: TextRequest) -> Response:
    """The parts of a text as a tree."""
    from lakewright.operations import language

    return await _answer(member, body, language.outline)


@router.post("/language/folding", response_model=list[FoldReply], **row("language.folding"))
async def fold(member: MemberOf, body: TextRequest) -> Response:
    """The lines that can be shown as one."""
    from lakewright.operations import language

    return await _answer(member, body, language.fold)


@router.post("/language/format", response_model=list[EditReply], **row("language.format"))
async def reformat(member: MemberOf, body: TextRequest) -> Response:
    """The edits that bring a text into the usual form; what it prints stays the same."""
    from lakewright.operations import language

    return await _answer(member, body, language.reformat)


@router.post(
    "/language/diagnostics", response_model=list[TextFindingReply], **row("language.diagnostics")
)
async def diagnose(member: MemberOf, body: TextRequest) -> Response:
    """What is wrong with a text, worst first, each with the edits that mend it."""
    from lakewright.operations import language

    return await _answer(member, body, language.diagnose)


@router.post("/language/tokens", response_model=TokensReply, **row("language.tokens"))
async def colour(member: MemberOf, body: TextRequest) -> Response:
    """The kind of each word, of the template language and of what it prints."""
    from lakewright.operations import language

    return await _answer(member, body, language.colour)


@router.post("/language/actions", response_model=list[ActionReply], **row("language.actions"))
async def offer(member: MemberOf, body: RangeRequest) -> Response:
    """What can be done at some characters: fixes first, then changes of form."""
    from lakewright.operations import language
    from lakewright.templates.language.text import Range

    chosen = Range(**body.range.model_dump())
    return await _answer(member, body, lambda m, asked: language.offer(m, asked, chosen))


@router.get("/templates-search", response_model=HitsReply, **row("templates.search"))
async def search(
    member: MemberOf,
    *,
    text: Annotated[str, Query(alias="q", max_length=400, description="Words.")] = "",
    category: Annotated[str, Query(max_length=200)] = "",
    output: Annotated[str, Query(max_length=200)] = "",
    tag: Annotated[str, Query(max_length=200)] = "",
    node_type: Annotated[str, Query(max_length=200)] = "",
    origin: Annotated[
        str, Query(alias="from", pattern="^(|builtin|own)$", description="`builtin` or `own`.")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> Response:
    """Templates by words that may be mistyped, the best matches first."""
    from lakewright.operations.template_search import hits_as_json, search_templates
    from lakewright.templates.search import Query as Sought

    sought = Sought(
        text, category, output, tag, node_type, None if not origin else origin == "builtin"
    )
    return JSONResponse(
        await with_metadata(
            member,
            lambda metadata, _: hits_as_json(
                search_templates(metadata, sought, limit=limit, offset=offset)
            ),
        )
    )


@router.post("/templates-coverage", response_model=CoverageReply, **row("templates.coverage"))
async def cover(member: MemberOf, body: CoverageRequest) -> Response:
    """Try combinations of variations and edges of values, and say which branches were taken."""
    from lakewright.operations.coverage import cover_templates
    from lakewright.operations.warm import as_if_saved

    engine = member.state.engine
    return JSONResponse(
        await with_metadata(
            member,
            lambda metadata, _: cover_templates(
                as_if_saved(metadata, body.unsaved),
                body.templates,
                renderer=engine.renderer.for_caller(str(member.user_id)),
                linter=engine.linter,
                proofs=engine.proofs,
                engine=engine.version,
                only_changed=body.only_changed,
            ).as_json(),
            engine.rendering,
        )
    )


@router.get(
    "/templates/{template_id}/versions",
    response_model=list[TemplateVersionReply],
    **row("templates.versions"),
)
async def versions(member: MemberOf, template_id: TemplateId) -> Response:
    """Every commit that changed a template, newest first."""
    from lakewright.operations.template_versions import template_versions, version_as_json

    def found(metadata: Metadata, _: MetadataRepository) -> list[dict[str, Any]]:
        repository = member.state.repository_of(member.workspace_id)
        listed = template_versions(metadata, repository, template_id)
        return [version_as_json(version) for version in listed]

    return JSONResponse(await with_metadata(member, found))


@router.get(
    "/templates/{template_id}/comparison",
    response_model=ComparisonReply,
    **row("templates.compare"),
)
async def compare(
    member: MemberOf,
    template_id: TemplateId,
    before: Annotated[str, Query(min_length=1, max_length=100, description="Version or commit.")],
    after: Annotated[str, Query(max_length=100, description="Default: as it is now.")] = "",
) -> Response:
    """How a template differs between two versions, in its source and in what samples print."""
    from lakewright.operations.template_versions import compare_versions

    def found(metadata: Metadata, _: MetadataRepository) -> dict[str, Any]:
        return compare_versions(
            metadata,
            member.state.repository_of(member.workspace_id),
            template_id,
            before,
            after,
            renderer=member.state.engine.renderer,
        ).as_json()

    return JSONResponse(await with_metadata(member, found))


@router.get(
    "/templates/{template_id}/uses", response_model=TemplateUsesReply, **row("templates.uses")
)
async def uses(member: MemberOf, template_id: TemplateId) -> Response:
    """The scripts of models that a template prints now, and the recipes that name it."""
    from lakewright.operations.template_uses import uses_of_template

    return JSONResponse(
        await with_metadata(
            member, lambda metadata, _: uses_of_template(metadata, template_id).as_json()
        )
    )


@router.post(
    "/templates/{template_id}/samples", response_model=SamplesReply, **row("templates.sample")
)
async def sample(member: MemberOf, template_id: TemplateId, body: SampleBody) -> Response:
    """Sample values, realistic by name and type, and the template's file with them in it."""
    from lakewright.operations.samples import SampleRequest, make_samples

    request = SampleRequest(template_id, **body.model_dump())
    return JSONResponse(
        await with_metadata(
            member,
            lambda metadata, repository: make_samples(repository, metadata, request).as_json(),
        )
    )


@router.post(
    "/templates-from-script", response_model=ScriptTemplateReply, **row("templates.from_script")
)
async def from_script(member: MemberOf, body: ScriptBody) -> Response:
    """Make a template of a script: its literals are proposed as variables. Saves nothing."""
    from lakewright.operations.script_templates import template_of_script

    del member
    made = await to_thread.run_sync(
        lambda: template_of_script(
            body.script,
            body.output_type,
            template_id=body.id,
            name=body.name,
            category=body.category,
            chosen=body.chosen,
        ).as_json()
    )
    return JSONResponse(made)


@router.get(
    "/recipes/{recipe_id}/upgrades", response_model=list[UpgradeReply], **row("recipes.upgrades")
)
async def upgrades(
    member: MemberOf,
    recipe_id: Annotated[str, Path(min_length=1, max_length=400, description="Id of a recipe.")],
) -> Response:
    """What newer versions of pinned templates change in the scripts of a recipe."""
    from lakewright.operations.template_pins import recipe_upgrades

    renderer = member.state.engine.renderer

    def found(metadata: Metadata, _: MetadataRepository) -> list[dict[str, Any]]:
        history = member.state.repository_of(member.workspace_id)
        listed = recipe_upgrades(metadata, history, recipe_id, renderer=renderer)
        return [upgrade.as_json() for upgrade in listed]

    return JSONResponse(await with_metadata(member, found))
