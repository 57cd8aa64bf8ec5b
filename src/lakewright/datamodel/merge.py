"""What becomes of a drawing that two people changed at once?"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Final, NamedTuple, TypeVar

from lakewright.datamodel.compare import differing
from lakewright.datamodel.model import DataModel, Drawing, Edge, Group, Node, Note
from lakewright.datamodel.yaml_codec import model_to_value, node_to_value
from lakewright.diagnostics import shown
from lakewright.yaml_text.edit import same

_Item = TypeVar("_Item")
_Key = TypeVar("_Key", bound=Hashable)

# Who saved last, and when: nobody decides between two of them.
_BOOKKEEPING = frozenset({"updated_at", "updated_by"})


class ConflictKind(StrEnum):
    """Why nobody but a person can decide."""

    VALUE = "value"  # both gave it another value
    OURS_REMOVED = "ours_removed"  # we took it away, they changed it
    THEIRS_REMOVED = "theirs_removed"  # they took it away, we changed it
    BOTH_ADDED = "both_added"  # both made it, each in another way


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing that was changed on both sides in different ways.

    Attributes:
        id: Stable while the three versions are: `orders/nodes/raw/properties/table`.
        node: Empty for the model itself.
        property: Dotted; empty for the node, or the model, as a whole.
        base, ours, theirs: Plain values; None for what is not there.
    """

    id: str
    node: str
    property: str
    base: Any
    ours: Any
    theirs: Any
    kind: ConflictKind
    words: str


@dataclass(frozen=True, slots=True)
class Given:
    """A value that somebody wrote instead of either side's."""

    value: Any


class Side(StrEnum):
    """Whose version to take."""

    OURS = "ours"
    THEIRS = "theirs"
    BASE = "base"


Choice = Side | Given
NO_CHOICES: Final[Mapping[str, Choice]] = {}


@dataclass(frozen=True, slots=True)
class Merged:
    """The model with both changes in it.

    Attributes:
        model: None when it is removed. Where a conflict is open it holds our value, and
            whatever one side removed and the other changed is still there.
        conflicts: Those that no choice decides, in the order of the model.
    """

    model: DataModel | None
    conflicts: tuple[Conflict, ...] = ()


class _Missing:
    """Stands for what a side does not have."""


_MISSING: Final = _Missing()


def merge_models(
    base: DataModel | None,
    ours: DataModel | None,
    theirs: DataModel | None,
    choices: Mapping[str, Choice] = NO_CHOICES,
) -> Merged:
    """Both sides' changes since `base`. None: the model is not there on that side.

    Nodes are merged property by property, lists of named things (columns) name by name, edges
    and tags as sets. Places, notes and groups never conflict: what both moved stands where we
    put it.
    """
    merge = _Merge(choices)
    some = ours or theirs or base
    if some is None:
        return Merged(None)
    model = merge.models(_Sides(base, ours, theirs), some.id)
    return Merged(model, tuple(merge.conflicts))


class _Sides(NamedTuple):
    """One thing in the three versions; `_MISSING` where it is not there."""

    base: Any
    ours: Any
    theirs: Any

    def each(self, get: Callable[[Any], Any]) -> "_Sides":
        return _Sides(*(get(side) for side in self))

    def under(self, key: Any, missing: Any) -> "_Sides":
        """What each mapping has under a key."""
        return _Sides(*(side.get(key, missing) for side in self))

    def chosen(self, side: Side) -> Any:
        found: Any = getattr(self, side.value)
        return found

    def plain(self) -> "_Sides":
        """With None for what is not there."""
        return self.each(lambda one: None if one is _MISSING else one)


class _At(NamedTuple):
    """What is being merged: id of a conflict about it, its node, its dotted name there."""

    id: str
    node: str = ""
    property: str = ""

    def to(self, key: str) -> "_At":
        dotted = f"{self.property}.{key}" if self.property else key
        return _At(f"{self.id}/{_escaped(key)}", self.node, dotted)


