"""Where every file of a bundle came from, and how to see that somebody edited it since."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from json.encoder import encode_basestring

LOCK_PATH = "lakewright.lock"
LOCK_VERSION = 1


@dataclass(frozen=True, slots=True)
class LockEntry:
    """The origin of one generated file.

    Attributes:
        model, node: What it was made from; empty for files of the whole bundle.
        template: `id@version`, empty for files that no template printed.
        input: Hash of everything that decided the content (template, macros, bindings,
            engine); equal input means equal content.
        content: Hash of the content as generated.
    """

    content: str
    input: str = ""
    model: str = ""
    node: str = ""
    template: str = ""


@dataclass(frozen=True, slots=True)
class Lock:
    """The lock file as a value; `files` by path inside the bundle."""

    files: Mapping[str, LockEntry] = field(default_factory=dict)
    engine: str = ""
    recipe: str = ""


def text_hash(text: str) -> str:
    """Hash of a file's text as `LockEntry.content` and a bundle folder give it."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def write_lock(lock: Lock) -> str:
    """One line a file, sorted by path, so that two branches merge line by line."""
    head = {"version": LOCK_VERSION, "engine": lock.engine, "recipe": lock.recipe}
    lines = [json.dumps(head, ensure_ascii=False, separators=(", ", ": "))[:-1] + ', "files": {']
    # Strings only, so the C function for strings does: `json.dumps` costs five times as much.
    rows = [
        f"{encode_basestring(path)}: {_entry_text(entry)}"
        for path, entry in sorted(lock.files.items())
    ]
    lines.append(",\n".join(rows))
    lines.append("}}\n")
    return "\n".join(lines)


def read_lock(text: str | None) -> Lock | None:
    """The lock of an earlier generation; None when absent, damaged or of a future version.

    A bundle whose lock cannot be read is treated as edited by hand throughout: nothing in it
    is overwritten without force.
    """
    if not text:
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return None
    if not isinstance(value, dict) or value.get("version") != LOCK_VERSION:
        return None
    files = value.get("files")
    if not isinstance(files, dict):
        return None
    entries: dict[str, LockEntry] = {}
    for path, row in files.items():
        if not isinstance(row, dict) or not isinstance(row.get("content"), str):
            return None
        entries[path] = LockEntry(
            row["content"],
            row.get("input", ""),
            row.get("model", ""),
            row.get("node", ""),
            row.get("template", ""),
        )
    return Lock(entries, str(value.get("engine", "")), str(value.get("recipe", "")))


def _entry_text(entry: LockEntry) -> str:
    parts = [
        f'"{name}": {encode_basestring(value)}'
        for name, value in (
            ("model", entry.model),
            ("node", entry.node),
            ("template", entry.template),
            ("input", entry.input),
        )
        if value
    ]
    # An entry without content would make the whole lock unreadable, so it is always there.
    parts.append(f'"content": {encode_basestring(entry.content)}')
    return f"{{{', '.join(parts)}}}"
