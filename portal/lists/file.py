"""A proposal as the file its office reads: the layout's columns, a row a family or a person, by way of the exports."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from flask_babel import force_locale
from sqlalchemy import select

from portal import clock
from portal.db import db, rows
from portal.decisions import words as decisions
from portal.decisions.models import ListingError
from portal.exchange.exports import Asked, Exportable
from portal.exchange.listed import Batch, Value
from portal.households.models import Household, Member, Relation
from portal.language import gettext as _
from portal.language import lazy_gettext as _l
from portal.lists import policies, queries, services
from portal.lists.formats import ProposalFormat, formats
from portal.lists.held import said_by_newest
from portal.lists.models import LineAnswer, ListProposal, ListProposalLine
from portal.units.catalogue import catalogue

LINES_AT_ONCE: Final = 200

OFFICE_LANGUAGE: Final = "id"
"""Offices read Indonesian, whoever exports."""


def _ask(given: Mapping[str, str], _reader: Any) -> Asked:
    proposal = queries.get_proposal(given.get("number", ""))
    layout = formats()[proposal.format_code]
    return Asked(
        kept={"number": proposal.number},
        said=[(_("Proposal"), proposal.number), (_("To"), proposal.office), (_("Layout"), layout.name_id)],
        counted=str(len(proposal.lines)),
        columns=layout.columns,
        batches=lambda _numbers, of=proposal.id: _batches(of, layout),  # type: ignore[misc]
    )


def _fetched(kept: Mapping[str, Any], _code: str, sha256: str, by: Any) -> None:
    services.keep_file(queries.get_proposal(kept["number"]), sha256, by=by)


PROPOSAL: Final = Exportable(
    "list-proposal", policies.EXPORT, (policies.VIEW,), _l("Proposal to the owner of a list"), "lists.proposal", _ask,
    has_numbers=True, fetched=_fetched,
)  # fmt: skip


def _batches(proposal_id: int, layout: ProposalFormat) -> Iterator[Batch]:
    proposal = db.session.get_one(ListProposal, proposal_id)
    after = 0
    while found := _lines(proposal_id, after):
        people = _people([line.household_id for line in found])
        said = said_by_newest(proposal.list_code, [line.household_id for line in found])
        with force_locale(OFFICE_LANGUAGE):
            batch = [
                _row(layout, proposal, line, one, people[line.household_id], said.get(line.household_id))
                for line in found
                for one in (people[line.household_id] if layout.one_row_a_person else people[line.household_id][:1])
            ]
        yield batch  # in the reader's language again: the file's second sheet is written in it
        after = found[-1].position


def _lines(proposal_id: int, after: int) -> Sequence[Any]:
    statement = (
        select(
            ListProposalLine.position, ListProposalLine.household_id, ListProposalLine.answer, ListProposalLine.reason,
            ListProposalLine.answered_on, Household.kk_no, Household.address, Household.rt, Household.rw,
            Household.village_code, ListingError.value, ListingError.band, ListingError.instrument_code,
            ListingError.instrument_version, ListingError.found_on, ListingError.list_as_of,
        )
        .join(Household, Household.id == ListProposalLine.household_id)
        .join(ListingError, ListingError.id == ListProposalLine.listing_error_id)
        .where(ListProposalLine.proposal_id == proposal_id, ListProposalLine.position > after)
        .order_by(ListProposalLine.position)
        .limit(LINES_AT_ONCE)
    )  # fmt: skip
    return rows(statement)


def _people(household_ids: Sequence[int]) -> dict[int, list[Any]]:
    """People of these families, the head first; of one that nobody belongs to any more, nobody with a name."""
    found: dict[int, list[Any]] = {household_id: [] for household_id in household_ids}
    statement = (
        select(Member.household_id, Member.nik, Member.name, Member.sex, Member.birth_date, Member.relation)
        .where(Member.household_id.in_(household_ids), Member.active)
        .order_by(Member.relation != Relation.HEAD, Member.position, Member.id)
    )
    for person in rows(statement):
        found[person.household_id].append(person)
    return {household_id: people or [None] for household_id, people in found.items()}


def _row(
    layout: ProposalFormat, proposal: ListProposal, line: Any, one: Any, people: Sequence[Any], said: Any
) -> list[Value]:
    village, district = _places(line.village_code)
    told: dict[str, Callable[[], Value]] = {
        "number": lambda: proposal.number,
        "position": lambda: str(line.position),
        "kind": lambda: layout.kinds[proposal.kind],
        "kk_no": lambda: line.kk_no,
        "nik": lambda: one and one.nik,
        "name": lambda: one and one.name,
        "sex": lambda: one and _code(layout, "sex", one.sex),
        "birth_date": lambda: one and one.birth_date,
        "age": lambda: _age(one.birth_date, clock.today()) if one and one.birth_date else None,
        "relation": lambda: one and _code(layout, "relation", one.relation),
        "people": lambda: str(sum(person is not None for person in people)),
        "address": lambda: line.address,
        "rt": lambda: line.rt,
        "rw": lambda: line.rw,
        "rt_rw": lambda: f"RT {line.rt or '-'} RW {line.rw or '-'}",
        "village": lambda: village,
        "village_code": lambda: line.village_code,
        "district": lambda: district,
        "list_day": lambda: said.as_of if said else line.list_as_of,
        "decile": lambda: str(said.decile) if said and said.decile else None,
        "ground": lambda: _ground(layout, proposal, line),
        "visited_on": lambda: line.found_on,
        "answer": lambda: _answered(layout, line),
        "answer_reason": lambda: line.reason,
        "answered_on": lambda: line.answered_on,
    }
    return [told[field]() for field in layout.fields]


def _places(village_code: str) -> tuple[str, str]:
    unit = catalogue()
    return unit.villages.get(village_code, ""), unit.districts.get(unit.village_district.get(village_code, ""), "")


def _code(layout: ProposalFormat, field: str, value: Any) -> str:
    return str(layout.codes.get(field, {}).get(value.value, value.value))


def _age(born: date, on: date) -> str:
    return str(on.year - born.year - ((on.month, on.day) < (born.month, born.day)))


def _ground(layout: ProposalFormat, proposal: ListProposal, line: Any) -> str:
    """Result and instrument, no answer given at the house: an office needs the ground, not how a family lives."""
    result = decisions.result(line.value, line.band, line.instrument_code, line.instrument_version)
    found_with = decisions.by_instrument(line.instrument_code, line.instrument_version)
    return f"{layout.grounds[proposal.kind]}: {result} ({found_with})"


def _answered(layout: ProposalFormat, line: Any) -> str:
    return layout.answers[line.answer][0] if line.answer and line.answer is not LineAnswer.WITHDRAWN else ""
