"""Splink on Spark: the same model for a register that one machine cannot compare; an optional extra like its brother.

The same settings in Spark's words, so a pair has the same weight (docs/decisions/duplicates.md). People go to Spark as
Arrow tables and are compared in SQL: no machine but this one needs Python or anything of the portal.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from functools import reduce
from importlib.util import find_spec
from typing import Any, Final

from portal.duplicates.engine import Engine, Weighed, table_of
from portal.errors import Refused
from portal.language import lazy_gettext as _l

HERE: Final = "local[*]"
"""All cores of this machine; a cluster is named spark://host:7077. The rest is Spark's own spark-defaults.conf."""
PARTS: Final = 8
"""Into how many parts one machine's work is divided; Spark's own 200 are made for many machines."""
MISSING: Final = _l("This server lacks Spark. Whoever runs it: make install EXTRA=spark, and Java 17 or newer")


def installed() -> bool:
    """Whether Spark, the Java that it runs on, and Splink are here."""
    java = os.environ.get("JAVA_HOME") or shutil.which("java")
    return bool(java) and all(find_spec(name) is not None for name in ("splink", "pyspark", "pyarrow"))


class Cluster(Engine):
    """Spark, on this machine or on many. Raises Refused where it is not installed."""

    dialect = "spark"

    def __init__(self, master: str = HERE) -> None:
        if not installed():
            raise Refused(MISSING)
        from pyspark.sql import SparkSession

        building = SparkSession.builder.appName("portal-duplicates").master(master)
        building = building.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
        if master.startswith("local"):
            # Names and numbers of people: nothing listens to the network when no other machine takes part.
            building = building.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
            building = building.config("spark.sql.shuffle.partitions", PARTS)
        self._spark = building.getOrCreate()
        self._spark.sparkContext.setLogLevel("ERROR")
        self._parts: list[Any] = []

    def add(self, people: Sequence[Mapping[str, Any]]) -> None:
        self._parts.append(self._spark.createDataFrame(table_of(people)))

    def likely(self, frequencies: Mapping[str, float], *, from_weight: float) -> list[Weighed]:
        from splink import SparkAPI

        people = reduce(lambda one, other: one.unionByName(other), self._parts)
        # In the memory and scratch space of Spark's machines, gone with the session: no file of people is left.
        api = SparkAPI(spark_session=self._spark, break_lineage_method="persist", register_udfs_automatically=False)
        found = self._spark.table(self.compare(api, people, frequencies, from_weight))
        return [tuple(row) for row in found.select("unique_id_l", "unique_id_r", "match_weight").collect()]

    def close(self) -> None:
        self._spark.stop()
