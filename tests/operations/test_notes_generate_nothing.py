"""What is drawn around the nodes changes not one byte of what is generated."""

from pathlib import Path

from lakewright.ports import TemplateRenderer
from tests.operations.workshop import Workshop, tables_model

MODEL = tables_model("shop", {"orders": "INT"})
DRAWING = """\
    drawing:
      notes: [{id: n1, text: Ask Finance, x: 1, y: 2}]
      groups: [{id: g1, name: Raw, nodes: [orders], collapsed: true}]
"""


def test_notes_and_groups_change_no_generated_byte(
    tmp_path: Path, shared_renderer: TemplateRenderer
) -> None:
    plain, drawn = (Workshop(tmp_path / name, shared_renderer) for name in ("plain", "drawn"))
    plain.model("shop", MODEL)
    drawn.model("shop", MODEL + DRAWING)

    assert not plain.generate().refused
    assert not drawn.generate().refused

    assert plain.files()
    assert plain.files() == drawn.files()
