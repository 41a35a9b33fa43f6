"""Families of a file beside those of the register: who is new, who changed and in what, who may be somebody else.

A value that the file leaves empty never empties the register's. Nothing here writes.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from portal.audit.changes import plain
from portal.db import AnyRow, rows
from portal.exchange.families import Family
from portal.exchange.models import RowKind
from portal.exchange.people import Person
from portal.exchange.reasons import NOTED
from portal.households import compared, likeness
from portal.households.among import among
from portal.households.likeness import Candidate
from portal.households.models import Household, Member, Relation
from portal.households.names import fold_name
from portal.matching.people import Person as Compared

OF_HOUSEHOLD: Final = ("kk_no", "village_code", "rw", "rt", "address", "phone")
OF_MEMBER: Final = ("nik", "name", "sex", "birth_date", "relation", "in_school")

OTHER_CARD: Final = "under_other_card"
"""The doubt of people whom the register knows in a family with another card."""

_HEADLESS: Final = {"no_head"}

_MEMBER = select(
    Member.id, Member.household_id, Member.version, Member.name_key, Member.left_on, Member.merged_into_id,
    *(getattr(Member, name) for name in OF_MEMBER),
)  # fmt: skip
_HOUSEHOLD = select(
    Household.id, Household.version, Household.closed_on, Household.merged_into_id,
    *(getattr(Household, name) for name in OF_HOUSEHOLD),
)  # fmt: skip


@dataclass(slots=True)
class Finding:
    """What one row means for the register. `changes` holds (old, new) by field, of the person and of the household.

    `likely` are people of other families who may be this one.
    """

    person: Person
    kind: RowKind = RowKind.NEW
    household: AnyRow | None = None
    member: AnyRow | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    likely: list[Candidate] = field(default_factory=list)

    def doubt(self, code: str) -> None:
        self.kind = RowKind.DOUBT
        if code not in self.said:
            self.said.append(code)


class Register:
    """The part of the register that these families may be, loaded by a few statements."""

    def __init__(self, families: Sequence[Family]) -> None:
        people = [person for family in families for person in family.people if set(person.reasons) <= _HEADLESS]
        niks = {person.nik for person in people if person.nik}
        kks = {person.kk_no for person in people if person.kk_no}
        self._by_kk = {row.kk_no: row for row in rows(_HOUSEHOLD.where(Household.kk_no.in_(select(among(kks, str)))))}
        self.by_nik = {row.nik: row for row in rows(_MEMBER.where(Member.nik.in_(select(among(niks, str)))))}
        self._follow_merged()
        known = {row.household_id for row in self.by_nik.values()} | {row.id for row in self._by_kk.values()}
        self.households = {row.id: row for row in rows(_HOUSEHOLD.where(Household.id.in_(known)))}
        self.members: dict[int, list[AnyRow]] = defaultdict(list)
        for row in rows(_MEMBER.where(Member.household_id.in_(known), Member.active)):
            self.members[row.household_id].append(row)
        self._alike = self._likely_known(families)

    def _follow_merged(self) -> None:
        """A number that stands with a row that was merged means the family or person that it was merged into."""
        self.old_kks = {number: row.merged_into_id for number, row in self._by_kk.items() if row.merged_into_id}
        self.old_niks = {number: row.merged_into_id for number, row in self.by_nik.items() if row.merged_into_id}
        if families := self.old_kks.values():
            stand = {row.id: row for row in rows(_HOUSEHOLD.where(Household.id.in_(families)))}
            self._by_kk |= {number: stand[family] for number, family in self.old_kks.items()}
        if people := self.old_niks.values():
            are = {row.id: row for row in rows(_MEMBER.where(Member.id.in_(people)))}
            self.by_nik |= {number: are[person] for number, person in self.old_niks.items()}

    def _likely_known(self, families: Sequence[Family]) -> dict[int, list[Candidate]]:
        """By each person whose NIK the register does not know: who of it is likely the same."""
        asked = []
        for family in families:
            people = [person for person in family.people if set(person.reasons) <= _HEADLESS]
            if any(person.nik not in self.by_nik for person in people):
                told = [(fold_name(one.name), one.birth_date) for one in people]
                asked.append([
                    _prepared(person, told[:at] + told[at + 1 :])
                    for at, person in enumerate(people) if person.nik not in self.by_nik
                ])  # fmt: skip
        return likeness.candidates(asked, bulk=True) if asked else {}

    def by_kk(self, kk_no: str | None) -> AnyRow | None:
        return self._by_kk.get(kk_no) if kk_no else None

    def living(self, nik: str | None) -> AnyRow | None:
        """Who has this NIK and belongs to a family now."""
        found = self.by_nik.get(nik) if nik else None
        return found if found is not None and found.left_on is None else None

    def alike(self, person: Person) -> list[Candidate]:
        """Who of the register is likely this person, at most five, the likeliest first."""
        return self._alike.get(_key(person), [])


def _key(person: Person) -> int:
    """Below nothing: nobody of the register has such a number."""
    return -id(person)


def _prepared(person: Person, others: Sequence[tuple[str, date | None]]) -> Compared:
    return compared.prepared(
        _key(person), None, name_key=fold_name(person.name), born=person.birth_date, nik=person.nik, sex=person.sex,
        kk=person.kk_no, phone=person.phone, village=person.village_code or None, others=others,
    )  # fmt: skip


def compare(families: Sequence[Family], schooled: Collection[str]) -> Iterator[list[Finding]]:
    """The rows of each family, in the order of the file. `schooled`: sheets that say who goes to school."""
    register = Register(families)
    for family in families:
        yield _family(family, register, schooled)


def _family(family: Family, register: Register, schooled: Collection[str]) -> list[Finding]:
    _find_heads(family, register)
    findings = [Finding(person, said=[*person.reasons, *person.doubts]) for person in family.people]
    household, doubt = _household(family, register)
    free = list(register.members.get(household.id, ())) if household else []
    for finding in sorted(findings, key=lambda found: found.person.nik not in register.by_nik):
        if finding.person.reasons:
            finding.kind = RowKind.REFUSED
            continue
        finding.household, is_head = household, finding.person is family.head
        _match(finding, free, register)
        _settle(finding, register, schooled=finding.person.row.sheet in schooled)
        if doubt:
            finding.doubt(doubt)
        if doubt != OTHER_CARD:
            _compare_headship(finding, is_head=is_head)
            if is_head and household is not None:
                _compare_household(finding, household, register)
        if household is not None and household.closed_on:
            finding.doubt("family_closed")
    return findings


def _find_heads(family: Family, register: Register) -> None:
    """Rows without a head in the file belong to the register's family of their card: so come mended rows back."""
    for person in family.people:
        if set(person.reasons) == _HEADLESS and register.by_kk(person.kk_no) is not None:
            person.reasons.remove("no_head")


