"""A sheet of givers: brought in and judged, looked at, entered as gifts with the givers beneath them, taken back."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm.attributes import flag_modified
from werkzeug.datastructures import FileStorage

from portal import audit, clock
from portal.accounts.models import User
from portal.collection import judging, keeping, layouts, policies, queries
from portal.collection.bank_models import BankMatch
from portal.collection.judging import Judged
from portal.collection.layouts import UnknownColumns
from portal.collection.models import GiverRow, GiverSheet, LayoutKind, RowKind, SheetState
from portal.db import db, hold, take_turns_about
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.exchange.formats import fold
from portal.exchange.samples import Sheet
from portal.exchange.tables import Table
from portal.files import services as files
from portal.files.services import path_of
from portal.funds.models import LedgerLine
from portal.language import gettext, ngettext
from portal.partners import pledges
from portal.partners import services as gifts
from portal.partners.models import Donation, DonationStatus, Partner, Purpose
from portal.partners.pledge_models import Pledge

ASKED = frozenset({"row_twice", "other_amount"})
"""Doubts by which a person was asked whether this giver counts once more."""


class BroughtInBefore(Refused):
    """This very file stands in the portal already; `sheet_id` is where."""

    def __init__(self, sheet_id: int) -> None:
        super().__init__(gettext("This file was brought in before. Nothing was changed."), field="file")
        self.sheet_id = sheet_id


@dataclass(frozen=True)
class Terms:
    """What holds for every giver of a sheet."""

    month: date
    given_on: date
    kind_code: str
    purpose: Purpose
    purpose_code: str | None
    asnaf: str | None
    per_office: bool
    pledge_id: int | None = None


def bring_in(upload: FileStorage, partner: Partner, terms: Terms, *, by: User) -> GiverSheet:
    """Keep the file and judge its rows; nothing is a gift yet. Raises NotAllowed, Refused, BroughtInBefore."""
    if not policies.may_bring(by, partner.code):
        raise NotAllowed
    gifts.check(partner, terms.kind_code, terms.given_on, 1, terms.purpose, terms.purpose_code, terms.asnaf)
    _keep_with(terms, partner)
    if terms.month > clock.today():
        raise Refused(gettext("This month is still to come."), field="month")
    kept = keeping.checked(upload)
    take_turns_about(f"givers:{partner.code}:{kept.sha256}")
    same = GiverSheet.partner_code == partner.code, GiverSheet.sha256 == kept.sha256
    stands = GiverSheet.state != SheetState.TAKEN_BACK
    # Of a sheet with a gift that did not arrive, the file may come again: only the givers of that gift are new then.
    beneath = select(GiverRow.id).join(Donation, Donation.id == GiverRow.donation_id)
    failed = beneath.where(GiverRow.sheet_id == GiverSheet.id, Donation.status == DonationStatus.REFUSED).exists()
    if before := db.session.scalar(select(GiverSheet.id).where(*same, stands, ~failed).limit(1)):
        raise BroughtInBefore(before)
    files.write(kept)
    sheet = GiverSheet(
        partner_code=partner.code, file_name=keeping.name_of(upload), sha256=kept.sha256, size=len(kept.data),
        state=SheetState.UNMAPPED, found={}, uploaded_by_id=by.id, uploaded_at=clock.now(), taken_back_reason="",
        **vars(terms),
    )  # fmt: skip
    db.session.add(sheet)
    db.session.flush()
    _read(sheet)
    audit.record("givers.uploaded", sheet, by=by, sha256=kept.sha256)
    return sheet


def _keep_with(terms: Terms | GiverSheet, partner: Partner) -> None:
    """The pledge that a sheet names is open and for the same. Raises Refused."""
    if terms.pledge_id is not None:
        pledge = db.session.get_one(Pledge, terms.pledge_id)
        pledges.keep_with(pledge, (terms.kind_code, terms.purpose, terms.purpose_code), partner=partner)


def _read(sheet: GiverSheet) -> None:
    """Judge every row anew; a file whose columns nobody knows waits for a person. Raises Refused."""
    db.session.execute(delete(GiverRow).where(GiverRow.sheet_id == sheet.id))
    found: list[Table] = []
    try:
        read = layouts.read(path_of(sheet.sha256), LayoutKind.GIVERS, found, sheet.partner_code)
        judged = judging.judge(read, queries.entered_before(sheet), per_office=sheet.per_office)
    except UnknownColumns:
        return
    table = found[0]
    if not judged.rows:
        raise Refused(gettext("There is nobody in this file."), field="file")
    db.session.execute(insert(GiverRow), [_kept(sheet, row) for row in judged.rows])
    sheet.found = {
        "head_row": table.head_row, "titles": table.titles, "unused": table.unused, "stated": judged.stated,
        "used": {field: table.titles[at] for field, at in table.columns.items()},
    }  # fmt: skip
    sheet.state = SheetState.READY


def _kept(sheet: GiverSheet, row: Judged) -> dict[str, Any]:
    names = ("number", "kind", "name", "name_key", "nip", "office", "amount", "hidden", "said", "cells")
    return {"sheet_id": sheet.id, "taken": False, "taken_reason": "", **{name: getattr(row, name) for name in names}}


def map_columns(sheet: GiverSheet, name: str, sample: Sheet, columns: Mapping[int, str], *, by: User) -> None:
    """Keep what a person said of the columns, by its name, and judge the rows. Raises NotAllowed, Refused."""
    if not policies.may_work_on(by, sheet):
        raise NotAllowed
    layouts.keep(LayoutKind.GIVERS, name, sample, columns, partner_code=sheet.partner_code, by=by)
    _read(sheet)
    if sheet.state is not SheetState.READY:
        raise Refused(gettext("With these columns nobody was found in the file."))
    audit.record("givers.columns_mapped", sheet, by=by)


def take(sheet: GiverSheet, row_ids: Collection[int], *, shown: Collection[int], reason: str = "", by: User) -> int:
    """Of the doubtful or known rows that a page showed take these and leave the others; how many that changed.

    Raises NotAllowed, and Refused for a giver once more without a reason.
    """
    if not policies.may_work_on(by, sheet):
        raise NotAllowed
    changed = [row for row in queries.left_out(sheet, shown) if row.taken != (row.id in row_ids)]
    if not reason.strip() and any(row.kind is RowKind.KNOWN and not row.taken for row in changed):
        raise Refused(gettext("Please write the reason."), field="reason")
    for row in changed:
        row.taken = row.id in row_ids
        row.taken_reason = reason.strip() if row.taken else ""
    if changed:
        flag_modified(sheet, "found")  # who enters it at this moment is told
        audit.record("givers.taken", sheet, by=by, rows=len(changed))
    return len(changed)


def enter(sheet: GiverSheet, *, by: User) -> Sequence[Donation]:
    """Make gifts of it, one for each office or one in all, with the givers beneath. Raises NotAllowed, AlreadySettled,
    and Refused when nothing is to be entered."""
    if not policies.may_bring(by, sheet.partner_code):
        raise NotAllowed
    # Two sheets of the same month may hold the same people: the second waits, and is compared with the first.
    take_turns_about(f"givers:{sheet.partner_code}:{sheet.month}")
    hold(sheet)
    if sheet.state is not SheetState.READY:
        raise AlreadySettled(gettext("This sheet is not waiting to be entered any more."))
    rows = queries.to_be_entered(sheet)
    _refuse_entered_meanwhile(sheet, rows)
    if not rows:
        raise Refused(gettext("There is nothing to enter: take the doubtful rows that are right."))
    made = _gifts(sheet, rows, by)
    sheet.state, sheet.entered_by_id, sheet.entered_at = SheetState.ENTERED, by.id, clock.now()
    figures = {"gifts": len(made), "givers": len(rows), "amount": sum(gift.amount for gift in made)}
    audit.record("givers.entered", sheet, by=by, **figures)
    return made


def add(sheet: GiverSheet, row_ids: Collection[int], *, reason: str, by: User) -> Sequence[Donation]:
    """Enter rows that were left out when the sheet was entered, as further gifts. Raises NotAllowed, AlreadySettled,
    and Refused without rows or a reason."""
    if not policies.may_bring(by, sheet.partner_code):
        raise NotAllowed
    take_turns_about(f"givers:{sheet.partner_code}:{sheet.month}")
    hold(sheet)
    if sheet.state is not SheetState.ENTERED:
        raise AlreadySettled(gettext("This sheet is not entered."))
    rows = queries.left_out(sheet, row_ids)
    if not rows:
        raise Refused(gettext("Please tick the rows that are to be entered."))
    if not reason.strip():
        raise Refused(gettext("Please write the reason."), field="reason")
    if unasked := _unasked(sheet, rows)[1]:
        named = ", ".join(str(row.number) for row in unasked)
        raise Refused(gettext("Entered meanwhile with another sheet: row %(rows)s.", rows=named))
    for row in rows:
        row.taken, row.taken_reason = True, reason.strip()
    made = _gifts(sheet, rows, by)
    flag_modified(sheet, "found")  # who adds to it at this moment is told
    figures = {"gifts": len(made), "givers": len(rows), "amount": sum(gift.amount for gift in made)}
    audit.record("givers.added", sheet, by=by, **figures)
    return made


def _unasked(sheet: GiverSheet, rows: Sequence[GiverRow]) -> tuple[list[GiverRow], list[GiverRow]]:
    """Known rows whose earlier sheet is gone, and of `rows` those that another sheet has entered without anybody
    having been asked."""
    before = judging.Before(queries.entered_before(sheet))

    def stands(row: GiverRow) -> bool:
        return before.take(row.nip, row.name_key, row.amount or 0)

    gone = [row for row in queries.known_before(sheet) if row not in rows and not stands(row)]
    asked = [row for row in rows if row.kind is RowKind.KNOWN or not ASKED.isdisjoint(row.said)]
    return gone, [row for row in rows if row not in asked and stands(row)]


def _refuse_entered_meanwhile(sheet: GiverSheet, rows: Sequence[GiverRow]) -> None:
    """A sheet judged before another one was entered would bring the same people twice, and leave out those whose
    earlier sheet was taken back since."""
    gone, unasked = _unasked(sheet, rows)
    if gone:
        sentence = ngettext(
            "%(num)d giver is not in an earlier sheet any more. Please take this one back and send it again.",
            "%(num)d givers are not in an earlier sheet any more. Please take this one back and send it again.",
            len(gone),
        )
        raise Refused(sentence)
    if unasked:
        sentence = ngettext(
            "%(num)d giver was entered meanwhile with another sheet. Please take this one back and send it again.",
            "%(num)d givers were entered meanwhile with another sheet. Please take this one back and send it again.",
            len(unasked),
        )
        raise Refused(sentence)


def _gifts(sheet: GiverSheet, rows: Sequence[GiverRow], by: User) -> list[Donation]:
    """A gift for each office, or one in all, with these givers beneath."""
    _keep_with(sheet, sheet.partner)
    return [_gift(sheet, office, beneath, by) for office, beneath in _groups(sheet, rows)]


def _groups(sheet: GiverSheet, rows: Sequence[GiverRow]) -> list[tuple[str, list[GiverRow]]]:
    """By office, as it is written first; without a transfer of each office all together."""
    if not sheet.per_office:
        return [("", list(rows))]
    found: dict[str, list[GiverRow]] = defaultdict(list)
    for row in rows:
        found[fold(row.office)].append(row)
    return [(beneath[0].office, beneath) for beneath in found.values()]


def _gift(sheet: GiverSheet, office: str, rows: Sequence[GiverRow], by: User) -> Donation:
    amount = sum(row.amount or 0 for row in rows)
    terms = sheet.kind_code, sheet.given_on, amount, sheet.purpose, sheet.purpose_code, sheet.asnaf
    gifts.check(sheet.partner, *terms)
    gift = gifts.put_down(
        sheet.partner, by=by, kind_code=sheet.kind_code, given_on=sheet.given_on, amount=amount,
        purpose=sheet.purpose, purpose_code=sheet.purpose_code, asnaf=sheet.asnaf, giver_name=office,
        pledge_id=sheet.pledge_id, givers=len(rows), note=gettext("Payroll of %(month)s", month=f"{sheet.month:%m-%Y}"),
    )  # fmt: skip
    for position, row in enumerate(rows, start=1):
        row.donation_id, row.position = gift.id, position
    db.session.flush()
    return gift


def in_the_way(sheet: GiverSheet) -> list[Donation]:
    """Its gifts on which somebody built: confirmed, refused, or once in the books or on a bank's line."""
    made = queries.gifts_of(sheet)
    ids = [gift.id for gift in made]
    booked = set(db.session.scalars(select(LedgerLine.donation_id).where(LedgerLine.donation_id.in_(ids))))
    booked |= set(db.session.scalars(select(BankMatch.donation_id).where(BankMatch.donation_id.in_(ids))))
    return [gift for gift in made if gift.status is not DonationStatus.ENTERED or gift.id in booked]


