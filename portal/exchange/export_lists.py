"""The lists that may leave the portal, each narrowed by the filter of its own page."""

from typing import Final

from portal.exchange.export_cases import CASES
from portal.exchange.export_decisions import DECISIONS
from portal.exchange.export_funds import FUNDS
from portal.exchange.export_money import MONEY
from portal.exchange.export_months import UPDATES
from portal.exchange.export_needs import NEEDS
from portal.exchange.export_onward import ONWARD
from portal.exchange.export_payments import PAYMENTS
from portal.exchange.export_register import HOUSEHOLDS
from portal.exchange.export_visits import FIELD

LISTS: Final = (HOUSEHOLDS, *CASES, *FIELD, *DECISIONS, *ONWARD, *MONEY, *FUNDS, *NEEDS, *PAYMENTS, UPDATES)
