"""Which settings hold where, from configuration files and from what people set in the app."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from lakewright.generation.configurations import SCOPES, Configurations, read_configurations
from lakewright.operations.documents import prefix_of
from lakewright.operations.metadata import layout_of
from lakewright.ports import MetadataRepository, RepositoryFile
from lakewright.yaml_text.load import load_or_diagnose
from lakewright.yaml_text.write import dump

# After every other file, so that what is set in the app counts more than the files.
SET_IN_APP = "configurations/~set-in-the-app.yaml"


@dataclass(frozen=True, slots=True)
class Setting:
    """A value that a configuration gives.

    Attributes:
        source: Path of the file it is written in; otherwise the id of what is set in the app.
    """

    type: str
    name: str
    key: str
    value: Any
    source: str
    scope: str = "workspace"
    scope_ref: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A configuration as a file has it."""

    file: str
    name: str
    type: str
    config: Mapping[str, Any]
    is_active: bool
    scope: str
    scope_ref: str


def written_configurations(repository: MetadataRepository) -> list[Written]:
    """The configurations of the files that can be read, in the order of the files."""
    found: list[Written] = []
    for file in layout_of(repository.files()).configurations:
        value, mistakes = load_or_diagnose(repository.read(file.path))
        entries = value.get("configurations") if isinstance(value, dict) else None
        if mistakes or not isinstance(entries, list):
            continue
        for entry in entries:
            _, faults = read_configurations(
                {"configurations": [entry]}, file.path, Configurations()
            )
            if not faults:
                found.append(
                    Written(
                        file.path,
                        entry.get("name") or entry["id"],
                        entry["type"],
                        entry.get("config", {}),
                        entry.get("is_active", True) is not False,
                        entry.get("scope", "workspace"),
                        entry.get("scope_ref") or "",
                    )
                )
    return found


def effective_settings(
    written: Iterable[Written],
    in_app: Iterable[Setting],
    *,
    model: str = "",
    recipe: str = "",
    target: str = "",
) -> list[Setting]:
    """Which values hold for a model that is generated with a recipe for a target.

    A target overrides a recipe, that a model, that the workspace; in one place what is set in
    the app overrides the files, and a later file an earlier one. Jobs have one set of values,
    whatever the configurations are called; everything else has one for each name.

    Args:
        in_app: What is set in the app; values of other places are left out.

    Returns:
        Sorted by type, name and key.
    """
    places = {"workspace": "", "model": model, "recipe": recipe, "target": target}
    files = [
        Setting(one.type, one.name, key, value, one.file, one.scope, one.scope_ref)
        for one in written
        if one.is_active
        for key, value in one.config.items()
    ]
    holding: dict[tuple[str, str, str], Setting] = {}
    for one in sorted([*files, *in_app], key=lambda each: SCOPES.index(each.scope)):
        if places[one.scope] == one.scope_ref:
            holding[(one.type, "" if one.type == "job" else one.name, one.key)] = one
    return sorted(holding.values(), key=lambda one: (one.type, one.name, one.key))


def configurations_text(configurations: Iterable[Mapping[str, Any]]) -> str:
    """Configurations as a file of a repository has them; empty for none.

    Args:
        configurations: Each with name, type, config, is_active, scope and scope_ref.
    """
    entries = [
        {
            "name": one["name"],
            "type": one["type"],
            **({} if one["is_active"] else {"is_active": False}),
            **({} if not one["scope_ref"] else {"scope": one["scope"]}),
            **({} if not one["scope_ref"] else {"scope_ref": one["scope_ref"]}),
            "config": one["config"],
        }
        for one in configurations
    ]
    return dump({"configurations": entries}) if entries else ""


class WithSettings:
    """A repository as if what is set in the app were one more of its files."""

    def __init__(self, repository: MetadataRepository, text: str) -> None:
        self._repository = repository
        self._content = text.encode()

    def files(self) -> Sequence[RepositoryFile]:
        files = self._repository.files()
        version = blake2b(self._content, digest_size=20).hexdigest()
        path = prefix_of(files) + SET_IN_APP
        return [*files, RepositoryFile(path, version, len(self._content))]

    def read(self, path: str) -> bytes:
        return self._content if path.endswith(SET_IN_APP) else self._repository.read(path)


def with_settings(repository: MetadataRepository, text: str) -> MetadataRepository:
    """The repository with what is set in the app; itself when that is nothing."""
    return WithSettings(repository, text) if text else repository
