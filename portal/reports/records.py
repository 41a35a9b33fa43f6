"""Everything on record about one case or one family: one query a kind, columns only."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import String, bindparam, case, cast, literal, select

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.cards.models import Card
from portal.complaints.models import Complaint, ComplaintDocument, ComplaintStep
from portal.db import AnyRow, AnySelect, rows
from portal.decisions.models import Decision, ListingError
from portal.funds.models import Disbursement, EntryKind, LedgerEntry
from portal.households import event_queries, merged
from portal.households.models import MembershipCard
from portal.merging import queries as merging
from portal.recommendations.models import EmergencyEvent, EmergencyRecommendation
from portal.referrals.models import Referral
from portal.visits.models import Assessment, HomeVisit

Rows = Sequence[AnyRow]
REGISTER = ("household", "member", "listing", "membership_card")
"""Records of the register; what changed there is told by the trail."""


@dataclass(frozen=True)
class Scope:
    """One family, or one of its cases."""

    household_id: int
    complaint_id: int | None = None

    def of(self, record: Any) -> Any:
        """The condition that a record belongs here; which family or case is said when it is asked."""
        if self.complaint_id is not None:
            return record.complaint_id == bindparam("complaint")
        return record.household_id == bindparam("household")


@dataclass(frozen=True)
class Records:
    """Rows of each kind, oldest first. `names` gives everybody's full name by id."""

    complaints: Rows = ()
    steps: Rows = ()
    documents: Rows = ()
    visits: Rows = ()
    moves: Rows = ()
    decisions: Rows = ()
    cards: Rows = ()
    recommendations: Rows = ()
    aid: Rows = ()
    given_back: Rows = ()
    referrals: Rows = ()
    listing_errors: Rows = ()
    changes: Rows = ()
    family_events: Rows = ()
    merges: Rows = ()
    families: Sequence[int] = ()
    """This family, after those that were merged into it."""
    away: bool = False
    """Whether somebody moved away from the family as their last, and may come back."""
    names: dict[int, str] = field(default_factory=dict)


def records_of(scope: Scope) -> Records:
    """All records of a case or a family; of what most have not, it is asked first and at once whether it is there."""
    families, of_family = merged.all_of(scope.household_id), scope.complaint_id is None
    asked = {"household": scope.household_id, "complaint": scope.complaint_id, "families": families}
    kept = rows(_kept(of_family), **asked)[0]._mapping
    wanted = {kind: one for kind, one in _statements(of_family).items() if kept.get(RESTS_ON.get(kind, kind), True)}
    found = {kind: rows(statement, **asked) for kind, statement in wanted.items()}
    if of_family and (kept["events"] or len(families) > 1):
        found["family_events"] = event_queries.events_of(scope.household_id, families)
    if of_family and kept["mergings"]:
        found["merges"] = merging.of_families(families)
    away, names = of_family and kept["away"], {row.id: row.full_name for row in rows(_NAMES)}
    return Records(**found, families=families, away=away, names=names)


SELDOM = ("decisions", "cards", "recommendations", "aid", "referrals", "listing_errors")
RESTS_ON = {"given_back": "aid"}
"""A kind that is there only where the other one is."""


@cache
def _kept(of_family: bool) -> AnySelect:
    """Whether there is anything of the kinds that most have not, as one row of flags."""
    asked = {kind: _statements(of_family)[kind] for kind in SELDOM}
    if of_family:
        asked |= {"events": event_queries.OF_FAMILY, "away": event_queries.AWAY, "mergings": merging.OF_FAMILIES}
    bare = {
        kind: statement.with_only_columns(literal(1), maintain_column_froms=True).order_by(None)
        for kind, statement in asked.items()
    }
    return select(*(statement.exists().label(kind) for kind, statement in bare.items()))


_NAMES = select(User.id, User.full_name)
_OF_FAMILIES = AuditEvent.household_id.in_(bindparam("families", expanding=True))
"""The trail keeps the number of the family that it was told of, whatever that was merged into since."""


