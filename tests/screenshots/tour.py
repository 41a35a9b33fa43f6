"""Every picture of the guide: who sees it, and the way there. The city is thrown away afterwards."""

import re
from collections.abc import Callable

from portal import clock
from tests.journeys.test_giving import sends_statement
from tests.journeys.test_money import rupiah
from tests.journeys.walker import Walker
from tests.screenshots.camera import Shot

PHONE, DESK, MAIN = "phone", "desk", "main"


def at(path: str) -> Callable[[Walker], object]:
    return lambda person: person.goes(path)


def first_of(path: str, link: str, then: str = "", *, place: int = 0) -> Callable[[Walker], object]:
    """The first page that this list links to (or the one at `place`, -1 the last), and what is done there."""

    def go(person: Walker) -> None:
        href = person.goes(path).main.locator(f"a[href^='{link}']").nth(place).get_attribute("href") or ""
        person.goes(href.partition("?")[0] + then)

    return go


def case_without_visit(then: str) -> Callable[[Walker], object]:
    """The first complaint that waits for a visit and has its papers."""

    def go(person: Walker) -> None:
        links = person.goes("/").main.locator("a[href^='/complaints/'][href$='/visit']")
        person.goes((links.first.get_attribute("href") or "").removesuffix("/visit") + then)

    return go


def _hears_a_family(person: Walker) -> None:
    person.goes("/complaints/new").types("Nama, NIK, atau nomor KK", "Afdal B")
    person.main.get_by_role("button", name=re.compile("^Pilih Afdal B")).first.wait_for()


def _promises(person: Walker) -> None:
    _hears_a_family(person)
    person.main.get_by_role("button", name=re.compile("^Pilih Afdal B")).first.click()
    person.types("Keluhan dengan kata-kata keluarga", "Anak saya sakit, obatnya harus kami beli sendiri.")
    person.chooses("Layanan", "Bantuan pembelian obat")
    person.sees("Kami janjikan jawaban paling lambat")


def _answers(person: Walker) -> None:
    """A visit whose assessment has begun."""
    links = person.goes("/").main.locator("#group-drafts ~ * a[href^='/visits/'], section:has(#group-drafts) a")
    href = links.first.get_attribute("href") or ""
    person.goes(re.sub(r"/assessment$", "", href.partition("?")[0]) + "/assessment")


def _proposes(person: Walker) -> None:
    links = person.goes("/").main.locator("a[href^='/complaints/'][href$='/proposal']", has_text="Usulkan")
    person.goes(links.last.get_attribute("href") or "")


def _emergency(person: Walker) -> None:
    case_without_visit("")(person)
    person.follows("Ajukan surat kepada Wali Kota").ticks("Sakit mendadak")
    person.types("Hari kejadian", f"{clock.today():%d-%m-%Y}")


def _opens(summary: str) -> Callable[[Walker], object]:
    def go(person: Walker) -> None:
        person.goes("/recommendations").main.locator("summary", has_text=summary).first.click()

    return go


def _approves(person: Walker) -> None:
    """The head approves help that a partner's money may pay, so that the next picture can show how it is asked for."""
    wanted = re.compile("keperluan sekolah|pembelian obat")
    person.goes("/decisions").main.locator("tr", has_text=wanted).filter(has_text="Rani").first.get_by_role(
        "link"
    ).first.click()
    person.types("Alasan", "Hasil kunjungan dan berkas mendukung usulan.").presses("Setujui").sees("Disetujui")


def _aid(person: Walker) -> None:
    """The newest decision of all is the one that was just taken."""
    row = person.goes("/decisions?state=settled").main.locator("a[href^='/decisions/']").first
    person.goes(row.get_attribute("href") or "").follows("Usulkan bantuan")


def _statement(person: Walker) -> None:
    """The bank's statement with a gift that waits, and one that nobody announced."""
    href = person.goes("/donations?status=entered").main.locator("a[href^='/donations/D-']").first.get_attribute("href")
    amount = rupiah(person.goes(href or "").main.inner_text())[0]
    sends_statement(person, "LKS MITRA KENANGA", amount)


def _own_report(person: Walker) -> None:
    person.goes("/donations").follows("Laporan kami: menjadi apa saja donasi kami")


