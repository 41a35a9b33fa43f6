"""The lists that may leave the portal, each narrowed by the filter of its own page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, select

from portal import clock
from portal.complaints import queries as complaints
from portal.complaints import wording
from portal.complaints.models import ComplaintStatus
from portal.db import rows
from portal.errors import Refused
from portal.exchange.exports import Asked, Exportable
from portal.exchange.listed import Batch, Column
from portal.households import queries as households
from portal.households.identity import mask
from portal.households.models import Household, Member, Relation
from portal.language import of_reader
from portal.units.catalogue import catalogue
from portal.units.formats import number
from portal.web.paging import COUNT_LIMIT

FAMILIES_AT_ONCE: Final = 500
"""Read together: their people are some 2,000 rows, a few megabytes."""
ROWS_AT_ONCE: Final = 1000

REGISTER: Final = (
    Column("Nomor KK", 20), Column("NIK", 20), Column("Nama", 32), Column("Hubungan keluarga", 18),
    Column("Jenis kelamin", 14), Column("Tanggal lahir", 14), Column("Alamat", 36), Column("RT", 6), Column("RW", 6),
    Column("Kelurahan", 22), Column("Kecamatan", 22), Column("Kode kelurahan", 16),
)  # fmt: skip
"""The heads of the portal's own format (seeds/import_formats/register.toml): what goes out can be read again.

In Indonesian whoever exports it, because offices read it.
"""

RELATIONS: Final = {
    Relation.HEAD: "Kepala keluarga", Relation.SPOUSE: "Suami/istri", Relation.CHILD: "Anak",
    Relation.PARENT: "Orang tua", Relation.GRANDCHILD: "Cucu", Relation.OTHER: "Famili lain",
}  # fmt: skip
"""Words that seeds/import_formats/words.toml reads back."""

_PEOPLE: Final = (
    select(
        Household.kk_no, Member.nik, Member.name, Member.relation, Member.sex, Member.birth_date, Household.address,
        Household.rt, Household.rw, Household.village_code,
    )
    .join(Household, Household.id == Member.household_id)
    .where(Household.id.in_(bindparam("families", expanding=True)))
    .order_by(Household.head_name, Household.id, Member.position, Member.id)
)  # fmt: skip


def _counted(total: int) -> str:
    return f"{number(COUNT_LIMIT)}+" if total > COUNT_LIMIT else number(total)


def _kept(**given: str) -> dict[str, str]:
    return {name: value for name, value in given.items() if value}


def _register(given: Mapping[str, str], _reader: Any) -> Asked:
    """Every person of the families that the register's page shows."""
    narrowed = households.narrowed_by(given)
    if households.typed_digits(narrowed.q):
        raise Refused(_("A number finds one family, not a list. Narrow the list by a name or a kelurahan."))
    _rows, total = households.register(narrowed)
    return Asked(
        kept=_kept(q=narrowed.q, village=narrowed.village_code),
        said=_said((_("Name"), narrowed.q), (_("Kelurahan"), _village(narrowed.village_code))),
        counted=_counted(total),
        columns=REGISTER,
        batches=lambda numbers: _people(narrowed, numbers=numbers),
    )


def _people(narrowed: households.Filter, *, numbers: bool) -> Iterator[Batch]:
    """Rows of REGISTER; without `numbers`, NIK and KK are masked before they leave this function."""
    villages, districts, district_of = catalogue().villages, catalogue().districts, catalogue().village_district
    shown: Callable[[str | None], str | None] = (lambda whole: whole) if numbers else _masked
    places = {code: (name, districts.get(district_of[code], "")) for code, name in villages.items()}
    for families in households.whole_register(narrowed, size=FAMILIES_AT_ONCE):
        people = rows(_PEOPLE, families=[family.id for family in families])
        yield [
            (
                shown(kk_no), shown(nik), name, RELATIONS[relation], sex.value, born, address, rt, rw,
                *places.get(village, ("", "")), village,
            )
            for kk_no, nik, name, relation, sex, born, address, rt, rw, village in people
        ]  # fmt: skip


def _masked(whole: str | None) -> str | None:
    return mask(whole) if whole else None


def _said(*pairs: tuple[str, str]) -> list[tuple[str, str]]:
    """The filter in words, without what narrows nothing."""
    return [(word, value) for word, value in pairs if value]


def _village(code: str) -> str:
    return f"{catalogue().villages.get(code, '')} ({code})".strip() if code else ""


def _complaints(given: Mapping[str, str], reader: Any) -> Asked:
    narrowed = complaints.narrowed_by(given, reader_id=reader.id if reader else 0)
    _rows, total = complaints.index(narrowed)
    chosen = given.get("filter", "")
    special = {"mine": _("Taken by me"), "without_visit": _("Without a visit"), "late": _("Overdue")}
    statuses = {"open": _("All open ones")} | {each.value: str(wording.STATUS[each][0]) for each in ComplaintStatus}
    return Asked(
        kept=_kept(
            q=narrowed.q, filter=chosen if chosen in special else "", status=narrowed.status,
            service=narrowed.service_code, village=narrowed.village_code,
        ),
        said=_said(
            (_("Name or complaint number"), narrowed.q), (_("Show"), special.get(chosen, "")),
            (_("State"), statuses.get(narrowed.status, "")), (_("Service"), _service(narrowed.service_code)),
            (_("Kelurahan"), _village(narrowed.village_code)),
        ),
        counted=_counted(total),
        columns=[
            Column(_("Number"), 16), Column(_("Received on"), 14), Column(_("Family"), 32), Column(_("Kelurahan"), 22),
            Column(_("Service"), 36), Column(_("Urgent"), 8), Column(_("State"), 18), Column(_("Promised on"), 14),
            Column(_("Answered on"), 14),
        ],
        batches=lambda _numbers: map(_complaint_rows, complaints.whole_index(narrowed, size=ROWS_AT_ONCE)),
    )  # fmt: skip


def _complaint_rows(found: Sequence[Any]) -> Batch:
    yes, lines = _("yes"), wording.lines(found, clock.today())
    return [
        (
            line.number, line.received_on, line.head_name, line.village, line.service, yes if line.urgent else "",
            line.label, line.promised_on, row.answered_on,
        )
        for row, line in zip(found, lines, strict=True)
    ]  # fmt: skip


def _service(code: str) -> str:
    service = catalogue().services.get(code)
    return service.name(of_reader()) if service else code


HOUSEHOLDS: Final = Exportable(
    "households", "households.export", "households.view", _l("Families"), "households.register", _register,
    has_numbers=True,
)  # fmt: skip
LISTS: Final = (
    HOUSEHOLDS,
    Exportable("complaints", "complaints.export", "complaints.view", _l("Complaints"), "complaints.index", _complaints),
)
