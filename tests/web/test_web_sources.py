"""The web app's own tests: its units in jsdom, its workflows in Chromium on a real server."""

import json
import os
import shutil
import subprocess
import warnings
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"
SPECS = sorted(path.name for path in (WEB / "e2e").glob("*.spec.ts"))
LONGEST_SECONDS = 900
MUCH = 12_000


def _run(*command: str, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["node", *command],
        cwd=WEB,
        env=os.environ | {"CI": "true", "FORCE_COLOR": "0"} | (environ or {}),
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )


def test_units(tmp_path: Path) -> None:
    report = tmp_path / "units.json"
    done = _run(
        "node_modules/vitest/vitest.mjs",
        "run",
        "--reporter=default",
        "--reporter=json",
        f"--outputFile.json={report}",
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"[-MUCH:]
    assert json.loads(report.read_text())["numPassedTests"] > 0


def test_there_are_workflows() -> None:
    assert SPECS


@pytest.mark.parametrize("spec", SPECS)
def test_workflows(spec: str, tmp_path: Path) -> None:
    assert shutil.which("chromium"), "make setup installs Chromium from Debian's packages"
    report = tmp_path / "report.json"
    done = _run(
        "node_modules/@playwright/test/cli.js",
        "test",
        f"e2e/{spec}",
        "--reporter=line,json",
        f"--output={tmp_path / 'output'}",
        environ={"PLAYWRIGHT_JSON_OUTPUT_NAME": str(report)},
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"[-MUCH:]
    told = json.loads(report.read_text())["stats"]
    # A spec that skips everything proves nothing.
    assert told["expected"] > 0
    if told["flaky"]:
        # Two cores give a browser no turn for seconds at times; what failed twice has failed.
        warnings.warn(f"{spec}: {told['flaky']} needed a second try", stacklevel=1)
