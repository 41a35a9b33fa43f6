"""Splink on its embedded engine, DuckDB: everybody of the register compared with everybody they may be.

An optional extra, because only the search through the whole register needs it; imported when that begins.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from portal.errors import Refused
from portal.matching.settings import settings

MEMORY: Final = "1500MB"
"""[default] What the engine may take; beyond it, it works on disk."""
MISSING: Final = _l("This server lacks the engine of the search. Whoever runs it: make install EXTRA=duplicates")

Weighed = tuple[int, int, float]
"""Two numbers of people, and what the model says of them, in bits."""


def installed() -> bool:
    return find_spec("splink") is not None and find_spec("duckdb") is not None


class Engine:
    """One comparison of everybody: filled with people, then asked. Raises Refused where it is not installed."""

    def __init__(self) -> None:
        if not installed():
            raise Refused(MISSING)
        import duckdb
        import pyarrow

        self._database = duckdb.connect(config={"memory_limit": MEMORY, "preserve_insertion_order": False})
        self._rows_of = pyarrow.Table.from_pylist
        schema = pyarrow.schema([(name, getattr(pyarrow, kind)()) for name, kind in _columns()])
        self._schema = schema.append(pyarrow.field("others", pyarrow.list_(pyarrow.string())))
        self._database.register("part", self._rows_of([], schema=self._schema))
        self._database.execute("CREATE TABLE person AS SELECT * FROM part")

    def add(self, people: Sequence[Mapping[str, Any]]) -> None:
        """Rows of `matching.people.columns`."""
        self._database.register("part", self._rows_of(list(people), schema=self._schema))
        self._database.execute("INSERT INTO person SELECT * FROM part")
        self._database.unregister("part")

    def likely(self, frequencies: Mapping[str, float], *, from_weight: float) -> list[Weighed]:
        """Pairs of the people from this weight in bits on; `frequencies` are the shares of names in the register."""
        from splink import DuckDBAPI, Linker

        logging.getLogger("splink").setLevel(logging.ERROR)
        api = DuckDBAPI(connection=self._database)
        linker = Linker(api.register("person"), settings("duckdb"), log_level=logging.ERROR)
        names = api.register({"name": list(frequencies), "tf_name": list(frequencies.values())})
        linker.table_management.register_term_frequency_lookup(names, "name")
        found = linker.inference.predict(threshold_match_weight=from_weight, warning_mode="never")
        asked = f"SELECT unique_id_l, unique_id_r, match_weight FROM {found.physical_name}"  # noqa: S608 - its own name
        return self._database.execute(asked).fetchall()

    def close(self) -> None:
        self._database.close()


def _columns() -> Iterator[tuple[str, str]]:
    yield from (("unique_id", "int64"), ("household", "int64"))
    for name in (
        "name", "name_sorted", "name_letters", "born", "born_swapped", "born_digits", "born_block", "nik",
        "nik_digits", "sex", "kk", "kk_digits", "phone", "village",
    ):  # fmt: skip
        yield name, "string"
    yield from (("nik_doubtful", "bool_"), ("born_vague", "bool_"))
