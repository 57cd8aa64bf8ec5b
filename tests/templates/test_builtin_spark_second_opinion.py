"""Apache Spark's own parser reads all SQL of the built-in templates; what it refuses is explained.

Needs Java 17 and pyspark 4.1 or later; skipped visibly without. The explanations are those of the
SQL corpora and of the examples.
"""

import re

import pytest

from lakewright.code.notebook import read_notebook
from lakewright.code.sql_parts import sql_parts
from lakewright.sql.statements import split_statements
from lakewright.templates.library import builtin_templates
from tests.examples.test_examples_spark_second_opinion import MORE_ON_DATABRICKS
from tests.golden.refresh import golden_files
from tests.sql.test_sql_spark_second_opinion import ONLY_ON_DATABRICKS, Parser, spark_refusal
from tests.templates.builtin_renders import NOTEBOOK_HEADERS, SUFFIXES

__all__ = ["spark_refusal"]
pytestmark = pytest.mark.spark

# Beside what the corpora and the examples show: a pattern on the statement in one line, and why.
ONLY_IN_TEMPLATES = {
    r"ALTER TABLE .* DROP PRIMARY KEY": "Unity Catalog keeps informational keys",
    r"ALTER TABLE .* TIMESERIES\)": "feature tables mark the time in their key",
    r"CREATE WIDGET ": "widgets of SQL notebooks",
    r"DROP CONNECTION ": "Lakehouse Federation",
    r"ALTER EXTERNAL LOCATION ": "Unity Catalog storage",
    r"CREATE OR REPLACE FUNCTION .* LANGUAGE PYTHON ": "Python functions of Unity Catalog",
}


def statements(template_id: str) -> dict[str, str]:
    """`template/file:number` -> statement, of all golden files."""
    output_type = builtin_templates()[template_id].output_type
    header = NOTEBOOK_HEADERS.get(output_type, "")
    found: dict[str, str] = {}
    for name, text in golden_files(template_id):
        for part in sql_of(output_type if name != "undo.sql" else "sql", header, text):
            for statement in split_statements(part):
                plain = re.sub(r"(?m)^\s*--.*$", "", statement.text).strip()
                if plain:
                    found[f"{template_id}/{name}:{len(found)}"] = plain
    return found


def sql_of(output_type: str, header: str, text: str) -> list[str]:
    if output_type in ("sql", "pipeline_sql"):
        return [text]
    if output_type == "sql_notebook":
        return [cell.text for cell in read_notebook(header + text).cells if cell.language == "sql"]
    if SUFFIXES[output_type] in (".py", ".scala"):
        language = "scala" if output_type == "scala" else "python"
        return [part.text for part in sql_parts(header + text, language).parts]
    return []


EXPLANATIONS = {**ONLY_ON_DATABRICKS, **MORE_ON_DATABRICKS, **ONLY_IN_TEMPLATES}


def explanation(statement: str) -> str:
    line = " ".join(statement.split())
    return next((why for pattern, why in EXPLANATIONS.items() if re.match(pattern, line)), "")


def test_spark_takes_the_sql_of_the_templates_but_for_databricks_own(
    spark_refusal: Parser,
) -> None:
    unexplained = {
        name: f"{message.splitlines()[0]} | {' '.join(statement.split())[:200]}"
        for template_id in builtin_templates()
        for name, statement in statements(template_id).items()
        if (message := spark_refusal(statement)) and not explanation(statement)
    }

    assert unexplained == {}


def test_every_explanation_of_the_templates_is_needed(spark_refusal: Parser) -> None:
    refused = [
        " ".join(statement.split())
        for template_id in builtin_templates()
        for statement in statements(template_id).values()
        if spark_refusal(statement)
    ]

    idle = [p for p in ONLY_IN_TEMPLATES if not any(re.match(p, line) for line in refused)]
    assert idle == []


def test_the_templates_hold_sql() -> None:
    assert sum(len(statements(template_id)) for template_id in builtin_templates()) > 300
