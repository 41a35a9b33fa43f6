"""Path (c) in the demo: emergencies of the past, letters in force, one about to end, and two before the mayor."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from portal import clock, references
from portal.complaints.models import ComplaintStatus
from portal.demo.books import Books
from portal.demo.cases import Case
from portal.demo.chronicle import Chronicle
from portal.demo.city import City, House
from portal.demo.days import moment
from portal.demo.proofs import add_proof
from portal.demo.sheet import Row
from portal.recommendations.models import (
    EmergencyEvent,
    EmergencyRecommendation,
    EventKind,
    Exit,
    RecommendationStatus,
)
from portal.references import VERIFICATION_LENGTH

HAPPENINGS = (
    (EventKind.HOUSE_FIRE, "social-disaster", "Dapur dan satu kamar terbakar karena kompor. Tidak ada yang terluka."),
    (EventKind.ACUTE_ILLNESS, "health-medicine", "Serangan jantung, dirawat dan harus menebus obat sendiri."),
    (EventKind.ACCIDENT, "health-companion", "Kecelakaan motor, dirujuk ke Padang; istrinya menunggui."),
    (EventKind.FLOOD, "social-disaster", "Rumah terendam setinggi lutut, kasur dan alat masak rusak."),
    (EventKind.STORM, "social-disaster", "Atap rumah terbang kena angin kencang."),
    (EventKind.DEATH, "health-companion", "Kepala keluarga meninggal setelah dirawat lama; biaya rumah sakit tersisa."),
)
REASON = "Keluarga ini tidak miskin, tetapi kejadian ini tidak dapat ditanggungnya sendiri. Mohon rekomendasi."
EXITS = {
    Exit.CLOSED: "Kebutuhan darurat sudah terpenuhi, keluarga dapat melanjutkan sendiri.",
    Exit.REFERRAL: "Dilanjutkan oleh Dinas Sosial.",
    Exit.CARD: "Keadaan menetap, keluarga diproses untuk kartu.",
}
DECLINED = "Kejadiannya sudah lewat dua bulan dan sudah ditangani asuransi. Tidak mendesak lagi."


@dataclass
class Emergencies:
    """Plans every emergency; each approved one of the past was also paid."""

    city: City
    books: Books
    chronicle: Chronicle

    def plan(self, past: int) -> None:
        days, rng = self.city.days, self.city.rng
        for _ in range(past):
            self.chronicle.add(-rng.randint(60, days.history - 40), self.past)
        self.chronicle.add(days.number(days.today - timedelta(days=26)), self.ending)
        self.chronicle.add(-7, self.in_force)
        self.chronicle.add(-14, self.declined)
        self.chronicle.add(-3, self.waiting_long)
        self.chronicle.add(-1, self.waiting_since_last_night)

    def past(self, number: int) -> None:
        """Approved, paid, and left by an exit before the month was over."""
        letter = self._approved(self.city.take(), number)
        self._exit(letter, self.city.rng.choices(list(EXITS.items()), (20, 25, 55))[0][0])

    def ending(self, number: int) -> None:
        """A letter that ends within days and has no exit yet."""
        house = self.city.take()
        case, letter = self._request(house, self.city.rng.choice(HAPPENINGS), self.city.days.day(number), time(9, 40))
        self._approve(case, letter, letter["proposed_at"] + timedelta(hours=4))

    def in_force(self, number: int) -> None:
        house = self.city.take()
        case, letter = self._request(house, self.city.rng.choice(HAPPENINGS), self.city.days.day(number), time(10, 5))
        self._approve(case, letter, letter["proposed_at"] + timedelta(hours=3))
        self.books.aid(
            letter["service_code"], letter["decided_at"] + timedelta(minutes=30), case.worker,
            household_id=house.id, complaint_id=case.complaint["id"], recommendation_id=letter["id"],
            amount=letter["amount"],
        )  # fmt: skip

    def declined(self, number: int) -> None:
        happening = (EventKind.ACCIDENT, "health-companion", "Kecelakaan dua bulan lalu; motornya rusak berat.")
        case, letter = self._request(self.city.take(), happening, self.city.days.day(number), time(13, 50))
        at = letter["proposed_at"] + timedelta(hours=1, minutes=45)
        self._settle(letter, RecommendationStatus.DECLINED, DECLINED, at)
        case.move(ComplaintStatus.DECLINED, at, by=self.city.users["walikota"], note=DECLINED)

    def waiting_long(self, number: int) -> None:
        """A sudden illness that has waited since some days ago."""
        happening = (EventKind.ACUTE_ILLNESS, "health-medicine", "Stroke mendadak; obat pertama harus ditebus sendiri.")
        self._request(self.city.golden["D13"], happening, self.city.days.day(number), time(14, 20), worker="budi")

    def waiting_since_last_night(self, _number: int) -> None:
        """A house that burnt last night, whatever day it is; Budi wrote it down on his phone."""
        happening = (EventKind.HOUSE_FIRE, "social-disaster", "Rumah terbakar tadi malam. Keluarga mengungsi di surau.")
        last_night = self.city.days.today - timedelta(days=1)
        self._request(self.city.golden["D12"], happening, last_night, time(21, 35), worker="budi", urgent=True)

    def _approved(self, house: House, number: int) -> Row:
        """A request of the past: approved the same or the next day, then paid."""
        days, rng = self.city.days, self.city.rng
        case, letter = self._request(house, rng.choice(HAPPENINGS), days.day(number), time(rng.randint(8, 11), 30))
        self._approve(case, letter, letter["proposed_at"] + timedelta(hours=rng.randint(1, 4)))
        decided = letter["decided_at"]
        row = self.books.aid(
            letter["service_code"], decided + timedelta(minutes=20), case.worker, household_id=house.id,
            complaint_id=case.complaint["id"], recommendation_id=letter["id"], amount=letter["amount"],
        )  # fmt: skip
        self.books.approve(row, decided + timedelta(minutes=55))
        paid = moment(days.after(clock.local(decided).date(), 1), time(11, rng.randint(0, 59)))
        self.books.pay(row, paid, house.head.name)
        case.move(ComplaintStatus.DELIVERED, paid + timedelta(minutes=1), by=self.city.users["bendahara"])
        return letter

    def _request(
        self, house: House, happening: tuple[EventKind, str, str], on: date, at: time, *,
        worker: str = "", urgent: bool = False,
    ) -> tuple[Case, Row]:  # fmt: skip
        """The case, the event and the request to the mayor."""
        kind, service, description = happening
        worker = worker or self.city.rng.choice(("rani", "budi"))
        case = Case(self.city, house, "data-letter", worker, on, urgent=urgent, at=at)
        case.papers()
        asked = moment(on, at) + timedelta(minutes=30)
        event = self.city.sheet.add(
            EmergencyEvent, household_id=house.id, kind=kind, happened_on=on, description=description,
            recorded_by_id=case.user["id"], recorded_at=asked,
        )  # fmt: skip
        letter = self.city.sheet.add(
            EmergencyRecommendation, event_id=event["id"], household_id=house.id, complaint_id=case.complaint["id"],
            resident_name=house.head.name, service_code=service, amount=self.books.amount(service), urgent=urgent,
            request_reason=REASON, proposed_by_id=case.user["id"], proposed_at=asked,
        )  # fmt: skip
        self._act(asked, case.user, "recommendation.requested", letter)
        if (self.city.days.today - on).days <= 31:
            title = "Surat keterangan musibah dari lurah"
            add_proof(self.city, EmergencyEvent, event, house.id, case.user, asked, (title, house.head.name))
        return case, letter

    def _approve(self, case: Case, letter: Row, at: datetime) -> None:
        self._settle(letter, RecommendationStatus.APPROVED, "Mendesak dan beralasan. Disetujui.", at)
        starts = clock.local(at).date()
        letter |= {
            "starts_on": starts, "ends_on": clock.one_month_after(starts),
            "verification_code": self.city.code(VERIFICATION_LENGTH),
        }  # fmt: skip
        case.move(ComplaintStatus.APPROVED, at, by=self.city.users["walikota"])

    def _settle(self, letter: Row, status: RecommendationStatus, reason: str, at: datetime) -> None:
        mayor = self.city.users["walikota"]
        letter |= {"status": status, "decided_by_id": mayor["id"], "decided_at": at, "decision_reason": reason}
        self._act(at, mayor, f"recommendation.{status.value}", letter)

    def _exit(self, letter: Row, way: Exit) -> None:
        on = self.city.days.after(letter["starts_on"], self.city.rng.randint(6, 15))
        letter |= {"exit": way, "exit_reason": EXITS[way], "exit_by_id": letter["proposed_by_id"], "exit_on": on}
        by = next(user for user in self.city.users.values() if user["id"] == letter["proposed_by_id"])
        self._act(moment(on, time(9, 30)), by, "recommendation.exit_recorded", letter)

    def _act(self, at: datetime, by: Row, action: str, letter: Row) -> None:
        subject = EmergencyRecommendation.__tablename__
        self.city.trail.act(at, by, action, subject, letter, letter["household_id"])


def number_letters(city: City, letters: list[Row]) -> dict[int, int]:
    """Letter numbers without gaps in the order of the approvals; gives the last number of each year."""
    pattern, classification = city.catalogue.profile["letter_pattern"], city.catalogue.setting("letter_classification")
    last: dict[int, int] = {}
    approved = [row for row in letters if row["status"] is RecommendationStatus.APPROVED]
    for row in sorted(approved, key=lambda row: row["decided_at"]):
        on = clock.local(row["decided_at"]).date()
        last[on.year] = last.get(on.year, 0) + 1
        row["letter_number"] = references.letter_number(pattern, classification, last[on.year], on)
    return last
