"""One spec for every VersionedRepository: an adapter is what passes it."""

import hashlib
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakewright.errors import LakewrightError, LimitError, NotFoundError
from lakewright.git.paths import check_path
from lakewright.ports import Author, Commit, StaleSaveError, VersionedRepository
from tests.git.conftest import ADA, Maker

GRACE = Author("Grace Hopper", "grace@example.com")
A, B = "metadata/models/a.yaml", "metadata/models/b.yaml"
TWO = {A: b"a: 1\n", B: b"b: 1\n"}


def version_of(content: bytes) -> str:
    """Git's id of a blob, in four words."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def save(
    repository: VersionedRepository,
    changes: Mapping[str, bytes | None],
    expected: Mapping[str, str | None] | None = None,
    message: str = "Save",
) -> Commit:
    return repository.commit(changes, message, ADA, expected or {})


def contents(repository: VersionedRepository) -> dict[str, bytes]:
    return {file.path: repository.read(file.path) for file in repository.files()}


# Reading


def test_files_are_listed_by_path_with_version_and_size(make: Maker) -> None:
    repository = make({B: b"b: 1\n", A: b"\xff\xfe", "README.md": b"# no metadata"})

    assert [(f.path, f.version, f.size_bytes) for f in repository.files()] == [
        (A, version_of(b"\xff\xfe"), 2),
        (B, version_of(b"b: 1\n"), 5),
    ]


def test_what_a_commit_wrote_is_read_back(make: Maker) -> None:
    repository = make(TWO)

    save(repository, {A: b"a: 2\n", "metadata/recipes/deep/er/r.yaml": b"", B: None})

    assert contents(repository) == {A: b"a: 2\n", "metadata/recipes/deep/er/r.yaml": b""}


def test_hidden_folders_are_not_listed(make: Maker) -> None:
    repository = make({".ci/build.yaml": b"", A: b""})
    assert [file.path for file in repository.files()] == [A]


@pytest.mark.parametrize(
    "path",
    [
        "metadata/models/c.yaml",
        "metadata/models",
        "metadata",
        "",
        "/",
        "..",
        "../a.yaml",
        f"metadata/models/../models/{A}",
        f"/{A}",
        f"{A}/",
        f"{A}/x",
        "a\0b",
        "\ud800",
        "metadata//models/a.yaml",
    ],
)
def test_a_file_that_is_not_there_is_not_found(make: Maker, path: str) -> None:
    repository = make(TWO)
    with pytest.raises(NotFoundError):
        repository.read(path)
    with pytest.raises(NotFoundError):
        repository.read_at(repository.head(), path)


# Committing


def test_a_commit_says_who_when_why_and_what(make: Maker) -> None:
    repository = make(TWO)
    began = datetime.now(UTC).replace(microsecond=0)

    made = repository.commit({A: b"a: 2\n", B: None}, "Change a; drop b", GRACE, {})

    assert made.id == repository.head()
    assert (made.message, made.author) == ("Change a; drop b", GRACE)
    assert dict(made.versions) == {A: version_of(b"a: 2\n"), B: None}
    assert began <= made.at <= datetime.now(UTC) + timedelta(seconds=1)
    assert repository.history(limit=1).commits == (made,)


def test_saving_what_is_there_already_makes_no_commit(make: Maker) -> None:
    repository = make(TWO)
    head = repository.head()

    made = save(repository, {A: TWO[A]})

    assert (made.id, dict(made.versions)) == (head, {})
    assert repository.head() == head


def test_saving_over_someone_elses_commit_is_refused_with_both_sides(make: Maker) -> None:
    repository = make(TWO)
    opened = version_of(TWO[A])
    save(repository, {A: b"theirs"})
    head = repository.head()

    with pytest.raises(StaleSaveError) as refused:
        save(repository, {A: b"mine", B: b"b: 2\n"}, {A: opened})

    [stale] = refused.value.files
    assert (stale.path, stale.opened, stale.mine) == (A, opened, b"mine")
    assert (stale.current, stale.theirs) == (version_of(b"theirs"), b"theirs")
    assert refused.value.versions_json() == {
        "path": A,
        "yours": {"version": opened, "text": "mine"},
        "current": {"version": version_of(b"theirs"), "text": "theirs"},
    }
    assert repository.head() == head
    assert contents(repository) == {A: b"theirs", B: TWO[B]}


def test_a_save_is_repeated_safely_when_its_answer_was_lost(make: Maker) -> None:
    repository = make(TWO)
    opened = version_of(TWO[A])
    first = save(repository, {A: b"mine"}, {A: opened})

    assert save(repository, {A: b"mine"}, {A: opened}).id == first.id


def test_a_new_file_does_not_overwrite_one_of_that_name(make: Maker) -> None:
    repository = make(TWO)
    with pytest.raises(StaleSaveError) as refused:
        save(repository, {A: TWO[A]}, {A: None})
    assert refused.value.files[0].opened is None


def test_a_file_that_was_removed_meanwhile_is_not_brought_back(make: Maker) -> None:
    repository = make(TWO)
    save(repository, {A: None})

    with pytest.raises(StaleSaveError) as refused:
        save(repository, {A: b"mine"}, {A: version_of(TWO[A])})

    assert (refused.value.files[0].current, refused.value.files[0].theirs) == (None, None)


def test_a_file_that_is_only_looked_at_is_checked_too(make: Maker) -> None:
    repository = make(TWO)
    with pytest.raises(StaleSaveError):
        save(repository, {B: b"b: 2\n"}, {A: version_of(b"other")})
    assert contents(repository) == TWO


def test_what_does_not_exist_cannot_be_removed(make: Maker) -> None:
    with pytest.raises(NotFoundError):
        save(make(TWO), {"metadata/models/c.yaml": None})


def test_a_folder_is_not_a_file(make: Maker) -> None:
    repository = make(TWO)
    with pytest.raises(NotFoundError):
        save(repository, {"metadata/models": None})
    with pytest.raises(StaleSaveError):
        save(repository, {B: b"x"}, {"metadata/models": "0" * 40})
    assert contents(repository) == TWO


def test_the_last_file_can_be_removed(make: Maker) -> None:
    repository = make({A: b""})
    save(repository, {A: None})
    assert contents(repository) == {}
    save(repository, {A: b"again"})
    assert contents(repository) == {A: b"again"}


def test_a_file_is_renamed_by_case_only(make: Maker) -> None:
    repository = make({A: b"x"})
    upper = A.replace("a.yaml", "A.yaml")
    save(repository, {A: None, upper: b"x"})
    assert contents(repository) == {upper: b"x"}


def test_a_folder_takes_the_place_of_a_file_and_back(make: Maker) -> None:
    repository = make({"metadata/x.yaml": b"1"})
    save(repository, {"metadata/x.yaml": None, "metadata/x.yaml/y.yaml": b"2"})
    assert contents(repository) == {"metadata/x.yaml/y.yaml": b"2"}
    save(repository, {"metadata/x.yaml": b"3", "metadata/x.yaml/y.yaml": None})
    assert contents(repository) == {"metadata/x.yaml": b"3"}


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "a/",
        "../a.yaml",
        "a/../b.yaml",
        "a/./b.yaml",
        "a//b.yaml",
        "a\\b.yaml",
        ".git/config",
        "x/.GIT/hooks/post-checkout",
        ".git\u200c/config",
        "git~1/config",
        ".gitmodules",
        ".git /x",
        "a\nb.yaml",
        "a\0b.yaml",
        "\u202egpj.yaml",
        "\ud800.yaml",
        "C:/a.yaml",
        "con.yaml",
        "NUL",
        "a./b.yaml",
        "a /b.yaml",
        "x" * 256 + ".yaml",
        "é" * 128 + ".yaml",
        "/".join("abcdefghijklmnopqrstuvwxyz"),
        f"{A}/below-a-file.yaml",
        "metadata/models",
        "metadata/models/A.yaml",
        "Metadata/models/c.yaml",
    ],
)
def test_a_path_that_some_machine_cannot_hold_is_refused(make: Maker, path: str) -> None:
    repository = make(TWO)
    head = repository.head()
    with pytest.raises(LakewrightError) as refused:
        save(repository, {path: b"x"})
    assert refused.value.http_status == 422
    assert repository.head() == head


def test_names_of_one_commit_may_not_differ_by_case_only(make: Maker) -> None:
    with pytest.raises(LakewrightError, match="upper and lower case"):
        save(make({}), {"Straße/a.yaml": b"", "STRASSE/b.yaml": b""})


def test_ordinary_names_in_any_script_are_fine(make: Maker) -> None:
    names = {"metadata/models/größe 1.yaml": b"1", "metadata/models/売上.yaml": b"2"}
    assert contents(make(names)) == names


def test_a_file_or_a_commit_that_is_too_large_is_refused(make: Maker) -> None:
    repository = make({})
    with pytest.raises(LimitError):
        save(repository, {A: b"x" * 10_000_001})
    with pytest.raises(LimitError):
        save(repository, {f"metadata/models/{n}.yaml": b"x" * 9_000_000 for n in range(12)})
    with pytest.raises(LimitError):
        save(repository, {f"metadata/models/{n}.yaml": b"" for n in range(10_001)})


def test_a_commit_needs_a_message(make: Maker) -> None:
    with pytest.raises(LakewrightError, match="no message"):
        save(make(TWO), {A: b""}, message=" \n")


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("", ""),
        ("  ", "<>"),
        ("A\nauthor Eve <eve@example.com> 0 +0000", "a\n@b"),
        ("<Ada>", "ada@<b>"),
        ("A" * 5000, "a" * 5000),
        ("A\0b", "\ud800"),
        ("Дмитрий", "д@пример"),
    ],
)
def test_no_name_breaks_a_commit(make: Maker, name: str, email: str) -> None:
    repository = make(TWO)
    repository.commit({A: b"x"}, "Save\0it \ud800", Author(name, email), {})
    [made] = repository.history(limit=1).commits
    assert not re.search(r"[<>\n\0]", made.author.name + made.author.email)
    assert made.author.name
    assert made.message.startswith("Saveit")


# History


def test_history_goes_back_page_by_page(make: Maker) -> None:
    repository = make(TWO)
    for number in range(5):
        save(repository, {A: b"%d" % number}, message=f"Save {number}")

    first = repository.history(limit=4)
    second = repository.history(limit=4, cursor=first.cursor)

    assert [c.message for c in first.commits] == ["Save 4", "Save 3", "Save 2", "Save 1"]
    assert [c.message for c in second.commits] == ["Save 0", "Begin"]
    assert second.cursor == ""


def test_a_page_stays_the_same_while_others_commit(make: Maker) -> None:
    repository = make(TWO)
    for number in range(3):
        save(repository, {A: b"%d" % number}, message=f"Save {number}")
    first = repository.history(limit=2)
    save(repository, {A: b"new"}, message="Meanwhile")
    second = repository.history(limit=2, cursor=first.cursor)
    assert [c.message for c in second.commits] == ["Save 0", "Begin"]


def test_a_file_has_a_history_of_its_own(make: Maker) -> None:
    repository = make(TWO)
    save(repository, {A: b"2"}, message="A")
    save(repository, {B: b"2"}, message="B")
    save(repository, {A: None}, message="No A")

    assert [c.message for c in repository.history(A).commits] == ["No A", "A", "Begin"]
    assert [c.message for c in repository.history("metadata/models").commits] == (
        ["No A", "B", "A", "Begin"]
    )
    assert repository.history("metadata/nothing.yaml").commits == ()


@pytest.mark.parametrize("cursor", ["x", "0" * 40, "HEAD", "../..", "main", "'; drop", "\ud800"])
def test_a_made_up_cursor_or_commit_is_not_found(make: Maker, cursor: str) -> None:
    repository = make(TWO)
    with pytest.raises(NotFoundError):
        repository.history(cursor=cursor)
    with pytest.raises(NotFoundError):
        repository.read_at(cursor, A)
    with pytest.raises(NotFoundError):
        repository.at(cursor)
    with pytest.raises(NotFoundError):
        repository.diff(repository.head(), cursor)


def test_the_id_of_a_file_is_no_commit(make: Maker) -> None:
    with pytest.raises(NotFoundError):
        make(TWO).read_at(version_of(TWO[A]), A)


def test_the_past_stays_readable(make: Maker) -> None:
    repository = make(TWO)
    began = repository.head()
    then = repository.at(began)
    save(repository, {A: None, B: b"b: 2\n", "metadata/models/c.yaml": b""})

    assert repository.read_at(began, A) == TWO[A]
    assert {f.path: then.read(f.path) for f in then.files()} == TWO
    assert [f.path for f in repository.at(repository.head()).files()] == (
        [B, "metadata/models/c.yaml"]
    )


def test_two_versions_are_compared(make: Maker) -> None:
    repository = make({A: b"a: 1\nb: 2\n", B: b"b\n", "metadata/models/d.yaml": b"\0\1"})
    began = repository.head()
    c = "metadata/models/c.yaml"
    save(repository, {A: b"a: 1\nb: 3\n", B: None, c: b"c\n", "metadata/models/d.yaml": b"\0\2"})

    found = {one.path: one for one in repository.diff(began, repository.head())}

    assert sorted(found) == [A, B, c, "metadata/models/d.yaml"]
    assert "-b: 2\n+b: 3\n" in found[A].patch
    assert (found[B].before, found[B].after) == (version_of(b"b\n"), None)
    assert (found[c].before, found[c].after) == (None, version_of(b"c\n"))
    assert found["metadata/models/d.yaml"].patch == ""
    assert repository.diff(began, repository.head(), A) == (found[A],)
    assert repository.diff(began, began) == ()


# Together


def test_writers_at_once_lose_nothing(make: Maker) -> None:
    repository = make({})

    def write(writer: int) -> None:
        for number in range(5):
            save(repository, {f"metadata/models/{writer}-{number}.yaml": b"x"})

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))

    assert len(repository.files()) == 20
    assert len(repository.history(limit=100).commits) == 21


def test_of_writers_that_opened_the_same_version_one_wins(make: Maker) -> None:
    repository = make(TWO)
    opened = version_of(TWO[A])

    def write(writer: int) -> bool:
        try:
            save(repository, {A: b"%d" % writer}, {A: opened})
        except StaleSaveError:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(write, range(8))) == 1


@given(st.text(max_size=40))
def test_an_accepted_path_stays_inside(path: str) -> None:
    try:
        check_path(path)
    except LakewrightError:
        return
    assert not path.startswith("/")
    assert ".." not in path.split("/")
    assert ".git" not in path.casefold().split("/")
