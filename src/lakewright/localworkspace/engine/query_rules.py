"""Queries in the words that Sail understands: one rule a row, each a change of the parsed tree.

A query that no rule changes reaches the engine exactly as it was written. `RULES` is the table:
name, what it does, why it is needed, and an example that the tests run.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from lakewright.localworkspace.engine.errors import EngineError, unsupported


class Schemas(Protocol):
    """Asks the engine for the columns of a query: name -> type in capitals, in order."""

    def __call__(self, query: str) -> Sequence[tuple[str, str]]: ...


@dataclass(frozen=True, slots=True)
class SqlFunction:
    """A scalar function of the catalog that is written in SQL."""

    name: tuple[str, ...]
    arguments: tuple[tuple[str, str], ...]
    returns: str
    body: str


@dataclass
class Surroundings:
    """What a query may refer to beside tables.

    Attributes:
        constants: Function name in lower case -> SQL that stands for its value.
        groups: What `is_account_group_member` and `is_member` say yes to.
    """

    schemas: Schemas
    constants: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, SqlFunction] = field(default_factory=dict)
    groups: frozenset[str] = frozenset()


Change = Callable[[Any, Surroundings], bool]


@dataclass(frozen=True, slots=True)
class QueryRule:
    """One row of the table.

    Attributes:
        change: Edits one SELECT in place; says whether it did.
        example: A query that needs the rule and gives one row.
    """

    name: str
    what: str
    why: str
    change: Change
    example: str


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A query as the engine gets it, and the names of the rules that changed it."""

    text: str
    rules: tuple[str, ...]


def rewrite_query(text: str, around: Surroundings) -> Rewritten:
    """Apply every rule to every SELECT of a query, the innermost first.

    A text that sqlglot cannot read goes on unchanged: the engine's own parser has the last word.
    """
    from sqlglot.errors import SqlglotError

    from lakewright.sql.lineage import quiet_sqlglot

    try:
        tree = quiet_sqlglot().parse_one(text, read="databricks")
    except (SqlglotError, RecursionError):
        return Rewritten(text, ())
    root = _root(tree)
    _refuse_quiet_differences(root)
    applied: list[str] = []
    for select in list(_selects(root)):
        applied += [rule.name for rule in RULES if rule.change(select, around)]
    if not applied:
        return Rewritten(text, ())
    return Rewritten(_text_of(root.this), tuple(dict.fromkeys(applied)))


# Function in lower case -> what Sail answers otherwise. Nothing computes the right value there.
QUIET_DIFFERENCES: Mapping[str, str] = {
    "bround": "halves are rounded up, not to the even neighbour",
    "rint": "halves are rounded up, not to the even neighbour",
}


def _refuse_quiet_differences(tree: Any) -> None:
    from sqlglot import exp

    for node in tree.find_all(exp.Func):
        name = _function_name(node)
        if name in QUIET_DIFFERENCES:
            raise unsupported(f"{name}: {QUIET_DIFFERENCES[name]}", "Use round, or a workspace.")


