"""Who may sign in: list, add, correct, disable, a new first password."""

from typing import Any

from flask import Blueprint, Response, request, session, url_for

from portal.accounts import queries, second_factor, services
from portal.accounts.forms import NewUserForm, NothingForm, PersonForm
from portal.accounts.models import User
from portal.accounts.sealing import carried, carry
from portal.errors import Refused
from portal.language import gettext as _
from portal.units.catalogue import catalogue
from portal.units.formats import daytime
from portal.web.access import requires, signed_in_user
from portal.web.once import once
from portal.web.pages import done, page

bp = Blueprint("users", __name__, url_prefix="/users")


@bp.get("")
@requires("users.manage")
def index() -> Response:
    return page("users/index.html", users=queries.all_users(), partners=queries.partner_names())


@bp.get("/new")
@requires("users.manage")
def new() -> Response:
    return page("users/new.html", form=_offering(NewUserForm()))


@bp.post("", endpoint="add")
@requires("users.manage")
@once
def add() -> Response:
    form = _offering(NewUserForm())
    if form.sent():
        try:
            user, password = services.add_user(
                form.name.data or "", None, form.chosen_roles, full_name=form.full_name.data or "",
                title=form.title.data or "", by=signed_in_user(), **form.details,
            )  # fmt: skip
            return _handing_over(user, password)
        except Refused as refusal:
            form.refuse(refusal)
    return page("users/new.html", form=form, status=422)


@bp.get("/<int:user_id>")
@requires("users.manage")
def show(user_id: int) -> Response:
    user = queries.get_user(user_id)
    form = _offering(PersonForm(obj=user))
    password = carried("first_password", user_id=user.id)
    if password is not None:  # another person's page does not use it up
        session.pop("first_password")
    return _user_page(user, form, password=password, was_given="given" in request.args)


@bp.post("/<int:user_id>", endpoint="change")
@requires("users.manage")
def change(user_id: int) -> Response:
    user, form = queries.get_user(user_id), _offering(PersonForm())
    if form.sent():
        form.expect_version(user)
        try:
            services.change_user(
                user, form.chosen_roles, full_name=form.full_name.data or "", title=form.title.data or "",
                by=signed_in_user(), **form.details,
            )  # fmt: skip
            return done(url_for(".index"), _("%(name)s is changed.", name=user.name))
        except Refused as refusal:
            form.refuse(refusal)
    return _user_page(user, form, status=422)


@bp.post("/<int:user_id>/disable")
@requires("users.manage")
def disable(user_id: int) -> Response:
    user, form = _meant(user_id)
    try:
        services.disable(user, by=signed_in_user())
    except Refused as refusal:
        form.refuse(refusal)
        whole = _offering(PersonForm(formdata=None, obj=user))
        whole.form_errors.extend(form.form_errors)
        return _user_page(user, whole, status=422)
    return done(url_for(".index"), _("%(name)s cannot sign in any more.", name=user.name))


@bp.post("/<int:user_id>/enable")
@requires("users.manage")
def enable(user_id: int) -> Response:
    user, _form = _meant(user_id)
    services.enable(user, by=signed_in_user())
    return done(url_for(".index"), _("%(name)s can sign in again.", name=user.name))


@bp.post("/<int:user_id>/password", endpoint="password")
@requires("users.manage")
@once
def reset_password(user_id: int) -> Response:
    user, _form = _meant(user_id)
    return _handing_over(user, services.reset_password(user, by=signed_in_user()))


@bp.post("/<int:user_id>/second-factor", endpoint="second_factor")
@requires("users.manage")
def remove_second_factor(user_id: int) -> Response:
    user, _form = _meant(user_id)
    services.remove_second_factor(user, by=signed_in_user())
    return done(url_for(".show", user_id=user.id), _("The second factor of %(name)s is removed.", name=user.name))


def _meant(user_id: int) -> tuple[User, NothingForm]:
    """The user as the administrator saw it when pressing the button (409 otherwise)."""
    user, form = queries.get_user(user_id), NothingForm()
    form.expect_version(user)
    return user, form


def _handing_over(user: User, password: str) -> Response:
    """The first password is shown on the next page only; nobody can read it again.

    A second press gets the same address without the password, and is told there how to give another one.
    """
    user_id = user.id
    answer = done(url_for(".show", user_id=user_id, given="password"))
    carry("first_password", password, user_id=user_id)
    return answer


def _user_page(user: User, form: PersonForm, status: int = 200, **handing_over: Any) -> Response:
    return page(
        "users/user.html", status=status, user=user, form=form, factor=second_factor.of(user),
        button=NothingForm(formdata=None, obj=user), ends=daytime(user.password_ends_at), **handing_over,
    )  # fmt: skip


def _offering(form: PersonForm) -> PersonForm:
    unit = catalogue()
    villages = sorted(unit.villages.items(), key=lambda village: village[1])
    offices = [(name, name) for name in unit.profile.get("referral_offices", [])]
    form.offer(partners=queries.partner_choices(), villages=villages, offices=offices)
    return form
