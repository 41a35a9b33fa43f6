"""Who we are: regions, catalogue, calendar, settings. Loaded from seeds by `seed`, so that rules are data."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, Moment


class Region(Base):
    """Province, regency, kecamatan, kelurahan, by their Kemendagri codes (13.76.01.1021)."""

    __tablename__ = "region"
    __table_args__ = (CheckConstraint("level IN ('province','regency','district','village')", name="level"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    level: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]


class UnitProfile(Base):
    """The one unit this portal serves. `body` is its entry in seeds/units.toml."""

    __tablename__ = "unit_profile"

    code: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Counts up with every `seed` that changed something; processes notice it and read the catalogue anew.
    revision: Mapped[int] = mapped_column(default=1)
    loaded_at: Mapped[datetime] = mapped_column(Moment)
    demo: Mapped[bool] = mapped_column(default=False)


class Service(Base):
    """One service of the catalogue; `body` is its entry in seeds/services_*.toml with the file's defaults filled in."""

    __tablename__ = "service"

    code: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    field: Mapped[str] = mapped_column(index=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    active: Mapped[bool] = mapped_column(default=True)


class CardType(Base):
    """A card or letter that the unit issues or recognises (seeds/card_types_*.toml)."""

    __tablename__ = "card_type"

    code: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)


class InstrumentVersion(Base):
    """One version of an instrument. Old versions stay: a result is read with the version that gave it."""

    __tablename__ = "instrument_version"

    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    # The vocabulary of raw answers that its rules use (assessment_fields.toml); none for a score instrument.
    fields: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class HolidayRow(Base):
    """A national holiday or a day of joint leave; neither is a working day."""

    __tablename__ = "holiday"
    __table_args__ = (CheckConstraint("kind IN ('national','joint_leave')", name="kind"),)

    on: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    status: Mapped[str]
    source: Mapped[str]


class Setting(Base):
    """A value that the papers leave open and the unit may change; `source` (English) and `source_id` say why."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    source: Mapped[str]
    source_id: Mapped[str] = mapped_column(default="", server_default="")
    # True once a person has changed it: `seed` then leaves it alone.
    changed: Mapped[bool] = mapped_column(default=False)
