"""What records keep comes back as it was, and only for those whom it concerns."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors

from lakewright.access import ANONYMOUS, Identity, Role
from lakewright.errors import NotFoundError
from lakewright.membership import Workspace
from lakewright.store.database import Database
from lakewright.store.embedded import Endpoint
from lakewright.store.rate_limits import SharedLimits
from lakewright.store.records import (
    configurations,
    connections,
    drafts,
    events,
    generations,
    idempotency,
    jobs,
    members,
    preferences,
    repositories,
    users,
    workspaces,
)
from lakewright.store.records.configurations import ConfigurationType, NewConfiguration, Scope
from lakewright.store.records.drafts import DraftKind
from lakewright.store.records.generations import GenerationStatus
from lakewright.store.records.jobs import JobStatus
from lakewright.store.records.pages import BadCursorError
from lakewright.store.records.repositories import RepositoryKind
from lakewright.store.records.versions import StaleRecordError
from lakewright.store.work import JobRows, SealedTokens, forget_old_rows
from tests.store.team import Team, add_account, new_team

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def team(migrated_database: Endpoint) -> Team:
    return new_team(migrated_database)


@pytest.fixture
async def database(migrated_database: Endpoint) -> AsyncIterator[Database]:
    async with await Database.open(migrated_database.dsn_api, min_size=1, max_size=6) as opened:
        yield opened


def user_id(identity: Identity) -> UUID:
    assert identity.user_id is not None
    return identity.user_id


# ---- people and workspaces


def test_the_first_confirmed_person_owns_the_first_workspace(hosted_database: Endpoint) -> None:
    add_account(hosted_database, "hasty", confirmed=False)
    first = add_account(hosted_database, "first")
    add_account(hosted_database, "second")
    with psycopg.connect(hosted_database.dsn_admin) as connection:
        assert connection.execute("select owner_id from public.workspaces").fetchall() == [
            (first.user_id,)
        ]
        assert connection.execute(
            "select user_id, role::text from public.workspace_members"
        ).fetchall() == [(first.user_id, "admin")]


async def test_a_person_follows_their_account(
    database: Database, migrated_database: Endpoint, team: Team
) -> None:
    with psycopg.connect(migrated_database.dsn_admin) as admin:
        admin.execute(
            "update auth.users set last_sign_in_at = now(), email = 'new@example.com'"
            " where id = %s",
            (team.viewer.user_id,),
        )
    async with database.acting_as(team.viewer) as connection:
        assert await users.rename_user(connection, user_id(team.viewer), "Vera")
        assert not await users.rename_user(connection, user_id(team.editor), "Stolen")
        person = await users.get_user(connection, user_id(team.viewer))
        assert person is not None
        assert (person.email, person.display_name) == ("new@example.com", "Vera")
        assert person.last_login is not None
    async with database.acting_as(team.outsider) as connection:
        assert await users.get_user(connection, user_id(team.viewer)) is None


async def test_workspaces_are_listed_in_pages(
    database: Database, migrated_database: Endpoint
) -> None:
    anna = add_account(migrated_database, "anna")
    names = [f"Workspace {number % 4}" for number in range(9)]  # equal names keep apart by id
    async with database.acting_as(anna) as connection:
        for name in names:
            await workspaces.create_workspace(connection, name)
        seen: list[Workspace] = []
        cursor = ""
        while True:
            page = await workspaces.list_workspaces(
                connection, user_id(anna), cursor=cursor, limit=2
            )
            seen += page.items
            if page.next_cursor is None:
                break
            cursor = page.next_cursor
        assert [each.name for each in seen] == sorted(names)
        assert len({each.id for each in seen}) == len({each.slug for each in seen}) == 9
        assert {each.role for each in seen} == {Role.ADMIN}
        with pytest.raises(BadCursorError):
            await members.list_members(connection, seen[0].id, cursor=cursor)
        assert await workspaces.archive_workspace(connection, seen[0].id, archived=True)
        archived = await workspaces.list_workspaces(connection, user_id(anna), archived=True)
        assert [each.id for each in archived.items] == [seen[0].id]
    with pytest.raises(errors.InsufficientPrivilege):
        async with database.acting_as(ANONYMOUS) as connection:
            await workspaces.list_workspaces(connection, user_id(anna))


async def test_members_are_listed_with_their_names(database: Database, team: Team) -> None:
    async with database.acting_as(team.viewer) as connection:
        page = await members.list_members(connection, team.workspace_id)
        roles = {each.user_id: each.role for each in page.items}
        assert roles == {
            team.owner.user_id: Role.ADMIN,
            team.admin.user_id: Role.ADMIN,
            team.editor.user_id: Role.EDITOR,
            team.viewer.user_id: Role.VIEWER,
        }
        assert (
            await members.get_role(connection, team.workspace_id, user_id(team.editor))
            is Role.EDITOR
        )
    async with database.acting_as(team.outsider) as connection:
        page = await members.list_members(connection, team.workspace_id)
        assert (page.items, page.next_cursor) == ([], None)


async def test_preferences_begin_with_defaults_and_are_versioned(
    database: Database, team: Team
) -> None:
    me = user_id(team.editor)
    async with database.acting_as(team.editor) as connection:
        assert (await preferences.get_preferences(connection, me)).theme == "system"
        saved = await preferences.save_preferences(
            connection,
            me,
            theme="dark",
            default_template_language="python",
            preferences_json={"zoom": 2},
        )
        assert await preferences.get_preferences(connection, me) == saved
        await preferences.set_default_workspace(connection, me, team.workspace_id)
        with pytest.raises(StaleRecordError) as refused:
            await preferences.save_preferences(
                connection,
                me,
                theme="light",
                default_template_language="sql",
                preferences_json={},
                expected=saved.updated_at,
            )
        current = refused.value.current
        assert isinstance(current, preferences.Preferences)
        assert (current.theme, current.workspace_id) == ("dark", team.workspace_id)


async def test_a_foreign_workspace_cannot_be_ones_default(database: Database, team: Team) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        async with database.acting_as(team.outsider) as connection:
            await preferences.set_default_workspace(
                connection, user_id(team.outsider), team.workspace_id
            )


# ---- configurations


def cluster(scope: Scope, ref: str, **values: object) -> NewConfiguration:
    return NewConfiguration("main", ConfigurationType.CLUSTER, values, scope=scope, scope_ref=ref)


async def test_a_target_overrides_a_recipe_overrides_a_model_overrides_the_workspace(
    database: Database, migrated_database: Endpoint
) -> None:
    team = new_team(migrated_database)
    given = [
        cluster(Scope.WORKSPACE, "", a=1, b=1, c=1, d=1),
        cluster(Scope.MODEL, "sales", b=2, c=2, d=2),
        cluster(Scope.RECIPE, "nightly", c=3, d=3),
        cluster(Scope.TARGET, "prod", d=4),
        cluster(Scope.TARGET, "dev", a=9),
    ]
    async with database.acting_as(team.editor) as connection:
        kept = [
            await configurations.create_configuration(connection, team.workspace_id, each)
            for each in given
        ]
        values = await configurations.effective_values(
            connection, team.workspace_id, model="sales", recipe="nightly", target="prod"
        )
        assert [(each.key, each.value, each.from_scope) for each in values] == [
            ("a", 1, Scope.WORKSPACE),
            ("b", 2, Scope.MODEL),
            ("c", 3, Scope.RECIPE),
            ("d", 4, Scope.TARGET),
        ]
        assert [each.from_configuration for each in values] == [each.id for each in kept[:4]]
        plain = await configurations.effective_values(connection, team.workspace_id)
        assert {each.value for each in plain} == {1}

        found = await connection.execute(
            "select key, value, from_scope::text as scope, from_scope_ref as ref"
            " from public.effective_configurations"
            " where workspace_id = %s and scope = 'model' order by key",
            (team.workspace_id,),
        )
        assert [tuple(row.values()) for row in await found.fetchall()] == [
            ("a", 1, "workspace", ""),
            ("b", 2, "model", "sales"),
            ("c", 2, "model", "sales"),
            ("d", 2, "model", "sales"),
        ]
        off = NewConfiguration(
            "main", ConfigurationType.CLUSTER, {"d": 4}, False, Scope.TARGET, "prod"
        )
        await configurations.save_configuration(connection, team.workspace_id, kept[3].id, off)
        values = await configurations.effective_values(
            connection, team.workspace_id, model="sales", recipe="nightly", target="prod"
        )
        assert values[-1].value == 3
    async with database.acting_as(team.outsider) as connection:
        assert await configurations.effective_values(connection, team.workspace_id) == []


async def test_a_later_save_is_told_of_an_earlier_one(database: Database, team: Team) -> None:
    async with database.acting_as(team.editor) as connection:
        first = await configurations.create_configuration(
            connection, team.workspace_id, NewConfiguration("job", ConfigurationType.JOB, {"n": 1})
        )
        theirs = await configurations.save_configuration(
            connection,
            team.workspace_id,
            first.id,
            NewConfiguration("job", ConfigurationType.JOB, {"n": 2}),
            expected=first.updated_at,
        )
        with pytest.raises(StaleRecordError) as refused:
            await configurations.save_configuration(
                connection,
                team.workspace_id,
                first.id,
                NewConfiguration("job", ConfigurationType.JOB, {"n": 3}),
                expected=first.updated_at,
            )
        assert refused.value.current == theirs
        listed = await configurations.list_configurations(
            connection, team.workspace_id, type=ConfigurationType.JOB
        )
        assert list(listed.items) == [theirs]
    async with database.acting_as(team.viewer) as connection:
        with pytest.raises(NotFoundError):
            await configurations.save_configuration(
                connection, team.workspace_id, first.id, NewConfiguration("x", theirs.type, {})
            )
        assert not await configurations.delete_configuration(
            connection, team.workspace_id, first.id
        )
    async with database.acting_as(team.editor) as connection:
        assert not await configurations.delete_configuration(connection, uuid4(), first.id)
        assert await configurations.delete_configuration(connection, team.workspace_id, first.id)


# ---- connections and their tokens


async def test_a_token_goes_in_and_comes_out_for_work_only(
    database: Database, migrated_database: Endpoint
) -> None:
    team = new_team(migrated_database)
    tokens = SealedTokens(database)
    first, second = uuid4(), uuid4()
    async with database.acting_as(team.admin) as connection:
        made = await connections.create_connection(
            connection,
            team.workspace_id,
            first,
            name="Main",
            host="https://one.example.com",
            token_encrypted="v1.sealed",
            is_default=True,
        )
        assert made.has_token
        assert "sealed" not in repr(made)
        await connections.create_connection(
            connection,
            team.workspace_id,
            second,
            name="Other",
            host="https://two.example.com",
            is_default=True,
        )
        listed = await connections.list_connections(connection, team.workspace_id)
        assert [(each.name, each.is_default, each.has_token) for each in listed.items] == [
            ("Main", False, True),
            ("Other", True, False),
        ]
    sealed = await tokens.read(team.workspace_id, first)
    assert sealed is not None
    assert sealed.token_encrypted == "v1.sealed"
    assert "v1.sealed" not in repr(sealed)
    assert await tokens.read(uuid4(), first) is None
    assert await tokens.read(team.workspace_id, second) is None

    assert sealed in [each async for each in tokens.all()]
    assert await tokens.replace(sealed, "v1.sealed again")
    assert not await tokens.replace(sealed, "v1.sealed too late")


@pytest.mark.parametrize(
    ("host", "token", "clear", "left"),
    [
        ("https://one.example.com", None, False, "v1.old"),
        ("https://one.example.com", "v1.new", False, "v1.new"),
        ("https://one.example.com", None, True, None),
        ("https://evil.example.com", None, False, None),
        ("https://evil.example.com", "v1.new", False, "v1.new"),
    ],
)
async def test_a_token_never_goes_to_another_host(
    database: Database,
    migrated_database: Endpoint,
    *,
    host: str,
    token: str | None,
    clear: bool,
    left: str | None,
) -> None:
    team = new_team(migrated_database)
    number = uuid4()
    async with database.acting_as(team.admin) as connection:
        await connections.create_connection(
            connection,
            team.workspace_id,
            number,
            name="Main",
            host="https://one.example.com",
            token_encrypted="v1.old",
        )
        saved = await connections.save_connection(
            connection,
            team.workspace_id,
            number,
            name="Main",
            host=host,
            auth_type="token",
            cloud="aws",
            is_default=True,
            token_encrypted=token,
            clear_token=clear,
        )
        assert saved.has_token == (left is not None)
    sealed = await SealedTokens(database).read(team.workspace_id, number)
    assert (sealed.token_encrypted if sealed else None) == left
    async with database.acting_as(team.admin) as connection:
        assert await connections.delete_connection(connection, team.workspace_id, number)


# ---- what people make


async def test_generations_are_listed_newest_first(database: Database, team: Team) -> None:
    async with database.acting_as(team.editor) as connection:
        made = [
            await generations.create_generation(
                connection,
                team.workspace_id,
                model_id=f"model {number % 2}",
                template_ids=["a", "b"],
                variables_json={"x": [1, None]},
                files_json=[{"path": "a.sql"}],
            )
            for number in range(4)
        ]
        assert await generations.finish_generation(
            connection,
            team.workspace_id,
            made[0].id,
            status=GenerationStatus.GENERATED,
            generated_script="select 1",
        )
        assert (
            await generations.get_generated_script(connection, team.workspace_id, made[0].id)
            == "select 1"
        )
        found = await generations.get_generation(connection, team.workspace_id, made[0].id)
        assert found is not None
        assert (found.status, found.user_id) == (GenerationStatus.GENERATED, team.editor.user_id)
        assert found.files_json == [{"path": "a.sql"}]
        page = await generations.list_generations(connection, team.workspace_id, limit=3)
        rest = await generations.list_generations(
            connection, team.workspace_id, limit=3, cursor=page.next_cursor or ""
        )
        assert {each.id for each in (*page.items, *rest.items)} == {each.id for each in made}
        one = await generations.list_generations(connection, team.workspace_id, model_id="model 1")
        assert {each.model_id for each in one.items} == {"model 1"}


async def test_drafts_are_a_persons_own(database: Database, team: Team) -> None:
    me = user_id(team.editor)
    async with database.acting_as(team.editor) as connection:
        for path in ("models/a.yaml", "models/b.yaml"):
            for text in ("one", "two"):
                saved = await drafts.save_draft(
                    connection,
                    team.workspace_id,
                    me,
                    kind=DraftKind.MODEL,
                    path=path,
                    text=text,
                    base_version="v1",
                )
        found = await drafts.get_draft(
            connection, team.workspace_id, me, DraftKind.MODEL, "models/b.yaml"
        )
        assert found == saved
        assert found.text == "two"
        page = await drafts.list_drafts(connection, team.workspace_id, me, limit=1)
        rest = await drafts.list_drafts(
            connection, team.workspace_id, me, cursor=page.next_cursor or ""
        )
        assert [each.path for each in (*page.items, *rest.items)] == [
            "models/a.yaml",
            "models/b.yaml",
        ]
    async with database.acting_as(team.admin) as connection:
        assert (await drafts.list_drafts(connection, team.workspace_id, me)).items == []
    async with database.acting_as(team.editor) as connection:
        discard = (connection, team.workspace_id, me, DraftKind.MODEL, "models/b.yaml")
        assert await drafts.discard_draft(*discard)
        assert not await drafts.discard_draft(*discard)


async def test_a_workspace_shows_the_repository_it_is_bound_to(
    database: Database, migrated_database: Endpoint
) -> None:
    team = new_team(migrated_database)
    async with database.acting_as(team.admin) as connection:
        assert await repositories.get_repository(connection, team.workspace_id) is None
        local = await repositories.bind_repository(
            connection, team.workspace_id, kind=RepositoryKind.LOCAL, location="abc"
        )
        await repositories.bind_repository(
            connection,
            team.workspace_id,
            kind=RepositoryKind.GITHUB,
            location="acme/data",
            branch="dev",
            expected=local.updated_at,
        )
        with pytest.raises(StaleRecordError):
            await repositories.bind_repository(
                connection,
                team.workspace_id,
                kind=RepositoryKind.LOCAL,
                location="x",
                expected=local.updated_at,
            )
        workspace = await workspaces.get_workspace(
            connection, team.workspace_id, user_id(team.admin)
        )
        assert workspace is not None
        assert (workspace.github_repo, workspace.github_branch) == ("acme/data", "dev")


# ---- events


async def test_events_of_one_workspace_rise_in_the_order_of_commits(
    database: Database, team: Team
) -> None:
    """A plain serial would let the second writer's lower number appear after a higher one."""
    wrote = asyncio.Event()
    release = asyncio.Event()

    async def first() -> None:
        async with database.acting_as(team.editor) as connection:
            await events.add_event(connection, team.workspace_id, "first", {})
            wrote.set()
            await release.wait()

    async def second() -> None:
        await wrote.wait()
        async with database.acting_as(team.editor) as connection:
            release.set()  # it can only go on once the first has committed
            await events.add_event(connection, team.workspace_id, "second", {"n": 1})

    async with database.acting_as(team.viewer) as connection:
        before = await events.last_event_id(connection, team.workspace_id)
    await asyncio.gather(first(), second())
    async with database.acting_as(team.viewer) as connection:
        found = await events.events_after(connection, team.workspace_id, before)
    assert [each.kind for each in found] == ["first", "second"]
    async with database.acting_as(team.outsider) as connection:
        assert await events.events_after(connection, team.workspace_id, 0) == []


