"""Documents are saved whatever is wrong with them, and never over somebody else's."""

from pathlib import Path
from uuid import UUID

import pytest

from lakewright.errors import LakewrightError, NotFoundError
from lakewright.git.local_repository import LocalRepositories
from lakewright.operations.documents import (
    DocumentError,
    KnownTitles,
    Title,
    blank_text,
    copied_text,
    create_document,
    delete_document,
    free_path,
    imported_text,
    list_documents,
    read_document,
    rename_document,
    save_document,
    starting_points,
    starting_text,
    titles_of,
    validate_document,
)
from lakewright.operations.init import example_files
from lakewright.operations.schemas import FileKind
from lakewright.ports import Author, StaleSaveError, VersionedRepository
from lakewright.yaml_text.load import YamlError

ADA = Author("Ada", "ada@example.com")
ORDERS = "metadata/models/orders.yaml"
TEXT = """\
# Orders as they come in.
data_models:
  - id: orders
    name: Orders
    nodes:
      - id: raw  # as delivered
        type: source_table
        properties: {catalog: main, schema: raw, table: orders}
      - id: clean
        type: target_table
        properties: {catalog: main, schema: silver, table: orders}
    edges:
      - {source: raw, target: clean}
"""
KINDS = list(FileKind)


@pytest.fixture
def repository(tmp_path: Path) -> VersionedRepository:
    repositories = LocalRepositories(tmp_path)
    return repositories.create(UUID(int=1), {ORDERS: TEXT.encode()}, ADA, "Begin")


def rules(diagnostics: object) -> set[str]:
    return {found.rule for found in diagnostics}  # type: ignore[attr-defined]


# Reading


def test_documents_are_listed_with_what_they_hold(repository: VersionedRepository) -> None:
    for path, text in (
        ("metadata/recipes/all.yaml", "recipes: [{id: all, name: Everything}]"),
        ("metadata/templates/t.yaml", "templates: [{id: t}, {id: 2}]"),
        ("metadata/models/broken.yaml", "data_models: ["),
        ("metadata/configurations/c.yaml", "configurations: [{name: small, type: cluster}]"),
        ("metadata/templates/macros/stars.jinja", "{% macro star(x, y) %}{% endmacro %}"),
        ("metadata/models/notes.jinja", "no macro"),
        ("README.yaml", "x: 1"),
    ):
        repository.commit({path: text.encode()}, "Add", ADA, {})

    listed = list_documents(repository)

    assert [(entry.path, entry.kind, entry.titles) for entry in listed] == [
        (
            "metadata/configurations/c.yaml",
            FileKind.CONFIGURATION,
            (Title("small", "small"),),
        ),
        ("metadata/models/broken.yaml", FileKind.MODEL, ()),
        (ORDERS, FileKind.MODEL, (Title("orders", "Orders"),)),
        ("metadata/recipes/all.yaml", FileKind.RECIPE, (Title("all", "Everything"),)),
        (
            "metadata/templates/macros/stars.jinja",
            FileKind.MACRO,
            (Title("star", "star(x, y)"),),
        ),
        ("metadata/templates/t.yaml", FileKind.TEMPLATE, (Title("t", "t"), Title("2", "2"))),
    ]
    assert list_documents(repository, FileKind.RECIPE) == listed[3:4]


def test_a_list_reads_each_text_once(repository: VersionedRepository) -> None:
    known = KnownTitles()
    first = list_documents(repository, known=known)

    class Unreadable:
        def __getattr__(self, name: str) -> object:
            if name == "read":
                raise AssertionError("read again")
            return getattr(repository, name)

        def at(self, commit: str) -> object:
            snapshot = repository.at(commit)

            class OnlyFiles:
                files = staticmethod(snapshot.files)

            return OnlyFiles()

    assert list_documents(Unreadable(), known=known) == first  # type: ignore[arg-type]


