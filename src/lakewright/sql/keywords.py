"""Which words can decide how a statement is parsed."""

from functools import cache
from importlib.metadata import version
from importlib.resources import files

from lakewright.sql.matching import load_grammar
from lakewright.sql.types import TYPE_WORDS


@cache
def deciding_words() -> frozenset[str]:
    """Every word, in upper case, that either parser compares with something.

    Any other word is a name to both, so one can stand for all: `shape.py` rests on this. The list
    of sqlfluff's words ships as a file, because importing sqlfluff takes longer than everything
    else; when another sqlfluff is installed than the file was made from, sqlfluff is asked.
    """
    shipped_for, *words = _shipped_words()
    if shipped_for != sqlfluff_version():
        words = sorted(sqlfluff_words())
    return frozenset(words) | load_grammar().words | TYPE_WORDS


@cache
def sqlfluff_version() -> str:
    """The installed sqlfluff, without importing it."""
    return version("sqlfluff")


def sqlfluff_words() -> set[str]:
    """The words that sqlfluff's Databricks dialect compares with, asked of sqlfluff itself."""
    from sqlfluff.core.dialects import dialect_selector
    from sqlfluff.core.parser import MultiStringParser, StringParser

    dialect = dialect_selector("databricks")
    words = {*dialect.sets("unreserved_keywords"), *dialect.sets("reserved_keywords")}
    seen: set[int] = set()
    waiting: list[object] = list(dialect._library.values())
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, StringParser):
            words.add(part.template)
        elif isinstance(part, MultiStringParser):
            words.update(part.templates)
        # Grammars hold parsers inside parsers; segments hold one as `match_grammar`.
        for name in ("_elements", "match_grammar", "delimiter", "exclude", "terminators"):
            inner = getattr(part, name, None)
            waiting.extend(inner if isinstance(inner, list | tuple) else [inner] if inner else [])
    return {word.upper() for word in words if word.replace("_", "").isalnum()}


def _shipped_words() -> list[str]:
    """The file's first word is the sqlfluff version it was made from."""
    source = files("lakewright.sql.grammar").joinpath("sqlfluff-words.txt")
    return source.read_text(encoding="utf-8").split()
