"""Read and write the files that people keep in a workspace, as documents."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any

from lakewright.datamodel.checks import check_index, garbage_resting
from lakewright.datamodel.graph import index
from lakewright.datamodel.model import DataModel
from lakewright.datamodel.picture import Sketch, sketch
from lakewright.datamodel.yaml_codec import new_model_text, place, read_models
from lakewright.diagnostics import Diagnostic, did_you_mean, in_reading_order, shown
from lakewright.errors import LakewrightError, NotFoundError
from lakewright.generation.configurations import Configurations, read_configurations
from lakewright.generation.recipe import read_recipes
from lakewright.operations.change_words import words_of_change
from lakewright.operations.init import EMPTY, example_files, example_names
from lakewright.operations.metadata import macro_name, name_taken, text_or_findings, twice
from lakewright.operations.schemas import FileKind
from lakewright.ports import (
    MACRO_SUFFIXES,
    YAML_SUFFIXES,
    Author,
    Commit,
    MetadataRepository,
    RepositoryFile,
    VersionedRepository,
)
from lakewright.templates.checks import check_macro, check_template
from lakewright.templates.environment import builtin_macros
from lakewright.templates.library import builtin_templates
from lakewright.templates.macros import blank_macro, macros_of
from lakewright.templates.template import Template
from lakewright.templates.yaml_codec import new_template_text, read_templates
from lakewright.yaml_text.edit import update
from lakewright.yaml_text.load import decoded, load, load_or_diagnose
from lakewright.yaml_text.memory import memory_in_use
from lakewright.yaml_text.write import dump


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """What differs between the kinds of documents.

    Attributes:
        folder: Where new ones are kept, below `metadata/`.
        plural: In messages.
        wrapper: The list that the YAML begins with; empty for a kind that is no YAML.
        named_by: Keys of which the first one that is there names an item of that list.
        unique: Whether two documents with one id are a mistake.
        suffixes: The first is that of new documents.
    """

    folder: str
    plural: str
    wrapper: str
    named_by: tuple[str, ...] = ("id",)
    unique: bool = True
    suffixes: tuple[str, ...] = YAML_SUFFIXES

    @property
    def top_folder(self) -> str:
        """Documents of the kind are anywhere below it."""
        return self.folder.partition("/")[0]


KINDS: Mapping[FileKind, DocumentKind] = MappingProxyType(
    {
        FileKind.MODEL: DocumentKind("models", "models", "data_models"),
        FileKind.TEMPLATE: DocumentKind("templates", "templates", "templates"),
        FileKind.RECIPE: DocumentKind("recipes", "recipes", "recipes"),
        FileKind.CONFIGURATION: DocumentKind(
            "configurations",
            "configurations",
            "configurations",
            named_by=("name", "id"),
            unique=False,  # a later file adds to an earlier one
        ),
        FileKind.MACRO: DocumentKind(
            "templates/macros",
            "macros",
            "",
            unique=False,  # templates name the file as well
            suffixes=MACRO_SUFFIXES,
        ),
    }
)
METADATA = "metadata/"
_NOT_IN_A_FILE_NAME = re.compile(r"[^\w.-]+")
_NOT_IN_A_MACRO_NAME = re.compile(r"\W", re.ASCII)


class DocumentError(LakewrightError):
    """The request makes no document: a wrong place, another kind, half a character."""

    code = "document"
    http_status = 422


@dataclass(frozen=True, slots=True)
class Title:
    """One thing that a document holds (a model, a macro); the name is its id when it has none."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A document in a list. `titles` is empty when nothing in it can be read."""

    path: str
    kind: FileKind
    version: str
    size_bytes: int
    titles: tuple[Title, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A document with everything that is wrong with it.

    Attributes:
        version: Its ETag; None for a text that is in no repository.
        text: As it is kept, byte order mark and line ends included. Bytes that are not UTF-8
            show as replacement characters, and there is a finding about them.
        diagnostics: About this document alone, worst first; `check` looks at all of them
            together.
    """

    path: str
    kind: FileKind
    version: str | None
    text: str
    titles: tuple[Title, ...]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class SavedDocument:
    """What a save made. The commit has no versions when nothing was different."""

    document: Document
    commit: Commit


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """Something to begin a document with: a document of an example, or what is built in.

    Attributes:
        nodes, picture: Of a model only.
    """

    id: str
    name: str
    summary: str
    nodes: int | None = None
    picture: Sketch | None = None


class KnownTitles:
    """What documents hold by their version, so that a list reads each text once.

    Losing it costs time only. Share one between the requests of a workspace.
    """

    MOST = 50_000

    def __init__(self) -> None:
        self._known: dict[tuple[FileKind, str], tuple[Title, ...]] = {}

    def of(
        self, repository: MetadataRepository, kind: FileKind, file: RepositoryFile
    ) -> tuple[Title, ...]:
        key = (kind, file.version)
        found = self._known.get(key)
        if found is None:
            try:
                found = titles_of(kind, repository.read(file.path))
            except LakewrightError:  # gone, or too large: listed all the same
                found = ()
            if len(self._known) >= self.MOST:
                self._known.clear()
            self._known[key] = found
        return found


def list_documents(
    repository: VersionedRepository, kind: FileKind | None = None, known: KnownTitles | None = None
) -> list[DocumentEntry]:
    """The documents of the newest commit, by path; of one kind when it is given."""
    now = repository.at(repository.head())
    return list(_entries(now, kind, known or KnownTitles()))


def _entries(
    repository: MetadataRepository, kind: FileKind | None, known: KnownTitles
) -> Iterator[DocumentEntry]:
    files = repository.files()
    prefix = prefix_of(files)
    for file in files:
        found = kind_of(file.path, prefix)
        if found is not None and kind in (None, found):
            titles = known.of(repository, found, file)
            yield DocumentEntry(file.path, found, file.version, file.size_bytes, titles)


def read_document(repository: VersionedRepository, path: str, commit: str = "") -> Document:
    """A document as it is now, or as it was in a commit.

    Raises:
        NotFoundError: There is no such document, or no such commit.
    """
    then = repository.at(commit or repository.head())
    files = then.files()
    file, kind = _file(files, path)
    return _document(then, kind, path, file.version, then.read(path))


def validate_document(
    repository: VersionedRepository,
    kind: FileKind,
    text: str,
    path: str = "",
    known: KnownTitles | None = None,
) -> Document:
    """What is wrong with a text, as if it were saved at `path`; saves nothing."""
    now = repository.at(repository.head())
    return _document(now, kind, path, None, text, known=known)


def save_document(
    repository: VersionedRepository,
    path: str,
    text: str,
    *,
    base: str | None,
    author: Author,
    message: str = "",
    known: KnownTitles | None = None,
) -> SavedDocument:
    """Save a text, whatever is wrong with it: the findings come back with the save.

    Args:
        base: Version that the writer opened; None makes a new document.
        message: Of the commit; says in words what changed when empty.

    Raises:
        StaleSaveError: The document moved on since `base`, or exists already. Holds both texts.
        DocumentError: The path is in no folder of documents, or the text is no text.
    """
    now = repository.at(repository.head())
    kind = _kind_for(path, now)
    content = _encoded(text)
    before = _text_at(now, path)
    commit = repository.commit(
        {path: content},
        message.strip() or words_of_change(kind, path, before, text),
        author,
        {path: base},
    )
    after = repository.at(commit.id)
    file, _ = _file(after.files(), path)
    return SavedDocument(_document(after, kind, path, file.version, content, known=known), commit)


def delete_document(
    repository: VersionedRepository, path: str, *, base: str, author: Author, message: str = ""
) -> Commit:
    """Remove a document; its history stays.

    Raises:
        NotFoundError: There is no such document.
        StaleSaveError: Somebody changed it since `base`.
    """
    now = repository.at(repository.head())
    _, kind = _file(now.files(), path)
    words = message.strip() or words_of_change(kind, path, _text_at(now, path), None)
    return repository.commit({path: None}, words, author, {path: base})


def rename_document(
    repository: VersionedRepository, path: str, new_path: str, *, base: str, author: Author
) -> SavedDocument:
    """Give a document another path; the ids in it stay, since others may name them.

    Raises:
        NotFoundError: There is no such document.
        StaleSaveError: Somebody changed it since `base`, or the new path is taken.
        DocumentError: The new path is not for documents of this kind.
    """
    now = repository.at(repository.head())
    _, kind = _file(now.files(), path)
    if _kind_for(new_path, now) is not kind:
        raise _misplaced(new_path, kind)
    content = now.read(path)
    if new_path == path:
        raise DocumentError("The new path is the old one.", "Choose another.", shown(path))
    commit = repository.commit(
        {path: None, new_path: content},
        f"Rename {path} to {new_path}",
        author,
        {path: base, new_path: None},
    )
    after = repository.at(commit.id)
    file, _ = _file(after.files(), new_path)
    return SavedDocument(_document(after, kind, new_path, file.version, content), commit)


# New documents


def create_document(
    repository: VersionedRepository,
    kind: FileKind,
    item_id: str,
    text: str,
    *,
    path: str = "",
    author: Author,
    message: str = "",
    known: KnownTitles | None = None,
) -> SavedDocument:
    """Save a new document, or find it made already by the same person with the same text.

    So a creation whose answer was lost can be sent again: its commit may have been made, though
    nothing else of the request was kept.

    Args:
        path: A free one is chosen when it is empty.

    Raises:
        StaleSaveError: There is another document at the path.
        DocumentError: The path is in no folder of documents of the kind, or the text is no text.
    """
    usual = path or usual_path(repository, kind, item_id)
    if _kind_for(usual, repository.at(repository.head())) is not kind:
        raise _misplaced(usual, kind)
    content = _encoded(text)
    commit = _made_before(repository, usual, content, author)
    if commit is not None:
        then = repository.at(repository.head())
        file, _ = _file(then.files(), usual)
        made = _document(then, kind, usual, file.version, content, known=known)
        return SavedDocument(made, commit)
    return save_document(
        repository,
        path or free_path(repository, kind, item_id),
        text,
        base=None,
        author=author,
        message=message,
        known=known,
    )


def _made_before(
    repository: VersionedRepository, path: str, content: bytes, author: Author
) -> Commit | None:
    """The newest commit of a file, when it is this person's and made just this of it."""
    try:
        if repository.read(path) != content:
            return None
    except NotFoundError:
        return None
    commits = repository.history(path, limit=1).commits
    return next((one for one in commits if one.author.email == author.email), None)


def free_path(repository: VersionedRepository, kind: FileKind, item_id: str) -> str:
    """A path that nothing has, for a document that holds `item_id`."""
    taken = {file.path.casefold() for file in repository.at(repository.head()).files()}
    usual = usual_path(repository, kind, item_id)
    stem, _, suffix = usual.rpartition(".")
    path, number = usual, 2
    while path.casefold() in taken:
        path, number = f"{stem}_{number}.{suffix}", number + 1
    return path


def usual_path(repository: VersionedRepository, kind: FileKind, item_id: str) -> str:
    """Where a document that holds `item_id` is kept as long as nothing else is there."""
    prefix = prefix_of(repository.at(repository.head()).files())
    stem = _NOT_IN_A_FILE_NAME.sub("_", item_id)[:100].strip("._-") or kind.value
    return path_like(kind, prefix, stem)


def path_like(kind: FileKind, prefix: str = METADATA, stem: str = "orders") -> str:
    """A path at which documents of a kind are kept."""
    return f"{prefix}{KINDS[kind].folder}/{stem}{KINDS[kind].suffixes[0]}"


def blank_text(kind: FileKind, item_id: str, name: str = "") -> str:
    """A sound document that holds one thing of its kind with nothing in it yet."""
    match kind:
        case FileKind.MODEL:
            return new_model_text(DataModel(id=item_id, name=name or item_id))
        case FileKind.TEMPLATE:
            return new_template_text(
                Template(item_id, name or item_id, content="SELECT 1 AS replace_me\n")
            )
        case FileKind.RECIPE:
            recipe = {"id": item_id, **({"name": name} if name else {}), "models": []}
            return dump({KINDS[kind].wrapper: [recipe]})
        case FileKind.CONFIGURATION:
            settings = {"name": item_id, "type": "variables", "config": {}}
            return dump({KINDS[kind].wrapper: [settings]})
        case FileKind.MACRO:
            return blank_macro(
                _NOT_IN_A_MACRO_NAME.sub("_", f"_{item_id}").lstrip("_0123456789") or "value_of"
            )


def copied_text(kind: FileKind, text: str, new_id: str, *, item: str = "", name: str = "") -> str:
    """A document with a copy of one item under another id; its comments come along.

    A macro file is copied as it is, since the macros in it use each other.

    Args:
        item: Id of what is copied; may be left out when the document holds just one.

    Raises:
        YamlError: The document cannot be read.
        NotFoundError: It does not hold the item.
        DocumentError: It holds several, and `item` names none.
    """
    row = KINDS[kind]
    if not row.wrapper:
        return text
    value = load(text)
    items = [one for one in _listed(kind, value) if _id_of(kind, one)]
    ids = [_id_of(kind, one) for one in items]
    if not item and len(items) != 1:
        raise DocumentError(
            f"The document holds {len(items)} {row.plural}.", "Name the one to copy."
        )
    wanted = item or ids[0]
    if wanted not in ids:
        raise NotFoundError(
            f"The document holds no {kind.value} '{shown(wanted)}'.",
            f"{did_you_mean(wanted, ids)}Reload the document.",
        )
    # First only the item, then its id: each step leaves the other lines as they are.
    original = items[ids.index(wanted)]
    kept = {**value, row.wrapper: [original]}
    text = update(text, kept)
    names = {"name": name or new_id, row.named_by[0]: new_id}
    return update(text, {**kept, row.wrapper: [{**original, **names}]})


def imported_text(kind: FileKind, content: bytes | str) -> str:
    """A text from elsewhere as a document; JSON will do, since YAML reads it.

    Raises:
        YamlError: It is no YAML.
        DocumentError: It holds another kind, or nothing.
    """
    row = KINDS[kind]
    if not row.wrapper:
        return decoded(content)
    value = load(content)
    others = [
        each
        for each, other in KINDS.items()
        if other.wrapper and isinstance(value, dict) and other.wrapper in value
    ]
    if kind not in others:
        holds = f"holds {KINDS[others[0]].plural}" if others else f"has no list '{row.wrapper}'"
        raise DocumentError(
            f"The text {holds}, not {row.plural}.",
            f"Import it as a {others[0].value}." if others else f"Begin with '{row.wrapper}:'.",
        )
    return content if isinstance(content, str) else content.decode("utf-8")


@cache
def starting_points(kind: FileKind) -> tuple[StartingPoint, ...]:
    """What a new document can begin with besides nothing: documents that ship."""
    found = [
        _of_example(kind, example, path, text)
        for example in example_names()
        if example != EMPTY
        for path, text in example_files(example).items()
        if kind_of(path, METADATA) is kind and titles_of(kind, text)
    ]
    if kind is FileKind.TEMPLATE:
        found += [
            StartingPoint(one.id, one.name, one.description)
            for one in sorted(builtin_templates().values(), key=lambda one: one.id)
        ]
    if kind is FileKind.MACRO:
        found += [
            StartingPoint(name, name.rpartition("/")[2], _first_words(text))
            for name, text in builtin_macros().items()
        ]
    return tuple(found)


def _of_example(kind: FileKind, example: str, path: str, text: str) -> StartingPoint:
    point = f"{example}/{path}"
    title = titles_of(kind, text)[0]
    summary = f"From the example '{example}'"
    if kind is FileKind.MACRO:
        return StartingPoint(point, path.rpartition("/")[2], _first_words(text) or summary)
    if kind is FileKind.MODEL:
        model = read_models(text).models[0]
        summary = model.description or summary
        return StartingPoint(point, title.name, summary, len(model.nodes), sketch(model))
    return StartingPoint(point, title.name, summary)


def _first_words(source: str) -> str:
    """What the comment at the head of a macro file says, up to its first empty line."""
    head = re.match(r"\s*\{#-?\s*(.*?)\s*-?#\}", source, re.DOTALL)
    return " ".join(head[1].split("\n\n")[0].split()) if head else ""


def starting_text(kind: FileKind, point: str, new_id: str, name: str = "") -> str:
    """The text of a new document that begins as a starting point does.

    Raises:
        NotFoundError: There is no such starting point.
    """
    template = builtin_templates().get(point) if kind is FileKind.TEMPLATE else None
    if template is not None:
        own = replace(template, id=new_id, name=name or new_id, builtin=False, file="")
        return new_template_text(own)
    if kind is FileKind.MACRO and point in builtin_macros():
        return builtin_macros()[point]
    example, _, path = point.partition("/")
    if example in example_names() and example != EMPTY and kind_of(path, METADATA) is kind:
        text = example_files(example).get(path)
        titles = titles_of(kind, text) if text is not None else ()
        if text is not None and titles:
            return copied_text(kind, text, new_id, item=titles[0].id, name=name)
    raise NotFoundError(
        f"There is nothing '{shown(point)}' to begin with.",
        did_you_mean(point, [one.id for one in starting_points(kind)])
        + "List the starting points.",
    )


# What a path and a text say


def prefix_of(files: Sequence[RepositoryFile]) -> str:
    """`metadata/`, or nothing for a repository that keeps its folders at the top."""
    if any(file.path.startswith(METADATA) for file in files):
        return METADATA
    at_top = any(kind_of(file.path, "") for file in files)
    return "" if at_top else METADATA


def kind_of(path: str, prefix: str) -> FileKind | None:
    """What a file at this path holds; None when it is no document."""
    if not path.startswith(prefix):
        return None
    folder, _, rest = path[len(prefix) :].partition("/")
    for kind, row in KINDS.items():
        if row.top_folder == folder and rest and path.endswith(row.suffixes):
            return kind
    return None


def titles_of(kind: FileKind, text: str | bytes) -> tuple[Title, ...]:
    """What a document holds; nothing when it cannot be read."""
    if kind is FileKind.MACRO:
        source = text if isinstance(text, str) else text.decode("utf-8", "replace")
        return tuple(
            Title(macro.name, f"{macro.name}({', '.join(macro.parameters)})")
            for macro in macros_of(source) or ()
        )
    value, _ = load_or_diagnose(text)
    return tuple(
        Title(item_id, name if isinstance(name := one.get("name"), str) and name else item_id)
        for one in _listed(kind, value)
        if (item_id := _id_of(kind, one))
    )


def _listed(kind: FileKind, value: Any) -> list[dict[str, Any]]:
    items = value.get(KINDS[kind].wrapper) if isinstance(value, dict) else None
    return [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []


def _id_of(kind: FileKind, item: Mapping[str, Any]) -> str:
    """The id as text: `id: 1` is read as a number, and meant as a name."""
    value = next((item[key] for key in KINDS[kind].named_by if item.get(key)), item.get("id"))
    return str(value) if isinstance(value, str | int | float) and value != "" else ""


def _document(
    repository: MetadataRepository,
    kind: FileKind,
    path: str,
    version: str | None,
    content: str | bytes,
    *,
    known: KnownTitles | None = None,
) -> Document:
    text = content if isinstance(content, str) else content.decode("utf-8", "replace")
    if "\N{REPLACEMENT CHARACTER}" not in text:
        content = text  # what is remembered of it is remembered by its characters
    with memory_in_use(), garbage_resting():
        titles = titles_of(kind, content)
        found = list(_findings(repository, kind, content, path))
    if known is not None and KINDS[kind].unique:
        elsewhere = {
            title.id: entry.path
            for entry in _entries(repository, kind, known)
            if entry.path != path
            for title in entry.titles
        }
        found += [
            twice(kind.value, title.id, path, elsewhere[title.id])
            for title in titles
            if title.id in elsewhere
        ]
    return Document(path, kind, version, text, titles, tuple(in_reading_order(found)))


def _findings(
    repository: MetadataRepository, kind: FileKind, content: str | bytes, path: str
) -> Iterator[Diagnostic]:
    """What is wrong with a document by itself."""
    match kind:
        case FileKind.MODEL:
            models = read_models(content, path)
            yield from models.diagnostics
            for model in models.models:
                about = check_index(index(model))
                yield from place(about, content, path, model_id=model.id)
        case FileKind.TEMPLATE:
            templates = read_templates(content, path)
            yield from templates.diagnostics
            macros = _macros(repository) if templates.templates else {}
            for template in templates.templates:
                yield from check_template(template, macros)
        case FileKind.RECIPE:
            value, mistakes = load_or_diagnose(content, path)
            yield from mistakes
            if not mistakes:
                yield from _located(read_recipes(value, path).diagnostics, content)
        case FileKind.CONFIGURATION:
            value, mistakes = load_or_diagnose(content, path)
            yield from mistakes
            if not mistakes:
                _, mistaken = read_configurations(value, path, Configurations())
                yield from _located(mistaken, content)
        case FileKind.MACRO:
            yield from _macro_findings(repository, content, path)


def _macro_findings(
    repository: MetadataRepository, content: str | bytes, path: str
) -> Iterator[Diagnostic]:
    """What is wrong with a macro file; its own name counts, since templates import it by that."""
    source, mistakes = text_or_findings(content, path)
    yield from mistakes
    name = macro_name(path)
    files = repository.files()
    prefix = prefix_of(files)
    others = (
        file.path
        for file in files
        if file.path != path and kind_of(file.path, prefix) is FileKind.MACRO
    )
    if path and (name in builtin_macros() or name in map(macro_name, others)):
        yield name_taken(name, path)
    if source is not None:
        yield from check_macro(name, source, _macros(repository), path)


def _located(found: Sequence[Diagnostic], content: str | bytes) -> Iterator[Diagnostic]:
    """Findings that know only a dotted path, with its line and column."""
    from lakewright.yaml_text.locate import Locator

    locator = Locator(decoded(content)) if found else None
    for one in found:
        if locator is None or one.where.line or not one.where.property:
            yield one
            continue
        names = (part for part in one.where.property.split(".") if part)
        line, column = locator.place([int(name) if name.isdigit() else name for name in names])
        yield one.at(replace(one.where, line=line, column=column))


def _macros(repository: MetadataRepository) -> dict[str, str]:
    """Macro files by the name they are imported by, the repository's and our own."""
    found = dict(builtin_macros())
    files = repository.files()
    prefix = prefix_of(files)
    for file in files:
        if kind_of(file.path, prefix) is FileKind.MACRO:
            text = repository.read(file.path).decode("utf-8", "replace")
            found.setdefault(macro_name(file.path), text)
    return found


def _file(files: Sequence[RepositoryFile], path: str) -> tuple[RepositoryFile, FileKind]:
    kind = kind_of(path, prefix_of(files))
    found = next((file for file in files if file.path == path), None)
    if found is None or kind is None:
        near = did_you_mean(path, [file.path for file in files[:1000]])
        raise NotFoundError(
            f"There is no document '{shown(path)}'.",
            f"{near}List the documents again; somebody may have moved it.",
            shown(path),
        )
    return found, kind


def _kind_for(path: str, repository: MetadataRepository) -> FileKind:
    prefix = prefix_of(repository.files())
    kind = kind_of(path, prefix)
    if kind is None:
        raise DocumentError(
            f"'{shown(path)}' is not a place for a document.",
            f"Use a path like {path_like(FileKind.MODEL, prefix)} or "
            f"{path_like(FileKind.MACRO, prefix)}; every kind has a folder of its own.",
            shown(path),
        )
    return kind


def _misplaced(path: str, kind: FileKind) -> DocumentError:
    return DocumentError(
        f"'{shown(path)}' is not a place for a {kind.value}.",
        f"Choose a path like {path_like(kind)}.",
        shown(path),
    )


def _text_at(repository: MetadataRepository, path: str) -> str | None:
    try:
        return repository.read(path).decode("utf-8", "replace")
    except NotFoundError:
        return None


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise DocumentError(
            f"Character {error.start + 1} of the text is half a character (a lone surrogate).",
            "Remove it.",
        ) from error
