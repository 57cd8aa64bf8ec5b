"""Reads the statements the gate is held to: `--- id` and then one statement."""

from pathlib import Path

HERE = Path(__file__).parent


def read_corpus(name: str) -> dict[str, str]:
    """Id -> statement, in the order of the file."""
    found: dict[str, str] = {}
    for block in (HERE / name).read_text(encoding="utf-8").split("--- ")[1:]:
        title, _, statement = block.partition("\n")
        assert title not in found, f"two statements are called {title}"
        found[title] = statement.strip("\n")
    return found


VALID = read_corpus("valid_statements.sql")
BROKEN = read_corpus("broken_statements.sql")
