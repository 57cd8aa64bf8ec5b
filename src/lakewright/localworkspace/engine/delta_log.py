"""The Delta log of one table: its state at any version, and commits that the engine lacks.

Source: Delta Lake transaction log protocol, *Actions* and *Delta log entries*. Only local folders
that the sandbox owns; every version from 0 is there as JSON, because nothing here cleans logs up.
"""

import contextlib
import json
import os
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lakewright.localworkspace.engine.errors import EngineError

Action = Mapping[str, Any]
ENGINE_INFO = "lakewright-local-workspace"
_TRIES = 5


@dataclass
class TableState:
    """What the log says up to one version.

    Attributes:
        files: Path in the table's folder -> the `add` action.
        metadata: The `metaData` action, its schema still as text.
    """

    version: int = -1
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    protocol: dict[str, Any] = field(default_factory=dict)

    @property
    def fields(self) -> list[dict[str, Any]]:
        """The columns, as the schema's JSON has them."""
        schema = json.loads(self.metadata.get("schemaString", '{"fields": []}'))
        return list(schema["fields"])

    @property
    def properties(self) -> dict[str, str]:
        return dict(self.metadata.get("configuration") or {})

    @property
    def partition_columns(self) -> list[str]:
        return list(self.metadata.get("partitionColumns") or [])

    def copy(self) -> "TableState":
        return TableState(self.version, dict(self.files), dict(self.metadata), dict(self.protocol))


