"""Two years behind the city: families helped, refused, referred, renewed, as they came to the desk."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from portal import clock
from portal.cards.models import Card
from portal.complaints.models import ComplaintStatus
from portal.decisions.models import DecisionStatus
from portal.demo import answers, words
from portal.demo.books import Books
from portal.demo.cases import Case
from portal.demo.chronicle import Act, Chronicle
from portal.demo.city import City, House
from portal.demo.days import moment
from portal.demo.sheet import Row
from portal.referrals.models import Referral, ReferralOutcome

HELPED_FAMILIES, OF_HOUSEHOLDS = 438, 1_700
"""So many families of a city of so many; other sizes keep the share."""

SERVICES = {
    "edu-basic": 34, "edu-higher": 14, "health-medicine": 20, "health-companion": 9, "social-disaster": 4,
    "social-house": 5, "social-elderly": 14,
}  # fmt: skip
WANTED = {"edu-basic": "pupil", "edu-higher": "student", "social-elderly": "old"}
GOLDEN_HELPED = {
    "D01": "health-medicine", "D02": "edu-basic", "D03": "edu-basic", "D05": "edu-higher", "D06": "health-companion",
    "D07": "edu-basic", "D08": "edu-basic", "D14": "social-house", "D15": "edu-higher", "D17": "social-elderly",
}  # fmt: skip
GOLDEN_DAYS = {"D05": -205, "D06": -232}
"""Their cards end within sixty and within thirty days or so; the others' days are free."""
GOLDEN_DECLINED = ("D04", "D11")
OFFICES = {"referral-social": "Dinas Sosial", "empower-referral": "Dinas Tenaga Kerja"}
LATEST = -12  # later days belong to the desk as it stands today


