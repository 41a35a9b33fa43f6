"""Argon2id passwords."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from portal.references import ALPHABET

LEAST_LENGTH = 10
_hasher = PasswordHasher()
# Compared when the name is unknown, so that an unknown name takes as long as a wrong password.
_NOBODY = _hasher.hash("nobody's password")


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one that was hashed; None takes the same time and is never right."""
    try:
        return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
    except VerificationError:
        return False


def needs_rehash(password_hash: str) -> bool:
    return _hasher.check_needs_rehash(password_hash)


def first_password() -> str:
    """A password to hand to somebody: twelve letters and digits without look-alikes (55 bits), in groups of four."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(12)).lower()
    return "-".join((letters[:4], letters[4:8], letters[8:]))
