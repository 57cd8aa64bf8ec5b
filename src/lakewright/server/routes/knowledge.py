"""Routes about what Lakewright knows: node types, schemas of files, its own operations."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from lakewright.diagnostics import did_you_mean, shown
from lakewright.errors import NotFoundError
from lakewright.operations.catalog import OPERATIONS
from lakewright.operations.schemas import FileKind, json_schema_of
from lakewright.server.callers import CallerOf, row

router = APIRouter(tags=["knowledge"])


class PortReply(BaseModel):
    """Where an edge may be plugged in."""

    name: str
    kind: str
    many: bool
    outcome: str | None = None


class NodeTypeReply(BaseModel):
    """Everything that differs between node types."""

    key: str
    label: str
    family: str
    icon: str
    summary: str
    inputs: list[PortReply]
    outputs: list[PortReply]
    emits: str
    task_field: str | None
    aliases: list[str]
    property_aliases: dict[str, str]
    parents: list[str]
    runs_on: list[str]
    tags: list[str]
    edges: dict[str, list[str]] = Field(description="Kind of edge -> types it may lead to.")
    json_schema: dict[str, Any] = Field(description="Form of the properties.")


class OperationReply(BaseModel):
    """One thing that Lakewright can be asked for."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "check",
                "summary": "Find what is wrong with models, templates and recipes",
                "who_may": "viewers, editors and admins",
                "changes": False,
                "audited": False,
            }
        }
    )

    id: str
    summary: str
    who_may: str
    changes: bool
    audited: bool


@router.get("/node-types", **row("node_types.list"))
async def node_types(caller: CallerOf) -> list[NodeTypeReply]:
    """The palette, in its order, each row with the JSON Schema of its property form."""
    from lakewright.datamodel.node_types import catalogue

    del caller
    return [NodeTypeReply.model_validate(found) for found in catalogue()]


@router.get("/node-types/{key}", **row("node_types.get"))
async def node_type(
    caller: CallerOf, key: Annotated[str, Path(description="Key or other name of a type.")]
) -> NodeTypeReply:
    """One row of the palette."""
    from lakewright.datamodel.node_types import NODE_TYPES, TYPE_ALIASES, catalogue

    del caller
    known = TYPE_ALIASES.get(key, key)
    if known not in NODE_TYPES:
        raise NotFoundError(
            f"There is no node type '{shown(key)}'.",
            f"{did_you_mean(key, [*NODE_TYPES, *TYPE_ALIASES])}"
            "List them all: GET /api/v1/node-types",
        )
    [found] = [each for each in catalogue() if each["key"] == known]
    return NodeTypeReply.model_validate(found)


@router.get("/schemas/{kind}", **row("schemas.get"))
async def schema(caller: CallerOf, kind: FileKind) -> dict[str, Any]:
    """The JSON Schema of a kind of YAML file, for editors; 404 for macro files, which are text."""
    del caller
    return json_schema_of(kind)


@router.get("/operations", **row("operations.list"))
async def operations(caller: CallerOf) -> list[OperationReply]:
    """Every operation and who may ask for it."""
    del caller
    return [
        OperationReply(
            id=each.id,
            summary=each.summary,
            who_may=each.who_may(),
            changes=each.changes,
            audited=each.audited,
        )
        for each in OPERATIONS.values()
    ]
