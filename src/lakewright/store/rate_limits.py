"""Counters that every server process shares, in the database."""

from lakewright.access import ANONYMOUS
from lakewright.store.database import Database


class SharedLimits:
    """Counts hits in a sliding window; exact when many come at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def hit(self, key: str, *, most: int, seconds: int) -> int:
        """Count one hit.

        It is kept whatever becomes of the request: the transaction is its own.

        Args:
            key: What is counted, and for whom: `sign-in:203.0.113.7`. At most 300 characters.
            most: Hits allowed in any `seconds` (1 to 86,400).

        Returns:
            0 when allowed, else after how many seconds to come back.
        """
        async with self._database.acting_as(ANONYMOUS) as connection:
            found = await connection.execute(
                "select allowed, retry_after from private.rate_hit(%s, %s, %s)",
                (key, most, seconds),
            )
            row = await found.fetchone()
        assert row is not None
        return 0 if row["allowed"] else max(1, int(row["retry_after"]))
