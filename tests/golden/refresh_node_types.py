"""Writes the golden files of the node types anew.

Run `python -m tests.golden.refresh_node_types` from the root of the repository after a change of
what a node emits, and read the difference before committing it: it is what people will get. Names
of node types limit it to these: `python -m tests.golden.refresh_node_types job uc_table`.

A folder `node_types/<type>/` holds `model.yaml`, a small drawing with a node of that type, and
`expected/`, the files of its bundle that the node types decide: `databricks.yml`, resources and
scripts. Python files end in `.py.txt`, so that linters and type checkers of this repository leave
them alone. Pages for people and the lock file are left out: they say nothing about node types.
"""

import sys
import tempfile
from pathlib import Path

from lakewright.context import renderer
from lakewright.ports import TemplateRenderer
from tests.operations.workshop import Workshop, worse_than_info

FOLDER = Path(__file__).parent / "node_types"
LEFT_OUT = ("README.md", "lakewright.lock", ".gitignore", "docs/")


def golden_files(node_type: str, templates: TemplateRenderer) -> dict[str, str]:
    """Path below `expected/` -> text."""
    with tempfile.TemporaryDirectory() as folder:
        workshop = Workshop(Path(folder), templates)
        workshop.model(node_type, (FOLDER / node_type / "model.yaml").read_text(encoding="utf-8"))
        report = workshop.generate()
        findings = worse_than_info(report.diagnostics)
        assert not findings, "\n".join(findings)
        return {
            path.removesuffix(".py") + ".py.txt" if path.endswith(".py") else path: text.decode()
            for path, text in workshop.files().items()
            if not path.startswith(LEFT_OUT)
        }


def refresh(node_type: str, templates: TemplateRenderer) -> None:
    """Make `expected/` hold exactly the golden files."""
    expected = FOLDER / node_type / "expected"
    wanted = golden_files(node_type, templates)
    for stale in sorted(expected.rglob("*"), reverse=True):
        if stale.is_file() and stale.relative_to(expected).as_posix() not in wanted:
            stale.unlink()
    for path, text in wanted.items():
        file = expected / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    with renderer() as shared:
        for chosen in sys.argv[1:] or sorted(path.name for path in FOLDER.iterdir()):
            refresh(chosen, shared)
