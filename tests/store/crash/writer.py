"""A server process that writes as fast as it can, and says which writes were acknowledged.

    writer.py DATA_FOLDER LOG FROM COUNT

Starts the embedded server with the product's own settings and pool, then inserts the numbers
FROM, FROM + 1, ... and moves a counter in the same transaction. A number goes to the log, and
through to the disk, only after its transaction is committed. A write that fails for lack of a
server is tried again: it may have been committed, so the number's row is made once only.
"""

import asyncio
import os
import sys
from pathlib import Path
from uuid import UUID

from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from lakewright.access import Identity
from lakewright.store.database import Connection, Database
from lakewright.store.embedded import EmbeddedPostgres

SOMEBODY = Identity(UUID(int=1), "somebody@example.com")
WRITERS = 4


async def write(connection: Connection, number: int) -> None:
    made = await connection.execute(
        "insert into crash.written (number) values (%s) on conflict do nothing", (number,)
    )
    if made.rowcount:
        await connection.execute("update crash.counted set rows = rows + 1")


async def write_all(dsn: str, log: int, numbers: "asyncio.Queue[int]") -> None:
    async with await Database.open(dsn, wait_seconds=60) as database:

        async def one_writer() -> None:
            while not numbers.empty():
                number = numbers.get_nowait()
                acknowledged = False
                while not acknowledged:
                    try:
                        async with database.acting_as(SOMEBODY, f"write-{number}") as connection:
                            await write(connection, number)
                        acknowledged = True
                    except (OperationalError, PoolTimeout):
                        await asyncio.sleep(0.05)
                os.write(log, f"{number}\n".encode())

        await asyncio.gather(*(one_writer() for _ in range(WRITERS)))


def main() -> None:
    folder, log_path, first, count = sys.argv[1:]
    server = EmbeddedPostgres(Path(folder))
    endpoint = server.start()
    log = os.open(log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(log, f"ready {server.pid}\n".encode())
    numbers: asyncio.Queue[int] = asyncio.Queue()
    for number in range(int(first), int(first) + int(count)):
        numbers.put_nowait(number)
    asyncio.run(write_all(endpoint.dsn_api, log, numbers))
    os.write(log, b"done\n")
    server.stop()


if __name__ == "__main__":
    main()