def test_a_document_is_read_with_its_version_and_findings(
    repository: VersionedRepository,
) -> None:
    document = read_document(repository, ORDERS)
    assert (document.text, document.kind) == (TEXT, FileKind.MODEL)
    assert document.version == list_documents(repository)[0].version
    assert document.titles == (Title("orders", "Orders"),)
    assert all(found.where.file == ORDERS and found.where.line for found in document.diagnostics)


@pytest.mark.parametrize(
    "path", ["metadata/models/none.yaml", "", "/etc/passwd", "../x.yaml", "a\0b", "\ud800"]
)
def test_no_such_document(repository: VersionedRepository, path: str) -> None:
    with pytest.raises(NotFoundError):
        read_document(repository, path)
    with pytest.raises(NotFoundError):
        delete_document(repository, path, base="x", author=ADA)
    with pytest.raises(NotFoundError):
        rename_document(repository, path, ORDERS, base="x", author=ADA)


def test_a_document_that_is_not_utf8_is_shown_with_a_finding(
    repository: VersionedRepository,
) -> None:
    repository.commit({ORDERS: TEXT.replace("come", "käme").encode("latin-1")}, "x", ADA, {})
    document = read_document(repository, ORDERS)
    assert rules(document.diagnostics) == {"yaml-encoding"}
    assert "k\ufffdme" in document.text


# Saving


def test_a_save_is_a_commit_in_words_and_gives_the_next_version(
    repository: VersionedRepository,
) -> None:
    opened = read_document(repository, ORDERS)
    text = TEXT.replace("table: orders}\n    edges", "table: orders_clean}\n    edges")

    saved = save_document(repository, ORDERS, text, base=opened.version, author=ADA)

    assert saved.commit.message == "Change table of clean"
    assert saved.commit.author == ADA
    assert saved.document == read_document(repository, ORDERS)
    assert saved.document.text == text
    assert read_document(repository, ORDERS, repository.history(limit=2).commits[1].id).text == TEXT


def test_a_message_of_ones_own(repository: VersionedRepository) -> None:
    base = read_document(repository, ORDERS).version
    saved = save_document(
        repository, ORDERS, TEXT + "\n", base=base, author=ADA, message=" As agreed \n"
    )
    assert saved.commit.message == "As agreed"


def test_saving_the_same_text_makes_no_commit(repository: VersionedRepository) -> None:
    opened, head = read_document(repository, ORDERS), repository.head()
    saved = save_document(repository, ORDERS, TEXT, base=opened.version, author=ADA)
    assert (saved.document, saved.commit.id) == (opened, head)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("data_models: [", "yaml-syntax"),
        ("", ""),
        ("\tx: [}", "yaml-syntax"),
        ("a: 1\na: 2\n", "yaml-duplicate-key"),
        ("nul: \0", "yaml-character"),
        (TEXT.replace("source_table", "source_tabel"), "node-type-is-known"),
        (TEXT.replace("target: clean", "target: nobody"), ""),
        ("[" * 100_000, "yaml-limit"),
        ("- just\n- a list\n", ""),
        ("\ufeff" + TEXT.replace("\n", "\r\n"), ""),
    ],
    ids=range(10),
)
def test_nothing_that_is_typed_is_lost_and_what_is_wrong_is_said(
    repository: VersionedRepository, text: str, rule: str
) -> None:
    base = read_document(repository, ORDERS).version
    saved = save_document(repository, ORDERS, text, base=base, author=ADA)
    assert read_document(repository, ORDERS).text == text
    if rule:
        assert rule in rules(saved.document.diagnostics)
    # And it can be mended.
    again = save_document(repository, ORDERS, TEXT, base=saved.document.version, author=ADA)
    assert again.document.text == TEXT


