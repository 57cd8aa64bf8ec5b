"""What catalogs, schemas and tables there are: a small catalog beside the Delta logs.

The data, the columns and the history of a table are in its Delta log; this file only says which
name leads to which folder, and what Databricks keeps outside of the log (views, functions, volumes,
tags and grants that were recorded). One SQLite file, so several processes may use it at once.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lakewright.localworkspace.engine.errors import already_there, no_such

Name = tuple[str, ...]
TABLE_KINDS = ("table", "view", "materialized_view", "streaming_table")
_SPACES = {"function": "function", "volume": "volume"}


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One object.

    Attributes:
        generation: Grows with every change; a session that has an older one registers it anew.
    """

    kind: str
    name: Name
    location: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    generation: int = 0


class Objects:
    """The catalog file. Names are kept in lower case: Unity Catalog does not tell them apart."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._local = threading.local()
        with self._open() as db:
            db.execute(
                "CREATE TABLE IF NOT EXISTS objects (space TEXT, name TEXT, kind TEXT, "
                "location TEXT, details TEXT, generation INTEGER, PRIMARY KEY (space, name))"
            )
            db.execute("CREATE TABLE IF NOT EXISTS counter (n INTEGER)")
            db.execute(
                "CREATE TABLE IF NOT EXISTS recorded (n INTEGER PRIMARY KEY, name TEXT, "
                "statement TEXT)"
            )
            db.execute(
                "CREATE TABLE IF NOT EXISTS loaded (location TEXT, file TEXT, "
                "PRIMARY KEY (location, file))"
            )
            if db.execute("SELECT n FROM counter").fetchone() is None:
                db.execute("INSERT INTO counter VALUES (0)")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = sqlite3.connect(self._file, timeout=30, isolation_level=None)
            self._local.db = db
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")

    def find(self, name: Sequence[str], space: str = "relation") -> StoredObject | None:
        """The object of that full name; `space` tells tables, functions and volumes apart."""
        key = _key(name)
        with self._open() as db:
            row = db.execute(
                "SELECT kind, location, details, generation FROM objects "
                "WHERE space = ? AND name = ?",
                (_space_of(len(name), space), key),
            ).fetchone()
        return None if row is None else _object(key, row)

    def need(self, name: Sequence[str], space: str = "relation") -> StoredObject:
        found = self.find(name, space)
        if found is None:
            kind = {1: "catalog", 2: "schema"}.get(len(name), "table")
            raise no_such(kind if space == "relation" else space, shown(name))
        return found

    def put(
        self,
        kind: str,
        name: Sequence[str],
        *,
        location: str = "",
        details: Mapping[str, Any] | None = None,
        replace: bool = False,
    ) -> StoredObject:
        """Add an object below a parent that is there.

        Raises:
            EngineError: It is there already and `replace` is false, or its parent is missing.
        """
        if len(name) > 1:
            self.need(name[:-1])
        key = _key(name)
        space = _space_of(len(name), _SPACES.get(kind, "relation"))
        with self._open() as db:
            if not replace:
                there = db.execute(
                    "SELECT 1 FROM objects WHERE space = ? AND name = ?", (space, key)
                ).fetchone()
                if there:
                    raise already_there(kind.replace("_", " "), shown(name))
            generation = _next(db)
            db.execute(
                "INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?)",
                (space, key, kind, location, json.dumps(dict(details or {})), generation),
            )
        return StoredObject(kind, _parts(key), location, dict(details or {}), generation)

    def change(self, found: StoredObject, **details: Any) -> None:
        """Set some of an object's details; None takes one away."""
        merged = {**found.details, **details}
        kept = {key: value for key, value in merged.items() if value is not None}
        self.put(found.kind, found.name, location=found.location, details=kept, replace=True)

    def rename(self, found: StoredObject, name: Sequence[str]) -> None:
        self.put(found.kind, name, location=found.location, details=found.details)
        self.remove(found)

    def remove(self, found: StoredObject) -> None:
        """Take an object away, with all that is below it."""
        key = _key(found.name)
        space = _space_of(len(found.name), _SPACES.get(found.kind, "relation"))
        with self._open() as db:
            db.execute("DELETE FROM objects WHERE space = ? AND name = ?", (space, key))
            if len(found.name) < 3:
                for other, other_space in db.execute("SELECT name, space FROM objects").fetchall():
                    if other.startswith(key + "\0"):
                        db.execute(
                            "DELETE FROM objects WHERE space = ? AND name = ?", (other_space, other)
                        )
            _next(db)

    def all(self) -> list[StoredObject]:
        with self._open() as db:
            rows = db.execute(
                "SELECT name, kind, location, details, generation FROM objects ORDER BY name, space"
            ).fetchall()
        return [_object(row[0], row[1:]) for row in rows]

    def below(self, name: Sequence[str]) -> list[StoredObject]:
        """The objects directly in a catalog or schema, by name; everything for `()`."""
        wanted = tuple(part.lower() for part in name)
        return [
            found
            for found in self.all()
            if len(found.name) == len(wanted) + 1 and found.name[: len(wanted)] == wanted
        ]

    def record(self, name: Sequence[str], statement: str) -> None:
        """Note a statement that was read but not run."""
        with self._open() as db:
            db.execute(
                "INSERT INTO recorded (name, statement) VALUES (?, ?)", (_key(name), statement)
            )

    def recorded(self) -> list[tuple[str, str]]:
        with self._open() as db:
            rows = db.execute("SELECT name, statement FROM recorded ORDER BY n").fetchall()
        return [(shown(_parts(name)) if name else "", statement) for name, statement in rows]

    def loaded_files(self, location: str) -> set[str]:
        """What COPY INTO has loaded into the table at `location`."""
        with self._open() as db:
            rows = db.execute("SELECT file FROM loaded WHERE location = ?", (location,)).fetchall()
        return {row[0] for row in rows}

    def mark_loaded(self, location: str, files: Sequence[str]) -> None:
        with self._open() as db:
            db.executemany(
                "INSERT OR IGNORE INTO loaded VALUES (?, ?)", [(location, file) for file in files]
            )


def shown(name: Sequence[str]) -> str:
    """A name as error messages write it."""
    return ".".join(f"`{part}`" for part in name)


def _key(name: Sequence[str]) -> str:
    return "\0".join(part.lower() for part in name)


def _parts(key: str) -> Name:
    return tuple(key.split("\0"))


def _space_of(depth: int, space: str) -> str:
    return space if depth == 3 else "container"


def _next(db: sqlite3.Connection) -> int:
    db.execute("UPDATE counter SET n = n + 1")
    return int(db.execute("SELECT n FROM counter").fetchone()[0])


def _object(key: str, row: Sequence[Any]) -> StoredObject:
    kind, location, details, generation = row
    return StoredObject(kind, _parts(key), location, json.loads(details), generation)
