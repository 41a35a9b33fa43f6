"""From a gift in the bank's statement to a paid list and the partner's own statement; and a family that waited."""

import re
from uuid import uuid4

import pytest

from portal import clock
from tests.journeys import steps
from tests.journeys.test_money import decide_a_need, rupiah
from tests.journeys.walker import Walker

GIFT = 3_250_000
HEADS = "Tanggal;Keterangan;Debet;Kredit"
ON_A_PHONE = pytest.mark.parametrize("walker", [("phone", False)], ids=["phone-plain"], indirect=True)
"""For what can be walked once in a city: one family waits in it for more than its fund has."""


def gives(partner: Walker, amount: str) -> tuple[str, str]:
    """The partner enters a gift for anything that it funds; where it stands, and what was written on the transfer."""
    reference = f"TRF-{uuid4().int % 10**10:010}"
    partner.goes("/donations").follows("Catat donasi").reads("Catat donasi")
    partner.types("Diberikan pada", steps.an_earlier_day(1)).types("Besaran", amount).ticks("Infak")
    partner.types("Nomor bukti transfer", reference).presses("Catat donasi")
    return partner.reads(re.compile(r"Donasi D-")).path, reference


def sends_statement(treasurer: Walker, reference: str, amount: int, *, heads: str = HEADS) -> None:
    """A day's statement of the bank, in which this gift is one line."""
    line = f"{steps.an_earlier_day(1).replace('-', '/')};{reference} INFAK;;{amount}"
    file = {"name": f"{reference}.csv", "mimeType": "text/csv", "buffer": f"{heads}\n{line}".encode()}
    treasurer.goes("/bank-statements").follows("Kirim rekening koran").reads("Kirim rekening koran")
    treasurer.types("Rekening mana", f"Bank Nagari {reference}").is_accessible()
    treasurer.page.locator("#file").set_input_files(file)
    treasurer.presses("Baca rekening koran")


def proposes(worker: Walker, number: str) -> tuple[str, int]:
    """Help with the usual amount from what Kenanga gave for anything; its address and rupiah."""
    worker.goes(f"/complaints/{number}").follows("Usulkan bantuan")
    worker.reads("Usulkan bantuan").ticks(re.compile("Infak LKS Mitra Kenanga . Umum"))
    if worker.page.get_by_label("Mengapa di luar musimnya").count():  # school needs, proposed between their seasons
        worker.types("Mengapa di luar musimnya", "Pindah sekolah di tengah tahun ajaran.")
    amount = int(worker.page.locator("#amount").input_value().replace(".", ""))
    worker.presses("Usulkan bantuan")
    return worker.reads("Bantuan S-").path, amount


def pays_in_a_list(treasurer: Walker, aid: str) -> None:
    """A list of this aid alone, settled after a look at its sums."""
    treasurer.goes("/payments").is_accessible().follows("Susun daftar").reads("Susun daftar")
    number = aid.rsplit("/", 1)[1]
    for box in treasurer.page.locator("input[name=ids]").all():
        box.set_checked(False)
    treasurer.ticks(re.compile(number)).is_accessible().presses("Buat daftar dari yang dicentang")
    treasurer.reads("Daftar bayar B-").sees(number).is_accessible().follows("Selesaikan baris")
    treasurer.reads("Selesaikan daftar").is_accessible().presses("Lihat jumlahnya dahulu")
    treasurer.reads("Periksa sekali lagi").is_accessible().presses("Catat semuanya")
    treasurer.reads("Daftar bayar B-").sees("Tercatat: hasil 1 baris.").is_accessible()


def whole(partner: Walker) -> tuple[int, int]:
    """What Kenanga's own statement says was received and given since the beginning of the year."""
    day = clock.today()
    partner.goes(f"/partners/mitra-kenanga/statement?since=1-1-{day.year - 1}&until={day.day}-{day.month}-{day.year}")
    sums = partner.main.locator("table").first.locator("tfoot tr")
    _opening, received, given = (rupiah(sums.locator("td").nth(place).inner_text())[0] for place in range(3))
    return received, given


@steps.CROSSED
def test_a_gift_is_found_in_the_bank_paid_in_a_list_and_stands_in_its_givers_statement(walker):
    # Given a family whose need the head has decided, and a gift of Kenanga that nobody has seen arrive
    kepala, kenanga = walker("kepala"), walker("kenanga")
    name, _service, complaint = decide_a_need(kepala)
    received, given = whole(kenanga)
    gift, reference = gives(kenanga, f"{GIFT:,}".replace(",", "."))

    # When the treasurer sends in the bank's statement, the line of this gift is sure and confirmed with one click
    bendahara = walker("bendahara")
    sends_statement(bendahara, f"{reference}-X", GIFT, heads="Apa;Itu;Ini;Anu")
    bendahara.sees("Portal tidak mengenal kolom berkas ini.").is_accessible()
    sends_statement(bendahara, reference, GIFT)
    bendahara.sees("Pasti", reference).is_accessible().presses("Nyatakan 1 donasi ini diterima")
    # Then it can be spent
    bendahara.goes(gift).sees("Tersedia Rp3.250.000 dari Rp3.250.000")
    assert whole(kenanga) == (received + GIFT, given)

    # When Rani proposes help from it, the head approves, and the treasurer pays it in a list
    aid, amount = proposes(walker("rani"), complaint)
    kepala.goes(aid).presses("Setujui")
    kepala.sees("Diputuskan oleh")
    pays_in_a_list(bendahara, aid)

    # Then Kenanga's statement tells that so much more was given, gift by gift, and never to whom
    assert whole(kenanga) == (received + GIFT, given + amount)
    kenanga.sees("Donasi demi donasi", gift.rsplit("/", 1)[1]).is_accessible(last=True)
    pages = kenanga.page.content()
    assert not [word for word in (name, complaint, aid.rsplit("/", 1)[1]) if word in pages]


@ON_A_PHONE
def test_a_family_that_waited_is_helped_once_a_fitting_gift_has_come(walker):
    # Given a family that waits, because no fund has so much
    rani = walker("rani").goes("/waiting").reads("Keluarga menunggu dana").is_accessible()
    family = rani.main.locator("table tbody tr").first
    name, amount = family.get_by_role("link").inner_text(), rupiah(family.locator("td").last.inner_text())[0]
    assert rani.main.get_by_text("Dana sudah masuk").count() == 0
    rani.follows(name).reads("Bantuan S-").follows("Carikan dana").sees("tidak cukup untuk jumlah ini")

    # When a partner gives as much, and the treasurer has seen it arrive
    baznas = walker("baznas")
    gift, _reference = gives(baznas, str(amount))
    walker("bendahara").goes(gift).presses("Nyatakan diterima")
    # Then the list says who could be helped now
    rani.goes("/waiting").sees("Dana sudah masuk: 1 di antaranya dapat dibantu sekarang.").is_accessible()

    # When Rani puts that money aside for the family, the head approves, and the treasurer pays
    rani.follows(name).ticks(re.compile("Infak Baznas . Umum")).is_accessible().presses("Sisihkan dana")
    aid = rani.reads("Bantuan S-").path
    kepala = walker("kepala").goes(aid).presses("Setujui")
    kepala.sees("Diputuskan oleh")
    pays_in_a_list(walker("bendahara"), aid)

    # Then the family waits no longer, and the partner sees what became of its gift, without a name
    rani.goes("/waiting").sees("Tidak ada keluarga yang menunggu dana.")
    baznas.goes(gift).sees("Menjadi apa donasi ini", "keluarga").is_accessible(last=True)
    assert name not in baznas.page.content()
