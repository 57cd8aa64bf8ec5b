"""The audit log says who did what, holds no secret, and cannot be rewritten."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.access import Identity
from lakewright.store.audit import (
    AuditFilter,
    export_audit,
    search_audit,
    sign_ins_of_members,
    write_event,
)
from lakewright.store.database import Database
from lakewright.store.embedded import Endpoint
from lakewright.store.records import configurations, connections, preferences, workspaces
from lakewright.store.records.configurations import ConfigurationType, NewConfiguration
from tests.store.access_probes import Connection, House, build_house
from tests.store.audit_probes import audit_faults
from tests.store.team import Team, new_team

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["ours", "as hosted"], scope="module")
def house(request: pytest.FixtureRequest) -> Iterator[tuple[Connection, House]]:
    name = "migrated_database" if request.param == "ours" else "hosted_database"
    endpoint: Endpoint = request.getfixturevalue(name)
    with psycopg.connect(endpoint.dsn_admin) as connection:
        yield connection, build_house(connection)
        connection.rollback()


@pytest.fixture
def team(migrated_database: Endpoint) -> Team:
    return new_team(migrated_database)


@pytest.fixture
async def database(migrated_database: Endpoint) -> AsyncIterator[Database]:
    async with await Database.open(migrated_database.dsn_api, min_size=1, max_size=2) as opened:
        yield opened


def test_the_log_is_sound(house: tuple[Connection, House]) -> None:
    assert list(audit_faults(*house)) == []


async def change_something(database: Database, who: Identity, team: Team) -> None:
    async with database.acting_as(who, "request-7") as connection:
        made = await configurations.create_configuration(
            connection,
            team.workspace_id,
            NewConfiguration("main", ConfigurationType.JOB, {"retries": 1, "api_key": "k-123"}),
        )
        await configurations.save_configuration(
            connection,
            team.workspace_id,
            made.id,
            NewConfiguration("main", ConfigurationType.JOB, {"retries": 2, "api_key": "k-123"}),
        )
        await configurations.delete_configuration(connection, team.workspace_id, made.id)


async def test_every_change_is_logged_with_who_and_what(database: Database, team: Team) -> None:
    await change_something(database, team.editor, team)
    async with database.acting_as(team.admin) as connection:
        page = await search_audit(
            connection, team.workspace_id, AuditFilter(request_id="request-7")
        )
    deleted, updated, inserted = page.items
    assert [each.operation for each in (inserted, updated, deleted)] == [
        "configurations.insert",
        "configurations.update",
        "configurations.delete",
    ]
    for entry in page.items:
        assert entry.actor == team.editor.user_id
        assert entry.actor_email == team.editor.email
        assert entry.actor_role == "authenticated"
        assert entry.record_id == inserted.record_id
    redacted = {"retries": 2, "api_key": "[redacted]"}
    assert updated.before == {"config_json": redacted | {"retries": 1}}
    assert updated.after == {"config_json": redacted}
    assert (inserted.before, deleted.after) == (None, None)


async def test_a_change_that_changes_nothing_is_not_logged(database: Database, team: Team) -> None:
    for _ in range(2):
        async with database.acting_as(team.admin) as connection:
            await workspaces.rename_workspace(connection, team.workspace_id, "Same")
    async with database.acting_as(team.admin) as connection:
        page = await search_audit(
            connection, team.workspace_id, AuditFilter(operation="workspaces.update")
        )
    assert [each.after for each in page.items] == [{"name": "Same"}]


async def test_a_new_token_shows_as_a_change_and_not_as_a_token(
    database: Database, team: Team
) -> None:
    number = uuid4()
    values: dict[str, Any] = {"name": "Main", "host": "https://x.example.com"}
    async with database.acting_as(team.admin) as connection:
        await connections.create_connection(
            connection, team.workspace_id, number, token_encrypted="v1.one", **values
        )
        await connections.save_connection(
            connection,
            team.workspace_id,
            number,
            token_encrypted="v1.two",
            auth_type="token",
            cloud="",
            is_default=False,
            **values,
        )
        page = await search_audit(
            connection, team.workspace_id, AuditFilter(operation="databricks_connections.")
        )
    assert page.items[0].before == page.items[0].after == {"token_encrypted": "[redacted]"}
    assert "v1." not in repr(page)


async def test_a_long_text_is_logged_as_its_hash(
    database: Database, migrated_database: Endpoint, team: Team
) -> None:
    async with database.acting_as(team.editor) as connection:
        await connection.execute(
            "insert into public.script_generations (workspace_id, generated_script)"
            " values (%s, repeat('x', 5000))",
            (team.workspace_id,),
        )
    async with database.acting_as(team.admin) as connection:
        page = await search_audit(
            connection, team.workspace_id, AuditFilter(operation="script_generations.insert")
        )
    [entry] = page.items
    assert entry.after is not None
    assert entry.after["generated_script"] == {
        "sha256": sha256(b"x" * 5000).hexdigest(),
        "characters": 5000,
    }


async def test_a_long_list_is_logged_as_its_hash(database: Database, team: Team) -> None:
    async with database.acting_as(team.editor) as connection:
        await connection.execute(
            "insert into public.script_generations (workspace_id, files_json) select %s,"
            " jsonb_agg(jsonb_build_object('path', 'f' || n)) from generate_series(1, 5000) n",
            (team.workspace_id,),
        )
    async with database.acting_as(team.admin) as connection:
        page = await search_audit(
            connection, team.workspace_id, AuditFilter(operation="script_generations.insert")
        )
    [entry] = page.items
    assert entry.after is not None
    assert entry.after["files_json"].keys() == {"sha256", "characters"}


async def test_operations_write_what_no_trigger_sees(database: Database, team: Team) -> None:
    async with database.acting_as(team.viewer, "request-8") as connection:
        await write_event(
            connection,
            "generations.download",
            workspace_id=team.workspace_id,
            record_id="g-1",
            details={"files": 3, "token": "t"},
        )
    async with database.acting_as(team.admin) as connection:
        page = await search_audit(connection, team.workspace_id, AuditFilter(record_id="g-1"))
    [entry] = page.items
    assert (entry.actor, entry.request_id) == (team.viewer.user_id, "request-8")
    assert entry.details == {"files": 3, "token": "[redacted]"}


async def test_an_outsider_cannot_write_into_the_log_of_a_workspace(
    database: Database, team: Team
) -> None:
    async with database.acting_as(team.outsider) as connection:
        await write_event(connection, "refused", workspace_id=team.workspace_id)
        found = await connection.execute(
            "select workspace_id, details from private.audit_log where operation = 'refused'"
        )
        assert await found.fetchall() == [
            {"workspace_id": None, "details": {"attempted_workspace": str(team.workspace_id)}}
        ]
    async with database.acting_as(team.admin) as connection:
        page = await search_audit(connection, team.workspace_id, AuditFilter(operation="refused"))
    assert page.items == []


async def test_only_the_service_names_another_actor(
    database: Database, migrated_database: Endpoint, team: Team
) -> None:
    async with database.acting_as(team.viewer) as connection:
        await connection.execute(
            "select private.audit_event('forged', %s, '', '{}', %s)",
            (team.workspace_id, team.owner.user_id),
        )
    async with database.acting_as(team.admin) as connection:
        page = await search_audit(connection, team.workspace_id, AuditFilter(operation="forged"))
    assert [each.actor for each in page.items] == [team.viewer.user_id]


async def test_admins_see_the_sign_ins_of_their_members(
    database: Database, migrated_database: Endpoint, team: Team
) -> None:
    with psycopg.connect(migrated_database.dsn_admin) as service:
        service.execute("select set_config('role', 'service_role', true)")
        for person in (team.viewer, team.outsider):
            service.execute(
                "select private.audit_event('auth.signed-in', null, '', '{}', %s)",
                (person.user_id,),
            )
    only = AuditFilter(operation="auth.")
    async with database.acting_as(team.admin) as connection:
        page = await sign_ins_of_members(connection, team.workspace_id, only)
        assert [each.actor for each in page.items] == [team.viewer.user_id]
    async with database.acting_as(team.editor) as connection:
        assert (await sign_ins_of_members(connection, team.workspace_id, only)).items == []
    async with database.acting_as(team.viewer) as connection:  # one's own
        assert len((await sign_ins_of_members(connection, team.workspace_id, only)).items) == 1


async def test_the_log_can_be_searched_and_exported(database: Database, team: Team) -> None:
    start = datetime.now(UTC) - timedelta(minutes=5)
    async with database.acting_as(team.editor) as connection:
        for number in range(250):
            await write_event(
                connection, f"step.{number % 5}", workspace_id=team.workspace_id, record_id="r"
            )
    async with database.acting_as(team.admin) as connection:
        everything = [
            entry
            async for entry in export_audit(
                connection, team.workspace_id, AuditFilter(operation="step.")
            )
        ]
        assert len(everything) == 250
        assert [entry.id for entry in everything] == sorted(
            (entry.id for entry in everything), reverse=True
        )

        async def count(chosen: AuditFilter) -> int:
            return len((await search_audit(connection, team.workspace_id, chosen, limit=200)).items)

        assert await count(AuditFilter(operation="step.3")) == 50
        assert await count(AuditFilter(operation="step.", actor=team.admin.user_id)) == 0
        assert await count(AuditFilter(operation="step.", until=start)) == 0
        assert await count(AuditFilter(operation="step.4", since=start)) == 50
        assert await count(AuditFilter(operation="%")) == 0
        assert await count(AuditFilter(operation="'; drop table x; --")) == 0
    async with database.acting_as(team.editor) as connection:
        assert [entry async for entry in export_audit(connection, team.workspace_id)] == []


async def test_ones_own_preferences_are_logged_for_oneself(database: Database, team: Team) -> None:
    me = team.viewer.user_id
    assert me is not None
    async with database.acting_as(team.viewer) as connection:
        await preferences.save_preferences(
            connection,
            me,
            theme="dark",
            default_template_language="sql",
            preferences_json={"github": {"personal_access_token": "ghp_x"}},
        )
        found = await connection.execute(
            "select after::text as after from private.audit_log"
            " where operation = 'user_preferences.insert' and actor = %s",
            (me,),
        )
        [row] = await found.fetchall()
    assert "ghp_x" not in row["after"]


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-1000, 1000)
    | WORDS
    | st.integers(999, 1002).map(lambda length: "x" * length),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["a", "b", "Token", "client_secret"]), inner, max_size=4)
    ),
    max_leaves=10,
)


@settings(max_examples=60, deadline=None)
@given(value=JSON)
def test_redaction_keeps_the_shape_and_drops_the_secrets(
    house: tuple[Connection, House], value: Any
) -> None:
    [given_back] = house[0].execute(
        "select private.redacted(%s::jsonb)", (json.dumps(value),)
    ).fetchone() or (None,)
    assert given_back == expected_redaction(value)


def expected_redaction(value: Any) -> Any:
    match value:
        case dict():
            return {
                key: "[redacted]"
                if key in ("Token", "client_secret") and inner is not None
                else expected_redaction(inner)
                for key, inner in value.items()
            }
        case list():
            return [expected_redaction(inner) for inner in value]
        case str() if len(value) > 1000:
            return {"sha256": sha256(value.encode()).hexdigest(), "characters": len(value)}
        case _:
            return value


def test_a_bottomless_value_is_cut(house: tuple[Connection, House]) -> None:
    deep = "[" * 3000 + "]" * 3000
    [shown] = house[0].execute("select private.redacted(%s::jsonb)::text", (deep,)).fetchone() or (
        "",
    )
    assert "too deep" in shown
