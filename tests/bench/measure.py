"""Measuring both sides in turns, so that whatever else the machine does falls on both alike."""

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench import books, city, entry, export, importing, servers, weight
from tests.bench.city import Samples
from tests.bench.servers import Server
from tests.bench.work import ITEMS, Request, mixed
from tests.live import Visitor

PASSWORD = "anak-nagari"
CONNECTIONS, MIX_CONNECTIONS = 8, 32
BATCH_CPU_MS, LEAST, MOST = 800, 60, 2000
"""A batch is long enough for clock ticks of 10 ms: so much CPU, and between so many requests."""
MIX_SECONDS = 6
EXPORT, IMPORT, ENTRY, MONEY = APART = "export", "import", "entry_check", "money"
"""Items that are measured in a way of their own."""
NAMES = (*(item.name for item in ITEMS), *APART)
OF_A_CITY = 36_000
"""People of the file that is brought in: those of 10,000 families, or fewer when the city is smaller."""


@dataclass
class Side:
    """The portal or the floor: its server, its requests by work item, and how far each list was used."""

    server: Server
    requests: dict[str, list[Request]]
    used: dict[str, int] = field(default_factory=dict)

    def batch(self, item: str, count: int) -> tuple[float, float]:
        """CPU of the server for one request, and the median wait, in milliseconds. Raises on any failed request."""
        wanted, first = self.requests[item], self.used.get(item, 0)
        self.used[item] = first + count
        before = self.server.cpu_ms()
        chosen = [wanted[(first + number) % len(wanted)] for number in range(count)]
        found = load(self.server, chosen, connections=CONNECTIONS, count=count)
        if found["failed"]:
            raise RuntimeError(f"{item}: {found['failed']} of {found['done']} failed with {found['statuses']}")
        return (self.server.cpu_ms() - before) / count, found["p50_ms"]

    def size(self, item: str) -> int:
        """How many requests make a batch that lasts; also warms up."""
        self.batch(item, LEAST)
        cost, _ = self.batch(item, LEAST)
        return max(LEAST, min(MOST, round(BATCH_CPU_MS / max(cost, 0.1))))


def load(server: Server, requests: Sequence[Request], **how: Any) -> dict[str, Any]:
    """Let the load process send these requests."""
    job = {"port": server.port, "requests": requests, **how}
    command = [sys.executable, "-m", "tests.bench.load"]
    done = subprocess.run(command, input=json.dumps(job), capture_output=True, text=True, check=True, timeout=300)
    return dict(json.loads(done.stdout))


def everything(place: Path, folder: Path, households: int, *, rounds: int, only: Sequence[str]) -> dict[str, Any]:
    """The whole of bench.json."""
    given, names = city.samples(place), list(only or NAMES)
    copy = city.copied(place, folder / "portal")
    started = [_start(copy) for _ in range(3)]
    with ExitStack() as stack:
        portal = stack.enter_context(servers.portal(copy))
        floor = stack.enter_context(servers.floor(city.copied(place, folder / "floor")))
        sides = {"portal": Side(portal, _asked(portal, given)), "floor": Side(floor, _bare(given))}
        rows = [_item(sides, name, rounds) for name in names if name not in APART]
        figures = {"households": households, "items": rows}
        if EXPORT in names:
            figures["export"] = export.measured(portal, place / "portal.db", folder, rounds)
        if IMPORT in names:
            people = min(OF_A_CITY, households * 18 // 5)
            figures["import"] = importing.measured(place, folder, people, min(rounds, 3))
        if ENTRY in names:
            figures["entry_check"] = entry.measured(copy / "portal.db")
        if MONEY in names:
            (folder / "books").mkdir()
            figures["money"] = books.measured(folder / "books", books.GIFTS, min(rounds, 3))
        if not only:
            figures["mix"] = _mix(sides, given, rounds)
        return figures | {
            "start_s": round(median(one for one, _ in started), 2),
            "rest_pss_mib": round(median(one for _, one in started), 1),
            **weight.of_first_load(portal.port, given.villages[0]),
        }


def _start(folder: Path) -> tuple[float, float]:
    """Seconds until the first answer, and memory in MiB once each worker has shown pages and nothing is asked."""
    with servers.portal(folder) as server:
        for _ in range(8):
            Visitor(server.port).get("/sign-in")
        return server.start_s, server.pss_mib()


def _asked(server: Server, given: Samples) -> dict[str, list[Request]]:
    visitors = {name: Visitor(server.port).sign_in(name, PASSWORD) for name in {item.user for item in ITEMS}}
    for visitor in visitors.values():
        visitor.get("/")  # its forms bring the token that the cookie holds from then on
    return {item.name: item.of_portal(visitors[item.user], given) for item in ITEMS}


def _bare(given: Samples) -> dict[str, list[Request]]:
    return {item.name: item.of_floor(given) for item in ITEMS}


def _item(sides: dict[str, Side], name: str, rounds: int) -> dict[str, Any]:
    """Both medians and their ratio for one work item."""
    sizes = {kind: side.size(name) for kind, side in sides.items()}
    found: dict[str, list[tuple[float, float]]] = {kind: [] for kind in sides}
    for _ in range(rounds):
        for kind, side in sides.items():
            found[kind].append(side.batch(name, sizes[kind]))
    cpu = {kind: median(cost for cost, _ in batches) for kind, batches in found.items()}
    wait = {kind: median(p50 for _, p50 in batches) for kind, batches in found.items()}
    row = {"item": name, "portal_cpu_ms": round(cpu["portal"], 3), "floor_cpu_ms": round(cpu["floor"], 3)}
    return row | {
        "ratio_cpu": round(cpu["portal"] / cpu["floor"], 2),
        "portal_p50_ms": round(wait["portal"], 2), "floor_p50_ms": round(wait["floor"], 2),
    }  # fmt: skip


def _mix(sides: dict[str, Side], given: Samples, rounds: int) -> dict[str, Any]:
    """Four readings to one complaint at 32 connections: how many answers a second, and whether one of them failed."""
    wanted = {kind: mixed(side.requests, given) for kind, side in sides.items()}
    speed: dict[str, list[float]] = {kind: [] for kind in sides}
    failed = dict.fromkeys(sides, 0)
    for turn in range(min(rounds, 3)):
        for kind, side in sides.items():
            share = len(wanted[kind]) // 3
            chosen = wanted[kind][turn * share : (turn + 1) * share]
            done = load(side.server, chosen, connections=MIX_CONNECTIONS, seconds=MIX_SECONDS, count=len(chosen))
            speed[kind].append(done["done"] / done["seconds"])
            failed[kind] += done["failed"]
    portal, floor = median(speed["portal"]), median(speed["floor"])
    return {
        "connections": MIX_CONNECTIONS, "reading": 0.8, "portal_per_s": round(portal, 1),
        "floor_per_s": round(floor, 1), "share_of_floor": round(portal / floor, 2),
        "portal_failed": failed["portal"], "floor_failed": failed["floor"],
    }  # fmt: skip
