"""Real parallel requests to a real server: gapless numbers, twice sent once made, nobody overwritten unseen."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from portal.public.views import MOST_WRONG_TRACKINGS
from portal.web.once import new_key
from tests.conftest import new_database
from tests.live import Visitor, environment_of, flask, form_on, served

PASSWORD = "rumah gadang 12"
CLERKS, EACH = 6, 5


class Portal:
    """A served portal, who signs in there, and a look into its database."""

    def __init__(self, port: int, url: str) -> None:
        self.port, self.engine = port, create_engine(url)

    def visitor(self, name: str) -> Visitor:
        return Visitor(self.port).sign_in(name, PASSWORD)

    def rows(self, query: str) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(text(query)))


@pytest.fixture(scope="module")
def portal(request: pytest.FixtureRequest, mould: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    folder: Path = tmp_path_factory.mktemp("parallel")
    with new_database(request.config, folder, like=mould) as url:
        environment = environment_of(folder, url)
        flask(environment, "user", "add", "rani", "--role", "social_worker", "--password", PASSWORD)
        with served(environment) as port:
            yield Portal(port, url)


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result() for future in [pool.submit(act) for act in acts]]


def complaint(token: str, name: str, once: str) -> dict[str, Any]:
    return {
        "csrf_token": token, "once": once, "act": "save", "family": "new", "new-name": name, "new-sex": "P",
        "new-village_code": "13.76.01.1021", "own_words": "Obat anak belum terbeli.", "service_code": "health-medicine",
        "slot": "later",
    }  # fmt: skip


def test_complaints_of_many_clerks_are_numbered_without_gaps_and_a_second_click_makes_none(portal):
    clerks = [portal.visitor("rani") for _ in range(CLERKS)]

    def takes(clerk: Visitor, number: int) -> Callable[[], list[str]]:
        def work() -> list[str]:
            token, places = clerk.token("/complaints/new"), []
            for nth in range(EACH):
                form = complaint(token, f"Keluarga Contoh {number}-{nth}", new_key())
                answers = at_once([lambda form=form: clerk.post("/complaints/new", form)] * (1 + nth % 2))
                assert {answer.status for answer in answers} == {303}, [
                    a.text[:2000] for a in answers if a.status != 303
                ]
                places.append({answer.location for answer in answers})
            assert all(len(same) == 1 for same in places), places
            return [place for same in places for place in same]

        return work

    shown = [place for places in at_once([takes(c, n) for n, c in enumerate(clerks)]) for place in places]

    numbers = sorted(int(re.search(r"K-\d{4}-(\d{6})", place).group(1)) for place in shown)
    assert numbers == list(range(numbers[0], numbers[0] + CLERKS * EACH))
    made = portal.rows("SELECT count(*) FROM household WHERE head_name LIKE 'Keluarga Contoh %'")
    assert made[0][0] == CLERKS * EACH

    rows = portal.rows("SELECT id, previous_hash, hash FROM audit_event ORDER BY id")

    assert [row.id for row in rows] == list(range(1, len(rows) + 1))
    assert [row.previous_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]
    assert len(rows) > 2 * CLERKS * EACH


def test_of_parallel_edits_one_holds_and_the_others_are_shown_both_versions(portal):
    clerk = portal.visitor("rani")
    clerk.post("/complaints/new", complaint(clerk.token("/complaints/new"), "Keluarga yang Diubah", new_key()))
    household_id = portal.rows("SELECT max(id) AS id FROM household")[0].id
    address = f"/households/{household_id}/edit"
    fields = form_on(clerk.get(address).text, "address")

    def saves(nth: int) -> Callable[[], int]:
        return lambda: clerk.post(address, {**fields, "once": new_key(), "address": f"Jalan Contoh {nth}"}).status

    statuses = at_once([saves(nth) for nth in range(8)])

    assert sorted(statuses) == [303] + [409] * 7


def test_many_codes_at_once_are_counted_like_codes_one_after_another(portal):
    guessers = [Visitor(portal.port) for _ in range(16)]
    tokens = [guesser.token("/track") for guesser in guessers]

    def guesses(guesser: Visitor, token: str) -> Callable[[], int]:
        fields = {"csrf_token": token, "number": "K-2026-000001", "code": "AAAAAA"}
        return lambda: guesser.post("/track", fields).status

    statuses = at_once([guesses(*each) for each in zip(guessers, tokens, strict=True)])

    assert sorted(statuses) == [422] * MOST_WRONG_TRACKINGS + [429] * (16 - MOST_WRONG_TRACKINGS)


def test_many_guesses_at_once_are_counted_like_guesses_one_after_another(portal):
    guessers = [Visitor(portal.port) for _ in range(12)]
    tokens = [guesser.token("/sign-in") for guesser in guessers]

    def guesses(guesser: Visitor, token: str) -> Callable[[], int]:
        fields = {"csrf_token": token, "name": "budi", "password": "tebakan"}
        return lambda: guesser.post("/sign-in", fields).status

    statuses = at_once([guesses(*each) for each in zip(guessers, tokens, strict=True)])

    assert sorted(statuses) == [422] * 5 + [429] * 7
