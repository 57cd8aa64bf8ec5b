"""The brief's own sample template: what it prints, and where its faults are shown."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from lakewright import context
from lakewright.diagnostics import Severity
from lakewright.files.local_state import ProofFile
from lakewright.operations.metadata import Metadata, load_metadata
from lakewright.operations.preview import Preview, PreviewRequest, preview
from lakewright.ports import TemplateRenderer

BRIEF = Path(__file__).parents[1] / "fixtures" / "brief" / "delta_table_creation.yaml"
FILE = "metadata/templates/delta_table_creation.yaml"
VALUES = {
    "catalog_name": "main",
    "schema_name": "sales",
    "table_name": "orders",
    "columns": [
        {"name": "id", "type": "BIGINT", "comment": "Key"},
        {"name": "amount", "type": "DECIMAL(18,2)", "comment": ""},
    ],
}


@pytest.fixture(scope="module")
def metadata(tmp_path_factory: pytest.TempPathFactory) -> Metadata:
    root = tmp_path_factory.mktemp("brief")
    target = root / FILE
    target.parent.mkdir(parents=True)
    target.write_bytes(BRIEF.read_bytes())
    environ = {"LAKEWRIGHT_CACHE": str(root / "cache")}
    return load_metadata(context.repository_at(root, environ))


@pytest.fixture(scope="module")
def renderer() -> Iterator[TemplateRenderer]:
    with context.renderer() as made:
        yield made


def shown(
    metadata: Metadata,
    renderer: TemplateRenderer,
    tmp_path: Path,
    variations: Sequence[str] = (),
    **values: Any,
) -> Preview:
    return preview(
        PreviewRequest("template_001", {**VALUES, **values}, dict.fromkeys(variations, True)),
        metadata,
        renderer=renderer,
        linter=context.LazyLinter(),
        proofs=ProofFile(tmp_path / "proofs.txt"),
        engine="test",
    )


def errors(made: Preview) -> list[tuple[str, str, int]]:
    return [
        (found.rule, found.where.file, found.where.line)
        for found in made.diagnostics
        if found.severity is Severity.ERROR
    ]


def test_without_its_variations_it_prints_a_sound_statement(
    metadata: Metadata, renderer: TemplateRenderer, tmp_path: Path
) -> None:
    made = shown(metadata, renderer, tmp_path)

    assert errors(made) == []
    assert made.text.startswith("CREATE TABLE IF NOT EXISTS main.sales.orders")


def test_its_constraint_after_the_columns_is_shown_at_the_line_that_printed_it(
    metadata: Metadata, renderer: TemplateRenderer, tmp_path: Path
) -> None:
    made = shown(metadata, renderer, tmp_path, ["with_constraints"], primary_key=["id"])

    [(_, file, line)] = errors(made)
    assert (file, line) == (FILE, 59)
    assert "CONSTRAINT pk_" in BRIEF.read_text().splitlines()[line - 1]


def test_with_tblproperties_changes_nothing(
    metadata: Metadata, renderer: TemplateRenderer, tmp_path: Path
) -> None:
    without = shown(metadata, renderer, tmp_path)
    with_it = shown(
        metadata, renderer, tmp_path, ["with_tblproperties"], custom_properties={"team": "x"}
    )

    assert with_it.text == without.text


def test_a_comment_with_an_apostrophe_breaks_it_at_the_line_of_the_comment(
    metadata: Metadata, renderer: TemplateRenderer, tmp_path: Path
) -> None:
    columns = [{"name": "id", "type": "BIGINT", "comment": "customer's key"}]

    made = shown(metadata, renderer, tmp_path, columns=columns)

    assert {(file, line) for _, file, line in errors(made)} == {(FILE, 45)}
