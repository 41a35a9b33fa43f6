"""For whom in the family aid is, how it is handed over, and of which goods it consists."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from portal import audit, money
from portal.accounts.models import User
from portal.db import db
from portal.errors import NotAllowed, Refused
from portal.funds import policies
from portal.funds.models import AidItem, Disbursement, Method
from portal.households.models import Household, Member
from portal.language import gettext

ACCOUNT_DIGITS = (5, 20)
"""Fewest and most digits of an account; Indonesian banks use 10 to 16 [general]."""


@dataclass(frozen=True)
class Account:
    """Where a transfer goes."""

    bank: str = ""
    number: str = ""
    holder: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.bank.strip() or self.number.strip() or self.holder.strip())

    @property
    def digits(self) -> str:
        return "".join(character for character in self.number if character not in " .-")


@dataclass(frozen=True)
class Goods:
    """So many of one thing, at a price for one in rupiah, from a supplier."""

    what: str
    quantity: int
    price: int
    supplier: str = ""


@dataclass(frozen=True)
class Details:
    """What a proposal says beside its amount; a recipient of None means the family as a whole."""

    recipient: Member | None = None
    method: Method | None = None
    account: Account = field(default_factory=Account)
    goods: Sequence[Goods] = ()


def check(details: Details, household: Household, amount: int) -> None:
    """Raises Refused, naming the form's field."""
    if details.recipient is not None and details.recipient not in household.members:
        raise Refused(gettext("This person does not belong to the family now."), field="recipient")
    check_account(details.account, needed=False)
    if details.goods and details.method is not Method.GOODS:
        raise Refused(gettext("Goods are listed, but the aid is to be handed over in another way."), field="method")
    if details.method is Method.GOODS and not details.goods:
        raise Refused(gettext("Please write which goods, how many and at which price."), field="goods")
    if details.goods and (total := sum(one.quantity * one.price for one in details.goods)) != amount:
        text = gettext("The goods cost %(total)s together; please let the amount say the same.",
                       total=money.format_rupiah(total))  # fmt: skip
        raise Refused(text, field="amount")


def check_account(account: Account, *, needed: bool) -> None:
    """All three or none: a number without bank or holder reaches nobody, or somebody else. Raises Refused."""
    if account.is_empty and not needed:
        return
    least, most = ACCOUNT_DIGITS
    if not account.digits.isascii() or not account.digits.isdigit() or not least <= len(account.digits) <= most:
        text = gettext("An account number has %(least)s to %(most)s digits.", least=least, most=most)
        raise Refused(text, field="bank_account")
    if not account.bank.strip():
        raise Refused(gettext("Please write the name of the bank."), field="bank_name")
    if not account.holder.strip():
        raise Refused(gettext("Please write the name of the account's holder."), field="bank_holder")


def put_into(aid: Disbursement, details: Details) -> None:
    """Write the details of a proposal that is just made and has its id."""
    aid.recipient, aid.planned_method = details.recipient, details.method
    _set_account(aid, details.account)
    for position, one in enumerate(details.goods, start=1):
        item = AidItem(
            disbursement_id=aid.id, position=position, what=one.what.strip(), quantity=one.quantity, price=one.price,
            supplier=one.supplier.strip(),
        )  # fmt: skip
        db.session.add(item)
    db.session.flush()
    db.session.expire(aid, ["items"])


def _set_account(aid: Disbursement, account: Account) -> None:
    aid.bank_name, aid.bank_account = account.bank.strip(), account.digits
    aid.bank_holder = account.holder.strip()


def note_account(aid: Disbursement, account: Account, *, by: User) -> None:
    """Where the transfer goes; until it is paid whoever proposes or pays may say. Raises NotAllowed, Refused."""
    if not policies.may_note_account(by, aid):
        raise NotAllowed
    check_account(account, needed=True)
    _set_account(aid, account)
    aid.planned_method = Method.TRANSFER
    audit.record("disbursement.account_noted", aid, by=by)


def in_words(aid: Disbursement) -> list[str]:
    """The goods, one line each: 2 seragam sekolah à Rp150.000."""
    return [f"{one.quantity} {one.what} à {money.format_rupiah(one.price)}" for one in aid.items]
