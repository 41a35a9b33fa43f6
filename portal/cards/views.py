"""The list of cards, one card, its paper, and revoking it."""

from flask import Blueprint, Response, make_response, request, url_for

import portal.cards.effects  # noqa: F401 - approvals bring cards once this room is loaded
from portal import audit, clock
from portal.cards import papers, policies, queries, services, validity
from portal.cards.forms import RevokeForm
from portal.cards.models import Card
from portal.complaints import queries as complaints
from portal.errors import AlreadySettled, NotFound, Refused
from portal.households import queries as households
from portal.households import why
from portal.language import gettext
from portal.units.catalogue import catalogue
from portal.web.access import requires, signed_in_user
from portal.web.pages import done, page, public_address
from portal.web.paging import PAGE_SIZE, export_url, paged, place

bp = Blueprint("cards", __name__)
PRINTABLE = (validity.Validity.VALID, validity.Validity.NOT_YET)


@bp.get("/cards")
@requires("cards.view")
def index() -> Response:
    """All cards, or those of one state."""
    today = clock.today()
    filters = queries.narrowed_by(request.args)
    rows = queries.cards(filters, today, after=place(), limit=PAGE_SIZE + 1)
    found = paged(rows, queries.place_of, total=queries.count(filters, today))
    states = {row.id: validity.of(row, today) for row in found}
    return page(
        "cards/index.html", fragment="results", cards=found, filters=filters, states=states,
        why=why.beside(filters.text, [row.household_id for row in found]),
        words=validity.WORDS, tones=validity.TONES, villages=catalogue().villages.items(),
        notice_days=catalogue().setting("expiry_notice_days"), export_url=export_url("cards", request.args),
    )  # fmt: skip


@bp.get("/cards/<number>")
@requires("cards.view")
def show(number: str) -> Response:
    """One card: its facts, whether it is valid, and whether it can be renewed."""
    card, user, today = queries.get_card(number), signed_in_user(), clock.today()
    audit.record_reading(card, by=user, household_id=card.household_id)
    state = validity.of(card, today)
    renewal = services.renewal_of(card, today)
    service = services.service_for(card)
    return page(
        "cards/show.html", card=card, state=state, word=validity.WORDS[state], tone=validity.TONES[state],
        family=households.line(card.household), follows=queries.renewal_card(card), renewal=renewal,
        hindrances=services.renewal_sentences(card, renewal), service=service,
        under_way=complaints.open_complaint(card.household_id, service) if service else None,
        printable=state in PRINTABLE, may_revoke=policies.may_revoke(user) and state in PRINTABLE,
    )  # fmt: skip


@bp.get("/cards/<number>.pdf")
@requires("cards.view")
def pdf(number: str) -> Response:
    """The card to print; who printed it stands in the trail."""
    card, size = queries.get_card(number), request.args.get("size", "")
    if size not in papers.KINDS:
        raise NotFound
    if validity.of(card, clock.today()) not in PRINTABLE:
        raise Refused(gettext("This card is not valid any more, so it is not printed."))
    body = papers.card_pdf(card, size=size, address=public_address())
    audit.record_reading(
        card, by=signed_in_user(), household_id=card.household_id, action="card.printed", size=size or "id-1"
    )
    response = make_response(body)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{card.number}.pdf"'
    return response


@bp.get("/cards/<number>/revocation")
@requires("cards.revoke")
def revocation(number: str) -> Response:
    card = queries.get_card(number)
    return _revocation_page(card, RevokeForm(formdata=None, obj=card))


@bp.post("/cards/<number>/revocation", endpoint="revoke")
@requires("cards.revoke")
def revoke(number: str) -> Response:
    card, form = queries.get_card(number), RevokeForm()
    if form.sent():
        services.check_running(card, clock.today())
        form.expect_version(card)
        try:
            services.revoke(card, reason=form.reason.data or "", by=signed_in_user(), on=clock.today())
        except AlreadySettled:
            raise
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return done(url_for(".show", number=card.number), gettext("The card has been revoked."))
    return _revocation_page(card, form, status=422)


def _revocation_page(card: Card, form: RevokeForm, *, status: int = 200) -> Response:
    audit.record_reading(card, by=signed_in_user(), household_id=card.household_id)
    return page("cards/revoke.html", card=card, form=form, family=households.line(card.household), status=status)