def test_saving_over_someone_elses_change_is_refused_with_both_texts(
    repository: VersionedRepository,
) -> None:
    base = read_document(repository, ORDERS).version
    theirs = save_document(repository, ORDERS, TEXT + "# theirs\n", base=base, author=ADA)

    with pytest.raises(StaleSaveError) as refused:
        save_document(repository, ORDERS, TEXT + "# mine\n", base=base, author=ADA)

    assert refused.value.versions_json() == {
        "path": ORDERS,
        "yours": {"version": base, "text": TEXT + "# mine\n"},
        "current": {"version": theirs.document.version, "text": TEXT + "# theirs\n"},
    }


def test_a_new_document_does_not_overwrite_one(repository: VersionedRepository) -> None:
    with pytest.raises(StaleSaveError, match="exists already"):
        save_document(repository, ORDERS, "x: 1", base=None, author=ADA)


@pytest.mark.parametrize(
    "path",
    [
        "metadata/orders.yaml",
        "models/orders.yaml",
        "metadata/models/orders.txt",
        "metadata/models/.yaml/",
        "metadata/models/",
        "metadata/models/../../x.yaml",
        "metadata/models/.git/x.yaml",
        "metadata/models/ORDERS.yaml",
        "metadata/templates/../models/x.yaml",
        "",
    ],
)
def test_a_document_is_kept_in_its_folder_only(repository: VersionedRepository, path: str) -> None:
    with pytest.raises(LakewrightError) as refused:
        save_document(repository, path, "x: 1", base=None, author=ADA)
    assert refused.value.http_status == 422


def test_half_a_character_is_refused(repository: VersionedRepository) -> None:
    with pytest.raises(DocumentError, match="Character 4"):
        save_document(repository, "metadata/models/b.yaml", "a: \ud800", base=None, author=ADA)


def test_an_id_that_another_document_has_is_pointed_out(repository: VersionedRepository) -> None:
    other = "metadata/models/again.yaml"
    saved = save_document(repository, other, TEXT, base=None, author=ADA, known=KnownTitles())
    assert "duplicate-model-id" in rules(saved.document.diagnostics)


def test_validating_saves_nothing(repository: VersionedRepository) -> None:
    head = repository.head()
    found = validate_document(repository, FileKind.RECIPE, "recipes: [{id: r, modles: []}]", "r")
    [finding] = found.diagnostics
    assert (finding.rule, finding.where.line, found.version) == ("recipe-unknown-key", 1, None)
    assert repository.head() == head


def test_a_template_is_checked_with_the_repositorys_macros(
    repository: VersionedRepository,
) -> None:
    text = (
        "templates:\n  - id: t\n    name: T\n    template_content: |\n"
        "      {% import 'macros/mine.jinja' as mine %}SELECT {{ mine.one() }}\n"
    )
    without = validate_document(repository, FileKind.TEMPLATE, text, "metadata/templates/t.yaml")
    macro = b"{% macro one() %}1{% endmacro %}"
    repository.commit({"metadata/templates/macros/mine.jinja": macro}, "Add", ADA, {})
    with_ = validate_document(repository, FileKind.TEMPLATE, text, "metadata/templates/t.yaml")
    assert "macro-not-found" in rules(without.diagnostics) - rules(with_.diagnostics)


# Removing and renaming


def test_a_document_is_removed_and_its_past_stays(repository: VersionedRepository) -> None:
    opened, before = read_document(repository, ORDERS), repository.head()
    assert opened.version is not None

    removed = delete_document(repository, ORDERS, base=opened.version, author=ADA)

    assert removed.message == "Remove model orders"
    assert list_documents(repository) == []
    assert read_document(repository, ORDERS, before).text == TEXT


def test_what_somebody_changed_is_not_removed_unseen(repository: VersionedRepository) -> None:
    base = read_document(repository, ORDERS).version
    assert base is not None
    save_document(repository, ORDERS, TEXT + "# more\n", base=base, author=ADA)
    with pytest.raises(StaleSaveError):
        delete_document(repository, ORDERS, base=base, author=ADA)
    with pytest.raises(StaleSaveError):
        rename_document(repository, ORDERS, "metadata/models/new.yaml", base=base, author=ADA)


