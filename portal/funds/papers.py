"""Files that prove aid: the supplier's bill, what was signed, a photo, the bank's slip. Added, never taken away."""

from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from portal import audit, clock
from portal.accounts.models import User
from portal.db import db
from portal.errors import NotAllowed
from portal.files import policies as files
from portal.files import queries as stored
from portal.files import services as storing
from portal.files.models import StoredFile
from portal.funds import policies
from portal.funds.models import AidPaper, Disbursement, PaperKind


def add(aid: Disbursement, kind: PaperKind, upload: FileStorage, *, by: User) -> AidPaper:
    """Raises NotAllowed, and Refused for a file that is not what it says it is."""
    if not policies.may_add_paper(by, aid):
        raise NotAllowed
    paper = AidPaper(disbursement_id=aid.id, kind=kind, added_by_id=by.id, added_at=clock.now())
    db.session.add(paper)
    db.session.flush()
    audit.record("disbursement.paper_added", paper, by=by, household_id=aid.household_id)
    storing.store(upload, subject=paper, household_id=aid.household_id, by=by)
    return paper


def of(aid: Disbursement) -> list[tuple[AidPaper, StoredFile]]:
    """In the order in which they came."""
    found = db.session.scalars(select(AidPaper).where(AidPaper.disbursement_id == aid.id).order_by(AidPaper.id))
    return [(paper, file) for paper in found for file in stored.of(paper)]


def _may_open(user: User, paper_id: int) -> bool:
    """Whoever may read the aid."""
    paper = db.session.get(AidPaper, paper_id)
    return paper is not None and policies.may_read(user, paper.disbursement)


files.allow(AidPaper.__tablename__, _may_open)
