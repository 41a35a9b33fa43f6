"""How gunicorn serves the portal: two processes with a few threads each, on one small machine."""

import os
import sys
from pathlib import Path

from whitenoise import compress

wsgi_app = "wsgi:app"
bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"
workers = int(os.environ.get("WORKERS") or 2)
worker_class = "gthread"
# More threads than may work at once (portal/web/gate.py): the others wait for their turn, or say that it is full.
threads = int(os.environ.get("THREADS") or 6) + int(os.environ.get("WAITING") or 32) + 8
backlog = 512
# Loaded once and shared by the workers, which saves memory and seconds.
preload_app = True
graceful_timeout = 20
# The portal logs each request itself, without personal data.
accesslog = None
loglevel = "warning"


def post_fork(server: object, worker: object) -> None:
    """A worker opens its own connections to the database."""
    from portal.db import db
    from wsgi import app

    with app.app_context():
        db.engine.dispose(close=False)


def compress_static() -> None:
    """Compress the static files anew at each start, so that a phone loads a third, and never an outdated copy."""
    try:
        compress.main(["--quiet", "--no-brotli", str(Path(__file__).parent / "portal" / "static")])
    except OSError as refusal:
        print(f"Static files go out uncompressed: {refusal}", file=sys.stderr)  # noqa: T201 - there is no log yet


# Here and not in a hook: with preload_app the portal looks for the compressed files before any hook is called.
compress_static()