def test_a_document_is_renamed_with_everything_in_it(repository: VersionedRepository) -> None:
    opened = read_document(repository, ORDERS)
    assert opened.version is not None
    new = "metadata/models/shop/Orders.yaml"

    saved = rename_document(repository, ORDERS, new, base=opened.version, author=ADA)

    assert saved.commit.message == f"Rename {ORDERS} to {new}"
    assert (saved.document.path, saved.document.version) == (new, opened.version)
    assert [entry.path for entry in list_documents(repository)] == [new]


@pytest.mark.parametrize("new", ["metadata/recipes/x.yaml", "x.yaml", ORDERS, "../x", ""])
def test_a_document_is_not_renamed_into_something_else(
    repository: VersionedRepository, new: str
) -> None:
    base = read_document(repository, ORDERS).version
    assert base is not None
    with pytest.raises(DocumentError):
        rename_document(repository, ORDERS, new, base=base, author=ADA)


def test_a_name_that_is_taken_is_not_taken_again(repository: VersionedRepository) -> None:
    base = read_document(repository, ORDERS).version
    assert base is not None
    other = "metadata/models/other.yaml"
    save_document(repository, other, "x: 1", base=None, author=ADA)
    with pytest.raises(StaleSaveError, match="exists already"):
        rename_document(repository, ORDERS, other, base=base, author=ADA)


# New ones


@pytest.mark.parametrize("kind", KINDS)
def test_a_blank_document_has_no_errors(repository: VersionedRepository, kind: FileKind) -> None:
    path = free_path(repository, kind, "fresh")
    text = blank_text(kind, "fresh", "Fresh: 1")
    saved = save_document(repository, path, text, base=None, author=ADA)
    assert [found for found in saved.document.diagnostics if found.severity == "error"] == []
    named = {FileKind.CONFIGURATION: "fresh", FileKind.MACRO: "fresh(value)"}
    assert saved.document.titles == (Title("fresh", named.get(kind, "Fresh: 1")),)
    assert saved.commit.message == f"Add {kind.value} fresh"


def test_a_free_path_is_free_and_has_nothing_odd_in_it(repository: VersionedRepository) -> None:
    assert free_path(repository, FileKind.MODEL, "Orders") == "metadata/models/Orders_2.yaml"
    for odd in ("../../etc/passwd", "a b\n", "", "...", "con", "ü" * 300, "\ud800"):
        path = free_path(repository, FileKind.MODEL, odd)
        if odd == "con":
            continue
        save_document(repository, path, "data_models: []", base=None, author=ADA)


def test_a_copy_keeps_comments_and_changes_only_its_id_and_name() -> None:
    copy = copied_text(FileKind.MODEL, TEXT, "returns", name="Returns")
    assert copy == TEXT.replace("id: orders\n", "id: returns\n").replace(
        "name: Orders", "name: Returns"
    )


def test_of_several_one_is_copied() -> None:
    both = TEXT + "  # The second.\n  - id: two\n    nodes: []\n    edges: []\n"
    copy = copied_text(FileKind.MODEL, both, "three", item="two")
    assert titles_of(FileKind.MODEL, copy) == (Title("three", "three"),)
    with pytest.raises(DocumentError, match="2 models"):
        copied_text(FileKind.MODEL, both, "three")
    with pytest.raises(NotFoundError):
        copied_text(FileKind.MODEL, both, "three", item="tow")
    with pytest.raises(YamlError):
        copied_text(FileKind.MODEL, "[", "three")


