"""Bank statements: each credit once, the sure ones with one click, others side by side, taken back while unspent."""

from datetime import date

import pytest
from werkzeug.datastructures import FileStorage

from portal.collection import bank, bank_queries
from portal.collection.bank_models import BankLine, BankMatch, BankStatement, StatementState
from portal.db import db
from portal.errors import AlreadySettled, NotAllowed, Refused
from portal.funds import books, giving, queries, verify
from portal.partners.models import DonationStatus
from tests.collection.files import STATEMENT, csv, xlsx
from tests.funds import factories
from tests.pages import form_values
from tests.together import count

ACCOUNT = {"account": "Bank Nagari 4417"}


def send(browser, rows=STATEMENT, **changes):
    return browser.post("/bank-statements/new", {**ACCOUNT, "file": csv(rows), **changes})


def brought(browser, rows=STATEMENT, **changes):
    answer = send(browser, rows, **changes)
    assert answer.status_code == 303, answer.text
    return db.session.get_one(BankStatement, int(answer.location.rsplit("/", 1)[1]))


def lines():
    return db.session.scalars(db.select(BankLine).order_by(BankLine.id)).all()


def press(browser, address, act, **more):
    key = form_values(browser.get(address).text, act)
    return browser.post(act, {**key, **more})


def pairs(browser, statement):
    text = browser.get(f"/bank-statements/{statement.id}").text
    return [part.split('"', 1)[0] for part in text.split('name="pair" value="')[1:]]


def confirm_sure(browser, statement):
    address = f"/bank-statements/{statement.id}"
    return press(browser, address, f"{address}/sure", pair=pairs(browser, statement))


@pytest.fixture
def treasurer(make, sign_in):
    return sign_in(make.treasurer())


def free(fund_of):
    return queries.balance(books.fund_of(fund_of)).available


def test_money_in_is_kept_and_money_out_left_aside(treasurer):
    statement = brought(treasurer)

    assert [(line.day, line.amount, line.place) for line in lines()] == [
        (date(2026, 10, 2), 250_000, 3), (date(2026, 10, 5), 75_000, 5)
    ]  # fmt: skip
    assert (statement.found["new"], statement.found["out"], statement.found["unread"]) == (2, 1, [])


def test_the_same_statement_and_one_that_overlaps_add_nothing_twice(treasurer):
    first = brought(treasurer)
    again = send(treasurer)
    assert (again.status_code, again.location) == (303, f"/bank-statements/{first.id}")

    longer = [*STATEMENT, ["05/10/2026", "SETORAN LKS MITRA KENANGA", "", "75.000,00", "1.385.000,00"]]
    later = brought(treasurer, longer, file=xlsx(longer, "mutasi.xlsx"))
    assert (later.found["new"], later.found["known"]) == (1, 2)
    assert count(BankLine) == 3
    other = brought(treasurer, [["BRI"], *STATEMENT[1:]], account="BRI 0099")
    assert other.found["new"] == 2


def test_the_same_file_under_another_name_of_its_account_adds_nothing(treasurer):
    first = brought(treasurer)
    again = send(treasurer, account="Rekening Bank Nagari 4417")

    assert (again.status_code, again.location) == (303, f"/bank-statements/{first.id}")
    assert count(BankLine) == 2


def test_the_same_lines_in_another_kind_of_file_add_nothing(treasurer):
    brought(treasurer)
    as_numbers = [
        *STATEMENT[:2],
        [date(2026, 10, 2), "TRF-1 DINAS PENDIDIKAN INFAK", 0, 250_000, 1_250_000],
        [date(2026, 10, 5), "SETORAN LKS MITRA KENANGA", None, 75_000.0, 1_310_000.0],
    ]
    later = brought(treasurer, file=xlsx(as_numbers, "mutasi.xlsx"))

    assert (later.found["new"], later.found["known"], count(BankLine)) == (0, 2, 2)


def test_a_line_that_says_neither_in_nor_out_is_no_money_in(treasurer):
    rows = [["Tanggal", "Keterangan", "Jumlah", "D/K"], ["05/10/2026", "SETORAN", "75.000", "K"],
            ["05/10/2026", "TARIK TUNAI", "60.000", "TRK"]]  # fmt: skip
    statement = brought(treasurer, rows)

    assert [line.amount for line in lines()] == [75_000]
    assert statement.found["unread"] == [[3, "direction_unreadable"]]
    assert "masuk atau keluar" in treasurer.get(f"/bank-statements/{statement.id}").text


