"""A notebook in Databricks source format is cells, and cells are a notebook."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.code.notebook import (
    COMMENT_OF,
    Cell,
    Notebook,
    notebook_language,
    read_notebook,
    write_notebook,
)
from lakewright.errors import LakewrightError

WRITTEN = """\
# Databricks notebook source
# MAGIC %pip install faker

# COMMAND ----------

# DBTITLE 1,Read the orders
orders = spark.table("raw.orders")

display(orders)

# COMMAND ----------

# MAGIC %sql
# MAGIC SELECT *
# MAGIC
# MAGIC   FROM raw.orders
"""


def test_the_markers_are_written_as_databricks_writes_them() -> None:
    cells = (
        Cell("pip", "install faker"),
        Cell("python", 'orders = spark.table("raw.orders")\n\ndisplay(orders)', "Read the orders"),
        Cell("sql", "SELECT *\n\n  FROM raw.orders"),
    )
    assert write_notebook(Notebook("python", cells)) == WRITTEN


def test_a_written_notebook_reads_back() -> None:
    read = read_notebook(WRITTEN)
    assert [cell.text for cell in read.cells] == [
        "install faker",
        'orders = spark.table("raw.orders")\n\ndisplay(orders)',
        "SELECT *\n\n  FROM raw.orders",
    ]
    assert [cell.line for cell in read.cells] == [2, 7, 14]
    assert [cell.language for cell in read.cells] == ["pip", "python", "sql"]
    assert write_notebook(read) == WRITTEN


def test_a_place_in_a_cell_is_a_place_in_the_file() -> None:
    pip, python, sql = read_notebook(WRITTEN).cells
    lines = WRITTEN.split("\n")
    for cell, line, column, word in [
        (pip, 1, 1, "install"),
        (python, 3, 9, "orders"),
        (sql, 3, 8, "raw"),
    ]:
        row, at = cell.place(line, column)
        assert lines[row - 1][at - 1 :].startswith(word)


@pytest.mark.parametrize(
    ("first", "language"),
    [
        pytest.param("# Databricks notebook source", "python", id="python"),
        pytest.param("-- Databricks notebook source", "sql", id="sql"),
        pytest.param("// Databricks notebook source\r", "scala", id="scala with CRLF"),
        pytest.param("\ufeff# Databricks notebook source", "python", id="a byte order mark"),
        pytest.param("#Databricks notebook source", None, id="no blank"),
        pytest.param("import os", None, id="a plain file"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_the_first_line_names_the_language(first: str, language: str | None) -> None:
    assert notebook_language(first + "\nx") == language


def test_crlf_and_blank_lines_change_nothing() -> None:
    loose = WRITTEN.replace("\n\n# COMMAND", "\n\n\n\n# COMMAND").replace("\n", "\r\n")
    assert read_notebook(loose) == read_notebook(WRITTEN)


def test_sql_after_the_magic_word_belongs_to_the_cell() -> None:
    [cell] = read_notebook(
        "# Databricks notebook source\n# MAGIC %sql SELECT 1\n# MAGIC , 2\n"
    ).cells
    assert (cell.language, cell.text, cell.inline) == ("sql", "SELECT 1\n, 2", True)
    assert cell.place(1, 1) == (2, 14)
    assert cell.place(2, 1) == (3, 9)


def test_a_plain_file_is_not_a_notebook() -> None:
    with pytest.raises(LakewrightError) as refused:
        read_notebook("import os\n")
    assert "import os" in refused.value.problem


@pytest.mark.parametrize(
    "text",
    ["# COMMAND ----------", "x = 1\n# COMMAND ----------\ny = 2", "# MAGIC %sql", "# DBTITLE 1,x"],
)
def test_a_cell_that_would_break_in_two_is_refused(text: str) -> None:
    with pytest.raises(LakewrightError):
        write_notebook(Notebook("python", (Cell("python", text),)))


def test_r_has_no_source_format_here() -> None:
    with pytest.raises(LakewrightError):
        write_notebook(Notebook("r", ()))


LINES = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\n")
    | st.sampled_from("#-/ %'\"\\`{}$\u2028\x0c"),
    max_size=20,
)
TEXTS = st.lists(LINES, min_size=1, max_size=6).map("\n".join)


@st.composite
def notebooks(draw: st.DrawFn) -> Notebook:
    language = draw(st.sampled_from(sorted(COMMENT_OF)))
    markers = (f"{COMMENT_OF[language]} ",)
    cells = []
    for _ in range(draw(st.integers(0, 4))):
        own = draw(st.booleans())
        text = draw(TEXTS)
        title = draw(st.text("abc é,1", max_size=8)).strip()
        if own:
            lines = text.split("\n")
            # Comment lines may be markers and blank lines around a cell are not part of it.
            if any(line.startswith(markers) for line in lines) or not (
                lines[0].strip() and lines[-1].strip()
            ):
                continue
            cells.append(Cell(language, text, " ".join(title.split())))
        else:
            others = sorted({"python", "sql", "scala", "r", "md", "sh", "run"} - {language})
            cells.append(Cell(draw(st.sampled_from(others)), text, " ".join(title.split())))
    return Notebook(language, tuple(cells))


@settings(max_examples=150, deadline=None)
@given(notebooks())
def test_what_is_written_is_what_is_read(notebook: Notebook) -> None:
    written = write_notebook(notebook)
    assert read_notebook(written) == notebook
    assert write_notebook(read_notebook(written)) == written


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_behind_a_header_is_read(text: str) -> None:
    for comment in COMMENT_OF.values():
        read_notebook(f"{comment} Databricks notebook source\n{text}")
