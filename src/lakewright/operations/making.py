"""The texts of a bundle from a repository: everything that generating does before it writes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from lakewright.datamodel.checks import check_index
from lakewright.datamodel.graph import GraphIndex, index, setup_needs
from lakewright.datamodel.model import DataModel
from lakewright.datamodel.yaml_codec import place
from lakewright.diagnostics import Diagnostic, Location, Severity, from_json, has_errors
from lakewright.generation.bindings import ModelScope
from lakewright.generation.bundle import (
    DROPS,
    ModelSummary,
    ScriptLine,
    databricks_yml,
    databricks_yml_text,
    jobs_api_body,
    model_page,
    readme_text,
    resource_path,
    resource_text,
    undo_text,
)
from lakewright.generation.dependencies import (
    ModelInterface,
    check_dependencies,
    interface_of,
    job_keys,
)
from lakewright.generation.lockfile import Lock, LockEntry, text_hash
from lakewright.generation.naming import key_of
from lakewright.generation.outputs import OUTPUTS, Gate, with_header
from lakewright.generation.plan import RenderStep, plan_scripts
from lakewright.generation.platforms import profile
from lakewright.generation.prove import Fault, prove, python_key
from lakewright.generation.recipe import Recipe, bundle_node, with_bundle_node
from lakewright.generation.resource_checks import check_bundle, check_jobs_api
from lakewright.generation.resources import ModelResources, build_resources, setup_job_key
from lakewright.generation.shapes import Resource
from lakewright.operations.faults import faults_of_render, locate_faults
from lakewright.operations.metadata import (
    Shared,
    choose_recipes,
    layout_of,
    load_models,
    load_shared,
    read_text,
    twice,
)
from lakewright.ports import CodeFinding, Rendered, RenderFault, RepositoryFile

if TYPE_CHECKING:
    from lakewright.operations.generate import GenerateRequest, Progress, Tools

# Raise when the rows that `_absorb` remembers change their shape.
MEMORY_LAYOUT = 3
# Scripts that are rendered and linted together: one linter process for each such batch.
BATCH_SCRIPTS = 400


@dataclass(frozen=True, slots=True)
class MadeBundle:
    """A bundle that is not written yet.

    Attributes:
        entries: Every file of the bundle -> where it comes from.
        texts: New texts; a file without one has the content that its entry says already.
        intact: Files that were looked at and have the content that their entry says.
        memory: What the next run may reuse.
    """

    recipe: str
    engine: str
    entries: dict[str, LockEntry]
    texts: dict[str, str]
    diagnostics: tuple[Diagnostic, ...]
    models: int
    scripts: int
    memory: dict[str, Any]
    intact: frozenset[str]


@dataclass(slots=True)
class _Loaded:
    """A model file: read (until its models are worked on), or (`rows`) only remembered."""

    file: RepositoryFile
    models: tuple[DataModel, ...] = ()
    mistakes: tuple[Diagnostic, ...] = ()
    rows: Mapping[str, Any] = field(default_factory=dict)

    def names(self) -> list[str]:
        return [model.id for model in self.models] or list(self.rows)

    def bundles(self) -> dict[str, Mapping[str, Any]]:
        """Model -> properties of its bundle node, for models that have one."""
        if self.rows:
            return {name: row["bundle"] for name, row in self.rows.items() if row["bundle"]}
        return {m.id: found for m in self.models if (found := bundle_node(m))}


@dataclass(slots=True)
class _ModelWork:
    """One model on its way through the steps."""

    model: DataModel
    file: RepositoryFile
    graph: GraphIndex
    scope: ModelScope
    steps: tuple[RenderStep, ...] = ()
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    resources: ModelResources = field(default_factory=ModelResources)
    of_targets: Mapping[str, ModelResources] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)
    entries: dict[str, LockEntry] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    undo: dict[str, str] = field(default_factory=dict)


def make_bundle(
    request: "GenerateRequest",
    tools: "Tools",
    files: Sequence[RepositoryFile],
    lock: Lock,
    progress: "Progress | None",
) -> MadeBundle:
    """Everything up to writing: check -> plan -> render -> prove -> assemble."""
    return _Making(request, tools, files, lock, progress).run()


class _Making:
    """One generation in progress: what has been found and made so far."""

    def __init__(
        self,
        request: "GenerateRequest",
        tools: "Tools",
        files: Sequence[RepositoryFile],
        lock: Lock,
        progress: "Progress | None",
    ) -> None:
        self.request = request
        self.tools = tools
        self.lock = lock
        self.progress = progress
        self.layout = layout_of(files)
        self.shared: Shared = load_shared(tools.repository, self.layout)
        self.found: list[Diagnostic] = []
        self.entries: dict[str, LockEntry] = {}
        self.texts: dict[str, str] = {}
        self.summaries: dict[str, ModelSummary] = {}
        self.interfaces: dict[str, ModelInterface] = {}
        self.variables: dict[str, Resource] = {}
        self.memories: dict[str, Any] = {}
        self.owners: dict[str, str] = {}
        self.job_keys: Mapping[str, str] = {}
        self.intact: set[str] = set()
        self.linted_templates: set[str] = set()
        self.done = 0

    def run(self) -> MadeBundle:
        memory = self.tools.memory.load()
        same_layout = isinstance(memory, dict) and memory.get("layout") == MEMORY_LAYOUT
        remembered = memory.get("files", {}) if same_layout else {}
        loaded = self._load(remembered)
        owner = self._owners_of_models(loaded)
        recipe = self._recipe(loaded, owner)
        self.job_keys = _keys_of_jobs(loaded, set(recipe.models))
        context = self._context(recipe)
        wanted = set(recipe.models) or set(owner)
        # Without names a bundle holds all models, those of a file that cannot be read too.
        named = bool(self.request.wanted or (recipe.file and recipe.models))
        total = len(wanted)
        if not wanted:
            self.found.append(_nothing_to_generate(recipe))
        batch: list[_ModelWork] = []
        for entry in loaded:
            mine = {name for name in entry.names() if owner[name] is entry} & wanted
            if not mine and named and wanted <= set(owner):
                # A mistake in a file that this bundle does not need is not this bundle's.
                continue
            if entry.rows and self._reuse(entry, mine, context):
                self._tell(total, "reused")
                continue
            models, mistakes = self._read(entry)
            self.found.extend(mistakes)
            for model in models:
                if model.id not in mine:
                    continue
                work = self._plan(model, entry.file, recipe)
                self.summaries[model.id] = _summary(work)
                self.interfaces[model.id] = interface_of(work.graph, work.resources.external_jobs)
                batch.append(work)
                if sum(len(work.steps) for work in batch) >= BATCH_SCRIPTS:
                    self._finish(batch, recipe, context, total)
                    batch = []
        self._finish(batch, recipe, context, total)
        self.found.extend(self._dependencies(wanted))
        self._whole_bundle(recipe)
        return MadeBundle(
            recipe=recipe.id,
            engine=self.tools.engine,
            entries=self.entries,
            texts=self.texts,
            diagnostics=tuple(dict.fromkeys(self.found)),
            models=len(self.summaries),
            scripts=sum(sum(s.counts.values()) for s in self.summaries.values()),
            memory={"layout": MEMORY_LAYOUT, "files": self.memories},
            intact=frozenset(self.intact),
        )

    # Loading

    def _load(self, remembered: Mapping[str, Any]) -> list["_Loaded"]:
        """Each model file with its models, or with what the last run remembers about it."""
        loaded: list[_Loaded] = []
        for file in self.layout.models:
            row = remembered.get(file.path)
            if isinstance(row, dict) and row.get("version") == file.version and row.get("models"):
                loaded.append(_Loaded(file, rows=row["models"]))
            else:
                loaded.append(_Loaded(file, *load_models(self.tools.repository, file)))
        return loaded

    def _read(self, entry: "_Loaded") -> tuple[tuple[DataModel, ...], tuple[Diagnostic, ...]]:
        """The models of a file; one that was only remembered is read now."""
        if entry.rows:
            return load_models(self.tools.repository, entry.file)
        # Taken out, so that a large repository is not kept in memory to the end.
        models, entry.models = entry.models, ()
        return models, entry.mistakes

    def _owners_of_models(self, loaded: Sequence["_Loaded"]) -> dict[str, "_Loaded"]:
        """Model id -> the file it is taken from: the first that has it."""
        owner: dict[str, _Loaded] = {}
        for entry in loaded:
            for name in entry.names():
                first = owner.setdefault(name, entry)
                if first is not entry:
                    self.found.append(
                        twice("model", name, entry.file.path, first.file.path),
                    )
        return owner

    def _recipe(self, loaded: Sequence["_Loaded"], models: Mapping[str, Any]) -> Recipe:
        wanted = [self.request.wanted] if self.request.wanted else []
        recipes = choose_recipes(wanted, self.shared.recipes, models, self.request.fallback)
        recipe = recipes[0]
        others = {one.file for one in self.shared.recipes.values()} - {recipe.file}
        self.found.extend(
            found for found in self.shared.diagnostics if found.where.file not in others
        )
        if not recipe.file:
            drawn = [
                entry.bundles()[name]
                for entry in loaded
                for name in entry.bundles()
                if name in recipe.models
            ]
            if len(drawn) == 1:
                recipe = with_bundle_node(recipe, drawn[0])
        if self.request.cloud:
            recipe = replace(recipe, cloud=self.request.cloud)
        for name in recipe.models:
            if name not in models:
                self.found.append(
                    Diagnostic(
                        "recipe-unknown-model",
                        Severity.ERROR,
                        f"Recipe '{recipe.id}' names the model '{name}', which does not exist.",
                        "Correct the name, or remove it from the recipe.",
                        Location(recipe.file, property="models"),
                    )
                )
        return recipe

    def _context(self, recipe: Recipe) -> str:
        text = repr((self.tools.engine, self.shared.fingerprint, recipe))
        return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    def _reuse(self, loaded: "_Loaded", names: set[str], context: str) -> bool:
        """Take over what the last run made of an unchanged file, when its outputs are intact."""
        file, rows = loaded.file, loaded.rows
        mine = {name: row for name, row in rows.items() if name in names}
        if any(row.get("context") != context for row in mine.values()):
            return False
        entries: dict[str, LockEntry] = {}
        for row in mine.values():
            if self._other_jobs(row["external_jobs"]) != row["external_jobs"]:
                return False
            for path in row["files"]:
                entry = self.lock.files.get(path)
                if entry is None or self.tools.output.content_hash(path) != entry.content:
                    return False
                entries[path] = entry
        self.entries.update(entries)
        self.intact.update(entries)
        for name, row in mine.items():
            self.found.extend(from_json(found) for found in row["diagnostics"])
            self.summaries[name] = ModelSummary(**row["summary"])
            self.interfaces[name] = ModelInterface.from_json(row["interface"])
            self.variables.update(row["variables"])
            for key in row["resources"]:
                self.owners.setdefault(key, name)
        self.memories[file.path] = {"version": file.version, "models": dict(rows)}
        self.done += len(mine)
        return True

    def _other_jobs(self, names: Iterable[str]) -> dict[str, str]:
        """The resource key of each of those jobs as it is now."""
        return {name: self.job_keys.get(name) or key_of(name) for name in names}

    # One model

    def _plan(self, model: DataModel, file: RepositoryFile, recipe: Recipe) -> _ModelWork:
        graph = index(model)
        settings = self.shared.configurations.at(model=model.id, recipe=recipe.id)
        if settings.variables:
            recipe = replace(recipe, variables={**settings.variables, **recipe.variables})
        work = _ModelWork(model, file, graph, ModelScope(graph, recipe, {}))
        work.found.extend(check_index(graph))
        if has_errors(work.found):
            # A broken drawing gives misleading findings further down the line.
            return work
        plan = plan_scripts(work.scope, self.shared.library, self.tools.engine)
        work.found.extend(plan.diagnostics)
        self._lint_templates(plan.steps, work)
        if has_errors(work.found):
            return work
        work.steps = plan.steps
        work.needs = needs = setup_needs(graph)
        cloud = profile(recipe.cloud)
        work.resources = build_resources(
            work.scope,
            plan.steps,
            needs,
            cloud,
            settings,
            other_jobs=self.job_keys,
        )
        work.found.extend(work.resources.diagnostics)
        known = self.shared.configurations
        work.of_targets = {
            target.name: build_resources(
                work.scope,
                plan.steps,
                needs,
                cloud,
                known.at(model=model.id, recipe=recipe.id, target=target.name),
                other_jobs=self.job_keys,
            )
            for target in recipe.targets
            if target.name in known.targets()
        }
        return work

    def _lint_templates(self, steps: Sequence[RenderStep], work: _ModelWork) -> None:
        """Findings about people's own templates, once each; built-in ones are proved by tests."""
        from lakewright.templates.checks import check_template

        for step in steps:
            if step.template.builtin or step.template.id in self.linted_templates:
                continue
            self.linted_templates.add(step.template.id)
            found = check_template(step.template, self.shared.library.macros)
            # Whether a warning about style matters is said by `templates lint`.
            work.found.extend(d for d in found if d.severity is Severity.ERROR)

    def _finish(
        self, batch: Sequence[_ModelWork], recipe: Recipe, context: str, total: int
    ) -> None:
        """Render, prove and assemble the models of one batch."""
        pending = [
            (work, step) for work in batch for step in work.steps if not self._kept(work, step)
        ]
        rendered = self._render(pending)
        linted = self._lint(rendered)
        for work, step, text, lines in rendered:
            faults = prove(
                step.output,
                text,
                memory=self.tools.proofs,
                linted=linted.get(step.path, ()),
                engine=self.tools.engine,
            )
            if faults:
                work.found.extend(
                    locate_faults(
                        faults,
                        step,
                        work.model,
                        header_lines=lines,
                        library=self.shared.library,
                        renderer=self.tools.renderer,
                    )
                )
            work.texts[step.path] = text
            # Only a text without findings may be skipped next time: findings are not kept.
            work.entries[step.path] = _script_entry(step, text, proved=not faults)
        for work in batch:
            if not has_errors(work.found):
                self._assemble(work, recipe)
            self._absorb(work, context)
            self._tell(total, work.model.id)

    def _kept(self, work: _ModelWork, step: RenderStep) -> bool:
        """Whether the file of the last run is what this step would give again."""
        entry = self.lock.files.get(step.path)
        if entry is None or entry.input != step.input_hash:
            return False
        if _prints_undo(work, step):
            return False
        # A file that is gone or was edited by hand has to be made to be compared or restored.
        if self.tools.output.content_hash(step.path) != entry.content:
            return False
        work.entries[step.path] = entry
        self.intact.add(step.path)
        return True

    def _render(
        self, pending: Sequence[tuple[_ModelWork, RenderStep]]
    ) -> list[tuple[_ModelWork, RenderStep, str, int]]:
        """(work, step, text with header, header lines) of every step that printed something."""
        library = self.shared.library
        requests = (step.request(library) for _, step in pending)
        done: list[tuple[_ModelWork, RenderStep, str, int]] = []
        for (work, step), answer in zip(pending, self.tools.renderer.render(requests), strict=True):
            if isinstance(answer, RenderFault):
                work.found.append(faults_of_render(answer, step, work.model, library))
                continue
            if not answer.text.strip():
                work.found.append(_empty(step, work.model))
                continue
            text, lines = with_header(step.output, answer.text, step.origin)
            done.append((work, step, text, lines))
        undo = [(work, step) for work, step in pending if _prints_undo(work, step)]
        for (work, step), answer in zip(
            undo,
            self.tools.renderer.render(step.undo_request(library) for _, step in undo),
            strict=True,
        ):
            if isinstance(answer, Rendered):
                work.undo[step.node] = answer.text
            else:
                work.found.append(faults_of_render(answer, step, work.model, library))
        return done

    def _lint(
        self, rendered: Sequence[tuple[_ModelWork, RenderStep, str, int]]
    ) -> Mapping[str, Sequence[CodeFinding]]:
        """One linter process for all Python texts that are not proved already."""
        sources = {
            step.path: text
            for _, step, text, _ in rendered
            if step.output.gate is Gate.PYTHON
            and not self.tools.proofs.known(python_key(text, self.tools.engine))
        }
        return self.tools.linter.lint(sources) if sources else {}

    def _assemble(self, work: _ModelWork, recipe: Recipe) -> None:
        """Resource files, undo script and page of one model."""
        resources = work.resources
        for group, entries in resources.groups.items():
            for key, spec in entries.items():
                of_targets = {
                    name: other.groups[group][key] for name, other in work.of_targets.items()
                }
                text = resource_text(group, key, spec, of_targets)
                self._put(work, resource_path(group, key), text)
        if "jobs_api" in recipe.outputs:
            self._jobs_api(work, recipe)
        setup = [
            node_id
            for node_id in work.needs
            if any(step.node == node_id and step.role == "setup" for step in work.steps)
        ]
        undo = undo_text(work.graph, setup, recipe.home_catalog, work.undo)
        folder = f"src/{key_of(work.model.id)}/setup"
        if undo:
            path = f"{folder}/undo.sql"
            for fault in prove(
                OUTPUTS["sql"], undo, memory=self.tools.proofs, linted=(), engine=self.tools.engine
            ):
                work.found.append(_undo_finding(fault, path, work.model))
            self._put(work, path, undo)
        if "setup_sql" in recipe.outputs and setup:
            self._put(work, f"{folder}/all.sql", self._setup_sql(work, setup))
        rows = [
            ScriptLine(step.path, step.node, step.template.id, step.template.version)
            for step in work.steps
        ]
        self._put(work, f"docs/{key_of(work.model.id)}.md", model_page(work.model, rows))

    def _jobs_api(self, work: _ModelWork, recipe: Recipe) -> None:
        import json

        for key, spec in work.resources.groups.get("jobs", {}).items():
            body = jobs_api_body(spec, recipe, work.resources.variables)
            path = f"jobs_api/{key}.json"
            work.found.extend(
                _resource_finding(fault, ("jobs", key), path, work.resources, work.model)
                for fault in check_jobs_api(body)
                # Ids of other resources and looked-up ids are known only after a deployment.
                if not _is_reference(body, fault.path)
            )
            self._put(work, path, json.dumps(body, indent=2, ensure_ascii=False) + "\n")

    def _setup_sql(self, work: _ModelWork, setup: Sequence[str]) -> str:
        """All set-up SQL of a model in one file, in order."""
        by_node = {
            step.node: step
            for step in work.steps
            if step.role == "setup" and step.output.gate is Gate.SQL
        }
        parts = []
        for node_id in setup:
            step = by_node.get(node_id)
            if step is not None:
                text = work.texts.get(step.path) or self.tools.output.read_text(step.path) or ""
                parts.append(text.rstrip("\n"))
        return "\n\n".join(parts) + "\n"

    def _put(self, work: _ModelWork, path: str, text: str) -> None:
        work.texts[path] = text
        work.entries[path] = LockEntry(text_hash(text), model=work.model.id)

    def _absorb(self, work: _ModelWork, context: str) -> None:
        """Add a finished model to the bundle."""
        work.found.extend(self._bundle_findings(work))
        if work.found:
            text, _ = read_text(self.tools.repository, work.file)
            if text is not None:
                work.found = list(place(work.found, text, work.file.path, model_id=work.model.id))
        self.found.extend(work.found)
        for path in work.entries:
            other = self.entries.get(path)
            if other is not None and other.model != work.model.id:
                self.found.append(_file_clash(path, work.model, other.model))
        self.entries.update(work.entries)
        self.texts.update(work.texts)
        self.variables.update(work.resources.variables)
        keys = [f"{g}.{k}" for g, entries in work.resources.groups.items() for k in entries]
        for key in keys:
            owner = self.owners.setdefault(key, work.model.id)
            if owner != work.model.id:
                self.found.append(_key_clash(key, work.model, owner))
        if not has_errors(work.found):
            summary = self.summaries[work.model.id]
            row = self.memories.setdefault(
                work.file.path, {"version": work.file.version, "models": {}}
            )
            row["models"][work.model.id] = {
                "context": context,
                "files": list(work.entries),
                "summary": {
                    name: getattr(summary, name) for name in ModelSummary.__dataclass_fields__
                },
                "interface": self.interfaces[work.model.id].as_json(),
                "variables": work.resources.variables,
                "resources": keys,
                "external_jobs": work.resources.external_jobs,
                "bundle": bundle_node(work.model),
                "diagnostics": [found.as_json() for found in work.found],
            }
        else:
            self.memories.pop(work.file.path, None)

    def _bundle_findings(self, work: _ModelWork) -> Iterator[Diagnostic]:
        """Shapes and semantic rules over the resources of one model, in every target."""
        for resources in (work.resources, *work.of_targets.values()):
            yield from self._findings_of(work, resources)

    def _findings_of(self, work: _ModelWork, resources: ModelResources) -> Iterator[Diagnostic]:
        groups = resources.groups
        if not groups or has_errors(work.found):
            return
        value = {
            "bundle": {"name": "bundle"},
            "variables": resources.variables,
            "resources": groups,
        }
        places = {
            f"{group}.{key}": resource_path(group, key)
            for group, entries in groups.items()
            for key in entries
        }
        external = [f"'{key}'" for key in resources.external_jobs.values()]
        own = [*work.entries, *self._own_files(groups)]
        for fault in check_bundle(value, files=own, defined_in=places):
            if fault.rule == "unknown-reference" and any(k in fault.problem for k in external):
                continue  # Jobs of other models are looked up over the whole repository.
            if fault.rule == "missing-file":
                # Files that people add themselves are put there after the first generation.
                fault = replace(fault, severity=Severity.WARNING)  # noqa: PLW2901
            group, key = (*(str(part) for part in fault.path[1:3]), "", "")[:2]
            yield _resource_finding(
                fault, (group, key), resource_path(group, key), resources, work.model
            )

    def _own_files(self, value: Any) -> Iterator[str]:
        """Files of the bundle that people wrote themselves and that its resources name."""
        if isinstance(value, dict):
            for item in value.values():
                yield from self._own_files(item)
        elif isinstance(value, list):
            for item in value:
                yield from self._own_files(item)
        elif isinstance(value, str) and value.startswith("../"):
            path = value.removeprefix("../")
            if self.tools.output.content_hash(path) is not None:
                yield path

    # The whole bundle

    def _dependencies(self, wanted: set[str]) -> list[Diagnostic]:
        return check_dependencies(
            {name: found for name, found in self.interfaces.items() if name in wanted}
        )

    def _whole_bundle(self, recipe: Recipe) -> None:
        # The order of the recipe is the order to run set-up jobs in; without one, the ids'.
        order = [*dict.fromkeys(recipe.models), *sorted(self.summaries)]
        summaries = [self.summaries[n] for n in dict.fromkeys(order) if n in self.summaries]
        direct = any(key.startswith(("catalogs.", "external_locations.")) for key in self.owners)
        value = databricks_yml(self._reached(recipe), self.variables, direct=direct)
        self.found.extend(
            Diagnostic(
                fault.rule,
                fault.severity,
                fault.problem,
                fault.remedy,
                Location(recipe.file or "databricks.yml", property=".".join(map(str, fault.path))),
            )
            for fault in check_bundle(value)
        )
        self._put_shared("databricks.yml", databricks_yml_text(value))
        uses_catalog = bool(recipe.home_catalog) and "catalog" in self.variables
        self._put_shared("README.md", readme_text(recipe, summaries, uses_catalog))
        self._put_shared(".gitignore", ".databricks/\n")

    def _reached(self, recipe: Recipe) -> Recipe:
        """The recipe with the host of each target that only a configuration names."""
        known = self.shared.configurations
        hosts = {
            target.name: known.at(recipe=recipe.id, target=target.name).connection.get("host", "")
            for target in recipe.targets
            if not target.host
        }
        targets = tuple(
            replace(target, host=str(hosts[target.name])) if hosts.get(target.name) else target
            for target in recipe.targets
        )
        return replace(recipe, targets=targets)

    def _put_shared(self, path: str, text: str) -> None:
        self.texts[path] = text
        self.entries[path] = LockEntry(text_hash(text))

    def _tell(self, total: int, what: str) -> None:
        self.done = min(self.done + 1, total)
        if self.progress is not None:
            self.progress(self.done, total, what)