def _function_name(node: Any) -> str:
    from sqlglot import exp

    return str(node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()


def _root(tree: Any) -> Any:
    """`tree` below a node that stays when the topmost SELECT is replaced."""
    from sqlglot import exp

    return exp.Paren(this=tree)


def _text_of(node: Any) -> str:
    return str(node.sql(dialect="spark"))


def _selects(node: Any) -> Iterator[Any]:
    """Every SELECT below `node`: what another may refer to comes before it."""
    from sqlglot import exp

    with_part = node.args.get("with_")
    children = [with_part] if with_part is not None else []
    children += [child for child in node.iter_expressions() if child is not with_part]
    for child in children:
        yield from _selects(child)
    if isinstance(node, exp.Select):
        yield node


# --- what several rules need ---


def _columns(select: Any, around: Surroundings) -> list[tuple[str, str]]:
    """The columns of a SELECT where it stands, with the WITH parts that it can see."""
    from sqlglot import exp

    query = select.copy()
    own = query.args.get("with_")
    names = {cte.alias.lower() for cte in own.expressions} if own is not None else set()
    seen: list[Any] = []
    inner: Any = select
    outer = select.parent
    while outer is not None:
        with_part = outer.args.get("with_") if not isinstance(outer, exp.With) else None
        if isinstance(outer, exp.With):
            at = next(i for i, cte in enumerate(outer.expressions) if cte is inner)
            before = outer.expressions[:at]
        elif with_part is not None and inner is not with_part:
            before = with_part.expressions
        else:
            before = []
        for cte in reversed(before):
            if cte.alias.lower() not in names:
                names.add(cte.alias.lower())
                seen.insert(0, cte.copy())
        inner, outer = outer, outer.parent
    for part in ("order", "limit"):
        query.set(part, None)
    if seen:
        query.set("with_", exp.With(expressions=[*seen, *(own.copy().expressions if own else [])]))
    return list(around.schemas(_text_of(query)))


def _source_columns(select: Any, around: Surroundings) -> list[tuple[str, str]]:
    """The columns that the FROM of a SELECT offers."""
    from sqlglot import exp

    probe = exp.Select(expressions=[exp.Star()])
    for part in ("from_", "joins", "laterals"):
        value = select.args.get(part)
        if value:
            copies = [v.copy() for v in value] if isinstance(value, list) else value.copy()
            probe.set(part, copies)
    probe.parent = select.parent
    return _columns(probe, around)


def _column(name: str) -> Any:
    from sqlglot import exp

    return exp.column(exp.to_identifier(name, quoted=True))


def _parsed(text: str) -> Any:
    from lakewright.sql.lineage import quiet_sqlglot

    return quiet_sqlglot().parse_one(text, read="databricks")


# --- rules ---


def name_what_the_session_knows(select: Any, around: Surroundings) -> bool:
    from sqlglot import exp

    changed = False
    for node in list(select.find_all(exp.Func)):
        if node.find_ancestor(exp.Select) is not select:
            continue
        name = _function_name(node)
        if name in ("is_account_group_member", "is_member"):
            first = node.expressions[0] if node.expressions else None
            if not (isinstance(first, exp.Literal) and first.is_string):
                raise unsupported(f"{name} of a computed group")
            node.replace(exp.Boolean(this=first.name in around.groups))
        elif name in around.constants and not node.expressions:
            node.replace(_parsed(around.constants[name]))
        else:
            continue
        changed = True
    for node in list(select.find_all(exp.Column)):
        if node.table or node.find_ancestor(exp.Select) is not select:
            continue
        if node.name.lower() in around.variables and not isinstance(node.this, exp.Star):
            node.replace(exp.paren(_parsed(around.variables[node.name.lower()])))
            changed = True
    return changed


def write_functions_out(select: Any, around: Surroundings) -> bool:
    from sqlglot import exp

    if not around.functions:
        return False
    changed = False
    for node in list(select.find_all(exp.Anonymous, exp.Dot)):
        if node.find_ancestor(exp.Select) is not select:
            continue
        if isinstance(node.parent, exp.Dot) or node.parent is None:
            continue
        call = node if isinstance(node, exp.Anonymous) else node.expression
        if not isinstance(call, exp.Anonymous):
            continue
        path = [] if node is call else [part.name for part in node.this.flatten()]
        found = around.functions.get(".".join([*path, call.name]).lower())
        if found is not None:
            node.replace(_called(found, call.expressions))
            changed = True
    return changed


def _called(function: SqlFunction, given: Sequence[Any]) -> Any:
    from sqlglot import exp

    if len(given) != len(function.arguments):
        raise EngineError(
            "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
            "42605",
            f"The `{'.'.join(function.name)}` requires {len(function.arguments)} parameters but "
            f"the actual number is {len(given)}.",
        )
    values = {
        name.lower(): exp.paren(exp.cast(value.copy(), kind, dialect="databricks"))
        for (name, kind), value in zip(function.arguments, given, strict=True)
    }
    body = exp.Paren(this=_parsed(function.body))
    for column in list(body.find_all(exp.Column)):
        last = column.name.lower()
        if last in values and column.table.lower() in ("", function.name[-1].lower()):
            column.replace(values[last].copy())
    return exp.cast(body, function.returns, dialect="databricks")


def group_by_all(select: Any, around: Surroundings) -> bool:
    from sqlglot import exp

    group = select.args.get("group")
    if group is None:
        return False
    named_all = [
        node
        for node in group.expressions
        if isinstance(node, exp.Column) and node.name.upper() == "ALL" and not node.table
    ]
    if not (group.args.get("all") or (len(group.expressions) == 1 and named_all)):
        return False
    keys: list[Any] = []
    for item in select.selects:
        value = item.this if isinstance(item, exp.Alias) else item
        if isinstance(value, exp.Star) or (
            isinstance(value, exp.Column) and isinstance(value.this, exp.Star)
        ):
            raise unsupported("GROUP BY ALL together with a star", "Name the columns.")
        if not _aggregates(value):
            keys.append(value.copy())
    select.set("group", exp.Group(expressions=keys) if keys else None)
    return True


def _aggregates(node: Any) -> bool:
    """Whether an aggregate function is called in `node`, not as a window and not in a subquery."""
    from sqlglot import exp

    for found in node.find_all(exp.AggFunc):
        if isinstance(found.parent, exp.Window) or found.find_ancestor(exp.Select) is not (
            node.find_ancestor(exp.Select)
        ):
            continue
        return True
    return any(found.name.lower() in _MORE_AGGREGATES for found in node.find_all(exp.Anonymous))


_MORE_AGGREGATES = frozenset(
    """
    approx_top_k bool_and bool_or collect_list collect_set count_min_sketch every first_value
    hll_sketch_agg last_value listagg mean mode percentile regr_slope some string_agg try_avg
    try_sum
    """.split()  # noqa: SIM905
)


def lateral_aliases(select: Any, around: Surroundings) -> bool:
    from sqlglot import exp

    known: dict[str, Any] = {}
    wanted: list[tuple[Any, str]] = []
    for item in select.selects:
        value = item.this if isinstance(item, exp.Alias) else item
        wanted += [
            (column, column.name.lower())
            for column in value.find_all(exp.Column)
            if not column.table
            and column.name.lower() in known
            and column.find_ancestor(exp.Select) is select
        ]
        if isinstance(item, exp.Alias):
            known[item.alias.lower()] = item.this
    if not wanted:
        return False
    real: set[str] = set()
    if select.args.get("from_") is not None:
        real = {name.lower() for name, _ in _source_columns(select, around)}
    wanted = [(column, name) for column, name in wanted if name not in real]
    for column, name in wanted:
        column.replace(exp.paren(known[name].copy()))
    return bool(wanted)


def star_without(select: Any, around: Surroundings) -> bool:
    from sqlglot import exp

    changed = False
    for item in list(select.expressions):
        star = item.this if isinstance(item, exp.Column) else item
        if not isinstance(star, exp.Star):
            continue
        left_out = star.args.get("except_") or []
        if not left_out:
            continue
        table = item.table if isinstance(item, exp.Column) else ""
        gone = {part.name.lower() for part in left_out}
        probe = select.copy()
        probe.parent = select.parent
        bare = exp.Column(this=exp.Star(), table=exp.to_identifier(table)) if table else exp.Star()
        for part in ("group", "having", "qualify", "windows", "distinct", "where"):
            probe.set(part, None)
        probe.set("expressions", [bare])
        columns = [name for name, _ in _columns(probe, around)]
        missing = gone - {name.lower() for name in columns}
        if missing:
            raise EngineError(
                "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION",
                "42703",
                f"A column with name `{sorted(missing)[0]}` cannot be resolved.",
            )
        kept = [name for name in columns if name.lower() not in gone]
        if len({name.lower() for name in kept}) < len(kept) and not table:
            raise unsupported("* EXCEPT over two columns of one name", "Name the columns.")
        new = [
            exp.column(exp.to_identifier(name, quoted=True), table=table or None) for name in kept
        ]
        at = next(i for i, other in enumerate(select.expressions) if other is item)
        select.set("expressions", [*select.expressions[:at], *new, *select.expressions[at + 1 :]])
        changed = True
    return changed


def qualify(select: Any, around: Surroundings) -> bool:
    from sqlglot import exp

    part = select.args.get("qualify")
    if part is None:
        return False
    condition = part.this.copy()
    select.set("qualify", None)
    names = _output_names(select, around)
    if len(set(map(str.lower, names))) < len(names):
        raise unsupported("QUALIFY over two columns of one name", "Give each an alias.")
    outputs = {name.lower() for name in names}
    holder = exp.Paren(this=condition)
    added: list[Any] = []

    def lifted(node: Any) -> Any:
        added.append(exp.alias_(node.copy(), f"_qualify_{len(added)}", quoted=True))
        return _column(f"_qualify_{len(added) - 1}")

    for window in list(holder.find_all(exp.Window)):
        if window.find_ancestor(exp.Window) is None:
            window.replace(lifted(window))
    for column in list(holder.find_all(exp.Column)):
        if column.name.startswith("_qualify_"):
            continue
        if not column.table and column.name.lower() in outputs:
            continue
        column.replace(lifted(column))
    inner = select.copy()
    outer_parts = {name: inner.args.get(name) for name in ("order", "limit", "offset")}
    with_part = inner.args.get("with_")
    for name in (*outer_parts, "with_"):
        inner.set(name, None)
    inner.set("expressions", [*inner.expressions, *added])
    outer = exp.select(*[_column(name) for name in names]).from_(
        exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier("_qualified")))
    )
    outer = outer.where(holder.this)
    for name, value in outer_parts.items():
        if value is not None:
            for column in value.find_all(exp.Column):
                column.set("table", None)
            outer.set(name, value)
    if with_part is not None:
        outer.set("with_", with_part)
    select.replace(outer)
    return True


