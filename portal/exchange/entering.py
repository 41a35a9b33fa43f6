"""Some families of a confirmed batch enter the register: one transaction, looked at once more before it writes.

Everything is collected first and stored by a few statements. What is added or changed is kept, so that it can be
undone, and said to the trail family by family.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import groupby
from math import ceil
from typing import Any, Final

from sqlalchemy import bindparam, func, select, update

from portal import audit, bulk, clock
from portal.audit.changes import plain, shown
from portal.db import AnyRow, Base, db, rows
from portal.duplicates import services as duplicates
from portal.duplicates.models import PairSource
from portal.exchange.comparing import OF_HOUSEHOLD, OF_MEMBER
from portal.exchange.models import ImportBatch, ImportEffect, ImportRow, RowKind
from portal.households.among import among
from portal.households.models import Household, Listing, Member, Relation, Sex
from portal.households.names import fold_name

Values = dict[str, Any]

_ROW: Any = ImportRow.__table__
_THE_ROW: Any = update(_ROW).where(_ROW.c.id == bindparam("row"))
_DOUBT = _THE_ROW.values(kind=RowKind.DOUBT, taken=False, said=bindparam("why"))


class Now:
    """The part of the register that these rows were compared with, as it is now, held until the transaction ends."""

    def __init__(self, waiting: Sequence[AnyRow]) -> None:
        households = {row.household_id for row in waiting if row.household_id}
        members = {row.member_id for row in waiting if row.member_id}
        held = select(Household.__table__).where(Household.id.in_(households)).order_by(Household.id)
        self.households = {one.id: one for one in rows(held.with_for_update())}
        people = select(Member.__table__).where(Member.id.in_(members)).order_by(Member.id)
        self.members = {one.id: one for one in rows(people.with_for_update())}
        niks, kks = ({_new(row, name) for row in waiting} - {None} for name in ("nik", "kk_no"))
        people = select(Member.nik, Member.id).where(Member.nik.in_(select(among(niks, str))))
        self._niks = {row.nik: row.id for row in rows(people)}
        cards = select(Household.kk_no, Household.id).where(Household.kk_no.in_(select(among(kks, str))))
        self._kks = {row.kk_no: row.id for row in rows(cards)}
        last = select(Member.household_id, func.max(Member.position)).where(Member.household_id.in_(households))
        self.places: dict[int, int] = dict(tuple(row) for row in rows(last.group_by(Member.household_id)))

    def differs(self, of_family: Sequence[AnyRow]) -> bool:
        """Whether the family is not what it was compared with, or one of its new numbers is somebody's by now."""
        household_id = of_family[0].household_id
        if household_id is not None:
            household = self.households.get(household_id)
            if household is None or household.closed_on or household.version != of_family[0].household_version:
                return True
        kks = {_new(row, "kk_no") for row in of_family if household_id is None or "kk_no" in row.changes} - {None}
        taken = any(self._kks.get(kk, household_id) != household_id for kk in kks)
        return taken or any(self._person_differs(row) for row in of_family)

    def _person_differs(self, row: AnyRow) -> bool:
        if row.member_id is None:
            return row.person.get("nik") in self._niks
        member = self.members.get(row.member_id)
        if (
            member is None
            or member.left_on
            or member.version != row.member_version
            or member.household_id != row.household_id
        ):
            return True
        return "nik" in row.changes and self._niks.get(row.changes["nik"][1], member.id) != member.id


def _new(row: AnyRow, name: str) -> Any:
    """What the row would set this field to."""
    return row.changes[name][1] if name in row.changes else row.person.get(name)


