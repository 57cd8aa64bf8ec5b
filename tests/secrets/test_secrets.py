"""Secrets open only where they were sealed, and only with their key; they never show."""

import base64
import os
import pickle
import string
import traceback
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from lakewright.errors import LakewrightError
from lakewright.store.secrets import (
    KeyFileError,
    KeyRing,
    Place,
    SealedError,
    SealedRow,
    Vault,
    add_key,
    drop_old_keys,
    key_id,
    key_id_of,
    key_status,
    load_keys,
    new_key_text,
    open_vault,
    rewrap_all,
)

HERE = Place("databricks_connections", UUID(int=1), UUID(int=2))
OLD, NEW = b"o" * 32, b"n" * 32
TOKEN = SecretStr("dapi-hunter2")
posix_only = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")


def vault(*keys: bytes) -> Vault:
    return Vault(KeyRing.of(keys or (OLD,)))


class Rows:
    """Sealed texts in memory."""

    def __init__(self, *texts: str) -> None:
        self.rows = {Place("t", UUID(int=1), UUID(int=n)): text for n, text in enumerate(texts)}

    async def sealed_rows(self) -> AsyncIterator[SealedRow]:
        for place, text in list(self.rows.items()):
            yield SealedRow(place, text)

    async def replace_sealed(self, row: SealedRow, sealed: str) -> bool:
        if self.rows.get(row.place) != row.sealed:
            return False
        self.rows[row.place] = sealed
        return True

    def seal(self, number: int, *keys: bytes) -> None:
        place = Place("t", UUID(int=1), UUID(int=number))
        self.rows[place] = vault(*keys).seal(TOKEN, place)


# Sealing


def test_what_was_sealed_opens_in_its_row() -> None:
    sealed = vault().seal(TOKEN, HERE)
    assert vault().open(sealed, HERE).get_secret_value() == "dapi-hunter2"


def test_a_sealed_text_has_four_parts_and_no_secret_in_it() -> None:
    sealed = vault().seal(TOKEN, HERE)
    version, name, wrapped, content = sealed.split(".")
    assert (version, name) == ("v1", key_id(OLD))
    assert len(base64.urlsafe_b64decode(wrapped + "==")) == 12 + 32 + 16
    assert len(base64.urlsafe_b64decode(content + "==")) == 12 + len("dapi-hunter2") + 16
    assert set(sealed) <= set(string.ascii_letters + string.digits + "-_.")


def test_sealing_twice_gives_two_texts() -> None:
    assert vault().seal(TOKEN, HERE) != vault().seal(TOKEN, HERE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(HERE, table="github_connections"),
        replace(HERE, workspace_id=UUID(int=9)),
        replace(HERE, row_id=UUID(int=9)),
        Place(HERE.table, HERE.row_id, HERE.workspace_id),
    ],
)
def test_a_text_that_is_moved_to_another_row_does_not_open(elsewhere: Place) -> None:
    sealed = vault().seal(TOKEN, HERE)
    with pytest.raises(SealedError):
        vault().open(sealed, elsewhere)
    with pytest.raises(SealedError):
        vault(NEW, OLD).rewrapped(sealed, elsewhere)


def test_parts_of_two_texts_of_one_row_do_not_fit_together() -> None:
    one, other = (vault().seal(TOKEN, HERE).split(".") for _ in range(2))
    with pytest.raises(SealedError):
        vault().open(".".join([*one[:3], other[3]]), HERE)


@pytest.mark.parametrize(
    "text",
    ["", "v1", "v2.a.b.c", "v1...", "v1.x.y.z", "dapi-hunter2", f"v1.{'0' * 16}.é.x", "v1." * 9],
)
def test_what_was_never_sealed_is_refused(text: str) -> None:
    with pytest.raises(SealedError):
        vault().open(text, HERE)


@given(position=st.integers(min_value=0), other=st.sampled_from(string.ascii_letters))
def test_no_changed_text_opens(position: int, other: str) -> None:
    sealed = vault().seal(TOKEN, HERE)
    position %= len(sealed)
    changed = sealed[:position] + other + sealed[position + 1 :]
    try:
        opened = vault().open(changed, HERE)
    except SealedError:
        return
    # The last character of a part may hold bits that belong to no byte.
    assert opened == TOKEN
    assert [base64.urlsafe_b64decode(part + "==") for part in changed.split(".")[2:]] == [
        base64.urlsafe_b64decode(part + "==") for part in sealed.split(".")[2:]
    ]


