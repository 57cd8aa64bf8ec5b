"""A seeded repository of N tables, the same bytes wherever it is made.

Each table has twelve columns with a comment that holds an apostrophe, types from eight, a primary
key and two properties; a third is partitioned, a third clustered, half has a CHECK constraint.
Models hold a hundred tables. Notebooks that exist already carry rows from each ten tables to the
next ten, which makes about two data flow edges per table.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TYPES = (
    "BIGINT",
    "INT",
    "STRING",
    "DOUBLE",
    "DATE",
    "TIMESTAMP",
    "BOOLEAN",
    "DECIMAL(18,2)",
)
COLUMNS = 12
TABLES_PER_MODEL = 100
TABLES_PER_NOTEBOOK = 10
SEED = 42
RECIPE = """\
recipes:
  - id: bench
    name: Bench
    bundle: {name: bench}
"""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the workload: its node's properties, ready to be written as YAML."""

    id: str
    properties: dict[str, Any]


def tables(count: int, seed: int = SEED) -> Iterator[Table]:
    """The first `count` tables of the endless workload; table 7 is the same in any count."""
    for number in range(count):
        choice = random.Random(seed * 1_000_003 + number)
        columns = [
            {
                "name": f"c{position:02d}",
                "type": "BIGINT" if position == 0 else choice.choice(TYPES),
                "nullable": position != 0 and choice.random() < 0.7,
                "comment": f"Table {number}'s column {position}",
            }
            for position in range(COLUMNS)
        ]
        properties: dict[str, Any] = {
            "catalog": "main",
            "schema": f"s{number % 20:02d}",
            "name": f"t{number:05d}",
            "comment": f"Bench table {number}",
            "columns": columns,
            "primary_key": ["c00"],
        }
        if number % 3 == 0:
            properties["partitioned_by"] = ["c01"]
        elif number % 3 == 1:
            properties["cluster_by"] = ["c01", "c02"]
        if number % 2 == 0:
            properties["check_constraints"] = [
                {"name": f"ck_{number}", "expr": f"c00 >= {choice.randrange(1000)}"}
            ]
        properties["tblproperties"] = {
            "delta.enableChangeDataFeed": "true",
            "team": f"team {choice.randrange(50)}",
        }
        yield Table(f"t{number:05d}", properties)


def write_repository(folder: Path, count: int) -> None:
    """Models of a hundred tables and one recipe below `folder/metadata`."""
    models = folder / "metadata" / "models"
    models.mkdir(parents=True, exist_ok=True)
    recipes = folder / "metadata" / "recipes"
    recipes.mkdir(exist_ok=True)
    (recipes / "bench.yaml").write_text(RECIPE, encoding="utf-8")
    everything = list(tables(count))
    for start in range(0, count, TABLES_PER_MODEL):
        number = start // TABLES_PER_MODEL
        text = model_text(f"model_{number:04d}", everything[start : start + TABLES_PER_MODEL])
        (models / f"model_{number:04d}.yaml").write_text(text, encoding="utf-8")


def model_text(model_id: str, members: Sequence[Table]) -> str:
    """One model as people would write it."""
    lines = ["data_models:", f"  - id: {model_id}", "    nodes:"]
    for table in members:
        lines += [f"      - id: {table.id}", "        type: uc_table", "        properties:"]
        for name, value in table.properties.items():
            lines += _property(name, value)
    groups = [
        members[start : start + TABLES_PER_NOTEBOOK]
        for start in range(0, len(members), TABLES_PER_NOTEBOOK)
    ]
    edges: list[tuple[str, str]] = []
    for number, group in enumerate(groups):
        lines += [
            f"      - id: carry_{number}",
            "        type: notebook",
            "        properties:",
            f"          notebook_path: /Workspace/bench/{model_id}/carry_{number}",
        ]
        edges += [(table.id, f"carry_{number}") for table in group]
        if number + 1 < len(groups):
            edges += [(f"carry_{number}", table.id) for table in groups[number + 1]]
    lines.append("    edges:")
    lines += [f"      - {{source: {a}, target: {b}, type: data_flow}}" for a, b in edges]
    return "\n".join(lines) + "\n"


def _property(name: str, value: Any) -> Iterator[str]:
    indent = "          "
    if isinstance(value, list) and isinstance(value[0], dict):
        yield f"{indent}{name}:"
        for item in value:
            pairs = ", ".join(f"{key}: {_scalar(part)}" for key, part in item.items())
            yield f"{indent}  - {{{pairs}}}"
    elif isinstance(value, list):
        yield f"{indent}{name}: [{', '.join(value)}]"
    elif isinstance(value, dict):
        yield f"{indent}{name}:"
        for key, part in value.items():
            yield f"{indent}  {key}: {_scalar(part)}"
    else:
        yield f"{indent}{name}: {_scalar(value)}"


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"'
