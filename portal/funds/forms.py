"""What people type about gifts and aid."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask import request
from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from portal.accounts.models import User
from portal.db import db
from portal.errors import ChangedMeanwhile, Refused
from portal.files.fields import UploadField
from portal.funds import policies, words
from portal.funds.holding import gone_on
from portal.funds.models import Disbursement, Method
from portal.language import gettext
from portal.language import lazy_gettext as _l
from portal.money import format_rupiah
from portal.partners import gifts, pledges, records
from portal.partners import words as gift_words
from portal.partners.models import DonationKind, Partner, Purpose
from portal.partners.pledge_models import Pledge
from portal.partners.services import Giver
from portal.units.catalogue import catalogue
from portal.web.forms import (
    NOTE_LIMIT,
    DayField,
    Form,
    Length,
    LongTextField,
    Named,
    Required,
    RupiahField,
    TextField,
    optional,
)
from portal.web.seen import SeenForm

ROWS = {"rows": 3}


class DonationForm(Form):
    # Not sent where nothing is promised.
    pledge = SelectField(_l("Against which pledge"))
    given_on = DayField(_l("Given on"), [Required()])
    amount = RupiahField(_l("Amount"), [Required()])
    kind_code = RadioField(_l("Kind of gift"), [Required(_l("Please choose the kind of gift."))])
    bound_to = SelectField(_l("For what"))
    # Not sent where the partner gives no zakat; the service checks it.
    asnaf = SelectField(_l("For which of the eight asnaf (zakat only)"), validate_choice=False)
    giver_name = TextField(_l("From whom, if not from you yourselves"), [optional, Length(120), Named()])
    giver_hidden = BooleanField(_l("The giver wants to stay unnamed (hamba Allah)"))
    reference = TextField(_l("Transfer reference"), [optional, Length(80)])
    note = LongTextField(_l("Note"), [optional, Length(NOTE_LIMIT)], render_kw=ROWS)
    proof = UploadField(_l("Proof of transfer"), [optional])

    def offer(self, partner: Partner, kinds: Sequence[DonationKind]) -> None:
        """The kinds and purposes of this partner."""
        given = gifts.kinds_of(partner, kinds)
        self.kind_code.choices = [SelectChoice(kind.code, gift_words.kind_name(kind)) for kind in given]
        self.bound_to.choices = purposes(partner)
        self.asnaf.choices = [SelectChoice("", gettext("Choose a group")), *groups()]
        if len(given) == 1 and not self.is_submitted():
            self.kind_code.data = given[0].code
        if not any(map(gifts.is_zakat, given)):
            del self.asnaf
        self._offer_pledges(partner)

    def _offer_pledges(self, partner: Partner) -> None:
        """The open ones; the one that the address names fills in what it promised."""
        found = {one.number: one for one in pledges.open_pledges(partner)}
        if not found:
            del self.pledge
            return
        self.pledge.choices = pledge_choices(found.values())
        chosen = found.get(request.args.get("pledge", ""))
        if chosen is not None and not self.is_submitted():
            self.pledge.data, self.kind_code.data = chosen.number, chosen.kind_code
            self.bound_to.data = str(chosen.purpose) + (f":{chosen.purpose_code}" if chosen.purpose_code else "")
            self.amount.data = pledges.standing(chosen).to_be_given or None

    def chosen_pledge(self, reader: User) -> Pledge | None:
        number = self.pledge.data if "pledge" in self else ""
        return pledges.get_pledge(number, reader=reader) if number else None

    def group(self) -> str | None:
        """The asnaf, where the chosen kind has one."""
        kind = db.session.get(DonationKind, self.kind_code.data)
        return (self.asnaf.data or None) if "asnaf" in self and kind is not None and gifts.is_zakat(kind) else None

    def giver(self) -> Giver:
        return Giver(self.giver_name.data, bool(self.giver_hidden.data))

    def purpose(self) -> tuple[Purpose, str | None]:
        kind, _, code = str(self.bound_to.data).partition(":")
        return Purpose(kind), code or None


def pledge_choices(found: Iterable[Pledge]) -> list[SelectChoice]:
    return [SelectChoice("", gettext("Against no pledge")), *map(_pledge_choice, found)]


def _pledge_choice(made: Pledge) -> SelectChoice:
    facts = {"number": made.number, "terms": gift_words.terms(made), "open": format_rupiah(pledges.standing(made).open)}
    return SelectChoice(made.number, gettext("%(number)s, %(terms)s, %(open)s open", **facts))


def purposes(partner: Partner) -> list[SelectChoice]:
    """What a gift may be bound to: nothing, a field, or one service that this partner funds."""
    one_field, one_service = gettext("One field"), gettext("One service")
    fields, unit = records.fields_given_for(partner), catalogue()
    return [
        SelectChoice(str(Purpose.GENERAL), gift_words.purpose_name(Purpose.GENERAL, None)),
        *(SelectChoice(f"{Purpose.FIELD}:{code}", gift_words.field_name(code), optgroup=one_field) for code in fields),
        *(
            SelectChoice(f"{Purpose.SERVICE}:{code}", gift_words.service_name(code), optgroup=one_service)
            for code in gifts.services_of(partner, unit)
            if unit.service(code).field in fields
        ),
    ]


def groups() -> list[SelectChoice]:
    """The eight asnaf."""
    return [SelectChoice(code, name) for code, name in gift_words.asnaf_names().items()]


class PaymentForm(Form):
    method = RadioField(
        _l("How it was handed over"),
        [Required(_l("Please choose how."))],
        choices=[SelectChoice(method.value, label) for method, label in words.METHODS.items()],
    )
    on = DayField(_l("Handed over on"), [Required()])
    received_by = TextField(_l("Received by"), [Required(), Length(120)])
    reference = TextField(_l("Transfer reference"), [optional, Length(80)])
    goods = LongTextField(_l("Which goods"), [optional, Length(NOTE_LIMIT)], render_kw=ROWS)

    def chosen_method(self) -> Method:
        return Method(self.method.data)

    def note(self) -> str:
        """What the chosen way needs beside day and name; the page shows that field alone."""
        return {Method.TRANSFER: self.reference.data, Method.GOODS: self.goods.data}.get(self.chosen_method()) or ""

    def validate_reference(self, field: Any) -> None:
        self._refuse_for_another_way(field, Method.TRANSFER)

    def validate_goods(self, field: Any) -> None:
        self._refuse_for_another_way(field, Method.GOODS)

    def _refuse_for_another_way(self, field: Any, method: Method) -> None:
        if field.data and self.method.data in set(Method) - {method}:
            way = str(words.METHODS[method]).lower()
            raise ValidationError(gettext("This belongs to: %(way)s. Please empty it, or choose that way.", way=way))

    def refuse(self, refusal: Refused) -> None:
        if refusal.field == "note":
            refusal.field = "reference" if self.chosen_method() is Method.TRANSFER else "goods"
        super().refuse(refusal)


class AsnafForm(SeenForm):
    """The group that the partner's amil confirms for its zakat."""

    asnaf = SelectField(_l("Asnaf"), [Required()])

    def __init__(self, aid: Disbursement, **kwargs: Any) -> None:
        super().__init__(aid, **kwargs)
        self.asnaf.choices = groups()

    def told(self, record: Disbursement) -> dict[str, tuple[str, str]]:
        state = str(words.STATUS[record.status][0])
        return {
            "status": (gettext("State"), state),
            "asnaf": (gettext("Asnaf"), str(gift_words.asnaf_names().get(record.asnaf or "", ""))),
            "confirmed": (gettext("Confirmed by the partner"), gettext("yes") if record.asnaf_confirmed_by_id else ""),
        }

    def over(self, record: Disbursement) -> bool:
        return record.asnaf_confirmed_by_id is not None or record.status not in policies.ASNAF_OPEN


