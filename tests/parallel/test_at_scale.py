"""Many people at the same moment, over HTTP and on both databases: nothing overdrawn, overwritten or numbered twice."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.audit.verify import verify as verify_trail
from portal.cards.models import Card
from portal.db import db
from portal.decisions import queries as decisions
from portal.decisions import services as deciding
from portal.decisions.models import DecisionStatus
from portal.funds.models import Disbursement, DisbursementStatus
from portal.funds.verify import verify as verify_ledger
from portal.recommendations import queries as letters
from portal.recommendations import services as approving
from portal.recommendations.models import EmergencyRecommendation
from portal.web.once import new_key
from tests.complaints.factories import complaint as filed
from tests.decisions.factories import card, case
from tests.factories import PASSWORD, Make
from tests.funds import factories as funds
from tests.live import Visitor, form_on
from tests.recommendations import factories as emergencies
from tests.reports import factories as records
from tests.together import at_once

pytestmark = pytest.mark.proof

CLIENTS, AFFORDED, AMOUNT = 32, 20, 400_000
EDITORS, PAPERS, HANDS = 40, 200, 8


def test_clients_paying_from_one_fund_never_overdraw_it_and_a_second_click_pays_once(live):
    make = Make()
    money = funds.fund(make, AFFORDED * AMOUNT)
    code, fund_id = money.code, money.id
    grounds = [funds.decision(make).id for _ in range(CLIENTS)]
    names = [make.social_worker().name for _ in range(CLIENTS)]
    with live() as port:
        clerks = [Visitor(port).sign_in(name, PASSWORD) for name in names]

        def proposes(place: int) -> Callable[[], list[Any]]:
            clerk, address = clerks[place], f"/disbursements/new?decision={grounds[place]}"
            form = {"csrf_token": clerk.token(address), "once": new_key(), "amount": str(AMOUNT), "fund": code,
                    "why_season": "Pindah sekolah."}  # fmt: skip
            clicks = 2 if place % 4 == 0 else 1
            return lambda: at_once([lambda: clerk.post(address, form)] * clicks)

        answers = at_once([proposes(place) for place in range(CLIENTS)])

    kinds = Counter(tuple(sorted({answer.status for answer in clicks})) for clicks in answers)
    assert kinds == {(303,): AFFORDED, (422,): CLIENTS - AFFORDED}
    assert all(len({answer.location for answer in clicks}) == 1 for clicks in answers)
    stored = db.session.scalars(select(Disbursement).order_by(Disbursement.number)).all()
    assert [aid.number for aid in stored] == [f"S-{clock.today().year}-{n:06d}" for n in range(1, AFFORDED + 1)]
    assert {(aid.fund_id, aid.status) for aid in stored} == {(fund_id, DisbursementStatus.PROPOSED)}
    assert (verify_ledger().faults, verify_trail().fault) == ([], None)


def _household(make: Make) -> tuple[Role, str, str, dict[str, str]]:
    family = make.household()
    return Role.SOCIAL_WORKER, f"/households/{family.id}/edit", "address", {"address": "Jalan Contoh {}"}


def _papers(make: Make) -> tuple[Role, str, str, dict[str, str]]:
    number = filed(make).number
    return Role.SOCIAL_WORKER, f"/complaints/{number}/documents", "version", {}


def _setting(_make: Make) -> tuple[Role, str, str, dict[str, str]]:
    return Role.ADMIN, "/settings/visits_per_day", "value", {"value": "{}"}


def _user(make: Make) -> tuple[Role, str, str, dict[str, str]]:
    return Role.ADMIN, f"/users/{make.social_worker().id}", "full_name", {"full_name": "Nama Contoh {}"}


def _decision(make: Make) -> tuple[Role, str, str, dict[str, str]]:
    decision = case(make).propose()
    return Role.UNIT_HEAD, f"/decisions/{decision.id}", "reason", {"status": "approved", "reason": "Alasan {}"}


def _card(make: Make) -> tuple[Role, str, str, dict[str, str]]:
    _case, issued = card(make)
    return Role.UNIT_HEAD, f"/cards/{issued.number}/revocation", "reason", {"reason": "Alasan {}"}


def _referral(make: Make) -> tuple[Role, str, str, dict[str, str]]:
    worker = make.social_worker()
    found = records.referral(make, records.complaint(make, make.household(), by=worker), by=worker)
    return Role.OFFICE, f"/referrals/{found.id}", "answer", {"outcome": "served", "answer": "Sudah {}"}


def _note(make: Make) -> tuple[Role, str, str, dict[str, str]]:
    visitor = make.user(Role.SOCIAL_WORKER, name="petugas")
    visit = records.visit(make, records.complaint(make, make.household(), by=visitor), by=visitor)
    return Role.SOCIAL_WORKER, f"/visits/{visit.id}:note", "note", {"note": "Catatan {}"}


def _missed(make: Make) -> tuple[Role, str, str, dict[str, str]]:
    visitor = make.user(Role.SOCIAL_WORKER, name="petugas")
    visit = records.visit(make, records.complaint(make, make.household(), by=visitor), by=visitor)
    return Role.SOCIAL_WORKER, f"/visits/{visit.id}/missed", "detail", {"reason": "nobody", "detail": "Ke pasar {}"}


def _exit(make: Make) -> tuple[Role, str, str, dict[str, str]]:
    asked = emergencies.recommendation(make, make.social_worker(), household=make.household())
    approving.approve(asked, reason="Mendesak.", by=make.mayor(), on=clock.today())
    db.session.commit()
    return (
        Role.SOCIAL_WORKER,
        f"/recommendations/{asked.number}:exit",
        "reason",
        {"way": "closed", "reason": "Pulih {}"},
    )


EDITABLE = [_household, _papers, _setting, _user, _decision, _card, _referral, _note, _missed, _exit]


@pytest.mark.parametrize("kind", EDITABLE, ids=lambda kind: kind.__name__.strip("_"))
def test_of_conflicting_edits_one_holds_and_everybody_else_is_told(live, kind):
    make = Make()
    role, address, field, typed = kind(make)
    page, _, part = address.partition(":")
    target = f"{page}/{part}" if part else page
    known = db.session.execute(select(User.name).where(User.name == "petugas")).scalar()
    name = known or make.user(role, **({"office": "Dinas Sosial"} if role is Role.OFFICE else {})).name
    with live() as port:
        person = Visitor(port).sign_in(name, PASSWORD)
        form = form_on(person.get(page).text, field)
        if not typed:
            form["brought"] = ["ktp", "kk", "sktm"]
        target = f"{target}/answer" if page.startswith("/referrals") else target

        def saves(nth: int) -> Callable[[], int]:
            values = {key: value.format(nth % 20 + 1) for key, value in typed.items()}
            return lambda: person.post(target, {**form, "once": new_key(), **values}).status

        statuses = Counter(at_once([saves(nth) for nth in range(EDITORS)]))

    assert statuses == {303: 1, 409: EDITORS - 1}
    assert verify_trail().fault is None


def together(app: Flask, acts: list[Callable[[], None]]) -> list[Exception]:
    """Every act in a transaction of its own, HANDS at a time; what stopped any of them."""
    db.session.remove()
    stopped: list[Exception] = []

    def run(act: Callable[[], None]) -> None:
        with app.app_context():
            try:
                act()
                db.session.commit()
            except Exception as error:
                db.session.rollback()
                stopped.append(error)

    with ThreadPoolExecutor(HANDS) as pool:
        list(pool.map(run, acts))
    return stopped


def test_two_hundred_cards_issued_at_once_are_numbered_without_gaps(own_portal):
    make = Make()
    found = [case(make) for _ in range(PAPERS)]
    pairs = [(each.propose().id, each.head.id) for each in found]

    def approves(decision_id: int, head_id: int) -> Callable[[], None]:
        return lambda: deciding.settle(
            decisions.get_decision(decision_id), DecisionStatus.APPROVED, reason="Ya.", by=db.session.get(User, head_id)
        )

    assert together(own_portal, [approves(*pair) for pair in pairs]) == []
    numbers = sorted(db.session.scalars(select(Card.number)))
    assert numbers == [f"KAN-{clock.today().year}-{n:06d}" for n in range(1, PAPERS + 1)]
    assert db.session.execute(select(func.count(func.distinct(Card.verification_code)))).scalar() == PAPERS
    assert verify_trail().fault is None


def test_two_hundred_letters_approved_at_once_are_numbered_without_gaps(own_portal):
    make = Make()
    worker, mayor_id = make.social_worker(), make.mayor().id
    numbers = [emergencies.recommendation(make, worker, household=make.household()).number for _ in range(PAPERS)]

    def approves(number: str) -> Callable[[], None]:
        return lambda: approving.approve(
            letters.get_recommendation(number), reason="Mendesak.", by=db.session.get(User, mayor_id), on=clock.today()
        )

    assert together(own_portal, [approves(number) for number in numbers]) == []
    given = sorted(int(n.split("/")[1]) for n in db.session.scalars(select(EmergencyRecommendation.letter_number)) if n)
    assert given == list(range(1, PAPERS + 1))
    assert verify_trail().fault is None
