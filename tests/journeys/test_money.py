"""Money: from a partner's gift to a receipt, and back to the partner without a name."""

import re
from uuid import uuid4

from portal import clock
from portal.money import terbilang_rupiah
from tests.journeys import steps
from tests.journeys.walker import Walker

FUNDED = re.compile("keperluan sekolah|pembelian obat")


def rupiah(text: str) -> list[int]:
    """Every amount in a text."""
    return [int(amount.replace(".", "")) for amount in re.findall(r"Rp([\d.]*\d)", text)]


def balance(partner: Walker) -> tuple[int, int]:
    """What Kenanga's first page says of all its gifts: what is free of what was received. Neither is below zero."""
    words = partner.goes("/").main.get_by_text("Tersedia").inner_text()
    assert "-" not in words
    free, received = rupiah(words)
    return free, received


def decide_a_need(head: Walker) -> tuple[str, str, str]:
    """The head approves a proposal for a service that Kenanga funds; the family's name, the service, the complaint."""
    proposal = head.goes("/decisions").main.locator("tr", has_text=FUNDED).first
    name, service = proposal.get_by_role("link").inner_text(), proposal.locator("td").first.inner_text()
    proposal.get_by_role("link").click()
    head.reads("Keputusan atas").types("Alasan", "Keluarga miskin, keperluannya jelas.").presses("Setujui")
    head.sees("Disetujui")
    return name, service, head.main.get_by_role("link", name=re.compile("^K-")).inner_text()


def test_a_gift_becomes_help_and_its_giver_sees_what_became_of_it(walker):
    # Given a family whose need the head of the unit has decided
    kepala, rani = walker("kepala"), walker("rani")
    name, _service, number = decide_a_need(kepala)

    # When Kenanga enters a gift for anything that it funds
    kenanga = walker("kenanga").is_accessible()
    free, received = balance(kenanga)
    kenanga.goes("/donations").is_accessible().follows("Catat donasi").reads("Catat donasi")
    kenanga.types("Diberikan pada", steps.an_earlier_day(1)).types("Besaran", "2.500.000").ticks("Infak")
    kenanga.types("Nomor bukti transfer", f"TRF-{uuid4().hex[:8]}")
    kenanga.is_accessible().presses("Catat donasi")
    gift = kenanga.reads(re.compile(r"Donasi D-")).is_accessible().path
    # Then it is no money yet
    assert balance(kenanga) == (free, received)

    # When the treasurer has seen it arrive
    bendahara = walker("bendahara").is_accessible().goes(gift)
    bendahara.is_accessible().presses("Nyatakan diterima")
    bendahara.sees("Tersedia Rp2.500.000 dari Rp2.500.000").is_accessible()
    # Then it can be spent
    assert balance(kenanga) == (free + 2_500_000, received + 2_500_000)

    # When Rani proposes help from Kenanga's fund, with the usual amount of the service
    rani.goes(f"/complaints/{number}").follows("Usulkan bantuan")
    rani.reads("Usulkan bantuan").ticks(re.compile("Infak LKS Mitra Kenanga . Umum"))
    if rani.page.get_by_label("Mengapa di luar musimnya").count():  # school needs, proposed between their seasons
        rani.types("Mengapa di luar musimnya", "Pindah sekolah di tengah tahun ajaran.")
    amount = int(rani.page.locator("#amount").input_value().replace(".", ""))
    rani.is_accessible().presses("Usulkan bantuan")
    aid = rani.reads("Bantuan S-").is_accessible().path
    # Then the money is promised, and no longer free
    assert balance(kenanga) == (free + 2_500_000 - amount, received + 2_500_000)

    # When the head approves it, and the treasurer pays it out in cash
    kepala.goes(aid).is_accessible().presses("Setujui")
    kepala.sees("Diputuskan oleh")
    bendahara.goes(aid).follows("Bayar").reads("Bayar").ticks("Tunai")
    bendahara.types("Diserahkan pada", f"{clock.today():%d-%m-%Y}").types("Diterima oleh", name)
    bendahara.is_accessible().presses("Catat pembayaran")
    receipt = bendahara.reads("Bantuan S-").is_accessible().prints("Cetak kwitansi")
    # Then the receipt says the amount in words, and who received it
    assert terbilang_rupiah(amount).lower() in receipt.lower()
    assert name in receipt

    source = bendahara.main.get_by_role("link", name=re.compile("^D-")).first.get_attribute("href")
    # And Kenanga sees what became of its gifts: how much reached how many families; no name, no number of the family
    assert balance(kenanga) == (free + 2_500_000 - amount, received + 2_500_000)
    kenanga.goes("/donations").sees("Rp2.500.000")
    pages = kenanga.page.content() + kenanga.goes(gift).page.content()
    assert source
    kenanga.goes(source).sees("Menjadi apa donasi ini", "keluarga").is_accessible(last=True)
    pages += kenanga.page.content()
    assert name not in pages
    assert number not in pages
