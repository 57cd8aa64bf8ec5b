"""Ruff reads many files in one process and knows what Databricks gives to each."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from lakewright.code.python_rules import PYTHON_RULES
from lakewright.errors import LakewrightError, LimitError
from lakewright.linters.ruff import RuffLinter

HEAD = "# Databricks notebook source\n"
NEXT = "\n\n# COMMAND ----------\n\n"


def test_every_path_is_answered_with_the_rules_of_its_file() -> None:
    found = RuffLinter().lint(
        {
            "clean.py": "x = 1\n",
            "name.py": "print(speling)\n",
            "syntax.py": "def f(:\n",
            "file.py": "await work()\n",
            "../odd\0name": "import os\n",
            "nul.py": "x = 1\ny = '\0'\n",
            "surrogate.py": "x = '\ud800'\n",
        }
    )
    assert {path: sorted({f.rule for f in faults}) for path, faults in found.items()} == {
        "clean.py": [],
        "name.py": ["python-undefined-name"],
        "syntax.py": ["python-syntax"],
        "file.py": ["python-misplaced-statement", "python-undefined-name"],
        "../odd\0name": ["python-unused-import"],
        "nul.py": [],
        "surrogate.py": [],
    }
    # What ruff forgives in a string, check_python reports: it gets these findings to merge.
    assert all(f.rule in PYTHON_RULES for faults in found.values() for f in faults)


def test_a_notebook_is_linted_whole() -> None:
    cells = [
        "# MAGIC %pip install faker",
        "import os\n%time df = 1\nrows = await load()",
        "# MAGIC %sql\n# MAGIC SELECT nothing",
        "display(spark.table(os.name), dbutils, sc, sql, table, getArgument, rows, missing)",
    ]
    found = RuffLinter().lint({"a": HEAD + NEXT.join(cells)})["a"]
    assert [(f.line, f.column, f.problem) for f in found] == [
        (8, 14, "Undefined name `load` (F821)."),
        (17, 75, "Undefined name `missing` (F821)."),
    ]


def test_a_pipeline_source_has_spark() -> None:
    source = """\
from pyspark import pipelines as dp

@dp.materialized_view
def orders():
    return spark.table("raw.orders")
"""
    assert RuffLinter().lint({"a.py": source}) == {"a.py": []}


def test_nothing_to_lint_starts_nothing() -> None:
    assert RuffLinter(binary="/no/such/ruff").lint({}) == {}


def test_a_missing_binary_is_said() -> None:
    with pytest.raises(LakewrightError) as refused:
        RuffLinter(binary="/no/such/ruff").lint({"a.py": "x = 1\n"})
    assert "pip install ruff" in refused.value.remedy


def test_a_linter_that_answers_nonsense_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "ruff"
    broken.write_text("#!/bin/sh\necho 'out of luck' >&2\nexit 2\n")
    broken.chmod(0o755)
    with pytest.raises(LakewrightError) as refused:
        RuffLinter(binary=str(broken)).lint({"a.py": "x = 1\n"})
    assert "out of luck" in refused.value.problem


def test_a_linter_that_never_answers_is_stopped(tmp_path: Path) -> None:
    slow = tmp_path / "ruff"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    with pytest.raises(LimitError):
        RuffLinter(binary=str(slow), timeout_seconds=0.2).lint({"a.py": "x = 1\n"})


def test_any_number_of_files_is_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Any] = []
    run = subprocess.run

    def counted(command: list[str], **options: Any) -> Any:
        started.append(command)
        return run(command, **options)

    monkeypatch.setattr(subprocess, "run", counted)
    monkeypatch.setenv("RUFF_OUTPUT_FORMAT", "concise")
    RuffLinter().lint({f"{number}.py": "x = 1\n" for number in range(100)})
    assert len(started) == 1
