"""Answer an editor about a template text, with the repository around it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lakewright.datamodel.node_types import NODE_TYPES
from lakewright.operations.metadata import Metadata
from lakewright.templates.language.completions import completions
from lakewright.templates.language.document import Document, read_document
from lakewright.templates.language.findings import actions, findings
from lakewright.templates.language.formatting import formatted
from lakewright.templates.language.highlighting import LEGEND, highlighted
from lakewright.templates.language.hover import hover
from lakewright.templates.language.navigation import definition, references, rename
from lakewright.templates.language.outline import folds, symbols
from lakewright.templates.language.text import Position, Range
from lakewright.templates.language.view import Field, View


@dataclass(frozen=True, slots=True)
class Asked:
    """A text in an editor.

    Attributes:
        path: Where the text is kept; decides whether it is a template file or a macro file.
        template_id: A bare source is the content of this template.
    """

    text: str
    path: str = ""
    template_id: str = ""


def view_of(metadata: Metadata) -> View:
    """The repository as the language service sees it."""
    library = metadata.shared.library
    own = {f"macros/{file.path.rpartition('/')[2]}": file.path for file in metadata.layout.macros}
    return View(library.templates, library.macros, own, node_properties())


@lru_cache(maxsize=1)
def node_properties() -> dict[str, dict[str, Field]]:
    """Node type -> what templates see below `node.properties`."""
    return {row.key: _form(row.properties.model_json_schema()) for row in NODE_TYPES.values()}


_KINDS = {
    "string": "text",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "array": "list",
    "object": "mapping",
}


def _form(schema: dict[str, Any]) -> dict[str, Field]:
    return {
        name: Field(_kind(row), row.get("description", ""))
        for name, row in schema.get("properties", {}).items()
    }


def _kind(row: dict[str, Any]) -> str:
    rows = [row, *row.get("anyOf", ())]
    return next((_KINDS[each["type"]] for each in rows if each.get("type") in _KINDS), "")


def _document(asked: Asked, view: View) -> Document:
    return read_document(asked.text, asked.path, asked.template_id, view)


def complete(metadata: Metadata, asked: Asked, position: Position) -> list[dict[str, Any]]:
    """What can be written at a place, the likely first."""
    view = view_of(metadata)
    return [one.as_json() for one in completions(_document(asked, view), position, view)]


def explain(metadata: Metadata, asked: Asked, position: Position) -> dict[str, Any] | None:
    """A few lines about the word at a place."""
    view = view_of(metadata)
    found = hover(_document(asked, view), position, view)
    return found.as_json() if found is not None else None


def define(metadata: Metadata, asked: Asked, position: Position) -> dict[str, Any] | None:
    """Where the name at a place is made."""
    view = view_of(metadata)
    found = definition(_document(asked, view), position, view)
    return found.as_json() if found is not None else None


def refer(metadata: Metadata, asked: Asked, position: Position) -> list[dict[str, Any]]:
    """Where the name at a place stands."""
    view = view_of(metadata)
    return [one.as_json() for one in references(_document(asked, view), position, view)]


def rename_at(
    metadata: Metadata, asked: Asked, position: Position, name: str
) -> list[dict[str, Any]]:
    """The edits that give what is at a place another name.

    Raises:
        CannotRenameError: There is nothing to rename, or the name cannot be used here.
    """
    view = view_of(metadata)
    return [one.as_json() for one in rename(_document(asked, view), position, view, name)]


def outline(metadata: Metadata, asked: Asked) -> list[dict[str, Any]]:
    """The parts of a text as a tree."""
    return [one.as_json() for one in symbols(_document(asked, view_of(metadata)))]


def fold(metadata: Metadata, asked: Asked) -> list[dict[str, Any]]:
    """The lines that can be shown as one."""
    return [one.as_json() for one in folds(_document(asked, view_of(metadata)))]


def reformat(metadata: Metadata, asked: Asked) -> list[dict[str, Any]]:
    """The edits that bring a text into the usual form."""
    return [one.as_json() for one in formatted(_document(asked, view_of(metadata)))]


def diagnose(metadata: Metadata, asked: Asked) -> list[dict[str, Any]]:
    """What is wrong with a text, each with the edits that mend it."""
    view = view_of(metadata)
    return [one.as_json() for one in findings(_document(asked, view), view)]


def colour(metadata: Metadata, asked: Asked) -> dict[str, Any]:
    """The kind of each word; `data` holds line, column, length and position in `legend`."""
    found = highlighted(_document(asked, view_of(metadata)))
    return {"legend": list(LEGEND), "data": [number for row in found for number in row]}


def offer(metadata: Metadata, asked: Asked, chosen: Range) -> list[dict[str, Any]]:
    """What can be done at some characters."""
    view = view_of(metadata)
    return [one.as_json() for one in actions(_document(asked, view), chosen, view)]
