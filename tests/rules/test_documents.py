"""Every paper that any unit's catalogue asks for has a name in both languages."""

import tomllib

import pytest
from flask_babel import force_locale

from portal.config import SEEDS
from portal.units.documents import DOCUMENTS, document_name


def asked_for() -> set[str]:
    codes: set[str] = set()
    for path in SEEDS.glob("services_*.toml"):
        file = tomllib.loads(path.read_text(encoding="utf-8"))
        for entry in [file.get("defaults", {}), *file["service"]]:
            codes |= {*entry.get("documents", []), *entry.get("documents_extra", [])}
    return codes


def test_the_catalogues_ask_for_papers_that_have_a_name():
    assert asked_for()
    assert asked_for() - DOCUMENTS.keys() == set()


@pytest.mark.parametrize("code", sorted(DOCUMENTS))
def test_a_paper_is_named_in_both_languages(app, code):
    with app.test_request_context():
        with force_locale("en"):
            english = document_name(code)
        with force_locale("id"):
            indonesian = document_name(code)

    assert len({code, english, indonesian}) == 3
