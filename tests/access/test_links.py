"""Every page that a role may open is found by following links from the first page, without JavaScript."""

import pytest

from portal.accounts.roles import Role, permissions_of
from tests.access.matrix import OPEN, Caller, Door, Doorman, doors, expected
from tests.access.walk import Walker

NOT_BY_LINK = {
    "/healthz": "asked by machines",
    "/sign-in": "for strangers",
    "/sign-in/code": "a step of signing in",
    "/sign-in/password": "a step of signing in",
    "/sign-in/second-factor": "a step of signing in",
    "/account/recovery-codes": "shown once, after the codes were made",
    "/visits/<int:visit_id>/assessment/final": "stands on the assessment once every question is answered",
    "/kept/<token>": "signing in again leads there when a form was interrupted",
    "/verify/<code>": "the QR of a card leads there, and the form of /verify",
    "/help/gambar/<name>.png": "a picture inside a page",
    **dict.fromkeys(
        ("/bank-lines/<int:line_id>", "/bank-lines/<int:line_id>/aside", "/bank-lines/<int:line_id>/undo"),
        "stand on a statement whose columns are known; the sample's waits for them (tests/collection)",
    ),
    "/funds/entries/<int:entry_id>": "stands on a fund's page, and beneath a closed period that it corrects",
    "/donations/<number>/trace": "stands on a gift with money in the books, which the samples have not (tests/reports)",
    "/households/<int:household_id>/gifts": "stands on aid that was paid from such gifts",
}
"""Addresses that nobody follows a link to: why."""

STRANGERS = frozenset({"/services", "/services/<code>", "/track", "/verify", "/transparency"})
"""Public pages stand in the menu of strangers; whoever is signed in finds them on the public front page."""


@pytest.mark.parametrize("role", list(Role))
def test_everything_a_role_may_open_is_reached_by_links(doorman, role):
    caller = next(each for each in doorman.callers if each.role is role and each.owner)
    walker = Walker(doorman, caller)

    # The register shows more families than the walker follows; its own stands among them.
    family = f"/households/{doorman.samples.values['households', 'household_id']}"
    reached = walker.walk(*[family] if "households.view" in permissions_of(frozenset({role})) else [])

    open_doors = {
        door.rule.rule for door in doors(doorman.app) if door.method == "GET" and _opens(doorman, door, caller)
    }
    assert len(open_doors) > 5
    lost = sorted(open_doors - reached - NOT_BY_LINK.keys())
    assert not lost, ", ".join(lost)
    assert walker.wrong == []


def _opens(doorman: Doorman, door: Door, caller: Caller) -> bool:
    return expected(door, caller) == OPEN and doorman._read(doorman._ask(door, caller)) == OPEN