class ActForm(Form):
    """Something is done with a record as it was read; of a record that has gone on there is nothing to compare."""

    def expect_version(self, record: Any) -> None:
        try:
            super().expect_version(record)
        except ChangedMeanwhile as changed:
            raise gone_on(record.number) from changed


class ReasonForm(ActForm):
    """An act that needs a reason."""

    reason = LongTextField(_l("Reason"), [Required(_l("Please write the reason.")), Length(NOTE_LIMIT)], render_kw=ROWS)


class AgreeForm(ActForm):
    """A button, with a word beside it if one wishes."""

    reason = LongTextField(_l("Remark"), [optional, Length(NOTE_LIMIT)], render_kw={"rows": 2})


class ClosingForm(Form):
    """Up to which day the books are closed, and the mark of the report that its page showed."""

    until = HiddenField()
    seen = HiddenField()

    def show(self, until: date, mark: str) -> None:
        """What the page shows now, also where another one was sent."""
        self.until.data, self.seen.data = f"{until}", mark


class PaperForm(Form):
    """A file, and what it is."""

    kind = RadioField(
        _l("What it is"),
        [Required(_l("Please choose what it is."))],
        choices=[SelectChoice(kind.value, label) for kind, label in words.PAPERS.items()],
    )
    file = UploadField(_l("File"), [Required(_l("Please choose a file."))])
