"""Both languages are complete: every message id has its Indonesian sentence, with the same placeholders."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from portal.config import ROOT
from portal.language import TRANSLATIONS

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory):
    """Every message id that the code and the templates use."""
    pot: Path = tmp_path_factory.mktemp("pot") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg"]
    subprocess.run([*command, "-k", "_l", "-k", "lazy_gettext", "-o", str(pot), "."], cwd=ROOT, check=True)
    with pot.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def indonesian():
    with (TRANSLATIONS / "id/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale="id")


def test_every_message_has_its_indonesian_sentence(template, indonesian):
    missing = []
    for message in template:
        translated = indonesian.get(message.id, message.context) if message.id else None
        strings = translated.string if translated else ""
        if message.id and not all(strings if isinstance(strings, tuple) else [strings]):
            missing.append(message.id)
    assert missing == []


def test_nothing_is_marked_as_a_guess(indonesian):
    assert [message.id for message in indonesian if message.fuzzy and message.id] == []


def test_placeholders_are_the_same_in_both_languages(indonesian):
    differing = []
    for message in indonesian:
        if not message.id or not message.string:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        expected = set(PLACEHOLDER.findall(ids[-1]))
        differing += [s for s in strings if set(PLACEHOLDER.findall(s)) != expected]
    assert differing == []


def test_a_thing_has_one_name(indonesian):
    """docs/glossary.md: a listing is "data terpadu"; how a day is typed is told by an example, in one way."""
    other = re.compile("data nasional|hh-bb-tttt|semua yang kami danai", re.I)
    assert [message.id for message in indonesian if other.search(str(message.string))] == []
