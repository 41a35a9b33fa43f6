"""A partner's statement on paper: the same figures as its page, in the same order."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from flask_babel import force_locale

from portal import clock
from portal.funds import days_paper
from portal.funds.days_paper import LEFT, RIGHT, RUPIAH
from portal.language import gettext
from portal.paper import Report, Table, render
from portal.reports import statement_gifts
from portal.reports.statement import Place, Statement
from portal.small_numbers import LEAST
from portal.units.catalogue import catalogue
from portal.units.formats import day
from portal.units.letterhead import letterhead, town

MOST_GIFTS: Final = 300
"""Gifts on paper, ten pages of them; the workbook holds all."""
HelpedRow = tuple[str, str, int]
"""A service or kecamatan, families as they may be shown, and rupiah."""


def pdf(told: Statement) -> bytes:
    """The statement as a PDF; papers are Indonesian, whatever language the screen speaks."""
    with force_locale("id"):
        return render("report", _report(told))


def _report(told: Statement) -> Report:
    gifts = list(statement_gifts.all_gifts(told.partner, told.since, told.until, most=MOST_GIFTS + 1))
    whole = told.whole
    return Report(
        head=letterhead(catalogue()), name=gettext("Statement to the partner"), about=told.partner.name,
        since=told.since, until=told.until, lead=days_paper.in_a_sentence(whole), place=town(catalogue()),
        on=clock.today(),
        facts=(
            (gettext("Families helped in whole quarters"), families(told)),
            (gettext("Free at the end"), RUPIAH(whole.available)),
            (gettext("Put aside at the end"), RUPIAH(whole.reserved)),
        ),
        tables=(
            days_paper.table(told.funds, told.titles), *_helped(told),
            _gifts(gifts[:MOST_GIFTS], more=len(gifts) > MOST_GIFTS),
        ),
        notes=(small_numbers_said(),), signers=(),
    )  # fmt: skip


def families(told: Statement) -> str:
    """How many families were helped in the whole quarters, each once; "–" where no quarter tells it."""
    helped = told.helped
    return f"{helped.whole.families or '–'}{' *' if helped.whole.families and helped.partly else ''}"


def small_numbers_said() -> str:
    return gettext(
        "No family is named, and no figure stands here that fewer than %(least)d families are behind, nor one that "
        "could be had by subtraction. What was given in all is the partner's own money and always shown.",
        least=LEAST,
    )


def _helped(told: Statement) -> list[Table]:
    helped = told.helped
    if helped.since is None or helped.until is None:
        return []
    heads = (gettext("Service, kecamatan"), gettext("Families"), gettext("Given"))
    shape: dict[str, Any] = {"heads": heads, "aligned": (LEFT, RIGHT, RIGHT), "widths": ("wide", "auto", "auto")}
    whole = (gettext("Together"), families(told), RUPIAH(helped.whole.amount or 0))
    days = gettext("Whole quarters, from %(since)s to %(until)s.", since=day(helped.since), until=day(helped.until))
    said, districts = f"{days} {partly_said()}", _written(place_row(one) for one in helped.districts)
    tables = [Table(title=gettext("Helped with"), rows=_written(helped_rows(told)), foot=whole, note=said, **shape)]
    if districts:
        tables.append(Table(title=gettext("In which kecamatan"), rows=districts, foot=(), note="", **shape))
    return tables


def _written(rows: Iterable[HelpedRow]) -> tuple[tuple[str, str, str], ...]:
    return tuple((name, families, RUPIAH(amount)) for name, families, amount in rows)


def partly_said() -> str:
    return gettext("* Smaller numbers of some quarters are not in it.")


def place_row(one: Place, under: str = "") -> HelpedRow:
    mark = " *" if one.partly else ""
    return f"{under}{one.name}{mark}", str(one.figure.families or "–"), one.figure.amount or 0


def helped_rows(told: Statement) -> list[HelpedRow]:
    """Services with their kecamatan under them, and what small numbers leave out."""
    rows = []
    for service, places in told.helped.services:
        rows.append(place_row(service))
        rows.extend(place_row(place, "– ") for place in places)
    if told.helped.left_out:
        rows.append((gettext("Not shown one by one: small numbers"), "", told.helped.left_out))
    return rows


def _gifts(gifts: Sequence[statement_gifts.Gift], *, more: bool) -> Table:
    left = gettext("Only the newest %(number)d gifts stand here; the workbook holds all.", number=len(gifts))
    said = f"{of_gifts_said()} {left}" if more else of_gifts_said()
    return Table(
        title=gettext("Gift by gift"), heads=gift_heads(), aligned=(LEFT, LEFT, *[RIGHT] * 6, LEFT),
        widths=("auto", "wide", *["auto"] * 6, "wide"), foot=(), note=said,
        rows=tuple(
            (one.number, f"{one.kind}, {one.purpose}", *map(RUPIAH, gift_figures(one)), reached(one), one.services)
            for one in gifts
        ),
    )  # fmt: skip


def reached(one: statement_gifts.Gift) -> str:
    """How many families a gift reached, as far as it is told."""
    return str(one.families or "–")


def of_gifts_said() -> str:
    return gettext(
        "Families and kinds of help are told of whole quarters in which at least %(least)d families stand behind them.",
        least=LEAST,
    )


def gift_heads() -> tuple[str, ...]:
    return (
        gettext("Gift"), gettext("Kind and purpose"), gettext("At the beginning"), gettext("Received"),
        gettext("Given"), gettext("At the end"), gettext("Put aside"), gettext("Families"),
        gettext("Helped with"),
    )  # fmt: skip


def gift_figures(one: statement_gifts.Gift) -> tuple[int, ...]:
    return one.opening, one.received, one.given, one.closing, one.reserved
