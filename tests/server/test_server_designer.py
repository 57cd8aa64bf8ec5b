"""The designer over HTTP: models as values, compared, merged and drawn; who is there too."""

from typing import Any
from uuid import UUID

import pytest

from tests.server.conftest import Person, Running

TEXT = """\
# Kept.
data_models:
  - id: orders
    nodes:
      - id: raw  # as delivered
        type: source_table
        properties: {catalog: main, schema: raw, table: orders}
      - {id: clean, type: dest_table, properties: {catalog: main, schema: s, table: orders}}
    edges:
      - {source: raw, target: clean}
"""


def opened(owner: Person, shop: UUID, **body: Any) -> dict[str, Any]:
    reply = owner.client.post(f"/workspaces/{shop}/models-open", json={"text": TEXT, **body})
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def test_a_text_opens_as_a_model_with_places(owner: Person, shop: UUID) -> None:
    found = opened(owner, shop)

    assert [node["id"] for node in found["model"]["nodes"]] == ["raw", "clean"]
    assert found["places"] == {"raw": 5, "clean": 8}
    assert found["waves"] == [["raw"], ["clean"]]


def test_a_moved_node_is_written_into_the_text_and_the_comments_stay(
    owner: Person, shop: UUID
) -> None:
    model = opened(owner, shop)["model"]
    model["nodes"][0]["position"] = {"x": 10, "y": 20.5}

    found = opened(owner, shop, model=model)

    assert found["text"].startswith("# Kept.")
    assert "- id: raw  # as delivered" in found["text"]
    assert found["model"] == model


@pytest.mark.parametrize(
    "text",
    ["data_models: [", "models: []", "data_models: 7", "schema_version: 9\ndata_models: []"],
)
def test_what_cannot_be_written_gives_findings(text: str, owner: Person, shop: UUID) -> None:
    model = opened(owner, shop)["model"] | {"id": "other"}

    found = opened(owner, shop, text=text, model=model)

    assert found["model"] is None
    assert found["text"] == text
    assert found["diagnostics"][0]["severity"] == "error"


def test_a_value_of_another_shape_is_refused_with_its_place(owner: Person, shop: UUID) -> None:
    reply = owner.client.post(
        f"/workspaces/{shop}/models-open", json={"text": TEXT, "model": {"id": "m"}}
    )

    assert reply.status_code == 422
    assert reply.json()["remedy"]


def test_a_model_needs_an_id_to_be_written(owner: Person, shop: UUID) -> None:
    model = opened(owner, shop)["model"] | {"id": ""}

    found = opened(owner, shop, model=model)

    assert (found["model"], found["text"]) == (None, TEXT)
    assert [one["rule"] for one in found["diagnostics"]] == ["missing-id"]


# Lists, comparisons, pictures


def cards(owner: Person, shop: UUID) -> dict[str, dict[str, Any]]:
    reply = owner.client.get(f"/workspaces/{shop}/models")
    assert reply.status_code == 200, reply.text
    return {card["id"]: card for card in reply.json()}


def test_models_are_listed_with_picture_problems_and_last_change(server: Running) -> None:
    ada = server.person("ada")
    shop = server.workspace(ada, "Cards", "retail")
    text = TEXT + "    metadata: {version: 1.0, created_by: ada}\n    tags: [gold]\n"
    saved = ada.client.post(
        f"/workspaces/{shop}/documents", json={"kind": "model", "id": "orders", "text": text}
    )
    assert saved.status_code == 201, saved.text
    path, version = saved.json()["path"], saved.json()["version"]

    card = cards(ada, shop)["orders"]

    assert card["changed_by"].startswith("ada")
    assert card["changed_at"]
    assert {
        key: card[key] for key in ("path", "version", "tags", "owner", "version_label", "draft")
    } == {
        "path": path,
        "version": version,
        "tags": ["gold"],
        "owner": "ada",
        "version_label": "1.0",
        "draft": False,
    }
    assert [node[2] for node in card["picture"]["nodes"]] == ["source", "destination"]
    assert card["picture"]["edges"] == [[0, 1]]
    assert (card["node_count"], card["edge_count"]) == (2, 1)
    assert card["problems"]["error"] == 0


