"""The monthly updates of the invented city: last month closed, this one on its way, and what cadres reported."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from portal import clock
from portal.accounts.models import User, UserRole
from portal.accounts.roles import Role
from portal.demo.city import SEED, City, House
from portal.demo.days import moment
from portal.demo.people import given_name, suku
from portal.demo.sheet import Row
from portal.households import month_rules as rules
from portal.households.area_models import AreaReport, ReportKind, ReportOutcome, ReportStatus
from portal.households.models import Sex
from portal.households.month_figures import Figures
from portal.households.month_models import LineState, MonthlyLine, MonthlyUpdate, MonthState

OWN = "13.76.01.1021"
"""The kelurahan of the demo's cadre."""

FATES = (
    (ReportKind.MOVED_AWAY, "Rumah kosong sejak pertengahan bulan, kata tetangga pindah ke Pekanbaru.", None),
    (ReportKind.BORN, "Lahir anak perempuan di Puskesmas, keluarganya belum mengurus akta.", ReportStatus.SETTLED),
    (ReportKind.NEWLY_POOR, "Kepala keluarga berhenti bekerja, sudah dua minggu dibantu tetangga.", None),
    (ReportKind.BETTER_OFF, "Anaknya sudah bekerja tetap; katanya tidak perlu dibantu lagi.", ReportStatus.SET_ASIDE),
)
"""What the cadre told of the own kelurahan this month, and what became of it."""

ASIDE = "Dicatat saat pembaruan kartu tahun ini; kunjungan belum perlu."
WHY = "Kader sakit dua minggu; sisanya dipastikan bulan berikut."


