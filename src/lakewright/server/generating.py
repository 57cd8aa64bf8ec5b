"""Generate a bundle as background work, with the rights of the person who asked."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from anyio import to_thread

from lakewright.access import demand
from lakewright.errors import LimitError
from lakewright.operations.bundles import generate_texts, templates_used
from lakewright.operations.configurations import configurations_text, with_settings
from lakewright.operations.generate import GenerateReport, GenerateRequest
from lakewright.ports import VersionedRepository
from lakewright.server.jobs import Task, Worker
from lakewright.server.state import Engine
from lakewright.store.audit import write_event
from lakewright.store.database import Connection, Database
from lakewright.store.records.configurations import all_configurations
from lakewright.store.records.generations import GenerationStatus, create_generation
from lakewright.store.records.members import get_role

KEPT_BYTES = 200_000_000  # of one bundle; some 50,000 tables


@dataclass(frozen=True, slots=True)
class _Made:
    report: GenerateReport
    texts: Mapping[str, str]
    commit: str
    model: str | None


def generate_worker(
    database: Database, repository_of: Callable[[UUID], VersionedRepository], engine: Engine
) -> Worker:
    """The function that does work of the kind `generate`.

    May be begun twice: the second time makes a second generation, and only the one that the
    finished work names counts.
    """

    async def work(task: Task) -> Mapping[str, Any]:
        async with database.acting_as(task.identity) as connection:
            user = task.identity.user_id
            # Between asking and working somebody may have been removed.
            role = await get_role(connection, task.workspace_id, user) if user else None
            demand(role, "generate")
            settings = await settings_in_app(connection, task.workspace_id)
        made = await to_thread.run_sync(lambda: _made(task, repository_of, engine, settings))
        report = made.report
        async with database.acting_as(
            task.identity, f"job-{task.id}", statement_seconds=120
        ) as connection:
            generation = await create_generation(
                connection,
                task.workspace_id,
                model_id=made.model,
                recipe=report.recipe,
                template_ids=templates_used(made.texts),
                variables_json={
                    **task.request,
                    "commit": made.commit,
                    "engine": engine.version,
                    **({"configurations": settings} if settings else {}),
                },
                generated_script=json.dumps(made.texts) if made.texts else None,
                files_json=[
                    {"path": path, "size": len(text.encode("utf-8", "surrogatepass"))}
                    for path, text in made.texts.items()
                ],
                diagnostics_json=[found.as_json() for found in report.diagnostics],
                status=GenerationStatus.FAILED if report.refused else GenerationStatus.GENERATED,
            )
            await write_event(
                connection,
                "generate",
                workspace_id=task.workspace_id,
                record_id=str(generation.id),
                details={"job": str(task.id), "recipe": report.recipe, "commit": made.commit},
            )
        summary = report.as_json()
        # Files and findings are in the generation; a piece of work stays small.
        del summary["changes"], summary["diagnostics"]
        return {"generation_id": str(generation.id), **summary}

    return work


async def settings_in_app(connection: Connection, workspace_id: UUID) -> str:
    """What is set in the app, as a configuration file has it; empty for nothing."""
    return configurations_text(
        {
            "name": one.name,
            "type": one.type.value,
            "config": one.config_json,
            "is_active": one.is_active,
            "scope": one.scope.value,
            "scope_ref": one.scope_ref,
        }
        for one in await all_configurations(connection, workspace_id)
    )


def _made(
    task: Task,
    repository_of: Callable[[UUID], VersionedRepository],
    engine: Engine,
    settings: str,
) -> _Made:
    repository = repository_of(task.workspace_id)
    commit = repository.head()
    wanted = str(task.request.get("wanted", ""))
    metadata = engine.metadata.of(str(task.workspace_id), repository)
    report, texts = generate_texts(
        GenerateRequest(wanted=wanted, cloud=str(task.request.get("cloud", ""))),
        with_settings(repository.at(commit), settings),
        renderer=engine.renderer,
        linter=engine.linter,
        proofs=engine.proofs,
        engine=engine.version,
        progress=task.report,
    )
    if sum(map(len, texts.values())) > KEPT_BYTES:
        raise LimitError(
            f"The bundle is larger than {KEPT_BYTES:,} bytes.",
            "Generate fewer models at once, or use the command line.",
        )
    return _Made(report, texts, commit, wanted if wanted in metadata.models else None)
