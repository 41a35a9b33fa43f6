"""One bad row never stops the good ones: each is good, in doubt or refused, with its reasons."""

import pytest

from portal.errors import Refused
from portal.exchange import checking
from tests.exchange.files import DATA, ELFIRA, HEAD, KK, SYAHRUL, checked, row, xlsx

pytestmark = pytest.mark.usefixtures("make")  # the unit's kelurahan


def reasons(found):
    return [person.reasons for person in found.people]


def doubts(found):
    return [person.doubts for person in found.people]


def family(number, *, members=2, **head):
    """Rows of one more family, every NIK and KK its own."""
    kk = f"13760108061{number:05d}"
    people = [
        row(kk=kk, nik=f"1376011203{74 + at:02d}{number:04d}", name=f"ORANG {number} {at}", born=f"12-03-19{74 + at}")
        for at in range(members)
    ]
    for child in people[1:]:
        child[5] = "Famili lain"
    return [row(like=people[0], **head), *people[1:]]


def test_a_sound_family_is_good(tmp_path):
    found = checked(tmp_path, SYAHRUL, ELFIRA)
    [house] = found.families

    assert (reasons(found), doubts(found), house.stands) == ([[], []], [[], []], True)
    assert house.head.name == "SYAHRUL PITOPANG"
    person = found.people[1]
    assert (person.kk_no, person.sex, person.relation, str(person.birth_date)) == (KK, "P", "spouse", "1978-09-21")
    assert (person.village_code, person.rw, person.rt) == ("13.76.01.1021", "002", "001")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"nik": 1376016109789100}, "digits_lost"),
        ({"nik": "1.37601E+15"}, "scientific"),
        ({"nik": "137601610978910"}, "nik_length"),
        ({"nik": "137601610978910I"}, "nik_not_digits"),
        ({"kk": "1376010806139"}, "kk_length"),
        ({"name": None}, "name_empty"),
        ({"born": "31-02-1978"}, "birth_date_unreadable"),
        ({"sex": "?!"}, "sex_unreadable"),
        ({"sex": None, "nik": None}, "sex_empty"),
        ({"relation": None}, "relation_empty"),
        ({"relation": "tetangga"}, "relation_unreadable"),
        ({"village": "Nglorog"}, "village_unknown"),
        ({"kk": "-"}, "family_unknown"),
    ],
)
def test_a_bad_row_is_refused_and_the_rest_of_its_family_stays(tmp_path, changed, reason):
    found = checked(tmp_path, SYAHRUL, row(ELFIRA, **changed), *family(7))

    assert reason in found.people[1].reasons
    assert [person.reasons for person in found.people if person.name != "ELFIRA" and person.name] == [[], [], []]


def test_all_reasons_of_a_row_are_said_at_once(tmp_path):
    found = checked(tmp_path, row(name="-", nik="1E+15", village=None))

    assert found.people[0].reasons == ["scientific", "name_empty", "village_empty"]


def test_people_without_a_nik_share_nothing(tmp_path):
    found = checked(tmp_path, row(nik="0"), row(ELFIRA, nik=0), row(ELFIRA, nik="9999999999999999", name="RENI"))

    assert (reasons(found), doubts(found)) == ([[], [], []], [[], [], []])
    assert {person.nik for person in found.people} == {None}


def test_heads_without_a_family_number_are_families_of_their_own(tmp_path):
    found = checked(tmp_path, row(kk="0"), row(kk="0", nik=None, name="RIZAL"))

    assert [len(house.people) for house in found.families] == [1, 1]
    assert doubts(found) == [["no_kk"], ["no_kk"]]


def test_a_family_needs_one_head(tmp_path):
    found = checked(tmp_path, ELFIRA, *family(7), row(family(7)[0], nik=None, name="KEPALA DUA"))

    assert reasons(found) == [["no_head"], ["two_heads"], ["two_heads"], ["two_heads"]]
    assert [house.stands for house in found.families] == [False, False]


def test_without_its_head_a_family_goes_back_together(tmp_path):
    found = checked(tmp_path, row(born="31-02-1974"), ELFIRA)

    assert reasons(found) == [["birth_date_unreadable"], ["head_refused"]]


def test_the_same_row_twice_counts_once(tmp_path):
    found = checked(tmp_path, SYAHRUL, SYAHRUL, ELFIRA)

    assert reasons(found) == [[], ["row_twice"], []]
    assert found.families[0].stands


def test_one_nik_for_two_people_refuses_both(tmp_path):
    found = checked(tmp_path, SYAHRUL, row(ELFIRA, nik=SYAHRUL[1]), *family(7))

    assert ("nik_twice" in found.people[0].reasons, "nik_twice" in found.people[1].reasons) == (True, True)
    assert reasons(found)[2:] == [[], []]


@pytest.mark.parametrize(
    ("changed", "doubt"),
    [
        ({"born": "22-09-1978"}, "birth_date_differs"),
        ({"sex": "L"}, "sex_differs"),
        ({"nik": "1376019909789101"}, "birth_date_impossible"),
        ({"nik": 1376016109789101}, "nik_stored_as_number"),
        ({"sex": None}, "sex_from_nik"),
        ({"rt": "Lorong"}, "rt_rw_unreadable"),
        ({"village": "Talang"}, "several_villages"),
        ({"relation": "Anak"}, "child_as_old_as_head"),
    ],
)
def test_what_is_unusual_is_in_doubt_and_not_refused(tmp_path, changed, doubt):
    found = checked(tmp_path, SYAHRUL, row(ELFIRA, **changed))

    assert (reasons(found), doubt in found.people[1].doubts) == ([[], []], True)
    assert (len(found.good()), len(found.in_doubt()), len(found.refused())) == (1, 1, 0)


