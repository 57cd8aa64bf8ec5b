"""The command line as a whole: which commands there are, and how they end.

Nothing heavy is imported here: a command imports what it uses when it runs, so that `--help`
and shell completion answer at once.
"""

import os
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from lakewright.cli.console import print_failure, print_unexpected
from lakewright.cli.options import Invocation
from lakewright.cli.plain_parameters import HELP_OPTIONS, make_plain
from lakewright.errors import LakewrightError

# Exit codes: 0 done, 1 refused (error findings, differences), 2 usage, 130 interrupted.
REFUSED = 1
BUG = 70  # EX_SOFTWARE of sysexits.h: our fault, not the user's


# In the order in which a newcomer needs them.
ORDER = (
    "init",
    "generate",
    "check",
    "diff",
    "preview",
    "suggest",
    "graph",
    "templates",
    "nodes",
    "schema",
    "serve",
    "db",
    "keys",
    "doctor",
    "version",
)


class _Commands(TyperGroup):
    """A command that fails ends with one message and its exit code, never with a traceback."""

    def main(self, *arguments: Any, **settings: Any) -> Any:
        make_plain(self)  # not earlier: Typer adds its completion options last
        return super().main(*arguments, **settings)

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted(self.commands, key=ORDER.index)

    def invoke(self, ctx: Any) -> Any:
        as_json = "--json" in ctx.args
        try:
            return super().invoke(ctx)
        except LakewrightError as error:
            print_failure(error, as_json=as_json)
            raise typer.Exit(REFUSED) from error
        except (typer.Exit, typer.Abort, TyperException, BrokenPipeError):
            raise
        except RecursionError as error:
            print_failure(
                LakewrightError(
                    problem="The input is nested too deeply.",
                    remedy="Flatten it, or split it into several parts.",
                )
            )
            raise typer.Exit(REFUSED) from error
        except Exception as error:
            if os.environ.get("LAKEWRIGHT_DEBUG"):
                raise
            print_unexpected(error)
            raise typer.Exit(BUG) from error


def create_cli() -> typer.Typer:
    """The command line, ready to be called; nothing happens before that."""
    from lakewright.cli.commands import (
        catalogue,
        database,
        generating,
        keys,
        metadata,
        serve,
        starting,
        templates,
    )

    cli = typer.Typer(
        cls=_Commands,
        no_args_is_help=True,
        rich_markup_mode=None,  # plain help: a third of the start-up time of Rich's
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": list(HELP_OPTIONS), "max_content_width": 100},
        epilog="Exit codes: 0 done, 1 refused or different, 2 wrong usage, 130 interrupted.",
    )
    cli.callback()(_whole)
    modules = (starting, generating, metadata, templates, catalogue, serve, database, keys)
    for module in modules:
        module.add_to(cli)
    return cli


def _whole(
    context: typer.Context,
    repository: Annotated[
        Path | None,
        typer.Option(
            "--repository",
            "-C",
            metavar="DIR",
            help="Metadata repository. Default: this folder, or the nearest one above it "
            "that has models/ or metadata/.",
        ),
    ] = None,
) -> None:
    """Turn drawn data models and templates into a proved Databricks bundle.

    \b
    Start here:
      lakewright init shop          make a repository with an example
      lakewright -C shop generate   write the bundle
      lakewright -C shop check      find what is wrong, for people and for CI
    """
    context.obj = Invocation(repository)
