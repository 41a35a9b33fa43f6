"""A whole file, looked at without writing anything: what it is, who is in it, and what stands in the way."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from portal import clock
from portal.errors import Refused
from portal.exchange import code_lists, sheets
from portal.exchange.families import Family, families
from portal.exchange.family_sheets import complete
from portal.exchange.formats import Format, Kind, formats
from portal.exchange.people import Person, Reader
from portal.exchange.places import Places, unit_places
from portal.exchange.tables import Passed, Table, tables
from portal.language import gettext

Progress = Callable[[int], None]
"""Told how many rows were read."""

TELL_EVERY = 1000


@dataclass
class Checked:
    """What was found: the tables with their people, in the order of the file, and the sheets without any."""

    tables: list[tuple[Table, list[Person]]] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    families: list[Family] = field(default_factory=list)
    family_tables: list[Table] = field(default_factory=list)
    """Sheets with one row a family, which completed the people of the others."""

    @property
    def people(self) -> list[Person]:
        return [person for _table, people in self.tables for person in people]

    def good(self) -> list[Person]:
        return [person for person in self.people if not person.reasons and not person.doubts]

    def in_doubt(self) -> list[Person]:
        return [person for person in self.people if not person.reasons and person.doubts]

    def refused(self) -> list[Person]:
        return [person for person in self.people if person.reasons]


def check(
    path: Path,
    format_code: str | None = None,
    progress: Progress = lambda rows: None,
    *,
    village: str | None = None,
    also: Iterable[Format] = (),
) -> Checked:
    """Read a file of a known format. Raises Refused, with one sentence, for one that cannot be used at all.

    `village` is the code of the kelurahan of all rows that name none, with dots or without; `also` are formats that are
    known besides those of the seeds (mapping.mapped_format).
    """
    all_known = {**formats(), **{format_.code: format_ for format_ in also}}
    known = [all_known[format_code]] if format_code else list(all_known.values())
    found = _read(path, known, progress, village)
    if not found.tables:
        raise _only_families() if found.family_tables else _unknown(known)
    found.families = families(found.people, clock.today())
    return found


def _read(path: Path, known: list[Format], progress: Progress, village: str | None) -> Checked:
    found, today, of_families = Checked(), clock.today(), list[Person]()
    places = unit_places()
    otherwise = _known_village(places, village) if village else ""
    for table in tables(_counted(path, progress), known):
        if isinstance(table, Passed):
            found.passed.append(table.sheet)
            continue
        first = list(islice(table.rows, code_lists.LOOKED_AT))
        fitting = code_lists.fitting(table, first, today)
        table.by_other_codes, table.format = fitting is not table.format, fitting
        reader = Reader(table, places, today, otherwise or places.above(table.above))
        people = [reader.person(row) for row in chain(first, table.rows)]
        if table.format.kind is Kind.FAMILIES:
            found.family_tables.append(table)
            of_families += people
        else:
            found.tables.append((table, people))
    if of_families:
        complete(found.people, of_families)
    return found


def _known_village(places: Places, typed: str) -> str:
    if code := places.known_code(typed):
        return code
    raise Refused(gettext("The unit has no kelurahan with the code %(code)s.", code=typed))


def _counted(path: Path, progress: Progress) -> Iterator[sheets.Row]:
    for count, row in enumerate(sheets.rows(path), start=1):
        if count % TELL_EVERY == 0:
            progress(count)
        yield row


def _only_families() -> Refused:
    return Refused(gettext("This file lists families without their members. Send the list of people with it."))


class UnknownColumns(Refused):
    """No format that is known fits: a person may say once what its columns are (mapping)."""


def _unknown(known: list[Format]) -> UnknownColumns:
    names = ", ".join(format_.name_id for format_ in known)
    return UnknownColumns(
        gettext("The portal does not know the columns of this file. It knows: %(formats)s.", formats=names)
    )


def by_code(people: list[Person], what: str) -> list[tuple[str, int]]:
    """How often each reason or doubt (`what` is "reasons" or "doubts") was given; the most frequent first."""
    counts = Counter(code for person in people for code in getattr(person, what))
    return sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))
