"""`lakewright serve` and `lakewright doctor` as processes: begin, refuse, stop, leave nothing."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest


@pytest.fixture(scope="module")
def environ() -> Iterator[dict[str, str]]:
    """A data folder with a space in its name, that the database's user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="lakewright serve "))
    folder.chmod(0o711)
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("LAKEWRIGHT_")}
    yield {
        **inherited,
        "LAKEWRIGHT_DATA": str(folder / "data"),
        "LAKEWRIGHT_KEY_FILE": str(folder / "keys" / "master.key"),
        "LAKEWRIGHT_CACHE": str(folder / "cache"),
        "LAKEWRIGHT_LOG": "json",
        "LAKEWRIGHT_PORT": "0",
    }
    shutil.rmtree(folder, ignore_errors=True)


def lakewright(environ: dict[str, str], *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "lakewright", *words],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="module")
def serving(environ: dict[str, str]) -> Iterator[tuple["subprocess.Popen[str]", str, list[str]]]:
    """A server, its address, and what it said until it served."""
    process = lakewright(environ, "serve")
    said: list[str] = []
    assert process.stdout is not None
    address = ""
    for line in process.stdout:
        said.append(line)
        if line.startswith("Lakewright serves "):
            address = line.split()[2]
        if "Ctrl-C" in line:
            break
    assert address, "".join(said)
    yield process, address, said
    if process.poll() is None:
        process.kill()
        process.wait()


def until_it_answers(address: str) -> None:
    for _ in range(300):
        try:
            httpx.get(f"{address}/healthz").raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise AssertionError("it does not answer")


def test_one_command_serves_the_demo(
    serving: tuple["subprocess.Popen[str]", str, list[str]],
) -> None:
    _, address, said = serving
    until_it_answers(address)

    session = httpx.post(f"{address}/auth/v1/demo").json()
    client = httpx.Client(
        base_url=f"{address}/api/v1",
        headers={"Authorization": f"Bearer {session['access_token']}"},
    )
    [workspace] = client.get("/me").json()["workspaces"]
    check = client.get(f"/workspaces/{workspace['id']}/check").json()

    assert workspace["name"] == "Retail demo"
    assert [d for d in check["diagnostics"] if d["severity"] == "error"] == []
    assert "demo user" in "".join(said)


def test_a_second_server_on_the_port_is_refused(
    serving: tuple["subprocess.Popen[str]", str, list[str]], environ: dict[str, str]
) -> None:
    _, address, _ = serving
    second = lakewright({**environ, "LAKEWRIGHT_PORT": address.rpartition(":")[2]}, "serve")
    said, _ = second.communicate(timeout=60)

    assert second.returncode == 1
    assert "cannot listen" in said
    assert "Traceback" not in said
    until_it_answers(address)


def test_the_doctor_finds_all_well(
    serving: tuple["subprocess.Popen[str]", str, list[str]], environ: dict[str, str]
) -> None:
    _, address, _ = serving
    until_it_answers(address)
    doctor = lakewright(environ, "doctor", "--json")
    said, _ = doctor.communicate(timeout=60)

    found = json.loads(said[said.index("[") :])
    assert [row for row in found if row["health"] == "failed"] == []
    assert {"data folder", "keys", "template worker", "sign-in"} <= {r["check"] for r in found}
    assert doctor.returncode == 0


def test_stopping_leaves_no_process(
    serving: tuple["subprocess.Popen[str]", str, list[str]], environ: dict[str, str]
) -> None:
    process, address, _ = serving
    until_it_answers(address)
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    assert len(family) > 1

    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)

    assert "Traceback" not in said
    _, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []
    # Every line that it wrote while it served is one JSON object, and none holds a token.
    for line in said.splitlines():
        assert "eyJ" not in line
        if line.startswith("{"):
            json.loads(line)


def test_mistaken_settings_are_named(environ: dict[str, str]) -> None:
    process = lakewright({**environ, "LAKEWRIGHT_PORT": "many"}, "serve")
    said, _ = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "LAKEWRIGHT_PORT" in said
    assert "Traceback" not in said
