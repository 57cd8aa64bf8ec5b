"""The shipped table of resource types is what databricks-sdk says."""

import importlib.metadata

import pytest

from lakewright.generation.resource_overlay import GROUPS
from scripts.derive_resource_types import ROOTS, TABLE, as_text, derive


def test_the_table_is_what_the_script_writes() -> None:
    text = TABLE.read_text(encoding="utf-8")
    installed = importlib.metadata.version("databricks-sdk")
    if f'"sdk": "{installed}"' not in text:
        pytest.skip(f"The table was derived from another databricks-sdk than {installed}.")
    assert as_text(derive()) == text


def test_every_root_is_a_kind_of_resource() -> None:
    untyped = {kind for kind, row in GROUPS.items() if not row.typed}
    assert set(ROOTS) | untyped | {"secret_scopes"} == set(GROUPS)


def test_the_overlay_drops_and_loosens_only_what_there_is() -> None:
    table = derive()
    for kind, root in ROOTS.items():
        assert GROUPS[kind].drops | GROUPS[kind].optional <= set(table["types"][root])
