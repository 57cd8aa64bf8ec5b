"""Each rule changes its example into what the engine runs, with the values of Databricks."""

import pytest

from lakewright.localworkspace.engine.errors import EngineError
from lakewright.localworkspace.engine.query_rules import (
    RULES,
    QueryRule,
    SqlFunction,
    Surroundings,
    rewrite_query,
)
from tests.localworkspace.engine.conftest import Sail

TWICE = SqlFunction(("main", "default", "twice"), (("x", "INT"),), "INT", "x * 2")


def around(sail: Sail) -> Surroundings:
    return Surroundings(
        schemas=sail.columns,
        constants={"current_catalog": "'main'", "current_user": "'ada@example.com'"},
        variables={"limit_of": "CAST(3 AS INT)"},
        functions={"main.default.twice": TWICE},
        groups=frozenset({"readers"}),
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_example_of_a_rule_is_changed_by_it_and_runs(rule: QueryRule, sail: Sail) -> None:
    done = rewrite_query(rule.example, around(sail))

    assert rule.name in done.rules
    assert len(sail.rows(done.text)) == 1


def test_a_query_that_needs_no_rule_stays_as_it_was_written(sail: Sail) -> None:
    text = "SELECT  id,  upper( name ) FROM (SELECT 1 AS id, 'a' AS name)  -- so"

    assert rewrite_query(text, around(sail)).text == text


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        pytest.param(
            "SELECT * FROM VALUES (1, 'a'), (1, 'b'), (2, 'c') AS t(k, v) "
            "QUALIFY row_number() OVER (PARTITION BY k ORDER BY v DESC) = 1 ORDER BY k",
            [(1, "b"), (2, "c")],
            id="qualify over a star gives no helping column",
        ),
        pytest.param(
            "WITH a AS (SELECT * FROM VALUES (1), (2) AS t(k) QUALIFY row_number() OVER "
            "(ORDER BY k) = 1), b AS (SELECT * EXCEPT (z) FROM (SELECT k, 1 AS z FROM a)) "
            "SELECT * FROM b",
            [(1,)],
            id="what WITH names is seen by later parts",
        ),
        pytest.param(
            "SELECT k, row_number() OVER (ORDER BY k DESC) AS n FROM VALUES (1), (2) AS t(k) "
            "QUALIFY n = 1",
            [(2, 1)],
            id="qualify may name an alias",
        ),
        pytest.param(
            "SELECT 1 AS a, a + 1 AS b FROM (SELECT 10 AS a)",
            [(1, 11)],
            id="a real column is stronger than an alias",
        ),
        pytest.param(
            "SELECT k, sum(v) FROM VALUES (1, 2), (1, 3) AS t(k, v) GROUP BY ALL",
            [(1, 5)],
            id="group by all",
        ),
        pytest.param(
            "SELECT l.k, r.k FROM VALUES (1) AS l(k) FULL JOIN VALUES (2) AS r(k) USING (k) "
            "ORDER BY l.k NULLS LAST",
            [(1, None), (None, 2)],
            id="the two keys of a full join stay apart",
        ),
        pytest.param(
            """SELECT raw:a.b::int AS v FROM (SELECT parse_json('{"a":{"b":5}}') AS raw)""",
            [(5,)],
            id="a path into a VARIANT",
        ),
        pytest.param("SELECT limit_of", [(3,)], id="a session variable"),
        pytest.param(
            "SELECT is_account_group_member('readers') AS y, is_member('others') AS n",
            [(True, False)],
            id="membership",
        ),
        pytest.param("SELECT main.default.twice(4) AS v", [(8,)], id="a function of the catalog"),
    ],
)
def test_values(query: str, rows: list[tuple[object, ...]], sail: Sail) -> None:
    assert sail.rows(rewrite_query(query, around(sail)).text) == rows


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("SELECT a + 1 AS v FROM (SELECT 2147483647 AS a)", id="sum"),
        pytest.param("SELECT a * a AS v FROM (SELECT 46341 AS a)", id="product"),
        pytest.param(
            "SELECT a - 1 AS v FROM (SELECT CAST('-9223372036854775808' AS BIGINT) AS a)",
            id="difference",
        ),
        pytest.param(
            "SELECT sum(a) AS v FROM VALUES (9223372036854775807), (1) AS t(a)", id="aggregate"
        ),
        pytest.param("SELECT 2147483647 + 1 AS v", id="literals"),
    ],
)
def test_integers_that_overflow_raise_where_the_engine_alone_wraps_round(
    query: str, sail: Sail
) -> None:
    done = rewrite_query(query, around(sail))

    assert "integer-overflow" in done.rules
    sail.rows(query)
    with pytest.raises(Exception, match=r"(?i)cast|large|overflow|out of range"):
        sail.rows(done.text)


def test_a_comparison_sees_the_exact_value_and_never_a_wrapped_one(sail: Sail) -> None:
    query = "SELECT count(*) AS n FROM (SELECT 2147483647 AS a) WHERE a + 1 > 0"

    assert sail.rows(query) == [(0,)]
    assert sail.rows(rewrite_query(query, around(sail)).text) == [(1,)]


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("SELECT bround(2.5D)", id="bround"),
        pytest.param("SELECT 1 WHERE rint(2.5D) = 2", id="rint in a condition"),
        pytest.param("SELECT *, count(*) FROM (SELECT 1 AS a) GROUP BY ALL", id="star in ALL"),
        pytest.param("SELECT * EXCEPT (nope) FROM (SELECT 1 AS a)", id="EXCEPT of no column"),
        pytest.param("SELECT main.default.twice(1, 2)", id="too many arguments"),
        pytest.param("SELECT is_member(g) FROM (SELECT 'x' AS g)", id="a computed group"),
    ],
)
def test_what_would_be_answered_wrongly_is_refused(query: str, sail: Sail) -> None:
    with pytest.raises(EngineError) as refused:
        rewrite_query(query, around(sail))

    assert refused.value.error_class
    assert len(refused.value.sqlstate) == 5