async def test_listeners_get_a_hint_when_an_event_is_committed(
    database: Database, migrated_database: Endpoint, team: Team
) -> None:
    async with await psycopg.AsyncConnection.connect(
        migrated_database.dsn_api, autocommit=True
    ) as listener:
        await listener.execute(f"listen {events.CHANNEL}".encode())
        async with database.acting_as(team.editor) as connection:
            await events.add_event(connection, team.workspace_id, "hello", {})
        async for hint in listener.notifies(timeout=10, stop_after=1):
            assert str(team.workspace_id) in hint.payload


async def test_a_long_change_keeps_nobody_waiting(
    database: Database, migrated_database: Endpoint
) -> None:
    team = new_team(migrated_database)

    def new(name: str) -> NewConfiguration:
        return NewConfiguration(name, ConfigurationType.JOB, {})

    async with database.acting_as(team.editor) as long:
        await configurations.create_configuration(long, team.workspace_id, new("long"))
        async with database.acting_as(team.admin, statement_seconds=5) as short:
            await configurations.create_configuration(short, team.workspace_id, new("short"))
            await workspaces.rename_workspace(short, team.workspace_id, "Renamed meanwhile")
    async with database.acting_as(team.viewer) as connection:
        found = await events.events_after(connection, team.workspace_id, 0)
    tables = [each.payload["table"] for each in found][-3:]
    assert tables == ["configurations", "workspaces", "configurations"]


