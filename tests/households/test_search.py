"""Finding families: by a fragment of any member's name, by whole numbers, by kelurahan; page by page."""

import re

import pytest

from portal import audit
from portal.db import db
from portal.errors import NotFound
from portal.households import queries, search
from portal.households.models import Member, Relation
from portal.households.queries import Filter


def found(q: str = "", village_code: str = "") -> list[str]:
    rows, _ = queries.register(Filter(q, village_code))
    return [row.head_name for row in rows]


def test_a_fragment_of_any_members_name_finds_the_family(make):
    make.household("Yurnalis Piliang")
    make.household("Syahrul Pitopang", members=2)

    assert found("nalis") == ["Yurnalis Piliang"]
    assert found("anak conto") == ["Syahrul Pitopang"]


def test_spellings_that_sound_alike_are_one(make):
    make.household("Hj. Khairunnisa Tanjung")

    assert found("chairun nisa") == found("KHAIRUN") == found("tanjung khairun") == ["Hj. Khairunnisa Tanjung"]


def test_fewer_than_three_letters_find_beginnings(make):
    make.household("Yurnalis Piliang")
    make.household("Rosma Yunita")

    assert found("yu") == ["Yurnalis Piliang"]
    assert found("yurnalis pi") == ["Yurnalis Piliang"]
    assert found("ro yu") == ["Rosma Yunita"]


@pytest.mark.parametrize("typed", ["😀", "%%%", '"', "_____", "x' OR 1=1 --"])
def test_signs_that_mean_something_to_the_database_find_nobody(make, typed):
    make.household()

    assert found(typed) == []


def test_whole_numbers_find_their_family_and_parts_do_not(make):
    household = make.household(kk_no="1376010806139999")
    nik = household.members[0].nik
    make.household("Rosma")

    assert found(f"{nik[:6]} {nik[6:12]}-{nik[12:]}") == found("1376010806139999") == ["Yurnalis Piliang"]
    assert found(nik[:15]) == found(nik[4:]) == []


def test_a_corrected_name_is_found_and_the_old_one_is_not(make):
    household = make.household("Yurnalis")
    member = household.members[0]
    member.name, member.name_key = "Rosmaniar", "rosmaniar"
    make._store(household)

    assert found("yurnal") == []
    assert found("rosman") == ["Yurnalis"]

    with audit.unrecorded():
        db.session.delete(member)
        db.session.commit()
    assert found("rosman") == []


def test_a_kelurahan_narrows_the_list(make):
    make.household("Yurnalis")
    make.household("Yurnita", village_code="13.76.02.1034")

    assert found("yurn", "13.76.02.1034") == ["Yurnita"]
    assert found("", "13.76.02.1034") == ["Yurnita"]


def test_pages_follow_each_other_without_gap_or_overlap(make):
    names = sorted(f"Keluarga {n % 4}" for n in range(11))
    for name in names:
        make.household(name)

    seen, after = [], None
    while True:
        rows, total = queries.register(Filter(), after, size=3)
        assert total == 11
        seen += rows[:3]
        if len(rows) <= 3:
            break
        after = [rows[2].head_name, rows[2].id]

    assert [row.head_name for row in seen] == names
    assert len({row.id for row in seen}) == 11


def test_a_fragment_that_fits_too_many_is_read_in_the_lists_own_order(make, monkeypatch):
    for name in ("Rosma", "Rosni", "Rosdiana", "Yurnalis"):
        make.household(name)
    monkeypatch.setattr(search, "COUNT_LIMIT", 2)

    assert found("ros") == ["Rosdiana", "Rosma", "Rosni"]
    assert found("ro") == ["Rosdiana", "Rosma", "Rosni"]


def test_the_line_of_a_family_masks_its_number_and_shows_its_marks(make):
    line = queries.line(make.household(listed=True, card=True))

    assert (line.head_name, line.village, line.rt) == ("Yurnalis Piliang", "Ibuah", "003")
    assert line.kk_masked.startswith("•••• ")
    assert [(mark.tone, mark.label) for mark in line.marks] == [("info", "DTSEN desil 2"), ("info", "KKS")]


def test_a_family_that_is_not_there(make):
    with pytest.raises(NotFound):
        queries.get_household(9999)


def test_at_the_desk_heads_of_that_name_come_first(make):
    make.household("Afdal", members=2)
    make.household("Yurnalis")
    with audit.unrecorded():
        child = db.session.query(Member).filter_by(relation=Relation.CHILD).one()
        child.name, child.name_key = "Yurni", "iurni"
        db.session.commit()

    assert [line.head_name for line in queries.likely("yur", most=8)] == ["Yurnalis", "Afdal"]
    assert [line.head_name for line in queries.likely("yur", most=1)] == ["Yurnalis"]
    assert queries.likely(" ", most=8) == []


def test_the_reader_sees_which_member_was_found(make, sign_in):
    make.household("Afdal", members=2)

    page = sign_in(make.social_worker()).get("/households?q=anak contoh").text

    assert "Anggota: Anak Contoh" in page


def test_a_number_typed_into_a_search_box_never_stands_in_an_address(make, sign_in):
    family = make.household("Yurnalis Piliang", members=2)
    nik, browser = family.members[1].nik, sign_in(make.social_worker())

    found = browser.post("/households", {"q": nik})
    assert (found.status_code, found.location) == (303, f"/households/{family.id}")
    nobody = browser.post("/households", {"q": "1376010101019999"})
    assert (nobody.status_code, "Keluarga tidak ditemukan" in nobody.text) == (200, True)
    part = browser.post("/households", {"q": nik}, headers={"HX-Request": "true", "HX-Target": "results"})
    assert "Yurnalis Piliang" in part.text
    assert "HX-Push-Url" not in part.headers

    for page in ("/", "/households", "/complaints/new"):
        asking = [form for form in re.findall(r"<form\b[^>]*>", browser.get(page).text) if 'role="search"' in form]
        assert asking or page == "/complaints/new"
        assert all('method="post"' in form for form in asking)


def test_a_name_typed_into_a_search_box_has_an_address(make, sign_in):
    for n in range(30):
        make.household(f"Yurnalis {n:02d}")
    browser = sign_in(make.social_worker())

    assert browser.post("/households", {"q": "yurnalis"}).location == "/households?q=yurnalis"
    part = browser.post("/households", {"q": "yurnalis"}, headers={"HX-Request": "true", "HX-Target": "results"})
    assert part.headers["HX-Push-Url"] == "/households?q=yurnalis"
    further = re.search(r'href="(/households\?[^"]*after=[^"]*)"', part.text).group(1).replace("&amp;", "&")
    assert "Yurnalis 29" in browser.get(further).text


def test_families_at_the_desk_are_looked_for_without_an_address(make, sign_in):
    family, browser = make.household("Yurnalis Piliang"), sign_in(make.social_worker())
    headers = {"HX-Request": "true", "HX-Target": "families"}

    part = browser.post("/complaints/new/families", {"q": family.members[0].nik}, headers=headers)
    assert "Yurnalis Piliang" in part.text
    assert "<html" not in part.text
