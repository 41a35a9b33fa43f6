"""What is typed at the desk: who, what, papers, visit (design.md section 3, "Keluhan baru")."""

import re
from datetime import date, time
from typing import Any, Final

from flask import request
from flask_babel import get_locale
from wtforms import BooleanField, FormField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice as Choice

from portal.accounts.models import User
from portal.complaints.forms import TicksField, paper_choices
from portal.errors import Refused
from portal.households.forms import NAME_LIMIT, SEXES, AddressPart, NumberField
from portal.households.models import Sex
from portal.households.services import HouseholdDetails, MemberDetails
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.language import ngettext
from portal.units.catalogue import catalogue
from portal.units.formats import day
from portal.visits import booking
from portal.visits.desk import Wish
from portal.visits.models import HomeVisit
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
    optional,
    tidy,
)

LATER: Final = "later"
OTHER: Final = "other"
SEARCH, CHOSEN, NEW = "search", "chosen", "new"
WHEN = ("slot", "visitor_id", "visit_on", "visit_time")


class HourField(StringField):
    """A time of day as people write it: 9, 9.30, 09:30."""

    SHAPE = re.compile(r"([01]?\d|2[0-3])(?:[.:]([0-5]\d))?")

    data: time | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%H.%M}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed, self.data = tidy(valuelist[0]) if valuelist else "", None
        if not typed:
            return
        self.data = self.read(typed)

    @classmethod
    def read(cls, text: str) -> time:
        """The hour that this text names. Raises ValueError when it names none."""
        found = cls.SHAPE.fullmatch(text)
        if not found:
            raise ValueError(_("Please type a time, such as 09.30."))
        return time(int(found[1]), int(found[2] or 0))


class VisitPart(Part):
    """One of the offered times, or another day, or later."""

    slot = RadioField(_l("When?"), validate_choice=False)
    visitor_id = SelectField(_l("Officer"), validate_choice=False)
    visit_on = DayField(_l("Day"), [optional])
    visit_time = HourField(_l("Time"), [optional])

    def offer(self, village_code: str, *, later: bool) -> None:
        """Offer the next free times for this kelurahan."""
        slots = booking.free_slots(village_code)
        self.near = {slot.code: _near(slot.near) for slot in slots if slot.near}
        ends = [Choice(OTHER, _("Another day or time"))]
        if later:
            ends.append(Choice(LATER, _("Book the visit later")))
        self.slot.choices = [*(Choice(slot.code, _slot_words(slot)) for slot in slots), *ends]
        self.visitor_id.choices = [Choice(str(user.id), user.full_name) for user in booking.visitors()]

    def wish(self) -> Wish | None:
        """What was chosen; None for later. Raises Refused beside the field that lacks something."""
        if self.slot.data == LATER:
            return None
        if self.slot.data == OTHER:
            return self._typed_wish()
        visitor, on, at = _read_slot(self.slot.data or "")
        return Wish(visitor=visitor, on=on, at=at)

    def _typed_wish(self) -> Wish:
        on, at = self.visit_on.data, self.visit_time.data
        if on is None or at is None:
            missing = self.visit_on if on is None else self.visit_time
            raise Refused(_("Please fill this in, or choose one of the offered times."), field=missing.name)
        return Wish(visitor=_visitor(self.visitor_id.data or ""), on=on, at=at)


def _near(visits: int) -> str:
    return ngettext(
        "%(num)d visit in this kelurahan on that day", "%(num)d visits in this kelurahan on that day", visits
    )


def _slot_words(slot: booking.Slot) -> str:
    return f"{day(slot.on, weekday=True)}, {slot.at:%H.%M} · {slot.visitor_name}"


def _visitor(number: str) -> User:
    found = [user for user in booking.visitors() if str(user.id) == number]
    if not found:
        raise Refused(_("Please choose who will come."), field="visitor_id")
    return found[0]


def _read_slot(code: str) -> tuple[User, date, time]:
    number, _bar, rest = code.partition("|")
    day, _bar, hour = rest.partition("|")
    try:
        on, at = date.fromisoformat(day), HourField.read(hour)
    except ValueError:
        raise Refused(_("Please choose when to visit."), field="slot") from None
    return _visitor(number), on, at


