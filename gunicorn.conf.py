"""How gunicorn serves the portal: two processes with a few threads each, on one small machine."""

import os

wsgi_app = "wsgi:app"
bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"
workers = int(os.environ.get("WORKERS") or 2)
worker_class = "gthread"
threads = int(os.environ.get("THREADS") or 6)
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
