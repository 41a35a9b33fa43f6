"""`audit touched`: a list of the families to be told within 3 x 24 hours, with where to reach them."""

import csv
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import select

from portal import audit, clock
from portal.audit.touched import Touched, between
from portal.db import db
from portal.households.models import Household
from portal.units.catalogue import catalogue

HEAD = ("keluarga", "kepala_keluarga", "kelurahan", "rt", "rw", "alamat", "telepon", "dibuka", "diubah", "oleh",
        "pertama", "terakhir")  # fmt: skip
"""Where a family is reached is why the list is made; nothing else that the trail hides (audit/columns.py) is in it."""
MOMENT = ("%d-%m-%Y %H.%M", "%d-%m-%Y %H:%M", "%d-%m-%Y", "%Y-%m-%dT%H:%M", "%Y-%m-%d")


def moment(text: str) -> datetime:
    """A moment as people type it, in the unit's own time: "24-11-2026 08.30" or "2026-11-24". Raises BadParameter."""
    for form in MOMENT:
        try:
            return datetime.strptime(text, form).replace(tzinfo=clock.ZONE)
        except ValueError:
            continue
    raise click.BadParameter(f'"{text}" is no moment; type it like 24-11-2026 08.30')


@click.command("touched")
@click.argument("since")
@click.argument("until")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--by", "actor", default="", help="Only what this account opened or changed.")
def touched_command(since: str, until: str, file: Path, actor: str) -> None:
    """Whose files were opened or changed from SINCE until before UNTIL (local time), as a CSV with where to reach them.

    The list holds personal data: it is readable by you alone, and that it was made is itself on record.
    """
    first, last = moment(since), moment(until)
    found = list(between(first, last, actor=actor))
    file.touch(mode=0o600)
    file.chmod(0o600)
    with file.open("w", newline="", encoding="utf-8-sig") as out:
        writer = csv.writer(out)
        writer.writerow(HEAD)
        writer.writerows(_row(each) for each in found)
    audit.record(
        "audit.touched_listed", ("audit_event", 0), by=None,
        since=first, until=last, account=actor or "-", families=len(found),
    )  # fmt: skip
    db.session.commit()
    click.echo(f"{len(found)} families, in {file}")


def _row(each: Touched) -> list[str]:
    household = db.session.execute(select(Household).where(Household.id == each.household_id)).scalar()
    named = (
        [
            household.head_name, catalogue().villages.get(household.village_code, ""), household.rt or "",
            household.rw or "", household.address or "", household.phone or "",
        ]
        if household
        else [""] * 6
    )  # fmt: skip
    times = [f"{clock.local(at):%d-%m-%Y %H.%M}" for at in (each.first_at, each.last_at)]
    return [
        _plain(text) for text in (str(each.household_id), *named, str(each.opened), str(each.changed), each.by, *times)
    ]


def _plain(text: str) -> str:
    """No cell begins a formula when a spreadsheet opens the file."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
