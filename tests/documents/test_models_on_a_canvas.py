"""What a canvas gets and gives back: nothing of the file changes but what a person changed."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from lakewright.git.local_repository import LocalRepositories
from lakewright.operations.model_cards import Change, KnownCards, LastChanges, list_cards
from lakewright.operations.models import model_as_json, model_from_json, open_model
from lakewright.ports import Author
from lakewright.yaml_text.memory import ParseMemory

TEXT = """\
data_models:
  - id: m  # the one
    nodes:
      - id: load
        type: notebook
        properties: {notebook_path: /Workspace/a, wait: 1.0, existing: 12345678901234567890}
        position: {x: 10.0, y: 20}
      - {id: t, type: dest_table, properties: {catalog: c, schema: s, table: t}}
      - {id: use, type: notebook, properties: {notebook_path: /Workspace/b}}
    edges:
      - {source: load, target: t}
      - {source: t, target: use}
    future: kept
"""


def through_a_browser(value: Any) -> Any:
    """JavaScript has one kind of number, of 53 bits."""
    return json.loads(
        json.dumps(value),
        parse_int=lambda text: int(float(text)),
        parse_float=lambda text: int(float(text)) if float(text).is_integer() else float(text),
    )


def test_a_model_comes_back_from_a_browser_without_a_change() -> None:
    model = open_model(TEXT).model
    assert model is not None
    back = model_from_json(through_a_browser(model_as_json(model)))

    assert open_model(TEXT, model=back).text == TEXT


def test_one_change_in_a_browser_changes_one_line() -> None:
    model = open_model(TEXT).model
    assert model is not None
    value = through_a_browser(model_as_json(model))
    value["nodes"][0]["properties"]["wait"] = 2

    assert open_model(TEXT, model=model_from_json(value)).text == TEXT.replace(
        "wait: 1.0", "wait: 2"
    )


def test_a_dependency_that_follows_from_rows_says_why() -> None:
    [found] = open_model(TEXT).derived

    assert (found.source, found.target) == ("load", "use")
    assert found.because == "Rows flow from 'load' through 't' to 'use'."


def test_places_and_waves_are_those_of_the_text() -> None:
    opened = open_model(TEXT)

    assert opened.places == {"load": 4, "t": 8, "use": 9}
    assert opened.waves == (("load",), ("t",), ("use",))


@pytest.mark.parametrize("memory", [None, ParseMemory(), ParseMemory(most_characters=10)])
def test_remembering_texts_changes_no_answer(memory: ParseMemory | None) -> None:
    first = open_model(TEXT, memory=memory)
    assert first.model is not None
    again = [open_model(TEXT, model=first.model, memory=memory) for _ in range(2)]

    assert [one.as_json() for one in again] == [first.as_json()] * 2


def test_a_finding_has_its_line() -> None:
    text = TEXT.replace("type: dest_table", "type: dest_tabel")
    [found] = [one for one in open_model(text, "m.yaml").diagnostics if one.severity == "error"]

    assert (found.rule, found.where.line, found.where.node) == ("node-type-is-known", 8, "t")
    assert found.fixes


def test_an_unknown_model_is_a_finding() -> None:
    opened = open_model(TEXT, model_id="mm")

    assert (opened.model, opened.model_ids) == (None, ("m",))
    assert [one.rule for one in opened.diagnostics] == ["no-such-model", "unknown-key"]


def test_cards_and_last_changes_follow_the_repository(tmp_path: Path) -> None:
    ada, bob = Author("Ada", "ada@example.com"), Author("Bob", "bob@example.com")
    one, two = "metadata/models/one.yaml", "metadata/models/two.yaml"
    repository = LocalRepositories(tmp_path).create(
        UUID(int=1),
        {one: TEXT.encode(), two: TEXT.replace("id: m ", "id: n ").encode()},
        ada,
        "Begin",
    )
    known, changes = KnownCards(), LastChanges()

    def who() -> dict[str, str]:
        cards = list_cards(repository, known)
        found = changes.of("w", repository, [card.path for card in cards])
        return {card.id: found[card.path].by for card in cards}

    before = who()
    changed = TEXT.replace("id: m ", "id: m2 ") + "  - {id: second, nodes: []}\n"
    commit = repository.commit({one: changed.encode()}, "Change", bob, {})

    assert before == {"m": "Ada", "n": "Ada"}
    assert who() == {"m2": "Bob", "second": "Bob", "n": "Ada"}
    assert changes.of("w", repository, [one])[one] == Change(commit.at, "Bob")
    assert LastChanges().of("w", repository, [one, two])[two].by == "Ada"


def test_a_file_that_cannot_be_read_has_no_card(tmp_path: Path) -> None:
    repository = LocalRepositories(tmp_path).create(
        UUID(int=1),
        {"metadata/models/x.yaml": b"data_models: ["},
        Author("Ada", "ada@example.com"),
        "Begin",
    )
    assert list_cards(repository, KnownCards()) == []
