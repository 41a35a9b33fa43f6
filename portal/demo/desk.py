"""The desk as it stands today: a full week of visits, drafts, proposals that wait, promises, papers still missing."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from portal.cards.models import Card, CardStatus
from portal.complaints.models import ComplaintStatus
from portal.decisions.models import DecisionStatus
from portal.demo import answers, words
from portal.demo.books import BAZNAS_ZAKAT, BRI_HOUSES, KENANGA, LAZISMU, Books
from portal.demo.cases import Case
from portal.demo.chronicle import Act, Chronicle
from portal.demo.city import City, House
from portal.demo.days import moment
from portal.demo.history import WANTED, has_card, say_path, send_referral
from portal.partners.models import DonationStatus

WORKERS = ("rani", "budi")
PER_DAY = 6
"""As many houses a day as one officer reaches (settings.toml visits_per_day)."""

FATES = (
    ["aid_approved"] * 6 + ["aid_proposed"] * 5 + ["card_given"] * 4 + ["declined"] * 5
    + ["aid_waits", "aid_declined", "returned", "card_given"]
    + ["proposed"] * 14 + ["missed"] * 2 + ["assessed"] * 8 + ["draft"] * 6 + ["missed"] * 2 + ["assessed", "draft"] * 2
    + ["assessed"] * 2
)  # fmt: skip
"""What has become of the sixty visits of the last five working days, oldest first."""

GOLDEN_REVIEW = ("D09", "D10", "D16")
GOLDEN_DRAFT = "D18"
COMMON = ("edu-basic", "health-medicine", "data-card", "edu-basic", "social-elderly", "edu-higher", "health-companion")
NO_FUND = "Dana untuk perbaikan rumah bulan ini sudah terpakai semua; menunggu donasi berikutnya."
AID_DECLINED = "Keperluan yang sama sudah dibantu sekolah. Dana dikembalikan ke kas."
REVOKED = "Keluarga pindah ke luar kota; kartu dikembalikan."
GIFT_REFUSED = "Uang tidak ditemukan di rekening koran sampai akhir bulan; mohon dikirim ulang buktinya."


@dataclass
class Desk:
    """Plans the last days and the coming ones."""

    city: City
    books: Books
    chronicle: Chronicle

    def plan(self) -> None:
        self._plan_done_visits()
        self._plan_agenda()
        self._plan_without_visit()
        for back in (-6, -2, -2, -1):
            self.chronicle.add(back, self._refer)
        self.chronicle.add(0, self._renewals)
        self.chronicle.add(-20, self._revoke)

    def _plan_done_visits(self) -> None:
        """The last five working days; the golden families whose result stays open are among them."""
        fates, review = iter(FATES), [self.city.golden[code] for code in GOLDEN_REVIEW]
        unfinished = [self.city.golden[GOLDEN_DRAFT]]
        for visit_day in range(-5, 0):
            for place in range(2 * PER_DAY):
                fate = next(fates)
                house = review.pop() if fate == "assessed" and review else None
                house = unfinished.pop() if fate == "draft" and unfinished else house
                received = visit_day - (place % 4 + 1)
                self.chronicle.add(received, self._visited(fate, WORKERS[place % 2], visit_day, place, house))

    def _visited(self, fate: str, worker: str, visit_day: int, place: int, house: House | None) -> Act:
        def happen(number: int) -> None:
            service = "data-card" if house or fate == "card_given" else COMMON[(place + visit_day) % len(COMMON)]
            service = "social-house" if fate == "aid_waits" else service
            case = self._case(service, worker, number, house)
            case.book(self.city.days.day(visit_day))
            if fate == "missed":
                case.miss(self.city.rng.choice(words.MISSED))
                case.book(self.city.days.day(1 + place % 2))
                return
            self._fill_in(case, fate)
            self._go_on(case, fate, visit_day)

        return happen

    def _case(self, service: str, worker: str, number: int, house: House | None = None, missing: int = 0) -> Case:
        family = house or self.city.take(WANTED.get(service, "any"))
        if not family.golden:
            say_path(self.city, family, path="b" if service == "data-card" else None)
        case = Case(self.city, family, service, worker, self.city.days.day(number))
        case.papers(missing)
        return case

    def _fill_in(self, case: Case, fate: str) -> None:
        """The answers of the visit; a draft lacks some of them, and one golden family could not answer all."""
        if case.house.golden:
            raw = answers.of_golden(case.house)
        else:
            raw = answers.invent(self.city.rng, case.house, "not_poor" if fate == "declined" else "poor")
        if fate == "draft" and not case.house.golden:
            for name in self.city.rng.sample(sorted(raw), 4):
                del raw[name]
        case.visit(raw, draft=fate == "draft" and not case.house.golden)

    def _go_on(self, case: Case, fate: str, visit_day: int) -> None:
        """Proposed on the day after the visit at the latest, decided on the next; as far as this case has come."""
        if fate in {"draft", "assessed"}:
            return
        days = self.city.days
        proposed = days.after(days.day(visit_day), 1)
        case.propose(proposed, help_them=fate != "declined")
        if fate == "proposed":
            return
        decided = days.after(proposed, 1)
        if fate == "returned":
            case.decide(decided, DecisionStatus.RETURNED, words.RETURNED)
            return
        case.decide(decided, DecisionStatus.DECLINED if fate == "declined" else DecisionStatus.APPROVED)
        if fate != "declined":
            self._give(case, fate)

    def _give(self, case: Case, fate: str) -> None:
        """What an approval brings: the card on path b, and aid as far as it has come."""
        decided: datetime = case.decision["decided_at"]
        if case.outcome and case.outcome.path == "b" and not has_card(self.city, case):
            case.issue_card()
        if case.service == "data-card":
            case.move(ComplaintStatus.DELIVERED, decided + timedelta(minutes=45))
            return
        ground = {
            "household_id": case.house.id, "complaint_id": case.complaint["id"], "decision_id": case.decision["id"],
        }  # fmt: skip
        at = decided + timedelta(minutes=20)
        if fate == "aid_waits":
            self.books.wait(case.service, at, case.worker, reason=NO_FUND, **ground)
            return
        # Zakat waits for the partner's amil to confirm the asnaf (seeds/partners_payakumbuh.toml, asnaf_rule).
        book = BAZNAS_ZAKAT if case.service == "social-elderly" else None
        row = self.books.aid(case.service, at, case.worker, book=book, **ground)
        if fate == "aid_approved":
            self.books.approve(row, at + timedelta(minutes=30))
        if fate == "aid_declined":
            self.books.decline(row, at + timedelta(minutes=40), AID_DECLINED)

    def _plan_agenda(self) -> None:
        """Six houses a day for each to the end of the week, some in the next."""
        week = self.city.days.rest_of_week()
        for day in [*week, *range(week[-1] + 1, week[-1] + 4)]:
            for place in range(PER_DAY if day in week else 2):
                for worker in WORKERS:
                    received = -((day + place) % 4 + 1)
                    self.chronicle.add(received, self._booked(worker, day, COMMON[(day + place) % len(COMMON)]))

    def _booked(self, worker: str, day: int, service: str) -> Act:
        def happen(number: int) -> None:
            on = self.city.days.day(day)
            if self.city.visits_on(worker, on) < PER_DAY:
                self._case(service, worker, number).book(on)

        return happen

    def _plan_without_visit(self) -> None:
        """Received and not yet booked, and waiting for a paper; some of these promises are broken already."""
        for place, back in enumerate((-1, -1, -1, -2, -2, -3, -4, -5)):
            self.chronicle.add(back, self._left(COMMON[place % len(COMMON)], WORKERS[place % 2], 0))
        for place, back in enumerate((-1, -2, -3, -5, -6, -9, -16)):
            self.chronicle.add(back, self._left(COMMON[(place + 3) % len(COMMON)], WORKERS[place % 2], 1 + place % 2))

    def _left(self, service: str, worker: str, missing: int) -> Act:
        return lambda number: self._case(service, worker, number, missing=missing)

    def _refer(self, number: int) -> None:
        """Handed to an office that has not answered yet; the oldest is late."""
        service = "referral-social" if number != -1 else "empower-referral"
        case = self._case(service, WORKERS[number % 2], number)
        send_referral(self.city, case, self.city.days.day(number))

    def _renewals(self, _number: int) -> None:
        """Three families ask in time for another year, and are visited when everybody else has an hour."""
        today = self.city.days.today
        ending = [
            card for card in self.city.sheet.rows(Card)
            if today < card["ends_on"] <= today + timedelta(days=30) and card["status"] is CardStatus.ISSUED
        ]  # fmt: skip
        for card, worker in zip(ending[:3], ("rani", "budi", "rani"), strict=False):
            house = next(house for house in self.city.houses if house.id == card["household_id"])
            case = Case(self.city, house, "data-card", worker, self.city.days.day(-1))
            case.papers()
            case.book(self._day_with_room(worker))

    def _day_with_room(self, worker: str) -> date:
        """The first coming day on which this worker still has an hour."""
        coming = (self.city.days.day(number) for number in range(1, 30))
        return next(on for on in coming if self.city.visits_on(worker, on) < PER_DAY)

    def _revoke(self, number: int) -> None:
        """One card was given back."""
        on = self.city.days.day(number)
        card = next(
            card for card in self.city.sheet.rows(Card)
            if card["starts_on"] < on < card["ends_on"] - timedelta(days=90)
            and not self.city.houses[card["household_id"] - 1].golden
        )  # fmt: skip
        head = self.city.users["kepala"]
        card |= {
            "status": CardStatus.REVOKED, "revoked_on": on, "revoked_by_id": head["id"], "revocation_reason": REVOKED,
        }  # fmt: skip
        self.city.trail.act(moment(on, time(10, 20)), head, "card.revoked", "card", card, card["household_id"])


def open_gifts(city: City, books: Books) -> None:
    """Two gifts wait for the treasurer; one was refused because it never arrived."""
    books.give(KENANGA, city.days.day(-1), 4_500_000, DonationStatus.ENTERED)
    books.give(LAZISMU, city.days.day(-2), 2_000_000, DonationStatus.ENTERED)
    books.give(BRI_HOUSES, city.days.day(-25), 15_000_000, DonationStatus.REFUSED, GIFT_REFUSED)