class Entry:
    """What one transaction adds and changes."""

    def __init__(self, batch: ImportBatch) -> None:
        self.batch_id, self.list_code, self.as_of = batch.id, batch.list_code, batch.list_as_of
        self.by, self.moment, self.today = batch.confirmed_by, clock.now(), clock.today()
        self.added: dict[type[Base], list[Values]] = {Household: [], Member: [], Listing: []}
        self.changed: dict[type[Base], list[Values]] = {Household: [], Member: []}
        self.effects: list[Values] = []
        self.settled: list[tuple[int, int, int]] = []
        """Rows with the family and the person that they are now."""
        self.doubted: list[Values] = []
        self.likely: list[duplicates.Pair] = []

    def enter(self, waiting: Sequence[AnyRow]) -> int:
        """How many rows are settled now; the caller commits."""
        if waiting:
            self.now = Now(waiting)
            heads = sum(row.household_id is None and _is_head(row) for row in waiting)
            self.household_ids = iter(bulk.next_ids(Household, heads))
            self.member_ids = iter(bulk.next_ids(Member, sum(row.member_id is None for row in waiting)))
            for _number, of_family in groupby(waiting, key=lambda row: row.family):
                self._family(list(of_family))
            self.store()
        return len(self.settled)

    def unlist(self, household_ids: Iterable[int]) -> None:
        """Families that the list no longer names: an entry that says so, as a look into the list would."""
        for household_id in household_ids:
            self._list(household_id, present=False, decile=None)
            self._record("household.list_checked", household_id, present=False)

    def store(self) -> None:
        """Households before their people, because those refer to them."""
        self._number_listings()
        for table, values in self.added.items():
            bulk.insert(table, values)
        for table, values in self.changed.items():
            for one in values:
                at = table.__table__.c.id == one.pop("record_id")
                db.session.execute(update(table.__table__).where(at).values(one))  # type: ignore[arg-type]
        duplicates.keep(self.likely, PairSource.IMPORT)
        bulk.insert(ImportEffect, self.effects)
        if self.settled:
            self._mark_settled()
        if self.doubted:
            db.session.connection().execute(_DOUBT, self.doubted)

    def _mark_settled(self) -> None:
        told = among(self.settled, int, int, int)
        mine = update(_ROW).where(_ROW.c.id == told.c[0])
        db.session.execute(mine.values(written=True, household_id=told.c[1], member_id=told.c[2]))

    def _number_listings(self) -> None:
        listings = self.added[Listing]
        for listing, number in zip(listings, bulk.next_ids(Listing, len(listings)) if listings else (), strict=True):
            listing["id"] = number
            self._effect(Listing, number, None, 1)

    def _family(self, of_family: list[AnyRow]) -> None:
        head = next((row for row in of_family if _is_head(row)), None)
        household_id = of_family[0].household_id
        if household_id is None and head is None:
            return  # the head's row is in doubt: the others wait for it
        if self.now.differs(of_family):
            self.doubted += ({"row": row.id, "why": [*row.said, "changed_meanwhile"]} for row in of_family)
        elif household_id is None and head is not None:
            self._new_family(head, of_family)
        else:
            self._known_family(of_family, self.now.households[household_id])

    def _new_family(self, head: AnyRow, of_family: list[AnyRow]) -> None:
        household_id = next(self.household_ids)
        place = {name: head.person.get(name, "") for name in OF_HOUSEHOLD if name != "kk_no"}
        self.added[Household].append({
            "id": household_id, "kk_no": head.person.get("kk_no"), "head_name": head.name, **place, "note": "",
            "created_by_id": self.by.id if self.by else None, "created_at": self.moment, "version": 1,
        })  # fmt: skip
        self._effect(Household, household_id, None, 1)
        for position, row in enumerate(sorted(of_family, key=lambda row: row is not head), start=1):
            self._add_member(row, household_id, position)
        self._listed(head, household_id)
        self._record("household.imported", household_id, people=len(of_family))

    def _known_family(self, of_family: list[AnyRow], household: AnyRow) -> None:
        new: Values = {name: _new(row, name) for row in of_family for name in OF_HOUSEHOLD if name in row.changes}
        also: list[Values] = []
        for row in of_family:
            if row.member_id is None:
                self.now.places[household.id] = self.now.places.get(household.id, 0) + 1
                self._add_member(row, household.id, self.now.places[household.id])
                also.append({"type": "member", "id": str(self.settled[-1][2]), "changes": _added(row)})
                continue
            member = self.now.members[row.member_id]
            if member.relation == Relation.HEAD and "name" in row.changes:
                new["head_name"] = _new(row, "name")
            if told := self._change_member(row, member):
                also.append({"type": "member", "id": str(member.id), "changes": told})
            self._settle(row, household.id, member.id)
        if new or also:
            # Also when only a person changed, so that whoever edits the family meanwhile is told.
            changes = self._change(Household, household, new)
            self._record("household.changed_by_import", household.id, changes=changes, also=also)
        self._listed(of_family[0], household.id)

    def _change_member(self, row: AnyRow, member: AnyRow) -> Values:
        new = {name: _typed(name, _new(row, name)) for name in OF_MEMBER if name in row.changes}
        if not new:
            return {}
        key = {"name_key": fold_name(new["name"])} if "name" in new else {}
        told = self._change(Member, member, new | key)
        return {name: change for name, change in told.items() if name != "name_key"}

    def _change(self, table: type[Base], record: AnyRow, new: Values) -> Values:
        """Keep what will be changed; gives what the trail may say of it (identity numbers masked)."""
        columns = table.__table__.c
        before = {name: plain(getattr(record, name)) for name in new}
        self._effect(table, record.id, before, record.version + 1)
        self.changed[table].append({"record_id": record.id, "version": record.version + 1, **new})
        return {
            name: [shown(columns[name], getattr(record, name)), shown(columns[name], value)]
            for name, value in new.items()
        }

    def _add_member(self, row: AnyRow, household_id: int, position: int) -> None:
        member_id = next(self.member_ids)
        person = {name: _typed(name, row.person.get(name)) for name in OF_MEMBER}
        self.added[Member].append({
            **person, "id": member_id, "household_id": household_id, "position": position, "note": "", "version": 1,
            "name_key": fold_name(row.name), "in_school": bool(person["in_school"]),
        })  # fmt: skip
        self._effect(Member, member_id, None, 1)
        self._settle(row, household_id, member_id)
        # Somebody took the row although it may be a person of the register: the two wait for a decision.
        self.likely += [(member_id, other, score, reasons) for other, _household, score, reasons in row.likely]

    def _listed(self, row: AnyRow, household_id: int) -> None:
        if self.list_code:
            rank, decile = row.person.get("percentile"), row.person.get("decile")
            self._list(household_id, present=True, decile=decile or (ceil(rank / 10) if rank else None))

    def _list(self, household_id: int, *, present: bool, decile: int | None) -> None:
        self.added[Listing].append({
            "household_id": household_id, "list_code": self.list_code, "as_of": self.as_of, "present": present,
            "decile": decile, "checked_on": self.today, "checked_by_id": self.by.id if self.by else None,
            "batch_id": self.batch_id,
        })  # fmt: skip

    def _effect(self, table: type[Base], record_id: int, before: Values | None, version: int) -> None:
        self.effects.append({
            "batch_id": self.batch_id, "record": table.__tablename__, "record_id": record_id, "before": before,
            "version": version,
        })  # fmt: skip

    def _settle(self, row: AnyRow, household_id: int, member_id: int) -> None:
        self.settled.append((row.id, household_id, member_id))

    def _record(self, action: str, household_id: int, **details: Any) -> None:
        subject = ("household", household_id)
        audit.record(action, subject, by=self.by, household_id=household_id, batch=self.batch_id, **details)


def _added(row: AnyRow) -> Values:
    columns = Member.__table__.c
    return {name: [None, shown(columns[name], row.person[name])] for name in OF_MEMBER if name in row.person}


def _is_head(row: AnyRow) -> bool:
    return row.person.get("relation") == Relation.HEAD.value


def _typed(name: str, value: Any) -> Any:
    """A value of the row as the register's column holds it."""
    if value is None:
        return None
    held = _HELD.get(name)
    return value if held is None else held(value)


_HELD: Final[dict[str, Callable[[Any], Any]]] = {"birth_date": date.fromisoformat, "sex": Sex, "relation": Relation}