TOUR = (
    Shot("masuk", None, PHONE, at("/sign-in")),
    Shot("menu", "rani", PHONE, at("/#menu")),
    Shot("faktor-kedua", "bendahara", PHONE, at("/account/second-factor")),
    Shot("cari", "rani", DESK, at("/households?q=afdal"), MAIN),
    # Pekerja sosial
    Shot("hari-ini", "rani", PHONE, at("/")),
    Shot("keluhan-siapa", "rani", PHONE, _hears_a_family),
    Shot("keluhan-janji", "rani", PHONE, _promises, from_top="label[for='service_code']"),
    Shot("berkas-keluhan", "rani", PHONE, case_without_visit("")),
    Shot("jadwal", "rani", PHONE, case_without_visit("/visit")),
    Shot("kunjungan", "rani", PHONE, first_of("/", "/visits/")),
    Shot("penilaian", "rani", PHONE, _answers, from_top="#section-floor_and_walls"),
    Shot("usulan", "rani", PHONE, _proposes, from_top="#propose"),
    Shot("data-nasional", "rani", PHONE, at("/households/8/list-check")),
    Shot("darurat-ajukan", "rani", PHONE, _emergency, from_top="form"),
    Shot("surat", "rani", PHONE, first_of("/recommendations?filter=no_exit", "/recommendations/R-")),
    Shot("rujuk", "rani", PHONE, lambda p: (case_without_visit("")(p), p.follows("Rujuk ke perangkat daerah"))),
    # Kepala unit
    Shot("hari-ini-kepala", "kepala", DESK, at("/")),
    Shot("keputusan", "kepala", DESK, first_of("/decisions", "/decisions/"), MAIN),
    Shot("setujui-bantuan", "kepala", DESK, first_of("/disbursements?status=proposed", "/disbursements/S-"), MAIN),
    Shot("disetujui", "kepala", DESK, _approves, MAIN),
    Shot("bantuan-usul", "rani", PHONE, _aid, from_top="form[method=post] label[for=amount]"),
    Shot("cabut-kartu", "kepala", DESK, first_of("/cards", "/cards/KAN-", "/revocation"), MAIN),
    # Kantor Wali Kota
    Shot("darurat", "walikota", PHONE, at("/recommendations")),
    Shot("darurat-setujui", "walikota", PHONE, _opens("Setujui"), from_top="article"),
    Shot("wakil", "walikota", PHONE, at("/delegations")),
    # Bendahara
    Shot("hari-ini-bendahara", "bendahara", DESK, at("/")),
    Shot("donasi-diterima", "bendahara", DESK, first_of("/donations?status=entered", "/donations/D-"), MAIN),
    Shot("bayar", "bendahara", DESK, first_of("/", "/disbursements/S-", "/payment"), MAIN),
    Shot("daftar-bayar", "bendahara", DESK, first_of("/payments", "/payments/B-"), MAIN),
    Shot("daftar-tunggu", "rani", DESK, at("/waiting"), MAIN),
    Shot("dana", "bendahara", DESK, at("/funds"), MAIN),
    Shot("tutup-buku", "bendahara", DESK, first_of("/funds/periods", "/funds/periods/2"), MAIN),
    Shot("rekening-koran", "bendahara", DESK, _statement, MAIN),
    # Mitra
    Shot("donasi-catat", "kenanga", DESK, at("/donations/new"), MAIN),
    Shot("donasi-menjadi", "kenanga", DESK, first_of("/donations", "/donations/D-", place=-1), MAIN),
    Shot(
        "laporan-mitra",
        "kenanga",
        DESK,
        lambda p: p.goes("/donations").follows("Laporan kami: menjadi apa saja donasi kami"),
        MAIN,
    ),
    Shot("asnaf", "baznas", DESK, at("/disbursements/asnaf"), MAIN),
    # Kader
    Shot("kelurahan", "kader", PHONE, at("/area")),
    Shot("lapor", "kader", PHONE, at("/area/reports/new")),
    # Perangkat daerah
    Shot("rujukan-jawab", "dinsos", DESK, first_of("/", "/referrals/"), MAIN),
    # Inspektorat
    Shot("jejak", "inspektorat", DESK, at("/audit"), MAIN),
    Shot("jejak-utuh", "inspektorat", DESK, at("/audit/verify"), MAIN),
    Shot("yang-membuka", "kepala", DESK, at("/households/8/readers"), MAIN),
    # Administrator
    Shot("pengguna-baru", "admin", DESK, at("/users/new"), MAIN),
    Shot("pengguna", "admin", DESK, at("/users/1"), MAIN),
    Shot("pengaturan", "admin", DESK, at("/settings"), MAIN),
)
README = Shot("today", "rani", DESK, at("/"))
