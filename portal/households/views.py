"""The register: the list, a family's data, its list checks and cards of others."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from portal import audit, clock
from portal.db import db, hold
from portal.errors import NotAllowed, NotFound, Refused
from portal.households import area_queries, area_services, policies, queries, services, why
from portal.households.area_models import AreaReport, ReportOutcome
from portal.households.checks import NumberTaken
from portal.households.forms import CardEndForm, HouseholdForm, ListCheckForm, MembershipCardForm
from portal.households.models import Household, MembershipCard
from portal.households.queries import Filter
from portal.households.sought import typed_digits
from portal.language import gettext as _
from portal.units.catalogue import catalogue
from portal.web import paging
from portal.web.access import requires, signed_in_user
from portal.web.addresses import record_number
from portal.web.once import once
from portal.web.pages import done, page, part_wanted, see_other

bp = Blueprint("households", __name__, url_prefix="/households")
VIEW, RECORD, IDENTITY = "households.view", "households.record", "households.identity"
READ_NUMBERS = "household.identity_read"


def address_of(household: Household) -> str:
    """The family's story."""
    return f"/households/{household.id}"


@bp.get("")
@requires(VIEW)
def register() -> Response:
    """The register, narrowed."""
    return _register(queries.narrowed_by(request.args))


def _as_address(narrowed: Filter) -> dict[str, Any]:
    """How the register's address says what narrows it."""
    given = {"q": narrowed.q, "village": narrowed.village_code, "rt": narrowed.rt, "rw": narrowed.rw}
    given |= {"closed": "1" if narrowed.closed else ""}
    return {name: value for name, value in given.items() if value}


@bp.post("")
@requires(VIEW)
def look_up() -> Response:
    """What was typed into a search box: a name gets an address of its own, a number never stands in one."""
    narrowed = queries.narrowed_by(request.form)
    if not typed_digits(narrowed.q):
        address = url_for(".register", **_as_address(narrowed))
        if not part_wanted(("results",)):
            return see_other(address)
        answer = _register(narrowed)
        answer.headers["HX-Push-Url"] = address
        return answer
    rows, _total = queries.register(narrowed)
    if len(rows) == 1 and not part_wanted(("results",)):
        return see_other(f"/households/{rows[0].id}")
    return _register(narrowed)


def _register(narrowed: Filter) -> Response:
    rows, total = queries.register(narrowed, paging.place())
    found = paging.paged(rows, queries.place_of, total=total, given=_as_address(narrowed))
    digits = typed_digits(narrowed.q)
    return page(
        "households/register.html",
        fragment="results",
        narrowed=narrowed,
        found=found,
        lines=queries.lines_of(found.rows),
        why={} if narrowed.closed else why.of(narrowed.q, found.rows),
        villages=catalogue().villages,
        half_a_number=len(digits) if digits and len(digits) != 16 else 0,
        may_record=signed_in_user().can(RECORD),
        export_url=None if digits or narrowed.closed else paging.export_url("households", _as_address(narrowed)),
    )


def _form_page(form: HouseholdForm, household: Household | None = None, **context: Any) -> Response:
    return page("households/form.html", form=form, household=household, **context)


def _refused(form: HouseholdForm, refusal: Refused, household: Household | None = None) -> Response:
    """Say what stands against it; a number that is taken leads to its family."""
    form.refuse(refusal)
    if household is not None:
        _record_numbers_read(household)
    known = None
    if isinstance(refusal, NumberTaken):
        known = queries.line(queries.get_household(refusal.household_id))
    return _form_page(form, household, known=known, status=422)


@bp.get("/new")
@requires(RECORD)
def new() -> Response:
    """An empty form, or what a cadre's report knows of the family."""
    report = reported()
    if report is None:
        return _form_page(HouseholdForm())
    known = {name: getattr(report, name) for name in ("village_code", "rt", "rw", "address", "phone")}
    return _form_page(
        HouseholdForm(data={**known, "members": [{"name": report.family_name}], "note": report.own_words})
    )


def reported(household_id: int | None = None) -> AreaReport | None:
    """The report of this family that the address names, None when it names none.

    Raises NotFound when it is of another family; without a number, of one that the register knows.
    """
    given = request.args.get("report", "")
    if not given:
        return None
    number = record_number(given)
    if number is None:
        raise NotFound
    report = area_queries.get_report_of(household_id, number, reader=signed_in_user())
    audit.record_reading(report, by=signed_in_user(), household_id=household_id)
    return report


