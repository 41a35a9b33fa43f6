"""A family of a list proposal is merged with its second row: the line stands with the family that stays."""

import pytest

from portal.db import db
from portal.errors import Refused
from portal.lists import queries, services
from portal.lists.models import LineAnswer, ProposalKind
from tests.lists import factories


def proposed(make, family, by, kind=ProposalKind.ADD):
    what = "exclusion" if kind is ProposalKind.ADD else "inclusion"
    made = services.make("dtsen", kind, [factories.error(make, family, what, by=by).id], by=by)
    db.session.commit()
    return made


def test_its_line_waits_with_the_family_that_stays_and_is_answered_there(make, merge, take_apart, worker, head):
    kept, other = make.household("Rosma"), make.household("Rosma Yunita")
    made = proposed(make, other, worker)
    made.file_sha256 = "0" * 64
    services.send(made, on=make.ago(0), letter="400/1", by=head)
    db.session.commit()

    merging = merge(kept, other)

    (line,) = queries.lines(made.id, after=None, limit=9)
    assert line.household_id == kept.id
    services.answer(made, made.lines, LineAnswer.ACCEPTED, reason="", on=make.ago(0), by=worker)
    db.session.commit()
    take_apart(merging)
    assert [(row.household_id, row.answer) for row in made.lines] == [(other.id, LineAnswer.ACCEPTED)]


def test_nobody_is_proposed_a_second_time_under_the_other_row(make, merge, worker):
    kept, other = make.household(), make.household()
    proposed(make, other, worker)
    again = factories.error(make, kept, by=worker)
    merge(kept, other)

    with pytest.raises(Refused):
        services.make("dtsen", ProposalKind.ADD, [again.id], by=worker)


def test_two_that_wait_for_the_same_list_are_named_and_settled_first(make, merge, worker):
    kept, other = make.household(), make.household()
    mine, theirs = proposed(make, kept, worker), proposed(make, other, worker)

    with pytest.raises(Refused) as refusal:
        merge(kept, other)

    assert mine.number in refusal.value.sentence and theirs.number in refusal.value.sentence
    services.withdraw(theirs, reason="Ganda.", by=worker)
    db.session.commit()
    assert merge(kept, other).id


def test_one_to_be_added_and_one_to_be_dropped_stand_side_by_side(make, merge, worker):
    kept, other = make.household(), make.household()
    proposed(make, kept, worker), proposed(make, other, worker, ProposalKind.DROP)

    assert merge(kept, other).id
