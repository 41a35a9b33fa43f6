"""What a partner says of itself."""

from typing import Any

from portal.language import gettext
from portal.web.seen import SeenForm, mark_of


class NamingForm(SeenForm):
    """Whether the partner is named on the public totals: a button that turns it round."""

    def mark(self, record: Any) -> str:
        return mark_of(record.named_publicly)

    def told(self, record: Any) -> dict[str, tuple[str, str]]:
        agreed = gettext("yes") if record.named_publicly else gettext("no")
        return {"named_publicly": (gettext("Named on the public totals"), agreed)}