def test_a_card_says_who_changed_the_document_last(server: Running) -> None:
    ada = server.person("ada")
    shop = server.workspace(ada, "Changes", "retail")
    made = ada.client.post(
        f"/workspaces/{shop}/documents", json={"kind": "model", "id": "orders", "text": TEXT}
    ).json()
    assert cards(ada, shop)["orders"]["changed_by"].startswith("ada")
    bob = server.member(shop, "editor")

    bob.client.put(
        f"/workspaces/{shop}/documents/{made['path']}",
        json={"text": TEXT.replace("Kept", "Changed")},
        headers={"If-Match": f'"{made["version"]}"'},
    ).raise_for_status()

    after = cards(ada, shop)
    assert after["orders"]["changed_by"] == bob.email.partition("@")[0]
    assert {card["changed_by"] for name, card in after.items() if name != "orders"} == {
        "Lakewright"
    }


def test_a_card_shows_that_the_caller_has_a_draft(server: Running) -> None:
    ada = server.person("ada")
    shop = server.workspace(ada, "Drafts", "retail")
    path = next(iter(cards(ada, shop).values()))["path"]
    ada.client.put(
        f"/workspaces/{shop}/drafts/model/{path}", json={"text": "x", "base_version": None}
    ).raise_for_status()
    bob = server.member(shop, "viewer")

    assert next(c for c in cards(ada, shop).values() if c["path"] == path)["draft"]
    assert not any(card["draft"] for card in cards(bob, shop).values())


def test_two_texts_are_compared(owner: Person, shop: UUID) -> None:
    after = TEXT.replace("schema: raw", "schema: bronze").replace("clean", "tidy")
    reply = owner.client.post(
        f"/workspaces/{shop}/models-compare", json={"before": TEXT, "after": after}
    )

    assert reply.status_code == 200, reply.text
    found = reply.json()
    assert found["nodes"] == {
        "added": ["tidy"],
        "removed": ["clean"],
        "changed": [{"id": "raw", "properties": ["properties.schema"]}],
        "moved": [],
    }
    assert [edge["target"] for edge in found["edges"]["added"]] == ["tidy"]
    assert found["words"][:2] == ["add node tidy", "remove node clean"]
    assert (found["before"]["id"], found["after"]["id"]) == ("orders", "orders")


@pytest.mark.parametrize(
    ("form", "begins"), [("svg", "<svg"), ("mermaid", "flowchart"), ("text", "orders")]
)
def test_an_unsaved_model_is_drawn(form: str, begins: str, owner: Person, shop: UUID) -> None:
    reply = owner.client.post(
        f"/workspaces/{shop}/models-picture", json={"text": TEXT, "format": form}
    )

    assert reply.status_code == 200
    assert begins in reply.text[:200]


def test_a_picture_for_dark_pages_has_dark_colours_only(owner: Person, shop: UUID) -> None:
    body = {"text": TEXT, "theme": "dark"}
    drawn = owner.client.post(f"/workspaces/{shop}/models-picture", json=body).text

    assert "prefers-color-scheme" not in drawn
    assert "#0f141c" in drawn


@pytest.mark.parametrize(
    ("body", "status"),
    [({"text": "data_models: ["}, 400), ({"text": TEXT, "model_id": "order"}, 404)],
)
def test_what_cannot_be_drawn_is_refused(
    body: dict[str, str], status: int, owner: Person, shop: UUID
) -> None:
    reply = owner.client.post(f"/workspaces/{shop}/models-picture", json=body)

    assert (reply.status_code, bool(reply.json()["remedy"])) == (status, True)


# Merging


def merged(owner: Person, shop: UUID, **body: Any) -> dict[str, Any]:
    reply = owner.client.post(f"/workspaces/{shop}/models-merge", json=body)
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


OURS = TEXT.replace("schema: raw", "schema: bronze")


def test_changes_of_two_people_come_together_in_their_text(owner: Person, shop: UUID) -> None:
    theirs = TEXT.replace("# Kept.", "# Theirs.").replace("schema: s,", "schema: silver,")

    found = merged(owner, shop, base=TEXT, ours=OURS, theirs=theirs)

    assert found["text"] == theirs.replace("schema: raw", "schema: bronze")
    assert (found["conflicts"], found["model"]["id"]) == ([], "orders")


def test_a_conflict_is_asked_about_and_decided(owner: Person, shop: UUID) -> None:
    theirs = TEXT.replace("schema: raw", "schema: landing")
    texts = {"base": TEXT, "ours": OURS, "theirs": theirs}

    [conflict] = merged(owner, shop, **texts)["conflicts"]
    decided = merged(owner, shop, **texts, choices={conflict["id"]: {"value": "x"}})

    assert (conflict["id"], conflict["base"], conflict["ours"], conflict["theirs"]) == (
        "orders/nodes/raw/properties/schema",
        "raw",
        "bronze",
        "landing",
    )
    assert decided["conflicts"] == []
    assert "schema: x," in decided["text"]


