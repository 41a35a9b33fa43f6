"""Bank statements: read, each credit kept once, matched with gifts, set aside, taken back. The treasurer's alone."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from flask_babel import gettext
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from portal import audit, clock
from portal.accounts.models import User
from portal.collection import bank_queries, cells, keeping, layouts, policies
from portal.collection.bank_models import BankLine, BankMatch, BankStatement, StatementState
from portal.collection.layouts import UnknownColumns
from portal.collection.models import LayoutKind
from portal.db import db, hold, take_turns_about, upsert
from portal.errors import AlreadySettled, Doubtful, NotAllowed, NotFound, Refused
from portal.exchange import values
from portal.exchange.formats import fold
from portal.exchange.samples import Sheet
from portal.exchange.sheets import Row
from portal.exchange.tables import Table
from portal.exchange.values import BadValue
from portal.files import services as files
from portal.files.services import path_of
from portal.funds import giving
from portal.partners.models import Donation, DonationStatus

MOST_SAID = 100
"""Rows that could not be read are told one by one up to here; more are another layout."""


class BroughtInBefore(Refused):
    """This very file stands in the portal already, under whatever name of its account; `statement_id` is where."""

    def __init__(self, statement_id: int) -> None:
        super().__init__(gettext("This file was brought in before. Nothing was changed."), field="file")
        self.statement_id = statement_id


def bring_in(upload: FileStorage, account: str, *, by: User) -> BankStatement:
    """Keep a statement and its credits; lines of earlier files are not brought again. Raises NotAllowed, Refused,
    BroughtInBefore."""
    if not policies.may_match(by):
        raise NotAllowed
    kept = keeping.checked(upload)
    # A file is of one account: the same money under a second name of it would be two lines, and two gifts.
    take_turns_about(f"bank:{kept.sha256}")
    if before := db.session.scalar(select(BankStatement.id).where(BankStatement.sha256 == kept.sha256).limit(1)):
        raise BroughtInBefore(before)
    take_turns_about(f"bank:{fold(account)}")
    files.write(kept)
    statement = BankStatement(
        account=account.strip(), file_name=keeping.name_of(upload), sha256=kept.sha256, size=len(kept.data),
        state=StatementState.UNMAPPED, found={}, uploaded_by_id=by.id, uploaded_at=clock.now(),
    )  # fmt: skip
    db.session.add(statement)
    db.session.flush()
    kept_lines = _read(statement)
    audit.record("bank.uploaded", statement, by=by, sha256=kept.sha256, lines=kept_lines)
    return statement


def map_columns(
    statement: BankStatement, name: str, sample: Sheet, columns: Mapping[int, str], *, unsigned: str = "", by: User
) -> None:
    """Keep what a person said of the columns, by the bank's name, and read the lines. Raises NotAllowed, Refused.

    `unsigned` says what an amount without a sign is (layouts.UNSIGNED).
    """
    if not policies.may_match(by):
        raise NotAllowed
    if statement.state is not StatementState.UNMAPPED:
        raise AlreadySettled(gettext("The columns of this statement are known already."))
    layouts.keep(LayoutKind.BANK, name, sample, columns, unsigned=unsigned, by=by)
    _read(statement)
    if statement.state is not StatementState.READ:
        raise Refused(gettext("With these columns no line was found in the file."))
    audit.record("bank.columns_mapped", statement, by=by)


def _read(statement: BankStatement) -> int:
    """Keep each credit that no earlier file brought; how many. A file whose columns nobody knows waits for a person."""
    found: list[Table] = []
    told: dict[str, Any] = {"known": 0, "out": 0, "unread": []}
    lines: list[dict[str, Any]] = []
    try:
        for table in layouts.read(path_of(statement.sha256), LayoutKind.BANK, found):
            lines += _lines(statement, table, told)
    except UnknownColumns:
        return 0
    if not lines and not told["out"]:
        raise Refused(gettext("There is no line with an amount in this file."), field="file")
    new = _keep(lines)
    told |= {"new": new, "known": len(lines) - new, "titles": found[0].titles, "head_row": found[0].head_row}
    told["used"] = {field: found[0].titles[at] for field, at in found[0].columns.items()}
    statement.found, statement.state = told, StatementState.READ
    return new


def _lines(statement: BankStatement, table: Table, told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The credits of a table; `told` counts what went out and lists what cannot be read."""
    seen: Counter[str] = Counter()
    for row in table.rows:
        try:
            line = _line(table, row)
        except BadValue as bad:
            if len(told["unread"]) < MOST_SAID:
                told["unread"].append([row.number, bad.code])
            continue
        if line is None:
            continue
        if line["amount"] < 0:
            told["out"] += 1
            continue
        base = f"{fold(statement.account)}|{_told(line)}|{cells.balance(table.cell(row, 'balance'))}"
        seen[base] += 1  # two equal lines of one day are two, also when a later file brings both again
        mark = hashlib.sha256(f"{base}|{seen[base]}".encode()).hexdigest()
        yield line | {"statement_id": statement.id, "account": statement.account, "mark": mark}


def _line(table: Table, row: Row) -> dict[str, Any] | None:
    """What a row says; None where nothing moved. Raises BadValue."""
    amount = _credit(table, row)
    if amount is None:
        return None
    said = {name: values.text(table.cell(row, name)) for name in ("description", "reference")}
    return {"day": cells.day(table.cell(row, "day"), clock.today()), "amount": amount, "place": row.number, **said}


def _told(line: Mapping[str, Any]) -> str:
    return "|".join([str(line["day"]), str(line["amount"]), fold(line["description"]), fold(line["reference"])])


