"""How are tokens kept so that a stolen database, or a swapped row, gives none away?"""

import base64
import binascii
import os
import re
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Protocol
from uuid import UUID

from pydantic import SecretStr

from lakewright.errors import LakewrightError

KEY_BYTES = 32  # AES-256
NONCE_BYTES = 12  # NIST SP 800-38D, section 8.2: 96 bits
LONGEST_SECRET = 10_000
_VERSION = "v1"
_KEY_ID = re.compile(r"[0-9a-f]{16}")


class KeyFileError(LakewrightError):
    """There is no key that could be used to seal tokens."""

    code = "key"
    http_status = 503


class SealedError(LakewrightError):
    """What is stored cannot be opened with the keys at hand, or not in that place."""

    code = "sealed"
    http_status = 503


@dataclass(frozen=True, slots=True)
class Place:
    """The row that a secret is sealed for; nowhere else can it be opened."""

    table: str
    workspace_id: UUID
    row_id: UUID

    @classmethod
    def of_connection(cls, workspace_id: UUID, connection_id: UUID) -> "Place":
        """Where the token of a connection to Databricks is kept."""
        return cls("databricks_connections", workspace_id, connection_id)

    def binding(self) -> bytes:
        """What is authenticated with the ciphertext."""
        return f"{self.table}|{self.workspace_id}|{self.row_id}".encode()


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by id. New secrets are sealed with `current`; the others only open old ones.

    Attributes:
        keys: Id -> 32 bytes. The id is the beginning of the key's SHA-256, so that it can stand
            in a sealed text and in a log.
        created: Whether the key file was made just now; whoever runs the server should be told
            to keep a copy of it apart from the database's backups.
    """

    current: str
    keys: Mapping[str, bytes] = field(repr=False)
    created: bool = False

    @classmethod
    def of(cls, keys: Sequence[bytes], *, created: bool = False) -> "KeyRing":
        """A ring of keys, the newest first."""
        return cls(
            key_id(keys[0]),
            MappingProxyType({key_id(key): key for key in reversed(keys)}),
            created,
        )


class Vault:
    """Seals and opens secrets: `v1.<key id>.<wrapped data key>.<nonce and ciphertext>`.

    Every secret has a data key of its own, which the master key wraps; so rotating the master
    key rewrites 60 bytes a row and never decrypts a secret. Both layers are AES-256-GCM and
    bound to the row, so that a text that is moved or changed does not open.
    """

    def __init__(self, ring: KeyRing, refresh: Callable[[], KeyRing] | None = None) -> None:
        """
        Args:
            refresh: Gives the keys of this moment, for a server that runs while somebody
                rotates them; must be cheap, since it is called for each secret.
        """
        self._ring = ring
        self._refresh = refresh

    @property
    def ring(self) -> KeyRing:
        """The keys of this moment."""
        if self._refresh is not None:
            self._ring = self._refresh()
        return self._ring

    def seal(self, secret: SecretStr, place: Place) -> str:
        """The text to store for a secret; another one each time.

        Raises:
            LakewrightError: It is empty, too long, or half a character.
        """
        try:
            plain = secret.get_secret_value().encode()
        except UnicodeEncodeError:
            # Its message would quote the secret.
            raise _unusable("holds half a character") from None
        if not plain:
            raise _unusable("is empty")
        if len(plain) > LONGEST_SECRET:
            raise _unusable(f"has more than {LONGEST_SECRET:,} bytes")
        data_key = secrets.token_bytes(KEY_BYTES)
        return f"{self._wrapped(data_key, place)}.{_encrypted(data_key, plain, place)}"

    def open(self, sealed: str, place: Place) -> SecretStr:
        """The secret, for the row it was sealed for.

        Raises:
            SealedError: The key is not at hand, or the text was changed or moved.
        """
        parts = _Parts.of(sealed)
        return SecretStr(_decrypted(self._unwrapped(parts, place), parts.content, place).decode())

    def rewrapped(self, sealed: str, place: Place) -> str:
        """The same sealed secret under the current key; the text itself when it is already.

        Raises:
            SealedError: The old key is not at hand, or the text was changed or moved.
        """
        parts = _Parts.of(sealed)
        if parts.key_id == self.ring.current:
            return sealed
        data_key = self._unwrapped(parts, place)
        # Proves that nothing was swapped before the text gets a fresh seal.
        _decrypted(data_key, parts.content, place)
        return f"{self._wrapped(data_key, place)}.{parts.content}"

    def _wrapped(self, data_key: bytes, place: Place) -> str:
        """The first three parts of a sealed text."""
        ring = self.ring
        wrapped = _encrypted(ring.keys[ring.current], data_key, place)
        return f"{_VERSION}.{ring.current}.{wrapped}"

    def _unwrapped(self, parts: "_Parts", place: Place) -> bytes:
        key = self.ring.keys.get(parts.key_id)
        if key is None:
            raise SealedError(
                f"The key {parts.key_id}, which sealed this, is not at hand.",
                "Restore the key file or LAKEWRIGHT_MASTER_KEY from its backup, "
                "or enter the token again.",
            )
        return _decrypted(key, parts.wrapped, place)


@dataclass(frozen=True, slots=True)
class _Parts:
    key_id: str
    wrapped: str = field(repr=False)
    content: str = field(repr=False)

    @classmethod
    def of(cls, sealed: str) -> "_Parts":
        version, _, rest = sealed.partition(".")
        pieces = rest.split(".")
        if version != _VERSION or len(pieces) != 3 or not _KEY_ID.fullmatch(pieces[0]):
            raise _damaged()
        return cls(*pieces)


def key_id(key: bytes) -> str:
    """The name of a key: 64 bits of its SHA-256, which say nothing about it."""
    return sha256(b"lakewright key id\0" + key).hexdigest()[:16]


def key_id_of(sealed: str) -> str:
    """Which key sealed a text; raises `SealedError` when it is no sealed text."""
    return _Parts.of(sealed).key_id


# Where the keys come from


def load_keys(master_key: SecretStr | None, key_file: Path, data: Path) -> KeyRing:
    """The keys of the environment, else those of the key file, which is made when absent.

    Args:
        master_key: One key in base64, or several parted by commas, the newest first.
        data: The data folder; a key file in it is refused, since one backup would hold both.

    Raises:
        KeyFileError: No key, a malformed one, or a file that others can read.
    """
    if master_key is not None:
        source = "LAKEWRIGHT_MASTER_KEY"
        return KeyRing.of(_decoded(master_key.get_secret_value().split(","), source))
    if key_file.resolve().is_relative_to(data.resolve()):
        raise KeyFileError(
            f"The key file '{key_file}' lies in the data folder.",
            "Move it elsewhere and set LAKEWRIGHT_KEY_FILE.",
            str(key_file),
        )
    created = _create(key_file)
    return KeyRing.of(_read(key_file), created=created)


def open_vault(master_key: SecretStr | None, key_file: Path, data: Path) -> Vault:
    """The vault of a running server: it sees when `lakewright keys rotate` changes the file.

    Raises:
        KeyFileError: As `load_keys`.
    """
    ring = load_keys(master_key, key_file, data)
    if master_key is not None:
        return Vault(ring)
    known, seen = ring, _stamp(key_file)

    def refresh() -> KeyRing:
        nonlocal known, seen
        now = _stamp(key_file)
        if now != seen and now is not None:
            # A damaged file is the administrator's to mend; the keys in memory still work.
            with suppress(KeyFileError):
                known = KeyRing.of(_read(key_file))
            seen = now
        return known

    return Vault(ring, refresh)


def _stamp(key_file: Path) -> tuple[int, int, int] | None:
    try:
        status = key_file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def add_key(key_file: Path) -> KeyRing:
    """Put a new key first; the old ones stay until `drop_old_keys`.

    Raises:
        KeyFileError: The file is absent, malformed or cannot be written.
    """
    keys = [secrets.token_bytes(KEY_BYTES), *_read(key_file)]
    _replace(key_file, keys)
    return KeyRing.of(keys)


def drop_old_keys(key_file: Path, used: Mapping[str, int]) -> list[str]:
    """Forget every key but the first and those that something is still sealed with.

    Args:
        used: Key id -> how many stored secrets it seals, as `KeyStatus.sealed`.

    Returns:
        Ids of the keys that are gone.
    """
    keys = _read(key_file)
    kept = [keys[0], *(key for key in keys[1:] if used.get(key_id(key)))]
    if kept != keys:
        _replace(key_file, kept)
    return [key_id(key) for key in keys if key not in kept]


def new_key_text() -> str:
    """A new key as `LAKEWRIGHT_MASTER_KEY` takes it."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