def test_a_text_that_cannot_be_read_is_not_merged(owner: Person, shop: UUID) -> None:
    ours = TEXT + "    nodes: [\n"

    found = merged(owner, shop, base=TEXT, ours=ours, theirs=TEXT)

    assert (found["text"], found["model"]) == (TEXT, None)
    assert "In your version" in found["diagnostics"][0]["problem"]


def test_a_key_of_ours_that_is_not_taken_over_is_told(owner: Person, shop: UUID) -> None:
    ours = TEXT + "    colour: blue\n"

    found = merged(owner, shop, base=TEXT, ours=ours, theirs=OURS)

    assert [one["rule"] for one in found["diagnostics"]] == ["unknown-key"]
    assert "not taken over" in found["diagnostics"][0]["problem"]


def test_two_new_documents_with_different_models_hold_both(owner: Person, shop: UUID) -> None:
    theirs = "data_models:\n  - id: other\n    nodes: []\n"

    found = merged(owner, shop, base="", ours=TEXT, theirs=theirs, model_id="orders")

    assert found["text"].startswith(theirs)
    assert [node["id"] for node in found["model"]["nodes"]] == ["raw", "clean"]


# What needs no workspace


def test_the_next_runs_of_a_schedule(owner: Person) -> None:
    reply = owner.client.post(
        "/schedules-next",
        json={"quartz": "0 0 6 * * ?", "time_zone": "Asia/Kolkata", "count": 3},
    )

    assert reply.status_code == 200, reply.text
    assert [run[10:] for run in reply.json()["runs"]] == ["T06:00:00+05:30"] * 3
    assert reply.json()["words"] == "Every day at 06:00 (Asia/Kolkata)."


def test_columns_of_pasted_ddl(owner: Person) -> None:
    reply = owner.client.post("/columns-read", json={"text": "create table s.t (id int not null)"})

    assert reply.status_code == 200, reply.text
    assert reply.json() == {
        "table": "s.t",
        "columns": [{"name": "id", "type": "INT", "comment": "", "nullable": False}],
        "source": "ddl",
        "diagnostics": [],
    }


def test_nobody_reads_columns_without_signing_in(server: Running) -> None:
    assert server.client().post("/columns-read", json={"text": "x"}).status_code == 401


def test_a_search_finds_what_is_in_the_workspace(owner: Person, shop: UUID) -> None:
    reply = owner.client.get(f"/workspaces/{shop}/search", params={"q": "retail"})

    assert reply.status_code == 200, reply.text
    assert any(hit["kind"] == "model" and hit["path"] for hit in reply.json())


# What a canvas begins with


Made = tuple[Person, UUID, dict[str, Any]]


@pytest.fixture(scope="module")
def made(server: Running) -> Made:
    """Somebody with a document that holds the model `orders`."""
    ada = server.person("ada")
    shop = server.workspace(ada, "Begun", "retail")
    body = {"kind": "model", "id": "orders", "text": TEXT}
    reply = ada.client.post(f"/workspaces/{shop}/documents", json=body)
    assert reply.status_code == 201, reply.text
    return ada, shop, reply.json()


def begun(person: Person, shop: UUID, model_id: str = "orders", **query: Any) -> dict[str, Any]:
    reply = person.client.get(
        f"/workspaces/{shop}/models-kept", params={"model_id": model_id, **query}
    )
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def typed(made: Made, text: str) -> None:
    ada, shop, document = made
    ada.client.put(
        f"/workspaces/{shop}/drafts/model/{document['path']}",
        json={"text": text, "base_version": document["version"]},
    ).raise_for_status()


def test_a_model_comes_in_one_answer_with_its_document(made: Made) -> None:
    ada, shop, document = made

    found = begun(ada, shop, draft=False)

    assert found == {
        "path": document["path"],
        "version": document["version"],
        "text": None,
        "draft": None,
        "opened": opened(ada, shop, path=document["path"], model_id="orders"),
    }