def _credit(table: Table, row: Row) -> int | None:
    """Rupiah that came in, negative for money out, None for a line without either (opening balance, a foot)."""
    if "credit" in table.columns:
        came_in, went_out = cells.moved(table.cell(row, "credit")), cells.moved(table.cell(row, "debit"))
        if came_in:
            return came_in
        return -abs(went_out) if went_out else None
    amount = cells.moved(table.cell(row, "amount"))
    sign = cells.direction(table.cell(row, "direction"))
    if not amount:
        return None
    if sign is not None:
        return sign * abs(amount)
    if not cells.tells_direction(table.cell(row, "amount")) and not layouts.unsigned_is_in(table):
        raise BadValue("direction_unreadable")
    return amount


def _keep(lines: list[dict[str, Any]]) -> int:
    """How many of them were new; a line that stands already is left as it is, with what became of it."""
    new = 0
    for line in lines:
        added = upsert(BankLine).values(**line, aside_reason="", version=1).on_conflict_do_nothing()
        new += db.session.execute(added.returning(BankLine.id)).scalar() is not None
    return new


def match(
    line: BankLine, donation: Donation, *, confirmed: Collection[str] = (), sure: bool = False, by: User
) -> BankMatch:
    """Say that this line is this gift: a gift that waits is confirmed by it, one confirmed by hand is only noted.

    Raises NotAllowed, AlreadySettled when line or gift has found its other, Refused for another amount, and Doubtful
    for gifts that may be the same money (funds/giving.py).
    """
    if not policies.may_match(by):
        raise NotAllowed
    hold(line)
    if line.aside_by_id is not None or bank_queries.match_of(line) is not None:
        raise AlreadySettled(gettext("The line of %(line)s is settled already.", line=line.number))
    hold(donation)
    if bank_queries.match_of_gift(donation) is not None:
        raise AlreadySettled(gettext("Donation %(number)s has its line in the bank already.", number=donation.number))
    if line.amount != donation.amount:
        raise Refused(gettext("The amounts differ: a donation is confirmed whole."), field="donation")
    waits = donation.status is not DonationStatus.CONFIRMED
    if waits:
        giving.confirm(donation, confirmed=confirmed, by=by)
    made = BankMatch(
        line_id=line.id, donation_id=donation.id, sure=sure, confirmed=waits, matched_by_id=by.id,
        matched_at=clock.now(), undo_reason="",
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    audit.record("bank.matched", made, by=by, donation=donation.number, amount=donation.amount)
    return made


def match_sure(shown: Collection[tuple[int, int]], *, by: User) -> tuple[int, int]:
    """Match every pair (line, gift) that the page showed as sure and that still is; how many, and how many are left."""
    if not policies.may_match(by):
        raise NotAllowed
    take_turns_about("bank:sure")
    still = {(one.line.id, found.gift.id) for one in bank_queries.proposals() if (found := one.sure)}
    done = 0
    for line_id, donation_id in sorted(still & set(shown)):
        try:
            match(db.session.get_one(BankLine, line_id), db.session.get_one(Donation, donation_id), sure=True, by=by)
            done += 1
        except (Doubtful, AlreadySettled, NotAllowed, NotFound):
            continue  # somebody was quicker, another gift looks the same, or the treasurer entered it: looked at singly
    return done, len(shown) - done


def undo(found: BankMatch, *, reason: str, by: User) -> None:
    """Take back that a line is a gift; a gift that it confirmed waits again, as long as nothing of it was used.

    Raises NotAllowed, AlreadySettled, Refused.
    """
    if not policies.may_match(by):
        raise NotAllowed
    hold(found)
    if found.undone_at is not None:
        raise AlreadySettled(gettext("This was taken back already."))
    if not reason.strip():
        raise Refused(gettext("Please write the reason."), field="reason")
    if found.confirmed:
        giving.unconfirm(found.donation, reason=reason, by=by)
    _end(found, reason.strip(), by)


def _end(found: BankMatch, reason: str, by: User) -> None:
    found.undone_by_id, found.undone_at, found.undo_reason = by.id, clock.now(), reason
    audit.record("bank.match_undone", found, by=by, donation=found.donation.number, amount=found.donation.amount)


def _free_the_line(donation: Donation, reason: str, by: User) -> None:
    """A confirmation was taken back on the gift's own page: its line is nobody's again."""
    found = bank_queries.match_of_gift(donation)
    if found is not None:
        _end(found, reason, by)


giving.when_taken_back(_free_the_line)


def set_aside(line: BankLine, *, reason: str, by: User) -> None:
    """Say that this money is no gift, and why. Raises NotAllowed, AlreadySettled, Refused."""
    if not policies.may_match(by):
        raise NotAllowed
    hold(line)
    if line.aside_by_id is not None or bank_queries.match_of(line) is not None:
        raise AlreadySettled(gettext("The line of %(line)s is settled already.", line=line.number))
    if not reason.strip():
        raise Refused(gettext("Please write the reason."), field="reason")
    line.aside_by_id, line.aside_reason = by.id, reason.strip()
    audit.record("bank.line_set_aside", line, by=by, amount=line.amount)


def put_back(line: BankLine, *, by: User) -> None:
    """It may be a gift after all. Raises NotAllowed, AlreadySettled."""
    if not policies.may_match(by):
        raise NotAllowed
    hold(line)
    if line.aside_by_id is None:
        raise AlreadySettled(gettext("The line of %(line)s is open already.", line=line.number))
    line.aside_by_id, line.aside_reason = None, ""
    audit.record("bank.line_returned", line, by=by, amount=line.amount)
