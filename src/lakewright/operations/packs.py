"""Install, update, remove, export and list packs of templates in a repository."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from posixpath import basename
from typing import Any, Literal

from lakewright.diagnostics import did_you_mean, shown
from lakewright.errors import LakewrightError, NotFoundError
from lakewright.operations.documents import prefix_of
from lakewright.operations.metadata import Metadata, macro_name, not_found
from lakewright.ports import MetadataRepository, RepositoryFile, StaleFile, StaleSaveError
from lakewright.templates.packs import (
    MANIFEST,
    IndexEntry,
    Manifest,
    Pack,
    PackError,
    checked_name,
    digest,
    imported_macros,
    installed_files,
    manifest_text,
    packed,
    read_index,
    read_manifest,
    read_pack,
    read_record,
    record_of,
    record_path,
)
from lakewright.templates.template import Template
from lakewright.templates.versions import declaration_changes, source_difference, version_order
from lakewright.templates.yaml_codec import new_template_text, read_templates

HandEdits = Literal["refuse", "keep", "overwrite"]
"""What happens to files of a pack that somebody has changed since."""

INDEX = "packs/index.yaml"
_RECORDS = "packs/installed/"


class PackConflictError(LakewrightError):
    """Doing it would lose somebody's work, or mix up two packs."""

    code = "pack-conflict"
    http_status = 409


@dataclass(frozen=True, slots=True)
class TemplateChange:
    """What an update does to one template.

    Attributes:
        before, after: Versions; empty when it is new, or gone.
        declarations: What changes for people who give values, in sentences.
        source: Unified diff of the sources; empty when they are equal, new or gone.
    """

    id: str
    before: str
    after: str
    declarations: tuple[str, ...] = ()
    source: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "before": self.before,
            "after": self.after,
            "declarations": list(self.declarations),
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class PackPlan:
    """What installing, updating or removing a pack would do; nothing is done yet.

    Attributes:
        before, after: Versions of the pack; empty when it is not there on that side.
        files: Path -> new content; None removes it.
        expected: Path -> version that the file has now; None: there is none.
        edited: Files of the pack that somebody has changed since it was installed.
        templates: Only those that change, by id.
        used_by: Recipes that name a template which would be gone.
    """

    pack: str
    before: str
    after: str
    files: Mapping[str, bytes | None]
    expected: Mapping[str, str | None]
    edited: tuple[str, ...]
    templates: tuple[TemplateChange, ...]
    used_by: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """One line for the history."""
        if not self.before:
            return f"Add the template pack {self.pack} {self.after}"
        if not self.after:
            return f"Remove the template pack {self.pack}"
        return f"Update the template pack {self.pack} to {self.after}"

    def as_json(self) -> dict[str, Any]:
        return {
            "pack": self.pack,
            "before": self.before,
            "after": self.after,
            "files": [
                {"path": path, "change": self._word(path, content)}
                for path, content in sorted(self.files.items())
            ],
            "edited": list(self.edited),
            "templates": [change.as_json() for change in self.templates],
            "used_by": list(self.used_by),
        }

    def _word(self, path: str, content: bytes | None) -> str:
        if content is None:
            return "removed"
        return "added" if self.expected.get(path) is None else "changed"


@dataclass(frozen=True, slots=True)
class _Repository:
    """A repository at one moment."""

    repository: MetadataRepository
    prefix: str
    files: Mapping[str, RepositoryFile]

    def read(self, path: str) -> bytes | None:
        """A file below the metadata; None when there is none."""
        whole = self.prefix + path
        return self.repository.read(whole) if whole in self.files else None

    def version(self, path: str) -> str | None:
        file = self.files.get(self.prefix + path)
        return None if file is None else file.version

    def records(self) -> list[str]:
        """Names of the packs that are installed."""
        start = self.prefix + _RECORDS
        return [
            path[len(start) :].removesuffix(".yaml")
            for path in self.files
            if path.startswith(start) and path.endswith(".yaml")
        ]

    def record(self, name: str) -> Manifest | None:
        path = record_path(name)
        content = self.read(path)
        return None if content is None else read_record(content, self.prefix + path, name)


