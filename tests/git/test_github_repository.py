"""What only a repository on GitHub has to bear."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request, Response

from lakewright.errors import LakewrightError, NotFoundError
from lakewright.git.github.client import (
    GithubClient,
    GithubLimitError,
    GithubRefusedError,
    GithubTokenError,
    GithubUnreachableError,
)
from lakewright.git.github.repository import (
    EmptyRepositoryError,
    GithubRepository,
    begin_repository,
)
from lakewright.ports import MAXIMUM_FILE_BYTES, ProtectedBranchError
from tests.git.conftest import ADA, TOKEN, connected
from tests.git.github_server import Host, refusing

A, B = "metadata/models/a.yaml", "metadata/models/b.yaml"
TWO = {A: b"a: 1\n", B: b"b: 1\n", "README.md": b"# Ours\n"}
_numbers = count()


class Tried:
    """A repository of the host, and what the host was asked about it."""

    def __init__(self, host: Host, folder: Path, files: dict[str, bytes] | None) -> None:
        self.host, self.folder = host, folder
        self.name = f"acme/only-{next(_numbers)}"
        self.hosted = host.new(self.name, files)
        self.repository = self.anew()

    def anew(self, branch: str = "main", **more: Any) -> GithubRepository:
        return connected(self.host, self.name, self.folder, branch, **more)

    def asked(self) -> list[tuple[str, str, int]]:
        """Method, path below the repository, status; forgotten by being told."""
        base = f"/repos/{self.name}"
        found = [
            (one.method, one.path.removeprefix(base), one.status)
            for one in self.host.asked
            if one.path.startswith(base)
        ]
        self.host.asked.clear()
        return found


@pytest.fixture
def tried(github: Host, tmp_path: Path) -> Iterator[Tried]:
    yield Tried(github, tmp_path / "mirror", TWO)
    github.faults = None


def save(repository: GithubRepository, path: str, content: bytes | None) -> str:
    return repository.commit({path: content}, "Save", ADA, {}).id


# Few requests


def test_a_head_that_did_not_move_costs_a_conditional_request(tried: Tried) -> None:
    tried.repository.head()
    tried.repository.forget_heads()
    tried.asked()

    tried.repository.head()

    assert tried.asked() == [("GET", "/git/ref/heads/main", 304)]


def test_a_request_that_looks_at_the_head_again_and_again_asks_once(
    tried: Tried,
) -> None:
    repository = tried.anew(clock=lambda: 100.0)
    repository.files()
    tried.asked()

    for _ in range(5):
        repository.files()
        repository.read(A)

    assert tried.asked() == []


def test_what_is_here_already_is_not_asked_for_after_a_restart(tried: Tried) -> None:
    tried.repository.files()
    tried.repository.read(A)
    tried.asked()

    again = tried.anew()
    assert again.read(A) == TWO[A]
    assert len(again.files()) == 2

    assert not [one for one in tried.asked() if "/trees/" in one[1] or "/blobs/" in one[1]]


def test_a_commit_is_one_tree_one_commit_and_one_move(tried: Tried) -> None:
    tried.repository.files()
    tried.asked()

    tried.repository.commit({A: b"a: 2\n", B: None, f"{B}x.yaml": b"c: 1\n"}, "Save", ADA, {})

    assert [one for one in tried.asked() if one[0] != "GET"] == [
        ("POST", "/git/trees", 201),
        ("POST", "/git/commits", 201),
        ("PATCH", "/git/refs/heads/main", 200),
    ]


def test_many_files_come_as_one_archive(github: Host, tmp_path: Path) -> None:
    files = {f"metadata/models/m{number}.yaml": b"id: %d\n" % number for number in range(500)}
    tried = Tried(github, tmp_path / "mirror", files)
    tried.asked()

    then = tried.repository.at(tried.repository.head())
    assert {file.path: then.read(file.path) for file in then.files()} == files

    assert [path.rpartition("/")[0] for _, path, _ in tried.asked()] == [
        "/git/ref/heads",
        "/git/commits",
        "/git/trees",
        "/tarball",
    ]


def test_of_a_push_only_what_is_new_comes(tried: Tried) -> None:
    tried.repository.files()
    tried.host.push(tried.name, {A: b"a: 2\n"}, "Theirs")
    tried.repository.forget_heads()
    tried.asked()

    assert tried.repository.read(A) == b"a: 2\n"

    assert len([one for one in tried.asked() if "/blobs/" in one[1]]) == 1


def test_a_listing_that_is_cut_off_is_walked_folder_by_folder(tried: Tried) -> None:
    tried.hosted.truncates_at = 2
    assert [file.path for file in tried.repository.files()] == [A, B]


# What others do to the repository


def test_a_push_is_seen_when_a_webhook_tells_of_it(tried: Tried) -> None:
    before = tried.repository.head()
    theirs = tried.host.push(tried.name, {A: b"a: 2\n"}, "Theirs")

    tried.repository.forget_heads()

    assert tried.repository.head() == theirs != before
    assert tried.repository.history().commits[0].author.email == "ada@example.com"


def test_a_force_push_leaves_what_was_pushed_and_our_next_commit_on_it(tried: Tried) -> None:
    began = tried.repository.head()
    lost = save(tried.repository, A, b"a: 2\n")
    theirs = tried.host.push(tried.name, {B: b"b: 9\n"}, "Forced", force_from=began)

    made = tried.repository.commit({A: b"a: 3\n"}, "Save", ADA, {})

    assert tried.repository.read(B) == b"b: 9\n"
    assert tried.repository.compare(theirs, made.id).ahead == 1
    assert tried.repository.read_at(lost, A) == b"a: 2\n"


def test_a_branch_that_was_deleted_on_the_host_is_not_found(tried: Tried) -> None:
    tried.repository.create_branch("next", tried.repository.head())
    branch = tried.anew("next")
    branch.head()
    tried.hosted.git.references.delete("refs/heads/next")
    branch.forget_heads()

    with pytest.raises(NotFoundError, match="no branch 'next'"):
        branch.files()
    with pytest.raises(NotFoundError, match="no branch 'next'"):
        save(branch, A, b"a: 2\n")


def test_a_repository_that_is_not_there_says_so(tried: Tried, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="does not show it"):
        connected(tried.host, "acme/nowhere", tmp_path / "nowhere").head()


def test_a_renamed_file_is_one_that_went_and_one_that_came(tried: Tried) -> None:
    tried.host.push(tried.name, {A: None, f"{A}.yaml": TWO[A]}, "Rename")
    tried.repository.forget_heads()

    [made, *_] = tried.repository.history().commits

    assert set(made.versions) == {A, f"{A}.yaml"}
    assert made.versions[A] is None


def test_a_protected_branch_takes_no_commit(tried: Tried) -> None:
    tried.hosted.protected.add("main")
    head = tried.repository.head()

    with pytest.raises(ProtectedBranchError, match="pull request only"):
        save(tried.repository, A, b"a: 2\n")

    assert [one.protected for one in tried.repository.branches()] == [True]
    assert tried.anew().head() == head


def test_a_repository_without_metadata_lists_none(github: Host, tmp_path: Path) -> None:
    tried = Tried(github, tmp_path / "mirror", {"README.md": b"# Ours\n"})
    assert list(tried.repository.files()) == []
    assert tried.repository.read("README.md") == b"# Ours\n"
    save(tried.repository, A, b"a: 1\n")
    assert [file.path for file in tried.repository.files()] == [A]


def test_an_empty_repository_says_so_and_can_be_begun(github: Host, tmp_path: Path) -> None:
    tried = Tried(github, tmp_path / "mirror", None)
    with pytest.raises(EmptyRepositoryError, match="is empty"):
        tried.repository.files()

    client = _client(tried.host, TOKEN)
    begin_repository(client, tried.name, {"README.md": b"# Ours\n"}, ADA, "Begin")

    assert save(tried.repository, A, b"a: 1\n") == tried.repository.head()


def test_a_file_over_the_limit_is_listed_but_not_read(github: Host, tmp_path: Path) -> None:
    tried = Tried(github, tmp_path / "mirror", {A: b"#" * (MAXIMUM_FILE_BYTES + 1), B: b"b: 1\n"})
    assert [file.path for file in tried.repository.files()] == [A, B]
    with pytest.raises(LakewrightError, match="limit"):
        tried.repository.read(A)
    assert tried.repository.read(B) == b"b: 1\n"


# What the host refuses


def _client(host: Host, token: str) -> GithubClient:
    from github.Auth import Token

    return GithubClient(lambda: Token(token), host.url)


def test_a_token_that_was_revoked_says_how_to_go_on(tried: Tried) -> None:
    with pytest.raises(GithubTokenError, match="Connect to GitHub again"):
        _client(tried.host, "github_pat_old").get(f"/repos/{tried.name}")


@pytest.mark.parametrize(
    ("status", "body", "headers", "told"),
    [
        (
            403,
            {"message": "API rate limit exceeded for user ID 7."},
            {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "4102444800"},
            (GithubLimitError, "after 00:00 UTC"),
        ),
        (
            403,
            {"message": "You have exceeded a secondary rate limit."},
            {"Retry-After": "60"},
            (GithubLimitError, "fewer requests"),
        ),
        (429, {"message": "Too many"}, {"Retry-After": "90"}, (GithubLimitError, "fewer requests")),
        (
            403,
            {"message": "Resource not accessible by personal access token"},
            {"X-Accepted-GitHub-Permissions": "contents=write"},
            (GithubRefusedError, "contents=write"),
        ),
        (
            403,
            {"message": "Resource protected by organization SAML enforcement."},
            {"X-GitHub-SSO": "required"},
            (GithubRefusedError, "single sign-on"),
        ),
        (502, {"message": "Server Error"}, {}, (GithubUnreachableError, "error of its own")),
    ],
)
def test_a_refusal_is_told_in_words(
    tried: Tried,
    status: int,
    body: dict[str, str],
    headers: dict[str, str],
    told: tuple[type[Exception], str],
) -> None:
    error, words = told
    tried.host.faults = lambda _: refusing(status, body, **headers)
    with pytest.raises(error, match=words):
        tried.anew().head()


def test_a_fault_of_the_moment_is_tried_again(tried: Tried) -> None:
    answers = [refusing(502, {"message": "Bad gateway"})]
    tried.host.faults = lambda _: answers.pop() if answers else None

    assert tried.anew().read(A) == TWO[A]


def test_a_host_that_does_not_answer_is_unreachable(tmp_path: Path) -> None:
    from github.Auth import Token

    nobody = GithubClient(lambda: Token(TOKEN), "http://127.0.0.1:9")
    with pytest.raises(GithubUnreachableError, match="does not answer"):
        GithubRepository(nobody, "acme/x", "main", tmp_path / "x").head()


def test_a_move_whose_answer_got_lost_is_found_again(tried: Tried) -> None:
    lost: list[str] = []

    def lose(request: Request) -> Response | None:
        if request.method == "PATCH" and len(lost) < 1:
            lost.append(request.url.path)
            return None
        return refusing(500, {"message": "gone"}) if request.method == "PATCH" else None

    tried.host.faults = lose
    before = tried.repository.head()
    made = save(tried.repository, A, b"a: 2\n")
    assert tried.repository.head() == made != before


@pytest.mark.parametrize("answer", ["", "<html>proxy</html>", "[]", "null", '{"object": {}}'])
def test_an_answer_that_is_not_githubs_is_no_crash(tried: Tried, answer: str) -> None:
    tried.host.faults = lambda _: Response(answer, 200)
    with pytest.raises(LakewrightError):
        tried.anew().head()
