"""A family as it is typed: its address, its people row by row, list checks and cards of others."""

from typing import Any

from wtforms import BooleanField, FieldList, FormField, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice as Choice

from portal.errors import ChangedMeanwhile, LastChange, Refused
from portal.households import words
from portal.households.identity import LENGTH, SENTENCES, BadNumber, mask, parse_nik
from portal.households.models import Household, Member, MembershipCard, Relation, Sex
from portal.households.queries import lists_known
from portal.households.services import HouseholdDetails, MemberDetails
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.units.catalogue import catalogue
from portal.units.formats import day
from portal.web.addresses import record_number
from portal.web.forms import (
    NOTE_LIMIT,
    DayField,
    Form,
    Length,
    LongTextField,
    Named,
    Part,
    Phone,
    Required,
    TextField,
    last_change,
    optional,
)
from portal.web.seen import SeenForm, mark_of

NAME_LIMIT = 120
MOST_PEOPLE = 30

SEXES = [Choice(sex.value, word) for sex, word in words.SEXES.items()]
RELATIONS = [Choice(relation.value, word) for relation, word in words.RELATIONS.items()]


def masked(text: str) -> str:
    """A text with a whole KK or NIK number in it, as a page may show it that is not about numbers."""
    return mask(text) if len(text) == LENGTH and text.isdigit() else text


class NumberField(StringField):
    """A NIK or KK number: 16 digits however they are grouped; empty is "not known yet" (None)."""

    data: str | None

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else str(self.data or "")

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = parse_nik(valuelist[0])
        except BadNumber as bad:
            raise ValueError(_(SENTENCES[bad.code], given=bad.given)) from bad


class NeighbourhoodField(TextField):
    """RT or RW, three digits: "3" is 003."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if not self.data:
            return
        if not (self.data.isascii() and self.data.isdigit() and len(self.data) <= 3):
            raise ValueError(_("RT and RW are numbers of up to three digits."))
        self.data = self.data.zfill(3)


def village_choices() -> list[Choice]:
    """Every kelurahan by name, after an empty first choice."""
    villages = [Choice(code, name) for code, name in catalogue().villages.items()]
    return [Choice("", _l("Choose a kelurahan")), *villages]


class AddressPart(Part):
    """Where a family lives; also a part of the intake page."""

    village_code = SelectField(_l("Kelurahan"), [Required(_l("Please choose a kelurahan."))])
    rt = NeighbourhoodField("RT", [optional])
    rw = NeighbourhoodField("RW", [optional])
    address = TextField(_l("Address"), [Length(200), optional])
    phone = TextField(_l("Telephone"), [optional, Length(40), Phone()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.village_code.choices = village_choices()


class MemberRow(Part):
    """One person of the family. A row in which nothing is written is no person."""

    id = HiddenField()
    name = TextField(_l("Name"), [Required(), Length(NAME_LIMIT), Named()])
    relation = SelectField(_l("Place in the family"), choices=RELATIONS, default=Relation.CHILD.value)
    sex = SelectField(_l("Sex"), [Required()], choices=[Choice("", _l("Choose")), *SEXES])
    birth_date = DayField(_l("Birth date"), [optional])
    nik = NumberField("NIK", [optional])
    in_school = BooleanField(_l("Goes to school"))

    @property
    def empty(self) -> bool:
        return not any((self.name.data, self.nik.raw_data and self.nik.raw_data[0].strip(), self.birth_date.data))

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        return self.empty or super().validate(*args, **kwargs)

    def details(self) -> MemberDetails:
        return MemberDetails(
            id=record_number(str(self.id.data or "")), name=self.name.data or "", sex=Sex(self.sex.data),
            relation=Relation(self.relation.data), nik=self.nik.data, birth_date=self.birth_date.data,
            in_school=bool(self.in_school.data),
        )  # fmt: skip


class HouseholdForm(AddressPart, Form):
    """A whole family on one page; `act` adds an empty row for one more person without saving."""

    kk_no = NumberField(_l("KK number"), [optional])
    members = FieldList(FormField(MemberRow), _l("Members"), min_entries=1, max_entries=MOST_PEOPLE)
    note = LongTextField(_l("Note"), [Length(NOTE_LIMIT), optional])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = self.members.entries[0].form
        if not self.is_submitted() and kwargs.get("obj") is None:
            first.relation.data = Relation.HEAD.value

    def add_person(self) -> None:
        """One more empty row."""
        if len(self.members.entries) < MOST_PEOPLE:
            self.members.append_entry()

    def _people(self) -> list[tuple[int, MemberRow]]:
        rows = [(place, entry.form) for place, entry in enumerate(self.members.entries)]
        return [(place, row) for place, row in rows if not row.empty]

    def details(self) -> HouseholdDetails:
        return HouseholdDetails(
            members=tuple(row.details() for _place, row in self._people()),
            **{name: self._fields[name].data or "" for name in ("village_code", "rt", "rw", "address", "phone")},
            note=self.note.data or "",
            kk_no=self.kk_no.data,
        )

    def refuse(self, refusal: Refused) -> None:
        """The services count people; the page counts rows, empty ones too."""
        part, _dash, rest = (refusal.field or "").partition("-")
        if part != "members":
            super().refuse(refusal)
        elif not rest:
            self.form_errors.append(refusal.sentence)
        else:
            place, name = rest.split("-")
            field = self._people()[int(place)][1][name]
            field.errors = [*field.errors, refusal.sentence]
            self.members.errors = [entry.errors for entry in self.members.entries]

    def expect_version(self, record: Household) -> None:
        """Both versions also of who belongs to the family."""
        try:
            super().expect_version(record)
        except ChangedMeanwhile as changed:
            changed.comparison = [(label, masked(now), masked(typed)) for label, now, typed in changed.comparison]
            changed.comparison += self._people_compared(record)
            raise

    def _people_compared(self, record: Household) -> list[tuple[str, str, str]]:
        """A line for each person who is written differently now, has come or has gone."""
        stored = {str(member.id): in_words(member) for member in record.members}
        typed = {str(row.id.data or f"new {place}"): in_words(row.details()) for place, row in self._people()}
        label = str(self.members.label.text)
        keys = [*stored, *(key for key in typed if key not in stored)]
        pairs = [(stored.get(key, ""), typed.get(key, "")) for key in keys]
        return [(label, now, mine) for now, mine in pairs if now != mine]


def in_words(person: Member | MemberDetails) -> str:
    """One person as a line, to compare two versions; of the NIK its last digits."""
    parts = [
        person.name, words.RELATIONS[person.relation], words.SEXES[person.sex],
        day(person.birth_date),
        f"NIK {mask(person.nik)}" if person.nik else "", _("Goes to school") if person.in_school else "",
    ]  # fmt: skip
    return " · ".join(str(part) for part in parts if part)


class ListCheckForm(Form):
    """What was found when a national list was looked up."""

    list_code = SelectField(_l("List"))
    as_of = DayField(_l("Date of the list"), [Required()])
    found = SelectField(_l("Found?"), [Required()])
    """A decile, "yes" for a list without deciles, or "no"."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.list_code.choices = [Choice(code, code.upper()) for code in lists_known()]
        deciles = [Choice(str(decile), _("Yes, decile %(decile)s", decile=decile)) for decile in range(1, 11)]
        self.found.choices = [
            Choice("", _l("Choose")),
            Choice("no", _l("No, the family is not in it")),
            *deciles,
            Choice("yes", _l("Yes, the list gives no decile")),
        ]


