"""What is typed with a sheet of givers or a bank statement."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_wtf.file import FileField
from wtforms import RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from portal import clock
from portal.accounts.models import User
from portal.collection import layouts
from portal.collection.services import Terms
from portal.db import db
from portal.funds.forms import ActForm, groups, pledge_choices, purposes
from portal.language import gettext
from portal.language import lazy_gettext as _l
from portal.partners import gifts, pledges, words
from portal.partners.models import DonationKind, Partner, Purpose
from portal.web.forms import NOTE_LIMIT, DayField, Form, Length, LongTextField, Required, TextField, optional

KINDS = ".xlsx,.xlsm,.xls,.ods,.csv"
PER_OFFICE, TOGETHER = "office", "together"
_MONTH = re.compile(r"(\d{1,2})[-/. ](\d{4})")


def file_field() -> FileField:
    return FileField(
        _l("File"), [Required(_l("Please choose the file."))], description=_l("XLSX, XLSM, XLS, ODS or CSV."),
        render_kw={"accept": KINDS},
    )  # fmt: skip


class SheetForm(Form):
    """A month's givers: the file, and what holds for all of them."""

    file = file_field()
    # Not sent where nothing is promised.
    pledge = SelectField(_l("Against which pledge"))
    month = TextField(_l("Of which month"), [Required(), Length(20)])
    given_on = DayField(_l("Sent to the unit's account on"), [Required()])
    kind_code = RadioField(_l("Kind of gift"), [Required(_l("Please choose the kind of gift."))])
    bound_to = SelectField(_l("For what"))
    # Not sent where the partner gives no zakat; the service checks it.
    asnaf = SelectField(_l("For which of the eight asnaf (zakat only)"), validate_choice=False)
    transfers = RadioField(
        _l("How the money is sent"),
        choices=[
            SelectChoice(PER_OFFICE, _l("Each office sends its own transfer: one donation for each office")),
            SelectChoice(TOGETHER, _l("All in one transfer: one donation")),
        ],
        default=PER_OFFICE,
    )

    def offer(self, partner: Partner, kinds: Sequence[DonationKind]) -> None:
        """The kinds and purposes of this partner."""
        given = gifts.kinds_of(partner, kinds)
        self.kind_code.choices = [SelectChoice(kind.code, words.kind_name(kind)) for kind in given]
        self.bound_to.choices = purposes(partner)
        self.asnaf.choices = [SelectChoice("", gettext("Choose a group")), *groups()]
        if not any(map(gifts.is_zakat, given)):
            del self.asnaf
        if promised := pledges.open_pledges(partner):
            self.pledge.choices = pledge_choices(promised)
        else:
            del self.pledge
        if not self.is_submitted():
            self.kind_code.data = given[0].code if given else None
            self.month.data, self.given_on.data = f"{clock.today():%m-%Y}", clock.today()

    def validate_month(self, field: Any) -> None:
        try:
            self.first_of_month()
        except ValueError:
            raise ValidationError(gettext("Please type the month and the year, such as 11-2026.")) from None

    def first_of_month(self) -> date:
        """Raises ValueError."""
        found = _MONTH.fullmatch(self.month.data.strip())
        if not found:
            raise ValueError(self.month.data)
        return date(int(found[2]), int(found[1]), 1)

    def terms(self, reader: User) -> Terms:
        """Raises NotFound for a pledge that is not this reader's."""
        number = self.pledge.data if "pledge" in self else ""
        pledge = pledges.get_pledge(number, reader=reader) if number else None
        kind, _, code = str(self.bound_to.data).partition(":")
        chosen = db.session.get(DonationKind, self.kind_code.data)
        zakat = "asnaf" in self and chosen is not None and gifts.is_zakat(chosen)
        return Terms(
            month=self.first_of_month(), given_on=self.given_on.day, kind_code=self.kind_code.data,
            purpose=Purpose(kind), purpose_code=code or None, asnaf=(self.asnaf.data or None) if zakat else None,
            per_office=self.transfers.data == PER_OFFICE, pledge_id=pledge.id if pledge else None,
        )  # fmt: skip


class TakeForm(ActForm):
    """Which rows count all the same, and why."""

    reason = LongTextField(_l("Reason"), [optional, Length(NOTE_LIMIT)], render_kw={"rows": 2})


class ColumnsForm(ActForm):
    """What the columns are; the columns themselves are as many as the file has."""

    layout = TextField(_l("Name of this layout"), [Required(), Length(80)])


class BankColumnsForm(ColumnsForm):
    """Of a bank also how money in is told from money out, where no column says it."""

    unsigned = RadioField(
        _l("An amount without a sign"),
        [optional],
        choices=[
            SelectChoice(layouts.IN, _l("is money in: money out has a minus, brackets, or D or DB behind it")),
            SelectChoice(layouts.UNREAD, _l("tells nothing: every amount has a sign, or K or D behind it")),
        ],
    )


class StatementForm(Form):
    """A statement of one of the unit's accounts."""

    file = file_field()
    account = TextField(_l("Which account"), [Required(), Length(80)])


class MatchForm(ActForm):
    """Which gift a line is."""

    donation = TextField(_l("Number of the donation"), [optional, Length(20)])
