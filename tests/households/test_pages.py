"""The pages of the register."""

import re
from datetime import date

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from portal import audit
from portal.audit.models import AuditEvent
from portal.db import db
from portal.exchange import wording as files
from portal.households.models import Household, Listing, Relation
from tests.factories import VILLAGE
from tests.pages import form_values

NEW = {
    "village_code": VILLAGE, "kk_no": "1376 0108 0613 0001", "rt": "3", "rw": "2", "address": "Jalan Contoh 1",
    "members-0-name": "Rosma Yunita", "members-0-relation": "head", "members-0-sex": "P",
    "members-0-birth_date": "12-05-1980", "members-0-nik": "1376015205800001",
}  # fmt: skip


def families() -> list[Household]:
    return list(db.session.scalars(select(Household).order_by(Household.id)))


def test_the_register_opens_and_narrows(make, worker):
    make.household("Yurnalis Piliang", listed=True, card=True)
    make.household("Rosma")

    everybody, one = worker.get("/households").text, worker.get("/households?q=yurn").text

    assert "Rosma" in everybody
    assert "DTSEN desil 2" in one
    assert "KKS" in one
    assert "Rosma" not in one


def test_the_fragment_equals_its_place_in_the_page(make, worker):
    make.household("Yurnalis Piliang", listed=True)

    whole, part = worker.get("/households?q=yurn").text, worker.fragment("/households?q=yurn", "results")

    assert part.strip()
    assert part.strip() in whole
    assert "<html" not in part


def test_half_a_number_is_told_its_length(worker):
    assert "15" in worker.get("/households?q=137601080613000").text


def test_the_next_page_follows(make, worker):
    for n in range(27):
        make.household(f"Keluarga {n:02d}")

    first = worker.get("/households")
    following = first.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")

    assert "Keluarga 24" in first.text
    assert "Keluarga 25" not in first.text
    assert "Keluarga 26" in worker.get(following).text
    assert worker.get("/households?after=rubbish").status_code == 200
    assert worker.get("/households?after=WzEsMl0=").status_code == 200


@pytest.mark.parametrize("path", ["/households", "/households/new", "/households/1/edit", "/households/1/numbers"])
def test_a_stranger_signs_in_first(stranger, path):
    assert stranger.get(path).status_code == 303


def test_who_may_not_see_families_sees_none(make, sign_in):
    household = make.household()
    for user in (make.treasurer(), make.cadre(), make.auditor(), make.admin(), make.mayor(), make.partner_user()):
        browser = sign_in(user)
        for path in ("", "/new", f"/{household.id}/edit", f"/{household.id}/numbers", f"/{household.id}/list-check"):
            assert browser.get(f"/households{path}").status_code == 403


def test_the_head_of_the_unit_reads_and_does_not_write(make, sign_in):
    household, head = make.household(), sign_in(make.unit_head())

    assert head.get("/households").status_code == 200
    assert head.get(f"/households/{household.id}/numbers").status_code == 200
    assert head.get(f"/households/{household.id}/edit").status_code == 403
    assert head.post("/households/new", NEW).status_code == 403


@pytest.mark.parametrize("path", ["edit", "numbers", "list-check", "membership-card"])
def test_a_family_that_is_not_there(worker, path):
    assert worker.get(f"/households/9999/{path}").status_code == 404


def test_a_family_is_registered_once(worker):
    for _time in range(2):
        response = worker.post("/households/new", NEW, once="one-form")

        household = families()[0]
        assert (response.status_code, response.location) == (303, f"/households/{household.id}")
    assert len(families()) == 1
    assert (household.kk_no, household.rt, household.members[0].name_key) == ("1376010806130001", "003", "rosma iunita")


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("members-0-name", "🌸", "paling sedikit satu huruf"),
        ("members-0-name", "12345", "paling sedikit satu huruf"),
        ("phone", "tanya tetangga", "Ketik nomor telepon"),
        ("phone", "12", "Ketik nomor telepon"),
    ],
)
def test_what_is_no_name_and_no_number_is_said_beside_the_field(worker, field, typed, said):
    response = worker.post("/households/new", {**NEW, field: typed})

    assert response.status_code == 422
    assert said in response.text
    assert f'value="{typed}"' in response.text
    assert families() == []