def test_two_equal_lines_of_a_day_are_two(treasurer):
    rows = [["Tanggal", "Keterangan", "Kredit"], *[["05/10/2026", "SETORAN", "75.000"]] * 2]
    brought(treasurer, rows)
    later = brought(treasurer, [*rows, ["05/10/2026", "SETORAN", "75.000"]])

    assert (later.found["new"], count(BankLine)) == (1, 3)


def test_rows_that_cannot_be_read_are_named(treasurer):
    rows = [["Tanggal", "Keterangan", "Kredit"], ["31/02/2026", "A", "75.000"], ["05/10/2026", "B", "1.250,35"],
            ["06/10/2026", "C", "5.000"], ["05/10/2026", "D", "50.000"]]  # fmt: skip
    statement = brought(treasurer, rows)

    assert statement.found["unread"] == [[2, "day_unreadable"], [3, "amount_fraction"], [4, "day_ahead"]]
    assert "Baris 3" in treasurer.get(f"/bank-statements/{statement.id}").text


def test_of_very_many_rows_that_cannot_be_read_it_is_said_how_many_more(treasurer):
    rows = [["Tanggal", "Keterangan", "Kredit"], *[["31/02/2026", "A", "75.000"]] * 103, ["05/10/2026", "B", "50.000"]]
    statement = brought(treasurer, rows)

    assert (len(statement.found["unread"]), statement.found["unread_more"]) == (100, 3)
    page = treasurer.get(f"/bank-statements/{statement.id}").text
    assert "103 baris" in page
    assert "dan 3 baris lagi" in page


def test_columns_of_a_bank_are_mapped_once_and_kept_by_name(treasurer):
    rows = [["Waktu", "Apa", "Nilai", "Arah"], ["05/10/2026", "INFAK", "50.000,00", "K"],
            ["05/10/2026", "BIAYA", "5.000,00", "D"]]  # fmt: skip
    statement = brought(treasurer, rows)
    assert statement.state is StatementState.UNMAPPED
    address = f"/bank-statements/{statement.id}/columns"
    key = form_values(treasurer.get(address).text, field="layout")
    assert treasurer.post(address, {**key, "layout": "BPD", "column-0": "day"}).status_code == 422

    said = {"column-0": "day", "column-1": "description", "column-2": "amount", "column-3": "direction"}
    assert treasurer.post(address, {**key, "layout": "BPD", **said}).status_code == 303
    db.session.refresh(statement)
    assert (statement.state, statement.found["new"], statement.found["out"]) == (StatementState.READ, 1, 1)
    later = brought(treasurer, [rows[0], ["04/10/2026", "INFAK", "60.000,00", "K"]])
    assert later.found["new"] == 1
    assert treasurer.get(address).status_code == 303


def test_the_sure_ones_are_confirmed_with_one_click(treasurer, make):
    named = factories.donation(make, 250_000, reference="TRF-1-DINAS", giver_name="Dinas Pendidikan")
    alone = factories.donation(make, 75_000, reference="")
    statement = brought(treasurer)
    assert len(pairs(treasurer, statement)) == 2

    answer = confirm_sure(treasurer, statement)

    assert answer.status_code == 303
    for given in (named, alone):
        db.session.refresh(given)
        assert given.status is DonationStatus.CONFIRMED
    assert count(BankMatch, BankMatch.sure) == 2
    assert bank_queries.counts(statement) == {"open": 0, "matched": 2, "aside": 0}
    assert 'name="pair"' not in treasurer.get(f"/bank-statements/{statement.id}").text
    assert verify.verify().faults == []


def test_only_what_the_page_showed_and_what_is_still_sure_is_confirmed(treasurer, make):
    given = factories.donation(make, 75_000, reference="")
    statement = brought(treasurer)
    shown = pairs(treasurer, statement)
    factories.donation(make, 75_000, reference="")  # came in after the page was opened
    address = f"/bank-statements/{statement.id}"

    key = form_values(treasurer.get(address).text, field="version")
    treasurer.post(f"{address}/sure", {**key, "pair": [*shown, "999:999", "x:y"]})

    db.session.refresh(given)
    assert given.status is DonationStatus.ENTERED
    assert count(BankMatch) == 0


