"""Edits change the lines concerned, and no others."""

import copy
import difflib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lakewright.yaml_text.edit import edited, same, update
from lakewright.yaml_text.load import YamlError, load, load_or_diagnose
from lakewright.yaml_text.write import dump

BRIEF = Path(__file__).parent.parent / "fixtures" / "brief"

TEXT = """\
# all of our models
data_models:
- id: m   # the id
  name: "Quoted"
  nodes:
  # reads raw
  - {id: a, type: source_table, position: {x: 1, y: 2}}  # first
  - {id: b, type: t, properties: {sql: "select 1", n: 3}}

  # a section

  # writes
  - id: c
    type: 'target'
    properties:
      # why
      sql: |   # the sql
        select *
        from t

      k: v # kk
  edges: []   # none yet
# end
"""


def diff(before: str, after: str) -> list[str]:
    """The lines that went (-) and came (+)."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


def change(text: str, edit: Callable[[Any], object]) -> str:
    value = load(text)
    edit(value)
    changed = update(text, value)
    assert same(load(changed), value)
    return changed


def model(value: Any) -> Any:
    return value["data_models"][0]


@pytest.mark.parametrize(
    ("edit", "lines"),
    [
        pytest.param(
            lambda v: model(v)["nodes"][0]["position"].update(x=5),
            ["-   - {id: a, type: source_table, position: {x: 1, y: 2}}  # first",
             "+   - {id: a, type: source_table, position: {x: 5, y: 2}}  # first"],
            id="a number in braces",
        ),
        pytest.param(
            lambda v: model(v).update(name="New"),
            ['-   name: "Quoted"', '+   name: "New"'],
            id="quotes stay double",
        ),
        pytest.param(
            lambda v: model(v)["nodes"][2].update(type="it's"),
            ["-     type: 'target'", "+     type: 'it''s'"],
            id="quotes stay single",
        ),
        pytest.param(
            lambda v: model(v)["nodes"][2]["properties"].update(k="no"),
            ["-       k: v # kk", '+       k: "no" # kk'],
            id="bare text gets quotes when it needs them",
        ),
        pytest.param(
            lambda v: model(v)["nodes"][2]["properties"].update(sql="select *\nfrom u\n"),
            ["-         from t", "+         from u"],
            id="a line of a block",
        ),
        pytest.param(
            lambda v: model(v)["edges"].append({"source": "a", "target": "c"}),
            ["-   edges: []   # none yet", "+   edges:   # none yet", "+   - source: a",
             "+     target: c"],
            id="the first item of an empty list",
        ),
        pytest.param(
            lambda v: model(v)["nodes"].pop(0),
            ["-   # reads raw",
             "-   - {id: a, type: source_table, position: {x: 1, y: 2}}  # first"],
            id="an item takes its comment along",
        ),
        pytest.param(
            lambda v: model(v)["nodes"].pop(1),
            ['-   - {id: b, type: t, properties: {sql: "select 1", n: 3}}'],
            id="but not the comment of a section",
        ),
        pytest.param(
            lambda v: model(v)["nodes"][2]["properties"].pop("sql"),
            ["-       # why", "-       sql: |   # the sql", "-         select *",
             "-         from t"],
            id="a key in the middle goes",
        ),
        pytest.param(
            lambda v: model(v)["nodes"][1]["properties"].update(m=[1, {"z": None}]),
            ['-   - {id: b, type: t, properties: {sql: "select 1", n: 3}}',
             '+   - {id: b, type: t, properties: {sql: "select 1", n: 3, m: [1, {z: null}]}}'],
            id="a new key in braces",
        ),
        pytest.param(
            lambda v: model(v)["nodes"][2].update(id="renamed"),
            ["-   - id: c", "+   - id: renamed"],
            id="a renamed node keeps its comments",
        ),
        pytest.param(
            lambda v: model(v).update(tags=["x", "z"]),
            ["+   tags: [x, z]"],
            id="a new key goes to the end",
        ),
        pytest.param(
            lambda v: model(v)["nodes"][2]["properties"].update(k={"deep": [{"x": 1}]}),
            ["-       k: v # kk", "+       k: # kk", "+         deep:", "+         - x: 1"],
            id="a scalar becomes a mapping",
        ),
        pytest.param(
            lambda v: model(v)["nodes"][2].update(properties=None),
            ["-     properties:", "+     properties: null", "-       # why",
             "-       sql: |   # the sql", "-         select *", "-         from t", "- ",
             "-       k: v # kk"],
            id="a mapping becomes a scalar",
        ),
        pytest.param(
            lambda v: model(v)["nodes"].append({"id": "d", "type": "t", "properties": {"k": 1}}),
            ["+   - id: d", "+     type: 't'", "+     properties:", "+       k: 1"],
            id="a new item looks like its neighbour",
        ),
    ],
)  # fmt: skip
def test_only_the_lines_concerned_change(edit: Callable[[Any], object], lines: list[str]) -> None:
    assert diff(TEXT, change(TEXT, edit)) == lines


def test_moved_items_take_their_comments_along() -> None:
    text = "l:\n  # one\n  - id: a # A\n\n  # two\n  - id: b # B\n\n  - id: c\n"
    changed = change(text, lambda v: v["l"].insert(0, v["l"].pop(1)))
    assert changed.splitlines()[1:3] == ["  # two", "  - id: b # B"]
    assert sorted(filter(None, changed.splitlines())) == sorted(filter(None, text.splitlines()))


@pytest.mark.parametrize("name", ["customer_pipeline.yaml", "delta_table_creation.yaml"])
def test_the_same_value_is_the_same_text(name: str) -> None:
    text = (BRIEF / name).read_text()
    assert update(text, load(text)) == text


@pytest.mark.parametrize(
    ("text", "edit", "expected"),
    [
        pytest.param("a: 1\r\nb: 2\r\n", lambda v: v.update(c="x\ny\n"),
                     "a: 1\r\nb: 2\r\nc: |\r\n  x\r\n  y\r\n", id="CRLF"),
        pytest.param("\ufeffa: 1\n", lambda v: v.update(a=2), "\ufeffa: 2\n", id="a mark"),
        pytest.param("a: 1\nb: 2", lambda v: v.update(b=3, c=4), "a: 1\nb: 3\nc: 4",
                     id="no line break at the end"),
        pytest.param("a:\n    b:\n        c: 1\n", lambda v: v["a"].update(d={"e": 1}),
                     "a:\n    b:\n        c: 1\n    d:\n        e: 1\n", id="indents of four"),
        pytest.param("a:\n- 1\n- 2\n", lambda v: v.update(b=[{"c": [{}]}]),
                     "a:\n- 1\n- 2\nb:\n- c:\n  - {}\n", id="dashes below the key"),
        pytest.param("--- # doc\na: 1\n...\n", lambda v: v.update(b=1),
                     "--- # doc\na: 1\nb: 1\n...\n", id="document markers"),
        pytest.param("a: [1, 2,  3]\n", lambda v: v["a"].pop(1), "a: [1, 3]\n", id="a flow list"),
        pytest.param("a: [\n  1, # one\n  2, # two\n]\n", lambda v: v["a"].append(3),
                     "a: [\n  1, # one\n  2, # two\n  3,\n]\n", id="a flow list over lines"),
        pytest.param("a: {\n  b: 1, # one\n  c: 2 # two\n}\n", lambda v: v["a"].update(d=3, e=4),
                     "a: {\n  b: 1, # one\n  c: 2, # two\n  d: 3,\n  e: 4\n}\n",
                     id="a flow mapping over lines"),
        pytest.param("a: [\n  1,\n  2]\n", lambda v: v["a"].append(3), "a: [\n  1,\n  2,\n  3]\n",
                     id="a flow list with the bracket on its last line"),
        pytest.param("a: {b, c: }\n", lambda v: v["a"].update(b=1, c=2), "a: {b: 1, c: 2 }\n",
                     id="flow entries without values"),
        pytest.param("a: [b: 1]\n", lambda v: v["a"][0].update(c=2), "a: [{b: 1, c: 2}]\n",
                     id="a pair without braces"),
        pytest.param("- - a\n  - b\n", lambda v: v[0].insert(0, "x"), "- - x\n  - a\n  - b\n",
                     id="an item before the first, on the line of a dash"),
        pytest.param("- a: 1\n  # b\n  b: 2\n", lambda v: v[0].pop("a"), "-\n  # b\n  b: 2\n",
                     id="the first key goes and comments stay"),
        pytest.param("-  - 1\n   - 2\n", lambda v: v.__setitem__(0, [{"k": 1}, {"l": 2}]),
                     "-  - k: 1\n   - l: 2\n", id="a list beside a dash that is far away"),
        pytest.param("? a\n: 1\nb: 2\n", lambda v: v.update(b=3), "a: 1\nb: 3\n",
                     id="explicit keys are written anew"),
        pytest.param("# top\n", lambda v: v, "# top\n", id="nothing to nothing"),
        pytest.param("a: 1 # c\n", lambda v: v.update(a="x\ny\n"), "a: | # c\n  x\n  y\n",
                     id="text becomes lines"),
        pytest.param("a:\n  b: |\n    x\n\n\nc: 1\n", lambda v: v["a"].update(d=1),
                     "a:\n  b: |\n    x\n  d: 1\n\n\nc: 1\n", id="behind a block, before the gap"),
    ],
)  # fmt: skip
def test_layout_survives(text: str, edit: Callable[[Any], object], expected: str) -> None:
    assert change(text, edit) == expected


@pytest.mark.parametrize("text", ["", "# only\n", "---\n", "null\n", "\ufeff"])
def test_a_text_without_a_value_gets_one(text: str) -> None:
    changed = update(text, {"a": [1]})
    assert load(changed) == {"a": [1]}
    assert "# only" in changed or "#" not in text


ANCHORED = "d: &d\n  x: 1  # one\na: *d\nb:\n  <<: *d\n  y: 2\nc: {<<: *d, z: 3}\n"


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        pytest.param(lambda v: v["a"].update(x=2),
                     "d: &d\n  x: 1  # one\na:\n  x: 2\nb:\n  <<: *d\n  y: 2\nc: {<<: *d, z: 3}\n",
                     id="an alias is written out"),
        pytest.param(lambda v: v["d"].update(x=2),
                     "d: &d\n  x: 2  # one\na:\n  x: 1\nb:\n  y: 2\n  x: 1\nc: {z: 3, x: 1}\n",
                     id="an anchor changes alone"),
        pytest.param(lambda v: v["b"].update(x=7),
                     "d: &d\n  x: 1  # one\na: *d\nb:\n  <<: *d\n  y: 2\n  x: 7\n"
                     "c: {<<: *d, z: 3}\n", id="a merged key is overridden"),
        pytest.param(lambda v: v["c"].pop("x"),
                     "d: &d\n  x: 1  # one\na: *d\nb:\n  <<: *d\n  y: 2\nc: {z: 3}\n",
                     id="a merged key goes"),
        pytest.param(lambda v: v.pop("d"), "a:\n  x: 1\nb:\n  y: 2\n  x: 1\nc: {z: 3, x: 1}\n",
                     id="the anchor goes"),
    ],
)  # fmt: skip
def test_anchors_and_merges_keep_their_meaning(
    edit: Callable[[Any], object], expected: str
) -> None:
    changed = change(ANCHORED, edit)
    assert same(load(changed), load(expected))
    assert changed == expected


def test_a_text_that_is_not_valid_is_not_edited() -> None:
    with pytest.raises(YamlError):
        update("a: [", {"a": 1})


def test_a_value_that_cannot_be_written_is_refused() -> None:
    with pytest.raises(YamlError):
        update("a: 1\n", {"a": float("nan")})


# -- properties ---------------------------------------------------------------------------------

TEXTS = st.text("abc: #-'\"{}[]\n", max_size=5) | st.sampled_from(["no", "1.0", "x y", "l\nm\n"])
KEYS = st.sampled_from(["id", "a", "b", "c", "name", "x y", "no"])
LEAVES = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from([1.5, 1e20]) | TEXTS
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.lists(
            st.fixed_dictionaries({"id": st.sampled_from("abcd")}, optional={"a": inner}),
            max_size=5,
        )
    ),
    max_leaves=12,
)


@st.composite
def mutated(draw: st.DrawFn, value: Any) -> Any:
    """A value a few steps away."""
    step = draw(st.integers(0, 9))
    if step == 0 or not value or not isinstance(value, (dict, list)):
        return draw(VALUES)
    if isinstance(value, dict):
        key = draw(st.sampled_from(sorted(value)))
        if step <= 3:
            return {**value, key: draw(mutated(value[key]))}
        if step <= 5:
            return {k: v for k, v in value.items() if k != key}
        fresh = {draw(KEYS): draw(VALUES)}
        return {**value, **fresh} if step <= 7 else {**fresh, **value}
    index = draw(st.integers(0, len(value) - 1))
    if step <= 3:
        return [*value[:index], draw(mutated(value[index])), *value[index + 1 :]]
    if step <= 5:
        return value[:index] + value[index + 1 :]
    if step <= 7:
        return [*value[:index], draw(VALUES), *value[index:]]
    return draw(st.permutations(value))


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Texts in many styles, some with comments, blank lines, CRLF or an open end."""
    value = draw(VALUES)
    if draw(st.booleans()):
        text = dump(value)
    else:
        text = yaml.dump(
            value,
            Dumper=yaml.SafeDumper,
            default_flow_style=draw(st.sampled_from([None, False, True])),
            default_style=draw(st.sampled_from([None, None, None, "'", '"', "|", ">"])),
            indent=draw(st.sampled_from([2, 3, 4])),
            width=draw(st.sampled_from([20, 80])),
            allow_unicode=True,
            explicit_start=draw(st.booleans()),
            sort_keys=False,
        )
    plain, refused = load_or_diagnose(text)
    assume(not refused)
    lines = []
    for line in text.split("\n"):
        lines += [line, *draw(st.sampled_from([[], [], [""], ["# c"], ["", "# c", "# d"]]))]
    commented = "\n".join(lines)
    if same(load_or_diagnose(commented)[0], plain):
        text = commented
    if draw(st.integers(0, 4)) == 0:
        text = text.replace("\n", "\r\n")
    return text if draw(st.integers(0, 4)) else text.rstrip("\r\n")