def _keys_of_jobs(
    loaded: Sequence[_Loaded],
    wanted: set[str],
) -> dict[str, str]:
    """Name of a job -> its resource key, over the whole bundle; empty when no job starts another.

    Args:
        wanted: Ids of the bundle's models; empty means all.
    """
    starts_jobs = any(
        any(node.type == "run_job" for model in entry.models for node in model.nodes)
        or any(row["external_jobs"] for row in entry.rows.values())
        for entry in loaded
    )
    if not starts_jobs:
        return {}
    found: dict[str, str] = {}
    for entry in loaded:
        for model in entry.models:
            if not wanted or model.id in wanted:
                found.update(job_keys(index(model)))
        for name, row in entry.rows.items():
            if not wanted or name in wanted:
                found.update(row["interface"]["jobs"])
    return found


def _summary(work: _ModelWork) -> ModelSummary:
    counts: dict[str, int] = {}
    for step in work.steps:
        counts[step.role] = counts.get(step.role, 0) + 1
    jobs = {
        key: len(spec.get("tasks", []))
        for key, spec in work.resources.groups.get("jobs", {}).items()
    }
    setup = setup_job_key(work.model)
    return ModelSummary(
        id=work.model.id,
        name=work.model.name or work.model.id,
        description=work.model.description,
        jobs=jobs,
        pipelines=tuple(work.resources.groups.get("pipelines", {})),
        counts=counts,
        nodes=len(work.model.nodes),
        setup_job=setup if setup in jobs else "",
    )


