"""The register as it leaves the portal: every person of the families on the page."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import bindparam, select

from portal.db import rows
from portal.errors import Refused
from portal.exchange import export_filters as filters
from portal.exchange.exports import Asked, Exportable
from portal.exchange.listed import Batch, Column
from portal.households import queries as households
from portal.households.identity import mask
from portal.households.models import Household, Member, Relation
from portal.households.sought import typed_digits
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.units.catalogue import catalogue

FAMILIES_AT_ONCE: Final = 200
"""Read together: their people are some 800 rows, thirty milliseconds of work."""

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
    .where(Household.id.in_(bindparam("families", expanding=True)), Member.active)
    .order_by(Household.head_name, Household.id, Member.position, Member.id)
)  # fmt: skip


def _register(given: Mapping[str, str], _reader: Any) -> Asked:
    """Every person of the families that the register's page shows."""
    narrowed = households.narrowed_by(given)
    if typed_digits(narrowed.q):
        raise Refused(_("A number finds one family, not a list. Narrow the list by a name or a kelurahan."))
    if narrowed.closed:
        raise Refused(_("Nobody belongs to these families any more, so the file would hold nobody."))
    _rows, total = households.register(narrowed)
    return Asked(
        kept=filters.kept(q=narrowed.q, village=narrowed.village_code, rt=narrowed.rt, rw=narrowed.rw),
        said=filters.said(
            (_("Name"), narrowed.q),
            (_("Kelurahan"), filters.village(narrowed.village_code)),
            ("RT", narrowed.rt),
            ("RW", narrowed.rw),
        ),
        counted=filters.counted(total),
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


HOUSEHOLDS: Final = Exportable(
    "households", "households.export", ("households.view",), _l("Families"), "households.register", _register,
    has_numbers=True,
)  # fmt: skip
