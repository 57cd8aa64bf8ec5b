"""Is somebody sitting at a desktop here, so that a browser can be opened for them?"""

import os
import sys
import threading
import webbrowser
from collections.abc import Callable, Mapping


def opener(
    environ: Mapping[str, str], say: Callable[[str], None], *, wanted: bool | None, terminal: bool
) -> Callable[[str], None]:
    """What to do with the address once it can be opened.

    Args:
        wanted: What the person said; None: nothing.
        terminal: Whether a person reads what the server prints.
    """
    against = no_desktop(environ) if wanted else why_not(environ, terminal=terminal)
    if wanted and against:
        say(f"No browser is opened: {against}.")
    return nothing if against or wanted is False else open_address


def nothing(address: str) -> None:
    """Leave it to whoever reads the address."""


def why_not(
    environ: Mapping[str, str], *, terminal: bool, root: bool | None = None, platform: str = ""
) -> str:
    """What speaks against opening a browser unasked; empty when nothing does.

    Args:
        terminal: Whether a person reads what the server prints.
        root: Whether the process is the superuser's; asked of the system when None.
        platform: As `sys.platform`; asked when empty.
    """
    if not terminal:
        return "nobody reads along"
    if environ.get("CI"):
        return "this is a build machine"
    # Browsers refuse to run as root, or run without the walls that they build for themselves.
    if os.name == "posix" and os.geteuid() == 0 if root is None else root:
        return "root should not browse"
    return no_desktop(environ, platform=platform)


def no_desktop(environ: Mapping[str, str], *, platform: str = "") -> str:
    """Why no browser could be seen here; empty when one could."""
    if environ.get("SSH_CONNECTION"):
        return "the desktop is on another machine"
    has_display = environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
    if (platform or sys.platform) in ("darwin", "win32") or has_display:
        return ""
    return "there is no desktop"


def open_address(address: str) -> None:
    """Open the address; in a thread, since some browsers answer only when they are closed."""
    threading.Thread(target=_open, args=(address,), daemon=True, name="browser").start()


def _open(address: str) -> None:
    try:
        webbrowser.open(address)
    except (webbrowser.Error, OSError):
        # The address stands in the terminal as well.
        return
