"""What no browser sends by itself: numbers no database holds, marks somebody tampered with, characters no text has."""

import base64
import json

import pytest

from portal.accounts.roles import Role
from tests.access.samples import Samples
from tests.access.test_doors import doors
from tests.pages import PASSWORD, form_values

EVERY_ROLE = [role for role in Role if role not in {Role.PARTNER, Role.OFFICE, Role.CADRE}]
HUGE = (2**31, 10**12, 10**30)
ODD_TEXT = ("%00", "a%00b", "%ED%A0%80", "%F0%9F%98%80", "%C2%B2", "%22%27%3C%3E", "%25%5C", "x" * 3000)
OTHER_ORDERS = ("/listing-errors?state=settled&", "/recommendations?filter=no_exit&", "/referrals?filter=answered&")
"""Lists that go by another order when they are narrowed so."""
LONE_HALF = json.loads('"\\ud800"')
ODD_PLACES = (
    [10**30, 10**30], ["2026-10-05", 10**30], ["2026-10-05", -1], ["0001-01-01T00:00:00+07:00", 1],
    ["9999-12-31T23:59:59-07:00", 1], ["9999-12-31", 1], ["a\0b", 1], [LONE_HALF, 1], ["²", "²"], [1e400, 1e400],
    [["x"], {"y": 1}], [None, None], [True], [-5], [], ["2026-10-05"], {"a": 1},
)  # fmt: skip


def marked(place: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


@pytest.fixture
def everybody(make, sign_in):
    """One person who holds every role that opens the unit's own pages."""
    return sign_in(make.user(EVERY_ROLE[0], *EVERY_ROLE[1:]))


def lists(app):
    return [rule.rule for rule, _access in doors(app, "GET") if not rule.arguments]


def replaced(samples, app, rule, name, by):
    """An address of this rule with something else in the place of one argument."""
    stored = samples.values[rule.rule.split("/")[1], name]
    return samples.url(app, rule).replace(f"/{stored}", f"/{by}", 1)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_number_that_no_record_has_is_not_there(app, make, everybody, method):
    samples, wrong = Samples(make), []
    send = everybody.get if method == "GET" else everybody.post
    for rule, _access in doors(app, method):
        for name in [name for name in rule.arguments if f"<int:{name}>" in rule.rule]:
            for number in HUGE:
                address = replaced(samples, app, rule, name, number)
                if (status := send(address).status_code) not in {404, 405}:
                    wrong.append((address, status))

    assert wrong == []


@pytest.mark.parametrize("text", ODD_TEXT)
def test_odd_text_in_an_address_is_not_there_and_breaks_nothing(app, make, everybody, text):
    samples, wrong = Samples(make), []
    for rule, _access in doors(app, "GET"):
        for name in [name for name in rule.arguments if f"<{name}>" in rule.rule]:
            address = replaced(samples, app, rule, name, text)
            if (status := everybody.get(address).status_code) not in {303, 403, 404}:
                wrong.append((address, status))

    assert wrong == []


@pytest.mark.parametrize("place", ODD_PLACES, ids=str)
def test_a_place_in_a_list_that_somebody_tampered_with_breaks_nothing(app, everybody, place):
    wrong = []
    for address in [*(f"{each}?" for each in lists(app)), *OTHER_ORDERS]:
        status = everybody.get(f"{address}after={marked(place)}").status_code
        if status not in {200, 303, 403, 404, 422}:
            wrong.append((address, status))

    assert wrong == []


def test_a_place_nested_a_thousand_times_breaks_nothing(app, everybody):
    deep = base64.urlsafe_b64encode(b"[" * 3000).decode()

    assert everybody.get(f"/complaints?after={deep}").status_code == 200


NAMES = (
    "q", "status", "service", "fund", "partner", "kind", "village", "filter", "state", "outcome", "since", "until",
    "from", "who", "household", "household_id", "complaint", "recommendation", "decision", "decided", "actor",
    "action", "subject_type", "first_on", "last_on", "code", "number", "next", "after", "size", "family", "slot",
    "service_code",
)  # fmt: skip
ODD_FILTERS = (*ODD_TEXT[:6], "1" * 30, "-1", "9999-12-31", "0001-01-01", "31-12-2199", "%2F%09%2F%5B")


@pytest.mark.parametrize("text", ODD_FILTERS)
def test_odd_filters_break_nothing(app, everybody, text):
    wrong, query = [], "&".join(f"{name}={text}" for name in NAMES)
    for address in lists(app):
        status = everybody.get(f"{address}?{query}").status_code
        if status not in {200, 303, 403, 404, 422}:
            wrong.append((address, status))

    assert wrong == []


def test_the_character_nul_in_a_form_is_not_read(everybody):
    sent = {"family": "new", "new-name": "Yurnalis", "own_words": "Obat\0 anak", "service_code": "health-medicine"}

    assert everybody.post("/complaints/new", sent).status_code == 400


def test_a_member_whose_number_is_no_number_is_a_new_one(make, everybody):
    family = make.household()
    sent = {
        "members-0-id": str(family.members[0].id), "members-0-name": "Upik", "members-0-sex": "P",
        "members-0-relation": "head",
        "members-1-id": "²", "members-1-name": "Buyung", "members-1-sex": "L", "members-1-relation": "child",
        "village_code": family.village_code, "version": family.version,
    }  # fmt: skip

    assert everybody.post(f"/households/{family.id}/edit", sent).status_code == 303
    assert [member.name for member in family.members] == ["Upik", "Buyung"]


def test_the_way_back_from_sign_in_may_be_odd(make, desk):
    make.social_worker(name="rani")
    sent = {"name": "rani", "password": PASSWORD, "next": "/\t/["}

    assert desk.browser().post("/sign-in", sent).location == "/"


def test_a_setting_is_read_to_its_last_digit(everybody):
    browser_form = everybody.get("/settings/visits_per_day").text
    version = form_values(browser_form).get("version")

    assert everybody.post("/settings/visits_per_day", {"value": "0000059", "version": version}).status_code == 422
