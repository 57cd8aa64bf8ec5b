"""Which combinations of variations and values are enough to try a template."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice, product
from math import comb
from typing import Any, Final

from lakewright.diagnostics import Diagnostic
from lakewright.templates.language.names import is_attribute
from lakewright.templates.language.scan import Kind, scan
from lakewright.templates.samples import sample_value
from lakewright.templates.template import Template, Variable, VariableType
from lakewright.templates.values import Reporter, read_value

MOST_EXHAUSTIVE = 64


def variation_sets(template: Template) -> list[dict[str, bool]]:
    """Selections of variations that together show how the variations meet.

    Returns:
        All combinations when there are at most 64, else so few that for every two variations all
        four combinations of on and off occur. The template's own selection comes first; equal
        templates always give equal lists.
    """
    names = list(dict.fromkeys(variation.id for variation in template.variations))
    own = {variation.id: bool(variation.enabled) for variation in template.variations}
    if 2 ** len(names) <= MOST_EXHAUSTIVE:
        rows = [
            dict(zip(names, row, strict=True)) for row in product((False, True), repeat=len(names))
        ]
    else:
        rows = pairwise(names)
    return [own, *(row for row in rows if row != own)]


def pairwise(names: list[str]) -> list[dict[str, bool]]:
    """The fewest selections in which every pair of switches takes all four values.

    Each switch is on in a set of rows of its own, all sets of one size that is more than half of
    the rows: two different such sets overlap (both on) and neither holds the other (one on); one
    more row with everything off gives the last of the four. Ten rows serve 126 switches, 14
    serve 1,716.

    Source: Kleitman and Spencer (1973), "Families of k-independent sets"; Katona (1973).
    """
    rows = 1
    while comb(rows, rows // 2 + 1) < len(names):
        rows += 1
    chosen = islice(combinations(range(rows), rows // 2 + 1), len(names))
    on = dict(zip(names, map(frozenset, chosen), strict=True))
    found = [dict.fromkeys(names, False)]
    found += [{name: row in on[name] for name in names} for row in range(rows)]
    return found


# --- boundary samples ---

MANY = 40
LONGEST_NAME = 255  # characters of a Unity Catalog name
LONGEST_TABLE = 230  # leaves room for names that are made from it: `pk_...`, `..._quarantine`
QUOTES = 'it\'s "quoted" `ticked` \\ ; -- /* ${x} {{y}}'
UNICODE = "Größe 数量 🧱 \u200b"
# Filters that keep any text in its place; a variable printed only through them is free text.
_SAFE_FILTERS = frozenset(
    """
    literal literals ident idents sql_comment code_comment to_json tojson to_yaml yaml python
    scala
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Trial:
    """Values to try a template with; what is not named has its sample.

    Attributes:
        alone: One variable only: enough with the template's own variations and with all of them.
        at_home: The job gives the catalog's name, as where a recipe names a home catalog.
        variations: Of an example, tried once: switched on or off as the example says.
    """

    name: str
    values: Mapping[str, Any]
    alone: bool = False
    at_home: bool = False
    variations: Mapping[str, bool] | None = None


def boundary_trials(template: Template) -> list[Trial]:
    """The samples as they are, then each edge of what the declarations allow.

    A value that its variable refuses is left out, and so is an edge that changes nothing.
    """
    samples = {variable.name: sample_value(variable) for variable in template.all_variables()}
    free = free_texts(template)
    found = [Trial("samples", {})]
    for name, edge in _EDGES:
        values: dict[str, Any] = {}
        for variable in template.all_variables():
            given = edge(variable, samples[variable.name], variable.name in free)
            if given is _SAME or given == samples[variable.name]:
                continue
            mistakes: list[Diagnostic] = []
            if given is not None:
                read_value(variable, given, Reporter(variable.name, "", mistakes))
            if not mistakes:
                values[variable.name] = given
        if values:
            found.append(Trial(name, values))
    return [
        *found,
        Trial("a home catalog", {}, alone=True, at_home=True),
        *_single(template, samples),
        *_examples(template),
    ]


def _examples(template: Template) -> Iterator[Trial]:
    """What the template's author shows beside the samples."""
    for example in template.examples:
        yield Trial(example.name, example.values, alone=True, variations=example.variations)


def _single(template: Template, samples: Mapping[str, Any]) -> Iterator[Trial]:
    """Every choice, both truths, and everything optional left out, one at a time."""
    # Beside columns, a list of texts names some of those: another name would be a mistake.
    named = any(v.type is VariableType.COLUMNS for v in template.all_variables())
    for variable in template.all_variables():
        sample = samples[variable.name]
        if not named and (longer := _another(variable, sample)):
            yield Trial(f"another of {variable.name}", {variable.name: longer}, alone=True)
        if variable.type is VariableType.ENUM:
            others = [choice for choice in variable.choices if choice != sample]
            for choice in others:
                yield Trial(f"{variable.name} = {choice}", {variable.name: choice}, alone=True)
        elif variable.type is VariableType.BOOLEAN:
            yield Trial(f"{variable.name} = {not sample}", {variable.name: not sample}, alone=True)
        elif not variable.required and variable.type is not VariableType.TABLE_NAME:
            absent = _ABSENT.get(variable.type)
            yield Trial(f"no {variable.name}", {variable.name: absent}, alone=True)


