"""Who may do what in the register."""

from portal.accounts.models import User
from portal.households.area_models import AreaReport


def may_record(actor: User) -> bool:
    """Whoever sits at the desk writes the register."""
    return actor.can("households.record")


def may_see_numbers(actor: User) -> bool:
    """Full NIK and KK numbers are for those who work on families, one family at a time."""
    return actor.can("households.identity")


def may_report_from(actor: User, village_code: str) -> bool:
    """A cadre reports from the own kelurahan alone."""
    return actor.can("area.report") and actor.village_code == village_code


def sees_all_reports(actor: User) -> bool:
    """Who works with the register reads what cadres of every kelurahan report."""
    return actor.can("households.view")


def may_see_report(actor: User, report: AreaReport) -> bool:
    """A cadre's own reports, and those of everybody for the unit."""
    own = report.reported_by_id == actor.id and may_report_from(actor, report.village_code)
    return own or sees_all_reports(actor)


def may_confirm(actor: User, village_code: str) -> bool:
    """A cadre confirms families of the own kelurahan alone."""
    return actor.can("updates.confirm") and actor.village_code == village_code


def may_close_months(actor: User) -> bool:
    """The unit head closes a kelurahan's month, opens it again, and says that it was sent."""
    return actor.can("updates.close")
