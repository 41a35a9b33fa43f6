"""How the demo's aid is handed over: for whom, what guards asked, where families stand that wait, and payment lists."""

from datetime import datetime, timedelta

from portal import clock
from portal.decisions.models import Decision
from portal.demo.city import City
from portal.demo.sheet import Row
from portal.funds import waiting
from portal.funds.models import AidConcern, Disbursement, DisbursementStatus, Method
from portal.households.models import Household, Member
from portal.payments.models import LineOutcome, ListState, PaymentLine, PaymentList
from portal.visits.models import Assessment

SCHOOL = ("edu-basic", "edu-higher")
PUPIL_LATE = "Anak pindah sekolah di tengah tahun ajaran dan belum punya seragam."
BANK, ACCOUNT = "Bank Nagari", "2100{:08d}"
HALL = "Aula kantor UPT-KAN"
IN_A_LIST = 8
"""Pieces of aid in the demo's settled list: a morning's handing over."""


class Paying:
    """Completes aid that was invented already; nothing here asks the demo's generator, so the city stays the same."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.aid = city.sheet.rows(Disbursement)
        self.villages = {row["id"]: row["village_code"] for row in city.sheet.rows(Household)}

    def invent(self) -> None:
        self._name_pupils()
        self._explain_the_season()
        self._order_who_waits()
        self._send_some()
        self._settled_list()
        self._open_list()

    def _name_pupils(self) -> None:
        """School needs are for a pupil of the family."""
        pupils: dict[int, int] = {}
        for person in self.city.sheet.rows(Member):
            if person["in_school"] and person["left_on"] is None:
                pupils.setdefault(person["household_id"], person["id"])
        for row in self.aid:
            if row["service_code"] in SCHOOL:
                row["recipient_id"] = pupils.get(row["household_id"])

    def _explain_the_season(self) -> None:
        """Aid that is still to be approved says why it is proposed outside its season."""
        for row in self.aid:
            months = self.city.catalogue.service(row["service_code"]).body.get("season_months") or []
            late = months and clock.local(row["proposed_at"]).month not in months
            if late and row["status"] is DisbursementStatus.PROPOSED:
                self.city.sheet.add(
                    AidConcern, disbursement_id=row["id"], guard="season", found={"months": sorted(months)},
                    explained=PUPIL_LATE, reason=PUPIL_LATE, answered_by_id=row["proposed_by_id"],
                    answered_at=row["proposed_at"],
                )  # fmt: skip

    def _order_who_waits(self) -> None:
        assessments = {row["id"]: row["value"] for row in self.city.sheet.rows(Assessment)}
        met = {row["id"]: assessments.get(row["assessment_id"]) for row in self.city.sheet.rows(Decision)}
        for row in self.aid:
            if row["status"] is DisbursementStatus.WAITING:
                priority = self.city.catalogue.service(row["service_code"]).body.get("priority")
                level = waiting.FIRST_PRIORITY if priority == 1 else waiting.OTHER
                level = waiting.LETTER if row["recommendation_id"] else level
                share = (met.get(row["decision_id"]) or 0) * waiting.WHOLE // self.city.instrument.highest
                row["need_order"] = level * waiting.STEP + waiting.WHOLE - share

    def _send_some(self) -> None:
        """Every third family that is to be paid has given an account."""
        heads = {house.id: house.head.name for house in self.city.houses}
        for position, row in enumerate(self._to_pay()):
            row["planned_method"] = Method.TRANSFER if position % 3 == 2 else Method.CASH
            if row["planned_method"] is Method.TRANSFER:
                holder = heads.get(row["household_id"], "")
                account = ACCOUNT.format(row["household_id"])
                row |= {"bank_name": BANK, "bank_account": account, "bank_holder": holder}

    def _to_pay(self) -> list[Row]:
        """Approved aid that nothing holds back: no zakat without its asnaf."""
        return [
            row for row in self.aid
            if row["status"] is DisbursementStatus.APPROVED and (not row["asnaf"] or row["asnaf_confirmed_by_id"])
        ]  # fmt: skip

    def _open_list(self) -> None:
        """What is handed over in cash tomorrow."""
        rows = [row for row in self._to_pay() if row["planned_method"] is Method.CASH]
        if rows:
            made = max(row["approved_at"] for row in rows) + timedelta(minutes=10)
            self._list(rows, made, ListState.OPEN)

    def _settled_list(self) -> None:
        """The newest cash payments, as one list."""
        cash = [row for row in self.aid if row["status"] is DisbursementStatus.PAID and row["method"] is Method.CASH]
        together: list[Row] = []
        for row in sorted(cash, key=lambda row: row["paid_at"], reverse=True):
            # A list is made once all of it is approved and before any of it is paid.
            approved = max(one["approved_at"] for one in [*together, row])
            if len(together) < IN_A_LIST and approved < row["paid_at"] - timedelta(minutes=10):
                together.append(row)
        if together:
            self._list(together, max(row["approved_at"] for row in together) + timedelta(minutes=5), ListState.SETTLED)

    def _list(self, rows: list[Row], made: datetime, state: ListState) -> None:
        treasurer, settled = self.city.users["bendahara"], state is ListState.SETTLED
        last = max(row["paid_at"] for row in rows) if settled else None
        planned = clock.local(last).date() if last else self.city.days.day(0)
        listed = self.city.sheet.add(
            PaymentList, method=Method.CASH, planned_on=planned, place=HALL, state=state, made_by_id=treasurer["id"],
            made_at=made, ended_at=last,
        )  # fmt: skip
        amount = sum(row["amount"] for row in rows)
        self._act(made, "payment_list.made", listed, rows=len(rows), amount=amount)
        for position, row in enumerate(sorted(rows, key=self._place), start=1):
            self.city.sheet.add(
                PaymentLine, list_id=listed["id"], position=position, disbursement_id=row["id"],
                outcome=LineOutcome.PAID if settled else LineOutcome.OPEN,
                settled_by_id=treasurer["id"] if settled else None, settled_at=row["paid_at"] if settled else None,
            )  # fmt: skip
        if last:
            self._act(last, "payment_list.settled", listed, rows=len(rows), left=0, amount=amount)

    def _place(self, row: Row) -> tuple[str, int]:
        return self.villages[row["household_id"]], row["id"]

    def _act(self, at: datetime, action: str, listed: Row, **more: int) -> None:
        self.city.trail.act(at, self.city.users["bendahara"], action, "payment_list", listed, None, **more)
