"""Start a metadata repository: the files of an example, or an empty frame."""

from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

from lakewright.diagnostics import did_you_mean
from lakewright.errors import NotFoundError

EMPTY = "empty"
DEFAULT_EXAMPLE = "customer_pipeline"
_FRAME: Mapping[str, str] = MappingProxyType(
    {
        "metadata/models/.gitkeep": "",
        "metadata/templates/macros/.gitkeep": "",
        "metadata/recipes/.gitkeep": "",
        "metadata/configurations/.gitkeep": "",
        ".gitignore": "out/\n",
    }
)


def example_names() -> tuple[str, ...]:
    """What `init` can start from: `empty` and every example that ships."""
    root = _examples()
    found = [entry.name for entry in root.iterdir() if entry.is_dir()] if root else []
    return (EMPTY, *sorted(name for name in found if not name.startswith(("_", "."))))


def example_files(name: str) -> Mapping[str, str]:
    """Path -> text of the files that a new repository begins with.

    Raises:
        NotFoundError: There is no such example.
    """
    if name == EMPTY:
        return _FRAME
    names = example_names()
    root = _examples()
    if name not in names or root is None:
        raise NotFoundError(
            problem=f"There is no example '{name}'.",
            remedy=f"{did_you_mean(name, names)}Use one of: {', '.join(names)}.",
        )
    found: dict[str, str] = {".gitignore": "out/\n"}
    waiting: list[tuple[str, Traversable]] = [("", root / name)]
    while waiting:
        prefix, folder = waiting.pop()
        for entry in folder.iterdir():
            path = f"{prefix}{entry.name}"
            if entry.is_dir():
                waiting.append((f"{path}/", entry))
            else:
                found[path] = entry.read_text(encoding="utf-8")
    return MappingProxyType(dict(sorted(found.items())))


def _examples() -> Traversable | None:
    """In a wheel the examples are package data; in a checkout they lie beside `src`."""
    packaged = files("lakewright") / "examples"
    if packaged.is_dir():
        return packaged
    beside = Path(__file__).resolve().parents[3] / "examples"
    return beside if beside.is_dir() else None
