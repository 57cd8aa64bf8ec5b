"""Where may a browser be sent after signing in? Never to a stranger's page."""

from urllib.parse import SplitResult, urlencode, urlsplit, urlunsplit

from lakewright.server.auth.settings import LOOPBACK_NAMES, AuthSettings

_PORTS = {"http": 80, "https": 443}


def safe_redirect(wanted: str, settings: AuthSettings) -> str:
    """`wanted` when it leads to one of our own origins, else the application's address."""
    fallback = settings.public_url.rstrip("/") + "/"
    origin = _origin(wanted)
    allowed = (settings.public_url, *settings.redirect_origins)
    if origin is None or origin not in {_origin(address) for address in allowed}:
        return fallback
    return wanted


def _origin(address: str) -> tuple[str, str, int] | None:
    """Scheme, host and port; None for what a browser might read otherwise than we do."""
    # Browsers drop tabs and newlines, and read `\` as `/` (WHATWG URL, 4.4).
    if len(address) > 2000 or any(not "!" <= letter <= "~" or letter == "\\" for letter in address):
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    if scheme not in _PORTS or not host or "@" in parts.netloc:
        return None
    # A browser on this machine may use either name of the same server.
    host = "localhost" if host in LOOPBACK_NAMES else host
    return scheme, host, port or _PORTS[scheme]


def with_query(address: str, values: dict[str, str]) -> str:
    """The address with these parameters added.

    >>> with_query("http://localhost/a?b=1#c", {"code": "x y"})
    'http://localhost/a?b=1&code=x+y'
    """
    parts = urlsplit(address)
    query = "&".join(part for part in (parts.query, urlencode(values)) if part)
    return urlunsplit(SplitResult(parts.scheme, parts.netloc, parts.path, query, ""))


def with_fragment(address: str, values: dict[str, str]) -> str:
    """The address with these values behind `#`, which no server and no log ever sees."""
    parts = urlsplit(address)
    return urlunsplit(
        SplitResult(parts.scheme, parts.netloc, parts.path, parts.query, urlencode(values))
    )
