"""Signing in: who may, how often one may try, and when it ends."""

from datetime import timedelta

import pytest

from tests.pages import PASSWORD


def enter(browser, name, password=PASSWORD, **more):
    return browser.post("/sign-in", {"name": name, "password": password, **more})


def test_a_person_signs_in_and_goes_where_they_wanted(make, stranger):
    make.social_worker(name="rani")

    response = enter(stranger, "rani", next="/account")

    assert (response.status_code, response.location) == (303, "/account")
    assert stranger.get("/account").status_code == 200


def test_a_wrong_password_says_so_and_keeps_the_name(make, stranger):
    make.social_worker(name="rani")

    response = enter(stranger, "rani", "wrong")

    assert response.status_code == 422
    assert 'value="rani"' in response.text


def test_the_way_back_never_leads_out_of_the_portal(make, stranger):
    make.social_worker(name="rani")

    for elsewhere in ("//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example"):
        assert enter(stranger, "rani", next=elsewhere).location == "/"


@pytest.mark.parametrize("control", ["\r\n", "\n", "\t", "\x7f"])
def test_a_way_back_that_no_header_can_carry_is_left_out(make, stranger, control):
    make.social_worker(name="rani")
    broken = f"/account{control}Set-Cookie: a=b"

    assert stranger.post("/language", {"language": "en", "next": broken}).location == "/"
    assert enter(stranger, "rani", next=broken).location == "/"


def test_guessing_is_slowed_down_but_the_owner_is_not_locked_out(make, desk):
    make.social_worker(name="rani")
    guesser = desk.browser()
    for _ in range(5):
        enter(guesser, "rani", "guess")

    assert enter(guesser, "rani").status_code == 429
    owner = desk.browser()
    response = owner.post("/sign-in", {"name": "rani", "password": PASSWORD}, environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert response.status_code == 303


def test_a_stranger_is_sent_to_sign_in_and_back(stranger, make):
    response = stranger.get("/account")

    assert (response.status_code, response.location) == (303, "/sign-in?next=/account")


def test_sign_out_ends_the_session_on_the_server(make, sign_in):
    browser = sign_in(make.social_worker())
    with browser.client.session_transaction() as cookie:
        stolen = dict(cookie)

    browser.post("/sign-out")
    with browser.client.session_transaction() as cookie:
        cookie.update(stolen)

    assert browser.get("/account").status_code == 303


def test_a_new_password_ends_the_other_sessions(make, sign_in):
    worker = make.social_worker()
    here, elsewhere = sign_in(worker), sign_in(worker)

    changed = here.post(
        "/account/password",
        {"current": PASSWORD, "new": "rumah gadang 12", "again": "rumah gadang 12"},
    )

    assert changed.status_code == 303
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303


def test_a_session_ends_when_idle_and_after_its_longest_time(make, sign_in, clock):
    worker = make.social_worker()
    idle = sign_in(worker)
    clock.shift(timedelta(hours=2, minutes=1))
    assert idle.get("/account").status_code == 303

    busy = sign_in(worker)
    for _ in range(12):
        clock.shift(timedelta(minutes=59))
        assert busy.get("/account").status_code == 200
    clock.shift(timedelta(minutes=59))
    assert busy.get("/account").status_code == 303


def test_a_form_sent_after_the_session_ended_is_kept(make, sign_in, clock):
    worker = make.social_worker(name="rani")
    browser = sign_in(worker)
    clock.shift(timedelta(hours=3))

    to_sign_in = browser.post("/account/password", {"current": "secret", "note": "a long text"})
    assert to_sign_in.status_code == 303
    back = enter(browser, "rani", next="/" + to_sign_in.location.split("next=/")[1])
    kept = browser.get(back.location)

    assert "a long text" in kept.text
    assert "secret" not in kept.text


def test_a_form_without_the_right_token_is_refused(make, sign_in):
    mine, other = sign_in(make.social_worker()), sign_in(make.social_worker())

    for token in ("", "wrong", other.token()):
        assert mine.post("/account/sessions/end", {"csrf_token": token}).status_code == 422


def test_nobody_in_the_same_office_locks_a_colleague_out_of_their_own_browser(make, desk):
    make.social_worker(name="rani")
    mine, guesser = desk.browser(), desk.browser()
    assert enter(mine, "rani").status_code == 303
    mine.post("/sign-out")
    for number in range(35):
        enter(guesser, "rani" if number < 6 else f"nobody-{number}", "guess")

    assert enter(guesser, "rani").status_code == 429
    assert enter(mine, "rani").status_code == 303


def test_a_known_browser_is_slowed_down_too_and_known_for_its_own_people_only(make, desk):
    for name in ("rani", "budi"):
        make.social_worker(name=name)
    browser = desk.browser()
    enter(browser, "rani")
    browser.post("/sign-out")

    for name in ("rani", "budi"):
        for _ in range(5):
            enter(browser, name, "guess")
        assert enter(browser, name).status_code == 429


def test_a_forged_mark_makes_no_browser_known(make, desk):
    make.social_worker(name="rani")
    forger = desk.browser()
    forger.client.set_cookie("known", "eyJyYW5pIjoieCJ9.x.y", path="/sign-in")

    for _ in range(5):
        enter(forger, "rani", "guess")
    assert enter(forger, "rani").status_code == 429


def test_signing_in_again_ends_the_session_that_the_browser_had(make, sign_in):
    make.social_worker(name="rani")
    browser = sign_in(make.social_worker())
    with browser.client.session_transaction() as cookie:
        stolen = dict(cookie)

    assert enter(browser, "rani").status_code == 303
    with browser.client.session_transaction() as cookie:
        cookie.update(stolen)

    assert browser.get("/account").status_code == 303
