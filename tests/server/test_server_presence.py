"""Who else has a document open, as each window reports it."""

from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.server.conftest import Person, Running

PATH = "metadata/models/orders.yaml"


@pytest.fixture
def place(server: Running) -> tuple[Person, Person, UUID]:
    """An admin, a viewer, their workspace."""
    ada = server.person("ada")
    workspace = server.workspace(ada, "Together")
    return ada, server.member(workspace, "viewer"), workspace


def report(person: Person, workspace: UUID, window: str = "w1", **more: Any) -> list[Any]:
    body = {"path": PATH, "editing": False, "client_id": window, **more}
    reply = person.client.put(f"/workspaces/{workspace}/presence", json=body)
    assert reply.status_code == 200, reply.text
    others: list[Any] = reply.json()["others"]
    return others


def leave(person: Person, workspace: UUID, window: str = "w1") -> int:
    return person.client.delete(
        f"/workspaces/{workspace}/presence", params={"client_id": window}
    ).status_code


def events(server: Running, workspace: UUID) -> list[str]:
    with psycopg.connect(server.endpoint.dsn_admin) as connection:
        rows = connection.execute(
            "select payload ->> 'path' from public.events"
            " where workspace_id = %s and kind = 'presence' order by id",
            (workspace,),
        ).fetchall()
    return [row[0] for row in rows]


def grow_old(server: Running, workspace: UUID, person: Person, seconds: int) -> None:
    with psycopg.connect(server.endpoint.dsn_admin) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(
            "update public.presence set seen_at = now() - make_interval(secs => %s)"
            " where workspace_id = %s and user_id = %s",
            (seconds, workspace, person.id),
        )


def test_two_people_see_each_other(place: tuple[Person, Person, UUID]) -> None:
    ada, bob, workspace = place

    alone = report(ada, workspace, editing=True, node="clean")
    [seen] = report(bob, workspace)
    [other] = report(ada, workspace)

    assert alone == []
    assert (seen["user_id"], seen["name"], seen["editing"], seen["node"], seen["mine"]) == (
        str(ada.id),
        ada.email.partition("@")[0],
        True,
        "clean",
        False,
    )
    assert (other["user_id"], other["editing"]) == (str(bob.id), False)


def test_another_window_of_ones_own_is_marked(place: tuple[Person, Person, UUID]) -> None:
    ada, _, workspace = place
    report(ada, workspace, "w1")

    assert [one["mine"] for one in report(ada, workspace, "w2")] == [True]


def test_who_leaves_is_gone(place: tuple[Person, Person, UUID]) -> None:
    ada, bob, workspace = place
    report(ada, workspace)

    assert (leave(ada, workspace), leave(ada, workspace)) == (204, 204)
    assert report(bob, workspace) == []


def test_who_opens_another_document_is_not_in_the_first(
    place: tuple[Person, Person, UUID],
) -> None:
    ada, bob, workspace = place
    report(ada, workspace)
    report(ada, workspace, path="metadata/models/other.yaml")

    assert report(bob, workspace) == []


@pytest.mark.parametrize(("seconds", "there"), [(40, 1), (50, 0)])
def test_who_was_not_seen_for_45_seconds_is_gone(
    seconds: int, there: int, server: Running, place: tuple[Person, Person, UUID]
) -> None:
    ada, bob, workspace = place
    report(ada, workspace)
    grow_old(server, workspace, ada, seconds)

    assert len(report(bob, workspace)) == there


def test_those_who_watch_are_told_when_people_come_edit_and_go(
    server: Running, place: tuple[Person, Person, UUID]
) -> None:
    ada, bob, workspace = place
    told = []
    for act in (
        lambda: report(ada, workspace),  # comes
        lambda: report(ada, workspace, node="clean"),  # looks elsewhere: nothing to tell
        lambda: report(bob, workspace),  # comes
        lambda: report(ada, workspace, editing=True),  # begins to edit
        lambda: leave(bob, workspace),  # goes
        lambda: report(ada, workspace, path="metadata/models/b.yaml"),  # goes and comes
    ):
        act()
        told.append(len(events(server, workspace)))

    assert told == [1, 1, 2, 3, 4, 6]
    assert set(events(server, workspace)) == {PATH, "metadata/models/b.yaml"}


def test_who_vanished_is_told_of_too(server: Running, place: tuple[Person, Person, UUID]) -> None:
    ada, bob, workspace = place
    report(ada, workspace)
    report(bob, workspace)
    grow_old(server, workspace, ada, 60)
    before = len(events(server, workspace))

    report(bob, workspace)

    assert len(events(server, workspace)) == before + 1


def test_outsiders_see_nobody(server: Running, place: tuple[Person, Person, UUID]) -> None:
    ada, _, workspace = place
    report(ada, workspace)
    outsider = server.person("outsider")

    reply = outsider.client.put(
        f"/workspaces/{workspace}/presence",
        json={"path": PATH, "editing": False, "client_id": "w"},
    )
    assert reply.status_code == 404
