"""Routes about the person who is signed in: who they are, and how they like to work."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from lakewright.access import Role
from lakewright.server.callers import AnyWork, row
from lakewright.server.replies import IfMatch, etag_of_time, set_etag, time_of
from lakewright.store.records import preferences, users, workspaces
from lakewright.store.records.versions import missing

router = APIRouter(prefix="/me", tags=["people"])

DisplayName = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class MembershipReply(BaseModel):
    """A workspace that the person is a member of."""

    id: UUID
    name: str
    slug: str
    role: Role


class MeReply(BaseModel):
    """Who is signed in."""

    id: UUID
    email: str
    display_name: str
    created_at: datetime
    last_login: datetime | None
    workspaces: list[MembershipReply] = Field(
        description="The first 200 by name; all of them: GET /api/v1/workspaces."
    )


class MeChange(BaseModel):
    """What a person may change about themselves."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"display_name": "Ada Lovelace"}}
    )

    display_name: DisplayName


class PreferencesBody(BaseModel):
    """How a person likes to work."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "theme": "dark",
                "default_template_language": "sql",
                "workspace_id": None,
                "preferences": {"grid": True},
            }
        },
    )

    theme: Literal["system", "light", "dark"] = "system"
    default_template_language: Literal["sql", "python", "scala"] = "sql"
    workspace_id: UUID | None = Field(
        default=None, description="The workspace that opens after signing in."
    )
    preferences: dict[str, Any] = Field(
        default={}, max_length=200, description="Whatever else the client keeps; up to 64 kB."
    )


class PreferencesReply(PreferencesBody):
    """Saved preferences, or the defaults."""

    model_config = ConfigDict(extra="ignore", json_schema_extra={})

    updated_at: datetime | None


@router.get("", **row("me.get"))
async def me(work: AnyWork) -> MeReply:
    """The person, with their workspaces and roles."""
    user_id = work.asked.user_id
    found = await users.get_user(work.connection, user_id)
    if found is None:
        raise missing("account")
    mine = await workspaces.list_workspaces(work.connection, user_id, limit=200)
    return MeReply(
        id=found.id,
        email=found.email,
        display_name=found.display_name,
        created_at=found.created_at,
        last_login=found.last_login,
        workspaces=[
            MembershipReply(id=each.id, name=each.name, slug=each.slug, role=each.role)
            for each in mine.items
        ],
    )


@router.patch("", **row("me.update"))
async def change_me(work: AnyWork, body: MeChange) -> MeReply:
    """Change the name that others see."""
    if not await users.rename_user(work.connection, work.asked.user_id, body.display_name):
        raise missing("account")
    return await me(work)


@router.get("/preferences", **row("preferences.get"))
async def get_preferences(work: AnyWork, reply: Response) -> PreferencesReply:
    """Saved preferences, or the defaults."""
    found = await preferences.get_preferences(work.connection, work.asked.user_id)
    set_etag(reply, etag_of_time(found.updated_at))
    return _reply(found)


@router.put("/preferences", **row("preferences.save"))
async def save_preferences(
    work: AnyWork, body: PreferencesBody, reply: Response, if_match: IfMatch = None
) -> PreferencesReply:
    """Save preferences. `If-Match` is welcome here, but one's own preferences need none."""
    user_id = work.asked.user_id
    await preferences.save_preferences(
        work.connection,
        user_id,
        theme=body.theme,
        default_template_language=body.default_template_language,
        preferences_json=body.preferences,
        expected=time_of(if_match) if if_match else None,
    )
    await preferences.set_default_workspace(work.connection, user_id, body.workspace_id)
    found = await preferences.get_preferences(work.connection, user_id)
    set_etag(reply, etag_of_time(found.updated_at))
    return _reply(found)


def _reply(found: preferences.Preferences) -> PreferencesReply:
    return PreferencesReply(
        theme=found.theme,  # type: ignore[arg-type]  # checked by the table
        default_template_language=found.default_template_language,  # type: ignore[arg-type]
        workspace_id=found.workspace_id,
        preferences=dict(found.preferences_json),
        updated_at=found.updated_at,
    )