def test_a_gift_that_looks_like_another_is_left_to_a_person(treasurer, make):
    make_by = make.partner_user()
    given = factories.donation(make, 75_000, reference="", entered_by_id=make_by.id)
    statement = brought(treasurer)
    twin = factories.donation(make, 75_000, reference="", entered_by_id=make_by.id, given_on=given.given_on)
    giving.confirm(twin, confirmed=[f"alike:{given.number}"], by=make.treasurer())
    db.session.commit()
    line = lines()[1]
    address = f"/bank-lines/{line.id}"

    asked = press(treasurer, address, f"{address}/match", donation=given.number)
    assert asked.status_code == 422
    code = f"alike:{twin.number}"
    assert code in asked.text
    assert press(treasurer, address, f"{address}/match", donation=given.number, confirmed=code).status_code == 303
    db.session.refresh(given)
    assert given.status is DonationStatus.CONFIRMED
    assert bank_queries.counts(statement)["matched"] == 1


def test_a_gift_confirmed_by_hand_is_only_noted_and_stays_when_the_match_is_taken_back(treasurer, make):
    given = factories.confirmed(make, 75_000)
    brought(treasurer)
    address = f"/bank-lines/{lines()[1].id}"
    assert given.number in treasurer.get(address).text

    assert press(treasurer, address, f"{address}/match", donation=given.number).status_code == 303
    assert press(treasurer, f"{address}/undo", f"{address}/undo", reason="").status_code in (404, 422, 303)
    key = form_values(treasurer.get(f"{address}/undo").text, field="reason")
    assert treasurer.post(f"{address}/undo", {**key, "reason": "Keliru baris"}).status_code == 303
    db.session.refresh(given)
    assert given.status is DonationStatus.CONFIRMED
    assert count(BankMatch, BankMatch.undone_at.is_(None)) == 0


@pytest.mark.parametrize(("typed", "said"), [("D-2026-999999", "Tidak ada donasi"), ("", "Tidak ada donasi")])
def test_a_number_that_is_none_is_said(treasurer, make, typed, said):
    brought(treasurer)
    address = f"/bank-lines/{lines()[0].id}"

    answer = press(treasurer, address, f"{address}/match", donation=typed)

    assert answer.status_code == 422
    assert said in answer.text


def test_another_amount_and_a_used_line_are_refused(treasurer, make):
    by = make.treasurer()
    given, other = factories.donation(make, 75_000), factories.donation(make, 80_000)
    brought(treasurer)
    line = lines()[1]
    with pytest.raises(Refused, match="berbeda"):
        bank.match(line, other, by=by)
    db.session.rollback()
    bank.match(line, given, by=by)
    with pytest.raises(AlreadySettled):
        bank.match(line, factories.donation(make, 75_000, reference="Z-99999"), by=by)
    with pytest.raises(AlreadySettled):
        bank.match(lines()[0], given, by=by)
    with pytest.raises(AlreadySettled):
        bank.set_aside(line, reason="x", by=by)


def test_a_match_is_taken_back_and_the_gift_waits_again_until_it_is_spent(treasurer, make):
    by = make.treasurer()
    given = factories.donation(make, 75_000, reference="")
    statement = brought(treasurer)
    confirm_sure(treasurer, statement)
    line = lines()[1]
    address = f"/bank-lines/{line.id}"
    key = form_values(treasurer.get(f"{address}/undo").text, field="reason")
    assert treasurer.post(f"{address}/undo", {**key, "reason": ""}).status_code == 422
    assert treasurer.post(f"{address}/undo", {**key, "reason": "Baris lain"}).status_code == 303

    db.session.refresh(given)
    assert (given.status, given.settled_by_id, free(given)) == (DonationStatus.ENTERED, None, 0)
    assert verify.verify().faults == []
    press(treasurer, address, f"{address}/match", donation=given.number)
    db.session.refresh(given)
    assert (given.status, free(given)) == (DonationStatus.CONFIRMED, 75_000)

    factories.proposed(make, books.fund_of(given), 50_000, amount_reason="contoh")
    with pytest.raises(Refused, match="sudah"):
        bank.undo(bank_queries.match_of(line), reason="x", by=by)
    db.session.rollback()
    assert bank_queries.match_of(line) is not None
    assert verify.verify().faults == []


