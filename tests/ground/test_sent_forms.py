"""Whatever can be sent: made once however often it is sent, saved only over what its sender has seen, or excused."""

import inspect
from types import FunctionType

from portal.exchange.export_lists import LISTS
from portal.exchange.exports import KINDS

OWN = "a person's own sign-in, in one browser; a second time finds it done or asks again"
FILE = "a file and its two rows in the trail, no record; a second one is a second file, and is on record too"
ASKED = "a question, sent by POST so that no number stands in an address; it changes nothing"

EXCUSED = {
    "accounts.language": OWN, "accounts.password_changed": OWN,
    "accounts.second_factor_removed": OWN, "accounts.session_ended": OWN,
    "accounts.sessions_ended": OWN, "accounts.sign_in_sent": OWN, "accounts.sign_out": OWN,
    "accounts.step_code": OWN, "accounts.step_password": OWN, "accounts.step_enrol": OWN,
    "households.look_up": ASKED, "intake.families": ASKED, "merging.chosen": ASKED, "public.tracked": ASKED,
    **{f"exports.{listed.code}_{kind}": FILE for listed in LISTS for kind in KINDS},
    **{f"lists.proposal_{kind}": FILE for kind in KINDS},
    "visits.save": "each answer carries the one it replaces (tests/visits: two at one assessment)",
}  # fmt: skip

ADDS = {
    "area.create", "bank.match_sure", "bank.sent", "decisions.propose_sent", "delegations.granted",
    "disbursements.add_paper", "disbursements.create", "donations.create", "duplicates.search", "givers.sent",
    "households.create", "households.list_check", "imports.sent", "intake.create", "lists.make", "lists.record",
    "payments.create", "payments.proof", "periods.close", "pledges.create", "recommendations.asked",
    "records.add_paper", "referrals.sent", "users.add",
}  # fmt: skip
"""Made once and not compared: these add a record and neither replace nor end one that is there."""

ANEW = {"accounts.recovery_codes_renewed", "accounts.second_factor_enrolled"}
"""Made once: a person's own, replaced on purpose; codes of a second press would end those that were shown."""

SETTLES = {"payments.settlement"}
"""Lines that are held: one that is settled already refuses the whole form (tests/payments)."""

MARKED = {"month.confirm", "month.take_back"}
"""A family is marked, or its mark taken away, in a month that is held: what is so already stays as it is."""


def source_of(function, depth=3):
    """The text of a view and of what it calls within the portal, down to the form that it reads."""
    bare = inspect.unwrap(function)
    found = inspect.getsource(bare)
    called = [bare.__globals__.get(name) for name in bare.__code__.co_names] if depth else []
    ours = [each for each in called if isinstance(each, FunctionType) and each.__module__.startswith("portal.")]
    return found + "".join(source_of(each, depth - 1) for each in ours)


def is_compared(view):
    return ".expect_version(" in source_of(view)


def is_made_once(view):
    return "@once" in inspect.getsource(inspect.unwrap(view))


def test_every_form_is_made_once_or_compared_or_excused(app):
    sent = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    uncompared = {endpoint for endpoint in sent if not is_compared(app.view_functions[endpoint])}
    bare = {endpoint for endpoint in uncompared if not is_made_once(app.view_functions[endpoint])}

    assert len(sent) > 60
    assert bare == EXCUSED.keys()
    assert uncompared - bare == ADDS | ANEW | MARKED | SETTLES
