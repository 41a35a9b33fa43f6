"""The same services from a terminal. Exit 0 when done, 1 with one clear line when refused, 2 on wrong usage."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask import Flask

from portal import audit, clock, due, seeding
from portal.accounts import queries as users
from portal.accounts import services as accounts
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.audit import heads
from portal.audit.verify import verify
from portal.backups import commands as backups
from portal.breach import touched_command
from portal.db import db, read_one_moment
from portal.errors import PortalError
from portal.exchange import commands as exchange
from portal.funds import verify as books


def refusals_as_one_line(command: Callable[..., Any]) -> Callable[..., Any]:
    """A rule's sentence on stderr and exit 1, instead of a traceback."""

    @wraps(command)
    def told(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except PortalError as refusal:
            db.session.rollback()
            click.echo(str(refusal), err=True)
            sys.exit(1)

    return told


def show_progress(part: str, done: int, of: int) -> None:
    """One line that grows on a terminal, a line a part elsewhere."""
    bar = "#" * (20 * done // of)
    end = "\n" if done == of or not sys.stdout.isatty() else "\r"
    sys.stdout.write(f"  [{bar:<20}] {done}/{of} {part:<24}{end}")
    sys.stdout.flush()


@click.command("seed")
@click.option("--unit", default="upt-kan", show_default=True, help="Code of the unit in seeds/units.toml.")
@click.option("--history", type=click.Choice(["2015"]), default=None, help="Also load the paper's year into the books.")
@refusals_as_one_line
def seed_command(unit: str, history: str | None) -> None:
    """Load a unit's profile: regions, services, cards, instruments, partners, calendar. Repeatable."""
    load = seeding.seed(unit, show_progress)
    if load.new or load.changed:
        audit.record("unit.seeded", ("unit_profile", unit), by=None, new=load.new, changed=load.changed)
    db.session.commit()
    click.echo(f"{unit}: {load.new} new, {load.changed} changed, {load.same} unchanged")
    if history:
        _load_history()


def _load_history() -> None:
    from portal.demo import year_2015  # the paper's year is no part of a server

    new = year_2015.load()
    db.session.commit()
    click.echo(
        "history of 2015: loaded; see /reports/2015" if new else "history of 2015: here already, nothing changed"
    )


@click.command("demo")
@click.option("--households", type=click.IntRange(min=200), default=1700, show_default=True, help="Size of the city.")
@refusals_as_one_line
def demo_command(households: int) -> None:
    """Fill a seeded, empty portal with an invented city; refuses on a portal that holds real data."""
    from portal.demo import AlreadyFilled, fill  # the invented city is no part of a server

    try:
        city = fill(households, show_progress)
    except AlreadyFilled:
        click.echo("The demo city is here already; nothing was changed.")
        return
    audit.record("demo.filled", ("unit_profile", city.catalogue.code), by=None, households=len(city.houses))
    db.session.commit()
    click.echo(f"demo: {len(city.houses)} households, accounts {', '.join(city.users)}")


user_group = click.Group("user", help="People who sign in.")


@user_group.command("add")
@click.argument("name")
@click.option("--role", "roles", required=True, multiple=True, type=click.Choice([role.value for role in Role]))
@click.option("--full-name", default="", help="As it stands on papers.")
@click.option("--partner", default=None, help="Code of the partner (for the role partner).")
@click.option("--village", default=None, help="Code of the kelurahan (for the role cadre).")
@click.option("--office", default=None, help="Name of the office (for the role office).")
@click.option(
    "--password", prompt="Password (empty: the portal makes a first one)", default="", hide_input=True,
    show_default=False, confirmation_prompt="The password once more",
    help="Asked for when it is not given. Empty: a random first one is shown, which ends and must be changed.",
)  # fmt: skip
@refusals_as_one_line
def user_add(
    name: str, roles: tuple[str, ...], full_name: str, partner: str, village: str, office: str, password: str
) -> None:
    """Let a person sign in."""
    user, given = accounts.add_user(
        name,
        password or None,
        frozenset(Role(role) for role in roles),
        full_name=full_name or name,
        by=None,
        partner_code=partner,
        village_code=village,
        office=office,
    )
    db.session.commit()
    click.echo(f"{user.name}: added")
    _tell_first_password(user, given)


def _tell_first_password(user: User, password: str) -> None:
    """Shown here and nowhere again."""
    if user.password_is_first and user.password_ends_at is not None:
        ends = clock.local(user.password_ends_at)
        click.echo(
            f"{user.name}: first password {password}, to be changed at the first sign-in, until {ends:%d-%m-%Y %H.%M}"
        )


@user_group.command("list")
def user_list() -> None:
    """Everybody who may sign in."""
    for user in users.all_users():
        click.echo(f"{user.name:<20} {'active' if user.active else 'disabled':<9} {', '.join(sorted(user.roles))}")


@user_group.command("disable")
@click.argument("name")
@refusals_as_one_line
def user_disable(name: str) -> None:
    """From now on this person cannot sign in."""
    accounts.disable(accounts.get_user(name), by=None)
    db.session.commit()
    click.echo(f"{name}: disabled")


@user_group.command("reset")
@click.argument("name")
@refusals_as_one_line
def user_reset(name: str) -> None:
    """A new first password and no second factor, for someone locked out."""
    user = accounts.get_user(name)
    password = accounts.reset_password(user, by=None)
    accounts.remove_second_factor(user, by=None)
    db.session.commit()
    _tell_first_password(user, password)


audit_group = click.Group("audit", help="The trail.")


@audit_group.command("verify")
@click.option(
    "--head", "heads_brought", multiple=True, help="A head that somebody kept, as ROWS:HASH; may be repeated."
)
@refusals_as_one_line
def audit_verify(heads_brought: tuple[str, ...]) -> None:
    """Prove that nothing in the trail was altered: by its chain, its end, and every head that was kept."""
    finding = verify(heads_brought)
    if finding.fault:
        click.echo(f"trail: {finding.fault}", err=True)
        sys.exit(1)
    click.echo(f"trail: unbroken, last hash {finding.last_hash[:16]}, {finding.rows} rows")


@audit_group.command("head")
def audit_head() -> None:
    """Keep today's head of the trail, and say the newest one for the auditor to keep."""
    heads.write(clock.today())
    db.session.commit()
    head = heads.newest()
    click.echo(f"head of {head.on}: {head.rows}:{head.hash}" if head else "the trail is empty")


audit_group.add_command(touched_command)


@click.command("due")
@refusals_as_one_line
def due_command() -> None:
    """What time brings: the trail's daily head, old bookkeeping forgotten, what has become due."""
    for words, number in due.run(clock.today()):
        click.echo(f"{number:>7} {words}")
    db.session.commit()


ledger_group = click.Group("ledger", help="The books.")


@ledger_group.command("verify")
def ledger_verify() -> None:
    """Prove that the books balance, that every payment has its donations and a household, and that the trail agrees."""
    read_one_moment()  # nobody at work waits for it, nor makes a balance differ from the lines counted before
    finding = books.verify()
    for fault in finding.faults:
        click.echo(f"ledger: {fault}", err=True)
    for line in books.as_table(finding):
        click.echo(line)
    figures = ", ".join(f"{kind.value} {amount}" for kind, amount in finding.totals.items())
    click.echo(f"ledger: {len(finding.faults) or 'no'} faults, {finding.entries} entries, in rupiah: {figures}")
    if finding.faults:
        sys.exit(1)


COMMANDS = (
    seed_command, demo_command, user_group, audit_group, ledger_group, due_command,
    *exchange.COMMANDS, *backups.COMMANDS,
)  # fmt: skip


def init_app(app: Flask) -> None:
    for command in COMMANDS:
        app.cli.add_command(command)
