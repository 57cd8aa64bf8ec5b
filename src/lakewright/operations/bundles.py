"""Generate a bundle as texts instead of into a folder, and pack texts as a zip."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from lakewright.generation.lockfile import LOCK_PATH, read_lock
from lakewright.operations.generate import (
    GenerateReport,
    GenerateRequest,
    Progress,
    Tools,
    compare,
)
from lakewright.ports import (
    MetadataRepository,
    NextVersion,
    ProofMemory,
    PythonLinter,
    TemplateRenderer,
)

# Zip's earliest date: equal bundles are equal byte by byte, whenever they are packed.
_NO_DATE = (1980, 1, 1, 0, 0, 0)
_PIECE_BYTES = 64 * 1024


class NoFolder:
    """`BundleFolder` without anything in it, that nothing can be written to."""

    def read_text(self, path: str) -> str | None:
        del path
        return None

    def content_hash(self, path: str) -> str | None:
        del path
        return None

    @contextmanager
    def replacing(self) -> Iterator[NextVersion]:
        raise NotImplementedError("texts are kept by the caller")
        yield


class NoMemory:
    """`GenerationMemory` that remembers nothing: every text is wanted, not only what changed."""

    def load(self) -> Any:
        return None

    def save(self, value: Any) -> None:
        del value


def generate_texts(
    request: GenerateRequest,
    repository: MetadataRepository,
    *,
    renderer: TemplateRenderer,
    linter: PythonLinter,
    proofs: ProofMemory,
    engine: str,
    progress: Progress | None = None,
) -> tuple[GenerateReport, Mapping[str, str]]:
    """The whole bundle: path -> text, sorted by path. No texts when the report says `refused`.

    Raises:
        NotFoundError: No recipe or model has the wanted id.
    """
    tools = Tools(
        repository=repository,
        renderer=renderer,
        linter=linter,
        proofs=proofs,
        output=NoFolder(),
        memory=NoMemory(),
        engine=engine,
    )
    report = compare(request, tools, progress)
    return report, {} if report.refused else dict(sorted(report.texts.items()))


def templates_used(texts: Mapping[str, str]) -> tuple[str, ...]:
    """Ids of the templates that printed a bundle's scripts, sorted; from its lock file."""
    lock = read_lock(texts.get(LOCK_PATH))
    if lock is None:
        return ()
    return tuple(sorted({e.template.partition("@")[0] for e in lock.files.values() if e.template}))


def zip_pieces(texts: Mapping[str, str], folder: str) -> Iterator[bytes]:
    """The texts as a zip, piece by piece, below one folder.

    Only what one file needs is in memory besides the texts themselves.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in sorted(texts.items()):
            entry = zipfile.ZipInfo(f"{folder}/{path}", _NO_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text.encode("utf-8", "surrogatepass"))
            if sink.size >= _PIECE_BYTES:
                yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """What `ZipFile` writes to: it cannot seek, and gives away what it has."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = bytes(data)
        self._parts.append(part)
        self.size += len(part)
        return len(part)

    def taken(self) -> bytes:
        whole = b"".join(self._parts)
        self._parts, self.size = [], 0
        return whole


class CancelledWorkError(Exception):
    """Somebody asked for the work to end; no fault."""
