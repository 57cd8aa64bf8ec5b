"""One spec for the branches of every repository: an adapter is what passes it."""

import pytest

from lakewright.errors import LakewrightError, NotFoundError
from lakewright.ports import (
    Branch,
    BranchedRepository,
    BranchExistsError,
    StaleBranchError,
    StaleSaveError,
)
from tests.git.conftest import ADA, Maker

A, B, C = (f"metadata/models/{name}.yaml" for name in "abc")
TWO = {A: b"a: 1\n", B: b"b: 1\n"}
NOWHERE = "0" * 40


def branched(repository: BranchedRepository, name: str = "team/retail") -> BranchedRepository:
    repository.create_branch(name, repository.head())
    return repository.on(name)


def save(repository: BranchedRepository, path: str, content: bytes | None) -> str:
    return repository.commit({path: content}, f"Change {path}", ADA, {}).id


def test_the_default_branch_is_listed_first(make: Maker) -> None:
    repository = make(TWO)
    branched(repository, "alpha")

    assert [(one.name, one.default) for one in repository.branches()] == [
        ("main", True),
        ("alpha", False),
    ]
    assert {one.head for one in repository.branches()} == {repository.head()}


def test_a_new_branch_begins_with_the_commit_that_is_named(make: Maker) -> None:
    repository = make(TWO)
    first = repository.head()
    save(repository, A, b"a: 2\n")

    assert repository.create_branch("older", first) == Branch("older", first)
    assert repository.on("older").read(A) == b"a: 1\n"


def test_a_commit_moves_its_own_branch_only(make: Maker) -> None:
    repository = make(TWO)
    before = repository.head()
    branch = branched(repository)

    made = save(branch, A, b"a: 2\n")

    assert branch.branch == "team/retail"
    assert branch.head() == made
    assert repository.head() == before
    assert repository.read(A) == b"a: 1\n"
    assert branch.read(A) == b"a: 2\n"


def test_expected_versions_are_those_of_the_branch(make: Maker) -> None:
    repository = make(TWO)
    seen = next(file.version for file in repository.files() if file.path == A)
    branch = branched(repository)
    save(branch, A, b"a: 2\n")

    with pytest.raises(StaleSaveError):
        branch.commit({A: b"a: 3\n"}, "Save", ADA, {A: seen})
    repository.commit({A: b"a: 3\n"}, "Save", ADA, {A: seen})


@pytest.mark.parametrize("name", ["team", "team/retail", "Team/Retail", "team/retail/q1"])
def test_a_name_that_a_branch_stands_in_the_way_of_is_refused(make: Maker, name: str) -> None:
    repository = make(TWO)
    branched(repository)

    with pytest.raises(BranchExistsError):
        repository.create_branch(name, repository.head())


@pytest.mark.parametrize("name", ["", "a b", "a..b", "/a", "a/", "a.lock", "a\0b", "@{1}", "a\nb"])
def test_names_that_git_cannot_have_are_refused(make: Maker, name: str) -> None:
    repository = make(TWO)
    with pytest.raises(LakewrightError, match="cannot be the name of a branch"):
        repository.create_branch(name, repository.head())
    assert len(repository.branches()) == 1


def test_a_branch_cannot_begin_with_a_commit_that_is_not_there(make: Maker) -> None:
    with pytest.raises(NotFoundError):
        make(TWO).create_branch("next", NOWHERE)


@pytest.mark.parametrize("name", ["gone", "a b", "", "../main", "main\0"])
def test_a_branch_that_is_not_there_is_not_found_when_it_is_used(make: Maker, name: str) -> None:
    nowhere = make(TWO).on(name)
    with pytest.raises(NotFoundError, match="no branch"):
        nowhere.head()
    with pytest.raises(NotFoundError, match="no branch"):
        nowhere.files()
    with pytest.raises(NotFoundError, match="no branch"):
        save(nowhere, A, b"a: 2\n")


def test_a_deleted_branch_is_gone(make: Maker) -> None:
    repository = make(TWO)
    branch = branched(repository)
    repository.delete_branch("team/retail", branch.head())

    assert [one.name for one in repository.branches()] == ["main"]
    with pytest.raises(NotFoundError):
        branch.head()


def test_a_branch_that_moved_on_is_not_deleted(make: Maker) -> None:
    repository = make(TWO)
    seen = repository.head()
    branch = branched(repository)
    made = save(branch, A, b"a: 2\n")

    with pytest.raises(StaleBranchError):
        repository.delete_branch("team/retail", seen)
    assert branch.head() == made


