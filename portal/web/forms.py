"""The base form and the fields whose input people really type: days, rupiah, NIK."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import request
from flask_babel import get_locale
from flask_wtf import FlaskForm
from sqlalchemy import inspect
from wtforms import FieldList, HiddenField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.validators import Optional, StopValidation

from portal import clock, money
from portal.db import hold
from portal.errors import ChangedMeanwhile, Doubt, Doubtful, LastChange, Refused
from portal.language import gettext, lazy_gettext
from portal.web.once import new_key

NOTE_LIMIT = 4000

WTFORMS_MESSAGES = {
    "This field is required.": lazy_gettext("Please fill this in."),
    "Not a valid choice.": lazy_gettext("Please choose one of the options."),
    "'%(value)s' is not a valid choice for this field.": lazy_gettext("Please choose one of the options."),
    "Not a valid choice": lazy_gettext("Please choose one of the options."),
    "Invalid Choice: could not coerce.": lazy_gettext("Please choose one of the options."),
    "Not a valid integer value.": lazy_gettext("Please type a whole number."),
    "Not a valid decimal value.": lazy_gettext("Please type a number."),
    "Not a valid time value.": lazy_gettext("Please type a time, such as 09.30."),
    "Invalid input.": lazy_gettext("This cannot be read."),
}


class Translations:
    """WTForms' own sentences in the reader's language (it ships none in Indonesian)."""

    def gettext(self, string: str) -> str:
        return str(WTFORMS_MESSAGES.get(string, string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        # Only validators without a sentence of their own get here; portal forms use `Length` below.
        return str(WTFORMS_MESSAGES.get(singular, singular if n == 1 else plural))


class Part(PlainForm):
    """A part of a form; the whole brings token and keys."""

    class Meta:
        def get_translations(self, form: Any) -> Translations:
            return Translations()


class Form(Part, FlaskForm):
    """Every portal form: CSRF token, one-time key for creating, version for editing."""

    once = HiddenField(default=new_key)
    version = HiddenField()
    doubts: Sequence[Doubt] = ()

    def sent(self) -> bool:
        """Whether the form was sent and everything in it can be used."""
        return request.method == "POST" and bool(self.validate())

    @property
    def confirmed(self) -> frozenset[str]:
        """Codes of the doubts that the reader looked at and confirmed (`ui.doubts`)."""
        return frozenset(request.form.getlist("confirmed"))

    def refuse(self, refusal: Refused) -> None:
        """Show a rule's sentence beside the field it names, or above the form; doubts where they can be confirmed."""
        if isinstance(refusal, Doubtful):
            self.doubts = refusal.doubts
            return
        field = self._fields.get(refusal.field or "")
        if field is None:
            self.form_errors.append(refusal.sentence)
        else:
            field.errors = [*field.errors, refusal.sentence]

    def expect_version(self, record: Any) -> None:
        """Refuse (409) when somebody saved `record` after this form was opened, and show both versions.

        Whoever sends the same form at the same moment waits here until this one is saved, and is told then.
        """
        hold(record)
        if str(self.version.data or "") == str(record.version):
            return
        differing = []
        for name, value in self.stored(record).items():
            field = self._fields[name]
            stored, typed = as_read(value, field), as_read(field.data, field)
            if stored != typed:
                differing.append((str(field.label.text), stored, typed))
        raise ChangedMeanwhile(comparison=differing, version=record.version, last=last_change(record), record=record)

    def stored(self, record: Any) -> dict[str, Any]:
        """What the record holds for each field now; forms whose fields are no attributes of it add theirs."""
        return {
            name: getattr(record, name)
            for name, field in self._fields.items()
            if name not in {"once", "version", "csrf_token"}
            and hasattr(record, name)
            and not isinstance(field, FieldList)
        }


_tellers: list[Callable[[Any], LastChange | None]] = []


def tell_last_change(ask: Callable[[Any], LastChange | None]) -> None:
    """Let a later room say who changed a record last; the ground knows neither the trail nor people."""
    _tellers.append(ask)


def last_change(record: Any) -> LastChange | None:
    """Who changed this stored record last, and when, if anybody knows."""
    if inspect(record, raiseerr=False) is None:
        return None
    return next((told for ask in _tellers if (told := ask(record)) is not None), None)


def as_read(value: Any, field: Any) -> str:
    """A value as the page names it: the choice's label, not its code."""
    labels = {str(each.value): str(each.label) for each in getattr(field, "choices", None) or [] if _is_choice(each)}
    if isinstance(value, date):
        return clock.format_day(value, lang=str(get_locale() or "id"))
    if isinstance(value, list | set | frozenset):
        return ", ".join(sorted(labels.get(str(each), str(each)) for each in value))
    return "" if value is None else labels.get(str(value), str(value))


def _is_choice(each: Any) -> bool:
    return hasattr(each, "value") and hasattr(each, "label")


