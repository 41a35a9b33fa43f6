"""The pages of what happens in families: the menu, a form a kind, the story, and how a mistake is taken back."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.db import db
from portal.households import event_services as events
from portal.households.event_models import EventKind, FamilyEvent
from portal.households.event_views import ACTS
from portal.households.event_words import MENU
from portal.households.models import Household, Relation
from portal.households.noting import Noted
from tests.factories import VILLAGE
from tests.pages import form_values


@pytest.fixture
def worker(make, sign_in):
    return sign_in(make.social_worker())


@pytest.fixture
def noted(make):
    return Noted(on=make.ago(3), by=make.social_worker())


def sent(worker, family, kind, **typed):
    """Open a form of an event as the desk does, and send it."""
    address = f"/households/{family.id}/events/{kind}"
    shown = form_values(worker.get(address).text.split("<main")[1])
    hidden = {name: shown[name] for name in ("csrf_token", "once", "version", "seen") if name in shown}
    return worker.post(address, hidden | typed)


def story(worker, family):
    page = worker.get(f"/households/{family.id}").text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.split('class="timeline"')[1]))


def happened():
    return db.session.scalars(select(FamilyEvent).order_by(FamilyEvent.id)).all()


def test_every_kind_has_its_form_in_the_menu_of_the_familys_page(make, worker, noted):
    family = make.household(members=3)
    events.moved_away(family, [family.members[2]], noted)
    db.session.commit()

    page = worker.get(f"/households/{family.id}").text

    assert list(MENU) == [kind for kind in MENU if f"/households/{family.id}/events/{kind.value}" in page]
    assert set(MENU) == set(ACTS) == set(EventKind) - {EventKind.REVERSED}
    for kind in ACTS:
        assert worker.get(f"/households/{family.id}/events/{kind.value}").status_code == 200


def test_a_death_is_noted_told_and_on_record(make, worker):
    family = make.household(members=2)
    child = family.members[1]

    answer = sent(worker, family, "died", who=str(child.id), on="01-10-2026", remark="Di RSUD.")

    assert answer.status_code == 303
    assert child.name not in worker.get(f"/households/{family.id}").text.split("<tbody>")[1].split("</tbody>")[0]
    assert child.name in story(worker, family) and "Di RSUD." in story(worker, family)
    trail = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "family_event.noted")).one()
    assert trail.household_id == family.id


def test_the_head_who_died_is_followed_by_whom_the_desk_chose(make, worker):
    family = make.household(members=3)
    head, second, _third = family.members
    typed = {"who": str(head.id), "on": "01-10-2026", "remark": "Sakit lama."}

    asked = sent(worker, family, "died", **typed)
    assert asked.status_code == 422
    assert 'href="#new_head"' in asked.text and "Sakit lama." in asked.text

    assert sent(worker, family, "died", **typed, new_head=str(second.id)).status_code == 303
    assert family.head_name == second.name


def test_a_birth_is_typed_like_a_person(make, worker):
    family = make.household()

    answer = sent(worker, family, "born", name="Si Bungsu", sex="P", on="01-10-2026", relation="child")

    assert answer.status_code == 303
    assert [(one.name, one.birth_date, one.relation) for one in family.members[1:]] == [
        ("Si Bungsu", date(2026, 10, 1), Relation.CHILD)
    ]


def test_a_marriage_into_a_household_of_its_own(make, worker):
    family = make.household(members=2)
    son = family.members[1]

    answer = sent(
        worker, family, "married", who=str(son.id), name="Siti Aminah", sex="P", on="01-10-2026", where="own",
        couple_head="who", village_code=VILLAGE, rt="1", address="Jalan Contoh No. 7",
    )  # fmt: skip

    assert answer.status_code == 303
    own = db.session.scalars(select(Household).where(Household.head_name == son.name)).one()
    assert [one.name for one in own.members] == [son.name, "Siti Aminah"]
    assert (own.rt, own.address) == ("001", "Jalan Contoh No. 7")
    assert "Siti Aminah" in story(worker, own)


def test_a_new_household_without_a_kelurahan_is_refused_beside_the_field(make, worker):
    family = make.household(members=2)
    wife = str(family.members[1].id)

    answer = sent(
        worker, family, "divorced", who=[wife], on="01-10-2026", where="own", their_head=wife, village_code=""
    )

    assert answer.status_code == 422
    assert 'href="#village_code"' in answer.text


def test_another_family_is_named_by_a_number_and_confirmed(make, worker):
    family, other = make.household("Yurnalis"), make.household("Rosma")
    typed = {"who": [str(family.members[0].id)], "on": "01-10-2026", "relation": "parent"}

    unknown = sent(worker, family, "joined", **typed, other="1376010806139998")
    asked = sent(worker, family, "joined", **typed, other=other.kk_no)
    code = asked.text.split('name="confirmed" value="')[1].split('"')[0]
    done = sent(worker, family, "joined", **typed, other=str(other.id), confirmed=[code])

    assert (unknown.status_code, asked.status_code, done.status_code) == (422, 422, 303)
    assert 'href="#other"' in unknown.text and f"/households/{other.id}" in asked.text
    assert [one.name for one in other.members] == ["Rosma", "Yurnalis"]
    assert family.closed_on == date(2026, 10, 1)
    assert "Yurnalis" in story(worker, other)


def test_a_closed_family_keeps_its_page_and_is_found_among_the_closed(make, worker, noted):
    family = make.household("Yurnalis")
    events.moved_away(family, list(family.members), noted)
    db.session.commit()

    page = worker.get(f"/households/{family.id}").text

    assert f"/complaints/new?household={family.id}" not in page
    assert f"/households/{family.id}/events/returned" in page
    assert f"/households/{family.id}/events/died" not in page
    assert "Yurnalis" not in worker.get("/households?q=yurna").text.split('id="results"')[1]
    assert "Yurnalis" in worker.get("/households?q=yurna&closed=1").text.split('id="results"')[1]
    answer = worker.post("/complaints/new", {"household": str(family.id), "own_words": "x"})
    assert answer.status_code == 422


def test_a_mistake_is_taken_back_with_a_reason_and_both_are_told(make, worker, noted):
    family = make.household(members=2)
    child = family.members[1]
    event = events.died(family, child, noted)
    db.session.commit()
    address = f"/households/{family.id}/events/{event.id}"
    shown = form_values(worker.get(address).text.split("<main")[1])

    nothing_said = worker.post(f"{address}/undo", shown | {"remark": ""})
    done = worker.post(f"{address}/undo", shown | {"remark": "Salah orang."})

    assert (nothing_said.status_code, done.status_code) == (422, 303)
    assert child in family.members
    assert [each.kind for each in happened()] == [EventKind.DIED, EventKind.REVERSED]
    assert "Salah orang." in story(worker, family)
    assert f"{address}/undo" not in worker.get(address).text


def test_who_opened_the_form_before_a_colleague_noted_something_is_told(make, worker, noted):
    family = make.household(members=3)
    address = f"/households/{family.id}/events/moved-away"
    shown = form_values(worker.get(address).text.split("<main")[1])
    gone = family.members[2]
    events.died(family, gone, noted)
    db.session.commit()

    answer = worker.post(address, {**shown, "who": [str(family.members[1].id)], "on": "01-10-2026"})

    assert answer.status_code == 409
    assert gone.name in answer.text
    assert len(family.members) == 2


def test_a_form_sent_twice_notes_one_event(make, worker):
    family = make.household(members=3)
    address = f"/households/{family.id}/events/born"
    shown = form_values(worker.get(address).text.split("<main")[1])
    typed = {**shown, "name": "Si Bungsu", "sex": "P", "on": "01-10-2026", "relation": "child"}

    first, second = worker.post(address, typed), worker.post(address, typed)

    assert (first.status_code, second.status_code, first.location) == (303, 303, second.location)
    assert len(happened()) == 1


@pytest.mark.parametrize("part", ["events/nothing", "events/999999", "events/reversed"])
def test_an_event_that_is_none_is_not_there(make, worker, part):
    assert worker.get(f"/households/{make.household().id}/{part}").status_code == 404
    other = make.household()
    assert worker.get(f"/households/{other.id}/events/1").status_code == 404
