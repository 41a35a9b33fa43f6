"""The guide's pages: open to everybody, one's own chapter first, pictures that browsers may keep."""

import pytest

from portal.accounts.roles import Role
from portal.help.chapters import CHAPTERS


def test_a_stranger_reads_the_guide_before_having_an_account(stranger):
    text = stranger.get("/help").text

    for chapter in CHAPTERS:
        assert f'href="/help/{chapter.name}"' in text
    assert 'href="/help"' in stranger.get("/").text


@pytest.mark.parametrize("role", list(Role))
def test_ones_own_chapter_comes_right_after_the_beginning(make, sign_in, role):
    text = sign_in(make.everyone()[role]).get("/help").text

    found = sorted(CHAPTERS, key=lambda chapter: text.index(f'href="/help/{chapter.name}"'))
    assert [chapter.role for chapter in found][:2] == [None, role]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_a_chapter_is_a_page(stranger, chapter):
    response = stranger.get(f"/help/{chapter.name}")

    assert response.status_code == 200
    assert f">{chapter.sheet().title}</h1>" in response.text


def test_the_whole_guide_is_one_page_to_print(stranger):
    text = stranger.get("/help/all").text

    for chapter in CHAPTERS:
        assert f'href="#{chapter.name}"' in text
        assert f'id="{chapter.name}"' in text
    assert "data-print" in text


def test_an_english_reader_is_told_that_the_guide_is_in_indonesian(stranger):
    stranger.post("/language", {"language": "en", "next": "/help"})

    for address in ("/help", "/help/mulai", "/help/all"):
        assert "The guide is in Indonesian" in stranger.get(address).text
    assert 'lang="id"' in stranger.get("/help/mulai").text


@pytest.mark.parametrize(
    "address",
    [
        "/help/nobody",
        "/help/..%2fREADME",
        "/help/gambar/nobody.png",
        "/help/gambar/..%2f..%2fREADME.png",
        "/help/gambar/Masuk.png",
        "/help/gambar/%00.png",
    ],
)
def test_other_names_are_nobodys(stranger, address):
    assert stranger.get(address).status_code == 404


def test_a_picture_may_be_kept_by_whoever_saw_it(make, sign_in, stranger):
    for browser in (stranger, sign_in(make.social_worker())):
        response = browser.get("/help/gambar/masuk.png")

        assert response.mimetype == "image/png"
        assert "public" in response.headers["Cache-Control"]
        assert "immutable" in response.headers["Cache-Control"]
