"""Reading what a client sent to the sign-in API: small, JSON, and of the expected types."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from fastapi import Request

from lakewright.server.auth.errors import invalid, refuse

MOST_BYTES = 32_768
MOST_METADATA_BYTES = 4096
_DEEPEST = 20
_LONGEST_TEXT = 4096

# Letters, digits and the signs that RFC 5322 allows without quotes; ASCII, because an address
# that looks like another must not be another.
_EMAIL = re.compile(
    r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
    r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+"
)
_CHALLENGE = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636, 4.2


@dataclass(frozen=True, slots=True)
class Challenge:
    """The PKCE challenge of a browser; an empty `value` when it sent none."""

    value: str
    method: str


class Body:
    """One JSON object, read field by field; what we do not know is left alone."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    @classmethod
    async def of(cls, request: Request) -> "Body":
        """The request's body.

        Raises:
            AuthError: It is too long, no JSON, no object, or holds what Postgres cannot.
        """
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        content = bytearray()
        async for chunk in request.stream():
            content += chunk
            if len(content) > MOST_BYTES:
                raise invalid(
                    "The request body is too large", f"Send at most {MOST_BYTES} bytes.", status=413
                )
        if not content:
            return cls({})
        if kind != "application/json":
            raise invalid(
                "The request body has to be JSON",
                "Send it with the header `Content-Type: application/json`.",
                status=415,
            )
        try:
            values = json.loads(bytes(content), parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise refuse("bad_json") from error
        if not isinstance(values, dict):
            raise refuse("bad_json")
        _check_storable(values, _DEEPEST)
        return cls(values)

    def __contains__(self, name: str) -> bool:
        return self._values.get(name) is not None

    def text(self, name: str) -> str:
        """A text; empty when missing."""
        value = self._values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
            raise invalid(f"`{name}` has to be a text", f"Send {name} as a text.", where=name)
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false."""
        value = self._values.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise invalid(f"`{name}` has to be true or false", "Send a boolean.", where=name)
        return value

    def email(self, name: str = "email") -> str:
        """An e-mail address in lower case."""
        email = self.text(name).strip().lower()
        if len(email) > 254 or not _EMAIL.fullmatch(email):
            raise invalid(
                "Unable to validate email address: invalid format",
                "Write it as name@example.com.",
                where=name,
            )
        return email

    def metadata(self, name: str = "data") -> dict[str, Any]:
        """What people say about themselves; it travels in every token, so it stays small."""
        value = self._values.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise invalid(f"`{name}` has to be an object", "Send a JSON object.", where=name)
        check_metadata_size(value)
        return value

    def challenge(self) -> Challenge:
        """The PKCE challenge."""
        return read_challenge(self.text("code_challenge"), self.text("code_challenge_method"))


def check_metadata_size(metadata: Mapping[str, Any]) -> None:
    """Refuse metadata that would bloat every token."""
    if len(json.dumps(metadata)) > MOST_METADATA_BYTES:
        raise invalid(
            "The user metadata is too large",
            f"Keep it below {MOST_METADATA_BYTES} bytes of JSON.",
            where="data",
        )


def read_challenge(value: str, method: str) -> Challenge:
    """A PKCE challenge and its method, or neither."""
    method = method.lower()
    if bool(value) != bool(method):
        raise invalid(
            "PKCE flow requires code_challenge_method and code_challenge", "Send both or none."
        )
    if not value:
        return Challenge("", "")
    if method not in ("s256", "plain") or not _CHALLENGE.fullmatch(value):
        raise invalid(
            "The code challenge has to be between 43 and 128 letters, digits or -._~"
            " with the method s256 or plain",
            "Use a current version of the client.",
            where="code_challenge",
        )
    return Challenge(value, method)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _check_storable(value: Any, levels: int) -> None:
    """Refuse texts with NUL or lone surrogates (Postgres stores neither) and deep nesting."""
    if levels == 0:
        raise invalid("The JSON is nested too deeply", "Send flatter values.")
    match value:
        case str():
            if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
                raise invalid(
                    "A text holds a character that cannot be stored", "Remove NUL characters."
                )
        case dict():
            for name, item in value.items():
                _check_storable(name, levels - 1)
                _check_storable(item, levels - 1)
        case list():
            for item in value:
                _check_storable(item, levels - 1)
