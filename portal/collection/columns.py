"""The page on which a person says once what the columns of an unknown sheet are: the same for givers and banks."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, request

from portal import audit
from portal.collection import layouts
from portal.collection.forms import ColumnsForm
from portal.collection.models import LayoutKind
from portal.db import db
from portal.errors import AlreadySettled, NotFound, Refused
from portal.exchange.samples import Sheet
from portal.exchange.sheets import Cell
from portal.exchange.values import text
from portal.files.services import IDENTITY_NUMBER, path_of
from portal.web.access import signed_in_user
from portal.web.addresses import record_number
from portal.web.pages import done, page

SHOWN = 3
"""Values of each column that a person sees."""
Keep = Callable[[str, Sheet, Mapping[int, str]], None]


def ask(record: Any, kind: LayoutKind, form: ColumnsForm, *, status: int = 200, crumbs: Any = ()) -> Response:
    """The sheet that the address names by its place, else the first, with what each column probably is."""
    sheet = _sheet(record, kind)
    sent = _chosen(sheet, kind) if request.method == "POST" else {}
    chosen = sent or (layouts.proposals(sheet, kind) if sheet else {})
    audit.record_reading(record, by=signed_in_user(), household_id=None)
    return page(
        "collection/columns.html", status=status, record=record, form=form, sheet=sheet, chosen=chosen, crumbs=crumbs,
        samples={at: _samples(sheet.column(at)) for at in range(len(sheet.titles))} if sheet else {},
        fields=[(field, layouts.label(kind, field)) for field in layouts.FIELDS[kind]],
    )  # fmt: skip


def said(record: Any, kind: LayoutKind, form: ColumnsForm, keep: Keep, *, url: str, crumbs: Any) -> Response:
    """Keep what was said, and go on to `url`; or the page again with what is wrong."""
    sheet = _sheet(record, kind)
    if form.sent() and sheet is not None:
        try:
            keep(form.layout.data, sheet, _chosen(sheet, kind))
            return done(url)
        except AlreadySettled:
            raise
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
    return ask(record, kind, form, status=422, crumbs=crumbs)


def _sheet(record: Any, kind: LayoutKind) -> Sheet | None:
    path, place = path_of(record.sha256), record_number(request.values.get("sheet", "0"))
    if not path.exists():
        raise NotFound  # it did not come with a restored backup
    found = layouts.sample(path, kind)
    if not found:
        return None
    if place is None or place >= len(found):
        raise NotFound
    return found[place]


def _samples(cells: list[Cell]) -> list[str]:
    """Some values as they stand there, long numbers masked."""
    shown = dict.fromkeys(text(cell)[:60] for cell in cells)
    return [IDENTITY_NUMBER.sub(lambda found: f"•••• {found[0][-4:]}", value) for value in list(shown)[:SHOWN]]


def _chosen(sheet: Sheet | None, kind: LayoutKind) -> dict[int, str]:
    given = {at: request.form.get(f"column-{at}", "") for at in range(len(sheet.titles))} if sheet else {}
    return {at: field for at, field in given.items() if field in layouts.FIELDS[kind] and sheet and sheet.titles[at]}
