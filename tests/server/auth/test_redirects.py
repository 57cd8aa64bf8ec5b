"""Where a browser may be sent: our own origins, however the address is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakewright.server.auth.redirects import safe_redirect
from lakewright.server.auth.settings import AuthSettings

SETTINGS = AuthSettings("https://lake.example", redirect_origins=("http://localhost:5173",))
HOME = "https://lake.example/"


@pytest.mark.parametrize(
    "address",
    [
        "https://lake.example",
        "https://lake.example/reset?next=%2Fmodels#top",
        "https://LAKE.example:443/a",
        "http://localhost:5173/back",
        "http://127.0.0.1:5173/back",
    ],
)
def test_our_own_addresses_are_kept(address: str) -> None:
    assert safe_redirect(address, SETTINGS) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/relative",
        "//evil.example",
        "///evil.example",
        "https:evil.example",
        "https:/evil.example",
        "https://evil.example",
        "https://lake.example.evil.example",
        "https://lake.example@evil.example",
        "https://lake.example:80@evil.example/",
        "https://evil.example@lake.example/",
        "https://lake.example/\\evil.example",
        "https://evil.example\\@lake.example",
        "https://lake.example\\.evil.example",
        "https://lake.example\t.evil.example",
        "https://lake.example\r\nSet-Cookie: a=b",
        "https://lake.example/\x00",
        "https://lаke.example",  # a Cyrillic letter
        "http://lake.example",
        "https://lake.example:8443",
        "https://lake.example:port/",
        "https://[::1/",
        "javascript:alert(1)//https://lake.example",
        "data:text/html,https://lake.example",
        "http://localhost:5174/",
        "https://lake.example/" + "a" * 3000,
    ],
)
def test_everything_else_leads_home(address: str) -> None:
    assert safe_redirect(address, SETTINGS) == HOME


@given(st.text(max_size=60))
def test_no_text_leads_elsewhere(text: str) -> None:
    for address in (text, f"https://{text}", f"https://lake.example{text}"):
        target = safe_redirect(address, SETTINGS)
        allowed = ("https://lake.example", "http://localhost:5173", "http://127.0.0.1:5173")
        assert (
            target.lower().startswith(
                tuple(f"{origin}{end}" for origin in allowed for end in ("/", "?", "#", ":"))
            )
            or target.lower() in allowed
        )
