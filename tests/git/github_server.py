"""A server on this machine that speaks the part of GitHub's REST API that we use.

It keeps real git objects, and answers as docs.github.com/rest says: status codes, error bodies,
ETags, pages by `Link`, limits. It was written from that documentation; it is not GitHub.
"""

import base64
import hashlib
import io
import json
import tarfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pygit2
import uvicorn
from fastapi import FastAPI, Request, Response
from pygit2.enums import DeltaStatus, FileMode, SortMode
from starlette.responses import JSONResponse

from lakewright.git.objects import parent_of

RATE_LIMIT = 5000


@dataclass
class HostedRepository:
    """One repository as the host knows it.

    Attributes:
        protected: Names of branches that take pull requests only.
        truncates_at: So many entries and a recursive listing is cut off; GitHub's is 100,000.
    """

    git: pygit2.Repository
    name: str
    default_branch: str = "main"
    private: bool = True
    protected: set[str] = field(default_factory=set)
    truncates_at: int = 100_000
    pulls: list[dict[str, Any]] = field(default_factory=list)
    reviews: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    checks: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


@dataclass
class Asked:
    """One request that was answered."""

    method: str
    path: str
    status: int


@dataclass
class Host:
    """What the server serves, and how it is made to fail.

    Attributes:
        tokens: Token -> login of its owner.
        faults: Asked before every answer; what it returns is answered instead.
        asked: Every request so far.
    """

    folder: Path
    repositories: dict[str, HostedRepository] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=lambda: {"github_pat_good": "ada"})
    faults: Callable[[Request], Response | None] | None = None
    asked: list[Asked] = field(default_factory=list)
    url: str = ""

    def new(self, name: str, files: Mapping[str, bytes] | None = None) -> HostedRepository:
        """A repository with a first commit, or an empty one for no files."""
        git = pygit2.init_repository(
            str(self.folder / name.replace("/", "__")), bare=True, initial_head="main"
        )
        hosted = self.repositories[name] = HostedRepository(git, name)
        if files is not None:
            self.push(name, files, "Begin")
        return hosted

    def push(
        self,
        name: str,
        files: Mapping[str, bytes | None],
        message: str,
        branch: str = "main",
        *,
        force_from: str | None = None,
    ) -> str:
        """What somebody else's git does: a commit on a branch, or in its place by force."""
        git = self.repositories[name].git
        reference = f"refs/heads/{branch}"
        known = reference in git.references
        head = str(git.references[reference].target) if known else ""
        parent = head if force_from is None else force_from
        index = pygit2.Index()
        if parent:
            index.read_tree(_commit_of(git, parent).tree)
        for path, content in files.items():
            if content is None:
                index.remove(path)
            else:
                index.add(pygit2.IndexEntry(path, git.create_blob(content), FileMode.BLOB))
        who = pygit2.Signature("Ada Lovelace", "ada@example.com", int(time.time()), 0)
        parents = [pygit2.Oid(hex=parent)] if parent else []
        made = git.create_commit(None, who, who, message, index.write_tree(git), parents)
        if known:
            git.references[reference].set_target(made)
        else:
            git.create_reference(reference, made)
        return str(made)


