"""A whole file, looked at without writing anything: what it is, who is in it, and what stands in the way."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flask_babel import gettext

from portal import clock
from portal.errors import Refused
from portal.exchange import sheets
from portal.exchange.families import Family, families
from portal.exchange.formats import Format, formats
from portal.exchange.people import Person, Reader
from portal.exchange.places import Places
from portal.exchange.tables import Passed, Table, tables
from portal.units.catalogue import catalogue

Progress = Callable[[int], None]
"""Told how many rows were read."""

TELL_EVERY = 1000


@dataclass
class Checked:
    """What was found: the tables with their people, in the order of the file, and the sheets without any."""

    tables: list[tuple[Table, list[Person]]] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    families: list[Family] = field(default_factory=list)

    @property
    def people(self) -> list[Person]:
        return [person for _table, people in self.tables for person in people]

    def good(self) -> list[Person]:
        return [person for person in self.people if not person.reasons and not person.doubts]

    def in_doubt(self) -> list[Person]:
        return [person for person in self.people if not person.reasons and person.doubts]

    def refused(self) -> list[Person]:
        return [person for person in self.people if person.reasons]


def check(path: Path, format_code: str | None = None, progress: Progress = lambda rows: None) -> Checked:
    """Read a file of a known format. Raises Refused, with one sentence, for one that cannot be used at all."""
    known = [formats()[format_code]] if format_code else list(formats().values())
    found = _read(path, known, progress)
    if not found.tables:
        raise _unknown(known)
    found.families = families(found.people, clock.today())
    return found


def _read(path: Path, known: list[Format], progress: Progress) -> Checked:
    found, today = Checked(), clock.today()
    places = Places(catalogue().villages, catalogue().districts, catalogue().village_district)
    for table in tables(_counted(path, progress), known):
        if isinstance(table, Passed):
            found.passed.append(table.sheet)
            continue
        reader = Reader(table, places, today)
        found.tables.append((table, [reader.person(row) for row in table.rows]))
    return found


def _counted(path: Path, progress: Progress) -> Iterator[sheets.Row]:
    for count, row in enumerate(sheets.rows(path), start=1):
        if count % TELL_EVERY == 0:
            progress(count)
        yield row


def _unknown(known: list[Format]) -> Refused:
    names = ", ".join(format_.name_id for format_ in known)
    return Refused(gettext("The portal does not know the columns of this file. It knows: %(formats)s.", formats=names))


def by_code(people: list[Person], what: str) -> list[tuple[str, int]]:
    """How often each reason or doubt (`what` is "reasons" or "doubts") was given; the most frequent first."""
    counts = Counter(code for person in people for code in getattr(person, what))
    return sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))
