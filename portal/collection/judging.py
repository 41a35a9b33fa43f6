"""What each row of a sheet of givers means: good, in doubt, refused, or entered before. No database."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from portal.audit.changes import plain
from portal.collection import cells, reasons
from portal.collection.models import RowKind
from portal.exchange import values
from portal.exchange.formats import fold
from portal.exchange.sheets import Row
from portal.exchange.tables import Table
from portal.exchange.values import BadValue

LARGE: Final = 5_000_000
"""[default] Rupiah: more than 2.5 % of any civil servant's month."""
SMALL: Final = 1_000
"""[default] Rupiah: below it somebody probably typed thousands."""
_NO_OFFICE: Final = ("sheet", "lembar", "data", "daftar", "infak", "zakat", "rekap", "worksheet")
"""How sheets are called that name no office, folded."""
_SUMS: Final = frozenset({"jumlah", "jml", "total", "subtotal"})
"""First words of a line that adds up what stands above it; "sub" and "grand" only before one of them."""

Key = tuple[str, str, int]
"""Who gave, by NIP and by name with office, and how much: of a giver without a name, how many of the office did."""


class Before:
    """Who was entered before, how often. The NIP tells; where one of the two has none, the name with its office does:
    what Excel broke is mended in the next file, and is the same giver."""

    def __init__(self, counts: Mapping[Key, int]) -> None:
        self._left = Counter(counts)
        self._by_nip: dict[str, list[Key]] = defaultdict(list)
        self._by_name: dict[str, list[Key]] = defaultdict(list)
        for key in counts:
            self._by_nip[key[0]].append(key)
            self._by_name[key[1]].append(key)

    def of(self, nip: str, name_key: str) -> list[Key]:
        """What this giver gave."""
        same = self._by_name.get(name_key, [])
        if name_key.startswith("|"):  # of the nameless, an office is all that is known
            return self._by_nip.get(nip, []) if nip else [key for key in same if not key[0]]
        return [*self._by_nip.get(nip, []), *(key for key in same if not key[0])] if nip else same

    def take(self, nip: str, name_key: str, amount: int) -> bool:
        """Whether this giver gave just so much, which is then compared with nobody else."""
        found = next((key for key in self.of(nip, name_key) if key[2] == amount and self._left[key] > 0), None)
        if found is not None:
            self._left[found] -= 1
        return found is not None


@dataclass
class Judged:
    """One row as it will be kept; `said` are codes of reasons.py."""

    number: int
    name: str = ""
    nip: str = ""
    office: str = ""
    amount: int | None = None
    hidden: bool = False
    said: list[str] = field(default_factory=list)
    cells: list[Any] | None = None
    kind: RowKind = RowKind.GOOD

    @property
    def name_key(self) -> str:
        return f"{fold(self.name)}|{fold(self.office)}"

    @property
    def who(self) -> str:
        return self.nip or self.name_key


@dataclass
class Sheet:
    """The rows of a file, and the sum that it states itself, if it does."""

    rows: list[Judged]
    stated: int | None = None


def judge(tables: Iterable[Table], earlier: Mapping[Key, int], *, per_office: bool) -> Sheet:
    """Every row of a file; `earlier` counts who stands in sheets of the same month that were entered."""
    rows: list[Judged] = []
    stated: int | None = None
    for table in tables:
        named = _office_of(table)
        for row in table.rows:
            if _is_sum(table, row):
                stated = max(stated or 0, _sum_in(table, row))
            else:
                rows.append(_read(table, row, named))
    _compare(rows, Before(earlier), per_office=per_office)
    return Sheet(rows, stated)


def _office_of(table: Table) -> str:
    """Some give each office a sheet of its own, called like the office."""
    word = fold(table.sheet)
    return "" if "office" in table.columns or word.startswith(_NO_OFFICE) else values.text(table.sheet)


def _is_sum(table: Table, row: Row) -> bool:
    """A line at the foot: nobody is named in it, and its first word says so."""
    name, number = values.plain(table.cell(row, "name")), values.plain(table.cell(row, "nip"))
    first = name or values.text(next((cell for cell in row.cells if cell is not None), None))
    said = [word.strip(":.") for word in first.casefold().split()]
    return not number and not _SUMS.isdisjoint(said[1:2] if said[:1] in (["sub"], ["grand"]) else said[:1])


def _sum_in(table: Table, row: Row) -> int:
    try:
        return cells.amount(table.cell(row, "amount")) or 0
    except BadValue:
        return 0


def _read(table: Table, row: Row, office: str) -> Judged:
    found = Judged(row.number, office=values.plain(table.cell(row, "office")) or office)
    found.name = values.plain(table.cell(row, "name"))
    found.hidden = cells.says_yes(table.cell(row, "hidden"))
    if fold(found.name) in cells.UNNAMED:
        found.name, found.hidden = "", True
    for name, read in (("nip", cells.nip), ("amount", cells.amount)):
        try:
            setattr(found, name, read(table.cell(row, name)))
        except BadValue as bad:
            found.said.append(bad.code)
    if found.amount == 0:
        found.said.append("amount_zero")
    if found.amount is None and not any(code.startswith("amount_") for code in found.said):
        found.said.append("amount_missing")
    if len(found.name) > values.NAME_LIMIT:
        found.said.append("name_long")
        found.name = found.name[: values.NAME_LIMIT]
    if any(code in reasons.REASONS for code in found.said):
        found.kind, found.cells = RowKind.REFUSED, [plain(cell) for cell in row.cells]
    return found


def _compare(rows: Iterable[Judged], earlier: Before, *, per_office: bool) -> None:
    """Against what was entered before, and against each other."""
    seen = Counter[tuple[str, int]]()
    for row in rows:
        if row.kind is RowKind.REFUSED or row.amount is None:
            continue
        key = (row.who, row.amount)
        if earlier.take(row.nip, row.name_key, row.amount):
            row.kind = RowKind.KNOWN
            row.said.append("known")
            continue
        row.said += _doubts(
            row, named_before=bool(earlier.of(row.nip, row.name_key)), twice=seen[key] > 0, per_office=per_office
        )
        seen[key] += 1
        if any(code in reasons.DOUBTS for code in row.said):
            row.kind = RowKind.DOUBT


def _doubts(row: Judged, *, named_before: bool, twice: bool, per_office: bool) -> list[str]:
    named = bool(row.name or row.nip)
    told = {
        "no_name": not named and not row.hidden,
        "office_missing": per_office and not row.office,
        "amount_large": (row.amount or 0) > LARGE,
        "amount_small": (row.amount or 0) < SMALL,
        "row_twice": named and twice,
        "other_amount": named and named_before,
    }
    return [code for code, so in told.items() if so]
