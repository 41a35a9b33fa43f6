"""A list on paper: whose it is, and what it is narrowed by."""

from playwright.sync_api import Browser, expect

from tests.journeys.walker import Walker


def test_a_printed_list_names_the_unit_and_what_it_is_narrowed_by(chromium: Browser, city: str) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="id-ID")
    rani = Walker(context, city, scripts=False).signs_in("rani").goes("/disbursements?status=paid&print=all")

    rani.page.emulate_media(media="print")

    expect(rani.main.get_by_text("Unit Pelayanan Terpadu Kesejahteraan Anak Nagari")).to_be_visible()
    expect(rani.main.get_by_text("Dicetak ")).to_be_visible()
    expect(rani.page.locator(".filters label[for=status]")).to_be_visible()
    for narrows_nothing in ("search-q", "service", "since"):
        expect(rani.page.locator(f".filters label[for={narrows_nothing}]")).to_be_hidden()
    expect(rani.page.get_by_role("button", name="Tampilkan", exact=True)).to_be_hidden()
    context.close()
