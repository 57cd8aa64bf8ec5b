"""Routes of the designer: one model on a canvas, and what helps to draw it."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.responses import JSONResponse, Response

from lakewright.datamodel.drawing import Theme
from lakewright.datamodel.merge import ConflictKind, Given, Side
from lakewright.datamodel.model import EdgeKind
from lakewright.operations.models import PictureForm
from lakewright.ports import VersionedRepository
from lakewright.server.callers import CallerOf, Member, MemberOf, row
from lakewright.server.errors import FindingReply
from lakewright.server.routes.engine import with_metadata
from lakewright.store.records.drafts import DraftKind, draft_paths, get_draft

if TYPE_CHECKING:
    from lakewright.operations.model_cards import Change, ModelCard

router = APIRouter(prefix="/workspaces/{workspace_id}", tags=["designer"])
# What needs no workspace: nothing of it is looked at.
helpers = APIRouter(tags=["designer"])
_Value = TypeVar("_Value")

MOST_NODES = 10_000
MOST_EDGES = 50_000
MOST_NOTES = 2_000
PACKED_BYTES = 100_000
Text = Annotated[str, StringConstraints(max_length=5_000_000)]
Id = Annotated[str, StringConstraints(max_length=400)]
Words = Annotated[str, StringConstraints(max_length=100_000)]
PathText = Annotated[str, StringConstraints(max_length=400)]
# Far beyond any canvas, and what the YAML reader takes.
Length = Annotated[float, Field(gt=-1e9, lt=1e9, allow_inf_nan=False)]


class PositionValue(BaseModel):
    """Where a node is drawn, in canvas units."""

    model_config = ConfigDict(extra="forbid")

    x: Length
    y: Length


class NodeValue(BaseModel):
    """One box on the canvas."""

    model_config = ConfigDict(extra="forbid")

    id: Id
    type: Id
    name: Words
    description: Words
    enabled: bool
    properties: dict[str, Any]
    position: PositionValue | None


class EdgeValue(BaseModel):
    """One connection; `outcome` is `true` or `false` behind a condition, else empty."""

    model_config = ConfigDict(extra="forbid")

    source: Id
    target: Id
    type: EdgeKind
    outcome: Annotated[str, StringConstraints(pattern="^(true|false|)$")]


class NoteValue(BaseModel):
    """A text on the canvas."""

    model_config = ConfigDict(extra="forbid")

    id: Id
    text: Words
    x: Length
    y: Length
    width: Length
    height: Length
    color: Id


class GroupValue(BaseModel):
    """A frame around nodes."""

    model_config = ConfigDict(extra="forbid")

    id: Id
    name: Words
    nodes: Annotated[list[Id], Field(max_length=MOST_NODES)]
    collapsed: bool
    color: Id


class DrawingValue(BaseModel):
    """What is drawn around the nodes for people alone."""

    model_config = ConfigDict(extra="forbid")

    notes: Annotated[list[NoteValue], Field(max_length=MOST_NOTES)]
    groups: Annotated[list[GroupValue], Field(max_length=MOST_NOTES)]


class ModelValue(BaseModel):
    """A data model as its canvas holds it; every key is there."""

    model_config = ConfigDict(extra="forbid")

    id: Id
    name: Words
    description: Words
    nodes: Annotated[list[NodeValue], Field(max_length=MOST_NODES)]
    edges: Annotated[list[EdgeValue], Field(max_length=MOST_EDGES)]
    tags: Annotated[list[Id], Field(max_length=1_000)]
    metadata: dict[str, Any]
    drawing: DrawingValue


_TEXT = """\
data_models:
  - id: orders
    nodes:
      - {id: raw, type: source_table, properties: {catalog: main, schema: raw, table: orders}}
      - {id: clean, type: dest_table, properties: {catalog: main, schema: silver, table: orders}}
    edges:
      - {source: raw, target: clean}
"""


class OpenBody(BaseModel):
    """A text, and what one of its models has become on the canvas."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "text": _TEXT,
                "path": "metadata/models/orders.yaml",
                "model_id": "orders",
                "model": None,
            }
        },
    )

    text: Text
    path: PathText = Field(default="", description="Where the text is kept, for messages.")
    model_id: Id = Field(default="", description="Which model; the first when empty.")
    model: ModelValue | None = Field(
        default=None, description="Written into the text first; the text's comments stay."
    )


class DerivedReply(BaseModel):
    """A task that waits for another without a line between them."""

    source: str
    target: str
    because: str


