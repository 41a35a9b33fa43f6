"""The unit's catalogue as the rooms use it; read anew when `seed` changed it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from flask import g, has_app_context
from sqlalchemy import select

from portal.config import SEEDS
from portal.db import db, rows
from portal.errors import NotFound
from portal.units.calendar import Holiday, WorkingCalendar
from portal.units.models import CardType, HolidayRow, InstrumentVersion, Region, Service, Setting, UnitProfile

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class NotSeeded(RuntimeError):
    """The portal has no unit yet: run `flask --app wsgi seed --unit upt-kan`."""


@dataclass(frozen=True)
class ServiceEntry:
    """One service; `body` keeps everything its seed says (amounts in rupiah, days in working days)."""

    code: str
    field: str
    body: Mapping[str, Any]

    def name(self, language: str) -> str:
        return str(self.body["name_en" if language == "en" else "name_id"])

    def public_name(self, language: str) -> str:
        """Its name where anybody may read it beside somebody's case: says nothing of poverty (interface: tracking)."""
        return str(self.body.get("public_name_en" if language == "en" else "public_name_id") or self.name(language))

    @property
    def kind(self) -> str:
        return str(self.body["kind"])

    @property
    def gives_money(self) -> bool:
        """Whether aid of this service is paid from a fund (cash, goods, works)."""
        return self.kind in {"cash", "goods", "cash_or_goods", "goods_or_cash", "goods_or_works"}

    @property
    def documents(self) -> list[str]:
        """Codes of the papers it asks for."""
        return [*self.body.get("documents", []), *self.body.get("documents_extra", [])]

    @property
    def amount_band(self) -> tuple[int | None, int | None]:
        """Smallest and largest grant in rupiah, both allowed; None where the source states none."""
        return self.body.get("amount_min"), self.body.get("amount_max")

    @property
    def days(self) -> int | None:
        """The time standard in working days."""
        return self.body.get("time_standard_days")

    @property
    def time_rule(self) -> str:
        """How the promise is counted: working_days, budget_year_end, tentative or partner."""
        if self.days is not None:
            return "working_days"
        return str(self.body.get("time_rule", "tentative"))

    @property
    def paths(self) -> list[str]:
        return list(self.body.get("eligible_paths", []))

    @property
    def partners(self) -> list[str]:
        """Codes of the partners whose funds may pay it."""
        return list(self.body.get("funds", []))

    @property
    def is_public(self) -> bool:
        return bool(self.body.get("public", True))


@dataclass(frozen=True)
class CardEntry:
    """A card or letter type."""

    code: str
    body: Mapping[str, Any]

    @property
    def months(self) -> int:
        """Validity in months."""
        return int(self.body["validity_months"])

    def name(self, language: str) -> str:
        return str(self.body["name_en" if language == "en" else "name_id"])


@dataclass(frozen=True)
class Catalogue:
    """Everything the seeds say about the unit."""

    revision: int
    code: str
    profile: Mapping[str, Any]
    demo: bool
    services: Mapping[str, ServiceEntry]
    cards: Mapping[str, CardEntry]
    instruments: Mapping[tuple[str, str], tuple[Mapping[str, Any], Mapping[str, Any] | None]]
    villages: Mapping[str, str]
    districts: Mapping[str, str]
    village_district: Mapping[str, str]
    calendar: WorkingCalendar
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def short_name(self) -> str:
        return str(self.profile["short_name"])

    def service(self, code: str) -> ServiceEntry:
        """Raises NotFound."""
        if code not in self.services:
            raise NotFound
        return self.services[code]

    def fields(self) -> Mapping[str, str]:
        """The unit's fields of work: code and Indonesian name."""
        return dict(self.profile["fields"])

    def latest_instrument(self) -> tuple[Mapping[str, Any], Mapping[str, Any] | None]:
        """The newest version of the unit's own instrument, and its vocabulary of answers."""
        mine = [key for key in self.instruments if key[0] == self.profile["instrument"]]
        return self.instruments[max(mine, key=lambda key: (self.instruments[key][0]["valid_from"], key[1]))]

    def setting(self, key: str) -> Any:
        """The unit's value, or the portal's own until `seed` has brought a setting that is new."""
        return self.settings[key] if key in self.settings else _defaults()[key]


@cache
def _defaults() -> dict[str, Any]:
    rows = tomllib.loads((SEEDS / "settings.toml").read_text())["setting"]
    return {row["key"]: row["value"] for row in rows}


def _services() -> dict[str, ServiceEntry]:
    services = db.session.execute(
        select(Service.code, Service.field, Service.body).where(Service.active).order_by(Service.position)
    )
    return {row.code: ServiceEntry(row.code, row.field, row.body) for row in services}


def _calendar(profile: Mapping[str, Any]) -> WorkingCalendar:
    found = db.session.execute(select(HolidayRow.on, HolidayRow.name, HolidayRow.kind))
    holidays = {row.on: Holiday(row.on, row.name, row.kind) for row in found}
    working = profile["working_time"]
    return WorkingCalendar(
        holidays,
        frozenset(WEEKDAYS.index(day) for day in working["workdays"]),
        joint_leave_is_working_day=bool(working.get("joint_leave_is_working_day", False)),
    )


def _read(profile: UnitProfile) -> Catalogue:
    regions = db.session.execute(
        select(Region.code, Region.name, Region.level, Region.parent_code).order_by(Region.name)
    ).all()
    villages = [row for row in regions if row.level == "village"]
    return Catalogue(
        revision=profile.revision,
        code=profile.code,
        profile=profile.body,
        demo=profile.demo,
        services=_services(),
        cards={
            row.code: CardEntry(row.code, row.body) for row in db.session.execute(select(CardType.code, CardType.body))
        },
        instruments={
            (row.code, row.version): (row.body, row.fields)
            for row in db.session.execute(
                select(
                    InstrumentVersion.code, InstrumentVersion.version, InstrumentVersion.body, InstrumentVersion.fields
                )
            )
        },
        villages={row.code: row.name for row in villages},
        districts={row.code: row.name for row in regions if row.level == "district"},
        village_district={row.code: row.parent_code for row in villages},
        calendar=_calendar(profile.body),
        settings={row.key: row.value for row in db.session.execute(select(Setting.key, Setting.value))},
    )


_kept: dict[str, Catalogue] = {}
REVISION = (UnitProfile.code, UnitProfile.revision, UnitProfile.demo)
"""The one row that tells whether the catalogue was loaded anew; who is signed in is asked together with it."""
_REVISION = select(*REVISION)


def forget(*, but: Catalogue | None = None) -> None:
    """Read the catalogue anew next time (after `seed`), or as it is in `but` if that is still its revision."""
    _kept.clear()
    if but is not None:
        _kept[but.code] = but
    if has_app_context():
        g.pop("catalogue", None)


def catalogue() -> Catalogue:
    """The unit's catalogue. Raises NotSeeded on an empty portal."""
    held: Catalogue | None = g.get("catalogue")
    if held is None:
        found = next(iter(rows(_REVISION)), None)
        if found is None:
            raise NotSeeded(NotSeeded.__doc__)
        held = at_revision(*found)
    return held


def at_revision(code: str, revision: int, demo: bool) -> Catalogue:
    """The catalogue as it is at this revision, for the rest of the request."""
    held = _kept.get(code)
    if held is None or held.revision != revision or held.demo != demo:
        held = _kept[code] = _read(db.session.execute(select(UnitProfile)).scalar_one())
    g.catalogue = held
    return held
