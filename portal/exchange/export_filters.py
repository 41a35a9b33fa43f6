"""A list's filter, as an address names it and in words; and how many rows a page counts."""

from datetime import date

from portal.exchange.listed import as_text
from portal.language import gettext as _
from portal.language import of_reader
from portal.units.catalogue import catalogue
from portal.units.formats import number
from portal.web.paging import COUNT_LIMIT

ROWS_AT_ONCE = 1000
"""Rows that an export reads together."""


def counted(total: int) -> str:
    return f"{number(COUNT_LIMIT)}+" if total > COUNT_LIMIT else number(total)


def kept(**given: str) -> dict[str, str]:
    return {name: value for name, value in given.items() if value}


def said(*pairs: tuple[str, str]) -> list[tuple[str, str]]:
    """The filter in words, without what narrows nothing."""
    return [(word, value) for word, value in pairs if value]


def village(code: str) -> str:
    return f"{catalogue().villages.get(code, '')} ({code})".strip() if code else ""


def service(code: str) -> str:
    known = catalogue().services.get(code)
    return known.name(of_reader()) if known else code


def days(since: date | None, until: date | None) -> dict[str, str]:
    """As an address names them."""
    return {"since": as_text(since), "until": as_text(until)}


def said_days(since: date | None, until: date | None) -> list[tuple[str, str]]:
    return [(_("From"), as_text(since)), (_("Until"), as_text(until))]
