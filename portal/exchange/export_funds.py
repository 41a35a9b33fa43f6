"""Funds as they leave the portal: what is left in each, and every entry of one or of all."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from portal.exchange import export_filters as filters
from portal.exchange.exports import Asked, Exportable
from portal.exchange.listed import Batch, Column
from portal.funds import books, entries, queries, words
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.units.formats import number


def _balances(_given: Mapping[str, str], _reader: Any) -> Asked:
    return Asked(
        kept={},
        said=[],
        counted=number(len(books.all_funds())),
        columns=[
            Column(_("Fund"), 48), Column(_("Received"), 16), Column(_("Available"), 16), Column(_("Put aside"), 16),
            Column(_("Paid out"), 16),
        ],
        batches=lambda _numbers: _balance_rows(),
    )  # fmt: skip


def _balance_rows() -> Iterator[Batch]:
    """There are some dozen funds."""
    yield [(books.title(one.fund), one.received, one.available, one.reserved, one.paid) for one in queries.balances()]


def _entries(given: Mapping[str, str], _reader: Any) -> Asked:
    """Of the fund that is named, or of all. Raises NotFound for no fund of this code."""
    code = given.get("code", "")
    fund = books.get_fund(code) if code else None
    titles = {each.id: books.title(each) for each in books.all_funds()}
    fund_id = fund.id if fund else None
    return Asked(
        kept=filters.kept(code=code),
        said=filters.said((_("Fund"), titles[fund.id] if fund else "")),
        counted=filters.counted(entries.count(fund_id)),
        columns=[
            Column(_("Day"), 14), Column(_("Fund"), 48), Column(_("What happened"), 26), Column(_("Note"), 40),
            Column(_("Payment"), 18), Column(_("Donations"), 32), Column(_("Amount"), 16), Column(_("Free money"), 16),
        ],
        batches=lambda _numbers: (
            _entry_rows(found, titles) for found in entries.all_entries(fund_id, size=filters.ROWS_AT_ONCE)
        ),
        page="funds.show" if fund else "",
    )  # fmt: skip


def _entry_rows(found: Sequence[entries.EntryRow], titles: Mapping[int, str]) -> Batch:
    return [
        (
            row.posted_on, titles[row.fund_id], str(words.ENTRIES[row.kind]), row.note, row.disbursement,
            ", ".join(row.donations), row.amount, row.free,
        )
        for row in found
    ]  # fmt: skip


FUNDS: Final = (
    Exportable("funds", "funds.export", ("funds.view",), _l("Funds"), "funds.index", _balances),
    Exportable(
        "fund_entries", "fund_entries.export", ("funds.view",), _l("Entries of funds"), "funds.index", _entries
    ),
)  # fmt: skip
