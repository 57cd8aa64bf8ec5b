"""B1 and B2: a cold `lakewright generate` beside the floors, and generating again."""

import json
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.measure import Cost, Figure, figure, ratios, run
from benchmarks.workload import write_repository

# Ratios to the equal-work floor, and absolute figures, that the product is held to.
WARM_RATIO = 1.5
EMPTY_RATIO = 5.0
PEAK_MIB = 150.0
ONE_CHANGE_SECONDS = 0.6
NO_CHANGE_SECONDS = 0.15


@dataclass(frozen=True, slots=True)
class Bench:
    """The folders of one size."""

    root: Path
    count: int

    @property
    def repository(self) -> Path:
        return self.root / "repository"

    @property
    def models(self) -> Path:
        return self.repository / "metadata" / "models"

    @property
    def out(self) -> Path:
        return self.root / "out"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    def prepare(self) -> None:
        """Write the repository, and its models as JSON for the raw floor."""
        shutil.rmtree(self.root, ignore_errors=True)
        write_repository(self.repository, self.count)
        (self.root / "json").mkdir()
        for path in sorted(self.models.glob("*.yaml")):
            value = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
            (self.root / "json" / f"{path.stem}.json").write_text(json.dumps(value))

    def generate(self) -> Cost:
        return run(
            [sys.executable, "-m", "lakewright", "-C", str(self.repository), "generate",
             "--out", str(self.out), "--json"],
            {"LAKEWRIGHT_CACHE": str(self.cache)},
        )  # fmt: skip

    def floor(self, kind: str) -> Cost:
        target = self.root / f"floor-{kind}"
        shutil.rmtree(target, ignore_errors=True)
        source = self.models if kind == "equal" else self.root / "json"
        return run([sys.executable, "-m", "benchmarks.floors", kind, str(source), str(target)])

    def forget(self, *, proofs: bool) -> None:
        """As if nothing had been generated here; the proofs are kept unless told otherwise."""
        shutil.rmtree(self.out, ignore_errors=True)
        kept = self.cache / "proofs.txt"
        text = kept.read_bytes() if kept.exists() and not proofs else None
        shutil.rmtree(self.cache, ignore_errors=True)
        if text is not None:
            self.cache.mkdir(parents=True)
            kept.write_bytes(text)

    def check_output(self, cost: Cost) -> None:
        """A figure counts only when the work was done: every table is there, as in the floor."""
        report = json.loads(cost.output)
        assert not report["refused"], report["diagnostics"][:3]
        made = list(self.out.glob("src/*/setup/t*.sql"))
        assert len(made) == self.count, f"{len(made)} scripts for {self.count} tables"

    def differs_from_floor(self) -> list[str]:
        """Tables whose statements are not those of the floor: the work would not be equal."""
        floors = {path.name: path for path in (self.root / "floor-equal").rglob("*.sql")}
        return [
            path.name
            for path in sorted(self.out.glob("src/*/setup/t*.sql"))
            if _statements(path) != _statements(floors[path.name])
        ]


def _statements(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    return " ".join(re.sub(r"(?m)^--.*\n", "", text).split())


def measure(work: Path, count: int, repeats: int) -> Iterator[Figure]:
    """Every figure of one size. The first run of each kind only warms the file system."""
    bench = Bench(work / f"tables-{count}", count)
    bench.prepare()
    name = f"B1 N={count:,}"
    first = bench.generate()
    bench.check_output(first)
    bench.floor("equal")
    strange = bench.differs_from_floor()
    if strange:
        print(f"  note: {len(strange)} scripts differ from the floor's: {strange[:3]}")  # noqa: T201

    warm, empty, equal, raw = [], [], [], []
    for _ in range(repeats):
        bench.forget(proofs=False)
        warm.append(bench.generate())
        bench.check_output(warm[-1])
        equal.append(bench.floor("equal"))
        if count <= 1000:
            bench.forget(proofs=True)
            empty.append(bench.generate())
        raw.append(bench.floor("raw"))
    yield figure(name, "raw floor: JSON + Jinja2 + write, CPU", [c.cpu for c in raw], "s")
    yield figure(name, "equal-work floor, CPU", [c.cpu for c in equal], "s")
    yield figure(name, "equal-work floor, peak", [c.peak for c in equal], "MiB")
    yield figure(name, "generate, warm proofs, CPU", [c.cpu for c in warm], "s")
    yield figure(name, "generate, warm proofs, wall", [c.wall for c in warm], "s")
    large = count >= 1000
    yield figure(
        name,
        "generate, warm proofs / floor",
        ratios(warm, equal),
        "x",
        WARM_RATIO if large else None,
    )
    yield figure(name, "generate, peak with worker", [c.peak for c in warm], "MiB", PEAK_MIB)
    if empty:
        yield figure(name, "generate, empty proofs, CPU", [c.cpu for c in empty], "s")
        yield figure(
            name,
            "generate, empty proofs / floor",
            ratios(empty, equal),
            "x",
            EMPTY_RATIO if count == 1000 else None,
        )
    yield from _again(bench, repeats)


def _again(bench: Bench, repeats: int) -> Iterator[Figure]:
    """B2: after nothing, one change, a hand edit."""
    name = f"B2 N={bench.count:,}"
    bench.forget(proofs=False)
    bench.generate()
    # File stamps that are too young are not trusted; the second run sees settled ones.
    bench.generate()
    nothing = [bench.generate() for _ in range(repeats)]
    for cost in nothing:
        counts = json.loads(cost.output)["counts"]
        assert counts["changed"] == counts["added"] == 0, counts
    model = sorted(bench.models.glob("*.yaml"))[0]
    original = model.read_text(encoding="utf-8")
    one = []
    for number in range(repeats):
        model.write_text(original.replace("Bench table 0", f"Bench table 0, take {number}"))
        one.append(bench.generate())
        changes = json.loads(one[-1].output)["changes"]
        scripts = [path for path in changes if path.endswith(".sql")]
        assert scripts == ["src/model_0000/setup/t00000.sql"], scripts
    script = bench.out / "src" / "model_0000" / "setup" / "t00000.sql"
    edited = []
    for number in range(repeats):
        script.write_text(f"-- mine {number}\n")
        edited.append(bench.generate())
        assert json.loads(edited[-1].output)["counts"]["kept"] == 1
    yield figure(
        name, "generate again, nothing changed, CPU", [c.cpu for c in nothing], "s",
        NO_CHANGE_SECONDS,
    )  # fmt: skip
    yield figure(
        name, "generate again, one change, CPU", [c.cpu for c in one], "s", ONE_CHANGE_SECONDS
    )
    yield figure(name, "generate again, one hand edit, CPU", [c.cpu for c in edited], "s")
