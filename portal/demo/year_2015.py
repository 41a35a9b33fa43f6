"""2015 again: books that reproduce the figures of the paper (003 Hasil 3; seeds/golden_2015.csv), to the rupiah.

The paper gives sums alone. Gifts by month, families and single grants are invented so that they add up to it: every
grant is inside its service's band, or marked as a part of one, since the mean of Rp245.091 a family lies below the
smallest grant of Rp350.000. The money stands in funds of a partner of its own, which pays nothing today.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from typing import Any, Final, NamedTuple

from sqlalchemy import func, insert, select

from portal import audit, clock, references
from portal.accounts.models import User
from portal.db import Base, db
from portal.demo.sheet import Row, Sheet
from portal.errors import Refused
from portal.funds import monthly
from portal.funds.models import (
    AccountKind,
    AidTotal,
    Disbursement,
    DisbursementStatus,
    EntryKind,
    Fund,
    LedgerAccount,
    LedgerEntry,
    LedgerLine,
    Method,
)
from portal.households.models import Household
from portal.partners.models import Donation, DonationStatus, Partner, Purpose
from portal.reports.year_2015 import PARTNER, golden
from portal.series import NumberSeries
from portal.units.catalogue import Catalogue, catalogue

YEAR: Final = 2015
COLLECTED_IN: Final = range(5, 11)
"""May to October (003 Hasil 3)."""
GIVEN_IN: Final = range(5, 12)
"""May to November (003 Abstrak)."""
EDUCATION_SHARE: Final = 65
"""Per cent of each month's gifts that are bound to education, the rest to health [default: the paper does not say]."""
PARTLY: Final = "Sebagian: rata-rata tahun 2015 di bawah bantuan terkecil (003 Hasil 3)."


class Grants(NamedTuple):
    """So many families with one service: `amount` rupiah each, or None for a part of a grant."""

    service: str
    families: int
    amount: int | None


PLAN: Final = (
    Grants("edu-basic", 60, 350_000), Grants("edu-higher", 20, 500_000), Grants("health-medicine", 20, 1_000_000),
    Grants("edu-basic", 237, None), Grants("health-medicine", 101, None),
)  # fmt: skip
"""438 families [default split]: full grants at the lower end of their band, all others a part of one."""


class Grant(NamedTuple):
    """What one family was given."""

    service: str
    amount: int
    partly: bool


def load() -> bool:
    """Load the year; False when it is there already. Raises Refused for a unit without the paper's services."""
    if db.session.get(Partner, PARTNER) is not None:
        return False
    if not all(plan.service in catalogue().services for plan in PLAN):
        raise Refused(f"The history of {YEAR} is that of UPT-KAN; this portal serves {catalogue().code}.")
    year = Year2015(catalogue())
    year.gifts(golden("collected_idr"))
    year.help(list(grants(golden("disbursed_idr"), golden("families_served"))))
    year.store()
    audit.record("history.loaded", ("unit_profile", catalogue().code), by=None, families=golden("families_served"))
    return True


