"""The pages of proposals and decisions, for each role."""

import re

import pytest
from sqlalchemy import delete, select

from portal import audit, clock
from portal.accounts.roles import Role
from portal.audit.models import AuditEvent
from portal.complaints.models import ComplaintStatus
from portal.db import db
from portal.decisions import queries
from portal.decisions.models import Decision, DecisionStatus, Proposal
from portal.households.models import Listing
from tests.decisions.factories import case
from tests.pages import form_values
from tests.visits import factories as visits


def proposal_url(found):
    return f"/complaints/{found.complaint.number}/proposal"


def without_keys(markup):
    """The text of a page; keys and tokens of its forms are others every time."""
    return " ".join(re.sub(r'name="(once|csrf_token)" value="[^"]*"', "", markup).split())


@pytest.fixture
def waiting(make):
    """A case that waits for the unit head."""
    found = case(make)
    return found, found.propose()


def send(browser, url, **fields):
    """Fill in the page's form and send it, as a person does."""
    page = browser.get(url)
    return browser.post(url, {**form_values(page.text, url), **fields})


def test_the_proposal_page_shows_evidence_and_rule_on_one_screen(make, sign_in):
    found = case(make)

    text = sign_in(found.worker).get(proposal_url(found)).text

    assert "10 dari 12 kriteria" in text
    assert "Jalur b: kartu satu tahun" in text
    assert "Keluarga tidak tercatat dalam data terpadu." in text or "data terpadu" in text
    assert "Dikatakan" in text
    assert "Miskin, tetapi tidak" in text
    assert text.count('<tr><th scope="row">') == 12


def test_the_proposal_alone_is_what_stands_in_the_page(make, sign_in):
    found = case(make)
    browser = sign_in(found.worker)

    part, whole = browser.fragment(proposal_url(found), "propose"), browser.get(proposal_url(found)).text

    assert "<html" not in part
    assert without_keys(part) in without_keys(whole)


def test_the_earlier_assessment_stands_beside_it(make, sign_in):
    first = case(make, "D11", assessed_days_ago=60)
    first.settle(first.propose(Proposal.REFUSE), DecisionStatus.DECLINED)
    now = case(make, "D07", people=first)

    text = sign_in(now.worker).get(proposal_url(now)).text

    assert "Sebelumnya, " in text


def test_a_worker_proposes_and_the_unit_head_finds_it(make, sign_in):
    found = case(make)

    response = send(sign_in(found.worker), proposal_url(found), proposal="help", service="data-card")
    [decision] = queries.decisions_of(complaint_id=found.complaint.id)

    assert (response.status_code, response.location) == (303, f"/decisions/{decision.id}")
    assert found.household.head_name in sign_in(found.head).get("/decisions").text


def test_a_proposal_sent_twice_is_made_once(make, sign_in):
    found, browser = case(make), None
    browser = sign_in(found.worker)
    fields = {
        **form_values(browser.get(proposal_url(found)).text, proposal_url(found)),
        "proposal": "help",
        "service": "data-card",
    }

    first, second = browser.post(proposal_url(found), fields), browser.post(proposal_url(found), fields)

    assert first.location == second.location
    assert len(queries.decisions_of(complaint_id=found.complaint.id)) == 1


def test_a_refused_proposal_says_why_and_keeps_what_was_typed(make, sign_in):
    found = case(make)

    response = send(sign_in(found.worker), proposal_url(found), proposal="refuse", service="health-medicine")

    assert response.status_code == 422
    assert "berbeda dengan jawaban aturan" in response.text
    assert 'value="refuse"' in response.text
    assert '<option selected value="health-medicine">' in response.text
    assert queries.decisions_of(complaint_id=found.complaint.id) == []


def test_nothing_chosen_is_asked_for(make, sign_in):
    found = case(make, "D09")

    response = send(sign_in(found.worker), proposal_url(found), service="data-card", reason="Sakit")

    assert response.status_code == 422
    assert "Pilih salah satu" in response.text


