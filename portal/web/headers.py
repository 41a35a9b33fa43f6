"""Security headers on every answer: nothing inline, nothing from elsewhere, nothing kept but what all read alike."""

from typing import Any

from flask import Flask, Response, request

from portal.web.access import is_same_for_all, known_user_id

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def add_security_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=()"
    if not _may_be_kept(response):
        headers["Cache-Control"] = "no-store"
    return response


def _may_be_kept(response: Response) -> bool:
    """Styles and pictures, and what strangers read alike; never an answer to a person, a code, or a form."""
    if request.endpoint == "static" or response.cache_control.public:  # said by the view itself
        return True
    asked = request.method in {"GET", "HEAD"} and response.status_code == 200
    return asked and is_same_for_all(request.endpoint) and not known_user_id()


def of_static_file(headers: Any, _path: str, _url: str) -> None:
    """Styles, scripts and pictures are what their type says, and for this portal alone."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


def init_app(app: Flask) -> None:
    app.after_request(add_security_headers)