def grants(total: int, families: int) -> Iterator[Grant]:
    """The grants of all families, together exactly `total` rupiah."""
    whole = [plan for plan in PLAN if plan.amount is not None]
    parts = [plan.service for plan in PLAN if plan.amount is None for _ in range(plan.families)]
    if sum(plan.families for plan in PLAN) != families:
        raise ValueError("the plan is for another number of families")
    left = total - sum(plan.families * (plan.amount or 0) for plan in whole)
    for plan in whole:
        yield from [Grant(plan.service, plan.amount or 0, partly=False)] * plan.families
    each, more = divmod(left // 1000, len(parts))
    for place, service in enumerate(parts):
        last = left % 1000 if place == len(parts) - 1 else 0
        yield Grant(service, (each + (place < more)) * 1000 + last, partly=True)


class After(Sheet):
    """Rows with ids after those that are stored already."""

    def __init__(self) -> None:
        super().__init__()
        self._before: dict[type[Base], int] = {}

    def add(self, model: type[Base], **values: Any) -> Row:
        row = super().add(model, **values)
        if "id" in row:
            row["id"] += self._before.setdefault(model, _newest(model))
        return row


def _newest(model: Any) -> int:
    return int(db.session.scalar(select(func.max(model.id))) or 0)


class Year2015:
    """Gathers the year's rows; `store` inserts them, with what the trail says of each."""

    def __init__(self, unit: Catalogue) -> None:
        self.unit, self.sheet = unit, After()
        self.acts: list[tuple[str, str, Row, int]] = []
        self._lots: dict[str, list[list[int]]] = {}
        self._accounts: dict[tuple[str, AccountKind], Row] = {}
        self._funds: dict[str, Row] = {}
        names = {"a": "mengusulkan", "b": "menyetujui", "c": "membayar"}
        # Three people see to every payment; the paper names none, and none of these can sign in.
        self.people = [
            self.sheet.add(
                User, name=f"riwayat-{YEAR}-{code}", full_name=f"Petugas {YEAR} ({does})", password_hash="!",  # noqa: S106
                active=False, created_at=clock.now(), language="id", version=1,
            )
            for code, does in names.items()
        ]  # fmt: skip
        self.sheet.add(
            Partner, code=PARTNER, name=f"LKS Mitra Kenanga (riwayat {YEAR})", kind="lks", active=False,
            named_publicly=False, body={"collects": ["infak"], "source": "003 Hasil 3; seeds/golden_2015.csv"},
        )  # fmt: skip
        for field in ("education", "health"):
            self._open(field)

    def _open(self, field: str) -> None:
        name = self.unit.fields()[field].lower()
        fund = self.sheet.add(
            Fund, code=f"{PARTNER}-infak-{name}", partner_code=PARTNER, kind_code="infak", purpose=Purpose.FIELD,
            purpose_code=field,
        )  # fmt: skip
        self._funds[field], self._lots[field] = fund, []
        for kind in AccountKind:
            self._accounts[field, kind] = self.sheet.add(LedgerAccount, fund_id=fund["id"], kind=kind, balance=0)

    def gifts(self, total: int) -> None:
        """Six months' collections: to education and to health, on the fifth of each month."""
        each, left = divmod(total, len(COLLECTED_IN))
        for month in COLLECTED_IN:
            amount = each + (left if month == COLLECTED_IN[-1] else 0)
            education = amount * EDUCATION_SHARE // 100
            for field, part in (("education", education), ("health", amount - education)):
                self._gift(field, part, date(YEAR, month, 5))

    def _gift(self, field: str, amount: int, on: date) -> None:
        number = references.donation_number(YEAR, len(self.sheet.rows(Donation)) + 1)
        at = _noon(on)
        row = self.sheet.add(
            Donation, number=number, partner_code=PARTNER, kind_code="infak", given_on=on, amount=amount,
            purpose=Purpose.FIELD, purpose_code=field, reference="", note="Infak dan sedekah (003 Hasil 3)",
            status=DonationStatus.CONFIRMED, entered_by_id=self.people[0]["id"], entered_at=at,
            settled_by_id=self.people[2]["id"], settled_at=at, version=1,
        )  # fmt: skip
        self._lots[field].append([row["id"], amount])
        self._post(EntryKind.DONATION, field, on, [(row["id"], amount)], None)
        self.acts += [("donation.entered", "donation", row, amount), ("donation.confirmed", "donation", row, amount)]

    def help(self, given: list[Grant]) -> None:
        """One family after the other, spread over the months and the kelurahan."""
        villages = sorted(self.unit.villages)
        months = len(GIVEN_IN)
        for place, grant in enumerate(sorted(given, key=lambda one: (one.partly, one.amount % 7, one.service))):
            month = GIVEN_IN[place * months // len(given)]
            self._grant(place + 1, grant, date(YEAR, month, 10 + place % 18), villages[place % len(villages)])

    def _grant(self, n: int, grant: Grant, on: date, village: str) -> None:
        family = self.sheet.add(
            Household, head_name=f"Keluarga {YEAR}-{n:03d}", village_code=village, rw="", rt="", address="", phone="",
            note="Rekaan dari jumlah dalam makalah 003.", created_at=clock.now(), closed_on=date(YEAR, 12, 31),
            version=1,
        )  # fmt: skip
        field, at = self.unit.services[grant.service].field, _noon(on)
        proposer, approver, payer = (person["id"] for person in self.people)
        row = self.sheet.add(
            Disbursement, number=references.disbursement_number(YEAR, n), household_id=family["id"],
            service_code=grant.service, amount=grant.amount, amount_reason=PARTLY if grant.partly else "",
            fund_id=self._funds[field]["id"], status=DisbursementStatus.PAID, proposed_by_id=proposer, proposed_at=at,
            approved_by_id=approver, approved_at=at, paid_by_id=payer, paid_on=on, paid_at=at, method=Method.CASH,
            district_code=self.unit.village_district[village], received_by=family["head_name"], version=1,
        )  # fmt: skip
        parts = self._take(field, grant.amount)
        self._post(EntryKind.RESERVATION, field, on, parts, row)
        self._post(EntryKind.PAYMENT, field, on, parts, row)
        self.acts += [
            (f"disbursement.{act}", "disbursement", row, grant.amount) for act in ("proposed", "approved", "paid")
        ]

    def _take(self, field: str, amount: int) -> list[tuple[int, int]]:
        """Of the oldest gifts first."""
        parts = []
        for lot in self._lots[field]:
            if part := min(lot[1], amount):
                lot[1], amount = lot[1] - part, amount - part
                parts.append((lot[0], part))
        if amount:
            raise ValueError(f"{YEAR}: more was given for {field} than had come")
        return parts

    def _post(self, kind: EntryKind, field: str, on: date, parts: list[tuple[int, int]], aid: Row | None) -> None:
        poster = self.people[2 if kind is not EntryKind.RESERVATION else 0]
        entry = self.sheet.add(
            LedgerEntry, kind=kind, posted_on=on, posted_at=clock.now(), posted_by_id=poster["id"], note="",
            disbursement_id=aid["id"] if aid else None,
        )  # fmt: skip
        for place, sign in zip(BETWEEN[kind], (-1, 1), strict=True):
            account = self._accounts[field, place]
            for donation_id, amount in parts:
                account["balance"] += sign * amount
                self.sheet.add(
                    LedgerLine,
                    entry_id=entry["id"],
                    account_id=account["id"],
                    donation_id=donation_id,
                    amount=sign * amount,
                )

    def store(self, progress: Callable[[str, int, int], None] = lambda *_: None) -> None:
        """Insert it all; the trail says of each act what it would have said then."""
        for kind, model in (("donation", Donation), ("disbursement", Disbursement)):
            self.sheet.add(NumberSeries, kind=kind, year=YEAR, last=len(self.sheet.rows(model)))
        self._in_order()
        self.sheet.insert(progress)
        counted = {cell: sums for cell, sums in monthly.recount().items() if cell.month.year == YEAR}
        kept = [cell._asdict() | {"families": sums[0], "amount": sums[1]} for cell, sums in counted.items()]
        db.session.execute(insert(AidTotal), kept)
        for action, kind, row, amount in self.acts:
            audit.record(action, (kind, row["id"]), by=None, household_id=row.get("household_id"), amount=amount)

    def _in_order(self) -> None:
        """Entries are posted in the order of their days, so that no fund is below zero at any moment."""
        entries = self.sheet.rows(LedgerEntry)
        ids = sorted(row["id"] for row in entries)
        order = sorted(entries, key=lambda row: (row["posted_on"], row["id"]))
        new = {row["id"]: number for row, number in zip(order, ids, strict=True)}
        for line in self.sheet.rows(LedgerLine):
            line["entry_id"] = new[line["entry_id"]]
        for row in entries:
            row["id"] = new[row["id"]]
        entries.sort(key=lambda row: row["id"])


BETWEEN: Final = {
    EntryKind.DONATION: (AccountKind.RECEIVED, AccountKind.AVAILABLE),
    EntryKind.RESERVATION: (AccountKind.AVAILABLE, AccountKind.RESERVED),
    EntryKind.PAYMENT: (AccountKind.RESERVED, AccountKind.PAID),
}
"""From which account of the fund to which."""


def _noon(on: date) -> datetime:
    return datetime.combine(on, time(12), clock.ZONE)
