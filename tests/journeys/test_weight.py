"""How much has to come through a slow line: the first page with all it loads, and each part that htmx asks for."""

import gzip
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import APIRequestContext, Browser

from tests.journeys.walker import Walker

FIRST_PAGE, PART = 100 * 1024, 15 * 1024
"""Bytes, compressed."""


@pytest.fixture
def open_portal(chromium: Browser, city: str):
    """`open_portal("rani")` is a browser with nothing in its store."""
    opened = []

    def of(name: str) -> Walker:
        context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="id-ID")
        opened.append(context)
        return Walker(context, city, scripts=True).signs_in(name)

    yield of
    for context in opened:
        context.close()


def compressed(body: bytes) -> int:
    return len(gzip.compress(body, 6))


@pytest.mark.parametrize("name", ["rani", "kepala", "walikota", "bendahara", "kenanga"])
def test_today_and_all_it_loads_are_at_most_100_kb(open_portal: Callable[[str], Walker], name: str) -> None:
    person = open_portal(name)
    loaded: dict[str, bytes] = {}
    person.page.on("response", lambda answer: loaded.setdefault(answer.url, answer.body()))

    person.page.reload(wait_until="networkidle")
    person.page.reload(wait_until="networkidle")

    kinds = " ".join(loaded)
    assert all(part in kinds for part in (".css", ".js", "icons.svg")), kinds
    weights = {url.removeprefix(person.address): compressed(body) for url, body in loaded.items()}
    assert sum(weights.values()) <= FIRST_PAGE, weights


def part(visitor: APIRequestContext, address: str, target: str) -> bytes:
    answer = visitor.get(address, headers={"HX-Request": "true", "HX-Target": target})
    assert answer.status == 200
    assert b"<html" not in answer.body()
    return answer.body()


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/households?q=a", "results"),
        ("/complaints", "results"),
        ("/complaints?q=a", "results"),
        ("/complaints/new?q=an", "families"),
        ("/complaints/new?service_code=edu-basic&new-village_code=13.76.01.1021&family=new", "rest"),
        ("/visits?who=everyone", "results"),
    ],
)
def test_a_part_of_a_page_is_at_most_15_kb(open_portal: Callable[[str], Walker], path: str, target: str) -> None:
    rani = open_portal("rani")
    body = part(rani.context.request, rani.address + path, target)

    assert len(body) > 500
    assert compressed(body) <= PART


def test_the_answer_to_one_question_at_the_house_is_at_most_15_kb(open_portal: Callable[[str], Walker]) -> None:
    rani = open_portal("rani")
    rani.page.get_by_role("link", name=re.compile("^(Mulai|Lanjutkan) penilaian")).first.click()
    meals = rani.page.locator("#box-meals_per_day")
    with rani.page.expect_response(lambda answer: answer.request.method == "POST") as coming:
        meals.fill("1" if meals.input_value() == "2" else "2")
        meals.blur()
    answer = coming.value.body()

    assert b"terjawab" in answer
    assert compressed(answer) <= PART
