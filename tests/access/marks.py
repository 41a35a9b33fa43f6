"""Words that stand nowhere but in one family's case, so that a page shows by itself whether it shows the case."""

from typing import Any

from sqlalchemy import Enum, String, select

from portal import audit
from portal.audit.columns import HIDDEN
from portal.db import Base, db
from portal.households.models import Household, Member

NOT_WORDS = {("answer", "value"), ("assessment", "band"), ("listing_error", "band"), ("decision", "ground"),
             ("decision", "path"), ("member", "name_key"), ("member", "name")}  # fmt: skip
"""Texts whose values mean something to the program."""
ONLY_ADDED = {"family_event"}
"""Their texts stay as the samples have them."""


def mark(family: Household) -> set[str]:
    """Write a word of its own into every text about this family, and say which words these are; numbers too."""
    marks = {number for number in [family.kk_no, *(member.nik for member in family.members)] if number}
    for mapper in Base.registry.mappers:
        table = mapper.class_.__tablename__
        names = [name for name in sorted(HIDDEN.get(table, ())) if _holds_words(mapper, name)]
        for record in _of(family, mapper.class_) if names else ():
            for name in names:
                if table in ONLY_ADDED:
                    marks.add(getattr(record, name))
                    continue
                word = f"{table}-{name}-{record.id}x"
                setattr(record, name, word)
                marks.add(word)
    for member in family.members[1:]:
        member.name = f"Anak{member.id}x Piliang"
        marks.add(member.name)
    with audit.unrecorded():
        db.session.commit()
    return marks


def _holds_words(mapper: Any, name: str) -> bool:
    kind = mapper.columns[name].type
    return isinstance(kind, String) and not isinstance(kind, Enum) and (mapper.local_table.name, name) not in NOT_WORDS


def _of(family: Household, kind: Any) -> list[Any]:
    if kind is Household:
        return [family]
    if kind is Member:
        return list(family.members)
    if hasattr(kind, "household_id"):
        return list(db.session.scalars(select(kind).where(kind.household_id == family.id)))
    return []
