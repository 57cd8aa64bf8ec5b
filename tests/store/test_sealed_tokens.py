"""Keys are rotated over the tokens of a real database, through the commands."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote, urlencode
from uuid import uuid4

import psycopg
import pytest
import typer
from pydantic import SecretStr
from typer.testing import CliRunner

from lakewright.cli.commands import keys
from lakewright.store.database import Database
from lakewright.store.embedded import Endpoint
from lakewright.store.records.connections import create_connection, delete_connection
from lakewright.store.sealed_tokens import TokenRows
from lakewright.store.secrets import Place, Vault, key_id_of, key_status, load_keys, open_vault
from lakewright.store.work import SealedTokens
from tests.store.team import Team, new_team

pytestmark = pytest.mark.anyio
TOKEN = SecretStr("dapi-hunter2")


@pytest.fixture
async def database(migrated_database: Endpoint) -> AsyncIterator[Database]:
    async with await Database.open(migrated_database.dsn_api, min_size=1, max_size=2) as opened:
        yield opened


@pytest.fixture
def team(migrated_database: Endpoint) -> Team:
    with psycopg.connect(migrated_database.dsn_admin) as connection:
        connection.execute("delete from public.databricks_connections")
    return new_team(migrated_database)


async def connect(database: Database, team: Team, vault: Vault) -> Place:
    place = Place.of_connection(team.workspace_id, uuid4())
    async with database.acting_as(team.admin) as connection:
        await create_connection(
            connection,
            team.workspace_id,
            place.row_id,
            name=f"c-{place.row_id}",
            host="https://dbc.example.com",
            token_encrypted=vault.seal(TOKEN, place),
        )
    return place


async def test_a_token_goes_in_sealed_and_comes_out_for_its_row_only(
    database: Database, team: Team, tmp_path: Path
) -> None:
    vault = open_vault(None, tmp_path / "master.key", tmp_path / "data")
    place = await connect(database, team, vault)
    stored = await SealedTokens(database).read(team.workspace_id, place.row_id)
    assert stored is not None
    assert "hunter2" not in stored.token_encrypted
    assert vault.open(stored.token_encrypted, place) == TOKEN


async def test_the_commands_rotate_while_a_server_runs(
    database: Database,
    migrated_database: Endpoint,
    team: Team,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "master.key"
    running = open_vault(None, file, tmp_path / "data")
    first = running.ring.current
    place = await connect(database, team, running)
    gone = await connect(database, team, running)
    async with database.acting_as(team.admin) as connection:
        await delete_connection(connection, team.workspace_id, gone.row_id)
    monkeypatch.setenv("LAKEWRIGHT_DATABASE_URL", _as_url(migrated_database.dsn_api))
    monkeypatch.setenv("LAKEWRIGHT_KEY_FILE", str(file))
    monkeypatch.setenv("LAKEWRIGHT_DATA", str(tmp_path / "data"))

    status = json.loads(await asyncio.to_thread(_say, "status", "--json"))
    rotated = json.loads(await asyncio.to_thread(_say, "rotate", "--drop-old", "--json"))

    assert status["sealed"] == {first: 1}
    assert (rotated["rewrapped"], rotated["failed"], rotated["dropped"]) == (1, [], [first])
    stored = await SealedTokens(database).read(team.workspace_id, place.row_id)
    assert stored is not None
    assert key_id_of(stored.token_encrypted) == rotated["current"] != first
    assert running.open(stored.token_encrypted, place) == TOKEN
    ring = load_keys(None, file, tmp_path / "data")
    assert set(ring.keys) == {rotated["current"]}
    found = await key_status(ring, TokenRows(SealedTokens(database)))
    assert dict(found.sealed) == {rotated["current"]: 1}
    shown = await asyncio.to_thread(_say, "status")
    assert "hunter2" not in shown
    assert "current" in shown


async def test_keys_are_not_made_by_looking_at_them(
    migrated_database: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAKEWRIGHT_DATABASE_URL", _as_url(migrated_database.dsn_api))
    monkeypatch.setenv("LAKEWRIGHT_KEY_FILE", str(tmp_path / "master.key"))
    monkeypatch.setenv("LAKEWRIGHT_DATA", str(tmp_path / "data"))
    with pytest.raises(AssertionError, match="no key file"):
        await asyncio.to_thread(_say, "status")
    assert list(tmp_path.iterdir()) == []


def _as_url(dsn: str) -> str:
    """A connection string as a setting takes it."""
    if dsn.startswith("postgresql://"):
        return dsn
    return "postgresql:///?" + urlencode(psycopg.conninfo.conninfo_to_dict(dsn), quote_via=quote)


def _say(*arguments: str) -> str:
    cli = typer.Typer()
    keys.add_to(cli)
    ended = CliRunner().invoke(cli, ["keys", *arguments])
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    assert ended.exit_code == 0, ended.output
    return ended.stdout
