"""What does ruff find in Python files that are only in memory?"""

import importlib
import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lakewright.code.notebook import notebook_language
from lakewright.code.python_checks import DATABRICKS_BUILTINS, python_view
from lakewright.code.python_rules import rule_of_code
from lakewright.diagnostics import shown
from lakewright.errors import LakewrightError, LimitError
from lakewright.ports import CodeFinding

# Databricks Runtime 16.4 LTS and serverless environment 4 run Python 3.12.
PYTHON_TARGET = "py312"


class RuffLinter:
    """A `PythonLinter` on the ruff that is installed beside this Python.

    One process reads any number of files from a private folder that is gone afterwards.
    Notebooks are linted as `python_view` shows them: cells of all languages share the file, so
    a name defined in one Python cell is known in the next.
    """

    def __init__(self, *, timeout_seconds: float = 60, binary: str | None = None) -> None:
        """`binary` is ruff's path; found beside the interpreter when it is not given."""
        self._timeout_seconds = timeout_seconds
        self._binary = binary

    def lint(self, sources: Mapping[str, str]) -> Mapping[str, Sequence[CodeFinding]]:
        """Path -> findings by place, for every path given; rule ids are in `PYTHON_RULES`.

        Raises:
            LakewrightError: Ruff is not installed, or it stopped with a fault of its own.
            LimitError: It did not finish in time.
        """
        found: dict[str, list[CodeFinding]] = {path: [] for path in sources}
        if not sources:
            return found
        # Files get numbers for names: a path a person wrote never touches the disk.
        paths = {f"{number}.py": path for number, path in enumerate(sources)}
        with tempfile.TemporaryDirectory(prefix="lakewright-lint-") as folder:
            for name, path in paths.items():
                text = python_view(sources[path].removeprefix("\ufeff"))
                # Half a surrogate cannot be written; check_python reports it by its place.
                (Path(folder) / name).write_bytes(text.encode("utf-8", errors="replace"))
            reported = self._run(folder)
        for fault in reported:
            path = paths[Path(fault["filename"]).name]
            if not _allowed_in_notebooks(fault, sources[path]):
                found[path].append(_finding(fault))
        for findings in found.values():
            findings.sort(key=lambda f: (f.line, f.column, f.rule, f.problem))
        return found

    def _run(self, folder: str) -> list[dict[str, Any]]:
        names = json.dumps(list(DATABRICKS_BUILTINS))
        command = [
            self._binary or _find_ruff(),
            *("check", "--isolated", "--no-cache", "--quiet", "--exit-zero"),
            *("--select", "E9,F", "--target-version", PYTHON_TARGET),
            *("--config", f"builtins={names}", "--output-format", "json", "."),
        ]
        # RUFF_* variables of the person's shell would change what is found.
        environ = {k: v for k, v in os.environ.items() if not k.startswith("RUFF_")}
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env=environ,
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=self._timeout_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise LimitError(
                problem=f"ruff did not finish within {self._timeout_seconds:g} seconds.",
                remedy="Generate fewer files at once, or split a very large Python file.",
            ) from error
        except OSError as error:
            raise _missing() from error
        try:
            reported = json.loads(done.stdout)
        except ValueError as error:
            said = done.stderr.decode("utf-8", errors="replace").strip().split("\n")[0][:200]
            raise LakewrightError(
                problem=f"ruff stopped without an answer: {said or 'it said nothing'}.",
                remedy="Reinstall Lakewright's dependencies: pip install --upgrade lakewright.",
            ) from error
        return list(reported)


def _find_ruff() -> str:
    try:
        return str(importlib.import_module("ruff").find_ruff_bin())
    except (ImportError, FileNotFoundError) as error:
        raise _missing() from error


def _missing() -> LakewrightError:
    return LakewrightError(
        problem="ruff is not installed beside this Python, so Python files cannot be proved.",
        remedy="Install it in the same environment: pip install ruff.",
    )


def _allowed_in_notebooks(fault: dict[str, Any], text: str) -> bool:
    """A notebook may await at the top level of a cell; a file may not."""
    return (
        fault["code"] == "F704"
        and "`await`" in fault["message"]
        and notebook_language(text) is not None
    )


def _finding(fault: dict[str, Any]) -> CodeFinding:
    code = fault["code"] or "invalid-syntax"
    place = fault["location"] or {"row": 1, "column": 1}
    message = shown(str(fault["message"]).strip().rstrip("."), 300)
    problem = f"{message} ({code})." if code != "invalid-syntax" else f"{message}."
    return CodeFinding(rule_of_code(code).id, problem, place["row"], place["column"])
