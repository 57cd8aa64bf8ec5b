"""At which line and column does a value of a YAML text stand?"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from lakewright.yaml_text.load import LIMITS, Limits, YamlError, decoded, load
from lakewright.yaml_text.tree import Kind, SpanNode, line_end, next_line, span_tree

_LINE_BREAK = re.compile(r"\r\n|\n|\r")


class Place(NamedTuple):
    """A place in a text; both 1-based, columns in characters."""

    line: int
    column: int


class BlockContent(NamedTuple):
    """Where the content of a scalar starts.

    Attributes:
        line: 1-based line of the content's first line.
        indent: Characters that YAML strips from the start of each content line; 0 when the
            scalar is not a block scalar (`|` or `>`).
    """

    line: int
    indent: int


class Locator:
    """Looks up many places in one text, which is parsed once, on the first question.

    Args:
        text: Any text. When `load` refuses it, every place is line 1, column 1.
        accepted: `load` has read this very text, so it need not be asked again.
    """

    def __init__(
        self, text: str | bytes, *, limits: Limits = LIMITS, accepted: bool = False
    ) -> None:
        self._given = text
        self._accepted = accepted
        self._limits = limits
        self._parsed: tuple[str, SpanNode | None] | None = None
        self._line_starts: list[int] = []

    def place(self, path: Sequence[str | int], *, of_key: bool = False) -> Place:
        """Where the value at `path` starts; the nearest existing ancestor when it is absent.

        Args:
            path: Keys and 0-based positions from the document's root, e.g.
                `("data_models", 0, "nodes", 3, "type")`.
            of_key: The place of the last component's key instead (a list item has none).
        """
        _, node = self._tree()
        if node is None:
            return Place(1, 1)
        key: SpanNode | None = None
        index = node.start
        for part in path:
            found = _step(node, part)
            if found is None:
                # Missing: point at what should hold it.
                return self._place_of(index)
            key, node = found
            index = node.start if key is None or node.end > node.start else key.start
        if of_key and key is not None:
            index = key.start
        return self._place_of(index)

    def written(self, path: Sequence[str | int]) -> str | None:
        """The characters of the scalar at `path` as the author meant them (`1.10`, `0x1F`).

        None when there is no scalar at that path.
        """
        node = self._node(path)
        return node.text if node is not None and node.kind is Kind.SCALAR else None

    def block_content(self, path: Sequence[str | int]) -> BlockContent | None:
        """Where the text of the scalar at `path` starts; None when there is no scalar."""
        text, _ = self._tree()
        node = self._node(path)
        if node is None or node.kind is not Kind.SCALAR:
            return None
        if node.style not in ("|", ">"):
            return BlockContent(self._place_of(node.start).line, 0)
        start = next_line(text, node.start)
        line = self._place_of(start).line
        header = text[node.start : line_end(text, node.start)].split("#", 1)[0]
        if any(character.isdigit() for character in header):
            # An indentation indicator: what is left of the first line in the value is content.
            first = node.text.split("\n", 1)[0]
            written = text[start : line_end(text, start)]
            return BlockContent(line, max(0, len(written) - len(first)))
        for written in text[start : node.end].split("\n"):
            if written.strip():
                return BlockContent(line, len(written) - len(written.lstrip(" ")))
        return BlockContent(line, 0)

    def stands_at(self, line: int, column: int, written: str) -> bool:
        """Whether exactly these characters stand at a place, and end there."""
        text, _ = self._tree()
        if not self._line_starts:
            self._place_of(0)
        start = self._line_starts[line - 1] + column - 1
        after = text[start + len(written) : start + len(written) + 1]
        return text.startswith(written, start) and (not after or after in " \t\r\n,:]}")

    def _node(self, path: Sequence[str | int]) -> SpanNode | None:
        _, node = self._tree()
        for part in path:
            found = _step(node, part) if node is not None else None
            if found is None:
                return None
            node = found[1]
        return _resolved(node) if node is not None else None

    def _place_of(self, index: int) -> Place:
        if not self._line_starts:
            text, _ = self._tree()
            self._line_starts = [0, *(found.end() for found in _LINE_BREAK.finditer(text))]
        line = bisect_right(self._line_starts, index)
        return Place(line, index - self._line_starts[line - 1] + 1)

    def _tree(self) -> tuple[str, SpanNode | None]:
        if self._parsed is None:
            try:
                if not self._accepted:
                    load(self._given, limits=self._limits)
                text = decoded(self._given, limits=self._limits)
                self._parsed = (text, span_tree(text))
            except YamlError:
                self._parsed = ("", None)
        return self._parsed


def locate(text: str | bytes, path: Sequence[str | int], *, of_key: bool = False) -> Place:
    """Where one value stands. For more than one question keep a `Locator`.

    >>> locate("a:\\n  - b: 1\\n", ("a", 0, "b"))
    Place(line=2, column=8)
    """
    return Locator(text).place(path, of_key=of_key)


def _resolved(node: SpanNode) -> SpanNode:
    while node.kind is Kind.ALIAS and node.target is not None:
        node = node.target
    return node


def _step(node: SpanNode, part: str | int) -> tuple[SpanNode | None, SpanNode] | None:
    """The key (if any) and the value one component further down."""
    node = _resolved(node)
    if node.kind is Kind.SEQUENCE:
        try:
            index = int(part)
        except ValueError:
            return None
        return (None, node.items[index]) if 0 <= index < len(node.items) else None
    if node.kind is not Kind.MAPPING:
        return None
    index = node.child(str(part))
    if index >= 0:
        return node.keys[index], node.items[index]
    merge = node.merge_entry()
    if merge < 0:
        return None
    merged = _resolved(node.items[merge])
    sources = merged.items if merged.kind is Kind.SEQUENCE else [merged]
    for source in sources:
        found = _step(source, part)
        if found is not None:
            return found
    return None
