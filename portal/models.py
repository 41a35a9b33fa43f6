"""Every table, imported in one place so that migrations and tests see the whole schema."""

from portal.accounts import models as accounts
from portal.audit import models as audit
from portal.cards import models as cards
from portal.collection import bank_models as bank
from portal.collection import models as collection
from portal.complaints import models as complaints
from portal.decisions import models as decisions
from portal.duplicates import models as duplicates
from portal.exchange import models as exchange
from portal.files import models as files
from portal.funds import models as funds
from portal.households import area_models as area
from portal.households import event_models as family_events
from portal.households import models as households
from portal.households import month_models as monthly_updates
from portal.lists import models as lists
from portal.merging import models as merging
from portal.partners import models as partners
from portal.partners import pledge_models as pledges
from portal.partners import record_models as partner_records
from portal.payments import models as payments
from portal.recommendations import models as recommendations
from portal.referrals import models as referrals
from portal.series import NumberSeries
from portal.units import models as units
from portal.visits import models as visits
from portal.web.kept import KeptForm
from portal.web.once import OnceKey

__all__ = [
    "KeptForm", "NumberSeries", "OnceKey", "accounts", "area", "audit", "bank", "cards", "collection", "complaints",
    "decisions", "duplicates", "exchange", "family_events", "files", "funds", "households", "lists", "merging",
    "monthly_updates", "partner_records", "partners", "payments", "pledges", "recommendations", "referrals", "units",
    "visits",
]  # fmt: skip
