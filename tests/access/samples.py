"""One record of each kind, so that every address of the portal can be asked for."""

from datetime import date
from hashlib import sha256
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from portal import clock
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.collection.bank_models import BankLine, BankStatement, StatementState
from portal.collection.models import GiverRow, GiverSheet, SheetState
from portal.collection.models import RowKind as GiverKind
from portal.complaints.models import Complaint, ComplaintStatus
from portal.db import db
from portal.decisions.evidence import ground_kept
from portal.decisions.facts import ground_of
from portal.decisions.models import ListingError, ListingErrorKind
from portal.exchange.models import BatchState, ImportBatch, ImportProgress, ImportRow, RowKind
from portal.files.models import StoredFile
from portal.files.services import path_of
from portal.funds.models import (
    AccountKind,
    BookPeriod,
    DisbursementStatus,
    EntryKind,
    Fund,
    LedgerAccount,
    LedgerEntry,
    LedgerLine,
    Method,
)
from portal.households.area_models import AreaReport, ReportKind
from portal.households.event_models import EventKind, FamilyEvent
from portal.households.models import Household, Listing, MembershipCard
from portal.households.noting import place_of
from portal.lists.models import LineAnswer, ListProposal, ListProposalLine, ProposalKind, ProposalState
from portal.merging.models import Merge, MergeKind
from portal.partners.models import Purpose
from portal.partners.pledge_models import Pledge
from portal.partners.record_models import PaperKind, PartnerPaper
from portal.payments.models import PaymentLine, PaymentList
from portal.recommendations.models import Delegation
from portal.visits.models import Assessment, AssessmentStatus
from portal.web.kept import KeptForm
from tests.duplicates import factories as duplicates
from tests.factories import Make
from tests.files.samples import PDF
from tests.reports import factories


