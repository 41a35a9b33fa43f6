"""Two days typed into a filter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal import clock
from portal.language import gettext


@dataclass
class Days:
    """As read; `wrong` says what cannot be read."""

    since: date | None = None
    until: date | None = None
    wrong: str = ""


def days_of(given: Mapping[str, str]) -> Days:
    """The days `since` and `until` of a list's address."""
    found = Days()
    for name in ("since", "until"):
        typed = given.get(name, "").strip()
        try:
            setattr(found, name, clock.parse_day(typed) if typed else None)
        except clock.BadDay as bad:
            found.wrong = gettext(clock.SENTENCES[bad.code])
    return found
