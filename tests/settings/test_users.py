"""The administrator lets people in, corrects their roles, and locks them out."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts import services
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.db import db
from portal.errors import NotAllowed, Refused
from tests.pages import form_values

ANI = {"name": "Ani", "full_name": "Ani Contoh, S.Sos.", "title": "Pekerja sosial", "roles": ["social_worker"]}


@pytest.fixture
def admin(make):
    return make.admin(name="kepala-admin")


@pytest.fixture
def browser(sign_in, admin):
    return sign_in(admin)


def named(name):
    db.session.expire_all()
    return db.session.execute(select(User).where(User.name == name)).scalar()


def first_password(text):
    return re.search(r"[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}", text).group()


def test_a_new_user_signs_in_with_the_password_that_is_shown_once(browser, desk):
    added = browser.post("/users", ANI)
    with browser.client.session_transaction() as cookie:
        carried = str(dict(cookie))
    password = first_password(browser.get(added.location).text)

    assert added.status_code == 303
    assert password not in carried
    assert password not in browser.get(added.location).text
    assert (named("ani").roles, named("ani").title) == ({Role.SOCIAL_WORKER}, "Pekerja sosial")
    entered = desk.browser().post("/sign-in", {"name": "ani", "password": password})
    assert (entered.status_code, entered.location) == (303, "/sign-in/password")


def test_the_first_password_waits_for_its_own_page_but_not_for_long(browser, clock):
    mine = browser.post("/users", ANI, once="the-same-key").location

    browser.get("/users/1")
    assert "Kata sandi pertama ani" in browser.get(mine).text

    again = browser.post("/users", ANI | {"name": "ina"}, once="another-key").location
    clock.shift(timedelta(minutes=16))
    page = browser.get(again).text
    assert "Kata sandi pertama ina" not in page
    assert "tombol ditekan dua kali" in page


@pytest.mark.parametrize("first_answer_came", [True, False])
def test_a_second_press_shows_the_first_password_or_says_how_to_give_another(browser, first_answer_came):
    with browser.client.session_transaction() as cookie:
        before = dict(cookie)
    first = browser.post("/users", ANI, once="the-same-key")
    if not first_answer_came:
        with browser.client.session_transaction() as cookie:
            cookie.clear()
            cookie.update(before)

    second = browser.post("/users", ANI, once="the-same-key")
    shown = browser.get(second.location).text

    assert second.location == first.location
    assert ("Kata sandi pertama ani" in shown) is first_answer_came
    assert ("tombol ditekan dua kali" in shown) is not first_answer_came


def test_the_first_password_stands_nowhere_in_the_trail(browser):
    password = first_password(browser.get(browser.post("/users", ANI).location).text)

    rows = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "user.added")).all()
    assert len(rows) == 1
    assert password not in rows[0].details
    assert "argon2" not in rows[0].details


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"name": ""}, "Mohon diisi"),
        ({"name": "a b!"}, "Hanya huruf, angka, titik, dan tanda hubung."),
        ({"name": "kepala-admin"}, "kepala-admin"),
        ({"roles": []}, "Peran"),
        ({"roles": ["partner"]}, "mitra"),
        ({"roles": ["cadre"], "village_code": "nowhere"}, "Kelurahan"),
        ({"roles": ["office"]}, "kantor"),
        ({"full_name": "x" * 200}, "120"),
    ],
)
def test_bad_input_says_what_is_wrong_and_keeps_what_was_typed(browser, more, sentence):
    response = browser.post("/users", {**ANI, **more})

    assert response.status_code == 422
    assert sentence in response.text.split('role="alert"')[1]
    assert "Pekerja sosial" in response.text
    assert named("ani") is None


def test_twice_sent_once_made(browser):
    key = form_values(browser.get("/users/new").text, "/users")["once"]
    first, second = browser.post("/users", ANI, once=key), browser.post("/users", ANI, once=key)

    assert (first.status_code, second.status_code, first.location) == (303, 303, second.location)
    assert len(db.session.scalars(select(User).where(User.name == "ani")).all()) == 1


def test_a_detail_belongs_only_to_the_role_that_needs_it(browser):
    browser.post("/users", {**ANI, "roles": ["partner"], "partner_code": "baznas", "office": "Dinas Sosial"})

    assert (named("ani").partner_code, named("ani").office) == ("baznas", None)


def test_roles_change_and_the_trail_says_so(browser, make):
    user = make.social_worker(name="ani")
    sent = {"full_name": "Ani Contoh", "title": "", "roles": ["treasurer"], "version": user.version}
    changed = browser.post(f"/users/{user.id}", sent)

    assert changed.status_code == 303
    assert (named("ani").roles, named("ani").full_name) == ({Role.TREASURER}, "Ani Contoh")
    row = db.session.execute(select(AuditEvent).where(AuditEvent.action == "user.changed")).scalar()
    assert "treasurer" in row.details


def test_the_second_of_two_administrators_sees_both_versions(browser, make):
    user = make.social_worker(name="ani")
    sent = {"full_name": "Ani Satu", "title": "", "roles": ["social_worker", "treasurer"], "version": user.version}
    browser.post(f"/users/{user.id}", sent)
    late = browser.post(f"/users/{user.id}", {**sent, "full_name": "Ani Dua", "roles": ["social_worker"]})

    assert late.status_code == 409
    assert "Ani Satu" in late.text
    assert "Ani Dua" in late.text
    assert "social_worker, treasurer" in late.text
    assert named("ani").full_name == "Ani Satu"


def test_a_change_of_roles_alone_is_a_new_version(browser, make):
    user = make.social_worker(name="ani")
    version = user.version
    sent = {"full_name": user.full_name, "title": "", "roles": ["treasurer"], "version": version}
    browser.post(f"/users/{user.id}", sent)

    assert named("ani").version == version + 1


def test_a_disabled_user_is_out_at_once_and_may_be_let_in_again(browser, make, sign_in):
    user = make.social_worker(name="ani")
    theirs = sign_in(user)
    assert theirs.get("/account").status_code == 200

    browser.post(f"/users/{user.id}/disable", {"version": named("ani").version})
    assert theirs.get("/account").status_code == 303
    assert not named("ani").active

    browser.post(f"/users/{user.id}/enable", {"version": named("ani").version})
    assert named("ani").active


def test_disabling_an_account_that_changed_meanwhile_asks_again(browser, make):
    user = make.social_worker(name="ani")

    assert browser.post(f"/users/{user.id}/disable", {"version": user.version + 1}).status_code == 409
    assert named("ani").active


def test_administrators_do_not_lock_themselves_out(browser, admin):
    disabled = browser.post(f"/users/{admin.id}/disable", {"version": admin.version})
    sent = {"full_name": admin.full_name, "title": "", "roles": ["auditor"], "version": named(admin.name).version}
    robbed = browser.post(f"/users/{admin.id}", sent)

    assert (disabled.status_code, robbed.status_code) == (422, 422)
    assert "Akun sendiri" in disabled.text
    assert "Peran administrator" in robbed.text
    assert named(admin.name).active
    assert named(admin.name).roles == {Role.ADMIN}


def test_a_new_password_ends_the_old_one_and_all_sessions(browser, make, sign_in, desk):
    user = make.social_worker(name="ani")
    theirs = sign_in(user)
    answer = browser.post(f"/users/{user.id}/password", {"version": named("ani").version})
    password = first_password(browser.get(answer.location).text)

    assert theirs.get("/account").status_code == 303
    assert desk.browser().post("/sign-in", {"name": "ani", "password": "anak-nagari"}).status_code == 422
    assert desk.browser().post("/sign-in", {"name": "ani", "password": password}).status_code == 303


def test_the_services_check_again_who_asks(make):
    worker, other = make.social_worker(), make.social_worker()

    for act in (
        lambda: services.disable(other, by=worker),
        lambda: services.enable(other, by=worker),
        lambda: services.reset_password(other, by=worker),
        lambda: services.add_user("x", "rumah gadang", frozenset({Role.ADMIN}), full_name="X", by=worker),
        lambda: services.change_user(worker, frozenset({Role.ADMIN}), full_name="X", title="", by=worker),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_the_list_shows_everybody_and_unknown_ids_are_not_found(browser, make):
    make.partner_user(name="kenanga")

    assert "kenanga" in browser.get("/users").text
    assert browser.get("/users/999999").status_code == 404


def test_the_list_names_the_partner_of_an_account(browser, make):
    make.partner_user()

    assert "LKS Mitra Kenanga" in browser.get("/users").text


def test_nobody_adds_roles_to_their_own_account(make):
    admin = make.admin()

    with pytest.raises(Refused) as refusal:
        services.change_user(admin, frozenset({Role.ADMIN, Role.UNIT_HEAD}), full_name="X", title="", by=admin)

    assert (refusal.value.field, admin.roles) == ("roles", frozenset({Role.ADMIN}))
