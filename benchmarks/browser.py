"""Measure in Chromium: a script of Node's drives it and answers with JSON."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.measure import FailedRunError

STATIC = Path(__file__).parents[1] / "src" / "lakewright" / "server" / "static" / "index.html"
LONGEST_SECONDS = 300.0


def refuse_without_web_app() -> None:
    """Raises `FailedRunError` when the web app is not built."""
    if not STATIC.exists():
        raise FailedRunError("There is no web app to measure: run `make build-web` first.")


def asked_of_chromium(script: str, asked: Mapping[str, Any]) -> Any:
    """What a script of this folder says.

    Raises:
        FailedRunError: It ended with an error.
    """
    answer = subprocess.run(
        ["node", str(Path(__file__).with_name(script)), json.dumps(asked)],
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    if answer.returncode != 0:
        raise FailedRunError(answer.stderr[-2000:])
    return json.loads(answer.stdout)
