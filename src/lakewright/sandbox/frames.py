"""How parent and worker cut their byte streams into messages."""

import json
import struct
from collections.abc import Mapping
from typing import Any

PLAIN, TRACED, COVERED = 0, 1, 2  # what a render is asked to say beside its text
_LENGTH = struct.Struct(">I")
LARGEST_FRAME = 64 * 1024 * 1024  # bytes; nothing honest comes near it


def pack(message: bytes) -> bytes:
    """A message with its length in front."""
    return _LENGTH.pack(len(message)) + message


def encode(value: Any) -> bytes:
    """A value as JSON bytes.

    Raises:
        TypeError, ValueError, RecursionError: It is not plain JSON data.
    """
    return _ENCODER.encode(value).encode("ascii")


def decode(message: bytes | bytearray) -> Any:
    """What `encode` was given; tuples come back as lists.

    Raises:
        ValueError, RecursionError: The bytes are not JSON.
    """
    return json.loads(message)


def _as_dict(value: Any) -> Any:
    if isinstance(value, Mapping):  # read-only mappings are plain data too
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not plain data")


_ENCODER = json.JSONEncoder(default=_as_dict, separators=(",", ":"))


class FrameBuffer:
    """Bytes as they arrive, given out again as whole messages."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, piece: bytes) -> None:
        self._bytes += piece

    def take(self) -> bytes | None:
        """The next whole message, or None until more bytes have come.

        Raises:
            ValueError: The other side announces a message that is far too large.
        """
        if len(self._bytes) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._bytes)
        if length > LARGEST_FRAME:
            raise ValueError(f"a message of {length} bytes")
        end = _LENGTH.size + length
        if len(self._bytes) < end:
            return None
        message = bytes(self._bytes[_LENGTH.size : end])
        del self._bytes[:end]
        return message
