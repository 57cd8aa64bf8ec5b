"""What can be wrong between the parts of a bundle: names, references, files, targets?"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from lakewright.diagnostics import Severity, shown
from lakewright.generation.resource_faults import Path, ResourceFault, near
from lakewright.generation.resource_overlay import GROUPS
from lakewright.generation.resource_view import BundleView, mapping, maps_in, text_in

# Bundle manual, "Substitutions and variables": what a `${...}` may begin with.
_ROOTS = (
    "artifacts",
    "bundle",
    "environments",
    "resources",
    "targets",
    "var",
    "variables",
    "workspace",
)
_REFERENCE = re.compile(r"\$\{([^{}]*)\}")
_KEY = re.compile(r"[\w.-]+")
_PRINCIPALS = ("user_name", "group_name", "service_principal_name")
_MAGIC = re.compile(r"[*?]")
_MOST_WILDCARDS = 12


def resource_key_form(bundle: BundleView) -> Iterator[ResourceFault]:
    """The bundle's name and the keys of resources are plain words without `${...}`.

    Source: Bundle manual, "Substitutions": names that identify things are fixed in the file.
    """
    name = text_in(mapping(bundle.body, "bundle"), "name")
    if "${" in name:
        yield _error(
            "resource-key-form",
            ("bundle", "name"),
            f"The bundle's name {shown(name)!r} has a reference in it.",
            "Write the name out.",
        )
    for group, key, _, path in bundle.resources:
        if not _KEY.fullmatch(key):
            yield _error(
                "resource-key-form",
                path,
                f"The key {shown(key)!r} ({group}) is not a plain word.",
                "Use letters, digits, dashes and underscores, and no ${...}.",
            )


def duplicate_resource_key(bundle: BundleView) -> Iterator[ResourceFault]:
    """A resource key is unique in the whole bundle, whatever its group (Bundle manual)."""
    seen: dict[str, str] = {}
    for group, key, _, path in bundle.resources:
        if key in seen:
            yield _error(
                "duplicate-resource-key",
                path,
                f"The key '{shown(key)}' is used in {seen[key]} and in {group}.",
                f"Rename one of them, for example '{shown(key)}_{group.rstrip('s')}'.",
            )
        seen.setdefault(key, group)


def direct_engine_needed(bundle: BundleView) -> Iterator[ResourceFault]:
    """Some resources are deployed by the direct engine only.

    Source: Bundle manual, "Migrate to the direct deployment engine".
    """
    engine = mapping(bundle.body, "bundle").get("engine")
    for group, key, _, path in bundle.resources:
        if group in GROUPS and GROUPS[group].direct_only and engine != "direct":
            yield _error(
                "direct-engine-needed",
                path,
                f"'{shown(key)}' ({group}) cannot be deployed by the terraform engine.",
                "Set bundle.engine to direct, or make it with SQL.",
            )


def unknown_reference(bundle: BundleView) -> Iterator[ResourceFault]:
    """`${resources.g.k.f}` and `${var.x}` name things that the bundle has (Bundle manual)."""
    keys: dict[str, list[str]] = {}
    for group, key, _, _ in bundle.resources:
        keys.setdefault(group, []).append(key)
    for target in mapping(bundle.body, "targets").values():
        for group, entries in (
            mapping(target, "resources").items() if isinstance(target, Mapping) else ()
        ):
            keys.setdefault(group, []).extend(entries if isinstance(entries, Mapping) else ())
    variables = mapping(bundle.body, "variables")
    judged: dict[str, tuple[str, str] | None] = {}
    for mark in bundle.marked_texts:
        for inner in _REFERENCE.findall(mark.text) if "${" in mark.text else ():
            if inner not in judged:
                judged[inner] = _reference_fault(inner, keys, variables)
            fault = judged[inner]
            if fault:
                yield _error("unknown-reference", mark.path, *fault)


def _reference_fault(
    inner: str, keys: Mapping[str, list[str]], variables: Mapping[str, Any]
) -> tuple[str, str] | None:
    parts = inner.strip().split(".")
    if parts[0] == "variables" and len(parts) > 1:
        parts = ["var", *parts[1:]]
    if parts[0] == "var" and len(parts) > 1:
        name = parts[1].split("[")[0]
        if name in variables:
            return None
        return (
            f"There is no bundle variable {shown(name)!r}.",
            f"{near(name, variables)}Declare it under 'variables'.",
        )
    if parts[0] == "resources":
        if len(parts) < 4:
            return (
                f"${{{shown(inner)}}} does not name a field of a resource.",
                "Write ${resources.<group>.<key>.<field>}, for example with the field id.",
            )
        known = keys.get(parts[1], [])
        if parts[2] in known:
            return None
        return (
            f"The bundle has no {parts[1]} {shown(parts[2])!r}.",
            f"{near(parts[2], known)}Name a resource of this bundle.",
        )
    if parts[0] not in _ROOTS:
        return (
            f"${{{shown(inner)}}} begins with {shown(parts[0])!r}, which bundles do not know.",
            f"{near(parts[0], _ROOTS)}Use var, resources, bundle or workspace.",
        )
    return None


def default_target(bundle: BundleView) -> Iterator[ResourceFault]:
    """At most one target is the default (Bundle manual, "targets")."""
    defaults = [name for name, target in _targets(bundle) if target.get("default") is True]
    for name in defaults[1:]:
        yield _error(
            "default-target",
            ("targets", name, "default"),
            f"Targets {' and '.join(defaults)} are both the default.",
            "Keep one default.",
        )


def production_target(bundle: BundleView) -> Iterator[ResourceFault]:
    """Production runs as somebody fixed, from a fixed folder, and not in development.

    Source: Bundle manual, "Deployment modes": a target in production mode should set `run_as`
    or `permissions`, and a `root_path` that does not depend on who deploys.
    """
    for name, target in _targets(bundle):
        if target.get("mode") != "production":
            continue
        run_as = target.get("run_as") or bundle.body.get("run_as")
        permissions = target.get("permissions") or bundle.body.get("permissions")
        workspace = {**mapping(bundle.body, "workspace"), **mapping(target, "workspace")}
        if not run_as and not permissions and not workspace.get("root_path"):
            yield _warning(
                "production-target",
                ("targets", name),
                f"Production target '{name}' runs as, and is stored under, whoever deploys it.",
                "Set run_as to a service principal, and workspace.root_path to a shared folder.",
            )
        overridden = mapping(mapping(target, "resources"), "pipelines")
        for key, body, path in bundle.of_group("pipelines"):
            final = {**body, **mapping(overridden, key)}
            if final.get("development") is True:
                yield _error(
                    "production-target",
                    (*path, "development"),
                    f"Pipeline '{key}' is in development mode, which target '{name}' refuses.",
                    "Take 'development' out; the mode of a target sets it.",
                )


def target_variables(bundle: BundleView) -> Iterator[ResourceFault]:
    """A target gives values to variables that the bundle declares (Bundle manual)."""
    declared = mapping(bundle.body, "variables")
    for name, target in _targets(bundle):
        for variable in mapping(target, "variables"):
            if variable not in declared:
                yield _error(
                    "target-variables",
                    ("targets", name, "variables", variable),
                    f"Target '{name}' sets {shown(variable)!r}, which is not declared.",
                    f"{near(str(variable), declared)}Declare it under 'variables'.",
                )


def one_principal(bundle: BundleView) -> Iterator[ResourceFault]:
    """A permission, and a `run_as`, name exactly one user, group or service principal."""
    listed = [(bundle.body, ())] + [(body, path) for _, _, body, path in bundle.resources]
    listed += [(target, ("targets", name)) for name, target in _targets(bundle)]
    for body, path in listed:
        entries: list[tuple[Mapping[str, Any], Path]] = [
            (entry, (*path, "permissions", number))
            for number, entry in maps_in(body, "permissions")
        ]
        if isinstance(body.get("run_as"), Mapping):
            entries.append((body["run_as"], (*path, "run_as")))
        for entry, place in entries:
            named = [name for name in _PRINCIPALS if name in entry]
            if len(named) != 1:
                yield _error(
                    "one-principal",
                    place,
                    f"It names {' and '.join(named) or 'nobody'}.",
                    "Give it exactly one of user_name, group_name and service_principal_name.",
                )


def external_needs_location(bundle: BundleView) -> Iterator[ResourceFault]:
    """An external volume has a storage location, a managed one has none (Volumes API)."""
    for key, body, path in bundle.of_group("volumes"):
        external = body.get("volume_type") == "EXTERNAL"
        if external and not body.get("storage_location"):
            yield _error(
                "external-needs-location",
                path,
                f"External volume '{key}' has no storage_location.",
                "Add a storage_location below an external location.",
            )
        elif not external and body.get("storage_location"):
            yield _error(
                "external-needs-location",
                (*path, "storage_location"),
                f"Managed volume '{key}' has a storage_location.",
                "Set volume_type to EXTERNAL, or take the location out.",
            )


def missing_file(bundle: BundleView) -> Iterator[ResourceFault]:
    """A relative path in a resource is a file of the project, seen from the resource's file.

    Source: Bundle manual, "Relative paths". Absolute paths are in the workspace, and paths of
    `git_source` jobs in the remote repository: neither can be looked up here. Built artifacts
    (`whl`, `jar`) appear only when the bundle is deployed.
    """
    if bundle.files is None:
        return
    folders = _folders(bundle.files)
    present: set[tuple[str, str]] = set()
    for text, path, is_folder in _file_references(bundle):
        group_key = f"{path[1]}.{path[2]}"
        file = bundle.defined_in.get(group_key, "databricks.yml")
        # Many tasks run one file: its path is worked out once.
        if (file, text) in present or _is_elsewhere(text):
            continue
        base = posixpath.dirname(file)
        found = posixpath.normpath(posixpath.join(base, text))
        if found == ".." or found.startswith("../"):
            yield _error(
                "missing-file",
                path,
                f"{shown(text)!r} leaves the bundle's folder.",
                "Keep the file in the project; only its files are deployed.",
            )
        elif _MAGIC.search(found):
            if not _matches(found, bundle.files):
                yield _error(
                    "missing-file",
                    path,
                    f"No file of the project matches {shown(text)!r}.",
                    "Correct the pattern; it is seen from the file that holds this resource.",
                )
        elif found not in bundle.files and not (is_folder and (found == "." or found in folders)):
            hint = near(found, sorted(bundle.files))
            yield _error(
                "missing-file",
                path,
                f"The project has no {'folder' if is_folder else 'file'} {shown(found)!r}.",
                f"{hint}Paths are seen from the file that holds this resource.",
            )
        else:
            present.add((file, text))


def absolute_path(bundle: BundleView) -> Iterator[ResourceFault]:
    """The Jobs API knows no project: paths in its bodies begin at the workspace's root."""
    if not bundle.for_api:
        return
    for text, path, _ in _file_references(bundle):
        if not re.match(r"/|[a-z0-9]+:/", text):
            yield _error(
                "absolute-path",
                path,
                f"{shown(text)!r} is a relative path.",
                "Write the path in the workspace: /Workspace/...",
            )


