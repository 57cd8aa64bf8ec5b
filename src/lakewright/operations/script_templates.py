"""Make a template of a script that somebody has: literals become variables, where they agree."""

import io
import keyword
import re
import tokenize as python_tokens
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lakewright.code.python_checks import python_view
from lakewright.code.scala_lexer import Kind, lexemes
from lakewright.diagnostics import did_you_mean, shown
from lakewright.errors import LakewrightError
from lakewright.generation.outputs import OUTPUTS, Gate
from lakewright.sql.tokens import Token, TokenKind, tokenize
from lakewright.templates.template import Template, Variable, VariableType
from lakewright.templates.yaml_codec import new_template_text

MOST_PROPOSALS = 200


class ScriptTemplateError(LakewrightError):
    """A choice does not fit the script."""

    code = "script-template"


@dataclass(frozen=True, slots=True)
class Found:
    """A literal of a script.

    Attributes:
        name: What a variable for it could be called; not unique yet.
        start, end: Character offsets in the script, the quotes included.
        printed: The filter that prints the value as it stands there; empty for none.
        usual: Whether most people would make it a variable.
    """

    name: str
    type: VariableType
    value: Any
    start: int
    end: int
    printed: str = ""
    usual: bool = True


@dataclass(frozen=True, slots=True)
class Proposal:
    """One variable that the script could have; equal literals share it."""

    number: int
    name: str
    type: VariableType
    value: Any
    printed: str
    usual: bool
    places: tuple[tuple[int, int], ...]

    def as_json(self, script: str) -> dict[str, Any]:
        start, _ = self.places[0]
        line_start = script.rfind("\n", 0, start) + 1
        line_end = script.find("\n", start)
        return {
            "number": self.number,
            "name": self.name,
            "type": self.type.value,
            "value": self.value,
            "usual": self.usual,
            "count": len(self.places),
            "line": script.count("\n", 0, start) + 1,
            "source": shown(script[line_start : line_end if line_end >= 0 else None].strip(), 120),
        }


@dataclass(frozen=True, slots=True)
class ScriptTemplate:
    """The proposals, and the text of a template file with the chosen ones."""

    proposals: tuple[Proposal, ...]
    text: str
    script: str

    def as_json(self) -> dict[str, Any]:
        return {
            "proposals": [each.as_json(self.script) for each in self.proposals],
            "text": self.text,
        }


def template_of_script(
    script: str,
    output_type: str,
    *,
    template_id: str,
    name: str = "",
    category: str = "",
    chosen: Mapping[int, str] | None = None,
) -> ScriptTemplate:
    """A template that prints a script, with variables in the place of some of its literals.

    Args:
        chosen: Number of a proposal -> name of its variable; None takes the usual ones.

    Raises:
        ScriptTemplateError: No such output or proposal, or names that cannot be used.
    """
    if output_type not in OUTPUTS:
        raise ScriptTemplateError(
            f"There is no output '{shown(output_type)}'.",
            did_you_mean(output_type, OUTPUTS) + f"Use one of: {', '.join(OUTPUTS)}.",
            "output_type",
        )
    script = script.replace("\r\n", "\n").replace("\r", "\n")
    proposals = propose(script, output_type)
    by_number = {each.number: each for each in proposals}
    if chosen is None:
        chosen = {each.number: each.name for each in proposals if each.usual}
    _check_choice(chosen, by_number)
    taken = [replace(by_number[number], name=chosen[number]) for number in sorted(chosen)]
    template = Template(
        template_id,
        name or template_id,
        category=category,
        variables=tuple(
            Variable(each.name, each.type, required=True, sample=each.value) for each in taken
        ),
        content=_content(script, taken),
        output_type=output_type,
    )
    return ScriptTemplate(proposals, new_template_text(template), script)


