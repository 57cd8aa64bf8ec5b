"""How well do the examples do? Run as a program, this prints the figures of the success metrics."""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"


@dataclass(frozen=True, slots=True)
class ExampleFigures:
    """What one example took and gave.

    Attributes:
        scripts: Scripts that were planned; `proved` are those that were written.
        written: Lines that a person wrote: models, recipes, own templates; blank ones left out.
        made: Lines of the bundle; `from_library` those that a built-in template printed.
        printed: Lines that any template printed.
    """

    name: str
    scripts: int
    proved: int
    written: int
    made: int
    printed: int
    from_library: int


def figures() -> Iterator[ExampleFigures]:
    """Generate every example into a folder that is thrown away."""
    for folder in sorted(EXAMPLES.iterdir()):
        if (folder / "metadata").is_dir():
            yield _figures_of(folder)


def _figures_of(folder: Path) -> ExampleFigures:
    from lakewright import context
    from lakewright.generation.lockfile import LOCK_PATH, read_lock
    from lakewright.operations.generate import GenerateRequest, Tools, generate
    from lakewright.operations.metadata import load_metadata
    from lakewright.operations.warm import BoundedProofs
    from lakewright.templates.library import builtin_templates

    written = sum(
        _lines(path.read_text(encoding="utf-8"))
        for path in (folder / "metadata").rglob("*")
        if path.is_file()
    )
    scripts = proved = made = printed = from_library = 0
    repository = context.repository_at(folder)
    recipes = sorted(load_metadata(repository).shared.recipes) or [""]
    for recipe in recipes:
        with tempfile.TemporaryDirectory() as temporary, context.renderer() as renderer:
            environ = {"LAKEWRIGHT_CACHE": temporary, "HOME": temporary}
            out = Path(temporary) / "out"
            tools = Tools(
                repository=repository,
                renderer=renderer,
                linter=context.LazyLinter(),
                proofs=BoundedProofs(),
                output=context.output_at(out, environ),
                memory=_Forgetful(),
                engine=context.engine_version(),
            )
            report = generate(GenerateRequest(recipe), tools)
            scripts += report.scripts
            if report.refused:
                continue
            proved += report.scripts
            lock = read_lock((out / LOCK_PATH).read_text(encoding="utf-8"))
            assert lock is not None, f"{folder.name} was generated without a lock"
            for path, entry in lock.files.items():
                lines = _lines((out / path).read_text(encoding="utf-8"))
                made += lines
                template = entry.template.partition("@")[0]
                printed += lines if template else 0
                from_library += lines if template in builtin_templates() else 0
    return ExampleFigures(folder.name, scripts, proved, written, made, printed, from_library)


class _Forgetful:
    """Every example is generated from nothing."""

    def load(self) -> None:
        return None

    def save(self, value: object) -> None:
        del value


def _lines(text: str) -> int:
    return sum(1 for line in text.splitlines() if line.strip())


def metrics_page() -> str:
    """The figures as a page of the reference."""
    found = list(figures())
    total = ExampleFigures(
        "all examples",
        *(
            sum(getattr(each, name) for each in found)
            for name in ("scripts", "proved", "written", "made", "printed", "from_library")
        ),
    )
    lines = [
        "# What the examples show",
        "",
        "Each example is generated from nothing. Lines are counted without blank ones. *Proved*",
        "scripts passed every gate and were written; *from the library* are lines of scripts that",
        "a built-in template printed, out of all that templates printed; *saved* compares the",
        "lines of the bundle with those of models, recipes and own templates that a person wrote.",
        "",
        "| Example | Scripts | Proved | From the library | Written | Generated | Saved |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [_row(each) for each in (*found, total)]
    lines += [
        "",
        "Goals: more than 95% proved, more than 70% from the library, more than 60% saved.",
    ]
    return "\n".join(lines) + "\n"


def _row(each: ExampleFigures) -> str:
    shares = (
        _share(each.proved, each.scripts),
        _share(each.from_library, each.printed),
        str(each.written),
        str(each.made),
        _share(each.made - each.written, each.made),
    )
    return f"| {each.name} | {each.scripts} | {' | '.join(shares)} |"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"


if __name__ == "__main__":
    sys.stdout.write(metrics_page())
