"""Where records and lists are found (interface.md section 2). One place, so that a figure and its list agree."""

from datetime import date
from urllib.parse import urlencode


def complaint(number: str, part: str = "") -> str:
    return f"/complaints/{number}" + (f"/{part}" if part else "")


def household(household_id: int, part: str = "") -> str:
    return f"/households/{household_id}" + (f"/{part}" if part else "")


def area_report(report_id: int) -> str:
    return f"/area/reports/{report_id}"


def monthly_update(month: date) -> str:
    return f"/updates?month={month:%Y-%m}"


def visit(visit_id: int) -> str:
    return f"/visits/{visit_id}"


def assessment(visit_id: int) -> str:
    return f"/visits/{visit_id}/assessment"


def decision(decision_id: int) -> str:
    return f"/decisions/{decision_id}"


def card(number: str) -> str:
    return f"/cards/{number}"


def recommendation(number: str) -> str:
    return f"/recommendations/{number}"


def disbursement(number: str) -> str:
    return f"/disbursements/{number}"


def paid(since: str, until: str, *, district: str = "", service: str = "") -> str:
    """The list of what was paid between two days, both as people type them."""
    narrowed = {"status": "paid", "since": since, "until": until, "district": district, "service": service}
    return "/disbursements?" + urlencode({name: value for name, value in narrowed.items() if value})


def donation(number: str) -> str:
    return f"/donations/{number}"


def list_proposal(number: str) -> str:
    return f"/list-proposals/{number}"


def referral(referral_id: int) -> str:
    return f"/referrals/{referral_id}"
