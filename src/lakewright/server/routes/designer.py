"""Routes of the designer: one model on a canvas, and what helps to draw it."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from anyio import to_thread
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.responses import JSONResponse, Response

from lakewright.datamodel.model import EdgeKind
from lakewright.ports import VersionedRepository
from lakewright.server.callers import Member, MemberOf, row
from lakewright.server.errors import FindingReply

router = APIRouter(prefix="/workspaces/{workspace_id}", tags=["designer"])
_Value = TypeVar("_Value")

MOST_NODES = 10_000
MOST_EDGES = 50_000
MOST_NOTES = 2_000
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


async def _in_thread(member: Member, work: Callable[[VersionedRepository], _Value]) -> _Value:
    """Do something with the workspace's repository without holding up the loop."""
    return await to_thread.run_sync(lambda: work(member.state.repository_of(member.workspace_id)))


@router.post("/models-open", response_model=OpenedReply, **row("models.open"))
async def open_model(member: MemberOf, body: OpenBody) -> Response:
    """One model of a text as a value, with findings, derived dependencies and places."""
    from lakewright.operations import models as operations

    memory = member.state.engine.parses

    def opened() -> dict[str, Any]:
        model = None
        if body.model is not None:
            model = operations.model_from_json(body.model.model_dump())
        return operations.open_model(
            body.text, body.path, body.model_id, model, memory=memory
        ).as_json()

    return JSONResponse(await to_thread.run_sync(opened))