def _opened(repository: MetadataRepository) -> _Repository:
    files = repository.files()
    return _Repository(repository, prefix_of(files), {file.path: file for file in files})


def list_packs(repository: MetadataRepository) -> list[Manifest]:
    """The packs that are installed, by name.

    Raises:
        PackError: A record has been broken by hand.
    """
    opened = _opened(repository)
    found = [opened.record(name) for name in sorted(opened.records())]
    return [record for record in found if record is not None]


def installed_pack(repository: MetadataRepository, name: str) -> Manifest:
    """The record of an installed pack.

    Raises:
        NotFoundError: It is not installed.
        PackError: The record has been broken by hand.
    """
    return _installed(_opened(repository), name)


def plan_add(
    repository: MetadataRepository, metadata: Metadata, pack: Pack, source: str = ""
) -> PackPlan:
    """What installing a pack would do.

    Raises:
        PackConflictError: It is installed already, or a file or template is in its way.
    """
    opened = _opened(repository)
    name = pack.manifest.name
    if (record := opened.record(name)) is not None:
        raise PackConflictError(
            f"The pack '{name}' is installed already, in version {record.version}.",
            "Update it instead.",
            name,
        )
    return _change(opened, metadata, None, pack, source, edits="refuse")


def plan_update(
    repository: MetadataRepository,
    metadata: Metadata,
    pack: Pack,
    source: str = "",
    edits: HandEdits = "refuse",
) -> PackPlan:
    """What bringing an installed pack to another version would do.

    Args:
        source: Where the pack is from; empty keeps what is written down.
        edits: What happens to files that somebody changed and the new version changes too.

    Raises:
        NotFoundError: The pack is not installed.
        PackConflictError: Hand edits would be lost, or something is in the way.
    """
    opened = _opened(repository)
    record = _installed(opened, pack.manifest.name)
    return _change(opened, metadata, record, pack, source or record.source, edits=edits)


def plan_remove(
    repository: MetadataRepository, metadata: Metadata, name: str, edits: HandEdits = "refuse"
) -> PackPlan:
    """What removing a pack would do: exactly its own files go.

    Args:
        edits: `keep` leaves the files that somebody changed as templates of the repository.

    Raises:
        NotFoundError: The pack is not installed.
        PackConflictError: Hand edits would be lost.
    """
    opened = _opened(repository)
    return _change(opened, metadata, _installed(opened, name), None, "", edits=edits)


def _installed(opened: _Repository, name: str) -> Manifest:
    record = opened.record(name) if name in opened.records() else None
    if record is None:
        raise not_found("installed pack", name, dict.fromkeys(opened.records()))
    return record


def _change(
    opened: _Repository,
    metadata: Metadata,
    record: Manifest | None,
    pack: Pack | None,
    source: str,
    *,
    edits: HandEdits,
) -> PackPlan:
    """From what is installed to what shall be; either side may be nothing."""
    known = pack.manifest.name if pack else record.name if record else ""
    new = installed_files(pack) if pack else {}
    old = {file.path: file.sha256 for file in record.files} if record else {}
    now = {path: opened.read(path) for path in sorted({*old, *new})}
    edited = [
        path
        for path, checksum in old.items()
        if (content := now[path]) is not None and digest(content) != checksum
    ]
    # An edit is in the way only when the file would become something else.
    clashing = [
        path
        for path in edited
        if (digest(new[path]) if path in new else None) not in (old[path], _digest(now[path]))
    ]
    if clashing and edits == "refuse":
        raise PackConflictError(
            f"Somebody has changed {_listed(clashing)} since the pack '{known}' was installed.",
            "Say what becomes of such changes: keep or overwrite them (`edits`).",
            opened.prefix + clashing[0],
        )
    kept = {path for path in edited if path not in clashing or edits == "keep"}
    changes: dict[str, bytes | None] = {}
    for path, content in now.items():
        wanted = new.get(path)
        if path in kept or content == wanted:
            continue
        if path not in old and content is not None:
            raise PackConflictError(
                f"There is a file '{opened.prefix}{path}' already, which is not the pack's.",
                "Move or remove it first.",
                opened.prefix + path,
            )
        changes[path] = wanted
    if pack is not None:
        _check_free(metadata, opened, new)
        installed = record_of(pack, new, source)
        text = manifest_text(installed).encode()
        if text != opened.read(record_path(known)):
            changes[record_path(known)] = text
    else:
        changes[record_path(known)] = None
    after = {path: now[path] if path in kept else new.get(path) for path in now}
    templates = _template_changes(now, after)
    gone = {change.id for change in templates if not change.after}
    return PackPlan(
        known,
        record.version if record else "",
        pack.manifest.version if pack else "",
        {opened.prefix + path: content for path, content in changes.items()},
        {opened.prefix + path: opened.version(path) for path in changes},
        tuple(opened.prefix + path for path in edited),
        templates,
        tuple(
            recipe.id
            for recipe in metadata.shared.recipes.values()
            if any(choice.template in gone for choice in recipe.choices)
        ),
    )