def trials_with(trials: list[Trial], selection_number: int, selections: int) -> list[Trial]:
    """The trials for one of the variation sets.

    Single ones come with the first and the last set, examples with the first.
    """
    if selection_number == 0:
        return trials
    last = selection_number == selections - 1
    return [t for t in trials if t.variations is None and (last or not t.alone)]


_ABSENT: Mapping[VariableType, Any] = {
    VariableType.ARRAY: [],
    VariableType.COLUMNS: [],
    VariableType.OBJECT: {},
}


def free_texts(template: Template) -> frozenset[str]:
    """Variables of which every printed use goes through a filter that quotes any text.

    The others may hold SQL, code or part of a name, so that a quote in them is a mistake of
    whoever gives the value.
    """
    uses: dict[str, list[bool]] = {}
    for source in (template.content, template.undo):
        for tag in scan(source).tags:
            for index, token in enumerate(tag.tokens):
                if token.kind is not Kind.NAME or is_attribute(tag.tokens, index):
                    continue
                if tag.word in ("if", "elif"):
                    continue  # a condition prints nothing
                after = [each.text for each in tag.tokens[index + 1 : index + 3]]
                quoted = len(after) > 1 and after[0] == "|" and after[1] in _SAFE_FILTERS
                uses.setdefault(token.text, []).append(quoted)
    return frozenset(
        variable.name
        for variable in template.all_variables()
        if variable.type is VariableType.STRING and all(uses.get(variable.name, [False]))
    )


_SAME: Final = object()
Edge = Callable[[Variable, Any, bool], Any]


def _empty(variable: Variable, sample: Any, free: bool) -> Any:
    del sample, free
    if variable.required:
        return _SAME  # a list that has to be given is never empty
    lists = (VariableType.ARRAY, VariableType.COLUMNS)
    if variable.type in lists:
        return []
    return {} if variable.type is VariableType.OBJECT else _SAME


def _one(variable: Variable, sample: Any, free: bool) -> Any:
    del free
    # Other variables name columns: fewer of those would be another mistake.
    if variable.type is VariableType.ARRAY and isinstance(sample, list) and len(sample) > 1:
        return sample[:1]
    return dict(list(sample.items())[:1]) if _is_object(variable, sample) else _SAME


def _another(variable: Variable, sample: Any) -> list[str] | None:
    """A list of one text with another one; None when it cannot be told what that would be."""
    if variable.type is not VariableType.ARRAY or not isinstance(sample, list):
        return None
    if len(sample) != 1 or not isinstance(sample[0], str):
        return None
    longer = [sample[0], f"{sample[0]}_2"]
    mistakes: list[Diagnostic] = []
    read_value(variable, longer, Reporter(variable.name, "", mistakes))
    return None if mistakes else longer


def _many(variable: Variable, sample: Any, free: bool) -> Any:
    del free
    if variable.type is VariableType.COLUMNS and isinstance(sample, list) and sample:
        more = [{"name": f"extra_column_{number}", "type": "STRING"} for number in range(MANY)]
        return [*sample, *more]
    return _SAME


def _quotes(variable: Variable, sample: Any, free: bool) -> Any:
    return _text(variable, sample, QUOTES) if free else _commented(variable, sample, QUOTES)


def _unicode(variable: Variable, sample: Any, free: bool) -> Any:
    return _text(variable, sample, UNICODE) if free else _commented(variable, sample, UNICODE)


def _longest(variable: Variable, sample: Any, free: bool) -> Any:
    del free
    if variable.type is VariableType.TABLE_NAME and isinstance(sample, str):
        return f"{sample.rpartition('.')[0]}.{'t' * LONGEST_TABLE}"
    if variable.type is VariableType.COLUMNS and isinstance(sample, list):
        return [*sample, {"name": "c" * LONGEST_NAME, "type": "STRING"}]
    return _SAME


def _nulls(variable: Variable, sample: Any, free: bool) -> Any:
    del sample, free
    return None if not variable.required and not variable.source else _SAME


_EDGES: tuple[tuple[str, Edge], ...] = (
    ("empty lists", _empty),
    ("one item", _one),
    ("many items", _many),
    ("quotes", _quotes),
    ("unicode", _unicode),
    ("longest names", _longest),
    ("nulls", _nulls),
)


def _is_object(variable: Variable, sample: Any) -> bool:
    return variable.type is VariableType.OBJECT and isinstance(sample, Mapping) and len(sample) > 1


def _text(variable: Variable, sample: Any, text: str) -> Any:
    return text if variable.type is VariableType.STRING and sample else _SAME


def _commented(variable: Variable, sample: Any, text: str) -> Any:
    """Columns whose comments hold the text: a place where people write anything."""
    if variable.type is VariableType.COLUMNS and isinstance(sample, list):
        return [{**column, "comment": text} for column in sample if isinstance(column, Mapping)]
    return _SAME
