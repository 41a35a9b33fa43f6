"""The words of merging."""

from typing import Any, Final

from portal.households.models import Relation
from portal.language import lazy_gettext as _l

RELATIONS: Final[dict[Relation, Any]] = {
    Relation.HEAD: _l("Head of the family"),
    Relation.SPOUSE: _l("Wife or husband"),
    Relation.CHILD: _l("Child"),
    Relation.PARENT: _l("Parent"),
    Relation.GRANDCHILD: _l("Grandchild"),
    Relation.OTHER: _l("Other member"),
}

FIELD_QUESTIONS: Final[dict[str, Any]] = {
    "nik": _l("%(name)s: which NIK is right?"),
    "birth_date": _l("%(name)s: which birth date is right?"),
    "name": _l("%(name)s: which spelling holds?"),
}

FIELDS: Final[dict[str, Any]] = {
    "nik": _l("NIK"),
    "kk_no": _l("KK number"),
    "birth_date": _l("Birth date"),
    "name": _l("Name"),
    "note": _l("Note"),
    "phone": _l("Phone"),
    "address": _l("Address"),
}
"""What a row may have taken over from the other one, as the page of a merging names it."""
