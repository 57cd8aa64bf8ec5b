"""A schedule is a Quartz expression: seconds first, and one of the two days is `?`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakewright.code.quartz import quartz_faults


@pytest.mark.parametrize(
    "expression",
    [
        "0 0 6 * * ?",
        "0 0/15 * * * ?",
        "0 0 6 ? * MON-FRI",
        "0 0 6 ? * 2,4,6 2026-2030",
        "0 30 10 L * ?",
        "0 30 10 LW * ?",
        "0 30 10 15W * ?",
        "0 30 10 L-3 * ?",
        "0 30 10 ? * 6L",
        "0 30 10 ? * fri#2",
        "0 0 0 1 JAN,JUL ?",
        "0 */5 * ? * *",
    ],
)
def test_sound_expressions(expression: str) -> None:
    assert quartz_faults(expression) == []


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        pytest.param("0 6 * * *", "5 fields", id="unix cron"),
        pytest.param("", "0 fields", id="nothing"),
        pytest.param("0 0 6 * * *", "'?'", id="both days"),
        pytest.param("0 0 6 ? * ?", "'?'", id="neither day"),
        pytest.param("60 0 6 * * ?", "'60' is not a seconds", id="second 60"),
        pytest.param("0 0 24 * * ?", "'24' is not a hours", id="hour 24"),
        pytest.param("0 0 6 32 * ?", "'32'", id="day 32"),
        pytest.param("0 0 6 ? * MONDAY", "'MONDAY'", id="a long name"),
        pytest.param("0 0 6 ? FOO 1", "'FOO'", id="a month that is none"),
        pytest.param("0 0/0 6 * * ?", "step", id="a step of nothing"),
        pytest.param("0 0/x 6 * * ?", "step", id="a step that is no number"),
        pytest.param("0 1-2-3 6 * * ?", "not a range", id="a range of three"),
        pytest.param("? 0 6 * * ?", "'?'", id="a question in another field"),
        pytest.param("0 ٣ 6 * * ?", "'٣'", id="digits of another script"),
    ],
)
def test_faults_are_said(expression: str, said: str) -> None:
    assert any(said in fault for fault in quartz_faults(expression))


@given(st.text("0123456789*?/,-#LWMONJAN ", max_size=40))
def test_no_text_breaks_the_check(text: str) -> None:
    quartz_faults(text)