# Rotation over stored rows


@dataclass(frozen=True, slots=True)
class SealedRow:
    """A sealed text and the row it is in."""

    place: Place
    sealed: str = field(repr=False)


class SealedRows(Protocol):
    """All sealed texts of a database."""

    def sealed_rows(self) -> AsyncIterator[SealedRow]: ...

    async def replace_sealed(self, row: SealedRow, sealed: str) -> bool:
        """False when the row holds something else by now, or is gone."""
        ...


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """What the keys at hand can open.

    Attributes:
        current: Id of the key that seals new secrets.
        known: Ids at hand, the current one included.
        sealed: Key id -> number of stored secrets it seals; `?` for texts that are none.
    """

    current: str
    known: tuple[str, ...]
    sealed: Mapping[str, int]

    @property
    def lost(self) -> Mapping[str, int]:
        """Stored secrets whose key is not at hand: they have to be entered again."""
        return {name: n for name, n in self.sealed.items() if name not in self.known}

    @property
    def retired(self) -> tuple[str, ...]:
        """Keys at hand that nothing needs any more."""
        return tuple(n for n in self.known if n != self.current and not self.sealed.get(n))


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did.

    Attributes:
        rewrapped: Secrets that are under the current key now.
        unchanged: Secrets that were already, or were changed or deleted meanwhile.
        failed: Rows whose secret could not be opened; it is left as it was.
    """

    rewrapped: int
    unchanged: int
    failed: tuple[Place, ...]


async def key_status(ring: KeyRing, rows: SealedRows) -> KeyStatus:
    """Which key seals how many secrets."""
    counted: Counter[str] = Counter()
    async for row in rows.sealed_rows():
        try:
            counted[key_id_of(row.sealed)] += 1
        except SealedError:
            counted["?"] += 1
    known = (ring.current, *sorted(name for name in ring.keys if name != ring.current))
    return KeyStatus(ring.current, known, dict(sorted(counted.items())))


async def rewrap_all(ring: KeyRing, rows: SealedRows) -> Rotation:
    """Bring every stored secret under the current key; may be stopped and run again.

    A row that somebody changes at the same time is under the current key already.
    """
    vault = Vault(ring)
    rewrapped, unchanged, failed = 0, 0, list[Place]()
    async for row in rows.sealed_rows():
        try:
            new = vault.rewrapped(row.sealed, row.place)
        except SealedError:
            failed.append(row.place)
            continue
        if new != row.sealed and await rows.replace_sealed(row, new):
            rewrapped += 1
        else:
            unchanged += 1
    return Rotation(rewrapped, unchanged, tuple(failed))


def _encrypted(key: bytes, plain: bytes, place: Place) -> str:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    # A key encrypts once (data keys) or some thousand times (master keys), far below the 2^32
    # at which random nonces become a risk (NIST SP 800-38D, section 8.3).
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, plain, place.binding())
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _decrypted(key: bytes, sealed: str, place: Place) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        raw = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.binding())
    except (InvalidTag, ValueError, binascii.Error):
        raise _damaged() from None


def _damaged() -> SealedError:
    return SealedError(
        "The stored secret was changed, or belongs to another row.", "Enter the token again."
    )


def _unusable(why: str) -> LakewrightError:
    return LakewrightError(f"The secret {why}.", "Copy it again from where it was made.")


def _decoded(lines: Sequence[str], source: str) -> list[bytes]:
    keys: list[bytes] = []
    for line in lines:
        try:
            key = base64.b64decode(line.strip(), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != KEY_BYTES:
            raise KeyFileError(
                f"{source} holds something that is not a key of {KEY_BYTES} bytes in base64.",
                "Restore it from its backup; a new key cannot open what an old one sealed.",
                source,
            ) from None
        if key not in keys:
            keys.append(key)
    return keys


def _read(key_file: Path) -> list[bytes]:
    try:
        handle = os.open(key_file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(file.fileno())
            if os.name == "posix" and status.st_mode & 0o077:
                raise KeyFileError(
                    f"Others on this machine can read the key file '{key_file}'.",
                    f"Run `chmod 600 {key_file}`, and rotate the keys if anyone may have.",
                    str(key_file),
                )
            if os.name == "posix" and status.st_uid not in (0, os.geteuid()):
                raise KeyFileError(
                    f"The key file '{key_file}' belongs to somebody else.",
                    "Run as that user, or set LAKEWRIGHT_KEY_FILE.",
                    str(key_file),
                )
            text = file.read(10_000).decode("ascii", "replace")
    except OSError as error:
        raise _unreachable(key_file, error) from error
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return _decoded(lines or [""], f"The key file '{key_file}'")


_HEADER = (
    "# Lakewright's keys, the newest first. Keep a copy, but never beside the database's backups:\n"
    "# without this file stored tokens are lost, with it and the database anyone can read them.\n"
)


def _create(key_file: Path) -> bool:
    """Make the file with one key unless it is there; False when somebody else was first."""
    if key_file.exists():
        return False
    try:
        key_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = _written(key_file, [secrets.token_bytes(KEY_BYTES)])
        try:
            # A link fails when the name is taken: of two starters one wins, and both read its key.
            os.link(half, key_file)
        except FileExistsError:
            return False
        finally:
            half.unlink()
        _settle(key_file.parent)
    except OSError as error:
        raise _unreachable(key_file, error) from error
    return True


def _replace(key_file: Path, keys: Sequence[bytes]) -> None:
    try:
        _written(key_file, keys).replace(key_file)
        _settle(key_file.parent)
    except OSError as error:
        raise _unreachable(key_file, error) from error


def _written(key_file: Path, keys: Sequence[bytes]) -> Path:
    """The keys in a new file beside it, on disk before anything relies on them."""
    half = key_file.with_name(f".{key_file.name}.{secrets.token_hex(8)}")
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(_HEADER + "".join(f"{base64.b64encode(key).decode()}\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())
    return half


def _settle(folder: Path) -> None:
    """Make a rename or link in a folder outlive a power cut."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unreachable(key_file: Path, error: OSError) -> KeyFileError:
    return KeyFileError(
        f"The key file '{key_file}' cannot be used: {error.strerror}.",
        "Correct its permissions, or set LAKEWRIGHT_KEY_FILE or LAKEWRIGHT_MASTER_KEY.",
        str(key_file),
    )
