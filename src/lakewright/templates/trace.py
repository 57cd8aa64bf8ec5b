"""The source map: which template line printed each piece of the output."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import GeneratorType
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame

from lakewright.ports import Span
from lakewright.templates.environment import (
    MAX_OUTPUT_BYTES,
    TemplateEnvironment,
    output_too_long,
)
from lakewright.templates.tokens import Printed, printed_expressions, tokenize

_LINE = re.compile(r"[^\n]*\n|[^\n]+")

MOST_SPANS = 100_000  # what comes behind them is credited to the last one

# The name under which a traced module keeps its map; no template name can reach it.
_MAP = "lakewright_line_map"


class TracedGenerator(CodeGenerator):
    """Jinja's compiler, remembering which template line each `yield` stands for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line_map: dict[int, tuple[int, str, int]] = {}

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:
        super().visit_Output(node, frame)
        if frame.buffer is None and len(node.nodes) == 1:
            # One child makes one `yield` on one line of code: the line written last.
            expression, column = getattr(node, "printed", ("", 0))
            self.line_map[self.code_lineno] = (node.lineno, expression, column)


class TracedEnvironment(TemplateEnvironment):
    """The same language, compiled so that each printed piece has a code line of its own.

    Includes and imports are loaded through this environment too, so they are traced alike.
    """

    code_generator_class = TracedGenerator

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _split_outputs(tree, iter(list(printed_expressions(tokenize(self, source)))))
        return tree

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,
    ) -> str:
        generator = self.code_generator_class(
            self, name, filename, None, defer_init, self.optimized
        )
        generator.visit(source)
        code = generator.stream.getvalue()  # type: ignore[attr-defined]
        return f"{code}\n{_MAP} = {generator.line_map!r}"


def _split_outputs(parent: nodes.Node, printed: Iterator[Printed]) -> None:
    """Replace each Output below `parent` by one Output per expression and per line of text.

    Walks in the order of the source, because `printed` comes in that order.
    """
    for field, value in parent.iter_fields():
        if not isinstance(value, list):
            continue
        split: list[Any] = []
        for item in value:
            if isinstance(item, nodes.Output):
                split += _pieces(item, printed)
                continue
            if isinstance(item, nodes.Stmt):
                _split_outputs(item, printed)
            split.append(item)
        setattr(parent, field, split)


def _pieces(output: nodes.Output, printed: Iterator[Printed]) -> Iterator[nodes.Output]:
    for child in output.nodes:
        if not isinstance(child, nodes.TemplateData):
            piece = nodes.Output([child], lineno=child.lineno)
            tag = next(printed, Printed("", 0, 0))
            piece.printed = (tag.expression, tag.column)  # type: ignore[attr-defined]
            yield piece
            continue
        # Not `splitlines`: Jinja counts `\n` only, other separators are ordinary text to it.
        for number, line in enumerate(_LINE.findall(child.data)):
            data = nodes.TemplateData(line, lineno=child.lineno + number)
            yield nodes.Output([data], lineno=data.lineno)


def run_traced(
    template: jinja2.Template, bindings: Mapping[str, Any]
) -> tuple[str, tuple[Span, ...]]:
    """Print a template that a `TracedEnvironment` loaded, with the place of each piece.

    What a macro prints is credited to the line that calls it; what an include prints, to the
    included file.

    Returns:
        The same text that `environment.run` gives, and spans that cover it without gaps.
    """
    name = template.name or ""
    generator = template.root_render_func(template.new_context(dict(bindings)))
    pieces: list[str] = []
    spans: list[Span] = []
    size = 0
    for piece in generator:
        if not piece:
            continue
        if size + len(piece) > MAX_OUTPUT_BYTES:
            raise output_too_long()
        pieces.append(piece)
        origin = _origin(generator, name)
        last = spans[-1] if spans else None
        if last and (
            origin == (last.name, last.line, last.expression, last.column)
            or len(spans) >= MOST_SPANS
        ):
            spans[-1] = replace(last, end=size + len(piece))
        else:
            spans.append(Span(size, size + len(piece), *origin))
        size += len(piece)
    return "".join(pieces), tuple(spans)


def _origin(generator: Iterator[str], name: str) -> tuple[str, int, str, int]:
    """Name, line, expression and column of the `yield` at which the innermost generator waits."""
    place, line = name, 0
    inner: Any = generator
    while isinstance(inner, GeneratorType) and inner.gi_frame is not None:
        frame = inner.gi_frame
        template = frame.f_globals.get("__jinja_template__")
        if isinstance(template, jinja2.Template):
            place = template.name or name
            line = template.get_corresponding_lineno(frame.f_lineno)
        found = frame.f_globals.get(_MAP, {}).get(frame.f_lineno)
        if found is not None:
            return place, *found
        # A block is reached through `yield from`, an include through a loop over `gen`.
        inner = inner.gi_yieldfrom or frame.f_locals.get("gen")
    return place, line, "", 0


def line_of(
    spans: Sequence[Span], text: str, output_line: int, output_column: int = 0
) -> tuple[str, int]:
    """The template line that printed a place of the output.

    Args:
        output_line: 1-based.
        output_column: 1-based; 0 asks for the first visible character of the line.

    Returns:
        Source name and 1-based line; `("", 0)` when there are no spans.
    """
    found = span_of(spans, text, output_line, output_column)
    return ("", 0) if found is None else (found.name, found.line)


def span_of(
    spans: Sequence[Span], text: str, output_line: int, output_column: int = 0
) -> Span | None:
    """The piece that covers a place of the output; None when there are no spans."""
    if not spans:
        return None
    start = 0
    for _ in range(output_line - 1):
        start = text.find("\n", start) + 1
        if start == 0:
            return spans[-1]
    end = text.find("\n", start)
    line = text[start : end if end >= 0 else len(text)]
    if output_column:
        offset = min(start + output_column - 1, start + len(line))
    else:
        offset = start + len(line) - len(line.lstrip())
    index = bisect_right([span.start for span in spans], offset) - 1
    return spans[max(0, index)]
