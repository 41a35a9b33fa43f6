"""`make soak`: kill the server at random moments under four writing clients, and look at what is left each time.

`python -m tests.soak [--rounds 50] [--seed N]`, on SQLite, and on PostgreSQL where TEST_POSTGRESQL names a server.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select, text

from portal import audit, clock
from portal.audit.verify import verify as verify_trail
from portal.config import ROOT
from portal.db import db
from portal.funds.verify import verify as verify_ledger
from portal.series import NumberSeries
from portal.units import catalogue
from portal.units.models import Setting, UnitProfile
from tests.drill import kinds, place
from tests.factories import PASSWORD, Make
from tests.live import Visitor, flask, free_port, until_it_answers
from tests.soak.clients import Client, complaints, decisions, payments, send

LONGEST_START = 5.0
"""Seconds from the command to the first answer."""
EACH_ROUND = 12
"""Decisions and payments prepared for each round: more than one person makes before the server is killed."""


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=50)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    faults = [fault for kind in kinds() for fault in soak(kind, given.rounds, given.seed)]
    for fault in faults:
        say(f"FAULT {fault}")
    say(f"soak: {len(faults) or 'no'} faults")
    return 1 if faults else 0


def soak(kind: str, rounds: int, seed: int) -> list[str]:
    """All rounds on one kind of database; every fault in a sentence."""
    say(f"{kind}: {rounds} rounds, seed {seed}")
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="portal-soak-") as name, place(kind, Path(name) / kind) as app:
        environment = app.config["DRILL_ENVIRONMENT"]
        for command in (["db", "upgrade"], ["seed", "--unit", "upt-kan"]):
            flask(environment, *command)
        with app.app_context():
            clients, faults, starts = prepared(app, environment, rounds), [], []
            for number in range(1, rounds + 1):
                starts.append(one_round(environment, clients, chance, number))
                faults += looked_at(app, clients, thoroughly=number % 10 == 0 or number == rounds)
        late = [took for took in starts if took > LONGEST_START]
        faults += [f"a start took {took:.1f} s" for took in late]
        told = Counter(act.kind for client in clients for act in client.acts if act.told)
        middle = sorted(starts)[len(starts) // 2]
        say(f"  acknowledged: {dict(told)}; starts: longest {max(starts):.1f} s, median {middle:.1f} s")
    return faults


def prepared(app: Flask, environment: dict[str, str], rounds: int) -> list[Client]:
    """Cases to decide and aid to pay, and the four people who will."""
    from tests.decisions.factories import case
    from tests.funds import factories as funds

    with audit.unrecorded():
        db.session.get(Setting, "second_factor_roles").value = []
        db.session.add(NumberSeries(kind="complaint", year=clock.today().year, last=500_000))
        db.session.execute(select(UnitProfile)).scalar_one().revision += 1
        db.session.commit()
    catalogue.forget()
    make, most = Make(), rounds * EACH_ROUND
    money = funds.fund(make, most * 400_000)
    proposals = [case(make).propose() for _ in range(most)]
    waiting = [(decision.id, decision.version) for decision in proposals]
    aid = [funds.approved(make, money) for _ in range(most)]
    approved = [(each.number, each.version) for each in aid]
    names = [make.social_worker().name, make.social_worker().name, make.unit_head().name, make.treasurer().name]
    today = f"{clock.today():%d-%m-%Y}"
    db.session.remove()
    work = (complaints("A"), complaints("B"), decisions(waiting), payments(approved, today))
    with serving(environment) as (port, _took):
        visitors = [Visitor(port).sign_in(name, PASSWORD) for name in names]
        return [Client(who, who.token("/account"), acts) for who, acts in zip(visitors, work, strict=True)]


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[tuple[int, float]]:
    """The portal as in production, in a process group of its own; at the end the whole group is killed (-9)."""
    port, began = free_port(), time.monotonic()
    log = Path(environment["INSTANCE_DIR"]) / "server.log"
    with log.open("a") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"], cwd=ROOT, stdout=out, stderr=out,
            env={**environment, "PORT": str(port), "HOST": "127.0.0.1"}, start_new_session=True,
        )  # fmt: skip
    try:
        until_it_answers(port, server, log)
        yield port, time.monotonic() - began
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(timeout=30)


def one_round(environment: dict[str, str], clients: list[Client], chance: random.Random, number: int) -> float:
    """Serve, send again what is in doubt, write until the server is killed; how many seconds the start took."""
    with serving(environment) as (port, took):
        doubtful = 0
        for client in clients:
            client.visitor.port = port
            for act in client.in_doubt:
                doubtful += 1
                send(client, act)
        threads = [client.begin(port) for client in clients]
        time.sleep(chance.uniform(0.3, 3.0))  # the moment of the kill is what is drawn here
    for thread in threads:
        thread.join(30)
    written = sum(len(client.acts) for client in clients)
    say(f"  round {number}: start {took:.1f} s, {doubtful} sent again, {written} forms so far")
    return took


def looked_at(app: Flask, clients: list[Client], *, thoroughly: bool) -> list[str]:
    """What is stored, against what people were told."""
    db.session.remove()
    faults = [f"{act.kind} {act.mark} was {act.told}" for client in clients for act in client.acts
              if act.told.startswith("refused")]  # fmt: skip
    for client in clients:
        stored = _stored(client.acts[0].kind) if client.acts else Counter()
        for act in client.acts:
            times = stored[act.mark]
            if (act.told and times != 1) or times > 1:
                faults.append(f"{act.kind} {act.mark} is there {times} times, told {act.told or 'nothing'}")
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        said = db.session.execute(text("PRAGMA integrity_check")).scalars().all()
        orphans = db.session.execute(text("PRAGMA foreign_key_check")).all()
        faults += [str(line) for line in (*said, *orphans) if line != "ok"]
    if thoroughly:
        faults += [*verify_ledger().faults, *filter(None, [verify_trail().fault])]
    db.session.remove()
    return faults


STORED = {
    "complaint": "SELECT head_name FROM household JOIN complaint ON complaint.household_id = household.id",
    "decision": "SELECT id FROM decision WHERE status = 'approved'",
    "payment": "SELECT number FROM disbursement JOIN ledger_entry ON ledger_entry.disbursement_id = disbursement.id "
    "WHERE disbursement.status = 'paid' AND ledger_entry.kind = 'payment'",
}


def _stored(kind: str) -> Counter[str]:
    """How often each thing of this kind is there, by what marks it."""
    rows: Any = db.session.execute(text(STORED[kind])).scalars()
    return Counter(str(mark) for mark in rows)


if __name__ == "__main__":
    sys.exit(main())