def propose(script: str, output_type: str) -> tuple[Proposal, ...]:
    """What could be variables, in the order in which it stands in the script."""
    finder = _FINDERS.get(OUTPUTS[output_type].gate)
    together: dict[tuple[str, str, str], list[Found]] = {}
    for found in finder(script) if finder is not None else ():
        key = (found.type.value, repr(found.value), found.printed)
        together.setdefault(key, []).append(found)
    proposals: list[Proposal] = []
    names: set[str] = set()
    for same in list(together.values())[:MOST_PROPOSALS]:
        first = next((each for each in same if each.usual), same[0])
        proposals.append(
            Proposal(
                len(proposals) + 1,
                _free_name(first.name, names),
                first.type,
                first.value,
                first.printed,
                any(each.usual for each in same),
                tuple((each.start, each.end) for each in same),
            )
        )
    return tuple(proposals)


_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED = frozenset({"model", "node", "upstream", "downstream", "target", "variations", "loop"})


def _check_choice(chosen: Mapping[int, str], known: Mapping[int, Proposal]) -> None:
    for number, name in chosen.items():
        if number not in known:
            raise ScriptTemplateError(
                f"The script has no literal number {number}.",
                "Ask for the proposals again: the script has changed.",
                "chosen",
            )
        if not _VARIABLE.fullmatch(name) or name in _RESERVED or keyword.iskeyword(name):
            raise ScriptTemplateError(
                f"'{shown(name)}' cannot be the name of a variable.",
                "Use letters, digits and underscores, and no word that Jinja2 or every template "
                "uses already.",
                "chosen",
            )
    names = list(chosen.values())
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise ScriptTemplateError(
            f"Two variables are called '{twice}'.", "Give each a name of its own.", "chosen"
        )


_DELIMITER = re.compile(r"\{[{%#]")


def _content(script: str, taken: Sequence[Proposal]) -> str:
    edits = sorted((start, end, each) for each in taken for start, end in each.places)
    parts: list[str] = []
    at = 0
    for start, end, each in edits:
        parts.append(_escaped(script[at:start]))
        filtered = f" | {each.printed}" if each.printed else ""
        parts.append(f"{{{{ {each.name}{filtered} }}}}")
        at = end
    parts.append(_escaped(script[at:]))
    text = "".join(parts)
    return text if text.endswith("\n") else text + "\n"


def _escaped(text: str) -> str:
    """Text that Jinja2 prints as it is."""
    return _DELIMITER.sub(lambda found: f'{{{{ "{found.group()}" }}}}', text)


def _free_name(wanted: str, names: set[str]) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", wanted).lower()
    base = re.sub(r"[^a-z0-9_]+", "_", words).strip("_") or "value"
    if base[0].isdigit() or base in _RESERVED or keyword.iskeyword(base):
        base = f"value_{base}"
    name, count = base, 1
    while name in names:
        count += 1
        name = f"{base}_{count}"
    names.add(name)
    return name


# --- SQL ---

_NAMES = (TokenKind.WORD, TokenKind.QUOTED)
# What is written before a text says what it is.
_SAYS = frozenset({"LOCATION", "COMMENT", "FORMAT", "FILEFORMAT", "PATTERN", "OWNER"})
_SIZED = frozenset({"DECIMAL", "DEC", "NUMERIC", "VARCHAR", "CHAR"})
_COUNTS = frozenset({"LIMIT", "RETAIN", "VERSION", "BUCKETS"})


def _in_sql(script: str) -> Iterator[Found]:
    tokens = tokenize(script)
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.kind in _NAMES:
            last = index
            while (
                last + 2 < len(tokens)
                and tokens[last + 1].text == "."
                and tokens[last + 2].kind in _NAMES
            ):
                last += 2
            parts = [_plain_name(each) for each in tokens[index : last + 1 : 2]]
            if len(parts) == 3 and (not _is(tokens, last + 1, "(") or _makes(tokens, index)):
                yield Found(
                    f"{parts[2]}_table",
                    VariableType.TABLE_NAME,
                    ".".join(parts),
                    token.start,
                    tokens[last].end,
                    "table_name",
                    usual=all("." not in part for part in parts),
                )
            index = last + 1
            continue
        if token.kind is TokenKind.STRING:
            yield from _sql_text(tokens, index)
        elif (
            token.kind is TokenKind.NUMBER
            and token.text.isdigit()
            and not _sizes_a_type(tokens, index)
        ):
            before = tokens[index - 1] if index else None
            counts = before is not None and before.upper in _COUNTS
            yield Found(
                before.text if before is not None and counts else _compared(tokens, index, "count"),
                VariableType.INTEGER,
                int(token.text),
                token.start,
                token.end,
                usual=counts,
            )
        index += 1


