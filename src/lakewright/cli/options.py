"""The options that several commands share, and where they take their values from."""

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from lakewright.diagnostics import shown
from lakewright.errors import LakewrightError, NotFoundError


@dataclass(frozen=True, slots=True)
class Invocation:
    """What was said before the command's name: `lakewright -C DIR ...`."""

    repository: Path | None = None


RepositoryOption = Annotated[
    Path | None,
    typer.Option("--repository", "-C", metavar="DIR", help="Metadata repository.", hidden=True),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print the result as JSON on standard output.")
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out", "-o", metavar="DIR", help="Bundle folder. Default: out/ in the repository."
    ),
]

# A folder that holds one of these is a metadata repository.
LANDMARKS = ("metadata", "models", "recipes")


def repository_of(context: typer.Context, chosen: Path | None) -> Path:
    """The repository to work on: chosen, or this folder, or the nearest one above with landmarks.

    Raises:
        NotFoundError: No such folder, or none was chosen and none is near.
    """
    named = _named(context, chosen)
    if named is not None:
        if not usable(named).is_dir():
            raise NotFoundError(
                problem=f"There is no folder '{named}'.",
                remedy="Give the folder of a metadata repository with -C, or make one: "
                "lakewright init DIR",
                where=str(named),
            )
        return named
    here = Path.cwd()
    for folder in (here, *here.parents):
        if any((folder / landmark).is_dir() for landmark in LANDMARKS):
            # Inside metadata/ its folders are near, but the repository is what holds metadata/.
            return folder.parent if folder.name == "metadata" else folder
    raise NotFoundError(
        problem="This folder is in no metadata repository: none above it has models/ or metadata/.",
        remedy="Name one with -C DIR, or make one here: lakewright init .",
        where=str(here),
    )


def usable(path: Path) -> Path:
    """The path, if the system can take it at all; it need not exist.

    Raises:
        LakewrightError: A NUL, bytes that are no text, a name that is too long, no permission.
    """
    try:
        # A surrogate stands for bytes that no YAML, JSON or message of ours could hold.
        str(path).encode("utf-8")
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return path
    except (OSError, ValueError) as error:
        raise LakewrightError(
            problem=f"'{shown(str(path))}' cannot be used as a path: "
            f"{getattr(error, 'strerror', None) or 'it holds characters that no path may hold'}.",
            remedy="Choose another path.",
        ) from error
    return path


def was_named(context: typer.Context, chosen: Path | None) -> bool:
    """Whether somebody named a repository, before or after the command."""
    return _named(context, chosen) is not None


def _named(context: typer.Context, chosen: Path | None) -> Path | None:
    said = context.find_object(Invocation)
    return chosen or (said.repository if said else None)


def in_shell(path: Path) -> str:
    """A path as a shell takes it."""
    return shlex.quote(str(path))
