"""What the rules say, they say in both languages (design.md section 4)."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from portal import clock, money
from portal.decisions import paths, renewal
from portal.exchange import reasons, sheets
from portal.households import identity
from portal.visits import instruments

with (Path(clock.__file__).parent / "translations/id/LC_MESSAGES/messages.po").open("rb") as file:
    INDONESIAN = read_po(file, locale="id")

SPOKEN = [
    clock.SENTENCES, money.SENTENCES, identity.SENTENCES, identity.WARNINGS, instruments.SENTENCES, instruments.GROUPS,
    paths.REASONS, paths.MISMATCHES, paths.LISTING_ERRORS, renewal.REASONS,
    reasons.REASONS, reasons.DOUBTS, sheets.REFUSALS,
]  # fmt: skip


@pytest.mark.parametrize("sentence", sorted({sentence for spoken in SPOKEN for sentence in spoken.values()}))
def test_every_sentence_has_its_indonesian_with_the_same_gaps(sentence):
    message = INDONESIAN.get(sentence)

    assert message is not None
    assert message.string
    assert sorted(re.findall(r"%\(\w+\)s", message.string)) == sorted(re.findall(r"%\(\w+\)s", sentence))
