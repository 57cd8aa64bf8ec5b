"""Rows of `configurations`, and which of their values hold where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from lakewright.store.database import Connection
from lakewright.store.records.pages import DEFAULT_LIMIT, Kind, Listing, Page, fetch_page
from lakewright.store.records.versions import missing, refusal_of_save


class ConfigurationType(StrEnum):
    """What a configuration configures."""

    CONNECTION = "connection"
    CLUSTER = "cluster"
    JOB = "job"


class Scope(StrEnum):
    """Where a configuration applies. Each overrides the ones before it."""

    WORKSPACE = "workspace"
    MODEL = "model"
    RECIPE = "recipe"
    TARGET = "target"


@dataclass(frozen=True, slots=True)
class NewConfiguration:
    """What a person says of a configuration.

    Attributes:
        config_json: An object. Overriding works key by key at its top level.
        scope_ref: Id of the model or recipe, or name of the bundle target; empty for the
            workspace.
    """

    name: str
    type: ConfigurationType
    config_json: Mapping[str, Any]
    is_active: bool = True
    scope: Scope = Scope.WORKSPACE
    scope_ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration(NewConfiguration):
    """A configuration as it is kept. `updated_at` is its version."""

    id: UUID
    workspace_id: UUID
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class EffectiveValue:
    """A value that holds, and the configuration it came from."""

    type: ConfigurationType
    name: str
    key: str
    value: Any
    from_configuration: UUID
    from_scope: Scope
    from_scope_ref: str


_LISTING = Listing("configurations", {"name": Kind.TEXT, "id": Kind.UUID})
_COLUMNS = (
    "id, workspace_id, name, type::text as type, config_json, is_active, scope::text as scope,"
    " scope_ref, created_at, updated_at"
)


async def list_configurations(
    connection: Connection,
    workspace_id: UUID,
    *,
    type: ConfigurationType | None = None,
    cursor: str = "",
    limit: int = DEFAULT_LIMIT,
) -> Page[Configuration]:
    """Configurations by name, of one type or of all."""
    return await fetch_page(
        connection,
        f"select {_COLUMNS} from public.configurations where workspace_id = %s"
        " and (%s::public.configuration_type is null or type = %s::public.configuration_type)",
        (workspace_id, type, type),
        _LISTING,
        _configuration,
        cursor=cursor,
        limit=limit,
    )


async def all_configurations(
    connection: Connection, workspace_id: UUID
) -> Sequence[NewConfiguration]:
    """Every configuration, the oldest first, so that the newest of two that clash counts."""
    found = await connection.execute(
        f"select {_COLUMNS} from public.configurations where workspace_id = %s"
        " order by created_at, id",
        (workspace_id,),
    )
    return [_configuration(row) for row in await found.fetchall()]


async def get_configuration(
    connection: Connection, workspace_id: UUID, configuration_id: UUID
) -> Configuration | None:
    """One configuration."""
    found = await connection.execute(
        f"select {_COLUMNS} from public.configurations where workspace_id = %s and id = %s",
        (workspace_id, configuration_id),
    )
    row = await found.fetchone()
    return _configuration(row) if row else None


async def create_configuration(
    connection: Connection, workspace_id: UUID, given: NewConfiguration
) -> Configuration:
    """Keep a new one. Type, name and place together are unique in a workspace."""
    made = await connection.execute(
        "insert into public.configurations"
        " (workspace_id, name, type, config_json, is_active, scope, scope_ref)"
        " values (%s, %s, %s::public.configuration_type, %s, %s,"
        f" %s::public.configuration_scope, %s) returning {_COLUMNS}",
        (workspace_id, *_values(given)),
    )
    row = await made.fetchone()
    assert row is not None
    return _configuration(row)


async def save_configuration(
    connection: Connection,
    workspace_id: UUID,
    configuration_id: UUID,
    given: NewConfiguration,
    *,
    expected: datetime | None = None,
) -> Configuration:
    """Replace what a person said of it.

    Args:
        expected: The `updated_at` that was read; None does not compare.

    Raises:
        NotFoundError: No such configuration, or none the caller may change.
        StaleRecordError: Somebody else saved meanwhile; carries their version.
    """
    changed = await connection.execute(
        "update public.configurations set name = %s, type = %s::public.configuration_type,"
        " config_json = %s, is_active = %s, scope = %s::public.configuration_scope, scope_ref = %s"
        " where workspace_id = %s and id = %s"
        f" and (%s::timestamptz is null or updated_at = %s) returning {_COLUMNS}",
        (*_values(given), workspace_id, configuration_id, expected, expected),
    )
    row = await changed.fetchone()
    if row is None:
        current = await get_configuration(connection, workspace_id, configuration_id)
        if current and expected in (None, current.updated_at):
            raise missing("configuration")  # readable, but not to be changed by this caller
        raise refusal_of_save("configuration", current)
    return _configuration(row)


async def delete_configuration(
    connection: Connection, workspace_id: UUID, configuration_id: UUID
) -> bool:
    """False when there is none that the caller may delete."""
    gone = await connection.execute(
        "delete from public.configurations where workspace_id = %s and id = %s",
        (workspace_id, configuration_id),
    )
    return gone.rowcount == 1


async def effective_values(
    connection: Connection,
    workspace_id: UUID,
    *,
    model: str = "",
    recipe: str = "",
    target: str = "",
) -> Sequence[EffectiveValue]:
    """Which values hold for a model generated with a recipe for a target, and why.

    Sorted by type, name and key. Leave a place empty where it does not matter.
    """
    found = await connection.execute(
        "select type::text as type, name, key, value, from_configuration,"
        " from_scope::text as from_scope, from_scope_ref"
        " from private.effective_configurations_at(%s, %s, %s, %s)",
        (workspace_id, model, recipe, target),
    )
    return [
        EffectiveValue(
            **{
                **row,
                "type": ConfigurationType(row["type"]),
                "from_scope": Scope(row["from_scope"]),
            }
        )
        for row in await found.fetchall()
    ]


def _values(given: NewConfiguration) -> tuple[object, ...]:
    return (
        given.name,
        given.type,
        Jsonb(given.config_json),
        given.is_active,
        given.scope,
        given.scope_ref,
    )


def _configuration(row: Mapping[str, Any]) -> Configuration:
    return Configuration(
        **{**row, "type": ConfigurationType(row["type"]), "scope": Scope(row["scope"])}
    )