def test_a_common_reason_fills_the_box_and_proposes_nothing(make, sign_in):
    found = case(make)

    response = send(
        sign_in(found.worker),
        proposal_url(found),
        proposal="help",
        service="data-card",
        reason="Sudah dilihat.",
        use="0",
    )

    assert response.status_code == 200
    assert "Sudah dilihat. Yang dilihat di rumah sesuai dengan keterangan keluarga." in response.text
    assert queries.decisions_of(complaint_id=found.complaint.id) == []


def test_before_the_visit_the_page_says_what_comes_first(make, sign_in):
    found = case(make, assessed_days_ago=200)

    page = sign_in(found.worker).get(proposal_url(found))

    assert page.status_code == 200
    assert "Belum dapat diusulkan." in page.text
    assert "<textarea" not in page.text
    assert f'<span class="nowrap">{found.complaint.number}</span></h1>' in page.text
    assert primary(page.text) == f"/complaints/{found.complaint.number}/visit"


def primary(markup: str) -> str:
    """Where the page's one primary button leads."""
    return re.search(r'class="btn btn-primary" href="([^"]+)"', markup).group(1)


def test_a_visit_that_is_booked_or_a_list_not_looked_up_is_the_next_step(make, sign_in):
    found = case(make, assessed_days_ago=200)
    visit = visits.visit(make, found.visitor, found.household, complaint=found.complaint)
    browser = sign_in(found.worker)

    assert primary(browser.get(proposal_url(found)).text) == f"/visits/{visit.id}"
    with audit.unrecorded():
        found.assessment.assessed_on = make.ago(1)
        db.session.execute(delete(Listing))
        db.session.commit()
    assert primary(browser.get(proposal_url(found)).text) == f"/households/{found.household.id}/list-check"


def test_a_proposed_case_leads_to_its_decision(waiting, sign_in):
    found, decision = waiting

    assert sign_in(found.worker).get(proposal_url(found)).location == f"/decisions/{decision.id}"


def test_the_unit_head_approves_and_the_card_is_there(waiting, sign_in):
    found, decision = waiting
    browser, url = sign_in(found.head), f"/decisions/{decision.id}"

    response = send(browser, url, status="approved", reason="Bukti mendukung usulan.")

    assert (response.status_code, response.location) == (303, url)
    page = browser.get(url).text
    assert "Disetujui" in page
    assert "/cards/KAN-2026-000001" in page
    assert "Permohonan dikabulkan" in page


def test_a_refusal_tells_the_family_what_counted_and_what_may_be_done(make, sign_in):
    found = case(make, "D11")
    decision = found.propose(Proposal.REFUSE)
    browser, url = sign_in(found.head), f"/decisions/{decision.id}"

    before = browser.get(url).text
    send(browser, url, status="declined", reason="Penghasilan tetap.")
    after = browser.get(url).text

    assert "Yang akan disampaikan kepada keluarga" in before
    assert ">Setujui<" not in before
    for text in (before, after):
        assert "5 dari 12 kriteria terpenuhi." in text
        assert "Bantuan unit dimulai dari 8 kriteria." in text
        assert "petugas lain yang tidak menangani" in text
        assert "Wali Kota" in text
    assert "Penghasilan tetap." in after


def test_a_decision_without_a_reason_is_asked_for_one(waiting, sign_in):
    found, decision = waiting

    response = send(sign_in(found.head), f"/decisions/{decision.id}", status="declined", reason=" ")

    assert response.status_code == 422
    assert "alasan tertulis" in response.text
    assert db.session.get(Decision, decision.id).status is DecisionStatus.PROPOSED


def test_a_refused_approval_leaves_everything_as_it_was(make, sign_in):
    """The card's rule stands against it: neither the decision nor the case may have moved."""
    found = case(make)
    decision = found.propose()
    other = case(make, people=found, service_code="data-card")
    other.approve(other.propose())

    response = send(sign_in(found.head), f"/decisions/{decision.id}", status="approved", reason="Ya.")

    assert response.status_code == 422
    assert "kartu aktif sampai" in response.text
    assert db.session.get(Decision, decision.id).status is DecisionStatus.PROPOSED
    assert found.complaint.status is ComplaintStatus.ASSESSED