@pytest.mark.parametrize("phone", ["0812-3456-7890", "+62 812 3456 7890", "(0752) 92.000"])
def test_telephone_numbers_are_taken_as_people_group_them(worker, phone):
    assert worker.post("/households/new", {**NEW, "phone": phone}).status_code == 303
    assert families()[0].phone == phone


def test_names_are_taken_as_people_have_them(worker):
    for name in ("Rosma", 'Siti "Ros" O\'Neil 🌸', "Tñ <b>"):
        values = {**NEW, "members-0-name": name, "members-0-nik": "", "members-0-birth_date": "", "kk_no": ""}
        assert worker.post("/households/new", values).status_code == 303
        assert families()[-1].head_name == name
    assert "&lt;b&gt;" in worker.get("/households").text


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("members-0-nik", "137601520580001", "15"),
        ("members-0-nik", "13760152058000011", "17"),
        ("members-0-nik", "0000000000000000", "kosong"),
        ("kk_no", "1111111111111111", "kosong"),
        ("kk_no", "13760108O6130001", "angka"),
        ("members-0-birth_date", "31-02-1980", "kalender"),
        ("members-0-birth_date", "06-10-2026", "masa depan"),
        ("members-0-name", "", "isi"),
        ("members-0-name", "R" * 121, "121"),
        ("members-0-sex", "", "isi"),
        ("members-0-relation", "child", "Kepala keluarga"),
        ("village_code", "", "kelurahan"),
        ("village_code", "99", "pilih salah satu"),
        ("rt", "dua", "RT"),
        ("note", "x" * 10_000, "10000"),
    ],
)
def test_bad_input_says_what_is_wrong_and_keeps_the_rest(worker, field, typed, said):
    response = worker.post("/households/new", {**NEW, field: typed})

    assert response.status_code == 422
    assert said.lower() in response.text.lower()
    assert "data-errors" in response.text
    assert 'value="Jalan Contoh 1"' in response.text
    if typed and len(typed) < 100 and field not in {"village_code", "members-0-relation"}:
        assert f'value="{typed}"' in response.text
    assert families() == []


def test_a_number_of_another_family_leads_to_it(make, worker):
    known = make.household()

    response = worker.post("/households/new", {**NEW, "members-0-nik": known.members[0].nik})

    assert response.status_code == 422
    assert f'href="/households/{known.id}"' in response.text
    assert len(families()) == 1


def test_a_doubt_is_confirmed_with_its_box(worker):
    odd = {**NEW, "members-0-birth_date": "13-05-1980"}

    asked = worker.post("/households/new", odd)
    code = asked.text.split('name="confirmed" value="')[1].split('"')[0]
    done = worker.post("/households/new", {**odd, "confirmed": [code]})

    assert asked.status_code == 422
    assert "Tanggal lahir" in asked.text
    assert done.status_code == 303


def test_one_more_person_needs_no_script(worker):
    more = worker.post("/households/new", {**NEW, "act": "add_person"})

    assert more.status_code == 200
    assert 'name="members-1-name"' in more.text
    assert 'value="Rosma Yunita"' in more.text
    assert families() == []

    son = {"members-1-name": "Rudi", "members-1-sex": "L", "members-1-relation": "child", "members-2-name": ""}
    worker.post("/households/new", {**NEW, **son, "act": "save"})
    assert [member.name for member in families()[0].members] == ["Rosma Yunita", "Rudi"]


def test_editing_shows_whole_numbers_and_is_on_record(make, worker):
    household = make.household()

    response = worker.get(f"/households/{household.id}/edit")

    assert household.members[0].nik in response.text
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (event.action, event.household_id) == ("household.identity_read", household.id)


def edited(worker, household, **changes):
    page = worker.get(f"/households/{household.id}/edit").text
    people = {}
    for place, member in enumerate(household.members):
        people |= {
            f"members-{place}-id": str(member.id), f"members-{place}-name": member.name,
            f"members-{place}-sex": member.sex.value, f"members-{place}-relation": member.relation.value,
        }  # fmt: skip
    hidden = {"version": form_values(page.split("<main")[1])["version"]}
    return hidden | people | {"village_code": household.village_code} | changes


def test_who_is_left_out_of_the_form_stays_and_the_page_says_how_people_leave(make, worker):
    household = make.household(members=2)
    name = household.members[1].name
    values = edited(worker, household, **{"members-1-name": "", "members-0-name": "Yurnalis Koto"})

    response = worker.post(f"/households/{household.id}/edit", values)

    assert response.status_code == 422
    assert name in response.text
    assert [member.name for member in families()[0].members] == ["Yurnalis Piliang", name]


