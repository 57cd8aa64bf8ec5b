"""How does a YAML text change when one of its values does, and nothing else?"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple

from lakewright.yaml_text.load import YamlError, copied, load
from lakewright.yaml_text.matching import Identity, identity_of, longest_rising, match_items
from lakewright.yaml_text.tree import (
    Kind,
    SpanNode,
    line_end,
    line_start,
    next_line,
    skip_blank,
    span_tree,
)
from lakewright.yaml_text.write import (
    HOUSE_LAYOUT,
    Layout,
    block_lines,
    check_writable,
    dump,
    entry_lines,
    fits_literal,
    indented,
    inline,
    item_lines,
    key_text,
    literal,
    one_line,
)


def update(text: str, new_value: Any, *, identity: Identity = identity_of) -> str:
    """The text, changed only where its value differs from `new_value`.

    Comments, key order, quotes, flow and block style, indentation, blank lines, CRLF, the byte
    order mark and the end of the file stay as they are. A comment directly above an entry
    belongs to it: it moves and goes with it. The order of keys in `new_value` decides only
    where new keys are put. An alias that must mean something else than its anchor is written
    out.

    Args:
        text: One YAML document that `load` accepts; may be empty.
        new_value: What the whole document shall mean: plain JSON-like data.
        identity: What makes an item of a list itself, or None to match it by position.

    Returns:
        Text for which `load` gives exactly `new_value`; `text` itself when it already does.

    Raises:
        YamlError: `text` is not valid, or `new_value` cannot be written as YAML.
    """
    check_writable(new_value)
    wanted = _as_plain(new_value)
    if same(load(text), wanted):
        return text
    mark, body = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
    # A `|` block would swallow a comment below it that is indented deeper; quotes do not.
    quoted = partial(edited, literals=False)
    for attempt in (edited, quoted, _rewritten):
        changed = attempt(body, wanted, identity)
        if changed is not None and _holds(changed, wanted):
            return mark + changed
    fresh = dump(wanted)
    load(fresh)  # what exceeds a limit is told so
    return mark + fresh


def same(one: Any, other: Any) -> bool:
    """Equality that tells 1, 1.0 and true apart and ignores the order of keys."""
    if one is other:
        return True
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and len(one) == len(other)
            and all(key in other and same(item, other[key]) for key, item in one.items())
        )
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(one == other)


def edited(
    text: str, wanted: Any, identity: Identity = identity_of, *, literals: bool = True
) -> str | None:
    """`text` after the smallest edits we know; None when it holds no value to edit."""
    line_break = "\r\n" if "\r\n" in text[: text.find("\n") + 1] else "\n"
    closed = text.endswith("\n")
    whole = text if closed else text + line_break
    root = span_tree(whole)
    if root is None or (root.start == root.end and root.kind is Kind.SCALAR):
        return None
    layout = replace(_layout_of(whole, root), line_break=line_break, literals=literals)
    # Editing an anchored value would change its aliases: those are then written out, which
    # may meet further anchors; each round adds at least one of them.
    expand: frozenset[str] = frozenset()
    while True:
        editor = _Editor(whole, layout, identity, expand, _used_anchors(root))
        editor.change(root, wanted, _Slot(head=-1, column=0, inside=_Inside.ROOT))
        if editor.touched <= expand:
            break
        expand |= editor.touched
    changed = _applied(whole, editor.edits, 0, len(whole))
    if not closed:
        shorter = changed.removesuffix(line_break)
        if _holds(shorter, wanted):
            return shorter
    return changed


def _rewritten(text: str, wanted: Any, identity: Identity) -> str | None:
    """The comments at the top of the file, then the value written anew."""
    root = span_tree(text)
    head = text if root is None else text[: line_start(text, root.start)]
    if head and not head.endswith("\n"):
        head += "\n"
    line_break = "\r\n" if "\r\n" in text[: text.find("\n") + 1] else "\n"
    return head + dump(wanted, layout=replace(HOUSE_LAYOUT, line_break=line_break))


def _holds(text: str, wanted: Any) -> bool:
    try:
        return same(load(text), wanted)
    except YamlError:
        return False


def _as_plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _as_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_plain(item) for item in value]
    # A StrEnum is written as the text it is.
    return str(value) if isinstance(value, str) else value


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


def _applied(text: str, edits: Iterable[_Edit], start: int, end: int) -> str:
    """The part of `text` from `start` to `end` after the edits inside it.

    Edits that start at the same offset: insertions first, in the order they were made.
    """
    pieces: list[str] = []
    position = start
    for edit in sorted(edits, key=lambda e: (e.start, e.end > e.start)):
        if edit.start < position:
            continue  # inside something that is replaced as a whole
        pieces += (text[position : edit.start], edit.text)
        position = edit.end
    pieces.append(text[position:end])
    return "".join(pieces)


def _layout_of(text: str, root: SpanNode) -> Layout:
    """The indents of the first nested block mapping and list; the house's where there are none."""
    indent = dash = 0
    pending = [root]
    while pending and not (indent and dash):
        node = pending.pop()
        pending.extend(reversed(node.items))
        if node.kind is not Kind.MAPPING or node.flow:
            continue
        for key, item in zip(node.keys, node.items, strict=True):
            if item.flow or item.start < next_line(text, key.start) or not item.items:
                continue
            columns = _column(text, item.start) - _column(text, key.start)
            if item.kind is Kind.MAPPING and columns > 0:
                indent = indent or columns
            elif item.kind is Kind.SEQUENCE:
                dash = dash or columns + 1  # + 1: a dash below its key is column 0
    indent = min(indent, 8)
    found_dash = dash - 1 if dash else (indent or HOUSE_LAYOUT.dash)
    return replace(HOUSE_LAYOUT, indent=indent or HOUSE_LAYOUT.indent, dash=found_dash)


