"""Each thing that can go wrong becomes a page that says what it is and what to do."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, flash, g, make_response, render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFError, generate_csrf
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from portal.db import db
from portal.errors import AlreadySettled, ChangedMeanwhile, Elsewhere, PortalError, TooManyTries
from portal.web.access import NotSignedIn, is_public
from portal.web.full import STATUS as FULL
from portal.web.full import disk_is_full
from portal.web.kept import keep_form
from portal.web.logs import log
from portal.web.pages import see_other
from portal.web.retry import TryAgain, asks_again, last_try

# Fields that mean something only for the page they were on.
NOT_KEPT = {"csrf_token", "version"}
# Bytes of a refused upload.
MOST_READ_IN_VAIN = 100 * 1024 * 1024


_when_compared: list[Callable[[Any], None]] = []


def when_compared(tell: Callable[[Any], None]) -> None:
    """Let the trail know of a record that the page of two versions shows."""
    _when_compared.append(tell)


def forget_readings() -> None:
    """What the view was about to show is not shown after all, so the trail shall not say it was (audit.services)."""
    g.pop("readings", None)


def error_page(status: int, **context: Any) -> Response:
    forget_readings()
    if status >= 500:
        return bare_page(status)
    known = status if status in {403, 404, 409, 413, 422, 429} else (404 if status == 405 else 422)
    response = make_response(render_template(f"errors/{known}.html", status=status, **context), status)
    if getattr(request, "htmx", None):
        # A whole page: htmx must not put it into the small part it asked for.
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "body", "innerHTML"
    return response


def bare_page(status: int) -> Response:
    """A page that asks neither the database nor the session: either may be what failed."""
    template = current_app.jinja_env.get_template(f"errors/{status if status in {503, FULL} else 500}.html")
    return make_response(template.render(request_id=g.get("request_id")), status)


def to_sign_in(_error: NotSignedIn) -> Response:
    following = keep_form() if request.method == "POST" else request.full_path.rstrip("?")
    url = url_for("accounts.sign_in", next=following)
    if not request.htmx:  # type: ignore[attr-defined]
        return see_other(url)
    # htmx would follow a 303 and put the sign-in page into the small part it asked for.
    response = make_response("", 204)
    response.headers["HX-Redirect"] = url
    return response


def portal_error(error: PortalError) -> Response:
    db.session.rollback()
    if isinstance(error, ChangedMeanwhile):
        response = changed(error)
        if error.record is not None and error.comparison:
            for tell in _when_compared:
                tell(error.record)
        return response
    if isinstance(error, Elsewhere):
        return led_on(error)
    see_url = record_page() if isinstance(error, AlreadySettled) else ""
    response = error_page(error.status, message=error.sentence, see_url=see_url)
    if isinstance(error, TooManyTries):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def led_on(error: Elsewhere) -> Response:
    """Who reads goes on to the other address, with the reason; what was sent is not done, and the page says so."""
    if request.method == "POST":
        return error_page(error.status, message=error.sentence, see_url=error.url)
    flash(str(error.sentence), "info")
    return see_other(error.url)


def record_page() -> str:
    """The page of the record that this address acts on (the room's own `show`), where it is read as it is now.

    The address itself would only refuse once more, and many answer to forms alone.
    """
    endpoint, named = f"{request.blueprint}.show", request.view_args or {}
    if endpoint not in current_app.view_functions:
        return ""
    known = any(rule.arguments == named.keys() for rule in current_app.url_map.iter_rules(endpoint))
    return url_for(endpoint, **named) if known and named else ""


def changed(error: ChangedMeanwhile) -> Response:
    """Both versions side by side; keeping one's own sends the same form again with the newer version number."""
    fields = [("csrf_token", generate_csrf())]
    fields += [(key, value) for key, values in request.form.lists() for value in values if key not in NOT_KEPT]
    if error.version is not None:
        fields.append(("version", str(error.version)))
    action = request.full_path.rstrip("?") if error.version is not None else None
    return error_page(
        409, theirs=error.comparison, form_fields=fields, action=action, act=error.act, last=error.last,
        see_url=error.see_url, typed=error.typed,
    )  # fmt: skip


def stale(_error: StaleDataError) -> Response:
    db.session.rollback()
    return changed(ChangedMeanwhile())


def csrf_refused(_error: CSRFError) -> Response:
    db.session.rollback()
    if not current_user.is_authenticated and not is_public(request.endpoint):
        return to_sign_in(NotSignedIn())
    return error_page(422, stale_form=True)


def http_error(error: HTTPException) -> Response:
    db.session.rollback()
    status = error.code or 500
    if isinstance(error, SecurityError):  # asked under a name that is not ours, so no page can be addressed either
        return Response("This portal has another address.", 400, mimetype="text/plain")
    if status == 413:
        read_to_the_end()
    return error_page(status) if status >= 400 else make_response(error.get_response())


def read_to_the_end() -> None:
    """Let the sender finish before the answer: a browser that is cut off while sending shows no page at all."""
    left = min(request.content_length or 0, MOST_READ_IN_VAIN)
    stream = request.environ["wsgi.input"]
    while left > 0 and (chunk := stream.read(min(left, 64 * 1024))):
        left -= len(chunk)


def busy(error: OperationalError) -> Response:
    if asks_again(error) and not last_try():
        raise TryAgain
    forget_readings()
    db.session.rollback()
    if disk_is_full(error):
        return no_place(error)
    log.error("database", exc_info=error, extra={"facts": {"request": g.get("request_id"), "event": "database"}})
    response = bare_page(503)
    response.headers["Retry-After"] = "5"
    return response


def no_place(error: Exception) -> Response:
    """The disk is full: nothing of it was saved, reading goes on, and writing too once somebody made room."""
    log.error("disk", exc_info=error, extra={"facts": {"request": g.get("request_id"), "event": "disk full"}})
    return bare_page(FULL)


def not_written(error: OSError) -> Response:
    if not disk_is_full(error):
        if current_app.testing:
            raise error
        return unexpected(error)
    forget_readings()
    db.session.rollback()
    return no_place(error)


def clash(error: IntegrityError) -> Response:
    """Two people gave the same number or name at the same moment: the second looks again (409)."""
    unique = getattr(error.orig, "sqlstate", "") == "23505" or "UNIQUE constraint" in str(error.orig)
    if not unique:
        if current_app.testing:
            raise error
        return unexpected(error)
    db.session.rollback()
    return changed(ChangedMeanwhile())


def unexpected(error: Exception) -> Response:
    forget_readings()
    db.session.rollback()
    log.error("error", exc_info=error, extra={"facts": {"request": g.get("request_id"), "event": "unexpected"}})
    return bare_page(500)


def init_app(app: Flask) -> None:
    app.register_error_handler(NotSignedIn, to_sign_in)
    app.register_error_handler(PortalError, portal_error)
    app.register_error_handler(StaleDataError, stale)
    app.register_error_handler(CSRFError, csrf_refused)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(OperationalError, busy)
    app.register_error_handler(IntegrityError, clash)
    app.register_error_handler(OSError, not_written)
    if not app.config.get("TESTING"):
        app.register_error_handler(Exception, unexpected)
