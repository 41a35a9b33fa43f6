"""The trail, for the auditor: read and verify, nothing else."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, request

from portal.audit import heads, queries, words
from portal.audit.forms import TrailForm
from portal.audit.queries import Narrowed, Unfolded
from portal.audit.references import references
from portal.audit.services import record_reading
from portal.audit.verify import verify
from portal.db import AnyRow
from portal.language import gettext as _
from portal.web.access import requires, signed_in_user
from portal.web.pages import page
from portal.web.paging import PAGE_SIZE, paged, place

MOST_CHANGES = 40
"""Shown of one event; seeding a unit changes hundreds of rows at once."""
CASE_FILE = "complaints.view"
"""Who may open a family's case file reads its words in the trail too."""

bp = Blueprint("audit", __name__, url_prefix="/audit")


@bp.get("")
@requires("audit.view")
def trail() -> Response:
    """Who did what, newest first."""
    form = TrailForm(formdata=request.args)
    form.subject_type.choices = [("", _("All")), *_kinds()]
    form.action.choices = _acts(form.action.data or "")
    narrowed = _narrowed(form) if form.validate() else None
    after = place()
    before = after[0] if after and isinstance(after[0], int) else None
    rows = queries.events(narrowed, before=before, size=PAGE_SIZE + 1) if narrowed else []
    events = paged(rows, lambda row: [row.id])
    return page(
        "audit/trail.html", fragment="results", status=200 if narrowed else 422, form=form,
        told=_told(events.rows), action=words.action, kind=words.kind, events=events,
        most=MOST_CHANGES, references=references((row.subject_type, row.subject_id) for row in events),
    )  # fmt: skip


def _told(events: Sequence[AnyRow]) -> dict[int, Unfolded]:
    """What these events hold, as this reader may know it; families whose words are shown are on record, each once."""
    reader = signed_in_user()
    in_full = reader.can(CASE_FILE)
    told = {event.id: queries.unfolded(event, in_full=in_full) for event in events}
    opened = {event.household_id: event.id for event in events if in_full and told[event.id].families_words}
    for household_id, event_id in opened.items():
        record_reading(("audit_event", event_id), by=reader, household_id=household_id)
    return told


def _kinds() -> list[tuple[str, str]]:
    """Kinds of records by name, for choosing one."""
    return sorted(((code, words.kind(code)) for code in words.KINDS), key=lambda kind: kind[1])


def _acts(asked: str) -> list[tuple[str, str]]:
    """Every act in words, under what it is about; also the one that an address asks for."""
    subjects = {act.partition(".")[0]: words.subject(act) for act in words.ACTIONS}
    acts = [(f"{code}.", _("%(subject)s: everything", subject=name)) for code, name in subjects.items()]
    acts += [(act, f"{words.subject(act)}: {words.action(act)}") for act in words.ACTIONS]
    acts += [(f"{kind}.read", words.action(f"{kind}.read")) for kind in words.READ_KINDS]
    acts.sort(key=lambda act: (act[1].partition(":")[0], act[0][-1] != ".", act[1]))
    if asked and asked not in dict(acts):
        acts.append((asked, words.action(asked)))
    return [("", _("All")), *acts]


def _narrowed(form: TrailForm) -> Narrowed:
    return Narrowed(
        actor=form.actor.data or "",
        action=form.action.data or "",
        subject_type=form.subject_type.data or "",
        household_id=form.household_id.data,
        first_on=form.first_on.data,
        last_on=form.last_on.data,
    )


@bp.get("/heads")
@requires("audit.view")
def daily_heads() -> Response:
    """The heads of the last days, to print and keep away from the portal."""
    after = place()
    before = _day(after[0]) if after else None
    rows = heads.listed(before=before, size=PAGE_SIZE + 1)
    return page("audit/heads.html", heads=paged(rows, lambda head: [head.on.isoformat()]))


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


@bp.get("/verify")
@requires("audit.view")
def verified() -> Response:
    """Walk the whole chain and say what was found."""
    return page("audit/verified.html", finding=verify())
