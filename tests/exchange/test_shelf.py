"""What is kept of a row in memory does not grow with its cells, and its cells are there when they are asked for."""

import tracemalloc
from datetime import date

from portal.exchange.sheets import Row
from portal.exchange.shelf import Shelf


def test_cells_come_back_as_they_were_in_any_order():
    rows = [
        Row("Data", 7, ["\u00c9LFIRA", 1376011203749001, None, 1.5, date(1974, 3, 12)]),
        Row("Data", 9, [None, "b"]),
    ]
    shelf = Shelf("Data")
    first, second = [shelf.put(row) for row in rows]

    assert second.cells == rows[1].cells
    third = shelf.put(Row("Data", 11, ["c"]))

    assert (first.cells, first.number, first.sheet, first.hidden) == (rows[0].cells, 7, "Data", False)
    assert (third.cells, second.cells) == (["c"], [None, "b"])


def test_a_hundred_columns_more_take_no_more_memory():
    def held(columns):
        tracemalloc.start()
        shelf = Shelf("Data")
        kept = [shelf.put(Row("Data", at, [f"{at}-{column}" for column in range(columns)])) for at in range(2000)]
        size, _peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert len(kept) == 2000
        return size

    assert held(101) < held(1) * 1.5
