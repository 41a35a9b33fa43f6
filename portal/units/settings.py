"""The values that the sources leave open: what each means, what it may be, and changing one."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from portal import audit
from portal.db import db, means_to_write
from portal.errors import NotAllowed, NotFound, Refused
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.language import of_reader
from portal.units.formats import number
from portal.units.models import Setting, UnitProfile


@dataclass(frozen=True)
class Meaning:
    """What a setting decides, in words. Numbers lie from `least` to `most`, words are among `allowed`."""

    label: Any
    least: int = 0
    most: int = 366
    allowed: tuple[str, ...] = ()
    long: bool = False
    may_be_empty: bool = False
    pattern: str = ""
    """What a word must look like as a whole; `example` is shown when it does not."""
    example: str = ""


MEANINGS: Final[Mapping[str, Meaning]] = {
    "national_list": Meaning(_l("National list that decides who is listed"), allowed=("dtsen", "ppls")),
    "listed_up_to_decile": Meaning(_l("Listed up to this decile of the national list"), 1, 10),
    "recognised_cards": Meaning(_l("Membership cards of path (a)"), allowed=("kks", "kps")),
    "renewal_assessment_days": Meaning(_l("A renewal needs an assessment of at most so many days"), 1),
    "renewal_window_days": Meaning(_l("A card may be renewed so many days before it ends"), 1),
    "expiry_notice_days": Meaning(_l("Cards that end within so many days are shown"), 1),
    "emergency_visit_days": Meaning(_l("The visit of an emergency follows within so many days"), 1, 31),
    "emergency_urgent_days": Meaning(_l("Working days for an urgent emergency letter"), 1, 31),
    "referral_answer_days": Meaning(_l("Working days in which an office answers a referral"), 1, 90),
    "list_assessment_days": Meaning(_l("Lists are compared with assessments of at most so many days"), 1, 3650),
    "list_answer_days": Meaning(_l("Days in which the owner of a list answers a proposal"), 1, 730),
    "visits_per_day": Meaning(_l("Visits one officer makes a day, at most"), 1, 30),
    "letter_classification": Meaning(
        _l("Classification code of letters"), pattern=r"[0-9A-Z]{1,6}(\.[0-9A-Z]{1,6}){0,5}", example="400.9.14"
    ),
    "second_factor_roles": Meaning(
        _l("Roles that must sign in with a second factor"),
        allowed=(
            "social_worker",
            "unit_head",
            "mayor_office",
            "treasurer",
            "partner",
            "cadre",
            "office",
            "auditor",
            "admin",
        ),
        may_be_empty=True,
    ),
    "password_least_length": Meaning(_l("Least length of a password"), 12, 64),
    "first_password_hours": Meaning(_l("A first password ends after so many hours"), 1, 720),
    "monthly_closing_day": Meaning(_l("Day of the month by which its monthly update is closed"), 1, 31),
    "monthly_notice_days": Meaning(_l("People are reminded of the monthly update so many days before"), 1, 27),
    "monthly_unconfirmed_percent": Meaning(
        _l("Closing a month is explained when more than so many in a hundred families are unconfirmed"), 0, 100
    ),
    "aid_second_approval_above": Meaning(_l("Aid above so many rupiah needs a second approval"), 0, 999_999_999_999),
    "unentered_sheet_days": Meaning(_l("A sheet of givers that nobody enters is forgotten after so many days"), 1),
    "office_address": Meaning(_l("Address of the office"), long=True),
    "office_phone": Meaning(
        _l("Telephone of the office"), pattern=r"[0-9+()./ –-]{6,40}", example="(0752) 555-0100", may_be_empty=True
    ),
}
"""Every key of seeds/settings.toml."""

WORDS: Final[dict[str, Callable[[], Mapping[str, str]]]] = {}
"""How the codes of a setting read. Later rooms add the words they know (`name_codes`)."""


def name_codes(key: str, words: Callable[[], Mapping[str, str]]) -> None:
    """Let a setting's codes be shown in these words, in the reader's language."""
    WORDS[key] = words


name_codes(
    "national_list",
    lambda: {
        "dtsen": f"DTSEN ({_('national single socio-economic data')})",
        "ppls": f"PPLS 2011 ({_('social protection programme data collection')})",
    },
)
name_codes(
    "recognised_cards",
    lambda: {"kks": f"KKS ({_('prosperous family card')})", "kps": f"KPS ({_('social protection card')})"},
)


def meaning(key: str) -> Meaning:
    """A setting that nobody has described yet may still be changed; it is called by its key."""
    return MEANINGS.get(key, Meaning(key))


def all_settings() -> list[Setting]:
    """In the order of MEANINGS, new ones last."""
    order = list(MEANINGS)
    rows = db.session.scalars(select(Setting)).all()
    return sorted(rows, key=lambda row: (order.index(row.key) if row.key in order else len(order), row.key))


def get_setting(key: str) -> Setting:
    """Raises NotFound."""
    setting = db.session.get(Setting, key)
    if setting is None:
        raise NotFound
    return setting


def revision() -> int:
    """The version of all settings together: it counts up with every change. Whoever means to write holds it."""
    statement = select(UnitProfile.revision)
    return db.session.execute(statement.with_for_update() if means_to_write() else statement).scalar_one()


def shown(value: Any) -> str:
    """A value as it is typed."""
    return ", ".join(value) if isinstance(value, list) else str(value)


def choices(key: str) -> list[tuple[str, str]]:
    """What a setting of fixed words may be: code and word, in their order."""
    words = WORDS[key]() if key in WORDS else {}
    return [(code, words.get(code, code)) for code in meaning(key).allowed]


def in_words(setting: Setting) -> str:
    """A value as it is read: codes in words, numbers as the reader writes them."""
    if isinstance(setting.value, int):
        return number(setting.value)
    words = dict(choices(setting.key))
    values = [str(value) for value in (setting.value if isinstance(setting.value, list) else [setting.value])]
    return ", ".join(words.get(value, value) for value in values)


def source(setting: Setting) -> str:
    """Where a value comes from, in the reader's language."""
    return setting.source if of_reader() == "en" else setting.source_id or setting.source


