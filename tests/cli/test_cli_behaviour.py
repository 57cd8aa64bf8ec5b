"""However it ends, the command line ends well: codes, streams, colours, no traceback."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from lakewright.cli.app import ORDER, create_cli
from tests.cli.conftest import Lakewright


def commands() -> Iterator[tuple[str, ...]]:
    """The path of every command; groups only hold them."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), get_command(create_cli()))]
    while waiting:
        path, command = waiting.pop()
        if path and not hasattr(command, "commands"):
            yield path
        waiting += [((*path, name), c) for name, c in getattr(command, "commands", {}).items()]


LEAVES = sorted(commands())
# Their result is one text for another program (SQL, a key), or a server that runs.
WITHOUT_JSON = {("db", "bootstrap"), ("keys", "new"), ("serve",)}


def program(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    """The real program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "lakewright", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, **environ},
    )


# Help


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_command_explains_itself_with_examples(
    path: tuple[str, ...], lakewright: Lakewright
) -> None:
    ended = lakewright(*path, "--help")
    assert ended.exit_code == 0
    assert "Examples:" in ended.stdout
    assert f"lakewright {path[0]}" in ended.stdout.replace("-C shop ", "")


@pytest.mark.parametrize("path", sorted(set(LEAVES) - WITHOUT_JSON), ids=" ".join)
def test_every_command_has_json(path: tuple[str, ...], lakewright: Lakewright) -> None:
    assert "--json" in lakewright(*path, "--help").stdout


def test_the_commands_come_in_the_order_of_a_first_day(lakewright: Lakewright) -> None:
    listed = lakewright("--help").stdout.partition("Commands:")[2]
    assert [line.split()[0] for line in listed.splitlines() if line.startswith("  ")][
        : len(ORDER)
    ] == list(ORDER)


def test_completion_is_offered(lakewright: Lakewright) -> None:
    assert "--install-completion" in lakewright("--help").stdout


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        pytest.param("gen", ["generate"], id="a command"),
        pytest.param("nodes show uc_v", ["uc_view", "uc_volume"], id="a node type"),
        pytest.param("preview managed_d", ["managed_delta_table"], id="a template"),
        pytest.param("-C {shop} graph sh", ["shop"], id="a model"),
        pytest.param("-C /nowhere graph sh", [], id="nothing, and no complaint"),
    ],
)
def test_the_shell_offers(typed: str, offered: list[str], shop: Path) -> None:
    words = typed.format(shop=shop)
    ended = program(
        _LAKEWRIGHT_COMPLETE="complete_bash",
        COMP_WORDS=f"lakewright {words}",
        COMP_CWORD=str(len(words.split())),
    )
    assert ended.stdout.split() == offered
    assert ended.stderr == ""


def test_a_refusal_is_json_for_programs(lakewright: Lakewright) -> None:
    ended = lakewright("nodes", "show", "uc_tabel", "--json")
    assert ended.exit_code == 1
    assert json.loads(ended.stdout)["error"]["code"] == "not-found"


# Exit codes


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param([], "Usage:", id="nothing"),
        pytest.param(["generat"], "Did you mean 'generate'?", id="a misspelt command"),
        pytest.param(["generate", "--fore"], "--force", id="a misspelt option"),
        pytest.param(["generate", "a", "b"], "unexpected extra argument", id="one too many"),
        pytest.param(["graph", "--format", "svgg"], "Did you mean 'svg'?", id="a wrong choice"),
        pytest.param(["preview"], "Missing argument", id="one too few"),
        pytest.param(["preview", "grants", "--set", "x"], "is not NAME=VALUE", id="no value"),
        pytest.param(["nodes", "sho", "job"], "Did you mean 'show'?", id="a misspelt subcommand"),
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str], said: str, lakewright: Lakewright) -> None:
    ended = lakewright(*arguments)
    assert ended.exit_code == 2
    assert said in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize("command", ["generate", "check", "diff", "graph", "suggest"])
def test_outside_of_a_repository_the_remedy_says_how_to_get_one(
    command: str, lakewright: Lakewright
) -> None:
    ended = lakewright(command)
    assert ended.exit_code == 1
    assert "error[not-found]" in ended.stderr
    assert "  try: Name one with -C DIR, or make one here: lakewright init ." in ended.stderr


@pytest.mark.parametrize("inside", ["", "metadata", "metadata/models", "deep/er"])
def test_the_repository_is_found_from_inside(
    inside: str, shop: Path, lakewright: Lakewright, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shop / inside).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(shop / inside)
    assert lakewright("generate").exit_code == 0
    assert (shop / "out" / "shop" / "databricks.yml").exists()


def test_the_repository_may_be_named_after_the_command(shop: Path, lakewright: Lakewright) -> None:
    assert lakewright("check", "-C", shop).exit_code == 0


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\0", id="NUL"),
        pytest.param("\udcff", id="bytes that are no text"),
        pytest.param("../../../etc/passwd", id="a path"),
        pytest.param("x" * 5000, id="5,000 characters"),
        pytest.param("\x1b[31mred", id="terminal control"),
        pytest.param("\u202etxt.exe", id="reading direction"),
        pytest.param("", id="nothing"),
    ],
)
@pytest.mark.parametrize(
    "before",
    [
        pytest.param(["generate"], id="generate"),
        pytest.param(["check"], id="check"),
        pytest.param(["graph"], id="graph"),
        pytest.param(["nodes", "show"], id="nodes show"),
        pytest.param(["templates", "show"], id="templates show"),
        pytest.param(["templates", "list", "--category"], id="category"),
        pytest.param(["preview", "grants", "--values"], id="values"),
        pytest.param(["generate", "--out"], id="out"),
        pytest.param(["graph", "--out"], id="graph out"),
        pytest.param(["init", "--example"], id="example"),
        pytest.param(["-C"], id="repository"),
    ],
)
def test_hostile_arguments_are_refused_or_harmless(
    before: list[str], text: str, shop: Path, lakewright: Lakewright
) -> None:
    arguments = [*before, text]
    if before == ["-C"]:
        arguments.append("check")
    elif before[0] != "init":
        arguments = ["-C", str(shop), *arguments]

    ended = lakewright(*arguments)

    assert ended.exit_code in (0, 1, 2), ended.stderr
    assert "Traceback" not in ended.output
    assert "\x1b" not in ended.output


# Failures


def test_ctrl_c_ends_with_130_and_no_traceback(
    shop: Path, lakewright: Lakewright, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lakewright.operations.generate.generate", interrupted)
    ended = lakewright("-C", shop, "generate")
    assert ended.exit_code == 130
    assert "Traceback" not in ended.output


def test_a_bug_is_reported_without_a_traceback(
    shop: Path, lakewright: Lakewright, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("integer division")

    monkeypatch.setattr("lakewright.operations.generate.generate", broken)
    ended = lakewright("-C", shop, "generate")
    assert ended.exit_code == 70
    assert "error[bug]" in ended.stderr
    assert "ZeroDivisionError: integer division" in ended.stderr
    assert "LAKEWRIGHT_DEBUG=1" in ended.stderr
    assert "Traceback" not in ended.output

    monkeypatch.setenv("LAKEWRIGHT_DEBUG", "1")
    assert isinstance(lakewright("-C", shop, "generate").exception, ZeroDivisionError)


# The real program


def test_results_and_messages_go_to_their_own_streams(shop: Path) -> None:
    ended = program("-C", str(shop), "generate", "--json")
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["refused"] is False

    model = shop / "metadata" / "models" / "shop.yaml"
    model.write_text(model.read_text().replace("type: dest_table", "type: dest_tabel"))
    refused = program("-C", str(shop), "generate", "--json")
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["refused"] is True
    assert "error[" in refused.stderr


@pytest.mark.parametrize(
    ("environ", "coloured"),
    [
        pytest.param({}, False, id="no terminal, no colours"),
        pytest.param({"FORCE_COLOR": "1"}, True, id="unless they are forced"),
        pytest.param({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, id="and never with NO_COLOR"),
    ],
)
def test_colours(environ: dict[str, str], coloured: bool) -> None:
    ended = program("nodes", "show", "nothing", **environ)
    assert ended.returncode == 1
    assert ("\x1b[" in ended.stderr) is coloured


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--help"], id="--help"),
        pytest.param(["version"], id="version"),
        pytest.param(["generate"], id="generate with nothing changed"),
    ],
)
def test_quick_commands_load_nothing_heavy(
    arguments: list[str], shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop)
    if arguments == ["generate"]:
        assert program("generate").returncode == 0
    script = (
        "import sys\n"
        f"sys.argv = ['lakewright', *{arguments!r}]\n"
        "from lakewright.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('LOADED', *sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(ended.stdout.rpartition("LOADED")[2].split())
    heavy = {"pydantic", "jinja2", "rich", "sqlfluff", "sqlglot", "yaml", "tree_sitter", "lark"}
    assert loaded & heavy == set()


def test_a_reader_that_goes_away_is_no_failure_of_ours() -> None:
    ended = subprocess.run(
        ["/bin/sh", "-c", f"'{sys.executable}' -m lakewright nodes --json | head -c 10"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Traceback" not in ended.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_real_interrupt_ends_the_program_quietly(shop: Path) -> None:
    # A template that takes its whole time limit keeps the program busy for long enough.
    folder = shop / "metadata" / "templates"
    folder.mkdir()
    loop = "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}"
    (folder / "slow.yaml").write_text(
        "templates:\n"
        f"  - {{id: slow, name: Slow, output_type: text, template_content: '{loop * 9}'}}\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "lakewright", "-C", str(shop), "preview", "slow"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        process.wait(timeout=1.2)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    # On a quick machine the limit may end the template before we do.
    assert process.returncode in (130, 1)
    assert "Traceback" not in errors


# init


def test_init_makes_a_repository_that_generates(lakewright: Lakewright, tmp_path: Path) -> None:
    ended = lakewright("init", tmp_path / "new one")
    assert ended.exit_code == 0, ended.stderr
    assert lakewright("-C", tmp_path / "new one", "generate").exit_code == 0


def test_init_overwrites_nothing(lakewright: Lakewright, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / ".gitignore").write_text("secret\n")
    ended = lakewright("init", tmp_path / "mine", "--example", "empty")
    assert ended.exit_code == 1
    assert (tmp_path / "mine" / ".gitignore").read_text() == "secret\n"
    assert not (tmp_path / "mine" / "metadata").exists()


def test_init_lists_its_examples(lakewright: Lakewright) -> None:
    names = json.loads(lakewright("init", "--list", "--json").stdout)
    assert "empty" in names
    assert lakewright("init", "--list").stdout.split() == names
