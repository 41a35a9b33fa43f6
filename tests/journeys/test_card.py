"""Path b: a poor family that is in no list and holds no KPS or KKS gets a card for one year."""

import re

from tests.journeys import steps


def test_a_poor_family_in_no_list_gets_a_card_for_one_year(walker):
    # Given Ibu Yurnalis, who has never been at the desk and is in no list
    family = steps.new_family()
    rani = walker("rani").is_accessible()

    # When Rani takes her complaint down, prints the receipt
    number = steps.take_complaint(
        rani, family, "Kami ingin berobat tetapi tidak punya uang.",
        "Verifikasi dan validasi keluarga miskin; penerbitan Kartu", (steps.KTP, steps.KK),
    )  # fmt: skip
    receipt = rani.is_accessible().prints("Cetak tanda terima")
    # Then number, tracking code and "gratis" stand on it
    assert number in receipt
    assert "gratis" in receipt.lower()
    assert family.nik not in receipt

    # And when she looks the family up, its visitor answers the twelve criteria at the house, and she proposes
    steps.check_list(rani, number)
    steps.assess(walker(steps.visitor_of(rani, number)), number)
    steps.propose(rani, number)

    # And the head of the unit, who was not there, decides with a reason
    kepala = walker("kepala").is_accessible()
    steps.decide(kepala, family, "Sepuluh dari dua belas kriteria terpenuhi.")
    kepala.is_accessible()

    # Then the card is there, to be printed
    kepala.main.get_by_role("link", name=re.compile("^Kartu ")).first.click()
    card = kepala.reads("Kartu").sees(family.head).is_accessible().prints("Cetak kartu")
    assert family.head in card
    assert family.head in kepala.prints("Cetak di A4")
    code = re.search(r"[A-Z0-9]{6}(-[A-Z0-9]{6}){2}", card)
    assert code

    # And whoever checks its code reads that it is valid, and no more of the name than needed
    stranger = walker().goes(f"/verify/{code[0]}").reads("Berlaku").sees("berlaku hari ini")
    assert family.head not in stranger.page.content()
    stranger.is_accessible(last=True)
