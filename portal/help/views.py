"""The guide in the portal: the chapters, one of them, all of them to print, and their pictures. Open to everybody."""

from flask import Blueprint, Response, send_file
from flask_login import current_user

from portal.help import chapters, pictures
from portal.web.access import public, same_for_all
from portal.web.pages import page

bp = Blueprint("help", __name__, url_prefix="/help")

LONG = 4
"""Parts from which on a chapter has a table of contents of its own."""
A_YEAR = 365 * 24 * 3600


@bp.get("")
@public
@same_for_all
def index() -> Response:
    """The chapters, one's own first."""
    reader = current_user if current_user.is_authenticated else None
    own, others = chapters.in_order_for(reader.roles if reader else ())
    return page("help/index.html", own=own, others=others, signed_in=reader is not None)


@bp.get("/all")
@public
@same_for_all
def booklet() -> Response:
    """The whole guide on one page, for paper."""
    sheets = [(chapter.name, chapter.sheet(in_booklet=True)) for chapter in chapters.CHAPTERS]
    return page("help/booklet.html", sheets=sheets)


@bp.get("/<chapter>")
@public
@same_for_all
def chapter(chapter: str) -> Response:
    found = chapters.get_chapter(chapter)
    return page("help/chapter.html", sheet=found.sheet(), long=len(found.sheet().sections) >= LONG)


@bp.get("/gambar/<name>.png")
@public
def picture(name: str) -> Response:
    """The same for everybody, and under a new address when it is made anew: browsers may keep it for a year."""
    response = send_file(pictures.place_of(name), "image/png", max_age=A_YEAR)
    response.cache_control.public = True
    response.cache_control.immutable = True
    return response
