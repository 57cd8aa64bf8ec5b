"""Find templates among the built-in ones and a repository's own."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from lakewright.operations.metadata import Metadata, Shared
from lakewright.templates.search import Hit, Hits, Query, TemplateIndex

_MOST_KEPT = 32
_kept: OrderedDict[str, TemplateIndex] = OrderedDict()
_lock = threading.Lock()


def search_templates(metadata: Metadata, query: Query, *, limit: int = 20, offset: int = 0) -> Hits:
    """The best matches of the whole library first."""
    return index_of(metadata.shared).search(query, limit=limit, offset=offset)


def index_of(shared: Shared) -> TemplateIndex:
    """The library made ready for searching; kept until the repository's templates change."""
    with _lock:
        found = _kept.get(shared.fingerprint)
        if found is None:
            found = _kept[shared.fingerprint] = TemplateIndex(shared.library.templates.values())
        _kept.move_to_end(shared.fingerprint)
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
        return found


def hits_as_json(hits: Hits) -> dict[str, Any]:
    """What was found, the same at every door."""
    facets: Mapping[str, Mapping[str, int]] = hits.facets
    return {
        "items": [_hit(hit) for hit in hits.items],
        "total": hits.total,
        "facets": {name: dict(counts) for name, counts in facets.items()},
    }


def _hit(hit: Hit) -> dict[str, Any]:
    template = hit.template
    return {
        "id": template.id,
        "name": template.name,
        "category": template.category,
        "description": template.description,
        "version": template.version,
        "output_type": template.output_type,
        "requires": template.requires,
        "tags": list(template.tags),
        "node_types": list(dict.fromkeys(fit.node_type for fit in template.fits)),
        "builtin": template.builtin,
        "score": hit.score,
    }
