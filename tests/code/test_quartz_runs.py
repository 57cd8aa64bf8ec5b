"""When a Quartz schedule fires, in its own time zone and through changes of the clocks."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from lakewright.code.quartz import next_runs, quartz_words
from lakewright.operations.schedules import runs_of

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # a Monday


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("0 0 6 * * ?", ["2026-11-24 06:00", "2026-11-25 06:00"], id="each day"),
        pytest.param("0 0/30 * * * ?", ["2026-11-23 12:30", "2026-11-23 13:00"], id="half hours"),
        pytest.param("0 5/30 * * * ?", ["2026-11-23 12:05", "2026-11-23 12:35"], id="from 5"),
        pytest.param("0 0 22-1 * * ?", ["2026-11-23 22:00", "2026-11-23 23:00"], id="over night"),
        pytest.param("0 0 6 ? * FRI-MON", ["2026-11-27 06:00", "2026-11-28 06:00"], id="weekend"),
        pytest.param("0 0 6 ? * 2", ["2026-11-30 06:00", "2026-12-07 06:00"], id="2 is Monday"),
        pytest.param("0 0 6 L * ?", ["2026-11-30 06:00", "2026-12-31 06:00"], id="last day"),
        pytest.param("0 0 6 L-2 * ?", ["2026-11-28 06:00", "2026-12-29 06:00"], id="two before"),
        pytest.param("0 0 6 LW 1-3 ?", ["2027-01-29 06:00", "2027-02-26 06:00"], id="last weekday"),
        pytest.param("0 0 6 28W * ?", ["2026-11-27 06:00", "2026-12-28 06:00"], id="near"),
        pytest.param("0 0 6 1W 5,8 ?", ["2027-05-03 06:00", "2027-08-02 06:00"], id="stays"),
        pytest.param("0 0 6 ? * 6L", ["2026-11-27 06:00", "2026-12-25 06:00"], id="last Friday"),
        pytest.param("0 0 6 ? * L", ["2026-11-28 06:00", "2026-12-05 06:00"], id="L is Saturday"),
        pytest.param("0 0 6 ? * FRI#2", ["2026-12-11 06:00", "2027-01-08 06:00"], id="second"),
        pytest.param("0 0 6 ? * MON#5", ["2026-11-30 06:00", "2027-03-29 06:00"], id="fifth"),
        pytest.param("0 0 0 29 2 ?", ["2028-02-29 00:00", "2032-02-29 00:00"], id="leap years"),
        pytest.param("0 0 6 1 JAN ? 2028", ["2028-01-01 06:00"], id="one year only"),
        pytest.param("0 0 6 1 1 ? 2020", [], id="the past"),
        pytest.param("0 0 6 31 2,4 ?", [], id="a day that no month has"),
    ],
)  # fmt: skip
def test_the_next_two_runs(expression: str, expected: list[str]) -> None:
    found = next_runs(expression, UTC, NOW, 2)
    assert [f"{run:%Y-%m-%d %H:%M}" for run in found.times] == expected


def test_offsets_follow_the_clocks() -> None:
    found = next_runs("0 0 6 * * ?", BERLIN, datetime(2026, 3, 28, tzinfo=UTC), 2)
    assert [run.isoformat() for run in found.times] == [
        "2026-03-28T06:00:00+01:00",
        "2026-03-29T06:00:00+02:00",
    ]


def test_a_time_that_the_clocks_jump_over_is_no_run() -> None:
    found = next_runs("0 30 2 * * ?", BERLIN, datetime(2026, 3, 28, 12, tzinfo=UTC), 1)
    assert [run.isoformat() for run in found.times] == ["2026-03-30T02:30:00+02:00"]
    assert [f"{run:%d %H:%M}" for run in found.skipped] == ["29 02:30"]


def test_a_time_that_comes_twice_is_one_run_and_marked() -> None:
    found = next_runs("0 30 2 * * ?", BERLIN, datetime(2026, 10, 24, 12, tzinfo=UTC), 2)
    assert [run.isoformat() for run in found.times] == [
        "2026-10-25T02:30:00+02:00",
        "2026-10-26T02:30:00+01:00",
    ]
    assert found.doubled == found.times[:1]


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("0 0 6 * * ?", "Every day at 06:00."),
        ("15 30 6,18 * * ?", "Every day at 06:30:15 and 18:30:15."),
        ("0 * * * * ?", "Every minute."),
        ("0 0 0/2 * * ?", "Every 2 hours."),
        ("0 0 6 L * ?", "At 06:00, on the last day of the month."),
        ("0 0 6 ? * FRI#2", "At 06:00, on the second Friday of the month."),
        ("0 0 6 15,20 1-3 ? 2028", "At 06:00, on day 15 and day 20 of the month, "
         "in January to March, in 2028."),
        ("0 0/5 9-17 ? * MON-FRI", "At minute every 5 minutes from 0, hour 9 to 17, "
         "on Monday to Friday."),
    ],
)  # fmt: skip
def test_a_schedule_in_words(expression: str, words: str) -> None:
    assert quartz_words(expression) == words


@pytest.mark.parametrize(
    ("quartz", "zone", "rules"),
    [
        ("0 6 * * *", "UTC", ["schedule-is-quartz"]),
        ("0 0 6 * * ?", "Europe/Berlim", ["time-zone-is-known"]),
        ("0 0 6 * * ?", "", ["time-zone-is-known"]),
        ("0 0 6 * * ?", "Europe", ["time-zone-is-known"]),
        ("0 0 6 * * ?", "../etc/passwd", ["time-zone-is-known"]),
        ("", "nowhere", ["schedule-is-quartz", "time-zone-is-known"]),
        ("0 0 6 31 2 ?", "UTC", ["schedule-never-fires"]),
    ],
)
def test_what_never_fires_says_why(quartz: str, zone: str, rules: list[str]) -> None:
    found = runs_of(quartz, zone, NOW)
    assert ([one.rule for one in found.diagnostics], found.runs) == (rules, ())


def test_a_slip_in_a_time_zone_is_recognised() -> None:
    [found] = runs_of("0 0 6 * * ?", "Europe/Berlim", NOW).diagnostics
    assert found.remedy.startswith("Did you mean 'Europe/Berlin'?")


def test_a_change_of_the_clocks_among_the_runs_is_told() -> None:
    now = datetime(2026, 3, 28, 12, tzinfo=UTC)
    found = runs_of("0 30 2 * * ?", "Europe/Berlin", now)
    assert [one.rule for one in found.diagnostics] == ["schedule-meets-clock-change"]
    assert len(found.runs) == 5
    assert found.words == "Every day at 02:30 (Europe/Berlin)."
