"""How does a repository on disk stay small, and free of what killed processes left?"""

import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pygit2

# Git's own rule of thumb (`gc.auto`): ids are spread evenly over 256 folders, so one of them
# stands for all.
_SAMPLE_FOLDER = "17"
_MANY_IN_SAMPLE = 16


def leftovers_removed(folder: Path, older_than_seconds: float = 0) -> list[str]:
    """Delete the locks and half-written objects of dead processes; says which.

    Only for the holder of the writer lock: then a lock of git's belongs to a dead process of
    ours, or to somebody's git when it is young.
    """
    removed: list[str] = []
    leftovers = [
        *(folder / "refs" / "heads").rglob("*.lock"),
        folder / "packed-refs.lock",
        folder / "HEAD.lock",
        *(folder / "objects").glob("tmp_object_git2_*"),
        *(folder / "objects" / "pack").glob("pack_git2_*"),
    ]
    newest = time.time() - older_than_seconds
    for path in leftovers:
        try:
            if path.stat().st_mtime <= newest:
                path.unlink()
                removed.append(path.name)
        except FileNotFoundError:
            continue
    return removed


def packed_when_many(repository: "pygit2.Repository", folder: Path) -> bool:
    """Put everything into one pack when thousands of loose objects lie about.

    Only for the holder of the writer lock: nobody else adds objects then. Readers that miss a
    loose object look into the packs again, which is what git itself relies on.
    """
    objects = folder / "objects"
    sample = objects / _SAMPLE_FOLDER
    if not sample.is_dir() or sum(1 for _ in sample.iterdir()) <= _MANY_IN_SAMPLE:
        return False
    loose = [path for path in objects.glob("[0-9a-f][0-9a-f]/*") if len(path.name) == 38]
    older = {path.stem for path in (objects / "pack").glob("pack-*.pack")}
    repository.pack()
    made = {path.stem for path in (objects / "pack").glob("pack-*.idx")}
    if not made - older:  # the same objects as before make a pack of the same name
        older = set()
    kept = {path.stem for path in (objects / "pack").glob("pack-*.keep")}
    for path in loose:
        path.unlink(missing_ok=True)
    for name in older & made - kept:
        for suffix in (".idx", ".pack"):
            (objects / "pack" / f"{name}{suffix}").unlink(missing_ok=True)
    return True
