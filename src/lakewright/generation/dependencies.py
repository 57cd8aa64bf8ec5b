"""What models need of each other: tables that others make, jobs that others define."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lakewright.datamodel.graph import GraphIndex, loops
from lakewright.datamodel.tables import dataset_of, tables_read, tables_written
from lakewright.diagnostics import Diagnostic, Location, Severity, did_you_mean
from lakewright.generation.naming import key_of, unique_keys


@dataclass(frozen=True, slots=True)
class ModelInterface:
    """What one model takes from the others and gives to them.

    Attributes:
        reads: Full table name -> a node that reads it.
        writes: Full table name -> a node that writes it.
        declares: Full names of tables and views whose definition the model holds.
        jobs: Name by which a job can be started (id, name, the model's own for an implied job)
            -> its resource key.
        starts: Names of jobs of other models that it starts.
    """

    model: str
    file: str
    reads: Mapping[str, str]
    writes: Mapping[str, str]
    declares: tuple[str, ...]
    jobs: Mapping[str, str]
    starts: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "model": self.model,
            "file": self.file,
            "reads": dict(self.reads),
            "writes": dict(self.writes),
            "declares": list(self.declares),
            "jobs": dict(self.jobs),
            "starts": list(self.starts),
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> "ModelInterface":
        return cls(
            row["model"],
            row["file"],
            row["reads"],
            row["writes"],
            tuple(row["declares"]),
            row["jobs"],
            tuple(row["starts"]),
        )


def interface_of(index: GraphIndex, external_jobs: Iterable[str]) -> ModelInterface:
    """The interface of one model."""
    model = index.model
    declared = [
        address
        for node in index.nodes.values()
        if node.enabled
        and node.type.startswith(("uc_", "dest_"))
        and (address := dataset_of(index, node)) is not None
    ]
    return ModelInterface(
        model.id,
        model.file,
        {table.sql(): nodes[0] for table, nodes in tables_read(index).items() if nodes},
        {table.sql(): nodes[0] for table, nodes in tables_written(index).items() if nodes},
        tuple(dict.fromkeys(address.sql() for address in declared)),
        job_keys(index),
        tuple(external_jobs),
    )


def job_keys(index: GraphIndex) -> dict[str, str]:
    """Every name by which a job of the model can be started -> its resource key."""
    found: dict[str, str] = {}
    keys = unique_keys(index.nodes) if index.jobs else {}
    for job in index.all_jobs():
        if job.id in index.nodes:
            names, key = (job.id, job.name, job.properties.get("name")), keys[job.id]
        else:
            names, key = (index.model.id, index.model.name, None), key_of(index.model.id)
        for name in names:
            if isinstance(name, str) and name:
                found.setdefault(name, key)
    return found


def check_dependencies(interfaces: Mapping[str, ModelInterface]) -> list[Diagnostic]:
    """Findings about what models of one bundle expect of each other."""
    return [
        *_missing_jobs(interfaces),
        *_two_writers(interfaces),
        *_missing_producers(interfaces),
        *_loops_between(interfaces),
    ]


def _missing_jobs(interfaces: Mapping[str, ModelInterface]) -> Iterable[Diagnostic]:
    """A job that is started has to be made by some model of the bundle."""
    known = {name for one in interfaces.values() for name in one.jobs}
    for one in interfaces.values():
        for name in one.starts:
            if name not in known:
                yield Diagnostic(
                    "unknown-job",
                    Severity.ERROR,
                    f"Model '{one.model}' starts the job '{name}', which no model of this "
                    "bundle makes.",
                    f"{did_you_mean(name, known)}Correct the name, add that job's model to the "
                    "recipe, or write the job's numeric id.",
                    Location(one.file),
                )


def _two_writers(interfaces: Mapping[str, ModelInterface]) -> Iterable[Diagnostic]:
    """Two models that write one table overwrite or duplicate each other's rows."""
    owner: dict[str, ModelInterface] = {}
    for one in interfaces.values():
        for table, node in one.writes.items():
            other = owner.setdefault(table, one)
            if other is not one:
                yield Diagnostic(
                    "two-models-write",
                    Severity.WARNING,
                    f"Models '{other.model}' and '{one.model}' both write {table}.",
                    "Let one model write the table and the other read it.",
                    Location(one.file, node=node),
                )


def _missing_producers(interfaces: Mapping[str, ModelInterface]) -> Iterable[Diagnostic]:
    """A table that nobody here makes has to exist already; a near miss is probably a typo."""
    made = {table for one in interfaces.values() for table in (*one.writes, *one.declares)}
    for one in interfaces.values():
        for table, node in one.reads.items():
            if table in made or not table:
                continue
            near = did_you_mean(table, made)
            yield Diagnostic(
                "table-from-outside",
                Severity.INFO,
                f"No model of this bundle makes {table}, which '{node}' reads.",
                f"{near}It has to exist before the job runs.",
                Location(one.file, node=node),
            )


def _loops_between(interfaces: Mapping[str, ModelInterface]) -> Iterable[Diagnostic]:
    """Models that feed each other have no order in which all of them see fresh rows."""
    writer = {table: one.model for one in interfaces.values() for table in one.writes}
    starts = {name: one.model for one in interfaces.values() for name in one.jobs}
    feeds: dict[str, list[str]] = {}
    calls: dict[str, list[str]] = {}
    for one in interfaces.values():
        for table in one.reads:
            source = writer.get(table)
            if source is not None and source != one.model:
                feeds.setdefault(source, []).append(one.model)
        for name in one.starts:
            target = starts.get(name)
            if target is not None and target != one.model:
                calls.setdefault(one.model, []).append(target)
    for loop in loops(calls):
        yield Diagnostic(
            "job-loop",
            Severity.ERROR,
            f"The jobs of these models start each other in a loop: {' -> '.join(loop)}.",
            "Remove one of the 'Run a job' nodes.",
            Location(interfaces[loop[0]].file),
        )
    for loop in loops(feeds):
        yield Diagnostic(
            "model-loop",
            Severity.WARNING,
            f"These models read each other's tables in a loop: {' -> '.join(loop)}.",
            "Move the tables that both need into a model of their own.",
            Location(interfaces[loop[0]].file),
        )
