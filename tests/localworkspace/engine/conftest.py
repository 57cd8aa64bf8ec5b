"""One real Sail for each test process, and tables that it writes."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


class Sail:
    """A Spark session on Sail, whose tables lie in folders that the tests may read."""

    def __init__(self, spark: Any, root: Path) -> None:
        self.spark = spark
        self.root = root
        self._made = 0

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.spark.sql(sql).collect()]

    def columns(self, query: str) -> list[tuple[str, str]]:
        from lakewright.localworkspace.engine.values import type_text

        fields = self.spark.sql(query).schema.fields
        return [(field.name, type_text(field.dataType)) for field in fields]

    def table(self, query: str) -> tuple[str, Path]:
        """A new Delta table with the rows of `query`: its name and its folder."""
        self._made += 1
        name, folder = f"t{self._made}", self.root / f"t{self._made}"
        self.rows(f"CREATE TABLE {name} USING DELTA LOCATION '{folder}' AS {query}")
        return name, folder


@pytest.fixture(scope="session")
def sail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sail]:
    from pysail.spark import SparkConnectServer
    from pyspark.sql import SparkSession

    # PySpark takes a process whose main module has no file, as a worker of xdist is, for a doctest.
    main = sys.modules["__main__"]
    if getattr(main, "__file__", None) is None:
        main.__file__ = __file__
    root = tmp_path_factory.mktemp("sail")
    server = SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    _, port = server.listening_address
    spark = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").create()
    spark.conf.set("spark.sql.warehouse.dir", root.as_uri())
    spark.conf.set("spark.sql.sources.default", "delta")
    yield Sail(spark, root)
    spark.stop()
    server.stop()
    shutil.rmtree(root, ignore_errors=True)
