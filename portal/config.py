"""Settings, read once from the environment; a missing secret stops the start."""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"


class MissingSetting(RuntimeError):
    """The portal must not start without this setting."""


def instance_dir() -> Path:
    """Where database, uploads and backups live."""
    return Path(os.environ.get("INSTANCE_DIR") or ROOT / "instance").resolve()


def database_url(folder: Path) -> str:
    """SQLite in the instance folder unless DATABASE_URL names PostgreSQL."""
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'portal.db'}"
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def secret_key() -> str:
    key = os.environ.get("SECRET_KEY", "")
    if not key:
        raise MissingSetting(
            "SECRET_KEY is not set. Give the portal a long random secret, or start it with `make run`."
        )
    return key


def from_environment() -> dict[str, object]:
    """All settings of the Flask app."""
    folder = instance_dir()
    public_url = os.environ.get("PUBLIC_URL", "").rstrip("/")
    https = public_url.startswith("https:")
    return {
        "SECRET_KEY": secret_key(),
        "INSTANCE_DIR": folder,
        "UPLOADS_DIR": folder / "uploads",
        "SQLALCHEMY_DATABASE_URI": database_url(folder),
        # The address that cards and letters carry in their QR; without it, the address the request came to.
        "PUBLIC_URL": public_url,
        "TRUSTED_HOSTS": [urlsplit(public_url).hostname, "127.0.0.1", "localhost"] if public_url else None,
        "DEMO_PASSWORD": os.environ.get("DEMO_PASSWORD") or "anak-nagari",
        # A little above the largest single upload, so that the form's other fields still fit.
        "MAX_CONTENT_LENGTH": 11 * 1024 * 1024,
        # Read all the same from people signed in: their form says that the file is too large, and keeps the rest.
        "MAX_REFUSED_BYTES": 64 * 1024 * 1024,
        "MAX_UPLOAD_BYTES": 10 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "SESSION_COOKIE_NAME": "portal",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_IDLE": timedelta(hours=2),
        "SESSION_LONGEST": timedelta(hours=12),
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "id",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Jakarta",
        "BABEL_TRANSLATION_DIRECTORIES": "translations",
        "LANGUAGES": ("id", "en"),
        # So many requests work at once in a process, so many more wait for so many seconds; all others get 503.
        "WORKING": int(os.environ.get("THREADS") or 6),
        "WAITING": int(os.environ.get("WAITING") or 32),
        "PATIENCE": float(os.environ.get("PATIENCE") or 8),
        # Long work goes on in a process of its own beside the server.
        "BACKGROUND": True,
        "TRUSTED_PROXIES": int(os.environ.get("TRUSTED_PROXIES", "0")),
    }