@given(st.text(min_size=1, max_size=200).filter(lambda t: t.isprintable()))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    sealed = vault().seal(SecretStr(text), HERE)
    assert vault().open(sealed, HERE).get_secret_value() == text


@pytest.mark.parametrize("secret", ["", "hunter2\ud800", "hunter2" * 2000])
def test_a_secret_that_cannot_be_kept_is_refused_without_being_named(secret: str) -> None:
    with pytest.raises(LakewrightError) as refused:
        vault().seal(SecretStr(secret), HERE)
    assert "hunter2" not in "".join(traceback.format_exception(refused.value))


def test_an_unknown_key_is_named_by_its_id_only() -> None:
    sealed = vault(OLD).seal(TOKEN, HERE)
    with pytest.raises(SealedError) as refused:
        vault(NEW).open(sealed, HERE)
    assert key_id(OLD) in refused.value.problem
    said = "".join(traceback.format_exception(refused.value))
    assert sealed not in said
    assert "hunter2" not in said


def test_nothing_shows_a_key_or_a_secret() -> None:
    ring = KeyRing.of([OLD, NEW])
    opened = Vault(ring).open(Vault(ring).seal(TOKEN, HERE), HERE)
    shown = f"{ring!r} {ring} {Vault(ring)!r} {opened!r} {opened} {SealedRow(HERE, 'v1.x')!r}"
    for secret in ("hunter2", "oooo", "nnnn", "v1.x", repr(OLD)):
        assert secret not in shown


# Keys


def test_the_first_start_makes_a_key_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "a folder" / "master.key"

    first = load_keys(None, file, tmp_path / "data")
    second = load_keys(None, file, tmp_path / "data")

    assert (first.created, second.created) == (True, False)
    assert first.keys == second.keys
    assert [one.name for one in file.parent.iterdir()] == ["master.key"]
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.parent.stat().st_mode & 0o777 == 0o700


def test_of_many_first_starts_one_key_comes_out(tmp_path: Path) -> None:
    def start(_: int) -> KeyRing:
        return load_keys(None, tmp_path / "keys" / "master.key", tmp_path / "data")

    with ThreadPoolExecutor(8) as threads:
        rings = list(threads.map(start, range(8)))

    assert len({ring.current for ring in rings}) == 1
    assert sum(ring.created for ring in rings) == 1


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    text = new_key_text()
    ring = load_keys(SecretStr(text), tmp_path / "master.key", tmp_path / "data")
    assert list(ring.keys.values()) == [base64.b64decode(text)]
    assert not (tmp_path / "master.key").exists()


def test_several_keys_in_the_environment_seal_with_the_first(tmp_path: Path) -> None:
    text = ", ".join(base64.b64encode(key).decode() for key in (NEW, OLD))
    ring = load_keys(SecretStr(text), tmp_path / "master.key", tmp_path)
    assert ring.current == key_id(NEW)
    assert set(ring.keys) == {key_id(NEW), key_id(OLD)}


@pytest.mark.parametrize(
    "text", ["hunter2", "aHVudGVyMg==", f"{base64.b64encode(OLD).decode()},", "é", "====", " "]
)
def test_a_malformed_key_is_refused_and_not_repeated(text: str, tmp_path: Path) -> None:
    with pytest.raises(KeyFileError) as refused:
        load_keys(SecretStr(text), tmp_path / "master.key", tmp_path)
    assert refused.value.where == "LAKEWRIGHT_MASTER_KEY"
    assert "hunter2" not in "".join(traceback.format_exception(refused.value))


def test_a_key_file_in_the_data_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="data folder"):
        load_keys(None, tmp_path / "data" / "sub" / ".." / "master.key", tmp_path / "data")
    assert not (tmp_path / "data").exists()


@posix_only
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_file_that_others_can_read_is_refused(mode: int, tmp_path: Path) -> None:
    file = tmp_path / "master.key"
    load_keys(None, file, tmp_path / "data")
    file.chmod(mode)
    with pytest.raises(KeyFileError, match="can read"):
        load_keys(None, file, tmp_path / "data")


@posix_only
def test_a_key_file_that_is_a_link_or_a_folder_is_refused(tmp_path: Path) -> None:
    load_keys(None, tmp_path / "real.key", tmp_path / "data")
    (tmp_path / "link.key").symlink_to(tmp_path / "real.key")
    (tmp_path / "folder.key").mkdir(mode=0o700)
    (tmp_path / "dangling.key").symlink_to(tmp_path / "nothing")
    for name in ("link.key", "folder.key", "dangling.key"):
        with pytest.raises(KeyFileError):
            load_keys(None, tmp_path / name, tmp_path / "data")