def _household(family: Family, register: Register) -> tuple[AnyRow | None, str]:
    """The register's household: by its family card, else by its head's NIK, else by most of its people."""
    head = family.head
    with_card = head or next((person for person in family.people if not person.reasons), None)
    by_card = register.by_kk(with_card.kk_no) if with_card else None
    known = register.living(head.nik) if head else None
    if by_card is not None:
        other = known is not None and known.household_id != by_card.id and known.relation is Relation.HEAD
        return by_card, "family_in_several" if other else ""
    if known is not None and (known.relation is Relation.HEAD or not (head and head.kk_no)):
        return register.households[known.household_id], ""
    lives = Counter(found.household_id for person in family.people if (found := register.living(person.nik)))
    for household_id, count in lives.most_common(1):
        if count * 2 > len(family.people):
            household = register.households[household_id]
            return household, OTHER_CARD if _is_part_under_other_card(family, household, count, register) else ""
    return None, ""


def _is_part_under_other_card(family: Family, household: AnyRow, count: int, register: Register) -> bool:
    """Not a family whose card is new with its new head, but half of it or less, gone to a card of its own."""
    card = family.head.kk_no if family.head else None
    apart = bool(card and household.kk_no and card != household.kk_no)
    return apart and count * 2 <= len(register.members[household.id])


