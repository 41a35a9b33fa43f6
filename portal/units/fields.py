"""The units' fields of work by name: Indonesian as each catalogue writes it, English from here."""

from typing import Any, Final

from portal.language import lazy_gettext as _l
from portal.language import of_reader
from portal.units.catalogue import catalogue

FIELDS: Final[dict[str, Any]] = {
    "education": _l("Education"),
    "health": _l("Health"),
    "social": _l("Social affairs"),
    "empowerment": _l("Community empowerment"),
    "data": _l("Integrated data"),
    "socioeconomic": _l("Social and economic affairs"),
    "administrative": _l("Administrative services"),
    "goods": _l("Goods"),
    "care": _l("Care services"),
}


def field_name(code: str) -> str:
    """A field's name in the reader's language."""
    if of_reader() == "en":
        return str(FIELDS.get(code, code))
    return catalogue().fields().get(code) or str(FIELDS.get(code, code))
