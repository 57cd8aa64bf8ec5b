"""How long people wait for a command to begin: `--help`, and `check` on one model."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Figure, figure, run

HELP_SECONDS = 0.25
CHECK_SECONDS = 0.5
EXAMPLE = Path(__file__).parents[1] / "examples" / "customer_pipeline"


def measure(work: Path, repeats: int) -> Iterator[Figure]:
    """CPU seconds of cold processes."""
    cache = {"LAKEWRIGHT_CACHE": str(work / "start-cache")}
    shutil.rmtree(work / "start-cache", ignore_errors=True)
    lakewright = [sys.executable, "-m", "lakewright"]
    run([*lakewright, "--help"], cache)
    run([*lakewright, "-C", str(EXAMPLE), "check"], cache)
    helps = [run([*lakewright, "--help"], cache).cpu for _ in range(repeats)]
    checks = [run([*lakewright, "-C", str(EXAMPLE), "check"], cache).cpu for _ in range(repeats)]
    yield figure("start", "lakewright --help, CPU", helps, "s", HELP_SECONDS)
    yield figure("start", "lakewright check, one model, CPU", checks, "s", CHECK_SECONDS)