def no_bundle_reference(bundle: BundleView) -> Iterator[ResourceFault]:
    """`${...}` means something in a bundle only; the Jobs API takes it as it stands."""
    if not bundle.for_api:
        return
    for mark in bundle.marked_texts:
        if _REFERENCE.search(mark.text):
            yield _error(
                "no-bundle-reference",
                mark.path,
                f"{shown(mark.text)!r} is a bundle reference, which the Jobs API does not replace.",
                "Write the value out.",
            )


# ----------------------------------------------------------------------------------------------


def _error(rule: str, path: Path, problem: str, remedy: str) -> ResourceFault:
    return ResourceFault(rule, Severity.ERROR, path, problem, remedy)


def _warning(rule: str, path: Path, problem: str, remedy: str) -> ResourceFault:
    return ResourceFault(rule, Severity.WARNING, path, problem, remedy)


def _targets(bundle: BundleView) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, target in mapping(bundle.body, "targets").items():
        if isinstance(target, Mapping):
            yield str(name), target


def _is_elsewhere(text: str) -> bool:
    return text.startswith("/") or "${" in text or re.match(r"[a-z0-9]+:/", text) is not None


# Task kind -> fields that hold a file, or a folder.
_TASK_FILES = (
    ("notebook_task", "notebook_path", False),
    ("spark_python_task", "python_file", False),
    ("dbt_task", "project_directory", True),
    ("dbt_task", "profiles_directory", True),
)


