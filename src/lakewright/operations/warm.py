"""Keep a repository's values between requests, and read again only the files that changed."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace

from lakewright.datamodel.model import DataModel
from lakewright.diagnostics import Diagnostic
from lakewright.operations.metadata import (
    Layout,
    Metadata,
    Shared,
    check_recipes,
    layout_of,
    load_models,
    load_shared,
    twice,
)
from lakewright.ports import MetadataRepository, RepositoryFile, VersionedRepository
from lakewright.templates.yaml_codec import read_templates

_ModelFile = tuple[str, tuple[DataModel, ...], tuple[Diagnostic, ...]]


@dataclass(slots=True)
class _Kept:
    head: str | None = None
    metadata: Metadata | None = None
    models: dict[str, _ModelFile] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


class WarmMetadata:
    """The values of the repositories that were used last.

    Two threads that ask for one repository wait for one reading. A file whose version is known is
    not read again, so a save in a repository of 10,000 models costs one file.

    Args:
        most: How many repositories are kept; the one that rested longest goes first.
    """

    def __init__(self, most: int = 32) -> None:
        self._most = most
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, key: str, repository: VersionedRepository) -> Metadata:
        """The repository as values, as of its head now.

        Args:
            key: Names the repository: the workspace's id.
        """
        kept = self._entry(key)
        with kept.lock:
            head = repository.head()
            if kept.metadata is None or kept.head != head:
                # Of that commit, however the repository moves on while it is read.
                kept.metadata = _read(repository.at(head), kept.metadata, kept.models)
                kept.head = head
            return kept.metadata

    def forget(self, key: str) -> None:
        """The repository is another one from now on."""
        with self._lock:
            self._kept.pop(key, None)

    def _entry(self, key: str) -> _Kept:
        with self._lock:
            kept = self._kept.setdefault(key, _Kept())
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return kept


def _read(
    repository: MetadataRepository, before: Metadata | None, known: dict[str, _ModelFile]
) -> Metadata:
    """As `load_metadata`, with what is known of files that did not change."""
    layout = layout_of(repository.files())
    shared = (
        before.shared
        if before is not None and _shared_files(before.layout) == _shared_files(layout)
        else load_shared(repository, layout)
    )
    models: dict[str, DataModel] = {}
    found: list[Diagnostic] = list(shared.diagnostics)
    for file in layout.models:
        entry = known.get(file.path)
        if entry is None or entry[0] != file.version:
            entry = (file.version, *load_models(repository, file))
            known[file.path] = entry
        found.extend(entry[2])
        for model in entry[1]:
            if model.id in models:
                found.append(twice("model", model.id, file.path, models[model.id].file))
            else:
                models[model.id] = model
    for path in known.keys() - {file.path for file in layout.models}:
        del known[path]
    found.extend(check_recipes(shared, models))
    return Metadata(layout, shared, models, tuple(found))


def _shared_files(layout: Layout) -> list[tuple[str, str]]:
    files: tuple[RepositoryFile, ...] = (
        *layout.templates,
        *layout.macros,
        *layout.recipes,
        *layout.configurations,
    )
    return [(file.path, file.version) for file in files]


def with_unsaved_template(
    metadata: Metadata, text: str, file: str = ""
) -> tuple[Metadata, tuple[Diagnostic, ...], str]:
    """The repository as if the text of a template file were saved.

    Returns:
        The values, what is wrong with the text, and the id of its first template ("" when it
        holds none that can be read).
    """
    read = read_templates(text, file)
    if not read.templates:
        return metadata, read.diagnostics, ""
    new = {template.id: template for template in read.templates}
    shared: Shared = metadata.shared
    library = replace(shared.library, templates={**shared.library.templates, **new})
    unsaved = replace(shared, library=library, templates={**shared.templates, **new})
    return replace(metadata, shared=unsaved), read.diagnostics, read.templates[0].id


def as_if_saved(metadata: Metadata, text: str | None) -> Metadata:
    """The repository with the text of a template file in it; as it is without a text."""
    return metadata if text is None else with_unsaved_template(metadata, text)[0]


class BoundedProofs:
    """`ProofMemory` in this process: forgets everything when it grows too large.

    Forgetting costs time only, and a proof takes some 40 bytes, so a cleverer choice of what to
    forget would not pay.
    """

    def __init__(self, most: int = 200_000) -> None:
        self._most = most
        self._keys: dict[str, bool] = {}

    def known(self, key: str) -> bool:
        return key in self._keys

    def remember(self, key: str) -> None:
        if len(self._keys) >= self._most:
            self._keys = {}
        self._keys[key] = True
