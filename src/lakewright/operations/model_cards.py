"""What does a list of models show of each: where it is kept, how it looks, how it fares?"""

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lakewright.datamodel.checks import check_model
from lakewright.datamodel.drawing import family_of
from lakewright.datamodel.model import DataModel
from lakewright.datamodel.picture import sketch
from lakewright.datamodel.yaml_codec import read_models
from lakewright.diagnostics import Severity
from lakewright.errors import LakewrightError
from lakewright.operations.metadata import layout_of
from lakewright.ports import MetadataRepository, RepositoryFile, VersionedRepository

MOST_PICTURED = 300  # nodes; more cannot be told apart in a picture of this size
_PAGE = 200


@dataclass(frozen=True, slots=True)
class Miniature:
    """A drawing that fits on a card.

    Attributes:
        nodes: x, y (canvas units, from 0) and the family; of a node of unknown type "".
        edges: Positions in `nodes`.
    """

    nodes: tuple[tuple[int, int, str], ...]
    edges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A model in a list.

    Attributes:
        version: Of the document that holds it.
        owner, version_label: As the model's metadata say.
        problems: Severity -> how many findings.
    """

    id: str
    name: str
    description: str
    path: str
    version: str
    tags: tuple[str, ...]
    owner: str
    version_label: str
    node_count: int
    edge_count: int
    problems: Mapping[str, int]
    picture: Miniature


@dataclass(frozen=True, slots=True)
class Change:
    """The commit that gave a document its content."""

    at: datetime
    by: str


class KnownCards:
    """Cards by the version of their document, so that a list looks at each text once.

    Losing it costs time only. Versions are hashes of content, so that repositories share.

    Args:
        most: How many documents are kept; those that rested longest go first.
    """

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, str], tuple[ModelCard, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, repository: MetadataRepository, file: RepositoryFile) -> tuple[ModelCard, ...]:
        """The cards of one document; none when it cannot be read."""
        key = (file.path, file.version)
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        found = _cards(repository, file)
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return found


def _cards(repository: MetadataRepository, file: RepositoryFile) -> tuple[ModelCard, ...]:
    try:
        text = repository.read(file.path)
    except LakewrightError:  # gone, or too large: its place in the list of documents stays
        return ()
    read = read_models(text, file.path)
    broken = Counter(found.severity for found in read.diagnostics)
    cards = []
    for number, model in enumerate(read.models):
        # What is wrong with the document itself is told once.
        problems = Counter(found.severity for found in check_model(model))
        problems += broken if number == 0 else Counter()
        cards.append(_card(model, file, problems))
    return tuple(cards)


def _card(model: DataModel, file: RepositoryFile, problems: Mapping[Severity, int]) -> ModelCard:
    def said(*keys: str) -> str:
        values = (model.metadata.get(key) for key in keys)
        return next((value for value in values if isinstance(value, str) and value), "")

    return ModelCard(
        id=model.id,
        name=model.name or model.id,
        description=model.description,
        path=file.path,
        version=file.version,
        tags=model.tags,
        owner=said("owner", "created_by"),
        version_label=said("version"),
        node_count=len(model.nodes),
        edge_count=len(model.edges),
        problems={severity.value: problems.get(severity, 0) for severity in Severity},
        picture=miniature(model),
    )


def miniature(model: DataModel) -> Miniature:
    """The first nodes of a model and the edges between them."""
    nodes = list({node.id: node for node in model.nodes}.values())[:MOST_PICTURED]
    place = {node.id: number for number, node in enumerate(nodes)}
    edges = dict.fromkeys(
        (place[edge.source], place[edge.target])
        for edge in model.edges
        if edge.source in place and edge.target in place
    )
    shown = DataModel(
        model.id,
        nodes=tuple(nodes),
        edges=tuple(e for e in model.edges if e.source in place and e.target in place),
    )
    return Miniature(
        tuple(
            (round(x), round(y), family.value if (family := family_of(node)) else "")
            for node, (x, y, _, _) in zip(nodes, sketch(shown).boxes, strict=True)
        ),
        tuple(edges),
    )


def list_cards(repository: VersionedRepository, known: KnownCards) -> list[ModelCard]:
    """The models of the newest commit, by path and in the order of their document."""
    now = repository.at(repository.head())
    return [card for file in layout_of(now.files()).models for card in known.of(now, file)]


@dataclass(slots=True)
class _Walked:
    head: str = ""
    changes: dict[str, Change] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


class LastChanges:
    """Who changed which document last: one walk over the history for all of them.

    The walk goes on where it ended: after a save it looks at one commit.

    Args:
        most: How many repositories are kept.
        most_commits: How far back a first walk goes; older documents have no known change.
    """

    def __init__(self, most: int = 64, most_commits: int = 20_000) -> None:
        self._most = most
        self._most_commits = most_commits
        self._kept: OrderedDict[str, _Walked] = OrderedDict()
        self._lock = threading.Lock()

    def of(
        self, key: str, repository: VersionedRepository, paths: Iterable[str]
    ) -> Mapping[str, Change]:
        """Path -> its last change.

        Args:
            key: Names the repository: the workspace's id.
            paths: All that matter now; the walk ends when all of them are found.
        """
        with self._lock:
            walked = self._kept.setdefault(key, _Walked())
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        with walked.lock:
            return self._walk(walked, repository, set(paths))

    def _walk(
        self, walked: _Walked, repository: VersionedRepository, wanted: set[str]
    ) -> Mapping[str, Change]:
        head = repository.head()
        if head == walked.head:
            return walked.changes
        found: dict[str, Change] = {}
        missing = set(wanted)
        cursor, looked_at = "", 0
        while missing and looked_at < self._most_commits:
            page = repository.history("", _PAGE, cursor)
            if looked_at == 0 and page.commits:
                head = page.commits[0].id
            for commit in page.commits:
                if commit.id == walked.head:
                    # Everything below has been walked before.
                    missing.clear()
                    break
                change = Change(commit.at, commit.author.name)
                for path in commit.versions:
                    found.setdefault(path, change)
                    missing.discard(path)
            looked_at += len(page.commits)
            cursor = page.cursor
            if not cursor:
                break
        walked.changes = {**walked.changes, **found}
        walked.head = head
        return walked.changes
