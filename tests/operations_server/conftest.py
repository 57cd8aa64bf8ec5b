"""The running server of `tests/store`, for operations that need the database."""

from tests.store.conftest import (
    _migrated_template,
    anyio_backend,
    database_server,
    migrated_database,
    pg_bin,
    server_folder,
)

__all__ = [
    "_migrated_template",
    "anyio_backend",
    "database_server",
    "migrated_database",
    "pg_bin",
    "server_folder",
]
