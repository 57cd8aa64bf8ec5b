"""Which texts have just been parsed? So that one request does not parse one text five times."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any


class ParseMemory:
    """What `load` and `span_tree` found in the texts that were parsed last.

    Losing it costs time only. Whoever reads through it shares the values it holds with everybody
    else, and must not change them.

    Args:
        most_characters: Of all texts together; a tree takes some 25 bytes for each.
    """

    def __init__(self, most_characters: int = 4_000_000) -> None:
        self._most = most_characters
        self._kept: OrderedDict[tuple[str, str], Any] = OrderedDict()
        self._characters = 0
        self._lock = threading.Lock()

    def of(self, what: str, text: str, parse: Callable[[], Any]) -> Any:
        """What is known of the text, parsed when nothing is; a refusal is not remembered."""
        key = (what, text)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = parse()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = found
                self._characters += len(text)
            while self._characters > self._most:
                (_, old), _ = self._kept.popitem(last=False)
                self._characters -= len(old)
        return found

    @contextmanager
    def used(self) -> Iterator[None]:
        """Look here first until the block ends, in this thread alone."""
        token = _USED.set(self)
        try:
            yield
        finally:
            _USED.reset(token)


_USED: ContextVar[ParseMemory | None] = ContextVar("parse_memory", default=None)


@contextmanager
def memory_in_use() -> Iterator[None]:
    """Remember what is parsed until the block ends: in the memory in use, or in one of its own."""
    if _USED.get() is not None:
        yield
        return
    with ParseMemory().used():
        yield


def remembered(what: str, text: object, parse: Callable[[], Any]) -> Any:
    """The result of `parse`, from the memory in use when there is one."""
    memory = _USED.get()
    return parse() if memory is None or not isinstance(text, str) else memory.of(what, text, parse)
