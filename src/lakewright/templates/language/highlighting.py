"""Which colour has each word: of the template language, and of what the template prints?"""

import keyword
import re
from collections.abc import Iterator, Mapping

from lakewright.templates.language.document import Document, Region
from lakewright.templates.language.names import KEYWORDS, is_attribute, names_of
from lakewright.templates.language.scan import Kind, Tag, TagKind, Token

# The legend: an answer holds positions in this list.
LEGEND = (
    "delimiter",  # {{ }} {% %}
    "keyword",  # a word of the template language
    "variable",  # declared by the template, or by what surrounds every template
    "local",  # made by the source
    "unknown",  # nobody makes it
    "property",
    "filter",
    "test",
    "macro",
    "string",
    "number",
    "operator",
    "comment",
    "hostKeyword",  # from here on: of the language that is printed
    "hostString",
    "hostNumber",
    "hostComment",
    "hostType",
)
_INDEX = {name: index for index, name in enumerate(LEGEND)}

_SQL = frozenset(
    """
    ADD AFTER ALL ALTER ALWAYS ANALYZE AND ANTI ARRAY AS ASC AUTO BEGIN BETWEEN BY CALL CASCADE CASE
    CAST CATALOG CHANGE CHANGES CHECK CLONE CLUSTER COLUMN COLUMNS COMMENT COMPUTE CONNECTION
    CONSTRAINT COPY CREATE CROSS CURRENT DATABASE DECLARE DEFAULT DEFERRED DELETE DELTA DESC
    DESCRIBE DISTINCT DROP ELSE END ESCAPE EVOLUTION EXCEPT EXCLUDE EXECUTE EXISTS EXPECT EXTERNAL
    FAIL FALSE FILTER FIRST FLOW FOR FOREIGN FORMAT FROM FULL FUNCTION GENERATED GRANT GROUP HAVING
    HISTORY IDENTIFIER IDENTITY IF IGNORE IN INNER INSERT INTERSECT INTERVAL INTO IS JOIN KEY KEYS
    LAST LATERAL LEFT LIKE LIMIT LIVE LOCATION MANAGED MASK MATCHED MATERIALIZED MERGE MODIFY NOT
    NULL NULLS OF OFFSET ON OPTIMIZE OPTIONS OR ORDER OUTER OVER OVERWRITE OWNER PARTITION
    PARTITIONED PIVOT PRIMARY PRIVILEGES QUALIFY READ RECURSIVE REFERENCES REFRESH REPLACE RESTORE
    RETURN RETURNS REVOKE RIGHT ROW ROWS SCHEDULE SCHEMA SCHEMAS SELECT SEMI SEQUENCE SET SHARE
    SHOW SOURCE STATISTICS STREAM STREAMING TABLE TABLES TAG TAGS TBLPROPERTIES TEMPORARY THEN TO
    TRUE TRUNCATE UNION UNIQUE UNSET UPDATE USE USING VACUUM VALUES VIEW VIOLATION VOLUME WHEN
    WHERE WINDOW WITH ZORDER
    """.split()  # noqa: SIM905
)
_SQL_TYPES = frozenset(
    """
    BIGINT BINARY BOOLEAN DATE DECIMAL DOUBLE FLOAT INT INTEGER LONG MAP SMALLINT STRING STRUCT
    TIMESTAMP TIMESTAMP_NTZ TINYINT VARIANT VARCHAR
    """.split()  # noqa: SIM905
)
_SCALA = frozenset(
    """
    abstract case catch class def do else extends false final finally for given if implicit import
    lazy match new null object override package private protected return sealed super then this
    throw trait true try type using val var while with yield
    """.split()  # noqa: SIM905
)
_QUOTED = r"'(?:[^'\\\n]|\\.|'')*'?|\"(?:[^\"\\\n]|\\.)*\"?"
_LONG_QUOTED = r'"""(?:.|\n)*?(?:"""|\Z)|' + r"'''(?:.|\n)*?(?:'''|\Z)"
_REST = r"(?P<number>\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b)|(?P<word>[^\W\d]\w*)"


def _lexer(comment: str, quoted: str) -> re.Pattern[str]:
    return re.compile(rf"(?P<comment>{comment})|(?P<string>{quoted})|{_REST}")


_LEXERS: Mapping[str, re.Pattern[str]] = {
    "sql": _lexer(r"--[^\n]*|/\*(?:.|\n)*?(?:\*/|\Z)", rf"{_QUOTED}|`(?:[^`\n]|``)*`?"),
    "python": _lexer(r"#[^\n]*", rf"{_LONG_QUOTED}|{_QUOTED}"),
    "scala": _lexer(r"//[^\n]*|/\*(?:.|\n)*?(?:\*/|\Z)", rf"{_LONG_QUOTED}|{_QUOTED}"),
    "yaml": _lexer(r"(?:(?<=\s)|(?<=^))\#[^\n]*", _QUOTED),
    "text": _lexer(r"(?!)", r"(?!)"),
}


