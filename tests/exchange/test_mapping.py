"""A person says once what the columns of an unknown file are, with a proposal for each and its reason."""

import json

import pytest

from portal.errors import Refused
from portal.exchange import checking, guessing, mapping
from portal.exchange.samples import FIELDS, MEANINGS, label, sample
from tests.exchange.files import DATA, ELFIRA, KK, SYAHRUL, family_rows, xlsx

pytestmark = pytest.mark.usefixtures("make", "english")

TITLES = ["Urut", "Kartu", "Nomor orang", "Sebutan", "Kelamin/umur", "Lahir", "Kedudukan", "Wilayah", "Agama"]
CODES = {"relation": {"A": "head", "B": "spouse", "C": "child"}}


def lines(like=(SYAHRUL, ELFIRA), relations=("A", "B")):
    return [
        [str(at), person[0], person[1], person[2], person[3], person[4], relation, person[6], "Islam"]
        for at, (person, relation) in enumerate(zip(like, relations, strict=True), start=1)
    ]


def unknown_file(path, *rows, above=()):
    return xlsx(path, *above, TITLES, *(rows or lines()))


def columns(**fields):
    return {field: TITLES.index(title) for field, title in fields.items()}


MAPPED = columns(kk_no="Kartu", nik="Nomor orang", name="Sebutan", sex="Kelamin/umur", relation="Kedudukan",
                 birth_date="Lahir", village="Wilayah")  # fmt: skip


def proposed(sheet):
    return {one.title: (one.field, one.confidence) for one in guessing.proposals(sheet)}


def test_a_sample_shows_head_and_first_rows_of_each_visible_sheet(tmp_path):
    above = [["DAFTAR WARGA"], ["Keadaan 2025"], []]
    path = unknown_file(tmp_path / "a.xlsx", *lines() * 50, above=above)

    [sheet] = sample(path)

    assert (sheet.name, sheet.head_row, sheet.titles) == ("Data", 4, tuple(TITLES))
    assert (sheet.rows[0], len(sheet.rows)) == (tuple(lines()[0]), 40)


def test_a_sample_finds_heads_of_two_lines_and_no_line_of_numbers(tmp_path):
    upper = ["No", "Nomor", None, "Sebutan", "Tempat"]
    lower = [None, "KK", "NIK", None, "Kelurahan"]
    path = xlsx(tmp_path / "a.xlsx", ["DAFTAR"], upper, lower, ["1", "2", "3", "4", "5"], ["1", KK, "x", "y", "Ibuah"])

    [sheet] = sample(path)

    assert (sheet.head_row, sheet.titles) == (3, ("No", "Nomor KK", "Nomor NIK", "Sebutan", "Tempat Kelurahan"))
    assert sheet.rows == (("1", KK, "x", "y", "Ibuah"),)


def test_nothing_that_looks_like_a_table_is_no_sheet(tmp_path):
    assert sample(xlsx(tmp_path / "a.xlsx", ["catatan"])) == []


def test_columns_are_proposed_by_their_values(tmp_path):
    people = [person for number in range(1, 6) for person in family_rows(number)]
    [sheet] = sample(unknown_file(tmp_path / "a.xlsx", *lines(people, ["Kepala keluarga", "Istri"] * 5)))

    assert proposed(sheet) == {
        "Urut": (None, "unsure"),
        "Kartu": ("kk_no", "likely"),
        "Nomor orang": ("nik", "likely"),
        "Sebutan": ("name", "unsure"),
        "Kelamin/umur": ("sex", "unsure"),
        "Lahir": ("birth_date", "likely"),
        "Kedudukan": ("relation", "likely"),
        "Wilayah": ("village", "likely"),
        "Agama": (None, "sure"),
    }
    whys = {one.title: one.why for one in guessing.proposals(sheet)}
    assert (whys["Kartu"], whys["Agama"]) == (
        "100 % of its values look like it.",
        "Religion may play no part in who is helped.",
    )


def test_columns_are_proposed_by_their_names_and_what_speaks_against_them_is_said(tmp_path):
    path = xlsx(
        tmp_path / "a.xlsx",
        ["NIK", "Nama", "RT", "Umur"],
        [SYAHRUL[1], "SYAHRUL", "001", "41"],
        ["-", "ELFIRA", "1", "37"],
    )
    [sheet] = sample(path)

    assert proposed(sheet) == {
        "NIK": ("nik", "sure"), "Nama": ("name", "unsure"), "RT": ("rt", "likely"), "Umur": ("age", "likely")
    }  # fmt: skip


