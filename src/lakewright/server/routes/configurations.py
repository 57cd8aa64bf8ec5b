"""Routes about configurations: what is set where, and which value counts in the end."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from lakewright.operations.configurations import (
    Setting,
    Written,
    effective_settings,
    written_configurations,
)
from lakewright.server.callers import InWorkspace, Member, MemberOf, row
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


AnyType = Literal["connection", "cluster", "job", "variables"]


class EffectiveReply(BaseModel):
    """A value that counts, and the configuration it came from."""

    type: AnyType
    name: str
    key: str
    value: Any
    from_configuration: UUID | None = Field(description="Null: a file says it.")
    from_file: str = Field(description="Path of that file, or empty.")
    from_scope: Scope
    from_scope_ref: str


class WrittenReply(BaseModel):
    """A configuration that a file of the repository holds."""

    file: str
    name: str
    type: AnyType
    config: dict[str, Any]
    is_active: bool
    scope: Scope
    scope_ref: str


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
    in_app = await records.effective_values(
        work.connection, work.workspace_id, model=model, recipe=recipe, target=target
    )
    written = await _written(work.member)
    return [
        EffectiveReply(
            type=one.type,  # type: ignore[arg-type]  # checked where it was read
            name=one.name,
            key=one.key,
            value=one.value,
            from_configuration=None if (in_file := "/" in one.source) else UUID(one.source),
            from_file=one.source if in_file else "",
            from_scope=Scope(one.scope),
            from_scope_ref=one.scope_ref,
        )
        for one in effective_settings(
            written,
            [
                Setting(
                    each.type,
                    each.name,
                    each.key,
                    each.value,
                    str(each.from_configuration),
                    each.from_scope,
                    each.from_scope_ref,
                )
                for each in in_app
            ],
            model=model,
            recipe=recipe,
            target=target,
        )
    ]


@router.get("/written", **row("configurations.written"))
async def list_written(member: MemberOf) -> list[WrittenReply]:
    """The configurations of the repository's files; what is set here counts more than they."""
    return [
        WrittenReply.model_validate(one, from_attributes=True) for one in await _written(member)
    ]


async def _written(member: Member) -> list[Written]:
    def found() -> list[Written]:
        repository = member.state.repository_of(member.workspace_id)
        return written_configurations(repository.at(repository.head()))

    return await to_thread.run_sync(found)


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