def test_a_draft_that_can_be_drawn_goes_first_and_the_document_comes_along(made: Made) -> None:
    ada, shop, document = made
    text = TEXT.replace("schema: raw", "schema: bronze")
    typed(made, text)

    found = begun(ada, shop)

    assert (found["opened"]["text"], found["text"]) == (text, TEXT)
    assert found["opened"]["model"]["nodes"][0]["properties"]["schema"] == "bronze"
    assert found["draft"].pop("updated_at")
    assert found["draft"] == {"text": None, "base_version": document["version"], "moved_on": False}


def test_a_draft_that_cannot_be_drawn_comes_beside_what_can(made: Made) -> None:
    ada, shop, _ = made
    typed(made, "data_models: [")

    found = begun(ada, shop)

    assert (found["opened"]["text"], found["text"]) == (TEXT, None)
    assert found["opened"]["model"]["id"] == "orders"
    assert found["draft"]["text"] == "data_models: ["


def test_nobody_else_is_given_the_draft(made: Made, server: Running) -> None:
    _, shop, _ = made
    typed(made, TEXT + "# Typed.\n")

    assert begun(server.member(shop, "viewer"), shop)["draft"] is None


def test_a_draft_that_somebodys_save_has_overtaken_says_so(server: Running) -> None:
    ada = server.person("ada")
    shop = server.workspace(ada, "Overtaken", "retail")
    body = {"kind": "model", "id": "orders", "text": TEXT}
    document = ada.client.post(f"/workspaces/{shop}/documents", json=body).json()
    typed((ada, shop, document), TEXT + "# Mine.\n")
    ada.client.put(
        f"/workspaces/{shop}/documents/{document['path']}",
        json={"text": TEXT + "# Theirs.\n"},
        headers={"If-Match": f'"{document["version"]}"'},
    ).raise_for_status()

    found = begun(ada, shop)

    assert found["draft"]["moved_on"] is True
    assert found["draft"]["base_version"] == document["version"] != found["version"]
    assert found["text"] == TEXT + "# Theirs.\n"


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(TEXT + "   }", id="no YAML"),
        pytest.param(TEXT.replace("data_models:", "data_model:"), id="no list of models"),
    ],
)
def test_a_document_that_cannot_be_read_opens_with_what_is_wrong(
    broken: str, server: Running
) -> None:
    ada = server.person("ada")
    shop = server.workspace(ada, "Broken", "retail")
    body = {"kind": "model", "id": "orders", "path": "metadata/models/shop.yaml", "text": TEXT}
    document = ada.client.post(f"/workspaces/{shop}/documents", json=body).json()
    ada.client.put(
        f"/workspaces/{shop}/documents/{document['path']}",
        json={"text": broken},
        headers={"If-Match": "*"},
    ).raise_for_status()

    found = begun(ada, shop)

    assert (found["path"], found["opened"]["text"]) == (document["path"], broken)
    assert found["opened"]["model"] is None
    assert found["opened"]["diagnostics"][0]["severity"] == "error"


def test_a_node_of_a_broken_document_is_no_model(server: Running) -> None:
    ada = server.person("ada")
    shop = server.workspace(ada, "Nodes", "retail")
    body = {"kind": "model", "id": "orders", "text": TEXT}
    document = ada.client.post(f"/workspaces/{shop}/documents", json=body).json()
    ada.client.put(
        f"/workspaces/{shop}/documents/{document['path']}",
        json={"text": TEXT + "   }"},
        headers={"If-Match": "*"},
    ).raise_for_status()

    reply = ada.client.get(f"/workspaces/{shop}/models-kept", params={"model_id": "clean"})

    assert (reply.status_code, bool(reply.json()["remedy"])) == (404, True)


def test_the_answer_to_a_drawing_is_the_answer_to_the_text_it_makes(
    owner: Person, shop: UUID
) -> None:
    model = opened(owner, shop)["model"]
    model["nodes"][0]["position"] = {"x": 123, "y": 45.5}

    drawn = opened(owner, shop, model=model)

    assert drawn["text"] != TEXT
    assert opened(owner, shop, text=drawn["text"], model_id="orders") == drawn


def test_a_long_answer_is_packed_for_whoever_takes_it(owner: Person, shop: UUID) -> None:
    nodes = "".join(f"      - {{id: n{i}, type: select_transform}}\n" for i in range(500))
    body = {"text": f"data_models:\n  - id: long\n    nodes:\n{nodes}"}
    url = f"/workspaces/{shop}/models-open"

    packed = owner.client.post(url, json=body, headers={"Accept-Encoding": "gzip"})
    plain = owner.client.post(url, json=body, headers={"Accept-Encoding": "identity"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.json() == plain.json()
