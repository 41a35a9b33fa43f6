"""What the letter says, for the press (Surat Rekomendasi; domain.md section 8)."""

from flask_babel import force_locale
from sqlalchemy import select

from portal import clock
from portal.accounts.models import User
from portal.db import db
from portal.errors import NotFound
from portal.households.event_queries import people_ever
from portal.households.identity import mask
from portal.households.models import Household
from portal.paper import Deputy, Letter, Signature
from portal.partners.models import Partner
from portal.recommendations import queries
from portal.recommendations.models import EmergencyRecommendation
from portal.recommendations.words import EVENTS
from portal.units.catalogue import Catalogue, ServiceEntry, catalogue
from portal.units.letterhead import letterhead, regional_head, town


def letter(recommendation: EmergencyRecommendation, *, verify_page: str) -> Letter:
    """The paper of an approved request, always in Indonesian. Raises NotFound while there is no letter."""
    r, unit = recommendation, catalogue()
    if r.letter_number is None or r.verification_code is None or r.starts_on is None or r.ends_on is None:
        raise NotFound
    service = unit.service(r.service_code)
    return Letter(
        head=letterhead(unit), number=r.letter_number, nature="Segera" if r.urgent else "Biasa", attachment="-",
        addressed_to=(_addressee(unit, service), f"di {town(unit)}"), resident=r.resident_name, nik=_nik(r),
        address=_address(unit, r.household), requested_on=clock.local(r.proposed_at).date(), event=_event(r),
        event_on=r.event.happened_on, service=service.name("id"), amount=r.amount, valid_from=r.starts_on,
        valid_until=r.ends_on, signature=_signature(unit, r), cc=_copies(service), code=r.verification_code,
        verify_page=verify_page,
    )  # fmt: skip


def _addressee(unit: Catalogue, service: ServiceEntry) -> str:
    """Who carries the service out: the unit itself, or the office the catalogue names."""
    executing = str(service.body.get("executing", unit.short_name)).split(" (")[0]
    return str(unit.profile["head_title"]) if executing == unit.short_name else f"Pimpinan {executing}"


def _nik(recommendation: EmergencyRecommendation) -> str:
    """The last four digits, enough to compare with an identity card."""
    people = people_ever(recommendation.household_id)
    nik = next((person.nik for person in people if person.name == recommendation.resident_name), None)
    return mask(nik) if nik else "-"


def _address(unit: Catalogue, household: Household) -> str:
    district = unit.districts.get(unit.village_district.get(household.village_code, ""), "")
    neighbourhood = f"RT {household.rt}/RW {household.rw}" if household.rt or household.rw else ""
    village = f"Kelurahan {unit.villages.get(household.village_code, '')}"
    return ", ".join(part for part in (household.address, neighbourhood, village, f"Kecamatan {district}") if part)


def _event(recommendation: EmergencyRecommendation) -> str:
    with force_locale("id"):
        return f"{EVENTS[recommendation.event.kind]}: {recommendation.event.description}"


def _signature(unit: Catalogue, recommendation: EmergencyRecommendation) -> Signature:
    """The mayor, or "a.n." the mayor with the deputy's name: both stand on the letter."""
    decided_by, mayor = recommendation.decided_by, recommendation.on_behalf_of
    if decided_by is None or recommendation.starts_on is None:
        raise NotFound
    signer = mayor or decided_by
    return Signature(
        place=town(unit), on=recommendation.starts_on, title=regional_head(unit), name=signer.full_name,
        nip=signer.nip, deputy=_deputy(recommendation, decided_by) if mayor else None,
    )  # fmt: skip


def _deputy(recommendation: EmergencyRecommendation, deputy: User) -> Deputy:
    delegation = queries.delegation_behind(recommendation)
    with force_locale("id"):
        title = deputy.title or deputy.role_label
    mandate = "pelimpahan wewenang"
    if delegation is not None:
        granted_on = clock.format_day(clock.local(delegation.granted_at).date())
        mandate = f"pelimpahan wewenang tanggal {granted_on} ({delegation.reason})"
    return Deputy(title=title, name=deputy.full_name, nip=deputy.nip, mandate=mandate)


def _copies(service: ServiceEntry) -> tuple[str, ...]:
    """The partners whose funds may pay the service, and the file."""
    names = db.session.scalars(select(Partner.name).where(Partner.code.in_(service.partners)).order_by(Partner.name))
    return (*names, "Arsip")
