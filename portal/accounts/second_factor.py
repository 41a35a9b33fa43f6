"""The second factor: six digits from an app that shares a secret with the portal (TOTP, RFC 6238)."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence

import pyotp
import segno
from flask import current_app
from sqlalchemy import delete, func, select, update

from portal import audit, clock
from portal.accounts.models import RecoveryCode, SecondFactor, User
from portal.accounts.roles import rights
from portal.accounts.sealing import seal, unseal
from portal.db import db, take_turns
from portal.errors import Refused
from portal.language import gettext, of_reader
from portal.references import ALPHABET
from portal.units import settings
from portal.units.catalogue import catalogue

PERIOD = 30
"""Seconds that a code lasts."""
DRIFT = 1
"""Periods that a phone's clock may be early or late."""
RECOVERY_CODES = 10
RECOVERY_LENGTH = 10
"""10 of 25 characters are 46 bits; guesses are counted besides."""


settings.name_codes(
    "second_factor_roles", lambda: {role.value: row.label(of_reader()) for role, row in rights().items()}
)


def is_required(user: User) -> bool:
    """Whether this person signs in with a second factor only (setting second_factor_roles; never in the demo city)."""
    unit = catalogue()
    return not unit.demo and not user.roles.isdisjoint(unit.setting("second_factor_roles"))


def of(user: User) -> SecondFactor | None:
    return db.session.get(SecondFactor, user.id)


def new_secret() -> str:
    """160 random bits as base32, as apps take them."""
    return str(pyotp.random_base32())


def address(user: User, secret: str) -> str:
    """What the QR holds for the app."""
    unit = catalogue()
    return str(pyotp.TOTP(secret, interval=PERIOD).provisioning_uri(name=user.name, issuer_name=unit.short_name))


def picture(address: str) -> str:
    """The QR as a picture inside the page: nothing of the secret is stored or asked for by another address."""
    return str(segno.make(address, error="m").svg_data_uri(scale=5, dark="#000", light="#fff"))


def grouped(secret: str) -> str:
    """The secret as people type it where no camera is, in groups of four."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def enrol(user: User, secret: str, code: str) -> list[str]:
    """Share this secret from now on, once its first code proved that the app has it. Raises Refused for a wrong code.

    Gives the recovery codes, which nobody can read again. What was shared before means nothing any more.
    """
    step = _step_of(secret, code, after=0)
    if step is None:
        sentence = gettext("This code does not fit. Please type the six digits that the app shows now.")
        raise Refused(sentence, field="code")
    db.session.execute(delete(SecondFactor).where(SecondFactor.user_id == user.id))
    db.session.add(
        SecondFactor(user_id=user.id, sealed=seal(secret, place=_place(user)), last_step=step, enrolled_at=clock.now())
    )
    audit.record("user.second_factor_enrolled", user, by=user)
    return _new_recovery_codes(user)


def _place(user: User) -> str:
    return f"second_factor:{user.id}"


def _step_of(secret: str, code: str, *, after: int) -> int | None:
    """The half minute that this code belongs to, among those near now and later than `after`."""
    typed = "".join(code.split())
    now, totp = int(clock.now().timestamp()) // PERIOD, pyotp.TOTP(secret, interval=PERIOD)
    for step in range(now - DRIFT, now + DRIFT + 1):
        if step > after and hmac.compare_digest(str(totp.generate_otp(step)).encode(), typed.encode()):
            return step
    return None


def take(user: User, typed: str) -> bool:
    """Whether this is the app's code of now or a recovery code, neither used before. It is used up thereby."""
    factor = db.session.execute(
        select(SecondFactor).where(SecondFactor.user_id == user.id).with_for_update()
    ).scalar_one_or_none()
    secret = unseal(factor.sealed, place=_place(user)) if factor else None
    step = _step_of(secret, typed, after=factor.last_step) if factor and secret else None
    if factor is not None and step is not None:
        factor.last_step = step
        return True
    return _take_recovery_code(user, typed)


def _take_recovery_code(user: User, typed: str) -> bool:
    used = db.session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.mark == _mark(user, typed), RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
        .values(used_at=clock.now())
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        return False
    audit.record("user.recovery_code_used", user, by=user, left=codes_left(user))
    return True


def _mark(user: User, code: str) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    plain = "".join(character for character in code.upper() if character.isalnum())
    return hmac.new(key, f"recovery:{user.id}:{plain}".encode(), hashlib.sha256).hexdigest()


def _new_recovery_codes(user: User) -> list[str]:
    # Of two windows that ask at the same moment the second waits, and its codes replace those of the first.
    take_turns(user)
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    db.session.add_all([RecoveryCode(mark=_mark(user, code), user_id=user.id) for code in codes])
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def renew_recovery_codes(user: User) -> Sequence[str]:
    """New ones; the old ones open nothing any more."""
    codes = _new_recovery_codes(user)
    audit.record("user.recovery_codes_renewed", user, by=user)
    return codes


def codes_left(user: User) -> int:
    statement = select(func.count()).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return db.session.execute(statement).scalar_one()


def remove(user: User, *, by: User | None) -> None:
    """For a lost phone, or somebody who needs none: recovery codes go with it."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.session.execute(delete(SecondFactor).where(SecondFactor.user_id == user.id))
    audit.record("user.second_factor_removed", user, by=by)
