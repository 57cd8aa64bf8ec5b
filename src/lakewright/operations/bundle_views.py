"""What can be done with a bundle that was made: look into it, compare it, put it away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lakewright.datamodel.graph import execution_waves, index
from lakewright.datamodel.model import DataModel
from lakewright.diagnostics import shown
from lakewright.errors import LakewrightError, NotFoundError, StaleFileError
from lakewright.generation.bindings import ModelScope
from lakewright.generation.lockfile import LOCK_PATH, LockEntry, read_lock, text_hash
from lakewright.generation.outputs import with_header
from lakewright.generation.plan import RenderStep, plan_scripts
from lakewright.generation.recipe import Recipe, bundle_node
from lakewright.operations.generate import Change, GenerateRequest
from lakewright.operations.metadata import (
    FOLDERS,
    Shared,
    layout_of,
    load_models,
    load_shared,
    recipe_of,
)
from lakewright.ports import (
    Author,
    Commit,
    MetadataRepository,
    RenderFault,
    TemplateRenderer,
    VersionedRepository,
)
from lakewright.yaml_text.load import load_or_diagnose

# Ways in which the Jobs API names what a task does, and where a file stands in each.
_FILES: Mapping[str, tuple[str, ...]] = {
    "notebook_task": ("notebook_path",),
    "sql_task": ("file", "path"),
    "spark_python_task": ("python_file",),
}


@dataclass(frozen=True, slots=True)
class BundleTask:
    """One task of a job.

    Attributes:
        kind: `notebook_task` and the like; empty when the task says none.
        file: The script in the bundle; empty when it runs none.
        model, node: What it was made from; empty when it runs no script of ours.
        starts: Key of the job of this bundle that it starts; empty when it starts none.
    """

    key: str
    kind: str
    file: str
    model: str
    node: str
    description: str
    waits_for: tuple[str, ...]
    starts: str


@dataclass(frozen=True, slots=True)
class BundleJob:
    """A job of a bundle. What is in one wave may run at the same time.

    Attributes:
        file: The resource file that defines it.
        waves: Task keys; each wave waits for what it needs of the waves before.
        problem: Why there are no waves; empty when there are.
    """

    key: str
    name: str
    file: str
    tasks: tuple[BundleTask, ...]
    waves: tuple[tuple[str, ...], ...]
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "name": self.name,
            "file": self.file,
            "tasks": [
                {
                    "key": task.key,
                    "kind": task.kind,
                    "file": task.file,
                    "model": task.model,
                    "node": task.node,
                    "description": task.description,
                    "waits_for": list(task.waits_for),
                    "starts": task.starts,
                }
                for task in self.tasks
            ],
            "waves": [list(wave) for wave in self.waves],
            "problem": self.problem,
        }


def bundle_jobs(texts: Mapping[str, str]) -> list[BundleJob]:
    """The jobs of a bundle in the order of their files, with the waves they run in.

    Read from the bundle itself, so it is what will run, whatever the model has become since.
    """
    lock = read_lock(texts.get(LOCK_PATH))
    entries = lock.files if lock is not None else {}
    found: list[BundleJob] = []
    for path, text in sorted(texts.items()):
        if not (path.startswith("resources/") and path.endswith((".yml", ".yaml"))):
            continue
        value, _ = load_or_diagnose(text, path)
        for key, job in _map(_map(_map(value).get("resources")).get("jobs")).items():
            found.append(_job(str(key), _map(job), path, entries))
    return found


def _job(
    key: str, job: Mapping[str, Any], path: str, entries: Mapping[str, LockEntry]
) -> BundleJob:
    written = [_map(task) for task in _list(job.get("tasks"))]
    keys = [str(task.get("task_key", "")) for task in written]
    tasks = tuple(_task(task, set(keys), entries) for task in written)
    waves: list[list[str]] = []
    problem = ""
    try:
        waves = execution_waves(
            keys, [(before, task.key) for task in tasks for before in task.waits_for]
        )
    except LakewrightError as error:
        problem = f"{error.problem} {error.remedy}"
    name = str(job.get("name") or key)
    return BundleJob(key, name, path, tasks, tuple(map(tuple, waves)), problem)


def _task(task: Mapping[str, Any], known: set[str], entries: Mapping[str, LockEntry]) -> BundleTask:
    kind = next((str(name) for name in task if str(name).endswith("_task")), "")
    what = _map(task.get(kind))
    value: Any = what
    for name in _FILES.get(kind, ("",)):
        value = _map(value).get(name)
    file = value.removeprefix("../") if isinstance(value, str) and value.startswith("../") else ""
    entry = entries.get(file, LockEntry(""))
    needs = [str(_map(one).get("task_key", "")) for one in _list(task.get("depends_on"))]
    job_id = str(what.get("job_id", ""))
    starts = job_id.removeprefix("${resources.jobs.").removesuffix(".id}")
    return BundleTask(
        key=str(task.get("task_key", "")),
        kind=kind,
        file=file if file in entries else "",
        model=entry.model,
        node=entry.node,
        description=str(task.get("description") or ""),
        waits_for=tuple(one for one in dict.fromkeys(needs) if one in known),
        starts=starts if starts != job_id else "",
    )


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


# Two bundles


def compare_bundles(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, Change]:
    """What became of each file, by path; files that are the same are left out."""
    found: dict[str, Change] = {}
    for path in sorted({*before, *after}):
        if path not in before:
            found[path] = Change.ADDED
        elif path not in after:
            found[path] = Change.REMOVED
        elif before[path] != after[path]:
            found[path] = Change.CHANGED
    return found


# Where a line is from


@dataclass(frozen=True, slots=True)
class LineOrigin:
    """What printed a line of a script.

    Attributes:
        line: In the script, from 1.
        source: Name of the template or macro file; `template_line` is in it.
        expressions: What stands between braces there, in the order of the line.
    """

    line: int
    source: str
    template_line: int
    expressions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileOrigin:
    """What a file of a bundle was made from.

    Attributes:
        model, node, template, version: Empty for a file that no template printed.
        lines: Empty when the lines are not known any more; `why_no_lines` says why then.
    """

    model: str
    node: str
    template: str
    version: str
    lines: tuple[LineOrigin, ...] = ()
    why_no_lines: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "model": self.model,
            "node": self.node,
            "template": self.template,
            "version": self.version,
            "lines": [
                {
                    "line": one.line,
                    "source": one.source,
                    "template_line": one.template_line,
                    "expressions": list(one.expressions),
                }
                for one in self.lines
            ],
            "why_no_lines": self.why_no_lines,
        }


def origin_of(
    texts: Mapping[str, str],
    path: str,
    request: GenerateRequest,
    repository: MetadataRepository | None,
    *,
    renderer: TemplateRenderer,
    engine: str,
) -> FileOrigin:
    """Which node and template made a file, and which template line each of its lines.

    The script is printed again, from the repository as it was: only when that gives the same text
    are the lines known.

    Args:
        repository: As of the commit that the bundle was made from; None when that is gone.
        request: What was asked for then.
    """
    lock = read_lock(texts.get(LOCK_PATH))
    entry = lock.files.get(path) if lock is not None else None
    if entry is None or not entry.template:
        return FileOrigin(entry.model if entry else "", entry.node if entry else "", "", "")
    template, _, version = entry.template.partition("@")
    origin = FileOrigin(entry.model, entry.node, template, version)
    if repository is None:
        return replace(origin, why_no_lines="The repository that it was made from is gone.")
    shared = load_shared(repository, layout_of(repository.files()))
    model = _model(repository, entry.model)
    step = None
    if model is not None:
        recipe = _recipe(request, shared, model)
        steps = plan_scripts(ModelScope(index(model), recipe, {}), shared.library, engine).steps
        step = next((one for one in steps if one.path == path), None)
    if step is not None:
        answer = next(iter(renderer.render([step.request(shared.library, traced=True)])))
        if not isinstance(answer, RenderFault):
            whole, _ = with_header(step.output, answer.text, step.origin)
            if whole == texts[path]:
                return replace(origin, lines=tuple(_lines(step, answer.text, answer.spans)))
    return replace(
        origin,
        why_no_lines="Printed again, the script is another one now: another version of Lakewright "
        "made this bundle.",
    )


def _model(repository: MetadataRepository, model_id: str) -> DataModel | None:
    for file in layout_of(repository.files()).models:
        # Reading the YAML of ten thousand models to find one would take minutes.
        if model_id.encode() in repository.read(file.path):
            for model in load_models(repository, file)[0]:
                if model.id == model_id:
                    return model
    return None


def _recipe(request: GenerateRequest, shared: Shared, model: DataModel) -> Recipe:
    # The id that was asked for is one of a model when no recipe has it.
    models = dict.fromkeys(filter(None, (model.id, request.wanted)))
    drawn = bundle_node(model)
    recipe = recipe_of(
        request.wanted, request.fallback, shared, models, {model.id: drawn} if drawn else {}
    )
    configured = shared.configurations.at(model=model.id, recipe=recipe.id).variables
    return replace(
        recipe,
        cloud=request.cloud or recipe.cloud,
        variables={**configured, **recipe.variables},
    )


def _lines(step: RenderStep, text: str, spans: Sequence[Any]) -> list[LineOrigin]:
    """The origin of every line, moved by the lines that the header adds and the file drops."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    _, added = with_header(step.output, text, step.origin)
    shift = added - (len(plain) - len(plain.lstrip("\n")))
    first = step.output.first_line
    if step.output.comment and first and plain.lstrip("\n").startswith(f"{first}\n"):
        shift -= 1
    found: dict[int, LineOrigin] = {}
    line, at = 1, 0
    for span in spans:
        line += text.count("\n", at, span.start)
        at = span.start
        place = line
        for part in text[span.start : span.end].split("\n"):
            if part.strip():
                known = found.get(place)
                said = (span.expression,) if span.expression else ()
                found[place] = (
                    LineOrigin(place + shift, span.name, span.line, said)
                    if known is None
                    else replace(known, expressions=(*known.expressions, *said))
                )
            place += 1
    return [one for _, one in sorted(found.items()) if one.line > 0]


