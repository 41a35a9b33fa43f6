"""Argon2id passwords, and which ones may be chosen (docs/decisions/passwords.md)."""

import secrets
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from portal.errors import Refused
from portal.language import gettext
from portal.references import ALPHABET

EASY = 10**8
"""Guesses. A password found with fewer, by lists and habits, is too easy however long it is."""

UNIT_WORDS = (
    "payakumbuh", "anak nagari", "nagari", "upt kan", "kenanga", "portal", "indonesia", "bismillah", "rahasia",
    "sayang", "selamat", "kata sandi", "sandi", "minang", "merdeka", "garuda", "sumatera barat",
)  # fmt: skip
"""What comes to mind first at this desk, beside the common passwords of the whole world."""

_hasher = PasswordHasher()
# Compared when the name is unknown, so that an unknown name takes as long as a wrong password. Written out, because
# making it would cost each start a tenth of its time; a test says when the library's measures have moved on.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$cPQBFxfQE+roJ5wR4aCLzA$CkR7tgzHpKPvxOPSuJs+w1vURXxcJhCbS0YZhKOw0so"


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one that was hashed; None takes the same time and is never right."""
    try:
        return _hasher.verify(password_hash or NOBODY, password) and password_hash is not None
    except VerificationError:
        return False


def needs_rehash(password_hash: str) -> bool:
    return _hasher.check_needs_rehash(password_hash)


def first_password() -> str:
    """A password to hand to somebody: twelve letters and digits without look-alikes (55 bits), in groups of four."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(12)).lower()
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def refuse_weak(password: str, *, least: int, about: Iterable[str], field: str) -> None:
    """Raise Refused for fewer than `least` characters, and for what is guessed early: common ones, names, rows of keys.

    `about` holds what others know of the person. No rules on capitals, digits or signs.
    """
    if len(password) < least:
        raise Refused(
            gettext(
                "At least %(least)s characters, please: a few words that only you put together are best.", least=least
            ),
            field=field,
        )
    if is_easy(password, about):
        raise Refused(
            gettext("This password is guessed too easily. Please take a few words that do not belong together."),
            field=field,
        )


def is_easy(password: str, about: Iterable[str]) -> bool:
    """Whether lists of common passwords and habits of typing find it within EASY guesses."""
    from zxcvbn import zxcvbn  # its lists take memory that only a change of password is worth

    known = {word for text in (*UNIT_WORDS, *about) for word in (text.lower(), *text.lower().split()) if len(word) > 2}
    plain = "".join(password.lower().split())
    # Longer ones are judged by their beginning: the search takes time that grows with the length.
    found = (zxcvbn(text[:64], user_inputs=sorted(known)) for text in {password, plain})
    return min(int(each["guesses"]) for each in found) < EASY
