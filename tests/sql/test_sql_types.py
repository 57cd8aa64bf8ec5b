"""A text is one Databricks type, written one way, or it is refused with its column."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.sql.types import SqlTypeError, is_type, normalize_type


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        pytest.param("string", "STRING", id="small letters"),
        pytest.param("INTEGER", "INT", id="an alias"),
        pytest.param("long", "BIGINT", id="LONG"),
        pytest.param("byte", "TINYINT", id="BYTE"),
        pytest.param("decimal", "DECIMAL(10,0)", id="a decimal has sizes"),
        pytest.param("Numeric( 18 , 2 )", "DECIMAL(18,2)", id="spaces inside"),
        pytest.param("varchar(20)", "VARCHAR(20)", id="a length"),
        pytest.param("array<map<string,int>>", "ARRAY<MAP<STRING, INT>>", id="closing twice"),
        pytest.param(
            "struct<a:long not null, `b c` string comment 'x'>",
            "STRUCT<a: BIGINT NOT NULL, `b c`: STRING COMMENT 'x'>",
            id="a struct",
        ),
        pytest.param("struct<>", "STRUCT<>", id="an empty struct"),
        pytest.param("interval day to second", "INTERVAL DAY TO SECOND", id="an interval"),
        pytest.param("timestamp_ntz", "TIMESTAMP_NTZ", id="without time zone"),
        pytest.param("variant", "VARIANT", id="variant"),
        pytest.param("geography(4326)", "GEOGRAPHY(4326)", id="geography"),
        pytest.param("geometry(any)", "GEOMETRY(ANY)", id="geometry of any"),
        pytest.param("string collate UTF8_LCASE", "STRING COLLATE UTF8_LCASE", id="a collation"),
    ],
)
def test_types_are_written_one_way(written: str, canonical: str) -> None:
    assert normalize_type(written) == canonical
    assert normalize_type(canonical) == canonical


@pytest.mark.parametrize(
    ("written", "column", "remedy"),
    [
        pytest.param("STRIGN", 1, "Did you mean 'STRING'?", id="misspelt"),
        pytest.param("STRING); DROP TABLE k; --", 7, "alone", id="an injection"),
        pytest.param("STRING COMMENT 'x'", 8, "alone", id="a comment after it"),
        pytest.param("INT, b INT", 4, "alone", id="a second column"),
        pytest.param("ARRAY<", 7, "Write one", id="unfinished"),
        pytest.param("ARRAY<STRNG>", 7, "Did you mean 'STRING'?", id="misspelt inside"),
        pytest.param("MAP<STRING>", 11, "MAP<key, value>", id="a map of one"),
        pytest.param("DECIMAL(40,2)", 1, "1 to 38", id="too precise"),
        pytest.param("DECIMAL(5,6)", 1, "0 to the precision", id="scale over precision"),
        pytest.param("VARCHAR", 8, "VARCHAR(50)", id="no length"),
        pytest.param("INTERVAL SECOND TO DAY", 20, "Choose among", id="backwards"),
        pytest.param("", 1, "Write one", id="empty"),
        pytest.param("'STRING'", 1, "Did you mean", id="in quotes"),
    ],
)
def test_what_is_no_type_is_refused_with_its_column(written: str, column: int, remedy: str) -> None:
    with pytest.raises(SqlTypeError) as refused:
        normalize_type(written)
    assert refused.value.column == column
    assert remedy in refused.value.remedy


def test_deep_nesting_is_refused_without_recursion_error() -> None:
    assert not is_type("ARRAY<" * 5000 + "INT" + ">" * 5000)


@given(st.text(alphabet="ARYINT<>(),:1 `'-;", max_size=30))
@settings(max_examples=200, deadline=None)
def test_no_text_ends_in_anything_but_a_type_or_a_refusal(text: str) -> None:
    if is_type(text):
        assert ";" not in normalize_type(text).replace("`", "").split("COMMENT")[0]