@dataclass(slots=True)
class _Merge:
    choices: Mapping[str, Choice]
    conflicts: list[Conflict] = field(default_factory=list)

    def models(self, sides: _Sides, model_id: str) -> DataModel | None:
        base, ours, theirs = sides
        at = _At(_escaped(model_id))
        if ours is None or theirs is None:
            kept = theirs if ours is None else ours
            if kept is None or base is None:
                return _known(kept)
            if same(model_to_value(base), model_to_value(kept)):
                return None
            what = f"the data model '{shown(model_id, 40)}'"
            return _known(self._removed(at, sides, what, model_to_value))
        start = _Sides(base or DataModel(model_id), ours, theirs)
        nodes, gone = self._nodes(at, start)
        for node in nodes:
            gone.pop(node.id, None)
        edges = [
            edge
            for edge in _merged_bag(*start.each(lambda one: one.edges))
            # The edges of a node go with it, unless whoever removed it kept them.
            if all(edge in kept for end in (edge.source, edge.target) for kept in gone.get(end, ()))
        ]

        def cell(name: str) -> Any:
            return self._value(at.to(name), start.each(lambda one: getattr(one, name)))

        merged: DataModel = replace(
            theirs,
            name=cell("name"),
            description=cell("description"),
            nodes=nodes,
            edges=tuple(edges),
            tags=tuple(_merged_bag(*start.each(lambda one: one.tags))),
            metadata=self._metadata(at.to("metadata"), start.each(lambda one: one.metadata)),
            drawing=_merged_drawing(*start.each(lambda one: one.drawing)),
        )
        return merged

    def _nodes(
        self, at: _At, sides: _Sides
    ) -> tuple[tuple[Node, ...], dict[str, list[tuple[Edge, ...]]]]:
        """The nodes, and for each id that a side removed the edges of that side."""
        keyed = sides.each(lambda one: _keyed(one.nodes))
        drawn = {
            side: _ends(Counter(sides.chosen(side).edges) - Counter(sides.base.edges))
            for side in (Side.OURS, Side.THEIRS)
        }
        result: list[Node] = []
        gone: dict[str, list[tuple[Edge, ...]]] = {}
        for key in _merged_order(*keyed.each(list)):
            name = key[0] if key[1] == 0 else f"{key[0]}#{key[1] + 1}"
            here = _At(f"{at.id}/nodes/{_escaped(name)}", key[0])
            of = keyed.under(key, None)
            was, one, other = of
            if one is not None and other is not None:
                result.append(self._node(here, of))
                continue
            kept = one or other
            left = kept
            if was is not None:
                gone[key[0]] = [
                    sides.chosen(side).edges
                    for side in (Side.OURS, Side.THEIRS)
                    if of.chosen(side) is None
                ]
                side = Side.OURS if one is not None else Side.THEIRS
                left = None
                if kept is not None and (differing(was, kept) or key[0] in drawn[side]):
                    left = self._removed(here, of, f"the node '{shown(key[0], 40)}'", node_to_value)
            if left is not None:
                result.append(left)
        return tuple(result), gone

    def _removed(
        self, at: _At, sides: _Sides, what: str, as_value: Callable[[Any], dict[str, Any]]
    ) -> Any:
        """What one side removed and the other changed, as somebody chose; else it stays."""
        choice = self.choices.get(at.id)
        if isinstance(choice, Side):
            return sides.chosen(choice)
        removed = Side.OURS if sides.ours is None else Side.THEIRS
        plain = sides.each(lambda one: None if one is None else as_value(one))
        self._conflict(at, plain, what, removed=removed)
        return sides.theirs if removed is Side.OURS else sides.ours

    def _node(self, at: _At, sides: _Sides) -> Node:
        def cell(name: str) -> Any:
            values = sides.each(lambda one: _MISSING if one is None else getattr(one, name))
            return self._value(at.to(name), values)

        properties = sides.each(lambda one: {} if one is None else one.properties)
        old = None if sides.base is None else sides.base.position
        return Node(
            sides.ours.id,
            cell("type"),
            cell("name"),
            cell("description"),
            cell("enabled"),
            self._mapping(_At(f"{at.id}/properties", at.node), properties),
            sides.theirs.position if sides.ours.position == old else sides.ours.position,
        )

    def _metadata(self, at: _At, sides: _Sides) -> dict[str, Any]:
        told = sides.each(lambda of: {k: v for k, v in of.items() if k not in _BOOKKEEPING})
        merged = self._mapping(at, told)
        for key in _BOOKKEEPING:
            was, one, other = sides.under(key, _MISSING)
            value = other if same(one, was) else one
            if value is not _MISSING:
                merged[key] = value
        return merged

    def _mapping(self, at: _At, sides: _Sides) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key in _merged_order(*sides.each(list)):
            found = self._value(at.to(str(key)), sides.under(key, _MISSING))
            if found is not _MISSING:
                result[key] = found
        return result

    def _value(self, at: _At, sides: _Sides) -> Any:
        base, ours, theirs = sides
        if same(ours, theirs) or same(base, theirs):
            return ours
        if same(base, ours):
            return theirs
        if isinstance(ours, dict) and isinstance(theirs, dict):
            return self._mapping(at, _Sides(base if isinstance(base, dict) else {}, ours, theirs))
        mine, yours = _by_name(ours), _by_name(theirs)
        if mine is not None and yours is not None:
            return list(self._mapping(at, _Sides(_by_name(base) or {}, mine, yours)).values())
        choice = self.choices.get(at.id)
        if isinstance(choice, Given):
            return choice.value
        if choice is not None:
            return sides.chosen(choice)
        of = f" of '{shown(at.node, 40)}'" if at.node else ""
        removed = Side.OURS if ours is _MISSING else Side.THEIRS if theirs is _MISSING else None
        self._conflict(
            at,
            sides.plain(),
            f"'{shown(at.property, 60)}'{of}",
            removed=removed,
            added=base is _MISSING,
        )
        # What one side took away and the other changed stays until somebody decides.
        return theirs if removed is Side.OURS else ours

    def _conflict(
        self,
        at: _At,
        plain: _Sides,
        what: str,
        *,
        removed: Side | None = None,
        added: bool = False,
    ) -> None:
        if removed is Side.OURS:
            kind, words = ConflictKind.OURS_REMOVED, f"You removed {what}, they changed it."
        elif removed is Side.THEIRS:
            kind, words = ConflictKind.THEIRS_REMOVED, f"They removed {what}, you changed it."
        elif added:
            kind, words = ConflictKind.BOTH_ADDED, f"You and they both added {what}, differently."
        else:
            kind, words = ConflictKind.VALUE, f"You and they both changed {what}."
        self.conflicts.append(Conflict(at.id, at.node, at.property, *plain, kind, words))


