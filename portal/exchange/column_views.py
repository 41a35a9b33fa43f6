"""A file that nobody knows: a person says once what its columns are, and what the words in them mean."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for

from portal import audit
from portal.errors import AlreadySettled, NotFound, Refused
from portal.exchange import background, guessing, mapping, policies, queries, services, wording
from portal.exchange.forms import ColumnsForm
from portal.exchange.models import ImportBatch
from portal.exchange.samples import FIELDS, MEANINGS, Sheet, label, sample
from portal.exchange.sheets import Cell
from portal.exchange.values import text
from portal.exchange.views import BRING, bp
from portal.files.services import IDENTITY_NUMBER, path_of
from portal.language import gettext as _
from portal.web.access import requires, signed_in_user
from portal.web.addresses import record_number
from portal.web.once import once
from portal.web.pages import done, page, see_other

SHOWN = 3
"""Values of each column that a person sees."""

Words = dict[str, list[tuple[str, int]]]


@bp.get("/<int:batch_id>/columns")
@requires(BRING)
def columns(batch_id: int) -> Response:
    batch = queries.get_batch(batch_id)
    if not policies.may_map(signed_in_user(), batch):
        return see_other(url_for(".show", batch_id=batch.id))
    sheet = _sheet(batch)
    chosen = {one.column: one.field for one in guessing.proposals(sheet) if one.field} if sheet else {}
    return _page(batch, sheet, ColumnsForm(formdata=None, obj=batch), chosen)


def _sheet(batch: ImportBatch) -> Sheet | None:
    """The sheet that the address names by its place, else the first that looks like a table."""
    path, place = path_of(batch.sha256), record_number(request.values.get("sheet", "0"))
    if not path.exists():
        raise NotFound  # it was deleted, or did not come with a restored backup
    found = sample(path)
    if not found:
        return None
    if place is None or place >= len(found):
        raise NotFound
    return found[place]


def _page(
    batch: ImportBatch, sheet: Sheet | None, form: ColumnsForm, chosen: Mapping[int, str], words: Words | None = None,
    *, status: int = 200,
) -> Response:  # fmt: skip
    audit.record_reading(batch, by=signed_in_user(), household_id=None)
    proposals = guessing.proposals(sheet) if sheet else []
    return page(
        "imports/columns.html", status=status, batch=batch, form=form, sheet=sheet, proposals=proposals, chosen=chosen,
        samples={one.column: _samples(sheet.column(one.column)) for one in proposals} if sheet else {},
        fields=[(field, label(field)) for field in FIELDS], words=words or {}, label=label,
        meanings={field: [(str(one), wording.value(field, one)) for one in MEANINGS[field]] for field in MEANINGS},
        given=request.form,
    )  # fmt: skip


def _samples(cells: list[Cell]) -> list[str]:
    """Some values as they stand there, identity numbers masked."""
    shown = dict.fromkeys(text(cell)[:60] for cell in cells)
    return [IDENTITY_NUMBER.sub(lambda found: f"•••• {found[0][-4:]}", value) for value in list(shown)[:SHOWN]]


@bp.post("/<int:batch_id>/columns")
@requires(BRING)
@once
def columns_said(batch_id: int) -> Response:
    batch, form = queries.get_batch(batch_id), ColumnsForm()
    form.expect_version(batch)
    if not policies.may_map(signed_in_user(), batch):
        return see_other(url_for(".show", batch_id=batch.id))
    sheet = _sheet(batch)
    chosen = _chosen(sheet)
    words: Words = {}
    if form.sent() and sheet is not None:
        try:
            format_ = mapping.mapped_format(form.layout.data or "", sheet, _places(chosen), _codes(form))
            words = mapping.unknown_words(path_of(batch.sha256), format_)
            if not words or "words" in request.form:
                format_ = mapping.with_meanings(format_, _meanings(words))
                services.map_columns(batch, format_, by=signed_in_user())
                answer = done(url_for(".show", batch_id=batch.id))
                background.begin(batch)
                return answer
        except AlreadySettled:
            raise
        except Refused as refusal:
            form.refuse(refusal)
    return _page(batch, sheet, form, chosen, words, status=422)


def _chosen(sheet: Sheet | None) -> dict[int, str]:
    given = {at: request.form.get(f"column-{at}", "") for at in range(len(sheet.titles))} if sheet else {}
    return {at: field for at, field in given.items() if field in FIELDS}


def _places(chosen: Mapping[int, str]) -> dict[str, int]:
    """Where each field stands. Raises Refused where two columns are said to be the same."""
    twice = [field for field, times in Counter(chosen.values()).items() if times > 1]
    if twice:
        raise Refused(_("Two columns are said to be this: %(field)s. Choose one.", field=label(twice[0])))
    return {field: at for at, field in chosen.items()}


def _codes(form: ColumnsForm) -> dict[str, dict[str, Any]]:
    return {"relation": {"": form.without_relation.data}} if form.without_relation.data else {}


def _meanings(words: Words) -> dict[str, dict[str, Any]]:
    """What was said of each word; rows with a word of which nothing was said are refused."""
    known = {field: {str(one): one for one in MEANINGS[field]} for field in words}
    return {
        field: {
            word: known[field][said]
            for at, (word, _count) in enumerate(found)
            if (said := request.form.get(f"meaning-{field}-{at}", "")) in known[field]
        }
        for field, found in words.items()
    }
