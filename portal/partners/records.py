"""A partner's own record: reading and changing what it says of itself, its agreement and its permits."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from portal import audit, clock
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.db import db, hold, take_turns
from portal.errors import AlreadySettled, NotAllowed, NotFound, Refused
from portal.files import policies as files
from portal.language import gettext
from portal.partners import gifts, permits, policies, queries
from portal.partners.models import Partner
from portal.partners.record_models import PaperKind, PartnerPaper, PartnerProfile


def get_visible(code: str, *, reader: User) -> Partner:
    """Raises NotFound, also for a partner that is not this reader's to know of."""
    if not policies.may_see_record(reader, code):
        raise NotFound
    return queries.get_partner(code)


def get_own(code: str, *, by: User) -> Partner:
    """The partner whose record this person keeps. Raises NotFound."""
    if not policies.may_keep_record(by, code):
        raise NotFound
    return queries.get_partner(code)


def profile_of(partner: Partner) -> PartnerProfile:
    """Empty and not stored where nobody has written anything yet."""
    found = db.session.scalars(select(PartnerProfile).where(PartnerProfile.partner_code == partner.code)).first()
    return found or PartnerProfile(
        partner_code=partner.code, contact_person="", phone="", email="", address="", gives_for=None, version=0
    )


def profile_to_change(partner: Partner) -> PartnerProfile:
    """The same, while nobody else changes it: also of two who write the first one the second is told."""
    take_turns(partner)
    return profile_of(partner)


def fields_given_for(partner: Partner) -> list[str]:
    """The fields of work it gives for at present: of those that the catalogue names, what its record chose."""
    chosen, all_of_them = profile_of(partner).gives_for, gifts.fields_of(partner)
    return [field for field in all_of_them if chosen is None or field in chosen]


def papers_of(partner: Partner) -> Sequence[PartnerPaper]:
    """Agreements first, then permits; of each kind the newest first."""
    found = db.session.scalars(select(PartnerPaper).where(PartnerPaper.partner_code == partner.code)).all()
    order = list(PaperKind)
    return sorted(found, key=lambda paper: (order.index(paper.kind), -paper.dated_on.toordinal(), -paper.id))


def users_of(partner: Partner) -> Sequence[User]:
    """Whoever signs in for it."""
    found = db.session.scalars(select(User).where(User.partner_code == partner.code).order_by(User.full_name)).all()
    return [user for user in found if user.active and Role.PARTNER in user.roles]


def get_paper(partner: Partner, paper_id: int) -> PartnerPaper:
    """Raises NotFound, also for a paper of another partner."""
    found = db.session.get(PartnerPaper, paper_id)
    if found is None or found.partner_code != partner.code:
        raise NotFound
    return found


def change_profile(
    partner: Partner, *, contact_person: str, phone: str, email: str, address: str, gives_for: Sequence[str], by: User
) -> PartnerProfile:
    """Set whom the unit calls and the fields it gives for. Raises NotAllowed, and Refused when no field is left."""
    if not policies.may_keep_record(by, partner.code):
        raise NotAllowed
    known = gifts.fields_of(partner)
    chosen = [field for field in known if field in gives_for]
    if known and not chosen:
        raise Refused(gettext("Please choose at least one field."), field="gives_for")
    profile = profile_to_change(partner)
    profile.contact_person, profile.phone = contact_person.strip(), phone.strip()
    profile.email, profile.address = email.strip(), address.strip()
    profile.gives_for = None if chosen == known else chosen
    if profile.id is None:
        profile.version = 1
        db.session.add(profile)
    db.session.flush()
    audit.record("partner.contact_changed", profile, by=by)
    return profile


def add_paper(
    partner: Partner, *, kind: PaperKind, number: str, issuer: str, dated_on: date, until: date | None, note: str,
    by: User,
) -> PartnerPaper:  # fmt: skip
    """Put an agreement or a permit on record. Raises NotAllowed, and Refused for days that cannot be or a second one
    of the same number."""
    if not policies.may_keep_record(by, partner.code):
        raise NotAllowed
    if kind is not PaperKind.AGREEMENT and until is None:
        raise Refused(gettext("A permit has a last day. Please type it."), field="until")
    if until is not None and until < dated_on:
        raise Refused(gettext("The last day lies before the first."), field="until")
    take_turns(partner)
    _refuse_second(partner, kind, number)
    paper = PartnerPaper(
        partner_code=partner.code, kind=kind, number=number.strip(), issuer=issuer.strip(), dated_on=dated_on,
        until=until, note=note.strip(), added_by_id=by.id, added_at=clock.now(), ended_reason="",
    )  # fmt: skip
    db.session.add(paper)
    db.session.flush()
    audit.record("partner.paper_added", paper, by=by)
    return paper


def _refuse_second(partner: Partner, kind: PaperKind, number: str) -> None:
    same = "".join(number.split()).casefold()
    for paper in permits.of_kind(partner, kind):
        if paper.ended_on is None and "".join(paper.number.split()).casefold() == same:
            raise Refused(gettext("This number is on record already."), field="number")


def end_paper(paper: PartnerPaper, *, reason: str, by: User) -> None:
    """Say that it holds no longer, from today on, and why. Raises NotAllowed, AlreadySettled, Refused."""
    if not policies.may_keep_record(by, paper.partner_code):
        raise NotAllowed
    hold(paper)
    if paper.ended_on is not None:
        raise AlreadySettled(gettext("%(number)s was ended already.", number=paper.number))
    if not reason.strip():
        raise Refused(gettext("Please write the reason."), field="reason")
    paper.ended_on, paper.ended_reason = clock.today(), reason.strip()
    audit.record("partner.paper_ended", paper, by=by)


def _paper_of_file(reader: User, paper_id: int) -> bool:
    """Who may see the record may open the scan of its papers."""
    found = db.session.get(PartnerPaper, paper_id)
    return found is not None and policies.may_see_record(reader, found.partner_code)


files.allow("partner_paper", _paper_of_file)
