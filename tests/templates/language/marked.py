"""Texts with a mark where the pointer is, so that a test shows what it asks about."""

from lakewright.templates.environment import builtin_macros
from lakewright.templates.language.document import Document, read_document
from lakewright.templates.language.text import Lines, Position
from lakewright.templates.language.view import Field, View
from lakewright.templates.library import builtin_templates

MARK = "¦"

VIEW = View(
    templates=builtin_templates(),
    macros={
        **builtin_macros(),
        "macros/own.jinja": "{#- Says hello. -#}\n{% macro hello(name) %}\n{{ name }}\n"
        "{% endmacro %}\n",
    },
    own_macros={"macros/own.jinja": "templates/macros/own.jinja"},
    properties={
        "dest_table": {"columns": Field("list", "The columns"), "format": Field("text", "How")},
        "notebook": {"notebook_path": Field("text", "Where it is")},
    },
)

HEAD = """\
templates:
  - id: orders
    name: Orders
    output_type: sql
    node_types: [dest_table]
    variables:
      - name: table
        type: table_name
        description: Table to write
        sample: main.sales.orders
      - name: columns
        type: columns
      - name: options
        type: object
        sample: {header: "true", nested: {deep: 1}}
    variations:
      - id: comments
        description: Say what columns are for
        enabled: false
        adds_variables:
          - name: prefix
            type: string
    template_content: |
"""


def in_file(content: str, tail: str = "") -> str:
    """A whole template file around a content."""
    lines = content.split("\n")
    return HEAD + "".join(f"      {line}\n" if line else "\n" for line in lines) + tail


def marked(text: str, path: str = "templates/orders.yaml") -> tuple[Document, Position]:
    """The text without its mark, and where the mark was."""
    before, mark, after = text.partition(MARK)
    assert mark, "the text has no mark"
    document = read_document(before + after, path, view=VIEW)
    return document, Lines(before + after).position(len(before))
