"""What happened in a family: a form a kind, and the page on which an event noted by mistake is taken back."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Response, request

from portal import clock
from portal.errors import NotFound, Refused
from portal.households import area_services, event_queries, event_words, policies, queries, standing
from portal.households import event_forms as forms
from portal.households import event_services as events
from portal.households.area_models import ReportOutcome
from portal.households.checks import NumberTaken
from portal.households.event_forms import EventForm, UndoForm
from portal.households.event_models import EventKind, FamilyEvent
from portal.households.models import Household, Relation
from portal.households.noting import Noted
from portal.households.queries import HouseholdLine
from portal.households.undoing import undo
from portal.households.views import RECORD, VIEW, address_of, bp, read_family, reported
from portal.language import gettext as _
from portal.web.access import requires, signed_in_user
from portal.web.once import once
from portal.web.pages import done, page, see_other


class Act(NamedTuple):
    """How one kind of event is typed and noted."""

    form: type[EventForm]
    do: Callable[[Household, Any, Noted], FamilyEvent]


def _married(household: Household, form: Any, noted: Noted) -> FamilyEvent:
    return events.married(
        household, form.person, form.newcomer(Relation.SPOUSE), noted,
        home=form.home() if form.where.data == "own" else None, spouse_heads=form.couple_head.data == "spouse",
        new_head=form.heir,
    )  # fmt: skip


def _divorced(household: Household, form: Any, noted: Noted) -> FamilyEvent:
    how: dict[str, Any] = {"new_head": form.heir, "kind": EventKind.DIVORCED}
    if form.where.data == "own":
        return events.split(household, form.chosen, form.home(), noted, **how)
    if form.where.data == "away":
        return events.moved_away(household, form.chosen, noted, **how)
    other = queries.family_behind(form.other.data)
    return events.joined(household, form.chosen, other, Relation(form.relation.data), noted, **how)


def _joined(household: Household, form: Any, noted: Noted) -> FamilyEvent:
    other, place = queries.family_behind(form.other.data), Relation(form.relation.data)
    return events.joined(household, form.chosen, other, place, noted, new_head=form.heir)


ACTS: dict[EventKind, Act] = {
    EventKind.BORN: Act(
        forms.BirthForm, lambda family, form, noted: events.born(family, form.newcomer(form.relation.data), noted)
    ),
    EventKind.DIED: Act(
        forms.OneForm, lambda family, form, noted: events.died(family, form.person, noted, new_head=form.heir)
    ),
    EventKind.MARRIED: Act(forms.MarriageForm, _married),
    EventKind.DIVORCED: Act(forms.DivorceForm, _divorced),
    EventKind.MOVED_WITHIN: Act(
        forms.MoveForm, lambda family, form, noted: events.moved_within(family, form.home(), noted)
    ),
    EventKind.MOVED_AWAY: Act(
        forms.SomeForm, lambda family, form, noted: events.moved_away(family, form.chosen, noted, new_head=form.heir)
    ),
    EventKind.RETURNED: Act(
        forms.SomeForm, lambda family, form, noted: events.returned(family, form.chosen, noted, new_head=form.heir)
    ),
    EventKind.SPLIT: Act(
        forms.SplitForm,
        lambda family, form, noted: events.split(family, form.chosen, form.home(), noted, new_head=form.heir),
    ),
    EventKind.JOINED: Act(forms.JoinForm, _joined),
    EventKind.NEW_HEAD: Act(
        forms.NewHeadForm,
        lambda family, form, noted: events.new_head(family, form.person, Relation(form.relation.data), noted),
    ),
    EventKind.MISTAKEN: Act(
        forms.SomeForm, lambda family, form, noted: events.mistaken(family, form.chosen, noted, new_head=form.heir)
    ),
}


@bp.route("/<int:household_id>/events/<kind>", methods=["GET", "POST"])
@requires(RECORD)
@once
def event(household_id: int, kind: str) -> Response:
    """Note what happened."""
    if kind not in ACTS:
        raise NotFound
    household, act, report = read_family(household_id), ACTS[EventKind(kind)], reported(household_id)
    form = _form(household, EventKind(kind), told=report.own_words if report else "")
    known = None
    if form.sent():
        form.expect_version(household, see_url=request.path)
        try:
            act.do(household, form, form.noted(signed_in_user()))
            if report is not None:
                area_services.take_up(report, ReportOutcome.EVENT, by=signed_in_user())
            return done(address_of(household), _said(household))
        except Refused as refusal:
            form.refuse(refusal)
            known = _family_of_number(refusal)
    return page(
        "households/event.html", form=form, kind=kind, household=household, line=queries.line(household), known=known,
        title=event_words.MENU[EventKind(kind)], hint=event_words.HINTS.get(EventKind(kind)),
        running=standing.facts(household.id), status=422 if request.method == "POST" else 200,
    )  # fmt: skip


def _family_of_number(refusal: Refused) -> HouseholdLine | None:
    """A number that is taken leads to its family."""
    return queries.line(queries.get_household(refusal.household_id)) if isinstance(refusal, NumberTaken) else None


def _form(household: Household, kind: EventKind, *, told: str) -> EventForm:
    """A form with what a cadre told; the kelurahan of today is the likeliest of tomorrow."""
    people = event_queries.may_come_back(household.id) if kind is EventKind.RETURNED else household.members
    given: dict[str, Any] = {"on": clock.today()} if kind is EventKind.MISTAKEN else {}
    if "village_code" in ACTS[kind].form.shown:
        given["village_code"] = household.village_code
    return ACTS[kind].form(household, people, data=given | {"remark": told})


def _said(household: Household) -> str:
    """The event is noted; what follows for cards and cases, people decide."""
    if household.closed_on is None:
        return _("It is noted in the family's story.")
    closed = _("It is noted. Nobody belongs to this family any more: it is closed and kept.")
    return closed + " " + _("Please see to its card and cases.")


@bp.get("/<int:household_id>/events/<int:event_id>")
@requires(VIEW)
def show_event(household_id: int, event_id: int) -> Response:
    """One event, and for the desk how to take it back."""
    found = event_queries.get_event(event_id, household_id)
    if (stands := found.household.merged_into_id) and stands != household_id:
        return see_other(f"/households/{stands}/events/{event_id}")
    household = read_family(household_id)
    return _event_page(found, household, UndoForm(household, formdata=None))


def _event_page(found: FamilyEvent, household: Household, form: UndoForm, *, status: int = 200) -> Response:
    rows = [row for row in event_queries.events_of(household.id) if row.id in {found.id, found.reverses_id}]
    own = [row for row in rows if row.id == found.id]
    of = [row for row in rows if row.id == found.reverses_id]
    standing_now = found.kind is EventKind.REVERSED or own[0].taken_back_by
    return page(
        "households/happened.html", happened=found, household=household, line=queries.line(household), form=form,
        told=event_words.told(own, of=of), noted_by=queries.name_of(found.noted_by_id),
        may_undo=policies.may_record(signed_in_user()) and not standing_now and found.household_id == household.id,
        status=status,
    )  # fmt: skip


@bp.post("/<int:household_id>/events/<int:event_id>/undo")
@requires(RECORD)
@once
def undo_event(household_id: int, event_id: int) -> Response:
    found, household = event_queries.get_event(event_id, household_id), read_family(household_id)
    form = UndoForm(household)
    if not form.sent():
        return _event_page(found, household, form, status=422)
    form.expect_version(household, see_url=f"{address_of(household)}/events/{found.id}")
    try:
        undo(found, Noted(on=clock.today(), by=signed_in_user(), note=form.remark.data))
    except Refused as refusal:
        form.refuse(refusal)
        return _event_page(found, household, form, status=refusal.status)
    return done(address_of(household), _("It is taken back; the story keeps both."))
