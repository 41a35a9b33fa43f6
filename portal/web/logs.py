"""Structured logs: one JSON line a request, with its id and without personal data."""

import json
import logging
import secrets
import time
from typing import Any

from flask import Flask, Response, g, request

from portal.web.access import known_user_id

log = logging.getLogger("portal")
# Made once: `json.dumps` would make one for every line.
_written = json.JSONEncoder(ensure_ascii=False).encode


class JsonLines(logging.Formatter):
    """One JSON object a line; of an exception only its type and place, since messages may quote what people typed."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"), "level": record.levelname}
        line |= getattr(record, "facts", {}) or {"message": record.getMessage()}
        if record.exc_info and record.exc_info[1]:
            line["error"] = type(record.exc_info[1]).__name__
            line["where"] = _where(record.exc_info[1])
        return _written(line)


def _where(error: BaseException) -> list[str]:
    places, trace = [], error.__traceback__
    while trace:
        places.append(f"{trace.tb_frame.f_code.co_filename.rsplit('/portal/', 1)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[-8:]


def begin() -> None:
    g.request_id, g.began = secrets.token_hex(8), time.perf_counter()


def end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.endpoint == "static":
        return response
    facts = {
        "request": g.get("request_id"),
        "method": request.method,
        # The rule, not the path: an address may hold a code that opens a case.
        "route": request.url_rule.rule if request.url_rule else "-",
        "status": response.status_code,
        "ms": round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
        "user": known_user_id(),
    }
    log.info("request", extra={"facts": facts})
    return response


def init_app(app: Flask) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    log.handlers[:] = [handler]
    log.setLevel(logging.WARNING if app.config.get("QUIET") else logging.INFO)
    log.propagate = False
    app.before_request(begin)
    app.after_request(end)
