"""Browsers in which somebody has signed in: a signed cookie that opens nothing, but gives sign-in tries of its own."""

import secrets
from datetime import timedelta

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

COOKIE = "known"
LASTS = timedelta(days=180)
MOST_NAMES = 5
"""On one desk computer; the newest are kept."""


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="known browser")


def _marks() -> dict[str, str]:
    """Names that have signed in here, each with a random mark."""
    try:
        marks = _signer().loads(request.cookies.get(COOKIE, ""), max_age=int(LASTS.total_seconds()))
    except BadSignature:
        return {}
    return dict(marks)


def mark_for(name: str) -> str:
    """The mark of this browser for this person; empty when they never signed in here."""
    return _marks().get(name.strip().lower(), "")


def remember(name: str, response: Response) -> Response:
    """Let this browser be known for this person from now on."""
    marks = {other: mark for other, mark in _marks().items() if other != name}
    marks = dict([*marks.items(), (name, mark_for(name) or secrets.token_urlsafe(12))][-MOST_NAMES:])
    config = current_app.config
    response.set_cookie(
        COOKIE, str(_signer().dumps(marks)), max_age=LASTS, path="/sign-in", httponly=True,
        secure=config["SESSION_COOKIE_SECURE"], samesite=config["SESSION_COOKIE_SAMESITE"],
    )  # fmt: skip
    return response
