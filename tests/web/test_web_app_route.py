"""Every address that is not the API's answers with the web app; nothing outside it can be read."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from lakewright.server import errors
from lakewright.server.security_headers import SecurityHeaders
from lakewright.server.web_app import web_app_route

PAGE = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "with a space" / "static"
    (root / "assets").mkdir(parents=True)
    (root / "index.html").write_text("<!doctype html><title>Lakewright</title>")
    (root / "favicon.svg").write_text("<svg/>")
    (root / "assets" / "index-a1b2.js").write_text("plain")
    (root / "assets" / "index-a1b2.js.gz").write_bytes(b"packed")
    (root / "assets" / "small-c3.css").write_text("body{}")
    (tmp_path / "with a space" / "secret.txt").write_text("secret")
    (root / "link.txt").symlink_to(tmp_path / "with a space" / "secret.txt")
    return root


@pytest.fixture
def client(folder: Path) -> TestClient:
    return _client(folder)


def _client(folder: Path) -> TestClient:
    from fastapi import FastAPI

    app = FastAPI(openapi_url=None)
    errors.install(app)
    app.router.routes.append(web_app_route(folder))
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize("path", ["/", "/w/retail/models", "/w/retail/models/a%20b", "/apiary"])
def test_a_person_gets_the_page_at_every_address_of_the_app(client: TestClient, path: str) -> None:
    reply = client.get(path, headers=PAGE)
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/html")
    assert reply.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/api", "/api/v1/nothing", "/auth/v1/nothing", "/metrics/x"])
def test_an_unknown_address_of_the_api_stays_an_error(client: TestClient, path: str) -> None:
    for reply in (client.get(path, headers=PAGE), client.post(path)):
        assert reply.status_code == 404
        assert reply.json()["code"] == "no-such-path"


def test_a_script_that_asks_for_a_file_that_is_not_there_is_told(client: TestClient) -> None:
    assert client.get("/old.js", headers={"Accept": "*/*"}).status_code == 404
    # The page in place of a script would be a puzzle for a browser with an old page.
    assert client.get("/assets/old-99.js", headers=PAGE).status_code == 404


def test_files_whose_name_tells_their_content_are_kept_for_ever(client: TestClient) -> None:
    reply = client.get("/assets/small-c3.css")
    assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert reply.headers["content-type"].startswith("text/css")
    assert client.get("/favicon.svg").headers["cache-control"] == "no-cache"


def test_the_packed_file_goes_to_those_who_can_unpack_it(client: TestClient) -> None:
    with client.stream("GET", "/assets/index-a1b2.js", headers={"Accept-Encoding": "gzip"}) as got:
        assert got.headers["content-encoding"] == "gzip"
        assert b"".join(got.iter_raw()) == b"packed"
        assert "javascript" in got.headers["content-type"]
    plain = client.get("/assets/index-a1b2.js", headers={"Accept-Encoding": "identity"})
    assert plain.text == "plain"
    assert "accept-encoding" in plain.headers["vary"].lower()


def test_a_page_that_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/", headers=PAGE)
    again = client.get("/", headers=PAGE | {"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get("/", headers=PAGE | {"If-None-Match": '"other"'})
    assert other.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/%2e%2e%2fsecret.txt",
        "/link.txt",
        "/assets",
        "/a%00b",
        "/" + "x" * 5000,
    ],
)
def test_nothing_outside_the_folder_can_be_read(client: TestClient, path: str) -> None:
    reply = client.get(path, headers={"Accept": "*/*"})
    assert reply.status_code == 404
    assert "secret" not in reply.text.replace("secret.txt", "")


def test_without_a_build_a_person_is_told_how_to_make_one(tmp_path: Path) -> None:
    reply = _client(tmp_path).get("/", headers=PAGE)
    assert reply.status_code == 404
    assert "make build-web" in reply.json()["remedy"]


@pytest.mark.parametrize(
    "path", ["/", "/auth/callback", "/auth/new-password", "/assets/small-c3.css"]
)
def test_pages_may_load_what_the_app_is_made_of(folder: Path, path: str) -> None:
    # A letter leads to a page below /auth/; the sign-in service has only /auth/v1/.
    reply = TestClient(SecurityHeaders(_client(folder).app)).get(path, headers=PAGE)
    policy = reply.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy


@pytest.mark.parametrize("path", ["/api/v1/me", "/auth/v1/token", "/healthz"])
def test_an_answer_of_the_api_can_load_nothing(folder: Path, path: str) -> None:
    reply = TestClient(SecurityHeaders(_client(folder).app)).get(path)
    assert reply.headers["content-security-policy"].startswith("default-src 'none'")