def test_no_field_is_proposed_for_two_columns(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", ["Nama", "NIK", "Nomor lain"], ["SYAHRUL PITOPANG", SYAHRUL[1], ELFIRA[1]])
    fields = [one.field for one in guessing.proposals(sample(path)[0])]

    assert fields == ["name", "nik", None]


def test_a_mapped_file_is_checked_like_any_other(tmp_path):
    path = unknown_file(tmp_path / "a.xlsx")
    format_ = mapping.mapped_format("Data Baznas", sample(path)[0], MAPPED, CODES)

    found = checking.check(path, also=[format_])
    table = found.tables[0][0]

    assert [(person.name, person.relation, person.reasons, person.doubts) for person in found.people] == [
        ("SYAHRUL PITOPANG", "head", [], []), ("ELFIRA", "spouse", [], [])
    ]  # fmt: skip
    assert (table.format.name_id, [title for title, _why in table.left_out]) == ("Data Baznas", ["Agama"])


def test_a_mapping_goes_through_json_and_knows_the_next_file_by_its_heads(tmp_path):
    sheet = sample(unknown_file(tmp_path / "a.xlsx"))[0]
    format_ = mapping.mapped_format("Data Baznas", sheet, MAPPED, CODES)

    again = mapping.from_dict(json.loads(json.dumps(mapping.to_dict(format_))))

    assert again == format_
    following = checking.check(unknown_file(tmp_path / "b.xlsx", above=[["Bulan Mei"]]), also=[again])
    assert [table.format.code for table, _people in following.tables] == [again.code]
    with pytest.raises(checking.UnknownColumns):
        checking.check(xlsx(tmp_path / "c.xlsx", TITLES[:-3], lines()[0][:-3]), also=[again])


def test_words_nobody_explained_are_listed_and_can_be(tmp_path):
    path = unknown_file(tmp_path / "a.xlsx", *lines((SYAHRUL, ELFIRA, ELFIRA), ("A", "Z", "Z")))
    format_ = mapping.mapped_format("x", sample(path)[0], MAPPED, {"relation": {"A": "head"}})

    assert mapping.unknown_words(path, format_) == {"relation": [("Z", 2)]}

    explained = mapping.with_meanings(format_, {"relation": {"Z": "spouse"}})
    assert mapping.unknown_words(path, explained) == {}
    assert [person.relation for person in checking.check(path, also=[explained]).people] == ["head", "spouse", "spouse"]


def test_a_list_of_heads_needs_no_column_for_their_place(tmp_path):
    path = unknown_file(tmp_path / "a.xlsx", lines()[0])
    fields = {field: at for field, at in MAPPED.items() if field != "relation"}
    format_ = mapping.mapped_format("x", sample(path)[0], fields, {"relation": {"": "head"}})

    assert [person.relation for person in checking.check(path, also=[format_]).people] == ["head"]


@pytest.mark.parametrize(
    ("fields", "codes", "field", "said"),
    [
        (columns(kk_no="Kartu", relation="Kedudukan"), {}, "name", "Name"),
        (columns(name="Sebutan", relation="Kedudukan"), {}, "kk_no", "Family card"),
        (columns(name="Sebutan", kk_no="Kartu"), {}, "relation", "Place in the family"),
        ({**MAPPED, "nik": 99}, {}, "nik", "no such column"),
        ({**MAPPED, "religion": 8}, {}, "religion", "no such column"),
        ({**MAPPED, "address": 8}, {}, "address", "Religion may play no part"),
        (MAPPED, {"relation": {"A": "boss"}}, "relation", "boss"),
        (MAPPED, {"name": {"A": "B"}}, "name", "means nothing"),
    ],
)
def test_a_mapping_that_cannot_be_says_why_beside_its_field(tmp_path, fields, codes, field, said):
    sheet = sample(unknown_file(tmp_path / "a.xlsx"))[0]

    with pytest.raises(Refused, match=said) as refused:
        mapping.mapped_format("Data", sheet, fields, codes)
    assert refused.value.field == field


def test_columns_without_a_title_or_with_one_that_stands_twice_cannot_be_mapped(tmp_path):
    path = xlsx(tmp_path / "a.xlsx", ["Nama", "NIK", "NIK", None, "KK"], ["A B", "1", "2", "3", "4"])
    sheet = sample(path)[0]

    for at, said in ((2, "Two columns"), (3, "no title")):
        with pytest.raises(Refused, match=said):
            mapping.mapped_format("Data", sheet, {"name": 0, "nik": at, "kk_no": 4})
    with pytest.raises(Refused, match="name"):
        mapping.mapped_format(" ", sheet, {"name": 0, "kk_no": 4})


def test_the_formats_in_use_propose_themselves():
    for file, more in (("opensid_population.xlsx", "birth_date"), ("family.xls", "village")):
        [sheet] = sample(DATA / file)
        fields = {one.field for one in guessing.proposals(sheet)}
        assert {"kk_no", "nik", "name", "relation", more} <= fields, file


def test_every_field_has_a_name_and_coded_ones_their_meanings():
    assert all(label(field) for field in FIELDS)
    assert MEANINGS.keys() <= FIELDS.keys()
