"""`templates sample`: values that fit, printed or written into the template's file."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Lakewright

MINE = """\
# Mine.
templates:
  - id: mine
    name: Mine
    description: Mine.
    variables:
      - {name: table, type: table_name, required: true, description: The table.}
      - name: columns  # of the table
        type: columns
        description: Its columns.
        sample: [{name: kept, type: INT}]
      - {name: contact_email, type: string, description: Whom to ask.}
    template_content: |
      -- {{ contact_email | sql_comment }}
      SELECT {{ columns | column_names | idents | join(", ") }} FROM {{ table | table_name }};
    output_type: sql
"""


@pytest.fixture
def mine(shop: Path) -> Path:
    path = shop / "metadata" / "templates" / "mine.yaml"
    path.parent.mkdir()
    path.write_text(MINE)
    return path


def test_what_is_written_down_is_kept(lakewright: Lakewright, shop: Path, mine: Path) -> None:
    said = lakewright("-C", shop, "templates", "sample", "mine", "--json")

    found = json.loads(said.stdout)
    assert found["values"]["columns"] == [{"name": "kept", "type": "INT"}]
    assert found["changed"] == ["table", "contact_email"]
    assert mine.read_text() == MINE


def test_written_samples_change_only_their_own_lines(
    lakewright: Lakewright, shop: Path, mine: Path
) -> None:
    said = lakewright("-C", shop, "templates", "sample", "mine", "--write", "--json")

    assert said.exit_code == 0, said.stderr
    assert "# of the table" in mine.read_text()
    assert "sample: [{name: kept, type: INT}]" in mine.read_text()
    again = json.loads(lakewright("-C", shop, "templates", "sample", "mine", "--json").stdout)
    assert again["changed"] == []
    assert again["values"] == json.loads(said.stdout)["values"]


def test_columns_come_from_ddl(
    lakewright: Lakewright, shop: Path, mine: Path, tmp_path: Path
) -> None:
    del mine
    ddl = tmp_path / "orders.sql"
    ddl.write_text("CREATE TABLE main.crm.people (id BIGINT NOT NULL, name STRING)")

    said = lakewright("-C", shop, "templates", "sample", "mine", "--ddl", ddl, "--json")

    values = json.loads(said.stdout)["values"]
    assert values["table"] == "main.crm.people"
    assert values["columns"] == [
        {"name": "id", "type": "BIGINT", "nullable": False},
        {"name": "name", "type": "STRING"},
    ]


def test_values_come_from_a_node(lakewright: Lakewright, shop: Path, mine: Path) -> None:
    del mine

    said = lakewright(
        "-C", shop, "templates", "sample", "mine", "--node", "shop/orders", "--anew", "--json"
    )

    assert said.exit_code == 0, said.stderr
    assert json.loads(said.stdout)["values"]["table"] == "main.bronze.orders"


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["nothing"], id="no such template"),
        pytest.param(["managed_delta_table", "--write"], id="a built-in one cannot be written"),
        pytest.param(["mine", "--node", "shop/nothing"], id="no such node"),
        pytest.param(["mine", "--ddl", "nothing.sql"], id="no such file"),
    ],
)
def test_what_cannot_be_done_is_said_with_a_remedy(
    lakewright: Lakewright, shop: Path, mine: Path, arguments: list[str]
) -> None:
    refused = lakewright("-C", shop, "templates", "sample", *arguments)

    assert refused.exit_code == 1
    assert "try: " in refused.stderr
    assert mine.read_text() == MINE


def test_samples_of_a_built_in_template_need_no_repository(lakewright: Lakewright) -> None:
    said = lakewright("templates", "sample", "managed_delta_table", "--seed", "3")

    assert said.exit_code == 0, said.stderr
    assert "table" in said.stdout
