"""Money: from a partner's gift to a receipt, and back to the partner without a name."""

import re

from portal import clock
from tests.journeys import steps
from tests.journeys.walker import Walker


def rupiah(text: str) -> list[int]:
    """Every amount in a text."""
    return [int(amount.replace(".", "")) for amount in re.findall(r"Rp([\d.]*\d)", text)]


def balance(partner: Walker) -> tuple[int, int]:
    """What Kenanga's first page says of all its gifts: what is free of what was received. Neither is below zero."""
    words = partner.goes("/").main.get_by_text("Tersedia").inner_text()
    assert "-" not in words
    free, received = rupiah(words)
    return free, received


def test_a_gift_becomes_help_and_its_giver_sees_what_became_of_it(walker):
    # Given a poor family whose need was decided
    family, rani, kepala = steps.new_family(), walker("rani"), walker("kepala")
    number = steps.take_complaint(
        rani, family, "Anak kami tidak punya seragam dan buku.", "Bantuan keperluan sekolah SD/SMP sederajat",
        (steps.KTP, steps.KK),
    )  # fmt: skip
    steps.check_list(rani, number)
    steps.assess(walker(steps.visitor_of(rani, number)), number)
    steps.propose(rani, number)
    steps.decide(kepala, family, "Keluarga miskin, anak bersekolah.")

    # When Kenanga enters a gift for education
    kenanga = walker("kenanga").is_accessible()
    free, received = balance(kenanga)
    kenanga.goes("/donations").is_accessible().follows("Catat donasi").reads("Catat donasi")
    kenanga.types("Diberikan pada", steps.an_earlier_day(1)).types("Besaran", "2.500.000").ticks("Infak")
    kenanga.chooses("Untuk apa", "Pendidikan").types("Nomor bukti transfer", f"TRF-{family.kk}")
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

    # When Rani proposes help from Kenanga's fund, within the usual amount of the service
    rani.goes(f"/complaints/{number}").follows("Usulkan bantuan")
    rani.reads("Usulkan bantuan").types("Besaran", "400.000").ticks(re.compile("Infak LKS Mitra Kenanga . Pendidikan"))
    rani.is_accessible().presses("Usulkan bantuan")
    aid = rani.reads("Bantuan").sees("Rp400.000").is_accessible().path
    # Then the money is promised, and no longer free
    assert balance(kenanga) == (free + 2_100_000, received + 2_500_000)

    # When the head approves it, and the treasurer pays it out in cash
    kepala.goes(aid).is_accessible().presses("Setujui")
    kepala.sees("Disetujui")
    bendahara.goes(aid).follows("Bayar").reads("Bayar").ticks("Tunai")
    bendahara.types("Diserahkan pada", f"{clock.today():%d-%m-%Y}").types("Diterima oleh", family.head)
    bendahara.is_accessible().presses("Catat pembayaran")
    receipt = bendahara.reads("Bantuan").is_accessible().prints("Cetak kwitansi")
    # Then the receipt says the amount in words, and who received it
    assert "empat ratus ribu rupiah" in receipt.lower()
    assert family.head in receipt

    # And Kenanga sees what became of its gifts: month, service, amount; no name, no number of the family
    assert balance(kenanga) == (free + 2_100_000, received + 2_500_000)
    kenanga.goes("/donations").sees("Rp2.500.000").is_accessible()
    pages = kenanga.page.content() + kenanga.goes(gift).is_accessible().page.content()
    for word in (family.head, family.nik, family.kk, family.address, number):
        assert word not in pages
