"""The invented givers: records and permits, a pledge, a month of payroll infak, a bank statement half matched.

Made by the portal's own services at the end, so that every act is on the trail like anybody's.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from random import Random
from typing import Final

from flask_babel import force_locale
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from portal import clock
from portal.accounts.models import User
from portal.collection import bank, bank_queries, services
from portal.collection.services import Terms
from portal.config import SEEDS
from portal.db import db
from portal.demo.city import SEED
from portal.money import format_rupiah
from portal.partners import pledges, records
from portal.partners import services as gifts
from portal.partners.models import Donation, DonationStatus, Partner, Purpose
from portal.partners.record_models import PaperKind

OFFICES: Final = (
    "Dinas Pendidikan", "Dinas Kesehatan", "Dinas Sosial", "Bappeda", "Sekretariat Daerah",
    "Kantor Camat Payakumbuh Barat",
)  # fmt: skip
GIVERS_OF_AN_OFFICE: Final = 9
ACCOUNT: Final = "Bank Nagari 4417 (rekaan)"
AGREEMENTS: Final = {
    "mitra-kenanga": ("kenanga", "PKS/03/UPT-KAN/2026 (rekaan)"), "baznas": ("baznas", "PKS/04/UPT-KAN/2026 (rekaan)"),
    "bri": ("bri", "PKS/05/UPT-KAN/2026 (rekaan)"), "lazismu": ("lazismu", "PKS/06/UPT-KAN/2026 (rekaan)"),
}  # fmt: skip


@dataclass
class Givers:
    """Invented last and by their own generator, so that the rest of the city stays as it was."""

    rng: Random = field(default_factory=lambda: Random(SEED + 7))

    def invent(self) -> None:
        self.today = clock.today()
        with force_locale("id"):
            self._records()
            self._pledge()
            self._payroll()
            self._statement()

    def _user(self, name: str) -> User:
        return db.session.scalars(select(User).where(User.name == name)).one()

    def _records(self) -> None:
        """Agreements with all, a PUB permit that ends soon, and the licence of the private amil."""
        for code, (user, number) in AGREEMENTS.items():
            self._paper(code, user, PaperKind.AGREEMENT, number, 400, None)
        self._paper("mitra-kenanga", "kenanga", PaperKind.PUB_PERMIT, "467/PUB/2026 (rekaan)", 320, 45)
        self._paper("lazismu", "lazismu", PaperKind.LAZ_LICENCE, "730/LAZ (rekaan)", 900, 900)
        kenanga = db.session.get_one(Partner, "mitra-kenanga")
        records.change_profile(
            kenanga, contact_person="Yenti Rosmala", phone="0812-0000-0000", email="kenanga@contoh.id",
            address="Jalan Contoh No. 5 (alamat rekaan)", gives_for=["education", "health"], by=self._user("kenanga"),
        )  # fmt: skip

    def _paper(self, code: str, user: str, kind: PaperKind, number: str, ago: int, left: int | None) -> None:
        until = self.today + timedelta(days=left) if left is not None else None
        records.add_paper(
            db.session.get_one(Partner, code), kind=kind, number=number, issuer="Contoh",
            dated_on=self.today - timedelta(days=ago), until=until, note="", by=self._user(user),
        )  # fmt: skip

    def _pledge(self) -> None:
        """BRI promised house repairs; a first part is on its way."""
        bri, by = db.session.get_one(Partner, "bri"), self._user("bri")
        terms = {"kind_code": "csr", "purpose": Purpose.SERVICE, "purpose_code": "social-house"}
        due = self.today + timedelta(days=60)
        made = pledges.pledge(bri, amount=30_000_000, due_on=due, note="", by=by, **terms)  # type: ignore[arg-type]
        sent = self.today - timedelta(days=3)
        gifts.enter(
            bri, amount=10_000_000, given_on=sent, pledge=made, reference=f"CSR-{sent:%y%m%d}-001", by=by,
            **terms,  # type: ignore[arg-type]
        )  # fmt: skip

    def _payroll(self) -> None:
        """Last month's sheet of the civil servants: six offices, with a row in doubt and one that cannot be read."""
        month = (self.today.replace(day=1) - timedelta(days=1)).replace(day=1)
        rows = [["No", "Nama", "NIP", "OPD", "Jumlah", "Anonim"]]
        for office in OFFICES:
            for _giver in range(GIVERS_OF_AN_OFFICE):
                rows.append([str(len(rows)), self._name(), "", office, str(self.rng.choice((25, 50, 75, 100)) * 1000),
                             "ya" if self.rng.random() < 0.1 else ""])  # fmt: skip
        rows.append([str(len(rows)), self._name(), "", OFFICES[0], "7500000", ""])
        rows.append([str(len(rows)), self._name(), "", OFFICES[1], "lima puluh ribu", ""])
        terms = Terms(month, self.today - timedelta(days=4), "infak", Purpose.FIELD, "education", None, per_office=True)
        by = self._user("kenanga")
        kenanga = db.session.get_one(Partner, "mitra-kenanga")
        sheet = services.bring_in(_csv(rows, f"infak-pns-{month:%Y-%m}.csv"), kenanga, terms, by=by)
        services.enter(sheet, by=by)

    def _name(self) -> str:
        given = (SEEDS / "names" / "minang_female.txt").read_text(encoding="utf-8").split("\n")
        clans = (SEEDS / "names" / "minang_suku.txt").read_text(encoding="utf-8").split("\n")
        return f"{self.rng.choice([one for one in given if one])} {self.rng.choice([one for one in clans if one])}"

    def _statement(self) -> None:
        """Four offices and BRI have arrived; two of them are matched already, and one line is nobody's yet."""
        waiting = db.session.scalars(
            select(Donation).where(Donation.status == DonationStatus.ENTERED).order_by(Donation.id)
        ).all()
        arrived = [gift for gift in waiting if gift.givers][:4] + [gift for gift in waiting if gift.pledge_id]
        rows = [["Tanggal", "Keterangan", "Debet", "Kredit", "Saldo"]]
        saldo = 10_000_000
        for gift in arrived:
            saldo += gift.amount
            said = f"TRF {gift.giver_name or gift.partner.name} {gift.reference}".strip()
            rows.append([_day(gift.given_on + timedelta(days=1)), said, "", _figure(gift.amount), _figure(saldo)])
        rows.append(
            [_day(self.today - timedelta(days=1)), "BIAYA ADMINISTRASI", "15.000,00", "", _figure(saldo - 15_000)]
        )
        rows.append([_day(self.today - timedelta(days=1)), "SETORAN TUNAI", "", "350.000,00", _figure(saldo + 335_000)])
        by = self._user("bendahara")
        statement = bank.bring_in(_csv(rows, f"mutasi-{self.today:%Y-%m}.csv"), ACCOUNT, by=by)
        by_line = {one.line.id: one for one in bank_queries.proposals()}
        for line in bank_queries.lines(statement, "open")[:2]:
            if (found := by_line[line.id].sure) is not None:
                bank.match(line, db.session.get_one(Donation, found.gift.id), sure=True, by=by)


def _csv(rows: list[list[str]], name: str) -> FileStorage:
    return FileStorage(BytesIO("\n".join(";".join(row) for row in rows).encode()), filename=name)


def _day(on: date) -> str:
    return f"{on:%d/%m/%Y}"


def _figure(amount: int) -> str:
    return format_rupiah(amount).removeprefix("Rp") + ",00"
