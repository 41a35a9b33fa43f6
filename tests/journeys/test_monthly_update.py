"""A cadre in a lane: who is unchanged is one press, what has changed is told, and a lost connection loses nothing."""

import re

from playwright.sync_api import expect

from tests.journeys import steps


def left(kader) -> int:
    """As the month's page says."""
    return int(re.search(r"(\d+) keluarga tersisa", kader.main.inner_text())[1])


@steps.CROSSED
def test_a_cadre_confirms_a_family_takes_it_back_and_tells_of_another(walker):
    # Given Ibu Murniati in Kelurahan Ibuah, where some families are left this month
    kader = walker("kader").goes("/area/month").reads("Pemutakhiran bulanan").is_accessible()
    before = left(kader)

    # When she opens an RT and says of its first family that nothing has changed
    kader.main.locator(".rows a.row-title").first.click()
    kader.is_accessible().main.locator(".month-rows button").first.click()
    # Then one family less is left, and she may think again
    kader.sees(f"{before - 1} keluarga tersisa")
    kader.follows("Sudah dipastikan")
    kader.main.locator(".month-rows button").last.click()
    kader.sees(f"{before} keluarga tersisa")

    # And when she looks at the whole RT before she confirms it, every family of it is ticked
    kader.follows("Pastikan seluruh RT").is_accessible()
    assert kader.main.locator("input[type=checkbox]:not(:checked)").count() == 0
    kader.follows("Tidak, kembali")

    # And when she tells of a family that is in no list, and the network goes away
    name = steps.new_family().head
    kader.goes("/area/reports/new").is_accessible()
    kader.main.get_by_label("Keluarga jatuh miskin").check()
    kader.page.locator("#family_name").fill(name)
    kader.page.locator("#own_words").fill("Sudah seminggu tidak bekerja.")
    if kader.scripts:
        kader.context.set_offline(True)
        kader.presses("Kirim laporan")
        # Then the page says so, and what she typed is still there
        expect(kader.page.locator("#trouble")).to_be_visible()
        assert kader.page.locator("#own_words").input_value() == "Sudah seminggu tidak bekerja."
        kader.context.set_offline(False)
        kader.complaints.clear()
    kader.presses("Kirim laporan")
    kader.reads("Laporan saya").sees(name).is_accessible(last=True)
