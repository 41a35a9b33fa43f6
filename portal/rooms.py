"""The rooms that have addresses, from ground to roof."""

from flask import Flask

from portal.accounts.views import bp as accounts
from portal.files.views import bp as files
from portal.web.health import bp as health

BLUEPRINTS = (health, accounts, files)


def register(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
