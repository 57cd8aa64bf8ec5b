"""Each folder in `golden/node_types/` is one example: `model.yaml` in, `expected/` out."""

import pytest

from lakewright.datamodel.node_types import NODE_TYPES
from lakewright.ports import TemplateRenderer
from tests.golden.refresh_node_types import FOLDER, golden_files
from tests.operations.workshop import folder_content


def test_every_node_type_has_a_golden_folder() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(NODE_TYPES)


@pytest.mark.parametrize("node_type", sorted(NODE_TYPES))
def test_the_golden_model_holds_a_node_of_the_type(node_type: str) -> None:
    text = (FOLDER / node_type / "model.yaml").read_text(encoding="utf-8")

    assert f"type: {node_type}\n" in text


@pytest.mark.parametrize("node_type", sorted(NODE_TYPES))
def test_a_node_type_emits_its_golden_files(
    node_type: str, shared_renderer: TemplateRenderer
) -> None:
    expected = folder_content(FOLDER / node_type / "expected")

    made = golden_files(node_type, shared_renderer)

    assert made == {path: content.decode() for path, content in expected.items()}
