"""Decisions and listing errors as they leave the portal."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from portal import clock
from portal.decisions import queries, words
from portal.decisions.models import Proposal
from portal.exchange import export_filters as filters
from portal.exchange.exports import Asked, Exportable
from portal.exchange.listed import Batch, Column
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.units.catalogue import catalogue


def _decisions(given: Mapping[str, str], _reader: Any) -> Asked:
    narrowed = queries.narrowed_by(given)
    settled = narrowed.settled
    last = [(_("State"), 24), (_("Decided by"), 28), (_("Decided on"), 14)] if settled else [(_("Promised on"), 14)]
    return Asked(
        kept=filters.kept(
            state="settled" if settled else "waiting", q=narrowed.text, village=narrowed.village_code
        ),
        said=filters.said(
            (_("Show"), _("Decided") if settled else _("Waiting")), (_("Head of family or number"), narrowed.text),
            (_("Kelurahan"), filters.village(narrowed.village_code)),
        ),
        counted=filters.counted(queries.count(narrowed)),
        columns=[
            Column(_("Family"), 32), Column(_("Complaint"), 16), Column(_("Kelurahan"), 22), Column("RT", 6),
            Column("RW", 6), Column(_("Service"), 36), Column(_("Result"), 32), Column(_("Proposal"), 20),
            Column(_("Path"), 36), Column(_("Renewal"), 12), Column(_("Proposed by"), 28),
            *(Column(*each) for each in last),
        ],
        batches=lambda _numbers: map(
            _decision_rows(settled=settled), queries.all_decisions(narrowed, size=filters.ROWS_AT_ONCE)
        ),
    )  # fmt: skip


def _decision_rows(*, settled: bool) -> Callable[[Sequence[Any]], Batch]:
    villages, yes = catalogue().villages, _("yes")
    return lambda found: [
        (
            row.head_name, row.number, villages.get(row.village_code, ""), row.rt, row.rw,
            filters.service(row.service_code),
            words.result(row.value, row.band, row.instrument_code, row.instrument_version),
            str(words.PROPOSALS[row.proposal]), words.path(row.path) if row.proposal is Proposal.HELP else "",
            yes if row.renews_card_id else "", row.proposed_by,
            *(_settled(row) if settled else (row.promised_on,)),
        )
        for row in found
    ]  # fmt: skip


def _settled(row: Any) -> tuple[Any, ...]:
    return str(words.STATUSES[row.decision_status][0]), row.decided_by, clock.local(row.decided_at).date()


def _errors(given: Mapping[str, str], _reader: Any) -> Asked:
    narrowed = queries.errors_narrowed_by(given)
    kind, outcome = narrowed.kind, narrowed.outcome
    return Asked(
        kept=filters.kept(
            kind=kind.value if kind else "", outcome=outcome.value if outcome else "", village=narrowed.village_code
        ),
        said=filters.said(
            (_("Kind"), str(words.KINDS[kind]) if kind else ""),
            (_("What became of it"), str(words.OUTCOMES[outcome]) if outcome else ""),
            (_("Kelurahan"), filters.village(narrowed.village_code)),
        ),
        counted=filters.counted(queries.count_listing_errors(narrowed)),
        columns=[
            Column(_("Family"), 32), Column(_("Kelurahan"), 22), Column(_("Kind"), 22), Column(_("List"), 10),
            Column(_("Date of the list"), 14), Column(_("Result"), 32), Column(_("Found"), 14),
            Column(_("Officer"), 28), Column(_("Reason"), 48), Column(_("What became of it"), 32),
        ],
        batches=lambda _numbers: map(_error_rows, queries.all_listing_errors(narrowed, size=filters.ROWS_AT_ONCE)),
    )  # fmt: skip


def _error_rows(found: Sequence[Any]) -> Batch:
    villages = catalogue().villages
    return [
        (
            row.head_name, villages.get(row.village_code, ""), str(words.KINDS[row.kind]), row.list_code.upper(),
            row.list_as_of, words.result(row.value, row.band, row.instrument_code, row.instrument_version),
            row.found_on, row.visitor, words.ground_of_error(row), str(words.OUTCOMES[row.outcome]),
        )
        for row in found
    ]  # fmt: skip


DECISIONS: Final = (
    Exportable("decisions", "decisions.export", ("decisions.view",), _l("Decisions"), "decisions.waiting", _decisions),
    Exportable(
        "listing_errors", "listing_errors.export", ("listing_errors.view",), _l("Listing errors"),
        "decisions.listing_errors", _errors,
    ),
)  # fmt: skip