def _output_names(select: Any, around: Surroundings) -> list[str]:
    from sqlglot import exp

    plain = [item.alias_or_name for item in select.selects]
    sure = all(
        isinstance(item, exp.Alias) or (isinstance(item, exp.Column) and not item.is_star)
        for item in select.selects
    )
    if sure and all(plain):
        return plain
    return [name for name, _ in _columns(select, around)]


def joined_columns(select: Any, around: Surroundings) -> bool:
    from sqlglot import exp

    source = select.args.get("from_")
    joins = select.args.get("joins") or []
    if source is None or not any(join.args.get("using") for join in joins):
        return False
    left = [source.this.alias_or_name.lower()]
    changed = False
    for join in joins:
        right = join.this.alias_or_name.lower()
        for key in [part.name for part in join.args.get("using") or []]:
            side = (join.side or "").upper()
            for column in list(select.find_all(exp.Column)):
                if not column.table or column.name.lower() != key.lower():
                    continue
                table = column.table.lower()
                if table not in (*left, right):
                    continue
                if (
                    side == "FULL"
                    or (side == "LEFT" and table == right)
                    or (side == "RIGHT" and table in left)
                ):
                    return _join_on(select, join, left, right)
                column.set("table", None)
                changed = True
        left.append(right)
    return changed


