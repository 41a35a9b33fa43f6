"""A bounded queue before the portal: whoever finds it full is told so at once, instead of waiting for nothing.

gunicorn's threads are more than may work at the same time; the others wait here for their turn, or say 503.
"""

from collections.abc import Iterable
from threading import BoundedSemaphore
from typing import Any

from flask import Flask
from werkzeug.wsgi import ClosingIterator

from portal.web.headers import CONTENT_POLICY

RETRY_AFTER = 3
"""Seconds after which a browser may try again; in the measured bursts the queue was empty after one."""
NEVER_WAITS = "/healthz"


class Gate:
    """At most `working` requests at once in this process, `waiting` more for `patience` seconds; all others get 503."""

    def __init__(self, app: Any, page: bytes, *, working: int, waiting: int, patience: float) -> None:
        self._app, self._page, self._patience = app, page, patience
        self._turns, self._places = BoundedSemaphore(working), BoundedSemaphore(working + waiting)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == NEVER_WAITS:
            return self._app(environ, start_response)
        if not self._places.acquire(blocking=False):
            return self._full(start_response)
        if not self._turns.acquire(timeout=self._patience):
            self._places.release()
            return self._full(start_response)
        try:
            body = self._app(environ, start_response)
        except BaseException:
            self._leave()
            raise
        return ClosingIterator(body, self._leave)

    def _leave(self) -> None:
        self._turns.release()
        self._places.release()

    def _full(self, start_response: Any) -> Iterable[bytes]:
        start_response("503 Service Unavailable", [
            ("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(self._page))),
            ("Retry-After", str(RETRY_AFTER)), ("Cache-Control", "no-store"),
            ("Content-Security-Policy", CONTENT_POLICY), ("X-Content-Type-Options", "nosniff"),
        ])  # fmt: skip
        return [self._page]


def before(app: Flask) -> None:
    """Put the gate before this portal; the page is made now, because later there is no time for it."""
    config = app.config
    page = app.jinja_env.get_template("errors/503.html").render(request_id="").encode()
    app.wsgi_app = Gate(  # type: ignore[method-assign]
        app.wsgi_app, page, working=config["WORKING"], waiting=config["WAITING"], patience=config["PATIENCE"]
    )