async def test_changes_tell_those_who_watch(database: Database, team: Team) -> None:
    async with database.acting_as(team.editor) as connection:
        before = await events.last_event_id(connection, team.workspace_id)
        made = await configurations.create_configuration(
            connection, team.workspace_id, NewConfiguration("watched", ConfigurationType.JOB, {})
        )
        # Told on commit, so that a long transaction keeps nobody else from telling.
        assert await events.events_after(connection, team.workspace_id, before) == []
    async with database.acting_as(team.viewer) as connection:
        [told] = await events.events_after(connection, team.workspace_id, before)
    assert told.kind == "changed"
    assert told.payload == {
        "table": "configurations",
        "operation": "insert",
        "id": str(made.id),
    }


# ---- requests sent twice


async def test_of_two_equal_requests_at_once_one_does_the_work(
    database: Database, team: Team
) -> None:
    me = user_id(team.editor)
    done: list[str] = []

    async def request() -> object:
        async with database.acting_as(team.editor) as connection:
            earlier = await idempotency.claim_key(
                connection, me, "key-1", operation="x", request_hash="h"
            )
            if earlier:
                return earlier.response_json
            done.append("work")
            await asyncio.sleep(0.05)
            await idempotency.keep_response(connection, me, "key-1", status=201, body={"id": 5})
            return {"id": 5}

    assert await asyncio.gather(*(request() for _ in range(4))) == [{"id": 5}] * 4
    assert done == ["work"]


