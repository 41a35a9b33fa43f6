"""Running numbers without gaps: the next one is taken in the transaction that uses it, so a refused act uses none."""

from functools import cache
from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, db, rows, upsert


class NumberSeries(Base):
    """The last number given for a kind of paper in a year; restarts each calendar year."""

    __tablename__ = "number_series"
    __table_args__ = (CheckConstraint("last > 0", name="positive"),)
    __audited__ = False

    kind: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


def next_number(kind: str, year: int) -> int:
    """The next number of the year. Whoever asks at the same time waits until this transaction is over."""
    return int(rows(_one_more(db.session.get_bind().dialect.name), kind=kind, year=year, last=1)[0].last)


@cache
def _one_more(_of: str) -> Any:
    """Built once for the database that is served."""
    return (
        upsert(NumberSeries)
        .on_conflict_do_update(index_elements=["kind", "year"], set_={"last": NumberSeries.last + 1})
        .returning(NumberSeries.last)
    )