def host_language(output_type: str) -> str:
    """What a template of this output prints: `sql`, `python`, `scala`, `yaml` or `text`.

    >>> host_language("sql_notebook"), host_language("job_json"), host_language("markdown")
    ('sql', 'yaml', 'text')
    """
    for part, language in (
        ("sql", "sql"), ("python", "python"), ("scala", "scala"), ("yaml", "yaml"), ("json", "yaml")
    ):  # fmt: skip
        if part in output_type:
            return language
    return "text"


def highlighted(document: Document) -> list[tuple[int, int, int, int]]:
    """Line, column, length and position in `LEGEND` of each coloured word, in reading order.

    No word goes over the end of a line.
    """
    found: list[tuple[int, int, int, int]] = []
    for region in document.regions:
        pieces = sorted({*_of_template(region), *_of_host(region)})
        for start, end, kind in pieces:
            found += _by_line(document, region, start, end, _INDEX[kind])
    return sorted(found)


def _by_line(
    document: Document, region: Region, start: int, end: int, kind: int
) -> Iterator[tuple[int, int, int, int]]:
    while start < end:
        newline = region.source.find("\n", start, end)
        until = newline if newline >= 0 else end
        written = region.source[start:until].rstrip("\r")
        if written:
            line, column = document.lines.position(region.to_text(start))
            yield line, column, len(written), kind
        start = until + 1


def _of_template(region: Region) -> Iterator[tuple[int, int, str]]:
    names = names_of(region.source)
    known = {variable.name for variable in region.template.all_variables()}
    made = {o.start: o.binding.kind if o.binding else "" for o in names.occurrences}
    for tag in names.scan.tags:
        if tag.kind is TagKind.COMMENT:
            yield tag.start, tag.end, "comment"
            continue
        yield tag.start, tag.inner_start, "delimiter"
        if tag.closed:
            yield tag.inner_end, tag.end, "delimiter"
        for index, token in enumerate(tag.tokens):
            yield token.start, token.end, _kind(made, tag, index, token, known)


_PLAIN_KINDS = {Kind.STRING: "string", Kind.NUMBER: "number", Kind.OPERATOR: "operator"}
_GIVEN = frozenset(
    """
    model node upstream downstream target role variations loop caller range dict namespace
    dbx_ref varargs kwargs
    """.split()  # noqa: SIM905
)


def _kind(made: Mapping[int, str], tag: Tag, index: int, token: Token, known: set[str]) -> str:
    """`made` says of each name's offset what made it; "" when the source did not."""
    if token.kind in _PLAIN_KINDS:
        return _PLAIN_KINDS[token.kind]
    if index == 0 and tag.kind is TagKind.STATEMENT:
        return "keyword"
    before = tag.tokens[index - 1].text if index else ""
    if is_attribute(tag.tokens, index):
        return {".": "property", "|": "filter"}.get(before, "test")
    if tag.word == "filter" and index == 1:
        return "filter"
    if token.text in KEYWORDS:
        return "keyword"
    if token.start not in made:
        after = tag.tokens[index + 1].text if index + 1 < len(tag.tokens) else ""
        return "property" if after == "=" else "macro"
    binding = made[token.start]
    if not binding:
        return "variable" if token.text in known or token.text in _GIVEN else "unknown"
    return "macro" if binding in ("macro", "imported") else "local"


def _of_host(region: Region) -> Iterator[tuple[int, int, str]]:
    """Words of what stands outside of the tags; a tag inside of quotes does not end them."""
    language = host_language(region.template.output_type) if region.key else "text"
    if language == "text" and not region.key and region.template.id:
        language = host_language(region.template.output_type)
    scanned = names_of(region.source).scan
    host = "".join(
        token.text
        if token.kind is Kind.DATA
        else "".join("\n" if c == "\n" else "\x00" for c in token.text)
        for token in scanned.tokens
    )
    data = [(token.start, token.end) for token in scanned.tokens if token.kind is Kind.DATA]
    index = 0
    for found in _LEXERS[language].finditer(host):
        kind = _host_kind(found, language)
        if not kind:
            continue
        while index < len(data) and data[index][1] <= found.start():
            index += 1
        at = index
        while at < len(data) and data[at][0] < found.end():
            start, end = max(found.start(), data[at][0]), min(found.end(), data[at][1])
            yield start, end, kind
            at += 1


def _host_kind(found: re.Match[str], language: str) -> str:
    match found.lastgroup:
        case "comment":
            return "hostComment"
        case "string":
            return "hostString"
        case "number":
            return "hostNumber"
    word = found.group()
    if language == "sql":
        if word.upper() in _SQL:
            return "hostKeyword"
        return "hostType" if word.upper() in _SQL_TYPES else ""
    if language == "python":
        return "hostKeyword" if keyword.iskeyword(word) else ""
    if language == "scala":
        return "hostKeyword" if word in _SCALA else ""
    return ""
