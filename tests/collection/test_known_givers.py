"""The same file, a corrected one, and the same giver once more: nobody counts twice in a month, and nobody is lost."""

from io import BytesIO

from portal.collection import queries, services
from portal.collection.models import GiverSheet, RowKind
from portal.db import db
from portal.partners import services as gifts_of_partners
from tests.collection.files import ELFIRA, HEAD, PAYROLL, ROSMANIAR, ZULKIFLI, xlsx
from tests.collection.payroll import brought, gifts, kinds, press, send
from tests.together import count


def test_the_same_file_again_changes_nothing(kenanga):
    file = xlsx(PAYROLL)[0].getvalue()
    sheet = brought(kenanga, file=(BytesIO(file), "a.xlsx"))
    press(kenanga, sheet, "enter")

    again = send(kenanga, file=(BytesIO(file), "b.xlsx"))

    assert (again.status_code, again.location) == (303, f"/giver-sheets/{sheet.id}")
    assert (count(GiverSheet), len(gifts())) == (1, 2)


def test_a_corrected_file_of_the_same_month_adds_only_what_is_new(kenanga):
    press(kenanga, brought(kenanga), "enter")
    more = ["4", "Upik Tanjung", "", "Dinas Sosial", 50_000, ""]
    raised = [*ZULKIFLI[:4], 120_000, ""]

    later = brought(kenanga, [HEAD, ROSMANIAR, raised, ELFIRA, more])

    assert kinds(later) == [
        (RowKind.KNOWN, ["known"]), (RowKind.DOUBT, ["other_amount"]), (RowKind.KNOWN, ["known"]), (RowKind.GOOD, []),
    ]  # fmt: skip
    press(kenanga, later, "enter")
    assert [gift.amount for gift in gifts()] == [250_000, 75_000, 50_000]
    next_month = brought(kenanga, [HEAD, ROSMANIAR], month="09-2026")
    assert kinds(next_month) == [(RowKind.GOOD, [])]


def test_a_giver_whose_broken_nip_was_mended_in_the_next_file_is_the_same_giver(kenanga):
    broken = [ROSMANIAR[0], ROSMANIAR[1], 197001011995032001, *ROSMANIAR[3:]]
    first = brought(kenanga, [HEAD, broken])
    assert kinds(first) == [(RowKind.GOOD, ["nip_broken"])]
    press(kenanga, first, "enter")

    mended = brought(kenanga, [HEAD, ROSMANIAR, ZULKIFLI])
    assert kinds(mended) == [(RowKind.KNOWN, ["known"]), (RowKind.GOOD, [])]
    press(kenanga, mended, "enter")
    assert [gift.amount for gift in gifts()] == [150_000, 100_000]
    namesake = [ZULKIFLI[0], ZULKIFLI[1], "198111112005011002", *ZULKIFLI[3:]]
    assert kinds(brought(kenanga, [HEAD, namesake])) == [(RowKind.GOOD, [])]


def test_a_doubtful_giver_who_was_entered_meanwhile_is_not_entered_twice(kenanga):
    doubtful = ["1", "Upik", "", "Dinas Sosial", 9_000_000, ""]
    sheets = [brought(kenanga, [HEAD, doubtful]), brought(kenanga, [HEAD, doubtful, ZULKIFLI])]
    for sheet in sheets:
        (row,) = queries.rows_of(sheet, RowKind.DOUBT)
        press(kenanga, sheet, "take", row=row.id, shown=row.id)
    assert press(kenanga, sheets[0], "enter").status_code == 303

    assert press(kenanga, sheets[1], "enter").status_code == 422
    assert [gift.amount for gift in gifts()] == [9_000_000]


def test_one_more_without_a_name_is_entered_beside_those_entered_before(kenanga):
    nameless = ["1", "Hamba Allah", "", "Dinas Sosial", 50_000, ""]
    press(kenanga, brought(kenanga, [HEAD, nameless, nameless]), "enter")

    more = brought(kenanga, [HEAD, *[nameless] * 3])
    assert [kind for kind, _said in kinds(more)] == [RowKind.KNOWN, RowKind.KNOWN, RowKind.GOOD]
    assert press(kenanga, more, "enter").status_code == 303
    assert [gift.amount for gift in gifts()] == [100_000, 50_000]


def test_who_was_known_by_a_sheet_that_is_taken_back_since_is_not_left_out(kenanga, make):
    first = brought(kenanga, [HEAD, ROSMANIAR])
    press(kenanga, first, "enter")
    later = brought(kenanga, [HEAD, ROSMANIAR, ELFIRA])
    services.take_back(first, reason="keliru", by=make.partner_user())
    db.session.commit()

    refused = press(kenanga, later, "enter")
    assert refused.status_code == 422
    assert "tidak ada lagi" in refused.text
    assert gifts() == []


def test_givers_whose_gift_did_not_arrive_may_be_sent_again(kenanga, make):
    press(kenanga, brought(kenanga), "enter")
    gifts_of_partners.refuse(gifts()[0], reason="uangnya tidak masuk", by=make.treasurer())
    db.session.commit()

    later = brought(kenanga, [HEAD, ROSMANIAR, ZULKIFLI, ELFIRA])
    assert [kind for kind, _said in kinds(later)] == [RowKind.GOOD, RowKind.GOOD, RowKind.KNOWN]


def test_doubtful_rows_are_entered_only_when_taken(kenanga):
    doubtful = ["1", "Upik", "", "Dinas Sosial", 9_000_000, ""]
    sheet = brought(kenanga, [HEAD, doubtful])
    refused = press(kenanga, sheet, "enter")
    assert (refused.status_code, gifts()) == (422, [])
    (row,) = queries.rows_of(sheet, RowKind.DOUBT)

    assert press(kenanga, sheet, "take", row=row.id, shown=row.id).status_code == 303
    assert press(kenanga, sheet, "take", shown=row.id).status_code == 303
    db.session.refresh(row)
    assert row.taken is False
    press(kenanga, sheet, "take", row=row.id, shown=row.id)
    assert press(kenanga, sheet, "enter").status_code == 303
    assert [gift.amount for gift in gifts()] == [9_000_000]


def test_the_same_file_may_come_again_when_a_gift_of_it_did_not_arrive(kenanga, make):
    file = xlsx(PAYROLL)[0].getvalue()
    press(kenanga, brought(kenanga, file=(BytesIO(file), "a.xlsx")), "enter")
    gifts_of_partners.refuse(gifts()[0], reason="uangnya tidak masuk", by=make.treasurer())
    db.session.commit()

    again = brought(kenanga, file=(BytesIO(file), "a.xlsx"))
    assert [kind for kind, _said in kinds(again)] == [RowKind.GOOD, RowKind.GOOD, RowKind.KNOWN]
    assert press(kenanga, again, "enter").status_code == 303
    assert [gift.amount for gift in gifts()] == [250_000, 75_000, 250_000]
    third = send(kenanga, file=(BytesIO(file), "a.xlsx"))
    assert (third.location, count(GiverSheet)) == (f"/giver-sheets/{again.id}", 2)