def test_the_default_branch_is_never_deleted(make: Maker) -> None:
    repository = make(TWO)
    with pytest.raises(LakewrightError, match="default branch"):
        repository.delete_branch("main", repository.head())


def test_a_branch_that_is_not_there_cannot_be_deleted(make: Maker) -> None:
    repository = make(TWO)
    with pytest.raises(NotFoundError):
        repository.delete_branch("gone", repository.head())


def test_a_merge_has_both_branches_as_parents(make: Maker) -> None:
    repository = make(TWO)
    branch = branched(repository)
    theirs = save(branch, B, b"b: 2\n")
    save(repository, A, b"a: 2\n")

    repository.commit({B: b"b: 2\n"}, "Merge team/retail", ADA, {}, merges=theirs)

    compared = repository.compare(repository.head(), theirs)
    assert (compared.start, compared.ahead) == (theirs, 0)
    assert repository.read(A) == b"a: 2\n"
    assert repository.read(B) == b"b: 2\n"


def test_a_merge_that_brings_no_difference_is_a_commit_all_the_same(make: Maker) -> None:
    repository = make(TWO)
    branch = branched(repository)
    theirs = save(branch, B, b"b: 2\n")
    before = save(repository, B, b"b: 2\n")

    made = repository.commit({}, "Merge team/retail", ADA, {}, merges=theirs)

    assert made.id not in (before, theirs)
    assert repository.head() == made.id


def test_a_comparison_counts_both_sides_and_lists_what_the_second_changed(make: Maker) -> None:
    repository = make(TWO)
    start = repository.head()
    branch = branched(repository)
    save(branch, B, b"b: 2\n")
    theirs = save(branch, C, b"c: 1\n")
    ours = save(repository, A, b"a: 2\n")

    compared = repository.compare(ours, theirs)

    assert (compared.start, compared.ahead, compared.behind) == (start, 2, 1)
    assert [change.path for change in compared.changes] == [B, C]
    assert "+b: 2" in compared.changes[0].patch
    assert compared.changes[1].before is None


def test_comparing_with_itself_finds_nothing(make: Maker) -> None:
    repository = make(TWO)
    head = repository.head()
    compared = repository.compare(head, head)
    assert (compared.start, compared.ahead, compared.behind, compared.changes) == (head, 0, 0, ())


def test_a_commit_that_is_not_there_cannot_be_compared(make: Maker) -> None:
    repository = make(TWO)
    with pytest.raises(NotFoundError):
        repository.compare(repository.head(), NOWHERE)


def test_squashing_leaves_one_commit_with_the_same_files(make: Maker) -> None:
    repository = make(TWO)
    start = repository.head()
    branch = branched(repository)
    save(branch, A, b"a: 2\n")
    last = save(branch, B, None)

    made = branch.squash(start, "Retail", ADA, last)

    assert [one.message for one in branch.history().commits[:2]] == ["Retail", "Begin"]
    assert branch.head() == made.id
    assert [file.path for file in branch.files()] == [A]
    assert set(made.versions) == {A, B}


def test_a_branch_that_moved_on_is_not_squashed(make: Maker) -> None:
    repository = make(TWO)
    start = repository.head()
    branch = branched(repository)
    seen = save(branch, A, b"a: 2\n")
    newest = save(branch, A, b"a: 3\n")

    with pytest.raises(StaleBranchError):
        branch.squash(start, "Retail", ADA, seen)
    assert branch.head() == newest


def test_squashing_needs_a_commit_that_the_branch_is_built_on(make: Maker) -> None:
    repository = make(TWO)
    branch = branched(repository)
    last = save(branch, A, b"a: 2\n")
    elsewhere = save(repository, B, b"b: 2\n")

    with pytest.raises(NotFoundError):
        branch.squash(elsewhere, "Retail", ADA, last)


def test_the_history_of_a_branch_holds_what_it_is_built_on(make: Maker) -> None:
    repository = make(TWO)
    save(repository, A, b"a: 2\n")
    branch = branched(repository)
    save(branch, B, b"b: 2\n")

    assert [one.message for one in branch.history().commits] == [
        f"Change {B}",
        f"Change {A}",
        "Begin",
    ]
    assert [one.message for one in repository.history().commits] == [f"Change {A}", "Begin"]


def test_commits_of_other_branches_can_be_read(make: Maker) -> None:
    repository = make(TWO)
    theirs = save(branched(repository), B, b"b: 2\n")
    assert repository.read_at(theirs, B) == b"b: 2\n"


def test_a_repository_begins_without_tags(make: Maker) -> None:
    assert list(make(TWO).tags()) == []
