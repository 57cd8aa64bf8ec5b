"""Drafts are kept in the database, each person's own."""

from pathlib import Path
from uuid import UUID

import pytest

from lakewright.access import Identity
from lakewright.errors import NotFoundError
from lakewright.git.local_repository import LocalRepositories
from lakewright.operations.documents import read_document
from lakewright.operations.drafts import discard_draft, get_draft, list_drafts, save_draft
from lakewright.operations.schemas import FileKind
from lakewright.ports import Author
from lakewright.store.database import Connection, Database
from lakewright.store.drafts import DraftsOfPerson
from lakewright.store.embedded import Endpoint
from tests.store.team import Team, new_team

pytestmark = pytest.mark.anyio
PATH = "metadata/models/orders.yaml"
MODEL = FileKind.MODEL


def drafts_of(connection: Connection, team: Team, who: Identity) -> DraftsOfPerson:
    assert isinstance(who.user_id, UUID)
    return DraftsOfPerson(connection, team.workspace_id, who.user_id)


async def test_a_draft_goes_through_its_life(migrated_database: Endpoint, tmp_path: Path) -> None:
    team = new_team(migrated_database)
    repository = LocalRepositories(tmp_path).create(
        team.workspace_id, {PATH: b"data_models: []\n"}, Author("Ada", "ada@example.com"), "Begin"
    )
    base = read_document(repository, PATH).version
    async with await Database.open(migrated_database.dsn_api, min_size=1, max_size=2) as database:
        async with database.acting_as(team.editor) as connection:
            mine = drafts_of(connection, team, team.editor)
            kept = await save_draft(mine, repository, MODEL, PATH, "half [", base_version=base)
            other = PATH.replace("orders", "new")
            await save_draft(mine, repository, MODEL, other, "", base_version=None)
            assert not kept.moved_on
        async with database.acting_as(team.editor) as connection:
            mine = drafts_of(connection, team, team.editor)
            found = await get_draft(mine, repository, MODEL, PATH)
            assert (found.text, found.base_version) == ("half [", base)
            first, cursor = await list_drafts(mine, repository, "", 1)
            second, end = await list_drafts(mine, repository, cursor, 1)
            assert {one.path for one in (*first, *second)} == {PATH, other}
            assert end == ""
            assert await discard_draft(mine, MODEL, PATH)
            assert not await discard_draft(mine, MODEL, PATH)
        async with database.acting_as(team.admin) as connection:
            theirs = drafts_of(connection, team, team.editor)
            with pytest.raises(NotFoundError):
                await get_draft(theirs, repository, MODEL, other)
