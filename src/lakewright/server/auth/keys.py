"""The keys that sign access tokens, kept in one private file outside the database."""

import base64
import hashlib
import hmac
import json
import os
import secrets
import stat
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakewright.errors import LakewrightError

if TYPE_CHECKING:
    from jwt import PyJWK

ALGORITHM = "ES256"


class KeyFileError(LakewrightError):
    """The file with the signing keys cannot be used."""

    code = "signing-keys"
    http_status = 500


class SigningKeys:
    """The signing keys, newest first, and one secret to derive codes from.

    The first key signs; all of them verify, so that tokens outlive a rotation. Several
    server processes share sessions when they read the same file.
    """

    def __init__(self, private_keys: Sequence[dict[str, Any]], secret: bytes) -> None:
        self._private = list(private_keys)
        self._secret = secret

    def __repr__(self) -> str:
        return f"SigningKeys({', '.join(str(key['kid']) for key in self._private)})"

    @classmethod
    def generate(cls) -> "SigningKeys":
        """Fresh keys that live in memory only."""
        return cls([_new_key()], secrets.token_bytes(32))

    @classmethod
    def load_or_create(cls, path: Path) -> "SigningKeys":
        """The keys in the file at `path`, which is made (mode 0600) when missing.

        Raises:
            KeyFileError: Others may read the file, or it is damaged.
        """
        if not path.exists():
            _write_new(path, cls.generate())
        return cls._read(path)

    @classmethod
    def rotate(cls, path: Path, *, keep: int = 2) -> "SigningKeys":
        """Put a new signing key in front; the `keep - 1` before it still verify.

        Running servers read the file when they start, so restart them afterwards.
        """
        old = cls.load_or_create(path)
        fresh = cls([_new_key(), *old._private][:keep], old._secret)
        draft = _write_private(path, fresh)
        draft.replace(path)
        return fresh

    @classmethod
    def _read(cls, path: Path) -> "SigningKeys":
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise KeyFileError(
                problem="Other users of this machine may read the file with the signing keys.",
                remedy="Run `chmod 600` on it, then replace the keys, as they may be known.",
                where=str(path),
            )
        try:
            content = json.loads(path.read_text("utf-8"))
            keys = [dict(key) for key in content["keys"]]
            secret = base64.urlsafe_b64decode(content["secret"])
            if not keys or not all(key["kid"] and key["alg"] == ALGORITHM for key in keys):
                raise ValueError("no usable key")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise KeyFileError(
                problem="The file with the signing keys cannot be read.",
                remedy="Restore it, or delete it: people then have to sign in again.",
                where=str(path),
            ) from error
        return cls(keys, secret)

    def _content(self) -> str:
        secret = base64.urlsafe_b64encode(self._secret).decode()
        return json.dumps({"keys": self._private, "secret": secret})

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A JSON Web Token with these claims, signed by the newest key."""
        import jwt

        kid, key = self._signer
        return jwt.encode(dict(claims), key, ALGORITHM, headers={"kid": kid})

    @cached_property
    def _signer(self) -> tuple[str, Any]:
        from jwt import PyJWK

        newest = self._private[0]
        return newest["kid"], PyJWK(newest).key

    @cached_property
    def _public(self) -> Mapping[str, "PyJWK"]:
        from jwt import PyJWK

        return {key["kid"]: PyJWK(key) for key in self.public_jwks()["keys"]}

    def public_jwks(self) -> dict[str, Any]:
        """The JSON Web Key Set that anybody may read (RFC 7517)."""
        private = {"d", "key_ops"}
        return {
            "keys": [
                {name: value for name, value in key.items() if name not in private}
                | {"use": "sig", "key_ops": ["verify"]}
                for key in self._private
            ]
        }

    async def key(self, kid: str) -> "PyJWK | None":
        """The key that checks tokens naming `kid`."""
        return self._public.get(kid)

    def derive(self, purpose: str, *parts: str) -> bytes:
        """32 bytes that follow from the parts and that nobody without the file can make."""
        # Lengths in front, so that ("ab", "c") and ("a", "bc") differ.
        text = "".join(f"{len(part)}:{part}" for part in (purpose, *parts))
        return hmac.new(self._secret, text.encode(), hashlib.sha256).digest()


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