def _known(model: Any) -> DataModel | None:
    return model if isinstance(model, DataModel) else None


def _escaped(key: str) -> str:
    """A part of a path, as in a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _keyed(nodes: Sequence[Node]) -> dict[tuple[str, int], Node]:
    """Nodes by id; the second one of an id has a key of its own, so that none gets lost."""
    seen: Counter[str] = Counter()
    found: dict[tuple[str, int], Node] = {}
    for node in nodes:
        found[node.id, seen[node.id]] = node
        seen[node.id] += 1
    return found


def _ends(edges: Iterable[Edge]) -> set[str]:
    return {end for edge in edges for end in (edge.source, edge.target)}


def _by_name(value: Any) -> dict[str, Any] | None:
    """A list of things with names of their own, by name; None for anything else."""
    if not isinstance(value, list):
        return None
    found = {
        item["name"]: item
        for item in value
        if isinstance(item, dict) and isinstance(item.get("name"), str)
    }
    return found if len(found) == len(value) else None


def _merged_order(base: Sequence[_Key], ours: Sequence[_Key], theirs: Sequence[_Key]) -> list[_Key]:
    """Every key once: in the order of whoever changed it (theirs when both did), what only the
    other side has behind what stands before it there.
    """
    first, second = (ours, theirs) if list(theirs) == list(base) else (theirs, ours)
    result = list(dict.fromkeys(first))
    taken = set(result)
    before: _Key | None = None
    for key in second:
        if key not in taken:
            result.insert(result.index(before) + 1 if before is not None else 0, key)
            taken.add(key)
        before = key
    return result


def _merged_bag(
    base: Sequence[_Item], ours: Sequence[_Item], theirs: Sequence[_Item]
) -> list[_Item]:
    """A list whose items have no parts: what either side added is in, what either removed out."""
    counts = [Counter(one) for one in (base, ours, theirs)]
    wanted: Counter[_Item] = Counter()
    for item in set().union(*counts):
        was, one, other = (count[item] for count in counts)
        wanted[item] = other if one == was else one if other == was else max(one, other)
    first, second = (ours, theirs) if list(theirs) == list(base) else (theirs, ours)
    result: list[_Item] = []
    for item in (*first, *second):
        if wanted[item] > 0:
            wanted[item] -= 1
            result.append(item)
    return result


def _merged_drawing(base: Drawing, ours: Drawing, theirs: Drawing) -> Drawing:
    return Drawing(
        tuple(
            _merged_marks(base.notes, ours.notes, theirs.notes, lambda note: note.id, _merged_note)
        ),
        tuple(
            _merged_marks(
                base.groups, ours.groups, theirs.groups, lambda group: group.id, _merged_group
            )
        ),
    )


def _merged_marks(
    base: Sequence[_Item],
    ours: Sequence[_Item],
    theirs: Sequence[_Item],
    name: Callable[[_Item], str],
    finish: Callable[[_Item | None, _Item, _Item, _Item], _Item],
) -> list[_Item]:
    """Notes or groups by id, field by field; ours where both differ. What one side changed and
    the other removed stays.
    """
    known, mine, yours = ({name(item): item for item in one} for one in (base, ours, theirs))
    result: list[_Item] = []
    for key in _merged_order(list(known), list(mine), list(yours)):
        was, one, other = known.get(key), mine.get(key), yours.get(key)
        if one is None or other is None:
            kept = one or other
            if kept is not None and kept != was:
                result.append(kept)
            continue
        merged: Any = one
        for part in fields(merged):
            if was is not None and getattr(one, part.name) == getattr(was, part.name):
                merged = replace(merged, **{part.name: getattr(other, part.name)})
        result.append(finish(was, one, other, merged))
    return result


def _merged_note(base: Note | None, ours: Note, theirs: Note, merged: Note) -> Note:
    """A text that both wrote another way is kept twice: nobody is asked, nothing is lost."""
    was = base.text if base is not None else None
    if ours.text == theirs.text or was in (ours.text, theirs.text):
        return merged
    return replace(merged, text=f"{ours.text}\n\n{theirs.text}")


def _merged_group(base: Group | None, ours: Group, theirs: Group, merged: Group) -> Group:
    before = base.nodes if base is not None else ()
    return replace(merged, nodes=tuple(_merged_bag(before, ours.nodes, theirs.nodes)))
