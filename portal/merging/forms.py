"""What is asked when a family or a person stands twice in the register, and when that is taken apart."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice as Choice

from portal.households.models import Household, Member, Relation
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.merging.families import Pairing
from portal.merging.keeping import FIELDS, Wish, differing
from portal.merging.models import Merge
from portal.merging.pairs import beside, proposed
from portal.merging.words import FIELD_QUESTIONS, RELATIONS
from portal.web.forms import NOTE_LIMIT, Form, Length, LongTextField, Required, TextField, optional
from portal.web.seen import SeenForm, mark_of

PLACES = [(place, word) for place, word in RELATIONS.items() if place is not Relation.HEAD]
KEPT, OTHER = "kept", "other"


class OtherForm(Form):
    """Which family is meant."""

    other = TextField(_l("Which family stands twice?"), [Required(), Length(40)])


class MergeForm(SeenForm):
    """Upon both families as the page showed them."""

    reason = LongTextField(_l("How do you know that they are the same?"), [Required(), Length(NOTE_LIMIT)])

    def __init__(self, kept: Household, other: Household, **kwargs: Any) -> None:
        self.kept, self.other_family = kept, other
        super().__init__(kept, **kwargs)

    def mark(self, record: Household) -> str:
        return mark_of(record.version, self.other_family.version)

    def told(self, record: Household) -> dict[str, tuple[str, str]]:
        return {
            str(one.id): (str(_("Members")), f"{one.name}, {RELATIONS[one.relation]}")
            for family in (record, self.other_family)
            for one in family.members
        }

    def wish(self, by: Any) -> Wish:
        return Wish(reason=self.reason.data, by=by, confirmed=self.confirmed)

    def says_other(self, one: Member) -> frozenset[str]:
        """What the other row of this person says rightly."""
        names = {name for name in FIELDS if f"{name}_{one.id}" in self}
        return frozenset(name for name in names if self[f"{name}_{one.id}"].data == OTHER)

    def questions(self, one: Member) -> list[Any]:
        """The fields that ask which of two values is right."""
        return [self[f"{name}_{one.id}"] for name in FIELDS if f"{name}_{one.id}" in self]


def _which(label: str, mine: Any, theirs: Any, *, default: str | None = None) -> RadioField:
    choices = [
        Choice(KEPT, _("%(value)s (of the row that stays)", value=beside(mine, theirs))),
        Choice(OTHER, _("%(value)s (of the other row)", value=beside(theirs, mine))),
    ]
    return RadioField(label, [Required(_("Please choose which one is right."))], choices=choices, default=default)


def _questions(pairs: Mapping[Member, Member]) -> dict[str, RadioField]:
    """For each pair what both rows say differently; a name may be left as it stands."""
    return {
        f"{name}_{one.id}": _which(
            str(FIELD_QUESTIONS[name]) % {"name": stands.name}, getattr(stands, name), getattr(one, name),
            default=KEPT if name == "name" else None,
        )
        for one, stands in pairs.items()
        for name in differing(stands, one)
    }  # fmt: skip


def _made_of(base: type[MergeForm], fields: dict[str, Any], kept: Household, other: Household) -> Any:
    return _with(base, fields)(kept, other)


def _with(base: type[Form], fields: dict[str, Any]) -> Any:
    """A form with these fields besides its own: which ones, only the records tell."""
    made: Any = type(base)
    return made(base.__name__, (base,), fields)


class FamilyForm(MergeForm):
    """Who of the other family is who, what holds, and why."""

    def pairs(self) -> list[tuple[Member, Any, list[Any]]]:
        """Of each of the other family's people: the field that says who it is, and what is asked besides."""
        return [(one, self[f"is_{one.id}"], self.questions(one)) for one in self.other_family.members]

    def pairing(self) -> Pairing:
        here = {str(one.id): one for one in self.kept.members}
        same = {one: here[who.data] for one, who, _asked in self.pairs() if who.data in here}
        places = {one: Relation(who.data) for one, who, _asked in self.pairs() if one not in same}
        kk_of_other = "kk_no" in self and self["kk_no"].data == OTHER
        others = {one.id: self.says_other(one) for one in same}
        return Pairing(same=same, places=places, others=others, kk_of_other=kk_of_other)