@bp.post("/new")
@requires(RECORD)
@once
def create() -> Response:
    form, report = HouseholdForm(), reported()
    if request.form.get("act") == "add_person":
        form.add_person()
        return _form_page(form)
    if not form.sent():
        return _form_page(form, status=422)
    try:
        household = services.register(form.details(), by=signed_in_user(), confirmed=form.confirmed)
    except Refused as refusal:
        return _refused(form, refusal)
    if report is not None:
        area_services.take_up(report, ReportOutcome.REGISTERED, by=signed_in_user(), registered=household)
    return done(address_of(household), _("The family is registered."))


def _record_numbers_read(household: Household) -> None:
    """The whole numbers of a family leave the house only with their place in the trail."""
    if not policies.may_see_numbers(signed_in_user()):
        raise NotAllowed
    audit.record_reading(household, by=signed_in_user(), household_id=household.id, action=READ_NUMBERS)


@bp.get("/<int:household_id>/edit")
@requires(RECORD)
def edit(household_id: int) -> Response:
    household = queries.get_household(household_id)
    _record_numbers_read(household)
    return _form_page(HouseholdForm(obj=household), household)


@bp.post("/<int:household_id>/edit")
@requires(RECORD)
def change(household_id: int) -> Response:
    household = queries.get_household(household_id)
    form = HouseholdForm(obj=household)
    if request.form.get("act") == "add_person":
        form.add_person()
        _record_numbers_read(household)
        return _form_page(form, household)
    if not form.sent():
        _record_numbers_read(household)
        return _form_page(form, household, status=422)
    form.expect_version(household)
    try:
        services.change(household, form.details(), by=signed_in_user(), confirmed=form.confirmed)
    except Refused as refusal:
        return _refused(form, refusal, household)
    return done(address_of(household), _("The family's data are saved."))


@bp.get("/<int:household_id>/numbers")
@requires(IDENTITY)
def numbers(household_id: int) -> Response:
    """The whole NIK and KK numbers of one family, for those who work on it."""
    household = queries.get_household(household_id)
    _record_numbers_read(household)
    return page("households/numbers.html", household=household, line=queries.line(household))


def read_family(household_id: int) -> Household:
    """The family, whose reading is recorded when its page is shown."""
    household = queries.get_household(household_id)
    audit.record_reading(household, by=signed_in_user(), household_id=household.id)
    return household


@bp.route("/<int:household_id>/list-check", methods=["GET", "POST"])
@requires(RECORD)
@once
def list_check(household_id: int) -> Response:
    """Note what a national list says of the family."""
    household, form = read_family(household_id), ListCheckForm()
    if form.sent() and _list_checked(household, form):
        return done(address_of(household), _("The list check is recorded."))
    status = 422 if request.method == "POST" else 200
    return page(
        "households/list_check.html", form=form, line=queries.line(household), household=household, status=status
    )


def _list_checked(household: Household, form: ListCheckForm) -> bool:
    found = form.found.data
    try:
        services.record_list_check(
            household, list_code=form.list_code.data, as_of=form.as_of.day, present=found != "no",
            decile=int(found) if found.isdigit() else None, by=signed_in_user(),
        )  # fmt: skip
    except Refused as refusal:
        form.refuse(refusal)
        return False
    return True


@bp.route("/<int:household_id>/membership-card", methods=["GET", "POST"])
@requires(RECORD)
@once
def membership_card(household_id: int) -> Response:
    """Note a KPS or KKS that the family showed."""
    household = read_family(household_id)
    form = MembershipCardForm(household, seen_on=clock.today())
    if form.sent():
        form.expect_version(household, see_url=request.path)
        if _card_seen(household, form):
            return done(address_of(household), _("The card is recorded."))
    status, line = 422 if request.method == "POST" else 200, queries.line(household)
    cards = [card for card in household.membership_cards if not card.ended_on]
    held = [(card, CardEndForm(card, formdata=None)) for card in cards]
    return page("households/membership_card.html", form=form, line=line, household=household, held=held, status=status)


def _card_seen(household: Household, form: MembershipCardForm) -> bool:
    try:
        services.record_membership_card(
            household,
            kind=form.kind.data,
            number=form.number.data or "",
            seen_on=form.seen_on.day,
            by=signed_in_user(),
            confirmed=form.confirmed,
        )
    except Refused as refusal:
        form.refuse(refusal)
        return False
    return True


@bp.post("/<int:household_id>/membership-card/<int:card_id>/end")
@requires(RECORD)
def end_membership_card(household_id: int, card_id: int) -> Response:
    card = db.session.get(MembershipCard, card_id)
    if card is None or card.household_id != household_id:
        raise NotFound
    hold(queries.get_household(household_id))  # who notes a card of this family at this moment is waited for
    CardEndForm(card).expect_version(card, see_url=f"/households/{household_id}/membership-card")
    services.end_membership_card(card, by=signed_in_user())
    return done(f"/households/{household_id}", _("The card is no longer counted."))
