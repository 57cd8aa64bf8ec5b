"""What is a pack of templates, and which files of a repository does it become?"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from posixpath import basename
from typing import Any

from lakewright.diagnostics import Severity, shown
from lakewright.errors import LakewrightError, LimitError
from lakewright.ports import MACRO_SUFFIXES, YAML_SUFFIXES
from lakewright.templates.template import Template
from lakewright.templates.versions import version_order
from lakewright.templates.yaml_codec import LONGEST_ID, WRAPPER, read_templates
from lakewright.yaml_text.edit import update
from lakewright.yaml_text.load import YamlError, load
from lakewright.yaml_text.write import dump

MANIFEST = "pack.yaml"
SCHEMA_VERSION = 1
MOST_FILES = 1_000
MOST_BYTES = 20_000_000
# What may lie beside the templates; it is not installed.
READABLE = frozenset({"README.md", "LICENSE", "LICENSE.md", "LICENSE.txt", "NOTICE"})

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_PART = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,120}"
_TEMPLATE_PATH = re.compile(rf"templates/(?:{_PART}/){{0,4}}{_PART}\.ya?ml")
_MACRO_PATH = re.compile(rf"macros/{_PART}\.(?:jinja|j2)")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\.|$)", re.IGNORECASE)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LONGEST_TEXT = 2_000
_IMPORT = re.compile(r"""(\{%[-+]?\s*(?:import|from|include|extends)\s+)(["'])macros/([^"'/]+)\2""")


class PackError(LakewrightError):
    """A pack cannot be used: it is damaged, dangerous or of another format."""

    code = "pack"
    http_status = 422


@dataclass(frozen=True, slots=True)
class PackFile:
    """One file of a pack.

    Attributes:
        path: Below the pack, `templates/orders.yaml`; in a record, below the repository's
            metadata.
        sha256: Of its bytes, hexadecimal.
        templates: Template id -> version; nothing for a macro file.
    """

    path: str
    sha256: str
    templates: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a pack says about itself, in `pack.yaml` and in the record of its installation.

    Attributes:
        source: Where it was installed from; empty in a pack, and for an uploaded one.
    """

    name: str
    version: str
    licence: str
    description: str
    files: tuple[PackFile, ...]
    source: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "version": self.version,
            "licence": self.licence,
            "description": self.description,
            "source": self.source,
            "templates": [
                {"id": name, "version": version}
                for file in self.files
                for name, version in file.templates.items()
            ],
        }


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that has passed every check.

    Attributes:
        contents: Path -> bytes of the files that the manifest lists.
    """

    manifest: Manifest
    contents: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A line of a pack index.

    Attributes:
        where: Folder, archive or git repository; a relative one begins at the index's folder.
    """

    name: str
    version: str
    licence: str
    description: str
    where: str

    def as_json(self) -> dict[str, str]:
        return {
            "name": self.name,
            "version": self.version,
            "licence": self.licence,
            "description": self.description,
            "where": self.where,
        }


# -- reading --------------------------------------------------------------------------------------


def checked_name(name: str) -> str:
    """The name, when a pack can have it.

    Raises:
        PackError: It cannot be part of template ids and paths.
    """
    if not _NAME.fullmatch(name) or _DEVICE.match(name):
        raise PackError(
            f"'{shown(name)}' cannot be the name of a pack.",
            "Use up to 40 lower-case letters, digits, '-' and '_', and start with a letter: the "
            "name stands before the ids of its templates.",
            "name",
        )
    return name


def checked_version(version: str) -> str:
    """The version, when it is a semantic one.

    Raises:
        PackError: It is not, so that nobody could tell which of two is newer.
    """
    if len(version) > 100 or not version_order(version)[0]:
        raise PackError(
            f"'{shown(version)}' is no version of a pack.",
            "Write three numbers, as in 1.2.0 (Semantic Versioning).",
            "version",
        )
    return version


def read_manifest(text: str | bytes, where: str = MANIFEST) -> Manifest:
    """The manifest of a pack.

    Raises:
        PackError: Something is missing, or names what no pack may hold.
    """
    return _manifest(text, where, _check_packed_path)


def read_record(text: str | bytes, where: str, name: str) -> Manifest:
    """The record of an installed pack, written by `record_text`.

    Raises:
        PackError: It is not the record of that pack, or names files that are not the pack's.
    """

    def check(path: str, place: str) -> None:
        inside = path.removeprefix(f"{installed_folder(name)}/")
        if inside == path:
            raise PackError(
                f"The record of pack '{name}' names '{shown(path)}', which is not its own.",
                f"Remove the entry from '{place}'.",
                place,
            )
        if inside.startswith("macros/"):
            _check_packed_path(inside, place)
        else:
            _check_packed_path(f"templates/{inside}", place)

    found = _manifest(text, where, check)
    if found.name != name:
        raise PackError(
            f"'{where}' is the record of the pack '{found.name}', not of '{name}'.",
            "Give the file the name of its pack.",
            where,
        )
    return found


def _manifest(text: str | bytes, where: str, check_path: Callable[[str, str], None]) -> Manifest:
    value = _mapping(_loaded(text, where), where, where)
    version = value.get("schema_version", SCHEMA_VERSION)
    if version != SCHEMA_VERSION:
        raise PackError(
            f"'{where}' has the schema version {shown(version)}; this Lakewright knows "
            f"{SCHEMA_VERSION}.",
            "Use a newer Lakewright, or a pack that was made for this one.",
            where,
        )
    about = _mapping(value.get("pack"), where, "pack")
    files = value.get("files")
    if not isinstance(files, list) or not files:
        raise PackError(f"'{where}' lists no files.", "List them under 'files:'.", where)
    if len(files) > MOST_FILES:
        raise _too_many(len(files))
    read: list[PackFile] = []
    seen: dict[str, str] = {}
    for number, entry in enumerate(files):
        at = f"files.{number}"
        one = _mapping(entry, where, at)
        path, checksum = _text(one, "path", where, at), _text(one, "sha256", where, at)
        check_path(path, where)
        if not _SHA256.fullmatch(checksum):
            raise PackError(
                f"The checksum of '{shown(path)}' in '{where}' is no SHA-256.",
                "Write the 64 hexadecimal digits of `sha256sum`.",
                where,
            )
        if (other := seen.get(path.casefold())) is not None:
            raise PackError(
                f"'{shown(path)}' and '{shown(other)}' are one file where case does not count.",
                "Rename one of them.",
                where,
            )
        seen[path.casefold()] = path
        templates = {
            _text(each, "id", where, at): _text(each, "version", where, at)
            for each in (_mapping(item, where, at) for item in _list(one.get("templates"), where))
        }
        read.append(PackFile(path, checksum, templates))
    return Manifest(
        checked_name(_text(about, "name", where, "pack")),
        checked_version(_text(about, "version", where, "pack")),
        _text(about, "licence", where, "pack"),
        _text(about, "description", where, "pack", needed=False),
        tuple(sorted(read, key=lambda file: file.path)),
        _text(about, "source", where, "pack", needed=False),
    )


def read_pack(files: Mapping[str, bytes]) -> Pack:
    """A pack out of its files.

    Args:
        files: Path -> bytes. A file that is neither listed in the manifest nor one of `READABLE`
            is refused.

    Raises:
        PackError: A file is missing, unknown, changed, or holds no sound templates.
        LimitError: The pack is too large.
    """
    if len(files) > MOST_FILES + len(READABLE) + 1:
        raise _too_many(len(files))
    if sum(map(len, files.values())) > MOST_BYTES:
        raise too_large()
    if MANIFEST not in files:
        raise PackError(
            f"The pack has no '{MANIFEST}'.",
            "Make packs with: lakewright templates export",
            MANIFEST,
        )
    manifest = read_manifest(files[MANIFEST])
    listed = {file.path for file in manifest.files}
    for path in sorted(files.keys() - listed - READABLE - {MANIFEST}):
        raise PackError(
            f"The pack holds '{shown(path)}', which its manifest does not list.",
            "Use a pack from a source that you trust; a pack holds templates and macros only.",
            shown(path),
        )
    for file in manifest.files:
        if file.path not in files:
            raise PackError(
                f"The pack lacks the file '{file.path}'.", "Get a complete copy.", file.path
            )
        if digest(files[file.path]) != file.sha256:
            raise PackError(
                f"'{file.path}' is not what the manifest says: its checksum differs.",
                "Get an undamaged copy, or export the pack anew.",
                file.path,
            )
        _check_content(file, files[file.path])
    ids = [name for file in manifest.files for name in file.templates]
    if len(set(ids)) < len(ids):
        double = next(name for name in ids if ids.count(name) > 1)
        raise PackError(
            f"Two files of the pack hold the template '{double}'.", "Rename one.", MANIFEST
        )
    if not ids:
        raise PackError("The pack holds no template.", "Export at least one.", MANIFEST)
    for name in ids:
        if len(namespaced(manifest.name, name)) > LONGEST_ID:
            raise PackError(
                f"'{shown(namespaced(manifest.name, name))}' is too long for a template's id.",
                "Choose a shorter name for the pack or the template.",
                MANIFEST,
            )
    return Pack(manifest, {path: files[path] for path in sorted(listed)})


def _check_content(file: PackFile, content: bytes) -> None:
    if file.path.endswith(MACRO_SUFFIXES):
        if file.templates:
            raise PackError(
                f"'{file.path}' is a macro file and cannot hold templates.",
                "Remove 'templates' from its entry.",
                file.path,
            )
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise PackError(f"'{file.path}' is no text.", "Save it as UTF-8.", file.path) from error
        return
    read = read_templates(content, file.path, placed=False)
    for found in read.diagnostics:
        if found.severity is Severity.ERROR:
            raise PackError(
                f"'{file.path}' is no sound template file: {found.problem}",
                found.remedy,
                file.path,
            )
    held = {template.id: template.version for template in read.templates}
    if not held:
        raise PackError(f"'{file.path}' holds no template.", "Remove it from the pack.", file.path)
    if held != dict(file.templates):
        raise PackError(
            f"The manifest says that '{file.path}' holds {_ids(file.templates)}, but it holds "
            f"{_ids(held)}.",
            "Export the pack anew.",
            file.path,
        )


def _ids(templates: Mapping[str, str]) -> str:
    return shown(", ".join(f"{name} {version}" for name, version in templates.items()) or "nothing")


def read_index(text: str | bytes, where: str) -> tuple[IndexEntry, ...]:
    """The packs of an index file, in its order.

    Raises:
        PackError: It is no index.
    """
    value = _mapping(_loaded(text, where), where, where)
    found: list[IndexEntry] = []
    for number, item in enumerate(_list(value.get("packs"), where)):
        at = f"packs.{number}"
        entry = _mapping(item, where, at)
        one = IndexEntry(
            checked_name(_text(entry, "name", where, at)),
            checked_version(_text(entry, "version", where, at)),
            _text(entry, "licence", where, at, needed=False),
            _text(entry, "description", where, at, needed=False),
            _text(entry, "where", where, at),
        )
        if any(one.name == other.name for other in found):
            raise PackError(
                f"'{where}' lists the pack '{one.name}' twice.", "Remove one entry.", where
            )
        found.append(one)
    return tuple(found)


# -- installing -----------------------------------------------------------------------------------


def namespaced(pack: str, template_id: str) -> str:
    """The id that a template of a pack has in a repository.

    >>> namespaced("acme", "orders")
    'acme.orders'
    """
    return f"{pack}.{template_id}"


def installed_folder(pack: str) -> str:
    """Where a pack's files are, below the repository's metadata."""
    return f"templates/packs/{pack}"


def record_path(pack: str) -> str:
    """Where is written down that a pack is installed, below the repository's metadata."""
    return f"packs/installed/{pack}.yaml"


def installed_files(pack: Pack) -> dict[str, bytes]:
    """Path below the repository's metadata -> content, with every name in the pack's namespace.

    Templates get the pack's name before their id, macro files before theirs; imports and
    replacements follow. Nothing else of a file is touched.
    """
    name = pack.manifest.name
    ids = {own: namespaced(name, own) for file in pack.manifest.files for own in file.templates}
    macros = {
        basename(path): f"{name}.{basename(path)}" for path in pack.contents if is_macro(path)
    }
    found: dict[str, bytes] = {}
    for path, content in pack.contents.items():
        if is_macro(path):
            target = f"{installed_folder(name)}/macros/{macros[basename(path)]}"
            found[target] = _with_imports(content.decode("utf-8"), macros).encode()
        else:
            inside = path.removeprefix("templates/")
            text = renamed_templates(content, ids, macros)
            found[f"{installed_folder(name)}/{inside}"] = text.encode()
    return found


def record_of(pack: Pack, installed: Mapping[str, bytes], source: str) -> Manifest:
    """What is remembered of an installed pack: its files as they were written."""
    files: list[PackFile] = []
    for path, content in sorted(installed.items()):
        read = () if is_macro(path) else read_templates(content, path, placed=False).templates
        files.append(PackFile(path, digest(content), {one.id: one.version for one in read}))
    said = pack.manifest
    return Manifest(said.name, said.version, said.licence, said.description, tuple(files), source)


def manifest_text(manifest: Manifest) -> str:
    """The manifest as YAML: `pack.yaml`, or the record of an installation."""
    about = {
        "name": manifest.name,
        "version": manifest.version,
        "licence": manifest.licence,
        "description": manifest.description,
        "source": manifest.source,
    }
    files = [
        {"path": file.path, "sha256": file.sha256}
        | (
            {"templates": [{"id": name, "version": v} for name, v in file.templates.items()]}
            if file.templates
            else {}
        )
        for file in manifest.files
    ]
    return dump(
        {
            "schema_version": SCHEMA_VERSION,
            "pack": {key: text for key, text in about.items() if text},
            "files": files,
        }
    )


def renamed_templates(
    content: bytes | str, ids: Mapping[str, str], macros: Mapping[str, str]
) -> str:
    """A template file with other ids and other names of macro files; comments stay.

    Raises:
        YamlError: The file is not valid YAML.
    """
    text = content if isinstance(content, str) else content.decode("utf-8-sig")
    value = load(text)
    items: list[Any] = []
    for item in value[WRAPPER]:
        if not isinstance(item, dict):
            items.append(item)
            continue
        one = dict(item)
        one["id"] = ids.get(str(one.get("id")), one.get("id"))
        for key in ("template_content", "undo_content"):
            if isinstance(one.get(key), str):
                one[key] = _with_imports(one[key], macros)
        deprecated = one.get("deprecated")
        replacement = deprecated.get("replacement") if isinstance(deprecated, dict) else None
        if isinstance(deprecated, dict) and isinstance(replacement, str):
            one["deprecated"] = {**deprecated, "replacement": ids.get(replacement, replacement)}
        items.append(one)
    # By position: an item with another id is still the same item, with its comments.
    return update(text, {**value, WRAPPER: items}, identity=lambda item: None)


def _with_imports(source: str, macros: Mapping[str, str]) -> str:
    """A source that imports macro files by their other names."""
    return _IMPORT.sub(
        lambda found: f"{found[1]}{found[2]}macros/{macros.get(found[3], found[3])}{found[2]}",
        source,
    )


def imported_macros(source: str) -> tuple[str, ...]:
    """Macro files that a source names, without folder.

    >>> imported_macros('{% import "macros/naming.jinja" as n %}')
    ('naming.jinja',)
    """
    return tuple(dict.fromkeys(found[3] for found in _IMPORT.finditer(source)))


# -- exporting ------------------------------------------------------------------------------------


def packed(
    about: Manifest, templates: Iterable[tuple[Template, str]], macros: Mapping[str, str]
) -> dict[str, bytes]:
    """The files of a new pack, manifest included.

    Args:
        about: What the pack says about itself; its files are filled in here.
        templates: Each with the text of a file that holds just it.
        macros: File name -> source of the macros that they import.

    Raises:
        PackError: The name, version or licence cannot be; a template is no sound one.
    """
    prefix = f"{checked_name(about.name)}."
    bare = {macro: macro.removeprefix(prefix) for macro in macros}
    files: dict[str, bytes] = {
        f"macros/{bare[macro]}": _with_imports(source, bare).encode()
        for macro, source in macros.items()
    }
    entries = [PackFile(path, digest(content), {}) for path, content in files.items()]
    chosen = list(templates)
    ids = {template.id: template.id.removeprefix(prefix) for template, _ in chosen}
    for template, text in chosen:
        path = f"templates/{ids[template.id]}.yaml"
        content = renamed_templates(text, ids, bare).encode()
        if path in files:
            raise PackError(
                f"Two templates would be called '{ids[template.id]}' in the pack.",
                "Choose another name for the pack.",
                template.id,
            )
        files[path] = content
        entries.append(PackFile(path, digest(content), {ids[template.id]: template.version}))
    manifest = replace(
        about,
        version=checked_version(about.version),
        files=tuple(sorted(entries, key=lambda file: file.path)),
    )
    files[MANIFEST] = manifest_text(manifest).encode()
    read_pack(files)
    return dict(sorted(files.items()))


# -- small things ---------------------------------------------------------------------------------


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return sha256(content).hexdigest()


def is_macro(path: str) -> bool:
    """Whether a file of a pack is a macro file."""
    return path.endswith(MACRO_SUFFIXES)


def too_large() -> LimitError:
    """The refusal of a pack that holds too much."""
    return LimitError(
        f"The pack holds more than {MOST_BYTES:,} bytes.", "Split it into several packs."
    )


def _too_many(number: int) -> LimitError:
    return LimitError(
        f"The pack lists {number:,} files; the limit is {MOST_FILES:,}.",
        "Split it into several packs.",
    )


def _check_packed_path(path: str, where: str) -> None:
    template = _TEMPLATE_PATH.fullmatch(path) and path.endswith(YAML_SUFFIXES)
    if not (template or _MACRO_PATH.fullmatch(path)):
        raise PackError(
            f"A pack cannot hold a file '{shown(path)}'.",
            "It holds templates/*.yaml and macros/*.jinja; names are letters, digits, '.', '_' "
            "and '-'.",
            where,
        )
    if any(_DEVICE.match(part) or part.endswith(".") for part in path.split("/")):
        raise PackError(f"'{shown(path)}' cannot be used on Windows.", "Rename the file.", where)


def _loaded(text: str | bytes, where: str) -> Any:
    try:
        return load(text)
    except YamlError as error:
        raise PackError(f"'{where}' is no YAML: {error.problem}", error.remedy, where) from error


def _mapping(value: Any, where: str, at: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise PackError(
            f"'{at}' in '{where}' is no mapping.", "Write lines of the form 'key: value'.", where
        )
    return value


def _list(value: Any, where: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise PackError(f"'{where}' has {shown(value)} where a list belongs.", "List it.", where)
    return value


def _text(value: Mapping[str, Any], key: str, where: str, at: str, *, needed: bool = True) -> str:
    found = value.get(key, "")
    if isinstance(found, (int, float)) and not isinstance(found, bool):
        found = str(found)
    if found is None and not needed:
        return ""
    if not isinstance(found, str) or (needed and not found.strip()) or len(found) > _LONGEST_TEXT:
        raise PackError(
            f"'{at}' in '{where}' has no usable '{key}'.", f"Write '{key}: ...', a text.", where
        )
    return found
