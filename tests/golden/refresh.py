"""Writes the golden files of the built-in templates anew.

Run `python -m tests.golden.refresh` from the root of the repository after changing a built-in
template, and read the difference before committing it: it is what people will get. Names of
templates limit it to these: `python -m tests.golden.refresh merge_upsert grants`.

A folder `templates/<id>/` holds `expected.*` (the samples and the variations as their author
switched them), `all_variations.*` (everything on), `home_catalog.*` (as expected, with the
catalog given by the job) and `undo.sql` when the template can be undone. Each of the
template's own examples has a file of its own. Python goldens end in `.py.txt`, so that linters
and type checkers of this repository leave them alone.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from lakewright.templates.library import builtin_templates
from tests.templates.builtin_renders import (
    SUFFIXES,
    TEMPLATE_IDS,
    bindings_of,
    full_selection,
    given_values,
    own_selection,
    rendered,
    rendered_undo,
)

FOLDER = Path(__file__).parent / "templates"


def golden_files(template_id: str) -> Iterator[tuple[str, str]]:
    """Name and text of each golden file of a template."""
    template = builtin_templates()[template_id]
    suffix = SUFFIXES[template.output_type].replace(".py", ".py.txt")
    own, full = own_selection(template), full_selection(template)
    samples = bindings_of(template, own)
    at_home = bindings_of(template, own, home_catalog="main")
    texts = rendered(template, [samples, bindings_of(template, full), at_home])
    yield f"expected{suffix}", texts[0]
    if texts[1] != texts[0]:
        yield f"all_variations{suffix}", texts[1]
    if texts[2] != texts[0]:
        yield f"home_catalog{suffix}", texts[2]
    for example in template.examples:
        values = given_values(template, example.values)
        selection = {**own, **example.variations}
        [text] = rendered(template, [bindings_of(template, selection, values=values)])
        yield f"{example.name}{suffix}", text
    if template.undo:
        yield "undo.sql", rendered_undo(template, samples)


def refresh(template_id: str) -> None:
    """Make the folder hold exactly the golden files."""
    folder = FOLDER / template_id
    folder.mkdir(parents=True, exist_ok=True)
    wanted = dict(golden_files(template_id))
    for stale in folder.iterdir():
        if stale.name not in wanted:
            stale.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    for chosen in sys.argv[1:] or TEMPLATE_IDS:
        refresh(chosen)