class DeltaLog:
    """The log below `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._log = folder / "_delta_log"

    @property
    def exists(self) -> bool:
        return self._log.is_dir() and bool(self.versions())

    def versions(self) -> list[int]:
        if not self._log.is_dir():
            return []
        return sorted(int(p.stem) for p in self._log.glob("*.json") if p.stem.isdigit())

    def actions(self, version: int) -> list[dict[str, Any]]:
        text = (self._log / f"{version:020d}.json").read_text("utf-8")
        return [json.loads(line) for line in text.splitlines() if line.strip()]

    def commit_info(self, version: int) -> dict[str, Any]:
        infos = (action["commitInfo"] for action in self.actions(version) if "commitInfo" in action)
        return next(infos, {})

    def timestamp(self, version: int) -> int:
        """Milliseconds since 1970 at which a version was committed."""
        file = self._log / f"{version:020d}.json"
        return int(self.commit_info(version).get("timestamp") or file.stat().st_mtime * 1000)

    def state(self, version: int | None = None) -> TableState:
        state = TableState()
        for number in self.versions():
            if version is not None and number > version:
                break
            for action in self.actions(number):
                _apply(state, action)
            state.version = number
        if version is not None and state.version != version:
            newest = self.versions()[-1]
            raise EngineError(
                "DELTA_VERSION_NOT_FOUND",
                "22003",
                f"Cannot time travel Delta table to version {version}. "
                f"Available versions: [0, {newest}].",
            )
        return state

    def version_at(self, milliseconds: int) -> int:
        """The last version committed at or before a moment.

        Source: Databricks manual, *Work with Delta Lake table history*: a timestamp after the
        last commit is refused.
        """
        versions = self.versions()
        times = {number: self.timestamp(number) for number in versions}
        if milliseconds > times[versions[-1]]:
            raise EngineError(
                "DELTA_TIMESTAMP_GREATER_THAN_COMMIT",
                "42816",
                "The provided timestamp is after the latest version available to this table.",
                "Use a timestamp that is not later than the last commit.",
            )
        before = [number for number in versions if times[number] <= milliseconds]
        if not before:
            raise EngineError(
                "DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION",
                "42816",
                "The provided timestamp is before the earliest version available to this table.",
            )
        return before[-1]

    def commit(
        self,
        operation: str,
        actions: Sequence[Action],
        *,
        after: int,
        parameters: Mapping[str, Any] | None = None,
        metrics: Mapping[str, Any] | None = None,
    ) -> int:
        """Write the version after `after`, or raise FileExistsError when somebody else did."""
        info = {
            "timestamp": int(time.time() * 1000),
            "operation": operation,
            "operationParameters": dict(parameters or {}),
            "operationMetrics": {key: str(value) for key, value in (metrics or {}).items()},
            "engineInfo": ENGINE_INFO,
        }
        target = self._log / f"{after + 1:020d}.json"
        draft = self._log / f".{uuid.uuid4().hex}.tmp"
        lines = [json.dumps(action) for action in [{"commitInfo": info}, *actions]]
        with draft.open("w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            # A link is made whole or not at all, and never over another one.
            os.link(draft, target)
        finally:
            draft.unlink()
        return after + 1

    def change_metadata(
        self,
        operation: str,
        change: Callable[[dict[str, Any], list[dict[str, Any]]], None],
        parameters: Mapping[str, Any] | None = None,
        protocol: Mapping[str, Any] | None = None,
    ) -> int:
        """Commit a `metaData` action that `change(metadata, fields)` has edited in place."""
        for _ in range(_TRIES):
            state = self.state()
            metadata = json.loads(json.dumps(state.metadata))
            schema = json.loads(metadata["schemaString"])
            metadata.setdefault("configuration", {})
            change(metadata, schema["fields"])
            metadata["schemaString"] = json.dumps(schema)
            actions: list[Action] = [{"protocol": protocol}] if protocol else []
            actions.append({"metaData": metadata})
            with contextlib.suppress(FileExistsError):
                return self.commit(operation, actions, after=state.version, parameters=parameters)
        raise _conflict()

    def restore(self, version: int) -> dict[str, int]:
        """Make the table what it was; returns the metrics that Databricks answers with."""
        for _ in range(_TRIES):
            now, then = self.state(), self.state(version)
            gone = [path for path in then.files if not (self.folder / unquote(path)).exists()]
            if gone:
                raise EngineError(
                    "DELTA_MISSING_FILES_UNEXPECTED_VERSION",
                    "XXKDS",
                    f"Version {version} cannot be restored: {len(gone)} of its files are gone.",
                )
            moment = int(time.time() * 1000)
            removed = {p: a for p, a in now.files.items() if p not in then.files}
            added = {p: a for p, a in then.files.items() if p not in now.files}
            actions: list[Action] = []
            if then.metadata != now.metadata:
                actions.append({"metaData": then.metadata})
            actions += [removal(path, add, moment) for path, add in removed.items()]
            actions += [{"add": {**add, "dataChange": True}} for add in added.values()]
            metrics = {
                "tableSizeAfterRestore": sum(int(a["size"]) for a in then.files.values()),
                "numOfFilesAfterRestore": len(then.files),
                "numRemovedFiles": len(removed),
                "numRestoredFiles": len(added),
                "removedFilesSize": sum(int(a["size"]) for a in removed.values()),
                "restoredFilesSize": sum(int(a["size"]) for a in added.values()),
            }
            with contextlib.suppress(FileExistsError):
                self.commit(
                    "RESTORE",
                    actions,
                    after=now.version,
                    parameters={"version": version},
                    metrics=metrics,
                )
                return metrics
        raise _conflict()

    def replace_with(self, staged: "DeltaLog", operation: str, comment: str | None) -> int:
        """Become the table that `staged` holds, in one commit; its files move here.

        The older versions stay readable: this is how CREATE OR REPLACE keeps the history.
        """
        new = staged.state()
        adds = self._moved_here(staged, new, data_change=True)

        def others(now: TableState) -> list[Action]:
            metadata = {**new.metadata, "id": now.metadata["id"]}
            if comment is not None:
                metadata["description"] = comment
            actions: list[Action] = []
            if new.protocol != now.protocol:
                actions.append({"protocol": _wider(now.protocol, new.protocol)})
            return [*actions, {"metaData": metadata}]

        return self._replace(operation, adds, others, {}, after=None, data_change=True)

    def replace_files(
        self,
        staged: "DeltaLog",
        operation: str,
        *,
        after: int,
        metrics: Mapping[str, Any],
        parameters: Mapping[str, Any] | None = None,
        data_change: bool = True,
    ) -> int:
        """Have the rows that `staged` holds; columns and properties stay.

        Args:
            after: The version that `staged` was computed from; a newer one is a conflict.
            data_change: False for rows that are only arranged anew.
        """
        adds = self._moved_here(staged, staged.state(), data_change=data_change)
        return self._replace(
            operation,
            adds,
            lambda _: [],
            metrics,
            after=after,
            data_change=data_change,
            parameters=parameters,
        )

    def _moved_here(
        self, staged: "DeltaLog", new: TableState, *, data_change: bool
    ) -> list[Action]:
        prefix = uuid.uuid4().hex[:8]
        adds: list[Action] = []
        for path, add in new.files.items():
            folder, _, name = path.rpartition("/")
            moved = f"{folder}/{prefix}-{name}" if folder else f"{prefix}-{name}"
            target = self.folder / unquote(moved)
            target.parent.mkdir(parents=True, exist_ok=True)
            (staged.folder / unquote(path)).replace(target)
            adds.append({"add": {**add, "path": moved, "dataChange": data_change}})
        return adds

    def _replace(
        self,
        operation: str,
        adds: Sequence[Action],
        others: Callable[[TableState], list[Action]],
        metrics: Mapping[str, Any],
        *,
        after: int | None,
        data_change: bool,
        parameters: Mapping[str, Any] | None = None,
    ) -> int:
        for _ in range(_TRIES):
            now = self.state()
            if after is not None and now.version != after:
                break
            moment = int(time.time() * 1000)
            gone = [removal(p, a, moment, data_change=data_change) for p, a in now.files.items()]
            actions = [*others(now), *gone, *adds]
            with contextlib.suppress(FileExistsError):
                return self.commit(
                    operation, actions, after=now.version, parameters=parameters, metrics=metrics
                )
        raise _conflict()


def removal(path: str, add: Action, moment: int, *, data_change: bool = True) -> Action:
    return {
        "remove": {
            "path": path,
            "deletionTimestamp": moment,
            "dataChange": data_change,
            "extendedFileMetadata": True,
            "partitionValues": add.get("partitionValues", {}),
            "size": add.get("size"),
        }
    }


def _wider(one: Action, other: Action) -> dict[str, Any]:
    """A protocol that allows what either allows: features are never taken away."""
    merged: dict[str, Any] = {
        key: max(one.get(key, 0), other.get(key, 0))
        for key in ("minReaderVersion", "minWriterVersion")
    }
    for key in ("readerFeatures", "writerFeatures"):
        both = sorted({*(one.get(key) or []), *(other.get(key) or [])})
        if both:
            merged[key] = both
    return merged


def _conflict() -> EngineError:
    return EngineError(
        "DELTA_CONCURRENT_WRITE",
        "2D521",
        "A concurrent transaction has written new data since the current one read the table.",
        "Try the operation again.",
    )


def _apply(state: TableState, action: Action) -> None:
    if "add" in action:
        state.files[action["add"]["path"]] = action["add"]
    elif "remove" in action:
        state.files.pop(action["remove"]["path"], None)
    elif "metaData" in action:
        state.metadata = action["metaData"]
    elif "protocol" in action:
        state.protocol = action["protocol"]
