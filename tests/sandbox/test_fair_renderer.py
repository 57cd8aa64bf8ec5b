"""Nobody's templates keep others from theirs: counted and ordered, never timed."""

import os
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from lakewright.ports import Rendered, RenderFault, RenderRequest
from lakewright.sandbox.fair import MOST_WAITING_OF_ONE, FairRenderer, RendererBusyError
from lakewright.sandbox.pool import ConfinedRenderer

WAIT = 30  # seconds until a test that hangs fails


class Group:
    """Workers that answer at once, except for sources that hold `endless`."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.busy = threading.Semaphore(0)
        self.limit = threading.Event()

    def render(self, requests: Iterable[RenderRequest]) -> Iterator[Rendered | RenderFault]:
        for request in requests:
            self.asked.append(request.source)
            if "endless" in request.source:
                self.busy.release()
                assert self.limit.wait(WAIT)
                yield RenderFault("template-limit", "too slow", "less", request.name)
            elif "broken" in request.source:
                yield RenderFault("template-error", "broken", "mend it", request.name)
            else:
                yield Rendered(request.source)

    def close(self) -> None: ...


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Place:
    """A renderer over two such groups, with a clock of its own."""

    def __init__(self) -> None:
        self.quick, self.slow, self.clock = Group(), Group(), Clock()
        self.renderer = FairRenderer(self.quick, self.slow, clock=self.clock, pause_seconds=60)

    def ask(self, caller: str, *sources: str, **bindings: Any) -> list[Rendered | RenderFault]:
        requests = [RenderRequest("t", source, bindings, {}) for source in sources]
        return list(self.renderer.for_caller(caller).render(requests))

    def stop_endless(self) -> None:
        self.quick.limit.set()
        self.slow.limit.set()


@pytest.fixture
def place() -> Iterator[Place]:
    made = Place()
    yield made
    made.stop_endless()


@pytest.fixture
def threads(place: Place) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as pool:
        yield pool
        place.stop_endless()


# Which workers -------------------------------------------------------------------------------


def test_a_source_that_printed_something_is_quick_from_then_on(place: Place) -> None:
    for _ in range(3):
        assert place.ask("ann", "a") == [Rendered("a")]
    place.ask("bob", "a")

    assert (place.slow.asked, place.quick.asked) == (["a"], ["a", "a", "a"])


def test_a_source_that_prints_nothing_stays_among_the_new(place: Place) -> None:
    for _ in range(2):
        place.ask("ann", "broken")

    assert (place.slow.asked, place.quick.asked) == (["broken", "broken"], [])


def test_many_renders_at_once_never_hold_a_quick_worker(place: Place) -> None:
    place.ask("ann", "a")

    assert place.ask("ann", "a", "a") == [Rendered("a"), Rendered("a")]
    assert place.quick.asked == []


def test_renders_in_nobodys_name_have_no_turns_and_are_not_quick(place: Place) -> None:
    request = RenderRequest("t", "a", {}, {})
    opened = [place.renderer.render([request, request]) for _ in range(10)]

    assert [next(each) for each in opened] == [Rendered("a")] * 10
    assert place.quick.asked == []


# One person's turns --------------------------------------------------------------------------


def test_somebody_with_endless_templates_holds_one_worker(
    place: Place, threads: ThreadPoolExecutor
) -> None:
    attacks = [threads.submit(place.ask, "eve", f"endless {n}") for n in range(4)]
    assert place.slow.busy.acquire(timeout=WAIT)

    assert place.ask("ann", "a new one") == [Rendered("a new one")]
    assert place.ask("ann", "a new one") == [Rendered("a new one")]
    assert len([source for source in place.slow.asked if "endless" in source]) == 1
    assert not any(attack.done() for attack in attacks)


def test_whoever_waits_too_often_is_refused_and_the_others_get_their_turn(
    place: Place, threads: ThreadPoolExecutor
) -> None:
    running = threads.submit(place.ask, "eve", "endless 0")
    assert place.slow.busy.acquire(timeout=WAIT)
    # One more than may wait: whichever comes last is refused, and nobody else.
    waiting = [
        threads.submit(place.ask, "eve", f"endless {n}") for n in range(1, MOST_WAITING_OF_ONE + 2)
    ]
    refused = _first_refused(waiting)

    assert refused.http_status == 429
    assert place.ask("ann", "a") == [Rendered("a")]
    assert not running.done()
    place.stop_endless()
    ended = [each for each in waiting if each.exception(WAIT) is None]
    assert len(ended) == MOST_WAITING_OF_ONE


def _first_refused(waiting: list[Future[Any]]) -> RendererBusyError:
    from concurrent.futures import FIRST_COMPLETED, wait

    done, _ = wait(waiting, timeout=WAIT, return_when=FIRST_COMPLETED)
    [first] = done
    error = first.exception()
    assert isinstance(error, RendererBusyError)
    return error


def test_a_turn_that_ended_badly_is_over(place: Place) -> None:
    def wrong() -> Iterator[RenderRequest]:
        yield RenderRequest("t", "a", {}, {})
        yield RenderRequest("t", "b", {}, {})
        raise LookupError

    for _ in range(3):
        with pytest.raises(LookupError):
            list(place.renderer.for_caller("ann").render(wrong()))


def test_between_two_answers_of_many_something_else_can_be_rendered(place: Place) -> None:
    requests = [RenderRequest("t", source, {}, {}) for source in ("a", "b", "c")]
    answers = place.renderer.for_caller("ann").render(requests)

    assert next(answers) == Rendered("a")
    assert place.ask("ann", "between") == [Rendered("between")]
    assert list(answers) == [Rendered("b"), Rendered("c")]


# Broken limits -------------------------------------------------------------------------------


def test_what_broke_a_limit_is_answered_the_same_without_another_try(place: Place) -> None:
    place.stop_endless()
    first = place.ask("eve", "endless", n=1)

    assert place.ask("ann", "endless", n=1) == first
    assert place.slow.asked == ["endless"]
    place.ask("ann", "endless", n=2)  # other values may end
    assert place.slow.asked == ["endless"] * 2


def test_it_is_tried_again_after_a_while(place: Place) -> None:
    place.stop_endless()
    place.ask("eve", "endless")

    place.clock.now += 61
    place.ask("eve", "endless")

    assert place.slow.asked == ["endless"] * 2


def test_whoever_broke_a_limit_is_without_quick_workers_for_a_while(place: Place) -> None:
    place.stop_endless()
    place.ask("ann", "a")
    place.ask("eve", "endless")

    place.ask("eve", "a")
    assert place.quick.asked == []
    place.ask("ann", "a")
    assert place.quick.asked == ["a"]
    place.clock.now += 61
    place.ask("eve", "a")

    assert place.quick.asked == ["a", "a"]


def test_a_quick_source_can_be_stopped_too_and_is_new_again() -> None:
    with FairRenderer.start(quick_workers=1, workers=1) as renderer:
        source = "{% for i in range(n) %}{% for j in range(n) %}{% for k in range(n) %}"
        source += "{% endfor %}{% endfor %}{% endfor %}x"

        def ask(caller: str, n: int) -> Rendered | RenderFault:
            [answer] = renderer.for_caller(caller).render(
                [RenderRequest("t", source, {"n": n}, {})]
            )
            return answer

        assert ask("eve", 1) == Rendered("x")
        found = ask("eve", 99_999)

        assert isinstance(found, RenderFault)
        assert found.rule == "template-limit"
        assert ask("ann", 2) == Rendered("x")


@pytest.mark.skipif(os.name != "posix", reason="priorities are the system's")
def test_workers_for_new_sources_have_a_low_priority() -> None:
    with ConfinedRenderer(workers=1, niceness=10) as renderer:
        assert list(renderer.render([RenderRequest("t", "a", {}, {})])) == [Rendered("a")]
        [worker] = renderer._idle
        own = os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getpriority(os.PRIO_PROCESS, worker.pid) == min(19, own + 10)
