"""What to generate from which models: the small YAML beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lakewright.datamodel.model import DataModel
from lakewright.diagnostics import Diagnostic, Location, Severity, did_you_mean, shown

CLOUDS = ("aws", "azure", "gcp")
RECIPE_OUTPUTS = ("bundle", "setup_sql", "jobs_api")
ROLES = ("setup", "task", "pipeline")
SUGGESTED = "suggested"
NO_TEMPLATE = "none"
# The warehouse that every new workspace comes with.
DEFAULT_WAREHOUSE = "Serverless Starter Warehouse"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which template prints a node, with what.

    Attributes:
        node: Node id; empty when the choice is for every node of `node_type`.
        model: Restricts a node choice to one model of several; empty means any.
        role: `setup`, `task` or `pipeline` for nodes that print more than one script.
        template: Template id, `suggested`, or `none` (print nothing for it).
        variations: Variation id -> enabled; others keep the template's default.
        path: Output path inside the bundle; empty for the usual one.
        version: The version of the template that somebody has looked at; empty for any.
        place: Where the choice is written, `recipes.0.scripts.2`; empty when nowhere.
    """

    node: str = ""
    node_type: str = ""
    model: str = ""
    role: str = ""
    template: str = SUGGESTED
    variables: Mapping[str, Any] = field(default_factory=dict)
    variations: Mapping[str, bool] = field(default_factory=dict)
    path: str = ""
    line: int = 0
    version: str = ""
    place: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class BundleTarget:
    """One place to deploy to: `targets.<name>` of databricks.yml."""

    name: str
    mode: str = ""
    default: bool = False
    host: str = ""
    root_path: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)
    run_as: Mapping[str, str] = field(default_factory=dict)
    presets: Mapping[str, Any] = field(default_factory=dict)
    permissions: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """One bundle to make.

    Attributes:
        models: Model ids, in order. Empty means every model of the repository.
        home_catalog: Catalog that each target replaces by its own (bundle variable
            `catalog`); empty when names are fixed.
        warehouse: Name of the SQL warehouse that runs SQL files (looked up on deploy).
    """

    id: str
    name: str = ""
    description: str = ""
    models: tuple[str, ...] = ()
    cloud: str = "aws"
    outputs: tuple[str, ...] = ("bundle",)
    home_catalog: str = ""
    bundle_name: str = ""
    warehouse: str = DEFAULT_WAREHOUSE
    variables: Mapping[str, Any] = field(default_factory=dict)
    bundle_variables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    targets: tuple[BundleTarget, ...] = ()
    choices: tuple[Choice, ...] = ()
    file: str = ""


DEFAULT_TARGETS = (
    BundleTarget("dev", mode="development", default=True),
    BundleTarget("staging", presets={"trigger_pause_status": "PAUSED"}),
    BundleTarget(
        "prod",
        mode="production",
        root_path="/Workspace/Shared/.bundle/${bundle.name}/${bundle.target}",
    ),
)


def default_recipe(recipe_id: str, models: Sequence[str], cloud: str = "aws") -> Recipe:
    """What is generated when nobody wrote a recipe: suggested templates, three targets."""
    return Recipe(
        id=recipe_id,
        models=tuple(models),
        cloud=cloud,
        targets=DEFAULT_TARGETS,
        bundle_name=recipe_id,
    )


def bundle_node(model: DataModel) -> dict[str, Any]:
    """Properties of a model's enabled bundle node; empty when it has none."""
    for node in model.nodes:
        if node.type == "bundle" and node.enabled:
            return dict(node.properties)
    return {}


