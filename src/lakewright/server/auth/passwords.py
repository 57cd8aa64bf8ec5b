"""Hashing passwords: slow on purpose, and never more at once than the machine can bear."""

import asyncio
import base64
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from lakewright.server.auth.errors import invalid, refuse, weak_password

if TYPE_CHECKING:
    from collections.abc import Callable

    from argon2 import PasswordHasher

Result = TypeVar("Result")

SHORTEST = 8
LONGEST = 256

# The most frequent of those with eight characters or more, from public lists of leaks.
_COMMON_TEXT = """
password password1 password12 password123 passw0rd 12345678 123456789 1234567890 11111111
00000000 87654321 qwertyui qwerty123 qwertyuiop 1q2w3e4r 1qaz2wsx iloveyou sunshine princess
football baseball superman trustno1 letmein1 welcome1 administrator changeme changeit abcd1234
abc12345 zaq12wsx asdfghjk dragon123 monkey123 lakewright
"""
_COMMON = frozenset(_COMMON_TEXT.split())


def check_strength(password: str, email: str) -> None:
    """Refuse a password that is too short, too long or easy to guess.

    Raises:
        AuthError: `weak_password` with its reasons, or `validation_failed` when too long.

    Source: NIST SP 800-63B, 5.1.1.2: a minimum length, a deny-list, no rules about
    kinds of characters.
    """
    if len(password) < SHORTEST:
        raise weak_password(f"Password should be at least {SHORTEST} characters.", "length")
    if len(password) > LONGEST:
        raise invalid(
            f"Password cannot be longer than {LONGEST} characters",
            "Choose a shorter password.",
            where="password",
        )
    plain = password.lower()
    if plain in _COMMON or len(set(plain)) < 3 or plain in (email, email.partition("@")[0]):
        raise weak_password("Password is known to be weak and easy to guess.", "pwned")


class Passwords:
    """argon2id in a few threads.

    Args:
        threads: How many passwords are hashed at once; each needs `memory_kib`.
        queue: How many may wait; the next is told to come back later.
        time_cost, memory_kib, lanes: Argon2 parameters. The defaults are the second
            recommended option of RFC 9106, section 4.
    """

    def __init__(
        self,
        *,
        threads: int = 2,
        queue: int = 64,
        time_cost: int = 3,
        memory_kib: int = 65536,
        lanes: int = 4,
    ) -> None:
        self._threads = threads
        self._places = threads + queue
        self._taken = 0
        self._cost = (time_cost, memory_kib, lanes)

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._threads, thread_name_prefix="password")

    @cached_property
    def _hasher(self) -> "PasswordHasher":
        from argon2 import PasswordHasher

        time_cost, memory_kib, lanes = self._cost
        return PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=lanes)

    @cached_property
    def _nobodys(self) -> str:
        # Checked when there is no account: the same work, and no password fits, because
        # the "hash" is random and not the hash of anything.
        time_cost, memory_kib, lanes = self._cost
        salt, digest = (
            base64.b64encode(secrets.token_bytes(size)).rstrip(b"=").decode() for size in (16, 32)
        )
        return f"$argon2id$v=19$m={memory_kib},t={time_cost},p={lanes}${salt}${digest}"

    async def hash(self, password: str) -> str:
        """The hash to store, as a PHC string (`$argon2id$...`)."""
        return await self._run(lambda: self._hasher.hash(password))

    async def fits(self, stored: str, password: str) -> bool:
        """Whether the password belongs to the stored hash.

        An empty or foreign `stored` (no account, no password) costs the same time.
        """
        # No stored hash can belong to a longer one, and hashing megabytes is a burden.
        candidate = password if len(password) <= LONGEST else ""
        known = stored if stored.startswith("$argon2") else self._nobodys
        fitting = await self._run(lambda: self._verify(known, candidate))
        return fitting and known is stored and candidate == password

    def is_outdated(self, stored: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    def _verify(self, stored: str, password: str) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError

        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: "Callable[[], Result]") -> "Result":
        if self._taken >= self._places:
            raise refuse("over_request_rate_limit", retry_after=2)
        self._taken += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._taken -= 1

    def close(self) -> None:
        """Let the threads end."""
        self._pool.shutdown(wait=False)
