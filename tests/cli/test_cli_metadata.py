"""`lakewright check`, `suggest`, `graph`, `templates` and `preview` look at a repository."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import SHOP, Lakewright

TEMPLATE = """\
templates:
  - id: greeting
    name: Greeting
    category: table_management
    description: Says hello
    output_type: sql
    variables:
      - {name: who, type: string, required: true, description: Who, sample: world}
      - {name: times, type: integer, default: 1, description: How often, sample: 1}
    variations:
      - id: twice
        name: Twice
        description: Says it again
    template_content: |
      SELECT {{ who | literal }} AS who, {{ times | literal }} AS times;
      {% if variations.twice.enabled %}
      SELECT {{ who | literal }} AS who;
      {% endif %}
"""


@pytest.fixture
def library(shop: Path) -> Path:
    """The shop with a template of its own."""
    folder = shop / "metadata" / "templates"
    folder.mkdir()
    (folder / "greeting.yaml").write_text(TEMPLATE)
    return shop


# check


def test_check_counts_what_it_looked_at(library: Path, lakewright: Lakewright) -> None:
    ended = lakewright("-C", library, "check")
    assert ended.exit_code == 0, ended.stderr
    assert ended.stdout.startswith("1 model, 1 template: ")


def test_check_fails_on_an_error_with_place_rule_and_remedy(
    shop: Path, lakewright: Lakewright
) -> None:
    model = shop / "metadata" / "models" / "shop.yaml"
    model.write_text(SHOP.replace("target: orders", "target: ordres"))

    ended = lakewright("-C", shop, "check")

    assert ended.exit_code == 1
    assert "metadata/models/shop.yaml:5:9" in ended.stderr
    assert "error[" in ended.stderr
    assert "Did you mean 'orders'?" in ended.stderr
    assert "1 error" in ended.stdout


def test_check_as_json_is_the_findings(shop: Path, lakewright: Lakewright) -> None:
    (shop / "metadata" / "models" / "broken.yaml").write_text("a: [1\n")
    ended = lakewright("-C", shop, "check", "--json")
    assert ended.exit_code == 1
    found = json.loads(ended.stdout)["diagnostics"]
    assert found[0]["severity"] == "error"
    assert found[0]["where"]["file"] == "metadata/models/broken.yaml"


def test_check_looks_into_macro_files(library: Path, lakewright: Lakewright) -> None:
    macros = library / "metadata" / "templates" / "macros"
    macros.mkdir()
    (macros / "naming.jinja").write_text(
        "{% macro bronze(name) %}\n{{ name | idnt }}\n{% endmacro %}\n"
    )
    ended = lakewright("-C", library, "check")
    assert ended.exit_code == 1
    assert "metadata/templates/macros/naming.jinja:2" in ended.stderr
    assert "Did you mean 'ident'?" in ended.stderr


def test_check_knows_the_nearest_name(shop: Path, lakewright: Lakewright) -> None:
    ended = lakewright("-C", shop, "check", "shpo")
    assert ended.exit_code == 1
    assert "Did you mean 'shop'?" in ended.stderr


# suggest and graph


def test_suggest_names_a_template_and_a_reason(shop: Path, lakewright: Lakewright) -> None:
    ended = lakewright("-C", shop, "suggest")
    assert ended.exit_code == 0
    assert "auto_loader_ingest" in ended.stdout
    found = json.loads(lakewright("-C", shop, "suggest", "shop", "--json").stdout)
    assert found[0]["suggestions"][0]["because"]


def test_graph_draws_a_tree_mermaid_and_a_picture(
    shop: Path, lakewright: Lakewright, tmp_path: Path
) -> None:
    assert "Wave 2\n└─ orders" in lakewright("-C", shop, "graph").stdout
    assert lakewright("-C", shop, "graph", "-f", "mermaid").stdout.startswith("flowchart LR\n")

    ended = lakewright("-C", shop, "graph", "--format", "svg", "-o", tmp_path / "m.svg")

    assert ended.stdout == ""
    ElementTree.parse(tmp_path / "m.svg")


def test_graph_as_json_is_nodes_and_edges(shop: Path, lakewright: Lakewright) -> None:
    found = json.loads(lakewright("-C", shop, "graph", "--json").stdout)
    assert [node["id"] for node in found["nodes"]] == ["files", "orders"]
    assert found["edges"] == [{"source": "files", "target": "orders", "type": "data_flow"}]


def test_of_several_models_one_has_to_be_named(shop: Path, lakewright: Lakewright) -> None:
    second = SHOP.replace("id: shop", "id: stall")
    (shop / "metadata" / "models" / "stall.yaml").write_text(second)
    ended = lakewright("-C", shop, "graph")
    assert ended.exit_code == 1
    assert "shop, stall" in ended.stderr
    assert lakewright("-C", shop, "graph", "stall").exit_code == 0


def test_a_repository_without_models_says_so(tmp_path: Path, lakewright: Lakewright) -> None:
    (tmp_path / "bare" / "models").mkdir(parents=True)
    ended = lakewright("-C", tmp_path / "bare", "graph")
    assert ended.exit_code == 1
    assert "holds no model" in ended.stderr


# templates


def test_templates_list_holds_built_in_and_own_ones(library: Path, lakewright: Lakewright) -> None:
    found = json.loads(lakewright("-C", library, "templates", "list", "--json").stdout)
    own = [template["id"] for template in found if not template["builtin"]]
    assert own == ["greeting"]
    assert len(found) > 20
    assert "greeting" in lakewright("-C", library, "templates", "list").stdout


def test_templates_need_no_repository(lakewright: Lakewright) -> None:
    assert lakewright("templates", "show", "managed_delta_table").exit_code == 0
    assert lakewright("templates", "list", "--category", "ingestion").exit_code == 0


def test_show_tells_variables_and_variations(library: Path, lakewright: Lakewright) -> None:
    shown = lakewright("-C", library, "templates", "show", "greeting", "--content").stdout
    assert "who    string, required. Who" in shown
    assert "Variation twice (off)" in shown
    assert "{{ who | literal }}" in shown


def test_lint_and_test_of_a_sound_template_are_quiet(library: Path, lakewright: Lakewright) -> None:
    assert lakewright("-C", library, "templates", "lint").exit_code == 0
    tried = lakewright("-C", library, "templates", "test", "greeting")
    assert tried.exit_code == 0, tried.stderr
    assert "greeting  2             passed" in tried.stdout


def test_a_broken_template_fails_lint_and_test(library: Path, lakewright: Lakewright) -> None:
    file = library / "metadata" / "templates" / "greeting.yaml"
    file.write_text(TEMPLATE.replace("SELECT {{ who | literal }} AS who;", "SELECT FROM WHERE;"))
    tried = lakewright("-C", library, "templates", "test", "greeting")
    assert tried.exit_code == 1
    assert "1 failed" in tried.stdout
    assert "greeting with twice:" in tried.stderr

    file.write_text(TEMPLATE.replace("{% endif %}", ""))
    linted = lakewright("-C", library, "templates", "lint", "greeting", "--json")
    assert linted.exit_code == 1
    assert json.loads(linted.stdout)["diagnostics"][0]["rule"] == "template-syntax"


# preview


def test_preview_prints_samples_or_given_values(
    library: Path, lakewright: Lakewright, tmp_path: Path
) -> None:
    assert lakewright("-C", library, "preview", "greeting").stdout.startswith("SELECT 'world' AS")

    (tmp_path / "v.yaml").write_text("who: file\ntimes: 2\n")
    given = lakewright(
        "-C", library, "preview", "greeting", "--values", tmp_path / "v.yaml",
        "--set", "times=3", "--with", "twice",
    )  # fmt: skip

    assert given.stdout.split() == (
        ["SELECT", "'file'", "AS", "who,", "3", "AS", "times;", "SELECT", "'file'", "AS", "who;"]
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["preview", "greting"], "Did you mean 'greeting'?", id="a template"),
        pytest.param(
            ["preview", "greeting", "--set", "whom=x"], "Did you mean 'who'?", id="a variable"
        ),
        pytest.param(
            ["preview", "greeting", "--with", "twise"], "Did you mean 'twice'?", id="a variation"
        ),
        pytest.param(
            ["preview", "greeting", "--values", "gone.yaml"], "cannot be read", id="no such file"
        ),
        pytest.param(["preview", "greeting", "--set", "times=many"], "times", id="a wrong type"),
        pytest.param(["preview", "greeting", "--node", "shop/ordres"], "orders", id="a node"),
    ],
)
def test_preview_refuses_what_it_does_not_know(
    library: Path, lakewright: Lakewright, arguments: list[str], said: str
) -> None:
    ended = lakewright("-C", library, *arguments)
    assert ended.exit_code == 1
    assert said in ended.stderr


def test_a_value_stays_one_value(library: Path, lakewright: Lakewright) -> None:
    hostile = "'); DROP TABLE x; --"
    ended = lakewright("-C", library, "preview", "greeting", "--set", f"who={hostile}")
    assert ended.exit_code == 0
    assert "SELECT '\\'); DROP TABLE x; --' AS who" in ended.stdout
