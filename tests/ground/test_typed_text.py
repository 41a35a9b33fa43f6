"""What is typed into a box of text: only what a reader sees is stored, and what nobody sees is no reason."""

import re

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form

from portal.config import ROOT
from portal.web.forms import LongTextField, Required, TextField, tidy
from tests.funds import factories

UNSEEN = ["\u200b", " \u00a0\u2003\n", "\u2060\ufeff", "\x00\x07", "\u202e", "\u3164", "\u2800", "\ufe0f", "\u0301"]


class Typed(Form):
    line = TextField("Nama", [Required("kosong")])
    story = LongTextField("Alasan", [Required("kosong")])


@pytest.mark.parametrize("unseen", UNSEEN)
def test_what_nobody_sees_is_not_written(unseen):
    form = Typed(MultiDict({"line": unseen, "story": unseen}))

    assert not form.validate()
    assert form.errors == {"line": ["kosong"], "story": ["kosong"]}
    assert (form.line.data, form.story.data) == ("", "")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Rumah\u00a0terbakar.\r\n\r\nDua\tanak. ", "Rumah terbakar.\n\nDua\tanak."),
        ("Rp\u202e000.01\u202c di\u2066tunda\u2069", "Rp000.01 ditunda"),
        ("Nur\u200baini Zu\u0308hdi ❤️ 👍", "Nuraini Zu\u0308hdi ❤️ 👍"),
        ("?", "?"),
        (None, ""),
    ],
)
def test_only_what_a_reader_sees_is_stored(typed, stored):
    assert tidy(typed) == stored


def test_every_box_of_text_is_tidied():
    bare = re.compile(r"\b(TextAreaField|StringField)\(")  # WTForms' own, which store whatever is sent

    assert [str(path) for path in (ROOT / "portal").rglob("*.py") if bare.search(path.read_text("utf-8"))] == []


def test_an_act_is_not_explained_by_signs_without_a_shape(make, sign_in):
    aid = factories.proposed(make, factories.fund(make))
    sent = {"reason": "\u200b\u2060", "version": aid.version}

    refused = sign_in(make.unit_head()).post(f"/disbursements/{aid.number}/cancellation", sent)

    assert refused.status_code == 422