class Refused(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        self.status, self.body = status, {"message": message, **more}


def create_server(host: Host) -> FastAPI:  # noqa: PLR0915 - a route is a statement
    """The API of a host."""
    app = FastAPI(openapi_url=None)
    base = "/repos/{owner}/{repo}"

    def repository(owner: str, repo: str) -> HostedRepository:
        found = host.repositories.get(f"{owner}/{repo}")
        if found is None:
            raise Refused(404, "Not Found")
        return found

    def filled(owner: str, repo: str) -> HostedRepository:
        found = repository(owner, repo)
        if not list(found.git.branches.local):
            raise Refused(409, "Git Repository is empty.")
        return found

    @app.exception_handler(Refused)
    def refused(_: Request, error: Refused) -> Response:
        return JSONResponse(
            {**error.body, "documentation_url": "https://docs.github.com/rest"}, error.status
        )

    @app.middleware("http")
    async def around(request: Request, answer: Any) -> Response:
        path = request.url.path
        made: Response | None = host.faults(request) if host.faults is not None else None
        if made is None:
            made = _unauthorised(host, request) or await answer(request)
        body = (
            b"".join([chunk async for chunk in made.body_iterator])
            if hasattr(made, "body_iterator")
            else made.body
        )
        headers = {key: value for key, value in made.headers.items() if key != "content-length"}
        headers.update(
            {
                "X-RateLimit-Limit": str(RATE_LIMIT),
                "X-RateLimit-Remaining": headers.get("x-ratelimit-remaining", "4999"),
                "X-GitHub-Request-Id": "0001",
            }
        )
        status = made.status_code
        if request.method == "GET" and status == 200:
            etag = f'W/"{hashlib.sha256(body).hexdigest()}"'
            headers["ETag"] = etag
            if request.headers.get("If-None-Match") == etag:
                status, body = 304, b""
        host.asked.append(Asked(request.method, path, status))
        return Response(body, status, headers)

    def paged(request: Request, entries: list[Any]) -> JSONResponse:
        size = min(int(request.query_params.get("per_page", "30")), 100)
        page = int(request.query_params.get("page", "1"))
        shown = entries[(page - 1) * size : page * size]
        headers = {}
        if page * size < len(entries):
            following = request.url.include_query_params(page=page + 1)
            last = request.url.include_query_params(page=-(-len(entries) // size))
            headers["Link"] = f'<{following}>; rel="next", <{last}>; rel="last"'
        return JSONResponse(shown, headers=headers)

    @app.get("/user")
    def user(request: Request) -> Response:
        login = host.tokens[_token(request)]
        return JSONResponse(
            {"login": login, "id": 7, "name": login.title()},
            headers={"X-OAuth-Scopes": "repo"},
        )

    @app.get("/user/repos")
    def repositories(request: Request) -> Response:
        return paged(request, [_told(one) for one in host.repositories.values()])

    @app.get(base)
    def one(owner: str, repo: str) -> Any:
        return _told(repository(owner, repo))

    # Git data

    @app.get(base + "/git/ref/{ref:path}")
    def get_reference(owner: str, repo: str, ref: str) -> Any:
        git = filled(owner, repo).git
        return _reference(git, f"refs/{ref}")

    @app.post(base + "/git/refs", status_code=201)
    async def create_reference(owner: str, repo: str, request: Request) -> Any:
        git, body = filled(owner, repo).git, await request.json()
        if body["ref"] in git.references:
            raise Refused(422, "Reference already exists")
        try:
            git.create_reference(body["ref"], pygit2.Oid(hex=body["sha"]))
        except (pygit2.GitError, ValueError, KeyError) as error:
            raise Refused(422, "Reference update failed") from error
        return _reference(git, body["ref"])

    @app.patch(base + "/git/refs/{ref:path}")
    async def move_reference(owner: str, repo: str, ref: str, request: Request) -> Any:
        found, body = filled(owner, repo), await request.json()
        name, git = f"refs/{ref}", found.git
        if name not in git.references:
            raise Refused(422, "Reference does not exist")
        if ref.removeprefix("heads/") in found.protected:
            raise Refused(
                422,
                "Repository rule violations found",
                errors=["Changes must be made through a pull request."],
            )
        with _moving:
            now = git.references[name].target
            wanted = pygit2.Oid(hex=body["sha"])
            if not body.get("force") and now != wanted and not git.descendant_of(wanted, now):
                raise Refused(422, "Update is not a fast forward")
            git.references[name].set_target(wanted)
        return _reference(git, name)

    @app.delete(base + "/git/refs/{ref:path}", status_code=204)
    def delete_reference(owner: str, repo: str, ref: str) -> Response:
        git = filled(owner, repo).git
        if f"refs/{ref}" not in git.references:
            raise Refused(422, "Reference does not exist")
        git.references.delete(f"refs/{ref}")
        return Response(status_code=204)

    @app.get(base + "/git/commits/{sha}")
    def get_commit(owner: str, repo: str, sha: str) -> Any:
        return _git_commit(_commit_of(filled(owner, repo).git, sha, status=404))

    @app.post(base + "/git/commits", status_code=201)
    async def create_commit(owner: str, repo: str, request: Request) -> Any:
        git, body = filled(owner, repo).git, await request.json()
        told = body.get("author") or {"name": "token", "email": "token@example.com"}
        at = told.get("date") or datetime.now(UTC).isoformat()
        seconds = int(datetime.fromisoformat(at).timestamp())
        author = pygit2.Signature(told["name"], told["email"], seconds, 0)
        parents = [pygit2.Oid(hex=parent) for parent in body["parents"]]
        made = git.create_commit(
            None, author, author, body["message"], pygit2.Oid(hex=body["tree"]), parents
        )
        return _git_commit(_commit_of(git, str(made)))

    @app.get(base + "/git/trees/{sha}")
    def get_tree(owner: str, repo: str, sha: str, recursive: str = "") -> Any:
        found = filled(owner, repo)
        tree = found.git.get(sha)
        if isinstance(tree, pygit2.Commit):
            tree = tree.tree
        if not isinstance(tree, pygit2.Tree):
            raise Refused(404, "Not Found")
        entries = list(_entries(found.git, tree, "", bool(recursive)))
        return {
            "sha": str(tree.id),
            "tree": entries[: found.truncates_at],
            "truncated": len(entries) > found.truncates_at,
        }

    @app.post(base + "/git/trees", status_code=201)
    async def create_tree(owner: str, repo: str, request: Request) -> Any:
        git, body = filled(owner, repo).git, await request.json()
        index = pygit2.Index()
        if body.get("base_tree"):
            index.read_tree(_tree_of(git, body["base_tree"]))
        for entry in body["tree"]:
            if entry.get("sha", "") is None:
                try:
                    index.remove(entry["path"])
                except OSError as error:
                    raise Refused(422, "GitRPC::BadObjectState") from error
                continue
            blob = (
                git.create_blob(entry["content"].encode())
                if "content" in entry
                else pygit2.Oid(hex=entry["sha"])
            )
            index.add(pygit2.IndexEntry(entry["path"], blob, FileMode(int(entry["mode"], 8))))
        return {"sha": str(index.write_tree(git)), "truncated": False}

    @app.get(base + "/git/blobs/{sha}")
    def get_blob(owner: str, repo: str, sha: str) -> Any:
        blob = filled(owner, repo).git.get(sha)
        if not isinstance(blob, pygit2.Blob):
            raise Refused(404, "Not Found")
        content = base64.encodebytes(blob.data).decode()
        return {"sha": sha, "size": blob.size, "encoding": "base64", "content": content}

    @app.post(base + "/git/blobs", status_code=201)
    async def create_blob(owner: str, repo: str, request: Request) -> Any:
        git, body = filled(owner, repo).git, await request.json()
        content = (
            base64.b64decode(body["content"])
            if body.get("encoding") == "base64"
            else body["content"].encode()
        )
        return {"sha": str(git.create_blob(content))}

    @app.put(base + "/contents/{path:path}", status_code=201)
    async def put_contents(owner: str, repo: str, path: str, request: Request) -> Any:
        found, body = repository(owner, repo), await request.json()
        if list(found.git.branches.local) and not body.get("sha"):
            raise Refused(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
        made = host.push(found.name, {path: base64.b64decode(body["content"])}, body["message"])
        return {"commit": {"sha": made}}

    @app.get(base + "/tarball/{ref}")
    def tarball(owner: str, repo: str, ref: str) -> Response:
        where = f"{host.url}/_archives/{owner}/{repo}/{ref}?token=once"
        return Response(status_code=302, headers={"Location": where})

    @app.get("/_archives/{owner}/{repo}/{ref}")
    def archive(owner: str, repo: str, ref: str) -> Response:
        git = filled(owner, repo).git
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for entry in _entries(git, _commit_of(git, ref).tree, "", True):
                if entry["type"] == "blob":
                    member = tarfile.TarInfo(f"{owner}-{repo}-{ref[:7]}/{entry['path']}")
                    member.size = entry["size"]
                    tar.addfile(member, io.BytesIO(_blob_of(git, entry["sha"]).data))
        return Response(packed.getvalue(), media_type="application/x-gzip")

    # Branches, commits, comparisons

    @app.get(base + "/branches")
    def branches(owner: str, repo: str, request: Request) -> Response:
        found = repository(owner, repo)
        return paged(
            request,
            [
                {
                    "name": name,
                    "commit": {"sha": str(found.git.branches.local[name].target)},
                    "protected": name in found.protected,
                }
                for name in sorted(found.git.branches.local)
            ],
        )

    @app.get(base + "/tags")
    def tags(owner: str, repo: str, request: Request) -> Response:
        git = repository(owner, repo).git
        return paged(
            request,
            [
                {"name": one.shorthand, "commit": {"sha": str(one.peel().id)}}
                for one in git.references.iterator()
                if one.name.startswith("refs/tags/")
            ],
        )

    @app.get(base + "/commits")
    def commits(owner: str, repo: str, request: Request) -> Response:
        git = filled(owner, repo).git
        query = request.query_params
        start = _commit_of(git, query.get("sha", ""), status=404)
        path = query.get("path", "")
        walked = git.walk(start.id, SortMode.TOPOLOGICAL | SortMode.TIME)
        return paged(
            request, [_commit_told(one) for one in walked if not path or _touches(one, path)]
        )

    @app.get(base + "/commits/{sha}")
    def commit(owner: str, repo: str, sha: str, request: Request) -> Response:
        found = _commit_of(filled(owner, repo).git, sha, status=422)
        files = _files(found)
        size = min(int(request.query_params.get("per_page", "30")), 300)
        page = int(request.query_params.get("page", "1"))
        return JSONResponse(
            {**_commit_told(found), "files": files[(page - 1) * size : page * size]}
        )

    @app.get(base + "/compare/{basehead:path}")
    def compare(owner: str, repo: str, basehead: str) -> Any:
        git = filled(owner, repo).git
        first, _, second = basehead.partition("...")
        old, new = (_commit_of(git, one, status=404) for one in (first, second))
        start = git.merge_base(old.id, new.id)
        if start is None:
            raise Refused(404, "No common ancestor between them.")
        behind, ahead = git.ahead_behind(old.id, new.id)
        status = (
            "diverged"
            if ahead and behind
            else "ahead"
            if ahead
            else "behind"
            if behind
            else "identical"
        )
        return {
            "status": status,
            "ahead_by": ahead,
            "behind_by": behind,
            "merge_base_commit": {"sha": str(start)},
        }

    # Pull requests

    def pull_told(found: HostedRepository, pull: Mapping[str, Any]) -> dict[str, Any]:
        name = f"refs/heads/{pull['head']}"
        if name in found.git.references:
            sha = str(found.git.references[name].target)
        else:
            sha = pull["sha"]
        return {
            **pull,
            "head": {"ref": pull["head"], "sha": sha},
            "base": {"ref": pull["base"]},
            "html_url": f"https://github.com/{found.name}/pull/{pull['number']}",
        }

    def pull_of(owner: str, repo: str, number: int) -> tuple[HostedRepository, dict[str, Any]]:
        found = repository(owner, repo)
        if not 0 < number <= len(found.pulls):
            raise Refused(404, "Not Found")
        return found, found.pulls[number - 1]

    @app.get(base + "/pulls")
    def pulls(owner: str, repo: str, request: Request) -> Response:
        found, query = repository(owner, repo), request.query_params
        state, head, into = (query.get(key, "") for key in ("state", "head", "base"))
        return paged(
            request,
            [
                pull_told(found, one)
                for one in reversed(found.pulls)
                if (state or "open") in ("all", one["state"])
                and (not head or head == f"{owner}:{one['head']}")
                and (not into or into == one["base"])
            ],
        )

    @app.post(base + "/pulls", status_code=201)
    async def open_pull(owner: str, repo: str, request: Request) -> Any:
        found, body = filled(owner, repo), await request.json()
        git = found.git
        for key in ("head", "base"):
            if f"refs/heads/{body[key]}" not in git.references:
                raise Refused(
                    422,
                    "Validation Failed",
                    errors=[{"resource": "PullRequest", "field": key, "code": "invalid"}],
                )
        for one in found.pulls:
            same = (one["head"], one["base"]) == (body["head"], body["base"])
            if same and one["state"] == "open":
                said = f"A pull request already exists for {owner}:{body['head']}."
                raise Refused(422, "Validation Failed", errors=[{"message": said}])
        head, into = (git.references[f"refs/heads/{body[k]}"].target for k in ("head", "base"))
        if git.ahead_behind(into, head)[1] == 0:
            said = f"No commits between {body['base']} and {body['head']}"
            raise Refused(422, "Validation Failed", errors=[{"message": said}])
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        pull = {
            "number": len(found.pulls) + 1,
            "title": body["title"],
            "body": body.get("body") or "",
            "state": "open",
            "draft": bool(body.get("draft")),
            "merged_at": None,
            "mergeable": None,
            "head": body["head"],
            "base": body["base"],
            "sha": str(head),
            "user": {"login": host.tokens[_token(request)]},
            "created_at": now,
            "updated_at": now,
        }
        found.pulls.append(pull)
        return pull_told(found, pull)

    @app.get(base + "/pulls/{number}")
    def pull(owner: str, repo: str, number: int) -> Any:
        return pull_told(*pull_of(owner, repo, number))

    @app.patch(base + "/pulls/{number}")
    async def change_pull(owner: str, repo: str, number: int, request: Request) -> Any:
        found, pull = pull_of(owner, repo, number)
        pull.update(await request.json())
        return pull_told(found, pull)

    @app.get(base + "/pulls/{number}/reviews")
    def reviews(owner: str, repo: str, number: int, request: Request) -> Response:
        found, _ = pull_of(owner, repo, number)
        return paged(request, found.reviews.get(number, []))

    @app.get(base + "/commits/{sha}/check-runs")
    def check_runs(owner: str, repo: str, sha: str) -> Any:
        runs = repository(owner, repo).checks.get(sha, [])
        return {"total_count": len(runs), "check_runs": runs}

    @app.get(base + "/commits/{sha}/status")
    def status(owner: str, repo: str, sha: str) -> Any:
        return {"state": "pending", "statuses": []}

    return app


_moving = threading.Lock()


@contextmanager
def serving(host: Host) -> Iterator[Host]:
    """The server on a free port of this machine, for as long as the block runs."""
    config = uvicorn.Config(create_server(host), host="127.0.0.1", port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    host.url = f"http://127.0.0.1:{port}"
    try:
        yield host
    finally:
        server.should_exit = True
        thread.join(10)


def _token(request: Request) -> str:
    return request.headers.get("Authorization", "").rpartition(" ")[2]


def _unauthorised(host: Host, request: Request) -> Response | None:
    if request.url.path.startswith("/_archives/"):
        # Nobody who follows the redirect may show the token to the other host.
        leaked = "Authorization" in request.headers
        return JSONResponse({"message": "leaked"}, 400) if leaked else None
    if _token(request) in host.tokens:
        return None
    return JSONResponse({"message": "Bad credentials", "status": "401"}, 401)


def _told(found: HostedRepository) -> dict[str, Any]:
    return {
        "full_name": found.name,
        "default_branch": found.default_branch,
        "private": found.private,
        "archived": False,
        "permissions": {"admin": False, "push": True, "pull": True},
        "html_url": f"https://github.com/{found.name}",
    }


def _reference(git: pygit2.Repository, name: str) -> dict[str, Any]:
    try:
        target = git.references[name].target
    except (KeyError, ValueError, pygit2.GitError) as error:
        raise Refused(404, "Not Found") from error
    return {"ref": name, "object": {"type": "commit", "sha": str(target)}}


def _commit_of(git: pygit2.Repository, sha: str, status: int = 404) -> pygit2.Commit:
    found = git.get(sha) if len(sha) == 40 else None
    if not isinstance(found, pygit2.Commit):
        raise Refused(status, f"No commit found for SHA: {sha}")
    return found


def _tree_of(git: pygit2.Repository, sha: str) -> pygit2.Tree:
    found = git.get(sha)
    if isinstance(found, pygit2.Commit):
        found = found.tree
    if not isinstance(found, pygit2.Tree):
        raise Refused(422, "Tree SHA does not exist")
    return found


def _blob_of(git: pygit2.Repository, sha: str) -> pygit2.Blob:
    found = git[sha]
    assert isinstance(found, pygit2.Blob)
    return found


def _entries(
    git: pygit2.Repository, tree: pygit2.Tree, where: str, recursive: bool
) -> Iterator[dict[str, Any]]:
    for entry in tree:
        path = f"{where}{entry.name}"
        told: dict[str, Any] = {
            "path": path,
            "mode": f"{int(entry.filemode):06o}",
            "type": entry.type_str,
            "sha": str(entry.id),
        }
        if isinstance(entry, pygit2.Blob):
            told["size"] = entry.size
        yield told
        if recursive and isinstance(entry, pygit2.Tree):
            yield from _entries(git, entry, f"{path}/", True)


def _who(signature: pygit2.Signature) -> dict[str, str]:
    at = datetime.fromtimestamp(signature.time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"name": signature.name, "email": signature.email, "date": at}


def _git_commit(commit: pygit2.Commit) -> dict[str, Any]:
    return {
        "sha": str(commit.id),
        "message": commit.message,
        "tree": {"sha": str(commit.tree_id)},
        "parents": [{"sha": str(one)} for one in commit.parent_ids],
        "author": _who(commit.author),
        "committer": _who(commit.committer),
    }


def _commit_told(commit: pygit2.Commit) -> dict[str, Any]:
    told = _git_commit(commit)
    return {
        "sha": told["sha"],
        "parents": told["parents"],
        "html_url": f"https://github.com/commit/{told['sha']}",
        "commit": {key: told[key] for key in ("message", "tree", "author", "committer")},
    }


def _files(commit: pygit2.Commit) -> list[dict[str, Any]]:
    parent = parent_of(commit)
    difference = (
        commit.tree.diff_to_tree(swap=True)
        if parent is None
        else parent.tree.diff_to_tree(commit.tree)
    )
    difference.find_similar()
    words = {
        DeltaStatus.ADDED: "added",
        DeltaStatus.DELETED: "removed",
        DeltaStatus.RENAMED: "renamed",
    }
    found = []
    for delta in difference.deltas:
        gone = delta.status is DeltaStatus.DELETED
        told = {
            "filename": delta.new_file.path,
            "status": words.get(delta.status, "modified"),
            "sha": str((delta.old_file if gone else delta.new_file).id),
        }
        if delta.status is DeltaStatus.RENAMED:
            told["previous_filename"] = delta.old_file.path
        found.append(told)
    return found


def _touches(commit: pygit2.Commit, path: str) -> bool:
    def at(one: pygit2.Commit | None) -> str:
        try:
            return str(one.tree[path].id) if one is not None else ""
        except KeyError:
            return ""

    parents: list[pygit2.Commit | None] = [*commit.parents] or [None]
    return all(at(commit) != at(parent) for parent in parents)


def refusing(status: int, body: Mapping[str, Any], **headers: str) -> Response:
    """A refusal to answer with, for `Host.faults`."""
    return Response(json.dumps(body), status, {"Content-Type": "application/json", **headers})
