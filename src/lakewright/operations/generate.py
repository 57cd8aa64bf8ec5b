"""Make a bundle from a recipe: check, plan, render, prove, assemble, and write what changed."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from lakewright.diagnostics import (
    Diagnostic,
    Location,
    Severity,
    from_json,
    has_errors,
    in_reading_order,
)
from lakewright.generation.lockfile import (
    LOCK_PATH,
    Lock,
    LockEntry,
    read_lock,
    text_hash,
    write_lock,
)
from lakewright.ports import (
    BundleFolder,
    GenerationMemory,
    MetadataRepository,
    ProofMemory,
    PythonLinter,
    RepositoryFile,
    TemplateRenderer,
)

MEMORY_VERSION = 1
Progress = Callable[[int, int, str], None]


class Change(StrEnum):
    """What generating did, or would do, to one file."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    KEPT = "kept"  # edited by hand, so left alone


@dataclass(frozen=True, slots=True)
class Tools:
    """The ports that generating needs.

    Attributes:
        engine: Version of everything besides the repository that decides a text and its proof.
    """

    repository: MetadataRepository
    renderer: TemplateRenderer
    linter: PythonLinter
    proofs: ProofMemory
    output: BundleFolder
    memory: GenerationMemory
    engine: str


@dataclass(frozen=True, slots=True)
class GenerateRequest:
    """What to generate.

    Attributes:
        wanted: A recipe or model id; empty for the repository's only recipe or all models.
        fallback: Id of the default recipe when nothing names one.
        force: Overwrite files that were edited by hand.
        cloud: Replaces the recipe's cloud when not empty.
    """

    wanted: str = ""
    fallback: str = "bundle"
    force: bool = False
    cloud: str = ""


@dataclass(frozen=True, slots=True)
class GenerateReport:
    """What happened, or what would.

    Attributes:
        changes: Path in the bundle -> what happened to it, sorted by path.
        refused: Nothing was written because of errors.
        texts: New text of every added or changed file (only kept for a comparison).
    """

    recipe: str
    changes: Mapping[str, Change]
    diagnostics: tuple[Diagnostic, ...]
    models: int
    scripts: int
    refused: bool = False
    texts: Mapping[str, str] = field(default_factory=dict)

    def count(self, change: Change) -> int:
        return sum(1 for found in self.changes.values() if found is change)

    def as_json(self) -> dict[str, Any]:
        return {
            "recipe": self.recipe,
            "refused": self.refused,
            "models": self.models,
            "scripts": self.scripts,
            "counts": {change.value: self.count(change) for change in Change},
            "changes": {
                path: change.value
                for path, change in self.changes.items()
                if change is not Change.UNCHANGED
            },
            "diagnostics": [found.as_json() for found in self.diagnostics],
        }


def generate(
    request: GenerateRequest, tools: Tools, progress: Progress | None = None
) -> GenerateReport:
    """Generate a bundle and write what changed, all or nothing.

    Only files whose content changes are touched. Files that were edited by hand are left alone
    (a finding says so) unless `force`. With any error finding nothing is written.

    Raises:
        NotFoundError: No recipe or model has the wanted id.
        LakewrightError: The output cannot be written; what was there is unchanged.
    """
    files = tools.repository.files()
    remembered = _remembered(tools, request, files)
    if remembered is not None:
        return remembered
    made = _make(request, tools, files, progress)
    if made.report.refused:
        return made.report
    if made.writes or made.removes:
        with tools.output.replacing() as version:
            for path, text in made.writes.items():
                version.write(path, text)
            version.remove(made.removes)
    tools.memory.save(made.memory)
    return made.report


def compare(
    request: GenerateRequest, tools: Tools, progress: Progress | None = None
) -> GenerateReport:
    """What `generate` would change; writes nothing. The report holds the new texts."""
    return _make(request, tools, tools.repository.files(), progress).report


def differences(report: GenerateReport, output: BundleFolder) -> Iterator[tuple[str, str]]:
    """(path, unified diff against what is on disk) of every file that would change."""
    for path, change in report.changes.items():
        if change not in (Change.ADDED, Change.CHANGED, Change.REMOVED):
            continue
        old = output.read_text(path) or ""
        new = "" if change is Change.REMOVED else report.texts.get(path, "")
        lines = unified_diff(
            old.splitlines(keepends=True),
            new.splitlines(keepends=True),
            "/dev/null" if change is Change.ADDED else f"a/{path}",
            "/dev/null" if change is Change.REMOVED else f"b/{path}",
        )
        # A last line without a line break would run into the next file's header.
        yield path, "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


# What the last run remembers, so that an unchanged repository costs next to nothing.


def _fingerprint(tools: Tools, request: GenerateRequest, files: Sequence[RepositoryFile]) -> str:
    text = json.dumps(
        [
            MEMORY_VERSION,
            tools.engine,
            request.wanted,
            request.fallback,
            request.cloud,
            [(file.path, file.version) for file in files],
        ],
        separators=(",", ":"),
    )
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _remembered(
    tools: Tools, request: GenerateRequest, files: Sequence[RepositoryFile]
) -> GenerateReport | None:
    """The last report, when neither the repository nor any file of the bundle has changed."""
    memory = tools.memory.load()
    if not isinstance(memory, dict) or memory.get("fingerprint") != _fingerprint(
        tools, request, files
    ):
        return None
    lock_text = tools.output.read_text(LOCK_PATH)
    lock = read_lock(lock_text)
    if lock is None or lock_text is None or memory.get("lock") != text_hash(lock_text):
        return None
    content_hash = tools.output.content_hash
    for path, entry in lock.files.items():
        if content_hash(path) != entry.content:
            return None
    return GenerateReport(
        recipe=str(memory.get("recipe", "")),
        changes=dict.fromkeys([*lock.files, LOCK_PATH], Change.UNCHANGED),
        diagnostics=tuple(from_json(row) for row in memory.get("diagnostics", [])),
        models=int(memory.get("models_count", 0)),
        scripts=int(memory.get("scripts", 0)),
    )


