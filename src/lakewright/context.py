"""Choose the real adapters, once: the only place that sees both ports and adapters."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakewright import __version__
from lakewright.errors import LakewrightError
from lakewright.files.local_state import (
    ProofFile,
    StampedHashes,
    cache_folder,
    content_hash,
    read_json,
    write_json,
)
from lakewright.files.metadata_folder import MetadataFolder
from lakewright.files.output_folder import OutputFolder
from lakewright.generation.lockfile import LOCK_PATH
from lakewright.operations.generate import Tools
from lakewright.ports import CodeFinding, Rendered, RenderFault, RenderRequest, TemplateRenderer

if TYPE_CHECKING:
    from lakewright.git.working_history import WorkingHistory

# Raise when the same input gives other bytes than before: old files are then made anew.
OUTPUT_REVISION = 1
_GIT = "git+"


@cache
def engine_version() -> str:
    """Version of everything besides a repository that decides a text and its proof."""
    from lakewright.sql.shape import gate_version

    parts = (__version__, str(OUTPUT_REVISION), gate_version(), f"ruff-{version('ruff')}")
    return content_hash("\0".join(parts).encode())[:16]


def repository_at(root: Path, environ: Mapping[str, str] = os.environ) -> MetadataFolder:
    """The metadata repository in a folder."""
    root = root.resolve()
    stamps = cache_folder(environ) / "stamps" / f"in-{_key(root)}.json"
    return MetadataFolder(root, StampedHashes(root, stamps))


def output_at(path: Path, environ: Mapping[str, str] = os.environ) -> OutputFolder:
    """The bundle folder at a path."""
    path = path.absolute()
    stamps = cache_folder(environ) / "stamps" / f"out-{_key(path)}.json"
    return OutputFolder(path, StampedHashes(path, stamps), LOCK_PATH)


class MemoryFile:
    """`GenerationMemory` in one JSON file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._value: Any = None
        self._loaded = False

    def load(self) -> Any:
        if not self._loaded:
            self._value, self._loaded = read_json(self._path), True
        return self._value

    def save(self, value: Any) -> None:
        self._value, self._loaded = value, True
        write_json(self._path, value)


class LazyRenderer:
    """A confined renderer that starts when the first template is rendered."""

    def __init__(self) -> None:
        self._renderer: Any = None

    def render(self, requests: Any) -> Iterator[Rendered | RenderFault]:
        first = next(iterator := iter(requests), None)
        if first is None:
            return iter(())
        return self._started().render(_chained(first, iterator))  # type: ignore[no-any-return]

    def close(self) -> None:
        if self._renderer is not None:
            self._renderer.close()

    def _started(self) -> Any:
        if self._renderer is None:
            from lakewright.sandbox.pool import ConfinedRenderer

            self._renderer = ConfinedRenderer()
        return self._renderer


class LazyLinter:
    """The Python linter, looked up when there is something to lint."""

    def lint(self, sources: Mapping[str, str]) -> Mapping[str, list[CodeFinding]]:
        from lakewright.linters.ruff import RuffLinter

        found = RuffLinter().lint(sources)
        return {path: list(findings) for path, findings in found.items()}


@contextmanager
def renderer() -> Iterator[TemplateRenderer]:
    """A renderer for as long as the block runs."""
    lazy = LazyRenderer()
    try:
        yield lazy
    finally:
        lazy.close()


@contextmanager
def proof_memory(environ: Mapping[str, str] = os.environ) -> Iterator[ProofFile]:
    """The proofs that this machine remembers; what is new is saved at the end."""
    proofs = ProofFile(cache_folder(environ) / "proofs.txt")
    try:
        yield proofs
    finally:
        proofs.save()


@contextmanager
def generation_tools(
    repository: Path, output: Path, environ: Mapping[str, str] = os.environ
) -> Iterator[Tools]:
    """Everything that generating needs, for a repository and an output folder."""
    folder = output_at(output, environ)
    memory = (
        cache_folder(environ) / "runs" / f"{_key(repository.resolve(), output.absolute())}.json"
    )
    with renderer() as templates, proof_memory(environ) as proofs:
        yield Tools(
            repository=repository_at(repository, environ),
            renderer=templates,
            linter=LazyLinter(),
            proofs=proofs,
            output=folder,
            memory=MemoryFile(memory),
            engine=engine_version(),
        )
        folder.save_stamps()


def pack_files(location: str) -> Mapping[str, bytes]:
    """The files of a template pack: a zip, a folder, or `git+FOLDER[@REVISION][#FOLDER IN IT]`.

    Raises:
        LakewrightError: There is none, or it is one that nobody should unpack.
    """
    from lakewright.operations.packs import listed_files
    from lakewright.templates.pack_archive import unzipped

    path = Path(location)
    if not location.startswith(_GIT) and path.is_file():
        return unzipped(_read_below(path.parent, path.name))
    return listed_files(pack_reader(location))


def pack_reader(location: str) -> Callable[[str], bytes]:
    """A function that reads files below a folder, or below a folder of a git repository."""
    from lakewright.git.pack_source import reader_at

    if "://" in location:
        raise LakewrightError(
            f"'{location}' is an address; Lakewright fetches no packs by itself.",
            "Download or clone it first, and give the file or folder.",
            location,
        )
    if not location.startswith(_GIT):
        return lambda path: _read_below(Path(location), path)
    where, _, inside = location.removeprefix(_GIT).partition("#")
    folder, at, revision = where.rpartition("@")
    if not at or Path(where).exists():
        folder, revision = where, "HEAD"
    read = reader_at(Path(folder), revision)
    inside = inside.strip("/")
    return lambda path: read(f"{inside}/{path}" if inside else path)


def history_of(folder: Path) -> "WorkingHistory":
    """What git knows about a folder that somebody works in; nothing when it is in no repository."""
    from lakewright.git.working_history import WorkingHistory

    return WorkingHistory(folder)


def _read_below(folder: Path, path: str) -> bytes:
    from lakewright.files.pack_folder import read_below

    return read_below(folder, path)


def write_changes(folder: Path, changes: Mapping[str, bytes | None]) -> None:
    """Write and remove files of a folder, all or none of them."""
    from lakewright.files.pack_folder import write_changes as write

    write(folder, changes)


def _key(*paths: Path) -> str:
    return content_hash("\0".join(str(path) for path in paths).encode())


def _chained(first: RenderRequest, rest: Iterator[RenderRequest]) -> Iterator[RenderRequest]:
    yield first
    yield from rest
