"""The template editor in Chromium: from a key press to the repainted preview.

Beside it, the bare compile and render of the same sources in the same run. Needs the web app
(`make build-web`), Node and Chromium.
"""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.browser import asked_of_chromium, refuse_without_web_app
from benchmarks.measure import Figure, percentile
from benchmarks.serving import Client, Site, lakewright_site

REPOSITORY = Path(__file__).parents[1]
BRIEF = REPOSITORY / "tests" / "fixtures" / "brief" / "delta_table_creation.yaml"
LONG_LINES = 475
SOON_MS = 150.0


def measure(keys: int) -> Iterator[Figure]:
    """Latency of `keys` key presses in each template."""
    refuse_without_web_app()
    root = Path(tempfile.mkdtemp(prefix="lakewright-bench-"))
    # As root the database runs as somebody else, who has to get in.
    root.chmod(0o711)
    try:
        with lakewright_site(root) as site:
            texts = {"brief": _brief(), "long": _long()}
            asked = asyncio.run(_prepared(site, texts)) | {
                "templates": list(texts),
                "keys": keys,
            }
            times = asked_of_chromium("editor.mjs", asked)
    finally:
        shutil.rmtree(root, ignore_errors=True)
    for name, text in texts.items():
        title = f"Editor, {_source(text).count(chr(10))} lines"
        bare = _bare(text, keys)
        seen = times[name]
        target = SOON_MS if name == "brief" else None
        yield Figure(title, "key press to repainted preview, p50", percentile(seen, 0.5), "ms",
                     target, tuple(seen))  # fmt: skip
        yield Figure(title, "key press to repainted preview, p95", percentile(seen, 0.95), "ms")
        yield Figure(title, "bare compile and render, p50", percentile(bare, 0.5), "ms")
        yield Figure(
            title,
            "key press to preview beyond the bare render, p50",
            percentile(seen, 0.5) - percentile(bare, 0.5),
            "ms",
        )


def _brief() -> str:
    return BRIEF.read_text(encoding="utf-8").replace("template_001", "brief")


def _long() -> str:
    """A template of 475 lines that uses most of the language."""
    from lakewright.templates.library import builtin_templates
    from lakewright.templates.yaml_codec import new_template_text

    template = builtin_templates()["managed_delta_table"]
    lines = template.content.rstrip("\n").split("\n")
    piece = (
        "SELECT count(*) AS rows",
        "FROM {{ table | table_name }}",
        "WHERE {{ columns[0].name | ident }} IS NOT NULL;",
    )
    while len(lines) + len(piece) <= LONG_LINES:
        lines += piece
    content = "\n".join(lines) + "\n"
    return new_template_text(
        replace(template, id="long", name="Long", content=content, builtin=False, file="")
    )


async def _prepared(site: Site, texts: dict[str, str]) -> dict[str, Any]:
    """The demo user's session, and the templates in the demo workspace."""
    client = Client(site)
    session = await client.json("POST", "/auth/v1/demo", {})
    client.close()
    signed = replace(site, token=session["access_token"])
    client = Client(signed)
    [workspace] = (await client.json("GET", "/api/v1/workspaces"))["items"]
    for name, text in texts.items():
        await client.json(
            "POST",
            f"/api/v1/workspaces/{workspace['id']}/documents",
            {"kind": "template", "id": name, "text": text},
        )
    client.close()
    return {
        "url": f"http://127.0.0.1:{site.port}",
        "session": session,
        "slug": workspace["slug"],
    }


def _source(text: str) -> str:
    from lakewright.templates.yaml_codec import read_templates

    return read_templates(text).templates[0].content


def _bare(text: str, rounds: int) -> list[float]:
    """Milliseconds to compile and render without anything around it, each source new."""
    from lakewright.templates.environment import builtin_macros, make_environment
    from lakewright.templates.samples import sample_bindings
    from lakewright.templates.yaml_codec import read_templates

    template = read_templates(text).templates[0]
    bindings = sample_bindings(template)
    environment = make_environment(builtin_macros())
    found = []
    for number in range(rounds + 3):
        source = f"-- {'x' * number}\n{template.content}"
        began = time.perf_counter()
        environment.from_string(source).render(**bindings)
        found.append((time.perf_counter() - began) * 1000)
    return found[3:]
