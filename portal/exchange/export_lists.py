"""The lists that may leave the portal, each narrowed by the filter of its own page."""

from typing import Final

from portal.exchange.export_cases import CASES
from portal.exchange.export_money import MONEY
from portal.exchange.export_register import HOUSEHOLDS

LISTS: Final = (HOUSEHOLDS, *CASES, *MONEY)
