"""No cell under five families is shown, and none can be had from what is shown."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.small_numbers import ALL, LEAST, Figure, over_periods, table

facts = st.lists(
    st.tuples(st.sampled_from("ABCD"), st.sampled_from("wxyz"), st.integers(1, 40), st.integers(1, 900_000)),
    max_size=60,
)


def rank(rows):
    """Rank of a matrix of whole numbers, without rounding."""
    rows, found = [[Fraction(value) for value in row] for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in rows[found:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(found, pivot)
        for place in range(found + 1, len(rows)):
            times = rows[place][column] / pivot[column]
            rows[place] = [value - times * other for value, other in zip(rows[place], pivot, strict=True)]
        found += 1
    return found


def behind(told, row, column):
    """The families behind a cell or a sum."""
    return {family for r, c, family, _ in told if row in (r, ALL) and column in (c, ALL)}


def attack(told, shown):
    """What a reader with pencil and paper can work out: from shown figures, over the smallest cells."""
    cells = sorted({(row, column) for row, column, *_ in told})
    known = [
        [int(row in (r, ALL) and column in (c, ALL)) for r, c in cells]
        for (row, column), figure in shown.items()
        if figure.amount is not None
    ]
    for place, cell in enumerate(cells):
        alone = [int(place == other) for other in range(len(cells))]
        if rank([*known, alone]) == rank(known):
            yield cell


@settings(deadline=None, max_examples=150)
@given(facts)
def test_no_small_cell_is_shown_and_none_can_be_worked_out(told):
    shown = table(told, whole_is_known=False)

    for (row, column), figure in shown.items():
        assert figure.amount is None or len(behind(told, row, column)) >= LEAST
        assert (figure.amount is None) == (figure.families is None)
    for row, column in attack(told, shown):
        assert len(behind(told, row, column)) >= LEAST


@settings(deadline=None, max_examples=150)
@given(facts)
def test_what_a_line_leaves_over_is_a_crowd(told):
    """A row's or column's sum less all that is shown of it tells of nobody, or of five families and more."""
    shown = table(told, whole_is_known=False)
    rows, columns = ({key[place] for key in shown} for place in (0, 1))
    lines = [[(row, column) for column in columns if column != ALL] + [(row, ALL)] for row in rows]
    lines += [[(row, column) for row in rows if row != ALL] + [(ALL, column)] for column in columns]

    for *parts, whole in lines:
        if whole in shown and shown[whole].amount is not None:
            left = [key for key in parts if key in shown and shown[key].amount is None]
            assert not left or len(set().union(*(behind(told, *key) for key in left))) >= LEAST


@settings(deadline=None, max_examples=60)
@given(st.lists(facts, min_size=1, max_size=3))
def test_a_year_tells_no_more_than_its_quarters(quarters):
    shown, left_out = over_periods(quarters, whole_is_known=False)

    for key, figure in shown.items():
        each = [table(quarter, whole_is_known=False).get(key) for quarter in quarters]
        told = [one.amount for one in each if one is not None and one.amount is not None]
        assert figure.amount == (sum(told) if told else None)
        assert (key in left_out) == any(one is not None and one.amount is None for one in each)
        assert figure.families is None or figure.families >= LEAST


@settings(deadline=None, max_examples=60)
@given(facts)
def test_a_plain_list_gives_nobody_away_either(told):
    """A table of one column is a list with its sum."""
    told = [(row, "", family, amount) for row, _, family, amount in told]
    shown = {row: figure for (row, _), figure in table(told, whole_is_known=False).items()}
    secret = [row for row, figure in shown.items() if figure.amount is None and row != ALL]

    assert all(len(behind(told, row, ALL)) >= LEAST for row in shown if shown[row].amount is not None)
    if secret and shown[ALL].amount is not None:
        assert len(secret) >= 2
        assert len(set().union(*(behind(told, row, ALL) for row in secret))) >= LEAST


def crowd(row, column, first, count=6):
    return [(row, column, family, 100) for family in range(first, first + count)]


def test_nothing_is_hidden_where_every_cell_is_a_crowd():
    told = crowd("A", "x", 0) + crowd("A", "y", 10) + crowd("B", "x", 20) + crowd("B", "y", 30)

    shown = table(told, whole_is_known=False)

    assert len(shown) == 9
    assert all(figure.amount is not None for figure in shown.values())
    assert shown["A", ALL] == Figure(12, 1200)


def test_one_small_cell_takes_a_cell_of_its_row_and_one_of_its_column_with_it():
    told = crowd("A", "x", 0, 2) + crowd("A", "y", 10) + crowd("B", "x", 20) + crowd("B", "y", 30) + crowd("C", "y", 40)

    shown = table(told, whole_is_known=False)

    assert {key for key, figure in shown.items() if figure.amount is None} == {
        ("A", "x"), ("A", "y"), ("B", "x"), ("B", "y"),
    }  # fmt: skip
    assert shown["A", ALL] == Figure(8, 800)


def test_a_small_line_of_a_list_takes_the_smallest_other_with_it():
    told = crowd("A", ALL, 0, 2) + crowd("B", ALL, 10, 9) + crowd("C", ALL, 30, 7) + crowd("D", ALL, 50, 8)

    shown = table(told, whole_is_known=False)

    assert {row for (row, _), figure in shown.items() if figure.amount is None} == {"A", "C"}
    assert shown[ALL, ALL] == Figure(26, 2600)


def test_a_family_in_two_cells_is_one_family():
    told = [("A", "x", 1, 100), ("A", "y", 1, 100), *crowd("B", "x", 20), *crowd("B", "y", 20)]

    shown = table(told, whole_is_known=False)

    assert shown["A", ALL] == Figure(None, None)
    assert shown[ALL, ALL] == Figure(7, 1400)


def test_so_few_in_all_that_nothing_can_be_told_but_what_the_reader_gave():
    told = crowd("A", "x", 0, 4)

    assert set(table(told, whole_is_known=False).values()) == {Figure(None, None)}
    assert table(told, whole_is_known=True)[ALL, ALL] == Figure(None, 400)
    assert table([], whole_is_known=True) == {}


def test_who_only_gave_back_was_not_helped_and_is_not_found_either():
    """Of A five had something; of B six, and one more gave back; of C one gave back and nobody had anything."""
    told = crowd("A", ALL, 0, 5) + crowd("B", ALL, 10) + [("B", ALL, 20, -100), ("C", ALL, 30, -100)]

    shown = table(told, whole_is_known=False)

    assert shown[ALL, ALL] == Figure(11, 900)
    assert shown["B", ALL] == Figure(6, 500)
    assert shown["C", ALL] == Figure(None, None)


def test_a_crowd_in_which_fewer_than_five_had_something_is_not_told():
    told = [*crowd("A", ALL, 0, 4), ("A", ALL, 10, -100), ("A", ALL, 11, -100)]

    assert set(table(told, whole_is_known=False).values()) == {Figure(None, None)}


of_funds = st.lists(
    st.tuples(st.sampled_from("ABCD"), st.sampled_from("xy"), st.integers(1, 30), st.sampled_from("fgh")), max_size=60
)


def books_of(told):
    books = {}
    for row, _, family, fund in told:
        books.setdefault(fund, {}).setdefault(row, set()).add(family)
    return books


@settings(deadline=None, max_examples=150)
@given(of_funds)
def test_the_sums_of_funds_give_no_row_away(told):
    """Whoever knows what each fund of several rows gave in all works out no row of fewer than five families."""
    books = books_of(told)
    shown = table([(row, column, family, 100) for row, column, family, _ in told], whole_is_known=True, books=books)
    cells = sorted({(row, column, fund) for row, column, _, fund in told})
    wide = [fund for fund, of in books.items() if len(of) == 1 or len(set().union(*of.values())) >= LEAST]
    known = [[int(one == fund) for _, _, one in cells] for fund in wide]
    known += [
        [int(row in (r, ALL) and column in (c, ALL)) for r, c, _ in cells]
        for (row, column), figure in shown.items()
        if figure.amount is not None
    ]
    for wanted in {row for row, *_ in told}:
        if len(behind([(*one[:3], 0) for one in told], wanted, ALL)) >= LEAST:
            continue
        alone = [int(row == wanted) for row, _, _ in cells]
        own = [fund for fund in wide if set(books[fund]) == {wanted}]
        if own and len([fund for fund in books if wanted in books[fund]]) == len(own):
            continue  # each fund of it has this row alone: its own sum tells it
        if {row for row, *_ in told} == {wanted}:
            continue  # there is nothing else: the whole is known
        assert rank([*known, alone]) > rank(known)


def test_a_fund_of_one_row_does_not_give_away_what_another_added_to_it():
    """Six families of one fund and three of another had A: with both told, the three would be the difference."""
    told = crowd("A", "x", 0) + crowd("A", "x", 10, 3) + crowd("B", "x", 20)
    books = {"f": {"A": set(range(6))}, "g": {"A": {10, 11, 12}, "B": set(range(20, 26))}}

    shown = table(told, whole_is_known=True, books=books)

    assert shown["A", ALL].amount is None
    assert shown["B", ALL].amount is None
