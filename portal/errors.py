"""What can go wrong in the domain; each kind has its page (templates/errors) and its HTTP status."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


class PortalError(Exception):
    """Something a person must be told in one clear sentence."""

    status = 400

    def __init__(self, sentence: Any = "", *, field: str | None = None) -> None:
        """`sentence` is shown as it is, so it comes translated (lazily); `field` names the form field it belongs to."""
        super().__init__(str(sentence))
        self.sentence = sentence
        self.field = field


class NotAllowed(PortalError):
    """This person may not do this."""

    status = 403


class NotFound(PortalError):
    """There is no such record, or it is not this person's to know of."""

    status = 404


class Elsewhere(PortalError):
    """What was asked for stands under another address now; readers are led there, a form is told so."""

    status = 409

    def __init__(self, sentence: Any, *, url: str) -> None:
        super().__init__(sentence)
        self.url = url


class Refused(PortalError):
    """A rule of the unit stands against it; the sentence says which and what may be done instead."""

    status = 422


@dataclass(frozen=True)
class Doubt:
    """Something unusual that may still be right; `code` names it in the form that confirms it."""

    code: str
    sentence: str
    household_id: int | None = None
    answer: str = ""
    """What whoever goes on says by a tick; where it is empty, that it is right as it stands."""


class Doubtful(Refused):
    """Not refused for good: somebody looks once more and confirms each doubt."""

    def __init__(self, doubts: Sequence[Doubt]) -> None:
        super().__init__(" ".join(doubt.sentence for doubt in doubts))
        self.doubts = list(doubts)


def settle_doubts(doubts: Sequence[Doubt], confirmed: Collection[str]) -> list[str]:
    """Raise Doubtful unless every doubt was confirmed by its code.

    Gives the kinds of doubt that were raised and confirmed, for the trail: neither the numbers in their codes, nor
    anything that was sent and never asked.
    """
    if any(doubt.code not in confirmed for doubt in doubts):
        raise Doubtful(doubts)
    return sorted({doubt.code.partition(":")[0] for doubt in doubts})


class AlreadySettled(Refused):
    """Somebody has decided this before."""

    status = 409


@dataclass(frozen=True)
class LastChange:
    """Who changed a record last, by full name ("" for the portal itself), and when (UTC)."""

    name: str
    at: datetime


class ChangedMeanwhile(PortalError):
    """Somebody else saved this record after the form was opened."""

    status = 409

    def __init__(
        self, *, comparison: list[tuple[str, str, str]] | None = None, version: int | str | None = None,
        act: bool = False, last: LastChange | None = None, see_url: str | None = None, record: Any = None,
        typed: Sequence[tuple[str, str]] = (),
    ) -> None:  # fmt: skip
        """`comparison` lists (label, what is stored now, what was typed); `version` is the stored one.

        With `act` the form edits nothing and stands on what its page showed: that is compared. `see_url` leads to the
        record as it is now, where the form's own address only takes what is sent. `record` is what is being shown;
        `typed` lists (label, text) of what was sent with an act.
        """
        super().__init__()
        self.comparison = comparison or []
        self.version, self.act, self.last, self.see_url = version, act, last, see_url
        self.record, self.typed = record, typed


class TooManyTries(PortalError):
    """Tried too often; `seconds` until the next try."""

    status = 429

    def __init__(self, sentence: Any = "", *, seconds: int) -> None:
        super().__init__(sentence)
        self.seconds = seconds
