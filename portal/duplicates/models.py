"""Two people of the register who may be one, and each search through the whole of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.db import Base, Moment, Versioned, words
from portal.households.models import Member
from portal.matching.model import probability_of


class PairSource(StrEnum):
    """Where the likeness was noticed."""

    ENTRY = "entry"  # somebody typed a person, was asked, and went on
    IMPORT = "import"  # the same with a row of a file
    RUN = "run"  # the search through the whole register


class Verdict(StrEnum):
    """What a person said of the pair. Nothing is withheld from a family while it is open."""

    OPEN = "open"
    SAME = "same"
    DIFFERENT = "different"  # for ever: no search and no entry asks again
    UNSURE = "unsure"


class DuplicatePair(Versioned, Base):
    """Two entries that may be one person; `score` in hundredths of a bit, `reasons` as [field, answer, bits]."""

    __tablename__ = "duplicate_pair"
    __table_args__ = (
        UniqueConstraint("lower_id", "higher_id"),
        CheckConstraint("lower_id < higher_id", name="in_order"),
        CheckConstraint(
            "(verdict = 'open') = (decided_by_id IS NULL) AND (decided_by_id IS NULL) = (decided_at IS NULL)",
            name="decided_by_someone",
        ),
        Index("ix_duplicate_pair_queue", "verdict", "score", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lower_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    higher_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    score: Mapped[int]
    reasons: Mapped[list[Any]] = mapped_column(JSON)
    source: Mapped[PairSource] = mapped_column(words(PairSource))
    found_at: Mapped[datetime] = mapped_column(Moment)
    verdict: Mapped[Verdict] = mapped_column(words(Verdict), default=Verdict.OPEN)
    reason: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)

    lower: Mapped[Member] = relationship(foreign_keys=[lower_id])
    higher: Mapped[Member] = relationship(foreign_keys=[higher_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])

    @property
    def probability(self) -> float:
        """That the two are one person, by the model of the day on which they were found."""
        return probability_of(self.score / 100)


class RunState(StrEnum):
    """How far a search through the whole register is."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


class DuplicateRun(Base):
    """One search; `worker` holds it as long as it says so (`beat_at`) now and then. `step` counts to run.STEPS."""

    __tablename__ = "duplicate_run"
    __table_args__ = (
        CheckConstraint("(state IN ('done', 'failed')) = (ended_at IS NOT NULL)", name="ended_at_a_moment"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[RunState] = mapped_column(words(RunState), default=RunState.WAITING)
    # None: whoever runs the portal, from a terminal.
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    beat_at: Mapped[datetime | None] = mapped_column(Moment)
    worker: Mapped[str] = mapped_column(default="")
    step: Mapped[int] = mapped_column(default=0)
    # People who were compared, pairs that were found, and those of them that nobody had been asked about.
    people: Mapped[int] = mapped_column(default=0)
    found: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    asked_by: Mapped[User | None] = relationship(foreign_keys=[asked_by_id])
