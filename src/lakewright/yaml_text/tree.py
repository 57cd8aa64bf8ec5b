"""Where does each value of a YAML text stand?

A tree of spans over text that `load` has accepted, for finding places and for editing. It is
built only when one of those is needed: reading a value never pays for it.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from lakewright.yaml_text.load import MERGE_KEY, libyaml, resolve_plain
from lakewright.yaml_text.memory import remembered


class Kind(StrEnum):
    """What a node of the tree is."""

    SCALAR = "scalar"
    MAPPING = "mapping"
    SEQUENCE = "sequence"
    ALIAS = "alias"


@dataclass(slots=True, eq=False)
class SpanNode:
    """One value and its span in the text.

    Attributes:
        start, end: Character offsets, end excluded. An anchor is inside the span. A block
            collection ends with its last value, a block scalar with the line break of its last
            line that is content; comments and blank lines below belong to neither.
        style: Of a scalar: empty (plain), `'`, `"`, `|` or `>`.
        flow: Written in brackets.
        value: Of a scalar: what it means. Elsewhere None.
        text: Of a scalar: the characters it stands for, before they are resolved.
        anchor: Name of the anchor written at the node, or the name an alias uses.
        keys, items: Of a mapping: same length. Of a sequence: only `items`.
        target: Of an alias: the node it stands for.
    """

    kind: Kind
    start: int
    end: int
    style: str = ""
    flow: bool = False
    value: Any = None
    text: str = ""
    anchor: str | None = None
    keys: list["SpanNode"] = field(default_factory=list)
    items: list["SpanNode"] = field(default_factory=list)
    target: "SpanNode | None" = None

    def child(self, key: str) -> int:
        """Index of the entry with that key; -1 when the mapping does not write it."""
        for index, node in enumerate(self.keys):
            if node.text == key and not (node.text == MERGE_KEY and not node.style):
                return index
        return -1

    def merge_entry(self) -> int:
        """Index of the `<<` entry; -1 when there is none."""
        for index, node in enumerate(self.keys):
            if node.text == MERGE_KEY and not node.style:
                return index
        return -1


def span_tree(text: str) -> SpanNode | None:
    """The spans of a text without byte order mark; None when it holds no value.

    The text must have been accepted by `load`, which has then bounded its depth and size.
    """
    found: SpanNode | None = remembered("tree", text, lambda: _tree(text))
    return found


def _tree(text: str) -> SpanNode | None:
    events = libyaml()
    next_event = events.parser(text).get_event
    root: list[SpanNode] = []
    stack: list[tuple[SpanNode, SpanNode | None]] = []
    open_node: SpanNode | None = None
    key: SpanNode | None = None
    anchors: dict[str, SpanNode] = {}

    while True:
        event = next_event()
        kind = event.__class__
        if kind is events.scalar:
            done = _scalar(event, text)
            if event.anchor is not None:
                anchors[event.anchor] = done
        elif kind is events.alias:
            done = SpanNode(
                Kind.ALIAS,
                event.start_mark.index,
                event.end_mark.index,
                anchor=event.anchor,
                target=anchors[event.anchor],
            )
        elif kind is events.mapping_start or kind is events.sequence_start:
            started = SpanNode(
                Kind.MAPPING if kind is events.mapping_start else Kind.SEQUENCE,
                event.start_mark.index,
                event.start_mark.index,
                flow=bool(event.flow_style),
                anchor=event.anchor,
            )
            if open_node is not None:
                stack.append((open_node, key))
            open_node, key = started, None
            continue
        elif kind is events.mapping_end or kind is events.sequence_end:
            assert open_node is not None
            done = open_node
            # A lone `a: 1` in a flow list has no brackets; its end mark is at the next token.
            has_brackets = done.flow and text[done.start] in "{[&"
            done.end = event.end_mark.index if has_brackets else _block_end(done)
            if done.anchor is not None:
                anchors[done.anchor] = done
            open_node, key = stack.pop() if stack else (None, None)
        elif kind is events.stream_end:
            return root[0] if root else None
        else:
            continue

        if open_node is None:
            root.append(done)
        elif open_node.kind is Kind.SEQUENCE:
            open_node.items.append(done)
        elif key is None:
            key = done
        else:
            open_node.keys.append(key)
            open_node.items.append(done)
            key = None


def _block_end(node: SpanNode) -> int:
    ends = [child.end for child in (*node.keys[-1:], *node.items[-1:])]
    return max([node.start, *ends])


def _scalar(event: Any, text: str) -> SpanNode:
    start, end, style = event.start_mark.index, event.end_mark.index, event.style or ""
    if style in ("|", ">"):
        end = _content_end(text, start, end)
    return SpanNode(
        Kind.SCALAR,
        start,
        end,
        style=style,
        value=event.value if style else resolve_plain(event.value),
        text=event.value,
        anchor=event.anchor,
    )


def _content_end(text: str, start: int, end: int) -> int:
    """Where a block scalar's content ends: libyaml's mark is below the blank lines after it."""
    header = text[start : line_end(text, start)].split("#", 1)[0]
    if "+" in header:
        return end
    content = text[start:end]
    kept = content.rstrip(" \t\r\n")
    # The line break that ends the last line of content is part of the scalar.
    first_break = line_end(text, start + len(kept))
    return min(end, after_break(text, first_break))


def line_start(text: str, index: int) -> int:
    """Offset of the first character of the line that holds `index`."""
    return text.rfind("\n", 0, index) + 1


def line_end(text: str, index: int) -> int:
    """Offset of the line break (LF or CRLF) at or after `index`; the text's end without one."""
    end = text.find("\n", index)
    if end < 0:
        return len(text)
    return end - 1 if end > index and text[end - 1] == "\r" else end


def after_break(text: str, index: int) -> int:
    """Offset behind the line break that starts at `index`; `index` when there is none."""
    if text.startswith("\r\n", index):
        return index + 2
    return index + 1 if text.startswith("\n", index) else index


def next_line(text: str, index: int) -> int:
    """Offset of the first character of the line below the one that holds `index`."""
    return after_break(text, line_end(text, index))


def skip_blank(text: str, index: int) -> int:
    """Offset of the next character that is neither white space nor in a comment.

    Between two values of a document there is nothing else but one indicator, so a `#` met
    here always starts a comment.
    """
    while index < len(text):
        character = text[index]
        if character == "#":
            index = line_end(text, index)
        elif character.isspace():
            index += 1
        else:
            break
    return index
