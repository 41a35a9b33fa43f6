"""Loading a unit's profile from seeds/: repeatable, loads what changed, changes nothing else."""

import csv
import json
import tomllib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from portal import clock
from portal.config import SEEDS
from portal.db import Base, db
from portal.errors import Refused
from portal.partners.models import DonationKind, Partner
from portal.units import catalogue
from portal.units.models import CardType, HolidayRow, InstrumentVersion, Region, Service, Setting, UnitProfile

Progress = Callable[[str, int, int], None]


def read_toml(name: str) -> dict[str, Any]:
    """A seed file, with its dates as text so that it can be stored as JSON."""
    body = tomllib.loads((SEEDS / name).read_text(encoding="utf-8"))
    return dict(json.loads(json.dumps(body, default=str)))


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Loader:
    """Counts what was new, what changed, and what was the same already."""

    def __init__(self) -> None:
        self.new = self.changed = self.same = 0

    def put(self, model: type[Base], identity: Any, /, **values: Any) -> None:
        """Add the row, or set what differs; a row that is the same is left alone."""
        row = db.session.get(model, identity)
        if row is None:
            db.session.add(model(**values))
            self.new += 1
            return
        differing = {name: value for name, value in values.items() if getattr(row, name) != value}
        for name, value in differing.items():
            setattr(row, name, value)
        if differing:
            self.changed += 1
        else:
            self.same += 1


def _unit_body(code: str) -> dict[str, Any]:
    units = read_toml("units.toml")
    for body in units["unit"]:
        if body["code"] == code:
            body["working_time"], body["letters"] = units["working_time"], units["letters"]
            body["service_standard"] = units["service_standard"] | body.get("service_standard", {})
            body["fields"] = read_toml(body["services_file"])["fields"]
            return dict(body)
    known = ", ".join(body["code"] for body in units["unit"])
    raise Refused(f"There is no unit {code!r} in seeds/units.toml. Known: {known}.")


def _regions(load: Loader, body: dict[str, Any]) -> None:
    # Contains information from idn-area-data, made available under the ODbL (seeds/README.md).
    rows = read_csv(SEEDS / body["regions_file"])
    order = {"province": 0, "regency": 1, "district": 2, "village": 3}
    for row in sorted(rows, key=lambda row: (order[row["level"]], row["code"])):
        load.put(
            Region, row["code"], code=row["code"], parent_code=row["parent_code"] or None, level=row["level"],
            name=row["name"], kind=row["kind"],
        )  # fmt: skip
        if row["level"] != "village":
            db.session.flush()


def _services(load: Loader, body: dict[str, Any]) -> None:
    file = read_toml(body["services_file"])
    for position, service in enumerate(file["service"]):
        whole = {**file.get("defaults", {}), **service, "source_file": file.get("source_file", "")}
        load.put(Service, service["code"], code=service["code"], position=position, field=service["field"], body=whole)


def _cards(load: Loader, body: dict[str, Any]) -> None:
    for card in read_toml(body["cards_file"])["card"]:
        load.put(CardType, card["code"], code=card["code"], body=card)


def _instruments(load: Loader, body: dict[str, Any]) -> None:
    for path in sorted(SEEDS.glob("instruments_*.toml")):
        instrument = read_toml(path.name)
        fields = read_toml(instrument["fields_file"]) if "fields_file" in instrument else None
        key = (instrument["code"], instrument["version"])
        # A stored version is never overwritten: results were made with it. A new threshold is a new version.
        if db.session.get(InstrumentVersion, key) is None:
            load.put(InstrumentVersion, key, code=key[0], version=key[1], body=instrument, fields=fields)


def _partners(load: Loader, body: dict[str, Any]) -> None:
    if "partners_file" not in body:
        return
    file = read_toml(body["partners_file"])
    for kind in file["donation_kind"]:
        load.put(DonationKind, kind["code"], code=kind["code"], body=kind)
    for partner in file["partner"]:
        load.put(
            Partner, partner["code"], code=partner["code"], name=partner["name"], kind=partner["type"], body=partner
        )
    body["asnaf"], body["asnaf_rule"] = file.get("asnaf", []), file.get("asnaf_rule", {})


def _calendar(load: Loader, body: dict[str, Any]) -> None:
    for path in sorted(SEEDS.glob("holidays_*.csv")):
        for row in read_csv(path):
            on = date.fromisoformat(row["date"])
            load.put(
                HolidayRow, on, on=on, name=row["name"], kind=row["type"], status=row["status"], source=row["source"]
            )


def _settings(load: Loader, body: dict[str, Any]) -> None:
    for row in read_toml("settings.toml")["setting"]:
        stored = db.session.get(Setting, row["key"])
        value = stored.value if stored is not None and stored.changed else row["value"]
        load.put(Setting, row["key"], key=row["key"], value=value, source=row["source_en"], source_id=row["source_id"])


PARTS: tuple[tuple[str, Callable[[Loader, dict[str, Any]], None]], ...] = (
    ("regions", _regions),
    ("services", _services),
    ("cards", _cards),
    ("instruments", _instruments),
    ("partners", _partners),
    ("calendar", _calendar),
    ("settings", _settings),
)


def seed(code: str, progress: Progress = lambda part, done, of: None) -> Loader:
    """Load the unit with this code. Raises Refused for an unknown one, or when the portal serves another unit."""
    other = db.session.query(UnitProfile).filter(UnitProfile.code != code).first()
    if other is not None:
        raise Refused(f"This portal serves {other.code}; a portal serves one unit.")
    body, load = _unit_body(code), Loader()
    for position, (name, part) in enumerate(PARTS):
        progress(name, position, len(PARTS))
        part(load, body)
        db.session.flush()
    _profile(load, code, body, clock.now())
    progress("done", len(PARTS), len(PARTS))
    catalogue.forget()
    return load


def _profile(load: Loader, code: str, body: dict[str, Any], now: datetime) -> None:
    profile = db.session.get(UnitProfile, code)
    if profile is None:
        db.session.add(UnitProfile(code=code, body=body, revision=1, loaded_at=now))
        load.new += 1
        return
    if profile.body != body or load.new or load.changed:
        profile.body, profile.revision, profile.loaded_at = body, profile.revision + 1, now
        load.changed += 1