def test_a_number_given_elsewhere_is_no_doubt(tmp_path):
    assert doubts(checked(tmp_path, row(nik="3314011203749001"))) == [[]]


def test_a_csv_in_which_most_numbers_end_in_zero_has_lost_their_digits(tmp_path):
    people = [line for number in range(11, 131, 10) for line in family(number)]
    lines = [[*line[:1], line[1][:-1] + "0", *line[2:]] for line in people]
    (tmp_path / "a.csv").write_text("\n".join(";".join(line) for line in [HEAD, *lines]))

    found = checking.check(tmp_path / "a.csv")

    assert all("digits_lost" in person.reasons for person in found.people)


def test_a_few_numbers_that_end_in_zero_are_numbers(tmp_path):
    people = [line for number in range(10, 22) for line in family(number)]
    found = checked(tmp_path, *people)

    assert any(person.nik.endswith("0") for person in found.people)
    assert all(person.reasons == [] for person in found.people)


def test_the_population_workbook(app):
    found = checking.check(DATA / "opensid_population.xlsx")

    assert (len(found.people), len(found.families)) == (123, 30)
    assert len(found.good()) == 75
    # The invented people of Sragen and Malang: their hamlets are called like no kelurahan of this unit.
    assert checking.by_code(found.people, "reasons") == [("village_empty", 48)]


def test_the_dead_and_the_moved_do_not_enter_and_a_new_head_may(tmp_path):
    head = ["no_kk", "nik", "nama", "sex", "tanggallahir", "kk_level", "dusun", "status_dasar"]
    dead = [*SYAHRUL[:3], "1", "1974-03-12", "1", "IBUAH", "2"]
    widow = [*ELFIRA[:3], "2", "1978-09-21", "1", "IBUAH", "1"]

    found = checking.check(xlsx(tmp_path / "a.xlsx", head, dead, widow))

    assert reasons(found) == [["not_living_here"], []]
    assert found.families[0].head.name == "ELFIRA"


def test_the_national_list(app):
    found = checking.check(DATA / "bdt_2015.xlsx")
    first = found.families[0]

    assert (len(found.people), len(found.families), len(found.refused())) == (25, 6, 0)
    assert (first.head.name, first.head.percentile, first.head.birth_date) == ("SYAHRUL PITOPANG", 33, None)
    assert (first.head.family, first.head.kk_no) == ("137600100000000001", None)
    assert (first.head.rt, first.head.rw, first.head.village_code) == ("002", "002", "13.76.01.1021")
    assert [person.relation for person in first.people] == ["head", "spouse", "child", "child", "child"]


BDT = [
    "ID rumah tangga (2)", "Nomor urut keluarga", "NIK", "Nama ART", "jenis kelamin", "HubKRT",
    "Umur anggota rumah tangga (tahun)", "Partisipasi sekolah", "Desa/Kelurahan (9)",
]  # fmt: skip


def test_the_national_lists_own_codes_and_ages(tmp_path):
    head = ["1", "1", SYAHRUL[1], "SYAHRUL", "1", "1", "41", "2", "IBUAH"]
    wife = ["1", "1", ELFIRA[1], "ELFIRA", "2", "2", "60", "0", "IBUAH"]
    child = ["1", "2", "1376011203041234", "RENI", "1", "3", "11", "1", "IBUAH"]

    found = checking.check(xlsx(tmp_path / "a.xlsx", BDT, head, wife, child))

    assert [person.relation for person in found.people] == ["head", "spouse", "child"]
    assert [person.in_school for person in found.people] == [False, False, True]
    assert doubts(found) == [[], ["age_differs"], ["several_families"]]


@pytest.mark.parametrize(("many", "suspected"), [(9, False), (10, True)])
def test_numbers_that_all_end_in_nothing_are_suspected_from_ten_on(tmp_path, many, suspected):
    rows = [
        row(kk=f"13760108061{number:04d}1", nik=f"137601120374{number:03d}0", name=f"KEPALA {number}")
        for number in range(1, many + 1)
    ]

    found = checked(tmp_path, *rows)

    assert ("digits_lost" in found.people[0].reasons) is suspected


def test_a_file_of_another_kind_is_refused_with_what_is_known(tmp_path, english):
    with pytest.raises(Refused, match=r"does not know the columns.*OpenSID"):
        checking.check(xlsx(tmp_path / "a.xlsx", ["Tanggal", "Jumlah"], ["1", "2"]))


def test_a_format_may_be_named(tmp_path, english):
    with pytest.raises(Refused, match="does not know the columns"):
        checking.check(DATA / "opensid_population.xlsx", "bdt_2015")
    assert checking.check(DATA / "opensid_population.xlsx", "opensid_population").people


def test_progress_is_told_every_thousand_rows(tmp_path):
    told = []
    (tmp_path / "a.csv").write_text("\n".join(";".join(line) for line in [HEAD, SYAHRUL, *[ELFIRA] * 2100]))

    checking.check(tmp_path / "a.csv", progress=told.append)

    assert told == [1000, 2000]
