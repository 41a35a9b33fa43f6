"""A payment list for the bank: one row a transfer, laid out as the bank asks (seeds/bank_formats)."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from portal.config import SEEDS
from portal.errors import Refused
from portal.exchange import export_filters as filters
from portal.exchange.exports import Asked, Exportable
from portal.exchange.listed import Batch, Column, Value
from portal.funds.models import Method
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.language import of_reader
from portal.payments import queries
from portal.payments.models import LineOutcome, PaymentList
from portal.payments.queries import AidLine
from portal.units.catalogue import catalogue
from portal.units.formats import number

FOLDER: Final = SEEDS / "bank_formats"
FIELDS: Final[Mapping[str, Callable[[AidLine, PaymentList], Value]]] = {
    "number": lambda line, _list: line.number,
    "list": lambda _line, payments: payments.number,
    "bank": lambda line, _list: line.bank_name,
    "account": lambda line, _list: line.bank_account,
    "holder": lambda line, _list: line.bank_holder,
    "amount": lambda line, _list: line.amount,
    "day": lambda _line, payments: payments.planned_on,
    "purpose": lambda line, _list: catalogue().service(line.service_code).name("id"),
}
"""What a column of a bank's file may hold."""
NEEDED: Final = frozenset({"number", "account", "holder", "amount"})
"""Without these nothing is sent, or what is sent cannot be told apart."""


@dataclass(frozen=True)
class BankFormat:
    """One layout: the heads of its columns, and what each holds."""

    code: str
    name_id: str
    name_en: str
    fields: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def name(self) -> str:
        return self.name_en if of_reader() == "en" else self.name_id


@cache
def formats() -> Mapping[str, BankFormat]:
    """All layouts by their code, in a fixed order."""
    return {
        path.stem: _format(path.stem, tomllib.loads(path.read_text("utf-8"))) for path in sorted(FOLDER.glob("*.toml"))
    }


def _format(code: str, body: Mapping[str, Any]) -> BankFormat:
    fields = tuple(column["field"] for column in body["column"])
    if set(fields) - FIELDS.keys() or NEEDED - set(fields) or len(set(fields)) < len(fields):
        raise ValueError(f"{code}: unknown fields, a field twice, or one lacks that a transfer needs")
    columns = tuple(Column(column["head"], column["width"]) for column in body["column"])
    return BankFormat(code, body["name_id"], body["name_en"], fields, columns)


def _payments(given: Mapping[str, str], _reader: Any) -> Asked:
    """The open lines of one list. Raises NotFound, also without a list; Refused for one that goes by no transfer."""
    payments = queries.get_list(given.get("number", ""))
    if payments.method is not Method.TRANSFER:
        raise Refused(_("This list is not handed over by transfer, so there is nothing to send to a bank."))
    chosen = formats().get(given.get("layout", ""), next(iter(formats().values())))
    list_id = payments.id
    return Asked(
        kept=filters.kept(number=payments.number, layout=chosen.code),
        said=filters.said((_("Payment list"), payments.number), (_("Layout"), chosen.name)),
        counted=number(sum(line.outcome is LineOutcome.OPEN for line in queries.lines_of(payments))),
        columns=chosen.columns,
        batches=lambda _numbers: _rows(list_id, chosen),
        page="payments.show",
    )


def _rows(list_id: int, layout: BankFormat) -> Iterator[Batch]:
    payments = queries.get_list_by_id(list_id)
    yield [
        [FIELDS[field](line, payments) for field in layout.fields]
        for line in queries.lines_of(payments)
        if line.outcome is LineOutcome.OPEN
    ]


PAYMENTS: Final = (
    Exportable(
        "payment_list", "payment_list.export", ("payments.view",), _l("Payment list for the bank"), "payments.index",
        _payments, of_families=False,
    ),
)  # fmt: skip