def family_form(kept: Household, other: Household) -> FamilyForm:
    """The form for these two families, with a field for each person and for what both say differently.

    A person is somebody of the kept family (by number), or comes over and has a place there (a relation's word).
    """
    here, fields = list(kept.members), {}
    likely = proposed(here, other.members)
    comes = [Choice(place.value, _("Comes over, as: %(place)s", place=str(word).lower())) for place, word in PLACES]
    for one in other.members:
        stands, as_what = likely.get(one), _likely_place(one, here, likely)
        fields[f"is_{one.id}"] = SelectField(
            _("Who is %(name)s in the family that stays?", name=_described(one)), [Required()],
            choices=[*(Choice(str(each.id), _("Is %(name)s", name=_described(each))) for each in here), *comes],
            default=str(stands.id) if stands else as_what.value,
        )  # fmt: skip
    fields |= _questions(_chosen(here, other.members) if request.method == "POST" else likely)
    if kept.kk_no and other.kk_no:
        fields["kk_no"] = _which(_("Which family card is the right one?"), kept.kk_no, other.kk_no)
    form: FamilyForm = _made_of(FamilyForm, fields, kept, other)
    return form


def _likely_place(one: Member, here: Sequence[Member], likely: Mapping[Member, Member]) -> Relation:
    """The place in the kept family of somebody who comes over: a wife's stays where the head is the same person."""
    spouse_taken = any(each.relation is Relation.SPOUSE for each in here)
    same_head = any(each.relation is stands.relation is Relation.HEAD for each, stands in likely.items())
    if one.relation is Relation.SPOUSE and same_head and not spouse_taken:
        return Relation.SPOUSE
    return Relation.OTHER if one.relation in {Relation.HEAD, Relation.SPOUSE} else one.relation


def _chosen(here: Sequence[Member], others: Sequence[Member]) -> dict[Member, Member]:
    """The pairs as they were sent, so that what they say differently can be asked."""
    by_number = {str(each.id): each for each in here}
    sent = {one: by_number.get(request.form.get(f"is_{one.id}", "")) for one in others}
    return {one: stands for one, stands in sent.items() if stands is not None}


def _described(one: Member) -> str:
    return f"{one.name} ({str(RELATIONS[one.relation]).lower()})"


class PersonForm(MergeForm):
    """Which of the kept family's people stands in the other family, too."""

    person = RadioField(_l("Who stands twice?"), [Required(_l("Please choose who."))])
    twin = RadioField(_l("Which row is the same person?"), [Required(_l("Please choose who."))])
    new_head = SelectField(_l("Who heads the other family from now on?"), [optional])

    def chosen(self) -> tuple[Member, Member]:
        """The row that stands, and the other one."""
        return _by_number(self.kept)[self.person.data], _by_number(self.other_family)[self.twin.data]

    @property
    def heir(self) -> Member | None:
        return _by_number(self.other_family).get(self.new_head.data or "")


def _by_number(family: Household) -> dict[str, Member]:
    return {str(one.id): one for one in family.members}


def person_form(kept: Household, other: Household) -> PersonForm:
    """The form for one person of these two families; who was named in the address or is likely is chosen already."""
    sent = request.form if request.method == "POST" else request.args
    mine, theirs = _by_number(kept), _by_number(other)
    likely = (
        next(iter(proposed(kept.members, other.members).items()), (None, None)) if kept is not other else (None, None)
    )
    twin, person = theirs.get(sent.get("twin", "")) or likely[0], mine.get(sent.get("person", "")) or likely[1]
    asked = _questions({twin: person}) if twin and person and twin is not person else {}
    form: Any = _made_of(PersonForm, asked, kept, other)
    form.person.choices = [Choice(number, _described(one)) for number, one in mine.items()]
    form.twin.choices = [Choice(number, _described(one)) for number, one in theirs.items()]
    heirs = [Choice(number, one.name) for number, one in theirs.items()]
    form.new_head.choices = [Choice("", _("Not needed")), *heirs]
    if request.method != "POST":
        form.person.data, form.twin.data = str(person.id) if person else None, str(twin.id) if twin else None
    made: PersonForm = form
    return made


class ApartForm(SeenForm):
    """Why a merging is taken apart; `headless`: families that would have no head, with who may be."""

    reason = LongTextField(_l("Why are they not the same?"), [Required(), Length(NOTE_LIMIT)])

    def told(self, record: Merge) -> dict[str, tuple[str, str]]:
        return {"reason": (str(_("Reason")), record.reason)}

    def over(self, record: Merge) -> bool:
        return record.taken_apart_at is not None


def apart_form(merge: Merge, headless: Mapping[int, Sequence[Member]], **kwargs: Any) -> ApartForm:
    """The form that takes this merging apart, and asks who heads a family that would have no head."""
    fields = {
        f"head_{household_id}": SelectField(
            _("Who heads the family from now on?"), [Required()],
            choices=[Choice("", _("Choose")), *(Choice(str(one.id), one.name) for one in people)],
        )
        for household_id, people in headless.items()
    }  # fmt: skip
    form: ApartForm = _with(ApartForm, fields)(merge, **kwargs)
    return form
