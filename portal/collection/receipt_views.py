"""The givers beneath a gift, and the bukti setor of each."""

from collections.abc import Sequence

from flask import Response

from portal import audit
from portal.collection import policies, queries
from portal.collection.models import GiverRow
from portal.collection.views import OWN, bp
from portal.errors import NotFound
from portal.funds import bukti_setor
from portal.paper import GiftSlip, render
from portal.partners import policies as gift_policies
from portal.partners import queries as partners
from portal.partners import words as gift_words
from portal.partners.models import Donation, DonationStatus
from portal.web.access import requires, signed_in_user
from portal.web.pages import page
from portal.web.paging import after_id, paged


@bp.get("/gifts/<number>")
@requires(OWN, policies.CONFIRM)
def givers(number: str) -> Response:
    """Who stands beneath a gift: for the partner with every name, for the treasurer without the hidden ones."""
    donation = _gift(number)
    rows = queries.givers_of(donation, after_id())
    audit.record_reading(donation, by=signed_in_user(), household_id=None, action="donation.givers_read")
    return page(
        "collection/givers.html", donation=donation, givers=paged(rows, lambda row: [row.position]),
        sheet=queries.sheet_of(donation), names={row.id: _name_of(row, donation) for row in rows},
        may_open_sheet=signed_in_user().can(OWN), has_receipts=donation.status is DonationStatus.CONFIRMED,
    )  # fmt: skip


def _gift(number: str) -> Donation:
    """Raises NotFound for a gift without givers, and for who may not know them."""
    donation = partners.get_donation(number, reader=signed_in_user())
    if not donation.givers or not policies.may_see_givers(signed_in_user(), donation):
        raise NotFound
    return donation


def _name_of(row: GiverRow, donation: Donation) -> str:
    known = gift_policies.may_know_hidden_giver(signed_in_user(), donation)
    return gift_words.giver_name(row.name or (f"NIP {row.nip}" if row.nip else ""), hidden=row.hidden, may_know=known)


@bp.get("/gifts/<number>/<int:position>.pdf")
@requires(OWN, policies.CONFIRM)
def receipt(number: str, position: int) -> Response:
    """One giver's bukti setor."""
    donation = _gift(number)
    return _receipts(donation, [queries.giver_at(donation, position)], f"bukti-setor-{number}-{position:03d}")


@bp.get("/gifts/<number>/receipts.pdf")
@requires(OWN, policies.CONFIRM)
def receipts(number: str) -> Response:
    """Every giver's bukti setor, a page each, to be printed and cut."""
    donation = _gift(number)
    return _receipts(donation, queries.all_givers(donation), f"bukti-setor-{number}")


def _receipts(donation: Donation, rows: Sequence[GiverRow], name: str) -> Response:
    if donation.status is not DonationStatus.CONFIRMED:
        raise NotFound
    slips = [
        GiftSlip(
            number=f"{donation.number}/{row.position:03d}", office=row.office or None, amount=row.amount or 0,
            giver=gift_words.UNNAMED if row.hidden or not (row.name or row.nip) else row.name or f"NIP {row.nip}",
        )
        for row in rows
    ]  # fmt: skip
    audit.record_reading(donation, by=signed_in_user(), household_id=None, printed="bukti setor", givers=len(slips))
    response = Response(render("bukti_setor", bukti_setor.receipt(donation, slips)), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
