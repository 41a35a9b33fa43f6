"""Sealing what the database must not tell by itself: a stolen copy of it lacks the portal's SECRET_KEY."""

import base64
import secrets
from datetime import datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app, session

from portal import clock

NONCE = 12


def _key() -> AESGCM:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return AESGCM(HKDF(SHA256(), length=32, salt=None, info=b"portal second factor").derive(secret))


def seal(text: str, *, place: str) -> str:
    """The text, readable with this portal's key alone and only for this `place`, such as "second_factor:12"."""
    nonce = secrets.token_bytes(NONCE)
    return base64.urlsafe_b64encode(nonce + _key().encrypt(nonce, text.encode(), place.encode())).decode()


def unseal(sealed: str, *, place: str) -> str | None:
    """What was sealed; None when the key is another one, the text was altered, or it was moved here from elsewhere."""
    raw = base64.urlsafe_b64decode(sealed)
    try:
        return _key().decrypt(raw[:NONCE], raw[NONCE:], place.encode()).decode()
    except InvalidTag:
        return None


CARRIED_FOR: Final = timedelta(minutes=15)
"""A copy of the cookie shows nothing any more after that."""


def carry(name: str, text: str, *, user_id: int) -> None:
    """Let the browser carry what is about this person to a later page: its cookie is signed, but readable."""
    session[name] = seal(f"{clock.now().isoformat()} {text}", place=f"{name}:{user_id}")


def carried(name: str, *, user_id: int) -> str | None:
    """What was carried, while it is fresh; None otherwise."""
    sealed = session.get(name)
    since, _space, text = ((sealed and unseal(sealed, place=f"{name}:{user_id}")) or "").partition(" ")
    return text if since and clock.now() - datetime.fromisoformat(since) <= CARRIED_FOR else None
