"""Splink on its embedded engine, DuckDB: everybody of the register compared with everybody they may be.

An optional extra, because only the search through the whole register needs it; imported when that begins. The same on
Spark: duplicates/spark.py.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import Any, ClassVar, Final

from portal.errors import Refused
from portal.language import lazy_gettext as _l
from portal.matching.settings import settings

MEMORY: Final = "1500MB"
"""[default] What the engine may take; beyond it, it works on disk."""
MISSING: Final = _l("This server lacks the engine of the search. Whoever runs it: make install EXTRA=duplicates")

Weighed = tuple[int, int, float]
"""Two numbers of people, and what the model says of them, in bits."""


def installed() -> bool:
    """Whether the embedded engine is here."""
    return find_spec("splink") is not None and find_spec("duckdb") is not None


class Engine(ABC):
    """One comparison of everybody: filled with people, then asked, then closed."""

    dialect: ClassVar[str]
    """Whose SQL it speaks, as `matching.settings` names it."""

    @abstractmethod
    def add(self, people: Sequence[Mapping[str, Any]]) -> None:
        """Rows of `matching.people.columns`."""

    @abstractmethod
    def likely(self, frequencies: Mapping[str, float], *, from_weight: float) -> list[Weighed]:
        """Pairs of the people from this weight in bits on; `frequencies` are the shares of names in the register."""

    @abstractmethod
    def close(self) -> None:
        """Give back what it took."""

    def compare(self, api: Any, people: Any, frequencies: Mapping[str, float], from_weight: float) -> str:
        """Let Splink compare them; gives the name of the table with the pairs."""
        from splink import Linker

        logging.getLogger("splink").setLevel(logging.ERROR)
        linker = Linker(api.register(people), settings(self.dialect), log_level=logging.ERROR)
        names = api.register({"name": list(frequencies), "tf_name": list(frequencies.values())})
        linker.table_management.register_term_frequency_lookup(names, "name")
        return linker.inference.predict(threshold_match_weight=from_weight, warning_mode="never").physical_name


class Embedded(Engine):
    """DuckDB in the portal's own process. Raises Refused where it is not installed."""

    dialect = "duckdb"

    def __init__(self) -> None:
        if not installed():
            raise Refused(MISSING)
        import duckdb

        self._database = duckdb.connect(config={"memory_limit": MEMORY, "preserve_insertion_order": False})
        self._database.register("part", table_of([]))
        self._database.execute("CREATE TABLE person AS SELECT * FROM part")

    def add(self, people: Sequence[Mapping[str, Any]]) -> None:
        self._database.register("part", table_of(people))
        self._database.execute("INSERT INTO person SELECT * FROM part")
        self._database.unregister("part")

    def likely(self, frequencies: Mapping[str, float], *, from_weight: float) -> list[Weighed]:
        from splink import DuckDBAPI

        found = self.compare(DuckDBAPI(connection=self._database), "person", frequencies, from_weight)
        asked = f"SELECT unique_id_l, unique_id_r, match_weight FROM {found}"  # noqa: S608 - the engine's own name
        return self._database.execute(asked).fetchall()

    def close(self) -> None:
        self._database.close()


def table_of(people: Sequence[Mapping[str, Any]]) -> Any:
    """These rows as an Arrow table, typed also where a column is empty."""
    import pyarrow

    kinds = [pyarrow.field(name, getattr(pyarrow, kind)()) for name, kind in _columns()]
    schema = pyarrow.schema([*kinds, pyarrow.field("others", pyarrow.list_(pyarrow.string()))])
    return pyarrow.Table.from_pylist(list(people), schema=schema)


def _columns() -> Iterator[tuple[str, str]]:
    yield from (("unique_id", "int64"), ("household", "int64"))
    for name in (
        "name", "name_sorted", "name_letters", "born", "born_swapped", "born_digits", "born_block", "nik",
        "nik_digits", "sex", "kk", "kk_digits", "phone", "village",
    ):  # fmt: skip
        yield name, "string"
    yield from (("nik_doubtful", "bool_"), ("born_vague", "bool_"))
