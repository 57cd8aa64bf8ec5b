"""Notes and groups: what people draw around the nodes, kept in the file, without any effect."""

from dataclasses import replace

import pytest

from lakewright.datamodel.checks import check_structure
from lakewright.datamodel.model import DataModel, Drawing, Group, Note
from lakewright.datamodel.yaml_codec import (
    new_model_text,
    place,
    read_models,
    write_model,
)
from lakewright.operations.change_words import words_of_change
from lakewright.operations.schemas import FileKind

BARE = """\
data_models:
  - id: m
    nodes:
      - {id: a, type: source_table}
      - {id: b, type: target_table}
    edges: []
"""
DRAWN = (
    BARE
    + """\
    drawing:
      # What we agreed on.
      notes:
        - id: n1
          text: Ask Finance  # soon
          x: 10.0
          shade: dark
        - just a word
      groups:
        - id: g1
          name: Raw
          nodes: [a]
"""
)


def read_one(text: str) -> DataModel:
    [model] = read_models(text, "m.yaml").models
    return model


def test_notes_and_groups_are_read_with_what_is_usual() -> None:
    assert read_one(DRAWN).drawing == Drawing(
        (Note("n1", "Ask Finance", 10, 0, 240, 120, ""),),
        (Group("g1", "Raw", ("a",), collapsed=False, color=""),),
    )


def test_a_model_without_them_has_no_such_key() -> None:
    assert "drawing" not in new_model_text(read_one(BARE))


def test_what_is_written_is_read_again() -> None:
    drawing = Drawing(
        (Note("n", "two\nlines", -1.5, 2, 30, 40, "amber"),),
        (Group("g", "Raw", ("a", "b"), collapsed=True, color="blue"),),
    )
    text = write_model(BARE, replace(read_one(BARE), drawing=drawing))

    assert read_one(text).drawing == drawing
    assert text.startswith(BARE)


def test_moving_a_note_changes_its_line_only() -> None:
    model = read_one(DRAWN)
    [note] = model.drawing.notes
    moved = replace(model, drawing=replace(model.drawing, notes=(replace(note, x=11),)))

    assert write_model(DRAWN, moved) == DRAWN.replace("x: 10.0", "x: 11")


def test_taking_everything_away_leaves_the_rest() -> None:
    text = BARE + "    drawing:\n      notes: [{id: n1, text: x}]\n    tags: [kept]\n"

    assert write_model(text, replace(read_one(text), drawing=Drawing())) == (
        BARE + "    tags: [kept]\n"
    )


def test_what_cannot_be_read_is_kept_when_the_rest_goes() -> None:
    left = write_model(DRAWN, replace(read_one(DRAWN), drawing=Drawing()))

    assert "- just a word" in left
    assert "Ask Finance" not in left


def test_one_is_not_true_when_a_model_is_written() -> None:
    text = BARE.replace("type: source_table", "type: source_table, properties: {cdc: 1}")
    model = read_one(text)
    true = replace(model.nodes[0], properties={"cdc": True})

    assert "cdc: true" in write_model(text, replace(model, nodes=(true, model.nodes[1])))


@pytest.mark.parametrize(
    ("drawing", "rule"),
    [
        pytest.param("[]", "wrong-type", id="the drawing is a mapping"),
        pytest.param("{note: []}", "unknown-key", id="it has notes and groups"),
        pytest.param("{notes: [{text: x}]}", "missing-id", id="a note has an id"),
        pytest.param(
            "{notes: [{id: n}, {id: n}]}", "duplicate-note-id", id="notes have different ids"
        ),
        pytest.param("{notes: [{id: n, x: left}]}", "wrong-type", id="a place is a number"),
        pytest.param("{notes: [{id: n, x: 1e12}]}", "bad-position", id="a place can be seen"),
        pytest.param("{groups: [{id: g, nodes: a}]}", "wrong-type", id="a group lists its nodes"),
    ],
)
def test_a_mistake_in_the_drawing_is_found(drawing: str, rule: str) -> None:
    found = read_models(f"{BARE}    drawing: {drawing}\n", "m.yaml")

    assert [finding.rule for finding in found.diagnostics] == [rule]
    assert found.diagnostics[0].where.line == 7
    assert len(found.models) == 1


def test_a_group_with_an_unknown_node_is_a_warning_with_its_place() -> None:
    text = DRAWN.replace("nodes: [a]", "nodes: [a, bb]")
    [found] = [
        finding
        for finding in place(check_structure(read_one(text)), text, "m.yaml", model_id="m")
        if finding.rule == "group-holds-nodes"
    ]

    assert found.severity == "warning"
    assert "Did you mean 'b'?" in found.remedy
    assert (found.where.line, found.where.column) == (18, 22)


def test_a_commit_says_that_notes_and_groups_were_edited() -> None:
    without = BARE + "    drawing: {groups: [{id: g1, nodes: [a]}]}\n"

    assert words_of_change(FileKind.MODEL, "m.yaml", BARE, without) == "Edit groups"
    assert words_of_change(FileKind.MODEL, "m.yaml", without, DRAWN) == "Edit notes and groups"


def test_a_group_of_nodes_that_exist_is_sound() -> None:
    assert "group-holds-nodes" not in {f.rule for f in check_structure(read_one(DRAWN))}
