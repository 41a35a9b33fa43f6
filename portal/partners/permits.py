"""Which permit a law asks of a partner, and whether the portal holds one that is valid.

Zakat: nobody acts as amil without a permit (UU 23/2011 art. 38). Baznas is founded by that law itself; a LAZ has its
licence from the minister (art. 18 [general]). Collecting from the public: a PUB permit (UU 9/1961, PP 29/1980
[general], Permensos 8/2021); zakat, and giving within an office or neighbourhood, need none (domain.md section 14).
"""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import select

from portal.db import db
from portal.language import gettext
from portal.partners.models import DonationKind, Partner
from portal.partners.record_models import PaperKind, PartnerPaper
from portal.partners.words import PAPERS
from portal.units.formats import day

LAWS: Final = {
    PaperKind.LAZ_LICENCE: "UU 23/2011 Pasal 18 dan 38",
    PaperKind.PUB_PERMIT: "UU 9/1961, PP 29/1980, Permensos 8/2021",
}
"""The law behind each permit, as it is cited on a page in either language."""
ENDS_SOON: Final = timedelta(days=60)
"""[default] From so long before its last day on a permit is said to end: renewing one takes weeks."""


def asked_of(partner: Partner) -> list[PaperKind]:
    """The permits that a law asks of this partner: of a private amil its licence, of whom the catalogue says so PUB."""
    of_amil = [PaperKind.LAZ_LICENCE] if partner.kind == "amil_private" else []
    return of_amil + ([PaperKind.PUB_PERMIT] if partner.body.get("permit_required") else [])


def is_valid(paper: PartnerPaper, on: date) -> bool:
    """Both its first and its last day count; one that was ended early holds until the day before."""
    begun, over = paper.dated_on <= on, paper.until is not None and paper.until < on
    return begun and not over and (paper.ended_on is None or on < paper.ended_on)


def of_kind(partner: Partner, kind: PaperKind) -> list[PartnerPaper]:
    """The one that lasts longest first."""
    found = db.session.scalars(
        select(PartnerPaper).where(PartnerPaper.partner_code == partner.code, PartnerPaper.kind == kind)
    )
    return sorted(found, key=lambda paper: (paper.until or date.max, paper.id), reverse=True)


def valid_one(partner: Partner, kind: PaperKind, on: date) -> PartnerPaper | None:
    return next((paper for paper in of_kind(partner, kind) if is_valid(paper, on)), None)


def why_no_zakat(partner: Partner, kind: DonationKind, on: date) -> str:
    """Why this partner may not give this kind on this day, as a sentence; empty for who may, and for what is no zakat.

    Zakat only from Baznas or a LAZ with a licence (UU 23/2011 art. 38: `only_from_types` of the kind).
    """
    types = kind.body.get("only_from_types")
    if types is None:
        return ""
    if partner.kind not in types:
        return gettext(
            "Zakat is given only by Baznas or by a LAZ with a licence (UU 23/2011 Pasal 38); %(partner)s is neither.",
            partner=partner.name,
        )
    if PaperKind.LAZ_LICENCE in asked_of(partner) and valid_one(partner, PaperKind.LAZ_LICENCE, on) is None:
        return gettext(
            "The portal holds no LAZ licence of %(partner)s for %(day)s, and without one nobody may give zakat "
            "(UU 23/2011 Pasal 38). Please add the licence to your record first.",
            partner=partner.name, day=day(on),
        )  # fmt: skip
    return ""


def warnings(partner: Partner, on: date) -> list[tuple[str, str]]:
    """What is to be said of its permits on this day: tone and sentence, the worst first."""
    found = [_warning(partner, kind, on) for kind in asked_of(partner)]
    return sorted((one for one in found if one), key=lambda one: one[0] != "late")


def _warning(partner: Partner, kind: PaperKind, on: date) -> tuple[str, str] | None:
    named, law = str(PAPERS[kind]), LAWS[kind]
    holds = valid_one(partner, kind, on)
    if holds is None:
        last = next((paper for paper in of_kind(partner, kind) if paper.dated_on <= on), None)
        if last is None:
            return "due", gettext(
                "%(paper)s: none is on record, and the law asks for one (%(law)s).", paper=named, law=law
            )
        over = day(last.ended_on or last.until or on)
        return "late", gettext(
            "%(paper)s %(number)s ended on %(day)s, and the law asks for a valid one (%(law)s).",
            paper=named, number=last.number, day=over, law=law,
        )  # fmt: skip
    if holds.until is not None and holds.until - on <= ENDS_SOON:
        return "due", gettext(
            "%(paper)s %(number)s ends on %(day)s. Please renew it in time (%(law)s).",
            paper=named, number=holds.number, day=day(holds.until), law=law,
        )  # fmt: skip
    return None
