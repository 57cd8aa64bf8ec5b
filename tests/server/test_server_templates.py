"""The language service and the search over HTTP."""

from typing import Any
from uuid import UUID

import pytest

from tests.server.conftest import Person

SOURCE = "SELECT {{ table | tabel_name }}"
TEXTS: dict[str, dict[str, Any]] = {
    "completions": {"position": {"line": 1, "column": 11}},
    "hover": {"position": {"line": 1, "column": 12}},
    "definition": {"position": {"line": 1, "column": 12}},
    "references": {"position": {"line": 1, "column": 12}},
    "symbols": {},
    "folding": {},
    "format": {},
    "diagnostics": {},
    "tokens": {},
    "actions": {"range": {"line": 1, "column": 20, "end_line": 1, "end_column": 20}},
}


@pytest.mark.parametrize("question", sorted(TEXTS))
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(SOURCE, id="a source"),
        pytest.param("", id="nothing"),
        pytest.param("{{ {% {# \u2028 '", id="half a text"),
        pytest.param("templates:\n  - [", id="broken yaml"),
    ],
)
def test_every_question_about_a_text_has_an_answer(
    owner: Person, shop: UUID, question: str, text: str
) -> None:
    body = {"text": text, "template_id": "managed_delta_table", **TEXTS[question]}

    reply = owner.client.post(f"/workspaces/{shop}/language/{question}", json=body)

    assert reply.status_code == 200, reply.text


def test_a_finding_comes_with_the_edit_that_mends_it(owner: Person, shop: UUID) -> None:
    reply = owner.client.post(
        f"/workspaces/{shop}/language/diagnostics",
        json={"text": SOURCE, "template_id": "managed_delta_table"},
    )

    [found] = [each for each in reply.json() if each["rule"] == "unknown-filter"]
    assert found["fixes"][0]["changes"] == [
        {
            "op": "text",
            "line": 1,
            "column": 19,
            "end_line": 1,
            "end_column": 29,
            "text": "table_name",
        }
    ]


def test_a_rename_that_cannot_be_is_refused_with_a_remedy(owner: Person, shop: UUID) -> None:
    reply = owner.client.post(
        f"/workspaces/{shop}/language/rename",
        json={"text": SOURCE, "position": {"line": 1, "column": 2}, "name": "x"},
    )

    assert reply.status_code == 409
    assert reply.json()["code"] == "cannot-rename"
    assert reply.json()["remedy"]


def test_a_place_outside_of_the_text_is_the_nearest_inside(owner: Person, shop: UUID) -> None:
    reply = owner.client.post(
        f"/workspaces/{shop}/language/completions",
        json={"text": "{{ ", "position": {"line": 900, "column": 900}},
    )

    assert reply.status_code == 200
    assert "model" in [each["label"] for each in reply.json()]


def test_templates_are_found_by_mistyped_words(owner: Person, shop: UUID) -> None:
    reply = owner.client.get(
        f"/workspaces/{shop}/templates-search",
        params={"q": "kafak", "category": "ingestion", "from": "builtin"},
    )

    assert reply.status_code == 200, reply.text
    assert reply.json()["items"][0]["id"] == "kafka_ingest"
    assert reply.json()["facets"]["category"] == {"ingestion": reply.json()["total"]}


def test_coverage_says_which_branches_were_taken(owner: Person, shop: UUID) -> None:
    reply = owner.client.post(
        f"/workspaces/{shop}/templates-coverage", json={"templates": ["cost_guard"]}
    )

    assert reply.status_code == 200, reply.text
    [one] = reply.json()["templates"]
    assert one["passed"]
    assert one["branches_taken"] == one["branches"] > 0


UNSAVED = """\
templates:
  - id: fresh
    variations: [{id: broken, enabled: false}]
    template_content: |
      {% if variations.broken.enabled %}SELEC 2;{% else %}SELECT 1;{% endif %}
"""


def test_a_template_is_tried_as_it_is_being_typed(owner: Person, shop: UUID) -> None:
    body = {"templates": ["fresh"], "unsaved": UNSAVED}

    tried = owner.client.post(f"/workspaces/{shop}/templates-test", json=body)
    covered = owner.client.post(f"/workspaces/{shop}/templates-coverage", json=body)

    assert tried.status_code == 200, tried.text
    assert [(one["variations"]["broken"], one["passed"]) for one in tried.json()] == [
        (False, True),
        (True, False),
    ]
    [one] = covered.json()["templates"]
    assert (one["branches_taken"], one["branches"]) == (2, 2)