def with_bundle_node(recipe: Recipe, properties: Mapping[str, Any]) -> Recipe:
    """A default recipe with the name, cloud, variables and targets that a bundle node draws.

    The properties have passed the node's form; a value of the wrong shape is left out here,
    since the model's checks report it.
    """
    targets: list[BundleTarget] = []
    for entry in properties.get("targets") or ():
        if isinstance(entry, dict) and isinstance(entry.get("name"), str):
            known = {
                key: entry[key]
                for key, kind in _TARGET_KEYS.items()
                if isinstance(entry.get(key), kind)
            }
            known["permissions"] = tuple(known.get("permissions", ()))
            targets.append(BundleTarget(entry["name"], **known))
    variables = {
        entry["name"]: {key: value for key, value in entry.items() if key != "name" and value}
        for entry in properties.get("variables") or ()
        if isinstance(entry, dict) and isinstance(entry.get("name"), str)
    }
    name, cloud = properties.get("name"), properties.get("cloud")
    return replace(
        recipe,
        bundle_name=name if isinstance(name, str) and name else recipe.bundle_name,
        cloud=cloud if cloud in CLOUDS else recipe.cloud,
        bundle_variables=variables,
        targets=tuple(targets) or recipe.targets,
    )


@dataclass(frozen=True, slots=True)
class ReadRecipes:
    """The recipes of one file, and what is wrong with it."""

    recipes: tuple[Recipe, ...]
    diagnostics: tuple[Diagnostic, ...]


_RECIPE_KEYS = {
    "id": str,
    "name": str,
    "description": str,
    "models": list,
    "model": str,
    "cloud": str,
    "outputs": list,
    "home_catalog": str,
    "variables": dict,
    "bundle": dict,
    "defaults": list,
    "scripts": list,
}
_BUNDLE_KEYS = {"name": str, "warehouse": str, "variables": dict, "targets": dict}
_TARGET_KEYS = {
    "mode": str,
    "default": bool,
    "host": str,
    "root_path": str,
    "variables": dict,
    "run_as": dict,
    "presets": dict,
    "permissions": list,
}
_CHOICE_KEYS = {
    "node": str,
    "node_type": str,
    "model": str,
    "role": str,
    "template": str,
    "version": str,
    "variables": dict,
    "variations": (list, dict),
    "path": str,
}
_KIND_NAMES = {str: "text", list: "a list", dict: "a map", bool: "true or false"}


def recipe_json_schema() -> dict[str, Any]:
    """JSON Schema of a recipes file, for editors; made from the same tables as the reader."""

    def properties(keys: Mapping[str, Any]) -> dict[str, Any]:
        names = {str: "string", list: "array", dict: "object", bool: "boolean"}
        found: dict[str, Any] = {}
        for key, kind in keys.items():
            kinds = kind if isinstance(kind, tuple) else (kind,)
            found[key] = {"type": [names[k] for k in kinds] if len(kinds) > 1 else names[kinds[0]]}
        return found

    def closed(keys: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": properties(keys) | more,
        }

    choice = closed(_CHOICE_KEYS, role={"enum": list(ROLES)})
    target = closed(_TARGET_KEYS, mode={"enum": ["development", "production"]})
    recipe = closed(
        _RECIPE_KEYS,
        models={"type": "array", "items": {"type": "string"}},
        cloud={"enum": list(CLOUDS)},
        outputs={"type": "array", "items": {"enum": list(RECIPE_OUTPUTS)}},
        bundle=closed(_BUNDLE_KEYS, targets={"type": "object", "additionalProperties": target}),
        defaults={"type": "array", "items": choice},
        scripts={"type": "array", "items": choice},
    )
    recipe["required"] = ["id"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Lakewright recipes",
        "type": "object",
        "required": ["recipes"],
        "properties": {"recipes": {"type": "array", "items": recipe}},
    }


def read_recipes(value: Any, file: str) -> ReadRecipes:
    """Turn a parsed recipes file into values; one finding for each mistake.

    Args:
        value: What the YAML loader gave. The file looks like
            `recipes: [{id, models, cloud, outputs, bundle: {...}, scripts: [...]}]`.
    """
    reader = _Reader(file)
    if not isinstance(value, dict) or not isinstance(value.get("recipes"), list):
        reader.problem("", "The file has no list 'recipes'.", "Start it with 'recipes:'.")
        return ReadRecipes((), tuple(reader.found))
    for key in value:
        if key != "recipes":
            reader.unknown("", key, ("recipes",))
    recipes: list[Recipe] = []
    seen: set[str] = set()
    for number, item in enumerate(value["recipes"]):
        recipe = _read_recipe(reader, item, f"recipes.{number}")
        if recipe is None:
            continue
        if recipe.id in seen:
            reader.problem(
                f"recipes.{number}.id",
                f"There are two recipes '{shown(recipe.id)}'.",
                "Rename one of them.",
            )
            continue
        seen.add(recipe.id)
        recipes.append(recipe)
    return ReadRecipes(tuple(recipes), tuple(reader.found))