class OpenedReply(BaseModel):
    """A text with one of its models as a value."""

    text: str = Field(description="As given, or with the model written into it.")
    model: ModelValue | None = Field(
        description="Null when the text cannot be read, holds no such model, or the model "
        "could not be written: the diagnostics say which."
    )
    model_ids: list[str]
    diagnostics: list[FindingReply]
    derived: list[DerivedReply]
    places: dict[str, int] = Field(description="Node id -> line in the text, 1-based.")
    waves: list[list[str]] = Field(description="Node ids along the flow, column by column.")


class KeptDraftReply(BaseModel):
    """What the caller typed into a document and did not save."""

    text: str | None = Field(description="Null: it is what `opened` is about.")
    base_version: str | None = Field(description="Version that it began from.")
    updated_at: datetime
    moved_on: bool = Field(description="Somebody has saved the document meanwhile.")


class KeptModelReply(BaseModel):
    """A model with the document that holds it and the caller's draft."""

    path: str
    version: str = Field(description="Of the document, its `ETag`.")
    text: str | None = Field(description="Of the document; null: it is what `opened` is about.")
    draft: KeptDraftReply | None
    opened: OpenedReply = Field(
        description="Of the draft when it can be drawn, or when nothing can; else of the document."
    )


class MiniatureReply(BaseModel):
    """A drawing that fits on a card: the first nodes, from 0 in canvas units."""

    nodes: list[tuple[int, int, str]] = Field(description="x, y, family (empty: unknown).")
    edges: list[tuple[int, int]] = Field(description="Positions in `nodes`.")


class ProblemsReply(BaseModel):
    """How many findings a model has."""

    error: int
    warning: int
    info: int


class CardReply(BaseModel):
    """A model in a list."""

    id: str
    name: str
    description: str
    path: str
    version: str = Field(description="Of the document, its `ETag`.")
    tags: list[str]
    owner: str
    version_label: str
    node_count: int
    edge_count: int
    problems: ProblemsReply
    picture: MiniatureReply
    changed_at: datetime | None
    changed_by: str
    draft: bool = Field(description="Whether the caller has typed something and not saved it.")


class CompareBody(BaseModel):
    """Two texts."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"before": "data_models: []", "after": _TEXT, "model_id": "orders"}
        },
    )

    before: Text
    after: Text
    model_id: Id = Field(default="", description="Which model; the first when empty.")


class NodeChangeReply(BaseModel):
    """A node that means something else."""

    id: str
    properties: list[str] = Field(description="`name`, `properties.table` and so on.")


class NodesComparedReply(BaseModel):
    """What became of the nodes."""

    added: list[str]
    removed: list[str]
    changed: list[NodeChangeReply]
    moved: list[str]


class EdgesComparedReply(BaseModel):
    """What became of the edges."""

    added: list[EdgeValue]
    removed: list[EdgeValue]


class ComparedReply(BaseModel):
    """How a model differs between two texts; null: the text does not hold it."""

    nodes: NodesComparedReply
    edges: EdgesComparedReply
    fields: list[str] = Field(description="Fields of the model itself that differ.")
    words: list[str]
    before: ModelValue | None
    after: ModelValue | None


class GivenValue(BaseModel):
    """Neither side's value."""

    model_config = ConfigDict(extra="forbid")

    value: Any


class MergeBody(BaseModel):
    """Three versions of a document, and what was decided about its conflicts."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "base": _TEXT,
                "ours": _TEXT.replace("silver", "gold"),
                "theirs": _TEXT.replace("silver", "bronze"),
                "path": "metadata/models/orders.yaml",
                "choices": {"orders/nodes/clean/properties/schema": "ours"},
            }
        },
    )

    base: Text = Field(description="The version that both began from; empty: there was none.")
    ours: Text
    theirs: Text
    path: PathText = ""
    model_id: Id = Field(default="", description="Which model to give back; the first when empty.")
    choices: dict[str, Side | GivenValue] = Field(
        default={}, max_length=MOST_NODES, description="Conflict id -> whose version."
    )


class ConflictReply(BaseModel):
    """One thing that both changed in different ways; null: it is not there."""

    id: str
    node: str
    property: str = Field(description="Dotted; empty: the node, or the model, as a whole.")
    base: Any
    ours: Any
    theirs: Any
    kind: ConflictKind
    words: str


class MergedReply(BaseModel):
    """Their text with our changes in it; open conflicts hold our value, and nothing is removed."""

    text: str
    model: ModelValue | None
    conflicts: list[ConflictReply]
    diagnostics: list[FindingReply]


class PictureBody(BaseModel):
    """What to draw."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"text": _TEXT, "model_id": "orders", "format": "svg"}},
    )

    text: Text
    model_id: Id = Field(default="", description="Which model; the first when empty.")
    format: PictureForm = PictureForm.SVG
    theme: Theme = Field(default=Theme.BOTH, description="The pages that an SVG is for.")


