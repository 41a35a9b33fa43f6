"""What a person of a family is called: place in it, and sex. One list for forms, stories and files."""

from typing import Any, Final

from portal.households.models import Relation, Sex
from portal.language import lazy_gettext as _l

RELATIONS: Final[dict[Relation, Any]] = {
    Relation.HEAD: _l("Head of the family"),
    Relation.SPOUSE: _l("Wife or husband"),
    Relation.CHILD: _l("Child"),
    Relation.PARENT: _l("Parent"),
    Relation.GRANDCHILD: _l("Grandchild"),
    Relation.OTHER: _l("Other member"),
}
SEXES: Final[dict[Sex, Any]] = {Sex.FEMALE: _l("Woman"), Sex.MALE: _l("Man")}
