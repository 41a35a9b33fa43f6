"""Reading bank statements, their lines, and what each line may be."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from portal.collection import matching
from portal.collection.bank_models import BankLine, BankMatch, BankStatement
from portal.collection.matching import Gift, Line, Proposal
from portal.db import db
from portal.errors import NotFound
from portal.partners.models import Donation, DonationStatus, Partner
from portal.web.paging import PAGE_SIZE

_MATCHED = select(BankMatch.id).where(BankMatch.line_id == BankLine.id, BankMatch.undone_at.is_(None)).exists()
STATES: dict[str, list[ColumnElement[bool]]] = {
    "open": [~_MATCHED, BankLine.aside_by_id.is_(None)],
    "matched": [_MATCHED],
    "aside": [BankLine.aside_by_id.is_not(None)],
}
"""What became of a line."""


def get_statement(statement_id: int) -> BankStatement:
    """Raises NotFound."""
    found = db.session.get(BankStatement, statement_id)
    if found is None:
        raise NotFound
    return found


def get_line(line_id: int) -> BankLine:
    """Raises NotFound."""
    found = db.session.get(BankLine, line_id)
    if found is None:
        raise NotFound
    return found


def statements(after: int | None = None, *, size: int = PAGE_SIZE) -> Sequence[BankStatement]:
    """One page of statements, and one more: the newest first."""
    statement = select(BankStatement).order_by(BankStatement.id.desc()).limit(size + 1)
    return db.session.scalars(statement if after is None else statement.where(BankStatement.id < after)).all()


def accounts() -> Sequence[str]:
    """Names that were typed before."""
    return db.session.scalars(select(BankStatement.account).distinct().order_by(BankStatement.account)).all()


def counts(statement: BankStatement | None = None) -> dict[str, int]:
    """How many lines are in each state, of one statement or of all."""
    mine = [BankLine.statement_id == statement.id] if statement is not None else []
    return {
        state: int(db.session.scalar(select(func.count()).select_from(BankLine).where(*mine, *conditions)) or 0)
        for state, conditions in STATES.items()
    }


def lines(
    statement: BankStatement | None, state: str, after: int | None = None, *, size: int = PAGE_SIZE
) -> Sequence[BankLine]:
    """One page of lines in a state (and one more), of one statement or of all."""
    mine = [BankLine.statement_id == statement.id] if statement is not None else []
    query = select(BankLine).where(*mine, *STATES[state]).order_by(BankLine.id).limit(size + 1)
    return db.session.scalars(query if after is None else query.where(BankLine.id > after)).all()


def matches_of(found: Sequence[BankLine]) -> dict[int, BankMatch]:
    """By the line's id, the match that stands."""
    ids = [line.id for line in found]
    standing = select(BankMatch).where(BankMatch.line_id.in_(ids), BankMatch.undone_at.is_(None))
    return {one.line_id: one for one in db.session.scalars(standing)}


def match_of(line: BankLine) -> BankMatch | None:
    return db.session.scalars(
        select(BankMatch).where(BankMatch.line_id == line.id, BankMatch.undone_at.is_(None))
    ).first()


def match_of_gift(donation: Donation) -> BankMatch | None:
    return db.session.scalars(
        select(BankMatch).where(BankMatch.donation_id == donation.id, BankMatch.undone_at.is_(None))
    ).first()


def _open_gifts(amounts: Sequence[int]) -> list[Gift]:
    """Gifts of these amounts that wait for their money, and those confirmed by hand that have no line yet."""
    lined = select(BankMatch.id).where(BankMatch.donation_id == Donation.id, BankMatch.undone_at.is_(None)).exists()
    columns: list[Any] = [
        Donation.id, Donation.amount, Donation.given_on, Donation.reference, Donation.giver_name, Donation.giver_hidden,
        Donation.status,
        Partner.name.label("partner_name"),
    ]  # fmt: skip
    statement = (
        select(*columns)
        .join(Partner, Partner.code == Donation.partner_code)
        .where(
            Donation.amount.in_(amounts), or_(Donation.status == DonationStatus.ENTERED,
                                              Donation.status == DonationStatus.CONFIRMED), ~lined,
        )
        .order_by(Donation.id)
    )  # fmt: skip
    return [
        Gift(
            row.id, row.amount, row.given_on, row.reference,
            (row.partner_name, "" if row.giver_hidden else row.giver_name), waits=row.status is DonationStatus.ENTERED,
        )
        for row in db.session.execute(statement)
    ]  # fmt: skip


def proposals() -> list[Proposal]:
    """What every open line may be, of all statements: only so is the only one the only one."""
    columns = (BankLine.id, BankLine.day, BankLine.amount, BankLine.description, BankLine.reference)
    rows = db.session.execute(select(*columns).where(*STATES["open"]).order_by(BankLine.id)).all()
    open_lines = [Line(row.id, row.day, row.amount, f"{row.description} {row.reference}") for row in rows]
    undone = select(BankMatch.line_id, BankMatch.donation_id).where(BankMatch.undone_at.is_not(None))
    taken_back = {(line_id, donation_id) for line_id, donation_id in db.session.execute(undone)}
    return matching.propose(open_lines, _open_gifts(sorted({line.amount for line in open_lines})), taken_back)