def test_a_decision_in_a_fragment_answers_with_the_same_words_as_the_page(waiting, sign_in):
    found, decision = waiting
    browser, url = sign_in(found.head), f"/decisions/{decision.id}"

    fragment = browser.fragment(url, "decide")

    assert "<html" not in fragment
    assert "Tolak dengan alasan" in fragment
    assert "Yang akan disampaikan kepada keluarga" in fragment


def test_a_second_decision_is_told_that_it_is_too_late(waiting, make, sign_in):
    found, decision = waiting
    url, other = f"/decisions/{decision.id}", sign_in(make.unit_head())
    opened = form_values(other.get(url).text, url)
    send(sign_in(found.head), url, status="approved", reason="Ya.")

    response = other.post(url, {**opened, "status": "declined", "reason": "Tidak."})

    assert response.status_code == 409
    assert found.head.full_name in response.text


def test_a_page_of_an_error_never_lands_in_a_part_of_a_page(waiting, sign_in):
    found, decision = waiting
    url, browser = f"/decisions/{decision.id}", sign_in(found.head)
    fields = {**form_values(browser.get(url).text, url), "version": "99", "status": "approved", "reason": "Ya."}

    response = browser.post(url, fields, headers={"HX-Request": "true", "HX-Target": "decide"})

    assert response.status_code == 409
    assert (response.headers["HX-Retarget"], response.headers["HX-Reswap"]) == ("body", "innerHTML")


def test_an_old_page_is_compared_before_it_decides(waiting, sign_in):
    found, decision = waiting
    url, browser = f"/decisions/{decision.id}", sign_in(found.head)
    opened = form_values(browser.get(url).text, url)
    with audit.unrecorded():
        decision.proposal_reason = "Diperbaiki."
        db.session.commit()

    assert browser.post(url, {**opened, "status": "approved", "reason": "Ya."}).status_code == 409


def test_who_visited_reads_why_the_button_is_missing(waiting, make, sign_in):
    found, decision = waiting
    both = make.user(Role.UNIT_HEAD, Role.SOCIAL_WORKER)
    with audit.unrecorded():
        found.visit.visitor_id = both.id
        decision.visitor_id = both.id
        db.session.commit()
    url = f"/decisions/{decision.id}"

    page = sign_in(both).get(url)
    response = sign_in(both).post(url, {"status": "approved", "reason": "Ya.", "version": decision.version})

    assert "mengunjungi keluarga ini" in page.text
    assert "Tolak dengan alasan" not in page.text
    assert response.status_code == 403


def test_who_may_open_what(waiting, make, sign_in, stranger):
    _found, decision = waiting
    open_case = case(make)
    people = make.everyone()
    readers = {Role.SOCIAL_WORKER, Role.UNIT_HEAD}
    for role, person in people.items():
        browser = sign_in(person)
        for url in ("/decisions", f"/decisions/{decision.id}", "/listing-errors"):
            assert browser.get(url).status_code == (200 if role in readers else 403), (role, url)
        expected = 200 if role is Role.SOCIAL_WORKER else 403
        assert browser.get(proposal_url(open_case)).status_code == expected, role
        if role is not Role.UNIT_HEAD:
            assert browser.post(f"/decisions/{decision.id}", {"status": "approved", "reason": "Ya."}).status_code == 403
    for url in ("/decisions", f"/decisions/{decision.id}", proposal_url(open_case), "/listing-errors"):
        assert stranger.get(url).location == f"/sign-in?next={url}"


def test_what_is_not_there_is_not_found(make, sign_in):
    worker, head = sign_in(make.social_worker()), sign_in(make.unit_head())

    assert worker.get("/complaints/K-2026-999999/proposal").status_code == 404
    assert head.get("/decisions/999").status_code == 404
    assert head.get("/listing-errors/999").status_code == 404


