"""Files of other offices: sent in, looked at, confirmed, followed, taken back."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, request, send_file, url_for

from portal import audit
from portal.errors import AlreadySettled, NotFound, Refused
from portal.exchange import background, policies, progress, queries, services, wording
from portal.exchange.forms import BringInForm, UndoForm
from portal.exchange.models import WORKED_ON, ImportBatch, ImportRow, RowKind
from portal.exchange.reasons import EVENTS, sentence
from portal.households import event_words
from portal.households.policies import may_record
from portal.language import gettext as _
from portal.language import ngettext
from portal.web.access import requires, signed_in_user
from portal.web.addresses import record_number
from portal.web.forms import Form
from portal.web.once import once
from portal.web.pages import done, page, part_wanted, see_other
from portal.web.paging import PAGE_SIZE, after_id, paged

bp = Blueprint("imports", __name__, url_prefix="/imports")
VIEW, BRING = "imports.view", "imports.bring"


@bp.get("", endpoint="index")
@requires(VIEW)
def index() -> Response:
    """Every file that was sent in, the newest first."""
    rows = queries.batches(after_id(), size=PAGE_SIZE + 1)
    return page(
        "imports/index.html", batches=paged(rows, key=lambda batch: [batch.id]), state=wording.state,
        lists=wording.LISTS, may_bring_in=policies.may_bring_in(signed_in_user()),
    )  # fmt: skip


@bp.get("/new")
@requires(BRING)
def new() -> Response:
    return page("imports/new.html", form=BringInForm(formdata=None))


@bp.post("/new")
@requires(BRING)
@once
def sent() -> Response:
    form = BringInForm()
    if form.sent():
        try:
            batch = services.bring_in(
                form.file.data, by=signed_in_user(), format_code=form.format_code.data or None,
                village_code=form.village_code.data or None, list_code=form.list_code.data or None,
                list_as_of=form.list_as_of.data if form.list_code.data else None,
            )  # fmt: skip
            answer = done(url_for(".show", batch_id=batch.id))
            background.begin(batch)
            return answer
        except services.BroughtInBefore as before:
            form.refuse(before)
            return page("imports/new.html", form=form, before=queries.get_batch(before.batch_id), status=422)
        except Refused as refusal:
            form.refuse(refusal)
    return page("imports/new.html", form=form, status=422)


@bp.get("/<int:batch_id>")
@requires(VIEW)
def show(batch_id: int) -> Response:
    """How far the work is while it goes on; then the rows of one kind."""
    batch = queries.get_batch(batch_id)
    background.begin(batch)
    working = batch.state in WORKED_ON
    if not working and part_wanted(("progress",)):
        return _over(batch)
    if working:
        return _page(batch, far=progress.of(batch.id))
    counts = queries.counts(batch)
    kind = _kind(request.args.get("kind", ""), counts)
    rows = queries.of_kind(batch, kind, after_id(), size=PAGE_SIZE + 1)
    audit.record_reading(batch, by=signed_in_user(), household_id=None)
    return _page(
        batch, counts=counts, kind=kind, kinds=_tabs(batch, counts), rows=paged(rows, key=lambda row: [row.id]),
        likely=queries.likely_of(rows), has_refused_rows=queries.has_refused_rows(batch),
        waiting=queries.waiting_for_head(batch) if counts["doubt"] else 0,
        nothing_yet=not batch.list_code and not any(counts[name] for name in ("new", "changed", "taken")),
        may_take={row.id for row in rows if services.may_be_taken(row)}, events=_events(rows),
    )  # fmt: skip


def _events(found: Sequence[ImportRow]) -> dict[tuple[int, str], tuple[str, Any]]:
    """By the id of a row and what is said of it: the form of what has probably happened, and its name, for the desk."""
    if not may_record(signed_in_user()):
        return {}
    families = queries.families_of(found)
    return {
        (row.id, code): (f"/households/{families[row.member_id]}/events/{EVENTS[code]}", event_words.MENU[EVENTS[code]])
        for row in found
        for code in row.said
        if code in EVENTS and row.member_id in families
    }


def _over(batch: ImportBatch) -> Response:
    """The work has ended: htmx loads the page with what was found."""
    answer = _page(batch)
    answer.headers["HX-Refresh"] = "true"
    return answer


def _kind(given: str, counts: dict[str, int]) -> RowKind:
    """The kind that the address names, else the first that asks something of a person, else the first there is."""
    if given:
        try:
            return RowKind(given)
        except ValueError:
            raise NotFound from None
    order = (RowKind.DOUBT, RowKind.NEW, RowKind.CHANGED, RowKind.REFUSED, RowKind.UNCHANGED, RowKind.GONE)
    return next((kind for kind in order if counts[kind.value]), RowKind.NEW)


def _tabs(batch: ImportBatch, counts: dict[str, int]) -> list[tuple[int, str, str, str]]:
    """Every kind of row with its number: each opens its list."""
    tones = {kind: wording.TONES.get(kind, "") for kind in RowKind if counts[kind.value]}
    return [
        (counts[kind.value], str(word), url_for(".show", batch_id=batch.id, kind=kind.value), tones.get(kind, ""))
        for kind, word in wording.KINDS.items()
    ]


def _page(batch: ImportBatch, *, status: int = 200, **context: object) -> Response:
    user = signed_in_user()
    return page(
        "imports/show.html", fragment=("progress", "results"), status=status, batch=batch,
        form=Form(formdata=None, obj=batch), state=wording.state(batch), words=wording,
        sentence=sentence, lists=wording.LISTS,
        may_bring_in=policies.may_bring_in(user), may_confirm=policies.may_confirm(user, batch),
        may_map=policies.may_map(user, batch),
        may_undo=policies.may_undo(user, batch), may_read_again=policies.may_read_again(user, batch), **context,
    )  # fmt: skip


def _as_shown(batch_id: int) -> ImportBatch:
    """The batch, as the page showed it that the form was sent from."""
    batch = queries.get_batch(batch_id)
    Form().expect_version(batch)
    return batch


@bp.post("/<int:batch_id>/rows")
@requires(BRING)
@once
def take(batch_id: int) -> Response:
    """Doubtful rows of this page that are right all the same; with `all`, every one of the batch."""
    batch, by, given = _as_shown(batch_id), signed_in_user(), request.form
    if given.get("all") in {"take", "leave"}:
        count = services.take_all(batch, taken=given["all"] == "take", by=by)
    else:
        shown = _row_ids("shown")
        ticked = _row_ids("row") & shown
        count = services.take(batch, ticked, taken=True, by=by)
        count += services.take(batch, shown - ticked, taken=False, by=by)
    message = ngettext("%(num)s row decided on.", "%(num)s rows decided on.", count) if count else None
    return done(url_for(".show", batch_id=batch.id, kind=RowKind.DOUBT.value), message)


def _row_ids(name: str) -> set[int]:
    return {number for typed in request.form.getlist(name) if (number := record_number(typed)) is not None}


@bp.post("/<int:batch_id>/confirm")
@requires(BRING)
@once
def confirm(batch_id: int) -> Response:
    batch = _as_shown(batch_id)
    services.confirm(batch, by=signed_in_user())
    return _begun(batch)


@bp.post("/<int:batch_id>/again")
@requires(BRING)
@once
def again(batch_id: int) -> Response:
    batch = _as_shown(batch_id)
    services.read_again(batch, by=signed_in_user())
    return _begun(batch)


def _begun(batch: ImportBatch) -> Response:
    answer = done(url_for(".show", batch_id=batch.id))
    background.begin(batch)
    return answer


@bp.post("/<int:batch_id>/stop")
@requires(BRING)
@once
def stop(batch_id: int) -> Response:
    batch = _as_shown(batch_id)
    services.stop(batch, by=signed_in_user())
    return done(url_for(".show", batch_id=batch.id), _("The work is being stopped."))


@bp.get("/<int:batch_id>/undo")
@requires(BRING)
def undo(batch_id: int) -> Response:
    batch = queries.get_batch(batch_id)
    if not policies.may_undo(signed_in_user(), batch):
        return see_other(url_for(".show", batch_id=batch.id))
    return _undo_page(batch, UndoForm(formdata=None, obj=batch))


def _undo_page(batch: ImportBatch, form: UndoForm, *, status: int = 200) -> Response:
    return page("imports/undo.html", batch=batch, form=form, in_the_way=services.in_the_way(batch), status=status)


@bp.post("/<int:batch_id>/undo")
@requires(BRING)
@once
def undone(batch_id: int) -> Response:
    batch, form = queries.get_batch(batch_id), UndoForm()
    form.expect_version(batch)
    if form.sent():
        try:
            services.undo(batch, form.reason.data or "", by=signed_in_user())
            return done(url_for(".show", batch_id=batch.id), _("The register is as it was before this file."))
        except AlreadySettled:
            raise
        except Refused as refusal:
            form.refuse(refusal)
    return _undo_page(batch, form, status=422)


@bp.get("/<int:batch_id>/refused.xlsx")
@requires(BRING)
def refused_rows(batch_id: int) -> Response:
    """The refused rows with their reasons, to be mended and sent again."""
    from portal.exchange import refused_rows as made  # the library is loaded when somebody asks for a workbook

    batch, file = queries.get_batch(batch_id), BytesIO()
    if not queries.has_refused_rows(batch):
        raise NotFound
    workbook, count = made.workbook(queries.refused_parts(batch))
    workbook.save(file)
    file.seek(0)
    audit.record_reading(batch, by=signed_in_user(), household_id=None, action="import_batch.refused_rows", rows=count)
    name = _("refused rows of %(file)s", file=batch.file_name.rpartition(".")[0] or batch.file_name)
    return send_file(file, as_attachment=True, download_name=f"{name}.xlsx", mimetype=XLSX)


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
