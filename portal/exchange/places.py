"""Kelurahan as files name them: by Kemendagri code or by name, within their kecamatan where the file tells it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from portal.exchange.formats import fold
from portal.exchange.sheets import Cell, Row
from portal.exchange.values import BadValue, is_missing, text
from portal.units.catalogue import catalogue

_KIND = re.compile(r"^(kelurahan|kel|desa|nagari|kecamatan|kec)\b[. ]*", re.IGNORECASE)


class Places:
    """The unit's kelurahan; `villages` and `districts` are names by code, `district_of` the kecamatan of each."""

    def __init__(
        self, villages: Mapping[str, str], districts: Mapping[str, str], district_of: Mapping[str, str]
    ) -> None:
        self._codes = {code.replace(".", ""): code for code in villages}
        self._named: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._districts = {fold(name) for name in districts.values()}
        for code, name in villages.items():
            self._named[fold(name)].append((code, fold(districts.get(district_of[code], ""))))

    def find(self, code: Cell, name: Cell, district: Cell, hamlet: Cell = None, otherwise: str = "") -> str:
        """The code of a kelurahan; raises BadValue. A code goes before a name, a name before a hamlet.

        A hamlet counts only where it is called like a kelurahan of the unit; `otherwise` is the code of rows that name
        none.
        """
        if not is_missing(code) and (known := self.known_code(text(code))):
            return known
        if is_missing(name):
            if not is_missing(code):
                raise BadValue("village_unknown")
            return self._of_hamlet(hamlet, district) or otherwise or _none()
        return self.known_code(text(name)) or self._by_name(_bare(name), _bare(district))

    def above(self, rows: Iterable[Row]) -> str:
        """The code of the one kelurahan that a title block names; "" where it names none or several."""
        found = {self._of_hamlet(name, None) for name in named_above(rows)} - {""}
        return found.pop() if len(found) == 1 else ""

    def known_code(self, typed: str) -> str:
        """The dotted code of a kelurahan written with dots or without; "" for any other."""
        return self._codes.get(re.sub(r"\D", "", typed), "")

    def is_district(self, name: Cell) -> bool:
        return not is_missing(name) and _bare(name) in self._districts

    def _of_hamlet(self, hamlet: Cell, district: Cell) -> str:
        try:
            return "" if is_missing(hamlet) else self._by_name(_bare(hamlet), _bare(district))
        except BadValue:
            return ""

    def _by_name(self, name: str, district: str) -> str:
        found = self._named.get(name, [])
        if len(found) > 1 and district:
            found = [one for one in found if one[1] == district]
        if not found:
            raise BadValue("village_unknown")
        if len(found) > 1:
            raise BadValue("village_ambiguous")
        return found[0][0]


_LABEL = re.compile(r"(?:desa|kel(?:urahan)?|nagari)\b[\s/.]*(?:desa|kel(?:urahan)?|nagari)?\b[\s.:]*", re.IGNORECASE)


def named_above(rows: Iterable[Row]) -> list[str]:
    """What a title block calls the kelurahan: "Kelurahan : IBUAH", in one cell or in the next one."""
    named = []
    for row in rows:
        cells = [text(cell) for cell in row.cells if not is_missing(cell)]
        for at, cell in enumerate(cells):
            if label := _LABEL.match(cell):
                behind = cell[label.end() :] or (cells[at + 1] if at + 1 < len(cells) else "")
                named.append(re.split(r"\bkec", behind, flags=re.IGNORECASE)[0].strip(" :,"))
    return [name for name in named if name]


def unit_places() -> Places:
    """The kelurahan of the unit that this portal serves."""
    return Places(catalogue().villages, catalogue().districts, catalogue().village_district)


def _none() -> str:
    raise BadValue("village_empty")


def _bare(cell: Cell) -> str:
    return fold(_KIND.sub("", text(cell)))
