"""The month on a cadre's phone."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEvent
from portal.db import db
from portal.households.month_models import MonthlyLine, MonthlyUpdate
from portal.units.catalogue import catalogue
from tests.households.month import OTHER, RT, UNIT, act, figures, told
from tests.pages import form_values


def test_a_cadre_sees_what_is_left_by_rt_and_nothing_that_is_not_hers(make, phone):
    make.household("Yurnalis Piliang", listed=True, card=True, note="sakit paru", members=2)
    make.household("Rosma Yunita", village_code=OTHER)

    pages = phone.get("/area/month").text + phone.get(RT).text + phone.get("/area/month/confirm?rw=002&rt=003").text

    assert "Yurnalis Piliang" in pages
    assert "Rosma Yunita" not in pages
    assert not any(word in pages for word in ("DTSEN", "KKS", "1376", "sakit paru", "0812-0000-0000"))
    assert 'href="/households' not in pages


def test_one_press_confirms_one_family_and_leads_back_to_its_rt(make, phone):
    family = make.household("A")
    make.household("B")
    values = form_values(phone.get(RT).text, "/area/month/confirm")

    answer = phone.post("/area/month/confirm", values | {"household": str(family.id)})

    assert (answer.status_code, answer.location) == (303, RT)
    assert (figures().confirmed, figures().unconfirmed) == (1, 1)
    assert "A" in phone.get(f"{RT}&state=confirmed").text


def test_a_whole_rt_is_looked_at_and_then_confirmed_at_once(make, phone):
    families = [make.household(f"Keluarga {n}") for n in range(30)]
    make.household("Lain", rt="009")
    page = phone.get("/area/month/confirm?rw=002&rt=003").text
    assert page.count(" checked") == 30
    assert "Lain" not in page

    ticked = [str(family.id) for family in families[1:]]
    phone.post("/area/month/confirm", form_values(page, "/area/month/confirm") | {"household": ticked})

    assert (figures().confirmed, figures().unconfirmed) == (29, 2)


def test_sent_twice_it_is_confirmed_once(make, phone):
    family = make.household()
    typed = {"household": str(family.id), "rw": "002", "rt": "003"}

    first, second = (phone.post("/area/month/confirm", typed, once="one") for _ in range(2))

    assert first.location == second.location
    assert db.session.scalar(select(func.count()).where(AuditEvent.action == "monthly_update.confirmed")) == 1


@pytest.mark.parametrize("ids", [[], ["x"], ["²"]])
def test_nothing_ticked_is_said_and_the_list_stays(make, phone, ids):
    make.household("Yurnalis")

    answer = phone.post("/area/month/confirm", {"household": ids, "rw": "002", "rt": "003"})

    assert answer.status_code == 422
    assert "Yurnalis" in answer.text
    assert "data-errors" in answer.text


def test_a_family_of_another_kelurahan_cannot_be_confirmed(make, phone):
    elsewhere = make.household(village_code=OTHER)

    phone.post("/area/month/confirm", {"household": str(elsewhere.id), "rw": "", "rt": ""})

    assert db.session.scalar(select(func.count()).select_from(MonthlyLine)) == 0


@pytest.mark.parametrize("month", ["2001-02", "2026-08"])
def test_a_month_that_nobody_began_is_not_begun_by_an_address(make, phone, month):
    family = make.household()

    answer = phone.post("/area/month/confirm", {"month": month, "household": str(family.id), "rw": "", "rt": ""})

    assert answer.status_code == 404
    assert not db.session.scalars(select(MonthlyUpdate)).all()


def test_what_was_confirmed_by_mistake_is_taken_back(make, phone):
    family = make.household("A")
    phone.post("/area/month/confirm", {"household": str(family.id), "rw": "002", "rt": "003"})
    values = form_values(phone.get(f"{RT}&state=confirmed").text, "/area/month/take-back")

    assert phone.post("/area/month/take-back", values | {"household": str(family.id)}).location == RT
    assert figures().unconfirmed == 1
    assert phone.post("/area/month/take-back", {"household": "x"}).status_code == 422


@pytest.mark.parametrize(
    "query", ["month=2026-13", "month=x", "month=2026-11", "month=1999-01", "rt=003&state=x", "month=²", "rw=zzz",
              "rw=zzz&rt=001", "rt=0001"]
)  # fmt: skip
def test_a_month_or_state_that_is_none_is_not_there(make, phone, query):
    assert phone.get(f"/area/month?{query}").status_code == 404


def test_a_form_of_a_session_that_ended_comes_back_as_it_was_ticked(make, cadre, phone):
    family = make.household("A")
    phone.get("/area/month")
    with phone.client.session_transaction() as cookie:
        cookie["_user_id"] = "ended"

    answer = phone.post("/area/month/confirm", {"household": str(family.id), "rw": "002", "rt": "003"})

    assert answer.status_code == 303
    assert "/sign-in" in answer.location
    assert "kept" in answer.location


def test_the_month_before_is_shown_as_long_as_it_is_open(make, cadre, phone, sign_in, clock):
    family = make.household("A")
    phone.post("/area/month/confirm", {"household": str(family.id), "rw": "002", "rt": "003"})
    clock.move_to(datetime(2026, 11, 2, 2, 0, tzinfo=UTC))

    later = sign_in(cadre)
    assert 'href="/area/month?month=2026-10"' in later.get("/area/month").text
    assert '<progress class="meter" max="1" value="1"' in later.get("/area/month?month=2026-10").text


def test_todays_figure_is_gold_in_the_last_days_and_red_after_them(make, cadre, sign_in, clock):
    make.household()
    for day, tone in ((5, ""), (22, ' class="tone-due"'), (30, ' class="tone-late"')):
        clock.move_to(datetime(2026, 10, day, 2, 0, tzinfo=UTC))
        assert f'<a href="/area/month"{tone}><b>1</b>' in sign_in(cadre).get("/").text


def test_todays_figure_of_a_closed_month_says_how_many_were_unconfirmed(make, cadre, head, sign_in):
    make.household()
    act(head, "close", reason="Kader sakit.")

    page = sign_in(cadre).get("/").text

    assert '<a href="/area/month"><b>1</b>' in page
    assert "sudah ditutup" in page


def test_no_list_is_called_like_the_button_beside_it(make, phone):
    make.household()

    page = phone.get(RT).text

    lists = page[page.index('<nav class="cluster') :]
    assert "Tetap" not in lists[: lists.index("</nav>")]
    assert "Tetap" in lists


def test_the_head_is_reminded_of_months_to_close_and_others_are_not(make, cadre, sign_in, clock):
    told(cadre, make.household())
    head = make.unit_head()
    assert "/updates?month=2026-10" not in sign_in(head).get("/").text
    clock.move_to(datetime(2026, 10, 22, 2, 0, tzinfo=UTC))
    assert "/updates?month=2026-10" in sign_in(head).get("/").text
    assert "/updates?month=2026-10" not in sign_in(make.social_worker()).get("/").text


def test_a_unit_that_keeps_no_monthly_update_has_none_of_its_pages(make, cadre, phone, head, monkeypatch):
    family = make.household()
    assert 'href="/area/month"' in phone.get("/area").text
    monkeypatch.setitem(catalogue().profile, "monthly_update", {"on": False})  # type: ignore[arg-type]

    assert phone.get("/area/month").status_code == 404
    assert head.get("/updates").status_code == 404
    assert head.get(UNIT).status_code == 404
    assert 'href="/area/month"' not in phone.get("/").text + phone.get("/area").text
    assert 'href="/updates"' not in head.get("/").text
    assert told(cadre, family).update_id is None