class NewFamilyPart(AddressPart):
    """As much of a new family as a first complaint needs; the rest is added in the register."""

    name = TextField(_l("Name of the head of the family"), [Required(), Length(NAME_LIMIT), Named()])
    sex = SelectField(_l("Sex"), [Required()], choices=[Choice("", _l("Choose")), *SEXES])
    nik = NumberField("NIK", [optional])
    kk_no = NumberField(_l("KK number"), [optional])

    def details(self) -> HouseholdDetails:
        head = MemberDetails(name=self.name.data or "", sex=Sex(self.sex.data), nik=self.nik.data)
        return HouseholdDetails(
            members=(head,),
            kk_no=self.kk_no.data,
            **{name: self._fields[name].data or "" for name in ("village_code", "rt", "rw", "address", "phone")},
        )


def service_choices() -> list[Choice]:
    """The catalogue grouped by field."""
    language, fields = str(get_locale()), catalogue().fields()
    services = [
        Choice(service.code, service.name(language), optgroup=fields.get(service.field, service.field))
        for service in catalogue().services.values()
        if service.is_public
    ]
    return [Choice("", _("Choose a service")), *services]


class IntakeForm(VisitPart, Form):
    """One page; `act` says what a button asks for: search, choose:<id>, other_family, new_family, refresh, save."""

    family = HiddenField(default=SEARCH)
    household_id = HiddenField()
    report = HiddenField()
    q = TextField(_l("Name, NIK or KK number"), [Length(120), optional])
    new = FormField(NewFamilyPart)
    applicant_name = TextField(
        _l("Who came, if it is not the head of the family"), [optional, Length(NAME_LIMIT), Named()]
    )
    applicant_phone = TextField(_l("Telephone of who came"), [optional, Length(40), Phone()])
    own_words = LongTextField(_l("In the family's own words"), [Required(), Length(NOTE_LIMIT)])
    service_code = SelectField(_l("Service"), [Required(_l("Please choose a service."))])
    urgent = BooleanField(_l("Urgent"))
    brought = TicksField(_l("Papers brought"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose_family(request.form.get("act", ""))
        if self.family.data != NEW:
            del self.new
        self.service_code.choices = service_choices()
        self._ask_for_papers()
        if not self.slot.data:
            self.slot.data = LATER

    def _choose_family(self, act: str) -> None:
        if act.startswith("choose:"):
            self.family.data, self.household_id.data = CHOSEN, act.removeprefix("choose:")
        elif act in ("other_family", "new_family"):
            self.family.data, self.household_id.data = (NEW if act == "new_family" else SEARCH), ""
        elif record_number(self.household_id.data) is not None:
            self.family.data = CHOSEN
        elif self.family.data != NEW:
            self.family.data = SEARCH

    def _ask_for_papers(self) -> None:
        service = catalogue().services.get(self.service_code.data or "")
        asked = service.documents if service else []
        self.brought.choices = paper_choices(asked)
        self.brought.data = [code for code in self.brought.data or () if code in asked]

    @property
    def village_code(self) -> str:
        """Where the family lives, as far as it is known."""
        if "new" in self._fields:
            return str(self.new.form.village_code.data or "")
        return self.known_village

    known_village = ""

    def offer_times(self) -> None:
        """Before the page is shown: a complaint that is recorded at once needs no offers."""
        self.offer(self.village_code, later=True)

    def refuse(self, refusal: Refused) -> None:
        """The services name a member's field; the page has one person."""
        field = (refusal.field or "").removeprefix("members-0-")
        if "new" in self._fields and field in self.new.form._fields:
            target = self.new.form[field]
            target.errors = [*target.errors, refusal.sentence]
            return
        if field in ("visit_on", "visit_time", "visitor_id") and self.slot.data != OTHER:
            refusal.field = "slot"
        super().refuse(refusal)


class BookForm(VisitPart, Form):
    """A visit booked later, or moved."""

    def __init__(self, *, village_code: str, visit: HomeVisit | None, **kwargs: Any) -> None:
        super().__init__(obj=visit, **kwargs)
        self.offer(village_code, later=False)
        if not self.slot.data:
            self.slot.data = OTHER if visit else None

    def refuse(self, refusal: Refused) -> None:
        if refusal.field in WHEN and self.slot.data != OTHER:
            refusal.field = "slot"
        super().refuse(refusal)