class ScheduleBody(BaseModel):
    """A schedule of a job."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"quartz": "0 0 6 ? * MON-FRI", "time_zone": "Europe/Berlin", "count": 5}
        },
    )

    quartz: Id = Field(description="Six or seven fields; the first is seconds.")
    time_zone: Id = Field(default="UTC", description="IANA name.")
    count: Annotated[int, Field(ge=1, le=50)] = 5


class RunsReply(BaseModel):
    """When a schedule fires next; nothing when it is not sound."""

    runs: list[datetime] = Field(description="With the offset that holds then.")
    words: str
    diagnostics: list[FindingReply]


class ColumnsBody(BaseModel):
    """A pasted text."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"text": "CREATE TABLE t (id INT NOT NULL, name TEXT)"}},
    )

    text: Annotated[str, StringConstraints(max_length=1_000_000)] = Field(
        description="CREATE TABLE of any database, `name type` lines, or cells of a spreadsheet."
    )


class ColumnReply(BaseModel):
    """A column; its type is one of Databricks."""

    name: str
    type: str
    comment: str
    nullable: bool


class ColumnsReply(BaseModel):
    """The columns that a text describes."""

    table: str | None
    columns: list[ColumnReply]
    source: Literal["ddl", "table"]
    diagnostics: list[FindingReply]


class HitReply(BaseModel):
    """Something that was found."""

    kind: Literal["model", "node", "template", "recipe"]
    id: str = Field(description="Of a node: its model's.")
    name: str
    path: str = Field(description="Document that holds it; empty for what is built in.")
    node: str
    summary: str


async def _in_thread(member: Member, work: Callable[[VersionedRepository], _Value]) -> _Value:
    """Do something with the workspace's repository without holding up the loop."""
    return await to_thread.run_sync(lambda: work(member.state.repository_of(member.workspace_id)))


@router.get("/models-kept", response_model=KeptModelReply, **row("models.get"))
async def get_model(
    request: Request,
    member: MemberOf,
    model_id: Annotated[str, Query(min_length=1, max_length=400, description="Which model.")],
    draft: Annotated[bool, Query(description="Whether to look for the caller's draft.")] = True,
) -> Response:
    """All that a canvas begins with: the model, its text, the caller's draft and the findings."""
    from lakewright.operations.kept_models import begin, find_model

    engine = member.state.engine
    kept = await _in_thread(
        member, lambda repository: find_model(repository, model_id, engine.titles)
    )
    found = None
    if draft:
        database = member.state.database
        async with database.acting_as(member.identity, member.request_id) as connection:
            found = await get_draft(
                connection, member.workspace_id, member.user_id, DraftKind.MODEL, kept.path
            )
    typed = None if found is None else found.text
    beginning = await to_thread.run_sync(lambda: begin(kept, typed, model_id, engine.openings))
    about = (
        None
        if found is None
        else {
            "base_version": found.base_version,
            "updated_at": found.updated_at.isoformat(),
            "moved_on": found.base_version != kept.version,
        }
    )
    return _json(request, beginning.as_json(about))


@router.post("/models-open", response_model=OpenedReply, **row("models.open"))
async def open_model(request: Request, member: MemberOf, body: OpenBody) -> Response:
    """One model of a text as a value, with findings, derived dependencies and places."""
    from lakewright.operations.models import model_from_json

    answers = member.state.engine.openings

    def opened() -> bytes:
        model = None if body.model is None else model_from_json(body.model.model_dump())
        return answers.of(body.text, body.path, body.model_id, model).json

    return _json(request, await to_thread.run_sync(opened))


