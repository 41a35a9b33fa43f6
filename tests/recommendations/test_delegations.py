"""The mayor's dated deputy (lessons.md thread 33)."""

from datetime import timedelta

import pytest

from portal import clock
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.recommendations import delegating, policies, queries
from portal.recommendations.models import Delegation
from tests.pages import form_values
from tests.recommendations import factories


def grant(deputy, by, first=0, last=3):
    today = clock.today()
    days = {"starts_on": today + timedelta(days=first), "ends_on": today + timedelta(days=last)}
    return delegating.grant(deputy, reason="Dinas luar kota", by=by, **days)


def test_the_mayors_office_names_a_deputy_and_ends_it(make):
    mayor, deputy, today = make.mayor(), make.unit_head(), clock.today()
    delegation = grant(deputy, mayor)
    db.session.commit()
    assert policies.decides(deputy, today)

    delegating.end(delegation, by=mayor, on=today)
    db.session.commit()

    assert not policies.decides(deputy, today)
    with pytest.raises(AlreadySettled):
        delegating.end(delegation, by=mayor, on=today)


def test_only_the_mayors_office_may(make):
    mayor, head = make.mayor(), make.unit_head()
    delegation = factories.delegation(make, mayor, head, starts_on=clock.today(), ends_on=clock.today())

    with pytest.raises(NotAllowed):
        grant(make.treasurer(), head)
    with pytest.raises(NotAllowed):
        delegating.end(delegation, by=head, on=clock.today())


def test_days_in_the_wrong_order_or_past_are_refused(make):
    mayor, deputy = make.mayor(), make.unit_head()

    for days, field in (({"first": 3, "last": 2}, "ends_on"), ({"first": -1}, "starts_on")):
        with pytest.raises(Refused) as refusal:
            grant(deputy, mayor, **days)
        assert refusal.value.field == field


def test_a_deputy_for_more_than_a_year_is_asked_about_and_may_be_meant(make, sign_in):
    deputy, browser = make.unit_head(), sign_in(make.mayor())
    named = {"to_user": deputy.id, "starts_on": "05-10-2026", "ends_on": "31-12-2099", "reason": "Cuti"}

    asked = browser.post("/delegations", named)
    assert asked.status_code == 422
    assert 'value="until:2099-12-31"' in asked.text
    assert not policies.decides(deputy, clock.today())

    assert browser.post("/delegations", {**named, "confirmed": "until:2099-12-31"}).status_code == 303
    assert policies.decides(deputy, clock.today())


def test_a_deputy_for_a_year_is_not_asked_about(make):
    assert grant(make.unit_head(), make.mayor(), last=366)


def test_who_cannot_be_a_deputy(make):
    mayor = make.mayor()
    people = [
        make.auditor(),
        make.admin(),
        make.partner_user(),
        make.cadre(),
        make.mayor(),
        make.unit_head(active=False),
    ]

    for person in people:
        with pytest.raises(Refused) as refusal:
            grant(person, mayor)
        assert refusal.value.field == "to_user"


def test_one_delegation_at_a_time_for_one_deputy(make):
    mayor, deputy = make.mayor(), make.unit_head()
    grant(deputy, mayor, first=0, last=3)

    with pytest.raises(Refused, match="5 Oktober 2026"):
        grant(deputy, mayor, first=3, last=5)
    grant(deputy, mayor, first=4, last=5)

    assert queries.delegation_of(deputy, clock.today()) is not None


def test_naming_and_ending_on_the_page(make, sign_in):
    mayor, deputy = make.mayor(), make.unit_head()
    browser = sign_in(mayor)
    data = {"to_user": str(deputy.id), "starts_on": "05-10-2026", "ends_on": "07-10-2026", "reason": "Dinas luar kota"}

    answers = [browser.post("/delegations", data, once="one-time-key") for _ in range(2)]
    page = browser.get("/delegations").text
    delegation = db.session.query(Delegation).one()
    url = f"/delegations/{delegation.id}/end"
    sent = form_values(page, url)
    ended, again = [browser.post(url, sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert deputy.full_name in page
    assert "Dinas luar kota" in page
    assert ended.status_code == 303
    assert delegation.ended_on == clock.today()
    assert again.status_code == 409
    for word in (mayor.full_name, "5 Oktober 2026", 'href="/delegations"'):
        assert word in again.text, word
    assert f'action="{url}"' not in again.text


def test_a_delegation_is_not_ended_without_having_been_read(make, sign_in):
    mayor, head = make.mayor(), make.unit_head()
    delegation = factories.delegation(make, mayor, head, starts_on=clock.today(), ends_on=clock.today())

    assert sign_in(mayor).post(f"/delegations/{delegation.id}/end").status_code == 409
    assert delegation.ended_on is None


def test_bad_input_keeps_what_was_typed(make, sign_in):
    deputy = make.unit_head()
    data = {"to_user": str(deputy.id), "starts_on": "07-10-2026", "ends_on": "05-10-2026", "reason": "Umrah"}
    browser = sign_in(make.mayor())

    wrong_order = browser.post("/delegations", data)
    unknown = browser.post("/delegations", {**data, "to_user": "99999"})

    assert [wrong_order.status_code, unknown.status_code] == [422, 422]
    assert "ends_on-error" in wrong_order.text
    assert 'value="Umrah"' in wrong_order.text


def test_who_may_open_the_page(make, sign_in, stranger):
    mayor, head = make.mayor(), make.unit_head()
    delegation = factories.delegation(make, mayor, head, starts_on=clock.today(), ends_on=clock.today())

    assert stranger.get("/delegations").status_code == 303
    assert sign_in(make.social_worker()).get("/delegations").status_code == 403
    reader = sign_in(head)
    assert reader.get("/delegations").status_code == 200
    assert reader.post(f"/delegations/{delegation.id}/end").status_code == 403
    assert sign_in(mayor).post("/delegations/99999/end").status_code == 404
