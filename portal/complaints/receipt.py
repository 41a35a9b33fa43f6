"""What the receipt says. It is printed in Indonesian, whatever language the desk reads."""

from collections.abc import Callable
from typing import Final

from flask_babel import force_locale

from portal import paper
from portal.complaints.models import Complaint
from portal.complaints.promise import days_promised
from portal.units.catalogue import Catalogue, catalogue
from portal.units.documents import document_name
from portal.units.letterhead import letterhead

LAPOR: Final = "SP4N-LAPOR!: lapor.go.id atau SMS 1708"
"""The national channel for complaints about a public service (domain.md section 14, UU 25/2009)."""

VisitOf = Callable[[int], paper.Visit | None]
_visit_rooms: list[VisitOf] = []


def visits_from(ask: VisitOf) -> None:
    """Let the later room of visits say which visit comes next for a complaint."""
    _visit_rooms.append(ask)


def _next_visit(complaint: Complaint) -> paper.Visit | None:
    return next((visit for ask in _visit_rooms if (visit := ask(complaint.id))), None)


def _complain_at(unit: Catalogue) -> tuple[str, ...]:
    phone = str(unit.setting("office_phone")).strip()
    return (f"Loket {unit.short_name}" + (f", {phone}" if phone else "") + "; boleh tanpa nama", LAPOR)


def receipt(complaint: Complaint, *, track_page: str) -> paper.Receipt:
    """The facts of the receipt as they stand now; `track_page` is the address of the public progress page."""
    unit = catalogue()
    service = unit.services.get(complaint.service_code)
    days = days_promised(service, urgent=complaint.urgent) if service else None
    with force_locale("id"):
        brought = tuple(document_name(each.code) for each in complaint.documents if each.brought_on)
        missing = tuple(document_name(each.code) for each in complaint.documents if not each.brought_on)
    return paper.Receipt(
        head=letterhead(unit), number=complaint.number, code=complaint.tracking_code,
        received_at=complaint.taken_at, received_by=complaint.taken_by.full_name,
        reporter=complaint.applicant_name, family=complaint.household.head_name,
        problem=complaint.own_words, service=service.name("id") if service else None,
        promised_on=complaint.promised_on, promised_within=f"{days} hari kerja" if days else None,
        visit=_next_visit(complaint), documents_brought=brought, documents_missing=missing,
        track_page=track_page, complain_at=_complain_at(unit),
    )  # fmt: skip
