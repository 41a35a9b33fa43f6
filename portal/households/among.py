"""Many values in one question: as one parameter, so that a question about ten thousand is as short as about one."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, Date, String, Subquery, bindparam, cast, func, literal, select

from portal.db import db

_TYPES: Final[dict[type, Any]] = {int: BigInteger(), str: String(), date: Date()}


def among(values: Iterable[Any], *kinds: type) -> Subquery:
    """A table of these values, one column for each kind (int, str; dates as YYYY-MM-DD); of several kinds, tuples."""
    told = [value if isinstance(value, tuple) else (value,) for value in values]
    if db.session.get_bind().dialect.name == "postgresql":
        columns: list[Any] = [
            cast(literal([row[at] for row in told], ARRAY(String())), ARRAY(_TYPES[kind]))
            for at, kind in enumerate(kinds)
        ]
        names = [f"c{at}" for at in range(len(kinds))]
        made = func.unnest(*columns).table_valued(*names).render_derived()
        return select(*(made.c[name] for name in names)).subquery()
    made = func.json_each(bindparam(None, json.dumps(told), String())).table_valued("value")
    # A date is text in SQLite: compared with a column of dates, it stays text.
    parts = [func.json_extract(made.c.value, f"$[{at}]").label(f"c{at}") for at in range(len(kinds))]
    return select(*parts).subquery()
