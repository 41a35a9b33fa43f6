"""The rooms that have addresses, from ground to roof."""

from flask import Flask

from portal.accounts.views import bp as accounts
from portal.files.views import bp as files
from portal.front import bp as front
from portal.households.views import bp as households
from portal.public.views import bp as public
from portal.reports.views import bp as stories
from portal.visits.assessment_views import bp as visits
from portal.web.health import bp as health

BLUEPRINTS = (health, accounts, files, households, visits, stories, public, front)


def register(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