async def test_a_key_whose_request_failed_is_free_again(database: Database, team: Team) -> None:
    me = user_id(team.editor)

    async def fail() -> None:
        async with database.acting_as(team.editor) as connection:
            await idempotency.claim_key(connection, me, "key-2", operation="x", request_hash="h")
            raise RuntimeError("the work failed")

    with pytest.raises(RuntimeError):
        await fail()
    async with database.acting_as(team.editor) as connection:
        claimed = await idempotency.claim_key(
            connection, me, "key-2", operation="x", request_hash="other"
        )
        assert claimed is None
    async with database.acting_as(team.viewer) as connection:  # keys are a person's own
        claimed = await idempotency.claim_key(
            connection, user_id(team.viewer), "key-2", operation="x", request_hash="h"
        )
        assert claimed is None


# ---- background work


async def test_work_is_begun_reported_and_ended(database: Database, team: Team) -> None:
    rows = JobRows(database)
    async with database.acting_as(team.editor) as connection:
        before = await events.last_event_id(connection, team.workspace_id)
        made = await jobs.create_job(connection, team.workspace_id, "generate", {"recipe": "r"})
    assert made.status is JobStatus.QUEUED
    assert (made.id, team.workspace_id) in await rows.unfinished()
    begun = await rows.begin(made.id)
    assert begun is not None
    assert begun.request_json == {"recipe": "r"}
    assert await rows.progress(made.id, 1, 3, "first") is False
    await rows.requeue(made.id)
    assert await rows.progress(made.id, 2, 3, "lost") is True  # its process has let go of it
    assert await rows.begin(made.id) is not None  # begun twice is begun again
    await rows.finish(made.id, "succeeded", result={"files": 2})
    await rows.finish(made.id, "failed", error={"code": "late"})
    assert await rows.begin(made.id) is None
    async with database.acting_as(team.viewer) as connection:
        ended = await jobs.get_job(connection, team.workspace_id, made.id)
        told = await events.events_after(connection, team.workspace_id, before)
        assert not await jobs.request_cancel(connection, team.workspace_id, made.id)
    assert ended is not None
    assert (ended.status, ended.result_json) == (JobStatus.SUCCEEDED, {"files": 2})
    assert [each.payload["status"] for each in told if each.kind == "job"] == [
        "queued",
        "running",
        "running",
        "queued",
        "running",
        "succeeded",
    ]


