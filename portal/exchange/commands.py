"""register check, import and work, from a terminal."""

import os
import sys
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import click
from werkzeug.datastructures import FileStorage

from portal.db import db, only_reading
from portal.duplicates.commands import duplicates_command
from portal.errors import PortalError, Refused
from portal.exchange import checking, layouts, services, staging
from portal.exchange.checking import Checked
from portal.exchange.export_command import export_command
from portal.exchange.formats import formats
from portal.exchange.models import BatchState, RowKind
from portal.exchange.reasons import DOUBTS, REASONS
from portal.exchange.tables import Table
from portal.exchange.wording import LISTS
from portal.units.catalogue import NotSeeded


def _known(_context: click.Context, _option: click.Parameter, code: str | None) -> str | None:
    """Read when it is needed: a server that starts does not look for formats."""
    if code is not None and code not in formats():
        raise click.BadParameter(f"known are {', '.join(formats())}.")
    return code


register_group = click.Group("register", help="The register, from and for other offices.")


@register_group.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "format_code", callback=_known, help="Code of the format; it is recognised unless given.")
@click.option("--village", help="Code of the kelurahan of all rows that name none, such as 13.76.01.1021.")
@click.option("--refused", "out", type=click.Path(dir_okay=False, path_type=Path), help="Write the refused rows here.")
def check_command(file: Path, format_code: str | None, village: str | None, out: Path | None) -> None:
    """Read a spreadsheet of people and say what could enter the register. Changes nothing."""
    from portal.exchange import refused_rows  # a server writes no workbooks yet

    try:
        if out and out.exists():
            raise Refused(f"{out} is there already.")
        with only_reading():  # the portal serves meanwhile, and one command at a time may write
            checked = checking.check(file, format_code, _progress, village=village, also=layouts.kept())
        for line in _lines(checked):
            click.echo(line)
        if out:
            click.echo(f"{refused_rows.write(checked, out)} refused rows are in {out}")
    except (PortalError, NotSeeded, OSError) as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(1)


@register_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "format_code", callback=_known, help="Code of the format; it is recognised unless given.")
@click.option("--village", help="Code of the kelurahan of all rows that name none.")
@click.option("--list", "list_code", type=click.Choice(list(LISTS)), help="The national list that this is.")
@click.option("--as-of", "as_of", type=click.DateTime(["%Y-%m-%d"]), help="The day of that list.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
def import_command(
    file: Path, format_code: str | None, village: str | None, list_code: str | None, as_of: datetime | None,
    dry_run: bool,
) -> None:  # fmt: skip
    """Bring a spreadsheet of people into the register: the same as the page. What is in doubt waits there."""
    if (list_code is None) != (as_of is None):
        raise click.UsageError("--list and --as-of belong together.")
    try:
        if dry_run:
            with only_reading():
                _checked, kinds = staging.counted(file, format_code, _progress, village=village)
        else:
            kinds = Counter(_bring_in(file, format_code, village, list_code, as_of.date() if as_of else None))
    except (PortalError, NotSeeded, OSError) as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(1)
    for kind in (*RowKind, "written"):
        if kind in kinds:
            click.echo(f"{kinds[kind]:>7} {kind}")


def _bring_in(
    file: Path, format_code: str | None, village: str | None, list_code: str | None, as_of: date | None
) -> Mapping[str, int]:
    with file.open("rb") as stream:
        upload = FileStorage(stream, filename=file.name, name="file")
        batch = services.bring_in(
            upload, by=None, format_code=format_code, village_code=village, list_code=list_code, list_as_of=as_of
        )
    db.session.commit()
    services.work(batch.id)
    if batch.state is BatchState.UNMAPPED:
        raise Refused(f"The portal does not know the columns of this file. Say what they are at /imports/{batch.id}.")
    if batch.had_nothing:
        return dict(batch.counts)
    if batch.state is not BatchState.READY:
        raise Refused(batch.refusal)
    services.confirm(batch, by=None)
    db.session.commit()
    services.work(batch.id)
    return dict(batch.counts)


@register_group.command("work", hidden=True)
@click.argument("batch_id", type=int)
def work_command(batch_id: int) -> None:
    """Read or write a batch, as the server asks for it; the pages go first."""
    if hasattr(os, "nice"):
        os.nice(5)
    services.work(batch_id)


def _progress(rows: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r  {rows} rows", err=True, nl=False)


def _lines(checked: Checked) -> list[str]:
    people_tables = [table for table, _people in checked.tables]
    lines = [line for table in [*people_tables, *checked.family_tables] for line in _of_table(table)]
    lines += [f"nobody found in sheet {sheet!r}" for sheet in checked.passed]
    people = checked.people
    standing = [family for family in checked.families if family.stands]
    without = sum(person.nik is None for person in people if not person.reasons)
    lines += [
        f"{len(people):>7} rows with people in {len(checked.families)} families, {len(standing)} of which could enter",
        f"{len(checked.good()):>7} good",
        *_counted(checked, "doubts", "in doubt", DOUBTS),
        *_counted(checked, "reasons", "refused", REASONS),
        f"{without:>7} of those not refused have no NIK yet",
    ]
    return lines


def _of_table(table: Table) -> list[str]:
    where = f", sheet {table.sheet!r}" if table.sheet else ""
    used = ", ".join(f"{name} from {table.titles[at]!r}" for name, at in table.columns.items())
    lines = [f"{table.format.name_en} ({table.format.code}){where}, head in row {table.head_row}", f"  used: {used}"]
    if table.by_other_codes and table.format.other_codes:
        lines.append(f"  codes read {table.format.other_codes.name_en}, which fits the ages of this file")
    reasons = dict.fromkeys(why.reason_en for _title, why in table.left_out)
    for reason in reasons:
        titles = [title for title, why in table.left_out if why.reason_en == reason]
        lines.append(f"  left out: {', '.join(map(repr, titles))}. {reason}")
    if table.unused:
        lines.append(f"  not used: {', '.join(map(repr, table.unused))}")
    return lines


def _counted(checked: Checked, what: str, name: str, sentences: dict[str, str]) -> list[str]:
    """The number of people, and under it how often each sentence was said: of one person there may be several."""
    people = checked.refused() if what == "reasons" else checked.in_doubt()
    said = [f"    {count:>7} {sentences[code]}" for code, count in checking.by_code(people, what)]
    return [f"{len(people):>7} {name}", *said]


register_group.add_command(export_command)
register_group.add_command(duplicates_command)
COMMANDS = (register_group,)
