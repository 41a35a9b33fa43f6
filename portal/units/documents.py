"""The papers a service may ask for: one name for each code of the catalogue (seeds/README.md, "Document codes")."""

from typing import Any, Final

from portal.language import lazy_gettext as _l

DOCUMENTS: Final[dict[str, Any]] = {
    "ktp": _l("Identity card (KTP)"),
    "kk": _l("Family card (KK)"),
    "sktm": _l("Letter of insufficient means (SKTM) from the kelurahan"),
    "student_proof": _l("Letter from the school or university that the child studies there"),
    "medical_letter": _l("Letter of illness from a doctor or puskesmas"),
    "prescription_or_referral": _l("Prescription or medical referral"),
    "event_letter": _l("Letter about the misfortune from the lurah or RT head"),
    "house_photo": _l("Photograph of the house"),
    "land_proof": _l("Proof of ownership of the land"),
    "death_certificate": _l("Death certificate"),
}


def document_name(code: str) -> str:
    """A paper's name in the reader's language; a code that no catalogue of ours knows is shown as it is."""
    return str(DOCUMENTS.get(code, code))