def test_a_head_who_is_written_differently_gives_the_family_the_new_name(make, worker):
    household = make.household()

    worker.post(f"/households/{household.id}/edit", edited(worker, household, **{"members-0-name": "Yurnalis Koto"}))

    assert families()[0].head_name == "Yurnalis Koto"


def test_two_editors_see_both_versions(make, sign_in, worker):
    household = make.household()
    values = edited(worker, household, phone="0811")
    other = sign_in(make.social_worker())
    other.post(f"/households/{household.id}/edit", edited(other, household, **{"members-0-name": "Yurna"}))

    response = worker.post(f"/households/{household.id}/edit", values)

    assert response.status_code == 409
    assert "Yurna" in response.text
    assert "0811" in response.text
    assert families()[0].phone == ""


def test_what_a_colleague_wrote_of_a_person_stands_beside_what_was_typed(make, sign_in, worker):
    household = make.household()
    mine = edited(worker, household, **{"members-0-birth_date": "03-05-1981"})
    other = sign_in(make.social_worker())
    other.post(f"/households/{household.id}/edit", edited(other, household, **{"members-0-in_school": "y"}))

    response = worker.post(f"/households/{household.id}/edit", mine)

    assert response.status_code == 409
    name = household.head_name
    now, typed = (
        re.search(rf"{name} · Kepala keluarga · [^<]*{word}", response.text) for word in ("Masih sekolah", "1981")
    )
    assert now
    assert typed


def test_whole_numbers_are_on_their_own_page_and_on_record(make, worker):
    household = make.household()

    assert household.members[0].nik in worker.get(f"/households/{household.id}/numbers").text
    actions = db.session.scalars(select(AuditEvent.action)).all()
    assert actions.count("household.identity_read") == 1


def test_a_list_check_is_added(make, worker):
    household = make.household()
    address = f"/households/{household.id}/list-check"

    assert worker.get(address).status_code == 200
    assert worker.post(address, {"list_code": "dtsen", "found": "", "as_of": "01-09-2026"}).status_code == 422
    assert worker.post(address, {"list_code": "dtsen", "found": "3", "as_of": "01-09-2027"}).status_code == 422
    for _time in range(2):
        sent = worker.post(address, {"list_code": "dtsen", "found": "3", "as_of": "01-09-2026"}, once="one-check")
        assert sent.location == f"/households/{household.id}"

    listings = db.session.scalars(select(Listing)).all()
    assert [(entry.decile, entry.present) for entry in listings] == [(3, True)]


def test_a_doubt_that_was_confirmed_is_not_asked_again_while_something_else_changes(make, worker):
    household = make.household()
    household.members[0].birth_date = date(1980, 5, 13)  # the NIK says another day
    with audit.unrecorded():
        db.session.commit()
    same = {"members-0-birth_date": "13-05-1980", "members-0-nik": household.members[0].nik, "address": "Jalan Baru"}

    address = f"/households/{household.id}/edit"
    assert worker.post(address, edited(worker, household, **same)).status_code == 303
    changed = edited(worker, household, **{**same, "members-0-birth_date": "14-05-1980"})
    assert worker.post(address, changed).status_code == 422


def test_a_list_from_before_there_were_lists_is_refused(make, worker):
    address = f"/households/{make.household().id}/list-check"

    sent = worker.post(address, {"list_code": "dtsen", "found": "3", "as_of": "01-01-1900"})

    assert sent.status_code == 422
    assert "2011" in sent.text


def test_what_is_too_long_is_said_and_kept_never_cut(make, worker):
    page = worker.get("/households/new").text
    assert "maxlength" not in page

    sent = worker.post("/households/new", {**NEW, "note": "a" * 10_000})
    assert sent.status_code == 422
    assert "10000" in sent.text
    assert "a" * 10_000 in sent.text


def test_a_place_in_the_family_is_called_the_same_in_form_story_and_file(make, worker):
    family = make.household(members=2)
    family.members[1].relation = Relation.SPOUSE
    make._store(family)
    word = "Istri atau suami"

    assert word in worker.get(f"/households/{family.id}").text
    assert f'value="spouse">{word}' in worker.get(f"/households/{family.id}/edit").text.replace(" selected", "")
    with force_locale("id"):
        assert files.value("relation", "spouse") == word
