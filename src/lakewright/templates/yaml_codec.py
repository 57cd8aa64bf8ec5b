"""How are templates read from YAML text, and written back without disturbing it?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from lakewright.diagnostics import Diagnostic, Severity, did_you_mean, shown
from lakewright.errors import LakewrightError
from lakewright.templates.template import (
    MISSING,
    Change,
    Deprecation,
    Example,
    Fit,
    Template,
    Variable,
    VariableType,
    Variation,
)
from lakewright.yaml_text.edit import same, update
from lakewright.yaml_text.listing import ListFile
from lakewright.yaml_text.load import YamlError, load
from lakewright.yaml_text.matching import match_items
from lakewright.yaml_text.reading import Reading, Spot
from lakewright.yaml_text.write import dump

WRAPPER: Final = "templates"
SCHEMA_VERSION: Final = 1
LANGUAGE: Final = "jinja2"

_FILE = ListFile(WRAPPER, "template", "template", part="template_content", version=SCHEMA_VERSION)
_TEMPLATE_KEYS = frozenset(
    {
        "id",
        "name",
        "category",
        "description",
        "language",
        "version",
        "variables",
        "variations",
        "template_content",
        "undo_content",
        "output_type",
        "node_types",
        "requires",
        "tags",
        "changelog",
        "deprecated",
        "examples",
    }
)
_CHANGE_KEYS = frozenset({"version", "about"})
_EXAMPLE_KEYS = frozenset({"name", "values", "variations"})
_DEPRECATION_KEYS = frozenset({"since", "replacement", "reason"})
_VARIABLE_KEYS = frozenset(
    {
        "name",
        "type",
        "required",
        "default",
        "pattern",
        "min",
        "max",
        "choices",
        "enum",
        "description",
        "sample",
        "from",
    }
)
_VARIATION_KEYS = frozenset({"id", "name", "description", "enabled", "adds_variables"})
_FIT_KEYS = frozenset({"type", "when", "because", "usual"})

_TYPES: Mapping[str, VariableType] = MappingProxyType({t.value: t for t in VariableType})
# What people write who come from other tools; only for the remedy.
_OTHER_TYPE_NAMES: Mapping[str, VariableType] = MappingProxyType(
    {
        "str": VariableType.STRING,
        "text": VariableType.STRING,
        "int": VariableType.INTEGER,
        "long": VariableType.INTEGER,
        "float": VariableType.NUMBER,
        "double": VariableType.NUMBER,
        "decimal": VariableType.NUMBER,
        "bool": VariableType.BOOLEAN,
        "list": VariableType.ARRAY,
        "dict": VariableType.OBJECT,
        "map": VariableType.OBJECT,
        "choice": VariableType.ENUM,
        "table": VariableType.TABLE_NAME,
        "password": VariableType.SECRET,
    }
)

# The id names files and lock entries, so nothing in it may mean something to a path.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*")
LONGEST_ID: Final = 128
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST_PATTERN = 500


@dataclass(frozen=True, slots=True)
class ReadTemplates:
    """What a file holds: the templates that could be read, and every mistake with its place."""

    templates: tuple[Template, ...]
    diagnostics: tuple[Diagnostic, ...]


def read_templates(
    text: str | bytes, file: str = "", *, builtin: bool = False, placed: bool = True
) -> ReadTemplates:
    """The templates of a YAML file.

    The file is a mapping with the list `templates`. Each mistake is one finding with its place
    (`node` is the template's id), and everything around it is still read: a template without a
    usable id is left out, a variable of an unknown type is text.

    Args:
        file: Path in the metadata repository (or below `templates/builtin/`), for messages
            and `Template.file`.
        builtin: The file ships with Lakewright.
        placed: Also say where declarations and contents stand. Half of the time goes into
            that, so the library, which nobody edits in place, does without.
    """
    try:
        value = load(text)
    except YamlError as error:
        return ReadTemplates((), (error.as_diagnostic(file),))
    reading = Reading(text, file, placed=placed)
    found = _read_file(value, reading, builtin=builtin)
    return ReadTemplates(tuple(template for _, template in found), reading.diagnostics())


def write_template(text: str, template: Template) -> str:
    """The file's text with that template in it; only the lines of what changed are different.

    The template is found by its id and added at the end when the file has none with that id.
    Unknown keys and items that could not be read are kept.

    Raises:
        YamlError: The text is not valid YAML, or a value cannot be written as YAML.
        LakewrightError: The file is no template file or is from a newer Lakewright.
    """
    value = load(text)
    if value is None:
        return update(text, {WRAPPER: [template_to_value(template)]})
    reading = Reading(text, template.file)
    found = _read_file(value, reading, builtin=template.builtin)
    wrapped = value.get(WRAPPER, 0) if isinstance(value, dict) else 0
    usable = isinstance(value, dict) and _FILE.version_of(value) == SCHEMA_VERSION
    if not usable or not isinstance(wrapped, list | None):
        raise _not_writable(reading, template)
    written = list(wrapped or [])
    for index, old in found:
        if old.id == template.id:
            before, after = template_to_value(old), template_to_value(template)
            if same(_plain(before), _plain(after)):
                return text
            written[index] = _overlaid(written[index], before, after)
            break
    else:
        written.append(template_to_value(template))
    return update(text, {**value, WRAPPER: written})


def new_template_text(template: Template) -> str:
    """The text of a new file that holds just this template."""
    return dump({WRAPPER: [template_to_value(template)]})


def template_to_value(template: Template) -> dict[str, Any]:
    """The template as plain data, keys in the order people read them; empty parts left out."""
    value: dict[str, Any] = {
        "id": template.id,
        "name": template.name,
        "category": template.category,
        "description": template.description,
        "language": template.language,
        "version": template.version if template.version != "1.0.0" else "",
        "requires": template.requires,
        "node_types": [_fit_to_value(fit) for fit in template.fits],
        "variables": [variable_to_value(variable) for variable in template.variables],
        "variations": [_variation_to_value(variation) for variation in template.variations],
        "template_content": template.content,
        "undo_content": template.undo,
        "output_type": template.output_type,
        "tags": list(template.tags),
        "changelog": [{"version": one.version, "about": one.about} for one in template.changelog],
        "deprecated": _deprecation_to_value(template.deprecated),
        "examples": [_example_to_value(example) for example in template.examples],
    }
    always = ("id", "name", "template_content", "output_type")
    return {key: item for key, item in value.items() if item or key in always}


def _deprecation_to_value(said: Deprecation | None) -> dict[str, Any]:
    if said is None:
        return {}
    value = {"since": said.since, "replacement": said.replacement, "reason": said.reason}
    return {key: text for key, text in value.items() if text}


def _example_to_value(example: Example) -> dict[str, Any]:
    value = {
        "name": example.name,
        "values": dict(example.values),
        "variations": dict(example.variations),
    }
    return {key: item for key, item in value.items() if item or key == "name"}


def variable_to_value(variable: Variable) -> dict[str, Any]:
    """The declaration as plain data; what is at its default is left out, but for the type."""
    value: dict[str, Any] = {"name": variable.name, "type": variable.type.value}
    if variable.required:
        value["required"] = True
    if variable.default is not MISSING:
        value["default"] = variable.default
    for key, item in (
        ("from", variable.source),
        ("pattern", variable.pattern),
        ("min", variable.minimum),
        ("max", variable.maximum),
        ("choices", list(variable.choices)),
        ("description", variable.description),
    ):
        if item not in ("", None, []):
            value[key] = _whole(item) if isinstance(item, float) else item
    if variable.sample is not MISSING:
        value["sample"] = variable.sample
    return value


def _variation_to_value(variation: Variation) -> dict[str, Any]:
    value: dict[str, Any] = {"id": variation.id}
    if variation.name and variation.name != variation.id:
        value["name"] = variation.name
    if variation.description:
        value["description"] = variation.description
    value["enabled"] = variation.enabled
    if variation.adds_variables:
        value["adds_variables"] = [variable_to_value(v) for v in variation.adds_variables]
    return value


def _fit_to_value(fit: Fit) -> str | dict[str, Any]:
    if not fit.when and not fit.because and not fit.usual:
        return fit.node_type
    value: dict[str, Any] = {"type": fit.node_type}
    if fit.when:
        value["when"] = dict(fit.when)
    if fit.because:
        value["because"] = fit.because
    if fit.usual:
        value["usual"] = True
    return value


def _whole(number: float) -> int | float:
    return int(number) if number.is_integer() else number


# -- reading ------------------------------------------------------------------------------------


def _read_file(value: Any, reading: Reading, *, builtin: bool) -> list[tuple[int, Template]]:
    """The readable templates with their positions in the list."""
    found: list[tuple[int, Template]] = []
    seen: set[str] = set()
    for index, item in _FILE.items(value, reading):
        template = _read_template(item, index, reading, builtin=builtin)
        if template is None:
            continue
        if template.id in seen:
            reading.report(
                "duplicate-template-id",
                Spot((WRAPPER, index, "id"), template.id, "id"),
                f"Two templates have the id '{shown(template.id)}'; the first one is used.",
                "Give each template an id of its own.",
            )
            continue
        seen.add(template.id)
        found.append((index, template))
    return found


def _read_template(
    value: dict[str, Any], index: int, reading: Reading, *, builtin: bool
) -> Template | None:
    spot = Spot((WRAPPER, index))
    template_id = _read_id(value, spot, reading)
    if template_id is None:
        return None
    at = Spot(spot.path, template_id)
    reading.unknown_keys(value, _TEMPLATE_KEYS, at)

    language = reading.text(value.get("language"), at.to("language"), default=LANGUAGE)
    if language != LANGUAGE:
        reading.report(
            "unknown-language",
            at.to("language"),
            f"The template language '{shown(language)}' is not supported.",
            f"Write 'language: {LANGUAGE}', and the template in Jinja2.",
        )
    content = reading.text(value.get("template_content"), at.to("template_content"))
    if not content.strip() and not isinstance(value.get("template_content"), (list, dict)):
        reading.report(
            "missing-content",
            at.to("template_content"),
            "The template has no content.",
            "Write the Jinja2 source under 'template_content: |'.",
        )
    block = reading.block_content((*at.path, "template_content"))
    seen: dict[str, str] = {}
    variables = _read_variables(value.get("variables"), at.to("variables"), reading, seen)
    return Template(
        id=template_id,
        name=reading.text(value.get("name"), at.to("name"), default=template_id),
        category=reading.text(value.get("category"), at.to("category")),
        description=reading.text(value.get("description"), at.to("description")),
        language=language,
        variables=variables,
        variations=_read_variations(
            value.get("variations"), at.to("variations"), reading, {v.name for v in variables}
        ),
        content=content,
        output_type=reading.text(value.get("output_type"), at.to("output_type"), default="sql"),
        tags=reading.texts(value.get("tags"), at.to("tags")),
        version=reading.text(value.get("version"), at.to("version"), default="1.0.0"),
        fits=_read_fits(value.get("node_types"), at.to("node_types"), reading),
        requires=reading.text(value.get("requires"), at.to("requires")),
        undo=reading.text(value.get("undo_content"), at.to("undo_content")),
        changelog=_read_changelog(value.get("changelog"), at.to("changelog"), reading),
        deprecated=_read_deprecation(value.get("deprecated"), at.to("deprecated"), reading),
        examples=_read_examples(value.get("examples"), at.to("examples"), reading),
        file=reading.file,
        content_line=block.line if block else 0,
        content_column=block.indent if block else 0,
        builtin=builtin,
    )


def _read_id(value: dict[str, Any], spot: Spot, reading: Reading) -> str | None:
    written = value.get("id")
    if written is None or written == "":
        reading.report(
            "missing-id",
            spot.to("id"),
            "A template has no id.",
            "Give it an id: letters, digits, '_', '-' and '.', unique in the repository.",
        )
        return None
    if isinstance(written, (list, dict)):
        reading.wrong_type(written, spot.to("id"), "text")
        return None
    template_id = reading.text(written, spot.to("id"))
    if not _ID.fullmatch(template_id) or len(template_id) > LONGEST_ID:
        reading.report(
            "bad-template-id",
            spot.to("id"),
            f"'{shown(template_id)}' cannot be the id of a template.",
            f"Use letters, digits, '_', '-' and single '.', at most {LONGEST_ID} characters.",
        )
        return None
    return template_id


def _read_variables(
    value: Any, spot: Spot, reading: Reading, seen: dict[str, str]
) -> tuple[Variable, ...]:
    """The declarations of one list.

    Args:
        seen: Names declared so far in this list -> where; grows.
    """
    found: list[Variable] = []
    for position, item in reading.mappings(value, spot):
        at = spot.to(position)
        variable = _read_variable(item, at, reading)
        if variable is None:
            continue
        if variable.name in seen:
            reading.report(
                "duplicate-variable",
                at.to("name"),
                f"The variable '{shown(variable.name)}' is declared twice; the first one is used.",
                "Delete or rename one of them.",
            )
            continue
        seen[variable.name] = at.property
        found.append(variable)
    return tuple(found)


def _read_variable(value: dict[str, Any], at: Spot, reading: Reading) -> Variable | None:
    if not value.keys() <= _VARIABLE_KEYS:
        reading.unknown_keys(value, _VARIABLE_KEYS, at)
    name = reading.text(value.get("name"), at.to("name"))
    if not _NAME.fullmatch(name):
        if not isinstance(value.get("name"), (list, dict)):
            reading.report(
                "bad-variable-name" if name else "missing-name",
                at.to("name"),
                f"'{shown(name)}' cannot be the name of a variable."
                if name
                else "A variable has no name.",
                "Use letters, digits and '_', and start with a letter.",
            )
        return None
    choices_key = "choices" if "choices" in value or "enum" not in value else "enum"
    choices = tuple(reading.items(value.get(choices_key), at.to(choices_key)))
    kind = _read_type(value, at, reading, has_choices=bool(choices))
    minimum = _read_bound(value, "min", at, reading)
    maximum = _read_bound(value, "max", at, reading)
    if minimum is not None and maximum is not None and minimum > maximum:
        reading.report(
            "bad-bounds",
            at.to("min"),
            f"The minimum of '{shown(name)}' ({minimum:g}) is above its maximum ({maximum:g}).",
            "Swap them, or correct one.",
        )
        minimum = maximum = None
    return Variable(
        name=name,
        type=kind,
        required=reading.flag(value.get("required"), at.to("required"), default=False),
        default=_read_example(value, "default", kind, at, reading),
        pattern=_read_pattern(value, at, reading),
        minimum=minimum,
        maximum=maximum,
        choices=choices,
        description=reading.text(value.get("description"), at.to("description")),
        sample=_read_example(value, "sample", kind, at, reading),
        source=reading.text(value.get("from"), at.to("from")),
        line=reading.line_of(at.path),
    )


def _read_type(
    value: dict[str, Any], at: Spot, reading: Reading, *, has_choices: bool
) -> VariableType:
    written = value.get("type")
    if written is None:
        return VariableType.ENUM if has_choices else VariableType.STRING
    named = reading.text(written, at.to("type"))
    kind = _TYPES.get(named)
    if kind is None:
        if not isinstance(written, (list, dict)):
            other = _OTHER_TYPE_NAMES.get(named.lower())
            near = f"Did you mean '{other}'? " if other else did_you_mean(named, _TYPES)
            reading.report(
                "unknown-variable-type",
                at.to("type"),
                f"There is no variable type '{shown(named)}'; it is read as 'string'.",
                f"{near}Types: {', '.join(sorted(_TYPES))}.",
            )
        return VariableType.STRING
    if kind is VariableType.ENUM and not has_choices:
        reading.report(
            "enum-without-choices",
            at.to("type"),
            "The variable is an enum but lists no choices.",
            "List the allowed values: 'choices: [a, b]'.",
        )
    return kind


def _read_bound(value: dict[str, Any], key: str, at: Spot, reading: Reading) -> float | None:
    written = value.get(key)
    return None if written is None else reading.number(written, at.to(key))


def _read_example(
    value: dict[str, Any], key: str, kind: VariableType, at: Spot, reading: Reading
) -> Any:
    """A default or a sample. Text stays as written, even where YAML sees a number (`1.10`)."""
    if key not in value:
        return MISSING
    written = value[key]
    if kind is VariableType.STRING and isinstance(written, (bool, int, float)):
        return reading.text(written, at.to(key))
    return written


def _read_pattern(value: dict[str, Any], at: Spot, reading: Reading) -> str:
    pattern = reading.text(value.get("pattern"), at.to("pattern"))
    problem = ""
    if len(pattern) > _LONGEST_PATTERN:
        problem = f"it is longer than {_LONGEST_PATTERN} characters"
    else:
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            problem = str(error)
    if not problem:
        return pattern
    reading.report(
        "bad-pattern",
        at.to("pattern"),
        f"The pattern '{shown(pattern)}' is no regular expression: {shown(problem)}.",
        "Correct the pattern; put it in single quotes so that backslashes stay as they are.",
    )
    return ""


def _read_variations(
    value: Any, spot: Spot, reading: Reading, own: set[str]
) -> tuple[Variation, ...]:
    found: list[Variation] = []
    seen: set[str] = set()
    for position, item in reading.mappings(value, spot):
        at = spot.to(position)
        if not item.keys() <= _VARIATION_KEYS:
            reading.unknown_keys(item, _VARIATION_KEYS, at)
        variation_id = reading.text(item.get("id"), at.to("id"))
        if not _NAME.fullmatch(variation_id):
            if not isinstance(item.get("id"), (list, dict)):
                reading.report(
                    "bad-variation-id" if variation_id else "missing-id",
                    at.to("id"),
                    f"'{shown(variation_id)}' cannot be the id of a variation."
                    if variation_id
                    else "A variation has no id.",
                    "Use letters, digits and '_', and start with a letter: the template reads "
                    "it as variations.<id>.enabled.",
                )
            continue
        if variation_id in seen:
            reading.report(
                "duplicate-variation",
                at.to("id"),
                f"The variation '{shown(variation_id)}' is declared twice; the first one is used.",
                "Delete or rename one of them.",
            )
            continue
        seen.add(variation_id)
        added = _read_variables(item.get("adds_variables"), at.to("adds_variables"), reading, {})
        for variable in added:
            if variable.name in own:
                reading.report(
                    "duplicate-variable",
                    at.to("adds_variables"),
                    f"The variation '{shown(variation_id)}' adds '{shown(variable.name)}', which "
                    "the template declares itself; the template's declaration is used.",
                    "Delete one of them.",
                    severity=Severity.WARNING,
                )
        found.append(
            Variation(
                id=variation_id,
                name=reading.text(item.get("name"), at.to("name"), default=variation_id),
                description=reading.text(item.get("description"), at.to("description")),
                enabled=reading.flag(item.get("enabled"), at.to("enabled"), default=False),
                adds_variables=added,
                line=reading.line_of(at.path),
            )
        )
    return tuple(found)


def _read_changelog(value: Any, spot: Spot, reading: Reading) -> tuple[Change, ...]:
    found: list[Change] = []
    for position, item in reading.mappings(value, spot):
        at = spot.to(position)
        reading.unknown_keys(item, _CHANGE_KEYS, at)
        version = reading.text(item.get("version"), at.to("version"))
        about = reading.text(item.get("about"), at.to("about"))
        if version and about:
            found.append(Change(version, about))
        else:
            reading.report(
                "incomplete-change",
                at,
                "An entry of 'changelog' lacks its version, or what changed.",
                "Write '- {version: 1.1.0, about: ...}'.",
            )
    return tuple(found)


def _read_examples(value: Any, spot: Spot, reading: Reading) -> tuple[Example, ...]:
    found: list[Example] = []
    for position, item in reading.mappings(value, spot):
        at = spot.to(position)
        reading.unknown_keys(item, _EXAMPLE_KEYS, at)
        switched = reading.mapping(item.get("variations"), at.to("variations")) or {}
        found.append(
            Example(
                reading.text(item.get("name"), at.to("name")) or f"example {position + 1}",
                reading.mapping(item.get("values"), at.to("values")) or {},
                {
                    name: reading.flag(on, at.to("variations").to(name), default=False)
                    for name, on in switched.items()
                },
            )
        )
    return tuple(found)


def _read_deprecation(value: Any, spot: Spot, reading: Reading) -> Deprecation | None:
    said = reading.mapping(value, spot)
    if not said:
        return None
    reading.unknown_keys(said, _DEPRECATION_KEYS, spot)
    found = Deprecation(
        reading.text(said.get("since"), spot.to("since")),
        reading.text(said.get("replacement"), spot.to("replacement")),
        reading.text(said.get("reason"), spot.to("reason")),
    )
    return found if found != Deprecation() else None


def _read_fits(value: Any, spot: Spot, reading: Reading) -> tuple[Fit, ...]:
    found: list[Fit] = []
    for position, item in enumerate(reading.items(value, spot)):
        at = spot.to(position)
        if isinstance(item, str):
            found.append(Fit(item))
        elif not isinstance(item, dict):
            reading.wrong_type(item, at, "a node type, or a mapping with 'type'")
        else:
            reading.unknown_keys(item, _FIT_KEYS, at)
            kind = reading.text(item.get("type"), at.to("type"))
            if not kind:
                reading.report(
                    "missing-type",
                    at.to("type"),
                    "An entry of 'node_types' names no node type.",
                    "Write 'type: ...', as in '- {type: source_table, because: ...}'.",
                )
                continue
            when = reading.mapping(item.get("when"), at.to("when")) or {}
            because = reading.text(item.get("because"), at.to("because"))
            usual = reading.flag(item.get("usual"), at.to("usual"), default=False)
            found.append(Fit(kind, when, because, usual))
    return tuple(found)


# -- writing ------------------------------------------------------------------------------------

# Lists whose items are declarations that may hold more than we read.
_DECLARATIONS = frozenset({"variables", "variations", "adds_variables"})


def _overlaid(written: dict[str, Any], old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """A mapping as loaded, changed where `new` says something else than `old`, which was read.

    Keys we do not read are kept, and so is whatever means the same in other words.
    """
    if "enum" in written and "choices" not in written:
        old, new = _with_enum(old), _with_enum(new)
    value: dict[str, Any] = {}
    for key, item in written.items():
        if key not in new:
            # Gone, unless it was never read or only says what is the default anyway.
            if key not in old:
                value[key] = item
        elif key in old and same(_plain(old[key]), _plain(new[key])):
            value[key] = item
        elif key in _DECLARATIONS and isinstance(item, list):
            value[key] = _overlaid_declarations(item, old.get(key, []), new[key])
        else:
            value[key] = new[key]
    said = {key for key in old if key in new and same(_plain(old[key]), _plain(new[key]))}
    value.update({k: v for k, v in new.items() if k not in written and k not in said})
    return value


def _overlaid_declarations(written: list[Any], old: list[Any], new: list[Any]) -> list[Any]:
    positions = match_items(written, old)
    result: list[tuple[int, Any]] = []
    for position, index in enumerate(match_items(old, new)):
        at = positions[index] if index is not None else None
        if index is None or at is None or not isinstance(written[at], dict):
            result.append((-1, new[position]))
        else:
            result.append((at, _overlaid(written[at], old[index], new[position])))
    readable = {at for at in positions if at is not None}
    for at, item in enumerate(written):
        if at not in readable:
            above = max((index for index, _ in result if 0 <= index < at), default=-1)
            behind = next((k + 1 for k, (i, _) in enumerate(result) if i == above >= 0), 0)
            result.insert(behind, (at, item))
    return [item for _, item in result]


def _with_enum(value: dict[str, Any]) -> dict[str, Any]:
    return {"enum" if key == "choices" else key: item for key, item in value.items()}


def _plain(value: Any) -> Any:
    """Tuples and other mappings as lists and dicts, so that `same` can compare them."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def _not_writable(reading: Reading, template: Template) -> LakewrightError:
    found = reading.diagnostics()
    why = found[0].problem if found else f"The file has no list '{WRAPPER}'."
    remedy = found[0].remedy if found else f"Write a list of templates under '{WRAPPER}:'."
    return LakewrightError(
        f"The template '{shown(template.id)}' cannot be written into this file. {why}",
        remedy,
        template.file,
    )
