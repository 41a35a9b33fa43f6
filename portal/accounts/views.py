"""Signing in and out, own account."""

from flask import Blueprint, Response, current_app, g, request, session, url_for
from flask_babel import gettext
from flask_login import current_user, login_user, logout_user

from portal import audit
from portal.accounts import known_browsers, queries, services
from portal.accounts.forms import NothingForm, PasswordForm, SignInForm
from portal.db import db
from portal.errors import NotFound, Refused
from portal.web.access import public, requires, signed_in_user
from portal.web.kept import take_back
from portal.web.pages import done, local_url, page, see_other

bp = Blueprint("accounts", __name__)


@bp.get("/sign-in")
@public
def sign_in() -> Response:
    following = local_url(request.args.get("next"))
    if current_user.is_authenticated:
        return see_other(following)
    return page("accounts/sign_in.html", form=SignInForm(next=following), kept=following.startswith("/kept/"))


@bp.post("/sign-in")
@public
def sign_in_sent() -> Response:
    form = SignInForm()
    user = None
    former = current_user.session_token if current_user.is_authenticated else ""
    if form.sent():
        name = form.name.data or ""
        user = services.sign_in(
            name, form.password.data or "", address=request.remote_addr or "-", browser=known_browsers.mark_for(name)
        )
        if user is not None and former:
            services.end_session(former)
        db.session.commit()
        if user is None:
            form.form_errors.append(gettext("The name or the password is not right."))
    if user is None:
        return page("accounts/sign_in.html", form=form, status=422)
    begin_session(user)
    return known_browsers.remember(user.name, see_other(local_url(form.next.data)))


def begin_session(user: services.User) -> None:
    """A new browser session: nothing of the one before it survives (session fixation)."""
    session.clear()
    session["uid"] = user.id
    session["language"] = user.language
    login_user(user)


@bp.post("/sign-out")
@requires()
def sign_out() -> Response:
    services.sign_out(signed_in_user())
    db.session.commit()
    logout_user()
    chosen = session.get("language")
    session.clear()
    session["language"] = chosen
    return see_other(url_for("accounts.sign_in"))


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
    services.end_sessions(signed_in_user(), but=current_user.session_token)
    audit.record("user.sessions_ended", signed_in_user(), by=signed_in_user())
    return done(url_for(".account"), gettext("All your other sessions are ended."))


def _account(form: PasswordForm, status: int = 200) -> Response:
    return page(
        "accounts/account.html", status=status, form=form, this_session=services.token_hash(current_user.session_token),
        sessions=queries.open_sessions(current_user),
    )  # fmt: skip


@bp.get("/kept/<token>")
@requires()
def kept(token: str) -> Response:
    """What was typed before the session ended: one button sends it where it was going."""
    form = take_back(token, user_id=current_user.id)
    if form is None:
        raise NotFound
    return page("accounts/kept.html", kept=form, form=NothingForm())