def _join_on(select: Any, join: Any, left: Sequence[str], right: str) -> bool:
    """Spell an outer join out, where the two sides of a key differ and both are asked for."""
    from sqlglot import exp

    if select.is_star or len(left) > 1:
        raise unsupported(
            "an outer JOIN USING whose key is named through a table", "Write ON with both columns."
        )
    keys = [part.name for part in join.args["using"]]
    for key in keys:
        for column in list(select.find_all(exp.Column)):
            if not column.table and column.name.lower() == key.lower():
                column.replace(
                    exp.alias_(
                        exp.func("COALESCE", exp.column(key, left[0]), exp.column(key, right)), key
                    )
                    if column.parent is select
                    else exp.func("COALESCE", exp.column(key, left[0]), exp.column(key, right))
                )
    join.set("using", None)
    join.set(
        "on",
        exp.and_(
            *[exp.EQ(this=exp.column(k, left[0]), expression=exp.column(k, right)) for k in keys]
        ),
    )
    return True


def paths_into_json(select: Any, around: Surroundings) -> bool:
    from sqlglot import exp

    changed = False
    for node in list(select.find_all(exp.JSONExtract)):
        if not node.args.get("variant_extract") or node.find_ancestor(exp.Select) is not select:
            continue
        probe = select.copy()
        probe.parent = select.parent
        for part in ("group", "having", "qualify", "windows", "distinct", "where", "order"):
            probe.set(part, None)
        probe.set("expressions", [exp.alias_(node.this.copy(), "value")])
        [(_, kind)] = _columns(probe, around)
        path = exp.Literal.string(node.expression.sql(dialect="spark").strip("'"))
        if kind == "VARIANT":
            arguments = [node.this.copy(), path]
            outer = node.parent
            if isinstance(outer, exp.Cast) and not isinstance(outer, exp.TryCast):
                kind_text = outer.to.sql(dialect="spark").lower()
                outer.replace(
                    exp.Anonymous(
                        this="variant_get",
                        expressions=[*arguments, exp.Literal.string(kind_text)],
                    )
                )
            else:
                node.replace(exp.Anonymous(this="variant_get", expressions=arguments))
        else:
            node.replace(
                exp.Anonymous(this="get_json_object", expressions=[node.this.copy(), path])
            )
        changed = True
    return changed


