"""Lists that the unit holds, two of them compared, and one compared with what visits found."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, TypeVar

from flask import Blueprint, Response, request, url_for

from portal import clock
from portal.decisions import listing_errors
from portal.decisions import words as decisions
from portal.decisions.models import ListingErrorKind
from portal.decisions.policies import may_settle_listing_errors
from portal.errors import NotFound, Refused
from portal.language import gettext, ngettext
from portal.lists import changes, held, policies, reality, words
from portal.lists.changes import Change, Pair
from portal.lists.forms import RecordForm
from portal.lists.held import HeldList, named
from portal.lists.reality import Finding
from portal.units.catalogue import catalogue
from portal.web.access import requires, signed_in_user
from portal.web.once import once
from portal.web.pages import done, page
from portal.web.paging import PAGE_SIZE, paged, place

bp = Blueprint("lists", __name__)
Word = TypeVar("Word", bound=StrEnum)

AT_ONCE: Final = 500
"""Listing errors that one press records."""


def _word(kind: type[Word], text: str | None, otherwise: Word) -> Word:
    """The member that an address names. Raises NotFound for a word that is none."""
    if not text:
        return otherwise
    try:
        return kind(text)
    except ValueError:
        raise NotFound from None


def _village(given: Mapping[str, str]) -> str:
    """A kelurahan of the unit, or all. Raises NotFound."""
    code = given.get("village", "")
    if code and code not in catalogue().villages:
        raise NotFound
    return code


def _place(given: Mapping[str, str]) -> str:
    """A kecamatan or a kelurahan of the unit, or all. Raises NotFound."""
    return given["village"] if given.get("village") in catalogue().districts else _village(given)


def _named(code: str) -> str:
    """What a place is called."""
    unit = catalogue()
    if code in unit.districts:
        return gettext("Kecamatan %(name)s", name=unit.districts[code])
    return unit.villages.get(code, "")


def _places() -> list[tuple[str, str]]:
    """Every kecamatan, followed by its kelurahan."""
    unit = catalogue()
    by_name = sorted(unit.districts, key=lambda code: unit.districts[code])
    return [(code, _named(code)) for district in by_name for code in (district, *held.villages_of(district))]


def _offered() -> list[tuple[str, str]]:
    """All lists, as a choice offers them."""
    return [(one.key, one.title) for one in held.newest_first()]


def _by_place(counts: Mapping[str, Counter[Any]], place: str, url: Any) -> dict[str, Any]:
    """Kecamatan, or the kelurahan of a place, each with its figures, and their sums; `url` of the families behind one.

    All kelurahan at once where `by` says so: on a phone they are some forty cards.
    """
    in_one = place or request.args.get("by") == "village"
    names = {**catalogue().districts, **catalogue().villages}
    rows: dict[str, Counter[Any]] = {}
    for code, found in counts.items():
        if not place or code in held.villages_of(place):
            row = code if in_one else catalogue().village_district.get(code) or code
            rows[row] = rows.get(row, Counter()) + found
    return {
        "rows": sorted(((code, names.get(code, code), found) for code, found in rows.items()), key=lambda row: row[1]),
        "total": sum(rows.values(), Counter()), "place": place, "places": _places(), "url": url,
        "by_district": not in_one,
        "of_place": lambda **more: url_for(str(request.endpoint), **{**request.args.to_dict(), **more}),
    }  # fmt: skip


@bp.get("/lists")
@requires(policies.VIEW)
def index() -> Response:
    """Every list by name and day, the newest first."""
    found = held.newest_first(after=_mark(), limit=held.SHOWN + 1)
    lists = paged(found, lambda one: [one.as_of.isoformat(), one.code], size=held.SHOWN)
    batches = held.batches_of(lists.rows)
    figures = [(one, held.figures(one), batches[one]) for one in lists]
    return page("lists/index.html", lists=lists, figures=figures, offered=_offered())


def _mark() -> HeldList | None:
    """The list after which this page begins; None at the start, and when the mark was tampered with."""
    marked = place() or []
    try:
        return HeldList(str(marked[1]), clock.parse_day(str(marked[0])))
    except (IndexError, ValueError):
        return None


@bp.get("/lists/<key>")
@requires(policies.VIEW)
def show(key: str) -> Response:
    one = named(key)
    figures = held.figures_by_village(one)
    rows = [(code, catalogue().villages.get(code, code), found) for code, found in figures.items()]
    return page(
        "lists/show.html", held=one, figures=held.figures(one), people=held.people(one),
        rows=sorted(rows, key=lambda row: row[1]), batches=held.batches_of([one])[one],
        line=catalogue().setting("listed_up_to_decile"),
    )  # fmt: skip


# Two lists


def _pair() -> Pair | None:
    """The two lists of the address; else the newest that a file brought, and the one of the same name before it."""
    known = held.newest_first()
    if not known:
        return None
    whole = held.brought(known)
    after = named(request.args["after_list"]) if request.args.get("after_list") else (whole or known)[0]
    earlier = [one for one in known if one.code == after.code and one.as_of < after.as_of]
    found = [one for one in earlier if one in whole] or earlier or known
    before = named(request.args["before"]) if request.args.get("before") else found[0]
    return Pair(before, after)


@bp.get("/lists/changes", endpoint="changes")
@requires(policies.VIEW)
def changed_by_village() -> Response:
    pair, chosen = _pair(), _place(request.args)

    def behind(what: Change, place: str = "") -> str:
        lists: dict[str, Any] = {"before": pair.before.key, "after_list": pair.after.key} if pair else {}
        return url_for(".changed", **lists, change=what.value, village=place or None)

    return page(
        "lists/changes.html", pair=pair, offered=_offered(), words=words.CHANGES,
        **_by_place(changes.counts(pair) if pair else {}, chosen, behind),
    )  # fmt: skip


@bp.get("/lists/changes/families")
@requires(policies.VIEW)
def changed() -> Response:
    """The families behind one figure."""
    pair, change, village = _pair(), _word(Change, request.args.get("change"), Change.NEW), _place(request.args)
    rows = changes.families(pair, change, place=village, after=place(), limit=PAGE_SIZE + 1) if pair else []
    return page(
        "lists/changed.html", pair=pair, change=words.CHANGES[change], village=village, words=words,
        place_name=_named(village),
        families=paged(rows, lambda row: [row.head_name, row.id]),
    )  # fmt: skip


# A list and the visits


def _list(given: Mapping[str, str]) -> HeldList | None:
    """The list of the address, else the newest of the national list, one that a file brought first."""
    if given.get("list"):
        return named(given["list"])
    known = held.newest_first()
    national = [one for one in known if one.code == catalogue().setting("national_list")] or known
    return next(iter(held.brought(national) or national), None)


@bp.get("/lists/visits")
@requires(policies.VIEW)
def visits() -> Response:
    one, chosen = _list(request.args), _place(request.args)

    def behind(what: Finding, place: str = "") -> str:
        return url_for(".visited", list=one.key if one else None, finding=what.value, village=place or None)

    return page(
        "lists/visits.html", held=one, offered=_offered(), words=words.FINDINGS,
        days=catalogue().setting("list_assessment_days"), line=catalogue().setting("listed_up_to_decile"),
        **_by_place(reality.counts(one) if one else {}, chosen, behind),
    )  # fmt: skip


@bp.get("/lists/visits/families")
@requires(policies.VIEW)
def visited() -> Response:
    """The families behind one figure, each with its ground."""
    finding = _word(Finding, request.args.get("finding"), Finding.INCLUSION)
    return _visited(_list(request.args), finding, _place(request.args), RecordForm(formdata=None))


def _visited(one: HeldList | None, finding: Finding, village: str, form: RecordForm, status: int = 200) -> Response:
    rows = reality.families(one, finding, place=village, after=place(), limit=PAGE_SIZE + 1) if one else []
    given = {"list": one.key if one else "", "finding": finding.value, "village": village}
    left = 0
    if one and finding in reality.ERRORS and may_settle_listing_errors(signed_in_user()):
        left = len(reality.unrecorded(one, finding, place=village, limit=AT_ONCE))
    return page(
        "lists/visited.html", status=status, held=one, finding=finding, village=village, words=words, form=form,
        place_name=_named(village),
        decisions=decisions, left=left,
        families=paged(rows, lambda row: [row.head_name, row.id], given={k: v for k, v in given.items() if v}),
    )  # fmt: skip


@bp.post("/lists/visits/record")
@requires("decisions.propose", "decisions.decide")
@once
def record() -> Response:
    """Keep what was found as listing errors, by their own rules; at most AT_ONCE by one press."""
    given, form = request.form, RecordForm()
    one, village = _list(given), _place(given)
    finding = _word(Finding, given.get("finding"), Finding.INCLUSION)
    if one is None or finding not in reality.ERRORS:
        raise NotFound
    if not form.sent():
        return _visited(one, finding, village, form, status=422)
    found = reality.unrecorded(one, finding, place=village, limit=AT_ONCE)
    count = listing_errors.record_compared(
        found, ListingErrorKind(finding.value), list_code=one.code, list_as_of=one.as_of, by=signed_in_user(),
        on=clock.today(),
    )  # fmt: skip
    if not count:
        form.refuse(Refused(gettext("All of them are recorded by now.")))
        return _visited(one, finding, village, form, status=422)
    url = url_for(".visited", list=one.key, finding=finding.value, village=village or None)
    return done(url, ngettext("%(num)s listing error was recorded.", "%(num)s listing errors were recorded.", count))
