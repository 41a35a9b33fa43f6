"""The load: a process of its own that sends prepared requests, so many at a time, and counts what it gets.

Each request has a connection of its own, or a few connections stay open, as the requests themselves say.

Reads one JSON job from stdin: `port`, `connections`, `requests` (each `[bytes as text, expected status]`), and `count`
requests or `seconds`, whichever ends first. Writes one JSON line: done, failed, seconds, p50 and p99 in milliseconds.
"""

import json
import socket
import statistics
import sys
import time
from itertools import count
from threading import Thread

LONGEST = 120.0
"""Seconds after which a job ends whatever it was told."""


class Line:
    """One connection at a time to 127.0.0.1, opened anew when there is none."""

    def __init__(self, port: int) -> None:
        self.port, self.socket, self.rest = port, None, b""

    def close(self) -> None:
        if self.socket:
            self.socket.close()
        self.socket, self.rest = None, b""

    def ask(self, request: bytes) -> int:
        """Send a request, read the whole answer, give its status; 0 when there was none."""
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(request)
        head, body = self._head()
        if not head:
            return 0
        lower = head.lower()
        left = int(lower.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]) if b"content-length:" in lower else 0
        while len(body) < left and (more := self.socket.recv(65536)):
            body += more
        self.rest = body[left:]
        if b"connection: close" in lower:
            self.close()
        return int(head[9:12])

    def _head(self) -> tuple[bytes, bytes]:
        received = self.rest
        while b"\r\n\r\n" not in received:
            more = self.socket.recv(65536)
            if not more:
                return b"", b""
            received += more
        head, _, body = received.partition(b"\r\n\r\n")
        return head + b"\r\n", body


class Job:
    """What is to be sent, shared by all connections; each request is taken once, in its order, round and round."""

    def __init__(self, job: dict) -> None:
        self.port, self.connections = job["port"], job["connections"]
        self.requests = [(text.encode(), status) for text, status in job["requests"]]
        self.most, self.deadline = job.get("count"), min(job.get("seconds") or LONGEST, LONGEST)
        self.numbers, self.took, self.failed = count(), [], []

    def work(self) -> None:
        line = Line(self.port)
        while time.perf_counter() < self.until and (self.most is None or (number := next(self.numbers)) < self.most):
            number = number if self.most is not None else next(self.numbers)
            request, expected = self.requests[number % len(self.requests)]
            began = time.perf_counter()
            try:
                status = line.ask(request)
            except OSError:
                status = 0
            self.took.append(time.perf_counter() - began)
            if status != expected:
                self.failed.append(status)
                line.close()

    def run(self) -> dict:
        began = time.perf_counter()
        self.until = began + self.deadline
        threads = [Thread(target=self.work) for _ in range(self.connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = sorted(self.took)
        return {
            "done": len(took), "failed": len(self.failed), "statuses": sorted(set(self.failed)),
            "seconds": time.perf_counter() - began, "p50_ms": statistics.median(took) * 1000,
            "p99_ms": took[int(len(took) * 0.99) - 1] * 1000,
        }  # fmt: skip


if __name__ == "__main__":
    json.dump(Job(json.load(sys.stdin)).run(), sys.stdout)