def checked_integers(select: Any, around: Surroundings) -> bool:
    """Integers that overflow raise, as ANSI mode says: computed as decimals, then cast back.

    In a comparison the engine may leave the cast out; it then compares the exact value, which is
    no wrapped one, but Databricks would raise.
    """
    from sqlglot import exp

    nodes = [
        node
        for node in select.find_all(exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.Sum)
        if node.find_ancestor(exp.Select) is select and not _is_small(node)
    ]
    if not nodes:
        return False
    kinds = _kinds(select, nodes, around)
    unnamed = [item for item in select.selects if not item.alias_or_name]
    names = _output_names(select, around) if unnamed and not select.is_star else []
    changed = False
    # The outermost first: what is inside keeps its place in the tree.
    for node, (own, operands) in sorted(
        zip(nodes, kinds, strict=True), key=lambda pair: -_depth(pair[0])
    ):
        if own in _DECIMALS and all(kind in _DECIMALS for kind in operands):
            if isinstance(node, exp.Sum):
                node.set("this", _as_decimal(node.this.copy(), own))
                target = "BIGINT"
                outer = node.parent if isinstance(node.parent, exp.Filter) else node
                if isinstance(outer.parent, exp.Window):
                    outer = outer.parent
            elif isinstance(node, exp.Neg):
                node.set("this", _as_decimal(node.this.copy(), own))
                outer, target = node, own
            else:
                node.set("this", _as_decimal(node.this.copy(), own))
                node.set("expression", _as_decimal(node.expression.copy(), own))
                outer, target = node, own
            replacement = exp.cast(exp.paren(outer.copy()), target, dialect="spark")
            outer.replace(replacement)
            changed = True
    if changed and names:
        # An expression without an alias keeps the name that it had.
        select.set(
            "expressions",
            [
                item if item.alias_or_name else exp.alias_(item.copy(), name, quoted=True)
                for item, name in zip(select.expressions, names, strict=True)
            ],
        )
    return changed


_DECIMALS = {
    "TINYINT": "DECIMAL(3,0)",
    "SMALLINT": "DECIMAL(5,0)",
    "INT": "DECIMAL(10,0)",
    "BIGINT": "DECIMAL(19,0)",
}


def _as_decimal(node: Any, kind: str) -> Any:
    from sqlglot import exp

    return exp.cast(exp.paren(node), _DECIMALS[kind], dialect="spark")


def _depth(node: Any) -> int:
    depth = 0
    while node.parent is not None:
        node, depth = node.parent, depth + 1
    return depth


def _is_small(node: Any) -> bool:
    """Literals only, and far from any limit: `-1`, `60 * 60`, also inside an interval."""
    from sqlglot import exp

    if node.find_ancestor(exp.Interval) is not None:
        return True
    leaves = list(node.find_all(exp.Literal, exp.Column, exp.Func))
    if any(not isinstance(leaf, exp.Literal) or leaf.is_string for leaf in leaves):
        return False
    largest = 1.0
    for leaf in leaves:
        if not leaf.is_int:
            return True
        largest *= max(1, int(leaf.name))
    return largest < 2**30


def _kinds(
    select: Any, nodes: Sequence[Any], around: Surroundings
) -> list[tuple[str, tuple[str, ...]]]:
    """Types of each node and of its operands, asked of the engine in one go.

    What stands in a place that cannot be asked (a lambda, a correlated subquery) has no type.
    """
    from sqlglot import exp

    asked: list[Any] = []
    spans: list[tuple[int, int]] = []
    for node in nodes:
        inside = node.find_ancestor(exp.Lambda)
        parts = [node.this] if isinstance(node, exp.Neg | exp.Sum) else [node.this, node.expression]
        if inside is not None:
            spans.append((-1, 0))
            continue
        own = [] if isinstance(node, exp.Sum) else [node]
        spans.append((len(asked), len(own)))
        asked += [*own, *parts]
    types: list[str] = []
    try:
        types = _types_of(select, asked, around)
    except Exception:
        for node in asked:
            try:
                types += _types_of(select, [node], around)
            except Exception:
                types.append("")
    found: list[tuple[str, tuple[str, ...]]] = []
    for node, (start, own_count) in zip(nodes, spans, strict=True):
        if start < 0:
            found.append(("", ()))
            continue
        count = 1 if isinstance(node, exp.Neg | exp.Sum) else 2
        operands = tuple(types[start + own_count : start + own_count + count])
        own_type = types[start] if own_count else operands[0]
        found.append((own_type, operands))
    return found


