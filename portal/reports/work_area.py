"""What a cadre's first page counts: the families of the own kelurahan, and the own reports. Nothing of any case."""

from typing import Any

from portal.accounts.models import User
from portal.households import area_queries as area
from portal.households import month_queries as months
from portal.households import month_rules as rules
from portal.households.area_models import ReportStatus
from portal.households.area_queries import AreaFilter
from portal.households.month_words import time_left
from portal.language import lazy_gettext as _l
from portal.units.formats import number
from portal.web.paging import COUNT_LIMIT

Figure = tuple[int | str, Any, str, str]


def figures(user: User) -> list[Figure]:
    """Each figure with its word, the list behind it and, where something waits, its tone."""
    families = area.count_families(user.village_code or "", AreaFilter())
    reports = area.count_own_reports(user)
    waiting, answered = reports.get(ReportStatus.OPEN, 0), reports.get(ReportStatus.SETTLED, 0)
    shown = f"{number(COUNT_LIMIT)}+" if families > COUNT_LIMIT else families
    return [
        *_month(user),
        (shown, _l("families of my kelurahan in the register"), "/area", ""),
        (waiting, _l("reports that wait for the unit"), "/area/reports?filter=open", "due" if waiting else ""),
        (answered, _l("reports that the unit has answered"), "/area/reports?filter=settled", ""),
    ]


def _month(user: User) -> list[Figure]:
    """Families left in this month's update: gold as its last days come, red after them; once it is closed, so many
    were unconfirmed.
    """
    if not rules.is_on():
        return []
    month = rules.this_month()
    where = months.standing(user.village_code or "", month)
    left = where.figures.unconfirmed
    if where.closed:
        return [(left, _l("families unconfirmed; this month's update is closed"), "/area/month", "")]
    tone = time_left(rules.days_left(month))[1] if left else ""
    return [(left, _l("families left in the monthly update"), "/area/month", "" if tone == "neutral" else tone)]