def _json(request: Request, content: bytes) -> Response:
    """Encoded JSON; packed when it is so long that a network takes longer than the packing."""
    headers = {"Vary": "Accept-Encoding"}
    if len(content) >= PACKED_BYTES and "gzip" in request.headers.get("accept-encoding", ""):
        content = gzip.compress(content, 1, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(content, media_type="application/json", headers=headers)


@router.get("/models", response_model=list[CardReply], **row("models.list"))
async def list_models(member: MemberOf) -> Response:
    """Every model, with what a card shows of it; a document may hold several."""
    from lakewright.operations.model_cards import list_cards

    engine = member.state.engine

    def listed(repository: VersionedRepository) -> list[dict[str, Any]]:
        cards = list_cards(repository, engine.cards)
        paths = [card.path for card in cards]
        changes = engine.changes.of(str(member.workspace_id), repository, paths)
        return [_card_as_json(card, changes.get(card.path)) for card in cards]

    async with member.state.database.acting_as(member.identity, member.request_id) as connection:
        drafts = await draft_paths(connection, member.workspace_id, member.user_id, DraftKind.MODEL)
    found = await _in_thread(member, listed)
    return JSONResponse([{**card, "draft": card["path"] in drafts} for card in found])


def _card_as_json(card: "ModelCard", change: "Change | None") -> dict[str, Any]:
    # A copy field by field: `asdict` takes ten times as long over a thousand pictures.
    return {
        "id": card.id,
        "name": card.name,
        "description": card.description,
        "path": card.path,
        "version": card.version,
        "tags": card.tags,
        "owner": card.owner,
        "version_label": card.version_label,
        "node_count": card.node_count,
        "edge_count": card.edge_count,
        "problems": dict(card.problems),
        "picture": {"nodes": card.picture.nodes, "edges": card.picture.edges},
        "changed_at": change.at.isoformat() if change else None,
        "changed_by": change.by if change else "",
    }


@router.post("/models-compare", response_model=ComparedReply, **row("models.compare"))
async def compare(member: MemberOf, body: CompareBody) -> Response:
    """What was added, removed, changed and moved, for a canvas and in words."""
    from lakewright.operations.models import compare_texts

    found = await to_thread.run_sync(
        lambda: compare_texts(body.before, body.after, body.model_id).as_json()
    )
    return JSONResponse(found)


@router.post("/models-merge", response_model=MergedReply, **row("models.merge"))
async def merge(member: MemberOf, body: MergeBody) -> Response:
    """Bring two versions of a document together; asks about what contradicts."""
    from lakewright.operations.models import merge_texts

    choices = {
        name: choice if isinstance(choice, Side) else Given(choice.value)
        for name, choice in body.choices.items()
    }
    found = await to_thread.run_sync(
        lambda: merge_texts(
            body.base, body.ours, body.theirs, body.path, model_id=body.model_id, choices=choices
        ).as_json()
    )
    return JSONResponse(found)


@router.post(
    "/models-picture",
    **row(
        "models.picture",
        responses={
            200: {
                "description": "The picture.",
                "content": {"text/plain": {}, "image/svg+xml": {}},
            }
        },
    ),
    response_class=Response,
)
async def picture(member: MemberOf, body: PictureBody) -> Response:
    """A model as an SVG picture, as Mermaid or as a tree of text."""
    from lakewright.operations.models import picture_of

    drawn = await to_thread.run_sync(
        lambda: picture_of(body.text, body.model_id, body.format, body.theme)
    )
    svg = body.format is PictureForm.SVG
    # An SVG that is opened as a page must not run anything that a name might hold.
    return Response(
        drawn,
        media_type="image/svg+xml" if svg else "text/plain; charset=utf-8",
        headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
    )


@router.get("/search", response_model=list[HitReply], **row("search"))
async def find(
    member: MemberOf,
    q: Annotated[str, Query(max_length=200, description="Words, or how they begin.")],
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
) -> Response:
    """The best hits first, by name and description; a slip in a word is forgiven."""
    from lakewright.operations.search import search

    found = await with_metadata(
        member, lambda metadata, _: [hit.as_json() for hit in search(metadata, q, limit)]
    )
    return JSONResponse(found)


@helpers.post("/schedules-next", response_model=RunsReply, **row("schedules.next"))
async def schedule(caller: CallerOf, body: ScheduleBody) -> Response:
    """The next runs of a Quartz expression, and what it says in words."""
    from lakewright.operations.schedules import runs_of

    found = await to_thread.run_sync(
        lambda: runs_of(body.quartz, body.time_zone, datetime.now(UTC), body.count).as_json()
    )
    return JSONResponse(found)


@helpers.post("/columns-read", **row("columns.read"))
async def columns(caller: CallerOf, body: ColumnsBody) -> ColumnsReply:
    """Columns out of DDL of any database, or out of what a spreadsheet copied."""
    from lakewright.sql.columns import read_columns

    found = await to_thread.run_sync(read_columns, body.text)
    return ColumnsReply.model_validate(found, from_attributes=True)