@dataclass
class History:
    """Plans the past; `letters` families are helped by the mayor's letters (emergencies.py)."""

    city: City
    books: Books
    chronicle: Chronicle

    def plan(self, households: int, letters: int) -> None:
        helped = round(HELPED_FAMILIES * households / OF_HOUSEHOLDS)
        for _ in range(helped - letters - len(GOLDEN_HELPED)):
            self.chronicle.add(self._some_day(), self.help_family)
        for code, service in GOLDEN_HELPED.items():
            day = GOLDEN_DAYS.get(code) or -self.city.rng.randint(40, 180)
            self.chronicle.add(day, self._golden(code, service))
        for code in GOLDEN_DECLINED:
            self.chronicle.add(-self.city.rng.randint(15, 90), self._golden_declined(code))
        self._plan_others(helped)

    def _plan_others(self, helped: int) -> None:
        for _ in range(helped // 8):
            self.chronicle.add(self._some_day(), self.card_only)
        for _ in range(helped // 10):
            self.chronicle.add(self._some_day(), self.refuse)
        for _ in range(helped // 14):
            self.chronicle.add(self._some_day(), self.refer)
        for _ in range(helped // 30):
            self.chronicle.add(self._some_day(), self.withdraw)

    def _some_day(self) -> int:
        """Any day of two years, rather late than early: the unit became known."""
        back = self.city.days.history - 40
        return LATEST - int((back + LATEST) * (1 - self.city.rng.random() ** 0.75))

    def worker(self) -> str:
        return self.city.rng.choice(("rani", "budi"))

    def help_family(self, number: int) -> None:
        """Aid for a family that never came before; path a or b."""
        service = self.city.rng.choices(list(SERVICES), list(SERVICES.values()))[0]
        house = self.city.take(WANTED.get(service, "any"))
        say_path(self.city, house)
        self.aid(house, service, number)

    def aid(self, house: House, service: str, number: int) -> None:
        """A whole case, from the desk to the receipt."""
        case = self.decided(house, service, number)
        if case.outcome and case.outcome.path == "b" and not has_card(self.city, case):
            self._renew_later(house, case.issue_card())
        approved_at = case.decision["decided_at"]
        row = self.books.aid(
            service, approved_at + timedelta(minutes=25), case.worker, household_id=house.id,
            complaint_id=case.complaint["id"], decision_id=case.decision["id"],
        )  # fmt: skip
        day = clock.local(approved_at).date()
        self.books.approve(row, moment(self.city.days.after(day, 1), self.city.hour(8, 10)))
        paid = moment(self.city.days.after(day, self.city.rng.randint(1, 3)), self.city.hour(11, 15))
        self.books.pay(row, paid, house.head.name)
        case.move(ComplaintStatus.DELIVERED, paid + timedelta(minutes=1), by=self.city.users["bendahara"])
        self._finish(case, paid)
        self._come_again(house, number)

    def _finish(self, case: Case, delivered: datetime) -> None:
        closed = self.city.days.calendar.add_working_days(clock.local(delivered).date(), 10)
        if closed < self.city.days.today:
            case.close(ComplaintStatus.CLOSED, moment(closed, self.city.hour()), words.CLOSED)

    def _come_again(self, house: House, number: int) -> None:
        """Some families come again within the year."""
        again = number + self.city.rng.randint(60, 200)
        if again < LATEST and self.city.rng.random() < 0.13:
            service = self.city.rng.choice(("edu-basic", "health-medicine", "health-companion"))
            self.chronicle.add(again, lambda day: self.aid(house, service, day))

    def _renew_later(self, house: House, card: Row) -> None:
        """Half of the cards are renewed, asked for some weeks before they end."""
        asked = self.city.days.number(card["ends_on"] - timedelta(days=24))
        if asked < LATEST and self.city.rng.random() < 0.55:
            self.chronicle.add(asked, lambda day: self.renew(house, card, day))

    def decided(self, house: House, service: str, number: int, renews: Row | None = None) -> Case:
        """Received, visited, assessed, proposed and approved within the promise, mostly."""
        rng, days = self.city.rng, self.city.days
        case = Case(self.city, house, service, self.worker(), days.day(number))
        case.papers()
        case.book(days.day(number + rng.randint(1, 2 if (case.entry.days or 9) <= 3 else 4)))
        case.visit(answers.of_golden(house) if house.golden else answers.invent(rng, house, "poor"))
        proposed = days.after(case.visited["visit_on"], rng.randint(0, 1))
        case.propose(proposed, help_them=True, renews=renews)
        case.decide(days.after(proposed, rng.randint(0, 1)), DecisionStatus.APPROVED)
        return case

    def renew(self, house: House, card: Row, number: int) -> None:
        """Another year on the latest data (003 Hasil 3 (b))."""
        case = self.decided(house, "data-card", number, renews=card)
        self._renew_later(house, case.issue_card(renews=card))
        self._deliver_card(case)

    def card_only(self, number: int) -> None:
        house = self.city.take()
        say_path(self.city, house, path="b")
        case = self.decided(house, "data-card", number)
        self._renew_later(house, case.issue_card())
        self._deliver_card(case)

    def _deliver_card(self, case: Case) -> None:
        given = case.decision["decided_at"] + timedelta(minutes=40)
        case.move(ComplaintStatus.DELIVERED, given)
        self._finish(case, given)

    def refuse(self, number: int) -> None:
        """Found not poor; some of these families stand in the list: an inclusion error."""
        house = self.city.take()
        house.listed_decile = self.city.rng.choice((2, 3, 4, None, 6, 7, 8))
        house.holds_kks = house.listed and self.city.rng.random() < 0.6
        self.declined(house, number, answers.invent(self.city.rng, house, "not_poor"))

    def declined(self, house: House, number: int, raw: dict[str, str]) -> None:
        days = self.city.days
        case = Case(self.city, house, self.city.rng.choice(("data-card", "edu-basic")), self.worker(), days.day(number))
        case.papers()
        case.book(days.day(number + 3))
        case.visit(raw)
        case.propose(days.day(number + 4), help_them=False)
        case.decide(days.day(number + 5), DecisionStatus.DECLINED)

    def refer(self, number: int) -> None:
        """Handed to an office, which answered."""
        service = self.city.rng.choice(list(OFFICES))
        case = Case(self.city, self.city.take(), service, self.worker(), self.city.days.day(number))
        case.papers()
        row = send_referral(self.city, case, self.city.days.day(number + 1))
        outcome = self.city.rng.choices(list(ReferralOutcome), (70, 18, 12))[0]
        answered = moment(self.city.days.day(number + self.city.rng.randint(2, 7)), self.city.hour(9, 14))
        by = self.city.users["dinsos"] if row["office"] == "Dinas Sosial" else None
        row |= {
            "outcome": outcome, "answer": self.city.rng.choice(words.REFERRAL_ANSWERS[outcome.value]),
            "answered_by_id": by["id"] if by else case.user["id"], "answered_at": answered,
        }  # fmt: skip
        self.city.trail.act(
            answered, by or case.user, "referral.answered", "referral", row, case.house.id, outcome=outcome.value
        )
        case.close(ComplaintStatus.CLOSED, answered + timedelta(minutes=45), row["answer"])

    def withdraw(self, number: int) -> None:
        case = Case(self.city, self.city.take(), "edu-basic", self.worker(), self.city.days.day(number))
        case.papers(missing=self.city.rng.randint(0, 1))
        on = self.city.days.day(number + 4)
        case.close(ComplaintStatus.WITHDRAWN, moment(on, self.city.hour()), self.city.rng.choice(words.WITHDRAWN))

    def _golden(self, code: str, service: str) -> Act:
        return lambda number: self.aid(self.city.golden[code], service, number)

    def _golden_declined(self, code: str) -> Act:
        house = self.city.golden[code]
        return lambda number: self.declined(house, number, answers.of_golden(house))


def has_card(city: City, case: Case) -> bool:
    """Whether the family holds a valid card on the day of the decision; then it gets no second one."""
    on = clock.local(case.decision["decided_at"]).date()
    return any(
        card["household_id"] == case.house.id and card["starts_on"] <= on <= card["ends_on"]
        for card in city.sheet.rows(Card)
    )


def say_path(city: City, house: House, path: str | None = None) -> None:
    """Settle what the list says of a poor family: both proofs of path a, or one or none of them (003 Hasil 3)."""
    if house.list_checked:
        return
    if (path or city.rng.choices("ab", (42, 58))[0]) == "a":
        house.listed_decile, house.holds_kks = city.rng.choice((1, 1, 2, 2, 3, 4)), True
        return
    house.listed_decile = city.rng.choices((None, 5, 6, 7, 3), (60, 12, 9, 6, 13))[0]
    house.holds_kks = not house.listed and city.rng.random() < 0.05


def send_referral(city: City, case: Case, on: date) -> Row:
    """Hand the case to the office; an answer is due after three working days (settings.toml referral_answer_days)."""
    at = max(moment(on, time(10, city.rng.randint(0, 59))), case.complaint["taken_at"] + timedelta(minutes=40))
    row = city.sheet.add(
        Referral, household_id=case.house.id, complaint_id=case.complaint["id"], office=OFFICES[case.service],
        service_code=case.service, reason=words.REFERRAL_REASONS[case.service], sent_by_id=case.user["id"], sent_at=at,
        due_on=city.days.calendar.add_working_days(on, int(city.catalogue.setting("referral_answer_days"))),
    )  # fmt: skip
    city.trail.act(at, case.user, "referral.sent", "referral", row, case.house.id)
    case.move(ComplaintStatus.REFERRED, at)
    return row
