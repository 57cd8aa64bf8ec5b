"""How far long work has come, for a person who watches a terminal."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

# Work that ends sooner shows no bar, and loads no Rich.
PATIENCE_SECONDS = 0.4

Report = Callable[[int, int, str], None]


class _Bar:
    """A bar that appears when the work turns out to be long."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._began = time.monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def report(self, done: int, total: int, text: str) -> None:
        if self._bar is None:
            if time.monotonic() - self._began < PATIENCE_SECONDS:
                return
            self._bar = _rich_bar()
            self._task = self._bar.add_task(self._title, total=total or None, detail="")
            self._bar.start()
        if self._task is not None:
            self._bar.update(self._task, completed=done, total=total or None, detail=text)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.stop()


def _rich_bar() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=32),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        # Names come from people's files: shown as they are, never read as markup.
        TextColumn("{task.fields[detail]}", markup=False),
        console=Console(stderr=True, highlight=False),
        transient=True,
    )


@contextmanager
def progress(title: str, *, shown: bool = True) -> Iterator[Report | None]:
    """A function to report progress to: (done, total, what is worked on).

    None when standard error is no terminal, so that logs stay clean.
    """
    if not shown or not sys.stderr.isatty():
        yield None
        return
    bar = _Bar(title)
    try:
        yield bar.report
    finally:
        bar.close()