SLOW = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(st.data())
def test_the_text_means_the_new_value_after_any_edit(data: st.DataObject) -> None:
    text = data.draw(texts())
    before = load(text)
    wanted = data.draw(mutated(data.draw(mutated(before))))
    assert same(load(update(text, wanted)), wanted)
    if not same(before, wanted):
        # Not only the last resort, writing everything anew, gets there.
        smallest = edited(text, wanted)
        assert smallest is None or same(load(smallest), wanted)


@SLOW
@given(VALUES, VALUES, st.sampled_from([None, False, True]), st.booleans(), st.data())
def test_aliases_keep_their_meaning_after_any_edit(
    shared: Any, other: Any, flow: bool | None, merged: bool, data: st.DataObject
) -> None:
    value = {"a": shared, "b": [shared, {"c": shared, "id": "x"}], "d": other}
    text = yaml.dump(value, default_flow_style=flow, sort_keys=False, allow_unicode=True)
    if merged:
        text = text.replace("c: *id001", "<<: *id001")
    before, refused = load_or_diagnose(text)
    assume(not refused)
    wanted = data.draw(mutated(data.draw(mutated(before))))
    assert same(load(update(text, wanted)), wanted)
    if not same(before, wanted):
        smallest = edited(text, wanted)
        assert smallest is not None
        assert same(load(smallest), wanted)


