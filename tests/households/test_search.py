"""Finding families: by a fragment of any member's name, by whole numbers, by kelurahan; page by page."""

import re

import pytest

from portal import audit
from portal.db import db
from portal.errors import NotFound
from portal.households import queries, search, why
from portal.households.models import Member, Relation
from portal.households.names import fold_name
from portal.households.queries import Filter
from portal.language import gettext as _


def found(q: str = "", village_code: str = "") -> list[str]:
    rows, _total = queries.register(Filter(q, village_code))
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

    for page in ("/", "/households"):
        asking = [form for form in re.findall(r"<form\b[^>]*>", browser.get(page).text) if 'role="search"' in form]
        assert asking
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


def why_of(text: str) -> list[tuple[str, str, list[str]]]:
    rows, _total = queries.register(Filter(text))
    told = why.of(text, rows)
    return [(row.head_name, told[row.id].word, told[row.id].people) for row in rows]


def test_the_best_hits_come_first_each_with_its_reason(make):
    for name in ("Syahrul Pitopang", "Nursyahrul", "Syahrul", "Sahrul", "Sarhul", "Rosma"):
        make.household(name)
    family = make.household("Afdal", members=2)
    rename(family.members[1], "Syahrul Ramadan")

    assert why_of("syahrul") == [
        ("Sahrul", _("spelled alike"), []),
        ("Syahrul", _("exact name"), []),
        ("Syahrul Pitopang", _("a part of the name"), []),
        ("Afdal", _("a part of the name"), ["Syahrul Ramadan"]),
        ("Nursyahrul", _("a part of the name"), []),
        ("Sarhul", _("nearly the same spelling"), []),
    ]


def rename(member: Member, name: str) -> None:
    with audit.unrecorded():
        member.name, member.name_key = name, fold_name(name)
        db.session.commit()


def test_near_spellings_are_looked_for_only_where_few_are_called_so(make, monkeypatch):
    for name in ("Yusuf Koto", "Yusuf Piliang", "Jusup"):
        make.household(name)

    assert found("yusuf") == ["Yusuf Koto", "Yusuf Piliang", "Jusup"]
    monkeypatch.setattr(search, "FEW", 2)
    assert found("yusuf") == ["Yusuf Koto", "Yusuf Piliang"]


@pytest.mark.parametrize("typed", ["zzzz", "zz", "zzhz", "ssss"])
def test_the_same_letter_again_and_again_is_nobodys_name(make, typed):
    make.household("Susanti")

    assert found(typed) == []


def test_a_number_tells_which_number_it_was(make):
    household = make.household("Yurnalis", kk_no="1376010806139999", members=2)

    assert why_of(household.members[0].nik) == [("Yurnalis", "NIK", [])]
    assert why_of(household.members[1].nik) == [("Yurnalis", "NIK", [household.members[1].name])]
    assert why_of("1376010806139999") == [("Yurnalis", _("KK number"), [])]


def test_pages_of_a_name_follow_each_other_best_first(make, monkeypatch):
    for number in range(7):
        make.household(f"Yurnalis {number}")
    make.household("Yurnalis")
    make.household("Iurnalir")

    for limit in (1000, 3):
        monkeypatch.setattr(search, "COUNT_LIMIT", limit)
        monkeypatch.setattr(queries, "COUNT_LIMIT", limit)
        seen, after = [], None
        while True:
            rows, _total = queries.register(Filter("yurnalis"), after, size=3)
            seen += [row.head_name for row in rows[:3]]
            if len(rows) <= 3:
                break
            after = queries.place_of(rows[2])
        assert seen == ["Yurnalis", *(f"Yurnalis {number}" for number in range(7))]


def test_rt_and_rw_narrow_the_list(make, worker):
    make.household("Yurnalis", rt="003", rw="002")
    make.household("Yurnita", rt="003", rw="001")
    make.household("Rosma", rt="004", rw="001")

    assert worker_sees(worker, "/households?rw=1") == ["Rosma", "Yurnita"]
    assert worker_sees(worker, "/households?q=yurn&rt=3&rw=1") == ["Yurnita"]
    assert worker_sees(worker, "/households?rt=x") == []
    part = worker.post(
        "/households", {"q": "yurn", "rt": "3", "rw": "2"}, headers={"HX-Request": "true", "HX-Target": "results"}
    )
    assert part.headers["HX-Push-Url"] == "/households?q=yurn&rt=003&rw=002"


def worker_sees(worker, address: str) -> list[str]:
    return re.findall(r'class="row-title"[^>]*>([^<]*)<', worker.get(address).text)
