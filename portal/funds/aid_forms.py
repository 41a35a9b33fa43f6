"""What people type to propose aid: amount, for whom, how, which goods, which fund, and why a guard does not hold."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import FieldList, FormField, IntegerField, RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from portal.errors import Refused
from portal.files.fields import UploadField
from portal.funds import books, concerns, guards, words
from portal.funds.details import Account, Details, Goods
from portal.funds.forms import ROWS, ActForm, groups
from portal.funds.models import Method
from portal.funds.queries import Offer
from portal.households.models import Household
from portal.language import gettext
from portal.language import lazy_gettext as _l
from portal.web.forms import NOTE_LIMIT, Form, Length, LongTextField, Part, Required, RupiahField, TextField, optional

NO_FUND = "-"
WHOLE_FAMILY = ""
GOODS_LINES = 6
"""Rows for goods on the page; a longer bill is summed up by kind."""


class WhyForm(Form):
    """Why aid is meant although a guard stands against it; a field is shown once its guard does."""

    why_same_need = LongTextField(_l("Why this need once more"), [optional, Length(NOTE_LIMIT)], render_kw=ROWS)
    related = TextField(_l("Are you, somebody who worked on this case, or who gives, related to the family?"),
                        [optional, Length(200)])  # fmt: skip
    why_related = LongTextField(_l("Why this family all the same"), [optional, Length(NOTE_LIMIT)], render_kw=ROWS)
    why_season = LongTextField(_l("Why outside the season"), [optional, Length(NOTE_LIMIT)], render_kw=ROWS)

    def why(self) -> dict[str, str]:
        """By guard."""
        named = {code: self._fields.get(concerns.field_of(code)) for code in guards.rules()}
        return {code: field.data for code, field in named.items() if field is not None and field.data}

    def asked_about(self, standing: Mapping[str, guards.Hit]) -> list[tuple[Any, str]]:
        """The fields to show, each with what was found; also one that was refused or filled in."""
        fields = [(code, self._fields.get(concerns.field_of(code))) for code in guards.rules() if code != "band"]
        return [
            (field, standing[code].sentence if code in standing else "")
            for code, field in fields
            if field is not None and (code in standing or field.errors or field.data)
        ]


class FundChoice(WhyForm):
    """From which fund; whoever has no zakat to offer never sees the asnaf."""

    fund = RadioField(_l("From which fund"), [Required(_l("Please choose a fund."))])
    # Not sent where no zakat is offered; the service checks it.
    asnaf = SelectField(_l("Asnaf (for zakat only)"), validate_choice=False)

    def offer(self, offered: Sequence[Offer], *, or_wait: bool) -> None:
        choices = [SelectChoice(one.fund.code, books.title(one.fund)) for one in offered]
        if or_wait:
            choices.append(SelectChoice(NO_FUND, gettext("No fund yet: put the family on the waiting list")))
        self.fund.choices = choices
        self.asnaf.choices = [SelectChoice("", gettext("Choose a group")), *groups()]


class GoodsPart(Part):
    """One line of the supplier's bill."""

    what = TextField(_l("Which goods"), [optional, Length(120)])
    quantity = IntegerField(_l("How many"), [Optional()])
    price = RupiahField(_l("Price of one"), [optional])
    supplier = TextField(_l("Supplier"), [optional, Length(120)])

    @property
    def is_empty(self) -> bool:
        return not (self.what.data or (self.quantity.raw_data and self.quantity.raw_data[0]) or self.price.data)

    def validate(self, extra_validators: Any = None) -> bool:
        sound = bool(super().validate(extra_validators))
        if not sound or self.is_empty:
            return sound
        if not self.what.data:
            self.what.errors = [gettext("Please write which goods.")]
        if not self.quantity.data or self.quantity.data < 1:
            self.quantity.errors = [gettext("Please write how many, at least 1.")]
        if self.price.data is None:
            self.price.errors = [gettext("Please type an amount in rupiah, such as 1.500.000.")]
        return not (self.what.errors or self.quantity.errors or self.price.errors)


class AccountFields(Form):
    """Where a transfer goes."""

    bank_name = TextField(_l("Bank"), [optional, Length(60)])
    bank_account = TextField(_l("Account number"), [optional, Length(40)])
    bank_holder = TextField(_l("Name of the account's holder"), [optional, Length(120)])

    def account(self) -> Account:
        return Account(self.bank_name.data, self.bank_account.data, self.bank_holder.data)


class AccountForm(AccountFields, ActForm):
    """The account alone."""


class DisbursementForm(AccountFields, FundChoice):
    amount = RupiahField(_l("Amount"), [Required()])
    amount_reason = LongTextField(_l("Why outside the usual amount"), [optional, Length(NOTE_LIMIT)], render_kw=ROWS)
    waiting_reason = LongTextField(_l("Why it has to wait"), [optional, Length(NOTE_LIMIT)], render_kw=ROWS)
    recipient = SelectField(_l("For whom in the family"), validate_choice=False)
    method = RadioField(
        _l("How it is to be handed over"),
        choices=[SelectChoice(method.value, label) for method, label in words.METHODS.items()],
        default=Method.CASH.value,
    )
    goods = FieldList(FormField(GoodsPart), min_entries=GOODS_LINES, max_entries=GOODS_LINES)
    bill = UploadField(_l("Bill of the supplier"), [optional])

    def offer_people(self, household: Household) -> None:
        people = [SelectChoice(str(member.id), member.name) for member in household.members]
        self.recipient.choices = [SelectChoice(WHOLE_FAMILY, gettext("The family as a whole")), *people]

    def details(self, household: Household) -> Details:
        """Raises Refused for somebody who is not in the family."""
        found = {str(member.id): member for member in household.members}
        chosen = self.recipient.data or WHOLE_FAMILY
        if chosen != WHOLE_FAMILY and chosen not in found:
            raise Refused(gettext("This person does not belong to the family now."), field="recipient")
        method = Method(self.method.data or Method.CASH)
        sent = method is Method.TRANSFER
        return Details(
            found.get(chosen), method, self.account() if sent else Account(),
            self._goods() if method is Method.GOODS else (),
        )  # fmt: skip

    def _goods(self) -> list[Goods]:
        filled = [part for part in self.goods.entries if not part.form.is_empty]
        return [
            Goods(part.form.what.data, part.form.quantity.data, part.form.price.data, part.form.supplier.data)
            for part in filled
        ]