def _match(finding: Finding, free: list[AnyRow], register: Register) -> None:
    """Find the person in the household, each of its people once; doubts where it may be somebody of another family."""
    person, here = finding.person, finding.household.id if finding.household else None
    found = register.by_nik.get(person.nik) if person.nik else None
    if found is not None and found.left_on:
        return finding.doubt("has_left")
    if found is not None and found.household_id != here:
        finding.member = found
        return finding.doubt("in_other_family")
    if found is None:
        found = next((row for row in free if _called_so(person, row)), None)
        if found is not None and found.nik and person.nik:
            finding.doubt("nik_differs")
    if found is not None:
        finding.member = found
        free[:] = [row for row in free if row.id != found.id]
    elif likely := [one for one in register.alike(person) if one.household_id != here]:
        finding.likely = likely
        finding.doubt("maybe_known")
    return None


def _called_so(person: Person, row: AnyRow) -> bool:
    same_day = person.birth_date == row.birth_date or not (person.birth_date and row.birth_date)
    return same_day and fold_name(person.name) == row.name_key


def _settle(finding: Finding, register: Register, *, schooled: bool) -> None:
    member = finding.member
    if member is not None and "in_other_family" not in finding.said:
        _compare_member(finding, member, schooled, register)
    if any(code not in NOTED for code in finding.said):
        finding.kind = RowKind.DOUBT
    elif member is not None:
        finding.kind = RowKind.CHANGED if finding.changes else RowKind.UNCHANGED


def _compare_headship(finding: Finding, *, is_head: bool) -> None:
    """Another head than the register's, also one whom it does not know, is noted by a person."""
    person, member = finding.person, finding.member
    if is_head and finding.household is not None and (member is None or member.relation is not Relation.HEAD):
        finding.doubt("head_differs")
    if not is_head and member is not None and member.relation is Relation.HEAD and person.relation != Relation.HEAD:
        finding.doubt("head_differs")


def _compare_member(finding: Finding, member: AnyRow, schooled: bool, register: Register) -> None:
    person, changes = finding.person, finding.changes
    for name in OF_MEMBER:
        old, new = plain(getattr(member, name)), plain(getattr(person, name))
        if new in (None, "") or old == new or (name == "in_school" and not schooled):
            continue
        if name == "nik" and register.old_niks.get(new) == member.id:
            continue  # an earlier number of the same person, kept when two rows were merged
        if name == "name" and old.casefold() == new.casefold():
            continue
        if name == "relation" and (new == Relation.OTHER or Relation.HEAD in (old, new)):
            continue  # "other" says less than what is known; a head is changed by its own event
        changes[name] = (old, new)
    if {"name", "birth_date"} <= changes.keys() and fold_name(person.name) != member.name_key:
        finding.doubt("other_person")


def _compare_household(finding: Finding, household: AnyRow, register: Register) -> None:
    """What the head's row says of the household; the other rows repeat it."""
    for name in OF_HOUSEHOLD:
        old, new = getattr(household, name) or "", getattr(finding.person, name) or ""
        if not new or old.casefold() == new.casefold() or (name in {"rt", "rw"} and old.zfill(3) == new.zfill(3)):
            continue
        if name == "kk_no" and register.old_kks.get(new) == household.id:
            continue  # as with people
        finding.changes[name] = (old, new)
        if name == "kk_no" and (owner := register.by_kk(new)) is not None and owner.id != household.id:
            finding.doubt("kk_taken")
    if finding.changes and finding.kind is RowKind.UNCHANGED:
        finding.kind = RowKind.CHANGED