def _sql_text(tokens: Sequence[Token], index: int) -> Iterator[Found]:
    token = tokens[index]
    value = token.text[1:-1]
    simple = token.text[0] == "'" and "'" not in value and "\\" not in value
    # 'delta.enableChangeDataFeed' = ... is the name of a property, not its value.
    if not simple or _is(tokens, index + 1, "="):
        return
    before = tokens[index - 1] if index else None
    name = (
        before.text if before is not None and before.upper in _SAYS
        else _compared(tokens, index, "text")
    )  # fmt: skip
    yield Found(name, VariableType.STRING, value, token.start, token.end, "literal")


def _compared(tokens: Sequence[Token], index: int, otherwise: str) -> str:
    """Name of what a value is compared with or given to: `status = 'open'`."""
    if index >= 2 and tokens[index - 1].text in {"=", ">", "<", ">=", "<=", "<>", "!="}:
        other = tokens[index - 2]
        if other.kind in _NAMES:
            return _plain_name(other)
        if other.kind is TokenKind.STRING:
            return re.split(r"[^A-Za-z0-9_]", other.text[1:-1])[-1] or otherwise
    if index >= 2 and tokens[index - 1].upper in {"LIKE", "IN"}:
        return _plain_name(tokens[index - 2])
    return otherwise


def _makes(tokens: Sequence[Token], index: int) -> bool:
    """Whether a name in front of a parenthesis is a table's with its columns, no function's."""
    return index > 0 and tokens[index - 1].upper in {"TABLE", "EXISTS", "INTO", "VIEW"}


def _sizes_a_type(tokens: Sequence[Token], index: int) -> bool:
    """`DECIMAL(10, 2)`, `VARCHAR(20)`."""
    while index > 0 and (tokens[index].text == "," or tokens[index].kind is TokenKind.NUMBER):
        index -= 1
    return tokens[index].text == "(" and index > 0 and tokens[index - 1].upper in _SIZED


def _plain_name(token: Token) -> str:
    return token.text.strip("`").replace("``", "`")


def _is(tokens: Sequence[Token], index: int, text: str) -> bool:
    return index < len(tokens) and tokens[index].text == text


# --- Python ---

_SIMPLE_PYTHON = re.compile(r"""(['"])((?:(?!\1)[^\\\n])*)\1""")
_THREE_PARTS = re.compile(r"[A-Za-z_]\w*\.[A-Za-z_]\w*\.([A-Za-z_]\w*)")


def _in_python(script: str) -> Iterator[Found]:
    starts = [0]
    for line in script.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    seen: list[python_tokens.TokenInfo] = []
    try:
        tokens = python_tokens.generate_tokens(io.StringIO(python_view(script)).readline)
        seen.extend(
            token for token in tokens if token.type not in (python_tokens.NL, python_tokens.COMMENT)
        )
    except (python_tokens.TokenError, SyntaxError):
        # What stands before the mistake is read all the same.
        pass
    for index, token in enumerate(seen):
        if token.type not in (python_tokens.STRING, python_tokens.NUMBER):
            continue
        start = starts[token.start[0] - 1] + token.start[1]
        end = starts[token.end[0] - 1] + token.end[1]
        if script[start:end] != token.string:
            continue
        name = _given_to(seen, index)
        if token.type == python_tokens.NUMBER:
            if token.string.isdigit():
                value = int(token.string)
                yield Found(
                    name or "count", VariableType.INTEGER, value, start, end, usual=bool(name)
                )
            continue
        simple = _SIMPLE_PYTHON.fullmatch(token.string)
        follows = seen[index + 1].string if index + 1 < len(seen) else ""
        is_first = index == 0 or seen[index - 1].type in (
            python_tokens.NEWLINE,
            python_tokens.INDENT,
            python_tokens.DEDENT,
        )
        if simple is None or is_first or follows == ":" or token.string[1:3] == token.string[0] * 2:
            continue
        text = simple.group(2)
        table = _THREE_PARTS.fullmatch(text)
        if table is not None and not name:
            name = f"{table.group(1)}_table"
        option = follows == "," and seen[index - 1].string == "("
        yield Found(
            name or "text", VariableType.STRING, text, start, end, "python",
            usual=bool(text) and (bool(name) or table is not None) and not option,
        )  # fmt: skip