def _digest(content: bytes | None) -> str | None:
    return None if content is None else digest(content)


def _check_free(metadata: Metadata, opened: _Repository, new: Mapping[str, bytes]) -> None:
    """Refuse ids and macro names that something else of the repository has."""
    places = {opened.prefix + path for path in new}
    for path, content in new.items():
        for template in read_templates(content, path, placed=False).templates:
            other = metadata.shared.library.templates.get(template.id)
            if other is not None and (other.builtin or other.file not in places):
                raise PackConflictError(
                    f"There is a template '{template.id}' already, in '{other.file}'.",
                    "Give that one another id first.",
                    other.file,
                )
    macros = {macro_name(path) for path in places if "/macros/" in path}
    for file in metadata.layout.macros:
        if macro_name(file.path) in macros and file.path not in places:
            raise PackConflictError(
                f"There is a macro file '{file.path}' of the same name already.",
                "Rename it first.",
                file.path,
            )


def _template_changes(
    before: Mapping[str, bytes | None], after: Mapping[str, bytes | None]
) -> tuple[TemplateChange, ...]:
    old, new = _templates(before), _templates(after)
    found: list[TemplateChange] = []
    for name in sorted(old.keys() | new.keys()):
        one, other = old.get(name), new.get(name)
        if one is None or other is None:
            found.append(
                TemplateChange(name, one.version if one else "", other.version if other else "")
            )
        elif one != other:
            found.append(
                TemplateChange(
                    name,
                    one.version,
                    other.version,
                    tuple(declaration_changes(one, other)),
                    source_difference(one, other),
                )
            )
    return tuple(found)


def _templates(files: Mapping[str, bytes | None]) -> dict[str, Template]:
    return {
        template.id: template
        for path, content in files.items()
        if content is not None and path.endswith((".yaml", ".yml"))
        for template in read_templates(content, placed=False).templates
    }


