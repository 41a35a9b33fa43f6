"""The chapters of the guide, whose they are, and in which order a reader finds them."""

from collections.abc import Collection
from dataclasses import dataclass

from portal.accounts.roles import Role
from portal.config import ROOT
from portal.errors import NotFound
from portal.help.markdown import Sheet, read

GUIDE = ROOT / "docs/panduan"


@dataclass(frozen=True)
class Chapter:
    """One file of the guide; without a role it is for everybody."""

    name: str
    role: Role | None = None

    def sheet(self, *, in_booklet: bool = False) -> Sheet:
        """The chapter as it reads on its own page, or one step lower as a part of the whole guide."""
        place = GUIDE / f"{self.name}.md"
        return read(place, place.stat().st_mtime_ns, in_booklet=in_booklet)


CHAPTERS = (
    Chapter("mulai"),
    Chapter("pekerja-sosial", Role.SOCIAL_WORKER),
    Chapter("kepala-unit", Role.UNIT_HEAD),
    Chapter("kantor-wali-kota", Role.MAYOR_OFFICE),
    Chapter("bendahara", Role.TREASURER),
    Chapter("mitra", Role.PARTNER),
    Chapter("kader", Role.CADRE),
    Chapter("perangkat-daerah", Role.OFFICE),
    Chapter("inspektorat", Role.AUDITOR),
    Chapter("administrator", Role.ADMIN),
)


def get_chapter(name: str) -> Chapter:
    for chapter in CHAPTERS:
        if chapter.name == name:
            return chapter
    raise NotFound


def in_order_for(roles: Collection[Role]) -> tuple[list[Chapter], list[Chapter]]:
    """What a person with these roles reads first (beginning, own work), and the other chapters."""
    own = [chapter for chapter in CHAPTERS if chapter.role is None or chapter.role in roles]
    return own, [chapter for chapter in CHAPTERS if chapter not in own]
