"""Commands that run the server, and that look at what it needs."""

import os
import time
from typing import TYPE_CHECKING, Annotated

import typer

from lakewright.cli.console import plain, print_json, print_message, print_result, table
from lakewright.cli.options import JsonOption

if TYPE_CHECKING:
    from lakewright.settings import Settings


def add_to(cli: typer.Typer) -> None:
    """Add `serve` and `doctor`."""
    cli.command("serve")(_serve)
    cli.command("doctor")(_doctor)


def _serve(
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Instead of LAKEWRIGHT_HOST.")
    ] = "",
    port: Annotated[
        int | None,
        typer.Option("--port", "-p", min=0, max=65535, help="Instead of LAKEWRIGHT_PORT."),
    ] = None,
    demo: Annotated[
        bool | None,
        typer.Option("--demo/--no-demo", help="With the demo user and workspace, or without."),
    ] = None,
    opened: Annotated[
        bool | None,
        typer.Option(
            "--open/--no-open",
            help="Open a browser, or do not. Default: when it runs in a terminal on a desktop.",
        ),
    ] = None,
) -> None:
    """Run the web server with its database, until Ctrl-C.

    Without settings it brings a database of its own and a demo workspace, for this machine only.
    With SUPABASE_URL or LAKEWRIGHT_DATABASE_URL it uses those instead.

    \b
    Examples:
      lakewright serve
      lakewright serve --port 0 --no-demo --no-open
    """
    from lakewright.server.serve import serve

    environ = dict(os.environ)
    if host:
        environ["LAKEWRIGHT_HOST"] = host
    if port is not None:
        environ["LAKEWRIGHT_PORT"] = str(port)
    if demo is not None:
        environ["LAKEWRIGHT_DEMO"] = "yes" if demo else "no"
    # For people by default; whoever runs it as a service sets LAKEWRIGHT_LOG.
    environ.setdefault("LAKEWRIGHT_LOG", "text")
    serve(_settings(environ), environ, opened)


def _settings(environ: dict[str, str]) -> "Settings":
    from lakewright.settings import Settings, misspelt

    for sentence in misspelt(environ):
        print_message(plain(sentence))
    return Settings.from_environment(environ)


def _doctor(*, as_json: JsonOption = False) -> None:
    """Look at everything that the server needs, and say what to mend.

    The exit code is 1 when something would keep it from working.

    \b
    Examples:
      lakewright doctor
      lakewright doctor --json
    """
    from lakewright.server.doctor import examine_everything
    from lakewright.store.doctor import Health

    found = examine_everything(_settings(dict(os.environ)), time.time)
    if as_json:
        print_json([finding.as_json() for finding in found])
    else:
        rows = [(each.health.value, each.check, each.says) for each in found]
        print_result(plain(table(rows, ("HEALTH", "CHECK", "FOUND"))))
        for each in found:
            if each.remedy:
                print_message(plain(f"{each.check}: {each.remedy}"))
    if any(each.health is Health.FAILED for each in found):
        raise typer.Exit(1)
