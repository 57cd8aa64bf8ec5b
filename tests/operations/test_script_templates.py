"""A pasted script becomes a template whose samples print the script again."""

import pytest

from lakewright.operations.script_templates import ScriptTemplateError, template_of_script
from lakewright.templates.environment import make_environment
from lakewright.templates.samples import sample_bindings
from lakewright.templates.yaml_codec import read_templates

SQL = """\
-- what is new
CREATE TABLE IF NOT EXISTS main.sales.orders (id BIGINT, price DECIMAL(10, 2)) COMMENT 'All';
ALTER TABLE main.sales.orders SET TBLPROPERTIES ('delta.appendOnly' = 'true');
SELECT main.sales.vat(price) FROM main.sales.orders WHERE status = 'open' LIMIT 50;
"""
PYTHON = '''\
"""Load orders."""
path = '/Volumes/main/raw'
days = 5
df = spark.read.option('header', 'true').load(path)
df.write.saveAsTable('main.silver.orders')
'''
SCALA = 'val path = "/Volumes/main/raw"\nspark.table("main.raw.orders").show()\n'
JOB = "resources:\n  jobs:\n    load:\n      name: Nightly load # at 3\n      timeout_seconds: 60\n"
BODY = '{"name": "Nightly", "timeout_seconds": 600}\n'


def proposed(script: str, output: str) -> list[tuple[str, str, object, int, bool]]:
    made = template_of_script(script, output, template_id="mine")
    return [
        (each.name, each.type.value, each.value, len(each.places), each.usual)
        for each in made.proposals
    ]


def printed(text: str) -> str:
    """What the first template of a file prints with its samples."""
    [template] = read_templates(text).templates
    source = make_environment().from_string(template.content)
    return source.render(sample_bindings(template))


def test_sql_proposes_tables_texts_and_limits_once_each() -> None:
    assert proposed(SQL, "sql") == [
        ("orders_table", "table_name", "main.sales.orders", 3, True),
        ("comment", "string", "All", 1, True),
        ("append_only", "string", "true", 1, True),
        ("status", "string", "open", 1, True),
        ("limit", "integer", 50, 1, True),
    ]


def test_python_proposes_what_has_a_name() -> None:
    assert proposed(PYTHON, "python_file") == [
        ("path", "string", "/Volumes/main/raw", 1, True),
        ("days", "integer", 5, 1, True),
        ("text", "string", "header", 1, False),
        ("header", "string", "true", 1, True),
        ("orders_table", "string", "main.silver.orders", 1, True),
    ]


@pytest.mark.parametrize(
    ("script", "output"),
    [
        (SQL, "sql"),
        (SCALA, "scala"),
        (JOB, "job_yaml"),
        (BODY, "job_json"),
        ("# Notes\n", "markdown"),
    ],
)
def test_the_samples_print_the_script_again(script: str, output: str) -> None:
    assert printed(template_of_script(script, output, template_id="mine").text) == script


def test_what_looks_like_a_template_is_printed_as_it_is() -> None:
    script = "SELECT '{{job.run_id}}', \"{% x %}\", '{# y #}';\n"

    made = template_of_script(script, "sql", template_id="mine", chosen={})

    assert printed(made.text) == script


def test_only_what_was_chosen_becomes_a_variable() -> None:
    made = template_of_script(SQL, "sql", template_id="mine", name="Mine", chosen={4: "state"})

    [template] = read_templates(made.text).templates
    assert [variable.name for variable in template.variables] == ["state"]
    assert (template.name, printed(made.text)) == ("Mine", SQL)


@pytest.mark.parametrize(
    "chosen",
    [
        pytest.param({99: "a"}, id="no such literal"),
        pytest.param({1: "two words"}, id="no name"),
        pytest.param({1: "node"}, id="a name that every template has"),
        pytest.param({1: "a", 2: "a"}, id="one name twice"),
    ],
)
def test_a_choice_that_does_not_fit_is_refused(chosen: dict[int, str]) -> None:
    with pytest.raises(ScriptTemplateError) as refused:
        template_of_script(SQL, "sql", template_id="mine", chosen=chosen)

    assert refused.value.remedy


def test_an_unknown_output_is_refused_with_the_nearest() -> None:
    with pytest.raises(ScriptTemplateError) as refused:
        template_of_script("SELECT 1", "sqll", template_id="mine")

    assert "Did you mean 'sql'?" in refused.value.remedy


def test_a_script_that_cannot_be_read_is_kept_whole() -> None:
    broken = "x = 'open\nfor (\n"

    assert printed(template_of_script(broken, "python", template_id="mine").text) == broken