# Into the repository


class EditedFilesError(StaleFileError):
    """Files of a bundle in the repository were edited since the bundle was put there."""

    code = "edited-files"


def commit_bundle(
    texts: Mapping[str, str],
    folder: str,
    repository: VersionedRepository,
    *,
    author: Author,
    message: str,
    overwrite: bool = False,
) -> Commit:
    """Put a bundle into a folder of the repository, in place of the one that is there.

    Files that the bundle there does not know stay as they are.

    Args:
        overwrite: Replace also what somebody edited there. Its history stays.

    Raises:
        EditedFilesError: Somebody edited files there. Names them.
        LakewrightError: The folder is one of documents, or no repository may hold such a path.
    """
    if f"{folder}/".startswith("metadata/") or folder.partition("/")[0] in FOLDERS:
        raise LakewrightError(
            f"'{shown(folder)}' is a folder of documents, not of bundles.",
            "Choose another folder, such as bundles/orders.",
            "folder",
        )
    now = repository.at(repository.head())
    there = _text_at(now, f"{folder}/{LOCK_PATH}")
    known = read_lock(there)
    before = known.files if known is not None else {}
    changes: dict[str, bytes | None] = {}
    edited: list[str] = []
    for path in sorted({*before, *texts}):
        old = _text_at(now, f"{folder}/{path}")
        new = texts.get(path)
        if old == new:
            continue
        entry = before.get(path)
        known_text = entry is not None and old is not None and text_hash(old) == entry.content
        if old is not None and path != LOCK_PATH and not known_text:
            edited.append(path)
        changes[f"{folder}/{path}"] = None if new is None else new.encode("utf-8", "replace")
    if edited and not overwrite:
        listed = ", ".join(edited[:5]) + (f" and {len(edited) - 5} more" if edited[5:] else "")
        raise EditedFilesError(
            f"Somebody edited files of the bundle in '{shown(folder)}': {listed}.",
            "Choose another folder, or replace them: the history keeps what they hold now.",
            "folder",
        )
    return repository.commit(changes, message, author, {})


def _text_at(repository: MetadataRepository, path: str) -> str | None:
    try:
        return repository.read(path).decode("utf-8", "replace")
    except NotFoundError:
        return None
