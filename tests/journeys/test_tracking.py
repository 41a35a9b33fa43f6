"""A stranger follows a complaint by its number and code, and reads what the unit does."""

import re

from playwright.sync_api import expect

from tests.journeys import steps


def test_a_complaint_is_followed_by_number_and_code_and_shows_no_family(walker):
    # Given a complaint taken at the desk, and the receipt the family took home
    family, rani = steps.new_family(), walker("rani")
    words = "Suami saya lumpuh dan kami tidak punya uang untuk obat."
    number = steps.take_complaint(rani, family, words, "Bantuan pembelian obat", (steps.KTP,))
    receipt = rani.prints("Cetak tanda terima")
    printed = re.search(r"Kode lacak .*? lain\) ([A-Z0-9 ]+?) Diterima", receipt)
    assert printed, receipt
    code = printed[1].replace(" ", "")

    # When somebody opens the portal without an account and types number and code
    stranger = walker().goes("/").is_accessible()
    stranger.follows("Lacak keluhan").reads("Lacak keluhan").is_accessible()
    # Then a wrong code says nothing, not even whether there is such a complaint
    stranger.types("Nomor keluhan", number).types("Kode pada tanda terima", "AAAAAA").presses("Lihat perkembangannya")
    expect(stranger.main.get_by_role("alert")).to_be_visible()
    assert family.head not in stranger.page.content()
    stranger.complaints.clear()  # the browser notes the refusal (422)
    stranger.is_accessible()

    # And the right one shows the steps, the promise and what comes next
    stranger.types("Nomor keluhan", number).types("Kode pada tanda terima", code).presses("Lihat perkembangannya")
    stranger.reads(number).sees("Diterima", "Dikunjungi", "Dinilai", "Diputuskan", "Dibantu", "Selesai")
    stranger.sees("Janji", "Kami datang pada").is_accessible()
    # But neither who it is, nor where they live, nor that they are poor
    page = stranger.page.content().lower()
    for said in (family.head, family.nik, family.kk, family.address, "ibuah", words, "miskin"):
        assert said.lower() not in page

    # And the catalogue tells the papers, the time, and that it costs nothing
    stranger.goes("/services").reads("Layanan").sees("gratis").is_accessible()
    stranger.follows("Bantuan pembelian obat").reads("Bantuan pembelian obat")
    stranger.sees("Kartu Tanda Penduduk (KTP)", "Gratis", "hari kerja").is_accessible(last=True)
