"""The monthly update: carried forward, confirmed, reported, closed with its figures, opened again, sent."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from portal import due
from portal.audit import heads
from portal.audit.models import AuditEvent
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.households import area_services as reports
from portal.households import event_services as events
from portal.households import month_queries as queries
from portal.households import month_rules as rules
from portal.households import month_services as services
from portal.households.area_models import ReportKind
from portal.households.month_figures import Figures, counted, progress, together
from portal.households.month_models import LineState, MonthlyLine, MonthlyUpdate, MonthState
from portal.households.month_queries import MonthFilter
from portal.households.noting import Noted
from portal.units import catalogue
from portal.units.models import Setting
from tests.factories import VILLAGE

OTHER = "13.76.01.1022"
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


@pytest.fixture
def cadre(make):
    return make.cadre()


@pytest.fixture
def head(make):
    return make.unit_head()


def reported(by, household=None, kind=ReportKind.MOVED_AWAY, **more):
    details = reports.ReportDetails(kind=kind, own_words="Contoh", **more)
    made = reports.report(details, household, by=by)
    db.session.commit()
    return made


def confirmed(by, *families, month=OCTOBER):
    count = services.confirm(by.village_code, month, [family.id for family in families], by=by)
    db.session.commit()
    return count


def closed(head, *, reason="Contoh", month=OCTOBER, village=VILLAGE):
    update = services.hold_month(village, month, by=head)
    services.close(update, reason=reason, by=head)
    db.session.commit()
    return update


def figures(month=OCTOBER, village=VILLAGE) -> Figures:
    return queries.standing(village, month).figures


def names(state=LineState.UNCONFIRMED, month=OCTOBER, rt=None) -> list[str]:
    where = queries.standing(VILLAGE, month)
    return [row.head_name for row in queries.families(where, MonthFilter(state, rt))]


def test_a_month_begins_with_everybody_carried_on_and_no_row_for_anybody(make):
    make.household("Yurnalis"), make.household("Rosma"), make.household("Lain", village_code=OTHER)

    assert figures() == Figures(unconfirmed=2)
    assert names() == ["Rosma", "Yurnalis"]
    assert services.open_months(OCTOBER) == 2
    db.session.commit()
    assert figures() == Figures(unconfirmed=2)
    assert db.session.scalar(select(func.count()).select_from(MonthlyLine)) == 0


def test_due_begins_each_month_once(make, monkeypatch):
    make.household()
    monkeypatch.setattr(heads, "write", lambda _on: None)  # its file would outlive this test's trail

    assert dict(due.run(OCTOBER))["monthly updates begun"] == 1
    db.session.commit()
    assert dict(due.run(date(2026, 10, 31)))["monthly updates begun"] == 0
    assert dict(due.run(NOVEMBER))["monthly updates begun"] == 1


def test_a_cadre_confirms_families_in_one_act_that_names_them(make, cadre):
    first, second, left = make.household("A"), make.household("B"), make.household("C")

    assert confirmed(cadre, first, second) == 2
    assert confirmed(cadre, second) == 0
    assert names() == [left.head_name]
    assert names(LineState.CONFIRMED) == ["A", "B"]
    acts = db.session.scalars(select(AuditEvent.details).where(AuditEvent.action == "monthly_update.confirmed")).all()
    assert len(acts) == 1
    assert f"[{first.id}, {second.id}]" in acts[0]


def test_a_family_of_another_kelurahan_or_one_that_is_closed_is_not_confirmed(make, cadre):
    elsewhere = make.household(village_code=OTHER)
    gone = make.household(closed_on=date(2026, 9, 1))

    assert confirmed(cadre, elsewhere, gone) == 0


@pytest.mark.parametrize("who", ["cadre elsewhere", "social worker", "unit head"])
def test_only_the_kelurahans_own_cadre_confirms(make, who):
    family = make.household()
    people = {
        "cadre elsewhere": make.cadre(OTHER),
        "social worker": make.social_worker(),
        "unit head": make.unit_head(),
    }

    with pytest.raises(NotAllowed):
        services.confirm(VILLAGE, OCTOBER, [family.id], by=people[who])
    with pytest.raises(NotAllowed):
        services.take_back(VILLAGE, OCTOBER, family.id, by=people[who])


def test_a_confirmation_by_mistake_is_taken_back_and_a_report_is_not(make, cadre):
    family, moved = make.household("A"), make.household("B")
    confirmed(cadre, family)
    reported(cadre, moved)

    assert services.take_back(VILLAGE, OCTOBER, family.id, by=cadre)
    assert not services.take_back(VILLAGE, OCTOBER, moved.id, by=cadre)
    assert names() == ["A"]


def test_a_report_stands_above_a_confirmation_and_counts_by_kind(make, cadre):
    family = make.household("A")
    confirmed(cadre, family)
    reported(cadre, family)
    reported(cadre, kind=ReportKind.NEW_FAMILY, family_name="Nurbaiti")

    found = figures()

    assert (found.confirmed, found.reported, found.unconfirmed, found.new_families) == (0, 1, 0, 1)
    assert found.kinds == {"new_family": 1, "moved_away": 1}


def test_a_family_that_has_left_since_stays_in_the_month_without_its_new_address(make, cadre):
    family = make.household("A", address="Jalan Lama")
    make.household("B")
    reported(cadre, family)
    family.village_code, family.address = OTHER, "Jalan Baru"
    make._store(family)

    assert figures().families == 2
    (row,) = queries.families(queries.standing(VILLAGE, OCTOBER), MonthFilter(LineState.REPORTED))
    assert (row.head_name, row.rw, row.rt, row.address) == ("A", "", "", "")


def test_a_family_whose_last_member_died_stays_in_the_month(make, cadre):
    family = make.household("A")
    reported(cadre, family, kind=ReportKind.DIED)
    events.died(family, family.members[0], Noted(on=OCTOBER, by=make.social_worker()))
    db.session.commit()

    assert family.closed_on
    assert (figures().reported, figures().unconfirmed) == (1, 0)


def test_closing_writes_the_figures_that_a_recount_gives_and_names_the_unconfirmed(make, cadre, head):
    a, b = make.household("A"), make.household("B")
    make.household("C")
    confirmed(cadre, a)
    reported(cadre, b)
    reported(cadre, kind=ReportKind.NEWLY_POOR, family_name="Nurbaiti")

    update = closed(head, reason="Kader sakit.")

    assert update.figures == {
        "families": 3, "confirmed": 1, "reported": 1, "unconfirmed": 1, "new_families": 1,
        "kinds": {"moved_away": 1, "newly_poor": 1},
    }  # fmt: skip
    assert counted(VILLAGE, update).kept() == update.figures
    assert names() == ["C"]


def test_a_closed_month_stays_as_it_was_whatever_happens_later(make, cadre, head):
    confirmed(cadre, make.household("A"))
    closed(head)
    make.household("Baru")

    assert (figures().families, names()) == (1, [])
    with pytest.raises(AlreadySettled):
        services.confirm(VILLAGE, OCTOBER, [1], by=cadre)
    with pytest.raises(AlreadySettled):
        closed(head)


def test_what_is_reported_after_the_closing_counts_for_the_next_month(make, cadre, head):
    family = make.household("A")
    confirmed(cadre, family)
    closed(head)
    made = reported(cadre, family)

    assert db.session.get(MonthlyUpdate, made.update_id).month == NOVEMBER
    assert figures().reported == 0
    assert figures(NOVEMBER).reported == 1


def test_a_new_month_carries_everybody_on_again(make, cadre, head, clock):
    confirmed(cadre, make.household("A"))
    closed(head)
    clock.move_to(datetime(2026, 11, 2, 2, 0, tzinfo=UTC))

    assert figures(NOVEMBER) == Figures(unconfirmed=1)
    assert figures(OCTOBER) == Figures(confirmed=1)


def test_many_unconfirmed_ask_why_and_few_do_not(make, cadre, head):
    families = [make.household(f"Keluarga {n:02d}") for n in range(20)]
    confirmed(cadre, *families[:17])
    with pytest.raises(Refused) as refused:
        closed(head, reason="")
    assert refused.value.field == "reason"
    db.session.rollback()

    confirmed(cadre, families[17])
    assert closed(head, reason="").figures["unconfirmed"] == 2


@pytest.mark.parametrize("act", ["close", "reopen", "sent"])
def test_only_the_unit_head_closes_opens_again_and_sends(make, act):
    make.household()
    update = services.hold_month(VILLAGE, OCTOBER, by=make.unit_head())
    for person in (make.cadre(), make.social_worker(), make.admin()):
        with pytest.raises(NotAllowed):
            if act == "close":
                services.close(update, reason="x", by=person)
            elif act == "reopen":
                services.reopen(update, reason="x", by=person)
            else:
                services.mark_sent(update, to="Dinas Sosial", on=OCTOBER, by=person)


def test_opened_again_a_month_goes_on_where_it_was(make, cadre, head):
    a, b = make.household("A"), make.household("B")
    confirmed(cadre, a)
    update = closed(head)
    services.note_file(update, "ABCD", "0" * 64, by=head)
    services.mark_sent(update, to="Dinas Sosial", on=date(2026, 10, 5), by=head)
    db.session.commit()

    services.reopen(update, reason="Satu RT terlewat.", by=head)
    db.session.commit()

    assert (update.state, update.figures, update.sent_on, update.file_code) == (MonthState.OPEN, None, None, "")
    assert names() == ["B"]
    assert confirmed(cadre, b) == 1
    assert closed(head).figures["confirmed"] == 2


def test_a_month_is_sent_once_it_is_closed_and_its_file_was_fetched(make, cadre, head):
    confirmed(cadre, make.household("A"))
    update = services.hold_month(VILLAGE, OCTOBER, by=head)
    today = date(2026, 10, 5)

    with pytest.raises(Refused):
        services.mark_sent(update, to="Dinas Sosial", on=today, by=head)
    services.note_file(update, "ABCD", "0" * 64, by=head)
    assert update.file_code == ""
    closed(head)
    with pytest.raises(Refused):
        services.mark_sent(update, to="Dinas Sosial", on=today, by=head)
    services.note_file(update, "ABCD", "0" * 64, by=head)
    for wrong in (date(2026, 10, 4), date(2026, 10, 6)):
        with pytest.raises(Refused) as refused:
            services.mark_sent(update, to="Dinas Sosial", on=wrong, by=head)
        assert refused.value.field == "on"
    services.mark_sent(update, to="Dinas Sosial", on=today, by=head)
    db.session.commit()

    assert (update.sent_to, update.sent_on, update.file_code) == ("Dinas Sosial", today, "ABCD")
    with pytest.raises(AlreadySettled):
        services.mark_sent(update, to="Dinas Sosial", on=today, by=head)


def test_progress_of_all_kelurahan_equals_each_ones_own_figures(make, cadre, head):
    a, b = make.household("A"), make.household("B")
    make.household("C"), make.household("D", village_code=OTHER)
    confirmed(cadre, a)
    reported(cadre, b)
    closed(head, village=OTHER)

    found = {each.village_code: each for each in progress(OCTOBER)}

    assert set(found) == {VILLAGE, OTHER}
    for code, each in found.items():
        own = figures(village=code)
        assert (each.figures.confirmed, each.figures.reported, each.figures.unconfirmed) == (
            own.confirmed, own.reported, own.unconfirmed,
        )  # fmt: skip
    assert (found[VILLAGE].closed, found[OTHER].closed) == (False, True)
    assert together(found.values()).families == 4


def test_what_is_left_is_counted_by_rt_with_finished_ones_last(make, cadre):
    a = make.household("A", rw="001", rt="001")
    make.household("B", rw="001", rt="002"), make.household("C", rw="", rt="")
    make.household("D", rw="001", rt="002")
    confirmed(cadre, a)

    found = queries.neighbourhoods(queries.standing(VILLAGE, OCTOBER))

    assert [(one.rw, one.rt, one.left, one.families) for one in found] == [
        ("", "", 1, 1), ("001", "002", 2, 2), ("001", "001", 0, 1),
    ]  # fmt: skip
    assert names(rt=("001", "002")) == ["B", "D"]
    assert names(rt=("", "")) == ["C"]


def test_the_list_goes_on_where_the_page_before_ended(make):
    for n in range(7):
        make.household(f"Keluarga {n}", rt=f"00{n % 3}")
    where = queries.standing(VILLAGE, OCTOBER)

    parts = list(queries.every_family(where, MonthFilter(), size=3))

    assert [len(part) for part in parts] == [3, 3, 1]
    assert len({row.id for part in parts for row in part}) == 7


@pytest.mark.parametrize(("today", "left"), [((2026, 10, 5), 23), ((2026, 10, 28), 0), ((2026, 10, 30), -2)])
def test_days_are_counted_to_the_closing_day(make, clock, today, left):
    clock.move_to(datetime(*today, 2, 0, tzinfo=UTC))

    assert rules.days_left(OCTOBER) == left


def test_a_closing_day_that_a_month_does_not_have_is_its_last_day(make):
    db.session.get(Setting, "monthly_closing_day").value = 31
    make._store(db.session.get(Setting, "monthly_closing_day"))
    catalogue.forget()
    assert rules.closes_on(date(2026, 2, 1)) == date(2026, 2, 28)


def test_months_follow_each_other_over_the_year(make):
    assert rules.month_after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert rules.month_before(date(2026, 1, 1)) == date(2025, 12, 1)
