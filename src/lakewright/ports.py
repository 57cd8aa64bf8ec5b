"""What the core asks of the world, in the core's words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class RepositoryFile:
    """One entry of a metadata repository. `version` changes whenever the content does."""

    path: str
    version: str
    size_bytes: int


class MetadataRepository(Protocol):
    """A folder of YAML files and macros, wherever it lives."""

    def files(self) -> Sequence[RepositoryFile]:
        """Every metadata file, sorted by path; paths use `/` and are relative."""
        ...

    def read(self, path: str) -> bytes:
        """Raises `NotFoundError` when there is no such file, `LimitError` when it is too large."""
        ...


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """One render.

    Attributes:
        name: Template id, for messages.
        source: Jinja2 text.
        bindings: Plain JSON values only; every render gets a copy of its own.
        macros: Importable sources by name (`macros/naming.jinja` -> text).
        traced: Also say which template line printed each piece (slower).
    """

    name: str
    source: str
    bindings: Mapping[str, Any]
    macros: Mapping[str, str]
    traced: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of output and where it came from.

    Attributes:
        start, end: Character offsets in the output, end excluded.
        line: 1-based line in the template source named `name`.
        expression: The Jinja expression that printed it; empty for literal text.
    """

    start: int
    end: int
    name: str
    line: int
    expression: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a template printed. `spans` is empty unless the request was traced."""

    text: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class RenderFault:
    """Why a template printed nothing.

    Attributes:
        rule: `template-syntax`, `template-undefined`, `template-error`, `template-forbidden`
            (sandbox) or `template-limit` (time, memory, output size).
        name: Source in which it happened: the template's id or a macro file.
        line: 1-based; 0 when unknown.
    """

    rule: str
    problem: str
    remedy: str
    name: str
    line: int = 0


class TemplateRenderer(Protocol):
    """Renders people's templates where they can do no harm."""

    def render(self, requests: Iterable[RenderRequest]) -> Iterator[Rendered | RenderFault]:
        """One answer for each request, in order; consumes the requests lazily."""
        ...


@dataclass(frozen=True, slots=True)
class CodeFinding:
    """A fault in one Python text. `line` and `column` are 1-based."""

    rule: str
    problem: str
    line: int
    column: int


class PythonLinter(Protocol):
    """Finds undefined names and syntax faults in Python notebooks and files."""

    def lint(self, sources: Mapping[str, str]) -> Mapping[str, Sequence[CodeFinding]]:
        """Path -> findings, for every path given (an empty list when clean)."""
        ...


class ProofMemory(Protocol):
    """Remembers what has been proved, across processes. Losing it costs time only."""

    def known(self, key: str) -> bool: ...

    def remember(self, key: str) -> None: ...


class NextVersion(Protocol):
    """The next version of a bundle while it is being written."""

    def write(self, path: str, text: str) -> None: ...

    def remove(self, paths: Iterable[str]) -> None: ...


class BundleFolder(Protocol):
    """Where a bundle is kept; replaced whole or not at all."""

    def read_text(self, path: str) -> str | None:
        """The file, or None when it is absent or no text."""
        ...

    def content_hash(self, path: str) -> str | None:
        """BLAKE2b-128 of the file in hexadecimal; None when it is absent."""
        ...

    def replacing(self) -> AbstractContextManager[NextVersion]:
        """Build the next version; it takes the old one's place when the block ends well."""
        ...


class GenerationMemory(Protocol):
    """What the last generation of a bundle learned. Losing it costs time only."""

    def load(self) -> Any:
        """The value last saved, or None."""
        ...

    def save(self, value: Any) -> None: ...
