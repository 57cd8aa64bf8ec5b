"""The file with the signing keys: private, made once, and rotated without locking people out."""

import asyncio
import json
import os
import stat
import threading
from pathlib import Path

import pytest

from lakewright.server.auth.keys import KeyFileError, SigningKeys

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


def test_after_a_rotation_old_tokens_still_verify(path: Path) -> None:
    old = SigningKeys.load_or_create(path).public_jwks()["keys"][0]["kid"]

    rotated = SigningKeys.rotate(path)

    assert rotated._signer[0] != old
    assert asyncio.run(rotated.key(old)) is not None
    assert SigningKeys.load_or_create(path).public_jwks() == rotated.public_jwks()
    assert len(SigningKeys.rotate(path).public_jwks()["keys"]) == 2


def test_repr_hides_the_keys(path: Path) -> None:
    keys = SigningKeys.load_or_create(path)

    assert json.loads(path.read_text())["keys"][0]["d"] not in repr(keys)


def test_derived_bytes_depend_on_every_part() -> None:
    keys = SigningKeys.generate()

    made = {keys.derive(*parts) for parts in [("a", "bc"), ("ab", "c"), ("a", "b", "c"), ("abc",)]}

    assert len(made) == 4
