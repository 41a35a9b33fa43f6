"""The mayor's dated deputy."""

from flask import Blueprint, Response, url_for

from portal import clock
from portal.accounts.queries import get_user
from portal.errors import Refused
from portal.language import gettext
from portal.recommendations import delegating, policies, queries
from portal.recommendations.forms import DelegationEndForm, DelegationForm
from portal.web.access import requires, signed_in_user
from portal.web.once import once
from portal.web.pages import done, page

bp = Blueprint("delegations", __name__)


@bp.get("/delegations", endpoint="index")
@requires("delegations.view", "delegations.grant")
def index() -> Response:
    return _index(_form(formdata=None))


def _form(**how: object) -> DelegationForm:
    form = DelegationForm(**how)
    people = [user for user in queries.active_people() if policies.may_be_deputy(user)]
    named = [(str(user.id), f"{user.full_name} · {user.title or user.role_label}") for user in people]
    form.to_user.choices = [("", gettext("Please choose")), *named]
    return form


def _index(form: DelegationForm, *, status: int = 200) -> Response:
    return page(
        "recommendations/delegations.html", status=status, form=form,
        delegations=[(each, DelegationEndForm(each, formdata=None)) for each in queries.delegations()],
        may_grant=policies.may_grant(signed_in_user()), on=clock.today(),
    )  # fmt: skip


@bp.post("/delegations")
@requires("delegations.grant")
@once
def granted() -> Response:
    form = _form()
    if form.sent():
        try:
            deputy = get_user(int(form.to_user.data))
            delegating.grant(
                deputy, starts_on=form.starts_on.day, ends_on=form.ends_on.day, reason=form.reason.data,
                confirmed=form.confirmed, by=signed_in_user(),
            )  # fmt: skip
            return done(url_for(".index"), gettext("%(name)s may decide in these days.", name=deputy.full_name))
        except Refused as refusal:
            form.refuse(refusal)
    return _index(form, status=422)


@bp.post("/delegations/<int:delegation_id>/end")
@requires("delegations.grant")
def ended(delegation_id: int) -> Response:
    delegation = queries.get_delegation(delegation_id)
    DelegationEndForm(delegation).expect_version(delegation, see_url=url_for(".index"))
    delegating.end(delegation, by=signed_in_user(), on=clock.today())
    return done(url_for(".index"), gettext("The delegation is over. What was decided stands."))