def change(setting: Setting, typed: str, *, by: Any) -> None:
    """Give a setting another value, from now on; `seed` then leaves it alone. Raises Refused."""
    if not by.can("settings.manage"):
        raise NotAllowed
    setting.value = read(setting, typed)
    setting.changed = True
    profile = db.session.execute(select(UnitProfile)).scalar_one()
    profile.revision += 1  # every process notices it and reads the catalogue anew
    audit.record("setting.changed", setting, by=by)


def read(setting: Setting, typed: str) -> Any:
    """What was typed, as the kind of value this setting holds. Raises Refused."""
    rule, text = meaning(setting.key), typed.strip()
    if isinstance(setting.value, int):
        return _number(rule, text)
    if isinstance(setting.value, list):
        words = [word.strip().lower() for word in text.split(",") if word.strip()]
        if not words and rule.may_be_empty:
            return []
        return [_word(rule, word) for word in dict.fromkeys(words)] or _word(rule, "")
    return _word(rule, text)


def _number(rule: Meaning, text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 12 or not rule.least <= int(text) <= rule.most:
        sentence = _("Please type a whole number from %(least)s to %(most)s.", least=rule.least, most=rule.most)
        raise Refused(sentence, field="value")
    return int(text)


def _word(rule: Meaning, text: str) -> str:
    if rule.allowed and text not in rule.allowed:
        raise Refused(_("Please choose one of the options."), field="value")
    if rule.pattern and not (rule.may_be_empty and not text) and not re.fullmatch(rule.pattern, text):
        raise Refused(_("Please write it like this: %(example)s", example=rule.example), field="value")
    return text