def _file_references(bundle: BundleView) -> Iterator[tuple[str, Path, bool]]:
    """(text, path, whether a folder) of every place that names a file of the project."""
    for job in bundle.jobs:
        remote = "git_source" in job.body
        for task in job.tasks:
            for kind, name, is_folder in _TASK_FILES:
                if kind not in task.body:
                    continue
                work = mapping(task.body, kind)
                source = work.get("source", "GIT" if remote else "WORKSPACE")
                if source != "GIT" and text_in(work, name):
                    yield work[name], (*task.path, kind, name), is_folder
            if "sql_task" in task.body:
                file = mapping(mapping(task.body, "sql_task"), "file")
                if file.get("source", "GIT" if remote else "WORKSPACE") != "GIT" and text_in(
                    file, "path"
                ):
                    yield file["path"], (*task.path, "sql_task", "file", "path"), False
    for _, body, path in bundle.of_group("pipelines"):
        for number, entry in maps_in(body, "libraries"):
            for kind, name in (("notebook", "path"), ("file", "path"), ("glob", "include")):
                if text_in(mapping(entry, kind), name):
                    yield entry[kind][name], (*path, "libraries", number, kind, name), False
        if text_in(body, "root_path"):
            yield body["root_path"], (*path, "root_path"), True
    for group, name, is_folder in (
        ("dashboards", "file_path", False),
        ("alerts", "file_path", False),
        ("apps", "source_code_path", True),
    ):
        for _, body, path in bundle.of_group(group):
            if text_in(body, name):
                yield body[name], (*path, name), is_folder


def _folders(files: frozenset[str]) -> set[str]:
    found: set[str] = set()
    for path in files:
        folder = posixpath.dirname(path)
        while folder and folder not in found:
            found.add(folder)
            folder = posixpath.dirname(folder)
    return found


def _matches(pattern: str, files: frozenset[str]) -> bool:
    if len(_MAGIC.findall(pattern)) > _MOST_WILDCARDS:
        return True  # matching could take for ever; such a pattern is not a person's
    wanted = _pattern(pattern)
    return any(wanted.fullmatch(path) for path in files)


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    """`*` stays in a folder and `**` does not, as in the pipelines' own globs."""
    parts = re.split(r"(\*\*/?|\*|\?)", pattern)
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(words.get(part, re.escape(part)) for part in parts))


BUNDLE_RULES = (
    resource_key_form,
    duplicate_resource_key,
    direct_engine_needed,
    unknown_reference,
    default_target,
    production_target,
    target_variables,
    one_principal,
    external_needs_location,
    missing_file,
    absolute_path,
    no_bundle_reference,
)
