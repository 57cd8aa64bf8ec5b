"""What do the words of the template language mean, in a sentence each?"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lakewright.templates.environment import all_filters, all_tests
from lakewright.templates.filters import FILTERS


@dataclass(frozen=True, slots=True)
class Word:
    """A filter, a test, a tag or a name that every template has.

    Attributes:
        example: A source; `result` is what it prints. Empty when the sentence says it all.
    """

    name: str
    about: str
    example: str = ""
    result: str = ""


# What Jinja's own filters do; the environment decides which of them there are.
_JINJA = {
    "abs": "The number without its sign",
    "batch": "Lists of at most so many items: `batch(3)`",
    "capitalize": "The first letter large, the others small",
    "count": "How many items or characters",
    "d": "The same as `default`",
    "default": "Another value when this one is missing; with `true` also when it is empty or null",
    "dictsort": "A mapping's pairs, sorted by key",
    "first": "The first item",
    "float": "A number from text; 0.0 when it is none",
    "groupby": "Groups by a field: pairs of `grouper` and `list`",
    "int": "A whole number from text; 0 when it is none",
    "items": "A mapping's pairs of key and value",
    "join": 'The items as one text: `join(", ")`',
    "last": "The last item",
    "length": "How many items or characters",
    "list": "The items as a list",
    "lower": "Small letters",
    "map": 'A filter over each item, or one field of each: `map(attribute="name")`',
    "max": "The largest item",
    "min": "The smallest item",
    "reject": "The items that fail a test",
    "rejectattr": "The items of which a field fails a test",
    "replace": 'Other characters for some: `replace("a", "b")`',
    "reverse": "The items from the last to the first",
    "round": "The number rounded: `round(2)`",
    "select": "The items that pass a test; without one, those that are not empty",
    "selectattr": "The items of which a field passes a test",
    "slice": "The items in so many lists",
    "sort": 'The items sorted: `sort(attribute="name")`',
    "string": "The value as text",
    "sum": "The sum of the items",
    "title": "Each Word Begins Large",
    "trim": "Without white space at both ends",
    "truncate": "The text cut to a length",
    "unique": "Each item once",
    "upper": "Large letters",
    "urlencode": "The text as part of an address",
    "wordcount": "How many words",
    "wordwrap": "The text in lines of a length",
}

_TESTS = {
    "boolean": "true or false",
    "defined": "There is such a name or field",
    "divisibleby": "A multiple of a number: `is divisibleby(2)`",
    "eq": "Equal to a value",
    "even": "An even number",
    "false": "Exactly false",
    "filter": "The name of a filter",
    "float": "A number with a fraction",
    "ge": "At least a value",
    "gt": "More than a value",
    "in": "One of a list's items",
    "integer": "A whole number",
    "iterable": "Something to loop over",
    "le": "At most a value",
    "lower": "All letters are small",
    "lt": "Less than a value",
    "mapping": "Keys with values",
    "ne": "Different from a value",
    "none": "Null",
    "number": "A number",
    "odd": "An odd number",
    "sameas": "The very same object",
    "sequence": "A list or a text",
    "string": "A text",
    "test": "The name of a test",
    "true": "Exactly true",
    "undefined": "There is no such name or field",
    "upper": "All letters are large",
}
_TEST_SIGNS = {
    "!=": "ne", "<": "lt", "<=": "le", "==": "eq", ">": "gt", ">=": "ge", "equalto": "eq",
    "greaterthan": "gt", "lessthan": "lt",
}  # fmt: skip

TAGS: Mapping[str, Word] = MappingProxyType(
    {
        name: Word(name, about, example)
        for name, about, example in (
            ("if", "Print a part only when something holds",
             "{% if columns %}...{% endif %}"),
            ("elif", "Otherwise, when something else holds", "{% elif location %}"),
            ("else", "Otherwise; of a loop: when there was nothing to loop over", "{% else %}"),
            ("endif", "End of `if`", "{% endif %}"),
            ("for", "Print a part for each item",
             "{% for column in columns %}...{% endfor %}"),
            ("endfor", "End of `for`", "{% endfor %}"),
            ("set", "Give a value a name", "{% set key = primary_key | first %}"),
            ("endset", "End of a `set` that holds text", "{% endset %}"),
            ("macro", "A part that can be printed with values of its own",
             "{% macro column(name) %}...{% endmacro %}"),
            ("endmacro", "End of `macro`", "{% endmacro %}"),
            ("call", "Hand a part to a macro, which prints it as `caller()`",
             "{% call cell() %}...{% endcall %}"),
            ("endcall", "End of `call`", "{% endcall %}"),
            ("filter", "Send a whole part through a filter",
             "{% filter indent(2) %}...{% endfilter %}"),
            ("endfilter", "End of `filter`", "{% endfilter %}"),
            ("with", "Names for one part only", "{% with n = 1 %}...{% endwith %}"),
            ("endwith", "End of `with`", "{% endwith %}"),
            ("from", "Take macros out of a macro file",
             '{% from "macros/columns.jinja" import pairs %}'),
            ("import", "Take a macro file under a name",
             '{% import "macros/columns.jinja" as columns_of %}'),
            ("include", "Print a macro file here", '{% include "macros/header.jinja" %}'),
            ("block", "A named part", "{% block body %}...{% endblock %}"),
            ("endblock", "End of `block`", "{% endblock %}"),
            ("raw", "Print braces as they are", "{% raw %}...{% endraw %}"),
            ("endraw", "End of `raw`", "{% endraw %}"),
        )
    }
)  # fmt: skip

GLOBALS: Mapping[str, Word] = MappingProxyType(
    {
        name: Word(name, about, example)
        for name, about, example in (
            ("range", "Numbers up to a limit", "{% for n in range(3) %}"),
            ("dict", "A mapping out of another one and more pairs", "dict(options, header=true)"),
            ("namespace", "A value that a loop may change", "{% set ns = namespace(n=0) %}"),
            ("dbx_ref", "A reference that Databricks fills in when the job runs",
             '{{ dbx_ref("job.run_id") }}'),
        )
    }
)  # fmt: skip

SCOPE: Mapping[str, str] = MappingProxyType(
    {
        "model": "The data model that is generated",
        "node": "The node that the script is for",
        "upstream": "The nodes that feed it, in the order of the drawing",
        "downstream": "The nodes that it feeds",
        "target": "Where the bundle goes: cloud, bundle, home catalog",
        "role": "Which script of the node this is: setup, task or pipeline",
        "variations": "The switches of this template",
    }
)


def filter_word(name: str) -> Word | None:
    """What a filter does; None when there is no such filter."""
    if name in FILTERS:
        row = FILTERS[name]
        return Word(name, row.summary, row.example, row.result)
    return Word(name, _JINJA.get(name, "")) if name in all_filters() else None


def test_word(name: str) -> Word | None:
    """What a test asks; None when there is no such test."""
    if name not in all_tests():
        return None
    return Word(name, _TESTS.get(_TEST_SIGNS.get(name, name), ""))
