"""The instruments as the unit's catalogue holds them, each parsed once."""

from collections.abc import Mapping
from typing import Any

from portal.units.catalogue import catalogue
from portal.visits.instruments import Instrument

Body = Mapping[str, Any]

# A stored version is never overwritten, so what was parsed stays right; the body tells another portal's apart (tests).
_parsed: dict[tuple[str, str], tuple[Body, Instrument]] = {}


def instrument(code: str, version: str) -> Instrument:
    """One version of an instrument; old versions stay, because a result is read with the version that gave it."""
    body, fields = catalogue().instruments[(code, version)]
    kept = _parsed.get((code, version))
    if kept is None or kept[0] is not body:
        kept = _parsed[(code, version)] = (body, Instrument.from_dict(body, fields))
    return kept[1]


def latest() -> Instrument:
    """The newest version of the unit's own instrument: with it every new assessment begins."""
    body, _fields = catalogue().latest_instrument()
    return instrument(body["code"], body["version"])
