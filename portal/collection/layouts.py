"""Which column holds what: known by its words (seeds/collection_formats), or said once by a person and kept by name."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from portal import clock
from portal.accounts.models import User
from portal.collection.models import LayoutKind, SheetLayout
from portal.config import SEEDS
from portal.db import db, take_turns_about
from portal.errors import Refused
from portal.exchange import samples, sheets
from portal.exchange.formats import Format, fold
from portal.exchange.samples import Sheet
from portal.exchange.sheets import Bounds
from portal.exchange.tables import Passed, Table, tables
from portal.language import gettext

N_ = str  # marks a sentence for translation where it stands; `label` translates it

FIELDS: Final[dict[LayoutKind, dict[str, str]]] = {
    LayoutKind.GIVERS: {
        "name": N_("Name"),
        "nip": N_("NIP"),
        "office": N_("Office"),
        "amount": N_("Amount"),
        "hidden": N_("Wants to stay unnamed"),
    },
    LayoutKind.BANK: {
        "day": N_("Day"),
        "description": N_("Description"),
        "reference": N_("Reference"),
        "credit": N_("Money in"),
        "debit": N_("Money out"),
        "amount": N_("Amount, in or out"),
        "direction": N_("In or out (D/K)"),
        "balance": N_("Balance"),
    },
}
"""What a column may be, in the order of a form."""
UNSIGNED: Final = "unsigned"
"""Beside the columns of a layout: what an amount without a sign is where one column holds money in and out."""
IN, UNREAD = "in", "unread"
BOUNDS: Final = Bounds(file_bytes=8 * 2**20, unzipped_bytes=2**27, rows=20_000, cells=2_000_000, told=2**26, seconds=30)
"""A month of givers is hundreds of rows, a month of a bank some thousands: they are read while the person waits."""


class UnknownColumns(Exception):
    """No sheet of the file has a head that anybody knows."""


def label(kind: LayoutKind, field: str) -> str:
    """A field's name in the reader's language."""
    return gettext(FIELDS[kind][field])


@cache
def _seed(kind: LayoutKind) -> dict[str, Any]:
    return tomllib.loads((SEEDS / "collection_formats" / f"{kind}.toml").read_text(encoding="utf-8"))


@cache
def _known_by_words(kind: LayoutKind) -> tuple[Format, ...]:
    body = _seed(kind)
    heads = {field: tuple(map(fold, words)) for field, words in body["heads"].items()}
    return tuple(
        Format(
            code=kind.value, name_id=body["name_id"], name_en=body["name_en"], required=frozenset(required),
            recognised_by=(), heads=heads, codes={}, left_out=(), ages_on=None,
        )
        for required in body["required"]
    )  # fmt: skip


@cache
def known_heads(kind: LayoutKind) -> Mapping[str, str]:
    """Folded head to field, as the seeds have it."""
    return {fold(word): field for field, words in _seed(kind)["heads"].items() for word in words}


def _mine(kind: LayoutKind, partner_code: str | None) -> Sequence[SheetLayout]:
    """Of a bank those of the unit, of givers those that this partner said; the newest first."""
    mine = SheetLayout.kind == kind, SheetLayout.partner_code.is_not_distinct_from(partner_code)
    return db.session.scalars(select(SheetLayout).where(*mine).order_by(SheetLayout.id.desc())).all()


def _kept(kind: LayoutKind, partner_code: str | None) -> list[Format]:
    """What people said; this counts before the words."""
    found = _mine(kind, partner_code)
    return [_format(one.name, one.body) for one in found if _tells_direction(kind, one.body)]


def _tells_direction(kind: LayoutKind, said: Mapping[str, str]) -> bool:
    """A bank's layout says how it tells money in from money out: by two columns, by D/K, or by the amount's sign."""
    return kind is not LayoutKind.BANK or not said.keys().isdisjoint({"credit", "direction", UNSIGNED})


def unsigned_is_in(table: Table) -> bool:
    """Whether a person said of this layout that an amount without a sign is money in."""
    return bool(table.format.meaning(UNSIGNED, "") == IN)


def _format(name: str, said: Mapping[str, str]) -> Format:
    columns = {field: title for field, title in said.items() if field != UNSIGNED}
    return Format(
        code=f"kept_{fold(name)}", name_id=name, name_en=name, required=frozenset(columns),
        recognised_by=(frozenset(map(fold, columns.values())),),
        heads={field: (fold(title),) for field, title in columns.items()},
        codes={UNSIGNED: {"": said.get(UNSIGNED)}}, left_out=(), ages_on=None,
        spellings={field: (title,) for field, title in columns.items()},
    )  # fmt: skip


def read(path: Path, kind: LayoutKind, found: list[Table], partner_code: str | None = None) -> Iterator[Table]:
    """The tables of a file, each also put into `found`; the rows of one are to be taken before the next.

    Raises UnknownColumns, and Refused for a file that cannot be read.
    """
    kept, words = _kept(kind, partner_code), list(_known_by_words(kind))
    for table in tables(sheets.rows(path, BOUNDS), [*kept, *words]):
        if not isinstance(table, Passed):
            found.append(table)
            yield table
    if not found:
        raise UnknownColumns


def sample(path: Path, kind: LayoutKind) -> list[Sheet]:
    """The sheets that a person sees, to say what their columns are."""
    return samples.sample(path, known_heads(kind))


def proposals(sheet: Sheet, kind: LayoutKind) -> dict[int, str]:
    """What each column probably is by its word; no field twice."""
    chosen: dict[int, str] = {}
    for at, title in enumerate(sheet.titles):
        field = known_heads(kind).get(fold(title))
        if field is not None and field not in chosen.values():
            chosen[at] = field
    return chosen


def keep(
    kind: LayoutKind, name: str, sheet: Sheet, columns: Mapping[int, str], *, partner_code: str | None = None,
    unsigned: str = "", by: User,
) -> SheetLayout:  # fmt: skip
    """Keep what a person said, by its name: the same name again replaces nothing and is refused. Raises Refused."""
    said = _titles(kind, sheet, columns)
    if unsigned in (IN, UNREAD) and said.keys().isdisjoint({"credit", "direction"}):
        said[UNSIGNED] = unsigned
    _refuse_untold(kind, said)
    take_turns_about(f"layout:{kind}:{partner_code}:{fold(name)}")
    same = [one for one in _mine(kind, partner_code) if fold(one.name) == fold(name)]
    if any(one.body == said for one in same):
        return same[0]
    if same and not _tells_direction(kind, same[0].body):
        same[0].body = said  # kept before this was asked, and read by nobody since
        return same[0]
    if same:
        raise Refused(gettext("A layout of this name is kept already. Please give it another one."), field="layout")
    layout = SheetLayout(
        kind=kind, partner_code=partner_code, name=name, body=said, created_by_id=by.id, created_at=clock.now()
    )
    db.session.add(layout)
    db.session.flush()
    return layout


def _refuse_untold(kind: LayoutKind, said: Mapping[str, str]) -> None:
    """Raises Refused for columns that are too few to read the file."""
    needed = _seed(kind)["required"]
    if any(set(required) <= said.keys() for required in needed):
        return
    if kind is LayoutKind.BANK and {"day", "amount"} <= said.keys():
        if UNSIGNED not in said:
            raise Refused(gettext("Please say how this file tells money in from money out."), field=UNSIGNED)
        return
    words = " + ".join(label(kind, field) for field in needed[0])
    raise Refused(gettext("Please say at least which columns these are: %(fields)s.", fields=words))


def _titles(kind: LayoutKind, sheet: Sheet, columns: Mapping[int, str]) -> dict[str, str]:
    titles: dict[str, str] = {}
    for at, field in columns.items():
        if field in titles:
            raise Refused(gettext("Two columns are said to be this: %(field)s. Choose one.", field=label(kind, field)))
        titles[field] = sheet.titles[at]
    return titles