def test_reading_a_decision_stands_in_the_trail(waiting, sign_in):
    found, decision = waiting
    sign_in(found.head).get(f"/decisions/{decision.id}")

    rows = db.session.query(AuditEvent).filter_by(action="decision.read", subject_id=str(decision.id)).all()

    assert [(row.actor_id, row.household_id) for row in rows] == [(found.head.id, found.household.id)]


def test_the_list_is_narrowed_and_keeps_its_address(waiting, make, sign_in):
    found, _decision = waiting
    other = case(make, "D05")
    other.approve(other.propose())
    browser = sign_in(found.head)

    assert found.complaint.number in browser.get(f"/decisions?q={found.complaint.number}").text
    assert found.complaint.number not in browser.get("/decisions?q=tidak-ada").text
    settled = browser.fragment("/decisions?state=settled", "results")
    assert other.complaint.number in settled
    assert found.complaint.number not in settled
    assert browser.get("/decisions?village=99.99&after=rubbish").status_code == 200


def test_an_empty_list_says_what_comes_here(make, sign_in):
    assert "Tidak ada yang menunggu keputusan." in sign_in(make.unit_head()).get("/decisions").text


def test_listing_errors_are_listed_narrowed_and_followed(waiting, sign_in):
    found, _decision = waiting
    [error] = queries.listing_errors_of(found.household.id)
    browser, url = sign_in(found.head), f"/listing-errors/{error.id}"

    assert found.household.head_name in browser.get("/listing-errors?kind=exclusion&outcome=recorded").text
    assert found.household.head_name not in browser.fragment("/listing-errors?kind=inclusion", "results")
    assert send(browser, url, outcome="proposed_add", outcome_reason="").status_code == 422
    assert send(browser, url, outcome="proposed_drop", outcome_reason="Surat 12").status_code == 422
    old = form_values(browser.get(url).text, url)
    assert send(browser, url, outcome="proposed_add", outcome_reason="Surat 12").location == "/listing-errors"
    late = browser.post(url, {**old, "outcome": "deliberation", "outcome_reason": "Muskel"})
    assert late.status_code == 409
    assert "Surat 12" in late.text
    assert found.household.head_name in browser.get("/listing-errors?outcome=proposed_add").text


def test_dates_of_a_decision_are_those_of_the_unit(waiting, sign_in):
    found, decision = waiting

    assert clock.format_day(clock.today(), short=True) in sign_in(found.head).get(f"/decisions/{decision.id}").text


@pytest.mark.parametrize(
    ("row", "proposal", "status", "said"),
    [("D07", Proposal.HELP, "declined", "Miskin), tetapi Bapak/Ibu menolaknya."),
     ("D07", Proposal.REFUSE, "declined", "Miskin), tetapi Bapak/Ibu menolaknya."),
     ("D11", Proposal.HELP, "approved", "Tidak miskin), tetapi Bapak/Ibu menyetujuinya.")],
)  # fmt: skip
def test_deciding_against_the_rule_is_asked_once_and_kept(make, sign_in, row, proposal, status, said):
    found = case(make, row)
    decision = found.propose(proposal, reason="Sudah dipertimbangkan.")
    browser, url = sign_in(found.head), f"/decisions/{decision.id}"

    asked = send(browser, url, status=status, reason="Ada alasan lain.")

    assert asked.status_code == 422
    assert said in asked.text
    agreed = send(browser, url, status=status, reason="Ada alasan lain.", confirmed=[f"against_rule:{status}"])
    assert agreed.status_code == 303
    assert "Ini berbeda dengan jawaban aturan." in browser.get(url).text.split("Ada alasan lain.")[1]
    acts = select(AuditEvent.details).where(AuditEvent.action == f"decision.{status}")
    assert '"confirmed": ["against_rule"]' in db.session.scalars(acts).one()


def test_deciding_as_the_rule_says_or_returning_a_case_asks_nothing(make, sign_in):
    for status in ("approved", "returned"):
        found = case(make)
        url = f"/decisions/{found.propose().id}"
        assert send(sign_in(found.head), url, status=status, reason="Bukti mendukung.").status_code == 303
