"""Forms that do something with a record they do not edit: they carry what their page showed of it."""

import hashlib
import json
from typing import Any

from flask import request
from flask_babel import force_locale, get_locale
from wtforms import HiddenField

from portal.db import hold
from portal.errors import ChangedMeanwhile, LastChange
from portal.language import LANGUAGES
from portal.web.forms import Form, as_read, last_change

MOST_CARRIED = 20_000
"""Characters of what a page showed, far more than any page tells of a record."""
NOT_TOLD = {"hidden", "password", "file", "submit"}
"""Fields that no page repeats."""


def mark_of(*values: Any) -> str:
    """A mark for a record without a version: the same for the same values."""
    return hashlib.sha256(json.dumps(values, default=str).encode()).hexdigest()[:16]


class SeenForm(Form):
    """An act upon a record as it was shown. When the record has changed since, the page says what (409)."""

    seen = HiddenField()

    def __init__(self, record: Any, **kwargs: Any) -> None:
        """With `formdata=None` as a page shows it, also where another form of that page was sent."""
        super().__init__(**kwargs)
        if request.method != "POST" or kwargs.get("formdata", "") is None:
            self.version.data = self.mark(record)
            shown = {key: text for key, (_label, text) in self.told(record).items()}
            self.seen.data = json.dumps({"language": str(get_locale()), "told": shown})

    def mark(self, record: Any) -> str:
        """What tells one state of the record from another, whatever language its page was read in."""
        return str(record.version)

    def told(self, record: Any) -> dict[str, tuple[str, str]]:
        """What the page shows of the record, as (label, text) each, by keys that no language changes."""
        raise NotImplementedError

    def last_change(self, record: Any) -> LastChange | None:
        return last_change(record)

    def over(self, _record: Any) -> bool:
        """Whether the act is not possible any more, so that it is not offered again."""
        return False

    def expect_version(self, record: Any, *, see_url: str | None = None) -> None:
        """Refuse (409) when `record` is not as this form's page showed it; waits like any form's."""
        hold(record)
        if (self.version.data or "") == self.mark(record):
            return
        raise ChangedMeanwhile(
            comparison=self._differing(record), version=None if self.over(record) else self.mark(record), act=True,
            last=self.last_change(record), see_url=see_url, record=record, typed=self._typed(),
        )  # fmt: skip

    def _typed(self) -> list[tuple[str, str]]:
        """What was sent with the act, so that nobody does it blindly and nothing written is lost."""
        fields = [field for field in self if getattr(field.widget, "input_type", "") not in NOT_TOLD]
        return [(str(field.label.text), text) for field in fields if (text := as_read(field.data, field))]

    def _differing(self, record: Any) -> list[tuple[str, str, str]]:
        """What is told now and was not: compared in the language that the page was read in, told in the reader's."""
        carried, now = self._carried(), self.told(record)
        shown, language = _texts(carried.get("told")), carried.get("language")
        with force_locale(language if language in LANGUAGES else str(get_locale())):
            same = {key for key, (_label, text) in self.told(record).items() if text == shown.get(key, "")}
        return [(label, text, shown.get(key, "")) for key, (label, text) in now.items() if key not in same]

    def _carried(self) -> dict[str, Any]:
        """What the page showed, and in which language; nothing when it carried nothing that can be read."""
        carried = self.seen.data or "{}"
        try:
            found = json.loads(carried) if len(carried) <= MOST_CARRIED else {}
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


def _texts(told: Any) -> dict[str, str]:
    """Half a character, which only a forged form holds, could not be sent back."""
    if not isinstance(told, dict):
        return {}
    return {str(key): str(text).encode("utf-8", "replace").decode() for key, text in told.items()}