class MembershipCardForm(SeenForm):
    """A KPS or KKS that the family showed; one of the same kind it holds already is brought up to date."""

    kind = SelectField(_l("Card"), [Required()])
    number = TextField(_l("Number on the card"), [Length(40), optional])
    seen_on = DayField(_l("Seen on"), [Required()])

    def __init__(self, household: Household, **kwargs: Any) -> None:
        super().__init__(household, **kwargs)
        recognised = [Choice(code, code.upper()) for code in catalogue().setting("recognised_cards")]
        self.kind.choices = [Choice("", _("Please choose")), *recognised]

    def mark(self, record: Household) -> str:
        """Other changes to the family are no matter of this page."""
        return mark_of(*sorted(_state(card) for card in record.membership_cards if card.ended_on is None))

    def told(self, record: Household) -> dict[str, tuple[str, str]]:
        held = {card.kind: card for card in record.membership_cards if card.ended_on is None}
        kinds = dict.fromkeys([*catalogue().setting("recognised_cards"), *held])
        return {kind: (kind.upper(), card_in_words(held.get(kind))) for kind in kinds}

    def last_change(self, record: Household) -> LastChange | None:
        changes = [change for card in record.membership_cards if (change := last_change(card))]
        return max(changes, key=lambda change: change.at, default=None)


def _state(card: MembershipCard) -> tuple[str, ...]:
    return card.kind, card.number or "", card.seen_on.isoformat(), str(card.ended_on or "")


def card_in_words(card: MembershipCard | None) -> str:
    """The card of another that a family holds, as a line; nothing when it holds none."""
    if card is None:
        return ""
    seen = _("seen on %(day)s", day=day(card.seen_on))
    return f"{card.number}, {seen}" if card.number else seen


class CardEndForm(SeenForm):
    """The family does not hold this card any longer."""

    def mark(self, record: MembershipCard) -> str:
        return mark_of(*_state(record))

    def told(self, record: MembershipCard) -> dict[str, tuple[str, str]]:
        ended = day(record.ended_on)
        return {"card": (record.kind.upper(), card_in_words(record)), "ended": (_("No longer held since"), ended)}

    def over(self, record: MembershipCard) -> bool:
        return record.ended_on is not None
