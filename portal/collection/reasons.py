"""What is said of a giver's row or a bank's line, in sentences short enough for a column."""

from typing import Final

from portal.language import gettext

N_ = str  # marks a sentence for translation where it stands; `sentence` translates it

REASONS: Final[dict[str, str]] = {
    "amount_missing": N_("There is no amount."),
    "amount_empty": N_("There is no amount."),
    "amount_zero": N_("The amount is zero."),
    "amount_not_a_number": N_("The amount cannot be read. Type digits only, such as 150.000."),
    "amount_fraction": N_("Amounts are whole rupiah, without sen."),
    "amount_negative": N_("An amount cannot be below zero."),
    "amount_too_large": N_("This amount is larger than anything the unit can hold. Check the zeros."),
    "amount_ambiguous": N_("This amount can be read in two ways. Type it in full, such as 150.000."),
    "name_long": N_("The name has more than 120 letters."),
    "day_unreadable": N_("The day cannot be read. Write it as day-month-year."),
    "direction_unreadable": N_("Whether this is money in or out cannot be told."),
    "day_ahead": N_("This day is still to come."),
}
"""A row with one of these is refused."""

DOUBTS: Final[dict[str, str]] = {
    "amount_large": N_("An uncommonly large amount for one giver and one month. Count the zeros."),
    "amount_small": N_("An uncommonly small amount. Is a figure in thousands?"),
    "office_missing": N_("The office is missing, and each office is a gift of its own."),
    "no_name": N_("There is neither name nor NIP. Taken, it is a gift of “hamba Allah”."),
    "row_twice": N_("The same giver stands in this file twice."),
    "other_amount": N_("This giver stands in an earlier sheet of the same month with another amount."),
}
"""Entered only when a person takes the row."""

NOTED: Final[dict[str, str]] = {
    "nip_broken": N_("The NIP is not 18 digits (Excel shortens it when it is kept as a number) and stays empty."),
    "known": N_("Entered already with an earlier sheet of the same month."),
}
"""Worth a word, nothing to decide."""


def sentence(code: str) -> str:
    """In the reader's language."""
    return gettext({**REASONS, **DOUBTS, **NOTED}[code])
