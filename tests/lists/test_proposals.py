"""Proposals to the owner of a list: gathered, sent as a file, and followed until every family is answered."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.audit.models import AuditEvent
from portal.db import db
from portal.decisions.models import ListingErrorOutcome
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.lists import held, queries, services
from portal.lists.models import LineAnswer, ListProposal, ListProposalLine, ProposalKind, ProposalState
from portal.reports import today
from tests.lists.factories import JULY, OCTOBER, batch, entry, error
from tests.pages import form_values

Outcome = ListingErrorOutcome
SENT = {"sent_on": "05-10-2026", "letter": "400.9/12/UPT-KAN/X/2026"}
URL = "/list-proposals/U-2026-000001"


@pytest.fixture
def worker(make):
    return make.social_worker()


@pytest.fixture
def head(make):
    return make.unit_head()


def made(make, worker, *names, kind="exclusion", **more):
    """A proposal of new families of these names."""
    errors = [error(make, make.household(name), kind, by=worker, **more) for name in names]
    wanted = ProposalKind.ADD if kind == "exclusion" else ProposalKind.DROP
    proposal = services.make("dtsen", wanted, [one.id for one in errors], by=worker)
    db.session.commit()
    return proposal


def sent(make, worker, head, *names, **more):
    proposal = made(make, worker, *names, **more)
    services.keep_file(proposal, "f" * 64, by=head)
    services.send(proposal, on=clock.today(), letter="12/2026", by=head)
    db.session.commit()
    return proposal


def outcomes(proposal):
    return [line.listing_error.outcome for line in proposal.lines]


def test_errors_are_gathered_in_a_proposal_with_a_number_and_its_office(make, worker, sign_in):
    first, second = (error(make, make.household(name), by=worker) for name in ("Satu Contoh", "Dua Contoh"))
    error(make, make.household("Tiga Contoh"), "inclusion", by=worker)
    browser = sign_in(worker)

    page = browser.get("/list-proposals/new").text
    answer = browser.post(
        "/list-proposals/new", {**form_values(page, "/list-proposals/new"), "error": [first.id, second.id]}
    )

    proposal = db.session.scalars(select(ListProposal)).one()
    assert "Tiga Contoh" not in page
    assert answer.location == "/list-proposals/U-2026-000001"
    assert (proposal.office, proposal.kind, proposal.state, proposal.waiting) == ("Dinas Sosial", "add", "made", 2)
    assert outcomes(proposal) == [Outcome.RECORDED, Outcome.RECORDED]  # nothing is proposed before it is sent


def test_who_is_ticked_at_first_is_said_and_chosen(make, worker, sign_in):
    error(make, make.household("Satu Contoh"), by=worker)
    error(make, make.household("Dua Contoh"), by=worker, outcome=Outcome.DELIBERATION)
    browser = sign_in(worker)
    ticked = {
        tick: len(re.findall(r'name="error"[^>]* checked', browser.get(f"/list-proposals/new?tick={tick}").text))
        for tick in ("fresh", "all", "none")
    }

    assert ticked == {"fresh": 1, "all": 2, "none": 0}
    assert "2 keluarga ditampilkan, 1 dicentang." in browser.get("/list-proposals/new").text
    assert browser.get("/list-proposals/new?tick=x").status_code == 404


def test_nothing_is_gathered_without_a_family(worker, sign_in):
    answer = sign_in(worker).post("/list-proposals/new", {"list": "dtsen", "kind": "add"})

    assert answer.status_code == 422
    assert "Pilih sedikitnya satu keluarga" in answer.text


def test_a_family_waits_in_one_proposal_at_a_time(make, worker, sign_in):
    proposal = made(make, worker, "Satu Contoh")
    before = proposal.lines[0].listing_error_id

    answer = sign_in(worker).post("/list-proposals/new", {"list": "dtsen", "kind": "add", "error": before})

    assert answer.status_code == 422
    assert "menunggu dalam usulan lain" in answer.text
    assert queries.eligible("dtsen", ProposalKind.ADD, limit=9) == []


def test_only_the_newest_error_of_a_family_is_offered_and_none_that_is_settled(make, worker):
    family = make.household("Satu Contoh")
    error(make, family, by=worker)
    newest = error(make, family, by=worker)
    error(make, make.household("Dua Contoh"), by=worker, outcome=Outcome.ACCEPTED)
    gone = make.household("Tiga Contoh")
    error(make, gone, by=worker)
    gone.closed_on = clock.today()
    make._store(gone)

    assert [row.id for row in queries.eligible("dtsen", ProposalKind.ADD, limit=9)] == [newest.id]


def test_it_is_sent_only_after_its_file_was_fetched(make, worker, head, sign_in):
    made(make, worker, "Satu Contoh")
    browser = sign_in(head)

    refused = browser.post(f"{URL}/send", {**SENT, "version": "1"})

    assert refused.status_code == 422
    assert "Ambil berkasnya dahulu" in refused.text


def test_sending_says_to_each_error_that_it_was_proposed(make, worker, head, sign_in):
    proposal = made(make, worker, "Satu Contoh", "Dua Contoh")
    services.keep_file(proposal, "f" * 64, by=head)
    db.session.commit()
    browser = sign_in(head)

    answer = browser.post(f"{URL}/send", {**form_values(browser.get(URL).text, f"{URL}/send"), **SENT})

    db.session.expire_all()
    assert answer.status_code == 303
    assert proposal.state is ProposalState.SENT
    assert proposal.due_on == clock.today() + timedelta(days=90)
    assert outcomes(proposal) == [Outcome.PROPOSED_ADD, Outcome.PROPOSED_ADD]
    assert "U-2026-000001" in proposal.lines[0].listing_error.outcome_reason


@pytest.mark.parametrize("day", ["04-10-2026", "06-10-2026", "31-02-2026", ""])
def test_it_was_not_sent_before_it_was_made_nor_tomorrow(make, worker, head, sign_in, day):
    proposal = made(make, worker, "Satu Contoh")
    services.keep_file(proposal, "f" * 64, by=head)
    db.session.commit()

    answer = sign_in(head).post(f"{URL}/send", {**SENT, "sent_on": day, "version": str(proposal.version)})

    assert answer.status_code == 422
    assert SENT["letter"] in answer.text


def test_a_social_worker_gathers_and_does_not_send(make, worker, sign_in):
    made(make, worker, "Satu Contoh")
    browser = sign_in(worker)

    assert "/send" not in browser.get(URL).text
    assert browser.post(f"{URL}/send", SENT).status_code == 403
    assert browser.post(f"{URL}.xlsx", {"reason": "x"}).status_code == 403


def answered(browser, data):
    return browser.post(f"{URL}/answers", {**form_values(browser.get(URL).text, f"{URL}/answers"), **data})


def test_answers_are_noted_line_by_line_until_none_waits(make, worker, head, sign_in):
    proposal = sent(make, worker, head, "Satu Contoh", "Dua Contoh", "Tiga Contoh")
    first, second, third = [line.id for line in proposal.lines]
    browser, when = sign_in(worker), {"answered_on": "05-10-2026", "which": "ticked"}

    answered(browser, {"given": "accepted", "line": [first], **when})
    answered(browser, {"given": "rejected", "reason": "Data belum lengkap.", "line": [second], **when})
    db.session.expire_all()
    assert (proposal.state, proposal.waiting) == (ProposalState.SENT, 1)
    answered(browser, {"given": "deliberation", "line": [third], **when})

    db.session.expire_all()
    assert (proposal.state, proposal.waiting) == (ProposalState.ANSWERED, 0)
    assert outcomes(proposal) == [Outcome.ACCEPTED, Outcome.REJECTED, Outcome.DELIBERATION]
    assert "Data belum lengkap." in proposal.lines[1].listing_error.outcome_reason
    assert "Data belum lengkap." in browser.get(URL).text


def test_all_that_wait_are_answered_at_once(make, worker, head, sign_in):
    proposal = sent(make, worker, head, "Satu Contoh", "Dua Contoh", kind="inclusion")

    answer = answered(sign_in(worker), {"given": "accepted", "answered_on": "05-10-2026", "which": "all"})

    db.session.expire_all()
    assert answer.status_code == 303
    assert outcomes(proposal) == [Outcome.ACCEPTED, Outcome.ACCEPTED]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"given": "rejected"}, "Tuliskan alasan kantor menolak"),
        ({"given": ""}, "Pilih jawabannya"),
        ({"given": "accepted", "which": "ticked"}, "Centang sedikitnya satu keluarga"),
        ({"given": "accepted", "answered_on": "04-10-2026"}, "Jawaban datang antara"),
        ({"given": "accepted", "answered_on": "kemarin"}, "hari-bulan-tahun"),
    ],
)
def test_what_cannot_be_noted_is_said_and_nothing_is_lost(make, worker, head, sign_in, data, sentence):
    proposal = sent(make, worker, head, "Satu Contoh")
    line = proposal.lines[0]
    typed = {"answered_on": "05-10-2026", "which": "all", "reason": "", **data}

    answer = answered(sign_in(worker), typed)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.get(ListProposalLine, line.id).answer is None


def test_an_answer_is_not_given_twice(make, worker, head):
    proposal = sent(make, worker, head, "Satu Contoh", "Dua Contoh")
    first = proposal.lines[:1]
    services.answer(proposal, first, LineAnswer.ACCEPTED, reason="", on=clock.today(), by=worker)

    with pytest.raises(AlreadySettled):
        services.answer(proposal, first, LineAnswer.REJECTED, reason="Tidak.", on=clock.today(), by=worker)


def test_who_saw_an_older_state_is_told(make, worker, head, sign_in):
    proposal = sent(make, worker, head, "Satu Contoh", "Dua Contoh")
    browser = sign_in(worker)
    shown = form_values(browser.get(URL).text, f"{URL}/answers")
    services.answer(proposal, proposal.lines[:1], LineAnswer.ACCEPTED, reason="", on=clock.today(), by=head)
    db.session.commit()

    late = browser.post(f"{URL}/answers", {**shown, "given": "accepted", "answered_on": "05-10-2026", "which": "all"})

    assert late.status_code == 409


def test_a_newer_list_answers_what_it_fulfils_by_a_persons_click(make, worker, head, sign_in):
    proposal = sent(make, worker, head, "Satu Contoh", "Dua Contoh", "Tiga Contoh")
    brought = batch(make, OCTOBER)
    for line, decile in zip(proposal.lines, (2, 8, None), strict=True):
        if decile:
            entry(make, line.household, OCTOBER, decile, by=brought)
    browser, first = sign_in(worker), proposal.lines[0]

    page = browser.get(URL).text
    shown = form_values(page, f"{URL}/fulfilled")
    answer = browser.post(f"{URL}/fulfilled", {**shown, "line": [line.id for line in proposal.lines]})

    db.session.expire_all()
    assert "DTSEN, 1 Okt" in page
    assert answer.status_code == 303
    assert [line.answer for line in proposal.lines] == [LineAnswer.ACCEPTED, None, None]
    assert "DTSEN, 1 Okt" in first.listing_error.outcome_reason


def test_a_list_of_the_errors_own_day_answers_nothing(make, worker, head):
    proposal = sent(make, worker, head, "Satu Contoh", kind="inclusion", as_of=OCTOBER)
    entry(make, proposal.lines[0].household, OCTOBER, 8)

    assert queries.fulfilled(proposal) == []


def test_what_the_newest_list_says_counts_not_one_between(make, worker, head, clock):
    proposal = sent(make, worker, head, "Satu Contoh", kind="inclusion")
    family = proposal.lines[0].household
    entry(make, family, OCTOBER.replace(month=8), 8)
    entry(make, family, OCTOBER, 2)

    assert queries.fulfilled(proposal) == []


def test_who_is_gone_from_a_newer_whole_list_is_dropped_by_it(make, worker, head):
    proposal = sent(make, worker, head, "Satu Contoh", "Dua Contoh", kind="inclusion")
    gone, looked_up = (line.household for line in proposal.lines)
    entry(make, gone, JULY, 1), entry(make, looked_up, JULY, 1)
    entry(make, make.household(), OCTOBER, 2, by=batch(make, OCTOBER))
    entry(make, looked_up, OCTOBER, 2)

    said = held.said_by_newest("dtsen", [gone.id, looked_up.id])

    assert {key: (one.as_of, one.present) for key, one in said.items()} == {
        gone.id: (OCTOBER, False), looked_up.id: (OCTOBER, True),
    }  # fmt: skip
    assert [one.line_id for one in queries.fulfilled(proposal)] == [proposal.lines[0].id]


def test_a_single_entry_of_a_newer_list_says_nothing_of_the_others(make, worker, head):
    family = sent(make, worker, head, "Satu Contoh", kind="inclusion").lines[0].household
    entry(make, family, JULY, 1)
    entry(make, make.household(), OCTOBER, 2)

    assert held.said_by_newest("dtsen", [family.id])[family.id].as_of == JULY


def test_a_withdrawn_proposal_lets_its_families_be_proposed_again(make, worker, head, sign_in):
    proposal = sent(make, worker, head, "Satu Contoh")
    browser = sign_in(head)
    shown = form_values(browser.get(URL).text, f"{URL}/withdraw")

    assert browser.post(f"{URL}/withdraw", {**shown, "withdrawal_reason": " "}).status_code == 422
    assert browser.post(f"{URL}/withdraw", {**shown, "withdrawal_reason": "Salah kantor."}).status_code == 303

    db.session.expire_all()
    assert (proposal.state, proposal.waiting) == (ProposalState.WITHDRAWN, 0)
    assert outcomes(proposal) == [Outcome.RECORDED]
    assert len(queries.eligible("dtsen", ProposalKind.ADD, limit=9)) == 1
    assert "Salah kantor." in browser.get(URL).text


def test_after_it_was_sent_only_who_sends_withdraws(make, worker, head):
    with pytest.raises(NotAllowed):
        services.withdraw(sent(make, worker, head, "Satu Contoh"), reason="Coba.", by=worker)


def test_what_is_not_sent_is_not_answered(make, worker):
    proposal = made(make, worker, "Satu Contoh")

    with pytest.raises(AlreadySettled):
        services.answer(proposal, proposal.lines, LineAnswer.ACCEPTED, reason="", on=clock.today(), by=worker)


def test_more_families_than_an_office_answers_in_one_sitting_are_refused(worker):
    with pytest.raises(Refused, match="500"):
        services.make("dtsen", ProposalKind.ADD, range(1, 502), by=worker)


def test_the_unit_head_finds_what_is_to_be_sent_and_what_is_overdue(make, worker, head, sign_in, clock):
    made(make, worker, "Satu Contoh")
    sent(make, worker, head, "Dua Contoh")
    group = next(group for group in today.groups_of(head) if group.code == "list_proposals")
    assert (group.total, [row.title for row in group.rows]) == (1, ["U-2026-000001"])

    clock.shift(timedelta(days=91))

    group = next(group for group in today.groups_of(head) if group.code == "list_proposals")
    assert [row.title for row in group.rows] == ["U-2026-000002", "U-2026-000001"]  # what is overdue first
    page = sign_in(head).get(group.url).text
    assert page.count('<th scope="row">') == group.total
    assert "terlambat sejak" in page


def test_the_last_day_is_not_late_yet(make, worker, head, clock):
    sent(make, worker, head, "Dua Contoh")

    clock.shift(timedelta(days=90))

    assert not [group for group in today.groups_of(head) if group.code == "list_proposals"]


def test_every_step_is_in_the_trail(make, worker, head):
    proposal = sent(make, worker, head, "Satu Contoh")
    services.answer(proposal, proposal.lines, LineAnswer.ACCEPTED, reason="", on=clock.today(), by=worker)
    db.session.commit()

    about = select(AuditEvent.action).where(AuditEvent.subject_type == "list_proposal").order_by(AuditEvent.id)
    steps = [action.removeprefix("list_proposal.") for action in db.session.scalars(about)]
    assert steps == ["made", "file_written", "sent", "answered"]


@pytest.mark.parametrize(
    "url", ["/list-proposals/U-2026-999999", "/list-proposals?filter=x", "/list-proposals/new?list=x"]
)
def test_what_is_not_there_is_not_found(head, sign_in, url):
    assert sign_in(head).get(url).status_code == 404


@pytest.mark.parametrize("url", ["/lists", "/list-proposals", "/lists/visits", "/list-proposals/new"])
def test_lists_and_proposals_are_not_for_everybody(make, sign_in, app, url):
    assert sign_in(make.treasurer()).get(url).status_code == 403
    assert app.test_client().get(url).status_code == 303
