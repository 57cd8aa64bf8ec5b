"""Apache Spark's own parser reads the same corpora; every disagreement is listed and explained.

Needs Java 17 and pyspark 4.1 or later (`pip install "pyspark>=4.1"`); skipped visibly without.
Databricks' parser is a descendant of Spark's with many statements of its own, so Spark refusing a
statement is only a question, and the tables below are the answers.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.sql.corpus import BROKEN, VALID

pytestmark = pytest.mark.spark

# What Spark refuses and Databricks takes: a pattern on the statement, and why.
ONLY_ON_DATABRICKS = {
    r"COPY INTO ": "loading files is Databricks' own",
    r"(OPTIMIZE|VACUUM|FSCK|REORG|RESTORE|CONVERT|SYNC) ": "Delta Lake and Databricks maintenance",
    r"DESCRIBE (HISTORY|DETAIL) ": "Delta Lake",
    r"ANALYZE .* DELTA STATISTICS": "Delta Lake",
    r"UNDROP ": "Unity Catalog keeps dropped objects",
    r"(GRANT|REVOKE|SHOW GRANTS) ": "Spark has no privileges; it names the statement and refuses",
    r"(CREATE|ALTER|DROP|USE|DESCRIBE|COMMENT ON) (FOREIGN )?CATALOG": "Spark's catalogs are "
    "configuration, not objects",
    r"(CREATE|ALTER|DROP|COMMENT ON|SHOW) (EXTERNAL )?(VOLUME|VOLUMES)\b": "Unity Catalog volumes",
    r"(CREATE|DESCRIBE|SHOW) EXTERNAL LOCATION": "Unity Catalog storage",
    r"CREATE (CONNECTION|SHARE|RECIPIENT)|ALTER SHARE": "Lakehouse Federation and Delta Sharing",
    r"(CREATE|DROP)( OR REPLACE)? POLICY": "attribute-based access control",
    r"COMMENT ON COLUMN": "Databricks comments on columns by name",
    r"(SET|UNSET) TAG |.* (SET|UNSET) TAGS ": "Unity Catalog tags",
    r".* ROW FILTER| .* MASK|.* (SET|DROP) MASK|.* MASK ": "Unity Catalog row filters and masks",
    r"ALTER .* PREDICTIVE OPTIMIZATION": "a Databricks service",
    r"ALTER (TABLE|SCHEMA) .* OWNER TO ": "Spark objects have no owner clause",
    r"ALTER TABLE .* DROP FEATURE ": "Delta Lake",
    r".* CLUSTER BY (AUTO|NONE)": "Databricks chooses the clustering columns",
    r"CREATE .* CLONE ": "Delta Lake clones",
    r"CREATE TABLE [\w.]+ LIKE ": "Spark takes two-level names only in CREATE TABLE LIKE",
    r"CREATE SCHEMA .* MANAGED LOCATION ": "Unity Catalog storage",
    r"(CREATE|ALTER|DROP|REFRESH) (OR \w+ )?(MATERIALIZED VIEW|STREAMING TABLE)": "Spark knows "
    "these only inside a pipeline, without schedule, expectations or OR REFRESH",
    r"REFRESH FOREIGN ": "Lakehouse Federation",
    r"CREATE FLOW .* AUTO CDC|CREATE FLOW .* ONCE|APPLY CHANGES": "Databricks pipelines",
    r"INSERT WITH SCHEMA EVOLUTION|INSERT .* REPLACE USING": "newer than Spark 4.1",
    r"SELECT .* QUALIFY ": "newer than Spark 4.1",
}

# What Spark's parser takes and the gate refuses: the id in the corpus, and why.
REFUSED_BY_US = {
    "comma before from": "Spark takes FROM for a column; nobody means that",
    "from without table": "Spark takes FROM for an alias",
    "where without condition": "Spark takes WHERE for an alias",
    "dangling operator": "Spark takes FROM for a column and t for its alias",
    "limit without number": "Spark takes LIMIT for an alias",
    "pipe without step": "Spark lets the last step be empty; it is an unfinished text",
    "same column twice": "Spark finds it after parsing, when it makes the table",
    "same quoted column twice": "Spark finds it after parsing, when it makes the table",
    "partition column missing": "Spark finds it after parsing, when it makes the table",
    "cluster column missing": "Spark finds it after parsing, when it makes the table",
    "key column missing": "Spark finds it after parsing, when it makes the table",
    "select twice": "Spark takes the second SELECT for a column and a for its alias",
    "alias missing": "Spark takes AS for the alias",
    "comma after as": "Spark takes AS for the alias",
    "dot at the beginning": "Spark takes DETAIL for a catalog, with a gap before the dot",
    "equals twice": "Spark takes whatever follows the first = for the value",
    "use catalog without name": "Spark uses a schema called catalog; the name was forgotten",
}

Parser = Callable[[str], str]


@pytest.fixture(scope="module")
def spark_refusal() -> Iterator[Parser]:
    """A function from a statement to Spark's message; empty when Spark takes it."""
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    # The client of Spark Connect has the same name, and nothing to parse with.
    if not (Path(sql.__file__).parents[1] / "jars").is_dir():
        pytest.skip("pyspark is installed without its jars")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    session = (
        sql.SparkSession.builder.master("local[1]")
        .appName("second opinion")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    parser = session._jsparkSession.sessionState().sqlParser()

    def refusal(statement: str) -> str:
        try:
            parser.parsePlan(statement)
        except Exception as error:
            return str(error).strip() or type(error).__name__
        return ""

    yield refusal
    session.stop()


def test_spark_takes_what_the_gate_takes_but_for_databricks_own(spark_refusal: Parser) -> None:
    unexplained = {
        name: message.splitlines()[0]
        for name, statement in VALID.items()
        if (message := spark_refusal(statement))
        and not any(re.match(pattern, statement) for pattern in ONLY_ON_DATABRICKS)
    }
    assert unexplained == {}


def test_spark_refuses_what_the_gate_refuses_but_for_the_listed(spark_refusal: Parser) -> None:
    taken = {name for name, statement in BROKEN.items() if not spark_refusal(statement)}
    assert taken - set(REFUSED_BY_US) == set()


def test_every_explanation_names_a_statement_of_the_corpora() -> None:
    assert set(REFUSED_BY_US) <= set(BROKEN)
    idle = [
        pattern
        for pattern in ONLY_ON_DATABRICKS
        if not any(re.match(pattern, statement) for statement in VALID.values())
    ]
    assert idle == []
