"""Who may do what with aid money. Three people see to every payment: who proposes, who approves, who pays."""

from typing import Any

from portal.accounts.models import User
from portal.funds.models import Disbursement, DisbursementStatus
from portal.partners.policies import is_own

OPEN = frozenset({DisbursementStatus.WAITING, DisbursementStatus.PROPOSED, DisbursementStatus.APPROVED})
SECOND_PERSON = "large"
"""The guard that asks for a second approval (guards.py)."""
PROVEN = OPEN | {DisbursementStatus.PAID}
ASNAF_OPEN = OPEN - {DisbursementStatus.WAITING}
"""While the partner's amil may confirm the group: money is put aside, and not yet paid."""


def may_read(user: User, disbursement: Disbursement) -> bool:
    """Whoever works with aid; and who is asked to agree as the second person, this aid alone."""
    asked = any(concern.guard == SECOND_PERSON for concern in disbursement.concerns)
    return user.can("disbursements.view") or (user.can("disbursements.agree") and asked)


def may_propose(user: User) -> bool:
    return user.can("disbursements.propose")


def may_give_fund(user: User, disbursement: Disbursement) -> bool:
    """Whoever proposes aid may find the money for one on the waiting list."""
    return may_propose(user) and disbursement.status is DisbursementStatus.WAITING


def may_settle(user: User, disbursement: Disbursement) -> bool:
    """The unit head approves or declines, and never what they proposed themselves."""
    return (
        user.can("disbursements.approve")
        and disbursement.status is DisbursementStatus.PROPOSED
        and user.id != disbursement.proposed_by_id
    )


def may_cancel(user: User, disbursement: Disbursement) -> bool:
    """Until it is paid, whoever proposes or approves aid may call it off."""
    return disbursement.status in OPEN and (may_propose(user) or user.can("disbursements.approve"))


def may_pay(user: User, disbursement: Any) -> bool:
    """The treasurer pays what the head approved, and neither proposed nor approved it; a record or its columns."""
    return (
        user.can("disbursements.pay")
        and disbursement.status is DisbursementStatus.APPROVED
        and user.id not in {disbursement.proposed_by_id, disbursement.approved_by_id}
    )


def may_note_account(user: User, disbursement: Disbursement) -> bool:
    """Where a transfer goes, until it has gone."""
    return disbursement.status in OPEN and (may_propose(user) or user.can("disbursements.pay"))


def may_add_paper(user: User, disbursement: Disbursement) -> bool:
    """A bill while it is proposed, what was signed once it is paid: whoever proposes, approves or pays."""
    return disbursement.status in PROVEN and (
        may_propose(user) or user.can("disbursements.approve") or user.can("disbursements.pay")
    )


def waits_for_asnaf(disbursement: Any) -> bool:
    """Zakat whose group the partner's amil has not confirmed: until then nobody pays it (seeds: asnaf_rule)."""
    return disbursement.asnaf is not None and disbursement.asnaf_confirmed_by_id is None


def may_reverse(user: User, disbursement: Disbursement) -> bool:
    return user.can("funds.correct") and disbursement.status is DisbursementStatus.PAID


def is_own_zakat(user: User, disbursement: Disbursement) -> bool:
    """Whether a partner may know of this payment: from its own zakat, without the name of the family."""
    fund = disbursement.fund
    return disbursement.asnaf is not None and fund is not None and is_own(user, fund.partner_code)


def may_confirm_asnaf(user: User, disbursement: Disbursement) -> bool:
    """The amil of the partner whose zakat it is (seeds: asnaf_rule, must_be_confirmed_by = partner), not who asked."""
    return (
        user.can("donations.enter")
        and is_own_zakat(user, disbursement)
        and disbursement.asnaf_confirmed_by_id is None
        and user.id != disbursement.proposed_by_id
        and disbursement.status in ASNAF_OPEN
    )


def may_trace(user: User) -> bool:
    """Which donations a payment was made from is for those who keep the books or answer for them."""
    return user.can("donations.view")