# Making


@dataclass(frozen=True, slots=True)
class _Made:
    report: GenerateReport
    writes: Mapping[str, str] = field(default_factory=dict)
    removes: tuple[str, ...] = ()
    memory: Any = None


def _make(
    request: GenerateRequest,
    tools: Tools,
    files: Sequence[RepositoryFile],
    progress: Progress | None,
) -> _Made:
    from lakewright.operations.making import make_bundle

    lock_text = tools.output.read_text(LOCK_PATH)
    lock = read_lock(lock_text) or Lock()
    bundle = make_bundle(request, tools, files, lock, progress)
    found = list(bundle.diagnostics)
    changes: dict[str, Change] = {}
    entries: dict[str, LockEntry] = {}
    writes: dict[str, str] = {}
    for path, entry in bundle.entries.items():
        if path in bundle.intact:
            changes[path], entries[path] = Change.UNCHANGED, entry
            continue
        text = bundle.texts.get(path)
        old = lock.files.get(path)
        change, kept = _change_of(
            path, entry, old, tools.output, overwrite=request.force and text is not None
        )
        changes[path] = change
        if change is Change.KEPT:
            # The base of the hand edit stays in the lock, so that a merge can find it.
            entries[path] = old if old is not None else LockEntry("", model=entry.model)
            found.append(kept or _edited(path, entry, newer=False))
        else:
            entries[path] = entry
            if change in (Change.ADDED, Change.CHANGED) and text is not None:
                writes[path] = text
    removes: list[str] = []
    for path, entry in lock.files.items():
        if path in entries:
            continue
        on_disk = tools.output.content_hash(path)
        if on_disk is None:
            continue
        if on_disk == entry.content or request.force:
            removes.append(path)
            changes[path] = Change.REMOVED
        else:
            changes[path] = Change.KEPT
            found.append(_orphan(path))
    refused = has_errors(found)
    new_lock = write_lock(Lock(entries, bundle.engine, bundle.recipe))
    changes[LOCK_PATH] = (
        Change.UNCHANGED
        if new_lock == lock_text
        else Change.CHANGED
        if lock_text is not None
        else Change.ADDED
    )
    if changes[LOCK_PATH] is not Change.UNCHANGED:
        writes[LOCK_PATH] = new_lock
    report = GenerateReport(
        recipe=bundle.recipe,
        changes=dict(sorted(changes.items())),
        diagnostics=tuple(in_reading_order(found)),
        models=bundle.models,
        scripts=bundle.scripts,
        refused=refused,
        texts=writes,
    )
    memory = {
        "fingerprint": _fingerprint(tools, request, files),
        "lock": text_hash(new_lock),
        "recipe": bundle.recipe,
        "models_count": bundle.models,
        "scripts": bundle.scripts,
        "diagnostics": [row.as_json() for row in report.diagnostics],
        **bundle.memory,
    }
    if any(change is Change.KEPT for change in changes.values()):
        # Hand edits are looked at anew each time: the reader may have mended them.
        memory["fingerprint"] = ""
    return _Made(report, writes, tuple(removes), memory)


def _change_of(
    path: str,
    entry: LockEntry,
    old: LockEntry | None,
    output: BundleFolder,
    *,
    overwrite: bool,
) -> tuple[Change, Diagnostic | None]:
    """What to do with one file, from what was generated last, what is there and what is new."""
    on_disk = output.content_hash(path)
    if on_disk is None:
        return Change.ADDED, None
    if on_disk == entry.content:
        return Change.UNCHANGED, None
    edited = old is None or on_disk != old.content
    if not edited or overwrite:
        return Change.CHANGED, None
    if old is not None and old.content == entry.content:
        return Change.KEPT, _edited(path, entry, newer=False)
    return Change.KEPT, _edited(path, entry, newer=True)


def _edited(path: str, entry: LockEntry, *, newer: bool) -> Diagnostic:
    if not newer:
        return Diagnostic(
            "edited-by-hand",
            Severity.INFO,
            f"'{path}' was edited by hand and is left as it is.",
            "Nothing to do; `--force` would replace it by the generated text.",
            Location(path, node=entry.node),
        )
    return Diagnostic(
        "edited-by-hand",
        Severity.WARNING,
        f"'{path}' was edited by hand, and its generated text has changed too; the edit is kept.",
        "Compare with `lakewright diff`, carry the change over, or use `--force` to replace it.",
        Location(path, node=entry.node),
    )


def _orphan(path: str) -> Diagnostic:
    return Diagnostic(
        "edited-by-hand",
        Severity.WARNING,
        f"'{path}' is not generated any more, but was edited by hand; it is left there.",
        "Delete it when you do not need it.",
        Location(path),
    )
