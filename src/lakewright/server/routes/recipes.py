"""Routes about recipes that are being made: open one, change it, see what it gives."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.responses import JSONResponse, Response

from lakewright.server.callers import MemberOf, row
from lakewright.server.errors import FindingReply
from lakewright.server.routes.engine import with_metadata

router = APIRouter(prefix="/workspaces/{workspace_id}", tags=["recipes"])

MOST_CHANGES = 2000
_Id = Annotated[str, StringConstraints(max_length=400)]


class ScriptChangeBody(BaseModel):
    """What is to be different about one script."""

    model_config = ConfigDict(extra="forbid")

    model: _Id
    node: _Id
    role: _Id
    template: _Id | None = Field(
        default=None, description="Id, `suggested` or `none`; null leaves it."
    )
    variables: dict[str, Any] | None = Field(
        default=None, description="Null for a name takes the recipe's value away."
    )
    variations: dict[str, bool | None] | None = Field(
        default=None, description="Null for one leaves it to the template."
    )


class RecipeOpenBody(BaseModel):
    """A recipe as it is being made, and what to change in it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"text": "", "recipe": "orders", "models": ["orders"]}},
    )

    text: Annotated[str, StringConstraints(max_length=5_000_000)] = Field(
        default="", description="The recipes file; empty for a new one."
    )
    recipe: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    path: Annotated[str, StringConstraints(max_length=400)] = ""
    name: Annotated[str, StringConstraints(max_length=200)] | None = None
    models: list[_Id] | None = Field(default=None, max_length=MOST_CHANGES)
    cloud: Literal["aws", "azure", "gcp"] | None = None
    scripts: list[ScriptChangeBody] = Field(default=[], max_length=MOST_CHANGES)


class RecipeReply(BaseModel):
    """A recipe without its choices."""

    id: str
    name: str
    models: list[str] = Field(description="Empty: all models.")
    cloud: str
    targets: list[str]


class OfferedTemplateReply(BaseModel):
    """A template that fits a script, with the reason."""

    template: str
    name: str
    because: str
    builtin: bool


class PlannedVariableReply(BaseModel):
    """One input of a script, its value and where that comes from."""

    name: str
    type: str
    required: bool
    description: str
    choices: list[Any]
    variation: str = Field(description="The variation that adds it; empty for the template's own.")
    value: Any
    origin: Literal["script", "node_type", "recipe", "configuration", "node", "template", "nothing"]
    source: str = Field(description="The path in the model that it is read from.")


class PlannedVariationReply(BaseModel):
    """A switch of a script's template."""

    id: str
    name: str
    description: str
    enabled: bool
    chosen: bool = Field(description="The recipe says so itself.")


class PlannedScriptReply(BaseModel):
    """One script that a recipe gives."""

    model: str
    node: str
    node_name: str
    node_type: str
    role: str
    template: str = Field(description="Empty: none fits. `none`: not wanted.")
    template_name: str
    because: str
    chosen_by: Literal["suggestion", "script", "node_type", "nobody"]
    suggestions: list[OfferedTemplateReply]
    variables: list[PlannedVariableReply]
    variations: list[PlannedVariationReply]
    path: str = Field(description="In the bundle; empty when a mistake stands in the way.")


class RecipeOpenedReply(BaseModel):
    """A recipe with everything that follows from it."""

    text: str
    recipe: RecipeReply | None = Field(description="Null when the text cannot be read.")
    scripts: list[PlannedScriptReply]
    diagnostics: list[FindingReply]


@router.post("/recipes-open", response_model=RecipeOpenedReply, **row("recipes.open"))
async def open_recipe(member: MemberOf, body: RecipeOpenBody) -> Response:
    """A recipe out of a text, with changes made in it: its scripts, their values and findings."""
    from lakewright.operations import recipes as operations

    request = operations.OpenRequest(
        text=body.text,
        recipe=body.recipe,
        path=body.path,
        name=body.name,
        models=body.models,
        cloud=body.cloud,
        scripts=[operations.ScriptChange(**one.model_dump()) for one in body.scripts],
    )
    return JSONResponse(
        await with_metadata(
            member,
            lambda metadata, repository: operations.open_recipe(
                request, metadata, repository
            ).as_json(),
        )
    )
