"""What the guides about the server say is true of the server."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from lakewright.cli.app import create_cli
from lakewright.settings import SETTINGS, Settings
from scripts.reference import operations_page

ROOT = Path(__file__).parents[2]
PAGES = ("docs/guides/server.md", "docs/guides/team.md", "README.md", "SECURITY.md")
DEPLOYED = ("deploy/lakewright.service", "deploy/Containerfile", "scripts/start.sh")
NAMES = {row.name for row in SETTINGS}


@pytest.mark.parametrize("page", [*PAGES, *DEPLOYED])
def test_every_setting_that_is_named_exists(page: str) -> None:
    named = set(
        re.findall(r"\bLAKEWRIGHT_[A-Z_]*[A-Z]|\bSUPABASE_[A-Z_]+", (ROOT / page).read_text())
    )
    assert named - NAMES == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_is_named_exists(page: str) -> None:
    commands = getattr(get_command(create_cli()), "commands", {})
    text = (ROOT / page).read_text()
    for name, inner in re.findall(r"\blakewright (db|keys) ([a-z-]+)", text):
        assert inner in commands[name].commands, inner
    for name in re.findall(r"`(?:[A-Z_]+=\S+ )*lakewright ([a-z]+)", text):
        assert name in commands, name


def test_the_settings_for_a_team_are_accepted() -> None:
    text = (ROOT / "docs/guides/team.md").read_text()
    block = next(
        b for b in re.findall(r"```\n(.*?)```", text, re.S) if b.startswith("LAKEWRIGHT_P")
    )
    settings = Settings.from_environment(
        dict(line.split("=", 1) for line in block.splitlines()), root=False, platform="linux"
    )
    assert not settings.sign_up_open
    assert not settings.demo


def test_every_address_that_the_guide_asks_is_a_route() -> None:
    asked = re.findall(r"curl .*?\$([AW])(/\S+)", (ROOT / "docs/guides/server.md").read_text())
    assert asked
    workspace = "/api/v1/workspaces/{workspace_id}"
    paths = {path if base == "A" else workspace + path for base, path in asked}
    routes = set(re.findall(r"`[A-Z]+ (/\S+)`", operations_page()))
    assert paths - routes == {"/auth/v1/demo"}  # the sign-in API has a document of its own


def test_the_unit_keeps_keys_out_of_the_data() -> None:
    unit = (ROOT / "deploy/lakewright.service").read_text()
    environment = dict(re.findall(r"^Environment=(\w+)=(.*)$", unit, re.M))
    settings = Settings.from_environment(environment, root=False, platform="linux")
    assert not settings.key_file.is_relative_to(settings.data)
    state = re.search(r"^StateDirectory=(.*)$", unit, re.M)
    assert state is not None
    folders = [Path("/var/lib") / name for name in state[1].split()]
    assert folders == [settings.data, settings.key_file.parent]
