"""The work items: what a person asks for, as a request to the portal and as one to the floor."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from tests.bench.city import Samples
from tests.live import Visitor

Request = tuple[str, int]
"""A request as it goes over the wire, and the status it must be answered with."""

WORDS = "Anak saya sudah dua minggu tidak sekolah karena seragam dan sepatunya tidak ada."


@dataclass(frozen=True)
class Item:
    """One kind of work: its requests for a signed-in visitor of the portal, and for the floor."""

    name: str
    user: str
    of_portal: Callable[[Visitor, Samples], list[Request]]
    of_floor: Callable[[Samples], list[Request]]


CONNECTION = {"header": "Connection: close"}
"""One connection a request, as a proxy in front asks unless told otherwise; `--keep-alive` leaves the line out."""


def http(method: str, path: str, *, cookies: str = "", body: str = "") -> str:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept-Encoding: gzip", *CONNECTION.values()]
    lines += [f"Cookie: {cookies}"] if cookies else []
    if body:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", body])


def cookies_of(visitor: Visitor | None) -> str:
    return "; ".join(f"{name}={morsel.value}" for name, morsel in visitor.cookies.items()) if visitor else ""


def _got(paths: Callable[[Samples], list[str]]) -> dict[str, Any]:
    """The same addresses on both sides."""
    return {
        "of_portal": lambda who, samples: [
            (http("GET", path, cookies=cookies_of(who)), 200) for path in paths(samples)
        ],
        "of_floor": lambda samples: [(http("GET", path), 200) for path in paths(samples)],
    }


def _complaint(samples: Samples, family: int, service: str) -> dict[str, Any]:
    return {"household_id": family, "own_words": WORDS, "service_code": service, "brought": samples.papers[service]}


def _portal_complaints(visitor: Visitor, samples: Samples) -> list[Request]:
    """All that the intake page's form sends, each with a one-time key of its own as each page would have it."""
    token, cookies, requests = visitor.token("/complaints/new"), cookies_of(visitor), []
    for number, (family, service) in enumerate(samples.cases[:20_000]):
        fields = _complaint(samples, family, service) | {
            "csrf_token": token, "once": f"bench-{samples.rng.random()}-{number}", "version": "", "act": "save",
            "family": "chosen", "q": "", "applicant_name": "", "applicant_phone": "", "slot": "later",
            "visitor_id": "", "visit_on": "", "visit_time": "",
        }  # fmt: skip
        requests.append((http("POST", "/complaints/new", cookies=cookies, body=urlencode(fields, doseq=True)), 303))
    return requests


def _floor_complaints(samples: Samples) -> list[Request]:
    bodies = [urlencode(_complaint(samples, *case), doseq=True) for case in samples.cases[:20_000]]
    return [(http("POST", "/complaints/new", body=body), 303) for body in bodies]


ITEMS = (
    Item("list", "rani", **_got(lambda given: [f"/households?village={code}" for code in given.villages])),
    Item("name_search", "rani", **_got(lambda given: [f"/households?q={quote(text)}" for text in given.fragments])),
    Item("nik", "rani", **_got(lambda given: [f"/households?q={nik}" for nik in given.niks])),
    Item("household", "rani", **_got(lambda given: [f"/households/{number}" for number in given.families])),
    Item("complaint", "rani", _portal_complaints, _floor_complaints),
    Item("report", "kepala", **_got(lambda given: [f"/reports?month={month}" for month in given.months])),
)

READING = ("list", "name_search", "nik", "household")


def mixed(parts: dict[str, list[Request]], samples: Samples) -> list[Request]:
    """Four readings of each kind in turn to one complaint, shuffled always in the same way."""
    complaints = parts["complaint"][10_000:]
    turns = [
        [parts[name][turn % len(parts[name])] for name in READING] + [complaints[turn]]
        for turn in range(len(complaints))
    ]
    order = [request for turn in turns for request in turn]
    return [request for block in range(0, len(order), 50) for request in _shuffled(samples, order[block : block + 50])]


def _shuffled(samples: Samples, block: list[Request]) -> list[Request]:
    return sorted(block, key=lambda _request: samples.rng.random())
