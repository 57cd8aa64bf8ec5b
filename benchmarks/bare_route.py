"""The floor of B5: FastAPI and psycopg with one route that does the same three steps.

It verifies a token, begins a transaction with the caller's role and claims, and reads one row.
"""

import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any


def serve(port: int) -> None:
    """Serve until killed. DSN, JWKS: where the database is, and the public key."""
    import uvicorn

    uvicorn.run(_app(), host="127.0.0.1", port=port, log_level="warning", access_log=False)


def _app() -> Any:
    import jwt
    from fastapi import FastAPI, Request
    from psycopg.rows import dict_row
    from psycopg_pool import AsyncConnectionPool

    pool = AsyncConnectionPool(
        os.environ["DSN"],
        kwargs={"row_factory": dict_row},
        min_size=4,
        max_size=10,
        open=False,
    )
    key = jwt.PyJWK(json.loads(os.environ["JWKS"])["keys"][0]).key

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with pool:
            yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/rows/{row_id}")
    async def get(row_id: str, request: Request) -> Any:
        token = request.headers["authorization"].removeprefix("Bearer ")
        claims = jwt.decode(token, key, ["ES256"], audience="authenticated")
        async with pool.connection() as connection:
            await connection.execute(
                "select set_config('role', 'authenticated', true),"
                " set_config('request.jwt.claims', %s, true)",
                (json.dumps({"sub": claims["sub"], "role": "authenticated"}),),
            )
            found = await connection.execute(
                "select id, name, type::text, config_json, updated_at"
                " from public.configurations where id = %s",
                (row_id,),
            )
            return await found.fetchone()

    return app


if __name__ == "__main__":
    serve(int(sys.argv[1]))
