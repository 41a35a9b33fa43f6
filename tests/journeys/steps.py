"""Steps that more than one journey takes, each with the pages a person really passes."""

import re
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from portal import clock
from tests.journeys.walker import Walker

CROSSED = pytest.mark.parametrize(
    "walker", [("phone", False), ("desk", True)], ids=["phone-plain", "desk-scripts"], indirect=True
)
"""Each screen once and scripts once: for what is done at one place, and is long."""

_families = count(1)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Family:
    """An invented family that is in no register yet; its numbers were never given to anybody."""

    head: str
    nik: str
    kk: str
    address: str


def an_earlier_day(days: int = 10) -> str:
    """So many days ago, as people type it."""
    return f"{clock.today() - timedelta(days=days):%d-%m-%Y}"


def new_family() -> Family:
    n = next(_families)
    odd_name = "".join(_LETTERS[int(digit, 16)] for digit in uuid4().hex[:5]).capitalize()
    serial = 1000 + n
    nik, kk = f"137601550370{serial}", f"137601010120{serial}"
    return Family(f"Yurnalis {odd_name}", nik, kk, f"Jalan Rasuna Gang {serial}")


# What is found in a house that meets 10 of the 12 criteria, as (question, answer, how it is known).
POOR_HOUSE = (
    ("members", "4", "document"),
    ("floor_area_m2", "24", "seen"),
    ("floor_type", "soil", "seen"),
    ("wall_type", "bamboo", "seen"),
    ("toilet", "shared", "seen"),
    ("lighting", "electric_own", "seen"),
    ("protein_per_week", "1", "told"),
    ("clothes_per_year", "1", "told"),
    ("meals_per_day", "3", "told"),
    ("can_pay_clinic", "false", "told"),
    ("head_job", "farm_labourer", "told"),
    ("head_income_idr_month", "550.000", "told"),
    ("head_education", "sd", "document"),
    ("savings_and_assets_idr", "150.000", "told"),
)


KTP, KK = "Kartu Tanda Penduduk (KTP)", "Kartu Keluarga (KK)"
OFFICERS = {"Rani Oktavia Koto": "rani", "Budi Harmen Sikumbang": "budi"}


def visitor_of(desk: Walker, number: str) -> str:
    """The account of the officer whose free time was offered: who is near that day."""
    booked = desk.goes(f"/complaints/{number}").main.get_by_text("Di tangan:").inner_text()
    return next(account for name, account in OFFICERS.items() if name in booked)


def take_complaint(
    desk: Walker, family: Family, words: str, service: str, papers: tuple[str, ...], *, visit: bool = True
) -> str:
    """A new family is heard at the desk, promised an answer and the first offered visit; the complaint's number."""
    desk.goes("/complaints/new").reads("Keluhan baru")
    desk.types("Nama, NIK, atau nomor KK", family.head)
    if not desk.scripts:
        desk.presses("Cari")
    desk.sees("Keluarga tidak ditemukan.").is_accessible()
    desk.presses("Daftarkan keluarga baru")
    desk.types("Nama kepala keluarga", family.head).chooses("Jenis kelamin", "Perempuan")
    desk.types("NIK", family.nik).types("Nomor KK", family.kk)
    desk.chooses("Kelurahan", "Ibuah").types("RT", "2").types("RW", "1").types("Alamat", family.address)
    desk.types("Keluhan dengan kata-kata keluarga", words)
    desk.chooses("Layanan", service)
    if not desk.scripts:
        desk.presses("Tampilkan berkas dan janji")
    desk.sees("Kami janjikan jawaban paling lambat")
    for paper in papers:
        desk.ticks(paper)
    desk.ticks(re.compile("|".join(OFFICERS)) if visit else "Jadwalkan nanti")
    desk.is_accessible()
    desk.presses("Catat keluhan")
    desk.reads(re.compile(r"K-\d{4}-\d{6}")).sees(words)
    return desk.path.removeprefix("/complaints/")


def check_list(officer: Walker, number: str) -> None:
    """The family is looked up in the national list, and is not in it."""
    officer.goes(f"/complaints/{number}")
    officer.page.locator("h1 + .household a").click()
    officer.follows("Periksa data terpadu").reads("Periksa data terpadu")
    officer.types("Tanggal daftar", an_earlier_day()).chooses("Ditemukan?", "Tidak, keluarga tidak tercantum")
    officer.is_accessible().presses("Catat hasil pemeriksaan")
    officer.sees("Hasil pemeriksaan sudah dicatat.")


def assess(officer: Walker, number: str) -> None:
    """The officer opens the visit and answers what is asked at a poor house; the result is final."""
    officer.goes(f"/complaints/{number}").follows("Buka kunjungan")
    officer.follows("Mulai penilaian").reads("Penilaian")
    for name, value, how in POOR_HOUSE:
        answer(officer, name, value, how)
    if not officer.scripts:
        officer.presses("Simpan")
    officer.sees("12 dari 12 terjawab", "10 terpenuhi")
    officer.is_accessible().follows("Selesaikan")
    officer.reads("Selesaikan penilaian").sees("10 dari 12 kriteria terpenuhi").is_accessible()
    officer.presses("Selesaikan penilaian")
    officer.sees("Penilaian selesai.")


def answer(officer: Walker, name: str, value: str, how: str) -> None:
    """One question, and how the answer is known; with scripts each is saved at once."""
    question = officer.page.locator(f"#q-{name}")
    box = question.locator(f"[name='{name}'][value='{value}']")
    if box.count():
        box.check()
    else:
        question.locator(f"input[name='{name}']").fill(value)
    question.locator(f"[name='{name}.how'][value='{how}']").check()
    if officer.scripts:
        expect(question.locator(f"#state-{name}")).to_contain_text("Tersimpan")


def propose(officer: Walker, number: str) -> None:
    """The officer proposes what the rule says."""
    officer.goes(f"/complaints/{number}").follows("Usulkan").reads("Usulan")
    officer.ticks(re.compile("^Bantu keluarga")).is_accessible()
    officer.presses("Usulkan ke kepala unit")


def decide(head: Walker, family: Family, reason: str) -> None:
    """The head finds the proposal in the own list and approves it."""
    head.goes("/decisions").follows(family.head).reads("Keputusan").sees("10 dari 12")
    head.types("Alasan", reason).is_accessible()
    head.presses("Setujui")
    head.sees("Disetujui", reason)
