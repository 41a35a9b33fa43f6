"""A list that leaves the portal as a file: who may, what is in it, and its place in the trail before the first byte.

The number of rows and the hash are known when the file ends, so an export is on record twice: when it begins and when
it ends or breaks off. One that has a beginning alone was cut by a server that stopped.
"""

import hashlib
import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import BoundedSemaphore
from typing import Any, Final

from portal import audit, clock
from portal.audit.services import Actor
from portal.db import db, read_one_moment, writing
from portal.errors import NotAllowed, Refused
from portal.exchange.listed import Batch, Column, Tally
from portal.exchange.separated_out import separated
from portal.files.services import IDENTITY_NUMBER
from portal.language import gettext as _
from portal.units.catalogue import catalogue

XLSX, CSV = "xlsx", "csv"
KINDS: Final = {XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", CSV: "text/csv"}
MOST_AT_ONCE: Final = 2
"""Files that one process writes at the same time; pages go on beside them."""

LONGEST_REST: Final = 0.1
"""Seconds."""

_places = BoundedSemaphore(MOST_AT_ONCE)


@dataclass(frozen=True)
class Asked:
    """A list as it was narrowed. `kept` is the filter as an address names it, `said` the same in words.

    `batches(numbers)` gives its rows in the order of the page; with `numbers` False, NIK and KK are masked in it. It is
    called when the file begins, in a session that does not know the records of the page.
    `counted` is what the page says of it, "1.000+" from a thousand; `page` the endpoint of its page, where that is
    another than the list's.
    """

    kept: Mapping[str, Any]
    said: Sequence[tuple[str, str]]
    counted: str
    columns: Sequence[Column]
    batches: Callable[[bool], Iterator[Batch]]
    page: str = ""


@dataclass(frozen=True)
class Exportable:
    """A list with filters that may leave the portal: with `right`, for who may see its page (one right of `views`).

    `code` is its word in addresses and in the trail; `list_page` the endpoint of its page; `ask(given, reader)` reads
    the filter, and `reader` is None for a command. `has_numbers`: whether there are NIK and KK in it; `of_families`:
    whether a long number that narrows it would be one of these.
    """

    code: str
    right: str
    views: tuple[str, ...]
    title: Any
    list_page: str
    ask: Callable[[Mapping[str, str], Any], Asked]
    has_numbers: bool = False
    of_families: bool = True
    # Told of a file that is whole, in the transaction that records its end: the filter, its number and SHA-256, who.
    fetched: Callable[[Mapping[str, Any], str, str, Any], None] | None = None


@dataclass(frozen=True)
class Export:
    """One file to be written. `by` is None for a command; `reason` says what the file is for."""

    list: Exportable
    asked: Asked
    kind: str
    numbers: bool
    reason: str
    by: Any
    code: str
    at: datetime

    @property
    def name(self) -> str:
        """Of the file: what the list is called, in the language of who fetches it."""
        title = re.sub(r"[^a-z0-9]+", "-", str(self.list.title).lower()).strip("-")
        return f"{title or self.list.code}-{clock.local(self.at):%Y-%m-%d}-{self.code}.{self.kind}"


def may_export(actor: Any, listed: Exportable) -> bool:
    """Whoever holds the right of this list and may open its page."""
    return bool(actor.can(listed.right) and any(map(actor.can, listed.views)))


def may_have_numbers(actor: Any, listed: Exportable) -> bool:
    """Whole NIK and KK numbers leave with those who may read them family by family."""
    return listed.has_numbers and bool(actor.can("households.identity"))


def asked(listed: Exportable, given: Mapping[str, str], reader: Any) -> Asked:
    """The list as it is narrowed. Raises Refused: a NIK or KK would stand in the trail, and finds one family."""
    if listed.of_families and IDENTITY_NUMBER.search(given.get("q", "")):
        raise Refused(_("A number finds one family, not a list. Narrow the list by a name or a kelurahan."))
    return listed.ask(given, reader)


def prepared(listed: Exportable, given: Mapping[str, str], *, kind: str, numbers: bool, reason: str, by: Any) -> Export:
    """A file, ready to be written; nothing is read yet. Raises NotAllowed, Refused."""
    if by is not None and not may_export(by, listed):
        raise NotAllowed
    if by is not None and not reason.strip():
        raise Refused(_("Say what the file is for; it is kept in the trail."), field="reason")
    if by is not None and numbers and not may_have_numbers(by, listed):
        raise NotAllowed
    code = secrets.token_hex(4).upper()
    return Export(listed, asked(listed, given, by), kind, numbers, reason.strip(), by, code, clock.now())


def take_place() -> Callable[[], None]:
    """One of the few places for files that are being written; gives how to leave it. Raises Refused."""
    if not _places.acquire(blocking=False):
        raise Refused(_("Other lists are being written at this moment. Please try again in a minute."))
    return _places.release


def begin(export: Export) -> Iterator[bytes]:
    """Record that the list leaves the house, in this transaction; gives the file's parts, to be taken after its commit.

    The last part is given when the end is on record: a whole file has its count and hash in the trail. The parts may be
    taken in another session than this one, as a streamed answer is: they hold no record.
    """
    who = Actor(export.by.id, export.by.name) if export.by else None
    numbers = "none" if not export.list.has_numbers else "full" if export.numbers else "masked"
    audit.record(
        "export.begun", ("export", export.code), by=who, list=export.list.code, file_kind=export.kind,
        filter=dict(export.asked.kept), numbers=numbers, export_reason=export.reason,
    )  # fmt: skip
    return _recorded(export, who, getattr(export.by, "full_name", "") or _("the portal's command line"))


def _recorded(export: Export, who: Actor | None, name: str) -> Iterator[bytes]:
    tally, digest = Tally(), hashlib.sha256()
    try:
        read_one_moment()  # first of all: a form's own transaction would keep all other writers waiting
        parts = _parts(export, tally, name)
        held = next(parts)  # the head, or the frame of the workbook: no family is in it
        yield held
        digest.update(held)
        held = b""
        # A command has a process of its own, and nobody's page waits for that one.
        for part in _unhurried(parts) if who else parts:
            digest.update(part)
            if held:
                yield held
            held = part
    except BaseException:  # also GeneratorExit: whoever fetched it went away
        _end("export.broken_off", export, who, rows=tally.rows)
        raise
    _end("export.ended", export, who, rows=tally.rows, sha256=digest.hexdigest(), rows_sha256=tally.digest())
    yield held


def _unhurried(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Rest after each part as long as it took: pages that the same process shows meanwhile have the processor then."""
    began = time.thread_time()
    for part in parts:
        time.sleep(min(time.thread_time() - began, LONGEST_REST))
        yield part
        began = time.thread_time()


def _end(action: str, export: Export, who: Actor | None, **found: Any) -> None:
    """A transaction of its own, after the one that read."""
    db.session.rollback()
    with writing():
        audit.record(action, ("export", export.code), by=who, list=export.list.code, **found)
        if export.list.fetched and "sha256" in found:
            export.list.fetched(export.asked.kept, export.code, found["sha256"], who)
        db.session.commit()


def _parts(export: Export, tally: Tally, name: str) -> Iterator[bytes]:
    asked = export.asked
    batches = tally.counted(asked.batches(export.numbers))
    if export.kind == CSV:
        return separated(asked.columns, batches)
    from portal.exchange.workbooks import workbook  # a server that starts loads no spreadsheet library

    return workbook(
        asked.columns, batches, title=str(export.list.title), author=name, about=lambda: _about(export, tally, name),
        about_title=_("About this list"), footer=_footer(export, name),
    )  # fmt: skip


def _footer(export: Export, name: str) -> str:
    """On every printed page: whose list it is, and by which number the trail knows it."""
    return f"{catalogue().profile['name_id']} · {export.code} · {name} · {_when(export)}"


def _about(export: Export, tally: Tally, name: str) -> list[tuple[str, str]]:
    """Who, when, what and how many: the second sheet."""
    numbers = _("all 16 digits") if export.numbers else _("the last four digits alone")
    return [
        (_("List"), str(export.list.title)),
        (_("Unit"), str(catalogue().profile["name_id"])),
        (_("Exported by"), name),
        (_("Exported on"), _when(export)),
        (_("Number of the export"), export.code),
        *(export.asked.said or [(_("Filter"), _("none, the whole list"))]),
        *([(_("NIK and KK"), numbers)] if export.list.has_numbers else []),
        (_("What it is for"), export.reason or "–"),
        (_("Rows"), str(tally.rows)),
        (_("SHA-256 of the rows"), tally.digest()),
    ]


def _when(export: Export) -> str:
    return f"{clock.local(export.at):%d-%m-%Y %H.%M} WIB"
