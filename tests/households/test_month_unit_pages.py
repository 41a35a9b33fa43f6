"""The unit's progress: who is unconfirmed, closed, fetched, sent, opened again."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.db import db
from portal.households.area_models import ReportKind
from portal.households.month_models import MonthlyUpdate, MonthState
from tests.factories import VILLAGE
from tests.households.month import UNIT, act, told
from tests.pages import form_values


def test_progress_is_shown_by_kelurahan(make, cadre, head):
    told(cadre, make.household("A"))
    make.household("B")

    page = head.get("/updates").text

    assert f'href="{UNIT}"' in page
    assert '<progress class="meter" max="2" value="1"' in page
    assert head.get("/updates?month=2026-11").status_code == 404
    assert head.get(f"/updates?village={VILLAGE}&month=2026-10").location == UNIT
    for wrong in (f"/updates/{VILLAGE}/2026-11", "/updates/99.99.99.9999/2026-10", f"/updates/{VILLAGE}/x"):
        assert head.get(wrong).status_code == 404


def test_the_unit_sees_who_is_unconfirmed_and_a_cadre_has_no_such_page(make, cadre, phone, head):
    make.household("Yurnalis Piliang")

    assert "Yurnalis Piliang" in head.get(UNIT).text
    assert "Yurnalis Piliang" not in head.get(f"{UNIT}?state=confirmed").text
    assert head.get(f"{UNIT}?state=x").status_code == 404
    assert phone.get(UNIT).status_code == 403
    assert phone.get("/updates").status_code == 403


def test_the_fragment_equals_its_place_in_the_page(make, head):
    make.household("Yurnalis")

    assert head.fragment(UNIT, "results").strip() in head.get(UNIT).text


def test_the_head_closes_fetches_and_sends_a_month(make, cadre, phone, head):
    families = [make.household(f"Keluarga {n:02d}") for n in range(10)]
    phone.post("/area/month/confirm", {"household": [str(one.id) for one in families[:8]], "rw": "002", "rt": "003"})
    told(cadre, families[8])
    told(cadre, kind=ReportKind.NEW_FAMILY, family_name="Nurbaiti", rt="001", rw="001")

    assert act(head, "close").location == UNIT
    address = "/exports/updates.xlsx"
    asked = {"village": VILLAGE, "month": "2026-10", "reason": "Dinas Sosial"}
    book = load_workbook(BytesIO(head.post(address, asked, buffered=True).data))
    assert act(head, "sent", to="Dinas Sosial", on="05-10-2026").location == UNIT

    rows, about = list(book.worksheets[0].values), dict(row[:2] for row in book.worksheets[1].values)
    assert len(rows) == 1 + 1 + 10
    assert [row[3] for row in rows[1:4]] == ["Nurbaiti", "Keluarga 08", "Keluarga 09"]
    assert "10" in about.values()
    update = db.session.scalars(select(MonthlyUpdate)).one()
    assert (update.state, update.sent_to, update.sent_on) == (MonthState.CLOSED, "Dinas Sosial", date(2026, 10, 5))
    ended = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "export.ended")).one()
    assert update.file_code == ended.subject_id
    assert update.file_sha256 in ended.details
    assert not any("1376" in str(cell) for row in rows for cell in row)


def test_the_file_of_a_month_that_is_open_is_nobodys_to_send(make, head):
    make.household()
    asked = {"village": VILLAGE, "month": "2026-10", "reason": "Rapat"}

    assert head.post("/exports/updates.xlsx", asked, buffered=True).status_code == 200
    assert db.session.scalars(select(MonthlyUpdate)).all() == []
    assert head.get("/exports/updates?month=2026-11").status_code == 404
    assert head.get("/exports/updates?village=1").status_code == 404


def test_many_unconfirmed_are_explained_beside_the_field(make, head):
    make.household()

    refused = act(head, "close")

    assert refused.status_code == 422
    assert 'id="reason-error"' in refused.text
    assert act(head, "close", reason="Kader sakit.").status_code == 303
    assert "Kader sakit." in head.get(UNIT).text


def test_what_a_cadre_says_while_the_head_looks_is_shown_before_it_is_closed(make, cadre, head):
    family = make.household()
    seen = form_values(head.get(UNIT).text, f"{UNIT}/close")
    told(cadre, family)

    answer = head.post(f"{UNIT}/close", seen | {"reason": "Kader sakit."})

    assert answer.status_code == 409
    assert "Kader sakit." in answer.text
    assert db.session.scalars(select(MonthlyUpdate)).one().state is MonthState.OPEN


def test_a_closed_month_is_opened_again_with_a_reason(make, phone, head):
    family = make.household()
    act(head, "close", reason="Kader sakit.")
    assert phone.post("/area/month/confirm", {"household": str(family.id), "rw": "", "rt": ""}).status_code == 409
    assert act(head, "reopen").status_code == 422
    assert act(head, "reopen", reason="Satu RT terlewat.").status_code == 303
    assert "Satu RT terlewat." in head.get(UNIT).text
    assert phone.post("/area/month/confirm", {"household": str(family.id), "rw": "", "rt": ""}).status_code == 303


@pytest.mark.parametrize("name", ["close", "reopen", "sent"])
def test_who_may_not_close_is_told_so(make, sign_in, stranger, name):
    for person in (make.social_worker(), make.cadre(), make.admin()):
        assert sign_in(person).post(f"{UNIT}/{name}", {}).status_code == 403
    assert "/sign-in" in stranger.post(f"{UNIT}/{name}", {}).location