class _Reader:
    """Gathers findings while values of the wrong shape are left out."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Diagnostic] = []

    def problem(self, place: str, problem: str, remedy: str, rule: str = "recipe-shape") -> None:
        self.found.append(
            Diagnostic(rule, Severity.ERROR, problem, remedy, Location(self.file, property=place))
        )

    def unknown(self, place: str, key: object, known: Sequence[str]) -> None:
        self.problem(
            f"{place}.{key}".strip("."),
            f"'{shown(key)}' is not a key of a recipe here.",
            f"{did_you_mean(str(key), known)}Known keys: {', '.join(known)}.",
            "recipe-unknown-key",
        )

    def keys(self, value: Any, kinds: Mapping[str, Any], place: str) -> dict[str, Any]:
        """The entries of the right type; a finding for every other."""
        if not isinstance(value, dict):
            self.problem(place, f"'{place}' is not a map.", "Write 'key: value' lines below it.")
            return {}
        good: dict[str, Any] = {}
        for key, entry in value.items():
            if key not in kinds:
                self.unknown(place, key, tuple(kinds))
                continue
            kind = kinds[key]
            if entry is None:
                continue
            if kind is str and isinstance(entry, int | float) and not isinstance(entry, bool):
                # `id: 1` and `name: 2.0` read as numbers; the author meant the text.
                good[key] = str(entry)
                continue
            if not isinstance(entry, kind):
                wanted = kind if not isinstance(kind, tuple) else kind[0]
                self.problem(
                    f"{place}.{key}",
                    f"'{key}' is {shown(entry)}, but should be {_KIND_NAMES[wanted]}.",
                    f"Write {_KIND_NAMES[wanted]}.",
                )
                continue
            good[key] = entry
        return good

    def one_of(self, value: str, allowed: Sequence[str], place: str) -> str:
        if value and value not in allowed:
            self.problem(
                place,
                f"'{shown(value)}' is not one of {', '.join(allowed)}.",
                f"{did_you_mean(value, allowed)}Choose one of them.",
            )
            return ""
        return value

    def texts(self, values: list[Any], place: str) -> tuple[str, ...]:
        good: list[str] = []
        for number, entry in enumerate(values):
            if isinstance(entry, str) and entry:
                good.append(entry)
            else:
                self.problem(
                    f"{place}.{number}", f"{shown(entry)} is not a text.", "Write an id here."
                )
        return tuple(good)


def _read_recipe(reader: _Reader, value: Any, place: str) -> Recipe | None:
    keys = reader.keys(value, _RECIPE_KEYS, place)
    if not isinstance(value, dict):
        return None
    recipe_id = keys.get("id", "")
    if not recipe_id:
        reader.problem(f"{place}.id", "A recipe has no id.", "Add 'id: some_name'.")
        return None
    models = reader.texts(keys.get("models", []), f"{place}.models")
    if one := keys.get("model"):
        models = (*models, one)
    bundle = reader.keys(keys.get("bundle", {}), _BUNDLE_KEYS, f"{place}.bundle")
    targets = tuple(
        _read_target(reader, str(name), target, f"{place}.bundle.targets.{name}")
        for name, target in bundle.get("targets", {}).items()
    )
    if sum(target.default for target in targets) > 1:
        reader.problem(
            f"{place}.bundle.targets",
            "More than one target is the default.",
            "Keep 'default: true' on one target.",
        )
    choices = [
        _read_choice(reader, item, f"{place}.{group}.{number}", "node_type", "node")
        if group == "defaults"
        else _read_choice(reader, item, f"{place}.{group}.{number}", "node", "node_type")
        for group in ("defaults", "scripts")
        for number, item in enumerate(keys.get(group, []))
    ]
    outputs = tuple(
        output
        for number, output in enumerate(
            reader.texts(keys.get("outputs", ["bundle"]), f"{place}.outputs")
        )
        if reader.one_of(output, RECIPE_OUTPUTS, f"{place}.outputs.{number}")
    )
    return Recipe(
        id=recipe_id,
        name=keys.get("name", ""),
        description=keys.get("description", ""),
        models=models,
        cloud=reader.one_of(keys.get("cloud", "aws"), CLOUDS, f"{place}.cloud") or "aws",
        outputs=outputs,
        home_catalog=keys.get("home_catalog", ""),
        bundle_name=bundle.get("name", recipe_id),
        warehouse=bundle.get("warehouse", DEFAULT_WAREHOUSE),
        variables=keys.get("variables", {}),
        bundle_variables=_read_bundle_variables(
            reader, bundle.get("variables", {}), f"{place}.bundle.variables"
        ),
        targets=targets or DEFAULT_TARGETS,
        choices=tuple(choice for choice in choices if choice is not None),
        file=reader.file,
    )


def _read_bundle_variables(
    reader: _Reader, value: Mapping[str, Any], place: str
) -> dict[str, Mapping[str, Any]]:
    kinds = {"description": str, "default": (str, dict, list), "lookup": dict, "type": str}
    found: dict[str, Mapping[str, Any]] = {}
    for name, entry in value.items():
        # The short form `name: value` is a default.
        found[str(name)] = (
            reader.keys(entry, kinds, f"{place}.{name}")
            if isinstance(entry, dict)
            else {"default": entry}
        )
    return found


def _read_target(reader: _Reader, name: str, value: Any, place: str) -> BundleTarget:
    keys = reader.keys(value or {}, _TARGET_KEYS, place)
    return BundleTarget(
        name=name,
        mode=reader.one_of(keys.get("mode", ""), ("development", "production"), f"{place}.mode"),
        default=keys.get("default", False),
        host=keys.get("host", ""),
        root_path=keys.get("root_path", ""),
        variables=keys.get("variables", {}),
        run_as=keys.get("run_as", {}),
        presets=keys.get("presets", {}),
        permissions=tuple(p for p in keys.get("permissions", []) if isinstance(p, dict)),
    )


def _read_choice(
    reader: _Reader, value: Any, place: str, needed: str, refused: str
) -> Choice | None:
    keys = reader.keys(value, _CHOICE_KEYS, place)
    if not keys.get(needed):
        reader.problem(place, f"An entry names no '{needed}'.", f"Add '{needed}: ...'.")
        return None
    if keys.get(refused):
        reader.problem(
            f"{place}.{refused}",
            f"'{refused}' cannot stand beside '{needed}'.",
            "Node types go under 'defaults', single nodes under 'scripts'.",
        )
        return None
    variations = keys.get("variations", {})
    if isinstance(variations, list):
        variations = dict.fromkeys(reader.texts(variations, f"{place}.variations"), True)
    else:
        for name, enabled in variations.items():
            if not isinstance(enabled, bool):
                reader.problem(
                    f"{place}.variations.{name}",
                    f"Variation '{name}' is {shown(enabled)}, but should be true or false.",
                    "Write true or false.",
                )
        variations = {k: v for k, v in variations.items() if isinstance(v, bool)}
    return Choice(
        node=keys.get("node", ""),
        node_type=keys.get("node_type", ""),
        model=keys.get("model", ""),
        role=reader.one_of(keys.get("role", ""), ROLES, f"{place}.role"),
        template=keys.get("template", SUGGESTED),
        variables=keys.get("variables", {}),
        variations=variations,
        path=keys.get("path", ""),
        version=keys.get("version", ""),
        place=place,
    )
