"""What is typed of an event in a family: a form a kind. People are chosen among those who belong to it."""

from collections.abc import Sequence
from typing import Any, ClassVar

from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice as Choice
from wtforms.widgets import CheckboxInput, ListWidget

from portal.accounts.models import User
from portal.households.details import MemberDetails
from portal.households.event_services import Home
from portal.households.forms import NAME_LIMIT, RELATIONS, SEXES, NeighbourhoodField, NumberField, in_words
from portal.households.forms import village_choices as villages
from portal.households.models import Household, Member, Relation, Sex
from portal.households.noting import Noted, place_of
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.units.catalogue import catalogue
from portal.web.forms import NOTE_LIMIT, DayField, Length, LongTextField, Named, Required, TextField, optional
from portal.web.seen import SeenForm, mark_of

PLACES = [choice for choice in RELATIONS if choice.value != Relation.HEAD]
"""Places in a family besides its head's."""


class PeopleField(SelectMultipleField):
    """One or more people, each with a checkbox."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _one() -> Any:
    return RadioField(_l("Who?"), [Required(_l("Please choose who."))])


def _some() -> Any:
    return PeopleField(_l("Who?"), [Required(_l("Please choose who."))])


def _village() -> Any:
    return SelectField(_l("Kelurahan"), [optional])


class EventForm(SeenForm):
    """What every event says, upon the family as its page showed it; `shown` names the fields in their order."""

    shown: ClassVar[tuple[str, ...]] = ()
    on = DayField(_l("On which day?"), [Required()])
    new_head = SelectField(_l("Who heads the family from now on?"), [optional])
    remark = LongTextField(_l("Note"), [Length(NOTE_LIMIT), optional])

    def __init__(self, household: Household, people: Sequence[Member], **kwargs: Any) -> None:
        """`people`: among whom it is chosen whom the event concerns."""
        self.people = {str(member.id): member for member in people}
        super().__init__(household, **kwargs)
        staying = {str(member.id): member for member in household.members} | self.people
        self.heirs = staying
        choices = [Choice(number, in_words(member)) for number, member in self.people.items()]
        for name in ("who", "their_head"):
            if name in self:
                self[name].choices = [*choices]
        if "their_head" in self:
            self["their_head"].choices = [Choice("", _("Choose")), *choices]
        heirs = [Choice(number, member.name) for number, member in staying.items()]
        self.new_head.choices = [Choice("", _("Not needed")), *heirs]
        if "village_code" in self:
            self["village_code"].choices = villages()

    def mark(self, record: Household) -> str:
        return mark_of(record.version)

    def told(self, record: Household) -> dict[str, tuple[str, str]]:
        village, *rest = place_of(record)
        place = ", ".join(part for part in (catalogue().villages.get(village, ""), *rest) if part)
        people = {str(member.id): (str(_("Members")), in_words(member)) for member in record.members}
        return {"place": (str(_("Address")), place), **people}

    @property
    def person(self) -> Member:
        return self.people[self["who"].data]

    @property
    def chosen(self) -> list[Member]:
        given = self["who"].data
        return [self.people[number] for number in ([given] if isinstance(given, str) else given)]

    @property
    def heir(self) -> Member | None:
        return self.heirs.get(self.new_head.data or "")

    def noted(self, by: User) -> Noted:
        return Noted(on=self.on.day, by=by, note=self.remark.data or "", confirmed=self.confirmed)

    def home(self) -> Home:
        """Where somebody lives from now on; `their_head` where a household of its own needs one."""
        kk_no = self["kk_no"].data if "kk_no" in self else None
        head = self.people.get(self["their_head"].data or "") if "their_head" in self else None
        places = {name: self[name].data or "" for name in ("village_code", "rw", "rt", "address")}
        return Home(**places, kk_no=kk_no, head=head)

    def newcomer(self, relation: Relation) -> MemberDetails:
        """The child that was born, the wife or husband."""
        born = self["birth_date"].data if "birth_date" in self else None
        return MemberDetails(
            name=self["name"].data, sex=Sex(self["sex"].data), nik=self["nik"].data, birth_date=born, relation=relation
        )


class OneForm(EventForm):
    """Something that happens to one person."""

    shown: ClassVar[tuple[str, ...]] = ("who", "on", "new_head", "remark")
    who = _one()


class SomeForm(EventForm):
    """Something that happens to some people, or to all."""

    shown: ClassVar[tuple[str, ...]] = ("who", "on", "new_head", "remark")
    who = _some()


class BirthForm(EventForm):
    """A child; the day is its birth date."""

    shown: ClassVar[tuple[str, ...]] = ("name", "sex", "on", "relation", "nik", "remark")
    name = TextField(_l("Name"), [Required(), Length(NAME_LIMIT), Named()])
    sex = SelectField(_l("Sex"), [Required()], choices=[Choice("", _l("Choose")), *SEXES])
    on = DayField(_l("Birth date"), [Required()])
    relation = SelectField(_l("Place in the family"), choices=PLACES, default=Relation.CHILD.value)
    nik = NumberField("NIK", [optional])


class NewHeadForm(EventForm):
    """Who heads the family from now on, and what the head of before is to the new one."""

    shown: ClassVar[tuple[str, ...]] = ("who", "relation", "on", "remark")
    who = RadioField(_l("Who heads the family from now on?"), [Required(_l("Please choose who."))])
    relation = SelectField(_l("Place of the head of before"), choices=PLACES, default=Relation.OTHER.value)


class AddressForm(EventForm):
    """A new address within the city."""

    village_code = _village()
    rt = NeighbourhoodField("RT", [optional])
    rw = NeighbourhoodField("RW", [optional])
    address = TextField(_l("Address"), [Length(200), optional])


class MoveForm(AddressForm):
    """The whole family moves."""

    shown: ClassVar[tuple[str, ...]] = ("village_code", "rt", "rw", "address", "on", "remark")


class SplitForm(AddressForm):
    """Some found a household of their own."""

    shown: ClassVar[tuple[str, ...]] = (
        "who",
        "on",
        "their_head",
        "village_code",
        "rt",
        "rw",
        "address",
        "kk_no",
        "new_head",
        "remark",
    )
    who = _some()
    their_head = SelectField(_l("Who heads the new family?"), [optional])
    kk_no = NumberField(_l("KK number of the new family"), [optional])


class JoinForm(EventForm):
    """Some, or all, come into another family of the register."""

    shown: ClassVar[tuple[str, ...]] = ("who", "on", "other", "relation", "new_head", "remark")
    who = _some()
    other = TextField(_l("Which family do they join?"), [Required(), Length(40)])
    relation = SelectField(_l("Their place in that family"), choices=PLACES, default=Relation.OTHER.value)


class DivorceForm(SplitForm):
    """Who leaves after a divorce, and where to."""

    shown: ClassVar[tuple[str, ...]] = (
        "who", "on", "where", "their_head", "village_code", "rt", "rw", "address", "kk_no", "other", "relation",
        "new_head", "remark",
    )  # fmt: skip
    who = PeopleField(_l("Who leaves the family?"), [Required(_l("Please choose who."))])
    where = RadioField(
        _l("Where to?"),
        [Required(_l("Please choose where to."))],
        choices=[
            Choice("own", _l("To a household of their own in the city")),
            Choice("other", _l("To another family of the register")),
            Choice("away", _l("Out of the city")),
        ],
    )
    other = TextField(_l("Which family do they join?"), [optional, Length(40)])
    relation = SelectField(_l("Their place in that family"), choices=PLACES, default=Relation.CHILD.value)


class MarriageForm(AddressForm):
    """Who of the family marries, whom, and where the couple lives."""

    shown: ClassVar[tuple[str, ...]] = (
        "who", "name", "sex", "birth_date", "nik", "on", "where", "couple_head", "village_code", "rt", "rw", "address",
        "kk_no", "new_head", "remark",
    )  # fmt: skip
    who = RadioField(_l("Who of the family marries?"), [Required(_l("Please choose who."))])
    name = TextField(_l("Name of the wife or husband"), [Required(), Length(NAME_LIMIT), Named()])
    sex = SelectField(_l("Sex"), [Required()], choices=[Choice("", _l("Choose")), *SEXES])
    birth_date = DayField(_l("Birth date"), [optional])
    nik = NumberField("NIK", [optional])
    where = RadioField(
        _l("Where does the couple live?"),
        [Required(_l("Please choose where."))],
        choices=[Choice("here", _l("In this family")), Choice("own", _l("In a household of its own"))],
    )
    couple_head = SelectField(
        _l("Who heads the new family?"),
        choices=[Choice("who", _l("The one of this family")), Choice("spouse", _l("The wife or husband named above"))],
    )
    kk_no = NumberField(_l("KK number of the new family"), [optional])


class UndoForm(SeenForm):
    """Why an event is taken back."""

    remark = LongTextField(_l("Why is it taken back?"), [Required(), Length(NOTE_LIMIT)])

    def told(self, record: Household) -> dict[str, tuple[str, str]]:
        return {str(member.id): (str(_("Members")), in_words(member)) for member in record.members}
