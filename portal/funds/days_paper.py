"""Funds over some days on paper: the balance as a sentence, and a line for each fund."""

from collections.abc import Mapping, Sequence
from typing import Final

from portal import money
from portal.funds import figures
from portal.funds.figures import FundDays
from portal.language import gettext
from portal.paper import Table

RUPIAH: Final = money.format_rupiah
LEFT, RIGHT = "left", "right"


def in_a_sentence(whole: FundDays) -> str:
    """The balance first, as one would say it."""
    return gettext(
        "At the beginning %(opening)s, received %(received)s, given %(given)s: %(closing)s at the end.",
        opening=RUPIAH(whole.opening), received=RUPIAH(whole.received - whole.taken_back),
        given=RUPIAH(whole.given - whole.given_back), closing=RUPIAH(whole.closing),
    )  # fmt: skip


def table(funds: Sequence[FundDays], titles: Mapping[str, str], note: str = "") -> Table:
    """What came, went and is left, fund by fund and together."""
    rows = tuple((titles.get(one.code, one.code), *_written(one)) for one in funds)
    return Table(
        title=gettext("Funds"), aligned=(LEFT, *[RIGHT] * 5), widths=("wide", *["auto"] * 5), rows=rows,
        heads=(gettext("Fund"), *heads()), foot=(gettext("Together"), *_written(figures.together(funds))), note=note,
    )  # fmt: skip


def heads() -> tuple[str, ...]:
    return (
        gettext("At the beginning"), gettext("Received"), gettext("Given"), gettext("At the end"),
        gettext("of it put aside"),
    )  # fmt: skip


def _written(one: FundDays) -> tuple[str, ...]:
    return tuple(map(RUPIAH, rupiah(one)))


def rupiah(one: FundDays) -> tuple[int, ...]:
    """In the order of the heads; what was taken back is taken off."""
    return one.opening, one.received - one.taken_back, one.given - one.given_back, one.closing, one.reserved
