"""The renderer as its callers see it: order, isolation, limits, life and death of its processes."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lakewright.errors import LakewrightError, LimitError
from lakewright.ports import Rendered, RenderFault, RenderRequest, Span, TemplateRenderer
from lakewright.sandbox.frames import FrameBuffer, decode, encode, pack
from lakewright.sandbox.pool import WINDOW, ConfinedRenderer
from lakewright.sandbox.process import Slots, WorkerGoneError, WorkerProcess

ENDLESS = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
HUNGRY = (
    "{% set ns = namespace(t=['ab']) %}{% for i in range(60) %}"
    "{% set ns.t = ns.t + ns.t %}{% endfor %}"
)


def ask(source: str, *, name: str = "t", traced: bool = False, **bindings: Any) -> RenderRequest:
    return RenderRequest(name, source, bindings, {}, traced)


@pytest.fixture(scope="module")
def renderer() -> Iterator[ConfinedRenderer]:
    with ConfinedRenderer(wall_seconds=0.4) as confined:
        yield confined


def test_it_is_a_template_renderer(renderer: ConfinedRenderer) -> None:
    port: TemplateRenderer = renderer

    assert list(port.render([])) == []


def test_answers_come_in_the_order_of_the_requests(renderer: ConfinedRenderer) -> None:
    requests = [ask("{{ n }}" if n % 2 else "{{ n }}!", n=n) for n in range(3 * WINDOW)]

    texts = [answer.text for answer in renderer.render(requests) if isinstance(answer, Rendered)]

    assert texts == [f"{n}" if n % 2 else f"{n}!" for n in range(3 * WINDOW)]


def test_requests_are_read_no_further_ahead_than_the_window(renderer: ConfinedRenderer) -> None:
    taken = 0

    def endless() -> Iterator[RenderRequest]:
        nonlocal taken
        while True:
            taken += 1
            yield ask("{{ n }}", n=taken)

    answers = renderer.render(endless())
    for n in range(1, 100):
        assert next(answers) == Rendered(str(n))
        assert taken <= n + WINDOW
    answers.close()  # type: ignore[attr-defined]

    assert list(renderer.render([ask("after")])) == [Rendered("after")]


def test_a_runaway_costs_its_own_render_only(renderer: ConfinedRenderer) -> None:
    first, runaway, hungry, wrong, last = renderer.render(
        [ask("one"), ask(ENDLESS, name="runaway"), ask(HUNGRY), ask("{{ x.y }}"), ask("two")]
    )

    assert first == Rendered("one")
    assert last == Rendered("two")
    assert isinstance(runaway, RenderFault)
    assert (runaway.rule, runaway.name) == ("template-limit", "runaway")
    assert "0.4 s" in runaway.problem
    assert isinstance(hungry, RenderFault)
    assert hungry.rule == "template-limit"
    assert isinstance(wrong, RenderFault)
    assert (wrong.rule, wrong.line) == ("template-undefined", 1)


def test_a_fault_names_source_line_and_the_nearest_name(renderer: ConfinedRenderer) -> None:
    source = "SELECT\n  {{ tabel | ident }}\n"

    assert list(renderer.render([ask(source, name="orders", table="t")])) == [
        RenderFault(
            "template-undefined",
            "There is no value named 'tabel'.",
            "Did you mean 'table'? Declare it under `variables`, or give it a value.",
            "orders",
            2,
        )
    ]


def test_a_fault_inside_a_macro_names_the_macro_file(renderer: ConfinedRenderer) -> None:
    macros = {"macros/m.jinja": "{% macro m(x) %}\n{{ x.missing }}\n{% endmacro %}"}
    source = "{% import 'macros/m.jinja' as m %}\n\n{{ m.m({}) }}"

    [fault] = renderer.render([RenderRequest("t", source, {}, macros)])

    assert isinstance(fault, RenderFault)
    assert (fault.name, fault.line) == ("macros/m.jinja", 2)


def test_the_same_name_with_other_macros_is_another_template(renderer: ConfinedRenderer) -> None:
    source = "{% include 'macros/m.jinja' %}"
    requests = [RenderRequest("t", source, {}, {"macros/m.jinja": text}) for text in "abab"]

    assert list(renderer.render(requests)) == [Rendered(text) for text in "abab"]


def test_a_render_leaves_nothing_for_the_next(renderer: ConfinedRenderer) -> None:
    macros = {
        "macros/m.jinja": "{% set ns = namespace(n=0) %}"
        "{% macro m() %}{% set ns.n = ns.n + 1 %}{{ ns.n }}{% endmacro %}"
    }
    source = "{% import 'macros/m.jinja' as m %}{{ m.m() }}{{ m.m() }}"
    requests = [RenderRequest("t", source, {}, macros)] * 3

    assert list(renderer.render(requests)) == [Rendered("12")] * 3


def test_more_templates_than_slots_are_all_rendered(renderer: ConfinedRenderer) -> None:
    requests = [ask(f"{{{{ x }}}} {n}", x="x") for n in [*range(300), *range(0, 300, 7)]]

    answers = list(renderer.render(requests))

    assert answers == [Rendered(f"x {n}") for n in [*range(300), *range(0, 300, 7)]]


def test_a_traced_render_says_where_each_piece_came_from(renderer: ConfinedRenderer) -> None:
    assert list(renderer.render([ask("a\n{{ x }}b", x="-", traced=True)])) == [
        Rendered(
            "a\n-b",
            (Span(0, 2, "t", 1), Span(2, 3, "t", 2, "x", 1), Span(3, 4, "t", 2)),
        )
    ]


def test_output_of_more_than_a_megabyte_is_a_fault(renderer: ConfinedRenderer) -> None:
    fits, too_long = renderer.render([ask("{{ 'x' * 1048576 }}"), ask("{{ 'x' * 1048576 }}y")])

    assert isinstance(fits, Rendered)
    assert isinstance(too_long, RenderFault)
    assert too_long.rule == "template-limit"


def test_an_abandoned_batch_does_not_answer_the_next_caller(renderer: ConfinedRenderer) -> None:
    answers = renderer.render([ask(f"{n}") for n in range(10)])
    assert next(answers) == Rendered("0")
    answers.close()  # type: ignore[attr-defined]

    assert list(renderer.render([ask("mine")])) == [Rendered("mine")]


def test_two_batches_at_once_do_not_mix(renderer: ConfinedRenderer) -> None:
    left = renderer.render([ask(f"l{n}") for n in range(5)])
    right = renderer.render([ask(f"r{n}") for n in range(5)])

    assert [text for pair in zip(left, right, strict=True) for text in pair] == [
        Rendered(f"{side}{n}") for n in range(5) for side in "lr"
    ]


def test_a_fault_in_the_requests_leaves_the_renderer_usable(renderer: ConfinedRenderer) -> None:
    def broken() -> Iterator[RenderRequest]:
        yield ask("one")
        raise KeyError("broken")

    with pytest.raises(KeyError):
        list(renderer.render(broken()))

    assert list(renderer.render([ask("two")])) == [Rendered("two")]


def test_threads_share_a_renderer() -> None:
    found: list[list[Rendered | RenderFault]] = []
    with ConfinedRenderer(workers=2) as renderer:

        def work() -> None:
            found.append(list(renderer.render(ask("{{ n }}", n=n) for n in range(50))))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert found == [[Rendered(str(n)) for n in range(50)]] * 4


def test_more_batches_than_workers_are_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lakewright.sandbox.pool.BUSY_SECONDS", 0.05)
    with ConfinedRenderer(workers=1) as renderer:
        first = renderer.render([ask("1"), ask("2")])
        next(first)
        with pytest.raises(LimitError):
            next(renderer.render([ask("3")]))
        assert next(first) == Rendered("2")


def test_a_closed_renderer_leaves_no_process_and_refuses_work() -> None:
    renderer = ConfinedRenderer()
    list(renderer.render([ask("x")]))
    [worker] = renderer._idle
    assert alive(worker.pid)

    renderer.close()

    assert not alive(worker.pid)
    with pytest.raises(RuntimeError):
        list(renderer.render([ask("x")]))


def test_an_unused_renderer_starts_nothing() -> None:
    with ConfinedRenderer() as renderer:
        assert list(renderer.render([])) == []
        assert renderer._idle == []


def test_a_worker_that_was_killed_while_idle_is_replaced() -> None:
    with ConfinedRenderer() as renderer:
        list(renderer.render([ask("x")]))
        os.kill(renderer._idle[0].pid, signal.SIGKILL)
        time.sleep(0.05)

        assert list(renderer.render([ask("y")])) == [Rendered("y")]


def test_a_worker_that_dies_at_work_faults_the_render_it_was_at() -> None:
    others = workers_of(os.getpid())
    with ConfinedRenderer(wall_seconds=5) as renderer:
        answers = renderer.render([ask("one"), ask(ENDLESS), ask("two")])
        assert next(answers) == Rendered("one")
        [pid] = workers_of(os.getpid()) - others
        threading.Timer(0.1, os.kill, (pid, signal.SIGSEGV)).start()

        fault, last = answers

    assert isinstance(fault, RenderFault)
    assert fault.rule == "template-limit"
    assert last == Rendered("two")


def test_a_worker_that_somebody_kills_costs_no_render() -> None:
    source = "{% for i in range(300) %}{{ n }}{% endfor %}"
    others = workers_of(os.getpid())
    with ConfinedRenderer(wall_seconds=5) as renderer:
        for moment in range(1, 11):
            for number, answer in enumerate(renderer.render(ask(source, n=n) for n in range(90))):
                assert answer == Rendered(f"{number}" * 300)
                if number == moment * 7:
                    [pid] = workers_of(os.getpid()) - others
                    os.kill(pid, signal.SIGKILL)


PROGRAM = """
import sys
sys.path[:0] = {path!r}
from lakewright.ports import RenderRequest
from lakewright.sandbox.pool import ConfinedRenderer
renderer = ConfinedRenderer(wall_seconds=20)
list(renderer.render([RenderRequest("t", "x", {{}}, {{}})]))
print(renderer._idle[0].pid, flush=True)
{then}
"""


@pytest.mark.parametrize(
    "then",
    [
        pytest.param("sys.exit(0)", id="leaves without closing"),
        pytest.param("import os; os.kill(os.getpid(), 9)", id="is killed while the worker idles"),
        pytest.param(
            "import os, threading; threading.Timer(0.2, os.kill, (os.getpid(), 9)).start()\n"
            f"list(renderer.render([RenderRequest('t', {ENDLESS!r}, {{}}, {{}})]))",
            id="is killed while the worker runs",
        ),
    ],
)
def test_no_worker_outlives_a_program_that(then: str) -> None:
    program = PROGRAM.format(path=[path for path in sys.path if path], then=then)
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30
    )
    pid = int(finished.stdout)

    for _ in range(100):
        if not alive(pid):
            break
        time.sleep(0.05)
    assert not alive(pid)


def test_a_forked_copy_uses_workers_of_its_own() -> None:
    with ConfinedRenderer() as renderer:
        list(renderer.render([ask("x")]))
        child = os.fork()
        if child == 0:
            try:
                ok = list(renderer.render([ask("child")])) == [Rendered("child")]
                renderer.close()
                os._exit(0 if ok else 1)
            finally:
                os._exit(2)
        _, status = os.waitpid(child, 0)

        assert status == 0
        assert list(renderer.render([ask("parent")])) == [Rendered("parent")]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_worker_has_three_files_an_empty_environment_and_a_memory_limit() -> None:
    with ConfinedRenderer() as renderer:
        facts = renderer.confinement()
        limits = limits_of(renderer._idle[0].pid)

    assert set(facts) >= {"network", "files", "memory", "processes"}
    assert limits["Max open files"] == ("3", "3")
    assert limits["Max file size"] == ("0", "0")
    assert limits["Max core file size"] == ("0", "0")
    assert limits["Max address space"] == (str(512 * 1024 * 1024),) * 2


def test_a_worker_that_cannot_start_is_an_error_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "lakewright.sandbox.process._command",
        lambda **_: [sys.executable, "-c", "raise SystemExit"],
    )
    with ConfinedRenderer() as renderer, pytest.raises(LakewrightError) as refused:
        list(renderer.render([ask("x")]))

    assert "did not start" in refused.value.problem


def test_a_worker_that_talks_nonsense_counts_as_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    program = (
        "import os, struct\n"
        "def send(b): os.write(1, struct.pack('>I', len(b)) + b)\n"
        "send(b'[{}]'); os.read(0, 99); send(b'[1, 2, 3]'); os.read(0, 99)"
    )
    monkeypatch.setattr(
        "lakewright.sandbox.process._command", lambda **_: [sys.executable, "-c", program]
    )
    with ConfinedRenderer() as renderer:
        [fault] = renderer.render([ask("x")])

    assert isinstance(fault, RenderFault)
    assert fault.rule == "template-limit"


def test_a_worker_process_says_which_signal_ended_it() -> None:
    worker = WorkerProcess(wall_seconds=1)
    os.kill(worker.pid, signal.SIGXCPU)
    with pytest.raises(WorkerGoneError) as gone:
        worker.answer(1)
    worker.stop()

    assert gone.value.signal_number == signal.SIGXCPU


def test_messages_survive_being_cut_anywhere() -> None:
    values = [[None], {"a": "ü\u2028\ud800"}, ["x" * 1000], [1.5, True]]
    stream = b"".join(pack(encode(value)) for value in values)
    for size in (1, 3, 7, 1000):
        buffer = FrameBuffer()
        found = []
        for start in range(0, len(stream), size):
            buffer.feed(stream[start : start + size])
            while (message := buffer.take()) is not None:
                found.append(decode(message))
        assert found == values


def test_a_message_of_absurd_length_is_refused() -> None:
    buffer = FrameBuffer()
    buffer.feed(b"\xff\xff\xff\xff")
    with pytest.raises(ValueError, match="bytes"):
        buffer.take()


def test_slots_give_the_least_used_away() -> None:
    slots = Slots(2)

    assert [slots.find(key) for key in "abacb"] == [
        (0, False),
        (1, False),
        (0, True),
        (1, False),
        (0, False),
    ]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A zombie that its new parent has not collected yet is dead to us.
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def workers_of(parent: int) -> set[int]:
    """Living worker processes of this test process."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z" and b"lakewright.sandbox" in command:
            found.add(int(folder.name))
    return found


def limits_of(pid: int) -> dict[str, tuple[str, str]]:
    found = {}
    for line in Path(f"/proc/{pid}/limits").read_text().splitlines()[1:]:
        name, soft, hard = line[:26].strip(), *line[26:].split()[:2]
        found[name] = (soft, hard)
    return found