def _listed(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return ", ".join(f"'{path}'" for path in paths[:3]) + more


def check_unchanged(repository: MetadataRepository, plan: PackPlan) -> None:
    """Refuse a plan that was made from something else than what is there now.

    Raises:
        StaleSaveError: Somebody changed a file in the meantime.
    """
    now = {file.path: file.version for file in repository.files()}
    late = tuple(
        StaleFile(path, version, plan.files[path], now.get(path), None)
        for path, version in plan.expected.items()
        if now.get(path) != version
    )
    if late:
        raise StaleSaveError(
            f"'{late[0].path}' was changed in the meantime.", "Try again.", late[0].path, late
        )


# -- export ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What goes into a new pack.

    Attributes:
        templates: Ids; nothing means all of the repository's own that no pack brought.
    """

    name: str
    version: str
    licence: str
    description: str = ""
    templates: tuple[str, ...] = ()


def export_pack(
    repository: MetadataRepository, metadata: Metadata, request: ExportRequest
) -> dict[str, bytes]:
    """The files of a pack of templates, with the macros that they import.

    Raises:
        NotFoundError: There is no such template, or none at all.
        PackError: The name, version or licence cannot be.
    """
    checked_name(request.name)
    if not request.licence.strip():
        raise PackError(
            "The pack has no licence.",
            "Say under which licence others may use it, such as Apache-2.0.",
            "licence",
        )
    opened = _opened(repository)
    foreign = {
        opened.prefix + file.path
        for record in list_packs(repository)
        if record.name != request.name
        for file in record.files
    }
    own = [one for one in metadata.shared.templates.values() if one.file not in foreign]
    chosen = [metadata.template(name) for name in dict.fromkeys(request.templates)] or own
    if not chosen:
        raise NotFoundError(
            "The repository has no templates of its own.", "Name templates to export.", "templates"
        )
    return packed(
        Manifest(request.name, request.version, request.licence, request.description, ()),
        [(template, _text_of(repository, template)) for template in chosen],
        _macros_of(repository, metadata, chosen),
    )


def _text_of(repository: MetadataRepository, template: Template) -> str:
    """A file that holds just the template: as it was written, when it is alone in its file."""
    if not template.builtin:
        text = repository.read(template.file)
        if len(read_templates(text, placed=False).templates) == 1:
            return text.decode("utf-8-sig")
    return new_template_text(template)


def _macros_of(
    repository: MetadataRepository, metadata: Metadata, templates: Sequence[Template]
) -> dict[str, str]:
    """The repository's own macro files that templates import, and those that these import."""
    own = {basename(file.path): file.path for file in metadata.layout.macros}
    found: dict[str, str] = {}
    waiting = [
        name
        for template in templates
        for name in imported_macros(template.content) + imported_macros(template.undo)
    ]
    while waiting:
        name = waiting.pop()
        if name in own and name not in found:
            found[name] = repository.read(own[name]).decode("utf-8-sig")
            waiting.extend(imported_macros(found[name]))
    return found


# -- index ----------------------------------------------------------------------------------------


def repository_index(repository: MetadataRepository) -> tuple[IndexEntry, ...]:
    """The packs that the repository itself offers, in `packs/index.yaml`; often none.

    Raises:
        PackError: The file is no index.
    """
    opened = _opened(repository)
    content = opened.read(INDEX)
    return () if content is None else read_index(content, opened.prefix + INDEX)


def indexed_pack(repository: MetadataRepository, name: str) -> tuple[Pack, str]:
    """A pack that the repository's index names, and where it is.

    Raises:
        NotFoundError: The index does not name it, or its files are not there.
        PackError: It lies outside of the repository, or is no sound pack.
    """
    opened = _opened(repository)
    entry = chosen_entry(repository_index(repository), name)
    folder = _joined(f"{opened.prefix}packs", entry.where)
    return read_pack(listed_files(lambda path: repository.read(f"{folder}/{path}"))), entry.where


def chosen_entry(index: Sequence[IndexEntry], name: str) -> IndexEntry:
    """The entry of a pack.

    Raises:
        NotFoundError: The index does not name it.
    """
    for entry in index:
        if entry.name == name:
            return entry
    known = [entry.name for entry in index]
    raise NotFoundError(
        f"The index names no pack '{shown(name)}'.",
        f"{did_you_mean(name, known)}It names: {', '.join(known) or 'none'}.",
        "name",
    )


def listed_files(read: Callable[[str], bytes]) -> dict[str, bytes]:
    """The manifest of a pack and the files that it lists; whatever else lies there is not read.

    Raises:
        NotFoundError: As `read` raises it.
        PackError: The manifest is none.
    """
    content = read(MANIFEST)
    manifest = read_manifest(content)
    return {MANIFEST: content} | {file.path: read(file.path) for file in manifest.files}


def _joined(folder: str, where: str) -> str:
    """A relative place below a repository's top."""
    parts = folder.split("/")
    for part in where.split("/"):
        if part == "..":
            if not parts:
                break
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    else:
        if not where.startswith("/") and ":" not in where and parts:
            return "/".join(parts)
    raise PackError(
        f"The index keeps a pack at '{shown(where)}', which is not in this repository.",
        "Upload the pack as an archive, or give its folder in this repository.",
        "where",
    )


def newer(entry: IndexEntry, installed: Manifest | None) -> bool:
    """Whether an index offers a later version than the one that is installed."""
    return installed is not None and version_order(entry.version) > version_order(installed.version)
