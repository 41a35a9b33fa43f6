"""The steps between the password and the first page: a code, a password of one's own, a second factor."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from portal.accounts import second_factor, services, steps
from portal.accounts.models import RecoveryCode, SecondFactor, User, UserSession
from portal.accounts.sealing import seal, unseal
from portal.audit.models import AuditEvent
from portal.clock import now
from portal.db import db
from portal.errors import Refused, TooManyTries
from portal.units import catalogue
from portal.units.models import Setting, UnitProfile
from tests.pages import PASSWORD

OWN = "sepeda biru di pasar ibuah"


def enter(browser, name, password=PASSWORD, **more):
    return browser.post("/sign-in", {"name": name, "password": password, **more})


def code_of(secret, periods=0):
    return pyotp.TOTP(secret).at(now() + timedelta(seconds=30 * periods))


def enrolled(user):
    """The secret and the recovery codes of somebody who has set it up a while ago."""
    secret = second_factor.new_secret()
    codes = second_factor.enrol(user, secret, code_of(secret))
    db.session.commit()
    return secret, codes


def cookie_of(browser):
    """What the session cookie tells whoever holds it: signed, not sealed."""
    with browser.client.session_transaction() as cookie:
        return str(dict(cookie))


def acts(prefix):
    statement = select(AuditEvent.action).where(AuditEvent.action.startswith(prefix)).order_by(AuditEvent.id)
    return list(db.session.scalars(statement))


@pytest.mark.parametrize("role", ["unit_head", "mayor", "treasurer", "admin"])
def test_who_decides_pays_or_manages_sets_it_up_before_anything_opens(make, stranger, role):
    user = getattr(make, role)()

    first = enter(stranger, user.name, next="/account")
    assert (first.status_code, first.location) == (303, "/sign-in/second-factor")
    assert stranger.get("/account").location == "/sign-in?next=/account"

    page = stranger.get("/sign-in/second-factor").text
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page).group(1).replace(" ", "")
    assert "data:image/svg+xml" in page
    wrong = stranger.post("/sign-in/second-factor", {"code": "000000"})
    assert wrong.status_code == 422
    assert secret not in cookie_of(stranger)
    done = stranger.post("/sign-in/second-factor", {"code": code_of(secret)})

    assert done.location == "/account/recovery-codes?next=/account"
    in_cookie = cookie_of(stranger)
    codes = stranger.get(done.location).text
    shown = re.findall(r"<code>([A-Z0-9]{5}-[A-Z0-9]{5})</code>", codes)
    assert len(shown) == 10
    assert not any(code in in_cookie for code in shown)
    assert 'href="/account"' in codes
    assert stranger.get(done.location).location == "/account"  # shown once
    assert secret not in codes
    assert db.session.get(SecondFactor, user.id).sealed.find(secret) == -1


def test_others_may_sign_in_with_the_password_alone(make, stranger):
    for user in (make.social_worker(), make.partner_user(), make.cadre(), make.office_user(), make.auditor()):
        assert enter(stranger, user.name).location == "/"


def test_in_the_demo_city_nobody_is_asked(make, stranger):
    db.session.execute(select(UnitProfile)).scalar_one().demo = True
    db.session.execute(select(UnitProfile)).scalar_one().revision += 1
    with_factor, head = make.unit_head(), make.unit_head()
    catalogue.forget()

    assert enter(stranger, head.name).location == "/"
    enrolled(with_factor)
    assert enter(stranger, with_factor.name).location == "/sign-in/code"  # who set it up all the same


def test_the_roles_that_need_it_are_a_setting(make, stranger):
    db.session.get(Setting, "second_factor_roles").value = ["social_worker"]
    db.session.execute(select(UnitProfile)).scalar_one().revision += 1
    worker, head = make.social_worker(), make.unit_head()
    catalogue.forget()

    assert enter(stranger, head.name).location == "/"
    assert enter(stranger, worker.name).location == "/sign-in/second-factor"


def test_the_code_opens_once_and_a_neighbouring_half_minute_too(make, desk, clock):
    user = make.unit_head()
    secret, _codes = enrolled(user)
    clock.shift(120)
    browser = desk.browser()

    assert enter(browser, user.name, next="/decisions").location == "/sign-in/code"
    assert browser.get("/decisions").status_code == 303
    used = code_of(secret, -1)
    assert browser.post("/sign-in/code", {"code": f"{used[:3]} {used[3:]}"}).location == "/decisions"
    assert browser.get("/decisions").status_code == 200

    other = desk.browser()
    enter(other, user.name)
    assert other.post("/sign-in/code", {"code": used}).status_code == 422
    assert other.post("/sign-in/code", {"code": code_of(secret, -3)}).status_code == 422
    assert other.post("/sign-in/code", {"code": code_of(secret)}).location == "/"
    assert acts("sign_in.code_refused") == ["sign_in.code_refused"] * 2


def test_five_wrong_codes_are_enough(make, stranger):
    user = make.unit_head()
    secret, _codes = enrolled(user)
    enter(stranger, user.name)

    statuses = [stranger.post("/sign-in/code", {"code": "000000"}).status_code for _ in range(6)]

    assert statuses == [422] * 5 + [429]
    assert stranger.post("/sign-in/code", {"code": code_of(secret, 1)}).status_code == 429


def test_changing_the_address_does_not_give_new_tries_for_ever(make):
    user = make.unit_head()
    enrolled(user)

    def tried(nth):
        try:
            steps.give_code(user, None, "000000", address=f"2001:db8::{nth}")
        except (Refused, TooManyTries) as refusal:
            return type(refusal)

    assert [tried(nth) for nth in range(21)] == [Refused] * 20 + [TooManyTries]


def test_a_recovery_code_opens_once(make, desk):
    user = make.treasurer()
    _secret, codes = enrolled(user)
    browser, other = desk.browser(), desk.browser()

    enter(browser, user.name)
    assert browser.post("/sign-in/code", {"code": codes[0].lower().replace("-", " ")}).location == "/"
    enter(other, user.name)
    assert other.post("/sign-in/code", {"code": codes[0]}).status_code == 422

    assert second_factor.codes_left(user) == 9
    assert "9 kode pemulihan" in browser.get("/account").text
    assert acts("user.recovery") == ["user.recovery_code_used"]


def test_the_half_session_opens_nothing_and_does_not_last(make, stranger, clock):
    user = make.unit_head()
    secret, _codes = enrolled(user)
    enter(stranger, user.name)
    with stranger.client.session_transaction() as cookie:
        cookie["_user_id"] = cookie["half"]  # as if it were a session
    assert stranger.get("/decisions").status_code == 303

    clock.shift(timedelta(minutes=16))
    late = stranger.post("/sign-in/code", {"code": code_of(secret)})
    assert late.location.startswith("/sign-in?next=")


def test_a_first_password_is_changed_at_the_first_sign_in(make, desk):
    _user, password = services.add_user(
        "ani", None, frozenset({"social_worker"}), full_name="Ani Contoh", by=make.admin()
    )
    db.session.commit()
    browser = desk.browser()

    assert enter(browser, "ani", password).location == "/sign-in/password"
    assert browser.get("/").status_code == 200  # the public page: nobody is signed in
    assert "Ani" not in browser.get("/").text
    short = browser.post("/sign-in/password", {"new": "pendek", "again": "pendek"})
    assert (short.status_code, "12" in short.text) == (422, True)
    same = browser.post("/sign-in/password", {"new": password, "again": password})
    assert same.status_code == 422
    assert browser.post("/sign-in/password", {"new": OWN, "again": OWN}).location == "/"
    assert browser.get("/account").status_code == 200

    assert enter(desk.browser(), "ani", password).status_code == 422
    assert enter(desk.browser(), "ani", OWN).location == "/"
    assert not db.session.execute(select(User).where(User.name == "ani")).scalar_one().password_is_first


def test_a_first_password_ends(make, stranger, clock):
    _user, password = services.add_user(
        "ani", None, frozenset({"social_worker"}), full_name="Ani Contoh", by=make.admin()
    )
    db.session.commit()
    clock.shift(timedelta(hours=73))

    response = enter(stranger, "ani", password)

    assert response.status_code == 422
    assert "sudah berakhir" in response.text


def test_password_then_second_factor_for_a_new_head(make, stranger):
    _user, password = services.add_user("ani", None, frozenset({"unit_head"}), full_name="Ani", by=make.admin())
    db.session.commit()

    assert enter(stranger, "ani", password).location == "/sign-in/password"
    assert stranger.get("/sign-in/second-factor").location == "/sign-in/password"
    assert stranger.post("/sign-in/password", {"new": OWN, "again": OWN}).location == "/sign-in/second-factor"


@pytest.mark.parametrize(
    "easy",
    ["passwordpassword", "123456789012", "qwertyuiop12", "payakumbuh2026", "kata sandi rani", "nagari payakumbuh",
     "aaaaaaaaaaaaaa", "rani oktavia"],
)  # fmt: skip
def test_long_but_common_passwords_are_refused(make, sign_in, easy):
    rani = make.social_worker(name="rani", full_name="Rani Oktavia Koto")

    response = sign_in(rani).post("/account/password", {"current": PASSWORD, "new": easy, "again": easy})

    assert response.status_code == 422
    assert "mudah ditebak" in response.text


@pytest.mark.parametrize("good", [OWN, "kuda-laut makan rendang", "xkvqpzrmwtjd", "dua belas ayam di atap seng"])
def test_plain_words_and_small_letters_are_enough(make, sign_in, good):
    response = sign_in(make.social_worker()).post(
        "/account/password", {"current": PASSWORD, "new": good, "again": good}
    )
    assert response.status_code == 303


def test_the_own_sessions_are_ended_one_by_one(make, desk, sign_in):
    rani, budi = make.social_worker(), make.social_worker()
    here = sign_in(rani)
    phone = desk.browser()
    agent = "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0"
    phone.post("/sign-in", {"name": rani.name, "password": PASSWORD}, headers={"User-Agent": agent})
    page = here.get("/account").text
    assert "Firefox, Android" in page
    (address,) = re.findall(r'action="(/account/sessions/[0-9a-f]+/end)"', page)

    assert sign_in(budi).post(address).status_code == 404
    assert phone.get("/account").status_code == 200
    assert here.post(address).status_code == 303
    assert phone.get("/account").status_code == 303
    assert here.get("/account").status_code == 200
    assert "user.session_ended" in acts("user.session")


def test_who_need_not_have_it_turns_it_on_and_off(make, sign_in):
    rani = make.social_worker()
    browser = sign_in(rani)
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", browser.get("/account/second-factor").text).group(1)
    assert secret.replace(" ", "") not in cookie_of(browser)
    code = code_of(secret.replace(" ", ""))
    assert browser.post("/account/second-factor", {"code": code, "password": "salah"}).status_code == 422
    assert db.session.get(SecondFactor, rani.id) is None
    done = browser.post("/account/second-factor", {"code": code, "password": PASSWORD})
    assert done.location == "/account/recovery-codes?next=/account"

    assert browser.post("/account/recovery-codes/new", {"password": "salah"}).status_code == 422
    assert browser.post("/account/recovery-codes/new", {"password": PASSWORD}).status_code == 303
    assert browser.post("/account/second-factor/remove", {"password": "salah"}).status_code == 422
    assert browser.post("/account/second-factor/remove", {"password": PASSWORD}).status_code == 303

    assert db.session.get(SecondFactor, rani.id) is None
    assert db.session.scalars(select(RecoveryCode)).all() == []
    assert browser.get("/account/second-factor/remove").status_code == 404


def test_recovery_codes_are_made_anew_once_however_often_the_button_is_pressed(make, sign_in):
    rani = make.social_worker()
    enrolled(rani)
    browser = sign_in(rani)

    answers = [browser.post("/account/recovery-codes/new", {"password": PASSWORD}, once="one-key") for _ in range(2)]

    assert [answer.location for answer in answers] == ["/account/recovery-codes?next=/account"] * 2
    assert acts("user.recovery_codes_renewed") == ["user.recovery_codes_renewed"]
    shown = re.findall(r"<code>([A-Z0-9]{5}-[A-Z0-9]{5})</code>", browser.get(answers[1].location).text)
    assert second_factor.take(rani, shown[0])
    browser.get(answers[1].location)
    assert "hanya tampil sekali" in browser.get("/account").text


def test_who_must_have_it_cannot_turn_it_off(make, sign_in):
    head = make.unit_head()
    enrolled(head)

    assert sign_in(head).post("/account/second-factor/remove", {"password": PASSWORD}).status_code == 404


def test_the_administrator_removes_it_for_a_lost_phone(make, sign_in, desk):
    head = make.unit_head()
    enrolled(head)
    theirs, admin = sign_in(head), sign_in(make.admin())

    assert "Hapus faktor kedua" in admin.get(f"/users/{head.id}").text
    removed = admin.post(f"/users/{head.id}/second-factor", {"version": head.version})

    assert removed.status_code == 303
    assert theirs.get("/account").status_code == 303
    assert enter(desk.browser(), head.name).location == "/sign-in/second-factor"


def test_a_role_that_needs_it_ends_the_sessions_that_lack_it(make, sign_in):
    rani, admin = make.social_worker(), make.admin()
    theirs = sign_in(rani)
    sent = {"full_name": "Rani", "title": "", "roles": ["social_worker", "treasurer"], "version": rani.version}

    assert sign_in(admin).post(f"/users/{rani.id}", sent).status_code == 303
    assert theirs.get("/account").status_code == 303


def test_what_was_typed_survives_all_steps(make, stranger, sign_in, clock):
    user = make.unit_head()
    secret, _codes = enrolled(user)
    browser = sign_in(user)
    clock.shift(timedelta(hours=3))
    sent = browser.post("/account/password", {"current": "x", "new": OWN, "again": OWN, "note": "diketik"})
    following = re.search(r"next=(.*)", sent.location).group(1)

    enter(browser, user.name, next=following)
    opened = browser.post("/sign-in/code", {"code": code_of(secret)})

    assert opened.location == following
    assert "diketik" in browser.get(following).text


def test_a_sealed_text_opens_only_in_its_own_place_and_with_this_key(app, transaction):
    sealed = seal("JBSWY3DPEHPK3PXP", place="second_factor:1")

    assert unseal(sealed, place="second_factor:1") == "JBSWY3DPEHPK3PXP"
    assert unseal(sealed, place="second_factor:2") is None
    kept, app.config["SECRET_KEY"] = app.config["SECRET_KEY"], "another one"
    try:
        assert unseal(sealed, place="second_factor:1") is None
    finally:
        app.config["SECRET_KEY"] = kept


def test_an_open_session_of_before_is_complete(make, sign_in):
    """Sessions begun before there were steps stay open over the upgrade."""
    browser = sign_in(make.social_worker())
    row = db.session.scalars(select(UserSession)).one()

    assert (row.complete, row.device) == (True, "")
    assert browser.get("/account").status_code == 200
