"""Two families side by side, what is to be the same, and how it is taken apart again."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from portal import audit
from portal.db import db, hold
from portal.errors import NotFound, Refused
from portal.households import merged
from portal.households import queries as households
from portal.households.models import Household, Member
from portal.language import gettext as _
from portal.merging import along, apart, families, following, forms, guard, keeping, people, policies, queries, words
from portal.merging.models import Merge
from portal.web import paging
from portal.web.access import requires, signed_in_user
from portal.web.addresses import record_number
from portal.web.once import once
from portal.web.pages import done, page, see_other

__all__ = ["bp", "guard"]

MERGE, UNMERGE = "households.merge", "households.unmerge"

bp = Blueprint("merging", __name__)


def _read(*families: Household) -> None:
    """The reading of these families is on record when the page is shown."""
    for household in families:
        audit.record_reading(household, by=signed_in_user(), household_id=household.id)


def _other() -> Household | None:
    """The family that the address names. Raises NotFound when there is none of that number."""
    given = request.args.get("other", "")
    if not given:
        return None
    number = record_number(given)
    if number is None:
        raise NotFound
    return households.get_household(number)


def _ask(kept: Household, form: forms.OtherForm, *, status: int = 200) -> Response:
    _read(kept)
    return page("merging/other.html", form=form, line=households.line(kept), household=kept, status=status)


@bp.post("/households/<int:household_id>/merge/other")
@requires(MERGE)
def chosen(household_id: int) -> Response:
    """Which family is meant: a number that is typed never stands in an address."""
    kept, form = households.get_household(household_id), forms.OtherForm()
    if not form.sent():
        return _ask(kept, form, status=422)
    try:
        other = households.family_behind(form.other.data)
        if other.id == kept.id:
            raise Refused(_("This is the family itself. Please give a number of the other one."), field="other")
    except Refused as refusal:
        form.refuse(refusal)
        return _ask(kept, form, status=422)
    return see_other(url_for(".propose", household_id=kept.id, other=other.id))


@bp.route("/households/<int:household_id>/merge", methods=["GET", "POST"])
@requires(MERGE)
@once
def propose(household_id: int) -> Response:
    """One family that stands twice: side by side, who is who, what moves, and why."""
    kept, other = households.get_household(household_id), _other()
    if other is None or other.id == kept.id:
        return _ask(kept, forms.OtherForm(formdata=None))
    if request.method == "GET" and "stays" not in request.args and _weighs(other) > _weighs(kept):
        return see_other(url_for(".propose", household_id=other.id, other=kept.id, stays=1))
    form = forms.family_form(kept, other)
    if form.sent():
        _as_shown(form, kept, other)
        try:
            families.merge(kept, other, form.pairing(), form.wish(signed_in_user()))
            return done(f"/households/{kept.id}", _("The two families are one now."))
        except Refused as refusal:
            form.refuse(refusal)
    return page("merging/family.html", form=form, status=422 if request.method == "POST" else 200, **_both(kept, other))


def _weighs(family: Household) -> tuple[bool, int, int]:
    """Which of two families stays unless somebody says otherwise: with people, with more on it, the older."""
    return family.closed_on is None, sum(following.hanging("household", family.id).values()), -family.id


def _both(kept: Household, other: Household) -> dict[str, Any]:
    """What both pages show of the two families."""
    _read(kept, other)
    lines = households.lines([kept.id, other.id])
    return {
        "kept": kept, "twin": other, "line": lines[kept.id], "other_line": lines[other.id],
        "relations": words.RELATIONS,
        "moves": keeping.in_words(following.hanging("household", other.id)),
        "stays": keeping.in_words(following.hanging("household", kept.id)),
    }  # fmt: skip


def _as_shown(form: forms.MergeForm, kept: Household, other: Household) -> None:
    """Both rows are held, in the order in which everybody holds them, and are as the page showed them."""
    for family in sorted({kept, other}, key=lambda each: each.id):
        hold(family)
        merged.lead_on(family)
    form.expect_version(kept, see_url=request.full_path)


@bp.route("/households/<int:household_id>/merge/person", methods=["GET", "POST"])
@requires(MERGE)
@once
def person(household_id: int) -> Response:
    """One person who stands in two families, or twice in this one."""
    kept = households.get_household(household_id)
    other = _other() or kept
    form = forms.person_form(kept, other)
    if form.sent():
        _as_shown(form, kept, other)
        try:
            stands, row = form.chosen()
            wish = form.wish(signed_in_user())
            people.merge(stands, row, wish, others=form.says_other(row), new_head=form.heir)
            return done(f"/households/{kept.id}", _("The person stands once in the register now."))
        except Refused as refusal:
            form.refuse(refusal)
    asked = [field for field in form if field.name.rpartition("_")[2].isdigit()]
    status = 422 if request.method == "POST" else 200
    return page("merging/person.html", form=form, asked=asked, status=status, **_both(kept, other))


@bp.get("/merges")
@requires(MERGE, UNMERGE)
def index() -> Response:
    """What was merged, the newest first."""
    found = queries.merges(paging.after_id())
    return page("merging/index.html", merges=paging.paged(found, lambda row: [row.id]))


@bp.get("/merges/<int:merge_id>")
@requires(MERGE, UNMERGE)
def show(merge_id: int) -> Response:
    """One merging: who, why, what moved, and how it is taken apart."""
    merge = queries.get_merge(merge_id)
    plan = apart.plan_of(merge)
    return _shown(merge, plan, forms.apart_form(merge, plan.headless, formdata=None))


def _shown(merge: Merge, plan: apart.Plan, form: forms.ApartForm, *, status: int = 200) -> Response:
    for household_id in {merge.kept_household_id, merge.other_household_id}:
        audit.record_reading(("household", household_id), by=signed_in_user(), household_id=household_id)
    lines = households.lines([merge.kept_household_id, merge.other_household_id])
    return page(
        "merging/show.html", merge=merge, told=queries.line_of(merge), form=form, status=status,
        line=lines[merge.kept_household_id], other_line=lines[merge.other_household_id],
        moved=keeping.in_words(keeping.counted(step for step in merge.steps if step.record not in apart.REGISTER)),
        people=queries.people_in(merge), taken_over=queries.taken_over(merge), later=plan.later,
        new=keeping.in_words(plan.new), along=keeping.in_words(plan.along.counted),
        left=along.in_words(plan.along.left), in_the_way=along.in_words(plan.along.in_the_way),
        changed=queries.changed_since(plan.stays),
        may_take_apart=policies.may_take_apart(signed_in_user()) and merge.taken_apart_at is None,
    )  # fmt: skip


@bp.post("/merges/<int:merge_id>/apart")
@requires(UNMERGE)
@once
def taken_apart(merge_id: int) -> Response:
    merge = queries.get_merge(merge_id)
    plan = apart.plan_of(merge)
    form = forms.apart_form(merge, plan.headless)
    if not form.sent():
        return _shown(merge, plan, form, status=422)
    form.expect_version(merge, see_url=url_for(".show", merge_id=merge.id))
    heads = {number: db.session.get_one(Member, int(form[f"head_{number}"].data)) for number in plan.headless}
    try:
        apart.take_apart(merge, reason=form.reason.data, by=signed_in_user(), heads=heads)
    except Refused as refusal:
        form.refuse(refusal)
        return _shown(merge, plan, form, status=refusal.status)
    return done(url_for(".show", merge_id=merge.id), _("It is taken apart; both stand in the register again."))