def _given_to(tokens: Sequence[python_tokens.TokenInfo], index: int) -> str:
    """`x = 1`, `f(x=1)`, `{"x": 1}`, `option("x", 1)`."""
    before = [token.string for token in tokens[max(0, index - 3) : index]]
    if len(before) >= 2 and before[-1] in {"=", ":"} and before[-2].strip("\"'").isidentifier():
        return before[-2].strip("\"'")
    if len(before) >= 3 and before[-1] == "," and before[-3] == "(":
        key = _SIMPLE_PYTHON.fullmatch(before[-2])
        return key.group(2).replace(".", "_") if key is not None else ""
    return ""


# --- Scala ---

_SCALA_NAME = re.compile(r"(?:va[lr]\s+)?([A-Za-z_]\w*)\s*(?::\s*\w+\s*)?=\s*$")


def _in_scala(script: str) -> Iterator[Found]:
    for piece in lexemes(script):
        text = script[piece.start : piece.end]
        if piece.kind is not Kind.STRING or piece.prefix or piece.quotes != '"' or "\\" in text:
            continue
        if not piece.closed:
            continue
        value = text[1:-1]
        table = _THREE_PARTS.fullmatch(value)
        line_start = script.rfind("\n", 0, piece.start) + 1
        named = _SCALA_NAME.search(script[line_start : piece.start])
        name = named.group(1) if named else f"{table.group(1)}_table" if table else "text"
        yield Found(
            name, VariableType.STRING, value, piece.start, piece.end, "scala",
            usual=bool(value) and (named is not None or table is not None),
        )  # fmt: skip


# --- YAML and JSON ---

_YAML_PAIR = re.compile(
    r"""^[ \t]*(?:-[ \t]+)*(?P<key>[A-Za-z_][\w.-]*):[ \t]+"""
    r"""(?P<value>"[^"\\\n]*"|'[^'\n]*'|[A-Za-z0-9_/][^\n#{}\[\]&*|>%@`"']*?)[ \t]*(?:#.*)?$""",
    re.MULTILINE,
)
_JSON_PAIR = re.compile(r'"(?P<key>[^"\\\n]+)"\s*:\s*(?P<value>"[^"\\\n]*"|-?\d+)')
_WORDS = {"true": True, "false": False}


def _in_pairs(pattern: re.Pattern[str], printed: str) -> Callable[[str], Iterator[Found]]:
    def found(script: str) -> Iterator[Found]:
        for pair in pattern.finditer(script):
            written = pair.group("value")
            value: Any = written.strip("\"'")
            kind = VariableType.STRING
            if written.isdigit():
                kind, value = VariableType.INTEGER, int(written)
            elif written in _WORDS:
                kind, value = VariableType.BOOLEAN, _WORDS[written]
            # What Databricks fills in stays as it is.
            usual = kind is not VariableType.BOOLEAN and "{" not in written and "$" not in written
            name = pair.group("key").replace("-", "_").replace(".", "_")
            start, end = pair.span("value")
            yield Found(name, kind, value, start, end, printed, usual=usual)

    return found


_FINDERS: Mapping[Gate, Callable[[str], Iterator[Found]]] = {
    Gate.SQL: _in_sql,
    Gate.PYTHON: _in_python,
    Gate.SCALA: _in_scala,
    Gate.YAML: _in_pairs(_YAML_PAIR, "yaml"),
    Gate.YAML_RESOURCES: _in_pairs(_YAML_PAIR, "yaml"),
    Gate.JSON: _in_pairs(_JSON_PAIR, "to_json"),
    Gate.JSON_JOB: _in_pairs(_JSON_PAIR, "to_json"),
}