def _types_of(select: Any, nodes: Sequence[Any], around: Surroundings) -> list[str]:
    from sqlglot import exp

    if not nodes:
        return []
    probe = select.copy()
    probe.parent = select.parent
    for part in ("group", "having", "qualify", "distinct", "where", "order", "limit"):
        probe.set(part, None)
    # typeof of an aggregate needs a group of its own; the probe has none, so all are aggregates
    # or none is: ask about the plain parts with aggregates taken off.
    probe.set(
        "expressions",
        [exp.alias_(_typed(node.copy()), f"_type_{i}") for i, node in enumerate(nodes)],
    )
    return [kind for _, kind in _columns(probe, around)]


def _typed(node: Any) -> Any:
    """`node` with aggregates and windows replaced by values of their type."""
    from sqlglot import exp

    holder = exp.Paren(this=node)
    for found in list(holder.find_all(exp.Window)):
        found.replace(found.this.copy())
    for found in list(holder.find_all(exp.Filter)):
        found.replace(found.this.copy())
    for found in list(holder.find_all(exp.AggFunc)):
        if isinstance(found, exp.Count | exp.CountIf | exp.ApproxDistinct):
            found.replace(exp.cast(exp.Literal.number(1), "BIGINT"))
        elif isinstance(found, exp.Sum):
            found.replace(_sum_type(found.this.copy()))
        elif isinstance(found, exp.Avg):
            found.replace(exp.cast(exp.Literal.number(1), "DOUBLE"))
        else:
            found.replace(exp.paren(found.this.copy()))
    return holder.this


def _sum_type(value: Any) -> Any:
    """A value of SUM's type: BIGINT for integers, and what `value` is for the rest."""
    from sqlglot import exp

    return exp.Coalesce(this=exp.paren(value), expressions=[exp.cast(exp.Null(), "BIGINT")])


RULES: tuple[QueryRule, ...] = (
    QueryRule(
        "session-values",
        "current_catalog(), current_user(), is_member() and variables become their values",
        "Sail knows neither Unity Catalog's session nor variables",
        name_what_the_session_knows,
        "SELECT current_catalog() = 'main', is_account_group_member('nobody') AS m",
    ),
    QueryRule(
        "sql-functions",
        "A SQL function of the catalog is written out where it is called",
        "Sail has no CREATE FUNCTION",
        write_functions_out,
        "SELECT main.default.twice(2) AS v",
    ),
    QueryRule(
        "star-except",
        "* EXCEPT (...) becomes the columns that are left",
        "Sail's parser lacks it",
        star_without,
        "SELECT * EXCEPT (b) FROM (SELECT 1 AS a, 2 AS b)",
    ),
    QueryRule(
        "group-by-all",
        "GROUP BY ALL names the columns that hold no aggregate",
        "Sail looks for a column called ALL",
        group_by_all,
        "SELECT a, count(*) AS n FROM (SELECT 1 AS a) GROUP BY ALL",
    ),
    QueryRule(
        "lateral-alias",
        "An alias used in the same SELECT is written out",
        "Sail does not look among the aliases",
        lateral_aliases,
        "SELECT 2 AS a, a * 3 AS b",
    ),
    QueryRule(
        "join-using",
        "A key of JOIN USING that is named through its table loses the table",
        "Sail keeps only the joined column",
        joined_columns,
        "SELECT l.k FROM (SELECT 1 AS k) AS l JOIN (SELECT 1 AS k) AS r USING (k)",
    ),
    QueryRule(
        "json-path",
        "value:path becomes get_json_object or variant_get",
        "Sail's parser lacks it",
        paths_into_json,
        """SELECT raw:a.b AS v FROM (SELECT '{"a":{"b":5}}' AS raw)""",
    ),
    QueryRule(
        "integer-overflow",
        "Sums, differences and products of integers are computed as decimals and cast back",
        "Sail's integers wrap round, Databricks raises ARITHMETIC_OVERFLOW",
        checked_integers,
        "SELECT a + a AS v FROM (SELECT 2 AS a)",
    ),
    QueryRule(
        "qualify",
        "QUALIFY becomes a WHERE around the query",
        "Sail's parser lacks it",
        qualify,
        "SELECT a FROM (SELECT 1 AS a) QUALIFY row_number() OVER (ORDER BY a) = 1",
    ),
)