def test_a_match_that_a_person_took_back_is_not_sure_again(treasurer, make):
    given = factories.donation(make, 75_000, reference="")
    statement = brought(treasurer)
    assert pairs(treasurer, statement) == [f"{lines()[1].id}:{given.id}"]
    confirm_sure(treasurer, statement)
    address = f"/bank-lines/{lines()[1].id}/undo"
    press(treasurer, address, address, reason="uang orang lain")

    assert pairs(treasurer, statement) == []
    page = treasurer.get(f"/bank-lines/{lines()[1].id}").text
    assert given.number in page


def test_a_confirmation_taken_back_on_the_gifts_page_frees_its_line(treasurer, make):
    given = factories.donation(make, 75_000, reference="")
    statement = brought(treasurer)
    confirm_sure(treasurer, statement)

    giving.take_back(given, reason="salah", by=make.treasurer())
    db.session.commit()

    assert bank_queries.counts(statement)["open"] == 2
    assert db.session.scalars(db.select(BankMatch.undo_reason)).all() == ["salah"]


def test_a_hidden_giver_is_not_told_by_the_banks_words(treasurer, make):
    factories.donation(make, 250_000, reference="", giver_name="Dinas Pendidikan", giver_hidden=True)
    brought(treasurer)
    (proposal,) = [one for one in bank_queries.proposals() if one.candidates]

    assert "name" not in proposal.candidates[0].why


def test_a_line_that_is_no_gift_is_set_aside_with_a_reason_and_put_back(treasurer):
    statement = brought(treasurer)
    address = f"/bank-lines/{lines()[1].id}"
    key = form_values(treasurer.get(f"{address}/aside").text, field="reason")
    assert treasurer.post(f"{address}/aside", {**key, "reason": " "}).status_code == 422
    assert treasurer.post(f"{address}/aside", {**key, "reason": "Bunga bank"}).status_code == 303
    assert "Bunga bank" in treasurer.get(f"/bank-statements/{statement.id}?state=aside").text

    assert press(treasurer, address, f"{address}/back").status_code == 303
    assert bank_queries.counts(statement) == {"open": 2, "matched": 0, "aside": 0}


def test_only_the_treasurer_matches(make, sign_in, treasurer):
    statement = brought(treasurer)
    line = lines()[0]
    addresses = ["", "/new", f"/{statement.id}", f"/{statement.id}/columns"]
    for role, user in make.everyone().items():
        if role.value == "treasurer":
            continue
        browser = sign_in(user)
        for address in addresses:
            assert browser.get(f"/bank-statements{address}").status_code == 403, (role, address)
        for act in ("", "/undo", "/aside"):
            assert browser.get(f"/bank-lines/{line.id}{act}").status_code == 403, (role, act)
    head = make.unit_head()
    for act in (
        lambda: bank.match(line, factories.donation(make, 250_000), by=head), lambda: bank.match_sure([], by=head),
        lambda: bank.set_aside(line, reason="x", by=head), lambda: bank.bring_in(FileStorage(), "x", by=head),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            act()
    for address in ("/bank-statements/99", "/bank-lines/99", f"/bank-statements/{statement.id}?state=x"):
        assert treasurer.get(address).status_code == 404


def test_a_treasurer_confirms_nothing_that_they_entered_themselves(make, sign_in):
    from portal.accounts.roles import Role

    both = make.user(Role.TREASURER, Role.PARTNER, partner_code="mitra-kenanga")
    given = factories.donation(make, 75_000, reference="", entered_by_id=both.id)
    browser = sign_in(both)
    statement = brought(browser)
    confirm_sure(browser, statement)

    db.session.refresh(given)
    assert (given.status, count(BankMatch)) == (DonationStatus.ENTERED, 0)


@pytest.mark.parametrize("change", [{"account": ""}, {"file": csv([], "x.csv")}])
def test_a_statement_that_cannot_be_read_is_refused(treasurer, change):
    assert send(treasurer, **change).status_code == 422
    assert count(BankStatement) == 0


def test_a_statement_of_unknown_columns_brings_no_line_before_they_are_said(treasurer):
    statement = brought(treasurer, [["a", "b"]])

    assert statement.state is StatementState.UNMAPPED
    assert count(BankLine) == 0
