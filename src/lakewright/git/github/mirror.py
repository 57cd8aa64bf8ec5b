"""Which of GitHub's objects are on this machine, and how do the others come here?

Blobs and trees have their content as their name, so a copy is never stale, and what git made of
them on GitHub is made of them here. Losing the folder costs time only.
"""

import io
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakewright.git.github.client import GithubClient, GithubUnreachableError, understood
from lakewright.git.library import prepare
from lakewright.git.object_store import ObjectStore, refusing
from lakewright.git.objects import FILE_MODES, is_metadata

if TYPE_CHECKING:
    import pygit2

# More missing files than this come as one archive instead of one request each.
MANY_FILES = 40
AT_ONCE = 8
_TREE_MODE = 0o040000


class Mirror:
    """The objects of one repository on GitHub, as far as anybody asked for them."""

    def __init__(self, folder: Path, client: GithubClient, repository: str) -> None:
        """
        Args:
            folder: Of a bare repository that this mirror makes and fills.
            repository: `owner/name`.
        """
        self.store = ObjectStore(folder)
        self._client = client
        self._git = f"/repos/{repository}/git"
        self._repository = repository
        self._complete: set[str] = set()

    def prepare(self) -> None:
        """Make the folder when it is not there."""
        if not (self.store.folder / "HEAD").is_file():
            import pygit2

            prepare()
            with refusing(self.store.folder):
                pygit2.init_repository(str(self.store.folder), bare=True, mode=0o700)

    def tree(self, tree: str, commit: str) -> "pygit2.Oid":
        """A tree with everything below it, and the content of every metadata file in it.

        Args:
            commit: One that has this tree, in case so much is missing that it comes as an archive.
        """
        import pygit2

        oid = pygit2.Oid(hex=tree)
        if tree in self._complete:
            return oid
        with refusing(self.store.folder):
            self._fetch_trees(tree)
            missing = sorted(self._missing_files(oid))
        if len(missing) > MANY_FILES:
            self._fetch_archive(commit)
            missing = [blob for blob in missing if pygit2.Oid(hex=blob) not in self._objects]
        self.blobs(missing)
        self._complete.add(tree)
        return oid

    def blobs(self, blobs: Iterable[str]) -> None:
        """The content of these, when it is not here yet."""
        import pygit2

        missing = [blob for blob in blobs if pygit2.Oid(hex=blob) not in self._objects]
        if not missing:
            return
        with ThreadPoolExecutor(min(AT_ONCE, len(missing))) as threads:
            contents = threads.map(
                lambda blob: self._client.blob(f"{self._git}/blobs/{blob}"), missing
            )
            for blob, content in zip(missing, contents, strict=True):
                self.keep(content, blob)

    def keep(self, content: bytes, version: str = "") -> str:
        """Keep a content, and say its version.

        Raises:
            GithubUnreachableError: It is not the content of that version.
        """
        with refusing(self.store.folder):
            made = str(self._objects.create_blob(content))
        if version and made != version:
            raise GithubUnreachableError(
                "GitHub's answer was cut off on its way.", "Try again in a moment.", version
            )
        return made

    @property
    def _objects(self) -> "pygit2.Repository":
        return self.store.opened()

    def _fetch_trees(self, tree: str) -> None:
        """Everything below a tree: at once when nothing is known, else only what is new."""
        import pygit2

        if pygit2.Oid(hex=tree) in self._objects:
            return
        first = not any(True for _ in self._objects.odb)
        got = self._client.get(f"{self._git}/trees/{tree}", {"recursive": "1"} if first else {})
        with understood():
            entries: list[Mapping[str, Any]] = got.value["tree"]
            if first and not got.value.get("truncated"):
                self._keep_all(tree, entries)
                return
        if first:
            got = self._client.get(f"{self._git}/trees/{tree}")
        with understood():
            listed = [(e["path"], int(e["mode"], 8), str(e["sha"])) for e in got.value["tree"]]
        for _, mode, below in listed:
            if mode == _TREE_MODE:
                self._fetch_trees(below)
        # Last, so that a tree is never here without what is below it.
        self._keep_tree(tree, listed)

    def _keep_all(self, tree: str, entries: Sequence[Mapping[str, Any]]) -> None:
        """Every tree of a listing of everything, from the deepest up."""
        below: dict[str, list[tuple[str, int, str]]] = {"": []}
        ids = {"": tree}
        for entry in entries:
            folder, _, name = entry["path"].rpartition("/")
            below.setdefault(folder, []).append((name, int(entry["mode"], 8), entry["sha"]))
            if entry["type"] == "tree":
                ids[entry["path"]] = entry["sha"]
                below.setdefault(entry["path"], [])
        for folder in sorted(below, key=lambda path: path.count("/") + bool(path), reverse=True):
            self._keep_tree(ids[folder], below[folder])

    def _keep_tree(self, tree: str, entries: Sequence[tuple[str, int, str]]) -> None:
        """Source: git's format of a tree: mode, name, NUL, id; folders sort with a slash."""
        from pygit2.enums import ObjectType

        def order(entry: tuple[str, int, str]) -> bytes:
            return entry[0].encode() + (b"/" if entry[1] == _TREE_MODE else b"")

        raw = b"".join(
            f"{mode:o} {name}".encode() + b"\0" + bytes.fromhex(sha)
            for name, mode, sha in sorted(entries, key=order)
        )
        made = str(self._objects.odb.write(ObjectType.TREE, raw))
        if made != tree:
            raise GithubUnreachableError(
                "GitHub's answer was cut off on its way.", "Try again in a moment.", tree
            )

    def _missing_files(self, tree: "pygit2.Oid") -> set[str]:
        """Versions of the metadata files of a tree whose content is not here."""
        found: Any = self._objects[tree]
        return {
            str(delta.new_file.id)
            for delta in found.diff_to_tree(swap=True).deltas
            if delta.new_file.mode in FILE_MODES
            and is_metadata(delta.new_file.path)
            and delta.new_file.id not in self._objects
        }

    def _fetch_archive(self, commit: str) -> None:
        """The files of a commit in one piece. What git left out or changed in it comes singly."""
        packed = self._client.archive(f"/repos/{self._repository}/tarball/{commit}")
        with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isfile() else None
                if content is not None and is_metadata(member.name.partition("/")[2]):
                    self.keep(content.read())