def _column(text: str, index: int) -> int:
    return index - line_start(text, index)


def _used_anchors(root: SpanNode) -> frozenset[str]:
    return frozenset(n.anchor for n in _walk(root) if n.kind is Kind.ALIAS and n.anchor)


def _walk(root: SpanNode) -> Iterable[SpanNode]:
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(node.keys)
        pending.extend(node.items)


class _Inside:
    ROOT, MAPPING, SEQUENCE, FLOW = range(4)


class _Slot(NamedTuple):
    """The place a value is written at.

    Attributes:
        head: Offset behind the `:` or `-` before the value; -1 without one.
        column: Of the key or the dash.
        inside: What the value is an entry of.
        peers: Values at the same place in sibling items, whose style new entries copy.
        key_end: In a flow mapping, where the key ends.
    """

    head: int
    column: int
    inside: int
    peers: tuple[SpanNode, ...] = ()
    key_end: int = -1


class _Entry(NamedTuple):
    """One item of a block collection.

    Attributes:
        start: Offset of the key or the dash.
        head: Offset behind the `:` or `-`.
        top: Where the item begins, comments that belong to it included.
        bottom: Offset of the line below the item.
    """

    start: int
    head: int
    top: int
    bottom: int


@dataclass(slots=True)
class _Editor:
    """Collects the edits of one round.

    Attributes:
        expand: Anchors whose aliases are written out.
        used: Anchors that some alias names.
        touched: Anchors in `used` whose value was changed, moved or removed in this round.
    """

    text: str
    layout: Layout
    identity: Identity
    expand: frozenset[str]
    used: frozenset[str]
    edits: list[_Edit] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    _values: dict[int, Any] = field(default_factory=dict)

    # -- deciding -----------------------------------------------------------------------

    def change(self, node: SpanNode, wanted: Any, slot: _Slot) -> None:
        """Make the text at `node` mean `wanted`."""
        if same(self.value(node), wanted) and not self.expands(node):
            return
        if node.anchor is not None and node.kind is not Kind.ALIAS:
            self.touch(node.anchor)
        if node.items and not _is_bare_pair(self.text, node) and wanted:
            if node.kind is Kind.MAPPING and isinstance(wanted, dict):
                change = self.flow_mapping if node.flow else self.block_mapping
                if change(node, wanted, slot):
                    return
            elif node.kind is Kind.SEQUENCE and isinstance(wanted, list):
                change_items = self.flow_sequence if node.flow else self.block_sequence
                if change_items(node, wanted, slot):
                    return
        self.drop(node)
        self.replace_value(node, wanted, slot)

    def value(self, node: SpanNode) -> Any:
        """What a node means, aliases and merges included."""
        if node.kind is Kind.SCALAR:
            return node.value
        if node.kind is Kind.ALIAS:
            assert node.target is not None
            return self.value(node.target)
        known = self._values.get(id(node))
        if known is not None:
            return known
        found: Any
        if node.kind is Kind.SEQUENCE:
            found = [self.value(item) for item in node.items]
        else:
            merge = node.merge_entry()
            found = {
                key.text: self.value(item)
                for index, (key, item) in enumerate(zip(node.keys, node.items, strict=True))
                if index != merge
            }
            if merge >= 0:
                for key, item in self.merged(node.items[merge]).items():
                    found.setdefault(key, item)
        self._values[id(node)] = found
        return found

    def merged(self, node: SpanNode) -> dict[str, Any]:
        value = self.value(node)
        found: dict[str, Any] = {}
        for one in value if isinstance(value, list) else [value]:
            for key, item in one.items():
                found.setdefault(key, copied(item))
        return found

    def expands(self, node: SpanNode) -> bool:
        """Whether an alias at or below `node` has to be written out."""
        if not self.expand:
            return False
        return any(n.kind is Kind.ALIAS and n.anchor in self.expand for n in _walk(node))

    def touch(self, anchor: str) -> None:
        if anchor in self.used:
            self.touched.add(anchor)

    def drop(self, node: SpanNode) -> None:
        """Note that all anchors at and below `node` leave their place."""
        for found in _walk(node):
            if found.anchor is not None and found.kind is not Kind.ALIAS:
                self.touch(found.anchor)

    # -- block collections ----------------------------------------------------------------

    def block_mapping(self, node: SpanNode, wanted: dict[str, Any], slot: _Slot) -> bool:
        entries = self.mapping_entries(node)
        if entries is None:
            return False
        written, added = self.sort_keys(node, wanted)
        keep = [i for i in range(len(entries)) if i in written]
        if not keep:
            return False
        column = _column(self.text, entries[0].start)
        for index in keep:
            key = node.keys[index].text
            if index == node.merge_entry():
                continue
            self.change(
                node.items[index],
                wanted[key],
                _Slot(entries[index].head, column, _Inside.MAPPING, _peers_below(slot.peers, key)),
            )
        after: dict[int, list[str]] = {}
        previous = -1
        for key, item in wanted.items():
            index = node.child(key)
            if index in written:
                previous = index
            elif key in added:
                like = next((p for p in slot.peers if p.child(key) >= 0), None)
                lines = entry_lines(key, item, self.layout, like)
                after.setdefault(previous, []).append(self.as_chunk(lines, column))
        self.restructure(node, entries, keep, after, column)
        return True

    def sort_keys(self, node: SpanNode, wanted: dict[str, Any]) -> tuple[set[int], set[str]]:
        """Which entries stay, and which keys have to be written as new ones."""
        merge = node.merge_entry()
        inherited = self.merged(node.items[merge]) if merge >= 0 else {}
        own = {key.text for i, key in enumerate(node.keys) if i != merge}
        open_merge = merge >= 0 and (
            any(key not in wanted for key in inherited) or self.expands(node.items[merge])
        )
        written = {
            i
            for i, key in enumerate(node.keys)
            if (not open_merge if i == merge else key.text in wanted)
        }
        added = {
            key
            for key in wanted
            if key not in own
            and (open_merge or key not in inherited or not same(inherited[key], wanted[key]))
        }
        for index in set(range(len(node.keys))) - written:
            self.drop(node.keys[index])
            self.drop(node.items[index])
        return written, added

    def block_sequence(self, node: SpanNode, wanted: list[Any], slot: _Slot) -> bool:
        entries = self.sequence_entries(node)
        if entries is None:
            return False
        matched = match_items(self.value(node), wanted, self.identity)
        staying = longest_rising([i for i in matched if i is not None])
        keep = sorted(staying)
        if not keep:
            return False
        column = _column(self.text, entries[0].start)
        after: dict[int, list[str]] = {}
        previous = -1
        peers = tuple(item for item in node.items[:8] if item.kind is Kind.MAPPING)
        for position, index in enumerate(matched):
            if index is None:
                near = node.items[previous if previous >= 0 else keep[0]]
                like = _most_alike(wanted[position], (near, *peers))
                lines = item_lines(wanted[position], self.layout, like)
                after.setdefault(previous, []).append(self.as_chunk(lines, column))
                continue
            place = _Slot(entries[index].head, column, _Inside.SEQUENCE, peers)
            if index in staying:
                self.change(node.items[index], wanted[position], place)
                previous = index
            else:
                chunk = self.moved_chunk(node.items[index], wanted[position], place, entries[index])
                after.setdefault(previous, []).append(chunk)
        for index in set(range(len(entries))) - {i for i in matched if i is not None}:
            self.drop(node.items[index])
        self.restructure(node, entries, keep, after, column)
        return True

    def moved_chunk(self, node: SpanNode, wanted: Any, slot: _Slot, entry: _Entry) -> str:
        """The lines of an item that will stand elsewhere, its own edits made."""
        self.drop(node)
        outer, self.edits = self.edits, []
        self.change(node, wanted, slot)
        inner, self.edits = self.edits, outer
        chunk = _applied(self.text, inner, entry.top, entry.bottom)
        if not self.first_on_line(entry.start):
            chunk = " " * slot.column + chunk
        return chunk

    def as_chunk(self, lines: Sequence[str], column: int) -> str:
        return "".join(line + self.layout.line_break for line in indented(lines, column))

    def restructure(
        self,
        node: SpanNode,
        entries: Sequence[_Entry],
        keep: Sequence[int],
        after: Mapping[int, Sequence[str]],
        column: int,
    ) -> None:
        """Remove the entries that are not in `keep` and put chunks behind the ones that are.

        Args:
            keep: Rising, not empty.
            after: Whole lines to put behind the entry with that index; -1: before all.
        """
        removed = sorted(set(range(len(entries))).difference(keep))
        airy = len(entries) > 1 and all(
            self.blank_lines_above(entries[i], entries[i - 1].bottom) < entries[i].top
            for i in range(1, len(entries))
        )
        blank = self.layout.line_break if airy else ""
        front = "".join(chunk + blank for chunk in after.get(-1, ()))
        if front or removed:
            removed = self.change_front(entries, keep[0], removed, front, column)
        for index in removed:
            entry = entries[index]
            top = entry.top
            if index:
                top = self.blank_lines_above(entry, entries[index - 1].bottom)
            self.edits.append(_Edit(top, entry.bottom, ""))
        for index, chunks in after.items():
            if index >= 0:
                bottom = entries[index].bottom
                self.edits += [_Edit(bottom, bottom, blank + chunk) for chunk in chunks]

    def change_front(
        self,
        entries: Sequence[_Entry],
        first: int,
        removed: list[int],
        front: str,
        column: int,
    ) -> list[int]:
        """Everything above the first entry that stays; returns what is left to remove."""
        start = entries[0].start
        if self.first_on_line(start):
            if front:
                top = entries[0].top
                self.edits.append(_Edit(top, top, front))
            return removed
        # The first entry shares its line with the dash of the list it is in.
        line_break = self.layout.line_break
        flush = front.lstrip(" ") if front else ""
        if first == 0:
            if front:
                self.edits.append(_Edit(start, start, flush + " " * column))
            return removed
        bottom = entries[first - 1].bottom
        if "#" in self.text[bottom : entries[first].start]:
            # The comments stay; a bare dash may stand alone above them.
            bare = len(self.text[:start].rstrip(" "))
            edit = _Edit(start, bottom, flush) if front else _Edit(bare, bottom, line_break)
            self.edits.append(edit)
        else:
            put = flush + " " * column if front else ""
            self.edits.append(_Edit(start, entries[first].start, put))
        return [index for index in removed if index > first]

    def mapping_entries(self, node: SpanNode) -> list[_Entry] | None:
        """Where the entries stand; None when one is written with `?`."""
        heads = []
        for key in node.keys:
            colon = skip_blank(self.text, key.end)
            if self.text[colon : colon + 1] != ":" or colon > line_end(self.text, key.start):
                return None
            if self.text[line_start(self.text, key.start) : key.start].rstrip().endswith("?"):
                return None
            heads.append(colon + 1)
        return self.entries([key.start for key in node.keys], heads, node)

    def sequence_entries(self, node: SpanNode) -> list[_Entry] | None:
        position = node.start
        if node.anchor is not None:
            position += len(node.anchor) + 1
        starts = []
        for item in node.items:
            dash = skip_blank(self.text, position)
            if self.text[dash : dash + 1] != "-":
                return None
            starts.append(dash)
            position = max(dash + 1, item.end)
        return self.entries(starts, [start + 1 for start in starts], node)

    def entries(self, starts: list[int], heads: list[int], node: SpanNode) -> list[_Entry]:
        found = []
        above = line_start(self.text, starts[0])
        # Comments between the parent's key and the first entry belong to the first entry only
        # when nothing but comments and blank lines is between.
        above = self.comments_from(above)
        for start, head, item in zip(starts, heads, node.items, strict=True):
            end = max(head, item.end)
            at_line_start = end > 0 and self.text[end - 1] == "\n"
            bottom = end if at_line_start else next_line(self.text, end)
            top = start
            if self.first_on_line(start):
                top = self.top_with_comments(start, above)
            found.append(_Entry(start, head, top, bottom))
            above = bottom
        return found

    def comments_from(self, line: int) -> int:
        """The first line of the comment and blank lines directly above the line at `line`."""
        while line > 0:
            above = line_start(self.text, line - 1)
            shown = self.text[above:line].strip()
            if shown and not shown.startswith("#"):
                break
            line = above
        return line

    def top_with_comments(self, start: int, above: int) -> int:
        """Where the comment lines directly above an entry, in its column, begin."""
        top = line_start(self.text, start)
        column = start - top
        while top > above:
            previous = line_start(self.text, top - 1)
            if not self.text.startswith(" " * column + "#", previous):
                break
            top = previous
        return top

    def blank_lines_above(self, entry: _Entry, above: int) -> int:
        """Where the blank lines directly above an entry begin; its top when there are none."""
        top = entry.top
        while top > above:
            previous = line_start(self.text, top - 1)
            if self.text[previous:top].strip():
                break
            top = previous
        return top

    def first_on_line(self, index: int) -> bool:
        return not self.text[line_start(self.text, index) : index].strip(" ")

    # -- flow collections -----------------------------------------------------------------

    def flow_mapping(self, node: SpanNode, wanted: dict[str, Any], slot: _Slot) -> bool:
        written, added = self.sort_keys(node, wanted)
        if not written:
            return False
        spans = []
        for index, (key, item) in enumerate(zip(node.keys, node.items, strict=True)):
            if self.text[line_start(self.text, key.start) : key.start].rstrip().endswith("?"):
                return False
            colon = skip_blank(self.text, key.end)
            head = colon + 1 if self.text[colon : colon + 1] == ":" else -1
            spans.append((key.start, max(key.end, head, item.end)))
            if index in written and index != node.merge_entry():
                peers = _peers_below(slot.peers, key.text)
                self.change(item, wanted[key.text], _Slot(head, 0, _Inside.FLOW, peers, key.end))
        if not added and len(written) == len(node.keys):
            return True
        order: list[int | str] = []
        waiting = [i for i in range(len(node.keys)) if i in written]
        for key_wanted, value in wanted.items():
            index = node.child(key_wanted)
            if index in written:
                while waiting and waiting[0] <= index:
                    order.append(waiting.pop(0))
            elif key_wanted in added:
                like = next((p for p in slot.peers if p.child(key_wanted) >= 0), None)
                pattern = like.items[like.child(key_wanted)] if like is not None else None
                shown = inline(value, in_flow=True, like=pattern)
                order.append(f"{key_text(key_wanted, in_flow=True)}: {shown}")
        self.rebuild_flow(node, spans, [*order, *waiting])
        return True

    def flow_sequence(self, node: SpanNode, wanted: list[Any], slot: _Slot) -> bool:
        matched = match_items(self.value(node), wanted, self.identity)
        if all(index is None for index in matched):
            return False
        staying = longest_rising([index for index in matched if index is not None])
        order: list[int | str] = []
        like: SpanNode | None = node.items[0]
        for position, index in enumerate(matched):
            if index is None:
                order.append(inline(wanted[position], in_flow=True, like=like))
                continue
            order.append(index)
            like = node.items[index]
            if index not in staying:
                self.drop(like)
            self.change(like, wanted[position], _Slot(-1, 0, _Inside.FLOW, tuple(node.items[:8])))
        for index in set(range(len(node.items))) - {i for i in matched if i is not None}:
            self.drop(node.items[index])
        if order != list(range(len(node.items))):
            self.rebuild_flow(node, [(item.start, item.end) for item in node.items], order)
        return True

    def rebuild_flow(
        self, node: SpanNode, spans: Sequence[tuple[int, int]], order: Sequence[int | str]
    ) -> None:
        """Write the entries between the brackets in `order`; text stands for a new one."""
        if self.append_lines(node, spans, order):
            return
        start, end = spans[0][0], spans[-1][1]
        inner = [e for e in self.edits if start <= e.start and e.end <= end]
        self.edits = [e for e in self.edits if not (start <= e.start and e.end <= end)]
        gaps = [self.text[spans[i][1] : spans[i + 1][0]] for i in range(len(spans) - 1)]
        opening = self.text[node.start : start]
        opened = max(opening.find("["), opening.find("{"))
        spread = opening[opened + 1 :] if "\n" in opening else " "
        separator = gaps[0] if gaps else "," + spread
        separator = re.sub(r"[ \t]*#[^\r\n]*", "", separator)
        pieces: list[str] = []
        previous: int | str | None = None
        for entry in order:
            if previous is not None:
                follows = isinstance(entry, int) and isinstance(previous, int)
                adjacent = follows and entry == previous + 1  # type: ignore[operator]
                pieces.append(gaps[previous] if adjacent else separator)  # type: ignore[index]
            if isinstance(entry, str):
                pieces.append(entry)
            else:
                low, high = spans[entry]
                own = [e for e in inner if low <= e.start and e.end <= high]
                pieces.append(_applied(self.text, own, low, high))
            previous = entry
        self.edits.append(_Edit(start, end, "".join(pieces)))

    def append_lines(
        self, node: SpanNode, spans: Sequence[tuple[int, int]], order: Sequence[int | str]
    ) -> bool:
        """Put new entries on lines of their own behind the last, where each has a line."""
        added = [entry for entry in order[len(spans) :] if isinstance(entry, str)]
        start, end = spans[-1]
        only_added = list(order) == [*range(len(spans)), *added]
        if not only_added or not self.first_on_line(start) or line_end(self.text, end) >= node.end:
            return False
        comma = skip_blank(self.text, end)
        has_comma = self.text[comma] == ","
        if not has_comma:
            self.edits.append(_Edit(end, end, ","))
        margin = self.layout.line_break + self.text[line_start(self.text, start) : start]
        lines = ",".join(margin + entry for entry in added) + ("," if has_comma else "")
        bottom = line_end(self.text, comma if has_comma else end)
        self.edits.append(_Edit(bottom, bottom, lines))
        return True

    # -- single values --------------------------------------------------------------------

    def replace_value(self, node: SpanNode, wanted: Any, slot: _Slot) -> None:
        """Write `wanted` where `node` stands, whatever kinds the two are."""
        if slot.inside == _Inside.FLOW:
            self.replace_in_flow(node, wanted, slot)
        elif slot.inside == _Inside.ROOT:
            self.replace_root(node, wanted)
        else:
            self.replace_in_block(node, wanted, slot)

    def replace_in_flow(self, node: SpanNode, wanted: Any, slot: _Slot) -> None:
        shown = inline(wanted, in_flow=True, like=node)
        if node.end > node.start:
            self.edits.append(_Edit(node.start, node.end, shown))
        elif slot.head >= 0:
            self.edits.append(_Edit(slot.head, slot.head, " " + shown))
        else:
            self.edits.append(_Edit(slot.key_end, slot.key_end, ": " + shown))

    def replace_root(self, node: SpanNode, wanted: Any) -> None:
        end = self.stop_of(node)
        shown = one_line(wanted, self.layout, room=self.layout.width, key="", like=node)
        if shown is None or (self.layout.literals and fits_literal(wanted)):
            shown = self.layout.line_break.join(block_lines(wanted, self.layout))
            if not self.first_on_line(node.start):
                shown = self.layout.line_break + shown
        self.edits.append(_Edit(node.start, end, shown))

    def replace_in_block(self, node: SpanNode, wanted: Any, slot: _Slot) -> None:
        line_break = self.layout.line_break
        empty = node.end == node.start
        start = slot.head if empty else node.start
        end = slot.head if empty else self.stop_of(node)
        is_block = node.kind in (Kind.MAPPING, Kind.SEQUENCE) and not node.flow
        if is_block:
            end = line_end(self.text, end)
        comment = "#" in self.text[end : line_end(self.text, end)]

        # A list item's lines are flush with its first, however far that is from the dash.
        beside = slot.head < start <= line_end(self.text, slot.head)
        flush = _column(self.text, start) if beside else slot.column + 2
        first, rest = self.rendered(node, wanted, slot, flush=flush, alone=not comment)
        if start > line_end(self.text, slot.head):
            # The value stands below its key: `key:` alone on the line, perhaps a comment.
            if rest and not first:
                top = line_start(self.text, start)
                bottom = line_end(self.text, end)
                self.edits.append(_Edit(top, bottom, line_break.join(rest)))
                return
            self.edits.append(_Edit(slot.head, slot.head, f" {first}"))
            start = line_end(self.text, slot.head)
            below = "".join(line_break + line for line in rest)
            self.edits.append(_Edit(start, line_end(self.text, end), below))
            return
        if not first:
            start = slot.head
        elif start == slot.head:
            first = f" {first}"
        self.edits.append(_Edit(start, end, first))
        if rest:
            bottom = line_end(self.text, end)
            below = "".join(line_break + line for line in rest)
            self.edits.append(_Edit(bottom, bottom, below))

    def rendered(
        self, node: SpanNode, wanted: Any, slot: _Slot, *, flush: int, alone: bool
    ) -> tuple[str, list[str]]:
        """What goes behind the `:` or `-`, and the whole lines below it.

        Args:
            flush: Column of the lines of a list item.
            alone: No comment follows on the line, so a list item's mapping may start there.
        """
        in_list = slot.inside == _Inside.SEQUENCE
        # Text that was quoted although it had line breaks stays so.
        quoted = node.style in ("'", '"') and "\n" in node.text
        if self.layout.literals and fits_literal(wanted) and not quoted:
            indent = 2 if in_list else self.layout.indent
            header, lines = literal(wanted, indent)
            if node.style in ("|", ">"):
                old = self.text[node.start : line_end(self.text, node.start)]
                comment = re.search(r"\s+#.*", old)
                header += comment.group() if comment else ""
            return header, indented(lines, slot.column)
        shown = one_line(wanted, self.layout, room=self.layout.width, key="", like=node)
        if shown is not None:
            return shown, []
        lines = block_lines(wanted, self.layout, node)
        if in_list:
            if alone:
                return lines[0], indented(lines[1:], flush)
            return "", indented(lines, flush)
        below = self.layout.indent if isinstance(wanted, dict) else self.layout.dash
        return "", indented(lines, slot.column + below)

    def stop_of(self, node: SpanNode) -> int:
        """Where a value ends, without the line break that ends a block scalar."""
        if node.end > node.start and self.text[node.end - 1] == "\n":
            end = node.end - 1
            return end - 1 if end > 0 and self.text[end - 1] == "\r" else end
        return node.end


def _is_bare_pair(text: str, node: SpanNode) -> bool:
    """`[a: 1]`: a mapping inside a flow list, without braces of its own."""
    return node.kind is Kind.MAPPING and node.flow and _opening(text, node) != "{"


def _opening(text: str, node: SpanNode) -> str:
    start = node.start
    if node.anchor is not None:
        start = skip_blank(text, start + len(node.anchor) + 1)
    return text[start : start + 1]


def _peers_below(peers: Sequence[SpanNode], key: str) -> tuple[SpanNode, ...]:
    below = (peer.items[peer.child(key)] for peer in peers if peer.child(key) >= 0)
    return tuple(node for node in below if node.kind is Kind.MAPPING)


def _most_alike(value: Any, nodes: Sequence[SpanNode]) -> SpanNode:
    """The node that writes most of the value's keys; the first of equals."""
    if not isinstance(value, dict):
        return nodes[0]
    return max(nodes, key=lambda node: sum(1 for key in node.keys if key.text in value))
