"""What states, ways of payment and entries are called."""

from typing import Any, Final

from portal.funds.models import AccountKind, DisbursementStatus, EntryKind, Method, PaperKind
from portal.language import lazy_gettext as _l

STATUS: Final[dict[DisbursementStatus, tuple[Any, str, str]]] = {
    DisbursementStatus.WAITING: (_l("Waiting for money"), "due", "clock"),
    DisbursementStatus.PROPOSED: (_l("To be approved"), "info", "decision"),
    DisbursementStatus.APPROVED: (_l("To be paid"), "due", "payment"),
    DisbursementStatus.PAID: (_l("Paid"), "good", "ok"),
    DisbursementStatus.DECLINED: (_l("Declined"), "late", "refused"),
    DisbursementStatus.CANCELLED: (_l("Called off"), "neutral", "cross"),
    DisbursementStatus.REVERSED: (_l("Payment taken back"), "neutral", "undo"),
    DisbursementStatus.FAILED: (_l("Did not reach the family"), "late", "cross"),
}
"""Word, tone and icon of each state (ui.status)."""

METHODS: Final = {Method.CASH: _l("Cash"), Method.TRANSFER: _l("Transfer"), Method.GOODS: _l("Goods in kind")}

PAPERS: Final = {
    PaperKind.BILL: _l("Bill of the supplier"),
    PaperKind.SIGNED: _l("Signed receipt"),
    PaperKind.PHOTO: _l("Photo of the handing over"),
    PaperKind.TRANSFER: _l("The bank's slip"),
}

ENTRIES: Final = {
    EntryKind.DONATION: _l("Donation arrived"),
    EntryKind.RESERVATION: _l("Put aside for a family"),
    EntryKind.RELEASE: _l("Free again"),
    EntryKind.PAYMENT: _l("Paid to a family"),
    EntryKind.REVERSAL: _l("Taken back"),
}

ACCOUNTS: Final = {
    AccountKind.RECEIVED: _l("From givers"),
    AccountKind.AVAILABLE: _l("Free money"),
    AccountKind.RESERVED: _l("Put aside"),
    AccountKind.PAID: _l("At families"),
}
