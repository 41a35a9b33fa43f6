"""A statement is of one moment: what is posted while it is read is in none of its figures, or in all of them."""

from threading import Thread

from portal.accounts.models import User
from portal.db import db
from portal.funds import figures, giving
from portal.partners.models import Donation
from tests.factories import Make
from tests.funds import factories as money
from tests.pages import Desk
from tests.together import get


def test_a_gift_that_arrives_while_a_statement_is_read_is_not_in_half_of_it(own_portal, monkeypatch):
    make = Make()
    money.confirmed(make, 2_000_000)
    later_id, treasurer_id, reader = money.donation(make, 500_000).id, make.treasurer().id, make.partner_user()
    browser, asks = Desk(own_portal).sign_in(reader), figures._sums

    def arrive():
        with own_portal.app_context():
            giving.confirm(get(Donation, later_id), by=get(User, treasurer_id))
            db.session.commit()

    def asks_later(*days):
        """Balances are read already."""
        monkeypatch.setattr(figures, "_sums", asks)
        posting = Thread(target=arrive)
        posting.start()
        posting.join()
        return asks(*days)

    monkeypatch.setattr(figures, "_sums", asks_later)
    before = browser.get("/partners/mitra-kenanga/statement").text
    after = browser.get("/partners/mitra-kenanga/statement").text

    assert "Rp2.500.000" not in before
    assert "Rp2.000.000" in before
    assert "Rp2.500.000" in after