def _nothing_to_generate(recipe: Recipe) -> Diagnostic:
    return Diagnostic(
        "nothing-to-generate",
        Severity.ERROR,
        "The repository has no model that can be generated.",
        "Add one below metadata/models, or start from an example with `lakewright init`.",
        Location(recipe.file),
    )


def _prints_undo(work: _ModelWork, step: RenderStep) -> bool:
    """Whether the template says how to take its script back; a plain DROP needs no template."""
    node_type = work.graph.nodes[step.node].type
    return bool(step.template.undo) and not (step.template.builtin and node_type in DROPS)


def _script_entry(step: RenderStep, text: str, *, proved: bool) -> LockEntry:
    return LockEntry(
        content=text_hash(text),
        input=step.input_hash if proved else "",
        model=step.model,
        node=step.node,
        template=f"{step.template.id}@{step.template.version}",
    )


def _is_reference(value: Any, path: Sequence[str | int]) -> bool:
    """Whether the text at a path stands for a value that only a deployment knows."""
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return False
    return isinstance(value, str) and value.startswith(("${resources.", "${var."))


def _empty(step: RenderStep, model: DataModel) -> Diagnostic:
    return Diagnostic(
        "empty-script",
        Severity.WARNING,
        f"Template '{step.template.id}' printed nothing for node '{step.node}'.",
        "Check its conditions and the values, or choose 'template: none' in the recipe.",
        Location(model.file, node=step.node),
    )


