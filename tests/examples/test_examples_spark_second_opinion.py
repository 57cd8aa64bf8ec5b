"""Apache Spark's own parser reads all SQL of the examples; what it refuses is explained.

Needs Java 17 and pyspark 4.1 or later; skipped visibly without. The explanations are those of the
SQL corpora.
"""

import re
from pathlib import Path

import pytest

from lakewright.code.sql_parts import sql_parts
from lakewright.sql.statements import split_statements
from tests.sql.test_sql_spark_second_opinion import ONLY_ON_DATABRICKS, Parser, spark_refusal

__all__ = ["spark_refusal"]
pytestmark = pytest.mark.spark

# Beside what the corpora show: a pattern on the statement in one line, and why.
MORE_ON_DATABRICKS = {
    r".* read_(files|kafka)\(": "reading files and topics is Databricks' own",
    r".* QUALIFY ": "newer than Spark 4.1, also inside INSERT and MERGE",
    r"DROP EXTERNAL LOCATION ": "Unity Catalog storage",
}
LANGUAGES = {".sql": "sql", ".py": "python", ".scala": "scala"}


def statements(folder: Path) -> dict[str, str]:
    """`file:number` -> statement, out of SQL files and out of the SQL inside notebooks."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("src/**/*")):
        language = LANGUAGES.get(path.suffix)
        if language is None or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        whole = language == "sql" and not text.startswith("-- Databricks notebook source")
        parts = [text] if whole else [part.text for part in sql_parts(text, language).parts]
        for part in parts:
            for statement in split_statements(part):
                name = f"{path.relative_to(folder)}:{len(found)}"
                found[name] = re.sub(r"(?m)^\s*--.*$", "", statement.text).strip()
    return found


def is_explained(statement: str) -> bool:
    line = " ".join(statement.split())
    return any(re.match(p, line) for p in (*ONLY_ON_DATABRICKS, *MORE_ON_DATABRICKS))


def test_spark_takes_the_sql_of_the_examples_but_for_databricks_own(
    spark_refusal: Parser,
    bundles: dict[str, Path],
) -> None:
    unexplained = {
        f"{bundle}/{name}": message.splitlines()[0]
        for bundle, folder in bundles.items()
        for name, statement in statements(folder).items()
        if (message := spark_refusal(statement)) and not is_explained(statement)
    }

    assert unexplained == {}


def test_the_examples_hold_sql(bundles: dict[str, Path]) -> None:
    assert len(statements(bundles["retail"])) > 50
