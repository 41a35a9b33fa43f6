"""A cadre reports a family or a change; a social worker deals with it."""

from dataclasses import dataclass

from flask_babel import gettext as _

from portal import audit, clock
from portal.accounts.models import User
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed
from portal.households import policies
from portal.households.area_models import AreaReport, ReportKind, ReportStatus
from portal.households.models import Household


@dataclass(frozen=True, kw_only=True)
class ReportDetails:
    """A report as typed; name and place are those of the family when one was chosen."""

    kind: ReportKind
    own_words: str
    family_name: str = ""
    rt: str = ""
    rw: str = ""
    phone: str = ""


def report(details: ReportDetails, household: Household | None, *, by: User) -> AreaReport:
    """Tell the unit of a family in the cadre's own kelurahan. Raises NotAllowed for any other kelurahan."""
    village_code = household.village_code if household else by.village_code or ""
    if not policies.may_report_from(by, village_code):
        raise NotAllowed
    made = AreaReport(
        village_code=village_code, household_id=household.id if household else None, kind=details.kind,
        family_name=household.head_name if household else details.family_name,
        rt=household.rt if household else details.rt, rw=household.rw if household else details.rw,
        phone=details.phone, own_words=details.own_words, reported_by_id=by.id, reported_at=clock.now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    audit.record("area_report.made", made, by=by)
    return made


def settle(report: AreaReport, *, note: str, by: User) -> None:
    """Say what was done about a report. Raises NotAllowed, and AlreadySettled when somebody did so before."""
    if not policies.may_record(by):
        raise NotAllowed
    if report.status is not ReportStatus.OPEN:
        raise AlreadySettled(_("This report has been dealt with already."))
    report.status, report.settling_note = ReportStatus.SETTLED, note
    report.settled_by_id, report.settled_at = by.id, clock.now()
    audit.record("area_report.settled", report, by=by)
