"""Reading bank statements, their lines, and what each line may be."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from portal.collection import matching
from portal.collection.bank_models import BankDebit, BankLine, BankMatch, BankStatement
from portal.collection.matching import Gift, Line, Proposal
from portal.db import db
from portal.errors import NotFound
from portal.exchange.formats import fold
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


def matches_of(found: Sequence[BankLine]) -> dict[int, list[BankMatch]]:
    """By the line's id, the matches that stand: one, or more of a transfer for several gifts."""
    ids = [line.id for line in found]
    standing = select(BankMatch).where(BankMatch.line_id.in_(ids), BankMatch.undone_at.is_(None))
    by_line: dict[int, list[BankMatch]] = defaultdict(list)
    for one in db.session.scalars(standing.order_by(BankMatch.line_id, BankMatch.part)):
        by_line[one.line_id].append(one)
    return by_line


def matches_on(line: BankLine) -> list[BankMatch]:
    return matches_of([line])[line.id]


def match_of(line: BankLine) -> BankMatch | None:
    return db.session.scalars(
        select(BankMatch).where(BankMatch.line_id == line.id, BankMatch.undone_at.is_(None))
    ).first()


def match_of_gift(donation: Donation) -> BankMatch | None:
    return db.session.scalars(
        select(BankMatch).where(BankMatch.donation_id == donation.id, BankMatch.undone_at.is_(None))
    ).first()


def get_debit(debit_id: int) -> BankDebit:
    """Raises NotFound."""
    found = db.session.get(BankDebit, debit_id)
    if found is None:
        raise NotFound
    return found


def debit_of(line: BankLine) -> BankDebit | None:
    """The money out that sent this line back, as the treasurer said."""
    return db.session.scalars(select(BankDebit).where(BankDebit.line_id == line.id)).first()


def sent_back(statement: BankStatement | None = None, line: BankLine | None = None) -> list[tuple[BankLine, BankDebit]]:
    """Credits that seem to have gone out again, each with the money out nearest to it: of all, of those that a
    statement brought one half of, or of one line. What the treasurer set aside is no question any more."""
    pairs = select(BankLine, BankDebit).join(BankDebit, BankDebit.amount == BankLine.amount)
    conditions = [BankDebit.line_id.is_(None), BankLine.aside_by_id.is_(None), BankDebit.day >= BankLine.day]
    if statement is not None:
        conditions.append(or_(BankLine.statement_id == statement.id, BankDebit.statement_id == statement.id))
    if line is not None:
        conditions.append(BankLine.id == line.id)
    # The latest credit first: of several, the one just before the money out is it.
    ordered = pairs.where(*conditions).order_by(BankDebit.day, BankDebit.id, BankLine.day.desc(), BankLine.id.desc())
    found: dict[int, tuple[BankLine, BankDebit]] = {}
    debits: set[int] = set()
    for credit, debit in db.session.execute(ordered):
        if credit.id not in found and debit.id not in debits and _is_sent_back(credit, debit):
            found[credit.id] = (credit, debit)
            debits.add(debit.id)
    return list(found.values())


def _is_sent_back(credit: BankLine, debit: BankDebit) -> bool:
    said = (f"{one.description} {one.reference}" for one in (credit, debit))
    return fold(credit.account) == fold(debit.account) and matching.sent_back(
        credit.day, next(said), debit.day, next(said)
    )


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


def open_together(line: BankLine) -> dict[str, list[Donation]]:
    """By partner, its open gifts that may be parts of this line, where two or more of them reach its amount."""
    lined = select(BankMatch.id).where(BankMatch.donation_id == Donation.id, BankMatch.undone_at.is_(None)).exists()
    states = DonationStatus.ENTERED, DonationStatus.CONFIRMED
    days = Donation.given_on.between(line.day - matching.EARLIEST, line.day + matching.LATEST)
    parts = select(Donation).where(Donation.amount < line.amount, Donation.status.in_(states), days, ~lined)
    found: dict[str, list[Donation]] = defaultdict(list)
    for gift in db.session.scalars(parts.order_by(Donation.partner_code, Donation.id)):
        found[gift.partner_code].append(gift)
    return {code: of_one for code, of_one in found.items() if sum(gift.amount for gift in of_one) >= line.amount}


def proposals() -> list[Proposal]:
    """What every open line may be, of all statements: only so is the only one the only one."""
    columns = (BankLine.id, BankLine.day, BankLine.amount, BankLine.description, BankLine.reference)
    rows = db.session.execute(select(*columns).where(*STATES["open"]).order_by(BankLine.id)).all()
    open_lines = [Line(row.id, row.day, row.amount, f"{row.description} {row.reference}") for row in rows]
    undone = select(BankMatch.line_id, BankMatch.donation_id).where(BankMatch.undone_at.is_not(None))
    taken_back = {(line_id, donation_id) for line_id, donation_id in db.session.execute(undone)}
    gifts = _open_gifts(sorted({line.amount for line in open_lines}))
    return matching.propose(open_lines, gifts, taken_back, {credit.id for credit, _debit in sent_back()})
