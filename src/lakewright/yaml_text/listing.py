"""Which items does a file hold that is a mapping with one list in it?"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from lakewright.diagnostics import Severity, did_you_mean, shown
from lakewright.yaml_text.reading import Reading, Spot

VERSION = "schema_version"
Upgrade = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ListFile:
    """One kind of such files.

    Attributes:
        wrapper: The list's key.
        kind: Of an item, in one word: `model`.
        item: The same in full: `data model`.
        part: A key that shows that somebody wrote an item without its list.
        version: The newest schema version.
        upgrades: Version n -> what turns a whole file of it into one of version n + 1.
    """

    wrapper: str
    kind: str
    item: str
    part: str
    version: int
    upgrades: Mapping[int, Upgrade] = field(default_factory=lambda: MappingProxyType({}))

    def version_of(self, value: Mapping[str, Any]) -> Any:
        """What a file says its schema version is; the newest when it says nothing."""
        return value.get(VERSION, self.version)

    def items(self, value: Any, reading: Reading) -> Iterator[tuple[int, dict[str, Any]]]:
        """The mappings of the list with their positions; what is wrong around them is noted."""
        root = Spot()
        if value is None:
            reading.report(
                "empty-file",
                root,
                "The file is empty.",
                f"Write a list of {self.kind}s under '{self.wrapper}:', or delete the file.",
                severity=Severity.WARNING,
            )
            return
        if not isinstance(value, dict):
            reading.wrong_type(value, root, f"a mapping with the key '{self.wrapper}'")
            return
        if not self._version_is_known(value, reading):
            return
        for step in range(self.version_of(value), self.version):
            value = self.upgrades[step](value)
        if self.wrapper not in value:
            remedy = did_you_mean(next(iter(value), ""), [self.wrapper]).strip()
            if self.part in value:
                remedy = (
                    f"Put the {self.kind} under '{self.wrapper}:' as a list item ('- id: ...')."
                )
            reading.report(
                f"not-a-{self.kind}-file",
                root,
                f"The file has no '{self.wrapper}' key, so it holds no {self.item}.",
                remedy or f"Write a list of {self.kind}s under '{self.wrapper}:'.",
            )
            return
        reading.unknown_keys(value, (self.wrapper, VERSION), root)
        yield from reading.mappings(value[self.wrapper], root.to(self.wrapper))

    def _version_is_known(self, value: Mapping[str, Any], reading: Reading) -> bool:
        version = self.version_of(value)
        spot = Spot().to(VERSION)
        if isinstance(version, bool) or not isinstance(version, int) or version < 1:
            reading.wrong_type(version, spot, f"a whole number from 1 to {self.version}")
            return False
        if version > self.version:
            reading.report(
                "future-schema-version",
                spot,
                f"The file has schema version {shown(version, 30)}; this Lakewright reads versions "
                f"up to {self.version}.",
                "Upgrade Lakewright.",
            )
            return False
        return True