@dataclass
class Months:
    """Invented last and by their own generator, so that the rest of the city stays as it was."""

    city: City
    rng: Random = field(default_factory=lambda: Random(SEED + 2))
    houses: dict[str, list[House]] = field(default_factory=dict)
    cadres: dict[str, Row] = field(default_factory=dict)

    def invent(self) -> None:
        """Each kelurahan in which somebody lives; the cadre's own is half through this month."""
        for house in self.city.houses:
            if house.row["closed_on"] is None:
                self.houses.setdefault(house.row["village_code"], []).append(house)
        self.cadres[OWN] = self.city.users["kader"]
        this = rules.month_of(self.city.days.today)
        for place, village_code in enumerate(sorted(self.houses)):
            self._last_month(village_code, rules.month_before(this), place)
            self._this_month(village_code, this)

    def _cadre(self, village_code: str) -> Row:
        """Each kelurahan has one; she may sign in as the demo's own does, by her kelurahan's code."""
        if village_code not in self.cadres:
            known = self.city.users["kader"]
            name = f"{given_name(self.rng, Sex.FEMALE, young=False)} {suku(self.rng)}"
            account = {
                "name": f"kader-{village_code[-4:]}-{village_code[6:8]}", "full_name": name,
                "title": f"Kader Kelurahan {self.city.catalogue.villages[village_code]}",
            }  # fmt: skip
            same = {key: known[key] for key in ("password_hash", "created_at")}
            self.cadres[village_code] = self.city.sheet.add(User, **account, **same, village_code=village_code)
            self.city.sheet.add(UserRole, user_id=self.cadres[village_code]["id"], role=Role.CADRE)
        return self.cadres[village_code]

    def _month(self, village_code: str, month: date) -> Row:
        began = moment(month, time(0, 5))
        row = self.city.sheet.add(MonthlyUpdate, village_code=village_code, month=month, opened_at=began)
        self.city.trail.act(began, None, "monthly_update.opened", "monthly_update", row, None)
        return row

    def _known(self, village_code: str, month: date) -> list[House]:
        """Families that were in the register before the month ended, by RW, RT and name as a cadre walks."""
        end = clock.at_start_of(rules.month_after(month))
        known = [house for house in self.houses[village_code] if house.row["created_at"] < end]
        return sorted(known, key=lambda house: (house.row["rw"], house.row["rt"], house.row["head_name"], house.id))

    def _last_month(self, village_code: str, month: date, place: int) -> None:
        """All confirmed but a few; closed on its last days by the head, and most of them sent."""
        row, houses = self._month(village_code, month), self._known(village_code, month)
        left = len(houses) // 4 if place % 15 == 7 else self.rng.randint(0, len(houses) // 12)
        at = moment(rules.closes_on(month) - timedelta(days=self.rng.randint(1, 9)), time(16, self.rng.randint(0, 59)))
        self._confirm(row, houses[left:], at)
        closed = moment(rules.closes_on(month), time(14, place % 60))
        for house in houses[:left]:
            self._line(row, house, LineState.UNCONFIRMED, None, closed)
        figures = Figures(confirmed=len(houses) - left, unconfirmed=left)
        head = self.city.users["kepala"]
        row.update(state=MonthState.CLOSED, closed_by_id=head["id"], closed_at=closed, figures=figures.kept())
        if rules.asks_why(unconfirmed=left, families=len(houses)):
            row["closing_reason"] = WHY
        self.city.trail.act(closed, head, "monthly_update.closed", "monthly_update", row, None)

    def _this_month(self, village_code: str, month: date) -> None:
        """What has been confirmed until yesterday: nothing where the cadre has not begun, half of the demo's own."""
        row, houses = self._month(village_code, month), self._known(village_code, month)
        yesterday = self.city.days.today - timedelta(days=1)
        if yesterday < month:
            return
        own = village_code == OWN
        share = 0.5 if own else self.rng.choice((0, 0.2, 0.4, 0.6, 0.8, 0.9))
        at = moment(yesterday, time(17, self.rng.randint(0, 59)))
        few = len(houses) - min(len(FATES), len(houses) // 3)
        reported = self._reports(row, houses[few:], at) if own else set()
        self._confirm(row, [house for house in houses[: int(len(houses) * share)] if house.id not in reported], at)

    def _confirm(self, row: Row, houses: list[House], at: datetime) -> None:
        if not houses:
            return
        cadre = self._cadre(row["village_code"])
        for house in houses:
            self._line(row, house, LineState.CONFIRMED, cadre, at)
        ids = [house.id for house in houses]
        self.city.trail.act(at, cadre, "monthly_update.confirmed", "monthly_update", row, None, households=ids)

    def _line(self, row: Row, house: House, state: LineState, by: Row | None, at: datetime) -> None:
        self.city.sheet.add(
            MonthlyLine, update_id=row["id"], household_id=house.id, state=state, by_id=by["id"] if by else None, at=at
        )

    def _reports(self, row: Row, houses: list[House], at: datetime) -> set[int]:
        """One of each kind of fate, and a family that is not in the register."""
        cadre = self.city.users["kader"]
        for minutes, (house, (kind, words, status)) in enumerate(zip(houses, FATES, strict=False)):
            when = at + timedelta(minutes=minutes)
            self._line(row, house, LineState.REPORTED, cadre, when)
            place = {name: house.row[name] for name in ("rt", "rw")}
            report = self._report(row, when, kind, house.row["head_name"], words, household_id=house.id, **place)
            self._answer(report, status, when + timedelta(hours=1))
        new = {"rt": "002", "rw": "001", "address": "Gang di belakang surau, rumah kayu"}
        words = "Baru datang dari kampung, lima orang, belum ada yang mendata."
        self._report(row, at + timedelta(minutes=9), ReportKind.NEW_FAMILY, "Nurbaiti", words, **new)
        return {house.id for house in houses}

    def _report(self, row: Row, at: datetime, kind: ReportKind, name: str, words: str, **more: Any) -> Row:
        cadre = self.city.users["kader"]
        report = self.city.sheet.add(
            AreaReport, village_code=row["village_code"], kind=kind, family_name=name, own_words=words,
            reported_by_id=cadre["id"], reported_at=at, update_id=row["id"], **more,
        )  # fmt: skip
        self.city.trail.act(at, cadre, "area_report.made", "area_report", report, more.get("household_id"))
        return report

    def _answer(self, report: Row, status: ReportStatus | None, at: datetime) -> None:
        if status is None:
            return
        worker = self.city.users["rani"]
        report.update(status=status, settled_by_id=worker["id"], settled_at=at)
        if status is ReportStatus.SET_ASIDE:
            report["settling_note"] = ASIDE
        else:
            report["outcome"] = ReportOutcome.COMPLAINT
        act = "area_report.set_aside" if status is ReportStatus.SET_ASIDE else "area_report.taken_up"
        self.city.trail.act(at, worker, act, "area_report", report, report["household_id"])
