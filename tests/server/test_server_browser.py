"""A browser is opened for somebody who sits at a desktop, and for nobody else."""

import threading

import pytest

from lakewright.server.browser import no_desktop, open_address, opener, why_not

DESKTOP = {"DISPLAY": ":0"}


@pytest.mark.parametrize(
    ("environ", "platform"),
    [
        pytest.param(DESKTOP, "linux", id="X11"),
        pytest.param({"WAYLAND_DISPLAY": "wayland-0"}, "linux", id="Wayland"),
        pytest.param({}, "darwin", id="macOS"),
        pytest.param({}, "win32", id="Windows"),
    ],
)
def test_at_a_desktop_a_browser_is_opened(environ: dict[str, str], platform: str) -> None:
    assert why_not(environ, terminal=True, root=False, platform=platform) == ""


@pytest.mark.parametrize(
    ("environ", "terminal", "root"),
    [
        pytest.param({}, True, False, id="there is no desktop"),
        pytest.param(DESKTOP, False, False, id="a service reads no terminal"),
        pytest.param(DESKTOP, True, True, id="root"),
        pytest.param(DESKTOP | {"CI": "true"}, True, False, id="a build machine"),
        pytest.param(DESKTOP | {"SSH_CONNECTION": "::1 1 ::1 22"}, True, False, id="over ssh"),
    ],
)
def test_elsewhere_none_is_opened_unasked(
    environ: dict[str, str], terminal: bool, root: bool
) -> None:
    assert why_not(environ, terminal=terminal, root=root, platform="linux") != ""


def test_whoever_asks_for_it_gets_one_wherever_it_can_be_seen() -> None:
    assert no_desktop(DESKTOP | {"CI": "true"}, platform="linux") == ""
    assert no_desktop({}, platform="linux") == "there is no desktop"


@pytest.mark.parametrize(
    ("environ", "wanted", "opened", "said"),
    [
        (DESKTOP, True, True, []),
        (DESKTOP, False, False, []),
        (DESKTOP, None, False, []),
        ({}, True, False, ["No browser is opened: there is no desktop."]),
    ],
)
def test_what_is_asked_for_counts(
    environ: dict[str, str], wanted: bool | None, opened: bool, said: list[str]
) -> None:
    heard: list[str] = []
    found = opener(environ, heard.append, wanted=wanted, terminal=False)
    assert (found is open_address, heard) == (opened, said)


def test_a_browser_that_cannot_be_started_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    tried = threading.Event()

    def fails(address: str) -> bool:
        asked.append(address)
        tried.set()
        raise OSError("no browser")

    monkeypatch.setattr("webbrowser.open", fails)
    open_address("http://127.0.0.1:8765")
    assert tried.wait(10)
    assert asked == ["http://127.0.0.1:8765"]
