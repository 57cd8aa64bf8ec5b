"""The canvas in Chromium with large models: opening, panning and dragging.

Beside it, in the same run, a page of 1,500 plain elements that is panned the same way. Needs the
web app (`make build-web`), Node and Chromium.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.browser import asked_of_chromium, refuse_without_web_app
from benchmarks.measure import Figure, percentile
from benchmarks.serving import Client, Site, lakewright_site

# design/quality.md: nodes -> milliseconds until they are drawn.
MOUNT_MS = {1_000: 500.0, 5_000: 1_000.0}
FRAME_MS = 33.0
MOST_ELEMENTS = 1_500.0
_A_ROW = 25


def measure(rounds: int) -> Iterator[Figure]:
    """Open each model `rounds` times, then pan and drag in it."""
    refuse_without_web_app()
    root = Path(tempfile.mkdtemp(prefix="lakewright-bench-"))
    # As root the database runs as somebody else, who has to get in.
    root.chmod(0o711)
    try:
        with lakewright_site(root) as site:
            asked = asyncio.run(_prepared(site)) | {"rounds": rounds}
            found = asked_of_chromium("canvas.mjs", asked)
    finally:
        shutil.rmtree(root, ignore_errors=True)
    floor = percentile(found["floor"], 0.95)
    yield Figure("Canvas", "frame of 1,500 plain elements that are panned, p95", floor, "ms")
    for nodes, target in MOUNT_MS.items():
        of, title = found[_name(nodes)], f"Canvas, {nodes:,} nodes"
        yield Figure(title, "click in the list to the drawing, p50",
                     percentile(of["opened"], 0.5), "ms", None, tuple(of["opened"]))  # fmt: skip
        yield Figure(title, "answer to the drawing, p50",
                     percentile(of["drawn"], 0.5), "ms", target, tuple(of["drawn"]))  # fmt: skip
        for key, words in (
            ("far", "pan from afar"),
            ("near", "pan from near"),
            ("dragged", "drag a card"),
        ):
            frame = percentile(of[key], 0.95)
            yield Figure(title, f"{words}, frame p95", frame, "ms", FRAME_MS)
            yield Figure(title, f"{words}, times the plain elements' frame", frame / floor, "x")
        yield Figure(title, "elements in the page", of["elements"], "", MOST_ELEMENTS)


def _name(nodes: int) -> str:
    return f"Large {nodes}"


def _model(nodes: int) -> str:
    """Rows of 25 nodes that flow from left to right."""
    lines = [
        "data_models:",
        f"  - id: large_{nodes}",
        f"    name: {_name(nodes)}",
        "    nodes:",
    ]
    for number in range(nodes):
        x, y = number % _A_ROW * 288, number // _A_ROW * 96
        lines.append(
            f"      - {{id: n{number}, type: select_transform, name: Step {number},"
            f" position: {{x: {x}, y: {y}}}}}"
        )
    lines.append("    edges:")
    lines += [
        f"      - {{source: n{number - 1}, target: n{number}}}"
        for number in range(1, nodes)
        if number % _A_ROW
    ]
    return "\n".join(lines) + "\n"


async def _prepared(site: Site) -> dict[str, Any]:
    """The demo user's session, and the models in the demo workspace."""
    client = Client(site)
    session = await client.json("POST", "/auth/v1/demo", {})
    client.close()
    client = Client(replace(site, token=session["access_token"]))
    [workspace] = (await client.json("GET", "/api/v1/workspaces"))["items"]
    for nodes in MOUNT_MS:
        await client.json(
            "POST",
            f"/api/v1/workspaces/{workspace['id']}/documents",
            {"kind": "model", "id": f"large_{nodes}", "text": _model(nodes)},
        )
    client.close()
    return {
        "url": f"http://127.0.0.1:{site.port}",
        "session": session,
        "slug": workspace["slug"],
        "models": [_name(nodes) for nodes in MOUNT_MS],
    }
