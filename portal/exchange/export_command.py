"""register export, from a terminal."""

import sys
from pathlib import Path

import click

from portal.db import db
from portal.errors import PortalError, Refused
from portal.exchange import exports
from portal.exchange.export_register import HOUSEHOLDS
from portal.exchange.new_file import new_file
from portal.units.catalogue import NotSeeded, catalogue


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--village", default="", metavar="CODE", help="Only the families of this kelurahan.")
@click.option("--csv", "as_text", is_flag=True, help="Text with separators instead of a workbook.")
@click.option("--masked", is_flag=True, help="Only the last four digits of NIK and KK.")
@click.option("--reason", default="", help="What the file is for; kept in the trail and in the file.")
def export_command(file: Path, village: str, as_text: bool, masked: bool, reason: str) -> None:
    """Write the register as a spreadsheet, for an office entitled to it. The trail says that it was."""
    try:
        if village and village not in catalogue().villages:
            raise Refused(f"{village} is no kelurahan of this unit.")
        kind = exports.CSV if as_text else exports.XLSX
        export = exports.prepared(
            HOUSEHOLDS, {"village": village}, kind=kind, numbers=not masked, reason=reason, by=None
        )
        click.echo(f"{_written(export, file)} bytes are in {file}, export {export.code}")
    except (PortalError, NotSeeded, OSError) as refusal:
        db.session.rollback()
        click.echo(str(refusal), err=True)
        sys.exit(1)


def _written(export: exports.Export, path: Path) -> int:
    """How many bytes; half a file is not left behind."""
    with new_file(path) as file:
        try:
            parts = exports.begin(export)
            db.session.commit()
            return sum(map(file.write, parts))
        except BaseException:
            path.unlink(missing_ok=True)
            raise
