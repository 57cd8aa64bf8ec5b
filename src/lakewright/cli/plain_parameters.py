"""How the text of an option becomes a value, without loading pydantic.

Typer builds a pydantic adapter for every parameter of the command that runs, which costs more
than most commands do. Ours are texts, paths, choices and lists of them; for those, and only
those, this puts a plain converter where Typer keeps its adapter. A Typer that keeps it elsewhere
is slower, nothing more.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args, get_origin

import typer

from lakewright.diagnostics import did_you_mean, shown

HELP_OPTIONS = ("-h", "--help")


class PlainParameter:
    """A converter with the one method that Typer calls."""

    def __init__(self, convert: Callable[[Any], Any]) -> None:
        self._convert = convert

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value as the command gets it; () for a list that nobody gave."""
        many = param.multiple or param.nargs == -1
        if value is None:
            return () if many else None
        try:
            return [self._convert(item) for item in value] if many else self._convert(value)
        except typer.BadParameter as error:
            raise typer.BadParameter(error.message, ctx=ctx, param=param) from error


def make_plain(command: Any) -> None:
    """Put plain converters into a command and all its subcommands."""
    # The help option is made on first use, and wants to know nothing but its names.
    names: Any = SimpleNamespace(help_option_names=list(HELP_OPTIONS))
    for parameter in [*command.params, command.get_help_option(names)]:
        if not hasattr(parameter, "_runtime_param"):
            continue
        descriptor = getattr(parameter, "type_descriptor", None)
        convert = _converter(getattr(descriptor, "annotation", None))
        if convert is not None:
            parameter._runtime_param = PlainParameter(convert)
    for inner in getattr(command, "commands", {}).values():
        make_plain(inner)


def _converter(annotation: Any) -> Callable[[Any], Any] | None:
    if get_origin(annotation) is list:
        [annotation] = get_args(annotation)
    if annotation is str:
        return str
    if annotation is Path:
        return Path
    if annotation is bool:
        return bool  # flags take no text: only a default gets here
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return _choice({str(member.value): member for member in annotation})
    return None


def _choice(members: Mapping[str, Enum]) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        if isinstance(value, Enum):
            return value
        if value in members:
            return members[value]
        raise typer.BadParameter(
            f"'{shown(value)}' is not one of {', '.join(members)}. "
            f"{did_you_mean(str(value), members)}".strip()
        )

    return convert
