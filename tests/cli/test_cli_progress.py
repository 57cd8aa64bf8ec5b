"""Long work shows how far it has come, to people only."""

import io
import sys

import pytest

from lakewright.cli import progress as module
from lakewright.cli.progress import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, *, patience: float) -> Terminal:
    """Make standard error a terminal. Not a fixture: pytest sets its own stream after those."""
    monkeypatch.setattr(sys, "stderr", found := Terminal())
    monkeypatch.setattr(module, "PATIENCE_SECONDS", patience)
    monkeypatch.setenv("TERM", "xterm")
    return found


def test_long_work_shows_a_bar_with_what_it_is_at(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_a_terminal(monkeypatch, patience=0)
    with progress("Generating") as report:
        assert report is not None
        report(0, 0, "counting")
        report(1, 3, "[bold]orders[/bold]")
        report(3, 3, "customers")
    assert "Generating" in terminal.getvalue()
    assert "3/3" in terminal.getvalue()


def test_short_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_a_terminal(monkeypatch, patience=60)
    with progress("Generating") as report:
        assert report is not None
        report(1, 3, "orders")
    assert terminal.getvalue() == ""


def test_a_log_gets_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress("Generating") as report:
        assert report is None
