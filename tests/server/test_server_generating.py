"""Generating over HTTP: a piece of work to follow, a record to look at, a zip to take home."""

import io
import json
import zipfile
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from tests.server.conftest import Person, Running


@pytest.fixture(scope="module")
def done(server: Running, owner: Person, shop: UUID) -> dict[str, Any]:
    """Work that has generated the retail recipe."""
    asked = owner.client.post(f"/workspaces/{shop}/generations", json={"wanted": ""})
    assert asked.status_code == 202, asked.text
    assert asked.headers["location"].endswith(asked.json()["id"])
    return server.wait_for_job(owner, shop, asked.json()["id"])


def test_generating_succeeds_and_names_the_generation(
    done: dict[str, Any], owner: Person, shop: UUID
) -> None:
    assert done["status"] == "succeeded", done
    generation = owner.client.get(
        f"/workspaces/{shop}/generations/{done['result']['generation_id']}"
    ).json()
    assert generation["status"] == "generated"
    assert "databricks.yml" in [file["path"] for file in generation["files"]]
    assert len(generation["request"]["commit"]) == 40
    assert {"auto_loader_ingest", "managed_delta_table"} <= set(generation["template_ids"])


def test_the_zip_holds_the_bundle(done: dict[str, Any], owner: Person, shop: UUID) -> None:
    place = f"/workspaces/{shop}/generations/{done['result']['generation_id']}"
    reply = owner.client.get(f"{place}/bundle.zip")

    assert reply.headers["content-type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(reply.content))
    assert archive.testzip() is None
    listed = [file["path"] for file in owner.client.get(place).json()["files"]]
    assert sorted(name.partition("/")[2] for name in archive.namelist()) == sorted(listed)
    assert owner.client.get(f"{place}/bundle.zip").content == reply.content


def test_one_file_can_be_read_without_the_zip(
    done: dict[str, Any], owner: Person, shop: UUID
) -> None:
    place = f"/workspaces/{shop}/generations/{done['result']['generation_id']}"
    [size] = [
        file["size"]
        for file in owner.client.get(place).json()["files"]
        if file["path"] == "databricks.yml"
    ]

    found = owner.client.get(f"{place}/files/databricks.yml").json()

    assert found["path"] == "databricks.yml"
    assert len(found["text"].encode()) == size
    assert "bundle:" in found["text"]


def test_a_file_that_is_not_in_the_bundle_is_not_found(
    done: dict[str, Any], owner: Person, shop: UUID
) -> None:
    place = f"/workspaces/{shop}/generations/{done['result']['generation_id']}"
    refused = owner.client.get(f"{place}/files/databrick.yml")

    assert refused.status_code == 404
    assert "databricks.yml" in refused.json()["remedy"]
    assert owner.client.get(f"{place}/files/../../../etc/passwd").status_code == 404


def test_an_admin_deletes_a_generation_and_nobody_else(
    server: Running, owner: Person, shop: UUID
) -> None:
    editor = server.member(shop, "editor")
    job = owner.client.post(f"/workspaces/{shop}/generations", json={}).json()
    made = server.wait_for_job(owner, shop, job["id"])["result"]["generation_id"]
    place = f"/workspaces/{shop}/generations/{made}"

    assert editor.client.delete(place).status_code == 403
    assert owner.client.get(place).status_code == 200
    assert owner.client.delete(place).status_code == 204
    assert owner.client.get(place).status_code == 404
    assert owner.client.delete(place).status_code == 404


def test_progress_comes_as_events_until_the_work_ends(
    server: Running, owner: Person, shop: UUID
) -> None:
    job = owner.client.post(f"/workspaces/{shop}/generations", json={}).json()
    kinds, last = [], {}
    with owner.client.stream("GET", f"/workspaces/{shop}/jobs/{job['id']}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith("event: "):
                kinds.append(line.removeprefix("event: "))
            if line.startswith("data: "):
                last = json.loads(line.removeprefix("data: "))

    assert kinds[0] == "state"
    assert last["status"] == "succeeded"


def test_a_stream_goes_on_where_it_was_left(server: Running, owner: Person, shop: UUID) -> None:
    job = owner.client.post(f"/workspaces/{shop}/generations", json={}).json()
    server.wait_for_job(owner, shop, job["id"])
    seen: list[int] = []
    with owner.client.stream(
        "GET", f"/workspaces/{shop}/events", headers={"Last-Event-ID": "0"}
    ) as stream:
        for line in stream.iter_lines():
            if line.startswith("id: "):
                seen.append(int(line.removeprefix("id: ")))
            if len(seen) == 3:
                break

    assert seen == sorted(set(seen))
    with owner.client.stream(
        "GET", f"/workspaces/{shop}/events", headers={"Last-Event-ID": str(seen[1])}
    ) as stream:
        for line in stream.iter_lines():
            if line.startswith("id: "):
                assert int(line.removeprefix("id: ")) == seen[2]
                break


def test_unknown_recipes_fail_with_a_remedy(server: Running, owner: Person, shop: UUID) -> None:
    job = owner.client.post(f"/workspaces/{shop}/generations", json={"wanted": "retial"}).json()
    ended = server.wait_for_job(owner, shop, job["id"])

    assert ended["status"] == "failed"
    assert ended["error"]["code"] == "not-found"
    assert "Known" in ended["error"]["remedy"]


def test_ended_work_cannot_be_cancelled(done: dict[str, Any], owner: Person, shop: UUID) -> None:
    reply = owner.client.post(f"/workspaces/{shop}/jobs/{done['id']}/cancel")

    assert reply.status_code == 409


def test_cancelling_ends_work_that_waits(server: Running, owner: Person, shop: UUID) -> None:
    jobs = [
        owner.client.post(f"/workspaces/{shop}/generations", json={}).json()["id"] for _ in range(3)
    ]
    reply = owner.client.post(f"/workspaces/{shop}/jobs/{jobs[2]}/cancel")

    assert reply.status_code == 200, reply.text
    assert server.wait_for_job(owner, shop, jobs[2])["status"] == "cancelled"
    assert server.wait_for_job(owner, shop, jobs[0])["status"] == "succeeded"


def test_the_same_idempotency_key_makes_one_piece_of_work(
    server: Running, owner: Person, shop: UUID
) -> None:
    def ask(body: dict[str, str]) -> httpx.Response:
        return owner.client.post(
            f"/workspaces/{shop}/generations", json=body, headers={"Idempotency-Key": "k-1"}
        )

    first, second = ask({}), ask({})
    other = ask({"wanted": "something else"})

    assert first.json()["id"] == second.json()["id"]
    assert other.status_code == 409
    server.wait_for_job(owner, shop, first.json()["id"])


@pytest.mark.parametrize("status", ["queued", "running"])
def test_work_that_a_dead_process_left_is_swept_up(
    server: Running, owner: Person, shop: UUID, status: str
) -> None:
    """Its row is there, and nobody works on it: the process died before, or while, it worked."""
    with psycopg.connect(server.endpoint.dsn_admin) as connection:
        row = connection.execute(
            "insert into public.background_jobs (workspace_id, user_id, kind, request_json, status)"
            " values (%s, %s, 'generate', '{}', %s) returning id",
            (shop, owner.id, status),
        ).fetchone()
    assert row is not None
    server.loop.run(server.state.jobs.sweep())

    assert server.wait_for_job(owner, shop, str(row[0]))["status"] == "succeeded"


def test_work_of_somebody_who_was_removed_is_not_done(
    server: Running, owner: Person, shop: UUID
) -> None:
    person = server.member(shop, "editor")
    with psycopg.connect(server.endpoint.dsn_admin) as connection:
        row = connection.execute(
            "insert into public.background_jobs (workspace_id, user_id, kind)"
            " values (%s, %s, 'generate') returning id",
            (shop, person.id),
        ).fetchone()
    assert row is not None
    assert owner.client.delete(f"/workspaces/{shop}/members/{person.id}").is_success
    server.loop.run(server.state.jobs.sweep())

    ended = server.wait_for_job(owner, shop, str(row[0]))
    assert ended["status"] == "failed"
    assert ended["error"]["code"] == "forbidden"


def place_of(done: dict[str, Any], shop: UUID) -> str:
    return f"/workspaces/{shop}/generations/{done['result']['generation_id']}"


def test_the_jobs_of_a_bundle_come_in_waves(
    done: dict[str, Any], owner: Person, shop: UUID
) -> None:
    jobs = {job["key"]: job for job in owner.client.get(f"{place_of(done, shop)}/jobs").json()}

    sales = jobs["daily_sales"]
    assert sales["problem"] == ""
    assert sorted(key for wave in sales["waves"] for key in wave) == sorted(
        task["key"] for task in sales["tasks"]
    )
    assert "load_orders" in sales["waves"][0]
    assert [task["starts"] for task in sales["tasks"] if task["starts"]] == ["customer_values"]


def test_a_line_of_a_script_leads_to_its_node_and_template(
    done: dict[str, Any], owner: Person, shop: UUID
) -> None:
    path = "src/retail_sales/tasks/load_orders.py"
    found = owner.client.get(f"{place_of(done, shop)}/origins/{path}").json()

    assert (found["model"], found["node"]) == ("retail_sales", "load_orders")
    assert found["template"] == "auto_loader_ingest"
    assert found["why_no_lines"] == ""
    assert any(line["expressions"] for line in found["lines"])
    assert owner.client.get(f"{place_of(done, shop)}/origins/no.sql").status_code == 404


def test_a_bundle_is_compared_with_the_one_before(
    done: dict[str, Any], server: Running, owner: Person, shop: UUID
) -> None:
    asked = {"wanted": "", "cloud": "azure"}
    job = owner.client.post(f"/workspaces/{shop}/generations", json=asked).json()
    again = server.wait_for_job(owner, shop, job["id"])

    found = owner.client.get(f"{place_of(again, shop)}/changes").json()

    assert found["before"] is not None
    assert "changed" in {file["change"] for file in found["files"]}
    itself = again["result"]["generation_id"]
    same = owner.client.get(f"{place_of(again, shop)}/changes", params={"since": itself}).json()
    assert same["files"] == []


def test_the_first_bundle_has_nothing_to_be_compared_with(server: Running, owner: Person) -> None:
    new = server.workspace(owner, "New", "retail")
    job = owner.client.post(f"/workspaces/{new}/generations", json={}).json()
    first = server.wait_for_job(owner, new, job["id"])

    found = owner.client.get(f"{place_of(first, new)}/changes").json()

    assert found == {"before": None, "files": []}


def test_a_bundle_is_put_into_the_repository(
    done: dict[str, Any], server: Running, owner: Person
) -> None:
    new = server.workspace(owner, "Kept", "retail")
    job = owner.client.post(f"/workspaces/{new}/generations", json={}).json()
    place = place_of(server.wait_for_job(owner, new, job["id"]), new)
    viewer = server.member(new, "viewer")
    body = {"folder": "bundles/retail"}

    assert viewer.client.post(f"{place}/commit", json=body).status_code == 403
    made = owner.client.post(f"{place}/commit", json=body).json()
    assert made["files"] == len(owner.client.get(place).json()["files"])
    newest = owner.client.get(f"/workspaces/{new}/history").json()["items"][0]
    assert newest["id"] == made["commit"]
    assert owner.client.post(f"{place}/commit", json=body).json()["files"] == 0


def test_a_bundle_is_not_put_among_the_documents(
    done: dict[str, Any], owner: Person, shop: UUID
) -> None:
    refused = owner.client.post(
        f"{place_of(done, shop)}/commit", json={"folder": "metadata/models"}
    )

    assert refused.status_code == 400
    assert "bundles" in refused.json()["remedy"]


def test_a_recipe_is_opened_with_a_change_and_nothing_is_saved(owner: Person, shop: UUID) -> None:
    place = f"/workspaces/{shop}/documents/metadata/recipes/retail.yaml"
    text = owner.client.get(place).json()["text"]
    change = {"model": "retail_sales", "node": "guard_cost", "role": "task"}
    body = {
        "text": text,
        "recipe": "retail",
        "path": "metadata/recipes/retail.yaml",
        "scripts": [{**change, "variables": {"limit": 2}}],
    }

    found = owner.client.post(f"/workspaces/{shop}/recipes-open", json=body).json()

    [script] = [one for one in found["scripts"] if one["node"] == "guard_cost"]
    [limit] = [one for one in script["variables"] if one["name"] == "limit"]
    assert (limit["value"], limit["origin"]) == (2, "script")
    assert found["text"] != text
    assert owner.client.get(place).json()["text"] == text


@pytest.mark.parametrize("value", [".nan", ".inf", "2026-01-01", "!!binary aGk="])
def test_a_recipe_with_odd_values_is_answered(owner: Person, shop: UUID, value: str) -> None:
    text = (
        "recipes:\n  - id: x\n    models: [retail_sales]\n    scripts:\n"
        f"      - {{node: guard_cost, template: cost_guard, variables: {{limit: {value}}}}}\n"
    )
    answer = owner.client.post(
        f"/workspaces/{shop}/recipes-open", json={"text": text, "recipe": "x"}
    )

    assert answer.status_code == 200, answer.text