def test_what_is_imported_has_to_be_of_its_kind() -> None:
    json = b'{"data_models": [{"id": "m"}]}'
    assert imported_text(FileKind.MODEL, json) == json.decode()
    with pytest.raises(DocumentError, match="holds models"):
        imported_text(FileKind.RECIPE, TEXT)
    with pytest.raises(DocumentError, match="no list"):
        imported_text(FileKind.MODEL, "hello")
    with pytest.raises(YamlError):
        imported_text(FileKind.MODEL, b"\xff\xfe\0")


@pytest.mark.parametrize("kind", KINDS)
def test_one_can_begin_with_what_ships(kind: FileKind) -> None:
    points = starting_points(kind)
    assert points
    for point in (points[0], points[-1]):
        text = starting_text(kind, point.id, "mine")
        held = [title.id for title in titles_of(kind, text)]
        # The macros of a file keep their names: they use each other by them.
        assert held if kind is FileKind.MACRO else held == ["mine"]


@pytest.mark.parametrize(
    "point", ["", "nothing", "retail", "retail/../../x", "empty/.gitignore", "retail/README.md"]
)
def test_one_cannot_begin_with_what_does_not(point: str) -> None:
    with pytest.raises(NotFoundError):
        starting_text(FileKind.MODEL, point, "mine")


def test_every_document_of_every_example_is_read_without_errors(tmp_path: Path) -> None:
    documents = []
    for number, example in enumerate(("retail", "customer_pipeline")):
        files = {path: text.encode() for path, text in example_files(example).items()}
        repository = LocalRepositories(tmp_path).create(UUID(int=number), files, ADA, "Begin")
        documents += [read_document(repository, one.path) for one in list_documents(repository)]
    assert {document.kind for document in documents} == set(KINDS)
    assert [d for one in documents for d in one.diagnostics if d.severity == "error"] == []


# Configuration files and macro files


def test_a_configuration_file_is_a_document_with_findings_and_history(
    repository: VersionedRepository,
) -> None:
    path = "metadata/configurations/compute.yaml"
    text = "configurations:\n- name: small\n  type: cluster\n  config: {num_workers: 2}\n"
    saved = save_document(repository, path, text, base=None, author=ADA)
    assert saved.document.diagnostics == ()
    assert saved.commit.message == "Add configuration small"

    changed = text.replace("num_workers: 2", "num_workers: 4") + "- {name: x, type: klaster}\n"
    again = save_document(repository, path, changed, base=saved.document.version, author=ADA)

    assert again.commit.message == "Add configuration x; change num_workers of small"
    [finding] = again.document.diagnostics
    assert (finding.rule, finding.where.line) == ("configuration-shape", 5)
    assert "Did you mean 'cluster'?" in finding.remedy


def test_two_configuration_files_may_say_something_about_one_name(
    repository: VersionedRepository,
) -> None:
    text = "configurations: [{name: small, type: cluster}]"
    for name in ("a", "b"):
        path = f"metadata/configurations/{name}.yaml"
        saved = save_document(repository, path, text, base=None, author=ADA, known=KnownTitles())
        assert saved.document.diagnostics == ()


def test_a_macro_file_is_a_document_with_findings_and_history(
    repository: VersionedRepository,
) -> None:
    path = "metadata/templates/macros/stars.jinja"
    text = "{% macro star(x) %}*{% endmacro %}\n{% macro plus() %}+{% endmacro %}\n"
    saved = save_document(repository, path, text, base=None, author=ADA)
    assert saved.document.diagnostics == ()
    assert saved.document.titles == (Title("star", "star(x)"), Title("plus", "plus()"))
    assert saved.commit.message == "Add macros star and plus"

    changed = text.replace("*", "{{ x | nosuchfilter }}")
    again = save_document(repository, path, changed, base=saved.document.version, author=ADA)

    assert again.commit.message == "Change macro star"
    assert [(one.rule, one.where.file, one.where.line) for one in again.document.diagnostics] == [
        ("unknown-filter", path, 1)
    ]


