"""The words of what happens in families."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from portal.households.event_models import EventKind
from portal.households.models import Relation
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.units.catalogue import catalogue

MENU: Final[dict[EventKind, Any]] = {
    EventKind.BORN: _l("A child was born"),
    EventKind.DIED: _l("Somebody has died"),
    EventKind.MARRIED: _l("Somebody has married"),
    EventKind.DIVORCED: _l("A couple has divorced"),
    EventKind.MOVED_WITHIN: _l("The family has moved within the city"),
    EventKind.MOVED_AWAY: _l("Somebody has moved out of the city"),
    EventKind.RETURNED: _l("Somebody is back in the city"),
    EventKind.SPLIT: _l("Some have founded a household of their own"),
    EventKind.JOINED: _l("Somebody has joined another family"),
    EventKind.NEW_HEAD: _l("Somebody else heads the family"),
    EventKind.MISTAKEN: _l("Somebody was written down by mistake"),
}
"""What the desk may note, in the order of the menu."""

HINTS: Final[dict[EventKind, Any]] = {
    EventKind.DIED: _l("Who has died stays in the family's story and is not counted any more."),
    EventKind.MARRIED: _l("Does the couple live with the other family? Then note it there."),
    EventKind.DIVORCED: _l("The card and the cases stay with the family that is left."),
    EventKind.MOVED_WITHIN: _l("The whole family, to another address. Do only some move? Then they found a household."),
    EventKind.MOVED_AWAY: _l("Tick everybody when the whole family has moved; the family is then closed and kept."),
    EventKind.SPLIT: _l("The card and the cases stay with the family that is left."),
    EventKind.JOINED: _l("Tick everybody when the whole family joins; this family is then closed and kept."),
    EventKind.MISTAKEN: _l("For somebody who never belonged to this family; who has left it is noted otherwise."),
}

HAPPENED: Final[dict[EventKind, Any]] = {
    EventKind.BORN: _l("Born: %(names)s"),
    EventKind.DIED: _l("Died: %(names)s"),
    EventKind.MARRIED: _l("Married: %(names)s"),
    EventKind.DIVORCED: _l("Left after a divorce: %(names)s"),
    EventKind.MOVED_WITHIN: _l("Moved within the city, to %(place)s"),
    EventKind.MOVED_AWAY: _l("Moved out of the city: %(names)s"),
    EventKind.RETURNED: _l("Back in the city: %(names)s"),
    EventKind.SPLIT: _l("Founded a household of their own: %(names)s"),
    EventKind.JOINED: _l("Joined another family: %(names)s"),
    EventKind.NEW_HEAD: _l("New head of the family: %(names)s"),
    EventKind.MISTAKEN: _l("Written down by mistake: %(names)s"),
    EventKind.REVERSED: _l("Taken back because it was noted by mistake: %(what)s"),
}
CAME: Final = _l("Came from another family: %(names)s")
WENT: Final = _l("Left for another family: %(names)s")
TAKEN_BACK: Final = _l("%(what)s (taken back)")

LEFT: Final[dict[EventKind, Any]] = {
    EventKind.DIED: _l("died"),
    EventKind.MARRIED: _l("married"),
    EventKind.DIVORCED: _l("left after a divorce"),
    EventKind.MOVED_AWAY: _l("moved out of the city"),
    EventKind.SPLIT: _l("founded a household"),
}
LEFT_OTHERWISE: Final = _l("joined another family")

ICONS: Final[dict[EventKind, str]] = {
    EventKind.DIED: "person", EventKind.MARRIED: "household", EventKind.DIVORCED: "person", EventKind.NEW_HEAD: "up",
    EventKind.BORN: "plus", EventKind.MOVED_WITHIN: "home", EventKind.MOVED_AWAY: "right", EventKind.RETURNED: "left",
    EventKind.SPLIT: "household", EventKind.JOINED: "household", EventKind.REVERSED: "undo",
    EventKind.MISTAKEN: "cross",
}  # fmt: skip


class Told(NamedTuple):
    """An event as a family's story tells it; `other` is another family that it concerns, if there is one."""

    text: str
    detail: str
    other: int | None


def told(rows: Sequence[Any], *, of: Sequence[Any] = ()) -> Told:
    """Say what happened, from the side of the family that was asked about.

    `rows`: those of one event (event_queries.events_of), `of` those of the event that it takes back.
    """
    first, heirs = rows[0], [row.name for row in rows if _inherits(row)]
    text = _said(rows, of)
    if first.taken_back_by:
        text = str(TAKEN_BACK) % {"what": text}
    lines = [str(HAPPENED[EventKind.NEW_HEAD]) % {"names": ", ".join(heirs)}] if heirs else []
    lines += [_("Before: %(place)s", place=place(first.moved_from))] if first.moved_from else []
    return Told(text, ". ".join([*lines, first.note] if first.note else lines), _other(rows))


def _said(rows: Sequence[Any], of: Sequence[Any]) -> str:
    names = ", ".join(row.name for row in rows if _concerned(row))
    what = _said(of, ()) if of else ""
    return str(_sentence(rows)) % {"names": names, "place": place(rows[0].moved_to), "what": what}


def _sentence(rows: Sequence[Any]) -> Any:
    first = rows[0]
    if first.household_id == first.seen_from or first.kind is EventKind.REVERSED:
        return HAPPENED[first.kind]
    return CAME if any(row.to_household_id == row.seen_from for row in rows) else WENT


def _concerned(row: Any) -> bool:
    """Whom an event is about: not who becomes head because of it, nor who headed the family before."""
    if row.name is None or _inherits(row):
        return False
    return row.kind is not EventKind.NEW_HEAD or row.to_relation is Relation.HEAD


def _inherits(row: Any) -> bool:
    if row.kind in {EventKind.NEW_HEAD, EventKind.REVERSED} or row.from_relation in {None, Relation.HEAD}:
        return False
    stays = row.from_household_id == row.to_household_id and row.from_left_on is None
    return bool(stays and row.to_relation is Relation.HEAD)


def _other(rows: Sequence[Any]) -> int | None:
    families = [number for row in rows for number in (row.from_household_id, row.to_household_id) if number]
    return next((number for number in families if number != rows[0].seen_from), None)


def place(stored: Sequence[str] | None) -> str:
    """Kelurahan, RW, RT and address of an event, as one line."""
    if not stored:
        return ""
    village, rw, rt, address = stored
    parts = (address, f"RT {rt}" if rt else "", f"RW {rw}" if rw else "", catalogue().villages.get(village, ""))
    return ", ".join(part for part in parts if part)
