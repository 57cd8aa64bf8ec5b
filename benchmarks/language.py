"""How long the editor waits for an answer about a template of 500 lines, and a search takes."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from benchmarks.measure import Figure, percentile

LINES = 500
ANSWER_MS = 20.0
TEMPLATES = 10_000
SEARCH_MS = (5.0, 25.0)
QUERIES = (
    "merge", "copy into", "kafak", "streaming table", "quarrantine", "jdbc ingest", "scd",
    "pipeline python", "grants", "freshness volume", "optimize", "delta t", "autoloader json",
)  # fmt: skip


def measure(rounds: int) -> Iterator[Figure]:
    """Each round types one more character into the text, so that nothing is known before."""
    from lakewright.operations import language
    from lakewright.templates.environment import builtin_macros
    from lakewright.templates.language.completions import completions
    from lakewright.templates.language.document import read_document
    from lakewright.templates.language.findings import findings
    from lakewright.templates.language.formatting import formatted
    from lakewright.templates.language.highlighting import highlighted
    from lakewright.templates.language.hover import hover
    from lakewright.templates.language.navigation import references
    from lakewright.templates.language.outline import folds, symbols
    from lakewright.templates.language.view import View
    from lakewright.templates.library import builtin_templates

    view = View(builtin_templates(), builtin_macros(), {}, language.node_properties())
    text = long_file()
    half = text.rindex("{{ table | table_name }}") + len("{{ table | ta")

    def timed(what: str, ask: Callable[[Any, Any], Any]) -> list[float]:
        found = []
        for number in range(rounds + 3):
            typed = f"{text[:half]}{{# {what} {number} #}}{text[half:]}"
            began = time.perf_counter()
            document = read_document(typed, "templates/long.yaml", view=view)
            ask(document, document.lines.position(half))
            found.append((time.perf_counter() - began) * 1000)
        return found[3:]

    name = f"Language service, {text.count(chr(10))} lines, every answer new"
    questions: dict[str, Callable[[Any, Any], Any]] = {
        "completions": lambda document, place: completions(document, place, view),
        "hover": lambda document, place: hover(document, place, view),
        "references": lambda document, place: references(document, place, view),
        "symbols and folding": lambda document, _: (symbols(document), folds(document)),
        "format": lambda document, _: formatted(document),
        "tokens": lambda document, _: highlighted(document),
        "diagnostics": lambda document, _: findings(document, view),
    }
    for what, ask in questions.items():
        yield Figure(name, f"{what}, p50", percentile(timed(what, ask), 0.5), "ms", ANSWER_MS)
    yield from _searching(rounds)


def long_file() -> str:
    """A template file of some 500 lines with everything that the language has."""
    from importlib.resources import files

    text = (
        files("lakewright.templates") / "builtin/table_management/managed_delta_table.yaml"
    ).read_text(encoding="utf-8")
    piece = (
        "      {% for column in columns if column.comment %}\n"
        "      -- {{ column.name | sql_comment }}: {{ column.comment | sql_comment }}\n"
        "      {% endfor %}\n"
        "      SELECT count(*) FROM {{ table | table_name }} WHERE 'a' = 'b';\n"
    )
    while text.count("\n") < LINES:
        text = f"{text.rstrip()}\n{piece}"
    return text


def many_templates(count: int) -> list[Any]:
    """As many templates, with words of their own, as a large company might keep."""
    from lakewright.templates.library import builtin_templates
    from lakewright.templates.search import words_of

    chance = random.Random(7)
    library = list(builtin_templates().values())
    subjects = [f"{stem}{end}" for stem in ("ord", "cust", "invo", "ship", "stor", "pay", "prod",
                "mat", "plan", "supp") for end in ("er", "ers", "ice", "ment", "line", "fact",
                "dim", "raw", "day", "hour")]  # fmt: skip
    found = []
    for number in range(count):
        base = chance.choice(library)
        words = chance.sample(subjects, 3)
        found.append(
            replace(
                base,
                id=f"{base.id}_{words[0]}_{number}",
                name=f"{base.name} for {' '.join(words)}",
                tags=(*base.tags, words[1]),
                description=f"{base.description} {' '.join(words_of(base.id))} of {words[2]}",
                builtin=False,
            )
        )
    return found


def _searching(rounds: int) -> Iterator[Figure]:
    from lakewright.templates.search import Query, TemplateIndex

    templates = many_templates(TEMPLATES)
    began = time.perf_counter()
    index = TemplateIndex(templates)
    built = (time.perf_counter() - began) * 1000
    taken = []
    for number in range(max(rounds, 3) * len(QUERIES)):
        query = Query(QUERIES[number % len(QUERIES)])
        began = time.perf_counter()
        index.search(query)
        taken.append((time.perf_counter() - began) * 1000)
    name = f"B4 search over {TEMPLATES:,} templates, in process"
    yield Figure(name, "p50", percentile(taken, 0.5), "ms", SEARCH_MS[0])
    yield Figure(name, "p99", percentile(taken, 0.99), "ms", SEARCH_MS[1])
    yield Figure(name, "making ready", built, "ms")
