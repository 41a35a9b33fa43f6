"""Four people who write without a pause, and remember what they were told."""

import http.client
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from portal.web.once import new_key
from tests.live import Visitor


@dataclass
class Act:
    """One form: where it goes, what it says, and what became of it ("" while nobody knows)."""

    kind: str
    mark: str
    url: str
    fields: dict[str, Any]
    told: str = ""


@dataclass
class Client:
    """Somebody who sends one form after the other until the server is gone."""

    visitor: Visitor
    token: str
    work: Iterator[Act]
    acts: list[Act] = field(default_factory=list)

    def until_it_breaks(self) -> None:
        for act in self.work:
            self.acts.append(act)
            if not send(self, act):
                return

    def begin(self, port: int) -> Thread:
        """Go on writing to the server on this port, in a thread of one's own."""
        self.visitor.port = port
        thread = Thread(target=self.until_it_breaks)
        thread.start()
        return thread

    @property
    def in_doubt(self) -> list[Act]:
        return [act for act in self.acts if not act.told]


def send(client: Client, act: Act) -> bool:
    """Whether an answer came; what it was is written down. A 503 acknowledges nothing and is sent again later."""
    try:
        answer = client.visitor.post(act.url, {"csrf_token": client.token, **act.fields})
    except (OSError, http.client.HTTPException):
        return False
    if answer.status != 503:
        act.told = answer.location if answer.status == 303 else f"refused: {answer.status}"
    return True


def complaints(name: str) -> Iterator[Act]:
    """Families without end, each with a name of its own."""
    number = 0
    while True:
        number += 1
        mark = f"Keluarga Contoh {name} {number}"
        yield Act("complaint", mark, "/complaints/new", {
            "once": new_key(), "act": "save", "family": "new", "new-name": mark, "new-sex": "P",
            "new-village_code": "13.76.01.1021", "own_words": "Obat belum terbeli.", "slot": "later",
            "service_code": "health-medicine",
        })  # fmt: skip


def decisions(waiting: list[tuple[int, int]]) -> Iterator[Act]:
    """Approvals of what waits: (id, version) each."""
    for number, version in waiting:
        fields = {"once": new_key(), "version": version, "status": "approved", "reason": "Memenuhi kriteria."}
        yield Act("decision", str(number), f"/decisions/{number}", fields)


def payments(approved: list[tuple[str, int]], today: str) -> Iterator[Act]:
    """Payments of what was approved: (number, version) each."""
    for number, version in approved:
        fields = {
            "once": new_key(), "version": version, "method": "cash", "on": today, "received_by": "Ibu Contoh",
        }  # fmt: skip
        yield Act("payment", number, f"/disbursements/{number}/payment", fields)
