"""Signing in and out: the password, then the steps it still asks for, one page each; nothing opens before the last."""

from flask import Response, request, session, url_for
from flask_login import current_user, login_user, logout_user

from portal.accounts import devices, known_browsers, second_factor, sessions, steps
from portal.accounts.forms import CodeForm, OwnPasswordForm, SignInForm
from portal.accounts.models import User, UserSession
from portal.accounts.sealing import carried, carry
from portal.accounts.steps import Step
from portal.accounts.views import bp, offered_secret, show_codes_once
from portal.db import db
from portal.errors import Refused
from portal.language import gettext
from portal.web.access import public, requires, signed_in_user
from portal.web.pages import local_url, page, see_other


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
        try:
            user = _known(form.name.data or "", form.password.data or "", former)
        except Refused as refusal:
            form.refuse(refusal)
    if user is None:
        return page("accounts/sign_in.html", form=form, status=422)
    return _half_way(user, local_url(form.next.data))


def _known(name: str, password: str, former: str) -> User:
    """The person, with a half session begun; the session this browser had ends. Raises Refused."""
    user = sessions.sign_in(
        name, password, address=request.remote_addr or "-", browser=known_browsers.mark_for(name),
        device=devices.named(request.user_agent.string),
    )  # fmt: skip
    if user is not None and former:
        sessions.end_session(former)
    db.session.commit()
    if user is None:
        raise Refused(gettext("The name or the password is not right."))
    return user


def _half_way(user: User, following: str) -> Response:
    """The password was right; what is still asked for comes next (step_views)."""
    session.clear()
    session["half"], session["after"], session["language"] = user.session_token, following, user.language
    found = steps.half_signed_in(user.session_token)
    assert found is not None  # noqa: S101 - begun a moment ago
    return go_on(*found)


def go_on(user: User, row: UserSession) -> Response:
    """To the next step, or, after the last, into the portal with a session of its own."""
    if step := steps.next_step(user, row):
        db.session.commit()
        return see_other(url_for(f"accounts.step_{step.name.lower()}"))
    address, device = request.remote_addr or "-", devices.named(request.user_agent.string)
    steps.complete(user, row, address=address, device=device)
    db.session.commit()
    following, codes = local_url(session.get("after")), carried("recovery_codes", user_id=user.id)
    begin_session(user)
    answer = show_codes_once(user, codes.split(), following) if codes else see_other(following)
    return known_browsers.remember(user.name, answer)


def begin_session(user: User) -> None:
    """A new browser session: nothing of the one before it survives (session fixation)."""
    session.clear()
    session["uid"], session["language"] = user.id, user.language
    login_user(user)


def _at(step: Step) -> tuple[User, UserSession] | Response:
    """Who stands at this step; otherwise where to go: to another step, or back to the password."""
    found = steps.half_signed_in(session.get("half", ""))
    if found is None:
        following = session.get("after") or "/"
        return see_other(following if current_user.is_authenticated else url_for("accounts.sign_in", next=following))
    return found if steps.next_step(*found) is step else go_on(*found)


@bp.route("/sign-in/code", methods=["GET", "POST"])
@public
def step_code() -> Response:
    """Six digits from the app, or a recovery code."""
    found, form = _at(Step.CODE), CodeForm()
    if isinstance(found, Response):
        return found
    if form.sent():
        try:
            steps.give_code(*found, form.code.data or "", address=request.remote_addr or "-")
            return go_on(*found)
        except Refused as refusal:
            form.refuse(refusal)
    return page("accounts/step_code.html", form=form, status=_status())


@bp.route("/sign-in/password", methods=["GET", "POST"])
@public
def step_password() -> Response:
    """A password of one's own in place of the first one."""
    found, form = _at(Step.PASSWORD), OwnPasswordForm()
    if isinstance(found, Response):
        return found
    if form.sent():
        try:
            steps.choose_password(found[0], form.new.data or "")
            return go_on(*found)
        except Refused as refusal:
            form.refuse(refusal)
    return page("accounts/step_password.html", form=form, status=_status())


@bp.route("/sign-in/second-factor", methods=["GET", "POST"])
@public
def step_enrol() -> Response:
    """The role asks for a second factor: set it up now."""
    found, form = _at(Step.ENROL), CodeForm()
    if isinstance(found, Response):
        return found
    user, row = found
    secret = offered_secret(user)
    if form.sent():
        try:
            codes = second_factor.enrol(user, secret, form.code.data or "")
            carry("recovery_codes", " ".join(codes), user_id=user.id)
            row.code_given = True
            return go_on(user, row)
        except Refused as refusal:
            form.refuse(refusal)
    return page(
        "accounts/second_factor.html", form=form, status=_status(), at_sign_in=True,
        secret=second_factor.grouped(secret), qr=second_factor.picture(second_factor.address(user, secret)),
    )  # fmt: skip


def _status() -> int:
    return 422 if request.method == "POST" else 200


@bp.post("/sign-out")
@requires()
def sign_out() -> Response:
    sessions.sign_out(signed_in_user())
    db.session.commit()
    logout_user()
    chosen = session.get("language")
    session.clear()
    session["language"] = chosen
    return see_other(url_for("accounts.sign_in"))
