"""The doctor finds nothing on a sound database, and names each thing that is wrong."""

import time
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from lakewright.store import doctor
from lakewright.store.doctor import Health, Patient, examine
from lakewright.store.embedded import Endpoint
from lakewright.store.migrations import migrations_folder


@pytest.fixture
def patient(migrated_database: Endpoint) -> Patient:
    return Patient(
        migrated_database.dsn_migrations,
        migrated_database.dsn_api,
        migrations_folder(),
        Path("/"),
        time.time,
    )


def complaints(patient: Patient) -> dict[str, str]:
    return {
        finding.check: finding.says
        for finding in examine(patient)
        if finding.health is not Health.OK
    }


def test_a_sound_database_is_well(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LOW_DISK_BYTES", 1)
    found = examine(patient)
    assert {finding.check: finding.says for finding in found if finding.remedy} == {}
    assert [finding.check for finding in found] == [
        "disk",
        "reachable",
        "version",
        "clock",
        "roles",
        "server's login",
        "migrations",
        "row-level security",
        "grants",
        "damage",
        "connections",
    ]


def test_old_projects_with_automatic_grants_are_well_too(
    patient: Patient, hosted_database: Endpoint
) -> None:
    hosted = replace(
        patient, dsn_migrations=hosted_database.dsn_migrations, dsn_api=hosted_database.dsn_api
    )
    assert {"grants", "row-level security"} & set(complaints(hosted)) == set()


@pytest.mark.parametrize(
    ("harm", "check", "says"),
    [
        pytest.param(
            "create table public.open ()",
            "row-level security",
            "through open",
            id="a table without row-level security",
        ),
        pytest.param(
            "alter table public.workspaces no force row level security",
            "row-level security",
            "through workspaces",
            id="row-level security that is not forced",
        ),
        pytest.param(
            "create view public.leak as select * from public.workspaces",
            "row-level security",
            "through leak",
            id="a view with its owner's rights",
        ),
        pytest.param(
            "grant select on public.workspaces to anon",
            "grants",
            "anon may select workspaces",
            id="a right of people who are not signed in",
        ),
        pytest.param(
            "grant insert on public.workspaces to public",
            "grants",
            "everybody may insert workspaces",
            id="a right of everybody",
        ),
        pytest.param(
            "grant truncate on public.workspaces to authenticated",
            "grants",
            "authenticated may truncate workspaces",
            id="a right that no policy binds",
        ),
        pytest.param(
            "grant select (token_encrypted) on public.databricks_connections to authenticated",
            "grants",
            "authenticated may read databricks_connections.token_encrypted",
            id="a secret that can be read",
        ),
        pytest.param(
            "grant create on schema public to authenticated",
            "grants",
            "authenticated may create things in public",
            id="a schema in which clients create",
        ),
        pytest.param(
            "delete from supabase_migrations.schema_migrations"
            " where version = (select max(version) from supabase_migrations.schema_migrations)",
            "migrations",
            "(pending)",
            id="a migration that is missing",
        ),
    ],
)
def test_what_is_wrong_is_named(
    patient: Patient,
    empty_database: Endpoint,
    harm: str,
    check: str,
    says: str,
) -> None:
    from lakewright.store.migrations import migrate

    migrate(empty_database.dsn_migrations, migrations_folder())
    with psycopg.connect(empty_database.dsn_admin) as connection:
        connection.execute(harm.encode())
    ill = replace(
        patient, dsn_migrations=empty_database.dsn_migrations, dsn_api=empty_database.dsn_api
    )
    assert says in complaints(ill)[check]


def test_roles_that_escape_row_level_security_are_named(
    patient: Patient, migrated_database: Endpoint
) -> None:
    def change(statement: str) -> None:
        with psycopg.connect(migrated_database.dsn_admin, autocommit=True) as connection:
            connection.execute(statement.encode())

    change("alter role app_api inherit bypassrls")
    try:
        says = complaints(patient)["roles"]
    finally:
        change("alter role app_api noinherit nobypassrls")
    assert "app_api is not bound by row-level security" in says
    assert "app_api inherits" in says


def test_a_server_that_signs_in_as_the_owner_is_named(patient: Patient) -> None:
    says = complaints(replace(patient, dsn_api=patient.dsn_migrations))
    assert "signs in as 'postgres'" in says["server's login"]


def test_migrating_as_a_superuser_is_a_warning(
    patient: Patient, migrated_database: Endpoint
) -> None:
    as_superuser = replace(patient, dsn_migrations=migrated_database.dsn_admin)
    assert "superuser" in complaints(as_superuser)["migrations role"]


@pytest.mark.parametrize("apart", [-60.0, 60.0])
def test_clocks_that_differ_are_named(patient: Patient, apart: float) -> None:
    says = complaints(replace(patient, now=lambda: time.time() + apart))["clock"]
    assert "seconds apart" in says


def test_a_disk_that_is_nearly_full_is_named(
    patient: Patient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(doctor, "LOW_DISK_BYTES", 2**62)
    not_yet = replace(patient, data=tmp_path / "not" / "yet")
    assert "are free" in complaints(not_yet)["disk"]


def test_a_database_that_is_away_is_one_finding_without_its_password(
    patient: Patient, tmp_path: Path
) -> None:
    away = replace(patient, dsn_migrations=f"host={tmp_path} user=x password=s3cret", data=None)
    [finding] = examine(away)
    assert (finding.check, finding.health) == ("reachable", Health.FAILED)
    assert "s3cret" not in f"{finding}"