def _resource_finding(
    fault: Any,
    resource: tuple[str, str],
    path: str,
    resources: ModelResources,
    model: DataModel,
) -> Diagnostic:
    """A fault in a resource, at the node that it was made from."""
    group, key = resource
    parts = [str(part) for part in fault.path]
    inside = parts[parts.index(key) + 1 :] if key in parts else parts
    node = resources.nodes.get(f"{group}.{key}", "")
    if len(inside) >= 2 and inside[0] == "tasks":
        node = resources.nodes.get(f"{group}.{key}.tasks.{inside[1]}", node)
    return Diagnostic(
        fault.rule,
        fault.severity,
        fault.problem,
        fault.remedy,
        Location(model.file, node=node),
        Location(path, property=".".join(parts)),
    )


def _undo_finding(fault: Fault, path: str, model: DataModel) -> Diagnostic:
    return Diagnostic(
        fault.rule,
        fault.severity,
        fault.problem,
        fault.remedy,
        Location(model.file),
        Location(path, fault.line, fault.column),
    )


def _file_clash(path: str, model: DataModel, other: str) -> Diagnostic:
    return Diagnostic(
        "output-clash",
        Severity.ERROR,
        f"Models '{model.id}' and '{other}' would both write '{path}'.",
        "Rename one of the models or nodes, or give a script another 'path' in the recipe.",
        Location(model.file),
    )


def _key_clash(key: str, model: DataModel, other: str) -> Diagnostic:
    return Diagnostic(
        "resource-clash",
        Severity.ERROR,
        f"Models '{model.id}' and '{other}' both make the resource '{key}'.",
        "Rename one of the nodes: resource keys are unique in a bundle.",
        Location(model.file),
    )
