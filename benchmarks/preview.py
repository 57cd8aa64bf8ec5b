"""B3 in process: how long one preview takes, beside compiling and rendering without a fence."""

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.measure import Figure, percentile

KNOWN_P50_MS, KNOWN_P99_MS = 2.0, 10.0
NEW_P50_MS, NEW_P99_MS = 15.0, 60.0
LONG_RATIO = 1.5
LONG_LINES = 475


def measure(rounds: int) -> Iterator[Figure]:
    """Latency of `rounds` renders, each answered before the next is asked."""
    from lakewright.context import renderer
    from lakewright.ports import RenderRequest
    from lakewright.templates.environment import builtin_macros, make_environment
    from lakewright.templates.library import builtin_templates
    from lakewright.templates.samples import sample_bindings

    template = builtin_templates()["managed_delta_table"]
    bindings = sample_bindings(template)
    macros = builtin_macros()
    environment = make_environment(macros)
    long_source = "\n".join(
        [template.content, *(f"-- {{{{ table | table_name }}}} {n}" for n in range(LONG_LINES))]
    )

    def bare(source: str) -> Callable[[int], Any]:
        return lambda number: environment.from_string(_new(source, number)).render(**bindings)

    with renderer() as confined:

        def asked(source: str, *, new: bool) -> Callable[[int], Any]:
            def once(number: int) -> Any:
                text = _new(source, number) if new else source
                [answer] = confined.render([RenderRequest("preview", text, bindings, macros)])
                assert getattr(answer, "text", ""), answer
                return answer

            return once

        known = _timed(asked(template.content, new=False), rounds)
        fresh = _timed(asked(template.content, new=True), rounds // 4)
        plain = _timed(bare(template.content), rounds // 4)
        long_fresh = _timed(asked(long_source, new=True), max(10, rounds // 20))
        long_plain = _timed(bare(long_source), max(10, rounds // 20))
    name = f"B3 preview, {len(template.content):,} characters"
    yield Figure(name, "known source, p50", percentile(known, 0.5), "ms", KNOWN_P50_MS)
    yield Figure(name, "known source, p99", percentile(known, 0.99), "ms", KNOWN_P99_MS)
    yield Figure(name, "new source each, p50", percentile(fresh, 0.5), "ms", NEW_P50_MS)
    yield Figure(name, "new source each, p99", percentile(fresh, 0.99), "ms", NEW_P99_MS)
    yield Figure(name, "bare compile and render, p50", percentile(plain, 0.5), "ms")
    yield Figure(
        f"B3 preview, {LONG_LINES} lines more",
        "new source / bare compile and render",
        statistics.median(long_fresh) / statistics.median(long_plain),
        "x",
        LONG_RATIO,
    )


def _new(source: str, number: int) -> str:
    """A source that nobody has compiled before."""
    return f"{{# {number} #}}{source}"


def _timed(once: Callable[[int], Any], rounds: int) -> list[float]:
    """Milliseconds of each call; the first calls only warm up."""
    for number in range(3):
        once(-1 - number)
    found = []
    for number in range(rounds):
        began = time.perf_counter()
        once(number)
        found.append((time.perf_counter() - began) * 1000)
    return found
