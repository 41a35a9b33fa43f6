"""What time brings: the trail's head of the day, bookkeeping that nobody needs any more, and what has become due.

Safe to run at any hour and any number of times (cron or a systemd timer); interface.md section 1.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import Delete, delete, func, or_, select

from portal import clock
from portal.accounts.models import FailedSignIn, UserSession
from portal.audit import heads
from portal.cards.models import Card, CardStatus
from portal.collection import keeping as sheets
from portal.complaints.models import Complaint
from portal.complaints.promise import overdue_before
from portal.db import db
from portal.exchange import keeping
from portal.households import month_services
from portal.recommendations.models import EmergencyRecommendation, RecommendationStatus
from portal.referrals.models import Referral
from portal.referrals.queries import is_late
from portal.units.catalogue import catalogue
from portal.visits.models import HomeVisit, VisitStatus
from portal.web.kept import KEPT_FOR, KeptForm
from portal.web.once import OnceKey

SESSIONS_KEPT = timedelta(days=90)
KEYS_KEPT = timedelta(days=30)
"""A form that is sent again after a month is taken for a new one."""
TRIES_KEPT = timedelta(days=7)


def run(on: date) -> Iterator[tuple[str, int]]:
    """Do it all, and say each thing with its number. The caller commits."""
    yield "trail heads written", int(heads.write(on) is not None)
    yield "old bookkeeping rows forgotten", forget()
    yield "monthly updates begun", month_services.open_months(on)
    yield from told(on)


def forget() -> int:
    """Sessions, keys, kept forms and counted tries that mean nothing any more; the trail keeps what they did."""
    now = clock.now()
    old: tuple[Delete, ...] = (
        delete(KeptForm).where(KeptForm.kept_at < now - KEPT_FOR),
        delete(OnceKey).where(OnceKey.used_at < now - KEYS_KEPT),
        delete(FailedSignIn).where(FailedSignIn.at < now - TRIES_KEPT),
        delete(UserSession).where(
            or_(UserSession.ended_at < now - SESSIONS_KEPT, UserSession.seen_at < now - SESSIONS_KEPT)
        ),
    )
    forgotten = sum(db.session.execute(statement).rowcount for statement in old)  # type: ignore[attr-defined]
    return forgotten + keeping.forget(now) + sheets.forget(now)


def told(on: date) -> Iterator[tuple[str, int]]:
    """What stands on people's first pages, counted for the log of whoever runs the portal; no names."""
    notice = timedelta(days=int(catalogue().setting("expiry_notice_days")))
    letter = EmergencyRecommendation
    counted = (
        ("broken promises", Complaint, (Complaint.answered_on.is_(None), Complaint.promised_on < overdue_before(on))),
        (
            "cards that ended yesterday",
            Card,
            (Card.status == CardStatus.ISSUED, Card.ends_on == on - timedelta(days=1)),
        ),
        ("cards that end soon", Card, (Card.status == CardStatus.ISSUED, Card.ends_on.between(on, on + notice))),
        ("letters without a way out", letter, (letter.status == RecommendationStatus.APPROVED, letter.exit.is_(None))),
        ("visits without a result", HomeVisit, (HomeVisit.status == VisitStatus.BOOKED, HomeVisit.visit_on < on)),
        ("referrals without an answer", Referral, (is_late(on),)),
    )
    for words, record, conditions in counted:
        statement = select(func.count()).select_from(record).where(*conditions)
        yield words, int(db.session.execute(statement).scalar_one())
