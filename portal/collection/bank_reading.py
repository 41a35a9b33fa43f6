"""Reading a bank statement: each credit and each debit of it is kept once, whatever file brings it again."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from portal import clock
from portal.collection import cells, layouts
from portal.collection.bank_models import BankDebit, BankLine, BankStatement, StatementState
from portal.collection.layouts import UnknownColumns
from portal.collection.models import LayoutKind
from portal.db import db, upsert
from portal.errors import Refused
from portal.exchange import values
from portal.exchange.formats import fold
from portal.exchange.sheets import Row
from portal.exchange.tables import Table
from portal.exchange.values import BadValue
from portal.files.services import path_of
from portal.language import gettext

MOST_SAID = 100
"""Rows that could not be read are told one by one up to here, of more only how many: they are another layout."""


def read(statement: BankStatement) -> int:
    """Keep what no earlier file brought; how many credits. A file whose columns nobody knows waits for a person."""
    found: list[Table] = []
    told: dict[str, Any] = {"unread": [], "unread_more": 0}
    lines: list[dict[str, Any]] = []
    try:
        for table in layouts.read(path_of(statement.sha256), LayoutKind.BANK, found):
            lines += _lines(statement, table, told)
    except UnknownColumns:
        return 0
    if not lines:
        raise Refused(gettext("There is no line with an amount in this file."), field="file")
    came_in, went_out = ([line for line in lines if line["amount"] > 0], [line for line in lines if line["amount"] < 0])
    new = _keep_credits(came_in)
    _keep_debits(went_out)
    told |= {"new": new, "known": len(came_in) - new, "out": len(went_out)}
    told |= {"titles": found[0].titles, "head_row": found[0].head_row}
    told["used"] = {field: found[0].titles[at] for field, at in found[0].columns.items()}
    statement.found, statement.state = told, StatementState.READ
    return new


def _lines(statement: BankStatement, table: Table, told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The lines of a table on which money moved, negative for money out; `told` lists what cannot be read."""
    seen: Counter[str] = Counter()
    for row in table.rows:
        try:
            line = _line(table, row)
        except BadValue as bad:
            if len(told["unread"]) < MOST_SAID:
                told["unread"].append([row.number, bad.code])
            else:
                told["unread_more"] += 1
            continue
        if line is None:
            continue
        base = f"{fold(statement.account)}|{_told(line)}|{cells.balance(table.cell(row, 'balance'))}"
        seen[base] += 1  # two equal lines of one day are two, also when a later file brings both again
        mark = hashlib.sha256(f"{base}|{seen[base]}".encode()).hexdigest()
        yield line | {"statement_id": statement.id, "account": statement.account, "mark": mark}


def _line(table: Table, row: Row) -> dict[str, Any] | None:
    """What a row says; None where nothing moved. Raises BadValue."""
    amount = _moved(table, row)
    if amount is None:
        return None
    said = {name: values.text(table.cell(row, name)) for name in ("description", "reference")}
    return {"day": cells.day(table.cell(row, "day"), clock.today()), "amount": amount, "place": row.number, **said}


def _told(line: Mapping[str, Any]) -> str:
    return "|".join([str(line["day"]), str(line["amount"]), fold(line["description"]), fold(line["reference"])])


def _moved(table: Table, row: Row) -> int | None:
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


def _keep_credits(lines: list[dict[str, Any]]) -> int:
    """How many of them were new; a line that stands already is left as it is, with what became of it."""
    new = 0
    for line in lines:
        added = upsert(BankLine).values(**line, aside_reason="", version=1).on_conflict_do_nothing()
        new += db.session.execute(added.returning(BankLine.id)).scalar() is not None
    return new


def _keep_debits(lines: list[dict[str, Any]]) -> None:
    for line in lines:
        kept = line | {"amount": -line["amount"], "version": 1}
        db.session.execute(upsert(BankDebit).values(**kept).on_conflict_do_nothing())
