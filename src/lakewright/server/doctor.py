"""Look at everything that the server needs, and say what is in the way; changes nothing."""

import asyncio
import os
import socket
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lakewright.errors import LakewrightError
from lakewright.server import jobs, streams
from lakewright.store.doctor import Finding, Health, Patient, examine

if TYPE_CHECKING:
    from lakewright.settings import Settings

POOLED_ONLY = (
    f"Only a transaction pooler leads to the database, which cannot say that something happened: "
    f"events are seen up to {streams.LOOK_SECONDS:.0f} seconds late, and work in the background "
    f"begins up to {jobs.LOOK_SECONDS:.0f} seconds late."
)
POOLED_ONLY_REMEDY = (
    "Let LAKEWRIGHT_DATABASE_URL name the database itself or its session pooler (port 5432 on "
    "Supabase); LAKEWRIGHT_DATABASE_POOLER=none if no transaction pooler stands there."
)


def examine_everything(settings: "Settings", now: Callable[[], float]) -> list[Finding]:
    """Every check, in a fixed order; never raises for what it finds.

    Args:
        now: Seconds since 1970 by this machine's clock.
    """
    found: list[Finding] = []
    for check in (_folders, _keys, _sandbox, _port, _sign_in, _pooler):
        try:
            found += check(settings)
        except LakewrightError as error:
            name = check.__name__.strip("_").replace("_", "-")
            found.append(Finding(name, Health.FAILED, error.problem, error.remedy))
    return [*found, *_database(settings, now)]


def _folders(settings: "Settings") -> Iterator[Finding]:
    folder = settings.data
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if os.access(folder, os.W_OK | os.X_OK):
        yield Finding("data folder", Health.OK, f"'{settings.data}' can be written.")
    else:
        yield Finding(
            "data folder",
            Health.FAILED,
            f"'{folder}' cannot be written.",
            "Correct its permissions, or name another folder with LAKEWRIGHT_DATA.",
        )


def _keys(settings: "Settings") -> Iterator[Finding]:
    from lakewright.server.auth.keys import SigningKeys
    from lakewright.server.sign_in import SIGNING_KEYS
    from lakewright.store.secrets import load_keys

    if settings.master_key is None and not settings.key_file.exists():
        yield Finding(
            "keys", Health.WARNING, "There is no master key yet.", "The first start makes it."
        )
    else:
        ring = load_keys(settings.master_key, settings.key_file, settings.data)
        yield Finding("keys", Health.OK, f"Tokens are sealed with the key {ring.current}.")
    signing = settings.key_file.with_name(SIGNING_KEYS)
    if settings.supabase_url is None and signing.exists():
        SigningKeys.load_or_create(signing)
        yield Finding("signing keys", Health.OK, "Access tokens can be signed.")


def _sandbox(settings: "Settings") -> Iterator[Finding]:
    from lakewright.sandbox.pool import ConfinedRenderer

    del settings
    with ConfinedRenderer(workers=1) as renderer:
        held = renderer.confinement()
    text = ", ".join(f"{what}: {how}" for what, how in sorted(held.items()))
    yield Finding("template worker", Health.OK, f"Templates run confined ({text}).")


def _port(settings: "Settings") -> Iterator[Finding]:
    if settings.port == 0:
        return
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    place = f"{settings.host}:{settings.port}"
    try:
        with socket.create_server((settings.host, settings.port), family=family):
            yield Finding("port", Health.OK, f"{place} is free.")
    except OSError as error:
        yield Finding(
            "port",
            Health.WARNING,
            f"{place} cannot be listened on: {error.strerror or error}.",
            "That is as it should be while the server runs; else choose another LAKEWRIGHT_PORT.",
        )


def _sign_in(settings: "Settings") -> Iterator[Finding]:
    if not settings.is_loopback and settings.public_url.startswith("http://"):
        yield Finding(
            "encryption",
            Health.WARNING,
            "Other machines reach the server without encryption.",
            "Put a proxy with TLS before it, and set LAKEWRIGHT_PUBLIC_URL to its address.",
        )
    if settings.supabase_url is None:
        yield Finding("sign-in", Health.OK, "People sign in here.")
        return
    from lakewright.server.auth.verify import RemoteKeys

    keys = RemoteKeys(f"{settings.supabase_url}/auth/v1/.well-known/jwks.json")
    # Any name: what counts is whether the project answers with its keys.
    asyncio.run(keys.key("doctor"))
    yield Finding("sign-in", Health.OK, "The Supabase project hands out its public keys.")


def _pooler(settings: "Settings") -> Iterator[Finding]:
    if settings.transaction_pooler:
        yield Finding("pooler", Health.WARNING, POOLED_ONLY, POOLED_ONLY_REMEDY)


def _database(settings: "Settings", now: Callable[[], float]) -> list[Finding]:
    from lakewright.store.migrations import migrations_folder

    def examined(dsn_migrations: str, dsn_api: str | None, *, embedded: bool) -> list[Finding]:
        return examine(
            Patient(
                dsn_migrations=dsn_migrations,
                dsn_api=dsn_api,
                folder=migrations_folder(),
                data=settings.data if embedded else None,
                now=now,
            )
        )

    api = settings.database_url.get_secret_value() if settings.database_url else None
    if settings.migrations_url is not None:
        return examined(settings.migrations_url.get_secret_value(), api, embedded=False)
    if api is not None:
        return [
            Finding(
                "database",
                Health.WARNING,
                "The schema cannot be looked at with the server's own login.",
                "Set LAKEWRIGHT_MIGRATIONS_URL to the same database as its owner.",
            )
        ]
    from lakewright.store.embedded import EmbeddedPostgres, server_folder

    server = EmbeddedPostgres(server_folder(settings.data), binaries=settings.pg_bin)
    if not server.has_database:
        return [
            Finding(
                "database", Health.WARNING, "There is no database yet.", "The first start makes it."
            )
        ]
    try:
        with server as endpoint:
            return examined(endpoint.dsn_migrations, endpoint.dsn_api, embedded=True)
    except LakewrightError as error:
        return [Finding("database", Health.FAILED, error.problem, error.remedy)]