@pytest.mark.parametrize("content", [b"", b"# only a remark\n", b"\xff\xfe", b"x\n", b"A" * 44])
def test_a_damaged_key_file_is_refused_and_left_as_it_is(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "master.key"
    file.touch(mode=0o600)
    file.write_bytes(content)
    with pytest.raises(KeyFileError, match="Restore"):
        load_keys(None, file, tmp_path / "data")
    assert file.read_bytes() == content


# Rotation


def test_rotation_brings_everything_under_the_new_key_and_changes_no_secret() -> None:
    rows = Rows()
    rows.seal(1, OLD)
    rows.seal(2, NEW)
    contents = {place: text.split(".")[3] for place, text in rows.rows.items()}
    ring = KeyRing.of([NEW, OLD])

    done = anyio.run(rewrap_all, ring, rows)
    again = anyio.run(rewrap_all, ring, rows)

    assert (done.rewrapped, done.unchanged, done.failed) == (1, 1, ())
    assert (again.rewrapped, again.unchanged) == (0, 2)
    for place, text in rows.rows.items():
        assert key_id_of(text) == key_id(NEW)
        assert text.split(".")[3] == contents[place]
        assert vault(NEW).open(text, place).get_secret_value() == "dapi-hunter2"


def test_what_cannot_be_opened_is_left_as_it_was_and_named() -> None:
    rows = Rows()
    rows.seal(1, b"lost" * 8)
    rows.seal(2, OLD)
    [lost, kept] = rows.rows
    moved = Place("t", UUID(int=1), UUID(int=3))
    rows.rows[moved] = rows.rows[kept]
    before = dict(rows.rows)

    done = anyio.run(rewrap_all, KeyRing.of([NEW, OLD]), rows)

    assert (done.rewrapped, set(done.failed)) == (1, {lost, moved})
    assert {place: rows.rows[place] for place in done.failed} == {
        place: before[place] for place in done.failed
    }


def test_status_counts_what_each_key_seals() -> None:
    rows = Rows("not sealed")
    rows.seal(1, OLD)
    rows.seal(2, b"lost" * 8)

    status = anyio.run(key_status, KeyRing.of([NEW, OLD]), rows)

    assert status.current == key_id(NEW)
    assert status.sealed == {key_id(OLD): 1, key_id(b"lost" * 8): 1, "?": 1}
    assert status.lost == {key_id(b"lost" * 8): 1, "?": 1}
    assert status.retired == ()


def test_a_key_is_added_used_and_the_old_one_dropped(tmp_path: Path) -> None:
    file = tmp_path / "master.key"
    before = load_keys(None, file, tmp_path / "data")
    rows = Rows()
    rows.seal(1, next(iter(before.keys.values())))

    ring = add_key(file)
    assert drop_old_keys(file, {before.current: 1}) == []  # still used
    anyio.run(rewrap_all, ring, rows)
    status = anyio.run(key_status, ring, rows)
    assert status.retired == (before.current,)
    assert drop_old_keys(file, status.sealed) == [before.current]

    after = load_keys(None, file, tmp_path / "data")
    assert set(after.keys) == {ring.current}
    assert anyio.run(key_status, after, rows).lost == {}
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["master.key"]


def test_a_running_server_sees_a_rotation(tmp_path: Path) -> None:
    file = tmp_path / "master.key"
    running = open_vault(None, file, tmp_path / "data")
    first = running.seal(TOKEN, HERE)

    ring = add_key(file)

    second = running.seal(TOKEN, HERE)
    assert (key_id_of(second), running.ring.current) == (ring.current, ring.current)
    assert running.open(first, HERE) == running.open(second, HERE) == TOKEN
    file.write_text("damaged")
    assert running.open(second, HERE) == TOKEN
    file.unlink()
    assert running.open(second, HERE) == TOKEN


def test_keys_of_the_environment_stay_as_they_were_read(tmp_path: Path) -> None:
    vault_ = open_vault(SecretStr(new_key_text()), tmp_path / "master.key", tmp_path)
    assert vault_.open(vault_.seal(TOKEN, HERE), HERE) == TOKEN
    assert list(tmp_path.iterdir()) == []


def test_a_sealed_text_survives_being_stored() -> None:
    sealed = vault().seal(TOKEN, HERE)
    assert vault().open(pickle.loads(pickle.dumps(sealed)), HERE) == TOKEN
