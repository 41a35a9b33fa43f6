"""One's own account: language, password, second factor, sessions; and a form kept over a new sign-in."""

from collections.abc import Sequence

from flask import Blueprint, Response, current_app, flash, g, request, session, url_for
from flask_login import current_user

from portal import audit
from portal.accounts import queries, second_factor, services, sessions
from portal.accounts.forms import EnrolForm, NothingForm, PasswordForm, ProofForm
from portal.accounts.models import User
from portal.accounts.sealing import carried, carry
from portal.db import db
from portal.errors import NotFound, Refused
from portal.language import gettext
from portal.web.access import public, requires, signed_in_user
from portal.web.forms import tell_last_change
from portal.web.kept import take_back
from portal.web.once import once
from portal.web.pages import done, local_url, page, see_other

bp = Blueprint("accounts", __name__)
tell_last_change(queries.last_change)


@bp.post("/language", endpoint="language")
@public
def language_chosen() -> Response:
    chosen = request.form.get("language", "")
    if chosen in current_app.config["LANGUAGES"]:
        session["language"] = g.language = chosen
        if current_user.is_authenticated:
            services.set_language(signed_in_user(), chosen)
            db.session.commit()
    return see_other(local_url(request.form.get("next")))


@bp.get("/account")
@requires()
def account() -> Response:
    return _account(PasswordForm())


@bp.post("/account/password")
@requires()
def password_changed() -> Response:
    form = PasswordForm()
    if form.sent():
        try:
            services.change_password(signed_in_user(), old=form.current.data, new=form.new.data)
            return done(url_for(".account"), gettext("Your password is changed. All your other sessions are ended."))
        except Refused as refusal:
            form.refuse(refusal)
    return _account(form, status=422)


@bp.post("/account/sessions/end")
@requires()
def sessions_ended() -> Response:
    sessions.end_sessions(signed_in_user(), but=current_user.session_token)
    audit.record("user.sessions_ended", signed_in_user(), by=signed_in_user())
    return done(url_for(".account"), gettext("All your other sessions are ended."))


@bp.post("/account/sessions/<handle>/end")
@requires()
def session_ended(handle: str) -> Response:
    sessions.end_own_session(signed_in_user(), handle)
    return done(url_for(".account"), gettext("That session is ended."))


def _account(form: PasswordForm, status: int = 200) -> Response:
    user = signed_in_user()
    return page(
        "accounts/account.html", status=status, form=form, factor=second_factor.of(user),
        required=second_factor.is_required(user), codes_left=second_factor.codes_left(user),
        this_session=sessions.token_hash(current_user.session_token), sessions=queries.open_sessions(current_user),
    )  # fmt: skip


@bp.get("/kept/<token>")
@requires()
def kept(token: str) -> Response:
    """What was typed before the session ended: one button sends it where it was going."""
    form = take_back(token, user_id=current_user.id)
    if form is None:
        raise NotFound
    return page("accounts/kept.html", kept=form, form=NothingForm())


@bp.route("/account/second-factor", methods=["GET", "POST"])
@requires()
@once
def second_factor_enrolled() -> Response:
    """Set up a second factor of one's own free will, or on another phone."""
    user, form = signed_in_user(), EnrolForm()
    secret = offered_secret(user)
    if form.sent():
        try:
            codes = _enrolled(user, secret, form)
            session.pop("offered")
            return show_codes_once(user, codes, url_for(".account"))
        except Refused as refusal:
            form.refuse(refusal)
    return page(
        "accounts/second_factor.html", form=form, status=422 if request.method == "POST" else 200,
        secret=second_factor.grouped(secret), at_sign_in=False,
        qr=second_factor.picture(second_factor.address(user, secret)),
    )  # fmt: skip


def _enrolled(user: User, secret: str, form: EnrolForm) -> list[str]:
    services.prove(user, form.password.data or "")
    return second_factor.enrol(user, secret, form.code.data or "")


def offered_secret(user: User) -> str:
    """The secret that this browser is shown, the same until its first code has come."""
    secret = carried("offered", user_id=user.id)
    if secret is None:
        secret = second_factor.new_secret()
        carry("offered", secret, user_id=user.id)
    return secret


def show_codes_once(user: User, codes: Sequence[str], following: str) -> Response:
    """The recovery codes on a page that shows them once, and then on to where the person wanted to go."""
    user_id = user.id
    answer = done(url_for(".recovery_codes", next=following))
    carry("recovery_codes", " ".join(codes), user_id=user_id)
    return answer


@bp.get("/account/recovery-codes")
@requires()
def recovery_codes() -> Response:
    """The new codes, once."""
    codes = carried("recovery_codes", user_id=signed_in_user().id)
    session.pop("recovery_codes", None)
    if not codes:
        flash(gettext("Recovery codes are shown once. If you have not kept yours, please make new ones."), "message")
        return see_other(url_for(".account"))
    return page("accounts/recovery_codes.html", codes=codes.split(), following=local_url(request.args.get("next")))


@bp.route("/account/recovery-codes/new", methods=["GET", "POST"])
@requires()
@once
def recovery_codes_renewed() -> Response:
    user, form = signed_in_user(), ProofForm()
    if second_factor.of(user) is None:
        raise NotFound
    if form.sent():
        try:
            services.prove(user, form.password.data or "")
            codes = second_factor.renew_recovery_codes(user)
            return show_codes_once(user, codes, url_for(".account"))
        except Refused as refusal:
            form.refuse(refusal)
    return page("accounts/renew_codes.html", form=form, status=422 if request.method == "POST" else 200)


@bp.route("/account/second-factor/remove", methods=["GET", "POST"])
@requires()
def second_factor_removed() -> Response:
    user, form = signed_in_user(), ProofForm()
    if second_factor.of(user) is None or second_factor.is_required(user):
        raise NotFound
    if form.sent():
        try:
            services.prove(user, form.password.data or "")
            second_factor.remove(user, by=user)
            return done(url_for(".account"), gettext("From now on your password alone is asked for."))
        except Refused as refusal:
            form.refuse(refusal)
    return page("accounts/remove_factor.html", form=form, status=422 if request.method == "POST" else 200)
