"""What is said of a row: why it is refused, or what somebody should look at first. Short: it stands in a column."""

from typing import Final

from portal.households.event_models import EventKind
from portal.households.identity import SENTENCES, WARNINGS
from portal.language import gettext

N_ = str  # marks a sentence for translation where it stands; `sentence` translates it

REASONS: Final[dict[str, str]] = {
    "digits_lost": N_("Excel kept this number as a number and its last digit is lost. Copy it from the family card."),
    "scientific": N_("Excel shortened this number (1.37E+15). Format the column as text and type it again."),
    "number_is_day": N_("There is a date where a number should be."),
    "nik_length": N_("The NIK does not have 16 digits."),
    "nik_not_digits": N_("The NIK holds something besides digits."),
    "nik_twice": N_("This NIK stands on another row too, with another name or family."),
    "row_twice": N_("This person stands on another row already."),
    "kk_length": N_("The family card number does not have 16 digits."),
    "kk_not_digits": N_("The family card number holds something besides digits."),
    "family_unknown": N_("There is no family number, so nobody can tell which family this is."),
    "name_empty": N_("The name is missing."),
    "name_unreadable": N_("There is no name where the name should be."),
    "name_long": N_("The name is longer than 120 letters."),
    "birth_date_unreadable": N_("The birth date cannot be read. Write it as day-month-year."),
    "birth_date_ahead": N_("The birth date lies in the future."),
    "sex_unreadable": N_("The sex cannot be read. Write L or P."),
    "sex_empty": N_("The sex is missing, and there is no NIK that tells it."),
    "relation_empty": N_("The place in the family is missing."),
    "relation_unreadable": N_("The place in the family cannot be read. Write it as on the family card."),
    "village_empty": N_("The kelurahan is missing."),
    "village_unknown": N_("This kelurahan is not in the unit's list."),
    "village_ambiguous": N_("Several kelurahan have this name. Add the kecamatan, or the code."),
    "not_living_here": N_("The file says that this person is not living here any more, or is not valid."),
    "no_head": N_("This family has no head in the file."),
    "two_heads": N_("This family has more than one head in the file."),
    "head_refused": N_("The row of this family's head was refused."),
}

DOUBTS: Final[dict[str, str]] = {
    **WARNINGS,
    "nik_stored_as_number": N_("The NIK is kept as a number: compare it with the family card."),
    "kk_stored_as_number": N_("The family card number is kept as a number: compare it with the family card."),
    "no_kk": N_("There is no family card number yet."),
    "sex_from_nik": N_("The sex was taken from the NIK."),
    "rt_rw_unreadable": N_("RT or RW cannot be read and stays empty."),
    "in_school_unreadable": N_("Whether this person goes to school cannot be read."),
    "presence_unreadable": N_("Whether this person still lives here cannot be read."),
    "age_unreadable": N_("The age cannot be read."),
    "age_differs": N_("The age differs from the birth date."),
    "child_as_old_as_head": N_("A child hardly younger than the head: check the place in the family."),
    "several_families": N_("Several families live in this household; the list counts them as one."),
    "several_villages": N_("The family's rows name different kelurahan; the head's counts."),
    "percentile_unreadable": N_("The rank in the national list cannot be read and stays empty."),
    "decile_unreadable": N_("The decile in the national list cannot be read and stays empty."),
    "other_village": N_("The hamlet is called like another kelurahan, which was taken: check it."),
    "other_person": N_("The register has this NIK with another name and birth date."),
    "nik_differs": N_("The register has another NIK for this person of the family."),
    "maybe_known": N_("This person is likely in the register already, in another family."),
    "has_left": N_("By the register this person has died or moved away. Note there first who came back."),
    "family_closed": N_("Nobody belongs to this family of the register any more. Note there first who came back."),
    "in_other_family": N_("This person is in another family of the register. Record the move there first."),
    "family_in_several": N_("This family card number and the NIK of the head belong to two families of the register."),
    "head_differs": N_("The register has another head for this family. Change the head there first."),
    "under_other_card": N_(
        "By the register this person lives in another family, under another family card. Moving out is an event of that"
        " family: note it there first."
    ),
    "kk_taken": N_("This family card number belongs to another family of the register."),
    "changed_meanwhile": N_("The register was changed after this file was compared. Send the file again for this row."),
    "gone": N_("In the last batch of this list, and not in this file."),
}

NOTED: Final = frozenset(
    {
        "no_kk", "sex_from_nik", "rt_rw_unreadable", "in_school_unreadable", "age_unreadable", "several_families",
        "percentile_unreadable", "decile_unreadable", "gone",
    }
)  # fmt: skip
"""Worth a word, but nothing that a person must look at before the row counts: what is missing stays empty."""

BY_HAND: Final = frozenset(
    {
        "has_left", "family_closed", "in_other_family", "family_in_several", "head_differs", "under_other_card",
        "kk_taken", "changed_meanwhile",
    }
)  # fmt: skip
"""Doubts that nobody can wave through: the register itself must be put right first."""


EVENTS: Final[dict[str, EventKind]] = {
    "under_other_card": EventKind.SPLIT,
    "in_other_family": EventKind.JOINED,
    "head_differs": EventKind.NEW_HEAD,
}
"""What has probably happened in the family that the register knows the person in: its form is a step away."""


def sentence(code: str) -> str:
    """In the reader's language."""
    return gettext({**SENTENCES, **DOUBTS, **REASONS}[code])
