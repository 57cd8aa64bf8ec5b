"""A metadata repository in a temporary folder, generated in this process with the real adapters."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lakewright.context import LazyLinter, MemoryFile, engine_version, output_at, repository_at
from lakewright.diagnostics import Diagnostic, Severity
from lakewright.files.local_state import ProofFile
from lakewright.operations.generate import GenerateReport, GenerateRequest, Tools, compare, generate
from lakewright.ports import TemplateRenderer

TABLE = """\
      - id: {id}
        type: uc_table
        properties:
          catalog: main
          schema: silver
          name: {id}
          columns:
            - {{name: id, type: BIGINT, nullable: false}}
            - {{name: amount, type: "{type}"}}
"""


def tables_model(model_id: str, tables: Mapping[str, str]) -> str:
    """A model that declares tables: name -> type of their second column."""
    nodes = "".join(TABLE.format(id=name, type=kind) for name, kind in tables.items())
    return f"data_models:\n  - id: {model_id}\n    nodes:\n{nodes}"


class Workshop:
    """One repository, one output folder, one memory; `renderer` may be shared by many."""

    def __init__(self, root: Path, renderer: TemplateRenderer) -> None:
        self.root = root / "repository"
        self.out = root / "out"
        self.environ = {"LAKEWRIGHT_CACHE": str(root / "cache")}
        self._memory_file = root / "cache" / "run.json"
        self._proof_file = root / "cache" / "proofs.txt"
        self._renderer = renderer
        (self.root / "metadata" / "models").mkdir(parents=True)

    def write(self, path: str, text: str | bytes) -> Path:
        """A file below `metadata/`."""
        file = self.root / "metadata" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    def model(self, name: str, text: str) -> Path:
        return self.write(f"models/{name}.yaml", text)

    def recipe(self, text: str) -> Path:
        return self.write("recipes/recipe.yaml", text)

    def forget(self) -> None:
        """As on a machine that has never generated this bundle."""
        self._memory_file.unlink(missing_ok=True)
        self._proof_file.unlink(missing_ok=True)

    def generate(self, **request: Any) -> GenerateReport:
        """What `lakewright generate` does."""
        tools = self._tools()
        report = generate(GenerateRequest(**request), tools)
        assert isinstance(tools.proofs, ProofFile)
        tools.proofs.save()
        return report

    def compare(self, **request: Any) -> GenerateReport:
        """What `lakewright diff` does."""
        return compare(GenerateRequest(**request), self._tools())

    def _tools(self) -> Tools:
        return Tools(
            repository=repository_at(self.root, self.environ),
            renderer=self._renderer,
            linter=LazyLinter(),
            proofs=ProofFile(self._proof_file),
            output=output_at(self.out, self.environ),
            memory=MemoryFile(self._memory_file),
            engine=engine_version(),
        )

    def files(self) -> dict[str, bytes]:
        """Path -> content of everything in the output folder."""
        return folder_content(self.out)


def folder_content(folder: Path) -> dict[str, bytes]:
    """Path -> content of every file below a folder, links and hidden files included."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def worse_than_info(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """Findings that somebody has to look at, as people read them."""
    return [
        f"{found.where}: {found.rule}: {found.problem} ({found.seen_at})"
        for found in diagnostics
        if found.severity is not Severity.INFO
    ]


def rules(diagnostics: Iterable[Diagnostic]) -> set[str]:
    return {found.rule for found in diagnostics}
