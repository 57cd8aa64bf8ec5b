"""Which names does a source make, where can they be seen, and who reads them?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lakewright.templates.language.scan import Kind, Scan, Tag, TagKind, Token, scan

# Statement -> the word that ends it.
ENDS = {
    "if": "endif",
    "for": "endfor",
    "macro": "endmacro",
    "call": "endcall",
    "filter": "endfilter",
    "set": "endset",
    "with": "endwith",
    "block": "endblock",
    "raw": "endraw",
}
MIDDLES = {"elif": ("if",), "else": ("if", "for")}
# What `set` inside of these makes is not seen outside.
_SCOPES = frozenset({"for", "macro", "call", "filter", "with", "block", "set"})
KEYWORDS = frozenset(
    """
    and or not in is if else true false none True False None recursive as import from
    with without context ignore missing elif
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Block:
    """A statement with an end.

    Attributes:
        start, end: Offsets from its opening braces to behind its end's braces; to the end of the
            block around it when nobody ended it.
        middles: Its `elif` and `else` tags.
    """

    word: str
    opening: Tag
    start: int
    end: int
    parent: int
    depth: int
    closing: Tag | None = None
    middles: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True)
class Binding:
    """A name that the source makes.

    Attributes:
        kind: `loop`, `set`, `macro`, `parameter`, `import` (a whole file) or `imported` (one of
            its macros).
        start, end: Offsets of the name where it is made.
        since, until: Between these offsets it can be seen.
        value: What it is made of: the tokens behind `=` or `in`.
        file: The macro file of an import; `imported_as` the name there.
        index: Position among several targets; -1 when it is the only one.
    """

    name: str
    kind: str
    start: int
    end: int
    since: int
    until: int
    value: tuple[Token, ...] = ()
    file: str = ""
    imported_as: str = ""
    index: int = -1
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A name that is read or made; `binding` is None when the source does not make it."""

    name: str
    start: int
    end: int
    binding: Binding | None
    makes: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """Everything about the names of a source."""

    scan: Scan
    blocks: tuple[Block, ...]
    bindings: tuple[Binding, ...]
    occurrences: tuple[Occurrence, ...]

    def seen_at(self, offset: int) -> dict[str, Binding]:
        """What a source has made that can be read at an offset; inner names win."""
        found: dict[str, Binding] = {}
        for binding in sorted(self.bindings, key=lambda b: b.since):
            if binding.since <= offset <= binding.until:
                found[binding.name] = binding
        return found

    def at(self, offset: int) -> Occurrence | None:
        """The name around an offset."""
        for found in self.occurrences:
            if found.start <= offset <= found.end:
                return found
        return None

    def open_at(self, offset: int) -> Block | None:
        """The innermost block around an offset that still waits for its end there."""
        around = [b for b in self.blocks if b.opening.end <= offset <= b.end]
        return max(around, key=lambda b: b.start, default=None)


@lru_cache(maxsize=64)
def names_of(source: str) -> Names:
    """Read the names of a source; any text has an answer."""
    scanned = scan(source)
    blocks = tuple(_blocks(scanned))
    bindings = tuple(_bindings(scanned, blocks))
    return Names(scanned, blocks, bindings, tuple(_occurrences(scanned, bindings)))


def _blocks(scanned: Scan) -> list[Block]:
    found: list[Block] = []
    opened: list[int] = []
    middles: dict[int, list[Tag]] = {}
    closing: dict[int, Tag] = {}
    ends = {end: word for word, end in ENDS.items()}
    for tag in scanned.tags:
        word = tag.word
        if word in ENDS and not (word == "set" and _has_value(tag)):
            parent = opened[-1] if opened else -1
            opened.append(len(found))
            found.append(Block(word, tag, tag.start, len(scanned.source), parent, len(opened)))
        elif word in MIDDLES:
            for index in reversed(opened):
                if found[index].word in MIDDLES[word]:
                    middles.setdefault(index, []).append(tag)
                    break
        elif word in ends:
            mine = [i for i in opened if found[i].word == ends[word]]
            if mine:
                closing[mine[-1]] = tag
                # Blocks inside that nobody ended end here too.
                del opened[opened.index(mine[-1]) :]
    whole: list[Block] = []
    for index, block in enumerate(found):
        last = closing.get(index)
        end = last.end if last is not None else _end_of(found, closing, block.parent, scanned)
        whole.append(
            Block(
                block.word,
                block.opening,
                block.start,
                end,
                block.parent,
                block.depth,
                last,
                tuple(middles.get(index, ())),
            )
        )
    return whole


def _end_of(found: list[Block], closing: dict[int, Tag], parent: int, scanned: Scan) -> int:
    while parent >= 0:
        if parent in closing:
            return closing[parent].start
        parent = found[parent].parent
    return len(scanned.source)


def _has_value(tag: Tag) -> bool:
    return any(token.text == "=" for token in tag.tokens)


def _scope_end(blocks: Sequence[Block], offset: int, *, inside: Tag | None = None) -> int:
    """Where the nearest scope around an offset ends."""
    around = [
        block
        for block in blocks
        if block.word in _SCOPES
        and block.start <= offset < block.end
        and (inside is None or block.opening is not inside)
    ]
    return min((block.end for block in around), default=1 << 60)


def _bindings(scanned: Scan, blocks: Sequence[Block]) -> Iterator[Binding]:
    by_tag = {id(block.opening): block for block in blocks}
    for tag in scanned.tags:
        tokens = tag.tokens
        block = by_tag.get(id(tag))
        inner_end = block.end if block is not None else len(scanned.source)
        outer_end = _scope_end(blocks, tag.start, inside=tag)
        match tag.word:
            case "for":
                cut = _position(tokens, "in")
                targets = _plain_names(tokens[1:cut])
                value = tokens[cut + 1 :]
                stop = _position(value, "if")
                # A condition behind the list sees the name as the body does.
                since = value[stop].end if stop < len(value) else tag.end
                for index, token in enumerate(targets):
                    yield Binding(
                        token.text, "loop", token.start, token.end, since, inner_end,
                        value[:stop], index=index if len(targets) > 1 else -1,
                    )  # fmt: skip
            case "set":
                cut = _position(tokens, "=")
                made = tokens[1:cut]
                targets = [token for token in made if token.kind is Kind.NAME]
                dotted = any(token.text == "." for token in made)
                if cut == len(tokens):
                    targets = targets[:1]
                for index, token in enumerate([] if dotted else targets):
                    since = tag.end if block is None else inner_end
                    yield Binding(
                        token.text, "set", token.start, token.end, since, outer_end,
                        tokens[cut + 1 :], index=index if len(targets) > 1 else -1,
                    )  # fmt: skip
            case "macro" | "call":
                named = tag.word == "macro" and len(tokens) > 1 and tokens[1].kind is Kind.NAME
                signature = scanned.source[tokens[1].start : tag.inner_end].strip() if named else ""
                if named:
                    yield Binding(
                        tokens[1].text, "macro", tokens[1].start, tokens[1].end, tag.start,
                        outer_end, signature=signature,
                    )  # fmt: skip
                opening = 2 if named else 1
                if tag.word == "macro" or (len(tokens) > 1 and tokens[1].text == "("):
                    for token in _parameters(tokens[opening:]):
                        yield Binding(
                            token.text, "parameter", token.start, token.end, tag.end, inner_end
                        )
            case "with":
                for index, token in enumerate(tokens[1:], start=1):
                    after = tokens[index + 1].text if index + 1 < len(tokens) else ""
                    if token.kind is Kind.NAME and after == "=":
                        yield Binding(
                            token.text, "set", token.start, token.end, tag.end, inner_end,
                            tokens[index + 2 :],
                        )  # fmt: skip
            case "import":
                file = _text_of(tokens[1]) if len(tokens) > 1 else ""
                cut = _position(tokens, "as")
                for token in tokens[cut + 1 : cut + 2]:
                    yield Binding(
                        token.text, "import", token.start, token.end, tag.end, outer_end, file=file
                    )
            case "from":
                yield from _imported(tag, outer_end)


def _imported(tag: Tag, until: int) -> Iterator[Binding]:
    tokens = tag.tokens
    file = _text_of(tokens[1]) if len(tokens) > 1 else ""
    index = _position(tokens, "import") + 1
    while index < len(tokens):
        token = tokens[index]
        if token.kind is not Kind.NAME or token.text in ("with", "without"):
            index += 1
            if token.text in ("with", "without"):
                return
            continue
        made = token
        if index + 2 < len(tokens) and tokens[index + 1].text == "as":
            made = tokens[index + 2]
            index += 2
        yield Binding(
            made.text, "imported", made.start, made.end, tag.end, until,
            file=file, imported_as=token.text,
        )  # fmt: skip
        index += 1


def _position(tokens: Sequence[Token], text: str) -> int:
    """Index of the first such token outside of brackets; the number of tokens when none is."""
    depth = 0
    for index, token in enumerate(tokens):
        if token.kind is Kind.OPERATOR and token.text in "([{":
            depth += 1
        elif token.kind is Kind.OPERATOR and token.text in ")]}":
            depth -= 1
        elif token.text == text and depth <= 0 and token.kind is not Kind.STRING:
            return index
    return len(tokens)


def _plain_names(tokens: Sequence[Token]) -> list[Token]:
    return [token for token in tokens if token.kind is Kind.NAME and token.text not in KEYWORDS]


def _parameters(tokens: Sequence[Token]) -> Iterator[Token]:
    """The names of `(a, b=1)`, without what is in their defaults."""
    depth, fresh = 0, False
    for token in tokens:
        if token.kind is Kind.OPERATOR and token.text in "([{":
            depth += 1
            fresh = depth == 1
        elif token.kind is Kind.OPERATOR and token.text in ")]}":
            depth -= 1
            if depth == 0:
                return
        elif token.text == "," and depth == 1:
            fresh = True
        elif token.kind is Kind.NAME and depth == 1 and fresh:
            fresh = False
            yield token


def _text_of(token: Token) -> str:
    return token.text.strip("\"'") if token.kind is Kind.STRING else ""


def is_attribute(tokens: Sequence[Token], index: int) -> bool:
    """Whether a name is a field, a filter or a test instead of a name of its own."""
    if index == 0:
        return False
    before = tokens[index - 1].text
    if before in (".", "|", "is"):
        return True
    return before == "not" and index > 1 and tokens[index - 2].text == "is"


def _occurrences(scanned: Scan, bindings: Sequence[Binding]) -> Iterator[Occurrence]:
    made = {(binding.start, binding.end): binding for binding in bindings}
    by_name: dict[str, list[Binding]] = {}
    for binding in bindings:
        by_name.setdefault(binding.name, []).append(binding)
    for tag in scanned.tags:
        first = 1 if tag.kind is TagKind.STATEMENT else 0
        if tag.word in ("block", "endblock", "endmacro", "endcall"):
            continue  # what stands there names no value
        skip_until = len(tag.tokens) if tag.word == "from" else 0
        depth = 0
        for index, token in enumerate(tag.tokens):
            if token.kind is Kind.OPERATOR:
                depth += (token.text in "([{") - (token.text in ")]}")
            if token.kind is not Kind.NAME or index < first:
                continue
            own = made.get((token.start, token.end))
            if own is not None:
                yield Occurrence(token.text, token.start, token.end, own, makes=True)
                continue
            after = tag.tokens[index + 1].text if index + 1 < len(tag.tokens) else ""
            if (
                index < skip_until
                or token.text in KEYWORDS
                or is_attribute(tag.tokens, index)
                or (after == "=" and depth > 0)
                or (tag.word == "filter" and index == 1)
            ):
                continue
            seen = [
                binding
                for binding in by_name.get(token.text, ())
                if binding.since <= token.start <= binding.until
            ]
            nearest = max(seen, key=lambda b: b.since, default=None)
            yield Occurrence(token.text, token.start, token.end, nearest)


def same_thing(names: Names, binding: Binding) -> list[Occurrence]:
    """Every occurrence of what a binding makes; a name set twice in one scope is one thing."""
    kinds = ("set",) if binding.kind == "set" else (binding.kind,)
    family = {
        other.start
        for other in names.bindings
        if other.name == binding.name and other.kind in kinds and other.until == binding.until
    } | {binding.start}
    return [
        found
        for found in names.occurrences
        if found.binding is not None and found.binding.start in family
    ]