class Length:
    """At most so many characters (and at least so many), in the reader's language."""

    def __init__(self, most: int, least: int = 0) -> None:
        self.most, self.least = most, least
        # No maxlength in the page: a browser cuts what is too long without a word; here it is said, and kept.
        self.field_flags: dict[str, int] = {}

    def __call__(self, _form: Any, field: Any) -> None:
        length = len(field.data or "")
        if length > self.most:
            raise StopValidation(
                gettext("At most %(most)s characters; this has %(length)s.", most=self.most, length=length)
            )
        if length < self.least:
            raise StopValidation(gettext("At least %(least)s characters, please.", least=self.least))


class Required:
    """Must be filled in; the sentence says so in words of the field."""

    field_flags = {"required": True}  # noqa: RUF012 - WTForms reads it so

    def __init__(self, sentence: Any = None) -> None:
        self.sentence = sentence

    def __call__(self, _form: Any, field: Any) -> None:
        data = field.data
        if data is None or data == [] or (isinstance(data, str) and not data.strip()):
            # Keep the reason if the text could not be read: it says more than "fill this in". That nothing was chosen
            # says less than the question's own sentence.
            if field.errors and not (self.sentence and hasattr(field, "choices")):
                raise StopValidation
            field.errors = []
            raise StopValidation(self.sentence or gettext("Please fill this in."))


class Named:
    """A name of somebody: single names are names too, but one letter there must be."""

    def __call__(self, _form: Any, field: Any) -> None:
        if field.data and not any(character.isalpha() for character in field.data):
            raise StopValidation(gettext("A name has at least one letter."))


class Phone:
    """A telephone number, however its digits are grouped: the pages make it a link that calls."""

    SHAPE = re.compile(r"\+?\(?[0-9][0-9 ().\-/]{2,}")

    def __call__(self, _form: Any, field: Any) -> None:
        if field.data and not self.SHAPE.fullmatch(field.data):
            raise StopValidation(gettext("Please type a telephone number, such as 0812-3456-7890."))


optional = Optional()


SHAPELESS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that Unicode counts as printable and that show nothing."""


def tidy(text: str | None) -> str:
    """Only what a reader sees: no controls, nothing of no width or that turns the direction; nothing sent is empty.

    Line breaks stay, white space of other kinds becomes plain and ends nowhere.
    """
    shown = "".join(_shown(character) for character in (text or "").replace("\r\n", "\n"))
    return shown.strip() if any(unicodedata.category(character)[0] in "LNPS" for character in shown) else ""


def _shown(character: str) -> str:
    if character in "\n\t":
        return character
    if character.isspace():
        return " "
    return character if character.isprintable() and character not in SHAPELESS else ""


class TextField(StringField):
    """One line of text, tidied; empty when nothing was typed."""

    data: str

    def process_data(self, value: str | None) -> None:
        self.data = value or ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = tidy(valuelist[0]).replace("\n", " ") if valuelist else ""


class LongTextField(TextAreaField):
    """Text of several lines, tidied; empty when nothing was typed."""

    data: str

    def process_data(self, value: str | None) -> None:
        self.data = value or ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = tidy(valuelist[0]) if valuelist else ""


class DayField(StringField):
    """A day typed as hh-bb-tttt (the browser's own date field follows another language, stack.md T10)."""

    REASONS = {  # noqa: RUF012
        "format": lazy_gettext("Please type a date as day-month-year, such as 31-12-2026."),
        "no_such_day": lazy_gettext("There is no such day in the calendar."),
    }

    data: date | None

    @property
    def day(self) -> date:
        """The day of a field that must be filled in, once its form was sent. Raises ValueError when it is empty."""
        if self.data is None:
            raise ValueError(f"{self.name} holds no day")
        return self.data

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.strftime("%d-%m-%Y") if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = clock.parse_day(valuelist[0])
        except clock.BadDay as bad:
            raise ValueError(self.REASONS.get(bad.code, self.REASONS["format"])) from bad


class RupiahField(StringField):
    """An amount of money in whole rupiah, however people group its digits."""

    REASONS = {  # noqa: RUF012
        "not_a_number": lazy_gettext("Please type an amount in rupiah, such as 1.500.000."),
        "fraction": lazy_gettext("Amounts are whole rupiah, without sen."),
        "negative": lazy_gettext("The amount cannot be below zero."),
        "too_large": lazy_gettext("This amount is too large to be right. Please check the zeros."),
        "ambiguous": lazy_gettext("This can be read in two ways. Please group thousands with dots, such as 1.500.000."),
    }

    data: int | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return money.format_rupiah(self.data).removeprefix("Rp") if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            self.data = money.parse_rupiah(valuelist[0])
        except money.BadAmount as bad:
            raise ValueError(self.REASONS.get(bad.code, self.REASONS["not_a_number"])) from bad
