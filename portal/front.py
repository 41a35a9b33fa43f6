"""`/`: what this person has to do today; for everybody else the public front page."""

from flask import Blueprint, Response
from flask_login import current_user

from portal.public import standards
from portal.reports.today import today_page
from portal.web.access import public, same_for_all, signed_in_user
from portal.web.pages import page

bp = Blueprint("front", __name__)


@bp.get("/")
@public
@same_for_all
def front() -> Response:
    if current_user.is_authenticated:
        return today_page(signed_in_user())
    return page("public/front.html", fields=standards.public_services(), office=standards.office())
