"""Somebody who follows every link, and cases at each step of their life to find on the way."""

import re
from hashlib import sha256
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from portal import clock as unit_clock
from portal.accounts.roles import Role
from portal.complaints.models import Complaint
from portal.complaints.models import ComplaintStatus as S
from portal.exchange.models import BatchState, ImportBatch, ImportProgress
from portal.files.services import path_of
from portal.funds.models import DisbursementStatus, Method
from portal.partners.models import DonationStatus
from portal.visits.models import Assessment, AssessmentStatus, VisitStatus
from tests.access.matrix import Caller, Doorman
from tests.access.samples import Samples
from tests.factories import Make
from tests.pages import apart
from tests.reports import factories

LINK = re.compile(r'<a\b[^>]*\shref="([^"#]+)')


class Walker:
    """Follows every link that one person is shown, each kind of page in a few copies."""

    MOST = 8

    def __init__(self, doorman: Doorman, caller: Caller) -> None:
        self.doorman, self.caller = doorman, caller
        self.adapter = doorman.app.url_map.bind("localhost")
        self.browser = doorman._browser(caller)
        self.client = self.browser.client
        self.reached: dict[str, int] = {}
        self.wrong: list[tuple[str, int]] = []

    def walk(self, *more: str) -> set[str]:
        """The rules of all pages that links lead to, from the first page and from `more`."""
        waiting = ["/", *more]
        seen = set(waiting)
        while waiting:
            url = waiting.pop(0)
            for link in self._links(url):
                if link not in seen:
                    seen.add(link)
                    waiting.append(link)
        return set(self.reached)

    def look(self, url: str, text: str) -> None:
        """What is done with a page on the way."""

    def _links(self, url: str) -> list[str]:
        rule = self._rule(url)
        if rule is None or self.reached.get(rule, 0) >= self.MOST:
            return []
        answer = apart(self.client.get, url)
        if answer.status_code == 303 and answer.location:
            return [answer.location]
        if answer.status_code != 200:
            self.wrong.append((url, answer.status_code))
            return []
        self.reached[rule] = self.reached.get(rule, 0) + 1
        if answer.mimetype != "text/html":
            return []
        self.look(url, answer.text)
        found = (urljoin(url, unescape(link)) for link in LINK.findall(answer.text))
        return [link for link in found if link.startswith("/")]

    def _rule(self, url: str) -> str | None:
        try:
            rule, _arguments = self.adapter.match(urlsplit(url).path, method="GET", return_rule=True)
        except (HTTPException, RequestRedirect):
            return None
        return None if rule.endpoint == "static" else str(rule.rule)


def in_every_state(make: Make, samples: Samples) -> None:
    """Cases at each step of their life, so that what a step opens has a page to stand on."""
    worker, treasurer, head = samples.owners[Role.SOCIAL_WORKER], make.treasurer(), make.unit_head()

    def case(status: S) -> Complaint:
        return factories.complaint(make, make.household("Rosma"), by=worker, status=status)

    def assessed(status: S) -> tuple[Complaint, Assessment]:
        of = case(status)
        visit = factories.visit(make, of, by=worker, status=VisitStatus.DONE)
        return of, factories.assessment(make, visit, by=worker, status=AssessmentStatus.FINAL)

    def aid(status: DisbursementStatus, **details: Any) -> None:
        of, found = assessed(S.APPROVED)
        decision = factories.decision(make, of, found, by=worker, decided_by=head)
        factories.disbursement(make, of, by=worker, status=status, decision_id=decision.id, **details)

    case(S.RECEIVED)
    factories.recommendation(make, case(S.RECEIVED), by=worker)
    table = b"Siapa;Di mana\nRosma;Ibuh\n"
    mark = sha256(table).hexdigest()
    path_of(mark).parent.mkdir(parents=True, exist_ok=True)
    path_of(mark).write_bytes(table)
    unknown = ImportBatch(
        file_name="tak-dikenal.csv", sha256=mark, size=len(table), state=BatchState.UNMAPPED, uploaded_by_id=worker.id,
        uploaded_at=unit_clock.now(), found=[],
    )  # fmt: skip
    make._store(ImportProgress(batch_id=make._store(unknown).id))
    draft = factories.visit(make, case(S.SCHEDULED), by=worker)
    factories.assessment(make, draft, by=worker, status=AssessmentStatus.DRAFT)
    assessed(S.ASSESSED)
    approved = {"from_fund": factories.fund(make), "approved_by_id": head.id}
    aid(DisbursementStatus.PROPOSED)
    aid(DisbursementStatus.PROPOSED, from_fund=factories.fund(make, "baznas", "zakat"), asnaf="fakir")
    aid(DisbursementStatus.APPROVED, **approved)
    paid = {"paid_by_id": treasurer.id, "paid_on": unit_clock.today(), "method": Method.CASH}
    aid(DisbursementStatus.PAID, **approved, **paid)
    partner = samples.owners[Role.PARTNER]
    factories.donation(
        make, by=partner, status=DonationStatus.CONFIRMED, settled_by_id=treasurer.id, settled_at=unit_clock.now()
    )
