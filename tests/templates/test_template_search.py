"""Finding templates by words, also mistyped ones."""

import random
from dataclasses import replace
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.templates.library import builtin_templates
from lakewright.templates.search import (
    EXACT,
    PREFIX,
    TWO_TYPOS,
    TYPO,
    Query,
    TemplateIndex,
    distance,
    slips_allowed,
    weighted_words,
    words_of,
)
from lakewright.templates.template import Fit, Template

LIBRARY = tuple(builtin_templates().values())
INDEX = TemplateIndex(LIBRARY)


def ids(query: Query) -> list[str]:
    return [hit.template.id for hit in INDEX.search(query, limit=200).items]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        pytest.param("copy into", "copy_into_ingest", id="its name"),
        pytest.param("COPY_INTO_INGEST", "copy_into_ingest", id="its id, in capitals"),
        pytest.param("kafka", "kafka_ingest", id="one word"),
        pytest.param("kafk", "kafka_ingest", id="the beginning of a word"),
        pytest.param("kafak", "kafka_ingest", id="two letters swapped"),
        pytest.param("quarrantine", "data_quality_quarantine", id="a letter too many"),
        pytest.param("maintenence", "table_maintenance", id="a wrong letter"),
        pytest.param("auto-loader", "auto_loader_ingest", id="a name with a dash"),
    ],
)
def test_what_is_meant_is_among_the_first(text: str, first: str) -> None:
    assert first in ids(Query(text))[:5]


def test_a_word_of_the_name_tells_more_than_one_of_the_description() -> None:
    library = [Template("a", "Load", description="copy"), Template("b", "Copy")]

    found = [hit.template.id for hit in TemplateIndex(library).search(Query("copy")).items]

    assert found == ["b", "a"]


def test_every_word_has_to_match() -> None:
    both = set(ids(Query("pipeline python")))

    assert both == set(ids(Query("pipeline"))) & set(ids(Query("python")))


def test_a_word_that_is_there_is_no_slip_of_another() -> None:
    library = [Template("a", "merge"), Template("b", "merges"), Template("c", "marge")]

    found = [hit.template.id for hit in TemplateIndex(library).search(Query("merge")).items]

    assert found == ["a", "b"]


def test_filters_count_together() -> None:
    query = Query("", category="pipelines", output="pipeline_sql", builtin=True)

    found = INDEX.search(query, limit=200)

    assert {hit.template.category for hit in found.items} == {"pipelines"}
    assert {hit.template.output_type for hit in found.items} == {"pipeline_sql"}
    assert found.total == len(found.items) == found.facets["output"]["pipeline_sql"]


def test_filters_by_tag_and_node_type() -> None:
    assert "copy_into_ingest" in ids(Query(tag="bronze", node_type="dest_table"))
    assert ids(Query(tag="no-such-tag")) == []
    assert ids(Query(builtin=False)) == []


def test_no_words_find_everything_by_category_and_id() -> None:
    assert ids(Query()) == [t.id for t in sorted(LIBRARY, key=lambda t: (t.category, t.id))]


@pytest.mark.parametrize("text", ["--", "'; DROP", "\x00", "%", "a" * 5000, "zzzzzz"])
def test_nonsense_finds_nothing_or_something_but_never_stops(text: str) -> None:
    assert INDEX.search(Query(text)).total <= len(LIBRARY)


def test_pages_follow_each_other_without_gap_or_repetition() -> None:
    whole = ids(Query("table"))

    pages = [INDEX.search(Query("table"), limit=3, offset=n).items for n in range(0, 60, 3)]

    assert [hit.template.id for page in pages for hit in page] == whole[:60]


# --- the same as asking every template ---


def made_up(number: int, chance: random.Random) -> Template:
    base = chance.choice(LIBRARY)
    words = [*words_of(base.description), *base.tags, "orders", "grün", "v2"]
    some = chance.sample(words, min(4, len(words)))
    return replace(
        base,
        id=f"{base.id}_{number}",
        name=" ".join([base.name, *some]),
        tags=(*base.tags, chance.choice(words)),
        fits=(*base.fits, Fit("notebook")),
        builtin=number % 3 == 0,
    )


def brute_force(library: list[Template], query: Query) -> list[tuple[str, float]]:
    """Id and score of what matches, by asking each template about each word."""
    words = [weighted_words(template) for template in library]
    vocabulary = {word for each in words for word in each}
    wanted = list(dict.fromkeys(words_of(query.text)))
    if not wanted and query.text.strip():
        return []
    scores = [0.0] * len(library)
    fine = [query.admits(template) for template in library]
    for word in wanted:
        begun = {
            each: EXACT if each == word else PREFIX for each in vocabulary if each.startswith(word)
        }
        most = slips_allowed(word)
        slips = {
            each: TYPO if distance(word, each, most) == 1 else TWO_TYPOS
            for each in vocabulary
            if distance(word, each, most) <= most
        }
        meant = begun or slips
        for number, mine in enumerate(words):
            points = [
                quality * mine[each] * log(1 + len(library) / sum(each in w for w in words))
                for each, quality in meant.items()
                if each in mine
            ]
            fine[number] = fine[number] and bool(points)
            scores[number] += max(points, default=0.0)
    found = [
        (template, score)
        for template, score, admitted in zip(library, scores, fine, strict=True)
        if admitted
    ]
    found.sort(key=lambda each: (-round(each[1], 6), each[0].category, each[0].id))
    return [(template.id, score) for template, score in found]


CHANCE = random.Random(5)
MANY = [made_up(number, CHANCE) for number in range(120)]
MANY_INDEX = TemplateIndex(MANY)
WORDS = sorted({word for template in MANY for word in weighted_words(template)})


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(WORDS), max_size=3),
    st.integers(0, 7),
    st.sampled_from(["", "ingestion", "pipelines", "nowhere"]),
    st.sampled_from([None, True, False]),
)
def test_the_result_is_that_of_asking_every_template(
    words: list[str], slip: int, category: str, builtin: bool | None
) -> None:
    if words and slip < len(words[0]):
        words = [words[0][:slip] + words[0][slip + 1 :], *words[1:]]
    query = Query(" ".join(words), category=category, builtin=builtin)

    found = MANY_INDEX.search(query, limit=500)

    wanted = brute_force(MANY, query)
    assert [hit.template.id for hit in found.items] == [name for name, _ in wanted]
    assert [hit.score for hit in found.items] == pytest.approx([s for _, s in wanted], abs=1e-5)
    assert found.total == len(found.items)