class Samples:
    """Made records, and the value of each argument by the first part of its address: ("cards", "number")."""

    def __init__(self, make: Make) -> None:
        worker, head, mayor = make.social_worker(), make.unit_head(), make.mayor()
        family = make.household("Yurnalis Piliang", members=2)
        case = factories.complaint(make, family, by=worker, status=ComplaintStatus.SCHEDULED)
        visit = factories.visit(make, case, by=worker)
        found = factories.assessment(make, visit, by=worker, status=AssessmentStatus.FINAL)
        ground = ground_kept(family, found, ground_of(family, found))
        decision = factories.decision(make, case, found, by=worker, decided_by=head, ground=ground)
        card = factories.card(make, decision, by=head, verification_code="ACDEFGHJKMNPQRTUVW")
        letter = factories.recommendation(make, case, by=worker, decided_by=mayor)
        self.referral = factories.referral(make, case, by=worker)
        partner = make.partner_user("baznas")
        self.donation = factories.donation(make, by=partner, partner_code="baznas")
        fund = factories.fund(make)
        aid = factories.disbursement(make, case, by=worker, status=DisbursementStatus.WAITING)
        cadre = make.cadre()
        self.report = self._report(make, family, cadre)
        # Whose records these are, for the roles that have records of their own.
        self.owners = {
            Role.SOCIAL_WORKER: worker, Role.PARTNER: partner, Role.CADRE: cadre,
            Role.OFFICE: make.office_user("Dinas Sosial"),
        }  # fmt: skip
        self.values: dict[tuple[str, str], Any] = {
            ("households", "household_id"): family.id,
            ("households", "kind"): "died",
            ("households", "event_id"): self._family_event(make, family, worker),
            ("households", "card_id"): self._membership_card(make, family.id),
            ("area", "report_id"): self.report.id,
            ("updates", "village_code"): family.village_code,
            ("updates", "month"): f"{clock.today():%Y-%m}",
            ("complaints", "number"): case.number,
            ("visits", "visit_id"): visit.id,
            ("decisions", "decision_id"): decision.id,
            ("listing-errors", "error_id"): self._listing_error(make, found, worker),
            ("lists", "key"): f"dtsen-{clock.today()}",
            ("list-proposals", "number"): self._list_proposal(make, family, worker),
            ("cards", "number"): card.number,
            ("recommendations", "number"): letter.number,
            ("delegations", "delegation_id"): self._delegation(make, mayor, head),
            ("referrals", "referral_id"): self.referral.id,
            ("duplicates", "pair_id"): duplicates.pair(make).id,
            ("donations", "number"): self.donation.number,
            ("bank-statements", "statement_id"): self._statement(make),
            ("bank-lines", "line_id"): self._bank_line(make),
            ("giver-sheets", "sheet_id"): self._giver_sheet(make, partner),
            ("giver-sheets", "number"): self.collected.number,
            ("giver-sheets", "position"): 1,
            ("pledges", "number"): self._pledge(make, partner),
            ("partners", "paper_id"): self._paper(make, partner),
            ("funds", "code"): fund.code,
            ("funds", "entry_id"): self._entry(make, fund),
            ("funds", "ends"): self._book_period(make, worker),
            ("partners", "code"): "baznas",
            ("disbursements", "number"): aid.number,
            ("disbursements", "guard"): "large",
            ("payments", "number"): self._payment_list(make, case, letter.id),
            ("files", "file_id"): self._file(make, self.donation.id, partner),
            ("kept", "token"): self._kept(make, worker),
            ("account", "handle"): "0" * 16,
            ("users", "user_id"): worker.id,
            ("settings", "key"): "visits_per_day",
            ("services", "code"): "edu-basic",
            ("verify", "code"): card.verification_code,
            ("imports", "batch_id"): self._import_batch(make, worker),
            ("merges", "merge_id"): self._merge(make, worker),
            ("help", "chapter"): "mulai",
            ("help", "name"): "masuk",
        }

    def url(self, app: Flask, rule: Rule) -> str:
        """An address that this rule answers. A room with a new kind of record adds it above."""
        if rule.rule == "/disbursements/new":
            return f"/disbursements/new?decision={self.values['decisions', 'decision_id']}"
        first = rule.rule.split("/")[1]
        values = {name: self.values[first, name] for name in rule.arguments}
        return str(app.url_map.bind("localhost").build(rule.endpoint, values))

    def _statement(self, make: Make) -> int:
        self.statement = BankStatement(
            account="Bank Contoh", file_name="contoh.csv", size=3, state=StatementState.UNMAPPED, found={},
            sha256=self._uploaded(b"Tgl;Masuk\n1-10-2026;5000"), uploaded_by_id=make.treasurer().id,
            uploaded_at=clock.now(),
        )  # fmt: skip
        return int(make._store(self.statement).id)

    def _bank_line(self, make: Make) -> int:
        line = BankLine(
            statement_id=self.statement.id, place=2, account="Bank Contoh", day=clock.today(), amount=5_000,
            description="bank_line-description-of-the-sample", reference="", mark="contoh",
        )  # fmt: skip
        return int(make._store(line).id)

    def _giver_sheet(self, make: Make, by: User) -> int:
        self.collected = factories.donation(make, by=by, partner_code="baznas", givers=1)
        sheet = GiverSheet(
            partner_code="baznas", month=clock.today().replace(day=1), given_on=clock.today(), kind_code="infak",
            purpose=Purpose.GENERAL, file_name="contoh.csv", size=3, state=SheetState.UNMAPPED, found={},
            sha256=self._uploaded(b"Nama;Rp\nUpik;5000"), uploaded_by_id=by.id, uploaded_at=clock.now(),
        )  # fmt: skip
        make._store(sheet)
        make._store(
            GiverRow(
                sheet_id=sheet.id, number=2, kind=GiverKind.REFUSED, name="Upik", name_key="upik|", office="",
                amount=5_000, said=["amount_missing"], cells=["Upik", 5_000], donation_id=self.collected.id, position=1,
            )
        )  # fmt: skip
        return int(sheet.id)

    def _pledge(self, make: Make, by: User) -> str:
        pledge = Pledge(
            number="P-2026-000001", partner_code="baznas", kind_code="infak", amount=1_000_000, due_on=clock.today(),
            purpose=Purpose.GENERAL, pledged_by_id=by.id, pledged_at=clock.now(), note="pledge-note-of-the-sample",
        )  # fmt: skip
        return str(make._store(pledge).number)

    def _paper(self, make: Make, by: User) -> int:
        paper = PartnerPaper(
            partner_code="baznas", kind=PaperKind.AGREEMENT, number="PKS/01/2026", dated_on=clock.today(),
            added_by_id=by.id, added_at=clock.now(), note="partner_paper-note-of-the-sample",
        )  # fmt: skip
        return int(make._store(paper).id)

    def _report(self, make: Make, family: Household, by: User) -> AreaReport:
        report = AreaReport(
            village_code=family.village_code, household_id=family.id, kind=ReportKind.MOVED, reported_by_id=by.id,
            family_name=family.head_name, own_words="Contoh", reported_at=clock.now(),
        )  # fmt: skip
        make._store(report)
        return report

    def _family_event(self, make: Make, family: Household, by: User) -> int:
        event = FamilyEvent(
            household_id=family.id, kind=EventKind.MOVED_WITHIN, on=clock.today(), noted_by_id=by.id,
            noted_at=clock.now(), note="family_event-note-of-the-sample", moved_from=place_of(family),
            moved_to=place_of(family),
        )  # fmt: skip
        return int(make._store(event).id)

    def _membership_card(self, make: Make, household_id: int) -> int:
        row = MembershipCard(household_id=household_id, kind="kks", seen_on=clock.today())
        return int(make._store(row).id)

    def _listing_error(self, make: Make, found: Assessment, by: User) -> int:
        row = ListingError(
            household_id=found.household_id, assessment_id=found.id, kind=ListingErrorKind.EXCLUSION,
            list_code="dtsen", list_as_of=clock.today(), instrument_code=found.instrument_code,
            instrument_version=found.instrument_version, value=9, band="poor", visitor_id=by.id,
            found_on=clock.today(), reason="Contoh", recorded_by_id=by.id, recorded_at=clock.now(),
        )  # fmt: skip
        return int(make._store(row).id)

    def _list_proposal(self, make: Make, family: Household, by: User) -> str:
        """Of the family whose listing error is stored already; the list it is about names the family."""
        error = db.session.scalars(select(ListingError)).one()
        make._store(Listing(
            household_id=family.id, list_code="dtsen", as_of=clock.today(), present=True, decile=7,
            checked_on=clock.today(),
        ))  # fmt: skip
        proposal = ListProposal(
            number="U-2026-000001", list_code="dtsen", kind=ProposalKind.ADD, office="Dinas Sosial",
            format_code="dtsen", state=ProposalState.SENT, waiting=1, made_by_id=by.id, made_at=clock.now(),
            sent_by_id=by.id, sent_on=clock.today(), due_on=clock.today(), file_sha256="0" * 64,
        )  # fmt: skip
        proposal.lines = [
            ListProposalLine(
                position=position, listing_error_id=error.id, household_id=family.id, list_code="dtsen",
                kind=ProposalKind.ADD, answer=answer, answered_on=clock.today() if answer else None,
                reason="Contoh" if answer else "",
            )
            for position, answer in enumerate((None, LineAnswer.REJECTED), start=1)
        ]  # fmt: skip
        return str(make._store(proposal).number)

    def _payment_list(self, make: Make, case: Complaint, letter_id: int) -> str:
        head = make.unit_head()
        aid = factories.disbursement(
            make, case, by=make.social_worker(), status=DisbursementStatus.APPROVED, approved_by_id=head.id,
            approved_at=clock.now(), recommendation_id=letter_id,
        )  # fmt: skip
        payments = PaymentList(
            number="B-2026-000001", method=Method.CASH, planned_on=clock.today(), made_by_id=make.treasurer().id,
            made_at=clock.now(),
        )  # fmt: skip
        payments.lines = [PaymentLine(position=1, disbursement_id=aid.id)]
        return str(make._store(payments).number)

    def _delegation(self, make: Make, mayor: User, deputy: User) -> int:
        row = Delegation(
            from_user_id=mayor.id, to_user_id=deputy.id, starts_on=clock.today(), ends_on=clock.today(),
            reason="Dinas luar", granted_at=clock.now(),
        )  # fmt: skip
        return int(make._store(row).id)

    def _uploaded(self, content: bytes) -> str:
        """A file of this content lies where uploads lie; its hash."""
        mark = sha256(content).hexdigest()
        place = path_of(mark)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        return mark

    def _file(self, make: Make, donation_id: int, by: User) -> int:
        mark = self._uploaded(PDF)
        row = StoredFile(
            sha256=mark, media_type="application/pdf", size=len(PDF), name="bukti.pdf", subject_type="donation",
            subject_id=donation_id, uploaded_by_id=by.id, uploaded_at=clock.now(),
        )  # fmt: skip
        return int(make._store(row).id)

    def _import_batch(self, make: Make, by: User) -> int:
        batch = ImportBatch(
            file_name="contoh.xlsx", sha256="0" * 64, size=1, state=BatchState.STOPPED, uploaded_by_id=by.id,
            uploaded_at=clock.now(), confirmed_by_id=by.id, confirmed_at=clock.now(), ended_at=clock.now(),
            found=[{"sheet": "", "titles": ["Nama"], "used": {"name": "Nama"}, "left_out": [], "unused": [],
                    "head_row": 1, "rows": 2}],
        )  # fmt: skip
        make._store(batch)
        make._store(ImportProgress(batch_id=batch.id))
        for number, (kind, said) in enumerate(((RowKind.REFUSED, ["name_empty"]), (RowKind.DOUBT, ["maybe_known"]))):
            make._store(ImportRow(
                batch_id=batch.id, family=number + 1, sheet="", number=number + 2, kind=kind, name="Contoh",
                person={"name": "Contoh", "relation": "head"}, said=said, cells=["Contoh"],
            ))  # fmt: skip
        return int(batch.id)

    def _entry(self, make: Make, fund: Fund) -> int:
        row = LedgerEntry(kind=EntryKind.DONATION, posted_on=clock.today(), posted_at=clock.now())
        make._store(row)
        account = LedgerAccount(fund_id=fund.id, kind=AccountKind.AVAILABLE, balance=0)
        make._store(account)
        make._store(LedgerLine(entry_id=row.id, account_id=account.id, donation_id=self.donation.id, amount=1000))
        return int(row.id)

    def _book_period(self, make: Make, by: User) -> str:
        """Closed long before anything else of the samples happened."""
        row = BookPeriod(
            starts_on=date(1999, 1, 1), ends_on=date(1999, 1, 31), report={"funds": [], "given": [], "families": 0},
            closed_by_id=by.id, closed_at=clock.now(),
        )  # fmt: skip
        return str(make._store(row).ends_on)

    def _merge(self, make: Make, by: User) -> int:
        kept, other = make.household("Elfira"), make.household("Elfira")
        other.closed_on, other.merged_into_id = clock.today(), kept.id
        make._store(other)
        row = Merge(
            kind=MergeKind.FAMILY, kept_household_id=kept.id, other_household_id=other.id,
            reason="merge-reason-of-the-sample", merged_by_id=by.id, merged_at=clock.now(),
        )  # fmt: skip
        return int(make._store(row).id)

    def _kept(self, make: Make, owner: User) -> str:
        row = KeptForm(token="contoh", user_id=owner.id, path="/account", fields=[["a", "b"]], kept_at=clock.now())
        return str(make._store(row).token)