async def test_work_that_was_cancelled_before_it_began_never_begins(
    database: Database, team: Team
) -> None:
    rows = JobRows(database)
    async with database.acting_as(team.editor) as connection:
        made = await jobs.create_job(connection, team.workspace_id, "generate", {})
        assert await jobs.request_cancel(connection, team.workspace_id, made.id)
    assert await rows.begin(made.id) is None
    async with database.acting_as(team.editor) as connection:
        ended = await jobs.get_job(connection, team.workspace_id, made.id)
        assert ended is not None
        assert ended.status is JobStatus.CANCELLED


async def test_nobody_writes_the_result_of_work_but_the_service(
    database: Database, team: Team
) -> None:
    for column in ("status = 'succeeded'", "result_json = '{}'", "request_json = '{}'"):
        with pytest.raises(errors.InsufficientPrivilege):
            async with database.acting_as(team.admin) as connection:
                await connection.execute(f"update public.background_jobs set {column}".encode())


async def test_old_events_and_keys_are_forgotten(
    database: Database, migrated_database: Endpoint
) -> None:
    team = new_team(migrated_database)
    async with database.acting_as(team.editor) as connection:
        await events.add_event(connection, team.workspace_id, "old", {})
    with psycopg.connect(migrated_database.dsn_admin) as admin:
        admin.execute(
            "update public.events set created_at = now() - interval '30 days'"
            " where workspace_id = %s",
            (team.workspace_id,),
        )
    assert (await forget_old_rows(database))["events"] >= 1
    async with database.acting_as(team.editor) as connection:
        assert await events.events_after(connection, team.workspace_id, 0) == []


