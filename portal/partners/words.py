"""What partners, gifts and purposes are called, in the reader's language."""

from typing import Any, Final

from portal.db import db
from portal.language import gettext, of_reader
from portal.language import lazy_gettext as _l
from portal.partners.models import DonationKind, DonationStatus, Purpose
from portal.partners.record_models import PaperKind
from portal.units.catalogue import catalogue

STATUS: Final[dict[DonationStatus, tuple[Any, str, str]]] = {
    DonationStatus.ENTERED: (_l("Waiting for confirmation"), "due", "clock"),
    DonationStatus.CONFIRMED: (_l("Arrived"), "good", "ok"),
    DonationStatus.REFUSED: (_l("Not accepted"), "late", "refused"),
}
"""Word, tone and icon of each state (ui.status)."""

PAPERS: Final = {
    PaperKind.AGREEMENT: _l("Agreement with the unit"),
    PaperKind.PUB_PERMIT: _l("Permit for public collection (PUB)"),
    PaperKind.LAZ_LICENCE: _l("Licence of a zakat institution (LAZ)"),
}

FIELDS: Final = {
    "education": _l("Education"),
    "health": _l("Health"),
    "social": _l("Social"),
    "empowerment": _l("Community empowerment"),
    "data": _l("Integrated data"),
}


def field_name(code: str) -> str:
    """A field of work; fields of other units keep the name in their own catalogue."""
    return str(FIELDS.get(code) or catalogue().fields().get(code, code))


def service_name(code: str) -> str:
    service = catalogue().services.get(code)
    return service.name(of_reader()) if service else code


def kind_name(kind: DonationKind, language: str | None = None) -> str:
    return str(kind.body["name_en" if (language or of_reader()) == "en" else "name_id"])


def purpose_name(purpose: Purpose, code: str | None) -> str:
    """What the giver bound the gift to."""
    match purpose:
        case Purpose.FIELD:
            return field_name(code or "")
        case Purpose.SERVICE:
            return service_name(code or "")
    return gettext("General")


def terms(given: Any) -> str:
    """Kind and purpose of a gift or a pledge: "Infak · Pendidikan"."""
    kind = db.session.get_one(DonationKind, given.kind_code)
    return f"{kind_name(kind)} · {purpose_name(given.purpose, given.purpose_code)}"


UNNAMED: Final = "Hamba Allah"
"""What a giver is called who does not want to be named, in either language."""


def giver_name(name: str, *, hidden: bool, may_know: bool) -> str:
    """Somebody who gave, as this reader may know them: a hidden giver has a name only before who `may_know` it."""
    if not hidden:
        return name
    return f"{UNNAMED} ({name})" if may_know and name else UNNAMED


def asnaf_names() -> dict[str, str]:
    """The eight groups that zakat is for (Q.S. 9:60): code and name."""
    name = "name_en" if of_reader() == "en" else "name_id"
    return {row["code"]: row[name] for row in catalogue().profile.get("asnaf", [])}
