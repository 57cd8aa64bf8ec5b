"""The file with the signing keys: private, made once, and rotated without locking people out."""

import asyncio
import json
import os
import stat
import threading
from pathlib import Path

import jwt
import pytest
from typer.testing import CliRunner

from lakewright.cli.app import create_cli
from lakewright.server.auth.keys import KEPT_SECONDS, LOOK_SECONDS, KeyFileError, SigningKeys
from lakewright.server.auth.settings import AuthSettings
from lakewright.server.auth.verify import LEEWAY_SECONDS

posix_only = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a folder" / "signing-keys.json"


def test_keys_are_made_on_the_first_start_and_stay(path: Path) -> None:
    made = SigningKeys.load_or_create(path)

    assert SigningKeys.load_or_create(path).public_jwks() == made.public_jwks()
    assert SigningKeys.load_or_create(path).derive("x") == made.derive("x")
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


@posix_only
def test_only_the_owner_may_read_the_file(path: Path) -> None:
    SigningKeys.load_or_create(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@posix_only
def test_a_file_that_others_may_read_is_refused(path: Path) -> None:
    SigningKeys.load_or_create(path)
    path.chmod(0o644)

    with pytest.raises(KeyFileError) as refused:
        SigningKeys.load_or_create(path)

    assert refused.value.where == str(path)


@pytest.mark.parametrize("content", ["", "{}", '{"keys": []}', '{"keys": [{"kid": "a"}]}', "[1]"])
def test_a_damaged_file_is_refused_and_kept(path: Path, content: str) -> None:
    path.parent.mkdir()
    path.write_text(content)
    path.chmod(0o600)

    with pytest.raises(KeyFileError):
        SigningKeys.load_or_create(path)

    assert path.read_text() == content


def test_two_starters_at_once_end_with_the_same_keys(path: Path) -> None:
    found: list[object] = []
    starters = [
        threading.Thread(
            target=lambda: found.append(SigningKeys.load_or_create(path).public_jwks())
        )
        for _ in range(8)
    ]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()

    assert found == [found[0]] * 8


def test_the_published_set_holds_no_private_part(path: Path) -> None:
    [key] = SigningKeys.load_or_create(path).public_jwks()["keys"]

    assert sorted(key) == ["alg", "crv", "key_ops", "kid", "kty", "use", "x", "y"]
    assert (key["alg"], key["crv"], key["key_ops"]) == ("ES256", "P-256", ["verify"])


class Clock:
    """Seconds since 1970, as a test says."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def kids(keys: SigningKeys) -> list[str]:
    return [key["kid"] for key in keys.public_jwks()["keys"]]


def kid_of(token: str) -> str:
    kid: str = jwt.get_unverified_header(token)["kid"]
    return kid


def test_a_running_server_signs_with_the_new_key_as_soon_as_there_is_one(path: Path) -> None:
    running = SigningKeys.load_or_create(path)
    old = kid_of(running.sign({}))

    rotated = SigningKeys.rotate(path)

    assert kid_of(running.sign({})) == kids(rotated)[0] != old
    assert kids(running) == kids(rotated) == [kids(rotated)[0], old]
    assert running.derive("x") == rotated.derive("x")


def test_a_server_that_has_not_noticed_yet_knows_the_tokens_of_one_that_has(path: Path) -> None:
    slow, quick = SigningKeys.load_or_create(path), SigningKeys.load_or_create(path)
    SigningKeys.rotate(path)
    assert asyncio.run(slow.key(kid_of(quick.sign({})))) is not None


def test_an_old_key_counts_until_the_longest_token_has_expired(path: Path) -> None:
    clock = Clock()
    running = SigningKeys.load_or_create(path, clock=clock)
    old = kids(running)[0]
    SigningKeys.rotate(path, clock=clock)

    clock.now += AuthSettings("http://localhost").access_seconds + LEEWAY_SECONDS
    assert asyncio.run(running.key(old)) is not None
    assert old in kids(running)

    clock.now += KEPT_SECONDS
    assert asyncio.run(running.key(old)) is None
    assert old not in kids(running)
    SigningKeys.rotate(path, clock=clock)
    assert old not in path.read_text()


def test_rotations_in_a_row_end_nobodys_session(path: Path) -> None:
    running = SigningKeys.load_or_create(path)
    signed = [kid_of(running.sign({}))]
    for _ in range(4):
        SigningKeys.rotate(path)
        signed.append(kid_of(running.sign({})))
    assert len(set(signed)) == 5
    assert all(asyncio.run(running.key(kid)) for kid in signed)


def test_a_key_that_others_know_counts_no_more_at_once(path: Path) -> None:
    clock = Clock()
    running = SigningKeys.load_or_create(path, clock=clock)
    known = kids(running)[0]
    SigningKeys.rotate(path, drop_old=True, clock=clock)

    clock.now += LOOK_SECONDS + 0.1
    assert asyncio.run(running.key(known)) is None
    assert known not in path.read_text()


def test_a_file_that_is_damaged_later_ends_nobodys_session(path: Path) -> None:
    running = SigningKeys.load_or_create(path)
    before = kids(running)
    path.write_text("half")
    assert kids(running) == before
    path.unlink()
    assert kids(running) == before


def test_what_is_not_there_is_not_rotated(path: Path) -> None:
    with pytest.raises(KeyFileError):
        SigningKeys.rotate(path)
    assert not path.exists()


@posix_only
def test_the_file_stays_private(path: Path) -> None:
    SigningKeys.load_or_create(path)
    SigningKeys.rotate(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_no_time_and_no_private_part_is_published_after_a_rotation(path: Path) -> None:
    SigningKeys.load_or_create(path)
    for key in SigningKeys.rotate(path).public_jwks()["keys"]:
        assert sorted(key) == ["alg", "crv", "key_ops", "kid", "kty", "use", "x", "y"]


def test_the_command_rotates_and_says_what_still_counts(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = kids(SigningKeys.load_or_create(path))[0]
    monkeypatch.setenv("LAKEWRIGHT_KEY_FILE", str(path.with_name("master.key")))
    monkeypatch.setenv("LAKEWRIGHT_DATA", str(path.parent.parent / "data"))

    said = CliRunner().invoke(create_cli(), ["keys", "rotate-signing", "--json"])

    assert said.exit_code == 0, said.output
    answer = json.loads(said.stdout)
    assert answer["verifying"] == [old]
    assert kids(SigningKeys.load_or_create(path)) == [answer["current"], old]


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({}, "There is no file with signing keys."),
        (
            {
                "SUPABASE_URL": "https://x.supabase.co",
                "SUPABASE_PUBLISHABLE_KEY": "k",
                "LAKEWRIGHT_DATABASE_URL": "postgresql://app_api@db.example.com/postgres",
            },
            "The Supabase project signs access tokens",
        ),
    ],
)
def test_the_command_says_where_there_is_nothing_to_rotate(
    path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], problem: str
) -> None:
    monkeypatch.setenv("LAKEWRIGHT_KEY_FILE", str(path.with_name("master.key")))
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    said = CliRunner().invoke(create_cli(), ["keys", "rotate-signing"])
    assert said.exit_code == 1
    assert problem in said.stderr


def test_repr_hides_the_keys(path: Path) -> None:
    keys = SigningKeys.load_or_create(path)

    assert json.loads(path.read_text())["keys"][0]["d"] not in repr(keys)


def test_derived_bytes_depend_on_every_part() -> None:
    keys = SigningKeys.generate()

    made = {keys.derive(*parts) for parts in [("a", "bc"), ("ab", "c"), ("a", "b", "c"), ("abc",)]}

    assert len(made) == 4
