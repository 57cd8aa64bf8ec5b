"""What does a whole bundle hold, laid out for rules to read?"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from lakewright.generation.resource_faults import Path

# Kinds of task that run code of the user's on a cluster or on serverless compute.
TASK_SUFFIX = "_task"


@dataclass(frozen=True, slots=True)
class Dependency:
    """One entry of `depends_on`; `outcome` is empty when none is written."""

    key: str
    outcome: str
    position: int


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task, or the task that a for-each task repeats (then `repeated_by` is its key)."""

    key: str
    body: Mapping[str, Any]
    path: Path
    kinds: tuple[str, ...]
    depends_on: tuple[Dependency, ...] = ()
    repeated_by: str = ""


@dataclass(frozen=True)
class JobView:
    """One job. Parts of a wrong type are left out: the shape check reports them."""

    key: str
    body: Mapping[str, Any]
    path: Path
    tasks: tuple[TaskView, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[str, TaskView]:
        """Top-level tasks; the first of a key wins."""
        found: dict[str, TaskView] = {}
        for task in self.tasks:
            if not task.repeated_by:
                found.setdefault(task.key, task)
        return found

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Task keys, each after what it depends on; keys in or behind a loop are left out."""
        waiting = {
            key: len({d.key for d in task.depends_on if d.key in self.by_key})
            for key, task in self.by_key.items()
        }
        after: dict[str, list[str]] = {key: [] for key in self.by_key}
        for key, task in self.by_key.items():
            for upstream in {d.key for d in task.depends_on}:
                if upstream in after:
                    after[upstream].append(key)
        ready = [key for key, count in waiting.items() if count == 0]
        for key in ready:
            for later in after[key]:
                waiting[later] -= 1
                if waiting[later] == 0:
                    ready.append(later)
        return tuple(ready)

    @cached_property
    def _ordered(self) -> frozenset[str]:
        return frozenset(self.order)

    @cached_property
    def _bits(self) -> Mapping[str, int]:
        return {key: 1 << number for number, key in enumerate(self.by_key)}

    @cached_property
    def upstream(self) -> Mapping[str, int]:
        """Task key -> set of the tasks before it, as bits in the order of `by_key`."""
        bit = self._bits
        found = dict.fromkeys(self.by_key, 0)
        for key in self.order:
            for dependency in self.by_key[key].depends_on:
                if dependency.key in bit:
                    found[key] |= bit[dependency.key] | found[dependency.key]
        return found

    def runs_before(self, key: str, later: str) -> bool:
        """Whether the task `key` is upstream of `later`; true where a loop leaves it open."""
        if later not in self._ordered:
            return True
        return bool(self.upstream[later] & self._bits[key])


@dataclass(frozen=True)
class BundleView:
    """A merged bundle: `databricks.yml` with every resource file in it.

    Attributes:
        files: Paths of the project's files with `/`, or None when they are not known.
        defined_in: `group.key` -> file the resource stands in; paths in a resource are
            relative to that file. `databricks.yml` for those not named.
        for_api: One job body for the Jobs API, not a bundle.
    """

    body: Mapping[str, Any]
    files: frozenset[str] | None = None
    defined_in: Mapping[str, str] = field(default_factory=dict)
    for_api: bool = False

    @cached_property
    def resources(self) -> tuple[tuple[str, str, Mapping[str, Any], Path], ...]:
        """(group, key, body, path) of every resource that is a map."""
        return tuple(
            (group, str(key), body, ("resources", group, key))
            for group, entries in mapping(self.body, "resources").items()
            if isinstance(entries, Mapping)
            for key, body in entries.items()
            if isinstance(body, Mapping)
        )

    def of_group(self, wanted: str) -> Iterator[tuple[str, Mapping[str, Any], Path]]:
        """(key, body, path) of every resource of one group."""
        for group, key, body, path in self.resources:
            if group == wanted:
                yield key, body, path

    @cached_property
    def jobs(self) -> tuple[JobView, ...]:
        """Every job."""
        return tuple(
            JobView(key, body, path, tuple(_tasks(body, path)))
            for key, body, path in self.of_group("jobs")
        )

    @cached_property
    def marked_texts(self) -> "tuple[Mark, ...]":
        """Every text with a `${` or a `{{` in it, in the order written."""
        return tuple(_marked(self.body))


def view_of(
    body: Mapping[str, Any],
    *,
    files: Collection[str] | None = None,
    defined_in: Mapping[str, str] | None = None,
    for_api: bool = False,
) -> BundleView:
    """Lay a bundle out. Nothing is copied; wrong shapes are skipped."""
    known = None if files is None else frozenset(files)
    return BundleView(body, known, dict(defined_in or {}), for_api)


def mapping(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A field that should be a map; an empty one when it is not."""
    found = body.get(name)
    return found if isinstance(found, Mapping) else {}


def maps_in(body: Mapping[str, Any], name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """(position, entry) of a field that should be a list of maps."""
    found = body.get(name)
    for position, entry in enumerate(found if isinstance(found, list | tuple) else ()):
        if isinstance(entry, Mapping):
            yield position, entry


def text_in(body: Mapping[str, Any], name: str) -> str:
    """A field that should be a text; empty when it is not."""
    found = body.get(name)
    return found if isinstance(found, str) else ""


def _tasks(job: Mapping[str, Any], path: Path) -> Iterator[TaskView]:
    for position, body in maps_in(job, "tasks"):
        task = _task(body, (*path, "tasks", position), "")
        yield task
        inner = mapping(body, "for_each_task").get("task") if "for_each_task" in body else None
        if isinstance(inner, Mapping):
            yield _task(inner, (*task.path, "for_each_task", "task"), task.key)


def _task(body: Mapping[str, Any], path: Path, repeated_by: str) -> TaskView:
    dependencies: tuple[Dependency, ...] = ()
    if "depends_on" in body:
        dependencies = tuple(
            Dependency(key, text_in(entry, "outcome"), number)
            for number, entry in maps_in(body, "depends_on")
            if isinstance(key := entry.get("task_key"), str)
        )
    kinds = tuple(name for name in body if isinstance(name, str) and name.endswith(TASK_SUFFIX))
    return TaskView(text_in(body, "task_key"), body, path, kinds, dependencies, repeated_by)


# Asking whether a value is a Mapping is slow; most values are neither that nor a text.
_SCALARS = (int, float, type(None))


class Mark(NamedTuple):
    """A text that refers to something. Its path is made only when somebody asks for it."""

    text: str
    link: Any

    @property
    def path(self) -> Path:
        """Where the text stands."""
        parts = []
        link = self.link
        while link is not None:
            key, link = link
            parts.append(key if isinstance(key, str | int) else str(key))
        return tuple(reversed(parts))


def _marked(body: Mapping[str, Any]) -> Iterator[Mark]:
    """Depth first without recursion; a place is a chain of links until it is wanted."""
    waiting: list[tuple[Any, Any]] = [(body, None)]
    while waiting:
        value, link = waiting.pop()
        pairs = value.items() if isinstance(value, Mapping) else enumerate(value)
        inner = []
        for key, held in pairs:
            if isinstance(held, str):
                if "${" in held or "{{" in held:
                    yield Mark(held, (key, link))
            elif not isinstance(held, _SCALARS) and isinstance(held, Mapping | list | tuple):
                inner.append((held, (key, link)))
        if inner:
            waiting.extend(reversed(inner))
