"""What comes over the line: the first page with all it loads, and a part that htmx asks for."""

import http.client
import re
from typing import Any

from tests.bench.work import cookies_of
from tests.live import Visitor


def _bytes(port: int, path: str, headers: dict[str, str]) -> tuple[int, str]:
    """Bytes of head and body as they are sent, and the text of a page that is not compressed."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip", **headers})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders()) + 17
    return head + len(body), "" if answer.headers.get("Content-Encoding") else body.decode(errors="replace")


def of_first_load(port: int, village: str) -> dict[str, Any]:
    """A social worker's register with everything it loads, nothing stored before; and its results alone."""
    visitor = Visitor(port).sign_in("rani", "anak-nagari")
    cookie = {"Cookie": cookies_of(visitor)}
    page, text = _bytes(port, "/households", cookie)
    files = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', text))
    part, _ = _bytes(port, f"/households?village={village}", {**cookie, "HX-Request": "true", "HX-Target": "results"})
    return {"first_load_bytes": page + sum(_bytes(port, file, {})[0] for file in files), "partial_bytes": part}
