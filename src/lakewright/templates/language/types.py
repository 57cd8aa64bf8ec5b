"""Which type does a name that nobody declared seem to have?"""

import json
from collections import Counter
from collections.abc import Sequence

from lakewright.templates.language.names import names_of
from lakewright.templates.language.scan import Kind, Token
from lakewright.templates.samples import sample_value
from lakewright.templates.template import Variable, VariableType

_BY_FILTER = {
    "table_name": VariableType.TABLE_NAME,
    "ident": VariableType.STRING,
    "sql_expression": VariableType.STRING,
    "sql_query": VariableType.STRING,
    "sql_comment": VariableType.STRING,
    "idents": VariableType.ARRAY,
    "literals": VariableType.ARRAY,
    "join": VariableType.ARRAY,
    "dictsort": VariableType.OBJECT,
    "int": VariableType.INTEGER,
    "float": VariableType.NUMBER,
    "map": VariableType.ARRAY,
}
_BY_FIELD = {
    "catalog": VariableType.TABLE_NAME,
    "schema": VariableType.TABLE_NAME,
    "table": VariableType.TABLE_NAME,
    "scope": VariableType.SECRET,
    "key": VariableType.SECRET,
    "items": VariableType.OBJECT,
    "get": VariableType.OBJECT,
    "keys": VariableType.OBJECT,
}
_BY_NAME = {
    "columns": VariableType.COLUMNS,
    "cron": VariableType.CRON,
    "secret": VariableType.SECRET,
}


def inferred_type(sources: Sequence[str], name: str) -> VariableType:
    """The type that most uses of a name speak for; text when none does."""
    votes: Counter[VariableType] = Counter()
    for source in sources:
        names = names_of(source)
        for tag in names.scan.tags:
            for index, token in enumerate(tag.tokens):
                if token.kind is not Kind.NAME or token.text != name:
                    continue
                following = tag.tokens[index + 1 : index + 3]
                before = tag.tokens[index - 1].text if index else ""
                vote = _vote(before, following, tag.word, len(tag.tokens) - index)
                if vote is None and tag.word == "for" and before == "in":
                    vote = _of_items(source, tag.start)
                if vote is not None:
                    votes[vote] += 1
    for part, kind in _BY_NAME.items():
        if name == part or name.endswith(f"_{part}"):
            votes[kind] += 2
    if not votes:
        return VariableType.STRING
    # A condition alone says little: anything can be there or not.
    if len(votes) > 1:
        votes.pop(VariableType.BOOLEAN, None)
    return votes.most_common(1)[0][0]


def _vote(before: str, following: Sequence[Token], word: str, left: int) -> VariableType | None:
    sign = following[0].text if following else ""
    operand = following[1] if len(following) > 1 else None
    if sign == "|" and operand is not None:
        return _BY_FILTER.get(operand.text)
    if sign == "." and operand is not None:
        return _BY_FIELD.get(operand.text, VariableType.OBJECT)
    if sign in ("<", ">", "<=", ">=", "*", "/", "+", "==") and operand is not None:
        return VariableType.INTEGER if operand.kind is Kind.NUMBER else None
    if word in ("if", "elif") and left == 1 and before in ("if", "elif", "not", "and", "or"):
        return VariableType.BOOLEAN
    return None


def _of_items(source: str, tag_start: int) -> VariableType:
    """Columns when the loop's name is asked for `type`, else a list."""
    names = names_of(source)
    for binding in names.bindings:
        if binding.kind != "loop" or not tag_start < binding.start:
            continue
        fields = {
            tag.tokens[index + 2].text
            for tag in names.scan.tags
            if binding.since <= tag.start <= binding.until
            for index, token in enumerate(tag.tokens[:-2])
            if token.text == binding.name and tag.tokens[index + 1].text == "."
        }
        return VariableType.COLUMNS if {"type"} <= fields else VariableType.ARRAY
    return VariableType.ARRAY


def made_up_sample(name: str, kind: VariableType) -> str:
    """A sample in YAML on one line; empty when there is none that helps."""
    value = sample_value(Variable(name, kind))
    return json.dumps(value, ensure_ascii=False) if value not in (None, "") else ""
