"""Start a metadata repository: the files of an example, or an empty frame."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from lakewright.errors import NotFoundError

EMPTY = "empty"
_FRAME: Mapping[str, str] = MappingProxyType(
    {
        "metadata/models/.gitkeep": "",
        "metadata/templates/macros/.gitkeep": "",
        "metadata/recipes/.gitkeep": "",
        "metadata/configurations/.gitkeep": "",
        ".gitignore": "out/\n",
    }
)


@cache
def starter_names() -> tuple[str, ...]:
    """What `init` can start from, the smallest first."""
    return (EMPTY, "customer")


def starter_files(name: str) -> Mapping[str, str]:
    """Path -> text of the files that a new repository begins with.

    Raises:
        NotFoundError: There is no such starter.
    """
    if name == EMPTY:
        return _FRAME
    if name not in starter_names():
        raise NotFoundError(
            problem=f"There is no starter '{name}'.",
            remedy=f"Use one of: {', '.join(starter_names())}.",
        )
    root = files("lakewright.operations") / "starters" / name
    found: dict[str, str] = {".gitignore": "out/\n"}
    waiting = [("", root)]
    while waiting:
        prefix, folder = waiting.pop()
        for entry in folder.iterdir():
            path = f"{prefix}{entry.name}"
            if entry.is_dir():
                waiting.append((f"{path}/", entry))
            elif not entry.name.endswith((".py", ".pyc")):
                found[path] = entry.read_text(encoding="utf-8")
    return MappingProxyType(dict(sorted(found.items())))
