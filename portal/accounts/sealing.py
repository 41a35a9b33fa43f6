"""Sealing what the database must not tell by itself: a stolen copy of it lacks the portal's SECRET_KEY."""

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app, session

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


def carry(name: str, text: str, *, user_id: int) -> None:
    """Let the browser carry what is about this person to a later page: its cookie is signed, but readable."""
    session[name] = seal(text, place=f"{name}:{user_id}")


def carried(name: str, *, user_id: int) -> str | None:
    sealed = session.get(name)
    return unseal(sealed, place=f"{name}:{user_id}") if sealed else None