# ---- shared counters


async def test_of_many_hits_at_once_exactly_the_limit_is_allowed(database: Database) -> None:
    limits = SharedLimits(database)
    answers = await asyncio.gather(
        *(limits.hit("many", most=20, seconds=86_400) for _ in range(50))
    )
    assert sum(answer == 0 for answer in answers) == 20
    assert all(0 < answer <= 2 * 86_400 for answer in answers if answer)
    assert await limits.hit("other", most=20, seconds=86_400) == 0


async def test_hits_slide_out_of_the_window(database: Database) -> None:
    limits = SharedLimits(database)
    assert await limits.hit("sliding", most=1, seconds=1) == 0
    waits = []
    while wait := await limits.hit("sliding", most=1, seconds=1):
        waits.append(wait)
        assert len(waits) < 1000  # trying again and again does not keep one out
        await asyncio.sleep(0.1)
    assert set(waits) <= {1, 2}


async def test_a_limit_that_makes_no_sense_is_our_own_mistake(database: Database) -> None:
    for key, most, seconds in (("", 1, 1), ("k", 0, 1), ("k", 1, 0), ("k" * 301, 1, 1)):
        with pytest.raises(psycopg.Error) as refused:
            await SharedLimits(database).hit(key, most=most, seconds=seconds)
        assert refused.value.sqlstate == "LW422"
