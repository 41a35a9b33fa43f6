"""The letter itself: only after approval, with both names when a deputy signed, and each print on record."""

from portal import clock
from portal.audit.models import AuditEvent
from portal.db import db
from portal.recommendations import services
from tests.paper.reading import squeezed, text
from tests.recommendations import factories


def printed(browser, recommendation):
    response = browser.get(f"/recommendations/{recommendation.number}.pdf")
    assert (response.status_code, response.mimetype) == (200, "application/pdf")
    return text(response.data)


def test_there_is_no_letter_before_the_approval(make, sign_in):
    waiting = factories.recommendation(make, make.social_worker())

    assert sign_in(make.social_worker()).get(f"/recommendations/{waiting.number}.pdf").status_code == 404


def test_the_letter_says_who_what_how_much_and_how_long(make, sign_in):
    worker, mayor = make.social_worker(), make.mayor(full_name="H. Zulmaswir Caniago, S.Sos.")
    household = make.household("Syahrul Pitopang", listed=True)
    recommendation = factories.recommendation(make, worker, household)
    services.approve(recommendation, reason="Mendesak.", by=mayor, on=clock.today())
    db.session.commit()

    words = printed(sign_in(worker), recommendation)

    for expected in (
        "400.9.14/001/UPT-KAN/X/2026", "Syahrul Pitopang", "Bantuan keluarga terkena musibah atau bencana",
        "Rp1.500.000", "satu juta lima ratus ribu rupiah", "5 Oktober 2026", "4 November 2026",
        "H. Zulmaswir Caniago, S.Sos.", "Kebakaran rumah", "Pemerintah Kota Payakumbuh",
    ):  # fmt: skip
        assert squeezed(expected.lower()) in squeezed(words.lower()), expected
    for hidden in (household.members[0].nik, household.kk_no, "keluargamiskin", "DTSEN", "desil"):
        assert hidden not in squeezed(words)
    assert recommendation.verification_code in squeezed(words).replace("-", "")


def test_a_deputys_letter_carries_both_names(make, sign_in):
    worker, mayor = make.social_worker(), make.mayor(full_name="H. Zulmaswir Caniago, S.Sos.")
    deputy = make.unit_head(full_name="Dra. Hj. Rosmaniar Koto, M.M.", title="Sekretaris Daerah")
    factories.delegation(make, mayor, deputy, starts_on=clock.today(), ends_on=clock.today())
    recommendation = factories.recommendation(make, worker, amount=None)
    services.approve(recommendation, reason="Mendesak.", by=deputy, on=clock.today())
    db.session.commit()
    browser = sign_in(worker)

    words = printed(browser, recommendation)
    page = browser.get(f"/recommendations/{recommendation.number}").text

    for name in (mayor.full_name, deputy.full_name, "a.n. Wali Kota Payakumbuh", "Dinas luar kota"):
        assert squeezed(name) in squeezed(words)
    assert mayor.full_name in page
    assert deputy.full_name in page


def test_each_print_and_each_reading_is_on_record(make, sign_in):
    worker, mayor = make.social_worker(), make.mayor()
    letter = factories.letter(make, worker, mayor)
    browser = sign_in(mayor)

    browser.get(f"/recommendations/{letter.number}")
    printed(browser, letter)

    acts = db.session.query(AuditEvent).filter_by(subject_type="emergency_recommendation", actor_id=mayor.id).all()
    assert [act.action for act in acts] == ["emergency_recommendation.read", "recommendation.printed"]
    assert {act.household_id for act in acts} == {letter.household_id}
