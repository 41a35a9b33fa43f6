"""Bank statements: read, each credit kept once, matched with gifts, set aside, taken back. The treasurer's alone."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from portal import audit, clock
from portal.accounts.models import User
from portal.collection import bank_queries, bank_reading, keeping, layouts, policies
from portal.collection.bank_models import BankDebit, BankLine, BankMatch, BankStatement, StatementState
from portal.collection.models import LayoutKind
from portal.db import db, hold, take_turns_about
from portal.errors import AlreadySettled, Doubtful, NotAllowed, NotFound, Refused, settle_doubts
from portal.exchange.formats import fold
from portal.exchange.samples import Sheet
from portal.files import services as files
from portal.funds import bukti_setor, giving
from portal.language import gettext
from portal.money import format_rupiah
from portal.partners import queries as gifts
from portal.partners import services as gift_services
from portal.partners.models import Donation, DonationStatus


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
    kept_lines = bank_reading.read(statement)
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
    bank_reading.read(statement)
    if statement.state is not StatementState.READ:
        raise Refused(gettext("With these columns no line was found in the file."))
    audit.record("bank.columns_mapped", statement, by=by)


def match(
    line: BankLine, donation: Donation, *, confirmed: Collection[str] = (), sure: bool = False, by: User
) -> BankMatch:
    """Say that this line is this gift. Raises like `match_several`."""
    return match_several(line, [donation], confirmed=confirmed, sure=sure, by=by)[0]


def match_several(
    line: BankLine, donations: Collection[Donation], *, confirmed: Collection[str] = (), sure: bool = False, by: User
) -> list[BankMatch]:
    """Say that this line is these gifts of one partner, which add up to it: those that wait are confirmed by it, those
    confirmed by hand are only noted.

    Raises NotAllowed, AlreadySettled when line or gift has found its other, Refused for another amount, and Doubtful
    for gifts that may be the same money (funds/giving.py).
    """
    if not policies.may_match(by):
        raise NotAllowed
    hold(line)
    if line.aside_by_id is not None or bank_queries.match_of(line) is not None:
        raise AlreadySettled(gettext("The line of %(line)s is settled already.", line=line.number))
    found = sorted(set(donations), key=lambda donation: donation.id)
    for donation in found:
        hold(donation)
        if bank_queries.match_of_gift(donation) is not None:
            raise AlreadySettled(
                gettext("Donation %(number)s has its line in the bank already.", number=donation.number)
            )
    _refuse_other_sum(line, found)
    if len(found) > 1:
        _ask_at_once(found, confirmed)
    return [_match(line, donation, part, confirmed, sure, by) for part, donation in enumerate(found, start=1)]


def _refuse_other_sum(line: BankLine, found: Sequence[Donation]) -> None:
    if len({donation.partner_code for donation in found}) > 1:
        raise Refused(
            gettext("One transfer is of one partner. Please choose donations of one partner."), field="donation"
        )
    together = sum(donation.amount for donation in found)
    if len(found) == 1 and together != line.amount:
        raise Refused(gettext("The amounts differ: a donation is confirmed whole."), field="donation")
    if together != line.amount:
        figures = {"sum": format_rupiah(together), "amount": format_rupiah(line.amount)}
        sentence = gettext("The chosen donations add up to %(sum)s, the line is %(amount)s.", **figures)
        raise Refused(sentence, field="donation")


def _ask_at_once(found: Sequence[Donation], confirmed: Collection[str]) -> None:
    """What has to be looked at of any of them is asked together, not gift by gift."""
    waiting = [donation for donation in found if donation.status is DonationStatus.ENTERED]
    doubts = [doubt for one in waiting for doubt in gift_services.doubts_of_arrival(one, gifts.alike(one))]
    settle_doubts(list({doubt.code: doubt for doubt in doubts}.values()), confirmed)


def _match(
    line: BankLine, donation: Donation, part: int, confirmed: Collection[str], sure: bool, by: User
) -> BankMatch:
    waits = donation.status is not DonationStatus.CONFIRMED
    if waits:
        giving.confirm(donation, confirmed=confirmed, by=by)
    made = BankMatch(
        line_id=line.id, donation_id=donation.id, part=part, sure=sure, confirmed=waits, matched_by_id=by.id,
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
    """Take back what a line is, with all its gifts; one that it confirmed waits again, while nothing of it was used.

    Raises NotAllowed, AlreadySettled, Refused.
    """
    if not policies.may_match(by):
        raise NotAllowed
    hold(found)
    if found.undone_at is not None:
        raise AlreadySettled(gettext("This was taken back already."))
    if not reason.strip():
        raise Refused(gettext("Please write the reason."), field="reason")
    for one in bank_queries.matches_on(found.line):
        if one.confirmed:
            giving.unconfirm(one.donation, reason=reason, by=by)
        _end(one, reason.strip(), by)


def _end(found: BankMatch, reason: str, by: User) -> None:
    found.undone_by_id, found.undone_at, found.undo_reason = by.id, clock.now(), reason
    audit.record("bank.match_undone", found, by=by, donation=found.donation.number, amount=found.donation.amount)


def _free_the_line(donation: Donation, reason: str, by: User) -> None:
    """A confirmation was taken back on the gift's own page: its line is nobody's again. Other gifts of the same
    transfer stay confirmed, and are found with the line as those confirmed by hand are."""
    found = bank_queries.match_of_gift(donation)
    if found is not None:
        for one in bank_queries.matches_on(found.line):
            _end(one, reason, by)


giving.when_taken_back(_free_the_line)


def _banked_on(donation: Donation) -> date | None:
    found = bank_queries.match_of_gift(donation)
    return None if found is None else found.line.day


bukti_setor.told_by(_banked_on)


def set_aside(line: BankLine, *, reason: str, debit: BankDebit | None = None, by: User) -> None:
    """Say that this money is no gift, and why; `debit` is the money out that sent it back.

    Raises NotAllowed, AlreadySettled, Refused.
    """
    if not policies.may_match(by):
        raise NotAllowed
    hold(line)
    if line.aside_by_id is not None or bank_queries.match_of(line) is not None:
        raise AlreadySettled(gettext("The line of %(line)s is settled already.", line=line.number))
    if not reason.strip():
        raise Refused(gettext("Please write the reason."), field="reason")
    if debit is not None:
        _sent_back(line, debit)
    line.aside_by_id, line.aside_reason = by.id, reason.strip()
    audit.record("bank.line_set_aside", line, by=by, amount=line.amount)


def _sent_back(line: BankLine, debit: BankDebit) -> None:
    """Money out sends one credit back, of its own account and amount."""
    hold(debit)
    if debit.line_id is not None:
        raise AlreadySettled(gettext("This money out has sent another line back."))
    if debit.amount != line.amount or fold(debit.account) != fold(line.account):
        raise Refused(gettext("The amounts differ: money is sent back whole."), field="reason")
    debit.line_id = line.id


def put_back(line: BankLine, *, by: User) -> None:
    """It may be a gift after all. Raises NotAllowed, AlreadySettled."""
    if not policies.may_match(by):
        raise NotAllowed
    hold(line)
    if line.aside_by_id is None:
        raise AlreadySettled(gettext("The line of %(line)s is open already.", line=line.number))
    line.aside_by_id, line.aside_reason = None, ""
    if (debit := bank_queries.debit_of(line)) is not None:
        debit.line_id = None
    audit.record("bank.line_returned", line, by=by, amount=line.amount)
