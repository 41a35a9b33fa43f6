"""The head of every paper comes from the unit's profile and settings."""

from dataclasses import replace

from portal.units.catalogue import catalogue
from portal.units.letterhead import letterhead, regional_head, town


def with_settings(**settings):
    unit = catalogue()
    return replace(unit, settings={**unit.settings, **settings})


def test_the_letterhead_names_government_unit_and_legal_basis(make):
    head = letterhead(catalogue())

    assert head.government == "Pemerintah Kota Payakumbuh"
    assert head.name == "Unit Pelayanan Terpadu Kesejahteraan Anak Nagari"
    assert head.legal_basis == "Peraturan Wali Kota Payakumbuh Nomor 59 Tahun 2013"
    assert (town(catalogue()), regional_head(catalogue())) == ("Payakumbuh", "Wali Kota Payakumbuh")


def test_address_and_telephone_stand_there_once_they_are_filled_in(make):
    filled = with_settings(office_address="Jalan Contoh No. 1\nPayakumbuh 26200", office_phone="(0752) 555-0100")

    assert letterhead(with_settings(office_address="", office_phone="")).address_lines == ()
    assert letterhead(filled).address_lines == (
        "Jalan Contoh No. 1", "Payakumbuh 26200", "Telepon (0752) 555-0100",
    )  # fmt: skip


def test_a_unit_of_a_kelurahan_writes_under_its_city(make):
    unit = catalogue()
    kelurahan = replace(
        unit, profile={**unit.profile, "place": "Kelurahan Purwantoro, Kecamatan Blimbing, Kota Malang"}
    )

    assert letterhead(kelurahan).government == "Pemerintah Kota Malang"
    assert regional_head(kelurahan) == "Wali Kota Malang"
