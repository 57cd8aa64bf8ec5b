"""The keys that sign access tokens, kept in one private file outside the database."""

import base64
import hashlib
import hmac
import json
import logging
import os
import secrets
import stat
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakewright.errors import LakewrightError
from lakewright.server.auth.settings import ACCESS_SECONDS

if TYPE_CHECKING:
    from jwt import PyJWK

LOGGER = logging.getLogger("lakewright.auth")
ALGORITHM = "ES256"
# The longest token, and a minute for clocks that differ.
KEPT_SECONDS = ACCESS_SECONDS + 60
LOOK_SECONDS = 2.0


class KeyFileError(LakewrightError):
    """The file with the signing keys cannot be used."""

    code = "signing-keys"
    http_status = 500


class SigningKeys:
    """The signing keys, newest first, and one secret to derive codes from.

    The first key signs; one that did so before verifies until every token that it signed has
    expired. Several server processes share sessions when they read the same file, and a running
    one notices when the file is replaced.
    """

    def __init__(
        self,
        private_keys: Sequence[dict[str, Any]],
        secret: bytes,
        *,
        path: Path | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._private = list(private_keys)
        self._secret = secret
        self._path = path
        self._clock = clock
        self._stamp: tuple[int, int, int] | None = None
        self._looked_at = clock()

    def __repr__(self) -> str:
        return f"SigningKeys({', '.join(str(key['kid']) for key in self._private)})"

    @classmethod
    def generate(cls) -> "SigningKeys":
        """Fresh keys that live in memory only."""
        return cls([_new_key()], secrets.token_bytes(32))

    @classmethod
    def load_or_create(cls, path: Path, *, clock: Callable[[], float] = time.time) -> "SigningKeys":
        """The keys in the file at `path`, which is made (mode 0600) when missing.

        Raises:
            KeyFileError: Others may read the file, or it is damaged.
        """
        if not path.exists():
            _write_new(path, cls.generate())
        return cls._read(path, clock)

    @classmethod
    def rotate(
        cls, path: Path, *, drop_old: bool = False, clock: Callable[[], float] = time.time
    ) -> "SigningKeys":
        """Put a new signing key in front; running servers sign with it from now on.

        Args:
            drop_old: Older keys verify nothing any more, instead of until their tokens expire:
                for a key that others know.

        Raises:
            KeyFileError: There is no such file, others may read it, or it is damaged.
        """
        old = cls._read(path, clock)
        now = int(clock())
        kept = [] if drop_old else [{"retired_at": now, **key} for key in old._counting()]
        fresh = cls([_new_key(), *kept], old._secret)
        _write_private(path, fresh).replace(path)
        return cls._read(path, clock)

    @classmethod
    def _read(cls, path: Path, clock: Callable[[], float]) -> "SigningKeys":
        if not path.exists():
            raise KeyFileError(
                problem="There is no file with signing keys.",
                remedy="The first `lakewright serve` makes it; or restore it from a backup.",
                where=str(path),
            )
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise KeyFileError(
                problem="Other users of this machine may read the file with the signing keys.",
                remedy="Run `chmod 600` on it, then replace the keys, as they may be known.",
                where=str(path),
            )
        stamp = _stamp_of(path)  # before the file is read: who replaces it meanwhile is noticed
        try:
            content = json.loads(path.read_text("utf-8"))
            keys = [dict(key) for key in content["keys"]]
            secret = base64.urlsafe_b64decode(content["secret"])
            if not keys or not all(key["kid"] and key["alg"] == ALGORITHM for key in keys):
                raise ValueError("no usable key")
            if not all(isinstance(key.get("retired_at", 0), int) for key in keys):
                raise ValueError("a time that is none")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise KeyFileError(
                problem="The file with the signing keys cannot be read.",
                remedy="Restore it, or delete it: people then have to sign in again.",
                where=str(path),
            ) from error
        found = cls(keys, secret, path=path, clock=clock)
        found._stamp = stamp
        return found

    def _content(self) -> str:
        secret = base64.urlsafe_b64encode(self._secret).decode()
        return json.dumps({"keys": self._private, "secret": secret})

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A JSON Web Token with these claims, signed by the newest key."""
        import jwt

        self._look_again()
        kid, key = self._signer
        return jwt.encode(dict(claims), key, ALGORITHM, headers={"kid": kid})

    @cached_property
    def _signer(self) -> tuple[str, Any]:
        from jwt import PyJWK

        newest = {name: value for name, value in self._private[0].items() if name != "retired_at"}
        return newest["kid"], PyJWK(newest).key

    @cached_property
    def _public(self) -> Mapping[str, "PyJWK"]:
        from jwt import PyJWK

        return {key["kid"]: PyJWK(_public_part(key)) for key in self._private}

    def public_jwks(self) -> dict[str, Any]:
        """The JSON Web Key Set that anybody may read (RFC 7517)."""
        self._look_again()
        return {"keys": [_public_part(key) for key in self._counting()]}

    async def key(self, kid: str) -> "PyJWK | None":
        """The key that checks tokens naming `kid`."""
        if kid not in self._public or self._clock() - self._looked_at > LOOK_SECONDS:
            self._look_again()
        counts = any(key["kid"] == kid for key in self._counting())
        return self._public.get(kid) if counts else None

    def _counting(self) -> list[dict[str, Any]]:
        """Keys of which somebody may hold a token that has not expired."""
        now = self._clock()
        return [
            key
            for key in self._private
            if "retired_at" not in key or key["retired_at"] + KEPT_SECONDS > now
        ]

    def _look_again(self) -> None:
        """Take the keys from the file when it was replaced."""
        self._looked_at = self._clock()
        stamp = _stamp_of(self._path)
        if self._path is None or stamp is None or stamp == self._stamp:
            return
        try:
            fresh = self._read(self._path, self._clock)
        except (KeyFileError, OSError) as error:
            # A file that is being mended by hand must not end everybody's session.
            LOGGER.warning(
                "the signing keys cannot be read again; the ones from before stay",
                extra={"facts": {"error": str(error)}},
            )
            return
        self._stamp = stamp
        self._private, self._secret = fresh._private, fresh._secret
        self.__dict__.pop("_signer", None)
        self.__dict__.pop("_public", None)

    def derive(self, purpose: str, *parts: str) -> bytes:
        """32 bytes that follow from the parts and that nobody without the file can make."""
        # Lengths in front, so that ("ab", "c") and ("a", "bc") differ.
        text = "".join(f"{len(part)}:{part}" for part in (purpose, *parts))
        return hmac.new(self._secret, text.encode(), hashlib.sha256).digest()


def _public_part(key: Mapping[str, Any]) -> dict[str, Any]:
    private = {"d", "key_ops", "retired_at"}
    shown = {name: value for name, value in key.items() if name not in private}
    return shown | {"use": "sig", "key_ops": ["verify"]}


def _stamp_of(path: Path | None) -> tuple[int, int, int] | None:
    """What differs once a file was replaced; None when there is none."""
    try:
        found = path.stat() if path else None
    except OSError:
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns) if found else None


def _new_key() -> dict[str, Any]:
    from cryptography.hazmat.primitives.asymmetric import ec

    numbers = ec.generate_private_key(ec.SECP256R1()).private_numbers()
    point = numbers.public_numbers
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": _number(point.x),
        "y": _number(point.y),
        "d": _number(numbers.private_value),
        "alg": ALGORITHM,
        "kid": secrets.token_hex(8),
    }


def _number(value: int) -> str:
    # RFC 7518, 6.2.1.2: coordinates have the full size of the field, 32 bytes for P-256.
    return base64.urlsafe_b64encode(value.to_bytes(32, "big")).rstrip(b"=").decode()


def _write_private(path: Path, keys: SigningKeys) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    # The mode is given at creation: there is no moment at which others may read.
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(keys._content())
        stream.flush()
        os.fsync(stream.fileno())
    return draft


def _write_new(path: Path, keys: SigningKeys) -> None:
    draft = _write_private(path, keys)
    try:
        # A link, unlike a rename, fails when another process was first: its keys stay.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
