"""National lists that came in as files, and proposals to their owner in every state."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from random import Random
from typing import Final

from portal import clock
from portal.decisions.models import ListingError, ListingErrorKind, ListingErrorOutcome
from portal.demo import words
from portal.demo.city import SEED, City, House
from portal.demo.days import moment
from portal.demo.sheet import Row
from portal.exchange.models import BatchState, ImportBatch, ImportEffect, ImportProgress, RowKind
from portal.households.models import Listing
from portal.lists.models import LineAnswer, ListProposal, ListProposalLine, ProposalKind, ProposalState

SETTLED: Final = 10
"""Days after a quarter begins until its list is here."""
ADD, DROP = ProposalKind.ADD, ProposalKind.DROP
OUTCOMES: Final = {
    LineAnswer.ACCEPTED: ListingErrorOutcome.ACCEPTED, LineAnswer.REJECTED: ListingErrorOutcome.REJECTED,
    LineAnswer.DELIBERATION: ListingErrorOutcome.DELIBERATION,
}  # fmt: skip
PROPOSED: Final = {ADD: ListingErrorOutcome.PROPOSED_ADD, DROP: ListingErrorOutcome.PROPOSED_DROP}


def quarter_of(on: date) -> date:
    return date(on.year, (on.month - 1) // 3 * 3 + 1, 1)


@dataclass
class Lists:
    """Invented last and by their own generator, so that the rest of the city stays as it was."""

    city: City
    rng: Random = field(default_factory=lambda: Random(SEED + 2))
    used: set[int] = field(default_factory=set)

    def invent(self) -> None:
        later = quarter_of(self.city.days.today - timedelta(days=SETTLED))
        earlier = quarter_of(later - timedelta(days=1))
        self._bring(earlier, dict(self._before(earlier)))
        self._bring(later, {house.id: house.listed_decile for house in self._known() if house.listed_decile})
        self._propose()

    # Lists

    def _known(self) -> list[House]:
        """Families that were looked up some day: of the others the invented files know nothing either."""
        return [house for house in self.city.houses if house.list_checked]

    def _before(self, earlier: date) -> Iterator[tuple[int, int | None]]:
        """A quarter before, a few had another decile, or none, or are gone since; who was looked up then had this."""
        looked_up = {row["household_id"] for row in self.city.sheet.rows(Listing) if row["as_of"] == earlier}
        for house in self._known():
            decile, chance = house.listed_decile, self.rng.random()
            if house.id in looked_up:
                pass
            elif decile is None:
                decile = self.rng.randint(5, 9) if chance < 0.04 else None
            elif chance < 0.03:
                decile = None
            elif chance < 0.2:
                decile = min(10, max(1, decile + self.rng.choice((-2, -1, 1, 2))))
            if decile:
                yield house.id, decile

    def _bring(self, as_of: date, deciles: dict[int, int | None]) -> None:
        """A file of the quarter, written into the register as the page "Imports" does."""
        sheet, days, by = self.city.sheet, self.city.days, self.city.users["rani"]
        on = days.after(as_of, 4)
        sent, written = moment(on, time(9, 10)), moment(on, time(9, 34))
        counts = {kind.value: 0 for kind in RowKind}
        counts[RowKind.UNCHANGED] = sum(len(house.people) for house in self.city.houses if house.id in deciles)
        batch = sheet.add(
            ImportBatch, file_name=f"dtsen-{as_of:%Y-%m}.xlsx", sha256=f"{self.rng.getrandbits(256):064x}",
            size=40_000 + 900 * len(deciles), format_code="dtsen_families", list_code="dtsen", list_as_of=as_of,
            state=BatchState.DONE, found=[], counts=counts, uploaded_by_id=by["id"], uploaded_at=sent,
            confirmed_by_id=by["id"], confirmed_at=moment(on, time(9, 30)), ended_at=written,
        )  # fmt: skip
        sheet.add(ImportProgress, batch_id=batch["id"])
        for household_id, decile in deciles.items():
            listing = sheet.add(
                Listing, household_id=household_id, list_code="dtsen", as_of=as_of, present=True, decile=decile,
                checked_on=on, checked_by_id=by["id"], batch_id=batch["id"],
            )  # fmt: skip
            sheet.add(ImportEffect, batch_id=batch["id"], record="listing", record_id=listing["id"])
        for action, at in (("uploaded", sent), ("confirmed", batch["confirmed_at"]), ("done", written)):
            self.city.trail.act(at, by, f"import.{action}", "import_batch", batch, None)

    # Proposals

    def _propose(self) -> None:
        """One answered, one overdue, one answered in part, one to be sent, one withdrawn."""
        accepted, rejected, muskel = LineAnswer.ACCEPTED, LineAnswer.REJECTED, LineAnswer.DELIBERATION
        if made := self._made(ADD, ago=200, most=6):
            self._sent(made)
            self._answered(made, ago=150, answers=[accepted, rejected, accepted, muskel, accepted, accepted])
        if made := self._made(DROP, ago=110, most=6):
            self._sent(made)
        if made := self._made(ADD, ago=40, most=9):
            self._sent(made)
            self._answered(made, ago=12, answers=[accepted] * (len(made[1]) // 3))
        if made := self._made(DROP, ago=3, most=3):
            self._withdrawn(made)
        self._made(ADD, ago=2, most=10)

    def _made(self, kind: ProposalKind, *, ago: int, most: int) -> tuple[Row, list[Row], list[Row]] | None:
        """A proposal of errors that were recorded before, with its lines and errors; None where there are none."""
        on, by = self._day(ago), self.city.users["rani"]
        at = moment(on, time(10, self.rng.randint(0, 59)))
        wanted = ListingErrorKind.EXCLUSION if kind is ADD else ListingErrorKind.INCLUSION
        errors = [error for error in self._errors(wanted) if error["recorded_at"] < at][-most:]
        if not errors:
            return None
        self.used |= {error["household_id"] for error in errors}
        proposal = self.city.sheet.add(
            ListProposal, list_code="dtsen", kind=kind, office="Dinas Sosial", format_code="dtsen",
            waiting=len(errors), made_by_id=by["id"], made_at=at,
        )  # fmt: skip
        lines = [
            self.city.sheet.add(
                ListProposalLine, proposal_id=proposal["id"], position=position, listing_error_id=error["id"],
                household_id=error["household_id"], list_code="dtsen", kind=kind,
            )
            for position, error in enumerate(errors, start=1)
        ]  # fmt: skip
        for error in errors:
            error["outcome"] = ListingErrorOutcome.RECORDED
        self.city.trail.act(at, by, "list_proposal.made", "list_proposal", proposal, None, families=len(lines))
        return proposal, lines, errors

    def _day(self, ago: int) -> date:
        """The working day so many days ago, or the one before it."""
        return self.city.days.day(self.city.days.number(self.city.days.today - timedelta(days=ago)))

    def _errors(self, kind: ListingErrorKind) -> list[Row]:
        """The newest of each family that waits in no proposal yet, in the order they were recorded."""
        newest = {row["household_id"]: row for row in self.city.sheet.rows(ListingError)}
        free = [row for row in newest.values() if row["kind"] is kind and row["household_id"] not in self.used]
        return sorted(free, key=lambda row: (row["recorded_at"], row["id"]))

    def _sent(self, made: tuple[Row, list[Row], list[Row]]) -> None:
        proposal, _lines, errors = made
        by, on = self.city.users["kepala"], clock.local(proposal["made_at"]).date()
        at = proposal["made_at"] + timedelta(minutes=50)
        proposal |= {
            "state": ProposalState.SENT, "sent_by_id": by["id"], "sent_on": on, "letter": "",
            "due_on": on + timedelta(days=int(self.city.catalogue.setting("list_answer_days"))),
            "file_sha256": f"{self.rng.getrandbits(256):064x}",
        }  # fmt: skip
        for error in errors:
            self._settle(error, PROPOSED[proposal["kind"]], "Usulan kepada Dinas Sosial", at, by)
        self._act("file_written", at, by, proposal)
        self._act("sent", at, by, proposal)

    def _settle(self, error: Row, outcome: ListingErrorOutcome, reason: str, at: object, by: Row) -> None:
        error |= {"outcome": outcome, "outcome_reason": reason}
        self.city.trail.act(at, by, "listing_error.settled", "listing_error", error, error["household_id"])  # type: ignore[arg-type]

    def _act(self, what: str, at: object, by: Row, proposal: Row, **more: int) -> None:
        self.city.trail.act(at, by, f"list_proposal.{what}", "list_proposal", proposal, None, **more)  # type: ignore[arg-type]

    def _answered(self, made: tuple[Row, list[Row], list[Row]], *, ago: int, answers: list[LineAnswer]) -> None:
        proposal, lines, errors = made
        on, by = self._day(ago), self.city.users["budi"]
        at, given = moment(on, time(13, 40)), answers[: len(lines)]
        for line, error, answer in zip(lines, errors, given, strict=False):
            reason = words.LIST_ANSWERS[answer.value]
            line |= {"answer": answer, "reason": reason, "answered_on": on, "answered_by_id": by["id"]}
            self._settle(error, OUTCOMES[answer], f"Dinas Sosial: {reason}" if reason else "Dinas Sosial", at, by)
        proposal["waiting"] -= len(given)
        if not proposal["waiting"]:
            proposal["state"] = ProposalState.ANSWERED
        if given:
            self._act("answered", at, by, proposal, families=len(given), left=proposal["waiting"])

    def _withdrawn(self, made: tuple[Row, list[Row], list[Row]]) -> None:
        proposal, lines, _errors = made
        by, at = self.city.users["kepala"], proposal["made_at"] + timedelta(minutes=25)
        why = words.PROPOSAL_WITHDRAWN
        for line in lines:
            line |= {
                "answer": LineAnswer.WITHDRAWN, "reason": why, "answered_on": clock.local(at).date(),
                "answered_by_id": by["id"],
            }  # fmt: skip
        proposal |= {"state": ProposalState.WITHDRAWN, "waiting": 0, "withdrawal_reason": why}
        self._act("withdrawn", at, by, proposal)