def take_back(sheet: GiverSheet, *, reason: str, by: User) -> None:
    """Take the whole sheet back, with the gifts it became, as long as nothing was built on them.

    Raises NotAllowed, AlreadySettled, and Refused when a gift was confirmed or refused.
    """
    if not policies.may_bring(by, sheet.partner_code):
        raise NotAllowed
    hold(sheet)
    if sheet.state is SheetState.TAKEN_BACK:
        raise AlreadySettled(gettext("This sheet was taken back already."))
    if not reason.strip():
        raise Refused(gettext("Please write the reason."), field="reason")
    for gift in queries.gifts_of(sheet):
        hold(gift)
    if used := in_the_way(sheet):
        named = ", ".join(gift.number for gift in used[:5])
        sentence = gettext("The treasurer has settled gifts of this sheet already: %(numbers)s.", numbers=named)
        raise Refused(sentence, field="reason")
    made = queries.gifts_of(sheet)
    for row in db.session.scalars(select(GiverRow).where(GiverRow.sheet_id == sheet.id)):
        row.donation_id = row.position = None
    db.session.flush()
    for gift in made:
        db.session.delete(gift)
    sheet.state, sheet.taken_back_by_id, sheet.taken_back_at = SheetState.TAKEN_BACK, by.id, clock.now()
    sheet.taken_back_reason = reason.strip()
    audit.record("givers.taken_back", sheet, by=by, gifts=len(made))
