"""What the waiting list would cost, as it leaves the portal: for the talk about the next budget, without names."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from portal.exchange import export_filters as filters
from portal.exchange.exports import Asked, Exportable
from portal.exchange.listed import Batch, Column
from portal.funds import waiting
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.partners import words as gift_words
from portal.units.formats import number


def _needs(_given: Mapping[str, str], _reader: Any) -> Asked:
    return Asked(
        kept={},
        said=[],
        counted=number(len(waiting.needs())),
        columns=[
            Column(_("Service"), 48), Column(_("Field of work"), 24), Column(_("Families"), 12),
            Column(_("Longest wait since"), 18), Column(_("Needed"), 18), Column(_("Free money fits"), 18),
            Column(_("Missing"), 18),
        ],
        batches=lambda _numbers: _rows(),
    )  # fmt: skip


def _rows() -> Iterator[Batch]:
    yield [
        (
            filters.service(one.service_code), gift_words.field_name(one.field), one.families, one.longest_since,
            one.amount, one.covered, one.missing,
        )
        for one in waiting.needs()
    ]  # fmt: skip


NEEDS: Final = (
    Exportable(
        "needs", "needs.export", ("disbursements.view", "reports.view"), _l("Needs report"), "waiting.needs", _needs,
        of_families=False,
    ),
)  # fmt: skip
