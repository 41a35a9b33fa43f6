"""Overruling a guard, the account of a transfer, and the papers of aid."""

from typing import Any

from flask import Response, request, url_for

from portal import audit
from portal.errors import AlreadySettled, NotAllowed, NotFound, Refused
from portal.funds import concerns, details, guards, papers, policies, queries, words
from portal.funds.acts import line_of
from portal.funds.aid_forms import AccountForm
from portal.funds.disbursement_views import address_of, bp
from portal.funds.forms import PaperForm, ReasonForm
from portal.funds.models import Method, PaperKind
from portal.language import gettext as _
from portal.web.access import requires, signed_in_user
from portal.web.once import once
from portal.web.pages import done, page


@bp.post("/<number>/concerns/<guard>")
@requires("disbursements.propose", "disbursements.approve", "disbursements.agree")
@once
def overrule(number: str, guard: str) -> Response:
    """Somebody whom the seeds name lets the aid go on although a guard stands against it."""
    user, aid = signed_in_user(), queries.get_disbursement(number)
    if guard not in guards.rules() or not policies.may_read(user, aid):
        raise NotFound
    form = ReasonForm()
    form.expect_version(aid)
    concerns.overrule(aid, guard, reason=form.reason.data or "", by=user)
    return done(address_of(aid), _("Overruled: %(title)s.", title=guards.TITLES[guard]))


@bp.route("/<number>/account", methods=["GET", "POST"])
@requires("disbursements.propose", "disbursements.pay")
@once
def account(number: str) -> Response:
    """Where a transfer goes."""
    user, aid = signed_in_user(), queries.get_disbursement(number)
    if not policies.may_note_account(user, aid):
        raise AlreadySettled(_("%(number)s is settled; its account is not changed any more.", number=number))
    form = AccountForm(obj=aid)
    if request.method == "GET" and not form.bank_holder.data:
        form.bank_holder.data = (aid.recipient.name if aid.recipient else "") or aid.household.head_name
    if form.sent():
        form.expect_version(aid)
        try:
            details.note_account(aid, form.account(), by=user)
            return done(address_of(aid), _("The account is noted; the aid goes by transfer."))
        except Refused as refusal:
            form.refuse(refusal)
    audit.record_reading(aid, by=user, household_id=aid.household_id)
    return page(
        "disbursements/account.html", aid=aid, form=form, family=line_of(aid.household), back_url=address_of(aid),
        status=200 if request.method == "GET" else 422, transfer=Method.TRANSFER,
    )  # fmt: skip


@bp.route("/<number>/papers", methods=["GET", "POST"])
@requires("disbursements.propose", "disbursements.approve", "disbursements.pay")
@once
def add_paper(number: str) -> Response:
    """A file that proves this aid."""
    user, aid = signed_in_user(), queries.get_disbursement(number)
    if not policies.may_add_paper(user, aid):
        raise NotAllowed
    form = PaperForm()
    if form.sent():
        try:
            sent: Any = form.file.data  # validated: there is one
            papers.add(aid, PaperKind(form.kind.data), sent, by=user)
            return done(url_for(".show", number=number), _("The paper is kept with %(number)s.", number=number))
        except Refused as refusal:
            form.refuse(refusal)
    audit.record_reading(aid, by=user, household_id=aid.household_id)
    return page(
        "disbursements/paper.html", aid=aid, form=form, family=line_of(aid.household), back_url=address_of(aid),
        papers=papers.of(aid), paper_kinds=words.PAPERS, status=200 if request.method == "GET" else 422,
    )  # fmt: skip
