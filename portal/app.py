"""create_app(): the table of contents of the whole portal."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import Babel
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from htmx_flask import Htmx
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

import portal.models  # noqa: F401 - every table must be known before the first request
from portal import cli, config, language, migrating, rooms, templating
from portal.accounts import sessions
from portal.audit import services as trail
from portal.db import db, prepare
from portal.web import access, addresses, errors, gate, headers, logs
from portal.web.retry import Persevering

STATIC = Path(__file__).parent / "static"


def create_app(**overrides: Any) -> Flask:
    """The portal. Settings come from the environment; `overrides` are for tests."""
    app = Persevering(__name__, template_folder=str(config.ROOT / "templates"))
    app.config.from_mapping(config.from_environment() if "SECRET_KEY" not in overrides else {})
    app.config.update(overrides)
    Path(app.config["INSTANCE_DIR"]).mkdir(parents=True, exist_ok=True)
    _libraries(app)
    for part in (logs, trail, headers, errors, addresses, templating, cli):
        part.init_app(app)
    rooms.register(app)
    access.refuse_unmarked_views(app)
    return _served(app)


def _libraries(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    migrating.init_app(app)
    Htmx(app)
    app.before_request(access.let_the_form_refuse_large_files)  # before the form is read for its token
    CSRFProtect(app)
    Babel(app, locale_selector=language.of_reader).domain_instance = language.words
    language.compile_catalogues()
    login = LoginManager(app)
    login.session_protection = None  # our sessions live on the server and are bound by token, see accounts/sessions
    login.user_loader(sessions.signed_in)


class Bytecode(FileSystemBytecodeCache):
    """Templates once translated, kept on disk; where there is no place for them, pages go out all the same."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _served(app: Flask) -> Flask:
    """Static files with long cache and compression; the client's address from so many trusted proxies."""
    cache = Path(app.config.get("TEMPLATE_CACHE") or Path(app.config["INSTANCE_DIR"]) / "templates")
    cache.mkdir(exist_ok=True)
    app.jinja_env.bytecode_cache = Bytecode(str(cache))
    if app.config.get("WORKING"):
        gate.before(app)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=str(STATIC), prefix="static/", max_age=3600, allow_all_origins=False,
        add_headers_function=headers.of_static_file,
    )  # fmt: skip
    if proxies := app.config.get("TRUSTED_PROXIES"):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    return app
