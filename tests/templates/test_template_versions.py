"""The versions of a template in its history, and what differs between two of them."""

from pathlib import Path
from uuid import UUID

import pytest

from lakewright.errors import NotFoundError
from lakewright.git.local_repository import LocalRepositories
from lakewright.operations.metadata import load_metadata
from lakewright.operations.template_versions import compare_versions, template_versions
from lakewright.ports import Author, VersionedRepository
from lakewright.sandbox.pool import ConfinedRenderer
from lakewright.templates.versions import version_order

ADA = Author("Ada", "ada@example.com")
PATH = "metadata/templates/orders.yaml"


def text(version: str, content: str, variables: str = "", other: str = "SELECT 1;") -> bytes:
    return (
        f'templates:\n  - id: orders\n    version: "{version}"\n{variables}'
        f"    template_content: |\n      {content}\n"
        f"  - id: other\n    template_content: |\n      {other}\n"
    ).encode()


NEW = (
    "    variables:\n      - {name: table, type: table_name, required: true, sample: a.b.c}\n"
    "    variations:\n      - id: loud\n        enabled: false\n"
)


@pytest.fixture
def repository(tmp_path: Path) -> VersionedRepository:
    found = LocalRepositories(tmp_path / "repositories").create(UUID(int=1), {}, ADA, "Begin")
    for message, content in (
        ("First", text("1.0.0", "SELECT 1;")),
        ("Only the other one", text("1.0.0", "SELECT 1;", other="SELECT 9;")),
        (
            "Second",
            text(
                "1.1.0",
                "{% set x = table %}SELECT {{ 2 if variations.loud.enabled else 1 }};",
                NEW,
            ),
        ),
    ):
        found.commit({PATH: content}, message, ADA, {})
    return found


def test_each_commit_that_changed_the_template_is_a_version(
    repository: VersionedRepository,
) -> None:
    found = template_versions(load_metadata(repository), repository, "orders")

    assert [(each.version, each.message, each.author) for each in found] == [
        ("1.1.0", "Second", "Ada"),
        ("1.0.0", "First", "Ada"),
    ]


def test_a_built_in_template_has_the_shipped_version(repository: VersionedRepository) -> None:
    [only] = template_versions(load_metadata(repository), repository, "grants")

    assert only.commit == ""


def test_two_versions_are_compared_in_source_declarations_and_output(
    repository: VersionedRepository,
) -> None:
    with ConfinedRenderer(wall_seconds=10.0) as renderer:
        found = compare_versions(
            load_metadata(repository), repository, "orders", "1.0.0", renderer=renderer
        )

    assert found.declarations == (
        "Variable 'table' is new; it has to be given.",
        "Variation 'loud' is new.",
    )
    assert "-SELECT 1;" in found.source
    assert found.compared == 2
    [loud] = found.outputs
    assert loud.variations == {"loud": True}
    assert "-SELECT 1;\n+SELECT 2;" in loud.diff


def test_a_version_that_never_was_is_refused_with_those_that_were(
    repository: VersionedRepository,
) -> None:
    with ConfinedRenderer() as renderer, pytest.raises(NotFoundError) as refused:
        compare_versions(
            load_metadata(repository), repository, "orders", "7.0.0", renderer=renderer
        )

    assert "1.1.0, 1.0.0" in refused.value.remedy


def test_versions_are_ordered_as_semantic_versioning_says() -> None:
    # The example of Semantic Versioning 2.0.0, paragraph 11.
    order = "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11"
    versions = [*order.split(), "1.0.0-rc.1", "1.0.0", "2.0.0", "2.1.0", "2.1.1", "10.0.0"]

    assert sorted({*versions}, key=version_order) == versions