@cache
def _statements(of_family: bool) -> dict[str, AnySelect]:
    """One statement a kind, of a family or of a case; built once, because every opened file asks them all."""
    scope = Scope(0) if of_family else Scope(0, 0)
    belongs = Complaint.household_id == bindparam("household") if of_family else Complaint.id == bindparam("complaint")
    statements = {
        "complaints": select(*Complaint.__table__.c).where(belongs).order_by(Complaint.id),
        "steps": _of_complaint(ComplaintStep).where(belongs).order_by(ComplaintStep.id),
        "documents": _of_complaint(ComplaintDocument).where(belongs).order_by(ComplaintDocument.id),
        "visits": _visits(scope),
        "moves": _moves(),
        "decisions": select(*Decision.__table__.c).where(scope.of(Decision)).order_by(Decision.id),
        "cards": _cards(scope),
        "recommendations": _recommendations(scope),
        "aid": select(*Disbursement.__table__.c).where(scope.of(Disbursement)).order_by(Disbursement.id),
        "given_back": _given_back(scope),
        "referrals": select(*Referral.__table__.c).where(scope.of(Referral)).order_by(Referral.id),
        "listing_errors": select(*ListingError.__table__.c).where(scope.of(ListingError)).order_by(ListingError.id),
    }
    return statements | ({"changes": _changes()} if of_family else {})


def _of_complaint(record: Any) -> AnySelect:
    return select(*record.__table__.c, Complaint.number, Complaint.received_on).join(
        Complaint, Complaint.id == record.complaint_id
    )


def _visits(scope: Scope) -> AnySelect:
    """Visits with the assessment made there, if any."""
    a = Assessment
    return (
        select(
            *HomeVisit.__table__.c, a.id.label("assessment_id"), a.status.label("assessment_status"), a.assessed_on,
            a.by_id, a.final_at, a.value, a.band, a.instrument_code, a.instrument_version,
        )
        .outerjoin(a, a.visit_id == HomeVisit.id)
        .where(scope.of(HomeVisit))
        .order_by(HomeVisit.id)
    )  # fmt: skip


def _moves() -> AnySelect:
    """When visits were moved to another day, hour or officer; `details` holds before and after."""
    e = AuditEvent
    return (
        select(e.at, e.actor_id, e.subject_id, e.details)
        .where(_OF_FAMILIES, e.subject_type == "home_visit", e.action == "visit.moved")
        .order_by(e.id)
    )


def _cards(scope: Scope) -> AnySelect:
    statement = select(*Card.__table__.c).order_by(Card.id)
    if scope.complaint_id is None:
        return statement.where(scope.of(Card))
    return statement.join(Decision, Decision.id == Card.decision_id).where(scope.of(Decision))


def _recommendations(scope: Scope) -> AnySelect:
    return (
        select(
            *EmergencyRecommendation.__table__.c, EmergencyEvent.kind, EmergencyEvent.happened_on,
            EmergencyEvent.description,
        )
        .join(EmergencyEvent, EmergencyEvent.id == EmergencyRecommendation.event_id)
        .where(scope.of(EmergencyRecommendation))
        .order_by(EmergencyRecommendation.id)
    )  # fmt: skip


def _given_back(scope: Scope) -> AnySelect:
    """Money released because aid was called off, and payments taken back; with the aid they belong to."""
    e = LedgerEntry
    return (
        select(e.kind, e.posted_at, e.posted_by_id, e.note, e.disbursement_id, Disbursement.number, Disbursement.amount)
        .join(Disbursement, Disbursement.id == e.disbursement_id)
        .where(e.kind.in_([EntryKind.RELEASE, EntryKind.REVERSAL]), scope.of(Disbursement))
        .order_by(e.id)
    )


def _changes() -> AnySelect:
    """The newest changes of the register that the trail holds for this family; of cards of others, which and what."""
    card = MembershipCard
    is_card = AuditEvent.subject_type == card.__tablename__
    return (
        select(
            AuditEvent.at, AuditEvent.actor_id, AuditEvent.actor_name, AuditEvent.action, card.kind, card.number,
            case((is_card, AuditEvent.details), else_="{}").label("details"),
        )
        .outerjoin(
            card,
            is_card
            & (card.household_id == bindparam("household"))
            & (cast(card.id, String) == AuditEvent.subject_id),
        )
        .where(
            _OF_FAMILIES,
            AuditEvent.subject_type.in_(REGISTER),
            AuditEvent.action.not_like("%read"),
        )
        .order_by(AuditEvent.id.desc())
        .limit(100)
    )  # fmt: skip


def readers_of(families: Sequence[int], *, before: int | None = None, size: int = 10) -> Rows:
    """Who opened files of these families (one, and those merged into it), at most `size`, older than `before`."""
    statement = (
        select(
            AuditEvent.id, AuditEvent.at, AuditEvent.actor_id, AuditEvent.actor_name, AuditEvent.action,
            AuditEvent.subject_type, User.full_name,
        )
        .outerjoin(User, User.id == AuditEvent.actor_id)
        .where(AuditEvent.household_id.in_(families), AuditEvent.action.like("%read"))
        .order_by(AuditEvent.id.desc())
        .limit(size)
    )  # fmt: skip
    return rows(statement if before is None else statement.where(AuditEvent.id < before))
