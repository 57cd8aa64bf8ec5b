"""Routes about configurations: what is set where, and which value counts in the end."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from lakewright.server.callers import InWorkspace, row
from lakewright.server.idempotency import IdempotencyKey, once
from lakewright.server.replies import (
    Cursor,
    IfMatch,
    Limit,
    Name,
    PageReply,
    tagged,
    time_of,
)
from lakewright.store.records import configurations as records
from lakewright.store.records.configurations import ConfigurationType, NewConfiguration, Scope
from lakewright.store.records.versions import missing

router = APIRouter(prefix="/workspaces/{workspace_id}/configurations", tags=["configurations"])
Place = Annotated[str, Query(max_length=400)]


class ConfigurationBody(BaseModel):
    """What a person says of a configuration."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "name": "small cluster",
                "type": "cluster",
                "config": {"node_type_id": "i3.xlarge", "num_workers": 2},
                "scope": "model",
                "scope_ref": "retail_customers",
            }
        },
    )

    name: Name
    type: ConfigurationType
    config: dict[str, Any] = Field(
        default={}, max_length=1000, description="Overrides key by key at its top level."
    )
    is_active: bool = Field(default=True, description="An inactive one applies nowhere.")
    scope: Scope = Scope.WORKSPACE
    scope_ref: str = Field(
        default="",
        max_length=400,
        description="Id of the model or recipe, or name of the bundle target.",
    )

    @model_validator(mode="after")
    def _names_its_place(self) -> "ConfigurationBody":
        if (self.scope is Scope.WORKSPACE) != (self.scope_ref == ""):
            raise ValueError("scope_ref names a model, recipe or target; for a workspace leave it")
        return self

    def given(self) -> NewConfiguration:
        """The same in the words of the records."""
        return NewConfiguration(
            self.name, self.type, self.config, self.is_active, self.scope, self.scope_ref
        )


class ConfigurationReply(ConfigurationBody):
    """A configuration as it is kept."""

    model_config = ConfigDict(extra="ignore", json_schema_extra={})

    id: UUID
    created_at: datetime
    updated_at: datetime


class EffectiveReply(BaseModel):
    """A value that counts, and the configuration it came from."""

    type: ConfigurationType
    name: str
    key: str
    value: Any
    from_configuration: UUID
    from_scope: Scope
    from_scope_ref: str


@router.get("", **row("configurations.list"))
async def list_all(
    work: InWorkspace,
    type: ConfigurationType | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> PageReply[ConfigurationReply]:
    """Configurations by name."""
    page = await records.list_configurations(
        work.connection, work.workspace_id, type=type, cursor=cursor or "", limit=limit
    )
    return PageReply(items=[_reply(each) for each in page.items], next_cursor=page.next_cursor)


@router.get("/effective", **row("configurations.effective"))
async def effective(
    work: InWorkspace, model: Place = "", recipe: Place = "", target: Place = ""
) -> list[EffectiveReply]:
    """Which values count for a model that is generated with a recipe for a target, and why."""
    found = await records.effective_values(
        work.connection, work.workspace_id, model=model, recipe=recipe, target=target
    )
    return [EffectiveReply.model_validate(each, from_attributes=True) for each in found]


@router.post("", status_code=201, **row("configurations.create"))
async def create(
    work: InWorkspace,
    body: ConfigurationBody,
    reply: Response,
    idempotency_key: IdempotencyKey = None,
) -> ConfigurationReply:
    """Create a configuration. Type, name and place together are unique."""

    async def make() -> ConfigurationReply:
        made = await records.create_configuration(work.connection, work.workspace_id, body.given())
        return _reply(made)

    return tagged(reply, await once(work, idempotency_key, body).reply(ConfigurationReply, make))


@router.get("/{configuration_id}", **row("configurations.get"))
async def get(work: InWorkspace, configuration_id: UUID, reply: Response) -> ConfigurationReply:
    """One configuration, with its version as `ETag`."""
    found = await records.get_configuration(work.connection, work.workspace_id, configuration_id)
    if found is None:
        raise missing("configuration")
    return tagged(reply, _reply(found))


@router.put("/{configuration_id}", **row("configurations.update"))
async def save(
    work: InWorkspace,
    configuration_id: UUID,
    body: ConfigurationBody,
    reply: Response,
    if_match: IfMatch = None,
) -> ConfigurationReply:
    """Replace what is said of it; `If-Match` has to name the version that was changed."""
    saved = await records.save_configuration(
        work.connection,
        work.workspace_id,
        configuration_id,
        body.given(),
        expected=time_of(if_match),
    )
    return tagged(reply, _reply(saved))


@router.delete("/{configuration_id}", status_code=204, **row("configurations.delete"))
async def delete(work: InWorkspace, configuration_id: UUID) -> None:
    """Delete a configuration."""
    if not await records.delete_configuration(work.connection, work.workspace_id, configuration_id):
        raise missing("configuration")


def _reply(found: records.Configuration) -> ConfigurationReply:
    return ConfigurationReply(
        id=found.id,
        name=found.name,
        type=found.type,
        config=dict(found.config_json),
        is_active=found.is_active,
        scope=found.scope,
        scope_ref=found.scope_ref,
        created_at=found.created_at,
        updated_at=found.updated_at,
    )
