"""What a shell offers when somebody presses Tab behind an id.

Completion must never print or fail: whatever goes wrong, nothing is offered.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from lakewright.operations.metadata import Metadata

Offer = Callable[[typer.Context, str], list[str]]


def _offering(names: "Callable[[typer.Context], Iterable[str]]") -> Offer:
    def offer(ctx: typer.Context, incomplete: str) -> list[str]:
        try:
            return sorted(name for name in names(ctx) if name.startswith(incomplete))
        except Exception:
            return []

    return offer


def _metadata(ctx: typer.Context) -> "Metadata":
    from lakewright.cli.options import repository_of
    from lakewright.context import repository_at
    from lakewright.operations.metadata import load_metadata

    # While completing, no command runs, so what was said before it is only in the parameters.
    chosen = ctx.params.get("repository")
    outer = ctx.parent
    while chosen is None and outer is not None:
        chosen = outer.params.get("repository")
        outer = outer.parent
    return load_metadata(repository_at(repository_of(ctx, Path(chosen) if chosen else None)))


def _templates(ctx: typer.Context) -> Iterable[str]:
    from lakewright.errors import LakewrightError
    from lakewright.templates.library import builtin_templates

    try:
        return _metadata(ctx).shared.library.templates
    except LakewrightError:
        return builtin_templates()


def _bundles(ctx: typer.Context) -> Iterable[str]:
    metadata = _metadata(ctx)
    return {*metadata.models, *metadata.shared.recipes}


def _node_types(_ctx: typer.Context) -> Iterable[str]:
    from lakewright.datamodel.node_types import NODE_TYPES

    return NODE_TYPES


node_types = _offering(_node_types)
templates = _offering(_templates)
models = _offering(lambda ctx: _metadata(ctx).models)
bundles = _offering(_bundles)
