"""Indonesian first, English complete beside it: the catalogue is compiled from its .po when it is newer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations
from flask import g, has_app_context, has_request_context, session
from flask_babel import Domain, get_locale
from flask_login import current_user

TRANSLATIONS = Path(__file__).parent / "translations"
LANGUAGES = ("id", "en")


def spoken() -> str | None:
    """The language of the texts now: the reader's, or that of the paper being printed. None outside the portal.

    Flask-Babel's own answer, found by one look where it is known already: a page asks it for every word and day.
    """
    held = g.get("_flask_babel") if has_app_context() else None
    return getattr(getattr(held, "babel_locale", None) or get_locale(), "language", None)


class Words(Domain):
    """The catalogue of the reader's language, found by one look instead of Flask-Babel's five: a page asks it often."""

    def get_translations(self) -> NullTranslations:
        language = spoken()
        if language not in self.cache:
            self.cache[language] = super().get_translations()
        return self.cache[language]

    def gettext(self, string: str, **variables: Any) -> str:
        found: str = self.get_translations().gettext(string)
        return found % variables if variables else found

    def here(self) -> Callable[..., str]:
        """`gettext` for the texts of one page: its catalogue is looked for once."""
        found = self.get_translations().gettext
        return lambda string, **variables: found(string) % variables if variables else found(string)


words = Words()
gettext, ngettext, lazy_gettext = words.gettext, words.ngettext, words.lazy_gettext
"""Flask-Babel's, without its search for the domain at every word."""


def of_reader() -> str:
    """The signed-in person's language, else this browser's, else Indonesian."""
    if not has_request_context():
        return "id"
    if "language" not in g:
        chosen = session.get("language") or (current_user.language if current_user.is_authenticated else None)
        g.language = chosen if chosen in LANGUAGES else "id"
    return str(g.language)


def compile_catalogues() -> None:
    """Write the .mo files that gettext reads; only the .po are kept in the repository."""
    for source in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3])
        # Written aside and moved, so that a worker starting at the same moment never reads half a file.
        aside = target.with_suffix(f".{id(catalogue)}.tmp")
        with aside.open("wb") as file:
            write_mo(file, catalogue)
        aside.replace(target)
