"""Rows of `script_generations`: what was made from what, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from lakewright.store.database import Connection
from lakewright.store.records.pages import DEFAULT_LIMIT, Kind, Listing, Page, fetch_page


class GenerationStatus(StrEnum):
    """How far a generation came."""

    DRAFT = "draft"
    GENERATED = "generated"
    DEPLOYED = "deployed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation, without the text it made.

    Attributes:
        user_id: Who asked for it; None once the account is gone.
        model_id: None when a recipe was generated over several models.
        files_json: List of objects, one for each file of the bundle.
        diagnostics_json: The findings, as `diagnostics.as_json` writes them.
    """

    id: UUID
    workspace_id: UUID
    user_id: UUID | None
    model_id: str | None
    recipe: str | None
    template_ids: Sequence[str]
    variables_json: Mapping[str, Any]
    files_json: Sequence[Any]
    diagnostics_json: Sequence[Any]
    status: GenerationStatus
    created_at: datetime


_LISTING = Listing("generations", {"created_at": Kind.TIME, "id": Kind.UUID}, descending=True)
_COLUMNS = (
    "id, workspace_id, user_id, model_id, recipe, template_ids, variables_json, files_json,"
    " diagnostics_json, status::text as status, created_at"
)


async def list_generations(
    connection: Connection,
    workspace_id: UUID,
    *,
    model_id: str = "",
    cursor: str = "",
    limit: int = DEFAULT_LIMIT,
) -> Page[Generation]:
    """Generations, newest first; of one model when it is named."""
    return await fetch_page(
        connection,
        f"select {_COLUMNS} from public.script_generations where workspace_id = %s"
        " and (%s = '' or model_id = %s)",
        (workspace_id, model_id, model_id),
        _LISTING,
        _generation,
        cursor=cursor,
        limit=limit,
    )


async def get_generation(
    connection: Connection, workspace_id: UUID, generation_id: UUID
) -> Generation | None:
    """One generation."""
    found = await connection.execute(
        f"select {_COLUMNS} from public.script_generations where workspace_id = %s and id = %s",
        (workspace_id, generation_id),
    )
    row = await found.fetchone()
    return _generation(row) if row else None


async def generation_before(
    connection: Connection, workspace_id: UUID, generation: Generation
) -> Generation | None:
    """The newest one before it of the same recipe and model that made files."""
    found = await connection.execute(
        f"select {_COLUMNS} from public.script_generations where workspace_id = %s"
        " and recipe is not distinct from %s and model_id is not distinct from %s"
        " and (created_at, id) < (%s, %s) and generated_script is not null"
        " order by created_at desc, id desc limit 1",
        (
            workspace_id,
            generation.recipe,
            generation.model_id,
            generation.created_at,
            generation.id,
        ),
    )
    row = await found.fetchone()
    return _generation(row) if row else None


async def get_generated_script(
    connection: Connection, workspace_id: UUID, generation_id: UUID
) -> str | None:
    """The text a generation made; None when there is none."""
    found = await connection.execute(
        "select generated_script from public.script_generations"
        " where workspace_id = %s and id = %s",
        (workspace_id, generation_id),
    )
    row = await found.fetchone()
    return row["generated_script"] if row else None


async def create_generation(
    connection: Connection,
    workspace_id: UUID,
    *,
    model_id: str | None = None,
    recipe: str | None = None,
    template_ids: Sequence[str] = (),
    variables_json: Mapping[str, Any] | None = None,
    generated_script: str | None = None,
    files_json: Sequence[Any] = (),
    diagnostics_json: Sequence[Any] = (),
    status: GenerationStatus = GenerationStatus.DRAFT,
) -> Generation:
    """Keep a new one, by the caller."""
    made = await connection.execute(
        "insert into public.script_generations (workspace_id, model_id, recipe, template_ids,"
        " variables_json, generated_script, files_json, diagnostics_json, status)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s::public.generation_status)"
        f" returning {_COLUMNS}",
        (
            workspace_id,
            model_id,
            recipe,
            list(template_ids),
            Jsonb(variables_json or {}),
            generated_script,
            Jsonb(list(files_json)),
            Jsonb(list(diagnostics_json)),
            status,
        ),
    )
    row = await made.fetchone()
    assert row is not None
    return _generation(row)


async def finish_generation(
    connection: Connection,
    workspace_id: UUID,
    generation_id: UUID,
    *,
    status: GenerationStatus,
    generated_script: str | None = None,
    files_json: Sequence[Any] | None = None,
    diagnostics_json: Sequence[Any] | None = None,
) -> bool:
    """Say what became of a generation. What is None stays as it was."""
    changed = await connection.execute(
        "update public.script_generations set status = %s::public.generation_status,"
        " generated_script = coalesce(%s, generated_script),"
        " files_json = coalesce(%s, files_json),"
        " diagnostics_json = coalesce(%s, diagnostics_json)"
        " where workspace_id = %s and id = %s",
        (
            status,
            generated_script,
            None if files_json is None else Jsonb(list(files_json)),
            None if diagnostics_json is None else Jsonb(list(diagnostics_json)),
            workspace_id,
            generation_id,
        ),
    )
    return changed.rowcount == 1


async def delete_generation(
    connection: Connection, workspace_id: UUID, generation_id: UUID
) -> bool:
    """False when there is none that the caller may delete."""
    gone = await connection.execute(
        "delete from public.script_generations where workspace_id = %s and id = %s",
        (workspace_id, generation_id),
    )
    return gone.rowcount == 1


def _generation(row: Mapping[str, Any]) -> Generation:
    return Generation(**{**row, "status": GenerationStatus(row["status"])})