def test_a_macro_file_with_a_name_that_is_taken_is_told_so(
    repository: VersionedRepository,
) -> None:
    save_document(repository, "metadata/templates/macros/a.jinja", "x", base=None, author=ADA)
    for path in ("metadata/templates/other/a.jinja", "metadata/templates/macros/columns.jinja"):
        found = validate_document(repository, FileKind.MACRO, "x", path)
        assert [one.rule for one in found.diagnostics] == ["name-taken"]


def test_a_macro_file_that_cannot_be_read_is_saved_with_its_line(
    repository: VersionedRepository,
) -> None:
    path = "metadata/templates/macros/broken.jinja"
    saved = save_document(repository, path, "\n{% macro x( %}", base=None, author=ADA)
    assert [(one.rule, one.where.line) for one in saved.document.diagnostics] == [
        ("template-syntax", 2)
    ]
    assert saved.commit.message == "Add broken.jinja"


def test_a_template_can_import_a_macro_that_was_saved_here(
    repository: VersionedRepository,
) -> None:
    macro = "metadata/templates/macros/stars.jinja"
    save_document(repository, macro, "{% macro star() %}1{% endmacro %}", base=None, author=ADA)
    text = blank_text(FileKind.TEMPLATE, "t").replace(
        "SELECT 1", '{% from "macros/stars.jinja" import star %}SELECT {{ star() }}'
    )
    assert validate_document(repository, FileKind.TEMPLATE, text).diagnostics == ()


@pytest.mark.parametrize("name", ["1st", "a b", "", "macro-1", "_hidden", "größe"])
def test_a_blank_macro_has_a_name_that_jinja_takes(name: str) -> None:
    [title] = titles_of(FileKind.MACRO, blank_text(FileKind.MACRO, name))
    assert title.id.isidentifier()


# Creating


def test_a_creation_whose_answer_was_lost_gives_the_same_document_again(
    repository: VersionedRepository,
) -> None:
    text = blank_text(FileKind.MODEL, "fresh")
    made = create_document(repository, FileKind.MODEL, "fresh", text, author=ADA)
    again = create_document(repository, FileKind.MODEL, "fresh", text, author=ADA)

    assert made.document == again.document
    assert made.commit.id == again.commit.id
    assert repository.head() == made.commit.id


def test_a_creation_beside_another_text_gets_another_path_or_is_refused(
    repository: VersionedRepository,
) -> None:
    text = blank_text(FileKind.MODEL, "orders")
    made = create_document(repository, FileKind.MODEL, "orders", text, author=ADA)
    assert made.document.path == "metadata/models/orders_2.yaml"
    with pytest.raises(StaleSaveError) as refused:
        create_document(repository, FileKind.MODEL, "orders", text, path=ORDERS, author=ADA)
    assert refused.value.files[0].theirs == TEXT.encode()


def test_somebody_elses_document_is_not_taken_for_ones_own(
    repository: VersionedRepository,
) -> None:
    bob = Author("Bob", "bob@example.com")
    with pytest.raises(StaleSaveError):
        create_document(repository, FileKind.MODEL, "orders", TEXT, path=ORDERS, author=bob)


def test_a_document_is_created_in_a_folder_of_its_kind_only(
    repository: VersionedRepository,
) -> None:
    with pytest.raises(DocumentError, match="not a place"):
        create_document(
            repository,
            FileKind.RECIPE,
            "x",
            "recipes: []",
            path="metadata/models/x.yaml",
            author=ADA,
        )


def test_a_model_to_begin_with_shows_what_it_is_like() -> None:
    points = {point.id: point for point in starting_points(FileKind.MODEL)}
    point = points["customer_pipeline/metadata/models/customer_pipeline.yaml"]
    assert point.picture is not None
    assert len(point.picture.boxes) == point.nodes
    for x, y, width, height in point.picture.boxes:
        assert 0 <= x <= point.picture.width - width
        assert 0 <= y <= point.picture.height - height
    assert point.picture.lines