def test_a_script_becomes_a_template_that_is_not_saved(owner: Person, shop: UUID) -> None:
    ask = f"/workspaces/{shop}/templates-from-script"
    body = {"script": "SELECT * FROM a.b.orders LIMIT 5;", "id": "newest"}

    made = owner.client.post(ask, json=body)
    refused = owner.client.post(ask, json={**body, "chosen": {"7": "x"}})

    assert made.status_code == 200, made.text
    assert [one["name"] for one in made.json()["proposals"]] == ["orders_table", "limit"]
    assert "LIMIT {{ limit }};" in made.json()["text"]
    assert refused.status_code == 400
    assert refused.json()["remedy"]
    assert owner.client.get(f"/workspaces/{shop}/templates/newest").status_code == 404


def test_versions_of_a_template_of_the_workspace(owner: Person, shop: UUID) -> None:
    base = f"/workspaces/{shop}/templates/operations_log_entry"

    listed = owner.client.get(f"{base}/versions")
    assert listed.status_code == 200, listed.text
    newest = listed.json()[0]
    same = owner.client.get(f"{base}/comparison", params={"before": newest["version"]})
    never = owner.client.get(f"{base}/comparison", params={"before": "99.0.0"})

    assert same.status_code == 200, same.text
    assert (same.json()["source"], same.json()["outputs"]) == ("", [])
    assert never.status_code == 404


def test_samples_of_a_text_that_is_not_saved(owner: Person, shop: UUID) -> None:
    variables = "variables: [{name: table, type: table_name}]"
    text = f"templates:\n  - id: t\n    {variables}\n    template_content: x\n"

    reply = owner.client.post(
        f"/workspaces/{shop}/templates/t/samples", json={"text": text, "values": {"table": "a.b"}}
    )
    wrong = owner.client.post(
        f"/workspaces/{shop}/templates/t/samples", json={"text": text, "values": {"tabel": 1}}
    )

    assert reply.status_code == 200, reply.text
    assert reply.json()["changed"] == ["table"]
    assert "sample: a.b" in reply.json()["text"]
    assert wrong.status_code == 404


def test_upgrades_of_a_recipe(owner: Person, shop: UUID) -> None:
    recipes = owner.client.get(f"/workspaces/{shop}/documents", params={"kind": "recipe"}).json()
    recipe = recipes[0]["titles"][0]["id"]

    known = owner.client.get(f"/workspaces/{shop}/recipes/{recipe}/upgrades")
    unknown = owner.client.get(f"/workspaces/{shop}/recipes/nothing/upgrades")

    assert (known.status_code, known.json()) == (200, [])
    assert unknown.status_code == 404


def test_a_preview_says_which_value_printed_each_piece(owner: Person, shop: UUID) -> None:
    content = "      SELECT {{ keys | idents }} FROM {{ table | table_name }};\n"
    text = (
        "templates:\n  - id: t\n    variables:\n"
        "      - {name: table, type: table_name, sample: a.b}\n"
        "      - {name: keys, type: array, sample: [x, y]}\n    template_content: |\n" + content
    )

    reply = owner.client.post(f"/workspaces/{shop}/preview", json={"unsaved": text, "traced": True})

    assert reply.status_code == 200, reply.text
    found = reply.json()
    assert (found["content_line"], found["content_column"]) == (7, 6)
    printed = [
        (found["text"][span["start"] : span["end"]], span["variables"], span["range"])
        for span in found["spans"]
        if span["expression"]
    ]
    assert printed == [
        ("x, y", ["keys"], {"line": 1, "column": 8, "end_line": 1, "end_column": 27}),
        ("a.b", ["table"], {"line": 1, "column": 33, "end_line": 1, "end_column": 57}),
    ]


def test_coverage_has_a_cell_for_each_combination_and_a_mark_for_each_branch(
    owner: Person, shop: UUID
) -> None:
    text = (
        "templates:\n  - id: t\n    variations: [{id: a}]\n    template_content: |\n"
        "      SELECT 1\n      {% if variations.a.enabled %}\n      FROMM WHERE WHERE\n"
        "      {% endif %}\n      ;\n"
    )

    reply = owner.client.post(
        f"/workspaces/{shop}/templates-coverage", json={"templates": ["t"], "unsaved": text}
    )

    assert reply.status_code == 200, reply.text
    [one] = reply.json()["templates"]
    assert [(cell["variations"], cell["passed"]) for cell in one["matrix"]] == [
        ({"a": False}, True),
        ({"a": True}, False),
    ]
    assert [(way["kind"], way["line"], way["taken"]) for way in one["ways"]] == [
        ("if", 2, True),
        ("no else", 2, True),
    ]
    failure = one["failures"][0]
    assert (one["content_line"] + failure["line"] - 1, failure["cells"]) == (7, [1])
    assert failure["remedy"]
