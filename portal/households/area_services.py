"""A cadre reports a family or a change; a social worker deals with it."""

from collections.abc import Collection
from dataclasses import dataclass

from portal import audit, clock
from portal.accounts.models import User
from portal.db import db, hold, take_turns
from portal.errors import AlreadySettled, Doubt, NotAllowed, settle_doubts
from portal.households import area_queries, month_services, policies
from portal.households.area_models import AreaReport, ReportKind, ReportOutcome, ReportStatus
from portal.households.models import Household
from portal.language import gettext as _


@dataclass(frozen=True, kw_only=True)
class ReportDetails:
    """A report as typed; name and place are those of the family when one was chosen."""

    kind: ReportKind
    own_words: str
    family_name: str = ""
    rt: str = ""
    rw: str = ""
    address: str = ""
    phone: str = ""


def report(
    details: ReportDetails, household: Household | None, *, by: User, confirmed: Collection[str] = ()
) -> AreaReport:
    """Tell the unit of a family in the cadre's own kelurahan.

    Raises NotAllowed for any other kelurahan, and Doubtful for a family that the cadre has reported today already.
    """
    village_code = household.village_code if household else by.village_code or ""
    if not policies.may_report_from(by, village_code):
        raise NotAllowed
    name = household.head_name if household else details.family_name
    take_turns(by)  # a phone that sends a second time does so at the same moment
    asked = settle_doubts(_doubt_told_before(by, household, name), confirmed)
    place = {name: getattr(household or details, name) for name in ("rt", "rw")}
    made = AreaReport(
        village_code=village_code, household_id=household.id if household else None, kind=details.kind,
        family_name=name, **place, address="" if household else details.address, phone=details.phone,
        own_words=details.own_words, reported_by_id=by.id, reported_at=clock.now(),
        update_id=month_services.count_report(village_code, household, by=by),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    audit.record("area_report.made", made, by=by, confirmed=asked)
    return made


def _doubt_told_before(by: User, household: Household | None, name: str) -> list[Doubt]:
    before = area_queries.open_report_of_today(by, household.id if household else None, name)
    if before is None:
        return []
    sentence = _("You have reported this family today already, and the unit has that report. Is this something else?")
    return [Doubt(f"told_before:{before.id}", sentence)]


def settle(report: AreaReport, *, note: str, by: User) -> None:
    """Say what was done about a report. Raises NotAllowed, and AlreadySettled when somebody did so before."""
    _deal_with(report, ReportStatus.SETTLED, by)
    report.settling_note = note
    audit.record("area_report.settled", report, by=by)


def set_aside(report: AreaReport, *, reason: str, by: User) -> None:
    """Nothing is to be done about a report; the cadre reads why. Raises as `settle` does."""
    _deal_with(report, ReportStatus.SET_ASIDE, by)
    report.settling_note = reason
    audit.record("area_report.set_aside", report, by=by)


def take_up(report: AreaReport, outcome: ReportOutcome, *, by: User, registered: Household | None = None) -> None:
    """A report became an event of the family, a registered family or a complaint, in the transaction that made it.

    One that somebody has dealt with meanwhile stays as it was left: what was made beside it is right all the same.
    A family that was registered by it is the one that it told of from then on, also in its month.
    """
    hold(report)
    if report.status is not ReportStatus.OPEN:
        return
    _deal_with(report, ReportStatus.SETTLED, by)
    report.outcome = outcome
    if registered is not None:
        report.household_id = registered.id
        month_services.count_registered(report, registered.id)
    audit.record("area_report.taken_up", report, by=by)


def _deal_with(report: AreaReport, status: ReportStatus, by: User) -> None:
    if not policies.may_record(by):
        raise NotAllowed
    if report.status is not ReportStatus.OPEN:
        raise AlreadySettled(_("This report has been dealt with already."))
    report.status, report.settled_by_id, report.settled_at = status, by.id, clock.now()
