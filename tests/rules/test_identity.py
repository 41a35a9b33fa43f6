"""NIK, KK and names (domain.md section 14 "NIK", "KK number", "Titles")."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.households import identity
from portal.households.identity import BadNumber, fold_name, mask, nik_facts, nik_warnings, parse_kk, parse_nik

from .seeds import SEEDS

TODAY = date(2026, 5, 12)
YURNALIS = "1376024511689002"  # D02 of the demo households: a woman born on 5 November 1968
PEOPLE = [
    name for file in sorted((SEEDS / "names").glob("*.txt")) for name in file.read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize("parse", [parse_nik, parse_kk])
@pytest.mark.parametrize("text", [YURNALIS, " 1376 0245 1168 9002 ", "137602.451168.9002", "1376-0245-1168-9002"])
def test_a_number_is_read_with_spaces_dots_and_dashes(parse, text):
    assert parse(text) == YURNALIS


@pytest.mark.parametrize("parse", [parse_nik, parse_kk])
@pytest.mark.parametrize(
    ("text", "code", "given_digits"),
    [
        ("", "empty", 0),
        (" - ", "empty", 0),
        (YURNALIS[:15], "length", 15),
        (YURNALIS + "1", "length", 17),
        (YURNALIS + ".0", "length", 17),  # a spreadsheet's float
        ("1" * 10_000, "length", 10_000),
        ("1,37602E+15", "not_digits", 8),
        ("tidak ada", "not_digits", 0),
        ("١٣٧٦٠٢٤٥١١٦٨٩٠٠٢", "not_digits", 16),
        ("0", "placeholder", 1),
        ("0" * 16, "placeholder", 16),
        ("9" * 16, "placeholder", 16),
        ("0000000000000001", "placeholder", 16),
        ("1234567890123456", "placeholder", 16),
        ("0123456789012345", "placeholder", 16),
    ],
)
def test_what_cannot_be_a_number_is_refused_with_its_reason_and_count(parse, text, code, given_digits):
    with pytest.raises(BadNumber) as refused:
        parse(text)

    assert (refused.value.code, refused.value.given) == (code, given_digits)
    assert code in identity.SENTENCES


def test_the_refusal_says_how_many_digits_were_typed():
    assert "15 were typed" in str(BadNumber("length", 15))


def test_forty_is_added_to_a_womans_day():
    assert nik_facts(YURNALIS, TODAY) == identity.NikFacts("137602", "P", date(1968, 11, 5))


@pytest.mark.parametrize(
    ("ddmmyy", "born"),
    [
        ("120526", date(2026, 5, 12)),  # born today
        ("130526", date(1926, 5, 13)),  # tomorrow is not a birthday yet
        ("010100", date(2000, 1, 1)),
        ("290200", date(2000, 2, 29)),  # 1900 had none
        ("690204", date(2004, 2, 29)),
        ("290203", None),
        ("320101", None),
        ("000101", None),
        ("720101", None),
        ("011301", None),
    ],
)
def test_the_century_is_the_latest_that_is_not_in_the_future(ddmmyy, born):
    assert nik_facts(f"137602{ddmmyy}0001", TODAY).birth_date == born


@given(st.dates(min_value=date(1927, 1, 1), max_value=TODAY), st.sampled_from("LP"), st.integers(1, 9999))
def test_a_nik_made_for_a_person_says_who_it_was_made_for(born, sex, serial):
    day = born.day + (40 if sex == "P" else 0)
    nik = f"137602{day:02d}{born.month:02d}{born.year % 100:02d}{serial:04d}"

    assert nik_facts(parse_nik(nik), TODAY) == identity.NikFacts("137602", sex, born)
    assert nik_warnings(nik, born, sex, {"13.76.02"}, TODAY) == []


@pytest.mark.parametrize(
    ("nik", "born", "sex", "regions", "warnings"),
    [
        (YURNALIS, date(1968, 11, 5), "P", {"137602"}, []),
        (YURNALIS, date(1968, 11, 6), "P", {"137602"}, ["birth_date_differs"]),
        (YURNALIS, date(1968, 11, 5), "L", {"137602"}, ["sex_differs"]),
        (YURNALIS, date(1968, 11, 5), "P", {"13.76.01"}, ["region_unknown"]),
        (YURNALIS, None, None, set(), []),
        ("1376023002689002", date(1968, 2, 28), "L", {"137602"}, ["birth_date_impossible"]),
        ("1376021205249002", date(1924, 5, 12), "L", {"137602"}, []),  # a hundred and two years old
    ],
)
def test_what_does_not_fit_is_a_warning_and_never_a_refusal(nik, born, sex, regions, warnings):
    assert nik_warnings(nik, born, sex, regions, TODAY) == warnings
    assert set(warnings) <= set(identity.WARNINGS)


def test_a_masked_number_shows_its_last_four_digits_only():
    assert mask("1376024511689001") == "•••• •••• •••• 9001"
    assert mask("9001") == mask("") == mask(None) == "•••• •••• •••• ••••"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Soekarno", "Sukarno"),
        ("Djoko Soesilo", "Joko Susilo"),
        ("Tjahjo", "Cahjo"),
        ("Sjahrul", "Syahrul"),
        ("Syahrul", "Sahrul"),
        ("Njoman", "Nyoman"),
        ("Muchlis", "Muhlis"),
        ("Chairul", "Khairul"),
        ("Rizky", "Riski"),
        ("Yuni", "Iuni"),
        ("Arief", "Arif"),
        ("Noviyanti", "Nofianti"),
        ("Iqbal", "Ikbal"),
        ("Abdullah", "Abdula"),
        ("Syafi'i", "Syafii"),
        ("Ma’ruf", "Maruf"),
        ("Ramadhan", "Ramadan"),
        ("Aisyah", "Aisya"),
        ("José", "Jose"),
        ("SITI  AMINAH", "siti aminah"),
        ("Nur-Hayati", "Nur Hayati"),
        ("Muhammad", "Muhamad"),
    ],
)
def test_two_spellings_of_a_name_have_one_key(one, other):
    assert fold_name(one) == fold_name(other) != ""


@pytest.mark.parametrize(
    ("full", "bare"),
    [
        ("H. Syahrul Koto", "Syahrul Koto"),
        ("Hj. Nurbaiti", "Nurbaiti"),
        ("H.Edison", "Edison"),
        ("Dt. Rajo Panghulu", "Rajo Panghulu"),
        ("Hendri Datuak Bandaro", "Hendri Bandaro"),
        ("Dr. Ir. H. Zainal Melayu, M.Si.", "Zainal Melayu"),
        ("Rina Kartika, S.Pd., M.M.", "Rina Kartika"),
        ("Rina Kartika S.Pd.I", "Rina Kartika"),
        ("Rina Kartika S. Pd", "Rina Kartika"),
        ("Rina Kartika, SE, MM", "Rina Kartika"),
        ("Rina Kartika S.E.", "Rina Kartika"),
        ("Drs. Bustami Sutan Mudo", "Bustami Mudo"),
        ("Ibu Yurnalis", "Yurnalis"),
        ("Silvia 😀", "Silvia"),
    ],
)
def test_titles_and_degrees_are_no_part_of_the_key(full, bare):
    assert fold_name(full) == fold_name(bare)


@pytest.mark.parametrize(
    ("name", "words"),
    [("M.Ali", 2), ("M.A. Rahman", 3), ("Se Ling", 2), ("Ma Ling", 2), ("Datuak", 1), ("Koto, Rizal", 2), ("Parjo", 1)],
)
def test_what_may_be_a_name_stays(name, words):
    assert len(fold_name(name).split()) == words


def test_a_name_of_nothing_but_marks_has_no_key():
    assert fold_name("") == fold_name(" .,- ") == fold_name("😀") == ""


def test_only_spellings_of_one_name_share_a_key_among_the_names_of_the_seeds():
    shared = {name for name in PEOPLE for other in PEOPLE if name != other and fold_name(name) == fold_name(other)}

    assert shared == {"Joko", "Djoko"}


@given(
    st.text(max_size=40)
    | st.text(alphabet="aeiouhdjstycknzxqv .,'SPdMEH", max_size=40)
    | st.lists(st.sampled_from(PEOPLE), max_size=4).map(" ".join)
)
def test_folding_a_key_again_changes_nothing(text):
    key = fold_name(text)

    assert fold_name(key) == key
    assert key == key.strip()
    assert fold_name(text.upper().lower()) == fold_name(text.lower())
