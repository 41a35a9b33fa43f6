"""Which figures of a table may be shown so that nobody finds a family in it, neither in a cell nor by subtraction.

A cell with fewer than five families behind it is hidden (domain section 10, confidentiality [default]). A hidden cell
could be had back from a sum and the cells beside it, so others are hidden with it: until neither one line of the table
nor all of them together give it away, and whatever a line leaves over has five families or more behind it.

Counts of families add up only roughly, since a family may be in two cells; rupiah add up exactly. So the rule is worked
out for sums, and count and rupiah of a cell are shown or hidden together.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from fractions import Fraction
from itertools import zip_longest
from typing import Any, Final, NamedTuple

LEAST: Final = 5
"""Families behind a figure that may be shown."""

Key = Hashable


class Line(NamedTuple):
    """Cells that add up to another one: a row with its total, a column with its total."""

    parts: tuple[Key, ...]
    whole: Key

    def all(self) -> tuple[Key, ...]:
        """Every cell of it."""
        return (*self.parts, self.whole)


Groups = Mapping[Any, AbstractSet[int]]
"""The families behind each cell."""


def hidden(groups: Groups, lines: Sequence[Line], always: Iterable[Key] = (), never: Iterable[Key] = ()) -> set[Key]:
    """The cells to hide, of a table with these families behind each cell; a cell without families is no secret.

    `always`: totals that the reader knows anyway; `never`: cells that no table shows, but that lines are made of.
    Raises nothing: at worst everything else is hidden.
    """
    kept = frozenset(always)
    secret = {key for key, group in groups.items() if 0 < len(group) < LEAST and key not in kept} | {*never}
    while (more := _given_away(groups, lines, secret, kept)) is not None:
        secret.add(more)
    return secret


def _given_away(groups: Groups, lines: Sequence[Line], secret: set[Key], kept: frozenset[Key]) -> Key | None:
    """One more cell to hide, because a secret could be had without it; None when nothing is given away any more."""
    for line in lines:
        if _leaves_too_little(line, groups, secret):
            more = _smallest(line.parts, groups, secret, kept) or _smallest(line.all(), groups, secret, kept)
            if more is not None:
                return more
    known = _worked_out(lines, secret, groups)
    if not known:
        return None
    # Sums tell more than cells: they go last.
    near = [line for line in lines if not known.isdisjoint(line.all())]
    sums = {line.whole for line in lines}
    cells = [key for line in near for key in line.parts if key not in sums]
    choices = (cells, groups.keys() - sums, [key for line in near for key in line.all()], groups)
    found = (_smallest(choice, groups, secret, kept) for choice in choices)
    return next((key for key in found if key is not None), None)


def _leaves_too_little(line: Line, groups: Groups, secret: set[Key]) -> bool:
    """Whether the whole less what is shown tells of too few families: one cell, or several small ones."""
    parts = [key for key in line.parts if key in secret]
    if not parts or line.whole in secret:
        return False
    others = [key for key in line.parts if key not in secret and groups.get(key)]
    return bool(others) and _are_few(parts, groups)


def _are_few(keys: Iterable[Key], groups: Groups) -> bool:
    return len(set[int]().union(*(groups[key] for key in keys))) < LEAST


def _smallest(cells: Iterable[Key], groups: Groups, secret: set[Key], kept: frozenset[Key]) -> Key | None:
    """The cell with the fewest families that is shown and may be hidden."""
    shown = [key for key in cells if key not in secret and key not in kept and groups.get(key)]
    return min(shown, key=lambda key: (len(groups[key]), str(key)), default=None)


def _worked_out(lines: Sequence[Line], secret: set[Key], groups: Groups) -> set[Key]:
    """Secrets that all lines together give away: Gauss' elimination leaves one alone, or a few as one sum.

    A cell of five families and more that was hidden for others' sake may be worked out: it is no secret itself.
    """
    order = {key: place for place, key in enumerate(sorted(secret, key=str))}
    rows = [_equation(line, order) for line in lines]
    found: set[Key] = set()
    for row in _reduced([row for row in rows if any(row)]):
        members = [key for key, place in order.items() if row[place]]
        one_sign = len({row[order[key]] > 0 for key in members}) == 1
        if one_sign and _are_few(members, groups):
            found.update(members)
    return found


def _equation(line: Line, order: Mapping[Any, int]) -> list[Fraction]:
    row = [Fraction(0)] * len(order)
    for key in line.parts:
        if key in order:
            row[order[key]] += 1
    if line.whole in order:
        row[order[line.whole]] -= 1
    return row


def _reduced(rows: list[list[Fraction]]) -> list[list[Fraction]]:
    """Reduced row echelon form: an unknown is determined if and only if a row holds it alone."""
    done: list[list[Fraction]] = []
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows = [row for row in rows if row is not pivot]
        pivot = [value / pivot[column] for value in pivot]
        rows = [_less(row, pivot, row[column]) for row in rows]
        done = [_less(row, pivot, row[column]) for row in done] + [pivot]
    return done


def _less(row: list[Fraction], pivot: list[Fraction], times: Fraction) -> list[Fraction]:
    return [value - times * other for value, other in zip(row, pivot, strict=True)] if times else row


ALL: Final = ""
"""The key of a sum over all rows, or all columns."""


class Figure(NamedTuple):
    """One cell as it may be shown; None is hidden."""

    families: int | None
    amount: int | None


Books = Mapping[str, Mapping[str, AbstractSet[int]]]
"""Of each fund, the families behind each row of a table; the reader knows what each fund gave in all."""


def table(
    facts: Iterable[tuple[str, str, int, int]], *, whole_is_known: bool, books: Books | None = None
) -> dict[tuple[str, str], Figure]:
    """Cells, row sums (row, ALL), column sums (ALL, column) and the whole (ALL, ALL), with what is too small hidden.

    `facts`: row, column (ALL in a plain list), family and rupiah each. `whole_is_known`: rupiah in all are shown
    whatever stands behind them. `books`: sums of the funds stand beside the table, and nothing may be had from them.
    """
    cells = _cells(facts)
    if len(_helped(cells.get((ALL, ALL), {}))) < LEAST:
        whole = {(ALL, ALL)} if whole_is_known else set()
        return {key: Figure(None, sum(cells[key].values()) if key in whole else None) for key in cells}
    groups = {key: cell.keys() for key, cell in cells.items()}
    few = {key for key, cell in cells.items() if len(_helped(cell)) < LEAST}
    beside, lines, known = _beside(books or {})
    secret = hidden(
        {**groups, **beside}, lines + _lines(groups), always=[(ALL, ALL), *known], never=few | (beside.keys() - known)
    )
    return {
        key: Figure(None, None) if key in secret else Figure(len(_helped(cell)), sum(cell.values()))
        for key, cell in cells.items()
    }


Cells = dict[tuple[str, str], dict[int, int]]
"""Of each cell and each sum, what every family behind it was given, in rupiah; negative: it gave more back."""


def _cells(facts: Iterable[tuple[str, str, int, int]]) -> Cells:
    cells: Cells = defaultdict(lambda: defaultdict(int))
    for row, column, family, amount in facts:
        for key in {(row, column), (row, ALL), (ALL, column), (ALL, ALL)}:
            cells[key][family] += amount
    return dict(cells)


def _helped(cell: Mapping[int, int]) -> set[int]:
    """The families of a cell that something stayed with; who only gave back stands behind its rupiah too."""
    return {family for family, amount in cell.items() if amount > 0}


Keys = tuple[str, ...]


def _beside(books: Books) -> tuple[dict[Keys, AbstractSet[int]], list[Line], set[Keys]]:
    """Funds as lines of a table: what a fund gave for several rows adds up to what it gave in all, which is known.

    A row that several funds gave for has a part for each, which no table shows; of a fund of this one row it is known.
    A fund of fewer than five families tells no more than its own sum, which is its partner's to know.
    """
    groups: dict[Keys, AbstractSet[int]] = {}
    lines: list[Line] = []
    known: set[Keys] = set()
    shares: dict[str, list[Keys]] = {}
    shared = Counter(row for of in books.values() for row in of)
    for fund, of in sorted(books.items()):
        parts: dict[str, Keys] = {row: ("share", fund, row) if shared[row] > 1 else (row, ALL) for row in sorted(of)}
        for row in (row for row in parts if shared[row] > 1):
            groups[parts[row]] = of[row]
            shares.setdefault(row, []).append(parts[row])
        if len(parts) == 1:
            known.update(part for part in parts.values() if part in groups)
        elif len(crowd := set[int]().union(*of.values())) >= LEAST:
            groups["fund", fund, ALL] = crowd
            known.add(("fund", fund, ALL))
            lines.append(Line(tuple(parts.values()), ("fund", fund, ALL)))
    return groups, lines + [Line(tuple(parts), (row, ALL)) for row, parts in sorted(shares.items())], known


def over_periods(
    periods: Iterable[Sequence[tuple[str, str, int, int]]], *, whole_is_known: bool, books: Sequence[Books] = ()
) -> tuple[dict[tuple[str, str], Figure], set[tuple[str, str]]]:
    """The sum over periods of what may be shown of each; and the cells of which something is left out.

    Whoever asks for a year and for three quarters of it could subtract: so a year shows no more than its quarters do.
    """
    families: dict[tuple[str, str], set[int]] = {}
    sums: dict[tuple[str, str], int] = {}
    left_out: set[tuple[str, str]] = set()
    for facts, of in zip_longest(periods, books):
        cells = _cells(facts)
        for key, shown in table(facts, whole_is_known=whole_is_known, books=of).items():
            group = families.setdefault(key, set())
            if shown.families is None:
                left_out.add(key)
            else:
                group |= _helped(cells[key])
            if shown.amount is not None:
                sums[key] = sums.get(key, 0) + shown.amount
    return {key: Figure(len(group) or None, sums.get(key)) for key, group in families.items()}, left_out


def _lines(cells: Iterable[tuple[str, str]]) -> list[Line]:
    """Every row and column adds up to its sum, and the sums to the whole."""
    keys = set(cells)
    rows = sorted(row for row, column in keys if column == ALL)
    columns = sorted(column for row, column in keys if row == ALL)
    across = [Line(tuple((row, each) for each in columns if each and (row, each) in keys), (row, ALL)) for row in rows]
    down = [Line(tuple((each, one) for each in rows if each and (each, one) in keys), (ALL, one)) for one in columns]
    return [line for line in across + down if line.parts]
