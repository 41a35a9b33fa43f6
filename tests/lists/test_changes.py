"""Two lists compared: each figure is a rule, and each opens the families that it counts."""

import re
from collections import Counter

import pytest

from portal.lists import changes, held
from portal.lists.changes import Change, Pair
from portal.lists.held import HeldList
from tests.factories import VILLAGE
from tests.lists.factories import JULY, OCTOBER, batch, entry

OTHER = "13.76.01.1022"
PAIR = Pair(HeldList("dtsen", JULY), HeldList("dtsen", OCTOBER))


@pytest.fixture
def brought(make):
    """Both lists came as files; by name what July and October say of a family."""
    july, october = batch(make, JULY), batch(make, OCTOBER)

    def family(name, was, now, village=VILLAGE):
        one = make.household(name, village_code=village)
        if was is not None:
            entry(make, one, JULY, was, by=july)
        if now is not None:
            entry(make, one, OCTOBER, now, by=october)
        return one

    family("Tetap Contoh", 2, 2)  # the kelurahan is in both files
    return family


def of(name):
    counts = changes.counts(PAIR)
    return {
        change
        for change in Change
        if any(row.head_name == name for row in changes.families(PAIR, change, limit=99))
        and sum(counts.values(), Counter())[change]
    }


@pytest.mark.parametrize(
    ("was", "now", "change"),
    [
        (None, 3, Change.NEW), (None, 9, Change.NEW), (3, None, Change.GONE), (6, 3, Change.INTO), (5, 4, Change.INTO),
        (4, 5, Change.OUT), (1, 2, Change.DECILE), (7, 9, Change.DECILE), (8, 8, Change.SAME),
    ],
)  # fmt: skip
def test_what_became_of_a_family_from_one_list_to_the_next(brought, was, now, change):
    brought("Yurnalis Piliang", was, now)

    assert of("Yurnalis Piliang") == {change}


def test_a_family_is_gone_only_where_the_later_list_was_brought_in_whole(brought):
    brought("Yurnalis Piliang", 3, None, OTHER)  # no file brought October's list of that kelurahan

    assert of("Yurnalis Piliang") == {Change.UNKNOWN}


def test_an_entry_that_says_not_in_it_counts_wherever_it_comes_from(make, brought):
    family = brought("Yurnalis Piliang", 3, None, OTHER)
    entry(make, family, OCTOBER, present=False)

    assert of("Yurnalis Piliang") == {Change.GONE}


def test_of_two_looks_into_the_same_list_the_later_counts(make, brought):
    family = brought("Yurnalis Piliang", 3, 3)
    entry(make, family, OCTOBER, 7)

    assert of("Yurnalis Piliang") == {Change.OUT}


def test_closed_families_are_no_question_any_more(make, brought):
    family = brought("Yurnalis Piliang", 3, None)
    family.closed_on = OCTOBER
    make._store(family)

    assert of("Yurnalis Piliang") == set()
    assert held.figures(PAIR.before).families == 1


def test_a_list_without_deciles_lists_everybody_in_it(make, brought):
    family = brought("Yurnalis Piliang", None, 7)
    entry(make, family, JULY, code="ppls", by=batch(make, JULY, "ppls"))
    pair = Pair(HeldList("ppls", JULY), PAIR.after)

    assert [row.id for row in changes.families(pair, Change.OUT, limit=9)] == [family.id]


def test_every_figure_of_the_page_opens_as_many_families(make, brought, sign_in):
    for number, (was, now) in enumerate([(None, 3), (3, None), (6, 3), (4, 5), (1, 2), (5, 5), (None, 2)]):
        brought(f"Keluarga Contoh {number}", was, now, OTHER if number == 6 else VILLAGE)
    worker = sign_in(make.social_worker())

    page = worker.get("/lists/changes").text
    figures = re.findall(r'<a href="(/lists/changes/families[^"]+)"[^>]*>(?:<b>)?(\d+)', page)

    assert len(figures) >= 10
    for url, number in figures:
        rows = worker.get(url.replace("&amp;", "&")).text.count('<th scope="row">')
        assert rows == int(number), url


def test_the_lists_page_says_what_each_list_holds_and_whence(make, brought, sign_in):
    brought("Yurnalis Piliang", 3, 9)

    page = sign_in(make.unit_head()).get("/lists").text

    assert re.search(r"DTSEN, 1 Okt.*?</th>\s*<td[^>]*>2</td>\s*<td[^>]*>1</td>\s*<td[^>]*>4</td>", page, re.S)
    assert page.index("1 Okt") < page.index("1 Jul")
    assert "/imports/" in page


def test_a_list_has_its_page_by_decile_and_kelurahan(make, brought, sign_in):
    brought("Yurnalis Piliang", 3, 9)

    page = sign_in(make.unit_head()).get("/lists/dtsen-2026-10-01").text

    assert re.search(r'<th scope="row">9</th><td class="number">1</td>', page)


@pytest.mark.parametrize(
    "url",
    ["/lists/dtsen-2020-01-01", "/lists/dtsen", "/lists/visits?list=x", "/lists/changes?before=dtsen-2020-13-01",
     "/lists/changes/families?change=odd", "/lists/visits/families?village=1"],
)  # fmt: skip
def test_what_no_list_is_called_is_not_there(make, brought, sign_in, url):
    assert sign_in(make.unit_head()).get(url).status_code == 404
