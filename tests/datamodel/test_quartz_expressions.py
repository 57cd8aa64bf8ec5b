"""Which texts are Quartz cron expressions."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakewright.datamodel.quartz import why_not_quartz


@pytest.mark.parametrize(
    "text",
    [
        "0 30 5 * * ?",
        "0 0/15 * * * ?",
        "0 0 12 1/5 * ? 2030",
        "0 15 10 ? * MON-FRI",
        "0 0 0 L * ?",
        "0 0 0 LW * ?",
        "0 0 0 L-3 * ?",
        "0 0 0 15W * ?",
        "0 0 0 ? * 6L",
        "0 0 0 ? * fri#3",
        "0 0 8,12 ? JAN,JUL SUN",
        "0 0 0 ? * FRI-MON",
    ],
)
def test_an_expression_is_accepted(text: str) -> None:
    assert why_not_quartz(text) == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("30 5 * * *", "5 fields"),
        ("", "0 fields"),
        ("0 30 5 * * *", "Exactly one"),
        ("0 30 5 ? * ?", "Exactly one"),
        ("0 60 5 * * ?", "'60' is no minutes"),
        ("0 0 24 * * ?", "'24' is no hours"),
        ("0 0 5 32 * ?", "'32' is no day of month"),
        ("0 0 5 ? * 8", "'8' is no day of week"),
        ("0 0 5 * FOO ?", "'FOO' is no month"),
        ("0 0/0 5 * * ?", "'0/0' is no minutes"),
        ("0 0 5 * * ? 1900", "'1900' is no year"),
        ("0 1- 5 * * ?", "'1-' is no minutes"),
    ],
)
def test_anything_else_is_refused_with_the_reason(text: str, reason: str) -> None:
    assert reason in why_not_quartz(text)


@given(st.text(alphabet="0123456789*/,-?LW# MONJAN²", max_size=40))
@settings(max_examples=100, deadline=None)
def test_any_text_gets_an_answer(text: str) -> None:
    assert isinstance(why_not_quartz(text), str)
