"""The words of referrals."""

from typing import Any, Final

from portal.language import lazy_gettext as _l
from portal.referrals.models import ReferralOutcome

OUTCOMES: Final[dict[ReferralOutcome, tuple[Any, str]]] = {
    ReferralOutcome.SERVED: (_l("served"), "good"),
    ReferralOutcome.ACCEPTED: (_l("accepted, in progress"), "info"),
    ReferralOutcome.REFUSED: (_l("not possible"), "late"),
}