@SLOW
@given(st.lists(st.sampled_from("abcdefgh"), unique=True, min_size=2), st.data())
def test_comments_and_lines_of_other_items_survive(ids: list[str], data: st.DataObject) -> None:
    def item(name: str) -> str:
        flow = data.draw(st.booleans())
        body = (
            f"{{id: {name}, k: {{z: 1}}}} # {name}-4\n"
            if flow
            else (f"id: {name} # {name}-2\n    # {name}-3\n    k:\n      z: 1 # {name}-4\n")
        )
        return f"  # {name}-1\n  - {body}"

    blocks = {name: item(name) for name in ids}
    text = "# top\nl:\n" + "".join(blocks.values()) + "# end\n"
    value = load(text)
    touched = data.draw(st.sampled_from(ids))
    index = ids.index(touched)
    wanted = copy.deepcopy(value)
    match data.draw(st.sampled_from(["change", "remove", "move", "add", "new key"])):
        case "change":
            wanted["l"][index]["k"]["z"] = 2
        case "remove":
            del wanted["l"][index]
        case "move":
            wanted["l"].insert(data.draw(st.integers(0, len(ids))), wanted["l"].pop(index))
        case "add":
            wanted["l"].insert(index, {"id": "new", "k": {"z": 0}})
        case _:
            wanted["l"][index]["extra"] = "text"
    changed = update(text, wanted)
    assert same(load(changed), wanted)
    for name, block in blocks.items():
        if name != touched:
            assert block in changed
    assert changed.startswith("# top\nl:\n")
    assert changed.endswith("# end\n")
