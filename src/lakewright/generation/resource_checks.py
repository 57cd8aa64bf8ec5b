"""Would Databricks take these resources?"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from lakewright.diagnostics import Severity, did_you_mean, shown
from lakewright.generation.resource_faults import Path, ResourceFault, in_order
from lakewright.generation.resource_overlay import GROUPS
from lakewright.generation.resource_rules_bundle import BUNDLE_RULES
from lakewright.generation.resource_rules_compute import COMPUTE_RULES
from lakewright.generation.resource_rules_jobs import JOB_RULES
from lakewright.generation.resource_shapes import shape_faults
from lakewright.generation.resource_types import (
    api_fields,
    group_fields,
    object_fields,
    resource_groups,
)
from lakewright.generation.resource_view import BundleView, mapping, view_of

Rule = Callable[[BundleView], Iterator[ResourceFault]]

# A rule's id is its function's name with dashes; its docstring says what, why and the source.
RULES: tuple[Rule, ...] = (*JOB_RULES, *COMPUTE_RULES, *BUNDLE_RULES)

# Rules of the shape check, which has no function for each.
SHAPE_RULES = (
    "map-key-is-text",
    "map-values-are-text",
    "missing-field",
    "nested-too-deeply",
    "null-value",
    "resource-not-checked",
    "unknown-field",
    "unknown-resource-group",
    "unknown-word",
    "wrong-type",
)

_HELD = "held"


def rule_id(rule: Rule) -> str:
    """The id under which a rule of `RULES` reports.

    >>> rule_id(RULES[0])
    'task-key-form'
    """
    return rule.__name__.replace("_", "-")


def check_resource(kind: str, value: object, *, path: str | Path = ()) -> list[ResourceFault]:
    """Whether one bundle resource has the fields, types and words of its kind.

    What is wrong *between* fields and resources is `check_bundle`'s to find.

    Args:
        kind: Bundle group: `jobs`, `pipelines`, `schemas`, ...
        value: The resource as it stands in the bundle.
        path: Where it stands; parts of a text are separated by dots. Faults begin with it.

    Returns:
        Faults by place. Rule ids are in `SHAPE_RULES`.
    """
    place: Path = tuple(path.split(".")) if isinstance(path, str) else path
    return in_order(_resource_faults(kind, value, place, partial=False))


def check_bundle(
    bundle: Mapping[str, Any],
    *,
    files: Collection[str] | None = None,
    defined_in: Mapping[str, str] | None = None,
) -> list[ResourceFault]:
    """Everything that is wrong with a whole bundle.

    Args:
        bundle: `databricks.yml` with the `resources` of every included file merged into it.
        files: Paths of the project's files, from its root with `/`; None leaves files unchecked.
        defined_in: `group.key` of a resource -> the file it stands in, for relative paths.

    Returns:
        Faults by place: the shape of `databricks.yml` and of every resource (so there is no
        need to call `check_resource` too), then what `RULES` find.
    """
    if not isinstance(bundle, Mapping):
        return list(shape_faults(bundle, object_fields("bundle.Root"), ()))
    found = list(shape_faults(bundle, object_fields("bundle.Root"), ()))
    found += _resources_faults(bundle.get("resources", {}), ("resources",), partial=False)
    for name, target in mapping(bundle, "targets").items():
        if isinstance(target, Mapping):
            place = ("targets", str(name), "resources")
            found += _resources_faults(target.get("resources", {}), place, partial=True)
    view = view_of(bundle, files=files, defined_in=defined_in)
    found += [fault for rule in RULES for fault in rule(view)]
    return in_order(found)


def check_jobs_api(body: object) -> list[ResourceFault]:
    """Everything that is wrong with a body of `POST /api/2.2/jobs/create`.

    The same rules as for a job of a bundle, but with the API's own fields, absolute paths and no
    `${...}`. Paths of faults begin inside the body.
    """
    fields = api_fields("jobs")
    found = list(shape_faults(body, fields, (), references=False))
    if isinstance(body, Mapping):
        found = [_said_for_api(fault) for fault in found]
        view = view_of({"resources": {"jobs": {_HELD: body}}}, for_api=True)
        skipped = {"unknown-reference", "resource-key-form"}
        for rule in RULES:
            if rule_id(rule) not in skipped:
                found += [
                    ResourceFault(f.rule, f.severity, f.path[3:], _unheld(f.problem), f.remedy)
                    for f in rule(view)
                ]
    return in_order(found)


def _unheld(problem: str) -> str:
    return problem.replace(f"Job '{_HELD}'", "The job").replace(f"job '{_HELD}'", "the job")


def _said_for_api(fault: ResourceFault) -> ResourceFault:
    remedies = {
        "permissions": "Use access_control_list; 'permissions' is for bundles.",
        "lifecycle": "Take it out; 'lifecycle' is for bundles.",
    }
    if fault.rule == "unknown-field" and len(fault.path) == 1 and fault.path[0] in remedies:
        remedy = remedies[str(fault.path[0])]
        return ResourceFault(fault.rule, fault.severity, fault.path, fault.problem, remedy)
    return fault


def _resources_faults(groups: object, path: Path, *, partial: bool) -> Iterator[ResourceFault]:
    if not isinstance(groups, Mapping):
        yield _not_a_map(groups, path, "resource groups such as jobs")
        return
    for group, entries in groups.items():
        if group not in GROUPS:
            yield _unknown_group(str(group), (*path, group))
        elif not isinstance(entries, Mapping):
            yield _not_a_map(entries, (*path, group), "resources by key")
        else:
            for key, value in entries.items():
                yield from _resource_faults(group, value, (*path, group, key), partial=partial)


def _resource_faults(
    kind: str, value: object, path: Path, *, partial: bool
) -> Iterator[ResourceFault]:
    if kind not in GROUPS:
        yield _unknown_group(kind, path)
    elif not GROUPS[kind].typed:
        yield ResourceFault(
            "resource-not-checked",
            Severity.INFO,
            path,
            f"The fields of {kind} are not known here, so they are not checked.",
            "Run 'databricks bundle validate' on the project.",
        )
    else:
        yield from shape_faults(value, group_fields(kind), path, partial=partial)


def _unknown_group(group: str, path: Path) -> ResourceFault:
    special = {
        "tables": "Make tables with SQL that a task runs, or with a pipeline.",
        "grants": "Write grants inside the catalog, schema, volume or model they are for.",
    }
    near = did_you_mean(group, resource_groups())
    return ResourceFault(
        "unknown-resource-group",
        Severity.ERROR,
        path,
        f"Bundles have no resources called {shown(group)!r}.",
        special.get(group) or f"{near}Use jobs, pipelines, schemas, volumes, clusters, ...",
    )


def _not_a_map(value: object, path: Path, of: str) -> ResourceFault:
    rule = "null-value" if value is None else "wrong-type"
    return ResourceFault(
        rule, Severity.ERROR, path, f"This must be a map of {of}.", "Write a map, or leave it out."
    )
