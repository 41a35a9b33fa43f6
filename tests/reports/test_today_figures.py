"""The figures of Today: each equals the list behind it, and every row leads where its reader may go."""

import re
from datetime import timedelta

import pytest

from portal import clock as unit_clock
from portal.accounts.roles import Role
from portal.complaints.models import ComplaintStatus
from portal.funds.models import DisbursementStatus
from portal.reports import today
from tests.reports import factories as case
from tests.reports.test_stories import counted_queries
from tests.reports.test_today import groups, shown


def test_a_long_list_shows_its_beginning_and_links_to_all(app, make):
    rani = make.social_worker()
    for _ in range(12):
        case.complaint(make, make.household(), by=rani)

    group = groups(rani)["without-visit"]

    assert (len(group.rows), group.total) == (6, 12)
    assert f'href="{group.url}"' in shown(app, rani)


@pytest.mark.parametrize("role", list(Role))
def test_today_asks_the_database_a_few_times_only(app, make, role):
    user, rani = make.everyone()[role], make.social_worker()
    for _ in range(3):
        complaint = case.complaint(make, make.household(), by=rani)
        visit = case.visit(make, complaint, by=user if role is Role.SOCIAL_WORKER else rani)
        case.decision(make, complaint, case.assessment(make, visit, by=rani), by=rani)

    with counted_queries() as seen:
        shown(app, user)

    assert len(seen) <= 15


def filled_city(make):
    """A little of everything that waits, more of it than a page shows."""
    rani, head, mayor = make.social_worker(), make.unit_head(), make.mayor()
    for n in range(8):
        family = make.household(f"Contoh {n}")
        case.complaint(make, family, by=rani, promised_on=make.ago(n - 4))
        complaint = case.complaint(make, family, by=rani, status=ComplaintStatus.ASSESSED)
        found = case.assessment(make, case.visit(make, complaint, by=rani), by=rani)
        case.decision(make, complaint, found, by=rani)
        settled = case.complaint(make, family, by=rani, status=ComplaintStatus.APPROVED)
        decided = case.decision(make, settled, found, by=rani, decided_by=head)
        case.card(make, decided, by=head, starts_on=make.ago(300), ends_on=make.ago(-60 + n * 20))
        case.referral(make, settled, by=rani, due_on=make.ago(n - 3))
        case.recommendation(make, settled, by=rani)
        case.recommendation(make, settled, by=rani, decided_by=mayor)
        case.disbursement(make, settled, by=rani, status=list(DisbursementStatus)[n % 2])
        case.donation(make, by=make.partner_user())
    return rani, head, mayor


def listed(markup: str) -> int:
    """How many records a list shows: rows of its table or of its list."""
    results = markup[markup.index("<main") :].split("<tfoot")[0]
    return max(len(re.findall(sign, results)) for sign in ('<th scope="row"', 'class="row-title"', "<article"))


def test_every_figure_equals_the_list_behind_it(make, sign_in):
    rani, head, mayor = filled_city(make)
    checked = set()
    for person in (rani, head, mayor, make.treasurer(), make.office_user(), make.partner_user()):
        browser = sign_in(person)
        for group in today.groups_of(person):
            if group.url.startswith("#"):
                assert len(group.rows) == group.total
                continue
            page = browser.get(group.url)
            assert page.status_code == 200, group.url
            assert listed(page.text) == group.total, group.url
            checked.add(group.code)
    assert {
        "without-visit",
        "promises",
        "cards",
        "letters",
        "decisions",
        "referrals",
        "to-answer",
        "aid",
        "donations",
        "waiting",
        "own-donations",
    } <= checked


def test_every_row_leads_where_its_reader_may_go(make, sign_in):
    rani, head, mayor = filled_city(make)
    for person in (rani, head, mayor, make.treasurer(), make.office_user(), make.partner_user()):
        browser = sign_in(person)
        for group in today.groups_of(person):
            for row in group.rows[:2]:
                for address in {row.url, row.button[1] if row.button else row.url}:
                    assert browser.get(address).status_code in (200, 303), (person.role_label, address)


def test_on_a_sunday_a_promise_of_friday_is_not_broken_anywhere(make, sign_in, clock):
    rani, head = make.social_worker(), make.unit_head()
    clock.shift(timedelta(days=4))  # Friday
    friday = unit_clock.today()
    asked = case.complaint(make, make.household("Jumaidi"), by=rani, promised_on=friday)
    found = case.assessment(make, case.visit(make, asked, by=rani), by=rani)
    case.decision(make, asked, found, by=rani)
    clock.shift(timedelta(days=2))
    assert unit_clock.today().weekday() == 6

    assert groups(rani)["without-visit"].rows[0].mark == ("due", "hari kerja habis")
    assert groups(head)["decisions"].rows[0].mark == ("due", "hari kerja habis")
    assert groups(head)["promises"].total == listed(sign_in(head).get("/complaints?filter=late").text) == 0

    clock.shift(timedelta(days=1))

    assert groups(rani)["without-visit"].rows[0].mark == ("late", "terlambat")
    assert groups(head)["decisions"].rows[0].mark == ("late", "terlambat")
    assert groups(head)["promises"].total == listed(sign_in(head).get("/complaints?filter=late").text) == 1


def test_an_emergency_is_red_for_the_mayor_only_when_it_waits_longer_than_promised(make, clock):
    budi, mayor = make.social_worker(), make.mayor()
    case.recommendation(make, case.complaint(make, make.household(), by=budi), by=budi)
    clock.shift(timedelta(hours=71))
    case.recommendation(make, case.complaint(make, make.household(), by=budi), by=budi, urgent=True)

    def tones():
        return [row.mark[0] for row in groups(mayor)["emergencies"].rows]

    assert (groups(mayor)["emergencies"].tone, tones()) == ("due", ["due", "due"])
    clock.shift(timedelta(hours=2))
    assert (groups(mayor)["emergencies"].tone, tones()) == ("late", ["late", "due"])
    clock.shift(timedelta(hours=24))
    assert tones() == ["late", "late"]
