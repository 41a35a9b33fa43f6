"""The rooms that have addresses, from ground to roof."""

from flask import Flask

import portal.cards.standing
import portal.duplicates.noticing
import portal.funds.standing  # noqa: F401 - what later rooms tell of a family
from portal.accounts.sign_in_views import bp as _sign_in  # noqa: F401 - more addresses of `accounts`
from portal.accounts.user_views import bp as users
from portal.accounts.views import bp as accounts
from portal.audit.views import bp as audit
from portal.cards.views import bp as cards
from portal.collection.bank_views import bp as bank
from portal.collection.receipt_views import bp as _receipts  # noqa: F401 - more addresses of `givers`
from portal.collection.views import bp as givers
from portal.complaints.views import bp as complaints
from portal.decisions.views import bp as decisions
from portal.duplicates.views import bp as duplicates
from portal.exchange.column_views import bp as _columns  # noqa: F401 - more addresses of `imports`
from portal.exchange.export_views import bp as exports
from portal.exchange.views import bp as imports
from portal.files.views import bp as files
from portal.front import bp as front
from portal.funds.book_views import bp as funds
from portal.funds.book_views import partners_bp as partners
from portal.funds.concern_views import bp as _concerns  # noqa: F401 - more addresses of `disbursements`
from portal.funds.donation_views import bp as donations
from portal.funds.period_views import bp as periods
from portal.funds.pledge_views import bp as pledges
from portal.funds.record_views import bp as records
from portal.funds.settling_views import bp as disbursements
from portal.funds.waiting_views import bp as waiting
from portal.help.views import bp as help_
from portal.households.area_views import bp as area
from portal.households.event_views import bp as _events  # noqa: F401 - more addresses of `households`
from portal.households.month_unit_views import bp as updates
from portal.households.month_views import bp as month
from portal.households.views import bp as households
from portal.lists.file_views import bp as _list_files  # noqa: F401 - more addresses of `lists`
from portal.lists.proposal_views import bp as _list_proposals  # noqa: F401 - more addresses of `lists`
from portal.lists.views import bp as lists
from portal.merging.views import bp as merging
from portal.payments.views import bp as payments
from portal.public.views import bp as public
from portal.recommendations.asking import bp as recommendations
from portal.recommendations.delegation_views import bp as delegations
from portal.referrals.views import bp as referrals
from portal.reports.monthly_views import bp as reports
from portal.reports.statement_views import bp as statements
from portal.reports.trace_views import bp as trace
from portal.reports.views import bp as stories
from portal.units.views import bp as settings
from portal.visits.assessment_views import bp as visits
from portal.visits.booking_views import bp as _booking  # noqa: F401 - more addresses of `visits`
from portal.visits.intake import bp as intake
from portal.web.health import bp as health

BLUEPRINTS = (
    health,
    audit,
    settings,
    accounts,
    users,
    files,
    households,
    area,
    month,
    updates,
    complaints,
    intake,
    visits,
    decisions,
    cards,
    recommendations,
    delegations,
    donations,
    partners,
    records,
    pledges,
    givers,
    bank,
    funds,
    periods,
    disbursements,
    waiting,
    payments,
    referrals,
    merging,
    lists,
    duplicates,
    stories,
    reports,
    statements,
    trace,
    imports,
    exports,
    public,
    help_,
    front,
)


def register(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
